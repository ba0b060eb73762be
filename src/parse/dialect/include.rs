//! Files that a page includes as text: mdBook's `{{#include file:1:10}}`, MkDocs' `--8<-- "file"`, DocFX's
//! `[!INCLUDE [title](file)]`, Jekyll's `{% include_relative file %}`, VitePress' `<<< file#part` and
//! `<!--@include: file{1,10}-->`.
//!
//! Which file is meant is found out where files are read; here is only how an include is typed, and which lines of the
//! file are meant.

use std::ops::Range;

use super::tags::{Family, bare_words, tag_at};

/// An include as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Include<'t> {
    /// The path.
    pub(super) path: &'t str,
    /// What is meant of the file.
    pub(super) part: Part<'t>,
    /// Whether the file is shown as code.
    pub(super) as_code: bool,
    /// Whether it is meant in a block of code, too.
    pub(super) in_code: bool,
}

/// The part of a file that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    Whole,
    /// From a line to another one, both in it, from 1.
    Lines(usize, usize),
    /// Between marks with that name.
    Named(&'t str),
}

/// The include that is all of a line.
pub(super) fn on_line(line: &str) -> Option<Include<'_>> {
    let typed = line.trim();
    match typed.as_bytes().first()? {
        b'{' => {
            let tag = tag_at(typed, 0).filter(|tag| tag.range.end == typed.len())?;
            let name = &typed[tag.name.clone()];
            match tag.family {
                Family::Include => mdbook(name, &typed[tag.rest]),
                Family::Liquid if name == "include_relative" => {
                    let path = bare_words(typed, &tag.rest).into_iter().next()?;
                    Some(whole(&typed[path]))
                }
                _ => None,
            }
        }
        b'-' => {
            let behind = scissors(typed)?;
            quoted(behind.trim()).map(with_part)
        }
        b'[' => docfx(typed),
        b'<' => vitepress(typed),
        _ => None,
    }
}

/// The inside of `{{#include …}}` and the like.
pub(super) fn mdbook<'t>(name: &str, rest: &'t str) -> Option<Include<'t>> {
    let typed = rest.split_whitespace().next()?;
    let as_code = name == "playground";
    Some(Include { as_code, ..with_part(typed) })
}

/// What follows the scissors of a snippet, `--8<--`, at the start of a line.
pub(super) fn scissors(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix('-')?.trim_start_matches('-').strip_prefix("8<-")?;
    Some(rest.trim_start_matches('-'))
}

fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = text[1..].strip_suffix(quote)?;
    (!inside.is_empty()).then_some(inside)
}

/// `[!INCLUDE [title](path)]`, with or without the space.
fn docfx(typed: &str) -> Option<Include<'_>> {
    let word = typed.get(..9)?;
    if !word.eq_ignore_ascii_case("[!include") {
        return None;
    }
    let inside = typed[9..].trim_start().strip_suffix(']')?.trim_end();
    let at = inside.starts_with('[').then(|| inside.find("]("))??;
    let path = inside[at + 2..].strip_suffix(')')?.trim();
    let path = path.split([' ', '"']).next().unwrap_or_default();
    (!path.is_empty()).then(|| whole(path))
}

/// Whether a line begins with a comment that includes a file.
pub(super) fn is_comment(line: &[u8]) -> bool {
    line.strip_prefix(b"<!--").is_some_and(|inside| inside.trim_ascii_start().starts_with(b"@include:"))
}

