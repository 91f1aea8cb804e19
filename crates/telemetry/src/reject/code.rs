//! Why a reading, or a whole body, was not accepted: one word that never changes, and a sentence.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The reasons for a refusal. The words are stable: tables, metrics and JSON carry them.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RejectCode {
    /// The body is no JSON list; nothing of it was read.
    MalformedJson,
    /// The entry is no `{point, at, value}`.
    MalformedReading,
    /// No device has this key.
    UnknownDevice,
    /// The device has no point with this key.
    UnknownPoint,
    /// A quality flag that Sandan does not know.
    UnknownQuality,
    /// `value` is no finite number.
    NotANumber,
    /// `at` is neither RFC 3339 nor milliseconds.
    TimeUnreadable,
    /// `at` lies before the first year that Sandan keeps, or after the last.
    TimeOutOfRange,
    /// The sender's clock is too far ahead: nothing of the future is kept.
    ClockAhead,
    /// The same point and time stood earlier in the same message.
    DuplicateInMessage,
    /// More entries, or longer texts, than the limit.
    TooMany,
    /// The sender may not send to this device.
    NotPermitted,
    /// The mapping of the device's profile made no readings of the message.
    NotMapped,
}

impl RejectCode {
    /// All reasons.
    pub const ALL: [Self; 13] = [
        Self::MalformedJson,
        Self::MalformedReading,
        Self::UnknownDevice,
        Self::UnknownPoint,
        Self::UnknownQuality,
        Self::NotANumber,
        Self::TimeUnreadable,
        Self::TimeOutOfRange,
        Self::ClockAhead,
        Self::DuplicateInMessage,
        Self::TooMany,
        Self::NotPermitted,
        Self::NotMapped,
    ];

    /// The stable word in tables, metrics and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MalformedJson => "malformed_json",
            Self::MalformedReading => "malformed_reading",
            Self::UnknownDevice => "unknown_device",
            Self::UnknownPoint => "unknown_point",
            Self::UnknownQuality => "unknown_quality",
            Self::NotANumber => "not_a_number",
            Self::TimeUnreadable => "time_unreadable",
            Self::TimeOutOfRange => "time_out_of_range",
            Self::ClockAhead => "clock_ahead",
            Self::DuplicateInMessage => "duplicate_in_message",
            Self::TooMany => "too_many",
            Self::NotPermitted => "not_permitted",
            Self::NotMapped => "not_mapped",
        }
    }
}

impl fmt::Display for RejectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RejectCode {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|code| code.as_str() == text)
            .ok_or_else(|| format!("'{text}' is no reason for a reject"))
    }
}

/// One refusal, as the sender sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Reject {
    /// Place of the entry in the message, from 0; absent when it is about the whole body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
    /// The key of the point as it was sent, cut to a sane length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point: Option<String>,
    /// Why.
    pub code: RejectCode,
    /// What is wrong and what to send instead.
    pub detail: String,
    /// The beginning of what was sent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sample: String,
    /// How many entries this stands for.
    pub count: u64,
}

impl Reject {
    /// A refusal of the whole body.
    pub fn body(code: RejectCode, detail: impl Into<String>, body: &[u8]) -> Self {
        let head = &body[..body.len().min(SAMPLE_CHARS_MAX)];
        let sample = cut(&String::from_utf8_lossy(head), SAMPLE_CHARS_MAX);
        Self { index: None, point: None, code, detail: detail.into(), sample, count: 1 }
    }

    /// A refusal of the entry at `index`.
    pub fn entry(
        index: usize,
        point: Option<&str>,
        code: RejectCode,
        detail: impl Into<String>,
        sample: &str,
    ) -> Self {
        Self {
            index: Some(index),
            point: point.map(|key| cut(key, KEY_CHARS_MAX)),
            code,
            detail: detail.into(),
            sample: cut(sample, SAMPLE_CHARS_MAX),
            count: 1,
        }
    }
}

/// Most characters of a sample that are kept.
pub const SAMPLE_CHARS_MAX: usize = 200;
/// Most characters of a key that are kept.
pub const KEY_CHARS_MAX: usize = 128;

/// `text` cut to `chars` characters, without control characters, so that it can stand in a table.
pub fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_survives_text() {
        for code in RejectCode::ALL {
            assert_eq!(code.as_str().parse::<RejectCode>(), Ok(code));
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
        assert!("tired".parse::<RejectCode>().is_err());
    }

    #[test]
    fn a_sample_is_cut_and_holds_no_control_characters() {
        let reject = Reject::body(RejectCode::MalformedJson, "x", &[b'\n'; 5_000]);
        assert_eq!(reject.sample, " ".repeat(SAMPLE_CHARS_MAX));
        assert_eq!(cut("한글\0테스트", 4), "한글 테");
    }
}
