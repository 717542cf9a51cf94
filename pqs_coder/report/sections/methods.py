"""Methods: what was done, by which statistics, with citations, versions and hashes."""

from __future__ import annotations

from collections.abc import Sequence

from pqs_coder.report.document import Block, Facts, Figure, Lines, Section, Shown, Words
from pqs_coder.report.material import Material
from pqs_coder.report.methods_text import (
    FOR_THE_AUTHORS,
    StudyCounts,
    cited,
    count_study,
    methods_paragraphs,
    versions,
)
from pqs_coder.report.sections.reliability import third, variance_components


def counts(material: Material) -> StudyCounts:
    """The study counted."""

    def answer() -> StudyCounts:
        study = material.study
        sorted_here = set(material.frame["session"])
        transcripts = sum(study.transcript_file(code) is not None for code in sorted_here)
        states = third(material).frame
        return count_study(
            material.frame, material.context.cases, study.settings, transcripts, states
        )

    found: StudyCounts = material.ask("counts", answer)
    return found


def section(material: Material, others: Sequence[Section]) -> Section:
    """Methods of the study, as far as the ``others`` sections use them."""
    study = material.study
    used = commands_in(others)
    if "decision" in used:
        notes = " ".join(variance_components(material).notes).lower()
        used.add("henderson" if "by henderson" in notes else "reml")
    paragraphs = methods_paragraphs(
        study.item_set, study.settings, counts(material), material.prototypes, used
    )
    blocks: list[Block] = [
        Words("Ready for a paper, and true for this study as it stands today:"),
        *(Words(text, "paper") for text in paragraphs),
        Words("What the program can't know, and authors have to add:"),
        Lines(FOR_THE_AUTHORS),
    ]
    parts = [
        Section("references", "References", (Lines(cited(paragraphs)),)),
        Section("versions", "Versions and hashes", (Facts((*versions(), *_hashes(material))),)),
    ]
    return Section("methods", "Methods", (*blocks, *parts))


def _hashes(material: Material) -> list[tuple[str, str]]:
    item_set = material.study.item_set
    found = [(f"item set {item_set.id} {item_set.version}", f"SHA-256 {item_set.hash}")]
    found += [(f"prototype {one.id}", f"SHA-256 {one.hash}") for one in material.prototypes]
    return found


def commands_in(sections: Sequence[Section]) -> set[str]:
    """Which commands' tables are printed; a contrast of prototypes counts by itself."""
    used: set[str] = set()
    for command in _commands(sections):
        words = command.split()
        used.add(words[1])
        if "--contrast" in words:
            used.add("contrast")
    return used


def _commands(blocks: Sequence[Block]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Section):
            found += _commands(block.blocks)
        elif isinstance(block, Shown | Figure) and block.table.command:
            found.append(block.table.command)
        elif isinstance(block, Words) and block.command:
            found.append(block.command)
    return found
