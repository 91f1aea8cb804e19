//! Everything the search may rely on, asked once.

use std::collections::{HashMap, HashSet};

use super::{
    Lock, Problem, ProblemError, Profile, Request, Site, StopKind, Vehicle, Window, limits,
};

type Checked = Result<(), ProblemError>;

impl Problem {
    /// Checks sizes, ranges, references and names. The search never sees a problem that fails.
    ///
    /// # Errors
    /// The first fault found, with the thing it concerns.
    pub fn validate(&self) -> Checked {
        self.check_sizes()?;
        self.check_profiles()?;
        unique("sites", self.sites.iter().map(|s| s.id.as_str()))?;
        unique("requests", self.requests.iter().map(|r| r.id.as_str()))?;
        unique("vehicles", self.vehicles.iter().map(|v| v.id.as_str()))?;
        self.sites.iter().try_for_each(|site| self.check_site(site))?;
        self.requests.iter().try_for_each(|request| self.check_request(request))?;
        self.vehicles.iter().try_for_each(|vehicle| self.check_vehicle(vehicle))?;
        self.check_locks()?;
        self.check_baseline()
    }

    fn check_sizes(&self) -> Checked {
        let stops: usize = self.requests.iter().map(|r| r.stops.len()).sum();
        let vehicles: u64 = self.vehicles.iter().map(|v| u64::from(v.count)).sum();
        let places = self.profiles.first().map_or(0, |p| p.places);
        at_most("places", places as u64, limits::PLACES as u64)?;
        at_most("stops", stops as u64, limits::STOPS as u64)?;
        at_most("kinds of vehicle", self.vehicles.len() as u64, limits::VEHICLE_KINDS as u64)?;
        at_most("vehicles", vehicles, limits::VEHICLES)?;
        at_most("dimensions of the load", self.dimensions as u64, limits::DIMENSIONS as u64)?;
        at_most("locks", self.locks.len() as u64, limits::LOCKS as u64)?;
        at_most("sites", self.sites.len() as u64, limits::STOPS as u64)?;
        at_most("profiles", self.profiles.len() as u64, limits::VEHICLE_KINDS as u64)?;
        at_least_one("dimension of the load", self.dimensions)?;
        at_least_one("profile", self.profiles.len())
    }

    fn check_profiles(&self) -> Checked {
        let places = self.profiles[0].places;
        for (index, profile) in self.profiles.iter().enumerate() {
            let expected = places * places;
            let parts = [("distance", &profile.distance_m), ("duration", &profile.duration_s)];
            for (what, matrix) in parts {
                if matrix.len() != expected || profile.places != places {
                    let entries = matrix.len();
                    return Err(ProblemError::MatrixSize {
                        profile: index,
                        what,
                        entries,
                        expected,
                    });
                }
                check_matrix(index, what, matrix, places)?;
            }
            check_speed(index, profile)?;
        }
        Ok(())
    }

    fn check_site(&self, site: &Site) -> Checked {
        let places = self.profiles[0].places;
        exists("site", &site.id, "place", site.place, places)?;
        windows("site", &site.id, &site.hours)?;
        if let Some(docks) = site.docks {
            range("site", &site.id, "docks", i64::from(docks), 1, 1000)?;
        }
        Ok(())
    }

    fn check_request(&self, request: &Request) -> Checked {
        let id = &request.id;
        at_least_one("stop of a request", request.stops.len())?;
        let stops = request.stops.len() as u64;
        at_most("stops of one request", stops, limits::STOPS_OF_A_REQUEST as u64)?;
        if let Some(prize) = request.prize_won {
            range("request", id, "prize_won", prize, 0, limits::WON)?;
        }
        if let Some(class) = request.goods_class {
            range("request", id, "goods_class", i64::from(class), 0, 63)?;
        }
        range("request", id, "release_s", request.release_s, 0, limits::TIME_S)?;
        for stop in &request.stops {
            exists("request", id, "site", stop.site, self.sites.len())?;
            windows("request", id, &stop.windows)?;
            range("request", id, "service_s", stop.service_s, 0, limits::SERVICE_S)?;
            length("request", id, "amounts", stop.amounts.len(), self.dimensions)?;
            for amount in &stop.amounts {
                range("request", id, "amount", *amount, 0, limits::AMOUNT)?;
            }
            if stop.kind == StopKind::Service && stop.amounts.iter().any(|a| *a != 0) {
                return Err(ProblemError::ServiceWithLoad { id: id.clone() });
            }
        }
        Ok(())
    }

