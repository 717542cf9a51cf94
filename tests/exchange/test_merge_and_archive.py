"""Two copies of a study: joined by content, nothing overwritten, conflicts told."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import DataError, LockedError, StudyError, UsageError
from pqs_coder.exchange.archive import opened_copy, pack_study, unpack_study
from pqs_coder.exchange.merge import carry_out_merge, plan_merge
from pqs_coder.store.making import (
    NewSession,
    add_facts,
    add_raters,
    add_sessions,
    make_study,
    write_assignments,
)
from pqs_coder.store.ratings import all_ratings, form_of, open_sheet, rate
from pqs_coder.store.reading import read_sorts
from pqs_coder.store.study import Study, open_study
from tests.exchange.made_up_sorts import made_up, piles_for, write_item_set

SMALL = made_up(3, (1, 2, 1), "small")


@pytest.fixture
def ours(tmp_path: Path) -> Study:
    folder = tmp_path / "ours"
    write_item_set(folder / "item_sets" / "small", SMALL)
    make_study(folder, title="Ours", item_set="small")
    hour = tmp_path / "hour.txt"
    hour.write_text("T: hello\nP: hi\n", encoding="utf-8")
    study = open_study(folder)
    add_sessions(study, [NewSession("S1", hour), NewSession("S2", hour)])
    sort(study, "S1", "anna", submit=True)
    sort(study, "S1", "bo", items=2)
    return study


@pytest.fixture
def copy(ours: Study, tmp_path: Path) -> Callable[[str], Study]:
    def make(name: str) -> Study:
        return open_study(Path(shutil.copytree(ours.folder, tmp_path / name)))

    return make


def sort(
    study: Study, session: str, rater: str, *, items: int = 4, seed: int = 1, submit: bool = False
) -> None:
    """Place some items at a desk, those that are not there yet; submit if whole."""
    with open_desk(study, session, rater) as desk:
        for number, pile in list(piles_for(SMALL, seed).items())[:items]:
            if desk.draft.cards[number].pile != pile:
                desk.place(number, pile)
        if submit:
            desk.submit()


def actions(study: Study, other: Study) -> dict[str, str]:
    table = plan_merge(study, other.folder).table()
    return dict(table.select("file", "action").iter_rows())


def content(study: Study) -> dict[str, bytes]:
    return {
        str(path.relative_to(study.folder)): path.read_bytes()
        for path in sorted(study.folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def test_the_same_copy_changes_nothing(ours: Study, copy: Callable[[str], Study]) -> None:
    other = copy("same")
    plan = plan_merge(ours, other.folder)
    assert plan.table().height == 0
    assert plan.table(everything=True).height > 5
    before = content(ours)
    assert carry_out_merge(plan) == ()
    assert content(ours) == before


def test_raters_who_worked_apart_are_joined(
    ours: Study, copy: Callable[[str], Study], tmp_path: Path
) -> None:
    other = copy("apart")
    sort(other, "S1", "bo", submit=True)
    sort(other, "S1", "carl", submit=True, seed=2)
    sort(other, "S2", "anna", items=3)
    hour = tmp_path / "hour.txt"
    add_sessions(other, [NewSession("S3", hour, title="third", facts={"case": "K1"})])
    sort(other, "S3", "anna", submit=True)
    add_raters(other, ["carl"], role="trainee")
    write_assignments(other, [("S3", "bo")])
    add_facts(other, {"S1": {"outcome": "good"}})
    before = content(ours)
    plan = plan_merge(ours, other.folder)
    assert content(ours) == before, "a plan writes nothing"
    assert plan.conflicts == ()
    assert dict(plan.table().select("file", "action").iter_rows()) == {
        "study.toml [raters.carl]": "add",
        "sessions/S1/sorts/bo revision 1": "add",
        "sessions/S1/sorts/carl revision 1": "add",
        "sessions/S2/sorts/anna.journal": "add",
        "sessions/S3": "add",
        "sessions/S3/sorts/anna revision 1": "add",
        "facts.csv S1": "add",
        "facts.csv S3": "add",
        "assignments.csv": "add",
    }
    carry_out_merge(plan)
    merged = open_study(ours.folder)
    assert read_sorts(merged).equals(read_sorts(other))
    assert read_sorts(merged).n_unique(["session", "rater"]) == 4
    assert merged.settings == open_study(other.folder).settings
    assert merged.facts()["S1"].outcome == "good"
    assert merged.assignments() == [("S3", "bo")]
    # Bo's draft has become the journal of the sort that was submitted in the other copy.
    theirs = (other.sorts_folder("S1") / "bo.journal-1").read_bytes()
    assert (ours.sorts_folder("S1") / "bo.journal-1").read_bytes() == theirs
    assert not (ours.sorts_folder("S1") / "bo.journal").exists()
    assert plan_merge(merged, other.folder).table().height == 0
    assert plan_merge(open_study(other.folder), merged.folder).table().height == 0
    for name, data in before.items():
        if name not in ("study.toml", "facts.csv", "sessions/S1/sorts/bo.journal"):
            assert content(ours)[name] == data


def test_a_draft_that_went_on_is_extended_and_an_older_one_left(
    ours: Study, copy: Callable[[str], Study]
) -> None:
    other = copy("on")
    sort(other, "S1", "bo", items=4)
    assert actions(ours, other) == {"sessions/S1/sorts/bo.journal": "extend"}
    assert actions(other, ours) == {"sessions/S1/sorts/bo.journal": "behind"}
    journal = ours.sorts_folder("S1") / "bo.journal"
    with journal.open("ab") as file:
        file.write(b'{"torn')
    carry_out_merge(plan_merge(ours, other.folder))
    assert journal.read_bytes() == (other.sorts_folder("S1") / "bo.journal").read_bytes()
    assert journal.with_name("bo.journal.torn").read_bytes() == b'{"torn'
    assert actions(ours, other) == {}


def test_an_open_draft_is_not_extended(ours: Study, copy: Callable[[str], Study]) -> None:
    other = copy("open")
    sort(other, "S1", "bo", items=4)
    plan = plan_merge(ours, other.folder)
    with open_desk(ours, "S1", "bo"), pytest.raises(LockedError):
        carry_out_merge(plan)


def test_conflicts_are_explained_and_left(ours: Study, copy: Callable[[str], Study]) -> None:
    other = copy("conflict")
    sort(ours, "S1", "bo", items=3)
    sort(other, "S1", "bo", items=4, seed=5)
    sort(ours, "S2", "anna", submit=True, seed=3)
    sort(other, "S2", "anna", submit=True, seed=4)
    sort(ours, "S2", "bo", submit=True)
    sort(other, "S2", "bo", items=1, seed=7)
    add_facts(ours, {"S1": {"outcome": "good", "case": "1"}})
    add_facts(other, {"S1": {"outcome": "poor", "case": "1"}})
    other_file = other.folder / "study.toml"
    other_file.write_text(other_file.read_text().replace("threshold = 0.5", "threshold = 0.7"))
    before = content(ours)
    plan = plan_merge(ours, other.folder)
    why = {one.file: one.why for one in plan.conflicts}
    assert set(why) == {
        "study.toml threshold",
        "sessions/S1/sorts/bo.journal",
        "sessions/S2/sorts/anna revision 1",
        "sessions/S2/sorts/bo.journal",
        "facts.csv S1 outcome",
    }
    assert "went on apart after" in why["sessions/S1/sorts/bo.journal"]
    assert "in other piles" in why["sessions/S2/sorts/anna revision 1"]
    assert "submitted here" in why["sessions/S2/sorts/bo.journal"]
    assert "'good', in the other copy 'poor'" in why["facts.csv S1 outcome"]
    assert carry_out_merge(plan) == ()
    assert content(ours) == before


def test_a_draft_here_that_is_another_one_stops_a_submitted_sort(
    ours: Study, copy: Callable[[str], Study]
) -> None:
    other = copy("submitted")
    sort(ours, "S1", "bo", items=3)
    sort(other, "S1", "bo", submit=True, seed=6)
    (conflict,) = plan_merge(ours, other.folder).conflicts
    assert "the draft here is another one" in conflict.why


def test_the_same_sort_submitted_at_two_times_is_the_same(
    ours: Study, copy: Callable[[str], Study]
) -> None:
    other = copy("times")
    for study in (ours, other):
        sort(study, "S2", "carl", submit=True)
    assert actions(ours, other) == {}


def test_a_damaged_sort_of_the_other_copy_is_not_taken(
    ours: Study, copy: Callable[[str], Study]
) -> None:
    other = copy("damaged")
    sort(other, "S2", "carl", submit=True)
    path = other.sorts_folder("S2") / "carl.parquet"
    path.write_bytes(path.read_bytes()[:-9] + b"x" * 9)
    (conflict,) = plan_merge(ours, other.folder).conflicts
    assert "damaged" in conflict.why


def test_one_code_for_two_hours_takes_nothing(ours: Study, copy: Callable[[str], Study]) -> None:
    other = copy("hours")
    other.transcript_file("S1").write_text("T: another hour\nP: yes\n", encoding="utf-8")  # type: ignore[union-attr]
    sort(other, "S1", "carl", submit=True)
    assert actions(ours, other) == {"sessions/S1/transcript.txt": "conflict"}


def test_names_in_another_spelling_are_conflicts(ours: Study, copy: Callable[[str], Study]) -> None:
    other = copy("spelling")
    (other.sessions_folder / "S2").rename(other.sessions_folder / "s2")
    (other.sorts_folder("S1") / "anna.parquet").rename(other.sorts_folder("S1") / "Anna.parquet")
    found = actions(ours, other)
    assert found["sessions/s2"] == "conflict"
    assert found["sessions/S1/sorts/Anna"] == "conflict"


def test_what_is_no_copy_is_refused(ours: Study, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the study itself"):
        plan_merge(ours, ours.folder)
    with pytest.raises(UsageError, match="by leads"):
        plan_merge(open_study(ours.folder, "anna"), tmp_path)
    make_study(tmp_path / "pqs")
    with pytest.raises(StudyError, match="sorts with pqs"):
        plan_merge(ours, tmp_path / "pqs")


MOMENT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def test_an_archive_goes_round(ours: Study, tmp_path: Path) -> None:
    data = pack_study(ours, made_at=MOMENT)
    assert data == pack_study(ours, made_at=MOMENT)
    path = tmp_path / "study.zip"
    path.write_bytes(data)
    unpack_study(path, tmp_path / "back")
    assert content(open_study(tmp_path / "back")) == content(ours)
    manifest = json.loads(zipfile.ZipFile(path).read("manifest.json"))
    assert {one["path"] for one in manifest["files"]} == set(content(ours))
    with pytest.raises(StudyError, match="exists already"):
        unpack_study(path, tmp_path / "back")


def test_transcripts_and_facts_stay_where_they_are_told_to(ours: Study, tmp_path: Path) -> None:
    add_facts(ours, {"S1": {"outcome": "good"}})
    data = pack_study(ours, transcripts=False, facts=False)
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert not [name for name in names if "transcript" in name or "facts" in name]
    with pytest.raises(UsageError, match="leads only"):
        pack_study(open_study(ours.folder, "anna"))


def test_a_merge_with_an_archive(ours: Study, copy: Callable[[str], Study], tmp_path: Path) -> None:
    other = copy("packed")
    sort(other, "S2", "carl", submit=True)
    path = tmp_path / "packed.zip"
    path.write_bytes(pack_study(other))
    with opened_copy(path) as folder:
        carry_out_merge(plan_merge(ours, folder))
    assert read_sorts(ours).n_unique(["session", "rater"]) == 2
    with opened_copy(other.folder) as folder:
        assert folder == other.folder


def rewritten(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return buffer.getvalue()


def test_an_archive_that_was_changed_is_refused(ours: Study, tmp_path: Path) -> None:
    data = pack_study(ours)

    def damage(members: dict[str, bytes]) -> None:
        members["study.toml"] = members["study.toml"].replace(b"Ours", b"ours")

    def lose(members: dict[str, bytes]) -> None:
        del members["study.toml"]

    def lead_out(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        manifest["files"][0]["path"] = "../outside"
        members["manifest.json"] = json.dumps(manifest).encode()

    def forget(members: dict[str, bytes]) -> None:
        members["manifest.json"] = b"{}"

    path = tmp_path / "x.zip"
    for change, message in (
        (damage, r"study\.toml is damaged"),
        (lose, "no archive of a study, or damaged"),
        (lead_out, "leads out of it"),
        (forget, "lists no files"),
    ):
        path.write_bytes(rewritten(data, change))
        with pytest.raises(DataError, match=message):
            unpack_study(path, tmp_path / "never")
    path.write_bytes(data[:-30])
    with pytest.raises(DataError, match="no archive"):
        unpack_study(path, tmp_path / "never")
    assert not (tmp_path / "never").exists()


def rate_wai(study: Study, session: str, rater: str, values: dict[int, int]) -> None:
    rate(study, session, form_of(study, "wai-sr"), rater, values)


def ratings_in(study: Study) -> dict[tuple[str, str], dict[int, int]]:
    return {(one.session, one.rater): one.values for one in all_ratings(open_study(study.folder))}


def test_ratings_of_two_copies_are_joined(ours: Study, copy: Callable[[str], Study]) -> None:
    rate_wai(ours, "S1", "anna", {1: 3})
    other = copy("rated")
    rate_wai(other, "S1", "anna", {2: 4, 3: 5})
    rate_wai(other, "S1", "carl", {1: 1})
    rate_wai(other, "S2", "bo", {7: 2})
    with open_sheet(other, "S2", form_of(other, "wai-sr"), "bo") as sheet:
        sheet.note(7, "only\nat the end")
        sheet.evidence(7, ("2", "all"))
    add_sessions(other, [NewSession("S3")])
    rate_wai(other, "S3", "anna", {12: 5})
    top = "ratings/wai-sr"
    assert actions(ours, other) == {
        f"sessions/S1/{top}/anna.journal": "extend",
        f"sessions/S1/{top}/carl.journal": "add",
        f"sessions/S2/{top}/bo.journal": "add",
        "sessions/S3": "add",
        f"sessions/S3/{top}/anna.journal": "add",
    }
    assert actions(other, ours) == {f"sessions/S1/{top}/anna.journal": "behind"}
    carry_out_merge(plan_merge(ours, other.folder))
    assert content(ours) == content(other)
    assert ratings_in(ours)[("S1", "anna")] == {1: 3, 2: 4, 3: 5}
    assert actions(ours, other) == {}
    # The joined journal goes on as if nothing had been.
    rate_wai(ours, "S1", "anna", {4: 1})
    assert ratings_in(ours)[("S1", "anna")] == {1: 3, 2: 4, 3: 5, 4: 1}


def test_ratings_that_went_on_apart_are_conflicts(
    ours: Study, copy: Callable[[str], Study]
) -> None:
    rate_wai(ours, "S1", "anna", {1: 3})
    other = copy("apart")
    rate_wai(ours, "S1", "anna", {2: 1})
    rate_wai(other, "S1", "anna", {2: 2, 3: 2})
    rate_wai(other, "S2", "bo", {1: 1})
    for study in (ours, other):
        rate_wai(study, "S2", "anna", {1: 1})
    top = ours.folder / "sessions" / "S2" / "ratings" / "wai-sr"
    (top / "Bo.journal").write_bytes((top / "anna.journal").read_bytes())
    folder = other.folder / "sessions" / "S1" / "ratings" / "wai-sr"
    (folder / "carl.journal").write_bytes(b'{"no":"journal"}\n')
    (folder / "anna.lock").write_bytes(b"")
    (folder / "anna.journal.torn").write_bytes(b"x")
    before = content(ours)
    plan = plan_merge(ours, other.folder)
    why = {Path(one.file).name: one.why for one in plan.changes if one.action != "same"}
    same = [one.file for one in plan.changes if "their times differ" in one.why]
    assert same == ["sessions/S2/ratings/wai-sr/anna.journal"]
    assert "went on apart after 1 act: 2 acts here, 3 acts there" in why["anna.journal"]
    assert "spelled Bo" in why["bo.journal"]
    assert "line 1: damaged" in why["carl.journal"]
    assert why["anna.lock"] == "a lock"
    assert why["anna.journal.torn"] == "no file of ratings"
    assert carry_out_merge(plan) == ()
    assert content(ours) == before


def test_ratings_with_another_wording_of_the_form_are_conflicts(
    ours: Study, copy: Callable[[str], Study]
) -> None:
    other = copy("wording")
    rate_wai(ours, "S1", "anna", {1: 3})
    form = Path(
        shutil.copytree(ours.folder / "item_sets/wai-sr", other.folder / "item_sets/wai-sr")
    )
    items = form / "items.csv"
    items.write_text(items.read_text().replace("Item 1,", "Another wording,"), encoding="utf-8")
    rate_wai(other, "S1", "anna", {1: 3})
    found = {one.file: one.why for one in plan_merge(ours, other.folder).conflicts}
    assert set(found) == {"item_sets/wai-sr/items.csv", "sessions/S1/ratings/wai-sr/anna.journal"}
    assert "another wording" in found["sessions/S1/ratings/wai-sr/anna.journal"]


def test_a_key_that_one_copy_has_got_parts_no_ratings(
    ours: Study, copy: Callable[[str], Study]
) -> None:
    rate(ours, "S1", form_of(ours, "calpas"), "anna", {1: 3})
    other = copy("keyed")
    rate(other, "S2", form_of(other, "calpas"), "anna", {1: 3})
    settings = ours.folder / "item_sets" / "calpas" / "item_set.toml"
    text = settings.read_text()
    for number, name in enumerate(("PWC", "PC", "TUI", "WSC"), 1):  # invented
        text = text.replace(f"{name} = []", f"{name} = [{number}]")
    settings.write_text(text, encoding="utf-8")
    assert actions(ours, other) == {
        "item_sets/calpas/item_set.toml": "conflict",
        "sessions/S2/ratings/calpas/anna.journal": "add",
    }


def test_open_ratings_are_not_extended_and_a_torn_line_is_set_aside(
    ours: Study, copy: Callable[[str], Study]
) -> None:
    rate_wai(ours, "S1", "anna", {1: 3})
    other = copy("on")
    rate_wai(other, "S1", "anna", {2: 4})
    journal = ours.folder / "sessions" / "S1" / "ratings" / "wai-sr" / "anna.journal"
    with journal.open("ab") as file:
        file.write(b'{"torn')
    plan = plan_merge(ours, other.folder)
    with open_sheet(ours, "S1", form_of(ours, "wai-sr"), "anna"), pytest.raises(LockedError):
        carry_out_merge(plan)
    carry_out_merge(plan)
    assert ratings_in(ours)[("S1", "anna")] == {1: 3, 2: 4}
    assert journal.with_name("anna.journal.torn").read_bytes() == b'{"torn'


def test_ratings_and_their_form_are_in_the_archive(ours: Study, tmp_path: Path) -> None:
    rate_wai(ours, "S1", "anna", {1: 3})
    path = tmp_path / "study.zip"
    path.write_bytes(pack_study(ours))
    unpack_study(path, tmp_path / "back")
    back = open_study(tmp_path / "back")
    assert ratings_in(back) == {("S1", "anna"): {1: 3}}
    assert (back.folder / "item_sets" / "wai-sr" / "items.csv").exists()


def test_a_study_that_looks_like_no_copy_is_doubted(ours: Study, tmp_path: Path) -> None:
    shutil.copytree(ours.folder / "item_sets", tmp_path / "other" / "item_sets")
    make_study(tmp_path / "other", title="Another", item_set="small")
    other = open_study(tmp_path / "other")
    (title,) = plan_merge(ours, other.folder).doubts
    assert "'Another'" in title
    add_sessions(other, [NewSession("T1")])
    assert "No session there (1 in all) is among the" in plan_merge(ours, other.folder).doubts[1]
    add_sessions(other, [NewSession("S1")])
    assert plan_merge(ours, other.folder).doubts == (title,)
