"""Opening: which draft is gone on with, revisions, the blind second sort, and what is refused."""

from __future__ import annotations

import errno
import os

import pytest

from pqs_coder.desk.opening import Revision, open_desk
from pqs_coder.errors import DataError, LockedError, StudyError, UsageError
from pqs_coder.model.guide import card_order, seed_for
from pqs_coder.store.journal import read_journal
from pqs_coder.store.locks import holder_of
from pqs_coder.store.sorts import read_submitted
from pqs_coder.store.study import open_study
from tests.small_study import BIRDS, fill, make_small_study, small_study, submitted, whole_sort

ASKED = Revision("item 4 was meant the other way", "clara")


@pytest.fixture
def study(tmp_path):
    return small_study(tmp_path)


def names(study, session="S1"):
    return sorted(path.name for path in study.sorts_folder(session).iterdir())


# -- locks -----------------------------------------------------------------------------------------


def test_a_second_desk_is_told_who_has_the_draft_and_may_read(study):
    with open_desk(study, "S1", "anna") as first:
        first.place(1, 2)
        with pytest.raises(LockedError, match=f"The sort of S1 by anna .*process {os.getpid()}"):
            open_desk(study, "s1", "ANNA")
        with open_desk(study, "S1", "anna", read_only=True) as reader:
            assert reader.draft.card(1).pile == 2
        with open_desk(study, "S1", "ben"), open_desk(study, "S2", "anna"):
            pass
    with open_desk(study, "S1", "anna") as again:
        assert again.draft.card(1).pile == 2


@pytest.mark.parametrize("anew", [False, True])
def test_what_fails_on_opening_gives_the_lock_back(study, anew):
    submitted(study)
    with pytest.raises(StudyError):
        open_desk(study, "S1", "anna", anew=anew)
    assert holder_of(study.paths("S1", "anna").lock) is None
    assert not study.paths("S1", "anna").lock.exists()


# -- drafts that can't be gone on with -------------------------------------------------------------


def change_wording(study):
    items = study.folder / "item_sets" / "birds" / "items.csv"
    items.write_text(items.read_text().replace("sings 3", "croaks 3"))
    return open_study(study.folder)


def test_a_draft_of_other_wording_is_kept_and_can_be_begun_anew(study):
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 2)
    path = study.paths("S1", "anna").journal
    before = path.read_bytes()
    changed = change_wording(study)
    for read_only in (False, True):
        with pytest.raises(StudyError, match="another version of the item set"):
            open_desk(changed, "S1", "anna", read_only=read_only)
    assert path.read_bytes() == before
    with open_desk(changed, "S1", "anna", anew=True) as desk:
        assert desk.draft.placed == 0
        desk.place(2, 0)
    assert path.with_name("anna.journal.old").read_bytes() == before


def test_a_damaged_draft_is_named_and_left_as_it_is(study):
    with open_desk(study, "S1", "anna") as desk:
        for item in range(1, 6):
            desk.place(item, 0)
    path = study.paths("S1", "anna").journal
    data = path.read_bytes().replace(b'"item":3', b'"item":9')
    path.write_bytes(data)
    with pytest.raises(DataError, match="line 4 is damaged") as caught:
        open_desk(study, "S1", "anna")
    assert "--repair" in caught.value.cure
    assert path.read_bytes() == data


def test_a_torn_line_is_told_and_set_aside_with_the_first_move(study):
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 2)
    path = study.paths("S1", "anna").journal
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"n":2,"at')
    with open_desk(study, "S1", "anna") as desk:
        assert "torn (10 bytes)" in desk.warnings[0]
        assert path.read_bytes() == whole + b'{"n":2,"at'
        desk.place(2, 0)
    assert path.read_bytes().startswith(whole)
    assert (path.parent / "anna.journal.torn").read_bytes() == b'{"n":2,"at'
    with open_desk(study, "S1", "anna") as desk:
        assert desk.warnings == ()
        assert desk.draft.card(2).pile == 0


@pytest.mark.parametrize("cut", [0, 1, 50])
def test_a_torn_header_is_an_empty_draft(study, cut):
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 2)
    path = study.paths("S1", "anna").journal
    path.write_bytes(path.read_bytes()[:cut])
    with open_desk(study, "S1", "anna") as desk:
        assert desk.draft.placed == 0
        desk.place(2, 0)
    with open_desk(study, "S1", "anna") as desk:
        assert desk.draft.card(2).pile == 0


