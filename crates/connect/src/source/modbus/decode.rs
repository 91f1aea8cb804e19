//! Registers become a number: pure, total, for every type and every order of bytes.

use super::{Poll, RegisterType, WordOrder};

/// What a device answered to one read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cells {
    /// Registers of 16 bits.
    Words(Vec<u16>),
    /// Coils or discrete inputs.
    Bits(Vec<bool>),
}

/// What one line of the register list gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decoded {
    /// A value, scaled.
    Value(f64),
    /// The device says that it has none: an error value of the list, or no finite number.
    NoValue(f64),
    /// The answer is shorter than what was asked for.
    Missing,
}

/// The value of `poll` in an answer, whose cell `at` is the first of the line.
pub fn decode(poll: &Poll, cells: &Cells, at: usize) -> Decoded {
    let raw = match cells {
        Cells::Bits(bits) => bits.get(at).map(|bit| f64::from(u8::from(*bit))),
        Cells::Words(words) => {
            let words = words.get(at..at + usize::from(poll.kind.cells()));
            words.map(|words| number(words, poll.kind, poll.order, poll.bit.unwrap_or(0)))
        }
    };
    let Some(raw) = raw else { return Decoded::Missing };
    let value = raw * poll.scale + poll.offset;
    if !value.is_finite() || poll.error_values.contains(&raw) {
        return Decoded::NoValue(raw);
    }
    Decoded::Value(value)
}

/// The number in as many registers as its type takes. 64 bits beyond 2^53 lose their last digits.
fn number(words: &[u16], kind: RegisterType, order: WordOrder, bit: u8) -> f64 {
    let whole = words.iter().fold((0_u64, 0_u32), |(whole, shift), word| match order {
        WordOrder::Abcd => (whole << 16 | u64::from(*word), 0),
        WordOrder::Badc => (whole << 16 | u64::from(word.swap_bytes()), 0),
        WordOrder::Cdab => (whole | u64::from(*word) << shift, shift + 16),
        WordOrder::Dcba => (whole | u64::from(word.swap_bytes()) << shift, shift + 16),
    });
    #[expect(clippy::cast_possible_truncation, reason = "the registers hold no more bits")]
    let (whole, low, one) = (whole.0, whole.0 as u32, whole.0 as u16);
    match kind {
        RegisterType::U16 => f64::from(one),
        RegisterType::I16 => f64::from(one.cast_signed()),
        RegisterType::U32 => f64::from(low),
        RegisterType::I32 => f64::from(low.cast_signed()),
        RegisterType::F32 => f64::from(f32::from_bits(low)),
        RegisterType::U64 => whole as f64,
        RegisterType::I64 => whole.cast_signed() as f64,
        RegisterType::F64 => f64::from_bits(whole),
        RegisterType::Bit => f64::from(one >> bit.min(15) & 1),
    }
}
