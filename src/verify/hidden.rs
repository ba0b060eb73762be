//! What a copy's readers may not see, and the proof that it is nowhere.
//!
//! What is hidden is read from the sources: whole entries, passages, comments, and the pictures that only these name. Of
//! it everything is looked for that could be told: runs of eight words, words and names, numbers, sums, files. What the
//! same readers may see can prove nothing, so it is taken away first: the visible rest of the sources, and the site that
//! the program makes of that rest alone, which also holds every word of the program's own. What then is found in the
//! finished bytes is a leak.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use pulldown_cmark::{Event, Options, Parser};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::xxh3_128;

use super::readings::{self, How};
use super::units::{RUN, Unit, name_hash, phrase, units};
use crate::entry::{Entry, PassageReaders};
use crate::filter::{Copy, Readers};
use crate::parse;
use crate::persistent::PersistentVec;
use crate::platform;
use crate::project::{Loaded, Project, Request};
use crate::render::Theme;
use crate::search::stem::Stemmer;
use crate::site::{Carrier, Content, Note, Page, Site};
use crate::source::Source;
use crate::text::{Lines, SourcePath, Span, fold, slug};
use crate::view::page::SingleView;

/// What something hidden is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Eight words in a row.
    Run,
    /// A title, a heading, a name, or another line of few words.
    Line,
    /// A name of a file or an anchor.
    Id,
    /// A phone number or another number of four digits and more.
    Number,
    /// A sum of money or a share.
    Sum,
    /// The bytes of a picture or another file.
    File,
    /// A word that stands nowhere else.
    Word,
}

impl What {
    /// As people call it.
    pub fn word(self) -> &'static str {
        match self {
            What::Run => "run of eight words",
            What::Line => "name or line",
            What::Id => "id",
            What::Number => "number",
            What::Sum => "sum",
            What::File => "file",
            What::Word => "word",
        }
    }
}

/// One thing that is hidden.
#[derive(Clone, Copy, Debug)]
struct Needle {
    what: What,
    /// Of the documents.
    document: u32,
    span: Span,
}

/// A source that holds something hidden.
struct Document {
    file: Arc<str>,
    text: Arc<Source>,
}

/// Everything that the readers of one copy may not see.
pub struct Hidden {
    documents: Vec<Document>,
    needles: Vec<Needle>,
    /// Words and all else by their hash; several that mean the same are one.
    by_hash: FxHashMap<u64, u32>,
    /// A bit for each of them, by which most hashes of a text are told to be none.
    sieve: Vec<u64>,
    by_content: FxHashMap<u128, u32>,
    /// Needles that the readers also see, and that therefore prove nothing.
    common: Vec<bool>,
    /// Hashes of files that are made of what the readers see, and of nothing else: what is in them is no leak.
    own: FxHashSet<u128>,
    /// Titles of the entries that the readers see, with the addresses that their pages may have.
    pub(super) pages: Vec<Wanted>,
}

/// An entry that must have a page.
pub(super) struct Wanted {
    pub file: Arc<str>,
    pub title: Arc<str>,
    /// Where static sites put it, the first of which is ours.
    pub addresses: Vec<String>,
}

/// Something hidden, found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub needle: u32,
    /// Bytes of the file.
    pub start: usize,
    pub end: usize,
    pub unwrapped: &'static str,
}

/// How much is proved, and what is not.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// How many of each are in no byte.
    pub proved: Vec<(What, usize)>,
    /// What the readers see as well: what it is, its words, and where it stands.
    pub common: Vec<(What, String, String)>,
    /// How many runs of words are among them.
    pub common_runs: usize,
}

/// The book of which a site was made, and for whom.
pub struct Book<'b> {
    /// The book.
    pub project: &'b Project,
    /// Its entries.
    pub loaded: Loaded,
    /// For whom the copy was made.
    pub readers: Readers,
    /// Its theme.
    pub theme: Arc<Theme>,
    /// The day by which it is judged.
    pub today: Date,
    /// How the copy is carried. `None` for the folder of a site.
    pub carrier: Option<Carrier>,
}

