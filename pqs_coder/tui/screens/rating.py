"""The rating page: a form filled in beside the transcript."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from pqs_coder.errors import PqsError, UsageError, WriteError
from pqs_coder.model.card import WHOLE_HOUR
from pqs_coder.model.scoring import key_lines
from pqs_coder.model.study import SessionInfo
from pqs_coder.model.transcript import Transcript
from pqs_coder.store.ratings import Sheet
from pqs_coder.tui.commands import Command, Situation, reads
from pqs_coder.tui.key_path import meant_for_another
from pqs_coder.tui.keymap import Keymap
from pqs_coder.tui.screens.pages import TextPage
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.bars import FooterBar, StatusLine
from pqs_coder.tui.widgets.prompt import Prompt
from pqs_coder.tui.widgets.rating_list import RatingList
from pqs_coder.tui.widgets.transcript_view import TranscriptView

_DIGITS = tuple("0123456789")


def _listing(now: Situation) -> bool:
    return now.focus == "board"


COMMANDS = (
    Command(
        "rate", _DIGITS, "rate the item, go to the next", "", footer=1, brief="rate", shown="1-9"
    ),
    Command(
        "confirm",
        ("enter", "space"),
        "rate as the scale shows (space too)",
        "",
        _listing,
        2,
        "confirm",
        "enter",
    ),
    Command("left", ("left",), "lower on the scale", "", _listing),
    Command("right", ("right",), "higher on the scale", "", _listing),
    Command("up", ("up",), "the item before", "", _listing),
    Command("down", ("down",), "the next item", "", _listing),
    Command("missing", ("delete", "backspace"), "take the rating of the item back", ""),
    Command(
        "next_missing", ("m",), "to the next item that is missing", "", footer=9, brief="missing"
    ),
    Command("undo", ("u",), "undo the last rating", "", footer=6, brief="undo"),
    Command(
        "evidence",
        ("e",),
        "tie marked turns (else the turn) to the item",
        "",
        footer=3,
        brief="evidence",
    ),
    Command("whole_hour", ("w",), "the whole hour is the evidence (again: not)", ""),
    Command("note", ("n",), "write a note", "", footer=4, brief="note"),
    Command("key", ("k",), "show the key of the form", "", footer=5, brief="key"),
    Command("other_side", ("tab",), "to the transcript and back", "", reads),
    Command("next_turn", ("j",), "next turn", "", reads),
    Command("page_down", ("pagedown",), "a page of the transcript on", "", reads),
    Command("page_up", ("pageup",), "a page of the transcript back", "", reads),
    Command("help", ("question_mark",), "this page", "", footer=8, brief="help"),
    Command("leave", ("q",), "leave; everything is kept", "", footer=7, brief="leave"),
)


class RatingScreen(Screen[None]):
    """Fills in one sheet; each rating is on disk before it shows."""

    CSS_PATH: ClassVar = "rating.tcss"
    ESCAPE_TO_MINIMIZE = False

    def __init__(self, sheet: Sheet, info: SessionInfo, transcript: Transcript | None) -> None:
        super().__init__()
        self.sheet = sheet
        self.keymap = Keymap(commands=COMMANDS)
        self.transcript = TranscriptView(transcript, info.speakers, id="transcript")
        self.ratings = RatingList(sheet, id="ratings")
        self.status = StatusLine(id="status")
        self.footer = FooterBar(self.keymap, lambda: self.situation, id="footer")
        self.prompt = Prompt(id="prompt")
        self.pressed = ""

    def compose(self) -> ComposeResult:
        """The widgets."""
        said = self.sheet.ratings
        words = f"{said.session}  {said.form.title or said.form.id}  {said.rater}"
        yield Static(visible(words), markup=False, id="header")
        with Container(id="upper"):
            yield self.transcript
            yield self.ratings
        yield self.status
        yield self.footer
        yield self.prompt

    def on_mount(self) -> None:
        """The items have the keys."""
        self.transcript.can_focus = bool(self.transcript.turns)
        self.show_margin()
        self.set_focus(self.ratings)
        self.set_interval(60, self.keep_lock)

    def keep_lock(self) -> None:
        """Say each minute that the ratings are open here."""
        if not self.sheet.touch():
            self.status.say("Somebody has taken these ratings over: leave them (q).", "error")
            self.redraw()

    @property
    def situation(self) -> Situation:
        """What decides which keys apply."""
        focus = "transcript" if self.focused is self.transcript else "board"
        return Situation(focus=focus, has_turns=bool(self.transcript.turns))

    @property
    def item(self) -> int:
        """The item under the cursor."""
        return self.ratings.item

    # -- one command ---------------------------------------------------------------------------

    async def on_key(self, event: events.Key) -> None:
        """Find what the key means, and do it; a key for a page just opened goes on to it."""
        if await meant_for_another(self, event, self.prompt, self.end_prompt):
            return
        command = self.keymap.meant(event.key, self.situation)
        if command is None:
            return
        event.stop()
        event.prevent_default()
        self.pressed = event.key
        self.run_command(command.id)

    def on_footer_bar_pressed(self, event: FooterBar.Pressed) -> None:
        """What is clicked in the footer is done; digits need their key."""
        event.stop()
        if event.command_id != "rate":
            self.run_command(event.command_id)

    def on_transcript_view_turn_chosen(self, event: TranscriptView.TurnChosen) -> None:
        """Enter or two clicks on a turn tie it to the item."""
        event.stop()
        self.run_command("evidence")

    def run_command(self, command_id: str) -> None:
        """Do a command; what goes wrong is said and nothing changes."""
        self.attempt(getattr(self, f"do_{command_id}"))

    def attempt(self, work: Callable[[], object]) -> None:
        """Do something that may be refused, then draw what changed."""
        try:
            work()
        except PqsError as error:
            said = f"{error.message} {error.cure}".strip()
            unsaved = isinstance(error, WriteError)
            self.status.say(f"NOT SAVED: {said}" if unsaved else said, "error")
            self.status.stuck = self.status.stuck or unsaved
        if self.is_attached:
            self.redraw()

    def say(self, text: str) -> None:
        """Say what has been written, or where one is."""
        self.status.say(text)

    def redraw(self) -> None:
        """Draw what depends on the sheet."""
        for widget in (self.ratings, self.status, self.footer):
            widget.redraw()

    def on_descendant_focus(self) -> None:
        """Other keys matter on the other side."""
        self.footer.redraw()

    def show_margin(self) -> None:
        """Tell the transcript which items each turn supports."""
        marks: dict[int, tuple[int, ...]] = {}
        for item, said in sorted(self.sheet.ratings.given.items()):
            for turn in (int(mark) for mark in said.evidence if mark.isdecimal()):
                marks[turn] = (*marks.get(turn, ()), item)
        self.transcript.set_margin(marks)

    # -- ratings -------------------------------------------------------------------------------

    def _rate(self, value: int) -> None:
        item = self.item
        self.sheet.rate(item, value)
        self.status.stuck = False
        self.say(f"{item} is rated {value}")
        if not self.ratings.walk(1):
            self.ratings.go_to(item)

    def do_rate(self) -> None:
        """Rate with the digit that was pressed, and go to the next item."""
        value = self.sheet.ratings.form.digits.get(self.pressed)
        if value is None:
            values = ", ".join(map(str, self.sheet.ratings.form.values))
            raise UsageError(f"{self.pressed} is no value of the form.", f"Values: {values}.")
        self._rate(value)

    def do_confirm(self) -> None:
        """Rate with the value under the cursor of the scale."""
        self._rate(self.ratings.offered)

    def do_left(self) -> None:
        """Lower on the scale; nothing is rated."""
        self.ratings.slide(-1)

    def do_right(self) -> None:
        """Higher on the scale; nothing is rated."""
        self.ratings.slide(1)

    def do_up(self) -> None:
        """The item before."""
        self.ratings.walk(-1)

    def do_down(self) -> None:
        """The next item."""
        self.ratings.walk(1)

    def do_missing(self) -> None:
        """Take the rating of the item back."""
        if self.sheet.ratings.rating(self.item).value is None:
            raise UsageError(f"{self.item} is not rated.")
        self.sheet.rate(self.item, None)
        self.status.stuck = False
        self.ratings.go_to(self.item)
        self.say(f"{self.item} is missing again")

    def do_next_missing(self) -> None:
        """To the next item that is not rated, round at the end."""
        rated = self.sheet.ratings.values
        missing = [n for n in self.sheet.ratings.form.numbers if n not in rated]
        if not missing:
            self.say("no item is missing")
            return
        self.ratings.go_to(next((n for n in missing if n > self.item), missing[0]))

    def do_undo(self) -> None:
        """Take the last rating back and go there."""
        item = self.sheet.undo()
        self.status.stuck = False
        self.ratings.go_to(item)
        value = self.sheet.ratings.rating(item).value
        self.say(f"{item} is {'missing' if value is None else f'rated {value}'} again")

    # -- evidence and notes --------------------------------------------------------------------

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
        self.status.stuck = False
        self.show_margin()
        now = " ".join(self.sheet.ratings.rating(item).evidence)
        self.say(f"evidence for {item}: {now}" if now else f"no evidence for {item}")

    def do_note(self) -> None:
        """Write the note on the item."""
        item = self.item
        self.ask(f"Note on {item}:", lambda text: self._note(item, text), self._kept_note(item))

    def _kept_note(self, item: int) -> str:
        return self.sheet.ratings.rating(item).note

    def _note(self, item: int, text: str) -> None:
        self.sheet.note(item, text)
        self.status.stuck = False
        self.say(f"note on {item} is kept" if text else f"no note on {item}")

    def ask(self, question: str, answer: Callable[[str], None], value: str = "") -> None:
        """Ask for a line of text in the place of the footer."""

        def answered(text: str) -> None:
            self.end_prompt()
            self.attempt(lambda: answer(text))

        self.footer.display = False
        self.prompt.ask(question, answered, value)

    def end_prompt(self) -> None:
        """Leave the line to type into."""
        self.prompt.end()
        self.footer.display = True
        self.set_focus(self.ratings)

    # -- the transcript, pages, leaving --------------------------------------------------------

    def do_other_side(self) -> None:
        """From the items to the transcript and back."""
        back = self.focused is self.transcript
        self.set_focus(self.ratings if back else self.transcript)

    def do_next_turn(self) -> None:
        """One turn on."""
        self.transcript.action_move(1)

    def do_page_down(self) -> None:
        """A page on."""
        self.transcript.action_page(1)

    def do_page_up(self) -> None:
        """A page back."""
        self.transcript.action_page(-1)

    def do_key(self) -> None:
        """Show which items belong to which scale, and which are reversed."""
        form = self.sheet.ratings.form
        lines = key_lines(form) or ("This form has no scales.",)
        words = "\n\n".join(map(visible, lines))
        if form.reversed_items:
            low, high = form.values[0], form.values[-1]
            words += f"\n\nA minus marks a reversed item: it counts as {low + high} - value."
        self.app.push_screen(TextPage(f"The key of {form.id}", Text(words)))

    def do_help(self) -> None:
        """Show the keys."""
        text = Text()
        for command in self.keymap.commands:
            text.append(f"  {self.keymap.shown(command):<18}", "bold")
            text.append(f"{command.words}\n")
        text.append("\nAn item counts once it is rated; what is not rated is missing.\n")
        text.append("* has evidence, n has a note, [4] is the rating, <4> the scale's cursor.")
        self.app.push_screen(TextPage("Keys of the rating page", text))

    def do_leave(self) -> None:
        """Leave; everything is on disk."""
        self.dismiss(None)
