//! The energy report of a year over HTTP: as JSON, and as a workbook.

use axum::extract::State as Shared;
use axum::response::Response;
use base::Id;
use energy_rules::bill::BillMonth;
use energy_rules::carbon::Factors;
use energy_rules::report::{AnnualReport, ReportingRules, annual};
use energy_rules::tariff::Status;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::annual_book;
use super::file::{WorkbookFile, XLSX};
use super::gather::Gathered;
use super::product_api::{ProductReportView, ProductView};
use super::view::{ReportCarbon, ReportHead, ReportRemark};
use crate::Energy;
use crate::bill::decimal_kilo;
use crate::electricity_contract::ElectricityContract;
use crate::load::today;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(annual_report_get)).routes(routes!(annual_report_export))
}

/// Which year.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnnualReportQuery {
    /// The year: `2026`; the present one when absent.
    year: Option<i16>,
}

/// The energy report of a year (연간 에너지사용량).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnnualReportView {
    /// Whose it is.
    pub(crate) head: ReportHead,
    /// The year.
    pub(crate) year: i16,
    /// Its twelve months.
    pub(crate) months: Vec<AnnualMonthView>,
    /// kWh of each quarter; absent when a month of it is not known.
    pub(crate) quarters_kwh: Vec<Option<f64>>,
    /// kWh of the months that are known.
    pub(crate) kwh: f64,
    /// What was to be paid for the months that are known, won.
    pub(crate) total_won: i64,
    /// All twelve months are over, known and whole.
    pub(crate) is_complete: bool,
    /// Greenhouse gas and oil equivalent of the months that are known.
    pub(crate) carbon: ReportCarbon,
    /// From how many toe a year a user is a large one (에너지다소비사업자).
    pub(crate) large_user_toe: f64,
    /// How sure that is: `verified`, `reported` or `unverified`.
    #[schema(value_type = String)]
    pub(crate) large_user_status: Status,
    /// Whether the electricity alone reaches it; if not, other carriers count too.
    pub(crate) is_large_by_electricity: bool,
    /// What was made in the year, and what a tonne took.
    pub(crate) products: Vec<ProductView>,
    /// What a reader must know.
    pub(crate) remarks: Vec<ReportRemark>,
}

/// A month of a year; figures are absent where nothing is known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnnualMonthView {
    /// The month.
    #[schema(value_type = String)]
    pub(crate) month: BillMonth,
    /// kWh.
    pub(crate) kwh: Option<f64>,
    /// What was to be paid, won.
    pub(crate) total_won: Option<i64>,
    /// The largest quarter of an hour, kW.
    pub(crate) peak_kw: Option<f64>,
    /// Quarters of an hour without a value; in a month that runs, those to come too.
    pub(crate) missing_slots: u32,
    /// The month is over.
    pub(crate) is_over: bool,
    /// Earlier peaks are not known, so that what was to be paid may be more.
    pub(crate) provisional: bool,
}

/// A year's electricity by month and quarter, with toe, greenhouse gas and products: what a yearly report of
/// energy use asks of electricity. The official form was not read at its source.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/annual_report", tag = "energy",
    params(("id" = uuid::Uuid, Path), AnnualReportQuery),
    responses((status = 200, body = AnnualReportView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn annual_report_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<AnnualReportQuery>,
) -> ApiResult<Json<AnnualReportView>> {
    let (_, view) = energy.of_year(&ctx, id, query.year).await?;
    Ok(Json(view))
}

/// The energy report of a year as a workbook (XLSX). The export is a row of the ledger.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/annual_report.xlsx", tag = "energy",
    params(("id" = uuid::Uuid, Path), AnnualReportQuery),
    responses((status = 200, body = WorkbookFile, content_type = XLSX),
        (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub(crate) async fn annual_report_export(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<AnnualReportQuery>,
) -> ApiResult<Response> {
    let (of, view) = energy.of_year(&ctx, id, query.year).await?;
    let name = format!("annual-report-{}", view.year);
    energy.export(&ctx, &of, (name, &annual_book::book(&view))).await
}

impl Energy {
    pub(super) async fn of_year(
        &self,
        ctx: &Ctx,
        id: Id<ElectricityContract>,
        year: Option<i16>,
    ) -> ApiResult<(Gathered, AnnualReportView)> {
        let year = year.unwrap_or_else(|| today(ctx).year());
        let month = |month| BillMonth::new(year, month);
        let no_year =
            || Problem::invalid_field("/year", format!("{year} is no year: give one such as 2026"));
        let (from, to) = month(1).zip(month(12)).ok_or_else(no_year)?;
        let (of, made) = self.of_products(ctx, id, (Some(from), Some(to))).await?;
        let (factors, rules) = (Factors::shipped(), ReportingRules::shipped());
        let with = (&factors, &rules);
        let report = annual(year, &of.bills, of.customer.reading_day, with, of.now);
        let view = view(&of, &report.ok_or_else(no_year)?, made);
        Ok((of, view))
    }
}

fn view(of: &Gathered, report: &AnnualReport, made: ProductReportView) -> AnnualReportView {
    let months = report.months.iter().map(|month| AnnualMonthView {
        month: month.month,
        kwh: month.wh.map(decimal_kilo),
        total_won: month.total_won,
        peak_kw: month.peak_w.map(decimal_kilo),
        missing_slots: month.missing_slots,
        is_over: month.is_over,
        provisional: month.provisional,
    });
    let remarks = of.remarks().into_iter().chain(report.remarks.iter().cloned());
    let mut remarks: Vec<_> = remarks.map(|remark| ReportRemark::from(&remark)).collect();
    // What is to be said of products, where there are any and the year has not said it.
    let of_products = made.remarks.into_iter().filter(|_| !made.items.is_empty());
    for remark in of_products {
        if remarks.iter().all(|said| said.ko != remark.ko) {
            remarks.push(remark);
        }
    }
    AnnualReportView {
        head: of.into(),
        year: report.year,
        months: months.collect(),
        quarters_kwh: report.quarters_wh.iter().map(|wh| wh.map(decimal_kilo)).collect(),
        kwh: decimal_kilo(report.wh),
        total_won: report.total_won,
        is_complete: report.is_complete,
        carbon: (&report.carbon).into(),
        large_user_toe: report.large_user.threshold.value,
        large_user_status: report.large_user.threshold.status,
        is_large_by_electricity: report.large_user.is_reached_by_electricity,
        products: made.items,
        remarks,
    }
}
