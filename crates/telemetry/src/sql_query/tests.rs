//! SQL over HTTP: what is answered, what is refused, and that nobody gets out.

use axum::http::Request;
use base::{Quality, Reading, Role, Scope};
use platform::Ctx;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::routes;
use super::turn::{QUESTIONS_MAX, TurnError, Turns};
use crate::ingress::tests::kit::{METER, NOW_MS, SENSOR, World, call, now};

const QUARTER_MS: i64 = 900_000;

fn router(world: &World) -> axum::Router {
    let ingest = &world.ingest;
    routes(&world.platform, ingest.store().clone(), ingest.directory().clone()).into()
}

async fn ask(world: &World, ctx: &Ctx, sql: &str) -> (u16, Value) {
    let body = json!({ "sql": sql }).to_string();
    call(router(world), ctx, "POST", "/api/v1/sql_queries", body).await
}

/// The rows of an answer; a refusal fails the test with its words.
async fn rows(world: &World, ctx: &Ctx, sql: &str) -> Value {
    let (status, answer) = ask(world, ctx, sql).await;
    assert_eq!(status, 200, "{sql}: {answer}");
    answer["rows"].clone()
}

async fn refusal(world: &World, ctx: &Ctx, sql: &str) -> String {
    let (status, problem) = ask(world, ctx, sql).await;
    assert_eq!((status, &problem["code"]), (422, &json!("query.sql")), "{sql}: {problem}");
    problem["detail"].as_str().unwrap().to_owned()
}

/// Four quarters of the tenant's meter, four values of the complex's sensor; half of them in a segment.
async fn filled(name: &str) -> World {
    let world = World::new(name).await;
    let store = world.ingest.store();
    let (kwh, pm25) = (world.series(METER, "kwh"), world.series(SENSOR, "pm25"));
    let reading = |series, n: i64, value: f64| Reading {
        series,
        at_ms: NOW_MS - 4 * QUARTER_MS + n * QUARTER_MS,
        value,
        quality: if n == 3 { Quality::SPIKE } else { Quality::GOOD },
    };
    for half in [0..2, 2..4] {
        let readings = half
            .flat_map(|n| [reading(kwh, n, 10.0 + n as f64), reading(pm25, n, n as f64)])
            .collect();
        store.append(readings, now()).await.unwrap();
        if store.raw(kwh, 0, NOW_MS, 9).await.unwrap().readings.len() == 2 {
            store.flush_all().await.unwrap();
        }
    }
    world
}

fn operator(world: &World) -> Ctx {
    world.ctx(&[(Role::Operator, Scope::Complex(world.scope(METER).complex().unwrap()))])
}

fn tenant(world: &World) -> Ctx {
    world.ctx(&[(Role::EnergyManager, world.scope(METER))])
}

#[tokio::test]
async fn a_question_is_answered_with_columns_rows_and_kinds() {
    let world = filled("sql-answer").await;
    let ctx = operator(&world);
    let sql = "SELECT device_key, point_key, at, value, quality, usable FROM readings
               WHERE quantity = 'pm25' AND at >= '2026-11-24T23:30:00' ORDER BY at";
    let (status, answer) = ask(&world, &ctx, sql).await;
    assert_eq!(status, 200, "{answer}");
    let kinds: Vec<_> =
        answer["columns"].as_array().unwrap().iter().map(|c| c["kind"].clone()).collect();
    assert_eq!(kinds, ["text", "text", "instant", "number", "number", "boolean"]);
    assert_eq!(
        answer["rows"],
        json!([
            [SENSOR, "pm25", "2026-11-24T23:30:00Z", 2.0, 0, true],
            [SENSOR, "pm25", "2026-11-24T23:45:00Z", 3.0, 4, false],
        ])
    );
    assert_eq!(answer["truncated"], false);
    let sums = "SELECT date_trunc('hour', at + interval '9 hours') AS hour, sum(value), count(*)
                FROM readings GROUP BY 1 ORDER BY 1";
    assert_eq!(rows(&world, &ctx, sums).await, json!([["2026-11-25T08:00:00Z", 6.0, 4]]));
    assert_eq!(rows(&world, &ctx, "SELECT count(*) FROM readings").await, json!([[4]]));
    let joined = "SELECT p.name, max(r.value) FROM readings r JOIN points p USING (point_id)
                  GROUP BY p.name";
    assert_eq!(rows(&world, &ctx, joined).await.as_array().unwrap().len(), 1);
    let devices = "SELECT device_key, kind FROM devices WHERE device_key LIKE 'air-%' ORDER BY 1";
    let expected = json!([["air-001", "sensor"], ["air-002", "sensor"]]);
    assert_eq!(rows(&world, &ctx, devices).await, expected);
}

