//! From VROOM's input to a problem of the model.
//!
//! VROOM's cost is travel time (by default one unit a second) and distance, never waiting. The model
//! has a price of distance that holds for driving alone, so a profile's "metres" here are hundredths
//! of VROOM's cost, and a won is a hundredth.

use std::collections::BTreeMap;

use super::{Costs, Input, Job, Matrices, Shipment, Step, Vehicle, VroomError};
use crate::model::{
    self, Objective, Problem, Profile, Request, Site, Stop, StopKind, Window, limits,
};

/// Parts of a unit of cost.
pub(super) const PARTS: i64 = 100;

/// A problem, and what its indices are in the input.
#[derive(Debug, Clone)]
pub struct VroomProblem {
    /// The problem.
    pub problem: Problem,
    /// The input.
    pub input: Input,
    /// Second of the input that is second 0 of the problem.
    pub origin_s: i64,
    /// Vehicle of the input of each vehicle of each kind.
    pub(super) vehicles: Vec<Vec<usize>>,
    /// Row of the matrices of each site.
    pub(super) rows: Vec<usize>,
}

/// States an input as a problem.
pub fn problem(input: Input) -> Result<VroomProblem, VroomError> {
    unique("job", input.jobs.iter().map(|job| job.id))?;
    unique("pickup", input.shipments.iter().map(|shipment| shipment.pickup.id))?;
    unique("delivery", input.shipments.iter().map(|shipment| shipment.delivery.id))?;
    unique("vehicle", input.vehicles.iter().map(|vehicle| vehicle.id))?;
    let mut build = Build::new(&input)?;
    for job in &input.jobs {
        let request = build.job(job)?;
        build.problem.requests.push(request);
    }
    for shipment in &input.shipments {
        let request = build.shipment(shipment)?;
        build.problem.requests.push(request);
    }
    for (at, vehicle) in input.vehicles.iter().enumerate() {
        build.vehicle(at, vehicle)?;
    }
    let Build { problem, origin_s, kinds, rows, .. } = build;
    if problem.vehicles.is_empty() {
        return Err(value("input", "there is no vehicle"));
    }
    let vehicles = kinds.into_iter().map(|(_, members)| members).collect();
    Ok(VroomProblem { problem, input, origin_s, vehicles, rows })
}

pub(super) fn value(thing: impl Into<String>, what: impl Into<String>) -> VroomError {
    VroomError::Value { thing: thing.into(), what: what.into() }
}

fn refuse(
    thing: &str,
    field: &'static str,
    hint: &'static str,
    refused: bool,
) -> Result<(), VroomError> {
    if refused {
        return Err(VroomError::Unsupported { thing: thing.to_owned(), field, hint });
    }
    Ok(())
}

fn unique(what: &str, ids: impl Iterator<Item = u64>) -> Result<(), VroomError> {
    let mut seen = std::collections::HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(value(format!("{what} {id}"), "the id stands twice"));
        }
    }
    Ok(())
}

/// What makes vehicles equal: their kind apart from the id.
type Kinds = Vec<(model::Vehicle, Vec<usize>)>;

struct Build<'a> {
    input: &'a Input,
    problem: Problem,
    origin_s: i64,
    kinds: Kinds,
    /// Profiles by name, speed in millionths and costs.
    profiles: BTreeMap<(String, i64, i64, i64), usize>,
    rows: Vec<usize>,
    site_of: BTreeMap<usize, usize>,
    skills: BTreeMap<u64, u64>,
    size: usize,
}

impl<'a> Build<'a> {
    fn new(input: &'a Input) -> Result<Self, VroomError> {
        let size = size(input)?;
        let amounts = input.vehicles.iter().map(|vehicle| vehicle.capacity.len());
        let dimensions = amounts.max().unwrap_or(0).max(1);
        let mut problem = Problem::new(dimensions, Profile::new(0, Vec::new(), Vec::new()));
        problem.profiles.clear();
        problem.objective = Objective::Cost;
        Ok(Self {
            input,
            problem,
            origin_s: origin(input),
            kinds: Vec::new(),
            profiles: BTreeMap::new(),
            rows: Vec::new(),
            site_of: BTreeMap::new(),
            skills: BTreeMap::new(),
            size,
        })
    }

