# The project's commands: `make help` lists them. Another interpreter: `make demo PYTHON=python3.12`.

PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
# Its date tells whether .venv is as requirements.lock and pyproject.toml ask.
STAMP := .venv/.set-up

# What reads and writes files, makes datasets and lays pages out: where another version of a library shows.
LOWEST := $(addprefix tests/,condition/test_properties.py derive/test_laws.py io spec tlf/kinds tlf/render \
	$(addprefix study/test_,formats.py make.py output_list.py refused.py run.py schema.py))

# The workers of the tests share the cores: threads of each one's linear algebra would only wait for one another.
ONE_THREAD := OPENBLAS_NUM_THREADS=1

.DEFAULT_GOAL := help
.PHONY: help set-up demo demo-pilot demo-pharmaverse test test-lowest check lint bench lock oracle-table calibration-page published-table published-datasets schema wheel-demo reference refused gallery

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name what; do printf '  make %-16s %s\n' "$$name" "$$what"; done

set-up: $(STAMP) ## Make .venv from requirements.lock (the other targets do so themselves)

$(STAMP): requirements.lock pyproject.toml
	@sh tools/require-python.sh $(PYTHON)
	@echo "Setting up .venv from requirements.lock (a minute or two, once)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP) ## Simulate the reference study and run it from SDTM to Word into output/demo
	$(BIN)/adamline demo --out output/demo
	@echo "The outputs are in output/demo: datasets in adam/, tables, listings and figures in tlf/, manifest.json"

demo-pilot: $(STAMP) ## Run the CDISC pilot study from SDTM to Word into output/demo-pilot
	$(BIN)/adamline demo --study cdiscpilot01 --out output/demo-pilot

demo-pharmaverse: $(STAMP) ## Run the outputs of the ADaM of pharmaverse into output/demo-pharmaverse
	$(BIN)/python tools/pharmaverse_adam.py output/demo-pharmaverse/supplied
	$(BIN)/adamline run specs/pharmaverse-outputs --adam output/demo-pharmaverse/supplied --out output/demo-pharmaverse/run

test: $(STAMP) ## Run all tests and the examples in the docstrings (about 25 minutes)
	$(ONE_THREAD) $(BIN)/python -m pytest --verbosity=0 -rs -n $(WORKERS) --dist loadgroup --doctest-modules tests src/adamline

test-lowest: $(STAMP) ## Run the fast tests of what uses libraries most with the lowest versions declared (5 minutes)
	$(ONE_THREAD) bash tools/test-lowest.sh $(BIN) -rs -n $(WORKERS) --dist loadgroup $(LOWEST)

check: lint ## Lint, types and the fast tests (about 7 minutes)
	$(ONE_THREAD) $(BIN)/python -m pytest --verbosity=0 -n $(WORKERS) --dist loadgroup -m "not slow" tests

lint: $(STAMP) ## Lint, format and types alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP) ## Run the benchmarks with their rivals (long; wants an idle machine)
	@set -e; for file in bench/bench_*.py; do echo "== $$file"; $(BIN)/python "$$file"; done

lock: $(STAMP) ## Make requirements.lock anew from pyproject.toml; UPGRADE=--upgrade takes newer versions
	$(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --all-extras \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE) \
		--output-file requirements.lock pyproject.toml

oracle-table: $(STAMP) ## Write docs/methods/oracle-cases.md from the tests against published results
	ADAMLINE_ORACLE_TABLE=docs/methods/oracle-cases.md $(BIN)/python -m pytest --quiet -p no:xdist tests/oracle \
		--ignore tests/oracle/test_table_of_cases.py

calibration-page: $(STAMP) ## Write docs/methods/calibration-jahh.md: what the calibration of the simulated trial moved
	$(BIN)/python tools/calibration_page.py

published-table: $(STAMP) ## Write docs/methods/published-jahh.md: the paper's printed cells and the computed ones
	ADAMLINE_PUBLISHED_TABLE=docs/methods/published-jahh.md $(BIN)/python -m pytest --quiet -p no:xdist \
		tests/acceptance/test_jahh_published.py

published-datasets: $(STAMP) ## Write docs/methods/published-datasets.md: the published ADaM datasets and ours
	ADAMLINE_PUBLISHED_DATASETS=1 $(BIN)/python -m pytest --quiet -p no:xdist tests/acceptance/test_pharmaverse.py -k page

schema: $(STAMP) ## Write specs/schema: the JSON Schemas of spec files, for editors
	$(BIN)/adamline schema --out specs/schema

refused: $(STAMP) ## Write docs/methods/refused.md: what is said of a study with one fault in it
	sed -i '/made by `make refused`/q' docs/methods/refused.md && echo >> docs/methods/refused.md
	ADAMLINE_REFUSED_PAGE=docs/methods/refused.md $(BIN)/python -m pytest --quiet -p no:xdist tests/study/test_refused.py

reference: $(STAMP) ## Write docs/reference/derivations.md from the derivations and their contracts
	$(BIN)/python tools/reference_pages.py

gallery: demo demo-pilot demo-pharmaverse ## Write docs/gallery: each template and kind of figure, with its spec and its first page
	$(BIN)/python tools/gallery_pages.py output/demo-pilot output/demo output/demo-pharmaverse/run

wheel-demo: $(STAMP) ## Build the wheel, install it alone elsewhere and run the demo from it
	bash tools/wheel-demo.sh $(BIN)/python
