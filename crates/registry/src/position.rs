//! Positions in tables: two columns, both or none.

use base::Position;
use platform::db::{DbError, Row};

/// The position in the columns `lon` and `lat`.
pub(crate) fn read(row: &Row) -> Result<Option<Position>, DbError> {
    let (lon, lat) = (row.get::<Option<f64>>("lon")?, row.get::<Option<f64>>("lat")?);
    Ok(lon.zip(lat).map(|(lon, lat)| Position { lon, lat }))
}
