use tempfile::TempDir;

use super::*;

fn reading(series: u32, at_ms: i64, value: f64) -> Reading {
    Reading { series: Series(series), at_ms, value, quality: Quality::GOOD }
}

fn at(micros: i64) -> Instant {
    Instant::from_micros(micros)
}

#[test]
fn a_late_reading_shows_that_the_device_lives_but_hides_no_newer_value() {
    let mut latest = Latest::default();
    latest.note(&reading(1, 100, 1.0), at(10));
    latest.note(&reading(1, 50, 2.0), at(20));
    let found = latest.get(Series(1)).unwrap();
    assert_eq!((found.at_ms, found.value, found.arrived), (100, 1.0, at(20)));
}

#[test]
fn a_correction_of_the_newest_reading_is_shown() {
    let mut latest = Latest::default();
    latest.note(&reading(1, 100, 1.0), at(10));
    latest.note(&reading(1, 100, 2.0), at(20));
    assert_eq!(latest.get(Series(1)).unwrap().value, 2.0);
}

#[test]
fn latest_values_survive_their_file() {
    let dir = TempDir::new().unwrap();
    assert!(load(dir.path()).unwrap().is_none());
    let mut latest = Latest::default();
    for series in 0..100 {
        latest.note(&reading(series, i64::from(series) - 7, 0.5), at(i64::from(series)));
    }
    save(dir.path(), &latest).unwrap();
    let back = load(dir.path()).unwrap().unwrap();
    assert_eq!(back.len(), 100);
    assert!(latest.all().all(|row| back.get(row.series) == Some(*row)));
}

#[test]
fn any_damaged_byte_of_the_file_is_noticed() {
    let dir = TempDir::new().unwrap();
    let mut latest = Latest::default();
    latest.note(&reading(1, 2, 3.0), at(4));
    save(dir.path(), &latest).unwrap();
    let path = dir.path().join("latest.bin");
    let whole = std::fs::read(&path).unwrap();
    for index in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[index] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let error = load(dir.path()).unwrap_err();
        assert!(error.to_string().contains("is damaged"), "byte {index}: {error}");
    }
}
