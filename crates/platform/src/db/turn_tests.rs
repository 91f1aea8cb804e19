//! Writers that count before they add, all at the same moment.

use super::Db;
use crate::args;
use crate::testing::each_engine;

const ROOM: i64 = 3;
const WRITERS: usize = 12;

/// Adds a row to a list where there is room.
async fn add(db: Db, list: i64) {
    let mut tx = db.write_in_turn("thing", list).await.unwrap();
    let count = "SELECT COUNT(*) AS things FROM thing WHERE list = $1";
    let row = tx.one(count, args![list]).await.unwrap().unwrap();
    if row.get::<i64>("things").unwrap() < ROOM {
        tx.run("INSERT INTO thing (list) VALUES ($1)", args![list]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_limit_holds_however_many_add_at_once() {
    each_engine(&[], async |db| {
        let mut tx = db.write().await.unwrap();
        tx.run("CREATE TABLE thing (list BIGINT NOT NULL)", args![]).await.unwrap();
        tx.commit().await.unwrap();
        let mut writers = tokio::task::JoinSet::new();
        for _ in 0..WRITERS {
            for list in 1..=2 {
                writers.spawn(add(db.clone(), list));
            }
        }
        writers.join_all().await;
        let rows = "SELECT COUNT(*) AS things FROM thing";
        let row = db.read().await.unwrap().one(rows, args![]).await.unwrap().unwrap();
        assert_eq!(row.get::<i64>("things").unwrap(), 2 * ROOM, "on {}", db.engine_name());
    })
    .await;
}

#[tokio::test]
async fn turns_of_other_names_do_not_wait_for_each_other() {
    each_engine(&[], async |db| {
        if db.engine_name() == "sqlite" {
            return;
        }
        let mut one = db.write_in_turn("thing", 1).await.unwrap();
        let two = db.write_in_turn("thing", 2).await.unwrap();
        let other = db.write_in_turn("other", 1).await.unwrap();
        one.turn("thing", 1).await.unwrap();
        for tx in [one, two, other] {
            tx.commit().await.unwrap();
        }
    })
    .await;
}
