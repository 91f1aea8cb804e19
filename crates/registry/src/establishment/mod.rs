//! An establishment (사업장): one site of one company in one complex. It is the tenant.
//!
//! A company is not an establishment: at least four firms of the two complexes in Jeonju hold
//! several sites. Generators (rooftop PV) are establishments too.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Id, Position, noun};
use jiff::civil::Date;
use platform::db::ReadTx;

use crate::company::CompanyNoun;
use crate::unit::UnitNoun;

/// What an establishment is called, for a document that names it; whether the reader may know, the caller
/// has asked.
pub async fn name(
    tx: &mut ReadTx,
    id: Id<noun::Establishment>,
) -> Result<String, crate::RegistryError> {
    Ok(store::find(tx, id).await?.name)
}

crate::noun::words! {
    /// Whether it works.
    EstablishmentState, "state of an establishment" {
        /// It works.
        Open = "open",
        /// It is shut; its history stays.
        Closed = "closed",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that makes the words derives no default")]
impl Default for EstablishmentState {
    fn default() -> Self {
        Self::Open
    }
}

crate::noun::noun! {
    /// An establishment (사업장).
    Establishment of noun::Establishment;
    /// What it takes to register an establishment.
    EstablishmentCreate;
    /// What to change of an establishment: absent keeps, `null` clears.
    EstablishmentUpdate;
    at_birth {
        /// Its complex.
        #[schema(value_type = uuid::Uuid)]
        complex_id: Id<noun::Complex>,
    }
    any_time {
        /// Its company.
        #[schema(value_type = uuid::Uuid)]
        company_id: Id<CompanyNoun>,
        /// Name: of the company, with the site where a company has several.
        name: String,
        /// Its unit of a building, if it sits in one.
        #[schema(value_type = Option<uuid::Uuid>)]
        unit_id: Option<Id<UnitNoun>>,
        /// 지번주소.
        #[schema(value_type = Option<String>)]
        lot_address: Option<String>,
        /// 도로명주소.
        #[schema(value_type = Option<String>)]
        road_address: Option<String>,
        /// KSIC code, 2 to 5 digits.
        #[schema(value_type = Option<String>)]
        ksic_code: Option<String>,
        /// Revision of KSIC that the code belongs to; 11 since 2024-07-01.
        #[schema(value_type = Option<i64>)]
        ksic_revision: Option<i64>,
        /// Where it is.
        #[schema(value_type = Option<Position>)]
        position: Option<Position>,
        /// First day of work, if known.
        #[schema(value_type = Option<String>, format = Date)]
        opened_on: Option<Date>,
    }
    afterwards {
        /// Whether it works.
        state: EstablishmentState,
        /// First day without work.
        #[schema(value_type = Option<String>, format = Date)]
        closed_on: Option<Date>,
    }
}
