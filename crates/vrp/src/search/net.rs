//! The problem as the search reads it: flat arrays of 32-bit numbers.

use crate::model::{
    COST_UNITS_PER_WON, Lock, Objective, Problem, StopKind, Vehicle, Window, limits,
};

use super::exact::Exact;

/// No stop: the two ends of a tour.
pub(crate) const NONE: u32 = u32::MAX;
/// Neighbours of a stop whose tours are asked when it is inserted.
const NEAR: usize = 40;
/// Neighbours of a stop among which tours to ruin are looked for.
const ADJACENT: usize = 250;

/// One stop of a request, or a reload (index `>= Net::count`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) request: u32,
    pub(crate) point: u32,
    /// Earliest and latest start of service: the hull of all windows.
    pub(crate) open: i32,
    pub(crate) close: i32,
    pub(crate) service: i32,
}

/// A request: its stops are the nodes `first .. first + len`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask {
    pub(crate) first: u32,
    pub(crate) len: u32,
    /// Weight of leaving it out if it must be served, else 0.
    pub(crate) weight: i64,
    /// Price of leaving it out if it is optional, cost units.
    pub(crate) prize: i64,
    pub(crate) release: i32,
    pub(crate) shape: Shape,
}

/// How a request can be inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One delivery (or service): its load is aboard from the start of the trip.
    Delivery,
    /// One pickup: its load stays aboard to the end of the trip.
    Pickup,
    /// A pickup and a delivery of the same amounts.
    Pair,
    /// Anything else: only by exact simulation.
    Chain,
}

/// Vehicles that are the same in everything.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) from: i32,
    pub(crate) to: i32,
    pub(crate) fixed: i64,
    pub(crate) per_m: i64,
    pub(crate) per_s: i64,
    pub(crate) count: u32,
    pub(crate) table: usize,
    pub(crate) capacity: Vec<i64>,
    pub(crate) max_s: i64,
    pub(crate) max_m: i64,
    pub(crate) max_trips: u32,
    /// Node of each reload.
    pub(crate) reloads: Vec<u32>,
    /// Vehicles of the problem that belong to it, with their counts.
    pub(crate) members: Vec<(usize, u32)>,
    /// Kinds that differ only in capacity and money: a tour may change to them.
    pub(crate) family: usize,
}

/// Metres and seconds between points, by row of the point left (`out`) and of the point reached
/// (`into`). Equal matrices are stored once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    out_m: usize,
    into_m: usize,
    out_s: usize,
    into_s: usize,
    /// Detours never shorten a way in time and metres.
    pub(crate) metric: bool,
}

/// What the problem needs beyond windows and totals of load.
#[expect(clippy::struct_excessive_bools, reason = "four questions, each asked alone")]
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Needs {
    /// Load differs along a trip.
    pub(crate) mixed: bool,
    /// Duration has a limit or a price.
    pub(crate) duration: bool,
    /// Several trips, or releases at the depot.
    pub(crate) trips: bool,
    /// Something only the exact simulation knows.
    pub(crate) rich: bool,
}

#[derive(Debug)]
pub(crate) struct Net {
    /// Stops of requests; nodes from here on are reloads.
    pub(crate) count: usize,
    pub(crate) dims: usize,
    pub(crate) nodes: Vec<Node>,
    pub(crate) asks: Vec<Ask>,
    pub(crate) kinds: Vec<Kind>,
    /// Change of load at a node, `dims` values each.
    pub(crate) amount: Vec<i64>,
    /// Windows of a node where there are more than one.
    pub(crate) windows: Vec<Vec<Window>>,
    tables: Vec<Table>,
    matrices: Vec<Vec<i32>>,
    side: usize,
    allowed: Vec<bool>,
    /// Price of a request on a kind against the baseline; empty without one.
    moved: Vec<i64>,
    near: Vec<u32>,
    near_width: usize,
    adjacent: Vec<u32>,
    adjacent_width: usize,
    pub(crate) needs: Needs,
    /// The exact rules, where the problem needs them.
    pub(crate) exact: Option<Exact>,
    pub(crate) deliveries_first: bool,
    pub(crate) pickup_only: bool,
}

