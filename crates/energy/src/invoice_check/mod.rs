//! The invoice check (청구서 대조): KEPCO's invoice beside the bill of the same month, line by line, with what
//! would explain a difference. Its result is made anew each time; the invoice itself may be kept
//! ([`crate::invoice`]).

pub(crate) mod api;
