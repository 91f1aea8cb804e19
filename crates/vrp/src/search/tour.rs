//! One tour and what the constant-time tests need to know of it.
//!
//! ```text
//! dep[i] = max(open[i], dep[i-1] + way(i-1,i)) + service[i]            earliest departure
//! lst[i] = min(close[i], lst[i+1] - way(i,i+1) - service[i])           latest start of service
//! ```
//! At the start of a trip `dep` is the departure after loading, not before the release of the
//! goods of the trip, and `latest` its latest possible value.

use super::exact::Timed;
use super::net::{NONE, Net};

/// One position. 24 bytes: the loops of insertion read nothing else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pos {
    pub(crate) point: u32,
    /// Node, or [`NONE`] at the two ends.
    pub(crate) node: u32,
    pub(crate) dep: i32,
    pub(crate) lst: i32,
    /// Metres to the next position.
    pub(crate) leg: i32,
    /// Seconds to the next position.
    pub(crate) way: i32,
}

/// Duration of a part of a tour, with the earliest and latest start that give it (Vidal et al.
/// 2013, without time warp: tours are always feasible).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    pub(crate) duration: i64,
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Span {
    pub(crate) const fn of(open: i32, close: i32, service: i32) -> Self {
        Self { duration: service as i64, first: open as i64, last: close as i64 }
    }

    #[inline]
    pub(crate) fn then(self, way: i64, next: Self) -> Self {
        let gone = self.duration + way;
        let wait = (next.first - gone - self.last).max(0);
        Self {
            duration: gone + next.duration + wait,
            first: (next.first - gone).max(self.first) - wait,
            last: (next.last - gone).min(self.last),
        }
    }
}

/// Trip that a position belongs to, seen from the start of the trip.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TripPos {
    /// Position of the start of the trip.
    pub(crate) begin: u32,
    /// Departure here is `max(floor, departure at begin + since)`.
    pub(crate) floor: i32,
    pub(crate) since: i32,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Tour {
    pub(crate) kind: u32,
    /// Changes with the content; never the same for two contents of a search.
    pub(crate) version: u32,
    pub(crate) pos: Vec<Pos>,
    pub(crate) metres: i64,
    /// Money of the tour: fixed, metres, seconds, changes against the baseline.
    pub(crate) cost: i64,
    /// Sum of what is delivered from the depot, per dimension (tours of one trip).
    pub(crate) total: Vec<i64>,
    /// Per position and dimension: load of the leg after it, its greatest so far in the trip, its
    /// greatest from here to the end of the trip.
    pub(crate) load: Vec<i64>,
    pub(crate) ahead: Vec<Span>,
    pub(crate) behind: Vec<Span>,
    pub(crate) trip: Vec<TripPos>,
    /// Per start of a trip (else unused): release of its goods, and its latest departure.
    pub(crate) release: Vec<i32>,
    pub(crate) latest: Vec<i32>,
    pub(crate) trips: u32,
    /// Free capacity of the first dimension beside `total`.
    pub(crate) room: i64,
    /// Price of changes against the baseline in `cost`.
    pub(crate) moved: i64,
    /// Positions from the front that stay as they are.
    pub(crate) prefix: u32,
    /// Times by the exact rules, where the problem needs them.
    pub(crate) timed: Timed,
}