    fn check_vehicle(&self, vehicle: &Vehicle) -> Checked {
        let id = &vehicle.id;
        exists("vehicle", id, "profile", vehicle.profile, self.profiles.len())?;
        length("vehicle", id, "capacity", vehicle.capacity.len(), self.dimensions)?;
        for amount in &vehicle.capacity {
            range("vehicle", id, "capacity", *amount, 0, limits::AMOUNT)?;
        }
        for site in [vehicle.start, vehicle.end].into_iter().flatten() {
            exists("vehicle", id, "site", site, self.sites.len())?;
        }
        windows("vehicle", id, &[vehicle.shift])?;
        range("vehicle", id, "fixed_won", vehicle.fixed_won, 0, limits::WON)?;
        range("vehicle", id, "won_per_km", vehicle.won_per_km, 0, limits::RATE_WON)?;
        range("vehicle", id, "won_per_h", vehicle.won_per_h, 0, limits::RATE_WON)?;
        let most = i64::MAX;
        range("vehicle", id, "max_duration_s", vehicle.max_duration_s.unwrap_or(0), 0, most)?;
        range("vehicle", id, "max_distance_m", vehicle.max_distance_m.unwrap_or(0), 0, most)?;
        at_most("breaks of one vehicle", vehicle.breaks.len() as u64, limits::WINDOWS as u64)?;
        for pause in &vehicle.breaks {
            windows("vehicle", id, &[pause.window])?;
            range("vehicle", id, "break", pause.duration_s, 0, limits::SERVICE_S)?;
        }
        let Some(reload) = &vehicle.reload else { return Ok(()) };
        at_least_one("reload site", reload.sites.len())?;
        at_most("reload sites of one vehicle", reload.sites.len() as u64, limits::WINDOWS as u64)?;
        for site in &reload.sites {
            exists("vehicle", id, "reload site", *site, self.sites.len())?;
        }
        range("vehicle", id, "reload service_s", reload.service_s, 0, limits::SERVICE_S)?;
        range("vehicle", id, "max_trips", i64::from(reload.max_trips), 1, 1000)
    }

    fn check_locks(&self) -> Checked {
        let mut in_prefix = HashSet::new();
        let mut prefixed = HashSet::new();
        let mut pinned: HashMap<usize, usize> = HashMap::new();
        for (index, lock) in self.locks.iter().enumerate() {
            let fault = |why| ProblemError::Lock { index, why };
            match lock {
                Lock::Prefix { vehicle, stops } => {
                    self.check_lock_vehicle(index, *vehicle)?;
                    if !prefixed.insert(*vehicle) {
                        return Err(fault("a second prefix of the same vehicle"));
                    }
                    for done in stops {
                        self.check_lock_stop(index, done.request, done.stop)?;
                        if !in_prefix.insert((done.request, done.stop)) {
                            return Err(fault("a stop is in two places of a prefix"));
                        }
                        if done.stop > 0 && !in_prefix.contains(&(done.request, done.stop - 1)) {
                            return Err(fault("a stop comes before the stop ahead of it"));
                        }
                        if done.start_s.is_some_and(|s| !(0..=limits::TIME_S).contains(&s)) {
                            return Err(fault("a start is outside the possible time"));
                        }
                        if *pinned.entry(done.request).or_insert(*vehicle) != *vehicle {
                            return Err(fault("the request is bound to two vehicles"));
                        }
                    }
                }
                Lock::OnVehicle { request, vehicle } => {
                    self.check_lock_stop(index, *request, 0)?;
                    self.check_lock_vehicle(index, *vehicle)?;
                    if *pinned.entry(*request).or_insert(*vehicle) != *vehicle {
                        return Err(fault("the request is bound to two vehicles"));
                    }
                }
                Lock::NotOnVehicle { request, vehicle } => {
                    self.check_lock_stop(index, *request, 0)?;
                    self.check_lock_vehicle(index, *vehicle)?;
                }
                Lock::NotBefore { request, stop, at_s }
                | Lock::NotAfter { request, stop, at_s } => {
                    self.check_lock_stop(index, *request, *stop)?;
                    if !(0..=limits::TIME_S).contains(at_s) {
                        return Err(fault("the time is outside the possible time"));
                    }
                }
                Lock::Order { earlier, later } => {
                    self.check_lock_stop(index, *earlier, 0)?;
                    self.check_lock_stop(index, *later, 0)?;
                    if earlier == later {
                        return Err(fault("a request cannot come before itself"));
                    }
                }
            }
        }
        Ok(())
    }