impl Hidden {
    /// Reads what is hidden in a book, and takes away what is also seen.
    pub fn new(book: Book<'_>) -> Hidden {
        let mut hidden = Hidden {
            documents: Vec::new(),
            needles: Vec::new(),
            by_hash: FxHashMap::default(),
            sieve: vec![0; 1 << (SIEVE - 6)],
            by_content: FxHashMap::default(),
            common: Vec::new(),
            own: FxHashSet::default(),
            pages: Vec::new(),
        };
        let mut visible: Vec<Arc<Source>> = Vec::new();
        let (mut named_hidden, mut named_visible) = (FxHashSet::default(), FxHashSet::default());
        for entry in &book.loaded.entries {
            let ranges = hidden_ranges(entry, &book.readers);
            let source = &entry.source;
            let is_whole = ranges.first().is_some_and(|range| *range == (0..source.text.len()));
            ranges.iter().for_each(|range| names_of_files(&source.text[range.clone()], &mut named_hidden));
            if !ranges.is_empty() {
                hidden.take(entry, &ranges, is_whole, &book.project.config().book.language);
            }
            if !is_whole {
                let rest = without(&source.text, &ranges);
                names_of_files(&rest, &mut named_visible);
                let rest = Source { lines: Lines::new(&rest), text: rest, ..(**source).clone() };
                hidden.want(entry);
                visible.push(Arc::new(rest));
            }
        }
        hidden.take_files(&book, &named_hidden, &named_visible);
        hidden.common = vec![false; hidden.needles.len()];
        for hash in hidden.by_hash.keys() {
            let (word, bit) = in_sieve(*hash);
            hidden.sieve[word] |= bit;
        }
        // Where nothing is hidden, nothing can be told.
        if !hidden.needles.is_empty() {
            let (seen, own) = hidden.seen(book, visible);
            hidden.own = own;
            seen.into_iter().for_each(|needle| hidden.common[needle as usize] = true);
        }
        hidden
    }

    /// Looks for what is hidden in the bytes of a file.
    pub(super) fn find(&self, name: &str, bytes: &[u8]) -> (Vec<Hit>, bool) {
        let mut search = Search { hidden: self, hits: Vec::new() };
        search.readings(name, false, &|_| 0, "in the name of the file");
        let may_leak = !self.needles.is_empty() && !self.own.contains(&xxh3_128(bytes));
        let is_whole = !may_leak || readings::read(bytes, &mut search);
        search.hits.retain(|hit| !self.common[hit.needle as usize]);
        (search.hits, is_whole)
    }

    /// What a hit is, its words, and where they are hidden.
    pub(super) fn about(&self, needle: u32) -> (What, String, String) {
        let Needle { what, document, span } = self.needles[needle as usize];
        let Document { file, text } = &self.documents[document as usize];
        let (line, column) = text.lines.line_and_column(&text.text, span.start);
        let words = text.text.get(span.range()).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let words = if words.is_empty() { text.path.name().to_owned() } else { words };
        (what, words, format!("{file}:{line}:{column}"))
    }

    /// What is proved if nothing was found but `found`.
    pub(super) fn proof(&self, found: &BTreeSet<u32>) -> Proof {
        let mut proof = Proof::default();
        let mut proved = std::collections::BTreeMap::new();
        for (at, needle) in self.needles.iter().enumerate() {
            match (self.common[at], needle.what) {
                (true, What::Run) => proof.common_runs += 1,
                // That a word stands elsewhere too is the way of words.
                (true, What::Word) => {}
                (true, _) => proof.common.push(self.about(at as u32)),
                (false, what) if !found.contains(&(at as u32)) => *proved.entry(what).or_default() += 1,
                _ => {}
            }
        }
        proof.common.sort();
        proof.proved = proved.into_iter().collect();
        proof
    }

    fn want(&mut self, entry: &Entry) {
        if !entry.facts.status.is_published() {
            return;
        }
        let path = &entry.source.path;
        let folder = if path.folder().is_empty() { String::new() } else { format!("{}/", path.folder()) };
        let addresses = match path.folder_page() {
            Some(_) => vec![format!("{folder}index.html"), format!("{}.html", path.id())],
            None => vec![format!("{}.html", path.id()), format!("{}/index.html", path.id())],
        };
        self.pages.push(Wanted { file: entry.source.file.clone(), title: entry.title.clone(), addresses });
    }

