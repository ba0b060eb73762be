//! A copy for programs: what changed as a feed, where its pages are, its entries as JSON and as lines for a search engine.
//!
//! Like any page these are made of what the copy's readers may see, and of nothing else.

use std::fmt::Write;

use serde::Serialize;

use super::servers::xml;
use super::{PageId, Site};
use crate::entry::Entry;
use crate::index::address::encoded;
use crate::kind::Kind;
use crate::link::Target;
use crate::search::collect;

/// Changes that the feed has at most: readers of feeds keep what they have seen.
const CHANGES: usize = 100;

/// Addresses that a sitemap may have (sitemaps.org, protocol 0.9).
const SITEMAP: usize = 50_000;

/// The version of `playbook.json` and of the lines for search engines: it grows when a field goes or means something else,
/// and stays when one comes.
const VERSION: u32 = 1;

/// The whole of `playbook.json`, documented in `manual/playbook-json.md`.
#[derive(Serialize)]
struct Head<'p> {
    format: &'static str,
    version: u32,
    title: &'p str,
    description: &'p str,
    language: &'p str,
    base_url: Option<&'p str>,
}

/// An entry in `playbook.json`.
#[derive(Serialize)]
struct Record<'p> {
    id: &'p str,
    address: String,
    title: &'p str,
    kind: &'static str,
    summary: &'p str,
    language: &'p str,
    owner: Option<&'p str>,
    reviewed: Option<String>,
    review_due: Option<String>,
    valid_from: Option<String>,
    valid_until: Option<String>,
    changed: Option<Changed<'p>>,
    must_read: bool,
    urgent: bool,
    situations: Vec<&'p str>,
    channels: Vec<&'p str>,
    skills: Vec<&'p str>,
    tags: Vec<&'p str>,
    aliases: Vec<&'p str>,
    asked_as: Vec<&'p str>,
    replaces: Vec<&'p str>,
    links: Vec<&'p str>,
    linked_from: Vec<&'p str>,
}

#[derive(Serialize)]
struct Changed<'p> {
    date: String,
    note: &'p str,
}

/// A passage as a search engine takes it: a line of its own.
#[derive(Serialize)]
struct Passage<'p> {
    id: String,
    entry: &'p str,
    address: String,
    url: Option<String>,
    title: &'p str,
    heading: &'p str,
    kind: &'static str,
    language: &'p str,
    summary: &'p str,
    text: String,
    situations: Vec<&'p str>,
    channels: Vec<&'p str>,
    skills: Vec<&'p str>,
    tags: Vec<&'p str>,
    aliases: Vec<&'p str>,
    /// In the first passage alone: a list for each would be most of the file.
    asked_as: Vec<&'p str>,
    owner: Option<&'p str>,
    reviewed: Option<String>,
    review_due: Option<String>,
    valid_from: Option<String>,
    valid_until: Option<String>,
}

fn texts(fields: &[crate::facts::Field<String>]) -> Vec<&str> {
    fields.iter().map(|field| field.value.as_str()).collect()
}

impl Site {
    /// The whole address of a page, with whose address it begins.
    fn url(&self, base: &str, address: &str) -> String {
        // A front page is the folder itself, as people and search engines write it.
        format!("{base}{}", if address == self.frame.front_path { String::new() } else { encoded(address) })
    }

