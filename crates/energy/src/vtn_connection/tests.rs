//! Following a server over real HTTP: what it asks for, what goes wrong with it, and what it is told.

use std::sync::Arc;
use std::time::Duration;

use base::{FixedClock, Instant, Quality, Reading, Role, Scope};
use platform::testing::test_clock;
use serde_json::{Value, json};
use sim::vtn::{Vtn, VtnFault};

use super::poll::Follower;
use super::store;
use crate::electricity_contract::tests::World;

/// A tenant's contract that follows a server of its own test. The clock stands at 9 o'clock of Wednesday 2026-11-25.
struct House {
    world: World,
    clock: Arc<FixedClock>,
    server: Vtn,
    /// The contract's path.
    one: String,
}

impl House {
    async fn new(name: &str) -> Self {
        let clock = test_clock();
        let mut world = World::by(name, Arc::clone(&clock)).await;
        let server = Vtn::start("127.0.0.1:0".parse().unwrap(), "ven-1", "geheim").await.unwrap();
        world.energy = world.energy.clone().calling(&[server.host()]);
        let path = "/api/v1/electricity_contracts";
        let (_, made) = world.call(&world.manager(), "POST", path, world.new_contract()).await;
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        server.put("programs", "p-1", json!({ "programName": "시연 수요반응" }));
        Self { world, clock, server, one }
    }

    fn new_connection(&self) -> Value {
        json!({ "secret": "geheim", "terms": {
            "name": "시연 수요관리사업자", "base_url": self.server.url(), "client_id": "ven-1",
            "ven_name": "한빛제지 본관", "enabled": true, "interval_s": 10, "sends_reports": true,
        } })
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let path = format!("{}/{path}", self.one);
        self.world.call(&self.world.manager(), method, &path, body).await
    }

    async fn connect(&self) -> Value {
        let (status, made) = self.send("POST", "vtn_connections", self.new_connection()).await;
        assert_eq!(status, 201, "{made}");
        made
    }

    async fn follower(&self) -> Follower {
        let mut tx = self.world.platform.db.read().await.unwrap();
        let (connection, sealed) = store::enabled(&mut tx).await.unwrap().remove(0);
        assert!(!sealed.contains("geheim"));
        Follower::new(&self.world.energy, connection, &sealed)
    }

    async fn proposals(&self) -> Vec<Value> {
        let (status, list) = self.send("GET", "dr_proposals", json!(null)).await;
        assert_eq!(status, 200, "{list}");
        list["items"].as_array().unwrap().clone()
    }

    /// Asks for 50 kW less from 14 to 16 o'clock of a day.
    fn put_event(&self, id: &str, kw: f64, more: &Value) {
        let mut event = event(kw, "2026-11-26T05:00:00Z", "PT2H");
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.server.put("events", id, event);
    }

    /// What the control centre was told: phase and value of each signal, the earliest first.
    async fn signals(&self) -> Vec<(String, Value)> {
        let told = crate::peak::tests::signals(&self.world).await.into_iter();
        let phase = |phase| serde_json::to_value(phase).unwrap().as_str().unwrap().to_owned();
        told.map(|signal| (phase(signal.phase), json!(signal.value))).collect()
    }
}

fn event(kw: f64, start: &str, duration: &str) -> Value {
    json!({
        "programID": "p-1", "eventName": "오후 감축",
        "intervalPeriod": { "start": start, "duration": duration },
        "payloadDescriptors": [{ "payloadType": "DISPATCH_SETPOINT_RELATIVE", "units": "KW" }],
        "reportDescriptors": [
            { "payloadType": "USAGE" }, { "payloadType": "BASELINE" }, { "payloadType": "OPERATING_STATE" },
        ],
        "intervals": [{ "id": 0, "payloads": [
            { "type": "DISPATCH_SETPOINT_RELATIVE", "values": [kw] },
        ] }],
    })
}

fn baseline() -> Value {
    json!({ "method": "mid_6_10", "ranking": "by_hour", "adjustment": "none",
        "exclusions": "reductions" })
}

