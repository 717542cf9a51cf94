"""What the room is like here and now, as commands ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pqs_coder.model.draft import Draft
from pqs_coder.tui.commands import HEAPS, Situation

if TYPE_CHECKING:
    from pqs_coder.tui.screens.room_base import RoomBase


def lies(draft: Draft, item: int | None) -> bool:
    """Whether a card lies in a heap, or from the piles on in a pile."""
    if item is None:
        return False
    card = draft.card(item)
    return (card.heap if draft.view.stage == HEAPS else card.pile) is not None


def situation_of(room: RoomBase) -> Situation:
    """What decides which commands apply in the room."""
    draft, hand, cursor = room.draft, room.hand, room.board.cursor
    focus = "transcript" if room.focused is room.transcript else "board"
    return Situation(
        stage=draft.view.stage,
        focus="prompt" if room.prompt.asking else focus,
        walking=room.walking,
        read_only=room.desk.read_only,
        hand=hand is not None,
        has_turns=bool(room.desk.transcript),
        has_media=bool(room.desk.info.media),
        has_evidence=hand is not None and bool(draft.card(hand).turns),
        can_undo=draft.past is not None,
        can_redo=draft.future is not None,
        complete=draft.complete,
        found=room.found,
        filtered=room.board.filter is not None,
        lies=lies(draft, hand) or lies(draft, cursor),
        cursor=cursor is not None,
        other=cursor is not None and cursor != hand,
        on_pile=room.board.looks.cursor_group is not None,
        has_unsure=any(card.unsure for card in draft.cards.values()),
        has_bookmarks=bool(draft.view.bookmarks),
        reading=room.has_class("-reading"),
    )
