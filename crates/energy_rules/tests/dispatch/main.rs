//! Dispatch of batteries on a real plant, against figures of an independent solver.

mod optimum;
mod steel;
