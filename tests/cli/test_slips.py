"""Slips that people make: each gets a word on what is wrong and what to do, and changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pqs_coder.errors import Exit
from tests.cli.conftest import Pqs

# A call in a copy of the demo study, its exit code, and words of the answer.
SLIPS: dict[str, tuple[Exit, str]] = {
    "place W6 --rater anna 101=5": (Exit.USAGE, "There is no item 101"),
    "place W6 --rater anna 1=10": (Exit.USAGE, "There is no pile 10"),
    "place W6 --rater anna 1=5 2": (Exit.USAGE, "2"),
    "place K4 --rater anna 1=5": (Exit.BAD_DATA, "submitted"),
    "submit W6 --rater anna": (Exit.NO, "pile"),
    "show W6 --rater anna": (Exit.BAD_DATA, "has not begun"),
    "add --session K4": (Exit.BAD_DATA, "There is a session 'K4' already"),
    "add --session a.b": (Exit.USAGE, "can't be a session"),
    "add --set treatment": (Exit.USAGE, "no KEY=VALUE"),
    "add --set session=X1": (Exit.USAGE, "no fact"),
    "add nowhere.txt": (Exit.BAD_DATA, "no such file"),
    "add slip.pdf": (Exit.BAD_DATA, "slip.pdf"),
    "add --as anna": (Exit.USAGE, "lead"),
    "raters add zoe --role boss": (Exit.USAGE, "boss"),
    "raters add con": (Exit.USAGE, "reserved"),
    "assign W6": (Exit.USAGE, "Nobody named"),
    "assign W6 anna --balance": (Exit.USAGE, "By hand or balanced?"),
    "assign W6 anna --as anna": (Exit.USAGE, "lead"),
    "assign --balance --per-session 9": (Exit.USAGE, "3 raters can't give 9"),
    "agreement --by nothing": (Exit.USAGE, "nothing"),
    "agreement --as anna --by study -o slip.doc": (Exit.USAGE, ".parquet"),
    "differences D3 --raters anna": (Exit.USAGE, "names not two"),
    "differences W6": (Exit.BAD_DATA, "W6"),
    "consensus D3 6=5 --reason misheard": (Exit.USAGE, "--as NAME"),
    "consensus D3 101=5": (Exit.USAGE, "There is no item 101"),
    "consensus W6 6=5": (Exit.USAGE, "no two submitted sorts"),
    "items --most 0": (Exit.USAGE, "0"),
    "items --subset birds": (Exit.BAD_DATA, "patient, therapist, interaction"),
    "compare treatment exploratory exploratory": (Exit.USAGE, "compared with itself"),
    "compare treatment exploratory nothing": (Exit.BAD_DATA, "structured"),
    "change --items 3,x": (Exit.USAGE, "no item numbers"),
    "structures oak": (Exit.BAD_DATA, "aspen"),
    "structures aspen --kept": (Exit.BAD_DATA, "pqs structures CASE"),
    "adherence --partial exploratory": (Exit.USAGE, "--holding"),
    "adherence --holding exploratory": (Exit.USAGE, "--partial"),
    "adherence --each-rater --detail": (Exit.USAGE, "one at a time"),
    "adherence --by treatment --each-rater": (Exit.USAGE, "one at a time"),
    "prototypes add two.csv": (Exit.BAD_DATA, "three or more"),
    "prototypes add flat.csv": (Exit.BAD_DATA, "all scores are equal"),
    "prototypes add slip.csv": (Exit.BAD_DATA, "line 2"),
    "prototypes export exploratory -o gone/x.csv": (Exit.BAD_DATA, "Not saved"),
    "import empty.csv": (Exit.BAD_DATA, "empty.csv"),
    "import slip.csv": (Exit.BAD_DATA, "slip.csv"),
    "import slip.pdf": (Exit.BAD_DATA, "can't be read"),
    "import head.csv": (Exit.BAD_DATA, "no sorts"),
    "merge .": (Exit.USAGE, "the study itself"),
    "merge slip.csv": (Exit.BAD_DATA, "slip.csv"),
    "merge slip.journal": (Exit.BAD_DATA, "slip.journal"),
    "rate K4 --form pqs --rater anna 1=2": (Exit.USAGE, "a deck to sort"),
    "rate K4 --form wai-s --rater anna 1=9": (Exit.USAGE, "9"),
    "rate K4 --form wai-s --rater anna 13=1": (Exit.USAGE, "13"),
    "score --form birds": (Exit.BAD_DATA, "no item set 'birds'"),
    "score --agreement --ratings": (Exit.USAGE, "one at a time"),
    "plot change --case oak": (Exit.BAD_DATA, "oak"),
    "plot sessions -o slip.doc": (Exit.USAGE, ".svg"),
    "table study -o slip.doc": (Exit.USAGE, ".docx"),
    "report --session K4 --case aspen -o slip.html": (Exit.USAGE, "--"),
    "export -o slip.doc": (Exit.USAGE, "slip.doc"),
    "export -o x.csv --format birds": (Exit.USAGE, "birds"),
    "seal": (Exit.USAGE, "--"),
    "seal --key-file ../nowhere": (Exit.BAD_DATA, "nowhere"),
    "seal --new-key-file key": (Exit.USAGE, "in the study"),
    "unseal": (Exit.USAGE, "not sealed"),
    "demo inner --no-open": (Exit.BAD_DATA, "holds a study already"),
    "item-sets check nowhere": (Exit.BAD_DATA, "nowhere"),
    "item-sets add slip.csv --id pqs-x --base birds": (Exit.BAD_DATA, "birds"),
}
FILES = {
    "empty.csv": "",
    "head.csv": "session,rater," + ",".join(map(str, range(1, 101))) + "\n",
    "slip.csv": "item,score\nfive,6\n",
    "two.csv": "item,score\n1,6\n2,3\n",
    "flat.csv": "item,score\n1,6\n2,6\n3,6\n",
    "slip.pdf": "%PDF-1.7\n",
    "slip.journal": "no journal\n",
}


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file with a digest of its bytes; what a look may leave (locks) aside."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


@pytest.fixture
def inside(pqs: Pqs, demo_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    monkeypatch.chdir(demo_copy)
    for name, text in FILES.items():
        (demo_copy / name).write_text(text, encoding="utf-8")
    return lambda: demo_copy


@pytest.mark.parametrize("line", SLIPS)
def test_a_slip_is_told_and_changes_nothing(line: str, pqs: Pqs, inside) -> None:
    before = fingerprint(inside())
    answer = pqs(*line.split())
    code, words = SLIPS[line]
    assert (answer.code, answer.out) == (code, ""), answer.err
    assert words in answer.err
    told = answer.err.strip().splitlines()
    assert ": " in told[0]
    assert len(told) > 1, "no cure"
    assert "Traceback" not in answer.err
    assert fingerprint(inside()) == before
