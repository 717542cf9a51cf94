"""Encryption at rest: seal, unseal, and asking for the key."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pqs_coder.cli.common import study_options, the_study
from pqs_coder.cli.main import say
from pqs_coder.errors import Exit, UsageError
from pqs_coder.model.words import plural

if TYPE_CHECKING:
    from pqs_coder.store.sealing import Sealed
    from pqs_coder.store.study import Study

_LOST = "Whoever loses it loses them: nobody can open them without it. Keep a copy elsewhere."


@click.command()
@click.option(
    "--key-file", type=click.Path(path_type=Path), metavar="FILE", help="A key file that is there."
)
@click.option(
    "--new-key-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Make a key file, outside the study, and seal with it.",
)
@study_options
def seal(
    key_file: Path | None,
    new_key_file: Path | None,
    study_dir: Path | None,
    as_name: str | None,
) -> int:
    """Encrypt transcripts, notes and evidence; piles stay open. Again: what has come since."""
    from pqs_coder.store.sealing import check_key_place, seal_study
    from pqs_coder.store.vault import write_key_file

    study = the_study(study_dir, as_name)
    if study.vault is not None:
        if key_file or new_key_file:
            raise UsageError(
                "This study is sealed already.", "Another key: pqs unseal, then pqs seal."
            )
        done = seal_study(study)
    elif new_key_file is not None:
        study.check_leads()
        check_key_place(study, new_key_file)
        write_key_file(new_key_file)
        say(f"The key of transcripts, notes and evidence is in {new_key_file}. {_LOST}")
        done = seal_study(study, key_file=new_key_file)
    elif key_file is not None:
        done = seal_study(study, key_file=key_file)
    else:
        study.check_leads()
        done = seal_study(study, passphrase=_new_passphrase())
        say(f"The passphrase opens transcripts, notes and evidence. {_LOST}")
    return _told(study, done, "sealed")


@click.command()
@study_options
def unseal(study_dir: Path | None, as_name: str | None) -> int:
    """Decrypt a sealed study for good."""
    from pqs_coder.store.sealing import unseal_study

    study = the_study(study_dir, as_name)
    done = unseal_study(study)
    code = _told(study, done, "opened")
    if done.left:
        say("The study stays sealed until these are out of the way; then run pqs unseal again.")
    return code


def _told(study: Study, done: Sealed, word: str) -> int:
    for path, why in done.left:
        click.echo(f"{path.relative_to(study.folder).as_posix()}: {why}")
    say(f"{plural(done.changed, 'file')} {word}, {len(done.left)} left as they are.")
    return Exit.NO if done.left else Exit.DONE


def _new_passphrase() -> str:
    given = os.environ.get("PQS_PASSPHRASE")
    if given:
        return given
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "A new passphrase is asked for at a terminal.",
            "Else make a key file (--new-key-file FILE), or set PQS_PASSPHRASE.",
        )
    return str(
        click.prompt("A new passphrase", hide_input=True, confirmation_prompt=True, err=True)
    )
