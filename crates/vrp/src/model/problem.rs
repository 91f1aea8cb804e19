//! The whole question.

use super::{Baseline, Lock, Profile, Request, Site, Vehicle};

/// Limits of a problem; beyond them [`Problem::validate`] refuses.
pub mod limits {
    /// Places of a profile: a matrix of this side takes 144 MB.
    pub const PLACES: usize = 6_000;
    /// Stops of all requests together.
    pub const STOPS: usize = 20_000;
    /// Stops of one request.
    pub const STOPS_OF_A_REQUEST: usize = 8;
    /// Kinds of vehicle.
    pub const VEHICLE_KINDS: usize = 512;
    /// Vehicles of all kinds together.
    pub const VEHICLES: u64 = 100_000;
    /// Dimensions of the load.
    pub const DIMENSIONS: usize = 4;
    /// Windows of a stop, hours of a site, breaks of a vehicle: each at most this many.
    pub const WINDOWS: usize = 16;
    /// Latest second (about 31 years): sums of times fit 32 bits.
    pub const TIME_S: i64 = 1_000_000_000;
    /// Longest way between two places, metres and seconds.
    pub const WAY: i32 = 100_000_000;
    /// Longest service, reload or break, seconds.
    pub const SERVICE_S: i64 = 100_000_000;
    /// Largest amount and capacity of one dimension.
    pub const AMOUNT: i64 = 1_000_000_000;
    /// Largest sum of money in one field, won.
    pub const WON: i64 = 100_000_000_000;
    /// Largest price of a kilometre or an hour, won.
    pub const RATE_WON: i64 = 100_000_000;
    /// Locks of a problem.
    pub const LOCKS: usize = 50_000;
}

/// What is best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Objective {
    /// Least money: fixed, kilometres, hours, prizes not earned, changes against the baseline.
    #[default]
    Cost,
    /// Fewest metres, whatever the vehicles; prices are not asked, prizes are.
    Distance,
    /// Fewest vehicles, then fewest metres.
    VehiclesFirst,
}

/// Rules that hold for all tours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// In a trip all lone deliveries come before all lone pickups (VRP with backhauls).
    pub deliveries_first: bool,
    /// Whether a trip may have pickups only. `false` in the backhaul benchmarks.
    pub pickup_only_trips: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self { deliveries_first: false, pickup_only_trips: true }
    }
}

/// A routing problem. See the module documentation for how the parts refer to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Dimensions of the load (kilograms, pallets, litres …), at least 1.
    pub dimensions: usize,
    /// Ways, one per kind of vehicle speed; at least 1, all of the same number of places.
    pub profiles: Vec<Profile>,
    /// Sites.
    pub sites: Vec<Site>,
    /// Requests.
    pub requests: Vec<Request>,
    /// Kinds of vehicle.
    pub vehicles: Vec<Vehicle>,
    /// What is fixed.
    pub locks: Vec<Lock>,
    /// The published plan, if changing it has a price.
    pub baseline: Option<Baseline>,
    /// Rules of all tours.
    pub rules: Rules,
    /// What is best.
    pub objective: Objective,
}

impl Problem {
    /// A problem with one profile and no locks, to be filled.
    pub fn new(dimensions: usize, profile: Profile) -> Self {
        Self {
            dimensions,
            profiles: vec![profile],
            sites: Vec::new(),
            requests: Vec::new(),
            vehicles: Vec::new(),
            locks: Vec::new(),
            baseline: None,
            rules: Rules::default(),
            objective: Objective::default(),
        }
    }
}
