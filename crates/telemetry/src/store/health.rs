//! What the store tells about itself: troubles begin with a refusal and end by themselves.

use std::io::Write as _;
use std::path::Path;

use base::Instant;
use platform::trouble::{Trouble, Troubles};

use super::{Inner, StoreError};
use crate::log::LogError;
use crate::log::recovery::Recovered;

/// Nothing is taken in: no space.
pub(super) const DISK_FULL: &str = "readings.disk_full";
/// Nothing is taken in: the log cannot be written.
pub(super) const LOG_FAILED: &str = "readings.log_failed";
/// Days cannot be written to segments; the log keeps their readings.
const FLUSH_FAILED: &str = "readings.flush_failed";
/// Bytes in the middle of the log were not readable at the last start.
const LOG_DAMAGED: &str = "readings.log_damaged";

/// A log that refused is tried with this much: a disk with less is as good as full.
const PROBE_BYTES: usize = 64 * 1024;
/// The file with which it is tried; its name is none of the log's.
const PROBE: &str = "probe";

/// The log refused a batch.
pub(super) fn log_refused(troubles: &Troubles, error: &LogError, now: Instant) {
    let (code, over) = match error {
        LogError::Full { .. } => (DISK_FULL, LOG_FAILED),
        LogError::Failed { .. } => (LOG_FAILED, DISK_FULL),
    };
    troubles.clear(over, "");
    let detail = error.to_string();
    troubles.raise("", Trouble { code, since: now, detail, stops_intake: true });
}

/// The log took a batch.
pub(super) fn log_accepted(troubles: &Troubles) {
    for code in [DISK_FULL, LOG_FAILED] {
        troubles.clear(code, "");
    }
}

/// A round of flushes ended.
pub(super) fn flushed(troubles: &Troubles, outcome: Result<usize, &StoreError>, now: Instant) {
    match outcome {
        Ok(_) => troubles.clear(FLUSH_FAILED, ""),
        Err(error) => troubles.raise(
            "",
            Trouble {
                code: FLUSH_FAILED,
                since: now,
                detail: format!(
                    "readings cannot be written to segments ({error}); the log keeps them, and \
                     memory fills until they can"
                ),
                stops_intake: false,
            },
        ),
    }
}

/// The log was read at the start: damage stays told until the next start.
pub(super) fn recovered(troubles: &Troubles, found: &Recovered, now: Instant) {
    for skipped in found.skipped.iter().filter(|skipped| !skipped.is_tail) {
        let (path, offset) = (skipped.path.display(), skipped.offset);
        let detail = format!(
            "{} bytes of the reading log at {offset} in {path} are damaged and were skipped: check \
             the disk, and send those readings again or restore the file from a backup",
            skipped.bytes
        );
        let trouble = Trouble { code: LOG_DAMAGED, since: now, detail, stops_intake: false };
        troubles.raise(&format!("{path} {offset}"), trouble);
    }
}

impl Inner {
    /// Looks whether a log that refused can be written again, so that nobody has to send for it.
    pub(super) async fn probe_log(&self) {
        let troubles = &self.platform.troubles;
        if !troubles.stands(DISK_FULL) && !troubles.stands(LOG_FAILED) {
            return;
        }
        let dir = self.dir.join("log");
        let probed = tokio::task::spawn_blocking(move || probe(&dir)).await;
        if matches!(probed, Ok(Ok(()))) {
            log_accepted(troubles);
        }
    }
}

fn probe(dir: &Path) -> std::io::Result<()> {
    let path = dir.join(PROBE);
    let write = || {
        let mut file = std::fs::File::create(&path)?;
        file.write_all(&vec![0; PROBE_BYTES])?;
        file.sync_data()
    };
    let written = write();
    let removed = std::fs::remove_file(&path);
    written.and(removed)
}

#[cfg(test)]
mod tests {
    use platform::metrics::Metrics;

    use super::*;

    fn refusal(full: bool) -> LogError {
        let (path, cause) = ("/d/1.log".to_owned(), "no".to_owned());
        if full { LogError::Full { path, cause } } else { LogError::Failed { path, cause } }
    }

    #[test]
    fn a_refusal_stands_under_its_own_code_until_the_log_takes_a_batch() {
        let troubles = Troubles::new(&Metrics::new());
        let now = Instant::from_micros(1);
        for (full, code) in [(true, DISK_FULL), (false, LOG_FAILED), (true, DISK_FULL)] {
            log_refused(&troubles, &refusal(full), now);
            let list = troubles.list();
            assert_eq!(list.iter().map(|trouble| trouble.code).collect::<Vec<_>>(), [code]);
            assert!(list[0].stops_intake && list[0].detail.contains("/d/1.log"), "{list:?}");
        }
        log_accepted(&troubles);
        assert_eq!(troubles.list(), []);
    }

    #[test]
    fn a_probe_leaves_nothing_behind_and_fails_where_nothing_can_be_written() {
        let dir = tempfile::tempdir().unwrap();
        probe(dir.path()).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        assert!(probe(&dir.path().join("gone")).is_err());
    }
}
