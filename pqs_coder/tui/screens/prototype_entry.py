"""The entry form: a prototype typed in from a paper, item and score, each row checked."""

from __future__ import annotations

import re
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from pqs_coder.errors import PqsError, WriteError
from pqs_coder.model.words import plural
from pqs_coder.store.prototype_entry import Entry
from pqs_coder.tui.commands import Command, Situation
from pqs_coder.tui.keymap import Keymap
from pqs_coder.tui.screens.pages import TextPage
from pqs_coder.tui.text import cut, visible
from pqs_coder.tui.widgets.bars import FooterBar, StatusLine
from pqs_coder.tui.widgets.lead_list import LeadList, Row, Sheet, plain

GROUP = "Scores"
COMMANDS = (
    Command("enter", ("enter",), "take what is typed", GROUP, footer=1, brief="take"),
    Command("rub", ("backspace",), "take back what is typed, sign by sign", GROUP),
    Command("up", ("up",), "the item before", GROUP),
    Command("down", ("down",), "the next item", GROUP),
    Command("page_up", ("pageup",), "a page back", GROUP),
    Command("page_down", ("pagedown",), "a page on", GROUP),
    Command(
        "missing", ("m",), "to the next item without a score", GROUP, footer=2, brief="missing"
    ),
    Command("remove", ("delete", "x"), "take the score of this item away", GROUP),
    Command("undo", ("u",), "undo the last change", GROUP, footer=3, brief="undo"),
    Command("finish", ("f",), "put it into the library", GROUP, footer=4, brief="finish"),
    Command("whence", ("i",), "where the scores come from", GROUP),
    Command("help", ("question_mark",), "this page", GROUP, footer=7, brief="help"),
    Command(
        "leave",
        ("escape", "q"),
        "leave; what is typed in is kept",
        GROUP,
        footer=6,
        brief="leave",
        shown="esc q",
    ),
)
HELP = """
Type a row of the table as it stands in the paper, the item and its score: 47 8.2
Or go to the item and type the score alone. A comma is a point: 8,2 is 8.2.
The words of the item stand beside what is typed: look whether they are those of the paper.

Every score is on disk before it shows; pqs prototypes enter goes on where one was left.
Where something is odd (the item has a score, a score lies far off) enter again takes it,
escape drops it, and a digit begins a new row."""
TYPED = re.compile(r"[0-9 .,+\-]")
MOST_TYPED = 24


