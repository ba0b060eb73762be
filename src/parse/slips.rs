//! Things that were typed to mean something and mean nothing in Markdown.
//!
//! Each was seen to fail in silence: the page is built, the words stand there, and what they were meant to be is lost.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::nodes::{Block, Node, blocks, lines, plain_text, span_of};
use super::secrecy::unclosed;
use super::{Draft, personal};
use crate::diagnostic::Diagnostic;
use crate::facts::KindName;
use crate::kind::vocabulary::{Role, UNIVERSAL};
use crate::rules::{self, Rule};
use crate::text::{Span, on_one_computer};

/// Reports the slips in the text of an entry.
pub(super) fn find(draft: &mut Draft<'_>, nodes: &[Node<'_>]) {
    merge_conflict(draft, nodes);
    if draft.kind == KindName::Glossary {
        bold_words(draft, nodes);
    }
    let mut in_cell = false;
    let mut in_code = false;
    let mut in_comment = false;
    let mut after_table: Option<u32> = None;
    for (index, node) in nodes.iter().enumerate() {
        let block = Block { nodes: &nodes[index..index + node.length.min(nodes.len() - index)] };
        match block.tag() {
            Some(Tag::Paragraph) => {
                paragraph(draft, block, after_table);
                after_table = None;
            }
            Some(Tag::Heading { .. }) => underlined(draft, block),
            Some(Tag::CodeBlock(CodeBlockKind::Indented)) => indented(draft, block),
            Some(Tag::CodeBlock(CodeBlockKind::Fenced(_))) if unclosed(draft.source, block) => {
                let span = first_line(draft, block.span());
                let opened = &draft.source.text[span.range()];
                let signs = opened.len() - opened.trim_start_matches(['`', '~']).len();
                let help = format!("close it with a line of {}", &opened[..signs]);
                let message = "a block of code is opened here and never closed";
                report(draft, &rules::UNCLOSED_FENCE, span, message, help);
            }
            Some(Tag::Item) => {
                task_box(draft, block);
                // A line without a bullet goes on with the item above it.
                let (words, _) = super::markup::words_and_rest(block);
                if let Some(first) = lines(words).first() {
                    uneven_stars(draft, first);
                }
                let tight = !block.children().next().is_some_and(Block::is_paragraph);
                for line in lines(words).into_iter().skip(1).filter(|_| tight) {
                    glued_to_number(draft, line);
                    line_start(draft, line, false);
                }
            }
            Some(Tag::TableCell) => in_cell = true,
            Some(Tag::Table(columns)) => too_many_cells(draft, block, columns.len()),
            _ => {}
        }
        match &node.event {
            Event::Html(html) if html.trim_start().starts_with("<!") => in_comment = true,
            Event::End(pulldown_cmark::TagEnd::HtmlBlock) => in_comment = false,
            Event::Html(html) if html.contains("[[") && !in_comment => {
                let at = node.span.start as usize + html.find("[[").unwrap_or_default();
                let end = html.find("]]").map_or(at + 2, |end| node.span.start as usize + end + 2).max(at + 2);
                report(
                    draft,
                    &rules::LINK_BRACKETS,
                    Span::new(at, end),
                    "a link in double brackets makes no link between tags of HTML",
                    "write the passage in Markdown, a table with `|` between its cells; or put empty lines around the link",
                );
            }
            Event::Text(text) if !in_code => {
                brackets(draft, text, node.span, in_cell);
                personal::find(draft, node.span);
            }
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::End(pulldown_cmark::TagEnd::TableCell) => in_cell = false,
            Event::End(pulldown_cmark::TagEnd::Table) => after_table = Some(node.span.end),
            _ => {}
        }
    }
}

