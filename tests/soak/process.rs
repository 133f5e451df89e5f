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
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
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
