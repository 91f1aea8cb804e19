//! Many states together: what concerns one point concerns no other, and 100,000 timers are no load.

use std::time::Duration;

use base::{Actor, Grade, Id};

use super::*;
use crate::alarm_rule::{Direction, Rationale, RuleCondition, Target};

const T0: Instant = Instant::from_micros(1_780_000_000_000_000);

fn at(second: u64) -> Instant {
    T0 + Duration::from_secs(second)
}

fn rule(n: u8, condition: RuleCondition) -> Arc<AlarmRule> {
    Arc::new(AlarmRule {
        id: Id::v7(T0, [n; 10]),
        complex_id: Id::v7(T0, [1; 10]),
        name: "시험".into(),
        enabled: true,
        target: Target::Matching { quantity: Some("pm25".into()), device_kind: None },
        condition,
        grade: Grade::Warning,
        latched: false,
        rationale: Rationale {
            cause: "먼지".into(),
            consequence: "노출".into(),
            corrective_action: "살수".into(),
            time_to_respond_s: 600,
        },
        basis: None,
        version: 1,
        created_at: T0,
        updated_at: T0,
        updated_by: Actor::system("test"),
    })
}

fn absent(after_s: u32) -> RuleCondition {
    RuleCondition::Absence { after_s }
}

fn above(limit: f64, on_delay_s: u32) -> RuleCondition {
    RuleCondition::Threshold {
        direction: Direction::Above,
        limit,
        hysteresis: 0.0,
        on_delay_s,
        off_delay_s: 0,
        stale_after_s: None,
    }
}

fn watch(series: std::ops::Range<u32>) -> Vec<Watch> {
    series.map(|series| Watch { series: Series(series), born: T0 }).collect()
}

fn batch(second: u64, series: u32, value: f64, quality: Quality) -> ReadingBatch {
    let arrived = at(second);
    let reading = Reading { series: Series(series), at_ms: arrived.as_millis(), value, quality };
    ReadingBatch { arrived, readings: [reading].into() }
}

fn told(outcomes: &[Outcome]) -> Vec<(u32, EffectKind, Instant)> {
    let each = |outcome: &Outcome| {
        let series = outcome.series.0;
        outcome.effects.iter().map(|e| (series, e.kind, e.at)).collect::<Vec<_>>()
    };
    outcomes.iter().flat_map(each).collect()
}

#[test]
fn s9_one_silent_metric_of_a_living_device_is_an_alarm_for_that_metric_only() {
    let mut engine = Engine::new(vec![], vec![]);
    engine.align(&[(rule(1, absent(600)), watch(1..3))], T0);
    for minute in 0..30 {
        engine.read(&batch(minute * 60, 1, 1.0, Quality::GOOD), at(minute * 60));
    }
    let outcomes = engine.due(at(1_800));
    assert_eq!(told(&outcomes), [(2, EffectKind::Raise, at(600))]);
}

#[test]
fn a_hundred_thousand_timers_fire_in_order_within_a_second_each() {
    let mut engine = Engine::new(vec![], vec![]);
    engine.align(&[(rule(1, absent(600)), watch(0..100_000))], T0);
    assert_eq!(engine.len(), 100_000);
    // Everything spoke once more, so that every deadline has moved by the time it comes up.
    let readings: Vec<_> = (0..100_000)
        .map(|series| Reading {
            series: Series(series),
            at_ms: at(60).as_millis(),
            value: 1.0,
            quality: Quality::GOOD,
        })
        .collect();
    engine.read(&ReadingBatch { arrived: at(60), readings: readings.into() }, at(60));
    assert!(engine.due(at(659)).is_empty());
    let started = std::time::Instant::now();
    let outcomes = engine.due(at(660));
    let took = started.elapsed();
    assert_eq!(outcomes.len(), 100_000);
    assert!(outcomes.iter().all(|outcome| outcome.effects[0].at == at(660)));
    assert!(!outcomes[0].effects[0].late_fire);
    // The goal is one second; this leaves room for a busy machine and a build without optimisation.
    assert!(took < Duration::from_secs(5), "{took:?} for 100,000 timers");
}

#[test]
fn a_file_that_is_imported_neither_raises_nor_proves_life() {
    let mut engine = Engine::new(vec![], vec![]);
    let rules = [(rule(1, absent(600)), watch(1..2)), (rule(2, above(10.0, 0)), watch(1..2))];
    engine.align(&rules, T0);
    assert!(engine.read(&batch(300, 1, 99.0, Quality::IMPORTED), at(300)).is_empty());
    assert_eq!(told(&engine.due(at(700))), [(1, EffectKind::Raise, at(600))]);
}

