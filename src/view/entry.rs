//! The view of an entry's own page, by kind, and of the page of a role-play's card.

use std::ops::Range;

use super::diagram;
use super::page::*;
use super::parts::{Card, ContactParts, EntryParts, IncludedParts, Named};
use super::{Style, lists};
use crate::entry::{self, Body, Fragment, Piece, Section};
use crate::facts::{Status, dialled};
use crate::index::address::{encoded, relative};
use crate::kind::escalation::Wait;
use crate::kind::{Kind, decision, escalation, glossary, path, roleplay, with_subsections};
use crate::text::escape_html;

/// The view of an entry's page.
pub fn view(parts: &EntryParts<'_>, style: &Style) -> EntryView {
    let entry = parts.entry;
    let page = Viewer { parts, style, in_place: false };
    let facts = &entry.facts;
    let shown_elsewhere = page.shown_elsewhere();
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
        facets: page.facets(),
        contents: page.contents(&shown_elsewhere),
        customers_say: facts.customers_say.iter().map(|field| field.value.clone()).collect(),
        use_when: page.use_when(),
        use_when_id: page.use_when_id(),
        first_words: entry.first_words.as_ref().map(|line| page.line(line)),
        intro: page.pieces(&entry.body.sections[0].pieces),
        groups: page.groups(0..entry.body.sections.len(), &shown_elsewhere),
        footnotes_html: page.footnotes(|section| !page.is_in_card(section)),
        escalation: page.escalation(),
        roleplay: page.roleplay(),
        decision: page.decision(),
        contact: parts.contact.as_ref().map(|contact| page.contact(contact)),
        glossary: page.glossary(),
        path: page.path(),
        related: parts.related.iter().map(|card| page.card(card)).collect(),
        backlinks: page.backlinks(),
        feedback_href: fill(&style.feedback),
        edit_href: fill(&style.edit),
    }
}

/// An entry's text alone, everything in its place: what stands before the first heading, the groups, the notes.
pub fn text(parts: &EntryParts<'_>, style: &Style) -> (Vec<PieceView>, Vec<GroupView>, String) {
    let page = Viewer { parts, style, in_place: true };
    let sections = &parts.entry.body.sections;
    (page.pieces(&sections[0].pieces), page.groups(0..sections.len(), &[]), page.footnotes(|_| true))
}

/// The view of the page of one card.
pub fn card(parts: &EntryParts<'_>, card: usize, roleplay: &str, style: &Style) -> PlayerCard {
    let page = Viewer { parts, style, in_place: false };
    let Kind::Roleplay(kind) = &parts.entry.kind else { unreachable!("only role-plays have cards") };
    let card = &kind.cards[card];
    let sections = &parts.entry.body.sections;
    let head = &sections[card.sections.start];
    let length: usize = sections[card.sections.clone()].iter().flat_map(|section| &section.pieces).map(length_of).sum();
    PlayerCard {
        title: head.title().to_owned(),
        player: card.player,
        roleplay: Link { title: parts.entry.title.to_string(), href: relative(page.from(), roleplay, "") },
        pieces: {
            let mut pieces = page.pieces(&head.pieces);
            let notes = page.footnotes(|section| card.sections.contains(&section));
            if !notes.is_empty() {
                pieces.push(PieceView::Prose { html: notes });
            }
            without_ids(pieces)
        },
        sections: sections[card.sections.start + 1..card.sections.end]
            .iter()
            .map(|section| {
                let section = page.section(section);
                SectionView { pieces: without_ids(section.pieces), ..section }
            })
            .collect(),
        length: match length {
            0..600 => "short",
            600..1_100 => "medium",
            _ => "long",
        },
    }
}

