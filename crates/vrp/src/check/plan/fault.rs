//! What can be wrong with a plan of the model.

use std::fmt;

/// One thing that is not possible, or not as the plan says. All numbers are indices from 0: of routes
/// and visits in the plan, of the others in the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of each fault say what its numbers are")]
pub enum PlanFault {
    NoVehicle { route: usize, vehicle: usize },
    NoSuchVisit { route: usize, at: usize },
    NoRequest { request: usize },
    TooManyVehicles { vehicle: usize, used: usize, count: u32 },
    Twice { request: usize, stop: usize },
    ListedTwice { request: usize },
    ServedAndListed { request: usize },
    Missing { request: usize },
    Partly { request: usize },
    Parted { request: usize },
    PartedTrips { request: usize },
    Disordered { request: usize },
    Shift { route: usize },
    TooSoon { route: usize, at: usize, arrive_s: i64, earliest_s: i64 },
    EndTooSoon { route: usize, end_s: i64, earliest_s: i64 },
    BeforeArrival { route: usize, at: usize },
    Service { route: usize, at: usize, wanted_s: i64 },
    Window { route: usize, at: usize },
    Closed { route: usize, at: usize },
    Duration { route: usize, duration_s: i64, most_s: i64 },
    Distance { route: usize, distance_m: i64, most_m: i64 },
    Reload { route: usize, at: usize },
    Trips { route: usize, trips: usize, most: u32 },
    BreakWindow { route: usize, at: usize },
    BreakMissing { route: usize, index: usize },
    BreakTwice { route: usize, index: usize },
    Load { route: usize, at: usize, dimension: usize, load: i64, capacity: i64 },
    Skills { route: usize, request: usize },
    Hire { route: usize, request: usize },
    Goods { route: usize, request: usize, other: usize },
    Lifo { route: usize, request: usize, other: usize },
    Release { route: usize, request: usize, release_s: i64, start_s: i64 },
    PickupFirst { route: usize, at: usize },
    PickupsOnly { route: usize },
    Docks { site: usize, at_s: i64, docks: u32, vehicles: u32 },
    Lock { lock: usize },
    Figure { what: &'static str, said: i128, counted: i128 },
    RouteFigure { route: usize, what: &'static str, said: i128, counted: i128 },
}

impl fmt::Display for PlanFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The name of the variant says what is wrong, its fields name the things.
        write!(f, "{self:?}")
    }
}
