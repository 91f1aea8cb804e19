//! The table of states as data, walked row by row and by random sequences; and the words of refusals.

use std::collections::BTreeMap;
use std::time::Duration;

use base::{Actor, ActorKind, Coded, ErrorKind, Grade, Id, Instant};
use proptest::prelude::*;

use super::rules::{self, Seen};
use super::{
    Alarm, AlarmError, Change, NOTE_CHARS_MAX, Origin, SHELVE_CONFIRM_WITHIN, SHELVE_MAX, State,
    Suppression, Title,
};

/// The life cycle of control.md 5.3 (state set of ISA-18.2). Columns: the condition comes; it goes;
/// it goes and the alarm latches; acknowledge; reset; shelve; suppress; out of service; the exit
/// from the silence of the row while the condition holds, and while it does not. `.` is a refusal,
/// `new` a new alarm with a new id.
const TABLE: &str = "
    on   off off_latched ack reset shelve suppress service exit_on exit_off
A   new  .   .           .   .     G      H        I       .       .
B   B    D   E           C   .     G      H        I       .       .
C   C    A   F           .   .     G      H        I       .       .
D   B    .   .           A   .     G      H        I       .       .
E   B    .   .           F   .     G      H        I       .       .
F   B    .   .           .   A     G      H        I       .       .
G   G    G   G           .   .     .      .        .       B       A
H   H    H   H           .   .     .      .        .       B       A
I   I    I   I           .   .     .      .        .       B       A
";

/// Our addition: what a *graver* grade does, where it does not do what `on` does.
const GRAVER: &[(char, char)] = &[('C', 'B'), ('G', 'B')];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    On,
    Graver,
    Off,
    Ack,
    Reset,
    Shelve,
    Suppress,
    Service,
    Unshelve,
    Unsuppress,
    Return,
}

const OPS: [Op; 11] = [
    Op::On,
    Op::Graver,
    Op::Off,
    Op::Ack,
    Op::Reset,
    Op::Shelve,
    Op::Suppress,
    Op::Service,
    Op::Unshelve,
    Op::Unsuppress,
    Op::Return,
];

/// The cell of the table in `row` under `column`.
fn cell(row: char, column: &str) -> &'static str {
    let mut lines = TABLE.trim_matches('\n').lines();
    let columns: Vec<_> = lines.next().unwrap().split_whitespace().collect();
    let at = columns.iter().position(|name| *name == column).unwrap() + 1;
    let line = lines.find(|line| line.starts_with(row)).unwrap();
    line.split_whitespace().nth(at).unwrap()
}

/// A second, naive telling of the life cycle: a letter and two facts, driven by the table only.
#[derive(Debug, Clone, Copy)]
struct Model {
    letter: char,
    holds: bool,
    latching: bool,
}

enum Expected {
    Becomes(Model),
    NewAlarm,
    Refused,
}

impl Model {
    fn expect(self, op: Op) -> Expected {
        let silent = matches!(self.letter, 'G' | 'H' | 'I');
        let exit = if self.holds { "exit_on" } else { "exit_off" };
        let column = match op {
            Op::On | Op::Graver => "on",
            Op::Off if !self.holds => return Expected::Refused,
            Op::Off if self.latching => "off_latched",
            Op::Off => "off",
            Op::Ack => "ack",
            Op::Reset => "reset",
            Op::Shelve => "shelve",
            Op::Suppress => "suppress",
            Op::Service => "service",
            Op::Unshelve if self.letter == 'G' => exit,
            Op::Unsuppress if self.letter == 'H' => exit,
            Op::Return if self.letter == 'I' => exit,
            Op::Unshelve | Op::Unsuppress | Op::Return => return Expected::Refused,
        };
        let mut to = match cell(self.letter, column) {
            "." => return Expected::Refused,
            "new" => return Expected::NewAlarm,
            letter => letter.chars().next().unwrap(),
        };
        if op == Op::Graver
            && let Some((_, other)) = GRAVER.iter().find(|(from, _)| *from == self.letter)
        {
            to = *other;
        }
        let holds = match op {
            Op::On | Op::Graver => true,
            Op::Off => false,
            _ => self.holds,
        };
        // A latch is spent once the alarm is over or left the silence without its condition.
        let spent = to == 'A' && (op == Op::Reset || silent);
        Expected::Becomes(Self { letter: to, holds, latching: self.latching && !spent })
    }
}

fn person(name: &str) -> Actor {
    Actor { kind: ActorKind::Person, id: name.into(), name: name.into() }
}

