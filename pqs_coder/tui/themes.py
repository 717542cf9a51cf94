"""Three themes: dark, light, high contrast. Nothing is told by colour alone."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="dark",
    primary="#7aa2d6",
    secondary="#9fb58f",
    accent="#e3b567",
    warning="#e3b567",
    error="#f08a7d",
    success="#9fcf8f",
    foreground="#dcdcd6",
    background="#16181c",
    surface="#1b1e23",
    panel="#22262c",
    dark=True,
    variables={"text-muted": "#a2a6ad", "quiet": "#a2a6ad", "cursor": "#e3b567", "rule": "#6b7280"},
)

LIGHT = Theme(
    name="light",
    primary="#1d4f91",
    secondary="#3f6b2f",
    accent="#8a5300",
    warning="#8a5300",
    error="#a3221a",
    success="#2c6b1f",
    foreground="#1d1f22",
    background="#fbfaf6",
    surface="#f4f2ec",
    panel="#e6e3da",
    dark=False,
    variables={"text-muted": "#55595f", "quiet": "#55595f", "cursor": "#8a5300", "rule": "#70757c"},
)

CONTRAST = Theme(
    name="high-contrast",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff8080",
    success="#00ff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={"text-muted": "#ffffff", "quiet": "#ffffff", "cursor": "#ffffff", "rule": "#ffffff"},
)

THEMES = (DARK, LIGHT, CONTRAST)
