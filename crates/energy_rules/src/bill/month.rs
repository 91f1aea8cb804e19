//! Bill months: from reading day to reading day (검침일).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The month that names a bill (월분): that of the last day of its period. Written `2026-07`.
///
/// Whether KEPCO names it by its first or its last day is not verified; with a reading day of 1, or
/// at the end of the month, both are the calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BillMonth {
    year: i16,
    month: i8,
}

/// A text that is no month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a month: write it as 2026-07")]
pub struct InvalidMonth(String);

impl BillMonth {
    /// A month of the years 1 to 9998.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        ((1..=9_998).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// 1 to 12.
    pub fn month(self) -> i8 {
        self.month
    }

    /// The month some months earlier; saturates at year 1.
    pub fn earlier(self, months: u16) -> Self {
        let index = i32::from(self.year) * 12 + i32::from(self.month) - 1 - i32::from(months);
        Self::at(index)
    }

    /// The month after it; saturates at year 9998.
    pub fn next(self) -> Self {
        Self::at(i32::from(self.year) * 12 + i32::from(self.month))
    }

    fn at(index: i32) -> Self {
        let index = index.clamp(12, 9_998 * 12 + 11);
        let year = i16::try_from(index / 12).expect("clamped to 9998");
        let month = i8::try_from(index % 12 + 1).expect("1 to 12");
        Self { year, month }
    }

    /// The first day of the calendar month; it always lies in the period.
    pub fn first_day(self) -> Date {
        Date::new(self.year, self.month, 1).expect("every month has a first day")
    }

    /// The bill month that a day belongs to.
    pub fn of(date: Date, reading_day: u8) -> Self {
        let calendar = Self::at(i32::from(date.year()) * 12 + i32::from(date.month()) - 1);
        match day_in_month(reading_day) {
            Some(day) if date.day() >= day => calendar.next(),
            Some(_) | None => calendar,
        }
    }

    /// Its first and last day.
    pub fn period(self, reading_day: u8) -> Period {
        let (first, last) = match day_in_month(reading_day) {
            None => (self.first_day(), self.first_day().last_of_month()),
            Some(day) => {
                let before = self.earlier(1);
                let first = Date::new(before.year, before.month, day);
                let end = Date::new(self.year, self.month, day);
                let end = end.expect("every month has the days 2 to 27");
                (first.expect("every month has the days 2 to 27"), end.saturating_sub(DAY))
            }
        };
        Period { first, last }
    }
}

const DAY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// The day that splits months; none when bills follow the calendar (0, 1, and 28 or more: 말일).
fn day_in_month(reading_day: u8) -> Option<i8> {
    i8::try_from(reading_day).ok().filter(|day| (2..28).contains(day))
}

/// Days from a first to a last one, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

impl Period {
    /// How many days.
    pub fn days(self) -> i64 {
        days_between(self.first, self.last) + 1
    }

    /// The days, in order.
    pub fn iter(self) -> impl Iterator<Item = Date> {
        let next = |day: &Date| day.tomorrow().ok();
        std::iter::successors(Some(self.first), next).take_while(move |day| *day <= self.last)
    }
}

/// Days from one day to another; negative when it lies before.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

impl fmt::Display for BillMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for BillMonth {
    type Err = InvalidMonth;

    fn from_str(text: &str) -> Result<Self, InvalidMonth> {
        let read = || {
            let (year, month) = text.split_once('-')?;
            let plain = year.len() == 4 && month.len() == 2 && !month.starts_with('+');
            Self::new(year.parse().ok()?, month.parse().ok()?).filter(|_| plain)
        };
        read().ok_or_else(|| InvalidMonth(text.chars().take(40).collect()))
    }
}

impl Serialize for BillMonth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BillMonth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_runs_from_reading_day_to_reading_day() {
        for (month, reading_day, first, last) in [
            ("2026-07", 0, date(2026, 7, 1), date(2026, 7, 31)),
            ("2026-07", 1, date(2026, 7, 1), date(2026, 7, 31)),
            ("2026-02", 28, date(2026, 2, 1), date(2026, 2, 28)),
            ("2026-02", 31, date(2026, 2, 1), date(2026, 2, 28)),
            ("2026-07", 15, date(2026, 6, 15), date(2026, 7, 14)),
            ("2026-01", 27, date(2025, 12, 27), date(2026, 1, 26)),
        ] {
            let month: BillMonth = month.parse().unwrap();
            assert_eq!(month.period(reading_day), Period { first, last }, "{month} {reading_day}");
            assert_eq!(BillMonth::of(first, reading_day), month);
            assert_eq!(BillMonth::of(last, reading_day), month);
        }
    }

    #[test]
    fn a_text_that_is_no_month_is_refused() {
        for text in ["2026-7", "2026-13", "26-07", "", "2026-+7", "2026/07"] {
            let fault = text.parse::<BillMonth>().unwrap_err();
            assert!(fault.to_string().contains("2026-07"), "{fault}");
        }
    }
}
