"""The package's front door: lazy, complete, and no name hidden by a module."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module, util
from pathlib import Path

import pytest

from pqs_coder import stats

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(stats._HOME))
def test_every_public_name_exists_and_says_what_it_is(name):
    value = getattr(stats, name)
    assert value is getattr(import_module(f"pqs_coder.stats.{stats._HOME[name]}"), name)
    assert value.__doc__


@pytest.mark.parametrize("name", sorted(stats._HOME))
def test_no_public_name_is_a_module_name(name):
    assert util.find_spec(f"pqs_coder.stats.{name}") is None


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'kappa_of_everything'"):
        _ = stats.kappa_of_everything


def test_import_of_the_package_loads_no_numpy():
    code = "import sys, pqs_coder.stats as s; print('numpy' in sys.modules, 'icc' in dir(s))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["False", "True"]
