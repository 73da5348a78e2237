# Two commands: `make run` (the web chat) and `make test` (everything that guards the project).
# Both make .venv from pyproject.toml and do so again only when that file changes.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
SIZES ?= 11,100
WRITE ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test soak bench bench-structure eval lint clean

run: $(VENV)/.installed
	$(BIN)/treaty serve --port $(PORT)

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

# Kills, broken files and a crowd: each part ends by itself in time and says how far it got; 15 minutes at most.
soak: $(VENV)/.installed-dev
	$(BIN)/python -m pytest tests/soak -m soak -s

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

eval: $(VENV)/.installed
	$(BIN)/treaty index
	mkdir -p build
	$(BIN)/treaty eval --split test --save build/evaluation.json --html build/evaluation.html

# One run, one table: 10 minutes with the made libraries of 11 and 100 treaties, 17 with SIZES=11,100,700.
# The peers' packages (1.5 GB) get a venv of their own; WRITE=--write puts the tables into docs/benchmarks.md.
bench: $(VENV)/.installed bench/.venv/.installed
	$(BIN)/python -m bench --sizes $(SIZES) $(WRITE)

bench-structure: $(VENV)/.installed
	$(BIN)/python -m eval.bench_structure

$(VENV)/.installed: pyproject.toml
	@echo "Installing into $(VENV); the first time takes a few minutes."
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --editable .
	touch $@

bench/.venv/.installed: bench/peers/requirements.txt
	@echo "Installing the peers into bench/.venv; the first time takes a few minutes."
	$(PYTHON) -m venv bench/.venv
	bench/.venv/bin/python -m pip --disable-pip-version-check install --quiet --requirement $<
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install --quiet --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) bench/.venv
