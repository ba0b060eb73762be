//! The markup of an entry's text: its sections, and the pieces under each heading.

use std::ops::Range;

use super::entry::Viewer;
use super::markup::{copy_button, icon, open_link, put, say};
use super::parts::{EntryParts, FrameParts, IncludedParts, MenuOf};
use crate::entry::{Choice, Fragment, Label, Line, Pair, Piece, Section, Turn};
use crate::kind::with_subsections;
use crate::text::escape_html;

impl Viewer<'_> {
    /// A heading of level 1 or 2 and everything under it.
    pub(super) fn group(&self, range: Range<usize>, out: &mut String) {
        let sections = &self.body().sections[range];
        let Some((head, deeper)) = sections.split_first() else { return };
        open_section("group", head, out);
        self.heading(head, true, 0, out);
        self.under(head, |_| true, out);
        self.sections(deeper, 0, out);
        out.push_str("</section>\n");
    }

    /// The group that begins at a section, if there is one.
    pub(super) fn group_at(&self, index: Option<usize>) -> String {
        let mut out = String::new();
        if let Some(index) = index {
            self.group(with_subsections(&self.body().sections, index), &mut out);
        }
        out
    }

    /// Deeper sections in order. `up`: how many levels their headings stand higher here than in the entry.
    pub(super) fn sections(&self, sections: &[Section], up: u8, out: &mut String) {
        for section in sections {
            open_section("section", section, out);
            self.heading(section, true, up, out);
            self.under(section, |_| true, out);
            out.push_str("</section>\n");
        }
    }

    /// The heading of a section; what stands at level 1 in the text is at 2 in the page.
    pub(super) fn heading(&self, section: &Section, with_id: bool, up: u8, out: &mut String) {
        let Some(heading) = &section.heading else { return };
        let level = (section.level().max(2) - up).max(2).to_string();
        put!(out, "<h", { &level });
        if with_id {
            put!(out, " id=\"", { &heading.id }, "\"");
        }
        out.push_str(" class=\"heading\">");
        self.html(&heading.html, out);
        put!(out, "</h", { &level }, ">\n");
    }

    /// What stands directly under a heading, as far as `kept` says so of its pieces.
    pub(super) fn under(&self, section: &Section, kept: impl Fn(usize) -> bool, out: &mut String) {
        if section.level() <= 2 {
            self.words_seen.borrow_mut().clear();
        }
        if section.known() == "word-for-word" {
            put!(out, "<p><small>", { self.style.word("word_for_word_about") }, "</small></p>\n");
        }
        let avoid = matches!(section.known(), "never-say" | "not-like-this");
        // A heading such as *On the phone* must not be left without its line.
        let alone =
            section.level() > 2 && matches!(section.pieces.as_slice(), [Piece::Lines(lines)] if lines.len() == 1);
        for (_, piece) in section.pieces.iter().enumerate().filter(|(at, _)| kept(*at)) {
            match piece {
                Piece::Lines(lines) if alone => self.lines(lines, None, avoid, out),
                piece => self.piece(piece, avoid, out),
            }
        }
    }

    /// Pieces in order.
    pub(super) fn pieces(&self, pieces: &[Piece], out: &mut String) {
        pieces.iter().for_each(|piece| self.piece(piece, false, out));
    }

    /// `avoid`: lines are what not to say, so they have a cross and no button.
    fn piece(&self, piece: &Piece, avoid: bool, out: &mut String) {
        match piece {
            Piece::Prose(html) => {
                out.push_str("<div class=\"prose\">");
                self.prose(html, out);
                out.push_str("</div>\n");
            }
            Piece::Rubric(html) => {
                out.push_str("<div class=\"prose rubric\">");
                self.html(html, out);
                out.push_str("</div>\n");
            }
            Piece::Stops(list) => {
                out.push_str("<div class=\"prose\">");
                self.numbered(list, out);
                out.push_str("</div>\n");
            }
            Piece::Lines(lines) => {
                // The first thing to say stands large at the top of the page; it is not said twice.
                let first = self.parts.entry.first_words.as_ref().filter(|_| !self.in_place);
                self.lines(lines, first, avoid, out);
            }
            Piece::Pairs(pairs) => list("ul", "pairs", pairs, |pair, out| self.pair(pair, out), out),
            Piece::Turns(turns) => list("ol", "turns", turns, |turn, out| self.turn(turn, out), out),
            Piece::Choices(choices) => list("ul", "choices", choices, |choice, out| self.choice(choice, out), out),
            Piece::Labels(labels) => self.labels(labels.iter(), out),
            Piece::Ending(ending) => {
                let title = match ending.rating {
                    "" => ending.typed.as_str(),
                    rating => self.style.word(&format!("ending_{rating}")),
                };
                put!(out, "<p class=\"ending ending-", { ending.rating }, "\">", { title }, "</p>\n");
            }
            Piece::Include(reference) => {
                match self.parts.included.iter().find(|included| included.reference == *reference) {
                    Some(included) => self.include(included, out),
                    None => {
                        let title = self.parts.destinations[*reference].title();
                        put!(out, "<div class=\"prose\"><p>", { &title }, "</p></div>\n");
                    }
                }
            }
        }
    }

    /// Prose, in which the first use of a glossary's word in a section leads to what it means.
    fn prose(&self, html: &Fragment, out: &mut String) {
        let start = out.len();
        self.html(html, out);
        let Some(words) = self.parts.words else { return };
        let uses = words.first_uses(&out[start..], &mut self.words_seen.borrow_mut());
        if uses.is_empty() {
            return;
        }
        let plain = out.split_off(start);
        let mut done = 0;
        for (range, word) in uses {
            let word = &words.words[word];
            out.push_str(&plain[done..range.start]);
            open_link("term", self.from(), &word.address, &word.anchor, out);
            out.push_str(&plain[range.clone()]);
            out.push_str("</a>");
            done = range.end;
        }
        out.push_str(&plain[done..]);
    }

    fn lines(&self, lines: &[Line], without: Option<&Line>, avoid: bool, out: &mut String) {
        let rest: Vec<&Line> = lines.iter().filter(|line| Some(*line) != without).collect();
        if rest.is_empty() {
            return;
        }
        let class = if avoid { "avoid" } else { "lines" };
        let line = |line: &&Line, out: &mut String| {
            out.push_str("<li>");
            if avoid {
                icon("never", out);
                out.push_str("<span>");
                self.html(&line.html, out);
                out.push_str("</span>");
            } else {
                self.say(line, out);
            }
            out.push_str("</li>\n");
        };
        list("ul", class, &rest, line, out);
    }

    /// A line to say, with its button.
    pub(super) fn say(&self, line: &Line, out: &mut String) {
        say(&self.filled(&line.html), line, self.style, out);
    }

    fn pair(&self, pair: &Pair, out: &mut String) {
        out.push_str("<li class=\"pair\">\n<div class=\"pair-instead\"><p class=\"pair-label\">");
        icon("never", out);
        put!(out, { self.style.word("instead_of") }, "</p><blockquote>");
        self.html(&pair.instead.html, out);
        out.push_str("</blockquote></div>\n<div class=\"pair-try\"><p class=\"pair-label\">");
        icon("yes", out);
        put!(out, { self.style.word("try") }, "</p>");
        self.say(&pair.better, out);
        out.push_str("</div>\n");
        if !pair.why.is_empty() {
            put!(out, "<div class=\"pair-why\"><p class=\"pair-label\">", { self.style.word("why") }, "</p><div>");
            self.html(&pair.why, out);
            out.push_str("</div></div>\n");
        }
        out.push_str("</li>\n");
    }

    fn turn(&self, turn: &Turn, out: &mut String) {
        out.push_str(if turn.ours { "<li class=\"turn turn-ours\">" } else { "<li class=\"turn\">" });
        put!(out, "<p class=\"turn-speaker\">", { &turn.speaker }, "</p><div class=\"turn-words\">");
        let html = self.filled(&turn.line.html);
        out.push_str(&html);
        out.push_str("</div>");
        if turn.ours {
            copy_button(&turn.line.text, &html, self.style, out);
        }
        out.push_str("</li>\n");
    }

    fn choice(&self, choice: &Choice, out: &mut String) {
        let destination = choice.reference.map(|reference| &self.parts.destinations[reference]);
        let href = destination.and_then(|destination| destination.href(self.from()));
        let target = choice.reference.map_or_else(String::new, |reference| self.target_title(reference));
        let words = self.style.unlinked(&choice.line.html, &self.parts.destinations);
        out.push_str("<li class=\"choice\">\n");
        match &href {
            Some(href) => put!(out, "<a class=\"choice-link\" href=\"", { href }, "\">"),
            None => out.push_str("<p class=\"choice-link choice-nowhere\">"),
        }
        out.push_str("<span class=\"choice-words\">");
        out.push_str(&words);
        out.push_str("</span> <span class=\"choice-target\">");
        if href.is_some() {
            icon("next", out);
        }
        put!(out, { &target }, "</span>");
        out.push_str(if href.is_some() { "</a>\n" } else { "</p>\n" });
        if choice.points.is_some() || !choice.feedback.is_empty() {
            put!(out, "<details class=\"choice-feedback\"><summary>", { self.style.word("feedback") }, "</summary>");
            if let Some(points) = choice.points {
                put!(out, "<p class=\"choice-points\">", { self.style.word("points") }, ": ", { &points.to_string() });
                out.push_str("</p>");
            }
            if !choice.feedback.is_empty() {
                out.push_str("<div>");
                self.html(&choice.feedback, out);
                out.push_str("</div>");
            }
            out.push_str("</details>\n");
        }
        out.push_str("</li>\n");
    }

    /// Labels with their values. Spoken words among them have the look of a line to say; script copies what stands
    /// before the button.
    pub(super) fn labels<'l>(&self, labels: impl Iterator<Item = &'l Label>, out: &mut String) {
        out.push_str("<dl class=\"labels\">\n");
        for label in labels {
            put!(out, "<div class=\"label label-", { label.known }, "\"><dt>", { &label.title }, "</dt>\n<dd>");
            if label.known == "say" {
                out.push_str("<div class=\"say\"><blockquote class=\"say-words\">");
                self.html(&label.html, out);
                put!(out, "</blockquote><button type=\"button\" class=\"copy\" hidden>", { self.style.word("copy") });
                out.push_str("</button></div>");
            } else {
                self.html(&label.html, out);
            }
            out.push_str("</dd></div>\n");
        }
        out.push_str("</dl>\n");
    }

    /// An included passage, flat: its ids have the name of its entry before them.
    fn include(&self, included: &IncludedParts<'_>, out: &mut String) {
        // The same entry included twice has its anchors twice, so the second time its name is counted.
        let before = self.parts.included.iter().take_while(|other| other.reference != included.reference);
        let name = included.entry.source.path.name();
        let times = before.filter(|other| other.entry.source.path.name() == name).count();
        let name = if times == 0 { name.to_owned() } else { format!("{name}-{}", times + 1) };
        let inner = EntryParts {
            frame: FrameParts {
                address: self.from(),
                marked: self.from(),
                ancestors: Vec::new(),
                menu: MenuOf::default(),
                escalate: None,
            },
            entry: included.entry,
            destinations: included.destinations.clone(),
            included: Vec::new(),
            contacts: Vec::new(),
            contact: None,
            cards: Vec::new(),
            facets: Vec::new(),
            owner: None,
            kind_address: "",
            words: self.parts.words,
            translations: Vec::new(),
            related: Vec::new(),
            near: Vec::new(),
            backlinks: Vec::new(),
        };
        let viewer = Viewer::new(&inner, self.style, true);
        let mut shown = String::new();
        for section in &included.entry.body.sections[included.sections.clone()] {
            if let Some(heading) = &section.heading {
                let level = (heading.level + 1).clamp(3, 6).to_string();
                put!(&mut shown, "<div class=\"prose\"><h", { &level }, " id=\"", { &heading.id }, "\">");
                viewer.html(&heading.html, &mut shown);
                put!(&mut shown, "</h", { &level }, ">\n</div>\n");
            }
            viewer.pieces(&section.pieces, &mut shown);
        }
        viewer.footnotes(|section| included.sections.contains(&section), &mut shown);
        let mut prefix = String::new();
        escape_html(&name, &mut prefix);
        out.push_str(&with_tags(&shown, |tag| {
            let tag = tag.replace(" id=\"", &format!(" id=\"{prefix}-"));
            tag.replace(" href=\"#fn", &format!(" href=\"#{prefix}-fn"))
        }));
    }
}

