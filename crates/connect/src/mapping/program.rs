//! An expression, compiled, and one run of it. Runs in the worker process only: it may not come back.

use jaq_core::data::JustLut;
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Filter, Vars, unwrap_valr};
use jaq_json::{Val, read};
use serde_json::Value;

use super::{MAPPING_BYTES_MAX, MappingError, MappingFault, NESTING_MAX, READINGS_MAX};

/// A compiled expression.
pub struct Program(Filter<JustLut<Val>>);

/// Compiles an expression; an error says where it is wrong.
pub fn compile(text: &str) -> Result<Program, MappingError> {
    let syntax = |detail: String, place| MappingError {
        what: MappingFault::Syntax,
        detail,
        place: Some(place),
    };
    if text.len() > MAPPING_BYTES_MAX {
        let detail = format!("the expression is longer than {MAPPING_BYTES_MAX} bytes: shorten it");
        return Err(syntax(detail, MAPPING_BYTES_MAX));
    }
    if let Some(place) = too_deep(text) {
        let detail = format!("brackets lie more than {NESTING_MAX} deep: split the expression");
        return Err(syntax(detail, place));
    }
    let place = |part: &str| text[..load::span(text, part).start.min(text.len())].chars().count();
    let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let arena = Arena::default();
    let modules = Loader::new(defs).load(&arena, File { code: text, path: () });
    let modules = modules.map_err(|errors| {
        let first = errors.into_iter().next().map(|(_, error)| error);
        match first {
            Some(load::Error::Lex(errors)) => errors.into_iter().next().map(|(expected, found)| {
                (format!("expected {} here", expected.as_str()), place(found))
            }),
            Some(load::Error::Parse(errors)) => {
                errors.into_iter().next().map(|(expected, found)| {
                    let here = if found.is_empty() { text.chars().count() } else { place(found) };
                    (format!("expected {} here", expected.as_str()), here)
                })
            }
            Some(load::Error::Io(_)) | None => None,
        }
        .map_or_else(
            || syntax("the expression may not include files".to_owned(), 0),
            |(detail, at)| syntax(detail, at),
        )
    })?;
    let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let filter = Compiler::default().with_funs(funs).compile(modules).map_err(|errors| {
        let first = errors.into_iter().flat_map(|(_, errors)| errors).next();
        let (name, kind) = first.map_or(("", "name"), |(name, kind)| (name, kind.as_str()));
        let at = if name.is_empty() { 0 } else { place(name) };
        syntax(format!("there is no {kind} '{name}'"), at)
    })?;
    Ok(Program(filter))
}

impl Program {
    /// Runs on one message. What comes out, one list or one reading after the other, is made one JSON list
    /// in the platform's form; a reading without `at` is of `arrived_ms`.
    pub fn run(&self, payload: &str, arrived_ms: i64) -> Result<String, MappingError> {
        let input = read::parse_single(payload.as_bytes()).map_err(|error| {
            let detail = format!("the message is no JSON: {error}");
            MappingError::new(MappingFault::Payload, detail)
        })?;
        let context = Ctx::<JustLut<Val>>::new(&self.0.lut, Vars::new([]));
        let mut list = Vec::new();
        for output in self.0.id.run((context, input)).map(unwrap_valr) {
            let output = output
                .map_err(|error| MappingError::new(MappingFault::Failed, error.to_string()))?;
            add(&mut list, &output, arrived_ms)?;
        }
        Ok(Value::Array(list).to_string())
    }
}

fn add(list: &mut Vec<Value>, output: &Val, arrived_ms: i64) -> Result<(), MappingError> {
    let result = |detail: String| MappingError::new(MappingFault::Result, detail);
    match output {
        Val::Arr(inner) => inner.iter().try_for_each(|output| add(list, output, arrived_ms)),
        Val::Obj(_) => {
            if list.len() >= READINGS_MAX {
                return Err(result(format!("more than {READINGS_MAX} readings came out")));
            }
            // Not a number and infinity are values of the language, and none of JSON.
            let text = output.to_string();
            let mut reading: Value = serde_json::from_str(&text).map_err(|_| {
                let text: String = text.chars().take(200).collect();
                result(format!("this is no JSON, so no reading: {text}"))
            })?;
            if let Value::Object(fields) = &mut reading {
                fields.entry("at").or_insert_with(|| arrived_ms.into());
            }
            list.push(reading);
            Ok(())
        }
        Val::Null => Ok(()),
        Val::Bool(_) | Val::Num(_) | Val::BStr(_) | Val::TStr(_) => {
            let text: String = output.to_string().chars().take(80).collect();
            Err(result(format!(
                "{text} came out: give objects such as {{point: \"pm25\", value: .pm}}"
            )))
        }
    }
}

/// Where brackets lie too deep, in characters. Texts are not told apart: a text full of brackets is refused
/// as well.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, character) in text.chars().enumerate() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING_MAX {
            return Some(place);
        }
    }
    None
}
