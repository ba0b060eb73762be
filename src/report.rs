//! Diagnostics as text: for a person, for an editor, for a machine.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::json;

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::index::address::encoded;
use crate::playbook::Playbook;
use crate::project::{Mended, counts};
use crate::rules::Rule;
use crate::search::rank::{Answer, POINT};
use crate::text::{Span, is_obeyed, printable};

/// How diagnostics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a person: the entry and the line first, then what to type.
    Human {
        /// Whether the terminal shows colours.
        colour: bool,
    },
    /// `file:line:column: severity[rule]: message`, with excerpt and help.
    Short,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0 (OASIS), which code hosts and editors show at the line.
    Sarif,
    /// Workflow commands of GitHub Actions, which it shows at the line of a pull request.
    Github,
}

/// Messages of one rule about one file that are shown in full; the others are counted.
const SHOWN: usize = 3;

/// Where there are more messages than this, those that are no errors have one line a rule and file: a team that builds the
/// handbook it has wants to see what there is, before it mends anything.
const MANY: usize = 60;

/// Files that have such a line for one rule; the others are counted.
const FILES: usize = 20;

/// Everything that was found, with totals at the end. Empty for nothing, save in JSON.
pub fn report(diagnostics: &[Diagnostic], format: Format) -> String {
    match format {
        Format::Human { colour } => human(diagnostics, colour),
        Format::Short => diagnostics.iter().map(short).collect(),
        Format::Json => json_report(diagnostics),
        Format::Sarif => sarif(diagnostics),
        Format::Github => diagnostics.iter().map(github).collect(),
    }
}

/// What safe fixes changed in one file, each line before and after.
pub fn mended(mended: &Mended, colour: bool) -> String {
    let paint = Paint { on: colour };
    let mut out = String::new();
    for change in &mended.changes {
        let whose = paint.with("1;32", &format!("{}, line {}:", mended.title, change.line));
        let _ = writeln!(out, "{whose} {}.", change.why.join("; "));
        for line in change.before.trim_start_matches('\u{feff}').lines() {
            let _ = writeln!(out, "  {}", paint.with("31", &format!("- {line}")));
        }
        for line in change.after.trim_start_matches('\u{feff}').lines() {
            let _ = writeln!(out, "  {}", paint.with("32", &format!("+ {line}")));
        }
        let at = format!("{}:{}  mended", mended.file, change.line);
        let _ = writeln!(out, "  {}\n", paint.with("2", &at));
    }
    out
}

struct Paint {
    on: bool,
}

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn severity(&self, severity: Severity, text: &str) -> String {
        self.with(
            match severity {
                Severity::Error => "1;31",
                Severity::Warning => "1;33",
                Severity::Hint => "1;36",
            },
            text,
        )
    }
}

fn human(diagnostics: &[Diagnostic], colour: bool) -> String {
    let paint = Paint { on: colour };
    let mut out = String::new();
    let mut alike: BTreeMap<(&str, &str), Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in diagnostics {
        alike.entry((&diagnostic.file, diagnostic.rule.name)).or_default().push(diagnostic);
    }
    let is_brief = |diagnostic: &Diagnostic| diagnostics.len() > MANY && diagnostic.severity != Severity::Error;
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| !is_brief(diagnostic)) {
        let n = seen.entry((&diagnostic.file, diagnostic.rule.name)).or_default();
        *n += 1;
        if *n <= SHOWN {
            one_human(diagnostic, &paint, &mut out);
        }
    }
    for ((file, rule), all) in alike.iter().filter(|(_, all)| all.len() > SHOWN && !is_brief(all[0])) {
        let rest = all.len() - SHOWN;
        let file = named(file);
        let _ = writeln!(out, "{file}: {rest} more of `{rule}`, {}\n", in_lines(&all[SHOWN..]));
    }
    let mut files: BTreeMap<&str, Vec<&Vec<&Diagnostic>>> = BTreeMap::new();
    for ((_, rule), all) in alike.iter().filter(|(_, all)| is_brief(all[0])) {
        files.entry(rule).or_default().push(all);
    }
    for (rule, files) in &files {
        files.iter().take(FILES).for_each(|all| one_line(all, &paint, &mut out));
        if let Some(rest) = files.len().checked_sub(FILES).filter(|rest| *rest > 0) {
            let n: usize = files[FILES..].iter().map(|all| all.len()).sum();
            let s = if rest == 1 { "" } else { "s" };
            let _ = writeln!(
                out,
                "{n} more of `{rule}` in {rest} other file{s}; `cuebook check --format short` names each"
            );
        }
        out.push('\n');
    }
    totals(diagnostics, &paint, &mut out);
    out
}

