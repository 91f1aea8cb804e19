//! The server as its two sides meet it.

use axum::Router;
use base::noun::{Complex, Establishment};
use base::{Actor, ActorKind, Grant, Id, Role, Scope};
use platform::testing::{platform, send, test_clock};
use platform::{Ctx, Platform};
use serde_json::{Value, json};

use crate::api::base64;
use crate::{OWN_OBJECTS_MAX, OWN_VENS_MAX};

struct World {
    platform: Platform,
    complex: Id<Complex>,
}

impl World {
    async fn new() -> Self {
        let platform = platform(&[platform::MIGRATIONS, crate::MIGRATIONS], test_clock()).await;
        let complex = platform.clock.new_id();
        Self { platform, complex }
    }

    fn client(&self, id: &str, role: Role, scope: Scope) -> Ctx {
        let actor = Actor { kind: ActorKind::Token, id: id.into(), name: id.into() };
        Ctx::new(actor, vec![Grant { role, scope }], self.platform.clock.clone(), "test".into())
    }

    fn office(&self) -> Ctx {
        self.client("office", Role::EnergyOffice, Scope::Complex(self.complex))
    }

    fn ven(&self, name: &str) -> (Ctx, Id<Establishment>) {
        let id = self.platform.clock.new_id();
        let scope = Scope::Establishment { id, complex: self.complex };
        (self.client(name, Role::EnergyManager, scope), id)
    }

    fn router(&self) -> Router {
        crate::routes(&self.platform)
    }

    async fn call(&self, ctx: &Ctx, method: &str, path: &str, body: Value) -> (u16, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send(self.router(), ctx, method, &format!("/openadr3/{path}"), body).await
    }
}

fn event(program: &Value, targets: &Value) -> Value {
    json!({
        "objectType": "EVENT", "programID": program["id"], "eventName": "오후 감축",
        "targets": targets,
        "intervalPeriod": { "start": "2026-11-26T05:00:00Z", "duration": "PT1H" },
        "intervals": [
            { "id": 0, "payloads": [{ "type": "DISPATCH_SETPOINT_RELATIVE", "values": [-50.0] }] },
        ],
    })
}

#[tokio::test]
async fn a_ven_sees_what_is_for_it_and_reports_on_it_and_nobody_else_reads_that() {
    let world = World::new().await;
    let office = world.office();
    let ((one, one_site), (other, _)) = (world.ven("one"), world.ven("other"));
    let (status, program) =
        world.call(&office, "POST", "programs", json!({ "programName": "표준DR" })).await;
    assert_eq!((status, &program["objectType"]), (201, &json!("PROGRAM")), "{program}");
    let ven = json!({ "objectType": "BL_VEN_REQUEST", "clientID": "other", "venName": "둘째",
        "targets": ["group-a"] });
    assert_eq!(world.call(&office, "POST", "vens", ven).await.0, 201);
    let mut made = Vec::new();
    for targets in [json!([]), json!(["group-a", "group-b"]), json!([one_site.to_string()])] {
        let (status, answer) =
            world.call(&office, "POST", "events", event(&program, &targets)).await;
        assert_eq!(status, 201, "{answer}");
        made.push(answer["id"].clone());
    }
    let seen = async |ctx: &Ctx| -> Vec<(Value, Value)> {
        let (status, list) = world.call(ctx, "GET", "events", json!(null)).await;
        assert_eq!(status, 200, "{list}");
        let list = list.as_array().unwrap().iter();
        list.map(|event| (event["id"].clone(), event["targets"].clone())).collect()
    };
    assert_eq!(seen(&office).await.len(), 3);
    let site = json!([one_site.to_string()]);
    assert_eq!(seen(&one).await, [(made[0].clone(), json!([])), (made[2].clone(), site)]);
    // Whom else it is for is not told.
    let (all, mine) = ((made[0].clone(), json!([])), (made[1].clone(), json!(["group-a"])));
    assert_eq!(seen(&other).await, [all, mine]);

    let report = |event: &Value| {
        json!({ "objectType": "REPORT", "eventID": event, "clientName": "one", "resources": [{
            "resourceName": "본관 수전",
            "intervals": [{ "id": 0, "payloads": [{ "type": "USAGE", "values": [60.0] }] }],
        }] })
    };
    let (status, kept) = world.call(&one, "POST", "reports", report(&made[2])).await;
    assert_eq!((status, &kept["clientID"]), (201, &json!("one")), "{kept}");
    let (status, wrong) = world.call(&one, "POST", "reports", report(&made[1])).await;
    assert_eq!((status, &wrong["fields"][0]["pointer"]), (422, &json!("/eventID")), "{wrong}");
    let path = format!("reports/{}", kept["id"].as_str().unwrap());
    assert_eq!(world.call(&other, "GET", &path, json!(null)).await.0, 404);
    assert_eq!(world.call(&other, "DELETE", &path, json!(null)).await.0, 404);
    let (id, of) = (made[2].as_str().unwrap(), program["id"].as_str().unwrap());
    let elsewhere = format!("reports?eventID={id}&programID={id}");
    assert_eq!(world.call(&office, "GET", &elsewhere, json!(null)).await.1, json!([]));
    let list = format!("reports?eventID={id}&programID={of}");
    assert_eq!(world.call(&office, "GET", &list, json!(null)).await.1[0]["id"], kept["id"]);
    // An event with reports stays, so that these keep their meaning.
    let event = format!("events/{}", made[2].as_str().unwrap());
    let (status, used) = world.call(&office, "DELETE", &event, json!(null)).await;
    assert_eq!((status, &used["code"]), (409, &json!("openadr.in_use")));
    assert_eq!(world.call(&one, "DELETE", &path, json!(null)).await.0, 200);
    assert_eq!(world.call(&office, "DELETE", &event, json!(null)).await.0, 200);
}

