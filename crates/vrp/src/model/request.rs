//! What is asked for: a chain of stops.

use super::place::Window;

/// What happens at a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StopKind {
    /// Goods come aboard.
    Pickup,
    /// Goods leave.
    Delivery,
    /// Work without goods; its amounts are 0.
    Service,
}

/// One visit that a request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// What happens here.
    pub kind: StopKind,
    /// Index into [`super::Problem::sites`].
    pub site: usize,
    /// The service begins in one of these. Empty: at any time. Waiting before is allowed.
    pub windows: Vec<Window>,
    /// How long the service takes, seconds.
    pub service_s: i64,
    /// Amounts that come aboard or leave, one per dimension of [`super::Problem::dimensions`], each
    /// `>= 0`.
    pub amounts: Vec<i64>,
}

/// A chain of stops that one vehicle makes in this order, within one trip, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Name for people and errors, unique among the requests.
    pub id: String,
    /// One to [`super::limits::STOPS_OF_A_REQUEST`] stops, in order.
    pub stops: Vec<Stop>,
    /// `None`: must be served; a plan without it is only given when no way was found. `Some(won)`:
    /// may be left out, which costs that much.
    pub prize_won: Option<i64>,
    /// Among requests that must be served: which stays out last (0 first to stay out, 255 last).
    pub priority: u8,
    /// Skills, bodies, equipment that the vehicle must have all of (bit set).
    pub needs: u64,
    /// Carried for pay on behalf of others: only on a vehicle with `hire_allowed`.
    pub for_hire: bool,
    /// Class of the goods, `0..64`, for `incompatible_classes`.
    pub goods_class: Option<u8>,
    /// Classes (bit set) that may not be aboard in the same trip. Holds in both directions.
    pub incompatible_classes: u64,
    /// Last in, first out: what was picked up later by another request leaves before this does.
    pub lifo: bool,
    /// Its goods leave the depot no earlier: the trip that carries it starts at or after this.
    pub release_s: i64,
}

impl Request {
    /// A request that must be served and asks nothing special.
    pub fn new(id: impl Into<String>, stops: Vec<Stop>) -> Self {
        Self {
            id: id.into(),
            stops,
            prize_won: None,
            priority: 0,
            needs: 0,
            for_hire: false,
            goods_class: None,
            incompatible_classes: 0,
            lifo: false,
            release_s: 0,
        }
    }

    /// Amount of one dimension that is aboard from the start of the trip.
    pub fn loaded_at_depot(&self, dimension: usize) -> i64 {
        let mut level = 0;
        let mut lowest = 0;
        for stop in &self.stops {
            level += stop.signed(dimension);
            lowest = lowest.min(level);
        }
        -lowest
    }
}

impl Stop {
    /// Change of the load at this stop in one dimension.
    pub fn signed(&self, dimension: usize) -> i64 {
        match self.kind {
            StopKind::Pickup => self.amounts[dimension],
            StopKind::Delivery => -self.amounts[dimension],
            StopKind::Service => 0,
        }
    }
}