    fn site(
        &mut self,
        thing: &str,
        index: Option<usize>,
        placed: bool,
    ) -> Result<usize, VroomError> {
        let Some(row) = index else {
            let hint = " without a matrix: give `location_index` and `matrices`";
            refuse(thing, "location", hint, placed)?;
            return Err(value(thing, "`location_index` is missing"));
        };
        if row >= self.size {
            let what = format!("index {row}: the matrices have {} rows", self.size);
            return Err(value(thing, what));
        }
        if let Some(site) = self.site_of.get(&row) {
            return Ok(*site);
        }
        let site = self.problem.sites.len();
        self.problem.sites.push(Site::open(row.to_string(), row));
        self.rows.push(row);
        self.site_of.insert(row, site);
        Ok(site)
    }

    fn windows(&self, thing: &str, windows: &[[i64; 2]]) -> Result<Vec<Window>, VroomError> {
        windows.iter().map(|window| self.window(thing, *window)).collect()
    }

    fn window(&self, thing: &str, [from, to]: [i64; 2]) -> Result<Window, VroomError> {
        if from > to || from < 0 {
            return Err(value(thing, format!("window [{from}, {to}] is not possible")));
        }
        // An end beyond the horizon is no limit.
        let end = to.saturating_sub(self.origin_s).min(limits::TIME_S);
        Ok(Window::new((from - self.origin_s).min(end), end))
    }

    fn bits(&mut self, thing: &str, skills: &[u64]) -> Result<u64, VroomError> {
        let mut bits = 0;
        for skill in skills {
            let next = self.skills.len();
            let bit = *self
                .skills
                .entry(*skill)
                .or_insert(1_u64.checked_shl(u32::try_from(next).unwrap_or(64)).unwrap_or(0));
            if bit == 0 {
                return Err(value(thing, "more than 64 different skills"));
            }
            bits |= bit;
        }
        Ok(bits)
    }

    fn amounts(&self, thing: &str, given: &[i64]) -> Result<Vec<i64>, VroomError> {
        if given.is_empty() {
            return Ok(vec![0; self.problem.dimensions]);
        }
        if given.len() != self.problem.dimensions {
            let what = format!("{} amounts, {} are expected", given.len(), self.problem.dimensions);
            return Err(value(thing, what));
        }
        Ok(given.to_vec())
    }

    fn job(&mut self, job: &Job) -> Result<Request, VroomError> {
        let thing = format!("job {}", job.id);
        let loads = |amounts: &[i64]| amounts.iter().any(|amount| *amount != 0);
        let hint = " together with `delivery`: make two jobs of it";
        refuse(&thing, "pickup", hint, loads(&job.pickup) && loads(&job.delivery))?;
        let (kind, amounts) = match (loads(&job.pickup), loads(&job.delivery)) {
            (true, _) => (StopKind::Pickup, &job.pickup),
            (false, true) => (StopKind::Delivery, &job.delivery),
            (false, false) => (StopKind::Service, &job.delivery),
        };
        refuse(&thing, "setup", "", job.setup != 0)?;
        refuse(&thing, "setup_per_type", "", job.setup_per_type.is_some())?;
        refuse(&thing, "service_per_type", "", job.service_per_type.is_some())?;
        let stop = Stop {
            kind,
            site: self.site(&thing, job.location_index, job.location.is_some())?,
            windows: self.windows(&thing, &job.time_windows)?,
            service_s: job.service,
            amounts: self.amounts(&thing, amounts)?,
        };
        let mut request = Request::new(thing.clone(), vec![stop]);
        request.needs = self.bits(&thing, &job.skills)?;
        request.priority = priority(&thing, job.priority)?;
        Ok(request)
    }

    fn shipment(&mut self, shipment: &Shipment) -> Result<Request, VroomError> {
        let thing = format!("shipment {}-{}", shipment.pickup.id, shipment.delivery.id);
        let pickup = self.step(&thing, StopKind::Pickup, &shipment.pickup, &shipment.amount)?;
        let delivery =
            self.step(&thing, StopKind::Delivery, &shipment.delivery, &shipment.amount)?;
        let mut request = Request::new(thing.clone(), vec![pickup, delivery]);
        request.needs = self.bits(&thing, &shipment.skills)?;
        request.priority = priority(&thing, shipment.priority)?;
        Ok(request)
    }

    fn step(
        &mut self,
        thing: &str,
        kind: StopKind,
        step: &Step,
        amount: &[i64],
    ) -> Result<Stop, VroomError> {
        refuse(thing, "setup", "", step.setup != 0)?;
        refuse(thing, "setup_per_type", "", step.setup_per_type.is_some())?;
        refuse(thing, "service_per_type", "", step.service_per_type.is_some())?;
        Ok(Stop {
            kind,
            site: self.site(thing, step.location_index, step.location.is_some())?,
            windows: self.windows(thing, &step.time_windows)?,
            service_s: step.service,
            amounts: self.amounts(thing, amount)?,
        })
    }

