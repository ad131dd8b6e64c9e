# Set up, run, test and lint Kigen: `make help` lists everything. Needs make and Python 3.11, nothing else.

PYTHON ?= $(shell python3.11 -c 'import sys; print(sys.executable)' 2>/dev/null || command -v python3)
UV ?= uv
BIN := .venv/bin
LOCKED := .venv/locked

.PHONY: help setup run test lint docs locks
.DEFAULT_GOAL := help

help: ## print this list
	@sed -nE 's/^([a-z]+):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf 'make %-6s %s\n' "$$name" "$$text"; done

setup: $(LOCKED) ## make .venv from requirements-dev.lock; does nothing while the lock is unchanged

$(LOCKED): requirements-dev.lock
	@"$(PYTHON)" -c 'import sys; sys.exit("Kigen needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	"$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: setup ## start web and worker on this machine; the first start makes the database
	$(BIN)/python app.py

test: setup ## run every test; ARGS="tests/law -k reply" narrows it
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

lint: setup ## style, types, arrows between rooms, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict tracker
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates

docs: setup ## print the documents that come from tables
	PYTHONPATH=. $(BIN)/python tools/print_docs.py

locks: ## for maintainers: resolve pyproject.toml into both locks; ARGS=--upgrade for newer versions
	$(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements.lock $(ARGS)
	$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements-dev.lock $(ARGS)
