//! `book.toml` as a JSON Schema, for editors that complete and check while one types.

use serde_json::{Map, Value, json};

use super::read::{BOOSTED, COLOUR_TOKENS, EXAMPLES, MOST_BOOST, TABLES};
use crate::rules;

/// A JSON Schema (draft 2020-12) of `book.toml`, made from the tables by which it is read. Tables of mdBook are allowed,
/// as they are when a book is read.
pub fn schema() -> Value {
    let tables = TABLES.iter().map(|table| ((*table).to_owned(), whole_table(table)));
    json!({ "type": "object", "properties": Map::from_iter(tables) })
}

fn whole_table(table: &str) -> Value {
    let text = json!({ "type": "string" });
    match table {
        "words" => json!({
            "type": "object", "additionalProperties": text,
            "description": "A team's word, and Cuebook's word that it stands for",
        }),
        "check" => {
            let severity = |about: &str| json!({ "enum": ["error", "warning", "hint", "off"], "description": about });
            let rules = rules::ALL.iter().map(|rule| (rule.name.to_owned(), severity(rule.about)));
            json!({ "type": "object", "properties": Map::from_iter(rules), "additionalProperties": false })
        }
        "audiences" => json!({
            "type": "object",
            "properties": { "folders": { "type": "object", "additionalProperties": text } },
            "additionalProperties": {
                "type": "object", "properties": { "includes": texts() }, "additionalProperties": false,
            },
            "description": "Who there is, and what else each may see",
        }),
        _ => {
            let keys = EXAMPLES.iter().filter(|(known, ..)| *known == table);
            let keys = keys.map(|(_, key, example)| ((*key).to_owned(), value(table, key, example)));
            json!({ "type": "object", "properties": Map::from_iter(keys) })
        }
    }
}

fn texts() -> Value {
    json!({ "type": ["string", "array"], "items": { "type": "string" } })
}

/// The form of a value: that of its example, save where several are read.
fn value(table: &str, key: &str, example: &str) -> Value {
    let example = example.parse::<toml::Table>().ok().and_then(|mut line| line.remove(key));
    let example = serde_json::to_value(example).unwrap_or_default();
    let named = |names: &[&str], each: Value| {
        let names = names.iter().map(|name| ((*name).to_owned(), each.clone()));
        json!({ "type": "object", "properties": Map::from_iter(names), "additionalProperties": false })
    };
    let colour = json!({ "type": "string", "pattern": "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$" });
    let mut value = match (table, key, &example) {
        ("theme", "colours", _) => {
            let both = json!({
                "type": "object", "properties": { "light": colour, "dark": colour }, "required": ["light", "dark"],
            });
            named(COLOUR_TOKENS, json!({ "anyOf": [colour, both] }))
        }
        ("search", "boosts", _) => named(BOOSTED, json!({ "type": "number", "minimum": 0, "maximum": MOST_BOOST })),
        ("search", "tests", _) => json!({
            "type": "object",
            "additionalProperties": { "anyOf": [{ "type": "string" }, {
                "type": "object",
                "properties": { "entry": { "type": "string" }, "within": { "type": "integer", "minimum": 1 } },
                "required": ["entry"],
            }] },
        }),
        ("limits", _, Value::String(_)) => json!({ "type": ["string", "integer"] }),
        ("build", "server-rules", _) => {
            let server = json!({ "enum": ["nginx", "apache", "iis"] });
            json!({ "anyOf": [server, { "type": "array", "items": server }] })
        }
        ("build", "raw-html", _) => json!({ "enum": ["sanitise", "escape"] }),
        (_, _, Value::Object(_)) => json!({ "type": "object", "additionalProperties": texts() }),
        (_, _, Value::Array(_)) => texts(),
        (_, _, Value::Bool(_)) => json!({ "type": "boolean" }),
        (_, _, Value::Number(_)) => json!({ "type": "integer", "minimum": 1 }),
        _ => json!({ "type": "string" }),
    };
    value["examples"] = json!([example]);
    value
}
