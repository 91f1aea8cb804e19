//! Docks: a sweep over starts and ends in exact seconds.

use super::{PlanFault, PlanReport, lock::Facts};
use crate::model::{Plan, Problem, VisitKind};

/// A dock that is taken or set free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    at_s: i64,
    /// Ends come before starts of the same second: a visit holds `[start, leave)`.
    starts: bool,
    /// What happened already is not asked, but it holds its dock.
    planned: bool,
}

pub(super) fn judge(problem: &Problem, plan: &Plan, facts: &Facts, report: &mut PlanReport) {
    let mut events: Vec<Vec<Event>> = vec![Vec::new(); problem.sites.len()];
    for (route, tour) in plan.routes.iter().enumerate() {
        for (at, visit) in tour.visits.iter().enumerate() {
            let site = match visit.kind {
                VisitKind::Stop { request, stop } => problem.requests[request].stops[stop].site,
                VisitKind::Reload { site } => site,
                VisitKind::Break { .. } => continue,
            };
            if visit.leave_s > visit.start_s {
                let planned = !facts.contains(&(route, at));
                events[site].push(Event { at_s: visit.start_s, starts: true, planned });
                events[site].push(Event { at_s: visit.leave_s, starts: false, planned });
            }
        }
    }
    for (site, mut events) in events.into_iter().enumerate() {
        let Some(docks) = problem.sites[site].docks else { continue };
        events.sort_unstable();
        let (mut taken, mut planned) = (0_u32, 0_u32);
        for event in events {
            let step = |count: u32| if event.starts { count + 1 } else { count - 1 };
            taken = step(taken);
            if event.planned {
                planned = step(planned);
            }
            if event.starts && taken > docks && planned > 0 {
                let fault = PlanFault::Docks { site, at_s: event.at_s, docks, vehicles: taken };
                report.faults.push(fault);
            }
        }
    }
}
