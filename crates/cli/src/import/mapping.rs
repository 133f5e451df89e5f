//! Which column is which field of a contact.

use palabre::{Address, NewContact, Vendor, split_phone};
use serde_json::{Map, Value};

use super::read::Cells;
use super::report;
use crate::exit::Failure;

/// The fields that a row can fill.
const FIELDS: [&str; 10] = [
    "name",
    "given_name",
    "family_name",
    "phone",
    "tags",
    "meta",
    "address",
    "city",
    "state",
    "post_code",
];

/// What an export holds beside, and a vendor makes itself.
const OF_THE_VENDOR: [&str; 7] = [
    "vendor",
    "account",
    "id",
    "country",
    "blocked",
    "created_at",
    "updated_at",
];

/// Fields of a contact, each with the column that it comes from.
pub(crate) struct Mapping {
    fields: Vec<(String, String)>,
    unused: Vec<String>,
}

impl Mapping {
    /// Reads `--map`; columns that have the name of a field need none.
    pub(crate) fn new(given: &[(String, String)], columns: &[String]) -> Result<Self, Failure> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for (field, column) in given {
            let is_field = FIELDS.contains(&&**field)
                || field
                    .strip_prefix("meta.")
                    .is_some_and(|name| !name.is_empty());
            if !is_field {
                return Err(Failure::usage(format_args!(
                    "--map: {field:?} is not a field; one of {}, meta.NAME",
                    FIELDS.join(", ")
                )));
            }
            if !columns.contains(column) {
                return Err(Failure::usage(format_args!(
                    "--map: there is no column {column:?}; there are {}",
                    columns.join(", ")
                )));
            }
            if fields.iter().any(|(known, _)| known == field) {
                return Err(Failure::usage(format_args!(
                    "--map: {field} is given twice"
                )));
            }
            fields.push((field.clone(), column.clone()));
        }
        for column in columns {
            let is_taken = fields
                .iter()
                .any(|(field, from)| field == column || from == column);
            let is_meta = column
                .strip_prefix("meta.")
                .is_some_and(|name| !name.is_empty());
            if !is_taken && (FIELDS.contains(&&**column) || is_meta) {
                fields.push((column.clone(), column.clone()));
            }
        }
        if !fields.iter().any(|(field, _)| field == "phone") {
            return Err(Failure::usage(format_args!(
                "no column is the phone number: add --map phone=COLUMN with one of {}",
                columns.join(", ")
            )));
        }
        let is_used = |column: &&String| {
            OF_THE_VENDOR.contains(&&***column) || fields.iter().any(|(_, from)| from == *column)
        };
        let unused = columns.iter().filter(|column| !is_used(column)).cloned();
        Ok(Self {
            unused: unused.collect(),
            fields,
        })
    }

    /// Columns that nothing is made of.
    pub(crate) fn unused(&self) -> &[String] {
        &self.unused
    }

    /// The cell with the phone number, whatever it holds.
    pub(crate) fn phone(&self, cells: &Cells) -> Option<String> {
        let (_, column) = self.fields.iter().find(|(field, _)| field == "phone")?;
        cells.get(column)?.as_str().map(str::to_owned)
    }

    /// Makes a contact of a row; the error says what is wrong with it.
    pub(crate) fn contact(&self, vendor: Vendor, cells: &Cells) -> Result<NewContact, String> {
        let mut contact = NewContact::default();
        let mut address = Address::default();
        let mut meta = Map::new();
        for (field, column) in &self.fields {
            let Some(value) = cells.get(column) else {
                continue;
            };
            let told = |problem: &str| format!("{column}: {problem}");
            match field.as_str() {
                "name" => contact.name = Some(text(value).map_err(told)?),
                "given_name" => contact.given_name = Some(text(value).map_err(told)?),
                "family_name" => contact.family_name = Some(text(value).map_err(told)?),
                "phone" => contact.phone = text(value).map_err(told)?,
                "tags" => contact.tags = Some(tags(value).map_err(told)?),
                "meta" => meta.extend(object(value).map_err(told)?),
                "address" => match value {
                    // As JSON exports hold it; the parts may be columns too.
                    Value::Object(_) => {
                        address = serde_json::from_value(value.clone())
                            .map_err(|_| told("is not an address"))?;
                        address.country = None;
                    }
                    value => address.address = Some(text(value).map_err(told)?),
                },
                "city" => address.city = Some(text(value).map_err(told)?),
                "state" => address.state = Some(text(value).map_err(told)?),
                "post_code" => address.post_code = Some(text(value).map_err(told)?),
                other => {
                    let name = other.strip_prefix("meta.").unwrap_or(other);
                    meta.insert(name.to_owned(), value.clone());
                }
            }
        }
        if contact.phone.is_empty() {
            return Err("phone: is empty".to_owned());
        }
        // An international number or none: a spreadsheet drops a plus, and nobody guesses a country.
        split_phone("phone", &contact.phone).map_err(|error| report::reason(&error))?;
        if let (Some(name), Some(given), Some(family)) =
            (&contact.name, &contact.given_name, &contact.family_name)
            && *name == format!("{given} {family}")
        {
            // As an export has it. Where names are kept in parts, the parts say more.
            if vendor == Vendor::WapiFlow {
                contact.name = None;
            } else {
                (contact.given_name, contact.family_name) = (None, None);
            }
        }
        contact.address = (address != Address::default()).then_some(address);
        contact.meta = (!meta.is_empty()).then_some(meta);
        Ok(contact)
    }
}

