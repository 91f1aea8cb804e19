//! What makes a good entry, and what entries are to the forecast. Pure.

use base::FieldError;
use energy_rules::forecast::{Plan, Planned};
use jiff::civil::Date;

use super::{
    DAYS_MAX, FACTOR_PERCENT, LoadPlan, LoadPlanError, LoadPlanKind, LoadPlanNew, NOTE_CHARS_MAX,
};

/// Refuses an entry that cannot be meant.
pub(crate) fn check(new: &LoadPlanNew) -> Result<(), LoadPlanError> {
    let wrong =
        |field: &str, detail: String| Err(LoadPlanError::Invalid(FieldError::new(field, detail)));
    if new.to < new.from {
        return wrong("/to", "give a last day that is not before the first".to_owned());
    }
    if i64::from((new.to - new.from).get_days()) >= DAYS_MAX {
        return wrong("/to", format!("give at most {DAYS_MAX} days"));
    }
    if new.note.trim().chars().count() > NOTE_CHARS_MAX {
        return wrong("/note", format!("give at most {NOTE_CHARS_MAX} characters"));
    }
    match (new.kind, new.factor_percent) {
        (LoadPlanKind::Shutdown, Some(_)) => {
            wrong("/factor_percent", "leave it out: a shutdown has no factor".to_owned())
        }
        (LoadPlanKind::Factor, Some(percent)) if FACTOR_PERCENT.contains(&percent) => Ok(()),
        (LoadPlanKind::Factor, Some(_) | None) => {
            let (least, most) = (FACTOR_PERCENT.start(), FACTOR_PERCENT.end());
            wrong("/factor_percent", format!("give {least} to {most} per cent, or a shutdown"))
        }
        (LoadPlanKind::Shutdown, None) => Ok(()),
    }
}

/// The entries as the forecast takes them, on the days from `first` to `last`.
pub(crate) fn plan(entries: &[LoadPlan], (first, last): (Date, Date)) -> Plan {
    let mut plan = Plan::default();
    for entry in entries {
        let planned = match (entry.kind, entry.factor_percent) {
            (LoadPlanKind::Factor, Some(percent)) => Planned::Factor(f64::from(percent) / 100.0),
            (LoadPlanKind::Shutdown | LoadPlanKind::Factor, _) => Planned::Shutdown,
        };
        let (from, to) = (entry.from.max(first), entry.to.min(last));
        for day in from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to) {
            let set = plan.set(day, planned);
            debug_assert!(set.is_ok(), "a kept factor lies within what is believed");
        }
    }
    plan
}
