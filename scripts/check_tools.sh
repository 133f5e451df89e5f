#!/bin/sh
# Checks the tools that the Makefile needs and prints the Python to use.
#
#   check_tools.sh PYTHON [CARGO_SUBCOMMAND...]
#
# A tool that is missing or too old is named in one line, with what to do.
set -u

fail() {
    printf 'palabre: %s\n' "$1" >&2
    exit 1
}

cd "$(dirname "$0")/.." || exit 1
python=$1
shift

# Rust: Cargo.toml has the oldest version that works.
needed=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
found=$(cargo --version 2>/dev/null | sed -n 's/^cargo \([0-9]*\.[0-9]*\).*/\1/p')
if [ -z "$found" ]; then
    fail "cargo is missing or does not run: install Rust $needed or later from https://rustup.rs, or put ~/.cargo/bin on PATH"
fi
if [ "${found%%.*}" -lt "${needed%%.*}" ] || { [ "${found%%.*}" -eq "${needed%%.*}" ] && [ "${found#*.}" -lt "${needed#*.}" ]; }; then
    fail "cargo is $found, and Rust $needed or later is needed: run rustup update"
fi
for subcommand in "$@"; do
    cargo "$subcommand" --version >/dev/null 2>&1 ||
        fail "cargo $subcommand is missing: run rustup component add rustfmt clippy"
done

cc --version >/dev/null 2>&1 ||
    fail "cc, a C compiler, is missing: install gcc or clang (Debian: apt install build-essential, macOS: xcode-select --install)"

if [ -L .venv/bin/python ] && ! .venv/bin/python -c '' 2>/dev/null; then
    fail ".venv is broken, its Python is gone: run make clean"
fi

# Python: the one asked for; if nobody asked, also those of a newer name.
candidates=$python
if [ "$python" = python3 ]; then
    candidates="python3 python3.14 python3.13 python3.12 python3.11"
fi
too_old=
without_venv=
for candidate in $candidates; do
    version=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if ! "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        too_old=${too_old:-"$candidate is $version"}
    elif ! "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
        without_venv=${without_venv:-$candidate}
    else
        echo "$candidate"
        exit 0
    fi
done
if [ -n "$without_venv" ]; then
    fail "$without_venv has no venv: install it (Debian: apt install python3-venv)"
elif [ -n "$too_old" ]; then
    fail "$too_old, and 3.11 or later is needed: install one, or name it with make PYTHON=/path/to/python3"
fi
fail "$python is missing: install Python 3.11 or later, or name it with make PYTHON=/path/to/python3"