    fn vehicle(&mut self, at: usize, vehicle: &Vehicle) -> Result<(), VroomError> {
        let thing = format!("vehicle {}", vehicle.id);
        refuse(&thing, "max_tasks", "", vehicle.max_tasks.is_some())?;
        refuse(&thing, "steps", "", vehicle.steps.is_some())?;
        refuse(&thing, "costs.per_task_hour", "", vehicle.costs.per_task_hour != 0)?;
        let max_distance_m = longest(&thing, vehicle)?;
        let end = |build: &mut Self, index: Option<usize>, placed: bool| match (index, placed) {
            (None, false) => Ok(None),
            _ => build.site(&thing, index, placed).map(Some),
        };
        let start = end(self, vehicle.start_index, vehicle.start.is_some())?;
        let finish = end(self, vehicle.end_index, vehicle.end.is_some())?;
        if start.is_none() && finish.is_none() {
            return Err(value(&thing, "neither `start_index` nor `end_index`"));
        }
        let whole = Window::new(0, limits::TIME_S);
        let shift = vehicle.time_window.map_or(Ok(whole), |window| self.window(&thing, window))?;
        let mut kind = model::Vehicle::at(String::new(), 0, Vec::new(), shift);
        kind.profile = self.profile(&thing, vehicle)?;
        kind.capacity = self.amounts(&thing, &vehicle.capacity)?;
        (kind.start, kind.end) = (start, finish);
        kind.fixed_won = vehicle.costs.fixed.saturating_mul(PARTS);
        kind.skills = self.bits(&thing, &vehicle.skills)?;
        kind.max_distance_m = max_distance_m;
        for pause in &vehicle.breaks {
            let thing = format!("{thing}, break {}", pause.id);
            refuse(&thing, "max_load", "", pause.max_load.is_some())?;
            let hint = " other than exactly one";
            refuse(&thing, "time_windows", hint, pause.time_windows.len() != 1)?;
            let window = self.window(&thing, pause.time_windows[0])?;
            kind.breaks.push(model::Break { window, duration_s: pause.service });
        }
        if let Some(same) = self.kinds.iter().position(|(known, _)| *known == kind) {
            self.kinds[same].1.push(at);
            self.problem.vehicles[same].count += 1;
        } else {
            self.kinds.push((kind.clone(), vec![at]));
            kind.id = thing;
            self.problem.vehicles.push(kind);
        }
        Ok(())
    }

