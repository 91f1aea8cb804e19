//! A vehicle on its way through a tour, rules kept or not.

use super::timing::{Begin, Timed};
use crate::model::{Profile, Vehicle, Visit, VisitKind, cost_units};

/// A vehicle on its way.
pub(super) struct Way<'a> {
    pub(super) kind: &'a Vehicle,
    pub(super) profile: &'a Profile,
    pub(super) here: Option<usize>,
    pub(super) now_s: i64,
    /// Breaks taken.
    pub(super) pauses: usize,
    pub(super) timed: Timed,
}

impl Way<'_> {
    pub(super) fn arrival(&self, place: Option<usize>) -> i64 {
        arrival(self.profile, self.here, place, self.now_s)
    }

    /// Whether the next break would be too late after what ends at `until_s`.
    pub(super) fn must_pause(&self, until_s: i64) -> bool {
        self.kind.breaks.get(self.pauses).is_some_and(|pause| until_s > pause.window.to_s)
    }

    pub(super) fn pause(&mut self) {
        let pause = self.kind.breaks[self.pauses];
        let start_s = self.now_s.max(pause.window.from_s);
        let late_s = start_s - pause.window.to_s;
        self.timed.pause_late_s = self.timed.pause_late_s.max(late_s);
        let kind = VisitKind::Break { index: self.pauses };
        self.pauses += 1;
        self.visit(kind, self.here, self.now_s, start_s, start_s + pause.duration_s);
    }

    pub(super) fn note(&mut self, kind: VisitKind, begin: Begin) {
        match begin {
            Begin::At(_) => {}
            Begin::Never => self.timed.never = self.timed.never.or(Some(kind)),
            Begin::Late(seconds) => {
                self.timed.late_visits += 1;
                if self.timed.late.is_none_or(|worst| seconds > worst.1) {
                    self.timed.late = Some((kind, seconds));
                }
            }
        }
    }

    pub(super) fn visit(
        &mut self,
        kind: VisitKind,
        place: Option<usize>,
        arrive_s: i64,
        start_s: i64,
        leave_s: i64,
    ) {
        self.go(place);
        self.timed.route.visits.push(Visit { kind, arrive_s, start_s, leave_s });
        self.now_s = leave_s;
    }

    fn go(&mut self, place: Option<usize>) {
        if let (Some(from), Some(to)) = (self.here, place) {
            self.timed.route.distance_m += self.profile.metres(from, to);
        }
        self.here = place.or(self.here);
    }

    pub(super) fn finish(mut self, end: Option<usize>) -> Timed {
        while self.must_pause(self.arrival(end)) {
            self.pause();
        }
        let end_s = self.arrival(end);
        self.go(end);
        let route = &mut self.timed.route;
        route.end_s = end_s;
        route.cost_units = cost_units(self.kind, route.distance_m, end_s - route.start_s);
        self.timed
    }
}

/// Arrival at `to` when leaving `from`; where one of them is nowhere, at once.
pub(super) fn arrival(
    profile: &Profile,
    from: Option<usize>,
    to: Option<usize>,
    leave_s: i64,
) -> i64 {
    match (from, to) {
        (Some(from), Some(to)) => profile.arrival_s(from, to, leave_s),
        _ => leave_s,
    }
}