#[tokio::test]
async fn an_event_becomes_a_call_once_a_person_accepts_and_follows_the_server_after() {
    let house = House::new("vtn-event").await;
    let made = house.connect().await;
    assert!(!made.to_string().contains("geheim"), "the secret is told to nobody: {made}");
    house.put_event("e-1", -50.0, &json!({}));
    let mut follower = house.follower().await;
    for _ in 0..3 {
        let heard = follower.poll().await.unwrap();
        assert_eq!((heard.events, heard.other_events, heard.unread), (1, 0, None));
    }
    assert_eq!(house.server.tokens(), 1, "a token is used until its end");
    assert_eq!(house.server.held("vens").len(), 1, "it made its name known once");
    let all = house.proposals().await;
    assert_eq!(all.len(), 1, "heard again it stays one: {all:?}");
    let one = &all[0];
    assert_eq!((&one["state"], &one["acceptable"]), (&json!("open"), &json!(true)), "{one}");
    let hours = json!({ "day": "2026-11-26", "first_hour": 14, "end_hour": 16 });
    assert_eq!((&one["hours"], &one["offer"]["requested_kw"]), (&hours, &json!(50)));
    assert_eq!(one["source_name"], "시연 수요관리사업자");
    assert_eq!(one["offer"]["signal"], "DISPATCH_SETPOINT_RELATIVE -50 KW");
    let path = format!("dr_proposals/{}/accept", one["id"].as_str().unwrap());
    let accept = json!({ "version": 1, "baseline": baseline() });
    let (status, taken) = house.send("POST", &path, accept.clone()).await;
    assert_eq!((status, &taken["state"]), (200, &json!("accepted")), "{taken}");
    let (status, stale) = house.send("POST", &path, accept).await;
    assert_eq!((status, &stale["code"]), (409, &json!("dr_proposal.stale")), "{stale}");
    let calls = async || house.send("GET", "dr_events", json!(null)).await.1["items"].clone();
    let found = calls().await;
    assert_eq!(found[0]["id"], taken["call"]);
    let terms = &found[0]["terms"];
    assert_eq!((&terms["requested_kw"], &terms["openadr_event"]), (&json!(50), &json!("e-1")));

    // The server asks for more: a person is asked anew, and the call stands until then.
    house.put_event("e-1", -80.0, &json!({}));
    follower.poll().await.unwrap();
    let one = &house.proposals().await[0];
    assert_eq!((&one["state"], &one["changed"]), (&json!("open"), &json!(true)), "{one}");
    assert_eq!(calls().await[0]["state"], "planned");
    let accept = json!({ "version": one["version"], "baseline": baseline() });
    let (status, taken) = house.send("POST", &path, accept).await;
    assert_eq!((status, &taken["state"]), (200, &json!("accepted")), "{taken}");
    let found = calls().await;
    assert_eq!((&found[0]["state"], &found[1]["state"]), (&json!("planned"), &json!("cancelled")));
    assert_eq!(found[0]["terms"]["requested_kw"], 80);

    // A new name alone asks nobody anew; taking the event back cancels the call.
    house.put_event("e-1", -80.0, &json!({ "eventName": "저녁" }));
    follower.poll().await.unwrap();
    assert_eq!(house.proposals().await[0]["state"], "accepted");
    house.server.remove("events", "e-1");
    follower.poll().await.unwrap();
    let one = &house.proposals().await[0];
    assert_eq!((&one["state"], &one["acceptable"]), (&json!("withdrawn"), &json!(false)), "{one}");
    assert_eq!(calls().await[0]["state"], "cancelled");
    let told = house.signals().await;
    let phases: Vec<_> = told.iter().map(|(phase, _)| phase.as_str()).collect();
    assert_eq!(phases, ["raised", "cleared", "raised", "cleared"], "{told:?}");
    assert_eq!(told[2].1, json!(80.0));
    house.world.close().await;
}

