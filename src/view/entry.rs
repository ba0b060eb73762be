//! The view of an entry's own page, by kind, and of the page of a role-play's card.

use std::cell::RefCell;
use std::ops::Range;

use super::markup::{self, put};
use super::page::*;
use super::parts::{ContactParts, Destination, EntryParts};
use super::pieces::without_ids;
use super::{Style, diagram, sheet};
use crate::entry::{self, Body, Fragment, Piece, Section};
use crate::facts::{Status, dialled};
use crate::index::address::{encoded, relative};
use crate::kind::escalation::{Way, Ways};
use crate::kind::time::{Total, Wait};
use crate::kind::{Kind, decision, escalation, glossary, path, roleplay, with_subsections};
use crate::text::escape_html;
use crate::words::autonym;

/// The view of an entry's page.
pub fn view(parts: &EntryParts<'_>, style: &Style) -> EntryView {
    let entry = parts.entry;
    let page = Viewer::new(parts, style, false);
    let facts = &entry.facts;
    let shown_elsewhere = page.shown_elsewhere();
    let own_part = page.own_part();
    let source_path = entry.source.path.as_str();
    let fill = |address: &Option<String>| {
        address.as_ref().map(|address| {
            address
                .replace("{title}", &encoded(&entry.title).replace('/', "%2F"))
                .replace("{path}", &encoded(source_path))
        })
    };
    let due = entry.review_due(style.review_every);
    EntryView {
        id: entry.id().to_owned(),
        kind: entry.kind_name.word(),
        kind_title: style.word(&format!("kind_{}", entry.kind_name.word())).to_owned(),
        kind_href: relative(page.from(), parts.kind_address, ""),
        title: entry.title.to_string(),
        summary: entry.summary.to_string(),
        owner: parts.owner.map(|(title, address)| page.maybe_link(title, address)),
        reviewed: facts.reviewed.as_ref().map(|field| style.day(field.value)),
        review_due: due.map(|due| style.day(due)),
        valid_from: facts.valid_from.as_ref().map(|field| style.day(field.value)),
        valid_until: facts.valid_until.as_ref().map(|field| style.day(field.value)),
        changed: facts.changed.as_ref().map(|field| style.day(field.value.0)),
        changed_note: facts.changed.as_ref().map_or_else(String::new, |field| field.value.1.clone()),
        audience: entry.secrecy.audience.clone(),
        status: match facts.status {
            Status::Ready => "",
            Status::Draft => "draft",
            Status::Review => "review",
            Status::Retired => "retired",
        },
        source: facts.source.as_ref().map_or_else(String::new, |field| field.value.clone()),
        facets_html: markup::facets(&parts.facets, page.from(), style),
        contents: page.contents(),
        customers_say: facts.customers_say.iter().map(|field| field.value.clone()).collect(),
        use_when: page.use_when(),
        use_when_id: page.use_when_id(),
        first_words_html: written(|out| entry.first_words.iter().for_each(|line| page.say(line, out))),
        intro_html: written(|out| page.pieces(&entry.body.sections[0].pieces, out)),
        lead_html: written(|out| page.groups(0..own_part, &shown_elsewhere, out)),
        body_html: written(|out| page.groups(own_part..entry.body.sections.len(), &shown_elsewhere, out)),
        footnotes_html: written(|out| page.footnotes(|section| !page.is_in_card(section), out)),
        escalation: page.escalation(),
        roleplay: page.roleplay(),
        decision: page.decision(),
        contact: parts.contact.as_ref().map(|contact| page.contact(contact)),
        glossary: page.glossary(),
        path: page.path(),
        translations: parts
            .translations
            .iter()
            .map(|(language, entry)| TranslationView {
                language_title: autonym(language).to_owned(),
                language: (*language).to_owned(),
                title: entry.title.to_owned(),
                href: relative(page.from(), entry.address, ""),
            })
            .collect(),
        related_html: written(|out| {
            if !parts.related.is_empty() {
                out.push_str(&markup::cards(&parts.related, 3, page.from(), style));
            }
            markup::near(&parts.near, page.from(), out);
        }),
        backlinks_html: markup::backlinks(&parts.backlinks, &entry.title, page.from()),
        has_neighbours: {
            let leads_on =
                |to: &Destination<'_>| matches!(to, Destination::Page { address, .. } if *address != page.from());
            !parts.backlinks.is_empty() || parts.destinations.iter().any(leads_on)
        },
        feedback_href: fill(&style.feedback),
        edit_href: fill(&style.edit),
    }
}

