//! The numbers of ReachFlow and of 99digital.

use jiff::Timestamp;

use super::{hours_before, tables};
use crate::outbox::Outgoing;
use crate::records::{Number, Today};
use crate::state::Account;
use crate::statistics::Traffic;

pub(super) fn reachflow(account: &mut Account, now: Timestamp) {
    let limits = |messages, contacts| Today {
        messages_limit: Some(messages),
        new_contacts_limit: Some(contacts),
        ..Today::default()
    };
    // The two documented ids; the first number is the sample's to the last digit.
    let support = Today {
        sent: 42,
        delivered: 40,
        failed: 2,
        ..limits(200, 50)
    };
    let (delivered, failed) = (
        account.ids.random.u32(90..130),
        account.ids.random.u32(0..6),
    );
    let sales = Today {
        sent: delivered + failed,
        delivered,
        failed,
        ..limits(150, 30)
    };
    let rows = [
        (
            "a3f1b2c4-1234-4abc-9def-000011112222",
            "Support client",
            Some("22997000000"),
            "connected",
            (14, 12),
            support,
        ),
        (
            "7f9e1234-abcd-4ef0-8765-aabbccddeeff",
            "Ventes Abidjan",
            Some("2250707123456"),
            "connected",
            (9, 27),
            sales,
        ),
        // Not linked yet: no number, and limits that are not set. Of its status the reference names two only.
        (
            "c0d1e2f3-4455-4666-8777-888899990000",
            "Relances",
            None,
            "disconnected",
            (0, 0),
            Today::default(),
        ),
        (
            "5b6c7d8e-9f00-4a1b-8c2d-3e4f50617283",
            "Campagnes Dakar",
            Some("221771234567"),
            "disconnected",
            (6, 61),
            limits(80, 10),
        ),
    ];
    for (id, name, phone, status, (warmup_day, risk_score), today) in rows {
        account.numbers.push(Number {
            id: id.to_owned(),
            name: name.to_owned(),
            phone: phone.map(str::to_owned),
            status,
            created_at: hours_before(now, 24 * 90),
            warmup_day,
            risk_score,
            today,
            ..Number::default()
        });
    }
    let yesterday = hours_before(now, 24);
    account.outbox.messages.push(Outgoing {
        id: "1e7d4b2a-8c3f-4d5e-9a6b-0c1d2e3f4a5b".to_owned(),
        number: rows[0].0.to_owned(),
        to: "22901000000".to_owned(),
        kind: "text",
        text: Some("Bonjour Awa".to_owned()),
        media_url: None,
        taken_at: yesterday,
        due_at: yesterday,
    });
}

pub(super) fn ninetynine_digital(account: &mut Account, now: Timestamp) {
    for (index, row) in tables::PARTNER_NUMBERS.iter().enumerate() {
        let created_at = match row.created_at {
            Some(seconds) => Timestamp::from_second(seconds).unwrap_or(now),
            // The youngest number came nine months ago and has no older months.
            None => hours_before(now, 24 * 275),
        };
        let serial = u32::try_from(index).unwrap_or(0) + 1;
        account.numbers.push(Number {
            id: row.phone.to_owned(),
            name: row.name.to_owned(),
            phone: Some(row.phone.to_owned()),
            created_at,
            business_name: row.business.to_owned(),
            api_key: format!("sandbox-{}", account.ids.token(24)),
            inbox: row.is_online.then_some((17, 40 + serial)),
            coexistence: row.coexistence,
            traffic: Traffic {
                seed: account.ids.random.u64(..),
                ..row.traffic
            },
            ..Number::default()
        });
    }
}
