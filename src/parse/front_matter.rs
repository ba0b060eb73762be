//! Cuts the facts block off the top of a source and reads it.
//!
//! `split` finds the block, `fields` sorts its lines, `judge` looks at each value, `yaml` reads those that are sound,
//! and `fill` turns all of them into [`Facts`]. A slip costs its own line and no other: what YAML would refuse is read
//! alone, as it was meant, and every cause is reported at once, at its line, in the writer's words. Nothing here fails,
//! and nothing here looks at another entry: whether an owner exists or a review is overdue is checked later.

mod fields;
mod fill;
mod judge;
mod key_line;
mod keys;
mod other_formats;
mod scalar;
mod schema;
mod split;
mod values;
mod yaml;

#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::facts::{Facts, Status};
use crate::rules;
use crate::source::Source;
use crate::text::Span;

use self::fields::{Field, fields};
use self::judge::{Judge, ReadBy, Verdict};
use self::keys::Meaning;
use self::other_formats::Toml;
use self::split::{Cut, Form, Top, split};
use self::yaml::{Answer, Question, Shape};

pub use self::schema::schema;
pub(crate) use self::yaml::nav;

/// What is cut off the top of a source.
#[derive(Clone, Debug)]
pub struct FrontMatter {
    /// What the block says; empty without one.
    pub facts: Facts,
    /// The byte of the source at which its Markdown begins: behind the block, or behind a byte order mark.
    pub body_start: usize,
    /// Whether there is a block. A `---` … `---` without a single fact is a rule, not a block.
    pub present: bool,
}

/// A text and the bytes that it is typed in, without its quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Piece {
    text: String,
    span: Span,
    /// It stood in quotes, so that `null` is a word and a comma a comma.
    quoted: bool,
}

/// What a field says, before it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    /// Nothing was typed.
    Empty,
    /// Something was typed and nothing is left; it has been reported.
    Lost,
    /// One text.
    Text(Piece),
    /// Several.
    List(Vec<Piece>),
    /// Further fields, which nobody reads.
    Fields,
}

/// A field of the block.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Given {
    /// Its name as typed.
    typed: String,
    /// Where the name stands.
    key: Span,
    /// What the name stands for.
    meaning: Meaning,
    /// What it says.
    value: Value,
}

/// How often YAML is asked again without the field at which it stopped, before every field is read alone.
const PATIENCE: usize = 8;

/// Reads the facts at the top of `source`. Whatever is wrong with them goes to `out`; what can be read is read.
pub fn read(source: &Source, config: &Config, out: &mut Vec<Diagnostic>) -> FrontMatter {
    let body = source.text.len() - source.text.trim_start_matches('\u{feff}').len();
    let mut facts = Facts::default();
    // Jekyll keeps in this folder what is not published.
    if !config.is_book && source.path.folder().split('/').any(|part| part == "_drafts") {
        facts.status = Status::Draft;
    }
    let cut = match split(source, config, out) {
        Top::Block(cut) => cut,
        Top::Nothing(lost_audience) => {
            facts.audience_in_doubt = lost_audience;
            return FrontMatter { facts, body_start: body, present: false };
        }
    };
    let (givens, recovered) = match cut.form {
        Form::Yaml => read_yaml(source, config, &cut, out),
        Form::Json => (other_formats::json(source, config, within_limit(source, config, &cut, out)), false),
        Form::Toml => match other_formats::toml(source, config, within_limit(source, config, &cut, out), out) {
            Toml::Read(givens) => (givens, false),
            Toml::Recovered(givens) => (givens, true),
            Toml::Not => return FrontMatter { facts, body_start: body, present: false },
        },
    };
    facts.recovered = recovered || cut.guessed || cut.inner.len() > config.limits.front_matter;
    fill::fill(source, config, &givens, &mut facts, out);
    FrontMatter { facts, body_start: cut.body, present: true }
}

