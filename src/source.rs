//! One file of the content, read.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::rules::Rule;
use crate::text::{Lines, SourcePath, Span};

/// The text of one entry's file, and where its lines start.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it lies in the content folder.
    pub path: SourcePath,
    /// How the file is named in messages: the path with the content folder before it.
    pub file: Arc<str>,
    /// The whole text, also a byte order mark.
    pub text: String,
    /// Line starts of `text`.
    pub lines: Lines,
    /// Where what is left of a file stood in it, if passages were cut out: offset here, offset there, for each run of
    /// text. Empty for a whole file.
    pub runs: Vec<(u32, u32)>,
    /// What the menu of its folder says about it.
    pub listed: Option<Listed>,
    /// The files that it includes as text, and those that they include.
    pub included: Arc<[Included]>,
}

/// What a menu beside the entries (`SUMMARY.md`, `mkdocs.yml`) says about one of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Listed {
    /// Its title there; `None` if it is named without one.
    pub title: Option<Arc<str>>,
    /// How many come before it.
    pub place: u32,
    /// The title there of the folder in which it lies.
    pub folder: Option<Arc<str>>,
}

/// What an include of a file means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Included {
    /// The file in which it stands.
    pub by: SourcePath,
    /// The path as it is typed there.
    pub typed: String,
    /// The file that is meant.
    pub file: Result<IncludedFile, NotIncluded>,
}

/// A file that a page includes as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IncludedFile {
    /// Where it lies.
    pub path: SourcePath,
    /// The whole of it.
    pub text: Arc<str>,
    /// The byte at which its Markdown begins, behind its facts; 0 for a file that is none.
    pub body_start: usize,
}

/// Why an include brings nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotIncluded {
    /// There is no such file in the folder, or none that may be included.
    Missing,
    /// It is an entry whose status keeps it from readers: on another page they would read it all the same.
    Unpublished,
}

impl Source {
    /// `shown_folder` is the content folder as messages name it, with a slash at its end; empty for a bare folder.
    ///
    /// A carriage return alone ends a line (CommonMark 0.31.2 §2.1), as old editors wrote it. It becomes a line feed, which
    /// is as long, so that every byte keeps its place.
    pub fn new(path: SourcePath, shown_folder: &str, text: String) -> Source {
        let text = with_line_feeds(text);
        let lines = Lines::new(&text);
        Source {
            file: format!("{shown_folder}{path}").into(),
            path,
            text,
            lines,
            runs: Vec::new(),
            listed: None,
            included: Arc::default(),
        }
    }

    /// A diagnostic about some bytes of this file.
    pub fn diagnose(&self, rule: &'static Rule, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::at(rule, self.file.clone(), (&self.text, &self.lines), span, message)
    }

    /// The same bytes, counted in the whole file.
    pub fn in_file(&self, span: Span) -> Span {
        let moved = |offset: u32| {
            let run = self.runs.partition_point(|(here, _)| *here <= offset).checked_sub(1);
            run.map_or(offset, |run| self.runs[run].1 + (offset - self.runs[run].0))
        };
        // The byte behind a span may stand in the next run already, its last byte does not.
        let end = if span.end > span.start { moved(span.end - 1) + 1 } else { moved(span.start) };
        Span { start: moved(span.start), end }
    }

    /// The line of a byte, counted from 1.
    pub fn line(&self, span: Span) -> u32 {
        self.lines.line(span.start)
    }
}

/// An edited text with the line ends of the file that it was read from, where carriage returns alone were read as line feeds.
/// `None` if the file does not hold the text `before` the edit. A line that came with the edit ends with a line feed.
pub fn with_own_line_ends(file: &str, before: &str, after: &str) -> Option<String> {
    if with_line_feeds(file.to_owned()) != before {
        return None;
    }
    if file == before {
        return Some(after.to_owned());
    }
    // Both texts are as long, so that a line feed of the one is the line end of the other.
    let ends: Vec<char> = before.match_indices('\n').map(|(at, _)| char::from(file.as_bytes()[at])).collect();
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split('\n').collect(), after.split('\n').collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(old, new)| old == new).count();
    let ahead = same(&mut old.iter().zip(&new));
    let behind = same(&mut old.iter().rev().zip(new.iter().rev())).min(old.len().min(new.len()) - ahead);
    let end_of = |line: usize| match line {
        _ if line < ahead || old.len() == new.len() => ends[line],
        _ if line + behind >= new.len() => ends[line + old.len() - new.len()],
        _ => '\n',
    };
    let mut text = String::with_capacity(after.len());
    for (line, words) in new.iter().enumerate() {
        text.push_str(words);
        if line + 1 < new.len() {
            text.push(end_of(line));
        }
    }
    Some(text)
}

fn with_line_feeds(text: String) -> String {
    let alone = |(at, _): &(usize, &str)| text.as_bytes().get(at + 1) != Some(&b'\n');
    if !text.match_indices('\r').any(|found| alone(&found)) {
        return text;
    }
    let mut lines = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        lines.push(if c == '\r' && chars.peek() != Some(&'\n') { '\n' } else { c });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::with_own_line_ends;

    #[test]
    fn an_edit_keeps_the_line_ends_of_the_file() {
        for (file, before, after, wanted) in [
            ("a\rb\rc", "a\nb\nc", "a\nx\nc", "a\rx\rc"),
            ("a\nb\rc\n", "a\nb\nc\n", "a\nx\ny\nc\n", "a\nx\ny\nc\n"),
            ("a\rb\nc\rd\r", "a\nb\nc\nd\n", "a\nc\nd\n", "a\rc\rd\r"),
            ("a\r\nb\rc", "a\r\nb\nc", "x\r\nb\nc", "x\r\nb\rc"),
            ("a\n", "a\n", "b\n", "b\n"),
            ("a\ra\ra", "a\na\na", "a\na", "a\ra"),
        ] {
            assert_eq!(with_own_line_ends(file, before, after).as_deref(), Some(wanted), "{file:?}");
        }
        assert_eq!(with_own_line_ends("a\rb", "a\nc", "a\nd"), None);
    }
}
