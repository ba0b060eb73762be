//! Containers that are no Markdown, as they are typed: MkDocs' `!!! note "Title"`, `???` and `=== "Tab"` with an indented
//! body, the fences of colons of Pandoc, Docusaurus, VuePress and MyST: `:::note Title`, `::: {.note}`, and the fences of slashes
//! of PyMdown: `/// note | Title`.

use std::ops::Range;

use super::tags::value_of;

/// How a container begins. The ranges are those of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// Its word: `note`, `tip`. Empty for a label over a body.
    pub(super) word: Range<usize>,
    pub(super) title: Range<usize>,
    /// `+` if it can be folded and is open, `-` if it is closed.
    pub(super) fold: &'static str,
    pub(super) is_tab: bool,
}

/// `!!! note "Title"`, `???+ note`, `!!!note`, `=== "Tab"`: the body is what is indented by four below it.
pub(super) fn indented(line: &str) -> Option<Opening> {
    let start = line.len() - line.trim_start().len();
    let typed = line.trim();
    let (marker, fold) = match typed.as_bytes() {
        [b'!', b'!', b'!', ..] => (3, ""),
        [b'?', b'?', b'?', b'+', ..] => (4, "+"),
        [b'?', b'?', b'?', ..] => (3, "-"),
        [b'=', b'=', b'=', b'!' | b'+', ..] => (4, ""),
        [b'=', b'=', b'=', ..] => (3, ""),
        _ => return None,
    };
    let is_tab = typed.starts_with('=');
    let words = start + marker..start + typed.len();
    let (word, title) = word_and_quoted(line, &words)?;
    if is_tab {
        return (word.is_empty() && !title.is_empty()).then_some(Opening { word, title, fold, is_tab });
    }
    let begins_like_a_word = line[word.clone()].starts_with(char::is_alphabetic);
    // What folds needs no kind: `??? "Title"`.
    let is_titled = !fold.is_empty() && word.is_empty() && !title.is_empty();
    (begins_like_a_word || is_titled).then_some(Opening { word, title, fold, is_tab })
}

/// The first word of some words, and what stands in quotes behind it; between them are only further words.
fn word_and_quoted(line: &str, words: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let typed = &line[words.clone()];
    let start = words.start + typed.len() - typed.trim_start().len();
    let rest = &line[start..words.end];
    let quote = rest.find(['"', '\'', '“']);
    let title = match quote {
        Some(at) => {
            let mark = rest[at..].chars().next()?;
            let close = if mark == '“' { '”' } else { mark };
            let inside = start + at + mark.len_utf8()..words.end;
            let length = line[inside.clone()].rfind(close)?;
            // Something behind the title is no marker of a container.
            if !line[inside.start + length + close.len_utf8()..words.end].trim().is_empty() {
                return None;
            }
            inside.start..inside.start + length
        }
        None => words.end..words.end,
    };
    let before = &rest[..quote.unwrap_or(rest.len())];
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let length = before.find(|c: char| !in_word(c)).unwrap_or(before.len());
    let others = before[length..].split_whitespace();
    // `!!! Attention please: this is a sentence` is none.
    let sound = others.into_iter().all(|other| other.chars().all(in_word)) && before.split_whitespace().count() <= 4;
    sound.then_some((start..start + length, title))
}

/// How many signs a line begins with, and the bytes behind them. `None` for fewer than three.
fn fence(line: &str, sign: u8) -> Option<(usize, Range<usize>)> {
    let start = line.len() - line.trim_start().len();
    let typed = line.trim();
    let count = typed.bytes().take_while(|byte| *byte == sign).count();
    (count >= 3).then_some((count, start + count..start + typed.len()))
}

