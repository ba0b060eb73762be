//! One line of a facts block that may begin with the name of a field, also where the name or its colon is mistyped.

use std::ops::Range;

use crate::config::Config;

use super::keys::{Meaning, meaning};

/// What stands between a name and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A colon and a space, as it should be, or a colon at the end of the line.
    Colon,
    /// A colon without a space.
    NoSpace,
    /// A colon and a space that YAML does not take for one, such as a no-break space.
    OddSpace,
    /// A colon from another keyboard: `：`.
    OddColon,
    /// Another sign, such as `=`, a dash or a tab.
    OtherSign,
    /// Nothing but a space.
    Space,
}

/// How a name is decorated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dress {
    /// Not at all, or by quotes that YAML knows.
    Plain,
    /// By typographic quotes, which YAML takes for letters.
    Curly,
    /// Bold, italic or code, as in Markdown.
    Markdown,
}

/// A line that names a field.
#[derive(Clone, Debug)]
pub(super) struct KeyLine {
    /// The bytes of the name in the line, without its decoration.
    pub(super) name: Range<usize>,
    /// The bytes of the name with its decoration.
    pub(super) dressed: Range<usize>,
    /// What the name stands for.
    pub(super) meaning: Meaning,
    /// How the name is decorated.
    pub(super) dress: Dress,
    /// What stands between the name and its value.
    pub(super) mark: Mark,
    /// Where the value begins; the end of the line if there is none.
    pub(super) value: usize,
}

/// The longest name looked for, in bytes: a colon further right belongs to a sentence.
const LONGEST_NAME: usize = 80;

