"""A made-up item set (12 items, 5 piles), a study on it, and runs of moves for property tests."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import strategies as st

from pqs_coder.desk.desk import Desk
from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import UsageError
from pqs_coder.model.draft import Draft, advance, new_draft
from pqs_coder.model.item_set import Item, ItemSet, Pile
from pqs_coder.model.moves import (
    Act,
    Evidence,
    Heap,
    Look,
    Note,
    Place,
    Redo,
    Swap,
    Undo,
    Unsure,
)
from pqs_coder.store.study import Study, open_study

SETTINGS = """\
id = "birds"
title = "Birds at a window"
version = "1"
language = "en"
rights = "made up for tests"
kind = "sort"
values = [-2, -1, 0, 1, 2]
sizes = [1, 3, 4, 3, 1]
labels = ["least", "less", "so so", "more", "most"]
"""

ITEMS = "item,about,label,high,low,see,hint\n" + "".join(
    f"{n},bird,Bird {n},sings {n},is silent {n},{n % 12 + 1},hint {n}\n" for n in range(1, 13)
)

TRANSCRIPT = "".join(f"{'PT'[n % 2]}: words of turn {n} [pause]\n" for n in range(20))

BIRDS = ItemSet(
    id="birds",
    title="Birds at a window",
    version="1",
    language="en",
    rights="made up for tests",
    kind="sort",
    piles=tuple(
        Pile(value, size, label)
        for value, size, label in zip(
            (-2, -1, 0, 1, 2),
            (1, 3, 4, 3, 1),
            ("least", "less", "so so", "more", "most"),
            strict=True,
        )
    ),
    items=tuple(
        Item(n, "bird", f"Bird {n}", f"sings {n}", f"is silent {n}", (n % 12 + 1,), f"hint {n}")
        for n in range(1, 13)
    ),
)


def write_item_set(folder: Path, settings: str = SETTINGS, items: str = ITEMS) -> Path:
    """The item set as a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "item_set.toml").write_text(settings, encoding="utf-8")
    (folder / "items.csv").write_text(items, encoding="utf-8")
    return folder


def make_small_study(
    folder: Path, more: str = "", sessions: tuple[str, ...] = ("S1", "S2")
) -> Path:
    """A study of the made-up set; ``more`` goes into study.toml. The first session has turns."""
    write_item_set(folder / "item_sets" / "birds")
    (folder / "study.toml").write_text(
        f'format = 1\ntitle = "small"\nitem_set = "birds"\n{more}\n', encoding="utf-8"
    )
    for code in sessions:
        (folder / "sessions" / code).mkdir(parents=True)
    (folder / "sessions" / sessions[0] / "transcript.txt").write_text(TRANSCRIPT, encoding="utf-8")
    return folder


def small_study(folder: Path, viewer: str | None = None, more: str = "") -> Study:
    """The same, opened."""
    return open_study(make_small_study(folder, more), viewer)


def whole_sort(seed: int = 1) -> dict[int, int]:
    """A pile for each of the twelve items, every pile with its number."""
    piles = [pile.value for pile in BIRDS.piles for _ in range(pile.size)]
    random.Random(seed).shuffle(piles)
    return dict(zip(BIRDS.numbers, piles, strict=True))


def fill(desk: Desk, seed: int = 1) -> dict[int, int]:
    """Place every card; the answer is where they lie."""
    piles = whole_sort(seed)
    for item, pile in piles.items():
        desk.place(item, pile)
    return piles


def submitted(study: Study, session: str = "S1", rater: str = "anna", seed: int = 1) -> Path:
    """Sort and submit; the answer is the file."""
    with open_desk(study, session, rater) as desk:
        fill(desk, seed)
        return desk.submit()


items = st.integers(1, 12)
marks = st.lists(
    st.one_of(st.integers(1, 20).map(str), st.sampled_from(("all", "12:30", "1:02:03.5"))),
    max_size=4,
).map(tuple)
notes = st.one_of(st.text(max_size=20), st.sampled_from(("[/]", '{"do":"undo"}', "a\u2028b\0", "")))
moves = st.one_of(
    st.builds(Place, items, st.sampled_from((None, -2, -1, 0, 1, 2))),
    st.builds(Heap, items, st.sampled_from((None, -1, 0, 1))),
    st.builds(Swap, items, items).filter(lambda swap: swap.item != swap.other),
    st.builds(Note, items, notes),
    st.builds(Evidence, items, marks),
    st.builds(Unsure, items, st.booleans()),
)
acts = st.one_of(moves, moves, st.sampled_from((Undo(), Redo(), Look())))
runs = st.lists(acts, max_size=40)


def possible(run: list[Act], draft: Draft | None = None) -> tuple[list[Act], list[Draft]]:
    """The acts of a run that can be done, and every draft on the way (one more than acts)."""
    drafts = [draft or new_draft(BIRDS)]
    done: list[Act] = []
    for act in run:
        try:
            drafts.append(advance(drafts[-1], act))
        except UsageError:
            continue
        done.append(act)
    return done, drafts
