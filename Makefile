# make run    start the desk on embedded defaults      make test   run every test
# make check  what CI runs: lint and tests             make help   the rest
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
PYTEST_ARGS ?=
DAYS ?= 100
SEED ?= 1
RUN_ARGS ?=
LOCK_ARGS ?=

BIN := $(VENV)/bin
# By module, not by script: a script's first line breaks when the folder is moved.
PY := $(BIN)/python
FLOORS := config storage handlers bot
CHECKED := $(FLOORS) tests $(wildcard bench)
DOMAIN := huiying
LOCALE := config/locale
LANGUAGES := en
BABEL := $(PY) -m babel.messages.frontend -q
TEMPLATE := $(VENV)/$(DOMAIN).pot
SOURCES := $(wildcard $(LOCALE)/*/LC_MESSAGES/$(DOMAIN).po)
CATALOGUES := $(SOURCES:.po=.mo)

.PHONY: help run test transcripts faults simulate lint check bench bench-judgement fmt catalogue catalogue-check lock clean base dev

help:
	@echo 'make run        set up what it needs and start the desk: drill room and press room'
	@echo 'make test       set up what it needs and run every test (PYTEST_ARGS="-k gates -n 2")'
	@echo 'make transcripts  play each transcript in every kind of chat (make test: in two of three)'
	@echo 'make faults     kill the desk at every point and at random, simulate, on both databases: an hour'
	@echo 'make lint       ruff, mypy --strict, import-linter, catalogues'
	@echo 'make check      lint and test: what CI runs'
	@echo 'make bench      measure the intake'
	@echo 'make bench-judgement  measure the judging on public texts, where ../shared holds them'
	@echo 'make simulate   let simulated desks live for DAYS days from seed SEED on, and check every step'
	@echo 'make fmt        put the code in shape'
	@echo 'make catalogue  bring the translations up to the sentences in the code'
	@echo 'make lock       resolve the versions anew (LOCK_ARGS=--upgrade: to the newest)'
	@echo 'make clean      remove what was made, but never data/'

run: base $(CATALOGUES)
	$(PY) -m bot run $(RUN_ARGS)

test: dev $(CATALOGUES)
	$(PY) -m pytest -q $(PYTEST_ARGS)

transcripts: dev $(CATALOGUES)
	HUIYING_TEST_CHATS=all $(PY) -m pytest -q tests/conversations $(PYTEST_ARGS)

faults: dev $(CATALOGUES)
	HUIYING_FAULTS=nightly HUIYING_TEST_REQUIRE_POSTGRESQL=1 $(PY) -m pytest -q tests/faults tests/simulation $(PYTEST_ARGS)

lint: dev catalogue-check
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy $(CHECKED)
	$(BIN)/lint-imports

check: lint test

bench: dev $(CATALOGUES)
	$(PY) -m bench

bench-judgement: dev $(CATALOGUES)
	$(PY) -m bench.judging

simulate: dev $(CATALOGUES)
	$(PY) -m tests.simulation --days $(DAYS) --seed $(SEED)

fmt: dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# ---- translations: Chinese in the code is the source, each language has a catalogue
catalogue: $(TEMPLATE)
	$(foreach language,$(LANGUAGES),$(BABEL) update $(UPDATE) -l $(language) --init-missing &&) true
	$(BABEL) compile -D $(DOMAIN) -d $(LOCALE)

catalogue-check: $(TEMPLATE)
	@$(foreach language,$(LANGUAGES),$(BABEL) update $(UPDATE) -l $(language) --check 2>/dev/null &&) true \
	  || { echo 'A catalogue is broken or lags behind the sentences in the code: run make catalogue, and translate what is empty.' >&2; exit 1; }

UPDATE := -D $(DOMAIN) -i $(TEMPLATE) -d $(LOCALE) --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap

.PHONY: $(TEMPLATE)
$(TEMPLATE): dev
	$(BABEL) extract -F pyproject.toml -k t --no-default-keywords --no-location --sort-output --project=huiying -o $@ $(FLOORS)

%.mo: %.po | base
	$(BABEL) compile -D $(DOMAIN) -i $< -o $@

# ---- the virtual environment: one for both locks, each with a stamp
base: $(VENV)/base.stamp
dev: $(VENV)/dev.stamp

$(VENV)/base.stamp: requirements/base.lock $(VENV)/made.stamp
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock $(VENV)/made.stamp
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@ $(VENV)/base.stamp

$(VENV)/made.stamp:
	@command -v $(PYTHON) >/dev/null || { echo 'There is no $(PYTHON) here. Install Python 3.11 or newer, or name one: make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install -y python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

lock: dev
	$(COMPILE) -o requirements/base.lock
	$(COMPILE) --group dev --constraints requirements/base.lock -o requirements/dev.lock

# Universal: one lock for every Python and system. No index address gets in, and the hashes are those of the public files.
COMPILE := env -u UV_FIND_LINKS $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(LOCK_ARGS) pyproject.toml

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -f $(CATALOGUES)
	find $(CHECKED) -type d -name __pycache__ -prune -exec rm -rf {} +
