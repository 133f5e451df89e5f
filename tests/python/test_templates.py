"""Templates, at WapiFlow."""

from __future__ import annotations

from collections import Counter

from conftest import Connect
from requests_seen import Requests


async def test_templates_of_every_status_are_listed(connect: Connect, requests: Requests) -> None:
    templates = [template async for template in connect("wapiflow").templates.list(page_size=5)]
    assert Counter(template.status for template in templates) == {
        "approved": 7,
        "pending": 2,
        "rejected": 2,
        "disabled": 1,
    }
    assert requests.operations() == ["list_templates"] * 3


async def test_a_template_has_what_the_vendor_keeps_of_it(connect: Connect) -> None:
    templates = await connect("wapiflow").templates.list().collect()
    by_name = {template.name: template for template in templates}
    shipped = by_name["order_shipped"]
    assert (shipped.id, shipped.whatsapp_id) == ("12", "1098765432100012")
    assert (shipped.language_id, shipped.category_id) == ("1", "2")
    assert shipped.body == "Your order {{1}} is on its way."
    assert shipped.buttons == [{"type": "QUICK_REPLY", "text": "Track"}]
    assert (shipped.header, shipped.footer, shipped.rejected_reason) == (None, None, None)
    assert by_name["summer_sale"].footer == "Reply STOP to opt out"
    assert by_name["order_coupon"].rejected_reason == "PROMOTIONAL"
    assert by_name["order_ready"].header is not None


async def test_the_ids_of_templates_are_those_that_sending_takes(connect: Connect) -> None:
    api = connect("wapiflow")
    templates = await api.templates.list().collect()
    hello = next(template for template in templates if template.name == "hello_world")
    sent = await api.messages.send_template(to="+8801988000000", template=hello.id)
    assert sent.conversation_id
