//! Drives one tour as early as possible and goes on where a rule breaks, so that the miss has a number.

use std::collections::BTreeMap;

use super::way::Way;
use crate::model::{Lock, Plan, Problem, Route, VisitKind, Window};

/// Times at docks that other tours hold, by site.
pub(super) type Docked = BTreeMap<usize, Vec<(i64, i64)>>;

/// What driving reads beside the problem.
pub(super) struct Ground<'a> {
    pub(super) problem: &'a Problem,
    /// When service may begin, by request and stop: windows, hours and locks together.
    starts: Vec<Vec<Vec<Window>>>,
    /// Vehicle and start of stops that have happened.
    facts: BTreeMap<(usize, usize), (usize, i64)>,
}

/// A tour that was driven, with what it misses in time.
#[derive(Debug, Clone)]
pub(super) struct Timed {
    pub(super) route: Route,
    /// The latest of the late visits and its seconds.
    pub(super) late: Option<(VisitKind, i64)>,
    pub(super) late_visits: usize,
    /// A visit for which there is no time at all.
    pub(super) never: Option<VisitKind>,
    /// Seconds by which a break begins too late.
    pub(super) pause_late_s: i64,
}

impl Timed {
    pub(super) const fn is_timely(&self) -> bool {
        self.late.is_none() && self.never.is_none() && self.pause_late_s == 0
    }
}

/// A begin of service, or why there is none.
#[derive(Clone, Copy)]
pub(super) enum Begin {
    At(i64),
    Late(i64),
    Never,
}

impl<'a> Ground<'a> {
    pub(super) fn new(problem: &'a Problem) -> Self {
        let mut cut = BTreeMap::new();
        let mut facts = BTreeMap::new();
        for lock in &problem.locks {
            match lock {
                Lock::NotBefore { request, stop, at_s } => {
                    let most = cut.entry((*request, *stop)).or_insert(ALWAYS);
                    most.from_s = most.from_s.max(*at_s);
                }
                Lock::NotAfter { request, stop, at_s } => {
                    let most = cut.entry((*request, *stop)).or_insert(ALWAYS);
                    most.to_s = most.to_s.min(*at_s);
                }
                Lock::Prefix { vehicle, stops } => {
                    for done in stops {
                        if let Some(start_s) = done.start_s {
                            facts.insert((done.request, done.stop), (*vehicle, start_s));
                        }
                    }
                }
                Lock::OnVehicle { .. } | Lock::NotOnVehicle { .. } | Lock::Order { .. } => {}
            }
        }
        let starts = problem.requests.iter().enumerate().map(|(request, asked)| {
            let stops = asked.stops.iter().enumerate().map(|(number, stop)| {
                let hours = &problem.sites[stop.site].hours;
                let lock = cut.get(&(request, number)).copied().unwrap_or(ALWAYS);
                let mut open = common(&stop.windows, hours, stop.service_s);
                for window in &mut open {
                    window.from_s = window.from_s.max(lock.from_s);
                    window.to_s = window.to_s.min(lock.to_s);
                }
                open.retain(|window| window.from_s <= window.to_s);
                open
            });
            stops.collect()
        });
        Self { problem, starts: starts.collect(), facts }
    }

    /// Start of a visit that has happened.
    pub(super) fn fact(&self, vehicle: usize, kind: VisitKind) -> Option<i64> {
        let VisitKind::Stop { request, stop } = kind else { return None };
        self.facts.get(&(request, stop)).filter(|fact| fact.0 == vehicle).map(|fact| fact.1)
    }

    /// When a tour of the plan left, if its first stop has happened: that is not planned anew.
    pub(super) fn begun(&self, plan: &Plan, route: usize) -> Option<i64> {
        let tour = &plan.routes[route];
        let first = tour.visits.first()?;
        self.fact(tour.vehicle, first.kind).map(|_| tour.start_s)
    }

    /// Where a visit is; a break is where the vehicle stands.
    pub(super) fn site(&self, kind: VisitKind) -> Option<usize> {
        match kind {
            VisitKind::Stop { request, stop } => {
                Some(self.problem.requests[request].stops[stop].site)
            }
            VisitKind::Reload { site } => Some(site),
            VisitKind::Break { .. } => None,
        }
    }

