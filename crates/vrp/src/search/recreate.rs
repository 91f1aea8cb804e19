//! Recreate: greedy insertion with blinks (SISR, section 5.2), asking only tours near the request.

use super::net::{Ask, NONE, Net, Shape};
use super::rng::Rng;
use super::scan::Spot;
use super::state::State;

/// With no more tours than this all of them are asked.
const FEW_TOURS: usize = 12;

/// Room that recreating needs again and again, and what insertion alone costs.
#[derive(Debug)]
pub(crate) struct Recreate {
    order: Vec<(i64, u32)>,
    ask: Vec<u32>,
    seen: Vec<u32>,
    round: u32,
    /// Money of serving a request alone, per kind; `i64::MAX` if impossible.
    alone: Vec<i64>,
    far: Vec<i64>,
    kept: Vec<u32>,
}

/// What recreating may do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leave {
    /// Most tours in use.
    pub(crate) tours: usize,
    /// Whether all tours are asked when those near do not fit.
    pub(crate) everywhere: bool,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Tour(u32, Spot, u32),
    New(u32),
}

impl Recreate {
    pub(crate) fn new(net: &Net, alone: Vec<i64>) -> Self {
        let far = net
            .asks
            .iter()
            .map(|ask| {
                let table = net.kinds.first().map_or(0, |k| k.table);
                let start = net.kinds.first().map_or(0, |k| k.start);
                i64::from(net.metres(table, start, net.nodes[ask.first as usize].point))
            })
            .collect();
        Self {
            order: Vec::new(),
            ask: Vec::new(),
            seen: Vec::new(),
            round: 0,
            alone,
            far,
            kept: Vec::new(),
        }
    }

    /// Inserts what is out, each request where it is cheapest. What fits nowhere stays out.
    pub(crate) fn run(&mut self, net: &Net, state: &mut State, leave: Leave, rng: &mut Rng) {
        self.sort(net, state, rng);
        self.kept.clear();
        state.bank.clear();
        for at in 0..self.order.len() {
            let request = self.order[at].1;
            if !self.insert(net, state, request, leave, rng) {
                self.kept.push(request);
            }
        }
        state.bank.extend_from_slice(&self.kept);
        if !net.pickup_only {
            let holds = |slot: &u32| state.tours[*slot as usize].order_holds(net);
            state.failed |= !state.touched.iter().all(holds);
        }
    }

    /// Order of insertion, drawn by the weights of the paper and of its VRPTW variant.
    fn sort(&mut self, net: &Net, state: &State, rng: &mut Rng) {
        self.order.clear();
        let draw = rng.below(17);
        for request in &state.bank {
            let ask = &net.asks[*request as usize];
            let node = &net.nodes[ask.first as usize];
            let key = match draw {
                0..4 => (rng.next() >> 1) as i64,
                4..8 => -net.amounts(ask.first)[0].abs(),
                8..10 => -self.far[*request as usize],
                10 => self.far[*request as usize],
                11..13 => i64::from(node.close) - i64::from(node.open),
                13..15 => i64::from(node.open),
                _ => -i64::from(node.close),
            };
            self.order.push((key, *request));
        }
        self.order.sort_unstable();
    }

    fn insert(
        &mut self,
        net: &Net,
        state: &mut State,
        request: u32,
        leave: Leave,
        rng: &mut Rng,
    ) -> bool {
        let ask = net.asks[request as usize];
        self.candidates(net, state, &ask);
        let mut best = i64::MAX;
        let mut place = None;
        self.ask_tours(net, state, request, rng, &mut best, &mut place);
        if place.is_none() && leave.everywhere {
            self.others(state);
            self.ask_tours(net, state, request, rng, &mut best, &mut place);
        }
        let optional = ask.weight == 0;
        self.ask_new(net, state, request, leave, &mut best, &mut place);
        if optional && best >= ask.prize {
            return false;
        }
        match place {
            None => false,
            Some(Place::Tour(slot, spot, kind)) => {
                if kind != state.heads[slot as usize].kind {
                    state.retype(net, slot, kind);
                }
                state.put(net, slot, request, spot);
                true
            }
            Some(Place::New(kind)) => {
                let slot = state.open(net, kind);
                let tour = &mut state.tours[slot as usize];
                for node in (ask.first..ask.first + ask.len).rev() {
                    tour.insert(net, 1, node);
                }
                state.joined(net, slot, &ask);
                state.changed(net, slot);
                true
            }
        }
    }

