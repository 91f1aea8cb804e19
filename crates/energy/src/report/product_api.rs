//! What a tonne of product takes, over HTTP: as JSON, and as a workbook.

use axum::extract::State as Shared;
use axum::response::Response;
use base::Id;
use energy_rules::bill::BillMonth;
use energy_rules::carbon::Factors;
use energy_rules::report::{Made, ProductFigures, ProductMonth, ReportingRules, Share, products};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::file::{WorkbookFile, XLSX};
use super::gather::Gathered;
use super::product_book;
use super::view::{ReportFactor, ReportHead, ReportRemark};
use crate::Energy;
use crate::bill::decimal_kilo;
use crate::electricity_contract::{ContractTerms, ElectricityContract, rules as contract_rules};
use crate::load::{months, today};
use crate::production_entry::{ENTRIES_PER_MONTH_MAX, ProductionEntry, rules, store};

/// Months of one answer, as `months` allows them.
const MONTHS_MAX: usize = 24;
/// Product meters that are read for one answer.
const METERS_MAX: usize = 20;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(product_report_get)).routes(routes!(product_report_export))
}

/// Which months.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductReportQuery {
    /// The first month: `2026-01`; eleven months before `to` when absent.
    #[param(value_type = Option<String>)]
    from: Option<BillMonth>,
    /// The last month; the present one when absent.
    #[param(value_type = Option<String>)]
    to: Option<BillMonth>,
}

/// What products took (제품별 원단위).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductReportView {
    /// Whose it is.
    pub(crate) head: ReportHead,
    /// The first month.
    #[schema(value_type = String)]
    pub(crate) from: BillMonth,
    /// The last month.
    #[schema(value_type = String)]
    pub(crate) to: BillMonth,
    /// The products, by code and name.
    pub(crate) items: Vec<ProductView>,
    /// The contract's electricity of the months in which something was made, kWh.
    pub(crate) total_kwh: f64,
    /// What no product was given, kWh.
    pub(crate) unallocated_kwh: f64,
    /// The emission factors that were used.
    pub(crate) factors: Vec<ReportFactor>,
    /// What a reader must know.
    pub(crate) remarks: Vec<ReportRemark>,
}

/// What a product took; figures are absent where they cannot be reckoned.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductView {
    /// The product.
    pub(crate) product: String,
    /// Its CN or HS code, as it was typed.
    pub(crate) code: Option<String>,
    /// The months in which it was made.
    #[schema(value_type = Vec<String>)]
    pub(crate) months: Vec<BillMonth>,
    /// Tonnes.
    pub(crate) tonnes: f64,
    /// By what it was given energy: `meter`, `share`, `mass`.
    pub(crate) bases: Vec<&'static str>,
    /// Electricity, kWh.
    pub(crate) kwh: Option<f64>,
    /// kWh a tonne.
    pub(crate) kwh_per_t: Option<f64>,
    /// Tonnes of CO2 equivalent.
    pub(crate) tco2e: Option<f64>,
    /// kg of CO2 equivalent a tonne.
    pub(crate) kgco2e_per_t: Option<f64>,
    /// Quarters of an hour that are missing: with any, the figures are not exact.
    pub(crate) missing_slots: u32,
}

