"""The ways into the lead's screens."""

from __future__ import annotations

from pqs_coder.desk.consensus import consensus_cards, open_consensus
from pqs_coder.desk.opening import Revision
from pqs_coder.store.study import Study
from pqs_coder.tui.screens.lead_consensus import ConsensusScreen
from pqs_coder.tui.screens.lead_data import Names


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
