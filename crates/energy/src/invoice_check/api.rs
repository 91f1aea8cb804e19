//! Invoice checks over HTTP.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::bill::BillMonth;
use energy_rules::bill::invoice::{self as engine, LineCode};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Energy;
use crate::bill::{BillView, decimal_kilo};
use crate::electricity_contract::{ElectricityContract, rules};
use crate::invoice::{InvoiceLine, api::refusal, rules as invoices};
use crate::load::today;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(invoice_check))
}

/// An invoice as it was typed in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvoiceCheckNew {
    /// The month that names it: `2026-07`.
    #[schema(value_type = String)]
    month: BillMonth,
    /// The lines that were typed in; others are not compared.
    lines: Vec<InvoiceLine>,
}

/// The comparison.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvoiceCheckView {
    /// Line by line.
    differences: Vec<InvoiceDifference>,
    /// What would explain the differences, the best first; none when the invoice fits.
    causes: Vec<InvoiceCause>,
    /// The computed bill.
    bill: BillView,
}

/// A line of the invoice and of the bill.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvoiceDifference {
    /// Which line.
    code: String,
    /// As invoiced, won.
    invoiced_won: i64,
    /// As computed, won; absent when it cannot be.
    computed_won: Option<i64>,
    /// Invoiced less computed: above 0 the invoice asks for more.
    difference_won: Option<i64>,
    /// The same of the quantity, kWh or kW; absent when the invoice does not print it.
    difference_quantity: Option<f64>,
    /// Whether it differs by no more than roundings that are not known.
    fits: bool,
}

/// A probable cause: a hint for a person, never a correction.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvoiceCause {
    /// In Korean.
    ko: String,
    /// In English.
    en: String,
    /// What it leaves unexplained, won.
    left_won: i64,
}

/// Puts an invoice beside the bill of its month, line by line. Nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/electricity_contracts/{id}/invoice_checks", tag = "energy",
    params(("id" = uuid::Uuid, Path)), request_body = InvoiceCheckNew,
    responses((status = 200, body = InvoiceCheckView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn invoice_check(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Json(new): Json<InvoiceCheckNew>,
) -> ApiResult<Json<InvoiceCheckView>> {
    let contract = energy.contract(&ctx, id).await?;
    let invoice = invoices::parse(new.month, &new.lines).map_err(refusal)?;
    Ok(Json(energy.check_invoice(&ctx, &contract, &invoice).await?))
}

impl Energy {
    /// Puts an invoice beside the bill of its month.
    pub(crate) async fn check_invoice(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        invoice: &engine::Invoice,
    ) -> ApiResult<InvoiceCheckView> {
        let terms = &contract.terms;
        let customer = rules::customer(terms);
        let first = invoice.month.earlier(11).period(customer.reading_day).first;
        let last = invoice.month.period(customer.reading_day).last.min(today(ctx)).max(first);
        let load = self.load(ctx, terms, first, last).await?.load;
        let billed = self.terms(&customer, rules::power_factor(terms, None));
        let found = engine::check(invoice, &load, &billed, &rules::history(terms))?;
        let differences = found.differences.iter().map(difference);
        let causes = found.causes.iter().map(|cause| InvoiceCause {
            ko: cause.ko(),
            en: cause.en(),
            left_won: cause.left_won,
        });
        Ok(InvoiceCheckView {
            differences: differences.collect(),
            causes: causes.collect(),
            bill: BillView::from(&found.bill),
        })
    }
}

fn difference(row: &engine::Difference) -> InvoiceDifference {
    let fits = |difference: i64| difference.unsigned_abs() <= engine::TOLERANCE_WON.unsigned_abs();
    InvoiceDifference {
        code: code_of(row.code),
        invoiced_won: row.invoiced_won,
        computed_won: row.computed_won,
        difference_won: row.difference_won,
        difference_quantity: row.difference_milli.map(decimal_kilo),
        fits: row.difference_won.is_some_and(fits),
    }
}

fn code_of(code: LineCode) -> String {
    match code {
        LineCode::Group(group) => group.code().to_owned(),
        LineCode::Item(item) => item.to_string(),
    }
}
