"""Checks a wheel that is to be published: how large it is, and that nothing is missing from it."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

# What is promised is 8 MB.
MOST_BYTES = 8_000_000
PARTS = [
    "palabre/_palabre.abi3.so",
    "palabre/_palabre.pyi",
    "palabre/py.typed",
    "palabre/vendors/msgflash.py",
    "palabre/vendors/ninetynine_digital.py",
    "palabre/vendors/reachflow.py",
    "palabre/vendors/wapiflow.py",
    "pytest_palabre/__init__.py",
]


def problems(wheel: Path) -> list[str]:
    """What keeps a wheel from being published."""
    found = []
    size = wheel.stat().st_size
    if size >= MOST_BYTES:
        found.append(f"{size:,} bytes; fewer than {MOST_BYTES:,} are promised")
    with zipfile.ZipFile(wheel) as parts:
        names = set(parts.namelist())
        found += [f"{part} is missing" for part in PARTS if part not in names]
    return found


def main(wheels: list[str]) -> int:
    """Say how large each wheel is, and what is wrong with it."""
    status = 0 if wheels else 2
    for wheel in map(Path, wheels):
        print(f"{wheel}: {wheel.stat().st_size / 1e6:.2f} MB")
        for problem in problems(wheel):
            print(f"{wheel}: {problem}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
