//! What was refused, summed by device. The table is that of the module `reject`.

use std::collections::HashMap;

use base::Instant;
use platform::args;
use platform::db::{DbError, ReadTx};

platform::statements! {
    /// Refusals since an hour, by device.
    REJECTS = "SELECT device_key, CAST(SUM(count) AS BIGINT) AS refused FROM reading_reject
      WHERE hour >= $1 GROUP BY device_key ORDER BY device_key LIMIT 20000";
}

/// Refusals since `from`, by the key of the device.
pub(super) async fn rejects(
    tx: &mut ReadTx,
    from: Instant,
) -> Result<HashMap<String, i64>, DbError> {
    let rows = tx.all(REJECTS, args![from]).await?;
    rows.iter().map(|row| Ok((row.get("device_key")?, row.get("refused")?))).collect()
}
