//! When the intervals of an event are, moment by moment. Pure.

use jiff::{SignedDuration, Timestamp};

use crate::wire::{Event, IntervalPeriod, ValuesMap};

/// A start before this year stands for "not given": some servers write the year 1 for "now".
const FIRST_YEAR: i16 = 2000;

/// An interval with its times.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedInterval<'a> {
    /// When it begins.
    pub start: Timestamp,
    /// When it ends, after its start.
    pub end: Timestamp,
    /// What it holds.
    pub payloads: &'a [ValuesMap],
}

/// Why the times of an event cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTimeline {
    /// No interval is given.
    #[error("the event has no interval")]
    Empty,
    /// A start is missing, or stands for "now".
    #[error("the event does not say when it begins")]
    NoStart,
    /// A duration is missing, has months or years, or is nothing.
    #[error("the event does not say how long an interval is")]
    NoDuration,
    /// The intervals are repeated.
    #[error("the event repeats its intervals")]
    Repeated,
}

/// The intervals of an event in their order. The event's own period gives the start of the first and the length of each;
/// one without a period of its own begins where the one before it ended.
pub fn timeline(event: &Event) -> Result<Vec<TimedInterval<'_>>, NoTimeline> {
    let intervals = event.intervals.as_deref().unwrap_or_default();
    if intervals.is_empty() {
        return Err(NoTimeline::Empty);
    }
    let whole = event.interval_period.as_ref();
    let mut next = whole.and_then(start_of);
    let mut told = Vec::with_capacity(intervals.len());
    for interval in intervals {
        let own = interval.interval_period.as_ref();
        let start = own.and_then(start_of).or(next).ok_or(NoTimeline::NoStart)?;
        let seconds = own.and_then(seconds_of).or(whole.and_then(seconds_of));
        let seconds = seconds.ok_or(NoTimeline::NoDuration)?;
        let end = start.checked_add(SignedDuration::from_secs(seconds));
        let end = end.map_err(|_| NoTimeline::NoDuration)?;
        told.push(TimedInterval { start, end, payloads: &interval.payloads });
        next = Some(end);
    }
    let (first, last) = (told.first().map(|one| one.start), told.last().map(|one| one.end));
    let span = first.zip(last).map(|(first, last)| (last - first).as_secs());
    match &event.duration {
        // A duration of the whole that is longer than its intervals repeats them; some servers write 0 for "not given".
        Some(whole) if whole.seconds() != Some(0) && whole.seconds() != span => {
            Err(NoTimeline::Repeated)
        }
        Some(_) | None => Ok(told),
    }
}

fn start_of(period: &IntervalPeriod) -> Option<Timestamp> {
    let year = jiff::tz::TimeZone::UTC.to_datetime(period.start).year();
    (year >= FIRST_YEAR).then_some(period.start)
}

/// How long an interval is; 0 stands for "not given".
fn seconds_of(period: &IntervalPeriod) -> Option<i64> {
    period.duration.as_ref()?.seconds().filter(|seconds| *seconds > 0)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize as _;
    use serde_json::{Value, json};

    use super::*;

    fn event(mut more: Value) -> Event {
        more["programID"] = json!("p");
        Event::deserialize(more).unwrap()
    }

    fn one(id: i32, period: &Value) -> Value {
        let payloads = json!([{ "type": "SIMPLE", "values": [1] }]);
        if period.is_null() {
            json!({ "id": id, "payloads": payloads })
        } else {
            json!({ "id": id, "payloads": payloads, "intervalPeriod": period })
        }
    }

    #[test]
    fn intervals_follow_each_other_unless_they_say_when_they_are() {
        let own = json!({ "start": "2026-12-01T09:00:00Z", "duration": "PT30M" });
        let event = event(json!({
            "intervalPeriod": { "start": "2026-12-01T05:00:00Z", "duration": "PT1H" },
            "intervals": [one(0, &Value::Null), one(1, &Value::Null), one(2, &own), one(3, &Value::Null)],
        }));
        let told = timeline(&event).unwrap();
        let times: Vec<_> = told.iter().map(|one| format!("{}/{}", one.start, one.end)).collect();
        assert_eq!(
            times,
            [
                "2026-12-01T05:00:00Z/2026-12-01T06:00:00Z",
                "2026-12-01T06:00:00Z/2026-12-01T07:00:00Z",
                "2026-12-01T09:00:00Z/2026-12-01T09:30:00Z",
                "2026-12-01T09:30:00Z/2026-12-01T10:30:00Z",
            ]
        );
    }

    #[test]
    fn what_cannot_be_told_has_a_reason() {
        let at = |start: &str, duration: &str| json!({ "start": start, "duration": duration });
        let good = "2026-12-01T05:00:00Z";
        let one = one(0, &Value::Null);
        for (more, reason) in [
            (json!({}), NoTimeline::Empty),
            (json!({ "intervals": [one] }), NoTimeline::NoStart),
            (
                json!({ "intervals": [one], "intervalPeriod": at("0001-01-01T00:00:00Z", "PT1H") }),
                NoTimeline::NoStart,
            ),
            (
                json!({ "intervals": [one], "intervalPeriod": { "start": good } }),
                NoTimeline::NoDuration,
            ),
            (
                json!({ "intervals": [one], "intervalPeriod": at(good, "P9999Y") }),
                NoTimeline::NoDuration,
            ),
            (
                json!({ "intervals": [one], "intervalPeriod": at(good, "PT0S") }),
                NoTimeline::NoDuration,
            ),
            (
                json!({ "intervals": [one], "intervalPeriod": at(good, "PT1H"), "duration": "PT3H" }),
                NoTimeline::Repeated,
            ),
        ] {
            assert_eq!(timeline(&event(more.clone())), Err(reason), "{more}");
        }
        for whole in ["PT60M", "PT0S"] {
            let asked = event(
                json!({ "intervals": [one], "intervalPeriod": at(good, "PT1H"), "duration": whole }),
            );
            assert_eq!(timeline(&asked).unwrap().len(), 1, "{whole}");
        }
        let none = self::one(0, &at(good, "PT0S"));
        let asked = event(json!({ "intervals": [none], "intervalPeriod": at(good, "PT1H") }));
        let told = timeline(&asked).unwrap();
        assert_eq!(told[0].end.to_string(), "2026-12-01T06:00:00Z");
    }
}
