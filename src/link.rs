//! Finds out where every reference leads, and who links to whom.
//!
//! Wikilinks are looked up by file name, then by the end of a path, then by alias, then by title; addresses as a path
//! from the file, then from the page taken as a folder, then from the content folder (`readings`). What fails is kept as
//! missing; finding the nearest names is left to the check that reports it, so that a clean book pays nothing.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

mod headings;

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64;

use crate::asset::{self, Assets, Unfit};
use crate::config::Limits;
use crate::entry::{Form, Piece, Reference};
use crate::filter::Visible;
use crate::kind::{Kind, with_subsections};
use crate::parse::menu::is_menu;
use crate::parse::{dated, has_picture_name, is_external, numbered};
use crate::persistent::PersistentVec;
use crate::text::{SourcePath, fold, joined, lower, with_outer, without_markdown};
use headings::Headings;

/// Where everything leads, for the entries of one copy.
#[derive(Debug, Default)]
pub struct Links {
    /// For each entry, for each of its references, its target.
    pub targets: Vec<Vec<Target>>,
    /// For each entry, who links to it, in the order of the entries that do; one an entry.
    pub backlinks: Vec<Vec<Backlink>>,
    /// Files that some visible entry shows or links to.
    pub assets: BTreeSet<SourcePath>,
    /// Pictures that stand in the addresses of visible entries, by their place in the site.
    pub pictures: BTreeMap<String, Arc<[u8]>>,
    /// Each entry whose length may decide that a page would be too long, with the entry whose page it is.
    measured: BTreeSet<(usize, usize)>,
    /// Made when an entry gets another title.
    reach: OnceLock<Reach>,
}

impl Links {
    /// Whether every page that the text of this entry may make too long, by its own length or by what it includes, is as
    /// long as it may be or not, as it was.
    pub fn fits_as_before(&self, entry: usize, entries: &PersistentVec<Visible>, limits: &Limits) -> bool {
        let measured = self.measured.range((entry, 0)..=(entry, usize::MAX)).map(|(_, page)| *page);
        measured.chain([entry]).all(|page| self.is_as_long(page, entries, limits))
    }

    /// Whether everything leads where it did, and pages are as long as they may be or not, although an entry that has been
    /// called `before` is called otherwise among `entries`, which lead and are named as before in all else.
    pub fn leads_as_before(
        &self,
        entry: usize,
        before: &str,
        entries: &PersistentVec<Visible>,
        limits: &Limits,
    ) -> bool {
        let reach = self.reach.get_or_init(|| Reach::new(entries, &self.targets));
        let title = &*entries[entry].title;
        // Names and aliases come before titles, so that titles do not decide where those lead that ask for either.
        let is_named = |at: usize, name: &str| {
            fold(entries[at].source.path.name()) == name
                || entries[at].facts.aliases.iter().any(|alias| fold(&alias.value) == name)
        };
        let is_decided = |name: &str, (from, nth): (usize, usize)| match &self.targets[from][nth] {
            Target::Entry { entry, .. } => {
                fold(wiki_name(&entries[from].references[nth])) != name || is_named(*entry, name)
            }
            _ => fold(wiki_name(&entries[from].references[nth])) != name,
        };
        let by_titles = [fold(before), fold(title)];
        let is_decided = by_titles.iter().all(|name| reach.asking(name).all(|reference| is_decided(name, reference)));
        let headings = Headings::new(&entries[entry]);
        let is_same_heading = |typed: &str| headings.find(typed, before) == headings.find(typed, title);
        // What leads here by a heading, which may be the title; and what may be a heading of its own page.
        let to_headings = reach.leading(entry).all(|(from, nth)| {
            let heading = entries[from].references[nth].heading.as_deref();
            heading.is_none_or(is_same_heading)
        });
        let own = entries[entry].references.iter().filter(|reference| reference.form == Form::Wiki);
        let own = own.map(wiki_name).all(is_same_heading);
        let mut pages: Vec<usize> = reach.leading(entry).map(|(from, _)| from).collect();
        pages.dedup();
        is_decided && to_headings && own && pages.iter().all(|page| self.is_as_long(*page, entries, limits))
    }

    /// Whether what makes a page too long is what it was, and hangs on the same entries.
    fn is_as_long(&self, page: usize, entries: &PersistentVec<Visible>, limits: &Limits) -> bool {
        let mut targets = self.targets[page].clone();
        for target in &mut targets {
            if let Target::Entry { problem: problem @ Some(Problem::TooLong), .. } = target {
                *problem = None;
            }
        }
        let measured = keep_short(page, &mut targets, entries, limits);
        targets == self.targets[page]
            && measured.iter().all(|entry| self.measured.contains(&(*entry, page)))
            && measured.contains(&page) == self.measured.contains(&(page, page))
    }
}

