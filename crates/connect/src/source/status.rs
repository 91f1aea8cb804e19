//! How the sources that the platform asks are doing: in memory, of this process, since its start.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Id, Instant};
use serde::Serialize;

use super::Source;

/// Whether a source gives values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// It is not asked.
    Disabled,
    /// It was not heard of yet since the start.
    Waiting,
    /// Its last answer was good.
    Ok,
    /// It does not answer, or not with what was asked for.
    Failing,
}

/// How a source is doing since the platform started.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SourceStatus {
    /// Whether it gives values.
    pub state: SourceState,
    /// When it last gave a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ok_at: Option<Instant>,
    /// What went wrong last, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error_at: Option<Instant>,
    /// Failures in a row.
    pub failures: u32,
    /// Readings that became durable.
    pub accepted: u64,
    /// Readings that were refused.
    pub rejected: u64,
}

impl SourceStatus {
    const fn new(state: SourceState) -> Self {
        Self {
            state,
            last_ok_at: None,
            last_error: None,
            last_error_at: None,
            failures: 0,
            accepted: 0,
            rejected: 0,
        }
    }
}

/// The states of all sources. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Statuses {
    by_id: Arc<Mutex<HashMap<Id<Source>, SourceStatus>>>,
}

impl Statuses {
    /// The status of a source.
    pub(crate) fn of(&self, id: Id<Source>, enabled: bool) -> SourceStatus {
        let by_id = self.by_id.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = SourceStatus::new(SourceState::Waiting);
        let mut status = by_id.get(&id).cloned().unwrap_or(waiting);
        if !enabled {
            status.state = SourceState::Disabled;
        }
        status
    }

    /// It answered; `rejected` of its values were refused, the first for this reason.
    pub(crate) fn answered(
        &self,
        id: Id<Source>,
        now: Instant,
        accepted: usize,
        rejected: usize,
        reason: Option<String>,
    ) {
        self.change(id, |status| {
            status.accepted += accepted as u64;
            status.rejected += rejected as u64;
            if accepted > 0 {
                status.state = SourceState::Ok;
                status.last_ok_at = Some(now);
                status.failures = 0;
            }
            if let Some(reason) = reason {
                status.last_error = Some(reason);
                status.last_error_at = Some(now);
            }
        });
    }

    /// It answered as it should, whether or not with anything new; some of it could not be read for this
    /// reason.
    pub(crate) fn heard(&self, id: Id<Source>, now: Instant, unread: Option<String>) {
        self.change(id, |status| {
            status.state = SourceState::Ok;
            status.failures = 0;
            if let Some(unread) = unread {
                status.last_error = Some(unread);
                status.last_error_at = Some(now);
            }
        });
    }

    /// It failed; tells how often in a row.
    pub(crate) fn failed(&self, id: Id<Source>, now: Instant, error: &str) -> u32 {
        self.change(id, |status| {
            status.state = SourceState::Failing;
            status.last_error = Some(error.to_owned());
            status.last_error_at = Some(now);
            status.failures = status.failures.saturating_add(1);
            status.failures
        })
    }

    /// It is not known any more.
    pub(crate) fn forget(&self, id: Id<Source>) {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    fn change<R>(&self, id: Id<Source>, change: impl FnOnce(&mut SourceStatus) -> R) -> R {
        let mut by_id = self.by_id.lock().unwrap_or_else(PoisonError::into_inner);
        change(by_id.entry(id).or_insert_with(|| SourceStatus::new(SourceState::Waiting)))
    }
}
