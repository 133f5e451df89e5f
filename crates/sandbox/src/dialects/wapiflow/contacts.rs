//! Contacts.

use serde_json::json;

use super::rules::{Fields, PICTURE};
use super::{failure, paginator, rows, success};
use crate::call::{Answer, Call, Desk, Reply};
use crate::records::{Address, Contact, ContactChange};
use crate::state::Refusal;

/// Newest id first. The documented sample's remark is `contact_list`; the installs send a hyphen.
pub(super) fn list(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let search = call
        .query("search")
        .map(str::to_lowercase)
        .filter(|text| !text.is_empty());
    let found: Vec<&Contact> = desk
        .account
        .contacts
        .iter()
        .rev()
        .filter(|contact| search.as_ref().is_none_or(|needle| contact.matches(needle)))
        .collect();
    let contacts = paginator::page(call, &found, |contact| rows::contact(contact));
    let data = json!({"contacts": contacts});
    Ok(success(
        "contact_list",
        "Contact list fetched successfully",
        Some(data),
    ))
}

/// Answers 200, not 201.
pub(super) fn store(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let change = whole_contact(call)?;
    let contact = desk
        .account
        .create_contact(change, desk.now)
        .map_err(|_| number_is_taken())?;
    let data = json!({"contact": rows::new_contact(contact)});
    Ok(success(
        "contact_created",
        "Contact created successfully",
        Some(data),
    ))
}

/// Replaces the contact.
///
/// The text promises that omitted fields stay, the table requires four of them; the installs
/// require the four and empty every part of the address that is left out.
pub(super) fn update(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let id = call.parameter("contactId");
    let unknown = || failure("unknown_contact", "The contact was not found");
    desk.account.contact(id).map_err(|_| unknown())?;
    let change = whole_contact(call)?;
    let contact = desk
        .account
        .update_contact(id, change, desk.now)
        .map_err(|refusal| {
            if refusal == Refusal::Taken {
                number_is_taken()
            } else {
                unknown()
            }
        })?;
    let data = json!({"contact": rows::contact(contact)});
    // The remark of a creation: the installs do not tell the two apart.
    Ok(success(
        "contact_created",
        "Contact updated successfully",
        Some(data),
    ))
}

/// Refused for a contact that is blocked or has messages. What the body says is not read.
pub(super) fn delete(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let deleted = desk.account.delete_contact(call.parameter("contactId"));
    deleted.map_err(|refusal| match refusal {
        Refusal::Blocked => failure("contact_error", "A blocked contact cannot be deleted"),
        Refusal::HasMessages => {
            failure("contact_error", "A contact with messages cannot be deleted")
        }
        _ => failure("not_found", "The contact was not found"),
    })?;
    Ok(success(
        "contact_deleted",
        "Contact deleted successfully",
        None,
    ))
}

/// Code and number together must be unique in the account.
fn number_is_taken() -> Answer {
    failure("validation_error", "The mobile has already been taken.")
}

fn whole_contact(call: &Call) -> Result<ContactChange, Answer> {
    let mut fields = Fields::new(call);
    let given_name = fields.required("firstname");
    fields.at_most("firstname", &given_name, 40);
    let family_name = fields.required("lastname");
    fields.at_most("lastname", &family_name, 40);
    let dial_code = fields.digits("mobile_code");
    let number = fields.digits("mobile");
    let image = fields
        .file("profile_image", PICTURE)
        .map(|file| file.name.clone());
    let part = |name| fields.text(name).unwrap_or_default();
    let address = Address {
        city: part("city"),
        state: part("state"),
        post_code: part("post_code"),
        street: part("address"),
    };
    fields.check()?;
    Ok(ContactChange {
        given_name: Some(given_name),
        family_name: Some(family_name),
        dial_code: Some(dial_code),
        number: Some(number),
        address: Some(address),
        image,
        ..ContactChange::default()
    })
}