impl Net {
    /// Compiles a problem that has passed [`Problem::validate`].
    pub(crate) fn new(problem: &Problem) -> Self {
        let mut net = Self {
            count: 0,
            dims: problem.dimensions,
            nodes: Vec::new(),
            asks: Vec::new(),
            kinds: Vec::new(),
            amount: Vec::new(),
            windows: Vec::new(),
            tables: Vec::new(),
            matrices: Vec::new(),
            side: 0,
            allowed: Vec::new(),
            moved: Vec::new(),
            near: Vec::new(),
            near_width: 0,
            adjacent: Vec::new(),
            adjacent_width: 0,
            needs: Needs::default(),
            exact: None,
            deliveries_first: problem.rules.deliveries_first,
            pickup_only: problem.rules.pickup_only_trips,
        };
        net.add_requests(problem);
        net.add_matrices(problem);
        net.add_kinds(problem);
        net.find_needs(problem);
        net.add_allowed(problem);
        net.add_neighbours();
        if net.needs.rich {
            net.exact = Some(Exact::new(problem, &net));
        }
        net
    }

    #[inline]
    pub(crate) fn out_m(&self, table: usize, point: u32) -> &[i32] {
        self.row(self.tables[table].out_m, point)
    }

    #[inline]
    pub(crate) fn in_m(&self, table: usize, point: u32) -> &[i32] {
        self.row(self.tables[table].into_m, point)
    }

    #[inline]
    pub(crate) fn out_s(&self, table: usize, point: u32) -> &[i32] {
        self.row(self.tables[table].out_s, point)
    }

    #[inline]
    pub(crate) fn in_s(&self, table: usize, point: u32) -> &[i32] {
        self.row(self.tables[table].into_s, point)
    }

    #[inline]
    fn row(&self, matrix: usize, point: u32) -> &[i32] {
        let begin = point as usize * self.side;
        &self.matrices[matrix][begin..begin + self.side]
    }

    #[inline]
    pub(crate) fn metres(&self, table: usize, a: u32, b: u32) -> i32 {
        self.matrices[self.tables[table].out_m][a as usize * self.side + b as usize]
    }

    #[inline]
    pub(crate) fn seconds(&self, table: usize, a: u32, b: u32) -> i32 {
        self.matrices[self.tables[table].out_s][a as usize * self.side + b as usize]
    }

    pub(crate) fn metric(&self, table: usize) -> bool {
        self.tables[table].metric
    }

    #[inline]
    pub(crate) fn allowed(&self, request: u32, kind: u32) -> bool {
        self.allowed[request as usize * self.kinds.len() + kind as usize]
    }

    /// Price of serving the request by this kind, against the published plan.
    #[inline]
    pub(crate) fn moved(&self, request: u32, kind: u32) -> i64 {
        if self.moved.is_empty() {
            return 0;
        }
        self.moved[request as usize * self.kinds.len() + kind as usize]
    }

    #[inline]
    pub(crate) fn has_baseline(&self) -> bool {
        !self.moved.is_empty()
    }

    pub(crate) fn near(&self, node: u32) -> &[u32] {
        let begin = node as usize * self.near_width;
        &self.near[begin..begin + self.near_width]
    }

    pub(crate) fn adjacent(&self, node: u32) -> &[u32] {
        let begin = node as usize * self.adjacent_width;
        &self.adjacent[begin..begin + self.adjacent_width]
    }

    #[inline]
    pub(crate) fn amounts(&self, node: u32) -> &[i64] {
        &self.amount[node as usize * self.dims..(node as usize + 1) * self.dims]
    }

    /// Load of a dimension that a lone delivery has aboard from the start of its trip; 0 for the
    /// other stops (chains are counted at their first stop).
    #[inline]
    pub(crate) fn aboard(&self, node: u32, dimension: usize) -> i64 {
        let ask = &self.asks[self.nodes[node as usize].request as usize];
        match ask.shape {
            Shape::Delivery => -self.amounts(node)[dimension],
            Shape::Chain if ask.first == node => {
                let (mut level, mut lowest) = (0, 0);
                for at in ask.first..ask.first + ask.len {
                    level += self.amounts(at)[dimension];
                    lowest = level.min(lowest);
                }
                -lowest
            }
            Shape::Pickup | Shape::Pair | Shape::Chain => 0,
        }
    }

