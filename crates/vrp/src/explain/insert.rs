//! One request put into one tour at every place: what fits, what comes nearest.

use super::miss::{self, Miss};
use super::timing::{Docked, Ground};
use super::{free, order, total, worth};
use crate::check::{self, PlanFault};
use crate::model::{COST_UNITS_PER_WON, Lock, Objective, Plan, Problem, Route, VisitKind};

/// Most places of one request that are tried in one tour.
const PLACES_MAX: usize = 20_000;
/// Most places of one tour that are laid before the checker, cheapest first.
const CHECKED_MAX: usize = 50;

/// The best place for a request in one tour, or on a vehicle that is not used yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Kind of vehicle.
    pub vehicle: usize,
    /// Index of the tour; `None`: a vehicle that is not used yet.
    pub route: Option<usize>,
    /// Position of each stop of the request in the new tour, breaks not counted.
    pub positions: Vec<usize>,
    /// What the new tour breaks, the first to fail first. Empty: it fits, and pays.
    pub misses: Vec<Miss>,
    /// Money that the tour costs more, in 1/18,000 won ([`crate::model::cost_units`]).
    pub added_units: i64,
    /// Metres that the tour is longer.
    pub added_m: i64,
    /// Whether all places of the tour were tried.
    pub complete: bool,
}

/// Where an unserved request comes nearest: the best place of every tour and of every kind of vehicle,
/// best first, at most `most`.
///
/// Best is what fits at the least cost; then what breaks the fewest constraints; of those the least, each
/// miss measured against what there is (capacity, shift, limit). No stop is moved and no trip is added;
/// the price of changes against the baseline is not counted.
pub fn unserved(problem: &Problem, plan: &Plan, request: usize, most: usize) -> Vec<Offer> {
    let known = check::plan(problem, plan).faults;
    let asked = Asked::new(problem, plan, request, known);
    let routes = (0..plan.routes.len()).filter_map(|route| asked.in_route(route));
    let alone = (0..problem.vehicles.len()).filter_map(|vehicle| asked.alone(vehicle));
    let mut offers: Vec<Offer> = routes.chain(alone).collect();
    offers.sort_by_cached_key(|offer| asked.key(offer));
    offers.truncate(most);
    offers
}

/// A request for which a place is sought.
pub(super) struct Asked<'a> {
    ground: Ground<'a>,
    plan: &'a Plan,
    request: usize,
    known: Vec<PlanFault>,
}

/// A tour that is tried.
struct Slot {
    vehicle: usize,
    route: Option<usize>,
    order: Vec<VisitKind>,
    /// First visits that stay first.
    prefix: usize,
    start_s: Option<i64>,
    docked: Docked,
    /// Money and metres before.
    base: (i64, i64),
}

impl<'a> Asked<'a> {
    /// `known` are the faults that were there before.
    pub(super) fn new(
        problem: &'a Problem,
        plan: &'a Plan,
        request: usize,
        known: Vec<PlanFault>,
    ) -> Self {
        Self { ground: Ground::new(problem), plan, request, known }
    }

    /// Fits at the least cost, then few and small misses.
    fn key(&self, offer: &Offer) -> (usize, i64, i64) {
        let vehicle = &self.ground.problem.vehicles[offer.vehicle];
        let permille = offer.misses.iter().map(|miss| miss.permille(vehicle)).sum();
        let objective = self.ground.problem.objective;
        (offer.misses.len(), permille, worth(objective, offer.added_units, offer.added_m))
    }

    /// The best place in a tour of the plan.
    pub(super) fn in_route(&self, route: usize) -> Option<Offer> {
        let vehicle = self.plan.routes[route].vehicle;
        let order = order(self.plan, route);
        let start_s = self.ground.begun(self.plan, route);
        let docked = self.ground.docked(self.plan, Some(route));
        let base = self.ground.drive(vehicle, &order, start_s, &docked).route;
        let stops = |lock: &Lock| match lock {
            Lock::Prefix { vehicle: of, stops } if *of == vehicle => Some(stops.len()),
            _ => None,
        };
        let prefix = self.ground.problem.locks.iter().find_map(stops).unwrap_or(0);
        let prefix = prefix.min(order.len());
        let base = (base.cost_units, base.distance_m);
        self.best(&Slot { vehicle, route: Some(route), order, prefix, start_s, docked, base })
    }

    /// The request alone on a vehicle that is not used yet.
    pub(super) fn alone(&self, vehicle: usize) -> Option<Offer> {
        let mut offer = self.best(&Slot {
            vehicle,
            route: None,
            order: Vec::new(),
            prefix: 0,
            start_s: None,
            docked: self.ground.docked(self.plan, None),
            base: (0, 0),
        })?;
        if free(self.ground.problem, self.plan, vehicle) == 0 {
            offer.misses.insert(0, Miss::NoVehicleFree);
        }
        Some(offer)
    }

