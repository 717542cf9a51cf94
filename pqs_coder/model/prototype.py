"""A prototype: a score for each item of an ideal session of one school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pqs_coder.model.item_set import content_hash

ABOUT = ("title", "citation", "panel", "how", "instruction", "item_set")
"""What is kept of where a prototype comes from, in order."""


@dataclass(frozen=True)
class Prototype:
    """Scores on any linear scale by item number; items may be missing.

    ``panel`` says who made it, ``how`` by which method, ``instruction`` what the panel was told.
    """

    id: str
    scores: Mapping[int, float]
    title: str = ""
    citation: str = ""
    how: str = ""
    item_set: str = ""
    invented: bool = False
    panel: str = ""
    instruction: str = ""

    @property
    def about(self) -> dict[str, str]:
        """Where it comes from: the words that are kept beside the scores."""
        words = {name: str(getattr(self, name)) for name in ABOUT}
        return {name: text for name, text in words.items() if text}

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the scores."""
        return content_hash(sorted((item, float(score)) for item, score in self.scores.items()))
