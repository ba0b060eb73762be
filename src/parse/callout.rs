//! Reads a quote as a callout, in GitHub's and in Obsidian's spelling.
//!
//! pulldown-cmark knows only the five bare alerts; a title, a fold or another word leaves an ordinary quote whose first
//! line says `[!word] Title`.

use pulldown_cmark::{BlockQuoteKind, Event};

use super::Draft;
use super::nodes::{Block, Node, plain_text};
use crate::kind::vocabulary::Role;
use crate::rules;
use crate::text::{Span, nearest};

/// A quote that is a callout.
pub(crate) struct Callout<'n, 'a> {
    /// `note`, `tip`, `important`, `warning` or `caution`, `tab` for a label over a body, or `only` for a passage that is not for everyone.
    pub(crate) class: &'static str,
    /// What stands over it.
    pub(crate) title: Title<'n, 'a>,
    /// Whether it can be folded, and whether it is open then.
    pub(crate) folds: Option<bool>,
    /// What is left of the first paragraph, and the blocks behind it. `None`: the whole quote.
    pub(crate) body_from: Option<(&'n [Node<'a>], &'n [Node<'a>])>,
}

/// What stands over a callout.
pub(crate) enum Title<'n, 'a> {
    /// The team's word for it, or words that were typed.
    Words(String),
    /// Words that were typed, and behind them a link or other markup.
    Typed(&'n str, &'n [Node<'a>]),
}

/// The mark at the start of a quote: `[!word]`, then `+` or `-`.
pub(crate) struct Mark<'t> {
    /// What stands in the brackets.
    pub(crate) word: &'t str,
    /// Whether it can be folded, and whether it is open then.
    pub(crate) folds: Option<bool>,
    /// Bytes up to the title.
    pub(crate) length: usize,
}

/// The mark that a quote's text begins with.
pub(crate) fn mark(text: &str) -> Option<Mark<'_>> {
    let inside = text.strip_prefix("[!")?;
    let end = inside.find(']')?;
    let after = &inside[end + 1..];
    let folds = match after.chars().next() {
        Some('+') => Some(true),
        Some('-') => Some(false),
        _ => None,
    };
    let length = 2 + end + 1 + usize::from(folds.is_some());
    Some(Mark { word: inside[..end].trim(), folds, length })
}

/// The text that a quote begins with, if it begins with text.
pub(crate) fn first_words<'n>(quote: Block<'n, '_>) -> Option<(&'n str, Span)> {
    let paragraph = quote.children().next().filter(|block| block.is_paragraph())?;
    match &paragraph.inner().first()?.event {
        Event::Text(text) => Some((text, paragraph.inner()[0].span)),
        _ => None,
    }
}

