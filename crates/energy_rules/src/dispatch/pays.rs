//! Whether what a thing saves brings back what it costs before it is worn out.

use serde::Serialize;

/// The answer, in the order of good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pays {
    /// Within its life even at the worst saving.
    Yes,
    /// Within its life at the best saving only.
    Perhaps,
    /// Not within its life, or never.
    No,
}

/// Sets the years until a thing has paid for itself, at best and at worst, against its life. Simple
/// payback: no interest, no upkeep, no rise of prices.
pub fn pays(payback_years: Option<(f64, f64)>, life_years: f64) -> Pays {
    match payback_years {
        Some((_, worst)) if worst <= life_years => Pays::Yes,
        Some((best, _)) if best <= life_years => Pays::Perhaps,
        Some(_) | None => Pays::No,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_thing_pays_when_its_worst_years_lie_within_its_life() {
        for (years, life, expected) in [
            (Some((4.0, 8.0)), 10.0, Pays::Yes),
            (Some((4.0, 8.0)), 8.0, Pays::Yes),
            (Some((4.0, 8.0)), 7.9, Pays::Perhaps),
            (Some((4.0, 8.0)), 3.9, Pays::No),
            (Some((0.0, f64::INFINITY)), 10.0, Pays::Perhaps),
            (None, 10.0, Pays::No),
        ] {
            assert_eq!(pays(years, life), expected, "{years:?} in {life}");
        }
    }

    proptest! {
        #[test]
        fn a_longer_life_never_makes_it_worse(
            best in 0.0..40.0_f64, more in 0.0..40.0_f64, life in 0.0..30.0_f64, longer in 0.0..30.0_f64,
        ) {
            let years = Some((best, best + more));
            prop_assert!(pays(years, life + longer) <= pays(years, life));
        }
    }
}
