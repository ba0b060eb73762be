//! The pages that look at the whole book: the phrase bank, the coverage matrix, reviews, what changed. What each is made
//! of, and its view.

use jiff::civil::Date;

use super::markup::{self, copy_button, icon, open_link, put, small};
use super::page::{ReportGroup, ReportView};
use super::parts::{Destination, FrameParts, Named, PartOf};
use super::{Style, lists};
use crate::entry::{Fragment, Pair};
use crate::facts::KindName;
use crate::index::coverage::NEEDS;
use crate::text::escape_html;

/// Which of them a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Report {
    /// Every phrase pair, by situation.
    Phrases,
    /// What there is for each situation, and what is missing.
    Coverage,
    /// What is to be reviewed; of one owner, that owner's page.
    Reviews,
    /// What changed, the newest first.
    Changes,
    /// What lacks its translation.
    Translations,
}

impl Report {
    /// All, in the order of the menu.
    pub const ALL: [Report; 5] =
        [Report::Phrases, Report::Changes, Report::Coverage, Report::Reviews, Report::Translations];

    /// Its address without `.html`; also the key of its title and, with `_about`, of the sentence below it.
    pub fn word(self) -> &'static str {
        match self {
            Report::Phrases => "phrase_bank",
            Report::Coverage => "coverage",
            Report::Reviews => "reviews",
            Report::Changes => "what_changed",
            Report::Translations => "translations",
        }
    }
}

/// What a page is made of.
#[derive(Debug, Hash)]
pub struct ReportParts<'p> {
    /// The frame.
    pub frame: FrameParts<'p>,
    /// Which page.
    pub report: Report,
    /// The heading.
    pub title: &'p str,
    /// The key of the word for what it is a page of; empty but for an owner.
    pub facet: &'static str,
    /// Its rows, under headings.
    pub groups: Vec<GroupParts<'p>>,
    /// All parts; empty if there is one.
    pub parts: Vec<PartOf<'p>>,
    /// The channels of its phrases, to narrow by.
    pub channels: Vec<&'p str>,
}

/// Rows under a heading.
#[derive(Debug, Hash)]
pub struct GroupParts<'p> {
    /// The heading; empty if there is only one group.
    pub title: String,
    /// In order.
    pub rows: Rows<'p>,
}

/// The rows of a group.
#[derive(Debug, Hash)]
pub enum Rows<'p> {
    /// Phrases, and the entries whose phrases for this stand under another heading.
    Phrases(Vec<PhraseParts<'p>>, Vec<Named<'p>>),
    /// The columns, and a row a situation.
    Matrix(Vec<KindName>, Vec<MatrixRow<'p>>),
    /// What is to be written.
    Gaps(Vec<GapParts<'p>>),
    /// Situations for which there is enough, and why.
    Enough(Vec<(&'p str, usize, &'p str)>),
    /// Entries with the dates of their reviews.
    Reviews(Vec<ReviewParts<'p>>),
    /// Entries with what changed in them.
    Changes(Vec<ChangeParts<'p>>),
}

/// A phrase pair with where it stands.
#[derive(Debug, Hash)]
pub struct PhraseParts<'p> {
    /// The pair.
    pub pair: &'p Pair,
    /// Where the links in it lead; empty if it has none.
    pub destinations: Vec<Destination<'p>>,
    /// The entry.
    pub entry: Named<'p>,
    /// The heading above it; empty for the top.
    pub anchor: &'p str,
    /// Where the entry is used.
    pub channels: Vec<&'p str>,
}

/// What there is for one situation.
#[derive(Debug, Hash)]
pub struct MatrixRow<'p> {
    /// The situation.
    pub situation: Named<'p>,
    /// Its number among all.
    pub number: usize,
    /// For each column how many entries there are, and where they are: page and anchor.
    pub cells: Vec<(usize, &'p str, String)>,
    /// Those of [`NEEDS`] that it lacks.
    pub lacks: Vec<usize>,
    /// Whether the book says why that is enough.
    pub is_enough: bool,
}

/// An entry that is to be written.
#[derive(Debug, Hash)]
pub struct GapParts<'p> {
    /// The situation.
    pub situation: Named<'p>,
    /// Its number among all.
    pub number: usize,
    /// Which of [`NEEDS`].
    pub need: usize,
}

/// An entry with the dates of its reviews.
#[derive(Debug, Hash)]
pub struct ReviewParts<'p> {
    /// The entry.
    pub entry: Named<'p>,
    /// Its kind.
    pub kind: KindName,
    /// Who looks after it. `None` on the owner's own page.
    pub owner: Option<(&'p str, Option<&'p str>)>,
    /// When it was reviewed.
    pub reviewed: Option<Date>,
    /// When it is to be reviewed again.
    pub due: Option<Date>,
    /// Whether nobody looks after it.
    pub has_no_owner: bool,
}

