use palabre_model::{Address, Contact, DeleteReport, Group, Result, Verb};
use palabre_transport::FilePart;
use serde_json::{Map, Value};

use crate::{Client, ListOptions, Listing};

/// The address book of an account.
#[derive(Clone, Copy, Debug)]
pub struct Contacts<'a>(pub(crate) &'a Client);

/// A contact to create. What the vendor cannot take is refused.
#[derive(Clone, Default)]
pub struct NewContact {
    /// The whole name. WapiFlow needs two parts and takes it split at the first space.
    pub name: Option<String>,
    /// The given name, where the vendor keeps names in two parts.
    pub given_name: Option<String>,
    /// The family name, where the vendor keeps names in two parts.
    pub family_name: Option<String>,
    /// The number, in international form.
    pub phone: String,
    /// Labels (MsgFlash).
    pub tags: Option<Vec<String>>,
    /// Free fields (MsgFlash).
    pub meta: Option<Map<String, Value>>,
    /// The postal address (WapiFlow).
    pub address: Option<Address>,
    /// A picture (WapiFlow).
    pub image: Option<FilePart>,
    /// Fields of the vendor that palabre does not know, by their wire names.
    pub extra: Map<String, Value>,
}
palabre_model::debug_only!(NewContact {});

/// Changes of a contact; `None` leaves a field as it is.
#[derive(Clone, Default)]
pub struct ContactChanges {
    /// The whole name.
    pub name: Option<String>,
    /// The given name, where the vendor keeps names in two parts.
    pub given_name: Option<String>,
    /// The family name, where the vendor keeps names in two parts.
    pub family_name: Option<String>,
    /// The number, in international form.
    pub phone: Option<String>,
    /// Labels; they replace the old ones (MsgFlash).
    pub tags: Option<Vec<String>>,
    /// Free fields; they replace the old ones (MsgFlash).
    pub meta: Option<Map<String, Value>>,
    /// The postal address; a part that is `None` stays as it is (WapiFlow).
    pub address: Option<Address>,
    /// A picture (WapiFlow).
    pub image: Option<FilePart>,
    /// Fields of the vendor that palabre does not know, by their wire names.
    pub extra: Map<String, Value>,
    /// The contact as it is now. WapiFlow replaces the whole contact, so palabre reads it first
    /// unless it is given here.
    pub current: Option<Contact>,
}
palabre_model::debug_only!(ContactChanges {});

impl Contacts<'_> {
    /// Lists contacts.
    #[must_use]
    pub fn list(&self, options: ListOptions) -> Listing<Contact> {
        let adapter = self.0.adapter();
        Listing::new(
            self.0.at(Verb::ContactsList),
            options,
            move |at, options| Box::pin(async move { adapter.contacts_list(&at, options).await }),
        )
    }

    /// Reads one contact.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound) and those of every call.
    pub async fn get(&self, id: &str) -> Result<Contact> {
        let at = self.0.at(Verb::ContactsGet)?;
        at.check_id("id", id)?;
        self.0.adapter().contacts_get(&at, id).await
    }

    /// Creates a contact. The answer holds what the vendor sent back, which may be less than was
    /// given: `None` is not known, not empty.
    ///
    /// # Errors
    ///
    /// [`Conflict`](palabre_model::ErrorKind::Conflict),
    /// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) and those of every write.
    pub async fn create(&self, contact: NewContact) -> Result<Contact> {
        let at = self.0.at(Verb::ContactsCreate)?;
        if contact.phone.trim().is_empty() {
            return Err(at.invalid("phone", "is empty"));
        }
        self.0.adapter().contacts_create(&at, contact).await
    }

    /// Changes a contact.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound) and those of every write.
    pub async fn update(&self, id: &str, changes: ContactChanges) -> Result<Contact> {
        let at = self.0.at(Verb::ContactsUpdate)?;
        at.check_id("id", id)?;
        if changes
            .current
            .as_ref()
            .is_some_and(|current| current.id != id)
        {
            return Err(at.invalid("current", "is another contact than id"));
        }
        self.0.adapter().contacts_update(&at, id, changes).await
    }

    /// Deletes a contact.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound),
    /// [`Conflict`](palabre_model::ErrorKind::Conflict) where the vendor refuses, and those of every
    /// write.
    pub async fn delete(&self, id: &str) -> Result<()> {
        let at = self.0.at(Verb::ContactsDelete)?;
        at.check_id("id", id)?;
        self.0.adapter().contacts_delete(&at, id).await
    }

    /// Deletes contacts, in requests as large as the vendor takes.
    ///
    /// # Errors
    ///
    /// When a request fails, the error carries the report of what was done before:
    /// [`Error::get_report`](palabre_model::Error::get_report).
    pub async fn delete_many(&self, ids: &[String]) -> Result<DeleteReport> {
        let at = self.0.at(Verb::ContactsDeleteMany)?;
        at.check_ids("ids", ids)?;
        self.0.adapter().contacts_delete_many(&at, ids).await
    }

    /// Lists the groups that a contact is in.
    #[must_use]
    pub fn groups(&self, id: &str) -> Listing<Group> {
        let adapter = self.0.adapter();
        let id = id.to_owned();
        let at = self.0.at(Verb::ContactsGroups).and_then(|at| {
            at.check_id("id", &id)?;
            Ok(at)
        });
        Listing::new(at, ListOptions::default(), move |at, options| {
            let id = id.clone();
            Box::pin(async move { adapter.contacts_groups(&at, &id, options).await })
        })
    }
}
