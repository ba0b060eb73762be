//! Changes one fact of an entry in its file, and no other byte.
//!
//! What a line of front matter says is replaced where it stands, with the lines that belong to it; a fact that is not said yet
//! goes before the closing fence, and a file without front matter gets one. What was typed beside the value, its comment
//! and the way in which lines end, stays.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::platform;

/// What a fact is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// One text or date. An empty one takes the fact out.
    One(String),
    /// Several texts. None take the fact out.
    Many(Vec<String>),
}

/// A file is left as it is.
#[derive(Debug)]
pub enum ReviseError {
    /// Its front matter is not one that lines can be put into safely; with the reason.
    Form(&'static str),
    /// It cannot be read or written.
    File(PathBuf, io::Error),
}

impl std::fmt::Display for ReviseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReviseError::Form(why) => write!(f, "{why}. Change it in your editor."),
            ReviseError::File(path, cause) => write!(f, "`{}` cannot be changed: {cause}.", path.display()),
        }
    }
}

impl std::error::Error for ReviseError {}

/// Changes facts in a file, all of them or none: a new file takes the place of the old one, with its rights.
///
/// # Errors
/// If the file cannot be changed.
pub fn file(path: &Path, facts: &[(&str, Value)]) -> Result<(), ReviseError> {
    let failed = |cause| ReviseError::File(path.to_owned(), cause);
    let path = fs::canonicalize(path).map_err(failed)?;
    let text = String::from_utf8(fs::read(&path).map_err(failed)?)
        .map_err(|_| ReviseError::Form("this file is not saved as UTF-8"))?;
    let mut revised = text.clone();
    for (key, value) in facts {
        revised = with_fact(&revised, key, value)?;
    }
    if revised == text {
        return Ok(());
    }
    platform::replace(&path, revised.as_bytes()).map_err(failed)
}

/// The text with a fact that says something else.
///
/// # Errors
/// `Form` if the front matter is none between `---` and `---`.
pub fn with_fact(text: &str, key: &str, value: &Value) -> Result<String, ReviseError> {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let end = if text.lines().next().is_some() && text.contains("\r\n") { "\r\n" } else { "\n" };
    let said = written(value);
    let lines: Vec<&str> = text[mark..].split_inclusive('\n').collect();
    let first = lines.first().map_or("", |line| line.trim());
    if first != "---" {
        if first.starts_with("+++") || first.starts_with('{') || first.starts_with("--") || key_of(first).is_some() {
            return Err(ReviseError::Form("the front matter of this file is not written between lines of `---`"));
        }
        let block = said.map_or_else(String::new, |said| format!("---{end}{key}: {said}{end}---{end}{end}"));
        return Ok(format!("{}{block}{}", &text[..mark], &text[mark..]));
    }
    let close = lines.iter().skip(1).position(|line| matches!(line.trim_end(), "---" | "..."));
    let Some(close) = close.map(|at| at + 1) else {
        return Err(ReviseError::Form("the front matter of this file has no line `---` at its end"));
    };
    let (from, to, line) = match (1..close).find(|at| key_of(lines[*at]).is_some_and(|own| own == key)) {
        None => (close, close, said.map(|said| format!("{key}: {said}{end}"))),
        Some(at) => {
            let belongs =
                |line: &&&str| line.starts_with([' ', '\t']) && !line.trim().is_empty() || line.starts_with("- ");
            let n = lines[at + 1..close].iter().take_while(belongs).count();
            let typed = &lines[at][..lines[at].find(':').unwrap_or_default()];
            let comment = comment(lines[at]).map_or_else(String::new, |comment| format!(" {comment}"));
            (at, at + 1 + n, said.map(|said| format!("{typed}: {said}{comment}{end}")))
        }
    };
    let (before, after) = (lines[..from].concat(), lines[to..].concat());
    Ok(format!("{}{before}{}{after}", &text[..mark], line.unwrap_or_default()))
}

/// The key of a line of front matter as the program knows it: small letters, and hyphens.
fn key_of(line: &str) -> Option<String> {
    let (key, rest) = line.split_once(':')?;
    let is_key =
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "-_ ".contains(c)) && !key.starts_with(' ');
    let ends = rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']);
    (is_key && ends).then(|| key.trim_end().to_lowercase().replace(['_', ' '], "-"))
}

