"""Observer coding tool for the Psychotherapy Process Q-set.

>>> import pqs_coder as pqs                                       # doctest: +SKIP
>>> study = pqs.open_study("study")                               # doctest: +SKIP
>>> pqs.agreement(study, by="session")                            # doctest: +SKIP

Public names are loaded when they are asked for; nothing inside imports this module.
"""

from __future__ import annotations

import importlib
from typing import Any

from pqs_coder._version import __version__

_HOME = {
    "open_study": "pqs_coder.analysis.study",
    "agreement": "pqs_coder.analysis.study",
    "adherence": "pqs_coder.analysis.study",
    "composite": "pqs_coder.analysis.study",
    "status": "pqs_coder.analysis.study",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'pqs_coder' has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
