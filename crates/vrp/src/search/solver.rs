//! The loop: ruin, recreate, accept or take back, cooler and cooler.

use std::time::Duration;

use crate::model::{Lock, Objective, Plan, Problem, ProblemError};

use super::net::{NONE, Net};
use super::recreate::{Leave, Recreate};
use super::rng::{Rng, exp, ln};
use super::ruin::Ruin;
use super::state::{State, Worth};
use super::tour::Tour;

/// Long tours have a small mean cost of a stop, but moves as dear as those of short ones: at least this
/// part of what a stop costs alone is the measure of heat.
const REACH: f64 = 0.2;
/// Iterations between two looks at the clock.
const LOOK_EVERY: u64 = 64;

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Seed of all randomness.
    pub seed: u64,
    /// Temperature at the start, as a part of the mean cost of a stop; `None`: by the number of
    /// stops and iterations to come.
    pub hot: Option<f64>,
    /// Temperature at the end, as a part of the mean cost of a stop.
    pub cold: f64,
    /// Part of the budget for having fewer vehicles, if they come first.
    pub fleet_part: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, hot: None, cold: 0.006, fleet_part: 0.35 }
    }
}

/// When to stop: at whichever comes first. Without any, after 10,000 iterations.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Budget {
    /// Iterations of ruin and recreate.
    pub iterations: Option<u64>,
    /// Time on the clock that is passed in.
    pub time: Option<Duration>,
    /// Good enough: metres (distance, vehicles first) or cost units of a complete plan.
    pub target: Option<i64>,
}

/// A better plan was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Improvement {
    /// Iterations until here.
    pub iteration: u64,
    /// Tours in use.
    pub tours: usize,
    /// Requests that must be served and are not, by weight.
    pub unserved_weight: i64,
    /// Money of tours and lost prizes in cost units; metres times 18,000 where metres count.
    pub cost_units: i64,
}

/// A search that can be run again to go on.
#[derive(Debug)]
pub struct Solver<'a> {
    pub(super) problem: &'a Problem,
    pub(super) net: Net,
    pub(super) state: State,
    recreate: Recreate,
    ruin: Ruin,
    rng: Rng,
    options: Options,
    frozen: Vec<bool>,
    pub(super) best: Saved,
    done: u64,
    most_tours: usize,
    price: Price,
    /// Mean money per stop of serving each request alone, without fixed money.
    reach: f64,
}

/// The best plan so far: copies of the tours by slot.
#[derive(Debug, Clone, Default)]
pub(super) struct Saved {
    pub(super) tours: Vec<Tour>,
    pub(super) worth: Worth,
    pub(super) used: usize,
}

impl<'a> Solver<'a> {
    /// Checks and compiles the problem.
    ///
    /// # Errors
    /// What [`Problem::validate`] finds.
    pub fn new(problem: &'a Problem, options: Options) -> Result<Self, ProblemError> {
        let mut solver = Self::compile(problem, options)?;
        solver.prefixes();
        solver.fill_up();
        Ok(solver)
    }

    /// A search before its first plan.
    pub(super) fn compile(problem: &'a Problem, options: Options) -> Result<Self, ProblemError> {
        problem.validate()?;
        let net = Net::new(problem);
        let alone = alone(&net);
        let reach = reach(&net, &alone);
        let state = State::new(&net);
        Ok(Self {
            problem,
            recreate: Recreate::new(&net, alone),
            frozen: vec![false; net.asks.len()],
            net,
            state,
            ruin: Ruin::default(),
            rng: Rng::new(options.seed),
            options,
            best: Saved::default(),
            done: 0,
            most_tours: usize::MAX,
            price: Price::new(0.0),
            reach,
        })
    }

    /// Iterations made.
    pub const fn iterations(&self) -> u64 {
        self.done
    }

    /// Part of the insertion tests that were known from before, for measurements.
    pub fn known_share(&self) -> f64 {
        self.state.hits as f64 / (self.state.hits + self.state.misses).max(1) as f64
    }

    /// Inserts whatever is out, and takes this for the first plan.
    pub(super) fn fill_up(&mut self) {
        self.state.begin();
        let leave = Leave { tours: usize::MAX, everywhere: true };
        self.recreate.run(&self.net, &mut self.state, leave, &mut self.rng);
        if self.state.failed {
            // Only pickups in a trip: the search finds them better places.
            self.state.undo();
        } else {
            self.state.keep();
        }
        self.save();
    }

