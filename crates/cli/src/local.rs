//! Commands of the machine's owner: to the platform that runs, or on the folder itself.

use std::path::Path;

use anyhow::bail;
use server::App;
use server::admin::{Answer, Command, execute, send};

/// Sends `command` to the platform that owns `data`, or does it here when none runs.
pub(crate) async fn owner_command(
    data: &Path,
    command: Command,
    payload: Vec<u8>,
) -> anyhow::Result<serde_json::Value> {
    // `send` needs the command back when nobody listens, so it goes as JSON once more.
    let copy = serde_json::from_value(serde_json::to_value(&command)?)?;
    let answer = if let Some(answer) = send(data, copy, &payload).await? {
        answer
    } else {
        let app = App::open(crate::serve::plain(data.to_owned())).await?;
        let answer = execute(&app, command, payload).await;
        app.close().await;
        answer
    };
    match answer {
        Answer::Ok(value) => Ok(value),
        Answer::Error(words) => bail!(words),
    }
}
