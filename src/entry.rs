//! What one file says, and nothing that any other file says.
//!
//! `parse` makes an [`Entry`]; everything behind it reads one. Links to other entries are [`Reference`]s, and where
//! they stand in the markup a [`Fragment`] has holes, which the view fills.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use jiff::civil::Date;
use xxhash_rust::xxh3::Xxh3;

use crate::diagnostic::Diagnostic;
use crate::facts::{Facts, KindName};
use crate::kind::Kind;
use crate::search::text::Text;
use crate::source::Source;
use crate::text::{SourcePath, Span};

/// One file of the playbook, understood.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The file.
    pub source: Arc<Source>,
    /// What its front matter says.
    pub facts: Facts,
    /// What it is.
    pub kind_name: KindName,
    /// `title:`, else the first heading of level 1, else the file name made readable.
    pub title: Arc<str>,
    /// `summary:`. Often empty.
    pub summary: Arc<str>,
    /// Its text, cut at the headings.
    pub body: Body,
    /// What its Markdown means for its kind.
    pub kind: Kind,
    /// Everything that it refers to, in the order of the text.
    pub references: Vec<Reference>,
    /// What can be jumped to beside the headings of its sections.
    pub anchors: Vec<Anchor>,
    /// Lines under *Customers say*, and of the field of that name.
    pub customers_say: Vec<String>,
    /// The first thing to say, for a script.
    pub first_words: Option<Line>,
    /// What it is found by.
    pub text: Text,
    /// Who may see which part.
    pub secrecy: Secrecy,
    /// What is wrong with it, as far as this file alone can tell.
    pub diagnostics: Vec<Diagnostic>,
    /// Of the text and of everything in the settings that parsing depends on.
    pub hash: u128,
}

impl Entry {
    /// The id: the path without its extension.
    pub fn id(&self) -> &str {
        self.source.path.id()
    }

    /// Whether it is the page of its folder: `index.md`, `README.md` or `_index.md`, in any case.
    pub fn is_folder_page(&self) -> bool {
        self.source.path.folder_page().is_some()
    }

    /// The address that it asks for, from the root of the site: `guide/start.html`, or `guide/start/index.html` for one that
    /// ends in a slash. `None` if it asks for none, and for one that is a pattern or leads elsewhere.
    pub fn wanted_address(&self) -> Option<String> {
        let typed = self.facts.permalink.as_ref()?.value.as_str();
        (!typed.contains([':', '{'])).then(|| self.address_of(typed)).flatten()
    }

    /// The addresses that it had, in the same form.
    pub fn old_addresses(&self) -> impl Iterator<Item = String> {
        self.facts.replaces.iter().filter_map(|old| self.address_of(&old.value))
    }

    /// The addresses that it asks for or had, and where it says so.
    pub fn named_addresses(&self) -> impl Iterator<Item = (String, Span)> {
        let typed = self.facts.permalink.iter().chain(&self.facts.replaces);
        typed.filter_map(|field| Some((self.address_of(&field.value)?, field.span)))
    }

    /// An address as typed in the front matter: from the root, or in the folder of the entry if it is a name alone.
    fn address_of(&self, typed: &str) -> Option<String> {
        let path = typed.split(['#', '?']).next().unwrap_or_default();
        let inner = path.trim_matches('/');
        let folder = self.source.path.folder();
        let stem = [".md", ".markdown", ".html"].iter().find_map(|end| inner.strip_suffix(end)).unwrap_or(inner);
        let stem = if stem.contains('/') || path.starts_with('/') || folder.is_empty() {
            stem.to_owned()
        } else {
            format!("{folder}/{stem}")
        };
        let end = if path.ends_with('/') { "/index.html" } else { ".html" };
        SourcePath::new(&stem).map(|stem| format!("{stem}{end}"))
    }

    /// The day on which it is to be reviewed again. `None` if either date is not said.
    pub fn review_due(&self, default: Option<crate::facts::Interval>) -> Option<Date> {
        let reviewed = self.facts.reviewed.as_ref()?.value;
        let every = self.facts.review_every.as_ref().map(|field| field.value).or(default)?;
        Some(every.after(reviewed))
    }
}

