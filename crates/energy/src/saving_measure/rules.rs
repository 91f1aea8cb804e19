//! What makes a good plan, and what may happen to a measure when. Pure.

use base::{Actor, FieldError, Id, Instant};
use energy_rules::savings::Adjustment;
use jiff::civil::Date;

use super::option;
use super::{
    ADJUSTMENTS_MAX, FrozenResult, MeasureAct, MeasureAdjustment, MeasureInterval, MeasurePeriod,
    MeasurePlan, MeasureState, MeasureStep, MeasureVariable, STEPS_MAX, SavingMeasure,
    SavingMeasureError as Refusal, TEXT_CHARS_MAX, VariableRole, VariableSource,
};
use crate::load::DAYS_MAX;

/// The longest name, in characters.
const NAME_CHARS_MAX: usize = 120;
/// The longest unit, in characters.
const UNIT_CHARS_MAX: usize = 20;
/// Variables of a measure.
pub(super) const VARIABLES_MAX: usize = 4;
/// Entered values of a variable: every day of two longest periods.
const ENTERED_MAX: usize = 2 * 3 * 366;
/// Won, at most: more than any works costs.
const WON_MAX: i64 = 10_000_000_000_000;
/// kWh of an adjustment and entered values, at most, either way: more energy than any works draws, and small
/// enough that every product of it stays a finite number.
pub(super) const AMOUNT_MAX: f64 = 1e12;

/// Where an act leads from a state; refused when it leads nowhere.
pub(crate) fn next(state: MeasureState, act: MeasureAct) -> Result<MeasureState, Refusal> {
    use {MeasureAct as A, MeasureState as S};
    match (state, act) {
        // What was returned and is worked on is the tenant's alone again.
        (S::Draft | S::Returned, A::Change | A::Adjust) | (S::Submitted, A::Withdraw) => {
            Ok(S::Draft)
        }
        (S::Draft | S::Returned, A::Submit) => Ok(S::Submitted),
        (S::Submitted, A::Return) => Ok(S::Returned),
        (S::Submitted, A::Sign) => Ok(S::SignedOff),
        (S::Draft | S::Returned, A::Withdraw | A::Return | A::Sign)
        | (S::Submitted, A::Change | A::Adjust | A::Submit)
        | (S::SignedOff, _) => Err(Refusal::NotNow { state, act }),
    }
}

/// Lays a measure with its result before the office, which sees it from now on.
pub(crate) fn submit(
    measure: &mut SavingMeasure,
    frozen: FrozenResult,
    today: Date,
    (by, at): (&Actor, Instant),
) -> Result<(), Refusal> {
    may_submit(measure, today)?;
    go(measure, MeasureAct::Submit, None, (by, at))?;
    measure.frozen = Some(frozen);
    Ok(())
}

/// Refuses a measure that cannot be submitted yet, or not any more.
pub(crate) fn may_submit(measure: &SavingMeasure, today: Date) -> Result<(), Refusal> {
    next(measure.state, MeasureAct::Submit)?;
    let last = measure.plan.reporting.to;
    if last >= today { Err(Refusal::NotOver(last)) } else { Ok(()) }
}

/// Takes a measure back: its figures are the tenant's alone again.
pub(crate) fn withdraw(
    measure: &mut SavingMeasure,
    (by, at): (&Actor, Instant),
) -> Result<(), Refusal> {
    go(measure, MeasureAct::Withdraw, None, (by, at))?;
    measure.frozen = None;
    Ok(())
}

/// Gives a measure back to the tenant; the office keeps no figures of it.
pub(crate) fn give_back(
    measure: &mut SavingMeasure,
    reason: &str,
    (by, at): (&Actor, Instant),
) -> Result<(), Refusal> {
    let reason = text("/reason", reason).map_err(|wrong| Refusal::Invalid(vec![wrong]))?;
    go(measure, MeasureAct::Return, Some(reason), (by, at))?;
    measure.frozen = None;
    Ok(())
}

