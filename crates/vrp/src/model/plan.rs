//! The answer.

/// What a vehicle does at one point of its tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitKind {
    /// A stop of a request.
    Stop {
        /// Index of the request.
        request: usize,
        /// Index of the stop in the request.
        stop: usize,
    },
    /// Loads anew: one trip ends here and the next begins.
    Reload {
        /// Index of the site.
        site: usize,
    },
    /// The driver's break (index into the breaks of the vehicle), at the place of the visit before.
    Break {
        /// Index of the break.
        index: usize,
    },
}

/// One point of a tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// What happens.
    pub kind: VisitKind,
    /// Arrival, seconds.
    pub arrive_s: i64,
    /// Start of the service; later than the arrival if the vehicle waits.
    pub start_s: i64,
    /// End of the service.
    pub leave_s: i64,
}

/// One tour of one vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Index of the kind of vehicle.
    pub vehicle: usize,
    /// When it leaves its start.
    pub start_s: i64,
    /// When it is at its end.
    pub end_s: i64,
    /// Visits in order, without start and end.
    pub visits: Vec<Visit>,
    /// Metres driven.
    pub distance_m: i64,
    /// Money in units of 1/18,000 won ([`super::cost_units`]), without prizes and changes.
    pub cost_units: i64,
}

/// Why a request is not on a vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// There is no vehicle at all.
    NoVehicle,
    /// No vehicle may carry the goods of others for pay.
    Hire,
    /// No vehicle has the skills, body or equipment.
    Skills,
    /// A lock forbids it.
    Lock,
    /// More than any vehicle holds, in this dimension.
    Capacity(u8),
    /// No vehicle can be there within the windows and be back in its shift, even alone.
    Window,
    /// Longer or further than a tour may be, even alone.
    TourLimit,
    /// It could be served alone: all fitting vehicles are full or busy in the best plan found.
    FleetBusy,
    /// Optional, and serving it costs more than its prize.
    NotWorth,
}

/// A request that stays out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unserved {
    /// Index of the request.
    pub request: usize,
    /// Why.
    pub reason: Reason,
}

/// A plan for the whole problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Tours that are used.
    pub routes: Vec<Route>,
    /// Requests that stay out.
    pub unserved: Vec<Unserved>,
    /// Metres of all tours.
    pub distance_m: i64,
    /// Money of all tours, in units of 1/18,000 won.
    pub cost_units: i64,
    /// Prizes of optional requests that stay out, won.
    pub prizes_lost_won: i64,
    /// Price of the changes against the baseline, won.
    pub change_won: i64,
}