impl Entry {
    /// Whether everything is as in `other` that links, indexes and addresses are made of, so that only the wording of this
    /// entry's own page differs. Who it is for, its facts, headings, references, pairs and labels all count.
    pub fn has_outline_of(&self, other: &Entry) -> bool {
        let sections = &self.body.sections;
        self.source.path == other.source.path
            && self.source.listed == other.source.listed
            && self.facts == other.facts
            && self.anchors == other.anchors
            && self.title == other.title
            && self.summary == other.summary
            && self.customers_say == other.customers_say
            && self.secrecy.audience == other.secrecy.audience
            && self.secrecy.in_doubt == other.secrecy.in_doubt
            && hashed(&self.kind) == hashed(&other.kind)
            && self.references.len() == other.references.len()
            && self.references.iter().zip(&other.references).all(|(own, other)| own.leads_as(other))
            && sections.len() == other.body.sections.len()
            && sections.iter().zip(&other.body.sections).all(|(own, other)| own.has_outline_of(other))
    }
}

fn hashed(value: &impl Hash) -> u64 {
    let mut digest = Xxh3::new();
    value.hash(&mut digest);
    digest.finish()
}

/// A place in an entry that can be jumped to: an id that the writer gave, or a heading inside a list, a quote or HTML.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Anchor {
    /// The id as typed. Empty for a heading without one.
    pub typed: String,
    /// What the heading says. Empty for a place that is no heading.
    pub text: String,
    /// The id on the page, unique in the entry. Empty for the top of the page.
    pub id: String,
}

/// Who may see an entry and its passages. `filter` acts on it; nobody else does.
#[derive(Clone, Debug, Default)]
pub struct Secrecy {
    /// The audiences that may see the entry, as the book spells them. Empty for everyone.
    pub audience: Vec<String>,
    /// Who may see it cannot be told: it stays out of every restricted copy.
    pub in_doubt: bool,
    /// Parts of the text that not everyone may see, and comments, which nobody may. In order, without overlaps.
    pub passages: Vec<Passage>,
}

/// A part of an entry's text that is for some readers only.
#[derive(Clone, Debug)]
pub struct Passage {
    /// The bytes, whole lines wherever possible.
    pub span: Span,
    /// Who may.
    pub readers: PassageReaders,
}

/// Who may see a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassageReaders {
    /// Nobody, in no copy: it is a comment.
    Nobody,
    /// These audiences. Empty if what was typed names none, and then the whole entry is in doubt.
    Only(Vec<String>),
}

/// The text of an entry.
#[derive(Clone, Debug, Default, Hash)]
pub struct Body {
    /// Flat and in order. The first has no heading and holds what stands before the first one.
    pub sections: Vec<Section>,
    /// Notes at the foot of the page, numbered in the order of their first use.
    pub footnotes: Vec<Footnote>,
    /// The sections with a heading, in the order of its id: thousands of links may lead to thousands of headings.
    by_anchor: Vec<u32>,
}

impl Body {
    /// The sections as they follow one another, and the notes below them.
    pub fn new(sections: Vec<Section>, footnotes: Vec<Footnote>) -> Body {
        let id = |at: &u32| sections[*at as usize].heading.as_ref().map_or("", |heading| heading.id.as_str());
        let mut by_anchor: Vec<u32> = (0..sections.len() as u32).filter(|at| !id(at).is_empty()).collect();
        by_anchor.sort_by(|one, other| id(one).cmp(id(other)));
        Body { sections, footnotes, by_anchor }
    }

    /// The section whose heading has this id.
    pub fn section_at(&self, anchor: &str) -> Option<usize> {
        let id = |at: &u32| self.sections[*at as usize].heading.as_ref().map_or("", |heading| heading.id.as_str());
        let found = self.by_anchor.binary_search_by(|at| id(at).cmp(anchor)).ok()?;
        Some(self.by_anchor[found] as usize)
    }

