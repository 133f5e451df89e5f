"""`make wheel` refuses a wheel that is larger than promised, or has lost a part.

The wheel itself takes minutes to optimise and is not built here: its size was measured with `make
wheel`, and docs/decisions has the figure.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "check_wheel.py"


def check(wheel: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, SCRIPT, wheel], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


@pytest.fixture
def parts() -> dict[str, bytes]:
    """What a wheel holds, in small."""
    names = runpy.run_path(str(SCRIPT))
    return dict.fromkeys(names["PARTS"], b"part")


def made(folder: Path, parts: dict[str, bytes]) -> Path:
    wheel = folder / "palabre-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return wheel


def test_a_small_wheel_with_every_part_is_good(tmp_path: Path, parts: dict[str, bytes]) -> None:
    assert check(made(tmp_path, parts)) == (0, "")


def test_a_wheel_of_eight_megabytes_is_refused(tmp_path: Path, parts: dict[str, bytes]) -> None:
    parts["palabre/_palabre.abi3.so"] = os.urandom(8_000_000)
    status, said = check(made(tmp_path, parts))
    assert status == 1
    assert "fewer than 8,000,000 are promised" in said


def test_a_part_that_is_lost_is_named(tmp_path: Path, parts: dict[str, bytes]) -> None:
    del parts["palabre/py.typed"]
    status, said = check(made(tmp_path, parts))
    assert (status, said.strip().endswith("palabre/py.typed is missing")) == (1, True)


def test_the_profile_of_the_wheel_is_the_one_that_make_builds() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nwheel:")[2]
    assert "--profile published" in recipe.partition("\n\n")[0]
    assert "scripts/check_wheel.py" in recipe.partition("\n\n")[0]
