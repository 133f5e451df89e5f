"""Every verb of the facade with arguments that its vendors take."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from both import Api, Listing

MODEL = Path(__file__).parents[2] / "crates" / "model" / "src"
VENDORS = ("reachflow", "msgflash", "99digital", "wapiflow")
TO = "+8801988000000"
LATER = "2099-12-24T08:00:00Z"

# A number of each vendor.
NUMBERS = {"99digital": "972501234567", "msgflash": "8d3c5b21-90ab-4c4d-8e5f-112233445566"}

# What each vendor can do; everything else is unsupported.
SUPPORTED = {
    "reachflow": [
        "numbers.list",
        "numbers.get",
        "messages.send",
        "messages.schedule",
        "messages.send_bulk",
        "messages.get",
        "otp.send",
        "otp.verify",
        "stats.today",
    ],
    "msgflash": [
        "contacts.list",
        "contacts.get",
        "contacts.create",
        "contacts.update",
        "contacts.delete",
        "contacts.delete_many",
        "contacts.groups",
        "groups.list",
        "groups.get",
        "groups.create",
        "groups.update",
        "groups.delete",
        "groups.members",
        "groups.add_members",
        "groups.remove_members",
        "numbers.list",
        "numbers.get",
        "messages.send",
        "messages.send_template",
        "messages.schedule",
        "messages.get",
        "messages.list",
    ],
    "99digital": [
        "numbers.list",
        "numbers.get",
        "numbers.api_key",
        "contacts.list",
        "messages.send",
        "messages.send_template",
        "messages.list",
        "messages.mark_read",
        "templates.list",
        "stats.monthly",
        "stats.current_month",
    ],
    "wapiflow": [
        "contacts.list",
        "contacts.get",
        "contacts.create",
        "contacts.update",
        "contacts.delete",
        "contacts.delete_many",
        "conversations.list",
        "conversations.get",
        "conversations.set_status",
        "messages.send",
        "messages.send_template",
        "templates.list",
    ],
}
EMULATED = {
    ("reachflow", "stats.today"),
    ("msgflash", "numbers.get"),
    ("99digital", "numbers.get"),
    ("99digital", "numbers.api_key"),
    ("wapiflow", "contacts.get"),
    ("wapiflow", "contacts.delete_many"),
}


def every_verb() -> list[str]:
    """The verbs of the Rust code, from its source."""
    source = (MODEL / "capability.rs").read_text(encoding="utf-8")
    _, _, rest = source.partition("verbs! {\n")
    return re.findall(r'= "([a-z_]+\.[a-z_]+)"', rest.partition("\n}")[0])


async def run(api: Api, verb: str) -> Any:
    """Do what a verb says; a listing is read to its end."""
    result = start(api, verb)
    return await (result.collect() if isinstance(result, Listing) else result)


async def run_once(api: Api, verb: str) -> Any:
    """Do what a verb says; of a listing the first page is read."""
    result = start(api, verb)
    return await (anext(result.pages()) if isinstance(result, Listing) else result)


def start(
    api: Api, verb: str, changed: Callable[[dict[str, Any]], dict[str, Any]] | None = None
) -> Any:
    """Call what a verb says, with arguments that the vendor takes: a listing, or a coroutine."""
    # At WapiFlow the newest: it is on the first page of the list that is searched for it.
    contact = "264" if api.vendor == "wapiflow" else "CONTACT_UUID_1"
    number = NUMBERS.get(api.vendor, "a3f1b2c4-1234-4abc-9def-000011112222")
    # ReachFlow has several numbers that are connected; MsgFlash's would be looked up.
    sender = {"from_": number} if api.vendor in ("reachflow", "msgflash") else {}
    template = (
        {"template": "7c6b5a49-3827-4165-8f0e-1d2c3b4a5968", "variables": {"custom.code": "A-1"}}
        if api.vendor == "msgflash"
        else {"template": "openinghours" if api.vendor == "99digital" else "1"}
    )
    message = (
        "c1d2e3f4-0a1b-4c2d-8e3f-a4b5c6d7e8f9"
        if api.vendor == "msgflash"
        else "1e7d4b2a-8c3f-4d5e-9a6b-0c1d2e3f4a5b"
    )
    arguments: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
        "numbers.get": ((number,), {}),
        "numbers.api_key": ((number,), {}),
        "contacts.get": ((contact,), {}),
        "contacts.create": ((), {"name": "Awa Doe", "phone": TO}),
        "contacts.update": ((contact,), {"name": "Awa Doe"}),
        "contacts.delete": ((contact,), {}),
        "contacts.delete_many": (([contact, "999999"],), {}),
        "contacts.groups": ((contact,), {}),
        "groups.get": (("GROUP_ID",), {}),
        "groups.create": ((), {"name": "Clients VIP"}),
        "groups.update": (("GROUP_ID",), {"description": "Agents"}),
        "groups.delete": (("GROUP_ID",), {}),
        "groups.members": (("GROUP_ID",), {}),
        "groups.add_members": (("GROUP_ID", [contact]), {}),
        "groups.remove_members": (("GROUP_ID", [contact]), {}),
        "conversations.get": (("2",), {}),
        "conversations.set_status": (("2", "done"), {}),
        "messages.send": ((), {"to": TO, "text": "Hello", **sender}),
        "messages.send_template": ((), {"to": TO, **template, **sender}),
        "messages.schedule": ((), {"at": LATER, "to": TO, "text": "Hello", **sender}),
        "messages.send_bulk": (
            (),
            {
                "text": "Hello {{name}}",
                "recipients": [{"to": TO, "variables": {"name": "Awa"}}],
                **sender,
            },
        ),
        "messages.get": ((message,), {}),
        "otp.send": ((), {"to": TO, "code_length": 8, **sender}),
        "otp.verify": (("9c8b7a60-5d4e-4f3a-8b2c-1d0e9f8a7b6c",), {"code": "402100"}),
        "messages.mark_read": ((), {"to": "+972541112233"}),
    }
    noun, method = verb.split(".")
    given, options = arguments.get(verb, ((), {}))
    options = changed(options) if changed else options
    return getattr(getattr(api, noun), method)(*given, **options)