fn at(second: u64) -> Instant {
    Instant::from_micros(1_780_000_000_000_000) + Duration::from_secs(second)
}

fn id(n: u8) -> Id<Alarm> {
    Id::v7(at(0), [n; 10])
}

pub(crate) fn origin() -> Origin {
    Origin {
        complex: Id::v7(at(0), [1; 10]),
        owner: None,
        private: false,
        source: "rule".into(),
        kind: "above".into(),
        subject: "point:1".into(),
        device: None,
        dedupe_key: "rule:1:7".into(),
        rule: None,
        title: Title { code: "above".into(), params: BTreeMap::new() },
        unit: Some("µg/m³".into()),
        place: None,
        demo: false,
    }
}

pub(crate) fn seen(second: u64, grade: Grade) -> Seen {
    Seen {
        by: Actor::system("control.evaluation"),
        at: at(second),
        now: at(second),
        grade,
        value: Some(81.5),
        why: None,
        rule_version: Some(3),
        late_fire: false,
    }
}

fn raised(latched: bool) -> Alarm {
    rules::raise(id(1), origin(), latched, &seen(0, Grade::Caution)).alarm
}

fn apply(alarm: &Alarm, op: Op, second: u64) -> Result<Change, AlarmError> {
    let (by, now) = (person("kim"), at(second));
    match op {
        Op::On => rules::recur(alarm, &seen(second, alarm.grade)),
        // Stays below emergency, whose shelf needs two people: that has its own test.
        Op::Graver => rules::recur(alarm, &seen(second, Grade::Danger)),
        Op::Off => rules::return_to_normal(alarm, &seen(second, alarm.grade)),
        Op::Ack => rules::acknowledge(alarm, &by, None, now),
        Op::Reset => rules::reset(alarm, &by, None, now),
        Op::Shelve => rules::shelve(alarm, &by, "점검", now + Duration::from_hours(1), now),
        Op::Suppress => rules::suppress(alarm, &by, "정지 중", now),
        Op::Service => rules::take_out_of_service(alarm, &by, "WO-17", now),
        Op::Unshelve => rules::unshelve(alarm, &by, None, now),
        Op::Unsuppress => rules::unsuppress(alarm, &by, None, now),
        Op::Return => rules::return_to_service(alarm, &by, None, now),
    }
}

/// Applies `op` and compares with the model; the alarm afterwards.
fn check(alarm: &Alarm, model: Model, op: Op, second: u64) -> (Alarm, Model) {
    // A grade is graver once only: afterwards the same step is a repetition.
    let effective = if op == Op::Graver && alarm.grade >= Grade::Danger { Op::On } else { op };
    match (model.expect(effective), apply(alarm, op, second)) {
        (Expected::Becomes(to), Ok(change)) => {
            assert_eq!(change.alarm.state().letter(), to.letter, "{op:?} in {model:?}");
            assert_eq!(change.transition.from, alarm.state());
            assert_eq!(change.transition.to, change.alarm.state());
            assert_eq!(change.alarm.version, alarm.version + 1);
            assert_eq!(change.transition.version, change.alarm.version);
            assert_eq!(change.alarm.is_open(), to.letter != 'A');
            (change.alarm, to)
        }
        (Expected::NewAlarm, Err(AlarmError::Over)) => {
            let latched = model.latching;
            let next = rules::raise(id(2), origin(), latched, &seen(second, Grade::Caution)).alarm;
            (next, Model { letter: 'B', holds: true, latching: latched })
        }
        (Expected::Refused, Err(error)) => {
            assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
            (alarm.clone(), model)
        }
        (_, outcome) => panic!("{op:?} in {model:?} gave {outcome:?}"),
    }
}

/// Shortest ways from a fresh alarm to every state.
fn way_to(letter: char) -> (bool, &'static [Op]) {
    match letter {
        'A' => (false, &[Op::Ack, Op::Off]),
        'B' => (false, &[]),
        'C' => (false, &[Op::Ack]),
        'D' => (false, &[Op::Off]),
        'E' => (true, &[Op::Off]),
        'F' => (true, &[Op::Ack, Op::Off]),
        'G' => (false, &[Op::Shelve]),
        'H' => (false, &[Op::Suppress]),
        'I' => (false, &[Op::Service]),
        other => panic!("{other} is no state"),
    }
}

