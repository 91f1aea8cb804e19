//! The plan under change: tours, who is where, what is out, and the way back.

use super::chain::Chain;
use super::exact::{Calendars, Timed};
use super::net::{Ask, NONE, Net, Shape};
use super::scan::{Best, Spot, scan};
use super::tour::Tour;

/// What recreating reads of a tour before it looks closer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) version: u32,
    pub(crate) kind: u32,
    /// Free capacity of the first dimension (only without mixed loads).
    pub(crate) room: i64,
}

/// What a plan is worth: unserved first, then money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Worth {
    /// Weight of requests that must be served and are not.
    pub(crate) unserved: i64,
    /// Money of tours and lost prizes.
    pub(crate) cost: i64,
}

#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Line {
    request: u32,
    version: u32,
    best: Best,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) tours: Vec<Tour>,
    pub(crate) heads: Vec<Head>,
    /// Tours in use, and where each stands in that list.
    pub(crate) active: Vec<u32>,
    place: Vec<u32>,
    free: Vec<u32>,
    pub(crate) tour_of: Vec<u32>,
    pub(crate) used: Vec<u32>,
    /// Requests that are out.
    pub(crate) bank: Vec<u32>,
    pub(crate) worth: Worth,
    pub(crate) served: usize,
    version: u32,
    /// Docks that are taken, if the problem has docks.
    pub(crate) docks: Calendars,
    /// A change of this round broke a rule: it must be taken back.
    pub(crate) failed: bool,
    // The way back.
    pub(crate) touched: Vec<u32>,
    marks: Vec<u32>,
    round: u32,
    spare: Vec<Tour>,
    old_used: Vec<u32>,
    old_bank: Vec<u32>,
    old_worth: Worth,
    old_served: usize,
    // Insertions known from before.
    lines: Vec<Line>,
    pub(crate) hits: u64,
    pub(crate) misses: u64,
}

impl State {
    pub(crate) fn new(net: &Net) -> Self {
        let wanted = (net.asks.len() * 64).clamp(1 << 10, 1 << 17).next_power_of_two();
        let mut state = Self {
            tours: Vec::new(),
            heads: Vec::new(),
            active: Vec::new(),
            place: Vec::new(),
            free: Vec::new(),
            tour_of: vec![NONE; net.count],
            used: vec![0; net.kinds.len()],
            bank: (0..net.asks.len() as u32).collect(),
            worth: Worth::default(),
            served: 0,
            version: 1,
            docks: net.exact.as_ref().map_or_else(Vec::new, super::exact::Exact::calendars),
            failed: false,
            touched: Vec::new(),
            marks: Vec::new(),
            round: 1,
            spare: Vec::new(),
            old_used: Vec::new(),
            old_bank: Vec::new(),
            old_worth: Worth::default(),
            old_served: 0,
            lines: vec![Line { request: NONE, version: 0, best: Best::NONE }; wanted],
            hits: 0,
            misses: 0,
        };
        for ask in &net.asks {
            state.worth.unserved += ask.weight;
            state.worth.cost += ask.prize;
        }
        state.begin();
        state
    }

    /// Replaces everything by saved tours, slot by slot.
    pub(crate) fn load(&mut self, net: &Net, saved: &[Tour]) {
        let mut state = Self::new(net);
        for (slot, tour) in saved.iter().enumerate() {
            state.tours.push(Tour::default());
            state.tours[slot].copy_from(tour);
            state.marks.push(0);
            state.place.push(NONE);
            state.heads.push(Head { version: 0, kind: 0, room: 0 });
            state.rehead(slot as u32);
            if tour.is_empty() {
                state.free.push(slot as u32);
                continue;
            }
            state.used[tour.kind as usize] += 1;
            state.worth.cost += tour.cost;
            for node in tour.nodes().filter(|n| (*n as usize) < net.count) {
                let ask = net.asks[net.nodes[node as usize].request as usize];
                if ask.first == node {
                    state.joined(net, slot as u32, &ask);
                }
            }
            state.take_docks(slot as u32);
            state.settle(slot as u32);
        }
        let tour_of = &state.tour_of;
        state.bank.retain(|r| tour_of[net.asks[*r as usize].first as usize] == NONE);
        // Versions go on, so that no old insertion is taken for a new one.
        state.version = self.version;
        state.hits = self.hits;
        state.misses = self.misses;
        state.begin();
        *self = state;
    }

