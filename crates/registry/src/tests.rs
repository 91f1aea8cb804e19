//! Tests of the crate as a whole.

use platform::testing::each_engine;

#[tokio::test]
async fn every_statement_is_understood_by_both_engines() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        for (name, sql) in crate::statements() {
            if let Err(error) = db.prepare(sql).await {
                panic!("{name} on {}: {error}\n{sql}", db.engine_name());
            }
        }
    })
    .await;
}
