# `make demo` and `make test` set up all they need on a machine with Python 3.11+ and make.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo demo-once setup serve test check format bench soak css pins browser clean

help: ## Say what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Phonon Portal needs Python 3.11 or newer; set PYTHON= to one.")'
	$(PYTHON) -m venv $(VENV)

# What every installation runs.
$(VENV)/.installed: requirements.txt | $(VENV)/bin/pip
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

# And what tests and tools need.
$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

DEMO_ENV = set -a && . var/demo/keys.env && set +a && \
	export DEMO=true DEBUG=false PULL_ALLOW_PRIVATE_ENDPOINTS=true HTTPS_ONLY=false \
	ALLOWED_HOSTS=127.0.0.1,localhost PULL_ALLOWED_HOSTS= \
	DATABASE_URL=sqlite:///$(CURDIR)/var/demo/portal.sqlite3

demo: $(VENV)/.installed ## Try the portal with made-up calls, until Ctrl-C (PORT= moves it)
	@umask 077 && mkdir -p var/demo
	@$(RUN) -m phonon_portal.keys --write var/demo/keys.env >/dev/null
	@$(DEMO_ENV) && $(RUN) manage.py migrate -v0 && $(RUN) manage.py collectstatic --noinput -v0 && \
		exec $(RUN) manage.py demo --port $(PORT) $(DEMO_FLAGS)

demo-once: DEMO_FLAGS = --once
demo-once: demo ## The same, ending after the sample lookup's summary

setup: $(VENV)/.installed ## Write .env with new keys where there is none, and prepare the database
	@$(RUN) -m phonon_portal.keys --write .env
	@echo "Preparing the database …"
	@$(RUN) manage.py migrate -v0

serve: setup ## Run the portal for real: web pages and workers (PORT= moves it)
	@$(RUN) manage.py collectstatic --noinput -v0 && exec $(RUN) manage.py serve --port $(PORT)

browser:
	@tests/browser.sh

test: $(VENV)/.installed-dev browser check ## Run every test and check, on SQLite and PostgreSQL
	$(RUN) tests/everything.py

check: $(VENV)/.installed-dev ## Format, lint, types, templates, migrations, architecture
	$(RUN) -m ruff format --check --quiet .
	$(RUN) -m ruff check --quiet .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --no-cache --no-logo
	$(VENV)/bin/djade --check $$(git ls-files 'templates/*.html')
	DJANGO_SETTINGS_MODULE=tests.settings $(RUN) manage.py makemigrations --check --dry-run -v0
	$(RUN) -m pytest tests/test_architecture.py tests/test_conventions.py tests/test_landed_migrations.py

format: $(VENV)/.installed-dev ## Put the code into shape
	$(RUN) -m ruff format --quiet .
	$(RUN) -m ruff check --fix --quiet .
	$(VENV)/bin/djade $$(git ls-files 'templates/*.html')

bench: $(VENV)/.installed-dev browser ## Measure, as ratios against a reference on the same data
	$(RUN) -m benchmarks

# PG_RESTART= is a command that restarts the server; without it all its connections are cut.
TEST_POSTGRES_URL ?= postgres://postgres@127.0.0.1:5432/postgres
PG_RESTART ?=

soak: $(VENV)/.installed-dev ## Storm the engine for an hour, on SQLite and PostgreSQL
	for database in "" "--database $(TEST_POSTGRES_URL)"; do \
		$(RUN) -m tests.soak storm $$database --restart-command "$(PG_RESTART)" && \
		$(RUN) -m tests.soak storm $$database --requests 1000 --minutes 3 --without-fencing && \
		$(RUN) -m tests.soak crashes $$database && \
		$(RUN) -m tests.soak outage $$database || exit 1; \
	done
	HYPOTHESIS_PROFILE=long $(RUN) -m pytest tests/unit/intake/test_nothing_is_altered.py

# Words of the templates and of the code that writes HTML; a class that is missing there is left out.
css: ## Take out of Bootstrap what the pages use, anew (needs npm)
	npx --yes purgecss@8.0.0 --css static/vendor/bootstrap-5.3.9/bootstrap.min.css --output static/bootstrap.css \
		--content 'templates/**/*.html' 'lookups/templatetags/*.py' 'lookups/views/*.py' static/portal.js

pins: | $(VENV)/bin/pip ## Choose the newest allowed version of every library anew
	$(RUN) -m pip install --quiet uv
	@for file in "requirements.txt" "requirements-prod.txt --extra prod" "requirements-dev.txt --extra prod --extra dev"; do \
		set -- $$file; out=$$1; shift; \
		$(RUN) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --custom-compile-command "make pins" pyproject.toml "$$@" -o $$out; \
	done

clean: ## Remove the virtual environment and caches; var/ and .env stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
