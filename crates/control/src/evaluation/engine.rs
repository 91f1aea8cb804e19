//! Every state of this process in memory, with one heap of deadlines. Knows no database and no clock:
//! readings and `now` come in, what must be written goes out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use base::{Instant, Quality, Reading, ReadingBatch, Series, SeriesMap};

use super::findings::worst;
use super::rules::{born, step};
use super::store::Key;
use super::{Effect, EffectKind, Input, Phase, RuleState, Sample};
use crate::LastSeen;
use crate::alarm_rule::AlarmRule;

/// All states, what feeds them, and when each must be looked at next.
pub(crate) struct Engine {
    slots: HashMap<Key, Slot>,
    by_series: SeriesMap<Vec<Key>>,
    /// An entry counts only while its slot is armed for the same instant.
    deadlines: BinaryHeap<Reverse<(Instant, Key)>>,
    last: SeriesMap<LastSeen>,
    /// States from the store that have found no rule and point yet.
    stored: HashMap<Key, RuleState>,
}

struct Slot {
    rule: Arc<AlarmRule>,
    state: RuleState,
    armed: Option<Instant>,
}

/// A point that a rule is to watch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch {
    pub(crate) series: Series,
    /// When the point was registered: it counts as silent from then on, not before.
    pub(crate) born: Instant,
}

/// A state that changed its phase, and what it tells the alarm.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) rule: Arc<AlarmRule>,
    pub(crate) series: Series,
    pub(crate) state: RuleState,
    pub(crate) effects: Vec<Effect>,
    /// Why, where readings and time are not the cause.
    pub(crate) why: Option<&'static str>,
}

/// The worst reading that an imported batch holds beyond the limit of a rule.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) rule: Arc<AlarmRule>,
    pub(crate) worst: Reading,
}

impl Engine {
    /// Starts from what was written and what was read last; what came by file says nothing of now.
    pub(crate) fn new(stored: Vec<(Key, RuleState)>, last: Vec<LastSeen>) -> Self {
        Self {
            slots: HashMap::new(),
            by_series: SeriesMap::default(),
            deadlines: BinaryHeap::new(),
            last: last
                .into_iter()
                .filter(|seen| !seen.quality.has(Quality::IMPORTED))
                .map(|seen| (seen.series, seen))
                .collect(),
            stored: stored.into_iter().collect(),
        }
    }

    /// Brings the states in line with the rules, and the points each is to watch now.
    ///
    /// A new pair starts with what is known of its point; a changed rule is applied at once; a pair
    /// that is no more returns its alarm to normal.
    pub(crate) fn align(
        &mut self,
        rules: &[(Arc<AlarmRule>, Vec<Watch>)],
        now: Instant,
    ) -> Vec<Outcome> {
        let (mut outcomes, mut present) = (Vec::new(), HashSet::new());
        for (rule, watches) in rules.iter().filter(|(rule, _)| rule.enabled) {
            for watch in watches {
                let key = (rule.id, watch.series);
                present.insert(key);
                match self.slots.get_mut(&key) {
                    Some(slot) if slot.rule.version == rule.version => {}
                    Some(slot) => {
                        slot.rule = Arc::clone(rule);
                        outcomes.extend(self.feed(key, Input::Wake, now));
                    }
                    None => outcomes.extend(self.begin(key, rule, watch.born, now)),
                }
            }
        }
        // What is stored for a rule that was disabled meanwhile ends like what is watched.
        let mut gone: Vec<_> = self.stored.drain().collect();
        let watched = self.slots.iter().filter(|(key, _)| !present.contains(key));
        gone.extend(watched.map(|(key, slot)| (*key, slot.state)));
        let by_id: HashMap<_, _> = rules.iter().map(|(rule, _)| (rule.id, rule)).collect();
        for (key, state) in gone {
            let slot = self.slots.remove(&key);
            if let Some(keys) = self.by_series.get_mut(&key.1) {
                keys.retain(|other| *other != key);
            }
            let known = by_id.get(&key.0).map(|rule| Arc::clone(rule));
            if let Some(rule) = known.or(slot.map(|slot| slot.rule)) {
                outcomes.extend(ended(rule, key.1, state, now));
            }
        }
        outcomes
    }

    fn begin(
        &mut self,
        key: Key,
        rule: &Arc<AlarmRule>,
        born_at: Instant,
        now: Instant,
    ) -> Option<Outcome> {
        let commissioned = rule.created_at.max(born_at).min(now);
        let last = self.last.get(&key.1).copied();
        let (state, input) = match (self.stored.remove(&key), last) {
            (Some(state), Some(last)) => (state, Input::Sample(sample(&last))),
            (Some(state), None) => (state, Input::Timer),
            (None, Some(last)) if last.arrived >= commissioned => {
                (born(&rule.condition, commissioned), Input::Sample(sample(&last)))
            }
            (None, Some(last)) => {
                let mut state = born(&rule.condition, commissioned);
                let seen = sample(&last);
                (state.value, state.last_at_ms) = (seen.value, Some(seen.at_ms));
                (state, Input::Wake)
            }
            (None, None) => (born(&rule.condition, commissioned), Input::Timer),
        };
        self.slots.insert(key, Slot { rule: Arc::clone(rule), state, armed: None });
        self.by_series.entry(key.1).or_default().push(key);
        self.feed(key, input, now)
    }

