"""A shared server: the system's rights keep raters blind, whatever program they use."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pqs_coder.errors import DataError, StudyError
from pqs_coder.store.rights import apply_rights, group_number, is_member, wrong_rights
from pqs_coder.store.study import open_study
from pqs_coder.store.verify import OK, verify
from tests.small_study import make_small_study

RATERS, LEADS = 47001, 47002
ANNA, BEN, CLARA, GUEST = 47011, 47012, 47013, 47014
GROUPS = {ANNA: [RATERS], BEN: [RATERS], CLARA: [RATERS, LEADS], GUEST: []}

SERVED = f"""
[groups]
raters = "{RATERS}"
leads = "{LEADS}"
[raters.anna]
[raters.ben]
[raters.clara]
role = "lead"
"""


@pytest.fixture
def served():
    """A study of clara's on a server, where other users can come to its door."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("SKIPPED ALOUD: only root can act as several users")
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    folder = make_small_study(place / "study", SERVED)
    (folder / "facts.csv").write_text("session,case\nS1,Quartz\n")
    (folder / "criteria").mkdir()
    (folder / "criteria" / "S1.csv").write_text("item,score\n1,1\n2,2\n3,0\n")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, CLARA, CLARA)
        path.chmod(0o700 if path.is_dir() else 0o600)
    yield folder
    shutil.rmtree(place)


AS_USER = """
import os, sys, tempfile
from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import PqsError
from pqs_coder.store import reading, sorts, summaries, verify
from pqs_coder.store.rights import apply_rights
from pqs_coder.store.study import open_study
from pqs_coder.store.work import list_work
from tests.small_study import fill, small_study, submitted
with tempfile.TemporaryDirectory() as place:  # all is loaded that another user may not load
    warm = small_study(verify.Path(place))
    submitted(warm)
    reading.read_sorts(warm)
    list_work(warm)
    verify.verify(warm)
exec(sys.argv[6])
user, groups, umask, code = int(sys.argv[1]), sys.argv[2], int(sys.argv[3], 8), sys.argv[4]
study = sys.argv[5]
os.setgroups([int(one) for one in groups.split(",") if one])
os.setresgid(user, user, user)
os.setresuid(user, user, user)
os.umask(umask)
exec(code)
"""


