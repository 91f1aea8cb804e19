//! The report of a site over HTTP: all its contracts, a page each, and their sum.

use axum::extract::State as Shared;
use axum::response::Response;
use base::noun::{Complex, Establishment};
use base::{ErrorKind, Id, Instant};
use energy_rules::bill::BillMonth;
use energy_rules::report::{MonthlyReport, ReportingRules};
use energy_rules::tariff::Status;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::annual_api::AnnualReportView;
use super::file::{WorkbookFile, XLSX};
use super::gather::Gathered;
use super::monthly_api::MonthlyReportQuery;
use super::monthly_view::MonthlyReportView;
use super::{annual_book, monthly_book, site_book};
use crate::Energy;
use crate::electricity_contract::api::may_read;
use crate::electricity_contract::{ElectricityContract, store};
use crate::load::{thousandths, today};
use crate::workbook::Sheet;

/// Contracts of one report.
pub(crate) const SITE_CONTRACTS_MAX: usize = 12;
/// Contracts that are looked through for those of a site.
const LOOKED_MAX: i64 = 5_000;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(site_report_get)).routes(routes!(site_report_export))
}

/// Which site, and which month or year.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteReportQuery {
    /// The tenant; absent: the complex's own contracts.
    #[param(value_type = Option<uuid::Uuid>)]
    establishment: Option<Id<Establishment>>,
    /// The month: `2026-10`; the one before the present when neither is given.
    #[param(value_type = Option<String>)]
    month: Option<BillMonth>,
    /// The year: `2026`, in the place of a month.
    year: Option<i16>,
}

/// All contracts of a site as one (사업장 보고서).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SiteReport {
    /// The complex.
    pub(crate) complex: String,
    /// The customer: the tenant, or the complex.
    pub(crate) customer: String,
    /// Invented data of the demonstration (시연 데이터).
    pub(crate) is_demo: bool,
    /// When it was made.
    pub(crate) made_at: Instant,
    /// The month, if it is of one.
    #[schema(value_type = Option<String>)]
    pub(crate) month: Option<BillMonth>,
    /// The year, if it is of one.
    pub(crate) year: Option<i16>,
    /// Its contracts, the oldest first.
    pub(crate) contracts: Vec<SiteContract>,
    /// All of them together.
    pub(crate) sum: SiteSum,
}

/// What one contract adds; figures are absent where nothing is known.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct SiteContract {
    /// The contract.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) contract_id: Id<ElectricityContract>,
    /// Its name.
    pub(crate) name: String,
    /// kWh; of a year those of the months that are known.
    pub(crate) kwh: Option<f64>,
    /// What was to be paid, won.
    pub(crate) total_won: Option<i64>,
    /// Its largest quarter of an hour, kW.
    pub(crate) peak_kw: Option<f64>,
    /// Tonnes of oil equivalent.
    pub(crate) toe: Option<f64>,
    /// Tonnes of CO2 equivalent.
    pub(crate) tco2e: Option<f64>,
    /// It is over, and nothing is missing.
    pub(crate) is_complete: bool,
    /// A row of it held in that time. One that had ended or not begun adds nothing, and nothing of it is missing.
    pub(crate) is_standing: bool,
    /// Why there are no figures.
    pub(crate) why: Option<String>,
}

/// All contracts together. Peaks do not add up, since they come at other times: each stands with its contract.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct SiteSum {
    /// kWh of the contracts that are known.
    pub(crate) kwh: f64,
    /// What was to be paid for them, won.
    pub(crate) total_won: i64,
    /// Tonnes of oil equivalent; absent when one of them is not known.
    pub(crate) toe: Option<f64>,
    /// Tonnes of CO2 equivalent; absent when one of them is not known.
    pub(crate) tco2e: Option<f64>,
    /// Every contract that stood in that time is complete.
    pub(crate) is_complete: bool,
    /// Of a year: from how many toe a user is a large one (에너지다소비사업자), all contracts of a site together.
    pub(crate) large_user_toe: Option<f64>,
    /// How sure that is: `verified`, `reported` or `unverified`.
    #[schema(value_type = Option<String>)]
    pub(crate) large_user_status: Option<Status>,
    /// Whether the electricity alone reaches it; absent while what is known stays below it and something is missing.
    /// Where it does not, other fuels must be added to judge.
    pub(crate) is_large_by_electricity: Option<bool>,
}