    /// What changed, the newest first, as an Atom feed (RFC 4287).
    pub(super) fn feed(&self, base: &str, address: &str) -> String {
        let playbook = &self.playbook;
        let config = &playbook.config.book;
        let listed = playbook.index.changes.iter().filter_map(|entry| {
            let changed = playbook.entries[*entry].facts.changed.as_ref()?;
            Some((*entry, changed.value.0, changed.value.1.as_str()))
        });
        let listed: Vec<_> = listed.take(CHANGES).collect();
        // A feed has to say when it changed: one without a change did not since there is time.
        let newest = listed.first().map_or_else(|| "1970-01-01".to_owned(), |(_, day, _)| day.to_string());
        let author = if config.authors.is_empty() { config.title.clone() } else { config.authors.join(", ") };
        let mut feed = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n<title>{}</title>\n",
            xml(&config.language),
            xml(&config.title)
        );
        if !config.description.is_empty() {
            let _ = writeln!(feed, "<subtitle>{}</subtitle>", xml(&config.description));
        }
        let (base_xml, own) = (xml(base), xml(&self.url(base, address)));
        let _ = writeln!(
            feed,
            "<id>{base_xml}</id>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"{base_xml}\"/>\n<updated>{newest}T00:00:00Z</updated>\n<author><name>{}</name></author>",
            xml(&author)
        );
        for (at, day, note) in listed {
            let entry = &playbook.entries[at];
            let url = xml(&self.url(base, &playbook.addresses[at]));
            let summary = if note.is_empty() { &*entry.summary } else { note };
            let _ = writeln!(
                feed,
                "<entry>\n<title>{}</title>\n<id>{url}#changed-{day}</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"{url}\"/>\n<updated>{day}T00:00:00Z</updated>\n<category term=\"{}\"/>\n<summary>{}</summary>\n</entry>",
                xml(&entry.title),
                entry.kind_name.word(),
                xml(summary)
            );
        }
        feed.push_str("</feed>\n");
        feed
    }

    /// The front page and the entries, for crawlers. Lists are left out: they say nothing that the entries do not.
    pub(super) fn sitemap(&self, base: &str) -> String {
        let mut map = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n".to_owned();
        let pages = self.pages.iter().filter(|page| matches!(page.id, PageId::Front | PageId::Entry(_)));
        for page in pages.take(SITEMAP) {
            let last = match page.id {
                PageId::Entry(at) => {
                    let facts = &self.playbook.entries[at].facts;
                    facts
                        .changed
                        .as_ref()
                        .map(|changed| changed.value.0)
                        .max(facts.reviewed.as_ref().map(|day| day.value))
                }
                _ => None,
            };
            let last = last.map_or_else(String::new, |day| format!("<lastmod>{day}</lastmod>"));
            let _ = writeln!(map, "<url><loc>{}</loc>{last}</url>", xml(&self.url(base, &page.address)));
        }
        map.push_str("</urlset>\n");
        map
    }

    /// The entries with their links and dates: `playbook.json`, an entry a line, in the order of their paths.
    pub fn playbook_json(&self) -> String {
        let config = &self.playbook.config.book;
        let head = Head {
            format: "cuebook-playbook",
            version: VERSION,
            title: &config.title,
            description: &config.description,
            language: &config.language,
            base_url: self.extras.base_url.as_deref(),
        };
        let head = json_of(&head);
        let mut json = head.strip_suffix('}').unwrap_or(&head).to_owned();
        json.push_str(",\"entries\":[");
        for at in 0..self.playbook.entries.len() {
            json.push_str(if at == 0 { "\n" } else { ",\n" });
            json.push_str(&json_of(&self.record(at)));
        }
        json.push_str("\n]}\n");
        json
    }

    fn record(&self, at: usize) -> Record<'_> {
        let playbook = &self.playbook;
        let entry: &Entry = &playbook.entries[at];
        let facts = &entry.facts;
        let mut links: Vec<usize> = Vec::new();
        for target in &playbook.links.targets[at] {
            if let Target::Entry { entry, .. } = target
                && *entry != at
            {
                links.push(*entry);
            }
        }
        links.sort_unstable();
        links.dedup();
        let ids = |entries: Vec<usize>| entries.into_iter().map(|other| playbook.entries[other].id()).collect();
        Record {
            id: entry.id(),
            address: encoded(&playbook.addresses[at]),
            title: &entry.title,
            kind: entry.kind_name.word(),
            summary: &entry.summary,
            language: super::language(entry, &playbook.config),
            owner: facts.owner.as_ref().map(|owner| owner.value.as_str()),
            reviewed: facts.reviewed.as_ref().map(|day| day.value.to_string()),
            review_due: entry.review_due(playbook.config.review.every).map(|day| day.to_string()),
            valid_from: facts.valid_from.as_ref().map(|day| day.value.to_string()),
            valid_until: facts.valid_until.as_ref().map(|day| day.value.to_string()),
            changed: facts
                .changed
                .as_ref()
                .map(|changed| Changed { date: changed.value.0.to_string(), note: &changed.value.1 }),
            must_read: facts.must_read,
            urgent: facts.urgent,
            situations: texts(&facts.situations),
            channels: texts(&facts.channel),
            skills: texts(&facts.skills),
            tags: texts(&facts.tags),
            aliases: texts(&facts.aliases),
            asked_as: texts(&facts.asked_as),
            replaces: texts(&facts.replaces),
            links: ids(links),
            linked_from: ids(playbook.links.backlinks[at].iter().map(|backlink| backlink.from).collect()),
        }
    }

    /// Every passage with its text as a line of JSON: what a search engine takes. What is for one player of a role-play is
    /// not in it, as it is in no result of the site's own search.
    pub fn passages(&self) -> String {
        let mut lines = String::new();
        for at in 0..self.playbook.entries.len() {
            for passage in self.passages_of(at) {
                lines.push_str(&json_of(&passage));
                lines.push('\n');
            }
        }
        lines
    }

    fn passages_of(&self, at: usize) -> Vec<Passage<'_>> {
        let playbook = &self.playbook;
        let entry: &Entry = &playbook.entries[at];
        let facts = &entry.facts;
        let mut secret = collect::secret(entry);
        if let Kind::Roleplay(roleplay) = &entry.kind {
            secret.extend(roleplay.twist);
        }
        let mut text = vec![String::new(); entry.body.sections.len()];
        for (section, line) in entry.text.passages() {
            let lines = &mut text[section];
            if !lines.is_empty() {
                lines.push('\n');
            }
            lines.push_str(line);
        }
        let of_section = |(section, text): (usize, String)| {
            let heading = entry.body.sections[section].heading.as_ref();
            let anchor = heading.map_or("", |heading| heading.id.as_str());
            let hash = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
            let address = format!("{}{hash}", encoded(&playbook.addresses[at]));
            Passage {
                // Letters and digits alone: Meilisearch takes no other name.
                id: format!(
                    "{:032x}",
                    xxhash_rust::xxh3::xxh3_128(format!("{}#{section}#{anchor}", entry.id()).as_bytes())
                ),
                entry: entry.id(),
                url: self.extras.base_url.as_ref().map(|base| format!("{base}{address}")),
                address,
                title: &entry.title,
                heading: heading.map_or("", |heading| heading.text.as_str()),
                kind: entry.kind_name.word(),
                language: super::language(entry, &playbook.config),
                summary: &entry.summary,
                text,
                situations: texts(&facts.situations),
                channels: texts(&facts.channel),
                skills: texts(&facts.skills),
                tags: texts(&facts.tags),
                aliases: texts(&facts.aliases),
                asked_as: if section == 0 { texts(&facts.asked_as) } else { Vec::new() },
                owner: facts.owner.as_ref().map(|owner| owner.value.as_str()),
                reviewed: facts.reviewed.as_ref().map(|day| day.value.to_string()),
                review_due: entry.review_due(playbook.config.review.every).map(|day| day.to_string()),
                valid_from: facts.valid_from.as_ref().map(|day| day.value.to_string()),
                valid_until: facts.valid_until.as_ref().map(|day| day.value.to_string()),
            }
        };
        // An entry without text is still found by its title.
        let shown = |(section, text): &(usize, String)| *section == 0 || !text.is_empty() && !secret.contains(section);
        text.into_iter().enumerate().filter(shown).map(of_section).collect()
    }
}

fn json_of(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("text, lists and flags are always JSON")
}
