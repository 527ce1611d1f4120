# Everything happens in .venv: nothing is activated, nothing outside this folder is written.
# Needs Python 3.11 or newer (with venv and pip), make and a package index. PYTHON=... names another interpreter.
PYTHON ?= python3
VENV   ?= .venv
PY     := $(VENV)/bin/python
STAMP  := $(VENV)/.stamp
DEMO   ?= reports/demo
TESTS  ?=

unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup demo test test-all lint format bench lock clean

help:
	@echo "make demo      set up, run the weekly threat assessment on the sample force, say where the pages are"
	@echo "make test      set up, run the fast tests"
	@echo "make test-all  the long tests too (installs from a wheelhouse, a wheel without a checkout, ...)"
	@echo "make lint      ruff, mypy, notebooks without outputs"
	@echo "make bench     the measurements, printed and in benchmarks/out/results.json"
	@echo "make lock      write requirements.lock again after pyproject.toml changed"

setup: $(STAMP)

# uv (pinned and hashed in the lock like everything else) installs eight times as fast as pip; where it cannot, pip does.
# the project itself is built with what the lock brought: --no-index proves that nothing else is fetched.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("intelnb needs Python 3.11 or newer, this is %d.%d. Name one: make PYTHON=/path/to/python3.11" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) (about 170 packages; once)"
	@awk '/^[^ ]/ { take = /^uv==/ } take' requirements.lock > $(VENV)/uv.txt
	@{ $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(VENV)/uv.txt \
	   && $(VENV)/bin/uv pip install --quiet --python $(PY) --compile-bytecode --require-hashes --requirement requirements.lock; } 2> $(VENV)/uv.log \
	 || { echo "uv could not install them here; pip does (about a minute)"; \
	      $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock; }
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP)
	@$(PY) -m intelnb.cli.main demo $(DEMO)

test: $(STAMP)
	@$(PY) -m pytest -q -n 2 --dist loadfile $(TESTS)

test-all: $(STAMP)
	@$(PY) -m pytest -q -n 2 --dist loadfile -m "long or not long" $(TESTS)

lint: $(STAMP)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@find notebooks examples -name '*.ipynb' -not -path '*/.ipynb_checkpoints/*' -exec $(PY) -m nbstripout --keep-id --verify {} +

format: $(STAMP)
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: $(STAMP)
	@$(PY) benchmarks/run_all.py

lock: $(STAMP)
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	   --extra dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache benchmarks/out
