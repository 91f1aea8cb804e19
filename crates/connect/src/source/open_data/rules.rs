//! What makes a good way to a service.

use std::collections::BTreeMap;

use super::super::rules::{Wrong, is_variable};
use super::{INTERVAL_S_MAX, INTERVAL_S_MIN, KEY_ENV_PREFIX, Service};

/// Every field that cannot work.
pub fn check(it: &Service) -> Wrong {
    let checks = [
        (
            is_variable(KEY_ENV_PREFIX, &it.key_env),
            "key_env",
            "name an environment variable that begins with SANDAN_OPEN_DATA_, in capitals",
        ),
        (
            is_base_url(&it.base_url),
            "base_url",
            "give http:// or https:// with a host, without user and query, such as \
             https://apis.data.go.kr",
        ),
        (
            (INTERVAL_S_MIN..=INTERVAL_S_MAX).contains(&it.interval_s),
            "interval_s",
            "give 300 to 86400 seconds: a key has few calls a day",
        ),
        (
            (1_000..=60_000).contains(&it.timeout_ms),
            "timeout_ms",
            "give 1000 to 60000 milliseconds",
        ),
    ];
    let wrong = checks.into_iter().filter(|(is_good, ..)| !is_good);
    wrong.map(|(_, field, detail)| (format!("/service/{field}"), detail)).collect()
}

/// Every entry of a table from fields to points that cannot work.
pub fn check_points<F: Ord + serde::Serialize>(points: &BTreeMap<F, String>) -> Wrong {
    let mut wrong = Wrong::new();
    if points.is_empty() {
        wrong.push(("/points".to_owned(), "name at least one field and its point"));
    }
    let mut seen = std::collections::BTreeSet::new();
    for (field, point) in points {
        if !(1..=128).contains(&point.len()) || !seen.insert(point) {
            let at = format!("/points/{}", word(field));
            wrong.push((at, "give the key of a point that no other field has"));
        }
    }
    wrong
}

/// The word of a field in JSON.
pub fn word<F: serde::Serialize>(field: &F) -> String {
    let word = serde_json::to_value(field).ok();
    word.as_ref().and_then(|word| word.as_str()).unwrap_or_default().to_owned()
}

fn is_base_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    text.len() <= 200
        && rest.is_some_and(|rest| {
            let host = rest.split('/').next().unwrap_or_default();
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/[]".contains(&b);
            host.bytes().any(|b| b.is_ascii_alphanumeric()) && rest.bytes().all(plain)
        })
}