/// An entry's text alone, everything in its place: what stands before the first heading, the groups, the notes.
pub fn text(parts: &EntryParts<'_>, style: &Style) -> (String, String, String) {
    let page = Viewer::new(parts, style, true);
    let intro = written(|out| page.pieces(&parts.entry.body.sections[0].pieces, out));
    let body = written(|out| page.groups(0..parts.entry.body.sections.len(), &[], out));
    (intro, body, written(|out| page.footnotes(|_| true, out)))
}

/// The view of the page of one card.
pub fn card(parts: &EntryParts<'_>, card: usize, roleplay: &str, style: &Style) -> PlayerCard {
    let page = Viewer::new(parts, style, false);
    let Kind::Roleplay(kind) = &parts.entry.kind else { unreachable!("only role-plays have cards") };
    let card = &kind.cards[card];
    let sections = &parts.entry.body.sections[card.sections.clone()];
    let (head, deeper) = sections.split_first().expect("a card has a heading");
    let intro = written(|out| {
        page.pieces(&head.pieces, out);
        page.footnotes(|section| card.sections.contains(&section), out);
    });
    let html = written(|out| {
        out.push_str(&intro);
        page.sections(deeper, 1, out);
    });
    let copy = written(|out| {
        out.push_str(&intro);
        for section in deeper {
            put!(out, "<p class=\"player-heading\">", { section.title() }, "</p>\n");
            page.pieces(&section.pieces, out);
        }
    });
    PlayerCard {
        title: head.title().to_owned(),
        player: card.player,
        roleplay: Link { title: parts.entry.title.to_string(), href: relative(page.from(), roleplay, "") },
        html,
        copy_html: without_ids(&copy),
        length: {
            // What it includes stands on it too.
            let pieces = || sections.iter().flat_map(|section| &section.pieces);
            let on_card =
                |reference: usize| pieces().any(|piece| matches!(piece, Piece::Include(at) if *at == reference));
            let included = parts.included.iter().filter(|included| on_card(included.reference));
            let included = included.flat_map(|included| typed_lines(included.entry, included.sections.clone()));
            // The heading is the frame's.
            sheet::class(typed_lines(parts.entry, card.sections.clone()).skip(2).chain(included))
        },
    }
}

/// What `write` writes.
fn written(write: impl FnOnce(&mut String)) -> String {
    let mut out = String::with_capacity(512);
    write(&mut out);
    out
}

/// The lines of some sections, as typed.
fn typed_lines(entry: &entry::Entry, sections: Range<usize>) -> impl Iterator<Item = &str> + Clone {
    entry.body.sections[sections].iter().flat_map(|section| entry.source.text[section.span.range()].lines().chain([""]))
}

/// One page while its view is made.
pub(super) struct Viewer<'v> {
    pub(super) parts: &'v EntryParts<'v>,
    pub(super) style: &'v Style,
    /// Everything stands in its place: nothing is shown elsewhere on the page.
    pub(super) in_place: bool,
    /// Words of the glossaries that this section has used already.
    pub(super) words_seen: RefCell<Vec<usize>>,
}

impl<'v> Viewer<'v> {
    pub(super) fn new(parts: &'v EntryParts<'v>, style: &'v Style, in_place: bool) -> Viewer<'v> {
        Viewer { parts, style, in_place, words_seen: RefCell::default() }
    }
}

impl Viewer<'_> {
    pub(super) fn from(&self) -> &str {
        self.parts.frame.address
    }

    pub(super) fn body(&self) -> &Body {
        &self.parts.entry.body
    }

    /// Markup with its holes filled.
    pub(super) fn html(&self, fragment: &Fragment, out: &mut String) {
        self.style.fill(fragment, &self.parts.destinations, self.from(), out);
    }

    pub(super) fn filled(&self, fragment: &Fragment) -> String {
        written(|out| self.html(fragment, out))
    }

