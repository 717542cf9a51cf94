"""The report: one HTML file that needs nothing but itself, for screen, dark screen and paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pqs_coder._version import __version__
from pqs_coder.errors import StudyError, UsageError
from pqs_coder.report.document import Section, figures_in, numbered
from pqs_coder.report.material import Material, ReportOptions
from pqs_coder.report.pictures import inline_svg, subtitle_of
from pqs_coder.report.plots import theme
from pqs_coder.report.templating import render

if TYPE_CHECKING:
    from pqs_coder.store.study import Study

Progress = Callable[[int, int], None]
Step = Callable[[], Sequence[Section]]

__all__ = ["ReportOptions", "write_report"]


def write_report(
    study: Study, options: ReportOptions | None = None, progress: Progress | None = None
) -> bytes:
    """The report as the bytes of one HTML file, as far as the viewer may see the study.

    ``options`` choose the study (the default), one case, one session or a rater's feedback; a rater
    gets the own feedback only (`UsageError` for anything else, and for groups by a column that
    facts.csv lacks). ``progress`` is called with what is done and what there is to do, in steps.
    """
    chosen = options or ReportOptions()
    check_viewer(study, chosen)
    material = Material(study, chosen)
    if not chosen.rater:
        material.context.fact(chosen.groups)  # an unknown column is told, not passed over
    title, steps = _plan(material)
    tell = progress or (lambda _done, _total: None)
    sections: list[Section] = []
    for n, step in enumerate(steps, 1):
        sections += step()
        tell(n, len(steps) + len(figures_in(sections)) + 1)
    return _drawn(material, title, numbered(sections), len(steps), tell)


def check_viewer(study: Study, options: ReportOptions) -> None:
    """`UsageError` where the viewer may not have this report, or two are asked for at once."""
    asked = [one for one in (options.case, options.session, options.rater) if one]
    if len(asked) > 1:
        raise UsageError(
            "A report is about one thing.", "Choose --case, --session or --rater-feedback."
        )
    if study.viewer.leads:
        return
    if not options.rater or not study.is_own(options.rater):
        raise UsageError(
            "Reports are for leads.",
            f"As {study.viewer.name} you may have your own: --rater-feedback {study.viewer.name}.",
        )


def _plan(material: Material) -> tuple[str, list[Step]]:
    """The title of the report, and its sections as steps."""
    options = material.options
    if options.rater:
        return _plan_feedback(material, options.rater)
    if options.session:
        return _plan_session(material, options.session)
    if options.case:
        return _plan_case(material, options.case)
    from pqs_coder.report.sections import (
        adherence,
        change,
        consensus,
        overview,
        portraits,
        raters,
        reliability,
    )

    steps: list[Step] = [
        lambda: [overview.section(material)],
        lambda: [reliability.section(material)],
        lambda: [consensus.section(material)],
        lambda: [raters.section(material)],
        lambda: [adherence.section(material)],
        lambda: [portraits.section(material)],
        lambda: [change.section(material)],
    ]
    return _title(material), _with_methods(material, steps)


def _title(material: Material) -> str:
    return material.study.settings.title or material.study.folder.resolve().name


def _with_methods(material: Material, steps: Sequence[Step]) -> list[Step]:
    """The steps, and last the methods of what they made."""
    from pqs_coder.report.sections import methods

    made: list[Section] = []

    def kept(step: Step) -> Step:
        def run() -> Sequence[Section]:
            found = [one for one in step() if one.blocks]
            made.extend(found)
            return found

        return run

    return [*map(kept, steps), lambda: [methods.section(material, made)]]


def _plan_case(material: Material, case: str) -> tuple[str, list[Step]]:
    from pqs_coder.report.sections import (
        adherence,
        change,
        consensus,
        overview,
        portraits,
        reliability,
    )

    cases = material.context.cases
    name = material.spelt(case, set(cases.values()))
    codes = [code for code in material.context.sessions if cases.get(code) == name]
    if not codes:
        known = ", ".join(sorted(set(cases.values()))) or "none"
        raise StudyError(f"There is no case '{case}'.", f"Cases: {known}.")
    numbers = material.context.numbers
    codes.sort(key=lambda code: numbers.get(code, float("inf")))
    steps: list[Step] = [
        lambda: [overview.of_part(material, f"Case {name}", codes)],
        lambda: [reliability.section(material, codes)],
        lambda: [consensus.section(material, codes)],
        lambda: [adherence.section(material, codes, name)],
        lambda: [portraits.of_group(material, "case", name)],
        lambda: [change.section(material, name)],
    ]
    return f"{_title(material)}: case {name}", _with_methods(material, steps)


def _plan_session(material: Material, session: str) -> tuple[str, list[Step]]:
    from pqs_coder.report.sections import (
        adherence,
        consensus,
        one_session,
        overview,
        portraits,
        reliability,
    )

    code = material.study.session_folder(session).name
    steps: list[Step] = [
        lambda: [overview.of_part(material, f"Session {code}", [code])],
        lambda: [reliability.section(material, [code])],
        lambda: [consensus.of_session(material, code)],
        lambda: [one_session.differences(material, code)],
        lambda: [one_session.pyramids(material, code)],
        lambda: [portraits.of_group(material, "session", code)],
        lambda: [adherence.section(material, [code])],
    ]
    return f"{_title(material)}: session {code}", _with_methods(material, steps)


def _plan_feedback(material: Material, rater: str) -> tuple[str, list[Step]]:
    from pqs_coder.report.sections import feedback

    known = {one.name for one in material.study.settings.raters} | set(material.frame["rater"])
    name = material.spelt(rater, known)
    if name not in known:
        listed = f"Raters: {', '.join(sorted(known))}." if material.study.viewer.leads else ""
        raise StudyError(f"There is no rater '{rater}'.", listed)
    return f"{_title(material)}: feedback for {name}", [lambda: feedback.sections(material, name)]


def _drawn(
    material: Material, title: str, sections: Sequence[Section], steps: int, tell: Progress
) -> bytes:
    """The finished page; figures are drawn here, one after another."""
    found = figures_in(sections)
    total = steps + len(found) + 1
    pictures: dict[int, str] = {}
    for n, figure in enumerate(found, 1):
        pictures[figure.number] = inline_svg(figure.spec, figure.alt, f"f{figure.number}")
        tell(steps + n, total)
    made_at = material.options.made_at or datetime.now(UTC)
    page = render(
        "report.html.jinja",
        title=title,
        sections=sections,
        pictures=pictures,
        subtitle_of=subtitle_of,
        made_at=made_at.strftime("%Y-%m-%d %H:%M"),
        version=__version__,
        ink=theme.INK,
        dark_ink=theme.DARK_INK,
        dark_paper=theme.DARK_PAPER,
    )
    tell(total, total)
    return page.lstrip().encode("utf-8")