    fn put(&mut self, what: What, hash: u64, document: u32, range: Range<usize>) {
        let next = self.needles.len() as u32;
        let known = *self.by_hash.entry(hash).or_insert(next);
        if known == next {
            self.needles.push(Needle { what, document, span: range.into() });
        } else if what < self.needles[known as usize].what {
            self.needles[known as usize].what = what;
        }
    }

    /// Takes everything that could be told of some bytes of an entry.
    fn take(&mut self, entry: &Entry, ranges: &[Range<usize>], is_whole: bool, language: &str) {
        let document = self.documents.len() as u32;
        self.documents.push(Document { file: entry.source.file.clone(), text: entry.source.clone() });
        let language = entry.facts.lang.as_ref().map_or(language, |lang| &lang.value);
        let stemmer = Stemmer::of(language);
        let text = &entry.source.text;
        for range in ranges {
            self.take_text(&text[range.clone()], &|byte| range.start + byte, document, &stemmer);
            // The facts block is no text that readers see; its values are taken apart below.
            let start = range.start + if range.start == 0 { facts_of(&text[range.clone()]) } else { 0 };
            let (shown, runs) = as_shown(&text[start..range.end]);
            let back = |byte: usize| {
                let run = runs.partition_point(|(here, _)| *here <= byte).saturating_sub(1);
                let place = start + runs.get(run).map_or(0, |(here, there)| there + (byte - here));
                place.min(range.end)
            };
            self.take_text(&shown, &back, document, &stemmer);
            self.take_lines(&shown, &back, document);
            self.take_fields(&text[range.clone()], range.start, document);
        }
        if is_whole {
            // The name of a file stands nowhere in it.
            let title = entry.facts.title.as_ref().map_or(0..0, |title| title.span.range());
            self.take_phrase(&entry.title, document, title);
            self.take_phrase(entry.source.path.id(), document, 0..0);
            self.put(What::Id, name_hash(entry.source.path.name()), document, 0..0);
        }
    }

    fn take_text(&mut self, text: &str, back: &dyn Fn(usize) -> usize, document: u32, stemmer: &Stemmer) {
        units(text, false, |unit, hash, start, end| {
            let what = match unit {
                Unit::Words(RUN) => What::Run,
                Unit::Words(1) => What::Word,
                Unit::Words(_) => return,
                Unit::Number => What::Number,
                Unit::Sum => What::Sum,
                Unit::Name => What::Id,
            };
            let place = back(start)..back(end).max(back(start));
            if what != What::Word {
                return self.put(what, hash, document, place);
            }
            let word = text[start..end].to_lowercase();
            let is_word = word.chars().count() >= SHORTEST_WORD && word.chars().any(char::is_alphabetic);
            if is_word {
                self.put(what, hash, document, place.clone());
                // An index knows a word by its stem.
                let stem = stemmer.stem(&word);
                if let Some((hash, 1)) = phrase(&stem).filter(|_| stem.chars().count() >= SHORTEST_WORD) {
                    self.put(what, hash, document, place);
                }
            }
        });
    }

