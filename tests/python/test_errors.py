"""Error classes: one for each kind, with attributes, that travel between processes."""

from __future__ import annotations

import builtins
import copy
import pickle
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import palabre
from palabre import errors

SOURCE = Path(__file__).parents[2] / "crates" / "model" / "src" / "error.rs"
ATTRIBUTES = [
    "message",
    "vendor",
    "account",
    "operation",
    "status",
    "vendor_code",
    "request_id",
    "retry_after",
    "idempotency_key",
    "outcome",
    "attempted_at",
    "to",
    "hint",
    "report",
]
CLASSES = [
    getattr(errors, name)
    for name in errors.__all__
    if name.endswith("Error") and name != "PalabreError"
]


def kinds() -> list[str]:
    """The kinds of the Rust code, from its source."""
    _, _, rest = SOURCE.read_text(encoding="utf-8").partition("\nkinds! {\n")
    return re.findall(r"^    ([A-Z]\w+),$", rest.partition("\n}")[0], re.MULTILINE)


def full(kind: type[palabre.PalabreError]) -> palabre.PalabreError:
    """An error with every attribute."""
    return kind(
        "no such contact",
        vendor="msgflash",
        account="sales",
        operation="contacts.get",
        status=404,
        vendor_code="NOT_FOUND",
        request_id="req-1",
        retry_after=1.5,
        idempotency_key="order-1",
        outcome="not_sent",
        attempted_at=datetime(2026, 11, 22, 10, tzinfo=UTC),
        to="+229********00",
        hint="look it up",
        text="msgflash contacts.get: no such contact",
    )


def test_a_class_named_as_one_of_python_s_is_one_of_them() -> None:
    for name in errors.__all__:
        python_s = getattr(builtins, name, Exception)
        assert issubclass(getattr(errors, name), python_s), name
    with pytest.raises(TimeoutError, match="no contact"):
        raise palabre.TimeoutError("no contact")


def test_there_is_one_class_for_each_kind_and_no_other() -> None:
    assert len(kinds()) == 14
    assert sorted(f"{kind}Error" for kind in kinds()) == sorted(kind.__name__ for kind in CLASSES)


@pytest.mark.parametrize("kind", CLASSES)
def test_the_kind_is_the_name_of_the_class(kind: type[palabre.PalabreError]) -> None:
    assert f"{kind.kind}Error" == kind.__name__
    assert full(kind).kind == kind.kind


@pytest.mark.parametrize("kind", CLASSES)
def test_all_share_one_base_and_nothing_else(kind: type[palabre.PalabreError]) -> None:
    bases = [palabre.PalabreError]
    if kind is palabre.InvalidInputError:
        bases.append(ValueError)  # type: ignore[arg-type]
    if hasattr(builtins, kind.__name__):
        bases.append(getattr(builtins, kind.__name__))
    assert list(kind.__bases__) == bases
    assert issubclass(kind, Exception)


def test_a_wrong_argument_is_a_value_error(sandbox: palabre.Sandbox) -> None:
    with pytest.raises(ValueError, match="id: is empty"):
        sandbox.client("msgflash").contacts.get("")


@pytest.mark.parametrize("kind", CLASSES)
def test_attributes_are_none_where_nothing_is_known(kind: type[palabre.PalabreError]) -> None:
    error = kind("broken")
    assert {name: getattr(error, name) for name in ATTRIBUTES} == dict.fromkeys(ATTRIBUTES) | {
        "message": "broken"
    }
    assert str(error) == "broken"


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize(
    "travel",
    [
        copy.copy,
        copy.deepcopy,
        *[
            lambda error, protocol=protocol: pickle.loads(pickle.dumps(error, protocol))
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
        ],
    ],
    ids=["copy", "deepcopy", *[f"pickle {n}" for n in range(pickle.HIGHEST_PROTOCOL + 1)]],
)
def test_an_error_travels_whole(kind: type[palabre.PalabreError], travel: Any) -> None:
    error = full(kind)
    error.add_note("seen in the night job")
    arrived = travel(error)
    assert type(arrived) is kind
    assert arrived is not error
    assert (str(arrived), arrived.args, arrived.kind) == (str(error), error.args, error.kind)
    assert {name: getattr(arrived, name) for name in ATTRIBUTES} == {
        name: getattr(error, name) for name in ATTRIBUTES
    }
    assert arrived.__notes__ == ["seen in the night job"]


def test_an_error_of_a_bulk_call_travels_with_its_report(sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(operation="bulk_delete_contacts", after=1, status=500)
    with pytest.raises(palabre.PalabreError) as caught:
        sandbox.client("msgflash").contacts.delete_many([f"id-{n}" for n in range(501)])
    for arrived in (pickle.loads(pickle.dumps(caught.value)), copy.deepcopy(caught.value)):
        assert arrived.report is not None
        assert arrived.report == caught.value.report
        assert arrived.report.unknown == ["id-500"]


def test_an_error_from_a_call_says_where_what_and_what_to_do(sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(
        operation="get_contact",
        status=404,
        headers={"X-Request-Id": "req-1"},
        body={"error": {"code": "NOT_FOUND", "message": "Nothing for +22901000000."}},
    )
    client = sandbox.client("msgflash", account="sales")
    with pytest.raises(palabre.NotFoundError) as caught:
        client.contacts.get("nobody")
    error = caught.value
    assert {name: getattr(error, name) for name in ATTRIBUTES} == {
        "message": "Nothing for +229******00.",
        "vendor": "msgflash",
        "account": "sales",
        "operation": "contacts.get",
        "status": 404,
        "vendor_code": "NOT_FOUND",
        "request_id": "req-1",
        "retry_after": None,
        "idempotency_key": None,
        "outcome": None,
        "attempted_at": None,
        "to": None,
        "hint": None,
        "report": None,
    }
    assert str(error) == (
        "msgflash [sales] contacts.get: Nothing for +229******00."
        " (HTTP 404, NOT_FOUND, request req-1)"
    )


@pytest.mark.parametrize(
    "words",
    ["first\nsecond", "first\r\n\r\n  second", "first\tsecond", "first\x0bsecond\x0c"],
    ids=ascii,
)
def test_the_text_is_one_line_whatever_the_vendor_says(
    sandbox: palabre.Sandbox, words: str
) -> None:
    body = {"error": {"code": "BAD", "message": words}}
    sandbox.add_fault(operation="get_contact", status=400, body=body)
    with pytest.raises(palabre.PalabreError) as caught:
        sandbox.client("msgflash").contacts.get("nobody")
    assert len(str(caught.value).splitlines()) == 1
    assert "first second" in str(caught.value)


def test_keys_stay_out_of_errors(sandbox: palabre.Sandbox) -> None:
    with pytest.raises(palabre.AuthenticationError) as caught:
        sandbox.client("msgflash", api_key="msgf_live_a_wrong_key").contacts.get("x")
    shown = f"{caught.value!r} {caught.value.__dict__}"
    assert "a_wrong_key" not in shown


def test_an_account_failure_holds_the_error_of_its_kind(sandbox: palabre.Sandbox) -> None:
    fleet = palabre.Fleet({"a": sandbox.client("reachflow"), "b": sandbox.client("msgflash")})
    (failure,) = fleet.stats.today().unsupported
    assert failure.account == "b"
    assert isinstance(failure.error, palabre.UnsupportedError)
    assert failure.error.account == "b"
    assert str(failure.error) in repr(failure)