    #[inline]
    pub(crate) fn is_pickup(&self, node: u32) -> bool {
        self.asks[self.nodes[node as usize].request as usize].shape == Shape::Pickup
    }

    fn add_requests(&mut self, problem: &Problem) {
        let many = problem.requests.len() as i64 + 1;
        for (index, request) in problem.requests.iter().enumerate() {
            let first = self.nodes.len() as u32;
            for (at, stop) in request.stops.iter().enumerate() {
                let site = &problem.sites[stop.site];
                let windows = start_windows(problem, index, at);
                let hull = hull(&windows);
                self.nodes.push(Node {
                    request: index as u32,
                    point: site.place as u32,
                    open: hull.from_s as i32,
                    close: hull.to_s as i32,
                    service: stop.service_s as i32,
                });
                self.windows.push(windows);
                self.amount.extend((0..self.dims).map(|d| stop.signed(d)));
            }
            self.asks.push(Ask {
                first,
                len: request.stops.len() as u32,
                weight: request.prize_won.map_or(1 + i64::from(request.priority) * many, |_| 0),
                prize: request.prize_won.unwrap_or(0) * COST_UNITS_PER_WON,
                release: request.release_s as i32,
                shape: shape(problem, index),
            });
        }
        self.count = self.nodes.len();
    }

    fn add_matrices(&mut self, problem: &Problem) {
        let places = problem.profiles[0].places;
        // One point more, at no distance from anything: an open start or end.
        self.side = places + 1;
        for profile in &problem.profiles {
            let fastest =
                i64::from(profile.hour_speed_permille.iter().max().copied().unwrap_or(1000));
            let quick: Vec<i32> = if fastest == 1000 {
                profile.duration_s.clone()
            } else {
                let shorten =
                    |s: &i32| (i64::from(*s) * 1000 / fastest).min(i64::from(limits::WAY));
                profile.duration_s.iter().map(|s| shorten(s) as i32).collect()
            };
            let out_m = self.store(padded(&profile.distance_m, places));
            let into_m = self.store(transposed(&self.matrices[out_m], self.side));
            let out_s = self.store(padded(&quick, places));
            let into_s = self.store(transposed(&self.matrices[out_s], self.side));
            let metric =
                is_metric(&profile.distance_m, places) && is_metric(&profile.duration_s, places);
            self.tables.push(Table { out_m, into_m, out_s, into_s, metric });
        }
    }

    fn store(&mut self, matrix: Vec<i32>) -> usize {
        if let Some(same) = self.matrices.iter().position(|m| *m == matrix) {
            return same;
        }
        self.matrices.push(matrix);
        self.matrices.len() - 1
    }

    fn add_kinds(&mut self, problem: &Problem) {
        let tied = problem.baseline.is_some() || !problem.locks.is_empty();
        for (index, vehicle) in problem.vehicles.iter().enumerate() {
            let same = problem.vehicles[..index].iter().position(|v| !tied && equal(v, vehicle));
            let owner = same.and_then(|first| {
                self.kinds.iter().position(|k| k.members.iter().any(|m| m.0 == first))
            });
            if let Some(kind) = owner {
                self.kinds[kind].members.push((index, vehicle.count));
                self.kinds[kind].count += vehicle.count;
                continue;
            }
            let kind = self.kind(problem, index, vehicle);
            self.kinds.push(kind);
        }
        for index in 0..self.kinds.len() {
            let vehicle = |kind: &Kind| &problem.vehicles[kind.members[0].0];
            let this = vehicle(&self.kinds[index]);
            let first = self.kinds[..index].iter().position(|k| !tied && alike(vehicle(k), this));
            self.kinds[index].family = first.unwrap_or(index);
        }
    }

