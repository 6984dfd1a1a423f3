# Developers' shortcuts. ./machina does the work; nothing here is needed to run or test Machina.
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
LOCK := .venv/bin/uv --no-config pip compile --quiet --generate-hashes --python-version 3.11 --no-header \
	--no-emit-index-url --no-annotate

.PHONY: help setup demo test torch-tests bench-runs-torch lint types contracts fmt proof bench bench-participants bench-exports bench-in-process bench-bandits bench-flat bench-panel bench-runs bench-runs-numpy bench-safety bench-run-events bench-evaluating bench-planning bench-crowd bench-analysis bench-stimuli lock messages vendor screenshots

help: ## Explain these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-20s %s\n", $$1, $$2}' Makefile

setup: ## Make .venv with everything the tests need
	./machina setup --dev

demo: ## Run the demo study (PORT=8000)
	./machina demo

test: ## Run every check, as CI does
	./machina test

torch-tests: setup ## Install PyTorch beside .venv (requirements-torch.txt) and run what needs it
	$(PYTHON) -m scripts.with_torch -m pytest tests/analysis/learning tests/contracts/test_safety_models.py tests/analysis/safety/test_models_are_kept.py

bench-runs-torch: setup ## CPU of an epoch of a torch run, beside loops written by hand (docs/performance.md)
	OMP_NUM_THREADS=1 $(PYTHON) -m scripts.with_torch -m bench.runs_torch

lint: setup ## Python and templates: style and mistakes
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m djlint --lint --quiet .

types: setup ## mypy, strict
	$(PYTHON) -m mypy

contracts: setup ## Which room may import which
	.venv/bin/lint-imports

fmt: setup ## Format Python
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

proof: setup ## The promises of the issue: 600 participants, 12 clients, servers killed under load
	PROOF=1 $(PYTHON) -m pytest -m "faults or slow" tests
	$(PYTHON) -m scripts.proof_bandits
	$(PYTHON) -m scripts.proof_bounds
	$(PYTHON) -m scripts.proof_looking

bench: bench-participants bench-exports ## The benchmarks of participants and downloads; the others by name

bench-exports: setup ## Rows per second and peak memory of downloads (docs/performance.md)
	$(PYTHON) scripts/bench_exports.py

bench-participants: setup ## Participants per second, page turns, CPU per participant (docs/performance.md)
	$(PYTHON) -m bench.participants

bench-in-process: setup ## Microseconds for a decision and an update inside a process (docs/performance.md)
	$(PYTHON) -m bench.bandits_in_process

bench-flat: setup ## Decisions, rewards and folds with 1 to 10,000,000 stored (docs/performance.md)
	$(PYTHON) -m bench.bandits_flat

bench-panel: setup ## The learning panel with a million decisions (docs/performance.md)
	$(PYTHON) -m bench.learning_panel

bench-runs: setup ## Milliseconds for a trivial specification, beside smallab and joblib (docs/performance.md)
	$(PYTHON) -m bench.runs_functions

bench-safety: setup ## CPU of a search under constraints, beside seldonian-engine (docs/performance.md)
	$(PYTHON) -m bench.safety
	$(PYTHON) -m bench.safety_policies

bench-runs-numpy: setup ## Milliseconds of an epoch and of a run with models of numpy (docs/performance.md)
	OMP_NUM_THREADS=1 $(PYTHON) -m bench.runs_numpy

bench-evaluating: setup ## What another policy would have earned on 1,000,000 decisions (docs/performance.md)
	$(PYTHON) -m bench.evaluating

bench-planning: setup ## From a document to what is missing, and the next proposal of a search (docs/performance.md)
	$(PYTHON) -m bench.planning

bench-stimuli: setup ## Trials that choosing stimuli by information saves (docs/performance.md)
	OMP_NUM_THREADS=1 $(PYTHON) -m bench.stimuli

bench-analysis: setup ## Results with a million measurements, beside gbstats and statsmodels (docs/performance.md)
	OMP_NUM_THREADS=1 $(PYTHON) -m bench.analysing

bench-crowd: setup ## Reading an account with 10,000 submissions on 1,200 HITs (docs/performance.md)
	$(PYTHON) -m bench.crowd

bench-run-events: setup ## Appending to the log of runs with 0 to 1,000,000 events stored (docs/performance.md)
	$(PYTHON) -m bench.run_events

bench-bandits: setup ## Decisions and rewards a second, beside a bare view and flask_mab (docs/performance.md)
	$(PYTHON) -m bench.bandits_http

lock: setup ## Write requirements*.txt anew from requirements*.in
	$(LOCK) --upgrade -o requirements.txt requirements.in
	$(LOCK) --upgrade -o requirements-onnx.txt requirements-onnx.in
	$(LOCK) --upgrade -o requirements-fairness.txt requirements-fairness.in
	$(LOCK) --upgrade -o requirements-dev.txt requirements-dev.in

messages: setup ## Collect and compile the translations (needs no gettext)
	$(PYTHON) -m scripts.messages

vendor: ## Refresh the vendored browser libraries from npm
	./scripts/vendor

screenshots: setup ## Take the README's screenshots anew
	$(PYTHON) -m scripts.screenshots
	$(PYTHON) -m scripts.crowd_screenshots
