//! Insertion under the exact rules: positions by the filters, each tried by simulation.

use super::exact::{Calendars, Exact};
use super::net::{Ask, Net, Shape};
use super::scan::{Best, with_reload};
use super::tour::Tour;

/// Most simulations for one request in one tour.
const TRIES: u32 = 600;

/// A search for places of the stops of one request in one tour.
pub(crate) struct Chain<'a> {
    pub(crate) net: &'a Net,
    pub(crate) exact: &'a Exact,
    pub(crate) taken: &'a Calendars,
    pub(crate) tour: &'a Tour,
    pub(crate) slot: u32,
    pub(crate) ask: &'a Ask,
}

/// Positions after which the stops go, in order.
pub(crate) type Places = [u16; crate::model::limits::STOPS_OF_A_REQUEST];

struct Found {
    best: Best,
    cheapest: Option<(i64, Places)>,
    tries: u32,
    nodes: Vec<u32>,
}

impl Chain<'_> {
    /// The three cheapest ways, and the places of the cheapest without a reload.
    pub(crate) fn ways(&self) -> (Best, Option<Places>) {
        let mut found = Found { best: Best::NONE, cheapest: None, tries: 0, nodes: Vec::new() };
        let from = self.tour.prefix as usize;
        let time = self.tour.pos[from].dep;
        self.place(0, from, time, self.tour.pos[from].point, &mut [0; 8], &mut found);
        if self.ask.len == 1 && self.net.needs.trips {
            self.trips(&mut found);
        }
        (found.best, found.cheapest.map(|(_, places)| places))
    }

    /// Places stop `k` and those after it, not before position `from`, leaving `point` at `time`.
    fn place(
        &self,
        k: u32,
        from: usize,
        time: i32,
        point: u32,
        places: &mut Places,
        found: &mut Found,
    ) {
        let kind = &self.net.kinds[self.tour.kind as usize];
        let node = &self.net.nodes[(self.ask.first + k) as usize];
        let (mut time, mut point) = (time, point);
        for at in from..self.tour.pos.len() - 1 {
            let x = time + self.net.seconds(kind.table, point, node.point);
            if x <= node.close && found.tries < TRIES {
                places[k as usize] = at as u16;
                let leave = x.max(node.open) + node.service;
                if k + 1 < self.ask.len {
                    self.place(k + 1, at, leave, node.point, places, found);
                } else {
                    let next = &self.tour.pos[at + 1];
                    let y = leave + self.net.seconds(kind.table, node.point, next.point);
                    if y <= next.lst {
                        self.try_places(places, found);
                    }
                }
            }
            let next = &self.tour.pos[at + 1];
            let Some(stop) = self.net.nodes.get(next.node as usize) else { break };
            let start = (time + self.net.seconds(kind.table, point, next.point)).max(stop.open);
            if start > next.lst {
                break;
            }
            time = (start + stop.service).max(if k == 0 { next.dep } else { i32::MIN });
            point = next.point;
        }
    }

    fn try_places(&self, places: &Places, found: &mut Found) {
        found.nodes.clear();
        let mut k = 0;
        for (at, p) in self.tour.pos.iter().enumerate().take(self.tour.pos.len() - 1) {
            if at > 0 {
                found.nodes.push(p.node);
            }
            while k < self.ask.len && places[k as usize] as usize == at {
                found.nodes.push(self.ask.first + k);
                k += 1;
            }
        }
        let Some(delta) = self.delta(found) else { return };
        if found.cheapest.is_none_or(|(old, _)| delta < old) {
            found.cheapest = Some((delta, *places));
        }
        match self.ask.len {
            1 => found.best.push(delta, places[0] as usize, 0),
            2 if self.ask.shape == Shape::Pair => {
                found.best.push(delta, places[0] as usize, places[1] as usize);
            }
            _ => {
                if delta < found.best.0[0].delta {
                    found.best = Best::NONE;
                    found.best.push(delta, 0, 0);
                }
            }
        }
    }

    fn delta(&self, found: &mut Found) -> Option<i64> {
        found.tries += 1;
        let timed =
            self.exact.simulate(self.net, self.tour.kind, &found.nodes, self.taken, self.slot)?;
        Some(timed.cost - self.tour.timed.cost)
    }

    /// A trip of its own before or after each trip.
    fn trips(&self, found: &mut Found) {
        let kind = &self.net.kinds[self.tour.kind as usize];
        if self.tour.trips >= kind.max_trips || self.tour.is_empty() {
            return;
        }
        for (r, reload) in kind.reloads.iter().enumerate() {
            for at in self.tour.prefix as usize..self.tour.pos.len() - 1 {
                let begins = at == 0 || self.tour.pos[at].node as usize >= self.net.count;
                let ends = at == self.tour.pos.len() - 2;
                for before in [false, true] {
                    if !(if before { ends } else { begins }) {
                        continue;
                    }
                    let pair =
                        if before { [*reload, self.ask.first] } else { [self.ask.first, *reload] };
                    found.nodes.clear();
                    found.nodes.extend(self.tour.nodes().take(at));
                    found.nodes.extend(pair);
                    found.nodes.extend(self.tour.nodes().skip(at));
                    if let Some(delta) = self.delta(found) {
                        found.best.push(delta, at, with_reload(r, before));
                    }
                }
            }
        }
    }
}
