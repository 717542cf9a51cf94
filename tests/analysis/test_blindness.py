"""A rater who asks learns of nobody else's work and of no fact of a session."""

from __future__ import annotations

import inspect

import pytest

from pqs_coder import analysis
from pqs_coder.analysis.result import Result
from pqs_coder.analysis.study import open_study
from pqs_coder.errors import PqsError
from pqs_coder.store.prototypes import add_prototype
from pqs_coder.store.tables import write_table

SECRETS = ("ben", "cleo", "willow", "birch", "dynamic", "behavioural")
ARGUMENTS = {
    "session": "s1",
    "rater": "ben",
    "case": "willow",
    "column": "treatment",
    "a": "dynamic",
    "b": "behavioural",
    "outcome": "outcome",
    "prototype": "ideal",
    "holding": ["other"],
    "identifier": "new",
}
SPECIAL = {"contrast_of": {"a": "ideal", "b": "other"}}
QUESTIONS = sorted(
    name for name in analysis._HOME if name.endswith("_of") or name in ("raters_table", "show_sort")
)


@pytest.fixture
def folder(make_folder, draw, template):
    sorts = draw({f"s{n}": ["anna", "ben"] for n in range(1, 11)} | {"s11": ["cleo"]})
    facts = [["session", "case", "number", "treatment", "phase", "outcome"]]
    for n in range(1, 12):
        case, treatment = ("willow", "dynamic") if n % 2 else ("birch", "behavioural")
        facts.append([f"s{n}", case, str(n), treatment, "early", str(n)])
    folder = make_folder(sorts, facts=facts, settings="\n[raters.anna]\n[raters.ben]\n")
    study = open_study(folder)
    add_prototype(study, "ideal", template.scores, {})
    add_prototype(study, "other", {i: s + i % 3 for i, s in template.scores.items()}, {})
    return folder


def said_by(answer: object) -> str:
    """All that an answer says: cells and notes, of every table in it."""
    if isinstance(answer, Result):
        return answer.frame.write_csv() + "\n".join(answer.notes)
    if hasattr(answer, "write_csv"):
        return answer.write_csv()
    return "".join(said_by(getattr(answer, name)) for name in answer.__dataclass_fields__ if isinstance(
        getattr(answer, name), Result
    ))  # fmt: skip


def given_to(name: str) -> dict[str, object]:
    """Arguments for a question, as far as it needs any."""
    needed = [
        one.name
        for one in list(inspect.signature(getattr(analysis, name)).parameters.values())[1:]
        if one.default is inspect.Parameter.empty and one.kind is one.POSITIONAL_OR_KEYWORD
    ]
    return {one: SPECIAL.get(name, {}).get(one, ARGUMENTS[one]) for one in needed}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_rater_learns_of_nobody_else(folder, name: str) -> None:
    given = given_to(name)
    echoed = []
    try:
        said = said_by(getattr(analysis, name)(open_study(folder, "anna"), **given))
    except PqsError as error:
        said = str(error)
        echoed = list(given.values())  # an error may repeat what was asked
    assert not [secret for secret in SECRETS if secret in said and secret not in echoed]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_lead_gets_an_answer(folder, name: str) -> None:
    if name == "feedback_of":
        (folder / "criteria").mkdir()
        rows = [[item, item % 9 + 1] for item in range(1, 101)]
        write_table(folder / "criteria" / "s1.csv", ["item", "score"], rows)
    given = given_to(name)
    if name == "structures_of":
        given["components"] = 1
    assert said_by(getattr(analysis, name)(open_study(folder), **given))
