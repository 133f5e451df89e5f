//! Where results go: the standard output, or a file that appears whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::exit::Failure;

/// Where results are written. A file is put in place by [`Destination::finish`] and not before.
pub(crate) enum Destination {
    Stdout(BufWriter<io::Stdout>),
    /// A new file beside the place of the old one, and that place.
    File(BufWriter<NamedTempFile>, PathBuf),
    /// What is there and is no file: a device, a named pipe.
    Device(BufWriter<File>),
}

impl Destination {
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self::Stdout(BufWriter::new(io::stdout())));
        };
        let failed = |error: io::Error| Failure::file(path, &error);
        // A link is followed, so that it stays a link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&path) {
            Ok(there) if there.is_dir() => {
                return Err(Failure::Other(format!(
                    "{}: is a directory",
                    path.display()
                )));
            }
            Ok(there) if !there.is_file() => {
                let device = File::options().write(true).open(&path).map_err(failed)?;
                return Ok(Self::Device(BufWriter::new(device)));
            }
            _ => {}
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".palabre-");
        // As other programs create files; the default of temporary files is stricter.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(failed)?;
        Ok(Self::File(BufWriter::new(file), path))
    }

    pub(crate) fn is_file(&self) -> bool {
        !matches!(self, Self::Stdout(_))
    }

    /// Writes what is left and puts the file in place.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Stdout(mut out) => Ok(out.flush()?),
            Self::Device(mut out) => Ok(out.flush()?),
            Self::File(out, path) => {
                let failed = |error: &io::Error| Failure::file(&path, error);
                let file = out.into_inner().map_err(|error| failed(error.error()))?;
                file.as_file().sync_all().map_err(|error| failed(&error))?;
                file.persist(&path).map_err(|error| failed(&error.error))?;
                Ok(())
            }
        }
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::File(out, _) => out.write(bytes),
            Self::Device(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::File(out, _) => out.flush(),
            Self::Device(out) => out.flush(),
        }
    }
}
