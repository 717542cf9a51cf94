"""Counts and lists as sentences say them."""

from __future__ import annotations

from pqs_coder.model.words import listed, plural


def test_one_and_many() -> None:
    assert plural(1, "session") == "1 session"
    assert plural(0, "session") == "0 sessions"
    assert plural(2000, "session") == "2,000 sessions"
    assert plural(2, "match", "matches") == "2 matches"


def test_long_lists_are_counted() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed([*"abcdefghij"]) == "a, b, c, d, e, f, g, h and 2 more"
