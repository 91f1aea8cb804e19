//! Changes of an input, drawn from a seed.

/// Longest input.
pub const INPUT_BYTES_MAX: usize = 16 * 1024;
/// Most changes of one input.
const CHANGES_MAX: usize = 6;
/// Numbers at limits, little-endian in 1, 2, 4 or 8 bytes.
const LIMITS: &[u64] = &[
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xffff_ffff_ffff_ffff,
    65_536,
    1 << 40,
];
/// Numbers as text.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1e308",
    "-1e308",
    "1e-400",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "0.1",
    "253402300800000",
    "4294967296",
    "NaN",
];

/// Random numbers that only depend on their seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Begins at `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when there is none.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 {
            return 0;
        }
        usize::try_from(self.roll() % end as u64).expect("it is below a usize")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A new input out of `input`, another one of the corpus, and the words of the format.
pub fn mutate(dice: &mut Dice, input: &[u8], other: &[u8], words: &[&str]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=dice.below(CHANGES_MAX) {
        change(dice, &mut bytes, other, words);
    }
    bytes.truncate(INPUT_BYTES_MAX);
    bytes
}

fn change(dice: &mut Dice, bytes: &mut Vec<u8>, other: &[u8], words: &[&str]) {
    let at = dice.below(bytes.len() + 1);
    match dice.below(11) {
        0 => flip(dice, bytes, at),
        1 => put(bytes, at, &[dice.roll().to_le_bytes()[0]]),
        2 => write(bytes, at, &limit(dice)),
        3 => put(bytes, at, &limit(dice)),
        4 => put(bytes, at, dice.pick(NUMBERS).as_bytes()),
        5 if !words.is_empty() => put(bytes, at, dice.pick(words).as_bytes()),
        6 => {
            let end = at + dice.below(bytes.len() - at + 1).min(1 + dice.below(64));
            bytes.drain(at..end);
        }
        7 => bytes.truncate(at),
        8 => repeat(dice, bytes, at),
        9 => splice(dice, bytes, at, other),
        _ => write(bytes, at, &dice.roll().to_le_bytes()[..=dice.below(8)]),
    }
}

fn flip(dice: &mut Dice, bytes: &mut [u8], at: usize) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << dice.below(8);
    }
}

fn limit(dice: &mut Dice) -> Vec<u8> {
    let number = dice.pick(LIMITS).to_le_bytes();
    number[..1 << dice.below(4)].to_vec()
}

fn put(bytes: &mut Vec<u8>, at: usize, what: &[u8]) {
    bytes.splice(at..at, what.iter().copied());
}

fn write(bytes: &mut [u8], at: usize, what: &[u8]) {
    for (byte, new) in bytes[at..].iter_mut().zip(what) {
        *byte = *new;
    }
}

/// Repeats a piece, now and then very often: nesting and counts beyond their limits.
fn repeat(dice: &mut Dice, bytes: &mut Vec<u8>, at: usize) {
    let end = at + dice.below(bytes.len() - at + 1).min(1 + dice.below(48));
    let piece = bytes[at..end].to_vec();
    let times = if dice.below(16) == 0 { 4_096 } else { 1 + dice.below(8) };
    let times = times.min(INPUT_BYTES_MAX / piece.len().max(1));
    put(bytes, at, &piece.repeat(times));
}

fn splice(dice: &mut Dice, bytes: &mut Vec<u8>, at: usize, other: &[u8]) {
    let from = dice.below(other.len() + 1);
    let rest = &other[from..];
    if dice.below(2) == 0 {
        bytes.truncate(at);
        bytes.extend_from_slice(rest);
    } else {
        put(bytes, at, &rest[..dice.below(rest.len() + 1)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_inputs_and_none_is_longer_than_the_limit() {
        let run = |seed| {
            let mut dice = Dice::new(seed);
            let mut input = b"[{\"point\":\"v\"}]".to_vec();
            let mut all = Vec::new();
            for _ in 0..2_000 {
                input = mutate(&mut dice, &input, b"other", &["word"]);
                assert!(input.len() <= INPUT_BYTES_MAX);
                all.push(input.clone());
            }
            all
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
    }
}
