//! Individual rationality: nobody pays more than alone.

use super::{ShareError, remainder, value};

/// What an owner pays, and how it came to that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    /// The share before this step, won.
    pub share: i64,
    /// What the owner would pay alone, won.
    pub alone: i64,
    /// What the owner pays, won.
    pub pays: i64,
}

/// Limits each share to the cost alone. What is cut off is borne by the others in proportion to
/// what they still save, which keeps their savings as even as this step can (after the equal profit
/// method of Frisk et al. 2010). The payments sum to the shares exactly. Where all owners alone
/// would pay less than the route costs, no payment can be right: [`ShareError::DoNotPool`].
pub fn limit(shares: &[i64], alone: &[i64]) -> Result<Vec<Payment>, ShareError> {
    if shares.len() != alone.len() {
        return Err(ShareError::Length { found: alone.len(), wanted: shares.len() });
    }
    for given in shares.iter().map(|share| share.saturating_abs()).chain(alone.iter().copied()) {
        value(given)?;
    }
    let (cost, all): (i64, i64) = (shares.iter().sum(), alone.iter().sum());
    if all < cost {
        return Err(ShareError::DoNotPool { cost, alone: all });
    }
    let pairs = || shares.iter().zip(alone);
    let excess: i64 = pairs().map(|(share, alone)| (share - alone).max(0)).sum();
    let savings: Vec<i128> =
        pairs().map(|(share, alone)| i128::from((alone - share).max(0))).collect();
    let borne = match excess {
        0 => vec![0; shares.len()],
        _ => remainder::by(excess, &savings)?,
    };
    Ok(pairs()
        .zip(borne)
        .map(|((&share, &alone), more)| Payment { share, alone, pays: share.min(alone) + more })
        .collect())
}
