# Two commands: `make run` (the web chat) and `make test` (everything that guards the project).
# Both make .venv from pyproject.toml and do so again only when that file changes.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test soak bench bench-structure eval lint clean

run: $(VENV)/.installed
	$(BIN)/treaty serve --port $(PORT)

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

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

bench: $(VENV)/.installed
	$(BIN)/python -m eval.bench

bench-structure: $(VENV)/.installed
	$(BIN)/python -m eval.bench_structure

$(VENV)/.installed: pyproject.toml
	@echo "Installing into $(VENV); the first time takes a few minutes."
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install --quiet --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV)