    fn check_lock_vehicle(&self, index: usize, vehicle: usize) -> Checked {
        match self.vehicles.get(vehicle) {
            None => Err(ProblemError::Lock { index, why: "the vehicle does not exist" }),
            Some(v) if v.count != 1 => {
                Err(ProblemError::Lock { index, why: "the vehicle must have a count of 1" })
            }
            Some(_) => Ok(()),
        }
    }

    fn check_lock_stop(&self, index: usize, request: usize, stop: usize) -> Checked {
        match self.requests.get(request) {
            None => Err(ProblemError::Lock { index, why: "the request does not exist" }),
            Some(r) if stop >= r.stops.len() => {
                Err(ProblemError::Lock { index, why: "the stop does not exist" })
            }
            Some(_) => Ok(()),
        }
    }

    fn check_baseline(&self) -> Checked {
        let Some(baseline) = &self.baseline else { return Ok(()) };
        let id = "baseline";
        length("plan", id, "vehicle_of", baseline.vehicle_of.len(), self.requests.len())?;
        range("plan", id, "won_per_move", baseline.won_per_move, 0, limits::WON)?;
        for vehicle in baseline.vehicle_of.iter().flatten() {
            exists("plan", id, "vehicle", *vehicle, self.vehicles.len())?;
        }
        Ok(())
    }
}

fn check_matrix(profile: usize, what: &'static str, matrix: &[i32], places: usize) -> Checked {
    for (at, value) in matrix.iter().enumerate() {
        let (from, to) = (at / places, at % places);
        let needed = if from == to && *value != 0 {
            "0 on the diagonal"
        } else if *value < 0 || *value > limits::WAY {
            "0 to 100000000"
        } else {
            continue;
        };
        let value = i64::from(*value);
        return Err(ProblemError::MatrixEntry { profile, what, from, to, value, needed });
    }
    Ok(())
}

fn check_speed(index: usize, profile: &Profile) -> Checked {
    let id = format!("profile {index}");
    if profile.hour_speed_permille.is_empty() {
        return Ok(());
    }
    length("speeds of", &id, "hour_speed_permille", profile.hour_speed_permille.len(), 24)?;
    for speed in &profile.hour_speed_permille {
        range("speeds of", &id, "a factor", i64::from(*speed), 50, 10_000)?;
    }
    Ok(())
}

fn unique<'a>(what: &'static str, ids: impl Iterator<Item = &'a str>) -> Checked {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(ProblemError::Duplicate { what, id: id.to_owned() });
        }
    }
    Ok(())
}

fn windows(what: &'static str, id: &str, windows: &[Window]) -> Checked {
    at_most("windows", windows.len() as u64, limits::WINDOWS as u64)?;
    for window in windows {
        range(what, id, "window", window.from_s, 0, limits::TIME_S)?;
        range(what, id, "window", window.to_s, 0, limits::TIME_S)?;
        if window.to_s < window.from_s {
            let Window { from_s, to_s } = *window;
            return Err(ProblemError::WindowReversed { what, id: id.to_owned(), from_s, to_s });
        }
    }
    Ok(())
}

fn range(
    what: &'static str,
    id: &str,
    field: &'static str,
    value: i64,
    least: i64,
    most: i64,
) -> Checked {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(ProblemError::OutOfRange { what, id: id.to_owned(), field, value, least, most })
}

fn exists(
    what: &'static str,
    id: &str,
    field: &'static str,
    index: usize,
    count: usize,
) -> Checked {
    if index < count {
        return Ok(());
    }
    Err(ProblemError::Dangling { what, id: id.to_owned(), field, index, count })
}

fn length(
    what: &'static str,
    id: &str,
    field: &'static str,
    entries: usize,
    expected: usize,
) -> Checked {
    if entries == expected {
        return Ok(());
    }
    Err(ProblemError::Length { what, id: id.to_owned(), field, entries, expected })
}

fn at_most(what: &'static str, count: u64, limit: u64) -> Checked {
    if count <= limit { Ok(()) } else { Err(ProblemError::TooMany { what, count, limit }) }
}

fn at_least_one(what: &'static str, count: usize) -> Checked {
    if count > 0 { Ok(()) } else { Err(ProblemError::None { what }) }
}
