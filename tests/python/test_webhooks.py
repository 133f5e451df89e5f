"""Deliveries: whether they are the vendor's."""

from __future__ import annotations

import hashlib
import hmac
import json
import pickle
from typing import Any

import pytest

import palabre

SECRET = "whsec_canary_8841"
BODY = '{"event":"message.delivered","note":"été"}'.encode()


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify(
    body: Any = BODY, signed: Any = None, secret: Any = SECRET, vendor: str = "msgflash"
) -> None:
    signed = signature(BODY) if signed is None else signed
    palabre.verify_webhook(vendor, body=body, signature=signed, secret=secret)


@pytest.mark.parametrize(
    "body", [BODY, bytearray(BODY), memoryview(BODY)], ids=["bytes", "bytearray", "view"]
)
@pytest.mark.parametrize("secret", [SECRET, SECRET.encode()], ids=["text", "bytes"])
def test_what_was_signed_with_the_secret_is_the_vendor_s(body: Any, secret: Any) -> None:
    assert verify(body, secret=secret) is None  # type: ignore[func-returns-value]


def test_what_the_sandbox_delivers_is_signed(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    sent = client.messages.send(to="+22901000000", text="Bonjour")
    headers, body = sandbox.webhook("message.delivered", secret=SECRET)
    verify(body, headers["X-MsgFlash-Signature"])
    event = json.loads(body)
    assert headers["X-MsgFlash-Event"] == event["event"] == "message.delivered"
    assert event["messageId"] == sent.id
    with pytest.raises(palabre.AuthenticationError):
        verify(body, headers["X-MsgFlash-Signature"], secret="whsec_other")


@pytest.mark.parametrize(
    ("body", "signed"),
    [
        (BODY + b"\n", signature(BODY)),
        (b"", signature(BODY)),
        (BODY.decode().encode("latin-1"), signature(BODY)),
        # What a framework makes of it is not what was signed.
        (json.dumps(json.loads(BODY)).encode(), signature(BODY)),
        (BODY, signature(BODY, "another")),
        (BODY, signature(BODY)[:-1]),
        (BODY, signature(BODY) + "0"),
        (BODY, signature(BODY).upper()),
        (BODY, signature(BODY).removeprefix("sha256=")),
        (BODY, "sha256=" + "0" * 64),
        (BODY, "sha256=" + "g" * 64),
        (BODY, "sha1=" + "0" * 40),
        (BODY, "sha256="),
        (BODY, ""),
    ],
)
def test_anything_else_is_not(body: bytes, signed: str) -> None:
    with pytest.raises(palabre.AuthenticationError, match="signature") as caught:
        verify(body, signed)
    shown = repr(caught.value) + repr(pickle.dumps(caught.value)) + repr(caught.value.__dict__)
    assert SECRET not in shown
    assert hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest() not in shown


def test_a_delivery_without_a_signature_is_not_the_vendor_s() -> None:
    with pytest.raises(palabre.AuthenticationError, match="missing"):
        palabre.verify_webhook("msgflash", body=BODY, signature=None, secret=SECRET)


@pytest.mark.parametrize(
    "body", [BODY.decode(), json.loads(BODY), None, 7], ids=["text", "dict", "none", "int"]
)
def test_a_body_that_is_not_bytes_is_a_mistake_of_the_program(body: Any) -> None:
    with pytest.raises(TypeError, match="body") as caught:
        palabre.verify_webhook("msgflash", body=body, signature=signature(BODY), secret=SECRET)
    assert "message.delivered" not in str(caught.value)


def test_a_secret_that_is_empty_or_of_another_type_is_refused() -> None:
    for empty in ("", b""):
        with pytest.raises(palabre.InvalidInputError, match="secret"):
            verify(secret=empty)
    with pytest.raises(TypeError, match="secret"):
        verify(secret=7)


@pytest.mark.parametrize("vendor", ["reachflow", "99digital", "wapiflow"])
def test_a_vendor_whose_signatures_are_not_known_is_refused(vendor: str) -> None:
    with pytest.raises(palabre.UnsupportedError) as caught:
        verify(vendor=vendor)
    assert caught.value.vendor == vendor
    with pytest.raises(palabre.InvalidInputError):
        verify(vendor="nobody")