#[tokio::test]
async fn what_no_call_can_be_made_of_is_shown_with_its_reason() {
    let house = House::new("vtn-unfit").await;
    house.connect().await;
    let put = |id: &str, body: Value| house.server.put("events", id, body);
    put("half", event(-10.0, "2026-11-26T05:30:00Z", "PT1H"));
    put("saturday", event(-10.0, "2026-11-28T05:00:00Z", "PT1H"));
    put("night", event(-10.0, "2026-11-26T14:00:00Z", "PT2H"));
    put("over", event(-10.0, "2026-11-24T05:00:00Z", "PT1H"));
    put("up", event(10.0, "2026-11-26T05:00:00Z", "PT1H"));
    put("ever", event(-10.0, "2026-11-26T05:00:00Z", "P9999Y"));
    let mut level = event(-10.0, "2026-11-27T01:00:00Z", "PT1H");
    level["intervals"][0]["payloads"] = json!([{ "type": "SIMPLE", "values": [2] }]);
    put("level", level);
    let mut price = event(-10.0, "2026-11-27T01:00:00Z", "PT1H");
    price["intervals"][0]["payloads"] = json!([{ "type": "PRICE", "values": [120.5] }]);
    put("price", price);
    let heard = house.follower().await.poll().await.unwrap();
    assert_eq!((heard.events, heard.other_events), (8, 2), "{heard:?}");
    assert!(
        heard.unread.as_ref().unwrap().contains("ever: the event does not say how long"),
        "{heard:?}"
    );
    let all = house.proposals().await;
    let unfit = |id: &str| {
        let one = all.iter().find(|one| one["offer"]["event_id"] == id);
        one.map(|one| (one["unfit"].clone(), one["offer"]["requested_kw"].clone()))
    };
    assert_eq!(unfit("half"), Some((json!("not_whole_hours"), json!(10))));
    assert_eq!(unfit("saturday"), Some((json!("not_a_working_day"), json!(10))));
    assert_eq!(unfit("night"), Some((json!("over_midnight"), json!(10))));
    assert_eq!(unfit("level"), Some((json!(null), json!(null))));
    assert_eq!(all.len(), 4, "{all:?}");
    let path = |id: &str, what: &str| {
        let one = all.iter().find(|one| one["offer"]["event_id"] == id).unwrap();
        format!("dr_proposals/{}/{what}", one["id"].as_str().unwrap())
    };
    let accept = json!({ "version": 1, "baseline": baseline() });
    let (status, no) = house.send("POST", &path("half", "accept"), accept.clone()).await;
    assert_eq!((status, &no["code"]), (409, &json!("dr_proposal.unfit")), "{no}");
    let (status, no) = house.send("POST", &path("level", "accept"), accept).await;
    assert_eq!((status, &no["fields"][0]["pointer"]), (422, &json!("/requested_kw")), "{no}");
    let with_kw = json!({ "version": 1, "baseline": baseline(), "requested_kw": 30 });
    let (status, yes) = house.send("POST", &path("level", "accept"), with_kw).await;
    assert_eq!((status, &yes["state"]), (200, &json!("accepted")), "{yes}");
    let (status, out) = house.send("POST", &path("half", "opt_out"), json!({ "version": 1 })).await;
    assert_eq!((status, &out["state"]), (200, &json!("opted_out")), "{out}");
    house.world.close().await;
}

#[tokio::test]
async fn a_server_in_trouble_changes_nothing_and_its_trouble_is_said() {
    let house = House::new("vtn-faults").await;
    house.connect().await;
    house.put_event("e-1", -50.0, &json!({}));
    let mut follower = house.follower().await;
    follower.poll().await.unwrap();
    let before = house.proposals().await;
    house.server.remove("events", "e-1");
    for (fault, words, is_lasting) in [
        (VtnFault::Broken, "status 500", false),
        (VtnFault::Down, "status 503", false),
        (VtnFault::Garbage, "cannot be read", false),
        (VtnFault::Huge, "larger than 1048576 bytes", false),
        (VtnFault::Expired, "status 401", false),
    ] {
        house.server.strike(Some(fault));
        let failure = follower.poll().await.unwrap_err();
        assert!(failure.words.contains(words), "{fault:?}: {failure:?}");
        assert_eq!(failure.is_lasting, is_lasting, "{fault:?}");
        assert_eq!(house.proposals().await, before, "{fault:?}");
    }
    for (fault, words) in
        [(VtnFault::NoToken, "check client id"), (VtnFault::Redirect, "gives no token")]
    {
        house.server.strike(Some(fault));
        let failure = house.follower().await.poll().await.unwrap_err();
        assert!(failure.words.contains(words) && failure.is_lasting, "{fault:?}: {failure:?}");
        assert!(!failure.words.contains("geheim"), "{failure:?}");
    }
    // An answer that cannot be read whole takes nothing back; a whole one does.
    house.server.strike(Some(VtnFault::OneBad));
    let heard = follower.poll().await.unwrap();
    assert!(heard.unread.as_ref().unwrap().contains("/id"), "{heard:?}");
    assert_eq!(house.proposals().await, before);
    house.server.strike(None);
    follower.poll().await.unwrap();
    assert_eq!(house.proposals().await[0]["state"], "withdrawn");
    house.world.close().await;
}