@pytest.mark.parametrize(("session", "name"), [("S1", "ben.journal"), ("S2", "anna.journal")])
def test_a_draft_under_another_name_is_not_taken_for_one_s_own(study, session, name):
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 2)
    target = study.sorts_folder(session) / name
    target.parent.mkdir(exist_ok=True)
    study.paths("S1", "anna").journal.rename(target)
    with pytest.raises(DataError, match="the draft of S1 by anna"):
        open_desk(study, session, name.partition(".")[0])


def test_a_draft_of_a_later_format_is_kept(study):
    from pqs_coder.store.journal import encode, header_line
    from tests.store.test_journal import HEADER

    path = study.paths("S1", "anna").journal
    path.parent.mkdir()
    import json

    line = encode(json.loads(header_line(HEADER)) | {"format": 99})
    path.write_bytes(line)
    with pytest.raises(DataError, match="newer"):
        open_desk(study, "S1", "anna")
    assert path.read_bytes() == line


def test_a_changed_transcript_is_told(study):
    with open_desk(study, "S1", "anna") as desk:
        desk.evidence(1, ("3",))
    (study.folder / "sessions" / "S1" / "transcript.txt").write_text("P: other words\n")
    with open_desk(study, "S1", "anna") as desk:
        assert "transcript has changed" in desk.warnings[0]
        assert desk.draft.card(1).evidence == ("3",)


def test_a_share_that_fails_on_opening_makes_no_new_draft(study, monkeypatch):
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 2)
    path = study.paths("S1", "anna").journal
    before = path.read_bytes()
    stat = type(path).stat

    def stale(self, **more):
        if self.name == "anna.journal":
            raise OSError(errno.ESTALE, "Stale file handle")
        return stat(self, **more)

    monkeypatch.setattr(type(path), "stat", stale)
    with pytest.raises(StudyError, match="Stale"):
        open_desk(study, "S1", "anna")
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert names(study) == ["anna.journal"]


# -- order -----------------------------------------------------------------------------------------


def test_cards_come_by_number_or_in_an_order_of_rater_and_session(tmp_path):
    plain = small_study(tmp_path / "plain")
    assert open_desk(plain, "S1", "anna").order == BIRDS.numbers
    make_small_study(tmp_path / "shuffled", 'order = "shuffled"')
    study = open_study(tmp_path / "shuffled")
    orders = {}
    for session, rater in (("S1", "anna"), ("S2", "anna"), ("S1", "ben")):
        with open_desk(study, session, rater) as desk:
            orders[session, rater] = desk.order
            assert desk.hand == desk.order[0]
            desk.heap(desk.hand, 0)
            assert desk.hand == desk.order[1]
    assert len(set(orders.values())) == 3
    assert orders["S1", "anna"] == card_order(BIRDS, seed_for("anna", "S1"))
    with open_desk(study, "S1", "anna") as desk:
        assert desk.order == orders["S1", "anna"]


# -- revisions -------------------------------------------------------------------------------------


def test_a_submitted_sort_is_not_opened_for_changes(study):
    submitted(study)
    with pytest.raises(StudyError, match=r"has submitted this sort \(anna\.parquet\)"):
        open_desk(study, "S1", "anna")
    with open_desk(study, "S1", "anna", read_only=True) as desk:
        assert desk.draft.complete


def test_a_revision_starts_from_the_cards_and_says_why(study):
    with open_desk(study, "S1", "anna") as desk:
        piles = fill(desk)
        desk.note(3, "a note")
        desk.evidence(3, ("2", "all"))
        desk.unsure(3, True)
        desk.submit()
    first = study.paths("S1", "anna").submitted(1).read_bytes()
    with open_desk(study, "S1", "anna", revise=ASKED) as desk:
        assert {n: card.pile for n, card in desk.draft.cards.items()} == piles
        card = desk.draft.card(3)
        assert (card.note, card.evidence, card.unsure) == ("a note", ("2", "all"), True)
        assert desk.draft.view.stage == "piles"
        with pytest.raises(UsageError, match="nothing to undo"):
            desk.undo()
        desk.swap(*desk.draft.in_pile(-2), *desk.draft.in_pile(2))
        path = desk.submit()
    assert path.name == "anna.2.parquet"
    assert study.paths("S1", "anna").submitted(1).read_bytes() == first
    assert read_submitted(path)["revision"].unique().to_list() == [2]
    header = read_journal(study.paths("S1", "anna").kept_journal(2)).header
    assert (header.revision, header.reason, header.asked_by) == (2, ASKED.reason, "clara")
    assert names(study) == [
        "anna.2.parquet",
        "anna.2.parquet.blake2",
        "anna.journal-1",
        "anna.journal-2",
        "anna.parquet",
        "anna.parquet.blake2",
    ]


