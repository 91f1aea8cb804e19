//! The calls: one task for each source, a round each interval.

use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

use base::{Id, Instant};
use reqwest::{Client, Url};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::reply::{Item, Reply, decode};
use super::{Published, Question, Told};
use crate::source::work::{Asked, Sources};
use crate::source::{Source, polled};

/// The largest answer, bytes; a day of a station is some 10 kB.
const BODY_MAX: usize = 1 << 20;
/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a service is left alone that said no for good: its calls of the day are counted.
const REFUSED_WAIT: Duration = Duration::from_hours(1);

/// Why a round failed.
#[derive(Debug)]
pub(super) struct Failure {
    outcome: &'static str,
    words: String,
    /// Asking again soon is of no use.
    is_lasting: bool,
}

impl Failure {
    fn new(outcome: &'static str, words: String) -> Self {
        Self { outcome, words, is_lasting: false }
    }
}

/// What the last answer said: the value of each point and time.
pub(super) type Seen = HashMap<(String, Instant), Result<f64, String>>;

/// Asks a service until `token` ends it.
pub(crate) async fn keep<P: Published>(
    sources: Sources,
    asked: Asked<P>,
    token: CancellationToken,
) {
    let interval = Duration::from_secs(asked.connection.service().interval_s.into());
    let mut seen = Seen::new();
    loop {
        let round = tokio::select! {
            () = token.cancelled() => return,
            round = round(&sources, &asked, &mut seen) => round,
        };
        let wait = match round {
            Ok(()) => {
                sources.count(P::KIND, "ok");
                interval
            }
            Err(failure) => {
                sources.count(P::KIND, failure.outcome);
                let longest = if failure.is_lasting { REFUSED_WAIT } else { interval };
                let wait = sources.failed_within(asked.id, P::KIND, &failure.words, longest);
                if failure.is_lasting { longest } else { wait }
            }
        };
        tokio::select! {
            () = token.cancelled() => return,
            () = sleep(wait) => {}
        }
    }
}

/// Asks once, and sends on what is new.
pub(super) async fn round<P: Published>(
    sources: &Sources,
    asked: &Asked<P>,
    seen: &mut Seen,
) -> Result<(), Failure> {
    let connection = &asked.connection;
    let items = ask(sources, connection).await?;
    let read = connection.read(&items);
    let fresh: Vec<Told> = read
        .told
        .iter()
        .filter(|told| seen.get(&key(told)) != Some(&told.value))
        .cloned()
        .collect();
    sources.statuses.heard(asked.id, sources.ingest.now(), read.unread);
    if !fresh.is_empty() {
        send(sources, asked.id, asked.device_id, fresh).await?;
    }
    // Bounded by the rows of one answer.
    *seen = read.told.into_iter().map(|told| (key(&told), told.value)).collect();
    Ok(())
}

fn key(told: &Told) -> (String, Instant) {
    (told.point.clone(), told.at)
}

async fn send(
    sources: &Sources,
    id: Id<Source>,
    device: Id<base::noun::Device>,
    fresh: Vec<Told>,
) -> Result<(), Failure> {
    let entries: Vec<_> = fresh
        .iter()
        .map(|told| polled::Entry {
            point: &told.point,
            at: told.at,
            value: match &told.value {
                Ok(number) => polled::Value::Number(*number),
                Err(words) => polled::Value::None(words.clone()),
            },
            doubtful: told.doubtful,
        })
        .collect();
    let sent = sources.take(id, device, entries.into_iter()).await;
    sent.map_err(|words| Failure::new("not_kept", words))
}

/// The rows of the first question that has any.
async fn ask<P: Published>(sources: &Sources, connection: &P) -> Result<Vec<Item>, Failure> {
    let service = connection.service();
    let secret = key_of(sources, &service.key_env);
    let secret =
        secret.map_err(|words| Failure { is_lasting: true, ..Failure::new("key", words) })?;
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(Duration::from_millis(service.timeout_ms.into()))
        .build()
        .map_err(|error| Failure::new("client", words_of(error)))?;
    for question in connection.questions(sources.ingest.now()) {
        let url = url(&service.base_url, &secret, &question)
            .ok_or_else(|| Failure::new("client", "the base address cannot be used".to_owned()))?;
        let body = get(&client, url).await?;
        match decode(&body) {
            Ok(Reply::Items(items)) => return Ok(items),
            Ok(Reply::Nothing) => {}
            Ok(Reply::Refused(refusal)) => {
                let (code, advice) = (&refusal.code, refusal.advice());
                let words = format!("the service refuses ({code} {}): {advice}", refusal.words);
                let words = hide(&words, &secret);
                let is_lasting = refusal.is_lasting();
                return Err(Failure { is_lasting, ..Failure::new("refused", words) });
            }
            Err(words) => return Err(Failure::new("unreadable", hide(&words, &secret))),
        }
    }
    let words = format!("the service has no values: {}", connection.advice());
    Err(Failure::new("nothing", words))
}