/// An entry with what changed in it.
#[derive(Debug, Hash)]
pub struct ChangeParts<'p> {
    /// The entry.
    pub entry: Named<'p>,
    /// Its kind.
    pub kind: KindName,
    /// When.
    pub day: Option<Date>,
    /// What, in a line. Often empty.
    pub note: &'p str,
    /// Whether everyone must read it.
    pub must_read: bool,
}

/// Days before a review is due on which it is called due soon.
const SOON: i64 = 30;

/// The view of such a page.
pub fn report(parts: &ReportParts<'_>, style: &Style) -> ReportView {
    let from = parts.frame.address;
    let groups = parts.groups.iter().enumerate().map(|(at, group)| ReportGroup {
        id: lists::group_id("group", at),
        title: group.title.clone(),
        html: rows(&group.rows, from, style),
    });
    ReportView {
        name: parts.report.word(),
        title: parts.title.to_owned(),
        facet_title: if parts.facet.is_empty() { String::new() } else { style.word(parts.facet).to_owned() },
        about: style.word(&format!("{}_about", parts.report.word())).to_owned(),
        channels: parts.channels.iter().map(|channel| (*channel).to_owned()).collect(),
        groups: groups.collect(),
        parts: lists::part_links(&parts.parts, from),
    }
}

fn rows(rows: &Rows<'_>, from: &str, style: &Style) -> String {
    let mut out = String::with_capacity(1 << 14);
    match rows {
        Rows::Phrases(phrases, see) => {
            list("phrases pairs", phrases, |phrase, out| push_phrase(phrase, from, style, out), &mut out);
            if !see.is_empty() {
                put!(&mut out, "<p class=\"see-also\">", { style.word("see_also") });
                for (at, entry) in see.iter().enumerate() {
                    out.push_str(if at == 0 { ": " } else { ", " });
                    link(entry, "", from, &mut out);
                }
                out.push_str("</p>");
            }
        }
        Rows::Matrix(kinds, rows) => push_matrix(kinds, rows, from, style, &mut out),
        Rows::Gaps(gaps) => list("gaps", gaps, |gap, out| push_gap(gap, from, style, out), &mut out),
        Rows::Enough(enough) => {
            let push = |(situation, number, reason): &(&str, usize, &str), out: &mut String| {
                put!(out, "<li id=\"enough-", { &number.to_string() }, "\"><strong>", { situation }, "</strong>: ");
                put!(out, { reason }, "</li>\n");
            };
            list("enough", enough, push, &mut out);
        }
        Rows::Reviews(reviews) => list("rows", reviews, |review, out| push_review(review, from, style, out), &mut out),
        Rows::Changes(changes) => list("rows", changes, |change, out| push_change(change, from, style, out), &mut out),
    }
    out
}

fn list<T>(class: &str, items: &[T], item: impl Fn(&T, &mut String), out: &mut String) {
    if items.is_empty() {
        return;
    }
    put!(out, "<ul class=\"", { class }, "\">\n");
    items.iter().for_each(|one| item(one, out));
    out.push_str("</ul>");
}

fn link(to: &Named<'_>, anchor: &str, from: &str, out: &mut String) {
    open_link("", from, to.address, anchor, out);
    put!(out, { to.title }, "</a>");
}

fn push_phrase(phrase: &PhraseParts<'_>, from: &str, style: &Style, out: &mut String) {
    let words = |fragment: &Fragment| style.unlinked(fragment, &phrase.destinations);
    let PhraseParts { pair, channels, .. } = phrase;
    put!(
        out,
        "<li class=\"phrase pair\" data-channels=\"",
        { &channels.join("|") },
        "\">\n<div class=\"pair-instead\">"
    );
    out.push_str("<p class=\"pair-label\">");
    icon("never", out);
    put!(out, { style.word("instead_of") }, "</p><blockquote>");
    out.push_str(&words(&pair.instead.html));
    out.push_str("</blockquote></div>\n<div class=\"pair-try\"><p class=\"pair-label\">");
    icon("yes", out);
    put!(out, { style.word("try") }, "</p>");
    markup::say(&words(&pair.better.html), &pair.better, style, out);
    out.push_str("</div>\n<div class=\"pair-why\">");
    if !pair.why.is_empty() {
        out.push_str("<div>");
        out.push_str(&words(&pair.why));
        out.push_str("</div>");
    }
    out.push_str("<p class=\"end\">");
    link(&phrase.entry, phrase.anchor, from, out);
    for channel in channels {
        out.push_str(" · ");
        escape_html(channel, out);
    }
    out.push_str("</p></div>\n</li>\n");
}

