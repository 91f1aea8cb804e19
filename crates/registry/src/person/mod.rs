//! A person (담당자) of an establishment or an organisation: whom to call.
//!
//! Personal data: shown only to those who may write the registry there, and to the establishment or
//! organisation itself. Audit rows name the person by identifier, never by name or number.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Id, noun};

/// Marks identifiers of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonNoun;

crate::noun::noun! {
    /// A person (담당자).
    Person of PersonNoun;
    /// What it takes to register a person: of one establishment or of one organisation.
    PersonCreate;
    /// What to change of a person: absent keeps, `null` clears.
    PersonUpdate;
    at_birth {
        /// The complex; that of the establishment, or of the organisation if it has one.
        #[schema(value_type = Option<uuid::Uuid>)]
        complex_id: Option<Id<noun::Complex>>,
        /// The establishment that the person works for.
        #[schema(value_type = Option<uuid::Uuid>)]
        establishment_id: Option<Id<noun::Establishment>>,
        /// The organisation that the person works for.
        #[schema(value_type = Option<uuid::Uuid>)]
        organisation_id: Option<Id<noun::Organisation>>,
    }
    any_time {
        /// Name.
        name: String,
        /// What the person does there: `공무팀장`.
        #[schema(value_type = Option<String>)]
        role: Option<String>,
        /// Telephone number.
        #[schema(value_type = Option<String>)]
        phone: Option<String>,
        /// E-mail address.
        #[schema(value_type = Option<String>)]
        email: Option<String>,
    }
    afterwards {}
}
