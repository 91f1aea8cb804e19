//! Where a request fits into a tour, and what that costs: one pass, constant time per position.

use super::net::{Ask, Kind, NONE, Net, Shape};
use super::tour::{Span, Tour};

/// One way to insert: after position `i`; for a pair the second stop after position `j` (positions
/// before the insertion). With trips, `j` says which reload comes along, see [`with_reload`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) delta: i64,
    pub(crate) i: u16,
    pub(crate) j: u16,
}

const NOWHERE: Spot = Spot { delta: i64::MAX, i: 0, j: 0 };

/// The three cheapest ways into one tour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Best(pub(crate) [Spot; 3]);

impl Best {
    pub(crate) const NONE: Self = Self([NOWHERE; 3]);

    #[inline]
    fn worst(&self) -> i64 {
        self.0[2].delta
    }

    #[inline]
    pub(crate) fn push(&mut self, delta: i64, i: usize, j: usize) {
        let spot = Spot { delta, i: i as u16, j: j as u16 };
        if delta >= self.0[2].delta {
            return;
        }
        if delta < self.0[1].delta {
            self.0[2] = self.0[1];
            if delta < self.0[0].delta {
                self.0[1] = self.0[0];
                self.0[0] = spot;
            } else {
                self.0[1] = spot;
            }
        } else {
            self.0[2] = spot;
        }
    }
}

/// `j` of a [`Spot`] for a trip of its own: the reload `r` comes after the stop, or before it.
pub(crate) const fn with_reload(r: usize, before: bool) -> usize {
    1 + 2 * r + before as usize
}

/// All ways of `ask` into `tour` that the constant-time tests know.
pub(crate) fn scan(net: &Net, tour: &Tour, ask: &Ask) -> Best {
    let kind = &net.kinds[tour.kind as usize];
    let mut best = Best::NONE;
    match (ask.shape, net.needs.trips, net.needs.mixed, net.needs.duration) {
        (Shape::Pair, ..) => pair(net, tour, kind, ask, &mut best),
        (Shape::Chain, ..) => {}
        (_, true, ..) => single_with_trips(net, tour, kind, ask, &mut best),
        (_, _, false, false) => single::<false, false>(net, tour, kind, ask, &mut best),
        (_, _, false, true) => single::<false, true>(net, tour, kind, ask, &mut best),
        (_, _, true, false) => single::<true, false>(net, tour, kind, ask, &mut best),
        (_, _, true, true) => single::<true, true>(net, tour, kind, ask, &mut best),
    }
    best
}

/// One stop. Without `MIXED` the caller has compared the total load.
fn single<const MIXED: bool, const DURATION: bool>(
    net: &Net,
    tour: &Tour,
    kind: &Kind,
    ask: &Ask,
    best: &mut Best,
) {
    let node = &net.nodes[ask.first as usize];
    let into_m = net.in_m(kind.table, node.point);
    let out_m = net.out_m(kind.table, node.point);
    let into_s = net.in_s(kind.table, node.point);
    let out_s = net.out_s(kind.table, node.point);
    let metric = net.metric(kind.table);
    let room = kind.max_m - tour.metres;
    let this = Span::of(node.open, node.close, node.service);
    let old_s = if DURATION { tour.ahead[tour.pos.len() - 1].duration } else { 0 };
    for (i, ab) in tour.pos.windows(2).enumerate() {
        let (a, b) = (&ab[0], &ab[1]);
        let x = a.dep + into_s[a.point as usize];
        if x > node.close {
            if metric {
                break;
            }
            continue;
        }
        let longer = into_m[a.point as usize] + out_m[b.point as usize] - a.leg;
        let mut delta = i64::from(longer) * kind.per_m;
        if !DURATION && delta >= best.worst() {
            continue;
        }
        let y = x.max(node.open) + node.service + out_s[b.point as usize];
        if y > b.lst || i64::from(longer) > room {
            continue;
        }
        if MIXED && !(load_fits(net, tour, kind, ask, i) && order_fits(net, tour, ask, i)) {
            continue;
        }
        if DURATION {
            let whole = tour.ahead[i]
                .then(i64::from(into_s[a.point as usize]), this)
                .then(i64::from(out_s[b.point as usize]), tour.behind[i + 1]);
            if whole.duration > kind.max_s {
                continue;
            }
            delta += (whole.duration - old_s) * kind.per_s;
        }
        best.push(delta, i, 0);
    }
}

