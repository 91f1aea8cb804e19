use base::{Actor, Instant};
use platform::Platform;
use platform::testing::{TEST_NOW, each_engine, platform_on, temp_dir, test_clock};

use super::*;
use crate::seed::tests::sample;
use crate::seed::{Seed, SeedDevice, apply};

async fn seeded(seed: Seed) -> (Platform, Directory) {
    let sets = [platform::MIGRATIONS, crate::MIGRATIONS];
    let platform = platform::testing::platform(&sets, test_clock()).await;
    apply(&platform, &Actor::system("test"), seed).await.unwrap();
    let directory = Directory::load(&platform).await.unwrap();
    (platform, directory)
}

#[tokio::test]
async fn the_directory_finds_devices_points_and_owners() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        let platform = platform_on(db, &[], test_clock(), &temp_dir("directory")).await;
        apply(&platform, &Actor::system("test"), sample()).await.unwrap();
        let snapshot = Directory::load(&platform).await.unwrap().snapshot();

        let air = snapshot.device_by_key("air-001").unwrap();
        assert_eq!((air.establishment, air.demo, air.retired), (None, true, false));
        let keys: Vec<_> = snapshot.points_of(air.id).map(|point| &*point.key).collect();
        assert_eq!(keys, ["pm25", "temp"]);
        let pm25 = snapshot.point(air.id, "pm25").unwrap();
        assert_eq!((&*pm25.unit, pm25.owner_at(TEST_NOW)), ("ug/m3", None));
        assert_eq!(pm25.position, air.position);
        assert!(pm25.range.holds(1_000.0) && !pm25.range.holds(1_000.1));

        let meter = snapshot.device_by_key("meter-001").unwrap();
        let kwh = snapshot.point(meter.id, "kwh").unwrap();
        assert_eq!(kwh.interval_s, Some(900));
        assert_eq!(kwh.owner_at(TEST_NOW), meter.establishment);
        // The first owner owns it since ever: last year's bills are its own.
        assert_eq!(kwh.owner_at(Instant::from_micros(0)), meter.establishment);
        assert_eq!(kwh.owner_at(Instant::from_micros(-1)), None);
        assert_eq!(snapshot.point_by_id(kwh.id), Some(kwh));
        assert_eq!(snapshot.point_by_series(kwh.series), Some(kwh));
        assert_eq!(snapshot.complexes().len(), 2);
        assert!(snapshot.device_by_key("air-002").is_none());
    })
    .await;
}

#[tokio::test]
async fn only_the_right_secret_of_the_right_device_is_a_credential() {
    let (_, directory) = seeded(sample()).await;
    let snapshot = directory.snapshot();
    assert!(snapshot.check_credential("air-001", "secret-of-air-001-0123456789"));
    assert!(!snapshot.check_credential("air-001", "secret-of-meter-001-0123456789"));
    assert!(!snapshot.check_credential("air-001", ""));
    assert!(!snapshot.check_credential("air-999", "secret-of-air-001-0123456789"));
    let by_secret = |secret| snapshot.device_by_secret(secret).map(|device| &*device.key);
    assert_eq!(by_secret("secret-of-air-001-0123456789"), Some("air-001"));
    assert_eq!((by_secret(""), by_secret("air-001")), (None, None));
}

#[tokio::test]
async fn a_refresh_shows_what_another_process_wrote_and_reads_nothing_else() {
    let (platform, directory) = seeded(sample()).await;
    let before = directory.snapshot();
    directory.refresh().await.unwrap();
    assert!(Arc::ptr_eq(&before, &directory.snapshot()));

    let mut seed = sample();
    seed.devices[0].key = "air-002".into();
    apply(&platform, &Actor::system("test"), seed).await.unwrap();
    assert!(directory.snapshot().device_by_key("air-002").is_none());
    directory.refresh().await.unwrap();
    assert!(directory.snapshot().device_by_key("air-002").is_some());
    assert!(before.device_by_key("air-002").is_none());
}

#[tokio::test]
async fn ten_thousand_points_load_within_a_second() {
    let mut seed = sample();
    let device = seed.devices.remove(0);
    let make = |n: usize| SeedDevice { key: format!("air-{n:05}"), secret: None, ..device.clone() };
    seed.devices = (0..5_000).map(make).collect();
    let (platform, directory) = seeded(seed).await;
    assert_eq!(directory.snapshot().points().len(), 10_000);
    // Unoptimised code on a busy machine: the limit is far above the 0.1 s that a release takes.
    let load = Directory::load(&platform);
    let loaded = tokio::time::timeout(Duration::from_secs(1), load).await;
    assert_eq!(loaded.unwrap().unwrap().snapshot().points().len(), 10_000);
}