#[tokio::test]
async fn places_in_the_text_take_values_and_a_limit_says_that_there_is_more() {
    let world = filled("sql-params").await;
    let body = json!({
        "sql": "SELECT value FROM readings WHERE point_key = $1 AND value >= $2 ORDER BY at",
        "params": ["pm25", 1.0],
        "limit": 2,
    });
    let uri = "/api/v1/sql_queries";
    let ctx = operator(&world);
    let (status, answer) = call(router(&world), &ctx, "POST", uri, body.to_string()).await;
    assert_eq!((status, &answer["rows"]), (200, &json!([[1.0], [2.0]])), "{answer}");
    assert_eq!(answer["truncated"], true);
    let body = json!({"sql": "SELECT $1", "params": [[1]]}).to_string();
    let (status, problem) = call(router(&world), &ctx, "POST", uri, body).await;
    assert_eq!((status, &problem["fields"][0]["pointer"]), (422, &json!("/params/0")));
}

#[tokio::test]
async fn each_sees_the_readings_that_they_may_read_whatever_the_text_says() {
    let world = filled("sql-tenants").await;
    let tricks = [
        "SELECT count(*) FROM readings WHERE device_key = 'meter-001'",
        "SELECT count(*) FROM readings WHERE device_key = 'meter-001' OR 1 = 1",
        "SELECT count(*) FROM (SELECT * FROM readings) WHERE quantity = 'active_energy'",
        "WITH r AS (SELECT * FROM readings) SELECT count(*) FROM r WHERE device_key LIKE 'meter%'",
        "SELECT count(*) FROM readings r RIGHT JOIN devices d USING (device_key)
         WHERE r.value IS NOT NULL",
    ];
    let (operator, tenant) = (operator(&world), tenant(&world));
    for (sql, of_operator, of_tenant) in
        [(tricks[0], 0, 4), (tricks[1], 4, 4), (tricks[2], 0, 4), (tricks[3], 0, 4)]
    {
        assert_eq!(rows(&world, &operator, sql).await, json!([[of_operator]]), "{sql}");
        assert_eq!(rows(&world, &tenant, sql).await, json!([[of_tenant]]), "{sql}");
    }
    assert_eq!(rows(&world, &operator, tricks[4]).await, json!([[4]]));
    let devices = "SELECT device_key FROM devices";
    assert_eq!(rows(&world, &tenant, devices).await, json!([[METER]]));
    let nobody = world.ctx(&[(Role::Ingest, Scope::System)]);
    assert_eq!(ask(&world, &nobody, "SELECT 1").await.0, 403);
}

#[tokio::test]
async fn a_former_owners_time_stays_closed_and_no_condition_is_asked_of_it() {
    let world = filled("sql-owner").await;
    let point = world.point(METER, "kwh");
    let Scope::Establishment { id, .. } = world.scope(METER) else { panic!("a tenant's meter") };
    // The tenant owns the meter only since the third quarter.
    let mut claims = super::tables::claims(&tenant(&world), &world.ingest.directory().snapshot());
    claims.retain(|claim| claim.series == point.series);
    assert_eq!(claims.len(), 1);
    assert_eq!(claims[0].establishment_id, Some(id.to_string()));
    claims[0].from_ms = NOW_MS - 2 * QUARTER_MS;
    let ask = async |sql: &str| {
        let question = crate::query::sql::SqlQuestion {
            sql: sql.to_owned(),
            params: Vec::new(),
            claims: claims.clone(),
            tables: Vec::new(),
            rows_max: 10,
            time_max: std::time::Duration::from_secs(30),
        };
        let answer = world.ingest.store().sql(question).await?;
        let batches: Vec<_> = futures::TryStreamExt::try_collect(answer.batches).await?;
        let cells = batches.iter().flat_map(|batch| super::cells::rows(batch).unwrap());
        Ok::<_, crate::StoreError>(cells.collect::<Vec<_>>())
    };
    assert_eq!(ask("SELECT value FROM readings ORDER BY at").await.unwrap(), [[12.0], [13.0]]);
    // 10 stands in the closed time: asked of it, this would divide by zero.
    let oracle = "SELECT count(*) FROM readings WHERE 1 / (CAST(value AS INT) - 10) >= 0";
    assert_eq!(ask(oracle).await.unwrap(), [[2]]);
    let own = "SELECT count(*) FROM readings WHERE 1 / (CAST(value AS INT) - 12) >= 0";
    assert!(ask(own).await.unwrap_err().to_string().to_lowercase().contains("zero"));
}

