//! Applies the fixes that diagnostics carry: text in, text out.
//!
//! Only bytes that a fix names change. Line ends and a byte order mark stay as they are, and what a fix adds has the line
//! ends of its file. Nothing here reads or writes a file; `project` does, in as many rounds as it takes until nothing is
//! left to mend.

use crate::diagnostic::{Diagnostic, Fix};

/// A text with fixes applied, and what they changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The whole text.
    pub text: String,
    /// In order; at least one.
    pub changes: Vec<Change>,
}

/// A run of lines before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The first of them, counted from 1, in the text before.
    pub line: u32,
    /// The lines as they were, without the end of the last one.
    pub before: String,
    /// The lines that stand there now.
    pub after: String,
    /// What was wrong: the messages of the diagnostics.
    pub why: Vec<String>,
}

/// `text` with every safe fix of `diagnostics`, which are about it. `None` if there is none that changes anything.
///
/// Of fixes that overlap the first is applied; the others are found again in the text that comes of it, if they still
/// mean something.
pub fn safe<'d>(text: &str, diagnostics: impl IntoIterator<Item = &'d Diagnostic>) -> Option<Fixed> {
    let fixes = diagnostics.into_iter().filter_map(|diagnostic| Some((diagnostic.fix.as_ref()?, &diagnostic.message)));
    let mut fixes: Vec<(&Fix, &String)> = fixes.filter(|(fix, _)| fix.safe && changes_something(text, fix)).collect();
    fixes.sort_by_key(|(fix, _)| (fix.span, &fix.replacement));
    let mut apart: Vec<(&Fix, &String)> = Vec::with_capacity(fixes.len());
    for (fix, why) in fixes {
        let overlaps = apart.last().is_some_and(|(last, _)| fix.span.start < last.span.end || fix.span == last.span);
        if !overlaps {
            apart.push((fix, why));
        }
    }
    (!apart.is_empty()).then(|| applied(text, &apart))
}

/// A fix whose span does not fit the text, or that puts there what is there, is none.
fn changes_something(text: &str, fix: &Fix) -> bool {
    text.get(fix.span.range()).is_some_and(|there| there != fix.replacement)
}

/// Applies fixes that are in order and do not overlap.
fn applied(text: &str, fixes: &[(&Fix, &String)]) -> Fixed {
    let line_end = if text.find('\n').is_some_and(|at| text[..at].ends_with('\r')) { "\r\n" } else { "\n" };
    let mut fixed = Fixed { text: String::with_capacity(text.len()), changes: Vec::new() };
    let mut done = 0;
    let mut rest = fixes;
    while let Some((first, _)) = rest.first() {
        let start = text[..first.span.range().start].rfind('\n').map_or(0, |at| at + 1);
        let mut end = line_end_behind(text, first.span.range().end);
        // Fixes on the same lines are one change.
        let n_together = rest
            .iter()
            .take_while(|(fix, _)| {
                let together = fix.span.range().start <= end;
                end = if together { line_end_behind(text, fix.span.range().end.max(end)) } else { end };
                together
            })
            .count();
        let (together, behind) = rest.split_at(n_together);
        let mut after = String::new();
        let mut at = start;
        for (fix, _) in together {
            after.push_str(&text[at..fix.span.range().start]);
            after.push_str(&fix.replacement.replace("\r\n", "\n").replace('\n', line_end));
            at = fix.span.range().end;
        }
        after.push_str(&text[at..end]);
        fixed.text.push_str(&text[done..start]);
        fixed.text.push_str(&after);
        fixed.changes.push(Change {
            line: text[..start].matches('\n').count() as u32 + 1,
            before: text[start..end].to_owned(),
            after,
            why: together.iter().map(|(_, why)| (*why).clone()).collect(),
        });
        done = end;
        rest = behind;
    }
    fixed.text.push_str(&text[done..]);
    fixed
}

/// The end of the line in which `offset` lies, before its line break.
fn line_end_behind(text: &str, offset: usize) -> usize {
    let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    if text[offset..end].ends_with('\r') { end - 1 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;
    use crate::text::{Lines, Span};

    fn finding(text: &str, what: &str, replacement: &str, is_safe: bool) -> Diagnostic {
        let start = text.find(what).expect("it stands there");
        let span = Span::new(start, start + what.len());
        let found = Diagnostic::at(&rules::BULLET_SIGN, "a.md", (text, &Lines::new(text)), span, what);
        if is_safe { found.safe_fix(span, replacement) } else { found.suggested_fix(span, replacement) }
    }

    #[test]
    fn only_the_bytes_of_safe_fixes_change() {
        let text = "\u{feff}one • two\r\nthree\r\n\r\nfour  \r\n";
        let found = [
            finding(text, "•", "-", true),
            finding(text, "three", "3", false),
            finding(text, "four", "4\n5", true),
            finding(text, "one", "1", true),
        ];
        let fixed = safe(text, &found).expect("something is to be mended");
        assert_eq!(fixed.text, "\u{feff}1 - two\r\nthree\r\n\r\n4\r\n5  \r\n");
        let lines: Vec<(u32, &str, &str)> =
            fixed.changes.iter().map(|change| (change.line, change.before.as_str(), change.after.as_str())).collect();
        assert_eq!(lines, [(1, "\u{feff}one • two", "\u{feff}1 - two"), (4, "four  ", "4\r\n5  ")]);
        assert_eq!(fixed.changes[0].why, ["one", "•"]);
    }

    #[test]
    fn of_fixes_that_overlap_the_first_is_applied() {
        let text = "a long line";
        let found = [finding(text, "long line", "x", true), finding(text, "a long", "y", true)];
        assert_eq!(safe(text, &found).map(|fixed| fixed.text).as_deref(), Some("y line"));
        let twice = [finding(text, "long", "short", true), finding(text, "long", "short", true)];
        assert_eq!(safe(text, &twice).map(|fixed| fixed.text).as_deref(), Some("a short line"));
    }

    #[test]
    fn a_fix_that_changes_nothing_or_does_not_fit_is_none() {
        let text = "grün";
        assert_eq!(safe(text, &[finding(text, "grün", "grün", true)]), None);
        let mut outside = finding(text, "g", "x", true);
        for (start, end) in [(3, 4), (0, 99)] {
            outside.fix.as_mut().expect("it has one").span = Span::new(start, end);
            assert_eq!(safe(text, [&outside]), None, "{start} to {end}");
        }
    }
}
