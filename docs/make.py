"""Write the generated pages: docs/commands.md and docs/keys.md, from the program itself.

``make docs`` runs it; a test compares what lies there with what it would write.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from pqs_coder.cli.main import SECTIONS, cli
from pqs_coder.tui.keys_page import keys_page

DOCS = Path(__file__).resolve().parent

HEAD = """# Commands

Generated from the program by `make docs`.

Results go to stdout, talk goes to stderr. Where stdin is no terminal nothing is asked.

| exit code | means |
|---|---|
| 0 | done |
| 1 | the answer is no: a check found damage, a sort is not complete |
| 2 | wrong usage |
| 3 | bad data, or a problem with the study |
| 4 | somebody else holds the draft |
| 70 | a fault in pqs |
| 130 | interrupted |

Every command that opens a study takes `--study DIR` (or `PQS_STUDY`; else this folder or the
nearest parent with a study.toml) and `--as NAME` (or `PQS_RATER`; else the login as study.toml maps
it, else the lead). Every command that prints a table takes `--format table` (for people, rounded),
`json` (a list of flat objects, full precision, null for missing) or `csv`, and `-o FILE` (csv,
json, parquet, xlsx by suffix).
"""


def commands_page() -> str:
    """The page of all commands."""
    context = click.Context(cli, info_name="pqs")
    parts = [HEAD]
    for title, names in SECTIONS.items():
        parts.append(f"\n## {title}")
        for name in names:
            command = cli.get_command(context, name)
            assert command is not None
            parts += _section(command, f"pqs {name}")
    return "\n".join(parts) + "\n"


def _section(command: click.Command, path: str) -> list[str]:
    if isinstance(command, click.Group):
        parts: list[str] = []
        for name, child in command.commands.items():
            parts += _section(child, f"{path} {name}")
        return parts
    context = click.Context(command, info_name=path)
    usage = " ".join(command.collect_usage_pieces(context)).replace("[OPTIONS]", "").strip()
    parts = [f"\n### {path}\n", f"    {path} {usage}".rstrip() + "\n", f"{command.help}\n"]
    own = [p for p in command.params if isinstance(p, click.Option) and not _is_shared(p)]
    if own:
        parts.append("| option | meaning |\n|---|---|")
        parts += [_row(option, context) for option in own]
        parts.append("")
    return parts


def _is_shared(option: click.Option) -> bool:
    """Whether the head of the page says it for all commands."""
    if option.name == "form":
        return isinstance(option.type, click.Choice)
    return option.name in ("study_dir", "as_name", "output") and not option.required


def _row(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    assert record is not None
    left, words = (part.replace("|", chr(92) + "|") for part in record)
    return f"| `{left}` | {words} |".replace("  ", " ")


GENERATED: dict[str, Callable[[], str]] = {"commands.md": commands_page, "keys.md": keys_page}
"""The pages that are written, and what writes them."""


def main() -> None:
    """Write every generated page."""
    for name, page in GENERATED.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
