//! From the tours of the search to a plan with times.

use std::collections::HashMap;

use crate::model::{Plan, Reason, Route, Unserved, Visit, VisitKind, cost_units};

use super::exact::money;
use super::net::NONE;
use super::solver::Solver;
use super::tour::Tour;

impl Solver<'_> {
    /// The best plan found so far.
    pub fn plan(&self) -> Plan {
        let mut plan = Plan {
            routes: Vec::new(),
            unserved: Vec::new(),
            distance_m: 0,
            cost_units: 0,
            prizes_lost_won: 0,
            change_won: 0,
        };
        let mut given: HashMap<usize, u32> = HashMap::new();
        let mut served = vec![false; self.net.asks.len()];
        for tour in self.best.tours.iter().filter(|tour| !tour.is_empty()) {
            let members = &self.net.kinds[tour.kind as usize].members;
            let vehicle = members
                .iter()
                .find(|(vehicle, count)| given.get(vehicle).copied().unwrap_or(0) < *count)
                .map_or(members[0].0, |member| member.0);
            *given.entry(vehicle).or_default() += 1;
            for node in tour.nodes().filter(|n| (*n as usize) < self.net.count) {
                served[self.net.nodes[node as usize].request as usize] = true;
            }
            let route = match self.net.exact {
                Some(_) => self.exact_route(vehicle, tour),
                None => self.route(vehicle, tour),
            };
            plan.distance_m += route.distance_m;
            plan.cost_units += route.cost_units;
            plan.routes.push(route);
        }
        for request in (0..served.len()).filter(|r| !served[*r]) {
            plan.prizes_lost_won += self.problem.requests[request].prize_won.unwrap_or(0);
            plan.unserved.push(Unserved { request, reason: self.reason(request) });
        }
        plan.change_won = self.change_won(&plan);
        plan
    }

    fn change_won(&self, plan: &Plan) -> i64 {
        let Some(baseline) = &self.problem.baseline else { return 0 };
        let mut moved = 0;
        for route in &plan.routes {
            for visit in &route.visits {
                if let VisitKind::Stop { request, stop: 0 } = visit.kind {
                    let old = baseline.vehicle_of[request];
                    moved += i64::from(old.is_some_and(|old| old != route.vehicle));
                }
            }
        }
        moved * baseline.won_per_move
    }

    fn exact_route(&self, vehicle: usize, tour: &Tour) -> Route {
        let timed = &tour.timed;
        Route {
            vehicle,
            start_s: timed.start_s,
            end_s: timed.end_s,
            visits: timed.visits.clone(),
            distance_m: timed.metres,
            cost_units: money(self.problem, vehicle, timed),
        }
    }

    fn route(&self, vehicle: usize, tour: &Tour) -> Route {
        let stops = tour.pos.len() - 2;
        let mut visits = Vec::with_capacity(stops);
        // The tour leaves as late as its earliest end allows: least duration.
        let mut starts: Vec<i64> = Vec::new();
        let mut next = i64::from(tour.pos[tour.pos.len() - 1].dep);
        let end_s = next;
        for p in tour.pos.iter().rev().skip(1) {
            let leave = next - i64::from(p.way);
            let Some(node) = self.net.nodes.get(p.node as usize) else {
                starts.push(leave);
                break;
            };
            next = (leave - i64::from(node.service)).min(i64::from(node.close));
            starts.push(next);
        }
        starts.reverse();
        let start_s = starts[0];
        let mut leave = start_s;
        for (i, p) in tour.pos.iter().enumerate().skip(1).take(stops) {
            let node = &self.net.nodes[p.node as usize];
            let arrive_s = leave + i64::from(tour.pos[i - 1].way);
            let begin = arrive_s.max(starts[i]);
            leave = begin + i64::from(node.service);
            let kind = if (p.node as usize) < self.net.count {
                let request = node.request as usize;
                let stop = (p.node - self.net.asks[request].first) as usize;
                VisitKind::Stop { request, stop }
            } else {
                VisitKind::Reload { site: node.request as usize }
            };
            visits.push(Visit { kind, arrive_s, start_s: begin, leave_s: leave });
        }
        let money = cost_units(&self.problem.vehicles[vehicle], tour.metres, end_s - start_s);
        Route { vehicle, start_s, end_s, visits, distance_m: tour.metres, cost_units: money }
    }

    /// Why a request is out: the first thing that no vehicle can do for it.
    fn reason(&self, request: usize) -> Reason {
        let wanted = &self.problem.requests[request];
        let vehicles: Vec<_> = self.problem.vehicles.iter().filter(|v| v.count > 0).collect();
        if vehicles.is_empty() {
            return Reason::NoVehicle;
        }
        if wanted.for_hire && !vehicles.iter().any(|v| v.hire_allowed) {
            return Reason::Hire;
        }
        if !vehicles.iter().any(|v| wanted.needs & !v.skills == 0) {
            return Reason::Skills;
        }
        if !(0..self.net.kinds.len() as u32).any(|kind| self.net.allowed(request as u32, kind)) {
            return Reason::Lock;
        }
        self.reason_alone(request)
    }

    fn reason_alone(&self, request: usize) -> Reason {
        let ask = &self.net.asks[request];
        let mut worst = Reason::NoVehicle;
        let mut tour = Tour::default();
        for kind in 0..self.net.kinds.len() as u32 {
            if !self.net.allowed(request as u32, kind) {
                continue;
            }
            tour.fill(&self.net, kind, ask.first..ask.first + ask.len);
            tour.update(&self.net, 0);
            let found = self.lone_fault(&tour);
            if found == Reason::FleetBusy {
                let optional = self.problem.requests[request].prize_won.is_some();
                return if optional { Reason::NotWorth } else { Reason::FleetBusy };
            }
            worst = worst.max(found);
        }
        worst
    }

    fn lone_fault(&self, tour: &Tour) -> Reason {
        let net = &self.net;
        let kind = &net.kinds[tour.kind as usize];
        for d in 0..net.dims {
            let level = if net.needs.mixed {
                (0..tour.pos.len() - 1)
                    .map(|i| tour.load[(i * net.dims + d) * 3])
                    .max()
                    .unwrap_or(0)
            } else {
                tour.total[d]
            };
            if level > kind.capacity[d] {
                return Reason::Capacity(d as u8);
            }
        }
        if tour.metres > kind.max_m
            || (net.needs.duration && tour.ahead.last().is_some_and(|s| s.duration > kind.max_s))
        {
            return Reason::TourLimit;
        }
        let alone = match &net.exact {
            Some(exact) => {
                let nodes: Vec<u32> = tour.nodes().collect();
                exact.simulate(net, tour.kind, &nodes, &exact.calendars(), NONE).is_some()
            }
            None => tour.is_feasible(net),
        };
        if alone { Reason::FleetBusy } else { Reason::Window }
    }
}