/// `<<< file#part{2}`, `<!--@include: file{1,10}-->`.
fn vitepress(typed: &str) -> Option<Include<'_>> {
    let (typed, as_code) = match typed.strip_prefix("<<< ") {
        Some(typed) => (typed.trim(), true),
        None => {
            let inside = typed.strip_prefix("<!--")?.strip_suffix("-->")?.trim();
            (inside.strip_prefix("@include:")?.trim(), false)
        }
    };
    // What stands in brackets behind the path of code is about its looks.
    let typed = if as_code { typed.split([' ', '[']).next().unwrap_or_default() } else { typed };
    let (path, braces) = typed.split_once('{').unwrap_or((typed, ""));
    let (path, name) = path.trim().split_once('#').unwrap_or((path.trim(), ""));
    let lines = braces.trim_end_matches('}').split_once(',').filter(|_| !as_code);
    let number =
        |text: &str, empty| if text.trim().is_empty() { Some(empty) } else { text.trim().parse::<usize>().ok() };
    let part = match lines.and_then(|(from, to)| Some((number(from, 1)?, number(to, usize::MAX)?))) {
        Some((from, to)) => Part::Lines(from.max(1), to),
        None if name.is_empty() => Part::Whole,
        None => Part::Named(name),
    };
    (!path.is_empty()).then_some(Include { path, part, as_code, in_code: false })
}

fn whole(path: &str) -> Include<'_> {
    Include { path, part: Part::Whole, as_code: false, in_code: true }
}

/// `file`, `file:name`, `file:2`, `file:2:`, `file::10`, `file:2:10`.
fn with_part(typed: &str) -> Include<'_> {
    let (path, part) = typed.split_once(':').unwrap_or((typed, ""));
    // An address on another host.
    if part.starts_with("//") {
        return whole(typed);
    }
    let number = |text: &str, empty| if text.is_empty() { Some(empty) } else { text.parse::<usize>().ok() };
    let part = match part.split_once(':') {
        _ if part.is_empty() => Part::Whole,
        None => number(part, 1).map_or(Part::Named(part), |line| Part::Lines(line, line)),
        Some((from, to)) => match (number(from, 1), number(to, usize::MAX)) {
            (Some(from), Some(to)) => Part::Lines(from.max(1), to),
            _ => Part::Named(part),
        },
    };
    Include { part, ..whole(path) }
}

