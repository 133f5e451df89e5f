"""Clients travel to workers: the pickle says where the secrets are, and never holds them."""

from __future__ import annotations

import asyncio
import copy
import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import cloudpickle
import configs
import pytest
from both import either

import palabre

MAKERS = pytest.mark.parametrize("make", [palabre.Client, palabre.AsyncClient])
FLEETS = pytest.mark.parametrize("make", [palabre.Fleet, palabre.AsyncFleet])
STARTS = pytest.mark.parametrize("start", ["spawn", "fork", "forkserver"])
PROTOCOLS = pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))


@pytest.fixture
def environment(sandbox: palabre.Sandbox, monkeypatch: pytest.MonkeyPatch) -> str:
    """The sandbox's MsgFlash in the variables of palabre; gives the secret."""
    secret: str = sandbox.credentials["msgflash"]["api_key"]
    monkeypatch.setenv("PALABRE_MSGFLASH_API_KEY", secret)
    monkeypatch.setenv("PALABRE_MSGFLASH_BASE_URL", sandbox.base_urls["msgflash"])
    return secret


@pytest.fixture
def path(sandbox: palabre.Sandbox, tmp_path: Path) -> Path:
    """A file that holds the secrets of four accounts."""
    return configs.write(tmp_path, sandbox, inline=True)


def learn(variables: dict[str, str]) -> None:
    os.environ.update(variables)


def name_of(client: Any) -> str:
    """The name of a contact, from whatever client."""

    async def read() -> str:
        return str((await either(client.contacts.get("CONTACT_UUID_1"))).name)

    return asyncio.run(read())


def count(fleet: Any) -> int:
    async def read() -> int:
        return len(await either(fleet.numbers.list()))

    return asyncio.run(read())


def every_secret(sandbox: palabre.Sandbox) -> list[str]:
    credentials = sandbox.credentials.values()
    return [secret for keys in credentials for secret in keys.values() if secret]


def check_no_secret(pickled: bytes, sandbox: palabre.Sandbox) -> None:
    for secret in every_secret(sandbox):
        assert secret.encode() not in pickled


@MAKERS
@PROTOCOLS
async def test_a_client_of_the_environment_comes_back_whole(
    make: Any, protocol: int, environment: str, sandbox: palabre.Sandbox
) -> None:
    client = make(
        "msgflash",
        account="sales",
        timeout=7,
        timezone="Africa/Lome",
        retry=palabre.RetryPolicy.off(),
    )
    pickled = pickle.dumps(client, protocol)
    check_no_secret(pickled, sandbox)
    back = pickle.loads(pickled)
    assert type(back) is make
    assert (back.account, str(back.vendor)) == ("sales", "msgflash")
    assert back.base_url == sandbox.base_urls["msgflash"]
    assert (await either(back.contacts.get("CONTACT_UUID_1"))).account == "sales"
    sandbox.add_fault(operation="get_contact", status=503, times=None)
    sandbox.clear_journal()
    with pytest.raises(palabre.UnavailableError):
        await either(back.contacts.get("CONTACT_UUID_1"))
    assert len(sandbox.journal()) == 1, "the policy came along"
    assert pickle.dumps(back, protocol) == pickled


@MAKERS
def test_options_of_the_program_come_along(make: Any, environment: str) -> None:
    address = "http://127.0.0.1:9/other"
    back = pickle.loads(pickle.dumps(make("msgflash", base_url=address, timeout=0.5)))
    assert back.base_url == address


@FLEETS
@PROTOCOLS
async def test_a_fleet_of_a_file_comes_back_whole(
    make: Any, protocol: int, path: Path, sandbox: palabre.Sandbox
) -> None:
    fleet = make.from_config(path)
    assert len(await either(fleet.numbers.list())) == 12
    pickled = pickle.dumps(fleet, protocol)
    check_no_secret(pickled, sandbox)
    back = pickle.loads(pickled)
    assert list(back) == list(fleet)
    table = await either(back.numbers.list())
    assert (len(table), table.failures) == (12, [])
    one = pickle.loads(pickle.dumps(fleet["sales"], protocol))
    assert (await either(one.contacts.get("CONTACT_UUID_1"))).account == "sales"


def test_the_profile_comes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        "[accounts.a]\nvendor = 'msgflash'\napi_key = 'k'\nbase_url = 'http://127.0.0.1:1/none'\n"
        "[profiles.p.accounts.a]\nvendor = 'msgflash'\napi_key = 'k'\n"
        "base_url = 'http://127.0.0.1:1/p'\n",
        encoding="utf-8",
    )
    with_profile = pickle.dumps(palabre.Fleet.from_config(path, profile="p")["a"])
    without = pickle.dumps(palabre.Fleet.from_config(path)["a"])
    assert pickle.loads(with_profile).base_url == "http://127.0.0.1:1/p"
    monkeypatch.setenv("PALABRE_PROFILE", "p")
    monkeypatch.chdir("/")
    assert pickle.loads(without).base_url == "http://127.0.0.1:1/none"