#[test]
fn a_batch_from_a_file_is_one_finding_for_each_rule_and_point_and_changes_no_state() {
    let mut engine = Engine::new(vec![], vec![]);
    let off = AlarmRule { enabled: false, ..(*rule(3, above(1.0, 0))).clone() };
    let rules = [
        (rule(1, above(10.0, 600)), watch(1..3)),
        (rule(2, above(40.0, 0)), watch(1..2)),
        (Arc::new(off), watch(1..3)),
        (rule(4, absent(600)), watch(1..3)),
    ];
    engine.align(&rules, T0);
    let one = |second, series, value, quality| batch(second, series, value, quality).readings[0];
    let readings = [
        one(1, 1, 20.0, Quality::IMPORTED),
        one(2, 1, 50.0, Quality::IMPORTED),
        one(3, 1, 30.0, Quality::IMPORTED),
        one(4, 2, 11.0, Quality::IMPORTED),
        one(5, 9, 99.0, Quality::IMPORTED),
        // Live ones in the same batch are no findings.
        one(6, 1, 60.0, Quality::GOOD),
    ];
    let file = ReadingBatch { arrived: at(7), readings: readings.into() };
    let mut found: Vec<_> = engine
        .search(&file)
        .iter()
        .map(|finding| {
            let Reading { series, at_ms, value, .. } = finding.worst;
            assert!(at_ms == at(2).as_millis() || series == Series(2));
            (finding.rule.id == rules[0].0.id, series.0, value)
        })
        .collect();
    found.sort_by(|a, b| a.partial_cmp(b).unwrap());
    assert_eq!(found, [(false, 1, 50.0), (true, 1, 50.0), (true, 2, 11.0)]);
    let silence = [1, 2].map(|series| (series, EffectKind::Raise, at(600)));
    assert_eq!(told(&engine.due(at(700))), silence);
}

#[test]
fn a_last_reading_that_came_by_file_is_not_what_is_known_at_a_start() {
    let imported = LastSeen::of(&batch(1, 1, 99.0, Quality::IMPORTED).readings[0], at(1));
    let mut engine = Engine::new(vec![], vec![imported]);
    let rules = [(rule(1, above(10.0, 0)), watch(1..2)), (rule(2, absent(600)), watch(1..2))];
    assert!(engine.align(&rules, at(300)).is_empty());
    assert_eq!(told(&engine.due(at(600))), [(1, EffectKind::Raise, at(600))]);
}

#[test]
fn a_new_rule_looks_at_what_is_known_already() {
    let last = LastSeen {
        series: Series(1),
        at_ms: T0.as_millis() - 5_000,
        value: 99.0,
        quality: Quality::GOOD,
        arrived: T0 - Duration::from_secs(5),
    };
    let mut engine = Engine::new(vec![], vec![last]);
    let outcomes = engine.align(&[(rule(1, above(10.0, 0)), watch(1..2))], at(3));
    assert_eq!(told(&outcomes), [(1, EffectKind::Raise, at(3))]);
}

#[test]
fn another_limit_is_applied_at_once_and_a_disabled_rule_returns_its_alarms() {
    let mut engine = Engine::new(vec![], vec![]);
    let first = rule(1, above(10.0, 0));
    engine.align(&[(Arc::clone(&first), watch(1..2))], T0);
    engine.read(&batch(1, 1, 20.0, Quality::GOOD), at(1));
    let mut next = AlarmRule { condition: above(30.0, 0), version: 2, ..(*first).clone() };
    let outcomes = engine.align(&[(Arc::new(next.clone()), watch(1..2))], at(2));
    assert_eq!(told(&outcomes), [(1, EffectKind::Clear, at(2))]);
    engine.read(&batch(3, 1, 40.0, Quality::GOOD), at(3));
    (next.enabled, next.version) = (false, 3);
    let outcomes = engine.align(&[(Arc::new(next), watch(1..2))], at(4));
    assert_eq!(told(&outcomes), [(1, EffectKind::Clear, at(4))]);
    assert_eq!(outcomes[0].why, Some("rule_disabled"));
    assert_eq!(engine.len(), 0);
}

#[test]
fn a_start_goes_on_where_the_last_run_ended() {
    let condition = above(10.0, 600);
    let mut engine = Engine::new(vec![], vec![]);
    engine.align(&[(rule(1, condition), watch(1..2))], T0);
    let outcomes = engine.read(&batch(1, 1, 20.0, Quality::GOOD), at(1));
    let stored = outcomes.iter().map(|o| ((o.rule.id, o.series), o.state)).collect();
    let last = LastSeen::of(&batch(1, 1, 20.0, Quality::GOOD).readings[0], at(1));
    // Killed here; up again an hour later.
    let mut engine = Engine::new(stored, vec![last]);
    let mut outcomes = engine.align(&[(rule(1, condition), watch(1..2))], at(3_600));
    outcomes.extend(engine.due(at(3_600)));
    assert_eq!(told(&outcomes), [(1, EffectKind::Raise, at(601))]);
    assert!(outcomes[0].effects[0].late_fire);
}
