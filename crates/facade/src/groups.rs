use palabre_model::{AddReport, Contact, Group, RemoveReport, Result, Verb};
use serde_json::{Map, Value};

use crate::{Client, ListOptions, Listing};

/// The groups of contacts of an account. They are the vendor's, not WhatsApp groups.
#[derive(Clone, Copy, Debug)]
pub struct Groups<'a>(pub(crate) &'a Client);

/// A group to create.
#[derive(Clone, Debug, Default)]
pub struct NewGroup {
    /// The name, unique in the account.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// A colour as `#RRGGBB`.
    pub color: Option<String>,
    /// Fields of the vendor that palabre does not know, by their wire names.
    pub extra: Map<String, Value>,
}

/// Changes of a group; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct GroupChanges {
    /// The name, unique in the account.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// A colour as `#RRGGBB`.
    pub color: Option<String>,
    /// Fields of the vendor that palabre does not know, by their wire names.
    pub extra: Map<String, Value>,
}

impl Groups<'_> {
    /// Lists groups.
    #[must_use]
    pub fn list(&self, options: ListOptions) -> Listing<Group> {
        let adapter = self.0.adapter();
        Listing::new(self.0.at(Verb::GroupsList), options, move |at, options| {
            Box::pin(async move { adapter.groups_list(&at, options).await })
        })
    }

    /// Reads one group.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound) and those of every call.
    pub async fn get(&self, id: &str) -> Result<Group> {
        let at = self.0.at(Verb::GroupsGet)?;
        at.check_id("id", id)?;
        self.0.adapter().groups_get(&at, id).await
    }

    /// Creates a group.
    ///
    /// # Errors
    ///
    /// [`Conflict`](palabre_model::ErrorKind::Conflict) when the name is taken,
    /// [`QuotaExceeded`](palabre_model::ErrorKind::QuotaExceeded) at the plan's limit, and those of
    /// every write.
    pub async fn create(&self, group: NewGroup) -> Result<Group> {
        let at = self.0.at(Verb::GroupsCreate)?;
        self.0.adapter().groups_create(&at, group).await
    }

    /// Changes a group.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound),
    /// [`Conflict`](palabre_model::ErrorKind::Conflict) and those of every write.
    pub async fn update(&self, id: &str, changes: GroupChanges) -> Result<Group> {
        let at = self.0.at(Verb::GroupsUpdate)?;
        at.check_id("id", id)?;
        self.0.adapter().groups_update(&at, id, changes).await
    }

    /// Deletes a group; its contacts stay.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound) and those of every write.
    pub async fn delete(&self, id: &str) -> Result<()> {
        let at = self.0.at(Verb::GroupsDelete)?;
        at.check_id("id", id)?;
        self.0.adapter().groups_delete(&at, id).await
    }

    /// Lists the contacts of a group.
    #[must_use]
    pub fn members(&self, id: &str, options: ListOptions) -> Listing<Contact> {
        let adapter = self.0.adapter();
        let id = id.to_owned();
        let at = self.0.at(Verb::GroupsMembers).and_then(|at| {
            at.check_id("id", &id)?;
            Ok(at)
        });
        Listing::new(at, options, move |at, options| {
            let id = id.clone();
            Box::pin(async move { adapter.groups_members(&at, &id, options).await })
        })
    }

    /// Adds contacts to a group.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound) and those of every write.
    pub async fn add_members(&self, id: &str, contact_ids: &[String]) -> Result<AddReport> {
        let at = self.0.at(Verb::GroupsAddMembers)?;
        at.check_id("id", id)?;
        at.check_ids("contact_ids", contact_ids)?;
        self.0
            .adapter()
            .groups_add_members(&at, id, contact_ids)
            .await
    }

    /// Removes contacts from a group; they stay in the address book.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound) and those of every write.
    pub async fn remove_members(&self, id: &str, contact_ids: &[String]) -> Result<RemoveReport> {
        let at = self.0.at(Verb::GroupsRemoveMembers)?;
        at.check_id("id", id)?;
        at.check_ids("contact_ids", contact_ids)?;
        self.0
            .adapter()
            .groups_remove_members(&at, id, contact_ids)
            .await
    }
}
