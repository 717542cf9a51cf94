"""Commands of the guided way."""

from __future__ import annotations

from pqs_coder.model.guided import first_open
from pqs_coder.tui.screens.room_board import Boarding
from pqs_coder.tui.screens.room_sorting import COMPLETE
from pqs_coder.tui.widgets.guided_list import GuidedList


class Guiding(Boarding):
    """Choose and unchoose, one pile after the other."""

    def do_walk_guided(self) -> None:
        """Move among the cards to choose from."""
        self.guided.walk(self.pressed or "right")

    def do_choose(self) -> None:
        """Choose the card under the cursor for this pile, or take it back."""
        item = self.card_in_hand()
        step = self.guided.step
        if item in step.chosen:
            self.desk.place(item, None, bring_next=False)
            said = f"{item} is not chosen"
        else:
            self.desk.place(item, step.pile, bring_next=False)
            said = f"{item} is chosen for pile {step.pile}"
        to_go = self.guided.step.to_go
        if to_go == 0:
            said = f"pile {step.pile} has its number: enter goes on · {said}"
        if self.draft.complete:
            said = f"{COMPLETE} · {said}"
        self.say(said)

    def do_next_step(self) -> None:
        """Go on to the next pile, whether this one has its number or not."""
        to_go = self.guided.step.to_go
        left = self.guided.pile
        if not self.guided.go(1):
            opened = first_open(self.draft)
            if opened is None:
                self.say(COMPLETE)
            elif opened != self.guided.pile:
                self.guided.begin()
                self.say(f"back to pile {opened}, which has not its number")
            else:
                self.say(self.guided.step.words, "quiet")
            return
        state = f" · pile {left} has not its number yet ({_to_go(to_go)})" if to_go else ""
        self.say(f"now pile {self.guided.pile}{state}")

    def do_step_back(self) -> None:
        """Back to the pile before."""
        if self.guided.go(-1):
            self.say(f"back to pile {self.guided.pile}")
        else:
            self.say("this is the first pile of the guided way", "quiet")

    def on_guided_list_chosen(self, event: GuidedList.Chosen) -> None:
        """A click chooses, or takes back."""
        event.stop()
        self.set_focus(self.guided)
        self.run_command("choose")


def _to_go(count: int) -> str:
    return f"{count} to go" if count > 0 else f"{-count} too many"
