"""study.toml: every slip is named with its line and a cure."""

from __future__ import annotations

import tomllib

import pytest

from pqs_coder.errors import DataError
from pqs_coder.model.study import Settings, TrainingRule, build_settings

GOOD = """\
format = 1
title = "Two cases"
item_set = "pqs"
raters_per_session = 3
threshold = 0.6
roster = "closed"
order = "shuffled"
others = "submitted"
opened = ["A36"]
show_time = true
[training]
r = 0.8
in_a_row = 2
[groups]
raters = "pqs-raters"
leads = "pqs-leads"
[raters.Anna]
name = "Anna B."
login = "ab"
[raters.clara]
role = "lead"
login = ["cl", "clara"]
"""


def build(text: str) -> Settings:
    def line_of(key: str) -> int:
        starts = (f"{key} =", f"[{key}]")
        lines = text.splitlines()
        return next((n for n, line in enumerate(lines, 1) if line.startswith(starts)), 1)

    return build_settings(tomllib.loads(text), "study.toml", line_of)


def test_all_is_read():
    settings = build(GOOD)
    assert (settings.title, settings.item_set, settings.threshold) == ("Two cases", "pqs", 0.6)
    assert (settings.raters_per_session, settings.roster, settings.order) == (
        3,
        "closed",
        "shuffled",
    )
    assert (settings.others, settings.raters_group, settings.leads_group) == (
        "submitted",
        "pqs-raters",
        "pqs-leads",
    )
    assert settings.show_time is True
    assert settings.training == TrainingRule(r=0.8, in_a_row=2)
    assert settings.rater("ANNA").title == "Anna B."
    assert settings.by_login("clara").role == "lead"
    assert settings.by_login("nobody") is None
    assert settings.rater("nobody") is None


def test_an_empty_file_is_a_study_with_the_usual_settings():
    settings = build("")
    assert settings == Settings(title="", item_set="pqs")
    assert settings.threshold == 0.5
    assert settings.training == TrainingRule(r=0.7, in_a_row=3)


def test_sessions_are_opened_by_name_without_case_or_all():
    assert build(GOOD).is_opened("a36")
    assert not build(GOOD).is_opened("A37")
    assert build('opened = "all"').is_opened("A37")
    assert not build('opened = ["all"]').is_opened("A37")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("format = 2", "newer"),
        ("format = true", "format"),
        ('format = "1"', "format is"),
        ("format = 0", "format"),
        ("title = 3", "title"),
        ("item_set = []", "item_set"),
        ("raters_per_session = 0", "raters per session"),
        ("raters_per_session = true", "raters per session"),
        ('threshold = "high"', "threshold"),
        ("threshold = 1.5", "threshold"),
        ("threshold = nan", "threshold"),
        ('roster = "ajar"', "roster"),
        ("roster = []", "roster"),
        ('others = "never"', "others"),
        ("order = 1", "order"),
        ("opened = 5", "opened"),
        ("show_time = 1", "show_time is 1"),
        ("opened = [5]", "opened"),
        ("training = 5", "training"),
        ("training.r = 2", "r of training is 2"),
        ('training.r = "high"', "r of training"),
        ("training.in_a_row = 0", "in_a_row of training is 0"),
        ("training.in_a_row = 2.5", "in_a_row of training"),
        ("training.row = 3", "no key 'row'"),
        ("groups = 5", "groups"),
        ("groups = {leads = 5}", "leads"),
        ("raters = []", "raters"),
        ("raters.anna = 5", "anna"),
        ('raters."../x" = {}', "rater"),
        ("raters.anna = {}\nraters.ANNA = {}", "twice"),
        ('raters.anna.role = "king"', "king"),
        ("raters.anna.role = []", "role"),
        ("raters.anna.login = 5", "login"),
        ('raters.anna.login = [""]', "login"),
        ("raters.anna.name = 5", "name"),
        ('raters.anna.login = "x"\nraters.ben.login = "x"', "somebody else"),
    ],
)
def test_a_slip_is_named_with_its_line_and_a_cure(line, said):
    with pytest.raises(DataError) as caught:
        build(f"# a study\n{line}\n")
    assert caught.value.message.startswith("study.toml, line ")
    assert said in caught.value.message
    assert caught.value.cure


def test_the_line_is_that_of_the_key():
    with pytest.raises(DataError, match=r"study\.toml, line 3:"):
        build('# a\n# b\nthreshold = "x"\n')