    /// The list of the notes that the chosen sections use first. Nothing without any.
    pub(super) fn footnotes(&self, chosen: impl Fn(usize) -> bool, out: &mut String) {
        let mut notes = self.body().footnotes.iter().filter(|note| chosen(note.section)).peekable();
        if notes.peek().is_some() {
            out.push_str("<div class=\"footnotes\"><ol>\n");
            notes.for_each(|note| self.html(&note.html, out));
            out.push_str("</ol></div>\n");
        }
    }

    fn is_in_card(&self, section: usize) -> bool {
        matches!(&self.parts.entry.kind, Kind::Roleplay(kind) if kind.cards.iter().any(|card| card.sections.contains(&section)))
    }

    fn maybe_link(&self, title: &str, address: Option<&str>) -> MaybeLink {
        MaybeLink { title: title.to_owned(), href: address.map(|address| relative(self.from(), address, "")) }
    }

    /// Sections that the kind's page shows in a place of their own.
    fn shown_elsewhere(&self) -> Vec<Range<usize>> {
        if self.in_place {
            return Vec::new();
        }
        let sections = &self.body().sections;
        let whole = |index: usize| with_subsections(sections, index);
        let mut elsewhere: Vec<Range<usize>> = match &self.parts.entry.kind {
            Kind::Escalation(kind) => kind
                .before
                .map(whole)
                .into_iter()
                .chain(kind.levels.iter().map(|level| level.sections.clone()))
                .collect(),
            Kind::Roleplay(kind) => {
                let cards = kind.cards.iter().map(|card| card.sections.clone());
                let others = [kind.twist, kind.conversation, kind.debrief].into_iter().flatten().map(whole);
                cards.chain(others).collect()
            }
            Kind::Decision(kind) => kind.steps.iter().map(|step| step.sections.clone()).collect(),
            Kind::Glossary(kind) => kind.words.iter().map(|word| word.sections.clone()).collect(),
            Kind::Path(kind) => kind.stations.iter().map(|station| station.sections.clone()).collect(),
            Kind::Script | Kind::Checklist | Kind::Contact | Kind::Guide => Vec::new(),
        };
        if let Some(use_when) = self.use_when_section() {
            elsewhere.push(whole(use_when));
        }
        // In order and apart, so that the one that holds a section is found by halves.
        elsewhere.sort_by_key(|range| range.start);
        elsewhere.dedup_by(|next, last| {
            let overlaps = next.start < last.end;
            if overlaps {
                last.end = last.end.max(next.end);
            }
            overlaps
        });
        elsewhere
    }

    fn use_when_section(&self) -> Option<usize> {
        self.body().sections.iter().position(|section| section.known() == "use-when")
    }

    fn use_when(&self) -> Option<String> {
        let first = self.use_when_section()?;
        let sections = &self.body().sections;
        let mut html = String::new();
        for index in with_subsections(sections, first) {
            if let Some(heading) = sections[index].heading.as_ref().filter(|_| index != first) {
                let level = heading.level;
                html.push_str(&format!("<h{level} id=\""));
                escape_html(&heading.id, &mut html);
                html.push_str(&format!("\">{}</h{level}>\n", self.filled(&heading.html)));
            }
            html.extend(sections[index].pieces.iter().map(|piece| self.as_prose(piece)));
        }
        Some(html)
    }

    fn use_when_id(&self) -> String {
        let heading = self.use_when_section().and_then(|index| self.body().sections[index].heading.as_ref());
        heading.map_or_else(String::new, |heading| heading.id.clone())
    }

    /// A piece as plain markup, for a place that shows nothing else.
    fn as_prose(&self, piece: &Piece) -> String {
        match piece {
            Piece::Prose(html) | Piece::Rubric(html) => self.filled(html),
            Piece::Lines(lines) => {
                let items: String =
                    lines.iter().map(|line| format!("<li>{}</li>\n", self.filled(&line.html))).collect();
                format!("<ul>\n{items}</ul>\n")
            }
            Piece::Labels(labels) => {
                let items: String = labels
                    .iter()
                    .map(|label| {
                        let mut title = String::new();
                        escape_html(&label.title, &mut title);
                        format!("<li><strong>{title}:</strong> {}</li>\n", self.filled(&label.html))
                    })
                    .collect();
                format!("<ul>\n{items}</ul>\n")
            }
            Piece::Stops(list) => written(|out| self.numbered(list, out)),
            Piece::Turns(_) | Piece::Pairs(_) | Piece::Choices(_) | Piece::Ending(_) | Piece::Include(_) => {
                String::new()
            }
        }
    }

