//! The Markdown of an entry as a flat list of nodes that can be walked as a tree.
//!
//! pulldown-cmark gives events; a node is an event that also knows where its element ends, so that a reader can go
//! from block to block without a second parse and without a tree of its own.

use std::borrow::Cow;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag};

use crate::text::Span;

/// An event, its bytes in the whole file, and how many nodes its element has, itself and its end included.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) event: Event<'a>,
    pub(crate) span: Span,
    pub(crate) length: usize,
}

/// A whole element: one node, or a start, what is in it, and its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'n, 'a> {
    pub(crate) nodes: &'n [Node<'a>],
}

/// Options that keep phrases as they are typed; authoring.md §1 says why the others are off.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
        | Options::ENABLE_WIKILINKS
}

/// Parses `body`, which starts at byte `offset` of its file. Elements deeper than `deepest` are dropped and their text
/// kept; the second value says where that first happened.
pub(crate) fn parse(body: &str, offset: usize, deepest: usize) -> (Vec<Node<'_>>, Option<Span>) {
    let mut nodes: Vec<Node<'_>> = Vec::with_capacity(body.len() / 12);
    let mut open: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut too_deep = None;
    let mut text: Option<(Cow<'_, str>, Span)> = None;
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        let span = Span::from(range).shifted(offset);
        match &event {
            Event::Start(_) => {
                push_text(&mut nodes, text.take());
                depth += 1;
                if depth > deepest {
                    too_deep = too_deep.or(Some(span));
                    continue;
                }
                open.push(nodes.len());
            }
            Event::End(_) => {
                push_text(&mut nodes, text.take());
                depth -= 1;
                if depth >= deepest {
                    continue;
                }
                if let Some(start) = open.pop() {
                    nodes[start].length = nodes.len() - start + 1;
                }
            }
            _ => {}
        }
        // The parser splits text at every sign that might have meant something; a blank such as `{first_name}` or a
        // sentence is easier to read whole.
        if let Event::Text(words) = event {
            match &mut text {
                Some((so_far, at)) if at.end == span.start => {
                    so_far.to_mut().push_str(&words);
                    at.end = span.end;
                }
                _ => {
                    push_text(&mut nodes, text.take());
                    text = Some((cow(words), span));
                }
            }
            continue;
        }
        push_text(&mut nodes, text.take());
        nodes.push(Node { event, span, length: 1 });
    }
    (nodes, too_deep)
}

fn push_text<'a>(nodes: &mut Vec<Node<'a>>, text: Option<(Cow<'a, str>, Span)>) {
    if let Some((words, span)) = text {
        nodes.push(Node { event: Event::Text(words.into()), span, length: 1 });
    }
}

fn cow(text: CowStr<'_>) -> Cow<'_, str> {
    match text {
        CowStr::Borrowed(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.into_string()),
    }
}

/// The elements of a run of nodes, in order.
pub(crate) fn blocks<'n, 'a>(mut nodes: &'n [Node<'a>]) -> impl Iterator<Item = Block<'n, 'a>> {
    std::iter::from_fn(move || {
        let length = nodes.first()?.length.min(nodes.len());
        let (block, rest) = nodes.split_at(length);
        nodes = rest;
        Some(Block { nodes: block })
    })
}

impl<'n, 'a> Block<'n, 'a> {
    /// Its tag, if it is an element.
    pub(crate) fn tag(self) -> Option<&'n Tag<'a>> {
        match &self.nodes[0].event {
            Event::Start(tag) => Some(tag),
            _ => None,
        }
    }

    /// Its bytes.
    pub(crate) fn span(self) -> Span {
        self.nodes[0].span
    }

    /// What is between its start and its end.
    pub(crate) fn inner(self) -> &'n [Node<'a>] {
        match self.nodes {
            [] | [_] => &[],
            [_, inner @ .., _] => inner,
        }
    }

    /// The elements directly in it.
    pub(crate) fn children(self) -> impl Iterator<Item = Block<'n, 'a>> {
        blocks(self.inner())
    }

    pub(crate) fn is_paragraph(self) -> bool {
        matches!(self.tag(), Some(Tag::Paragraph))
    }
}

/// The words of a run of nodes, without markup; line breaks become spaces.
pub(crate) fn plain_text(nodes: &[Node<'_>]) -> String {
    let mut text = String::new();
    for node in nodes {
        match &node.event {
            Event::Text(words) | Event::Code(words) => text.push_str(words),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(end) if end_of_block(end) && !text.is_empty() && !text.ends_with(' ') => text.push(' '),
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

fn end_of_block(end: &pulldown_cmark::TagEnd) -> bool {
    use pulldown_cmark::TagEnd;
    matches!(end, TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::Heading(_) | TagEnd::CodeBlock)
}

/// The bytes from the first node to the last.
pub(crate) fn span_of(nodes: &[Node<'_>]) -> Span {
    match (nodes.first(), nodes.iter().map(|node| node.span.end).max()) {
        (Some(first), Some(end)) => Span { start: first.span.start, end },
        _ => Span::default(),
    }
}

/// The nodes of a paragraph cut into the lines that were typed.
pub(crate) fn lines<'n, 'a>(nodes: &'n [Node<'a>]) -> Vec<&'n [Node<'a>]> {
    nodes.split(|node| matches!(node.event, Event::SoftBreak | Event::HardBreak)).collect()
}
