"""The ways into the lead's screens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.text import Text
from textual.app import App

from pqs_coder.desk.consensus import consensus_cards, open_consensus
from pqs_coder.desk.opening import Revision
from pqs_coder.errors import PqsError
from pqs_coder.model.words import plural
from pqs_coder.store.known_prototypes import known_prototypes
from pqs_coder.store.prototype_entry import entries, open_entry
from pqs_coder.store.prototypes import prototype_ids, whence
from pqs_coder.store.study import Study
from pqs_coder.tui.screens.lead_consensus import ConsensusScreen
from pqs_coder.tui.screens.lead_data import Names
from pqs_coder.tui.screens.pages import ChoosePage
from pqs_coder.tui.screens.prototype_entry import PrototypeEntryScreen
from pqs_coder.tui.text import visible


def consensus_screen(
    study: Study, session: str, names: Names | None = None, revise: Revision | None = None
) -> ConsensusScreen:
    """The adjudication room of a session; one that is submitted is opened for reading.

    Errors as `open_consensus`.
    """
    submitted = consensus_cards(study, session)[0] == "submitted"
    room = open_consensus(study, session, read_only=submitted and revise is None, revise=revise)
    return ConsensusScreen(study, room, names or Names())


def run_consensus(study: Study, session: str, revise: Revision | None = None) -> int:
    """Open the adjudication room and stay there until it is left; the exit code."""
    from pqs_coder.tui.app import PqsApp, run
    from pqs_coder.tui.settings import read_settings

    screen = consensus_screen(study, session, revise=revise)
    with screen.consensus:
        return run(PqsApp(lambda: screen, read_settings()))


def choose_prototype(app: App[Any], study: Study, say: Callable[..., None]) -> None:
    """Offer the prototypes that were begun or are known from the literature; the form opens."""
    begun, there = entries(study), prototype_ids(study)
    titles = {one.id: one.title for one in known_prototypes(study.item_set.id)}
    names = [*begun, *(name for name in titles if name not in {*begun, *there})]
    rows = [
        (name, Text(visible(f"{name}  {titles.get(name, '')}{'  begun' * (name in begun)}")))
        for name in names
    ]

    def chosen(name: str | None) -> None:
        if name is None:
            return
        try:
            entry = open_entry(study, name, whence(study, name, {}))
        except PqsError as error:
            say(f"{error.message} {error.cure}", "error")
            return

        def left(_answer: object) -> None:
            entry.__exit__(None, None, None)
            done = "in the library" if entry.finished else "kept"
            say(f"{name}: {plural(len(entry.scores), 'score')}, {done}")

        app.push_screen(PrototypeEntryScreen(entry), left)

    hint = "another one: pqs prototypes enter ID"
    app.push_screen(ChoosePage("Type in a prototype", rows, hint), chosen)