/// A word of a glossary that is typed as a bold line instead of a heading is part of the word above it.
fn bold_words(draft: &mut Draft<'_>, nodes: &[Node<'_>]) {
    let mut in_word = false;
    for block in blocks(nodes) {
        if let Some(Tag::Heading { level, .. }) = block.tag() {
            let known = draft.context.vocabulary.heading(draft.kind, &plain_text(block.inner()));
            in_word = *level as u8 == 2 && !known.is_some_and(|word| UNIVERSAL.contains(&word.class));
        }
        let Some(bold) = block.children().next().filter(|_| in_word && block.is_paragraph()) else { continue };
        let behind = block.inner().get(bold.nodes.len()).map(|node| &node.event);
        let alone = matches!(behind, None | Some(Event::SoftBreak | Event::HardBreak));
        let name = plain_text(bold.inner());
        if matches!(bold.tag(), Some(Tag::Strong)) && alone && !name.ends_with([':', '：']) {
            let found = at(
                draft,
                &rules::NEAR_HEADING,
                bold.span(),
                format!("`{name}` is bold and no heading, so that it belongs to the word above"),
                format!("make it a word of its own: `## {name}`"),
            );
            draft.report(found.suggested_fix(bold.span(), format!("## {name}")));
        }
    }
}

fn report(draft: &mut Draft<'_>, rule: &'static Rule, span: Span, message: impl Into<String>, help: impl Into<String>) {
    let diagnostic = at(draft, rule, span, message, help);
    draft.report(diagnostic);
}

fn at(
    draft: &Draft<'_>,
    rule: &'static Rule,
    span: Span,
    message: impl Into<String>,
    help: impl Into<String>,
) -> Diagnostic {
    draft.source.diagnose(rule, span, message).help(help)
}

fn first_line(draft: &Draft<'_>, span: Span) -> Span {
    let text = &draft.source.text[span.range()];
    let length = text.find('\n').unwrap_or(text.len());
    Span::new(span.start as usize, span.start as usize + text[..length].trim_end().len())
}

fn merge_conflict(draft: &mut Draft<'_>, nodes: &[Node<'_>]) {
    let text = draft.source.text.as_str();
    let marks = ["\n<<<<<<< ", "\n>>>>>>> "];
    if !marks.iter().any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some()) {
        return;
    }
    // What a block of code shows is not meant.
    let code: Vec<Span> = nodes
        .iter()
        .enumerate()
        .map(|(index, node)| Block { nodes: &nodes[index..index + node.length.min(nodes.len() - index)] })
        .filter(|block| matches!(block.tag(), Some(Tag::CodeBlock(_))) && !unclosed(draft.source, *block))
        .map(Block::span)
        .collect();
    let shown = |at: &usize| code.iter().any(|span| span.range().contains(at));
    let mut found = marks.iter().flat_map(|mark| text.match_indices(mark)).map(|(at, _)| at);
    let Some(at) = found.find(|at| !shown(&(at + 1))) else { return };
    let span = first_line(draft, Span::new(at + 1, draft.source.text.len()));
    report(
        draft,
        &rules::MERGE_CONFLICT,
        span,
        "two people changed these lines, and both versions are still in the file",
        "keep the right version, and delete the other one with the lines of `<<<<<<<`, `=======` and `>>>>>>>`",
    );
}