    fn kind(&mut self, problem: &Problem, index: usize, vehicle: &Vehicle) -> Kind {
        let nowhere = (self.side - 1) as u32;
        let point = |site: Option<usize>| site.map_or(nowhere, |s| problem.sites[s].place as u32);
        let reload = vehicle.reload.as_ref().filter(|r| r.max_trips > 1);
        let reloads = reload.map_or_else(Vec::new, |reload| {
            reload
                .sites
                .iter()
                .map(|site| self.reload_node(problem, *site, reload.service_s))
                .collect()
        });
        let (fixed, per_m, per_s) = match problem.objective {
            Objective::Cost => (
                vehicle.fixed_won * COST_UNITS_PER_WON,
                vehicle.won_per_km * 18,
                vehicle.won_per_h * 5,
            ),
            Objective::Distance | Objective::VehiclesFirst => (0, COST_UNITS_PER_WON, 0),
        };
        Kind {
            start: point(vehicle.start),
            end: point(vehicle.end),
            from: vehicle.shift.from_s as i32,
            to: vehicle.shift.to_s as i32,
            fixed,
            per_m,
            per_s,
            count: vehicle.count,
            table: vehicle.profile,
            capacity: vehicle.capacity.clone(),
            max_s: vehicle.max_duration_s.unwrap_or(i64::MAX),
            max_m: vehicle.max_distance_m.unwrap_or(i64::MAX),
            max_trips: reload.map_or(1, |r| r.max_trips),
            reloads,
            members: vec![(index, vehicle.count)],
            family: 0,
        }
    }

    fn reload_node(&mut self, problem: &Problem, site: usize, service_s: i64) -> u32 {
        let point = problem.sites[site].place as u32;
        let always = Window::new(0, limits::TIME_S);
        let mut windows: Vec<Window> = problem.sites[site].hours.clone();
        for window in &mut windows {
            window.to_s -= service_s;
        }
        windows.retain(|w| w.from_s <= w.to_s);
        windows.sort_unstable_by_key(|w| (w.from_s, w.to_s));
        if windows.is_empty() {
            let never = Window::new(limits::TIME_S, -1);
            windows.push(if problem.sites[site].hours.is_empty() { always } else { never });
        }
        let hull = hull(&windows);
        self.nodes.push(Node {
            request: site as u32,
            point,
            open: hull.from_s as i32,
            close: hull.to_s as i32,
            service: service_s as i32,
        });
        self.windows.push(windows);
        self.amount.extend(std::iter::repeat_n(0, self.dims));
        (self.nodes.len() - 1) as u32
    }

    fn find_needs(&mut self, problem: &Problem) {
        let needs = &mut self.needs;
        needs.trips = self.kinds.iter().any(|k| !k.reloads.is_empty())
            || self.asks.iter().any(|a| a.release > 0);
        needs.mixed = needs.trips || self.asks.iter().any(|a| a.shape != Shape::Delivery);
        needs.duration = self.kinds.iter().any(|k| k.max_s < i64::MAX || k.per_s > 0);
        let chains = self.asks.iter().any(|a| matches!(a.shape, Shape::Chain));
        let pairs = self.asks.iter().any(|a| matches!(a.shape, Shape::Pair));
        needs.rich = chains
            || (pairs && (needs.trips || needs.duration))
            || (needs.trips && needs.duration)
            || self.windows.iter().any(|w| w.len() > 1)
            || problem.sites.iter().any(|s| s.docks.is_some())
            || problem.profiles.iter().any(|p| !p.hour_speed_permille.is_empty())
            || problem.vehicles.iter().any(|v| !v.breaks.is_empty())
            || problem.requests.iter().any(|r| r.lifo || r.incompatible_classes != 0)
            || problem.locks.iter().any(|l| matches!(l, Lock::Prefix { .. } | Lock::Order { .. }));
        needs.mixed |= needs.rich;
    }

