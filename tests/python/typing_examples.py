"""What type checkers know of palabre. `mypy --strict` and pyright read it, a test runs it."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, assert_type

import pandas
import polars

import palabre
from palabre import (
    AccountFailure,
    AddReport,
    Address,
    AsyncClient,
    AsyncListing,
    Client,
    Contact,
    Conversation,
    DailyStatistic,
    DeleteReport,
    Fleet,
    Group,
    Listing,
    Message,
    MonthlyStatistic,
    Note,
    Number,
    Page,
    RemoveReport,
    Sandbox,
    Support,
    Table,
    Template,
)
from palabre.vendors import msgflash, ninetynine_digital, reachflow, wapiflow

TO = "+8801988000000"


def numbers(client: Client) -> None:
    listing = client.numbers.list()
    assert_type(listing, Listing[Number])
    for number in listing:
        assert_type(number, Number)
        assert_type(number.phone, str | None)
        assert_type(number.coexistence, bool | None)
        assert_type(number.created_at, datetime.datetime | None)
        assert_type(number.raw, dict[str, Any])
    number = client.numbers.get("a3f1b2c4-1234-4abc-9def-000011112222")
    if number.today:
        assert_type(number.today.sent, int | None)


def contacts(client: Client) -> None:
    listing = client.contacts.list(search="awa", page_size=10)
    assert_type(listing, Listing[Contact])
    assert_type(iter(listing), Iterator[Contact])
    assert_type(listing.cursor, str | None)
    for page in listing.pages():
        assert_type(page, Page[Contact])
        assert_type(page.items, list[Contact])
        assert_type(page.next_cursor, str | None)
        assert_type(page.total, int | None)
    table = listing.collect()
    assert_type(table, Table[Contact])
    assert_type(table[0], Contact)
    assert_type(table[:2], Table[Contact])
    assert_type(listing.to_pandas(), pandas.DataFrame)
    assert_type(table.to_polars(), polars.DataFrame)
    created = client.contacts.create(
        name="Awa Doe", phone=TO, tags=("vip",), meta={"city": "Cotonou"}, timeout=5
    )
    assert_type(created, Contact)
    assert_type(created.tags, list[str] | None)
    assert_type(created.address, Address | None)
    assert_type(client.contacts.update(created.id, name="Awa D."), Contact)
    client.contacts.delete(created.id)
    assert_type(client.contacts.delete_many(iter(["a", "b"])), DeleteReport)
    assert_type(client.contacts.groups("CONTACT_UUID_1"), Listing[Group])


def groups(client: Client) -> None:
    group = client.groups.create(name="Clients VIP", color="#F59E0B")
    assert_type(group, Group)
    assert_type(client.groups.members(group.id), Listing[Contact])
    assert_type(client.groups.add_members(group.id, ["CONTACT_UUID_1"]), AddReport)
    assert_type(client.groups.remove_members(group.id, {"CONTACT_UUID_1"}), RemoveReport)


def inbox(client: Client, file: Path) -> None:
    status: Literal["pending"] = "pending"
    listing = client.conversations.list(status=status)
    assert_type(listing, Listing[Conversation])
    conversation = client.conversations.get("2")
    assert_type(conversation.contact, Contact | None)
    assert_type(conversation.notes, list[Note] | None)
    client.conversations.set_status("2", "done")
    sent = client.messages.send(to=TO, text="Hello")
    assert_type(sent, Message)
    assert_type(sent.id, str | None)
    client.messages.send(to=TO, image=file)
    client.messages.send(to=TO, image=("picture.png", b"picture"))
    client.messages.send(to=TO, location=(6.37, 2.43))
    client.messages.send(to=TO, location={"latitude": 6.37, "longitude": 2.43})
    template = next(iter(client.templates.list()))
    assert_type(template, Template)
    client.messages.send_template(to=TO, template="1", variables=["Awa"])


def statistics(client: Client) -> None:
    table = client.stats.monthly(start="2025-01", end=datetime.date(2025, 6, 30))
    assert_type(table, Table[MonthlyStatistic])
    assert_type(table[0].month, datetime.date)
    assert_type(table[0].value, int | None)
    assert_type(table.warnings, list[str])


def today(client: Client) -> None:
    assert_type(client.stats.today(), Table[DailyStatistic])
    support = client.supports("stats.today")
    assert_type(support, Support)
    assert_type(support.support, Literal["native", "emulated", "unsupported"])
    assert_type(client.call("list_providers"), Any)


def fleet(clients: dict[str, Client]) -> None:
    accounts = Fleet(clients)
    table = accounts.numbers.list(on_error="collect")
    assert_type(table, Table[Number])
    assert_type(table.unsupported, list[AccountFailure])
    assert_type(accounts["a"], Client)
    assert_type(list(accounts), list[str])


def failures(client: Client) -> None:
    try:
        client.contacts.get("nobody")
    except palabre.NotFoundError as error:
        assert_type(error.status, int | None)
        assert_type(error.outcome, Literal["not_sent", "unknown", "accepted"] | None)
        assert_type(error.report, DeleteReport | None)
        assert_type(error.retry_after, float | None)


async def asynchronous(client: AsyncClient) -> None:
    listing = client.contacts.list()
    assert_type(listing, AsyncListing[Contact])
    assert_type(aiter(listing), AsyncIterator[Contact])
    async for contact in listing:
        assert_type(contact, Contact)
        break
    async for page in listing.pages():
        assert_type(page, Page[Contact])
        break
    assert_type(await listing.collect(), Table[Contact])
    assert_type(await listing.to_pandas(), pandas.DataFrame)
    assert_type(await client.contacts.get("CONTACT_UUID_1"), Contact)
    assert_type(await client.contacts.delete_many(["a"]), DeleteReport)
    assert_type(await client.call("list_contacts"), Any)
    async with client as same:
        assert_type(same, AsyncClient)


def operations(client: Client[msgflash.Operations]) -> None:
    page = client.vendor.list_contact_groups(limit=20)
    assert_type(page, msgflash.ContactGroupListEnvelope)
    assert_type(page["data"]["groups"][0]["name"], str)
    assert_type(page["data"]["nextCursor"], str | None)
    assert_type(page["data"]["groups"][0].get("contactCount"), int | None)
    # What is collected first, and given as keywords.
    contact: msgflash.NewContact = {"name": "Awa Doe", "phone": "+2290101000000", "tags": ["vip"]}
    created = client.vendor.create_contact(**contact, extra={"note": "met in Cotonou"}, timeout=5)
    assert_type(created["data"], msgflash.Contact)
    assert_type(client.vendor.bulk_delete_contacts(contactIds=("a", "b"))["data"]["deleted"], int)
    anyone: Client = client
    assert_type(anyone.vendor, Any)


def forms(client: Client[wapiflow.Operations], file: Path) -> None:
    where: dict[str, str] = {"mobile_code": "880", "mobile": "1988000000"}
    sent = client.vendor.send_message(
        mobile_code=where["mobile_code"], mobile=where["mobile"], image=file, message="Hello"
    )
    # An open enum: the known words complete, another one is a text all the same.
    status: wapiflow.ResultStatus = sent["status"]
    assert_type(status == "success", bool)
    client.vendor.send_template_message(
        mobile_code="880", mobile="1988000000", template_id=1, body_variables=["Awa"]
    )


async def asynchronous_operations(client: AsyncClient[ninetynine_digital.AsyncOperations]) -> None:
    numbers = await client.vendor.get_whatsapp()
    assert_type(numbers["list"][0]["whatsapp"], str)
    assert_type(numbers, ninetynine_digital.WhatsAppNumberList)


def makers(server: Sandbox, name: Literal["msgflash", "reachflow"]) -> None:
    url, keys = server.base_urls["msgflash"], server.credentials["msgflash"]
    made = Client("msgflash", api_key=keys["api_key"], base_url=url)
    assert_type(made, Client[msgflash.Operations])
    assert_type(made.vendor.list_contacts(limit=1), msgflash.ContactListEnvelope)
    assert_type(server.client(name), Client[msgflash.Operations] | Client[reachflow.Operations])


def sandbox() -> None:
    with Sandbox(seed=7, clock="2026-11-15T12:00:00Z") as server:
        assert_type(server, Sandbox)
        assert_type(server.client("msgflash", timeout=5), Client[msgflash.Operations])
        assert_type(server.async_client("wapiflow"), AsyncClient[wapiflow.AsyncOperations])
        assert_type(server.base_urls, dict[str, str])
        assert_type(server.journal(), list[dict[str, Any]])


if TYPE_CHECKING:
    # Each line is a mistake that a type checker has to find: strict mypy complains of an
    # exception that is not needed.
    wrong = Client("msgflash", api_key="key")
    Client("twilio", api_key="key")  # type: ignore[call-overload]
    Client("msgflash", "key")  # type: ignore[call-overload]
    Client("msgflash", api_kye="key")  # type: ignore[call-overload]
    Client("msgflash", client_id="id")  # type: ignore[call-overload]
    Client("wapiflow", api_key="key")  # type: ignore[call-overload]
    AsyncClient("99digital", team_id="team")  # type: ignore[call-overload]
    wrong.contacts.list("awa")  # type: ignore[call-arg]
    wrong.contacts.get(5.0)  # type: ignore[arg-type]
    wrong.contacts.create(name="Awa")  # type: ignore[call-arg]
    wrong.conversations.list(status="open")  # type: ignore[arg-type]
    wrong.messages.send(to=TO, image=b"picture")  # type: ignore[arg-type]
    wrong.stats.monthly(start=202501)  # type: ignore[arg-type]
    wrong.contacts.get("a").name = "Awa"  # type: ignore[misc]
    wrong.contacts.get("a").colour  # type: ignore[attr-defined]  # noqa: B018
    Fleet({"a": AsyncClient("msgflash", api_key="key")})  # type: ignore[dict-item]
    wrong.vendor.list_everything()  # type: ignore[attr-defined]
    wrong.vendor.list_contacts(20)  # type: ignore[call-arg]
    wrong.vendor.list_contacts(limit="20")  # type: ignore[arg-type]
    wrong.vendor.list_contacts(size=20)  # type: ignore[call-arg]
    wrong.vendor.get_contact()  # type: ignore[call-arg]
    wrong.vendor.bulk_delete_contacts(contactIds="abc")  # type: ignore[arg-type]
    wrong.vendor.list_contacts()["data"]["groups"]  # type: ignore[typeddict-item]
    wrong.vendor.list_contacts()["data"]["total"] + "1"  # type: ignore[operator]
    Sandbox().client("wapiflow").vendor.list_contact_groups()  # type: ignore[attr-defined]
    Sandbox().client("twilio")  # type: ignore[call-overload]
