//! An external code (외부 코드): what another register calls one of our things, and from when to when.
//!
//! Codes change: the province's code became 52 on 2024-01-18, KSIC has a new revision since
//! 2024-07-01. A code therefore has a system, a validity and a source; it is ended, never removed.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

/// Marks identifiers of external codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExternalCodeNoun;

crate::noun::words! {
    /// The nouns that may carry external codes.
    SubjectKind, "kind of subject" {
        /// A complex.
        Complex = "complex",
        /// A company.
        Company = "company",
        /// An establishment.
        Establishment = "establishment",
        /// A parcel.
        Parcel = "parcel",
        /// A building.
        Building = "building",
        /// An organisation.
        Organisation = "organisation",
        /// A device.
        Device = "device",
    }
}

crate::noun::noun! {
    /// An external code (외부 코드).
    ExternalCode of ExternalCodeNoun;
    /// What it takes to register an external code.
    ExternalCodeCreate;
    /// What to change of an external code: absent keeps, `null` clears.
    ExternalCodeUpdate;
    at_birth {
        /// Which noun carries it.
        subject_kind: SubjectKind,
        /// Which thing carries it.
        subject_id: uuid::Uuid,
        /// Whose code it is: `factory_management_no`, `pnu`, `ksic11`, `bjd`.
        code_system: String,
        /// The code itself.
        code: String,
    }
    any_time {
        /// First day of validity.
        #[schema(value_type = Option<String>, format = Date)]
        valid_from: Option<Date>,
        /// First day without validity.
        #[schema(value_type = Option<String>, format = Date)]
        valid_until: Option<Date>,
        /// Where it was read: file, page, letter.
        #[schema(value_type = Option<String>)]
        source: Option<String>,
    }
    afterwards {}
}
