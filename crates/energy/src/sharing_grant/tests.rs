//! A second tenant is granted, reads, is seen reading, and is refused after the revocation.

use std::ops::Deref;

use base::noun::Establishment;
use base::{Actor, ActorKind, Grant, Id, Instant, Quality, Reading, Role, Scope};
use energy_rules::sharing::{Level, Resolution};
use jiff::civil::date;
use platform::Ctx;
use registry::directory::PointInfo;
use serde_json::{Value, json};

use super::{SharingGrant, SharingGrantState, SharingTerms, rules};
use crate::sharing_level::SharingLevelChange;
use crate::testkit::{self, Kit};

/// Firms of the test, the first seven of one industry.
pub(crate) const FIRMS: [(&str, &str); 10] = [
    ("가온기계", "29294"),
    ("나래기계", "29110"),
    ("다솜기계", "29120"),
    ("라온기계", "29130"),
    ("마루기계", "29141"),
    ("바름기계", "29150"),
    ("사랑기계", "29161"),
    ("아라제지", "17110"),
    ("자람제지", "17121"),
    ("차분인쇄", "18111"),
];

/// An energy platform with ten firms in one complex, each with a meter.
pub(crate) struct World(Kit);

impl Deref for World {
    type Target = Kit;
    fn deref(&self) -> &Kit {
        &self.0
    }
}

impl World {
    pub(crate) async fn new(name: &str) -> Self {
        Self(testkit::open(name, seed()).await)
    }

    /// The firm with this number.
    pub(crate) fn site(&self, firm: usize) -> Scope {
        let snapshot = self.directory.snapshot();
        let name = FIRMS[firm].0;
        let site = snapshot.establishments().find(|site| &*site.name == name).unwrap();
        Scope::Establishment { id: site.id, complex: site.complex }
    }

    pub(crate) fn id(&self, firm: usize) -> Id<Establishment> {
        let Scope::Establishment { id, .. } = self.site(firm) else { panic!("a firm") };
        id
    }

    pub(crate) fn complex(&self) -> Scope {
        Scope::Complex(self.directory.snapshot().complexes()[0].id)
    }

    pub(crate) fn meter(&self, firm: usize) -> PointInfo {
        let snapshot = self.directory.snapshot();
        let device = snapshot.device_by_key(&format!("m-{firm}")).unwrap().id;
        snapshot.point(device, "kwh").unwrap().clone()
    }

    pub(crate) fn somebody(&self, role: Role, scope: Scope) -> Ctx {
        let actor = Actor { kind: ActorKind::Token, id: "t".into(), name: format!("{role}") };
        Ctx::new(actor, vec![Grant { role, scope }], self.platform.clock.clone(), "test".into())
    }

    pub(crate) fn manager(&self, firm: usize) -> Ctx {
        self.somebody(Role::EnergyManager, self.site(firm))
    }

    /// The firm chooses a level; `at` is when.
    pub(crate) async fn choose(&self, firm: usize, level: Level, at: Instant) {
        let site = self.directory.snapshot().establishment(self.id(firm)).unwrap().clone();
        let mut ctx = self.manager(firm);
        ctx.now = at;
        let mut tx = self.platform.db.read().await.unwrap();
        let version = crate::sharing_level::store::latest(&mut tx, &site).await.unwrap().version;
        drop(tx);
        let change = SharingLevelChange { version, level, floor_area_m2: None };
        self.energy.choose(&ctx, &site, change).await.unwrap();
    }

    /// kWh of each quarter of an hour from `from` until `until`.
    pub(crate) async fn fill(
        &self,
        firm: usize,
        (from, until): (&str, &str),
        kwh: impl Fn(i64) -> f64,
    ) {
        let ms = |text: &str| text.parse::<Instant>().unwrap().as_millis();
        let (from, until, series) = (ms(from), ms(until), self.meter(firm).series);
        let slots = (0..(until - from) / 900_000).map(|slot| Reading {
            series,
            at_ms: from + slot * 900_000,
            value: kwh(slot),
            quality: Quality::GOOD,
        });
        let (slots, arrived) = (slots.collect(), self.platform.clock.now());
        self.telemetry.store().append(slots, arrived).await.unwrap();
    }

    pub(crate) async fn close(self) {
        assert_eq!(self.platform.tasks.shutdown().await, vec![], "every stage ends in time");
    }

