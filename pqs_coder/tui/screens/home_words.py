"""What the home page says: a session in one line, a form in one line, its keys."""

from __future__ import annotations

from rich.text import Text

from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.words import plural
from pqs_coder.tui.sessions import SessionRow, in_short
from pqs_coder.tui.text import cut, pad, visible, width

STATE = 24
"""Cells in which most states fit; titles stand in line behind them."""
TITLE = 46
"""Cells of a form's title."""

FORMS_HINT = "wording is the lab's: ? says how   enter chooses   escape closes"

FORMS_HELP = """\
up, down, j, k  move
enter           opens the form for the session under the cursor
escape          closes the list

Forms such as the WAI come with item numbers and keys, without the wording,
which belongs to its owners. A lab loads its own: pqs item-sets add
(docs/formats.md)."""

HELP = """\
up, down  move through the sessions
enter     opens the session under the cursor; a lead is asked what to read, or who sorts
f         a rating form for the session under the cursor
p         practises on 20 cards; nothing of it is kept
d         the lead's desk: how the study stands (leads only)
escape    closes the line to type into
q         leaves the program

In a list: enter chooses, escape closes."""


def row_text(row: SessionRow, cells: int, widest: int = 12) -> Text:
    """A session in one line: how far it is comes before its title, which may be cut."""
    works = "; ".join(
        work.said if len(row.works) == 1 else f"{work.rater}: {work.said}" for work in row.works
    )
    code = pad(visible(row.code), min(widest, 24))
    if width(works) > cells - width(code) - 4:
        works = in_short(row)
    said = visible("; ".join(words for words in (works, row.forms) if words))
    said += " " * max(0, STATE - width(said))
    return Text(cut(f"  {code}  {said}  {visible(row.title)}", cells, "…"))


def form_row(form: ItemSet, far: str) -> Text:
    """A form in one line, with how far it is (`forms_progress`), else with its length."""
    title = cut(visible(form.title), TITLE, "…")
    return Text(f"{form.id:<10}  {pad(title, TITLE)}  {far or plural(len(form.items), 'item')}")
