//! Real deaths: a child process (this test program again) works on a store and is killed, aborts at a
//! point of the crash table, or meets a full disk. The parent opens what is left.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Instant as Tick;

use super::*;
use crate::fault::{Point, kit};
use crate::segment;

const DIR: &str = "SANDAN_TEST_CHILD_DIR";
const DEADLINE: Duration = Duration::from_mins(1);
/// A batch of the children: for each of these series, for today and the day before, ten readings.
const SERIES: u32 = 50;
const STEPS: i64 = 10;
const BATCH: usize = 1_000;
/// What the issue asks for; a batch a sync gives far more.
const READINGS_A_SECOND_MIN: f64 = 10_000.0;

fn child(name: &str, dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let name = format!("store::tests::crash::{name}");
    command.args([&name, "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(DIR, dir).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

fn child_dir() -> PathBuf {
    std::env::var_os(DIR).expect("only a parent test starts this").into()
}

#[expect(clippy::print_stdout, reason = "this is how a child talks to its parent")]
fn say(word: &str) {
    println!("{word}");
    std::io::stdout().flush().unwrap();
}

fn batch(n: i64) -> Vec<Reading> {
    let steps = n * STEPS..(n + 1) * STEPS;
    let of_series = |series| {
        let steps = steps.clone();
        [0, DAY_MS].into_iter().flat_map(move |day| {
            steps.clone().map(move |step| reading(series, START_MS - day + step, step as f64))
        })
    };
    (0..SERIES).flat_map(of_series).collect()
}

#[tokio::test]
#[ignore = "the child of another test"]
async fn child_appends_until_it_is_killed() {
    let dir = child_dir();
    let options = Options { log_file_bytes_max: 200_000, ..by_hand() };
    let store = open_with(&dir, options, clock()).await;
    for n in 0.. {
        store.append(batch(n), TEST_NOW).await.unwrap();
        say(&format!("ack {n}"));
        if n % 20 == 19 {
            store.flush_all().await.unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "the child of another test"]
async fn child_dies_at_a_fault_point() {
    let store = open(&child_dir()).await;
    store.append(batch(0), TEST_NOW).await.unwrap();
    say("ack 0");
    store.flush_all().await.unwrap();
    say("survived");
}

#[tokio::test]
#[ignore = "the child of another test"]
async fn child_dies_in_a_merge() {
    let store = open(&child_dir()).await;
    for n in 0..2 {
        store.append(batch(n), TEST_NOW).await.unwrap();
        say(&format!("ack {n}"));
        store.flush_all().await.unwrap();
    }
    merge_all(&store).await;
    say("survived");
}

async fn merge_all(store: &Store) {
    let live = store.segments().await.unwrap();
    store.inner.merge(&live, 1, &[], 0).await.unwrap();
}

#[tokio::test]
async fn a_crash_in_a_merge_leaves_every_reading_once_and_the_merge_can_be_made_again() {
    for (point, live) in [(Point::MergedPut, 2), (Point::MergedCommit, 1)] {
        let (dir, acknowledged) = die_at("child_dies_in_a_merge", point);
        assert!(acknowledged);
        assert_eq!(objects(&dir), 3, "{point:?}: two inputs and the output");
        let store = open(&dir).await;
        assert_eq!(store.segments().await.unwrap().len(), live, "{point:?}");
        assert_eq!(count(&store).await, 2 * BATCH, "{point:?}");
        merge_all(&store).await;
        assert_eq!(count(&store).await, 2 * BATCH, "{point:?}");
    }
}

#[tokio::test]
#[ignore = "the child of another test"]
async fn child_fills_its_disk() {
    let store = open(&child_dir()).await;
    let mut n = 0;
    let error = loop {
        match store.append(batch(n), TEST_NOW).await {
            Ok(()) => say(&format!("ack {n}")),
            Err(error) => break error,
        }
        n += 1;
    };
    say(&format!("refused {error}"));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    store.append(batch(n), TEST_NOW).await.unwrap();
    say(&format!("ack {n}"));
    std::process::abort();
}

/// Reads what the child says, line by line; libtest puts its own words before the first.
struct Words(std::sync::mpsc::Receiver<String>);

impl Words {
    fn of(child: &mut Child) -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self(receiver)
    }

    fn next(&self) -> Option<String> {
        self.0.recv_timeout(DEADLINE).ok()
    }

    /// The last batch acknowledged until `word` comes or the child ends, and the line of `word`.
    fn until(&self, word: &str) -> (Option<i64>, Option<String>) {
        let mut last = None;
        while let Some(line) = self.next() {
            if line.contains(word) {
                return (last, Some(line));
            }
            if let Some((_, n)) = line.split_once("ack ") {
                last = Some(n.trim().parse().unwrap());
            }
        }
        (last, None)
    }
}

/// Every batch up to `last` is there whole; what may follow is whole batches too.
async fn check_acknowledged(dir: &Path, last: i64) {
    let store = open(dir).await;
    let steps = (last + 1) * STEPS;
    for series in 0..SERIES {
        for day in [0, DAY_MS] {
            let from = START_MS - day;
            let raw = store.raw(Series(series), from, from + 1_000_000, 100_000).await.unwrap();
            let found: Vec<_> = raw.readings.iter().map(|r| (r.at_ms - from, r.value)).collect();
            let all = i64::try_from(found.len()).unwrap();
            assert!(all >= steps, "series {series}: {all} readings, {steps} are acknowledged");
            assert_eq!(all % STEPS, 0, "whole batches");
            let expected: Vec<_> = (0..all).map(|step| (step, step as f64)).collect();
            assert_eq!(found, expected, "each once, none missing");
        }
        let latest = store.latest(Series(series)).unwrap();
        assert!(latest.value >= (steps - 1) as f64, "latest {latest:?}, acknowledged {steps}");
    }
    close(store).await;
}

#[tokio::test]
async fn nothing_acknowledged_is_missing_after_kill_nine_at_any_moment() {
    for round in 0_u64..3 {
        let dir = temp_dir("kill");
        let mut child = child("child_appends_until_it_is_killed", &dir).spawn().unwrap();
        let words = Words::of(&mut child);
        words.until("ack 0").1.expect("the child works");
        let (started, moment) = (Tick::now(), Duration::from_millis(400 + 271 * round));
        let mut last = 0;
        // At least two flushes, then at an odd moment.
        while started.elapsed() < DEADLINE && (started.elapsed() < moment || last < 45) {
            let line = words.next().expect("the child works until it is killed");
            if let Some((_, n)) = line.split_once("ack ") {
                last = n.trim().parse().unwrap();
            }
        }
        let rate = last as f64 * BATCH as f64 / started.elapsed().as_secs_f64();
        child.kill().unwrap();
        child.wait().unwrap();
        let last = words.until("never").0.unwrap_or(last);
        assert!(rate >= READINGS_A_SECOND_MIN, "{rate} readings a second");
        check_acknowledged(&dir, last).await;
        std::fs::remove_dir_all(dir).unwrap();
    }
}

fn die_at(name: &str, point: Point) -> (PathBuf, bool) {
    let dir = temp_dir("crash");
    let mut command = child(name, &dir);
    let mut child = command.env(kit::VARIABLE, format!("{point:?}")).spawn().unwrap();
    let words = Words::of(&mut child);
    let (acknowledged, survived) = words.until("survived");
    assert!(!child.wait().unwrap().success(), "the child dies at {point:?}");
    assert_eq!(survived, None, "the child dies at {point:?}");
    (dir, acknowledged.is_some())
}

async fn count(store: &Store) -> usize {
    let mut readings = 0;
    for series in 0..SERIES {
        readings += values(store, series).await.len();
    }
    readings
}

fn objects(dir: &Path) -> usize {
    std::fs::read_dir(dir.join("blob").join(segment::FOLDER)).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_crash_before_the_write_loses_only_what_nobody_was_told_of() {
    let (dir, acknowledged) = die_at("child_dies_at_a_fault_point", Point::BeforeWrite);
    assert!(!acknowledged);
    let store = open(&dir).await;
    assert_eq!(count(&store).await, 0);
    store.append(batch(0), TEST_NOW).await.unwrap();
    assert_eq!(count(&store).await, BATCH, "the sender sends it again");
}

#[tokio::test]
async fn a_crash_around_the_sync_leaves_the_batch_once_also_when_it_is_sent_again() {
    for point in [Point::BeforeSync, Point::AfterSync] {
        let (dir, acknowledged) = die_at("child_dies_at_a_fault_point", point);
        assert!(!acknowledged);
        let store = open(&dir).await;
        store.append(batch(0), TEST_NOW).await.unwrap();
        assert_eq!(count(&store).await, BATCH, "{point:?}");
        store.flush_all().await.unwrap();
        assert_eq!(count(&store).await, BATCH, "{point:?}");
    }
}

#[tokio::test]
async fn a_crash_around_the_put_leaves_an_orphan_at_most_and_every_reading_once() {
    for (point, orphans) in [(Point::BeforePut, 0), (Point::AfterPut, 1)] {
        let (dir, acknowledged) = die_at("child_dies_at_a_fault_point", point);
        assert!(acknowledged);
        assert_eq!(objects(&dir), orphans, "{point:?}");
        let store = open(&dir).await;
        assert_eq!(count(&store).await, BATCH, "{point:?}");
        assert_eq!(store.flush_all().await.unwrap(), 1);
        assert_eq!(objects(&dir), orphans + 1);
        assert_eq!(count(&store).await, BATCH, "{point:?}");
    }
}

#[tokio::test]
async fn a_crash_after_the_commit_replays_nothing_twice() {
    for point in [Point::AfterCommit, Point::BeforeRemove] {
        let (dir, acknowledged) = die_at("child_dies_at_a_fault_point", point);
        assert!(acknowledged);
        let store = open(&dir).await;
        assert_eq!(store.inner.state.buffered(), 0, "{point:?}: segments hold the log's readings");
        assert_eq!(store.recovered().readings, BATCH as u64);
        assert_eq!(count(&store).await, BATCH, "{point:?}");
        assert_eq!(store.latest(Series(3)).unwrap().value, 9.0);
    }
}

fn go_on(mut stdin: ChildStdin) {
    stdin.write_all(b"go on\n").unwrap();
}

#[tokio::test]
async fn a_full_disk_is_refused_in_words_and_the_store_goes_on_when_there_is_space() {
    let dir = temp_dir("full");
    // Files may not grow beyond 1 MiB, as a quota would have it, until the parent lifts the limit.
    let program = child("child_fills_its_disk", &dir);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -S -f 2048; exec \"$0\" \"$@\""]);
    command.arg(program.get_program()).args(program.get_args());
    command.env(DIR, &dir).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let words = Words::of(&mut child);
    let (last, refused) = words.until("refused");
    let (last, refused) =
        (last.expect("some batches fit"), refused.expect("then the disk is full"));
    assert!(refused.contains("disk of the reading log is full"), "{refused}");
    assert!(refused.contains("free space"), "{refused}");
    let limit = Command::new("prlimit")
        .args(["--pid", &child.id().to_string(), "--fsize=unlimited:"])
        .status()
        .unwrap();
    assert!(limit.success(), "space is made");
    go_on(child.stdin.take().unwrap());
    let (after, _) = words.until("never");
    assert_eq!(after, Some(last + 1), "the refused batch is taken when it is sent again");
    child.wait().unwrap();
    check_acknowledged(&dir, last + 1).await;
    let files = log_files(&dir);
    let store = open(&dir).await;
    assert_eq!(store.recovered().skipped, [], "the cut leaves no half frame in {files:?}");
}
