//! Tariff versions over HTTP: what a contract may name.

use axum::extract::State as Shared;
use base::Page;
use energy_rules::tariff::{Class, Season, Status, Tariff};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Json, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Energy;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(tariff_list))
}

/// A version of a tariff.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TariffView {
    /// Its stable name: what contracts name.
    id: String,
    /// The class of contracts that it is for.
    #[schema(value_type = String)]
    class: Class,
    /// Its Korean name.
    name_ko: String,
    /// Its English name.
    name_en: String,
    /// The first day that it holds.
    #[schema(value_type = String, format = Date)]
    effective_from: Date,
    /// The last day that it holds, when a later one has followed.
    #[schema(value_type = Option<String>, format = Date)]
    effective_to: Option<Date>,
    /// Where it was read.
    source: String,
    /// How sure it is: `verified`, `reported` or `unverified`.
    #[schema(value_type = String)]
    status: Status,
    /// Its voltages and choices.
    options: Vec<TariffOptionView>,
}

/// Rates of one voltage and choice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TariffOptionView {
    /// Its stable name: `hv-a-2` is 고압A 선택II.
    name: String,
    /// Basic charge, won per kW and month, a decimal.
    #[schema(value_type = String)]
    basic_won_per_kw: String,
    /// Energy rates by season.
    energy: Vec<TariffSeasonRates>,
    /// How sure they are.
    #[schema(value_type = String)]
    status: Status,
}

/// Energy rates of a season, won per kWh as decimals: light, mid and peak load, or one for all hours.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TariffSeasonRates {
    /// The season: `summer`, `spring_autumn`, `winter`.
    season: &'static str,
    /// The rates.
    won_per_kwh: Vec<String>,
}

/// The tariff versions that bills are made by, with their rates.
#[utoipa::path(
    get, path = "/api/v1/tariffs", tag = "energy",
    responses((status = 200, body = Page<TariffView>), (status = 403, body = Problem))
)]
pub(crate) async fn tariff_list(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
) -> ApiResult<Json<Page<TariffView>>> {
    ctx.require_somewhere(base::Action::ReadRegistry)?;
    Ok(Json(Page { items: energy.tariffs.iter().map(view).collect(), next: None }))
}

fn view(tariff: &Tariff) -> TariffView {
    let options = tariff.options.iter().map(|option| TariffOptionView {
        name: option.name.clone(),
        basic_won_per_kw: option.basic_won_per_kw.to_string(),
        energy: Season::ALL
            .into_iter()
            .map(|season| {
                let rates = option.energy_won_per_kwh.of(season);
                let won_per_kwh = rates.iter().map(ToString::to_string).collect();
                TariffSeasonRates { season: season.code(), won_per_kwh }
            })
            .collect(),
        status: option.status,
    });
    TariffView {
        id: tariff.id.clone(),
        class: tariff.class,
        name_ko: tariff.name_ko.clone(),
        name_en: tariff.name_en.clone(),
        effective_from: tariff.effective_from,
        effective_to: tariff.effective_to,
        source: tariff.source.clone(),
        status: tariff.status,
        options: options.collect(),
    }
}
