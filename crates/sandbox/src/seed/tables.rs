//! Rows that do not depend on the seed.

use crate::records::TemplateText;
use crate::statistics::Traffic;

pub(super) const TAGS: [&str; 6] = [
    "vip",
    "newsletter",
    "prospect",
    "livraison",
    "relance",
    "grossiste",
];

pub(super) const LISTS: [&str; 4] = ["Winter campaign", "Wholesale", "Beta testers", "Workshop"];

pub(super) const NOTES: [&str; 6] = [
    "Asked for the winter catalogue.",
    "Llamar después de las 17:00.",
    "Prefers voice messages.",
    "Delivery address changed, see the last order.",
    "Pidió factura a nombre de la empresa.",
    "Waiting for the second payment.",
];

/// Which of the groups is `GROUP_ID` of the samples.
pub(super) const SAMPLE_GROUP: &str = "Équipe terrain";

/// Which of the groups has no members.
pub(super) const EMPTY_GROUP: &str = "À trier";

/// Name, description, colour.
pub(super) const GROUPS: [(&str, Option<&str>, Option<&str>); 10] = [
    ("Newsletter", Some("Envoi mensuel"), Some("#12AB9F")),
    (
        "Prospects Cotonou",
        Some("Contacts du salon de Cotonou"),
        Some("#3B82F6"),
    ),
    (
        "Revendeurs",
        Some("Grossistes et boutiques"),
        Some("#8B5CF6"),
    ),
    (
        "Équipe terrain",
        Some("Agents et livreurs"),
        Some("#10B981"),
    ),
    (
        "Clients fidèles",
        Some("Plus de trois commandes"),
        Some("#EF4444"),
    ),
    ("Anniversaires", None, Some("#EC4899")),
    ("Paniers abandonnés", Some("Relance à 24 heures"), None),
    ("Bêta-testeurs", None, None),
    ("Presse", Some("Journalistes et blogueurs"), Some("#64748B")),
    ("À trier", None, Some("#A3A3A3")),
];

/// Id, name and number of the accounts that WapiFlow sends from.
pub(super) const WAPIFLOW_NUMBERS: [(&str, &str, &str); 2] = [
    ("1", "Main line", "8801700000000"),
    ("2", "Tienda", "34600000000"),
];

/// A number of the 99digital account.
#[derive(Debug)]
pub(super) struct PartnerNumber {
    pub(super) phone: &'static str,
    pub(super) name: &'static str,
    pub(super) business: &'static str,
    /// Unix seconds; counted back from the clock when absent.
    pub(super) created_at: Option<i64>,
    pub(super) is_online: bool,
    pub(super) coexistence: bool,
    pub(super) traffic: Traffic,
}

const fn traffic(start: f64, growth: f64, shares: (f64, f64), swing: f64) -> Traffic {
    Traffic {
        start,
        growth,
        shares,
        swing,
        seed: 0,
    }
}

pub(super) const PARTNER_NUMBERS: [PartnerNumber; 5] = [
    PartnerNumber {
        phone: "972501234567",
        name: "Carmel Flowers",
        business: "Carmel Flowers Ltd",
        // 2023-05-14
        created_at: Some(1_684_054_800),
        is_online: true,
        coexistence: false,
        traffic: traffic(2400.0, 0.021, (0.46, 0.31), 1.0),
    },
    PartnerNumber {
        phone: "972507654321",
        name: "Carmel Garden",
        business: "Carmel Flowers Ltd",
        // 2023-11-02
        created_at: Some(1_698_915_600),
        is_online: false,
        coexistence: true,
        traffic: traffic(620.0, 0.034, (0.22, 0.41), 1.3),
    },
    PartnerNumber {
        phone: "972521112233",
        name: "מאפיית הנמל",
        business: "Harbour Bakery",
        // 2024-02-20
        created_at: Some(1_708_416_000),
        is_online: true,
        coexistence: false,
        traffic: traffic(1150.0, 0.012, (0.35, 0.38), 0.7),
    },
    PartnerNumber {
        phone: "972533445566",
        name: "Galil Clinic",
        business: "Galil Medical Centre",
        // 2024-09-09
        created_at: Some(1_725_872_400),
        is_online: true,
        coexistence: true,
        // Appointments: nearly no campaigns, no seasons, a slow decline.
        traffic: traffic(940.0, -0.008, (0.06, 0.58), 0.25),
    },
    PartnerNumber {
        phone: "972545556677",
        name: "Negev Outdoor",
        business: "Negev Outdoor Gear",
        created_at: None,
        is_online: false,
        coexistence: false,
        traffic: traffic(180.0, 0.062, (0.52, 0.24), 1.2),
    },
];

const fn template(
    name: &'static str,
    category: u64,
    status: u8,
    body: &'static str,
) -> TemplateText {
    TemplateText {
        name,
        category,
        language: 1,
        header: None,
        body,
        footer: None,
        button: None,
        status,
        rejected_reason: None,
    }
}

pub(super) const TEMPLATES: [TemplateText; 12] = [
    template(
        "hello_world",
        2,
        1,
        "Hello and welcome. This is a first message.",
    ),
    template("login_code", 3, 1, "{{1}} is your code."),
    TemplateText {
        footer: Some("Reply STOP to opt out"),
        button: Some("See the offer"),
        ..template("summer_sale", 1, 1, "Hello {{1}}, {{2}} off until Sunday.")
    },
    TemplateText {
        rejected_reason: Some("PROMOTIONAL"),
        ..template(
            "order_coupon",
            2,
            2,
            "Your order {{1}} earned you a coupon.",
        )
    },
    template("delivery_delay", 2, 0, "Your delivery {{1}} will be late."),
    TemplateText {
        header: Some("Your order"),
        ..template(
            "order_ready",
            2,
            1,
            "Hello {{1}}, your order {{2}} is ready.",
        )
    },
    TemplateText {
        language: 5,
        footer: Some("Responda BAJA para no recibir más"),
        ..template("bienvenida", 1, 1, "Hola {{1}}, gracias por escribirnos.")
    },
    template("old_campaign", 1, 3, "Our spring catalogue is here."),
    TemplateText {
        language: 5,
        ..template(
            "recordatorio_cita",
            2,
            1,
            "Le recordamos su cita del {{1}}.",
        )
    },
    TemplateText {
        rejected_reason: Some("INVALID_FORMAT"),
        ..template("payment_link", 2, 2, "Pay here: {{1}}{{2}}")
    },
    template(
        "winter_sale",
        1,
        0,
        "Hello {{1}}, the winter catalogue is out.",
    ),
    TemplateText {
        button: Some("Track"),
        ..template("order_shipped", 2, 1, "Your order {{1}} is on its way.")
    },
];
