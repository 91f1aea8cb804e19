use base::{Instant, Quality, Reading, Series};
use tempfile::TempDir;

use super::file::{ClosedFiles, LogFiles};
use super::frame::{Frame, encode};
use super::recovery::{Recovered, recover};
use super::*;
use crate::fault::{Point, kit};

fn reading(at_ms: i64) -> Reading {
    Reading { series: Series(1), at_ms, value: 1.5, quality: Quality::GOOD }
}

fn frame(batch: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(&mut bytes, batch, Instant::from_micros(9), &[reading(i64::try_from(batch).unwrap())]);
    bytes
}

fn read_all(dir: &TempDir) -> (Vec<u64>, Recovered) {
    let mut batches = Vec::new();
    let closed = ClosedFiles::default();
    let found = recover(dir.path(), &closed, |frame: Frame| batches.push(frame.batch)).unwrap();
    assert_eq!(closed.count(), found.files);
    (batches, found)
}

fn log(dir: &TempDir, file_bytes_max: u64) -> (LogFiles, ClosedFiles) {
    let closed = ClosedFiles::default();
    (LogFiles::new(dir.path(), 1, 0, file_bytes_max, closed.clone()), closed)
}

#[test]
fn batches_come_back_in_order_over_many_files() {
    let dir = TempDir::new().unwrap();
    let (mut files, closed) = log(&dir, 100);
    for batch in 1..=9 {
        files.append(&frame(batch), batch).unwrap();
    }
    assert!(closed.count() >= 2, "files rotate by size");
    let (batches, found) = read_all(&dir);
    assert_eq!(batches, (1..=9).collect::<Vec<_>>());
    assert_eq!((found.last_batch, found.skipped.len()), (9, 0));
    assert_eq!(found.next_file, found.files as u64 + 1);
}

#[test]
fn only_files_whose_every_batch_is_flushed_are_removed() {
    let dir = TempDir::new().unwrap();
    let (mut files, closed) = log(&dir, 1);
    for batch in 1..=5 {
        files.append(&frame(batch), batch).unwrap();
    }
    assert_eq!(closed.remove_before(3).unwrap(), 2);
    assert_eq!(read_all(&dir).0, [3, 4, 5]);
    assert_eq!(closed.remove_before(u64::MAX).unwrap(), 2);
    assert_eq!(read_all(&dir).0, [5], "the file that is written stays");
}

#[test]
fn a_half_written_log_gives_all_before_the_tear_and_says_what_it_skipped() {
    let dir = TempDir::new().unwrap();
    let (mut files, _) = log(&dir, u64::MAX);
    for batch in 1..=3 {
        files.append(&frame(batch), batch).unwrap();
    }
    let path = dir.path().join("00000001.log");
    let whole = std::fs::read(&path).unwrap();
    for cut in 0..frame(3).len() {
        std::fs::write(&path, &whole[..frame(1).len() * 2 + cut]).unwrap();
        let (batches, found) = read_all(&dir);
        assert_eq!(batches, [1, 2]);
        let skipped: usize = found.skipped.iter().map(|skipped| skipped.bytes).sum();
        assert_eq!(skipped, cut);
        assert!(found.skipped.iter().all(|skipped| skipped.is_tail));
    }
}

#[test]
fn damage_in_the_middle_is_told_apart_from_a_torn_tail() {
    let dir = TempDir::new().unwrap();
    let (mut files, _) = log(&dir, u64::MAX);
    for batch in 1..=3 {
        files.append(&frame(batch), batch).unwrap();
    }
    let path = dir.path().join("00000001.log");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[frame(1).len() + 20] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let (batches, found) = read_all(&dir);
    assert_eq!(batches, [1, 3]);
    assert_eq!(found.skipped.len(), 1);
    assert!(!found.skipped[0].is_tail);
}

#[test]
fn a_file_whose_sync_failed_is_left_and_the_refused_batch_does_not_come_back() {
    let dir = TempDir::new().unwrap();
    let (mut files, closed) = log(&dir, u64::MAX);
    files.append(&frame(1), 1).unwrap();
    kit::let_fail(Some(Point::Sync));
    let refused = files.append(&frame(2), 2).unwrap_err();
    kit::let_fail(None);
    assert!(matches!(&refused, LogError::Failed { .. }), "{refused}");
    assert!(refused.to_string().contains("send it again"), "{refused}");
    files.append(&frame(3), 3).unwrap();
    assert_eq!(closed.count(), 1);
    assert!(dir.path().join("00000002.log").exists(), "a new file was begun");
    assert_eq!(read_all(&dir).0, [1, 3]);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let dir = TempDir::new().unwrap();
    let gone = dir.path().join("gone");
    let mut files = LogFiles::new(&gone, 1, 0, 1, ClosedFiles::default());
    let error = files.append(&frame(1), 1).unwrap_err().to_string();
    assert!(error.contains("gone") && error.contains("check the disk"), "{error}");
}

#[test]
fn a_name_that_is_no_log_file_is_left_alone() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("notes.txt"), "hello").unwrap();
    assert_eq!(read_all(&dir).1.files, 0);
}
