"""Text on a grid of cells: what can't be seen gets a stand-in, what is too long gets wrapped.

Widths are those by which Textual itself measures (`rich.cells`), so that what is cut or padded here
fits what the compositor draws.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rich.cells import cell_len, get_character_cell_size, split_graphemes

# Printable by their category, yet nothing is seen: fillers, the blank of Braille, joiners and
# selectors that are filed under "mark".
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0100-\U000e01ef]"
)
# Asks only for the coloured or the plain drawing of the sign before it, or to draw two pictures as
# one (a family, a flag). Terminals disagree on the width of what comes out, so the request is left
# out; the signs themselves stay.
_PICTURES = "[\u203c-\u2bff\U0001f000-\U0001faff]"
_DRAWING = re.compile(
    "(?<=[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff])[\ufe0e\ufe0f]"
    "|(?<=[#*0-9])\ufe0f(?=\u20e3)"
    f"|(?:(?<={_PICTURES})|(?<={_PICTURES}\ufe0f))\u200d(?={_PICTURES})"
)
_LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")
_MARK_BASE = "\u25cc"
_ZWNJ = "\u200c"
# No line of a script without blanks begins with one of these.
_CLOSING = frozenset("、。，．：；！？）」』】〕〉》”’…")


@lru_cache(8192)
def width(text: str) -> int:
    """Cells that ``text`` takes on the screen; what is drawn comes again at every move."""
    return cell_len(text)


def visible(text: str) -> str:
    """One line of text in which everything can be seen.

    Control characters become their pictures (``␊`` for a line feed), other invisible characters
    their number (``‹200b›``); a combining mark without a letter before it gets a dotted circle to
    stand on. Letters, marks, brackets and blanks stay as they are.

    >>> visible("[pause] a\\tb\\u202ec")
    '[pause] a␉b‹202e›c'
    """
    if text.isascii() and text.isprintable():
        return text
    text = _DRAWING.sub("", text)
    if not text.isprintable() or _UNSEEN.search(text):
        text = "".join(
            one if one == _ZWNJ and _joins(text, at) else _stand_in(one)
            for at, one in enumerate(text)
        )
    if text and _is_mark(text[0]):
        text = _MARK_BASE + text
    return text


def visible_lines(text: str) -> list[str]:
    """The lines of a text (its own line ends), each made `visible`; at least one."""
    return [visible(line) for line in _LINE_END.split(text)]


@lru_cache(4096)
def _stand_in(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(character) == "Zs":
        return character
    if character.isprintable() and not _UNSEEN.match(character):
        return character
    return f"‹{code:x}›"


def _joins(text: str, at: int) -> bool:
    """Whether the non-joiner at ``at`` stands between letters, where it shapes the writing."""
    return (
        0 < at < len(text) - 1
        and unicodedata.category(text[at - 1])[0] in "LM"
        and unicodedata.category(text[at + 1])[0] in "LM"
    )


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


# Signs of one cell each, whatever stands beside them: Latin, Greek, Cyrillic, quotation marks,
# arrows, pictures of control characters, lines and boxes.
_PLAIN_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x2FF),
    (0x370, 0x482),
    (0x2010, 0x2027),
    (0x2030, 0x203A),
    (0x2190, 0x2193),
    (0x2400, 0x2426),
    (0x2500, 0x25FC),
)
_PLAIN = frozenset(chr(code) for first, last in _PLAIN_RANGES for code in range(first, last + 1))


def _plain(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or _PLAIN.issuperset(text)


class _CellsOf(dict[str, int]):
    """Cells of each character, measured when it is first met."""

    def __missing__(self, character: str) -> int:
        cells = self[character] = get_character_cell_size(character)
        return cells


_cells_of = _CellsOf()


def graphemes(text: str) -> list[tuple[str, int]]:
    """Letters with the marks that stand on them, and the cells that each takes (0, 1 or 2)."""
    if "\u200d" in text or "\ufe0f" in text:
        return [(text[start:end], cells) for start, end, cells in split_graphemes(text)[0]]
    pieces: list[tuple[str, int]] = []
    for character in text:
        cells = _cells_of[character]
        if not pieces or cells == 2 or (cells == 1 and not _stands_on(pieces[-1], character)):
            pieces.append((character, cells))
        else:
            piece, before = pieces[-1]
            pieces[-1] = (piece + character, before + cells)
    return pieces


def _stands_on(piece: tuple[str, int], character: str) -> bool:
    """Whether a sign of one cell belongs to the letter before it (vowel signs of Indic scripts)."""
    return piece[1] < 2 and character > "\u0300" and _is_mark(character)


def cut(text: str, cells: int, end: str = "") -> str:
    """The beginning of ``text`` that fits in so many cells; ``end`` says where something is cut.

    >>> cut("Silence occurs", 8, end="…")
    'Silence…'
    """
    if 2 * len(text) <= cells:  # no sign takes more than two
        return text
    if _plain(text):
        if len(text) <= cells:
            return text
        if not end:
            return text[: max(0, cells)]
    elif width(text) <= cells:
        return text
    room = cells - width(end)
    if room < 0:
        return cut(text, cells) if end else ""
    if _plain(text):
        return text[:room].rstrip(" ") + end
    kept: list[str] = []
    for piece, size in graphemes(text):
        room -= size
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip(" ") + end if end else "".join(kept)


def shortened(text: str, cells: int) -> str:
    """A name of few words with its long words shortened alike, so that it still differs from its
    neighbours; cut at its end where that would leave less than three letters of a word.

    >>> shortened("quite uncharacteristic", 13), shortened("quite characteristic", 13)
    ('quite unchar.', 'quite charac.')
    """
    words = text.split()
    if width(text) <= cells or not words or not all(map(_plain, words)):
        return cut(text, cells, "…")
    room = cells - (len(words) - 1)
    kept = dict.fromkeys(range(len(words)), 0)
    for left, at in zip(
        range(len(words), 0, -1), sorted(kept, key=lambda one: len(words[one])), strict=True
    ):  # the shortest first: what it leaves goes to the others
        kept[at] = min(len(words[at]), room // left)
        room -= kept[at]
    if any(size < min(3, len(words[at])) for at, size in kept.items()):
        return cut(text, cells, "…")
    return " ".join(_short_word(word, kept[at]) for at, word in enumerate(words))


def _short_word(word: str, cells: int) -> str:
    if len(word) <= cells:
        return word
    return f"{word[: cells - 1]}." if cells > 4 else word[:cells]  # letters tell more than a dot


def pad(text: str, cells: int) -> str:
    """`visible` text cut or filled with blanks to exactly so many cells."""
    text = cut(text, cells)
    return text + " " * (cells - width(text))


def wrap(text: str, cells: int) -> list[str]:
    """The lines of ``text``, none wider than so many cells (less than two count as two).

    Breaks at blanks and between letters of scripts that write without them; a word that is too long
    is broken; the text's own line ends stay. Only blanks at breaks are left out, nothing else is.

    >>> wrap("one two three", 8)
    ['one two', 'three']
    """
    cells = max(2, cells)
    lines: list[str] = []
    for line in text.split("\n"):
        if _plain(line) and not line.startswith(" "):
            lines += _wrap_plain(line, cells)
        else:
            lines += _wrap_wide(line, cells)
    return lines


@lru_cache(64)
def _line_pattern(cells: int) -> re.Pattern[str]:
    return re.compile(rf".{{1,{cells}}}(?: +|\Z)|.{{{cells}}}")


def _wrap_plain(line: str, cells: int) -> list[str]:
    if len(line) <= cells:
        return [line.rstrip(" ")]
    return [found.rstrip(" ") for found in _line_pattern(cells).findall(line)]


def _wrap_wide(line: str, cells: int) -> list[str]:
    if width(line) <= cells:
        return [line.rstrip(" ")]
    lines: list[str] = []
    row: list[str] = []
    used = 0
    # Where the row can be broken: pieces before it stay, and the cells that they take.
    break_at = break_cells = 0
    before, words = "", False
    for piece, size in graphemes(line):
        if words and piece != " " and (before == " " or _breaks(before, piece, size)):
            break_at, break_cells = len(row), used
        if used + size > cells and piece != " ":
            at = break_at or len(row)
            lines.append("".join(row[:at]).rstrip(" "))
            used = used - break_cells if break_at else 0
            row = row[at:]
            break_at = break_cells = 0
        row.append(piece)
        used += size
        before, words = piece, words or piece != " "
    lines.append("".join(row).rstrip(" "))
    return lines


def _breaks(before: str, piece: str, size: int) -> bool:
    """Whether a line may end between two letters of a script without blanks."""
    if size != 2 or width(before) != 2 or piece[0] in _CLOSING:
        return False
    return not ("\uac00" <= piece[0] <= "\ud7a3")