/// Pieces without anchors: a card is printed four times on one sheet.
fn without_ids(mut pieces: Vec<PieceView>) -> Vec<PieceView> {
    for piece in &mut pieces {
        if let PieceView::Prose { html } = piece {
            *html = with_tags(html, |tag| {
                let Some(start) = tag.find(" id=\"") else { return tag.to_owned() };
                let end = tag[start + 5..].find('"').map_or(tag.len(), |end| start + 5 + end + 1);
                format!("{}{}", &tag[..start], &tag[end..])
            });
        }
    }
    pieces
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

/// Roughly how much a piece prints.
fn length_of(piece: &Piece) -> usize {
    match piece {
        Piece::Prose(html) | Piece::Rubric(html) => html.html.len(),
        Piece::Lines(lines) => lines.iter().map(|line| line.text.len() + 40).sum(),
        Piece::Labels(labels) => labels.iter().map(|label| label.html.html.len() + label.title.len() + 40).sum(),
        _ => 200,
    }
}

/// One page while its view is made.
struct Viewer<'v> {
    parts: &'v EntryParts<'v>,
    style: &'v Style,
    /// Everything stands in its place: nothing is shown elsewhere on the page.
    in_place: bool,
}

impl Viewer<'_> {
    fn from(&self) -> &str {
        self.parts.frame.address
    }

    fn body(&self) -> &Body {
        &self.parts.entry.body
    }

    fn html(&self, fragment: &Fragment) -> String {
        self.style.filled(fragment, &self.parts.destinations, self.from())
    }

    /// The list of the notes that the chosen sections use first. Empty without any.
    fn footnotes(&self, chosen: impl Fn(usize) -> bool) -> String {
        let notes = self.body().footnotes.iter().filter(|note| chosen(note.section));
        let items: String = notes.map(|note| self.html(&note.html)).collect();
        if items.is_empty() { items } else { format!("<ol>\n{items}</ol>\n") }
    }

    fn is_in_card(&self, section: usize) -> bool {
        matches!(&self.parts.entry.kind, Kind::Roleplay(kind) if kind.cards.iter().any(|card| card.sections.contains(&section)))
    }

    fn maybe_link(&self, title: &str, address: Option<&str>) -> MaybeLink {
        MaybeLink { title: title.to_owned(), href: address.map(|address| relative(self.from(), address, "")) }
    }

    fn card(&self, card: &Card<'_>) -> CardView {
        lists::card(card, self.from(), self.style)
    }

    fn line(&self, line: &entry::Line) -> LineView {
        LineView { html: self.html(&line.html), text: line.text.clone() }
    }

    fn facets(&self) -> Vec<FacetView> {
        let link =
            |value: &Named<'_>| Link { title: value.title.to_owned(), href: relative(self.from(), value.address, "") };
        let facet = |(name, values): &(&'static str, Vec<Named<'_>>)| FacetView {
            name,
            title: self.style.word(name).to_owned(),
            values: values.iter().map(link).collect(),
        };
        self.parts.facets.iter().map(facet).collect()
    }

    /// Sections that the kind's page shows in a place of their own.
    fn shown_elsewhere(&self) -> Vec<Range<usize>> {
        if self.in_place {
            return Vec::new();
        }
        let sections = &self.body().sections;
        let whole = |index: usize| with_subsections(sections, index);
        let mut elsewhere: Vec<Range<usize>> = match &self.parts.entry.kind {
            Kind::Script(_) => Vec::new(),
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
            Kind::Checklist | Kind::Contact | Kind::Guide => Vec::new(),
        };
        if let Some(use_when) = self.use_when_section() {
            elsewhere.push(whole(use_when));
        }
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
                html.push_str(&format!("\">{}</h{level}>\n", self.html(&heading.html)));
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
            Piece::Prose(html) | Piece::Rubric(html) => self.html(html),
            Piece::Lines(lines) => {
                let items: String = lines.iter().map(|line| format!("<li>{}</li>\n", self.html(&line.html))).collect();
                format!("<ul>\n{items}</ul>\n")
            }
            Piece::Labels(labels) => {
                let items: String = labels
                    .iter()
                    .map(|label| {
                        let mut title = String::new();
                        escape_html(&label.title, &mut title);
                        format!("<li><strong>{title}:</strong> {}</li>\n", self.html(&label.html))
                    })
                    .collect();
                format!("<ul>\n{items}</ul>\n")
            }
            Piece::Turns(_) | Piece::Pairs(_) | Piece::Choices(_) | Piece::Ending(_) | Piece::Include(_) => {
                String::new()
            }
        }
    }

    /// The headings of level 2 that stand on this page, in order.
    fn contents(&self, elsewhere: &[Range<usize>]) -> Vec<Anchor> {
        let hidden = |index: usize| {
            let inside = elsewhere.iter().find(|range| range.contains(&index));
            let is_card = matches!(&self.parts.entry.kind, Kind::Roleplay(kind) if kind.cards.iter().any(|card| card.sections.contains(&index)));
            let is_use_when = self.use_when_section() == Some(index);
            is_card || (inside.is_some() && is_use_when)
        };
        let sections =
            self.body().sections.iter().enumerate().filter(|(index, section)| section.level() == 2 && !hidden(*index));
        let anchors = sections.filter_map(|(_, section)| section.heading.as_ref());
        anchors.map(|heading| Anchor { id: heading.id.clone(), title: heading.text.clone() }).collect()
    }

    fn groups(&self, within: Range<usize>, elsewhere: &[Range<usize>]) -> Vec<GroupView> {
        let sections = &self.body().sections;
        let mut groups = Vec::new();
        let mut next = within.start;
        while next < within.end {
            if let Some(skip) = elsewhere.iter().find(|range| range.contains(&next)) {
                next = skip.end.max(next + 1);
                continue;
            }
            if sections[next].heading.is_none() {
                next += 1;
                continue;
            }
            let range = with_subsections(sections, next);
            // What a kind shows elsewhere may lie deeper in this group.
            let end = elsewhere
                .iter()
                .map(|skip| skip.start)
                .filter(|start| range.contains(start))
                .min()
                .unwrap_or(range.end);
            groups.push(self.group(next..end));
            next = end;
        }
        groups
    }

    fn group(&self, range: Range<usize>) -> GroupView {
        let sections = &self.body().sections;
        GroupView {
            head: self.section(&sections[range.start]),
            sections: sections[range.start + 1..range.end].iter().map(|section| self.section(section)).collect(),
        }
    }

    fn group_at(&self, index: Option<usize>) -> Option<GroupView> {
        index.map(|index| self.group(with_subsections(&self.body().sections, index)))
    }

    fn section(&self, section: &Section) -> SectionView {
        self.section_without(section, |_| false)
    }

    fn section_without(&self, section: &Section, left_out: impl Fn(usize) -> bool) -> SectionView {
        let heading = section.heading.as_ref();
        let kept: Vec<Piece> = section
            .pieces
            .iter()
            .enumerate()
            .filter(|(at, _)| !left_out(*at))
            .map(|(_, piece)| piece.clone())
            .collect();
        SectionView {
            id: heading.map_or_else(String::new, |heading| heading.id.clone()),
            level: section.level().max(2),
            title_html: heading.map_or_else(String::new, |heading| self.html(&heading.html)),
            title: section.title().to_owned(),
            known: section.known(),
            pieces: self.pieces_under(heading.is_some_and(|heading| heading.level > 2), &kept),
        }
    }

    fn pieces(&self, pieces: &[Piece]) -> Vec<PieceView> {
        self.pieces_under(false, pieces)
    }

    /// `variant`: they stand under a heading such as *On the phone*, which must not be left without a line.
    fn pieces_under(&self, variant: bool, pieces: &[Piece]) -> Vec<PieceView> {
        let mut views = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Include(reference) => {
                    match self.parts.included.iter().find(|included| included.reference == *reference) {
                        Some(included) => self.include(included, &mut views),
                        None => views.push(PieceView::Prose { html: self.missing_include(*reference) }),
                    }
                }
                Piece::Lines(lines) => {
                    // The first thing to say stands large at the top of the page; it is not said twice.
                    let alone = variant && pieces.len() == 1 && lines.len() == 1;
                    let first = self.parts.entry.first_words.as_ref().filter(|_| !self.in_place && !alone);
                    let rest = lines.iter().filter(|line| Some(*line) != first);
                    let lines: Vec<LineView> = rest.map(|line| self.line(line)).collect();
                    if !lines.is_empty() {
                        views.push(PieceView::Lines { lines });
                    }
                }
                piece => views.push(self.piece(piece)),
            }
        }
        views
    }

    fn missing_include(&self, reference: usize) -> String {
        let mut html = "<p>".to_owned();
        escape_html(&self.parts.destinations[reference].title(), &mut html);
        html + "</p>\n"
    }

    fn piece(&self, piece: &Piece) -> PieceView {
        match piece {
            Piece::Prose(html) => PieceView::Prose { html: self.html(html) },
            Piece::Lines(lines) => PieceView::Lines { lines: lines.iter().map(|line| self.line(line)).collect() },
            Piece::Pairs(pairs) => PieceView::Pairs { pairs: pairs.iter().map(|pair| self.pair(pair)).collect() },
            Piece::Turns(turns) => PieceView::Turns { turns: turns.iter().map(|turn| self.turn(turn)).collect() },
            Piece::Choices(choices) => {
                PieceView::Choices { choices: choices.iter().map(|choice| self.choice(choice)).collect() }
            }
            Piece::Labels(labels) => {
                PieceView::Labels { labels: labels.iter().map(|label| self.label(label)).collect() }
            }
            Piece::Rubric(html) => PieceView::Rubric { html: self.html(html) },
            Piece::Ending(ending) => PieceView::Ending {
                ending: ending.rating,
                title: match ending.rating {
                    "" => ending.typed.clone(),
                    rating => self.style.word(&format!("ending_{rating}")).to_owned(),
                },
            },
            Piece::Include(_) => unreachable!("includes are taken apart before"),
        }
    }

    /// An included passage, flat: its headings as markup, its ids with the name of its entry before them.
    fn include(&self, included: &IncludedParts<'_>, views: &mut Vec<PieceView>) {
        // The same entry included twice has its anchors twice, so the second time its name is counted.
        let before = self.parts.included.iter().take_while(|other| other.reference != included.reference);
        let name = included.entry.source.path.name();
        let times = before.filter(|other| other.entry.source.path.name() == name).count();
        let name = if times == 0 { name.to_owned() } else { format!("{name}-{}", times + 1) };
        let inner = EntryParts {
            frame: super::parts::FrameParts {
                address: self.from(),
                ancestors: Vec::new(),
                siblings: Vec::new(),
                more_siblings: None,
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
            related: Vec::new(),
            backlinks: Vec::new(),
        };
        let viewer = Viewer { parts: &inner, style: self.style, in_place: true };
        let mut shown: Vec<PieceView> = Vec::new();
        for section in &included.entry.body.sections[included.sections.clone()] {
            if let Some(heading) = &section.heading {
                let level = (heading.level + 1).clamp(3, 6);
                let mut id = String::new();
                escape_html(&heading.id, &mut id);
                shown.push(PieceView::Prose {
                    html: format!("<h{level} id=\"{id}\">{}</h{level}>\n", viewer.html(&heading.html)),
                });
            }
            shown.append(&mut viewer.pieces(&section.pieces));
        }
        let notes = viewer.footnotes(|section| included.sections.contains(&section));
        if !notes.is_empty() {
            shown.push(PieceView::Prose { html: notes });
        }
        let mut prefix = String::new();
        escape_html(&name, &mut prefix);
        for piece in &mut shown {
            if let PieceView::Prose { html } = piece {
                *html = with_tags(html, |tag| {
                    let tag = tag.replace(" id=\"", &format!(" id=\"{prefix}-"));
                    tag.replace(" href=\"#fn", &format!(" href=\"#{prefix}-fn"))
                });
            }
        }
        views.append(&mut shown);
    }

    fn pair(&self, pair: &entry::Pair) -> PairView {
        PairView {
            instead_html: self.html(&pair.instead.html),
            try_html: self.html(&pair.better.html),
            try_text: pair.better.text.clone(),
            why_html: self.html(&pair.why),
        }
    }

    fn turn(&self, turn: &entry::Turn) -> TurnView {
        TurnView {
            speaker: turn.speaker.clone(),
            ours: turn.ours,
            html: self.html(&turn.line.html),
            text: turn.line.text.clone(),
        }
    }

    fn choice(&self, choice: &entry::Choice) -> ChoiceView {
        let destination = choice.reference.map(|reference| &self.parts.destinations[reference]);
        let href = destination.and_then(|destination| destination.href(self.from()));
        let target = choice.reference.map_or_else(String::new, |reference| self.target_title(reference));
        let leaves = href.as_ref().is_some_and(|href| !href.starts_with('#'));
        ChoiceView {
            html: self.style.unlinked(&choice.line.html, &self.parts.destinations),
            href,
            target,
            leaves,
            points: choice.points,
            feedback_html: self.html(&choice.feedback),
        }
    }

    fn target_title(&self, reference: usize) -> String {
        let typed = &self.parts.entry.references[reference].text;
        let title = self.parts.destinations[reference].title();
        if title.is_empty() { typed.clone() } else { title }
    }

    fn label(&self, label: &entry::Label) -> LabelView {
        LabelView { known: label.known, title: label.title.clone(), html: self.html(&label.html) }
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
        let nodes: Vec<diagram::LevelNode<'_>> =
            kind.levels.iter().map(|level| self.level_node(level, sections)).collect();
        Some(EscalationView {
            before: self.group_at(kind.before),
            diagram: diagram::levels(&nodes, self.style),
            worst_case: worst_case(&kind.levels, self.style),
            levels,
        })
    }

    fn level(&self, level: &escalation::Level, contact: Option<&Option<ContactParts<'_>>>) -> LevelView {
        let sections = &self.body().sections;
        let head = &sections[level.sections.start];
        LevelView {
            section: self.section_without(head, |at| matches!(head.pieces[at], Piece::Labels(_))),
            labels: head.labels().map(|label| self.label(label)).collect(),
            sections: sections[level.sections.start + 1..level.sections.end]
                .iter()
                .map(|section| self.section(section))
                .collect(),
            contact: contact.and_then(Option::as_ref).map(|contact| self.contact(contact)),
        }
    }

    fn level_node<'n>(&'n self, level: &escalation::Level, sections: &'n [Section]) -> diagram::LevelNode<'n> {
        let head = &sections[level.sections.start];
        let text = |known: &str| {
            head.labels()
                .find(|label| label.known == known)
                .map_or("", |label| label.text.lines().next().unwrap_or_default())
        };
        diagram::LevelNode { title: head.title(), wait: text("answer-within"), next: level.if_not_resolved.clone() }
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
        let conversation = kind.conversation.map(|index| {
            self.group(
                index
                    ..kind
                        .steps
                        .first()
                        .map_or_else(|| with_subsections(sections, index).end, |step| step.sections.start),
            )
        });
        Some(RoleplayView {
            difficulty: facts.difficulty.as_ref().map_or_else(String::new, |field| field.value.clone()),
            minutes: facts.minutes.as_ref().map(|field| field.value),
            people: facts.people.as_ref().map(|field| field.value),
            cards: kind.cards.iter().zip(&self.parts.cards).map(door).collect(),
            twist: self.group_at(kind.twist),
            conversation,
            steps: self.steps(&kind.steps),
            debrief: self.group_at(kind.debrief),
        })
    }

    fn steps(&self, steps: &[decision::Step]) -> Vec<StepView> {
        let sections = &self.body().sections;
        let step = |(number, step): (usize, &decision::Step)| StepView {
            number: number + 1,
            section: self.section(&sections[step.sections.start]),
            sections: sections[step.sections.start + 1..step.sections.end]
                .iter()
                .map(|section| self.section(section))
                .collect(),
            last: sections[step.sections.clone()].iter().all(|section| section.choices().next().is_none()),
        };
        steps.iter().enumerate().map(step).collect()
    }

    fn decision(&self) -> Option<DecisionView> {
        let Kind::Decision(kind) = &self.parts.entry.kind else { return None };
        let sections = &self.body().sections;
        let of_heading = |id: &str| {
            kind.steps
                .iter()
                .position(|step| sections[step.sections.start].heading.as_ref().is_some_and(|heading| heading.id == id))
        };
        let nodes = kind.steps.iter().map(|step| {
            let choices = sections[step.sections.clone()].iter().flat_map(Section::choices);
            let edges = choices.filter_map(|choice| {
                let destination = &self.parts.destinations[choice.reference?];
                let super::parts::Destination::Page { address, anchor, .. } = destination else { return None };
                let to = (*address == self.from()).then(|| of_heading(anchor)).flatten();
                Some(diagram::Edge {
                    words: choice.line.text.clone(),
                    to,
                    outside: self.target_title(choice.reference?),
                })
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
            WordView {
                section: self.section_without(head, |at| matches!(&head.pieces[at], Piece::Labels(labels) if labels.iter().all(|label| !label.known.is_empty()))),
                sections: self.body().sections[word.sections.start + 1..word.sections.end].iter().map(|section| self.section(section)).collect(),
                also_called: word.also_called.clone(),
                do_not_confuse_html: confuse.map_or_else(String::new, |label| self.html(&label.html)),
            }
        };
        Some(GlossaryView { words: kind.words.iter().map(word).collect() })
    }

    fn path(&self) -> Option<PathView> {
        let Kind::Path(kind) = &self.parts.entry.kind else { return None };
        let stations: Vec<StationView> = kind.stations.iter().map(|station| self.station(station)).collect();
        let facts = &self.parts.entry.facts;
        Some(PathView {
            time: self
                .style
                .minutes(kind.stations.iter().flat_map(|station| &station.stops).map(|stop| stop.minutes).sum()),
            refresh_every: facts
                .refresh_every
                .as_ref()
                .map_or_else(String::new, |field| self.style.interval(field.value)),
            stations,
        })
    }

    fn station(&self, station: &path::Station) -> StationView {
        let sections = &self.body().sections;
        let head = &sections[station.sections.start];
        let signed_off = head.labels().find(|label| label.known == "signed-off");
        let is_sign_off = |at: usize| matches!(&head.pieces[at], Piece::Labels(labels) if labels.iter().all(|label| label.known == "signed-off"));
        let stop = |stop: &path::Stop| StopView { html: self.html(&stop.html), time: stop.time.clone() };
        StationView {
            section: self.section_without(head, |at| Some(at) == station.stops_from || is_sign_off(at)),
            sections: sections[station.sections.start + 1..station.sections.end]
                .iter()
                .map(|section| self.section(section))
                .collect(),
            stops: station.stops.iter().map(stop).collect(),
            first_stop: station.first_stop,
            time: self.style.minutes(station.stops.iter().map(|stop| stop.minutes).sum()),
            signed_off_html: signed_off.map_or_else(String::new, |label| self.html(&label.html)),
        }
    }

    fn backlinks(&self) -> Vec<BacklinkView> {
        let own_title = &self.parts.entry.title;
        let view = |backlink: &super::parts::BacklinkParts<'_>| {
            let words = if backlink.words.is_empty() { own_title } else { backlink.words };
            let sentence = backlink.sentence;
            let alone = sentence.before.is_empty() && sentence.after.trim_matches(['.', ' ', ';', ',']).is_empty();
            BacklinkView {
                title: backlink.title.to_owned(),
                href: relative(self.from(), backlink.address, ""),
                kind: backlink.kind.word(),
                sentence: if alone { String::new() } else { format!("{}{words}{}", sentence.before, sentence.after) },
            }
        };
        self.parts.backlinks.iter().map(view).collect()
    }
}

/// The longest that all levels together can take, in words. Empty if a level gives no time.
fn worst_case(levels: &[escalation::Level], style: &Style) -> String {
    let (mut minutes, mut days, mut working_days, mut same_day) = (0, 0, 0, false);
    for level in levels {
        match level.answer_within {
            None => return String::new(),
            Some(Wait::Minutes(n)) => minutes += n,
            Some(Wait::Days(n)) => days += n,
            Some(Wait::WorkingDays(n)) => working_days += n,
            Some(Wait::SameDay) => same_day = true,
        }
    }
    let mut words = Vec::new();
    if working_days > 0 {
        words.push(style.counted("working_days", working_days));
    }
    if days > 0 {
        words.push(style.counted("days", days));
    }
    if minutes > 0 {
        words.push(style.minutes(minutes));
    }
    if same_day {
        words.push(style.word("same_day").to_owned());
    }
    words.join(" + ")
}
