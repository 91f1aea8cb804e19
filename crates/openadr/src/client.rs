//! The client (VEN) of somebody else's server (VTN): token, programs, events, its own name, reports.
//!
//! Every answer has a limit of size and time, redirects are not followed, and nothing that holds the secret or a
//! token stands in an error.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::Duration as StdDuration;

use base::Instant;
use reqwest::header::AUTHORIZATION;
use reqwest::{Client, Method, Url};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Kind;
use crate::wire::{self, Event, Program, Received, Report};

/// The largest answer, bytes.
pub const ANSWER_MAX: usize = 1 << 20;
/// Objects asked for at once.
const PAGE: usize = 50;
/// Pages of one list at most.
const PAGES_MAX: usize = 40;
/// Objects of one list at most: a page may hold more than was asked for.
const LISTED_MAX: usize = 2_000;
/// The longest words of an object that cannot be read, characters.
const UNREAD_MAX: usize = 200;
/// How long a connection may take to stand.
const CONNECT_TIMEOUT: StdDuration = StdDuration::from_secs(5);
/// How long one call may take.
const TIMEOUT: StdDuration = StdDuration::from_secs(10);
/// How long a token holds when the server does not say, seconds.
const TOKEN_SECONDS: u64 = 300;
/// A token is no longer used so long before its end, seconds.
const TOKEN_MARGIN: u64 = 30;

/// Where a server is, and who we are there.
pub struct Settings {
    /// The address that `programs` and `events` stand below.
    pub base_url: String,
    /// Where tokens are given; `auth/token` below the address when absent.
    pub token_url: Option<String>,
    /// The client's id.
    pub client_id: String,
    /// Its secret.
    pub secret: String,
}

/// Why a server gave no answer that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The address is none.
    #[error("the address of the server cannot be used: write it as https://HOST/PATH/")]
    Address,
    /// It does not answer.
    #[error("the server cannot be reached ({0})")]
    Unreachable(String),
    /// It takes too long.
    #[error("the server does not answer in {} s", TIMEOUT.as_secs())]
    Slow,
    /// It does not know us.
    #[error("the server gives no token ({0}): check client id and secret")]
    NoToken(String),
    /// It refuses.
    #[error("the server answers {what} with status {status}")]
    Status {
        /// What was asked.
        what: String,
        /// Its answer.
        status: u16,
    },
    /// It cannot be read.
    #[error("the answer to {what} cannot be read: {why}")]
    Unreadable {
        /// What was asked.
        what: String,
        /// Why.
        why: String,
    },
    /// It is too long.
    #[error(
        "the answer to {0} is larger than {ANSWER_MAX} bytes, or has more than {LISTED_MAX} objects"
    )]
    TooLarge(String),
}

impl ClientError {
    /// A short word for metrics.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Unreachable(_) => "unreachable",
            Self::Slow => "timeout",
            Self::NoToken(_) => "token",
            Self::Status { .. } => "status",
            Self::Unreadable { .. } => "unreadable",
            Self::TooLarge(_) => "too_large",
        }
    }

    /// Whether the server will not take this request, however often it is sent: a token or a pause does not help.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Status { status, .. } => {
                (400..=499).contains(status) && !matches!(status, 401 | 408 | 429)
            }
            Self::Address
            | Self::Unreachable(_)
            | Self::Slow
            | Self::NoToken(_)
            | Self::Unreadable { .. }
            | Self::TooLarge(_) => false,
        }
    }

    /// Whether asking again soon is of no use.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::NoToken(_) | Self::Address => true,
            Self::Status { status, .. } => matches!(status, 403 | 404 | 429),
            Self::Unreachable(_) | Self::Slow | Self::Unreadable { .. } | Self::TooLarge(_) => {
                false
            }
        }
    }
}

/// A list of objects.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<T> {
    /// Those that could be read.
    pub objects: Vec<Received<T>>,
    /// What was wrong with each of the others.
    pub unread: Vec<String>,
}

struct Token {
    value: String,
    until: Instant,
}

/// A client of one server.
pub struct VenClient {
    http: Client,
    base: Url,
    token_url: Url,
    client_id: String,
    secret: String,
    token: Option<Token>,
}

