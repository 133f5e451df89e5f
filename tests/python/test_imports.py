"""What is imported, and when."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LIBRARIES = {"pyarrow": "arrow", "pandas": "pandas", "polars": "polars"}


def run(code: str) -> str:
    """The output of a script in a fresh interpreter, started as bare as it can be."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def imported_by(code: str) -> list[str]:
    """The modules that a script imports beyond those of the interpreter's start."""
    start = "import sys; before = set(sys.modules)"
    end = "after = set(sys.modules) - before; import json; print(json.dumps(sorted(after)))"
    modules: list[str] = json.loads(run("\n".join([start, code, end])).splitlines()[-1])
    return modules


def test_importing_palabre_imports_nothing_but_its_own_modules() -> None:
    modules = imported_by("import palabre")
    assert modules == ["__future__", "palabre", "palabre._palabre", "palabre.errors"]


def test_reading_imports_no_data_library_and_no_asyncio() -> None:
    modules = imported_by(
        "import palabre\n"
        "with palabre.Sandbox() as sandbox:\n"
        "    list(sandbox.client('msgflash').contacts.list())\n"
        "    sandbox.client('99digital').stats.monthly().warnings\n"
        "    sandbox.async_client('msgflash').contacts.list()\n"
    )
    assert not {"asyncio", "numpy", *LIBRARIES} & set(modules)


def test_arrow_streams_need_no_library() -> None:
    modules = imported_by(
        "import palabre\n"
        "with palabre.Sandbox() as sandbox:\n"
        "    capsule = sandbox.client('msgflash').groups.list().__arrow_c_stream__()\n"
        "    assert 'arrow_array_stream' in repr(capsule)\n"
    )
    assert not {"numpy", *LIBRARIES} & set(modules)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_conversion_imports_its_library_and_no_other(library: str) -> None:
    method = {"pyarrow": "to_arrow"}.get(library, f"to_{library}")
    modules = imported_by(
        "import palabre\n"
        "with palabre.Sandbox() as sandbox:\n"
        f"    sandbox.client('msgflash').groups.list().{method}()\n"
    )
    assert library in modules
    others = {"pandas", "polars"} - {library}
    assert not others & set(modules)


@pytest.mark.parametrize(
    ("missing", "method", "extra"),
    [
        ("pyarrow", "to_arrow", "arrow"),
        ("pandas", "to_pandas", "pandas"),
        ("pyarrow", "to_pandas", "pandas"),
        ("polars", "to_polars", "polars"),
    ],
)
def test_a_missing_library_is_named_with_the_way_to_install_it(
    missing: str, method: str, extra: str
) -> None:
    output = run(
        "import sys\n"
        f"sys.modules[{missing!r}] = None\n"
        "import palabre\n"
        "with palabre.Sandbox() as sandbox:\n"
        "    groups = sandbox.client('msgflash').groups.list()\n"
        "    assert len(list(groups)) == 10\n"
        "    try:\n"
        f"        groups.{method}()\n"
        "    except ModuleNotFoundError as error:\n"
        "        print(error.name, '|', error)\n"
    )
    assert output == f"{missing} | {missing} is not installed; pip install 'palabre[{extra}]'\n"


@pytest.mark.parametrize("missing", LIBRARIES)
def test_a_missing_library_is_noticed_before_anything_is_fetched(missing: str) -> None:
    method = {"pyarrow": "to_arrow"}.get(missing, f"to_{missing}")
    output = run(
        "import asyncio, sys\n"
        f"sys.modules[{missing!r}] = None\n"
        "import palabre\n"
        "async def fetch(client):\n"
        f"    await client.groups.list().{method}()\n"
        "with palabre.Sandbox() as sandbox:\n"
        "    for run in (\n"
        f"        lambda: sandbox.client('msgflash').groups.list().{method}(),\n"
        "        lambda: asyncio.run(fetch(sandbox.async_client('msgflash'))),\n"
        "    ):\n"
        "        try:\n"
        "            run()\n"
        "        except ModuleNotFoundError as error:\n"
        "            print(error.name, len(sandbox.journal()))\n"
    )
    assert output == f"{missing} 0\n" * 2


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_way_to_a_missing_library_says_what_to_install(library: str) -> None:
    method = {"pyarrow": "to_arrow"}.get(library, f"to_{library}")
    output = run(
        "import asyncio, sys\n"
        f"sys.modules[{library!r}] = None\n"
        "import palabre\n"
        "async def fetch(client):\n"
        f"    await client.groups.list().{method}()\n"
        "with palabre.Sandbox() as sandbox:\n"
        "    client = sandbox.client('msgflash')\n"
        "    listing = client.groups.list()\n"
        "    for run in (\n"
        f"        listing.{method},\n"
        f"        next(iter(listing.pages())).{method},\n"
        f"        listing.collect().{method},\n"
        f"        palabre.Fleet({{'a': client}}).groups.list().{method},\n"
        "        lambda: asyncio.run(fetch(sandbox.async_client('msgflash'))),\n"
        "    ):\n"
        "        try:\n"
        "            run()\n"
        "        except ModuleNotFoundError as error:\n"
        "            print(error)\n"
    )
    message = f"{library} is not installed; pip install 'palabre[{LIBRARIES[library]}]'\n"
    assert output == message * 5