    /// Tours of the nearest stops and those already changed in this round.
    fn candidates(&mut self, net: &Net, state: &State, ask: &Ask) {
        self.ask.clear();
        self.round += 1;
        self.seen.resize(state.tours.len().max(self.seen.len()), 0);
        if state.active.len() <= FEW_TOURS {
            self.others(state);
            return;
        }
        for node in ask.first..ask.first + ask.len {
            for near in net.near(node) {
                let slot = state.tour_of[*near as usize];
                if slot != NONE && self.seen[slot as usize] != self.round {
                    self.seen[slot as usize] = self.round;
                    self.ask.push(slot);
                }
            }
        }
        for slot in &state.touched {
            if self.seen[*slot as usize] != self.round && !state.tours[*slot as usize].is_empty() {
                self.seen[*slot as usize] = self.round;
                self.ask.push(*slot);
            }
        }
    }

    /// All tours in use that have not been asked yet.
    fn others(&mut self, state: &State) {
        self.ask.clear();
        self.seen.resize(state.tours.len().max(self.seen.len()), 0);
        for slot in &state.active {
            if self.seen[*slot as usize] != self.round && !state.tours[*slot as usize].is_empty() {
                self.seen[*slot as usize] = self.round;
                self.ask.push(*slot);
            }
        }
    }

    fn ask_tours(
        &mut self,
        net: &Net,
        state: &mut State,
        request: u32,
        rng: &mut Rng,
        best: &mut i64,
        place: &mut Option<Place>,
    ) {
        let ask = &net.asks[request as usize];
        let baseline = net.has_baseline();
        for at in 0..self.ask.len() {
            let slot = self.ask[at];
            let head = state.heads[slot as usize];
            if !net.allowed(request, head.kind) {
                continue;
            }
            let mut kind = head.kind;
            let mut extra = 0;
            if !net.needs.mixed && !fits(net, state, ask, slot, head.room) {
                match larger(net, state, ask, slot) {
                    Some((larger, price)) if net.allowed(request, larger) => {
                        kind = larger;
                        extra = price;
                    }
                    _ => continue,
                }
            }
            if baseline {
                extra += net.moved(request, kind);
            }
            let ways = state.ways(net, request, slot);
            for spot in ways.0 {
                if spot.delta == i64::MAX || spot.delta + extra >= *best {
                    break;
                }
                if rng.hundredth() {
                    continue;
                }
                *best = spot.delta + extra;
                *place = Some(Place::Tour(slot, spot, kind));
                break;
            }
        }
    }

    fn ask_new(
        &self,
        net: &Net,
        state: &State,
        request: u32,
        leave: Leave,
        best: &mut i64,
        place: &mut Option<Place>,
    ) {
        let in_use: u32 = state.used.iter().sum();
        if in_use as usize >= leave.tours {
            return;
        }
        let kinds = net.kinds.len();
        for kind in 0..kinds {
            let mut cost = self.alone[request as usize * kinds + kind];
            if cost < *best && state.used[kind] < net.kinds[kind].count {
                if let Some(exact) = net.exact.as_ref().filter(|exact| exact.has_docks()) {
                    let ask = &net.asks[request as usize];
                    let nodes: Vec<u32> = (ask.first..ask.first + ask.len).collect();
                    let moved = net.moved(request, kind as u32);
                    let timed = exact.simulate(net, kind as u32, &nodes, &state.docks, NONE);
                    cost = timed.map_or(i64::MAX, |timed| timed.cost + moved);
                    if cost >= *best {
                        continue;
                    }
                }
                *best = cost;
                *place = Some(Place::New(kind as u32));
            }
        }
    }
}

/// Whether the load of a lone delivery fits in a tour without mixed loads.
#[inline]
fn fits(net: &Net, state: &State, ask: &Ask, slot: u32, room: i64) -> bool {
    if ask.shape != Shape::Delivery {
        return true;
    }
    let amounts = net.amounts(ask.first);
    if -amounts[0] > room {
        return false;
    }
    if net.dims == 1 {
        return true;
    }
    let tour = &state.tours[slot as usize];
    let kind = &net.kinds[tour.kind as usize];
    (1..net.dims).all(|d| tour.total[d] - amounts[d] <= kind.capacity[d])
}

/// The cheapest free kind of the same family that holds the tour and the request, and what the
/// change costs.
fn larger(net: &Net, state: &State, ask: &Ask, slot: u32) -> Option<(u32, i64)> {
    if net.kinds.len() == 1 {
        return None;
    }
    let tour = &state.tours[slot as usize];
    let now = &net.kinds[tour.kind as usize];
    let amounts = net.amounts(ask.first);
    let price = |kind: &super::net::Kind| kind.fixed + kind.per_m * tour.metres;
    (0..net.kinds.len())
        .filter(|k| {
            let kind = &net.kinds[*k];
            kind.family == now.family
                && state.used[*k] < kind.count
                && (0..net.dims).all(|d| tour.total[d] - amounts[d] <= kind.capacity[d])
        })
        .map(|k| (k as u32, price(&net.kinds[k]) - price(now)))
        .min_by_key(|(k, price)| (*price, *k))
}
