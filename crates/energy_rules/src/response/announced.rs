//! What a server of demand response announces, as a call could be made of it: days and whole hours of Korea. Pure.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::calendar::{Calendar, DayKind};

/// The zone that calls are read in.
const KOREA: &str = "Asia/Seoul";
/// The largest reduction that is believed, kW.
pub const ANNOUNCED_KW_MAX: u32 = 1_000_000;

/// A stretch of time and what is asked for in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnnouncedSpan {
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// By how much less is to be drawn, kW; absent where the server does not say it in kW.
    pub reduction_kw: Option<u32>,
}

/// A call as a day and hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallHours {
    /// The day, civil time of Korea.
    pub day: Date,
    /// The first hour, 0 to 23.
    pub first_hour: u8,
    /// The hour before which it ends, 1 to 24.
    pub end_hour: u8,
}

/// Why no call can be made of a span: baselines are of whole hours of one working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It does not begin and end on the hour.
    NotWholeHours,
    /// It reaches into another day.
    OverMidnight,
    /// Its day is a Saturday, a Sunday or a holiday.
    NotAWorkingDay,
}

impl Unfit {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotWholeHours => "not_whole_hours",
            Self::OverMidnight => "over_midnight",
            Self::NotAWorkingDay => "not_a_working_day",
        }
    }
}

/// Spans in the order of time, each with the signal that asks for it; those that touch and ask for the same by the same
/// signal become one.
pub fn joined<S: PartialEq>(mut spans: Vec<(AnnouncedSpan, S)>) -> Vec<(AnnouncedSpan, S)> {
    spans.retain(|(span, _)| span.start < span.end);
    spans.sort_by_key(|(span, _)| (span.start, span.end));
    let mut joined: Vec<(AnnouncedSpan, S)> = Vec::with_capacity(spans.len());
    for (span, signal) in spans {
        match joined.last_mut() {
            Some((last, before))
                if last.end == span.start
                    && last.reduction_kw == span.reduction_kw
                    && *before == signal =>
            {
                last.end = span.end;
            }
            _ => joined.push((span, signal)),
        }
    }
    joined
}

/// The day and hours of a span.
///
/// # Panics
/// Never: the time zones are compiled in.
pub fn call_hours(span: &AnnouncedSpan, calendar: &Calendar) -> Result<CallHours, Unfit> {
    let korea = TimeZone::get(KOREA).expect("the time zones are compiled in");
    let (start, end) = (korea.to_datetime(span.start), korea.to_datetime(span.end));
    let is_whole = |at: jiff::civil::DateTime| at.time() == jiff::civil::time(at.hour(), 0, 0, 0);
    if !is_whole(start) || !is_whole(end) {
        return Err(Unfit::NotWholeHours);
    }
    let day = start.date();
    let end_hour = if end.date() == day {
        end.hour()
    } else if end.hour() == 0 && day.tomorrow().ok() == Some(end.date()) {
        24
    } else {
        return Err(Unfit::OverMidnight);
    };
    if calendar.working_day(day) != DayKind::Weekday {
        return Err(Unfit::NotAWorkingDay);
    }
    let hour = |hour: i8| u8::try_from(hour).unwrap_or(0);
    Ok(CallHours { day, first_hour: hour(start.hour()), end_hour: hour(end_hour) })
}

