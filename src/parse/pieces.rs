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
    let mut reader = Reader { draft, under, pieces: Vec::new(), prose: 0..0, nodes };
    let mut at = 0;
    for block in blocks(nodes) {
        let next = at + block.nodes.len();
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
        if items.iter().any(|item| task_of(item.block).is_some()) {
            return false;
        }
        // The stops of a path are a piece of their own, so that the path finds them.
        if self.kind() == KindName::Path && matches!(list.tag(), Some(Tag::List(Some(_)))) {
            self.flush(at);
            let stops = fragment(self.draft, list.nodes);
            self.pieces.push(Piece::Prose(stops));
            return true;
        }
        // Numbered instructions may name a way through a menu (`File → Options`); choices lead by links.
        let numbered = matches!(list.tag(), Some(Tag::List(Some(_))));
        let has_link =
            |item: &Item<'n, 'a>| item.words.iter().any(|node| matches!(node.event, Event::Start(Tag::Link { .. })));
        if items.iter().any(|item| self.choice_parts(item).is_some() && (!numbered || has_link(item))) {
            self.flush(at);
            let choices = self.choices(&items);
            self.pieces.push(Piece::Choices(choices));
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
                let line = self.line(item.words, true);
                self.push_line(line);
                if !item.rest.is_empty() {
                    let rest = fragment(self.draft, item.rest);
                    self.pieces.push(Piece::Prose(rest));
                }
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
                self.line(&[before, &[space], rest].concat(), true)
            }
            None => self.line(before, true),
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
        let heads: Vec<String> = head.children().map(|cell| plain_text(cell.inner())).collect();
        let role = |text: &String| self.find(Role::Column, text).map_or("", |word| word.class);
        let columns: Vec<&str> = heads.iter().map(role).collect();
        let position = |class: &str| columns.iter().position(|column| *column == class);
        if let (Some(instead), better) = (position("instead"), position("try")) {
            let why = position("why");
            if better.is_none() {
                self.near_column(head, "Try");
            }
            self.flush(at);
            let mut pairs = Vec::new();
            for row in rows {
                let cells: Vec<Block<'n, 'a>> = row.children().collect();
                let cell = |column: Option<usize>| {
                    column.and_then(|column| cells.get(column)).map_or(&[][..], |cell| cell.inner())
                };
                let mut pair = Pair {
                    instead: self.line(cell(Some(instead)), true),
                    better: self.line(cell(better), true),
                    why: self.line(cell(why), false).html,
                };
                // A further column is not understood, and still shown.
                for (column, head) in heads.iter().enumerate().filter(|(column, _)| columns[*column].is_empty()) {
                    let more = self.line(cell(Some(column)), false);
                    if !more.text.is_empty() {
                        pair.why.html.push_str(if pair.why.is_empty() { "<strong>" } else { " <strong>" });
                        crate::text::escape_html(head, &mut pair.why.html);
                        pair.why.html.push_str(":</strong> ");
                        pair.why.append(more.html);
                    }
                }
                if pair.instead.span == Span::default() {
                    pair.instead.span = row.span();
                }
                pairs.push(pair);
            }
            self.push_pairs(pairs);
            return true;
        }
        if position("try").is_some() {
            self.near_column(head, "Instead of");
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

    fn near_column(&mut self, head: Block<'n, 'a>, wanted: &str) {
        let near = head.children().find(|cell| {
            let text = plain_text(cell.inner());
            self.find(Role::Column, &text).is_none() && crate::text::nearest(&text, [wanted]).is_some()
        });
        let (span, help) = match near {
            Some(cell) => (span_of(cell.inner()), format!("did you mean `{wanted}`?")),
            None => (
                head.span(),
                format!("a table of phrase pairs needs the columns `Instead of` and `Try`; name one `{wanted}`"),
            ),
        };
        let what = format!("this table of phrase pairs has no column `{wanted}`");
        let diagnostic = self.draft.source.diagnose(&rules::NEAR_COLUMN, span, what).help(help);
        self.draft.report(match near {
            Some(_) => diagnostic.suggested_fix(span, wanted),
            None => diagnostic,
        });
    }

    // Paragraphs.

    fn paragraph(&mut self, paragraph: Block<'n, 'a>, at: usize) -> bool {
        if let Some(reference) = self.include(paragraph) {
            self.flush(at);
            self.pieces.push(Piece::Include(reference));
            return true;
        }
        let lines = lines(paragraph.inner());
        let opens =
            |reader: &Self, line: &[Node<'a>]| reader.turn_parts(line).is_some() || reader.label_line(line).is_some();
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

    fn opened_line(&mut self, run: &[Node<'a>]) {
        let span = span_of(run);
        if let Some((title, word, value)) = self.label_line(run) {
            if word.class == "ending" {
                return self.ending(&value, span);
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
        let Some((speaker, ours, bold, value)) = self.turn_parts(run) else { return };
        if !bold {
            self.draft.report(
                self.draft
                    .source
                    .diagnose(&rules::SPEAKER, span, format!("the speaker `{speaker}` is not bold"))
                    .help(format!("put two stars on either side: `**{speaker}:** …`")),
            );
        }
        let line = self.line(&value, false);
        let turn = Turn { speaker, ours, line };
        match self.pieces.last_mut() {
            Some(Piece::Turns(turns)) => turns.push(turn),
            _ => self.pieces.push(Piece::Turns(vec![turn])),
        }
    }

    /// A line that begins with a label which the kind knows.
    fn label_line(&self, line: &[Node<'a>]) -> Option<(String, &'static Word, Vec<Node<'a>>)> {
        let bold = matches!(line.first()?.event, Event::Start(Tag::Strong));
        let (title, word, value) = self.label_parts(line)?;
        let word = word.filter(|word| bold && !matches!(word.class, "instead" | "try" | "why"))?;
        Some((title, word, value))
    }

    /// A line that begins with who speaks: the name, whether it is our side, whether it is bold, what is said.
    fn turn_parts(&self, line: &[Node<'a>]) -> Option<(String, bool, bool, Vec<Node<'a>>)> {
        let first = blocks(line).next()?;
        let bold = matches!(first.tag(), Some(Tag::Strong));
        let (name, value) = if bold {
            let (name, _, value) = self.label_parts(line)?;
            (name, value)
        } else {
            let Event::Text(text) = &line.first()?.event else { return None };
            let (name, after) = text.split_once([':', '：'])?;
            let value =
                text_node(after.trim_start_matches(['*', ' ']), line[0].span.start as usize + text.len() - after.len());
            let mut nodes = vec![value];
            nodes.extend_from_slice(&line[1..]);
            (name.trim_matches(['*', '_', ' ']).to_owned(), nodes)
        };
        let known = self.find(Role::Speaker, &name);
        let sound = known.is_some() || (bold && self.under.dialogue && name.chars().count() <= 40);
        if !sound || !(bold || self.under.dialogue || self.under.step) {
            return None;
        }
        let guide = matches!(self.kind(), KindName::Guide | KindName::Glossary | KindName::Path | KindName::Contact);
        if guide && !self.under.dialogue && known.is_none() {
            return None;
        }
        Some((name, known.is_some_and(|word| word.class == "you"), bold, value))
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
            let line = self.line(paragraph.inner(), true);
            self.push_line(line);
        }
        true
    }
}

/// A list item: its first words, and the blocks under them.
struct Item<'n, 'a> {
    block: Block<'n, 'a>,
    words: &'n [Node<'a>],
    rest: &'n [Node<'a>],
}

impl<'n, 'a> Item<'n, 'a> {
    fn new(block: Block<'n, 'a>) -> Item<'n, 'a> {
        let (words, rest) = words_and_rest(block);
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