/// Whether the load of a lone stop fits after position `i`.
#[inline]
fn load_fits(net: &Net, tour: &Tour, kind: &Kind, ask: &Ask, i: usize) -> bool {
    let part = if ask.shape == Shape::Pickup { 2 } else { 1 };
    let amounts = net.amounts(ask.first);
    (0..net.dims)
        .all(|d| tour.load[(i * net.dims + d) * 3 + part] + amounts[d].abs() <= kind.capacity[d])
}

/// Whether a lone stop may stand after position `i` under the rules for backhauls.
#[inline]
fn order_fits(net: &Net, tour: &Tour, ask: &Ask, i: usize) -> bool {
    if !net.deliveries_first {
        return true;
    }
    let stop = |at: usize| {
        let node = tour.pos[at].node;
        (node != NONE && (node as usize) < net.count).then_some(node)
    };
    if ask.shape == Shape::Pickup {
        let alone = stop(i).is_none() && stop(i + 1).is_none();
        stop(i + 1).is_none_or(|next| net.is_pickup(next)) && (net.pickup_only || !alone)
    } else {
        stop(i).is_none_or(|before| !net.is_pickup(before))
    }
}

/// One stop, with several trips and releases at the depot.
fn single_with_trips(net: &Net, tour: &Tour, kind: &Kind, ask: &Ask, best: &mut Best) {
    let node = &net.nodes[ask.first as usize];
    let into_m = net.in_m(kind.table, node.point);
    let out_m = net.out_m(kind.table, node.point);
    let into_s = net.in_s(kind.table, node.point);
    let out_s = net.out_s(kind.table, node.point);
    for i in 0..tour.pos.len() - 1 {
        let (a, b) = (&tour.pos[i], &tour.pos[i + 1]);
        let starts = i == 0 || a.node as usize >= net.count;
        let begin = if starts { i } else { tour.trip[i].begin as usize };
        let mut dep = a.dep;
        if ask.release > tour.pos[begin].dep {
            if ask.release > tour.latest[begin] {
                continue;
            }
            let place = tour.trip[i];
            dep = if starts { ask.release } else { place.floor.max(ask.release + place.since) };
        }
        let x = dep + into_s[a.point as usize];
        if x > node.close {
            continue;
        }
        let longer = into_m[a.point as usize] + out_m[b.point as usize] - a.leg;
        let delta = i64::from(longer) * kind.per_m;
        let y = x.max(node.open) + node.service + out_s[b.point as usize];
        if delta < best.worst()
            && y <= b.lst
            && i64::from(longer) <= kind.max_m - tour.metres
            && load_fits(net, tour, kind, ask, i)
            && order_fits(net, tour, ask, i)
        {
            best.push(delta, i, 0);
        }
    }
    if tour.trips < kind.max_trips && !tour.is_empty() {
        trip_of_its_own(net, tour, kind, ask, best);
    }
}

/// A new trip for one stop alone: before any trip, or after the last.
fn trip_of_its_own(net: &Net, tour: &Tour, kind: &Kind, ask: &Ask, best: &mut Best) {
    let node = &net.nodes[ask.first as usize];
    let amounts = net.amounts(ask.first);
    let lone_pickup = ask.shape == Shape::Pickup && !net.pickup_only;
    if lone_pickup || (0..net.dims).any(|d| amounts[d].abs() > kind.capacity[d]) {
        return;
    }
    let table = kind.table;
    let last = tour.pos.len() - 1;
    for (r, reload) in kind.reloads.iter().enumerate() {
        let depot = &net.nodes[*reload as usize];
        for i in 0..last {
            let (a, b) = (&tour.pos[i], &tour.pos[i + 1]);
            if i > 0 && (a.node as usize) < net.count {
                continue;
            }
            let raw = if i == 0 {
                kind.from
            } else {
                let depot = &net.nodes[a.node as usize];
                (tour.pos[i - 1].dep + tour.pos[i - 1].way).max(depot.open) + depot.service
            };
            let leave = raw.max(ask.release);
            let x = (leave + net.seconds(table, a.point, node.point)).max(node.open);
            let back = x + node.service + net.seconds(table, node.point, depot.point);
            let again = (back.max(depot.open) + depot.service).max(tour.release[i]);
            let longer = i64::from(net.metres(table, a.point, node.point))
                + i64::from(net.metres(table, node.point, depot.point))
                + i64::from(net.metres(table, depot.point, b.point))
                - i64::from(a.leg);
            if x <= node.close
                && back <= depot.close
                && again + net.seconds(table, depot.point, b.point) <= b.lst
                && longer <= kind.max_m - tour.metres
            {
                best.push(longer * kind.per_m, i, with_reload(r, false));
            }
        }
        let a = &tour.pos[last - 1];
        let end = &tour.pos[last];
        let back = a.dep + net.seconds(table, a.point, depot.point);
        let again = back.max(depot.open) + depot.service;
        let leave = again.max(ask.release);
        let x = (leave + net.seconds(table, depot.point, node.point)).max(node.open);
        let home = x + node.service + net.seconds(table, node.point, end.point);
        let longer = i64::from(net.metres(table, a.point, depot.point))
            + i64::from(net.metres(table, depot.point, node.point))
            + i64::from(net.metres(table, node.point, end.point))
            - i64::from(a.leg);
        if x <= node.close
            && back <= depot.close
            && home <= end.lst
            && longer <= kind.max_m - tour.metres
        {
            best.push(longer * kind.per_m, last - 1, with_reload(r, true));
        }
    }
}

