"""What the project is built and tested with: pinned, from the registry, under licences that fit.

The crates are checked by `cargo deny` with deny.toml; both run without a network.
"""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution, requires
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parents[2] / "requirements"
FILES = sorted(REQUIREMENTS.glob("*.txt"))
PINNED = re.compile(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+!]*")

# Words of licences that let anybody use, change and pass on what is under them.
FREE = re.compile(
    r"\b(MIT|Apache|BSD|0BSD|ISC|MPL|Mozilla Public|PSF|Python Software Foundation|Python-2\.0|HPND"
    r"|Unlicense|Zlib)\b"
)
# These would bind who ships them; nothing here is shipped, but nothing here needs them either.
BINDING = re.compile(r"\b(A?GPL|Affero|SSPL|Commercial|Proprietary)\b")


def lines(file: Path) -> list[str]:
    stripped = (line.split("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    return [line for line in stripped if line]


def installed() -> list[Distribution]:
    """The packages of the files; the tools are not installed beside every Python that runs the tests."""
    tools = [line for name in ("lint.txt", "docs.txt") for line in lines(REQUIREMENTS / name)]
    found = []
    for line in (line for file in FILES for line in lines(file) if "==" in line):
        try:
            found.append(distribution(line.split("==")[0]))
        except PackageNotFoundError:
            assert line in tools, line
    return found


def licence(package: Distribution) -> str:
    stated: list[str] = package.metadata.get_all("License-Expression") or []
    if stated:
        return stated[0]
    classifiers: list[str] = package.metadata.get_all("Classifier") or []
    kinds = [kind for kind in classifiers if kind.startswith("License")]
    # Some put the whole text of their licence there; its first lines name it.
    texts: list[str] = package.metadata.get_all("License") or []
    return " ".join([*kinds, *(text[:200] for text in texts)])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_requirement_is_pinned_and_none_has_an_address(file: Path) -> None:
    for line in lines(file):
        is_other_file = re.fullmatch(r"-r [a-z]+\.txt", line)
        assert is_other_file or PINNED.fullmatch(line), line


def test_no_package_is_required_in_two_versions() -> None:
    pins: dict[str, str] = {}
    for line in (line for file in FILES for line in lines(file) if "==" in line):
        name, version = line.split("==")
        name = re.sub(r"[-_.]+", "-", name).lower()
        assert pins.setdefault(name, version) == version, line


def test_every_package_is_under_a_licence_that_fits() -> None:
    packages = installed()
    assert len(packages) > 50
    odd = {package.name: licence(package) for package in packages}
    odd = {
        name: text for name, text in odd.items() if not FREE.search(text) or BINDING.search(text)
    }
    assert odd == {}


def test_a_user_of_palabre_installs_nothing_beside_it() -> None:
    wanted = requires("palabre") or []
    assert wanted
    assert [one for one in wanted if "extra ==" not in one] == []
