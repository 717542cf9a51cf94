"""The practice sort: twenty cards beside an invented scene, and nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pqs_coder.desk.desk import Desk
from pqs_coder.model.draft import Draft, new_draft
from pqs_coder.model.moves import Act
from pqs_coder.model.review import LOOK_ALIKES, OUTER, SIDES, questions
from pqs_coder.model.study import SessionInfo
from pqs_coder.store.drafts import DraftFile
from pqs_coder.store.item_sets import find_item_set
from pqs_coder.store.shipped import shipped_folder
from pqs_coder.store.transcripts import read_transcript
from pqs_coder.tui.screens.room import RoomScreen
from pqs_coder.tui.screens.room_base import RoomOptions
from pqs_coder.tui.settings import UiSettings

ITEM_SET = "pqs-practice"
SPEAKERS = {"Therapist": "therapist", "Patient": "patient"}


class NoFile(DraftFile):
    """Takes every act and writes nothing."""

    def __init__(self) -> None:
        pass

    def append(
        self, number: int, at: str, act: Act, view: Mapping[str, Any], seconds: float
    ) -> None:
        """Nothing is written."""

    def touch(self) -> bool:
        """There is no lock."""
        return True

    def close(self) -> None:
        """There is nothing to close."""


def practice_desk() -> Desk:
    """A desk with the twenty cards and the invented scene."""
    item_set = find_item_set(ITEM_SET)
    folder: Path = shipped_folder("sessions") / "practice"
    return Desk(
        new_draft(item_set),
        NoFile(),
        rater="you",
        info=SessionInfo("practice", "An invented scene", speakers=SPEAKERS),
        order=item_set.numbers,
        transcript=read_transcript(folder / "transcript.txt"),
    )


def practice_words(draft: Draft) -> str:
    """What a practice sort leaves behind: nothing but a few words to learn from."""
    if not draft.acts:
        return "Nothing was sorted and nothing is kept."
    asked = questions(draft)
    sides = sum(one.kind in (SIDES, OUTER) for one in asked)
    pairs = sum(one.kind == LOOK_ALIKES for one in asked)
    minutes = draft.total_seconds / 60
    return (
        f"The practice is over and nothing is kept: {draft.piled} of {len(draft.cards)} cards in "
        f"piles, {minutes:.0f} min. Cards whose pile does not fit their heap: {sides}; look-alikes "
        f"far apart: {pairs}."
    )


def practice_room(settings: UiSettings) -> RoomScreen:
    """The room with the practice sort in it."""
    return RoomScreen(practice_desk(), RoomOptions(practice=True, settings=settings))
