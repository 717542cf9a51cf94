"""Markdown, SubRip, CHAT, ELAN and Word: the words as they stand, what is about them left out."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement

from pqs_coder.errors import DataError
from pqs_coder.store.transcripts import Columns, read_transcript

DATA = Path(__file__).parent / "data"
Turns = list[tuple[str, str, str]]


def turns_of(
    tmp_path: Path, content: str | bytes, suffix: str, columns: Columns | None = None
) -> Turns:
    path = tmp_path / f"transcript{suffix}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    transcript = read_transcript(path, columns)
    assert [turn.number for turn in transcript.turns] == list(range(1, len(transcript) + 1))
    return [(turn.speaker, turn.text, turn.time) for turn in transcript.turns]


def test_markdown(tmp_path: Path) -> None:
    text = (
        "# Session *3*\n\n**Therapist:** Hello *you*. [pause]\n- still\n\n"
        "__P__: Hi.\n**T:**\nSo?\nP: plain\n\n**bold words** here\n"
    )
    assert turns_of(tmp_path, text, ".md") == [
        ("", "# Session *3*", ""),
        ("Therapist", "Hello *you*. [pause]\n- still", ""),
        ("P", "Hi.", ""),
        ("T", "So?", ""),
        ("P", "plain", ""),
        ("", "**bold words** here", ""),
    ]


def test_subrip(tmp_path: Path) -> None:
    text = (
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nT: <i>Hello</i> [pause]\r\n<laughs> &amp; so\r\n\r\n"
        "2\r\n00:00:03.000 --> 00:00:04,000 X1:10\r\nP: one\r\nT: two\r\n\r\n\r\n"
        "00:01:00,000 --> 00:01:01,000\r\nno name\r\n"
    )
    assert turns_of(tmp_path, text, ".srt") == [
        ("T", "Hello [pause]\n<laughs> &amp; so", "00:00:01,000"),
        ("P", "one", "00:00:03.000"),
        ("T", "two", "00:00:03.000"),
        ("", "no name", "00:01:00,000"),
    ]


CHAT = (
    "@UTF8\n@Begin\n@Participants:\tCHI Target_Child, INV Investigator\n"
    "*INV:\tand what [/] what's that ? \x15sound_1200_2400\x15\n%mor:\tpro|that ?\n"
    "*CHI:\txxx &=laughs a dog\n\tand a cat . \x153000_4005\x15\n*INV:\t(.) yes .\n@End\n"
)


def test_chat(tmp_path: Path) -> None:
    assert turns_of(tmp_path, CHAT, ".cha") == [
        ("INV", "and what [/] what's that ?", "00:00:01.200"),
        ("CHI", "xxx &=laughs a dog and a cat .", "00:00:03.000"),
        ("INV", "(.) yes .", ""),
    ]


EAF = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2026-01-01T00:00:00+00:00" FORMAT="3.0" VERSION="3.0">
<TIME_ORDER>
 <TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="2000"/>
 <TIME_SLOT TIME_SLOT_ID="ts3"/><TIME_SLOT TIME_SLOT_ID="ts4" TIME_VALUE="3661004"/>
</TIME_ORDER>
<TIER TIER_ID="A_Transcript" PARTICIPANT="Therapist" LINGUISTIC_TYPE_REF="default">
 <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a3" TIME_SLOT_REF1="ts4" TIME_SLOT_REF2="ts4">
  <ANNOTATION_VALUE>last &amp; [pause]</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
 <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
  <ANNOTATION_VALUE>first</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
</TIER>
<TIER TIER_ID="Patient" LINGUISTIC_TYPE_REF="default">
 <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts4">
  <ANNOTATION_VALUE>second
line</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
</TIER>
<TIER TIER_ID="English" PARENT_REF="Patient" LINGUISTIC_TYPE_REF="t">
 <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a4" ANNOTATION_REF="a2">
  <ANNOTATION_VALUE>translated</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
</TIER>
</ANNOTATION_DOCUMENT>
"""


