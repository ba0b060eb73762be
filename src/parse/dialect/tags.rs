//! Tags that another program would have read: Liquid and Jinja (`{% if %}`, `{{ name }}`, `{# note #}`), Hugo
//! (`{{< note >}}`, `{{% note %}}`), ERB (`<% if %>`), and MDX's comments (`{/* note */}`).

use std::collections::HashMap;
use std::ops::Range;

use super::code::Code;

/// The program that would have read a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Family {
    /// `{% … %}`
    Liquid,
    /// `{{< … >}}`, `{{% … %}}`
    Hugo,
    /// `<% … %>`
    Erb,
    /// `{{ … }}`
    Variable,
    /// `{# … #}`, `{/* … */}`: for nobody.
    Note,
    /// `{{#include … }}`
    Include,
}

/// A tag, as typed.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    pub(super) family: Family,
    /// With its brackets.
    pub(super) range: Range<usize>,
    /// Its first word, without `end` or `/` before it.
    pub(super) name: Range<usize>,
    /// What follows the name.
    pub(super) rest: Range<usize>,
    pub(super) is_end: bool,
    /// Which tag ends what this one begins.
    pub(super) end: Option<usize>,
}

/// Bytes in which a tag must end: what goes on for longer is text with a bracket in it.
const LONGEST: usize = 4000;

/// All tags of a text outside its code, in order.
pub(super) fn tags(text: &str, code: &Code) -> Vec<Tag> {
    let mut found: Vec<Tag> = Vec::new();
    let mut open: HashMap<(Family, &str), Vec<usize>> = HashMap::new();
    let mut done = 0;
    // Of each name, whether an end of its verbatim text can still come.
    let mut endless: Vec<(Family, &str)> = Vec::new();
    for at in memchr::memchr2_iter(b'{', b'<', text.as_bytes()) {
        if at < done || code.holds(at) {
            continue;
        }
        let Some(mut tag) = tag_at(text, at) else { continue };
        done = tag.range.end;
        let name = &text[tag.name.clone()];
        let key = (tag.family, name);
        if tag.is_end {
            let begun = open.get_mut(&key).and_then(Vec::pop);
            if let Some(begun) = begun {
                found[begun].end = Some(found.len());
            }
        } else if is_verbatim(tag.family, name) && !endless.contains(&key) {
            match end_of_verbatim(text, &tag, name) {
                Some(end) => {
                    done = end.range.end;
                    tag.end = Some(found.len() + 1);
                    found.push(tag);
                    found.push(end);
                    continue;
                }
                None => endless.push(key),
            }
        } else if matches!(tag.family, Family::Liquid | Family::Hugo) {
            open.entry(key).or_default().push(found.len());
        }
        found.push(tag);
    }
    found
}

/// Whether what stands between such tags is not read.
fn is_verbatim(family: Family, name: &str) -> bool {
    match family {
        Family::Liquid => matches!(name, "raw" | "highlight" | "comment" | "mermaid"),
        Family::Hugo => matches!(name, "highlight" | "mermaid" | "math" | "katex"),
        _ => false,
    }
}

fn end_of_verbatim(text: &str, tag: &Tag, name: &str) -> Option<Tag> {
    let opening: &[&str] = if tag.family == Family::Liquid { &["{%"] } else { &["{{<", "{{%"] };
    let rest = &text.as_bytes()[tag.range.end..];
    memchr::memchr_iter(b'{', rest)
        .map(|at| tag.range.end + at)
        .filter(|at| opening.iter().any(|opening| text[*at..].starts_with(opening)))
        .filter_map(|at| tag_at(text, at))
        .find(|end| end.is_end && &text[end.name.clone()] == name)
}

/// The tag that begins at a byte.
pub(super) fn tag_at(text: &str, at: usize) -> Option<Tag> {
    let here = &text[at..];
    let (family, opening, closing) = if here.starts_with("{%") {
        (Family::Liquid, 2, "%}")
    } else if here.starts_with("{{<") {
        (Family::Hugo, 3, ">}}")
    } else if here.starts_with("{{%") {
        (Family::Hugo, 3, "%}}")
    } else if here.starts_with("{{#") {
        (Family::Include, 3, "}}")
    } else if here.starts_with("{{") {
        (Family::Variable, 2, "}}")
    } else if here.starts_with("{/*") {
        (Family::Note, 3, "*/}")
    } else if here.starts_with("{#") && here[2..].starts_with(char::is_whitespace) {
        (Family::Note, 2, "#}")
    } else if here.starts_with("<%") {
        (Family::Erb, 2, "%>")
    } else {
        return None;
    };
    let inside = &here.as_bytes()[opening..];
    let inside = &inside[..inside.len().min(LONGEST)];
    let length = memchr::memmem::find(inside, closing.as_bytes())?;
    let inner = &here[opening..opening + length];
    // `{{</* note */>}}` is how Hugo's own manual shows a shortcode.
    let is_shown = family == Family::Hugo && inner.starts_with("/*");
    let one_line = matches!(family, Family::Variable | Family::Include);
    if is_shown || (one_line && inner.contains('\n')) || (family != Family::Note && has_empty_line(inner)) {
        return None;
    }
    let start = at + opening;
    let trim = |range: Range<usize>| {
        let part = &text[range.clone()];
        let left = part.len() - part.trim_start().len();
        range.start + left..range.start + left + part.trim().len()
    };
    let signs = |c: char| matches!(c, '-' | '~' | '=' | '+');
    let left = inner.len() - inner.trim_start_matches(signs).len();
    let right = inner.trim_end_matches(signs).len().max(left);
    let words = trim(start + left..start + right);
    let typed = &text[words.clone()];
    let first = typed.find(char::is_whitespace).unwrap_or(typed.len());
    let mut name = words.start..words.start + first;
    let mut is_end = false;
    match family {
        Family::Liquid if typed[..first].len() > 3 && typed.starts_with("end") => {
            is_end = true;
            name.start += 3;
        }
        Family::Hugo if typed.starts_with('/') => {
            is_end = true;
            let behind = trim(words.start + 1..words.end);
            let length = text[behind.clone()].find(char::is_whitespace).unwrap_or(behind.len());
            name = behind.start..behind.start + length;
        }
        _ => {}
    }
    let rest = trim(name.end..words.end.max(name.end));
    if family == Family::Include && !matches!(&text[name.clone()], "include" | "rustdoc_include" | "playground") {
        return None;
    }
    Some(Tag { family, range: at..start + length + closing.len(), name, rest, is_end, end: None })
}

