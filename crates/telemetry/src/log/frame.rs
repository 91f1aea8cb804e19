//! The bytes of one batch in the reading log, and how they are found again: pure, no files.
//!
//! `[len u32][crc32c u32][batch u64][arrived i64 µs][n × (series u32, at i64 ms, value f64, quality u16)]`,
//! little-endian; `len` and the checksum cover what follows them.

use base::{Instant, Quality, Reading, Series};

const HEADER_BYTES: usize = 8;
const BATCH_BYTES: usize = 16;
const POINT_BYTES: usize = 22;

/// The most readings of one frame; a longer batch is written as several frames.
pub const FRAME_READINGS_MAX: usize = 65_536;

/// How far batch numbers may jump between neighbours: refused batches leave holes, noise leaves more.
const BATCH_JUMP_MAX: u64 = 1 << 32;

/// One batch as it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Its number: later batches have greater ones.
    pub batch: u64,
    /// When it reached us.
    pub arrived: Instant,
    /// Its readings, in order of arrival.
    pub readings: Vec<Reading>,
}

/// What [`scan`] meets.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// A whole frame.
    Frame(Frame),
    /// Bytes that are no frame: a torn tail, or damage.
    Skipped {
        /// Where they begin.
        offset: usize,
        /// How many they are.
        bytes: usize,
    },
}

/// The bytes that a frame of `readings` readings takes.
pub const fn frame_bytes(readings: usize) -> usize {
    HEADER_BYTES + BATCH_BYTES + readings * POINT_BYTES
}

/// Appends the frame of one batch to `into`.
pub fn encode(into: &mut Vec<u8>, batch: u64, arrived: Instant, readings: &[Reading]) {
    debug_assert!(readings.len() <= FRAME_READINGS_MAX, "the writer splits longer batches");
    let start = into.len();
    into.reserve(frame_bytes(readings.len()));
    into.extend_from_slice(&[0; HEADER_BYTES]);
    into.extend_from_slice(&batch.to_le_bytes());
    into.extend_from_slice(&arrived.as_micros().to_le_bytes());
    for reading in readings {
        into.extend_from_slice(&reading.series.0.to_le_bytes());
        into.extend_from_slice(&reading.at_ms.to_le_bytes());
        into.extend_from_slice(&reading.value.to_le_bytes());
        into.extend_from_slice(&reading.quality.0.to_le_bytes());
    }
    let payload = start + HEADER_BYTES;
    let len = u32::try_from(into.len() - payload).expect("65,536 readings take 1.4 MB");
    let crc = crc32c::crc32c(&into[payload..]);
    into[start..start + 4].copy_from_slice(&len.to_le_bytes());
    into[start + 4..payload].copy_from_slice(&crc.to_le_bytes());
}

/// Reads frames one by one. After bytes that are no frame it looks for the next whole one, so that one
/// damaged sector does not hide the readings behind it.
pub fn scan(bytes: &[u8]) -> Scan<'_> {
    Scan { bytes, offset: 0, last: None }
}

/// The iterator of [`scan`].
#[derive(Debug)]
pub struct Scan<'a> {
    bytes: &'a [u8],
    offset: usize,
    last: Option<u64>,
}

impl Iterator for Scan<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if self.offset >= self.bytes.len() {
            return None;
        }
        if let Some((frame, len)) = decode(&self.bytes[self.offset..], self.last) {
            self.offset += len;
            self.last = Some(frame.batch);
            return Some(Piece::Frame(frame));
        }
        let offset = self.offset;
        let next = (offset + 1..self.bytes.len())
            .find(|at| decode(&self.bytes[*at..], self.last).is_some())
            .unwrap_or(self.bytes.len());
        self.offset = next;
        Some(Piece::Skipped { offset, bytes: next - offset })
    }
}

/// The frame at the start of `bytes` and its length, if a whole one stands there. The cheap checks come
/// before the checksum, so that scanning noise stays linear.
fn decode(bytes: &[u8], last: Option<u64>) -> Option<(Frame, usize)> {
    let len = u32_at(bytes, 0)? as usize;
    let points = len.checked_sub(BATCH_BYTES)?;
    if !points.is_multiple_of(POINT_BYTES) || points / POINT_BYTES > FRAME_READINGS_MAX {
        return None;
    }
    let crc = u32_at(bytes, 4)?;
    let payload = bytes.get(HEADER_BYTES..HEADER_BYTES + len)?;
    let batch = u64::from_le_bytes(*payload.first_chunk()?);
    let follows = last.is_none_or(|last| batch > last && batch - last <= BATCH_JUMP_MAX);
    if batch == 0 || batch > i64::MAX as u64 || !follows || crc32c::crc32c(payload) != crc {
        return None;
    }
    let arrived = i64::from_le_bytes(*payload[8..].first_chunk()?);
    let readings =
        payload[BATCH_BYTES..].chunks_exact(POINT_BYTES).map(point).collect::<Option<Vec<_>>>()?;
    let frame = Frame { batch, arrived: Instant::from_micros(arrived), readings };
    Some((frame, HEADER_BYTES + len))
}

