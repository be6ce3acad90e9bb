# The front door. Everything happens inside .venv; nothing is installed outside this folder.
PYTHON ?= python3
BIN := .venv/bin
# pip must not need a newer pip, so its notice is off; uv is pinned with hashes like everything else.
PIP_FLAGS := --quiet --disable-pip-version-check --require-hashes

.PHONY: help run test env dev-env bench leakbench lock format clean
.DEFAULT_GOAL := help

help: ## List what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: env ## Create the environment if need be, then run the demo
	$(BIN)/tearline demo

test: dev-env ## Everything: lint, format, types, layers, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

bench: dev-env ## Run what is in benchmarks/ and print tables
	$(BIN)/python -m benchmarks

leakbench: dev-env ## Plant 30,000 canaries, run a hub over them, search every byte that comes out
	$(BIN)/python -m benchmarks.leak --canaries 30000 $(LEAKBENCH_ARGS)

env: .venv/run.stamp ## Create the environment in .venv

dev-env: .venv/dev.stamp ## The same with what tests need

lock: ## Resolve dependencies anew into requirements/*.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q pyproject.toml --group dev -o requirements/dev.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header -q requirements/uv.in -o requirements/uv.txt

format: dev-env ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove the environment
	rm -rf .venv

.venv/uv.stamp: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tearline needs Python 3.11 or newer: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install $(PIP_FLAGS) -r requirements/uv.txt
	@touch $@

.venv/run.stamp: .venv/uv.stamp requirements/run.txt pyproject.toml
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/run.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements/dev.txt
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@