#[tokio::test]
async fn nothing_but_one_select_is_answered() {
    let world = filled("sql-select-only").await;
    let ctx = operator(&world);
    for sql in [
        "CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION '/etc'",
        "CREATE TABLE t AS SELECT 1",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "COPY readings TO 'out.parquet'",
        "INSERT INTO points VALUES (1)",
        "DELETE FROM points",
        "UPDATE points SET name = 'x'",
        "DROP TABLE readings",
        "SET datafusion.execution.batch_size = 1",
        "SHOW TABLES",
        "EXPLAIN SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "PREPARE p AS SELECT 1",
        "SELECT 1; SELECT 2",
        "",
        "SELECT 1 INTO t",
        "WITH t AS (INSERT INTO points VALUES (1)) SELECT 1",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM generate_series(1, 1000000000000)",
        "SELECT * FROM range(1, 10)",
        "SELECT repeat('a', 2000000000)",
        "SELECT lpad('a', 2000000000)",
        "SELECT * FROM segment",
    ] {
        assert!(!refusal(&world, &ctx, sql).await.is_empty());
    }
}

#[tokio::test]
async fn a_fault_in_the_text_is_said_with_its_place() {
    let world = filled("sql-words").await;
    let ctx = operator(&world);
    for (sql, words) in [
        ("SELECT valu FROM readings", "line 1, column 8"),
        ("SELECT value\nFROM readings\nWHERE", "EOF"),
        ("SELECT )", "Column"),
        ("SELECT * FROM nowhere", "nowhere"),
        ("SELECT nofunction(1)", "nofunction"),
        ("SELECT CAST('a' AS INT)", "'a'"),
        ("DROP TABLE readings", "only SELECT"),
        ("SELECT 1; SELECT 2", "exactly one"),
    ] {
        let said = refusal(&world, &ctx, sql).await;
        assert!(said.contains(words), "{sql}: {said}");
    }
}

#[tokio::test]
async fn a_text_that_nests_or_doubles_is_refused_and_ends_nothing() {
    let world = filled("sql-nesting").await;
    let ctx = operator(&world);
    let brackets = format!("SELECT {}1{}", "(".repeat(900), ")".repeat(900));
    let chain = format!("SELECT 1{}", " + 1".repeat(900));
    let casts = format!("SELECT 1{}", "::int".repeat(600));
    let nots = format!("SELECT {} true", "NOT ".repeat(1_500));
    let long = format!("SELECT {}", "1,".repeat(20_000));
    let words = format!("SELECT 1{}", " , 1".repeat(1_100));
    let unions = format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(400));
    let doubled = (0..30)
        .map(|n| format!("a{} AS (SELECT x.value FROM a{n} x, a{n} y)", n + 1))
        .collect::<Vec<_>>()
        .join(", ");
    let doubling =
        format!("WITH a0 AS (SELECT value FROM readings), {doubled} SELECT count(*) FROM a30");
    for sql in [brackets, chain, casts, nots, long, words, unions, doubling] {
        assert!(!refusal(&world, &ctx, &sql).await.is_empty());
    }
    assert_eq!(rows(&world, &ctx, "SELECT 1").await, json!([[1]]), "the process lives");
}