    /// Short blocks, and names of several words in a line.
    fn take_lines(&mut self, text: &str, back: &dyn Fn(usize) -> usize, document: u32) {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if let Some((hash, 5..RUN)) = phrase(line) {
                self.put(What::Line, hash, document, back(start)..back(start + line.trim_end().len()));
            }
            for name in capitalised(line) {
                if let Some((hash, n_words)) = phrase(&line[name.clone()])
                    && (2..RUN).contains(&n_words)
                {
                    self.put(What::Line, hash, document, back(start + name.start)..back(start + name.end));
                }
            }
            start += line.len();
        }
    }

    /// Headings, and the values of the facts block, which are shown apart from it.
    fn take_fields(&mut self, text: &str, from: usize, document: u32) {
        let mut start = from;
        let mut in_facts = from == 0 && text.trim_start_matches('\u{feff}').starts_with("---");
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let place = start..start + line.trim_end().len();
            start += line.len();
            let bare = line.trim();
            if in_facts {
                in_facts = number == 0 || bare != "---";
                let value = match bare.split_once(':') {
                    Some((_, value)) if !bare.starts_with('-') => value,
                    _ => bare.trim_start_matches('-'),
                };
                for value in value.split([',', '[', ']', '"']) {
                    self.take_phrase(value, document, place.clone());
                }
            } else if bare.starts_with('#') {
                let heading = bare.trim_matches(['#', ' ']);
                self.take_phrase(heading, document, place.clone());
                let slug = slug(heading);
                if slug.contains('-') {
                    self.put(What::Id, name_hash(&slug), document, place);
                }
            }
        }
    }

    /// A title or another name. One that is a single word is looked for as that.
    fn take_phrase(&mut self, text: &str, document: u32, place: Range<usize>) {
        if let Some((hash, 2..=RUN)) = phrase(text) {
            self.put(What::Line, hash, document, place);
        }
    }

    /// The files that only hidden words name, or that lie in a folder that is not for everyone.
    fn take_files(&mut self, book: &Book<'_>, hidden: &FxHashSet<String>, visible: &FxHashSet<String>) {
        let config = book.project.config();
        let is_kept = |asset: &SourcePath| {
            let folders = config.audiences.iter().flat_map(|audiences| &audiences.folders);
            let Readers::Only(readers) = &book.readers else { return false };
            let path = asset.as_str().to_lowercase();
            folders
                .into_iter()
                .any(|(folder, audience)| path.starts_with(&folder.to_lowercase()) && !readers.contains(audience))
        };
        for asset in &book.loaded.assets.files {
            let name = asset.file_name().to_lowercase();
            if visible.contains(&name) || !(hidden.contains(&name) || is_kept(asset)) {
                continue;
            }
            let path = book.project.content.folder.join(asset.as_str());
            let mut bytes = Vec::new();
            let read = platform::open_regular(&path).and_then(|mut file| file.read_to_end(&mut bytes));
            if read.is_err() || bytes.is_empty() {
                continue;
            }
            let document = self.documents.len() as u32;
            let file: Arc<str> = format!("{}{asset}", book.project.content.shown).into();
            let text = Source::new(asset.clone(), &book.project.content.shown, name.clone());
            self.documents.push(Document { file, text: Arc::new(text) });
            let next = self.needles.len() as u32;
            let place = Span::new(0, name.len());
            if *self.by_content.entry(xxh3_128(&bytes)).or_insert(next) == next {
                self.needles.push(Needle { what: What::File, document, span: place });
            }
            self.put(What::Id, name_hash(&name), document, 0..name.len());
            self.take_phrase(&name, document, 0..name.len());
        }
    }

    /// Everything hidden that the readers see as well, and the hashes of the files that the program makes of what they see.
    fn seen(&self, book: Book<'_>, visible: Vec<Arc<Source>>) -> (FxHashSet<u32>, FxHashSet<u128>) {
        let search = |name: &str, bytes: &[u8]| {
            let mut search = Search { hidden: self, hits: Vec::new() };
            search.readings(name, false, &|_| 0, "");
            readings::read(bytes, &mut search);
            search.hits.into_iter().map(|hit| hit.needle).collect::<FxHashSet<u32>>()
        };
        let mut seen: FxHashSet<u32> =
            visible.par_iter().flat_map_iter(|source| search(source.path.as_str(), source.text.as_bytes())).collect();
        // Whatever the program writes of what is seen alone: it never met the rest.
        let Book { project, loaded, readers, theme, today, carrier } = book;
        let entries: Vec<Arc<Entry>> = visible
            .into_par_iter()
            .filter_map(|source| {
                let file = source.file.clone();
                parse::guarded(&file, || parse::parse(source, &project.context)).ok().map(Arc::new)
            })
            .collect();
        let entries = entries.into_iter().collect();
        let rest = Loaded { entries, assets: loaded.assets, diagnostics: PersistentVec::default() };
        let made = project.make(rest, &Request { copy: Copy { readers: readers.clone(), drafts: false }, today });
        let copy = |carrier: Option<Carrier>| {
            let note = carrier.map(|carrier| Note { carrier, made: today, readers: readers.clone(), keeper: None });
            project.site(&made, &theme, &readers, note.as_ref())
        };
        let bytes = |site: &Site, page: &Page| match site.bytes(page) {
            Ok(Content::Bytes(bytes)) => bytes,
            Ok(Content::File(path)) => std::fs::read(project.content.folder.join(path.as_str())).unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        // The pages of a copy that leaves its place: all that others have, and what it says of itself.
        let site = copy(Some(Carrier::Zip));
        let pages: Vec<_> = site.all_pages().collect();
        let found = pages.par_iter().map(|page| {
            let bytes = bytes(&site, page);
            (xxh3_128(&bytes), search(&page.address, &bytes))
        });
        let (mut own, found): (FxHashSet<u128>, Vec<FxHashSet<u32>>) = found.unzip();
        if carrier != Some(Carrier::Zip) {
            let site = copy(carrier);
            let pages: Vec<_> = site.all_pages().collect();
            own.par_extend(pages.par_iter().map(|page| xxh3_128(&bytes(&site, page))));
        }
        seen.extend(found.into_iter().flatten());
        // What is around the files of a single file.
        let around = SingleView { titles: site.titles(), ..SingleView::default() };
        seen.extend(search("", site.single(&around).unwrap_or_default().as_bytes()));
        seen.extend(search("", site.single_script().as_bytes()));
        (seen, own)
    }
}