/// Which references may lead elsewhere when an entry is called otherwise, as places of the entry and of the reference in
/// it.
#[derive(Debug)]
struct Reach {
    /// The hash of the name that it asks for, and the reference; in order.
    asking: Vec<(u64, (u32, u32))>,
    /// The entry that it leads to, and the reference; in order.
    leading: Vec<(u32, (u32, u32))>,
}

impl Reach {
    fn new(entries: &PersistentVec<Visible>, targets: &[Vec<Target>]) -> Reach {
        let references = || {
            entries.par_iter().zip(targets).enumerate().flat_map_iter(|(at, (entry, targets))| {
                let references = entry.references.iter().zip(targets).enumerate();
                references.map(move |(nth, (reference, target))| ((at as u32, nth as u32), reference, target))
            })
        };
        let asking = references().filter(|(_, reference, _)| is_by_name(reference));
        let asking = asking.map(|(place, reference, _)| (xxh3_64(fold(wiki_name(reference)).as_bytes()), place));
        let leading = references().filter_map(|(place, _, target)| match target {
            Target::Entry { entry, .. } => Some((*entry as u32, place)),
            _ => None,
        });
        let (mut asking, mut leading): (Vec<_>, Vec<_>) = (asking.collect(), leading.collect());
        asking.par_sort_unstable();
        leading.par_sort_unstable();
        Reach { asking, leading }
    }

    /// Those that may ask for this folded name: other names can have the same hash.
    fn asking(&self, name: &str) -> impl Iterator<Item = (usize, usize)> {
        of_key(&self.asking, xxh3_64(name.as_bytes()))
    }

    /// Those that lead to an entry, its own among them; in order.
    fn leading(&self, entry: usize) -> impl Iterator<Item = (usize, usize)> {
        of_key(&self.leading, entry as u32)
    }
}

fn of_key<K: Copy + Ord>(sorted: &[(K, (u32, u32))], key: K) -> impl Iterator<Item = (usize, usize)> {
    let start = sorted.partition_point(|(known, _)| *known < key);
    let of_key = sorted[start..].iter().take_while(move |(known, _)| *known == key);
    of_key.map(|(_, (entry, reference))| (*entry as usize, *reference as usize))
}

/// Where a reference leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An entry, or a heading in it. `problem` says what a writer should mend all the same.
    Entry {
        /// Its index.
        entry: usize,
        /// The anchor of the heading; `None` for the top of the page.
        anchor: Option<Arc<str>>,
        /// What is not right with it.
        problem: Option<Problem>,
    },
    /// A folder that has no page of its own: its listing.
    Folder(String),
    /// A file that is no entry.
    Asset(SourcePath),
    /// A file that the site may not hold.
    Unfit(SourcePath, Unfit),
    /// A picture that stood in the address itself: its place in the site.
    Picture(String),
    /// An address outside the book.
    External(String),
    /// An address that no page may lead to.
    Unsafe,
    /// Nothing.
    Missing,
}

/// Why a reference that leads somewhere should be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The entry is there, the heading is not.
    NoHeading,
    /// Several entries have the name; the nearest was taken.
    Ambiguous,
    /// Upper and lower case differ from the file's.
    Case,
    /// It names a heading of its own page without `#`.
    HeadingWithoutHash,
    /// It includes a level, step or card, which means nothing outside its own page and may be for one player only.
    Unsuitable,
    /// It includes what includes its own page.
    Loop,
    /// With it, its page would be longer than the book allows.
    TooLong,
}

/// One entry that links to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlink {
    /// The index of the entry that links.
    pub from: usize,
    /// The first of its references that does.
    pub reference: usize,
}

/// Resolves every reference of the entries of one copy. `assets` are the files beside them.
pub fn link(entries: &PersistentVec<Visible>, assets: &Assets, limits: &Limits) -> Links {
    let names = Names::new(entries, assets);
    let mut targets: Vec<Vec<Target>> = entries
        .par_iter()
        .enumerate()
        .map(|(index, entry)| entry.references.iter().map(|reference| names.resolve(index, reference)).collect())
        .collect();
    mark_include_loops(entries, &mut targets);
    let measured = targets.par_iter_mut().enumerate().flat_map_iter(|(page, targets)| {
        let measured = keep_short(page, targets, entries, limits);
        measured.into_iter().map(move |entry| (entry, page))
    });
    let measured = measured.collect();
    let backlinks = backlinks(entries, &targets);
    let used = targets.iter().flatten().filter_map(|target| match target {
        Target::Asset(path) => Some(path.clone()),
        _ => None,
    });
    let used = used.collect();
    let pictures = pictures(entries, &mut targets);
    Links { assets: used, pictures, targets, backlinks, measured, reach: OnceLock::new() }
}

