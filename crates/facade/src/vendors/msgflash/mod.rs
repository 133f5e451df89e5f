//! MsgFlash: contacts and groups of contacts with cursor paging, numbers, messages.

mod capability;
mod convert;
mod delete_many;
mod error;
mod messages;
mod numbers;
mod paging;

use async_trait::async_trait;
use jiff::Timestamp;
use palabre_clients::msgflash::{Client, SPEC, shapes, types};
use palabre_model::{
    AddReport, Contact, DeleteReport, Group, Message, Number, Page, Raw, RemoveReport, Result,
    Taken,
};
use palabre_transport::{Call, FailedAnswer, Spec, VendorError};
use serde_json::Value;

use crate::adapter::Adapter;
use crate::at::{At, Capabilities};
use crate::sign_in::SignIn;
use crate::vendors::integer;
use crate::{
    ContactChanges, GroupChanges, ListOptions, MessageFilter, NewContact, NewGroup, NewMessage,
    NewTemplateMessage, Outgoing, sender, slices,
};

pub(crate) struct MsgFlash;

/// The wire's names of list parameters, and ours.
const LIST: &[(&str, &str)] = &[("limit", "page_size")];

fn client(at: &At, call: &Call) -> Client {
    Client::new_with_client(at.base_url(), at.session.http().clone(), call.clone())
}

