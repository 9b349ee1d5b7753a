# Each target sets up what it needs in a fresh clone, on a machine with only Python 3.11+ and pip.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: train test clean

train: .venv/run
	$(BIN)/python scripts/train.py

test: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest -q

.venv/run: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -r requirements.txt
	touch $@

.venv/dev: requirements-dev.txt .venv/run
	$(BIN)/pip install -q -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv runs
