//! What the services of apis.data.go.kr have in common: a key of the user's own, answers of one shape, errors
//! that come with status 200, and times of Korea.
//!
//! Invariants: nothing is called without an enabled source of such a kind; the key stands in the
//! environment of the server and in no table, answer, log or status; no redirect is followed, so that the
//! key goes to the given address only; an answer has limits. Values are kept as they were published: the
//! licence of air quality data allows no modified copies (공공누리 제3유형).
//!
//! Sketch: a call each 20 minutes is 72 a day; a key in development takes 500 a day of air quality
//! (reported in public, not read at the source).

pub mod kst;
pub mod reply;
pub mod rules;
#[cfg(test)]
mod tests;
pub(crate) mod work;

use base::Instant;
use serde::{Deserialize, Serialize};

/// What the name of an environment variable with a key begins with, so that nobody sends another secret
/// of the server away by naming it here.
pub const KEY_ENV_PREFIX: &str = "SANDAN_OPEN_DATA_";
/// The shortest time between two rounds: 288 a day stay below the 500 calls of a key in development.
pub const INTERVAL_S_MIN: u32 = 300;
/// The longest: a day.
pub const INTERVAL_S_MAX: u32 = 86_400;

/// How a service is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpenDataService)]
pub struct Service {
    /// Environment variable of the server that holds the key: `SANDAN_OPEN_DATA_…`.
    pub key_env: String,
    /// Where the services stand; `https://apis.data.go.kr` when absent. Another one is for a proxy.
    #[serde(default = "base_url")]
    #[schema(required = false)]
    pub base_url: String,
    /// Seconds between two rounds, 300 to 86,400; 1,200 when absent.
    #[serde(default = "interval_s")]
    #[schema(required = false)]
    pub interval_s: u32,
    /// How long an answer may take, 1,000 to 60,000 ms; 10,000 when absent.
    #[serde(default = "timeout_ms")]
    #[schema(required = false)]
    pub timeout_ms: u32,
}

fn base_url() -> String {
    "https://apis.data.go.kr".to_owned()
}

fn interval_s() -> u32 {
    1_200
}

fn timeout_ms() -> u32 {
    10_000
}

/// One value that was published.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Key of the point that it is for.
    pub point: String,
    /// The time as published.
    pub at: Instant,
    /// The number, or why there is none, in the words of the service.
    pub value: Result<f64, String>,
    /// The service itself marks it.
    pub doubtful: bool,
}

/// What the rows of an answer say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Read {
    /// The values.
    pub told: Vec<Told>,
    /// Why a row could not be read, of the first such.
    pub unread: Option<String>,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Below the base address.
    pub path: &'static str,
    /// Its parameters, without the key.
    pub query: Vec<(&'static str, String)>,
}

/// A service: what to ask it, and how to read what it says.
pub(crate) trait Published: Send + Sync + 'static {
    /// The kind of its sources.
    const KIND: super::SourceKind;
    /// How it is called.
    fn service(&self) -> &Service;
    /// The calls of a round at this time: the next one is made only if the one before has no values.
    fn questions(&self, now: Instant) -> Vec<Question>;
    /// What the rows say.
    fn read(&self, items: &[reply::Item]) -> Read;
    /// What to look at when there are no values.
    fn advice(&self) -> &'static str;
}
