use base::{Actor, PointKind, Position};
use platform::testing::{each_engine, platform_on, temp_dir, test_clock};

use super::*;

/// Two complexes, two tenants of one building, an air sensor of the complex and a tenant's meter.
#[expect(clippy::too_many_lines, reason = "one small complex, written out")]
pub(crate) fn sample() -> Seed {
    let metric = |key: &str, quantity: &str, kind, interval_s| Metric {
        key: key.into(),
        name: None,
        quantity: quantity.into(),
        unit: None,
        kind,
        interval_s,
        expected_interval_s: 60,
        min: Some(0.0),
        max: Some(1_000.0),
        decimals: None,
        sent_unit: None,
        stuck_after_s: None,
        max_step: None,
        rollover_at: None,
    };
    let complex = |code: &str, name: &str| SeedComplex {
        code: code.into(),
        name: name.into(),
        name_en: code.to_uppercase(),
        kind: ComplexKind::General,
        boundary: None,
        position: Some(Position { lon: 127.09, lat: 35.86 }),
    };
    let establishment = |company: &str, unit: &str| SeedEstablishment {
        complex: "jj1".into(),
        company: company.into(),
        name: company.into(),
        unit: Some(("가람타워".into(), unit.into())),
        lot_address: Some("팔복동1가 123-4".into()),
        road_address: None,
        ksic_code: Some("17110".into()),
        ksic_revision: Some(11),
        position: None,
    };
    let company = |name: &str, registration_number: Option<&str>| SeedCompany {
        name: name.into(),
        registration_number: registration_number.map(str::to_owned),
    };
    let unit = |name: &str| SeedUnit {
        complex: "jj1".into(),
        building: "가람타워".into(),
        floor: Some("3".into()),
        name: name.into(),
    };
    let device = |key: &str, kind, profile: &str, establishment: Option<&str>| SeedDevice {
        complex: "jj1".into(),
        key: key.into(),
        name: format!("장치 {key}"),
        kind,
        profile: Some(profile.into()),
        establishment: establishment.map(str::to_owned),
        owned_from: None,
        position: Some(Position { lon: 127.08, lat: 35.85 }),
        secret: Some(format!("secret-of-{key}-0123456789")),
    };
    let profile = |code: &str, metrics| SeedProfile {
        code: code.into(),
        name: format!("프로파일 {code}"),
        metrics,
    };
    Seed {
        demo: true,
        complexes: vec![complex("jj1", "가람 제1산단"), complex("jj2", "가람 제2산단")],
        companies: vec![company("한빛제지", Some("1234567890")), company("가람섬유", None)],
        parcels: vec![SeedParcel {
            complex: "jj1".into(),
            pnu: "5211310800101230004".into(),
            area_m2: Some(1_200.0),
            lot_address: Some("팔복동1가 123-4".into()),
        }],
        buildings: vec![SeedBuilding {
            parcel: "5211310800101230004".into(),
            name: "가람타워".into(),
            position: None,
        }],
        units: vec![unit("301호"), unit("302호")],
        establishments: vec![
            establishment("한빛제지", "301호"),
            establishment("가람섬유", "302호"),
        ],
        organisations: vec![SeedOrganisation {
            complex: Some("jj1".into()),
            name: "덕진소방서".into(),
            kind: OrganisationKind::Fire,
            phone: Some("119".into()),
        }],
        profiles: vec![
            profile(
                "air",
                vec![
                    metric("pm25", "pm25", PointKind::Gauge, None),
                    metric("temp", "temperature", PointKind::Gauge, None),
                ],
            ),
            profile("meter", vec![metric("kwh", "active_energy", PointKind::Interval, Some(900))]),
        ],
        devices: vec![
            device("air-001", DeviceKind::Sensor, "air", None),
            device("meter-001", DeviceKind::Meter, "meter", Some("한빛제지")),
        ],
    }
}

#[tokio::test]
async fn a_seed_is_laid_down_once_and_a_second_time_changes_nothing() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        let dir = temp_dir("seed");
        let platform = platform_on(db, &[], test_clock(), &dir).await;
        let first = apply(&platform, &Actor::system("test"), sample()).await.unwrap();
        assert_eq!(first, SeedReport { created: 15, unchanged: 0, points: 3 });
        let second = apply(&platform, &Actor::system("test"), sample()).await.unwrap();
        assert_eq!(second, SeedReport { created: 0, unchanged: 15, points: 0 });
    })
    .await;
}

#[tokio::test]
async fn a_seed_that_names_what_is_missing_says_where() {
    let sets = [platform::MIGRATIONS, crate::MIGRATIONS];
    let platform = platform::testing::platform(&sets, test_clock()).await;
    let mut seed = sample();
    seed.devices[1].establishment = Some("없는 회사".into());
    let error = apply(&platform, &Actor::system("test"), seed).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "/devices/1/establishment: there is no establishment '없는 회사' in the seed or in the \
         registry: add it first"
    );
}

#[tokio::test]
async fn a_seed_with_a_bad_number_says_where() {
    let sets = [platform::MIGRATIONS, crate::MIGRATIONS];
    let platform = platform::testing::platform(&sets, test_clock()).await;
    let mut seed = sample();
    seed.parcels[0].pnu = "123".into();
    let error = apply(&platform, &Actor::system("test"), seed).await.unwrap_err();
    assert!(error.to_string().starts_with("/parcels/0/pnu: give 19 digits"), "{error}");
}

#[test]
fn a_seed_survives_json() {
    let text = serde_json::to_string(&sample()).unwrap();
    assert_eq!(serde_json::from_str::<Seed>(&text).unwrap(), sample());
}
