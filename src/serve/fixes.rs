//! The safe fixes that an open page offers: what each would change, and, once a trainer has seen it, the change.
//!
//! A request without a mark is told what would change, and the mark of that. One with the mark has it done: if the same
//! would change now, and in files that are still as they were read. Else nothing is done.

use std::collections::{BTreeMap, HashSet};
use std::io;

use serde_json::{Value as Json, json};
use xxhash_rust::xxh3::xxh3_64;

use super::{Live, State};
use crate::diagnostic::Diagnostic;
use crate::entry::Entry;
use crate::fix;
use crate::project::Mended;
use crate::rules;

/// Findings that have a safe fix, with the entries that they are about.
pub(super) fn offered(state: &State) -> impl Iterator<Item = (&Diagnostic, &Entry)> {
    let found = &state.problems;
    // The text of such a file is not what its bytes are.
    let is_recoded = |found: &&Diagnostic| found.rule == &rules::NOT_UTF8;
    let recoded: HashSet<&str> = found.iter().filter(is_recoded).map(|found| &*found.file).collect();
    found.iter().filter_map(move |found| {
        let is_safe = found.fix.as_ref().is_some_and(|fix| fix.safe) && !recoded.contains(&*found.file);
        let at = state.read.binary_search_by(|entry| entry.source.file.cmp(&found.file)).ok().filter(|_| is_safe)?;
        Some((found, &*state.read[at]))
    })
}

/// What tells one finding of a book from all others.
pub(super) fn name(found: &Diagnostic) -> Json {
    let (file, place, rule, message) = found.order();
    json!([file, place, rule, message])
}

/// Shows or applies the fix of the problem that is named, or all of them if none is. `Err` is a sentence for the trainer.
pub(super) fn act(state: &State, live: &Live, asked: &Json) -> Result<Json, String> {
    let wanted = &asked["problem"];
    let mut by_file: BTreeMap<&str, (&Entry, Vec<&Diagnostic>)> = BTreeMap::new();
    for (found, entry) in offered(state).filter(|(found, _)| wanted.is_null() || *wanted == name(found)) {
        by_file.entry(&found.file).or_insert((entry, Vec::new())).1.push(found);
    }
    let mended: Vec<Mended> = by_file.into_values().filter_map(|(entry, found)| mended(entry, &found)).collect();
    if mended.is_empty() {
        return Err(state.word("live_nothing_left"));
    }
    let shown: Vec<Json> = mended.iter().map(shown).collect();
    let mark = format!("{:016x}", xxh3_64(json!(shown).to_string().as_bytes()));
    match asked["mark"].as_str() {
        None => return Ok(json!({ "files": shown, "mark": mark })),
        Some(seen) if seen != mark => {
            return Err(state.word("live_meanwhile"));
        }
        Some(_) => {}
    }
    let write = |file: &Mended| {
        let failed = |error: io::Error| {
            state.word("live_unmended").replace("{file}", &file.file).replace("{error}", &error.to_string())
        };
        live.now.edition.project.write(file).map_err(failed).err()
    };
    let failed: Vec<String> = mended.iter().filter_map(write).collect();
    if failed.is_empty() { Ok(json!({ "files": shown })) } else { Err(failed.join(" ")) }
}

fn mended(entry: &Entry, found: &[&Diagnostic]) -> Option<Mended> {
    let fixed = fix::safe(&entry.source.text, found.iter().copied())?;
    Some(Mended {
        path: entry.source.path.clone(),
        file: entry.source.file.clone(),
        title: entry.title.clone(),
        before: entry.source.text.clone(),
        after: fixed.text,
        changes: fixed.changes,
    })
}

fn shown(file: &Mended) -> Json {
    let change = |change: &fix::Change| json!({ "line": change.line, "before": change.before, "after": change.after, "why": change.why });
    json!({
        "file": &*file.file,
        "title": &*file.title,
        "changes": file.changes.iter().map(change).collect::<Vec<_>>(),
    })
}
