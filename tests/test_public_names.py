"""The packages' front doors: lazy, complete, no name hidden by a module; and what stats promises."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import subprocess
import sys
from importlib import import_module, util
from pathlib import Path

import pytest

from pqs_coder import stats

ROOT = Path(__file__).parents[1]
PACKAGES = ("pqs_coder", "pqs_coder.stats", "pqs_coder.analysis", "pqs_coder.report.plots")
NAMES = [(package, name) for package in PACKAGES for name in sorted(import_module(package)._HOME)]


@pytest.mark.parametrize(("package", "name"), NAMES)
def test_every_public_name_exists_and_says_what_it_is(package, name):
    front = import_module(package)
    value = getattr(front, name)
    assert value is getattr(import_module(f"{package}.{front._HOME[name]}"), name)
    assert value.__doc__
    assert name in front.__all__
    assert name in dir(front)
    assert util.find_spec(f"{package}.{name}") is None, "a module would hide the name"


@pytest.mark.parametrize("package", PACKAGES)
def test_unknown_name_is_an_attribute_error(package):
    with pytest.raises(AttributeError, match=f"'{package}' has no attribute 'of_everything'"):
        _ = import_module(package).of_everything


def test_import_of_the_packages_loads_nothing_heavy():
    code = (
        f"import sys, {', '.join(PACKAGES)}; dir({PACKAGES[1]})\n"
        "print({'polars', 'numpy', 'altair', 'textual'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "set()"


STATS = {name: getattr(stats, name) for name in stats.__all__}
FUNCTIONS = sorted(name for name, value in STATS.items() if inspect.isfunction(value))
CLASSES = sorted(name for name, value in STATS.items() if inspect.isclass(value))
MODULES = sorted((ROOT / "pqs_coder" / "stats").glob("*.py"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstrings_tell_the_shape(name):
    """A layout like (..., raters, items) or (cases, ...), or that arguments broadcast."""
    text = STATS[name].__doc__
    told = re.search(r"\((\.\.\.|\w+), ?[\w., ]*\)|``\(\w+,\)``|``\(\.\.\.\)``|[Bb]roadcast", text)
    assert told, text


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_methods_page_explains_it(name):
    assert f"`{name}`" in (ROOT / "docs/methods.md").read_text("utf-8")


@pytest.mark.parametrize("name", CLASSES)
def test_results_are_small_and_frozen(name):
    kind = STATS[name]
    if dataclasses.is_dataclass(kind):
        assert kind.__dataclass_params__.frozen
        assert "__slots__" in vars(kind)
    else:
        assert issubclass(kind, tuple)
        assert kind._fields


@pytest.mark.parametrize("name", FUNCTIONS)
def test_chance_comes_in_by_a_generator(name):
    """What draws at random takes rng by name; nothing makes a generator or a seed of its own."""
    parameters = inspect.signature(STATS[name]).parameters
    assert "seed" not in parameters
    draws = "samples" in parameters and parameters["samples"].annotation == "int"
    assert draws <= ("rng" in parameters)
    if "rng" in parameters:
        assert parameters["rng"].default in (inspect.Parameter.empty, None)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_statistics_never_print_or_round_or_draw_by_themselves(path):
    called = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not called & {"print", "open", "np.random.default_rng", "np.random.seed"}
    assert not {name for name in called if name.startswith(("warnings.", "logging."))}
    # np.round asks in one place whether session numbers are whole; results are never rounded
    rounding = {name for name in called if name.rpartition(".")[2] in ("round", "around", "rint")}
    assert rounding <= ({"np.round"} if path.stem == "serial" else set())
