//! A database without space left, by SQLite's own limit of pages.

use super::Db;
use crate::args;
use crate::testing::temp_dir;

#[tokio::test]
async fn a_full_disk_that_ends_a_transaction_leaves_a_writer_that_writes_again() {
    let path = temp_dir("full").join("full.db");
    let db = Db::open(&format!("sqlite:{}", path.display())).await.unwrap();
    let mut tx = db.write().await.unwrap();
    tx.run("CREATE TABLE thing (body TEXT NOT NULL)", args![]).await.unwrap();
    tx.commit().await.unwrap();
    let insert = "INSERT INTO thing (body) VALUES ($1)";
    // The limit holds for this connection only.
    let mut tx = db.write().await.unwrap();
    tx.run("PRAGMA max_page_count = 10", args![]).await.unwrap();
    let full = tx.run(insert, args!["x".repeat(1_000_000)]).await.unwrap_err().to_string();
    assert!(full.contains("full"), "{full}");
    drop(tx);
    for _ in 0..3 {
        let mut tx = db.write().await.unwrap();
        tx.run(insert, args!["small"]).await.unwrap();
        tx.commit().await.unwrap();
    }
    let rows = db.read().await.unwrap().all("SELECT body FROM thing", args![]).await.unwrap();
    assert_eq!(rows.len(), 3);
}
