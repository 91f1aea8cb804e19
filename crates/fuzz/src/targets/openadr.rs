//! Objects and sign-in of the demand response server.

use openadr::Kind;
use openadr::timeline::timeline;
use openadr::wire;

use super::Signature;

const KINDS: [Kind; 4] = [Kind::Program, Kind::Event, Kind::Report, Kind::Ven];

/// An object, read as each kind: what is kept can be read again and stays the same.
pub(super) fn object(input: &[u8]) -> u64 {
    let Ok(body) = serde_json::from_slice(input) else { return Signature::new("no JSON").value() };
    let mut signature = Signature::new("object");
    for kind in KINDS {
        match wire::read(kind, &body) {
            Ok(kept) => {
                let again = wire::read(kind, &kept).expect("what was kept can be read");
                assert_eq!(again, kept, "reading changes nothing more");
                signature = signature.text(kind.object_type()).count(kept.to_string().len());
            }
            Err(wrong) => {
                let words = wrong.first().map(|field| field.detail.as_str());
                signature = signature.text(words.unwrap_or_default()).count(wrong.len());
            }
        }
    }
    // What a followed server answers goes the same way, and on to its times.
    if let Ok(event) = wire::receive::<wire::Event>(Kind::Event, &body) {
        match timeline(&event.content) {
            Ok(told) => {
                assert!(told.iter().all(|one| one.start < one.end), "no interval is empty");
                signature = signature.text("timed").count(told.len());
            }
            Err(fault) => signature = signature.text(&fault.to_string()),
        }
    }
    signature.value()
}
