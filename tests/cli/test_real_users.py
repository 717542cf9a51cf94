"""A shared server and every command: whatever name a rater says, the system lets nothing out."""

from __future__ import annotations

import json
import stat

from tests.store.test_rights import ANNA, BEN, CLARA, LEADS, act, did, served, sort

__all__ = ["served"]  # the fixture

NOTE = """
with open_desk(open_study(study, "ben"), "S1", "ben") as desk:
    fill(desk)
    desk.note(3, "Topaz of ben")
    desk.submit()
from pqs_coder.store.ratings import form_of, open_sheet
with open_sheet(open_study(study, "ben"), "S1", form_of(open_study(study, "ben"), "wai-sr"), "ben") as sheet:
    sheet.note(2, "Topaz too")
"""
ASK = """
import contextlib, io, json
told = []
for path, arguments in calls:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = run([*path, *arguments, "--study", study, "--as", NAME])
    told.append([" ".join((*path, *arguments)), code, out.getvalue()])
print(json.dumps(told))
"""
# Everything is loaded, and every command run, before the process becomes another user.
WARM = """
import contextlib, io, os
from pathlib import Path
from pqs_coder.cli.main import cli, run
from tests.cli.test_lead import all_commands, ways_to_call
from tests.small_study import make_small_study
os.environ["HOME"] = "/nonexistent"
calls = []
for path, command in all_commands(cli):
    ways = list(ways_to_call(command))
    ways = [ways[0], *[one for one in ways if "D3" in one]]
    options = {option for one in command.params for option in one.opts}
    if "--study" in options:
        calls += [(path, tuple("S1" if x == "D3" else x for x in way)) for way in ways]
with tempfile.TemporaryDirectory() as place:
    warm_folder = str(make_small_study(Path(place) / "study"))
    os.chdir(place)  # a report lands here
    for path, arguments in calls:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            run([*path, *arguments, "--study", warm_folder])
    os.chdir("/")
"""


def test_no_command_lets_out_what_the_system_keeps(served):
    """anna says that she is clara, the lead: the program believes it, the system does not."""
    did(CLARA, "assert apply_rights(open_study(study, 'clara')) == []", served)
    sort(ANNA, "anna", served)
    did(BEN, NOTE, served)
    ask = ASK.replace("NAME", "'clara'")
    done = act(ANNA, ask, served, warm=WARM)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    assert len(told) > 40
    for command, code, text in told:
        assert code != 70, (command, text)
        assert "Quartz" not in text, command  # a fact
        assert "Topaz" not in text, command
    lead = act(CLARA, ask, served, warm=WARM)
    seen = "".join(text for _, _, text in json.loads(lead.stdout))
    assert "Topaz of ben" in seen  # the same questions tell a lead


def test_what_a_lead_adds_by_a_command_is_given_its_rights(served, pqs):
    settings = served / "study.toml"
    told = pqs("add", "--session", "S9", "--case", "c", "--study", served, "--as", "clara")
    assert told.code == 0, told.err
    for file, mode in (
        ("sessions/S9", 0o2775),
        ("sessions/S9/sorts", 0o3777),
        ("facts.csv", 0o660),
    ):
        found = (served / file).stat()
        assert (stat.S_IMODE(found.st_mode), found.st_gid) == (mode, LEADS), file
    settings.chmod(0o600)
    assert pqs("status", "--study", served, "--as", "clara").code == 0
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600  # a command that only reads sets nothing