fn paragraph(draft: &mut Draft<'_>, block: Block<'_, '_>, after_table: Option<u32>) {
    let typed = &draft.source.text[block.span().range()];
    let count = |sign: char, of: fn(&str, char) -> bool| match typed.contains(sign) {
        true => typed.lines().filter(|line| of(line, sign)).count(),
        false => 0,
    };
    let rows = count('\t', |line, tab| line.contains(tab));
    let barred = count('|', |line, bar| line.trim_start().starts_with(bar));
    let span = first_line(draft, block.span());
    if rows >= 2 && rows == typed.lines().filter(|line| !line.trim().is_empty()).count() {
        report(
            draft,
            &rules::NO_TABLE,
            span,
            "these rows come from a spreadsheet and make no table",
            "put `|` between the cells, and a line of `| --- | --- |` under the first row",
        );
        return;
    }
    if barred >= 1 && (barred >= 2 || after_table.is_some()) {
        let between = after_table.map(|end| &draft.source.text[end as usize..block.span().start as usize]);
        let (message, help) = match between {
            Some(gap) if gap.trim().is_empty() => (
                "an empty line ends the table above, so that this row is not part of it",
                "delete the empty line before this row",
            ),
            _ => (
                "these rows make no table",
                "put a line of `| --- | --- |`, with as many parts as there are columns, under the first row",
            ),
        };
        report(draft, &rules::NO_TABLE, span, message, help);
        return;
    }
    let apart = match typed {
        _ if set_apart_by_spaces(typed) => Some("spaces"),
        _ if set_apart_by_semicolons(draft, typed) => Some("semicolons"),
        _ => None,
    };
    if let Some(what) = apart {
        report(
            draft,
            &rules::NO_TABLE,
            span,
            format!("these rows are set apart by {what} and make no table"),
            "put `|` between the cells, and a line of `| --- | --- |` under the first row",
        );
        return;
    }
    let numbered: Vec<&str> = typed.lines().map(str::trim_start).filter(|line| glued_number(line).is_some()).collect();
    if let [first, _, ..] = numbered.as_slice() {
        let length = glued_number(first).unwrap_or_default();
        report(
            draft,
            &rules::BULLET_SIGN,
            span,
            "there is no space after the number, so that this is no list",
            format!(
                "put a space behind it: `{} {}`",
                &first[..length],
                first[length..].split(' ').next().unwrap_or_default()
            ),
        );
        return;
    }
    bold_heading(draft, block);
    let is_list = typed.lines().filter(|line| is_glued_to_hyphen(line.trim_start())).count() >= 2;
    for line in lines(block.inner()) {
        line_start(draft, line, is_list);
    }
}

/// Whether a line begins with a hyphen and, without a space, words: `-Greet`.
fn is_glued_to_hyphen(line: &str) -> bool {
    line.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || "\"“„".contains(c)))
}

/// A line of a list whose number has no space behind it goes on with the item above.
fn glued_to_number(draft: &mut Draft<'_>, line: &[Node<'_>]) {
    let Some(Node { event: Event::Text(text), span, .. }) = line.first() else { return };
    let Some(length) = glued_number(text) else { return };
    let start = span.start as usize;
    let found = at(
        draft,
        &rules::BULLET_SIGN,
        Span::new(start, start + length),
        "there is no space after the number, so that this goes on with the item above",
        format!(
            "put a space behind it: `{} {}`",
            &text[..length],
            text[length..].split(' ').next().unwrap_or_default()
        ),
    );
    draft.report(found.safe_fix(Span::new(start + length, start + length), " "));
}

/// The bytes of a number with a point or bracket at which words are typed without a space: `1.The till`.
fn glued_number(line: &str) -> Option<usize> {
    let figures = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[figures..].strip_prefix(['.', ')'])?;
    ((1..3).contains(&figures) && rest.starts_with(|c: char| c.is_uppercase() || "\"“„".contains(c)))
        .then_some(figures + 1)
}

/// Whether lines have columns as a word processor shows them: wide gaps in each, which part no sentences.
fn set_apart_by_spaces(typed: &str) -> bool {
    let lines: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let gap = |line: &&str| line.find("  ").is_some_and(|at| !line[..at].ends_with(['.', '!', '?', ':']));
    lines.len() > 1 && lines.iter().all(gap) && lines.iter().any(|line| line.contains("    "))
}