/// Signs for the figures with this fingerprint.
pub(crate) fn sign(
    measure: &mut SavingMeasure,
    fingerprint: &str,
    (by, at): (&Actor, Instant),
) -> Result<(), Refusal> {
    next(measure.state, MeasureAct::Sign)?;
    if is_submitter(measure, by) {
        return Err(Refusal::OwnSignature(by.name.clone()));
    }
    let current = measure.frozen.as_ref().map_or("", |frozen| frozen.fingerprint.as_str());
    if current != fingerprint {
        let (given, current) = (fingerprint.to_owned(), current.to_owned());
        return Err(Refusal::OtherFigures { given, current });
    }
    go(measure, MeasureAct::Sign, None, (by, at))
}

/// Whether somebody submitted the measure as it lies before the office.
pub(crate) fn is_submitter(measure: &SavingMeasure, by: &Actor) -> bool {
    let submitted = measure.steps.iter().rev().find(|step| step.act == MeasureAct::Submit);
    submitted.is_some_and(|step| (step.by.kind, &step.by.id) == (by.kind, &by.id))
}

fn go(
    measure: &mut SavingMeasure,
    act: MeasureAct,
    reason: Option<String>,
    (by, at): (&Actor, Instant),
) -> Result<(), Refusal> {
    let state = next(measure.state, act)?;
    if measure.steps.len() >= STEPS_MAX {
        return Err(Refusal::TooMany(STEPS_MAX, "steps of this measure"));
    }
    measure.state = state;
    measure.steps.push(MeasureStep { act, by: by.clone(), at, reason });
    Ok(())
}

/// Enters a non-routine adjustment.
pub(crate) fn adjust(
    measure: &mut SavingMeasure,
    adjustment: MeasureAdjustment,
) -> Result<(), Refusal> {
    let state = next(measure.state, MeasureAct::Adjust)?;
    if measure.adjustments.len() >= ADJUSTMENTS_MAX {
        return Err(Refusal::TooMany(ADJUSTMENTS_MAX, "adjustments of this measure"));
    }
    let mut wrong = Vec::new();
    let MeasureAdjustment { kwh, reason, evidence, .. } = &adjustment;
    for (field, words) in [("/reason", reason), ("/evidence", evidence)] {
        wrong.extend(text(field, words).err());
    }
    if wrong.is_empty() {
        let fault = Adjustment::new(*kwh, reason, evidence).err();
        wrong.extend(fault.map(|fault| FieldError::new("/kwh", fault.to_string())));
    }
    if kwh.is_finite() && kwh.abs() > AMOUNT_MAX {
        wrong.push(FieldError::new("/kwh", format!("give -{AMOUNT_MAX} to {AMOUNT_MAX} kWh")));
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    measure.adjustments.push(adjustment);
    measure.state = state;
    Ok(())
}

/// Strikes out a non-routine adjustment.
pub(crate) fn strike(
    measure: &mut SavingMeasure,
    id: Id<MeasureAdjustment>,
) -> Result<(), Refusal> {
    let state = next(measure.state, MeasureAct::Adjust)?;
    let place = measure.adjustments.iter().position(|each| each.id == id);
    let place = place.ok_or_else(|| {
        let detail = format!("there is no adjustment {id} in this measure: load it again");
        Refusal::Invalid(vec![FieldError::new("/adjustment", detail)])
    })?;
    measure.adjustments.remove(place);
    measure.state = state;
    Ok(())
}

/// A text that says something and is not too long.
fn text(field: &str, words: &str) -> Result<String, FieldError> {
    let words = words.trim();
    if words.is_empty() || words.chars().count() > TEXT_CHARS_MAX {
        let detail = format!("write 1 to {TEXT_CHARS_MAX} characters");
        return Err(FieldError::new(field, detail));
    }
    Ok(words.to_owned())
}

/// Refuses a plan that no saving could be measured by.
pub(crate) fn check(plan: &MeasurePlan) -> Result<(), Refusal> {
    let mut wrong = Vec::new();
    let mut bad = |field: &str, detail: String| wrong.push(FieldError::new(field, detail));
    if !short(&plan.name, NAME_CHARS_MAX) {
        bad("/plan/name", format!("give a name of 1 to {NAME_CHARS_MAX} characters"));
    }
    if plan.done.chars().count() > TEXT_CHARS_MAX {
        bad("/plan/done", format!("give at most {TEXT_CHARS_MAX} characters"));
    }
    for (field, detail) in periods(plan) {
        bad(field, detail);
    }
    for fault in option::check(plan.option, plan.basis.as_ref()) {
        bad(&fault.pointer, fault.detail);
    }
    if plan.cost_won.is_some_and(|won| !(0..=WON_MAX).contains(&won)) {
        bad("/plan/cost_won", format!("give 0 to {WON_MAX} won"));
    }
    if plan.variables.len() > VARIABLES_MAX {
        bad("/plan/variables", format!("give at most {VARIABLES_MAX} variables"));
    }
    let warm = |each: &&MeasureVariable| each.role == VariableRole::Temperature;
    if plan.variables.iter().filter(warm).count() > 1 {
        bad("/plan/variables", "there is one outside temperature: leave one".to_owned());
    }
    for (place, variable) in plan.variables.iter().enumerate() {
        if plan.variables[..place].iter().any(|other| other.name == variable.name) {
            let field = format!("/plan/variables/{place}/name");
            bad(&field, format!("{} stands twice: give another name", variable.name));
        }
        for (part, detail) in variable_faults(variable, plan.interval) {
            bad(&format!("/plan/variables/{place}/{part}"), detail);
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Refusal::Invalid(wrong)) }
}

fn short(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.trim().chars().count())
}

