"""Files of a campaign's rows: memory is flat, and what the vendor would not take is not read."""

from __future__ import annotations

from pathlib import Path

import pytest
from campaigns import number
from conftest import Connect
from scripts import printed

import palabre

# More than this is kept at a time: what is handed over, what is known for rows to come, and SQLite's.
MOST = 80

# Prints how far the process has grown, in MiB, and what was planned.
PLAN = """
    import pathlib
    import palabre

    def peak():
        (line,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
        return int(line.split()[1]) // 1024

    folder = pathlib.Path({folder!r})
    (folder / "menu.png").write_bytes(bytes(2 << 20))
    for index in range(60):
        (folder / f"{{index}}.png").write_bytes(index.to_bytes(2, "big") * (1 << 20))
    with open(folder / "large.png", "wb") as large:
        large.truncate(300 << 20)

    def rows():
        for index in range({count}):
            yield {{"to": f"+88019880{{index:05}}", "image": {image}}}

    with palabre.Sandbox(seed=7) as sandbox:
        client = sandbox.client("wapiflow")
        client.messages.plan([{{"to": "+8801988000000", "text": "Hello"}}])
        before = peak()
        plan = client.messages.plan(rows())
        print(peak() - before, plan.planned)
"""

IMAGES = {
    "one file": (300, 'folder / "menu.png"', 300),
    "many files": (60, 'folder / f"{index}.png"', 60),
    "in memory": (120, '("menu.png", bytes(2 << 20))', 120),
    "a file too large": (3, 'folder / "large.png"', 0),
}


@pytest.mark.parametrize("images", IMAGES)
def test_files_of_rows_are_not_in_memory_together(tmp_path: Path, images: str) -> None:
    count, image, planned = IMAGES[images]
    script = PLAN.format(folder=str(tmp_path), count=count, image=image)
    grown, rows = map(int, printed(script, timeout=120).split())
    assert rows == planned
    assert grown < MOST


async def test_a_file_that_is_too_large_refuses_its_row_as_it_refuses_a_send(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    picture, large = tmp_path / "menu.png", tmp_path / "large.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    with large.open("wb") as file:
        file.truncate(6 << 20)
    client = connect("wapiflow")
    with pytest.raises(palabre.InvalidInputError) as error:
        await client.messages.send(to=number(0), image=large)
    rows = [{"to": number(index), "image": picture} for index in range(3)]
    rows[1]["image"] = large
    # A document may be larger.
    rows[2] = {"to": number(2), "document": large.rename(tmp_path / "large.pdf")}
    large.symlink_to(tmp_path / "large.pdf")
    plan = await client.messages.plan(rows)
    (refused,) = plan.rows(state="refused")
    assert (plan.planned, refused.row) == (2, 2)
    assert refused.reason == error.value.message
    assert "at most 5242880 bytes" in refused.reason


async def test_a_file_that_has_changed_is_read_again(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    picture = tmp_path / "menu.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    rows = [{"to": number(0), "image": picture}]
    client = connect("wapiflow")
    path = tmp_path / "a.db"
    await client.messages.send_many(rows, ledger=path)
    picture.write_bytes(b"\x89PNG\r\n\x1a\n and more")
    with pytest.raises(palabre.ConflictError, match="with other contents"):
        await client.messages.send_many(rows, ledger=path)
    assert len(sandbox.sent()) == 1


async def test_a_file_in_a_column_of_the_caller_s_own_is_not_read(
    connect: Connect, tmp_path: Path
) -> None:
    rows = [{"to": number(0), "text": "Hello", "folder": tmp_path / "missing"}]
    plan = await connect("wapiflow").messages.plan(rows)
    assert plan.planned == 1
    for row in rows:
        row["text"] = None
    plan = await connect("wapiflow").messages.plan(rows, text="Look at {folder}")
    (refused,) = plan.rows(state="refused")
    assert refused.reason.startswith("folder: is not a text that a message can hold")


async def test_a_file_for_a_vendor_that_takes_links_is_refused_unread(
    connect: Connect, tmp_path: Path
) -> None:
    rows = [{"to": number(0), "image": tmp_path / "missing.png"}]
    plan = await connect("reachflow").messages.plan(rows)
    (refused,) = plan.rows(state="refused")
    assert "No such file" not in refused.reason