class PrototypeEntryScreen(Screen[None]):
    """Fills one entry, which knows when it is in the library (`finished`)."""

    CSS_PATH: ClassVar = "prototype_entry.tcss"
    ESCAPE_TO_MINIMIZE = False

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self.items = {item.number: item for item in entry.study.item_set.items}
        self.typed = ""
        self._again: tuple[str, object] | None = None
        self.keymap = Keymap(commands=COMMANDS, few=9)
        self.list = LeadList(id="list")
        self.list.can_focus = False
        self.status = StatusLine(id="status")
        self.footer = FooterBar(self.keymap, Situation, id="footer")

    def compose(self) -> ComposeResult:
        """The widgets."""
        yield Static(markup=False, id="header")
        yield self.list
        yield Static(markup=False, id="card")
        yield self.status
        yield self.footer

    def on_mount(self) -> None:
        """Begin at the first item without a score."""
        self.list.show(self._sheet)
        if self.entry.missing:
            self.list.go_to(str(self.entry.missing[0]))
        done = len(self.entry.scores)
        self.say(
            f"going on: {plural(done, 'score')} kept" if done else "type item and score: 47 8.2"
        )
        self.redraw()
        self.set_interval(60, self._keep_lock)

    def _keep_lock(self) -> None:
        if not self.entry.touch():
            self.say("Somebody has taken this entry over: leave it (q).", "error")
            self.status.redraw()

    # -- what is shown -------------------------------------------------------------------------

    def _sheet(self, cells: int) -> Sheet:
        head = [plain(f"{'item':>5} {'score':>8}   words", "quiet")]
        rows = []
        for number, item in self.items.items():
            score = self.entry.scores.get(number)
            shown = "missing" if score is None else f"{score:g}"
            words = cut(visible(item.label), max(10, cells - 19), "…")
            line = ((f"{number:>5} {shown:>8}   ", "quiet" if score is None else ""), (words, ""))
            rows.append(Row(line, str(number)))
        return Sheet(head, rows)

    @property
    def item(self) -> int:
        """The item under the cursor."""
        return int(self.list.key or self.entry.study.item_set.numbers[0])

    def parsed(self) -> tuple[int, str]:
        """The item and the text of the score as they are typed."""
        parts = self.typed.split()
        if len(parts) > 1 or (parts and self.typed.endswith(" ")):
            number = int(parts[0]) if parts[0].isdecimal() else 0
            return number, " ".join(parts[1:])
        return self.item, self.typed.strip()

    def redraw(self) -> None:
        """Draw what depends on the entry."""
        self.list.show(self._sheet, keep=True)
        self.query_one("#header", Static).update(self._heading())
        self.query_one("#card", Static).update(self._card())
        self.status.styles.height = self.status.rows_needed(self.size.width)
        self.status.redraw()
        self.footer.redraw()

    def _heading(self) -> Text:
        entry = self.entry
        text = Text(no_wrap=True)
        text.append(f"Prototype {visible(entry.identifier)}", "bold")
        text.append(f"  {len(entry.scores)}/{len(self.items)}")
        if entry.mean is not None:
            text.append(f"  mean {entry.mean:.2f}")
        if entry.sd is not None:
            text.append(f"  SD {entry.sd:.2f}")
        if entry.scale is not None:
            text.append(f"  scale {entry.scale[0]:g} to {entry.scale[1]:g}")
        return text.append(f"  {visible(entry.about.get('title', ''))}")

    def _card(self) -> Text:
        """The words of the item that is meant, what is typed, and what enter would do."""
        number, score = self.parsed()
        alone = self.typed.strip()
        other = self.items.get(int(alone)) if alone.isdecimal() and len(alone) < 6 else None
        if not self.typed:
            further = ""
        elif not score:
            further = "then its score"
        elif other is not None:
            further = f"the score of {number}; or with a space, item {alone}: {other.label}"
        else:
            further = f"the score of {number}"
        return self._words(number, f"> {self.typed}█", visible(further))

    def _words(self, number: int, typed: str, further: str) -> Text:
        cells = max(20, self.size.width - 2)
        item = self.items.get(number)
        text = Text()
        if item is None:
            text.append(f"There is no item {number}.\n\n", "bold")
        else:
            text.append(cut(f"{number}  {visible(item.label)}", cells, "…") + "\n", "bold")
            for end, words in (("high", item.high), ("low", item.low)):
                text.append(cut(f"{end}: {visible(words)}", cells, "…") if words else "")
                text.append("\n")
        text.append(typed, "bold")
        text.append(f"   {cut(further, max(0, cells - len(typed) - 3), '…')}" if further else "")
        return text

    def say(self, text: str, kind: str = "said") -> None:
        """Say something in the status line."""
        self.status.say(text, kind)

    # -- keys ----------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Signs of numbers are typed; what else is pressed is a command."""
        event.stop()
        event.prevent_default()
        sign = event.character or ""
        if len(sign) == 1 and TYPED.match(sign):
            asked = self._again is not None and self._again[0] == "enter"
            before = "" if asked else self.typed  # a question not answered: the line was wrong
            self.typed = (before + sign).lstrip()[:MOST_TYPED]
            self._again = None
            if asked:
                self.say("not taken: a new row")
            self.redraw()
            return
        command = self.keymap.meant(event.key, Situation())
        if command is not None:
            self.attempt(command.id)

    def on_paste(self, event: events.Paste) -> None:
        """A pasted row is typed."""
        event.stop()
        rows = event.text.strip().replace("\t", " ").replace("\u2212", "-").splitlines()
        if len(rows) > 1:
            self.say(f"{len(rows)} rows: paste one, or keep them as a file for add.", "error")
        else:
            self.typed = "".join(sign for sign in "".join(rows) if TYPED.match(sign))[:MOST_TYPED]
        self.redraw()

    def on_footer_bar_pressed(self, event: FooterBar.Pressed) -> None:
        """What is clicked in the footer is done."""
        event.stop()
        self.attempt(event.command_id)

    def on_lead_list_moved(self, _event: LeadList.Moved) -> None:
        """Other words in the card."""
        self.redraw()

    def attempt(self, command_id: str) -> None:
        """Do a command; what goes wrong is said and nothing changes."""
        before, self._again = self._again, None
        try:
            getattr(self, f"do_{command_id}")(before)
        except PqsError as error:
            unsaved = isinstance(error, WriteError)
            said = f"{error.message} {error.cure}".strip()
            self.say(f"NOT SAVED: {said}" if unsaved else said, "error")
        if self.is_attached:
            self.redraw()

    def _sure(self, what: tuple[str, object], before: object, question: str) -> bool:
        """Whether the same was pressed twice; the first time it is asked."""
        if before == what:
            return True
        self._again = what
        self.say(question, "error")
        return False

    def do_enter(self, before: object) -> None:
        """Take the row that is typed."""
        number, text = self.parsed()
        if not text:
            if self.typed.strip():
                self.say(f"item {number}: its score?", "error")
            else:
                self.do_down(before)
            return
        try:
            score = float(text.replace(",", "."))
        except ValueError:
            self.say(f"{text!r} is no number. Type item and score: 47 8.2", "error")
            return
        odd = self.entry.check(number, score)
        if odd and not self._sure(
            ("enter", (number, score)), before, f"{odd}: enter takes it, esc drops it"
        ):
            return
        self.entry.put(number, score)
        self.typed = ""
        self.list.go_to(str(number))
        self.say(f"{number} has {score:g}: {self.items[number].label}")
        if number != self.entry.study.item_set.numbers[-1]:
            self.list.action_move(1)

    def do_rub(self, _before: object) -> None:
        """One sign less."""
        self.typed = self.typed[:-1]

    def do_up(self, _before: object) -> None:
        """The item before."""
        self.list.action_move(-1)

    def do_down(self, _before: object) -> None:
        """The next item."""
        self.list.action_move(1)

    def do_page_up(self, _before: object) -> None:
        """A page back."""
        self.list.action_page(-1)

    def do_page_down(self, _before: object) -> None:
        """A page on."""
        self.list.action_page(1)

    def do_missing(self, _before: object) -> None:
        """To the next item without a score, round at the end."""
        missing = self.entry.missing
        if not missing:
            self.say("no item is missing")
            return
        self.list.go_to(str(next((n for n in missing if n > self.item), missing[0])))
        self.say(f"missing: {plural(len(missing), 'item')}")

    def do_remove(self, _before: object) -> None:
        """Take the score of the item away."""
        self.entry.take(self.item)
        self.say(f"{self.item} has no score any more")

    def do_undo(self, _before: object) -> None:
        """Take the last change back and go there."""
        item = self.entry.undo()
        self.list.go_to(str(item))
        score = self.entry.scores.get(item)
        self.say(f"{item} is missing again" if score is None else f"{item} has {score:g} again")

    def do_finish(self, before: object) -> None:
        """Put it into the library; where items are missing it is asked first."""
        missing = self.entry.missing
        if missing:
            shown = " ".join(map(str, missing[:10])) + " ..." * (len(missing) > 10)
            words = (
                f"no score: {plural(len(missing), 'item')} ({shown}); f again finishes all the same"
            )
            if not self._sure(("finish", len(missing)), before, words):
                return
        self.entry.finish()
        self.dismiss(None)

    def do_whence(self, _before: object) -> None:
        """Where the scores come from."""
        about = self.entry.about
        lines = [f"{name}: {visible(text)}" for name, text in about.items()]
        words = "\n\n".join(lines) or "Nothing is known: give --citation, or --like ID."
        self.app.push_screen(TextPage(f"Prototype {self.entry.identifier}", Text(words)))

    def do_help(self, _before: object) -> None:
        """Show the keys."""
        text = Text()
        for command in self.keymap.commands:
            text.append(f"  {self.keymap.shown(command):<18}", "bold")
            text.append(f"{command.words}\n")
        self.app.push_screen(TextPage("Keys of the entry form", text.append(HELP)))

    def do_leave(self, before: object) -> None:
        """Drop what is typed; else leave, once it is said twice."""
        if self.typed:
            self.typed = ""
            self.say("not taken")
            return
        kept = len(self.entry.scores)
        words = f"Leave? {plural(kept, 'score')} kept, enter goes on with them. Again leaves."
        if self._sure(("leave", None), before, words):
            self.dismiss(None)
