"""Draw the pictures of the rater's guide: the demo study, as the screen shows it.

    python -m docs.pictures_room

The screens are driven by keys; nothing is drawn by hand. Fonts are not fetched from anywhere.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from textual.screen import Screen

from docs.pictures_lead import PICTURES, without_fonts
from pqs_coder.desk.desk import Desk
from pqs_coder.desk.opening import open_desk
from pqs_coder.exchange.demo import make_demo
from pqs_coder.model.guided import side_of
from pqs_coder.store.study import Study, open_study
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.opening import room_for
from pqs_coder.tui.screens.home import HomeScreen
from pqs_coder.tui.settings import UiSettings

SMALL, WIDE = (80, 24), (120, 40)
FRESH, BEGUN = "W6", "M9"
RATER = "anna"

Shot = tuple[str, tuple[str, ...]]
"""The name of a picture, and the keys that lead to it from the one before."""


async def draw(
    first: Callable[[], Screen[None]],
    shots: Sequence[Shot],
    size: tuple[int, int] = SMALL,
    theme: str = "dark",
) -> None:
    """Open a screen and take pictures of it."""
    app = PqsApp(first, UiSettings(theme=theme))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for name, keys in shots:
            await pilot.press(*keys)
            await pilot.pause()
            svg = without_fonts(app.export_screenshot(title="pqs", simplify=True))
            (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")


def in_room(study: Study, desk: Desk, theme: str = "dark") -> Callable[[], Screen[None]]:
    """The sorting room on a desk."""
    return lambda: room_for(study, desk, UiSettings(theme=theme, tour_seen=True))


def lay_heaps(desk: Desk) -> None:
    """The rest of the first pass, at random but always the same."""
    rng = random.Random(6)
    for n in desk.order:
        if not desk.draft.card(n).placed:
            desk.heap(n, rng.choice((-1, -1, 0, 1, 1)))


def fill_piles(desk: Desk) -> None:
    """A whole sort that follows the heaps."""
    desk.look(stage="piles")
    free = [pile.value for pile in desk.item_set.piles for _ in range(pile.size)]
    cards = sorted(desk.order, key=lambda n: (desk.draft.card(n).heap or 0, n))
    for n, value in zip(cards, free, strict=True):
        if desk.draft.card(n).pile != value:
            desk.place(n, value)
    odd = [
        n
        for n in cards
        if desk.draft.card(n).heap == -side_of(desk.item_set, desk.draft.card(n).pile or 5)
    ]
    for n in (odd or cards)[:2]:
        desk.unsure(n)


def begin(study: Study) -> None:
    """A fresh session, from the first look to the guided way."""
    with open_desk(study, FRESH, RATER) as desk:
        room = in_room(study, desk)
        heaps = ("right", "left", "down", "right", "right", "left", "left", "down", "right", "left")
        asyncio.run(draw(room, [("room-start", ()), ("room-reading", ("z",))]))
        evidence = ("j", "j", "m", "j", "j", "m", "e", "n", *"quick and warm", "enter")
        asyncio.run(
            draw(
                in_room(study, desk),
                [
                    ("room-heaps", (*heaps, *heaps)),
                    ("room-evidence", evidence),
                    ("room-keys", ("?",)),
                ],
            )
        )
        lay_heaps(desk)
        guided = ("G", "space", "right", "space", "down", "space")
        asyncio.run(draw(in_room(study, desk), [("room-guided", guided)]))
        fill_piles(desk)
        asyncio.run(draw(in_room(study, desk), [("room-review", ("s",)), ("room-submit", ("s",))]))


def go_on(study: Study) -> None:
    """A draft half done: the piles, small and wide, and pages on top of them."""
    with open_desk(study, BEGUN, RATER) as desk:
        room = in_room(study, desk)
        walk = ("right", "right", "right")
        pages = (
            ("room-piles", walk),
            ("room-compare", ("c",)),
            ("room-find", ("escape", "/", *"feel")),
        )
        asyncio.run(draw(room, pages))
        asyncio.run(draw(in_room(study, desk), [("room-wide", ("down", "down"))], WIDE))
        light = in_room(study, desk, "light")
        asyncio.run(draw(light, [("room-wide-light", ("down", "down"))], WIDE, "light"))


def main() -> None:
    """Make the demo study in a temporary folder and draw."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        make_demo(Path(place) / "demo")
        study = open_study(Path(place) / "demo", RATER)
        asyncio.run(draw(lambda: HomeScreen(study), [("home", ())]))
        begin(study)
        go_on(study)


if __name__ == "__main__":
    main()
