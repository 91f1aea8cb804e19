//! Bills over HTTP.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::bill::{BillMonth, bills};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::BillView;
use crate::Energy;
use crate::electricity_contract::{ElectricityContract, rules};
use crate::load::{months, today};

/// Months before, whose peaks carry over.
const MONTHS_BEFORE: u16 = 11;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(bill_list))
}

/// Which bills.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct BillQuery {
    /// The first month: `2026-01`; eleven months before `to` when absent.
    #[param(value_type = Option<String>)]
    from: Option<BillMonth>,
    /// The last month; the present one when absent.
    #[param(value_type = Option<String>)]
    to: Option<BillMonth>,
    /// Bill all months by this choice of the same tariff versions instead (선택요금 비교): `hv-a-1`.
    option: Option<String>,
    /// Bill all months by this contract power instead, kW.
    contract_kw: Option<u32>,
    /// Take the power factor as the standard (역률 간주), as when there is no reactive meter.
    deemed_power_factor: Option<bool>,
}

/// The bills of a contract.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BillList {
    /// By month.
    items: Vec<BillView>,
    /// Their sum, won.
    total_won: i64,
    /// Readings that do not begin on a quarter of an hour and are in no bill.
    off_grid_readings: u32,
    /// Whether a part of the time is not shown because the meter was another's then.
    hidden: bool,
}

/// The bills of a contract, month by month, made from its meter's readings; the present month as far as it
/// has come. With `option` or `contract_kw` they are what another choice would have cost.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/bills", tag = "energy",
    params(("id" = uuid::Uuid, Path), BillQuery),
    responses((status = 200, body = BillList), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn bill_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<BillQuery>,
) -> ApiResult<Json<BillList>> {
    let contract = energy.contract(&ctx, id).await?;
    let terms = &contract.terms;
    let mut customer = rules::customer(terms);
    for row in &mut customer.rows {
        if let Some(option) = &query.option {
            row.option.clone_from(option);
        }
        if let Some(kw) = query.contract_kw {
            row.contract_w = i64::from(kw) * 1_000;
        }
    }
    let (from, to) = months(&ctx, &customer, (query.from, query.to))?;
    let first = from.earlier(MONTHS_BEFORE).period(customer.reading_day).first;
    let last = to.period(customer.reading_day).last.min(today(&ctx));
    let metered = energy.load(&ctx, terms, first, last.max(first)).await?;
    let power_factor = rules::power_factor(terms, query.deemed_power_factor);
    let made =
        bills(&metered.load, &energy.terms(&customer, power_factor), &rules::history(terms))?;
    let asked: Vec<_> = made.iter().filter(|bill| (from..=to).contains(&bill.month)).collect();
    Ok(Json(BillList {
        total_won: asked.iter().map(|bill| bill.total_won).sum(),
        items: asked.into_iter().map(BillView::from).collect(),
        off_grid_readings: metered.off_grid,
        hidden: metered.hidden,
    }))
}