fn point(bytes: &[u8]) -> Option<Reading> {
    Some(Reading {
        series: Series(u32::from_le_bytes(*bytes.first_chunk()?)),
        at_ms: i64::from_le_bytes(*bytes.get(4..)?.first_chunk()?),
        value: f64::from_le_bytes(*bytes.get(12..)?.first_chunk()?),
        quality: Quality(u16::from_le_bytes(*bytes.get(20..)?.first_chunk()?)),
    })
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn readings() -> impl Strategy<Value = Vec<Reading>> {
        let reading = (any::<u32>(), any::<i64>(), -1e12..1e12_f64, any::<u16>());
        proptest::collection::vec(reading, 0..40).prop_map(|points| {
            points
                .into_iter()
                .map(|(series, at_ms, value, quality)| Reading {
                    series: Series(series),
                    at_ms,
                    value,
                    quality: Quality(quality),
                })
                .collect()
        })
    }

    fn log_of(batches: &[Vec<Reading>]) -> (Vec<u8>, Vec<Frame>, Vec<usize>) {
        let (mut bytes, mut frames, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        for (batch, readings) in (1_u64..).zip(batches) {
            let arrived = Instant::from_micros(i64::try_from(batch).unwrap() * 1_000);
            encode(&mut bytes, batch, arrived, readings);
            ends.push(bytes.len());
            frames.push(Frame { batch, arrived, readings: readings.clone() });
        }
        (bytes, frames, ends)
    }

    fn frames_of(bytes: &[u8]) -> Vec<Frame> {
        scan(bytes)
            .filter_map(|piece| match piece {
                Piece::Frame(frame) => Some(frame),
                Piece::Skipped { .. } => None,
            })
            .collect()
    }

    fn skipped_bytes(bytes: &[u8]) -> usize {
        scan(bytes)
            .map(|piece| match piece {
                Piece::Frame(_) => 0,
                Piece::Skipped { bytes, .. } => bytes,
            })
            .sum()
    }

    #[test]
    fn a_frame_has_the_documented_length() {
        let mut bytes = Vec::new();
        let reading = Reading { series: Series(7), at_ms: 1, value: 2.5, quality: Quality::GOOD };
        encode(&mut bytes, 1, Instant::from_micros(0), &[reading; 3]);
        assert_eq!(bytes.len(), 8 + 16 + 3 * 22);
        assert_eq!(bytes.len(), frame_bytes(3));
    }

    #[test]
    fn zeros_of_a_preallocated_tail_are_skipped_as_one_piece() {
        let (mut bytes, frames, _) = log_of(&[vec![], vec![]]);
        let end = bytes.len();
        bytes.resize(end + 10_000, 0);
        assert_eq!(frames_of(&bytes), frames);
        let last = scan(&bytes).last().unwrap();
        assert_eq!(last, Piece::Skipped { offset: end, bytes: 10_000 });
    }

    #[test]
    fn a_frame_replayed_behind_a_newer_one_is_no_frame() {
        let (bytes, frames, _) = log_of(&[vec![]]);
        let twice = [bytes.clone(), bytes].concat();
        assert_eq!(frames_of(&twice), frames);
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded(batches in proptest::collection::vec(readings(), 0..12)) {
            let (bytes, frames, _) = log_of(&batches);
            prop_assert_eq!(frames_of(&bytes), frames);
            prop_assert_eq!(skipped_bytes(&bytes), 0);
        }

        #[test]
        fn a_torn_tail_loses_only_the_torn_frame(
            batches in proptest::collection::vec(readings(), 1..8),
            cut in any::<prop::sample::Index>(),
        ) {
            let (bytes, frames, ends) = log_of(&batches);
            let cut = cut.index(bytes.len());
            let whole = ends.iter().filter(|end| **end <= cut).count();
            prop_assert_eq!(frames_of(&bytes[..cut]), &frames[..whole]);
        }

        #[test]
        fn a_damaged_byte_costs_one_frame(
            batches in proptest::collection::vec(readings(), 1..8),
            at in any::<prop::sample::Index>(),
            flip in 1_u8..=255,
        ) {
            let (mut bytes, frames, ends) = log_of(&batches);
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            let hit = ends.iter().filter(|end| **end <= at).count();
            let mut rest = frames;
            rest.remove(hit);
            prop_assert_eq!(frames_of(&bytes), rest);
        }

        #[test]
        fn noise_is_never_a_panic_and_every_byte_is_accounted_for(
            bytes in proptest::collection::vec(any::<u8>(), 0..4_096),
        ) {
            let frames: usize = frames_of(&bytes).iter().map(|f| frame_bytes(f.readings.len())).sum();
            prop_assert_eq!(frames + skipped_bytes(&bytes), bytes.len());
        }

        #[test]
        fn frames_are_found_again_behind_noise(
            noise in proptest::collection::vec(any::<u8>(), 1..200),
            batches in proptest::collection::vec(readings(), 1..4),
        ) {
            let (bytes, frames, _) = log_of(&batches);
            prop_assert_eq!(frames_of(&[noise, bytes].concat()), frames);
        }
    }
}
