//! Times as interval files write them: many spellings, 24:00, and midnight that stands last in its day.

use jiff::civil::Date;

use crate::column_mapping::{DateOrder, Label};

/// Seconds of a day.
pub(super) const DAY_S: u32 = 86_400;

/// The time of a row, before midnight is settled: a date and seconds within it, 24:00 included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowTime {
    /// The date as written.
    pub(super) date: Date,
    /// Seconds since midnight, 0 to 86,400.
    pub(super) second: u32,
}

/// Reads a date, and the time of day when it stands in the same text.
pub(super) fn read_date(text: &str, order: DateOrder) -> Option<(Date, Option<u32>)> {
    let parts = Parts::of(text)?;
    let mut numbers = parts.numbers.as_slice();
    let (year, month, day) = match *numbers.first()? {
        // 20180131, 201801310015, 20180131001500 in one run.
        (run, 8 | 12 | 14) if order == DateOrder::YearMonthDay => {
            return read_run(run, numbers.first()?.1, &numbers[1..], parts.half);
        }
        _ => {
            let &[(a, a_len), (b, _), (c, c_len), ..] = numbers else { return None };
            numbers = &numbers[3..];
            match order {
                DateOrder::YearMonthDay if a_len == 4 => (a, b, c),
                DateOrder::DayMonthYear if c_len == 4 => (c, b, a),
                DateOrder::MonthDayYear if c_len == 4 => (c, a, b),
                // A year of two digits, or another order than the mapping says: better unread.
                DateOrder::YearMonthDay | DateOrder::DayMonthYear | DateOrder::MonthDayYear => {
                    return None;
                }
            }
        }
    };
    let second = if numbers.is_empty() { None } else { Some(second_of(numbers, parts.half)?) };
    Some((date_of(year, month, day)?, second))
}

/// Reads a time of day that stands alone: `00:15`, `0015`, `24:00:00`, `10시`.
pub(super) fn read_clock(text: &str) -> Option<u32> {
    let parts = Parts::of(text)?;
    // An Excel cell with a time only may carry a date of its own; the last numbers are the time.
    match parts.numbers.as_slice() {
        [(_, 4), _, _, rest @ ..] if !rest.is_empty() => second_of(rest, parts.half),
        numbers => second_of(numbers, parts.half),
    }
}

fn read_run(
    run: u64,
    digits: usize,
    rest: &[(u64, usize)],
    half: Option<Half>,
) -> Option<(Date, Option<u32>)> {
    let (day_run, clock) = match digits {
        14 => (run / 1_000_000, Some((run % 1_000_000, 6))),
        12 => (run / 10_000, Some((run % 10_000, 4))),
        _ => (run, None),
    };
    let date = date_of(day_run / 10_000, day_run / 100 % 100, day_run % 100)?;
    match (clock, rest) {
        (Some(clock), []) => Some((date, Some(second_of(&[clock], half)?))),
        (Some(_), _) => None,
        (None, []) => Some((date, None)),
        (None, rest) => Some((date, Some(second_of(rest, half)?))),
    }
}

