//! The templates of a number: every state that the vendor names, and every kind of header.

use serde_json::{Value, json};

/// A template, the same for all numbers.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) name: &'static str,
    language: u64,
    /// 1 utility, 2 marketing, 3 authentication.
    category: u64,
    pub(super) status: &'static str,
    /// 1 none, 3 picture, 4 video, 5 document.
    pub(super) header: u64,
    pub(super) text: &'static str,
}

impl Template {
    /// How many values its text takes.
    pub(super) fn variables(&self) -> usize {
        self.text.matches("{{").count()
    }
}

const fn template(
    name: &'static str,
    (language, category, header): (u64, u64, u64),
    status: &'static str,
    text: &'static str,
) -> Template {
    Template {
        name,
        language,
        category,
        status,
        header,
        text,
    }
}

#[rustfmt::skip]
pub(super) const ALL: [Template; 9] = [
    template("orderupdate", (2, 1, 1), "approved", "Hello {{1}}, your order {{2}} is on its way."),
    template("openinghours", (1, 1, 1), "approved", "אנחנו פתוחים מתשע עד שש."),
    template("springsale", (2, 2, 3), "approved", "Spring is here, {{1}}."),
    template("tour", (2, 2, 4), "approved", "See our new shop."),
    template("invoice", (2, 1, 5), "approved", "{{1}}, here is your invoice."),
    template("logincode", (2, 3, 1), "submitted", "{{1}} is your code."),
    template("lastcall", (2, 2, 1), "rejected", "Buy now!"),
    template("oldsale", (2, 2, 1), "paused", "Half the price, {{1}}."),
    template("welcome2024", (4, 1, 1), "deactivated", "Добро пожаловать."),
];

pub(super) fn find(name: &str) -> Option<&'static Template> {
    const TEMPLATES: &[Template] = &ALL;
    TEMPLATES.iter().find(|template| template.name == name)
}

pub(super) fn row(template: &Template) -> Value {
    let mut parts = Vec::new();
    match template.header {
        3 => parts.push(json!({"type": "IMAGE", "text": null})),
        4 => parts.push(json!({"type": "VIDEO", "text": null})),
        5 => parts.push(json!({"type": "DOCUMENT", "text": null})),
        _ => {}
    }
    parts.push(json!({"type": "BODY", "text": template.text}));
    json!({
        "name": template.name,
        "language": template.language,
        "category": template.category,
        "status": template.status,
        "template": parts,
    })
}