fn periods(plan: &MeasurePlan) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if plan.installed_from > plan.installed_to {
        wrong.push(("/plan/installed_to", "the work ends before it begins".to_owned()));
    }
    for (field, period) in [("/plan/baseline", plan.baseline), ("/plan/reporting", plan.reporting)]
    {
        if !(1..=DAYS_MAX).contains(&period.days()) {
            wrong.push((field, format!("give 1 to {DAYS_MAX} days, the first before the last")));
        } else if plan.interval == MeasureInterval::Month && !is_whole_months(period) {
            let detail = "months are compared: begin on the first day of a month and end on a last";
            wrong.push((field, detail.to_owned()));
        }
    }
    if plan.baseline.to >= plan.installed_from {
        wrong.push(("/plan/baseline", "the baseline must end before the work begins".to_owned()));
    }
    if plan.reporting.from <= plan.installed_to {
        wrong.push(("/plan/reporting", "the report must begin after the work ends".to_owned()));
    }
    wrong
}

fn is_whole_months(MeasurePeriod { from, to }: MeasurePeriod) -> bool {
    from.day() == 1 && to == to.last_of_month()
}

fn variable_faults(
    variable: &MeasureVariable,
    interval: MeasureInterval,
) -> Vec<(&'static str, String)> {
    let mut wrong = Vec::new();
    if !short(&variable.name, NAME_CHARS_MAX) {
        wrong.push(("name", format!("give a name of 1 to {NAME_CHARS_MAX} characters")));
    }
    if !short(&variable.unit, UNIT_CHARS_MAX) {
        wrong.push(("unit", format!("give a unit of 1 to {UNIT_CHARS_MAX} characters")));
    }
    match &variable.source {
        VariableSource::WorkingDays if variable.role != VariableRole::Hours => {
            wrong.push(("source", "days of work are hours or days: choose that role".to_owned()));
        }
        VariableSource::WorkingDays | VariableSource::Point { .. } => {}
        VariableSource::Entered { values } => {
            if !(1..=ENTERED_MAX).contains(&values.len()) {
                wrong.push(("source", format!("enter 1 to {ENTERED_MAX} values")));
            }
            if let Some(value) = values.iter().find(|value| !value.value.is_finite()) {
                wrong.push(("source", format!("the value of {} is not a number", value.on)));
            } else if let Some(value) = values.iter().find(|value| value.value.abs() > AMOUNT_MAX) {
                let detail = format!("give -{AMOUNT_MAX} to {AMOUNT_MAX} on {}", value.on);
                wrong.push(("source", detail));
            }
            let is_month = interval == MeasureInterval::Month;
            if let Some(value) = values.iter().find(|value| is_month && value.on.day() != 1) {
                let detail = "months are compared: enter values by the first day of their month";
                wrong.push(("source", format!("{} is in the middle; {detail}", value.on)));
            }
            let mut days: Vec<_> = values.iter().map(|value| value.on).collect();
            days.sort_unstable();
            if let Some([twice, _]) = days.array_windows().find(|[a, b]| a == b) {
                wrong.push(("source", format!("{twice} stands twice: leave one value")));
            }
        }
    }
    wrong
}
