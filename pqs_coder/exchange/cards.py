"""An item set for sorting on a table: cards to cut, manual pages, a sheet to write the piles on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from html import escape

from pqs_coder.errors import UsageError
from pqs_coder.model.item_set import Item, ItemSet

PARTS = ("cards", "manual", "sheet")
WHO = ("Session", "Rater", "Date")

_STYLE = """\
@page { size: A4; margin: 12mm }
* { box-sizing: border-box }
body { font: 10pt/1.3 sans-serif; margin: 0 auto; max-width: 186mm; color: #000 }
h1 { font-size: 14pt } h2 { font-size: 11pt; margin: 0 0 1mm }
section { break-after: page } section:last-child { break-after: auto }
.cards { display: grid; grid-template-columns: 1fr 1fr }
.cards, .card { border: 0 dashed; border-width: 1px 0 0 1px }
.card { min-height: 52mm; padding: 4mm; border-width: 0 1px 1px 0; break-inside: avoid }
.number { float: right; font-size: 18pt; font-weight: bold; margin-left: 3mm }
.pole { font-size: 8.5pt; margin: 1mm 0 }
.item { break-inside: avoid; margin-bottom: 3mm }
p { margin: 0 0 1mm } .small { font-size: 8.5pt }
table { border-collapse: collapse; width: 100% }
td, th { border: 1px solid; padding: 1mm 1.5mm; text-align: left; vertical-align: top }
.box { display: inline-block; width: 11mm; height: 7mm; border: 1px solid; margin: 0.5mm }
.value { text-align: center; line-height: 7mm }
"""


def parts_of(item_set: ItemSet, parts: Iterable[str] = ()) -> list[str]:
    """What is printed of an item set: ``parts``, else all; a rating form has no cards."""
    has = [part for part in PARTS if part != "cards" or item_set.kind == "sort"]
    wanted = list(parts) or has
    if missing := [part for part in wanted if part not in has]:
        raise UsageError(
            f"{item_set.id} has no {missing[0]} to print.", f"It has {', '.join(has)}."
        )
    return wanted


def print_html(item_set: ItemSet, parts: Iterable[str] = ()) -> bytes:
    """One page of HTML that needs nothing else, laid out for A4; ``parts`` as for `parts_of`."""
    makers = {"cards": _cards, "manual": _manual, "sheet": _sheet}
    body = "\n".join(makers[part](item_set) for part in parts_of(item_set, parts))
    title = escape(item_set.title)
    page = (
        f'<!DOCTYPE html>\n<html lang="{escape(item_set.language)}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{title}</title>\n<style>\n{_STYLE}</style>\n</head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )
    return page.encode("utf-8")


def card_lines(item: Item) -> list[str]:
    """What stands on a card below its number: the wording of the lab, else label and poles."""
    if item.text:
        return [item.text]
    return [item.label, *pole_lines(item)]


def pole_lines(item: Item) -> list[str]:
    """What a high and a low placement mean, where the item says it."""
    return [f"{sign} {text}" for sign, text in (("+", item.high), ("\u2212", item.low)) if text]


def manual_lines(item: Item) -> list[str]:
    """What stands in the manual below an item's number and label."""
    see = f"Easily mixed up with {', '.join(map(str, item.see))}." if item.see else ""
    lines = [item.text, item.definition, *pole_lines(item), item.example, item.hint, see]
    return [line for line in lines if line]


def _cards(item_set: ItemSet) -> str:
    cards = []
    for item in item_set.items:
        first, *rest = card_lines(item)
        poles = "".join(f'<p class="pole">{_text(line)}</p>' for line in rest)
        cards.append(
            f'<div class="card"><span class="number">{item.number}</span>'
            f"<p>{_text(first)}</p>{poles}</div>"
        )
    return _section(cards, "cards")


def _manual(item_set: ItemSet) -> str:
    items = []
    for item in item_set.items:
        lines = "".join(f"<p>{_text(line)}</p>" for line in manual_lines(item))
        about = f' <span class="small">{_text(item.about)}</span>' if item.about else ""
        items.append(
            f'<div class="item"><h2>{item.number}. {_text(item.label)}{about}</h2>{lines}</div>'
        )
    head = f"<h1>{_text(item_set.title)}</h1>\n<p>{_text(item_set.rights)}</p>"
    return _section([head, *items])


def _sheet(item_set: ItemSet) -> str:
    blanks = " &nbsp; ".join(f"{word}: ____________________" for word in WHO)
    head = [f"<h1>{_text(item_set.title)}</h1>", f"<p>{blanks}</p>"]
    if item_set.kind == "ratings":
        return _section([*head, *_to_rate(item_set)])
    rows = []
    for pile in reversed(item_set.piles):
        boxes = '<span class="box"></span>' * pile.size
        rows.append(
            f"<tr><th>{pile.value}</th><td>{_text(pile.label)}<br>{pile.size} items</td>"
            f"<td>{boxes}</td></tr>"
        )
    asked = "<p>Write the numbers of the items into the boxes of each pile.</p>"
    return _section([*head, asked, "<table>", *rows, "</table>"])


def _to_rate(form: ItemSet) -> list[str]:
    """A row for each item of a rating form, with its values to mark."""
    values = "".join(f'<span class="box value">{value}</span>' for value in form.values)
    rows = [
        f"<tr><th>{item.number}</th><td>{_text(card_lines(item)[0])}</td><td>{values}</td></tr>"
        for item in form.items
    ]
    return [f"<p>{_text(scale_line(form))}</p>", "<table>", *rows, "</table>"]


def scale_line(form: ItemSet) -> str:
    """What is asked on the sheet of a rating form: the scale in words."""
    words = [f"{pile.value} {pile.label}" for pile in form.piles if pile.label]
    return f"Mark one value of each item. {', '.join(words)}".rstrip(" ,")


def _section(lines: Sequence[str], kind: str = "") -> str:
    opening = f'<section class="{kind}">' if kind else "<section>"
    return "\n".join([opening, *lines, "</section>"])


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def entry_csv(item_set: ItemSet, rows: Sequence[tuple[str, str]] = ()) -> bytes:
    """A table to type sheets into: session, rater, and a column for each pile.

    Item numbers go into the cells, parted by blanks. A rating form has a column for each item, and
    its values go into the cells. ``pqs import`` reads both. ``rows`` are the sessions and raters
    that are expected.
    """
    if item_set.kind == "ratings":
        columns = [f"item{number}" for number in item_set.numbers]
    else:
        columns = [f"pile {value}" for value in item_set.values]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["session", "rater", *columns])
    writer.writerows([session, rater, *[""] * len(columns)] for session, rater in rows)
    return out.getvalue().encode("utf-8")
