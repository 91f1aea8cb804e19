//! The time in Korea: hour of day, day of year, working day or not.

use jiff::civil::{Date, Weekday};
use jiff::tz::Offset;

/// Korea keeps UTC+9 all year.
const SEOUL: Offset = Offset::constant(9);

/// What sort of day it is for a factory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// Monday to Friday.
    Working,
    /// Saturday.
    Saturday,
    /// Sunday or a public holiday.
    Rest,
}

/// A time, as a factory sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Seconds since 1970 UTC.
    pub unix_s: f64,
    /// Hours since midnight in Korea, 0 to 24.
    pub hour: f64,
    /// Day of the year, 1 to 366.
    pub day_of_year: f64,
    /// What sort of day.
    pub day: DayKind,
}

impl Moment {
    /// The moment of `at_ms` milliseconds since 1970 UTC.
    pub fn at(at_ms: i64) -> Self {
        let stamp = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let local = SEOUL.to_datetime(stamp);
        let time = local.time();
        let seconds = f64::from(time.second()) + f64::from(time.millisecond()) / 1_000.0;
        Self {
            unix_s: at_ms as f64 / 1_000.0,
            hour: f64::from(time.hour()) + f64::from(time.minute()) / 60.0 + seconds / 3_600.0,
            day_of_year: f64::from(local.date().day_of_year()),
            day: kind_of(local.date()),
        }
    }

    /// `seconds` later.
    pub fn later(self, seconds: i64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "made from whole milliseconds")]
        let at_ms = (self.unix_s * 1_000.0) as i64;
        Self::at(at_ms + seconds * 1_000)
    }

    /// From -1 in the coldest to 1 in the warmest time of the year (late July).
    pub fn summer(self) -> f64 {
        ((self.day_of_year - 205.0) / 365.25 * std::f64::consts::TAU).cos()
    }

    /// A hump of height 1 around `middle` o'clock, `width` hours wide at half height.
    pub fn hump(self, middle: f64, width: f64) -> f64 {
        let apart = (self.hour - middle).abs();
        let apart = apart.min(24.0 - apart);
        (-(apart / width).powi(2) * 4.0 * std::f64::consts::LN_2).exp()
    }

    /// 1 between `from` and `until` o'clock, 0 outside, with slopes of half an hour.
    pub fn within(self, from: f64, until: f64) -> f64 {
        let slope = |x: f64| (x / 0.5 + 0.5).clamp(0.0, 1.0);
        slope(self.hour - from) * slope(until - self.hour)
    }

    /// Sine of the sun's height over Jeonju, 0 at night.
    pub fn sun(self) -> f64 {
        // Cooper's declination; noon stands at 12:31.6 since Jeonju lies 7.9 degrees west of 135 E.
        let tilt = 23.45_f64.to_radians()
            * ((self.day_of_year + 284.0) / 365.0 * std::f64::consts::TAU).sin();
        let latitude = 35.857_f64.to_radians();
        let turn = ((self.hour - 12.527) * 15.0).to_radians();
        let height = latitude.sin() * tilt.sin() + latitude.cos() * tilt.cos() * turn.cos();
        height.max(0.0)
    }
}

fn kind_of(date: Date) -> DayKind {
    if is_holiday(date) {
        return DayKind::Rest;
    }
    match date.weekday() {
        Weekday::Sunday => DayKind::Rest,
        Weekday::Saturday => DayKind::Saturday,
        Weekday::Monday
        | Weekday::Tuesday
        | Weekday::Wednesday
        | Weekday::Thursday
        | Weekday::Friday => DayKind::Working,
    }
}

/// Public holidays that stay: month and day.
const FIXED: [(i8, i8); 8] = [(1, 1), (3, 1), (5, 5), (6, 6), (8, 15), (10, 3), (10, 9), (12, 25)];

/// Public holidays of 2025 to 2027 that follow the moon, substitutes, and Constitution Day since 2026:
/// year, month, first and last day. From memory: a bill needs the calendar of the energy room, a
/// landscape does not.
const MOVING: [(i16, i8, i8, i8); 14] = [
    (2025, 1, 28, 30),
    (2025, 5, 6, 6),
    (2025, 10, 5, 8),
    (2026, 2, 16, 18),
    (2026, 3, 2, 2),
    (2026, 5, 24, 25),
    (2026, 7, 17, 17),
    (2026, 8, 17, 17),
    (2026, 9, 24, 26),
    (2026, 10, 5, 5),
    (2027, 2, 6, 9),
    (2027, 5, 13, 13),
    (2027, 7, 17, 17),
    (2027, 9, 14, 16),
];

fn is_holiday(date: Date) -> bool {
    let (year, month, day) = (date.year(), date.month(), date.day());
    FIXED.contains(&(month, day))
        || MOVING
            .iter()
            .any(|(y, m, first, last)| (*y, *m) == (year, month) && (*first..=*last).contains(&day))
}
