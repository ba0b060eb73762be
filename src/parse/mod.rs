//! Turns one source into one entry.
//!
//! Front matter is cut off first, then one pass of the Markdown parser gives nodes, and everything else is read from
//! those. Nothing here looks at another entry: where a link leads and what its target is called are holes in the
//! markup, filled by the view. Parsing never fails; what is wrong is a [`Diagnostic`].

pub mod front_matter;

mod callout;
mod dialect;
mod html;
mod markup;
pub mod menu;
mod nodes;
mod personal;
mod pieces;
mod said;
mod secrecy;
mod slips;
mod turns;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, Tag};
use xxhash_rust::xxh3::Xxh3;

use crate::config::{Book, Build, Config, RawHtml};
use crate::diagnostic::{Diagnostic, Severity};
use crate::entry::{Anchor, Body, Entry, Fact, Form, Fragment, Heading, Line, Piece, Reference, Section, Sentence};
use crate::facts::{Facts, Field, KindName};
use crate::kind::roleplay::Roleplay;
use crate::kind::vocabulary::{Role, Vocabulary};
use crate::kind::{Kind, is_universal, with_subsections};
use crate::rules;
use crate::search::collect;
use crate::search::text::Text;
use crate::source::Source;
use crate::text::{Span, UniqueNames, escape_html, fold, nearest, slug};
use nodes::{Block, Node, blocks, plain_text};
use pieces::Under;

pub(crate) use dialect::paths as included_paths;
pub(crate) use markup::{dated, has_picture_name, is_external, numbered, readable_name};
pub(crate) use secrecy::cut;

/// What parsing depends on beside the source: the settings, ready to use.
#[derive(Debug)]
pub struct Context {
    /// The settings of the book.
    pub config: Arc<Config>,
    /// The words that mean something in it.
    pub vocabulary: Vocabulary,
    /// Whether HTML is shown as it is typed.
    pub escape_html: bool,
    /// Changes when anything here does.
    pub key: u64,
}

impl Context {
    /// The context of a book with these settings.
    pub fn new(config: Arc<Config>) -> Context {
        let key = key_of(&config);
        let escape_html = config.build.raw_html == RawHtml::Escape;
        Context { vocabulary: Vocabulary::new(&config), config, escape_html, key }
    }
}

/// A hash of the settings that parsing depends on. A new setting does not compile until it is named here: with `_` if no
/// entry is read otherwise because of it, so that changing it, or moving a line of `book.toml`, renders no page anew.
fn key_of(config: &Config) -> u64 {
    let Config {
        is_book,
        is_shared: _,
        book: Book { title, language, languages, authors: _, description: _, src: _ },
        build:
            Build {
                raw_html,
                out: _,
                base_url: _,
                server_rules: _,
                playbook_json: _,
                print: _,
                follow_symlinks: _,
                html_assets: _,
            },
        words,
        translations,
        audiences,
        audiences_in_doubt,
        limits,
        theme: _,
        front: _,
        check: _,
        links: _,
        review: _,
        serve: _,
        search: _,
        bundle: _,
        style: _,
        places: _,
    } = config;
    let spoken = (language, languages, words, translations);
    let known = (is_book, title, spoken, raw_html, audiences, audiences_in_doubt, limits);
    xxhash_rust::xxh3::xxh3_64(format!("{known:?}").as_bytes())
}

/// What `read` makes of a file. A fault of ours is an error of that file: it must not end the run.
pub fn guarded<T>(file: &str, read: impl FnOnce() -> T) -> Result<T, Box<Diagnostic>> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).map_err(|_| {
        let message = "this entry could not be read, and is left out";
        let diagnostic = Diagnostic::about_file(&rules::PARSER_FAILED, file, message)
            .note("this is a fault of Cuebook; please report it with the file")
            .help("take the part out that you changed last");
        Box::new(diagnostic)
    })
}

/// Letters of a title.
const LONGEST_TITLE: usize = 300;