#[tokio::test]
async fn a_huge_question_ends_by_its_limit_of_time_or_memory() {
    let world = filled("sql-huge").await;
    let ctx = operator(&world);
    let directory = world.ingest.directory().snapshot();
    let values = (0..300).map(|n| format!("({n})")).collect::<Vec<_>>().join(",");
    let many = format!("WITH v(n) AS (VALUES {values})");
    let question = |sql: String, seconds| crate::query::sql::SqlQuestion {
        sql,
        params: Vec::new(),
        claims: super::tables::claims(&ctx, &directory),
        tables: Vec::new(),
        rows_max: 10,
        time_max: std::time::Duration::from_secs(seconds),
    };
    let run = async |sql: String, seconds| {
        let answer = world.ingest.store().sql(question(sql, seconds)).await?;
        let batches: Vec<_> = futures::TryStreamExt::try_collect(answer.batches).await?;
        Ok::<_, crate::StoreError>(batches.len())
    };
    let start = std::time::Instant::now();
    let endless = format!(
        "{many} SELECT sum(a.n + b.n + c.n + d.n + e.n + f.n) FROM v a, v b, v c, v d, v e, v f"
    );
    let error = run(endless, 2).await.unwrap_err().to_string();
    assert!(error.contains("longer than 2 seconds"), "{error}");
    assert!(start.elapsed().as_secs() < 20, "the limit of time holds");
    let word = "long ".repeat(200);
    let large = format!(
        "{many} SELECT count(*) FROM (SELECT concat('{word}', a.n, ' ', b.n, ' ', c.n) AS k
         FROM v a, v b, v c GROUP BY 1)"
    );
    let error = run(large, 60).await.unwrap_err().to_string();
    assert!(error.contains("more memory"), "{error}");
}

#[tokio::test]
async fn an_export_streams_csv_or_arrow_and_stands_in_the_ledger() {
    let world = filled("sql-export").await;
    let ctx = operator(&world);
    let bytes = async |uri: &str, accept: &str| {
        let sql = "SELECT at, value, '=1+1' AS formula FROM readings ORDER BY at";
        let mut request = Request::post(uri)
            .header("accept", accept)
            .body(axum::body::Body::from(json!({ "sql": sql }).to_string()))
            .unwrap();
        request.extensions_mut().insert(ctx.clone());
        let response = router(&world).oneshot(request).await.unwrap();
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!(response.status(), 200);
        (kind, axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap())
    };
    let (kind, csv) = bytes("/api/v1/sql_queries?format=csv&bom=true", "*/*").await;
    assert_eq!(kind, "text/csv; charset=utf-8");
    let text = String::from_utf8(csv.to_vec()).unwrap();
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!(lines[0], "\u{feff}at,value,formula");
    assert_eq!(lines[1], "2026-11-24T23:00:00,0.0,'=1+1");
    assert_eq!(lines.len(), 6, "{text}");
    let (kind, arrow) =
        bytes("/api/v1/sql_queries", "application/vnd.apache.arrow.stream, */*").await;
    assert_eq!(kind, "application/vnd.apache.arrow.stream");
    let reader = arrow_ipc::reader::StreamReader::try_new(&*arrow, None).unwrap();
    assert_eq!(reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 4);
    let mut tx = world.platform.db.read().await.unwrap();
    let count = "SELECT * FROM audit_entry WHERE action = 'sql_query.export'";
    assert_eq!(tx.all(count, Vec::new()).await.unwrap().len(), 2);
}

#[test]
fn one_question_at_a_time_for_each_and_a_few_for_all() {
    let turns = Turns::default();
    let first = turns.take("a").unwrap();
    assert_eq!(turns.take("a").unwrap_err(), TurnError::Own);
    let others: Vec<_> = (1..QUESTIONS_MAX).map(|n| turns.take(&n.to_string()).unwrap()).collect();
    assert_eq!(turns.take("late").unwrap_err(), TurnError::Full);
    drop((first, others));
    assert!(turns.take("a").is_ok());
}

#[tokio::test]
async fn a_missing_file_is_said_by_its_name() {
    let world = filled("sql-missing").await;
    let path = world.ingest.store().segments().await.unwrap()[0].path.clone();
    world.platform.blob.delete(&path).await.unwrap();
    let (status, problem) =
        ask(&world, &operator(&world), "SELECT COUNT(value) FROM readings").await;
    assert_eq!((status, &problem["code"]), (503, &json!("query.file_missing")), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains(&path), "{problem}");
    assert!(world.platform.metrics.text().contains("telemetry_segment_missing_total 1"));
}