#[tokio::test]
async fn each_side_writes_its_own_and_only_in_its_complex() {
    let world = World::new().await;
    let office = world.office();
    let (ven, _) = world.ven("one");
    let program = json!({ "programName": "p" });
    let (status, made) = world.call(&office, "POST", "programs", program.clone()).await;
    assert_eq!(status, 201, "{made}");
    let (status, refused) = world.call(&ven, "POST", "programs", program.clone()).await;
    assert_eq!((status, &refused["code"]), (403, &json!("openadr.side")), "{refused}");
    let report = json!({ "eventID": "x", "clientName": "c", "resources": [] });
    assert_eq!(world.call(&office, "POST", "reports", report).await.0, 403);
    // A client does not give itself targets, neither at first nor later.
    let own = json!({ "objectType": "VEN_VEN_REQUEST", "venName": "v", "targets": ["group-a"] });
    let (status, answer) = world.call(&ven, "POST", "vens", own.clone()).await;
    assert_eq!((status, &answer["targets"]), (201, &json!([])), "{answer}");
    let path = format!("vens/{}", answer["id"].as_str().unwrap());
    let (_, answer) = world.call(&ven, "PUT", &path, own).await;
    assert_eq!((&answer["targets"], &answer["clientID"]), (&json!([]), &json!("one")));
    // Another complex has another server.
    let elsewhere = Scope::Complex(world.platform.clock.new_id());
    let elsewhere = world.client("elsewhere", Role::EnergyOffice, elsewhere);
    assert_eq!(world.call(&elsewhere, "GET", "programs", json!(null)).await.1, json!([]));
    // The business logic is the energy office alone: roles from above were granted nothing.
    let complex = Scope::Complex(world.complex);
    for (role, scope) in [
        (Role::Administrator, Scope::System),
        (Role::Administrator, complex),
        (Role::EnergyManager, complex),
        (Role::EnergyOffice, Scope::System),
        (Role::Operator, complex),
    ] {
        let ctx = world.client("x", role, scope);
        let (status, answer) = world.call(&ctx, "GET", "programs", json!(null)).await;
        assert_eq!((status, &answer["code"]), (403, &json!("openadr.no_side")), "{role:?}");
    }
    let (status, answer) = world.call(&office, "GET", "subscriptions", json!(null)).await;
    assert_eq!((status, &answer["code"]), (404, &json!("openadr.not_found")));
    for page in [("programs?skip=1", 0), ("programs?limit=1", 1), ("programs?limit=0", 0)] {
        let (_, list) = world.call(&office, "GET", page.0, json!(null)).await;
        assert_eq!(list.as_array().unwrap().len(), page.1, "{}", page.0);
    }
    assert_eq!(world.call(&office, "GET", "programs?skip=x", json!(null)).await.0, 422);
}

#[tokio::test]
async fn an_event_is_seen_by_those_alone_who_see_its_program() {
    let world = World::new().await;
    let office = world.office();
    let ((one, one_site), (other, _)) = (world.ven("one"), world.ven("other"));
    let program = json!({ "programName": "한빛 전용", "targets": [one_site.to_string()] });
    let (status, program) = world.call(&office, "POST", "programs", program).await;
    assert_eq!(status, 201, "{program}");
    let event = event(&program, &json!([]));
    let (status, event) = world.call(&office, "POST", "events", event).await;
    assert_eq!(status, 201, "{event}");
    let path = format!("events/{}", event["id"].as_str().unwrap());
    let report = json!({ "eventID": event["id"], "clientName": "c", "resources": [] });
    for (ctx, sees) in [(&office, true), (&one, true), (&other, false)] {
        let (_, list) = world.call(ctx, "GET", "events", json!(null)).await;
        let ids: Vec<_> = list.as_array().unwrap().iter().map(|event| &event["id"]).collect();
        let expected = if sees { vec![&event["id"]] } else { Vec::new() };
        assert_eq!(ids, expected);
        let status = if sees { 200 } else { 404 };
        assert_eq!(world.call(ctx, "GET", &path, json!(null)).await.0, status);
    }
    assert_eq!(world.call(&one, "POST", "reports", report.clone()).await.0, 201);
    let (status, refused) = world.call(&other, "POST", "reports", report).await;
    assert_eq!((status, &refused["fields"][0]["pointer"]), (422, &json!("/eventID")), "{refused}");
}

