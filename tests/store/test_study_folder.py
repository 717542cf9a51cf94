"""The study folder: what is found, what is refused, and that a rater sees own work only."""

from __future__ import annotations

import errno

import pytest

from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import DataError, PqsError, StudyError, UsageError
from pqs_coder.model.study import Settings, Viewer, build_settings
from pqs_coder.store.reading import read_sorts, sort_files
from pqs_coder.store.sort_names import read_sort_name
from pqs_coder.store.study import find_study, open_study, viewer_named, who_is_asking
from pqs_coder.store.work import list_work
from tests.small_study import fill, make_small_study, small_study, submitted

ROSTER = """
[raters.anna]
login = "al"
[raters.ben]
login = ["bl", "b2"]
[raters.clara]
role = "lead"
login = "cl"
[raters.tom]
role = "trainee"
"""

FACTS = (
    "session,case,number,date,treatment,phase,outcome,site\n"
    "S1,Quartz,17,2031-05-06,Zebra,late,worse,Oslo\n"
)


# -- opening ---------------------------------------------------------------------------------------


def test_no_study_is_told_with_a_cure(tmp_path):
    with pytest.raises(StudyError, match="holds no study") as caught:
        open_study(tmp_path)
    assert "pqs init" in caught.value.cure


def test_a_slip_in_study_toml_is_named_with_its_line(tmp_path):
    make_small_study(tmp_path, "\nthreshold = 7")
    with pytest.raises(DataError, match=r"study\.toml, line 5: threshold"):
        open_study(tmp_path)


@pytest.mark.parametrize(
    "data", [b"\xff\xfet\0i\0", b"title = \0", b"title", "title = 'é'".encode("latin-1")]
)
def test_what_is_no_toml_is_refused(tmp_path, data):
    (tmp_path / "study.toml").write_bytes(data)
    with pytest.raises(DataError, match=r"study\.toml"):
        open_study(tmp_path)


def test_the_nearest_parent_with_a_study_is_found(tmp_path):
    make_small_study(tmp_path / "a")
    inner = tmp_path / "a" / "sessions" / "S1"
    assert find_study(inner) == tmp_path / "a"
    assert find_study(tmp_path) is None


def test_a_parent_that_may_not_be_looked_into_is_passed_over(tmp_path, monkeypatch):
    make_small_study(tmp_path / "a")
    inner = tmp_path / "a" / "sessions"
    stat = type(tmp_path).stat

    def refuse(path, **more):
        if path.parent == inner:
            raise PermissionError(errno.EACCES, "Permission denied")
        return stat(path, **more)

    monkeypatch.setattr(type(tmp_path), "stat", refuse)
    assert find_study(inner) == tmp_path / "a"


# -- sessions --------------------------------------------------------------------------------------


def test_sessions_are_found_without_case_and_composed(tmp_path):
    study = small_study(tmp_path)
    assert study.session_folder("s1").name == "S1"
    assert study.session_codes() == ["S1", "S2"]
    with pytest.raises(StudyError, match="no session 'S3'") as caught:
        study.session_folder("S3")
    assert "S1, S2" in caught.value.cure


def test_a_session_added_or_removed_meanwhile_is_noticed(tmp_path):
    study = small_study(tmp_path)
    assert study.session_folder("S1")
    (tmp_path / "sessions" / "S3").mkdir()
    assert study.session_folder("S3").name == "S3"
    (tmp_path / "sessions" / "S2").rmdir()
    with pytest.raises(StudyError):
        study.session_folder("S2")


@pytest.mark.parametrize("code", ["../S1", "..", "/etc", "S1/sorts", ".hidden", "S1\0", "a b", ""])
def test_no_code_leads_out_of_the_sessions(tmp_path, code):
    study = small_study(tmp_path)
    with pytest.raises(UsageError):
        study.session_folder(code)
    with pytest.raises(UsageError):
        open_desk(study, code, "anna")


@pytest.mark.parametrize(
    "rater", ["../anna", "a/b", "anna.journal", "consensus", "", "a\0b", "con"]
)
def test_no_rater_leads_out_of_the_sorts(tmp_path, rater):
    with pytest.raises(UsageError):
        open_desk(small_study(tmp_path), "S1", rater)
    assert not (tmp_path / "sessions" / "S1" / "sorts").exists()


