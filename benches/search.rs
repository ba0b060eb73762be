//! How well search ranks: nDCG@10 for each set of queries, as the terminal and the site rank them.
//!
//!     cargo run --release --example search-quality -- FOLDER…
//!
//! A folder holds `docs.jsonl` (`id`, `title`, `tags`, `body`, one entry a line), `queries.jsonl` (`qid`, and the query as
//! `plain`, `typo`, `prefix`, `kw`) and `qrels.tsv` (query, entry, grade). Ties are broken by the order of entries; a
//! query without a relevant entry does not count. nDCG: Järvelin & Kekäläinen 2002.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a measurement for the people who work on it"
)]

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use cuebook::asset::Assets;
use cuebook::config::Config;
use cuebook::filter::{Copy, Readers, filter};
use cuebook::parse::{Context, parse};
use cuebook::playbook::Playbook;
use cuebook::source::Source;
use cuebook::text::SourcePath;
use serde_json::Value;

const FORMS: [&str; 4] = ["plain", "typo", "prefix", "kw"];

fn main() {
    println!("{:<24}{:>9}{:>9}{:>9}{:>9}{:>9}", "nDCG@10", "plain", "typo", "prefix", "kw", "queries");
    for folder in std::env::args().skip(1) {
        let (ndcg, n) = measure(Path::new(&folder));
        let name = Path::new(&folder).file_name().unwrap_or_default().to_string_lossy();
        println!("{name:<24}{:>9.4}{:>9.4}{:>9.4}{:>9.4}{n:>9}", ndcg[0], ndcg[1], ndcg[2], ndcg[3]);
    }
}

fn measure(folder: &Path) -> ([f64; 4], usize) {
    let rows = |name: &str| -> Vec<Value> {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let playbook = playbook(&rows("docs.jsonl"));
    let mut grades: HashMap<String, HashMap<String, f64>> = HashMap::new();
    for line in fs::read_to_string(folder.join("qrels.tsv")).unwrap().lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        if let Ok(grade) = fields[2].parse() {
            grades.entry(fields[0].to_owned()).or_default().insert(fields[1].to_owned(), grade);
        }
    }
    let mut sums = [0.0; 4];
    let mut n = 0;
    for query in rows("queries.jsonl") {
        let Some(wanted) = grades.get(query["qid"].as_str().unwrap()) else { continue };
        let mut ideal: Vec<f64> = wanted.values().copied().collect();
        ideal.sort_by(|a, b| b.total_cmp(a));
        let best = gain(ideal.into_iter());
        n += 1;
        for (at, form) in FORMS.iter().enumerate() {
            let answer = playbook.ask(query[*form].as_str().unwrap(), "");
            let ids = answer.ranked.iter().map(|ranked| playbook.entries[ranked.entry as usize].id());
            sums[at] += gain(ids.map(|id| wanted.get(id).copied().unwrap_or_default())) / best;
        }
    }
    (sums.map(|sum| sum / n as f64), n)
}

/// Discounted cumulative gain of the first ten.
fn gain(grades: impl Iterator<Item = f64>) -> f64 {
    grades.take(10).enumerate().map(|(at, grade)| grade / (at as f64 + 2.0).log2()).sum()
}

/// The book that a folder of documents makes: a guide each.
fn playbook(docs: &[Value]) -> Playbook {
    let config = Arc::new(Config { is_book: true, ..Config::default() });
    let context = Context::new(config.clone());
    let entries = docs.iter().map(|doc| {
        let text = |key: &str| doc[key].as_str().unwrap();
        let front = serde_json::json!({ "title": text("title"), "tags": doc["tags"] });
        let front = format!("title: {}\ntags: {}", front["title"], front["tags"]);
        let text = format!("---\n{front}\n---\n\n{}\n", text("body"));
        let path = SourcePath::new(&format!("{}.md", doc["id"].as_str().unwrap())).unwrap();
        let source = Source::new(path, "", text);
        Arc::new(parse(Arc::new(source), &context))
    });
    let entries: Vec<_> = entries.collect();
    let copy = Copy { readers: Readers::Everyone, drafts: true };
    Playbook::new(filter(&entries, &copy, &context).entries, &Assets::default(), config)
}
