"""Every reader as a function of bytes: it reads, or raises an error of the program's own family.

Formats with a checksum or a zip around them are fuzzed inside it, or nothing would ever get in.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from pqs_coder.errors import PqsError
from pqs_coder.model.item_set import ItemSet
from pqs_coder.store.study import Study

SEPARATOR = b"\n=====\n"
"""Parts the two files of a reader that reads two."""
MOST = 1 << 16


@dataclass(frozen=True)
class Reader:
    """What reads the bytes, and what makes bytes that it reads well."""

    read: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    apart: bool = False
    """It reads in a process of its own, which takes its time and is not looked into."""


def harmless(name: str, data: bytes) -> None:
    """Read; whatever is no error of the program's own family is a finding."""
    with suppress(PqsError):
        READERS[name].read(data)


@cache
def folder() -> Path:
    """A place for files that readers want to open by name; in memory where there is such."""
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else None
    made = Path(tempfile.mkdtemp(prefix="pqs-fuzz-", dir=place))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def file(name: str, data: bytes) -> Path:
    """The bytes as a file."""
    path = folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@cache
def deck() -> ItemSet:
    """The item set that is sorted."""
    from pqs_coder.store.item_sets import find_item_set

    return find_item_set("pqs")


@cache
def study() -> Study:
    """A study to read pieces of."""
    from pqs_coder.store.making import NewSession, add_sessions, make_study
    from pqs_coder.store.study import open_study

    place = folder() / "study"
    make_study(place)
    add_sessions(open_study(place), [NewSession("A1")])
    return open_study(place)


# -- what the program itself writes ----------------------------------------------------------------


def with_checksums(data: bytes) -> bytes:
    """Each line that is the beginning of a JSON object, ended and given its right checksum."""
    lines = []
    for raw in data.split(b"\n"):
        head = raw.removesuffix(b"}")
        crc = f"{zlib.crc32(head + b'}'):08x}".encode()
        lines.append(head + b',"crc":"' + crc + b'"}\n')
    return b"".join(lines)


def without_checksums(data: bytes) -> bytes:
    """The other way round, for seeds."""
    return b"\n".join(line.rpartition(b',"crc"')[0] + b"}" for line in data.splitlines())


def read_journal(data: bytes) -> None:
    """Parse and replay."""
    from pqs_coder.store.journal import parse_journal, replay

    replay(parse_journal(data), deck())


def mend_journal(data: bytes) -> None:
    """Lines with their right checksums, but for one that is left out: what is kept can be read."""
    from pqs_coder.store.journal import parse_journal, replay
    from pqs_coder.store.mending import mend

    lines = with_checksums(data).splitlines(keepends=True)
    mended = mend(b"".join(lines[:2] + lines[3:]), deck())
    if mended is not None:
        replay(parse_journal(mended.data), deck())


@cache
def journal() -> bytes:
    """The journal of a short sitting."""
    from pqs_coder.desk.opening import open_desk

    with open_desk(study(), "A1", "anna") as desk:
        desk.place(1, 9)
        desk.heap(2, -1)
        desk.note(1, "a note [x] é")
        desk.toggle_whole_hour(1)
        desk.unsure(2)
        desk.swap(1, 2)
        desk.undo()
        desk.redo()
        desk.look(hand=7, turn=1, bookmarks=[3])
    return study().paths("A1", "anna").journal.read_bytes()


def read_ratings(data: bytes) -> None:
    """A journal of ratings."""
    from pqs_coder.store.ratings import form_of, said_in

    said_in(file("ratings.journal", data), form_of(study(), "wai-sr"))


def ratings() -> bytes:
    """The journal of ratings."""
    from pqs_coder.store.ratings import form_of, open_sheet

    with open_sheet(study(), "A1", form_of(study(), "wai-sr"), "anna") as sheet:
        sheet.rate(1, 5)
        sheet.note(1, "x")
        sheet.evidence(2, ("1", "all"))
    return next(study().folder.rglob("ratings/*/anna.journal")).read_bytes()


def read_sort(data: bytes) -> None:
    """A submitted sort beside the digest of a whole one: only the whole one may be parsed."""
    from pqs_coder.store import files
    from pqs_coder.store.sorts import digest_path, read_submitted

    path = file("anna.parquet", data)
    digest_path(path).write_text(files.digest(sort()))
    try:
        read_submitted(path)
    except PqsError:
        assert data != sort()
    else:
        assert data == sort()


@cache
def sort() -> bytes:
    """A submitted sort."""
    from pqs_coder.desk.opening import open_desk

    with open_desk(study(), "A1", "zoe") as desk:
        items = iter(desk.item_set.numbers)
        for pile in desk.item_set.piles:
            for _ in range(pile.size):
                desk.place(next(items), pile.value)
        return desk.submit().read_bytes()