    fn add_allowed(&mut self, problem: &Problem) {
        let kinds = self.kinds.len();
        self.allowed = vec![true; kinds * problem.requests.len()];
        for (index, request) in problem.requests.iter().enumerate() {
            for (at, kind) in self.kinds.iter().enumerate() {
                let vehicle = &problem.vehicles[kind.members[0].0];
                self.allowed[index * kinds + at] = request.needs & !vehicle.skills == 0
                    && (!request.for_hire || vehicle.hire_allowed);
            }
        }
        // Locks leave every vehicle a kind of its own, in the same order.
        for lock in &problem.locks {
            match lock {
                Lock::OnVehicle { request, vehicle } => self.pin(*request, *vehicle),
                Lock::Prefix { vehicle, stops } => {
                    for stop in stops {
                        self.pin(stop.request, *vehicle);
                    }
                }
                Lock::NotOnVehicle { request, vehicle } => {
                    self.allowed[request * kinds + vehicle] = false;
                }
                Lock::NotBefore { .. } | Lock::NotAfter { .. } | Lock::Order { .. } => {}
            }
        }
        let Some(baseline) = &problem.baseline else { return };
        let price = baseline.won_per_move * COST_UNITS_PER_WON;
        self.moved = baseline
            .vehicle_of
            .iter()
            .flat_map(|old| {
                (0..kinds).map(move |kind| match old {
                    Some(vehicle) if *vehicle != kind => price,
                    _ => 0,
                })
            })
            .collect();
    }

    fn pin(&mut self, request: usize, vehicle: usize) {
        let kinds = self.kinds.len();
        for kind in 0..kinds {
            if kind != vehicle {
                self.allowed[request * kinds + kind] = false;
            }
        }
    }

    fn add_neighbours(&mut self) {
        let others = self.count.saturating_sub(1);
        self.near_width = others.min(NEAR);
        self.adjacent_width = others.min(ADJACENT);
        let table = 0;
        let mut by_way: Vec<(i64, u32)> = Vec::with_capacity(others);
        for a in 0..self.count as u32 {
            by_way.clear();
            let from = self.nodes[a as usize];
            let out = self.out_m(table, from.point);
            let into = self.in_m(table, from.point);
            by_way.extend((0..self.count as u32).filter(|b| *b != a).map(|b| {
                let point = self.nodes[b as usize].point as usize;
                (i64::from(out[point]) + i64::from(into[point]), b)
            }));
            let width = self.adjacent_width;
            sort_first(&mut by_way, width);
            self.adjacent.extend(by_way[..width].iter().map(|(_, b)| *b));
            let fits = |b: u32| self.closeness(table, a, b).min(self.closeness(table, b, a));
            for (key, b) in &mut by_way {
                *key = fits(*b);
            }
            let width = self.near_width;
            sort_first(&mut by_way, width);
            self.near.extend(by_way[..width].iter().map(|(_, b)| *b));
        }
    }

    /// How well `b` follows `a`: metres, with a fifth of the least waiting and all of the least
    /// delay (Vidal et al., Computers & OR 40(1) 2013, section 4.4).
    fn closeness(&self, table: usize, a: u32, b: u32) -> i64 {
        let (x, y) = (self.nodes[a as usize], self.nodes[b as usize]);
        let way = i64::from(self.seconds(table, x.point, y.point)) + i64::from(x.service);
        let wait = (i64::from(y.open) - way - i64::from(x.close)).max(0);
        let late = (i64::from(x.open) + way - i64::from(y.close)).max(0);
        i64::from(self.metres(table, x.point, y.point)) + wait / 5 + late
    }
}

fn sort_first(list: &mut [(i64, u32)], width: usize) {
    if width < list.len() && width > 0 {
        list.select_nth_unstable(width - 1);
    }
    let end = width.min(list.len());
    list[..end].sort_unstable();
}

