//! Options that become fields of a contact, and identifiers from a file.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use palabre::{Address, FilePart, Media};
use serde_json::Value;

use crate::exit::Failure;
use crate::options::{Extra, json_pair, merge, pair};

/// Fields of a contact but its number.
#[derive(Args, Debug)]
pub(crate) struct ContactFields {
    /// The whole name; WapiFlow takes it split at the first space
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Given name (WapiFlow)
    #[arg(long, value_name = "NAME")]
    pub(crate) given_name: Option<String>,
    /// Family name (WapiFlow)
    #[arg(long, value_name = "NAME")]
    pub(crate) family_name: Option<String>,
    /// Label; repeatable (MsgFlash)
    #[arg(long, value_name = "TEXT")]
    tag: Vec<String>,
    /// Free text field; repeatable (MsgFlash)
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    meta: Vec<(String, String)>,
    /// Free field in JSON; repeatable (MsgFlash)
    #[arg(long, value_name = "NAME=JSON", value_parser = json_pair)]
    meta_json: Vec<(String, Value)>,
    /// Street and house (WapiFlow)
    #[arg(long, value_name = "TEXT")]
    address: Option<String>,
    /// City (WapiFlow)
    #[arg(long, value_name = "TEXT")]
    city: Option<String>,
    /// State or region (WapiFlow)
    #[arg(long, value_name = "TEXT")]
    state: Option<String>,
    /// Postal code (WapiFlow)
    #[arg(long, value_name = "TEXT")]
    post_code: Option<String>,
    /// Picture (WapiFlow)
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    #[command(flatten)]
    extra: Extra,
}

impl ContactFields {
    pub(crate) fn tags(&self) -> Option<Vec<String>> {
        (!self.tag.is_empty()).then(|| self.tag.clone())
    }

    pub(crate) fn meta(&self) -> Result<Option<serde_json::Map<String, Value>>, Failure> {
        let meta = merge("--meta", &self.meta, &self.meta_json).map_err(Failure::Usage)?;
        Ok((!meta.is_empty()).then_some(meta))
    }

    pub(crate) fn address(&self) -> Option<Address> {
        let address = Address {
            address: self.address.clone(),
            city: self.city.clone(),
            state: self.state.clone(),
            post_code: self.post_code.clone(),
            country: None,
        };
        (address != Address::default()).then_some(address)
    }

    pub(crate) fn image(&self) -> Result<Option<FilePart>, Failure> {
        file("image", self.image.as_deref())
    }

    pub(crate) fn extra(&self) -> Result<serde_json::Map<String, Value>, Failure> {
        self.extra.to_map().map_err(Failure::Usage)
    }
}

/// Reads a file that an option names.
pub(crate) fn file(argument: &str, path: Option<&Path>) -> Result<Option<FilePart>, Failure> {
    let part = path.map(|path| FilePart::read(argument, path));
    Ok(part.transpose()?)
}

/// Reads a file that an option names, or takes the address of one.
pub(crate) fn media(argument: &str, given: Option<&str>) -> Result<Option<Media>, Failure> {
    let Some(given) = given else { return Ok(None) };
    let start = given.to_ascii_lowercase();
    if start.starts_with("https://") || start.starts_with("http://") {
        return Ok(Some(Media::Link(given.to_owned())));
    }
    let part = FilePart::read(argument, Path::new(given));
    Ok(Some(Media::File(part?)))
}

/// Identifiers, as arguments or from a file.
#[derive(Args, Debug)]
pub(crate) struct Ids {
    /// Identifiers of contacts
    #[arg(value_name = "ID", required_unless_present = "ids_from")]
    ids: Vec<String>,
    /// File with an identifier or a JSON object with an "id" a line; - is the standard input
    #[arg(long, value_name = "FILE", conflicts_with = "ids")]
    ids_from: Option<PathBuf>,
}

impl Ids {
    pub(crate) async fn read(&self) -> Result<Vec<String>, Failure> {
        let Some(path) = self.ids_from.clone() else {
            return Ok(self.ids.clone());
        };
        let name = path.display().to_string();
        let text = tokio::task::spawn_blocking(move || read_text(&path))
            .await
            .map_err(|_| Failure::Other(format!("{name}: cannot be read")))??;
        let ids = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(index, line)| id(line.trim()).ok_or(index + 1))
            .collect::<Result<Vec<_>, _>>();
        match ids {
            Ok(ids) if ids.is_empty() => {
                Err(Failure::Usage(format!("{name}: holds no identifier")))
            }
            Ok(ids) => Ok(ids),
            Err(line) => Err(Failure::Usage(format!(
                "{name}: line {line} is neither an identifier nor a JSON object with a text \"id\"; \
                 nothing was sent"
            ))),
        }
    }
}

fn id(line: &str) -> Option<String> {
    if !line.starts_with('{') {
        return Some(line.to_owned());
    }
    let object: Value = serde_json::from_str(line).ok()?;
    object["id"].as_str().map(str::to_owned)
}

/// Reads a text file, or the standard input for `-`.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let bytes = read_bytes(path)?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::Usage(format!("{}: is not UTF-8 text", path.display())))
}

pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| Failure::file(path, &error))?;
        return Ok(bytes);
    }
    std::fs::read(path).map_err(|error| Failure::file(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_identifier_or_an_object_with_one() {
        assert_eq!(id("CONTACT_1").as_deref(), Some("CONTACT_1"));
        assert_eq!(id(r#"{"id": "7", "name": "Awa"}"#).as_deref(), Some("7"));
        assert_eq!(id(r#"{"name": "Awa"}"#), None);
        assert_eq!(id("{"), None);
    }
}
