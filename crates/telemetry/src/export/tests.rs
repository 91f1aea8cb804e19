use axum::http::HeaderMap;

use super::Format;

#[test]
fn the_form_of_an_answer_follows_the_query_then_the_header() {
    let header = |accept: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert("accept", accept.parse().unwrap());
        headers
    };
    for (asked, accept, expected) in [
        (None, "*/*", Format::Json),
        (None, "text/csv", Format::Csv),
        (None, "text/html, text/csv;q=0.9", Format::Csv),
        (None, "application/json, text/csv", Format::Json),
        (None, "application/vnd.apache.arrow.stream", Format::Arrow),
        (Some(Format::Csv), "application/json", Format::Csv),
    ] {
        assert_eq!(Format::of(asked, &header(accept)), expected, "{accept}");
    }
    assert_eq!(Format::of(None, &HeaderMap::new()), Format::Json);
}

mod folder {
    use std::path::Path;

    use base::{Quality, Reading};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use crate::export::ExportFolder;
    use crate::ingress::tests::kit::{METER, NOW_MS, SENSOR, World, now};

    const DAY_MS: i64 = 86_400_000;

    fn rows(path: &Path) -> usize {
        let file = std::fs::File::open(path).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        reader.map(|batch| batch.unwrap().num_rows()).sum()
    }

    #[tokio::test]
    async fn days_are_written_whole_and_anew_when_late_readings_come() {
        let world = World::new("export-folder").await;
        let store = world.ingest.store();
        let root = world.dir.join("plain");
        let directory = world.ingest.directory().clone();
        let folder = ExportFolder::new(&world.platform, store.clone(), directory, root.clone());
        let send = async |device: &str, key: &str, at_ms: i64| {
            let series = world.series(device, key);
            let reading = Reading { series, at_ms, value: 1.5, quality: Quality::GOOD };
            store.append(vec![reading], now()).await.unwrap();
            store.flush_all().await.unwrap();
        };
        assert_eq!(folder.round().await.unwrap(), 0, "nothing is there yet");
        send(METER, "kwh", NOW_MS - DAY_MS).await;
        send(SENSOR, "pm25", NOW_MS).await;
        assert_eq!(folder.round().await.unwrap(), 2);
        let day = |date: &str| root.join(format!("complex=jj1/date={date}/readings.parquet"));
        assert_eq!((rows(&day("2026-11-24")), rows(&day("2026-11-25"))), (1, 1));
        assert_eq!(folder.round().await.unwrap(), 0, "nothing changed");
        send(SENSOR, "pm25", NOW_MS - DAY_MS + 1).await;
        assert_eq!(folder.round().await.unwrap(), 1, "only the day of the late reading");
        assert_eq!(rows(&day("2026-11-24")), 2);
        let manifest = folder.manifest().unwrap();
        assert_eq!(manifest.files.len(), 2);
        let total: u64 = manifest.files.values().map(|file| file.rows).sum();
        assert_eq!(total, 3);
    }
}