/// Marks what would make a page longer than its book allows: titles of others and what is included, which a few letters
/// bring in again and again. What is included counts once as text of the page. Returns the entries whose length was asked
/// for; none if the page has room however short they are.
fn keep_short(
    page: usize,
    targets: &mut [Target],
    entries: &PersistentVec<Visible>,
    limits: &Limits,
) -> BTreeSet<usize> {
    let entry = &entries[page];
    let mut text = entry.source.text.len();
    let mut included: BTreeSet<(usize, Option<Arc<str>>)> = BTreeSet::new();
    let mut filled = 0;
    for (reference, target) in entry.references.iter().zip(targets) {
        let Target::Entry { entry: other, anchor, problem: problem @ None } = target else { continue };
        let other_entry = &entries[*other];
        filled += match reference.form {
            Form::Include => {
                let length = length_of_part(other_entry, anchor.as_deref());
                if included.insert((*other, anchor.clone())) {
                    text += length;
                }
                length
            }
            Form::Wiki | Form::Link if reference.text.is_empty() => other_entry.title.len(),
            _ => continue,
        };
        if filled > limits.room_for(text) {
            *problem = Some(Problem::TooLong);
        }
    }
    let mut measured: BTreeSet<usize> = included.into_iter().map(|(entry, _)| entry).collect();
    if !measured.is_empty() || filled > limits.room_for(0) {
        measured.insert(page);
    }
    measured
}

/// The bytes of a heading's part of an entry; of the whole entry without a heading.
fn length_of_part(entry: &Visible, anchor: Option<&str>) -> usize {
    let sections = &entry.body.sections;
    let first = anchor.and_then(|anchor| entry.body.section_at(anchor));
    let part = first.map_or(0..sections.len(), |first| with_subsections(sections, first));
    sections[part].iter().map(|section| section.span.range().len()).sum()
}

/// Pictures that stand in addresses become files of the site, each once, named by their bytes.
fn pictures(entries: &PersistentVec<Visible>, targets: &mut [Vec<Target>]) -> BTreeMap<String, Arc<[u8]>> {
    let mut pictures = BTreeMap::new();
    for (entry, targets) in entries.iter().zip(targets) {
        let mut known: HashMap<&str, Target> = HashMap::new();
        for (reference, target) in entry.references.iter().zip(targets) {
            if *target != Target::Unsafe || reference.form != Form::Picture {
                continue;
            }
            let read = || match asset::picture_in(&reference.target) {
                None => Target::Unsafe,
                Some((extension, bytes)) => {
                    let address = format!("picture-{:016x}.{extension}", xxh3_64(&bytes));
                    pictures.insert(address.clone(), bytes.into());
                    Target::Picture(address)
                }
            };
            *target = known.entry(&reference.target).or_insert_with(read).clone();
        }
    }
    pictures
}

/// The exact inverse of the links in the text. Fields of the front matter have indexes of their own.
fn backlinks(entries: &PersistentVec<Visible>, targets: &[Vec<Target>]) -> Vec<Vec<Backlink>> {
    let mut backlinks = vec![Vec::new(); entries.len()];
    for (from, targets) in targets.iter().enumerate() {
        for (reference, target) in targets.iter().enumerate() {
            let Target::Entry { entry, .. } = target else { continue };
            if *entry == from || matches!(entries[from].references[reference].form, Form::Fact(_)) {
                continue;
            }
            let links: &mut Vec<Backlink> = &mut backlinks[*entry];
            // Readers want to know who points here, not how often.
            if links.last().is_none_or(|last| last.from != from) {
                links.push(Backlink { from, reference });
            }
        }
    }
    backlinks
}

/// Marks every include that leads back to its own page, by whatever way: the first one met on a walk in the order of the
/// entries.
fn mark_include_loops(entries: &PersistentVec<Visible>, targets: &mut [Vec<Target>]) {
    let includes: Vec<Vec<(usize, usize)>> = entries
        .iter()
        .zip(targets.iter())
        .map(|(entry, targets)| {
            let included = |reference: &usize| match &targets[*reference] {
                Target::Entry { entry, .. } => Some((*reference, *entry)),
                _ => None,
            };
            let references = entry.body.sections.iter().flat_map(|section| &section.pieces);
            let references = references.filter_map(|piece| match piece {
                Piece::Include(reference) => Some(*reference),
                _ => None,
            });
            references.filter_map(|reference| included(&reference)).collect()
        })
        .collect();
    if includes.iter().all(Vec::is_empty) {
        return;
    }
    let mut state = vec![0u8; entries.len()];
    let mut broken = Vec::new();
    for start in 0..entries.len() {
        let mut stack = vec![(start, 0)];
        while let Some((entry, next)) = stack.pop() {
            if next == 0 && state[entry] == 2 {
                continue;
            }
            state[entry] = 1;
            match includes[entry].get(next) {
                None => state[entry] = 2,
                Some((reference, target)) => {
                    stack.push((entry, next + 1));
                    match state[*target] {
                        1 => broken.push((entry, *reference)),
                        0 => stack.push((*target, 0)),
                        _ => {}
                    }
                }
            }
        }
    }
    for (entry, reference) in broken {
        if let Target::Entry { problem, .. } = &mut targets[entry][reference] {
            *problem = Some(Problem::Loop);
        }
    }
}