    fn new_grant(&self, owner: usize, recipient: Scope, resolution: &str) -> Value {
        json!({
            "establishment_id": self.id(owner),
            "terms": {
                "recipient": recipient,
                "quantity": "active_energy",
                "resolution": resolution,
                "purpose": "절감 성과 확인",
                "from": "2026-11-25",
                "until": "2026-12-31",
                "values_from": "2026-11-01",
            },
        })
    }
}

fn seed() -> Value {
    let metric = |key: &str, quantity: &str| {
        json!({ "key": key, "quantity": quantity, "kind": "interval", "interval_s": 900,
            "expected_interval_s": 900 })
    };
    let firms = FIRMS.iter().enumerate();
    json!({
        "complexes": [{ "code": "jj1", "name": "가람 제1산단", "name_en": "Garam 1", "kind": "general" }],
        "companies": firms.clone().map(|(_, (name, _))| json!({ "name": name })).collect::<Vec<_>>(),
        "establishments": firms.clone().map(|(_, (name, ksic))| json!({
            "complex": "jj1", "company": name, "name": name, "ksic_code": ksic, "ksic_revision": 11,
        })).collect::<Vec<_>>(),
        "organisations": [{ "complex": "jj1", "name": "산단 사업단", "kind": "programme_office" }],
        "profiles": [{ "code": "meter", "name": "meter", "metrics": [metric("kwh", "active_energy")] }],
        "devices": firms.map(|(n, (name, _))| json!({
            "complex": "jj1", "key": format!("m-{n}"), "name": name, "kind": "meter",
            "profile": "meter", "establishment": name,
        })).collect::<Vec<_>>(),
    })
}

const GRANTS: &str = "/api/v1/sharing_grants";

#[tokio::test]
async fn a_grant_is_read_coarse_seen_by_the_owner_and_ends_with_its_revocation() {
    let world = World::new("sharing-grant").await;
    let (owner, other) = (world.manager(0), world.manager(1));
    let now = world.platform.clock.now();
    world.choose(0, Level::Partner, now).await;
    // 22 and 23 November whole, the 24th with a gap, today so far.
    let day = |day: u8| format!("2026-11-{day}T00:00:00+09:00");
    world.fill(0, (&day(22), &day(24)), |_| 2.0).await;
    world.fill(0, (&day(24), "2026-11-24T12:00:00+09:00"), |_| 2.0).await;
    world.fill(0, (&day(25), "2026-11-25T09:00:00+09:00"), |_| 2.0).await;
    let raw = |ctx: Ctx| {
        let (telemetry, point) = (world.telemetry.clone(), world.meter(0).id);
        async move { telemetry.permitted(&ctx, point, 0, i64::MAX).await.map(drop) }
    };
    assert_eq!(raw(other.clone()).await.unwrap_err().status(), 403);

    let new = world.new_grant(0, world.site(1), "day");
    let (status, grant) = world.call(&owner, "POST", GRANTS, new).await;
    assert_eq!((status, &grant["state"]), (201, &json!("open")), "{grant}");
    assert_eq!(grant["recipient_name"], FIRMS[1].0);
    let id = grant["id"].as_str().unwrap();
    let read = format!("/api/v1/shared_readings?grant={id}&from=2026-11-20&to=2026-11-30");
    let (status, told) = world.call(&other, "GET", &read, json!(null)).await;
    assert_eq!((status, &told["to"]), (200, &json!("2026-11-25")), "{told}");
    let days = told["series"][0]["items"].as_array().unwrap();
    let values: Vec<_> = days.iter().map(|day| day["value"].clone()).collect();
    // The 24th may still be filled up, the 25th is not over: neither is told.
    assert_eq!(values, [json!(null), json!(null), json!(192.0), json!(192.0), json!(null)]);
    assert_eq!(told["value_count"], 2);
    // Raw readings stay closed, and so are finer values, and the log.
    assert_eq!(raw(other.clone()).await.unwrap_err().status(), 403);
    let (status, fine) =
        world.call(&other, "GET", &format!("{read}&resolution=hour"), json!(null)).await;
    assert_eq!((status, &fine["fields"][0]["pointer"]), (422, &json!("/resolution")));
    let log = format!("/api/v1/sharing_reads?establishment={}", world.id(0));
    let (status, _) = world.call(&other, "GET", &log, json!(null)).await;
    assert_eq!(status, 404, "a tenant knows nothing of its neighbour");

    let (_, seen) = world.call(&owner, "GET", &log, json!(null)).await;
    let row = &seen["items"][0];
    assert_eq!(seen["items"].as_array().unwrap().len(), 1, "the refused question left no value");
    assert_eq!((&row["value_count"], &row["resolution"]), (&json!(2), &json!("day")));
    assert_eq!((&row["grant_id"], &row["actor"]["name"]), (&grant["id"], &json!("energy_manager")));

    let revoke = format!("{GRANTS}/{id}/revoke");
    let (status, _) = world.call(&other, "POST", &revoke, json!({})).await;
    assert_eq!(status, 404, "the recipient does not act for the owner");
    let (status, revoked) = world.call(&owner, "POST", &revoke, json!({})).await;
    assert_eq!((status, &revoked["grant"]["state"]), (200, &json!("revoked")));
    assert_eq!((&revoked["read_count"], &revoked["value_count"]), (&json!(1), &json!(2)));
    assert_eq!(revoked["reads"][0]["id"], row["id"]);
    let (status, refused) = world.call(&other, "GET", &read, json!(null)).await;
    assert_eq!((status, &refused["code"]), (403, &json!("sharing_grant.closed")));
    assert!(refused["detail"].as_str().unwrap().contains("revoked"), "{refused}");
    let (_, again) = world.call(&owner, "POST", &revoke, json!({})).await;
    assert_eq!(again["grant"]["revoked_at"], revoked["grant"]["revoked_at"]);
    world.close().await;
}

