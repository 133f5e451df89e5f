"""The sandbox as a Python object."""

from __future__ import annotations

import datetime
import http.client
import json
import threading
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import CLOCK

import palabre

VENDORS = ["99digital", "msgflash", "reachflow", "wapiflow"]


def everything(sandbox: palabre.Sandbox) -> str:
    """What a fresh sandbox holds, as text."""
    client = sandbox.client
    lists: list[Any] = [
        client("reachflow").numbers.list(),
        client("msgflash").contacts.list(),
        client("msgflash").groups.list(),
        client("99digital").stats.monthly(),
        client("wapiflow").contacts.list(),
        client("wapiflow").conversations.list(),
        client("wapiflow").templates.list(),
    ]
    return "\n".join(str(row.to_dict()) for rows in lists for row in rows)


def get(url: str) -> tuple[int, Any]:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=5)
    try:
        connection.request("GET", address.path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_the_same_seed_gives_the_same_data() -> None:
    with (
        palabre.Sandbox(seed=3, clock=CLOCK) as one,
        palabre.Sandbox(seed=3, clock=CLOCK) as same,
        palabre.Sandbox(seed=4, clock=CLOCK) as other,
    ):
        assert everything(one) == everything(same) != everything(other)


def test_seven_is_the_usual_seed() -> None:
    with palabre.Sandbox(clock=CLOCK) as usual, palabre.Sandbox(seed=7, clock=CLOCK) as seven:
        assert everything(usual) == everything(seven)


def test_there_is_enough_to_be_interesting(sandbox: palabre.Sandbox) -> None:
    assert len(list(sandbox.client("reachflow").numbers.list())) >= 3
    assert len(list(sandbox.client("msgflash").contacts.list())) >= 200
    assert len(list(sandbox.client("wapiflow").conversations.list())) >= 100
    months = {row.month for row in sandbox.client("99digital").stats.monthly()}
    assert len(months) >= 18


def test_a_sandbox_says_where_it_is_and_whom_it_lets_in(sandbox: palabre.Sandbox) -> None:
    assert sandbox.url.startswith("http://127.0.0.1:")
    assert sandbox.base_urls == {
        "reachflow": f"{sandbox.url}/reachflow/api/v1",
        "msgflash": f"{sandbox.url}/msgflash",
        "99digital": f"{sandbox.url}/99digital/api",
        "wapiflow": f"{sandbox.url}/wapiflow/external-api",
    }
    assert sorted(sandbox.credentials) == VENDORS
    status, announced = get(f"{sandbox.url}/_sandbox")
    assert status == 200
    assert announced["credentials"] == sandbox.credentials
    assert announced["base_urls"] == sandbox.base_urls


def test_what_it_says_makes_a_client(sandbox: palabre.Sandbox) -> None:
    client = palabre.Client(
        "reachflow", base_url=sandbox.base_urls["reachflow"], **sandbox.credentials["reachflow"]
    )
    assert len(list(client.numbers.list())) == 4


def test_client_options_replace_those_of_the_sandbox(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash", account="sales", timeout=1)
    assert (client.account, client.base_url) == ("sales", sandbox.base_urls["msgflash"])
    assert isinstance(sandbox.async_client("msgflash"), palabre.AsyncClient)
    with pytest.raises(palabre.AuthenticationError):
        sandbox.client("msgflash", api_key="wrong").contacts.get("a")
    for wrong in ("twilio", ""):
        with pytest.raises(palabre.InvalidInputError, match="vendor"):
            sandbox.client(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        sandbox.client("msgflash", colour="red")


def test_credentials_are_chosen() -> None:
    chosen = {
        "reachflow": {"api_key": "key-1"},
        "msgflash": {"api_key": "key-2", "team_id": "team-1"},
        "99digital": {
            "client_id": "id-1",
            "client_secret": "secret-1",
            "number": "972501234567",
        },
        "wapiflow": {"client_id": "id-2", "client_secret": "secret-2"},
    }
    with palabre.Sandbox(credentials=chosen) as sandbox:
        assert sandbox.credentials == chosen
        assert everything(sandbox)
        with pytest.raises(palabre.AuthenticationError):
            sandbox.client("reachflow", api_key="rfl_live_VOTRE_CLE").numbers.list().collect()


def test_vendors_that_are_left_out_keep_their_credentials() -> None:
    with palabre.Sandbox(credentials={"reachflow": {"api_key": "key-1"}}) as sandbox:
        assert sandbox.credentials["msgflash"] == {"api_key": "msgf_live_your_api_key_here"}
        assert sandbox.client("msgflash").contacts.get("CONTACT_UUID_1")


@pytest.mark.parametrize(
    "options",
    [
        {"seed": -1},
        {"seed": 2**64},
        {"host": "0.0.0.0"},
        {"host": "::"},
        {"host": "example.com"},
        {"port": -1},
        {"port": 65536},
        {"clock": "noon"},
        {"clock": ""},
        {"credentials": {"twilio": {"api_key": "k"}}},
        {"credentials": {"msgflash": {}}},
        {"credentials": {"msgflash": {"api_key": ""}}},
        {"credentials": {"msgflash": {"api_key": "k", "colour": "red"}}},
        {"credentials": {"wapiflow": {"client_id": "c"}}},
    ],
    ids=str,
)
def test_a_wrong_argument_is_named(options: dict[str, Any]) -> None:
    with pytest.raises(palabre.InvalidInputError, match=f"^{next(iter(options))}: "):
        palabre.Sandbox(**options)


@pytest.mark.parametrize(
    "options",
    [
        {"seed": "7"},
        {"host": 127},
        {"port": 1.5},
        {"clock": 5},
        {"clock": datetime.datetime(2026, 11, 15)},
        {"credentials": ["key"]},
        {"colour": "red"},
    ],
    ids=str,
)
def test_an_argument_of_a_wrong_type_is_a_type_error(options: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        palabre.Sandbox(**options)


def test_leaving_the_context_closes_the_port() -> None:
    with palabre.Sandbox() as sandbox:
        client = sandbox.client("reachflow", retry=palabre.RetryPolicy.off())
        assert get(f"{sandbox.url}/_sandbox")[0] == 200
    with pytest.raises(ConnectionRefusedError):
        get(f"{sandbox.url}/_sandbox")
    with pytest.raises(palabre.UnavailableError):
        client.numbers.list().collect()
    sandbox.close()


def test_the_context_is_left_with_the_error_that_came() -> None:
    with pytest.raises(ZeroDivisionError), palabre.Sandbox() as sandbox:
        raise ZeroDivisionError
    with pytest.raises(ConnectionRefusedError):
        get(sandbox.url)


def test_a_port_is_chosen_and_taken() -> None:
    with palabre.Sandbox() as sandbox:
        port = int(sandbox.url.rpartition(":")[2])
        with pytest.raises(palabre.UnavailableError, match=str(port)):
            palabre.Sandbox(port=port)
    with palabre.Sandbox(port=port) as again:
        assert again.url == sandbox.url


def test_a_dropped_sandbox_closes_its_port() -> None:
    sandbox = palabre.Sandbox()
    url = sandbox.url
    del sandbox
    with pytest.raises(ConnectionRefusedError):
        get(url)


def test_closing_does_not_wait_for_slow_answers() -> None:
    sandbox = palabre.Sandbox()
    sandbox.add_fault(delay_ms=20_000)
    client = sandbox.client("reachflow", retry=palabre.RetryPolicy.off())
    failures: list[palabre.PalabreError] = []

    def read() -> None:
        with pytest.raises(palabre.PalabreError) as caught:
            client.numbers.list().collect()
        failures.append(caught.value)

    thread = threading.Thread(target=read)
    thread.start()
    while not sandbox.journal():
        pass
    sandbox.close()
    thread.join(timeout=5)
    assert [error.kind for error in failures] == ["Unavailable"]


def test_the_clock_stands_where_it_is_put(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("99digital")
    times = []
    for time in (
        None,
        "2026-02-01T00:00:00Z",
        datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC),
        datetime.datetime(2026, 3, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
        None,
    ):
        sandbox.set_time(time)
        times.append(client.stats.current_month()[0].observed_at.isoformat())
    start = CLOCK.replace("Z", "+00:00")
    march, february = "2026-03-01T00:00:00+00:00", "2026-02-28T23:00:00+00:00"
    assert times == [start, "2026-02-01T00:00:00+00:00", march, february, start]


def test_without_a_clock_it_is_now() -> None:
    with palabre.Sandbox() as sandbox:
        before = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        seen = sandbox.client("99digital").stats.current_month()[0].observed_at
        assert before <= seen <= datetime.datetime.now(datetime.UTC)


def test_a_token_ends_after_an_hour_and_is_renewed(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("99digital")
    client.stats.current_month()
    sandbox.set_time("2026-11-15T13:00:01Z")
    assert len(client.stats.current_month()) == 24
    operations = [entry["operation"] for entry in sandbox.journal()]
    assert operations.count("create_access_token") == 2