/// The part of the block that is read: all of it, or its first lines if it is too large.
fn within_limit(source: &Source, config: &Config, cut: &Cut, out: &mut Vec<Diagnostic>) -> std::ops::Range<usize> {
    let limit = config.limits.front_matter;
    if cut.inner.len() <= limit {
        return cut.inner.clone();
    }
    out.push(split::report_size(source, cut, limit));
    let lines = split::lines(&source.text, cut.inner.clone()).take_while(|line| line.next <= cut.inner.start + limit);
    cut.inner.start..lines.last().map_or(cut.inner.start, |line| line.next)
}

/// All that the block gives, and whether some of its lines had to be read one by one.
fn read_yaml(source: &Source, config: &Config, cut: &Cut, out: &mut Vec<Diagnostic>) -> (Vec<Given>, bool) {
    let too_large = cut.inner.len() > config.limits.front_matter;
    let inner = within_limit(source, config, cut, out);
    let sorted = fields(source, config, inner, out);
    report_nested(source, config, &sorted.fields, out);
    let mut judge = Judge { source, config, out, broken: sorted.broken, further: Vec::new(), said: 0 };
    let mut verdicts = Vec::with_capacity(sorted.fields.len());
    let mut further = Vec::new();
    for field in &sorted.fields {
        verdicts.push(judge.judge(field));
        further.push(std::mem::take(&mut judge.further));
    }
    let broken = judge.broken;
    let refused = if too_large {
        verdicts.iter_mut().for_each(settle_alone);
        false
    } else {
        for (field, verdict) in sorted.fields.iter().zip(&mut verdicts) {
            if reads_as_typed(source, field, verdict) {
                settle_alone(verdict);
            }
        }
        ask_yaml(source, &sorted.fields, &mut verdicts, out)
    };
    let text = source.text.as_str();
    let mut givens = Vec::with_capacity(verdicts.len());
    for ((field, verdict), further) in sorted.fields.iter().zip(verdicts).zip(further) {
        let value = match verdict {
            Verdict::Known(value) => value,
            Verdict::Text(piece) => Value::Text(piece),
            Verdict::List(pieces) => Value::List(pieces.into_iter().map(|(piece, _)| piece).collect()),
        };
        let (typed, key) = (field.shown(text).to_owned(), Span::from(field.name.clone()));
        givens.push(Given { typed, key, meaning: field.meaning, value });
        givens.extend(further);
    }
    givens.extend(sorted.doubtful.into_iter().map(|key| Given {
        typed: text[key.range()].to_owned(),
        key,
        meaning: Meaning::Doubt,
        value: Value::Fields,
    }));
    (givens, broken || refused)
}

/// Foreign fields may be nested; they are not read, which is worth one word in a book.
fn report_nested(source: &Source, config: &Config, fields: &[Field], out: &mut Vec<Diagnostic>) {
    let nested =
        fields.iter().find(|field| field.nested && field.meaning == Meaning::Unknown).filter(|_| config.is_book);
    if let Some(field) = nested {
        let name = field.shown(&source.text);
        out.push(
            source
                .diagnose(
                    &rules::FRONT_MATTER_NESTED,
                    Span::from(field.name.clone()),
                    format!("`{name}` holds further fields, which are ignored"),
                )
                .help("write facts side by side, each with its own name at the beginning of a line"),
        );
    }
}