#[async_trait]
impl Adapter for MsgFlash {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn capabilities(&self) -> &'static Capabilities {
        capability::CAPABILITIES
    }

    fn contents(&self) -> &'static [Taken] {
        capability::CONTENTS
    }

    fn error_reader(&self) -> fn(&FailedAnswer<'_>) -> VendorError {
        error::read
    }

    fn sign_ins(&self) -> &'static [SignIn] {
        &[SignIn {
            required: &["api_key"],
            optional: &["team_id"],
        }]
    }

    async fn numbers_list(&self, at: &At, _options: ListOptions) -> Result<Page<Number>> {
        numbers::list(at).await
    }

    async fn numbers_get(&self, at: &At, id: &str) -> Result<Number> {
        numbers::get(at, id).await
    }

    async fn messages_send(&self, at: &At, message: NewMessage) -> Result<Message> {
        messages::send(at, message).await
    }

    async fn messages_send_template(
        &self,
        at: &At,
        message: NewTemplateMessage,
    ) -> Result<Message> {
        messages::send(at, message).await
    }

    async fn sender(&self, at: &At) -> Result<Option<String>> {
        sender::find(self, at, None).await.map(Some)
    }

    async fn messages_schedule(
        &self,
        at: &At,
        message: Outgoing,
        when: Timestamp,
    ) -> Result<Message> {
        messages::schedule(at, message, when).await
    }

    async fn messages_get(&self, at: &At, id: &str) -> Result<Message> {
        messages::get(at, id).await
    }

    async fn messages_list(
        &self,
        at: &At,
        filter: MessageFilter,
        options: ListOptions,
    ) -> Result<Page<Message>> {
        messages::list(at, filter, options).await
    }

    async fn contacts_list(&self, at: &At, options: ListOptions) -> Result<Page<Contact>> {
        at.refuse(&[
            ("status", options.status.is_some()),
            ("number", options.number.is_some()),
        ])?;
        let call = at.call(LIST);
        let (cursor, limit, search) = paging::parameters(&options);
        let answer = at.finish(
            &call,
            client(at, &call).list_contacts(cursor, limit, search).await,
        )?;
        let page = answer.value.data.ok_or_else(|| at.missing("data"))?;
        let items = page.contacts.ok_or_else(|| at.missing("contacts"))?;
        let items = slices::convert(
            at,
            &answer.body,
            "/data/contacts",
            items,
            |contact, item| {
                convert::contact_from_wire(at, contact, Raw::new(item, &shapes::CONTACT))
            },
        )?;
        paging::page(at, items, &answer.body)
    }

    async fn contacts_get(&self, at: &At, id: &str) -> Result<Contact> {
        let call = at.call(&[]);
        let answer = at.finish(&call, client(at, &call).get_contact(id).await)?;
        let contact = answer.value.data.ok_or_else(|| at.missing("contact"))?;
        let raw = Raw::new(at.item(&answer.body, "/data"), &shapes::CONTACT);
        convert::contact_from_wire(at, contact, raw)
    }

    async fn contacts_create(&self, at: &At, contact: NewContact) -> Result<Contact> {
        let call = at.call(&[]);
        let body = convert::contact_to_wire(at, contact)?;
        let answer = at.finish(&call, client(at, &call).create_contact(&body).await)?;
        let raw = Raw::new(at.item(&answer.body, "/data"), &shapes::CONTACT);
        let contact = answer.value.data.ok_or_else(|| at.missing("contact"));
        at.written(contact.and_then(|contact| convert::contact_from_wire(at, contact, raw)))
    }

    async fn contacts_update(&self, at: &At, id: &str, changes: ContactChanges) -> Result<Contact> {
        let call = at.call(&[]);
        let body = convert::contact_changes_to_wire(at, changes)?;
        let answer = at.finish(&call, client(at, &call).update_contact(id, &body).await)?;
        let raw = Raw::new(at.item(&answer.body, "/data"), &shapes::CONTACT);
        at.written(convert::updated_contact_from_wire(
            at,
            id,
            answer.value.data,
            raw,
        ))
    }

    async fn contacts_delete(&self, at: &At, id: &str) -> Result<()> {
        let call = at.call(&[]);
        at.finish(&call, client(at, &call).delete_contact(id).await)?;
        Ok(())
    }

    async fn contacts_delete_many(&self, at: &At, ids: &[String]) -> Result<DeleteReport> {
        delete_many::delete_many(at, ids).await
    }

    async fn contacts_groups(
        &self,
        at: &At,
        id: &str,
        _options: ListOptions,
    ) -> Result<Page<Group>> {
        let call = at.call(&[]);
        let answer = at.finish(&call, client(at, &call).list_groups_of_contact(id).await)?;
        // Not documented: an object with `groups`, like the other lists, or a bare array.
        let pointer = match answer.value.data {
            Some(Value::Array(_)) => "/data",
            _ => "/data/groups",
        };
        let items = slices::items(&answer.body, pointer).ok_or_else(|| at.missing("groups"))?;
        let groups = items
            .into_iter()
            .map(|item| {
                let group: types::ContactGroup = serde_json::from_slice(&item)
                    .map_err(|error| call.undecodable(None, answer.status, &item, &error))?;
                convert::group_from_wire(at, group, Raw::new(item, &shapes::CONTACT_GROUP))
            })
            .collect::<Result<_>>()?;
        paging::whole_list(at, groups, &answer.body)
    }

    async fn groups_list(&self, at: &At, options: ListOptions) -> Result<Page<Group>> {
        at.refuse(&[
            ("status", options.status.is_some()),
            ("number", options.number.is_some()),
        ])?;
        let call = at.call(LIST);
        let (cursor, limit, search) = paging::parameters(&options);
        let result = client(at, &call)
            .list_contact_groups(cursor, limit, search)
            .await;
        let answer = at.finish(&call, result)?;
        let page = answer.value.data.ok_or_else(|| at.missing("data"))?;
        let items = page.groups.ok_or_else(|| at.missing("groups"))?;
        let items = slices::convert(at, &answer.body, "/data/groups", items, |group, item| {
            convert::group_from_wire(at, group, Raw::new(item, &shapes::CONTACT_GROUP))
        })?;
        paging::page(at, items, &answer.body)
    }

    async fn groups_get(&self, at: &At, id: &str) -> Result<Group> {
        let call = at.call(&[]);
        let answer = at.finish(&call, client(at, &call).get_contact_group(id).await)?;
        let group = answer.value.data.ok_or_else(|| at.missing("group"))?;
        let raw = Raw::new(at.item(&answer.body, "/data"), &shapes::CONTACT_GROUP);
        convert::group_from_wire(at, group, raw)
    }

    async fn groups_create(&self, at: &At, group: NewGroup) -> Result<Group> {
        let call = at.call(&[]);
        let body = convert::group_to_wire(at, group)?;
        let answer = at.finish(&call, client(at, &call).create_contact_group(&body).await)?;
        let raw = Raw::new(at.item(&answer.body, "/data"), &shapes::CONTACT_GROUP);
        let group = answer.value.data.ok_or_else(|| at.missing("group"));
        at.written(group.and_then(|group| convert::group_from_wire(at, group, raw)))
    }

    async fn groups_update(&self, at: &At, id: &str, changes: GroupChanges) -> Result<Group> {
        let call = at.call(&[]);
        let body = convert::group_changes_to_wire(at, changes)?;
        let answer = at.finish(
            &call,
            client(at, &call).update_contact_group(id, &body).await,
        )?;
        let raw = Raw::new(at.item(&answer.body, "/data"), &shapes::CONTACT_GROUP);
        at.written(convert::updated_group_from_wire(
            at,
            id,
            answer.value.data,
            raw,
        ))
    }

    async fn groups_delete(&self, at: &At, id: &str) -> Result<()> {
        let call = at.call(&[]);
        at.finish(&call, client(at, &call).delete_contact_group(id).await)?;
        Ok(())
    }

    async fn groups_members(
        &self,
        at: &At,
        id: &str,
        options: ListOptions,
    ) -> Result<Page<Contact>> {
        at.refuse(&[
            ("status", options.status.is_some()),
            ("number", options.number.is_some()),
        ])?;
        let call = at.call(LIST);
        let (cursor, limit, search) = paging::parameters(&options);
        let result = client(at, &call)
            .list_contact_group_members(id, cursor, limit, search)
            .await;
        let answer = at.finish(&call, result)?;
        let page = answer.value.data.ok_or_else(|| at.missing("data"))?;
        let items = page.members.ok_or_else(|| at.missing("members"))?;
        let items = slices::convert(at, &answer.body, "/data/members", items, |member, item| {
            convert::member_from_wire(at, member, Raw::new(item, &shapes::CONTACT_GROUP_MEMBER))
        })?;
        paging::page(at, items, &answer.body)
    }

    async fn groups_add_members(&self, at: &At, id: &str, ids: &[String]) -> Result<AddReport> {
        let call = at.call(&[("contactIds", "contact_ids")]);
        let body = types::MembersToAdd {
            contact_ids: ids.to_vec(),
            extra: Default::default(),
        };
        let answer = at.finish(
            &call,
            client(at, &call).add_contact_group_members(id, &body).await,
        )?;
        let added = answer.value.data;
        let added = added.filter(|added| {
            added.added.is_some() || added.already_in_group.is_some() || added.not_found.is_some()
        });
        // A job is answered with 202 and no counts: nothing may have been added yet.
        let added = added.ok_or_else(|| delete_many::uncounted(at, "count of added members"))?;
        Ok(AddReport {
            requested: ids.len(),
            added: integer(added.added),
            already_in_group: integer(added.already_in_group),
            not_found: integer(added.not_found),
        })
    }

    async fn groups_remove_members(
        &self,
        at: &At,
        id: &str,
        ids: &[String],
    ) -> Result<RemoveReport> {
        let call = at.call(&[("contactIds", "contact_ids")]);
        let body = types::MembersToRemove {
            contact_ids: ids.to_vec(),
            extra: Default::default(),
        };
        let answer = at.finish(
            &call,
            client(at, &call)
                .remove_contact_group_members(id, &body)
                .await,
        )?;
        let removed = answer.value.data;
        let removed =
            removed.filter(|removed| removed.removed.is_some() || removed.not_in_group.is_some());
        let removed =
            removed.ok_or_else(|| delete_many::uncounted(at, "count of removed members"))?;
        Ok(RemoveReport {
            requested: ids.len(),
            removed: integer(removed.removed),
            not_in_group: integer(removed.not_in_group),
        })
    }
}
