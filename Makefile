# make demo: set up, train the default model, score the seed article.   make test: set up, run every check that needs no default model.
# make quick: what one runs on every save.   make test-trained: the tests of the default model, on models/candidate.
PYTHON ?= python3.11
BIN := .venv/bin
export HF_HUB_OFFLINE := 1
export MLFLOW_DISABLE_TELEMETRY := true

.PHONY: setup demo test check lint quick test-trained coverage fix clean
SIDE_BY_SIDE := -n 2 --dist loadfile

setup: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[train,serve,batch,dev]'
	touch $@

demo: setup
	$(BIN)/presscheck train starter
	$(BIN)/presscheck eval
	$(BIN)/presscheck score tests/e2e/seed-article.txt tests/e2e/wire-rewrite.txt --out demo/seed.html
	$(BIN)/presscheck score tests/e2e/seed-article.txt --format page
	@echo
	@echo 'The scored page:   demo/seed.html'
	@echo 'The training run:  $(BIN)/mlflow ui --backend-store-uri sqlite:///mlflow.db   then open http://127.0.0.1:5000'

test: setup
	$(MAKE) check

check: lint
	$(BIN)/pytest $(SIDE_BY_SIDE)

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

quick: lint
	$(BIN)/pytest $(SIDE_BY_SIDE) -m 'not trained and not slow'

# On one thread: the same weights on one kind of CPU, busy or quiet.
models/candidate: | setup
	$(BIN)/presscheck train starter train.threads=1

test-trained: models/candidate
	$(BIN)/pytest -m trained

coverage: setup
	$(BIN)/pytest --cov --cov-report=term:skip-covered

fix:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache
