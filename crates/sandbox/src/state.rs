//! The state machine behind all dialects: what an account holds and what may be done with it.
//!
//! A dialect reads the wire, calls one of these methods and says the result in its vendor's
//! words. What is allowed is decided here, once.

use jiff::Timestamp;

use crate::Vendor;
use crate::access::Access;
use crate::chats::Chats;
use crate::ids::Ids;
use crate::outbox::Outbox;
use crate::records::{
    Contact, ContactChange, Conversation, Group, GroupChange, Message, Number, Template,
};
use crate::seed;

/// The state of all vendors.
#[derive(Debug)]
pub(crate) struct State {
    accounts: [Account; 4],
}

impl State {
    /// A fresh state; the same seed at the same time gives the same state.
    pub(crate) fn new(seed: u64, now: Timestamp) -> Self {
        Self {
            accounts: Vendor::ALL.map(|vendor| seed::account(vendor, seed, now)),
        }
    }

    pub(crate) fn account(&mut self, vendor: Vendor) -> &mut Account {
        &mut self.accounts[vendor as usize]
    }
}

/// Why something is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no such thing.
    Missing,
    /// A name or number that must be unique is in use.
    Taken,
    /// The plan allows no more.
    LimitReached,
    /// The contact is blocked.
    Blocked,
    /// The contact has messages.
    HasMessages,
    /// The sending number is not one of the account.
    UnknownNumber,
    /// The template is not approved.
    NotApproved,
}

/// How many of a list of contacts were touched by a change of membership.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MembershipReport {
    pub(crate) changed: usize,
    pub(crate) unchanged: usize,
    pub(crate) missing: usize,
}

/// What one customer of a vendor holds.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) numbers: Vec<Number>,
    /// In the order of creation, as the other lists.
    pub(crate) contacts: Vec<Contact>,
    pub(crate) groups: Vec<Group>,
    pub(crate) conversations: Vec<Conversation>,
    pub(crate) messages: Vec<Message>,
    pub(crate) templates: Vec<Template>,
    /// 99digital: what the numbers send and receive.
    pub(crate) chats: Chats,
    pub(crate) outbox: Outbox,
    pub(crate) access: Access,
    pub(crate) ids: Ids,
}

impl Account {
    pub(crate) fn new(vendor: Vendor, seed: u64) -> Self {
        Self {
            numbers: Vec::new(),
            contacts: Vec::new(),
            groups: Vec::new(),
            conversations: Vec::new(),
            messages: Vec::new(),
            templates: Vec::new(),
            chats: Chats::default(),
            outbox: Outbox::default(),
            access: Access::default(),
            ids: Ids::new(vendor, seed),
        }
    }

    /// How many messages have gone out.
    pub(crate) fn sent(&self) -> usize {
        self.messages.len() + self.chats.sent() + self.outbox.messages.len()
    }

    pub(crate) fn contact(&self, id: &str) -> Result<&Contact, Refusal> {
        self.contacts
            .iter()
            .find(|contact| contact.id == id)
            .ok_or(Refusal::Missing)
    }

    pub(crate) fn contact_by_sequence(&self, sequence: u64) -> Option<&Contact> {
        let found = self
            .contacts
            .binary_search_by_key(&sequence, |contact| contact.sequence);
        self.contacts.get(found.ok()?)
    }

    pub(crate) fn contact_by_phone(&self, dial_code: &str, number: &str) -> Option<&Contact> {
        self.contacts
            .iter()
            .find(|contact| contact.dial_code == dial_code && contact.number == number)
    }

    /// Stores a new contact, whose phone number no other contact has.
    pub(crate) fn create_contact(
        &mut self,
        change: ContactChange,
        now: Timestamp,
    ) -> Result<&Contact, Refusal> {
        let mut contact = Contact {
            created_at: now,
            updated_at: now,
            ..Contact::default()
        };
        change.apply(&mut contact);
        if self
            .contact_by_phone(&contact.dial_code, &contact.number)
            .is_some()
        {
            return Err(Refusal::Taken);
        }
        (contact.sequence, contact.id) = self.ids.contact();
        self.contacts.push(contact);
        self.contacts.last().ok_or(Refusal::Missing)
    }

