# `make chat` and `make test` do everything on a fresh machine with Python 3.10-3.13; repeats are quick.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: chat test test-all lint audit eval baseline regression bench clean

chat: $(VENV)/installed ## build the library from seeds/ and serve the chat at http://127.0.0.1:7860
	$(BIN)/changji ingest seeds
	$(BIN)/changji chat $(ARGS)

test: $(VENV)/tested ## the tests, without the slow ones, in two processes of one thread each
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -m "not slow" -n 2 --dist loadfile $(ARGS)

test-all: $(VENV)/tested ## all tests
	$(BIN)/python -m pytest -q $(ARGS)

lint: $(VENV)/linted ## style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

audit: $(VENV)/installed ## are the installed versions free of known weaknesses? needs the network
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/python -m pip freeze --exclude-editable | sed "s/+.*//" > $(VENV)/audit/installed.txt
	$(VENV)/audit/bin/pip-audit --strict --no-deps --disable-pip -r $(VENV)/audit/installed.txt

eval: $(VENV)/installed ## the question set, over the library built from seeds/
	$(BIN)/changji ingest seeds
	$(BIN)/changji eval $(ARGS)

baseline: $(VENV)/installed ## what `make regression` compares with: refresh it when answers got better
	$(BIN)/changji eval --over seeds --llm none --scores-only --out eval/baseline.json

regression: $(VENV)/installed ## the question set over seeds/ must not do much worse than eval/baseline.json
	$(BIN)/changji eval --over seeds --llm none --scores-only --out $(VENV)/evaluated.json
	$(BIN)/changji eval compare eval/baseline.json $(VENV)/evaluated.json --fail-worse passed=2% --fail-worse exact=0 \
		--fail-worse false_answers=5% --fail-worse false_refusals=2% --fail-worse passage_recall@5=2%

bench: $(VENV)/benched ## speed, memory and quality beside peers; say ARGS="--news NEWS.jsonl --beir FOLDER"
	$(BIN)/python -m eval.bench $(ARGS)

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13) and "Changji needs Python 3.10 to 3.13; run make PYTHON=python3.12, say.")'
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

$(VENV)/linted: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[lint]'
	touch $@

$(VENV)/benched: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	touch $@

clean:
	rm -rf $(VENV)
