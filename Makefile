# make demo: set up, train the default model, score the seed article.   make test: set up, run every check that needs no default model.
# make quick: what one runs on every save.   make test-trained: the tests of the default model, on models/candidate.
PYTHON ?= python3.11
BIN := .venv/bin
TRAIN ?= $(BIN)/presscheck train starter
export HF_HUB_OFFLINE := 1
export MLFLOW_DISABLE_TELEMETRY := true

.PHONY: setup demo test check lint quick test-trained newcomer docs reference pictures dist test-wheel coverage fix clean
SIDE_BY_SIDE := -n 2 --dist loadfile

setup: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[train,serve,batch,dev,docs]'
	touch $@

# Runs a command, and says how long it took.
define timed
	@echo '$(2)'; start=$$(date +%s); $(2) && echo "$(1) took $$(($$(date +%s) - start)) s."
endef

demo: setup
	$(call timed,Training,$(TRAIN))
	$(call timed,Scoring,$(BIN)/presscheck score tests/e2e/seed-article.txt tests/e2e/wire-rewrite.txt --out demo/seed.html)
	@echo 'The scored page is demo/seed.html. The evaluation follows.'
	$(BIN)/presscheck score tests/e2e/seed-article.txt --format page
	$(call timed,Evaluation,$(BIN)/presscheck eval)
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

# The documentation as a site, in site/: links are checked, and nothing in it is loaded from elsewhere.
docs: setup
	$(BIN)/python docs/build_site.py

# The pages of the reference that are generated from the code.
reference: setup
	$(BIN)/presscheck configs reference > docs/config.md
	$(BIN)/python -m presscheck.cli.command_reference > docs/commands.md
	$(BIN)/python -m presscheck.serve.http.api_reference > docs/http-api.md

# What shows the default model's output: the pictures, and the outputs in README and docs/python.md. After a new default model.
pictures: setup
	$(BIN)/python docs/make_pictures.py
	$(BIN)/python tests/e2e/newcomer.py --write README.md docs/python.md

# What a newcomer does: from a clean clone of the last commit, with nothing installed, every block of README, docs/ and the tutorials. It trains;
# TRAIN='cp -r FOLDER/models .' takes a trained model instead. PAGES=docs/python.md follows pages in copies of this tree.
newcomer:
	$(if $(PAGES),$(BIN)/python,$(PYTHON)) tests/e2e/newcomer.py $(strip $(PAGES))

# The wheel and the source archive, in dist/, as a package index would take them.
dist: setup
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[release]'
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*

# The suite on the built wheel, before a release, where nothing but the wheel can be imported: in a copy of the tests without the folders,
# and in an environment that has .venv's dependencies and not its editable install, which would lend what the wheel lacks. (Python reads .pth
# files, as an editable install's, in its own folder alone, not in one that such a file names.) Tests of the repository's own files are left out.
WHEEL := build/wheel
test-wheel: dist
	rm -rf $(WHEEL) $(WHEEL)-tests
	$(BIN)/python -m venv $(WHEEL)
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" \
		> "$$($(WHEEL)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/dependencies.pth"
	$(WHEEL)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-index dist/*.whl
	mkdir $(WHEEL)-tests
	cp -R tests benchmarks docs Makefile pyproject.toml *.md $(WHEEL)-tests
	cd $(WHEEL)-tests && ../wheel/bin/python -m pytest $(SIDE_BY_SIDE) -m 'not trained and not checkout'

coverage: setup
	$(BIN)/pytest --cov --cov-report=term:skip-covered

fix:
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv build dist site *.egg-info .mypy_cache .ruff_cache .pytest_cache
