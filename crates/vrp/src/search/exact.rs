//! The exact simulation of a tour: all rules that constant-time tests do not know.
//!
//! Several windows, docks, breaks, travel by the hour, release of goods, chains of stops, last in
//! first out, goods that must not meet, order of requests, stops that have happened. The
//! constant-time tests stay in front as filters, because all they ask is necessary.

use crate::model::{Problem, StopKind, Visit, VisitKind, Window, cost_units, limits};

use super::net::{Kind, NONE, Net};

/// What the exact rules read beside [`Net`].
#[derive(Debug)]
pub(crate) struct Exact {
    pub(crate) problem: Problem,
    /// Dock calendar of a node, or [`NONE`].
    dock_of: Vec<u32>,
    docks: Vec<u32>,
    /// Start of a stop that has happened, or -1.
    pub(crate) fact: Vec<i64>,
    /// Request that must come before, per request.
    pub(crate) before: Vec<Vec<u32>>,
    meets: bool,
    lifo: bool,
}

/// Times at docks that are taken: begin, end, tour.
pub(crate) type Calendars = Vec<Vec<(i64, i64, u32)>>;

/// A tour with its times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timed {
    pub(crate) start_s: i64,
    pub(crate) end_s: i64,
    pub(crate) metres: i64,
    pub(crate) cost: i64,
    pub(crate) visits: Vec<Visit>,
    /// Dock calendar, begin, end.
    pub(crate) docked: Vec<(u32, i64, i64)>,
}

impl Exact {
    pub(crate) fn new(problem: &Problem, net: &Net) -> Self {
        let mut dock_of = vec![NONE; net.nodes.len()];
        let mut docks = Vec::new();
        let mut calendar = vec![NONE; problem.sites.len()];
        let mut fact = vec![-1; net.nodes.len()];
        for (node, stop) in problem.requests.iter().flat_map(|r| &r.stops).enumerate() {
            let site = &problem.sites[stop.site];
            if let (Some(count), true) = (site.docks, stop.service_s > 0) {
                if calendar[stop.site] == NONE {
                    calendar[stop.site] = docks.len() as u32;
                    docks.push(count);
                }
                dock_of[node] = calendar[stop.site];
            }
        }
        for (dock_of, reload) in dock_of.iter_mut().zip(&net.nodes).skip(net.count) {
            let site = reload.request as usize;
            if let (Some(count), true) = (problem.sites[site].docks, reload.service > 0) {
                if calendar[site] == NONE {
                    calendar[site] = docks.len() as u32;
                    docks.push(count);
                }
                *dock_of = calendar[site];
            }
        }
        let mut before = vec![Vec::new(); problem.requests.len()];
        for lock in &problem.locks {
            match lock {
                crate::model::Lock::Prefix { stops, .. } => {
                    for done in stops {
                        let first = net.asks[done.request].first as usize;
                        fact[first + done.stop] = done.start_s.unwrap_or(-1);
                    }
                }
                crate::model::Lock::Order { earlier, later } => {
                    before[*later].push(*earlier as u32);
                }
                _ => {}
            }
        }
        let meets = problem.requests.iter().any(|r| r.incompatible_classes != 0);
        let lifo = problem.requests.iter().any(|r| r.lifo);
        Self { problem: problem.clone(), dock_of, docks, fact, before, meets, lifo }
    }

    pub(crate) const fn has_docks(&self) -> bool {
        !self.docks.is_empty()
    }

    pub(crate) fn calendars(&self) -> Calendars {
        vec![Vec::new(); self.docks.len()]
    }

    /// Times of a tour with these nodes, if all rules hold. `taken` without the tour itself.
    pub(crate) fn simulate(
        &self,
        net: &Net,
        kind: u32,
        nodes: &[u32],
        taken: &Calendars,
        slot: u32,
    ) -> Option<Timed> {
        let k = &net.kinds[kind as usize];
        if !(self.rules_hold(net, k, nodes)) {
            return None;
        }
        let mut drive = Drive {
            exact: self,
            net,
            kind: k,
            taken,
            slot,
            now: i64::from(k.from).max(release(net, nodes)),
            point: k.start,
            next_break: 0,
            timed: Timed::default(),
        };
        drive.timed.start_s = drive.now;
        for (i, node) in nodes.iter().enumerate() {
            drive.visit(*node, &nodes[i + 1..])?;
        }
        drive.finish()
    }

    /// Loads, trips, order, goods: what needs no time.
    fn rules_hold(&self, net: &Net, kind: &Kind, nodes: &[u32]) -> bool {
        let mut trips = 0;
        for trip in nodes.split(|n| *n as usize >= net.count) {
            trips += 1;
            if !loads_fit(net, kind, trip)
                || !whole(net, trip)
                || (self.meets && !self.goods_may_meet(net, trip))
                || (self.lifo && !self.last_in_first_out(net, trip))
                || !backhaul_holds(net, trip)
            {
                return false;
            }
        }
        trips <= kind.max_trips.max(1) && self.order_holds(net, nodes)
    }

