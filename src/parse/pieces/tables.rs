//! Tables of phrase pairs, whatever their columns are called, and rubrics.

use super::*;

/// A table, taken apart.
struct Table<'n, 'a> {
    block: Block<'n, 'a>,
    head: Block<'n, 'a>,
    /// Below the head.
    rows: Vec<Block<'n, 'a>>,
    /// The head's cells as text.
    heads: Vec<String>,
}

impl<'n, 'a> Reader<'_, '_, 'n, 'a> {
    pub(super) fn table(&mut self, table: Block<'n, 'a>, at: usize) -> bool {
        let mut rows = table.children();
        let Some(head) = rows.next() else { return false };
        let heads = head.children().map(|cell| plain_text(cell.inner())).collect();
        let table = Table { block: table, head, rows: rows.collect(), heads };
        let heads = &table.heads;
        if self.under.step && self.choice_table(head, &table.rows, at) {
            return true;
        }
        let first = heads.first().map(|head| fold(head)).unwrap_or_default();
        if self.kind() == KindName::Glossary
            && ["word", "term", "expression", "begriff", "wort"].contains(&first.as_str())
        {
            let found = self
                .draft
                .source
                .diagnose(&rules::NEAR_HEADING, head.span(), "the words in this table are no words of the glossary")
                .help("give each word a heading, `## Word`, and write what it means below it");
            self.draft.report(found);
        }
        let columns = self.pair_columns(&table);
        let position = |class: &str| columns.iter().position(|column| *column == class);
        if let Some(instead) = position("instead") {
            self.flush(at);
            // Without a header row the first pair stands there.
            let first = (heads[instead].trim().starts_with(is_opening_quote)).then_some(head);
            let mut pairs = Vec::new();
            for row in first.iter().chain(&table.rows) {
                let pair = self.pair(*row, &columns, if first.is_some() { &[] } else { heads });
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
            let html = fragment(self.draft, table.block.nodes);
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
        // A stroke says that there is nothing.
        let filled = |class: &str| {
            let inner = cell(class);
            let text = plain_text(inner);
            let empty = ["-", "–", "—", "?", "…", "...", "n/a", "tbd", "tbc", "x"]
                .contains(&text.trim().to_lowercase().as_str());
            if empty { &[][..] } else { inner }
        };
        let mut pair = Pair {
            instead: self.line(cell("instead"), true),
            better: self.line(filled("try"), true),
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
    fn pair_columns(&mut self, table: &Table<'n, 'a>) -> Vec<&'static str> {
        let (head, heads) = (table.head, &table.heads);
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
                    self.missing_column(head, wanted, columns.contains(&""));
                }
            }
            return columns;
        }
        self.unnamed_columns(table)
    }

    /// Columns whose heads say nothing, of a table in a script that holds phrases side by side.
    fn unnamed_columns(&mut self, table: &Table<'n, 'a>) -> Vec<&'static str> {
        let Table { block, head, rows, heads } = table;
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
        if !quoted(head) {
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
        let typed = &self.draft.source.text[block.span().range()];
        let mut lines = typed.split_inclusive('\n');
        let first = lines.next().unwrap_or_default();
        let until = block.span().start as usize + first.len() + lines.next().map_or(0, str::len);
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
            .suggested_fix(Span::new(block.span().start as usize, until), format!("|{names}\n{rule}|\n{first}"));
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

    /// `has_other` says that a column has a name that means nothing, and so may be the one.
    fn missing_column(&mut self, head: Block<'n, 'a>, wanted: &str, has_other: bool) {
        let what = format!("this table of phrase pairs has no column `{wanted}`");
        let how = if has_other { "name one" } else { "add one for the other phrases, and call it" };
        let help = format!("a table of phrase pairs needs the columns `Instead of` and `Try`; {how} `{wanted}`");
        let diagnostic = self.draft.source.diagnose(&rules::NEAR_COLUMN, head.span(), what).help(help);
        self.draft.report(diagnostic);
    }
}
