"""From a complete draft to a submitted sort."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pqs_coder.errors import IncompleteError
from pqs_coder.model.draft import Draft
from pqs_coder.store.drafts import DraftFile


def what_is_missing(draft: Draft) -> list[str]:
    """Each pile that has not its number, in words; empty where the sort is complete."""
    words = []
    for value, count in draft.tally().items():
        size = draft.item_set.pile(value).size
        if count != size:
            words.append(f"pile {value} has {count} of {size} ({count - size:+d})")
    return words


def submit(draft: Draft, file: DraftFile) -> Path:
    """Write the submitted sort, read it back, keep the journal as RATER.journal-N."""
    from pqs_coder.store.sorts import SortLabels, sort_frame, write_submitted

    missing = what_is_missing(draft)
    if missing:
        raise IncompleteError(
            f"The sort is not complete: {'; '.join(missing)}.",
            "Move cards until every pile has its number.",
        )
    header = file.header
    revision = file.paths.latest_revision() + 1
    labels = SortLabels(
        session=header.session,
        rater=header.rater,
        item_set=header.item_set,
        item_set_hash=header.item_set_hash,
        transcript_hash=header.transcript_hash,
        occasion=2 if file.paths.again else 1,
        revision=revision,
        started_at=header.started_at,
        submitted_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    )
    frame = sort_frame(draft.item_set, draft.cards, labels, draft.seconds)
    path = write_submitted(file.paths, revision, frame)
    file.retire(revision)
    return path
