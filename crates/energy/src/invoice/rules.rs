//! What makes a good invoice, and what it is to the engine. Pure.

use std::collections::BTreeSet;

use base::FieldError;
use energy_rules::bill::BillMonth;
use energy_rules::bill::invoice::{self as engine, LINES_MAX, LineCode};

use super::{InvoiceError, InvoiceLine, NOTE_CHARS_MAX, QUANTITY_MAX, WON_MAX};

/// The lines as the engine takes them; the first thing that is wrong otherwise.
pub(crate) fn parse(
    month: BillMonth,
    lines: &[InvoiceLine],
) -> Result<engine::Invoice, InvoiceError> {
    if lines.is_empty() || lines.len() > LINES_MAX {
        let detail = format!("give 1 to {LINES_MAX} lines");
        return Err(InvoiceError::Invalid(FieldError::new("/lines", detail)));
    }
    let mut seen = BTreeSet::new();
    let mut parsed = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let wrong = |field: &str, detail: String| {
            InvoiceError::Invalid(FieldError::new(format!("/lines/{index}/{field}"), detail))
        };
        let code: LineCode =
            line.code.parse().map_err(|fault| wrong("code", format!("{fault}")))?;
        if !seen.insert(&line.code) {
            return Err(wrong("code", format!("{} stands twice: leave one", line.code)));
        }
        if line.won.unsigned_abs() > WON_MAX.unsigned_abs() {
            return Err(wrong("won", format!("give at most {WON_MAX} won")));
        }
        let quantity_milli = match line.quantity {
            None => None,
            Some(quantity) if (0.0..=QUANTITY_MAX).contains(&quantity) => {
                crate::load::thousandths(quantity)
            }
            Some(_) => {
                return Err(wrong("quantity", format!("give 0 to {QUANTITY_MAX} kWh or kW")));
            }
        };
        parsed.push(engine::InvoiceLine { code, won: line.won, quantity_milli });
    }
    Ok(engine::Invoice { month, lines: parsed })
}

/// Refuses a note that is no note.
pub(crate) fn check_note(note: &str) -> Result<(), InvoiceError> {
    if note.trim().chars().count() > NOTE_CHARS_MAX {
        let detail = format!("give at most {NOTE_CHARS_MAX} characters");
        return Err(InvoiceError::Invalid(FieldError::new("/note", detail)));
    }
    Ok(())
}
