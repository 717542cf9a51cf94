"""The same for real: a full file system, a read-only mount, a removed folder, killed by the kernel.

What the machine does not allow is skipped aloud.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pqs_coder.desk.opening import open_desk
from pqs_coder.errors import StudyError, WriteError
from pqs_coder.store.copies import bring_back
from pqs_coder.store.study import open_study
from pqs_coder.store.work import list_work
from tests.desk.driver import cards_digest
from tests.desk.test_faults import whole_study
from tests.small_study import fill, make_small_study
from tests.tui.terminal_driver import TerminalDriver, pqs, settled_home


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def mount(tmp_path):
    """Mount a small file system in memory; unmounted at the end."""
    mounted = []

    def make(options: str) -> Path:
        place = tmp_path / f"mount{len(mounted)}"
        place.mkdir()
        if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
            pytest.skip("SKIPPED ALOUD: only root on Linux can mount a small file system")
        done = run("mount", "-t", "tmpfs", "-o", options, "pqs-test", str(place))
        if done.returncode:
            pytest.skip(f"SKIPPED ALOUD: this machine does not let us mount: {done.stderr.strip()}")
        mounted.append(place)
        return place

    yield make
    for place in mounted:
        run("umount", "-l", str(place))


def eat_up(place: Path) -> Path:
    """Fill the disk to its last byte."""
    fat = place / "fat"
    with fat.open("wb", buffering=0) as file:
        size = 65536
        while size:
            try:
                file.write(b"x" * size)
            except OSError:
                size //= 2
    return fat


def test_a_full_disk_is_told_and_the_sort_goes_on_once_there_is_room(mount, tmp_path):
    place = mount("size=512k")
    folder = make_small_study(place / "study")
    study = open_study(folder)
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 2)
        fat = eat_up(place)
        failed = []
        for _ in range(80):  # the last block of the journal has some room left
            before = desk.draft
            try:
                desk.note(2, "x" * 200)
            except WriteError as error:
                failed.append(error.cure)
                assert desk.draft is before
        assert failed
        assert all("disk is full" in cure for cure in failed)
        shown = cards_digest(desk.draft)
        copy = desk.save_copy(tmp_path)
        assert copy.stat().st_size > 0
        fat.unlink()
        desk.place(3, 0)
    draft = whole_study(folder)
    assert draft.card(3).pile == 0
    assert cards_digest(draft) != shown
    assert draft.card(1).pile == 2


def test_a_disk_that_fills_up_byte_by_byte_never_breaks_the_journal(mount):
    place = mount("size=192k")
    folder = make_small_study(place / "study")
    with open_desk(open_study(folder), "S1", "anna") as desk:
        failed = 0
        for number in range(400):
            try:
                desk.note(number % 12 + 1, f"{number} " + "y" * 900)
            except WriteError:
                failed += 1
        shown = dict(desk.draft.cards)
        assert failed > 100
    assert dict(whole_study(folder).cards) == shown


def test_submitting_on_a_full_disk_is_refused_and_done_later(mount):
    place = mount("size=512k")
    folder = make_small_study(place / "study")
    study = open_study(folder)
    with open_desk(study, "S1", "anna") as desk:
        piles = fill(desk)
        fat = eat_up(place)
        with pytest.raises(WriteError, match="No space"):
            desk.submit()
        assert [work.state for work in list_work(study)] == ["draft", "open"]
        assert not list(study.sorts_folder("S1").glob("*.tmp"))
        fat.unlink()
        desk.submit()
    with open_desk(study, "S1", "anna", read_only=True) as reader:
        assert {n: card.pile for n, card in reader.draft.cards.items()} == piles


def test_a_lock_can_not_be_had_on_a_full_disk_but_the_draft_can_be_read(mount):
    place = mount("size=512k")
    study = open_study(make_small_study(place / "study"))
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 2)
    fat = eat_up(place)
    with pytest.raises(WriteError):
        open_desk(study, "S1", "anna")
    assert open_desk(study, "S1", "anna", read_only=True).draft.card(1).pile == 2
    fat.unlink()
    with open_desk(study, "S1", "anna") as desk:
        desk.place(2, 0)


def test_a_mount_that_turns_read_only_is_told_and_gone_on_with_after(mount):
    place = mount("size=512k")
    folder = make_small_study(place / "study")
    study = open_study(folder)
    desk = open_desk(study, "S1", "anna")
    desk.place(1, 2)
    desk.close()
    if run("mount", "-o", "remount,ro", str(place)).returncode:
        pytest.skip("SKIPPED ALOUD: this machine does not let us remount read-only")
    with pytest.raises(WriteError, match="Read-only file system") as caught:
        open_desk(study, "S1", "anna")
    assert "read-only" in caught.value.cure
    with pytest.raises(WriteError):
        open_desk(study, "S2", "anna")
    with open_desk(study, "S1", "anna", read_only=True) as reader:
        assert reader.draft.card(1).pile == 2
    assert [work.state for work in list_work(study)] == ["draft", "open"]
    run("mount", "-o", "remount,rw", str(place))
    with open_desk(study, "S1", "anna") as desk:
        desk.place(2, 0)


def test_an_unmounted_share_is_told_and_picked_up_when_it_is_back(mount, tmp_path):
    place = mount("size=512k")
    away = tmp_path / "away"
    away.mkdir()
    study = open_study(make_small_study(place / "study"))
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 2)
        if run("mount", "--move", str(place), str(away)).returncode:
            run("mount", "--bind", str(place), str(away))
            run("umount", "-l", str(place))
        with pytest.raises(WriteError, match="gone"):
            desk.place(2, 0)
        copy = desk.save_copy(tmp_path)
        assert copy.exists()
        run("mount", "--bind", str(away), str(place))
        desk.place(3, 0)
        shown = dict(desk.draft.cards)
    assert dict(whole_study(place / "study").cards) == shown
    run("umount", "-l", str(place))
    run("umount", "-l", str(away))


def test_a_removed_folder_is_told_and_nothing_is_made_in_its_place(tmp_path):
    folder = make_small_study(tmp_path / "study")
    study = open_study(folder)
    with open_desk(study, "S1", "anna") as desk:
        desk.place(1, 2)
        shutil.rmtree(folder)
        for _ in range(2):
            with pytest.raises(WriteError, match="gone"):
                desk.place(2, 0)
        assert desk.draft.card(2).pile is None
        assert not folder.exists()
        assert desk.save_copy(tmp_path).exists()
    with pytest.raises(StudyError):
        open_study(folder)


# -- the same as a rater sees it --------------------------------------------------------------------


def sitting(folder: Path, home: Path) -> TerminalDriver:
    """The room on a real screen, in the first session of a study."""
    command = pqs("sort", "S1", "--rater", "anna", "--study", folder)
    return TerminalDriver(command, environ=settled_home(home))


def says(terminal: TerminalDriver, *words: str) -> None:
    """Wait until the screen says all of that, wherever its lines break."""
    terminal.wait_until(
        lambda rows: all(one in " ".join(" ".join(rows).split()) for one in words), str(words)
    )


def test_a_full_disk_is_seen_at_once_stays_seen_and_another_place_is_offered(mount, tmp_path):
    place = mount("size=512k")
    folder = make_small_study(place / "study")
    home = tmp_path / "home"
    home.mkdir()
    with sitting(folder, home) as terminal:
        terminal.wait_for("heaps 0/12")
        terminal.press("p", "piles 0/12")
        terminal.press("3", "piles 1/12")
        fat = eat_up(place)
        terminal.send("n")
        terminal.wait_for("Note on")
        terminal.send("x" * 5000 + "\r")  # more than the last block has room for
        says(terminal, "NOT SAVED", "disk is full", "W writes a copy elsewhere")
        terminal.send("Z")  # a key that means nothing here
        says(terminal, "NOT SAVED")
        terminal.press("W", "to another place")
        terminal.send("\r")
        says(terminal, "NOT SAVED", "A copy is at")
        assert [path.name for path in home.glob("*.journal")] == ["S1.anna.journal"]
        fat.unlink()
        terminal.press("4", "piles 2/12")
        assert "NOT SAVED" not in terminal.text
        terminal.kill9()
    draft = whole_study(folder)
    assert draft.piled == 2
    assert not any(card.note for card in draft.cards.values())


def test_a_removed_folder_is_seen_at_once(tmp_path):
    folder = make_small_study(tmp_path / "study")
    home = tmp_path / "home"
    home.mkdir()
    with sitting(folder, home) as terminal:
        terminal.wait_for("heaps 0/12")
        terminal.press("p", "piles 0/12")
        terminal.press("3", "piles 1/12")
        shutil.rmtree(folder)
        terminal.send("4")
        says(terminal, "NOT SAVED", "piles 1/12")
        terminal.press("W", "to another place")
        terminal.send("\r")
        says(terminal, "A copy is at")
        assert not folder.exists()
        terminal.kill9()
    make_small_study(folder)
    (copy,) = home.glob("*.journal")
    bring_back(open_study(folder), copy)
    assert whole_study(folder).piled == 1


def test_a_read_only_study_is_told_before_the_screen_opens(mount, tmp_path):
    place = mount("size=512k")
    folder = make_small_study(place / "study")
    if run("mount", "-o", "remount,ro", str(place)).returncode:
        pytest.skip("SKIPPED ALOUD: this machine does not let us remount read-only")
    with sitting(folder, tmp_path) as terminal:
        assert terminal.wait_for_end() == 3
        says(terminal, "read-only")


# -- the kernel as the one that kills --------------------------------------------------------------


@pytest.fixture(scope="module")
def strace(tmp_path_factory):
    """The strace program, where it is there and may be used."""
    program = shutil.which("strace")
    if program is None:
        pytest.skip("SKIPPED ALOUD: strace is not on this machine")
    log = tmp_path_factory.mktemp("strace") / "log"
    done = run(program, "-f", "-o", str(log), "-e", "inject=fsync:error=EIO:when=1", "true")
    if done.returncode:
        pytest.skip(f"SKIPPED ALOUD: strace may not be used here: {done.stderr.strip()[:200]}")
    return program


def driven(strace: str, folder: Path, log: Path, *more: str, moves: int = 25, then: str = ""):
    """The driver under strace; what it told, and its exit code."""
    command = [strace, "-f", "-o", str(log), *more, sys.executable, "-m", "tests.desk.driver"]
    done = run(*command, str(folder), "7", str(moves), *([then] if then else []))
    said = [line.split() for line in done.stdout.splitlines()]
    return [(int(w[1]), w[2]) for w in said if w[0] == "ack"], said, done


def test_an_fsync_lies_between_each_line_and_what_is_told(strace, tmp_path):
    folder = make_small_study(tmp_path / "study")
    log = tmp_path / "log"
    told, _, _ = driven(strace, folder, log, "-y", "-e", "trace=write,fsync")
    calls = []
    for line in log.read_text().splitlines():
        match = re.match(r"\d+ +(write|fsync)\((\d+)<([^>]*)>", line)
        if match and match[3].endswith("anna.journal"):
            calls.append(match[1])
        elif match and match[2] == "1":
            calls.append("told")
    assert len(told) > 15
    assert calls.count("told") >= len(told)
    for call, following in itertools.pairwise(calls):
        assert not (call == "write" and following == "told")
    joined = " ".join(calls)
    assert joined.startswith("write fsync told write fsync told")


def points(calls: dict[str, int], few: bool) -> list[tuple[str, int]]:
    """Which call of which kind is hit."""
    every = [(call, when) for call, count in calls.items() for when in range(1, count + 1)]
    return every[:: max(1, len(every) // 12)] if few else every


def count_calls(strace: str, tmp_path: Path, names: str, **driving) -> dict[str, int]:
    log = tmp_path / "count.log"
    folder = make_small_study(tmp_path / "count")
    driven(strace, folder, log, "-e", f"trace={names}", **driving)
    text = log.read_text()
    return {name: len(re.findall(rf"^\d+ +{name}\(", text, re.M)) for name in names.split(",")}


def kill_and_check(strace, tmp_path, points_at, fault, **driving):
    for number, (call, when) in enumerate(points_at):
        folder = make_small_study(tmp_path / f"{fault}{number}")
        inject = f"inject={call}:{fault}:when={when}"
        told, said, done = driven(
            strace, folder, tmp_path / "log", "-e", f"trace={call}", "-e", inject, **driving
        )
        assert "Traceback" not in done.stderr, (call, when, done.stderr[-2000:])
        study = open_study(folder)
        assert not [work.problem for work in list_work(study) if work.problem]
        done_with = bool(study.paths("S1", "anna").latest_revision())
        if not done_with and not study.paths("S1", "anna").journal.exists():
            assert not told
            continue
        with open_desk(study, "S1", "anna", read_only=done_with) as desk:
            draft = desk.draft
        last, digest = told[-1] if told else (0, "")
        assert draft.lines in (last, last + 1), (call, when)
        if draft.lines == last and told:
            assert cards_digest(draft) == digest
        assert done_with or ["submitted"] not in said


@pytest.mark.parametrize("fault", ["signal=SIGKILL", "error=ENOSPC", "error=EIO"])
def test_system_calls_of_a_sort_fail_or_kill(strace, tmp_path, fault):
    """A dozen calls each; every one of them under ``make soak``."""
    calls = count_calls(strace, tmp_path, "fsync,write", moves=25)
    assert calls["fsync"] > 20
    hit = [(call, when) for call, when in points(calls, few=True) if call == "fsync" or when > 3]
    if fault != "signal=SIGKILL":  # stdout of the driver must not fail with the disk
        hit = [(call, when) for call, when in hit if call == "fsync"]
    kill_and_check(strace, tmp_path, hit[:8], fault, moves=25)


@pytest.mark.soak
@pytest.mark.parametrize("fault", ["signal=SIGKILL", "error=ENOSPC", "error=EIO", "error=EROFS"])
def test_every_system_call_of_a_sort_and_its_submission_fails_or_kills(strace, tmp_path, fault):
    names = "fsync,link,rename,unlink,ftruncate,flock,fchmod"
    if fault == "signal=SIGKILL":
        names += ",write,mkdir,openat"
    calls = count_calls(strace, tmp_path, names, moves=40, then="submit")
    hit = points(calls, few=False)
    hit = [(call, when) for call, when in hit if call != "openat" or when > calls["openat"] - 150]
    assert len(hit) > 60
    kill_and_check(strace, tmp_path, hit, fault, moves=40, then="submit")