    fn goods_may_meet(&self, net: &Net, trip: &[u32]) -> bool {
        let request = |n: &u32| &self.problem.requests[net.nodes[*n as usize].request as usize];
        trip.iter().enumerate().all(|(i, a)| {
            trip[..i].iter().all(|b| {
                let (x, y) = (request(a), request(b));
                let hit = |mask: u64, class: Option<u8>| class.is_some_and(|c| mask >> c & 1 == 1);
                x.id == y.id
                    || !(hit(x.incompatible_classes, y.goods_class)
                        || hit(y.incompatible_classes, x.goods_class))
            })
        })
    }

    /// At a delivery of a request that is last in first out, nothing lies above its goods: what
    /// was picked up after them has had a delivery since.
    fn last_in_first_out(&self, net: &Net, trip: &[u32]) -> bool {
        let stop = |node: u32| {
            let request = net.nodes[node as usize].request as usize;
            (
                request,
                self.problem.requests[request].stops[(node - net.asks[request].first) as usize]
                    .kind,
            )
        };
        trip.iter().enumerate().all(|(i, node)| {
            let (request, kind) = stop(*node);
            if !self.problem.requests[request].lifo || kind != StopKind::Delivery {
                return true;
            }
            let own = |n: &u32| stop(*n) == (request, StopKind::Pickup);
            let loaded = trip[..i].iter().rposition(own).map_or(0, |at| at + 1);
            let later = &trip[loaded..i];
            later.iter().enumerate().all(|(k, above)| {
                let (other, kind) = stop(*above);
                kind != StopKind::Pickup
                    || other == request
                    || later[k..].iter().any(|n| stop(*n) == (other, StopKind::Delivery))
            })
        })
    }

    fn order_holds(&self, net: &Net, nodes: &[u32]) -> bool {
        nodes.iter().enumerate().filter(|(_, n)| (**n as usize) < net.count).all(|(i, node)| {
            let request = net.nodes[*node as usize].request;
            let ask = &net.asks[request as usize];
            *node != ask.first
                || self.before[request as usize].iter().all(|earlier| {
                    let other = &net.asks[*earlier as usize];
                    nodes[..i].contains(&(other.first + other.len - 1))
                })
        })
    }
}

/// One tour on its way.
struct Drive<'a> {
    exact: &'a Exact,
    net: &'a Net,
    kind: &'a Kind,
    taken: &'a Calendars,
    slot: u32,
    now: i64,
    point: u32,
    next_break: usize,
    timed: Timed,
}