@MAKERS
def test_a_secret_of_the_program_is_refused_with_what_to_do(make: Any) -> None:
    client = make("wapiflow", account="shop", client_id="unmistakable-1", client_secret="s-4711")
    for dumps in (pickle.dumps, cloudpickle.dumps):
        with pytest.raises(palabre.ConfigError) as caught:
            dumps(client)
        assert caught.value.account == "shop"
        text = str(caught.value)
        assert "client_id and client_secret came from the program" in text
        assert "PALABRE_WAPIFLOW_CLIENT_ID and PALABRE_WAPIFLOW_CLIENT_SECRET" in text
        assert "Fleet.from_config()" in text
        assert "unmistakable-1" not in text
        assert "s-4711" not in text


@FLEETS
def test_a_fleet_with_a_secret_of_the_program_names_the_account(make: Any) -> None:
    client = palabre.Client if make is palabre.Fleet else palabre.AsyncClient
    fleet = make({"north": client("reachflow", api_key="k", account="north")})
    with pytest.raises(palabre.ConfigError) as caught:
        pickle.dumps(fleet)
    assert caught.value.account == "north"


@MAKERS
def test_copies_are_the_client_itself(make: Any) -> None:
    client = make("reachflow", api_key="k")
    assert copy.copy(client) is client
    assert copy.deepcopy([client])[0] is client


@FLEETS
def test_copies_are_the_fleet_itself(make: Any, path: Path) -> None:
    fleet = make.from_config(path)
    assert copy.copy(fleet) is fleet
    assert copy.deepcopy({"fleet": fleet})["fleet"] is fleet


async def test_a_pickle_is_read_where_the_secret_is_missing_and_the_call_says_so(
    environment: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pickled = pickle.dumps(palabre.Client("msgflash"))
    of_file = pickle.dumps(palabre.AsyncFleet.from_config(path)["sales"])
    monkeypatch.delenv("PALABRE_MSGFLASH_API_KEY")
    path.unlink()
    client = pickle.loads(pickled)
    assert client.account == "msgflash"
    with pytest.raises(palabre.ConfigError, match="PALABRE_MSGFLASH_API_KEY"):
        client.contacts.get("CONTACT_UUID_1")
    with pytest.raises(palabre.ConfigError, match="cannot read"):
        await pickle.loads(of_file).contacts.get("CONTACT_UUID_1")


@STARTS
@MAKERS
def test_a_pool_of_processes_takes_a_client(start: str, make: Any, environment: str) -> None:
    client = make("msgflash")
    # A server of forks has the environment of its own start, which may have been another test.
    variables = {name: value for name, value in os.environ.items() if name.startswith("PALABRE_")}
    context = multiprocessing.get_context(start)
    with context.Pool(2, learn, (variables,)) as pool:
        assert pool.map(name_of, [client] * 4) == ["Koffi Mensah"] * 4


@STARTS
@FLEETS
def test_a_pool_of_processes_takes_a_fleet(start: str, make: Any, path: Path) -> None:
    fleet = make.from_config(path)
    with ProcessPoolExecutor(2, multiprocessing.get_context(start)) as pool:
        assert list(pool.map(count, [fleet] * 2)) == [12, 12]
        assert pool.submit(name_of, fleet["sales"]).result(30) == "Koffi Mensah"


def test_a_worker_without_the_secret_says_so_and_the_pool_goes_on(
    environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = palabre.Client("msgflash")
    client.contacts.get("CONTACT_UUID_1")
    monkeypatch.delenv("PALABRE_MSGFLASH_API_KEY")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        answer = pool.map_async(name_of, [client])
        with pytest.raises(palabre.ConfigError, match="PALABRE_MSGFLASH_API_KEY"):
            answer.get(30)


def test_functions_that_hold_a_client_travel_as_dask_and_ray_send_them(
    environment: str, path: Path, sandbox: palabre.Sandbox
) -> None:
    client, fleet = palabre.Client("msgflash"), palabre.Fleet.from_config(path)
    pickled = cloudpickle.dumps(lambda: (name_of(client), count(fleet)))
    check_no_secret(pickled, sandbox)
    assert pickle.loads(pickled)() == ("Koffi Mensah", 12)
