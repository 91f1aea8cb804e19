//! What makes a good call, and where it stands. Pure.

use base::FieldError;
use energy_rules::calendar::{Calendar, DayKind};
use energy_rules::response::Hours;
use jiff::civil::{Date, DateTime};

use super::{
    AHEAD_DAYS_MAX, DrEvent, DrEventError, DrEventState, DrEventTerms, NOTE_CHARS_MAX,
    REQUESTED_KW_MAX,
};

/// The first day that a call may name: before it nothing is known.
const FIRST_DAY: Date = Date::constant(2015, 1, 1);

/// Refuses a call that nothing could be measured by.
pub(crate) fn check(
    terms: &DrEventTerms,
    today: Date,
    calendar: &Calendar,
) -> Result<Hours, DrEventError> {
    let mut wrong = Vec::new();
    let hours = Hours::new(terms.first_hour, terms.end_hour);
    if let Err(fault) = &hours {
        wrong.push(FieldError::new("/terms/end_hour", fault.to_string()));
    }
    let ahead = i64::from((terms.day - today).get_days());
    if terms.day < FIRST_DAY || ahead > AHEAD_DAYS_MAX {
        let detail = format!("give a day from {FIRST_DAY} to {AHEAD_DAYS_MAX} days ahead");
        wrong.push(FieldError::new("/terms/day", detail));
    } else if calendar.working_day(terms.day) != DayKind::Weekday {
        let detail = format!(
            "{} is a Saturday, a Sunday or a holiday, which no baseline is made for: \
             give a working day",
            terms.day
        );
        wrong.push(FieldError::new("/terms/day", detail));
    }
    if !(1..=REQUESTED_KW_MAX).contains(&terms.requested_kw) {
        let detail = format!("give 1 to {REQUESTED_KW_MAX} kW");
        wrong.push(FieldError::new("/terms/requested_kw", detail));
    }
    if terms.note.chars().count() > NOTE_CHARS_MAX {
        let detail = format!("write at most {NOTE_CHARS_MAX} characters");
        wrong.push(FieldError::new("/terms/note", detail));
    }
    match hours {
        Ok(hours) if wrong.is_empty() => Ok(hours),
        _ => Err(DrEventError::Invalid(wrong)),
    }
}

/// Refuses hours that another call of the contract has.
pub(crate) fn no_overlap(terms: &DrEventTerms, others: &[DrEvent]) -> Result<(), DrEventError> {
    let same = |other: &&DrEvent| {
        let other = (&other.terms, other.cancelled);
        !other.1
            && other.0.day == terms.day
            && other.0.first_hour < terms.end_hour
            && terms.first_hour < other.0.end_hour
    };
    match others.iter().find(same) {
        None => Ok(()),
        Some(other) => Err(DrEventError::Overlaps {
            day: other.terms.day,
            first_hour: other.terms.first_hour,
            end_hour: other.terms.end_hour,
        }),
    }
}

/// Where a call stands at a civil time of Korea.
pub(crate) fn state(event: &DrEvent, now: DateTime) -> DrEventState {
    let terms = &event.terms;
    let hour = |hour: u8| {
        let hours = jiff::SignedDuration::from_hours(i64::from(hour));
        DateTime::from(terms.day).saturating_add(hours)
    };
    if event.cancelled {
        DrEventState::Cancelled
    } else if now < hour(terms.first_hour) {
        DrEventState::Planned
    } else if now < hour(terms.end_hour) {
        DrEventState::Running
    } else {
        DrEventState::Ended
    }
}