/// Every path that a text includes, as typed. A text without any costs a scan for its signs.
pub(crate) fn paths(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let signs = ["{{#", "8<-", "[!INCLUDE", "[!include", "[!Include", "include_relative", "<<< ", "@include:"];
    if !signs.iter().any(|sign| memchr::memmem::find(bytes, sign.as_bytes()).is_some()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut in_block = false;
    for line in text.lines() {
        if let Some(include) = on_line(line) {
            found.push(include.path);
        } else if scissors(line).is_some_and(|behind| behind.trim().is_empty()) {
            in_block = !in_block;
        } else if in_block && !line.trim().is_empty() {
            found.push(with_part(block_line(line)).path);
        } else if line.contains("{{#") {
            let tags = line.match_indices("{{#").filter_map(|(at, _)| tag_at(line, at));
            found.extend(
                tags.filter_map(|tag| mdbook(&line[tag.name.clone()], &line[tag.rest])).map(|include| include.path),
            );
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// A line between two of `--8<--`.
pub(super) fn in_block(line: &str) -> Include<'_> {
    with_part(block_line(line))
}

fn block_line(line: &str) -> &str {
    let line = line.trim();
    quoted(line).unwrap_or(line)
}

/// The lines of a file that are meant, without the lines that only mark a part. `None` if it has no such part.
pub(super) fn part_of(file: &str, part: Part<'_>) -> Option<String> {
    match part {
        Part::Whole => Some(lines(file, 0..usize::MAX)),
        Part::Lines(from, to) => {
            let found = lines(file, from - 1..to);
            (!found.is_empty()).then_some(found)
        }
        Part::Named(name) => {
            let marked = |line| mark(line).or_else(|| region(line));
            let start = file.lines().position(|line| marked(line) == Some((true, name)))?;
            let ends = |line| marked(line).is_some_and(|(begins, end)| !begins && (end == name || end.is_empty()));
            let length = file.lines().skip(start + 1).position(ends);
            Some(lines(file, start + 1..length.map_or(usize::MAX, |length| start + 1 + length)))
        }
    }
}

fn lines(file: &str, range: Range<usize>) -> String {
    let count = range.end.saturating_sub(range.start);
    let chosen = file.lines().skip(range.start).take(count).filter(|line| mark(line).is_none());
    chosen.flat_map(|line| [line, "\n"]).collect()
}

/// Whether a line begins or ends a part, and its name: `// ANCHOR: name`, `# --8<-- [start:name]`.
fn mark(line: &str) -> Option<(bool, &str)> {
    let word = |text: &'_ str| text.find(|c: char| c.is_whitespace() || c == ']').unwrap_or(text.len());
    if let Some((_, behind)) = line.split_once("ANCHOR") {
        let (begins, name) = match behind.strip_prefix("_END:") {
            Some(name) => (false, name.trim_start()),
            None => (true, behind.strip_prefix(':')?.trim_start()),
        };
        let name = &name[..word(name)];
        return (!name.is_empty()).then_some((begins, name));
    }
    let at = line.find("8<-")?;
    let behind = line[at + 3..].trim_start_matches('-').trim_start().strip_prefix('[')?;
    let behind = behind.trim_start();
    let (begins, name) = match behind.strip_prefix("start:") {
        Some(name) => (true, name),
        None => (false, behind.strip_prefix("end:")?),
    };
    let name = name.trim_start();
    Some((begins, &name[..word(name)]))
}

/// Whether a line begins or ends a part as editors fold it, and its name: `// #region name`. Such lines are code themselves.
fn region(line: &str) -> Option<(bool, &str)> {
    let (before, behind) = line.split_once("region")?;
    let begins = before.trim_end().ends_with('#');
    if !begins && !before.ends_with("#end") {
        return None;
    }
    Some((begins, behind.split_whitespace().next().filter(|word| !word.starts_with(['-', '*'])).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_spellings_of_an_include() {
        let include = |line| on_line(line).map(|found| (found.path, found.part));
        assert_eq!(include("{{#include a.rs:2:10}}"), Some(("a.rs", Part::Lines(2, 10))));
        assert_eq!(include("  {{#include a.rs::10}}"), Some(("a.rs", Part::Lines(1, 10))));
        assert_eq!(include("{{#rustdoc_include a.rs:here}}"), Some(("a.rs", Part::Named("here"))));
        assert_eq!(include("--8<-- \"a.md\""), Some(("a.md", Part::Whole)));
        assert_eq!(include("-8<- 'a.md:here'"), Some(("a.md", Part::Named("here"))));
        assert_eq!(include("[!INCLUDE [Words](../a.md)]"), Some(("../a.md", Part::Whole)));
        assert_eq!(include("[!include[Words](a.md)]"), Some(("a.md", Part::Whole)));
        assert_eq!(include("{% include_relative a.md %}"), Some(("a.md", Part::Whole)));
        assert_eq!(include("<<< @/a.js#here{1,2} [A]"), Some(("@/a.js", Part::Named("here"))));
        assert_eq!(include("<!-- @include: ./a.md{3,} -->"), Some(("./a.md", Part::Lines(3, usize::MAX))));
        assert_eq!(include("<!-- include a.md -->"), None);
        assert_eq!(include("See {{#include a.rs}}"), None);
        assert_eq!(paths("--8<--\na.md\n\nb.md:1\n--8<--\nx {{#include c.md}}\n"), ["a.md", "b.md", "c.md"]);
    }

    #[test]
    fn a_part_is_between_its_marks() {
        let file = "one\n// ANCHOR: a\ntwo\n// ANCHOR_END: a\n# --8<-- [start:b]\nthree\n# --8<-- [end:b]\n";
        assert_eq!(part_of(file, Part::Named("a")).as_deref(), Some("two\n"));
        assert_eq!(part_of(file, Part::Named("b")).as_deref(), Some("three\n"));
        assert_eq!(part_of(file, Part::Whole).as_deref(), Some("one\ntwo\nthree\n"));
        assert_eq!(part_of("1\n2\n3\n", Part::Lines(2, 2)).as_deref(), Some("2\n"));
        assert_eq!(part_of(file, Part::Named("c")), None);
        let file = "one\n// #region a\ntwo\n// #endregion\nthree\n";
        assert_eq!(part_of(file, Part::Named("a")).as_deref(), Some("two\n"));
        assert_eq!(part_of(file, Part::Whole).as_deref(), Some(file));
    }
}