#[tokio::test]
async fn only_the_owner_grants_and_only_what_its_level_opens() {
    let world = World::new("sharing-refuse").await;
    let complex = world.complex();
    let owner = world.manager(0);
    let now = world.platform.clock.now();
    for (role, scope) in [
        (Role::Administrator, Scope::System),
        (Role::EnergyOffice, complex),
        (Role::Operator, complex),
        (Role::EnergyManager, world.site(1)),
    ] {
        let ctx = world.somebody(role, scope);
        let new = world.new_grant(0, complex, "day");
        let (status, answer) = world.call(&ctx, "POST", GRANTS, new).await;
        assert!(matches!(status, 403 | 404), "{role}: {answer}");
        let level = format!("/api/v1/sharing_levels/{}", world.id(0));
        let (status, _) =
            world.call(&ctx, "PATCH", &level, json!({ "version": 0, "level": 4 })).await;
        assert!(matches!(status, 403 | 404), "{role}");
        let log = format!("/api/v1/sharing_reads?establishment={}", world.id(0));
        let (status, _) = world.call(&ctx, "GET", &log, json!(null)).await;
        assert!(matches!(status, 403 | 404), "{role}");
    }
    for (level, recipient, resolution, status) in [
        (Level::None, complex, "month", 409),
        (Level::Benchmark, complex, "day", 409),
        (Level::Office, complex, "hour", 409),
        (Level::Office, world.site(1), "month", 409),
        (Level::Office, complex, "day", 201),
        (Level::Partner, world.site(1), "quarter_hour", 201),
    ] {
        world.choose(0, level, now).await;
        let new = world.new_grant(0, recipient, resolution);
        let (got, answer) = world.call(&owner, "POST", GRANTS, new).await;
        assert_eq!(got, status, "{level:?} {resolution}: {answer}");
        if status == 409 {
            assert_eq!(answer["code"], "sharing_grant.level_too_low");
            assert!(answer["detail"].as_str().unwrap().contains("raise the level"), "{answer}");
        }
    }
    for (field, value, pointer) in [
        ("purpose", json!(" "), "/terms/purpose"),
        ("until", json!("2026-11-24"), "/terms/until"),
        ("until", json!("2031-01-01"), "/terms/until"),
        ("values_from", json!("2027-01-01"), "/terms/values_from"),
        ("points", json!([world.meter(0).id]), "/terms/points"),
        ("quantity", json!("gas"), "/terms/quantity"),
        ("recipient", json!("system"), "/terms/recipient"),
        ("recipient", json!(world.site(0)), "/terms/recipient"),
    ] {
        let mut new = world.new_grant(0, world.site(1), "day");
        new["terms"][field] = value;
        let (status, answer) = world.call(&owner, "POST", GRANTS, new).await;
        assert_eq!((status, &answer["code"]), (422, &json!("sharing_grant.invalid")), "{field}");
        assert_eq!(answer["fields"][0]["pointer"], pointer, "{answer}");
    }
    // Another's meter cannot be passed on.
    let mut new = world.new_grant(0, world.site(1), "day");
    new["terms"]["quantity"] = json!(null);
    new["terms"]["points"] = json!([world.meter(1).id]);
    let (status, answer) = world.call(&owner, "POST", GRANTS, new).await;
    assert_eq!((status, &answer["fields"][0]["pointer"]), (422, &json!("/terms/points")));
    world.close().await;
}

