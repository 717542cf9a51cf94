"""Commands that read: the transcript, evidence, notes, the recording."""

from __future__ import annotations

from rich.text import Text

from pqs_coder.errors import StudyError, UsageError
from pqs_coder.model.card import WHOLE_HOUR
from pqs_coder.tui.commands import BY_ID
from pqs_coder.tui.media import open_media
from pqs_coder.tui.screens.item_rows import item_row
from pqs_coder.tui.screens.pages import ChoosePage
from pqs_coder.tui.screens.room_base import RoomBase
from pqs_coder.tui.screens.turns import Turning
from pqs_coder.tui.widgets.transcript_view import TranscriptView


class Reading(RoomBase, Turning):
    """The transcript and what ties it to the cards."""

    # -- evidence and notes --------------------------------------------------------------------

    def do_evidence(self) -> None:
        """Tie the marked turns, else the turn under the cursor, to the card in hand."""
        item = self.card_in_hand()
        if not self.desk.transcript:
            kept = " ".join(self.draft.card(item).evidence)
            self.ask("Evidence (times such as 12:30, or all):", self._evidence_text, kept)
            return
        turns = self.transcript.chosen
        self.desk.toggle_evidence(item, turns)
        tied = set(turns) <= set(self.draft.card(item).turns)
        words = " ".join(map(str, turns))
        what = f"turn {words}" if len(turns) == 1 else f"turns {words}"
        self.transcript.marked = frozenset()
        # The new mark in the margin may wrap turns anew: keep the cursor in sight.
        self.transcript.go_to(self.transcript.cursor_turn)
        self.say(f"{'evidence' if tied else 'no longer evidence'} for {item}: {what}")

    def _evidence_text(self, text: str) -> None:
        self.desk.evidence(self.card_in_hand(), tuple(text.replace(",", " ").split()))

    def do_whole_hour(self) -> None:
        """Say, or take back, that the whole hour is the evidence."""
        item = self.card_in_hand()
        self.desk.toggle_whole_hour(item)
        on = WHOLE_HOUR in self.draft.card(item).evidence
        self.say(f"the whole hour {'is' if on else 'is no longer'} the evidence for {item}")

    def do_to_evidence(self) -> None:
        """Go to the next turn that supports the card in hand, round at the end."""
        turns = self.draft.card(self.card_in_hand()).turns
        if not turns:
            raise UsageError(f"No turn is tied to {self.hand}.", "e ties one.")
        here = self.transcript.cursor_turn
        turn = next((one for one in turns if one > here), turns[0])
        self.transcript.go_to(turn)
        self.say(f"turn {turn}: {turns.index(turn) + 1} of {len(turns)} for {self.hand}")

    def do_cards_here(self) -> None:
        """List the cards that the turn under the cursor supports."""
        turn = self.transcript.cursor_turn
        items = [n for n, card in self.draft.cards.items() if turn in card.turns]
        if not items:
            raise UsageError(f"Turn {turn} supports no card.", "e ties it to the card in hand.")

        def taken(item: int | None) -> None:
            if item is not None:
                self.attempt(lambda: self.take(item))

        rows: list[tuple[int, Text]] = [(n, item_row(self.draft, n)) for n in items]
        self.app.push_screen(ChoosePage(f"Turn {turn} supports", rows), taken)

    def do_note(self) -> None:
        """Write the note on the card in hand."""
        item = self.card_in_hand()
        note = self.unsaved_notes.get(item, self.draft.card(item).note)
        self.ask(
            f"Note on {item}:",
            lambda text: self._write_note(item, text),
            note,
            lambda text: self._leave_note(item, text),
        )

    def _leave_note(self, item: int, text: str) -> None:
        """What was typed is offered again on this card."""
        if text == self.draft.card(item).note:
            self.unsaved_notes.pop(item, None)
            return
        self.unsaved_notes[item] = text
        key = self.keymap.shown(BY_ID["note"]) or "the note command"
        self.say(f"not saved: the note on {item}; {key} offers what you typed until you leave")

    def _write_note(self, item: int, text: str) -> None:
        if text == self.draft.card(item).note:
            self.unsaved_notes.pop(item, None)
            self.say("the note stays as it is", "quiet")
            return
        self.unsaved_notes[item] = text  # offered again where it can't be saved now
        self.desk.note(item, text)
        del self.unsaved_notes[item]

    def do_unsure(self) -> None:
        """Mark the card in hand as unsure, or take the mark off."""
        item = self.card_in_hand()
        self.desk.unsure(item)
        on = self.draft.card(item).unsure
        self.say(f"{item} is marked as unsure" if on else f"{item} is no longer marked as unsure")

    # -- the transcript ------------------------------------------------------------------------

    def _go_to(self, text: str) -> None:
        super()._go_to(text)
        self.say(f"turn {self.transcript.cursor_turn} of {self.transcript.turns}", "quiet")

    def do_mark(self) -> None:
        """Mark the turn under the cursor, to tie several at once."""
        self.transcript.action_mark()
        marked = " ".join(map(str, sorted(self.transcript.marked)))
        self.say(f"e ties to the card in hand: {marked}" if marked else "none marked")

    def do_bookmark(self) -> None:
        """Bookmark the turn under the cursor, or take the bookmark away."""
        turn = self.transcript.cursor_turn
        bookmarks = frozenset(self.draft.view.bookmarks) ^ {turn}
        self.look(bookmarks=tuple(sorted(bookmarks)))
        self.transcript.bookmarks = bookmarks
        self.say(f"bookmark on turn {turn}" if turn in bookmarks else f"no bookmark on turn {turn}")

    def do_next_bookmark(self) -> None:
        """To the next bookmark, round at the end."""
        bookmarks = sorted(self.draft.view.bookmarks)
        if not bookmarks:
            raise UsageError("There is no bookmark.", "b sets one on a turn.")
        here = self.transcript.cursor_turn
        self.transcript.go_to(next((one for one in bookmarks if one > here), bookmarks[0]))

    def search(self, words: str) -> None:
        """Look for words in the transcript and go to the first place."""
        count = self.transcript.search(words)
        self.found = bool(count)
        if count:
            self._next_match(1)
        else:
            self.say(f"'{words}' is nowhere in the transcript", "quiet")

    def do_play(self) -> None:
        """Open the recording at the turn's time, in the user's own player."""
        if self.options.folder is None or not self.desk.info.media:
            raise StudyError(
                "This session names no audio or video.", 'Name it in session.toml: media = "PATH".'
            )
        turn = self.transcript.cursor_turn
        transcript = self.desk.transcript
        seconds = transcript.turn(turn).start if transcript and turn else None
        player = self.options.settings.player
        self.say(open_media(self.desk.info.media, self.options.folder, seconds, player))

    def do_zoom(self) -> None:
        """Give the transcript the board's place, or give it back."""
        self.toggle_class("-reading")
        self.settle()
        self.say("")
        self.set_focus(self.transcript if self.has_class("-reading") else self.sorting_side)

    def do_other_side(self) -> None:
        """From the board to the transcript and back."""
        if not self.desk.transcript:
            self.say("this session has no transcript", "quiet")
        elif self.focused is not self.transcript:
            self.set_focus(self.transcript)
        elif self.has_class("-reading"):
            self.do_zoom()
        else:
            self.set_focus(self.sorting_side)

    def on_transcript_view_cursor_moved(self, event: TranscriptView.CursorMoved) -> None:
        """The reading position is written down once it settles."""
        event.stop()
        self._settle_later()

    def on_transcript_view_turn_chosen(self, event: TranscriptView.TurnChosen) -> None:
        """Enter or two clicks on a turn tie it to the card in hand."""
        event.stop()
        if self.situation.writes:
            self.run_command("evidence")
