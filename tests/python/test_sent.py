"""`sandbox.sent()`: the messages that arrived."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

import palabre

TO = "+8801988000000"


def test_messages_of_every_kind_are_told_apart(sandbox: palabre.Sandbox, tmp_path: Path) -> None:
    messages = sandbox.client("wapiflow").messages
    picture = tmp_path / "menu.png"
    picture.write_bytes(b"\x89PNG")
    messages.send(to=TO, text="Hello", from_="8801700000000")
    messages.send(to=TO, image=picture, text="Today")
    messages.send(to=TO, document=("price.pdf", b"%PDF"))
    messages.send(to=TO, location=(23.8, 90.4))
    messages.send(to=TO, cta_id="1")
    messages.send(to=TO, list_id="2")
    messages.send_template(to=TO, template="3", variables=["Awa", "12"], header_variables=["Hi"])
    sent = sandbox.sent()
    assert [(each.kind, each.text, each.files) for each in sent] == [
        ("text", "Hello", []),
        ("image", "Today", ["menu.png"]),
        ("document", None, ["price.pdf"]),
        ("location", None, []),
        ("cta", None, []),
        ("list", None, []),
        ("template", None, []),
    ]
    assert {(each.vendor, each.to, each.accepted) for each in sent} == {("wapiflow", TO, True)}
    assert (sent[0].from_, sent[1].from_) == ("8801700000000", None)
    last = sent[-1]
    assert (last.template, last.variables, last.header_variables) == ("3", ["Awa", "12"], ["Hi"])
    assert last.at.isoformat() == "2026-11-15T12:00:00+00:00"
    entries = {entry["sequence"]: entry for entry in sandbox.journal()}
    assert entries[sent[4].sequence]["body"]["cta_url_id"] == "1"


def test_nothing_that_is_not_a_message_is_among_them(sandbox: palabre.Sandbox) -> None:
    list(sandbox.client("wapiflow").templates.list())
    list(sandbox.client("msgflash").groups.list())
    assert sandbox.sent() == []


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ({"status": 500}, [False]),
        ({"close": "before"}, []),
        ({"close": "after"}, [True]),
        ({"truncate": 9}, [True]),
    ],
    ids=str,
)
def test_a_fault_decides_whether_a_message_went_out(
    sandbox: palabre.Sandbox, fault: dict[str, Any], seen: list[bool]
) -> None:
    sandbox.add_fault(operation="send_message", **fault)
    with pytest.raises(palabre.PalabreError):
        sandbox.client("wapiflow").messages.send(to=TO, text="Hello")
    assert [each.accepted for each in sandbox.sent()] == seen


def test_what_the_vendor_refused_is_not_accepted(sandbox: palabre.Sandbox) -> None:
    with pytest.raises(palabre.NotFoundError):
        sandbox.client("wapiflow").messages.send(to=TO, cta_id="99")
    (sent,) = sandbox.sent()
    assert (sent.kind, sent.accepted) == ("cta", False)


def test_a_sent_message_is_discreet_comparable_and_portable(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("wapiflow")
    client.messages.send(to=TO, text="A secret")
    (sent,) = sandbox.sent()
    shown = "SentMessage(vendor='wapiflow', to='+880********00', kind='text', accepted=True)"
    assert repr(sent) == shown
    assert (sandbox.sent(), {sent}) == ([sent], set(sandbox.sent()))
    assert pickle.loads(pickle.dumps(sent)) == sent
    assert sent.to_dict()["text"] == "A secret"
    html = sent._repr_html_()
    assert "A secret" not in html
    assert "1988000000" not in html
    match sent:
        case palabre.SentMessage(to=to, kind="text", text=str(text)):
            assert (to, text) == (TO, "A secret")
        case _:
            pytest.fail("it did not match")


def test_clearing_the_journal_and_resetting_forget_the_messages(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("wapiflow")
    for forget in (sandbox.clear_journal, sandbox.reset):
        client.messages.send(to=TO, text="Hello")
        assert len(sandbox.sent()) == 1
        forget()
        assert sandbox.sent() == []