    /// Stops as a plain list, where they are not those of a station.
    pub(super) fn numbered(&self, list: &entry::Stops, out: &mut String) {
        match list.first {
            1 => out.push_str("<ol>\n"),
            first => put!(out, "<ol start=\"", { &first.to_string() }, "\">\n"),
        }
        for stop in &list.stops {
            out.push_str("<li>");
            self.html(&stop.html, out);
            if !stop.time.is_empty() {
                put!(out, " (", { &stop.time }, ")");
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n");
    }

    /// The headings of level 2 that stand on this page, in order, as many as the book allows.
    fn contents(&self) -> Vec<Anchor> {
        let mut cards = vec![false; self.body().sections.len()];
        if let Kind::Roleplay(kind) = &self.parts.entry.kind {
            kind.cards.iter().for_each(|card| cards[card.sections.clone()].fill(true));
        }
        let use_when = self.use_when_section().filter(|_| !self.in_place);
        let is_here = |index: usize| !cards[index] && use_when != Some(index);
        let sections = self.body().sections.iter().enumerate();
        let anchors = sections
            .filter(|(index, section)| section.level() == 2 && is_here(*index))
            .filter_map(|(_, section)| section.heading.as_ref())
            .take(self.style.headings);
        anchors.map(|heading| Anchor { id: heading.id.clone(), title: heading.text.clone() }).collect()
    }

    /// The section at which the levels, steps, words or stations begin: what stands before it comes before them.
    fn own_part(&self) -> usize {
        let first = match &self.parts.entry.kind {
            Kind::Escalation(kind) => kind.levels.first().map(|level| &level.sections),
            Kind::Decision(kind) => kind.steps.first().map(|step| &step.sections),
            Kind::Glossary(kind) => kind.words.first().map(|word| &word.sections),
            Kind::Path(kind) => kind.stations.first().map(|station| &station.sections),
            Kind::Script | Kind::Roleplay(_) | Kind::Checklist | Kind::Contact | Kind::Guide => None,
        };
        first.map_or(0, |sections| sections.start)
    }

    /// Every group that begins `within` and that the kind does not show in a place of its own.
    fn groups(&self, within: Range<usize>, elsewhere: &[Range<usize>], out: &mut String) {
        let sections = &self.body().sections;
        let mut next = within.start;
        while next < within.end {
            let behind = elsewhere.partition_point(|range| range.end <= next);
            if let Some(skip) = elsewhere.get(behind).filter(|range| range.contains(&next)) {
                next = skip.end;
                continue;
            }
            if sections[next].heading.is_none() {
                next += 1;
                continue;
            }
            let range = with_subsections(sections, next);
            // What a kind shows elsewhere may lie deeper in this group.
            let end = elsewhere.get(behind).map_or(range.end, |skip| skip.start.min(range.end));
            self.group(next..end, out);
            next = end;
        }
    }

    /// A section whose heading stands apart from what is under it: of its own pieces those that are `kept`, then `behind`
    /// them, then the deeper sections.
    fn section(&self, range: Range<usize>, kept: impl Fn(usize) -> bool, behind: &str) -> SectionView {
        let sections = &self.body().sections[range];
        let (head, deeper) = sections.split_first().expect("a range of sections is not empty");
        SectionView {
            id: head.heading.as_ref().map_or_else(String::new, |heading| heading.id.clone()),
            title: head.title().to_owned(),
            heading_html: written(|out| self.heading(head, false, 0, out)),
            html: written(|out| {
                self.under(head, &kept, out);
                out.push_str(behind);
                self.sections(deeper, 0, out);
            }),
        }
    }

    pub(super) fn target_title(&self, reference: usize) -> String {
        let typed = &self.parts.entry.references[reference].text;
        let title = self.parts.destinations[reference].title();
        if title.is_empty() { typed.clone() } else { title.into_owned() }
    }

    fn contact(&self, contact: &ContactParts<'_>) -> ContactView {
        ContactView {
            title: contact.title.to_owned(),
            href: relative(self.from(), contact.address, ""),
            phone: contact.phone.to_owned(),
            phone_href: dialled(contact.phone).map_or_else(String::new, |number| format!("tel:{number}")),
            email: contact.email.to_owned(),
            chat: contact.chat.to_owned(),
            hours: contact.hours.to_owned(),
            backup: contact.backup.map(|(title, address)| self.maybe_link(title, address)),
            knows: contact.knows.iter().map(|known| (*known).to_owned()).collect(),
        }
    }

    fn escalation(&self) -> Option<EscalationView> {
        let Kind::Escalation(kind) = &self.parts.entry.kind else { return None };
        let sections = &self.body().sections;
        let levels: Vec<LevelView> =
            kind.levels.iter().enumerate().map(|(at, level)| self.level(level, self.parts.contacts.get(at))).collect();
        let starts: Vec<usize> = kind.levels.iter().map(|level| level.sections.start).collect();
        let ways = kind.ways(|reference| self.own_section(reference, &starts));
        let nodes =
            kind.levels.iter().zip(&ways).map(|(level, ways)| self.level_node(&sections[level.sections.start], *ways));
        Some(EscalationView {
            before_html: self.group_at(kind.before),
            diagram: diagram::levels(&nodes.collect::<Vec<_>>(), self.style),
            worst_case: kind.longest(&ways).map_or_else(String::new, |total| self.style.total(total)),
            levels,
        })
    }

    /// Which of the sections that start at `starts`, in order, a reference leads to, if it leads to this page.
    fn own_section(&self, reference: usize, starts: &[usize]) -> Option<usize> {
        let Destination::Page { address, anchor, .. } = &self.parts.destinations[reference] else { return None };
        let section = self.body().section_at(anchor).filter(|_| *address == self.from())?;
        starts.binary_search(&section).ok()
    }

    fn level(&self, level: &escalation::Level, contact: Option<&Option<ContactParts<'_>>>) -> LevelView {
        let head = &self.body().sections[level.sections.start];
        let wait = head.labels().find(|label| label.known == "answer-within");
        let labels = match head.labels().next() {
            Some(_) => written(|out| self.labels(head.labels(), out)),
            None => String::new(),
        };
        let is_text = |at: usize| !matches!(head.pieces[at], Piece::Labels(_));
        LevelView {
            section: self.section(level.sections.clone(), is_text, &labels),
            wait_html: wait.map_or_else(String::new, |label| self.filled(&label.html)),
            contact: contact.and_then(Option::as_ref).map(|contact| self.contact(contact)),
        }
    }

    fn level_node<'n>(&self, head: &'n Section, ways: Ways) -> diagram::LevelNode<'n> {
        let wait = head.labels().find(|label| label.known == "answer-within");
        diagram::LevelNode {
            title: head.title(),
            wait: wait.map_or("", |label| label.text.lines().next().unwrap_or_default()),
            if_not_resolved: match ways.if_not_resolved {
                Way::Level(to) => diagram::Next::Level(to),
                Way::Elsewhere(reference) => diagram::Next::Outside(self.target_title(reference)),
                Way::Stop => diagram::Next::Stop,
                Way::End => diagram::Next::Nothing,
            },
            if_resolved: ways.if_resolved,
        }
    }