/// What a tonne of each product takes: kWh and kgCO2e, with the factor of each year. For customers and for
/// declarations such as CBAM; what is unverified says so.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/product_report", tag = "energy",
    params(("id" = uuid::Uuid, Path), ProductReportQuery),
    responses((status = 200, body = ProductReportView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn product_report_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<ProductReportQuery>,
) -> ApiResult<Json<ProductReportView>> {
    let (_, view) = energy.of_products(&ctx, id, (query.from, query.to)).await?;
    Ok(Json(view))
}

/// What a tonne of each product takes, as a workbook (XLSX) with Korean and English heads. The export is a
/// row of the ledger.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/product_report.xlsx", tag = "energy",
    params(("id" = uuid::Uuid, Path), ProductReportQuery),
    responses((status = 200, body = WorkbookFile, content_type = XLSX),
        (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub(crate) async fn product_report_export(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<ProductReportQuery>,
) -> ApiResult<Response> {
    let (of, view) = energy.of_products(&ctx, id, (query.from, query.to)).await?;
    let name = format!("product-report-{}-{}", view.from, view.to);
    energy.export(&ctx, &of, (name, &product_book::book(&view))).await
}

impl Energy {
    pub(crate) async fn of_products(
        &self,
        ctx: &Ctx,
        id: Id<ElectricityContract>,
        asked: (Option<BillMonth>, Option<BillMonth>),
    ) -> ApiResult<(Gathered, ProductReportView)> {
        let contract = self.contract(ctx, id).await?;
        let (from, to) = months(ctx, &contract_rules::customer(&contract.terms), asked)?;
        let of = self.gathered(ctx, id, (from, to)).await?;
        let made = self.made(ctx, &of, (from, to)).await?;
        let energy: Vec<_> = of
            .bills
            .iter()
            .map(|bill| ProductMonth {
                month: bill.month,
                wh: bill.wh,
                missing_slots: bill.peaks.missing_slots,
            })
            .collect();
        let (factors, rules) = (Factors::shipped(), ReportingRules::shipped());
        let report = products(&made, &energy, &factors, &rules, today(ctx));
        let remarks = of.remarks().into_iter().chain(report.remarks);
        let view = ProductReportView {
            head: (&of).into(),
            from,
            to,
            items: report.products.into_iter().map(product).collect(),
            total_kwh: decimal_kilo(report.total_wh),
            unallocated_kwh: decimal_kilo(report.unallocated_wh),
            factors: report.factors.iter().map(ReportFactor::from).collect(),
            remarks: remarks.map(|remark| ReportRemark::from(&remark)).collect(),
        };
        Ok((of, view))
    }

    /// What was made, with what the products' own meters counted.
    async fn made(
        &self,
        ctx: &Ctx,
        of: &Gathered,
        (from, to): (BillMonth, BillMonth),
    ) -> ApiResult<Vec<Made>> {
        let wanted = store::Wanted { contract: of.contract.id, from: Some(from), to: Some(to) };
        let most = i64::try_from(MONTHS_MAX * ENTRIES_PER_MONTH_MAX).expect("a small number");
        let mut tx = self.platform.db.read().await?;
        let mut entries = store::list(&mut tx, wanted, None, most).await?;
        drop(tx);
        entries.sort_by_key(|entry| entry.made.month);
        let metered = entries.iter().filter(|entry| entry.made.point_id.is_some()).count();
        if metered > METERS_MAX * MONTHS_MAX {
            let detail = format!("more than {METERS_MAX} product meters a month: ask for less");
            return Err(Problem::invalid_field("/from", detail));
        }
        let mut made = Vec::with_capacity(entries.len());
        for entry in &entries {
            let metered = self.metered_share(ctx, of, entry).await?;
            made.extend(rules::made(&entry.made, metered));
        }
        Ok(made)
    }

    /// What a product's own meter counted in its month.
    async fn metered_share(
        &self,
        ctx: &Ctx,
        of: &Gathered,
        entry: &ProductionEntry,
    ) -> ApiResult<Option<Share>> {
        let Some(point) = entry.made.point_id else { return Ok(None) };
        let period = entry.made.month.period(of.customer.reading_day);
        let terms = ContractTerms {
            active_point_id: point,
            lagging_point_id: None,
            leading_point_id: None,
            ..of.contract.terms.clone()
        };
        let last = period.last.min(today(ctx)).max(period.first);
        let load = self.load(ctx, &terms, period.first, last).await?.load;
        let known: Vec<i64> = load.wh.iter().flatten().copied().collect();
        let wh = (!known.is_empty()).then(|| known.iter().sum());
        let missing_slots = u32::try_from(load.wh.len() - known.len()).unwrap_or(u32::MAX);
        Ok(Some(Share::Meter { wh, missing_slots }))
    }
}

fn product(of: ProductFigures) -> ProductView {
    ProductView {
        product: of.product,
        code: of.code,
        months: of.months,
        tonnes: decimal_kilo(of.kg),
        bases: of.bases.iter().map(|basis| basis.code()).collect(),
        kwh: of.wh.map(decimal_kilo),
        kwh_per_t: of.kwh_per_t,
        tco2e: of.tco2e,
        kgco2e_per_t: of.kgco2e_per_t,
        missing_slots: of.missing_slots,
    }
}