impl Tour {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.pos.len() <= 2
    }

    pub(crate) fn nodes(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.pos[1..self.pos.len() - 1].iter().map(|p| p.node)
    }

    /// Makes it an empty tour of `kind`.
    pub(crate) fn reset(&mut self, net: &Net, kind: u32) {
        self.kind = kind;
        let k = &net.kinds[kind as usize];
        self.pos.clear();
        self.pos.push(end(k.start));
        self.pos.push(end(k.end));
    }

    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.kind = other.kind;
        self.version = other.version;
        self.metres = other.metres;
        self.cost = other.cost;
        self.trips = other.trips;
        self.room = other.room;
        self.prefix = other.prefix;
        self.moved = other.moved;
        self.timed.clone_from(&other.timed);
        self.pos.clone_from(&other.pos);
        self.total.clone_from(&other.total);
        self.load.clone_from(&other.load);
        self.ahead.clone_from(&other.ahead);
        self.behind.clone_from(&other.behind);
        self.trip.clone_from(&other.trip);
        self.release.clone_from(&other.release);
        self.latest.clone_from(&other.latest);
    }

    pub(crate) fn insert(&mut self, net: &Net, at: usize, node: u32) {
        let point = net.nodes[node as usize].point;
        self.pos.insert(at, Pos { point, node, dep: 0, lst: 0, leg: 0, way: 0 });
    }

    /// Puts these nodes between the ends.
    pub(crate) fn fill(&mut self, net: &Net, kind: u32, nodes: impl Iterator<Item = u32>) {
        self.reset(net, kind);
        for node in nodes {
            let at = self.pos.len() - 1;
            self.insert(net, at, node);
        }
    }

    /// Recomputes everything from the nodes and the kind.
    pub(crate) fn update(&mut self, net: &Net, version: u32) {
        self.version = version;
        let kind = &net.kinds[self.kind as usize];
        // An open start or end has the point of the kind already.
        self.ways(net, kind.table);
        if net.needs.trips {
            self.drop_idle_reloads(net, kind.table);
            self.find_trips(net);
        }
        self.times(net);
        if net.needs.mixed {
            self.loads(net);
        } else {
            self.totals(net);
        }
        self.room = kind.capacity[0] - self.total[0];
        if net.needs.duration {
            self.spans(net);
        }
        self.moved = 0;
        if self.is_empty() {
            self.cost = 0;
            self.metres = 0;
            return;
        }
        let duration = self.ahead.last().map_or(0, |span| span.duration);
        let seconds = if kind.per_s == 0 { 0 } else { duration * kind.per_s };
        self.cost = kind.fixed + self.metres * kind.per_m + seconds;
        if net.has_baseline() {
            let kind = self.kind;
            let first = |node: &u32| net.asks[net.nodes[*node as usize].request as usize].first;
            let heads = self.nodes().filter(|n| (*n as usize) < net.count && first(n) == *n);
            self.moved = heads.map(|n| net.moved(net.nodes[n as usize].request, kind)).sum::<i64>();
            self.cost += self.moved;
        }
    }

    fn ways(&mut self, net: &Net, table: usize) {
        self.metres = 0;
        for i in 0..self.pos.len() - 1 {
            let next = self.pos[i + 1].point as usize;
            let this = &mut self.pos[i];
            this.leg = net.out_m(table, this.point)[next];
            this.way = net.out_s(table, this.point)[next];
            self.metres += i64::from(this.leg);
        }
    }

    fn times(&mut self, net: &Net) {
        let kind = &net.kinds[self.kind as usize];
        let last = self.pos.len() - 1;
        let with_trips = net.needs.trips;
        let mut dep = kind.from;
        if with_trips {
            dep = dep.max(self.release[0]);
        }
        self.pos[0].dep = dep;
        for i in 1..last {
            let node = &net.nodes[self.pos[i].node as usize];
            dep = (dep + self.pos[i - 1].way).max(node.open) + node.service;
            if let Some(fact) = fact(net, self.pos[i].node) {
                dep = fact + node.service;
            }
            if with_trips && self.pos[i].node as usize >= net.count {
                dep = dep.max(self.release[i]);
            }
            self.pos[i].dep = dep;
        }
        self.pos[last].dep = dep + self.pos[last - 1].way;
        let mut lst = kind.to;
        self.pos[last].lst = lst;
        for i in (1..last).rev() {
            let node = &net.nodes[self.pos[i].node as usize];
            let leave = lst - self.pos[i].way;
            if with_trips {
                self.latest[i] = leave;
            }
            lst = (leave - node.service).min(node.close);
            if fact(net, self.pos[i].node).is_some() {
                lst = i32::MAX / 2;
            }
            self.pos[i].lst = lst;
        }
        self.pos[0].lst = lst - self.pos[0].way;
        if with_trips {
            self.latest[0] = self.pos[0].lst;
            self.offsets(net);
        }
    }

    /// Reloads with nothing between them and the next end of a trip.
    fn drop_idle_reloads(&mut self, net: &Net, table: usize) {
        let reload = |p: &Pos| p.node != NONE && p.node as usize >= net.count;
        let before = self.pos.len();
        let mut i = 1;
        while i < self.pos.len() - 1 {
            let idle = reload(&self.pos[i])
                && (i == 1 || reload(&self.pos[i - 1]) || self.pos[i + 1].node == NONE);
            if idle {
                self.pos.remove(i);
                i = i.saturating_sub(1).max(1);
            } else {
                i += 1;
            }
        }
        if self.pos.len() != before {
            self.ways(net, table);
        }
    }

    fn find_trips(&mut self, net: &Net) {
        let size = self.pos.len();
        self.trip.clear();
        self.trip.resize(size, TripPos::default());
        self.release.clear();
        self.release.resize(size, 0);
        self.latest.clear();
        self.latest.resize(size, 0);
        self.trips = 1;
        let mut begin = 0;
        for i in 1..size - 1 {
            let node = self.pos[i].node as usize;
            if node >= net.count {
                begin = i;
                self.trips += 1;
            } else {
                let release = net.asks[net.nodes[node].request as usize].release;
                self.release[begin] = self.release[begin].max(release);
            }
            self.trip[i].begin = begin as u32;
        }
        self.trip[size - 1].begin = begin as u32;
    }

    fn offsets(&mut self, net: &Net) {
        for i in 1..self.pos.len() - 1 {
            let node = &net.nodes[self.pos[i].node as usize];
            if self.pos[i].node as usize >= net.count {
                self.trip[i].floor = i32::MIN / 2;
                self.trip[i].since = 0;
                continue;
            }
            let before = self.trip[i - 1];
            let way = self.pos[i - 1].way;
            self.trip[i].floor = (before.floor + way).max(node.open) + node.service;
            self.trip[i].since = before.since + way + node.service;
        }
        // Position 0 leaves at its departure.
        self.trip[0].floor = i32::MIN / 2;
        self.trip[0].since = 0;
    }

    fn totals(&mut self, net: &Net) {
        self.total.clear();
        self.total.resize(net.dims, 0);
        let Self { pos, total, .. } = self;
        for p in &pos[1..pos.len() - 1] {
            for (sum, change) in total.iter_mut().zip(net.amounts(p.node)) {
                *sum -= change;
            }
        }
    }

    /// Loads of the legs, trip by trip. What a request delivers without having picked it up was
    /// aboard from the start of the trip.
    fn loads(&mut self, net: &Net) {
        let dims = net.dims;
        let size = self.pos.len();
        self.total.clear();
        self.total.resize(dims, 0);
        self.load.clear();
        self.load.resize(size * dims * 3, 0);
        for d in 0..dims {
            let mut begin = 0;
            while begin < size - 1 {
                let end = (begin + 1..size)
                    .find(|i| *i == size - 1 || self.pos[*i].node as usize >= net.count)
                    .unwrap_or(size - 1);
                self.trip_loads(net, d, begin, end);
                begin = end;
            }
        }
    }

    fn trip_loads(&mut self, net: &Net, d: usize, begin: usize, end: usize) {
        let dims = net.dims;
        let mut level: i64 = self.pos[begin + 1..end].iter().map(|p| net.aboard(p.node, d)).sum();
        self.total[d] = self.total[d].max(level);
        let mut greatest = 0;
        for i in begin..end {
            if i > begin {
                level += net.amounts(self.pos[i].node)[d];
            }
            greatest = greatest.max(level);
            let at = (i * dims + d) * 3;
            self.load[at] = level;
            self.load[at + 1] = greatest;
        }
        greatest = 0;
        for i in (begin..end).rev() {
            let at = (i * dims + d) * 3;
            greatest = greatest.max(self.load[at]);
            self.load[at + 2] = greatest;
        }
    }

    fn spans(&mut self, net: &Net) {
        let kind = &net.kinds[self.kind as usize];
        let size = self.pos.len();
        let shift = Span::of(kind.from, kind.to, 0);
        let span = |p: &Pos| {
            if p.node == NONE {
                return shift;
            }
            let node = &net.nodes[p.node as usize];
            Span::of(node.open, node.close, node.service)
        };
        self.ahead.clear();
        self.ahead.push(shift);
        for i in 1..size {
            let next = self.ahead[i - 1].then(i64::from(self.pos[i - 1].way), span(&self.pos[i]));
            self.ahead.push(next);
        }
        self.behind.clear();
        self.behind.resize(size, shift);
        for i in (0..size - 1).rev() {
            self.behind[i] =
                span(&self.pos[i]).then(i64::from(self.pos[i].way), self.behind[i + 1]);
        }
    }

    /// Whether all windows, loads and limits hold (what the constant-time tests know of them).
    pub(crate) fn is_feasible(&self, net: &Net) -> bool {
        let kind = &net.kinds[self.kind as usize];
        let last = self.pos.len() - 1;
        let on_time = |p: &Pos| {
            let service = if p.node == NONE { 0 } else { net.nodes[p.node as usize].service };
            p.dep - service <= p.lst
        };
        let starts = |i: usize| i == 0 || self.pos[i].node as usize >= net.count;
        let times = if net.needs.trips {
            (0..=last).all(|i| {
                if i < last && starts(i) {
                    self.pos[i].dep <= self.latest[i]
                } else {
                    on_time(&self.pos[i])
                }
            })
        } else {
            self.pos.iter().all(on_time)
        };
        let dims = net.dims;
        let loads = if net.needs.mixed {
            (0..last).all(|i| (0..dims).all(|d| self.load[(i * dims + d) * 3] <= kind.capacity[d]))
        } else {
            (0..dims).all(|d| self.total[d] <= kind.capacity[d])
        };
        let span = !net.needs.duration || self.ahead[last].duration <= kind.max_s;
        let trips = !net.needs.trips || self.trips <= kind.max_trips;
        times && loads && span && trips && self.metres <= kind.max_m && self.order_holds(net)
    }

    /// Backhaul rules: deliveries before pickups, and no trip of pickups only.
    pub(crate) fn order_holds(&self, net: &Net) -> bool {
        if !net.deliveries_first && net.pickup_only {
            return true;
        }
        let (mut delivered, mut picked) = (false, false);
        for p in &self.pos[1..] {
            if p.node == NONE || p.node as usize >= net.count {
                if picked && !delivered && !net.pickup_only {
                    return false;
                }
                (delivered, picked) = (false, false);
            } else if net.is_pickup(p.node) {
                picked = true;
            } else {
                if picked && net.deliveries_first {
                    return false;
                }
                delivered = true;
            }
        }
        true
    }
}

fn end(point: u32) -> Pos {
    Pos { point, node: NONE, dep: 0, lst: 0, leg: 0, way: 0 }
}

/// Start of a stop that has happened.
#[inline]
fn fact(net: &Net, node: u32) -> Option<i32> {
    let exact = net.exact.as_ref()?;
    let start_s = exact.fact[node as usize];
    (start_s >= 0).then_some(start_s as i32)
}
