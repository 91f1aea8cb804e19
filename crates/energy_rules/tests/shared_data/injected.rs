//! Events put into a load, and how a detector is scored on them (table 4.6 of the energy
//! reference).

use energy_rules::SLOTS_PER_DAY;
use energy_rules::anomaly::{Event, Kind};
use energy_rules::load::Load;

/// The first day that is scored, and the days.
const FIRST_DAY: usize = 90;
const DAYS: u32 = 275;
/// Flags at most this many slots apart are one.
const SLOTS_APART: usize = 8;

/// An event whose slots are known.
#[derive(Debug, Clone)]
pub struct Injected {
    pub kind: String,
    pub first: usize,
    pub slots: usize,
}

/// How a detector did.
#[derive(Debug, Clone)]
pub struct Score {
    pub recall: f64,
    pub precision: f64,
    pub false_a_week: f64,
    /// Kind, found, injected.
    pub by_kind: Vec<(String, usize, usize)>,
    /// Kind and first slot of each false alarm.
    pub wrong: Vec<(Kind, usize)>,
}

impl Score {
    pub fn f1(&self) -> f64 {
        2.0 * self.recall * self.precision / (self.recall + self.precision).max(1e-9)
    }

    pub fn wrong_of(&self, kind: Kind) -> usize {
        self.wrong.iter().filter(|(other, _)| *other == kind).count()
    }
}

/// Scores events: flags of any kind close to each other are one alarm; an event is found when a
/// flag lies in it, an alarm is right when one of its flags lies in an event.
pub fn score(truth: &[Injected], events: &[Event]) -> Score {
    let mut flags: Vec<(usize, Kind)> = events
        .iter()
        .flat_map(|event| event.flags.iter().map(|flag| (*flag, event.kind)))
        .filter(|(flag, _)| *flag >= FIRST_DAY * SLOTS_PER_DAY)
        .collect();
    flags.sort_unstable_by_key(|(flag, _)| *flag);
    let inside = |flag: usize| {
        truth.iter().any(|event| (event.first..event.first + event.slots).contains(&flag))
    };
    let mut alarms: Vec<(Kind, usize, usize, bool)> = Vec::new();
    for (flag, kind) in &flags {
        match alarms.last_mut() {
            Some(last) if flag - last.2 <= SLOTS_APART => {
                last.2 = *flag;
                last.3 |= inside(*flag);
            }
            _ => alarms.push((*kind, *flag, *flag, inside(*flag))),
        }
    }
    let found = |event: &Injected| {
        flags.iter().any(|(flag, _)| (event.first..event.first + event.slots).contains(flag))
    };
    let mut by_kind: Vec<(String, usize, usize)> = Vec::new();
    for event in truth {
        let hit = usize::from(found(event));
        match by_kind.iter_mut().find(|(kind, ..)| *kind == event.kind) {
            Some((_, hits, all)) => (*hits, *all) = (*hits + hit, *all + 1),
            None => by_kind.push((event.kind.clone(), hit, 1)),
        }
    }
    let wrong: Vec<(Kind, usize)> =
        alarms.iter().filter(|alarm| !alarm.3).map(|alarm| (alarm.0, alarm.1)).collect();
    let hits: usize = by_kind.iter().map(|(_, hits, _)| hits).sum();
    Score {
        recall: hits as f64 / truth.len().max(1) as f64,
        precision: (alarms.len() - wrong.len()) as f64 / alarms.len().max(1) as f64,
        false_a_week: wrong.len() as f64 / (f64::from(DAYS) / 7.0),
        by_kind,
        wrong,
    }
}

/// The 50 events of the shared file.
pub fn shared_events() -> Option<Vec<Injected>> {
    let text = super::text("reference/steel_injected_anomalies_events.csv")?;
    let event = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |place: usize| fields[place].parse::<usize>().unwrap();
        let first = number(0) * SLOTS_PER_DAY + number(1);
        Injected { kind: fields[3].to_owned(), first, slots: number(2) }
    };
    Some(text.lines().skip(1).map(event).collect())
}

/// Puts ten events of each kind into a load, one a day at most, from day 90 on.
///
/// The sizes are our own: a steady 9 to 18 kWh a slot at night, a meter that repeats its first
/// value, nothing at all, half as much again from 09:00 to 18:00, and a slot of 1.2 to 2 times the
/// highest.
pub fn inject(load: &Load, seed: u64) -> (Load, Vec<Injected>) {
    let mut draw = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(77);
    let mut below = |limit: u32| {
        draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(draw >> 33).expect("31 bits") % limit
    };
    let mut out = load.clone();
    let highest = load.wh.iter().flatten().copied().max().unwrap_or(0);
    let mut taken = vec![false; load.days()];
    let mut truth = Vec::new();
    for kind in ["base_load_on", "stuck", "outage", "scale_x1.5", "spike"] {
        for _ in 0..10 {
            let day = loop {
                let day = FIRST_DAY + below(DAYS) as usize;
                if !taken[day] {
                    taken[day] = true;
                    break day;
                }
            };
            let (slot, slots) = match kind {
                "base_load_on" => (2 + below(6), 12 + below(12)),
                "stuck" => (36 + below(20), 20 + below(10)),
                "outage" => (36 + below(24), 10 + below(10)),
                "scale_x1.5" => (36, 36),
                _ => (30 + below(40), 1),
            };
            let (first, slots) = (day * SLOTS_PER_DAY + slot as usize, slots as usize);
            let size = 9_000 + i64::from(below(9_000));
            let spike = highest * (120 + i64::from(below(80))) / 100;
            for at in first..first + slots {
                let Some(wh) = out.wh[at] else { continue };
                out.wh[at] = Some(match kind {
                    "base_load_on" => wh + size,
                    "stuck" => out.wh[first].unwrap_or(wh),
                    "outage" => 0,
                    "scale_x1.5" => wh * 3 / 2,
                    _ => spike,
                });
            }
            truth.push(Injected { kind: kind.to_owned(), first, slots });
        }
    }
    (out, truth)
}
