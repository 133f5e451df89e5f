//! The data that a fresh sandbox holds: plausible, and the same for the same seed and time.
//!
//! What the vendors' own samples name is always there, whatever the seed: the first provider of
//! ReachFlow's page, `CONTACT_UUID_1` and `GROUP_ID` at MsgFlash, conversation 2 at WapiFlow.

mod chats;
mod msgflash;
mod numbers;
mod people;
mod tables;
mod wapiflow;

use jiff::{SignedDuration, Timestamp};

use crate::Vendor;
use crate::records::{Address, Contact};
use crate::state::Account;

/// A vendor's account as it stands at the start.
pub(crate) fn account(vendor: Vendor, seed: u64, now: Timestamp) -> Account {
    let mut account = Account::new(vendor, seed);
    match vendor {
        Vendor::ReachFlow => numbers::reachflow(&mut account, now),
        Vendor::MsgFlash => msgflash::fill(&mut account, now),
        Vendor::NinetyNineDigital => {
            numbers::ninetynine_digital(&mut account, now);
            chats::fill(&mut account, now);
        }
        Vendor::WapiFlow => wapiflow::fill(&mut account, now),
    }
    account
}

fn hours_before(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(hours))
        .unwrap_or(now)
}

/// A new person with a number that nobody has yet; `index` of `count`, the oldest first.
fn contact(
    account: &mut Account,
    index: usize,
    count: usize,
    regions: &[people::Region],
    now: Timestamp,
) -> Contact {
    let (sequence, id) = account.ids.contact();
    let random = &mut account.ids.random;
    let region = people::region(regions, random);
    let mut person = region.person(random);
    while account
        .contacts
        .iter()
        .any(|other| other.number.ends_with(&person.number))
    {
        person = region.person(random);
    }
    // Over some eighteen months, by hours, evenly but not quite.
    let step = 13_000 / i64::try_from(count).unwrap_or(1);
    let age = i64::try_from(count - index).unwrap_or(0) * step + random.i64(0..step);
    let created_at = hours_before(now, age);
    let updated_at = hours_before(now, random.i64(0..=age));
    let tags = tables::TAGS.iter().filter(|_| random.u8(0..4) == 0);
    Contact {
        id,
        sequence,
        given_name: person.given_name,
        family_name: person.family_name,
        dial_code: region.dial_code.to_owned(),
        number: person.number,
        tags: tags.map(|tag| (*tag).to_owned()).collect(),
        address: Address {
            city: person.city,
            post_code: format!("{:04}", random.u16(1000..9999)),
            ..Address::default()
        },
        created_at,
        updated_at,
        ..Contact::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeSet, HashSet};

    fn fresh(vendor: Vendor) -> Account {
        account(vendor, 7, "2026-11-22T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_same_seed_gives_the_same_data_and_another_seed_other_data() {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        for vendor in Vendor::ALL {
            let shown = |seed| format!("{:?}", account(vendor, seed, now));
            assert_eq!(shown(7), shown(7));
            assert_ne!(shown(7), shown(8));
        }
    }

    #[test]
    fn there_is_enough_to_page_through() {
        assert!(fresh(Vendor::MsgFlash).contacts.len() >= 300);
        assert_eq!(fresh(Vendor::MsgFlash).groups.len(), 10);
        let wapiflow = fresh(Vendor::WapiFlow);
        assert!(wapiflow.contacts.len() >= 260 && wapiflow.conversations.len() == 120);
        assert!(
            wapiflow
                .contacts
                .iter()
                .filter(|contact| contact.is_blocked)
                .count()
                > 5
        );
        let states: BTreeSet<u8> = wapiflow
            .conversations
            .iter()
            .map(|found| found.status)
            .collect();
        assert_eq!(states, (0..=4).collect());
        let states: BTreeSet<u8> = wapiflow
            .templates
            .iter()
            .map(|found| found.text.status)
            .collect();
        assert_eq!((wapiflow.templates.len(), states), (12, (0..=3).collect()));
    }

    #[test]
    fn numbers_are_unique_and_every_conversation_has_a_contact_of_its_own() {
        for vendor in [Vendor::MsgFlash, Vendor::WapiFlow] {
            let account = fresh(vendor);
            let numbers: HashSet<_> = account
                .contacts
                .iter()
                .map(|contact| (&contact.dial_code, &contact.number))
                .collect();
            assert_eq!(numbers.len(), account.contacts.len());
        }
        let account = fresh(Vendor::WapiFlow);
        let contacts: HashSet<_> = account
            .conversations
            .iter()
            .map(|found| found.contact)
            .collect();
        assert_eq!(contacts.len(), account.conversations.len());
        assert!(
            contacts
                .iter()
                .all(|id| account.contact_by_sequence(*id).is_some())
        );
    }

    #[test]
    fn what_the_samples_name_is_there_and_what_they_create_is_not() {
        for seed in 0..20 {
            let now = "2026-11-22T10:00:00Z".parse().unwrap();
            let msgflash = account(Vendor::MsgFlash, seed, now);
            assert!(msgflash.contact("CONTACT_UUID_1").is_ok());
            assert!(msgflash.contact("CONTACT_UUID_2").is_err());
            let group = msgflash.group("GROUP_ID").unwrap();
            let members = group.members.iter().map(|id| msgflash.contact(id).unwrap());
            assert!(members.clone().count() > 10);
            assert!(members.clone().all(|member| !member.matches("awa")));
            assert!(members.clone().all(|member| member.id != "CONTACT_UUID_1"));
            assert!(
                msgflash
                    .contacts
                    .iter()
                    .any(|contact| contact.matches("awa"))
            );
            assert!(
                msgflash
                    .groups
                    .iter()
                    .all(|group| group.name != "Clients VIP")
            );
            assert!(
                msgflash
                    .contacts
                    .iter()
                    .all(|contact| contact.number != "+22901000000")
            );
            let wapiflow = account(Vendor::WapiFlow, seed, now);
            assert!(!wapiflow.conversation("2").unwrap().notes.is_empty());
            assert!(
                wapiflow
                    .contacts
                    .iter()
                    .all(|contact| contact.number != "01988")
            );
        }
    }

    #[test]
    fn contacts_stand_in_the_order_of_their_creation() {
        for vendor in [Vendor::MsgFlash, Vendor::WapiFlow] {
            let contacts = fresh(vendor).contacts;
            assert!(contacts.is_sorted_by_key(|contact| contact.created_at));
            assert!(contacts.is_sorted_by_key(|contact| contact.sequence));
        }
    }
}