fn text(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text.clone()),
        // A number has lost its plus and its leading zeros, and perhaps its last digits.
        _ => Err("is not a text"),
    }
}

/// Labels: a JSON list, or texts with commas or semicolons between them.
fn tags(value: &Value) -> Result<Vec<String>, &'static str> {
    const WRONG: &str = "is not a list of texts";
    let list = |items: &[Value]| {
        let items = items.iter().map(|item| item.as_str().map(str::to_owned));
        items.collect::<Option<Vec<_>>>().ok_or(WRONG)
    };
    match value {
        Value::Array(items) => list(items),
        Value::String(text) if text.starts_with('[') => {
            let items: Vec<Value> = serde_json::from_str(text).map_err(|_| WRONG)?;
            list(&items)
        }
        Value::String(text) => {
            let tags = text.split([',', ';']).map(str::trim);
            Ok(tags
                .filter(|tag| !tag.is_empty())
                .map(str::to_owned)
                .collect())
        }
        _ => Err(WRONG),
    }
}

fn object(value: &Value) -> Result<Map<String, Value>, &'static str> {
    const WRONG: &str = "is not a JSON object";
    match value {
        Value::Object(object) => Ok(object.clone()),
        Value::String(text) => serde_json::from_str(text).map_err(|_| WRONG),
        _ => Err(WRONG),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(field, column)| (field.to_string(), column.to_string()))
            .collect()
    }

    fn cells(json: Value) -> Cells {
        serde_json::from_value(json).expect("cells")
    }

    #[test]
    fn columns_are_mapped_by_hand_or_by_their_names() {
        let columns = names(&["Nom", "Téléphone", "tags", "Ville", "id", "meta.source"]);
        let given = pairs(&[("name", "Nom"), ("phone", "Téléphone")]);
        let mapping = Mapping::new(&given, &columns).expect("a mapping");
        assert_eq!(mapping.unused(), ["Ville"]);
        let contact = mapping
            .contact(Vendor::MsgFlash, &cells(json!({
                "Nom": "Awa Doe", "Téléphone": "+2290101000001", "tags": "vip; new,", "meta.source": "fair",
            })))
            .expect("a contact");
        assert_eq!(contact.name.as_deref(), Some("Awa Doe"));
        assert_eq!(contact.phone, "+2290101000001");
        assert_eq!(contact.tags, Some(names(&["vip", "new"])));
        assert_eq!(Value::from(contact.meta), json!({"source": "fair"}));
        assert_eq!(contact.address, None);
    }

    #[test]
    fn a_number_without_a_country_is_refused() {
        let mapping = Mapping::new(&[], &names(&["phone"])).expect("a mapping");
        for phone in [
            "0101000002",
            "2290101000002",
            "+229",
            "2,2901E+12",
            "+33 (0)612345678",
        ] {
            let row = cells(json!({"phone": phone}));
            let reason = mapping.contact(Vendor::MsgFlash, &row).expect_err(phone);
            assert!(reason.starts_with("phone: "), "{reason}");
        }
    }

    #[test]
    fn an_export_has_the_name_whole_and_in_parts() {
        let columns = names(&["phone", "name", "given_name", "family_name"]);
        let mapping = Mapping::new(&[], &columns).expect("a mapping");
        let row = cells(json!({
            "phone": "+2290101000001", "name": "Ana María López", "given_name": "Ana María",
            "family_name": "López",
        }));
        let parts = mapping.contact(Vendor::WapiFlow, &row).expect("a contact");
        assert_eq!(
            (parts.name, parts.given_name.as_deref()),
            (None, Some("Ana María"))
        );
        let whole = mapping.contact(Vendor::MsgFlash, &row).expect("a contact");
        assert_eq!(
            (whole.name.as_deref(), whole.family_name),
            (Some("Ana María López"), None)
        );
    }

    #[test]
    fn a_wrong_mapping_is_refused() {
        let columns = names(&["Nom", "phone"]);
        for (given, named) in [
            (pairs(&[("colour", "Nom")]), "colour"),
            (pairs(&[("name", "Prénom")]), "Prénom"),
            (pairs(&[("name", "Nom"), ("name", "phone")]), "twice"),
            (pairs(&[("name", "phone")]), "--map phone="),
        ] {
            let refused = Mapping::new(&given, &columns).err().expect("refused");
            assert!(refused.message().expect("a reason").contains(named));
        }
    }

    #[test]
    fn a_cell_that_does_not_fit_refuses_its_row() {
        let columns = names(&["phone", "tags", "meta", "city"]);
        let mapping = Mapping::new(&[], &columns).expect("a mapping");
        for (row, reason) in [
            (json!({"tags": "vip"}), "phone: is empty"),
            (
                json!({"phone": 2_290_101_000_000_i64}),
                "phone: is not a text",
            ),
            (
                json!({"phone": "+2290101000001", "tags": "[1]"}),
                "tags: is not a list of texts",
            ),
            (
                json!({"phone": "+2290101000001", "meta": "x"}),
                "meta: is not a JSON object",
            ),
            (
                json!({"phone": "+2290101000001", "city": true}),
                "city: is not a text",
            ),
        ] {
            let refused = mapping.contact(Vendor::MsgFlash, &cells(row));
            assert_eq!(refused.expect_err(reason), reason);
        }
    }
}
