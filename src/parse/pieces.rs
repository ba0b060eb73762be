//! Recognises what a block is by its shape: spoken lines, phrase pairs, turns, choices, labels, or only prose.
//!
//! A shape means the same in every kind, save where a kind's known heading says what its bullets are. What has no
//! shape stays prose; nothing is dropped.

use pulldown_cmark::{CowStr, Event, Tag};

use super::Draft;
use super::markup::{fragment, has_picture_name, set_sentences, task_of, words_and_rest};
use super::nodes::{Block, Node, blocks, lines, plain_text, span_of};
use crate::entry::{Choice, Ending, Form, Fragment, Label, Line, Pair, Piece, Turn};
use crate::facts::KindName;
use crate::kind::vocabulary::{Role, Word};
use crate::rules;
use crate::text::{Span, fold};

/// What the heading over some blocks says about them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Under {
    /// Bullets and quotes are lines to say.
    pub(crate) spoken: bool,
    /// Paragraphs that begin with any bold name are turns.
    pub(crate) dialogue: bool,
    /// Bullets without an arrow are a mistake: the section is a step of a conversation or a decision.
    pub(crate) step: bool,
}

/// The pieces of a run of blocks under one heading.
pub(crate) fn pieces(draft: &mut Draft<'_>, nodes: &[Node<'_>], under: Under) -> Vec<Piece> {
    let mut reader = Reader { draft, under, pieces: Vec::new(), prose: 0..0, nodes, stops: false };
    let mut at = 0;
    for block in blocks(nodes) {
        let next = at + block.nodes.len();
        reader.under.spoken = under.spoken && !(is_list(block) && reader.is_told_not_to_say(&nodes[..at]));
        if reader.shaped(block, at) {
            reader.prose = next..next;
        } else {
            reader.prose.end = next;
        }
        at = next;
    }
    reader.flush(at);
    reader.pieces
}

struct Reader<'r, 's, 'n, 'a> {
    draft: &'r mut Draft<'s>,
    under: Under,
    pieces: Vec<Piece>,
    /// Blocks without a shape that wait to become one piece.
    prose: std::ops::Range<usize>,
    nodes: &'n [Node<'a>],
    /// A path's station has its list of stops.
    stops: bool,
}

impl<'n, 'a> Reader<'_, '_, 'n, 'a> {
    fn kind(&self) -> KindName {
        self.draft.kind
    }

