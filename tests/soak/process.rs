//! What this process uses, by the system's own account.

use std::fmt;
use std::fs;

/// A look at the process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// Resident memory, in KiB.
    pub memory: u64,
    /// Open files and sockets.
    pub files: u64,
}

impl Used {
    pub fn now() -> Self {
        Self::by("VmRSS:")
    }

    /// The most memory that was used since the look before, also if it is free again.
    pub fn at_most() -> Self {
        let used = Self::by("VmHWM:");
        // From here on the system counts anew.
        fs::write("/proc/self/clear_refs", "5").unwrap();
        used
    }

    fn by(name: &str) -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let memory = status.lines().find_map(|line| line.strip_prefix(name));
        let memory = memory.unwrap().trim().trim_end_matches(" kB");
        Self {
            memory: memory.trim().parse().unwrap(),
            files: fs::read_dir("/proc/self/fd").unwrap().count() as u64,
        }
    }
}

impl fmt::Display for Used {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (memory, files) = (self.memory as f64 / 1024.0, self.files);
        write!(f, "{memory:.1} MiB, {files} files")
    }
}