def read_study(data: bytes) -> None:
    """study.toml, and the questions that every command asks of it."""
    from pqs_coder.store.study import open_study, viewer_named

    file("settings/study.toml", data)
    found = open_study(folder() / "settings", "anna")
    viewer_named(found.settings, "Ben")
    assert found.item_set
    if found.vault is not None and found.vault.settings.kind == "passphrase":
        with suppress(PqsError):
            found.vault.unlock(key_file=Path("nowhere"))


def read_session(data: bytes) -> None:
    """session.toml."""
    from pqs_coder.store.transcripts import columns_of

    path = study().sessions_folder / "A1" / "session.toml"
    path.write_bytes(data)
    assert study().session_info("A1")
    columns_of(study().session_table("A1"), str(path))


def read_lists(data: bytes) -> None:
    """facts.csv, assignments.csv, a prototype, a key of names: the same bytes as each of them."""
    from pqs_coder.store.prototypes import read_scores
    from pqs_coder.store.pseudonyms import read_key

    for name in ("facts.csv", "assignments.csv"):
        (study().folder / name).write_bytes(data)
    readers: list[Callable[[], object]] = [
        study().facts,
        study().assignments,
        lambda: read_scores(study().folder / "facts.csv", deck()),
        lambda: read_key(study().folder / "facts.csv"),
    ]
    for one in readers:
        with suppress(PqsError):
            one()


def read_item_set(data: bytes) -> None:
    """item_set.toml and items.csv."""
    from pqs_coder.store.item_sets import load_item_set

    settings, _, items = data.partition(SEPARATOR)
    file("deck/item_set.toml", settings)
    file("deck/items.csv", items)
    load_item_set(folder() / "deck")


def item_set() -> list[bytes]:
    """Those that ship."""
    from pqs_coder.store.shipped import shipped_folder

    return [
        (one / "item_set.toml").read_bytes() + SEPARATOR + (one / "items.csv").read_bytes()
        for one in sorted(Path(str(shipped_folder("item_sets"))).iterdir())
        if (one / "items.csv").exists()
    ]


# -- what others write -----------------------------------------------------------------------------


def read_transcript(suffix: str, data: bytes) -> None:
    """A transcript of that kind."""
    from pqs_coder.store import transcripts

    path = Path(f"transcript{suffix}")
    transcripts.read_transcript(path, None, data)


_WORD_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_WORD_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
_WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>T: hello</w:t><w:tab/><w:br/></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>P"
    "</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>yes</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    "</w:body></w:document>"
)


