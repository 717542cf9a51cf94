"""What a command does with a study once it is open: the key, names that nobody knows, rights."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pqs_coder.cli.main import say

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

_BEGIN = ("pqs", "sort", "place", "rate")  # a new rater may begin here; they ask or say so
_WRITE = (
    *("add", "assign", "build", "consensus", "enter", "import", "merge", "seal", "unseal"),
    *("structures", "withdraw"),
)
_TEXTS = (
    *("pqs", "sort", "place", "submit", "show", "rate", "add", "consensus", "import", "export"),
    *("merge", "report", "portraits", "seal", "unseal", "verify"),
)
_FACTS = ("change", "outcome", "compare", "structures", "report")
_WITHOUT = ("show", "export", "report")


def settle(study: Study) -> None:
    """Take the key where the command needs texts; tell a strange name; keep a server's rights."""
    context = click.get_current_context(silent=True)
    command = (context.info_name or "") if context is not None else ""
    if command not in _BEGIN and study.viewer.name is not None:
        from pqs_coder.desk.newcomers import stranger_words

        strange = stranger_words(study)
        if strange:
            say(strange)
    if study.viewer.leads and command != "verify":  # which names it beside its file
        from pqs_coder.store.session_slips import facts_slips, unknown_keys

        slips = unknown_keys(study)
        if slips:
            say(f"study.toml: {slips}")
        odd = facts_slips(study) if command in _FACTS else ""
        if odd:
            say(f"facts.csv: {odd}")
    if command in _TEXTS:
        _ask_for_key(study, command)
    if context is not None and command in _WRITE and study.viewer.leads and study.on_server:
        context.call_on_close(lambda: _keep_rights(study))


def _ask_for_key(study: Study, command: str) -> None:
    vault = study.vault
    if vault is None or not vault.locked:
        return
    if vault.settings.kind == "passphrase" and sys.stdin.isatty() and sys.stderr.isatty():
        given = click.prompt(
            "Passphrase of the study (Enter: without)",
            hide_input=True,
            default="",
            show_default=False,
            err=True,
        )
        if given:
            vault.unlock(passphrase=given)
    if vault.locked and command in _WITHOUT:
        say(
            "Notes and evidence are sealed and left out; PQS_KEY_FILE or PQS_PASSPHRASE opens them."
        )


def _keep_rights(study: Study) -> None:
    from pqs_coder.store.rights import apply_rights

    apply_rights(study)
