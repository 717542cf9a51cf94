"""Tables: CSV and TSV with a column for the words, one for the speaker, and a time if there is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pqs_coder.errors import DataError
from pqs_coder.model.transcript import Turn
from pqs_coder.store.transcripts.columns import Columns, find_columns
from pqs_coder.store.transcripts.lines import MOST_LINES, plain_ends

_SEPARATORS = {".tsv": "\t", ".tab": "\t"}


def read_table_turns(text: str, file: str, suffix: str, columns: Columns | None) -> list[Turn]:
    """A turn for each row; `DataError` names the line. Cells are taken as they are."""
    rows = _rows(text, file, separator_of(text, suffix))
    first = next(rows, None)
    if first is None:
        raise DataError(f"{file}: the file is empty.", "Begin with a line such as speaker,text.")
    header = _header(first[1], file)
    chosen = find_columns(header, columns, file)
    where = {what: header.index(name) for what, name in _named(chosen).items()}
    # Whisper writes milliseconds, and so does no other program with these columns.
    whisper = suffix == ".tsv" and header == ["start", "end", "text"]
    turns: list[Turn] = []
    for line, cells in rows:
        if len(cells) != len(header):
            raise DataError(
                f"{file}, line {line}: {len(cells)} cells for {len(header)} columns.",
                "Give every column a cell; put cells that hold the separator into quotes.",
            )
        got = {what: plain_ends(cells[place]) for what, place in where.items()}
        if whisper and got["time"].isdecimal():
            got["time"] = _clock(int(got["time"]))
        turns.append(Turn(len(turns) + 1, got.get("speaker", ""), got["text"], got.get("time", "")))
    return turns


def _clock(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def table_columns(text: str, file: str, suffix: str, columns: Columns | None) -> Columns:
    """Which columns `read_table_turns` would take."""
    first = next(_rows(text, file, separator_of(text, suffix)), None)
    return find_columns(_header(first[1] if first else [], file), columns, file)


def separator_of(text: str, suffix: str) -> str:
    """The separator: a tab in TSV; in CSV whichever of ``, ; tab`` the first line holds most."""
    if suffix in _SEPARATORS:
        return _SEPARATORS[suffix]
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _named(columns: Columns) -> dict[str, str]:
    names = {"speaker": columns.speaker, "text": columns.text, "time": columns.time}
    return {what: name for what, name in names.items() if name is not None}


def _header(cells: list[str], file: str) -> list[str]:
    header = [cell.strip() for cell in cells]
    doubled = [name for name in header if name and header.count(name) > 1]
    if doubled:
        raise DataError(
            f"{file}, line 1: the column '{doubled[0]}' stands there twice.",
            "Give every column its own name.",
        )
    return header


def _rows(text: str, file: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """(line on which the row begins, its cells); blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            if reader.line_num > MOST_LINES:
                raise DataError(
                    f"{file}: more than the {MOST_LINES} lines of any session.",
                    "Give the transcript of one session.",
                )
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise DataError(
            f"{file}, line {begins}: {error}.",
            "Mend the quotes on that line; a quote inside a quoted cell is written twice.",
        ) from error
