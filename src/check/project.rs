//! Addresses that two entries want, and what `book.toml` names.

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Severity};
use crate::filter::Visible;
use crate::index::address::portable;
use crate::index::facet::FacetName;
use crate::playbook::Playbook;
use crate::rules;
use crate::text::{Span, fold, nearest};

pub(super) fn check(playbook: &Playbook) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for collision in &playbook.collisions {
        let (entry, first) = (&playbook.entries[collision.entry], &playbook.entries[collision.first]);
        let mut diagnostic = Diagnostic::about_file(
            &rules::ADDRESS_TAKEN,
            entry.source.file.clone(),
            format!(
                "`{}` and `{}` want one address; this one is at `{}`",
                first.source.path, entry.source.path, playbook.addresses[collision.entry]
            ),
        )
        .help("give one of the two files another name");
        diagnostic.title = Some(entry.title.clone());
        found.push(diagnostic);
    }
    for asset in &playbook.refused_assets {
        let message = "this file and a page of the site want one address, so the file is left out";
        found.push(
            Diagnostic::about_file(&rules::ADDRESS_TAKEN, asset.as_str(), message).help("give the file another name"),
        );
    }
    for (entry, address) in &playbook.refused_redirects {
        let entry = &playbook.entries[*entry];
        let named = entry.named_addresses().find(|(named, _)| portable(named) == *address);
        let mut diagnostic = entry
            .source
            .diagnose(
                &rules::ADDRESS_TAKEN,
                named.map_or(Span::default(), |(_, span)| span),
                format!("`{address}` is the address of another page, so it cannot lead here"),
            )
            .with_severity(Severity::Warning)
            .help("take it out, or rename the other entry");
        diagnostic.title = Some(entry.title.clone());
        found.push(diagnostic);
    }
    named_in_config(playbook, &mut found);
    open_folders(playbook, &mut found);
    channels(playbook, &mut found);
    search_tests(playbook, &mut found);
    found
}

/// Folders that are called like an audience and kept to nobody.
fn open_folders(playbook: &Playbook, found: &mut Vec<Diagnostic>) {
    let Some(audiences) = &playbook.config.audiences else { return };
    let mut told: Vec<&str> = Vec::new();
    let is_open = |entry: &&Visible| {
        entry.facts.audience.is_empty() && entry.secrecy.audience.is_empty() && !entry.secrecy.in_doubt
    };
    for entry in playbook.entries.iter().filter(is_open) {
        let folder = entry.source.path.folder();
        let Some(audience) = folder.split('/').find_map(|part| audiences.find(part)) else { continue };
        // What everyone sees is kept to everyone.
        if audiences.includes.keys().all(|other| audiences.closure(other).contains(&audience)) {
            continue;
        }
        if told.contains(&folder) {
            continue;
        }
        told.push(folder);
        let top = entry.source.lines.span_of(&entry.source.text, 1);
        let mut diagnostic = entry
            .source
            .diagnose(&rules::OPEN_FOLDER, top, format!("the folder `{folder}/` is called like an audience, and everyone sees this entry"))
            .help(format!(
                "if it is for some only, write `\"{folder}/\" = \"{audience}\"` under `[audiences.folders]` in `book.toml`; if it is for everyone, write `audience: everyone` in the entry"
            ));
        diagnostic.title = Some(entry.title.clone());
        found.push(diagnostic);
    }
}

/// Other words for a channel, folded.
const CHANNELS: &[(&str, &[&str])] = &[
    (
        "phone",
        &["telephone", "tel", "telefon", "call", "calls", "phone call", "phone calls", "by phone", "on the phone"],
    ),
    ("email", &["e mail", "mail", "emails", "e mails", "by email"]),
    ("chat", &["chats", "live chat", "livechat", "web chat", "in chat"]),
    ("in person", &["face to face", "f2f", "personally", "at the counter"]),
];

/// A channel that one entry calls otherwise than people do, so that it is not found among the others. A book that calls it
/// so throughout has chosen its word.
fn channels(playbook: &Playbook, found: &mut Vec<Diagnostic>) {
    if !playbook.config.book.language.starts_with("en") {
        return;
    }
    let mut used: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for field in playbook.entries.iter().flat_map(|entry| &entry.facts.channel) {
        *used.entry(fold(&field.value)).or_default() += 1;
    }
    for entry in &playbook.entries {
        for field in &entry.facts.channel {
            let folded = fold(&field.value);
            let Some((usual, _)) = CHANNELS.iter().find(|(_, others)| others.contains(&folded.as_str())) else {
                continue;
            };
            if used.contains_key(*usual) || used[&folded] == 1 {
                let mut diagnostic = entry
                    .source
                    .diagnose(
                        &rules::NEAR_CHANNEL,
                        field.span,
                        format!("`{}` is another word for the channel `{usual}`", field.value),
                    )
                    .help(format!("write `{usual}`, so that this entry is found among the others"))
                    .suggested_fix(field.span, *usual);
                diagnostic.title = Some(entry.title.clone());
                found.push(diagnostic);
            }
        }
    }
}

