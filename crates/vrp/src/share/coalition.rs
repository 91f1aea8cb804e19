//! Who would be better off apart: a search for coalitions that block a sharing.

/// Up to this many owners every coalition is looked at.
pub const EXHAUSTIVE_MAX: usize = 12;
/// Coalitions from which the search climbs where there are more owners.
pub const STARTS: usize = 1_000;

/// A coalition and what it would gain by leaving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocking {
    /// Owners, ascending.
    pub owners: Vec<usize>,
    /// What they pay together, won.
    pub pays: i64,
    /// What they would cost apart, won.
    pub apart: i64,
}

impl Blocking {
    /// Won that they would save by leaving.
    pub const fn gain(&self) -> i64 {
        self.pays - self.apart
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stability {
    /// The coalition that gains most; `None`: no coalition that was looked at gains.
    pub worst: Option<Blocking>,
    /// Coalitions looked at.
    pub seen: usize,
    /// Every coalition was looked at: without a worst one the payments lie in the core.
    pub complete: bool,
}

/// Searches the coalition with the largest gain. `apart` answers what a coalition would cost, as
/// flags by owner. Beyond [`EXHAUSTIVE_MAX`] owners it climbs from every single owner, every group of
/// `groups` (the owners of a route, of a neighbourhood) and random coalitions of `seed`, by letting
/// one owner in or out at a time.
pub fn worst(
    pays: &[i64],
    groups: &[Vec<usize>],
    seed: u64,
    mut apart: impl FnMut(&[bool]) -> i64,
) -> Stability {
    let mut search = Search { pays, best: None, seen: 0, apart: &mut apart };
    let complete = pays.len() <= EXHAUSTIVE_MAX;
    if complete {
        for mask in 1_usize..1 << pays.len() {
            search.gain(&(0..pays.len()).map(|owner| mask >> owner & 1 == 1).collect::<Vec<_>>());
        }
    } else {
        for start in starts(pays.len(), groups, seed) {
            search.climb(start);
        }
    }
    Stability { worst: search.best, seen: search.seen, complete }
}

fn starts(owners: usize, groups: &[Vec<usize>], seed: u64) -> Vec<Vec<bool>> {
    let flags = |of: &[usize]| (0..owners).map(|owner| of.contains(&owner)).collect::<Vec<_>>();
    let single = (0..owners).map(|owner| flags(&[owner]));
    let mut state = seed;
    let mut random = || (0..owners).map(|_| next(&mut state) & 1 == 1).collect::<Vec<_>>();
    let mut all: Vec<_> = single.chain(groups.iter().map(|group| flags(group))).collect();
    // Each climb looks at every owner: as many climbs as keep the work in bounds.
    let most = STARTS / owners.max(1);
    all.extend((0..most).map(|_| random()));
    all.retain(|start| start.contains(&true));
    all.truncate(STARTS);
    all
}

/// SplitMix64 (Steele, Lea & Flood 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) >> 32
}

struct Search<'a> {
    pays: &'a [i64],
    best: Option<Blocking>,
    seen: usize,
    apart: &'a mut dyn FnMut(&[bool]) -> i64,
}

impl Search<'_> {
    fn gain(&mut self, coalition: &[bool]) -> i64 {
        self.seen += 1;
        let members = || coalition.iter().enumerate().filter(|(_, member)| **member);
        let pays: i64 = members().map(|(owner, _)| self.pays[owner]).sum();
        let apart = (self.apart)(coalition);
        let gain = pays - apart;
        if gain > self.best.as_ref().map_or(0, Blocking::gain) {
            let owners = members().map(|(owner, _)| owner).collect();
            self.best = Some(Blocking { owners, pays, apart });
        }
        gain
    }

    fn climb(&mut self, mut coalition: Vec<bool>) {
        let mut gain = self.gain(&coalition);
        // Each owner once: a climb ends after as many looks as there are owners.
        for owner in 0..coalition.len() {
            coalition[owner] = !coalition[owner];
            let next = if coalition.contains(&true) { self.gain(&coalition) } else { i64::MIN };
            if next > gain {
                gain = next;
            } else {
                coalition[owner] = !coalition[owner];
            }
        }
    }
}
