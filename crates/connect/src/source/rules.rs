//! What makes a good source; the protocols judge their connections.

use base::noun::Complex;
use base::{FieldError, Id, Instant};

use super::{
    Connection, Source, SourceChange, SourceError, SourceNew, airkorea, kma, modbus, opcua,
};

/// What is wrong with a connection, as pairs of pointer within it and words.
pub type Wrong = Vec<(String, &'static str)>;

/// A new source.
pub fn create(
    id: Id<Source>,
    complex_id: Id<Complex>,
    new: SourceNew,
    now: Instant,
) -> Result<Source, SourceError> {
    let SourceNew { device_id, name, enabled, connection } = new;
    check(Source {
        id,
        complex_id,
        device_id,
        name,
        enabled,
        connection,
        version: 1,
        updated_at: now,
    })
}

/// The next version.
pub fn change(old: &Source, change: SourceChange, now: Instant) -> Result<Source, SourceError> {
    if change.version != old.version {
        return Err(SourceError::Stale { given: change.version, current: old.version });
    }
    let connection = change.connection.unwrap_or_else(|| old.connection.clone());
    if connection.kind() != old.connection.kind() {
        let detail = format!(
            "the source is of kind {} and stays so: make another one",
            old.connection.kind().as_str()
        );
        return Err(SourceError::Invalid(vec![FieldError::new("/connection/kind", detail)]));
    }
    check(Source {
        name: change.name.unwrap_or_else(|| old.name.clone()),
        enabled: change.enabled.unwrap_or(old.enabled),
        connection,
        version: old.version + 1,
        updated_at: now,
        ..*old
    })
}

/// Refuses a source that cannot work, naming every bad field.
fn check(source: Source) -> Result<Source, SourceError> {
    let mut wrong = Vec::new();
    if !(1..=100).contains(&source.name.trim().chars().count()) {
        wrong.push(FieldError::new("/name", "give 1 to 100 characters"));
    }
    let of_connection = match &source.connection {
        Connection::Modbus(connection) => modbus::rules::check(connection),
        Connection::Opcua(connection) => opcua::rules::check(connection),
        Connection::Airkorea(connection) => airkorea::rules::check(connection),
        Connection::Kma(connection) => kma::rules::check(connection),
    };
    let within = |(at, detail)| FieldError::new(format!("/connection{at}"), detail);
    wrong.extend(of_connection.into_iter().map(within));
    if wrong.is_empty() { Ok(source) } else { Err(SourceError::Invalid(wrong)) }
}

/// Whether this names an environment variable with a secret for a source: the prefix, so that no other
/// secret of the server can be named, and capitals.
pub fn is_variable(prefix: &str, name: &str) -> bool {
    name.len() <= 100
        && name.strip_prefix(prefix).is_some_and(|rest| {
            let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
            !rest.is_empty() && rest.bytes().all(plain)
        })
}
