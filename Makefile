# Two commands do everything: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lint widget

run: .venv/run.stamp
	@$(BIN)/python app.py

test: .venv/test.stamp
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: .venv/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# The widget's built files are committed: only who changes widget/ needs node and npm.
widget: widget/node_modules/.package-lock.json
	npm --prefix widget run --silent check
	npm --prefix widget run --silent build

widget/node_modules/.package-lock.json: widget/package.json widget/package-lock.json
	npm --prefix widget ci --no-audit --no-fund

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit("Shopdesk needs Python 3.11 or newer: make PYTHON=python3.11 …") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv || { echo "The virtual environment cannot be made; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/run.stamp: .venv/bin/pip pyproject.toml constraints.txt
	@echo "Installing Shopdesk into .venv, once; this takes a minute or two …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/test.stamp: .venv/bin/pip pyproject.toml constraints.txt
	@echo "Installing what the tests need into .venv, once; this takes a few minutes …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@ .venv/run.stamp
