//! Order statistics that one odd day cannot move: median and quantile.

/// The median; the mean of the two in the middle when the count is even. Reorders its input.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    let count = values.len();
    if count == 0 {
        return None;
    }
    let (below, middle, _) = values.select_nth_unstable_by(count / 2, f64::total_cmp);
    if count % 2 == 1 {
        return Some(*middle);
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some(f64::midpoint(lower, *middle))
}

/// The quantile at `level` (0 to 1) by linear interpolation between ranks. Reorders its input.
pub(crate) fn quantile(values: &mut [f64], level: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let place = level.clamp(0.0, 1.0) * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 <= place <= last, a usize"
    )]
    let rank = (place.floor() as usize).min(last);
    let (_, at_rank, above) = values.select_nth_unstable_by(rank, f64::total_cmp);
    let (low, share) = (*at_rank, place - place.floor());
    let next = above.iter().copied().fold(f64::INFINITY, f64::min);
    Some(if share > 0.0 && next.is_finite() { low + share * (next - low) } else { low })
}

/// The mean; `None` of nothing.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_quantiles_of_small_sets() {
        for (mut values, middle, tenth) in [
            (vec![], None, None),
            (vec![3.0], Some(3.0), Some(3.0)),
            (vec![4.0, 1.0], Some(2.5), Some(1.3)),
            (vec![9.0, 1.0, 5.0], Some(5.0), Some(1.8)),
        ] {
            assert_eq!(median(&mut values), middle);
            let found = quantile(&mut values, 0.1);
            match (found, tenth) {
                (Some(found), Some(tenth)) => assert!((found - tenth).abs() < 1e-12),
                (found, tenth) => assert_eq!(found, tenth),
            }
        }
        assert_eq!(mean(&[1.0, 2.0]), Some(1.5));
    }
}
