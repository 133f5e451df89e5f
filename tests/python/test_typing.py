"""What type checkers are told is what happens: the typed examples run."""

from __future__ import annotations

from pathlib import Path

import typing_examples

import palabre


def test_typed_examples_of_msgflash_run(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    typing_examples.contacts(client)
    typing_examples.groups(client)
    typing_examples.failures(client)
    assert len(sandbox.journal()) > 10


def test_typed_examples_of_wapiflow_run(sandbox: palabre.Sandbox, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"picture")
    typing_examples.inbox(sandbox.client("wapiflow"), picture)
    assert len(sandbox.journal()) > 5


def test_typed_examples_of_numbers_and_statistics_run(sandbox: palabre.Sandbox) -> None:
    typing_examples.numbers(sandbox.client("reachflow"))
    typing_examples.today(sandbox.client("reachflow"))
    typing_examples.statistics(sandbox.client("99digital"))
    typing_examples.fleet({"a": sandbox.client("reachflow"), "b": sandbox.client("msgflash")})
    assert len(sandbox.journal()) > 5


def test_typed_examples_of_vendors_operations_run(sandbox: palabre.Sandbox, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"picture")
    typing_examples.operations(sandbox.client("msgflash"))
    typing_examples.forms(sandbox.client("wapiflow"), picture)
    typing_examples.makers(sandbox, "reachflow")
    assert len(sandbox.journal()) > 5


async def test_typed_examples_of_asyncio_run(sandbox: palabre.Sandbox) -> None:
    await typing_examples.asynchronous(sandbox.async_client("msgflash"))
    await typing_examples.asynchronous_operations(sandbox.async_client("99digital"))
    assert len(sandbox.journal()) > 5


def test_typed_examples_of_the_sandbox_run() -> None:
    typing_examples.sandbox()


def test_the_package_is_marked_as_typed() -> None:
    package = Path(palabre.__file__).parent
    assert (package / "py.typed").exists()
    assert (package / "_palabre.pyi").exists()
    assert (package / "vendors" / "msgflash.py").exists()
