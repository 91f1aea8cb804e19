//! Work with input: a row written in the transaction of its cause, delivered at least once.
//!
//! A handler must be idempotent. A row that fails is tried again, later each time, and never dropped;
//! rows that wait are counted in `/metrics`.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use base::Clock;

use crate::db::{Db, DbError, Row, WriteTx};
use crate::{Ctx, args};

/// Rows taken in one round.
const BATCH: i64 = 100;
/// First wait after a failure; doubled each time.
const RETRY_FIRST: Duration = Duration::from_secs(1);
/// Longest wait.
const RETRY_MAX: Duration = Duration::from_mins(5);

crate::statements! {
    /// Writes a row.
    INSERT = "INSERT INTO outbox (id, topic, body, created_at, attempts, next_at)
      VALUES ($1, $2, $3, $4, 0, $4)";
    /// The rows that are due; and those put off for longer than anything is: the clock was set back.
    DUE = "SELECT id, topic, body, attempts FROM outbox WHERE next_at <= $1 OR next_at > $3
      ORDER BY next_at, id LIMIT $2";
    /// Removes a delivered row.
    DONE = "DELETE FROM outbox WHERE id = $1";
    /// Puts a failed row off.
    PUT_OFF = "UPDATE outbox SET attempts = attempts + 1, next_at = $2, last_error = $3
      WHERE id = $1";
}

/// What a handler gives back: done, or why not yet.
pub type Delivery = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;
type Handler = Arc<dyn Fn(serde_json::Value) -> Delivery + Send + Sync>;

/// Marks ids of outbox rows.
struct OutboxRow;

impl WriteTx {
    /// Leaves `body` for the handler of `topic`.
    pub async fn outbox(
        &mut self,
        ctx: &Ctx,
        topic: &'static str,
        body: &serde_json::Value,
    ) -> Result<(), DbError> {
        let id = ctx.new_id::<OutboxRow>();
        self.run(INSERT, args![id, topic, body.clone(), ctx.now]).await.map(drop)
    }
}

/// The handlers by topic.
#[derive(Clone, Default)]
pub struct Handlers {
    by_topic: BTreeMap<&'static str, Handler>,
}

impl Handlers {
    /// Adds the handler of `topic`.
    #[must_use]
    pub fn on(
        mut self,
        topic: &'static str,
        handler: impl Fn(serde_json::Value) -> Delivery + Send + Sync + 'static,
    ) -> Self {
        self.by_topic.insert(topic, Arc::new(handler));
        self
    }
}

/// Delivers what is due; tells how many rows were tried.
pub async fn deliver(db: &Db, clock: &dyn Clock, handlers: &Handlers) -> Result<usize, DbError> {
    let now = clock.now();
    let rows = db.read().await?.all(DUE, args![now, BATCH, now + RETRY_MAX * 2]).await?;
    let tried = rows.len();
    for row in rows {
        deliver_one(db, clock, handlers, &row).await?;
    }
    Ok(tried)
}

async fn deliver_one(
    db: &Db,
    clock: &dyn Clock,
    handlers: &Handlers,
    row: &Row,
) -> Result<(), DbError> {
    let (id, topic) = (row.get::<String>("id")?, row.get::<String>("topic")?);
    let outcome = match handlers.by_topic.get(topic.as_str()) {
        Some(handler) => handler(row.json("body")?).await,
        None => Err(format!("nobody handles topic '{topic}'")),
    };
    let mut tx = db.write().await?;
    match outcome {
        Ok(()) => tx.run(DONE, args![id]).await?,
        Err(error) => {
            let next = clock.now() + retry_after(row.get("attempts")?);
            tracing::warn!(topic, %error, "an outbox row was not delivered and is tried again");
            tx.run(PUT_OFF, args![id, next, error]).await?
        }
    };
    tx.commit().await
}

fn retry_after(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(16);
    (RETRY_FIRST * 2_u32.pow(doublings)).min(RETRY_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{each_engine, system_ctx};
    use base::{FixedClock, Instant};
    use serde_json::json;
    use std::sync::Mutex;

    #[tokio::test]
    async fn a_failed_row_is_tried_again_later_until_it_is_delivered() {
        each_engine(&[crate::MIGRATIONS], async |db| {
            let clock = FixedClock::at(Instant::from_micros(1_000_000));
            let seen = Arc::new(Mutex::new(Vec::new()));
            let handlers = Handlers::default().on("greeting", {
                let seen = Arc::clone(&seen);
                move |body| {
                    let seen = Arc::clone(&seen);
                    Box::pin(async move {
                        seen.lock().unwrap().push(body);
                        if seen.lock().unwrap().len() < 2 { Err("not yet".into()) } else { Ok(()) }
                    })
                }
            });
            let mut tx = db.write().await.unwrap();
            let mut ctx = system_ctx();
            ctx.now = clock.now();
            tx.outbox(&ctx, "greeting", &json!("hello")).await.unwrap();
            tx.commit().await.unwrap();

            assert_eq!(deliver(&db, &clock, &handlers).await.unwrap(), 1);
            assert_eq!(deliver(&db, &clock, &handlers).await.unwrap(), 0, "it waits");
            clock.advance(Duration::from_secs(2));
            assert_eq!(deliver(&db, &clock, &handlers).await.unwrap(), 1);
            clock.advance(Duration::from_secs(999));
            assert_eq!(deliver(&db, &clock, &handlers).await.unwrap(), 0, "it is done");
            assert_eq!(*seen.lock().unwrap(), [json!("hello"), json!("hello")]);
        })
        .await;
    }

    #[test]
    fn the_wait_doubles_and_ends_at_five_minutes() {
        assert_eq!(retry_after(0), Duration::from_secs(1));
        assert_eq!(retry_after(3), Duration::from_secs(8));
        assert_eq!(retry_after(1_000), RETRY_MAX);
    }
}
