use platform::testing::{each_engine, system_ctx};

use super::*;

fn row(day: i64, at_ms: (i64, i64), series: (u32, u32), batches: (u64, u64)) -> SegmentRow {
    let id = system_ctx().new_id();
    SegmentRow {
        id,
        path: crate::segment::path_of(id),
        day: Day(day),
        last_day: Day(day),
        level: 0,
        min_at_ms: at_ms.0,
        max_at_ms: at_ms.1,
        min_series: series.0,
        max_series: series.1,
        readings: 10,
        bytes: 33,
        sha256: "00".into(),
        batch_lo: batches.0,
        batch_hi: batches.1,
        precedence: batches.1,
        tombstones: 0,
        created_at: Instant::from_micros(5),
    }
}

async fn commit(db: &Db, row: &SegmentRow) {
    let mut tx = db.write().await.unwrap();
    commit_flush(&mut tx, row, &[(row.day, row.batch_hi)]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_segment_is_found_by_time_and_series_with_its_checkpoint() {
    each_engine(&[crate::MIGRATIONS], async |db| {
        let first = row(0, (100, 200), (5, 9), (1, 4));
        commit(&db, &first).await;
        let span = Span { min_series: 9, max_series: 20, from_ms: 200, until_ms: 300 };
        let known = read(&db, span, None).await.unwrap();
        assert_eq!(known.segments, std::slice::from_ref(&first));
        assert_eq!(known.checkpoints, Checkpoints::from([(Day(0), 4)]));
        for miss in [
            Span { min_series: 10, ..span },
            Span { from_ms: 201, ..span },
            Span { from_ms: 0, until_ms: 100, ..span },
        ] {
            assert!(read(&db, miss, None).await.unwrap().segments.is_empty(), "{miss:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_checkpoint_never_moves_back() {
    each_engine(&[crate::MIGRATIONS], async |db| {
        commit(&db, &row(3, (0, 1), (1, 1), (5, 9))).await;
        commit(&db, &row(3, (0, 1), (1, 1), (1, 4))).await;
        let mut tx = db.read().await.unwrap();
        let checkpoints = load_checkpoints(&mut tx, Day(0), Day(9)).await.unwrap();
        assert_eq!(checkpoints, Checkpoints::from([(Day(3), 9)]));
    })
    .await;
}

#[tokio::test]
async fn a_flush_that_is_not_committed_leaves_no_trace() {
    each_engine(&[crate::MIGRATIONS], async |db| {
        let mut tx = db.write().await.unwrap();
        commit_flush(&mut tx, &row(0, (0, 1), (1, 1), (1, 1)), &[(Day(0), 1)]).await.unwrap();
        drop(tx);
        let span = Span { min_series: 0, max_series: 9, from_ms: 0, until_ms: 9 };
        assert_eq!(read(&db, span, None).await.unwrap(), Known::default());
    })
    .await;
}

#[tokio::test]
async fn every_statement_is_prepared_on_both_engines() {
    each_engine(&[crate::MIGRATIONS], async |db| {
        for (name, sql) in statements() {
            db.prepare(sql).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    })
    .await;
}

#[test]
fn segments_overlap_only_in_time_and_series_together() {
    let one = row(0, (0, 10), (1, 5), (1, 1));
    assert!(one.overlaps(&row(0, (10, 20), (5, 9), (2, 2))));
    assert!(!one.overlaps(&row(0, (11, 20), (5, 9), (2, 2))));
    assert!(!one.overlaps(&row(0, (0, 10), (6, 9), (2, 2))));
}
