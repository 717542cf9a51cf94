# Two commands do everything: make demo, make test. Each makes its own virtual environment.
.DELETE_ON_ERROR:
.PHONY: demo test check format bench soak docs pictures wheel clean help

VENV := .venv
BIN := $(VENV)/bin
FIND_PYTHON := for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  if command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))'; \
  then echo $$p; break; fi; done
PYTHON ?= $(shell $(FIND_PYTHON))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

help:
	@echo "make demo    make the demo study and open it"
	@echo "make test    everything that is checked before a change lands"
	@echo "make check   format, lint, types, import contracts"
	@echo "make format  put the code in shape"
	@echo "make bench   speed, printed as tables"
	@echo "make soak    long runs of crash and load tests"
	@echo "make docs    write the generated pages again; make pictures: the screenshots"

$(VENV)/pip.done:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed (PYTHON=... names one)."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "This Python can't make virtual environments: install its venv package (Debian: python3-venv)."; exit 1; }
	@$(PIP) install --constraint constraints.txt --upgrade pip
	@touch $@

$(VENV)/run.done: $(VENV)/pip.done pyproject.toml constraints.txt
	@echo "Setting up (once; a minute or two) ..."
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/dev.done: $(VENV)/run.done
	@echo "Setting up the tests (once; a minute or two) ..."
	@$(PIP) install --constraint constraints.txt --group dev
	@touch $@

demo: $(VENV)/run.done
	@$(BIN)/pqs demo demo
	@echo "That was the lead's view. As a rater: $(BIN)/pqs --study demo --as anna"

check: $(VENV)/dev.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: check
	$(BIN)/pytest --numprocesses auto --dist worksteal

format: $(VENV)/dev.done
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: $(VENV)/dev.done
	@$(PIP) install --constraint constraints.txt --group bench
	$(BIN)/python -m benchmarks

soak: $(VENV)/dev.done
	$(BIN)/pytest -m soak

docs: $(VENV)/dev.done
	$(BIN)/python -m docs.make

pictures: $(VENV)/dev.done
	$(BIN)/python -m docs.pictures

wheel: $(VENV)/dev.done
	$(BIN)/python -m pip --quiet wheel --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) dist build demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
