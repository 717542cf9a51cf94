"""Every command of the sorting room, declared once.

A declaration feeds the keys, the footer, the command palette, the help page and docs/keys.md. What
a command does stands in the room, in a method of the same name (``do_undo`` for ``undo``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

HEAPS, PILES, GUIDED = "heaps", "piles", "guided"


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides which commands apply here and now."""

    stage: str = HEAPS
    focus: str = "board"
    walking: bool = False
    read_only: bool = False
    hand: bool = True
    placed: bool = False
    has_turns: bool = True
    has_media: bool = False
    can_undo: bool = False
    can_redo: bool = False
    complete: bool = False
    found: bool = False

    @property
    def writes(self) -> bool:
        """Whether the card in hand can be changed."""
        return not self.read_only and self.hand

    @property
    def heaping(self) -> bool:
        """Whether the arrows lay the card in hand in a heap."""
        return self.stage == HEAPS and self.focus == "board" and not self.walking and self.writes

    @property
    def on_board(self) -> bool:
        """Whether the arrows walk the board."""
        return self.focus == "board" and not self.heaping


When = Callable[[Situation], bool]


def always(_now: Situation) -> bool:
    """Applies everywhere in the room."""
    return True


def writes(now: Situation) -> bool:
    """Applies where the card in hand can be changed."""
    return now.writes


def reads(now: Situation) -> bool:
    """Applies where there is a transcript."""
    return now.has_turns


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its keys, its words, and when it applies.

    ``footer`` ranks it among the few that the footer shows (0: not there). ``shown`` is how its
    keys are written where there are many. ``fixed`` keys can't be given to another command.
    """

    id: str
    keys: tuple[str, ...]
    words: str
    group: str
    when: When = always
    footer: int = 0
    brief: str = ""
    shown: str = ""
    fixed: bool = False

    @property
    def method(self) -> str:
        """The name of the room's method."""
        return f"do_{self.id}"

    @property
    def in_footer(self) -> str:
        """The words for the footer."""
        return self.brief or self.words


DIGITS = tuple("1234567890")

SORT, BOARD, CARD, TEXT, ROOM = "Sorting", "Board", "Card", "Transcript", "Room"
GROUPS = (SORT, BOARD, CARD, TEXT, ROOM)

COMMANDS: tuple[Command, ...] = (
    Command(
        "heap_low",
        ("left",),
        "lay in the uncharacteristic heap",
        SORT,
        lambda now: now.heaping,
        1,
        "unchar.",
        "left/1",
        fixed=True,
    ),
    Command(
        "heap_middle",
        ("down",),
        "lay in the neutral heap",
        SORT,
        lambda now: now.heaping,
        2,
        "neutral",
        "down/2",
        fixed=True,
    ),
    Command(
        "heap_high",
        ("right",),
        "lay in the characteristic heap",
        SORT,
        lambda now: now.heaping,
        3,
        "charact.",
        "right/3",
        fixed=True,
    ),
    Command(
        "heap",
        ("1", "2", "3"),
        "lay in the uncharacteristic, neutral, characteristic heap",
        SORT,
        lambda now: now.stage == HEAPS and now.writes,
        0,
        "",
        "1 2 3",
        fixed=True,
    ),
    Command(
        "walk_heaps",
        ("up",),
        "walk the heaps to take a card again",
        SORT,
        lambda now: now.heaping,
        0,
        fixed=True,
    ),
    Command(
        "place",
        DIGITS,
        "place the card in hand and bring the next",
        SORT,
        lambda now: now.stage == PILES and now.writes,
        1,
        "place",
        "1-9",
        fixed=True,
    ),
    Command(
        "to_piles", ("p",), "go on to the piles", SORT, lambda now: now.stage != PILES, 5, "piles"
    ),
    Command(
        "to_heaps",
        ("h",),
        "back to the three heaps",
        SORT,
        lambda now: now.stage != HEAPS,
        0,
        "heaps",
    ),
    Command("undo", ("u",), "undo", SORT, lambda now: now.can_undo and not now.read_only, 6),
    Command("redo", ("r",), "redo", SORT, lambda now: now.can_redo and not now.read_only),
    Command("submit", ("s",), "submit the sort", SORT, lambda now: not now.read_only, 9, "submit"),
    Command(
        "walk",
        ("left", "right", "up", "down"),
        "walk the board",
        BOARD,
        lambda now: now.on_board,
        0,
        "walk",
        "arrows",
        fixed=True,
    ),
    Command(
        "take",
        ("enter", "space"),
        "take the card under the cursor in hand",
        BOARD,
        lambda now: now.on_board,
        3,
        "take",
        "enter",
        fixed=True,
    ),
    Command(
        "lay_here",
        ("l",),
        "lay the card in hand in the pile under the cursor",
        BOARD,
        lambda now: now.on_board and now.stage == PILES and now.writes,
    ),
    Command(
        "take_off",
        ("backspace",),
        "take the card in hand off its place",
        BOARD,
        lambda now: now.focus == "board" and not now.read_only,
    ),
    Command("next_card", ("full_stop",), "next card in hand", CARD),
    Command("previous_card", ("comma",), "previous card in hand", CARD),
    Command(
        "evidence", ("e",), "tie the turn as evidence (again: untie)", CARD, writes, 7, "evidence"
    ),
    Command("whole_hour", ("w",), "the whole hour is the evidence", CARD, writes),
    Command("note", ("n",), "write a note", CARD, writes, 8, "note"),
    Command("unsure", ("x",), "mark as unsure (again: sure)", CARD, writes),
    Command("next_turn", ("j",), "next turn", TEXT, reads),
    Command("previous_turn", ("k",), "previous turn", TEXT, reads),
    Command("page_down", ("pagedown",), "a page down in the transcript", TEXT, reads),
    Command("page_up", ("pageup",), "a page up in the transcript", TEXT, reads),
    Command("go_to_turn", ("g",), "go to a turn", TEXT, reads),
    Command("find", ("slash",), "find in items and transcript", ROOM, always, 10, "find"),
    Command("next_found", ("f",), "next turn found", TEXT, lambda now: now.found),
    Command("previous_found", ("F",), "previous turn found", TEXT, lambda now: now.found),
    Command("other_side", ("tab",), "to the transcript and back to the board", ROOM, reads),
    Command(
        "keys",
        ("question_mark",),
        "the keys that work here and now",
        ROOM,
        always,
        12,
        "keys",
        fixed=True,
    ),
    Command("close", ("escape",), "close what is on top", ROOM, fixed=True),
    Command("leave", ("q",), "leave; everything is kept", ROOM, always, 11, "leave"),
)

BY_ID = {command.id: command for command in COMMANDS}
