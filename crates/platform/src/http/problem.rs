//! Errors as problem+json (RFC 9457), and the one table from [`ErrorKind`] to status codes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Coded, ErrorKind, FieldError};
use serde::Serialize;

/// The result of a handler.
pub type ApiResult<T> = Result<T, Problem>;

tokio::task_local! {
    /// The id of the request that is being answered.
    pub(super) static REQUEST_ID: String;
}

/// What the caller is told about a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// `about:blank`: the code says more.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind_uri: &'static str,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// Stable, dotted code: `alarm.already_acknowledged`.
    pub code: String,
    /// What happened, to which thing, and what to do.
    pub detail: String,
    /// Every bad field, for 422.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub fields: Vec<FieldError>,
    /// To quote when asking for help; the log has it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl Problem {
    /// A problem of this kind.
    pub fn new(kind: ErrorKind, code: &str, detail: impl Into<String>) -> Self {
        let status = status(kind);
        Self {
            kind_uri: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: detail.into(),
            fields: Vec::new(),
            request_id: None,
        }
    }

    /// 403 with words.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(ErrorKind::Forbidden, "forbidden", detail)
    }

    /// 404: no `noun` has this id, or the reader may not know of it.
    pub fn not_found(noun: &str, id: impl std::fmt::Display) -> Self {
        let detail = format!("there is no {noun} {id}, or you may not see it");
        Self::new(ErrorKind::NotFound, "not_found", detail)
    }

    /// 409: the thing was changed since the caller read it.
    pub fn stale(noun: &str, given: i64, current: i64) -> Self {
        let detail = format!(
            "the {noun} was changed by someone else: you gave version {given}, it is at {current}; \
             read it again and repeat your change"
        );
        Self::new(ErrorKind::Conflict, "stale_version", detail)
    }

    /// 422 with every bad field.
    pub fn invalid(fields: Vec<FieldError>) -> Self {
        let detail = fields
            .iter()
            .map(|field| format!("{}: {}", field.pointer, field.detail))
            .collect::<Vec<_>>()
            .join("; ");
        let mut problem = Self::new(ErrorKind::Invalid, "invalid", detail);
        problem.fields = fields;
        problem
    }

    /// 422 for one bad field.
    pub fn invalid_field(pointer: &str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(pointer, detail)])
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }
}

impl<E: Coded> From<E> for Problem {
    fn from(error: E) -> Self {
        if error.kind() == ErrorKind::Internal {
            // The one place where an internal cause is logged; the caller gets words without it.
            tracing::error!(code = error.code(), cause = %error, "a request failed on our side");
            let detail = "something failed on our side and was logged; try again, and quote the \
                          request id if it stays";
            return Self::new(ErrorKind::Internal, error.code(), detail);
        }
        Self::new(error.kind(), error.code(), error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        self.request_id = REQUEST_ID.try_with(Clone::clone).ok();
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).expect("a problem is plain JSON");
        let content_type = HeaderValue::from_static("application/problem+json");
        (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
    }
}