/// Characters that take no room: pasted from web pages and phones.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// White space of any kind, also what takes no room.
pub(super) fn is_gap(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// Reads the line from `from` on (behind its indentation). `None` if it names no field.
pub(super) fn key_line(line: &str, from: usize, config: &Config) -> Option<KeyLine> {
    let rest = &line[from..];
    let skipped = rest.len() - rest.trim_start_matches(is_invisible).len();
    let from = from + skipped;
    let rest = &line[from..];
    dressed_key(line, from, rest, config).or_else(|| plain_key(line, from, rest, config))
}

/// Whether a line has the form `name: value` or `name:`, judged by its shape alone.
pub(super) fn looks_like_key(line: &str) -> bool {
    let line = line.trim_start_matches(is_gap);
    let name = line.split(':').next().unwrap_or_default();
    let behind = &line[name.len()..];
    !line.starts_with(['#', '[', ']', '{', '}', ',', '>', '|', '<', '(', '!'])
        && name.len() <= LONGEST_NAME
        && !name.is_empty()
        && behind.starts_with(':')
        && behind[1..].chars().next().is_none_or(char::is_whitespace)
}

fn dressed_key(line: &str, from: usize, rest: &str, config: &Config) -> Option<KeyLine> {
    const DRESSES: &[(&str, &str, Dress)] = &[
        ("**", "**", Dress::Markdown),
        ("__", "__", Dress::Markdown),
        ("*", "*", Dress::Markdown),
        ("`", "`", Dress::Markdown),
        ("\"", "\"", Dress::Plain),
        ("'", "'", Dress::Plain),
        ("“", "”", Dress::Curly),
        ("”", "”", Dress::Curly),
        ("„", "“", Dress::Curly),
        ("„", "”", Dress::Curly),
        ("‘", "’", Dress::Curly),
        ("«", "»", Dress::Curly),
    ];
    for (open, close, dress) in DRESSES {
        let Some(inside) = rest.strip_prefix(open) else { continue };
        let Some(length) = inside.find(close).filter(|length| *length <= LONGEST_NAME) else { continue };
        let typed = &inside[..length];
        let behind = &inside[length + close.len()..];
        let (name, colon_inside) = match typed.trim_end().strip_suffix([':', '：']) {
            Some(name) if *dress != Dress::Plain => (name.trim_end(), true),
            _ => (typed.trim_end(), false),
        };
        let start = from + open.len();
        let dressed_end = start + length + close.len();
        let (mark, after) = if colon_inside {
            (Mark::Colon, dressed_end)
        } else {
            let gap = behind.len() - behind.trim_start().len();
            let sign = behind[gap..].chars().next()?;
            let after = dressed_end + gap + sign.len_utf8();
            match sign {
                ':' if line[after..].is_empty() || line[after..].starts_with([' ', '\t']) => (Mark::Colon, after),
                ':' => (Mark::NoSpace, after),
                '：' => (Mark::OddColon, after),
                _ => continue,
            }
        };
        let meaning = meaning(name, config);
        if !meaning.is_known() && *dress != Dress::Plain {
            continue;
        }
        let name = start..start + name.len();
        return Some(KeyLine {
            name,
            dressed: from..dressed_end,
            meaning,
            dress: *dress,
            mark,
            value: value_start(line, after),
        });
    }
    None
}

fn plain_key(line: &str, from: usize, rest: &str, config: &Config) -> Option<KeyLine> {
    let first = rest.chars().next()?;
    let leads_elsewhere = "#[]{},&*!|>%@`\"'".contains(first)
        || ("-?:".contains(first) && rest[first.len_utf8()..].chars().next().is_none_or(char::is_whitespace));
    if leads_elsewhere {
        return None;
    }
    let found = |length: usize, meaning: Meaning, mark: Mark, after: usize| {
        let name = from..from + rest[..length].trim_end_matches(is_gap).len();
        let value = value_start(line, from + after);
        Some(KeyLine { dressed: name.clone(), name, meaning, dress: Dress::Plain, mark, value })
    };
    let mut without_space = None;
    for (at, c) in rest.char_indices().take_while(|(at, _)| *at <= LONGEST_NAME) {
        let after = at + c.len_utf8();
        let next = rest[after..].chars().next();
        match c {
            ':' if next.is_none_or(|next| matches!(next, ' ' | '\t')) => {
                return found(at, meaning(&rest[..at], config), Mark::Colon, after);
            }
            ':' => {
                let meaning = meaning(&rest[..at], config);
                let mark = if next.is_some_and(is_gap) { Mark::OddSpace } else { Mark::NoSpace };
                if mark == Mark::OddSpace || (meaning.is_known() && !rest[after..].starts_with("//")) {
                    return found(at, meaning, mark, after);
                }
                let one_word = rest[..at].chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '_'));
                if without_space.is_none() && one_word && !rest[after..].starts_with("//") {
                    without_space = Some((at, meaning, after));
                }
            }
            '：' | '﹕' | '∶' | '꞉' => {
                let meaning = meaning(&rest[..at], config);
                if meaning.is_known() {
                    return found(at, meaning, Mark::OddColon, after);
                }
            }
            '#' if at > 0 && rest[..at].ends_with([' ', '\t']) => break,
            _ => {}
        }
    }
    if let Some((at, meaning, after)) = without_space {
        return found(at, meaning, Mark::NoSpace, after);
    }
    let head = &rest[..rest.char_indices().map(|(at, _)| at).find(|at| *at > 40).unwrap_or(rest.len())];
    let signs = ["=", "\t", ";", "->", " - ", " – ", " — ", "–", "—", "|", "→"];
    if let Some((at, sign)) =
        signs.iter().filter_map(|sign| head.find(sign).map(|at| (at, sign))).min_by_key(|(at, _)| *at)
        && let meaning @ (Meaning::Ours(_) | Meaning::Doubt) = meaning(&rest[..at], config)
    {
        let more = &rest[at + sign.len()..];
        let more = more.len() - more.trim_start_matches([' ', '\t', '>', ':']).len();
        return found(at, meaning, Mark::OtherSign, at + sign.len() + more);
    }
    let mut gaps = head.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| at);
    let (one, two) = (gaps.next(), gaps.next());
    for at in [two, one].into_iter().flatten() {
        if let meaning @ Meaning::Ours(_) = meaning(&rest[..at], config)
            && !rest[at..].trim_matches(is_gap).is_empty()
        {
            return found(at, meaning, Mark::Space, at + 1);
        }
    }
    None
}

fn value_start(line: &str, after: usize) -> usize {
    line.len() - line[after..].trim_start_matches(is_gap).len()
}
