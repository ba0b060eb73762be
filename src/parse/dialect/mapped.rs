//! A text made of pieces of a file and of signs of our own, which knows where each piece stands in the file.

use std::ops::Range;

use crate::text::Span;

/// Markdown that was rewritten. What is found in it is told at its place in the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mapped {
    /// The Markdown.
    pub(crate) text: String,
    /// In order of `at`; the first begins with the text.
    runs: Vec<Run>,
}

/// A stretch of the text that has one origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// Where it begins in the text.
    at: u32,
    /// The first byte of the file that it stands for.
    from: u32,
    /// For signs of our own, the end of what they stand for in the file. `None` for a copy, letter by letter.
    made: Option<u32>,
}

impl Mapped {
    /// A copy of some text that begins at byte `offset` of its file.
    pub(crate) fn copy_of(text: &str, offset: usize) -> Mapped {
        Mapped { text: text.to_owned(), runs: vec![Run { at: 0, from: offset as u32, made: None }] }
    }

    /// Text that stands as a whole for some bytes of the file.
    pub(crate) fn made_of(text: &str, span: Span) -> Mapped {
        let mut made = Mapped::default();
        made.push_made(text, span);
        made
    }

    /// Appends signs of our own, which stand for `span` of the file.
    pub(crate) fn push_made(&mut self, text: &str, span: Span) {
        if !text.is_empty() {
            self.push_run(Run { at: self.text.len() as u32, from: span.start, made: Some(span.end) });
            self.text.push_str(text);
        }
    }

    /// Appends a part of another text.
    pub(crate) fn push(&mut self, of: &Mapped, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        for run in &of.runs[of.run_at(range.start)..] {
            if run.at as usize >= range.end {
                break;
            }
            let start = (run.at as usize).max(range.start);
            let skipped = if run.made.is_some() { 0 } else { start as u32 - run.at };
            let at = (self.text.len() + start - range.start) as u32;
            self.push_run(Run { at, from: run.from + skipped, made: run.made });
        }
        self.text.push_str(&of.text[range]);
    }

    fn push_run(&mut self, run: Run) {
        let goes_on = self.runs.last().is_some_and(|last| match (last.made, run.made) {
            (None, None) => last.from + (run.at - last.at) == run.from,
            (made, other) => made.is_some() && made == other && last.from == run.from,
        });
        if !goes_on {
            self.runs.push(run);
        }
    }

    fn run_at(&self, offset: usize) -> usize {
        self.runs.partition_point(|run| run.at as usize <= offset).saturating_sub(1)
    }

    /// The bytes of the file that some bytes of the text stand for.
    pub(crate) fn in_file(&self, span: Span) -> Span {
        let start = self.runs.get(self.run_at(span.start as usize));
        let start = start.map_or(0, |run| if run.made.is_some() { run.from } else { run.from + (span.start - run.at) });
        if span.end <= span.start {
            return Span { start, end: start };
        }
        let last = span.end - 1;
        let end = self.runs.get(self.run_at(last as usize));
        let end = end.map_or(start, |run| run.made.unwrap_or_else(|| run.from + (last - run.at) + 1));
        Span { start, end: end.max(start) }
    }

    /// The same for a range.
    pub(crate) fn range_in_file(&self, range: &Range<usize>) -> Span {
        self.in_file(Span::new(range.start, range.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_know_where_they_stood() {
        let file = "!!! note\n    One.\n    Two.\n";
        let whole = Mapped::copy_of(file, 100);
        let mut text = Mapped::default();
        text.push_made("> [!", Span::new(100, 108));
        text.push(&whole, 4..8);
        text.push_made("]\n> ", Span::new(108, 113));
        text.push(&whole, 13..18);
        text.push_made("> ", Span::new(118, 122));
        text.push(&whole, 22..27);
        assert_eq!(text.text, "> [!note]\n> One.\n> Two.\n");
        let place = |words: &str| {
            let at = text.text.find(words).expect("it is there");
            text.range_in_file(&(at..at + words.len()))
        };
        assert_eq!(place("note"), Span::new(104, 108));
        assert_eq!(place("Two."), Span::new(122, 126));
        assert_eq!(place("> [!note]"), Span::new(100, 113));
        // A part of a part has the same origin.
        let mut again = Mapped::default();
        again.push(&text, 12..24);
        assert_eq!(again.text, "One.\n> Two.\n");
        assert_eq!(again.in_file(Span::new(7, 11)), Span::new(122, 126));
    }
}
