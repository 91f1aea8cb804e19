//! Battery dispatch: when to charge and to discharge, so that energy and demand charge cost least.
//!
//! [`plan()`] finds the exact optimum over known slots; [`Controller`] runs the battery slot by
//! slot on a forecast; [`sizing()`] asks what batteries of other sizes would save.
//!
//! Invariants: no input makes a plan infeasible, a load above every cap only costs; the battery
//! never feeds into the grid; it never charges and discharges in one slot; the controller never
//! looks past the slot that it acts in. Money is `f64` won: a plan is not a bill.
//!
//! Deliberately absent: a general solver of linear programs (docs/adr/0012), bills, tariffs (prices
//! and bands come in as plain vectors), forecasts (they come in as a function), ageing beyond a
//! price per kWh.

#![cfg_attr(test, allow(clippy::float_cmp))]

mod battery;
mod billing;
mod complete;
mod error;
mod habit;
mod master;
mod path;
mod pays;
mod plan;
mod policy;
mod risk;
mod rolling;
mod run;
mod site;
mod sizing;
mod slot;

pub use battery::{Battery, BatterySpec};
pub use billing::{CARRYING, DemandTerms, MONTHS_MAX};
pub use complete::{Completed, FILLED_SHARE_MAX, GapFault, complete};
pub use error::DispatchError;
pub use habit::{HABIT_DAYS_MAX, Habit};
pub use path::End;
pub use pays::{Pays, pays};
pub use plan::{Costs, Plan, Task, plan};
pub use policy::Policy;
pub use rolling::{AHEAD_SLOTS, Ahead, Controller, Outlook, Settings, learn_target};
pub use run::{Run, roll};
pub use site::{SLOTS_MAX, Site};
pub use sizing::{KEPT_SHARE, SIZES_MAX, Sized, Sizes, Sizing, sizing};
pub use slot::Action;
