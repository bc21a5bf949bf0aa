# vmapviz: one command to run it, one to test it. `make help` lists the rest.
#   PYTHON=python3.13   the interpreter of a new .venv          ARGS="…"   passed on, e.g. make test ARGS="-k timing"
PYTHON ?=
ARGS ?=
export PYTHON

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help setup-run setup-test run test test-fast test-matrix fuzz check coverage screens bench wheel clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup-run:
	@.ci/setup run

setup-test:
	@.ci/setup test

run: setup-run  ## open the window (ARGS="matvec" or "file.py::function"); without a display, write pictures of it
	@if [ "$$(uname -s)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	  echo "vmapviz: no display here (DISPLAY and WAYLAND_DISPLAY are empty): drawing the window to vmapviz-matvec.png and its data to vmapviz-matvec.json"; \
	  QT_QPA_PLATFORM=offscreen $(BIN)/vmapviz --screenshot vmapviz-matvec.png --snapshot vmapviz-matvec.json matvec; \
	else \
	  $(BIN)/vmapviz $(ARGS); \
	fi

test: check  ## everything: check, then all tests (ARGS="-k name" passes on to pytest)
	@$(PYTEST) $(ARGS)

test-fast: setup-test  ## the tests without the slow ones, last failures first
	@$(PYTEST) -m "not bench and not screens and not packaging and not slow" --failed-first $(ARGS)

test-matrix:  ## the engine, the gallery and the models on the oldest and the newest JAX and each Python that is here
	@.ci/matrix $(ARGS)

fuzz: setup-test  ## 2,000 generated programs, the numbers of the whole corpus, and pmap of all of it
	@VMAPVIZ_FUZZ=1 $(PYTEST) -o faulthandler_timeout=0 tests/engine/test_generated.py tests/engine/test_corpus.py tests/engine/test_pmapped.py $(ARGS)

check: setup-test  ## ruff, mypy --strict, the layers of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

coverage: setup-test  ## the tests with branch coverage; model/ must be covered fully
	@$(PYTEST) --cov --cov-report= $(ARGS)
	@$(BIN)/coverage report
	@$(BIN)/coverage report --include='vmapviz/model/*' --fail-under=100

screens: setup-test  ## render the standard screens, and the keyframes of all examples, to build/screens
	@$(PYTEST) -m screens $(ARGS)
	@echo "build/screens"

bench: setup-test  ## measure the ratios of the README's table
	@$(PYTEST) -m bench -s $(ARGS)

wheel: setup-test  ## build dist/vmapviz-….whl and the source archive
	@$(BIN)/python -m hatchling build

clean:  ## remove .venv and everything that was made
	rm -rf .venv .venv-matrix build dist htmlcov .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	rm -f vmapviz-matvec.png vmapviz-matvec.json
	find vmapviz tests examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
