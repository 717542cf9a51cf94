"""Why a command can't be chosen here and now, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pqs_coder.errors import UsageError
from pqs_coder.tui.commands import BY_ID, GUIDED, HEAPS, PILES, Command, Situation
from pqs_coder.tui.keymap import Keymap

USUAL = Keymap()
"""The keys where the user's settings name no others."""

READING_ONLY = (
    "This sort is open for reading only: nothing was changed.",
    "What is submitted is changed by a revision with a reason (pqs sort --revise); a draft goes on "
    "with its rater.",
)

_GOOD: dict[str, object] = {
    "read_only": False,
    "has_turns": True,
    "has_media": True,
    "can_undo": True,
    "can_redo": True,
    "hand": True,
    "has_evidence": True,
    "has_unsure": True,
    "has_bookmarks": True,
    "found": True,
    "lies": True,
    "focus": "board",
    "cursor": True,
    "other": True,
    "on_pile": True,
}
"""What lets commands work."""

# What to say where it is another, the most telling first.
_WORDS = {
    "read_only": READING_ONLY,
    "has_turns": ("This session has no transcript.", ""),
    "has_media": (
        "This session names no audio or video.",
        'Name it in session.toml: media = "PATH".',
    ),
    "can_undo": ("No move has been made yet.", ""),
    "can_redo": ("Nothing has been undone: there is nothing to redo.", ""),
    "hand": ("There is no card in hand.", "Take one from the board."),
    "has_evidence": ("No turn is tied to this card.", "{evidence} ties one."),
    "has_unsure": ("No card is marked as unsure.", "{unsure} marks one."),
    "has_bookmarks": ("There is no bookmark.", "{bookmark} sets one on a turn."),
    "found": ("No search is going on.", "{find} finds words."),
    "lies": ("There is no card to take off here.", ""),
    "focus": ("That is done on the board.", "Tab goes there."),
    "stage": ("", ""),
    "walking": ("", ""),
    "cursor": ("No card lies under the cursor.", "Walk the board with the arrows."),
    "other": ("Walk to another card first.", "The arrows walk the board."),
    "on_pile": ("The cursor is on no pile.", "Walk the board with the arrows."),
}
_STAGES = {
    HEAPS: ("That is for the first pass.", "{to_heaps} goes back to the three heaps."),
    PILES: ("That is for the piles.", "{to_piles} goes on to them."),
    GUIDED: ("That belongs to the guided way.", "{guided} goes there."),
}
_WALKING = {
    True: ("Walk to a card first.", "Up walks the heaps."),
    False: ("Take the card in hand first.", "Enter takes the one under the cursor."),
}
_UNKNOWN = UsageError("That can't be chosen now.", "? lists the keys that work.")


def why_not(command: Command, now: Situation, keymap: Keymap = USUAL) -> UsageError | None:
    """What keeps a command from being chosen now; None where nothing does. ``keymap`` says which
    keys to name in the cure.

    Of the situations in which it would work, the one nearest to ours: the first thing in it that
    ours has not is the reason.
    """
    if command.when(now):
        return None
    good = next((one for one in _better(now) if command.when(one)), None)
    if good is None:
        return _UNKNOWN
    for name, words in _WORDS.items():
        ours = getattr(now, name)
        if ours != getattr(good, name) and not command.when(replace(good, **{name: ours})):
            special = {"stage": _STAGES[good.stage], "walking": _WALKING[good.walking]}
            message, cure = special.get(name, words)
            named = re.sub(r"\{(\w+)\}", lambda found: keymap.shown(BY_ID[found[1]]), cure)
            return UsageError(message, named)
    return _UNKNOWN


def _better(now: Situation) -> Iterator[Situation]:
    """Our situation with nothing lacking; then in another stage, or walking where we are not."""
    whole = replace(now, **_GOOD)  # type: ignore[arg-type]
    for stage in (now.stage, PILES, HEAPS, GUIDED):
        for walking in (now.walking, not now.walking):
            yield replace(whole, stage=stage, walking=walking)


def why_no_key(key: str, now: Situation, sign: str, keymap: Keymap = USUAL) -> UsageError | None:
    """Why a key does nothing now, by the commands that it means elsewhere.

    That another stage has a use for it is the least of reasons. A key that means nothing anywhere
    is told by its sign; None where it has none.
    """
    bound = (why_not(command, now, keymap) for command in keymap.bound(key))
    reasons = [reason for reason in bound if reason]
    elsewhere = [message for message, _ in _STAGES.values()]
    reasons.sort(key=lambda one: (one.message != READING_ONLY[0], one.message in elsewhere))
    if not reasons and sign:
        return UsageError(f"{sign} means nothing here: ? lists the keys.")
    return next(iter(reasons), None)