fn open_section(class: &str, section: &Section, out: &mut String) {
    put!(out, "<section class=\"", { class });
    if !section.known().is_empty() {
        put!(out, " section-", { section.known() });
    }
    out.push_str("\">\n");
}

fn list<T>(tag: &str, class: &str, items: &[T], item: impl Fn(&T, &mut String), out: &mut String) {
    put!(out, "<", { tag }, " class=\"", { class }, "\">\n");
    items.iter().for_each(|one| item(one, out));
    put!(out, "</", { tag }, ">\n");
}

/// Markup without anchors: a card is printed four times on one sheet.
pub(super) fn without_ids(html: &str) -> String {
    with_tags(html, |tag| {
        let Some(start) = tag.find(" id=\"") else { return tag.to_owned() };
        let end = tag[start + 5..].find('"').map_or(tag.len(), |end| start + 5 + end + 1);
        format!("{}{}", &tag[..start], &tag[end..])
    })
}

/// Markup with each of its tags edited. Text is left alone, whatever it looks like.
fn with_tags(html: &str, edit: impl Fn(&str) -> String) -> String {
    let mut edited = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        let close = rest[open..].find('>').map_or(rest.len(), |close| open + close + 1);
        edited.push_str(&rest[..open]);
        edited.push_str(&edit(&rest[open..close]));
        rest = &rest[close..];
    }
    edited + rest
}
