# Every target is one command on a machine with Python 3.11 or later and make; the first one also
# sets everything up, in .venv. Java is optional: what needs it says so and is skipped.

PYTHON ?= python3
VENV ?= .venv
JOBS ?= auto
BIN := $(VENV)/bin
CORE := $(VENV)/.core
DEV := $(VENV)/.dev
# Test tools that come from npm: the schema of SARIF, accessibility rules, a linter of OpenAPI.
SARIF := tests/conformance/sarif
AXE := tests/web/browser
SPECTRAL := tests/web/design-rules
NODE := $(foreach d,$(SARIF) $(AXE) $(SPECTRAL),$(d)/node_modules/.package-lock.json)

.DEFAULT_GOAL := help
.PHONY: help demo test thorough lint docs durability bench bench-validation bench-service \
        bench-reconciliation lock clean

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 26

demo: $(CORE) ## two stories, told: what conflicts, what is missing, and how to look further
	$(BIN)/kg demo

test: $(DEV) $(NODE) ## all tests, on every core (JOBS=2 for two)
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

bench-service: $(DEV) ## the service beside the bare engine, up to a million statements (needs wrk)
	PATH=$(CURDIR)/$(BIN):$$PATH $(BIN)/python -m tests.bench.service

bench-reconciliation: $(DEV) ## matching names beside a named alternative
	$(BIN)/python -m tests.bench.reconciliation

durability: $(DEV) ## 1,000 kills, 200 power cuts, damage, full and read-only disks (root for the cuts)
	$(BIN)/python -m tests.durability --kills 1000 --cuts 200

lock: $(DEV) ## writes the lock files anew (LOCK=--upgrade for the newest allowed versions)
	$(BIN)/python -m pip install --quiet 'pip-tools>=7.5,<8'
	PYTHON=$(BIN)/python .ci/lock $(LOCK)
	for d in $(SARIF) $(AXE) $(SPECTRAL); do (cd $$d && \
	  npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved=true) || exit 1; done

clean: ## removes what was set up and what tools left behind
	rm -rf $(VENV) kg-demo dist build $(SARIF)/node_modules $(AXE)/node_modules $(SPECTRAL)/node_modules
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

# Without npm the tests that need these are skipped, and say so.
%/node_modules/.package-lock.json: %/package-lock.json
	@if command -v npm >/dev/null; then \
	  (cd $* && npm ci --silent --ignore-scripts --no-audit --no-fund && touch node_modules/.package-lock.json) || \
	  echo 'npm could not fetch $*: the tests that need it are skipped' >&2; \
	fi
