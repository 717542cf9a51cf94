"""Scores of a rating form: totals and means of its scales."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pqs_coder.errors import DataError
from pqs_coder.model.item_set import ItemSet


@dataclass(frozen=True, slots=True)
class Score:
    """One scale: ``total`` is None where an item is missing, ``mean`` where none is rated."""

    scale: str
    items: int
    rated: int
    total: int | None
    mean: float | None


def turned(form: ItemSet, item: int, value: int) -> int:
    """The value as it counts: reversed items are lowest + highest - value (8 - x on 1 to 7)."""
    return form.values[0] + form.values[-1] - value if item in form.reversed_items else value


def score(form: ItemSet, ratings: Mapping[int, int]) -> tuple[Score, ...]:
    """The scales of ``form`` from ratings by item number.

    Nothing is filled in for a missing item: the scale then has no total, and its mean is that of
    the items that were rated. Raises `DataError` for a form without a key, and for an item or a
    value that the form has not.
    """
    if not form.has_key:
        names = ", ".join(scale.name for scale in form.scales)
        raise DataError(
            f"{form.id} has no key: which items belong to {names or 'its scales'} is not known.",
            "The lab gives the key under [scales] in item_set.toml; until then nothing is scored.",
        )
    for item, value in ratings.items():
        if not form.has_item(item) or not form.has_pile(value):
            raise DataError(
                f"{form.id}: item {item} rated {value}.",
                f"Items run from 1 to {form.numbers[-1]}, "
                f"values from {form.values[0]} to {form.values[-1]}.",
            )
    return tuple(_score(form, scale.name, scale.items, ratings) for scale in form.scales)


def key_lines(form: ItemSet) -> tuple[str, ...]:
    """The key in words, a line a scale; a minus marks a reversed item. Nothing for a deck."""
    if form.scales and not form.has_key:
        names = ", ".join(scale.name for scale in form.scales)
        place = f"[scales] in item_sets/{form.id}/item_set.toml of the study"
        return (
            f"Scales: {names}. No key: the lab supplies it ({place}), and until then nothing is "
            "scored.",
        )
    sign = dict.fromkeys(form.reversed_items, "-")
    return tuple(
        f"{scale.name}: {', '.join(f'{sign.get(item, str())}{item}' for item in scale.items)}"
        for scale in form.scales
    )


def _score(form: ItemSet, name: str, items: tuple[int, ...], ratings: Mapping[int, int]) -> Score:
    counted = [turned(form, item, ratings[item]) for item in items if item in ratings]
    whole = len(counted) == len(items)
    return Score(
        name,
        len(items),
        len(counted),
        sum(counted) if whole else None,
        sum(counted) / len(counted) if counted else None,
    )
