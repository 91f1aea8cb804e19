//! What makes a good entry beside the others of its month. Pure.

use base::FieldError;
use energy_rules::bill::BillMonth;
use energy_rules::report::{Made, Share};

use super::{
    CODE_CHARS_MAX, ENTRIES_PER_MONTH_MAX, PRODUCT_CHARS_MAX, Production,
    ProductionEntryError as Refusal, TONNES_MAX,
};

/// Stated shares of a month, per cent.
const WHOLE_PERCENT: f64 = 100.0;
/// Room for decimals that binary numbers do not hold.
const ROUNDING: f64 = 1e-6;

/// Spaces around words are nobody's.
pub(crate) fn trimmed(mut made: Production) -> Production {
    made.product = made.product.trim().to_owned();
    made.code = made.code.map(|code| code.trim().to_owned()).filter(|code| !code.is_empty());
    made
}

/// Refuses an entry that no figure could be made by. `others` are those of the same month and contract,
/// without itself; `last` is the last month that something can have been made in.
pub(crate) fn check(
    made: &Production,
    others: &[Production],
    last: BillMonth,
) -> Result<(), Refusal> {
    let mut wrong = Vec::new();
    let chars = made.product.chars().count();
    if chars == 0 || chars > PRODUCT_CHARS_MAX {
        let detail = format!("name the product in 1 to {PRODUCT_CHARS_MAX} characters");
        wrong.push(FieldError::new("/product", detail));
    }
    if made.code.as_ref().is_some_and(|code| code.chars().count() > CODE_CHARS_MAX) {
        let detail = format!("give a code of at most {CODE_CHARS_MAX} characters, or none");
        wrong.push(FieldError::new("/code", detail));
    }
    if kg(made.tonnes).is_none() {
        let detail = format!("give tonnes from 0.001 to {TONNES_MAX}");
        wrong.push(FieldError::new("/tonnes", detail));
    }
    if made.month > last || made.month.year() < 2000 {
        let detail = format!("give a month from 2000-01 to {last}, the present one");
        wrong.push(FieldError::new("/month", detail));
    }
    if let Some(detail) = share_fault(made, others) {
        wrong.push(FieldError::new("/share_percent", detail));
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    let same = |other: &Production| other.product == made.product && other.code == made.code;
    if others.iter().any(same) {
        return Err(Refusal::Taken { product: made.product.clone(), month: made.month });
    }
    if others.len() >= ENTRIES_PER_MONTH_MAX {
        return Err(Refusal::TooMany(made.month));
    }
    Ok(())
}

fn share_fault(made: &Production, others: &[Production]) -> Option<String> {
    let share = made.share_percent?;
    if made.point_id.is_some() {
        return Some("a product has a meter or a stated share: leave one of them out".to_owned());
    }
    if !(share > 0.0 && share <= WHOLE_PERCENT) {
        return Some("give a share above 0 and up to 100 per cent, or none".to_owned());
    }
    let stated: f64 = others.iter().filter_map(|other| other.share_percent).sum();
    (stated + share > WHOLE_PERCENT + ROUNDING).then(|| {
        let left = (WHOLE_PERCENT - stated).max(0.0);
        format!("the other products of {} leave {left:.3} per cent: give no more", made.month)
    })
}

/// Tonnes as whole kg; none for what cannot be made.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
pub(crate) fn kg(tonnes: f64) -> Option<i64> {
    let kg = (tonnes * 1_000.0).round();
    (kg >= 1.0 && tonnes <= TONNES_MAX).then_some(kg as i64)
}

/// An entry as reports take it; `metered` is what its own meter counted.
pub(crate) fn made(entry: &Production, metered: Option<Share>) -> Option<Made> {
    let share = match (metered, entry.share_percent) {
        (Some(metered), _) => metered,
        (None, Some(percent)) => Share::Ppm(ppm(percent)),
        (None, None) => Share::Mass,
    };
    Some(Made {
        product: entry.product.clone(),
        code: entry.code.clone(),
        month: entry.month,
        kg: kg(entry.tonnes)?,
        share,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share is 0 to 100 per cent"
)]
fn ppm(percent: f64) -> u32 {
    (percent.clamp(0.0, WHOLE_PERCENT) * 10_000.0).round() as u32
}