/// A pickup after position `i` and its delivery after position `j >= i`.
#[expect(clippy::many_single_char_names, reason = "positions and stops as in the reference")]
fn pair(net: &Net, tour: &Tour, kind: &Kind, ask: &Ask, best: &mut Best) {
    let p = &net.nodes[ask.first as usize];
    let d = &net.nodes[ask.first as usize + 1];
    let table = kind.table;
    let (p_in_m, p_out_m) = (net.in_m(table, p.point), net.out_m(table, p.point));
    let (d_in_m, d_out_m) = (net.in_m(table, d.point), net.out_m(table, d.point));
    let (p_in_s, p_out_s) = (net.in_s(table, p.point), net.out_s(table, p.point));
    let (d_in_s, d_out_s) = (net.in_s(table, d.point), net.out_s(table, d.point));
    let metric = net.metric(table);
    let room = kind.max_m - tour.metres;
    let amounts = net.amounts(ask.first);
    let fits = |leg: usize| {
        (0..net.dims).all(|k| tour.load[(leg * net.dims + k) * 3] + amounts[k] <= kind.capacity[k])
    };
    let pos = &tour.pos[..];
    let p_to_d = p_out_m[d.point as usize];
    for i in 0..pos.len() - 1 {
        let (a, b) = (&pos[i], &pos[i + 1]);
        let x = a.dep + p_in_s[a.point as usize];
        if x > p.close {
            if metric {
                break;
            }
            continue;
        }
        if !fits(i) {
            continue;
        }
        let done = x.max(p.open) + p.service;
        let into_p = p_in_m[a.point as usize];
        // The delivery at once.
        let together = i64::from(into_p + p_to_d + d_out_m[b.point as usize] - a.leg);
        let y = done + p_out_s[d.point as usize];
        if y <= d.close
            && y.max(d.open) + d.service + d_out_s[b.point as usize] <= b.lst
            && together <= room
        {
            best.push(together * kind.per_m, i, i);
        }
        let pick = into_p + p_out_m[b.point as usize] - a.leg;
        if metric && i64::from(pick) * kind.per_m >= best.worst() {
            continue;
        }
        let mut time = done + p_out_s[b.point as usize];
        for j in i + 1..pos.len() - 1 {
            let (e, f) = (&pos[j], &pos[j + 1]);
            if time > e.lst || !fits(j) {
                break;
            }
            let stop = &net.nodes[e.node as usize];
            let leave = time.max(stop.open) + stop.service;
            let y = leave + d_in_s[e.point as usize];
            if y > d.close && metric {
                break;
            }
            let longer = i64::from(pick)
                + i64::from(d_in_m[e.point as usize] + d_out_m[f.point as usize] - e.leg);
            if longer * kind.per_m < best.worst()
                && y <= d.close
                && y.max(d.open) + d.service + d_out_s[f.point as usize] <= f.lst
                && longer <= room
            {
                best.push(longer * kind.per_m, i, j);
            }
            time = leave + e.way;
        }
    }
}
