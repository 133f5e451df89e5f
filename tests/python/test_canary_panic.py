"""A panic shows no key, text or number either.

palabre has none that could be called up. So a hook raises what pyo3 makes of a panic, which pyo3
takes up again as a panic of Rust inside the call, where keys, text and number are in use. In asyncio
a hook is called by Python, and its panic is what any hook raises.
"""

from __future__ import annotations

import pytest
from canary import KEYS, NUMBER, PLAIN, PRIVATE, SECRETS, TEXT, plain
from scripts import run

SEND = f"""
import asyncio, logging, os, pathlib, tempfile, traceback
os.environ["RUST_BACKTRACE"] = "full"
import palabre

PRIVATE = dict(to={NUMBER!r}, text={TEXT!r})
logging.basicConfig(level=1)


def see(error):
    for shown in (repr(error), str(error), repr(error.args), repr(vars(error))):
        print(shown)
    traceback.print_exception(error)
    for link in (error.__cause__, error.__context__):
        if link is not None:
            see(link)


def panic(event):
    (kind,) = (kind for kind in BaseException.__subclasses__() if kind.__name__ == "PanicException")
    raise kind(f"on purpose {{event!r}} {{event}} {{event.to_dict()}}")


def call(client, folder):
    if WAY == "campaign":
        rows = [dict(to=PRIVATE["to"], name=PRIVATE["text"])]
        ledger = pathlib.Path(folder, "ledger")
        return client.messages.send_many(rows, ledger=ledger, text=PRIVATE["text"] + " {{name}}")
    return client.messages.send(**PRIVATE)


async def main(client, folder):
    await call(client, folder)


with palabre.Sandbox(credentials={KEYS!r}) as sandbox, tempfile.TemporaryDirectory() as folder:
    if HOOK == "on_error":
        sandbox.add_fault(vendor=VENDOR, status=400, times=None, body="{TEXT} {NUMBER}")
    make = sandbox.async_client if WAY == "async" else sandbox.client
    client = make(VENDOR, retry=palabre.RetryPolicy.off(), **{{HOOK: panic}})
    try:
        if WAY == "async":
            asyncio.run(main(client, folder))
        else:
            call(client, folder)
    except BaseException as error:
        see(error)
"""


@pytest.mark.parametrize("hook", ["on_request", "on_response", "on_error"])
@pytest.mark.parametrize("way", ["sync", "async", "campaign"])
@pytest.mark.parametrize("vendor", KEYS)
def test_no_panic_lets_a_key_a_text_or_a_number_out(vendor: str, way: str, hook: str) -> None:
    done = run(f"VENDOR, WAY, HOOK = {vendor, way, hook}\n{SEND}")
    assert done.status == 0, done.errors
    assert ("resuming a panic" in done.errors) is (way != "async"), done.errors
    assert "on purpose" in done.errors, done.errors
    shown = done.output + done.errors
    for secret in [*SECRETS, *PRIVATE]:
        assert secret not in shown, shown
    for secret in PLAIN:
        assert secret not in plain(shown), shown
