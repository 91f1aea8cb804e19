//! What can be wrong with a plain plan.

use std::fmt;

/// One thing that is not possible. Routes and vehicles count from 0 here and from 1 in words.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the words of each fault say what its numbers are")]
pub enum Fault {
    Unknown { route: usize, customer: usize },
    Unserved { customer: usize },
    Twice { route: usize, customer: usize },
    NoVehicle { route: usize, vehicle: usize },
    VehicleTwice { route: usize, vehicle: usize },
    Depot { route: usize, depot: usize },
    Load { route: usize, stop: usize, load: i64, capacity: i64 },
    Late { route: usize, stop: usize, start: f64, due: f64 },
    Duration { route: usize, duration: f64, most: f64 },
    Distance { route: usize, distance: f64, most: f64 },
    Parted { pickup: usize, delivery: usize },
    DeliveryFirst { route: usize, pickup: usize, delivery: usize },
    PickupFirst { route: usize, pickup: usize, delivery: usize },
    PickupsOnly { route: usize },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { route, customer } => {
                write!(f, "route {}: there is no customer {customer}", route + 1)
            }
            Self::Unserved { customer } => write!(f, "customer {customer} is not served"),
            Self::Twice { route, customer } => {
                write!(f, "route {}: customer {customer} is served twice", route + 1)
            }
            Self::NoVehicle { route, vehicle } => {
                let vehicle = vehicle.wrapping_add(1);
                write!(f, "route {}: the fleet has no vehicle {vehicle}", route + 1)
            }
            Self::VehicleTwice { route, vehicle } => {
                write!(f, "route {}: vehicle {} drives another route", route + 1, vehicle + 1)
            }
            Self::Depot { route, depot } => {
                write!(f, "route {}: visits depot {depot}, where it may not load", route + 1)
            }
            Self::Load { route, stop, load, capacity } => {
                write!(f, "route {}: load {load} at stop {stop}, ", route + 1)?;
                write!(f, "0 to {capacity} is possible")
            }
            Self::Late { route, stop, start, due } => {
                write!(f, "route {}: stop {stop} begins at {start}, latest {due}", route + 1)
            }
            Self::Duration { route, duration, most } => {
                write!(f, "route {}: takes {duration}, at most {most}", route + 1)
            }
            Self::Distance { route, distance, most } => {
                write!(f, "route {}: is {distance} long, at most {most}", route + 1)
            }
            Self::Parted { pickup, delivery } => {
                write!(f, "pickup {pickup} and delivery {delivery} are not on one route")
            }
            Self::DeliveryFirst { route, pickup, delivery } => {
                write!(f, "route {}: delivery {delivery} before pickup {pickup}", route + 1)
            }
            Self::PickupFirst { route, pickup, delivery } => {
                write!(f, "route {}: pickup {pickup} before delivery {delivery}; ", route + 1)?;
                write!(f, "backhauls come last")
            }
            Self::PickupsOnly { route } => {
                write!(f, "route {}: has pickups and no delivery", route + 1)
            }
        }
    }
}
