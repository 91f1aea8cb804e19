//! What may happen to a measure, in every state and in every order.

use base::{Actor, ActorKind, Instant};
use jiff::civil::date;
use serde_json::json;

use super::rules;
use super::{
    FrozenResult, MeasureAct, MeasureAdjustment, MeasureState, SavingMeasure,
    SavingMeasureError as Refusal,
};

#[test]
fn every_state_allows_its_acts_and_refuses_the_others() {
    use MeasureAct::{Adjust, Change, Return, Sign, Submit, Withdraw};
    use MeasureState::{Draft, Returned, SignedOff, Submitted};
    let table = [
        (Draft, [Some(Draft), Some(Draft), Some(Submitted), None, None, None]),
        (Returned, [Some(Draft), Some(Draft), Some(Submitted), None, None, None]),
        (Submitted, [None, None, None, Some(Draft), Some(Returned), Some(SignedOff)]),
        (SignedOff, [None; 6]),
    ];
    for (state, expect) in table {
        for (act, expect) in
            [Change, Adjust, Submit, Withdraw, Return, Sign].into_iter().zip(expect)
        {
            let found = rules::next(state, act);
            match expect {
                Some(next) => assert_eq!(found, Ok(next), "{state:?} {act:?}"),
                None => assert_eq!(found, Err(Refusal::NotNow { state, act })),
            }
        }
    }
}

fn measure() -> SavingMeasure {
    let actor = json!({ "kind": "token", "id": "0", "name": "가" });
    let plan = json!({
        "name": "교체", "done": "", "installed_from": "2026-01-01", "installed_to": "2026-01-14",
        "baseline": { "from": "2025-01-01", "to": "2025-12-31" },
        "reporting": { "from": "2026-01-15", "to": "2026-10-31" },
        "option": "c", "interval": "day", "estimator": "ols",
    });
    let id = |n: u8| format!("00000000-0000-7000-8000-00000000000{n}");
    serde_json::from_value(json!({
        "id": id(1), "complex_id": id(2), "establishment_id": id(3), "contract_id": id(4),
        "plan": plan, "adjustments": [], "state": "draft", "steps": [], "frozen": null,
        "version": 1, "updated_at": "2026-11-24T00:00:00Z", "updated_by": actor,
    }))
    .unwrap()
}

fn frozen(fingerprint: &str) -> FrozenResult {
    let stretch = json!({ "on": [], "kwh": [], "model_kwh": [], "missing": 0 });
    let model = json!({ "coefficients": [], "n": 0, "r2": 0.0, "adjusted_r2": 0.0, "cvrmse": 0.0,
        "nmbe": 0.0, "rmse_kwh": 0.0, "autocorrelation": 0.0, "period_plus_minus_kwh": 0.0 });
    let result = json!({ "demonstrated": false, "doubts": [], "predicted_kwh": 0.0,
        "adjusted_baseline_kwh": 0.0, "observed_kwh": 0.0, "saving_kwh": 0.0, "intervals": [],
        "gates": [], "model": model, "baseline": stretch, "reporting": stretch, "cumulative": [],
        "outside": [], "hidden": false });
    let frozen =
        json!({ "fingerprint": fingerprint, "at": "2026-11-24T00:00:00Z", "result": result });
    serde_json::from_value(frozen).unwrap()
}

/// Every sequence of so many acts by two people, one act more at a time.
fn walk(measure: &SavingMeasure, left: usize, signed: &mut usize) {
    use MeasureState::{SignedOff, Submitted};
    let has_figures = matches!(measure.state, Submitted | SignedOff);
    assert_eq!(measure.frozen.is_some(), has_figures, "{:?}", measure.steps);
    if measure.state == SignedOff {
        let by = |n: usize| &measure.steps[measure.steps.len() - n].by.id;
        assert_ne!(by(1), by(2), "nobody signs what he submitted");
        *signed += 1;
    }
    if left == 0 {
        return;
    }
    let now: Instant = "2026-11-24T00:00:00Z".parse().unwrap();
    for name in ["가", "나"] {
        let who = Actor { kind: ActorKind::Token, id: name.into(), name: name.into() };
        let by = (&who, now);
        for act in 0..4 {
            let mut next = measure.clone();
            let done = match act {
                0 => rules::submit(&mut next, frozen("aa"), date(2026, 11, 24), by),
                1 => rules::withdraw(&mut next, by),
                2 => rules::give_back(&mut next, "고치세요", by),
                _ => rules::sign(&mut next, "aa", by),
            };
            match done {
                Ok(()) => walk(&next, left - 1, signed),
                Err(_) => assert_eq!(&next, measure, "a refusal changes nothing"),
            }
        }
    }
}

#[test]
fn whatever_is_done_the_office_has_figures_only_while_they_lie_before_it() {
    let mut signed = 0;
    walk(&measure(), 6, &mut signed);
    assert!(signed > 10, "{signed}");
}

#[test]
fn an_adjustment_is_no_larger_than_any_works_draws() {
    let adjustment = |kwh: f64| -> MeasureAdjustment {
        serde_json::from_value(json!({
            "id": "00000000-0000-7000-8000-000000000005", "kwh": kwh, "reason": "증설",
            "evidence": "도면 3", "by": { "kind": "token", "id": "0", "name": "가" },
            "at": "2026-11-24T00:00:00Z",
        }))
        .unwrap()
    };
    for kwh in [rules::AMOUNT_MAX, -rules::AMOUNT_MAX] {
        let mut kept = measure();
        assert_eq!(rules::adjust(&mut kept, adjustment(kwh)), Ok(()), "{kwh}");
        assert_eq!(kept.adjustments.len(), 1);
    }
    for kwh in [1.1e12, -1.1e12, 1e307, -1e307] {
        let mut same = measure();
        let refused = rules::adjust(&mut same, adjustment(kwh));
        let Err(Refusal::Invalid(fields)) = &refused else { panic!("{kwh}: {refused:?}") };
        let pointers: Vec<_> = fields.iter().map(|field| field.pointer.as_str()).collect();
        assert_eq!(pointers, ["/kwh"], "{kwh}");
        assert_eq!(same, measure(), "a refusal changes nothing");
    }
}

#[test]
fn a_result_that_could_not_be_read_back_is_refused() {
    let good = frozen("aa").result;
    assert_eq!(good.clone().readable(), Ok(good.clone()));
    for bad in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let mut result = good.clone();
        result.saving_kwh = bad;
        let refused = result.readable();
        let Err(Refusal::NoResult(words)) = &refused else { panic!("{bad}: {refused:?}") };
        assert!(words.contains("too large reading"), "{words}");
        let mut result = good.clone();
        result.reporting.model_kwh = vec![1.0, bad];
        assert!(result.readable().is_err(), "{bad}");
    }
}
