//! Instants: microseconds UTC inside, RFC 3339 outside. `Asia/Seoul` appears only where a person or a
//! tariff reads a time.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time: microseconds since 1970-01-01T00:00:00Z, between the years 1900 and 2200.
///
/// ```
/// use base::Instant;
/// let at: Instant = "2026-11-25T09:00:00+09:00".parse().unwrap();
/// assert_eq!(at.to_string(), "2026-11-25T00:00:00Z");
/// assert!("tomorrow".parse::<Instant>().unwrap_err().to_string().contains("RFC 3339"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// The text or number is no instant that Sandan keeps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no time: give RFC 3339 with an offset, such as 2026-11-25T09:00:00+09:00, between 1900 and 2200"
)]
pub struct InvalidInstant(pub String);

/// 1900-01-01 and 2200-01-01 in microseconds.
const RANGE_US: std::ops::RangeInclusive<i64> = -2_208_988_800_000_000..=7_258_118_400_000_000;

impl Instant {
    /// From microseconds since the epoch; the caller knows that the value is in range.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From milliseconds since the epoch, refused outside the years 1900 to 2200.
    pub fn from_millis(millis: i64) -> Result<Self, InvalidInstant> {
        millis
            .checked_mul(1_000)
            .filter(|us| RANGE_US.contains(us))
            .map(Self)
            .ok_or_else(|| InvalidInstant(millis.to_string()))
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since the epoch, rounded down.
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// How long after `earlier` this is; zero when it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The same instant for `jiff`.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl From<Timestamp> for Instant {
    fn from(value: Timestamp) -> Self {
        Self(value.as_microsecond())
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Instant {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(micros(span)))
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;
    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(micros(span)))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Instant {
    type Err = InvalidInstant;
    fn from_str(text: &str) -> Result<Self, InvalidInstant> {
        text.parse::<Timestamp>()
            .map(Self::from)
            .ok()
            .filter(|at| RANGE_US.contains(&at.0))
            .ok_or_else(|| InvalidInstant(text.chars().take(40).collect()))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl utoipa::ToSchema for Instant {
    fn name() -> std::borrow::Cow<'static, str> {
        "Instant".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_survives_text_and_keeps_microseconds() {
        let at = Instant::from_micros(1_764_032_400_123_456);
        assert_eq!(at.to_string().parse::<Instant>(), Ok(at));
    }

    #[test]
    fn a_time_without_offset_is_refused() {
        assert!("2026-11-25T09:00:00".parse::<Instant>().is_err());
    }

    #[test]
    fn milliseconds_out_of_range_are_refused() {
        assert!(Instant::from_millis(i64::MAX).is_err());
        assert!(Instant::from_millis(1_764_032_400_000).is_ok());
    }

    #[test]
    fn the_time_since_a_later_instant_is_zero() {
        let early = Instant::from_micros(5);
        assert_eq!(early.since(Instant::from_micros(9)), Duration::ZERO);
    }
}
