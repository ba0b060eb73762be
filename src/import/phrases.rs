//! A table of phrases, as trainers keep it in a spreadsheet: one script for each situation.

use std::collections::BTreeMap;
use std::path::Path;

use super::markdown::{escaped, file_name, list, quoted, table};
use super::{Import, ImportError, Lost, bytes_of, stem};
use crate::discover::text_of;
use crate::text::{UniqueNames, fold};

/// The columns that we know, each with what people call it.
const COLUMNS: [(&str, &[&str]); 4] = [
    ("Situation", &["situation", "situations", "when", "what happens", "context", "situationen", "wann", "lage"]),
    ("Instead of", &["instead of", "instead", "avoid", "don't say", "dont say", "not", "statt", "anstatt", "nicht"]),
    ("Try", &["try", "say", "better", "say instead", "use", "do say", "besser", "lieber", "sag", "versuch"]),
    ("Why", &["why", "reason", "because", "note", "warum", "grund", "weil"]),
];

/// Reads the table in `path`, with whatever separates its cells, in any encoding that spreadsheets write.
pub(super) fn read(path: &Path) -> Result<Import, ImportError> {
    let shown = path.display().to_string();
    let (text, _) = text_of(bytes_of(path)?, &shown);
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .flexible(true)
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut rows = reader.records().filter_map(|row| match row {
        Ok(row) if row.iter().all(str::is_empty) => None,
        row => Some(row.map_err(|cause| ImportError::Damaged(path.to_owned(), cause.to_string()))),
    });
    let damaged = |why: &str| ImportError::Damaged(path.to_owned(), why.to_owned());
    let head = rows.next().ok_or_else(|| damaged("there is no row in it"))??;
    let column = |known: &[&str]| head.iter().position(|cell| known.contains(&fold(cell).as_str()));
    let places = COLUMNS.map(|(_, known)| column(known));
    let [situation, instead, better, why] = places;
    if better.is_none() {
        return Err(damaged(
            "its first row names no column `Try`. The columns are Situation, Instead of, Try and Why, in any order",
        ));
    }
    let mut import = Import { title: stem(path), ..Import::default() };
    for (at, cell) in head.iter().enumerate().filter(|(at, cell)| !places.contains(&Some(*at)) && !cell.is_empty()) {
        let what = format!("the column `{cell}` (number {}) is none of Situation, Instead of, Try and Why", at + 1);
        import.lost.push(Lost { file: shown.clone(), line: Some(1), what });
    }
    let mut by_situation: BTreeMap<usize, (String, Vec<Vec<String>>)> = BTreeMap::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut last = String::new();
    for row in rows {
        let row = row?;
        let cell = |place: Option<usize>| place.and_then(|at| row.get(at)).unwrap_or_default().to_owned();
        // Merged cells of a spreadsheet are empty but for the first.
        let named = cell(situation);
        if !named.is_empty() {
            last = named.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        let pair: Vec<String> = [instead, better, why].map(|place| escaped(&cell(place))).into();
        if pair.iter().all(String::is_empty) {
            // The reader counts the end of a line in two signs only when the next one is read.
            let start = row.position().map_or(0, |position| position.byte() as usize);
            let start = start + text[start..].len() - text[start..].trim_start_matches(['\r', '\n']).len();
            let line = Some(1 + text[..start].matches('\n').count());
            import.lost.push(Lost { file: shown.clone(), line, what: format!("`{last}` has no phrase") });
            continue;
        }
        let next = known.len();
        let at = *known.entry(fold(&last)).or_insert(next);
        by_situation.entry(at).or_insert_with(|| (last.clone(), Vec::new())).1.push(pair);
    }
    let mut names = UniqueNames::default();
    for (situation, mut pairs) in by_situation.into_values() {
        let title = if situation.is_empty() { import.title.clone() } else { situation.clone() };
        let name = names.claim(&file_name(&title, "phrases"));
        let mut text = format!("---\ntitle: {}\nkind: script\n", quoted(&title));
        if !situation.is_empty() {
            text.push_str(&format!("situations: {}\n", list([situation.as_str()])));
        }
        let source = path.file_name().unwrap_or_default().to_string_lossy();
        text.push_str(&format!("source: {}\n---\n\n## Say it like this\n\n", quoted(&source)));
        let mut head = vec!["Instead of".to_owned(), "Try".to_owned(), "Why".to_owned()];
        if pairs.iter().all(|pair| pair[2].is_empty()) {
            pairs.iter_mut().chain([&mut head]).for_each(|row| row.truncate(2));
        }
        pairs.insert(0, head);
        text.push_str(&table(&pairs));
        import.files.insert(format!("content/scripts/{name}.md"), text.into_bytes());
    }
    Ok(import)
}

/// What separates the cells: whichever of the usual signs stands most often in the first row, outside quotes.
fn separator(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            byte if !quoted => counts.iter_mut().filter(|(sign, _)| *sign == byte).for_each(|(_, n)| *n += 1),
            _ => {}
        }
    }
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(sign, _)| *sign)
}
