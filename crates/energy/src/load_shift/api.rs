//! Shifts of load over HTTP.

use axum::extract::State as Shared;
use base::Id;
use energy_rules::SLOTS_PER_DAY;
use energy_rules::bill::what_if::{Before, MonthOutcome, Scenario, compare};
use energy_rules::bill::{BillMonth, CustomerContract, SHIFT_W_MAX, Shift};
use energy_rules::load::Load;
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Energy;
use crate::bill::decimal_kilo;
use crate::electricity_contract::{ElectricityContract, rules};
use crate::load::{months, today};

/// Months before, whose peaks carry over.
const MONTHS_BEFORE: u16 = 11;
const SLOTS_PER_HOUR: usize = 4;
const HOURS: usize = 24;

pub(crate) fn routes() -> OpenApiRouter<Energy> {
    OpenApiRouter::new().routes(routes!(load_shift_get))
}

/// What is moved, and which months are compared.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadShiftQuery {
    /// The first month: `2026-01`; eleven months before `to` when absent.
    #[param(value_type = Option<String>)]
    from: Option<BillMonth>,
    /// The last month; the present one when absent.
    #[param(value_type = Option<String>)]
    to: Option<BillMonth>,
    /// How much is moved, kW, as far as there was so much.
    kw: u32,
    /// It is taken from this hour on: 0 to 23.
    take_from: u8,
    /// Until this hour, 1 to 24; before `take_from` it goes round midnight, within the same day.
    take_until: u8,
    /// It is given to the hours from this one on, evenly: 0 to 23.
    give_from: u8,
    /// Until this hour, 1 to 24.
    give_until: u8,
    /// On Saturdays, Sundays and holidays too; only on working days when absent.
    every_day: Option<bool>,
}

/// What the same use would have cost at other hours.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoadShiftView {
    /// By month.
    months: Vec<LoadShiftMonth>,
    /// The bills as they are, won.
    present_won: i64,
    /// The bills with the shift, won.
    shifted_won: i64,
    /// The second less the first: below 0 the shift saves.
    difference_won: i64,
    /// Energy that was moved, kWh.
    moved_kwh: f64,
    /// Days on which something was moved.
    days: usize,
    /// Whether a part of the time is not shown because the meter was another's then.
    hidden: bool,
}

/// A month with and without the shift.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoadShiftMonth {
    /// The month.
    month: String,
    /// The bill as it is, won.
    present_won: i64,
    /// With the shift, won.
    shifted_won: i64,
    /// The second less the first.
    difference_won: i64,
    /// The same of the basic charge, before VAT and fund.
    basic_difference_won: i64,
    /// The same of the energy charge.
    energy_difference_won: i64,
    /// The billing demand as it is, kW.
    present_demand_kw: Option<f64>,
    /// With the shift, kW.
    shifted_demand_kw: Option<f64>,
    /// Energy that was moved, kWh.
    moved_kwh: f64,
    /// Months are missing that might raise the billing demand.
    provisional: bool,
}