    /// The heading that has this id.
    pub fn heading(&self, anchor: &str) -> Option<&Heading> {
        self.sections[self.section_at(anchor)?].heading.as_ref()
    }
}

/// A note at the foot of the page.
#[derive(Clone, Debug, Hash)]
pub struct Footnote {
    /// The section that uses it first: a card's notes belong to the card's page.
    pub section: usize,
    /// The item of the list, with its number.
    pub html: Fragment,
}

/// A heading and what stands directly under it.
#[derive(Clone, Debug, Default, Hash)]
pub struct Section {
    /// `None` only for the first section.
    pub heading: Option<Heading>,
    /// In order.
    pub pieces: Vec<Piece>,
    /// From its heading to the next one.
    pub span: Span,
}

impl Section {
    /// The level of its heading; 0 for the first section.
    pub fn level(&self) -> u8 {
        self.heading.as_ref().map_or(0, |heading| heading.level)
    }

    /// The class of the built-in word that its heading is; empty for any other.
    pub fn known(&self) -> &'static str {
        self.heading.as_ref().map_or("", |heading| heading.known)
    }

    /// The heading as text; empty for the first section.
    pub fn title(&self) -> &str {
        self.heading.as_ref().map_or("", |heading| &heading.text)
    }

    /// See [`Entry::has_outline_of`].
    fn has_outline_of(&self, other: &Section) -> bool {
        let same_heading = match (&self.heading, &other.heading) {
            (Some(own), Some(other)) => {
                (own.level, &own.id, &own.text, own.known) == (other.level, &other.id, &other.text, other.known)
            }
            (None, None) => true,
            _ => false,
        };
        same_heading
            && self.pieces.len() == other.pieces.len()
            && self.pieces.iter().zip(&other.pieces).all(|(own, other)| own.has_outline_of(other))
    }

    /// All labels of its label lists, in order.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.pieces.iter().flat_map(|piece| match piece {
            Piece::Labels(labels) => labels.as_slice(),
            _ => &[],
        })
    }

    /// All choices, in order.
    pub fn choices(&self) -> impl Iterator<Item = &Choice> {
        self.pieces.iter().flat_map(|piece| match piece {
            Piece::Choices(choices) => choices.as_slice(),
            _ => &[],
        })
    }
}

/// A heading.
#[derive(Clone, Debug, Hash)]
pub struct Heading {
    /// 1 to 6, as typed.
    pub level: u8,
    /// Its anchor, unique in the entry.
    pub id: String,
    /// As text.
    pub text: String,
    /// As markup.
    pub html: Fragment,
    /// The class of the built-in word that it is; empty for any other.
    pub known: &'static str,
    /// The whole line.
    pub span: Span,
}

/// A run of blocks of one form.
#[derive(Clone, Debug, Hash)]
pub enum Piece {
    /// Anything that is only to be read.
    Prose(Fragment),
    /// Lines to say.
    Lines(Vec<Line>),
    /// Phrases to avoid, and what to say instead.
    Pairs(Vec<Pair>),
    /// A dialogue.
    Turns(Vec<Turn>),
    /// Ways to go on.
    Choices(Vec<Choice>),
    /// Bullets with a bold label.
    Labels(Vec<Label>),
    /// A numbered list of a learning path.
    Stops(Stops),
    /// A scoring table.
    Rubric(Fragment),
    /// How a step ends.
    Ending(Ending),
    /// Another entry, or a section of it, in this place: the index of its reference.
    Include(usize),
}

