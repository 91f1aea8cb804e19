//! Who drives: kinds of vehicle, their money, shifts, breaks and trips.

use super::place::Window;

/// Money inside the search is counted in 1/18,000 won, so that won per kilometre and won per hour
/// are both exact: a metre at 1 won/km is 18 units, a second at 1 won/h is 5.
pub const COST_UNITS_PER_WON: i64 = 18_000;

/// Money of a route in units of 1/18,000 won.
pub const fn cost_units(vehicle: &Vehicle, distance_m: i64, duration_s: i64) -> i64 {
    vehicle.fixed_won * COST_UNITS_PER_WON
        + distance_m * vehicle.won_per_km * 18
        + duration_s * vehicle.won_per_h * 5
}

/// A pause that the driver must take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// The break begins in this window.
    pub window: Window,
    /// How long, seconds.
    pub duration_s: i64,
}

/// Where and how a vehicle loads anew between two trips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reload {
    /// Sites where it can (indices).
    pub sites: Vec<usize>,
    /// Seconds that one reload takes.
    pub service_s: i64,
    /// Most trips in a tour, at least 1.
    pub max_trips: u32,
}

/// A kind of vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vehicle {
    /// Name for people and errors, unique among the vehicles.
    pub id: String,
    /// How many there are.
    pub count: u32,
    /// Index into [`super::Problem::profiles`].
    pub profile: usize,
    /// Capacity per dimension.
    pub capacity: Vec<i64>,
    /// Site where the tour starts; `None`: at its first stop.
    pub start: Option<usize>,
    /// Site where the tour ends; `None`: at its last stop.
    pub end: Option<usize>,
    /// The tour leaves at or after `from_s` and is over at or before `to_s`.
    pub shift: Window,
    /// Money for using it at all, won.
    pub fixed_won: i64,
    /// Won per kilometre.
    pub won_per_km: i64,
    /// Won per hour from leaving to the end, waiting and breaks included.
    pub won_per_h: i64,
    /// Longest tour, seconds from leaving to the end.
    pub max_duration_s: Option<i64>,
    /// Longest tour, metres.
    pub max_distance_m: Option<i64>,
    /// Breaks in order of time. A break is owed when the tour ends after the window of the break.
    /// It is taken between two visits, at the place of the earlier one.
    pub breaks: Vec<Break>,
    /// Several trips in one tour, if allowed.
    pub reload: Option<Reload>,
    /// What it can do and has (bit set).
    pub skills: u64,
    /// May carry the goods of others for pay (in Korea: a yellow plate).
    pub hire_allowed: bool,
}

impl Vehicle {
    /// One vehicle that starts and ends at site `depot`, costs 1 won per metre and may do anything.
    pub fn at(id: impl Into<String>, depot: usize, capacity: Vec<i64>, shift: Window) -> Self {
        Self {
            id: id.into(),
            count: 1,
            profile: 0,
            capacity,
            start: Some(depot),
            end: Some(depot),
            shift,
            fixed_won: 0,
            won_per_km: 1000,
            won_per_h: 0,
            max_duration_s: None,
            max_distance_m: None,
            breaks: Vec::new(),
            reload: None,
            skills: u64::MAX,
            hire_allowed: true,
        }
    }
}