#[test]
fn every_operation_in_every_state_does_what_the_table_says() {
    for letter in State::ALL.map(State::letter) {
        for op in OPS {
            let (latched, way) = way_to(letter);
            let mut alarm = raised(latched);
            let mut model = Model { letter: 'B', holds: true, latching: latched };
            for step in way {
                (alarm, model) = check(&alarm, model, *step, 1);
            }
            assert_eq!(alarm.state().letter(), letter);
            check(&alarm, model, op, 2);
        }
    }
}

proptest! {
    #[test]
    fn random_sequences_never_leave_the_table(
        latched: bool,
        ops in prop::collection::vec(prop::sample::select(OPS.to_vec()), 1..60),
    ) {
        let mut alarm = raised(latched);
        let mut model = Model { letter: 'B', holds: true, latching: latched };
        for (step, op) in ops.into_iter().enumerate() {
            (alarm, model) = check(&alarm, model, op, step as u64 + 1);
            prop_assert_eq!(alarm.condition == super::Condition::Active, model.holds);
        }
    }

    #[test]
    fn an_alarm_never_ends_without_an_acknowledgement_or_a_silence(
        latched: bool,
        ops in prop::collection::vec(prop::sample::select(OPS.to_vec()), 1..60),
    ) {
        let mut alarm = raised(latched);
        for (step, op) in ops.into_iter().enumerate() {
            let before = alarm.clone();
            let Ok(change) = apply(&alarm, op, step as u64 + 1) else { continue };
            alarm = change.alarm;
            if !alarm.is_open() {
                let silent = !matches!(before.suppression, Suppression::None);
                prop_assert!(alarm.acknowledgement.is_some() || silent);
                break;
            }
        }
    }
}

#[test]
fn a_refusal_says_what_to_do() {
    let alarm = raised(true);
    let error = apply(&alarm, Op::Reset, 1).unwrap_err();
    assert_eq!(error.code(), "alarm.still_active");
    assert!(error.to_string().contains("remove the cause, then reset"));
    let shelved = apply(&alarm, Op::Shelve, 1).unwrap().alarm;
    let error = apply(&shelved, Op::Ack, 2).unwrap_err();
    assert_eq!(error, AlarmError::Silenced(State::Shelved));
    assert!(error.to_string().contains("unshelve"));
}

#[test]
fn a_shelf_needs_a_reason_and_an_end_within_a_shift() {
    let (alarm, by, now) = (raised(false), person("kim"), at(1));
    let hour = now + Duration::from_hours(1);
    let try_shelf = |reason: &str, until| rules::shelve(&alarm, &by, reason, until, now);
    assert_eq!(try_shelf("  ", hour).unwrap_err(), AlarmError::TextMissing("reason"));
    let long = "가".repeat(NOTE_CHARS_MAX + 1);
    assert_eq!(try_shelf(&long, hour).unwrap_err(), AlarmError::TextTooLong("reason"));
    assert_eq!(try_shelf("점검", now).unwrap_err(), AlarmError::ShelfPast);
    let late = now + SHELVE_MAX + Duration::from_secs(1);
    assert_eq!(try_shelf("점검", late).unwrap_err(), AlarmError::ShelfTooLong);
    assert!(try_shelf("점검", now + SHELVE_MAX).is_ok());
}

#[test]
fn an_emergency_is_shelved_by_two_people() {
    let alarm = rules::raise(id(1), origin(), false, &seen(0, Grade::Emergency)).alarm;
    let (kim, lee) = (person("kim"), person("lee"));
    let hour = at(3_600);
    let asked = rules::shelve(&alarm, &kim, "센서 교체", hour, at(10)).unwrap().alarm;
    assert_eq!(asked.state(), State::Unacknowledged);
    let again = rules::shelve(&asked, &kim, "센서 교체", hour, at(20)).unwrap_err();
    assert_eq!(again, AlarmError::SecondPersonNeeded);
    let late = at(7_200);
    let shelved = rules::shelve(&asked, &lee, "동의", late, at(30)).unwrap().alarm;
    let Suppression::Shelved { until, reason, confirmed_by } = shelved.suppression else {
        panic!("not shelved")
    };
    assert_eq!((until, reason.as_str(), confirmed_by), (hour, "센서 교체", Some(lee.clone())));
    // After a quarter of an hour the wish is forgotten and the second person becomes the first.
    let stale = at(11) + SHELVE_CONFIRM_WITHIN;
    let fresh = rules::shelve(&asked, &lee, "동의", late, stale).unwrap().alarm;
    assert_eq!(fresh.shelve_asked.unwrap().by, lee);
}

