"""Instruments by command: keys shown, the lab's wording laid over ours."""

from __future__ import annotations

from pathlib import Path

from pqs_coder.store.item_sets import find_item_set
from tests.cli.conftest import Pqs


def test_the_key_of_a_form_is_shown(pqs: Pqs):
    shown = pqs("item-sets", "show", "wai-s", "--format", "json")
    assert shown.code == 0
    assert len(shown.rows) == 12
    assert "Goal: -4, 6, -10, 11" in shown.err


def test_a_form_without_a_key_says_so(pqs: Pqs):
    assert "No key: the lab supplies it" in pqs("item-sets", "show", "calpas").err


def test_every_instrument_that_ships_is_listed(pqs: Pqs):
    kinds = {row["item_set"]: row["kind"] for row in pqs("item-sets", "list", "--format=json").rows}
    assert kinds["wai-o"] == kinds["calpas"] == "ratings"
    assert kinds["caq"] == kinds["swap-200"] == "sort"


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
    assert "35 items keep the wording of wai-o" in added.err
    assert pqs(*call).code == 3
