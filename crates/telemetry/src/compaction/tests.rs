use std::time::Duration;

use proptest::prelude::*;

use super::*;

/// Day 20,760 ends a block: 20,760 = 692 × 30 is the first day of one.
const DAY: i64 = 20_760;

fn at(day: i64, hours: i64) -> Instant {
    Instant::from_micros((day * 24 + hours) * 3_600_000_000)
}

fn piece(day: i64, level: i64, precedence: u64) -> Piece {
    let created_at = at(day, 12);
    Piece { day, last_day: day, level, readings: 1_000, precedence, created_at }
}

fn inputs(pieces: &[Piece], now: Instant) -> Option<(Vec<usize>, i64)> {
    rules::next(pieces, now).map(|job| (job.inputs, job.level))
}

#[test]
fn eight_files_of_a_day_become_one_and_seven_wait() {
    let pieces: Vec<Piece> = (0..8).map(|n| piece(DAY, 0, n + 1)).collect();
    assert_eq!(inputs(&pieces[..7], at(DAY, 13)), None);
    assert_eq!(inputs(&pieces, at(DAY, 13)), Some(((0..8).collect(), 1)));
}

#[test]
fn a_day_becomes_one_file_two_hours_after_its_end() {
    let pieces = [piece(DAY, 0, 1), piece(DAY, 0, 2)];
    assert_eq!(inputs(&pieces, at(DAY + 1, 1)), None);
    assert_eq!(inputs(&pieces, at(DAY + 1, 2)), Some((vec![0, 1], 1)));
    assert_eq!(inputs(&pieces[..1], at(DAY + 1, 2)), None, "one file is merged with nothing");
}

#[test]
fn late_data_of_a_closed_day_waits_two_hours() {
    let late = Piece { created_at: at(DAY + 3, 5), ..piece(DAY, 0, 9) };
    let pieces = [piece(DAY, 1, 1), late];
    assert_eq!(inputs(&pieces, at(DAY + 3, 6)), None);
    assert_eq!(inputs(&pieces, at(DAY + 3, 7)), Some((vec![0, 1], 1)));
}

#[test]
fn thirty_days_become_one_file_two_days_after_their_end() {
    let pieces: Vec<Piece> = (0..30).map(|n| piece(DAY + n, 1, n.unsigned_abs() + 1)).collect();
    assert_eq!(inputs(&pieces, at(DAY + 31, 0)), None);
    assert_eq!(inputs(&pieces, at(DAY + 32, 0)), Some(((0..30).collect(), 2)));
}

#[test]
fn late_data_waits_beside_a_large_file_until_it_is_worth_a_merge() {
    let large = Piece { last_day: DAY + 29, readings: 1_000_000, ..piece(DAY, 2, 1) };
    let late: Vec<Piece> = (0..8).map(|n| piece(DAY + n, 0, 50 + n.unsigned_abs())).collect();
    let some = |n: usize| [&[large], &late[..n]].concat();
    assert_eq!(inputs(&some(7), at(DAY + 60, 0)), None);
    assert_eq!(inputs(&some(8), at(DAY + 60, 0)), Some(((0..9).collect(), 2)));
    let heavy = Piece { readings: 250_000, ..late[0] };
    assert_eq!(inputs(&[large, heavy], at(DAY + 60, 0)), Some((vec![0, 1], 2)));
}

#[test]
fn an_older_file_between_the_inputs_is_merged_with_them() {
    // A file of several days is older than one input of day 1 and newer than the other.
    let pieces = [
        piece(DAY, 0, 1),
        Piece { last_day: DAY + 4, ..piece(DAY, 0, 2) },
        piece(DAY, 0, 3),
        piece(DAY + 4, 0, 4),
    ];
    assert_eq!(rules::closed(&pieces, &[0, 2]), [0, 1, 2]);
    assert_eq!(rules::closed(&pieces, &[0, 1]), [0, 1]);
    assert_eq!(rules::closed(&pieces, &[2, 3]), [2, 3]);
    assert_eq!(rules::closed(&pieces, &[0, 3]), [0, 1, 3], "day 4 is in the second too");
}

#[test]
fn a_merge_takes_no_more_than_its_limits() {
    let many: Vec<Piece> = (0..50).map(|n| piece(DAY, 0, n + 1)).collect();
    let (taken, _) = inputs(&many, at(DAY, 13)).unwrap();
    assert_eq!(taken, (0..INPUTS_MAX).collect::<Vec<_>>(), "the oldest come first");
    let huge: Vec<Piece> =
        (0..8).map(|n| Piece { readings: READINGS_MAX / 4, ..piece(DAY, 0, n + 1) }).collect();
    assert_eq!(inputs(&huge, at(DAY, 13)).unwrap().0, [0, 1, 2, 3]);
}

proptest! {
    /// What the output's precedence says is true: a piece outside is older than all inputs that it shares
    /// a day with and than the output, or newer than all of them and not older than the output.
    #[test]
    fn a_merge_never_changes_who_is_the_newer(
        spans in proptest::collection::vec((0_i64..30, 0_i64..6, 0_i64..3), 2..40),
        moment in 0_i64..80,
    ) {
        let pieces: Vec<Piece> = (1_u64..)
            .zip(&spans)
            .map(|(precedence, (day, more, level))| Piece {
                last_day: (DAY + day + more).min(DAY + 29),
                ..piece(DAY + day, *level, precedence)
            })
            .collect();
        if let Some(job) = rules::next(&pieces, at(DAY + moment, 0)) {
            prop_assert!((2..=INPUTS_MAX).contains(&job.inputs.len()));
            let output = job.inputs.iter().map(|index| pieces[*index].precedence).min().unwrap();
            for (outside, piece) in pieces.iter().enumerate() {
                for index in job.inputs.iter().filter(|_| !job.inputs.contains(&outside)) {
                    let input = &pieces[*index];
                    if input.day <= piece.last_day && piece.day <= input.last_day {
                        prop_assert_eq!(
                            piece.precedence > input.precedence,
                            piece.precedence > output,
                        );
                    }
                }
            }
        }
    }

    /// Whatever order files come in, planning and merging ends, and few files are left.
    #[test]
    fn merging_ends_and_leaves_few_files(
        days in proptest::collection::vec(0_i64..365, 1..400),
    ) {
        let mut pieces: Vec<Piece> =
            (1_u64..).zip(&days).map(|(precedence, day)| piece(DAY + day, 0, precedence)).collect();
        let now = at(DAY + 600, 0);
        let mut merges = 0;
        while let Some(job) = rules::next(&pieces, now) {
            merges += 1;
            prop_assert!(merges < 1_000, "it does not end");
            let of = || job.inputs.iter().map(|index| pieces[*index]);
            let output = Piece {
                day: of().map(|piece| piece.day).min().unwrap(),
                last_day: of().map(|piece| piece.last_day).max().unwrap(),
                level: job.level,
                readings: of().map(|piece| piece.readings).sum(),
                precedence: of().map(|piece| piece.precedence).min().unwrap(),
                created_at: now - Duration::from_hours(30),
            };
            let mut index = 0;
            pieces.retain(|_| { index += 1; !job.inputs.contains(&(index - 1)) });
            pieces.push(output);
        }
        prop_assert!(pieces.len() <= 13 * 9, "{} files", pieces.len());
    }
}
