//! What all reports show: whose they are, sentences, carbon.

use base::{Id, Instant};
use energy_rules::carbon::{GridFactor, Purpose};
use energy_rules::report::{Carbon, Remark};
use serde::Serialize;
use utoipa::ToSchema;

use super::gather::Gathered;
use crate::electricity_contract::ElectricityContract;

/// Whose report it is, and when it was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportHead {
    /// The contract.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) contract_id: Id<ElectricityContract>,
    /// Its name.
    pub(crate) contract: String,
    /// The complex.
    pub(crate) complex: String,
    /// The customer: the tenant, or the complex.
    pub(crate) customer: String,
    /// Invented data of the demonstration (시연 데이터).
    pub(crate) is_demo: bool,
    /// When it was made.
    pub(crate) made_at: Instant,
    /// A part of the time is not shown because the meter was another's then.
    pub(crate) hidden: bool,
}

impl From<&Gathered> for ReportHead {
    fn from(of: &Gathered) -> Self {
        Self {
            contract_id: of.contract.id,
            contract: of.contract.terms.name.clone(),
            complex: of.names.complex.clone(),
            customer: of.names.customer.clone(),
            is_demo: of.names.is_demo,
            made_at: of.made_at,
            hidden: of.metered.hidden,
        }
    }
}

/// A sentence that a reader must know, with its stable code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportRemark {
    /// Code: `grid_factor`.
    pub(crate) code: String,
    /// In Korean.
    pub(crate) ko: String,
    /// In English.
    pub(crate) en: String,
}

impl From<&Remark> for ReportRemark {
    fn from(remark: &Remark) -> Self {
        let json = serde_json::to_value(remark).unwrap_or_default();
        let code = json.get("code").and_then(|code| code.as_str()).unwrap_or_default();
        Self { code: code.to_owned(), ko: remark.ko(), en: remark.en() }
    }
}

/// An emission factor of the grid.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportFactor {
    /// The year of use.
    pub(crate) year: i16,
    /// What it is for: `disclosure`.
    pub(crate) purpose: &'static str,
    /// tCO2eq per MWh.
    pub(crate) tco2e_per_mwh: f64,
    /// Which years it describes.
    pub(crate) reference: String,
    /// When it was published.
    #[schema(value_type = Option<String>, format = Date)]
    pub(crate) published_on: Option<jiff::civil::Date>,
    /// Where it was read.
    pub(crate) source: String,
    /// How well it is known.
    pub(crate) status: String,
}

impl From<&GridFactor> for ReportFactor {
    fn from(factor: &GridFactor) -> Self {
        Self {
            year: factor.year_of_use,
            purpose: purpose(factor.purpose),
            tco2e_per_mwh: factor.tco2e_per_mwh,
            reference: factor.reference.clone(),
            published_on: factor.published_on,
            source: factor.source.clone(),
            status: factor.status.clone(),
        }
    }
}

fn purpose(of: Purpose) -> &'static str {
    match of {
        Purpose::Disclosure => "disclosure",
        Purpose::KEts => "k_ets",
        Purpose::Informative => "informative",
    }
}

/// Electricity as greenhouse gas and as oil; each absent where it cannot be reckoned, and the remarks say
/// why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportCarbon {
    /// Tonnes of CO2 equivalent.
    pub(crate) tco2e: Option<f64>,
    /// By this factor.
    pub(crate) factor: Option<ReportFactor>,
    /// Tonnes of oil equivalent.
    pub(crate) toe: Option<f64>,
    /// toe of a kWh.
    pub(crate) toe_per_kwh: Option<f64>,
    /// Where the heat value was read.
    pub(crate) toe_source: Option<String>,
    /// How well it is known.
    pub(crate) toe_status: Option<String>,
}

impl From<&Carbon> for ReportCarbon {
    fn from(carbon: &Carbon) -> Self {
        let emission = carbon.emission.as_ref().ok();
        let toe = carbon.toe.as_ref().ok();
        Self {
            tco2e: emission.map(|emission| emission.tco2e),
            factor: emission.map(|emission| ReportFactor::from(&emission.factor)),
            toe: toe.map(|toe| toe.toe),
            toe_per_kwh: toe.and_then(|toe| toe.factor.toe_per_unit),
            toe_source: toe.map(|toe| toe.factor.source.clone()),
            toe_status: toe.map(|toe| toe.factor.status.clone()),
        }
    }
}
