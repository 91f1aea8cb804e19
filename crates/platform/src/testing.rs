//! The test kit of the store: each test runs on SQLite and, where `SANDAN_TEST_PG` names a server, on
//! PostgreSQL, in a database of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use base::{Clock, FixedClock, Instant};
use tower::ServiceExt as _;

use crate::blob::Blob;
use crate::db::{Db, MigrationSet, migrate};
use crate::{Ctx, Platform};

/// The variable with the URL of a PostgreSQL server on which databases may be made.
pub const POSTGRES_VAR: &str = "SANDAN_TEST_PG";
/// 2026-11-25T00:00:00Z: where the clocks of tests stand.
pub const TEST_NOW: Instant = Instant::from_micros(1_795_564_800_000_000);

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A clock that stands at [`TEST_NOW`].
pub fn test_clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::at(TEST_NOW))
}

/// The platform itself as actor, with ids from the operating system.
pub fn system_ctx() -> Ctx {
    let clock: Arc<dyn Clock> = Arc::new(crate::clock::SystemClock);
    Ctx::system(&clock, "test")
}

/// A folder of this process, to be removed by a later one: a test that fails can be looked into until then.
///
/// # Panics
/// When it cannot be made.
pub fn temp_dir(name: &str) -> std::path::PathBuf {
    static SWEPT: std::sync::Once = std::sync::Once::new();
    SWEPT.call_once(sweep);
    let unique =
        format!("sandan-{name}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let path = std::env::temp_dir().join(unique);
    std::fs::create_dir_all(&path).expect("the temporary folder can be written");
    path
}

/// Removes the folders of processes that have ended.
fn sweep() {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name.strip_prefix("sandan-").and_then(|rest| rest.rsplit('-').nth(1));
        let Some(pid) = ours.and_then(|text| text.parse::<u32>().ok()) else { continue };
        if !std::path::Path::new(&format!("/proc/{pid}")).exists() {
            // Another process may be sweeping as well.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A fresh, empty database on the PostgreSQL of the tests, for another process to open; it goes with the
/// server. `None` where there is no server, and then this says so.
///
/// # Panics
/// When the server does not make it.
pub async fn postgres_database() -> Option<String> {
    let made = postgres().await;
    if made.is_none() {
        eprint_skipped();
    }
    made.map(|(_, url, _)| url)
}

/// Runs `body` on a fresh migrated store of each engine; says when PostgreSQL is left out.
///
/// # Panics
/// When a store cannot be made: that is a failed test.
pub async fn each_engine(sets: &[MigrationSet], body: impl AsyncFn(Db)) {
    let dir = temp_dir("db");
    let sqlite =
        Db::open(&format!("sqlite:{}", dir.join("test.db").display())).await.expect("SQLite opens");
    migrate(&sqlite, sets, TEST_NOW).await.expect("SQLite migrates");
    body(sqlite.clone()).await;
    sqlite.close().await;
    let _ = std::fs::remove_dir_all(&dir);

    match postgres().await {
        Some((server, url, name)) => {
            let db = Db::open(&url).await.expect("the new PostgreSQL database opens");
            migrate(&db, sets, TEST_NOW).await.expect("PostgreSQL migrates");
            body(db.clone()).await;
            db.close().await;
            let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
            sqlx::raw_sql(drop).execute(&server).await.expect("the test database is dropped");
        }
        None => eprint_skipped(),
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn eprint_skipped() {
    eprintln!("skipped on PostgreSQL: {POSTGRES_VAR} is not set (./dev test sets it)");
}

async fn postgres() -> Option<(sqlx::PgPool, String, String)> {
    let url = std::env::var(POSTGRES_VAR).ok()?;
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1);
    let server = pool.connect(&url).await.expect("the PostgreSQL of the tests answers");
    let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
    sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&server).await.expect("a database is made");
    let (base, _) = url.rsplit_once('/').expect("the URL ends in /NAME");
    Some((server, format!("{base}/{name}"), name))
}

/// Asks a router as somebody; the answer is its status and its JSON, `null` when it is none.
///
/// # Panics
/// When the request cannot be put together, or the answer breaks off.
pub async fn send(
    router: axum::Router,
    ctx: &Ctx,
    method: &str,
    uri: &str,
    body: impl Into<axum::body::Body>,
) -> (u16, serde_json::Value) {
    let mut request = axum::http::Request::builder()
        .method(method)
        .uri(uri)
        .header("content-type", "application/json")
        .body(body.into())
        .expect("method and address are good");
    request.extensions_mut().insert(ctx.clone());
    let response = router.oneshot(request).await.expect("a router always answers");
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await;
    let bytes = bytes.expect("the answer is whole");
    (status, serde_json::from_slice(&bytes).unwrap_or(serde_json::Value::Null))
}

/// A platform on a fresh SQLite store in a temporary folder, with `clock`.
///
/// # Panics
/// When it cannot be made.
pub async fn platform(sets: &[MigrationSet], clock: Arc<dyn Clock>) -> Platform {
    let dir = temp_dir("platform");
    let db =
        Db::open(&format!("sqlite:{}", dir.join("test.db").display())).await.expect("SQLite opens");
    platform_on(db, sets, clock, &dir).await
}

/// A platform on `db`, which is migrated first; files go to `dir`.
///
/// # Panics
/// When it cannot be made.
pub async fn platform_on(
    db: Db,
    sets: &[MigrationSet],
    clock: Arc<dyn Clock>,
    dir: &std::path::Path,
) -> Platform {
    migrate(&db, sets, TEST_NOW).await.expect("the store migrates");
    let blob = Blob::folder(&dir.join("blob")).expect("the folder can be written");
    Platform::new(db, blob, clock)
}