    fn find(&self, role: Role, text: &str) -> Option<&'static Word> {
        self.draft.context.vocabulary.find(role, self.kind(), text)
    }

    /// Writes the prose that waits, up to the node at `end`.
    fn flush(&mut self, end: usize) {
        let waiting = self.prose.start..end.min(self.prose.end);
        if !waiting.is_empty() {
            let prose = fragment(self.draft, &self.nodes[waiting]);
            if !prose.is_empty() {
                self.pieces.push(Piece::Prose(prose));
            }
        }
        self.prose = end..end;
    }

    /// Takes a block that has a shape. `false` leaves it to the prose.
    fn shaped(&mut self, block: Block<'n, 'a>, at: usize) -> bool {
        match block.tag() {
            Some(Tag::List(_)) => self.list(block, at),
            Some(Tag::Table(_)) => self.table(block, at),
            Some(Tag::Paragraph) => self.paragraph(block, at),
            Some(Tag::BlockQuote(None)) if self.under.spoken => self.spoken_quote(block, at),
            _ => false,
        }
    }

    fn list(&mut self, list: Block<'n, 'a>, at: usize) -> bool {
        let items: Vec<Item<'n, 'a>> = list.children().map(Item::new).collect();
        let tasks = items.iter().filter(|item| task_of(item.block).is_some()).count();
        if tasks > 0 && !(self.under.spoken && tasks < items.len()) {
            return false;
        }
        let numbered = matches!(list.tag(), Some(Tag::List(Some(_))));
        // The stops of a path are a piece of their own, so that the path finds them.
        if self.kind() == KindName::Path && (numbered || items.iter().all(begins_with_link)) {
            self.stops(list, at, numbered);
            return true;
        }
        if let Some(choices) = self.choice_list(&items, numbered) {
            self.flush(at);
            self.pieces.push(Piece::Choices(choices));
            return true;
        }
        if self.under.dialogue && self.kind() != KindName::Path && self.turn_list(&items, at) {
            return true;
        }
        let labelled = items.iter().filter(|item| self.label_parts(item.words).is_some()).count();
        let known = items.iter().filter_map(|item| self.label_parts(item.words)).any(|(_, word, _)| word.is_some());
        if labelled > 0 && (known || labelled == items.len()) && self.label_parts(items[0].words).is_some() {
            self.flush(at);
            self.labels(&items);
            return true;
        }
        if self.under.spoken && !items.is_empty() {
            self.flush(at);
            for item in &items {
                self.spoken_item(item);
            }
            return true;
        }
        if self.under.step && items.iter().all(|item| item.rest.is_empty() && ends_in_own_link(item.words)) {
            self.flush(at);
            let choices = items.iter().map(|item| self.choice_without_arrow(item)).collect();
            self.pieces.push(Piece::Choices(choices));
            return true;
        }
        false
    }

    fn stops(&mut self, list: Block<'n, 'a>, at: usize, numbered: bool) {
        self.flush(at);
        let stops = fragment(self.draft, list.nodes);
        if std::mem::replace(&mut self.stops, true) {
            let span = list.children().next().map_or(list.span(), |first| Item::new(first).span());
            let what = if numbered { "a second list of stops" } else { "a list with bullets" };
            self.draft.report(
                self.draft
                    .source
                    .diagnose(&rules::STOPS_APART, span, format!("{what} in one station is shown, and its time is not counted"))
                    .help("make one numbered list of it: each stop `1. [[entry]] (15 minutes)`, with no other lines between them"),
            );
        }
        self.pieces.push(Piece::Prose(stops));
    }

    /// The items of a list that is one of choices.
    fn choice_list(&mut self, items: &[Item<'n, 'a>], numbered: bool) -> Option<Vec<Choice>> {
        let choices = items.iter().filter(|item| self.is_choice(item, numbered)).count();
        // Where a kind has no choices, an arrow in one item of several is an arrow.
        let all = matches!(self.kind(), KindName::Decision | KindName::Roleplay) || choices == items.len();
        (choices > 0 && all).then(|| self.choices(items))
    }

    fn is_choice(&self, item: &Item<'n, 'a>, numbered: bool) -> bool {
        // Numbered instructions may name a way through a menu (`File → Options`); choices lead by links.
        let has_link = item.words.iter().any(|node| matches!(node.event, Event::Start(Tag::Link { .. })));
        self.choice_parts(item).is_some() && (!numbered || has_link)
    }

    /// `- **Customer:** …`: a dialogue whose turns are bullets.
    fn turn_list(&mut self, items: &[Item<'n, 'a>], at: usize) -> bool {
        let is_turn = |item: &Item<'n, 'a>| {
            self.opening(item.words).is_some_and(|opening| self.find(Role::Speaker, &opening.speaker).is_some())
        };
        if !items.iter().all(|item| item.rest.is_empty() && is_turn(item)) {
            return false;
        }
        self.flush(at);
        for item in items {
            if let Some(opening) = self.opening(item.words) {
                self.push_turn(opening);
            }
        }
        true
    }

    /// A bullet under *Say* and the like.
    fn spoken_item(&mut self, item: &Item<'n, 'a>) {
        if self.is_choice(item, false) {
            let choice = self.choices(std::slice::from_ref(item));
            match self.pieces.last_mut() {
                Some(Piece::Choices(choices)) => choices.extend(choice),
                _ => self.pieces.push(Piece::Choices(choice)),
            }
            return;
        }
        if task_of(item.block).is_some() {
            self.draft.report(
                self.draft
                    .source
                    .diagnose(
                        &rules::NOT_SPOKEN,
                        item.span(),
                        "a box to tick stands among the words to say, and is left out",
                    )
                    .help("delete the box; what is to be done belongs under a heading `## Do`"),
            );
        }
        if self.report_unspoken(item.words, item.span()) {
            let html = fragment(self.draft, item.block.nodes);
            match self.pieces.last_mut() {
                Some(Piece::Prose(prose)) => append_item(prose, html),
                _ => self.pieces.push(Piece::Prose(wrapped_item(html))),
            }
            return;
        }
        let line = self.line(item.words, true);
        self.push_line(line);
        if !item.rest.is_empty() {
            let rest = fragment(self.draft, item.rest);
            self.pieces.push(Piece::Prose(rest));
        }
    }

    /// Whether words that stand where words to say stand are not to be said; tells the writer so.
    fn report_unspoken(&mut self, words: &[Node<'a>], span: Span) -> bool {
        let Some(unspoken) = unspoken(words) else { return false };
        let (message, help) = match unspoken {
            Unspoken::Avoid => (
                "what not to say stands among the words to say; it is shown, and not as words to copy",
                "put it under a heading of its own: `### Never say`",
            ),
            Unspoken::Note => (
                "a note stands among the words to say; it is shown, and not as words to copy",
                "make a paragraph of it, or a box that begins with `> [!NOTE]`; if it is to be said, put it in quotation marks",
            ),
            Unspoken::Aside => return true,
        };
        self.draft.report(self.draft.source.diagnose(&rules::NOT_SPOKEN, span, message).help(help));
        true
    }

    /// Whether the block that ends `before` is a line such as *Never say:*, so that the list behind it is not to be said.
    fn is_told_not_to_say(&self, before: &[Node<'_>]) -> bool {
        let Some(last) = blocks(before).last().filter(|block| block.is_paragraph()) else { return false };
        let text = plain_text(last.inner());
        let word = self.draft.context.vocabulary.heading(self.kind(), text.trim());
        word.is_some_and(|word| word.class == "not-like-this")
    }

    fn push_line(&mut self, line: Line) {
        match self.pieces.last_mut() {
            Some(Piece::Lines(lines)) => lines.push(line),
            _ => self.pieces.push(Piece::Lines(vec![line])),
        }
    }

    /// Words as a spoken line; quotation marks around the whole are taken off if `spoken` says that it is one.
    fn line(&mut self, words: &[Node<'a>], spoken: bool) -> Line {
        let span = span_of(words);
        let words = trimmed(words);
        let words = if spoken { unquoted(&words) } else { words };
        let first = self.draft.references.len();
        let html = fragment(self.draft, &words);
        set_sentences(self.draft, first, &words);
        self.square_blanks(&words);
        Line { html, text: plain_text(&words).trim().to_owned(), span }
    }

    /// `[customer name]` in a line to say is most likely a blank.
    fn square_blanks(&mut self, words: &[Node<'a>]) {
        for node in words {
            let Event::Text(text) = &node.event else { continue };
            let Some(open) = text.find('[') else { continue };
            let Some(length) = text[open..].find(']') else { continue };
            let blank = &text[open + 1..open + length];
            let in_word = |c: char| c.is_lowercase() || matches!(c, ' ' | '-' | '_');
            let sound = !blank.is_empty() && blank.chars().count() <= 40 && blank.chars().all(in_word);
            if sound && !text[open + length..].starts_with("](") {
                // The words may have lost their quotation marks or hold escapes, so the blank is looked for as typed.
                let typed = &self.draft.source.text[node.span.range()];
                let Some(at) = typed.find(&format!("[{blank}]")) else { continue };
                let span = Span::new(at, at + blank.len() + 2).shifted(node.span.start as usize);
                self.draft.report(
                    self.draft
                        .source
                        .diagnose(&rules::PLACEHOLDER, span, format!("`[{blank}]` is no blank to fill in"))
                        .help(format!("write the blank with curly brackets: `{{{blank}}}`"))
                        .safe_fix(span, format!("{{{blank}}}")),
                );
            }
        }
    }

    // Choices.

    /// The words before the arrow, and what stands after it.
    fn choice_parts(&self, item: &Item<'n, 'a>) -> Option<(Vec<Node<'a>>, Vec<Node<'a>>)> {
        let link = item.words.iter().rposition(|node| matches!(node.event, Event::Start(Tag::Link { .. })));
        let arrow = item.words.iter().enumerate().rev().find_map(|(index, node)| match &node.event {
            Event::Text(text) if link.is_none_or(|link| index < link) => last_arrow(text).map(|found| (index, found)),
            _ => None,
        });
        let (index, found) = arrow?;
        let node = &item.words[index];
        let Event::Text(text) = &node.event else { return None };
        // An arrow in the middle of a sentence leads nowhere: a choice ends with what the arrow points to.
        let leads = link.is_some() || self.under.step;
        if !leads || (link.is_some_and(|link| link > index + 1) && !text[found.end..].trim().is_empty()) {
            return None;
        }
        let mut before = item.words[..index].to_vec();
        let kept = text[..found.start].trim_end();
        before.push(text_node(kept, node.span.start as usize));
        let mut after = vec![text_node(&text[found.end..], node.span.start as usize + found.end)];
        after.extend_from_slice(&item.words[index + 1..]);
        Some((before, after))
    }

    fn choices(&mut self, items: &[Item<'n, 'a>]) -> Vec<Choice> {
        let mut choices: Vec<Choice> = Vec::new();
        for item in items {
            if let Some((before, after)) = self.choice_parts(item) {
                let choice = self.choice(item, &before, &after);
                choices.push(choice);
                continue;
            }
            // A label bullet that is not indented belongs to the choice above it.
            let about = self.label_parts(item.words).and_then(|(_, word, _)| word);
            if about.is_some_and(|word| matches!(word.class, "points" | "feedback"))
                && let Some(mut choice) = choices.pop()
            {
                self.about_choice(&mut choice, item);
                choices.push(choice);
                continue;
            }
            let line = self.line(item.words, true);
            if self.under.step {
                self.draft.report(
                    self.draft
                        .source
                        .diagnose(&rules::CHOICE_WITHOUT_LINK, item.span(), "this choice does not say where it leads")
                        .help("end the bullet with an arrow and a link: `→ [[#Next heading]]`"),
                );
            }
            choices.push(Choice {
                line,
                reference: None,
                points: None,
                feedback: Fragment::default(),
                span: item.span(),
            });
        }
        choices
    }

    fn choice(&mut self, item: &Item<'n, 'a>, before: &[Node<'a>], after: &[Node<'a>]) -> Choice {
        let arrows =
            before.iter().filter(|node| matches!(&node.event, Event::Text(text) if last_arrow(text).is_some())).count();
        if arrows > 0 && self.under.step {
            self.draft.report(
                self.draft
                    .source
                    .diagnose(&rules::CHOICE_WITHOUT_LINK, item.span(), "two choices stand in one bullet")
                    .help("give each choice a bullet of its own"),
            );
        }
        let link = blocks(after).find(|block| matches!(block.tag(), Some(Tag::Link { .. })));
        let line = match behind(after).filter(|rest| trailing_points(&plain_text(rest)).is_none()) {
            // What stands behind the link, a condition say, belongs to the words of the choice.
            Some(rest) => {
                if rest.iter().any(|node| matches!(node.event, Event::Start(Tag::Link { .. }))) {
                    self.draft.report(
                        self.draft
                            .source
                            .diagnose(
                                &rules::CHOICE_WITHOUT_LINK,
                                item.span(),
                                "this choice names two places, and leads only to the first",
                            )
                            .with_severity(crate::diagnostic::Severity::Warning)
                            .help("give each place a bullet of its own"),
                    );
                }
                let space = text_node(" ", item.span().end as usize);
                let (before, rest) = (unquoted(&trimmed(before)), trimmed(rest));
                self.line(&[before.as_slice(), &[space], rest.as_slice()].concat(), true)
            }
            None => {
                // `"Words → [[#Next]]"`: the quotation marks stand around all of it.
                let closes = plain_text(after).trim_end().ends_with(|c| QUOTES.iter().any(|(_, close)| *close == c));
                let mut words = trimmed(before);
                let text = plain_text(&words);
                if closes && text.starts_with(is_opening_quote) && text.matches(is_opening_quote).count() == 1 {
                    edit_first(&mut words, |text| text.chars().skip(1).collect());
                }
                self.line(&words, true)
            }
        };
        let mut choice =
            Choice { line, reference: None, points: None, feedback: Fragment::default(), span: item.span() };
        match link {
            Some(link) => {
                let first = self.draft.references.len();
                let _ = fragment(self.draft, link.nodes);
                choice.reference = (self.draft.references.len() > first).then_some(first);
                let words = &choice.line.text;
                for reference in &mut self.draft.references[first..] {
                    reference.sentence.before = format!("{words} → ");
                }
            }
            None => choice.reference = self.unlinked_target(item, after),
        }
        let rest = plain_text(after);
        if let Some(points) = trailing_points(&rest) {
            choice.points = Some(points);
        }
        for block in blocks(item.rest) {
            match block.tag() {
                Some(Tag::List(_)) => {
                    for nested in block.children().map(Item::new) {
                        self.about_choice(&mut choice, &nested);
                    }
                }
                _ => {
                    let more = fragment(self.draft, block.nodes);
                    choice.feedback.append(more);
                }
            }
        }
        choice
    }

    /// An arrow that points to words instead of a link: understood if they are a heading of this entry.
    fn unlinked_target(&mut self, item: &Item<'n, 'a>, after: &[Node<'a>]) -> Option<usize> {
        let typed = plain_text(after);
        let words = typed.trim().trim_matches(['[', ']', '#', '"', '.', ' ']).trim();
        let wanted = fold(words);
        let heading = self.draft.headings.iter().find(|heading| !wanted.is_empty() && fold(heading) == wanted).cloned();
        let span = match after.iter().find(|node| !plain_text(std::slice::from_ref(node)).trim().is_empty()) {
            Some(node) => Span { start: node.span.start, end: span_of(after).end },
            None => item.span(),
        };
        let Some(heading) = heading else {
            let near = crate::text::nearest(words, self.draft.headings.iter().map(String::as_str)).map(str::to_owned);
            let example = near.unwrap_or_else(|| "Next heading".to_owned());
            self.draft.report(
                self.draft
                    .source
                    .diagnose(&rules::CHOICE_WITHOUT_LINK, item.span(), "this choice does not say where it leads")
                    .help(format!("end the bullet with an arrow and a link: `→ [[#{example}]]`")),
            );
            return None;
        };
        let lead = self.draft.source.text[span.range()].len() - self.draft.source.text[span.range()].trim_start().len();
        let typed_span = Span::new(span.start as usize + lead, span.end as usize);
        self.draft.report(
            self.draft
                .source
                .diagnose(
                    &rules::CHOICE_WITHOUT_LINK,
                    typed_span,
                    format!("the arrow points to `{words}`, which is not a link"),
                )
                .with_severity(crate::diagnostic::Severity::Warning)
                .help(format!("write `[[#{heading}]]` behind the arrow"))
                .safe_fix(typed_span, format!("[[#{heading}]]")),
        );
        Some(self.draft.refer(Form::Wiki, &format!("#{heading}"), String::new(), typed_span))
    }

    fn choice_without_arrow(&mut self, item: &Item<'n, 'a>) -> Choice {
        let link = item
            .words
            .iter()
            .rposition(|node| matches!(node.event, Event::Start(Tag::Link { .. })))
            .unwrap_or_default();
        let at = item.words[link].span.start as usize;
        self.draft.report(
            self.draft
                .source
                .diagnose(&rules::CHOICE_WITHOUT_ARROW, item.span(), "this choice has a link and no arrow before it")
                .help("put an arrow before the link: `- Yes → [[#Next heading]]`")
                .safe_fix(Span::new(at, at), "→ "),
        );
        let before = item.words[..link].to_vec();
        self.choice(item, &before, &item.words[link..])
    }

    /// A bullet under a choice: its points, its feedback, or more to read.
    fn about_choice(&mut self, choice: &mut Choice, item: &Item<'n, 'a>) {
        match self.label_parts(item.words) {
            Some((_, Some(word), value)) if word.class == "points" => {
                let typed = plain_text(&value);
                match typed.trim().trim_start_matches('+').parse() {
                    Ok(points) => choice.points = Some(points),
                    Err(_) => {
                        let span = item.span();
                        self.draft.report(
                            self.draft
                                .source
                                .diagnose(
                                    &rules::BAD_NUMBER,
                                    span,
                                    format!("`{}` is not a number of points", typed.trim()),
                                )
                                .help("write a whole number: `- **Points:** 2`"),
                        );
                    }
                }
            }
            Some((_, Some(word), value)) if word.class == "feedback" => {
                let html = self.value(&value, item.rest);
                choice.feedback.append(html);
            }
            _ => {
                let html = fragment(self.draft, item.block.inner());
                choice.feedback.append(html);
            }
        }
    }

    // Labels.

    /// A bold label with its colon inside or outside: what was typed, the built-in word, and the value's nodes. In an
    /// escalation or role-play a known label is understood without bold.
    fn label_parts(&self, words: &[Node<'a>]) -> Option<(String, Option<&'static Word>, Vec<Node<'a>>)> {
        let first = blocks(words).next()?;
        if matches!(first.tag(), Some(Tag::Strong)) {
            let bold = plain_text(first.inner());
            let rest = &words[first.nodes.len()..];
            let (label, value) = match bold.trim_end().strip_suffix([':', '：']) {
                Some(label) => (label.to_owned(), rest.to_vec()),
                None if self.is_label_without_colon(&bold, rest) => {
                    let mut value = trimmed(rest);
                    edit_first(&mut value, |text| text.trim_start_matches(['-', '–', '—', ' ']).to_owned());
                    (bold, value)
                }
                None => {
                    let Some(Node { event: Event::Text(text), span, .. }) = rest.first() else { return None };
                    let after = text.trim_start().strip_prefix([':', '：'])?;
                    let offset = text.len() - after.len();
                    let mut value = vec![text_node(after, span.start as usize + offset)];
                    value.extend_from_slice(&rest[1..]);
                    (bold, value)
                }
            };
            let label = label.trim().to_owned();
            let word = self.find(Role::Label, &label);
            return (!label.is_empty() && label.chars().count() <= 60).then_some((label, word, value));
        }
        let Event::Text(text) = &words.first()?.event else { return None };
        let (label, after) = text.split_once([':', '：'])?;
        let plain = label.trim_matches([' ', '*', '_']);
        let word = self.find(Role::Label, plain).filter(|word| !word.kinds.is_empty() || label.contains('*'))?;
        let mut value = vec![text_node(
            after.trim_start_matches(['*', ' ']),
            words[0].span.start as usize + text.len() - after.len(),
        )];
        value.extend_from_slice(&words[1..]);
        Some((plain.to_owned(), Some(word), value))
    }

    /// Whether bold words are a label of the kind whose colon is missing: nothing stands behind them, or a link, or a dash.
    fn is_label_without_colon(&self, bold: &str, rest: &[Node<'a>]) -> bool {
        let known = self.find(Role::Label, bold).is_some_and(|word| !word.kinds.is_empty());
        let text = plain_text(rest);
        let text = text.trim_start();
        let link = blocks(&trimmed(rest))
            .find(|block| !plain_text(block.nodes).trim().is_empty())
            .is_some_and(|block| matches!(block.tag(), Some(Tag::Link { .. })));
        known && (text.is_empty() || link || ["- ", "– ", "— "].iter().any(|dash| text.starts_with(dash)))
    }

    fn labels(&mut self, items: &[Item<'n, 'a>]) {
        let mut labels: Vec<Label> = Vec::new();
        let mut pairs: Vec<Pair> = Vec::new();
        for item in items {
            let Some((title, word, value)) = self.label_parts(item.words) else {
                // Plain bullets after a label that is still empty belong to it, and so do those after them.
                let html = fragment(self.draft, item.block.nodes);
                match labels.last_mut() {
                    Some(label) => {
                        label.text.push('\n');
                        label.text.push_str(&plain_text(item.words));
                        append_item(&mut label.html, html);
                    }
                    None => self.pieces.push(Piece::Prose(wrapped_item(html))),
                }
                continue;
            };
            self.spelled_label(item, &title, word);
            if item.rest.is_empty() && word.is_some_and(|word| self.is_to_say(word, &value)) {
                if !labels.is_empty() {
                    self.pieces.push(Piece::Labels(std::mem::take(&mut labels)));
                }
                let line = self.line(&value, true);
                self.push_line(line);
                continue;
            }
            if let Some("instead" | "try" | "why") = word.map(|word| word.class) {
                self.pair_label(item, word.map_or("", |word| word.class), &value, &mut pairs);
                continue;
            }
            let first = self.draft.references.len();
            let html = self.value(&value, item.rest);
            let mut text = plain_text(&value).trim().to_owned();
            if !item.rest.is_empty() {
                text.push('\n');
                text.push_str(&plain_text(item.rest));
            }
            let references = first..self.draft.references.len();
            labels.push(Label {
                known: word.map_or("", |word| word.class),
                title,
                html,
                text,
                references,
                span: item.span(),
            });
        }
        if !labels.is_empty() {
            self.pieces.push(Piece::Labels(labels));
        }
        if !pairs.is_empty() {
            self.push_pairs(pairs);
        }
    }

    /// A label that is not bold is understood, and one that is nearly known is named.
    fn spelled_label(&mut self, item: &Item<'n, 'a>, title: &str, word: Option<&'static Word>) {
        let bold = matches!(item.words.first().map(|node| &node.event), Some(Event::Start(Tag::Strong)));
        if word.is_some() && !bold {
            let span = item.span();
            self.draft.report(
                self.draft
                    .source
                    .diagnose(&rules::NEAR_LABEL, span, format!("the label `{title}` is not bold"))
                    .with_severity(crate::diagnostic::Severity::Hint)
                    .help(format!("put two stars on either side: `- **{title}:** …`")),
            );
        }
        let typed = self.draft.source.text[item.span().range()].trim_start();
        let colon = typed.chars().any(|c| matches!(c, ':' | '：'));
        if word.is_some() && bold && !colon {
            let span = item.span();
            self.draft.report(
                self.draft
                    .source
                    .diagnose(&rules::NEAR_LABEL, span, format!("no colon stands behind the label `{title}`"))
                    .with_severity(crate::diagnostic::Severity::Hint)
                    .help(format!("put a colon behind it: `- **{title}:** …`")),
            );
        }
        if word.is_none() && self.kind() != KindName::Guide {
            let near = self.draft.context.vocabulary.near(Role::Label, self.kind(), title).map(str::to_owned);
            if let Some(near) = near {
                let typed = &self.draft.source.text[item.span().range()];
                let start = typed.find(title).map(|at| at + item.span().start as usize);
                let span = start.map_or(item.span(), |start| Span::new(start, start + title.len()));
                let what = format!("`{title}` is not a label that Cuebook knows");
                let found =
                    self.draft.source.diagnose(&rules::NEAR_LABEL, span, what).help(format!("did you mean `{near}`?"));
                self.draft.report(if start.is_some() { found.suggested_fix(span, near) } else { found });
            }
        }
    }

    /// The value of a label: the rest of its line, and the blocks under it.
    fn value(&mut self, words: &[Node<'a>], rest: &[Node<'a>]) -> Fragment {
        let words = trimmed(words);
        let first = self.draft.references.len();
        let mut html = fragment(self.draft, &words);
        set_sentences(self.draft, first, &words);
        if !rest.is_empty() {
            let blocks = fragment(self.draft, rest);
            if !html.is_empty() {
                let line = std::mem::take(&mut html);
                html.html.push_str("<p>");
                html.append(line);
                html.html.push_str("</p>\n");
            }
            html.append(blocks);
        }
        html
    }

    fn pair_label(&mut self, item: &Item<'n, 'a>, class: &str, value: &[Node<'a>], pairs: &mut Vec<Pair>) {
        let empty = || Line { span: item.span(), ..Line::default() };
        let line = self.line(value, true);
        match class {
            "instead" => pairs.push(Pair { instead: line, better: empty(), why: Fragment::default() }),
            "try" => match pairs.last_mut() {
                Some(pair) if pair.better.text.is_empty() => pair.better = line,
                _ => pairs.push(Pair { instead: empty(), better: line, why: Fragment::default() }),
            },
            _ => {
                if let Some(pair) = pairs.last_mut() {
                    pair.why = line.html;
                }
            }
        }
        for nested in blocks(item.rest).filter(|block| matches!(block.tag(), Some(Tag::List(_)))) {
            for nested in nested.children().map(Item::new) {
                if let Some((_, Some(word), value)) = self.label_parts(nested.words) {
                    self.pair_label(&nested, word.class, &value, pairs);
                }
            }
        }
    }

    fn push_pairs(&mut self, pairs: Vec<Pair>) {
        for pair in &pairs {
            if pair.better.text.is_empty() {
                self.draft.report(
                    self.draft
                        .source
                        .diagnose(
                            &rules::PAIR_WITHOUT_TRY,
                            pair.instead.span,
                            "this phrase to avoid has no phrase to use instead",
                        )
                        .help("fill in what to say under `Try`"),
                );
            }
        }
        self.pieces.push(Piece::Pairs(pairs));
    }

    // Tables.

    fn table(&mut self, table: Block<'n, 'a>, at: usize) -> bool {
        let mut rows = table.children();
        let Some(head) = rows.next() else { return false };
        let rows: Vec<Block<'n, 'a>> = rows.collect();
        let heads: Vec<String> = head.children().map(|cell| plain_text(cell.inner())).collect();
        if self.under.step && self.choice_table(head, &rows, at) {
            return true;
        }
        let columns = self.pair_columns(table, head, &rows, &heads);
        let position = |class: &str| columns.iter().position(|column| *column == class);
        if let Some(instead) = position("instead") {
            self.flush(at);
            // Without a header row the first pair stands there.
            let first = (heads[instead].trim().starts_with(is_opening_quote)).then_some(head);
            let mut pairs = Vec::new();
            for row in first.into_iter().chain(rows) {
                let pair = self.pair(row, &columns, if first.is_some() { &[] } else { &heads });
                pairs.push(pair);
            }
            match position("try") {
                Some(_) => self.push_pairs(pairs),
                // The column is missing, which has been said once.
                None => self.pieces.push(Piece::Pairs(pairs)),
            }
            return true;
        }
        let numbered = |text: &String| {
            let text = text.trim();
            text.starts_with(|c: char| c.is_ascii_digit())
                || (text.ends_with(')') && text.trim_end_matches(')').ends_with(|c: char| c.is_ascii_digit()))
        };
        if heads.len() >= 3 && heads[1..].iter().all(numbered) {
            self.flush(at);
            let html = fragment(self.draft, table.nodes);
            self.pieces.push(Piece::Rubric(html));
            return true;
        }
        false
    }

    fn pair(&mut self, row: Block<'n, 'a>, columns: &[&str], heads: &[String]) -> Pair {
        let cells: Vec<Block<'n, 'a>> = row.children().collect();
        let cell = |class: &str| {
            let column = columns.iter().position(|column| *column == class);
            column.and_then(|column| cells.get(column)).map_or(&[][..], |cell| cell.inner())
        };
        let mut pair = Pair {
            instead: self.line(cell("instead"), true),
            better: self.line(cell("try"), true),
            why: self.line(cell("why"), false).html,
        };
        // A further column is not understood, and still shown.
        for (column, more) in
            cells.iter().enumerate().filter(|(column, _)| columns.get(*column).is_none_or(|it| it.is_empty()))
        {
            let more = self.line(more.inner(), false);
            if more.text.is_empty() {
                continue;
            }
            if !pair.why.is_empty() {
                pair.why.html.push(' ');
            }
            if let Some(head) = heads.get(column) {
                pair.why.html.push_str("<strong>");
                crate::text::escape_html(head, &mut pair.why.html);
                pair.why.html.push_str(":</strong> ");
            }
            pair.why.append(more.html);
        }
        if pair.instead.span == Span::default() {
            pair.instead.span = row.span();
        }
        pair
    }

    /// What each column of a table of phrase pairs is: `instead`, `try`, `why`, or nothing. Without an `instead` it is no
    /// such table. Words that are not the built-in ones are understood where they can mean nothing else, and reported.
    fn pair_columns(
        &mut self,
        table: Block<'n, 'a>,
        head: Block<'n, 'a>,
        rows: &[Block<'n, 'a>],
        heads: &[String],
    ) -> Vec<&'static str> {
        let mut columns: Vec<&'static str> =
            heads.iter().map(|text| self.find(Role::Column, text).map_or("", |word| word.class)).collect();
        let has = |columns: &[&str], class: &str| columns.contains(&class);
        let known = has(&columns, "instead") || has(&columns, "try");
        let script = self.kind() == KindName::Script;
        if !known && !script {
            return columns;
        }
        for wanted in ["Instead of", "Try"] {
            let class = self.find(Role::Column, wanted).map_or("", |word| word.class);
            if known && !has(&columns, class) {
                let free = |at: &usize| columns[*at].is_empty();
                let near =
                    (0..heads.len()).filter(free).find(|at| crate::text::nearest(&heads[*at], [wanted]).is_some());
                if let Some(at) = near {
                    self.near_column(head, at, wanted);
                    columns[at] = class;
                }
            }
        }
        let habits: Vec<&str> =
            heads.iter().map(|text| crate::kind::vocabulary::column_habit(text).unwrap_or_default()).collect();
        let complete = |class: &str| columns.contains(&class) || habits.contains(&class);
        if complete("instead") && complete("try") {
            let mut typed = Vec::new();
            for (at, habit) in habits.iter().enumerate() {
                let class = ["instead", "try", "why"].into_iter().find(|class| class == habit);
                if let Some(class) = class.filter(|class| columns[at].is_empty() && !columns.contains(class)) {
                    columns[at] = class;
                    typed.push((at, class));
                }
            }
            self.report_habits(head, heads, &typed);
            return columns;
        }
        if known {
            for (class, wanted) in [("instead", "Instead of"), ("try", "Try")] {
                if !columns.contains(&class) {
                    self.missing_column(head, wanted);
                }
            }
            return columns;
        }
        self.unnamed_columns(table, head, rows, heads)
    }

    /// Columns whose heads say nothing, of a table in a script that holds phrases side by side.
    fn unnamed_columns(
        &mut self,
        table: Block<'n, 'a>,
        head: Block<'n, 'a>,
        rows: &[Block<'n, 'a>],
        heads: &[String],
    ) -> Vec<&'static str> {
        let none = vec![""; heads.len()];
        let quoted = |row: &Block<'n, 'a>| {
            let mut cells = row.children().map(|cell| plain_text(cell.inner()));
            let mut next = || cells.next().is_some_and(|text| text.trim().starts_with(is_opening_quote));
            next() && next()
        };
        if rows.is_empty() || !rows.iter().all(quoted) {
            return none;
        }
        let names: String = (0..heads.len())
            .map(|at| [" Instead of |", " Try |", " Why |"].get(at).unwrap_or(&" |").to_string())
            .collect();
        if !quoted(&head) {
            let diagnostic = self
                .draft
                .source
                .diagnose(
                    &rules::NEAR_COLUMN,
                    head.span(),
                    "the columns of these phrases have no names that Cuebook knows",
                )
                .help(format!("name the columns: `|{names}`"));
            self.draft.report(diagnostic);
            return none;
        }
        let typed = &self.draft.source.text[table.span().range()];
        let mut lines = typed.split_inclusive('\n');
        let first = lines.next().unwrap_or_default();
        let until = table.span().start as usize + first.len() + lines.next().map_or(0, str::len);
        let rule = "| --- ".repeat(heads.len());
        let diagnostic = self
            .draft
            .source
            .diagnose(
                &rules::NEAR_COLUMN,
                head.span(),
                "the first row of this table names its columns, and holds phrases",
            )
            .help(format!("put two rows above it, `|{names}` and `{rule}|`, and delete the row of hyphens below it"))
            .suggested_fix(Span::new(table.span().start as usize, until), format!("|{names}\n{rule}|\n{first}"));
        self.draft.report(diagnostic);
        ["instead", "try", "why"].into_iter().chain(std::iter::repeat("")).take(heads.len()).collect()
    }

    fn report_habits(&mut self, head: Block<'n, 'a>, heads: &[String], typed: &[(usize, &str)]) {
        let name = |class: &str| match class {
            "instead" => "Instead of",
            "try" => "Try",
            _ => "Why",
        };
        let listed = |names: Vec<String>| names.join(" and ");
        let (Some((first, class)), named) = (typed.first(), typed) else { return };
        let what = listed(named.iter().map(|(at, _)| format!("`{}`", heads[*at].trim())).collect());
        let meant = listed(named.iter().map(|(_, class)| format!("`{}`", name(class))).collect());
        let diagnostic = self
            .draft
            .source
            .diagnose(
                &rules::NEAR_COLUMN,
                head.span(),
                format!("{what} {} read as {meant}", if named.len() == 1 { "is" } else { "are" }),
            )
            .with_severity(crate::diagnostic::Severity::Hint)
            .help(format!(
                "name the columns so, or tell `book.toml` about your word: under `[words]`, `\"{}\" = \"{}\"`",
                heads[*first].trim(),
                name(class)
            ));
        self.draft.report(diagnostic);
    }

    /// A column that is nearly called as it should be.
    fn near_column(&mut self, head: Block<'n, 'a>, column: usize, wanted: &str) {
        let span = head.children().nth(column).map_or(head.span(), |cell| span_of(cell.inner()));
        let typed = self.draft.source.text[span.range()].to_owned();
        let diagnostic = self
            .draft
            .source
            .diagnose(&rules::NEAR_COLUMN, span, format!("`{typed}` is read as the column `{wanted}`"))
            .help(format!("name the column `{wanted}`"))
            .suggested_fix(span, wanted);
        self.draft.report(diagnostic);
    }

    fn missing_column(&mut self, head: Block<'n, 'a>, wanted: &str) {
        let what = format!("this table of phrase pairs has no column `{wanted}`");
        let help = format!("a table of phrase pairs needs the columns `Instead of` and `Try`; name one `{wanted}`");
        let diagnostic = self.draft.source.diagnose(&rules::NEAR_COLUMN, head.span(), what).help(help);
        self.draft.report(diagnostic);
    }

    // Paragraphs.

    fn paragraph(&mut self, paragraph: Block<'n, 'a>, at: usize) -> bool {
        if let Some(reference) = self.include(paragraph) {
            self.flush(at);
            self.pieces.push(Piece::Include(reference));
            return true;
        }
        let lines = lines(paragraph.inner());
        if self.under.step && self.choices_without_bullets(&lines, at) {
            return true;
        }
        let opens =
            |reader: &Self, line: &[Node<'a>]| reader.opening(line).is_some() || reader.label_line(line).is_some();
        if !lines.first().is_some_and(|first| opens(self, first)) {
            return false;
        }
        self.flush(at);
        // Lines without a name go on with what the one above them began.
        let mut runs: Vec<Vec<Node<'a>>> = Vec::new();
        for line in lines {
            match runs.last_mut() {
                Some(run) if !opens(self, line) => {
                    run.push(Node { event: Event::SoftBreak, span: span_of(line), length: 1 });
                    run.extend_from_slice(line);
                }
                _ => runs.push(line.to_vec()),
            }
        }
        for run in runs {
            self.opened_line(&run);
        }
        true
    }

    /// Lines that end in an arrow and a link and have no bullet.
    fn choices_without_bullets(&mut self, lines: &[&'n [Node<'a>]], at: usize) -> bool {
        let items: Vec<Item<'n, 'a>> =
            lines.iter().map(|line| Item { block: Block { nodes: line }, words: line, rest: &[] }).collect();
        let is_choice = |item: &Item<'n, 'a>| {
            !item.words.is_empty() && ends_in_own_link(item.words) && self.choice_parts(item).is_some()
        };
        if !items.iter().all(is_choice) {
            return false;
        }
        self.flush(at);
        let span = items[0].span();
        let found = self
            .draft
            .source
            .diagnose(&rules::BULLET_SIGN, span, "this answer has no bullet before it")
            .help("begin each answer with a hyphen and a space: `- Yes → [[#Next heading]]`")
            .safe_fix(Span::new(span.start as usize, span.start as usize), "- ");
        self.draft.report(found);
        let choices = self.choices(&items);
        match self.pieces.last_mut() {
            Some(Piece::Choices(all)) => all.extend(choices),
            _ => self.pieces.push(Piece::Choices(choices)),
        }
        true
    }

    /// A table in a step whose rows end in a link to another step.
    fn choice_table(&mut self, head: Block<'n, 'a>, rows: &[Block<'n, 'a>], at: usize) -> bool {
        let own_link = |row: &Block<'n, 'a>| {
            row.children().last().is_some_and(|cell| {
                blocks(cell.inner())
                    .any(|block| matches!(block.tag(), Some(Tag::Link { dest_url, .. }) if dest_url.starts_with('#')))
            })
        };
        if rows.is_empty() || !rows.iter().all(own_link) {
            return false;
        }
        self.flush(at);
        let found = self
            .draft
            .source
            .diagnose(
                &rules::CHOICE_WITHOUT_ARROW,
                head.span(),
                "the answers stand in a table, and are read as choices",
            )
            .help("write a bullet for each answer: `- Yes → [[#Next heading]]`");
        self.draft.report(found);
        let mut choices = Vec::new();
        for row in rows {
            let cells: Vec<Block<'n, 'a>> = row.children().collect();
            let (Some(first), Some(last)) = (cells.first(), cells.last()) else { continue };
            let item = Item { block: *row, words: first.inner(), rest: &[] };
            let before = trimmed(first.inner());
            let choice = self.choice(&item, &before, last.inner());
            choices.push(choice);
        }
        self.pieces.push(Piece::Choices(choices));
        true
    }

    fn opened_line(&mut self, run: &[Node<'a>]) {
        let span = span_of(run);
        if let Some((title, word, value)) = self.label_line(run) {
            if word.class == "ending" {
                return self.ending(&value, span);
            }
            if self.is_to_say(word, &value) {
                let line = self.line(&value, true);
                return self.push_line(line);
            }
            let first = self.draft.references.len();
            let html = self.value(&value, &[]);
            let references = first..self.draft.references.len();
            let label =
                Label { known: word.class, title, html, text: plain_text(&value).trim().to_owned(), references, span };
            match self.pieces.last_mut() {
                Some(Piece::Labels(labels)) => labels.push(label),
                _ => self.pieces.push(Piece::Labels(vec![label])),
            }
            return;
        }
        if let Some(opening) = self.opening(run) {
            self.report_speaker(&opening, span);
            self.push_turn(opening);
        }
    }

    /// Whether the value of a label *Say* is a line to say. In an escalation it is one of a level's labels.
    fn is_to_say(&self, word: &Word, value: &[Node<'a>]) -> bool {
        word.class == "say" && self.kind() != KindName::Escalation && !plain_text(value).trim().is_empty()
    }

    fn push_turn(&mut self, opening: Opening<'a>) {
        let line = self.line(&opening.value, false);
        let turn = Turn { speaker: opening.speaker, ours: opening.ours, line };
        match self.pieces.last_mut() {
            Some(Piece::Turns(turns)) => turns.push(turn),
            _ => self.pieces.push(Piece::Turns(vec![turn])),
        }
    }

    /// A speaker that is understood, and typed otherwise than `**Name:**`.
    fn report_speaker(&mut self, opening: &Opening<'a>, span: Span) {
        let speaker = &opening.speaker;
        let typed = &self.draft.source.text[span.range()];
        let what = match opening.typed {
            Typed::Bold => return,
            // The space inside the stars is reported where stars are.
            Typed::Plain if typed.starts_with('*') => return,
            Typed::Plain => format!("the speaker `{speaker}` is not bold"),
            Typed::Italic => format!("the speaker `{speaker}` is in italics and not bold"),
            Typed::Dash => format!("a dash stands behind the speaker `{speaker}`, and no colon"),
            Typed::NoSign => format!("no colon stands behind the speaker `{speaker}`"),
            Typed::Timed => format!("a time stands beside the speaker `{speaker}`, and is left out"),
        };
        let help = match opening.typed {
            Typed::Plain => format!("put two stars on either side: `**{speaker}:** …`"),
            _ => format!("write the line as `**{speaker}:** …`"),
        };
        let mut found = self.draft.source.diagnose(&rules::SPEAKER, span, what).help(help);
        let end = opening.value.iter().find(|node| !plain_text(std::slice::from_ref(node)).trim().is_empty());
        if let Some(node) = end {
            let value = &self.draft.source.text[node.span.range()];
            let end = node.span.start as usize + (value.len() - value.trim_start().len());
            let head = Span::new(span.start as usize, end.max(span.start as usize));
            if !self.draft.source.text[head.range()].contains('\n') {
                found = found.safe_fix(head, format!("**{speaker}:** "));
            }
        }
        self.draft.report(found);
    }

    /// A line that begins with a label which the kind knows.
    fn label_line(&self, line: &[Node<'a>]) -> Option<(String, &'static Word, Vec<Node<'a>>)> {
        let bold = matches!(line.first()?.event, Event::Start(Tag::Strong));
        let (title, word, value) = self.label_parts(line)?;
        let word = word.filter(|word| bold && !matches!(word.class, "instead" | "try" | "why"))?;
        Some((title, word, value))
    }

    /// A line that begins with who speaks.
    fn opening(&self, line: &[Node<'a>]) -> Option<Opening<'a>> {
        let place = self.under.dialogue || self.under.step;
        if let Some(rest) = place.then(|| without_time(line)).flatten() {
            let opening = self.opening_of(&rest)?;
            return Some(Opening { typed: Typed::Timed, ..opening });
        }
        self.opening_of(line)
    }

    fn opening_of(&self, line: &[Node<'a>]) -> Option<Opening<'a>> {
        let place = self.under.dialogue || self.under.step;
        let (name, typed, value) = name_before(line, place)?;
        let known = self.find(Role::Speaker, &name);
        let sound = match typed {
            Typed::Bold => known.is_some() || (self.under.dialogue && name.chars().count() <= 40),
            Typed::Dash | Typed::Italic => known.is_some() || self.has_spoken(&name),
            Typed::Plain | Typed::Timed | Typed::NoSign => known.is_some(),
        };
        if !sound || !(typed == Typed::Bold || place) {
            return None;
        }
        let guide = matches!(self.kind(), KindName::Guide | KindName::Glossary | KindName::Path | KindName::Contact);
        if guide && !self.under.dialogue && known.is_none() {
            return None;
        }
        Some(Opening { speaker: name, ours: known.is_some_and(|word| word.class == "you"), typed, value })
    }

    /// Whether a turn of that speaker stands above.
    fn has_spoken(&self, name: &str) -> bool {
        let turns = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Turns(turns) => Some(turns),
            _ => None,
        });
        turns.flatten().any(|turn| fold(&turn.speaker) == fold(name))
    }

    fn ending(&mut self, value: &[Node<'a>], span: Span) {
        let typed = plain_text(value).trim().to_owned();
        let first = typed.split([',', '.', ' ', ';', '(']).next().unwrap_or_default();
        let rating = self.find(Role::Ending, first).map(|word| word.class);
        if rating.is_none() {
            let near =
                self.draft.context.vocabulary.near(Role::Ending, self.kind(), first).unwrap_or("good").to_owned();
            self.draft.report(
                self.draft
                    .source
                    .diagnose(&rules::UNKNOWN_ENDING, span, format!("`{typed}` is not a way to end"))
                    .help(format!("write `**Ending:** {near}`; an ending is good, mixed or poor")),
            );
        }
        self.pieces.push(Piece::Ending(Ending { rating: rating.unwrap_or(""), typed: typed.clone(), span }));
        let rest = typed[first.len()..].trim_start_matches([',', '.', ' ', ';']).trim();
        if rating.is_some() && !rest.is_empty() {
            let mut html = fragment(self.draft, &[text_node(rest, span.start as usize)]);
            html.html.insert_str(0, "<p>");
            html.html.push_str("</p>\n");
            self.pieces.push(Piece::Prose(html));
        }
    }

    /// A paragraph that is nothing but `![[entry]]`.
    fn include(&mut self, paragraph: Block<'n, 'a>) -> Option<usize> {
        let mut inside = paragraph.children();
        let only = inside.next().filter(|_| inside.next().is_none())?;
        match only.tag() {
            Some(Tag::Image { link_type: pulldown_cmark::LinkType::WikiLink { .. }, dest_url, .. })
                if !has_picture_name(dest_url) =>
            {
                Some(self.draft.refer(Form::Include, dest_url, String::new(), only.span()))
            }
            _ => None,
        }
    }

    fn spoken_quote(&mut self, quote: Block<'n, 'a>, at: usize) -> bool {
        let is_callout = super::callout::first_words(quote).is_some_and(|(text, _)| text.starts_with("[!"));
        let paragraphs: Vec<Block<'n, 'a>> = quote.children().collect();
        if is_callout || !paragraphs.iter().all(|block| block.is_paragraph()) {
            return false;
        }
        self.flush(at);
        for paragraph in paragraphs {
            if self.report_unspoken(paragraph.inner(), paragraph.span()) {
                let html = fragment(self.draft, paragraph.nodes);
                self.pieces.push(Piece::Prose(html));
                continue;
            }
            let line = self.line(paragraph.inner(), true);
            self.push_line(line);
        }
        true
    }
}

/// A line that begins with who speaks.
struct Opening<'a> {
    speaker: String,
    /// Whether it is our side.
    ours: bool,
    typed: Typed,
    /// What is said.
    value: Vec<Node<'a>>,
}

/// How a speaker is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Typed {
    /// `**Name:**`
    Bold,
    /// `Name:`
    Plain,
    /// `*Name:*`
    Italic,
    /// `**Name** –`, `Name -`
    Dash,
    /// `**Name** What is said`
    NoSign,
    /// `[10:32] Name:`
    Timed,
}

/// The name before a colon or a dash with which a line begins, and what stands behind it. Outside a conversation only a
/// bold name and one before a colon are looked for.
fn name_before<'a>(line: &[Node<'a>], in_conversation: bool) -> Option<(String, Typed, Vec<Node<'a>>)> {
    let first = blocks(line).next()?;
    let marked = match first.tag() {
        Some(Tag::Strong) => Some(Typed::Bold),
        Some(Tag::Emphasis) if in_conversation => Some(Typed::Italic),
        Some(_) => return None,
        None => None,
    };
    if let Some(typed) = marked {
        let name = plain_text(first.inner());
        let rest = &line[first.nodes.len()..];
        let clean = |name: &str| (!name.trim().is_empty()).then(|| name.trim().to_owned());
        if let Some(name) = name.trim_end().strip_suffix([':', '：']) {
            return Some((clean(name)?, typed, rest.to_vec()));
        }
        let Some(Node { event: Event::Text(text), span, .. }) = rest.first() else { return None };
        let trimmed = text.trim_start();
        let behind = |after: &str| {
            let mut value = vec![text_node(after, span.start as usize + text.len() - after.len())];
            value.extend_from_slice(&rest[1..]);
            value
        };
        if let Some(after) = trimmed.strip_prefix([':', '：']) {
            return Some((clean(&name)?, typed, behind(after)));
        }
        let dash = ["- ", "– ", "— "].iter().find_map(|dash| trimmed.strip_prefix(dash));
        if let Some(after) = dash.filter(|_| in_conversation && text.starts_with(' ')) {
            return Some((clean(&name)?, Typed::Dash, behind(after)));
        }
        let says = trimmed.starts_with(|c: char| c.is_uppercase() || QUOTES.iter().any(|(open, _)| *open == c));
        return (in_conversation && says && typed == Typed::Bold && text.starts_with(' '))
            .then(|| Some((clean(&name)?, Typed::NoSign, behind(trimmed))))
            .flatten();
    }
    let Event::Text(text) = &line.first()?.event else { return None };
    let dashes = ["- ", "– ", "— "].iter().filter(|_| in_conversation);
    let dash =
        dashes.filter_map(|dash| text.find(&format!(" {dash}")).map(|at| (at, at + 1 + dash.len(), Typed::Dash)));
    // The colon of the time in `Customer (10:32): …` is another.
    let behind_time =
        text.split_once("):").filter(|(head, _)| head.contains('(')).map_or(0, |(head, _)| head.len() + 1);
    let colon = text.char_indices().find(|(at, c)| *at >= behind_time && matches!(c, ':' | '：'));
    let colon = colon.map(|(at, c)| (at, at + c.len_utf8(), Typed::Plain));
    let (at, end, typed) = dash.chain(colon).min_by_key(|(at, ..)| *at)?;
    let after = text[end..].trim_start_matches(['*', ' ']);
    let mut value = vec![text_node(after, line[0].span.start as usize + text.len() - after.len())];
    value.extend_from_slice(&line[1..]);
    let name = text[..at].trim_matches(['*', '_', ' ']);
    // `Customer (10:32): …`
    let timed = name.split_once('(').filter(|(_, time)| is_time(time.trim_end_matches([')', ' '])));
    match timed {
        Some((name, _)) => Some((name.trim().to_owned(), Typed::Timed, value)),
        None => Some((name.to_owned(), typed, value)),
    }
}

/// The line without the time of day that a chat puts before it: `[10:32]`, `10:32 -`, `(10:32:05)`. `None` without one.
fn without_time<'a>(line: &[Node<'a>]) -> Option<Vec<Node<'a>>> {
    let Event::Text(text) = &line.first()?.event else { return None };
    let start = text.trim_start_matches(['[', '(', ' ']);
    let length = start.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(start.len());
    let (time, mut rest) = start.split_at(length);
    for noon in [" am", " pm", " AM", " PM", "am", "pm", " Uhr"] {
        rest = rest.strip_prefix(noon).unwrap_or(rest);
    }
    let rest = rest.trim_start_matches([']', ')', ' ', ',', '-', '–', '—', '|']);
    if !is_time(time) {
        return None;
    }
    let mut nodes = Vec::with_capacity(line.len());
    if !rest.is_empty() {
        nodes.push(text_node(rest, line[0].span.start as usize + text.len() - rest.len()));
    }
    nodes.extend_from_slice(&line[1..]);
    Some(nodes)
}

/// `10:32`, `9.05`, `10:32:05`.
fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.trim_end_matches(['.', ':']).split([':', '.']).collect();
    matches!(parts.len(), 2 | 3)
        && parts.iter().all(|part| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit()))
        && parts[1..].iter().all(|part| part.len() == 2)
}

/// Why words that stand among words to say are none.
enum Unspoken {
    /// It is what not to say.
    Avoid,
    /// It is a note to the reader.
    Note,
    /// It says how to say it: `(slowly)`.
    Aside,
}

/// Whether words among those to say begin with a sign or a label that says otherwise. Words in quotation marks are said.
fn unspoken(words: &[Node<'_>]) -> Option<Unspoken> {
    const CROSSES: [char; 9] = ['❌', '✗', '✘', '✖', '⛔', '🚫', '👎', '☒', '×'];
    const AVOID: [&str; 18] = [
        "not",
        "never",
        "don't",
        "dont",
        "do not",
        "don't say",
        "do not say",
        "never say",
        "avoid",
        "not like this",
        "wrong",
        "instead of",
        "rather not",
        "nicht",
        "nie",
        "niemals",
        "falsch",
        "vermeiden",
    ];
    const NOTE: [&str; 17] = [
        "note",
        "notes",
        "nb",
        "n.b.",
        "tip",
        "hint",
        "important",
        "warning",
        "caution",
        "attention",
        "remember",
        "reminder",
        "careful",
        "hinweis",
        "achtung",
        "tipp",
        "wichtig",
    ];
    let text = plain_text(words);
    let text = text.trim();
    let mut inner = blocks(words);
    if matches!(inner.next()?.tag(), Some(Tag::Strikethrough)) && inner.next().is_none() || text.starts_with(CROSSES) {
        return Some(Unspoken::Avoid);
    }
    if text.starts_with('(') && text.ends_with(')') && text.matches('(').count() == 1 {
        return Some(Unspoken::Aside);
    }
    let (label, _) = text.split_once([':', '：'])?;
    let label = fold(label.trim_matches(['*', '_', ' ']));
    match () {
        () if AVOID.contains(&label.as_str()) => Some(Unspoken::Avoid),
        () if NOTE.contains(&label.as_str()) => Some(Unspoken::Note),
        () => None,
    }
}

fn is_list(block: Block<'_, '_>) -> bool {
    matches!(block.tag(), Some(Tag::List(_)))
}

fn begins_with_link(item: &Item<'_, '_>) -> bool {
    matches!(item.words.first().map(|node| &node.event), Some(Event::Start(Tag::Link { .. })))
}

/// A list item: its first words, and the blocks under them.
struct Item<'n, 'a> {
    block: Block<'n, 'a>,
    words: &'n [Node<'a>],
    rest: &'n [Node<'a>],
}

impl<'n, 'a> Item<'n, 'a> {
    fn new(block: Block<'n, 'a>) -> Item<'n, 'a> {
        // The box of a task is not one of its words.
        let (words, rest) = task_of(block).map_or_else(|| words_and_rest(block), |(_, words, rest)| (words, rest));
        Item { block, words, rest }
    }

    /// From the bullet to the end of its first words.
    fn span(&self) -> Span {
        let start = self.block.span().start;
        Span { start, end: span_of(self.words).end.max(start + 1) }
    }
}

/// What stands behind the first link, if there are words in it.
fn behind<'n, 'a>(after: &'n [Node<'a>]) -> Option<&'n [Node<'a>]> {
    let link = after.iter().position(|node| matches!(node.event, Event::Start(Tag::Link { .. })))?;
    let rest = &after[link + after[link].length..];
    (!plain_text(rest).trim_matches(['.', ' ', ';', ',', '*', '"', '”']).is_empty()).then_some(rest)
}

