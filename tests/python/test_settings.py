"""Making a client: credentials, addresses, limits. Nothing is sent meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import Connect

import palabre

BOTH = pytest.mark.parametrize("make", [palabre.Client, palabre.AsyncClient])
GOOD: dict[str, dict[str, str]] = {
    "reachflow": {"api_key": "key-1"},
    "msgflash": {"api_key": "key-1"},
    "99digital": {"client_id": "id-1", "client_secret": "secret-1"},
    "wapiflow": {"client_id": "id-1", "client_secret": "secret-1"},
}
ADDRESSES = {
    "reachflow": "https://sandbox-api.reachflow.me/api/v1",
    "msgflash": "https://srv.msgflash.com/",
    "99digital": "https://partners.99digital.co.il/api",
    "wapiflow": "https://wapiflow.cloud/external-api",
}
VARIABLES = {
    "PALABRE_REACHFLOW_API_KEY": ("reachflow", "api_key"),
    "PALABRE_MSGFLASH_API_KEY": ("msgflash", "api_key"),
    "PALABRE_MSGFLASH_TEAM_ID": ("msgflash", "team_id"),
    "PALABRE_99DIGITAL_CLIENT_ID": ("99digital", "client_id"),
    "PALABRE_99DIGITAL_CLIENT_SECRET": ("99digital", "client_secret"),
    "PALABRE_99DIGITAL_ACCESS_TOKEN": ("99digital", "access_token"),
    "PALABRE_WAPIFLOW_CLIENT_ID": ("wapiflow", "client_id"),
    "PALABRE_WAPIFLOW_CLIENT_SECRET": ("wapiflow", "client_secret"),
}


def variables(sandbox: palabre.Sandbox, vendor: str) -> dict[str, str]:
    """The sandbox's credentials of a vendor as a person would export them."""
    known = sandbox.credentials[vendor]
    return {
        variable: known[name]
        for variable, (owner, name) in VARIABLES.items()
        if owner == vendor and name in known
    }


@BOTH
@pytest.mark.parametrize("vendor", GOOD)
def test_a_client_knows_its_vendor_account_and_address(make: Any, vendor: str) -> None:
    client = make(vendor, **GOOD[vendor])
    assert (client.vendor, client.account) == (vendor, vendor)
    assert client.base_url == ADDRESSES[vendor]
    assert repr(client) == f'{make.__name__}("{vendor}", account="{vendor}")'
    named = make(vendor, **GOOD[vendor], account="sales")
    assert named.account == "sales"


@BOTH
@pytest.mark.parametrize("vendor", ["", "msgflsh", "MsgFlash", "99digital ", "99Digital", "twilio"])
def test_a_wrong_vendor_is_refused_with_the_right_ones(make: Any, vendor: str) -> None:
    with pytest.raises(palabre.InvalidInputError, match=r"^vendor: ") as caught:
        make(vendor, api_key="key-1")
    meant = vendor.strip().lower()
    right = [meant] if meant in GOOD else list(GOOD)
    assert all(name in str(caught.value) for name in right)


@BOTH
def test_a_key_in_the_place_of_the_vendor_is_not_repeated(make: Any) -> None:
    with pytest.raises(palabre.InvalidInputError, match=r"^vendor: must be one of") as caught:
        make("sk_live_SECRET")
    assert "SECRET" not in str(caught.value)