    /// Evaluates a batch of readings.
    pub(crate) fn read(&mut self, batch: &ReadingBatch, now: Instant) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for reading in batch.readings.iter() {
            // A file that somebody imports says nothing about now, nor that the point lives: what it
            // tells of the past, [`Self::search`] finds.
            if reading.quality.has(Quality::IMPORTED) {
                continue;
            }
            let seen = LastSeen::of(reading, batch.arrived);
            if !seen.is_late() {
                self.last.insert(reading.series, seen);
            }
            let Some(keys) = self.by_series.get(&reading.series) else { continue };
            // Few rules watch one point; the copy lets the slots be changed.
            for key in keys.clone() {
                outcomes.extend(self.feed(key, Input::Sample(sample(&seen)), now));
            }
        }
        outcomes
    }

    /// Searches what came by file for the past that the rules would have alarmed: at most one finding
    /// for each rule and point. Changes no state.
    pub(crate) fn search(&self, batch: &ReadingBatch) -> Vec<Finding> {
        let mut files: BTreeMap<Series, Vec<Reading>> = BTreeMap::new();
        let imported = |reading: &&Reading| reading.quality.has(Quality::IMPORTED);
        for reading in batch.readings.iter().filter(imported) {
            if self.by_series.contains_key(&reading.series) {
                files.entry(reading.series).or_default().push(*reading);
            }
        }
        let mut findings = Vec::new();
        for (series, readings) in files {
            let keys = self.by_series.get(&series).into_iter().flatten();
            for slot in keys.filter_map(|key| self.slots.get(key)) {
                let worst = worst(&slot.rule.condition, &readings);
                findings.extend(worst.map(|worst| Finding { rule: Arc::clone(&slot.rule), worst }));
            }
        }
        findings
    }

    /// Fires every deadline up to `now`, the earliest first.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        while let Some(Reverse((at, key))) = self.deadlines.peek().copied() {
            if at > now {
                break;
            }
            self.deadlines.pop();
            if self.slots.get(&key).is_some_and(|slot| slot.armed == Some(at)) {
                if let Some(slot) = self.slots.get_mut(&key) {
                    slot.armed = None;
                }
                outcomes.extend(self.feed(key, Input::Timer, now));
            }
        }
        outcomes
    }

    /// When the next deadline is; it may turn out to have moved.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.peek().map(|Reverse((at, _))| *at)
    }

    /// How many pairs of rule and point are watched.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    fn feed(&mut self, key: Key, input: Input, now: Instant) -> Option<Outcome> {
        let slot = self.slots.get_mut(&key)?;
        let before = slot.state.phase;
        let (state, effects) = step(&slot.rule.condition, &slot.state, input, now);
        slot.state = state;
        // Silence moves its deadline with every reading: a later one waits for the entry in the heap
        // to come up and is put back then; only an earlier one needs an entry of its own.
        if let Some(deadline) = state.deadline
            && slot.armed.is_none_or(|armed| deadline < armed)
        {
            slot.armed = Some(deadline);
            self.deadlines.push(Reverse((deadline, key)));
        }
        let changed = state.phase != before || !effects.is_empty();
        changed.then(|| Outcome {
            rule: Arc::clone(&slot.rule),
            series: key.1,
            state,
            effects,
            why: None,
        })
    }
}

/// What a pair leaves behind when its rule is disabled or its point is gone.
fn ended(rule: Arc<AlarmRule>, series: Series, state: RuleState, at: Instant) -> Option<Outcome> {
    if state.phase == Phase::Idle {
        return None;
    }
    let clear = Effect { kind: EffectKind::Clear, at, value: None, late_fire: false };
    let effects = if state.phase.is_raised() { vec![clear] } else { Vec::new() };
    let why = Some(if rule.enabled { "point_gone" } else { "rule_disabled" });
    let state = RuleState { phase: Phase::Idle, deadline: None, ..state };
    Some(Outcome { rule, series, state, effects, why })
}

fn sample(seen: &LastSeen) -> Sample {
    let value = seen.quality.is_usable().then_some(seen.value);
    Sample { arrived: seen.arrived, at_ms: seen.at_ms, value, late: seen.is_late() }
}

impl LastSeen {
    pub(crate) fn of(reading: &Reading, arrived: Instant) -> Self {
        let Reading { series, at_ms, value, quality } = *reading;
        Self { series, at_ms, value, quality, arrived }
    }

    fn is_late(&self) -> bool {
        self.quality.has(Quality::LATE) || self.quality.has(Quality::IMPORTED)
    }
}

#[cfg(test)]
mod tests;