/// The name of a file or an entry, which may hold what a terminal obeys, and lines of its own.
fn named(name: &str) -> String {
    printable(name.replace('\n', " "))
}

/// In which lines things are, the first of many.
fn in_lines(all: &[&Diagnostic]) -> String {
    let line = |diagnostic: &&Diagnostic| diagnostic.place.as_ref().map_or(0, |place| place.line).to_string();
    let lines: Vec<String> = all.iter().take(12).map(line).collect();
    let more = if all.len() > 12 { " …" } else { "" };
    format!("in lines {}{more}", lines.join(", "))
}

/// What is wrong in one file by one rule: the first of it, and how many more there are.
fn one_line(all: &[&Diagnostic], paint: &Paint, out: &mut String) {
    let first = all[0];
    let at = first.place.as_ref().map_or_else(String::new, |place| format!(":{}:{}", place.line, place.column));
    let severity = paint.severity(first.severity, first.severity.word());
    let more = match all.len() {
        1 => String::new(),
        n => format!(", and {} more, {}", n - 1, in_lines(&all[1..])),
    };
    let help = first.help.as_ref().filter(|help| help.starts_with("did you mean"));
    let help = help.map_or_else(String::new, |help| format!("; {help}"));
    let file = named(&first.file);
    let _ = writeln!(out, "{file}{at}: {severity}[{}]: {}{help}{more}", first.rule.name, first.message);
}

fn one_human(diagnostic: &Diagnostic, paint: &Paint, out: &mut String) {
    let line = diagnostic.place.as_ref().map(|place| format!("line {}", place.line));
    let title = named(diagnostic.title.as_deref().unwrap_or(&diagnostic.file));
    let whose = match line {
        Some(line) => format!("{title}, {line}:"),
        None => format!("{title}:"),
    };
    let _ = writeln!(out, "{} {}.", paint.severity(diagnostic.severity, &whose), diagnostic.message);
    if let Some(place) = &diagnostic.place {
        excerpt(place, &diagnostic.label, out);
    }
    for note in &diagnostic.notes {
        let _ = writeln!(out, "  {}.", upper_first(note));
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(
            out,
            "  {}{}",
            paint.with("1", &upper_first(help)),
            if help.ends_with(['?', '.']) { "" } else { "." }
        );
    }
    let at = diagnostic.place.as_ref().map_or_else(String::new, |place| format!(":{}:{}", place.line, place.column));
    let rule = format!("{}{at}  {} ({})", named(&diagnostic.file), diagnostic.rule.name, diagnostic.severity.word());
    let _ = writeln!(out, "  {}\n", paint.with("2", &rule));
}

/// Letters of a line that are shown; longer lines are cut around the place.
const WIDTH: usize = 100;

fn excerpt(place: &Place, label: &str, out: &mut String) {
    let letters: Vec<char> = place.excerpt.chars().map(|c| if c == '\t' || is_obeyed(c) { ' ' } else { c }).collect();
    let column = ((place.column - 1).saturating_sub(place.before) as usize).min(letters.len());
    let start = if letters.len() > WIDTH { column.saturating_sub(WIDTH / 3) } else { 0 };
    let shown: String = letters.iter().skip(start).take(WIDTH).collect();
    let number = place.line.to_string();
    let gap = " ".repeat(number.len());
    let marks = "^".repeat((place.width as usize).min(WIDTH.saturating_sub(column - start)).max(1));
    let _ = writeln!(out, "  {number} | {}", shown.trim_end());
    let _ = writeln!(
        out,
        "  {gap} | {}{marks}{}{label}",
        " ".repeat(column - start),
        if label.is_empty() { "" } else { " " }
    );
}

