"""Accounts from a file and the environment."""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import configs
import pytest
from both import either

import palabre

FLEETS = pytest.mark.parametrize("make", [palabre.Fleet, palabre.AsyncFleet])


@pytest.fixture
def path(sandbox: palabre.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with an account of each vendor; the secrets are in the environment."""
    for name, secret in configs.secrets(sandbox).items():
        monkeypatch.setenv(name, secret)
    return configs.write(tmp_path, sandbox)


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


@FLEETS
async def test_a_fleet_of_the_file_reads_all_accounts(make: Any, path: Path) -> None:
    fleet = make.from_config(path)
    assert list(fleet) == sorted(configs.NAMES)
    table = await either(fleet.numbers.list())
    assert {row.account for row in table} == {"partners", "sales", "support"}
    assert [failure.account for failure in table.unsupported] == ["shop"]
    assert table.failures == []
    contact = await either(fleet["sales"].contacts.get("CONTACT_UUID_1"))
    assert (contact.account, contact.vendor) == ("sales", "msgflash")


@FLEETS
async def test_the_file_is_found_by_variable_or_by_folder(
    make: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(path.parent))
    (path.parent / "palabre").mkdir()
    path.rename(path.parent / "palabre" / "config.toml")
    assert list(make.from_config()) == sorted(configs.NAMES)
    other = write(path.parent, '[accounts.only]\nvendor = "reachflow"\napi_key = "k"\n')
    monkeypatch.setenv("PALABRE_CONFIG", str(other))
    assert list(make.from_config()) == ["only"]
    assert list(make.from_config(path.parent / "palabre" / "config.toml")) == sorted(configs.NAMES)


@FLEETS
def test_some_accounts_can_be_chosen(make: Any, path: Path) -> None:
    assert list(make.from_config(path, accounts=["shop", "sales"])) == ["sales", "shop"]
    with pytest.raises(palabre.ConfigError, match="did you mean sales"):
        make.from_config(path, accounts=["salse"])
    with pytest.raises(palabre.ConfigError, match="there is no account"):
        make.from_config(path, accounts=[])
    with pytest.raises(TypeError, match="accounts must be a list of str"):
        make.from_config(path, accounts="sales")


@FLEETS
def test_a_profile_has_accounts_of_its_own(
    make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(
        tmp_path,
        """
        [accounts.own]
        vendor = "reachflow"
        api_key = "k"
        [profiles.acme.accounts.sales]
        vendor = "msgflash"
        api_key = "k"
        """,
    )
    assert list(make.from_config(path)) == ["own"]
    assert list(make.from_config(path, profile="acme")) == ["sales"]
    monkeypatch.setenv("PALABRE_PROFILE", "acme")
    assert list(make.from_config(path)) == ["sales"]
    assert list(make.from_config(path, profile="")) == ["own"]
    with pytest.raises(palabre.ConfigError, match="did you mean acme"):
        make.from_config(path, profile="acm")


@FLEETS
def test_what_the_file_says_wrong_is_refused_with_its_line(make: Any, tmp_path: Path) -> None:
    path = write(tmp_path, '[accounts.sales]\nvendor = "msgflash"\napikey = "unmistakable"\n')
    with pytest.raises(palabre.ConfigError) as caught:
        make.from_config(path)
    assert caught.value.account == "sales"
    assert "config.toml:3" in str(caught.value)
    assert "did you mean api_key?" in str(caught.value)
    assert "unmistakable" not in str(caught.value)
    with pytest.raises(palabre.ConfigError, match="cannot read"):
        make.from_config(tmp_path / "none.toml")


@FLEETS
async def test_an_account_whose_secret_is_not_there_is_a_failure_and_the_others_answer(
    make: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPPORT_API_KEY")
    monkeypatch.delenv("SALES_API_KEY")
    fleet = make.from_config(path)
    table = await either(fleet.numbers.list())
    assert {row.account for row in table} == {"partners"}
    assert [failure.account for failure in table.failures] == ["sales", "support"]
    for failure in table.failures:
        assert isinstance(failure.error, palabre.ConfigError)
        assert f"{failure.account.upper()}_API_KEY is not set" in str(failure.error)
    assert [failure.account for failure in table.unsupported] == ["shop"]
    assert "2 FAILED ACCOUNTS" in repr(table)
    with pytest.raises(palabre.ConfigError, match="API_KEY"):
        await either(fleet.numbers.list(on_error="raise"))
    with pytest.raises(palabre.ConfigError, match="SALES_API_KEY"):
        await either(fleet["sales"].contacts.get("CONTACT_UUID_1"))
    monkeypatch.setenv("SUPPORT_API_KEY", "rfl_sandbox_wrong")
    table = await either(fleet.numbers.list())
    assert isinstance(table.failures[1].error, palabre.AuthenticationError)


@FLEETS
async def test_a_command_runs_once_and_only_for_the_accounts_that_are_asked(
    make: Any, path: Path, sandbox: palabre.Sandbox
) -> None:
    secret = sandbox.credentials["msgflash"]["api_key"]
    text = path.read_text(encoding="utf-8")
    command = f"""api_key_command = "echo >> ran; echo {secret}" """
    path.write_text(text.replace('api_key_env = "SALES_API_KEY"', command), encoding="utf-8")
    ran = path.parent / "ran"
    fleet = make.from_config(path)
    palabre.accounts(path)
    palabre.doctor(path)
    await either(fleet.stats.today())
    fleet["sales"].contacts.list()
    assert not ran.exists()
    for _ in range(3):
        assert (await either(fleet.contacts.list())).failures == []
    assert ran.read_text(encoding="utf-8") == "\n"


def test_threads_that_start_at_once_wait_for_one_command(
    path: Path, sandbox: palabre.Sandbox
) -> None:
    secret = sandbox.credentials["msgflash"]["api_key"]
    text = path.read_text(encoding="utf-8")
    command = f"""api_key_command = "echo >> ran; sleep 0.3; echo {secret}" """
    path.write_text(text.replace('api_key_env = "SALES_API_KEY"', command), encoding="utf-8")
    client = palabre.Fleet.from_config(path)["sales"]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(client.contacts.get, ["CONTACT_UUID_1"] * 8))
    assert {contact.name for contact in found} == {"Koffi Mensah"}
    assert (path.parent / "ran").read_text(encoding="utf-8") == "\n"


async def test_a_command_does_not_hold_up_the_event_loop(
    path: Path, sandbox: palabre.Sandbox
) -> None:
    secret = sandbox.credentials["msgflash"]["api_key"]
    text = path.read_text(encoding="utf-8")
    command = f"""api_key_command = "sleep 1; echo {secret}" """
    path.write_text(text.replace('api_key_env = "SALES_API_KEY"', command), encoding="utf-8")
    fleet = palabre.AsyncFleet.from_config(path)
    reads: list[Any] = [asyncio.ensure_future(fleet.groups.list())]
    reads += [asyncio.ensure_future(fleet["sales"].contacts.get("CONTACT_UUID_1"))]
    beats = 0
    while not all(read.done() for read in reads):
        await asyncio.sleep(0.01)
        beats += 1
    assert beats > 30
    assert len(reads[0].result()) == 10


@FLEETS
async def test_a_fleet_is_a_mapping(make: Any, path: Path) -> None:
    fleet = make.from_config(path)
    names = sorted(configs.NAMES)
    assert isinstance(fleet, Mapping)
    assert list(fleet.keys()) == names
    assert [client.account for client in fleet.values()] == names
    assert dict(fleet.items()) == dict(fleet)
    assert fleet.keys() & {"sales", "nobody"} == {"sales"}
    assert ("sales" in fleet, "nobody" in fleet, len(fleet)) == (True, False, 4)
    assert fleet.get("sales") is fleet["sales"]
    assert (fleet.get("nobody"), fleet.get("nobody", 5)) == (None, 5)
    with pytest.raises(KeyError):
        fleet["nobody"]
    match fleet:
        case {"sales": client, **others}:
            assert client is fleet["sales"]
            assert len(others) == 3
        case _:
            raise AssertionError
    assert list(make(dict(fleet))) == names
    assert repr(fleet) == f"{make.__name__}(partners, sales, shop, support)"


async def test_a_fleet_closes_its_clients(path: Path) -> None:
    with palabre.Fleet.from_config(path) as fleet:
        assert len(fleet.numbers.list()) == 12
    async with palabre.AsyncFleet.from_config(path) as later:
        assert len(await later.numbers.list()) == 12
        await later["support"].close()
        (failure,) = (await later.numbers.list()).failures
        assert (failure.account, failure.error.message) == ("support", "client: is closed")
    fleet.close()
    await later.close()
    with pytest.raises(palabre.ConfigError, match="is closed"):
        fleet.numbers.list()
    with pytest.raises(palabre.ConfigError, match="is closed"):
        await later.contacts.list()
    with pytest.raises(palabre.ConfigError, match="is closed"):
        fleet["sales"].contacts.get("CONTACT_UUID_1")
    with pytest.raises(palabre.ConfigError, match="is closed"):
        async with later:
            pass


async def test_async_and_sync_fleets_give_the_same_tables(path: Path) -> None:
    sync, later = palabre.Fleet.from_config(path), palabre.AsyncFleet.from_config(path)
    for noun, verb in [("contacts", "list"), ("stats", "monthly"), ("conversations", "list")]:
        one = getattr(getattr(sync, noun), verb)()
        other = await getattr(getattr(later, noun), verb)()
        assert type(one) is type(other) is palabre.Table
        assert list(one) == list(other)


async def test_a_bad_argument_of_an_async_fleet_is_said_at_once(path: Path) -> None:
    fleet = palabre.AsyncFleet.from_config(path)
    wrong: Any = "ignore"
    with pytest.raises(palabre.InvalidInputError, match="on_error"):
        fleet.numbers.list(on_error=wrong)
    with pytest.raises(palabre.InvalidInputError, match="timeout"):
        fleet.numbers.list(timeout=0)
    with pytest.raises(palabre.InvalidInputError, match="start"):
        fleet.stats.monthly(start="2025-13")


def test_sync_clients_do_not_go_into_an_async_fleet(sandbox: palabre.Sandbox) -> None:
    wrong: Any = {"a": sandbox.client("reachflow")}
    with pytest.raises(TypeError):
        palabre.AsyncFleet(wrong)
    with pytest.raises(palabre.InvalidInputError, match="clients: is empty"):
        palabre.AsyncFleet({})


def test_vendors_of_the_environment_are_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nowhere")
    with pytest.raises(palabre.ConfigError, match="no account"):
        palabre.Fleet.from_config()
    monkeypatch.setenv("PALABRE_REACHFLOW_API_KEY", "k")
    monkeypatch.setenv("PALABRE_99DIGITAL_ACCESS_TOKEN", "t")
    assert list(palabre.Fleet.from_config()) == ["99digital", "reachflow"]


@pytest.mark.parametrize("make", [palabre.Client, palabre.AsyncClient])
async def test_a_client_of_the_environment_takes_its_address_from_there_too(
    make: Any, sandbox: palabre.Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALABRE_MSGFLASH_API_KEY", sandbox.credentials["msgflash"]["api_key"])
    monkeypatch.setenv("PALABRE_MSGFLASH_BASE_URL", sandbox.base_urls["msgflash"])
    monkeypatch.setenv("PALABRE_MSGFLASH_TIMEOUT", "0.05")
    client = make("msgflash")
    assert client.base_url == sandbox.base_urls["msgflash"]
    assert make("msgflash", base_url="https://a.example").base_url == "https://a.example/"
    assert make("msgflash", api_key="k").base_url == "https://srv.msgflash.com/"
    sandbox.add_fault(delay_ms=300, times=None)
    with pytest.raises(palabre.TimeoutError):
        await either(client.contacts.get("CONTACT_UUID_1"))
    patient = make("msgflash", timeout=20)
    assert (await either(patient.contacts.get("CONTACT_UUID_1"))).id == "CONTACT_UUID_1"


def test_the_time_zone_of_the_environment_counts(
    sandbox: palabre.Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for keyword, secret in sandbox.credentials["99digital"].items():
        monkeypatch.setenv(f"PALABRE_99DIGITAL_{keyword}".upper(), secret)
    monkeypatch.setenv("PALABRE_99DIGITAL_BASE_URL", sandbox.base_urls["99digital"])
    monkeypatch.setenv("PALABRE_99DIGITAL_TIMEZONE", "Pacific/Auckland")
    row = palabre.Client("99digital").stats.current_month()[0]
    assert row.tz == "Pacific/Auckland"
    row = palabre.Client("99digital", timezone="UTC").stats.current_month()[0]
    assert row.tz == "UTC"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("TIMEOUT", "soon", "timeout: must be a finite number"),
        ("TIMEZONE", "Mars", "timezone: "),
        ("BASE_URL", "http://srv.msgflash.com", "base_url: "),
    ],
)
def test_a_variable_that_makes_no_sense_is_named(
    name: str, value: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALABRE_MSGFLASH_API_KEY", "k")
    monkeypatch.setenv(f"PALABRE_MSGFLASH_{name}", value)
    with pytest.raises(palabre.ConfigError) as caught:
        palabre.Client("msgflash")
    assert caught.value.message.startswith(problem)
    assert f"PALABRE_MSGFLASH_{name}" in caught.value.message


def test_accounts_tell_the_origin_of_each_setting_and_no_secret(path: Path) -> None:
    accounts = palabre.accounts(path)
    assert [account.name for account in accounts] == sorted(configs.NAMES)
    sales = accounts[1]
    assert (sales.vendor, sales.profile) == ("msgflash", None)
    assert {setting.name: setting.origin for setting in sales.settings} == {
        "api_key": "variable SALES_API_KEY",
        "base_url": f"{path}:7",
        "timeout": "default",
        "timezone": "default",
    }
    assert sales.settings[0].value is None
    assert sales.settings[1].value is not None
    shown = json.dumps([account.to_dict() for account in accounts])
    assert "msgf_" not in shown + repr(accounts)
    assert pickle.loads(pickle.dumps(accounts)) == accounts
    assert hash(sales) == hash(palabre.accounts(path)[1])


def test_doctor_finds_nothing_wrong_with_a_good_file(path: Path) -> None:
    assert palabre.doctor(path) == []
    assert palabre.doctor(path, online=True) == []


def test_doctor_tells_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    path = write(tmp_path, '[accounts.sales]\nvendor = "msgflash"\napikey = "unmistakable"\n')
    path.chmod(0o644)
    found = palabre.doctor(path)
    assert [(one.severity, one.account, one.key) for one in found] == [
        ("error", "sales", "apikey"),
        ("error", "sales", "api_key"),
    ]
    first = found[0]
    assert (first.hint, first.place) == ("did you mean api_key?", f"{path}:3")
    assert str(first).startswith("error: sales: apikey: ")
    assert repr(first).startswith("Finding(severity='error', account='sales'")
    assert first.to_dict()["message"] == "is not a key of an account"
    assert "unmistakable" not in f"{found} {[one.to_dict() for one in found]}"
    assert pickle.loads(pickle.dumps(found)) == found
    (finding,) = palabre.doctor(tmp_path / "none.toml")
    assert finding.message.startswith("cannot read")


def test_doctor_online_asks_every_account_once(path: Path, sandbox: palabre.Sandbox) -> None:
    assert palabre.doctor(path) == []
    assert sandbox.journal() == []
    sandbox.add_fault(vendor="msgflash", status=503, times=None)
    (finding,) = palabre.doctor(path, online=True)
    assert (finding.severity, finding.account) == ("error", "sales")
    assert "HTTP 503" in finding.message
    asked = {(entry["vendor"], entry["method"]) for entry in sandbox.journal()}
    assert asked >= {("reachflow", "GET"), ("wapiflow", "GET"), ("msgflash", "GET")}