    fn roleplay(&self) -> Option<RoleplayView> {
        let Kind::Roleplay(kind) = &self.parts.entry.kind else { return None };
        let facts = &self.parts.entry.facts;
        let sections = &self.body().sections;
        let door = |(card, address): (&roleplay::Card, &&str)| CardDoor {
            title: sections[card.sections.start].title().to_owned(),
            href: relative(self.from(), address, ""),
            player: card.player,
        };
        let conversation = |index: usize| {
            let whole = with_subsections(sections, index);
            index..kind.steps.first().map_or(whole.end, |step| step.sections.start)
        };
        Some(RoleplayView {
            difficulty: facts.difficulty.as_ref().map_or_else(String::new, |field| field.value.clone()),
            minutes: facts.minutes.as_ref().map(|field| field.value),
            people: facts.people.as_ref().map(|field| field.value),
            cards: kind.cards.iter().zip(&self.parts.cards).map(door).collect(),
            twist_html: self.group_at(kind.twist),
            conversation_html: written(|out| {
                kind.conversation.iter().for_each(|at| self.group(conversation(*at), out))
            }),
            steps: self.steps(&kind.steps),
            debrief_html: self.group_at(kind.debrief),
        })
    }

    fn steps(&self, steps: &[decision::Step]) -> Vec<StepView> {
        let sections = &self.body().sections;
        let step = |(number, step): (usize, &decision::Step)| StepView {
            number: number + 1,
            section: self.section(step.sections.clone(), |_| true, ""),
            last: sections[step.sections.clone()].iter().all(|section| section.choices().next().is_none()),
        };
        steps.iter().enumerate().map(step).collect()
    }