/// Whether lines are rows as spreadsheets export them, under names of columns that the kind knows.
fn set_apart_by_semicolons(draft: &Draft<'_>, typed: &str) -> bool {
    let mut rows = typed.lines().map(|line| line.split(';'));
    let Some(names) = rows.next() else { return false };
    let count = names.clone().count();
    let known = |name: &str| draft.context.vocabulary.find(Role::Column, draft.kind, name.trim()).is_some();
    count > 1 && names.clone().all(known) && rows.clone().count() > 0 && rows.all(|row| row.count() == count)
}

/// A paragraph that is nothing but bold words, and those are a heading that the kind knows.
fn bold_heading(draft: &mut Draft<'_>, block: Block<'_, '_>) {
    let mut inside = block.children();
    let (Some(only), None) = (inside.next(), inside.next()) else { return };
    let bold = matches!(only.tag(), Some(Tag::Strong));
    if !bold && (only.tag().is_some() || draft.kind == KindName::Guide) {
        return;
    }
    let text = plain_text(block.inner());
    // `Never say:` over a list that would be said otherwise, `SAY`, `== Say ==`: the whole paragraph is the heading's words.
    let text = text.trim_matches(['=', '~', ' ']).to_owned();
    let vocabulary = &draft.context.vocabulary;
    let known = match bold {
        true => vocabulary.heading(draft.kind, &text),
        false => vocabulary.find(Role::Heading, draft.kind, &text),
    };
    let known = known.map(|word| word.class);
    let plain = !bold && text.chars().next().is_some_and(char::is_uppercase);
    if (plain && known.is_some()) || bold && known.is_some_and(|class| !matches!(class, "only-for" | "trainer-notes")) {
        let signs =
            if matches!(known, Some("level" | "card")) || draft.kind != KindName::Script { "##" } else { "###" };
        let words = text.trim_end_matches(':').to_owned();
        let found = at(
            draft,
            &rules::NEAR_HEADING,
            block.span(),
            format!(
                "`{words}` is {} no heading, so that it belongs to the section above",
                if bold { "bold and" } else { "text and" }
            ),
            format!("make it a heading: `{signs} {words}`"),
        );
        draft.report(found.suggested_fix(only.span(), format!("{signs} {words}")));
    }
}

/// A bar inside a cell makes two cells of it, and what does not fit the table's columns is dropped.
fn too_many_cells(draft: &mut Draft<'_>, table: Block<'_, '_>, columns: usize) {
    for row in table.children() {
        let typed = draft.source.text[row.span().range()].trim();
        let inside = typed.strip_prefix('|').unwrap_or(typed);
        let inside = inside.strip_suffix('|').filter(|rest| !rest.ends_with('\\')).unwrap_or(inside);
        let bars = inside.char_indices().filter(|(at, c)| *c == '|' && !inside[..*at].ends_with('\\')).count();
        if bars + 1 > columns && !typed.contains('`') && !typed.contains("[[") {
            let span = first_line(draft, row.span());
            report(
                draft,
                &rules::TABLE_CELLS,
                span,
                format!(
                    "this row has {} cells and the table {columns} columns, so that the last words are lost",
                    bars + 1
                ),
                "if a bar belongs to the words, put a backslash before it: `\\|`",
            );
        }
    }
}