/// What is made while an entry is parsed.
pub(crate) struct Draft<'s> {
    pub(crate) source: &'s Source,
    pub(crate) context: &'s Context,
    pub(crate) kind: KindName,
    pub(crate) language: &'s str,
    pub(crate) hash: u128,
    pub(crate) references: Vec<Reference>,
    /// Ids that are taken.
    pub(crate) ids: UniqueNames,
    pub(crate) anchors: Vec<Anchor>,
    pub(crate) footnotes: Footnotes,
    /// Names of the tags that are closed somewhere on the page.
    pub(crate) closed_tags: HashSet<String>,
    /// The headings of the page as text, for arrows that point to one without a link.
    pub(crate) headings: Vec<String>,
    /// What customers say: the field of that name, and the bullets under that heading.
    pub(crate) customers_say: Vec<String>,
    /// Where a fragment is written before it is known how long it is. Empty between fragments.
    pub(crate) markup: String,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Draft<'_> {
    /// The id of a heading: as the writer gave it, else GitHub's, with a number where it is taken.
    pub(crate) fn claim_heading(&mut self, text: &str, typed: Option<&str>) -> String {
        let base = typed.map_or_else(|| slug(text), str::to_owned);
        let id = self.ids.claim(if base.is_empty() { "section" } else { &base });
        if let Some(typed) = typed {
            self.anchors.push(Anchor { typed: typed.to_owned(), text: String::new(), id: id.clone() });
        }
        id
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// Numbers footnotes in the order in which they are first used.
#[derive(Debug, Default)]
pub(crate) struct Footnotes {
    defined: HashMap<String, usize>,
    numbers: HashMap<String, usize>,
    in_order: Vec<(String, usize)>,
    /// The section that is being read.
    section: usize,
}

impl Footnotes {
    fn new(nodes: &[Node<'_>]) -> Footnotes {
        let definitions = nodes.iter().enumerate().filter_map(|(index, node)| match &node.event {
            Event::Start(Tag::FootnoteDefinition(name)) => Some((name.to_string(), index)),
            _ => None,
        });
        Footnotes { defined: definitions.collect(), ..Footnotes::default() }
    }

    /// The number of a note, and whether this is its first use. `None` if nothing is written under that name.
    pub(crate) fn number(&mut self, name: &str) -> Option<(usize, bool)> {
        if let Some(number) = self.numbers.get(name) {
            return Some((*number, false));
        }
        self.defined.get(name)?;
        self.in_order.push((name.to_owned(), self.section));
        self.numbers.insert(name.to_owned(), self.in_order.len());
        Some((self.in_order.len(), true))
    }

    /// Where the note with that index (from 0) is defined and which section uses it first, if so many are used.
    pub(crate) fn used(&self, index: usize) -> Option<(usize, usize)> {
        let (name, section) = self.in_order.get(index)?;
        Some((self.defined.get(name).copied()?, *section))
    }
}

/// Parses one source.
pub fn parse(source: Arc<Source>, context: &Context) -> Entry {
    let mut diagnostics = Vec::new();
    let front_matter = front_matter::read(&source, &context.config, &mut diagnostics);
    let facts = front_matter.facts;
    let hash = hash_of(&source, context);
    let standard = dialect::standard(&source, front_matter.body_start);
    let limits = &context.config.limits;
    let (nodes, past) = match &standard {
        Some(standard) => nodes::parse_mapped(&standard.body, limits),
        None => {
            let body = &source.text[front_matter.body_start..];
            nodes::parse(body, front_matter.body_start, limits)
        }
    };
    if let Some(standard) = &standard {
        diagnostics.extend(standard.diagnostics(&source, context.config.is_book));
    }
    let read = secrecy::Read { nodes: &nodes, body_start: front_matter.body_start, standard: standard.as_ref() };
    let mut secrecy = secrecy::read(&source, &facts, read, (&context.config, &context.vocabulary), &mut diagnostics);
    // What lies deeper than we read may be a passage that is not for everyone.
    secrecy.in_doubt |= past.nesting.is_some() && context.config.audiences.is_some();
    let kind = kind_of(&source, &facts, &nodes, context);
    let mut draft = Draft {
        source: &source,
        context,
        kind,
        language: facts.lang.as_ref().map_or(&context.config.book.language, |lang| &lang.value),
        hash,
        references: Vec::new(),
        ids: frame_ids(),
        anchors: Vec::new(),
        footnotes: Footnotes::new(&nodes),
        closed_tags: html::closed_names(&nodes),
        headings: headings(&nodes),
        customers_say: facts.customers_say.iter().map(|field| field.value.clone()).collect(),
        markup: String::new(),
        diagnostics,
    };
    if let Some(span) = past.cells {
        let message = format!("the tables of this entry have more than {} cells", limits.cells);
        let help = "make several entries of it, or raise `cells` under `[limits]`; rows from here on are left out";
        draft.report(source.diagnose(&rules::LIMIT, span, message).help(help));
    }
    if let Some(span) = past.nesting {
        let limit = limits.nesting;
        draft.report(
            source
                .diagnose(&rules::LIMIT, span, format!("quotes, lists or emphasis are nested more than {limit} deep"))
                .help("write it flatter; what lies deeper is shown without its form"),
        );
    }
    facts_as_references(&mut draft, &facts);
    slips::find(&mut draft, &nodes);
    let (mut title, title_heading) = title_of(&source, &facts, &nodes, context);
    // Every list, menu and link of the book repeats it.
    if let Some((end, _)) = title.char_indices().nth(LONGEST_TITLE) {
        title.truncate(end);
        title.push('…');
        let span = facts.title.as_ref().map_or(source.lines.span_of(&source.text, 1), |field| field.span);
        let message = format!("the title is longer than {LONGEST_TITLE} letters, and is cut");
        let help = "write a short title, and the rest as the summary or in the text";
        draft.report(source.diagnose(&rules::LIMIT, span, message).with_severity(Severity::Warning).help(help));
    }
    let title_id = title_heading.as_ref().and_then(|heading| heading.id.clone());
    draft.anchors.extend(title_id.map(|typed| Anchor { typed, text: String::new(), id: String::new() }));
    let mut body = body(&mut draft, &nodes, title_heading.map(|heading| heading.at));
    let typed = &source.text[front_matter.body_start..];
    if weight(&body) > limits.room_for(typed.len()) {
        let span = source.lines.span_of(&source.text, source.lines.line(front_matter.body_start as u32));
        let message = format!("the page of this entry would be more than {} times as long as its text", limits.output);
        let help = "make several entries of it, or raise `output` under `[limits]`; it is shown as it is typed";
        draft.report(source.diagnose(&rules::LIMIT, span, message).help(help));
        body = as_typed(typed);
    }
    let meaning = Kind::read(kind, &body, &context.vocabulary);
    if let Kind::Roleplay(roleplay) = &meaning {
        keep_secrets(&mut draft.references, roleplay, &body);
    }
    let first_words = (kind == KindName::Script).then(|| first_words(&body)).flatten();
    let Draft { mut references, anchors, customers_say, mut diagnostics, .. } = draft;
    references.shrink_to_fit();
    let title: Arc<str> = title.into();
    for diagnostic in &mut diagnostics {
        diagnostic.title = Some(title.clone());
    }
    let summary = facts.summary.as_ref().map_or("", |field| field.value.as_str()).into();
    let mut entry = Entry {
        source,
        facts,
        kind_name: kind,
        title,
        summary,
        body,
        kind: meaning,
        references,
        anchors,
        customers_say,
        first_words,
        text: Text::default(),
        secrecy,
        diagnostics,
        hash,
    };
    entry.text = collect::text(&entry);
    entry
}

/// About how many bytes a text makes of a page: its markup, and what the theme puts around each piece.
fn weight(body: &Body) -> usize {
    let html = |fragment: &Fragment| fragment.html.len() + 40 * fragment.holes.len();
    let line = |line: &Line| 2 * html(&line.html);
    let piece = |piece: &Piece| match piece {
        Piece::Prose(fragment) | Piece::Rubric(fragment) => 30 + html(fragment),
        Piece::Lines(lines) => lines.iter().map(|said| 250 + line(said)).sum(),
        Piece::Pairs(pairs) => {
            pairs.iter().map(|pair| 900 + line(&pair.instead) + line(&pair.better) + html(&pair.why)).sum()
        }
        Piece::Turns(turns) => turns.iter().map(|turn| 150 + turn.speaker.len() + line(&turn.line)).sum(),
        Piece::Choices(choices) => choices.iter().map(|way| 250 + line(&way.line) + html(&way.feedback)).sum(),
        Piece::Labels(labels) => labels.iter().map(|label| 100 + label.title.len() + html(&label.html)).sum(),
        Piece::Stops(list) => list.stops.iter().map(|stop| 100 + html(&stop.html)).sum(),
        Piece::Ending(_) | Piece::Include(_) => 60,
    };
    let heading = |heading: &Heading| 70 + heading.id.len() + html(&heading.html);
    let sections = body
        .sections
        .iter()
        .map(|section| section.heading.as_ref().map_or(0, heading) + section.pieces.iter().map(piece).sum::<usize>());
    sections.sum::<usize>() + body.footnotes.iter().map(|note| html(&note.html)).sum::<usize>()
}

/// A text without any form.
fn as_typed(text: &str) -> Body {
    let mut html = "<pre tabindex=\"0\"><code>".to_owned();
    escape_html(text, &mut html);
    html.push_str("</code></pre>\n");
    let pieces = vec![Piece::Prose(Fragment { html, holes: Vec::new() })];
    Body::new(vec![Section { pieces, ..Section::default() }], Vec::new())
}

/// The ids that the frame of a page uses itself.
fn frame_ids() -> UniqueNames {
    let mut ids = UniqueNames::default();
    for id in ["main", "status", "cuebook", "levels", "steps", "menu-folder", "menu-index", "diagram-title"] {
        ids.claim(id);
    }
    ids
}

fn hash_of(source: &Source, context: &Context) -> u128 {
    let mut hasher = Xxh3::with_seed(context.key);
    hasher.update(source.path.as_str().as_bytes());
    hasher.update(&[0]);
    hasher.update(source.text.as_bytes());
    if let Some(listed) = &source.listed {
        hasher.update(format!("{listed:?}").as_bytes());
    }
    if !source.included.is_empty() {
        hasher.update(format!("{:?}", source.included).as_bytes());
    }
    hasher.digest128()
}

/// The kind: as the front matter says; else, in a book, as its folder proposes and its shape bears out.
fn kind_of(source: &Source, facts: &Facts, nodes: &[Node<'_>], context: &Context) -> KindName {
    if let Some(kind) = &facts.kind {
        return kind.value;
    }
    let folder = source.path.folder().split('/').next().unwrap_or_default();
    let proposed = KindName::ALL.into_iter().find(|kind| kind.folder() == folder);
    let Some(proposed) = proposed.filter(|_| context.config.is_book) else { return KindName::Guide };
    let vocabulary = &context.vocabulary;
    let heading = |wanted: &[&str]| {
        headings(nodes)
            .iter()
            .any(|text| vocabulary.heading(proposed, text).is_some_and(|word| wanted.contains(&word.class)))
    };
    let bold = |role: Role, wanted: &[&str]| {
        nodes.iter().enumerate().any(|(index, node)| {
            matches!(node.event, Event::Start(Tag::Strong)) && {
                let text = plain_text(&nodes[index..index + node.length.min(nodes.len() - index)]);
                vocabulary.find(role, proposed, &text).is_some_and(|word| wanted.contains(&word.class))
            }
        })
    };
    let has_shape = match proposed {
        KindName::Decision => has_arrow_choice(nodes),
        KindName::Escalation => bold(Role::Label, &["who"]),
        KindName::Roleplay => heading(&["card"]),
        KindName::Contact => {
            facts.phone.is_some() || facts.email.is_some() || facts.chat.is_some() || facts.hours.is_some()
        }
        KindName::Script => {
            heading(&["say", "opening", "step-in", "closing", "pairs"])
                || bold(Role::Speaker, &["you"])
                || has_pairs(nodes, vocabulary)
        }
        _ => true,
    };
    if has_shape { proposed } else { KindName::Guide }
}

fn has_arrow_choice(nodes: &[Node<'_>]) -> bool {
    nodes.windows(2).any(|pair| match (&pair[0].event, &pair[1].event) {
        (Event::Text(text), Event::Start(Tag::Link { .. })) => {
            let text = text.trim_end();
            pieces::last_arrow(text).is_some_and(|arrow| arrow.end == text.len())
        }
        _ => false,
    })
}

fn has_pairs(nodes: &[Node<'_>], vocabulary: &Vocabulary) -> bool {
    nodes.iter().enumerate().any(|(index, node)| {
        matches!(node.event, Event::Start(Tag::TableHead)) && {
            let head = Block { nodes: &nodes[index..index + node.length.min(nodes.len() - index)] };
            head.children().any(|cell| {
                vocabulary
                    .find(Role::Column, KindName::Script, &plain_text(cell.inner()))
                    .is_some_and(|word| word.class == "instead")
            })
        }
    })
}

/// The headings of the page itself, as text.
fn headings(nodes: &[Node<'_>]) -> Vec<String> {
    let headings = blocks(nodes).filter(|block| matches!(block.tag(), Some(Tag::Heading { .. })));
    headings.map(|block| without_attributes(&plain_text(block.inner())).0.to_owned()).collect()
}

/// A heading that is the title of its page.
struct TitleHeading {
    /// Its first byte.
    at: u32,
    /// The id that the writer gave it.
    id: Option<String>,
}

/// The title, and the heading that gives or repeats it: it is not printed twice. A menu's title comes before the page's
/// own, as it does for the tools that read one.
fn title_of(source: &Source, facts: &Facts, nodes: &[Node<'_>], context: &Context) -> (String, Option<TitleHeading>) {
    let first = blocks(nodes)
        .find(|block| matches!(block.tag(), Some(Tag::Heading { level: pulldown_cmark::HeadingLevel::H1, .. })));
    let heading = first.map(|block| {
        let whole = plain_text(block.inner());
        let (text, id) = without_attributes(&whole);
        (text.to_owned(), TitleHeading { at: block.span().start, id: id.map(str::to_owned) })
    });
    let listed = source.listed.as_ref().and_then(|listed| listed.title.as_deref());
    let given = listed.or(facts.title.as_ref().map(|title| title.value.as_str()));
    match (given, heading) {
        (Some(title), heading) => {
            let repeats = heading.filter(|(text, _)| fold(text) == fold(title));
            (title.to_owned(), repeats.map(|(_, heading)| heading))
        }
        (None, Some((text, heading))) if !text.is_empty() => (text, Some(heading)),
        _ => {
            let path = &source.path;
            let is_folder_page = path.folder_page().is_some();
            let name = match path.folder().rsplit('/').next() {
                Some("") if is_folder_page => return (context.config.book.title.clone(), None),
                Some(folder) if is_folder_page => folder,
                // Jekyll has the day of a post before its name.
                Some("_posts") => dated(path.name()).map_or(path.name(), |(_, name)| name),
                _ => path.name(),
            };
            let name = numbered(name).filter(|_| !context.config.is_book).map_or(name, |(_, name)| name);
            (readable_name(name), None)
        }
    }
}

/// A heading without the attributes that other tools read at its end, and the id among them: `{#id}`, `{: #id .class}`,
/// `{ .class }`. Other words in curly brackets are a fill-in.
pub(crate) fn without_attributes(text: &str) -> (&str, Option<&str>) {
    let trimmed = text.trim_end();
    let found = trimmed.strip_suffix('}').and_then(|rest| rest.rfind('{').map(|at| (at, &rest[at + 1..])));
    match found.and_then(|(at, inside)| Some((at, attributes(inside)?))) {
        Some((at, id)) => (trimmed[..at].trim_end(), id),
        None => (trimmed, None),
    }
}

/// The id among the attributes that stand in curly brackets, if it has one. `None` if these are no attributes.
fn attributes(inside: &str) -> Option<Option<&str>> {
    let marked = inside.strip_prefix(':');
    let list = marked.unwrap_or(inside).trim();
    let mut id = None;
    let mut rest = list;
    while !rest.is_empty() {
        let end = match rest.find(['=', ' ', '\t']) {
            // A value in quotes may hold spaces.
            Some(at) if rest[at..].starts_with(['=']) && rest[at + 1..].starts_with(['"', '\'']) => {
                let quote = &rest[at + 1..at + 2];
                at + 2 + rest[at + 2..].find(quote)? + 1
            }
            _ => rest.find([' ', '\t']).unwrap_or(rest.len()),
        };
        let word = &rest[..end];
        let is_name = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'))
        };
        match word.strip_prefix('#') {
            Some(name) if is_name(name) => id = Some(name),
            _ if word.strip_prefix('.').is_some_and(is_name) => {}
            _ if word.split_once('=').is_some_and(|(name, _)| is_name(name)) => {}
            _ => return None,
        }
        rest = rest[end..].trim_start();
    }
    (marked.is_some() || list.starts_with(['#', '.'])).then_some(id)
}

/// Cuts the nodes at the headings of the page and reads what is under each.
fn body(draft: &mut Draft<'_>, nodes: &[Node<'_>], title_heading: Option<u32>) -> Body {
    let cuts = cuts(nodes, title_heading);
    let mut sections: Vec<Section> = Vec::with_capacity(cuts.len());
    let mut over: Vec<(u8, &'static str)> = Vec::new();
    let limit = draft.context.config.limits.headings;
    for (index, (heading, content)) in cuts.into_iter().enumerate() {
        over.retain(|(outer, _)| heading.is_none_or(|block| *outer < level_of(block)));
        let inside_card = over.iter().any(|(_, outer)| *outer == "card");
        draft.footnotes.section = index;
        let heading = heading.map(|block| read_heading(draft, block, inside_card));
        if index == limit + 1 {
            let span = heading.as_ref().map_or(Span::default(), |heading| heading.span);
            draft.report(
                draft
                    .source
                    .diagnose(&rules::LIMIT, span, format!("this page has more than {limit} headings"))
                    .help("split the entry; headings from here on are not in its contents list"),
            );
        }
        let level = heading.as_ref().map_or(0, |heading| heading.level);
        let known = heading.as_ref().map_or("", |heading| heading.known);
        let under = under(draft.kind, known, &over, level);
        over.push((level, known));
        let pieces = pieces::pieces(draft, content, under);
        if known == "customers-say" {
            draft.customers_say.extend(said(content));
        }
        let span = match &heading {
            Some(heading) => Span { start: heading.span.start, end: nodes::span_of(content).end.max(heading.span.end) },
            None => nodes::span_of(content),
        };
        sections.push(Section { heading, pieces, span });
    }
    let footnotes = markup::footnotes(draft, nodes);
    Body::new(sections, footnotes)
}

type Cut<'n, 'a> = (Option<Block<'n, 'a>>, &'n [Node<'a>]);

/// The headings of the page with the nodes up to the next one. What stands under the heading that is the title goes
/// on from what stands before it.
fn cuts<'n, 'a>(nodes: &'n [Node<'a>], title_heading: Option<u32>) -> Vec<Cut<'n, 'a>> {
    let mut starts: Vec<(Option<Block<'n, 'a>>, Range<usize>)> = vec![(None, 0..0)];
    let mut at = 0;
    for block in blocks(nodes) {
        let next = at + block.nodes.len();
        match block.tag() {
            Some(Tag::Heading { .. })
                if title_heading == Some(block.span().start) && starts.len() == 1 && starts[0].1.is_empty() =>
            {
                starts[0].1 = next..next;
            }
            Some(Tag::Heading { .. }) => starts.push((Some(block), next..next)),
            _ => starts.last_mut().expect("one is there from the start").1.end = next,
        }
        at = next;
    }
    starts.into_iter().map(|(heading, range)| (heading, &nodes[range])).collect()
}

/// What the headings over a section say about its blocks.
fn under(kind: KindName, known: &str, over: &[(u8, &'static str)], level: u8) -> Under {
    let inside = |classes: &[&str]| classes.contains(&known) || over.iter().any(|(_, outer)| classes.contains(outer));
    let spoken = kind == KindName::Script && inside(&["say", "opening", "step-in", "closing", "ask", "offer"]);
    let conversation = inside(&["conversation"]);
    let step = match kind {
        KindName::Roleplay => conversation && known != "conversation" && level >= 3,
        KindName::Decision => level >= 2 && !inside(crate::kind::vocabulary::UNIVERSAL),
        _ => false,
    };
    Under { spoken, dialogue: conversation, step }
}

/// The level at which a heading is shown: the page's own title is the only one of level 1.
fn level_of(block: Block<'_, '_>) -> u8 {
    match block.tag() {
        Some(Tag::Heading { level, .. }) => (*level as u8).max(2),
        _ => 2,
    }
}

fn read_heading(draft: &mut Draft<'_>, block: Block<'_, '_>, inside_card: bool) -> Heading {
    let level = level_of(block);
    let whole = plain_text(block.inner());
    let (text, typed_id) = without_attributes(&whole);
    let text = text.trim().to_owned();
    let nodes = markup::without_attributes_at_end(block.inner());
    let html = markup::fragment(draft, &nodes);
    let id = draft.claim_heading(&text, typed_id);
    let vocabulary = &draft.context.vocabulary;
    let known = vocabulary.heading(draft.kind, &text).or_else(|| vocabulary.heading_with_remark(draft.kind, &text));
    let known = known.map_or("", |word| word.class);
    if known.is_empty() && draft.kind != KindName::Guide {
        near_heading(draft, &text, level, block.span());
    } else if level > 2 && (known == "card" && inside_card || known == "level") {
        let marks = draft.source.text[block.span().range()].chars().take_while(|c| *c == '#').count();
        let marks_span = Span::new(block.span().start as usize, block.span().start as usize + marks);
        draft.report(
            draft
                .source
                .diagnose(&rules::NEAR_HEADING, block.span(), format!("`{text}` lies inside the section above it"))
                .help(format!("give it two `#` signs, so that it is one of its own: `## {text}`"))
                .suggested_fix(marks_span, "##"),
        );
    }
    Heading { level, id, text, html, known, span: block.span() }
}

/// A heading that is almost one that the kind knows.
fn near_heading(draft: &mut Draft<'_>, text: &str, level: u8, span: Span) {
    let vocabulary = &draft.context.vocabulary;
    let mut near = vocabulary.near(Role::Heading, draft.kind, text).map(str::to_owned);
    let first = text.split([' ', ',']).next().unwrap_or_default();
    if draft.kind == KindName::Escalation && near.is_none() {
        let start = vocabulary.near(Role::HeadingStart, draft.kind, first);
        near = start.map(|start| format!("{start}{}", &text[first.len()..]));
    }
    if draft.kind == KindName::Roleplay && near.is_none() && level == 2 {
        let last = text.rsplit(' ').next().unwrap_or_default();
        let player =
            ["customer", "agent", "observer", "colleague", "supervisor"].contains(&fold(first).trim_end_matches("'s"));
        let slip = nearest(last, ["card"]).is_some_and(|_| last.len() > 3)
            || ["role", "brief", "sheet", "part"].contains(&fold(last).as_str())
            || last == first;
        near = (player && slip).then(|| format!("{first} card"));
        if near.is_none() && fold(text).split([' ', ':']).any(|word| word == "card") {
            let players = ["Customer", "Agent", "Observer"];
            near = players
                .into_iter()
                .find(|player| fold(text).contains(&fold(player)))
                .map(|player| format!("{player} card"));
        }
    }
    if let Some(near) = near {
        let start =
            draft.source.text[span.range()].find(text).map_or(span.start as usize, |at| span.start as usize + at);
        let words = Span::new(start, start + text.len());
        draft.report(
            draft
                .source
                .diagnose(&rules::NEAR_HEADING, words, format!("`{text}` is not a heading that Cuebook knows"))
                .help(format!("did you mean `{near}`?"))
                .suggested_fix(words, near),
        );
    }
}

/// Fields of the front matter that name an entry are references like any other.
fn facts_as_references(draft: &mut Draft<'_>, facts: &Facts) {
    let one = |field: &Option<Field<String>>, fact| field.iter().map(|field| (field.clone(), fact)).collect::<Vec<_>>();
    let fields = [
        one(&facts.owner, Fact::Owner),
        one(&facts.backup, Fact::Backup),
        facts.related.iter().map(|field| (field.clone(), Fact::Related)).collect(),
        one(&facts.translation_of, Fact::TranslationOf),
    ];
    for (field, fact) in fields.into_iter().flatten() {
        draft.references.push(Reference {
            target: field.value.trim_end_matches(".md").to_owned(),
            heading: None,
            form: Form::Fact(fact),
            text: String::new(),
            sentence: Sentence::default(),
            span: field.span,
        });
    }
}

/// What stands on a card or in the conversation is for one player, or for the one who leads: no other page quotes it.
fn keep_secrets(references: &mut [Reference], roleplay: &Roleplay, body: &Body) {
    let conversation = roleplay.conversation.map(|index| with_subsections(&body.sections, index));
    let secret: Vec<Range<usize>> =
        roleplay.cards.iter().map(|card| card.sections.clone()).chain(conversation).collect();
    let mut spans: Vec<Span> = secret.into_iter().flatten().map(|index| body.sections[index].span).collect();
    // Sections do not overlap.
    spans.sort_by_key(|span| span.start);
    for reference in references {
        let behind = spans.partition_point(|span| span.start <= reference.span.start);
        if behind.checked_sub(1).is_some_and(|at| reference.span.start < spans[at].end) {
            reference.sentence = Sentence::default();
        }
    }
}

/// What the items of all lists among some blocks say, without quotation marks around it; without a list, what the
/// paragraphs say.
fn said(nodes: &[Node<'_>]) -> impl Iterator<Item = String> {
    let is_item = |node: &&Node<'_>| matches!(node.event, Event::Start(Tag::Item));
    let has_items = nodes.iter().any(|node| is_item(&node));
    let chosen = nodes.iter().enumerate().filter(move |(_, node)| match has_items {
        true => matches!(node.event, Event::Start(Tag::Item)),
        false => matches!(node.event, Event::Start(Tag::Paragraph)),
    });
    chosen.map(|(index, node)| {
        let block = Block { nodes: &nodes[index..index + node.length.min(nodes.len() - index)] };
        let words = if block.is_paragraph() { block.inner() } else { markup::words_and_rest(block).0 };
        plain_text(words).trim().trim_matches(['"', '“', '”', '„']).to_owned()
    })
}

/// The first thing to say: the first line of *Say*, else of *Opening lines* and the like, else the first *Try*, else the
/// first turn of ours.
fn first_words(body: &Body) -> Option<Line> {
    let line_under = |classes: &[&str]| {
        let mut inside: Option<u8> = None;
        body.sections.iter().find_map(|section| {
            if inside.is_some_and(|level| section.level() <= level) {
                inside = None;
            }
            if classes.contains(&section.known()) {
                inside = Some(section.level());
            }
            inside?;
            section.pieces.iter().find_map(|piece| match piece {
                Piece::Lines(lines) => lines.first().cloned(),
                _ => None,
            })
        })
    };
    let pieces = || body.sections.iter().filter(|section| !is_universal(section)).flat_map(|section| &section.pieces);
    let first_try = || {
        pieces().find_map(|piece| match piece {
            Piece::Pairs(pairs) => pairs.iter().map(|pair| &pair.better).find(|line| !line.text.is_empty()).cloned(),
            _ => None,
        })
    };
    let first_turn = || {
        pieces().find_map(|piece| match piece {
            Piece::Turns(turns) => turns.iter().find(|turn| turn.ours).map(|turn| turn.line.clone()),
            _ => None,
        })
    };
    line_under(&["say"])
        .or_else(|| line_under(&["opening", "step-in", "closing"]))
        .or_else(first_try)
        .or_else(first_turn)
}