/// Every name under which something can be found.
struct Names<'e> {
    entries: &'e PersistentVec<Visible>,
    assets: &'e Assets,
    /// Folded file name → entries.
    by_name: HashMap<String, Namesakes>,
    by_alias: HashMap<String, Namesakes>,
    by_title: HashMap<String, Namesakes>,
    /// Lower-case end of a path, from a slash on → entries; made when the first link has a slash.
    by_ending: OnceLock<HashMap<String, Namesakes>>,
    /// Lower-case path without extension → entries (more than one if only case or extension differ).
    by_path: HashMap<String, Vec<usize>>,
    /// Lower-case address that an entry asks for or had, as in `by_path` → the entry.
    by_address: HashMap<String, usize>,
    /// Lower-case path as sites of other generators have it → the path of the entry or folder. Only where they differ; made
    /// when the first link finds nothing otherwise.
    by_foreign: OnceLock<HashMap<String, &'e str>>,
    /// Lower-case folder → its path, and the entry that is its page, if there is one.
    folders: HashMap<String, (&'e str, Option<usize>)>,
    assets_by_name: HashMap<String, AssetsOfOneName<'e>>,
    assets_lower: HashMap<String, &'e SourcePath>,
    /// Of each entry, made when the first link asks for one of its headings.
    headings: Vec<OnceLock<Headings>>,
}

