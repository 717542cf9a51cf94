"""A few whole screens as plain text, at the three sizes; PQS_UPDATE_GOLDEN=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pqs_coder.desk.desk import Desk
from tests.tui.tui_help import heap_all, screen_text

SCREENS = Path(__file__).resolve().parent.parent / "golden" / "screens"


def compare(name: str, text: str) -> None:
    """Hold a screen against the one that is kept."""
    path = SCREENS / f"{name}.txt"
    if os.environ.get("PQS_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    assert path.exists(), "run the test once with PQS_UPDATE_GOLDEN=1"
    assert text + "\n" == path.read_text(encoding="utf-8")


def half_way(desk: Desk) -> None:
    """A sort in the middle: an over-full pile, an unsure card, evidence, a note, a card that moved."""
    heap_all(desk)
    desk.look(stage="piles")
    for n in range(1, 61):
        desk.place(n, 9 if n <= 7 else 1 + n % 7)
    desk.place(47, 2)
    desk.place(47, 8)
    desk.evidence(47, ("1", "3", "all"))
    desk.note(47, "only after [the silence]")
    desk.unsure(47)
    desk.look(hand=47)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_piles(desk, room, size):
    half_way(desk)
    async with room(desk, size) as (_, pilot):
        compare(f"piles-{size[0]}x{size[1]}", screen_text(pilot.app))


async def test_first_pass_at_the_start(desk, room):
    async with room(desk) as (_, pilot):
        compare("start-80x24", screen_text(pilot.app))


async def test_heaps(desk, room):
    heap_all(desk)
    async with room(desk) as (_, pilot):
        compare("heaps-80x24", screen_text(pilot.app))


async def test_guided(desk, room):
    heap_all(desk)
    async with room(desk) as (_, pilot):
        await pilot.press("G", "space", "down", "space")
        compare("guided-80x24", screen_text(pilot.app))


async def test_review(desk, room):
    half_way(desk)
    async with room(desk) as (_, pilot):
        await pilot.press("s")
        compare("review-80x24", screen_text(pilot.app))