def test_a_session_tells_title_media_and_speakers(tmp_path):
    study = small_study(tmp_path)
    (tmp_path / "sessions" / "S1" / "session.toml").write_text(
        'title = "An hour"\nmedia = "a.mp4"\n[speakers]\nP = "patient"\n'
    )
    info = study.session_info("s1")
    assert (info.code, info.title, info.media) == ("S1", "An hour", "a.mp4")
    assert info.speakers == {"P": "patient"}
    assert study.session_info("S2").title == ""


def test_speakers_must_be_a_table(tmp_path):
    study = small_study(tmp_path)
    (tmp_path / "sessions" / "S1" / "session.toml").write_text("speakers = 5\n")
    with pytest.raises(DataError, match="speakers"):
        study.session_info("S1")


def test_a_transcript_is_found_or_none(tmp_path):
    study = small_study(tmp_path)
    assert study.transcript_file("S1").name == "transcript.txt"
    assert study.transcript_file("S2") is None


# -- people ----------------------------------------------------------------------------------------


def test_a_rater_is_spelt_as_in_the_roster(tmp_path):
    study = small_study(tmp_path, more=ROSTER)
    assert study.paths("S1", "ANNA").rater == "anna"


def test_a_new_rater_is_spelt_as_in_the_sessions_that_they_sorted(tmp_path):
    study = small_study(tmp_path)
    submitted(study, "S2", "Dora")
    assert study.paths("S1", "dora").rater == "Dora"
    assert study.paths("S1", "Emil").rater == "Emil"


def test_a_closed_roster_takes_nobody_else(tmp_path):
    study = small_study(tmp_path, more='roster = "closed"\n' + ROSTER)
    with pytest.raises(UsageError, match="roster") as caught:
        study.paths("S1", "dora")
    assert "anna" in caught.value.cure
    assert study.paths("S1", "ben").rater == "ben"


def test_names_in_a_sorts_folder():
    from pathlib import Path

    def read(name):
        found = read_sort_name(Path(name))
        return found and (found.rater, found.again, found.what, found.revision)

    assert read("anna.journal") == ("anna", False, "journal", 0)
    assert read("anna.again.journal") == ("anna", True, "journal", 0)
    assert read("anna.journal-2") == ("anna", False, "kept journal", 2)
    assert read("anna.journal-2-2") == ("anna", False, "kept journal", 2)
    assert read("anna.parquet") == ("anna", False, "submitted", 1)
    assert read("anna.3.parquet") == ("anna", False, "submitted", 3)
    assert read("anna.again.3.parquet") == ("anna", True, "submitted", 3)
    assert read("anna.again.parquet.blake2") == ("anna", True, "digest", 1)
    assert read("anna.lock") == ("anna", False, "lock", 0)
    for name in (
        "anna.1.parquet",
        "anna.0.parquet",
        "anna.03.parquet",
        ".anna.parquet.ab.tmp",
        "anna.parquet.damaged",
        "anna.journal.torn",
        "anna.parquet~",
        "anna",
        ".parquet",
        "notes.txt",
        "anna.journal-",
    ):
        assert read(name) is None


# -- who is asking ---------------------------------------------------------------------------------


def settings(text: str) -> Settings:
    import tomllib

    return build_settings(tomllib.loads(text), "study.toml", lambda _: 1)


@pytest.mark.parametrize(
    ("as_name", "environ", "login", "viewer"),
    [
        ("ben", "anna", "cl", Viewer("ben", "rater")),
        (None, "ANNA", "cl", Viewer("anna", "rater")),
        (None, None, "b2", Viewer("ben", "rater")),
        (None, "", "cl", Viewer("clara", "lead")),
        ("clara", None, "al", Viewer("clara", "lead")),
        ("tom", None, "", Viewer("tom", "rater")),
        ("stranger", None, "", Viewer("stranger", "rater")),
        (None, None, "unknown", Viewer(None, "lead")),
        (None, None, "", Viewer(None, "lead")),
    ],
)
def test_who_is_asking(as_name, environ, login, viewer):
    assert who_is_asking(settings(ROSTER), as_name, environ, login) == viewer