/// A line of three colons or more: how many, and what it opens. `None` in the second place closes.
pub(super) fn colons(line: &str) -> Option<(usize, Option<Opening>)> {
    let (count, words) = fence(line, b':')?;
    let rest = &line[words.clone()];
    // Pandoc lets colons follow the class, too.
    let rest = rest.trim_end_matches(':').trim_end();
    let words = words.start + rest.len() - rest.trim_start().len()..words.start + rest.len();
    let rest = rest.trim_start();
    if rest.is_empty() {
        return Some((count, None));
    }
    if rest.starts_with('{') {
        let close = rest.find('}')?;
        let inside = words.start + 1..words.start + close;
        let braces = &line[inside.clone()];
        // MyST's `:::{note} Title` has the word itself in braces.
        let class = braces
            .split_whitespace()
            .find(|word| word.starts_with('.'))
            .or_else(|| braces.split_whitespace().next().filter(|word| !word.contains('=') && !word.starts_with('#')));
        let word = class.map_or(inside.start..inside.start, |class| {
            let at = class.as_ptr() as usize - line.as_ptr() as usize;
            let dots = class.len() - class.trim_start_matches(['.', '%']).len();
            at + dots..at + class.len()
        });
        let word = without_prefix(line, word);
        let behind = words.start + close + 1..words.end;
        let behind = trimmed(line, behind);
        let title = value_of(line, &inside, &["title", "summary", "caption", "name"]).unwrap_or(behind);
        return Some((count, Some(Opening { word, title, fold: "", is_tab: false })));
    }
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let length = rest.find(|c: char| !in_word(c)).unwrap_or(rest.len());
    if length == 0 {
        return None;
    }
    let word = words.start..words.start + length;
    let behind = trimmed(line, word.end..words.end);
    let typed = &line[behind.clone()];
    let title = match typed.strip_prefix('[').and_then(|inside| inside.find(']')) {
        Some(end) => behind.start + 1..behind.start + 1 + end,
        None => match typed.strip_prefix('{').and_then(|inside| inside.find('}')) {
            Some(end) => {
                let inside = behind.start + 1..behind.start + 1 + end;
                let after = trimmed(line, behind.start + end + 2..behind.end);
                value_of(line, &inside, &["title", "summary", "caption"]).unwrap_or(after)
            }
            None => unquoted(line, behind),
        },
    };
    let known = &line[word.clone()];
    let fold = if matches!(known, "details" | "expand" | "spoiler" | "dropdown") { "-" } else { "" };
    let is_tab = matches!(known, "tab" | "tab-item" | "code-tab");
    Some((count, Some(Opening { word: without_prefix(line, word), title, fold, is_tab })))
}

/// A line of three slashes or more, as PyMdown's blocks have them: how many, and what `/// note | Title` opens. `None` in the
/// second place closes.
pub(super) fn slashes(line: &str) -> Option<(usize, Option<Opening>)> {
    let (count, words) = fence(line, b'/')?;
    let words = trimmed(line, words);
    if words.is_empty() {
        return Some((count, None));
    }
    let bar = line[words.clone()].find('|').map_or(words.end, |at| words.start + at);
    let word = trimmed(line, words.start..bar);
    let in_word = |c: char| c.is_ascii_lowercase() || c == '-';
    if word.is_empty() || !line[word.clone()].chars().all(in_word) {
        return None;
    }
    let title = trimmed(line, (bar + 1).min(words.end)..words.end);
    let is_tab = &line[word.clone()] == "tab";
    let fold = if &line[word.clone()] == "details" { "-" } else { "" };
    Some((count, Some(Opening { word, title, fold, is_tab })))
}

/// Quarto's `.callout-note` is a note.
fn without_prefix(line: &str, word: Range<usize>) -> Range<usize> {
    let typed = &line[word.clone()];
    let prefix = ["callout-", "alert-", "admonition-"].into_iter().find(|prefix| typed.starts_with(prefix));
    word.start + prefix.map_or(0, str::len)..word.end
}

fn trimmed(line: &str, range: Range<usize>) -> Range<usize> {
    let typed = &line[range.clone()];
    let start = range.start + typed.len() - typed.trim_start().len();
    start..start + typed.trim().len()
}

fn unquoted(line: &str, range: Range<usize>) -> Range<usize> {
    let typed = &line[range.clone()];
    let is_quoted = typed.len() > 1 && typed.starts_with('"') && typed.ends_with('"');
    if is_quoted { range.start + 1..range.end - 1 } else { range }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str) -> Option<(&str, &str, &str)> {
        let opening = indented(line).or_else(|| colons(line)?.1).or_else(|| slashes(line)?.1)?;
        Some((&line[opening.word], &line[opening.title], opening.fold))
    }

    #[test]
    fn spellings_of_a_container() {
        for (line, word, title, fold) in [
            ("!!! note", "note", "", ""),
            ("!!!warning \"Mind \"it\"\"", "warning", "Mind \"it\"", ""),
            ("    ???+ tip inline end \"T\"", "tip", "T", "+"),
            ("??? 注意 \"題\"", "注意", "題", "-"),
            ("???+ \"Title\"", "", "Title", "+"),
            ("=== \"Tab one\"", "", "Tab one", ""),
            (":::note", "note", "", ""),
            ("::: warning Mind it", "warning", "Mind it", ""),
            (":::::tip[A **title**]{#id}", "tip", "A **title**", ""),
            ("::: {.callout-note title=\"T\"}", "note", "T", ""),
            (":::{note} Title", "note", "Title", ""),
            ("::: details Click", "details", "Click", "-"),
            ("/// note | Mind | it", "note", "Mind | it", ""),
            ("  //// details", "details", "", "-"),
        ] {
            assert_eq!(shown(line), Some((word, title, fold)), "{line}");
        }
        for line in
            ["!!!", "!!! Attention, please read.", "===", "====", "=== x", "::: ", "::note", "???", "//", "/// A line."]
        {
            assert_eq!(shown(line), None, "{line}");
        }
        assert_eq!(colons("::::"), Some((4, None)));
    }
}