/// `quote` as a callout, or `None` for an ordinary quote.
pub(crate) fn callout_of<'n, 'a>(
    draft: &mut Draft<'_>,
    kind: Option<BlockQuoteKind>,
    quote: Block<'n, 'a>,
) -> Option<Callout<'n, 'a>> {
    if let Some(kind) = kind {
        let class = match kind {
            BlockQuoteKind::Note => "note",
            BlockQuoteKind::Tip => "tip",
            BlockQuoteKind::Important => "important",
            BlockQuoteKind::Warning => "warning",
            BlockQuoteKind::Caution => "caution",
        };
        let title = draft.context.vocabulary.shown(Role::Callout, class, draft.language).to_owned();
        return Some(Callout { class, title: Title::Words(title), folds: None, body_from: None });
    }
    let (text, span) = first_words(quote)?;
    let Some(mark) = mark(text) else {
        without_sign(draft, quote, text, span);
        without_bracket(draft, text, span);
        return None;
    };
    let vocabulary = &draft.context.vocabulary;
    let label = (mark.word == "tab").then_some("tab");
    let class = vocabulary.callout(mark.word).or(label).unwrap_or_else(|| {
        let known = ["note", "tip", "important", "warning", "caution"];
        if let Some(near) = nearest(mark.word, known) {
            let typed = &draft.source.text[span.range()];
            let at = span.start as usize + typed.find(mark.word).unwrap_or_default();
            draft.report(
                draft
                    .source
                    .diagnose(
                        &rules::NEAR_CALLOUT,
                        Span::new(at, at + mark.word.len()),
                        format!("`{}` is not a callout that Cuebook knows", mark.word),
                    )
                    .help(format!("did you mean `[!{}]`?", near.to_uppercase()))
                    .suggested_fix(Span::new(at, at + mark.word.len()), near.to_uppercase()),
            );
            return known.into_iter().find(|known| *known == near).unwrap_or("note");
        }
        "note"
    });
    let paragraph = quote.children().next()?;
    let lines = paragraph.inner();
    let first_line = lines.iter().position(|node| matches!(node.event, Event::SoftBreak | Event::HardBreak));
    let (head, rest) = match first_line {
        Some(at) => (&lines[..at], &lines[at + 1..]),
        None => (lines, &lines[lines.len()..]),
    };
    let after = &quote.inner()[paragraph.nodes.len()..];
    let behind_mark = |text: &'n str| text.get(mark.length..).unwrap_or_default().trim_start_matches([':', ' ']);
    if class != "only" && head.len() > 1 {
        let title = Title::Typed(behind_mark(text), &head[1..]);
        return Some(Callout { class, title, folds: mark.folds, body_from: Some((rest, after)) });
    }
    let typed = plain_text(head);
    let typed = typed.get(mark.length..).unwrap_or_default().trim_start_matches([':', ' ']).trim().to_owned();
    let shown = |role, class| vocabulary.shown(role, class, draft.language);
    let title = match typed.is_empty() {
        true if vocabulary.callout(mark.word).is_some() => shown(Role::Callout, class).to_owned(),
        true => mark.word.to_owned(),
        false if class == "only" => format!("{} {typed}", shown(Role::HeadingStart, "only-for")),
        false => typed,
    };
    Some(Callout { class, title: Title::Words(title), folds: mark.folds, body_from: Some((rest, after)) })
}

/// `> [!TIP Ask first`, whose bracket is never closed.
fn without_bracket(draft: &mut Draft<'_>, text: &str, span: Span) {
    let Some(rest) = text.strip_prefix("[!").filter(|rest| !rest.contains(']')) else { return };
    let word = &rest[..rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())];
    if draft.context.vocabulary.callout(word).is_none_or(|class| class == "only") {
        return;
    }
    let end = span.start as usize + "[!".len() + word.len();
    let found = draft
        .source
        .diagnose(
            &rules::NEAR_CALLOUT,
            Span::new(span.start as usize, end),
            format!("the bracket before `{word}` is never closed, so that this is a quotation"),
        )
        .help(format!("close it behind the word: `> [!{word}]`"))
        .safe_fix(Span::new(end, end), "]");
    draft.report(found);
}

/// `> [TIP]`, which is a callout but for its sign.
fn without_sign(draft: &mut Draft<'_>, quote: Block<'_, '_>, text: &str, span: Span) {
    let alone = quote
        .children()
        .next()
        .and_then(|paragraph| paragraph.inner().get(1))
        .is_none_or(|next| matches!(next.event, Event::SoftBreak | Event::HardBreak));
    let Some(word) = text.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).filter(|_| alone) else {
        return;
    };
    if draft.context.vocabulary.callout(word).is_none_or(|class| class == "only") {
        return;
    }
    let fixed = format!("[!{}]", word.to_uppercase());
    let found = draft
        .source
        .diagnose(&rules::NEAR_CALLOUT, span, format!("`[{word}]` begins no callout, so that this is a quotation"))
        .help(format!("put an exclamation mark before the word: `> {fixed}`"))
        .safe_fix(span, fixed);
    draft.report(found);
}