/// The reduction that a relative setpoint in kW asks for: below 0 less is to be drawn. Nothing where it asks for none,
/// or for more than is believed.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
pub fn reduction_kw(relative_kw: f64) -> Option<u32> {
    let less = -relative_kw;
    (less >= 0.5 && less <= f64::from(ANNOUNCED_KW_MAX)).then_some(less.round() as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(start: &str, end: &str, kw: u32) -> AnnouncedSpan {
        let at = |text: &str| format!("{text}:00+09:00").parse().unwrap();
        AnnouncedSpan { start: at(start), end: at(end), reduction_kw: Some(kw) }
    }

    #[test]
    fn a_span_is_a_call_where_a_baseline_can_be_made_for_it() {
        let calendar = Calendar::shipped();
        let hours = |first_hour, end_hour| {
            Ok(CallHours { day: jiff::civil::date(2026, 12, 1), first_hour, end_hour })
        };
        for (start, end, expected) in [
            ("2026-12-01T14:00", "2026-12-01T16:00", hours(14, 16)),
            ("2026-12-01T00:00", "2026-12-01T01:00", hours(0, 1)),
            ("2026-12-01T22:00", "2026-12-02T00:00", hours(22, 24)),
            ("2026-12-01T14:30", "2026-12-01T16:00", Err(Unfit::NotWholeHours)),
            ("2026-12-01T14:00", "2026-12-01T15:45", Err(Unfit::NotWholeHours)),
            ("2026-12-01T23:00", "2026-12-02T01:00", Err(Unfit::OverMidnight)),
            ("2026-12-01T23:00", "2026-12-03T00:00", Err(Unfit::OverMidnight)),
            ("2026-12-05T14:00", "2026-12-05T16:00", Err(Unfit::NotAWorkingDay)),
            ("2026-12-25T14:00", "2026-12-25T16:00", Err(Unfit::NotAWorkingDay)),
        ] {
            assert_eq!(call_hours(&span(start, end, 1), &calendar), expected, "{start} {end}");
        }
    }

    #[test]
    fn spans_that_touch_and_ask_for_the_same_become_one() {
        let (a, b) = ("2026-12-01T14:00", "2026-12-01T14:15");
        let (c, d) = ("2026-12-01T14:30", "2026-12-01T15:00");
        let by = |signal: &'static str, span: AnnouncedSpan| (span, signal);
        let given = vec![
            by("x", span(b, c, 5)),
            by("x", span(a, b, 5)),
            by("x", span(c, d, 6)),
            by("x", span(d, d, 6)),
        ];
        assert_eq!(joined(given), [by("x", span(a, c, 5)), by("x", span(c, d, 6))]);
        let given = vec![by("x", span(a, b, 5)), by("y", span(b, c, 5))];
        assert_eq!(joined(given.clone()), given, "another signal is another call");
    }

    #[test]
    fn less_is_drawn_below_zero() {
        for (relative, less) in [
            (-50.0, Some(50)),
            (-0.5, Some(1)),
            (-0.4, None),
            (0.0, None),
            (50.0, None),
            (-1_000_000.0, Some(1_000_000)),
            (-1_000_001.0, None),
            (f64::NAN, None),
            (f64::NEG_INFINITY, None),
        ] {
            assert_eq!(reduction_kw(relative), less, "{relative}");
        }
    }

    proptest! {
        #[test]
        fn joining_keeps_every_second_and_is_done_once(
            parts in prop::collection::vec((0_i64..200, 1_i64..5, 0_u32..3), 0..20),
        ) {
            let at = |slot: i64| Timestamp::from_second(1_795_564_800 + slot * 900).unwrap();
            let mut free = 0;
            let spans: Vec<_> = parts
                .iter()
                .map(|(gap, length, kw)| {
                    let start = free + gap % 3;
                    free = start + length;
                    let span =
                        AnnouncedSpan { start: at(start), end: at(free), reduction_kw: Some(*kw) };
                    (span, gap % 2)
                })
                .collect();
            let seconds = |all: &[(AnnouncedSpan, i64)]| -> i64 {
                let of = |(span, _): &(AnnouncedSpan, i64)| {
                    (span.end.as_second() - span.start.as_second())
                        * i64::from(span.reduction_kw.unwrap_or(0) + 1)
                };
                all.iter().map(of).sum()
            };
            let once = joined(spans.clone());
            prop_assert_eq!(seconds(&once), seconds(&spans));
            prop_assert_eq!(joined(once.clone()), once);
        }
    }
}