fn push_matrix(kinds: &[KindName], rows: &[MatrixRow<'_>], from: &str, style: &Style, out: &mut String) {
    put!(out, "<div class=\"table matrix\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">", {
        style.word("situation")
    });
    out.push_str("</th>");
    for kind in kinds {
        put!(out, "<th scope=\"col\" class=\"kind-", { kind.word() }, "\">");
        icon(kind.word(), out);
        put!(out, " <span>", { style.word(&format!("kinds_{}", kind.word())) }, "</span></th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        put!(out, "<tr><th scope=\"row\">");
        link(&row.situation, "", from, out);
        out.push_str("</th>");
        for (kind, (count, address, anchor)) in kinds.iter().zip(&row.cells) {
            let lacked = row.lacks.iter().find(|need| NEEDS[**need].contains(kind));
            let number = row.number.to_string();
            match lacked {
                _ if *count > 0 => {
                    out.push_str("<td>");
                    open_link("", from, address, anchor, out);
                    put!(out, { &count.to_string() }, "</a></td>");
                }
                Some(_) if row.is_enough => {
                    put!(out, "<td><a href=\"#enough-", { &number }, "\">", { style.word("enough") }, "</a></td>");
                }
                Some(need) => {
                    put!(out, "<td class=\"gap\"><a href=\"#gap-", { &number }, "-", { &need.to_string() }, "\">");
                    put!(out, { style.word("gap") }, "</a></td>");
                }
                None => out.push_str("<td></td>"),
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>");
}

/// A gap, with the first lines of the file that would close it.
fn push_gap(gap: &GapParts<'_>, from: &str, style: &Style, out: &mut String) {
    let kinds = NEEDS[gap.need];
    put!(out, "<li id=\"gap-", { &gap.number.to_string() }, "-", { &gap.need.to_string() }, "\"><p>");
    link(&gap.situation, "", from, out);
    put!(out, ": ", { style.word(["needs_words", "needs_way"][gap.need]) }, "</p>\n");
    for kind in kinds {
        let file = first_lines(*kind, gap.situation.title);
        let mut html = String::new();
        escape_html(&file, &mut html);
        put!(out, "<div class=\"start kind-", { kind.word() }, "\"><p>");
        icon(kind.word(), out);
        put!(out, " ", { style.kind_title(*kind) }, "</p><pre tabindex=\"0\">");
        out.push_str(&html);
        out.push_str("</pre>");
        copy_button(&file, "", style, out);
        out.push_str("</div>\n");
    }
    out.push_str("</li>\n");
}

/// The front matter of an entry that is to be written.
fn first_lines(kind: KindName, situation: &str) -> String {
    let is_plain = situation.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '’'));
    let listed = if is_plain { situation.to_owned() } else { serde_json::Value::from(situation).to_string() };
    format!("---\ntitle:\nkind: {}\nsummary:\nsituations: [{listed}]\nowner:\n---\n", kind.word())
}

fn open_row(kind: KindName, entry: &Named<'_>, from: &str, out: &mut String) {
    put!(out, "<li class=\"row kind-", { kind.word() }, "\">");
    icon(kind.word(), out);
    link(entry, "", from, out);
    out.push(' ');
}

fn push_review(review: &ReviewParts<'_>, from: &str, style: &Style, out: &mut String) {
    open_row(review.kind, &review.entry, from, out);
    match &review.owner {
        Some((title, Some(address))) => {
            out.push_str("<small>");
            link(&Named { title, address }, "", from, out);
            out.push_str("</small>");
        }
        Some((title, None)) => small(title, out),
        None if review.has_no_owner => put!(out, "<strong>", { style.word("no_owner") }, "</strong>"),
        None => {}
    }
    out.push_str(" <small class=\"end\">");
    match review.reviewed {
        Some(reviewed) => {
            put!(out, { style.word("reviewed") }, " ");
            day(reviewed, style, out);
        }
        None => put!(out, { style.word("never_reviewed") }),
    }
    if let Some(due) = review.due {
        put!(out, " · ", { style.word("review_due") }, " ");
        day(due, style, out);
        let soon = due.saturating_sub(jiff::Span::new().days(SOON)).to_string();
        put!(out, "</small> <strong class=\"overdue\" data-after=\"", { &due.to_string() }, "\" hidden>");
        put!(out, { style.word("overdue") }, "</strong> <span class=\"soon\" data-after=\"", { &soon }, "\" hidden>");
        put!(out, { style.word("due_soon") }, "</span></li>\n");
    } else {
        out.push_str("</small></li>\n");
    }
}

fn day(date: Date, style: &Style, out: &mut String) {
    let day = style.day(date);
    put!(out, "<time datetime=\"", { &day.iso }, "\">", { &day.text }, "</time>");
}

fn push_change(change: &ChangeParts<'_>, from: &str, style: &Style, out: &mut String) {
    open_row(change.kind, &change.entry, from, out);
    if change.must_read {
        put!(out, "<strong>", { style.word("must_read") }, "</strong> ");
    }
    if let Some(date) = change.day {
        put!(
            out,
            "<span class=\"new\" data-new-since=\"",
            { &date.to_string() },
            "\">",
            { style.word("new") },
            "</span> "
        );
        out.push_str("<small class=\"end\">");
        day(date, style, out);
        out.push_str("</small>");
    }
    if !change.note.is_empty() {
        put!(out, "<p>", { change.note }, "</p>");
    }
    out.push_str("</li>\n");
}