@BOTH
def test_what_is_missing_says_where_it_could_come_from(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (
        "client_id: is missing; give client_id, or set PALABRE_99DIGITAL_CLIENT_ID, or give access"
    )
    with pytest.raises(palabre.ConfigError, match=told):
        make("99digital")
    monkeypatch.setenv("PALABRE_MSGFLASH_API_KEY", "key-1")
    told = "api_key: is missing; give it too: the environment is used only when no credential is gi"
    with pytest.raises(palabre.ConfigError, match=told):
        make("msgflash", team_id="team-1")
    monkeypatch.setenv("PALABRE_MSGFLASH_TEAM_ID", "")
    assert make("msgflash").account == "msgflash"


async def test_a_time_zone_is_given_as_python_has_it(connect: Connect) -> None:
    zone = ZoneInfo("Africa/Porto-Novo")
    table = await connect("reachflow", timezone=zone).stats.today()
    assert {row.tz for row in table} == {"Africa/Porto-Novo"}


@BOTH
@pytest.mark.parametrize(
    ("vendor", "missing"), [(vendor, name) for vendor in GOOD for name in GOOD[vendor]]
)
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_a_missing_or_empty_credential_is_named(
    make: Any, vendor: str, missing: str, empty: str | None
) -> None:
    with pytest.raises(palabre.ConfigError, match=rf"{missing}: is (missing|empty)") as caught:
        make(vendor, **GOOD[vendor] | {missing: empty})
    assert caught.value.vendor == vendor


@BOTH
@pytest.mark.parametrize(
    ("vendor", "given", "named"),
    [
        ("reachflow", {"api_key": "k", "team_id": "t"}, "team_id"),
        ("msgflash", {"api_key": "k", "client_id": "c"}, "client_id"),
        ("wapiflow", {"client_id": "c", "client_secret": "s", "api_key": "k"}, "api_key"),
        (
            "99digital",
            {"client_id": "c", "client_secret": "s", "access_token": "t"},
            "access_token",
        ),
        ("msgflash", {"api_key": "line\nbreak"}, "api_key"),
        ("msgflash", {"api_key": "k", "team_id": ""}, "team_id"),
    ],
)
def test_a_credential_that_does_not_fit_is_named(
    make: Any, vendor: str, given: dict[str, str], named: str
) -> None:
    with pytest.raises(palabre.ConfigError, match=named):
        make(vendor, **given)


@pytest.mark.parametrize("vendor", GOOD)
async def test_credentials_come_from_the_environment_when_none_is_given(
    connect: Connect, sandbox: palabre.Sandbox, monkeypatch: pytest.MonkeyPatch, vendor: str
) -> None:
    for name, value in variables(sandbox, vendor).items():
        monkeypatch.setenv(name, value)
    make: Any = type(connect(vendor).client)
    client: Any = make(vendor, base_url=sandbox.base_urls[vendor])
    answer = (
        client.numbers.list() if vendor in ("reachflow", "99digital") else client.contacts.list()
    )
    pages = answer.pages()
    page = await anext(pages) if hasattr(pages, "__anext__") else next(pages)
    assert len(page) > 0


@BOTH
def test_a_given_credential_is_not_mixed_with_the_environment(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALABRE_WAPIFLOW_CLIENT_SECRET", "secret-1")
    with pytest.raises(palabre.ConfigError, match="client_secret: is missing"):
        make("wapiflow", client_id="id-1")


@BOTH
def test_an_empty_variable_is_an_empty_credential(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALABRE_MSGFLASH_API_KEY", "")
    with pytest.raises(palabre.ConfigError, match=r"api_key: is (missing|empty)"):
        make("msgflash")


async def test_a_token_is_taken_instead_of_the_pair(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    known = sandbox.credentials["99digital"]
    pair = {name: known[name] for name in ("client_id", "client_secret")}
    answer = sandbox.client("99digital").call("create_access_token", **pair)
    assert answer["access_token"] == "***", "a generic call shows no secrets either"
    pair = dict.fromkeys(pair)
    with pytest.raises(palabre.AuthenticationError):
        await connect("99digital", **pair, access_token="made-up").numbers.list().collect()


async def test_a_team_key_goes_out_with_its_team(connect: Connect) -> None:
    keys = {"msgflash": {"api_key": "msgf_team_1", "team_id": "team-1"}}
    with palabre.Sandbox(credentials=keys) as sandbox:
        client = sandbox.client("msgflash")
        assert client.contacts.get("CONTACT_UUID_1").id == "CONTACT_UUID_1"
        assert sandbox.journal()[0]["headers"]["x-team-id"] == "team-1"
        lonely = palabre.Client(
            "msgflash", api_key="msgf_team_1", base_url=sandbox.base_urls["msgflash"]
        )
        with pytest.raises(palabre.AuthenticationError):
            lonely.contacts.get("CONTACT_UUID_1")


@BOTH
@pytest.mark.parametrize(
    "address",
    [
        "http://srv.msgflash.com",
        "http://10.0.0.1/api",
        "http://localhost.example.com",
        "ftp://127.0.0.1",
        "srv.msgflash.com",
        "",
        "https://",
        "https://key@srv.msgflash.com",
        "https://srv.msgflash.com?key=1",
        "https://srv.msgflash.com#top",
    ],
)
def test_an_address_that_is_not_safe_is_refused(make: Any, address: str) -> None:
    with pytest.raises(palabre.InvalidInputError, match="base_url: "):
        make("msgflash", api_key="key-1", base_url=address)


@BOTH
@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"])
def test_this_machine_is_reached_without_encryption(make: Any, address: str) -> None:
    assert make("msgflash", api_key="key-1", base_url=address).base_url.startswith(address)


@BOTH
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *[("timeout", seconds) for seconds in (0, -1, float("nan"), float("inf"))],
        *[("connect_timeout", seconds) for seconds in (0, -1, float("nan"), float("inf"))],
        *[("rate_limit", rate) for rate in (-1, float("nan"), float("inf"))],
        *[("max_in_flight", count) for count in (0, -1, 2**70)],
        *[("proxy", address) for address in ("proxy", "ftp://a", "http://", "socks5://a:1")],
        *[("max_response_bytes", size) for size in (0, -1, 2**70)],
        *[("timezone", zone) for zone in ("", "Mars/Base", "UTC+25")],
        *[("account", name) for name in ("", " ", "two\nlines", "bell\x07")],
    ],
)
def test_a_setting_that_makes_no_sense_is_named(make: Any, setting: str, value: Any) -> None:
    with pytest.raises(palabre.InvalidInputError) as caught:
        make("msgflash", api_key="key-1", **{setting: value})
    assert caught.value.message.startswith(f"{setting}: ")


@BOTH
@pytest.mark.parametrize(
    "pem", ["nonsense", Path(__file__), b"", b"nonsense", b"-----BEGIN CERTIFICATE-----\n?\n"]
)
def test_certificates_that_are_none_are_named_at_once(make: Any, pem: Any) -> None:
    with pytest.raises(palabre.ConfigError, match="ca_pem"):
        make("msgflash", api_key="key-1", ca_pem=pem)


@BOTH
def test_a_text_that_is_no_certificate_says_how_a_file_is_given(make: Any) -> None:
    with pytest.raises(palabre.ConfigError, match="ca_pem: holds no certificate") as caught:
        make("msgflash", api_key="key-1", ca_pem="ca.pem")
    assert caught.value.hint
    assert "pathlib.Path" in caught.value.hint


@BOTH
def test_a_rate_of_a_wrong_type_is_a_number_of_requests_and_not_of_seconds(make: Any) -> None:
    with pytest.raises(TypeError, match="rate_limit must be a number of requests a second, not"):
        make("msgflash", api_key="key-1", rate_limit="10")


@BOTH
def test_a_credential_of_another_vendor_is_said_to_be_one(make: Any) -> None:
    with pytest.raises(palabre.ConfigError, match="client_id: is not a credential") as caught:
        make("msgflash", client_id="x")
    assert caught.value.hint
    assert "it takes api_key, team_id" in caught.value.hint


@BOTH
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("vendor", 5),
        ("api_key", 5),
        ("api_key", b"key"),
        ("timeout", "30"),
        ("retry", 3),
        ("rate_limit", "10"),
        ("max_in_flight", 1.5),
        ("proxy", 3128),
        ("validate", "no"),
        ("ca_pem", 5),
        ("timezone", 1),
    ],
)
def test_a_setting_of_a_wrong_type_is_a_type_error(make: Any, setting: str, value: Any) -> None:
    arguments = {"vendor": "msgflash", "api_key": "key-1"} | {setting: value}
    with pytest.raises(TypeError) as caught:
        make(**arguments)
    assert f"'{setting}'" in " ".join(caught.value.__notes__)


async def test_a_whole_answer_that_is_too_large_is_refused(connect: Connect) -> None:
    api = connect("msgflash", max_response_bytes=100)
    with pytest.raises(palabre.DecodeError, match="100 bytes"):
        await api.contacts.list().collect()


async def test_attempts_are_counted(connect: Connect, sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(operation="get_contact", status=503, times=None)
    with pytest.raises(palabre.UnavailableError):
        await connect("msgflash", retry=palabre.RetryPolicy(max_attempts=2)).contacts.get(
            "CONTACT_UUID_1"
        )
    assert len(sandbox.journal()) == 2


@pytest.mark.parametrize("verb", ["", "contacts", "contacts.frob", "contacts.list.x", "list"])
def test_a_verb_that_does_not_exist_is_refused(connect: Connect, verb: str) -> None:
    with pytest.raises(palabre.InvalidInputError, match="verb"):
        connect("msgflash").supports(verb)


@pytest.mark.parametrize("name", ["", "contact", "Client", "Frob"])
def test_a_schema_of_nothing_is_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(palabre.InvalidInputError, match=r"^name: .*AddReport, .*, Template$"):
        palabre.schema(name)