impl<'e> Names<'e> {
    fn new(entries: &'e PersistentVec<Visible>, assets: &'e Assets) -> Names<'e> {
        let mut names = Names {
            entries,
            assets,
            by_name: HashMap::new(),
            by_alias: HashMap::new(),
            by_title: HashMap::new(),
            by_ending: OnceLock::new(),
            by_path: HashMap::new(),
            by_address: HashMap::new(),
            by_foreign: OnceLock::new(),
            folders: HashMap::new(),
            assets_by_name: HashMap::new(),
            assets_lower: HashMap::new(),
            headings: entries.iter().map(|_| OnceLock::new()).collect(),
        };
        for (index, entry) in entries.iter().enumerate() {
            let path = &entry.source.path;
            names.by_name.entry(fold(path.name())).or_default().entries.push(index);
            names.by_path.entry(lower(path.id())).or_default().push(index);
            names.by_title.entry(fold(&entry.title)).or_default().entries.push(index);
            for alias in &entry.facts.aliases {
                names.by_alias.entry(fold(&alias.value)).or_default().entries.push(index);
            }
            for address in entry.wanted_address().into_iter().chain(entry.old_addresses()) {
                names.by_address.entry(page_id(&lower(&address)).to_owned()).or_insert(index);
            }
            names.add_folders(path.folder());
            if let Some(rank) = path.folder_page() {
                let (_, page) = names.folders.get_mut(&lower(path.folder())).expect("it was just added");
                let rank_of = |page: usize| entries[page].source.path.folder_page();
                if page.is_none_or(|page| Some(rank) < rank_of(page)) {
                    *page = Some(index);
                }
            }
        }
        // Of two files that fit equally well the hidden one comes second.
        let is_hidden = |asset: &&SourcePath| asset.as_str().starts_with('.') || asset.as_str().contains("/.");
        for asset in assets.files.iter().filter(|asset| !is_hidden(asset)).chain(assets.files.iter().filter(is_hidden))
        {
            names.assets_by_name.entry(lower(asset.file_name())).or_default().assets.push(asset);
            names.assets_lower.entry(lower(asset.as_str())).or_insert(asset);
        }
        names
    }

    /// A folder and those around it.
    fn add_folders(&mut self, folder: &'e str) {
        for folder in with_outer(folder) {
            self.folders.entry(lower(folder)).or_insert((folder, None));
        }
    }

    fn resolve(&self, from: usize, reference: &Reference) -> Target {
        match self.found(from, reference) {
            Target::Asset(path) => match self.assets.unfit.get(&path) {
                Some(why) => Target::Unfit(path, *why),
                None => Target::Asset(path),
            },
            target => target,
        }
    }

    fn found(&self, from: usize, reference: &Reference) -> Target {
        match reference.form {
            Form::Link | Form::Picture if is_external(&reference.target) => external(&reference.target),
            _ if reference.target.is_empty() => match &reference.heading {
                Some(heading) => self.heading(from, Some(heading), None),
                None => Target::Missing,
            },
            Form::Include => self.included(self.wiki(from, reference)),
            Form::Wiki | Form::Fact(_) => self.wiki(from, reference),
            Form::Link => self.address(from, reference),
            Form::Picture => {
                let found = self.address(from, reference);
                if found == Target::Missing { self.asset_by_name(from, &reference.target) } else { found }
            }
        }
    }

    /// A target as far as it can be included.
    fn included(&self, target: Target) -> Target {
        let Target::Entry { entry, anchor, .. } = &target else { return target };
        let other = &self.entries[*entry];
        let parts: Vec<std::ops::Range<usize>> = match &other.kind {
            Kind::Escalation(kind) => kind.levels.iter().map(|level| level.sections.clone()).collect(),
            Kind::Decision(kind) => kind.steps.iter().map(|step| step.sections.clone()).collect(),
            Kind::Roleplay(kind) => {
                let steps = kind.steps.iter().map(|step| step.sections.clone());
                let cards = kind.cards.iter().map(|card| card.sections.clone());
                let conversation = kind.conversation.map(|index| with_subsections(&other.body.sections, index));
                steps.chain(cards).chain(conversation).collect()
            }
            _ => return target,
        };
        let named = anchor.as_ref().and_then(|anchor| other.body.section_at(anchor));
        let unsuitable = named.is_none_or(|at| parts.iter().any(|part| part.contains(&at)));
        let problem = unsuitable.then_some(Problem::Unsuitable);
        Target::Entry { entry: *entry, anchor: anchor.clone(), problem }
    }

    fn folder_of(&self, from: usize) -> &str {
        self.entries[from].source.path.folder()
    }

    fn wiki(&self, from: usize, reference: &Reference) -> Target {
        let typed = wiki_name(reference);
        if has_picture_name(typed) {
            let found = self.asset_by_name(from, typed);
            if found != Target::Missing {
                return found;
            }
        }
        let heading = reference.heading.as_deref();
        let folded = fold(typed);
        let named = if typed.contains('/') {
            self.by_ending.get_or_init(|| self.endings()).get(&lower(typed))
        } else {
            self.by_name.get(&folded)
        };
        let found = named
            .or_else(|| self.by_alias.get(&folded))
            .or_else(|| self.by_title.get(&folded))
            .map(|namesakes| self.nearest_of(from, namesakes, typed));
        if let Some((entry, problem)) = found {
            return self.heading(entry, heading, problem);
        }
        if let Some((_, Some(page))) = self.folders.get(&lower(typed)) {
            return self.heading(*page, heading, None);
        }
        let asset = self.asset_by_name(from, typed);
        if asset != Target::Missing {
            return asset;
        }
        // `[[../desk/late]]` is typed like an address.
        let found = if typed.contains('/') { self.address(from, reference) } else { Target::Missing };
        // `[[Step in now]]` for `[[#Step in now]]`.
        match self.find_heading(from, typed) {
            Some(anchor) if found == Target::Missing && heading.is_none() && reference.form == Form::Wiki => {
                Target::Entry { entry: from, anchor, problem: Some(Problem::HeadingWithoutHash) }
            }
            _ => found,
        }
    }

    fn endings(&self) -> HashMap<String, Namesakes> {
        let mut endings: HashMap<String, Namesakes> = HashMap::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let id = lower(entry.id());
            for start in std::iter::once(0).chain(id.match_indices('/').map(|(at, _)| at + 1)) {
                endings.entry(id[start..].to_owned()).or_default().entries.push(index);
            }
        }
        endings
    }

    /// The one whose folder is nearest to that of `from`, among those that are called exactly `typed` if there are any.
    fn nearest_of(&self, from: usize, namesakes: &Namesakes, typed: &str) -> (usize, Option<Problem>) {
        let exact = match namesakes.entries.len() {
            1 => None,
            _ => namesakes.exactly(typed, |entry| self.entries[entry].source.path.name()),
        };
        let namesakes = exact.unwrap_or(namesakes);
        let (nearest, distance, rivals) = namesakes.nearest(self.folder_of(from), |entry| self.folder_of(entry));
        let problem = (namesakes.entries.len() > 1 && (rivals > 1 || distance > 0)).then_some(Problem::Ambiguous);
        (nearest, problem)
    }

    fn heading(&self, entry: usize, heading: Option<&str>, problem: Option<Problem>) -> Target {
        let Some(heading) = heading.filter(|heading| !heading.is_empty() && !heading.starts_with('^')) else {
            return Target::Entry { entry, anchor: None, problem };
        };
        match self.find_heading(entry, heading) {
            Some(anchor) => Target::Entry { entry, anchor, problem },
            None => Target::Entry { entry, anchor: None, problem: Some(Problem::NoHeading) },
        }
    }

    /// The anchor of a heading; `Some(None)` for the title, which is the top of the page.
    fn find_heading(&self, entry: usize, typed: &str) -> Option<Option<Arc<str>>> {
        let headings = self.headings[entry].get_or_init(|| Headings::new(&self.entries[entry]));
        headings.find(typed, &self.entries[entry].title)
    }

    fn address(&self, from: usize, reference: &Reference) -> Target {
        let typed = reference.target.replace('\\', "/");
        let heading = reference.heading.as_deref().map(|heading| heading.trim_start_matches('/'));
        let path = typed.split('?').next().unwrap_or_default();
        // A question mark can stand in a name.
        let whole = (path.len() < typed.len()).then_some(typed.as_str());
        let readings = || [Some(path), whole].into_iter().flatten().flat_map(|typed| self.readings(from, typed));
        let found = |path: &str| {
            let found = self.path(path, typed.ends_with('/'), heading);
            (found != Target::Missing).then_some(found)
        };
        let as_typed = readings().find_map(|reading| found(&reading));
        let as_elsewhere = || readings().find_map(|reading| found(self.foreign(&reading)?));
        as_typed.or_else(as_elsewhere).unwrap_or(Target::Missing)
    }

    /// The path of what the sites of other generators have at `path`.
    fn foreign(&self, path: &str) -> Option<&'e str> {
        let by_foreign = self.by_foreign.get_or_init(|| {
            let mut by_foreign = HashMap::new();
            let paths = self.entries.iter().map(|entry| &entry.source.path);
            for path in paths.flat_map(|path| std::iter::once(path.id()).chain(with_outer(path.folder()))) {
                let id = lower(path);
                let foreign = foreign_id(&id);
                if foreign != folder_of_page(&id) {
                    by_foreign.entry(foreign).or_insert(path);
                }
            }
            by_foreign
        });
        by_foreign.get(&foreign_id(&lower(page_stem(path)))).copied()
    }

    /// The paths that an address can mean, the likeliest first. Each is made when it is asked for: mostly the first is meant.
    fn readings<'t>(&'t self, from: usize, typed: &'t str) -> impl Iterator<Item = String> {
        // `{{ site.baseurl }}/guide` names the root by a template's word.
        let rooted = match typed.strip_prefix("{{").and_then(|rest| rest.split_once("}}")) {
            Some((_, rest)) => Some(rest),
            None => typed.strip_prefix('/'),
        };
        let as_rooted = rooted.into_iter().flat_map(move |rooted| self.rooted_readings(from, rooted));
        let as_relative = rooted.is_none().then(|| self.relative_readings(from, typed));
        as_rooted.chain(as_relative.into_iter().flatten())
    }

    fn rooted_readings<'t>(&'t self, from: usize, rooted: &'t str) -> impl Iterator<Item = String> {
        // The site's mount, a language or the folder's own name may stand before the path.
        let without_mount = rooted.trim_start_matches('/').split_once('/').map(|(_, rest)| rest);
        // The root may be a folder around the page: `content` of Hugo, `docs` of a whole repository.
        let mut roots: Vec<&str> = with_outer(self.folder_of(from)).collect();
        roots.reverse();
        [Some(rooted), without_mount].into_iter().flatten().flat_map(move |path| {
            let from_roots = roots.clone().into_iter().filter_map(move |root| joined(root, path));
            // Generators keep what is only copied in a folder of its own.
            let copied = roots.clone().into_iter().flat_map(|root| ["static", "public"].map(|own| (root, own)));
            from_roots.chain(copied.filter_map(move |(root, own)| joined(root, &format!("{own}/{path}"))))
        })
    }

    fn relative_readings<'t>(&'t self, from: usize, typed: &'t str) -> impl Iterator<Item = String> {
        let entry = &self.entries[from];
        let from_address = move || entry.wanted_address().and_then(|address| joined(page_id(&address), typed));
        std::iter::once_with(move || joined(self.folder_of(from), typed))
            .chain(std::iter::once_with(move || joined(entry.id(), typed)))
            .chain(std::iter::once_with(from_address))
            .chain(std::iter::once_with(move || joined("", typed)))
            .flatten()
    }

    fn path(&self, path: &str, as_folder: bool, heading: Option<&str>) -> Target {
        if let Some(asset) = self.assets.files.get(path) {
            return if is_menu(asset) { self.listing(asset.folder(), heading) } else { Target::Asset(asset.clone()) };
        }
        let stem = page_stem(path);
        let id = lower(stem);
        let entry = || {
            let candidates = self.by_path.get(&id)?;
            let path_of = |entry: &usize| &self.entries[*entry].source.path;
            let exact = candidates.iter().find(|entry| path_of(entry).as_str() == path);
            let exact = exact.or_else(|| candidates.iter().find(|entry| is_same(path_of(entry).id(), stem)));
            let problem = exact.is_none().then_some(Problem::Case);
            Some(self.heading(*exact.unwrap_or(&candidates[0]), heading, problem))
        };
        let folder = self.folders.get(folder_of_page(&id));
        let folder_page = || folder.and_then(|(_, page)| Some(self.heading((*page)?, heading, None)));
        let found = if as_folder { folder_page().or_else(entry) } else { entry().or_else(folder_page) };
        found
            .or_else(|| self.by_address.get(page_id(&id)).map(|entry| self.heading(*entry, heading, None)))
            .or_else(|| folder.map(|(folder, _)| Target::Folder((*folder).to_owned())))
            .or_else(|| self.assets_lower.get(&lower(path)).map(|asset| Target::Asset((*asset).clone())))
            .unwrap_or(Target::Missing)
    }

    /// The page of a folder, else its list.
    fn listing(&self, folder: &str, heading: Option<&str>) -> Target {
        match self.folders.get(&lower(folder)) {
            Some((_, Some(page))) => self.heading(*page, heading, None),
            Some((folder, None)) => Target::Folder((*folder).to_owned()),
            None => Target::Missing,
        }
    }

    fn asset_by_name(&self, from: usize, typed: &str) -> Target {
        let lower = lower(typed);
        let name = lower.rsplit('/').next().unwrap_or(&lower);
        let Some(namesakes) = self.assets_by_name.get(name) else { return Target::Missing };
        let folder = self.folder_of(from);
        let best = if lower.contains('/') {
            let candidates = namesakes.assets.iter().filter(|asset| self::lower(asset.as_str()).ends_with(&lower));
            let shared = |asset: &&&SourcePath| {
                folder.split('/').zip(asset.folder().split('/')).take_while(|(a, b)| a == b).count()
            };
            candidates.max_by_key(|asset| (shared(asset), std::cmp::Reverse(asset.as_str()))).copied()
        } else {
            namesakes.nearest(folder)
        };
        best.map_or(Target::Missing, |asset| Target::Asset(asset.clone()))
    }
}