def test_elan(tmp_path: Path) -> None:
    assert turns_of(tmp_path, EAF, ".eaf") == [
        ("Therapist", "first", "00:00:01.000"),
        ("Patient", "second\nline", ""),
        ("Therapist", "last & [pause]", "01:01:01.004"),
    ]


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def test_word_paragraphs(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Session 3")
    document.add_paragraph("")
    first = document.add_paragraph("Therapist: How ")
    first.add_run("are").bold = True
    first.add_run(" you?\n[pause]\tSo?")
    document.add_paragraph("and more")
    changed = document.add_paragraph("Patient: Well, ")
    for tag, words in (("w:ins", "inserted"), ("w:del", "gone")):
        change, run = OxmlElement(tag), OxmlElement("w:r")
        text = OxmlElement("w:t" if tag == "w:ins" else "w:delText")
        text.text = words
        run.append(text)
        change.append(run)
        changed._p.append(change)
    assert turns_of(tmp_path, saved(document), ".docx") == [
        ("", "Session 3", ""),
        ("Therapist", "How are you?\n[pause]\tSo?\nand more", ""),
        ("Patient", "Well, inserted", ""),
    ]


def test_word_paragraphs_without_speakers_are_turns(tmp_path: Path) -> None:
    document = docx.Document()
    for words in ("one", "", "two", "three"):
        document.add_paragraph(words)
    assert [words for _, words, _ in turns_of(tmp_path, saved(document), ".docx")] == [
        "one",
        "two",
        "three",
    ]


def test_word_headings_of_transcription_services(tmp_path: Path) -> None:
    document = docx.Document()
    for words in ("Ann Lee   0:03", "Hello.", "Bo   0:07", "Hi."):
        document.add_paragraph(words)
    assert turns_of(tmp_path, saved(document), ".docx") == [
        ("Ann Lee", "Hello.", "0:03"),
        ("Bo", "Hi.", "0:07"),
    ]


def table_document(rows: list[list[str]]) -> bytes:
    document = docx.Document()
    document.add_paragraph("Notes: before")
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    return saved(document)


def test_word_tables(tmp_path: Path) -> None:
    titled = [["Time", "Speaker", "Text"], ["0:01", "T", "Hello\nyou"], ["0:02", "P", "Hi"]]
    assert turns_of(tmp_path, table_document(titled), ".docx") == [
        ("Notes", "before", ""),
        ("T", "Hello\nyou", "0:01"),
        ("P", "Hi", "0:02"),
    ]
    plain = [["T", "Hello"], ["P", "Hi"]]
    assert turns_of(tmp_path, table_document(plain), ".docx")[1:] == [
        ("T", "Hello", ""),
        ("P", "Hi", ""),
    ]
    named = [["Wer", "Was", "Nr"], ["T", "ja", "1"]]
    columns = Columns(speaker="Wer", text="Was")
    assert turns_of(tmp_path, table_document(named), ".docx", columns)[1:] == [("T", "ja", "")]
    with pytest.raises(DataError, match="table 1, line 1: no column holds the words"):
        turns_of(tmp_path, table_document(named), ".docx")


def test_word_by_another_program() -> None:
    """A document that LibreOffice wrote, with a tab, a line break and a table."""
    transcript = read_transcript(DATA / "libreoffice.docx")
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("", "Session 3"),
        ("Therapist", "How are you? [pause]\tSo?"),
        ("Patient", "“Well” – 3 < 4\nand more"),
        ("T", "in a table"),
        ("P", "yes & no"),
    ]


@pytest.mark.parametrize(
    ("content", "suffix", "message"),
    [
        ("T: a\n", ".srt", "line 1: no times"),
        ("1\nT: a\n", ".srt", "line 2: no times"),
        ("1\n00:00:01,000 --> 00:00:02,000\nT: a\n00:00:03,000 --> 00:00:04,000\n", ".srt", "line 4: the times"),
        ("@Begin\nT: a\n", ".cha", "line 2: no line of CHAT"),
        ("@Begin\n@End\n", ".cha", "not one turn"),
        ("<a>", ".eaf", "line 1: no XML"),
        ("<a/>", ".eaf", "no ELAN document"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', ".eaf", "XML of a kind"),
        (b"PK\x03\x04", ".docx", "no Word document"),
        ("", ".md", "not one turn"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    content: str | bytes, suffix: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        turns_of(tmp_path, content, suffix)
    assert caught.value.cure