impl Piece {
    /// See [`Entry::has_outline_of`]. What an index may name or count is compared, with the words of pairs and labels.
    fn has_outline_of(&self, other: &Piece) -> bool {
        match (self, other) {
            (Piece::Prose(_), Piece::Prose(_)) | (Piece::Rubric(_), Piece::Rubric(_)) => true,
            (Piece::Lines(own), Piece::Lines(other)) => own.len() == other.len(),
            (Piece::Turns(own), Piece::Turns(other)) => own.len() == other.len(),
            (Piece::Pairs(own), Piece::Pairs(other)) => {
                let words = |pair: &'_ Pair| (pair.instead.text.clone(), pair.better.text.clone());
                own.iter().map(words).eq(other.iter().map(words))
            }
            (Piece::Labels(own), Piece::Labels(other)) => {
                let words =
                    |label: &'_ Label| (label.known, label.title.clone(), label.text.clone(), label.references.clone());
                own.iter().map(words).eq(other.iter().map(words))
            }
            (Piece::Choices(own), Piece::Choices(other)) => {
                own.iter().map(|choice| choice.reference).eq(other.iter().map(|choice| choice.reference))
            }
            (Piece::Stops(own), Piece::Stops(other)) => {
                own.first == other.first
                    && own.stops.iter().map(|stop| &stop.time).eq(other.stops.iter().map(|stop| &stop.time))
            }
            (Piece::Ending(own), Piece::Ending(other)) => (own.rating, &own.typed) == (other.rating, &other.typed),
            (Piece::Include(own), Piece::Include(other)) => own == other,
            _ => false,
        }
    }
}

/// Markup with holes for what other entries decide: where links lead and what they are called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fragment {
    /// The markup without what goes into the holes.
    pub html: String,
    /// In order of `at`.
    pub holes: Vec<Hole>,
}

/// A place in a fragment that the view fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hole {
    /// Byte offset in the fragment's markup.
    pub at: u32,
    /// What goes there.
    pub fill: Fill,
    /// Which of the entry's references it is about.
    pub reference: u32,
}

/// What goes into a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fill {
    /// `<a href="…">`, or nothing where the link leads nowhere.
    Open,
    /// The title of the target, or what was typed.
    Title,
    /// `</a>`, or nothing.
    Close,
    /// `<img …>`, or the alternative text where it cannot be shown.
    Picture,
}

impl Fragment {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.html.is_empty() && self.holes.is_empty()
    }

    /// Adds another fragment at the end.
    pub fn append(&mut self, other: Fragment) {
        let offset = self.html.len() as u32;
        self.html.push_str(&other.html);
        self.holes.extend(other.holes.into_iter().map(|hole| Hole { at: hole.at + offset, ..hole }));
    }

    /// Writes the markup to `out`, with what `fill` writes in each hole.
    pub fn fill(&self, out: &mut String, mut fill: impl FnMut(&Hole, &mut String)) {
        out.reserve(self.html.len() + 64 * self.holes.len());
        let mut done = 0;
        for hole in &self.holes {
            out.push_str(&self.html[done..hole.at as usize]);
            fill(hole, out);
            done = hole.at as usize;
        }
        out.push_str(&self.html[done..]);
    }
}

/// Something said aloud.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Line {
    /// As markup, blanks marked.
    pub html: Fragment,
    /// The words alone, without quotation marks around them.
    pub text: String,
    /// Where they stand.
    pub span: Span,
}

/// A phrase pair.
#[derive(Clone, Debug, Hash)]
pub struct Pair {
    /// What not to say.
    pub instead: Line,
    /// What to say.
    pub better: Line,
    /// The reason; often empty.
    pub why: Fragment,
}

/// A turn of a dialogue.
#[derive(Clone, Debug, Hash)]
pub struct Turn {
    /// Who speaks, as typed.
    pub speaker: String,
    /// Whether it is our side.
    pub ours: bool,
    /// What is said.
    pub line: Line,
}

/// A way to go on.
#[derive(Clone, Debug, Hash)]
pub struct Choice {
    /// The words of the choice.
    pub line: Line,
    /// Where it leads; `None` if that was not typed.
    pub reference: Option<usize>,
    /// What it is worth.
    pub points: Option<i32>,
    /// What it teaches.
    pub feedback: Fragment,
    /// The item's first line.
    pub span: Span,
}