def test_on_a_server_an_unknown_login_is_no_lead_unless_of_the_group():
    served = settings('groups = {leads = "pqs-leads", raters = "pqs-raters"}\n' + ROSTER)
    members = {("root", "pqs-leads")}

    def in_group(login, group):
        return (login, group) in members

    assert who_is_asking(served, login="root", in_group=in_group).leads
    with pytest.raises(UsageError, match="does not know the login 'guest'") as caught:
        who_is_asking(served, login="guest", in_group=in_group)
    assert "--as" in caught.value.cure
    assert who_is_asking(served, login="al", in_group=in_group) == Viewer("anna", "rater")


@pytest.mark.parametrize("name", ["../x", "a b", ""])
def test_a_viewer_has_a_name(name):
    with pytest.raises(UsageError):
        viewer_named(settings(ROSTER), name)


# -- blindness -------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """anna has submitted S1 and drafts S2; ben has submitted S1 and S2."""
    make_small_study(tmp_path, ROSTER)
    (tmp_path / "facts.csv").write_text(FACTS)
    (tmp_path / "assignments.csv").write_text("session,rater\nS1,anna\nS2,ben\nS2,Anna\n")
    study = open_study(tmp_path)
    submitted(study, "S1", "anna", 1)
    submitted(study, "S1", "ben", 2)
    submitted(study, "S2", "ben", 3)
    with open_desk(study, "S2", "anna") as desk:
        desk.place(1, 0)
    return tmp_path


def policy(folder, line):
    path = folder / "study.toml"
    path.write_text(f"{line}\n" + path.read_text())


def seen(study):
    return set(read_sorts(study).select("session", "rater").unique().rows())


ALL = {("S1", "anna"), ("S1", "ben"), ("S2", "ben")}


def test_a_lead_sees_everything(folder):
    for viewer in (None, "clara"):
        study = open_study(folder, viewer)
        assert seen(study) == ALL
        assert study.facts()["S1"].case == "Quartz"
        assert study.facts()["S1"].more == {"site": "Oslo"}
        assert len(study.assignments()) == 3
        assert open_desk(study, "S2", "anna", read_only=True).draft.placed == 1


def test_a_rater_sees_own_sorts_only(folder):
    study = open_study(folder, "anna")
    assert seen(study) == {("S1", "anna")}
    assert {one.name.rater for one in sort_files(study)} == {"anna"}
    assert {(one.session, one.rater) for one in list_work(study)} == {
        ("S1", "anna"),
        ("S2", "anna"),
    }
    assert sorted(study.assignments()) == [("S1", "anna"), ("S2", "Anna")]
    assert set(read_sorts(study, drafts=True)["rater"]) == {"anna"}


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("read_only", [False, True])
def test_a_rater_opens_own_sorts_only(folder, read_only, again):
    study = open_study(folder, "anna")
    for session in ("S1", "S2"):
        with pytest.raises(UsageError, match="own sorts only"):
            open_desk(study, session, "ben", read_only=read_only, again=again)


def test_a_stranger_sees_nothing(folder):
    study = open_study(folder, "stranger")
    assert seen(study) == set()
    assert {one.rater for one in list_work(study)} == {None}
    with pytest.raises(UsageError):
        open_desk(study, "S1", "anna", read_only=True)


def test_no_rater_gets_the_facts(folder):
    for name in ("anna", "tom", "stranger"):
        with pytest.raises(UsageError, match="for leads"):
            open_study(folder, name).facts()


def test_nothing_that_a_rater_is_told_tells_a_fact(folder):
    study = open_study(folder, "anna")
    told = [repr(list_work(study)), repr(study.session_codes()), repr(read_sorts(study).to_dicts())]
    told += [repr(study.session_info(code)) for code in study.session_codes()]
    told += [repr(study.assignments()), repr(sort_files(study))]
    for action in (
        study.facts,
        lambda: study.session_folder("S9"),
        lambda: open_desk(study, "S1", "ben"),
        lambda: open_desk(study, "S1", "anna"),
        lambda: study.paths("S2", "ben"),
    ):
        with pytest.raises(PqsError) as caught:
            action()
        told.append(str(caught.value))
    for fact in ("Quartz", "2031", "Zebra", "late", "worse", "Oslo"):
        assert not [text for text in told if fact in text]


