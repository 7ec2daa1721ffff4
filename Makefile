# make env | demo | test | check | contracts | bench | bench-linking | chaos | evaluate | image | lock
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
SHELL  := bash
export OMP_NUM_THREADS ?= 1

.PHONY: env demo test check contracts bench bench-linking chaos evaluate image lock clean gazetteer

env: $(VENV)/.done

$(VENV)/.done: requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: apt-get install python3.11 python3.11-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# make demo [ARTICLES="news/*.txt"] [ONCE=1] [JSON=1]
demo: env
	@$(BIN)/tocsin demo $(if $(ONCE),--once) $(if $(JSON),--json) $(if $(ARTICLES),--articles $(ARTICLES))

test: env
	$(BIN)/pytest $(PYTEST)

check: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m contracts.export --check
	$(BIN)/vulture
	$(BIN)/pylint contracts services

contracts: env
	$(BIN)/python -m contracts.export

bench: env
	$(BIN)/python -m tests.benchmarks $(BENCH)

# make bench-linking [BENCH="--incidents 100000 --few 1000 --days 365"]; a million incidents take minutes and 10 GB
bench-linking: env
	$(BIN)/python -m tests.benchmarks.linking $(BENCH)

# make chaos [ARTICLES=300] [FAULTS=kill-sink,kill-broker]
chaos: env
	$(BIN)/python -m tests.chaos $(if $(ARTICLES),--articles $(ARTICLES)) $(if $(FAULTS),--faults $(FAULTS))

# make evaluate [DATA=/path/to/the/sets]
evaluate: env
	$(BIN)/python -m tests.evaluation $(if $(DATA),--data $(DATA))

# make image [BASE=python:3.11.14-slim-bookworm]: needs root, buildah, debootstrap
image: env
	$(BIN)/python -m tests.image $(if $(BASE),--base $(BASE))

# The lock files: versions and hashes, no addresses.
LOCK := uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
        --no-annotate --custom-compile-command "make lock" pyproject.toml
lock: env
	$(BIN)/$(LOCK) -o requirements/run.txt
	$(BIN)/$(LOCK) --extra demo --extra dev -c requirements/run.txt -o requirements/dev.txt
	$(BIN)/$(LOCK) --extra data -c requirements/run.txt -o requirements/data.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
