//! `sandan migrate` and `sandan db`.

use std::path::PathBuf;

use anyhow::bail;
use base::Clock;
use clap::{Args, Subcommand};
use platform::clock::SystemClock;
use platform::db::{Db, copy, migrate as migrate_db};

#[derive(Args)]
pub(crate) struct MigrateArgs {
    /// Database: sqlite:PATH or postgres://USER@HOST/NAME.
    #[arg(long, env = "SANDAN_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<String>,
    /// The data folder; its sandan.db is meant when no database is named.
    #[arg(long, env = "SANDAN_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum DbCommand {
    /// Copy every table into an empty database, from SQLite to PostgreSQL or back.
    Copy {
        /// The database that is read; nothing may write to it meanwhile.
        #[arg(long, value_name = "URL")]
        from: String,
        /// The database that is filled; it is migrated first and must hold no rows.
        #[arg(long, value_name = "URL")]
        to: String,
    },
}

pub(crate) async fn migrate(args: MigrateArgs) -> anyhow::Result<()> {
    let url = match (args.database, args.data) {
        (Some(url), _) => url,
        (None, Some(data)) => format!("sqlite:{}", data.join("sandan.db").display()),
        (None, None) => {
            bail!("name the database with --database URL or the folder with --data DIR")
        }
    };
    let db = Db::open(&url).await?;
    let applied = migrate_db(&db, &server::MIGRATIONS, SystemClock.now()).await?;
    db.close().await;
    for name in &applied.names {
        println!("applied {name}");
    }
    println!("the database is up to date ({} applied)", applied.names.len());
    Ok(())
}

pub(crate) async fn run(command: DbCommand) -> anyhow::Result<()> {
    let DbCommand::Copy { from, to } = command;
    let (from, to) = (Db::open(&from).await?, Db::open(&to).await?);
    migrate_db(&from, &server::MIGRATIONS, SystemClock.now()).await?;
    migrate_db(&to, &server::MIGRATIONS, SystemClock.now()).await?;
    for (table, rows) in copy(&from, &to, &server::MIGRATIONS).await? {
        println!("{table}: {rows} rows");
    }
    from.close().await;
    to.close().await;
    Ok(())
}