    /// Tours that have begun: their executed and promised stops, then what is still owed of those
    /// requests. Where that breaks a rule, the requests stay out and the vehicle stays unused.
    pub(super) fn prefixes(&mut self) {
        for lock in &self.problem.locks {
            let Lock::Prefix { vehicle, stops } = lock else { continue };
            if stops.is_empty() {
                continue;
            }
            let kind = *vehicle as u32;
            let node = |request: usize, stop: usize| self.net.asks[request].first + stop as u32;
            let mut nodes: Vec<u32> = stops.iter().map(|s| node(s.request, s.stop)).collect();
            let mut requests: Vec<usize> = stops.iter().map(|s| s.request).collect();
            requests.sort_unstable();
            requests.dedup();
            for request in &requests {
                let ask = &self.net.asks[*request];
                let owed = (ask.first..ask.first + ask.len).filter(|n| !nodes.contains(n));
                let owed: Vec<u32> = owed.collect();
                nodes.extend(owed);
            }
            let allowed = |request: &usize| self.net.allowed(*request as u32, kind);
            if !requests.iter().all(allowed) {
                self.net.kinds[*vehicle].count = 0;
                continue;
            }
            self.state.begin();
            let slot = self.state.open(&self.net, kind);
            let tour = &mut self.state.tours[slot as usize];
            tour.fill(&self.net, kind, nodes.iter().copied());
            tour.prefix = stops.len() as u32;
            for request in &requests {
                self.frozen[*request] = true;
                let ask = self.net.asks[*request];
                self.state.joined(&self.net, slot, &ask);
            }
            self.state.bank.retain(|r| !requests.contains(&(*r as usize)));
            self.state.changed(&self.net, slot);
            if self.state.failed || self.state.used[*vehicle] > self.net.kinds[*vehicle].count {
                self.state.undo();
                self.net.kinds[*vehicle].count = 0;
                continue;
            }
            self.state.keep();
        }
    }

    /// Searches until the budget is used. `clock` gives the time since any fixed moment (CPU time
    /// for a fair comparison); `heard` is told of every better plan.
    pub fn run(
        &mut self,
        budget: Budget,
        clock: &mut dyn FnMut() -> Duration,
        heard: &mut dyn FnMut(Improvement),
    ) -> Plan {
        let begin = clock();
        let mut watch = Watch { budget, begin, from: self.done, part: 0.0, until: 1.0 };
        if watch.budget == Budget::default() {
            watch.budget.iterations = Some(10_000);
        }
        if self.net.count > 0 && !self.net.kinds.is_empty() {
            if self.problem.objective == Objective::VehiclesFirst {
                watch.until = self.options.fleet_part;
                self.fewer_vehicles(&mut watch, clock, heard);
                watch.until = 1.0;
            }
            self.anneal(&mut watch, clock, heard);
        }
        self.plan()
    }

    /// Phase of few vehicles: a tour is dissolved, and its requests are sought a place; who stays
    /// out often counts more (absence counters, SISR section 5.4).
    fn fewer_vehicles(
        &mut self,
        watch: &mut Watch,
        clock: &mut dyn FnMut() -> Duration,
        heard: &mut dyn FnMut(Improvement),
    ) {
        let mut absent = vec![0_i64; self.net.asks.len()];
        if self.state.worth.unserved == 0 {
            self.dissolve(&absent);
        }
        let (hot, cold) = self.temperatures(watch);
        let mut heat = Heat::new(hot, cold, watch.part, watch.until);
        let mut sum: i64 = self.state.bank.iter().map(|r| absent[*r as usize]).sum();
        while !self.over(watch, clock) {
            heat.set(watch.part);
            let leave = Leave { tours: self.most_tours, everywhere: true };
            self.state.begin();
            self.ruin.run(&self.net, &mut self.state, &self.frozen, &mut self.rng);
            self.recreate.run(&self.net, &mut self.state, leave, &mut self.rng);
            let new: i64 = self.state.bank.iter().map(|r| absent[*r as usize] + 1).sum();
            let cooler = self.cools(&heat);
            let better = new < sum || (new <= sum + 1 && cooler && self.fewer_or_same_out());
            let take = better && !self.state.failed;
            for request in &self.state.bank {
                absent[*request as usize] += 1;
            }
            if take {
                self.state.keep();
                if self.state.worth.unserved == 0 {
                    self.save_and_tell(heard);
                    self.dissolve(&absent);
                }
            } else {
                self.state.undo();
            }
            sum = self.state.bank.iter().map(|r| absent[*r as usize]).sum();
        }
        self.restore();
        if self.best.worth.unserved == 0 {
            self.most_tours = self.best.used;
        }
    }

    fn fewer_or_same_out(&self) -> bool {
        self.state.worth.unserved <= self.state.worth_before().unserved
    }