/// Entries that one name finds; at least one.
#[derive(Default)]
struct Namesakes {
    entries: Vec<usize>,
    /// Folder → the least deep of those in it and below. Made when the first link asks for the nearest of many: with as
    /// many links as namesakes, each link would else look at each of them.
    shallowest: OnceLock<HashMap<String, Shallowest>>,
    /// Lower-case file name → those of that name, if not all have it. Made when the first link finds several.
    exact: OnceLock<HashMap<String, Namesakes>>,
}

/// The least deep of some entries.
struct Shallowest {
    depth: usize,
    /// The first of those so deep.
    entry: usize,
    /// How many are so deep.
    count: usize,
}

impl Namesakes {
    /// Those whose names are `typed` in every sign: `a-b` and `a_b` are one name only where nothing tells them apart.
    fn exactly<'f>(&self, typed: &str, name_of: impl Fn(usize) -> &'f str) -> Option<&Namesakes> {
        let exact = self.exact.get_or_init(|| {
            let mut exact: HashMap<String, Namesakes> = HashMap::new();
            for entry in &self.entries {
                exact.entry(lower(name_of(*entry))).or_default().entries.push(*entry);
            }
            if exact.len() > 1 { exact } else { HashMap::new() }
        });
        exact.get(&lower(typed.rsplit('/').next().unwrap_or(typed)))
    }

    /// The entry whose folder is nearest to `folder`, the first of equals; how many steps that is, from folder to folder;
    /// and how many are so near.
    fn nearest<'f>(&self, folder: &str, folder_of: impl Fn(usize) -> &'f str) -> (usize, usize, usize) {
        if let [only] = self.entries[..] {
            return (only, 0, 1);
        }
        let own_depth = depth(folder);
        let shallowest = self.shallowest.get_or_init(|| self.shallowest(folder_of));
        let (mut nearest, mut least, mut rivals) = (self.entries[0], usize::MAX, 0);
        // Of those below a shared folder the least deep are nearest. If some of them share a deeper folder too, they
        // are nearer than they look from here, and were met there.
        for shared in with_outer(folder) {
            let Some(found) = shallowest.get(shared) else { continue };
            let distance = own_depth + found.depth - 2 * depth(shared);
            match distance.cmp(&least) {
                Ordering::Less => (nearest, least, rivals) = (found.entry, distance, found.count),
                Ordering::Equal => (nearest, rivals) = (nearest.min(found.entry), rivals + found.count),
                Ordering::Greater => {}
            }
        }
        (nearest, least, rivals)
    }

    fn shallowest<'f>(&self, folder_of: impl Fn(usize) -> &'f str) -> HashMap<String, Shallowest> {
        let mut shallowest: HashMap<String, Shallowest> = HashMap::new();
        for entry in &self.entries {
            let folder = folder_of(*entry);
            let depth = depth(folder);
            for outer in with_outer(folder) {
                let found = shallowest.entry(outer.to_owned()).or_insert(Shallowest { depth, entry: *entry, count: 0 });
                match depth.cmp(&found.depth) {
                    Ordering::Less => *found = Shallowest { depth, entry: *entry, count: 1 },
                    Ordering::Equal => found.count += 1,
                    Ordering::Greater => {}
                }
            }
        }
        shallowest
    }
}

