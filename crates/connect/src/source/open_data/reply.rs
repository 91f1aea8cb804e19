//! What a service answers becomes rows, nothing, or a refusal: pure, total, bounded.
//!
//! A refusal has many shapes: XML `OpenAPI_ServiceResponse` with status 200 although JSON was asked for, the
//! same as JSON, or a `resultCode` other than 00 within the usual envelope.

use serde_json::{Map, Value};

/// Most rows of an answer; more are not looked at.
pub const ITEMS_MAX: usize = 1_000;
/// Most characters of a refusal's words.
const WORDS_MAX: usize = 160;

/// One row.
pub type Item = Map<String, Value>;

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Rows.
    Items(Vec<Item>),
    /// The service knows of no values.
    Nothing,
    /// It does not want to.
    Refused(Refusal),
}

/// Why a service does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its code.
    pub code: String,
    /// Its words, cut.
    pub words: String,
}

impl Refusal {
    /// Whether asking again soon is of no use: a key that is wrong, not granted or ended, or the calls of
    /// the day used up.
    pub fn is_lasting(&self) -> bool {
        matches!(&*self.code, "20" | "22" | "30" | "31" | "32")
    }

    /// What to do.
    pub fn advice(&self) -> &'static str {
        match &*self.code {
            "20" => "apply for this service at data.go.kr with the same key",
            "22" => "the calls of the day are used up: make the interval longer",
            "30" | "31" | "32" => "check the key in the environment of the server",
            _ => "tried again by itself",
        }
    }
}

/// Reads the body of an answer.
pub fn decode(body: &[u8]) -> Result<Reply, String> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('<') {
        return refusal_in_xml(text);
    }
    let json: Value = serde_json::from_str(text)
        .map_err(|error| format!("the answer is neither JSON nor XML ({error}): {}", cut(text)))?;
    if let Some(head) = json.pointer("/OpenAPI_ServiceResponse/cmmMsgHeader") {
        let field = |name: &str| head.get(name).map(scalar).unwrap_or_default();
        return Ok(refused(&field("returnReasonCode"), &field("returnAuthMsg"), &field("errMsg")));
    }
    let head = json.pointer("/response/header").ok_or("the answer has no response.header")?;
    let field = |name: &str| head.get(name).map(scalar).unwrap_or_default();
    match &*field("resultCode") {
        "00" | "0" => Ok(rows(json.pointer("/response/body/items"))),
        "03" => Ok(Reply::Nothing),
        code => Ok(refused(code, &field("resultMsg"), "")),
    }
}

/// `items` is a list, or holds one under `item`, or a single row; without rows it may be a text.
fn rows(items: Option<&Value>) -> Reply {
    let items = items.map(|items| items.get("item").unwrap_or(items));
    let rows: Vec<Item> = match items {
        Some(Value::Array(rows)) => {
            rows.iter().take(ITEMS_MAX).filter_map(Value::as_object).cloned().collect()
        }
        Some(Value::Object(row)) if !row.is_empty() => vec![row.clone()],
        _ => Vec::new(),
    };
    if rows.is_empty() { Reply::Nothing } else { Reply::Items(rows) }
}

/// XML is never asked for: it is a refusal. Only the few elements of one are looked for.
fn refusal_in_xml(text: &str) -> Result<Reply, String> {
    let of = |name: &str| element(text, name).unwrap_or_default().to_owned();
    let code = element(text, "returnReasonCode").or_else(|| element(text, "resultCode"));
    match code {
        Some("03") => Ok(Reply::Nothing),
        Some(code) if code != "00" => {
            let words = of("returnAuthMsg") + &of("resultMsg");
            Ok(refused(code, &words, &of("errMsg")))
        }
        _ => Err(format!("the answer is XML and no error of the service: {}", cut(text))),
    }
}

/// What stands in the first element of this name.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let from = text.find(&open)? + open.len();
    let until = from + text[from..].find(&close)?;
    Some(text[from..until].trim())
}

