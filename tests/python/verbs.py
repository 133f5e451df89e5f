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

# What each vendor can do; everything else is unsupported.
SUPPORTED = {
    "reachflow": ["numbers.list", "numbers.get", "stats.today"],
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
    ],
    "99digital": ["numbers.list", "numbers.get", "stats.monthly", "stats.current_month"],
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
# What no verb reaches yet: client.vendor and client.call() do.
WITHOUT_A_VERB = {
    "99digital": {
        "get_contacts",
        "get_history",
        "get_templates",
        "mark_as_read",
        "send_file",
        "send_location",
        "send_message",
        "send_template",
    }
}
EMULATED = {
    ("reachflow", "stats.today"),
    ("99digital", "numbers.get"),
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
    number = "972501234567" if api.vendor == "99digital" else "a3f1b2c4-1234-4abc-9def-000011112222"
    arguments: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
        "numbers.get": ((number,), {}),
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
        "messages.send": ((), {"to": TO, "text": "Hello"}),
        "messages.send_template": ((), {"to": TO, "template": "1"}),
    }
    noun, method = verb.split(".")
    given, options = arguments.get(verb, ((), {}))
    options = changed(options) if changed else options
    return getattr(getattr(api, noun), method)(*given, **options)
