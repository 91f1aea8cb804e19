//! Every row from one store to another: from SQLite to PostgreSQL when a complex grows, or back.
//!
//! Tables are copied in the order in which the migrations make them, so that a row never refers to one
//! that is not there yet. It is one transaction: a copy that breaks off leaves the target empty.

use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Column, Row as _, TypeInfo};

use super::{Arg, Db, DbError, MigrationSet, Row, WriteTx};

/// Copies all tables of `sets` from `from` into `to`, which holds none of their rows; tells the rows of
/// each table.
pub async fn copy(
    from: &Db,
    to: &Db,
    sets: &[MigrationSet],
) -> Result<Vec<(&'static str, u64)>, DbError> {
    let mut target = to.write().await?;
    let mut copied = Vec::new();
    let scripts = || sets.iter().flat_map(|set| set.migrations).map(|script| script.sql);
    for table in scripts().flat_map(|script| names_after("CREATE TABLE ", script)) {
        // What a migration laid down itself gives way to the rows of the source.
        if scripts().flat_map(|script| names_after("INSERT INTO ", script)).any(|t| t == table) {
            target.run_dynamic(&format!("DELETE FROM {table}"), Vec::new()).await?;
        } else if target.any_row(table).await? {
            return Err(DbError::NotEmpty(table.to_owned()));
        }
        copied.push((table, copy_table(from, &mut target, table).await?));
    }
    target.commit().await?;
    Ok(copied)
}

/// The tables that a script names after `words`, in its order.
fn names_after(words: &'static str, script: &'static str) -> impl Iterator<Item = &'static str> {
    script
        .split(words)
        .skip(1)
        .filter_map(|rest| rest.trim_start_matches("IF NOT EXISTS ").split([' ', '(', '\n']).next())
}

async fn copy_table(from: &Db, target: &mut WriteTx, table: &str) -> Result<u64, DbError> {
    let mut source = from.read().await?;
    // The name comes from our own migrations.
    let mut rows = source.stream(AssertSqlSafe(format!("SELECT * FROM {table}")));
    let (mut insert, mut count) = (None, 0);
    while let Some(row) = rows.try_next().await? {
        let (columns, args) = values(&row)?;
        let sql = insert.get_or_insert_with(|| insert_into(table, &columns));
        target.run_dynamic(sql, args).await?;
        count += 1;
    }
    Ok(count)
}

fn insert_into(table: &str, columns: &[String]) -> String {
    let places = (1..=columns.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", "))
}

fn values(row: &Row) -> Result<(Vec<String>, Vec<Arg>), DbError> {
    let columns: Vec<(String, String)> = match row {
        Row::Sqlite(row) => row.columns().iter().map(name_and_type).collect(),
        Row::Postgres(row) => row.columns().iter().map(name_and_type).collect(),
    };
    let mut args = Vec::with_capacity(columns.len());
    for (name, kind) in &columns {
        args.push(match kind.as_str() {
            kind if kind.contains("INT") => Arg::Int(row.get(name)?),
            kind if ["REAL", "FLOA", "DOUB"].iter().any(|real| kind.contains(real)) => {
                Arg::Real(row.get(name)?)
            }
            "BLOB" | "BYTEA" => Arg::Bytes(row.get(name)?),
            _ => Arg::Text(row.get(name)?),
        });
    }
    Ok((columns.into_iter().map(|(name, _)| name).collect(), args))
}

fn name_and_type<C: Column>(column: &C) -> (String, String) {
    (column.name().to_owned(), column.type_info().name().to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;
    use crate::testing::{TEST_NOW, each_engine, system_ctx, temp_dir};

    #[test]
    fn tables_are_found_in_their_order() {
        let script =
            "CREATE TABLE a (\n id TEXT);\nCREATE INDEX a_i ON a (id);\nCREATE TABLE b(x TEXT);";
        assert_eq!(names_after("CREATE TABLE ", script).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[tokio::test]
    async fn a_copy_there_and_back_keeps_every_row_and_refuses_a_full_target() {
        each_engine(&[crate::MIGRATIONS], async |there| {
            let file = temp_dir("copy").join("source.db");
            let here = Db::open(&format!("sqlite:{}", file.display())).await.unwrap();
            crate::db::migrate(&here, &[crate::MIGRATIONS], TEST_NOW).await.unwrap();
            let mut tx = here.write().await.unwrap();
            for n in 0..3 {
                let audit = crate::Audit {
                    action: "test.done",
                    subject: format!("thing:{n}"),
                    complex: None,
                    detail: serde_json::json!({ "말": "한글" }),
                };
                tx.audit(&system_ctx(), audit).await.unwrap();
            }
            tx.commit().await.unwrap();
            crate::audit::seal(&here).await.unwrap();

            let copied = copy(&here, &there, &[crate::MIGRATIONS]).await.unwrap();
            assert!(copied.contains(&("audit_entry", 3)), "{copied:?}");
            assert_eq!(crate::audit::verify(&there).await.unwrap().checked, 3);
            assert!(crate::audit::verify(&there).await.unwrap().broken.is_empty());
            let again = copy(&here, &there, &[crate::MIGRATIONS]).await.unwrap_err();
            assert!(again.to_string().contains("audit_entry"), "{again}");

            let url = format!("sqlite:{}", file.with_file_name("back.db").display());
            let back = Db::open(&url).await.unwrap();
            crate::db::migrate(&back, &[crate::MIGRATIONS], TEST_NOW).await.unwrap();
            copy(&there, &back, &[crate::MIGRATIONS]).await.unwrap();
            let rows = back.read().await.unwrap().all("SELECT id FROM audit_entry", args![]).await;
            assert_eq!(rows.unwrap().len(), 3);
        })
        .await;
    }
}
