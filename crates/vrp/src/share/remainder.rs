//! A whole number shared by weights: largest remainder, ties by the lower number.

use super::ShareError;
use super::integer::Integer;

/// Shares `total` by `weights`: each gets the floor of its exact part, and the units that are left go
/// one each to the largest remainders, at a tie to the lower position (order owners by their id). The
/// result sums to `total` exactly.
pub fn to_won(total: i64, weights: &[Integer]) -> Result<Vec<i64>, ShareError> {
    let whole = weights.iter().fold(Integer::ZERO, |sum, weight| sum.plus(weight));
    if !whole.is_positive() {
        return Err(ShareError::NothingToShareBy);
    }
    let factor = Integer::from(i128::from(total));
    let parts: Option<Vec<(i64, Integer)>> =
        weights.iter().map(|weight| weight.times(&factor).floor(&whole)).collect();
    let parts = parts.ok_or(ShareError::Value(total))?;
    let floors: i128 = parts.iter().map(|(floor, _)| i128::from(*floor)).sum();
    let left = usize::try_from(i128::from(total) - floors).expect("each remainder is 0 to 1");
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| parts[*b].1.cmp(&parts[*a].1).then(a.cmp(b)));
    let mut shares: Vec<i64> = parts.iter().map(|(floor, _)| *floor).collect();
    for at in order.into_iter().take(left) {
        shares[at] += 1;
    }
    Ok(shares)
}

/// [`to_won`] by whole numbers.
pub fn by(total: i64, weights: &[i128]) -> Result<Vec<i64>, ShareError> {
    let weights: Vec<Integer> = weights.iter().map(|weight| Integer::from(*weight)).collect();
    to_won(total, &weights)
}
