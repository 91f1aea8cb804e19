//! Dialects of interval files, the round trip, and the public steel file.

mod dialects;
mod keeping;
mod round_trip;
mod steel;
