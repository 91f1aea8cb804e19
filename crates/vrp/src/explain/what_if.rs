//! What a wider window would change, without a new search.

use super::insert::{Asked, Offer, unserved};
use super::timing::Ground;
use super::{Miss, order, total, worth};
use crate::check;
use crate::model::{Lock, Plan, Problem, Reason, Unserved, VisitKind, limits};

/// What a stop with wider windows would change for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Widened {
    /// Seconds at either end of each window of the stop.
    pub by_s: i64,
    /// The best place of the request then: anywhere in the plan if it was unserved, in its own tour
    /// if it was served. It fits if it has no misses. `None` for a served request with a stop that has
    /// happened or is promised: it does not move.
    pub offer: Option<Offer>,
    /// Money by which the tour of a served request falls, in 1/18,000 won; by the objective, so that
    /// it may be below 0 where metres count.
    pub saved_units: i64,
    /// The same in metres.
    pub saved_m: i64,
}

/// Widens the windows of one stop (request, stop) by each of `by_s` seconds, 0 or more, and asks for
/// the best place of the request `wanted`. Its positions are driven again; no other stop moves. Hours
/// and locks stay.
pub fn widened(
    problem: &Problem,
    plan: &Plan,
    (request, stop): (usize, usize),
    by_s: &[i64],
    wanted: usize,
) -> Vec<Widened> {
    let of_it = |kind: VisitKind| matches!(kind, VisitKind::Stop { request: r, .. } if r == wanted);
    let serves = |route: &usize| plan.routes[*route].visits.iter().any(|visit| of_it(visit.kind));
    let served = (0..plan.routes.len()).find(serves);
    let in_prefix = |lock: &Lock| match lock {
        Lock::Prefix { stops, .. } => stops.iter().any(|done| done.request == wanted),
        _ => false,
    };
    let begun = problem.locks.iter().any(in_prefix);
    let one = |by_s: &i64| {
        let by_s = (*by_s).clamp(0, limits::TIME_S);
        let mut wider = problem.clone();
        for window in &mut wider.requests[request].stops[stop].windows {
            window.from_s = (window.from_s - by_s).max(0);
            window.to_s = (window.to_s + by_s).min(limits::TIME_S);
        }
        if let Some(route) = served {
            if begun {
                return Widened { by_s, offer: None, saved_units: 0, saved_m: 0 };
            }
            return again(problem, &wider, plan, route, wanted, by_s);
        }
        let offer = unserved(&wider, plan, wanted, 1).pop();
        Widened { by_s, offer, saved_units: 0, saved_m: 0 }
    };
    by_s.iter().map(one).collect()
}

/// Takes a served request out of its tour and asks for its best place there.
fn again(
    problem: &Problem,
    wider: &Problem,
    plan: &Plan,
    route: usize,
    wanted: usize,
    by_s: i64,
) -> Widened {
    let vehicle = plan.routes[route].vehicle;
    let old_order = order(plan, route);
    let narrow = Ground::new(problem);
    let start_s = narrow.begun(plan, route);
    let docked = narrow.docked(plan, Some(route));
    let old = narrow.drive(vehicle, &old_order, start_s, &docked).route;
    // Reloads stay, also where a trip is empty now: it may come back there.
    let mut rest = old_order;
    rest.retain(|kind| !matches!(kind, VisitKind::Stop { request, .. } if *request == wanted));
    let mut less = plan.clone();
    less.unserved.push(Unserved { request: wanted, reason: Reason::FleetBusy });
    let (base, emptied) = if rest.is_empty() {
        less.routes.remove(route);
        ((0, 0), true)
    } else {
        let driven = Ground::new(wider).drive(vehicle, &rest, start_s, &docked).route;
        let base = (driven.cost_units, driven.distance_m);
        less.routes[route] = driven;
        (base, false)
    };
    total(wider, &mut less);
    // Of the plan as it was: what taking it out breaks, putting it back must mend.
    let known = check::plan(problem, plan).faults;
    let asked = Asked::new(wider, &less, wanted, known);
    let mut offer = if emptied { asked.alone(vehicle) } else { asked.in_route(route) };
    if let Some(offer) = &mut offer {
        offer.route = Some(route);
        // It is served already: whether it pays is not the question.
        offer.misses.retain(|miss| !matches!(miss, Miss::Prize { .. }));
    }
    let fits = offer.as_ref().filter(|offer| offer.misses.is_empty());
    let saved = fits.map_or((0, 0), |offer| {
        let units = old.cost_units - base.0 - offer.added_units;
        let metres = old.distance_m - base.1 - offer.added_m;
        if worth(problem.objective, units, metres) > 0 { (units, metres) } else { (0, 0) }
    });
    Widened { by_s, offer, saved_units: saved.0, saved_m: saved.1 }
}
