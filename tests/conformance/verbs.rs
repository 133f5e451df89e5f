//! Every verb with arguments that each vendor takes.

use palabre::{
    Client, ContactChanges, ConversationStatus, GroupChanges, ListOptions, MonthRange, NewContact,
    NewGroup, NewMessage, NewTemplateMessage, Result, Vendor, Verb,
};

/// What the sandbox knows at every seed; the name of what a vendor has not is only for refusals.
pub struct Known {
    pub number: &'static str,
    pub contact: &'static str,
    pub group: &'static str,
    pub conversation: &'static str,
    pub template: &'static str,
}

pub fn known(vendor: Vendor) -> Known {
    let number = match vendor {
        Vendor::NinetyNineDigital => "972501234567",
        _ => "a3f1b2c4-1234-4abc-9def-000011112222",
    };
    Known {
        number,
        contact: if vendor == Vendor::WapiFlow {
            "2"
        } else {
            "CONTACT_UUID_1"
        },
        group: "GROUP_ID",
        conversation: "2",
        template: "1",
    }
}

/// Does what a verb says, by arguments that are good at `client`'s vendor.
pub async fn run(client: &Client, verb: Verb) -> Result<()> {
    let known = known(client.vendor());
    let ids = [known.contact.to_owned()];
    let everything = ListOptions::default;
    match verb {
        Verb::NumbersList => client.numbers().list().collect().await.map(drop),
        Verb::NumbersGet => client.numbers().get(known.number).await.map(drop),
        Verb::ContactsList => client
            .contacts()
            .list(everything())
            .collect()
            .await
            .map(drop),
        Verb::ContactsGet => client.contacts().get(known.contact).await.map(drop),
        Verb::ContactsCreate => client.contacts().create(somebody()).await.map(drop),
        Verb::ContactsUpdate => {
            let changes = ContactChanges {
                name: Some("Awa Doe".to_owned()),
                ..ContactChanges::default()
            };
            client
                .contacts()
                .update(known.contact, changes)
                .await
                .map(drop)
        }
        Verb::ContactsDelete => client.contacts().delete(known.contact).await,
        Verb::ContactsDeleteMany => client.contacts().delete_many(&ids).await.map(drop),
        Verb::ContactsGroups => client
            .contacts()
            .groups(known.contact)
            .collect()
            .await
            .map(drop),
        Verb::GroupsList => client.groups().list(everything()).collect().await.map(drop),
        Verb::GroupsGet => client.groups().get(known.group).await.map(drop),
        Verb::GroupsCreate => {
            let group = NewGroup {
                name: "Clients VIP".to_owned(),
                ..NewGroup::default()
            };
            client.groups().create(group).await.map(drop)
        }
        Verb::GroupsUpdate => {
            let changes = GroupChanges {
                name: Some("Clients VIP".to_owned()),
                ..GroupChanges::default()
            };
            client.groups().update(known.group, changes).await.map(drop)
        }
        Verb::GroupsDelete => client.groups().delete(known.group).await,
        Verb::GroupsMembers => client
            .groups()
            .members(known.group, everything())
            .collect()
            .await
            .map(drop),
        Verb::GroupsAddMembers => client
            .groups()
            .add_members(known.group, &ids)
            .await
            .map(drop),
        Verb::GroupsRemoveMembers => client
            .groups()
            .remove_members(known.group, &ids)
            .await
            .map(drop),
        Verb::ConversationsList => client
            .conversations()
            .list(everything())
            .collect()
            .await
            .map(drop),
        Verb::ConversationsGet => client
            .conversations()
            .get(known.conversation)
            .await
            .map(drop),
        Verb::ConversationsSetStatus => {
            let status = ConversationStatus::Done;
            client
                .conversations()
                .set_status(known.conversation, status)
                .await
        }
        Verb::MessagesSend => client.messages().send(hello()).await.map(drop),
        Verb::MessagesSendTemplate => client
            .messages()
            .send_template(template(known.template))
            .await
            .map(drop),
        Verb::TemplatesList => client
            .templates()
            .list(everything())
            .collect()
            .await
            .map(drop),
        Verb::StatsMonthly => client
            .stats()
            .monthly(MonthRange::default())
            .await
            .map(drop),
        Verb::StatsCurrentMonth => client.stats().current_month().await.map(drop),
        Verb::StatsToday => client.stats().today().await.map(drop),
        other => panic!("{other} has no scenario"),
    }
}

/// A contact that every vendor with contacts takes.
pub fn somebody() -> NewContact {
    NewContact {
        name: Some("Awa Doe".to_owned()),
        phone: "+8801988000000".to_owned(),
        ..NewContact::default()
    }
}

pub fn hello() -> NewMessage {
    NewMessage {
        to: "+8801988000000".to_owned(),
        text: Some("Hello".to_owned()),
        ..NewMessage::default()
    }
}

pub fn template(id: &str) -> NewTemplateMessage {
    NewTemplateMessage {
        to: "+8801988000000".to_owned(),
        template: id.to_owned(),
        ..NewTemplateMessage::default()
    }
}
