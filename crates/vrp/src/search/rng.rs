//! Randomness and the two functions of annealing, from basic arithmetic alone.
//!
//! The logarithm and the exponential of the standard library may differ in the last bit between
//! machines; these do not, so that a seed means the same plan everywhere.

/// xoshiro256++ 1.0 (Blackman and Vigna 2019), seeded by splitmix64.
#[derive(Debug, Clone)]
pub(crate) struct Rng {
    state: [u64; 4],
}

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        let mut z = seed;
        let mut next = || {
            z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut x = z;
            x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            x ^ (x >> 31)
        };
        Self { state: [next(), next(), next(), next()] }
    }

    #[inline]
    pub(crate) fn next(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A whole number in `0..n`; `n >= 1`.
    #[inline]
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        (((self.next() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// A number in `[0, 1)`.
    #[inline]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// True once in a hundred.
    #[inline]
    pub(crate) fn hundredth(&mut self) -> bool {
        (self.next() >> 32) < 42_949_673
    }
}

/// Natural logarithm of a positive number, to about 1e-9.
pub(crate) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let q = s * s;
    let mut sum = 0.0;
    let mut k = 19;
    while k >= 1 {
        sum = sum * q + 1.0 / f64::from(k);
        k -= 2;
    }
    exponent as f64 * std::f64::consts::LN_2 + 2.0 * s * sum
}

/// `e` to the power `x`, for `x` between -60 and 60.
pub(crate) fn exp(x: f64) -> f64 {
    let halved = x / 64.0;
    let mut sum = 1.0;
    let mut k = 12;
    while k >= 1 {
        sum = 1.0 + halved / f64::from(k) * sum;
        k -= 1;
    }
    (0..6).fold(sum, |power, _| power * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithm_and_exponential_agree_with_the_standard_library() {
        for x in [1e-6, 0.003, 0.5, 1.0, 1.999, 2.0, 7.25, 1e6] {
            assert!((ln(x) - x.ln()).abs() < 1e-9, "ln {x}: {} {}", ln(x), x.ln());
        }
        for x in [-20.0, -1.0, 0.0, 0.3, 4.0, 20.0_f64] {
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-9, "exp {x}: {} {}", exp(x), x.exp());
        }
    }

    #[test]
    fn numbers_below_a_bound_reach_all_of_it_and_nothing_else() {
        let mut rng = Rng::new(7);
        let mut seen = [0; 6];
        (0..6000).for_each(|_| seen[rng.below(6) as usize] += 1);
        assert!(seen.iter().all(|count| *count > 800), "{seen:?}");
    }
}