impl VenClient {
    /// A client; nothing is asked yet.
    pub fn new(settings: Settings) -> Result<Self, ClientError> {
        let parse = |text: &str| Url::parse(text).map_err(|_| ClientError::Address);
        let base = parse(&format!("{}/", settings.base_url.trim_end_matches('/')))?;
        let token_url = match &settings.token_url {
            Some(text) => parse(text)?,
            None => base.join("auth/token").map_err(|_| ClientError::Address)?,
        };
        let mut http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT);
        if is_own_machine(&base) || is_own_machine(&token_url) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(lost)?;
        let Settings { client_id, secret, .. } = settings;
        Ok(Self { http, base, token_url, client_id, secret, token: None })
    }

    /// The programs that we may see.
    pub async fn programs(&mut self, now: Instant) -> Result<Listed<Program>, ClientError> {
        self.list(now, Kind::Program, &[]).await
    }

    /// The events of a program, or of all that we may see.
    pub async fn events(
        &mut self,
        now: Instant,
        program: Option<&str>,
    ) -> Result<Listed<Event>, ClientError> {
        let of: Vec<_> = program.map(|id| ("programID", id)).into_iter().collect();
        self.list(now, Kind::Event, &of).await
    }

    /// Makes our name known, unless it is. A server that takes one name of a client keeps the one that it has.
    pub async fn register(&mut self, now: Instant, name: &str) -> Result<(), ClientError> {
        let known: Listed<wire::Ven> = self.list(now, Kind::Ven, &[("venName", name)]).await?;
        if known.objects.iter().any(|ven| ven.content.ven_name == name) {
            return Ok(());
        }
        let body = json!({ "objectType": "VEN_VEN_REQUEST", "venName": name });
        match self.call(now, Method::POST, "vens", Some(&body)).await {
            Ok(_) | Err(ClientError::Status { status: 409, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Sends a report. One of the same name that the server has already is as good.
    pub async fn report(&mut self, now: Instant, report: &Report) -> Result<(), ClientError> {
        let mut body = json!(report);
        body["objectType"] = json!("REPORT");
        match self.call(now, Method::POST, "reports", Some(&body)).await {
            Ok(_) | Err(ClientError::Status { status: 409, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// All pages of a list: until one brings nothing new, because a server may give less than it is asked for.
    async fn list<T: DeserializeOwned>(
        &mut self,
        now: Instant,
        kind: Kind,
        query: &[(&str, &str)],
    ) -> Result<Listed<T>, ClientError> {
        let name = kind.collection();
        let (mut objects, mut unread) = (Vec::new(), Vec::<String>::new());
        let mut ids = HashSet::new();
        let mut skip = 0;
        for _ in 0..PAGES_MAX {
            let mut path = format!("{name}?skip={skip}&limit={PAGE}");
            for (key, value) in query {
                path = format!("{path}&{key}={}", escaped(value));
            }
            let answer = self.call(now, Method::GET, &path, None).await?;
            let page = answer.as_array().ok_or_else(|| ClientError::Unreadable {
                what: name.to_owned(),
                why: "it is no list".to_owned(),
            })?;
            skip += page.len();
            let mut fresh = false;
            for body in page {
                if !ids.insert(body["id"].to_string()) {
                    continue;
                }
                fresh = true;
                if ids.len() > LISTED_MAX {
                    return Err(ClientError::TooLarge(name.to_owned()));
                }
                match wire::receive(kind, body) {
                    Ok(object) => objects.push(object),
                    Err(words) => unread.push(words.chars().take(UNREAD_MAX).collect()),
                }
            }
            if !fresh {
                return Ok(Listed { objects, unread });
            }
        }
        Err(ClientError::TooLarge(name.to_owned()))
    }

    /// One call with our token; once more with a new one when the server does not take it.
    async fn call(
        &mut self,
        now: Instant,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ClientError> {
        let what = path.split('?').next().unwrap_or_default().to_owned();
        let url = self.base.join(path).map_err(|_| ClientError::Address)?;
        for is_last in [false, true] {
            let token = self.token(now).await?;
            let mut request = self.http.request(method.clone(), url.clone());
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
            if let Some(body) = body {
                request = request.json(body);
            }
            let (status, bytes) = answer(request, &what).await?;
            match status {
                200..=299 => {
                    return serde_json::from_slice(&bytes).map_err(|fault| {
                        let why = format!("it is no JSON ({fault})");
                        ClientError::Unreadable { what: what.clone(), why }
                    });
                }
                401 if !is_last => self.token = None,
                _ => return Err(ClientError::Status { what, status }),
            }
        }
        Err(ClientError::Status { what, status: 401 })
    }

    /// A token that still holds (RFC 6749, 4.4: client credentials).
    async fn token(&mut self, now: Instant) -> Result<String, ClientError> {
        if let Some(token) = self.token.as_ref().filter(|token| now < token.until) {
            return Ok(token.value.clone());
        }
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            escaped(&self.client_id),
            escaped(&self.secret)
        );
        let request = self.http.post(self.token_url.clone());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let (status, bytes) = answer(request.body(form), "auth/token").await?;
        let body: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if !(200..=299).contains(&status) {
            return Err(match status {
                500.. => ClientError::Status { what: "auth/token".to_owned(), status },
                _ => ClientError::NoToken(format!("status {status}")),
            });
        }
        let value = body["access_token"].as_str().filter(|value| is_token(value));
        let Some(value) = value else {
            return Err(ClientError::NoToken("its answer holds none".to_owned()));
        };
        let seconds = body["expires_in"].as_u64().unwrap_or(TOKEN_SECONDS).min(86_400);
        let held = StdDuration::from_secs(seconds.saturating_sub(TOKEN_MARGIN).max(1));
        self.token = Some(Token { value: value.to_owned(), until: now + held });
        Ok(value.to_owned())
    }
}

/// A proxy would look for the server on its own machine.
fn is_own_machine(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}

fn is_token(text: &str) -> bool {
    (1..=8_192).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Status and body, the body within its limit.
async fn answer(
    request: reqwest::RequestBuilder,
    what: &str,
) -> Result<(u16, Vec<u8>), ClientError> {
    let mut response = request.send().await.map_err(lost)?;
    let status = response.status().as_u16();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if bytes.len() + chunk.len() > ANSWER_MAX {
            return Err(ClientError::TooLarge(what.to_owned()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((status, bytes))
}

/// What went wrong, without the address and with its innermost cause.
fn lost(error: reqwest::Error) -> ClientError {
    if error.is_timeout() {
        return ClientError::Slow;
    }
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    ClientError::Unreachable(cause.to_string().chars().take(200).collect())
}

/// Text as it stands in a form or a query: all but letters, digits and `-._~` as `%XX`.
fn escaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            plain.push(byte.into());
        } else {
            let _ = write!(plain, "%{byte:02X}");
        }
    }
    plain
}
