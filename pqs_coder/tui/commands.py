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
    """What decides which commands apply here and now.

    ``lies``: the card in hand (else the one under the cursor) lies somewhere; ``cursor``: there is
    a card under the cursor, ``other``: it is not the one in hand; ``on_pile``: there is a pile;
    ``reading``: the transcript has the board's place.
    """

    stage: str = HEAPS
    focus: str = "board"
    walking: bool = False
    read_only: bool = False
    hand: bool = True
    has_turns: bool = True
    has_media: bool = False
    has_evidence: bool = False
    can_undo: bool = False
    can_redo: bool = False
    complete: bool = False
    found: bool = False
    filtered: bool = False
    lies: bool = False
    cursor: bool = False
    other: bool = False
    on_pile: bool = False
    has_unsure: bool = False
    has_bookmarks: bool = False
    reading: bool = False

    @property
    def writes(self) -> bool:
        """Whether the card in hand can be changed."""
        return not self.read_only and self.hand

    @property
    def heaping(self) -> bool:
        """Whether the arrows lay the card in hand in a heap."""
        return self.stage == HEAPS and self.focus == "board" and not self.walking and self.writes

    @property
    def guiding(self) -> bool:
        """Whether the arrows walk the cards that the guided way offers."""
        return self.stage == GUIDED and self.focus == "board"

    @property
    def on_board(self) -> bool:
        """Whether the arrows walk the board."""
        return self.focus == "board" and not self.heaping and not self.guiding


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


def _hand(now: Situation) -> bool:
    return now.hand


def _heaping(now: Situation) -> bool:
    return now.heaping


def _guiding(now: Situation) -> bool:
    return now.guiding and now.writes


def _on_board(now: Situation) -> bool:
    return now.on_board


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
ARROWS = ("left", "right", "up", "down")

SORT, BOARD, CARD, TEXT, ROOM = "Sorting", "Board", "Card in hand", "Transcript", "Room"
GROUPS = (SORT, BOARD, CARD, TEXT, ROOM)


def _fixed(
    id: str,
    keys: tuple[str, ...],
    words: str,
    group: str,
    when: When = always,
    footer: int = 0,
    brief: str = "",
    shown: str = "",
) -> Command:
    return Command(id, keys, words, group, when, footer, brief, shown, fixed=True)


_SORTING = (
    _fixed(
        "heap_low",
        ("left",),
        "lay in the uncharacteristic heap",
        SORT,
        _heaping,
        1,
        "unchar.",
        "←/1",
    ),
    _fixed(
        "heap_middle", ("down",), "lay in the neutral heap", SORT, _heaping, 2, "neutral", "↓/2"
    ),
    _fixed(
        "heap_high",
        ("right",),
        "lay in the characteristic heap",
        SORT,
        _heaping,
        3,
        "charact.",
        "→/3",
    ),
    _fixed(
        "heap",
        DIGITS[:3],
        "lay in the un-, neutral, characteristic heap",
        SORT,
        lambda now: now.stage == HEAPS and now.writes,
        0,
        "",
        "1 2 3",
    ),
    _fixed("walk_heaps", ("up",), "walk the heaps, to take a card again", SORT, _heaping),
    _fixed(
        "place",
        DIGITS,
        "place the card in hand and bring the next",
        SORT,
        lambda now: now.stage != HEAPS and now.writes,
        2,
        "place",
        "1-9",
    ),
    _fixed(
        "choose",
        ("space",),
        "choose the card for this pile (again: not)",
        SORT,
        _guiding,
        1,
        "choose",
    ),
    _fixed(
        "next_step",
        ("enter",),
        "go on to the next pile of the guided way",
        SORT,
        _guiding,
        3,
        "next pile",
    ),
    _fixed("step_back", ("backspace",), "back to the pile before", SORT, _guiding, 4, "back"),
    Command(
        "to_piles", ("p",), "go on to the piles", SORT, lambda now: now.stage != PILES, 7, "piles"
    ),
    Command("to_heaps", ("h",), "back to the three heaps", SORT, lambda now: now.stage != HEAPS),
    Command(
        "guided",
        ("G",),
        "the guided way, from the ends inward (again: leave)",
        SORT,
        lambda now: not now.read_only,
    ),
    Command("undo", ("u",), "undo", SORT, lambda now: now.can_undo and not now.read_only, 5),
    Command("redo", ("r",), "redo", SORT, lambda now: now.can_redo and not now.read_only),
    Command("moves", ("a",), "all moves", SORT, lambda now: now.can_undo),
    Command(
        "submit",
        ("s",),
        "look back over the sort, then submit it",
        SORT,
        lambda now: not now.read_only,
        8,
        "submit",
    ),
)