    fn profile(&mut self, thing: &str, vehicle: &Vehicle) -> Result<usize, VroomError> {
        let name = vehicle.profile.clone().unwrap_or_else(|| "car".to_owned());
        let speed = vehicle.speed_factor.unwrap_or(1.0);
        if !(0.01..=5.0).contains(&speed) {
            return Err(value(thing, format!("speed_factor {speed}: 0.01 to 5 are possible")));
        }
        let Costs { per_hour, per_km, .. } = vehicle.costs;
        if !(0..=1_000_000).contains(&per_hour) || !(0..=1_000_000).contains(&per_km) {
            return Err(value(thing, "costs per hour and km: 0 to 1,000,000 are possible"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "0.01 to 5")]
        let millionths = (speed * 1e6).round() as i64;
        let key = (name, millionths, per_hour, per_km);
        if let Some(known) = self.profiles.get(&key) {
            return Ok(*known);
        }
        let Some(matrices) = self.input.matrices.get(&key.0) else {
            return Err(value(thing, format!("there are no matrices of profile `{}`", key.0)));
        };
        let ways = ways(&key.0, matrices, self.size, millionths, per_hour, per_km)?;
        let index = self.problem.profiles.len();
        self.problem.profiles.push(ways);
        self.profiles.insert(key, index);
        Ok(index)
    }
}

fn priority(thing: &str, given: i64) -> Result<u8, VroomError> {
    match u8::try_from(given) {
        Ok(priority) if priority <= 100 => Ok(priority),
        _ => Err(value(thing, format!("priority {given}: 0 to 100 are possible"))),
    }
}

/// The limit of a tour in hundredths of cost: possible where one kind of cost alone counts.
fn longest(thing: &str, vehicle: &Vehicle) -> Result<Option<i64>, VroomError> {
    let Costs { per_hour, per_km, .. } = vehicle.costs;
    let by_time = per_km == 0 && per_hour > 0;
    let by_way = per_hour == 0 && per_km > 0;
    let hint = " unless the only cost is `per_hour`";
    refuse(thing, "max_travel_time", hint, vehicle.max_travel_time.is_some() && !by_time)?;
    let hint = " unless the only cost is `per_km`";
    refuse(thing, "max_distance", hint, vehicle.max_distance.is_some() && !by_way)?;
    let part = |limit: i64, rate: i64, unit: i64| limit.saturating_mul(rate * PARTS) / unit;
    Ok(vehicle
        .max_travel_time
        .map(|limit| part(limit, per_hour, 3_600))
        .or(vehicle.max_distance.map(|limit| part(limit, per_km, 1_000))))
}

fn ways(
    name: &str,
    matrices: &Matrices,
    size: usize,
    millionths: i64,
    per_hour: i64,
    per_km: i64,
) -> Result<Profile, VroomError> {
    let thing = format!("matrices of `{name}`");
    refuse(&thing, "costs", "", matrices.costs.is_some())?;
    let Some(durations) = &matrices.durations else {
        return Err(value(&thing, "`durations` are missing"));
    };
    if per_km > 0 && matrices.distances.is_none() {
        return Err(value(&thing, "`distances` are missing for a cost per km"));
    }
    let distances = matrices.distances.as_ref();
    let (mut cost, mut seconds) =
        (Vec::with_capacity(size * size), Vec::with_capacity(size * size));
    for from in 0..size {
        for to in 0..size {
            let known = |of: &[Vec<i64>]| if from == to { 0 } else { of[from][to] };
            let (time, way) = (known(durations), distances.map_or(0, |of| known(of)));
            let bad = || value(&thing, format!("row {from}, column {to}: {time} s, {way} m"));
            let fits = |value: i64| (0..=i64::from(limits::WAY)).contains(&value);
            if !fits(time) || !fits(way) {
                return Err(bad());
            }
            let time = (time * 1_000_000 + millionths / 2) / millionths;
            let sum = time * per_hour * 1_000 + way * per_km * 3_600;
            let sum = (sum / (3_600_000 / PARTS)).min(i64::MAX / 2);
            let narrow = |value: i64| i32::try_from(value).ok().filter(|_| fits(value));
            cost.push(narrow(sum).ok_or_else(bad)?);
            seconds.push(narrow(time).ok_or_else(bad)?);
        }
    }
    Ok(Profile::new(size, cost, seconds))
}

/// Rows of all matrices, which must agree.
fn size(input: &Input) -> Result<usize, VroomError> {
    let mut size = None;
    for (name, matrices) in &input.matrices {
        let all = [&matrices.durations, &matrices.distances];
        for matrix in all.into_iter().flatten() {
            let rows = matrix.len();
            if matrix.iter().any(|row| row.len() != rows) || *size.get_or_insert(rows) != rows {
                let what = "rows and columns must be as many, and in all matrices alike";
                return Err(value(format!("matrices of `{name}`"), what));
            }
            if rows > limits::PLACES {
                let what = format!("{rows} rows, at most {}", limits::PLACES);
                return Err(value(format!("matrices of `{name}`"), what));
            }
        }
    }
    Ok(size.unwrap_or(0))
}

/// Times of the input may count from 1970: the problem begins at the earliest window, or, where a
/// vehicle has none, early enough before it.
fn origin(input: &Input) -> i64 {
    let steps = input.shipments.iter().flat_map(|pair| [&pair.pickup, &pair.delivery]);
    let windows = input.jobs.iter().flat_map(|job| &job.time_windows);
    let windows = windows.chain(steps.flat_map(|step| &step.time_windows));
    let breaks = input.vehicles.iter().flat_map(|vehicle| &vehicle.breaks);
    let windows = windows.chain(breaks.flat_map(|pause| &pause.time_windows));
    let own = input.vehicles.iter().filter_map(|vehicle| vehicle.time_window);
    let earliest = windows.map(|window| window[0]).chain(own.map(|window| window[0])).min();
    let free = input.vehicles.iter().any(|vehicle| vehicle.time_window.is_none());
    let durations = input.matrices.values().filter_map(|matrices| matrices.durations.as_ref());
    let longest = durations.flatten().flatten().copied().max().unwrap_or(0).clamp(0, 1 << 40);
    // At the slowest speed factor a way takes a hundred times as long.
    let before = if free { longest.saturating_mul(100) } else { 0 };
    (earliest.unwrap_or(0).clamp(0, 1 << 40) - before).max(0)
}