#[tokio::test]
async fn many_events_are_read_page_by_page_and_one_program_alone_where_that_is_asked() {
    let house = House::new("vtn-pages").await;
    let mut new = house.new_connection();
    new["terms"]["program"] = json!("시연 수요반응");
    let (status, made) = house.send("POST", "vtn_connections", new).await;
    assert_eq!(status, 201, "{made}");
    for n in 0..25 {
        house.put_event(&format!("e-{n:02}"), -50.0, &json!({}));
    }
    house.put_event("other", -50.0, &json!({ "programID": "p-2" }));
    house.server.put("programs", "p-2", json!({ "programName": "다른 사업" }));
    let heard = house.follower().await.poll().await.unwrap();
    assert_eq!(heard.events, 25);
    assert_eq!(house.proposals().await.len(), 25);
    house.server.remove("programs", "p-1");
    let failure = house.follower().await.poll().await.unwrap_err();
    assert!(failure.words.contains("no program '시연 수요반응'"), "{failure:?}");
    house.world.close().await;
}

#[tokio::test]
async fn what_was_drawn_is_reported_after_a_call_and_only_where_the_customer_said_so() {
    let house = House::new("vtn-report").await;
    let made = house.connect().await;
    let series = house.world.point("m-1", "kwh").1;
    let start: Instant = "2026-10-26T00:00:00+09:00".parse().unwrap();
    // 25 kWh a quarter of an hour for a month, 15 during the call; the last quarter of the call is not known.
    let readings = (0..32 * 96).filter(|slot| *slot != 31 * 96 + 63).map(|slot: i64| {
        let called = (31 * 96 + 56..31 * 96 + 64).contains(&slot);
        let at_ms = start.as_millis() + slot * 900_000;
        let value = if called { 15.0 } else { 25.0 };
        Reading { series, at_ms, value, quality: Quality::GOOD }
    });
    let arrived = house.world.platform.clock.now();
    house.world.telemetry.store().append(readings.collect(), arrived).await.unwrap();
    house.put_event("e-1", -40.0, &json!({}));
    house.put_event(
        "e-2",
        -40.0,
        &json!({
            "intervalPeriod": { "start": "2026-11-27T05:00:00Z", "duration": "PT1H" },
        }),
    );
    let mut follower = house.follower().await;
    follower.poll().await.unwrap();
    for one in house.proposals().await {
        let what = if one["offer"]["event_id"] == "e-1" { "accept" } else { "opt_out" };
        let path = format!("dr_proposals/{}/{what}", one["id"].as_str().unwrap());
        let body = if what == "accept" {
            json!({ "version": 1, "baseline": baseline() })
        } else {
            json!({ "version": 1 })
        };
        let (status, answer) = house.send("POST", &path, body).await;
        assert_eq!(status, 200, "{answer}");
    }
    follower.poll().await.unwrap();
    let sent = house.server.held("reports");
    assert_eq!(sent.len(), 1, "before the call only the opting out is told: {sent:?}");
    assert_eq!(
        (&sent[0]["eventID"], &sent[0]["clientName"]),
        (&json!("e-2"), &json!("한빛제지 본관"))
    );
    let interval = &sent[0]["resources"][0]["intervals"][0];
    let state = json!({ "type": "OPERATING_STATE", "values": ["RUNNING_OPTED_OUT"] });
    assert_eq!(interval["payloads"][0], state);

    // At 16:10 of the day a quarter of an hour is missing: the baseline goes, the use waits for a day.
    house.clock.set("2026-11-26T16:10:00+09:00".parse().unwrap());
    follower.poll().await.unwrap();
    follower.poll().await.unwrap();
    let kinds = |all: &[Value]| -> Vec<Value> {
        all.iter().map(|one| one["payloadDescriptors"][0]["payloadType"].clone()).collect()
    };
    let sent = house.server.held("reports");
    assert_eq!(sent.len(), 2, "{:?}", kinds(&sent));
    let of = |all: &[Value], kind: &str| -> Vec<Value> {
        let one = all.iter().find(|one| one["payloadDescriptors"][0]["payloadType"] == kind);
        one.map(|one| one["resources"][0]["intervals"].as_array().unwrap().clone())
            .unwrap_or_default()
    };
    let hours = of(&sent, "BASELINE");
    assert_eq!((hours.len(), &hours[0]["payloads"][0]["values"]), (2, &json!([100.0])));
    house.clock.set("2026-11-27T16:10:00+09:00".parse().unwrap());
    follower.poll().await.unwrap();
    follower.poll().await.unwrap();
    let sent = house.server.held("reports");
    let usage = of(&sent, "USAGE");
    assert_eq!((sent.len(), usage.len()), (3, 7), "{:?}", kinds(&sent));
    assert_eq!(usage[0]["payloads"][0], json!({ "type": "USAGE", "values": [15.0] }));
    assert_eq!(usage[0]["intervalPeriod"]["start"], "2026-11-26T05:00:00Z");
    let reported = house.proposals().await;
    let reported = reported.iter().find(|one| one["offer"]["event_id"] == "e-1").unwrap();
    assert_eq!(reported["reported"], json!(["BASELINE", "USAGE"]));

    // Off: nothing more is told.
    let mut terms = made["terms"].clone();
    terms["sends_reports"] = json!(false);
    let path = format!("vtn_connections/{}", made["id"].as_str().unwrap());
    let (status, next) = house.send("PATCH", &path, json!({ "version": 1, "terms": terms })).await;
    assert_eq!(status, 200, "{next}");
    house.put_event(
        "e-3",
        -40.0,
        &json!({
            "intervalPeriod": { "start": "2026-11-30T05:00:00Z", "duration": "PT1H" },
        }),
    );
    let mut follower = house.follower().await;
    follower.poll().await.unwrap();
    let all = house.proposals().await;
    let one = all.iter().find(|one| one["offer"]["event_id"] == "e-3").unwrap();
    let path = format!("dr_proposals/{}/opt_out", one["id"].as_str().unwrap());
    assert_eq!(house.send("POST", &path, json!({ "version": 1 })).await.0, 200);
    follower.poll().await.unwrap();
    assert_eq!(house.server.held("reports").len(), 3);
    house.world.close().await;
}