/// Windows in which service may start: those of the stop within the hours of the site and the
/// locks. Empty intersections give one window that no vehicle can meet.
fn start_windows(problem: &Problem, request: usize, at: usize) -> Vec<Window> {
    let stop = &problem.requests[request].stops[at];
    let site = &problem.sites[stop.site];
    let always = [Window::new(0, limits::TIME_S)];
    let mine = if stop.windows.is_empty() { &always[..] } else { &stop.windows[..] };
    let hours = if site.hours.is_empty() { &always[..] } else { &site.hours[..] };
    let served_s = if site.hours.is_empty() { 0 } else { stop.service_s };
    let (mut from_s, mut to_s) = (0, limits::TIME_S);
    for lock in &problem.locks {
        match lock {
            Lock::NotBefore { request: r, stop: s, at_s } if (*r, *s) == (request, at) => {
                from_s = from_s.max(*at_s);
            }
            Lock::NotAfter { request: r, stop: s, at_s } if (*r, *s) == (request, at) => {
                to_s = to_s.min(*at_s);
            }
            _ => {}
        }
    }
    let mut all: Vec<Window> = mine
        .iter()
        .flat_map(|window| {
            hours.iter().map(move |hours| {
                let begin = window.from_s.max(hours.from_s).max(from_s);
                Window::new(begin, window.to_s.min(hours.to_s - served_s).min(to_s))
            })
        })
        .filter(|window| window.from_s <= window.to_s)
        .collect();
    all.sort_unstable_by_key(|window| (window.from_s, window.to_s));
    let mut joined: Vec<Window> = Vec::new();
    for window in all {
        match joined.last_mut() {
            Some(last) if window.from_s <= last.to_s + 1 => last.to_s = last.to_s.max(window.to_s),
            _ => joined.push(window),
        }
    }
    if joined.is_empty() {
        joined.push(Window::new(limits::TIME_S, -1));
    }
    joined
}

fn hull(windows: &[Window]) -> Window {
    Window::new(windows[0].from_s, windows[windows.len() - 1].to_s)
}

fn shape(problem: &Problem, index: usize) -> Shape {
    let request = &problem.requests[index];
    let kinds: Vec<StopKind> = request.stops.iter().map(|s| s.kind).collect();
    match kinds[..] {
        [StopKind::Delivery | StopKind::Service] => Shape::Delivery,
        [StopKind::Pickup] => Shape::Pickup,
        [StopKind::Pickup, StopKind::Delivery]
            if request.stops[0].amounts == request.stops[1].amounts =>
        {
            Shape::Pair
        }
        _ => Shape::Chain,
    }
}

fn equal(a: &Vehicle, b: &Vehicle) -> bool {
    Vehicle { id: String::new(), count: 0, ..a.clone() }
        == Vehicle { id: String::new(), count: 0, ..b.clone() }
}

/// Equal but for capacity and money.
fn alike(a: &Vehicle, b: &Vehicle) -> bool {
    let bare = |v: &Vehicle| Vehicle {
        id: String::new(),
        count: 0,
        capacity: Vec::new(),
        fixed_won: 0,
        won_per_km: 0,
        won_per_h: 0,
        ..v.clone()
    };
    bare(a) == bare(b)
}

fn padded(matrix: &[i32], places: usize) -> Vec<i32> {
    let side = places + 1;
    let mut out = vec![0; side * side];
    for row in 0..places {
        out[row * side..row * side + places]
            .copy_from_slice(&matrix[row * places..(row + 1) * places]);
    }
    out
}

fn transposed(matrix: &[i32], side: usize) -> Vec<i32> {
    let mut out = vec![0; side * side];
    for row in 0..side {
        for column in 0..side {
            out[column * side + row] = matrix[row * side + column];
        }
    }
    out
}

/// Whether detours never shorten a way by more than the rounding of two numbers, as far as a fixed
/// sample of triples shows. A wrong yes costs some moves, never a wrong plan.
fn is_metric(matrix: &[i32], places: usize) -> bool {
    let mut rng = super::rng::Rng::new(places as u64);
    let mut pick = || rng.below(places.max(1) as u32) as usize;
    let mut broken = 0;
    for _ in 0..if places > 2 { 20_000 } else { 0 } {
        let (a, b, c) = (pick(), pick(), pick());
        let way = |x: usize, y: usize| i64::from(matrix[x * places + y]);
        if way(a, b) + way(b, c) + 2 < way(a, c) {
            broken += 1;
        }
    }
    broken == 0
}
