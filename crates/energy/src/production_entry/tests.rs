//! Entries over HTTP.
