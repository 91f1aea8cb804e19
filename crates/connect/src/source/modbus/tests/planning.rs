//! Few reads, none too long, and every line in exactly one.

use proptest::prelude::*;

use super::super::plan::{BITS_PER_READ_MAX, REGISTERS_PER_READ_MAX, plan};
use super::super::{Function, Poll, RegisterType};

fn line(function: Function, register: u16, kind: RegisterType) -> Poll {
    super::poll("x", function, register, kind)
}

/// The reads as (start, count).
fn spans(polls: &[Poll], gap_max: u16) -> Vec<(u16, u16)> {
    plan(polls, gap_max).iter().map(|read| (read.start, read.count)).collect()
}

#[test]
fn neighbours_go_together_and_gaps_only_when_allowed() {
    use RegisterType::{F32, U16};
    let holding = |register, kind| line(Function::Holding, register, kind);
    let list = [holding(104, U16), holding(100, F32), holding(102, F32), holding(108, U16)];
    assert_eq!(spans(&list, 0), [(100, 5), (108, 1)]);
    assert_eq!(spans(&list, 2), [(100, 5), (108, 1)]);
    assert_eq!(spans(&list, 3), [(100, 9)]);
    let lines = &plan(&list, 3)[0].lines;
    assert_eq!(*lines, [(1, 0), (2, 2), (0, 4), (3, 8)]);
}

#[test]
fn tables_and_intervals_are_read_apart() {
    let mut list = vec![
        line(Function::Holding, 0, RegisterType::U16),
        line(Function::Input, 1, RegisterType::U16),
        line(Function::Holding, 1, RegisterType::U16),
    ];
    list[2].interval_s = 5;
    assert_eq!(plan(&list, 100).len(), 3);
}

#[test]
fn two_bits_of_one_register_are_one_read() {
    let list = [
        line(Function::Holding, 9, RegisterType::Bit),
        line(Function::Holding, 9, RegisterType::Bit),
    ];
    assert_eq!(spans(&list, 0), [(9, 1)]);
}

#[test]
fn a_read_takes_at_most_what_the_protocol_allows() {
    let list: Vec<_> = (0..130).map(|i| line(Function::Holding, i, RegisterType::U16)).collect();
    assert_eq!(spans(&list, 0), [(0, 125), (125, 5)]);
    // A number is never cut in two.
    let list: Vec<_> = (0..63).map(|i| line(Function::Holding, i * 2, RegisterType::F32)).collect();
    assert_eq!(spans(&list, 0), [(0, 124), (124, 2)]);
}

proptest! {
    #[test]
    fn every_line_is_answered_once_by_a_read_that_holds_it(
        list in proptest::collection::vec(
            (
                proptest::sample::select(&Function::ALL[..]), 0_u16..65_500,
                proptest::sample::select(&RegisterType::ALL[..]), 1_u32..4,
            ),
            1..100,
        ),
        crowd in 1_u16..2_000, gap_max in 0_u16..=100,
    ) {
        let polls: Vec<Poll> = list
            .into_iter()
            .map(|(function, register, kind, interval_s)| {
                let kind = if function.is_bits() { RegisterType::Bit } else { kind };
                Poll { interval_s, ..line(function, register % crowd, kind) }
            })
            .collect();
        let mut seen = vec![0; polls.len()];
        for read in plan(&polls, gap_max) {
            let limit = if read.function.is_bits() { BITS_PER_READ_MAX } else { REGISTERS_PER_READ_MAX };
            prop_assert!((1..=limit).contains(&read.count));
            let mut covered = vec![false; usize::from(read.count)];
            for (i, at) in read.lines {
                let poll = &polls[i];
                seen[i] += 1;
                prop_assert_eq!((poll.function, poll.interval_s), (read.function, read.interval_s));
                prop_assert_eq!(usize::from(poll.register), usize::from(read.start) + at);
                covered[at..at + usize::from(poll.kind.cells())].fill(true);
            }
            let longest = covered.split(|is_covered| *is_covered).map(<[bool]>::len).max();
            prop_assert!(longest.unwrap_or(0) <= usize::from(gap_max));
        }
        prop_assert!(seen.iter().all(|times| *times == 1), "{:?}", seen);
    }
}