/// Queries that must find an entry. Days play no part: an entry that has run out is found like any other.
fn search_tests(playbook: &Playbook, found: &mut Vec<Diagnostic>) {
    for (nth, test) in playbook.config.search.tests.iter().enumerate() {
        let wanted = fold(test.entry.trim_end_matches(".md"));
        let is_it = |at: u32| {
            let entry = &playbook.entries[at as usize];
            fold(entry.source.path.name()) == wanted || fold(entry.id()) == wanted
        };
        if !(0..playbook.entries.len() as u32).any(is_it) {
            continue;
        }
        let answer = playbook.ask(&test.query, "");
        let place = answer.ranked.iter().position(|ranked| is_it(ranked.entry)).map(|at| at + 1);
        if place.is_some_and(|place| place <= test.within) {
            continue;
        }
        let asked = if test.within == 1 { "first".to_owned() } else { format!("among the first {}", test.within) };
        let message = match place {
            Some(place) => format!("`{}` finds `{}` in place {place}, and not {asked}", test.query, test.entry),
            None => format!("`{}` does not find `{}`", test.query, test.entry),
        };
        let first = answer.ranked.first().map(|ranked| playbook.entries[ranked.entry as usize].source.path.name());
        let help = match first.filter(|_| place.is_some()) {
            Some(first) => format!(
                "`{first}` comes first; put these words into a heading, an alias or a line under *Customers say* of `{}`",
                test.entry
            ),
            None => {
                format!("put these words into a heading, an alias or a line under *Customers say* of `{}`", test.entry)
            }
        };
        found.push(playbook.config.diagnose(&rules::SEARCH_TEST, "search.tests", nth, message).help(help));
    }
}

fn named_in_config(playbook: &Playbook, found: &mut Vec<Diagnostic>) {
    let config = &playbook.config;
    let names = || playbook.entries.iter().map(|entry| entry.source.path.name());
    let known: OnceCell<HashSet<String>> = OnceCell::new();
    let is_entry = |name: &str| {
        let both = |entry: &Visible| [fold(entry.source.path.name()), fold(entry.id())];
        let known = known.get_or_init(|| playbook.entries.iter().flat_map(both).collect());
        known.contains(&fold(name.trim_end_matches(".md")))
    };
    let mut missing = |key: &str, nth: usize, message: String, near: Option<&str>| {
        let help =
            near.map_or_else(|| "mend the name, or take it out".to_owned(), |near| format!("did you mean `{near}`?"));
        // A folder that no longer bears its name would be shown to everyone.
        let severity = if key.starts_with("audiences.") { Severity::Error } else { rules::CONFIG_TARGET.severity };
        found.push(config.diagnose(&rules::CONFIG_TARGET, key, nth, message).help(help).with_severity(severity));
    };
    for (nth, name) in config.front.urgent.iter().enumerate().filter(|(_, name)| !is_entry(name)) {
        missing("front.urgent", nth, format!("no entry is called `{name}`"), nearest(name, names()));
    }
    for (nth, name) in config.front.pinned.iter().enumerate().filter(|(_, name)| !is_entry(name)) {
        missing("front.pinned", nth, format!("no entry is called `{name}`"), nearest(name, names()));
    }
    if let (Some(logo), None) = (&config.theme.logo, &playbook.logo) {
        missing("theme.logo", 0, format!("the content folder holds no picture `{logo}`"), None);
    }
    let situations = playbook.index.facets.iter().find(|facet| facet.name == FacetName::Situations);
    let listed = config.front.situations.iter().enumerate().map(|(nth, name)| ("front.situations", nth, name));
    let complete = config.review.complete.iter().enumerate().map(|(nth, (name, _))| ("review.complete", nth, name));
    for (key, nth, name) in listed.chain(complete) {
        if situations.is_none_or(|facet| facet.find(name).is_none()) {
            let values = situations.map_or(&[][..], |facet| &facet.values);
            let near = nearest(name, values.iter().map(|value| value.title.as_str()));
            missing(key, nth, format!("no entry has the situation `{name}`"), near);
        }
    }
    for (nth, test) in config.search.tests.iter().enumerate().filter(|(_, test)| !is_entry(&test.entry)) {
        missing("search.tests", nth, format!("no entry is called `{}`", test.entry), nearest(&test.entry, names()));
    }
    if let Some(audiences) = &config.audiences {
        for folder in audiences.folders.keys() {
            if !playbook.index.folders.iter().any(|known| format!("{}/", known.path).eq_ignore_ascii_case(folder)) {
                let folders = playbook.index.folders.iter().map(|known| known.path.as_str());
                let near = nearest(folder.trim_end_matches('/'), folders);
                missing(
                    &format!("audiences.folders.{folder}"),
                    0,
                    format!("no folder `{folder}` holds an entry, so that nothing is kept to this audience"),
                    near,
                );
            }
        }
    }
}
