"""The desk: one rater's draft of one session, open for changes.

Everything that changes a sort goes through here, from the screen and from the command line:
a pure move on the model, a journal line, fsync, and only then the listeners are told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pqs_coder.errors import StudyError, UsageError
from pqs_coder.model.card import WHOLE_HOUR, tidy_evidence
from pqs_coder.model.draft import VIEW_FIELDS, Draft, advance
from pqs_coder.model.guide import describe, next_card
from pqs_coder.model.item_set import ItemSet
from pqs_coder.model.moves import (
    Act,
    Evidence,
    Heap,
    Look,
    Move,
    Note,
    Place,
    Redo,
    Swap,
    Undo,
    Unsure,
)
from pqs_coder.model.study import SessionInfo
from pqs_coder.model.transcript import Transcript
from pqs_coder.store.drafts import DraftFile

IDLE_AFTER = 120.0
"""Seconds without a key after which time is idle and not counted."""


@dataclass(frozen=True, slots=True)
class Change:
    """What listeners are told: the act, the draft before and after it, and it all in words."""

    act: Act
    before: Draft
    after: Draft
    said: str


Listener = Callable[[Change], None]


class Desk:
    """A draft in hand. Open one with `pqs_coder.desk.opening.open_desk`.

    Attributes that readers use: ``draft``, ``item_set``, ``transcript`` (None where the session has
    none), ``info``, ``order`` (in which cards come to hand), ``read_only``, ``warnings``,
    ``revision`` (2 and more over a submitted sort) and the ``reason`` given for it.
    """

    def __init__(
        self,
        draft: Draft,
        file: DraftFile | None,
        *,
        rater: str,
        info: SessionInfo,
        order: tuple[int, ...],
        transcript: Transcript | None = None,
        warnings: tuple[str, ...] = (),
        revision: int = 1,
        reason: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.draft = draft
        self.rater = rater
        self.info = info
        self.order = order
        self.transcript = transcript
        self.warnings = warnings
        self.revision = revision
        self.reason = reason
        self._file = file
        self._clock = clock
        self._listeners: list[Listener] = []
        self._active = 0.0
        self._stirred = clock()

    @property
    def item_set(self) -> ItemSet:
        """The item set that is sorted."""
        return self.draft.item_set

    @property
    def read_only(self) -> bool:
        """Whether this desk can only be read."""
        return self._file is None

    @property
    def hand(self) -> int | None:
        """The item of the card in hand."""
        return self.draft.view.hand

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell ``listener`` of every change from now on; the answer ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def stir(self) -> None:
        """Say that the rater is active (any key); long pauses are idle and not counted."""
        now = self._clock()
        gap = now - self._stirred
        self._stirred = now
        if 0 < gap <= IDLE_AFTER:
            self._active += gap

    # -- moves ---------------------------------------------------------------------------------

    def place(self, item: int, pile: int | None, *, bring_next: bool | None = None) -> Change:
        """Lay an item in a pile (None: off the board).

        ``bring_next`` brings the next card to hand; by default where the item was in hand and has
        been laid somewhere.
        """
        return self._move(Place(item, pile), pile is not None, bring_next)

    def heap(self, item: int, heap: int | None, *, bring_next: bool | None = None) -> Change:
        """Lay an item in a heap of the first pass (None: out of it)."""
        return self._move(Heap(item, heap), heap is not None, bring_next)

    def swap(self, item: int, other: int) -> Change:
        """Two cards take each other's pile; `UsageError` where both lie in one."""
        pile = self.draft.card(item).pile
        if pile == self.draft.card(other).pile:
            where = "in no pile" if pile is None else f"in pile {pile}"
            raise UsageError(f"{item} and {other} both lie {where}.", "Choose another card.")
        return self._record(Swap(item, other), {})

    def note(self, item: int, text: str) -> Change:
        """Write the note on an item ('' removes it)."""
        return self._record(Note(item, text), {})

    def evidence(self, item: int, marks: tuple[str, ...]) -> Change:
        """Tie evidence to an item, replacing what was there; turns must be in the transcript."""
        tidy = tidy_evidence(marks)
        last = len(self.transcript) if self.transcript else 0
        for mark in tidy:
            if mark.isdecimal() and int(mark) > last:
                raise UsageError(f"There is no turn {mark}.", f"The last turn is {last}.")
        return self._record(Evidence(item, tidy), {})

    def toggle_evidence(self, item: int, turns: tuple[int, ...]) -> Change:
        """Tie these turns to an item, or untie them where all of them are tied already."""
        have = self.draft.card(item).evidence
        given = tuple(str(turn) for turn in turns)
        if set(given) <= set(have):
            return self.evidence(item, tuple(mark for mark in have if mark not in given))
        return self.evidence(item, (*have, *given))

    def toggle_whole_hour(self, item: int) -> Change:
        """Say, or take back, that the whole hour is the evidence: it is nowhere in it."""
        have = self.draft.card(item).evidence
        rest = tuple(mark for mark in have if mark != WHOLE_HOUR)
        return self.evidence(item, rest if WHOLE_HOUR in have else (*have, WHOLE_HOUR))

    def unsure(self, item: int, on: bool | None = None) -> Change:
        """Mark an item as unsure, or take the mark off; None turns it over."""
        wanted = not self.draft.card(item).unsure if on is None else on
        return self._record(Unsure(item, wanted), {})

    def undo(self) -> Change:
        """Take back the last move; its card comes to hand."""
        step = self.draft.past
        if step is None:
            raise UsageError("There is nothing to undo.")
        return self._record(Undo(), {"hand": step.move.item}, f"undone: {describe(step.move)}")

    def redo(self) -> Change:
        """Do again what was taken back last; its card comes to hand."""
        step = self.draft.future
        if step is None:
            raise UsageError("There is nothing to redo.")
        return self._record(Redo(), {"hand": step.move.item}, f"redone: {describe(step.move)}")

    def look(self, **view: Any) -> Change | None:
        """Change the view only; None where nothing changes.

        Keys that are no fields of `View` are kept in its ``extra``.
        """
        changes = self._changes(view)
        if not changes:
            return None
        return self._record(Look(), changes, "")

    # -- the one path --------------------------------------------------------------------------

    def _move(self, move: Place | Heap, laid: bool, bring_next: bool | None) -> Change:
        bring = (laid and move.item == self.hand) if bring_next is None else bring_next
        if not bring:
            return self._record(move, {})
        following = next_card(advance(self.draft, move), self.order)
        return self._record(move, {"hand": following} if following is not None else {})

    def _record(self, act: Act, view: Mapping[str, Any], said: str | None = None) -> Change:
        if self._file is None:
            raise StudyError("This sort is open for reading only.", "Nothing was changed.")
        self.stir()
        seconds = round(self._active, 2)
        before = self.draft
        changes = self._changes(view)
        after = advance(before, act, changes, seconds)
        self._file.append(after.lines, _now(), act, changes, seconds)
        self.draft, self._active = after, 0.0
        words = said if said is not None else _words(act)
        change = Change(act, before, after, words)
        for listener in tuple(self._listeners):
            listener(change)
        return change

    def _changes(self, view: Mapping[str, Any]) -> dict[str, Any]:
        """What of a view differs from the present one."""
        now = self.draft.view
        return {
            key: value
            for key, value in view.items()
            if (getattr(now, key) if key in VIEW_FIELDS else now.extra.get(key)) != value
        }

    def touch(self) -> bool:
        """Keep the lock fresh; call it once a minute. False where somebody has taken it over."""
        return self._file is None or self._file.touch()

    def save_copy(self, folder: Path) -> Path:
        """Write the sort as it stands to another place, for when the study can't be written.

        The answer is the new file, SESSION.RATER.journal; `bring_back` puts it into the study.
        Raises `WriteError` where that place can't be written either.
        """
        if self._file is None:
            raise StudyError("This sort is open for reading only.", "Copy the study instead.")
        return self._file.save_copy(folder)

    def begin(self) -> None:
        """Write the journal's header before the first act, where the cards that it starts from
        are the whole work."""
        if self._file is not None:
            self._file.begin()

    def submit(self) -> Path:
        """Submit the sort: an immutable file, read back before the draft is retired.

        Returns its path. Raises `IncompleteError` where a pile has not its number; after a
        `WriteError` it may be called again.
        """
        from pqs_coder.desk.submission import submit

        if self._file is None:
            raise StudyError("This sort is open for reading only.", "Nothing was changed.")
        path = submit(self.draft, self._file)
        self._file = None
        return path

    def close(self) -> None:
        """Give the lock back; everything is on disk already. Fine to call twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _words(act: Act) -> str:
    return describe(act) if isinstance(act, Move) else ""


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
