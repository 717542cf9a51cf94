"""How a move is spelt in a journal line, and what is refused on reading."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pqs_coder.errors import DataError
from pqs_coder.model.card import tidy_evidence
from pqs_coder.model.moves import Evidence, act_from_json, act_to_json
from tests.small_study import acts


@given(acts)
def test_every_act_goes_through_json_and_back(act):
    back = act_from_json(json.loads(json.dumps(act_to_json(act))))
    if isinstance(act, Evidence):
        assert back == Evidence(act.item, tidy_evidence(act.marks))
    else:
        assert back == act


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"do": None},
        {"do": ["place"]},
        {"do": "fly", "item": 1},
        {"do": "place"},
        {"do": "place", "item": "1", "pile": 2},
        {"do": "place", "item": 1.0, "pile": 2},
        {"do": "place", "item": True, "pile": 2},
        {"do": "place", "item": 1, "pile": "2"},
        {"do": "heap", "item": 1, "heap": 2},
        {"do": "swap", "item": 1},
        {"do": "note", "item": 1, "text": None},
        {"do": "evidence", "item": 1, "marks": [3]},
        {"do": "evidence", "item": 1, "marks": 3},
        {"do": "evidence", "item": 1, "marks": ["never"]},
        {"do": "unsure", "item": 1, "on": "yes"},
    ],
)
def test_a_line_that_says_no_act_is_refused_with_a_cure(line):
    with pytest.raises(DataError) as caught:
        act_from_json(line)
    assert caught.value.cure


plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
verbs = ("place", "heap", "swap", "note", "evidence", "unsure", "undo", "redo", "look")


@given(
    st.sampled_from(verbs),
    st.dictionaries(
        st.sampled_from(("item", "pile", "heap", "other", "text", "marks", "on")), plain
    ),
)
def test_any_other_line_is_an_act_or_a_data_error(verb, rest):
    try:
        act = act_from_json({"do": verb, **rest})
    except DataError:
        return
    assert act_to_json(act)["do"] == verb
