//! From an instance of the literature to a problem of the model, and from a plan to plain routes.

use thiserror::Error;

use super::{Convention, Family, Group, Instance, Node, PlanFile, Solution};
use crate::model::{
    Objective, Plan, Problem, Profile, Reload, Request, Site, Stop, StopKind, Vehicle, VisitKind,
    Window, limits,
};

/// Parts of a unit of the file under [`Convention::Exact`]. Distances are rounded to the nearest part,
/// travel times up, so that a plan in whole numbers is in time in doubles too.
pub const EXACT_PARTS: f64 = 10_000.0;
/// Most trips of a vehicle that may load again.
const TRIPS_MAX: u32 = 1_000;

/// Why an instance cannot be stated as a problem.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConvertError {
    /// The matrix would be too large.
    #[error("the instance has {0} nodes: the solver takes at most {max}", max = limits::PLACES)]
    Nodes(usize),
    /// Whole numbers of the convention go beyond the limit.
    #[error("{what} {value} goes beyond {most} in units of the convention")]
    Value {
        /// Which value.
        what: &'static str,
        /// The value, rounded.
        value: i64,
        /// The limit.
        most: i64,
    },
    /// The instance has no vehicle.
    #[error("the fleet has no vehicle")]
    NoVehicle,
}

/// A problem, and what its indices are in the instance.
#[derive(Debug, Clone)]
pub struct Converted {
    /// The problem: metres are units of the convention, seconds too.
    pub problem: Problem,
    /// Node of each stop of each request.
    pub nodes: Vec<Vec<usize>>,
    /// Number of the first vehicle of each kind.
    pub first: Vec<usize>,
}

/// States `instance` under `convention`. Sites are the nodes, one each, in their order.
pub fn problem(
    instance: &Instance,
    convention: Convention,
    objective: Objective,
) -> Result<Converted, ConvertError> {
    let size = instance.nodes.len();
    if size > limits::PLACES {
        return Err(ConvertError::Nodes(size));
    }
    let scale = Scale { convention, timed: timed(instance) };
    let (distance_m, duration_s) = scale.matrices(instance)?;
    let mut problem = Problem::new(1, Profile::new(size, distance_m, duration_s));
    problem.objective = objective;
    problem.rules.deliveries_first = instance.family == Family::Vrpb;
    problem.rules.pickup_only_trips = instance.family != Family::Vrpb;
    problem.sites = (0..size).map(|node| Site::open(node.to_string(), node)).collect();
    let mut nodes = Vec::new();
    for (number, node) in instance.nodes.iter().enumerate().skip(instance.depots) {
        let chain = match node.mate {
            None => vec![number],
            Some(mate) if node.demand > 0 => vec![number, mate],
            Some(_) => continue,
        };
        problem.requests.push(request(instance, &scale, &chain)?);
        nodes.push(chain);
    }
    let mut first = Vec::new();
    let mut next = 0;
    for group in &instance.fleet {
        let count = group.count.unwrap_or(problem.requests.len().max(1));
        if count > 0 {
            problem.vehicles.push(vehicle(instance, &scale, group, next, count)?);
            first.push(next);
        }
        next += count;
    }
    if problem.vehicles.is_empty() {
        return Err(ConvertError::NoVehicle);
    }
    Ok(Converted { problem, nodes, first })
}

/// Whether time matters at all; where it does not, every way takes no time.
fn timed(instance: &Instance) -> bool {
    instance.nodes.iter().any(|node| node.due.is_finite() || node.release > 0.0)
        || instance.fleet.iter().any(|group| group.max_duration.is_some())
}

struct Scale {
    convention: Convention,
    timed: bool,
}

impl Scale {
    fn factor(&self) -> f64 {
        if self.convention == Convention::Exact { EXACT_PARTS } else { self.convention.scale() }
    }

    /// A leg: metres and seconds.
    fn leg(&self, plain: f64) -> (f64, f64) {
        let parts = plain * self.factor();
        match self.convention {
            // A hair below a whole number is that number: sqrt and product are each off by one bit.
            Convention::Exact => (parts.round(), (parts - 1e-7).ceil()),
            Convention::Tenths => (parts.floor(), parts.floor()),
            Convention::Rounded => ((parts + 0.5).floor(), (parts + 0.5).floor()),
            Convention::Thousandths => (parts.round(), parts.round()),
        }
    }

    fn matrices(&self, instance: &Instance) -> Result<(Vec<i32>, Vec<i32>), ConvertError> {
        let size = instance.nodes.len();
        let (mut metres, mut seconds) =
            (Vec::with_capacity(size * size), Vec::with_capacity(size * size));
        for (from, a) in instance.nodes.iter().enumerate() {
            for (to, b) in instance.nodes.iter().enumerate() {
                let (dx, dy) = (a.x - b.x, a.y - b.y);
                let plain = match &instance.matrix {
                    _ if from == to => 0.0,
                    Some(matrix) => matrix[from * size + to],
                    None => (dx * dx + dy * dy).sqrt(),
                };
                let (distance, time) = self.leg(plain);
                metres.push(way(distance)?);
                seconds.push(if self.timed { way(time)? } else { 0 });
            }
        }
        Ok((metres, seconds))
    }

