"""Every command of the rating page, declared once, as those of the room are (`tui/commands.py`)."""

from __future__ import annotations

from pqs_coder.tui.commands import Command, Situation, When, always, reads

RATE, SAID, TEXT, PAGE = "Ratings", "Evidence and notes", "Transcript", "Page"
GROUPS = (RATE, SAID, TEXT, PAGE)
DIGITS = tuple("0123456789")


def _listing(now: Situation) -> bool:
    return now.focus == "board"


def _found(now: Situation) -> bool:
    return now.found


def _has_media(now: Situation) -> bool:
    return now.has_media


def _fixed(
    id: str, keys: tuple[str, ...], words: str, group: str, when: When = always, shown: str = ""
) -> Command:
    return Command(id, keys, words, group, when, shown=shown, fixed=True)


COMMANDS = (
    Command(
        "rate", DIGITS, "rate the item, go to the next", RATE, always, 1, "rate", "1-9", fixed=True
    ),
    Command(
        "confirm",
        ("enter", "space"),
        "rate as the cursor of the scale shows (space too)",
        RATE,
        _listing,
        2,
        "confirm",
        "enter",
        fixed=True,
    ),
    _fixed("left", ("left",), "lower on the scale; nothing is rated", RATE, _listing),
    _fixed("right", ("right",), "higher on the scale; nothing is rated", RATE, _listing),
    _fixed("up", ("up",), "the item before", RATE, _listing),
    _fixed("down", ("down",), "the next item", RATE, _listing),
    _fixed(
        "missing",
        ("delete", "backspace"),
        "take the rating back: the item is missing",
        RATE,
        shown="del/backspace",
    ),
    Command("next_missing", ("M",), "to the next item that is missing", RATE, always, 9, "missing"),
    Command("undo", ("u",), "undo the last rating, note or evidence", RATE, always, 7, "undo"),
    Command(
        "evidence",
        ("e",),
        "tie the marked turns, else the turn, to the item (again: untie)",
        SAID,
        always,
        3,
        "evidence",
    ),
    Command("whole_hour", ("w",), "the whole hour is the evidence (again: not)", SAID),
    Command("to_evidence", ("E",), "go to the evidence, turn after turn", SAID, reads),
    Command("note", ("n",), "write a note", SAID, always, 4, "note"),
    Command("next_turn", ("j",), "next turn", TEXT, reads),
    Command("previous_turn", ("k",), "previous turn", TEXT, reads),
    Command("page_down", ("pagedown",), "a page on", TEXT, reads),
    Command("page_up", ("pageup",), "a page back", TEXT, reads),
    Command("go_to_turn", ("g",), "go to a turn", TEXT, reads),
    Command("mark", ("m",), "mark the turn, to tie several (again: not)", TEXT, reads),
    Command("find", ("slash",), "find words in the transcript", TEXT, reads, 6, "find"),
    Command("next_found", ("greater_than_sign",), "next place found", TEXT, _found),
    Command("previous_found", ("less_than_sign",), "place found before", TEXT, _found),
    Command("play", ("o",), "open the recording at this turn", TEXT, _has_media),
    Command("key", ("K",), "the key of the form: its scales, and what is reversed", PAGE),
    _fixed("other_side", ("tab",), "to the transcript and back", PAGE, reads),
    Command("help", ("question_mark",), "the keys", PAGE, always, 8, "help", fixed=True),
    Command("leave", ("q",), "leave; everything is kept", PAGE, always, 5, "leave"),
)
BY_ID = {command.id: command for command in COMMANDS}
