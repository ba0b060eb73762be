//! Finds the facts block at the top of a source, also where its fences are mistyped, late or missing.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Severity};
use crate::rules;
use crate::source::Source;
use crate::text::Span;

use super::key_line::{Mark, is_gap, is_invisible, key_line, looks_like_key};
use super::keys::{Key, Meaning, meaning};
use crate::config::Config;

/// A block of facts, and where the text goes on behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// How it is written.
    pub(super) form: Form,
    /// The bytes between the fences; of JSON, the braces too.
    pub(super) inner: Range<usize>,
    /// Where the body begins.
    pub(super) body: usize,
    /// A fence is missing or mistyped, so where the block ends is a guess.
    pub(super) guessed: bool,
}

/// How a block is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Between `---` and `---`.
    Yaml,
    /// Between `+++` and `+++`.
    Toml,
    /// From `{` to `}`.
    Json,
}

/// What was found at the top.
pub(super) enum Top {
    /// A block.
    Block(Cut),
    /// None. An `audience` that stands in something like one, where it is not read.
    Nothing(Option<Span>),
}

/// One line: its bytes without the line end, and where the next one begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) next: usize,
}

/// The lines of a part of a text, in order.
pub(super) fn lines(text: &str, part: Range<usize>) -> impl Iterator<Item = Line> + '_ {
    let mut start = part.start;
    std::iter::from_fn(move || {
        if start >= part.end {
            return None;
        }
        let length = text[start..part.end].find('\n').map_or(part.end - start, |at| at + 1);
        let next = start + length;
        let end = start + text[start..next].trim_end_matches(['\n', '\r']).len();
        let line = Line { start, end, next };
        start = next;
        Some(line)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fence {
    Sound,
    Mistyped,
}

/// Whether a line is a fence, or what Word, a phone or a hurry made of one.
fn fence(line: &str) -> Option<Fence> {
    if line.len() > 100 || line.is_empty() {
        return None;
    }
    let text = line.trim_end_matches(is_gap).trim_start_matches(is_invisible);
    if text == "---" || text == "..." {
        return Some(Fence::Sound);
    }
    let text = text.trim_start_matches(is_gap);
    let only = |signs: &[char]| text.chars().all(|c| c == ' ' || signs.contains(&c));
    let count = text.chars().filter(|c| *c != ' ').count();
    let dashes =
        only(&['-', '–', '—', '―', '‐', '‑', '−', '─']) && (count > 1 || text.starts_with(['–', '—', '―', '─']));
    let others = count > 2 && (only(&['*']) || only(&['_']) || only(&['=']));
    (dashes || others).then_some(Fence::Mistyped)
}

/// Whether a line was meant to be a fence.
pub(super) fn is_mistyped_fence(line: &str) -> bool {
    fence(line) == Some(Fence::Mistyped)
}

fn is_blank(line: &str) -> bool {
    line.chars().all(is_gap)
}

/// Looks at the top of `source`.
pub(super) fn split(source: &Source, config: &Config, out: &mut Vec<Diagnostic>) -> Top {
    let text = source.text.as_str();
    let start = text.len() - text.trim_start_matches(is_invisible).len();
    let mut all = lines(text, start..text.len());
    let Some(first) = all.by_ref().find(|line| !is_blank(&text[line.start..line.end])) else {
        return Top::Nothing(None);
    };
    let late = first.start > start;
    let seeker = Seeker { source, config, out };
    let shown = &text[first.start..first.end];
    match shown.trim_end_matches(is_gap) {
        "+++" => seeker.toml(first),
        _ if shown.starts_with('{') => seeker.json(first),
        "..." => Top::Nothing(None),
        _ => match fence(shown) {
            Some(Fence::Sound) => seeker.yaml(start, first, late),
            Some(Fence::Mistyped) => seeker.mistyped_opening(first),
            None if shown.starts_with("```") => seeker.block_of_code(first, start),
            None => seeker.no_opening(first, start),
        },
    }
}

/// Where a block ends.
enum End {
    /// At a fence.
    Fence(Line),
    /// At something that was meant to be one.
    MistypedFence(Line),
    /// Nowhere; the facts reach up to this byte.
    Open(usize),
}

struct Seeker<'a> {
    source: &'a Source,
    config: &'a Config,
    out: &'a mut Vec<Diagnostic>,
}

impl Seeker<'_> {
    /// An object at the top. How long it is, is JSON's own business.
    fn json(self, first: Line) -> Top {
        let (text, start) = (&self.source.text, first.start);
        let mut objects = serde_json::Deserializer::from_str(&text[start..]).into_iter::<serde::de::IgnoredAny>();
        if !text[start + 1..].trim_start().starts_with(['"', '\'']) {
            return Top::Nothing(None);
        }
        if let Some(Err(fault)) = objects.next() {
            return self.broken_json(first, &fault);
        }
        let end = start + objects.byte_offset();
        let behind = &text[end..];
        let gap = behind.find('\n').map_or(behind.len(), |at| at + 1);
        if !is_blank(&behind[..gap]) {
            return Top::Nothing(None);
        }
        Top::Block(Cut { form: Form::Json, inner: start..end, body: end + gap, guessed: false })
    }

    /// What begins as an object and is none: facts if it has names of facts. It is shown as text.
    fn broken_json(self, first: Line, fault: &serde_json::Error) -> Top {
        let text = &self.source.text;
        let near = lines(text, first.start..text.len()).take(40);
        let block = &text[first.start..near.last().map_or(first.next, |line| line.next)];
        let parts = || block.split(['"', '\'']);
        let names: Vec<Meaning> = parts()
            .zip(parts().skip(1))
            .filter(|(_, behind)| behind.trim_start().starts_with(':'))
            .map(|(name, _)| meaning(name, self.config))
            .collect();
        if !names.iter().any(|meaning| meaning.is_known()) {
            return Top::Nothing(None);
        }
        let is_text = |line: &Line| !is_blank(&text[line.start..line.end]);
        let above: Vec<Line> = lines(text, first.start..text.len()).take(fault.line().saturating_sub(1)).collect();
        // What ends in an empty line, or with the file, goes on no further.
        let is_open = fault.is_eof() || above.last().is_some_and(|line| !is_text(line));
        let last = above.iter().rfind(|line| is_text(line)).filter(|_| is_open);
        let (span, fault, help) = match last {
            Some(last) => (Span::new(last.start, last.end), "is never closed", "type `}` on a line below this one"),
            None => {
                let line = self.source.lines.line(first.start as u32) + (fault.line() as u32).max(1) - 1;
                let help = "mend the JSON at this line (a comma, a bracket, or quotation marks that are not `\"`)";
                (self.source.lines.span_of(text, line), "cannot be read as such", help)
            }
        };
        self.out.push(
            self.source
                .diagnose(
                    &rules::FRONT_MATTER_SYNTAX,
                    span,
                    format!("the facts block begins as JSON and {fault}, so it is shown as text"),
                )
                .help(format!("{help}, or write the facts as `name: value` between lines of `---`")),
        );
        let may_withhold = |meaning: &Meaning| {
            matches!(meaning, Meaning::Ours(Key::Audience) | Meaning::Doubt | Meaning::Near(Key::Audience))
        };
        Top::Nothing(names.iter().any(may_withhold).then(|| Span::new(first.start, first.end)))
    }

    fn toml(mut self, first: Line) -> Top {
        let text = &self.source.text;
        let close = lines(text, first.next..text.len()).find(|line| text[line.start..line.end].trim_end() == "+++");
        match close {
            Some(close) => {
                Top::Block(Cut { form: Form::Toml, inner: first.next..close.start, body: close.next, guessed: false })
            }
            None => {
                let fact = |line: &Line| text[line.start..line.end].split_once('=').map(|(name, _)| name.trim());
                let facts: Vec<Line> =
                    lines(text, first.next..text.len()).take_while(|line| fact(line).is_some()).collect();
                let is_known = |line: &Line| fact(line).is_some_and(|name| meaning(name, self.config).is_known());
                let Some(last) = facts.last().filter(|_| facts.iter().any(is_known)) else {
                    return Top::Nothing(None);
                };
                self.report_unclosed(first, last.next, "the facts block is never closed", "+++");
                Top::Block(Cut { form: Form::Toml, inner: first.next..last.next, body: last.next, guessed: true })
            }
        }
    }

    fn yaml(mut self, start: usize, first: Line, late: bool) -> Top {
        let (inner, body, guessed) = match self.end(first.next) {
            End::Fence(close) => (first.next..close.start, close.next, false),
            End::MistypedFence(close) => {
                if !self.has_known_key(&(first.next..close.start)) {
                    return Top::Nothing(None);
                }
                self.report_closing(first, close);
                (first.next..close.start, close.next, true)
            }
            End::Open(end) => {
                if !self.has_known_key(&(first.next..end)) {
                    return Top::Nothing(None);
                }
                let line = self.source.line(Span::new(first.start, first.end));
                let message = format!("line {line} opens the facts block and it is never closed");
                self.report_unclosed(first, end, message, "---");
                (first.next..end, end, true)
            }
        };
        if !guessed && !self.is_facts(&inner, late) {
            return Top::Nothing(None);
        }
        if late {
            let message = "blank lines stand before the facts block, where other programs do not look for it";
            self.out.push(
                self.source
                    .diagnose(&rules::FRONT_MATTER_LATE, Span::new(first.start, first.end), message)
                    .help("delete the blank lines above `---`, so that it is the first line of the file")
                    .safe_fix(Span::new(start, first.start), ""),
            );
        }
        if !guessed {
            self.report_second(body);
        }
        Top::Block(Cut { form: Form::Yaml, inner, body, guessed })
    }

    /// Facts that follow the block at once, in fences of their own or behind `...`: they are read as text.
    fn report_second(&mut self, body: usize) {
        let text = &self.source.text;
        let Some(first) = lines(text, body..text.len()).find(|line| !is_blank(&text[line.start..line.end])) else {
            return;
        };
        let is_fence = fence(&text[first.start..first.end]) == Some(Fence::Sound);
        let from = if is_fence { first.next } else { first.start };
        // Asked first: in any other text the next fence is far away, or nowhere.
        if !self.begins_with_fact(from) {
            return;
        }
        let End::Fence(close) = self.end(from) else { return };
        let facts = from..close.start;
        if !self.only_facts(&facts) || !self.has_known_key(&facts) {
            return;
        }
        let message = "more facts follow the facts block, and are read as text";
        self.out.push(
            self.source
                .diagnose(&rules::FRONT_MATTER_LATE, Span::new(first.start, first.end), message)
                .help("move these lines into the block above, and delete the second pair of fences"),
        );
    }

    /// `--`, `----`, `—`, `***`: the facts block only if facts follow.
    fn mistyped_opening(mut self, first: Line) -> Top {
        let text = &self.source.text;
        if !self.begins_with_fact(first.next) {
            return Top::Nothing(None);
        }
        let is_dashes = !text[first.start..first.end].trim_start().starts_with(['*', '_', '=']);
        let (inner, body) = match self.end(first.next) {
            End::Fence(close) => (first.next..close.start, close.next),
            End::MistypedFence(close) => {
                self.report_closing(first, close);
                (first.next..close.start, close.next)
            }
            End::Open(end) if is_dashes && self.known_keys(&(first.next..end)) > 1 => {
                self.report_unclosed(first, end, "the facts block is never closed", "---");
                (first.next..end, end)
            }
            End::Open(_) => return Top::Nothing(self.lost_audience(first.next)),
        };
        let shown = text[first.start..first.end].trim_end_matches(is_gap);
        let span = Span::new(first.start, first.start + shown.len());
        self.out.push(
            self.source
                .diagnose(
                    &rules::FRONT_MATTER_SYNTAX,
                    span,
                    format!("the facts block is opened with `{shown}` and not with three hyphens"),
                )
                .help("type `---`, three hyphens and nothing else, on this line")
                .safe_fix(span, "---"),
        );
        Top::Block(Cut { form: Form::Yaml, inner, body, guessed: true })
    }

    /// Facts in a block of code, as a chat or an editor makes one of them.
    fn block_of_code(self, first: Line, start: usize) -> Top {
        let text = &self.source.text;
        let info = text[first.start..first.end].trim_start_matches('`').trim().to_lowercase();
        let mut inner = lines(text, first.next..text.len());
        let close = inner.find(|line| text[line.start..line.end].trim_end() == "```");
        let Some(close) = close.filter(|_| matches!(info.as_str(), "" | "yaml" | "yml" | "markdown" | "md")) else {
            return self.no_opening(first, start);
        };
        // Inside it the facts may have their own fences.
        let is_fence = |line: &Line| fence(&text[line.start..line.end]).is_some();
        let open = lines(text, first.next..close.start).next().filter(is_fence).map_or(first.next, |line| line.next);
        let end = lines(text, open..close.start).find(is_fence).map_or(close.start, |line| line.start);
        let facts = open..end;
        if !self.begins_with_fact(open) || !self.only_facts(&facts) || self.known_keys(&facts) < 2 {
            return self.no_opening(first, start);
        }
        let span = Span::new(first.start, first.end);
        let fixed = format!("---\n{}---\n", &text[facts.clone()]);
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_SYNTAX, span, "the facts stand in a block of code")
            .help("write a line `---` above the facts and one below them, and delete the lines with ```")
            .suggested_fix(Span::new(first.start, close.next), fixed);
        self.out.push(diagnostic);
        Top::Block(Cut { form: Form::Yaml, inner: facts, body: close.next, guessed: true })
    }

    /// Facts and a closing fence without an opening one; or other text, with a block further down.
    fn no_opening(mut self, first: Line, start: usize) -> Top {
        if !self.begins_with_fact(first.start) {
            return self.block_behind_text(start);
        }
        if let End::Fence(close) = self.end(first.start)
            && close.start > first.start
            && self.only_facts(&(first.start..close.start))
            && self.known_keys(&(first.start..close.start)) > 1
        {
            let shown = Span::new(first.start, first.end);
            self.out.push(
                self.source
                    .diagnose(&rules::FRONT_MATTER_UNCLOSED, shown, "the facts block is closed and never opened")
                    .help("type a line `---` above the first fact")
                    .safe_fix(Span::new(first.start, first.start), "---\n"),
            );
            return Top::Block(Cut {
                form: Form::Yaml,
                inner: first.start..close.start,
                body: close.next,
                guessed: true,
            });
        }
        self.report_without_fences(first, start);
        Top::Nothing(self.lost_audience(first.start))
    }

    /// Facts at the very top with no fence at all, up to a blank line or a heading: they are read as text.
    fn report_without_fences(&mut self, first: Line, start: usize) {
        let text = &self.source.text;
        let ends = |line: &Line| is_blank(&text[line.start..line.end]) || text[line.start..].starts_with('#');
        let end =
            lines(text, first.start..text.len()).take_while(|line| !ends(line)).last().map_or(start, |line| line.next);
        let facts = first.start..end;
        if first.start != start || !self.only_facts(&facts) || self.known_keys(&facts) < 2 {
            return;
        }
        // A contact's text may well list a phone and hours; nobody's text says its own title or kind so.
        let tells = |line: &str| {
            let found = key_line(line, 0, self.config).map(|key| key.meaning);
            matches!(
                found,
                Some(Meaning::Ours(Key::Title | Key::Kind | Key::Status | Key::Reviewed | Key::ReviewEvery))
            )
        };
        if self.part(&facts).any(tells) {
            let diagnostic = self
                .source
                .diagnose(
                    &rules::FRONT_MATTER_UNCLOSED,
                    Span::new(first.start, first.end),
                    "facts stand at the top without lines of `---` around them, and are read as text",
                )
                .help("type a line `---` above the first fact and another one behind the last")
                .suggested_fix(Span::from(facts.clone()), format!("---\n{}\n---\n", text[facts].trim_end()));
            self.out.push(diagnostic);
        }
    }

    /// A heading or some text, and then what looks like a facts block: it is shown as text, so say so.
    fn block_behind_text(self, start: usize) -> Top {
        let text = &self.source.text;
        let near = lines(text, start..text.len()).take(20);
        let Some(open) = near.into_iter().find(|line| fence(&text[line.start..line.end]) == Some(Fence::Sound)) else {
            return Top::Nothing(None);
        };
        let closed = match self.end(open.next) {
            End::Fence(close) => open.next..close.start,
            _ => return Top::Nothing(None),
        };
        if !self.only_facts(&closed) || self.known_keys(&closed) == 0 {
            return Top::Nothing(None);
        }
        let block = &text[open.start..closed.end];
        let fence = Span::new(open.start, open.end);
        let message = "the facts block does not stand at the top of the file, so it is read as text";
        let diagnostic = self
            .source
            .diagnose(&rules::FRONT_MATTER_LATE, fence, message)
            .help("move the lines from `---` to `---` to the top, so that `---` is the first line of the file");
        let rest = &text[start..open.start];
        let moved = format!("{block}---\n\n{}", rest.trim_end());
        self.out.push(diagnostic.suggested_fix(Span::new(start, closed.end + 3), moved));
        Top::Nothing(self.lost_audience(open.next))
    }

    /// `end` is where the facts end and the fence is missing.
    fn report_unclosed(&mut self, first: Line, end: usize, message: impl Into<String>, fence: &str) {
        let insert = format!("{}{fence}\n", if self.source.text[..end].ends_with('\n') { "" } else { "\n" });
        self.out.push(
            self.source
                .diagnose(&rules::FRONT_MATTER_UNCLOSED, Span::new(first.start, first.end), message)
                .help(format!("type a line `{fence}` behind the last fact"))
                .suggested_fix(Span::new(end, end), insert),
        );
    }

    fn report_closing(&mut self, first: Line, close: Line) {
        let shown = self.source.text[close.start..close.end].trim_end_matches(is_gap);
        let span = Span::new(close.start, close.start + shown.len());
        let opened = self.source.line(Span::new(first.start, first.end));
        let message = format!(
            "the facts block that line {opened} opens is closed with `{}` and not with three hyphens",
            shown.trim_start()
        );
        self.out.push(
            self.source
                .diagnose(&rules::FRONT_MATTER_UNCLOSED, span, message)
                .help("type `---`, three hyphens and nothing else, on this line")
                .safe_fix(span, "---"),
        );
    }

    /// Walks from the first line of a block to its end, and notices where text begins instead.
    fn end(&self, from: usize) -> End {
        let text = &self.source.text;
        let reach = from.saturating_add(self.config.limits.front_matter.saturating_mul(2));
        // The first blank line or heading that no fact follows: there the facts end if the block is never closed.
        let mut gap: Option<usize> = None;
        let mut mistyped: Option<Line> = None;
        let mut in_list = false;
        for line in lines(text, from..text.len()) {
            let shown = &text[line.start..line.end];
            match fence(shown) {
                Some(Fence::Sound) => return mistyped.map_or(End::Fence(line), End::MistypedFence),
                Some(Fence::Mistyped) if mistyped.is_none() => {
                    mistyped = Some(line);
                    continue;
                }
                _ => {}
            }
            // Beyond any sensible size only the fence matters.
            if line.start > reach {
                continue;
            }
            if is_blank(shown) || shown.starts_with('#') {
                gap.get_or_insert(line.start);
            } else if (gap.is_none() && mistyped.is_none() && looks_like_key(shown)) || self.is_known_key(shown) {
                (gap, mistyped) = (None, None);
                in_list = shown.trim_end_matches(is_gap).ends_with(':');
            } else if looks_like_key(shown) {
                in_list = shown.trim_end_matches(is_gap).ends_with(':');
            } else if let Some(mistyped) = mistyped {
                return End::MistypedFence(mistyped);
            } else if let Some(gap) = gap
                && !shown.starts_with([' ', '\t'])
                && !(in_list && shown.starts_with('-'))
            {
                return End::Open(gap);
            }
        }
        mistyped.map_or(End::Open(gap.unwrap_or(text.len()).min(self.end_of_facts(from))), End::MistypedFence)
    }

    /// The end of the lines that facts are made of, from `from` on.
    fn end_of_facts(&self, from: usize) -> usize {
        let text = &self.source.text;
        let facts = lines(text, from..text.len()).take_while(|line| {
            let shown = &text[line.start..line.end];
            let indented = shown.starts_with([' ', '\t', '-']) && !is_blank(shown);
            indented || looks_like_key(shown) || self.is_known_key(shown)
        });
        facts.last().map_or(from, |line| line.next)
    }

    fn is_known_key(&self, line: &str) -> bool {
        let indent = line.len() - line.trim_start_matches(is_gap).len();
        let bullet = line[indent..].strip_prefix("- ").map_or(indent, |_| indent + 2);
        key_line(line, bullet, self.config).is_some_and(|key| {
            key.meaning.is_known() && (key.mark != Mark::Space || key.meaning == Meaning::Ours(Key::Title))
        })
    }

    /// The part of a block in which its facts are looked for.
    fn part<'t>(&'t self, part: &Range<usize>) -> impl Iterator<Item = &'t str> {
        let text = self.source.text.as_str();
        let end = part.start + self.config.limits.front_matter;
        lines(text, part.clone()).take_while(move |line| line.start <= end).map(|line| &text[line.start..line.end])
    }

    fn known_keys(&self, part: &Range<usize>) -> usize {
        self.part(part).filter(|line| self.is_known_key(line)).count()
    }

    fn has_known_key(&self, part: &Range<usize>) -> bool {
        self.part(part).any(|line| self.is_known_key(line))
    }

    /// Whether what stands between two fences is a map; nothing at all is an empty one.
    fn is_facts(&self, inner: &Range<usize>, late: bool) -> bool {
        let empty = self.source.text[inner.clone()].chars().all(is_gap);
        if late {
            return self.has_known_key(inner);
        }
        empty || self.part(inner).any(|line| looks_like_key(line) || self.is_known_key(line))
    }

    fn begins_with_fact(&self, from: usize) -> bool {
        let text = &self.source.text;
        let mut near = lines(text, from..text.len()).map(|line| &text[line.start..line.end]);
        near.find(|line| !is_blank(line)).is_some_and(|line| {
            key_line(line, line.len() - line.trim_start_matches(is_gap).len(), self.config)
                .is_some_and(|key| key.meaning.is_read() && key.mark != Mark::Space)
        })
    }

    /// Whether every line of a part is one that a facts block would have.
    fn only_facts(&self, part: &Range<usize>) -> bool {
        self.part(part).all(|line| {
            let trimmed = line.trim_start();
            trimmed.is_empty() || looks_like_key(line) || trimmed.starts_with(['#', '-']) || trimmed.len() < line.len()
        })
    }

    /// An `audience` line among the first lines from `from` on, which nobody reads.
    fn lost_audience(&self, from: usize) -> Option<Span> {
        let text = &self.source.text;
        let near = lines(text, from..text.len()).take(40);
        near.take_while(|line| fence(&text[line.start..line.end]).is_none()).find_map(|line| {
            let shown = &text[line.start..line.end];
            let key = key_line(shown, shown.len() - shown.trim_start_matches(is_gap).len(), self.config)?;
            let audience =
                matches!(key.meaning, Meaning::Ours(Key::Audience) | Meaning::Doubt | Meaning::Near(Key::Audience));
            (audience && key.mark != Mark::Space).then(|| Span::from(key.name).shifted(line.start))
        })
    }
}

/// A block that is too large to be read as YAML.
pub(super) fn report_size(source: &Source, cut: &Cut, limit: usize) -> Diagnostic {
    let first = source.text[cut.inner.clone()].find('\n').unwrap_or(cut.inner.len());
    let message = format!("the facts block is {} bytes long, and the limit is {limit}", cut.inner.len());
    source
        .diagnose(&rules::LIMIT, Span::new(cut.inner.start, cut.inner.start + first), message)
        .help("move text out of the facts block, or raise `front-matter` under `[limits]` in `book.toml`")
        .with_severity(Severity::Error)
}
