//! Recognises what a block is by its shape: spoken lines, phrase pairs, turns, choices, labels, or only prose.
//!
//! A shape means the same in every kind, save where a kind's known heading says what its bullets are. What has no
//! shape stays prose; nothing is dropped.

mod choices;
mod tables;

use pulldown_cmark::{CowStr, Event, Tag};

use super::Draft;
use super::markup::{fragment, has_picture_name, set_sentences, task_of, words_and_rest};
use super::nodes::{Block, Node, blocks, lines, plain_text, span_of};
use super::said::{Unspoken, end_of_quotation, is_closing_quote, is_opening_quote, is_remark, unquoted, unspoken};
use super::turns::{Opening, Typed, name_before, without_time};
use crate::entry::{Choice, Ending, Form, Fragment, Label, Line, Pair, Piece, Stop, Stops, Turn};
use crate::facts::KindName;
use crate::kind::time::{Wait, number_alone};
use crate::kind::vocabulary::{Role, Vocabulary, Word};
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
    // Most sections have one piece, and a book has very many sections.
    reader.pieces.shrink_to_fit();
    for piece in &mut reader.pieces {
        match piece {
            Piece::Lines(lines) => lines.shrink_to_fit(),
            Piece::Pairs(pairs) => pairs.shrink_to_fit(),
            Piece::Turns(turns) => turns.shrink_to_fit(),
            Piece::Labels(labels) => labels.shrink_to_fit(),
            _ => {}
        }
    }
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
        // The lists and tables of a stranger's page are what they are: an arrow in one leads nowhere.
        let is_strange = self.kind() == KindName::Guide && !self.draft.context.config.is_book;
        match block.tag() {
            Some(Tag::List(_) | Tag::Table(_)) if is_strange => false,
            Some(Tag::List(_)) => self.list(block, at),
            Some(Tag::Table(_)) => self.table(block, at),
            Some(Tag::Paragraph) => self.paragraph(block, at),
            Some(Tag::BlockQuote(None)) if self.under.spoken => self.spoken_quote(block, at),
            Some(Tag::BlockQuote(None)) if self.under.dialogue => self.quoted_turns(block, at),
            _ => false,
        }
    }

    fn list(&mut self, list: Block<'n, 'a>, at: usize) -> bool {
        let items: Vec<Item<'n, 'a>> = list.children().map(Item::new).collect();
        let tasks = items.iter().filter(|item| task_of(item.block).is_some()).count();
        if tasks > 0 && !(self.under.spoken && tasks < items.len()) {
            let timed = |item: &Item<'n, 'a>| begins_with_link(item) && plain_text(item.words).contains(" min");
            if self.kind() == KindName::Path
                && let Some(item) = items.iter().find(|item| timed(item))
            {
                let span = item.span();
                self.draft.report(
                    self.draft
                        .source
                        .diagnose(
                            &rules::STOPS_APART,
                            span,
                            "a box to tick is no stop of the station, and its time is not counted",
                        )
                        .help("write the stop with a number: `1. [[entry]] (15 minutes)`"),
                );
            }
            return false;
        }
        let numbered = matches!(list.tag(), Some(Tag::List(Some(_))));
        // The stops of a path are a piece of their own, so that the path finds them.
        if self.kind() == KindName::Path && (numbered || items.iter().all(begins_with_link)) {
            self.stops(list, &items, at);
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
        let labels: Vec<_> = items.iter().map(|item| self.label_parts(item.words)).collect();
        let is_known = || labels.iter().flatten().any(|(_, word, _)| word.is_some());
        if labels.first().is_some_and(Option::is_some) && (labels.iter().all(Option::is_some) || is_known()) {
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
        if self.under.step && items.iter().all(|item| ends_in_own_link(item.words)) {
            self.flush(at);
            let choices = items.iter().map(|item| self.choice_without_arrow(item)).collect();
            self.pieces.push(Piece::Choices(choices));
            return true;
        }
        false
    }

    /// The stops of a station. A list that holds more than lines is shown as it is.
    fn stops(&mut self, list: Block<'n, 'a>, items: &[Item<'n, 'a>], at: usize) {
        self.flush(at);
        let first = match list.tag() {
            Some(Tag::List(first)) => *first,
            _ => None,
        };
        if std::mem::replace(&mut self.stops, true) {
            let span = items.first().map_or(list.span(), Item::span);
            let what = if first.is_some() { "a second list of stops" } else { "a list with bullets" };
            self.draft.report(
                self.draft
                    .source
                    .diagnose(&rules::STOPS_APART, span, format!("{what} in one station is shown, and its time is not counted"))
                    .help("make one numbered list of it: each stop `1. [[entry]] (15 minutes)`, with no other lines between them"),
            );
        }
        let piece = match items.iter().all(|item| item.rest.is_empty()) {
            true => Piece::Stops(Stops {
                first: first.unwrap_or(1),
                stops: items.iter().map(|item| self.stop(item)).collect(),
            }),
            false => Piece::Prose(fragment(self.draft, list.nodes)),
        };
        self.pieces.push(piece);
    }

    /// `[[entry]] (15 minutes, with a partner)`, also without the brackets.
    fn stop(&mut self, item: &Item<'n, 'a>) -> Stop {
        let mut words = trimmed(item.words);
        let mut time = String::new();
        let has_link = words.iter().any(|node| matches!(node.event, Event::Start(Tag::Link { .. })));
        if let Some(Node { event: Event::Text(text), .. }) = words.last_mut()
            && let Some((start, found)) = time_behind(text, has_link, &self.draft.context.vocabulary)
        {
            time = found;
            *text = CowStr::from(text[..start].trim_end().to_owned());
        }
        let first = self.draft.references.len();
        let html = fragment(self.draft, &words);
        set_sentences(self.draft, first, item.words);
        Stop { html, time }
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
        if self.is_heading_of_lines(item) {
            self.draft.report(
                self.draft
                    .source
                    .diagnose(
                        &rules::NOT_SPOKEN,
                        item.span(),
                        "this bullet stands over words to say, and is not said itself",
                    )
                    .help("make a heading of it, `### …`, with the words to say in bullets below"),
            );
            let over = fragment(self.draft, item.words);
            self.pieces.push(Piece::Prose(in_paragraph(over)));
            for list in blocks(item.rest).filter(|block| is_list(*block)) {
                for nested in list.children().map(Item::new) {
                    self.spoken_item(&nested);
                }
            }
            return;
        }
        let said = self.said(item);
        let line = self.line(&item.words[..said], true);
        self.push_line(line);
        let remark = trimmed(&item.words[said..]);
        if !remark.is_empty() {
            let html = fragment(self.draft, &remark);
            self.pieces.push(Piece::Prose(in_paragraph(html)));
        }
        if !item.rest.is_empty() {
            let rest = fragment(self.draft, item.rest);
            self.pieces.push(Piece::Prose(rest));
        }
    }

    /// Whether a bullet only names what the quoted bullets under it are said for.
    fn is_heading_of_lines(&self, item: &Item<'n, 'a>) -> bool {
        let quoted = |nested: Item<'n, 'a>| plain_text(nested.words).trim().starts_with(is_opening_quote);
        let mut rest = blocks(item.rest);
        let list = rest.next().filter(|block| is_list(*block) && rest.next().is_none());
        !plain_text(item.words).trim().starts_with(is_opening_quote)
            && list.is_some_and(|list| list.children().map(Item::new).all(quoted))
    }

    /// How many of the nodes of a bullet are said: the first line, if that is a quotation and what is below it is not in it.
    fn said(&mut self, item: &Item<'n, 'a>) -> usize {
        let all = item.words.len();
        let text = plain_text(item.words);
        let text = text.trim();
        let Some(end) = end_of_quotation(text).filter(|_| text.starts_with(is_opening_quote)) else { return all };
        let first = item.words.iter().position(|node| matches!(node.event, Event::SoftBreak | Event::HardBreak));
        let below = first.filter(|first| {
            plain_text(&item.words[..*first]).trim().len() == end && !text[end..].contains(is_opening_quote)
        });
        let behind = &text[end..];
        let (message, help) = if below.is_some() {
            (
                "the line below the words to say belongs to this bullet; it is shown, and not as words to copy",
                "put an empty line before it",
            )
        } else if is_remark(behind) {
            (
                "a remark stands behind the words to say, and is copied with them",
                "put it in a paragraph below; words to copy stand alone in their bullet",
            )
        } else if behind.trim_start().starts_with(['/', '|'])
            || ["or ", "oder "].iter().any(|or| behind.trim_start().starts_with(or))
        {
            ("two things to say stand in one bullet, and are copied together", "give each a bullet of its own")
        } else {
            return all;
        };
        self.draft.report(self.draft.source.diagnose(&rules::NOT_SPOKEN, item.span(), message).help(help));
        below.unwrap_or(all)
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
            self.other_blanks(node.span);
            self.open_blank(node.span);
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

    /// `{customer name`, of which one bracket is missing.
    fn open_blank(&mut self, span: Span) {
        let typed = &self.draft.source.text[span.range()];
        let (open, close) = (typed.rfind('{'), typed.rfind('}'));
        let (at, message, help) = match (open, close) {
            (Some(open), close) if close.is_none_or(|close| close < open) => {
                (open, "a blank begins here and is never closed", "close it behind its name: `{name}`")
            }
            (None, Some(close)) => (close, "a blank ends here and begins nowhere", "open it before its name: `{name}`"),
            _ => return,
        };
        let found = self.draft.source.diagnose(
            &rules::PLACEHOLDER,
            Span::new(at, at + 1).shifted(span.start as usize),
            message,
        );
        self.draft.report(found.help(help));
    }

    /// `____`, `XXX` and `{{name}}` are how other programs and forms leave something to fill in.
    fn other_blanks(&mut self, span: Span) {
        let typed = &self.draft.source.text[span.range()];
        let found = if let Some((open, length)) =
            typed.find("{{").and_then(|open| typed[open..].find("}}").map(|length| (open, length)))
        {
            let name = typed[open + 2..open + length].trim().to_owned();
            let fits = super::markup::fill_in(&format!("{{{name}}}")).is_some();
            fits.then(|| (open..open + length + 2, format!("{{{name}}}")))
        } else {
            let is_blank = |word: &str| {
                word.len() > 1 && (word.bytes().all(|b| b == b'_') && word.len() > 2 || word.bytes().all(|b| b == b'X'))
            };
            let mut words = typed.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| is_blank(word));
            words.next().map(|word| {
                let at = word.as_ptr() as usize - typed.as_ptr() as usize;
                (at..at + word.len(), "{…}".to_owned())
            })
        };
        let Some((range, meant)) = found else { return };
        let shown = typed[range.clone()].to_owned();
        let span = Span::new(range.start, range.end).shifted(span.start as usize);
        let found = self.draft.source.diagnose(&rules::PLACEHOLDER, span, format!("`{shown}` is no blank to fill in"));
        self.draft.report(if meant == "{…}" {
            found.help("name the blank in curly brackets: `{name}`, `{day}`")
        } else {
            found.help(format!("write the blank with one pair of curly brackets: `{meant}`")).safe_fix(span, meant)
        });
    }

    // Labels.

    /// A bold label with its colon inside or outside: what was typed, the built-in word, and the value's nodes. In an
    /// escalation or role-play a known label is understood without bold.
    fn label_parts(&self, words: &[Node<'a>]) -> Option<(String, Option<&'static Word>, Vec<Node<'a>>)> {
        let first = blocks(words).next()?;
        // One star on either side is a slip, where the word can be nothing else.
        let slanted = || {
            let text = plain_text(first.inner());
            let name = text.trim_end().strip_suffix([':', '：']);
            name.and_then(|name| self.find(Role::Label, name)).is_some_and(|word| !word.kinds.is_empty())
        };
        if matches!(first.tag(), Some(Tag::Strong)) || matches!(first.tag(), Some(Tag::Emphasis)) && slanted() {
            let bold = plain_text(first.inner());
            let mut rest = words[first.nodes.len()..].to_vec();
            if let Some(Node { event: Event::Text(text), span, .. }) =
                rest.first().filter(|_| matches!(first.tag(), Some(Tag::Emphasis)))
            {
                rest[0] = self.draft.part_of(text, *span, text.trim_start_matches('*'));
            }
            let rest = rest.as_slice();
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
                    let mut value = vec![self.draft.part_of(text, *span, after)];
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
        let mut value = vec![self.draft.part_of(text, words[0].span, after.trim_start_matches(['*', ' ']))];
        value.extend_from_slice(&words[1..]);
        Some((plain.to_owned(), Some(word), value))
    }

    /// Whether bold words are a label of the kind whose colon is missing: nothing stands behind them, or a link, or a dash. In
    /// an escalation nothing else begins with these words.
    fn is_label_without_colon(&self, bold: &str, rest: &[Node<'a>]) -> bool {
        let known = self.find(Role::Label, bold).is_some_and(|word| !word.kinds.is_empty());
        let text = plain_text(rest);
        let text = text.trim_start();
        let link = blocks(&trimmed(rest))
            .find(|block| !plain_text(block.nodes).trim().is_empty())
            .is_some_and(|block| matches!(block.tag(), Some(Tag::Link { .. })));
        let behind = text.is_empty() || link || ["- ", "– ", "— "].iter().any(|dash| text.starts_with(dash));
        known && (behind || self.kind() == KindName::Escalation && !text.starts_with([':', '：']))
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
            self.second_label(&value, item.span());
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

    /// `**Who:** [[lead]], **When:** …`: what the second label says is part of the first.
    fn second_label(&mut self, value: &[Node<'a>], span: Span) {
        let bold = blocks(value).filter(|block| matches!(block.tag(), Some(Tag::Strong)));
        let label = bold.map(|block| plain_text(block.inner())).find(|text| {
            let name = text.trim_end().trim_end_matches([':', '：']);
            name.len() < text.trim_end().len()
                && self.find(Role::Label, name).is_some_and(|word| !word.kinds.is_empty())
        });
        if let Some(label) = label {
            let label = label.trim().trim_end_matches(':').to_owned();
            self.draft.report(
                self.draft
                    .source
                    .diagnose(
                        &rules::NEAR_LABEL,
                        span,
                        format!("`{label}` stands on the line of another label, and is part of what that says"),
                    )
                    .help(format!("give it a bullet of its own: `- **{label}:** …`")),
            );
        }
    }

    /// A label that is not bold is understood, and one that is nearly known is named.
    fn spelled_label(&mut self, item: &Item<'n, 'a>, title: &str, word: Option<&'static Word>) {
        let bold = matches!(item.words.first().map(|node| &node.event), Some(Event::Start(Tag::Strong)));
        let typed = self.draft.source.text[item.span().range()].trim_start();
        let colon = typed.chars().any(|c| matches!(c, ':' | '：'));
        let slip = match (bold, colon) {
            (false, _) => Some((format!("the label `{title}` is not bold"), "two stars on either side")),
            (true, false) => Some((format!("no colon stands behind the label `{title}`"), "a colon behind it")),
            (true, true) => None,
        };
        // Stars that are too few are a slip of their own.
        let item_text = typed.trim_start_matches(['-', '+', ' ']);
        let starred = matches!(item.words.first().map(|node| &node.event), Some(Event::Text(text)) if text.starts_with("**"))
            || item_text.starts_with('*') && item_text.contains(":**");
        if let Some((message, missing)) = slip.filter(|_| word.is_some() && !starred) {
            let found = self.draft.source.diagnose(&rules::NEAR_LABEL, item.span(), message);
            let found = found.with_severity(crate::diagnostic::Severity::Hint);
            self.draft.report(found.help(format!("put {missing}: `- **{title}:** …`")));
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

    // Paragraphs.

    fn paragraph(&mut self, paragraph: Block<'n, 'a>, at: usize) -> bool {
        if let Some(reference) = self.include(paragraph) {
            self.flush(at);
            self.pieces.push(Piece::Include(reference));
            return true;
        }
        // Words in quotation marks are said, also without a bullet.
        if self.under.spoken && !is_same_text(&unquoted(&trimmed(paragraph.inner())), paragraph.inner()) {
            self.flush(at);
            let line = self.line(paragraph.inner(), true);
            self.push_line(line);
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
        let sure = bold || word.is_some_and(|word| word.class == "ending");
        let word = word.filter(|word| sure && !matches!(word.class, "instead" | "try" | "why"))?;
        Some((title, word, value))
    }

    /// A line that begins with who speaks.
    fn opening(&self, line: &[Node<'a>]) -> Option<Opening<'a>> {
        let place = self.under.dialogue || self.under.step;
        if let Some(rest) = place.then(|| without_time(self.draft, line)).flatten() {
            let opening = self.opening_of(&rest)?;
            return Some(Opening { typed: Typed::Timed, ..opening });
        }
        self.opening_of(line)
    }

    fn opening_of(&self, line: &[Node<'a>]) -> Option<Opening<'a>> {
        let place = self.under.dialogue || self.under.step;
        let (name, typed, value) = name_before(self.draft, line, place)?;
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
            let mut html = fragment(self.draft, &[text_node(rest, span)]);
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

    /// A conversation that was copied from a mail: `> Customer: …`.
    fn quoted_turns(&mut self, quote: Block<'n, 'a>, at: usize) -> bool {
        let is_callout = super::callout::first_words(quote).is_some_and(|(text, _)| text.starts_with("[!"));
        let paragraphs: Vec<Block<'n, 'a>> = quote.children().collect();
        let opens = |block: &Block<'n, 'a>| {
            block.is_paragraph() && lines(block.inner()).first().is_some_and(|line| self.opening(line).is_some())
        };
        if is_callout || !paragraphs.iter().all(opens) {
            return false;
        }
        paragraphs.into_iter().all(|paragraph| self.paragraph(paragraph, at))
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

fn is_same_text(some: &[Node<'_>], others: &[Node<'_>]) -> bool {
    plain_text(some).trim() == plain_text(others).trim()
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
/// Where the time at the end of a stop begins, and what it says: `text` is what stands behind its last link.
fn time_behind(text: &str, has_link: bool, vocabulary: &Vocabulary) -> Option<(usize, String)> {
    let end = text.trim_end_matches(['.', ' ']).len();
    if let Some(open) = text[..end].strip_suffix(')').and_then(|inside| inside.rfind('(')) {
        let time = &text[open + 1..end - 1];
        let is_time = time.starts_with(|c: char| c.is_ascii_digit()) && number_alone(time).is_some();
        return (is_time || Wait::read(time, vocabulary).is_some()).then(|| (open, time.to_owned()));
    }
    // `15 min` or `, about 1 hour`: nothing else stands behind the link.
    let words = text[..end].trim_start_matches([' ', ',', ';', ':', '-', '–', '—']);
    let is_time = has_link
        && words.split_whitespace().count() <= 4
        && words.contains(|c: char| c.is_ascii_digit())
        && matches!(Wait::read(words, vocabulary), Some(Wait::Minutes(_)));
    is_time.then(|| (0, words.to_owned()))
}

pub(super) fn last_arrow(text: &str) -> Option<std::ops::Range<usize>> {
    // Every arrow has a `>` in it or one of the two bytes that all others begin with; hardly any text has.
    memchr::memchr3(b'>', 0xE2, 0xEF, text.as_bytes())?;
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
    let text = text.trim();
    // `0 points` needs no brackets: it can mean nothing else.
    let bare = || {
        let words: Vec<&str> = text.trim_start_matches([',', '–', '-', ':', ' ']).split_whitespace().collect();
        let points = matches!(words.as_slice(), [_, word] if matches!(word.trim_end_matches(['.', ')']), "point" | "points" | "pts" | "pt"));
        points.then(|| words[0].trim_start_matches('+').parse().ok()).flatten()
    };
    let Some(inside) = text.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map(|(_, inside)| inside) else {
        return bare();
    };
    let number = inside.split_whitespace().next()?;
    let word = inside.split_whitespace().nth(1).is_none_or(|word| word.starts_with("p"));
    number.trim_start_matches('+').parse().ok().filter(|_| word)
}

pub(super) fn text_node<'a>(text: &str, span: Span) -> Node<'a> {
    Node { event: Event::Text(CowStr::from(text.to_owned())), span, length: 1 }
}

impl Draft<'_> {
    /// A slice of a text as a node of its own. Where the text is not as it was typed (`->` became an arrow, `&amp;` a
    /// sign), its place is that of the whole.
    pub(super) fn part_of<'a>(&self, text: &str, span: Span, part: &str) -> Node<'a> {
        let at = part.as_ptr() as usize - text.as_ptr() as usize;
        let is_typed = self.source.text[span.range()] == *text;
        text_node(part, if is_typed { Span::new(at, at + part.len()).shifted(span.start as usize) } else { span })
    }
}

/// Nodes without white space at either end.
fn trimmed<'a>(nodes: &[Node<'a>]) -> Vec<Node<'a>> {
    let is_empty = |node: &Node<'_>| match &node.event {
        Event::SoftBreak | Event::HardBreak => true,
        Event::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    let start = nodes.iter().take_while(|node| is_empty(node)).count();
    let end = nodes.len() - nodes[start..].iter().rev().take_while(|node| is_empty(node)).count();
    let mut nodes = nodes[start..end].to_vec();
    edit_first(&mut nodes, |text| text.trim_start().to_owned());
    edit_last(&mut nodes, |text| text.trim_end().to_owned());
    nodes
}

pub(super) fn edit_first(nodes: &mut [Node<'_>], edit: impl Fn(&str) -> String) {
    if let Some(Node { event: Event::Text(text), .. }) = nodes.first_mut() {
        *text = CowStr::from(edit(text));
    }
}

pub(super) fn edit_last(nodes: &mut [Node<'_>], edit: impl Fn(&str) -> String) {
    if let Some(Node { event: Event::Text(text), .. }) = nodes.last_mut() {
        *text = CowStr::from(edit(text));
    }
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

fn in_paragraph(words: Fragment) -> Fragment {
    let mut html = Fragment { html: "<p>".to_owned(), holes: Vec::new() };
    html.append(words);
    html.html.push_str("</p>\n");
    html
}

fn wrapped_item(item: Fragment) -> Fragment {
    let mut html = Fragment::default();
    append_item(&mut html, item);
    html
}
