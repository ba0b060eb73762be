//! Reads what an entry is found by: its text as plain lines, and the words of its front matter.

use std::ops::Range;

use super::text::{Field, Text};
use super::tokens::folded_words;
use crate::entry::{Entry, Fill, Fragment, Piece, Reference};
use crate::kind::{Kind, with_subsections};

/// The text of an entry, line by line.
pub fn text(entry: &Entry) -> Text {
    let mut text = Text::default();
    let facts = &entry.facts;
    text.add(Field::Title, &entry.title);
    facts.aliases.iter().for_each(|alias| text.add(Field::Alias, &alias.value));
    text.add(Field::Path, path(entry.id()));
    let listed = [&facts.tags, &facts.skills, &facts.channel, &facts.knows].into_iter().flatten();
    listed.for_each(|value| text.add(Field::Tag, &value.value));
    facts.situations.iter().for_each(|situation| text.add(Field::Situation, &situation.value));
    facts.customers_say.iter().for_each(|said| text.add(Field::Said, &said.value));
    facts.asked_as.iter().for_each(|asked| text.add(Field::Asked, &asked.value));
    text.add(Field::Summary, &entry.summary);
    if let Kind::Glossary(glossary) = &entry.kind {
        glossary.words.iter().flat_map(|word| &word.also_called).for_each(|name| text.add(Field::Alias, name));
    }
    let secret = secret(entry);
    for (at, section) in entry.body.sections.iter().enumerate().filter(|(at, _)| !secret.contains(at)) {
        if section.known().is_empty() {
            text.add(Field::Heading, section.title());
        } else {
            // Every script has the heading *Say*: it tells none from another.
            text.add(Field::Text, section.title());
        }
        lines_of(entry, at, &mut |field, line| text.add_to(at, field, line));
    }
    text.shrink_to_fit();
    text
}

/// A path without the word by which its last part only says that it is the page of a folder. A path of that word alone
/// keeps it.
fn path(id: &str) -> &str {
    let is_of_folder = |last: &str| ["index", "readme"].iter().any(|known| last.eq_ignore_ascii_case(known));
    match id.rsplit_once(['/', '-', '_']) {
        Some((folder, last)) if is_of_folder(last) => folder,
        _ => id,
    }
}

/// Whether the title or a line of the text has these words side by side.
pub fn holds(entry: &Entry, phrase: &[String]) -> bool {
    let in_line = |text: &str| folded_words(text).windows(phrase.len()).any(|words| words == phrase);
    in_line(&entry.title) || entry.text.passages().any(|(_, line)| in_line(line))
}

/// Sections that are for one player of a role-play, or for the one who leads: no other page quotes them.
pub fn secret(entry: &Entry) -> Vec<usize> {
    let Kind::Roleplay(roleplay) = &entry.kind else { return Vec::new() };
    let conversation = roleplay.conversation.map(|at| with_subsections(&entry.body.sections, at));
    let secret: Vec<Range<usize>> =
        roleplay.cards.iter().map(|card| card.sections.clone()).chain(conversation).collect();
    secret.into_iter().flatten().collect()
}

fn lines_of(entry: &Entry, section: usize, add: &mut dyn FnMut(Field, &str)) {
    let said = entry.body.sections[section].known() == "customers-say";
    let field = if said { Field::Said } else { Field::Text };
    let references = &entry.references;
    for piece in &entry.body.sections[section].pieces {
        match piece {
            Piece::Prose(html) | Piece::Rubric(html) => lines(html, references, &mut |line| add(field, line)),
            Piece::Lines(said) => said.iter().for_each(|line| add(field, &line.text)),
            Piece::Pairs(pairs) => {
                for pair in pairs {
                    add(Field::Instead, &pair.instead.text);
                    add(Field::Text, &pair.better.text);
                    lines(&pair.why, references, &mut |line| add(Field::Text, line));
                }
            }
            Piece::Turns(turns) => turns.iter().for_each(|turn| add(Field::Text, &turn.line.text)),
            Piece::Choices(choices) => {
                for choice in choices {
                    add(Field::Text, &choice.line.text);
                    lines(&choice.feedback, references, &mut |line| add(Field::Text, line));
                }
            }
            Piece::Labels(labels) => {
                for label in labels {
                    add(Field::Text, &label.title);
                    lines(&label.html, references, &mut |line| add(Field::Text, line));
                }
            }
            Piece::Stops(list) => {
                list.stops.iter().for_each(|stop| lines(&stop.html, references, &mut |line| add(field, line)));
            }
            Piece::Ending(_) | Piece::Include(_) => {}
        }
    }
}

/// Whether an element stands inside a line; any other begins a new one.
fn is_inline(name: &[u8]) -> bool {
    matches!(
        name,
        b"a" | b"abbr"
            | b"b"
            | b"bdi"
            | b"bdo"
            | b"cite"
            | b"code"
            | b"del"
            | b"em"
            | b"i"
            | b"ins"
            | b"kbd"
            | b"mark"
            | b"q"
            | b"s"
            | b"small"
            | b"span"
            | b"strong"
            | b"sub"
            | b"sup"
            | b"u"
            | b"var"
    )
}

/// The lines of finished markup, which is ours and therefore regular. A link without words of its own is read as the
/// name that was typed: what its target is called is not this entry's to say.
fn lines(fragment: &Fragment, references: &[Reference], add: &mut dyn FnMut(&str)) {
    let mut line = String::new();
    let mut done = 0;
    let mut flush = |line: &mut String| {
        if !line.trim().is_empty() {
            add(line.trim());
        }
        line.clear();
    };
    for hole in &fragment.holes {
        read(&fragment.html[done..hole.at as usize], &mut line, &mut flush);
        done = hole.at as usize;
        if hole.fill == Fill::Title
            && let Some(reference) = references.get(hole.reference as usize)
        {
            match reference.text.is_empty() {
                true => line.push_str(&readable(&reference.target)),
                false => line.push_str(&reference.text),
            }
        }
    }
    read(&fragment.html[done..], &mut line, &mut flush);
    flush(&mut line);
}

fn read(html: &str, line: &mut String, flush: &mut dyn FnMut(&mut String)) {
    let mut rest = html;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        line.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('<') {
            let end = memchr::memchr(b'>', rest.as_bytes()).unwrap_or(rest.len() - 1);
            let name = rest[1..end].trim_start_matches('/').as_bytes();
            let length = name.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
            if !is_inline(&name[..length]) {
                flush(line);
            }
            rest = &rest[end + 1..];
        } else {
            const ENTITIES: [(&str, char); 6] =
                [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\''), ("&#x27;", '\'')];
            let known = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity));
            let (length, c) = known.map_or((1, '&'), |(entity, c)| (entity.len(), *c));
            line.push(c);
            rest = &rest[length..];
        }
    }
    line.push_str(rest);
}

/// The last part of a path, as words.
fn readable(target: &str) -> String {
    target.rsplit('/').next().unwrap_or_default().replace(['-', '_'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_ends_with_what_the_entry_is_about() {
        for (id, wanted) in [
            ("guides/late-parcel", "guides/late-parcel"),
            ("guides/index", "guides"),
            ("guides/README", "guides"),
            ("guides/_index", "guides/"),
            ("guides-index", "guides"),
            ("index", "index"),
            ("guides/price-reindex", "guides/price-reindex"),
        ] {
            assert_eq!(path(id), wanted, "{id}");
        }
    }
}
