//! Ids: the same ones after the same requests.

use crate::Vendor;

/// Gives out ids: the same ones after the same requests.
#[derive(Debug)]
pub(crate) struct Ids {
    vendor: Vendor,
    pub(crate) random: fastrand::Rng,
    contacts: u64,
    groups: u64,
    conversations: u64,
    messages: u64,
}

impl Ids {
    pub(crate) fn new(vendor: Vendor, seed: u64) -> Self {
        // Vendors do not share a sequence: what is asked of one must not change another's ids.
        let step = (vendor as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let random = fastrand::Rng::with_seed(seed ^ step);
        Self {
            vendor,
            random,
            contacts: 0,
            groups: 0,
            conversations: 0,
            messages: 0,
        }
    }

    /// Sequence and id of a new contact.
    pub(crate) fn contact(&mut self) -> (u64, String) {
        self.contacts += 1;
        (self.contacts, self.name(self.contacts))
    }

    /// Sequence and id of a new group.
    pub(crate) fn group(&mut self) -> (u64, String) {
        self.groups += 1;
        (self.groups, self.name(self.groups))
    }

    pub(crate) fn conversation(&mut self) -> u64 {
        self.conversations += 1;
        self.conversations
    }

    /// Our id and WhatsApp's id of a new message.
    pub(crate) fn message(&mut self) -> (u64, String) {
        self.messages += 1;
        (self.messages, format!("wamid.{}", self.token(24)))
    }

    /// WapiFlow counts, the others use UUIDs.
    fn name(&mut self, sequence: u64) -> String {
        match self.vendor {
            Vendor::WapiFlow => sequence.to_string(),
            _ => self.uuid(),
        }
    }

    /// A version 4 UUID.
    pub(crate) fn uuid(&mut self) -> String {
        uuid(&mut self.random)
    }

    /// Letters and digits.
    pub(crate) fn token(&mut self, length: usize) -> String {
        (0..length).map(|_| self.random.alphanumeric()).collect()
    }
}

/// A version 4 UUID.
pub(crate) fn uuid(random: &mut fastrand::Rng) -> String {
    let bits = random.u128(..);
    let hex = format!(
        "{:032x}",
        bits & !(0xF << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62
    );
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
