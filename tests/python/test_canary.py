"""No key, text, number or one-time code gets out: every operation with values that cannot be mistaken.

Each operation and each verb runs well, and fails in each way in which an answer can fail, with
everything logged. Then all that was printed, raised, logged and pickled is searched. Results are
the data that was asked for: their pickles hold numbers and texts, but never a key.
"""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from both import Api, Listing, either
from canary import KEYS, Heard, Stage, listening, replaced
from operations import CALLS
from test_vendor_operations import python_arguments
from verbs import SUPPORTED, start

import palabre


@pytest.fixture
def heard() -> Iterator[Heard]:
    with listening() as heard:
        yield heard


@pytest.fixture(params=["sync", "async"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with palabre.Sandbox(credentials=KEYS) as sandbox:
        yield Stage(sandbox, request.param == "sync")


@pytest.mark.parametrize(("vendor", "operation"), CALLS)
async def test_no_operation_lets_a_key_a_text_or_a_number_out(
    stage: Stage, heard: Heard, capfd: pytest.CaptureFixture[str], vendor: str, operation: str
) -> None:
    arguments = replaced(python_arguments(vendor, operation))
    # A good answer is plain data, as it was asked for: what it shows of itself is not palabre's.
    await stage.run_every_way(vendor, arguments, lambda api: stored(api, operation, arguments))
    # Nothing of somebody who never wrote can be marked as read.
    good = set() if operation == "mark_as_read" else {"well"}
    assert good < stage.watched.ends
    stage.watched.check(capfd, heard)


async def stored(api: Api, operation: str, arguments: dict[str, Any]) -> bytes:
    return pickle.dumps(await either(getattr(api.vendor, operation)(**arguments)))


@pytest.mark.parametrize(
    ("vendor", "verb"), [(vendor, verb) for vendor, verbs in SUPPORTED.items() for verb in verbs]
)
async def test_no_verb_lets_a_key_a_text_or_a_number_out(
    stage: Stage, heard: Heard, capfd: pytest.CaptureFixture[str], vendor: str, verb: str
) -> None:
    asked: dict[str, Any] = {}

    def change(arguments: dict[str, Any]) -> dict[str, Any]:
        asked.update(replaced(arguments))
        return replaced(arguments)

    async def call(api: Api) -> Any:
        result = start(api, verb, change)
        return await (result.collect() if isinstance(result, Listing) else result)

    # Once without a watch, to see what is asked.
    with contextlib.suppress(palabre.NotFoundError):
        await call(Api(stage.make(vendor)))
    await stage.run_every_way(vendor, asked, call)
    good = set() if verb == "messages.mark_read" else {"well"}
    assert good < stage.watched.ends
    assert bool(stage.watched.codes) == (verb == "otp.send")
    stage.watched.check(capfd, heard)