fn totals(diagnostics: &[Diagnostic], paint: &Paint, out: &mut String) {
    if diagnostics.is_empty() {
        return;
    }
    let (errors, warnings, hints) = counts(diagnostics);
    let mut files: Vec<&str> = diagnostics.iter().map(|diagnostic| &*diagnostic.file).collect();
    files.dedup();
    let mut parts = Vec::new();
    for (n, severity) in [(errors, Severity::Error), (warnings, Severity::Warning), (hints, Severity::Hint)] {
        if n > 0 {
            parts.push(paint.severity(severity, &format!("{n} {}{}", severity.word(), if n == 1 { "" } else { "s" })));
        }
    }
    let _ = writeln!(out, "{} in {} file{}", parts.join(", "), files.len(), if files.len() == 1 { "" } else { "s" });
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        *rules.entry(diagnostic.rule.name).or_default() += 1;
    }
    if rules.len() > 1 {
        let mut rules: Vec<(&str, usize)> = rules.into_iter().collect();
        rules.sort_by_key(|(name, n)| (std::cmp::Reverse(*n), *name));
        for (name, n) in rules {
            let _ = writeln!(out, "  {n:>5}  {name}");
        }
    }
}

fn short(diagnostic: &Diagnostic) -> String {
    let at = diagnostic.place.as_ref().map_or_else(String::new, |place| format!(":{}:{}", place.line, place.column));
    let mut out = format!(
        "{}{at}: {}[{}]: {}\n",
        named(&diagnostic.file),
        diagnostic.severity.word(),
        diagnostic.rule.name,
        diagnostic.message
    );
    if let Some(place) = &diagnostic.place {
        excerpt(place, &diagnostic.label, &mut out);
    }
    for note in &diagnostic.notes {
        let _ = writeln!(out, "  note: {note}");
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "  help: {help}");
    }
    out
}

fn json_report(diagnostics: &[Diagnostic]) -> String {
    let one = |diagnostic: &Diagnostic| {
        let place = diagnostic.place.as_ref();
        json!({
            "rule": diagnostic.rule.name,
            "severity": diagnostic.severity,
            "file": &*diagnostic.file,
            "title": diagnostic.title.as_deref(),
            "line": place.map(|place| place.line),
            "column": place.map(|place| place.column),
            "start": place.map(|place| place.span.start),
            "end": place.map(|place| place.span.end),
            "excerpt": place.map(|place| &place.excerpt),
            "message": diagnostic.message,
            "notes": diagnostic.notes,
            "help": diagnostic.help,
            "fix": diagnostic.fix.as_ref().map(|fix| json!({
                "start": fix.span.start, "end": fix.span.end, "replacement": fix.replacement, "safe": fix.safe,
            })),
        })
    };
    let (errors, warnings, hints) = counts(diagnostics);
    let found: Vec<_> = diagnostics.iter().map(one).collect();
    format!("{:#}\n", json!({ "diagnostics": found, "errors": errors, "warnings": warnings, "hints": hints }))
}

/// The whole finding in sentences, for formats that have one text for all.
fn in_sentences(diagnostic: &Diagnostic) -> String {
    let sentences = std::iter::once(&diagnostic.message).chain(&diagnostic.notes).chain(&diagnostic.help);
    let sentences = sentences.map(|text| {
        let end = if text.ends_with(['?', '.']) { "" } else { "." };
        format!("{}{end}", upper_first(text))
    });
    sentences.collect::<Vec<_>>().join(" ")
}

