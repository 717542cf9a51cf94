"""Commands that read: the transcript, evidence, notes, finding."""

from __future__ import annotations

from pqs_coder.errors import UsageError
from pqs_coder.tui.screens.room_base import RoomBase
from pqs_coder.tui.widgets.transcript_view import TranscriptView


class Reading(RoomBase):
    """The transcript and what ties it to the cards."""

    def do_evidence(self) -> None:
        """Tie the marked turns, else the turn under the cursor, to the card in hand."""
        item = self._card_in_hand()
        if not self.desk.transcript:
            kept = " ".join(self.draft.card(item).evidence)
            self.ask("Evidence (times such as 12:30, or all):", self._evidence_text, kept)
            return
        turns = self.transcript.chosen
        self.desk.toggle_evidence(item, turns)
        have = self.draft.card(item).turns
        words = " ".join(map(str, turns))
        tied = set(turns) <= set(have)
        self.transcript.marked = frozenset()
        self.say(f"turn {words} {'supports' if tied else 'no longer supports'} {item}")

    def _evidence_text(self, text: str) -> None:
        self.desk.evidence(self._card_in_hand(), tuple(text.replace(",", " ").split()))

    def do_whole_hour(self) -> None:
        """Say, or take back, that the whole hour is the evidence."""
        item = self._card_in_hand()
        self.desk.toggle_whole_hour(item)
        on = "all" in self.draft.card(item).evidence
        self.say(f"the whole hour {'is' if on else 'is no longer'} the evidence for {item}")

    def do_note(self) -> None:
        """Write the note on the card in hand."""
        item = self._card_in_hand()
        self.ask(
            f"Note on {item}:", lambda text: self.desk.note(item, text), self.draft.card(item).note
        )

    def do_unsure(self) -> None:
        """Mark the card in hand as unsure, or take the mark off."""
        self.desk.unsure(self._card_in_hand())

    def _card_in_hand(self) -> int:
        if self.hand is None:
            raise UsageError("There is no card in hand.", "Take one from the board.")
        return self.hand

    # -- the transcript ------------------------------------------------------------------------

    def do_next_turn(self) -> None:
        """One turn on."""
        self.transcript.action_move(1)

    def do_previous_turn(self) -> None:
        """One turn back."""
        self.transcript.action_move(-1)

    def do_page_down(self) -> None:
        """A page on."""
        self.transcript.action_page(1)

    def do_page_up(self) -> None:
        """A page back."""
        self.transcript.action_page(-1)

    def do_go_to_turn(self) -> None:
        """Ask for a turn and go there."""
        self.ask("Go to turn:", self._go_to)

    def _go_to(self, text: str) -> None:
        last = len(self.desk.transcript or ())
        if not text.strip().isdecimal() or not 1 <= int(text) <= last:
            raise UsageError(f"There is no turn {text!r}.", f"Turns run from 1 to {last}.")
        self.transcript.go_to(int(text))

    def do_find(self) -> None:
        """Find an item by number or words, and words in the transcript."""
        self.ask("Find (item number, or words):", self._find)

    def _find(self, text: str) -> None:
        wanted = text.strip()
        if not wanted:
            return
        if wanted.isdecimal() and self.item_set.has_item(int(wanted)):
            self.take(int(wanted))
            return
        items = [
            item.number
            for item in self.item_set.items
            if wanted.casefold() in f"{item.label} {item.text} {item.high}".casefold()
        ]
        turns = self.transcript.search(wanted) if self.desk.transcript else 0
        self.found = bool(turns)
        if turns:
            self.transcript.next_match(1)
        listed = " ".join(map(str, items[:12])) or "none"
        self.say(f"items: {listed} · turns: {turns}{' (f next, F previous)' if turns else ''}")

    def take(self, item: int) -> None:
        """Take a card in hand (the sorting part does it)."""
        raise NotImplementedError

    def do_next_found(self) -> None:
        """The next turn found."""
        self._next_match(1)

    def do_previous_found(self) -> None:
        """The turn found before."""
        self._next_match(-1)

    def _next_match(self, step: int) -> None:
        number = self.transcript.next_match(step)
        self.say(f"{number} of {self.transcript.match_count} found")

    def do_other_side(self) -> None:
        """From the board to the transcript and back."""
        if self.focused is self.transcript:
            self.board.focus()
        else:
            self.transcript.focus()

    def on_transcript_view_cursor_moved(self, event: TranscriptView.CursorMoved) -> None:
        """The reading position is written down once it settles."""
        event.stop()
        self._settle_later()

    def on_transcript_view_turn_chosen(self, event: TranscriptView.TurnChosen) -> None:
        """Enter or two clicks on a turn tie it to the card in hand."""
        event.stop()
        self.run_command("evidence")
