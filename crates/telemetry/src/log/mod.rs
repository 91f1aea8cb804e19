//! The reading log: what makes a reading durable before its sender is answered.
//!
//! One thread writes. It gathers the batches of up to 10 ms (or 4 MiB), writes them with one call, syncs
//! once, and only then are they acknowledged. Files `00000001.log` … are closed at 64 MiB and removed when
//! segments hold all that is in them.
//!
//! Invariants: what was acknowledged stands whole in a synced file; a refused batch is cut off again; a
//! file whose sync failed is never written again (the kernel may have dropped its pages).
//! Deliberately absent: a copy on another machine (it comes with JetStream).
//!
//! Sketch: 10,000 readings a second are 220 kB/s; 100 syncs a second at most; a file lasts 5 minutes then.

pub mod file;
pub mod frame;
pub mod recovery;

use std::path::Path;

/// Why the log did not take a batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// No space, or a quota.
    #[error(
        "the disk of the reading log is full ({path}: {cause}): nothing of this batch was kept; \
         free space there or enlarge the disk, then send it again"
    )]
    Full {
        /// The file.
        path: String,
        /// What the system says.
        cause: String,
    },
    /// Any other failure of the file system.
    #[error(
        "the reading log cannot be written ({path}: {cause}): nothing of this batch was kept; \
         check the disk and the rights of the folder, then send it again"
    )]
    Failed {
        /// The file.
        path: String,
        /// What the system says.
        cause: String,
    },
}

impl LogError {
    fn of(path: &Path, cause: &std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        let full = matches!(
            cause.kind(),
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge | Kind::WriteZero
        );
        let (path, cause) = (path.display().to_string(), cause.to_string());
        if full { Self::Full { path, cause } } else { Self::Failed { path, cause } }
    }
}

fn file_name(number: u64) -> String {
    format!("{number:08}.log")
}

fn number_of(name: &str) -> Option<u64> {
    name.strip_suffix(".log")?.parse().ok()
}

#[cfg(test)]
mod tests;
