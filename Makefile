# Everything below sets itself up: `make demo` on a fresh machine is enough.
.DEFAULT_GOAL := help
.PHONY: demo test slow check style types contracts bench lock picture gallery venv clean help

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Neighbours stay with one worker, which starts what they share once; who has none left takes some.
PYTEST := $(BIN)/python -m pytest --dist worksteal
# What is compiled once is read again by every worker and every process that a test starts, also
# where the machine is set to keep no bytecode.
export PYTHONDONTWRITEBYTECODE :=
# Tests of screens and sockets wait more than they work: two workers for each core.
WORKERS := $$(($$(getconf _NPROCESSORS_ONLN) * 2))
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command 'make lock'

demo: $(READY) ## open the console on a sandbox full of callers
	@$(BIN)/voice-console demo

test: $(READY) ## run every test but the slow ones
	@$(PYTEST) -n $(WORKERS) -m 'not slow' $(ARGS)

slow: $(READY) ## run the slow tests
	@$(PYTEST) -n auto -m slow $(ARGS)

check: style types contracts test ## format, lint, types, import contracts, tests

style: $(READY) ## formatting and lint
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --diff .; exit 1; }
	@$(BIN)/ruff check .

types: $(READY) ## mypy --strict
	@$(BIN)/mypy

contracts: $(READY) ## which room may import which
	@$(BIN)/lint-imports

bench: $(READY) ## print the figures, each beside its yardstick (ARGS=NAME for one)
	@$(BIN)/python -m benchmarks $(ARGS)

lock: $(READY) ## pin dependencies by hash (UPGRADE=--upgrade takes the newest)
	@$(COMPILE) $(UPGRADE) pyproject.toml --output-file requirements.lock
	@$(COMPILE) $(UPGRADE) pyproject.toml --group dev --all-extras \
		--constraint requirements.lock --output-file requirements-dev.lock

picture: $(READY) ## take the picture of the README anew
	@$(BIN)/python -m tools.picture

gallery: $(READY) ## draw the pictures of the guide anew (ARGS=--record: of a new session)
	@$(BIN)/python -m tools.gallery $(ARGS)

venv: $(READY) ## set up .venv only
	@:

clean: ## remove .venv and what the tools left
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

help: ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# A Python of 3.11 or later that can make virtual environments; PYTHON=… names one.
FIND_PYTHON = for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	if "$$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
		2>/dev/null; then echo "$$candidate"; break; fi; done

$(READY): requirements-dev.lock pyproject.toml
	@if ! $(BIN)/python -c 'import pip' 2>/dev/null; then \
		python=$$($(FIND_PYTHON)); \
		if [ -z "$$python" ]; then \
			echo 'No Python 3.11 or later with venv was found. Install one, or: make PYTHON=/path' >&2; \
			exit 2; \
		fi; \
		echo "Setting up $(VENV) with $$($$python --version) ..." >&2; \
		"$$python" -m venv --clear $(VENV); \
	fi
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --require-hashes \
		-r requirements-dev.lock
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --no-deps \
		--no-build-isolation --editable .
	@$(BIN)/python -m compileall -q -j 0 console
	@touch $@
