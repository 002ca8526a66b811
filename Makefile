# Every target is one command on a machine with Python 3.11 or later and make; the first one also
# sets everything up, in .venv. Java is optional: what needs it says so and is skipped.

PYTHON ?= python3
VENV ?= .venv
JOBS ?= auto
BIN := $(VENV)/bin
CORE := $(VENV)/.core
DEV := $(VENV)/.dev
SARIF := tests/conformance/sarif
SCHEMA := $(SARIF)/node_modules/.package-lock.json

.DEFAULT_GOAL := help
.PHONY: help demo test thorough lint docs bench bench-validation lock clean

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 26

demo: $(CORE) ## two stories, told: what conflicts, what is missing, and how to look further
	$(BIN)/kg demo

test: $(DEV) $(SCHEMA) ## all tests, on every core (JOBS=2 for two)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

thorough: $(DEV) ## the laws, tried twenty times as often
	KG_HYPOTHESIS=thorough $(BIN)/python -m pytest -n $(JOBS) --dist worksteal tests/rules tests/unit tests/hostile

lint: $(DEV) ## style, types and the architecture
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

docs: $(CORE) ## writes queries/README.md anew from the rules and reports
	$(BIN)/python -m kg.rules.readme

bench: $(DEV) ## how the time of full detection grows with the data
	$(BIN)/python -m tests.bench.detection

bench-validation: $(DEV) ## how the time of checking files grows with the data
	$(BIN)/python -m tests.bench.validation

lock: $(DEV) ## writes the lock files anew (LOCK=--upgrade for the newest allowed versions)
	$(BIN)/python -m pip install --quiet 'pip-tools>=7.5,<8'
	PYTHON=$(BIN)/python .ci/lock $(LOCK)
	cd $(SARIF) && npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved=true

clean: ## removes what was set up and what tools left behind
	rm -rf $(VENV) kg-demo dist build $(SARIF)/node_modules
	rm -rf .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up: each file below stands for a step that was done ---------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Python 3.11 or later is needed; name it with: make PYTHON=python3.12 ...' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# No isolation: what builds the checkout is in the lock too, so that nothing unpinned is fetched.
$(CORE): requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.lock $(CORE)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# The schema of SARIF comes as an npm package; without npm the tests that need it are skipped.
$(SCHEMA): $(SARIF)/package-lock.json
	@if command -v npm >/dev/null; then \
	  (cd $(SARIF) && npm ci --silent --ignore-scripts --no-audit --no-fund && touch node_modules/.package-lock.json) || \
	  echo 'npm could not fetch the schema of SARIF: the tests against it are skipped' >&2; \
	fi
