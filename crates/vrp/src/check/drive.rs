//! Drives one route: load, time, length.

use super::{Fault, Report, Ruler};
use crate::format::{Family, Group, Instance};

/// Drives `route` with a vehicle of `group` and adds to `report` what it comes to.
pub(super) fn route(
    instance: &Instance,
    ruler: &Ruler<'_>,
    group: &Group,
    number: usize,
    route: &[usize],
    report: &mut Report,
) {
    for &depot in route.iter().filter(|stop| **stop < instance.depots) {
        if !group.reload || depot != group.depot {
            report.faults.push(Fault::Depot { route: number, depot });
        }
    }
    for trip in route.split(|stop| *stop < instance.depots) {
        load(instance, group, number, trip, report);
    }
    backhaul(instance, number, route, report);
    let length = length(ruler, group, route);
    report.distance += length;
    #[expect(clippy::cast_precision_loss, reason = "costs of a file are at most 1e9")]
    let (fixed, unit) = (group.fixed as f64, group.per_distance as f64);
    report.cost += ruler.value(fixed) + unit * length;
    if let Some(most) = group.max_distance.map(|most| ruler.value(most))
        && length > most + ruler.tolerance()
    {
        report.faults.push(Fault::Distance { route: number, distance: length, most });
    }
    time(instance, ruler, group, number, route, report);
}

/// The stops of a route with the depot at both ends.
fn around<'a>(group: &'a Group, route: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
    std::iter::once(group.depot).chain(route.iter().copied()).chain(std::iter::once(group.depot))
}

fn length(ruler: &Ruler<'_>, group: &Group, route: &[usize]) -> f64 {
    around(group, route).zip(around(group, route).skip(1)).map(|(a, b)| ruler.leg(a, b)).sum()
}

/// A vehicle leaves with all it delivers and brings home all it picked up; a pair loads on the way.
fn load(instance: &Instance, group: &Group, number: usize, trip: &[usize], report: &mut Report) {
    let paired = |stop: usize| instance.nodes[stop].mate.is_some();
    let on_board = trip.iter().filter(|stop| !paired(**stop));
    let mut load: i64 = on_board.map(|stop| instance.nodes[*stop].demand).sum();
    let wrong = |load: i64| load < 0 || load > group.capacity;
    let mut push = |stop: usize, load: i64| {
        let capacity = group.capacity;
        report.faults.push(Fault::Load { route: number, stop, load, capacity });
    };
    if wrong(load) {
        push(group.depot, load);
    }
    for &stop in trip {
        let node = &instance.nodes[stop];
        load += if paired(stop) { node.demand } else { node.backhaul - node.demand };
        if wrong(load) {
            push(stop, load);
        }
    }
}

/// Backhauls come after the last delivery, and no route has backhauls only.
fn backhaul(instance: &Instance, number: usize, route: &[usize], report: &mut Report) {
    if instance.family != Family::Vrpb {
        return;
    }
    let mut pickup = None;
    let mut deliveries = 0;
    for &stop in route {
        if instance.nodes[stop].backhaul > 0 {
            pickup = pickup.or(Some(stop));
        } else if let Some(pickup) = pickup {
            report.faults.push(Fault::PickupFirst { route: number, pickup, delivery: stop });
            return;
        } else {
            deliveries += 1;
        }
    }
    if deliveries == 0 && pickup.is_some() {
        report.faults.push(Fault::PickupsOnly { route: number });
    }
}

/// As early as possible forward; then as late as possible backward from that end, for the duration.
fn time(
    instance: &Instance,
    ruler: &Ruler<'_>,
    group: &Group,
    number: usize,
    route: &[usize],
    report: &mut Report,
) {
    let stops: Vec<usize> = around(group, route).collect();
    let is_depot = |at: usize| stops[at] < instance.depots;
    // Goods of a trip leave the depot when the last of them is released.
    let released = |at: usize| {
        let trip = stops[at + 1..].iter().take_while(|stop| **stop >= instance.depots);
        trip.map(|stop| instance.nodes[*stop].release).fold(0.0, f64::max)
    };
    let mut starts: Vec<f64> = Vec::with_capacity(stops.len());
    for (at, &stop) in stops.iter().enumerate() {
        let node = &instance.nodes[stop];
        let mut earliest = ruler.value(node.ready);
        if at + 1 < stops.len() && is_depot(at) {
            earliest = earliest.max(ruler.value(released(at)));
        }
        let arrive = match at.checked_sub(1) {
            None => 0.0,
            Some(last) => {
                let service = ruler.value(instance.nodes[stops[last]].service);
                starts[last] + service + ruler.leg(stops[last], stop)
            }
        };
        // A depot is reached in time when the vehicle arrives; it may wait there for goods.
        let judged = if is_depot(at) { arrive } else { arrive.max(earliest) };
        let due = ruler.value(node.due);
        if judged > due + ruler.tolerance() {
            report.faults.push(Fault::Late { route: number, stop, start: judged, due });
        }
        starts.push(arrive.max(earliest));
    }
    let Some(most) = group.max_duration.map(|most| ruler.value(most)) else { return };
    let end = starts[stops.len() - 1];
    let mut latest = end;
    for at in (0..stops.len() - 1).rev() {
        let node = &instance.nodes[stops[at]];
        let before = latest - ruler.leg(stops[at], stops[at + 1]) - ruler.value(node.service);
        latest = before.min(ruler.value(node.due));
    }
    if end - latest > most + ruler.tolerance() {
        report.faults.push(Fault::Duration { route: number, duration: end - latest, most });
    }
}
