//! Invoice checks over HTTP.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::bill::BillMonth;
use energy_rules::bill::invoice::{self, Invoice, InvoiceLine, LineCode};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Energy;
use crate::bill::BillView;
use crate::electricity_contract::{ElectricityContract, rules};
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
    lines: Vec<InvoiceCheckLine>,
}

/// A line of an invoice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvoiceCheckLine {
    /// A group such as `basic`, `energy`, `vat`, `total`, or one line such as `energy.summer.peak`.
    code: String,
    /// Won.
    won: i64,
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
}

/// A probable cause: a hint for a person, never a correction.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvoiceCause {
    /// In Korean.
    ko: String,
    /// In English.
    en: String,
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
    if new.lines.is_empty() || new.lines.len() > invoice::LINES_MAX {
        let detail = format!("give 1 to {} lines", invoice::LINES_MAX);
        return Err(Problem::invalid_field("/lines", detail));
    }
    let mut lines = Vec::with_capacity(new.lines.len());
    for (index, line) in new.lines.into_iter().enumerate() {
        let code: LineCode = line.code.parse().map_err(|fault| {
            Problem::invalid_field(&format!("/lines/{index}/code"), format!("{fault}"))
        })?;
        lines.push(InvoiceLine { code, won: line.won, quantity_milli: None });
    }
    let terms = &contract.terms;
    let customer = rules::customer(terms);
    let first = new.month.earlier(11).period(customer.reading_day).first;
    let last = new.month.period(customer.reading_day).last.min(today(&ctx)).max(first);
    let load = energy.load(&ctx, terms, first, last).await?.load;
    let found = invoice::check(
        &Invoice { month: new.month, lines },
        &load,
        &energy.terms(&customer, rules::power_factor(terms, None)),
        &rules::history(terms),
    );
    let found = found?;
    let differences = found.differences.iter().map(|row| InvoiceDifference {
        code: code_of(row.code),
        invoiced_won: row.invoiced_won,
        computed_won: row.computed_won,
        difference_won: row.difference_won,
    });
    let causes = found.causes.iter().map(|cause| InvoiceCause { ko: cause.ko(), en: cause.en() });
    Ok(Json(InvoiceCheckView {
        differences: differences.collect(),
        causes: causes.collect(),
        bill: BillView::from(&found.bill),
    }))
}

fn code_of(code: LineCode) -> String {
    match code {
        LineCode::Group(group) => group.code().to_owned(),
        LineCode::Item(item) => item.to_string(),
    }
}