    /// Takes the tour with the least absence apart.
    fn dissolve(&mut self, absent: &[i64]) {
        let net = &self.net;
        let weight = |slot: u32| -> i64 {
            let tour = &self.state.tours[slot as usize];
            tour.nodes()
                .filter(|n| (*n as usize) < net.count)
                .map(|n| absent[net.nodes[n as usize].request as usize] + 1)
                .sum()
        };
        let loose = |slot: &u32| self.state.tours[*slot as usize].prefix == 0;
        let tours = self.state.active.iter().copied().filter(loose);
        let Some(slot) = tours.min_by_key(|s| (weight(*s), *s)) else {
            return;
        };
        self.most_tours = self.state.active.len() - 1;
        let nodes: Vec<u32> = self.state.tours[slot as usize].nodes().collect();
        self.state.begin();
        self.state.touch(slot);
        for node in nodes {
            if (node as usize) < net.count
                && net.asks[net.nodes[node as usize].request as usize].first == node
            {
                self.state.left(net, net.nodes[node as usize].request);
            }
        }
        self.state.sweep(net, slot);
        self.state.keep();
    }

    fn anneal(
        &mut self,
        watch: &mut Watch,
        clock: &mut dyn FnMut() -> Duration,
        heard: &mut dyn FnMut(Improvement),
    ) {
        let (hot, cold) = self.temperatures(watch);
        let mut heat = Heat::new(hot, cold, watch.part, watch.until);
        self.price = Price::new(hot.max(1.0) * 2.0);
        while !self.over(watch, clock) {
            heat.set(watch.part);
            let leave = Leave { tours: self.most_tours, everywhere: true };
            self.state.begin();
            self.ruin.run(&self.net, &mut self.state, &self.frozen, &mut self.rng);
            self.recreate.run(&self.net, &mut self.state, leave, &mut self.rng);
            if self.cools(&heat) {
                self.state.keep();
                if self.state.worth < self.best.worth {
                    self.save_and_tell(heard);
                }
            } else {
                self.state.undo();
            }
            self.price.note(self.state.worth.unserved <= self.best.worth.unserved);
        }
        self.restore();
    }

    /// Threshold of annealing: fewer unserved always, more never, else by temperature.
    fn cools(&mut self, heat: &Heat) -> bool {
        if self.state.failed {
            return false;
        }
        let (old, new) = (self.state.worth_before(), self.state.worth);
        let out = (new.unserved - old.unserved) as f64 * self.price.now;
        let luck = -ln(1.0 - self.rng.unit());
        (new.cost - old.cost) as f64 + out < heat.now * luck
    }

    fn temperatures(&self, watch: &Watch) -> (f64, f64) {
        let mean = self.best.worth.cost as f64 / self.net.count.max(1) as f64;
        let hot = self.options.hot.unwrap_or_else(|| self.default_heat(watch));
        (mean.max(self.reach * REACH) * hot, mean * self.options.cold)
    }

    fn default_heat(&self, watch: &Watch) -> f64 {
        let stops = self.net.count as f64;
        let coming = match (watch.budget.iterations, watch.budget.time) {
            (Some(iterations), _) => iterations as f64,
            (None, Some(time)) => time.as_secs_f64() * 60_000.0,
            _ => 10_000.0,
        };
        (coming / stops / 300.0).clamp(0.05, 1.0)
    }

    fn over(&mut self, watch: &mut Watch, clock: &mut dyn FnMut() -> Duration) -> bool {
        if self.done.is_multiple_of(LOOK_EVERY) || watch.part >= watch.until {
            let mut part: f64 = 0.0;
            if let Some(iterations) = watch.budget.iterations {
                part = part.max((self.done - watch.from) as f64 / iterations.max(1) as f64);
            }
            if let Some(time) = watch.budget.time {
                let gone = clock().saturating_sub(watch.begin).as_secs_f64();
                part = part.max(gone / time.as_secs_f64().max(1e-6));
            }
            if watch.budget.target.is_some_and(|target| self.reached(target)) {
                return true;
            }
            watch.part = part;
            if part >= watch.until {
                return true;
            }
        }
        if watch.budget.iterations.is_some_and(|most| self.done - watch.from >= most) {
            return true;
        }
        self.done += 1;
        false
    }

    fn reached(&self, target: i64) -> bool {
        let unit = match self.problem.objective {
            Objective::Cost => 1,
            Objective::Distance | Objective::VehiclesFirst => crate::model::COST_UNITS_PER_WON,
        };
        self.best.worth.unserved == 0 && self.best.worth.cost <= target.saturating_mul(unit)
    }

