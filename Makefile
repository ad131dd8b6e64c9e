# Set up, run, test and lint Kigen: `make help` lists everything. Needs make and Python 3.11, nothing else.

PYTHON ?= $(shell python3.11 -c 'import sys; print(sys.executable)' 2>/dev/null || command -v python3)
UV ?= uv
BIN := .venv/bin
LOCKED := .venv/locked
# The texts of code and pages, and what is in step with them. -N: a word that looks alike is no translation.
TEXTS := .venv/messages.pot
EXTRACT = $(BIN)/pybabel -q extract -F pyproject.toml -k N_ -k _l -k counted:1,1 --no-location --sort-output --no-wrap -o $(TEXTS) .
UPDATE = $(BIN)/pybabel -q update -i $(TEXTS) -d translations --no-wrap -N --ignore-obsolete --ignore-pot-creation-date

.PHONY: help setup run test lint catalogue mutants docs screens bench locks
.DEFAULT_GOAL := help

help: ## print this list
	@sed -nE 's/^([a-z]+):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf 'make %-9s %s\n' "$$name" "$$text"; done

setup: $(LOCKED) ## make .venv from requirements-dev.lock; does nothing while the lock is unchanged

$(LOCKED): requirements-dev.lock
	@"$(PYTHON)" -c 'import sys; sys.exit("Kigen needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	"$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: setup ## start web and worker on this machine; the first start makes a database with a demo (DEMO=0: without)
	$(BIN)/python app.py

test: setup ## run every test; ARGS="tests/law -k reply" narrows it
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

lint: setup ## style, types, arrows between rooms, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict tracker
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates
	@$(EXTRACT)
	@$(UPDATE) --check 2>/dev/null || { echo "translations/ lacks texts of code or pages: run make catalogue, then translate them" >&2; exit 1; }

catalogue: setup ## bring the catalogues in translations/ in step with the texts of code and pages
	$(EXTRACT)
	$(UPDATE)

mutants: setup ## break the date arithmetic in every small way, see that tests notice (docs/conformance/mutants.md)
	rm -rf mutants
	$(BIN)/mutmut run
	$(BIN)/mutmut results

docs: setup ## print the documents that come from tables
	PYTHONPATH=. $(BIN)/python tools/print_docs.py

screens: setup ## make docs/screens and check each page in Chromium; PAGES="worklist case" narrows it
	$(BIN)/python -m tools.screens $(PAGES)

bench: setup ## measure intake and worklist beside bare apps; SIZE=1000,100000 and ARGS="--many --profile" narrow it
	$(BIN)/python -m bench $(ARGS)

locks: ## for maintainers: resolve pyproject.toml into both locks; ARGS=--upgrade for newer versions
	$(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements.lock $(ARGS)
	$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements-dev.lock $(ARGS)
