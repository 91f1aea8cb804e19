//! Which segments are merged, and when. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use base::Instant;

use super::{BLOCK_DAYS, INPUTS_MAX, Job, Piece, READINGS_MAX};

/// Small files of one day, or beside one large file, that are merged at once.
const FILES_MAX: usize = 8;
/// A day is closed this long after its end; late data of a closed day waits as long.
const DAY_CLOSES_AFTER: Duration = Duration::from_hours(2);
/// A block of 30 days is closed this long after its end.
const BLOCK_CLOSES_AFTER: Duration = Duration::from_hours(48);
/// Late data of a merged block is folded in when it is this share of the large file.
const LATE_SHARE: i64 = 4;

const DAY: Duration = Duration::from_hours(24);

/// The merge that is due most, if any.
pub(crate) fn next(pieces: &[Piece], now: Instant) -> Option<Job> {
    let mut blocks: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (index, piece) in pieces.iter().enumerate() {
        blocks.entry(piece.day.div_euclid(BLOCK_DAYS)).or_default().push(index);
    }
    // The newest block first: it is asked for most.
    blocks.iter().rev().find_map(|(block, indexes)| {
        let end = end_of((block + 1) * BLOCK_DAYS - 1);
        if now >= end + BLOCK_CLOSES_AFTER {
            closed_block(pieces, indexes)
        } else {
            open_block(pieces, indexes, now)
        }
    })
}

/// Everything becomes one file; what comes late waits beside it until it is worth a merge.
fn closed_block(pieces: &[Piece], indexes: &[usize]) -> Option<Job> {
    let (large, beside): (Vec<usize>, Vec<usize>) =
        indexes.iter().partition(|index| pieces[**index].level >= 2);
    let sum = |of: &[usize]| of.iter().map(|index| pieces[*index].readings).sum::<i64>();
    let is_due = match large.len() {
        0 => beside.len() > 1,
        // Two large files: a merge stopped at its limits. Only new data makes another try useful.
        _ => beside.len() >= FILES_MAX || sum(&beside).saturating_mul(LATE_SHARE) >= sum(&large),
    };
    let is_small = |index: &usize| pieces[*index].readings < READINGS_MAX;
    let seeds: Vec<usize> = indexes.iter().copied().filter(is_small).collect();
    if !is_due || beside.is_empty() {
        return None;
    }
    job(pieces, &seeds, 2).or_else(|| job(pieces, &beside, 1))
}

/// Small files of each day become one, and small files of several days (a backfill) too.
fn open_block(pieces: &[Piece], indexes: &[usize], now: Instant) -> Option<Job> {
    let mut days: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    for index in indexes {
        let piece = &pieces[*index];
        let is_of_day = piece.day == piece.last_day;
        // Files of several days are one heap, whichever days they hold.
        let key = if is_of_day { (piece.day, piece.day) } else { (i64::MAX, i64::MAX) };
        days.entry(key).or_default().push(*index);
    }
    days.iter().rev().find_map(|((_, last), indexes)| {
        let small = indexes.iter().filter(|index| pieces[**index].level == 0).count();
        let newest = indexes.iter().map(|index| pieces[*index].created_at).max()?;
        let is_closed = *last != i64::MAX && now >= end_of(*last) + DAY_CLOSES_AFTER;
        let is_quiet = is_closed && now >= newest + DAY_CLOSES_AFTER && indexes.len() > 1;
        if small >= FILES_MAX || is_quiet { job(pieces, indexes, 1) } else { None }
    })
}

/// The merge of as many of `seeds` as the limits allow, the oldest first.
fn job(pieces: &[Piece], seeds: &[usize], level: i64) -> Option<Job> {
    let mut seeds = seeds.to_vec();
    seeds.sort_by_key(|index| pieces[*index].precedence);
    seeds.truncate(INPUTS_MAX);
    while seeds.len() > 1 {
        let inputs = closed(pieces, &seeds);
        let readings: i64 = inputs.iter().map(|index| pieces[*index].readings).sum();
        if inputs.len() <= INPUTS_MAX && readings <= READINGS_MAX {
            return Some(Job { inputs, level });
        }
        seeds.pop();
    }
    None
}

/// `seeds` and every piece that must be merged with them. The output takes the least precedence of its
/// inputs; a piece outside must then be newer than every input of its days, or older than all.
pub(crate) fn closed(pieces: &[Piece], seeds: &[usize]) -> Vec<usize> {
    let mut inputs = seeds.to_vec();
    loop {
        let least = inputs.iter().map(|index| pieces[*index].precedence).min().unwrap_or(0);
        let missing = (0..pieces.len()).find(|outside| {
            let piece = &pieces[*outside];
            !inputs.contains(outside)
                && piece.precedence >= least
                && inputs.iter().any(|index| {
                    let input = &pieces[*index];
                    input.precedence > piece.precedence && share_a_day(input, piece)
                })
        });
        match missing {
            Some(index) => inputs.push(index),
            None => break,
        }
    }
    inputs.sort_unstable();
    inputs
}

fn share_a_day(one: &Piece, other: &Piece) -> bool {
    one.day <= other.last_day && other.day <= one.last_day
}

fn end_of(day: i64) -> Instant {
    let days = u32::try_from(day.clamp(-40_000, 400_000) + 1 + 40_000).unwrap_or(0);
    Instant::from_micros(-40_000 * 86_400_000_000) + DAY * days
}
