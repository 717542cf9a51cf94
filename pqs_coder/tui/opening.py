"""From a study and what is open to the room, or to the rating page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pqs_coder.desk.desk import Desk
from pqs_coder.store.study import Study
from pqs_coder.tui.screens.room import RoomScreen
from pqs_coder.tui.screens.room_base import RoomOptions
from pqs_coder.tui.settings import UiSettings

if TYPE_CHECKING:
    from pqs_coder.store.ratings import Sheet
    from pqs_coder.tui.screens.rating import RatingScreen


def room_for(study: Study, desk: Desk, settings: UiSettings) -> RoomScreen:
    """The sorting room on a desk of this study."""
    options = RoomOptions(
        folder=study.session_folder(desk.info.code),
        minutes=study.settings.show_time,
        settings=settings,
    )
    return RoomScreen(desk, options)


def rating_page(study: Study, sheet: Sheet, settings: UiSettings) -> RatingScreen:
    """The rating page on the sheet of a session of this study."""
    from pqs_coder.desk.opening import session_transcript
    from pqs_coder.tui.screens.rating import RatingScreen
    from pqs_coder.tui.screens.rating_base import RatingOptions

    session = sheet.ratings.session
    options = RatingOptions(study.session_folder(session), settings)
    transcript = session_transcript(study, session)
    return RatingScreen(sheet, study.session_info(session), transcript, options)
