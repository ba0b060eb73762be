//! Markup of what stands on a page many times over: icons, buttons to copy, cards, rows and doors.
//!
//! Templates lay a page out; what they would repeat hundreds of times is written here, and a theme gives it another
//! look by its classes. A listing of 300 cards by templates took ten times as long as everything else about it.

use super::Style;
use super::parts::{AzRowParts, BacklinkParts, Card, DoorParts, Named};
use crate::entry::Line;
use crate::facts::KindName;
use crate::index::address::push_relative;
use crate::text::escape_html;

/// Appends each part: `raw` markup, or `{text}` to be escaped.
macro_rules! put {
    ($out:expr, $($part:tt),+ $(,)?) => {{ $(put!(@ $out, $part);)+ }};
    (@ $out:expr, $raw:literal) => { $out.push_str($raw) };
    (@ $out:expr, { $text:expr }) => { crate::text::escape_html($text, $out) };
}
pub(super) use put;

/// An icon of the theme. What it looks like, `icons.svg` says.
pub(crate) fn icon(name: &str, out: &mut String) {
    put!(out, "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-", { name }, "\"/></svg>");
}

/// The button that copies `text`, which stands before it as `html`. Script copies what it sees there unless told
/// otherwise, without quotation marks around it.
pub(super) fn copy_button(text: &str, html: &str, style: &Style, out: &mut String) {
    const MARKS: [char; 7] = ['"', '“', '”', '„', '«', '»', ' '];
    let mut seen = String::with_capacity(html.len());
    escape_html(text, &mut seen);
    out.push_str("<button type=\"button\" class=\"copy\"");
    if seen != html || text.starts_with(MARKS) || text.ends_with(MARKS) {
        put!(out, " data-copy=\"", { text }, "\"");
    }
    put!(out, " hidden>", { style.word("copy") }, "</button>");
}

/// Words to say, as `html`, with the button that copies `line`.
pub(super) fn say(html: &str, line: &Line, style: &Style, out: &mut String) {
    out.push_str("<div class=\"say\"><blockquote class=\"say-words\">");
    out.push_str(html);
    out.push_str("</blockquote>");
    copy_button(&line.text, html, style, out);
    out.push_str("</div>");
}

/// The start of a link from the page at `from`.
pub(super) fn open_link(class: &str, from: &str, to: &str, anchor: &str, out: &mut String) {
    out.push_str("<a");
    if !class.is_empty() {
        put!(out, " class=\"", { class }, "\"");
    }
    out.push_str(" href=\"");
    push_relative(from, to, anchor, out);
    out.push_str("\">");
}

pub(super) fn small(text: &str, out: &mut String) {
    put!(out, "<small>", { text }, "</small>");
}

