//! Times of Korea, as the services write them: nine hours ahead of UTC, and hour 24 is midnight of the next
//! day.

use base::Instant;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, offset};

/// Korea has no summer time since 1988.
const KST: Offset = offset(9);

/// `2026-11-25 24:00`, `20261125 2400` and the like: the digits of year, month, day, hour and minute.
pub fn instant(text: &str) -> Option<Instant> {
    let good = |b: u8| b.is_ascii_digit() || b" -:".contains(&b);
    if text.len() > 20 || !text.bytes().all(good) {
        return None;
    }
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    if digits.len() != 12 {
        return None;
    }
    let number = |from: usize, to: usize| {
        digits[from..to].iter().fold(0_i16, |number, digit| number * 10 + i16::from(*digit))
    };
    let two = |from: usize| i8::try_from(number(from, from + 2)).ok();
    let date = Date::new(number(0, 4), two(4)?, two(6)?).ok()?;
    let (hour, minute) = (two(8)?, two(10)?);
    let day = if hour == 24 && minute == 0 { date.tomorrow().ok()? } else { date };
    let time = Time::new(if day == date { hour } else { 0 }, minute, 0, 0).ok()?;
    let at = KST.to_timestamp(DateTime::from_parts(day, time)).ok()?;
    at.to_string().parse().ok()
}

/// The wall clock of Korea at this instant.
pub fn wall(at: Instant) -> DateTime {
    KST.to_datetime(at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_spelling_is_the_same_instant() {
        for (text, expect) in [
            ("2026-11-25 09:00", Some("2026-11-25T00:00:00Z")),
            ("202611250900", Some("2026-11-25T00:00:00Z")),
            ("20261125 0930", Some("2026-11-25T00:30:00Z")),
            ("2026-11-25 24:00", Some("2026-11-25T15:00:00Z")),
            ("2026-12-31 24:00", Some("2026-12-31T15:00:00Z")),
            ("2026-11-25 24:30", None),
            ("2026-11-25 25:00", None),
            ("2026-02-30 09:00", None),
            ("2026-11-25", None),
            ("", None),
            ("11-25 09:00 2026 x", None),
        ] {
            let at = expect.map(|text| text.parse::<Instant>().unwrap());
            assert_eq!(instant(text), at, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_instant_or_none(text in ".{0,24}") {
            let _ = instant(&text);
        }

        #[test]
        fn an_hour_comes_back_as_it_went(hours in 300_000_i64..600_000) {
            let at = Instant::from_micros(hours * 3_600_000_000);
            let text = wall(at).strftime("%Y-%m-%d %H:%M").to_string();
            prop_assert_eq!(instant(&text), Some(at));
        }
    }
}
