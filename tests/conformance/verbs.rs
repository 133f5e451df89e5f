//! Every verb with arguments that each vendor takes.

use palabre::{
    Client, ContactChanges, ConversationStatus, GroupChanges, ListOptions, MessageFilter,
    MonthRange, NewBulk, NewContact, NewGroup, NewMessage, NewOtp, NewTemplateMessage, Recipient,
    Result, Variables, Vendor, Verb,
};
use serde_json::json;

/// What the sandbox knows at every seed; the name of what a vendor has not is only for refusals.
pub struct Known {
    pub number: &'static str,
    pub contact: &'static str,
    pub group: &'static str,
    pub conversation: &'static str,
    pub template: &'static str,
    pub message: &'static str,
    pub otp: &'static str,
    /// Somebody who has written.
    pub person: &'static str,
}

pub fn known(vendor: Vendor) -> Known {
    let number = match vendor {
        Vendor::NinetyNineDigital => "972501234567",
        Vendor::MsgFlash => "8d3c5b21-90ab-4c4d-8e5f-112233445566",
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
        template: match vendor {
            Vendor::MsgFlash => "7c6b5a49-3827-4165-8f0e-1d2c3b4a5968",
            Vendor::NinetyNineDigital => "openinghours",
            _ => "1",
        },
        message: match vendor {
            Vendor::MsgFlash => "c1d2e3f4-0a1b-4c2d-8e3f-a4b5c6d7e8f9",
            _ => "1e7d4b2a-8c3f-4d5e-9a6b-0c1d2e3f4a5b",
        },
        otp: "9c8b7a60-5d4e-4f3a-8b2c-1d0e9f8a7b6c",
        person: "+972541112233",
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
        Verb::NumbersApiKey => client.numbers().api_key(known.number).await.map(drop),
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
        Verb::MessagesSend => client
            .messages()
            .send(hello_at(client.vendor()))
            .await
            .map(drop),
        Verb::MessagesSendTemplate => client
            .messages()
            .send_template(template_at(client.vendor()))
            .await
            .map(drop),
        Verb::MessagesSchedule => client
            .messages()
            .schedule(hello_at(client.vendor()), later())
            .await
            .map(drop),
        Verb::MessagesSendBulk => {
            let bulk = NewBulk {
                text: "Hello".to_owned(),
                recipients: vec![Recipient {
                    to: "+8801988000000".to_owned(),
                    ..Recipient::default()
                }],
                from: Some(known.number.to_owned()),
                ..NewBulk::default()
            };
            client.messages().send_bulk(bulk).await.map(drop)
        }
        Verb::MessagesGet => client.messages().get(known.message).await.map(drop),
        Verb::MessagesList => client
            .messages()
            .list(MessageFilter::default(), everything())
            .collect()
            .await
            .map(drop),
        Verb::MessagesMarkRead => client.messages().mark_read(known.person, None).await,
        Verb::OtpSend => {
            let otp = NewOtp {
                to: "+8801988000000".to_owned(),
                from: Some(known.number.to_owned()),
                ..NewOtp::default()
            };
            client.otp().send(otp).await.map(drop)
        }
        Verb::OtpVerify => client.otp().verify(known.otp, "402100").await.map(drop),
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

/// A message with the number to send from, where the vendor has to be told.
pub fn hello_at(vendor: Vendor) -> NewMessage {
    let must_be_told = matches!(vendor, Vendor::ReachFlow | Vendor::MsgFlash);
    NewMessage {
        from: must_be_told.then(|| known(vendor).number.to_owned()),
        ..hello()
    }
}

/// A template with what its vendor needs.
pub fn template_at(vendor: Vendor) -> NewTemplateMessage {
    let message = template(known(vendor).template);
    match vendor {
        Vendor::MsgFlash => {
            let values = json!({"custom.code": "A-1042"}).as_object().cloned();
            NewTemplateMessage {
                from: Some(known(vendor).number.to_owned()),
                variables: Variables::Named(values.unwrap_or_default()),
                ..message
            }
        }
        _ => message,
    }
}

/// Long after the sandbox's present, however far a clock jumps.
pub fn later() -> jiff::Timestamp {
    "2999-12-24T08:00:00Z".parse().unwrap()
}