/// The key as the service wants it before it is put into an address. data.go.kr shows it in two spellings;
/// both are taken.
fn key_of(sources: &Sources, variable: &str) -> Result<String, String> {
    let raw = (sources.environment)(variable)
        .ok_or_else(|| format!("the server has no environment variable {variable}: set it"))?;
    let raw = raw.trim();
    if !(1..=500).contains(&raw.len()) || !raw.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(format!("what stands in {variable} is no key: copy it again from data.go.kr"));
    }
    Ok(if raw.contains('%') { unescaped(raw) } else { raw.to_owned() })
}

/// `%2B` becomes `+`; what is no such escape stays.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = byte.filter(u8::is_ascii_graphic) {
            plain.push(byte.into());
            plain.push_str(&part[2..]);
        } else {
            plain.push('%');
            plain.push_str(part);
        }
    }
    plain
}

fn url(base: &str, secret: &str, question: &Question) -> Option<Url> {
    let mut url = Url::parse(base).ok()?;
    url.path_segments_mut().ok()?.pop_if_empty().extend(question.path.split('/'));
    let mut query = url.query_pairs_mut();
    query.append_pair("serviceKey", secret);
    for (name, value) in &question.query {
        query.append_pair(name, value);
    }
    drop(query);
    Some(url)
}

/// The body of an answer. Some errors come with another status than 200 and the usual body.
async fn get(client: &Client, url: Url) -> Result<Vec<u8>, Failure> {
    let lost = |error: reqwest::Error| {
        let outcome = if error.is_timeout() { "timeout" } else { "transport" };
        let what = if error.is_timeout() { "does not answer in time" } else { "cannot be reached" };
        Failure::new(outcome, format!("the service {what} ({})", words_of(error)))
    };
    let mut response = client.get(url).send().await.map_err(lost)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if body.len() + chunk.len() > BODY_MAX {
            let words = format!("the answer is larger than {BODY_MAX} bytes: it is not read");
            return Err(Failure::new("unreadable", words));
        }
        body.extend_from_slice(&chunk);
    }
    if status == 200 || matches!(decode(&body), Ok(Reply::Refused(_))) {
        return Ok(body);
    }
    let is_lasting = matches!(status, 401 | 403 | 429);
    let words = match status {
        401 | 403 => "check the key in the environment of the server",
        429 => "too many calls: make the interval longer",
        _ => "tried again by itself",
    };
    let words = format!("the service answers with status {status}: {words}");
    Err(Failure { is_lasting, ..Failure::new("status", words) })
}

/// What went wrong with a call, with its causes and without its address, which holds the key.
fn words_of(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    words.chars().take(300).collect()
}

/// A service may repeat what it was sent.
fn hide(words: &str, secret: &str) -> String {
    words.replace(secret, "…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_key_are_the_same_key() {
        for raw in ["ab+c/d==", "ab%2Bc%2Fd%3D%3D", "ab%2bc%2fd=="] {
            let key = if raw.contains('%') { unescaped(raw) } else { raw.to_owned() };
            assert_eq!(key, "ab+c/d==", "{raw}");
        }
        assert_eq!(unescaped("a%zz%4"), "a%zz%4");
    }

    #[test]
    fn an_address_keeps_the_path_of_a_proxy_and_escapes_what_it_must() {
        let query = vec![("stationName", "팔복동".to_owned())];
        let question = Question { path: "B552584/x", query };
        let url = url("http://127.0.0.1:9/relay/", "a+b/=", &question).unwrap();
        assert_eq!(
            url.as_str(),
            "http://127.0.0.1:9/relay/B552584/x?serviceKey=a%2Bb%2F%3D\
             &stationName=%ED%8C%94%EB%B3%B5%EB%8F%99"
        );
    }
}
