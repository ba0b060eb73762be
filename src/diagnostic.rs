//! What is wrong, where, why, and how to mend it.
//!
//! A [`Diagnostic`] is something that a *writer* can mend; it is collected, never thrown, and the build goes on. What
//! the *machine* fails at is an error enum of the module that met it. Diagnostics carry their excerpt, so that
//! they can be shown without the source.

use std::sync::Arc;

use serde::Serialize;

use crate::rules::Rule;
use crate::text::{Lines, Span, printable};

/// How bad it is. Errors make the exit code 1, warnings only under `--strict`, hints never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something was understood, and could be written better.
    Hint,
    /// The page is built; the writer most likely meant something else.
    Warning,
    /// Something is lost, may leak, or cannot be published.
    Error,
}

impl Severity {
    /// `error`, `warning` or `hint`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Hint => "hint",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One thing that a writer should mend.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Which rule found it.
    pub rule: &'static Rule,
    /// The rule's own severity, until `book.toml` or the lack of one changes it.
    pub severity: Severity,
    /// The file, relative to the project: `content/scripts/quiet-offer.md`, `book.toml`.
    pub file: Arc<str>,
    /// The title of the entry, where the file is one: people know their pages by title.
    pub title: Option<Arc<str>>,
    /// Where in the file. `None` if it is about the file as a whole.
    pub place: Option<Place>,
    /// What is wrong, in the writer's words: lower case, no full stop, names in backticks.
    pub message: String,
    /// What stands beside the marked words in the excerpt. Often empty.
    pub label: String,
    /// More places or facts that belong to it.
    pub notes: Vec<String>,
    /// What to type instead: a whole sentence without its full stop.
    pub help: Option<String>,
    /// The change that mends it, if a program can know it.
    pub fix: Option<Fix>,
}

/// A place in a file, with the words that stand there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The bytes meant.
    pub span: Span,
    /// Counted from 1.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
    /// The line, without its line end; of a very long one what stands around the place.
    pub excerpt: String,
    /// How many characters of the line stand before the excerpt.
    pub before: u32,
    /// How many characters of the line are meant, from `column` on; at least 1.
    pub width: u32,
}

/// Bytes to put in the place of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What goes. Empty for an insertion.
    pub span: Span,
    /// What comes in its place.
    pub replacement: String,
    /// Whether it may be applied without asking: it cannot change what the writer meant.
    pub safe: bool,
}

impl Place {
    /// Bytes of a line that are kept before and behind the place. A line can be as long as a file, and a hundred thousand
    /// places can lie in it.
    const AROUND: usize = 400;

    /// The place of `span` in `text`. Only the first line of a longer span is shown.
    pub fn new(text: &str, lines: &Lines, span: Span) -> Place {
        // Whoever counts bytes wrongly marks the wrong letter; that must never end a run.
        let sound = |offset: u32| text.floor_char_boundary(offset as usize) as u32;
        let span = Span { start: sound(span.start), end: sound(span.end) };
        let (line, column) = lines.line_and_column(text, span.start);
        let whole = lines.span_of(text, line).range();
        let end = (span.end as usize).min(whole.end).max(span.start as usize);
        let start = (span.start as usize).min(end);
        let width = lines.line_and_column(text, end as u32).1.saturating_sub(column).max(1);
        let from = text.floor_char_boundary(start.saturating_sub(Place::AROUND)).clamp(whole.start, whole.end);
        let to = text.floor_char_boundary(start + Place::AROUND).clamp(from, whole.end);
        let before = lines.line_and_column(text, from as u32).1 - 1;
        let excerpt = text[from..to].trim_start_matches('\u{feff}').to_owned();
        Place { span, line, column, excerpt, before, width }
    }
}

/// A text that quotes what was typed, which may be as long as a file and hold what a terminal obeys.
fn bounded(text: String) -> String {
    const LONGEST: usize = 1_000;
    let mut text = printable(text);
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}

impl Diagnostic {
    /// A diagnostic about a file as a whole.
    pub fn about_file(rule: &'static Rule, file: impl Into<Arc<str>>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule,
            severity: rule.severity,
            file: file.into(),
            title: None,
            place: None,
            message: bounded(message.into()),
            label: String::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// A diagnostic about some bytes of a file.
    pub fn at(
        rule: &'static Rule,
        file: impl Into<Arc<str>>,
        (text, lines): (&str, &Lines),
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        let place = Some(Place::new(text, lines, span));
        Diagnostic { place, ..Diagnostic::about_file(rule, file, message) }
    }

    /// Says how to mend it.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(bounded(help.into()));
        self
    }

    /// Writes something beside the marked words.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// Adds a fact or another place.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(bounded(note.into()));
        self
    }

    /// A change that cannot alter what the writer meant.
    pub fn safe_fix(mut self, span: Span, replacement: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix { span, replacement: replacement.into(), safe: true });
        self
    }

    /// A change that the writer should look at first.
    pub fn suggested_fix(mut self, span: Span, replacement: impl Into<String>) -> Diagnostic {
        self.fix = Some(Fix { span, replacement: replacement.into(), safe: false });
        self
    }

    /// Graver or milder than the rule usually is.
    pub fn with_severity(mut self, severity: Severity) -> Diagnostic {
        self.severity = severity;
        self
    }

    /// The order in which diagnostics are shown: file, then place, then rule.
    pub fn order(&self) -> (&str, Option<(u32, u32)>, &str, &str) {
        let place = self.place.as_ref().map(|place| (place.line, place.column));
        (&self.file, place, self.rule.name, &self.message)
    }
}
