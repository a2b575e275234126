# make run                       the whole service on this machine; stop it with Ctrl-C
# make run PORT=8001 VAR=/data   on another port, with its data elsewhere
# make test                      everything that has to hold; `make check` is the part without running anything
MAKEFLAGS += --no-print-directory
# The tests start our own processes a hundred times: each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: run test check format lock messages migration faults bench
LANGUAGES = fr de ru be
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile -q --universal --generate-hashes $(if $(UPGRADE),--upgrade)

run:
	@deploy/prepare run
	@exec .venv/bin/hundredfold up $(if $(PORT),--port $(PORT)) $(if $(VAR),--var "$(VAR)")

# Three processes on two cores: a third of the time one of them waits for a server, a browser or a clock. That time is
# enough for what `check` does, which is told when the tests have been.
test:
	@deploy/prepare test
	@$(MAKE) check >.venv/check.log 2>&1 & check=$$!; \
	.venv/bin/python -m pytest -n 3 --dist loadgroup $(TESTS); tests=$$?; \
	wait $$check; check=$$?; cat .venv/check.log; \
	[ $$tests = 0 ] || echo "Tests have failed, see above."; exit $$((tests || check))

check:
	@deploy/prepare test
	.venv/bin/ruff check service tests
	.venv/bin/ruff format --check service tests
	.venv/bin/mypy
	.venv/bin/lint-imports

format:
	@deploy/prepare test
	.venv/bin/ruff check --fix service tests
	.venv/bin/ruff format service tests

# Keeps the versions that still fit; `make lock UPGRADE=1` takes the newest.
lock:
	$(COMPILE) pyproject.toml --group build -o requirements.lock
	$(COMPILE) pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE:--universal=--python-version 3.11) --group s3 -o requirements-s3.lock

messages:
	@deploy/prepare test
	.venv/bin/pybabel -q extract --mapping-file pyproject.toml --keyword lazy --no-location --sort-output \
		--ignore-dirs '.*' --output-file .venv/messages.pot .
	for language in $(LANGUAGES); do .venv/bin/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date \
		--width 110 --input-file .venv/messages.pot --output-file templates/locale/$$language.po --locale $$language; done

# What has changed in a tables.py, as a new file in migrations/: make migration WHY="the day of a birthday". It asks no database.
migration:
	@deploy/prepare test
	@PICCOLO_CONF=service.piccolo_conf DATABASE_URL=postgresql:/// BROKER_URL=unix:///none HUNDREDFOLD_SECRET=$$(printf '%032d' 0) \
		.venv/bin/piccolo migrations new hundredfold --auto --desc="$(WHY)"

# Kills and cuts off the real processes, and prints what that did; FAULTS=full takes as long as the contract names.
faults:
	@deploy/prepare test
	.venv/bin/python -m pytest tests/faults

bench:
	@deploy/prepare test
	DURABLE=1 .venv/bin/python -m pytest tests/bench -s -o python_files='bench_*.py'