const ARROWS: [&str; 14] = ["→", "-->", "–>", "—>", "->", "=>", "⇒", "➔", "➜", "➝", "►", "\u{f0e0}", "\u{f0e8}", "⟶"];

/// The last arrow in `text`.
pub(super) fn last_arrow(text: &str) -> Option<std::ops::Range<usize>> {
    let found = ARROWS.iter().filter_map(|arrow| text.rfind(arrow).map(|at| at..at + arrow.len()));
    // The longest of those that end last: `-->` also ends in `->`.
    found.max_by_key(|range| (range.end, range.len()))
}

fn ends_in_own_link(words: &[Node<'_>]) -> bool {
    let link = blocks(words).filter(|block| matches!(block.tag(), Some(Tag::Link { .. }))).last();
    let own =
        link.is_some_and(|link| matches!(link.tag(), Some(Tag::Link { dest_url, .. }) if dest_url.starts_with('#')));
    let last = words.last().is_some_and(|node| match &node.event {
        Event::End(_) => true,
        Event::Text(text) => text.trim_matches(['.', ' ']).is_empty(),
        _ => false,
    });
    own && last && words.len() > 3
}

/// `(2 points)` behind a choice.
fn trailing_points(text: &str) -> Option<i32> {
    let inside = text.trim_end().strip_suffix(')')?.rsplit_once('(')?.1;
    let number = inside.split_whitespace().next()?;
    let word = inside.split_whitespace().nth(1).is_none_or(|word| word.starts_with("p"));
    number.trim_start_matches('+').parse().ok().filter(|_| word)
}

fn text_node<'a>(text: &str, start: usize) -> Node<'a> {
    Node { event: Event::Text(CowStr::from(text.to_owned())), span: Span::new(start, start + text.len()), length: 1 }
}

/// Nodes without white space at either end.
fn trimmed<'a>(nodes: &[Node<'a>]) -> Vec<Node<'a>> {
    let mut nodes = nodes.to_vec();
    edit_first(&mut nodes, |text| text.trim_start().to_owned());
    edit_last(&mut nodes, |text| text.trim_end().to_owned());
    nodes
}

