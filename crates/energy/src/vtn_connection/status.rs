//! How connections are doing: in memory, of this process, since its start.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Id, Instant};
use serde::Serialize;
use utoipa::ToSchema;

use super::VtnConnection;

/// Whether a server answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VtnConnectionState {
    /// It is not called.
    Disabled,
    /// It was not heard of yet since the start.
    Waiting,
    /// Its last answer was good.
    Ok,
    /// It does not answer, or not with what was asked for.
    Failing,
}

/// How a connection is doing since the platform started.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct VtnConnectionStatus {
    /// Whether the server answers.
    pub state: VtnConnectionState,
    /// When it last answered well.
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
    /// Events that the server showed last.
    pub events: usize,
    /// Of these, those that ask for no reduction: prices, greenhouse gases and others.
    pub other_events: usize,
    /// What of the last answer could not be used, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// Reports sent.
    pub reports: u64,
}

impl VtnConnectionStatus {
    const fn new() -> Self {
        Self {
            state: VtnConnectionState::Waiting,
            last_ok_at: None,
            last_error: None,
            last_error_at: None,
            failures: 0,
            events: 0,
            other_events: 0,
            unread: None,
            reports: 0,
        }
    }
}

/// What an answer held.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Heard {
    pub(crate) events: usize,
    pub(crate) other_events: usize,
    pub(crate) unread: Option<String>,
}

/// The states of all connections. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Statuses {
    by_id: Arc<Mutex<HashMap<Id<VtnConnection>, VtnConnectionStatus>>>,
}

impl Statuses {
    /// The status of a connection.
    pub(crate) fn of(&self, id: Id<VtnConnection>, enabled: bool) -> VtnConnectionStatus {
        let by_id = self.by_id.lock().unwrap_or_else(PoisonError::into_inner);
        let mut status = by_id.get(&id).cloned().unwrap_or(VtnConnectionStatus::new());
        if !enabled {
            status.state = VtnConnectionState::Disabled;
        }
        status
    }

    /// It answered well.
    pub(crate) fn heard(&self, id: Id<VtnConnection>, now: Instant, heard: Heard) {
        self.change(id, |status| {
            status.state = VtnConnectionState::Ok;
            status.last_ok_at = Some(now);
            status.failures = 0;
            status.events = heard.events;
            status.other_events = heard.other_events;
            status.unread = heard.unread;
        });
    }

    /// A report was sent.
    pub(crate) fn reported(&self, id: Id<VtnConnection>) {
        self.change(id, |status| status.reports += 1);
    }

    /// It failed; tells how often in a row.
    pub(crate) fn failed(&self, id: Id<VtnConnection>, now: Instant, error: &str) -> u32 {
        self.change(id, |status| {
            status.state = VtnConnectionState::Failing;
            status.last_error = Some(error.to_owned());
            status.last_error_at = Some(now);
            status.failures = status.failures.saturating_add(1);
            status.failures
        })
    }

    /// It is not known any more, or begins anew.
    pub(crate) fn forget(&self, id: Id<VtnConnection>) {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    fn change<R>(
        &self,
        id: Id<VtnConnection>,
        change: impl FnOnce(&mut VtnConnectionStatus) -> R,
    ) -> R {
        let mut by_id = self.by_id.lock().unwrap_or_else(PoisonError::into_inner);
        change(by_id.entry(id).or_insert(VtnConnectionStatus::new()))
    }
}