fn has_empty_line(text: &str) -> bool {
    text.contains('\n') && text.lines().skip(1).any(|line| line.trim().is_empty()) && !text.trim_end().is_empty()
}

/// The bytes of the value of `name="value"` among the words of a tag, without its quotes; `range` are these words.
pub(super) fn value_of(text: &str, range: &Range<usize>, names: &[&str]) -> Option<Range<usize>> {
    words_of(text, range).into_iter().find_map(|(name, value)| {
        let name = name?;
        names.iter().any(|wanted| text[name.clone()].eq_ignore_ascii_case(wanted)).then_some(value)
    })
}

/// The first word of a tag that is not the value of a name.
pub(super) fn bare_words(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    words_of(text, range).into_iter().filter(|(name, _)| name.is_none()).map(|(_, value)| value).collect()
}

/// A word of a tag: the bytes of its name, where it has one, and of its value.
type NamedWord = (Option<Range<usize>>, Range<usize>);

/// The words of a tag, with names or without: `note "A title" open=true`.
fn words_of(text: &str, range: &Range<usize>) -> Vec<NamedWord> {
    let mut found = Vec::new();
    let mut at = range.start;
    let end = range.end;
    let skip_spaces = |mut at: usize| {
        while let Some(c) = text[at..end].chars().next().filter(|c| c.is_whitespace() || *c == ',') {
            at += c.len_utf8();
        }
        at
    };
    // A value: in quotes, in braces (`{"a"}`), or up to the next space.
    let value = |at: usize| -> (Range<usize>, usize) {
        let rest = &text[at..end];
        let inner = at + usize::from(rest.starts_with('{'));
        let quoted = text[inner..end].chars().next().filter(|c| matches!(c, '"' | '\'' | '`' | '“'));
        if let Some(quote) = quoted {
            let start = inner + quote.len_utf8();
            let close = if quote == '“' { '”' } else { quote };
            if let Some(length) = text[start..end].find(close) {
                let behind = start + length + close.len_utf8();
                let behind = behind + usize::from(inner > at && text[behind..end].starts_with('}'));
                return (start..start + length, behind);
            }
        }
        let length = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | ',')).unwrap_or(rest.len());
        (at..at + length, at + length)
    };
    at = skip_spaces(at);
    while at < end {
        let (word, behind) = value(at);
        let is_quoted = word.start > at;
        let next = skip_spaces(behind);
        if !is_quoted && text[next..end].starts_with('=') && !word.is_empty() {
            let (given, behind) = value(skip_spaces(next + 1));
            found.push((Some(word), given));
            at = skip_spaces(behind.max(next + 1));
        } else {
            at = skip_spaces(behind.max(at + text[at..end].chars().next().map_or(1, char::len_utf8)));
            if !word.is_empty() {
                found.push((None, word));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_tag() {
        let text = "note \"A title\" style='tip' open = true label={\"B c\"} x";
        let range = 0..text.len();
        let bare: Vec<&str> = bare_words(text, &range).into_iter().map(|word| &text[word]).collect();
        assert_eq!(bare, ["note", "A title", "x"]);
        let value = |name: &str| value_of(text, &range, &[name]).map(|value| &text[value]);
        assert_eq!((value("style"), value("open"), value("label")), (Some("tip"), Some("true"), Some("B c")));
        assert_eq!(value("title"), None);
    }

    #[test]
    fn tags_know_their_ends_and_leave_code_alone() {
        let text = "{% if a %}\n`{% b %}`\n{% raw %}{{ x }}{% endraw %} {% endif %}{{< note >}}{{< /note >}} {{ y }}";
        let found = tags(text, &Code::of(text));
        let names: Vec<(&str, bool, Option<usize>)> =
            found.iter().map(|tag| (&text[tag.name.clone()], tag.is_end, tag.end)).collect();
        assert_eq!(
            names,
            [
                ("if", false, Some(3)),
                ("raw", false, Some(2)),
                ("raw", true, None),
                ("if", true, None),
                ("note", false, Some(5)),
                ("note", true, None),
                ("y", false, None)
            ]
        );
    }
}