    /// A time of the file; `None` is without end. Under [`Convention::Exact`] rounded so that nothing
    /// becomes possible that was not: `up` for the earliest, down for the latest.
    fn time(&self, of_file: f64, up: bool) -> Result<i64, ConvertError> {
        if !of_file.is_finite() {
            return Ok(limits::TIME_S);
        }
        let parts = of_file * self.factor();
        let parts = if up { (parts - 1e-6).ceil() } else { (parts + 1e-6).floor() };
        whole("time", parts, limits::TIME_S)
    }
}

fn way(value: f64) -> Result<i32, ConvertError> {
    let value = whole("distance", value, i64::from(limits::WAY))?;
    Ok(i32::try_from(value).expect("at most limits::WAY"))
}

fn whole(what: &'static str, value: f64, most: i64) -> Result<i64, ConvertError> {
    #[expect(clippy::cast_possible_truncation, reason = "saturates; the limit is far below")]
    let value = value as i64;
    if value <= most { Ok(value) } else { Err(ConvertError::Value { what, value, most }) }
}

fn request(instance: &Instance, scale: &Scale, chain: &[usize]) -> Result<Request, ConvertError> {
    let node = &instance.nodes[chain[0]];
    let stop = |number: &usize| stop(scale, *number, &instance.nodes[*number]);
    let stops = chain.iter().map(stop).collect::<Result<Vec<_>, _>>()?;
    let mut request = Request::new(chain[0].to_string(), stops);
    request.release_s = if scale.timed { scale.time(node.release, true)? } else { 0 };
    Ok(request)
}

fn stop(scale: &Scale, number: usize, node: &Node) -> Result<Stop, ConvertError> {
    let pickup = node.backhaul > 0 || (node.mate.is_some() && node.demand > 0);
    let windows = if scale.timed && (node.ready > 0.0 || node.due.is_finite()) {
        vec![Window::new(scale.time(node.ready, true)?, scale.time(node.due, false)?)]
    } else {
        Vec::new()
    };
    Ok(Stop {
        kind: if pickup { StopKind::Pickup } else { StopKind::Delivery },
        site: number,
        windows,
        service_s: if scale.timed { scale.time(node.service, true)? } else { 0 },
        amounts: vec![if node.backhaul > 0 { node.backhaul } else { node.demand.abs() }],
    })
}

fn vehicle(
    instance: &Instance,
    scale: &Scale,
    group: &Group,
    first: usize,
    count: usize,
) -> Result<Vehicle, ConvertError> {
    let depot = &instance.nodes[group.depot];
    let (from_s, to_s) = if scale.timed {
        (scale.time(depot.ready, true)?, scale.time(depot.due, false)?)
    } else {
        (0, limits::TIME_S)
    };
    let shift = Window::new(from_s, to_s);
    let mut vehicle =
        Vehicle::at(format!("{}", first + 1), group.depot, vec![group.capacity], shift);
    vehicle.count = u32::try_from(count).unwrap_or(u32::MAX);
    #[expect(clippy::cast_precision_loss, reason = "at most 1e9")]
    let fixed = group.fixed as f64 * scale.factor();
    vehicle.fixed_won = whole("fixed cost", fixed, limits::WON)?;
    // A unit of distance for a metre.
    vehicle.won_per_km = group.per_distance * 1_000;
    let limit = |most: Option<f64>| most.map(|most| scale.time(most, false)).transpose();
    vehicle.max_duration_s = limit(group.max_duration)?;
    vehicle.max_distance_m = limit(group.max_distance)?;
    vehicle.reload = group.reload.then(|| Reload {
        sites: vec![group.depot],
        service_s: 0,
        max_trips: TRIPS_MAX,
    });
    Ok(vehicle)
}

impl Converted {
    /// The plain routes of a plan; 0 where a vehicle loads again.
    pub fn solution(&self, plan: &Plan) -> Solution {
        let mut taken = vec![0; self.first.len()];
        let mut solution = Solution::default();
        for route in &plan.routes {
            let stops = route.visits.iter().filter_map(|visit| match visit.kind {
                VisitKind::Stop { request, stop } => Some(self.nodes[request][stop]),
                VisitKind::Reload { site } => Some(site),
                VisitKind::Break { .. } => None,
            });
            solution.routes.push(stops.collect());
            solution.vehicles.push(self.first[route.vehicle] + taken[route.vehicle]);
            taken[route.vehicle] += 1;
        }
        solution
    }

    /// The file of a plan, with the figures that the checker counts for it.
    pub fn file(&self, instance: &Instance, plan: &Plan, convention: Convention) -> PlanFile {
        let solution = self.solution(plan);
        let report = crate::check::routes(instance, &solution, convention);
        let left = plan.unserved.iter().flat_map(|left| self.nodes[left.request].iter().copied());
        let several = self.first.len() > 1;
        PlanFile {
            unserved: left.collect(),
            distance: report.distance_in_file_units(),
            vehicles: report.vehicles,
            route_vehicles: several
                .then(|| solution.vehicles.iter().map(|number| number + 1).collect()),
            cost: (instance.family == Family::Hfvrp).then(|| report.published(instance.family)),
            convention: Some(convention.name().to_owned()),
            routes: solution.routes,
        }
    }
}