    pub(super) fn place(&self, kind: VisitKind) -> Option<usize> {
        self.site(kind).map(|site| self.problem.sites[site].place)
    }

    pub(super) fn service_s(&self, vehicle: usize, kind: VisitKind) -> i64 {
        let vehicle = &self.problem.vehicles[vehicle];
        match kind {
            VisitKind::Stop { request, stop } => {
                self.problem.requests[request].stops[stop].service_s
            }
            VisitKind::Reload { .. } => vehicle.reload.as_ref().map_or(0, |r| r.service_s),
            VisitKind::Break { index } => vehicle.breaks[index].duration_s,
        }
    }

    /// When a visit may begin.
    pub(super) fn begins(&self, vehicle: usize, kind: VisitKind) -> Vec<Window> {
        match kind {
            VisitKind::Stop { request, stop } => self.starts[request][stop].clone(),
            VisitKind::Reload { site } => {
                let hours = &self.problem.sites[site].hours;
                common(&[], hours, self.service_s(vehicle, kind))
            }
            VisitKind::Break { index } => vec![self.problem.vehicles[vehicle].breaks[index].window],
        }
    }

    /// What all tours of the plan but one hold at docks.
    pub(super) fn docked(&self, plan: &Plan, but: Option<usize>) -> Docked {
        let mut docked = Docked::new();
        let others = plan.routes.iter().enumerate().filter(|(number, _)| Some(*number) != but);
        for visit in others.flat_map(|(_, route)| &route.visits) {
            let Some(site) = self.site(visit.kind) else { continue };
            if self.problem.sites[site].docks.is_some() && visit.leave_s > visit.start_s {
                docked.entry(site).or_default().push((visit.start_s, visit.leave_s));
            }
        }
        docked
    }

    /// First begin at or after `arrive_s` in a window and at a free dock.
    pub(super) fn begin(
        &self,
        vehicle: usize,
        kind: VisitKind,
        arrive_s: i64,
        docked: &Docked,
    ) -> Begin {
        let windows = self.begins(vehicle, kind);
        let Some(last) = windows.last() else { return Begin::Never };
        let service_s = self.service_s(vehicle, kind);
        let mut at_s = arrive_s;
        loop {
            let Some(open) = windows.iter().find(|window| window.to_s >= at_s) else {
                return Begin::Late(at_s - last.to_s);
            };
            at_s = at_s.max(open.from_s);
            let free_s = self.free_at(kind, at_s, service_s, docked);
            if free_s == at_s {
                return Begin::At(at_s);
            }
            at_s = free_s;
        }
    }

    /// `at_s` if a dock is free for the whole service, else the next time worth trying.
    pub(super) fn free_at(
        &self,
        kind: VisitKind,
        at_s: i64,
        service_s: i64,
        docked: &Docked,
    ) -> i64 {
        let Some(site) = self.site(kind).filter(|_| service_s > 0) else { return at_s };
        let (Some(docks), Some(taken)) = (self.problem.sites[site].docks, docked.get(&site)) else {
            return at_s;
        };
        let docks = usize::try_from(docks).unwrap_or(usize::MAX);
        let meets = || taken.iter().filter(|t| t.0 < at_s + service_s && t.1 > at_s);
        let full = |now: i64| meets().filter(|t| t.0 <= now && t.1 > now).count() >= docks;
        let blocked = full(at_s) || meets().any(|t| t.0 > at_s && full(t.0));
        if blocked { meets().map(|t| t.1).min().unwrap_or(at_s) } else { at_s }
    }

