"""Files that are sent: read away from the other calls, and only if they can be sent."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from conftest import Connect
from requests_seen import Requests

import palabre

TO = "+8801988000000"


async def test_a_pipe_is_refused_at_once(connect: Connect, tmp_path: Path) -> None:
    pipe = tmp_path / "picture.png"
    os.mkfifo(pipe)
    api = connect("wapiflow")
    began = time.monotonic()
    for call in (
        lambda: api.messages.send(to=TO, image=pipe),
        lambda: api.call("send_message", mobile_code="880", mobile="19", image=pipe),
    ):
        with pytest.raises(palabre.InvalidInputError, match=r"image: .*not a regular file"):
            await call()
    assert time.monotonic() - began < 10


async def test_a_file_that_is_too_large_is_not_read(connect: Connect, tmp_path: Path) -> None:
    huge = tmp_path / "picture.png"
    with huge.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(palabre.InvalidInputError, match=r"image: at most 5242880 bytes"):
        await connect("wapiflow").messages.send(to=TO, image=huge)


async def test_an_empty_file_is_refused(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    empty = tmp_path / "picture.png"
    empty.touch()
    for file in (empty, ("picture.png", b"")):
        with pytest.raises(palabre.InvalidInputError, match="image: the file is empty"):
            await connect("wapiflow").messages.send(to=TO, image=file)
    assert sandbox.journal() == []


async def test_of_a_name_with_folders_the_last_part_is_sent(
    connect: Connect, requests: Requests
) -> None:
    await connect("wapiflow").messages.send(to=TO, image=("../photos/a.png", b"picture"))
    assert requests.only()["body"]["image"]["file_name"] == "a.png"
