//! A company (회사): the legal person. Where it works is its establishments.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;

/// Marks identifiers of companies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CompanyNoun;

crate::noun::noun! {
    /// A company (회사); it may have several establishments.
    Company of CompanyNoun;
    /// What it takes to register a company.
    CompanyCreate;
    /// What to change of a company: absent keeps, `null` clears.
    CompanyUpdate;
    at_birth {}
    any_time {
        /// Registered name.
        name: String,
        /// 사업자등록번호, 10 digits; no two companies have the same.
        #[schema(value_type = Option<String>)]
        registration_number: Option<String>,
    }
    afterwards {}
}