    /// Drives `order` (without breaks). `start_s`: when it leaves; `None`: as late as its earliest
    /// end allows, which costs the least time.
    pub(super) fn drive(
        &self,
        vehicle: usize,
        order: &[VisitKind],
        start_s: Option<i64>,
        docked: &Docked,
    ) -> Timed {
        if let Some(start_s) = start_s {
            return self.forward(vehicle, order, start_s, docked);
        }
        let kind = &self.problem.vehicles[vehicle];
        let earliest_s = kind.shift.from_s.max(self.released(order));
        let mut best = self.forward(vehicle, order, earliest_s, docked);
        if !best.is_timely() || (kind.won_per_h == 0 && kind.max_duration_s.is_none()) {
            return best;
        }
        let end_s = best.route.end_s;
        let (mut low, mut high) = (earliest_s, end_s);
        while low < high {
            let middle = low + (high - low + 1) / 2;
            let later = self.forward(vehicle, order, middle, docked);
            if later.is_timely() && later.route.end_s <= end_s {
                (low, best) = (middle, later);
            } else {
                high = middle - 1;
            }
        }
        best
    }

    /// When the goods of the first trip of `order` are all there.
    fn released(&self, order: &[VisitKind]) -> i64 {
        let trip = order.iter().map_while(|kind| match kind {
            VisitKind::Stop { request, .. } => Some(self.problem.requests[*request].release_s),
            VisitKind::Reload { .. } | VisitKind::Break { .. } => None,
        });
        trip.max().unwrap_or(0)
    }

    fn forward(&self, vehicle: usize, order: &[VisitKind], start_s: i64, docked: &Docked) -> Timed {
        let kind = &self.problem.vehicles[vehicle];
        let mut way = Way {
            kind,
            profile: &self.problem.profiles[kind.profile],
            here: kind.start.map(|site| self.problem.sites[site].place),
            now_s: start_s,
            pauses: 0,
            timed: Timed {
                route: Route {
                    vehicle,
                    start_s,
                    end_s: start_s,
                    visits: Vec::new(),
                    distance_m: 0,
                    cost_units: 0,
                },
                late: None,
                late_visits: 0,
                never: None,
                pause_late_s: 0,
            },
        };
        for (at, visit) in order.iter().enumerate() {
            let service_s = self.service_s(vehicle, *visit);
            let place = self.place(*visit);
            let loaded_s = match visit {
                VisitKind::Reload { .. } => self.released(&order[at + 1..]) - service_s,
                VisitKind::Stop { .. } | VisitKind::Break { .. } => i64::MIN,
            };
            if let Some(fact_s) = self.fact(vehicle, *visit) {
                let arrive_s = way.arrival(place).min(fact_s);
                way.visit(*visit, place, arrive_s, fact_s, fact_s + service_s);
                continue;
            }
            loop {
                let arrive_s = way.arrival(place);
                let wanted_s = arrive_s.max(loaded_s);
                let begin = self.begin(vehicle, *visit, wanted_s, docked);
                let begin_s = if let Begin::At(at_s) = begin { at_s } else { wanted_s };
                if way.must_pause(begin_s + service_s) {
                    way.pause();
                    continue;
                }
                way.note(*visit, begin);
                way.visit(*visit, place, arrive_s, begin_s, begin_s + service_s);
                break;
            }
        }
        way.finish(kind.end.map(|site| self.problem.sites[site].place))
    }
}

const ALWAYS: Window = Window::new(i64::MIN / 4, i64::MAX / 4);

/// Begins that lie in one of `windows` while the whole service lies in one of `hours`; empty lists
/// of either say "always". Sorted, and joined where they touch.
fn common(windows: &[Window], hours: &[Window], service_s: i64) -> Vec<Window> {
    let or_always = |list: &[Window]| if list.is_empty() { vec![ALWAYS] } else { list.to_vec() };
    let mut all = Vec::new();
    for window in or_always(windows) {
        for hours in or_always(hours) {
            let from_s = window.from_s.max(hours.from_s);
            let to_s = window.to_s.min(hours.to_s - service_s);
            if from_s <= to_s {
                all.push(Window::new(from_s, to_s));
            }
        }
    }
    all.sort_unstable_by_key(|window| window.from_s);
    let mut joined: Vec<Window> = Vec::new();
    for window in all {
        match joined.last_mut() {
            Some(last) if window.from_s <= last.to_s + 1 => last.to_s = last.to_s.max(window.to_s),
            _ => joined.push(window),
        }
    }
    joined
}