    fn best(&self, slot: &Slot) -> Option<Offer> {
        let lacks = miss::of_vehicle(self.ground.problem, slot.vehicle, self.request);
        let stops = self.ground.problem.requests[self.request].stops.len();
        let (places, complete) = places(&slot.order, slot.prefix, stops);
        let mut clean = Vec::new();
        let mut nearest: Option<Offer> = None;
        let nearer = |nearest: &mut Option<Offer>, offer: Offer| {
            if nearest.as_ref().is_none_or(|best| self.key(&offer) < self.key(best)) {
                *nearest = Some(offer);
            }
        };
        for positions in places {
            let (mut offer, _) = self.tried(slot, positions, &lacks);
            offer.complete = complete;
            if offer.misses.is_empty() {
                clean.push(offer);
            } else {
                nearer(&mut nearest, offer);
            }
        }
        clean.sort_by_cached_key(|offer| self.key(offer));
        let all = clean.len() <= CHECKED_MAX;
        for mut offer in clean.into_iter().take(CHECKED_MAX) {
            offer.misses = self.rules(slot, &offer);
            if offer.misses.is_empty() {
                offer.misses.extend(self.prize(&offer));
                return Some(offer);
            }
            nearer(&mut nearest, offer);
        }
        nearest.map(|offer| Offer { complete: complete && all, ..offer })
    }

    fn tried(&self, slot: &Slot, positions: Vec<usize>, lacks: &[Miss]) -> (Offer, Route) {
        let mut order = slot.order.clone();
        for (stop, position) in positions.iter().enumerate() {
            order.insert(*position, VisitKind::Stop { request: self.request, stop });
        }
        let timed = self.ground.drive(slot.vehicle, &order, slot.start_s, &slot.docked);
        let mut misses = lacks.to_vec();
        misses.extend(miss::of_tour(&self.ground, &order, &timed));
        let offer = Offer {
            vehicle: slot.vehicle,
            route: slot.route,
            positions,
            misses,
            added_units: timed.route.cost_units - slot.base.0,
            added_m: timed.route.distance_m - slot.base.1,
            complete: true,
        };
        (offer, timed.route)
    }

    /// What the checker finds in the plan with the offer, beside what it found before.
    fn rules(&self, slot: &Slot, offer: &Offer) -> Vec<Miss> {
        let (_, driven) = self.tried(slot, offer.positions.clone(), &[]);
        let mut plan = self.plan.clone();
        match slot.route {
            Some(route) => plan.routes[route] = driven,
            None => plan.routes.push(driven),
        }
        plan.unserved.retain(|left| left.request != self.request);
        total(self.ground.problem, &mut plan);
        let mut faults = check::plan(self.ground.problem, &plan).faults;
        // Said by the offer itself.
        let fleet = |fault: &PlanFault| matches!(fault, PlanFault::TooManyVehicles { .. });
        faults.retain(|fault| !self.known.contains(fault) && !fleet(fault));
        faults.into_iter().map(|fault| Miss::Rule { fault }).collect()
    }

    fn prize(&self, offer: &Offer) -> Option<Miss> {
        let problem = self.ground.problem;
        let prize = problem.requests[self.request].prize_won?;
        let short = match problem.objective {
            Objective::Cost => {
                let short = offer.added_units - prize * COST_UNITS_PER_WON;
                (short + COST_UNITS_PER_WON - 1).div_euclid(COST_UNITS_PER_WON)
            }
            Objective::Distance | Objective::VehiclesFirst => offer.added_m - prize,
        };
        (short > 0).then_some(Miss::Prize { short })
    }
}

/// Positions of the stops of a request in the new tour, all in one trip and behind the prefix; and
/// whether these are all.
fn places(order: &[VisitKind], prefix: usize, stops: usize) -> (Vec<Vec<usize>>, bool) {
    let mut found = Vec::new();
    for first in prefix..=order.len() {
        let trip =
            order[first..].iter().take_while(|kind| !matches!(kind, VisitKind::Reload { .. }));
        let last = first + trip.count();
        let mut gaps = vec![first; stops];
        loop {
            if found.len() == PLACES_MAX {
                return (found, false);
            }
            found.push(gaps.iter().enumerate().map(|(stop, gap)| gap + stop).collect());
            // The next of the gaps that do not fall; the first stop stays where it is.
            let Some(next) = (1..stops).rev().find(|stop| gaps[*stop] < last) else { break };
            let gap = gaps[next] + 1;
            gaps[next..].fill(gap);
        }
    }
    (found, true)
}