/// What the first signs of a line were meant to make. `is_list` says that lines beside it begin with a hyphen, too.
fn line_start(draft: &mut Draft<'_>, line: &[Node<'_>], is_list: bool) {
    uneven_stars(draft, line);
    let Some(Node { event: Event::Text(text), span, .. }) = line.first() else {
        return spaced_bold(draft, line);
    };
    // All of them begin with a sign.
    if text.starts_with(char::is_alphanumeric) {
        return;
    }
    let start = span.start as usize;
    let hashes = text.chars().take_while(|c| *c == '#').count();
    let after = &text[hashes..];
    let whole = plain_text(line);
    if hashes > 6 && after.starts_with(' ') {
        let found = at(
            draft,
            &rules::HEADING_SPACE,
            Span::new(start, start + hashes),
            "more than six signs make no heading",
            format!("write it with two or three: `## {}`", after.trim()),
        );
        return draft.report(found);
    }
    let heading = (2..=6).contains(&hashes) || (hashes == 1 && after.starts_with(['\u{a0}', '\u{202f}', '\u{2003}']));
    if heading && after.trim_start().starts_with(|c: char| c.is_alphanumeric()) {
        let words = whole[hashes..].trim();
        let gap = after.len() - after.trim_start().len();
        let fix = Span::new(start + hashes, start + hashes + gap);
        let marks = "#".repeat(hashes);
        let found = at(
            draft,
            &rules::HEADING_SPACE,
            span_of(line),
            "there is no ordinary space after the signs, so that this is text and no heading",
            format!("put a space there: `{marks} {words}`"),
        );
        return draft.report(found.safe_fix(fix, " "));
    }
    let glued =
        ["-[ ]", "-[x]", "-[X]", "-[]", "*[ ]", "*[x]", "[ ] ", "[x] ", "[X] ", "[] ", "☐", "☑", "□", "⬜", "🔲", "◻"]
            .into_iter()
            .find(|typed| text.starts_with(typed));
    if let Some(typed) = glued {
        let ticked = if typed.contains(['x', 'X', '☑']) { "- [x] " } else { "- [ ] " };
        let gap = text[typed.len()..].len() - text[typed.len()..].trim_start().len();
        let found = at(
            draft,
            &rules::TASK_BOX,
            Span::new(start, start + typed.len()),
            format!("`{typed}` makes no box to tick"),
            "type a hyphen, a space, a bracket, a space, a bracket, and a space behind it: `- [ ] …`",
        );
        return draft.report(found.safe_fix(Span::new(start, start + typed.len() + gap), ticked));
    }
    let is_choice = text.starts_with(['-', '+'])
        && text[1..].starts_with(|c: char| c.is_alphanumeric() || "\"“*".contains(c))
        && whole.contains(['→', '➔']);
    if is_choice || is_list && is_glued_to_hyphen(text) {
        let found = at(
            draft,
            &rules::BULLET_SIGN,
            Span::new(start, start + 1),
            "there is no space after the hyphen, so that this is no bullet",
            "put a space behind it: `- `",
        );
        return draft.report(found.safe_fix(Span::new(start + 1, start + 1), " "));
    }
    let sign = text.chars().next().unwrap_or_default();
    let bullet =
        matches!(sign, '•' | '·' | '▪' | '◦' | '‣' | '●' | '○' | '■' | '➢' | '✓' | '✔' | '\u{f0b7}' | '\u{f0a7}')
            || (matches!(sign, '–' | '—') && text[sign.len_utf8()..].starts_with([' ', '\t', '\u{a0}']));
    if bullet {
        let gap = text[sign.len_utf8()..].len() - text[sign.len_utf8()..].trim_start().len();
        let fix = Span::new(start, start + sign.len_utf8() + gap);
        let found = at(
            draft,
            &rules::BULLET_SIGN,
            Span::new(start, start + sign.len_utf8()),
            format!("`{sign}` makes no list"),
            "begin each line of the list with a hyphen and a space: `- `",
        );
        return draft.report(found.safe_fix(fix, "- "));
    }
    spaced_bold(draft, line);
}