/// A bullet with a bold label.
#[derive(Clone, Debug, Hash)]
pub struct Label {
    /// The class of the built-in word that it is; empty for any other.
    pub known: &'static str,
    /// As typed, without the colon.
    pub title: String,
    /// The value: of one line, or of blocks.
    pub html: Fragment,
    /// The value as text.
    pub text: String,
    /// The references in the value.
    pub references: std::ops::Range<usize>,
    /// The bullet's first line.
    pub span: Span,
}

/// A numbered list of a learning path, of which each item is one line.
#[derive(Clone, Debug, Hash)]
pub struct Stops {
    /// The number typed for the first of them.
    pub first: u64,
    /// What to read or do, in order.
    pub stops: Vec<Stop>,
}

/// An item of a learning path.
#[derive(Clone, Debug, Hash)]
pub struct Stop {
    /// What to read or do, without its time.
    pub html: Fragment,
    /// What stands in brackets at its end and begins with a number: `15 minutes, with a partner`; else empty.
    pub time: String,
}

/// How a step ends.
#[derive(Clone, Debug, Hash)]
pub struct Ending {
    /// `good`, `mixed` or `poor`; empty if it is none of them.
    pub rating: &'static str,
    /// As typed.
    pub typed: String,
    /// Where it stands.
    pub span: Span,
}

/// Something that an entry refers to.
#[derive(Clone, Debug, Hash)]
pub struct Reference {
    /// What was typed, percent-decoded, without what follows `#`. Empty for a heading of the same entry.
    pub target: String,
    /// What was typed after `#`, percent-decoded.
    pub heading: Option<String>,
    /// How it was typed.
    pub form: Form,
    /// What it says; empty for a link that takes its target's title, the alternative text for a picture.
    pub text: String,
    /// The sentence in which it stands.
    pub sentence: Sentence,
    /// Where it stands.
    pub span: Span,
}

impl Reference {
    /// Whether it is looked up as `other` is. What it says and where it stands is not asked.
    fn leads_as(&self, other: &Reference) -> bool {
        (&self.target, &self.heading, self.form) == (&other.target, &other.heading, other.form)
    }
}

/// How a reference was typed, which decides how it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `[[name]]`
    Wiki,
    /// `[text](address)`, also in HTML.
    Link,
    /// `![text](address)` or `![[picture.png]]`, also in HTML.
    Picture,
    /// `![[entry]]`
    Include,
    /// A field of the front matter that names an entry.
    Fact(Fact),
}

/// Fields that name an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// `owner:`
    Owner,
    /// `backup:`
    Backup,
    /// `related:`
    Related,
    /// `translation-of:`
    TranslationOf,
}

/// The sentence around a link, as text. Empty for a link that stands alone. Another link without words of its own is
/// in it as [`Sentence::title_of`], because only the book knows what it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sentence {
    /// What comes before the link's own words.
    pub before: String,
    /// What comes after them.
    pub after: String,
}

impl Sentence {
    const OPEN: char = '\u{e000}';
    const CLOSE: char = '\u{e001}';

    /// What stands in a sentence for the title behind a reference of the same entry.
    pub fn title_of(reference: usize) -> String {
        format!("{}{reference}{}", Sentence::OPEN, Sentence::CLOSE)
    }

    /// One side of a sentence with the titles put in. `None` from `title` leaves what stands there.
    pub fn with_titles<'t>(text: &'t str, title: impl Fn(usize) -> Option<Cow<'t, str>>) -> Cow<'t, str> {
        if !text.contains(Sentence::OPEN) {
            return Cow::Borrowed(text);
        }
        let mut parts = text.split(Sentence::OPEN);
        let mut spoken = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let marked = part.split_once(Sentence::CLOSE);
            let found = marked.and_then(|(number, behind)| Some((title(number.parse().ok()?)?, behind)));
            match found {
                Some((title, behind)) => spoken.extend([&*title, behind]),
                None => spoken.push_str(part),
            }
        }
        Cow::Owned(spoken)
    }
}