/// Files beside the entries that have one name, in order of path.
#[derive(Default)]
struct AssetsOfOneName<'e> {
    assets: Vec<&'e SourcePath>,
    /// Folder → the first in it and below.
    first: OnceLock<HashMap<&'e str, &'e SourcePath>>,
}

impl<'e> AssetsOfOneName<'e> {
    /// The one that shares most folders with an entry in `folder`, the first of equals.
    fn nearest(&self, folder: &str) -> Option<&'e SourcePath> {
        // Directly in the content folder, and not below; no folder has that name.
        const CONTENT_FOLDER: &str = "/";
        let first = self.first.get_or_init(|| {
            let mut first = HashMap::new();
            for asset in &self.assets {
                let here = asset.folder().is_empty().then_some(CONTENT_FOLDER);
                for outer in with_outer(asset.folder()).chain(here) {
                    first.entry(outer).or_insert(*asset);
                }
            }
            first
        });
        let here = folder.is_empty().then_some(CONTENT_FOLDER);
        here.into_iter().chain(with_outer(folder)).find_map(|outer| first.get(outer).copied())
    }
}

/// Whether a reference is looked up by name rather than by address.
fn is_by_name(reference: &Reference) -> bool {
    matches!(reference.form, Form::Wiki | Form::Include | Form::Fact(_))
}

