"""Observer coding tool for the Psychotherapy Process Q-set.

>>> import pqs_coder as pqs                                       # doctest: +SKIP
>>> study = pqs.open_study("study")                               # doctest: +SKIP
>>> pqs.agreement(study, by="session")                            # doctest: +SKIP

Public names are loaded when they are asked for; nothing inside imports this module.
"""

from __future__ import annotations

from pqs_coder._lazy import lazy_names
from pqs_coder._version import __version__

_HOME = {
    "open_study": "analysis.study",
    "agreement": "analysis.study",
    "adherence": "analysis.study",
    "composite": "analysis.study",
    "status": "analysis.study",
}

__all__ = ["__version__", *_HOME]
__getattr__, __dir__ = lazy_names(__name__, _HOME)
