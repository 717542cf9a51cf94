"""Commands on what the sorts say about the therapy: items, compare, change, structures, outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pqs_coder.cli.common import give, min_raters, study_options, table_options, the_study
from pqs_coder.cli.main import say
from pqs_coder.errors import UsageError

_subset = click.option("--subset", metavar="NAME", help="Only the items of this subset.")
_items = click.option("--items", metavar="N,N,...", help="These items.")
_each = click.option("--subset", metavar="NAME", help="Each item of this subset.")
_prototypes = click.option(
    "--prototype", "prototypes", multiple=True, metavar="ID", help="These (else all)."
)


def numbers_of(text: str | None) -> tuple[int, ...]:
    """Item numbers that were typed as a list."""
    parts = [one.strip() for one in (text or "").split(",") if one.strip()]
    if not all(one.isdecimal() for one in parts):
        raise UsageError(f"{text!r} are no item numbers.", "Write --items 3,47,63.")
    return tuple(int(one) for one in parts)


@click.command()
@click.option("--by", metavar="COLUMN", help="session, or a column of facts.csv (case, phase ...).")
@click.option("--only", metavar="VALUE", help="Only this group.")
@click.option("--most", type=click.IntRange(1), metavar="N", help="The N highest and N lowest.")
@click.option("--pyramid", metavar="SESSION", help="One session laid out as the forced piles.")
@click.option("--rater", metavar="NAME", help="One rater's sort (with --pyramid).")
@_subset
@min_raters
@table_options
@study_options
def items(
    by: str | None,
    only: str | None,
    most: int | None,
    pyramid: str | None,
    rater: str | None,
    subset: str | None,
    least_raters: int,
    form: str | None,
    output: Path | None,
    **where: Any,
) -> None:
    """Most and least characteristic items of the study, a session, case, phase or group."""
    from pqs_coder.analysis.items import items_of, pyramid_of

    study = the_study(where["study_dir"], where["as_name"])
    if pyramid:
        result = pyramid_of(study, pyramid, rater)
    else:
        kept: dict[str, Any] = {"subset": subset, "most": most, "least_raters": least_raters}
        result = items_of(study, by=by, only=only, **kept)
    give(result.frame, form, output, result.notes, empty="No submitted sorts yet.")


@click.command()
@click.argument("column")
@click.argument("a")
@click.argument("b")
@_subset
@table_options
@study_options
def compare(
    column: str, a: str, b: str, subset: str | None, form: str | None, output: Path | None, **w: Any
) -> None:
    """Two groups item by item: a COLUMN of facts.csv (or rater) and two of its values."""
    from pqs_coder.analysis.compare import compare_of

    result = compare_of(the_study(w["study_dir"], w["as_name"]), column, a, b, subset=subset)
    give(result.frame, form, output, result.notes, kind="compare")


@click.command()
@click.option("--case", "case", metavar="CASE", help="One case.")
@_items
@_each
@_prototypes
@click.option("--structures", is_flag=True, help="The structures that are kept (for the case).")
@click.option("--points", is_flag=True, help="The points with a smooth line instead of trends.")
@table_options
@study_options
def change(
    case: str | None,
    items: str | None,
    subset: str | None,
    prototypes: tuple[str, ...],
    structures: bool,
    points: bool,
    form: str | None,
    output: Path | None,
    **where: Any,
) -> None:
    """Trends over session number: items, adherence, structures."""
    from pqs_coder.analysis.change import change_of, change_points_of
    from pqs_coder.analysis.subsets import chosen_items

    study = the_study(where["study_dir"], where["as_name"])
    result = (change_points_of if points else change_of)(
        study,
        items=(*numbers_of(items), *(chosen_items(study, subset) or ())),
        prototypes=prototypes or None,
        structures=structures,
        case=case,
    )
    give(result.frame, form, output, result.notes, kind="change")


@click.command()
@click.argument("outcome")
@click.option("--intake", metavar="COLUMN", help="Hold this column of facts.csv constant.")
@click.option(
    "--from",
    "table",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A CSV with those columns, joined by its column session or case.",
)
@_items
@_each
@_prototypes
@table_options
@study_options
def outcome(
    outcome: str,
    intake: str | None,
    table: Path | None,
    items: str | None,
    subset: str | None,
    prototypes: tuple[str, ...],
    form: str | None,
    output: Path | None,
    **where: Any,
) -> None:
    """Process against an outcome (a column of facts.csv or of a table), over cases."""
    from pqs_coder.analysis.outcomes import outcomes_of
    from pqs_coder.analysis.subsets import chosen_items

    study = the_study(where["study_dir"], where["as_name"])
    result = outcomes_of(
        study,
        outcome,
        intake=intake,
        items=(*numbers_of(items), *(chosen_items(study, subset) or ())),
        prototypes=prototypes or None,
        table=table,
    )
    give(result.frame, form, output, result.notes, kind="outcome")


@click.command()
@click.argument("case", required=False)
@click.option("--sample", is_flag=True, help="Of the sessions of all cases instead of one.")
@click.option("--within", is_flag=True, help="Take the cases' means out (with --sample).")
@click.option(
    "--show",
    type=click.Choice(["items", "summary", "scores", "parallel", "lags"]),
    default="items",
    show_default=True,
    help="Which of the tables.",
)
@click.option(
    "--components", type=click.IntRange(1), metavar="N", help="How many (else by chance)."
)
@click.option("--kept", is_flag=True, help="Those kept in structures/CASE.toml.")
@click.option("--keep", is_flag=True, help="Keep what is found, to be named there.")
@_subset
@table_options
@study_options
def structures(
    case: str | None,
    sample: bool,
    within: bool,
    show: str,
    components: int | None,
    kept: bool,
    keep: bool,
    subset: str | None,
    form: str | None,
    output: Path | None,
    **where: Any,
) -> None:
    """Interaction structures of a case, or a sample: components of the items over sessions."""
    from pqs_coder.analysis.structure_files import SAMPLE, save_structures
    from pqs_coder.analysis.structures import structures_of

    if sample == (case is not None) or (within and not sample):
        raise UsageError(
            "Structures of what?", "Name a CASE, or say --sample (with --within or without)."
        )
    study = the_study(where["study_dir"], where["as_name"])
    found = structures_of(
        study, case, components=components, subset=subset, kept=kept, within=within
    )
    result = getattr(found, show)
    give(result.frame, form, output, result.notes)
    if keep:
        file = save_structures(study, case or SAMPLE, found.found)
        say(f"Kept in {file}; give them names there.")
