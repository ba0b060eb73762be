//! Front matter in TOML and JSON, as Hugo and Zola have it. Read through the same table of names as YAML.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::source::Source;
use crate::text::Span;

use super::keys::meaning;
use super::scalar::{bracketed, trimmed, unquoted};
use super::split::lines;
use super::{Given, Piece, Value};

/// What a block of TOML says.
pub(super) enum Toml {
    /// It could be read.
    Read(Vec<Given>),
    /// It could not, and its lines were read one by one.
    Recovered(Vec<Given>),
    /// It is no TOML at all.
    Not,
}

/// Reads the TOML in `inner`.
pub(super) fn toml(source: &Source, config: &Config, inner: std::ops::Range<usize>, out: &mut Vec<Diagnostic>) -> Toml {
    let block = &source.text[inner.clone()];
    let table = match DeTable::parse(block) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let givens = lines_of_toml(source, config, inner.clone());
            if !givens.iter().any(|given| given.meaning.is_known()) {
                return Toml::Not;
            }
            let at = error.span().map_or(inner.start, |span| (inner.start + span.start).min(inner.end));
            let line = source.lines.line(at as u32);
            let span = source.lines.span_of(&source.text, line);
            out.push(
                source
                    .diagnose(&rules::FRONT_MATTER_SYNTAX, span, "this line of the facts block cannot be read as TOML")
                    .help("write `name = \"text\"`, with straight quotes around the text"),
            );
            return Toml::Recovered(givens);
        }
    };
    let mut givens = Vec::new();
    collect(config, &table, inner.start, &mut givens);
    givens.sort_by_key(|given| given.key);
    Toml::Read(givens)
}

fn collect(config: &Config, table: &DeTable<'_>, offset: usize, givens: &mut Vec<Given>) {
    for (name, value) in table {
        // Zola keeps tags and categories in a table of their own.
        if let (DeValue::Table(inner), "taxonomies") = (value.get_ref(), name.get_ref().as_ref()) {
            collect(config, inner, offset, givens);
            continue;
        }
        givens.push(Given {
            typed: name.get_ref().to_string(),
            key: Span::from(name.span()).shifted(offset),
            meaning: meaning(name.get_ref(), config),
            value: value_of(value, offset),
        });
    }
}

fn value_of(value: &Spanned<DeValue<'_>>, offset: usize) -> Value {
    match value.get_ref() {
        DeValue::Array(items) => Value::List(items.iter().filter_map(|item| text_of(item, offset)).collect()),
        DeValue::Table(_) => Value::Fields,
        _ => text_of(value, offset).map_or(Value::Empty, Value::Text),
    }
}

fn text_of(value: &Spanned<DeValue<'_>>, offset: usize) -> Option<Piece> {
    let mut span = Span::from(value.span()).shifted(offset);
    let text = match value.get_ref() {
        DeValue::String(text) => {
            // The span has the quotes: one on either side, or three.
            let quotes = (span.end - span.start) as usize - text.len().min((span.end - span.start) as usize);
            if quotes.is_multiple_of(2) && matches!(quotes, 2 | 6) {
                span = Span::new(span.start as usize + quotes / 2, span.end as usize - quotes / 2);
            }
            text.to_string()
        }
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(yes) => yes.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) | DeValue::Table(_) => return None,
    };
    Some(Piece { text, span, quoted: true })
}

/// `name = value` on each line, where the whole could not be read.
fn lines_of_toml(source: &Source, config: &Config, inner: std::ops::Range<usize>) -> Vec<Given> {
    let text = source.text.as_str();
    let mut givens = Vec::new();
    for line in lines(text, inner) {
        let shown = &text[line.start..line.end];
        if shown.trim_start().starts_with('[') {
            break;
        }
        let Some(at) = shown.find(['=', ':']).map(|at| line.start + at) else { continue };
        let name = trimmed(text, line.start..at);
        let value = trimmed(text, at + 1..line.end);
        let piece = |part: std::ops::Range<usize>| {
            let typed = &text[part.clone()];
            let inside = typed.trim_matches(['"', '\'', '“', '”']);
            let start = part.start + typed.find(inside).unwrap_or(0);
            let quote = if typed.starts_with('"') { '"' } else { 'x' };
            let text = if quote == '"' { unquoted(inside, quote) } else { inside.to_owned() };
            Piece { text, span: Span::new(start, start + inside.len()), quoted: true }
        };
        let value = match text[value.clone()].starts_with('[') {
            true => Value::List(bracketed(text, value).items.into_iter().map(piece).collect()),
            false if value.is_empty() => Value::Empty,
            false => Value::Text(piece(value)),
        };
        let typed = text[name.clone()].trim_matches(['"', '\'']).to_owned();
        givens.push(Given { meaning: meaning(&typed, config), typed, key: Span::from(name), value });
    }
    givens
}

/// Reads the JSON object in `inner`. Empty if it is none, which `split` has excluded.
pub(super) fn json(source: &Source, config: &Config, inner: std::ops::Range<usize>) -> Vec<Given> {
    let block = &source.text[inner.clone()];
    let mut json = serde_json::Deserializer::from_str(block);
    let read = ObjectSeed.deserialize(&mut json).unwrap_or_default();
    let mut from = 0;
    let mut givens = Vec::with_capacity(read.len());
    for (name, value) in read {
        // A parser of JSON keeps no places: names and texts are looked for in their order.
        let key = find(block, &mut from, &name).unwrap_or(Span::new(0, 0));
        let mut place = |text: String| {
            let mut ahead = from;
            let span = find(block, &mut ahead, &text).unwrap_or(key);
            from = ahead.max(from);
            Piece { text, span: span.shifted(inner.start), quoted: true }
        };
        let value = match value {
            Json::Nothing => Value::Empty,
            Json::Text(text) => Value::Text(place(text)),
            Json::List(texts) => Value::List(texts.into_iter().map(&mut place).collect()),
            Json::Other => Value::Fields,
        };
        givens.push(Given { meaning: meaning(&name, config), typed: name, key: key.shifted(inner.start), value });
    }
    givens
}

/// The first place of `text` at or behind `from`, which moves behind it.
fn find(block: &str, from: &mut usize, text: &str) -> Option<Span> {
    let ahead = block.get(*from..)?;
    // A text with escapes is not found as it reads; looking far for it would cost time.
    let ahead =
        &ahead[..ahead.char_indices().map(|(at, _)| at).find(|at| *at > 4 * text.len() + 2_000).unwrap_or(ahead.len())];
    let at = *from + ahead.find(text).filter(|_| !text.is_empty())?;
    *from = at + text.len();
    Some(Span::new(at, at + text.len()))
}

enum Json {
    Nothing,
    Text(String),
    List(Vec<String>),
    Other,
}

struct ObjectSeed;

impl<'de> DeserializeSeed<'de> for ObjectSeed {
    type Value = Vec<(String, Json)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed {
    type Value = Vec<(String, Json)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            fields.push((name.into_owned(), map.next_value()?));
        }
        Ok(fields)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<Json, E> {
        Ok(Json::Text(yes.to_string()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Text(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Text(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Text(number.to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut texts = Vec::new();
        while let Some(item) = list.next_element::<Json>()? {
            if let Json::Text(text) = item {
                texts.push(text);
            }
        }
        Ok(Json::List(texts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Json::Other)
    }
}
