//! A run of the controller over loads that it learns only as they come.

use super::error::DispatchError;
use super::path::End;
use super::plan::{Costs, base_costs, costs};
use super::rolling::{AHEAD_SLOTS, Ahead, Controller, Outlook};
use super::site::Site;
use super::slot::Action;

/// What a run of the controller came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What the battery did, slot by slot.
    pub actions: Vec<Action>,
    /// Costs with the battery.
    pub costs: Costs,
    /// Costs without it.
    pub base: Costs,
    /// Demand of each month, kW.
    pub demand_kw: Vec<f64>,
    /// Energy stored at the end, kWh.
    pub stored_kwh: f64,
}

impl Run {
    /// What the battery saved, won.
    pub fn saving_won(&self) -> f64 {
        self.base.total_won() - self.costs.total_won()
    }
}

/// Runs a controller over a site that begins at midnight.
///
/// `forecast` is asked at each slot for at least the next [`AHEAD_SLOTS`] loads from there on, or
/// as many as are left; it may know the loads before that slot only. At the end the battery holds
/// at least what it began with, as far as it can.
pub fn roll(
    site: &Site,
    mut controller: Controller<'_>,
    forecast: &mut dyn FnMut(usize) -> Outlook,
) -> Result<Run, DispatchError> {
    site.check(controller.billing.months())?;
    let (slots, begun) = (site.len(), controller.stored_kwh());
    let mut actions = Vec::with_capacity(slots);
    for at in 0..slots {
        let until = slots.min(at + AHEAD_SLOTS);
        let mut outlook = forecast(at);
        outlook.p50_kwh.truncate(until - at);
        outlook.p90_kwh.truncate(until - at);
        let price_won = &site.price_won[at..until];
        let ahead = Ahead {
            price_won,
            counts: &site.counts[at..until],
            month: &site.month[at..until],
            outlook: &outlook,
            end: if until == slots { End::AtLeast(begun) } else { refill(price_won, &controller) },
        };
        let load = site.load_kwh[at];
        let action = controller.policy(&ahead)?.react(load);
        controller.record(site.month[at], site.counts[at], load, &action);
        actions.push(action);
    }
    let costs = costs(site, &actions, controller.battery, &controller.billing);
    let base = base_costs(site, &controller.billing);
    let grid: Vec<f64> = actions.iter().map(|action| action.grid_kwh).collect();
    let demand_kw = site.demand_kw(&grid, controller.billing.months());
    Ok(Run { actions, costs, base, demand_kw, stored_kwh: controller.stored_kwh() })
}

/// Energy left after a day is worth what it costs to store it again at that day's best price.
fn refill(price_won: &[f64], controller: &Controller<'_>) -> End {
    let least = price_won.iter().copied().fold(f64::INFINITY, f64::min);
    End::Worth(least / controller.battery.one_way())
}
