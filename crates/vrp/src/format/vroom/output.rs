//! A plan as VROOM's answer.

use serde_json::{Map, Value, json};

use super::convert::PARTS;
use super::{Matrices, Vehicle, VroomProblem};
use crate::model::{Plan, Route, StopKind, Visit, VisitKind};

/// Sums of a route or of all.
#[derive(Default)]
struct Sums {
    cost: i64,
    service: i64,
    duration: i64,
    waiting: i64,
    priority: i64,
    distance: i64,
    delivery: Vec<i64>,
    pickup: Vec<i64>,
}

impl VroomProblem {
    /// The answer in VROOM's form: code 0, summary, unassigned, routes.
    pub fn output(&self, plan: &Plan) -> Value {
        let mut taken = vec![0; self.vehicles.len()];
        let mut all = self.sums();
        let mut routes = Vec::new();
        for route in &plan.routes {
            let of_kind = &self.vehicles[route.vehicle];
            let number = of_kind[taken[route.vehicle].min(of_kind.len() - 1)];
            taken[route.vehicle] += 1;
            routes.push(self.route(route, &self.input.vehicles[number], &mut all));
        }
        let unassigned: Vec<Value> = plan
            .unserved
            .iter()
            .flat_map(|left| {
                let stops = 0..self.problem.requests[left.request].stops.len();
                stops.map(|stop| Value::Object(self.task(left.request, stop)))
            })
            .collect();
        let mut summary = self.figures(&all);
        summary.insert("routes".to_owned(), routes.len().into());
        summary.insert("unassigned".to_owned(), unassigned.len().into());
        json!({ "code": 0, "summary": summary, "unassigned": unassigned, "routes": routes })
    }

    fn sums(&self) -> Sums {
        let none = vec![0; self.problem.dimensions];
        Sums { delivery: none.clone(), pickup: none, ..Sums::default() }
    }

    fn figures(&self, sums: &Sums) -> Map<String, Value> {
        let mut figures = Map::new();
        let mut put = |key: &str, value: Value| figures.insert(key.to_owned(), value);
        put("cost", (sums.cost / PARTS).into());
        put("delivery", sums.delivery.clone().into());
        put("pickup", sums.pickup.clone().into());
        put("setup", 0.into());
        put("service", sums.service.into());
        put("duration", sums.duration.into());
        put("waiting_time", sums.waiting.into());
        put("priority", sums.priority.into());
        put("violations", json!([]));
        if self.input.matrices.values().any(|matrices| matrices.distances.is_some()) {
            put("distance", sums.distance.into());
        }
        figures
    }

    /// Type, id, place and description of a stop, as VROOM names them.
    fn task(&self, request: usize, stop: usize) -> Map<String, Value> {
        let jobs = self.input.jobs.len();
        let (kind, id, row, location, description) = if request < jobs {
            let job = &self.input.jobs[request];
            ("job", job.id, job.location_index, job.location, &job.description)
        } else {
            let pair = &self.input.shipments[request - jobs];
            let (kind, step) =
                if stop == 0 { ("pickup", &pair.pickup) } else { ("delivery", &pair.delivery) };
            (kind, step.id, step.location_index, step.location, &step.description)
        };
        let mut task = Map::new();
        task.insert("type".to_owned(), kind.into());
        task.insert("id".to_owned(), id.into());
        if let Some(location) = location {
            task.insert("location".to_owned(), json!(location));
        }
        if let Some(row) = row {
            task.insert("location_index".to_owned(), row.into());
        }
        if let Some(description) = description {
            task.insert("description".to_owned(), description.as_str().into());
        }
        task
    }

