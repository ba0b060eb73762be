//! The front matter as a JSON Schema, for editors that complete and check while one types.

use serde_json::{Map, Value, json};

use super::keys::{Form, Key};
use crate::facts::{KindName, Status};

/// A JSON Schema (draft 2020-12) of the facts block of an entry, made from the table of fields by which it is read.
/// Fields of other tools are allowed, as they are when a book is read.
pub fn schema() -> Value {
    let fields = Key::ALL.iter().map(|key| {
        let mut field = form(key.form());
        field["description"] = key.about().into();
        (key.name().to_owned(), field)
    });
    json!({ "type": "object", "properties": Map::from_iter(fields) })
}

fn form(form: Form) -> Value {
    let texts = json!({ "type": ["string", "array"], "items": { "type": "string" } });
    match form {
        Form::Prose | Form::Text | Form::Name | Form::Hours => json!({ "type": "string" }),
        Form::Texts | Form::Names => texts,
        Form::Date => json!({ "type": "string", "format": "date" }),
        Form::Change => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}" }),
        Form::Interval => json!({ "type": "string", "examples": ["6 months", "2 weeks", "1 year"] }),
        Form::Number => json!({ "type": "integer", "minimum": 0 }),
        Form::YesNo => json!({ "enum": ["yes", "no", true, false] }),
        Form::Kind => json!({ "enum": KindName::ALL.map(KindName::word) }),
        Form::Status => json!({ "enum": Status::ALL.map(Status::word), "default": Status::default().word() }),
    }
}
