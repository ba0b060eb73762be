//! Choices: bullets that end in an arrow and a link, and what people type instead.

use super::*;

impl<'n, 'a> Reader<'_, '_, 'n, 'a> {
    /// The words before the arrow, and what stands after it.
    pub(super) fn choice_parts(&self, item: &Item<'n, 'a>) -> Option<(Vec<Node<'a>>, Vec<Node<'a>>)> {
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
        before.push(self.draft.part_of(text, node.span, kept));
        let mut after = vec![self.draft.part_of(text, node.span, &text[found.end..])];
        after.extend_from_slice(&item.words[index + 1..]);
        Some((before, after))
    }

    pub(super) fn choices(&mut self, items: &[Item<'n, 'a>]) -> Vec<Choice> {
        let mut choices: Vec<Choice> = Vec::new();
        for item in items {
            if let Some((before, after)) = self.choice_parts(item) {
                let choice = self.choice(item, &before, &after);
                choices.push(choice);
                continue;
            }
            // A label bullet that is not indented belongs to the choice above it.
            let about = self.label_parts(item.words).and_then(|(_, word, _)| word);
            if about.is_some_and(|word| matches!(word.class, "points" | "feedback")) {
                if let Some(mut choice) = choices.pop() {
                    self.about_choice(&mut choice, item);
                    choices.push(choice);
                    continue;
                }
                // Under a number two spaces are one too few, and end its list.
                if let Some(Piece::Choices(mut above)) = self.pieces.pop_if(|last| matches!(last, Piece::Choices(_))) {
                    if let Some(choice) = above.last_mut() {
                        self.about_choice(choice, item);
                    }
                    self.pieces.push(Piece::Choices(above));
                    continue;
                }
            }
            if self.under.step && ends_in_own_link(item.words) {
                let choice = self.choice_without_arrow(item);
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

    pub(super) fn choice(&mut self, item: &Item<'n, 'a>, before: &[Node<'a>], after: &[Node<'a>]) -> Choice {
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
                let space = text_node(" ", Span { start: item.span().end, ..item.span() });
                let (before, rest) = (unquoted(&trimmed(before)), trimmed(rest));
                self.line(&[before.as_slice(), &[space], rest.as_slice()].concat(), true)
            }
            None => {
                // `"Words → [[#Next]]"`: the quotation marks stand around all of it.
                let closes = plain_text(after).trim_end().ends_with(is_closing_quote);
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
        let points = behind(after).and_then(|rest| trailing_points(&plain_text(rest)));
        if let Some(points) = points.or_else(|| trailing_points(&plain_text(after))) {
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
    pub(super) fn unlinked_target(&mut self, item: &Item<'n, 'a>, after: &[Node<'a>]) -> Option<usize> {
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

    pub(super) fn choice_without_arrow(&mut self, item: &Item<'n, 'a>) -> Choice {
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
    pub(super) fn about_choice(&mut self, choice: &mut Choice, item: &Item<'n, 'a>) {
        match self.label_parts(item.words) {
            Some((_, Some(word), value)) if word.class == "points" => {
                let typed = plain_text(&value);
                // Word makes a long sign of a minus.
                let figures = typed.trim().trim_start_matches('+').replace(['−', '–'], "-");
                match figures.trim_end_matches(|c: char| c.is_alphabetic() || matches!(c, ' ' | '.')).parse() {
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
}