/// Letters of a word that can be told from noise.
const SHORTEST_WORD: usize = 3;

/// The titles of those entries that stand somewhere in some bytes, however they are wrapped, as they are compared.
pub(super) fn titles_in(wanted: &[Wanted], bytes: &[u8]) -> Vec<String> {
    struct Titles {
        wanted: FxHashMap<u64, String>,
        found: Vec<String>,
    }
    impl readings::Reader for Titles {
        fn text(&mut self, text: &str, _: &dyn Fn(usize) -> usize, _: How) {
            let Titles { wanted, found } = self;
            units(text, false, |_, hash, _, _| found.extend(wanted.remove(&hash)));
        }

        fn whole(&mut self, _: u128, _: usize) {}
    }
    let hash = |wanted: &Wanted| {
        let first: Vec<&str> = wanted.title.split_whitespace().take(RUN / 2).collect();
        phrase(&first.join(" ")).map(|(hash, _)| (hash, fold(&wanted.title)))
    };
    let mut titles = Titles { wanted: wanted.iter().filter_map(hash).collect(), found: Vec::new() };
    readings::read(bytes, &mut titles);
    titles.found
}

/// Bits of a hash that are its place in the sieve: 512 KB, of which a hundred thousand hashes fill a fortieth.
const SIEVE: u32 = 22;

/// The word of the sieve where a hash has its bit, and that bit.
fn in_sieve(hash: u64) -> (usize, u64) {
    let place = hash >> (64 - SIEVE);
    ((place >> 6) as usize, 1 << (place & 63))
}

struct Search<'h> {
    hidden: &'h Hidden,
    hits: Vec<Hit>,
}

impl Search<'_> {
    fn readings(&mut self, text: &str, noisy: bool, at: &dyn Fn(usize) -> usize, unwrapped: &'static str) {
        let Search { hidden, hits } = self;
        units(text, noisy, |_, hash, start, end| {
            let (word, bit) = in_sieve(hash);
            if hidden.sieve[word] & bit == 0 {
                return;
            }
            if let Some(needle) = hidden.by_hash.get(&hash) {
                let first = at(start);
                hits.push(Hit { needle: *needle, start: first, end: at(end).max(first), unwrapped });
            }
        });
    }
}

impl readings::Reader for Search<'_> {
    fn text(&mut self, text: &str, at: &dyn Fn(usize) -> usize, how: How) {
        self.readings(text, how.noisy, at, how.unwrapped);
    }

    fn whole(&mut self, hash: u128, at: usize) {
        if let Some(needle) = self.hidden.by_content.get(&hash) {
            self.hits.push(Hit { needle: *needle, start: at, end: at, unwrapped: "" });
        }
    }
}

