# Every target installs what it needs into .venv, from the hash-pinned files in requirements/.
# PYTHON=… chooses the Python; without it the newest of 3.14 to 3.11 that runs is taken.

BIN := .venv/bin
PYTEST := $(BIN)/pytest --ignore=tests/journeys
# Two at a time; who is done first takes over what waits for the other.
TWO := -n 2 --dist worksteal
# Slow tests too, and more examples of each property.
ALL := -m "" --hypothesis-profile=thorough
# Damaged files for the readers, in all (see tests/dataplane/loading/fuzz.py); what is recorded
# already is not tried again.
FUZZ := 115000
# The checks read the settings, and no check touches a home folder that people use.
APART := MUNIMENT_HOME=$(CURDIR)/.venv/home
# Tests start hundreds of processes: each would compile what it imports, had nobody kept it.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help setup setup-tests demo serve test test-all test-beside test-postgres coverage journeys pictures \
	soak check types rules fix bench docs lock

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:  ## install everything for work on Muniment
	@scripts/install tests

setup-tests: setup  ## also what some tests need beside Python (Debian packages, when root)
	@$(BIN)/python scripts/setup_tests.py

demo:  ## carry one request through every gate, from application to verified release
	@scripts/install runtime
	@$(BIN)/muniment demo

serve:  ## look at the demo: site, worker and data plane on loopback, with a one-time link
	@scripts/install runtime
	@$(BIN)/muniment serve --demo

test: setup  ## the core, on SQLite; slow tests are left to test-all
	$(PYTEST) $(TWO)

test-all: setup-tests coverage test-beside test-postgres  ## everything but the browser: slow tests, coverage, PostgreSQL

coverage: setup
	$(PYTEST) $(TWO) $(ALL) --rings watched --cov --cov-report=json:.venv/coverage.json
	$(BIN)/python -m tests.house.covered .venv/coverage.json

test-beside: setup
	$(PYTEST) $(TWO) $(ALL) --rings beside

test-postgres: setup
	$(BIN)/python -m tests.postgres -- $(PYTEST) $(TWO) $(ALL) --only-database

journeys: setup-tests  ## whole lives in a browser
	@if ls tests/journeys/test_*.py >/dev/null 2>&1; then $(BIN)/pytest -n 2 --dist loadfile -m "" tests/journeys; \
	else echo "There are no journeys yet: tests/journeys holds no test."; fi

pictures: setup-tests  ## the manual's pictures, taken anew by the journeys
	$(BIN)/python scripts/pictures.py

soak: setup  ## long random walks, 200 kills and 10^5 damaged files, by hand
	$(PYTEST) $(TWO) -m "" --hypothesis-profile=soak
	$(BIN)/python -m tests.faults.soak 200
	$(BIN)/python -m tests.dataplane.loading.fuzz $(FUZZ)

check: setup  ## style, types, who imports whom, and the rules of the house
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target types rules

types:
	$(APART) $(BIN)/mypy

rules:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/pytest tests/house

fix: setup  ## what ruff can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup  ## the figures, ONLY=T1 for one, FULL=1 for the full sizes
	@$(APART) $(BIN)/python -m bench

docs: setup  ## the manual, into site/
	@scripts/install docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

lock: setup  ## resolve and pin the dependencies anew
	scripts/lock