/// What each month would have cost, had so many kilowatts been used at other hours of the same days. Peaks
/// of the months before are shifted too, as far as the readings reach.
#[utoipa::path(
    get, path = "/api/v1/electricity_contracts/{id}/load_shift", tag = "energy",
    params(("id" = uuid::Uuid, Path), LoadShiftQuery),
    responses((status = 200, body = LoadShiftView), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn load_shift_get(
    Shared(energy): Shared<Energy>,
    ctx: Ctx,
    Path(id): Path<Id<ElectricityContract>>,
    Query(query): Query<LoadShiftQuery>,
) -> ApiResult<Json<LoadShiftView>> {
    let contract = energy.contract(&ctx, id).await?;
    let terms = &contract.terms;
    let customer = rules::customer(terms);
    let shift = shift(&query)?;
    let (from, to) = months(&ctx, &customer, (query.from, query.to))?;
    let first = from.earlier(MONTHS_BEFORE).period(customer.reading_day).first;
    let last = to.period(customer.reading_day).last.min(today(&ctx));
    let metered = energy.load(&ctx, terms, first, last.max(first)).await?;
    let billed = energy.terms(&customer, rules::power_factor(terms, None));
    let moved = shift.apply(&metered.load, &billed)?;
    let scenario = Scenario { shift: Some(shift), ..Scenario::default() };
    let history = rules::history(terms);
    let found = compare(&metered.load, &billed, Before::Known(&history), &[scenario])?;
    let shifted = found.scenarios.into_iter().next().map(|one| one.months).unwrap_or_default();
    let moves = Moves::of(&metered.load, &moved, &customer, (from, to));
    let asked = found.base.months.iter().filter(|row| (from..=to).contains(&row.month));
    let rows = asked.filter_map(|row| {
        let other = shifted.iter().find(|other| other.month == row.month)?;
        Some(month(row, other, &moves))
    });
    let months: Vec<_> = rows.collect();
    Ok(Json(LoadShiftView {
        present_won: months.iter().map(|month| month.present_won).sum(),
        shifted_won: months.iter().map(|month| month.shifted_won).sum(),
        difference_won: months.iter().map(|month| month.difference_won).sum(),
        moved_kwh: decimal_kilo(moves.by_day.iter().map(|(_, wh)| wh).sum()),
        days: moves.by_day.len(),
        months,
        hidden: metered.hidden,
    }))
}

fn month(present: &MonthOutcome, shifted: &MonthOutcome, moves: &Moves) -> LoadShiftMonth {
    let of_month = moves.by_day.iter().filter(|(month, _)| *month == present.month);
    LoadShiftMonth {
        month: present.month.to_string(),
        present_won: present.total_won,
        shifted_won: shifted.total_won,
        difference_won: shifted.total_won - present.total_won,
        basic_difference_won: shifted.basic_won - present.basic_won,
        energy_difference_won: shifted.energy_won - present.energy_won,
        present_demand_kw: present.demand_w.map(decimal_kilo),
        shifted_demand_kw: shifted.demand_w.map(decimal_kilo),
        moved_kwh: decimal_kilo(of_month.map(|(_, wh)| wh).sum()),
        provisional: present.provisional,
    }
}

/// What was moved on each day that something was moved on, Wh, with the month that the day is billed in.
struct Moves {
    by_day: Vec<(BillMonth, i64)>,
}

impl Moves {
    fn of(
        load: &Load,
        moved: &Load,
        customer: &CustomerContract,
        (from, to): (BillMonth, BillMonth),
    ) -> Self {
        let days = load.wh.chunks(SLOTS_PER_DAY).zip(moved.wh.chunks(SLOTS_PER_DAY));
        let by_day = days.enumerate().filter_map(|(day, (before, after))| {
            let taken = before
                .iter()
                .zip(after)
                .filter_map(|(before, after)| Some(((*before)? - (*after)?).max(0)));
            let wh: i64 = taken.sum();
            let month = BillMonth::of(load.day_of(day * SLOTS_PER_DAY), customer.reading_day);
            (wh > 0 && (from..=to).contains(&month)).then_some((month, wh))
        });
        Self { by_day: by_day.collect() }
    }
}

/// The shift as the engine takes it.
fn shift(query: &LoadShiftQuery) -> ApiResult<Shift> {
    let kw_max = SHIFT_W_MAX / 1_000;
    if query.kw == 0 || i64::from(query.kw) > kw_max {
        return Err(Problem::invalid_field("/kw", format!("give 1 to {kw_max} kW")));
    }
    let from = slots((query.take_from, query.take_until))
        .ok_or_else(|| Problem::invalid_field("/take_from", HOURS_WORDS))?;
    let to = slots((query.give_from, query.give_until))
        .ok_or_else(|| Problem::invalid_field("/give_from", HOURS_WORDS))?;
    if from.iter().any(|slot| to.contains(slot)) {
        let detail = "an hour cannot both give and take: choose hours that do not overlap";
        return Err(Problem::invalid_field("/give_from", detail));
    }
    let w = i64::from(query.kw) * 1_000;
    Ok(Shift::Power { from, to, w, working_days: !query.every_day.unwrap_or(false) })
}

const HOURS_WORDS: &str = "give an hour of 0 to 23 and an end of 1 to 24 that is another hour";

/// The slots of some hours of a day; none when they are no hours.
fn slots((from, until): (u8, u8)) -> Option<Vec<u8>> {
    let (from, until) = (usize::from(from), usize::from(until));
    if from >= HOURS || until > HOURS || from == until || until == 0 {
        return None;
    }
    let holds = |hour: usize| {
        if from < until { (from..until).contains(&hour) } else { hour >= from || hour < until }
    };
    let slots = (0..SLOTS_PER_DAY).filter(|slot| holds(slot / SLOTS_PER_HOUR));
    Some(slots.filter_map(|slot| u8::try_from(slot).ok()).collect())
}

#[cfg(test)]
mod hours {
    use super::slots;

    #[test]
    fn hours_are_slots_of_a_day_and_may_go_round_midnight() {
        assert_eq!(slots((13, 14)), Some(vec![52, 53, 54, 55]));
        let night = slots((22, 2)).unwrap();
        assert_eq!(night, [0, 1, 2, 3, 4, 5, 6, 7, 88, 89, 90, 91, 92, 93, 94, 95]);
        assert_eq!(slots((0, 24)).unwrap().len(), 96);
        for wrong in [(24, 1), (3, 3), (3, 25), (3, 0)] {
            assert_eq!(slots(wrong), None, "{wrong:?}");
        }
    }
}
