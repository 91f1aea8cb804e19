//! What may happen when.

use std::time::Duration;

use base::{Actor, Id, Instant, Scope};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::rules::{self, Due};
use super::super::work::read;
use super::super::{Answer, Command, CommandError, CommandNew, Kind, Outcome, RESEND_AFTER, State};

fn id<T>(n: u8) -> Id<T> {
    Id::v7(Instant::from_micros(0), [n; 10])
}

fn at(seconds: u64) -> Instant {
    Instant::from_micros(1_795_564_800_000_000) + Duration::from_secs(seconds)
}

fn requested(kind: Kind, payload: Value) -> Result<Command, CommandError> {
    let new = CommandNew {
        device_id: id(2),
        kind,
        payload,
        reason: "대피 방송".into(),
        expires_in_s: 60,
    };
    let by = Actor::system("test");
    rules::request(id(1), new, "siren-1", Scope::Complex(id(3)), &by, at(0))
}

fn siren() -> Command {
    requested(Kind::Siren, json!({ "on": true })).unwrap()
}

fn answer(result: Outcome) -> Answer {
    Answer { id: id(1), result, detail: Some("ok\nthen".into()) }
}

#[test]
fn a_payload_must_fit_its_kind() {
    let good = [
        (Kind::Siren, json!({ "on": true, "duration_s": 30 })),
        (Kind::Siren, json!({ "on": false })),
        (Kind::Sign, json!({ "text": "대피하세요" })),
        (Kind::Lamp, json!({ "on": true })),
        (Kind::Custom, json!({ "valve": 3, "open": [1, 2] })),
    ];
    for (kind, payload) in good {
        assert!(requested(kind, payload.clone()).is_ok(), "{kind:?} {payload}");
    }
    let bad = [
        (Kind::Siren, json!({})),
        (Kind::Siren, json!({ "on": 1 })),
        (Kind::Siren, json!({ "on": true, "duration_s": 601 })),
        (Kind::Siren, json!({ "on": true, "loud": true })),
        (Kind::Sign, json!({ "text": "  " })),
        (Kind::Sign, json!({ "text": "가".repeat(201) })),
        (Kind::Lamp, json!({ "on": true, "duration_s": 5 })),
        (Kind::Custom, json!([1])),
        (Kind::Custom, json!({ "x": "y".repeat(5_000) })),
    ];
    for (kind, payload) in bad {
        let refused = requested(kind, payload.clone()).unwrap_err();
        assert!(matches!(refused, CommandError::Invalid("/payload", _)), "{kind:?} {payload}");
    }
}

#[test]
fn a_command_needs_a_reason_and_a_sane_expiry() {
    type Spoil = fn(&mut CommandNew);
    let cases: [(&str, Spoil); 4] = [
        ("/reason", |new| new.reason = " ".into()),
        ("/reason", |new| new.reason = "x".repeat(501)),
        ("/expires_in_s", |new| new.expires_in_s = 4),
        ("/expires_in_s", |new| new.expires_in_s = 86_401),
    ];
    for (pointer, spoil) in cases {
        let mut new = CommandNew {
            device_id: id(2),
            kind: Kind::Lamp,
            payload: json!({ "on": true }),
            reason: "점검".into(),
            expires_in_s: 60,
        };
        spoil(&mut new);
        let by = Actor::system("test");
        let refused = rules::request(id(1), new, "l", Scope::Complex(id(3)), &by, at(0));
        assert!(matches!(refused, Err(CommandError::Invalid(field, _)) if field == pointer));
    }
}

#[test]
fn a_command_is_delivered_again_until_it_is_answered_or_over() {
    let queued = siren();
    assert_eq!(rules::due(&queued, at(0)), Due::Deliver);
    let sent = rules::delivered(&queued, at(1));
    assert_eq!((sent.state, sent.sent_count, sent.version), (State::Sent, 1, 2));
    assert_eq!(rules::due(&sent, at(2)), Due::Wait);
    assert_eq!(rules::due(&sent, at(1) + RESEND_AFTER), Due::Deliver);
    assert_eq!(rules::due(&sent, at(60)), Due::Expire);
    let done = rules::answered(&sent, &answer(Outcome::Done), at(3)).unwrap();
    assert_eq!((done.state, done.detail.as_deref()), (State::Acknowledged, Some("ok then")));
    assert_eq!(rules::due(&done, at(99)), Due::Wait);
}

#[test]
fn only_what_was_not_delivered_can_be_cancelled() {
    let cancelled = rules::cancel(&siren(), at(1)).unwrap();
    assert_eq!(cancelled.state, State::Cancelled);
    let refused = rules::cancel(&rules::delivered(&siren(), at(1)), at(2)).unwrap_err();
    assert!(refused.to_string().contains("is sent and can no longer be cancelled"), "{refused}");
}

#[test]
fn an_answer_counts_once_and_stands_whatever_we_believed() {
    let fast = rules::answered(&siren(), &answer(Outcome::Done), at(1)).unwrap();
    assert_eq!((fast.state, fast.sent_count), (State::Acknowledged, 1), "before we noted it");
    let sent = rules::delivered(&siren(), at(1));
    let failed = rules::answered(&sent, &answer(Outcome::Failed), at(2)).unwrap();
    assert_eq!(failed.state, State::Failed);
    assert_eq!(rules::answered(&failed, &answer(Outcome::Done), at(3)), None);
    let late = rules::answered(&rules::expired(&sent, at(60)), &answer(Outcome::Done), at(61));
    assert_eq!(late.unwrap().state, State::Acknowledged, "it happened, so it stands");
    let crossed = rules::cancel(&siren(), at(1)).unwrap();
    let crossed = rules::answered(&crossed, &answer(Outcome::Done), at(2)).unwrap();
    assert_eq!(crossed.state, State::Acknowledged, "it was on its way already");
}

proptest! {
    #[test]
    fn nothing_is_ever_delivered_at_or_after_its_expiry(
        steps in proptest::collection::vec((0_u64..40, 0_u8..5), 1..30),
    ) {
        let mut command = siren();
        let mut now = at(0);
        for (wait, step) in steps {
            now = now + Duration::from_secs(wait);
            let version = command.version;
            let before = command.state;
            match (step, rules::due(&command, now)) {
                (0 | 1, Due::Deliver) => {
                    prop_assert!(now < command.expires_at);
                    command = rules::delivered(&command, now);
                }
                (2, Due::Expire) => command = rules::expired(&command, now),
                (3, _) => if let Ok(next) = rules::cancel(&command, now) { command = next },
                (4, _) => if let Some(next) = rules::answered(&command, &answer(Outcome::Refused), now) {
                    command = next;
                },
                _ => {}
            }
            prop_assert!(command.version <= version + 1);
            // The end is the end, but for the word of a device that had it.
            if !before.is_open() && command.state != before {
                prop_assert!(matches!(before, State::Expired | State::Cancelled));
                prop_assert_eq!(command.state, State::Refused);
            }
        }
    }

    #[test]
    fn no_message_of_a_device_makes_the_reader_fail(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(read(&bytes), None);
    }
}

#[test]
fn an_answer_is_read_from_its_message() {
    let text =
        format!(r#"{{"id":"{}","result":"refused","detail":"현장 수동"}}"#, id::<Command>(1));
    let read = read(text.as_bytes()).unwrap();
    assert_eq!((read.result, read.detail.as_deref()), (Outcome::Refused, Some("현장 수동")));
}
