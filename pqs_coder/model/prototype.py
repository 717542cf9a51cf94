"""A prototype: a score for each item of an ideal session of one school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pqs_coder.model.item_set import content_hash


@dataclass(frozen=True)
class Prototype:
    """Scores on any linear scale by item number; items may be missing."""

    id: str
    scores: Mapping[int, float]
    title: str = ""
    citation: str = ""
    how: str = ""
    item_set: str = ""
    invented: bool = False

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the scores."""
        return content_hash(sorted((item, float(score)) for item, score in self.scores.items()))
