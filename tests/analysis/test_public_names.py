"""The package's front door: lazy, complete, and no name hidden by a module."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module, util
from pathlib import Path

import pytest

from pqs_coder import analysis

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(analysis._HOME))
def test_every_public_name_exists_and_says_what_it_is(name):
    value = getattr(analysis, name)
    assert value is getattr(import_module(f"pqs_coder.analysis.{analysis._HOME[name]}"), name)
    assert value.__doc__


@pytest.mark.parametrize("name", sorted(analysis._HOME))
def test_no_public_name_is_a_module_name(name):
    assert util.find_spec(f"pqs_coder.analysis.{name}") is None


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'everything_of'"):
        _ = analysis.everything_of


def test_import_of_the_package_loads_neither_polars_nor_numpy():
    code = (
        "import sys, pqs_coder.analysis as a; dir(a); print({'polars', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "set()"
