"""Names in transcripts: what looks like one, and replacing those that are given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pqs_coder.cli.main import say
from pqs_coder.errors import UsageError

if TYPE_CHECKING:
    from pqs_coder.store.making import NewSession
    from pqs_coder.store.study import Study
    from pqs_coder.store.transcripts import Columns


def print_suggestions(
    study: Study, transcripts: Sequence[Path], columns: Columns, named: Path | None
) -> None:
    """One word a line, most frequent first: a help for the eye, no promise."""
    from pqs_coder.store.pseudonyms import key_path, read_key, suggest_names
    from pqs_coder.store.transcripts import read_transcript

    known = read_key(key_path(study.folder, named))
    found: Counter[str] = Counter()
    for path in transcripts:
        found.update(dict(suggest_names(read_transcript(path, columns), known)))
    for word, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])):
        click.echo(word)
    say(
        f"{len(found)} words look like names; some are none, and some names are missing. "
        "Nothing was added: keep the names in a file, then --pseudonymise FILE."
    )


def without_names(
    study: Study, new: Sequence[NewSession], names: str, named: Path | None
) -> list[NewSession]:
    """The same sessions with names replaced; the key is written before anything else is."""
    from pqs_coder.store.pseudonyms import key_path, pseudonymise, read_key, write_key

    if not any(one.transcript for one in new):
        raise UsageError("There is no transcript to replace names in.", "Name its file.")
    path = key_path(study.folder, named)
    key = read_key(path).with_names(_names_in(names))
    changed, counts = [], Counter[str]()
    for one in new:
        if one.transcript is None:
            continue
        suffix, data, found = pseudonymise(one.transcript, key, one.columns)
        counts += found
        changed.append(replace(one, content=(suffix, data)))
    write_key(path, key)
    never = [name for name, _ in key.key.values() if not counts[name]]
    say(f"{counts.total()} names replaced. Which is which stands in {path}: not in the study.")
    if never:
        say(f"Of the names in the key, {len(never)} did not occur here.")
    return changed


def _names_in(text: str) -> list[str]:
    """Names by comma, or those in a file, one a line."""
    from pqs_coder.store import files
    from pqs_coder.store.item_sets import read_text

    given = Path(text)
    parts = read_text(given).splitlines() if files.exists(given) else text.split(",")
    names = [part for part in parts if part.strip()]
    if not names:
        raise UsageError("No names are given.", "Name them by comma, or a file with one a line.")
    return names
