"""Instruments by command: keys shown, the lab's wording laid over ours."""

from __future__ import annotations

from pathlib import Path

from pqs_coder.store.item_sets import find_item_set
from tests.cli.conftest import Pqs
from tests.exchange.frames import FRAMES


def test_the_key_of_a_form_is_shown(pqs: Pqs):
    shown = pqs("item-sets", "show", "wai-s", "--format", "json")
    assert shown.code == 0
    assert len(shown.rows) == 12
    assert "Goal: -4, 6, -10, 11" in shown.err


def test_a_form_without_a_key_says_so(pqs: Pqs):
    assert "No key: the lab supplies it" in pqs("item-sets", "show", "calpas").err


def test_every_instrument_that_ships_is_listed(pqs: Pqs):
    rows = {row["item_set"]: row for row in pqs("item-sets", "list", "--format=json").rows}
    told = {
        name: (row["kind"], row["items"], row["piles"], row["scales"]) for name, row in rows.items()
    }
    assert told["wai-o"] == ("ratings", 36, 7, "Task 12, Bond 12, Goal 12")
    assert told["wai-s"] == ("ratings", 12, 7, "Task 4, Bond 4, Goal 4")
    assert told["wai-sr"] == ("ratings", 12, 5, "Task 4, Bond 4, Goal 4")
    assert told["calpas"] == ("ratings", 24, 7, "PWC, PC, TUI, WSC (no key)")
    hundred, ninety = ("sort", 100, 9, None), ("sort", 90, 9, None)
    assert all(told[name] == hundred for name in ("pqs", "cpq", "apq", "caq"))
    assert told["aqs"] == told["mbqs"] == ninety
    assert told["swap-200"] == ("sort", 200, 8, None)
    assert [told[name][1] for name in ("rbq-2", "rbq-3", "rsq", "preschool")] == [67, 68, 89, 72]
    assert set(FRAMES) <= set(told)


def test_instruments_are_printed_with_a_table_to_type_the_sheets_into(pqs: Pqs, tmp_path: Path):
    for name, pages in (("pqs.html", b"<!DOCTYPE html>"), ("pqs.pdf", b"%PDF-")):
        assert pqs("item-sets", "print", "pqs", "-o", name).code == 0
        assert (tmp_path / name).read_bytes().startswith(pages)
    pqs("init", "s")
    for code in ("A1", "B1"):
        pqs("add", "--session", code, "--study", "s")
    (tmp_path / "s" / "assignments.csv").write_text("session,rater\nA1,anna\n", encoding="utf-8")
    assert pqs("item-sets", "print", "pqs", "-o", "t.csv", "--study", "s").code == 0
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines == [
        f"session,rater,{','.join(f'pile {n}' for n in range(1, 10))}",
        "A1,anna" + "," * 9,
    ]
    lists, number = [], 1
    for size in (5, 8, 12, 16, 18, 16, 12, 8, 5):
        lists.append(" ".join(str(n) for n in range(number, number + size)))
        number += size
    (tmp_path / "t.csv").write_text(f"{lines[0]}\nA1,anna,{','.join(lists)}\n", encoding="utf-8")
    assert pqs("import", "t.csv", "--study", "s").code == 0
    assert pqs("status", "--study", "s", "--format", "json").rows[0]["state"] == "submitted"


def test_what_can_not_be_printed_is_said(pqs: Pqs, tmp_path: Path):
    form = pqs("item-sets", "print", "wai-o", "-o", "w.html", "--part", "cards")
    assert (form.code, "wai-o has no cards" in form.err) == (2, True)
    assert pqs("item-sets", "print", "pqs", "-o", "w.docx").code == 2
    assert not list(tmp_path.iterdir())
    assert pqs("item-sets", "print", "wai-o", "-o", "w.html", "--part", "sheet").code == 0
    page = (tmp_path / "w.html").read_text()
    assert page.count('class="box value"') == 36 * 7
    assert "1 never" in page


def test_wording_of_the_lab_keeps_the_key_and_is_never_overwritten(pqs: Pqs, tmp_path: Path):
    pqs("init", "s")
    lab = tmp_path / "lab.csv"
    lab.write_text("item,text\n1,Erfundener Satz\n", encoding="utf-8")
    call = ("item-sets", "add", lab, "--id", "wai-de", "--base", "wai-o", "--study", "s")
    added = pqs(*call, "--language", "de")
    made = find_item_set("wai-de", tmp_path / "s")
    assert (added.code, added.out.strip()) == (0, made.hash)
    assert (made.item(1).text, made.language) == ("Erfundener Satz", "de")
    assert made.scales == find_item_set("wai-o").scales
    assert "The wording of wai-o stays for 35 items" in added.err
    assert pqs(*call).code == 3
