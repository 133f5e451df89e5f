"""What is published: the source distribution, the wheel that is made of it, the crates.

`make test-package` runs these. The wheel is built as a person would build it, with pip in an empty
environment, unoptimised so that it does not take long.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from scripts import environment

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "target" / "package"
SPECS = ["msgflash", "ninetynine_digital", "reachflow", "wapiflow"]
CRATES = ["palabre", "palabre-cli", "palabre-clients", "palabre-codegen", "palabre-model"]
CRATES += ["palabre-sandbox", "palabre-transport"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def run(*command: str | Path, **variables: str) -> str:
    """Run a command to its good end, without what this Python has set."""
    clean = {k: v for k, v in environment().items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    done = subprocess.run(
        command,
        env=clean | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    return done.stdout


@pytest.fixture(scope="module")
def source() -> Path:
    """The source distribution, with nothing from this folder that is not committed or new."""
    shutil.rmtree(PACKAGE, ignore_errors=True)
    run(Path(sys.executable).parent / "maturin", "sdist", "--out", PACKAGE)
    (source,) = PACKAGE.glob("*.tar.gz")
    return source


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with nothing but pip."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def wheel(source: Path, python: Path) -> Path:
    """The wheel that pip makes of the source distribution."""
    run(
        *(python, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", PACKAGE, source),
        # The other crates have been built there by `make develop`; only ours are built again.
        CARGO_TARGET_DIR=str(ROOT / "target"),
        MATURIN_PEP517_ARGS="--profile dev",
    )
    (wheel,) = PACKAGE.glob("*.whl")
    return wheel


def contents(source: Path) -> list[str]:
    with tarfile.open(source) as archive:
        return [name.partition("/")[2] for name in archive.getnames()]


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


def test_source_has_what_a_build_needs(source: Path) -> None:
    files = contents(source)
    needed = ["Cargo.lock", "Cargo.toml", "build.rs", "pyproject.toml", "README.md", "PKG-INFO"]
    needed += ["LICENSE-APACHE", "LICENSE-MIT", "LICENSE-THIRD-PARTY.md", "python/palabre/py.typed"]
    needed += [f"specs/{spec}.yaml" for spec in SPECS]
    assert [file for file in needed if file not in files] == []


def test_source_has_nothing_else(source: Path) -> None:
    folders = {name.split("/")[0] for name in contents(source) if "/" in name}
    assert folders == {"crates", "python", "specs", "src"}
    assert [name for name in contents(source) if name.endswith((".so", ".pyc", ".ipynb"))] == []
    # The build writes those of the vendors.
    modules = {name for name in contents(source) if name.startswith("python/palabre/vendors/")}
    assert {name.rsplit("/", 1)[1] for name in modules} == {"__init__.py", "_operations.py"}
    assert source.stat().st_size < 1_000_000


def test_one_wheel_serves_every_python(wheel: Path) -> None:
    assert "-cp311-abi3-" in wheel.name
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    package = {name.removeprefix("palabre/") for name in names if name.startswith("palabre/")}
    files = [p.relative_to(ROOT / "python/palabre") for p in ROOT.glob("python/palabre/**/*.py*")]
    expected = {path.as_posix() for path in files if path.suffix in (".py", ".pyi")}
    assert expected - package == set()
    assert "py.typed" in package
    assert {"pytest_palabre/__init__.py", "pytest_palabre/py.typed"} <= set(names)
    assert len([name for name in names if "/licenses/" in name]) == 3


def test_wheel_says_what_it_is(wheel: Path) -> None:
    about = metadata(wheel)
    versions = {
        f"Programming Language :: Python :: {version}" for version in ("3.11", "3.12", "3.13")
    }
    assert versions <= set(about.get_all("Classifier", []))
    assert about["Requires-Python"] == ">=3.11"
    assert about["License-Expression"] == "MIT OR Apache-2.0"
    assert set(about.get_all("Provides-Extra", [])) == set(PROJECT["optional-dependencies"])
    required = [line for line in about.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert required == []


def test_wheel_works_in_an_empty_environment(wheel: Path, python: Path, tmp_path: Path) -> None:
    run(python, "-m", "pip", "install", "--no-index", wheel)
    run(python, "-m", "pip", "check")
    listed = json.loads(run(python, "-m", "pip", "list", "--format", "json"))
    assert {package["name"] for package in listed} <= {"palabre", "pip", "setuptools"}
    command = python.parent / "palabre"
    assert run(command, "--version").split() == run(python, "-m", "palabre", "--version").split()
    code = (
        "import palabre\n"
        "with palabre.Sandbox() as sandbox:\n"
        "    print(len(sandbox.client('reachflow').numbers.list().collect()))\n"
        "    print(len(sandbox.client('reachflow').vendor.list_providers()['providers']))\n"
    )
    assert run(python, "-W", "error", "-c", code) == "4\n4\n"


@pytest.mark.parametrize("crate", CRATES)
def test_crate_can_be_packaged(crate: str) -> None:
    listed = run("cargo", "package", "--list", "--allow-dirty", "--package", crate).split()
    assert {"Cargo.toml", "src/lib.rs"} <= set(listed)
    if crate in ("palabre", "palabre-cli"):
        assert "README.md" in listed
    if crate == "palabre-clients":
        assert {"build.rs", *(f"specs/{spec}.yaml" for spec in SPECS)} <= set(listed)
        assert {"LICENSE-APACHE", "LICENSE-MIT"} <= set(listed)


def test_every_crate_of_the_workspace_is_published_or_says_that_it_is_not() -> None:
    listed = json.loads(
        run("cargo", "metadata", "--no-deps", "--offline", "--format-version", "1").splitlines()[-1]
    )
    published = {p["name"] for p in listed["packages"] if p["publish"] is None}
    assert published == set(CRATES)
    assert all(p["license"] and p["description"] for p in listed["packages"])
