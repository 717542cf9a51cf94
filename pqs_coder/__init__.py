"""Observer coding tool for the Psychotherapy Process Q-set.

    import pqs_coder as pqs

    study = pqs.open_study("study")
    study.sorts()                            # the tidy table, a row an item
    pqs.agreement(study, by="session")       # polars frames, the tables of the commands
    pqs.adherence(study)

Beside these: ``pqs_coder.analysis``, every question as a function of a study, with its notes;
``pqs_coder.stats``, plain arrays laid out (..., raters, items); ``pqs_coder.errors``, what may be
raised. docs/python.md shows them.

Public names are loaded when they are asked for; nothing inside imports this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pqs_coder._lazy import lazy_names
from pqs_coder._version import __version__

if TYPE_CHECKING:  # for type checkers; the names are loaded late
    from pqs_coder.analysis.study import adherence, agreement, composite, open_study, status

__all__ = ["__version__", "adherence", "agreement", "composite", "open_study", "status"]
_HOME = dict.fromkeys(__all__[1:], "analysis.study")
__getattr__, __dir__ = lazy_names(__name__, _HOME)
