"""Processes with hooks fork and end as others do."""

from __future__ import annotations

import pytest
from scripts import printed

# Python 3.12 and later warn of a fork in a process with threads, which is what is tested here.
FORKS = ("-W", "ignore:This process:DeprecationWarning")


def test_hooks_work_in_a_forked_child() -> None:
    output = printed(
        """
        import os, palabre
        events = []
        with palabre.Sandbox(seed=7) as sandbox:
            note = events.append
            client = sandbox.client("msgflash", on_request=note, on_response=note)
            client.groups.list().collect()
            child = os.fork()
            if child == 0:
                events.clear()
                client.groups.list().collect()
                os._exit(len(events))
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), len(events))
        """,
        *FORKS,
    )
    assert output == "2 2\n"


ENDS = {
    "after a call": "client.groups.list().collect()",
    "with a call in a thread": """
thread = threading.Thread(target=lambda: client.groups.list().collect(), daemon=True)
thread.start()
""",
    "after an event loop": "asyncio.run(collect())",
    "with a call that nobody waits for": "asyncio.run(leave())",
}


@pytest.mark.parametrize("ends", ENDS)
def test_fifty_processes_with_hooks_end_well(ends: str) -> None:
    script = f"""
import asyncio, logging, os, threading
import palabre

sandbox = palabre.Sandbox(seed=7)
logging.getLogger("palabre").setLevel("DEBUG")
statuses = set()
for _ in range(50):
    child = os.fork()
    if child == 0:
        break
    statuses.add(os.waitpid(child, 0)[1])
else:
    print(statuses)
    sandbox.close()
    raise SystemExit

# A child: it ends as every interpreter does.
note = [].append
hooks = dict(on_request=note, on_response=note, on_error=note)
client = sandbox.client("msgflash", **hooks)

async def collect():
    await sandbox.async_client("msgflash", **hooks).groups.list().collect()

async def leave():
    asyncio.ensure_future(collect())
    await asyncio.sleep(0.003)

{ENDS[ends]}
"""
    assert printed(script, *FORKS, timeout=120) == "{0}\n"
