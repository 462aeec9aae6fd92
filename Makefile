# make demo | make test | make bench | make bench-router | make check | make generate | make witness | make lock
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready
OPA_READY := .venv/.opa
WITNESSED := .lockgate/witnessed

.PHONY: help setup demo router test unit policies check bench bench-router soak hostile generate witness lock clean

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(READY) $(OPA_READY) ## Virtual environment, locked dependencies, Open Policy Agent

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none is on PATH. Install one, or call make PYTHON=/path/to/python3."; exit 2; }
	@echo "==> virtual environment with $(PYTHON), locked dependencies (about a minute, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(OPA_READY): $(READY)
	@$(BIN)/lockgate doctor --install-opa
	@touch $@

demo: setup ## The main job on both reference stacks, and on copies with a guardrail taken out
	@$(BIN)/python -m demo

router: setup ## Serve the router of claims-triage on loopback, against the emulated Google Cloud
	@$(BIN)/python -m demo.router

test: setup ## Every test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@$(BIN)/lockgate policy test
	@$(BIN)/coverage erase
	@rm -rf $(WITNESSED)
	@LOCKGATE_WITNESSES=$(CURDIR)/$(WITNESSED) $(BIN)/coverage run -m pytest -n 2
	@$(BIN)/python -m docs.witness --check $(WITNESSED)
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage report --skip-covered --skip-empty

bench: setup ## Time each part against its floor, in one run
	@$(BIN)/python -m benchmarks

# ONLY_MEMORY=1 sends a million requests and watches the memory, and does nothing else.
bench-router: setup ## The router beside LiteLLM, Portkey and a bare proxy, in one run
	@$(BIN)/python -m benchmarks.router $(if $(ONLY_MEMORY),--memory)

# SECONDS_TO_SOAK=600 for longer; it prints its seed, which `python -m soak --seed` takes.
soak: setup ## The ledger in a fleet on PostgreSQL, under kill -9, for a bounded time
	@$(BIN)/python -m soak --seconds $(or $(SECONDS_TO_SOAK),120)

# SEED=n sends others; a failure prints the seed that it came of.
hostile: setup ## 10,000 hostile requests to both doors of the router
	@LOCKGATE_HOSTILE=10000 LOCKGATE_HOSTILE_SEED=$(or $(SEED),20261122) $(BIN)/python -m pytest tests/functions/doors/test_hostile.py

generate: $(READY) ## Rewrite the generated pages and schemas
	@$(BIN)/python -m docs.generate

# gcloud and a Pulumi engine are used where they are on PATH; ONLY=gcloud runs one witness alone;
# RECORDINGS=GITDIR REPLAY=TOOL says where the recorded traffic is, and the tool that replays it.
witness: setup ## Ask every witness that is here which methods of the emulator it drives
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m docs.witness $(addprefix --only ,$(ONLY)) --recordings "$(RECORDINGS)" --replay "$(REPLAY)"

lock: ## Resolve the dependencies again (needs uv)
	@uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --extra rehearsal --extra audit --extra store --group dev --group functions pyproject.toml -o requirements.lock

clean:
	@rm -rf .venv .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
