"""What the sorting room is told beside its desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pqs_coder.tui.settings import UiSettings


@dataclass(frozen=True)
class RoomOptions:
    """What the room is told beside its desk.

    ``folder`` is the session's (its recording is found from there); ``minutes`` says whether the
    study lets raters see their time; in ``practice`` nothing is kept.
    """

    folder: Path | None = None
    minutes: bool = False
    practice: bool = False
    settings: UiSettings = field(default_factory=UiSettings)
