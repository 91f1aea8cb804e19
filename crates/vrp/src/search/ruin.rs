//! Ruin: strings of stops out of tours that lie close together (SISR, Christiaens and Vanden
//! Berghe, Transportation Science 54(2) 2020, section 5.1, with the parameters of the paper).

use super::exact::Exact;
use super::net::{NONE, Net};
use super::rng::Rng;
use super::state::State;

/// Average number of stops removed.
const REMOVED: f64 = 10.0;
/// Longest string.
const LONGEST: f64 = 10.0;
/// Chance that the middle part of a split string stops growing… is not reached (beta).
const GROW: f64 = 0.01;

/// Room that ruin needs again and again.
#[derive(Debug, Default)]
pub(crate) struct Ruin {
    seen: Vec<u32>,
    round: u32,
    stops: Vec<u32>,
    gone: Vec<u32>,
    tours: Vec<u32>,
}

impl Ruin {
    /// Removes strings from tours around a random stop. `frozen` stops stay.
    pub(crate) fn run(&mut self, net: &Net, state: &mut State, frozen: &[bool], rng: &mut Rng) {
        let tours = state.active.len();
        if tours == 0 || state.served == 0 {
            return;
        }
        let mean = state.served as f64 / tours as f64;
        let longest = mean.clamp(1.0, LONGEST);
        let most = (4.0 * REMOVED / (1.0 + longest) - 1.0).max(1.0);
        let wanted = (rng.unit() * most + 1.0) as usize;
        self.round += 1;
        self.seen.resize(state.tours.len().max(self.seen.len()), 0);
        self.gone.clear();
        self.tours.clear();
        let seed = rng.below(net.count as u32);
        self.string_at(net, state, seed, longest, rng);
        for next in net.adjacent(seed) {
            if self.tours.len() >= wanted {
                break;
            }
            self.string_at(net, state, *next, longest, rng);
        }
        self.remove(net, state, frozen);
    }

    fn string_at(&mut self, net: &Net, state: &State, node: u32, longest: f64, rng: &mut Rng) {
        let slot = state.tour_of[node as usize];
        if slot == NONE || self.seen[slot as usize] == self.round {
            return;
        }
        self.seen[slot as usize] = self.round;
        self.tours.push(slot);
        self.stops.clear();
        self.stops.extend(state.tours[slot as usize].nodes().filter(|n| (*n as usize) < net.count));
        let size = self.stops.len();
        let at = self.stops.iter().position(|n| *n == node).unwrap_or(0);
        let limit = longest.min(size as f64);
        let length = ((rng.unit() * limit) as usize + 1).min(size);
        let mut kept = 0;
        if length > 1 && length < size && rng.below(2) == 0 {
            kept = 1;
            while length + kept < size && rng.unit() > GROW {
                kept += 1;
                if rng.below(2) == 0 {
                    break;
                }
            }
        }
        let window = length + kept;
        let low = (at + 1).saturating_sub(window);
        let high = at.min(size - window);
        let begin = low + rng.below((high - low + 1) as u32) as usize;
        let hole = if kept == 0 { length } else { 1 + rng.below(length as u32 - 1) as usize };
        for (k, stop) in self.stops[begin..begin + window].iter().enumerate() {
            if k < hole || k >= hole + kept {
                self.gone.push(*stop);
            }
        }
    }

    fn remove(&mut self, net: &Net, state: &mut State, frozen: &[bool]) {
        if let Some(exact) = &net.exact {
            self.add_followers(net, exact, state);
        }
        for node in &self.gone {
            let request = net.nodes[*node as usize].request;
            if state.tour_of[*node as usize] != NONE && !frozen[request as usize] {
                state.touch(state.tour_of[*node as usize]);
                state.left(net, request);
            }
        }
        for slot in &self.tours {
            state.sweep(net, *slot);
        }
    }

    /// Who must come after a removed request leaves with it.
    fn add_followers(&mut self, net: &Net, exact: &Exact, state: &State) {
        let mut grown = true;
        while grown {
            grown = false;
            for (later, before) in exact.before.iter().enumerate() {
                let first = net.asks[later].first;
                let slot = state.tour_of[first as usize];
                if before.is_empty() || slot == NONE || self.gone.contains(&first) {
                    continue;
                }
                let follows = before.iter().any(|earlier| {
                    let ask = &net.asks[*earlier as usize];
                    self.gone.iter().any(|node| (ask.first..ask.first + ask.len).contains(node))
                });
                if follows {
                    self.gone.push(first);
                    grown = true;
                }
            }
        }
    }
}
