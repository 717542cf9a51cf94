"""Sorts of one session that are alike in every pile: one may be a copy under a second name."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

Alike = tuple[str, list[str]]


def equal_sorts(sorts: Iterable[tuple[str, str, Hashable]]) -> list[Alike]:
    """Session and raters of equal sorts, from (session, rater, all piles in a fixed order)."""
    found: dict[tuple[str, Hashable], list[str]] = {}
    for session, rater, profile in sorts:
        found.setdefault((session, profile), []).append(rater)
    return sorted(
        (session, sorted(raters)) for (session, _), raters in found.items() if len(raters) > 1
    )


def equal_words(alike: Iterable[Alike]) -> list[str]:
    """One line of words on them; none where there are none."""
    told = [f"{session} by {' and '.join(raters)}" for session, raters in alike]
    if not told:
        return []
    more = f" and {len(told) - 8} more" if len(told) > 8 else ""
    return [
        f"The same in every pile: {'; '.join(told[:8])}{more}. Is one a copy under another name? "
        "pqs withdraw takes a sort out again."
    ]