def test_each_rater_has_an_own_order_of_sessions_that_stays(tmp_path):
    codes = tuple(f"C{n:02}" for n in range(12))
    make_small_study(tmp_path, ROSTER, codes)
    orders = {name: open_study(tmp_path, name).session_codes() for name in ("anna", "ben")}
    assert orders["anna"] != orders["ben"] != sorted(codes)
    assert sorted(orders["anna"]) == sorted(codes)
    assert open_study(tmp_path, "ANNA").session_codes() == orders["anna"]
    assert open_study(tmp_path).session_codes() == sorted(codes)


def test_others_open_when_a_lead_says_so(folder):
    policy(folder, 'opened = ["s2"]')
    anna = open_study(folder, "anna")
    assert seen(anna) == {("S1", "anna"), ("S2", "ben")}
    assert open_desk(anna, "S2", "ben", read_only=True).draft.complete
    with pytest.raises(UsageError):
        open_desk(anna, "S1", "ben", read_only=True)
    assert seen(open_study(folder, "ben")) == {("S1", "ben"), ("S2", "ben")}


def test_all_sessions_can_be_opened(folder):
    policy(folder, 'opened = "all"')
    assert seen(open_study(folder, "anna")) == ALL


def test_others_open_when_both_have_submitted(folder):
    policy(folder, 'others = "submitted"')
    anna = open_study(folder, "anna")
    assert seen(anna) == {("S1", "anna"), ("S1", "ben")}
    assert seen(open_study(folder, "ben")) == {("S1", "anna"), ("S1", "ben"), ("S2", "ben")}
    with open_desk(anna, "S2", "anna") as desk:
        fill(desk)
        desk.submit()
    assert ("S2", "ben") in seen(anna)


def test_what_is_open_to_read_is_not_open_to_change(folder):
    policy(folder, 'opened = "all"')
    with pytest.raises(UsageError, match="own sorts only"):
        open_desk(open_study(folder, "anna"), "S1", "ben")


def test_a_draft_of_somebody_else_is_never_seen(folder):
    policy(folder, 'opened = "all"')
    ben = open_study(folder, "ben")
    assert {(w.session, w.rater) for w in list_work(ben)} == ALL
    assert set(read_sorts(ben, drafts=True).select("session", "rater").unique().rows()) == ALL
    with pytest.raises(StudyError, match="not begun"):
        open_desk(ben, "S2", "anna", read_only=True)


# -- small tables ----------------------------------------------------------------------------------


def test_a_session_twice_in_the_facts_is_named(tmp_path):
    study = small_study(tmp_path)
    (tmp_path / "facts.csv").write_text("session,case\nS1,a\n\nS1,b\n")
    with pytest.raises(DataError, match=r"facts\.csv, line 4: 'S1' stands there twice"):
        study.facts()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("a,b\n", "line 1: there is no column 'session'"),
        ("session,session\nS1,a\n", "line 1: the column 'session' stands there twice"),
        ("session,case\nS1\n", "line 2: 1 cells for 2 columns"),
        ('session,case\n"S1,a\n', "line 2"),
        ('session,case\n"a\nb",x\nS1\n', "line 4: 1 cells"),
        ("session,case\nS1," + "x" * 200_000 + "\n", "line 2"),
    ],
)
def test_a_slip_in_a_table_is_named_with_its_line(tmp_path, text, said):
    study = small_study(tmp_path)
    (tmp_path / "facts.csv").write_text(text)
    with pytest.raises(DataError, match=said):
        study.facts()


def test_a_folder_that_can_not_be_listed_is_told(tmp_path):
    study = small_study(tmp_path)
    (tmp_path / "sessions" / "S1" / "sorts").write_text("no folder")
    with pytest.raises(StudyError, match="can't be listed"):
        study.raters_of("S1")
    (tmp_path / "sessions" / "S1" / "sorts").unlink()
    assert study.raters_of("S1") == []