/// The bytes of an entry that `readers` may not see, in order: all of them, or its passages and comments.
fn hidden_ranges(entry: &Entry, readers: &Readers) -> Vec<Range<usize>> {
    let secrecy = &entry.secrecy;
    let may = |audience: &[String]| match readers {
        Readers::Everyone => true,
        Readers::Only(names) => audience.iter().any(|name| names.contains(name)),
    };
    let is_kept = !secrecy.audience.is_empty() && !may(&secrecy.audience);
    if is_kept || (secrecy.in_doubt && *readers != Readers::Everyone) {
        let whole = 0..entry.source.text.len();
        return vec![whole];
    }
    let hidden = secrecy.passages.iter().filter(|passage| match &passage.readers {
        PassageReaders::Nobody => true,
        PassageReaders::Only(audience) => !may(audience),
    });
    hidden.map(|passage| passage.span.range()).collect()
}

/// The length of the facts block at the top of a text.
fn facts_of(text: &str) -> usize {
    let is_fence = |line: &str| line.trim_start_matches('\u{feff}').trim_end() == "---";
    let mut lines = text.split_inclusive('\n');
    match lines.next().filter(|line| is_fence(line)) {
        Some(first) => {
            let inner: usize = lines.take_while(|line| !is_fence(line)).map(str::len).sum();
            (first.len() + inner).min(text.len())
        }
        None => 0,
    }
}

fn without(text: &str, ranges: &[Range<usize>]) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut done = 0;
    for range in ranges.iter().filter(|range| range.end > range.start) {
        if range.start > done {
            rest.push_str(&text[done..range.start]);
            // What stood apart must not become one line.
            rest.push('\n');
        }
        done = done.max(range.end);
    }
    rest.push_str(&text[done..]);
    rest
}

/// The words of some Markdown as readers see them, a block a line, with the way back to its bytes.
fn as_shown(markdown: &str) -> (String, Vec<(usize, usize)>) {
    let mut shown = String::new();
    let mut runs = Vec::new();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_WIKILINKS;
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        let text = match &event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => text,
            Event::SoftBreak => " ",
            Event::HardBreak => "\n",
            Event::End(end) if !is_inline(end) => "\n",
            _ => continue,
        };
        runs.push((shown.len(), range.start));
        shown.push_str(text);
    }
    (shown, runs)
}

fn is_inline(end: &pulldown_cmark::TagEnd) -> bool {
    use pulldown_cmark::TagEnd::{Emphasis, Image, Link, Strikethrough, Strong};
    matches!(end, Emphasis | Strong | Strikethrough | Link | Image)
}

/// Runs of words that begin with a capital: names of people, places, projects.
fn capitalised(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<Range<usize>> = None;
    let mut at = 0;
    for word in line.split_inclusive(' ') {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let start = at + word.find(bare).unwrap_or_default();
        let end = start + bare.len();
        at += word.len();
        let ends_here = word.trim_end().ends_with(['.', ',', ';', ':', '!', '?', ')', '"']);
        if bare.starts_with(char::is_uppercase) && word.trim_start().starts_with(char::is_alphanumeric) {
            open = Some(open.map_or(start, |open| open.start)..end);
        } else {
            found.extend(open.take());
        }
        if ends_here {
            found.extend(open.take());
        }
    }
    found.extend(open);
    found
}

/// The last parts of everything in a text that may name a file, in lower case.
fn names_of_files(text: &str, names: &mut FxHashSet<String>) {
    let marks = |c: char| "()[]<>\"'|\n!".contains(c);
    for part in text.split(marks).chain(text.split(|c: char| marks(c) || c.is_whitespace())) {
        let name = part.trim().rsplit('/').next().unwrap_or_default();
        let name = name.split(['?', '#']).next().unwrap_or_default();
        if name.contains('.') && name.len() < 200 {
            names.insert(percent_encoding::percent_decode_str(name).decode_utf8_lossy().to_lowercase());
        }
    }
}