    /// Changes a contact; its number must stay unique.
    pub(crate) fn update_contact(
        &mut self,
        id: &str,
        change: ContactChange,
        now: Timestamp,
    ) -> Result<&Contact, Refusal> {
        let index = self
            .contacts
            .iter()
            .position(|contact| contact.id == id)
            .ok_or(Refusal::Missing)?;
        let mut changed = self.contacts[index].clone();
        change.apply(&mut changed);
        changed.updated_at = now;
        let owner = self.contact_by_phone(&changed.dial_code, &changed.number);
        if owner.is_some_and(|owner| owner.id != id) {
            return Err(Refusal::Taken);
        }
        self.contacts[index] = changed;
        Ok(&self.contacts[index])
    }

    /// Removes a contact, also from its groups, unless it is blocked or has messages.
    pub(crate) fn delete_contact(&mut self, id: &str) -> Result<(), Refusal> {
        let contact = self.contact(id)?;
        if contact.is_blocked {
            return Err(Refusal::Blocked);
        }
        let sequence = contact.sequence;
        let has_messages = self.conversations.iter().any(|conversation| {
            conversation.contact == sequence && conversation.last_message_at.is_some()
        });
        if has_messages {
            return Err(Refusal::HasMessages);
        }
        self.contacts.retain(|contact| contact.id != id);
        self.conversations
            .retain(|conversation| conversation.contact != sequence);
        for group in &mut self.groups {
            group.members.retain(|member| member != id);
        }
        Ok(())
    }

    pub(crate) fn group(&self, id: &str) -> Result<&Group, Refusal> {
        self.groups
            .iter()
            .find(|group| group.id == id)
            .ok_or(Refusal::Missing)
    }

    fn group_mut(&mut self, id: &str) -> Result<&mut Group, Refusal> {
        self.groups
            .iter_mut()
            .find(|group| group.id == id)
            .ok_or(Refusal::Missing)
    }

    fn is_group_name_taken(&self, name: &str, except: &str) -> bool {
        self.groups
            .iter()
            .any(|group| group.name == name && group.id != except)
    }

    /// Stores a new group under a name of its own, within the plan's limit.
    pub(crate) fn create_group(
        &mut self,
        name: String,
        description: Option<String>,
        color: Option<String>,
        limit: usize,
        now: Timestamp,
    ) -> Result<&Group, Refusal> {
        if self.is_group_name_taken(&name, "") {
            return Err(Refusal::Taken);
        }
        if self.groups.len() >= limit {
            return Err(Refusal::LimitReached);
        }
        let (sequence, id) = self.ids.group();
        let members = Vec::new();
        self.groups.push(Group {
            id,
            sequence,
            name,
            description,
            color,
            members,
            created_at: now,
        });
        self.groups.last().ok_or(Refusal::Missing)
    }

    /// Changes a group; its name must stay unique.
    pub(crate) fn update_group(
        &mut self,
        id: &str,
        change: GroupChange,
    ) -> Result<&Group, Refusal> {
        if change
            .name
            .as_deref()
            .is_some_and(|name| self.is_group_name_taken(name, id))
        {
            self.group(id)?;
            return Err(Refusal::Taken);
        }
        let group = self.group_mut(id)?;
        if let Some(name) = change.name {
            group.name = name;
        }
        group.description = change.description.or(group.description.take());
        group.color = change.color.or(group.color.take());
        Ok(group)
    }

    /// Removes a group; its members stay contacts.
    pub(crate) fn delete_group(&mut self, id: &str) -> Result<(), Refusal> {
        self.group(id)?;
        self.groups.retain(|group| group.id != id);
        Ok(())
    }

    /// Adds contacts to a group; an error when none of them exists.
    pub(crate) fn add_members(
        &mut self,
        group: &str,
        contacts: &[String],
    ) -> Result<MembershipReport, Refusal> {
        self.group(group)?;
        let known: Vec<&String> = contacts
            .iter()
            .filter(|id| self.contact(id).is_ok())
            .collect();
        if known.is_empty() {
            return Err(Refusal::Missing);
        }
        let missing = contacts.len() - known.len();
        let mut report = MembershipReport {
            missing,
            ..MembershipReport::default()
        };
        let group = self.group_mut(group)?;
        for id in known {
            if group.members.contains(id) {
                report.unchanged += 1;
            } else {
                group.members.push(id.clone());
                report.changed += 1;
            }
        }
        Ok(report)
    }

    /// Takes contacts out of a group.
    pub(crate) fn remove_members(
        &mut self,
        group: &str,
        contacts: &[String],
    ) -> Result<MembershipReport, Refusal> {
        let group = self.group_mut(group)?;
        let before = group.members.len();
        group.members.retain(|member| !contacts.contains(member));
        let changed = before - group.members.len();
        Ok(MembershipReport {
            changed,
            unchanged: contacts.len() - changed,
            missing: 0,
        })
    }
}
