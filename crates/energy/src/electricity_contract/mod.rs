//! An electricity contract (전기사용계약): which meter a customer is billed by, on which terms, since when.
//!
//! # Invariants
//! - The contract of a tenant is seen and changed by roles held for that tenant only; that of the
//!   complex by those of the complex.
//! - Terms are dated and do not overlap; a tariff version stands by its id, so that a customer who
//!   deferred a new version is billed by the one that holds for him.
//! - The meter's points are of the same complex and, of a tenant's contract, belong to that tenant.
//!
//! Deliberately absent: passwords of KEPCO's customer pages; contracts for gas and heat (later).

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
pub(crate) mod tests;

use base::noun::{Complex, Establishment, Point};
use base::{Actor, Coded, ErrorKind, FieldError, Id, Instant, Scope};
use energy_rules::bill::{BillMonth, CustomerContract};
use energy_rules::tariff::{Class, Tariffs};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Contracts of one complex at most.
pub const CONTRACTS_PER_COMPLEX_MAX: usize = 5_000;
/// Contracts of one establishment at most, so that no tenant takes the room of the others.
pub const CONTRACTS_PER_ESTABLISHMENT_MAX: usize = 50;
/// Peaks of earlier months that may be entered.
pub const KNOWN_DEMANDS_MAX: usize = 60;
/// The longest name, in characters.
pub const NAME_CHARS_MAX: usize = 120;

/// A contract at its present version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ElectricityContract {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<ElectricityContract>,
    /// The complex.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<Complex>,
    /// The tenant; absent: the complex itself is the customer.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub establishment_id: Option<Id<Establishment>>,
    /// What was agreed on.
    pub terms: ContractTerms,
    /// Rises by one with each change.
    pub version: u32,
    /// When this version was written.
    pub updated_at: Instant,
    /// Who wrote it.
    pub updated_by: Actor,
}

/// What was agreed on, and by which meter it is billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractTerms {
    /// Its name, as its people call it.
    pub name: String,
    /// The point that counts active energy, as intervals of 15 minutes or as a counter read as often, kWh.
    #[schema(value_type = uuid::Uuid)]
    pub active_point_id: Id<Point>,
    /// The point of lagging reactive energy (지상 무효전력량), kvarh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub lagging_point_id: Option<Id<Point>>,
    /// The point of leading reactive energy (진상 무효전력량), kvarh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub leading_point_id: Option<Id<Point>>,
    /// The point of active power (유효전력), kW: with it the running quarter of an hour is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub power_point_id: Option<Id<Point>>,
    /// The kW that its people want to stay below (목표 수요전력); absent: the billing demand as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_kw: Option<u32>,
    /// Day on which the meter is read (검침일); 0, or 28 and more, is the last day of the month.
    pub reading_day: u8,
    /// The terms by date, the earliest first.
    pub rows: Vec<ContractTermsRow>,
    /// Peaks of earlier months, from invoices, where the readings do not reach.
    #[serde(default)]
    pub known_demands: Vec<MonthlyDemand>,
}

/// A stretch of days under one tariff and one contract kW.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractTermsRow {
    /// Class of the contract (계약종별): `industrial_b` is 산업용(을).
    #[schema(value_type = String)]
    pub class: Class,
    /// The version of the tariff: an id of `GET /api/v1/tariffs`.
    pub tariff: String,
    /// Voltage and choice (선택요금): `hv-a-2`.
    pub option: String,
    /// Contract power (계약전력), kW.
    pub contract_kw: u32,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day; absent while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// The billing peak of a month (요금적용전력의 근거), as an invoice says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MonthlyDemand {
    /// The month: `2026-07`.
    #[schema(value_type = String)]
    pub month: BillMonth,
    /// kW.
    pub kw: u32,
}

impl ContractTerms {
    /// Terms under the versions of a class as they come into force, from a day on.
    pub fn following(
        tariffs: &Tariffs,
        (class, option, contract_kw): (Class, &str, u32),
        from: Date,
        name: String,
        active_point_id: Id<Point>,
    ) -> Self {
        let w = i64::from(contract_kw) * 1_000;
        let customer = CustomerContract::following(tariffs, class, option, w, from, false);
        let rows = customer.rows.into_iter().map(|row| ContractTermsRow {
            class,
            tariff: row.version,
            option: row.option,
            contract_kw,
            from: row.from,
            to: row.to,
        });
        Self {
            name,
            active_point_id,
            lagging_point_id: None,
            leading_point_id: None,
            power_point_id: None,
            target_kw: None,
            reading_day: 0,
            rows: rows.collect(),
            known_demands: Vec::new(),
        }
    }
}

/// A contract as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ElectricityContractNew {
    /// The complex.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<Complex>,
    /// The tenant; absent: the complex itself.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub establishment_id: Option<Id<Establishment>>,
    /// What was agreed on.
    pub terms: ContractTerms,
}

/// New terms of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ElectricityContractChange {
    /// The version that was read.
    pub version: u32,
    /// All terms, the old ones too.
    pub terms: ContractTerms,
}

impl ElectricityContract {
    /// Whom it belongs to.
    pub fn scope(&self) -> Scope {
        scope(self.complex_id, self.establishment_id)
    }
}

/// Whom a contract of this complex and tenant belongs to.
pub(crate) fn scope(complex: Id<Complex>, establishment: Option<Id<Establishment>>) -> Scope {
    establishment.map_or(Scope::Complex(complex), |id| Scope::Establishment { id, complex })
}

/// Why an operation on a contract was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ElectricityContractError {
    /// No such contract, or none that the reader may know of.
    #[error("there is no electricity contract {0} that you may see")]
    NotFound(Id<ElectricityContract>),
    /// Something about it is wrong.
    #[error("the contract cannot be kept: {}", list(.0))]
    Invalid(Vec<FieldError>),
    /// It was changed in between.
    #[error("you changed version {given} of this contract, but it is at {current}: load it again")]
    Stale {
        /// What the writer had read.
        given: u32,
        /// What stands.
        current: u32,
    },
    /// Too many.
    #[error("this complex has {CONTRACTS_PER_COMPLEX_MAX} contracts, the most there may be")]
    TooMany,
    /// Too many of one establishment.
    #[error(
        "this establishment has {CONTRACTS_PER_ESTABLISHMENT_MAX} contracts, the most there may be: change one \
         that is no longer used"
    )]
    TooManyOwn,
}

fn list(fields: &[FieldError]) -> String {
    let lines = fields.iter().map(|field| format!("{} {}", field.pointer, field.detail));
    lines.collect::<Vec<_>>().join("; ")
}

impl Coded for ElectricityContractError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Stale { .. } | Self::TooMany | Self::TooManyOwn => ErrorKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "electricity_contract.not_found",
            Self::Invalid(_) => "electricity_contract.invalid",
            Self::Stale { .. } => "electricity_contract.stale",
            Self::TooMany => "electricity_contract.too_many",
            Self::TooManyOwn => "electricity_contract.too_many_own",
        }
    }
}
