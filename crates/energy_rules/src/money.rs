//! Money and rates without floating point: rates in micro-won, products in nano-won, sums cut to
//! won.
//!
//! A rate in micro-won per kWh times energy in Wh is nano-won, and so is a rate in micro-won per kW
//! times power in W: `120_500_000 µwon/kWh * 1_000 Wh = 120_500_000_000 nano-won = 120.5 won`.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Nano-won of one won.
pub const NANO_WON: i128 = 1_000_000_000;

/// Millionths: of a won per kWh or per kW, or of one per cent. Written as a decimal: `121.5`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(pub i64);

impl Rate {
    /// Millionths of one.
    pub const ONE: i64 = 1_000_000;
    /// No rate of any tariff is as large: 10 million won.
    const WHOLE_MAX: i64 = 10_000_000;

    /// Reads a decimal with up to six digits after the point; a sign is allowed.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(fraction) || fraction.len() > 6 {
            return None;
        }
        let whole = whole.parse::<i64>().ok().filter(|w| *w <= Self::WHOLE_MAX)?;
        let millionths = format!("{fraction:0<6}").parse::<i64>().ok()?;
        let value = whole * Self::ONE + millionths;
        Some(Self(if negative { -value } else { value }))
    }

    /// Nano-won of a quantity in thousandths (Wh or W).
    pub fn times(self, milli: i64) -> i128 {
        i128::from(self.0) * i128::from(milli)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        let (whole, fraction) = (size / 1_000_000, size % 1_000_000);
        let sign = if self.0 < 0 { "-" } else { "" };
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{fraction:06}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "'{}' is not a rate: write a decimal in quotes, such as \"121.5\"",
                text.chars().take(40).collect::<String>()
            ))
        })
    }
}

/// Whole won, the rest cut off towards zero (원 미만 절사).
pub fn cut(nano: i128) -> i64 {
    saturate(nano / NANO_WON)
}

/// Whole won, halves rounded up (원 미만 반올림).
pub fn half_up(nano: i128) -> i64 {
    saturate((nano + NANO_WON / 2).div_euclid(NANO_WON))
}

/// Tens of won, the rest cut off towards zero (10원 미만 절사).
pub fn cut_tens(won: i64) -> i64 {
    won / 10 * 10
}

/// Shares of a sum that is cut once, as the terms cut the charge and not its parts: every share is
/// what the cut sum grows by, so that the shares add up to the cut sum.
pub fn cut_shares(nano: &[i128]) -> Vec<i64> {
    let mut sum = 0_i128;
    let mut before = 0;
    let share = |part: &i128| {
        sum += part;
        let now = cut(sum);
        let share = now - before;
        before = now;
        share
    };
    nano.iter().map(share).collect()
}

fn saturate(won: i128) -> i64 {
    i64::try_from(won).unwrap_or(if won < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_and_written_to_the_last_digit() {
        for (text, millionths) in [
            ("121.5", 121_500_000),
            ("0", 0),
            ("-5", -5_000_000),
            ("0.000001", 1),
            ("2.7", 2_700_000),
        ] {
            assert_eq!(Rate::parse(text), Some(Rate(millionths)), "{text}");
            assert_eq!(Rate(millionths).to_string(), text);
        }
        for text in ["", "-", ".", "1.", ".5", "1e3", "1.0000001", "99999999999", "１", "+1", "--1"]
        {
            assert_eq!(Rate::parse(text), None, "{text}");
        }
    }

    #[test]
    fn shares_add_up_to_the_cut_sum() {
        let nano = [1_700_000_000, 1_700_000_000, 1_700_000_000];
        assert_eq!(cut_shares(&nano), [1, 2, 2]);
        assert_eq!(cut_shares(&[2_000_000_000, -500_000_000]), [2, -1]);
        assert_eq!((cut(-1_500_000_000), half_up(1_500_000_000)), (-1, 2));
        assert_eq!((half_up(-1_500_000_000), cut_tens(539)), (-1, 530));
    }
}