#[tokio::test]
async fn a_refused_report_stops_no_round_and_what_was_taken_back_is_not_reported() {
    let house = House::new("vtn-refused").await;
    house.connect().await;
    house.put_event("e-1", -40.0, &json!({}));
    house.put_event("e-2", -40.0, &json!({}));
    let mut follower = house.follower().await;
    follower.poll().await.unwrap();
    for one in house.proposals().await {
        let path = format!("dr_proposals/{}/opt_out", one["id"].as_str().unwrap());
        assert_eq!(house.send("POST", &path, json!({ "version": 1 })).await.0, 200);
    }
    house.server.remove("events", "e-2");
    house.server.strike(Some(VtnFault::NoReports));
    let heard = follower.poll().await.unwrap();
    let unread = heard.unread.unwrap();
    assert_eq!(unread.matches("is refused and not sent again").count(), 1, "{unread}");
    // It is not tried again, even where the server would take it now.
    house.server.strike(None);
    assert_eq!(follower.poll().await.unwrap().unread, None);
    assert!(house.server.held("reports").is_empty());
    house.world.close().await;
}

#[tokio::test]
async fn a_connection_is_the_customers_its_secret_is_asked_again_and_off_means_off() {
    let house = House::new("vtn-api").await;
    let (status, made) = house
        .send("POST", "vtn_connections", {
            let mut new = house.new_connection();
            new["terms"].as_object_mut().unwrap().remove("enabled");
            new["terms"]["token_url"] = json!("");
            new
        })
        .await;
    assert_eq!(
        (status, &made["status"]["state"]),
        (201, &json!("disabled")),
        "off by default: {made}"
    );
    let path = format!("vtn_connections/{}", made["id"].as_str().unwrap());
    let change = async |version: u32, field: &str, value: Value, secret: Option<&str>| {
        let mut terms = made["terms"].clone();
        terms[field] = value;
        let body = json!({ "version": version, "terms": terms, "secret": secret });
        house.send("PATCH", &path, body).await
    };
    // What came of one server is not told to another.
    for (field, value) in
        [("client_id", "ven-2"), ("base_url", "https://10.0.0.1/"), ("program", "다른 사업")]
    {
        let (status, no) = change(1, field, json!(value), Some("s")).await;
        assert_eq!((status, &no["code"]), (409, &json!("vtn_connection.fixed")), "{field}: {no}");
    }
    // Another address of tokens without the secret: it could be sent elsewhere.
    let token_url = json!(format!("{}token", house.server.url()));
    let (status, no) = change(1, "token_url", token_url, None).await;
    assert_eq!((status, &no["fields"][0]["pointer"]), (422, &json!("/secret")), "{no}");
    let (status, no) = change(1, "token_url", json!("https://10.0.0.1/"), Some("s")).await;
    assert_eq!((status, &no["fields"][0]["pointer"]), (422, &json!("/terms/token_url")), "{no}");
    let (status, yes) = change(1, "name", json!("다른 이름"), None).await;
    assert_eq!((status, &yes["version"]), (200, &json!(2)), "{yes}");
    let (status, stale) = change(1, "name", json!("늦은 이름"), None).await;
    assert_eq!((status, &stale["code"]), (409, &json!("vtn_connection.stale")));
    house.world.energy.follow_vtns();
    let Scope::Establishment { complex, .. } = house.world.tenant() else { panic!("a tenant") };
    for (role, scope) in
        [(Role::EnergyOffice, Scope::Complex(complex)), (Role::Administrator, Scope::System)]
    {
        let other = house.world.somebody(role, scope);
        for what in ["vtn_connections", "dr_proposals"] {
            let uri = format!("{}/{what}", house.one);
            let (status, _) = house.world.call(&other, "GET", &uri, json!(null)).await;
            assert_eq!(status, 404, "{role} {what}");
        }
        let uri = format!("{}/vtn_connections", house.one);
        let (status, _) = house.world.call(&other, "POST", &uri, house.new_connection()).await;
        assert_eq!(status, 404, "{role}");
    }
    let operator = house.world.somebody(Role::Operator, house.world.tenant());
    let uri = format!("{}/vtn_connections", house.one);
    let (status, _) = house.world.call(&operator, "POST", &uri, house.new_connection()).await;
    assert_eq!(status, 404);
    for n in 2..=super::CONNECTIONS_PER_CONTRACT_MAX {
        let mut new = house.new_connection();
        new["terms"]["enabled"] = json!(false);
        assert_eq!(house.send("POST", "vtn_connections", new).await.0, 201, "{n}");
    }
    let (status, full) = house.send("POST", "vtn_connections", house.new_connection()).await;
    assert_eq!((status, &full["code"]), (409, &json!("vtn_connection.too_many")), "{full}");
    assert_eq!(house.server.calls(), 0, "nobody was called until a connection is on");
    // On: its own task finds the server, and deleting it ends that.
    let (status, on) = change(2, "enabled", json!(true), None).await;
    assert_eq!(status, 200, "{on}");
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    loop {
        let (_, list) = house.send("GET", "vtn_connections", json!(null)).await;
        let one =
            list["items"].as_array().unwrap().iter().find(|one| one["id"] == made["id"]).cloned();
        if one.is_some_and(|one| one["status"]["state"] == "ok") {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "{list}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(house.send("DELETE", &path, json!(null)).await.0, 204);
    let (status, gone) = house.send("DELETE", &path, json!(null)).await;
    assert_eq!((status, &gone["code"]), (404, &json!("vtn_connection.not_found")));
    house.world.close().await;
}
