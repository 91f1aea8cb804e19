//! The way in: what is read, what is kept with which flag, what is refused with which words.

mod columns;
mod decoding;
pub(crate) mod judging;
pub(crate) mod kit;
mod settling;
mod thingsboard;