    /// Starts a round of changes that can be taken back.
    pub(crate) fn begin(&mut self) {
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.marks.fill(0);
            self.round = 1;
        }
        self.touched.clear();
        self.failed = false;
        self.old_used.clone_from(&self.used);
        self.old_bank.clone_from(&self.bank);
        self.old_worth = self.worth;
        self.old_served = self.served;
    }

    pub(crate) fn worth_before(&self) -> Worth {
        self.old_worth
    }

    /// Keeps the changes of the round.
    pub(crate) fn keep(&mut self) {
        for at in 0..self.touched.len() {
            self.settle(self.touched[at]);
        }
    }

    /// Takes the changes of the round back.
    pub(crate) fn undo(&mut self) {
        for at in 0..self.touched.len() {
            let slot = self.touched[at] as usize;
            for p in &self.tours[slot].pos {
                if let Some(tour) = self.tour_of.get_mut(p.node as usize) {
                    *tour = NONE;
                }
            }
        }
        for at in 0..self.touched.len() {
            let slot = self.touched[at] as usize;
            self.release_docks(slot as u32);
            std::mem::swap(&mut self.tours[slot], &mut self.spare[at]);
            for p in &self.tours[slot].pos {
                if let Some(tour) = self.tour_of.get_mut(p.node as usize) {
                    *tour = slot as u32;
                }
            }
            self.take_docks(slot as u32);
        }
        self.used.clone_from(&self.old_used);
        self.bank.clone_from(&self.old_bank);
        self.worth = self.old_worth;
        self.served = self.old_served;
        for at in 0..self.touched.len() {
            self.rehead(self.touched[at]);
            self.settle(self.touched[at]);
        }
    }

    fn settle(&mut self, slot: u32) {
        let empty = self.tours[slot as usize].is_empty();
        let at = self.place[slot as usize];
        if empty && at != NONE {
            self.active.swap_remove(at as usize);
            if let Some(moved) = self.active.get(at as usize) {
                self.place[*moved as usize] = at;
            }
            self.place[slot as usize] = NONE;
            self.free.push(slot);
        } else if !empty && at == NONE {
            self.place[slot as usize] = self.active.len() as u32;
            self.active.push(slot);
        }
    }

    /// Remembers a tour before its first change in this round.
    pub(crate) fn touch(&mut self, slot: u32) {
        if self.marks[slot as usize] == self.round {
            return;
        }
        self.marks[slot as usize] = self.round;
        let at = self.touched.len();
        if self.spare.len() == at {
            self.spare.push(Tour::default());
        }
        self.spare[at].copy_from(&self.tours[slot as usize]);
        self.touched.push(slot);
    }

    /// A tour of `kind` without stops; counted as used.
    pub(crate) fn open(&mut self, net: &Net, kind: u32) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.tours.push(Tour::default());
            self.tours[self.place.len()].reset(net, kind);
            self.marks.push(0);
            self.place.push(NONE);
            self.heads.push(Head { version: 0, kind, room: 0 });
            (self.place.len() - 1) as u32
        });
        // Not yet active: a round that is taken back returns it through `settle`.
        self.place[slot as usize] = self.active.len() as u32;
        self.active.push(slot);
        self.touch(slot);
        self.used[kind as usize] += 1;
        let tour = &mut self.tours[slot as usize];
        tour.reset(net, kind);
        self.changed(net, slot);
        slot
    }

    /// Recomputes a tour after its nodes or kind have changed, and the worth with it.
    pub(crate) fn changed(&mut self, net: &Net, slot: u32) {
        self.version = self.version.wrapping_add(1);
        let tour = &mut self.tours[slot as usize];
        self.worth.cost -= tour.cost;
        tour.update(net, self.version);
        if net.exact.is_some() {
            self.retime(net, slot);
        }
        self.worth.cost += self.tours[slot as usize].cost;
        self.rehead(slot);
    }

    /// Times of a tour by the exact rules, and its docks.
    fn retime(&mut self, net: &Net, slot: u32) {
        let Some(exact) = &net.exact else { return };
        self.release_docks(slot);
        let tour = &mut self.tours[slot as usize];
        if tour.is_empty() {
            tour.timed = Timed::default();
            return;
        }
        let nodes: Vec<u32> = tour.nodes().collect();
        match exact.simulate(net, tour.kind, &nodes, &self.docks, slot) {
            Some(timed) => {
                tour.cost = timed.cost + tour.moved;
                tour.timed = timed;
                self.take_docks(slot);
            }
            None => self.failed = true,
        }
    }

    fn release_docks(&mut self, slot: u32) {
        let tour = &self.tours[slot as usize];
        for (dock, _, _) in &tour.timed.docked {
            self.docks[*dock as usize].retain(|taken| taken.2 != slot);
        }
    }

    fn take_docks(&mut self, slot: u32) {
        let tour = &self.tours[slot as usize];
        for (dock, begin, end) in &tour.timed.docked {
            self.docks[*dock as usize].push((*begin, *end, slot));
        }
    }

    fn rehead(&mut self, slot: u32) {
        let tour = &self.tours[slot as usize];
        self.heads[slot as usize] =
            Head { version: tour.version, kind: tour.kind, room: tour.room };
    }

    /// Ways of a request into a tour, remembered while the tour stays the same.
    #[inline]
    pub(crate) fn ways(&mut self, net: &Net, request: u32, slot: u32) -> Best {
        let known = net.exact.as_ref().is_none_or(|exact| !exact.has_docks());
        let version = self.heads[slot as usize].version;
        let hash = (request.wrapping_mul(0x9E37_79B1)) ^ (slot.wrapping_mul(0x85EB_CA6B));
        let at = (hash ^ (hash >> 15)) as usize & (self.lines.len() - 1);
        let line = &self.lines[at];
        if line.request == request && line.version == version && known {
            self.hits += 1;
            return line.best;
        }
        self.misses += 1;
        let best = if net.needs.rich {
            self.chain(net, request, slot).map_or(Best::NONE, |chain| chain.ways().0)
        } else {
            scan(net, &self.tours[slot as usize], &net.asks[request as usize])
        };
        self.lines[at] = Line { request, version, best };
        best
    }

    fn chain<'a>(&'a self, net: &'a Net, request: u32, slot: u32) -> Option<Chain<'a>> {
        let exact = net.exact.as_ref()?;
        let ask = &net.asks[request as usize];
        let tour = &self.tours[slot as usize];
        Some(Chain { net, exact, taken: &self.docks, tour, slot, ask })
    }

    /// Inserts a request at a spot of a tour.
    pub(crate) fn put(&mut self, net: &Net, slot: u32, request: u32, spot: Spot) {
        self.touch(slot);
        let ask = &net.asks[request as usize];
        let places = match ask.shape {
            Shape::Chain => self.chain(net, request, slot).and_then(|chain| chain.ways().1),
            _ => None,
        };
        let tour = &mut self.tours[slot as usize];
        let i = spot.i as usize;
        match ask.shape {
            Shape::Pair => {
                tour.insert(net, spot.j as usize + 1, ask.first + 1);
                tour.insert(net, i + 1, ask.first);
            }
            Shape::Chain => {
                let places = places.unwrap_or_default();
                for k in (0..ask.len).rev() {
                    tour.insert(net, places[k as usize] as usize + 1, ask.first + k);
                }
            }
            _ if spot.j > 0 => {
                let r = (spot.j as usize - 1) / 2;
                let before = spot.j.is_multiple_of(2);
                let reload = net.kinds[tour.kind as usize].reloads[r];
                tour.insert(net, i + 1, if before { ask.first } else { reload });
                tour.insert(net, i + 1, if before { reload } else { ask.first });
            }
            _ => tour.insert(net, i + 1, ask.first),
        }
        self.joined(net, slot, ask);
        self.changed(net, slot);
    }

    /// Books a request as served by a tour.
    pub(crate) fn joined(&mut self, net: &Net, slot: u32, ask: &Ask) {
        debug_assert!(net.count >= ask.len as usize, "the request has stops");
        for node in ask.first..ask.first + ask.len {
            self.tour_of[node as usize] = slot;
        }
        self.worth.unserved -= ask.weight;
        self.worth.cost -= ask.prize;
        self.served += ask.len as usize;
    }

    /// Books a request as out.
    pub(crate) fn left(&mut self, net: &Net, request: u32) {
        let ask = &net.asks[request as usize];
        for node in ask.first..ask.first + ask.len {
            self.tour_of[node as usize] = NONE;
        }
        self.worth.unserved += ask.weight;
        self.worth.cost += ask.prize;
        self.served -= ask.len as usize;
        self.bank.push(request);
    }

    /// After removals: drops the nodes that are no longer of this tour.
    pub(crate) fn sweep(&mut self, net: &Net, slot: u32) {
        self.touch(slot);
        let tour_of = &self.tour_of;
        let tour = &mut self.tours[slot as usize];
        let was_empty = tour.is_empty();
        tour.pos.retain(|p| tour_of.get(p.node as usize).is_none_or(|t| *t == slot));
        let kind = tour.kind;
        self.changed(net, slot);
        if !was_empty && self.tours[slot as usize].is_empty() {
            self.used[kind as usize] -= 1;
        }
    }

    /// Changes the kind of a tour.
    pub(crate) fn retype(&mut self, net: &Net, slot: u32, kind: u32) {
        self.touch(slot);
        let tour = &mut self.tours[slot as usize];
        self.used[tour.kind as usize] -= 1;
        self.used[kind as usize] += 1;
        tour.kind = kind;
        let k = &net.kinds[kind as usize];
        let last = tour.pos.len() - 1;
        tour.pos[0].point = k.start;
        tour.pos[last].point = k.end;
        self.changed(net, slot);
    }
}
