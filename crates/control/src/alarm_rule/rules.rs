//! What makes a rule fit to be kept. Pure.

use base::{Actor, FieldError, Id, Instant, quantity};

use super::{
    AlarmRule, AlarmRuleChange, AlarmRuleError, AlarmRuleNew, DELAY_S_MAX, NAME_CHARS_MAX,
    Rationale, RuleCondition, TEXT_CHARS_MAX, Target,
};

/// The words of the registry for kinds of device.
const DEVICE_KINDS: [&str; 7] =
    ["sensor", "meter", "gateway", "camera", "vehicle", "sign", "other"];

const NO_RATIONALE: &str = "is missing: say cause, consequence, corrective_action and \
    time_to_respond_s. A rule that asks for no response is no alarm; watch the value in a chart";

/// A new rule at version 1, or every field that is wrong.
pub(crate) fn create(
    id: Id<AlarmRule>,
    new: AlarmRuleNew,
    by: &Actor,
    now: Instant,
) -> Result<AlarmRule, AlarmRuleError> {
    let Some(rationale) = new.rationale else {
        return Err(AlarmRuleError::Invalid(vec![FieldError::new("/rationale", NO_RATIONALE)]));
    };
    let rule = AlarmRule {
        id,
        complex_id: new.complex_id,
        name: new.name.trim().to_owned(),
        enabled: new.enabled,
        target: new.target,
        condition: new.condition,
        grade: new.grade,
        latched: new.latched,
        rationale,
        basis: new.basis,
        version: 1,
        created_at: now,
        updated_at: now,
        updated_by: by.clone(),
    };
    checked(rule)
}

/// The next version of a rule.
pub(crate) fn change(
    rule: &AlarmRule,
    change: AlarmRuleChange,
    by: &Actor,
    now: Instant,
) -> Result<AlarmRule, AlarmRuleError> {
    if change.version != rule.version {
        return Err(AlarmRuleError::Stale { given: change.version, current: rule.version });
    }
    let condition = change.condition.unwrap_or(rule.condition);
    if condition.kind() != rule.condition.kind() {
        let detail = format!(
            "is '{}' and stays so: disable this rule and write another for '{}'",
            rule.condition.kind(),
            condition.kind()
        );
        return Err(AlarmRuleError::Invalid(vec![FieldError::new("/condition/kind", detail)]));
    }
    checked(AlarmRule {
        name: change.name.map_or_else(|| rule.name.clone(), |name| name.trim().to_owned()),
        enabled: change.enabled.unwrap_or(rule.enabled),
        condition,
        grade: change.grade.unwrap_or(rule.grade),
        latched: change.latched.unwrap_or(rule.latched),
        rationale: change.rationale.unwrap_or_else(|| rule.rationale.clone()),
        basis: change.basis.or_else(|| rule.basis.clone()),
        version: rule.version.saturating_add(1),
        updated_at: now,
        updated_by: by.clone(),
        ..rule.clone()
    })
}

fn checked(rule: AlarmRule) -> Result<AlarmRule, AlarmRuleError> {
    let mut wrong = Vec::new();
    text(&mut wrong, "/name", &rule.name, NAME_CHARS_MAX);
    check_target(&mut wrong, &rule.target);
    check_condition(&mut wrong, &rule.condition);
    check_rationale(&mut wrong, &rule.rationale);
    if let Some(basis) = &rule.basis {
        text(&mut wrong, "/basis/source", &basis.source, TEXT_CHARS_MAX);
    }
    if wrong.is_empty() { Ok(rule) } else { Err(AlarmRuleError::Invalid(wrong)) }
}

fn check_target(wrong: &mut Vec<FieldError>, target: &Target) {
    let Target::Matching { quantity: code, device_kind } = target else { return };
    if code.is_none() && device_kind.is_none() {
        let detail = "matches everything: give a quantity or a device_kind";
        wrong.push(FieldError::new("/target", detail));
    }
    if let Some(code) = code
        && quantity(code).is_none()
    {
        let detail = format!("'{code}' is no quantity: use a code such as pm25 or leakage_current");
        wrong.push(FieldError::new("/target/quantity", detail));
    }
    if let Some(kind) = device_kind
        && !DEVICE_KINDS.contains(&kind.as_str())
    {
        let known = DEVICE_KINDS.join(", ");
        let detail = format!("'{kind}' is no kind of device: use one of {known}");
        wrong.push(FieldError::new("/target/device_kind", detail));
    }
}

fn check_condition(wrong: &mut Vec<FieldError>, condition: &RuleCondition) {
    let mut delay = |pointer: &str, seconds: u32, least: u32| {
        if seconds < least || seconds > DELAY_S_MAX {
            let detail =
                format!("{seconds} is out of range: give {least} to {DELAY_S_MAX} seconds");
            wrong.push(FieldError::new(pointer, detail));
        }
    };
    match condition {
        RuleCondition::Threshold {
            limit,
            hysteresis,
            on_delay_s,
            off_delay_s,
            stale_after_s,
            ..
        } => {
            delay("/condition/on_delay_s", *on_delay_s, 0);
            delay("/condition/off_delay_s", *off_delay_s, 0);
            if let Some(seconds) = stale_after_s {
                delay("/condition/stale_after_s", *seconds, 1);
            }
            if !limit.is_finite() {
                wrong.push(FieldError::new("/condition/limit", "is no number"));
            }
            if !hysteresis.is_finite() || *hysteresis < 0.0 {
                let detail = format!("{hysteresis} is no distance: give 0 or more");
                wrong.push(FieldError::new("/condition/hysteresis", detail));
            }
        }
        RuleCondition::Absence { after_s } => delay("/condition/after_s", *after_s, 10),
    }
}

fn check_rationale(wrong: &mut Vec<FieldError>, rationale: &Rationale) {
    text(wrong, "/rationale/cause", &rationale.cause, TEXT_CHARS_MAX);
    text(wrong, "/rationale/consequence", &rationale.consequence, TEXT_CHARS_MAX);
    text(wrong, "/rationale/corrective_action", &rationale.corrective_action, TEXT_CHARS_MAX);
    if rationale.time_to_respond_s == 0 || rationale.time_to_respond_s > DELAY_S_MAX {
        let detail = format!("give 1 to {DELAY_S_MAX} seconds");
        wrong.push(FieldError::new("/rationale/time_to_respond_s", detail));
    }
}

fn text(wrong: &mut Vec<FieldError>, pointer: &str, text: &str, chars_max: usize) {
    if text.trim().is_empty() {
        wrong.push(FieldError::new(pointer, "is empty: write a few words"));
    } else if text.chars().count() > chars_max {
        let detail = format!("is longer than {chars_max} characters: shorten it");
        wrong.push(FieldError::new(pointer, detail));
    }
}