    fn decision(&self) -> Option<DecisionView> {
        let Kind::Decision(kind) = &self.parts.entry.kind else { return None };
        let sections = &self.body().sections;
        let starts: Vec<usize> = kind.steps.iter().map(|step| step.sections.start).collect();
        let nodes = kind.steps.iter().map(|step| {
            let choices = sections[step.sections.clone()].iter().flat_map(Section::choices);
            let edges = choices.filter_map(|choice| {
                let reference = choice.reference?;
                self.parts.destinations[reference].href(self.from())?;
                let to = self.own_section(reference, &starts);
                let outside = if to.is_none() { self.target_title(reference) } else { String::new() };
                Some(diagram::Edge { words: choice.line.text.clone(), to, outside })
            });
            diagram::StepNode { title: sections[step.sections.start].title(), edges: edges.collect() }
        });
        let nodes: Vec<diagram::StepNode<'_>> = nodes.collect();
        Some(DecisionView { steps: self.steps(&kind.steps), diagram: diagram::steps(&nodes, self.style) })
    }

    fn glossary(&self) -> Option<GlossaryView> {
        let Kind::Glossary(kind) = &self.parts.entry.kind else { return None };
        let word = |word: &glossary::Word| {
            let head = &self.body().sections[word.sections.start];
            let confuse = head.labels().find(|label| label.known == "do-not-confuse");
            let kept = |at: usize| !matches!(&head.pieces[at], Piece::Labels(labels) if labels.iter().all(|label| !label.known.is_empty()));
            WordView {
                section: self.section(word.sections.clone(), kept, ""),
                also_called: word.also_called.clone(),
                do_not_confuse_html: confuse.map_or_else(String::new, |label| self.filled(&label.html)),
            }
        };
        Some(GlossaryView { words: kind.words.iter().map(word).collect() })
    }

    fn path(&self) -> Option<PathView> {
        let Kind::Path(kind) = &self.parts.entry.kind else { return None };
        let stations: Vec<StationView> = kind.stations.iter().map(|station| self.station(station)).collect();
        let facts = &self.parts.entry.facts;
        Some(PathView {
            time: self.style.total(time_of(kind.stations.iter().flat_map(|station| &station.takes))),
            refresh_every: facts
                .refresh_every
                .as_ref()
                .map_or_else(String::new, |field| self.style.interval(field.value)),
            stations,
        })
    }

    fn station(&self, station: &path::Station) -> StationView {
        let head = &self.body().sections[station.sections.start];
        let signed_off = head.labels().find(|label| label.known == "signed-off");
        let is_sign_off = |piece: &Piece| matches!(piece, Piece::Labels(labels) if labels.iter().all(|label| label.known == "signed-off"));
        let stop = |stop: &entry::Stop| StopView { html: self.filled(&stop.html), time: stop.time.clone() };
        let list = station.stops.and_then(|at| match &head.pieces[at] {
            Piece::Stops(list) => Some(list),
            _ => None,
        });
        let before = station.stops.unwrap_or(0);
        let is_behind = |at: usize| at >= before && Some(at) != station.stops && !is_sign_off(&head.pieces[at]);
        StationView {
            lead_html: written(|out| {
                head.pieces[..before]
                    .iter()
                    .filter(|piece| !is_sign_off(piece))
                    .for_each(|piece| self.pieces(std::slice::from_ref(piece), out));
            }),
            section: self.section(station.sections.clone(), is_behind, ""),
            stops: list.map_or_else(Vec::new, |list| list.stops.iter().map(stop).collect()),
            first_stop: list.map_or(1, |list| list.first),
            time: self.style.total(time_of(&station.takes)),
            signed_off_html: signed_off.map_or_else(String::new, |label| self.filled(&label.html)),
        }
    }
}

/// What stops take together, as far as they say it.
fn time_of<'t>(stops: impl IntoIterator<Item = &'t Option<Wait>>) -> Total {
    stops.into_iter().flatten().fold(Total::default(), |total, wait| total.and(*wait))
}
