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
.PHONY: help book live test test-all check prose lab serve tidy data dist release clean environment

help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

book: environment ## Build the book into _build/html, executing the notebooks that changed
	@$(BIN)/python -m bookmaking.make

live: environment ## Build the book at http://localhost:8000 again after each change (PORT as for serve)
	@$(BIN)/python -m bookmaking.live $(PORT)

# In the order of the files: the longest test is in a file of few, which would otherwise run last and
# alone. A worker that dies is started again, so that the other tests are told of as well.
test: environment ## Build the book from nothing and run the tests (about twelve minutes on two cores)
	@$(BIN)/python -m bookmaking.tools.chromium > /dev/null
	@$(BIN)/python -m bookmaking.make --cold
	@$(BIN)/pytest $(if $(ALL),,-m "not slow") --nbval-lax --nbval-cell-timeout 600 -n auto --dist loadscope \
	--no-loadscope-reorder tests notebooks

test-all: ## The same with the slow tests: before a release, and weekly
	@$(MAKE) --no-print-directory test ALL=1

check: environment ## Check the sources, without building: before a commit
	@status=0; $(BIN)/pre-commit run --all-files || status=1; \
	$(BIN)/python -m bookmaking.checks || status=1; exit $$status

prose: environment ## List the places to look at first, for plain English and the thread of the argument
	@$(BIN)/python -m bookmaking.prose -n 3

lab: environment ## Open the notebooks in JupyterLab
	@$(BIN)/jupyter lab --config=tools/lab/jupyter_config.py

serve: book ## Show the built book at http://localhost:8000 (another port: make serve PORT=8080)
	@$(BIN)/python -m http.server --bind $${BOOK_ADDRESS:-127.0.0.1} --directory _build/html $(PORT)

tidy: environment ## Run the notebooks, or make tidy CHAPTER=law, and keep only the outputs that tests compare
	@$(BIN)/python -m bookmaking.source.notebook_form $(if $(CHAPTER),$(wildcard notebooks/*/$(CHAPTER).ipynb))

data: environment ## Build the tables whose originals are here (ORIGINALS=yes gets them): all, or make data TABLE=slavery-index
	@$(if $(ORIGINALS),$(BIN)/python -m bookmaking.tables.downloads $(TABLE))
	@$(BIN)/python -m bookmaking.tables.builders $(TABLE)

dist: book ## Print the book: PDFs, site and tables into dist/site, and the archive of a commit into dist
	@$(BIN)/python -m bookmaking.release.dist

release: book ## Keep what the book says, commit and tag it: make release TAG=v0.2.0
	@$(BIN)/python -m bookmaking.release.tag $(TAG)

clean: ## Remove all that was built; the environment .venv stays
	rm -rf _build build dist .pytest_cache .ruff_cache

environment:
	@$(PYTHON) tools/setup.py