impl SiteSum {
    /// Adds up contracts.
    pub(crate) fn of(contracts: &[SiteContract]) -> Self {
        let standing: Vec<_> = contracts.iter().filter(|each| each.is_standing).collect();
        let is_any = !standing.is_empty();
        let wh = standing.iter().filter_map(|each| thousandths(each.kwh?));
        let all = |figure: fn(&SiteContract) -> Option<f64>| {
            let sum = standing.iter().map(|each| figure(each)).sum::<Option<f64>>();
            sum.filter(|_| is_any)
        };
        Self {
            kwh: crate::bill::decimal_kilo(wh.sum()),
            total_won: standing.iter().filter_map(|each| each.total_won).sum(),
            toe: all(|each| each.toe),
            tco2e: all(|each| each.tco2e),
            is_complete: is_any && standing.iter().all(|each| each.is_complete),
            large_user_toe: None,
            large_user_status: None,
            is_large_by_electricity: None,
        }
    }

    fn of_year(contracts: &[SiteContract]) -> Self {
        let sum = Self::of(contracts);
        let threshold = ReportingRules::shipped().large_user_toe;
        let known: f64 = contracts.iter().filter_map(|each| each.toe).sum();
        let is_whole = sum.is_complete && sum.toe.is_some();
        let is_reached = known >= threshold.value;
        Self {
            large_user_toe: Some(threshold.value),
            large_user_status: Some(threshold.status),
            is_large_by_electricity: (is_reached || is_whole).then_some(is_reached),
            ..sum
        }
    }
}

/// A month or a year of all contracts of a site that you may see, with their sum.
#[utoipa::path(
    get, path = "/api/v1/complexes/{id}/site_report", tag = "energy",
    params(("id" = uuid::Uuid, Path), SiteReportQuery),
    responses((status = 200, body = SiteReport), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn site_report_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<Complex>>,
    Query(query): Query<SiteReportQuery>,
) -> ApiResult<Json<SiteReport>> {
    Ok(Json(energy.site_report(&ctx, id, &query).await?.0))
}