_BOARD = (
    _fixed("walk", ARROWS, "walk the board", BOARD, _on_board, 0, "walk", "arrows"),
    _fixed(
        "walk_guided", ARROWS, "walk the cards to choose from", BOARD, _guiding, 0, "walk", "arrows"
    ),
    _fixed(
        "take",
        ("enter", "space"),
        "take the card under the cursor in hand",
        BOARD,
        lambda now: now.on_board and now.cursor and (now.other or now.walking),
        3,
        "take",
        "enter",
    ),
    _fixed(
        "take_off",
        ("backspace",),
        "take the card in hand off its place",
        BOARD,
        lambda now: now.focus == "board" and not now.read_only and not now.guiding and now.lies,
    ),
    Command(
        "lay_here",
        ("l",),
        "lay the card in hand in the pile under the cursor",
        BOARD,
        lambda now: now.on_board and now.stage == PILES and now.writes and now.on_pile,
    ),
    Command(
        "swap",
        ("y",),
        "swap the card in hand and the one under the cursor",
        BOARD,
        lambda now: now.on_board and now.stage == PILES and now.writes and now.other,
    ),
    Command(
        "push_up",
        ("plus",),
        "push up a pile, a neighbour comes down for it",
        BOARD,
        lambda now: now.stage == PILES and now.writes,
    ),
    Command(
        "push_down",
        ("minus",),
        "push down a pile, a neighbour comes up for it",
        BOARD,
        lambda now: now.stage == PILES and now.writes,
    ),
    Command("compare", ("c",), "compare two cards side by side", BOARD, _hand),
    Command("pile", ("v",), "view a pile as a list, by number or unsure first", BOARD),
    Command(
        "filter", ("f",), "show some of the cards only", BOARD, lambda now: now.stage != GUIDED
    ),
    Command("minimap", ("d",), "the distribution in little", BOARD),
)

_CARD = (
    Command("next_card", ("full_stop",), "next card in hand", CARD),
    Command("previous_card", ("comma",), "previous card in hand", CARD),
    Command("next_unsure", ("X",), "next unsure card in hand", CARD, lambda now: now.has_unsure),
    Command(
        "whole_card", ("i",), "all of the card: manual, look-alikes, where it lay", CARD, _hand
    ),
    Command(
        "evidence", ("e",), "tie the turn as evidence (again: untie)", CARD, writes, 6, "evidence"
    ),
    Command("whole_hour", ("w",), "the whole hour is the evidence (again: not)", CARD, writes),
    Command(
        "to_evidence",
        ("E",),
        "go to the evidence, turn after turn",
        CARD,
        lambda now: now.has_evidence and now.has_turns,
    ),
    Command("note", ("n",), "write a note", CARD, writes, 9, "note"),
    Command("unsure", ("x",), "mark as unsure (again: sure)", CARD, writes),
)

_TEXT = (
    Command("next_turn", ("j",), "next turn", TEXT, reads),
    Command("previous_turn", ("k",), "previous turn", TEXT, reads),
    Command("page_down", ("pagedown",), "a page on", TEXT, reads),
    Command("page_up", ("pageup",), "a page back", TEXT, reads),
    Command("go_to_turn", ("g",), "go to a turn", TEXT, reads),
    Command("mark", ("m",), "mark the turn, to tie several (again: not)", TEXT, reads),
    Command("bookmark", ("b",), "bookmark the turn (again: not)", TEXT, reads),
    Command(
        "next_bookmark",
        ("B",),
        "next bookmark",
        TEXT,
        lambda now: now.has_turns and now.has_bookmarks,
    ),
    Command("cards_here", ("t",), "cards that this turn supports", TEXT, reads),
    Command("next_found", ("greater_than_sign",), "next place found", TEXT, lambda now: now.found),
    Command(
        "previous_found", ("less_than_sign",), "place found before", TEXT, lambda now: now.found
    ),
    Command("play", ("o",), "open the recording at this turn", TEXT, lambda now: now.has_media),
    Command("zoom", ("z",), "the transcript in the board's place (again: back)", TEXT, reads),
)

_ROOM = (
    Command("find", ("slash",), "find in items and transcript", ROOM, always, 10, "find"),
    _fixed("other_side", ("tab",), "to the transcript and back to the board", ROOM, reads),
    Command("tour", ("T",), "a tour of the room in five steps", ROOM),
    Command("theme", (), "next theme: dark, light, high contrast", ROOM),
    Command("spacing", (), "compact or roomy spacing", ROOM),
    Command(
        "save_copy",
        ("W",),
        "write a copy of the sort to another place",
        ROOM,
        lambda now: not now.read_only,
    ),
    Command("palette", ("colon", "ctrl+p"), "all commands by name", ROOM, always, 0, "", ":"),
    _fixed("keys", ("question_mark",), "the keys that work here and now", ROOM, always, 12, "keys"),
    _fixed("close", ("escape",), "close what is on top", ROOM),
    Command("leave", ("q",), "leave; everything is kept", ROOM, always, 11, "leave"),
)

COMMANDS: tuple[Command, ...] = (*_SORTING, *_BOARD, *_CARD, *_TEXT, *_ROOM)

BY_ID = {command.id: command for command in COMMANDS}