impl Drive<'_> {
    fn visit(&mut self, node: u32, rest: &[u32]) -> Option<()> {
        let n = &self.net.nodes[node as usize];
        let service = i64::from(n.service);
        let is_reload = node as usize >= self.net.count;
        let fact = self.exact.fact[node as usize];
        let mut arrive = self.arrival(n.point, self.now);
        // Loaded no earlier than needed: a dock is not held while goods are awaited.
        let from = if is_reload { release(self.net, rest) - service } else { i64::MIN };
        let mut start = if fact >= 0 { fact } else { self.start_at(node, arrive.max(from))? };
        while fact < 0 && self.must_pause(start + service) {
            self.pause()?;
            arrive = self.arrival(n.point, self.now);
            start = self.start_at(node, arrive.max(from))?;
        }
        if fact >= 0 {
            arrive = arrive.min(fact);
        }
        let leave = start + service;
        let kind = if is_reload {
            VisitKind::Reload { site: n.request as usize }
        } else {
            let ask = &self.net.asks[n.request as usize];
            VisitKind::Stop { request: n.request as usize, stop: (node - ask.first) as usize }
        };
        let dock = self.exact.dock_of[node as usize];
        if dock != NONE {
            self.timed.docked.push((dock, start, start + service));
        }
        self.timed.visits.push(Visit { kind, arrive_s: arrive, start_s: start, leave_s: leave });
        self.go(n.point, leave);
        Some(())
    }

    fn go(&mut self, point: u32, leave: i64) {
        self.timed.metres += i64::from(self.net.metres(self.kind.table, self.point, point));
        self.point = point;
        self.now = leave;
    }

    fn arrival(&self, point: u32, leave: i64) -> i64 {
        let profile = &self.exact.problem.profiles[self.kind.table];
        let (a, b) = (self.point as usize, point as usize);
        if a >= profile.places || b >= profile.places {
            return leave;
        }
        profile.arrival_s(a, b, leave)
    }

    /// First start of service at or after `arrive` in a window and at a free dock.
    fn start_at(&self, node: u32, arrive: i64) -> Option<i64> {
        let windows = &self.net.windows[node as usize];
        let service = i64::from(self.net.nodes[node as usize].service);
        let dock = self.exact.dock_of[node as usize];
        let mut start = arrive;
        loop {
            start = in_window(windows, start)?;
            if dock == NONE {
                return Some(start);
            }
            let taken = &self.taken[dock as usize];
            let free = free_at(taken, self.slot, self.exact.docks[dock as usize], start, service);
            if free == start {
                return Some(start);
            }
            start = free;
        }
    }

    /// Whether the next break would be too late after a visit that ends at `until`.
    fn must_pause(&self, until: i64) -> bool {
        let breaks = &self.exact.problem.vehicles[self.kind.members[0].0].breaks;
        breaks.get(self.next_break).is_some_and(|b| until > b.window.to_s)
    }

    fn pause(&mut self) -> Option<()> {
        let vehicle = &self.exact.problem.vehicles[self.kind.members[0].0];
        let pause = vehicle.breaks[self.next_break];
        let start = self.now.max(pause.window.from_s);
        if start > pause.window.to_s {
            return None;
        }
        let leave = start + pause.duration_s;
        let kind = VisitKind::Break { index: self.next_break };
        let visit = Visit { kind, arrive_s: self.now, start_s: start, leave_s: leave };
        self.timed.visits.push(visit);
        self.next_break += 1;
        self.now = leave;
        Some(())
    }

    fn finish(mut self) -> Option<Timed> {
        let mut end = self.arrival(self.kind.end, self.now);
        while self.must_pause(end) {
            self.pause()?;
            end = self.arrival(self.kind.end, self.now);
        }
        self.go(self.kind.end, end);
        self.timed.end_s = end;
        self.leave_late();
        let duration = end - self.timed.start_s;
        let k = self.kind;
        if end > i64::from(k.to) || duration > k.max_s || self.timed.metres > k.max_m {
            return None;
        }
        self.timed.cost = k.fixed + self.timed.metres * k.per_m + duration * k.per_s;
        Some(self.timed)
    }

    /// Leaves the start as late as the first visit allows.
    fn leave_late(&mut self) {
        let Some(first) = self.timed.visits.first().copied() else { return };
        let VisitKind::Stop { request, stop } = first.kind else { return };
        let node = self.net.asks[request].first as usize + stop;
        if self.exact.fact[node] >= 0 {
            return;
        }
        let point = self.net.nodes[node].point;
        self.point = self.kind.start;
        let (mut low, mut high) = (self.timed.start_s, first.start_s);
        while low < high {
            let middle = low + (high - low + 1) / 2;
            if self.arrival(point, middle) <= first.start_s {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        self.timed.start_s = low;
        self.timed.visits[0].arrive_s = self.arrival(point, low);
    }
}

/// Latest release among the nodes up to the next reload.
fn release(net: &Net, nodes: &[u32]) -> i64 {
    nodes
        .iter()
        .take_while(|n| (**n as usize) < net.count)
        .map(|n| i64::from(net.asks[net.nodes[*n as usize].request as usize].release))
        .max()
        .unwrap_or(0)
}

fn in_window(windows: &[Window], at: i64) -> Option<i64> {
    let window = windows.iter().find(|window| window.to_s >= at)?;
    (at <= limits::TIME_S).then(|| at.max(window.from_s))
}

/// `start` if a dock is free for the whole service, else the next time worth trying.
fn free_at(taken: &[(i64, i64, u32)], slot: u32, docks: u32, start: i64, service: i64) -> i64 {
    let overlapping =
        || taken.iter().filter(|t| t.2 != slot && t.0 < start + service && t.1 > start);
    let busy_at = |at: i64| overlapping().filter(|t| t.0 <= at && t.1 > at).count();
    let full = |at: i64| busy_at(at) >= docks as usize;
    let blocked = full(start) || overlapping().any(|t| t.0 > start && full(t.0));
    if blocked { overlapping().map(|t| t.1).min().unwrap_or(start) } else { start }
}

fn loads_fit(net: &Net, kind: &Kind, trip: &[u32]) -> bool {
    (0..net.dims).all(|d| {
        let mut level: i64 = trip.iter().map(|n| net.aboard(*n, d)).sum();
        level <= kind.capacity[d]
            && trip.iter().all(|n| {
                level += net.amounts(*n)[d];
                level <= kind.capacity[d]
            })
    })
}

/// Whether every request of the trip has all its stops in it, in order.
fn whole(net: &Net, trip: &[u32]) -> bool {
    trip.iter().enumerate().all(|(i, node)| {
        let ask = &net.asks[net.nodes[*node as usize].request as usize];
        *node == ask.first + ask.len - 1 || trip[i + 1..].contains(&(node + 1))
    })
}

fn backhaul_holds(net: &Net, trip: &[u32]) -> bool {
    let mut picked = false;
    let ordered = trip.iter().all(|n| {
        let pickup = net.is_pickup(*n);
        picked |= pickup;
        pickup || !picked
    });
    let only_pickups = !trip.is_empty() && trip.iter().all(|n| net.is_pickup(*n));
    (ordered || !net.deliveries_first) && (net.pickup_only || !only_pickups)
}

/// Money of a tour as the plan states it.
pub(crate) fn money(problem: &Problem, vehicle: usize, timed: &Timed) -> i64 {
    cost_units(&problem.vehicles[vehicle], timed.metres, timed.end_s - timed.start_s)
}
