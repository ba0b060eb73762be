//! Lets `serde_yaml` read the values that were judged sound, each straight into text.
//!
//! The only place that names the crate. It never sees a field that nobody reads, an anchor, an alias, a tag, or deep
//! brackets: `judge` keeps those. A value is asked for as text, so `+49…` keeps its plus and `1.10` its nought.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::judge::ReadBy;
use crate::parse::menu::{Item, Lines, Section};

/// A field to read: its lines, and whether it is a text or a list.
pub(super) struct Question {
    /// The lines with the name, with their line ends.
    pub(super) lines: String,
    /// What is expected.
    pub(super) shape: Shape,
}

/// What a value is.
pub(super) enum Shape {
    /// One text.
    Text,
    /// A list; items that were read already are passed over.
    List(Vec<ReadBy>),
}

/// What YAML read: one text, or the items of a list, without those that were passed over.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// One text.
    Text(String),
    /// The items.
    List(Vec<Option<String>>),
}

/// Reads all questions at once.
///
/// # Errors
/// The index of the question at which YAML stopped. `None` if it does not say where.
pub(super) fn read(questions: &[Question]) -> Result<Vec<Answer>, Option<usize>> {
    let block: String = questions.iter().map(|question| question.lines.as_str()).collect();
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let yaml = serde_yaml::Deserializer::from_str(&block);
    BlockSeed { questions }.deserialize(yaml).map_err(|error| {
        let line = error.location()?.line();
        let mut first = 1;
        questions.iter().position(|question| {
            first += question.lines.matches('\n').count();
            line < first
        })
    })
}

/// The longest `nav` of a `mkdocs.yml` that is read, in bytes.
const NAV: usize = 1 << 20;

/// What the `nav` of a `mkdocs.yml` says. `block` holds that key alone. `None` if it cannot be read, or
/// holds an anchor, an alias, a tag, or deep brackets.
pub(crate) fn nav(block: &str) -> Option<Lines> {
    let is_sound = |line: &str| {
        let item = line.trim_start_matches([' ', '-']);
        let value = item.split_once(": ").map_or("", |(_, value)| value.trim_start());
        ![item, value].iter().any(|text| text.starts_with(['&', '*', '!'])) && line.matches(['[', '{']).count() < 9
    };
    if block.len() > NAV || !block.lines().all(is_sound) {
        return None;
    }
    let mut lines = Lines::default();
    let seed = NavSeed { title: None, lines: &mut lines };
    seed.deserialize(serde_yaml::Deserializer::from_str(block)).ok()?;
    // What stands over all of it is the key itself.
    lines.sections.pop();
    Some(lines)
}

/// A page, or a list of what is below a title.
struct NavSeed<'i> {
    title: Option<String>,
    lines: &'i mut Lines,
}

impl<'de> DeserializeSeed<'de> for NavSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NavSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page or a list of pages")
    }

    fn visit_str<E: Error>(self, path: &str) -> Result<(), E> {
        self.lines.items.push(Item { title: self.title, path: path.to_owned() });
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let start = self.lines.items.len();
        while list.next_element_seed(NavSeed { title: None, lines: self.lines })?.is_some() {}
        let items = start..self.lines.items.len();
        self.lines.sections.extend(self.title.map(|title| Section { title, items }));
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(title) = map.next_key_seed(TextSeed)? {
            map.next_value_seed(NavSeed { title: Some(title), lines: self.lines })?;
        }
        Ok(())
    }
}

struct BlockSeed<'q> {
    questions: &'q [Question],
}

impl<'de> DeserializeSeed<'de> for BlockSeed<'_> {
    type Value = Vec<Answer>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Answer>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for BlockSeed<'_> {
    type Value = Vec<Answer>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<Answer>, A::Error> {
        let mut answers = Vec::with_capacity(self.questions.len());
        for question in self.questions {
            // A block that YAML divides otherwise than we do is one that we have not understood.
            if map.next_key_seed(TextSeed)?.is_none() {
                return Err(A::Error::custom("fewer fields than lines with names"));
            }
            answers.push(map.next_value_seed(ShapeSeed(&question.shape))?);
        }
        match map.next_key_seed(TextSeed)? {
            None => Ok(answers),
            Some(_) => Err(A::Error::custom("more fields than lines with names")),
        }
    }
}

struct ShapeSeed<'q>(&'q Shape);

impl<'de> DeserializeSeed<'de> for ShapeSeed<'_> {
    type Value = Answer;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Answer, D::Error> {
        match self.0 {
            Shape::Text => TextSeed.deserialize(deserializer).map(Answer::Text),
            Shape::List(items) => deserializer.deserialize_seq(ItemsSeed(items)),
        }
    }
}

struct ItemsSeed<'q>(&'q [ReadBy]);

impl<'de> Visitor<'de> for ItemsSeed<'_> {
    type Value = Answer;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Answer, A::Error> {
        let mut items = Vec::with_capacity(self.0.len());
        for reader in self.0 {
            let item = match reader {
                ReadBy::Yaml => list.next_element_seed(TextSeed)?.map(Some),
                ReadBy::Us => list.next_element::<IgnoredAny>()?.map(|_| None),
            };
            items.push(item.ok_or_else(|| A::Error::custom("fewer items than expected"))?);
        }
        match list.next_element::<IgnoredAny>()? {
            None => Ok(Answer::List(items)),
            Some(_) => Err(A::Error::custom("more items than expected")),
        }
    }
}

/// Text as it is typed: no number, date or yes and no is made of it.
struct TextSeed;

impl<'de> DeserializeSeed<'de> for TextSeed {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for TextSeed {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}
