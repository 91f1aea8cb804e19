//! A vehicle-routing solver: which vehicle visits which stop, and when.
//!
//! Pure: no input or output and no clock but the one that is passed in. The same problem, seed and
//! number of iterations give the same plan on every machine, because times are whole seconds,
//! distances whole metres and money whole won.
//!
//! [`model`] says what can be asked and what an answer looks like; [`search`] answers. Chapter for
//! readers: `docs/vrp.md`. [`mod@format`] reads instances and files of plans, [`check`] judges
//! plans without the search, [`explain`] says why a plan is as it is, [`share`] shares what a route
//! costs and emits: `docs/vrp-formats.md`.

pub mod check;
pub mod explain;
pub mod format;
pub mod model;
pub mod search;
pub mod share;
