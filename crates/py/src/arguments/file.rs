//! Files: a path, a name and its content, or the address of one.

use std::path::PathBuf;

use palabre::{Client, Content, Error, FilePart, Form, Media, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};

use super::{Given, class};

/// A file that was not read yet, or its name and content.
pub(crate) enum File {
    Path(PathBuf),
    Memory(String, Vec<u8>),
}

impl File {
    /// Reads the file away from the thread of the calls, which others share and Ctrl-C interrupts.
    ///
    /// `argument` names it in the error; what is too large for `field`, the field of the body, is not
    /// read.
    pub(crate) async fn load(
        self,
        client: &Client,
        argument: &str,
        field: &str,
    ) -> Result<FilePart> {
        let path = match self {
            Self::Memory(name, data) => return Ok(FilePart::new(name, data)),
            Self::Path(path) => path,
        };
        let most = client.largest_file(field);
        let name = argument.to_owned();
        let read =
            tokio::task::spawn_blocking(move || FilePart::read_at_most(&name, &path, most)).await;
        read.unwrap_or_else(|_| Err(Error::invalid(argument, "reading the file was given up")))
    }
}

impl Given for File {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok((file_name, data)) = value.extract::<(String, Bound<'_, PyAny>)>()
            && let Some(data) = content(&data)?
        {
            return Ok(Self::Memory(file_name, data));
        }
        value.extract().map(Self::Path).map_err(|_: PyErr| {
            let hint = if content(value).is_ok_and(|content| content.is_some()) {
                format!(": write {name}=(file_name, data)")
            } else if value.hasattr("read").unwrap_or_default() {
                format!(": write {name}=file.name, or {name}=(file_name, file.read())")
            } else {
                String::new()
            };
            PyTypeError::new_err(format!(
                "{name} must be a path or a tuple (file_name, bytes), not {}{hint}",
                class(value)
            ))
        })
    }
}

/// Whether the vendor takes a file of a message as a file, and not only its address.
pub(crate) fn takes_files(client: &Client, content: Content) -> bool {
    let contents = palabre::contents(client.vendor());
    contents
        .iter()
        .any(|taken| taken.content == content && taken.form == Form::File)
}

/// A file of a message: a file, or the address of one.
pub(crate) enum Attachment {
    File(File),
    Link(String),
}

impl Attachment {
    /// Reads the file, unless the vendor takes none: then there is no need to.
    pub(crate) async fn load(self, client: &Client, content: Content) -> Result<Media> {
        let file = match self {
            Self::File(file) => file,
            Self::Link(address) => return Ok(Media::Link(address)),
        };
        if !takes_files(client, content) {
            return Ok(FilePart::new("", "").into());
        }
        let name = content.as_str();
        file.load(client, name, name).await.map(Media::File)
    }
}

impl Given for Attachment {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            let text = String::read(name, value)?;
            let starts_with = |scheme: &str| {
                let start = text.get(..scheme.len());
                start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            };
            if starts_with("https://") || starts_with("http://") {
                return Ok(Self::Link(text));
            }
        }
        File::read(name, value).map(Self::File)
    }
}

/// The content of anything like bytes; a list of numbers or a text is not.
fn content(data: &Bound<'_, PyAny>) -> PyResult<Option<Vec<u8>>> {
    if let Ok(bytes) = data.cast::<PyBytes>() {
        return Ok(Some(bytes.as_bytes().to_vec()));
    }
    if data.is_instance_of::<PyByteArray>() || data.is_instance_of::<PyMemoryView>() {
        let bytes = data.py().get_type::<PyBytes>().call1((data,))?;
        return Ok(Some(bytes.cast::<PyBytes>()?.as_bytes().to_vec()));
    }
    Ok(None)
}