/// The report of a site as a workbook (XLSX): the sum, and a page for each contract. The export is a row of the
/// ledger.
#[utoipa::path(
    get, path = "/api/v1/complexes/{id}/site_report.xlsx", tag = "energy",
    params(("id" = uuid::Uuid, Path), SiteReportQuery),
    responses((status = 200, body = WorkbookFile, content_type = XLSX),
        (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub(crate) async fn site_report_export(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<Complex>>,
    Query(query): Query<SiteReportQuery>,
) -> ApiResult<Response> {
    let (report, pages) = energy.site_report(&ctx, id, &query).await?;
    let of = match (report.month, report.year) {
        (Some(month), _) => month.to_string(),
        (None, year) => year.unwrap_or_default().to_string(),
    };
    let book = site_book::book(&report, pages);
    energy.export_site(&ctx, (id, query.establishment), (format!("site-report-{of}"), &book)).await
}

/// What a contract adds, and its page.
type Part = (SiteContract, Option<Sheet>, Option<Whose>);

/// Whose report it is.
struct Whose {
    complex: String,
    customer: String,
    is_demo: bool,
}

impl Energy {
    async fn site_report(
        &self,
        ctx: &Ctx,
        complex: Id<Complex>,
        query: &SiteReportQuery,
    ) -> ApiResult<(SiteReport, Vec<Sheet>)> {
        if query.month.is_some() && query.year.is_some() {
            return Err(Problem::invalid_field("/year", "give a month or a year, not both"));
        }
        let contracts = self.site_contracts(ctx, complex, query.establishment).await?;
        let month = query.month.unwrap_or_else(|| BillMonth::of(today(ctx), 0).earlier(1));
        let mut parts = Vec::new();
        for contract in &contracts {
            if !is_standing(contract, query.year, month) {
                parts.push((not_standing(contract), None, None));
                continue;
            }
            parts.push(match query.year {
                Some(year) => self.site_year(ctx, contract, year).await?,
                None => self.site_month(ctx, contract, month).await?,
            });
        }
        let whose = parts.iter_mut().find_map(|part| part.2.take());
        let Whose { complex, customer, is_demo } = whose.unwrap_or_else(|| Whose {
            complex: String::new(),
            customer: contracts[0].terms.name.clone(),
            is_demo: false,
        });
        let (contracts, pages): (Vec<_>, Vec<_>) =
            parts.into_iter().map(|(contract, page, _)| (contract, page)).unzip();
        let sum = match query.year {
            Some(_) => SiteSum::of_year(&contracts),
            None => SiteSum::of(&contracts),
        };
        let report = SiteReport {
            complex,
            customer,
            is_demo,
            made_at: ctx.now,
            month: query.year.is_none().then_some(month),
            year: query.year,
            contracts,
            sum,
        };
        Ok((report, pages.into_iter().flatten().collect()))
    }

    /// The contracts of a site that `ctx` may know of.
    async fn site_contracts(
        &self,
        ctx: &Ctx,
        complex: Id<Complex>,
        establishment: Option<Id<Establishment>>,
    ) -> ApiResult<Vec<ElectricityContract>> {
        let mut tx = self.platform.db.read().await?;
        let mut found = store::list(&mut tx, complex, establishment, None, LOOKED_MAX).await?;
        found.retain(|contract| {
            contract.establishment_id == establishment && may_read(ctx, contract.scope())
        });
        if found.is_empty() {
            let detail = "this site has no electricity contract that you may see";
            return Err(Problem::new(ErrorKind::NotFound, "site_report.no_contract", detail));
        }
        if found.len() > SITE_CONTRACTS_MAX {
            let detail = format!(
                "this site has {} contracts, and a report holds {SITE_CONTRACTS_MAX}: ask for each by itself",
                found.len()
            );
            return Err(Problem::new(ErrorKind::TooLarge, "site_report.too_many", detail));
        }
        Ok(found)
    }

    async fn site_month(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        month: BillMonth,
    ) -> ApiResult<Part> {
        let query = MonthlyReportQuery { month: Some(month) };
        let made = match self.of_month(ctx, contract.id, &query).await {
            Ok(asked) => {
                let show = |_: &Self,
                            of: &Gathered,
                            report: &MonthlyReport<'_>,
                            view: MonthlyReportView| {
                    let page = monthly_book::page(of, report, &view);
                    Ok((view, page))
                };
                self.monthly(asked, show).await.map(|(_, made)| made)
            }
            Err(problem) => Err(problem),
        };
        let (view, page) = match made {
            Ok(made) => made,
            Err(problem) => return without(contract, problem),
        };
        let peak_kw = view.peaks.iter().map(|peak| peak.kw).reduce(f64::max);
        let is_complete =
            !view.is_running && view.quality.missing_slots == 0 && !view.bill.provisional;
        let row = SiteContract {
            contract_id: contract.id,
            name: contract.terms.name.clone(),
            kwh: Some(view.bill.kwh),
            total_won: Some(view.bill.total_won),
            peak_kw,
            toe: view.carbon.toe,
            tco2e: view.carbon.tco2e,
            is_complete,
            is_standing: true,
            why: None,
        };
        let head = view.head;
        let whose = Whose { complex: head.complex, customer: head.customer, is_demo: head.is_demo };
        Ok((row, Some(page), Some(whose)))
    }

    async fn site_year(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        year: i16,
    ) -> ApiResult<Part> {
        let view = match self.of_year(ctx, contract.id, Some(year)).await {
            Ok((_, view)) => view,
            Err(problem) => return without(contract, problem),
        };
        let page = annual_book::page(&view);
        let AnnualReportView { head, months, kwh, total_won, is_complete, carbon, .. } = view;
        let is_known = months.iter().any(|month| month.kwh.is_some());
        let row = SiteContract {
            contract_id: contract.id,
            name: contract.terms.name.clone(),
            kwh: is_known.then_some(kwh),
            total_won: is_known.then_some(total_won),
            peak_kw: months.iter().filter_map(|month| month.peak_kw).reduce(f64::max),
            toe: carbon.toe,
            tco2e: carbon.tco2e,
            is_complete,
            is_standing: true,
            why: None,
        };
        let whose = Whose { complex: head.complex, customer: head.customer, is_demo: head.is_demo };
        Ok((row, Some(page), Some(whose)))
    }
}

/// A contract that has no report of that time stands in the list with the reason; what broke, breaks.
fn without(contract: &ElectricityContract, problem: Problem) -> ApiResult<Part> {
    if !matches!(problem.status(), 404 | 422) {
        return Err(problem);
    }
    let why = Some(problem.detail);
    let row = SiteContract { is_standing: true, why, ..not_standing(contract) };
    Ok((row, None, None))
}

/// Whether a row of a contract holds on a day of the month, or of the year in its place.
fn is_standing(contract: &ElectricityContract, year: Option<i16>, month: BillMonth) -> bool {
    let (from, to) = match year {
        None => (Some(month), Some(month)),
        Some(year) => (BillMonth::new(year, 1), BillMonth::new(year, 12)),
    };
    // What is no year is refused where the report is made.
    let Some((from, to)) = from.zip(to) else { return true };
    let day = contract.terms.reading_day;
    let (first, last) = (from.period(day).first, to.period(day).last);
    let mut rows = contract.terms.rows.iter();
    rows.any(|row| row.from <= last && row.to.is_none_or(|to| first <= to))
}

/// The line of a contract that had ended or not begun.
fn not_standing(contract: &ElectricityContract) -> SiteContract {
    SiteContract {
        contract_id: contract.id,
        name: contract.terms.name.clone(),
        kwh: None,
        total_won: None,
        peak_kw: None,
        toe: None,
        tco2e: None,
        is_complete: false,
        is_standing: false,
        why: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract(kwh: Option<f64>, won: i64, toe: Option<f64>, is_complete: bool) -> SiteContract {
        SiteContract {
            contract_id: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            name: "수전".to_owned(),
            kwh,
            total_won: kwh.map(|_| won),
            peak_kw: None,
            toe,
            tco2e: toe,
            is_complete,
            is_standing: true,
            why: None,
        }
    }

    #[test]
    fn contracts_add_up_to_the_wh_and_what_is_unknown_is_said() {
        let both =
            [contract(Some(0.1), 100, Some(1.0), true), contract(Some(0.2), 50, Some(2.0), true)];
        let sum = SiteSum::of(&both);
        assert_eq!((sum.kwh, sum.total_won, sum.toe), (0.3, 150, Some(3.0)));
        assert!(sum.is_complete);
        let half = SiteSum::of(&[both[0].clone(), contract(None, 0, None, false)]);
        assert_eq!((half.kwh, half.total_won, half.toe), (0.1, 100, None));
        assert!(!half.is_complete);
        // A firm is a large user by all its contracts together, none of which is one.
        let year = [
            contract(Some(1.0), 1, Some(1_500.0), true),
            contract(Some(1.0), 1, Some(600.0), true),
        ];
        assert_eq!(SiteSum::of_year(&year).is_large_by_electricity, Some(true));
        assert_eq!(SiteSum::of_year(&year[..1]).is_large_by_electricity, Some(false));
        // Of a year with gaps only that it is reached is known.
        let gappy = |toe| SiteSum::of_year(&[contract(Some(1.0), 1, Some(toe), false)]);
        assert_eq!(gappy(2_100.0).is_large_by_electricity, Some(true));
        assert_eq!(gappy(600.0).is_large_by_electricity, None);
        let over = SiteContract { is_standing: false, ..contract(None, 0, None, false) };
        let with_over = SiteSum::of_year(&[year[0].clone(), over.clone()]);
        assert_eq!(with_over, SiteSum::of_year(&year[..1]), "what had ended is not missing");
        let none = SiteSum::of(&[over]);
        assert_eq!((none.toe, none.is_complete), (None, false));
    }
}