#[tokio::test]
async fn one_client_does_not_take_the_room_of_the_others() {
    let world = World::new().await;
    let office = world.office();
    let ((one, _), (other, _)) = (world.ven("one"), world.ven("other"));
    let ven = |n: usize| json!({ "venName": format!("v{n}") });
    for n in 0..OWN_VENS_MAX {
        let (status, answer) = world.call(&one, "POST", "vens", ven(n)).await;
        assert_eq!(status, 201, "{answer}");
    }
    let (status, refused) = world.call(&one, "POST", "vens", ven(9)).await;
    assert_eq!((status, &refused["code"]), (409, &json!("openadr.too_many_own")), "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains("4 vens"), "{refused}");
    assert_eq!(world.call(&other, "POST", "vens", ven(0)).await.0, 201);
    // A second token of the same establishment has no room of its own.
    let second = Ctx::new(
        Actor { kind: ActorKind::Token, id: "second".into(), name: "second".into() },
        one.grants.to_vec(),
        world.platform.clock.clone(),
        "test".into(),
    );
    let (status, refused) = world.call(&second, "POST", "vens", ven(7)).await;
    assert_eq!((status, &refused["code"]), (409, &json!("openadr.too_many_own")), "{refused}");
    // Room that was given back is there again.
    let (_, list) = world.call(&one, "GET", "vens", json!(null)).await;
    assert_eq!(list.as_array().unwrap().len(), OWN_VENS_MAX);
    let path = format!("vens/{}", list[0]["id"].as_str().unwrap());
    assert_eq!(world.call(&one, "DELETE", &path, json!(null)).await.0, 200);
    assert_eq!(world.call(&one, "POST", "vens", ven(9)).await.0, 201);

    let program = json!({ "programName": "표준DR" });
    let (_, program) = world.call(&office, "POST", "programs", program).await;
    let (_, event) = world.call(&office, "POST", "events", event(&program, &json!([]))).await;
    let report = json!({ "eventID": event["id"], "clientName": "c", "resources": [] });
    for _ in 0..OWN_OBJECTS_MAX {
        let (status, answer) = world.call(&one, "POST", "reports", report.clone()).await;
        assert_eq!(status, 201, "{answer}");
    }
    let (status, refused) = world.call(&one, "POST", "reports", report.clone()).await;
    assert_eq!((status, &refused["code"]), (409, &json!("openadr.too_many_own")), "{refused}");
    assert_eq!(world.call(&other, "POST", "reports", report).await.0, 201);
}

#[tokio::test]
async fn one_establishment_asks_so_often_and_the_others_go_on() {
    let world = World::new().await;
    let router = world.router();
    let ask = async |ctx: &Ctx| send(router.clone(), ctx, "GET", "/openadr3/programs", "").await;
    let ((one, _), (other, _)) = (world.ven("one"), world.ven("other"));
    for _ in 0..crate::pace::REQUESTS_MAX {
        assert_eq!(ask(&one).await.0, 200);
    }
    let (status, refused) = ask(&one).await;
    assert_eq!((status, &refused["code"]), (429, &json!("openadr.too_often")), "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains("600 requests"), "{refused}");
    assert_eq!(ask(&other).await.0, 200);
}

#[tokio::test]
async fn a_ven_is_small_and_a_program_may_be_larger() {
    let world = World::new().await;
    let office = world.office();
    let text = "x".repeat(17 * 1024);
    let long = json!([{ "type": "NOTE", "values": [text] }]);
    let ven = json!({ "venName": "v", "clientID": "one", "attributes": long });
    let (status, refused) = world.call(&office, "POST", "vens", ven).await;
    assert_eq!(status, 422, "{refused}");
    assert!(refused["fields"][0]["detail"].as_str().unwrap().contains("16384 bytes"), "{refused}");
    let program = json!({ "programName": "p", "attributes": long });
    assert_eq!(world.call(&office, "POST", "programs", program).await.0, 201);
}

#[tokio::test]
async fn a_secret_that_is_no_token_of_ours_gets_the_oauth_answer() {
    let world = World::new().await;
    let token = async |body: &str| {
        let ctx = world.office();
        send(world.router(), &ctx, "POST", "/openadr3/auth/token", body.to_owned()).await
    };
    let (status, answer) = token("grant_type=password").await;
    assert_eq!((status, &answer["error"]), (400, &json!("unsupported_grant_type")));
    let (status, answer) = token("grant_type=client_credentials").await;
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_request")));
    let all = "grant_type=client_credentials&client_id=a&client_secret=b";
    let (status, answer) = token(all).await;
    assert_eq!((status, &answer["error"]), (401, &json!("invalid_client")), "{answer}");
}

#[test]
fn base64_is_read_as_its_rfc_says() {
    for (text, expected) in [
        ("", ""),
        ("Zg==", "f"),
        ("Zm8=", "fo"),
        ("Zm9vYmFy", "foobar"),
        ("dG9rZW46c2s", "token:sk"),
    ] {
        assert_eq!(base64(text).unwrap(), expected.as_bytes(), "{text}");
    }
    assert_eq!(base64("a b"), None);
}