/// `**Customer: …` and `**Customer:* …`: as many stars must stand behind a name as before it.
fn uneven_stars(draft: &mut Draft<'_>, line: &[Node<'_>]) {
    let span = span_of(line);
    let typed = &draft.source.text[span.range()];
    let stars = |text: &str| text.bytes().take_while(|byte| *byte == b'*').count();
    let before = stars(typed);
    let Some((name, rest)) = typed[before..].split_once([':', '：']).filter(|_| matches!(before, 1 | 2)) else {
        return;
    };
    let words = name.trim_end_matches('*');
    let inside = name.len() - words.len();
    let behind = inside + if inside == 0 { stars(rest) } else { 0 };
    let is_name = words.starts_with(char::is_alphabetic)
        && !words.contains(['*', '\n', '['])
        && words.chars().count() <= 40
        && words.split_whitespace().count() <= 5;
    // One star alone is an odd bullet, and bold words may go on behind the colon.
    if !is_name || behind == before || before + behind < 2 || behind == 0 && rest.contains("**") {
        return;
    }
    let colon = &typed[before + name.len()..typed.len() - rest.len()];
    let end = typed.len() - rest.len() + if inside == 0 { stars(rest) } else { 0 };
    let fixed = format!("**{words}{colon}**");
    let found = at(
        draft,
        &rules::NEAR_LABEL,
        Span::new(0, end).shifted(span.start as usize),
        format!("the stars around `{words}` are not two on either side, so that it is not bold"),
        format!("write it as `{fixed}`"),
    );
    draft.report(found.suggested_fix(Span::new(0, end).shifted(span.start as usize), fixed));
}

/// `** Customer:** …`: a space inside the stars keeps them from making anything bold.
fn spaced_bold(draft: &mut Draft<'_>, line: &[Node<'_>]) {
    let typed = plain_text(line);
    let Some(inside) = typed.trim_start().strip_prefix("**") else { return };
    let Some((name, _)) = inside.split_once("**") else { return };
    let words = name.trim().trim_end_matches(':').trim();
    let spaced = name.starts_with([' ', '\u{a0}']) || name.ends_with([' ', '\u{a0}']);
    if !spaced || words.is_empty() || words.chars().count() > 40 {
        return;
    }
    let found = at(
        draft,
        &rules::NEAR_LABEL,
        span_of(line),
        format!("a space inside the stars keeps `{words}` from being bold"),
        format!("write it without the space: `**{words}:**`"),
    );
    let start = span_of(line).start as usize;
    let fix = Span::new(start, start + 2 + name.len() + 2);
    let sound =
        draft.source.text.get(fix.range()).is_some_and(|typed| typed.starts_with("**") && typed.ends_with("**"));
    let colon = if name.contains(':') { ":" } else { "" };
    draft.report(if sound { found.safe_fix(fix, format!("**{words}{colon}**")) } else { found });
}

/// A line of hyphens directly under text makes that text a heading.
fn underlined(draft: &mut Draft<'_>, block: Block<'_, '_>) {
    let typed = &draft.source.text[block.span().range()];
    let mut typed_lines = typed.trim_end().lines();
    let rule = typed_lines.next_back().unwrap_or_default();
    if typed.trim_start().starts_with('#') || !rule.trim().chars().all(|c| c == '-') || rule.trim().is_empty() {
        return;
    }
    let text = plain_text(block.inner());
    let name = text.split([':', '：']).next().unwrap_or_default();
    let is_turn = text.len() > name.len()
        && (draft.context.vocabulary.find(Role::Speaker, draft.kind, name).is_some()
            || matches!(block.inner()[0].event, Event::Start(Tag::Strong)));
    let is_sentence = text.trim_end().ends_with(['.', '!', '?', '"', '”']) && text.split_whitespace().count() > 6;
    let is_item = typed.trim_start().starts_with("**") && text.contains(':');
    if is_turn || is_sentence || is_item {
        let span = first_line(draft, block.span());
        let rule_start = block.span().start as usize + typed.trim_end().len() - rule.len();
        let found = at(
            draft,
            &rules::UNDERLINED_TEXT,
            span,
            "the line of hyphens below makes this text a heading",
            "put an empty line before the hyphens",
        );
        draft.report(found.safe_fix(Span::new(rule_start, rule_start), "\n"));
    }
}

