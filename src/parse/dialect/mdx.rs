//! MDX: `import` and `export` lines, and components around Markdown, `<Tabs>`; and the elements of Python-Markdown that say
//! that Markdown is in them, `<div markdown>`.

use std::collections::HashMap;
use std::ops::Range;

use super::code::Code;
use crate::parse::html::is_element;

/// A component's tag that stands at the start of a line.
#[derive(Clone, Debug)]
pub(super) struct Component {
    /// With its brackets.
    pub(super) range: Range<usize>,
    pub(super) name: Range<usize>,
    /// Its properties.
    pub(super) rest: Range<usize>,
    pub(super) is_end: bool,
    /// `<Name />`
    pub(super) is_empty: bool,
    /// Which tag ends what this one begins.
    pub(super) end: Option<usize>,
}

impl Component {
    /// Whether it is an element of HTML that says that Markdown is in it.
    pub(super) fn is_markdown(&self, text: &str) -> bool {
        says_markdown(&text[self.range.clone()])
    }

    /// Whether it is an element of HTML.
    pub(super) fn is_element(&self, text: &str) -> bool {
        text[self.name.clone()].starts_with(|c: char| c.is_ascii_lowercase())
    }
}

/// Whether a tag of HTML has the attribute `markdown`, as MkDocs' pages have it.
pub(super) fn says_markdown(tag: &str) -> bool {
    tag.match_indices(" markdown").any(|(at, word)| tag[at + word.len()..].starts_with(['>', '=', ' ', '\n']))
}

/// Bytes in which a tag must end.
const LONGEST: usize = 4000;

/// The tags of components at the starts of lines, outside code, in order. A word in angle brackets that is never closed
/// is none: `<Name>` is a blank to fill in.
pub(super) fn components(text: &str, code: &Code) -> Vec<Component> {
    let mut found: Vec<Component> = Vec::new();
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut done = 0;
    for at in memchr::memchr_iter(b'<', text.as_bytes()) {
        if at < done || code.holds(at) || !begins_line(text, at) {
            continue;
        }
        let Some(tag) = component_at(text, at) else { continue };
        done = tag.range.end;
        let name = &text[tag.name.clone()];
        if tag.is_end {
            if let Some(begun) = open.get_mut(name).and_then(Vec::pop) {
                found[begun].end = Some(found.len());
            }
        } else if !tag.is_empty {
            open.entry(name).or_default().push(found.len());
        }
        found.push(tag);
    }
    found
}

fn begins_line(text: &str, at: usize) -> bool {
    let before = &text.as_bytes()[..at];
    before.iter().rev().take_while(|byte| **byte != b'\n').all(|byte| matches!(byte, b' ' | b'\t'))
}

/// The component's tag at a byte: `<Name …>`, `</Name>`, `<Name … />`. Properties may hold braces and quotes.
fn component_at(text: &str, at: usize) -> Option<Component> {
    let here = &text[at + 1..];
    let is_end = here.starts_with('/');
    let start = at + 1 + usize::from(is_end);
    let typed = &text[start..];
    let in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    let length = typed.find(|c: char| !in_name(c)).unwrap_or(typed.len());
    // HTML may be typed in capitals, too.
    let is_name = typed.starts_with(|c: char| c.is_ascii_uppercase()) && !is_element(&typed[..length]);
    // `<Tabs>` and `<Foo.Bar>`, and `<>` around several.
    let is_fragment = length == 0 && typed.starts_with('>');
    // An element that ends in its own line has nothing to do with the lines below.
    let is_box = ["div", "figure", "section", "details", "center", "aside", "article"].contains(&&typed[..length])
        && (is_end || !typed.lines().next().unwrap_or_default().contains("</"));
    if !(is_name || is_fragment || is_box) {
        return None;
    }
    let name = start..start + length;
    let mut braces = 0usize;
    let mut quote: Option<u8> = None;
    let mut line_was_empty = false;
    for (offset, byte) in text.as_bytes()[name.end..].iter().enumerate().take(LONGEST) {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(*byte),
            (None, b'{') => braces += 1,
            (None, b'}') => braces = braces.checked_sub(1)?,
            (None, b'\n') if braces == 0 && line_was_empty => return None,
            (None, b'<') if braces == 0 => return None,
            (None, b'>') if braces == 0 => {
                let end = name.end + offset;
                let rest = text[name.end..end].trim_end();
                let is_empty = rest.ends_with('/');
                let rest = name.end..name.end + rest.trim_end_matches('/').len();
                return Some(Component { range: at..end + 1, name, rest, is_end, is_empty, end: None });
            }
            _ => {}
        }
        line_was_empty = *byte == b'\n' || (line_was_empty && byte.is_ascii_whitespace());
    }
    None
}

/// The bytes of the `import` and `export` statements that begin at a line after an empty one, whole lines. `None` if there
/// are none: "import duties rise" is a sentence.
pub(super) fn statements(text: &str, start: usize) -> Option<Range<usize>> {
    let mut end = start;
    while text[end..].lines().next().is_some_and(is_statement) {
        end = end_of_statement(text, end)?;
    }
    (end > start).then_some(start..end)
}

fn is_statement(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix("import ") {
        let rest = rest.trim();
        let from = rest.contains(" from '") || rest.contains(" from \"");
        return rest.starts_with(['\'', '"', '{', '*']) || from;
    }
    let Some(rest) = line.strip_prefix("export ") else { return false };
    let rest = rest.trim_start();
    let declares = ["const ", "let ", "var "].iter().any(|word| rest.starts_with(word)) && rest.contains('=');
    let defines = ["default ", "function ", "class ", "async "].iter().any(|word| rest.starts_with(word));
    declares || (defines && rest.contains(['{', '(', ';'])) || rest.starts_with(['{', '*'])
}

/// Where the line ends with which a statement's brackets are closed.
fn end_of_statement(text: &str, start: usize) -> Option<usize> {
    let mut depth = 0i32;
    let mut end = start;
    for line in text[start..].split_inclusive('\n').take(400) {
        end += line.len();
        for byte in line.bytes() {
            match byte {
                b'{' | b'(' | b'[' => depth += 1,
                b'}' | b')' | b']' => depth -= 1,
                _ => {}
            }
        }
        if depth <= 0 {
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_have_ends_and_blanks_are_none() {
        let text = "<Tabs items={['a', \"b>\"]}>\n  <Tab label=\"A\">\n\nWords <Inline/>.\n\n  </Tab>\n</Tabs>\n<Foo />\n<Name of task>\n";
        let found = components(text, &Code::of(text));
        let names: Vec<(&str, Option<usize>)> = found.iter().map(|tag| (&text[tag.name.clone()], tag.end)).collect();
        assert_eq!(
            names,
            [("Tabs", Some(3)), ("Tab", Some(2)), ("Tab", None), ("Tabs", None), ("Foo", None), ("Name", None)]
        );
    }

    #[test]
    fn statements_are_no_sentences() {
        let text = "import A from '@a';\nimport {\n  b,\n} from \"b\"\nexport const c = {\n\n  d: 1,\n};\nWords.\n";
        assert_eq!(statements(text, 0).map(|range| &text[range.end..]), Some("Words.\n"));
        for text in ["import duties rise\n", "export your data (as a file)\n", "exported\n"] {
            assert_eq!(statements(text, 0), None, "{text}");
        }
    }
}