#[test]
fn a_shelf_ends_at_its_expiry_even_when_noticed_later() {
    let alarm = apply(&raised(false), Op::Shelve, 0).unwrap().alarm;
    let task = Actor::system("control.alarm.unshelve");
    assert_eq!(rules::expire_shelf(&alarm, &task, at(3_599)), None);
    let change = rules::expire_shelf(&alarm, &task, at(4_000)).unwrap();
    assert_eq!(change.alarm.state(), State::Unacknowledged);
    assert_eq!(change.transition.at, at(3_600));
    assert_eq!(change.transition.recorded_at, at(4_000));
    assert_eq!(change.transition.why.as_deref(), Some("expired"));
}

#[test]
fn a_value_that_stays_bad_leaves_an_acknowledged_alarm_acknowledged() {
    // S8, second half: the operator acts while the value stays bad.
    let alarm = apply(&raised(false), Op::Ack, 1).unwrap().alarm;
    let again = apply(&alarm, Op::On, 2).unwrap().alarm;
    assert_eq!(again.state(), State::Acknowledged);
    assert_eq!(again.count, 2);
    let graver = apply(&again, Op::Graver, 3).unwrap().alarm;
    assert_eq!(graver.state(), State::Unacknowledged);
    assert_eq!(graver.acknowledgement, None);
}

#[test]
fn a_transition_says_who_when_why_and_by_which_rule() {
    let change = rules::raise(id(1), origin(), false, &seen(5, Grade::Warning));
    let line = &change.transition;
    assert_eq!((line.from, line.to), (State::Normal, State::Unacknowledged));
    assert_eq!((line.rule_version, line.value), (Some(3), Some(81.5)));
    let note = rules::acknowledge(&change.alarm, &person("kim"), Some(" 확인 "), at(9)).unwrap();
    assert_eq!(note.transition.why.as_deref(), Some("확인"));
    assert_eq!(note.transition.by, person("kim"));
    assert_eq!(note.alarm.acknowledgement.unwrap().at, at(9));
}

fn found(second: u64) -> Alarm {
    let [raised, returned] = rules::record(id(1), origin(), &seen(second, Grade::Caution)).unwrap();
    assert_eq!((raised.transition.version, returned.transition.version), (1, 2));
    returned.alarm
}

#[test]
fn what_is_found_in_the_past_has_returned_and_ends_with_the_acknowledgement() {
    let alarm = found(5);
    assert_eq!(alarm.state(), State::ReturnedUnacknowledged);
    assert_eq!((alarm.raised_at, alarm.returned_at), (at(5), Some(at(5))));
    assert_eq!(apply(&alarm, Op::Ack, 9).unwrap().alarm.state(), State::Normal);
}

#[test]
fn a_worse_finding_takes_the_place_of_an_open_one_in_every_state_that_a_finding_has() {
    let title = Title { code: "above".into(), params: [("at".into(), "2".into())].into() };
    for (op, grade, expected) in [
        (None, Grade::Caution, Ok(State::ReturnedUnacknowledged)),
        (Some(Op::Shelve), Grade::Caution, Ok(State::Shelved)),
        (Some(Op::Shelve), Grade::Danger, Ok(State::ReturnedUnacknowledged)),
        (Some(Op::Suppress), Grade::Danger, Ok(State::Suppressed)),
        (Some(Op::Service), Grade::Danger, Ok(State::OutOfService)),
        (Some(Op::Ack), Grade::Danger, Err(AlarmError::Over)),
        (Some(Op::On), Grade::Danger, Err(AlarmError::StillActive)),
    ] {
        let alarm = op.map_or_else(|| found(5), |op| apply(&found(5), op, 6).unwrap().alarm);
        let worse = Seen { value: Some(99.0), ..seen(2, grade) };
        let change = rules::worsen(&alarm, title.clone(), &worse);
        let state = change.as_ref().map(|change| change.alarm.state());
        assert_eq!(state, expected.as_ref().copied(), "{op:?} {grade:?}");
        let Ok(Change { alarm: next, transition }) = change else { continue };
        assert_eq!((next.value, next.grade, next.count), (Some(99.0), grade, 2));
        assert_eq!((next.raised_at, next.condition_at), (at(2), at(2)));
        assert_eq!((next.returned_at, &next.origin.title), (Some(at(2)), &title));
        assert_eq!((transition.version, transition.from), (next.version, alarm.state()));
    }
}

#[test]
fn the_words_in_tables_read_back() {
    for state in State::ALL {
        assert_eq!(state.as_str().parse::<State>(), Ok(state));
    }
    for operation in super::Operation::ALL {
        assert_eq!(operation.as_str().parse::<super::Operation>(), Ok(operation));
    }
}
