"""The rating page: a form filled in beside the transcript."""

from __future__ import annotations

from rich.text import Text

from pqs_coder.errors import UsageError
from pqs_coder.model.scoring import key_lines
from pqs_coder.tui.rating_commands import GROUPS
from pqs_coder.tui.screens.pages import TextPage
from pqs_coder.tui.screens.rating_reading import RatingReading
from pqs_coder.tui.text import visible
from pqs_coder.tui.widgets.rating_list import has_wording

NUMBERS_ONLY = (
    "The form has numbers, scales and a key, no wording: that belongs to its owners. A lab loads "
    "its own with pqs item-sets add (docs/formats.md), under an id of its own."
)


class RatingScreen(RatingReading):
    """Fills in one sheet; each rating is on disk before it shows."""

    def _rate(self, value: int) -> None:
        item = self.item
        self.sheet.rate(item, value)
        self.written(f"{item} is rated {value}")
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
        self.ratings.go_to(self.item)
        self.written(f"{self.item} is missing again")

    def do_next_missing(self) -> None:
        """To the next item that is not rated, round at the end."""
        rated = self.sheet.ratings.values
        missing = [n for n in self.sheet.ratings.form.numbers if n not in rated]
        if not missing:
            self.say("no item is missing")
            return
        self.ratings.go_to(next((n for n in missing if n > self.item), missing[0]))

    def do_undo(self) -> None:
        """Take the last rating, note or evidence back and go to its item."""
        what, item = self.sheet.undo()
        if what == "rate" or item != self.item:  # else the scale's cursor stays where it is
            self.ratings.go_to(item)
        self.show_margin()
        value = self.sheet.ratings.rating(item).value
        rated = f"{item} is {'missing' if value is None else f'rated {value}'}"
        words = {"note": self.note_words, "evidence": self.evidence_words}
        self.written(f"{words[what](item) if what in words else rated} again")

    # -- pages, leaving ------------------------------------------------------------------------

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
        usable = self.keymap.usable(self.situation)
        for group in GROUPS:
            text.append(f"{group}\n", "bold")
            for command in usable:
                if command.group == group:
                    text.append(f"  {self.keymap.shown(command):<15}", "bold")
                    text.append(f"{command.words}\n")
        text.append("\nAn item counts once it is rated; what is not rated is missing.\n")
        text.append("* has evidence, n has a note, [4] is the rating, <4> the scale's cursor.")
        if not has_wording(self.sheet.ratings.form):
            text.append(f"\n\n{NUMBERS_ONLY}")
        self.app.push_screen(TextPage("Keys of the rating page", text))

    def do_leave(self) -> None:
        """Leave; everything is on disk."""
        self.dismiss(None)
