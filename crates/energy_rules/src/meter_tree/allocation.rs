//! Sharing a whole out by weights, to the Wh.

/// The parts of a whole by weights: by the largest remainder, so that they sum to it exactly. Of equal
/// remainders the first gets the odd Wh. `None` where there is something to share out and nothing to
/// share it by.
///
/// ```
/// use energy_rules::meter_tree::allocate;
/// assert_eq!(allocate(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
/// assert_eq!(allocate(-100, &[1, 3]), Some(vec![-25, -75]));
/// assert_eq!(allocate(100, &[0, 0]), None);
/// ```
pub fn allocate(whole: i64, weights: &[u64]) -> Option<Vec<i64>> {
    let all: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if all == 0 {
        return (whole == 0).then(|| vec![0; weights.len()]);
    }
    let size = u128::from(whole.unsigned_abs());
    let exact = weights.iter().map(|weight| {
        // Both are below 2^64, so that the product fits.
        let product = size * u128::from(*weight);
        (product / all, product % all)
    });
    let (mut parts, remainders): (Vec<u128>, Vec<u128>) = exact.unzip();
    let mut left = size - parts.iter().sum::<u128>();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|part| std::cmp::Reverse(remainders[*part]));
    for part in by_remainder {
        if left == 0 {
            break;
        }
        parts[part] += 1;
        left -= 1;
    }
    let signed = parts.into_iter().map(|part| {
        let part = i64::try_from(part).unwrap_or(i64::MAX);
        if whole < 0 { -part } else { part }
    });
    Some(signed.collect())
}
