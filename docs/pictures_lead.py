"""Draw the pictures of the lead's guide: the demo study and the archive, as the screen shows them.

    python -m docs.pictures_lead

The screens are driven by keys; nothing is drawn by hand. Fonts are not fetched from anywhere.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pqs_coder.exchange.demo import make_archive, make_demo
from pqs_coder.store.study import open_study
from pqs_coder.tui.app import PqsApp
from pqs_coder.tui.screens.lead_desk import LeadDesk

PICTURES = Path(__file__).resolve().parent / "pictures"
SIZE = (88, 26)

Shots = Sequence[tuple[str, tuple[str, ...]]]
"""The name of a picture, and the keys that lead to it from the one before."""

DEMO: Shots = (
    ("lead-progress", ()),
    ("lead-agreement", ("2",)),
    ("lead-differences", ("enter",)),
    ("lead-consensus", ("escape", "c", "5", "a")),
)
ARCHIVE: Shots = (("lead-matrix", ("3",)), ("lead-drift", ("5",)))


def without_fonts(svg: str) -> str:
    """The picture without fonts from the network, and without an id that changes every time."""
    svg = re.sub(r"\s*@font-face\s*\{[^}]*\}", "", svg)
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


async def draw(folder: Path, shots: Shots) -> None:
    """Open the desk of a study and take the pictures."""
    app = PqsApp(lambda: LeadDesk(open_study(folder)))
    async with app.run_test(size=SIZE) as pilot:
        for name, keys in shots:
            await pilot.press(*keys)
            await pilot.pause()
            await app.workers.wait_for_complete()
            await pilot.pause()
            svg = without_fonts(app.export_screenshot(title="pqs", simplify=True))
            (PICTURES / f"{name}.svg").write_text(svg, encoding="utf-8")


def main() -> None:
    """Make both studies in a temporary folder and draw."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        make_demo(Path(place) / "demo")
        asyncio.run(draw(Path(place) / "demo", DEMO))
        make_archive(Path(place) / "archive")
        asyncio.run(draw(Path(place) / "archive", ARCHIVE))


if __name__ == "__main__":
    main()