fn refused(code: &str, words: &str, else_words: &str) -> Reply {
    let words = if words.is_empty() { else_words } else { words };
    let code = code.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    Reply::Refused(Refusal { code, words: cut(words) })
}

fn cut(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(WORDS_MAX).collect()
}

/// A text or a number as text; nothing else.
pub(crate) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A field of a row as text, cut; empty when it is absent or null.
pub(crate) fn text(item: &Item, field: &str) -> String {
    item.get(field).map(scalar).unwrap_or_default().chars().take(60).collect()
}

/// A text as a finite number.
pub(crate) fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn envelope(code: &str, items: &Value) -> Vec<u8> {
        json!({ "response": { "header": { "resultCode": code, "resultMsg": "말" },
            "body": { "items": items } } })
        .to_string()
        .into_bytes()
    }

    fn refusal(body: &str) -> Refusal {
        match decode(body.as_bytes()) {
            Ok(Reply::Refused(refusal)) => refusal,
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn rows_are_found_in_each_shape() {
        let row = json!({ "a": "1" });
        for items in [json!([row]), json!({ "item": [row] }), json!({ "item": row })] {
            let expect = Reply::Items(vec![row.as_object().unwrap().clone()]);
            assert_eq!(decode(&envelope("00", &items)), Ok(expect), "{items}");
        }
        for items in [json!([]), json!(""), json!({ "item": [] }), Value::Null] {
            assert_eq!(decode(&envelope("00", &items)), Ok(Reply::Nothing), "{items}");
        }
        assert_eq!(decode(&envelope("03", &json!([row]))), Ok(Reply::Nothing));
    }

    #[test]
    fn a_refusal_is_found_in_each_shape_and_says_what_to_do() {
        let xml = "\u{feff}<?xml version=\"1.0\"?>\n<OpenAPI_ServiceResponse><cmmMsgHeader>\
            <errMsg>SERVICE ERROR</errMsg><returnAuthMsg>LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS\
            _ERROR</returnAuthMsg><returnReasonCode>22</returnReasonCode></cmmMsgHeader>\
            </OpenAPI_ServiceResponse>";
        let quota = refusal(xml);
        assert_eq!(quota.words, "LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR");
        assert!(quota.is_lasting() && quota.advice().contains("used up"), "{quota:?}");
        let json = r#"{"OpenAPI_ServiceResponse":{"cmmMsgHeader":{"errMsg":"SERVICE ERROR",
            "returnAuthMsg":"SERVICE_KEY_IS_NOT_REGISTERED_ERROR","returnReasonCode":"30"}}}"#;
        let key = refusal(json);
        assert_eq!((&*key.code, key.is_lasting()), ("30", true));
        assert_eq!(key.words, "SERVICE_KEY_IS_NOT_REGISTERED_ERROR");
        let inner = "<response><header><resultCode>99</resultCode><resultMsg>모름</resultMsg>\
            </header></response>";
        assert_eq!(refusal(inner), Refusal { code: "99".into(), words: "모름".into() });
        let usual = String::from_utf8(envelope("10", &Value::Null)).unwrap();
        assert!(!refusal(&usual).is_lasting());
    }

    #[test]
    fn what_is_no_answer_of_a_service_is_an_error_in_words() {
        for body in ["", "Unauthorized", "<html><body>502</body></html>", "{}", "[1]", "null"] {
            let error = decode(body.as_bytes()).unwrap_err();
            assert!(error.starts_with("the answer"), "{body}: {error}");
        }
        let deep = "[".repeat(100_000);
        assert!(decode(deep.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn no_body_makes_the_decoder_fail(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&body);
        }

        #[test]
        fn no_xml_makes_the_decoder_fail(
            parts in proptest::collection::vec(proptest::sample::select(&[
                "<", "returnReasonCode>", "</", "22", "resultCode>", "00", "한", "<returnAuthMsg>",
            ][..]), 0..20),
        ) {
            let _ = decode(format!("<{}", parts.concat()).as_bytes());
        }
    }
}
