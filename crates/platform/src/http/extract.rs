//! Parsing of requests, with words instead of a bare 400.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use base::ErrorKind;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Problem;
use crate::Ctx;

/// A JSON body in, or out.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Body(bytes) = Body::from_request(request, state).await?;
        parse_json(&bytes).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Parses a JSON body; the problem names the field by its pointer.
pub(crate) fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        if error.inner().is_data() {
            return Problem::invalid_field(&pointer, error.inner().to_string());
        }
        let detail = format!("the body is no JSON: {}; send one JSON value", error.inner());
        Problem::new(ErrorKind::Invalid, "malformed_json", detail)
    })?;
    json.end().map_err(|error| {
        let detail = format!("the body goes on after its JSON value: {error}");
        Problem::new(ErrorKind::Invalid, "malformed_json", detail)
    })?;
    Ok(value)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

/// The bare bytes of a body, within the limit of the route.
#[derive(Debug, Clone)]
pub struct Body(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Bytes::from_request(request, state).await.map(Self).map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                let detail =
                    "the body is larger than this address takes; split it and send the parts";
                Problem::new(ErrorKind::TooLarge, "body_too_large", detail)
            }
            _ => Problem::new(
                ErrorKind::Invalid,
                "body_unreadable",
                "the body broke off before its end; send it again",
            ),
        })
    }
}

/// The query of the address.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Query::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| {
                Problem::new(ErrorKind::Invalid, "invalid_query", rejection.body_text())
            })
    }
}

/// The variable parts of the path.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|rejection| {
                Problem::new(ErrorKind::NotFound, "not_found", rejection.body_text())
            })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Ctx {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            let detail = "nobody is signed in: sign in, or send Authorization: Bearer with a token";
            Problem::new(ErrorKind::Unauthenticated, "not_signed_in", detail)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its parsing matters")]
    struct Thing {
        name: String,
        parts: Vec<Part>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its parsing matters")]
    struct Part {
        size: u32,
    }

    fn check(body: &str, code: &str, pointer: Option<&str>) {
        let problem = parse_json::<Thing>(body.as_bytes()).unwrap_err();
        assert_eq!(problem.code, code, "{problem:?}");
        assert_eq!(problem.fields.first().map(|field| field.pointer.as_str()), pointer);
    }

    #[test]
    fn a_bad_body_is_refused_with_the_place_of_the_fault() {
        check("{", "malformed_json", None);
        check("", "malformed_json", None);
        check(r#"{"name":"a","parts":[]} x"#, "malformed_json", None);
        check(r#"{"name":"a","parts":[{"size":1},{"size":-2}]}"#, "invalid", Some("/parts/1/size"));
        check(r#"{"name":"a","parts":[],"colour":1}"#, "invalid", Some("/colour"));
        check(r#"{"name":"a"}"#, "invalid", Some(""));
    }
}
