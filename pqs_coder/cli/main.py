"""``pqs``: the commands, found by name and loaded when they are called."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from pqs_coder._version import __version__
from pqs_coder.errors import Exit, PqsError
from pqs_coder.model.words import visible_text

# One line a command: where it lives. Sections and order are those of the help page and the docs.
SECTIONS: dict[str, dict[str, str]] = {
    "Set up a study": {
        "demo": "pqs_coder.cli.studies:demo",
        "init": "pqs_coder.cli.studies:init",
        "add": "pqs_coder.cli.studies:add",
        "raters": "pqs_coder.cli.people:raters",
        "assign": "pqs_coder.cli.lead:assign",
    },
    "Sort": {
        "sort": "pqs_coder.cli.sorting:sort",
        "practice": "pqs_coder.cli.sorting:practice",
        "place": "pqs_coder.cli.sorting:place",
        "submit": "pqs_coder.cli.sorting:submit",
        "show": "pqs_coder.cli.sorting:show",
    },
    "How far it is": {
        "status": "pqs_coder.cli.studies:status",
        "progress": "pqs_coder.cli.questions:commands",
        "third-raters": "pqs_coder.cli.questions:commands",
    },
    "Agreement": {
        "agreement": "pqs_coder.cli.numbers:agreement",
        "matrix": "pqs_coder.cli.questions:commands",
        "differences": "pqs_coder.cli.lead:differences",
        "distinctive": "pqs_coder.cli.questions:commands",
        "baseline": "pqs_coder.cli.questions:commands",
        "decision": "pqs_coder.cli.lead:decision",
        "composite": "pqs_coder.cli.numbers:composite",
        "consensus": "pqs_coder.cli.consensus:consensus",
    },
    "Raters": {
        "training": "pqs_coder.cli.lead:training",
        "drift": "pqs_coder.cli.questions:commands",
        "portraits": "pqs_coder.cli.questions:commands",
        "bias": "pqs_coder.cli.lead:bias",
    },
    "Therapy": {
        "prototypes": "pqs_coder.cli.prototypes:prototypes",
        "adherence": "pqs_coder.cli.numbers:adherence",
        "items": "pqs_coder.cli.therapy:items",
        "compare": "pqs_coder.cli.therapy:compare",
        "change": "pqs_coder.cli.therapy:change",
        "outcome": "pqs_coder.cli.therapy:outcome",
        "structures": "pqs_coder.cli.therapy:structures",
    },
    "Report": {
        "report": "pqs_coder.cli.reporting:report",
        "plot": "pqs_coder.cli.reporting:plot",
        "table": "pqs_coder.cli.reporting:table",
    },
    "Instruments and rating forms": {
        "item-sets": "pqs_coder.cli.item_sets:item_sets",
        "rate": "pqs_coder.cli.rating:rate",
        "score": "pqs_coder.cli.rating:score",
    },
    "Files": {
        "import": "pqs_coder.cli.files:import_",
        "export": "pqs_coder.cli.files:export",
        "merge": "pqs_coder.cli.files:merge",
        "withdraw": "pqs_coder.cli.lead:withdraw",
        "verify": "pqs_coder.cli.files:verify",
        "seal": "pqs_coder.cli.sealing:seal",
        "unseal": "pqs_coder.cli.sealing:unseal",
        "where": "pqs_coder.cli.files:where",
    },
}
COMMANDS: dict[str, str] = {
    name: place for section in SECTIONS.values() for name, place in section.items()
}


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class Commands(click.Group):
    """A group that lists each command with its whole first sentence."""

    def sections(self, ctx: click.Context) -> dict[str, list[str]]:
        """Names of commands by what stands above them in the help."""
        return {"Commands": self.list_commands(ctx)}

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The lists of commands, wrapped and not cut off."""
        names = self.list_commands(ctx)
        widest = max(map(len, names), default=0)
        for title, listed in self.sections(ctx).items():
            found = ((name, self.get_command(ctx, name)) for name in listed)
            rows = [
                (name.ljust(widest), command.get_short_help_str(limit=1000))
                for name, command in found
                if command
            ]
            with formatter.section(title):
                formatter.write_dl(rows)


class LazyGroup(Commands):
    """A group whose commands are imported when they are asked for."""

    def sections(self, ctx: click.Context) -> dict[str, list[str]]:
        """The commands by what they are for, see `SECTIONS`."""
        del ctx
        return {title: list(commands) for title, commands in SECTIONS.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of `COMMANDS`."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        del ctx
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        found = getattr(importlib.import_module(module), name)
        command: click.Command = found[cmd_name] if isinstance(found, dict) else found
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader of our output who has left has had what they wanted."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # click would make an exit code 1 of it
            _to_nowhere()
            return Exit.DONE


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(
    __version__, "--version", "-V", prog_name="pqs", message="%(prog)s %(version)s"
)
@click.option(
    "--study",
    "study",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The study's folder (PQS_STUDY; else this folder or the nearest parent with one).",
)
@click.option("--as", "as_name", metavar="NAME", help="Who is asking (PQS_RATER; else your login).")
@click.pass_context
def cli(ctx: click.Context, study: Path | None, as_name: str | None) -> None:
    """Sort the PQS beside the transcript; agreement, prototypes and exports for the lead.

    Without a command: opens the study in the terminal.
    """
    ctx.obj = {"study": study, "as": as_name}
    if ctx.invoked_subcommand is None:
        from pqs_coder.cli.studies import open_home

        ctx.exit(open_home(study, as_name))


def run(arguments: Sequence[str]) -> int:
    """Run one command; every way out has its exit code, and no error prints what a file holds."""
    try:
        result: Any = cli.main(args=list(arguments), prog_name="pqs", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted.")
        return Exit.INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:  # pqs raters: it lists what it can do
        say(error.format_message())
        return Exit.USAGE
    except click.ClickException as error:
        _usage(error)
        return Exit.USAGE
    except PqsError as error:
        say(f"{error.title}: {error.message}")
        if error.cure:
            say(error.cure)
        return error.exit_code
    except OSError as error:
        return _unwritten(error) if error.errno in _FULL else _bug(error)
    except Exception as error:
        return _bug(error)
    return result if isinstance(result, int) else Exit.DONE


def say(words: str) -> None:
    """Talk to the person: stderr, plain; nothing in it steers the terminal."""
    click.echo(visible_text(words), err=True)


def _usage(error: click.ClickException) -> None:
    say(f"Not understood: {error.format_message()}")
    context = getattr(error, "ctx", None)
    say(f"Help: {context.command_path if context else 'pqs'} --help")


def _to_nowhere() -> None:
    """Let what is left of the output go nowhere when Python flushes it at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unwritten(error: OSError) -> int:
    """Stdout is a file, and its disk is full: files of ours say so by a `WriteError`."""
    from pqs_coder.store.file_errors import cure_of

    _to_nowhere()
    say(f"Not saved: the output can't be written: {error.strerror}.")
    say(cure_of(error))
    return Exit.BAD_DATA


def _bug(error: Exception) -> int:
    if os.environ.get("PQS_DEBUG"):
        raise error
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = ""
    if place is not None:
        where = f" in {Path(place.tb_frame.f_code.co_filename).name}, line {place.tb_lineno}"
    say(f"A fault in pqs: {type(error).__name__}{where}. What was saved is kept.")
    say("Please report it with this line. PQS_DEBUG=1 shows more (it may show what files hold).")
    return Exit.BUG
