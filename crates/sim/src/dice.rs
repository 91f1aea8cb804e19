//! Repeatable randomness: the same seed and label give the same numbers on every machine, for ever.
//!
//! `rand` says that its `StdRng` may change between versions; a committed map and a history that can be
//! replayed may not. So this is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), written out. It is good
//! enough to invent a landscape and worthless for secrets.

/// A stream of repeatable numbers.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

/// Mixes 64 bits so that neighbours differ everywhere (the finaliser of SplitMix64).
pub(crate) const fn mix(bits: u64) -> u64 {
    let mut z = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number that stands for `label` under `seed` (FNV-1a, then mixed).
pub(crate) fn hash(seed: u64, label: &str) -> u64 {
    let fnv = label.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    mix(fnv ^ mix(seed))
}

/// The upper 53 bits as a number from 0 (included) to 1 (excluded).
fn unit_of(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

impl Dice {
    /// The stream of `label` under `seed`.
    pub(crate) fn new(seed: u64, label: &str) -> Self {
        Self(hash(seed, label))
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        let bits = mix(self.0);
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        bits
    }

    /// From 0 to 1.
    pub(crate) fn unit(&mut self) -> f64 {
        unit_of(self.bits())
    }

    /// From `low` to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `count`, which is not 0.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        debug_assert!(count > 0, "nothing to choose from");
        let bits = self.bits() % count as u64;
        usize::try_from(bits).expect("a number below a usize is one")
    }

    /// One of `items`.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Puts `items` into a repeatable disorder (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// Smooth noise from -1 to 1 of the stream `key` at `t_s`: drawn every `period_s`, eased in between.
pub(crate) fn noise(key: u64, t_s: f64, period_s: f64) -> f64 {
    let step = t_s / period_s;
    let whole = step.floor();
    let rest = step - whole;
    let ease = rest * rest * (3.0 - 2.0 * rest);
    let draw = |at: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "steps of a period since 1970 fit easily"
        )]
        let bits = (at as i64).cast_unsigned();
        unit_of(mix(key ^ mix(bits))) * 2.0 - 1.0
    };
    let from = draw(whole);
    from + (draw(whole + 1.0) - from) * ease
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_label_give_the_same_numbers_and_others_do_not() {
        let draw = |seed, label| {
            (0..4)
                .map({
                    let mut dice = Dice::new(seed, label);
                    move |_| dice.bits()
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
    }

    #[test]
    fn the_numbers_do_not_change_from_version_to_version() {
        // Test vector of SplitMix64 with state 0, as published with the algorithm's C code.
        assert_eq!(Dice(0).bits(), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn noise_is_smooth_and_stays_within_one() {
        let key = hash(7, "noise");
        for second in 0..10_000 {
            let t = f64::from(second);
            let now = noise(key, t, 600.0);
            assert!(now.abs() <= 1.0);
            assert!((noise(key, t + 1.0, 600.0) - now).abs() < 0.01, "a jump at {t}");
        }
    }
}
