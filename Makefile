# Decent Work and Social Justice. `make` lists what can be done; each target sets up what it needs.

CANDIDATES := python3.11 python3.12 python3.13 python3
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON = $(or $(shell for p in $(CANDIDATES); do if $$p -c '$(SUPPORTED)' 2>/dev/null; then echo $$p; break; fi; done),\
$(error No Python 3.11, 3.12 or 3.13 found as any of $(CANDIDATES): install one, or name it with PYTHON=/path/to/python3))
BIN := .venv/bin
PORT := 8000

# Without bytecode each kernel compiles pandas and matplotlib again; a foreign PYTHONPATH would enter the environment.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME
# Notebooks run side by side; threads of their own for matrices of this size cost a quarter of the time.
export OPENBLAS_NUM_THREADS = 1

.DEFAULT_GOAL := help
.PHONY: help book live test test-all check prose lab serve dist wheel release archive bench tidy data originals update links lock audit clean environment

help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: environment ## Build the book into _build/html, executing the notebooks that changed
	@$(BIN)/python -m bookmaking.make

live: environment ## Build the book at http://localhost:8000 again after each change (PORT as for serve)
	@$(BIN)/python -m bookmaking.live $(PORT)

# In the order of the files: the longest test is in a file of few, which would otherwise run last and
# alone. A worker that dies is started again, so that the other tests are told of as well.
TESTS := --nbval-lax --nbval-cell-timeout 600 -n auto --dist loadscope --no-loadscope-reorder tests notebooks

test: environment ## Build the book from nothing and run the tests (about a quarter of an hour on two cores)
	@$(BIN)/python -m bookmaking.tools.chromium > /dev/null
	@$(BIN)/python -m bookmaking.make --cold
	@$(BIN)/pytest -m "not slow" $(TESTS)

test-all: environment ## The same with the slow tests: before a release, and weekly
	@$(BIN)/python -m bookmaking.tools.chromium > /dev/null
	@$(BIN)/python -m bookmaking.make --cold
	@$(BIN)/pytest $(TESTS)

check: environment ## Check the sources, without building: before a commit
	@status=0; $(BIN)/pre-commit run --all-files || status=1; \
	$(BIN)/pytest -q -n 2 --dist worksteal -m "not proof" tests/test_checks.py || status=1; exit $$status

prose: environment ## List the places to look at first, for plain English and the thread of the argument
	@$(BIN)/python -m bookmaking.prose

lab: environment ## Open the notebooks in JupyterLab
	@$(BIN)/python -m bookmaking.tools.lab

serve: book ## Show the built book at http://localhost:8000 (another port: make serve PORT=8080)
	@$(BIN)/python -m bookmaking.tools.serve $(PORT)

dist: book ## Print the book, and write it as PDF, site and tables into dist/site
	@$(BIN)/python -m bookmaking.release.dist

wheel: environment ## Build the package for pip install into dist, without a network
	@$(BIN)/python -m bookmaking.release.wheel

release: book ## Keep what the book says, commit and tag it: make release TAG=v0.2.0
	@$(BIN)/python -m bookmaking.release.tag $(TAG)

archive: dist ## Pack site, PDFs, tables, source and package into one file in dist: make archive PACKAGES=1 adds all packages
	@$(BIN)/python -m bookmaking.release.archive $(if $(PACKAGES),--packages)

bench: environment ## Measure cold build, rebuilds and page weights, on a copy
	@$(BIN)/python tools/bench.py

tidy: environment ## Run the notebooks, or make tidy CHAPTER=law, and keep only the outputs that tests compare
	@$(BIN)/python -m bookmaking.source.notebook_form $(if $(CHAPTER),$(wildcard notebooks/*/$(CHAPTER).ipynb))

data: environment ## Build the tables whose originals are here: all, or make data TABLE=slavery-index
	@$(BIN)/python -m bookmaking.tables.builders $(TABLE)

originals: environment ## Get the originals of the tables from their pinned addresses into _originals
	@$(BIN)/python -m bookmaking.tables.downloads

update: environment ## Ask publishers for newer tables and say what they would change; nothing is written
	@$(BIN)/python -m bookmaking.update

links: environment ## Ask which addresses outside the book still lead somewhere: a report in _build/links
	@$(BIN)/python -m bookmaking.tools.links

lock: environment ## Write requirements.lock from environment.yml
	@$(BIN)/python -m bookmaking.tools.lock

audit: environment ## Ask whether the locked packages have known vulnerabilities
	@$(BIN)/python -m bookmaking.tools.audit

clean: ## Remove all that was built; the environment .venv stays
	rm -rf _build build dist .pytest_cache .ruff_cache

environment:
	@$(PYTHON) tools/setup.py