fn indented(draft: &mut Draft<'_>, block: Block<'_, '_>) {
    let text = plain_text(block.inner());
    let words = text.trim();
    let meant = match draft.kind {
        // A guide may show code by indenting it; a sentence is none.
        KindName::Guide => {
            draft.context.config.is_book
                && words.starts_with(char::is_uppercase)
                && words.ends_with(['.', '!', '?'])
                && words.split_whitespace().count() > 4
                && !words.contains(['{', '}', ';', '=', '<', '>', '$', '/', '\\'])
        }
        // In the other kinds everything is words.
        _ => {
            ["**", "- ", "* ", "| ", "##", "> ", "![", "[["].iter().any(|start| words.starts_with(start))
                || (words.contains(':') && words.split_whitespace().count() > 4)
        }
    };
    if meant {
        let span = first_line(draft, block.span());
        report(
            draft,
            &rules::INDENTED_TEXT,
            span,
            "four spaces at the start of the line make this a block of code",
            "delete the spaces at the start of the line",
        );
    }
}

fn task_box(draft: &mut Draft<'_>, item: Block<'_, '_>) {
    // A box, however it is typed, begins with a bracket or a sign that is no letter.
    if draft.source.text[item.span().range()].trim_start_matches(['-', '*', '+', ' ']).starts_with(char::is_alphabetic)
    {
        return;
    }
    let text = plain_text(item.inner());
    let words = text.trim_start();
    let typed = [
        "[]", "[v]", "[V]", "[✓]", "[✔]", "[ x ]", "[x ]", "[ x]", "[X ]", "☐", "☑", "□", "⬜", "🔲", "◻", "[  ]",
        "( )", "()", "[_]", "[\u{a0}]",
    ]
    .into_iter()
    .find(|typed| words.starts_with(typed));
    let glued = ["[ ]", "[x]", "[X]"]
        .into_iter()
        .find(|typed| words.strip_prefix(typed).is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric())));
    // A line to write on is no box either, where there is something to tick.
    let ruled = words.len() - words.trim_start_matches('_').len();
    let ruled = (draft.kind == KindName::Checklist && ruled > 1).then(|| &words[..ruled]);
    let Some(typed) = typed.or(glued).or(ruled) else { return };
    let whole = &draft.source.text[item.span().range()];
    let Some(offset) = whole.find(typed) else { return };
    let start = item.span().start as usize + offset;
    let ticked = if typed.contains(['x', 'X', 'v', 'V', '✓', '✔', '☑']) { "[x]" } else { "[ ]" };
    let after = &draft.source.text[start + typed.len()..];
    let replacement = if after.starts_with(' ') { ticked.to_owned() } else { format!("{ticked} ") };
    let span = Span::new(start, start + typed.len());
    let found = at(
        draft,
        &rules::TASK_BOX,
        span,
        format!("`{typed}` makes no box to tick"),
        "type the box as a bracket, a space, a bracket, and a space behind it: `- [ ] …`",
    );
    draft.report(found.safe_fix(span, replacement));
}

