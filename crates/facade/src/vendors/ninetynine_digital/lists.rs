//! What one number has: contacts and templates.

use jiff::Timestamp;
use palabre_clients::ninetynine_digital::open::TemplateState;
use palabre_clients::ninetynine_digital::{shapes, types};
use palabre_model::{Contact, Page, Raw, Result, Template, TemplateStatus, normalize_digits};
use serde_json::Value;

use super::client;
use super::paging::Position;
use crate::at::At;
use crate::vendors::{filled, integer};
use crate::{ListOptions, slices};

/// What the wire calls the arguments of lists.
const LIST: &[(&str, &str)] = &[("from", "number"), ("page", "cursor")];

pub(super) async fn contacts(at: &At, options: ListOptions) -> Result<Page<Contact>> {
    at.refuse(&[
        ("search", options.search.is_some()),
        ("status", options.status.is_some()),
    ])?;
    let position = Position::read(at, &options)?;
    let call = at.call(LIST);
    let request = types::ContactPage {
        from: super::number(at, "number", options.number.as_deref())?,
        page: position.page,
        extra: Default::default(),
    };
    let answer = at.finish(&call, client(at, &call).get_contacts(&request).await)?;
    let contacts = slices::convert(at, &answer.body, "", answer.value.0, |contact, item| {
        contact_from_wire(at, contact, Raw::new(item, &shapes::NUMBER_CONTACT))
    })?;
    position.page(at, &answer.body, contacts)
}

/// A contact has no identifier of its own: its number is it.
fn contact_from_wire(at: &At, contact: types::NumberContact, raw: Raw) -> Result<Contact> {
    let digits = filled(contact.contact_phone).ok_or_else(|| at.missing("number of a contact"))?;
    Ok(Contact {
        vendor: at.vendor(),
        account: at.account(),
        phone: normalize_digits(&digits),
        id: digits,
        name: filled(contact.contact_name),
        given_name: None,
        family_name: None,
        tags: None,
        meta: None,
        address: None,
        blocked: None,
        created_at: None,
        updated_at: integer(contact.update_time).and_then(seconds),
        raw,
    })
}

pub(super) async fn templates(at: &At, options: ListOptions) -> Result<Page<Template>> {
    at.refuse(&[
        ("search", options.search.is_some()),
        ("status", options.status.is_some()),
        ("cursor", options.cursor.is_some()),
        ("page_size", options.page_size.is_some()),
    ])?;
    let call = at.call(LIST);
    let request = types::NumberOnly {
        from: super::number(at, "number", options.number.as_deref())?,
        extra: Default::default(),
    };
    let answer = at.finish(&call, client(at, &call).get_templates(&request).await)?;
    let list = answer.value.list.ok_or_else(|| at.missing("list"))?;
    let templates = slices::convert(at, &answer.body, "/list", list, |template, item| {
        template_from_wire(at, template, Raw::new(item, &shapes::MESSAGE_TEMPLATE))
    })?;
    Ok(Page::whole(templates))
}

/// A template is sent by its name.
fn template_from_wire(at: &At, template: types::MessageTemplate, raw: Raw) -> Result<Template> {
    let name = filled(template.name).ok_or_else(|| at.missing("name of a template"))?;
    let parts = template.template.unwrap_or_default();
    let part = |kind: &str| {
        let mut parts = parts.iter();
        let part = parts.find(|part| {
            let known = part.type_.as_ref();
            known.is_some_and(|known| known.0.eq_ignore_ascii_case(kind))
        });
        part.and_then(|part| part.text.clone())
            .filter(|text| !text.is_null())
    };
    Ok(Template {
        vendor: at.vendor(),
        account: at.account(),
        id: name.clone(),
        whatsapp_id: None,
        name: Some(name),
        status: template.status.as_ref().map(|status| match status {
            TemplateState::Approved => TemplateStatus::Approved,
            TemplateState::Submitted => TemplateStatus::Pending,
            TemplateState::Rejected => TemplateStatus::Rejected,
            // Both were approved once, and cannot be sent now.
            TemplateState::Paused | TemplateState::Deactivated => TemplateStatus::Disabled,
            _ => TemplateStatus::Unknown,
        }),
        status_text: template.status.map(|status| status.to_string()),
        language_id: template.language.and_then(scalar),
        category_id: integer(template.category).map(|category| category.to_string()),
        header: part("header"),
        body: part("body"),
        buttons: part("buttons"),
        footer: part("footer").and_then(scalar),
        rejected_reason: None,
        created_at: None,
        updated_at: None,
        raw,
    })
}

/// A value whose type is not documented, as text.
pub(super) fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A time in Unix seconds; 0 is none.
pub(super) fn seconds(seconds: i64) -> Option<Timestamp> {
    let seconds = Some(seconds).filter(|seconds| *seconds != 0)?;
    Timestamp::from_second(seconds).ok()
}
