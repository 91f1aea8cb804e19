//! Whole numbers of any size: as much of them as exact shares need.

use std::cmp::Ordering;

/// A whole number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integer {
    negative: bool,
    /// Least first, the last not 0; empty is 0.
    limbs: Vec<u32>,
}

impl From<i128> for Integer {
    fn from(value: i128) -> Self {
        let mut rest = value.unsigned_abs();
        let mut limbs = Vec::with_capacity(4);
        while rest > 0 {
            limbs.push(low(rest & u128::from(u32::MAX)));
            rest >>= 32;
        }
        Self { negative: value < 0, limbs }
    }
}

fn low(value: u128) -> u32 {
    u32::try_from(value).expect("masked to 32 bits")
}

impl Integer {
    /// 0.
    pub const ZERO: Self = Self { negative: false, limbs: Vec::new() };

    /// Whether it is greater than 0.
    pub const fn is_positive(&self) -> bool {
        !self.negative && !self.limbs.is_empty()
    }

    /// `self + other`.
    pub fn plus(&self, other: &Self) -> Self {
        if self.negative == other.negative {
            return Self { negative: self.negative, limbs: sum(&self.limbs, &other.limbs) };
        }
        let (large, small) = match compare(&self.limbs, &other.limbs) {
            Ordering::Equal => return Self::ZERO,
            Ordering::Greater => (self, other),
            Ordering::Less => (other, self),
        };
        Self { negative: large.negative, limbs: difference(&large.limbs, &small.limbs) }
    }

    /// `self - other`.
    pub fn minus(&self, other: &Self) -> Self {
        let opposite = Self {
            negative: !other.negative && !other.limbs.is_empty(),
            limbs: other.limbs.clone(),
        };
        self.plus(&opposite)
    }

    /// `self * other`.
    pub fn times(&self, other: &Self) -> Self {
        let mut limbs = vec![0_u32; self.limbs.len() + other.limbs.len()];
        for (i, a) in self.limbs.iter().enumerate() {
            let mut carry = 0_u64;
            for (j, b) in other.limbs.iter().enumerate() {
                let here = u64::from(*a) * u64::from(*b) + u64::from(limbs[i + j]) + carry;
                limbs[i + j] = low(u128::from(here & u64::from(u32::MAX)));
                carry = here >> 32;
            }
            limbs[i + other.limbs.len()] = low(u128::from(carry));
        }
        trim(&mut limbs);
        Self { negative: !limbs.is_empty() && self.negative != other.negative, limbs }
    }

    /// `self / divisor` towards 0.
    pub fn over(&self, divisor: u32) -> Self {
        let mut limbs = self.limbs.clone();
        let mut rest = 0_u64;
        for limb in limbs.iter_mut().rev() {
            let here = (rest << 32) | u64::from(*limb);
            *limb = low(u128::from(here / u64::from(divisor)));
            rest = here % u64::from(divisor);
        }
        trim(&mut limbs);
        Self { negative: self.negative && !limbs.is_empty(), limbs }
    }

    /// The greatest `q` with `q * divisor <= self`, and the rest; `None` where `q` is no `i64` or the
    /// divisor is not positive.
    pub fn floor(&self, divisor: &Self) -> Option<(i64, Self)> {
        if !divisor.is_positive() {
            return None;
        }
        let fits = |q: i64| divisor.times(&Self::from(i128::from(q))) <= *self;
        let (mut low, mut high) = (i64::MIN, i64::MAX);
        if !fits(low) || fits(high) {
            return None;
        }
        while high.wrapping_sub(low) != 1 {
            let middle = low.midpoint(high);
            // Between a negative odd pair the midpoint rounds towards 0 and may meet an end.
            let middle = if middle == low {
                low + 1
            } else if middle == high {
                high - 1
            } else {
                middle
            };
            if fits(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        let rest = self.minus(&divisor.times(&Self::from(i128::from(low))));
        Some((low, rest))
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => compare(&self.limbs, &other.limbs),
            (true, true) => compare(&other.limbs, &self.limbs),
        }
    }
}

fn trim(limbs: &mut Vec<u32>) {
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
}

fn compare(a: &[u32], b: &[u32]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

fn sum(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut limbs = Vec::with_capacity(a.len().max(b.len()) + 1);
    let mut carry = 0_u64;
    for at in 0..a.len().max(b.len()) {
        let digit = |of: &[u32]| u64::from(of.get(at).copied().unwrap_or(0));
        let here = digit(a) + digit(b) + carry;
        limbs.push(low(u128::from(here & u64::from(u32::MAX))));
        carry = here >> 32;
    }
    limbs.push(low(u128::from(carry)));
    trim(&mut limbs);
    limbs
}

/// `a - b` for `a > b`.
fn difference(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut limbs = Vec::with_capacity(a.len());
    let mut borrow = false;
    for (at, limb) in a.iter().enumerate() {
        let (less, one) = limb.overflowing_sub(b.get(at).copied().unwrap_or(0));
        let (less, two) = less.overflowing_sub(u32::from(borrow));
        borrow = one || two;
        limbs.push(less);
    }
    trim(&mut limbs);
    limbs
}
