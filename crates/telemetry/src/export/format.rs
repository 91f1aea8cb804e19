//! In which form an answer is wanted.

use axum::http::{HeaderMap, header};

/// The forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    /// JSON, for programs and the console.
    Json,
    /// Text with commas, UTF-8.
    Csv,
    /// A stream of Arrow IPC.
    Arrow,
}

pub(super) const CSV: &str = "text/csv; charset=utf-8";
pub(super) const ARROW: &str = "application/vnd.apache.arrow.stream";

impl Format {
    /// The form that is asked for: by the query, else by `Accept`, else JSON.
    pub(crate) fn of(asked: Option<Self>, headers: &HeaderMap) -> Self {
        if let Some(format) = asked {
            return format;
        }
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        let mut kinds = accept
            .unwrap_or_default()
            .split(',')
            .map(|kind| kind.split(';').next().unwrap_or_default().trim());
        kinds
            .find_map(|kind| match kind {
                "application/json" => Some(Self::Json),
                "text/csv" => Some(Self::Csv),
                ARROW => Some(Self::Arrow),
                _ => None,
            })
            .unwrap_or(Self::Json)
    }
}