def test_a_revision_that_is_begun_goes_on_with_or_without_saying_why_again(study):
    submitted(study)
    with open_desk(study, "S1", "anna", revise=ASKED) as desk:
        desk.note(1, "begun")
    for revise in (None, Revision("another reason", "ben")):
        with open_desk(study, "S1", "anna", revise=revise) as desk:
            assert desk.draft.card(1).note == "begun"
            assert desk.draft.complete
            assert desk._file.header.reason == ASKED.reason


def test_a_revision_that_was_only_looked_at_leaves_nothing(study):
    submitted(study)
    before = names(study)
    with open_desk(study, "S1", "anna", revise=ASKED):
        pass
    assert names(study) == before


@pytest.mark.parametrize("revise", [Revision("", "clara"), Revision("why", " ")])
def test_a_revision_needs_a_reason_and_a_name(study, revise):
    submitted(study)
    with pytest.raises(UsageError, match="needs a reason"):
        open_desk(study, "S1", "anna", revise=revise)


def test_there_is_nothing_to_revise_before_a_sort_is_submitted(study):
    with pytest.raises(UsageError, match="has not submitted"):
        open_desk(study, "S1", "anna", revise=ASKED)
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 2)
    with pytest.raises(UsageError, match="has not submitted"):
        open_desk(study, "S1", "anna", revise=ASKED)


def test_a_sort_of_other_wording_is_not_revised(study):
    submitted(study)
    with pytest.raises(StudyError, match="another version of the item set"):
        open_desk(change_wording(study), "S1", "anna", revise=ASKED)


def test_an_imported_sort_without_a_journal_can_be_read_and_revised(study):
    path = submitted(study)
    study.paths("S1", "anna").kept_journal(1).unlink()
    with open_desk(study, "S1", "anna", read_only=True) as desk:
        assert {n: card.pile for n, card in desk.draft.cards.items()} == whole_sort()
    with open_desk(study, "S1", "anna", revise=ASKED) as desk:
        assert desk.draft.complete
    assert path.exists()


# -- the blind second sort -------------------------------------------------------------------------


def test_a_second_sort_begins_from_nothing_and_lies_beside_the_first(study):
    submitted(study)
    with open_desk(study, "S1", "anna", again=True) as desk:
        assert desk.draft.placed == 0
        fill(desk, 5)
        path = desk.submit()
    assert path.name == "anna.again.parquet"
    table = read_submitted(path)
    assert table["occasion"].unique().to_list() == [2]
    assert dict(table.select("item", "pile").rows()) == whole_sort(5)
    with open_desk(study, "S1", "anna", read_only=True) as first:
        assert {n: card.pile for n, card in first.draft.cards.items()} == whole_sort(1)
    with open_desk(study, "S1", "anna", read_only=True, again=True) as second:
        assert second.draft.complete
    with pytest.raises(StudyError, match="has submitted"):
        open_desk(study, "S1", "anna", again=True)


def test_a_second_sort_comes_after_the_first(study):
    with pytest.raises(UsageError, match="comes after the first"):
        open_desk(study, "S1", "anna", again=True)
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 2)
    with pytest.raises(UsageError, match="comes after the first"):
        open_desk(study, "S1", "anna", again=True)


def test_a_second_sort_can_be_revised_too(study):
    submitted(study)
    with open_desk(study, "S1", "anna", again=True) as desk:
        fill(desk, 5)
        desk.submit()
    with open_desk(study, "S1", "anna", again=True, revise=ASKED) as desk:
        desk.swap(*desk.draft.in_pile(-2), *desk.draft.in_pile(2))
        assert desk.submit().name == "anna.again.2.parquet"


def test_a_second_sort_has_its_own_order(tmp_path):
    make_small_study(tmp_path, 'order = "shuffled"')
    study = open_study(tmp_path)
    submitted(study)
    with open_desk(study, "S1", "anna", again=True) as desk:
        assert desk.order != card_order(BIRDS, seed_for("anna", "S1"))


def test_first_and_second_sort_lock_apart(study):
    submitted(study)
    with open_desk(study, "S1", "anna", again=True):
        with open_desk(study, "S1", "anna", revise=ASKED):
            pass
        with pytest.raises(LockedError):
            open_desk(study, "S1", "anna", again=True)
