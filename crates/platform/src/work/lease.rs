//! A lease row for each periodic task: of many machines one runs it, and when that one dies another
//! takes over after the lease ends.

use std::time::Duration;

use base::Instant;

use crate::args;
use crate::db::{Db, DbError};

crate::statements! {
    /// Takes a lease that is free, expired or already ours; or one that ends later than any lease taken
    /// now could: then the clock was set back, and waiting for it would stop the task.
    TAKE = "INSERT INTO lease (task, holder, expires_at) VALUES ($1, $2, $3)
      ON CONFLICT (task) DO UPDATE SET holder = $2, expires_at = $3
      WHERE lease.holder = $2 OR lease.expires_at <= $4 OR lease.expires_at > $5";
    /// Gives a lease back.
    RELEASE = "DELETE FROM lease WHERE task = $1 AND holder = $2";
}

/// Takes or renews the lease of `task` for `holder`; false when another holds it.
pub async fn take(
    db: &Db,
    task: &str,
    holder: &str,
    now: Instant,
    length: Duration,
) -> Result<bool, DbError> {
    let mut tx = db.write().await?;
    let taken = tx.run(TAKE, args![task, holder, now + length, now, now + length * 2]).await? == 1;
    tx.commit().await?;
    Ok(taken)
}

/// Gives the lease back before it ends.
pub async fn release(db: &Db, task: &str, holder: &str) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    tx.run(RELEASE, args![task, holder]).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::each_engine;

    #[tokio::test]
    async fn one_holder_at_a_time_and_the_next_after_expiry() {
        each_engine(&[crate::MIGRATIONS], async |db| {
            let (start, length) = (Instant::from_micros(1_000_000), Duration::from_secs(10));
            assert!(take(&db, "seal", "a", start, length).await.unwrap());
            assert!(!take(&db, "seal", "b", start + Duration::from_secs(5), length).await.unwrap());
            assert!(take(&db, "seal", "a", start + Duration::from_secs(5), length).await.unwrap());
            assert!(take(&db, "seal", "b", start + Duration::from_secs(15), length).await.unwrap());
            let set_back = start + Duration::from_secs(10);
            assert!(!take(&db, "seal", "c", set_back, length).await.unwrap());
            release(&db, "seal", "b").await.unwrap();
            assert!(take(&db, "seal", "a", start + Duration::from_secs(16), length).await.unwrap());
        })
        .await;
    }

    #[tokio::test]
    async fn a_clock_that_is_set_back_an_hour_stops_no_task_for_an_hour() {
        each_engine(&[crate::MIGRATIONS], async |db| {
            let (start, length) = (Instant::from_micros(7_200_000_000), Duration::from_secs(10));
            assert!(take(&db, "seal", "before", start, length).await.unwrap());
            let set_back = Instant::from_micros(3_600_000_000);
            assert!(take(&db, "seal", "after", set_back, length).await.unwrap());
            assert!(!take(&db, "seal", "before", set_back, length).await.unwrap());
        })
        .await;
    }
}
