"""From a study and a desk to the room."""

from __future__ import annotations

from pqs_coder.desk.desk import Desk
from pqs_coder.store.study import Study
from pqs_coder.tui.screens.room import RoomScreen
from pqs_coder.tui.screens.room_base import RoomOptions
from pqs_coder.tui.settings import UiSettings


def room_for(study: Study, desk: Desk, settings: UiSettings) -> RoomScreen:
    """The sorting room on a desk of this study."""
    options = RoomOptions(
        folder=study.session_folder(desk.info.code),
        minutes=study.settings.show_time,
        settings=settings,
    )
    return RoomScreen(desk, options)
