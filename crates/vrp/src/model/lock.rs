//! What the search may not touch, and what a change against the published plan costs.

/// A stop that has happened or is promised, at the head of a tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExecutedStop {
    /// Index of the request.
    pub request: usize,
    /// Index of the stop in the request.
    pub stop: usize,
    /// When its service began. `Some` is a fact: windows, hours and docks are not asked. `None`:
    /// promised in this order, the time is planned.
    pub start_s: Option<i64>,
}

/// One thing that is fixed. A vehicle named by a lock has `count == 1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lock {
    /// The tour of `vehicle` begins with these stops in this order.
    Prefix {
        /// Index of the vehicle.
        vehicle: usize,
        /// The stops.
        stops: Vec<ExecutedStop>,
    },
    /// The request is served by this vehicle or not at all.
    OnVehicle {
        /// Index of the request.
        request: usize,
        /// Index of the vehicle.
        vehicle: usize,
    },
    /// The request is not served by this vehicle.
    NotOnVehicle {
        /// Index of the request.
        request: usize,
        /// Index of the vehicle.
        vehicle: usize,
    },
    /// Service at the stop begins at or after `at_s`.
    NotBefore {
        /// Index of the request.
        request: usize,
        /// Index of the stop in the request.
        stop: usize,
        /// Second.
        at_s: i64,
    },
    /// Service at the stop begins at or before `at_s`.
    NotAfter {
        /// Index of the request.
        request: usize,
        /// Index of the stop in the request.
        stop: usize,
        /// Second.
        at_s: i64,
    },
    /// `earlier` is served before `later` on the same vehicle (stops between are allowed), if both
    /// are served.
    Order {
        /// Index of a request: its last stop comes first.
        earlier: usize,
        /// Index of a request: its first stop comes after.
        later: usize,
    },
}

/// The plan that was published, for the price of change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// Vehicle (index) of each request, `None` where it had none.
    pub vehicle_of: Vec<Option<usize>>,
    /// Price of moving one request to another kind of vehicle, won.
    pub won_per_move: i64,
}
