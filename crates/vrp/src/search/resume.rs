//! Beginning from a plan that is known: yesterday's, or the one on the road when something
//! happens.

use crate::model::{Plan, Problem, ProblemError, VisitKind};

use super::solver::{Options, Solver};
use super::state::State;

impl<'a> Solver<'a> {
    /// A search that begins from `plan`, whose indices are those of `problem`. What no longer fits
    /// (a vehicle that is gone, a window that has moved) is taken out and sought another place at
    /// once; tours under a [`crate::model::Lock::Prefix`] begin as the lock says.
    ///
    /// # Errors
    /// What [`Problem::validate`] finds.
    pub fn resume(
        problem: &'a Problem,
        options: Options,
        plan: &Plan,
    ) -> Result<Self, ProblemError> {
        let mut solver = Self::compile(problem, options)?;
        solver.prefixes();
        for route in &plan.routes {
            let visits = route.visits.iter();
            let nodes: Vec<u32> =
                visits.filter_map(|v| solver.node(route.vehicle, v.kind)).collect();
            let kind = solver
                .net
                .kinds
                .iter()
                .position(|kind| kind.members.iter().any(|m| m.0 == route.vehicle));
            if let Some(kind) = kind {
                solver.adopt(kind as u32, nodes);
            }
        }
        solver.fill_up();
        Ok(solver)
    }

    /// Node of a visit, if the problem has it.
    fn node(&self, vehicle: usize, visit: VisitKind) -> Option<u32> {
        match visit {
            VisitKind::Stop { request, stop } => {
                let ask = self.net.asks.get(request)?;
                (stop < ask.len as usize).then_some(ask.first + stop as u32)
            }
            VisitKind::Reload { site } => {
                let kinds = &self.net.kinds;
                let kind = kinds.iter().find(|k| k.members.iter().any(|m| m.0 == vehicle))?;
                let at = |node: &&u32| self.net.nodes[**node as usize].request as usize == site;
                kind.reloads.iter().find(at).copied()
            }
            VisitKind::Break { .. } => None,
        }
    }

    /// Takes over a tour, without the requests that make it impossible.
    fn adopt(&mut self, kind: u32, mut nodes: Vec<u32>) {
        let count = self.net.count;
        let request = |node: u32| self.net.nodes[node as usize].request;
        let known = |state: &State, node: u32| state.tour_of[node as usize] != super::net::NONE;
        nodes.retain(|n| {
            *n as usize >= count || (!known(&self.state, *n) && self.net.allowed(request(*n), kind))
        });
        let complete = |nodes: &[u32], node: u32| {
            let ask = &self.net.asks[request(node) as usize];
            (ask.first..ask.first + ask.len).all(|n| nodes.iter().filter(|m| **m == n).count() == 1)
        };
        let all = nodes.clone();
        nodes.retain(|n| *n as usize >= count || complete(&all, *n));
        let mut requests: Vec<u32> =
            nodes.iter().filter(|n| (**n as usize) < count).map(|n| request(*n)).collect();
        requests.dedup();
        if self.try_tour(kind, &nodes) {
            return;
        }
        // One request after the other, as long as the tour stays possible.
        let mut kept: Vec<u32> = Vec::new();
        for next in requests {
            if kept.contains(&next) {
                continue;
            }
            kept.push(next);
            if !self.is_possible(kind, &self.part(&nodes, &kept)) {
                kept.pop();
            }
        }
        let part = self.part(&nodes, &kept);
        self.try_tour(kind, &part);
    }

    fn part(&self, nodes: &[u32], requests: &[u32]) -> Vec<u32> {
        let stays = |n: &u32| {
            *n as usize >= self.net.count || requests.contains(&self.net.nodes[*n as usize].request)
        };
        nodes.iter().copied().filter(stays).collect()
    }

    fn is_possible(&mut self, kind: u32, nodes: &[u32]) -> bool {
        self.state.begin();
        let possible = self.book(kind, nodes);
        self.state.undo();
        possible
    }

    fn try_tour(&mut self, kind: u32, nodes: &[u32]) -> bool {
        self.state.begin();
        let possible = self.book(kind, nodes);
        if possible {
            self.state.keep();
        } else {
            self.state.undo();
        }
        possible
    }

    fn book(&mut self, kind: u32, nodes: &[u32]) -> bool {
        let net = &self.net;
        let free = self.state.used[kind as usize] < net.kinds[kind as usize].count;
        if !free || !nodes.iter().any(|n| (*n as usize) < net.count) {
            return false;
        }
        let slot = self.state.open(net, kind);
        self.state.tours[slot as usize].fill(net, kind, nodes.iter().copied());
        let mut taken = Vec::new();
        for node in nodes.iter().filter(|n| (**n as usize) < net.count) {
            let request = net.nodes[*node as usize].request;
            let ask = net.asks[request as usize];
            if ask.first == *node {
                self.state.joined(net, slot, &ask);
                taken.push(request);
            }
        }
        self.state.bank.retain(|request| !taken.contains(request));
        self.state.changed(net, slot);
        !self.state.failed
            && (net.exact.is_some() || self.state.tours[slot as usize].is_feasible(net))
    }
}
