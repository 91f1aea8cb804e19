//! Days: working days, Saturdays, Sundays and public holidays of Korea.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};

/// What sort of day it is. A holiday beats Saturday and Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DayKind {
    /// Monday to Friday.
    Weekday,
    /// Saturday (토요일).
    Saturday,
    /// Sunday (일요일).
    Sunday,
    /// A public holiday (공휴일), a substitute one (대체공휴일) among them.
    Holiday,
}

/// What sort of holiday it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolidayKind {
    /// By the rule on public holidays (관공서의 공휴일에 관한 규정), elections and substitutes included.
    Public,
    /// Declared for once (임시공휴일): people are off, but KEPCO's tariffs know nothing of it.
    Temporary,
}

/// The holidays that are known, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    holidays: BTreeMap<Date, (HolidayKind, String)>,
}

/// A line of a table of holidays that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the holidays, '{text}', is not 'YYYY-MM-DD,public|temporary,name'")]
pub struct HolidayFault {
    /// Counted from 1.
    pub line: usize,
    /// The line.
    pub text: String,
}

/// Holidays of 2015 to 2035 (`data/holidays.csv`).
const SHIPPED: &str = include_str!("../data/holidays.csv");

impl Calendar {
    /// The calendar that the product ships. Years to come are estimates and are to be checked every
    /// year.
    pub fn shipped() -> Self {
        Self::parse(SHIPPED).expect("a test reads the shipped table")
    }

    /// Reads lines of `date,kind,name`; lines that begin with `#` are comments.
    pub fn parse(text: &str) -> Result<Self, HolidayFault> {
        let mut holidays = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fault = || HolidayFault { line: index + 1, text: line.chars().take(80).collect() };
            let (date, holiday) = read(line).ok_or_else(fault)?;
            holidays.insert(date, holiday);
        }
        Ok(Self { holidays })
    }

    /// The first and the last year that holidays are known of.
    pub fn years(&self) -> Option<(i16, i16)> {
        let (first, _) = self.holidays.first_key_value()?;
        let (last, _) = self.holidays.last_key_value()?;
        Some((first.year(), last.year()))
    }

    /// The holiday of a day, of any sort.
    pub fn holiday(&self, date: Date) -> Option<(HolidayKind, &str)> {
        self.holidays.get(&date).map(|(kind, name)| (*kind, name.as_str()))
    }

    /// The sort of day that a tariff sees: temporary holidays are ordinary days.
    pub fn tariff_day(&self, date: Date) -> DayKind {
        self.kind(date, |kind| kind == HolidayKind::Public)
    }

    /// The sort of day that people see: temporary holidays are days off.
    pub fn working_day(&self, date: Date) -> DayKind {
        self.kind(date, |_| true)
    }

    /// The same days, holidays declared for once counting as any other: what a wrong bill may know.
    #[must_use]
    pub fn with_temporary_as_public(&self) -> Self {
        let public = |(date, (_, name)): (&Date, &(HolidayKind, String))| {
            (*date, (HolidayKind::Public, name.clone()))
        };
        Self { holidays: self.holidays.iter().map(public).collect() }
    }

    fn kind(&self, date: Date, counts: impl Fn(HolidayKind) -> bool) -> DayKind {
        if self.holidays.get(&date).is_some_and(|(kind, _)| counts(*kind)) {
            return DayKind::Holiday;
        }
        match date.weekday() {
            Weekday::Saturday => DayKind::Saturday,
            Weekday::Sunday => DayKind::Sunday,
            _ => DayKind::Weekday,
        }
    }
}

fn read(line: &str) -> Option<(Date, (HolidayKind, String))> {
    let mut fields = line.splitn(3, ',');
    let date = fields.next()?.parse().ok()?;
    let kind = match fields.next()? {
        "public" => HolidayKind::Public,
        "temporary" => HolidayKind::Temporary,
        _ => return None,
    };
    Some((date, (kind, fields.next()?.to_owned())))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_what_the_tariff_and_what_people_see() {
        let calendar = Calendar::shipped();
        for (day, tariff, working) in [
            (date(2018, 1, 1), DayKind::Holiday, DayKind::Holiday),
            (date(2018, 1, 2), DayKind::Weekday, DayKind::Weekday),
            (date(2018, 1, 6), DayKind::Saturday, DayKind::Saturday),
            (date(2018, 1, 7), DayKind::Sunday, DayKind::Sunday),
            // A holiday beats Saturday.
            (date(2024, 10, 9), DayKind::Holiday, DayKind::Holiday),
            // Armed Forces Day of 2024 was declared for once.
            (date(2024, 10, 1), DayKind::Weekday, DayKind::Holiday),
        ] {
            assert_eq!(calendar.tariff_day(day), tariff, "{day}");
            assert_eq!(calendar.working_day(day), working, "{day}");
        }
        assert_eq!(calendar.years(), Some((2015, 2035)));
    }

    #[test]
    fn a_line_that_is_no_holiday_is_named() {
        let fault = Calendar::parse("# a\n2018-01-01,public,x\n2018-13-01,public,y").unwrap_err();
        assert_eq!(fault.line, 3);
        assert!(fault.to_string().contains("2018-13-01"), "{fault}");
    }
}
