//! WapiFlow: contacts, the inbox, sending, templates.

mod capability;
mod contacts;
mod convert;
mod error;
mod paging;
mod send;

use async_trait::async_trait;
use bytes::Bytes;
use palabre_clients::wapiflow::{Client, SPEC, forms, shapes};
use palabre_model::{
    Contact, Conversation, ConversationStatus, DeleteReport, Message, Page, Raw, Result, Taken,
    Template,
};
use palabre_transport::{Call, FailedAnswer, Spec, VendorError};

use crate::adapter::Adapter;
use crate::at::{At, Capabilities};
use crate::sign_in::SignIn;
use crate::{ContactChanges, ListOptions, NewContact, NewMessage, NewTemplateMessage};

pub(crate) struct WapiFlow;

/// The wire's names of list parameters, and ours.
const LIST: &[(&str, &str)] = &[("paginate", "page_size"), ("page", "cursor")];

fn client(at: &At, call: &Call) -> Client {
    Client::new_with_client(at.base_url(), at.session.http().clone(), call.clone())
}

#[async_trait]
impl Adapter for WapiFlow {
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
            required: &["client_id", "client_secret"],
            optional: &[],
        }]
    }

    async fn contacts_list(&self, at: &At, options: ListOptions) -> Result<Page<Contact>> {
        contacts::list(at, &options).await
    }

    async fn contacts_get(&self, at: &At, id: &str) -> Result<Contact> {
        contacts::find(at, id).await
    }

    async fn contacts_create(&self, at: &At, contact: NewContact) -> Result<Contact> {
        contacts::create(at, contact).await
    }

    async fn contacts_update(&self, at: &At, id: &str, changes: ContactChanges) -> Result<Contact> {
        contacts::update(at, id, changes).await
    }

    async fn contacts_delete(&self, at: &At, id: &str) -> Result<()> {
        contacts::delete(at, id).await
    }

    async fn contacts_delete_many(&self, at: &At, ids: &[String]) -> Result<DeleteReport> {
        contacts::delete_many(at, ids).await
    }

    async fn conversations_list(
        &self,
        at: &At,
        options: ListOptions,
    ) -> Result<Page<Conversation>> {
        at.refuse(&[("number", options.number.is_some())])?;
        let call = at.call(LIST);
        let position = paging::Position::read(at, &options)?;
        let status = options
            .status
            .map(|status| convert::status_to_wire(at, status))
            .transpose()?;
        let search = options.search.as_deref();
        let result = client(at, &call)
            .list_conversations(position.page, position.size, search, status)
            .await;
        let answer = at.finish(&call, result)?;
        let page = answer.value.data.and_then(|data| data.conversation);
        let wire = page.and_then(|page| page.data);
        let convert = |conversation, item: Bytes| {
            let raw = Raw::new(item.clone(), &shapes::CONVERSATION);
            convert::conversation_from_wire(at, conversation, raw, &item)
        };
        let pointer = "/data/conversation";
        paging::page(at, position, &answer.body, pointer, wire, convert)
    }

    async fn conversations_get(&self, at: &At, id: &str) -> Result<Conversation> {
        let call = at.call(&[("conversation_id", "id")]);
        let answer = at.finish(&call, client(at, &call).get_conversation(id).await)?;
        let conversation = answer.value.data.and_then(|data| data.conversation);
        let conversation = conversation.ok_or_else(|| at.missing("conversation"))?;
        let item = at.item(&answer.body, "/data/conversation");
        let raw = Raw::new(item.clone(), &shapes::CONVERSATION);
        convert::conversation_from_wire(at, conversation, raw, &item)
    }

    async fn conversations_set_status(
        &self,
        at: &At,
        id: &str,
        status: ConversationStatus,
    ) -> Result<()> {
        let call = at.call(&[("conversation_id", "id")]);
        let form = forms::ConversationStatusChange {
            status: convert::status_to_wire(at, status)?,
            ..Default::default()
        };
        at.finish(
            &call,
            client(at, &call)
                .change_conversation_status_form(id, form)
                .await,
        )?;
        Ok(())
    }

    async fn messages_send(&self, at: &At, message: NewMessage) -> Result<Message> {
        send::send(at, message).await
    }

    async fn messages_send_template(
        &self,
        at: &At,
        message: NewTemplateMessage,
    ) -> Result<Message> {
        send::send_template(at, message).await
    }

    async fn templates_list(&self, at: &At, options: ListOptions) -> Result<Page<Template>> {
        at.refuse(&[
            ("search", options.search.is_some()),
            ("status", options.status.is_some()),
            ("number", options.number.is_some()),
        ])?;
        let call = at.call(LIST);
        let position = paging::Position::read(at, &options)?;
        let result = client(at, &call)
            .list_templates(position.page, position.size)
            .await;
        let answer = at.finish(&call, result)?;
        let page = answer.value.data.and_then(|data| data.templates);
        let wire = page.and_then(|page| page.data);
        let convert = |template, item| {
            convert::template_from_wire(at, template, Raw::new(item, &shapes::TEMPLATE))
        };
        paging::page(at, position, &answer.body, "/data/templates", wire, convert)
    }
}
