//! Bytes from outside become readings and rejects: pure, total, never a panic.
//!
//! The body is a JSON list of `{"point", "at", "value", "quality"?}`:
//!
//! - `point`: the key of the point within its device.
//! - `at`: RFC 3339 with an offset, or whole milliseconds since 1970 (UTC).
//! - `value`: a finite number, in the unit of the point.
//! - `quality`: names of flags that the sender sets itself, such as `["doubtful"]`.
//!
//! One bad entry never costs its neighbours. Only a body that is no JSON list is refused whole, and
//! then the reject says where. Of the future nothing is kept: a time more than ten minutes ahead of
//! ours is refused with words that say to set the clock, because such a reading would stand as "latest"
//! until our clock had caught up.

use std::collections::HashSet;
use std::fmt;

use base::{Instant, Quality};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::reject::{Reject, RejectCode};

/// Most entries of one message; what follows is refused, counted in one reject.
pub const READINGS_PER_MESSAGE_MAX: usize = 10_000;
/// Most rejects that one message lists; further ones are summed up in the last.
pub const REJECTS_PER_MESSAGE_MAX: usize = 1_000;
/// Longest key of a point, in bytes.
pub const POINT_KEY_BYTES_MAX: usize = 128;
/// Longest text in `at`, in bytes.
pub const AT_BYTES_MAX: usize = 64;
/// Most flags of one reading.
pub const FLAGS_MAX: usize = 16;
/// The first instant that is kept: 2000-01-01T00:00:00Z. A meter that lost its clock says 1970, and
/// seconds sent as milliseconds fall into January 1970.
pub const EARLIEST_MS: i64 = 946_684_800_000;
/// How far ahead of ours a sender's clock may be.
pub const AHEAD_MAX_MS: i64 = 10 * 60 * 1_000;

/// One reading as it was sent, not yet looked up.
#[derive(Debug, Clone, PartialEq)]
pub struct RawReading {
    /// Place in the message.
    pub index: usize,
    /// Key of the point.
    pub point: String,
    /// When, milliseconds UTC.
    pub at_ms: i64,
    /// The finite value.
    pub value: f64,
    /// Flags that the sender set.
    pub quality: Quality,
}

/// Reads a body. Never fails as a whole unless it is no JSON list, which is one reject.
pub fn decode(bytes: &[u8], now: Instant) -> (Vec<RawReading>, Vec<Reject>) {
    let body: Body<'_> = match serde_json::from_slice(bytes) {
        Ok(body) => body,
        Err(error) => return (Vec::new(), vec![malformed(bytes, &error)]),
    };
    let mut good = Vec::with_capacity(body.entries.len());
    let mut rejects = Vec::new();
    let mut seen = HashSet::with_capacity(body.entries.len());
    for (index, entry) in body.entries.iter().enumerate() {
        match read_entry(index, entry.get(), now) {
            Ok(reading) if seen.insert((reading.point.clone(), reading.at_ms)) => {
                good.push(reading);
            }
            Ok(reading) => rejects.push(Reject::entry(
                index,
                Some(&reading.point),
                RejectCode::DuplicateInMessage,
                "the same point and time stand earlier in this message; the first was kept",
                entry.get(),
            )),
            Err(reject) => rejects.push(reject),
        }
    }
    limit_rejects(&mut rejects);
    if body.surplus > 0 {
        let detail = format!(
            "a message may hold {READINGS_PER_MESSAGE_MAX} readings; {} more were not read: \
             send them in a further message",
            body.surplus
        );
        let mut reject = Reject::body(RejectCode::TooMany, detail, b"");
        reject.count = body.surplus;
        rejects.push(reject);
    }
    (good, rejects)
}

/// Keeps the answer small when every entry of a large message is bad: nothing goes uncounted.
pub(crate) fn limit_rejects(rejects: &mut Vec<Reject>) {
    if rejects.len() <= REJECTS_PER_MESSAGE_MAX {
        return;
    }
    let mut surplus: std::collections::BTreeMap<RejectCode, u64> =
        std::collections::BTreeMap::new();
    for reject in rejects.drain(REJECTS_PER_MESSAGE_MAX..) {
        *surplus.entry(reject.code).or_default() += reject.count;
    }
    for (code, count) in surplus {
        let detail = format!("{count} further entries were refused for the same reason");
        rejects.push(Reject { count, ..Reject::body(code, detail, b"") });
    }
}

fn malformed(bytes: &[u8], error: &serde_json::Error) -> Reject {
    let detail = format!(
        "the body is no JSON list of readings, at line {} column {}: {error}; send \
         [{{\"point\":\"pm25\",\"at\":\"2026-11-25T09:00:00+09:00\",\"value\":12.5}}]",
        error.line(),
        error.column()
    );
    Reject::body(RejectCode::MalformedJson, detail, bytes)
}

/// The list, its entries still as text, so that one odd entry cannot spoil the others.
struct Body<'a> {
    entries: Vec<&'a RawValue>,
    surplus: u64,
}

impl<'de: 'a, 'a> Deserialize<'de> for Body<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Body<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of readings")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Body<'de>, A::Error> {
                let mut body = Body { entries: Vec::new(), surplus: 0 };
                while body.entries.len() < READINGS_PER_MESSAGE_MAX {
                    let Some(entry) = seq.next_element()? else { return Ok(body) };
                    body.entries.push(entry);
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    body.surplus += 1;
                }
                Ok(body)
            }
        }
        deserializer.deserialize_seq(List)
    }
}

