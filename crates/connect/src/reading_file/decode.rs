//! A CSV becomes entries of the ordinary message of readings: pure, total.

use serde_json::{Value, json};

/// Most bytes of a file.
pub const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Most values of a file.
pub const VALUES_MAX: usize = 500_000;
/// Most points of a wide file.
pub const POINTS_MAX: usize = 200;

/// One value of a file, not judged yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Line of the file, from 1, the header counted.
    pub line: u64,
    /// The entry of the message: `{"point", "at", "value"}`.
    pub body: Value,
}

/// Which columns hold what.
enum Form {
    Long { point: usize, at: usize, value: usize },
    Wide { at: usize, points: Vec<(usize, String)> },
}

/// The values of a file in their order; or why it cannot be read at all.
pub fn decode(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        format!("the file is no UTF-8 at byte {at}: save it as \"CSV UTF-8\"")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| format!("the header cannot be read: {error}"))?;
    let form = form(header)?;
    let mut entries = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("the file cannot be read: {error}"))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default();
        match &form {
            Form::Long { point, at, value } => {
                entries.push(entry(line, cell(*point), cell(*at), cell(*value)));
            }
            Form::Wide { at, points } => {
                let filled = points.iter().filter(|(column, _)| !cell(*column).is_empty());
                entries
                    .extend(filled.map(|(column, key)| entry(line, key, cell(*at), cell(*column))));
            }
        }
        if entries.len() > VALUES_MAX {
            return Err(format!("the file has more than {VALUES_MAX} values: send it in parts"));
        }
    }
    if entries.is_empty() {
        return Err("the file has no values below its header".to_owned());
    }
    Ok(entries)
}

fn form(header: &csv::StringRecord) -> Result<Form, String> {
    let column = |name: &str| header.iter().position(|title| title.eq_ignore_ascii_case(name));
    let at = column("at");
    if let (Some(point), Some(at), Some(value)) = (column("point"), at, column("value")) {
        return Ok(Form::Long { point, at, value });
    }
    let Some(at) = at else {
        let detail = "the header has no column `at`: begin the file with `point,at,value`, or with \
                      `at` and the keys of points, such as `at,pm10,pm25`";
        return Err(detail.to_owned());
    };
    let titles = header.iter().map(str::to_owned).enumerate();
    let points: Vec<_> =
        titles.filter(|(column, title)| *column != at && !title.is_empty()).collect();
    match points.len() {
        0 => Err("beside `at` the header names no point".to_owned()),
        n if n > POINTS_MAX => Err(format!("the header names more than {POINTS_MAX} points")),
        _ => Ok(Form::Wide { at, points }),
    }
}

/// Numbers become numbers; all else stays a text, which is then refused with its reason, or read as a time.
fn entry(line: u64, point: &str, at: &str, value: &str) -> Entry {
    let at = at.parse::<i64>().map_or_else(|_| json!(at), |millis| json!(millis));
    let value = value.parse::<f64>().ok().filter(|value| value.is_finite());
    let body = match value {
        Some(value) => json!({ "point": point, "at": at, "value": value }),
        None => json!({ "point": point, "at": at, "value": "no number" }),
    };
    Entry { line, body }
}