def packed(**members: str | bytes) -> bytes:
    """A zip of these members; two underscores in a name stand for a slash."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def word(document: bytes) -> bytes:
    """A Word document around the text of its main part."""
    members = {"[Content_Types].xml": _WORD_TYPES, "_rels/.rels": _WORD_RELS}
    return packed(**members, **{"word/document.xml": document})


def read_sorts(suffix: str, data: bytes) -> None:
    """A file of sorts of another program."""
    from pqs_coder.exchange.any_file import read_sorts_file
    from pqs_coder.exchange.options import ReadOptions

    path = file(f"sorts{suffix}", data)
    for options in (ReadOptions(), ReadOptions(session="A1", rater="anna")):
        with suppress(PqsError):
            read_sorts_file(path, deck(), options)


def read_wording(data: bytes) -> None:
    """A table of wording."""
    from pqs_coder.exchange import wording

    wording.read_wording(file("wording.csv", data))


def read_archive(data: bytes) -> None:
    """The manifest of an archive; the file beside it is always the same."""
    from pqs_coder.exchange import archive

    content = packed(**{"manifest.json": data, "study.toml": b"x"})
    archive.read_archive(file("a.zip", content))


def _sorts(kind: str) -> list[bytes]:
    """Two sorts as the program writes them in that format, and in further layouts."""
    from pqs_coder.exchange.formats import write_sorts
    from pqs_coder.store.reading import read_sorts as table

    sort()
    suffix = {"pqmethod": ".dat", "kade": ".zip"}.get(kind, ".csv")
    path = folder() / f"seed-{kind}{suffix}"
    write_sorts(table(study()), path, kind, deck())
    return [path.read_bytes()]


def _csv_seeds() -> list[bytes]:
    long = "session,rater,item,pile\n" + "".join(f"A1,b,{n},{n % 9 + 1}\n" for n in range(1, 101))
    lists = (
        "session,rater," + ",".join(f"pile{n}" for n in range(1, 10)) + "\nA1,b,1 2 3,4;5,,,,,,,\n"
    )
    columns = "item,A1_b,A1_c\n" + "".join(f"{n},{n % 9 + 1},5\n" for n in range(1, 101))
    return [*_sorts("wide"), *_sorts("tidy"), long.encode(), lists.encode(), columns.encode()]


def _kade_text() -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(_sorts("kade")[0])) as archive:
        return [archive.read("sorts.txt")]


_TEXTS = {
    ".txt": b"T: hello\nP: [pause] no\n\n(00:01) T: yes\nSpeaker 1  0:03\nwords",
    ".md": b"# Hour\n\n**T:** hello\n\n- P: no\n> [x](y)\n",
    ".vtt": b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Ann>hello &amp; <c.x>on</c></v>\n",
    ".srt": b"1\n00:00:01,000 --> 00:00:02,000\nT: hello\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>x</i>\n",
    ".cha": b"@Begin\n@Participants:\tCHI Child\n*CHI:\thello (.) world .\n%mor:\tx\n@End\n",
    ".csv": b'speaker,text,time\nT,"hello, you",0:01\nP,no,0:02\n',
    ".tsv": b"speaker\ttext\nT\thello\n",
    ".eaf": b'<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="10"/>'
    b'</TIME_ORDER><TIER TIER_ID="T"><ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="a">'
    b"<ANNOTATION_VALUE>x</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>"
    b"</ANNOTATION_DOCUMENT>",
}
_STUDY = b"""format = 1
title = "T"
item_set = "pqs"
threshold = 0.5
roster = "closed"
order = "shuffled"
others = "submitted"
opened = ["A1"]
[raters.anna]
role = "lead"
name = "A"
login = ["a", "b"]
[groups]
raters = "r"
leads = "l"
[vault]
kind = "passphrase"
check = "sealed:AAAA"
salt = "AAAA"
"""
_SESSION = (
    b'title = "x"\nmedia = "m.mp3"\n[speakers]\nT = "therapist"\n[transcript]\ntext_column = "t"\n'
)
_LISTS = (
    b"session,case,number,date,more\nA1,c,1,2020-01-01,x\n",
    b"session,rater\nA1,anna\n",
    b"item,score\n1,0.5\n2,1\n3,-2\n",
    b"name,stand_in\nAnna,NameA\n",
)
_VECTORS = json.dumps({"session": "A1", "rater": "b", "sorts": [list(range(1, 101))]}).encode()

_MANIFEST = json.dumps(
    {
        "format": 1,
        "files": [{"path": "study.toml", "size": 1, "blake2b": hashlib.blake2b(b"x").hexdigest()}],
    }
).encode()

READERS: dict[str, Reader] = {
    "journal": Reader(read_journal, lambda: [journal()]),
    "journal-lines": Reader(
        lambda data: read_journal(with_checksums(data)), lambda: [without_checksums(journal())]
    ),
    "mending": Reader(mend_journal, lambda: [without_checksums(journal())]),
    "ratings-lines": Reader(
        lambda data: read_ratings(with_checksums(data)), lambda: [without_checksums(ratings())]
    ),
    "sort": Reader(read_sort, lambda: [sort()]),
    "study": Reader(read_study, lambda: [_STUDY]),
    "session": Reader(read_session, lambda: [_SESSION]),
    "lists": Reader(read_lists, lambda: list(_LISTS)),
    "item-set": Reader(read_item_set, item_set),
    **{
        f"transcript{suffix}": Reader(partial(read_transcript, suffix), lambda text=text: [text])  # type: ignore[misc]
        for suffix, text in _TEXTS.items()
    },
    "transcript.docx": Reader(partial(read_transcript, ".docx"), lambda: [word(_WORD.encode())]),
    "transcript.docx-text": Reader(
        lambda data: read_transcript(".docx", word(data)), lambda: [_WORD.encode()]
    ),
    "import.csv": Reader(partial(read_sorts, ".csv"), _csv_seeds),
    "import.txt": Reader(partial(read_sorts, ".txt"), _csv_seeds),
    "import.dat": Reader(partial(read_sorts, ".dat"), lambda: _sorts("pqmethod")),
    "import.json": Reader(partial(read_sorts, ".json"), lambda: [_VECTORS]),
    "import.zip": Reader(partial(read_sorts, ".zip"), lambda: _sorts("kade")),
    "import.zip-text": Reader(
        lambda data: read_sorts(".zip", packed(**{"sorts.txt": data})), _kade_text
    ),
    "import.parquet": Reader(partial(read_sorts, ".parquet"), lambda: [sort()], apart=True),
    "wording": Reader(read_wording, lambda: [b"item,label,text\n1,x,y\n2,z,w\n"]),
    "archive": Reader(read_archive, lambda: [_MANIFEST]),
}
