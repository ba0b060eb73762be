//! Markdown that says what a text of another program says, and no more.

use crate::text::slug;

/// Text in which no letter is a sign of Markdown. Words in angle brackets become a fill-in.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let letters: Vec<char> = text.chars().collect();
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let behind = letters.get(at + 1);
        let in_word = before.is_some_and(char::is_alphanumeric) && behind.is_some_and(|c| c.is_alphanumeric());
        match c {
            '\\' | '*' | '`' | '[' | ']' | '~' => out.extend(['\\', *c]),
            '_' if !in_word => out.extend(['\\', '_']),
            '<' => match fill_in(&letters[at + 1..]) {
                Some(_) => out.push('{'),
                None => out.push_str("\\<"),
            },
            '>' if closes_fill_in(&letters[..at]) => out.push('}'),
            '&' if letters[at..]
                .iter()
                .take(12)
                .skip(1)
                .position(|c| !(c.is_alphanumeric() || *c == '#'))
                .is_some_and(|end| end > 0 && letters[at + 1 + end] == ';') =>
            {
                out.push_str("&amp;")
            }
            c => out.push(*c),
        }
    }
    out
}

/// The letters of `<customer name>` between its brackets.
fn fill_in(letters: &[char]) -> Option<usize> {
    let end = letters.iter().position(|c| *c == '>')?;
    let sound = letters[..end].iter().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-'));
    (sound && (1..=40).contains(&end) && letters[0].is_alphabetic()).then_some(end)
}

fn closes_fill_in(before: &[char]) -> bool {
    let open = before.iter().rposition(|c| *c == '<');
    open.is_some_and(|open| {
        let rest: Vec<char> = before[open + 1..].iter().copied().chain(['>']).collect();
        fill_in(&rest) == Some(rest.len() - 1)
    })
}

/// A line of text that begins no list, heading, quote or rule.
pub(super) fn line(markdown: &str) -> String {
    let digits = markdown.bytes().take_while(u8::is_ascii_digit).count();
    let is_number = (1..10).contains(&digits) && markdown[digits..].starts_with(['.', ')']);
    match markdown.chars().next() {
        Some('#' | '+' | '-' | '>' | '=' | '|') => format!("\\{markdown}"),
        Some(_) if is_number => format!("{}\\{}", &markdown[..digits], &markdown[digits..]),
        _ => markdown.to_owned(),
    }
}

/// A table; every row has as many cells as the first.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        out.push('|');
        for cell in 0..width {
            let cell = row.get(cell).map_or("", String::as_str);
            let cell = cell.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
            out.push_str(&format!(" {cell} |"));
        }
        out.push('\n');
        if at == 0 {
            out.push_str(&format!("|{}\n", " --- |".repeat(width)));
        }
    }
    out
}

/// A value of the facts block.
pub(super) fn quoted(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A list of the facts block.
pub(super) fn list<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    format!("[{}]", texts.into_iter().map(quoted).collect::<Vec<_>>().join(", "))
}

/// A file name for a title; `other` if the title has no letter for it.
pub(super) fn file_name(title: &str, other: &str) -> String {
    let name = slug(title.trim());
    let words: Vec<&str> = name.split(['-', '_']).filter(|word| !word.is_empty()).collect();
    let mut name = String::new();
    for word in words {
        if !name.is_empty() && name.len() + word.len() > 60 {
            break;
        }
        name.push_str(if name.is_empty() { "" } else { "-" });
        name.extend(word.chars().take(60));
    }
    // These are pages of a folder, not of an entry.
    if name.is_empty() || ["index", "readme"].contains(&name.as_str()) { other.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_letter_of_a_text_is_a_sign() {
        assert_eq!(
            escaped("2 * 3_4 _x_ [a] `b` <c1> & d &lt;"),
            "2 \\* 3_4 \\_x\\_ \\[a\\] \\`b\\` \\<c1> & d &amp;lt;"
        );
        assert_eq!(escaped("Hello <customer name>, a > b"), "Hello {customer name}, a > b");
        assert_eq!([line("1. one"), line("# x"), line("- y"), line("2026")], ["1\\. one", "\\# x", "\\- y", "2026"]);
        assert_eq!(
            table(&[vec!["a|b".to_owned()], vec!["c\nd".to_owned(), "e".to_owned()]]),
            "| a\\|b |  |\n| --- | --- |\n| c d | e |\n"
        );
        assert_eq!(
            (file_name("Caller is angry!", "x"), file_name("…", "x")),
            ("caller-is-angry".to_owned(), "x".to_owned())
        );
    }
}
