//! The independent checker: is a plan possible, and what does it come to?
//!
//! It shares no code with the search: it measures its own distances, drives each route itself and
//! counts every customer. [`routes`] judges plain routes on an instance of the literature, [`plan()`]
//! a plan of the general model.

mod drive;
mod fault;
mod plan;
mod ruler;

#[cfg(test)]
mod tests;

use crate::format::{Convention, Family, Instance, Solution};

pub use fault::Fault;
pub use plan::{PlanFault, PlanReport, plan};
pub use ruler::Ruler;

/// Most faults that a report holds; more are not counted.
pub const FAULTS_MAX: usize = 1_000;

/// What a plan comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How distances and times were measured.
    pub convention: Convention,
    /// Length of all routes, in units of the convention.
    pub distance: f64,
    /// Fixed costs and costs of distance: `scale * fixed + per_distance * length`.
    pub cost: f64,
    /// Routes with a customer.
    pub vehicles: usize,
    /// Everything that is not possible.
    pub faults: Vec<Fault>,
}

impl Report {
    /// The distance in units of the file.
    pub fn distance_in_file_units(&self) -> f64 {
        self.distance / self.convention.scale()
    }

    /// The cost as the family publishes it, to be laid beside a best known value: see the
    /// conventions in `docs/vrp-formats.md`.
    pub fn published(&self, family: Family) -> f64 {
        match (family, self.convention) {
            // The files hold costs times 100 where the published value has decimals.
            (Family::Hfvrp, Convention::Exact) => self.cost / 100.0,
            (Family::Vrptw, Convention::Tenths) => self.cost / 10.0,
            _ => self.cost,
        }
    }
}

/// Judges the routes of `solution` on `instance`, distances and times measured by `convention`.
pub fn routes(instance: &Instance, solution: &Solution, convention: Convention) -> Report {
    let ruler = Ruler::new(instance, convention);
    let mut report =
        Report { convention, distance: 0.0, cost: 0.0, vehicles: 0, faults: Vec::new() };
    fleet(instance, solution, &mut report);
    served(instance, solution, &mut report);
    for (number, route) in solution.routes.iter().enumerate() {
        let known = |stop: &usize| *stop < instance.nodes.len();
        let customers = route.iter().any(|stop| *stop >= instance.depots);
        // A vehicle beyond the fleet is a fault already; its length still counts.
        let vehicle = solution.vehicles.get(number).copied().unwrap_or(number);
        let group = instance.vehicle(vehicle).or(instance.fleet.last());
        if let (true, true, Some(group)) = (customers, route.iter().all(known), group) {
            report.vehicles += 1;
            drive::route(instance, &ruler, group, number, route, &mut report);
        }
    }
    report.faults.truncate(FAULTS_MAX);
    report
}

/// Each route with a customer has a vehicle of its own.
fn fleet(instance: &Instance, solution: &Solution, report: &mut Report) {
    let mut seen = std::collections::BTreeSet::new();
    for (route, stops) in solution.routes.iter().enumerate() {
        if stops.is_empty() {
            continue;
        }
        let vehicle = solution.vehicles.get(route).copied().unwrap_or(route);
        if instance.vehicle(vehicle).is_none() {
            report.faults.push(Fault::NoVehicle { route, vehicle });
        } else if !seen.insert(vehicle) {
            report.faults.push(Fault::VehicleTwice { route, vehicle });
        }
    }
}

/// Every customer once; both ends of a pair on one route, the pickup first.
fn served(instance: &Instance, solution: &Solution, report: &mut Report) {
    let mut places: Vec<Option<(usize, usize)>> = vec![None; instance.nodes.len()];
    for (route, stops) in solution.routes.iter().enumerate() {
        for (at, &customer) in stops.iter().enumerate() {
            match places.get_mut(customer) {
                None => report.faults.push(Fault::Unknown { route, customer }),
                Some(_) if customer < instance.depots => {}
                Some(Some(_)) => report.faults.push(Fault::Twice { route, customer }),
                Some(place) => *place = Some((route, at)),
            }
        }
    }
    for customer in instance.customers() {
        let Some((route, at)) = places[customer] else {
            report.faults.push(Fault::Unserved { customer });
            continue;
        };
        let node = &instance.nodes[customer];
        let Some(delivery) = node.mate.filter(|_| node.demand > 0) else { continue };
        match places[delivery] {
            Some((same, after)) if same == route && after > at => {}
            Some((same, _)) if same == route => {
                report.faults.push(Fault::DeliveryFirst { route, pickup: customer, delivery });
            }
            _ => report.faults.push(Fault::Parted { pickup: customer, delivery }),
        }
    }
}
