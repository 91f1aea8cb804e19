//! Readings as they travel between the parts of the platform.

use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Instant;

/// The short number of a point inside the store: unique, never reused, never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series(pub u32);

/// A map by series, for the path that every reading takes. Series are small numbers that we give out
/// ourselves, so that one multiplication spreads them; nobody outside can choose them to collide.
pub type SeriesMap<V> = std::collections::HashMap<Series, V, BuildHasherDefault<SeriesHasher>>;

/// The hasher of [`SeriesMap`]: Fibonacci hashing of one number of 32 bits.
#[derive(Debug, Clone, Copy, Default)]
pub struct SeriesHasher(u64);

impl Hasher for SeriesHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }
    fn write_u32(&mut self, number: u32) {
        // The map takes its place from the low bits and its tag from the high ones: mix both.
        let spread = (self.0 ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = spread ^ (spread >> 32);
    }
}

/// What a value means in time. Never changes for a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PointKind {
    /// A state at the instant: temperature, PM2.5, kW.
    Gauge,
    /// A number that only grows until it rolls over: a meter's register.
    Counter,
    /// An amount over an interval, kept at the START of it: kWh of 15 minutes.
    Interval,
}

impl PointKind {
    /// The stable word in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gauge => "gauge",
            Self::Counter => "counter",
            Self::Interval => "interval",
        }
    }
}

impl std::str::FromStr for PointKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "gauge" => Ok(Self::Gauge),
            "counter" => Ok(Self::Counter),
            "interval" => Ok(Self::Interval),
            _ => Err(format!("'{text}' is no kind of point: use gauge, counter or interval")),
        }
    }
}

/// The quality of one reading: a set of 16 flags, 0 is good. The reading is always kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Quality(pub u16);

impl Quality {
    /// Nothing to say against it.
    pub const GOOD: Self = Self(0);
    /// Outside the plausible range of the point.
    pub const OUT_OF_RANGE: Self = Self(1);
    /// The same value for too long.
    pub const STUCK: Self = Self(1 << 1);
    /// A jump that the quantity does not make.
    pub const SPIKE: Self = Self(1 << 2);
    /// Arrived later than live rules look at.
    pub const LATE: Self = Self(1 << 3);
    /// The sender's clock was ahead of ours.
    pub const CLOCK_SKEW: Self = Self(1 << 4);
    /// The sender itself marked it as doubtful.
    pub const DOUBTFUL: Self = Self(1 << 5);
    /// Came by file, not live.
    pub const IMPORTED: Self = Self(1 << 6);
    /// Covers less than the whole interval: counts in sums, not in demand.
    pub const PARTIAL: Self = Self(1 << 7);
    /// The device's calibration had run out, or there is none on record where one is asked for.
    pub const UNCALIBRATED: Self = Self(1 << 8);
    /// Converted from the unit that the device sends.
    pub const UNIT_CONVERTED: Self = Self(1 << 9);
    /// A person put this value in the place of another one; who and why stands in `correction`.
    pub const CORRECTED: Self = Self(1 << 10);
    /// A counter began anew: it rolled over, was reset, or the meter was replaced.
    pub const COUNTER_RESET: Self = Self(1 << 11);
    /// Another value stood under the same point and time; the newest arrival is kept.
    pub const REPLACED: Self = Self(1 << 12);
    /// Invented by the demonstration (시연 데이터).
    pub const DEMO: Self = Self(1 << 15);

    const NAMES: [(Self, &'static str); 14] = [
        (Self::OUT_OF_RANGE, "out_of_range"),
        (Self::STUCK, "stuck"),
        (Self::SPIKE, "spike"),
        (Self::LATE, "late"),
        (Self::CLOCK_SKEW, "clock_skew"),
        (Self::DOUBTFUL, "doubtful"),
        (Self::IMPORTED, "imported"),
        (Self::PARTIAL, "partial"),
        (Self::UNCALIBRATED, "uncalibrated"),
        (Self::UNIT_CONVERTED, "unit_converted"),
        (Self::CORRECTED, "corrected"),
        (Self::COUNTER_RESET, "counter_reset"),
        (Self::REPLACED, "replaced"),
        (Self::DEMO, "demo"),
    ];

    /// Flags that say the value itself may be wrong; rules do not judge by such readings.
    const AGAINST_VALUE: Self =
        Self(Self::OUT_OF_RANGE.0 | Self::STUCK.0 | Self::SPIKE.0 | Self::DOUBTFUL.0);

    /// Struck out by a person: kept to be seen, counted in no figure.
    pub const VOID: Self = Self(Self::CORRECTED.0 | Self::DOUBTFUL.0);

    /// Both sets together.
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every flag of `other` is set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the value can be believed.
    pub const fn is_usable(self) -> bool {
        self.0 & Self::AGAINST_VALUE.0 == 0
    }

    /// The flags by name, for JSON.
    pub fn names(self) -> Vec<&'static str> {
        Self::NAMES.iter().filter(|(flag, _)| self.has(*flag)).map(|(_, name)| *name).collect()
    }
}

/// One accepted value of one point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The point.
    pub series: Series,
    /// When it was measured (an interval: its start), milliseconds UTC.
    pub at_ms: i64,
    /// The value, in the unit of the point.
    pub value: f64,
    /// What is to be said against it.
    pub quality: Quality,
}

/// Readings that became durable together.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadingBatch {
    /// When they reached us.
    pub arrived: Instant,
    /// The readings, in order of arrival.
    pub readings: Arc<[Reading]>,
}