/// One entry; every field is looked at by itself, so that the reject can name the point.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry<'a> {
    #[serde(borrow)]
    point: Option<&'a RawValue>,
    #[serde(borrow)]
    at: Option<&'a RawValue>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    #[serde(borrow)]
    quality: Option<&'a RawValue>,
}

fn read_entry(index: usize, text: &str, now: Instant) -> Result<RawReading, Reject> {
    let wrong = |code, detail: String| Reject::entry(index, None, code, detail, text);
    let entry: Entry<'_> = serde_json::from_str(text).map_err(|error| {
        wrong(RejectCode::MalformedReading, format!("no reading {{point, at, value}}: {error}"))
    })?;
    let point = read_point(entry.point).map_err(|(code, detail)| wrong(code, detail))?;
    let wrong = |(code, detail): Refusal| Reject::entry(index, Some(&point), code, detail, text);
    let at_ms = read_at(entry.at).map_err(wrong)?;
    check_at(at_ms, now).map_err(wrong)?;
    let value = read_value(entry.value).map_err(wrong)?;
    let quality = read_quality(entry.quality).map_err(wrong)?;
    Ok(RawReading { index, point, at_ms, value, quality })
}

/// Why an entry is not taken: the reason, and words for the sender.
pub type Refusal = (RejectCode, String);

fn read_point(field: Option<&RawValue>) -> Result<String, Refusal> {
    let point: String = field.and_then(|raw| serde_json::from_str(raw.get()).ok()).ok_or((
        RejectCode::MalformedReading,
        "`point` must be the key of a point, a text".to_owned(),
    ))?;
    if point.is_empty() {
        return Err((RejectCode::MalformedReading, "`point` is empty".to_owned()));
    }
    if point.len() > POINT_KEY_BYTES_MAX {
        let detail = format!("`point` is longer than {POINT_KEY_BYTES_MAX} bytes");
        return Err((RejectCode::TooMany, detail));
    }
    Ok(point)
}

fn read_at(field: Option<&RawValue>) -> Result<i64, Refusal> {
    let unreadable = |what: &str| {
        let detail = format!(
            "{what}: give RFC 3339 with an offset, such as \"2026-11-25T09:00:00+09:00\", or whole \
             milliseconds since 1970"
        );
        (RejectCode::TimeUnreadable, detail)
    };
    let raw = field.ok_or_else(|| unreadable("`at` is missing"))?.get();
    if let Ok(millis) = serde_json::from_str::<i64>(raw) {
        return Ok(millis);
    }
    if raw.len() > AT_BYTES_MAX {
        return Err(unreadable("`at` is too long"));
    }
    serde_json::from_str::<String>(raw)
        .ok()
        .and_then(|text| text.parse::<Instant>().ok())
        .map(Instant::as_millis)
        .ok_or_else(|| unreadable("`at` cannot be read as a time"))
}

/// Whether a time may be kept at all. Every way in is held to it.
pub fn check_at(at_ms: i64, now: Instant) -> Result<(), Refusal> {
    let out = |detail: &str| Err((RejectCode::TimeOutOfRange, detail.to_owned()));
    if at_ms < EARLIEST_MS {
        return out(
            "`at` lies before the year 2000: check the device's clock, and send milliseconds, \
             not seconds",
        );
    }
    if Instant::from_millis(at_ms).is_err() {
        return out("`at` lies after the year 2200: send milliseconds, not microseconds");
    }
    let ahead_ms = at_ms.saturating_sub(now.as_millis());
    if ahead_ms > AHEAD_MAX_MS {
        let detail = format!(
            "`at` lies {} s ahead of the server's clock: set the clock of the device (NTP); up to \
             {} s are tolerated",
            ahead_ms / 1_000,
            AHEAD_MAX_MS / 1_000
        );
        return Err((RejectCode::ClockAhead, detail));
    }
    Ok(())
}

fn read_value(field: Option<&RawValue>) -> Result<f64, Refusal> {
    let wrong = |detail: &str| (RejectCode::NotANumber, detail.to_owned());
    let raw = field.ok_or_else(|| wrong("`value` is missing"))?.get();
    let value: f64 = serde_json::from_str(raw)
        .map_err(|_| wrong("`value` is no number: send a plain number, without quotes or unit"))?;
    if value.is_finite() { Ok(value) } else { Err(wrong("`value` is not finite")) }
}

fn read_quality(field: Option<&RawValue>) -> Result<Quality, Refusal> {
    let wrong = |detail: String| (RejectCode::UnknownQuality, detail);
    let Some(raw) = field else { return Ok(Quality::GOOD) };
    let names: Option<Vec<String>> = serde_json::from_str(raw.get()).map_err(|_| {
        wrong("`quality` must be a list of flag names, such as [\"doubtful\"]".to_owned())
    })?;
    let names = names.unwrap_or_default();
    if names.len() > FLAGS_MAX {
        return Err(wrong(format!("`quality` names more than {FLAGS_MAX} flags")));
    }
    names.iter().try_fold(Quality::GOOD, |quality, name| {
        flag(name).map(|flag| quality.with(flag)).ok_or_else(|| {
            let name = crate::reject::cut(name, 40);
            wrong(format!("'{name}' is no flag: use {}", flag_names().join(", ")))
        })
    })
}

/// The flag with this name.
pub(crate) fn flag(name: &str) -> Option<Quality> {
    (0..16).map(|bit| Quality(1 << bit)).find(|flag| flag.names() == [name])
}

fn flag_names() -> Vec<&'static str> {
    Quality(u16::MAX).names()
}
