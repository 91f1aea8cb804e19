//! What makes a good grant, who receives by it, and whether it is open. Pure.

use base::{FieldError, Grant, Role, Scope};
use energy_rules::sharing::Level;
use jiff::civil::Date;

use super::{
    POINTS_MAX, PURPOSE_CHARS_MAX, SharingGrant, SharingGrantError, SharingGrantState,
    SharingTerms, TERM_DAYS_MAX,
};

/// Refuses terms that say too little or too much.
pub(crate) fn check(terms: &SharingTerms, today: Date) -> Result<(), SharingGrantError> {
    let mut wrong = Vec::new();
    let mut complain = |field: &str, detail: String| wrong.push(FieldError::new(field, detail));
    let chars = terms.purpose.trim().chars().count();
    if chars == 0 || chars > PURPOSE_CHARS_MAX {
        complain("/terms/purpose", format!("say what for, in 1 to {PURPOSE_CHARS_MAX} characters"));
    }
    if terms.until < terms.from || terms.until < today {
        complain("/terms/until", "give a last day that is not before the first, nor past".into());
    }
    if (terms.until - terms.from).get_days() >= TERM_DAYS_MAX {
        complain("/terms/until", format!("give a term of at most {TERM_DAYS_MAX} days"));
    }
    if terms.values_from.is_some_and(|day| day > terms.until) {
        complain("/terms/values_from", "give a day that is not after the last day".into());
    }
    match (&terms.points, &terms.quantity) {
        (Some(points), None) if points.is_empty() || points.len() > POINTS_MAX => {
            complain("/terms/points", format!("give 1 to {POINTS_MAX} points"));
        }
        (Some(_), None) | (None, Some(_)) => {}
        (Some(_), Some(_)) | (None, None) => {
            complain("/terms/points", "give either points or a quantity".into());
        }
    }
    if terms.recipient == Scope::System {
        complain("/terms/recipient", "name a complex, an organisation or an establishment".into());
    }
    if wrong.is_empty() { Ok(()) } else { Err(SharingGrantError::Invalid(wrong)) }
}

/// Refuses a grant that the owner's level does not open.
pub(crate) fn check_level(terms: &SharingTerms, level: Level) -> Result<(), SharingGrantError> {
    if level.opens(terms.is_to_office(), terms.resolution) {
        return Ok(());
    }
    let needed = Level::needed(terms.is_to_office(), terms.resolution);
    Err(SharingGrantError::LevelTooLow { needed, level })
}

/// Whether a grant may be used on this day, at the owner's present level.
pub(crate) fn state(grant: &SharingGrant, level: Level, today: Date) -> SharingGrantState {
    let terms = &grant.terms;
    if grant.revoked_at.is_some() {
        SharingGrantState::Revoked
    } else if today > terms.until {
        SharingGrantState::Ended
    } else if !level.opens(terms.is_to_office(), terms.resolution) {
        SharingGrantState::LevelTooLow
    } else if today < terms.from {
        SharingGrantState::NotBegun
    } else {
        SharingGrantState::Open
    }
}

/// Whether somebody with these roles is among the recipients: by a role held for exactly that scope. A role
/// that covers it from above (of the system, of the complex) was granted nothing.
pub(crate) fn receives(roles: &[Grant], recipient: Scope) -> bool {
    roles.iter().any(|held| {
        held.scope == recipient
            && match recipient {
                Scope::System => false,
                Scope::Complex(_) => {
                    matches!(held.role, Role::EnergyOffice | Role::ProgrammeManager)
                }
                Scope::Organisation(_) => matches!(
                    held.role,
                    Role::EnergyOffice
                        | Role::ProgrammeManager
                        | Role::EnergyManager
                        | Role::Administrator
                ),
                Scope::Establishment { .. } => {
                    matches!(held.role, Role::EnergyManager | Role::Administrator)
                }
            }
    })
}
