//! Rules: what makes one fit to be kept, its versions, and the refusals over HTTP.

use base::{Actor, FieldError, Grade, Id, Instant, Role, Scope};
use platform::testing::each_engine;
use serde_json::json;

use super::defaults::default_rules;
use super::{AlarmRuleError, AlarmRuleNew, rules};
use crate::tests::{House, SETS, above, rule_body};

const NOW: Instant = Instant::from_micros(1_780_000_000_000_000);

fn new(change: impl Fn(&mut serde_json::Value)) -> AlarmRuleNew {
    let mut body = rule_body(Id::v7(NOW, [1; 10]), above(75.0, 600));
    change(&mut body);
    serde_json::from_value(body).unwrap()
}

/// The pointers that are complained about.
fn check(change: impl Fn(&mut serde_json::Value), pointers: &[&str]) {
    let by = Actor::system("test");
    let found: Vec<FieldError> = match rules::create(Id::v7(NOW, [2; 10]), new(change), &by, NOW) {
        Ok(_) => Vec::new(),
        Err(AlarmRuleError::Invalid(fields)) => fields,
        Err(other) => panic!("{other}"),
    };
    let found: Vec<_> = found.iter().map(|field| field.pointer.as_str()).collect();
    assert_eq!(found, pointers);
}

#[test]
fn a_rule_is_refused_for_each_thing_that_is_wrong_with_it() {
    check(|_| {}, &[]);
    check(|rule| rule["name"] = json!(" "), &["/name"]);
    check(|rule| rule["rationale"] = json!(null), &["/rationale"]);
    check(
        |rule| rule["rationale"]["corrective_action"] = json!(""),
        &["/rationale/corrective_action"],
    );
    check(
        |rule| rule["rationale"]["time_to_respond_s"] = json!(0),
        &["/rationale/time_to_respond_s"],
    );
    check(|rule| rule["target"] = json!({ "kind": "matching" }), &["/target"]);
    check(|rule| rule["target"]["quantity"] = json!("happiness"), &["/target/quantity"]);
    check(|rule| rule["target"]["device_kind"] = json!("toaster"), &["/target/device_kind"]);
    check(|rule| rule["condition"]["hysteresis"] = json!(-1.0), &["/condition/hysteresis"]);
    check(|rule| rule["condition"]["on_delay_s"] = json!(9_999_999), &["/condition/on_delay_s"]);
    check(
        |rule| rule["condition"] = json!({ "kind": "absence", "after_s": 1 }),
        &["/condition/after_s"],
    );
}

#[test]
fn every_default_rule_is_fit_to_be_kept_and_names_its_source() {
    let by = Actor::system("test");
    let proposals = default_rules(Id::v7(NOW, [1; 10]));
    assert!(proposals.len() >= 10);
    for proposal in proposals {
        let rule = rules::create(Id::v7(NOW, [2; 10]), proposal, &by, NOW).unwrap();
        let basis = rule.basis.unwrap();
        let verified = basis.status == super::BasisStatus::Verified;
        assert!(verified || basis.source.contains("미확인") || basis.source.contains("보도"));
    }
}

#[test]
fn the_kinds_of_device_are_those_of_the_registry() {
    for kind in registry::device::DeviceKind::ALL {
        check(|rule| rule["target"]["device_kind"] = json!(kind.as_str()), &[]);
    }
}

#[tokio::test]
async fn a_rule_without_its_rationale_is_refused_with_words() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let mut body = rule_body(house.complex("jj1"), above(75.0, 0));
        body.as_object_mut().unwrap().remove("rationale");
        let refused = house.engineer().post("/alarm_rules", body).await;
        let problem = refused.refused(422, "alarm_rule.invalid", "asks for no response");
        assert_eq!(problem["fields"][0]["pointer"], "/rationale");
    })
    .await;
}

#[tokio::test]
async fn each_change_is_a_version_that_is_kept() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let rule = house.rule("air-001", "pm25", above(75.0, 0)).await;
        let (engineer, path) = (house.engineer(), format!("/alarm_rules/{rule}"));
        let change = json!({ "version": 1, "condition": above(80.0, 60), "grade": "danger" });
        let changed = engineer.patch(&path, change.clone()).await.ok();
        assert_eq!((&changed["version"], &changed["grade"]), (&json!(2), &json!("danger")));
        engineer.patch(&path, change).await.refused(409, "alarm_rule.stale", "at 2");
        let kind = json!({ "version": 2, "condition": { "kind": "absence", "after_s": 60 } });
        engineer.patch(&path, kind).await.refused(422, "alarm_rule.invalid", "write another");
        let versions = engineer.items(&format!("{path}/versions")).await;
        let limits: Vec<_> = versions.iter().map(|v| v["condition"]["limit"].clone()).collect();
        assert_eq!(limits, [json!(75.0), json!(80.0)]);
        assert_eq!(house.operator().get(&path).await.ok()["version"], 2);
        assert_eq!(house.operator().items("/alarm_rules").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_write_rules_is_told_so() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let body = rule_body(house.complex("jj1"), above(75.0, 0));
        let denied = house.operator().post("/alarm_rules", body.clone()).await;
        denied.refused(403, "forbidden", "WriteRules");
        let rule = house.rule("air-001", "pm25", above(75.0, 0)).await;
        let path = format!("/alarm_rules/{rule}");
        let denied = house.operator().patch(&path, json!({ "version": 1 })).await;
        denied.refused(403, "forbidden", "WriteRules");
        let stranger = house.with(Role::Engineer, Scope::Complex(house.complex("jj2")));
        stranger.get(&path).await.refused(404, "alarm_rule.not_found", "may see");
        let admin = house.with(Role::Administrator, Scope::System);
        let mut nowhere = body.clone();
        nowhere["complex_id"] = json!(Id::<base::noun::Complex>::v7(NOW, [9; 10]));
        admin.post("/alarm_rules", nowhere).await.refused(422, "invalid", "no complex");
        let mut elsewhere = body;
        elsewhere["complex_id"] = json!(house.complex("jj2"));
        let point = house.point("air-001", "pm25").id;
        elsewhere["target"] = json!({ "kind": "point", "point_id": point });
        admin.post("/alarm_rules", elsewhere).await.refused(422, "invalid", "in this complex");
    })
    .await;
}

#[tokio::test]
async fn a_new_complex_gets_its_default_rules_once() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let clock = house.control.platform.clock.clone();
        let ctx = platform::Ctx::system(&clock, "test");
        let complex = house.complex("jj2");
        let written = house.control.write_default_rules(&ctx, complex).await.unwrap();
        assert_eq!(written, default_rules(complex).len());
        assert_eq!(house.control.write_default_rules(&ctx, complex).await.unwrap(), 0);
        let admin = house.with(Role::Administrator, Scope::Complex(complex));
        let rules = admin.items("/alarm_rules").await;
        assert_eq!(rules.len(), written);
        assert!(rules.iter().any(|rule| rule["grade"] == Grade::Emergency.as_str()));
    })
    .await;
}
