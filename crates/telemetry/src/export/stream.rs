//! Batches to the body of an answer.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow_ipc::writer::StreamWriter;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use platform::http::Problem;

use super::Format;
use super::csv;
use super::format::{ARROW, CSV};

/// Batches, or why there are no more.
pub(crate) type Batches = BoxStream<'static, Result<RecordBatch, Problem>>;

/// The answer in `format`, which is CSV or Arrow. `name` names the file, ASCII.
pub(crate) fn respond(
    name: &str,
    format: Format,
    bom: bool,
    schema: SchemaRef,
    batches: Batches,
) -> Response {
    let (kind, ending, body) = match format {
        Format::Arrow => (ARROW, "arrows", Body::from_stream(arrow(schema, batches))),
        Format::Csv | Format::Json => (CSV, "csv", Body::from_stream(text(schema, bom, batches))),
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let file = format!("attachment; filename=\"{name}.{ending}\"");
    if let Ok(file) = HeaderValue::from_str(&file) {
        headers.insert(header::CONTENT_DISPOSITION, file);
    }
    response
}

/// Why a body breaks off; the receiver sees the connection end, the log has the words.
fn broken(what: &str) -> ArrowError {
    tracing::warn!(cause = what, "an export broke off half-way");
    ArrowError::IpcError(what.to_owned())
}

fn text(
    schema: SchemaRef,
    bom: bool,
    batches: Batches,
) -> impl Stream<Item = Result<Bytes, ArrowError>> + Send {
    let head = futures::stream::once(async move { csv::head(&schema, bom).map(Bytes::from) });
    let body = batches
        .map_err(|problem| broken(&problem.detail))
        .and_then(async |batch| csv::body(&batch).map(Bytes::from));
    head.chain(body)
}

struct Encoder {
    writer: StreamWriter<Vec<u8>>,
    batches: Batches,
    ended: bool,
}

fn arrow(
    schema: SchemaRef,
    batches: Batches,
) -> impl Stream<Item = Result<Bytes, ArrowError>> + Send {
    let start = async move {
        let writer = StreamWriter::try_new(Vec::new(), &schema)?;
        Ok::<_, ArrowError>(futures::stream::try_unfold(
            Encoder { writer, batches, ended: false },
            step,
        ))
    };
    futures::stream::once(start).try_flatten()
}

/// The bytes of the next batch; those of the end come last.
async fn step(mut encoder: Encoder) -> Result<Option<(Bytes, Encoder)>, ArrowError> {
    if encoder.ended {
        return Ok(None);
    }
    if let Some(batch) = encoder.batches.next().await {
        encoder.writer.write(&batch.map_err(|problem| broken(&problem.detail))?)?;
    } else {
        encoder.writer.finish()?;
        encoder.ended = true;
    }
    let written = std::mem::take(encoder.writer.get_mut());
    Ok(Some((written.into(), encoder)))
}