/// What a reference by name asks for.
fn wiki_name(reference: &Reference) -> &str {
    let typed = reference.target.trim_matches('/').trim_start_matches("./");
    without_markdown(typed).unwrap_or(typed)
}

fn depth(folder: &str) -> usize {
    folder.split('/').filter(|part| !part.is_empty()).count()
}

/// The path of a page without its extensions, those of the file or of the site.
fn page_stem(path: &str) -> &str {
    let site = || match path.rsplit_once('.') {
        Some((stem, extension)) if ["html", "htm"].iter().any(|known| extension.eq_ignore_ascii_case(known)) => stem,
        _ => path,
    };
    without_markdown(path).unwrap_or_else(site)
}

/// A lower-case path without the name of a folder's page: `guide` for `guide` and for `guide/readme`.
fn folder_of_page(id: &str) -> &str {
    let (folder, name) = id.rsplit_once('/').unwrap_or(("", id));
    if ["index", "readme", "_index"].contains(&name) { folder } else { id }
}

/// An address of a page without what generators add or leave out: `guide` for `guide/index.html`.
fn page_id(address: &str) -> &str {
    let id = page_stem(address);
    id.strip_suffix("/index").unwrap_or(id)
}

/// A lower-case path as it is on the sites of other generators: Docusaurus, Nuxt and Next.js leave out the numbers that
/// order files, and Jekyll has the day of a post as folders: `app/pages` for `01-app/02-pages`, `2024/01/02/name` for
/// `_posts/2024-01-02-name`.
fn foreign_id(id: &str) -> String {
    let parts = folder_of_page(id).split('/').filter(|part| *part != "_posts");
    let named = parts.map(|part| match (dated(part), numbered(part)) {
        (Some((day, name)), _) => format!("{}/{name}", day.replace('-', "/")),
        (None, Some((_, name))) => name.to_owned(),
        (None, None) => part.to_owned(),
    });
    named.collect::<Vec<_>>().join("/")
}

/// Whether two texts differ at most in Unicode's ways of writing a letter.
fn is_same(a: &str, b: &str) -> bool {
    a == b || (!a.is_ascii() && a.nfc().eq(b.nfc()))
}

/// An address that leads out of the book, if pages may lead there.
fn external(address: &str) -> Target {
    let clean: String = address.chars().filter(|c| !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}')).collect();
    let clean = clean.trim();
    if clean.starts_with("//") {
        return Target::External(format!("https:{clean}"));
    }
    let scheme = clean.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match scheme.as_str() {
        // A browser takes a backslash for a slash.
        "http" | "https" | "mailto" | "tel" => Target::External(clean.replace('\\', "%5C")),
        _ => Target::Unsafe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By looking at each of them.
    fn one_by_one(folder: &str, folders: &[&str]) -> (usize, usize, usize) {
        let shared =
            |other: &str| folder.split('/').zip(other.split('/')).take_while(|(a, b)| a == b && !a.is_empty()).count();
        let distances: Vec<usize> =
            folders.iter().map(|other| depth(folder) + depth(other) - 2 * shared(other)).collect();
        let least = *distances.iter().min().expect("one is chosen");
        let nearest = distances.iter().position(|distance| *distance == least).expect("it is there");
        (nearest, least, distances.iter().filter(|distance| **distance == least).count())
    }

    #[test]
    fn the_nearest_of_many_is_the_one_that_is_nearest() {
        let folders = ["", "a", "a/b", "a/b/c", "a/b/d", "a/x/y/z", "b", "b/a", "b/a/c", "ab", "a/b/c/e/f"];
        let asking = ["", "a", "a/b", "a/b/c", "a/b/c/e", "a/x", "a/x/y/q", "b/a/c/d", "c", "c/d/e", "ab/c"];
        // Every choice of namesakes among the folders, so that every tie is met.
        for chosen in 1usize..1 << folders.len() {
            let some: Vec<&str> = (0..folders.len()).filter(|at| chosen >> at & 1 == 1).map(|at| folders[at]).collect();
            if some.len() < 2 {
                continue;
            }
            let namesakes =
                Namesakes { entries: (0..some.len()).collect(), shallowest: OnceLock::new(), exact: OnceLock::new() };
            for folder in asking {
                let found = namesakes.nearest(folder, |entry| some[entry]);
                assert_eq!(found, one_by_one(folder, &some), "from `{folder}` among {some:?}");
            }
        }
    }
}