/// Whether YAML would read a value letter by letter as it stands: one line of words, or of words in brackets. Most
/// blocks hold nothing else, and then YAML, which takes longer than all the rest, need not be asked.
fn reads_as_typed(source: &Source, field: &Field, verdict: &Verdict) -> bool {
    let text = source.text.as_str();
    let name = field.shown(text);
    let value = &text[field.value.clone()];
    let is_one_line = field.more.is_empty()
        && field.line.start == field.name.start
        && field.value.start == field.name.end + 2
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && text[field.name.end..].starts_with(": ");
    is_one_line
        && match verdict {
            Verdict::Known(_) => false,
            Verdict::Text(piece) => are_words(value) && piece.text == value,
            Verdict::List(pieces) => {
                let inside = value.strip_prefix('[').and_then(|value| value.strip_suffix(']')).unwrap_or_default();
                let items = inside.split(',').map(|item| item.trim_matches(' '));
                items.clone().count() == pieces.len()
                    && items.zip(pieces).all(|(item, (piece, _))| are_words(item) && piece.text == item)
            }
        }
}

/// Letters, digits and the signs between them that mean nothing to YAML, wherever they stand in a line.
fn are_words(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | ',' | '\'' | '-' | '/' | '(' | ')'))
        && !text.ends_with(' ')
}

/// Lets YAML read what was judged sound. `true` if it refused some of that, which is then read alone.
fn ask_yaml(source: &Source, fields: &[Field], verdicts: &mut [Verdict], out: &mut Vec<Diagnostic>) -> bool {
    let mut refused = false;
    for _ in 0..PATIENCE {
        let asked: Vec<usize> = (0..fields.len()).filter(|at| !matches!(verdicts[*at], Verdict::Known(_))).collect();
        let questions: Vec<Question> = asked.iter().map(|at| question(source, &fields[*at], &verdicts[*at])).collect();
        match yaml::read(&questions) {
            Ok(answers) => {
                for (at, answer) in asked.into_iter().zip(answers) {
                    take_answer(&mut verdicts[at], answer);
                }
                return refused;
            }
            Err(stopped) => {
                refused = true;
                let Some(at) = stopped.and_then(|at| asked.get(at).copied()) else { break };
                out.push(refusal(source, &fields[at]));
                settle_alone(&mut verdicts[at]);
            }
        }
    }
    verdicts.iter_mut().for_each(settle_alone);
    refused
}

fn question(source: &Source, field: &Field, verdict: &Verdict) -> Question {
    let text = source.text.as_str();
    let mut lines = String::with_capacity(field.line.end - field.line.start + 1);
    for line in std::iter::once(&field.line).chain(&field.more) {
        lines.push_str(&text[line.start..line.end]);
        lines.push('\n');
    }
    let shape = match verdict {
        Verdict::List(items) => Shape::List(items.iter().map(|(_, reader)| *reader).collect()),
        _ => Shape::Text,
    };
    Question { lines, shape }
}

fn take_answer(verdict: &mut Verdict, answer: Answer) {
    match (verdict, answer) {
        (Verdict::Text(piece), Answer::Text(text)) => piece.text = text,
        (Verdict::List(pieces), Answer::List(texts)) => {
            for ((piece, reader), text) in pieces.iter_mut().zip(texts) {
                if let (ReadBy::Yaml, Some(text)) = (reader, text) {
                    piece.text = text;
                }
            }
        }
        _ => {}
    }
}

/// Keeps what was read of a value without YAML.
fn settle_alone(verdict: &mut Verdict) {
    let known = match verdict {
        Verdict::Text(piece) => Value::Text(std::mem::take(piece)),
        Verdict::List(pieces) => Value::List(pieces.drain(..).map(|(piece, _)| piece).collect()),
        Verdict::Known(_) => return,
    };
    *verdict = Verdict::Known(known);
}

fn refusal(source: &Source, field: &Field) -> Diagnostic {
    let name = field.shown(&source.text);
    let whole = Span::from(field.whole(&source.text));
    let message = format!("the value of `{name}` cannot be read as it is typed");
    let help = if field.is_list() {
        format!("put each item of `{name}` in quotes: `{name}: [\"one\", \"two\"]`")
    } else {
        format!("write `{name}:` and the value on one line, in quotes: `{name}: \"…\"`")
    };
    source.diagnose(&rules::FRONT_MATTER_SYNTAX, whole, message).help(help)
}