/// Links that are none: their brackets stand in the text.
fn brackets(draft: &mut Draft<'_>, text: &str, span: Span, in_cell: bool) {
    if !text.contains(['[', ']']) {
        return;
    }
    let in_cell = in_cell && !text.contains(")[");
    let start = span.start as usize;
    let literal = draft.source.text.get(span.range()) == Some(text);
    let whole = if literal { text } else { return };
    if let Some(open) = whole.find("[[") {
        let closed = whole[open..].contains("]]");
        let range = Span::new(start + open, start + whole.len());
        if in_cell && !closed {
            return report(
                draft,
                &rules::LINK_IN_TABLE,
                range,
                "the bar of this link splits the cell of the table",
                "put a backslash before the bar: `[[entry\\|text]]`",
            );
        }
        let message = "the brackets of this link do not make a link";
        let typed = whole[open + 2..].split(']').next().unwrap_or_default();
        // What looks like a name, and one bracket behind it, was meant as that name.
        if !closed && whole[open + 2 + typed.len()..].starts_with(']') && !typed.is_empty() && !typed.contains('[') {
            let end = start + open + 2 + typed.len() + 1;
            let found =
                self::at(draft, &rules::LINK_BRACKETS, range, message, format!("close it with two: `[[{typed}]]`"));
            return draft.report(found.safe_fix(Span::new(end, end), "]"));
        }
        let help = "write the link as `[[entry]]`, or `[[entry|text]]`";
        return report(draft, &rules::LINK_BRACKETS, range, message, help);
    }
    if whole.contains("]]") && !in_cell {
        let at = whole.find("]]").unwrap_or_default();
        let range = Span::new(start + at, start + at + 2);
        return report(
            draft,
            &rules::LINK_BRACKETS,
            range,
            "a link is closed here that was not opened",
            "begin it with two brackets: `[[entry]]`",
        );
    }
    for (at, _) in whole.match_indices("](") {
        // Where another link begins this one has ended, so no byte is looked at twice.
        let address = whole[at + 2..].split([')', '[']).next().unwrap_or_default();
        let is_file = address.rsplit_once('.').is_some_and(|(_, ending)| {
            (2..5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if address.contains(' ') && (is_file || address.contains(".md") || address.contains('/')) {
            let open = whole[..at].rfind('[').unwrap_or(at);
            let range = Span::new(start + open, (start + at + 2 + address.len() + 1).min(start + whole.len()));
            if on_one_computer(address) {
                let name = address.rsplit(['/', '\\']).next().unwrap_or_default().replace(' ', "-");
                return report(
                    draft,
                    &rules::LINK_SPACES,
                    range,
                    "this address has spaces, and leads to a file on one computer, where no reader finds it",
                    format!("copy the file beside this entry, call it `{name}`, and write only that name: `({name})`"),
                );
            }
            let fixed = Span::new(start + at + 2, start + at + 2 + address.len());
            let found = self::at(
                draft,
                &rules::LINK_SPACES,
                range,
                "an address with spaces makes no link",
                format!("put the address in angle brackets: `(<{address}>)`"),
            );
            return draft.report(found.safe_fix(fixed, format!("<{address}>")));
        }
    }
    if let Some(at) = whole.find(")[") {
        let address = whole[at + 2..].split(']').next().unwrap_or_default();
        if address.contains(".md") || address.contains("://") || address.starts_with(['.', '/', '#']) {
            let open = whole[..at].rfind('(').unwrap_or(at);
            let end = (at + 2 + address.len() + 1).min(whole.len());
            let range = Span::new(start + open, start + end);
            let fixed = format!("[{}]({address})", whole[open..at].trim_start_matches('('));
            let found = self::at(
                draft,
                &rules::LINK_BRACKETS,
                range,
                "the brackets of this link have changed places",
                format!("write the words in square and the address in round brackets: `{fixed}`"),
            );
            return draft.report(found.safe_fix(range, fixed));
        }
    }
    if whole.contains("[ [") {
        let at = whole.find("[ [").unwrap_or_default();
        return report(
            draft,
            &rules::LINK_BRACKETS,
            Span::new(start + at, start + at + 3),
            "a space between the brackets keeps this from being a link",
            "write the link as `[[entry]]`",
        );
    }
    if let Some(at) = whole.find("] (") {
        let address = whole[at + 3..].split(')').next().unwrap_or_default();
        if address.ends_with(".md") || address.contains('/') || address.starts_with('#') {
            let open = whole[..at].rfind('[').unwrap_or(at);
            let range = Span::new(start + open, (start + at + 3 + address.len() + 1).min(start + whole.len()));
            let gap = Span::new(start + at + 1, start + at + 2);
            let found = self::at(
                draft,
                &rules::LINK_SPACES,
                range,
                "a space between `]` and `(` makes this no link",
                "delete the space between the brackets",
            );
            draft.report(found.safe_fix(gap, ""));
        }
    }
}