/// Entries as other pages show them, under headings of `level`. The link of a heading covers its whole card.
pub(super) fn cards(cards: &[Card<'_>], level: u8, from: &str, style: &Style) -> String {
    let mut out = String::with_capacity(600 * cards.len());
    out.push_str("<ul class=\"cards\">\n");
    for card in cards {
        push_card(card, level, from, style, &mut out);
    }
    out.push_str("</ul>");
    out
}

fn push_card(card: &Card<'_>, level: u8, from: &str, style: &Style, out: &mut String) {
    let kind = card.kind.word();
    let heading = if level == 2 { "h2" } else { "h3" };
    put!(out, "<li class=\"card kind-", { kind }, "\">\n<", { heading }, " class=\"card-title\">");
    open_link("", from, card.address, "", out);
    put!(out, { card.title }, "</a></", { heading }, ">");
    if let Some(folder) = card.folder {
        out.push(' ');
        small(folder, out);
    }
    if let Some(words) = card.first_words {
        put!(out, "\n<p class=\"card-words\">", { words }, "</p>");
    } else if !card.summary.is_empty() {
        out.push_str("\n<p>");
        small(card.summary, out);
        out.push_str("</p>");
    }
    out.push_str("\n<p class=\"card-foot\"><span class=\"card-kind\">");
    icon(kind, out);
    put!(out, { style.kind_title(card.kind) }, "</span>");
    for tag in &card.tags {
        put!(out, " <small>#", { tag }, "</small>");
    }
    if let Some(last) = card.valid_until.map(|last| style.day(last)) {
        let expired = style.word("expired").replace("{date}", &last.text);
        put!(out, " <span class=\"card-expired\" data-after=\"", { &last.iso }, "\" hidden>", { &expired }, "</span>");
    }
    out.push_str("</p>\n</li>\n");
}

/// Links to indexes, with how much is in each.
pub(super) fn doors(doors: &[DoorParts<'_>], from: &str) -> String {
    if doors.is_empty() {
        return String::new();
    }
    let mut out = String::with_capacity(200 * doors.len());
    out.push_str("<ul class=\"doors\">\n");
    for door in doors {
        out.push_str("<li>");
        open_link(&format!("door-link kind-{}", door.class), from, door.address, "", &mut out);
        icon(door.class, &mut out);
        put!(&mut out, { door.title }, " <small class=\"end\">", { &door.count.to_string() }, "</small></a></li>\n");
    }
    out.push_str("</ul>");
    out
}

/// Rows of the A–Z index.
pub(super) fn rows(rows: &[AzRowParts<'_>], from: &str, style: &Style) -> String {
    let mut out = String::with_capacity(300 * rows.len());
    out.push_str("<ul class=\"rows\">\n");
    for row in rows {
        open_row("row ", row.kind, &mut out);
        open_link("", from, row.address, row.anchor, &mut out);
        put!(&mut out, { row.title }, "</a>");
        if let Some(see) = row.see {
            put!(&mut out, " <small>", { style.word("see") }, " ", { see }, "</small>");
        }
        for text in [row.within, row.folder].into_iter().flatten() {
            out.push(' ');
            small(text, &mut out);
        }
        for (at, (title, address, anchor)) in row.see_also.iter().enumerate() {
            if at == 0 {
                put!(&mut out, " <small>", { style.word("see_also") }, "</small>");
            }
            out.push_str(if at == 0 { " " } else { ", " });
            open_link("", from, address, anchor, &mut out);
            put!(&mut out, { title }, "</a>");
        }
        put!(&mut out, " <small class=\"end\">", { style.kind_title(row.kind) }, "</small></li>\n");
    }
    out.push_str("</ul>");
    out
}

fn open_row(class: &str, kind: KindName, out: &mut String) {
    put!(out, "<li class=\"", { class }, "kind-", { kind.word() }, "\">");
    icon(kind.word(), out);
}

/// The facets of an entry, each value a link to its index.
pub(super) fn facets(facets: &[(&'static str, Vec<Named<'_>>)], from: &str, style: &Style) -> String {
    let mut out = String::with_capacity(1024);
    for (name, values) in facets {
        put!(&mut out, "<div class=\"facet facet-", { name }, "\"><dt>", { style.word(name) }, "</dt>");
        for value in values {
            out.push_str(" <dd>");
            open_link("", from, value.address, "", &mut out);
            put!(&mut out, { value.title }, "</a></dd>");
        }
        out.push_str("</div>\n");
    }
    out
}

/// Entries that stand near one, each a link with its icon.
pub(super) fn near(entries: &[(Named<'_>, KindName)], from: &str, out: &mut String) {
    if entries.is_empty() {
        return;
    }
    out.push_str("<ul class=\"backlinks\">\n");
    for (entry, kind) in entries {
        open_row("", *kind, out);
        open_link("", from, entry.address, "", out);
        put!(out, { entry.title }, "</a></li>\n");
    }
    out.push_str("</ul>");
}

/// Who links to an entry called `title`, and in which sentence.
pub(super) fn backlinks(backlinks: &[BacklinkParts<'_>], title: &str, from: &str) -> String {
    if backlinks.is_empty() {
        return String::new();
    }
    let mut out = String::with_capacity(400 * backlinks.len());
    out.push_str("<ul class=\"backlinks\">\n");
    for backlink in backlinks {
        open_row("", backlink.kind, &mut out);
        out.push_str("<div>");
        open_link("", from, backlink.address, "", &mut out);
        put!(&mut out, { backlink.title }, "</a>");
        let (before, after) = &backlink.sentence;
        let is_alone = before.is_empty() && after.trim_matches(['.', ' ', ';', ',']).is_empty();
        if !is_alone {
            let words = if backlink.words.is_empty() { title } else { backlink.words };
            out.push_str("<p><small>");
            [before, words, after].iter().for_each(|part| escape_html(part, &mut out));
            out.push_str("</small></p>");
        }
        out.push_str("</div></li>\n");
    }
    out.push_str("</ul>");
    out
}
