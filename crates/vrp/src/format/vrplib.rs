//! CVRPLIB, VRPLIB, and the further sections of PyVRP's dialect: `KEY : value`, then sections.

use std::collections::BTreeMap;

use super::lines::{Line, Lines, short};
use super::{Instance, NODES_MAX, ReadError, VEHICLES_MAX, vrplib_build};

/// Keys that are understood.
const KEYS: &[&str] = &[
    "NAME",
    "COMMENT",
    "TYPE",
    "DIMENSION",
    "VEHICLES",
    "CAPACITY",
    "DISTANCE",
    "SERVICE_TIME",
    "VEHICLES_MAX_DURATION",
    "EDGE_WEIGHT_TYPE",
    "EDGE_WEIGHT_FORMAT",
    "NODE_COORD_TYPE",
    "DISPLAY_DATA_TYPE",
];

/// Sections that are understood.
const SECTIONS: &[&str] = &[
    "NODE_COORD_SECTION",
    "EDGE_WEIGHT_SECTION",
    "DEMAND_SECTION",
    "BACKHAUL_SECTION",
    "SERVICE_TIME_SECTION",
    "TIME_WINDOW_SECTION",
    "RELEASE_TIME_SECTION",
    "CAPACITY_SECTION",
    "VEHICLES_FIXED_COST_SECTION",
    "VEHICLES_UNIT_DISTANCE_COST_SECTION",
    "VEHICLES_DEPOT_SECTION",
    "VEHICLES_RELOAD_DEPOT_SECTION",
    "DEPOT_SECTION",
];

/// A file as it is laid out.
pub(super) struct Raw<'a> {
    keys: BTreeMap<&'a str, (Line<'a>, &'a str)>,
    sections: BTreeMap<&'a str, (Line<'a>, Vec<Line<'a>>)>,
}

pub(super) fn read(text: &str) -> Result<Instance, ReadError> {
    vrplib_build::build(&raw(text)?)
}

fn raw(text: &str) -> Result<Raw<'_>, ReadError> {
    let mut found = Raw { keys: BTreeMap::new(), sections: BTreeMap::new() };
    let mut section: Option<&str> = None;
    let mut ended = false;
    for line in Lines::new(text) {
        if ended {
            return Err(line.wrong("something follows EOF"));
        }
        if line.text == "EOF" {
            ended = true;
        } else if let Some((key, value)) = line.text.split_once(':') {
            let key = key.trim();
            if section.is_some() {
                return Err(line.wrong(format!("key `{}` after the first section", short(key))));
            }
            if !KEYS.contains(&key) {
                return Err(line.wrong(format!("key `{}` is not supported", short(key))));
            }
            if found.keys.insert(key, (line, value.trim())).is_some() {
                return Err(line.wrong(format!("key `{key}` stands twice")));
            }
        } else if line.text.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
            if !SECTIONS.contains(&line.text) {
                return Err(line.wrong(format!("section `{}` is not supported", short(line.text))));
            }
            if found.sections.insert(line.text, (line, Vec::new())).is_some() {
                return Err(line.wrong(format!("section `{}` stands twice", line.text)));
            }
            section = Some(line.text);
        } else {
            let rows = section.and_then(|name| found.sections.get_mut(name));
            let Some((_, rows)) = rows else {
                return Err(line.wrong("values before the first section"));
            };
            rows.push(line);
        }
    }
    Ok(found)
}

impl<'a> Raw<'a> {
    /// The value of a key and its line.
    pub(super) fn key(&self, name: &str) -> Option<(Line<'a>, &'a str)> {
        self.keys.get(name).copied()
    }

    /// The value of a key that must be there.
    pub(super) fn expect(&self, name: &str) -> Result<(Line<'a>, &'a str), ReadError> {
        self.key(name)
            .ok_or_else(|| ReadError { line: 0, what: format!("key `{name}` is missing") })
    }

    /// A whole number of a key.
    pub(super) fn count(&self, name: &str) -> Result<Option<usize>, ReadError> {
        let Some((line, value)) = self.key(name) else { return Ok(None) };
        let value = line.count(value, name)?;
        Ok(Some(usize::try_from(value).expect("not negative and at most 1e9")))
    }

    /// A number of a key that is not negative.
    pub(super) fn amount(&self, name: &str) -> Result<Option<f64>, ReadError> {
        self.key(name).map(|(line, value)| line.amount(value, name)).transpose()
    }

    /// Whether a section is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.sections.contains_key(name)
    }

    /// Lines of a section.
    pub(super) fn lines(&self, name: &str) -> Option<(Line<'a>, &[Line<'a>])> {
        self.sections.get(name).map(|(at, lines)| (*at, lines.as_slice()))
    }

    /// Rows `number, values…` of a section: exactly `rows`, counting up from 1. `None` where the
    /// section is not there.
    pub(super) fn rows<T>(
        &self,
        name: &str,
        rows: usize,
        columns: &str,
        each: impl Fn(Line<'a>, &[&'a str]) -> Result<T, ReadError>,
    ) -> Result<Option<Vec<T>>, ReadError> {
        let Some((at, lines)) = self.lines(name) else { return Ok(None) };
        if lines.len() != rows {
            let found = lines.len();
            return Err(at.wrong(format!("{name} has {found} rows, {rows} are expected")));
        }
        let wanted = columns.split(',').count() + 1;
        let read = |(index, line): (usize, &Line<'a>)| {
            let words = line.words(wanted, &format!("number, {columns}"))?;
            let number = line.count(words[0], "number of the row")?;
            if usize::try_from(number) != Ok(index + 1) {
                let what = format!("row has number {number}, {} is expected", index + 1);
                return Err(line.wrong(what));
            }
            each(*line, &words[1..])
        };
        lines.iter().enumerate().map(read).collect::<Result<Vec<T>, _>>().map(Some)
    }

    /// How many nodes and how many vehicles.
    pub(super) fn sizes(&self) -> Result<(usize, Option<usize>), ReadError> {
        let (line, _) = self.expect("DIMENSION")?;
        let nodes = self.count("DIMENSION")?.unwrap_or_default();
        if nodes == 0 || nodes > NODES_MAX {
            return Err(line.wrong(format!("DIMENSION {nodes}: 1 to {NODES_MAX} are expected")));
        }
        let vehicles = self.count("VEHICLES")?;
        if let (Some(count), Some((line, _))) = (vehicles, self.key("VEHICLES"))
            && count > VEHICLES_MAX
        {
            return Err(line.wrong(format!("VEHICLES {count}: at most {VEHICLES_MAX}")));
        }
        Ok((nodes, vehicles))
    }
}
