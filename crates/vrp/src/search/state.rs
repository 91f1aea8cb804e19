//! The plan under change: tours, who is where, what is out, and the way back.

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

    /// Starts a round of changes that can be taken back.
    pub(crate) fn begin(&mut self) {
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.marks.fill(0);
            self.round = 1;
        }
        self.touched.clear();
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
            std::mem::swap(&mut self.tours[slot], &mut self.spare[at]);
            for p in &self.tours[slot].pos {
                if let Some(tour) = self.tour_of.get_mut(p.node as usize) {
                    *tour = slot as u32;
                }
            }
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
        self.worth.cost += tour.cost;
        self.rehead(slot);
    }

    fn rehead(&mut self, slot: u32) {
        let tour = &self.tours[slot as usize];
        self.heads[slot as usize] =
            Head { version: tour.version, kind: tour.kind, room: tour.room };
    }

    /// Ways of a request into a tour, remembered while the tour stays the same.
    #[inline]
    pub(crate) fn ways(&mut self, net: &Net, request: u32, slot: u32) -> Best {
        let version = self.heads[slot as usize].version;
        let hash = (request.wrapping_mul(0x9E37_79B1)) ^ (slot.wrapping_mul(0x85EB_CA6B));
        let at = (hash ^ (hash >> 15)) as usize & (self.lines.len() - 1);
        let line = &self.lines[at];
        if line.request == request && line.version == version {
            self.hits += 1;
            return line.best;
        }
        self.misses += 1;
        let best = scan(net, &self.tours[slot as usize], &net.asks[request as usize]);
        self.lines[at] = Line { request, version, best };
        best
    }

    /// Inserts a request at a spot of a tour.
    pub(crate) fn put(&mut self, net: &Net, slot: u32, request: u32, spot: Spot) {
        self.touch(slot);
        let ask = &net.asks[request as usize];
        let tour = &mut self.tours[slot as usize];
        let i = spot.i as usize;
        match ask.shape {
            Shape::Pair => {
                tour.insert(net, spot.j as usize + 1, ask.first + 1);
                tour.insert(net, i + 1, ask.first);
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