#[tokio::test]
async fn a_lower_level_closes_a_grant_at_once_and_roles_from_above_receive_nothing() {
    let world = World::new("sharing-level").await;
    let complex = world.complex();
    let (owner, now) = (world.manager(0), world.platform.clock.now());
    world.choose(0, Level::Office, now).await;
    let (_, grant) = world.call(&owner, "POST", GRANTS, world.new_grant(0, complex, "day")).await;
    let read = format!("/api/v1/shared_readings?grant={}", grant["id"].as_str().unwrap());
    let office = world.somebody(Role::EnergyOffice, complex);
    for (role, scope) in [
        (Role::Administrator, Scope::System),
        (Role::EnergyOffice, Scope::System),
        (Role::Operator, complex),
        (Role::Administrator, complex),
        (Role::EnergyManager, world.site(1)),
    ] {
        let ctx = world.somebody(role, scope);
        let (status, answer) = world.call(&ctx, "GET", &read, json!(null)).await;
        assert_eq!((status, &answer["code"]), (404, &json!("sharing_grant.not_found")), "{role}");
        let (_, listed) = world.call(&ctx, "GET", GRANTS, json!(null)).await;
        assert_eq!(listed["items"], json!([]), "{role}");
    }
    let (_, listed) = world.call(&office, "GET", GRANTS, json!(null)).await;
    assert_eq!(listed["items"][0]["is_recipient"], true, "{listed}");
    assert_eq!(listed["items"][0]["is_owner"], false);
    for (level, expect) in [(Level::Office, 200), (Level::Benchmark, 403), (Level::Partner, 200)] {
        world.choose(0, level, now).await;
        let (status, answer) = world.call(&office, "GET", &read, json!(null)).await;
        assert_eq!(status, expect, "{level:?}: {answer}");
    }
    let (status, answer) = world.call(&owner, "GET", &read, json!(null)).await;
    assert_eq!(status, 403, "the owner reads its own values elsewhere: {answer}");
    world.close().await;
}

#[test]
fn a_grant_is_open_from_its_first_day_to_its_last() {
    use SharingGrantState as S;
    let id = |n: u8| Id::v7(Instant::from_micros(0), [n; 10]);
    let (from, until) = (date(2026, 11, 10), date(2026, 11, 20));
    let mut grant = SharingGrant {
        id: Id::v7(Instant::from_micros(0), [1; 10]),
        complex_id: Id::v7(Instant::from_micros(0), [2; 10]),
        establishment_id: id(3),
        terms: SharingTerms {
            recipient: Scope::Complex(Id::v7(Instant::from_micros(0), [2; 10])),
            points: None,
            quantity: Some("active_energy".into()),
            resolution: Resolution::Day,
            purpose: "시험".into(),
            from,
            until,
            values_from: None,
        },
        created_at: Instant::from_micros(0),
        created_by: Actor::system("test"),
        revoked_at: None,
        revoked_by: None,
    };
    for (day, level, expect) in [
        (9, Level::Office, S::NotBegun),
        (10, Level::Office, S::Open),
        (20, Level::Partner, S::Open),
        (20, Level::Benchmark, S::LevelTooLow),
        (21, Level::Office, S::Ended),
    ] {
        assert_eq!(rules::state(&grant, level, date(2026, 11, day)), expect, "{day} {level:?}");
    }
    grant.revoked_at = Some(Instant::from_micros(1));
    assert_eq!(rules::state(&grant, Level::Partner, from), S::Revoked);
}