fn date_of(year: u64, month: u64, day: u64) -> Option<Date> {
    let (year, month, day) =
        (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(year, month, day).ok()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

/// The numbers of a text, each with its count of digits, and whether it says 오전 or 오후.
struct Parts {
    numbers: Vec<(u64, usize)>,
    half: Option<Half>,
}

impl Parts {
    /// None when anything stands in the text that belongs to no time.
    fn of(text: &str) -> Option<Self> {
        const NUMBERS_MAX: usize = 7;
        let text = text.trim();
        let lower = text.to_lowercase();
        let (half, bare) = if lower.contains("오후") || lower.contains("pm") {
            (Some(Half::Afternoon), lower.replace("오후", " ").replace("pm", " "))
        } else if lower.contains("오전") || lower.contains("am") {
            (Some(Half::Morning), lower.replace("오전", " ").replace("am", " "))
        } else {
            (None, lower)
        };
        let known = |c: char| {
            c.is_ascii_digit() || c.is_whitespace() || "-/.:t년월일시분초()월화수목금토".contains(c)
        };
        if !bare.chars().all(known) {
            return None;
        }
        let mut numbers = Vec::with_capacity(6);
        for run in bare.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()) {
            if numbers.len() == NUMBERS_MAX || run.len() > 14 {
                return None;
            }
            numbers.push((run.parse().ok()?, run.len()));
        }
        Some(Self { numbers, half })
    }
}

fn second_of(numbers: &[(u64, usize)], half: Option<Half>) -> Option<u32> {
    let (mut hour, minute, second) = match *numbers {
        [(run, 3 | 4)] => (run / 100, run % 100, 0),
        [(run, 5 | 6)] => (run / 10_000, run / 100 % 100, run % 100),
        [(hour, 1 | 2)] => (hour, 0, 0),
        [(hour, 1 | 2), (minute, 1 | 2)] => (hour, minute, 0),
        // A fraction of a second of zero, as Excel and databases write it.
        [(hour, 1 | 2), (minute, 1 | 2), (second, 1 | 2)]
        | [(hour, 1 | 2), (minute, 1 | 2), (second, 1 | 2), (0, _)] => (hour, minute, second),
        _ => return None,
    };
    match half {
        Some(Half::Afternoon) if hour < 12 => hour += 12,
        Some(Half::Morning) if hour == 12 => hour = 0,
        Some(Half::Afternoon | Half::Morning) | None => {}
    }
    let whole = hour < 24 || (hour == 24 && minute == 0 && second == 0);
    if !whole || minute > 59 || second > 59 {
        return None;
    }
    u32::try_from(hour * 3_600 + minute * 60 + second).ok()
}

/// Which rows must be moved to the next day because their `D 00:00` stands LAST in day D.
///
/// Judged by the order of the file, never after sorting: a midnight that follows a later time of the
/// same date is the end of that date; one that precedes a time of the same date is its beginning.
/// A midnight with neither neighbour (a gap beside it) follows the custom of the rest of the file.
/// Only files that label the END are looked at.
pub(super) fn midnights_that_end_their_day(rows: &[RowTime], label: Label) -> Vec<bool> {
    let mut moved = vec![false; rows.len()];
    if label == Label::Start {
        return moved;
    }
    let mut undecided = Vec::new();
    let (mut last, mut first) = (0_usize, 0_usize);
    for place in 0..rows.len() {
        let row = rows[place];
        if row.second != 0 {
            continue;
        }
        let beside = |other: Option<&RowTime>| {
            other.is_some_and(|other| other.date == row.date && (1..DAY_S).contains(&other.second))
        };
        let follows = place > 0 && beside(rows.get(place - 1));
        let precedes = beside(rows.get(place + 1));
        match (follows, precedes) {
            (true, false) => {
                moved[place] = true;
                last += 1;
            }
            (false, true) => first += 1,
            (true, true) | (false, false) => undecided.push(place),
        }
    }
    if last > first {
        for place in undecided {
            moved[place] = true;
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_time_is_read_in_every_spelling() {
        let ymd = DateOrder::YearMonthDay;
        let quarter = Some((date(2018, 1, 31), Some(900)));
        for text in [
            "2018-01-31 00:15",
            "2018/1/31 0:15:00",
            "2018.01.31 00:15",
            "201801310015",
            "20180131001500",
            "20180131 0015",
            "2018년 1월 31일 0시 15분",
            "2018-01-31T00:15:00.000",
            "2018-01-31(수) 00:15",
            "2018-01-31 오전 12:15",
        ] {
            assert_eq!(read_date(text, ymd), quarter, "{text}");
        }
        assert_eq!(read_date("2018-01-31", ymd), Some((date(2018, 1, 31), None)));
        assert_eq!(read_date("2018-01-31 24:00", ymd), Some((date(2018, 1, 31), Some(DAY_S))));
        assert_eq!(
            read_date("2018-01-31 오후 11:45", ymd),
            Some((date(2018, 1, 31), Some(DAY_S - 900)))
        );
        assert_eq!(read_date("31/01/2018 00:15", DateOrder::DayMonthYear), quarter);
        assert_eq!(read_date("01/31/2018 00:15", DateOrder::MonthDayYear), quarter);
    }

    #[test]
    fn a_time_that_could_mean_two_things_is_not_read() {
        for text in [
            "01/02/2018 00:15",
            "18-01-31 00:15",
            "2018-13-01 00:15",
            "2018-02-30 00:15",
            "2018-01-31 24:15",
            "2018-01-31 25:00",
            "2018-01-31 00:60",
            "합계",
            "",
            "2018-01-31 00:15 KST",
            "99999999999999999999",
        ] {
            assert_eq!(read_date(text, DateOrder::YearMonthDay), None, "{text}");
        }
    }

    #[test]
    fn a_clock_is_read_alone() {
        for (text, second) in [
            ("00:15", 900),
            ("0015", 900),
            ("24:00", DAY_S),
            ("2400", DAY_S),
            ("10시", 36_000),
            ("1899-12-31 00:15:00", 900),
            ("오후 1:30", 48_600),
        ] {
            assert_eq!(read_clock(text), Some(second), "{text}");
        }
        assert_eq!(read_clock("24:15"), None);
        assert_eq!(read_clock("12345678"), None);
    }

    fn moved(times: &[(i8, u32)]) -> Vec<bool> {
        let rows: Vec<RowTime> = times
            .iter()
            .map(|&(day, quarter)| RowTime { date: date(2018, 1, day), second: quarter * 900 })
            .collect();
        midnights_that_end_their_day(&rows, Label::End)
    }

    #[test]
    fn midnight_that_stands_last_belongs_to_the_next_day() {
        assert_eq!(moved(&[(1, 94), (1, 95), (1, 0), (2, 1)]), [false, false, true, false]);
    }

    #[test]
    fn midnight_that_stands_first_stays() {
        assert_eq!(moved(&[(1, 95), (2, 0), (2, 1)]), [false, false, false]);
        assert_eq!(moved(&[(1, 0), (1, 1)]), [false, false]);
    }

    #[test]
    fn a_midnight_between_gaps_follows_the_custom_of_the_file() {
        let last = [(1, 95), (1, 0), (2, 0), (3, 95), (3, 0)];
        assert_eq!(moved(&last), [false, true, true, false, true]);
        let first = [(1, 0), (1, 1), (3, 0), (4, 0), (4, 1)];
        assert_eq!(moved(&first), [false; 5]);
    }

    #[test]
    fn a_file_that_labels_starts_is_left_alone() {
        let rows = [
            RowTime { date: date(2018, 1, 1), second: 900 },
            RowTime { date: date(2018, 1, 1), second: 0 },
        ];
        assert_eq!(midnights_that_end_their_day(&rows, Label::Start), [false, false]);
    }
}
