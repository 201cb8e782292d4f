# make demo    the whole program on this machine, with demo data: http://localhost:8000 (PORT=8001 for another port)
# make test    every test, on the embedded database and, where DATABASE_URL and REDIS_URL are set, on those servers
# make check   the quality tools alone, within a minute
# make scan    attack tools against the running program with demo data, about 25 minutes: SECURITY.md
# make fuzz    tens of thousands of made-up inputs, about 15 minutes: rules, forms, importers, hostile files, calls
# make faults  kills, crashes and outages under load, on servers of its own, about 20 minutes: docs/reliability.md
# make machines  two machines with networks of their own against one database, Redis and bucket, about 5 minutes: docs/scaling.md
# make bench   speed beside the same work in bare Django and SQL; needs the servers of DATABASE_URL and REDIS_URL: docs/performance.md
# make format  what the formatters can put right by themselves
# make messages LANGUAGE=de   the catalogue of a language: docs/decisions/0010
# make install the environment in .venv, which the others make when they need it

.PHONY: install demo test check scan fuzz bench faults machines format screenshots messages lock
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
PYTHON ?= python3
PORT ?= 8000
STAMP := .venv/.installed
RUN := .venv/bin/python

install: $(STAMP)

$(STAMP): requirements-dev.lock
	@command -v $(PYTHON) >/dev/null 2>&1 || \
	  { echo "No Python found: install Python 3.11 or newer, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$$($(PYTHON) --version) is too old: Python 3.11 or newer is needed; name one: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	@echo "Installing the locked dependencies into .venv …"
	@mkdir -p -m 700 var
	@$(PYTHON) -m venv .venv >var/install.log 2>&1 || \
	  { echo "The environment could not be made (on Debian: apt install python3-venv); see var/install.log" >&2; exit 1; }
	@$(RUN) -m pip install --disable-pip-version-check --no-input -r requirements-dev.lock >>var/install.log 2>&1 || \
	  { echo "Installing failed: $$(grep -i error var/install.log | tail -n 1) (all of it in var/install.log)" >&2; exit 1; }
	@touch $(STAMP)

demo: $(STAMP)
	@env -u DATABASE_URL -u REDIS_URL $(RUN) manage.py demo --port "$(PORT)"

test: $(STAMP)
	@$(RUN) -m tests

check: $(STAMP)
	@$(RUN) -m pytest -q -m static

scan: $(STAMP)
	@env -u DATABASE_URL -u REDIS_URL $(RUN) -m tests.security.scan

fuzz: $(STAMP)
	@$(RUN) -m tests.fuzz

faults: $(STAMP)
	@env -u DATABASE_URL -u REDIS_URL $(RUN) -m tests.faults

machines: $(STAMP)
	@env -u DATABASE_URL -u REDIS_URL $(RUN) -m tests.machines

bench: $(STAMP)
	@$(RUN) -m bench $(BENCH)

format: $(STAMP)
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .
	@.venv/bin/djade --target-version 5.2 $$(git ls-files "*.html") ; \
	  .venv/bin/djhtml --tabwidth 2 --extra-block partialdef,,endpartialdef $$(git ls-files "*.html")

screenshots: $(STAMP)
	@$(RUN) -m tests.browser.screenshots

messages: $(STAMP)
	@test -n "$(LANGUAGE)" || { echo "Name the language, as in: make messages LANGUAGE=de" >&2; exit 1; }
	@mkdir -p locale
	@$(RUN) manage.py makemessages --locale "$(LANGUAGE)" --no-location --ignore ".venv/*" --ignore "var/*" --ignore "tests/*"
	@$(RUN) manage.py compilemessages --locale "$(LANGUAGE)"

lock:
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate --quiet -o requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-header --no-annotate --quiet \
	  -c requirements.lock -o requirements-dev.lock
