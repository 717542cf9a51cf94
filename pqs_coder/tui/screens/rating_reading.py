"""Commands of the rating page that read: transcript, search, recording, evidence and notes."""

from __future__ import annotations

from pqs_coder.errors import UsageError
from pqs_coder.model.card import WHOLE_HOUR
from pqs_coder.tui.media import open_media
from pqs_coder.tui.screens.rating_base import RatingBase
from pqs_coder.tui.screens.turns import Turning
from pqs_coder.tui.widgets.transcript_view import TranscriptView


class RatingReading(RatingBase, Turning):
    """The transcript and what ties it to the items of the form."""

    # -- evidence and notes --------------------------------------------------------------------

    def on_transcript_view_turn_chosen(self, event: TranscriptView.TurnChosen) -> None:
        """Enter or two clicks on a turn tie it to the item."""
        event.stop()
        self.run_command("evidence")

    def do_evidence(self) -> None:
        """Tie the marked turns, else the turn under the cursor; again: no longer."""
        item, kept = self.item, self.sheet.ratings.rating(self.item).evidence
        if not self.transcript.turns:
            self.ask(
                "Evidence (times such as 12:30, or all):",
                lambda text: self._tie(item, tuple(text.replace(",", " ").split())),
                " ".join(kept),
            )
            return
        turns = {str(turn) for turn in self.transcript.chosen}
        tied = turns <= set(kept)
        self._tie(item, tuple(set(kept) - turns if tied else set(kept) | turns))
        self.transcript.marked = frozenset()
        self.transcript.go_to(self.transcript.cursor_turn)

    def do_whole_hour(self) -> None:
        """Say, or take back, that the whole hour is the evidence."""
        kept = set(self.sheet.ratings.rating(self.item).evidence)
        self._tie(self.item, tuple(kept ^ {WHOLE_HOUR}))

    def _tie(self, item: int, marks: tuple[str, ...]) -> None:
        self.sheet.evidence(item, marks)
        self.show_margin()
        self.written(self.evidence_words(item))

    def evidence_words(self, item: int) -> str:
        """What supports an item now."""
        now = " ".join(self.sheet.ratings.rating(item).evidence)
        return f"evidence for {item}: {now}" if now else f"no evidence for {item}"

    def do_to_evidence(self) -> None:
        """Go to the next turn that supports the item, round at the end."""
        marks = self.sheet.ratings.rating(self.item).evidence
        turns = sorted(int(mark) for mark in marks if mark.isdecimal())
        if not turns:
            raise UsageError(f"No turn is tied to {self.item}.", "e ties one.")
        here = self.transcript.cursor_turn
        turn = next((one for one in turns if one > here), turns[0])
        self.transcript.go_to(turn)
        self.say(f"turn {turn}: {turns.index(turn) + 1} of {len(turns)} for {self.item}")

    def do_note(self) -> None:
        """Write the note on the item."""
        item = self.item
        kept = self.sheet.ratings.rating(item).note
        self.ask(f"Note on {item}:", lambda text: self._note(item, text, kept), kept)

    def _note(self, item: int, text: str, kept: str) -> None:
        if text == kept:
            self.say("the note stays as it is")
            return
        self.sheet.note(item, text)
        self.written(self.note_words(item))

    def note_words(self, item: int) -> str:
        """Whether an item has a note now."""
        kept = self.sheet.ratings.rating(item).note
        return f"note on {item} is kept" if kept else f"no note on {item}"

    # -- the transcript ------------------------------------------------------------------------

    def do_other_side(self) -> None:
        """From the items to the transcript and back."""
        back = self.focused is self.transcript
        self.set_focus(self.ratings if back else self.transcript)

    def do_mark(self) -> None:
        """Mark the turn under the cursor, to tie several at once."""
        self.transcript.action_mark()
        marked = " ".join(map(str, sorted(self.transcript.marked)))
        self.say(f"marked: {marked}; e ties them to the item" if marked else "none marked")

    def do_find(self) -> None:
        """Ask for words and go to the first place where they stand."""
        self.ask("Find in the transcript:", self._search)

    def _search(self, words: str) -> None:
        self.found = bool(words.strip()) and bool(self.transcript.search(words.strip()))
        if self.found:
            self._next_match(1)
        else:
            self.transcript.clear_search()
            self.say(f"'{words}' is nowhere in the transcript" if words.strip() else "")

    def do_play(self) -> None:
        """Open the recording at the turn's time, in the user's own player."""
        if self.options.folder is None:
            raise UsageError("The folder of the session is not known here.")
        turn = self.transcript.cursor_turn
        seconds = self.text.turn(turn).start if self.text and turn else None
        player = self.options.settings.player
        self.say(open_media(self.info.media, self.options.folder, seconds, player))
