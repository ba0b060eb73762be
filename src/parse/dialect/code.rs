//! Which bytes of a text are code, where no dialect is read.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use crate::parse::nodes::options;

/// The code of a text, by the Markdown parser itself.
#[derive(Debug, Default)]
pub(super) struct Code {
    /// In order, without overlaps: blocks, spans, and HTML whose inside is no Markdown.
    ranges: Vec<Range<usize>>,
    /// Those that are fenced blocks.
    fenced: Vec<Range<usize>>,
}

impl Code {
    pub(super) fn of(text: &str) -> Code {
        let mut code = Code::default();
        let mut html: Option<Range<usize>> = None;
        for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    if matches!(kind, CodeBlockKind::Fenced(_)) {
                        code.fenced.push(range.clone());
                    }
                    code.ranges.push(range);
                }
                Event::Code(_) => code.ranges.push(range),
                Event::Start(Tag::HtmlBlock) => html = Some(range),
                Event::End(TagEnd::HtmlBlock) => html = None,
                Event::Html(line) => {
                    // Only the first line of a block says what it is.
                    if let Some(block) = html.take().filter(|_| is_verbatim(&line)) {
                        code.ranges.push(block);
                    }
                }
                Event::InlineHtml(tag) if tag.starts_with("<!--") => code.ranges.push(range),
                _ => {}
            }
        }
        code
    }

    /// Whether a byte is code.
    pub(super) fn holds(&self, at: usize) -> bool {
        find(&self.ranges, at).is_some()
    }

    /// Whether a byte is the first of some code.
    pub(super) fn begins(&self, at: usize) -> bool {
        self.ranges.binary_search_by_key(&at, |range| range.start).is_ok()
    }

    /// The fenced block around a byte.
    pub(super) fn fence(&self, at: usize) -> Option<&Range<usize>> {
        find(&self.fenced, at)
    }
}

fn find(ranges: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).filter(|range| range.contains(&at))
}

fn is_verbatim(line: &str) -> bool {
    let line = line.trim_start().to_ascii_lowercase();
    ["<!--", "<pre", "<script", "<style", "<textarea"].iter().any(|start| line.starts_with(start))
}