    fn route(&self, route: &Route, vehicle: &Vehicle, all: &mut Sums) -> Value {
        let profile = &self.problem.profiles[self.problem.vehicles[route.vehicle].profile];
        let name = vehicle.profile.as_deref().unwrap_or("car");
        let matrices: Option<&Matrices> = self.input.matrices.get(name);
        let metres = |from: usize, to: usize| {
            let distances = matrices.and_then(|matrices| matrices.distances.as_ref());
            distances.map_or(0, |rows| if from == to { 0 } else { rows[from][to] })
        };
        let mut sums = self.sums();
        sums.cost = vehicle.costs.fixed * PARTS;
        let mut load = self.loaded(route);
        let mut steps = Vec::new();
        let mut here = vehicle.start_index;
        let end = |kind: &str, row: usize, sums: &Sums, at_s: i64, load: &[i64]| {
            json!({
                "type": kind, "location_index": row, "setup": 0, "service": 0, "waiting_time": 0,
                "arrival": at_s + self.origin_s, "duration": sums.duration,
                "distance": sums.distance, "load": load, "violations": [],
            })
        };
        if let Some(row) = here {
            steps.push(end("start", row, &sums, route.start_s, &load));
        }
        let drive = |sums: &mut Sums, from: Option<usize>, to: usize| {
            if let Some(from) = from {
                sums.duration += profile.seconds(from, to);
                sums.cost += profile.metres(from, to);
                sums.distance += metres(from, to);
            }
        };
        for visit in &route.visits {
            if let VisitKind::Stop { request, stop } = visit.kind {
                let row = self.rows[self.problem.requests[request].stops[stop].site];
                drive(&mut sums, here, row);
                here = Some(row);
                self.change(request, stop, &mut load, &mut sums);
            }
            steps.push(self.step(visit, vehicle, &mut sums, &load));
        }
        if let Some(row) = vehicle.end_index {
            drive(&mut sums, here, row);
            steps.push(end("end", row, &sums, route.end_s, &load));
        }
        add(all, &sums);
        let mut answer = self.figures(&sums);
        answer.insert("vehicle".to_owned(), vehicle.id.into());
        if let Some(description) = &vehicle.description {
            answer.insert("description".to_owned(), description.as_str().into());
        }
        answer.insert("steps".to_owned(), steps.into());
        Value::Object(answer)
    }

    fn step(&self, visit: &Visit, vehicle: &Vehicle, sums: &mut Sums, load: &[i64]) -> Value {
        let mut step = match visit.kind {
            VisitKind::Stop { request, stop } => self.task(request, stop),
            VisitKind::Break { index } => {
                let mut step = Map::new();
                step.insert("type".to_owned(), "break".into());
                step.insert("id".to_owned(), vehicle.breaks[index].id.into());
                step
            }
            VisitKind::Reload { .. } => Map::new(),
        };
        let (service, waiting) = (visit.leave_s - visit.start_s, visit.start_s - visit.arrive_s);
        sums.service += service;
        sums.waiting += waiting;
        let figures = [
            ("arrival", visit.arrive_s + self.origin_s),
            ("duration", sums.duration),
            ("distance", sums.distance),
            ("setup", 0),
            ("service", service),
            ("waiting_time", waiting),
        ];
        step.extend(figures.map(|(key, figure)| (key.to_owned(), figure.into())));
        step.insert("load".to_owned(), load.into());
        step.insert("violations".to_owned(), json!([]));
        Value::Object(step)
    }

    /// What a vehicle has aboard when it leaves: all lone deliveries of its tour.
    fn loaded(&self, route: &Route) -> Vec<i64> {
        let mut load = vec![0; self.problem.dimensions];
        for visit in &route.visits {
            let VisitKind::Stop { request, .. } = visit.kind else { continue };
            if let [only] = self.problem.requests[request].stops.as_slice()
                && only.kind == StopKind::Delivery
            {
                load.iter_mut().zip(&only.amounts).for_each(|(sum, amount)| *sum += amount);
            }
        }
        load
    }

    fn change(&self, request: usize, stop: usize, load: &mut [i64], sums: &mut Sums) {
        let asked = &self.problem.requests[request];
        let now = &asked.stops[stop];
        let (sign, total) = match now.kind {
            StopKind::Pickup => (1, &mut sums.pickup),
            StopKind::Delivery => (-1, &mut sums.delivery),
            StopKind::Service => (0, &mut sums.delivery),
        };
        for ((load, total), amount) in load.iter_mut().zip(total).zip(&now.amounts) {
            *load += sign * amount;
            *total += amount;
        }
        if stop == 0 {
            sums.priority += i64::from(asked.priority);
        }
    }
}

fn add(all: &mut Sums, one: &Sums) {
    all.cost += one.cost;
    all.service += one.service;
    all.duration += one.duration;
    all.waiting += one.waiting;
    all.priority += one.priority;
    all.distance += one.distance;
    all.delivery.iter_mut().zip(&one.delivery).for_each(|(sum, more)| *sum += more);
    all.pickup.iter_mut().zip(&one.pickup).for_each(|(sum, more)| *sum += more);
}