    fn save_and_tell(&mut self, heard: &mut dyn FnMut(Improvement)) {
        self.save();
        heard(Improvement {
            iteration: self.done,
            tours: self.best.used,
            unserved_weight: self.best.worth.unserved,
            cost_units: self.best.worth.cost,
        });
    }

    fn save(&mut self) {
        let tours = &self.state.tours;
        self.best.tours.resize_with(tours.len(), Tour::default);
        for (copy, tour) in self.best.tours.iter_mut().zip(tours) {
            if copy.version != tour.version || copy.pos.is_empty() {
                copy.copy_from(tour);
            }
        }
        self.best.worth = self.state.worth;
        self.best.used = self.state.active.len();
    }

    /// Goes back to the best plan.
    fn restore(&mut self) {
        self.state.load(&self.net, &self.best.tours);
        debug_assert_eq!(self.state.worth, self.best.worth, "a saved plan is worth what it was");
    }
}

/// Price of one request that must be served and is not, so that the search may pass through plans
/// that leave some out: dearer while it does so too often, cheaper while hardly ever.
#[derive(Debug)]
struct Price {
    now: f64,
    least: f64,
    good: u32,
    seen: u32,
}

impl Price {
    /// Iterations between two changes.
    const EVERY: u32 = 500;

    fn new(price: f64) -> Self {
        Self { now: price, least: price * 1e-3, good: 0, seen: 0 }
    }

    /// Learns whether the plan of this iteration serves as many as the best one.
    fn note(&mut self, good: bool) {
        self.good += u32::from(good);
        self.seen += 1;
        if self.seen < Self::EVERY {
            return;
        }
        if self.good * 10 < self.seen * 3 {
            self.now *= 1.15;
        } else if self.good * 10 > self.seen * 6 {
            self.now = (self.now * 0.9).max(self.least);
        }
        (self.good, self.seen) = (0, 0);
    }
}

/// How much of the budget is gone.
#[derive(Debug)]
struct Watch {
    budget: Budget,
    begin: Duration,
    from: u64,
    part: f64,
    until: f64,
}

/// Temperature between two points of the budget, falling by the same factor everywhere.
#[derive(Debug)]
struct Heat {
    now: f64,
    hot: f64,
    fall: f64,
    from: f64,
    width: f64,
    at: f64,
}

impl Heat {
    fn new(hot: f64, cold: f64, from: f64, until: f64) -> Self {
        let hot = hot.max(1e-9);
        let fall = ln((cold.max(1e-9) / hot).min(1.0));
        Self { now: hot, hot, fall, from, width: (until - from).max(1e-9), at: -1.0 }
    }

    fn set(&mut self, part: f64) {
        #[expect(clippy::float_cmp, reason = "asks whether the clock was looked at since")]
        if part == self.at {
            return;
        }
        self.at = part;
        let f = ((part - self.from) / self.width).clamp(0.0, 1.0);
        self.now = self.hot * exp(self.fall * f);
    }
}

/// Mean money per stop of serving each request alone, without fixed money.
fn reach(net: &Net, alone: &[i64]) -> f64 {
    let kinds = net.kinds.len().max(1);
    let (mut sum, mut stops) = (0.0, 0.0);
    for (costs, ask) in alone.chunks(kinds).zip(&net.asks) {
        let moving = costs.iter().zip(&net.kinds).filter(|(cost, _)| **cost < i64::MAX);
        if let Some(cheapest) = moving.map(|(cost, kind)| cost - kind.fixed).min() {
            sum += cheapest as f64;
            stops += f64::from(ask.len);
        }
    }
    if stops > 0.0 { sum / stops } else { 0.0 }
}

/// Money of serving each request alone, per kind; `i64::MAX` if it cannot be.
fn alone(net: &Net) -> Vec<i64> {
    let mut costs = Vec::with_capacity(net.asks.len() * net.kinds.len());
    let mut tour = Tour::default();
    for (request, ask) in net.asks.iter().enumerate() {
        for kind in 0..net.kinds.len() as u32 {
            tour.fill(net, kind, ask.first..ask.first + ask.len);
            tour.update(net, 0);
            let money = match &net.exact {
                Some(exact) => {
                    let nodes: Vec<u32> = tour.nodes().collect();
                    let timed = exact.simulate(net, kind, &nodes, &exact.calendars(), NONE);
                    timed.map(|timed| timed.cost + tour.moved)
                }
                None => tour.is_feasible(net).then_some(tour.cost),
            };
            let money = money.filter(|_| net.allowed(request as u32, kind));
            costs.push(money.unwrap_or(i64::MAX));
        }
    }
    costs
}

#[cfg(test)]
mod tests;
