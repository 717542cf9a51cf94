"""The prototype library as tables, and how prototypes overlap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pqs_coder.analysis.adherence import FEWEST_ITEMS, prototype_r
from pqs_coder.analysis.provenance import provenance
from pqs_coder.analysis.result import Result, build_frame
from pqs_coder.model.names import find_name
from pqs_coder.model.prototype import ABOUT, Prototype
from pqs_coder.stats import fisher_interval

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

LIST_SCHEMA: dict[str, Any] = {
    "prototype": pl.String,
    "title": pl.String,
    "n_items": pl.Int64,
    "item_set": pl.String,
    "invented": pl.Boolean,
    "citation": pl.String,
    "how": pl.String,
    "hash": pl.String,
    "panel": pl.String,
    "instruction": pl.String,
    "scores": pl.String,
}
INCLUDED, NOT_INCLUDED = "included", "not included"
SCORE_SCHEMA: dict[str, Any] = {
    "prototype": pl.String,
    "item": pl.Int64,
    "label": pl.String,
    "score": pl.Float64,
}
COMPARE_SCHEMA: dict[str, Any] = {
    "prototype_a": pl.String,
    "prototype_b": pl.String,
    "r": pl.Float64,
    "r_low": pl.Float64,
    "r_high": pl.Float64,
    "n_items": pl.Int64,
    "hash_a": pl.String,
    "hash_b": pl.String,
}


def prototypes_table(study: Study, *, known: bool = False) -> pl.DataFrame:
    """The study's prototypes: where each comes from, how many items it has, its hash.

    ``known`` adds those from the literature that the study lacks: ``scores`` says "not included".
    """
    rows = library(study, known=known)
    columns: dict[str, Any] = {
        "prototype": [one.id for one in rows],
        "n_items": [len(one.scores) for one in rows],
        "invented": [one.invented for one in rows],
        "hash": [one.hash if one.scores else None for one in rows],
        "scores": [INCLUDED if one.scores else NOT_INCLUDED for one in rows],
    }
    for name in ABOUT:
        columns[name] = [getattr(one, name) or None for one in rows]
    return build_frame(columns, LIST_SCHEMA)


def library(study: Study, *, known: bool = False) -> list[Prototype]:
    """The study's prototypes, and those ``known`` from the literature that it lacks."""
    from pqs_coder.store.known_prototypes import known_prototypes
    from pqs_coder.store.prototypes import load_prototypes

    own = load_prototypes(study)
    if not known:
        return own
    names = [one.id for one in own]
    listed = known_prototypes(study.item_set.id)
    return [*own, *(one for one in listed if find_name(one.id, names) is None)]


def prototype_table(study: Study, identifier: str) -> pl.DataFrame:
    """The scores of one prototype by item; an item without a score has null."""
    from pqs_coder.store.prototypes import load_prototype

    one = load_prototype(study, identifier)
    items = study.item_set.items
    columns: dict[str, Any] = {
        "prototype": [one.id] * len(items),
        "item": [item.number for item in items],
        "label": [item.label for item in items],
        "score": [one.scores.get(item.number) for item in items],
    }
    return build_frame(columns, SCORE_SCHEMA)


def compare_of(study: Study) -> Result:
    """How the study's prototypes overlap."""
    from pqs_coder.store.prototypes import load_prototypes

    prototypes = load_prototypes(study)
    return compare_prototypes(prototypes).with_notes(*provenance(prototypes))


def compare_prototypes(prototypes: Sequence[Prototype]) -> Result:
    """r of each pair of prototypes over the items that both have, with Fisher's interval."""
    pairs = list(combinations(prototypes, 2))
    items = np.array(sorted({item for one in prototypes for item in one.scores}), dtype=np.intp)
    r, n = np.full(len(pairs), np.nan), np.zeros(len(pairs), dtype=np.intp)
    for place, (one, other) in enumerate(pairs):
        scores = np.array([[one.scores.get(int(item), np.nan) for item in items]])
        found, shared = prototype_r(scores, items, other)
        r[place], n[place] = found[0], shared[0]
    limits = fisher_interval(r, np.maximum(n, FEWEST_ITEMS))
    columns: dict[str, Any] = {
        "prototype_a": [one.id for one, _ in pairs],
        "prototype_b": [other.id for _, other in pairs],
        "r": r,
        "r_low": limits.low,
        "r_high": limits.high,
        "n_items": n,
        "hash_a": [one.hash for one, _ in pairs],
        "hash_b": [other.hash for _, other in pairs],
    }
    notes = () if pairs else ("A comparison needs two prototypes.",)
    return Result(build_frame(columns, COMPARE_SCHEMA), notes)
