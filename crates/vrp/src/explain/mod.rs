//! Why a plan is as it is: slack and cost of each stop, what an unserved request misses, and what a
//! wider window would change.
//!
//! Pure functions of a [`Problem`] and a [`Plan`] of it. Nothing is searched: tours keep their order,
//! one request is put into or taken out of one of them, and the tour is driven again. "Fits" is said
//! only of a plan in which [`crate::check::plan()`] finds no fault that was not there before. What is
//! said not to fit may fit after a new search.
//!
//! The indices of the plan and of the question must be those of the problem, which must be valid.

mod insert;
mod miss;
mod stops;
mod timing;
mod way;
mod what_if;

#[cfg(test)]
pub(crate) mod tests;

pub use insert::{Offer, unserved};
pub use miss::Miss;
pub use stops::{StopNote, stops};
pub use what_if::{Widened, widened};

use crate::model::{Objective, Plan, Problem, VisitKind};

/// What the objective counts of money and metres.
const fn worth(objective: Objective, cost_units: i64, metres: i64) -> i64 {
    match objective {
        Objective::Cost => cost_units,
        Objective::Distance | Objective::VehiclesFirst => metres,
    }
}

/// The order of a tour of the plan, without breaks: those are placed anew when it is driven.
fn order(plan: &Plan, route: usize) -> Vec<VisitKind> {
    let kinds = plan.routes[route].visits.iter().map(|visit| visit.kind);
    kinds.filter(|kind| !matches!(kind, VisitKind::Break { .. })).collect()
}

/// An order without a request, and without the reloads that it alone was for.
fn without(order: &[VisitKind], request: usize) -> Vec<VisitKind> {
    let of_it =
        |kind: &VisitKind| matches!(kind, VisitKind::Stop { request: r, .. } if *r == request);
    let mut left: Vec<VisitKind> = Vec::new();
    for kind in order.iter().filter(|kind| !of_it(kind)) {
        let reload = matches!(kind, VisitKind::Reload { .. });
        let loaded = matches!(left.last(), Some(VisitKind::Stop { .. }));
        if !reload || loaded {
            left.push(*kind);
        }
    }
    if matches!(left.last(), Some(VisitKind::Reload { .. })) {
        left.pop();
    }
    left
}

/// Vehicles of a kind that no tour of the plan uses.
fn free(problem: &Problem, plan: &Plan, vehicle: usize) -> usize {
    let used = plan.routes.iter().filter(|route| route.vehicle == vehicle).count();
    usize::try_from(problem.vehicles[vehicle].count).unwrap_or(usize::MAX).saturating_sub(used)
}

/// Counts the figures of a changed plan again.
fn total(problem: &Problem, plan: &mut Plan) {
    plan.distance_m = plan.routes.iter().map(|route| route.distance_m).sum();
    plan.cost_units = plan.routes.iter().map(|route| route.cost_units).sum();
    let left = plan.unserved.iter().map(|left| problem.requests[left.request].prize_won);
    plan.prizes_lost_won = left.flatten().sum();
}