def act(
    user: int, code: str, study: Path, umask: str = "077", warm: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run code as a real user of the system, with the user's groups; ``warm`` runs before."""
    groups = ",".join(map(str, GROUPS[user]))
    command = [sys.executable, "-c", AS_USER, str(user), groups, umask, code, str(study), warm]
    return subprocess.run(command, capture_output=True, text=True)


def did(user: int, code: str, study: Path, umask: str = "077") -> str:
    done = act(user, code, study, umask)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


def shell(user: int, *command: str) -> int:
    """Run a program of the system as that user: nothing of ours takes part."""
    if shutil.which("setpriv") is None:
        pytest.skip("SKIPPED ALOUD: setpriv is not on this machine")
    groups = ["--groups", ",".join(map(str, GROUPS[user]))] if GROUPS[user] else ["--clear-groups"]
    me = ["setpriv", "--reuid", str(user), "--regid", str(user), *groups]
    return subprocess.run([*me, *command], capture_output=True).returncode


SORT = """
name = {1}
with open_desk(open_study(study, name), "S1", name) as desk:
    fill(desk)
    {2}
"""


def sort(user, name, study, submit=True, umask="077"):
    code = SORT.replace("{1}", repr(name)).replace("{2}", "desk.submit()" if submit else "pass")
    did(user, code, study, umask)


def test_the_system_keeps_raters_blind(served):
    did(CLARA, "assert apply_rights(open_study(study, 'clara')) == []", served)
    sort(ANNA, "anna", served)
    sort(BEN, "ben", served, submit=False, umask="000")
    sorts = served / "sessions" / "S1" / "sorts"
    assert stat.S_IMODE(sorts.stat().st_mode) == 0o3777
    for name, owner in (("anna.parquet", ANNA), ("anna.journal-1", ANNA), ("ben.journal", BEN)):
        found = (sorts / name).stat()
        assert stat.S_IMODE(found.st_mode) == 0o640, name
        assert (found.st_uid, found.st_gid) == (owner, LEADS), name

    closed = ["facts.csv", "criteria/S1.csv", "sessions/S1/sorts/ben.journal"]
    for file in closed:
        assert shell(ANNA, "cat", str(served / file)) != 0, file
        assert shell(CLARA, "cat", str(served / file)) == 0, file
    assert shell(ANNA, "cat", str(sorts / "anna.parquet")) == 0
    assert shell(BEN, "cat", str(sorts / "anna.parquet")) != 0
    for file in ("study.toml", "sessions/S1/transcript.txt"):
        assert shell(ANNA, "cat", str(served / file)) == 0, file
        assert shell(GUEST, "cat", str(served / file)) != 0, file
    assert shell(GUEST, "ls", str(served)) != 0


def test_nobody_removes_or_replaces_what_is_somebody_else_s(served):
    did(CLARA, "assert apply_rights(open_study(study, 'clara')) == []", served)
    sort(BEN, "ben", served)
    sorts = served / "sessions" / "S1" / "sorts"
    before = (sorts / "ben.parquet").read_bytes()
    assert shell(ANNA, "rm", "-f", str(sorts / "ben.parquet")) != 0
    assert shell(ANNA, "mv", str(sorts / "ben.parquet"), str(sorts / "x")) != 0
    assert shell(ANNA, "sh", "-c", f"echo x > {sorts}/ben.parquet") != 0
    assert shell(ANNA, "rm", "-rf", str(served / "study.toml")) != 0
    assert shell(ANNA, "touch", str(served / "sessions" / "S1" / "x")) != 0
    assert (sorts / "ben.parquet").read_bytes() == before


def test_the_program_works_for_everybody_on_such_a_server(served):
    did(CLARA, "assert apply_rights(open_study(study, 'clara')) == []", served)
    sort(ANNA, "anna", served)
    sort(BEN, "ben", served)
    told = did(
        ANNA,
        "work = list_work(open_study(study, 'anna'))\n"
        "print([(one.session, one.rater, one.state, one.problem) for one in work])\n"
        "print(reading.read_sorts(open_study(study, 'anna'))['rater'].unique().to_list())",
        served,
    )
    assert told.splitlines()[1] == "['anna']"
    assert "'S1', 'anna', 'submitted', ''" in told
    assert "ben" not in told
    told = did(
        CLARA,
        "table = reading.read_sorts(open_study(study, 'clara'))\n"
        "print(sorted(table['rater'].unique()))\n"
        "bad = [f for f in verify.verify(open_study(study, 'clara')) if f.state != 'ok']\n"
        "print(bad)",
        served,
    )
    assert told.splitlines() == ["['anna', 'ben']", "[]"]


def test_a_rater_who_says_to_be_a_lead_gets_no_facts_from_the_system(served):
    did(CLARA, "assert apply_rights(open_study(study, 'clara')) == []", served)
    sort(BEN, "ben", served)
    done = act(ANNA, "open_study(study, 'clara').facts()", served)
    assert done.returncode != 0
    assert "Permission denied" in done.stderr
    assert "Quartz" not in done.stderr
    done = act(ANNA, "reading.read_sorts(open_study(study, 'clara'))", served)
    assert done.returncode != 0
    assert "Permission denied" in done.stderr


def test_what_others_did_opens_only_as_far_as_the_system_lets(served):
    (served / "study.toml").write_text('opened = "all"\n' + (served / "study.toml").read_text())
    did(CLARA, "assert apply_rights(open_study(study, 'clara')) == []", served)
    sort(ANNA, "anna", served)
    sort(BEN, "ben", served)
    look = "print(sorted(reading.read_sorts(open_study(study, 'anna'))['rater'].unique()))"
    assert did(ANNA, look, served) == "['anna']"
    for name in ("ben.parquet", "ben.parquet.blake2"):
        (served / "sessions" / "S1" / "sorts" / name).chmod(0o644)
    assert did(ANNA, look, served) == "['anna', 'ben']"


def test_a_new_file_of_a_lead_s_is_given_its_rights(served):
    did(CLARA, "assert apply_rights(open_study(study, 'clara')) == []", served)
    code = (
        "from pqs_coder.store import files\n"
        "from pathlib import Path\n"
        "files.make_folder_whole(Path(study) / 'sessions' / 'S3', {'transcript.txt': b'P: a'})\n"
        "found = verify.verify(open_study(study, 'clara'))\n"
        "print([f.file for f in found if 'group' in f.message])\n"
        "verify.verify(open_study(study, 'clara'), repair=True)\n"
    )
    assert did(CLARA, code, served) == "['sessions/S3/transcript.txt']"
    assert shell(ANNA, "cat", str(served / "sessions" / "S3" / "transcript.txt")) == 0
    assert shell(BEN, "touch", str(served / "sessions" / "S3" / "sorts" / "x")) == 0


def test_what_is_somebody_else_s_can_not_be_set_and_is_told(served):
    did(CLARA, "assert apply_rights(open_study(study, 'clara')) == []", served)
    sort(BEN, "ben", served)
    (served / "sessions" / "S1" / "sorts" / "ben.parquet").chmod(0o600)
    code = "print([p.name for p in apply_rights(open_study(study, 'clara'))])"
    assert did(CLARA, code, served) == "['ben.parquet']"


# -- without several users -------------------------------------------------------------------------


def test_on_a_laptop_everything_is_its_owner_s(tmp_path):
    from tests.small_study import submitted

    study = open_study(make_small_study(tmp_path / "study"))
    submitted(study)
    assert wrong_rights(study) == []
    assert apply_rights(study) == []
    for path in study.sorts_folder("S1").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(study.sorts_folder("S1").stat().st_mode) == 0o700


def test_a_group_that_is_not_there_is_told(tmp_path):
    groups = '[groups]\nraters = "no-such-raters"\nleads = "no-such-leads"\n'
    study = open_study(make_small_study(tmp_path, groups))
    with pytest.raises(StudyError, match="no-such-raters") as caught:
        apply_rights(study)
    assert caught.value.cure
    assert group_number("12345") == 12345
    assert not is_member("nobody-of-this-name", "no-such-leads")


def test_both_groups_are_named_or_none(tmp_path):
    with pytest.raises(DataError, match="only one of the two"):
        open_study(make_small_study(tmp_path, '[groups]\nraters = "x"\n'))


def test_a_group_knows_its_members():
    import grp
    import pwd

    me = pwd.getpwuid(os.geteuid())
    assert is_member(me.pw_name, grp.getgrgid(me.pw_gid).gr_name)


def test_verify_says_nothing_of_rights_on_a_laptop(tmp_path):
    study = open_study(make_small_study(tmp_path / "study"))
    assert {(one.state, one.message) for one in verify(study)} == {(OK, "")}


SEAL = """
from pqs_coder.store.sealing import seal_study
found = open_study(study, {1})
if found.vault is not None:
    found.vault.unlock(passphrase="four or five words")
    done = seal_study(found)
else:
    done = seal_study(found, passphrase="four or five words")
print(done.changed, sorted(path.name for path, _ in done.left))
"""
WARM = (
    "from pqs_coder.store import sealing\n"
    "with tempfile.TemporaryDirectory() as place:\n"
    "    sealing.seal_study(small_study(verify.Path(place)), passphrase='eight letters')\n"
)


def test_a_lead_seals_what_is_theirs_and_raters_seal_their_own(served):
    did(CLARA, "assert apply_rights(open_study(study, 'clara')) == []", served)
    note = "desk.note(3, 'Topaz')"
    did(ANNA, SORT.replace("{1}", "'anna'").replace("{2}", note), served)
    journal = served / "sessions" / "S1" / "sorts" / "anna.journal"

    def seal(user, name):
        done = act(user, SEAL.replace("{1}", repr(name)), served, warm=WARM)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip()

    assert seal(CLARA, "clara") == "1 ['anna.journal']"  # the transcript; the draft is anna's
    assert (journal.stat().st_uid, b"Topaz" in journal.read_bytes()) == (ANNA, True)
    assert seal(ANNA, "anna") == "1 []"
    assert (journal.stat().st_uid, b"Topaz" in journal.read_bytes()) == (ANNA, False)
    assert stat.S_IMODE(journal.stat().st_mode) == 0o640


def test_a_lead_s_repair_takes_no_draft_from_its_owner(served):
    did(CLARA, "assert apply_rights(open_study(study, 'clara')) == []", served)
    sort(ANNA, "anna", served, submit=False)
    journal = served / "sessions" / "S1" / "sorts" / "anna.journal"
    damaged = journal.read_bytes().replace(b'"do":"place"', b'"do":"pl4ce"', 1)
    journal.write_bytes(damaged)
    code = "found = [f for f in verify.verify(open_study(study, '{1}'), repair=True) if 'anna' in f.file]\nprint([f.message for f in found])"
    told = did(CLARA, code.replace("{1}", "clara"), served)
    assert "another user's" in told
    assert journal.read_bytes() == damaged
    assert journal.stat().st_uid == ANNA
    assert "Repaired" in did(ANNA, code.replace("{1}", "anna"), served)
    assert journal.stat().st_uid == ANNA


def test_root_gives_what_it_replaces_back_to_its_owner(served):
    from pqs_coder.store import files

    path = served / "study.toml"
    files.write_whole(path, path.read_bytes())
    assert (path.stat().st_uid, path.stat().st_gid) == (CLARA, CLARA)
