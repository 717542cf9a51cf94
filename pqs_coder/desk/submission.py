"""From a complete draft to a submitted sort."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pqs_coder.errors import IncompleteError, StudyError
from pqs_coder.model.card import Card
from pqs_coder.model.draft import Draft
from pqs_coder.model.names import CONSENSUS
from pqs_coder.store import files
from pqs_coder.store.drafts import DraftFile
from pqs_coder.store.journal import Header
from pqs_coder.store.vault import Vault

if TYPE_CHECKING:
    import polars as pl

# A sort that was cut off on its way to being submitted is known by these columns.
_SAME = ("item", "pile", "heap", "note", "evidence", "unsure", "moves", "started_at")


def what_is_missing(draft: Draft) -> list[str]:
    """What a sort lacks, in a few words each; empty where it is complete.

    ``93 cards lie in no pile yet``, ``too few: piles 1 (-5), 9 (-3)``, ``too many: pile 5 (+1)``.
    """
    left = len(draft.cards) - draft.piled
    words = [f"{left} {'card lies' if left == 1 else 'cards lie'} in no pile yet"] if left else []
    off = {value: n - draft.item_set.pile(value).size for value, n in draft.tally().items()}
    for said, some in (
        ("too few", [f"{value} ({by:+d})" for value, by in off.items() if by < 0]),
        ("too many", [f"{value} ({by:+d})" for value, by in off.items() if by > 0]),
    ):
        if some:
            words.append(f"{said}: pile{'s' if len(some) > 1 else ''} {', '.join(some)}")
    return words


def submit(draft: Draft, file: DraftFile) -> Path:
    """Write the submitted sort, read it back, keep the journal as RATER.journal-N.

    May be called again after a `WriteError`: it goes on where it was cut off. `IncompleteError`
    where a pile has not its number, or a revision has changed nothing.
    """
    from pqs_coder.store.sorts import write_submitted

    missing = what_is_missing(draft)
    if missing:
        raise IncompleteError(
            f"The sort is not complete: {'; '.join(missing)}.",
            "Move cards until every pile has its number.",
        )
    if not file.begun or is_unchanged(draft, file.header):
        raise IncompleteError(
            "Nothing has been changed since the sort was submitted.",
            "Change what the revision is for; to drop it, leave and move "
            f"{file.paths.journal.name} out of the session's sorts folder.",
        )
    revision = file.header.revision
    path = file.paths.submitted(revision)
    if not files.exists(path):
        write_submitted(file.paths, revision, submitted_frame(draft, file.header))
    elif not holds(path, draft, file.header, file.paths.vault):
        raise StudyError(
            f"{path} is there already and holds another sort.",
            "Ask the lead which of the two is meant: pqs verify names both files.",
        )
    file.retire()
    return path


def is_unchanged(draft: Draft, header: Header) -> bool:
    """Whether a revision of a rater's holds what the sort before it holds."""
    if header.revision == 1 or header.kind == CONSENSUS or header.start is None:
        return False
    return all(_content(draft.cards[n]) == _content(card) for n, card in header.start.items())


def _content(card: Card) -> tuple[object, ...]:
    return card.pile, card.heap, card.unsure, card.note, card.evidence


def submitted_frame(draft: Draft, header: Header) -> pl.DataFrame:
    """The tidy table of a draft, submitted now."""
    from pqs_coder.store.sorts import labels_of, sort_frame

    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return sort_frame(draft.item_set, draft.cards, labels_of(header, now), draft.seconds)


def holds(path: Path, draft: Draft, header: Header, vault: Vault | None = None) -> bool:
    """Whether a submitted file holds this very draft."""
    from pqs_coder.store.sorts import open_frame, read_submitted

    there = open_frame(read_submitted(path), vault).select(_SAME)
    return there.equals(submitted_frame(draft, header).select(_SAME))
