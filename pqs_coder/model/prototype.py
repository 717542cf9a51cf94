"""A prototype: a score for each item of an ideal session of one school."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from pqs_coder.model.item_set import content_hash

ABOUT = ("title", "citation", "panel", "how", "instruction", "item_set")
"""What is kept of where a prototype comes from, in order."""


@dataclass(frozen=True)
class Prototype:
    """Scores on any linear scale by item number; items may be missing.

    ``panel`` says who made it, ``how`` by which method, ``instruction`` what the panel was told.
    ``whole`` is the hash of the whole prototype where this is a part of it (`over`).
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
    whole: str = ""

    @property
    def about(self) -> dict[str, str]:
        """Where it comes from: the words that are kept beside the scores."""
        words = {name: str(getattr(self, name)) for name in ABOUT}
        return {name: text for name, text in words.items() if text}

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the scores, of the whole prototype where this is a part of one."""
        return self.whole or content_hash(
            sorted((item, float(score)) for item, score in self.scores.items())
        )

    def over(self, items: Iterable[int]) -> Prototype:
        """The same over these items only."""
        wanted = set(items)
        scores = {item: score for item, score in self.scores.items() if item in wanted}
        return replace(self, scores=scores, whole=self.hash)