fn edit_first(nodes: &mut [Node<'_>], edit: impl Fn(&str) -> String) {
    if let Some(Node { event: Event::Text(text), .. }) = nodes.first_mut() {
        *text = CowStr::from(edit(text));
    }
}

fn edit_last(nodes: &mut [Node<'_>], edit: impl Fn(&str) -> String) {
    if let Some(Node { event: Event::Text(text), .. }) = nodes.last_mut() {
        *text = CowStr::from(edit(text));
    }
}

const QUOTES: [(char, char); 8] =
    [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('»', '«'), ('‘', '’'), ('「', '」'), ('”', '”')];

fn is_opening_quote(c: char) -> bool {
    QUOTES.iter().any(|(open, _)| *open == c)
}

/// Nodes without the quotation marks around the whole. Marks inside stay.
fn unquoted<'a>(nodes: &[Node<'a>]) -> Vec<Node<'a>> {
    let text = plain_text(nodes);
    let text = text.trim();
    let pair = QUOTES.iter().find(|(open, close)| {
        text.len() > 1
            && text.starts_with(*open)
            && text.ends_with(*close)
            && !text[open.len_utf8()..text.len() - close.len_utf8()].contains([*open, *close])
    });
    let Some((open, close)) = pair else { return nodes.to_vec() };
    let starts =
        matches!(nodes.first(), Some(Node { event: Event::Text(text), .. }) if text.trim_start().starts_with(*open));
    let ends = matches!(nodes.last(), Some(Node { event: Event::Text(text), .. }) if text.trim_end().ends_with(*close));
    let mut nodes = nodes.to_vec();
    if starts && ends {
        edit_first(&mut nodes, |text| text.trim_start().strip_prefix(*open).unwrap_or(text).to_owned());
        edit_last(&mut nodes, |text| text.trim_end().strip_suffix(*close).unwrap_or(text).to_owned());
    }
    nodes
}

fn append_item(html: &mut Fragment, item: Fragment) {
    if let Some(kept) = html.html.strip_suffix("</ul>\n").map(str::len) {
        html.html.truncate(kept);
    } else {
        html.html.push_str("<ul>\n");
    }
    html.append(item);
    html.html.push_str("</ul>\n");
}

fn wrapped_item(item: Fragment) -> Fragment {
    let mut html = Fragment::default();
    append_item(&mut html, item);
    html
}
