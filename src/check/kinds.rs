//! What scripts, contacts, glossaries and paths cannot do without.

use std::collections::HashMap;

use super::Findings;
use crate::kind::glossary::Glossary;
use crate::kind::path::Path;
use crate::rules;
use crate::text::singular;

pub(super) fn script(out: &mut Findings<'_>) {
    if out.entry.first_words.is_none() {
        let top = out.top();
        out.report(
            &rules::SCRIPT_WITHOUT_WORDS,
            top,
            "this script has nothing to say",
            "add a heading `## Say` with a bullet for each line, for example `- \"That one sounded rough.\"`",
        );
    }
}

pub(super) fn contact(out: &mut Findings<'_>) {
    let facts = &out.entry.facts;
    if let Some(phone) = &facts.phone {
        // An O for a nought and an l for a one look right and cannot be dialled; `ext` and a name can stand behind.
        let end = phone.value.find(['e', 'x', ',', ';']).unwrap_or(phone.value.len());
        let end = phone.value.find(" or ").map_or(end, |or| or.min(end));
        let number = phone.value[..end].to_owned();
        let slip = number.chars().any(|c| matches!(c, 'O' | 'o' | 'I' | 'l'))
            && number.chars().filter(char::is_ascii_digit).count() >= 3;
        if slip {
            let digits: String = number
                .chars()
                .map(|c| match c {
                    'O' | 'o' => '0',
                    'I' | 'l' => '1',
                    c => c,
                })
                .collect();
            let fixed = format!("{digits}{}", &phone.value[number.len()..]);
            let found = out.report(
                &rules::BAD_PHONE,
                phone.span,
                format!("the number `{}` holds letters, so that it cannot be called", phone.value),
                format!("type noughts and ones as digits: `{fixed}`"),
            );
            *found = found.clone().suggested_fix(phone.span, fixed);
        }
    }
    if facts.phone.is_none() && facts.email.is_none() && facts.chat.is_none() {
        let top = out.top();
        out.report(
            &rules::CONTACT_WITHOUT_WAY,
            top,
            "nobody can reach this contact",
            "add a line `phone:`, `email:` or `chat:`",
        );
    }
}

pub(super) fn glossary(out: &mut Findings<'_>, kind: &Glossary) {
    let sections = &out.entry.body.sections;
    let mut seen: HashMap<String, usize> = HashMap::new();
    for word in &kind.words {
        let at = word.sections.start;
        let title = sections[at].title();
        if let Some(first) = seen.insert(singular(title), at) {
            let line = out.entry.source.line(out.heading(first));
            let span = out.heading(at);
            out.report(
                &rules::DUPLICATE_WORD,
                span,
                format!("`{title}` is explained twice"),
                format!("put both into one; the first stands in line {line}"),
            );
        }
    }
}

pub(super) fn path(out: &mut Findings<'_>, kind: &Path) {
    for station in &kind.stations {
        let section = &out.entry.body.sections[station.sections.start];
        let links = out.entry.references.iter().any(|reference| {
            let inside = section.span.start..section.span.end;
            inside.contains(&reference.span.start)
        });
        if !links {
            let span = out.heading(station.sections.start);
            out.report(
                &rules::STATION_WITHOUT_LINK,
                span,
                format!("the station `{}` leads nowhere", section.title()),
                "add a numbered list of links: `1. [[entry]] (15 minutes)`",
            );
        }
    }
}
