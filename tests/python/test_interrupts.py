"""Ctrl-C ends a call that waits; the interpreter ends whatever is still running."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from scripts import printed, run, start

START = """
    import asyncio, sys, time
    import palabre

    sandbox = palabre.Sandbox()
    client = sandbox.client("wapiflow")
    other = sandbox.async_client("wapiflow")
    pages = client.contacts.list().pages()
    next(pages)
    sandbox.add_fault(delay_ms=20_000, times=None)
    print("waiting", flush=True)
    try:
        {wait}
    except KeyboardInterrupt:
        sandbox.clear_faults()
        print(len(next(client.contacts.list().pages())), len(next(pages)))
        sys.exit(3)
"""
WAITS = {
    "read": "client.templates.list().collect()",
    "send": 'client.messages.send(to="+8801988000000", text="Hello")',
    "generic call": 'client.call("list_templates")',
    "listing": "[contact for contact in client.contacts.list()]",
    "next page": "next(pages)",
    "frame": "client.contacts.list().to_arrow()",
    "fleet": 'palabre.Fleet({"a": client}).contacts.list()',
    "asyncio": "asyncio.run(other.templates.list().collect())",
}


@pytest.mark.parametrize("wait", WAITS)
def test_ctrl_c_stops_a_waiting_call_and_the_client_goes_on(wait: str) -> None:
    process = start(START.format(wait=WAITS[wait]))
    try:
        assert process.stdout
        assert process.stdout.readline() == b"waiting\n"
        time.sleep(0.3)
        assert process.poll() is None, "it does not wait"
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=10)
        took = time.monotonic() - sent
    finally:
        process.kill()
    # Within a second; the machine that runs the tests may be slow.
    assert took < 5
    assert (process.returncode, output, errors) == (3, b"20 20\n", b"")


def test_ctrl_c_in_a_write_says_that_it_may_have_happened() -> None:
    code = """
        import signal
        import palabre

        def stop(*_):
            raise KeyboardInterrupt
        signal.signal(signal.SIGALRM, stop)
        sandbox = palabre.Sandbox()
        client = sandbox.client("wapiflow")
        sandbox.add_fault(operation="delete_contact", after=2, delay_ms=20_000)
        sandbox.add_fault(operation="send_message", delay_ms=20_000)
        sandbox.add_fault(operation="list_templates", delay_ms=20_000)
        for call in (
            lambda: client.contacts.delete_many(["900001", "900002", "900003", "900004"]),
            lambda: client.messages.send(to="+8801988000000", text="Hello"),
            lambda: client.call("list_templates"),
        ):
            signal.setitimer(signal.ITIMER_REAL, 0.5)
            try:
                call()
            except KeyboardInterrupt as error:
                print(getattr(error, "__notes__", None))
    """
    done = run(code)
    batch, send, read = done.output.splitlines()
    assert "contacts.delete_many was given up after 2 of 4;" in batch
    assert "messages.send was given up and may have happened: look before you repeat it" in send
    assert (read, done.errors) == ("None", "")


def test_a_handler_that_raises_nothing_lets_the_call_go_on() -> None:
    code = """
        import signal, threading
        import palabre

        seen = []
        signal.signal(signal.SIGALRM, lambda *_: seen.append(client.vendor))
        with palabre.Sandbox() as sandbox:
            client = sandbox.client("msgflash")
            sandbox.add_fault(delay_ms=700)
            signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
            print(client.contacts.get("CONTACT_UUID_1").name, len(seen) > 1)
            signal.setitimer(signal.ITIMER_REAL, 0)
    """
    done = run(code)
    assert (done.status, done.output, done.errors) == (0, "Koffi Mensah True\n", "")


def test_a_handler_may_call_the_same_client() -> None:
    code = """
        import signal
        import palabre

        seen = []
        with palabre.Sandbox() as sandbox:
            client = sandbox.client("msgflash")
            read = lambda *_: seen.append(client.groups.get("GROUP_ID").name)
            signal.signal(signal.SIGALRM, read)
            sandbox.add_fault(operation="get_contact", delay_ms=700)
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            print(client.contacts.get("CONTACT_UUID_1").name, seen)
    """
    done = run(code, "-X", "utf8")
    assert (done.status, done.output, done.errors) == (0, "Koffi Mensah ['Équipe terrain']\n", "")


# What still runs when the interpreter ends. A slow teardown gives answers time to arrive in it.
ENDINGS = {
    "tasks of a loop that has ended": "asyncio.run(start())",
    "tasks of a loop that was left": """
loop = asyncio.new_event_loop()
loop.run_until_complete(start())
""",
    "tasks, and an exit in a coroutine": """
async def leave():
    await start()
    sys.exit(0)
asyncio.run(leave())
""",
    "a thread with a sync call": """
threading.Thread(target=client.contacts.get, args=["CONTACT_UUID_1"], daemon=True).start()
time.sleep(0.05)
""",
    "a thread with an event loop": """
threading.Thread(target=lambda: asyncio.run(wait_for_all()), daemon=True).start()
time.sleep(0.05)
""",
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("delay_ms", [0, 100])
def test_the_interpreter_ends_quietly_with_calls_still_running(ending: str, delay_ms: int) -> None:
    start = f"""
import asyncio, sys, threading, time
import palabre

class Slow:
    def __del__(self, sleep=time.sleep):
        sleep(0.2)

slow = Slow()
sandbox = palabre.Sandbox()
sandbox.add_fault(delay_ms={delay_ms}, times=None)
client = sandbox.client("msgflash")
other = sandbox.async_client("msgflash")
tasks = []

async def start():
    for _ in range(20):
        tasks.append(asyncio.create_task(other.contacts.get("CONTACT_UUID_1")))
    await asyncio.sleep(0.01)

async def wait_for_all():
    await start()
    await asyncio.gather(*tasks)
"""
    runs = [run(start + ENDINGS[ending]) for _ in range(2)]
    for done in runs:
        # asyncio's own remark about a loop that is left; nothing of ours.
        errors = [
            line
            for line in done.errors.splitlines()
            if "Task was destroyed" not in line and not line.startswith("task: <Task ")
        ]
        assert (done.status, errors) == (0, [])


@pytest.mark.parametrize(
    "call",
    [
        'fleet["a"].contacts.get("x")',
        "fleet.contacts.list()",
        "palabre.doctor(path, online=True)",
    ],
)
def test_ctrl_c_ends_the_wait_for_a_secret(call: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[accounts.a]\nvendor = 'msgflash'\napi_key_command = 'exec sleep 25'\n")
    path.chmod(0o600)
    code = f"""
        import os, signal, threading, time
        import palabre

        path = {str(path)!r}
        fleet = palabre.Fleet.from_config(path)
        threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGINT]).start()
        start = time.monotonic()
        try:
            {call}
        except KeyboardInterrupt:
            print(time.monotonic() - start < 10)
    """
    assert printed(code) == "True\n"