/// SARIF 2.1.0, § 3.13 to § 3.57. Bytes are counted from the start of the file, columns in characters.
fn sarif(diagnostics: &[Diagnostic]) -> String {
    let level = |severity| match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    };
    let mut rules: Vec<&'static Rule> = diagnostics.iter().map(|diagnostic| diagnostic.rule).collect();
    rules.sort_by_key(|rule| rule.name);
    rules.dedup();
    let file = |diagnostic: &Diagnostic| json!({ "uri": encoded(&diagnostic.file), "uriBaseId": "BOOK" });
    let bytes = |span: Span| json!({ "byteOffset": span.start, "byteLength": span.end - span.start });
    let results = diagnostics.iter().map(|diagnostic| {
        let mut location = json!({ "artifactLocation": file(diagnostic) });
        if let Some(place) = &diagnostic.place {
            location["region"] = json!({
                "startLine": place.line, "startColumn": place.column, "endColumn": place.column + place.width,
                "snippet": { "text": place.excerpt },
            });
        }
        let mut result = json!({
            "ruleId": diagnostic.rule.name,
            "ruleIndex": rules.iter().position(|rule| *rule == diagnostic.rule),
            "level": level(diagnostic.severity),
            "message": { "text": in_sentences(diagnostic) },
            "locations": [{ "physicalLocation": location }],
        });
        if let Some(fix) = &diagnostic.fix {
            let replacement =
                json!({ "deletedRegion": bytes(fix.span), "insertedContent": { "text": fix.replacement } });
            result["fixes"] = json!([{
                "artifactChanges": [{ "artifactLocation": file(diagnostic), "replacements": [replacement] }],
            }]);
        }
        result
    });
    let rule = |rule: &&'static Rule| {
        json!({
            "id": rule.name,
            "shortDescription": { "text": rule.about },
            "help": { "text": rule.explanation(), "markdown": rule.explanation() },
            "defaultConfiguration": { "level": level(rule.severity) },
        })
    };
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Cuebook",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "BOOK": { "description": { "text": "The folder of the book" } } },
            "results": results.collect::<Vec<_>>(),
        }],
    });
    format!("{log:#}\n")
}

/// One workflow command, escaped as GitHub's own toolkit does it.
fn github(diagnostic: &Diagnostic) -> String {
    let message = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| message(text).replace(':', "%3A").replace(',', "%2C");
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "notice",
    };
    let at = diagnostic.place.as_ref().map_or_else(String::new, |place| {
        format!(",line={},col={},endColumn={}", place.line, place.column, place.column + place.width)
    });
    let title = diagnostic.title.as_deref().unwrap_or(&diagnostic.file);
    format!(
        "::{command} file={}{at},title={}::{}\n",
        property(&diagnostic.file),
        property(&format!("{title} ({})", diagnostic.rule.name)),
        message(&in_sentences(diagnostic))
    )
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a query found, for a person: each entry with its score and what each word adds to it.
pub fn found(playbook: &Playbook, answer: &Answer, limit: usize) -> String {
    let mut text = String::new();
    for word in answer.words.iter().filter(|word| word.hits.is_empty() || word.mended.is_some()) {
        let _ = match &word.mended {
            Some(meant) => writeln!(text, "`{}` is taken for `{meant}`", word.typed),
            None => writeln!(text, "`{}` stands in no entry", word.typed),
        };
    }
    if answer.is_loose && !answer.ranked.is_empty() {
        let _ = writeln!(text, "no entry has the words in quotation marks side by side; without the marks:");
    }
    for (place, ranked) in answer.ranked.iter().take(limit).enumerate() {
        let entry = &playbook.entries[ranked.entry as usize];
        let points = |score: u64| score as f64 / POINT;
        let _ = writeln!(text, "{:>2}. {} ({})", place + 1, entry.title, entry.source.path);
        let _ = write!(text, "    {:.2}", points(ranked.score));
        for (at, (term, score)) in playbook.search().explain(&answer.words, ranked.entry).iter().enumerate() {
            let sign = if at == 0 { "=" } else { "+" };
            let _ = write!(text, " {sign} {term} {:.2}", points(*score));
        }
        text.push('\n');
    }
    let rest = answer.ranked.len().saturating_sub(limit);
    let _ = match answer.ranked.len() {
        0 => writeln!(text, "nothing found"),
        _ if rest > 0 => writeln!(text, "… and {rest} more"),
        _ => Ok(()),
    };
    text
}

/// What a query found, on one line for a program.
pub fn found_json(playbook: &Playbook, query: &str, answer: &Answer, limit: usize) -> String {
    let results = answer.ranked.iter().take(limit).map(|ranked| {
        let entry = ranked.entry as usize;
        json!({
            "entry": playbook.entries[entry].id(), "title": &*playbook.entries[entry].title,
            "url": encoded(&playbook.addresses[entry]), "score": ranked.score as f64 / POINT,
        })
    });
    json!({ "query": query, "total": answer.ranked.len(), "results": results.collect::<Vec<_>>() }).to_string()
}