/// The comment behind a value that is not in quotes.
fn comment(line: &str) -> Option<&str> {
    let value = line.split_once(':')?.1.trim();
    let at = value.find(" #").filter(|_| !value.starts_with(['"', '\'']))?;
    Some(value[at..].trim())
}

/// A value in YAML. `None` if there is nothing to say.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::One(text) => (!text.trim().is_empty()).then(|| scalar(text.trim())),
        Value::Many(texts) => {
            let texts: Vec<String> =
                texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).map(scalar).collect();
            match texts.as_slice() {
                [] => None,
                [one] => Some(one.clone()),
                several => Some(format!("[{}]", several.join(", "))),
            }
        }
    }
}

/// A text in YAML, in quotes where it would else mean something (YAML 1.2.2, 7.3).
fn scalar(text: &str) -> String {
    let starts_plain = text.starts_with(char::is_alphanumeric);
    let is_plain = starts_plain && !text.contains([':', '#', ',', '[', ']', '{', '}', '"', '\'', '\\', '\n', '\r']);
    let is_word = ["yes", "no", "true", "false", "null", "on", "off"].contains(&text.to_lowercase().as_str());
    if is_plain && !is_word {
        return text.to_owned();
    }
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, key: &str, value: Value, expected: &str) {
        assert_eq!(with_fact(text, key, &value).expect("it can be changed"), expected);
    }

    fn one(text: &str) -> Value {
        Value::One(text.to_owned())
    }

    fn many(texts: &[&str]) -> Value {
        Value::Many(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn a_fact_is_replaced_where_it_stands_and_nothing_else_is() {
        check(
            "---\ntitle: Late\nReviewed:   2026-01-01 # by Ann\nowner: x\n---\n\nreviewed: 1\n",
            "reviewed",
            one("2026-12-01"),
            "---\ntitle: Late\nReviewed: 2026-12-01 # by Ann\nowner: x\n---\n\nreviewed: 1\n",
        );
        check("---\r\nreviewed: 1\r\n---\r\nx", "reviewed", one("2"), "---\r\nreviewed: 2\r\n---\r\nx");
        check(
            "\u{feff}---\na: 1\n---\n",
            "review-every",
            one("6 months"),
            "\u{feff}---\na: 1\nreview-every: 6 months\n---\n",
        );
    }

    #[test]
    fn lines_that_belong_to_a_fact_go_with_it() {
        check(
            "---\naudience:\n  - agent\n- trainer\ntags: [a]\n---\n",
            "audience",
            one("agent"),
            "---\naudience: agent\ntags: [a]\n---\n",
        );
        check("---\nreview_every: x\n---\n", "review-every", many(&[]), "---\n---\n");
        check(
            "---\na: 1\n---\n",
            "situations",
            many(&["one", "two, or three"]),
            "---\na: 1\nsituations: [one, \"two, or three\"]\n---\n",
        );
    }

    #[test]
    fn a_file_without_front_matter_gets_one() {
        check("# Late\n", "reviewed", one("2026-12-01"), "---\nreviewed: 2026-12-01\n---\n\n# Late\n");
        check("# Late\n", "owner", one(""), "# Late\n");
    }

    #[test]
    fn what_is_not_safe_to_change_is_left_to_the_writer() {
        for text in ["+++\na = 1\n+++\n", "---\ntitle: x\n", "{\n}\n", "title: x\n---\n", "—--\n"] {
            let refused = with_fact(text, "reviewed", &one("2026-12-01"));
            assert!(text.starts_with('—') || refused.is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_means_what_was_typed() {
        for (typed, expected) in [
            ("Refunds: how", "\"Refunds: how\""),
            ("say \"no\"", "\"say \\\"no\\\"\""),
            ("yes", "\"yes\""),
            ("- x", "\"- x\""),
            ("[[team-lead]]", "\"[[team-lead]]\""),
            ("2026-12-01", "2026-12-01"),
        ] {
            assert_eq!(scalar(typed), expected);
        }
    }
}
