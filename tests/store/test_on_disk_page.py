"""docs/on-disk.md names every key, folder, column and act that the program knows."""

from __future__ import annotations

import re
from pathlib import Path

from pqs_coder.model.names import RESERVED
from pqs_coder.model.study import KNOWN_KEYS
from pqs_coder.store.sorts import SORT_SCHEMA
from pqs_coder.store.verify import _FOLDERS, verify
from tests.small_study import small_study, submitted

PAGE = (Path(__file__).parents[2] / "docs" / "on-disk.md").read_text(encoding="utf-8")
TREE = PAGE.partition("    STUDY/\n")[2].partition("\n\n")[0]
CODE = " ".join(re.findall(r"`([^`\n]+)`", PAGE))


def test_every_key_of_study_toml_is_told() -> None:
    table = PAGE.partition("## study.toml")[2].partition("\n## ")[0]
    told = set(re.findall(r"^\| `\[?(\w+)", table, re.MULTILINE))
    assert told == set(KNOWN_KEYS)


def test_every_folder_stands_in_the_tree() -> None:
    assert all(f"{name}/" in TREE for name in _FOLDERS)


def test_every_column_of_a_sort_and_every_reserved_name_is_told() -> None:
    table = PAGE.partition("## A submitted sort")[2].partition("\n## ")[0]
    assert set(SORT_SCHEMA) <= set(re.findall(r"\w+", table))
    assert set(RESERVED) <= set(re.findall(r"\w+", CODE))


def test_every_file_of_a_worked_study_stands_in_the_tree(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    submitted(study)
    words = {"SESSION": "[^/]+", "RATER": "[^/.]+", "ID": "[^/]+", "CASE": "[^/]+", "FORM": "[^/]+"}
    places = []
    folder = ""
    for line in TREE.splitlines():
        name = re.split(r",? {2,}", line.strip())[0]
        if re.match(r" {6}\S", line):
            folder = name if name.endswith("/") and name.startswith("sessions") else ""
        for one in name.split(", "):
            pattern = re.escape(folder + one if one != folder else one).replace(r"\*", ".*")
            for word, stands_for in words.items():
                pattern = pattern.replace(word, stands_for)
            places.append(f"{pattern}.*" if pattern.endswith("/") else pattern)
    known = re.compile("|".join([*places, r".*\.blake2"]))
    found = [one.file for one in verify(study)]
    assert len(found) >= 6
    assert [one for one in found if not known.fullmatch(one)] == []
