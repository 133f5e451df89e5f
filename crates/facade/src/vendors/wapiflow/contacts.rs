//! Contacts. There is no read of one contact, no bulk delete, and an update replaces everything.

use bytes::Bytes;
use palabre_clients::wapiflow::{shapes, types};
use palabre_model::{Contact, DeleteFailure, DeleteReport, ErrorKind, Page, Raw, Result};

use super::{LIST, client, convert, paging};
use crate::at::At;
use crate::deleting::{self, Told};
use crate::gateway::may_be_a_gateway_s;
use crate::{ContactChanges, ListOptions, NewContact};

/// The page size with which the list is searched for one contact; the vendor states no largest one.
const SEARCH_PAGE: u32 = 100;

/// The wire's names of a contact's fields, and ours.
pub(super) const CONTACT: [(&str, &str); 10] = [
    ("firstname", "name"),
    ("lastname", "name"),
    ("mobile_code", "phone"),
    ("mobile", "phone"),
    ("city", "address.city"),
    ("state", "address.state"),
    ("post_code", "address.post_code"),
    ("address", "address.address"),
    ("profile_image", "image"),
    ("contactId", "id"),
];

/// The same where the name is given in two parts.
const IN_PARTS: [(&str, &str); 10] = {
    let mut names = CONTACT;
    names[0].1 = "given_name";
    names[1].1 = "family_name";
    names
};

fn arguments(name: Option<&String>) -> &'static [(&'static str, &'static str)] {
    if name.is_some() { &CONTACT } else { &IN_PARTS }
}

pub(super) async fn list(at: &At, options: &ListOptions) -> Result<Page<Contact>> {
    at.refuse(&[
        ("status", options.status.is_some()),
        ("number", options.number.is_some()),
    ])?;
    let call = at.call(LIST);
    let position = paging::Position::read(at, options)?;
    let search = options.search.as_deref();
    let result = client(at, &call)
        .list_contacts(position.page, position.size, search)
        .await;
    let answer = at.finish(&call, result)?;
    let page = answer.value.data.and_then(|data| data.contacts);
    let wire = page.and_then(|page| page.data);
    let convert =
        |contact, item| convert::contact_from_wire(at, contact, Raw::new(item, &shapes::CONTACT));
    paging::page(at, position, &answer.body, "/data/contacts", wire, convert)
}

/// Checks an identifier by the vendor's rule before it is looked for.
fn check_id(at: &At, id: &str) -> Result<()> {
    at.call(&[("contactId", "id")])
        .check_path_parameter("delete_contact", "contactId", id)
}

/// Reads the list until the contact is found.
pub(super) async fn find(at: &At, id: &str) -> Result<Contact> {
    check_id(at, id)?;
    let mut options = ListOptions {
        page_size: Some(SEARCH_PAGE),
        ..ListOptions::default()
    };
    let (mut looked_through, mut last) = (0, None);
    loop {
        let page = list(at, &options).await?;
        at.check_page(&mut last)?;
        looked_through += page.items.len();
        at.progress(looked_through, page.total);
        if let Some(contact) = page.items.into_iter().find(|contact| contact.id == id) {
            return Ok(contact);
        }
        match page.next_cursor {
            Some(cursor) if options.cursor.as_ref() != Some(&cursor) => {
                options.page_size = None;
                options.cursor = Some(cursor);
            }
            _ => return Err(at.error(ErrorKind::NotFound, "no such contact")),
        }
    }
}

pub(super) async fn create(at: &At, contact: NewContact) -> Result<Contact> {
    let call = at.call(arguments(contact.name.as_ref()));
    let form = convert::contact_to_wire(at, contact)?;
    let answer = at.finish(&call, client(at, &call).store_contact_form(form).await)?;
    written(at, answer.value, &answer.body)
}

/// An update replaces the whole contact: what it leaves out is emptied. So the contact is read first.
pub(super) async fn update(at: &At, id: &str, mut changes: ContactChanges) -> Result<Contact> {
    let call = at.call(arguments(changes.name.as_ref()));
    let current = changes.current.take();
    // Nothing is read for changes that are refused anyway.
    call.check_given("update_contact", &convert::check_changes(at, &changes)?)?;
    let current = match current {
        Some(current) => current,
        None => at.unwritten(find(at, id).await)?,
    };
    let form = convert::contact_changes_to_wire(at, changes, &current)?;
    let answer = at.finish(&call, client(at, &call).update_contact_form(id, form).await)?;
    written(at, answer.value, &answer.body)
}

/// The contact in the answer to a write.
fn written(at: &At, answer: types::ContactEnvelope, body: &Bytes) -> Result<Contact> {
    let contact = answer.data.and_then(|data| data.contact);
    let raw = Raw::new(at.item(body, "/data/contact"), &shapes::CONTACT);
    let contact = contact.ok_or_else(|| at.missing("contact"));
    at.written(contact.and_then(|contact| convert::contact_from_wire(at, contact, raw)))
}

pub(super) async fn delete(at: &At, id: &str) -> Result<()> {
    let call = at.call(&[("contactId", "id")]);
    at.finish(&call, client(at, &call).delete_contact(id).await)?;
    Ok(())
}

/// One request for each contact, in order; a refusal is reported, a failure ends it.
pub(super) async fn delete_many(at: &At, ids: &[String]) -> Result<DeleteReport> {
    // The last of them is looked at before the first is deleted.
    for (index, id) in ids.iter().enumerate() {
        check_id(at, id).map_err(|error| {
            let message = error
                .message()
                .replacen("id:", &format!("ids[{index}]:"), 1);
            error.with_message(message)
        })?;
    }
    deleting::in_chunks(at, ids, 1, |mut one| async move {
        let id = one.remove(0);
        let mut told = Told::default();
        match delete(&at.again(), &id).await {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound && !may_be_a_gateway_s(&error) => {
                told.not_found.insert(id);
            }
            Err(error) if error.kind() == ErrorKind::Conflict => {
                let message = error.message().to_owned();
                told.refused.push(DeleteFailure { id, message });
            }
            Err(error) => return Err(error),
        }
        Ok(told)
    })
    .await
}
