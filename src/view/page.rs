//! What a template sees: plain structs of finished text and addresses.
//!
//! Every `html` field is trusted markup that the renderer made; everything else is text and is escaped by the
//! template. Every `href` is relative to the page that it stands on; `path` fields are relative to the root of the
//! site and need `page.root` before them. A field that may be missing is `None` (`null`), never absent: Tera 2 treats
//! an absent one as a mistake. The names are what themes are written against.

use serde::Serialize;

/// A copy that is read somewhere else than where the playbook is kept: unpacked from a zip, or as one file.
#[derive(Clone, Debug, Serialize, Hash)]
pub struct Copy {
    /// The day on which it was made.
    pub made: Day,
    /// For whom it is: `for agents`.
    pub readers: String,
    /// Who keeps it; often empty.
    pub keeper: String,
    /// Where the current one is; often empty.
    pub current: String,
    /// The last day on which nothing is said about its age.
    pub refresh_after: Option<Day>,
    /// The last day on which it is shown without asking.
    pub stop_after: Option<Day>,
    /// The script that counts its days.
    pub script_path: String,
    /// How what it says looks.
    pub stylesheet_path: String,
    /// Whether it comes as a zip that has to be unpacked.
    pub is_packed: bool,
}

/// A whole playbook in one file: `single` in `single.html`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SingleView {
    /// Keys what a reader's browser stores: files of two playbooks, or of two days, do not mix.
    pub id: String,
    /// The content security policy of the file, with the hash of each script and style in it.
    pub policy: String,
    /// What belongs into the head: styles, scripts, and the files of the site as blocks.
    pub files_html: String,
    /// The titles of its entries, for whoever opens it without script.
    pub titles: Vec<String>,
}

/// The same on every page: `site` in every template.
#[derive(Clone, Debug, Serialize, Hash)]
pub struct Site {
    /// The book's title.
    pub title: String,
    /// The book's sentence about itself. Often empty.
    pub description: String,
    /// BCP 47.
    pub language: String,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
    /// Keys what a reader's browser stores, so that two books on one host do not mix.
    pub id: String,
    /// The joined style sheet: `theme-….css`.
    pub stylesheet_path: String,
    /// The joined style sheet of the front page: `front-….css`.
    pub front_stylesheet_path: String,
    /// The joined style sheet of pages that are neither that nor an entry's: `lists-….css`.
    pub list_stylesheet_path: String,
    /// The joined script, deferred: `cuebook-….js`.
    pub script_path: String,
    /// The small blocking script that sets the theme before the first paint.
    pub theme_script_path: String,
    /// The picture of the browser's tab.
    pub icon_path: String,
    /// The book's logo.
    pub logo_path: Option<String>,
    /// The front page.
    pub front_path: String,
    /// The search as a page, which is where the search field leads; without script it is the A–Z index.
    pub search_path: String,
    /// What the search says of this book before anything is found, as a script. Its name never changes.
    pub search_facts_path: String,
    /// The folder of the scripts that say what is shown where a reader rests on a link. Its last part is their number.
    pub previews_path: String,
    /// The A–Z index.
    pub a_z_path: String,
    /// The index of all indexes: kinds, situations, skills, channels, tags, owners.
    pub index_path: String,
    /// The navigation tree as a script, loaded when the reader asks for it. Its name never changes.
    pub nav_path: String,
    /// The map of the search index. Its name never changes.
    pub search_map_path: String,
    /// The entry for danger and distress.
    pub urgent: Option<PathLink>,
    /// The index pages in the order of the menu: one a kind in use, then situations, skills, channels, tags, owners, and
    /// those that look at the whole book. Those with the class `care` are for whoever keeps it.
    pub indexes: Vec<PathLink>,
    /// The content security policy of every page.
    pub policy: String,
    /// The whole address at which readers find the site, with a slash at its end; nothing if the book does not say.
    pub base_url: Option<String>,
    /// What changed, as a feed; empty without `base_url`.
    pub feed_path: String,
    /// The style sheet of pages made for printing; empty without such pages.
    pub print_stylesheet_path: String,
    /// What a copy that left its place says of itself; `None` for a site that is kept where it is made.
    pub copy: Option<Copy>,
}

/// A link from the root of the site.
#[derive(Clone, Debug, Serialize, Hash)]
pub struct PathLink {
    /// What it says.
    pub title: String,
    /// Relative to the root; put `page.root` before it.
    pub path: String,
    /// The class of what it leads to: a kind's word, else `index` or `care`.
    pub class: String,
}

/// The frame around a page: `page` in every template.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    /// From this page to the root of the site: empty or `../` as often as needed.
    pub root: String,
    /// Its own address, percent-encoded, from the root.
    pub path: String,
    /// For the tab and results: the title without the book's.
    pub title: String,
    /// One sentence for the head. Often empty.
    pub description: String,
    /// The language of this page.
    pub language: String,
    /// `ltr` or `rtl`.
    pub dir: &'static str,
    /// What it is: a kind's word (`script`, `escalation`, `roleplay` …), `card`, `front`, `index`, `search`, `missing`.
    pub class: String,
    /// From the front page (not included) down to the folder that this page lies in.
    pub ancestors: Vec<Link>,
    /// `parts/menu.html`, finished, with the link to this page marked.
    pub menu_html: String,
    /// The way out: the escalation of this page, else the urgent link. `None` on an escalation.
    pub escalate: Option<Link>,
}

/// A link from this page.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// What it says.
    pub title: String,
    /// Where it leads.
    pub href: String,
}

/// The menu of all pages that lie in one folder: `menu` in `parts/menu.html`. It is rendered once for all of them; the
/// link to the page on which it stands is marked afterwards.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Menu {
    /// From these pages to the root of the site.
    pub root: String,
    /// The folder's title; empty where no entries are listed.
    pub folder: String,
    /// The entries of the folder, at most 30.
    pub siblings: Vec<Sibling>,
    /// The folder's listing, if it has more than what is shown.
    pub more: Option<Link>,
}

/// An entry of the same folder.
#[derive(Clone, Debug, Serialize)]
pub struct Sibling {
    /// Its title.
    pub title: String,
    /// Where it lies.
    pub href: String,
    /// Its kind's word.
    pub kind: &'static str,
}

/// A link to an entry.
#[derive(Clone, Debug, Serialize)]
pub struct EntryLink {
    /// Its title.
    pub title: String,
    /// Where it lies.
    pub href: String,
    /// Its kind's word, for class and icon.
    pub kind: &'static str,
    /// Its kind in the reader's words.
    pub kind_title: String,
}

/// A date for `<time>`.
#[derive(Clone, Debug, Serialize, Hash)]
pub struct Day {
    /// `2026-11-02`.
    pub iso: String,
    /// `2 November 2026`, in the book's words.
    pub text: String,
}

/// An entry's own page: `entry` in the templates of the nine kinds.
#[derive(Clone, Debug, Serialize)]
pub struct EntryView {
    /// Its id: the path without `.md`.
    pub id: String,
    /// Its kind's word.
    pub kind: &'static str,
    /// Its kind in the reader's words.
    pub kind_title: String,
    /// The index of its kind.
    pub kind_href: String,
    /// Its title.
    pub title: String,
    /// Its summary. Often empty.
    pub summary: String,
    /// Who looks after it: a contact's title and page, or only a name.
    pub owner: Option<MaybeLink>,
    /// When it was last reviewed.
    pub reviewed: Option<Day>,
    /// When it is to be reviewed again: script marks it once that has passed.
    pub review_due: Option<Day>,
    /// The first day on which it holds.
    pub valid_from: Option<Day>,
    /// The last day on which it holds.
    pub valid_until: Option<Day>,
    /// When it last changed.
    pub changed: Option<Day>,
    /// What changed, in a line. Often empty.
    pub changed_note: String,
    /// Whom this copy shows it to, if not everyone.
    pub audience: Vec<String>,
    /// `draft`, `review` or `retired`; empty when ready.
    pub status: &'static str,
    /// Where it came from. Often empty.
    pub source: String,
    /// Situations, channels, skills and tags, each value a link to its index; empty without any.
    pub facets_html: String,
    /// The headings of level 2, for the contents list.
    pub contents: Vec<Anchor>,
    /// What customers say, where the facts say it; what stands under that heading is one of the groups.
    pub customers_say: Vec<String>,
    /// When to use it: the passage of that heading, as markup. The theme shows the summary where there is none.
    pub use_when: Option<String>,
    /// The anchor of that heading; empty without it.
    pub use_when_id: String,
    /// The first thing to say, with its button: the largest text on a script's page. A line of *Say* is not in its
    /// group again. Empty if there is none.
    pub first_words_html: String,
    /// What stands before the first heading.
    pub intro_html: String,
    /// Everything under a heading of level 1 or 2 before the levels, steps, words or stations. Often empty.
    pub lead_html: String,
    /// Everything else under a heading of level 1 or 2, in order, without what the kind shows in a place of its own.
    pub body_html: String,
    /// The notes at the foot of the page; empty without any.
    pub footnotes_html: String,
    /// What only this kind has.
    pub escalation: Option<EscalationView>,
    /// What only this kind has.
    pub roleplay: Option<RoleplayView>,
    /// What only this kind has.
    pub decision: Option<DecisionView>,
    /// What only this kind has.
    pub contact: Option<ContactView>,
    /// What only this kind has.
    pub glossary: Option<GlossaryView>,
    /// What only this kind has.
    pub path: Option<PathView>,
    /// The same entry in other languages.
    pub translations: Vec<TranslationView>,
    /// Entries named in `related`, as cards, then links to those that share most with it; empty without any.
    pub related_html: String,
    /// Entries that link here, with the sentence in which they do; empty without any.
    pub backlinks_html: String,
    /// Whether other pages stand around it, of which script can draw a map.
    pub has_neighbours: bool,
    /// Where to send remarks about this page.
    pub feedback_href: Option<String>,
    /// Where its source can be edited.
    pub edit_href: Option<String>,
}

/// An entry in another language.
#[derive(Clone, Debug, Serialize)]
pub struct TranslationView {
    /// What the language calls itself.
    pub language_title: String,
    /// BCP 47.
    pub language: String,
    /// Its title, in that language.
    pub title: String,
    /// Where it lies.
    pub href: String,
}

/// A name that is a link where its target exists.
#[derive(Clone, Debug, Serialize)]
pub struct MaybeLink {
    /// What it says.
    pub title: String,
    /// Where it leads, if anywhere.
    pub href: Option<String>,
}

/// A heading to jump to.
#[derive(Clone, Debug, Serialize)]
pub struct Anchor {
    /// Without `#`.
    pub id: String,
    /// As text.
    pub title: String,
}

/// A section whose heading the template places.
#[derive(Clone, Debug, Serialize)]
pub struct SectionView {
    /// Its anchor, which the heading does not carry.
    pub id: String,
    /// The heading as text.
    pub title: String,
    /// The heading, as an element of its level.
    pub heading_html: String,
    /// What is under it, deeper headings included.
    pub html: String,
}

/// An escalation's levels.
#[derive(Clone, Debug, Serialize)]
pub struct EscalationView {
    /// What to do first; often empty.
    pub before_html: String,
    /// In order.
    pub levels: Vec<LevelView>,
    /// The levels drawn: an `<svg>` with `role="img"`, described by the list of levels, whose id is `levels`.
    pub diagram: String,
    /// The longest that it can take, in words; empty if a level gives no time.
    pub worst_case: String,
}

/// A level.
#[derive(Clone, Debug, Serialize)]
pub struct LevelView {
    /// Its heading, and what stands under it.
    pub section: SectionView,
    /// How soon there is an answer, as markup; empty if that is not said.
    pub wait_html: String,
    /// Phone, hours and so on of the contact, so that nobody has to open another page.
    pub contact: Option<ContactView>,
}

/// A role-play: brief (the entry's intro), cards, conversation.
#[derive(Clone, Debug, Serialize)]
pub struct RoleplayView {
    /// As typed; often empty.
    pub difficulty: String,
    /// How long it takes.
    pub minutes: Option<u32>,
    /// How many play.
    pub people: Option<u32>,
    /// Doors to one page a card.
    pub cards: Vec<CardDoor>,
    /// Drawn half way; shown folded. Often empty.
    pub twist_html: String,
    /// What stands directly under *Conversation*. Often empty.
    pub conversation_html: String,
    /// The steps, the start first.
    pub steps: Vec<StepView>,
    /// Questions for afterwards. Often empty.
    pub debrief_html: String,
}

/// A door to a card's page.
#[derive(Clone, Debug, Serialize)]
pub struct CardDoor {
    /// The card's heading.
    pub title: String,
    /// Its page.
    pub href: String,
    /// `customer`, `agent`, `observer`, or empty for any other player.
    pub player: &'static str,
}

/// A card's own page: `card` in `card.html`.
#[derive(Clone, Debug, Serialize)]
pub struct PlayerCard {
    /// The card's heading.
    pub title: String,
    /// `customer`, `agent`, `observer`, or empty.
    pub player: &'static str,
    /// The role-play that it belongs to.
    pub roleplay: Link,
    /// What is under the heading.
    pub html: String,
    /// The same for a copy that only print shows: without anchors and headings.
    pub copy_html: String,
    /// How much is on it: `short`, `medium`, `long`, `half` (two on a sheet), `whole` (one); print sets its size by that.
    pub length: &'static str,
}

/// A step of a conversation or decision.
#[derive(Clone, Debug, Serialize)]
pub struct StepView {
    /// Counted from 1.
    pub number: usize,
    /// Its heading and everything under it, choices and ending included.
    pub section: SectionView,
    /// Whether no choice leads on.
    pub last: bool,
}

/// A decision's questions and results.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionView {
    /// The start first.
    pub steps: Vec<StepView>,
    /// The questions drawn: an `<svg>` with `role="img"`; empty if they are too many to draw.
    pub diagram: String,
}

/// How to reach somebody.
#[derive(Clone, Debug, Serialize)]
pub struct ContactView {
    /// The contact's title.
    pub title: String,
    /// The contact's page.
    pub href: String,
    /// As typed; empty if there is none.
    pub phone: String,
    /// `tel:…`; empty if there is none.
    pub phone_href: String,
    /// Empty if there is none.
    pub email: String,
    /// Empty if there is none.
    pub chat: String,
    /// As typed; empty if not said.
    pub hours: String,
    /// Who stands in.
    pub backup: Option<MaybeLink>,
    /// What to ask them about.
    pub knows: Vec<String>,
}

/// A glossary's words, in the order typed.
#[derive(Clone, Debug, Serialize)]
pub struct GlossaryView {
    /// A word each.
    pub words: Vec<WordView>,
}

/// A word of the glossary.
#[derive(Clone, Debug, Serialize)]
pub struct WordView {
    /// The heading and what is under it beside the labels.
    pub section: SectionView,
    /// Other words for it.
    pub also_called: Vec<String>,
    /// Finished markup; empty if nothing is said.
    pub do_not_confuse_html: String,
}

/// A learning path.
#[derive(Clone, Debug, Serialize)]
pub struct PathView {
    /// In order.
    pub stations: Vec<StationView>,
    /// Of all stations, in words: `3 hours, 5 minutes`; empty if none is given.
    pub time: String,
    /// How often to walk it again, in words; often empty.
    pub refresh_every: String,
}

/// A day, week or step of a path.
#[derive(Clone, Debug, Serialize)]
pub struct StationView {
    /// What stands before the stops.
    pub lead_html: String,
    /// The heading and everything under it beside the stops.
    pub section: SectionView,
    /// What to read or do, in order.
    pub stops: Vec<StopView>,
    /// The number of the first stop: a path may count on from the station before.
    pub first_stop: u64,
    /// Of all stops, in words; empty if none is given.
    pub time: String,
    /// Who signs it off, as markup; empty if nobody.
    pub signed_off_html: String,
}

/// One stop of a station.
#[derive(Clone, Debug, Serialize)]
pub struct StopView {
    /// The item as typed, without its time.
    pub html: String,
    /// Its time, in words, as typed; often empty.
    pub time: String,
}

/// The front page: `front` in `front.html`.
#[derive(Clone, Debug, Serialize)]
pub struct FrontView {
    /// What the root `index.md` says before its first heading.
    pub intro_html: String,
    /// Its further sections.
    pub body_html: String,
    /// Its notes; empty without any.
    pub footnotes_html: String,
    /// Up to twelve situations, each leading straight to its words.
    pub situations: Vec<Link>,
    /// Entries that everyone must read while they are new.
    pub must_read: Vec<MustRead>,
    /// The three doors: words now, decide, practise.
    pub doors: Vec<Door>,
    /// Links to all indexes, with counts.
    pub indexes_html: String,
}

/// A must-read change.
#[derive(Clone, Debug, Serialize)]
pub struct MustRead {
    /// The entry.
    pub entry: EntryLink,
    /// When it changed: script takes it from the list once it is no longer new.
    pub day: Option<Day>,
    /// What changed.
    pub note: String,
}

/// One of the three doors of the front page.
#[derive(Clone, Debug, Serialize)]
pub struct Door {
    /// `words`, `decide` or `practise`.
    pub name: &'static str,
    /// In the reader's words.
    pub title: String,
    /// The index behind it.
    pub href: String,
    /// A few entries of it.
    pub entries: Vec<EntryLink>,
    /// How many there are.
    pub total: usize,
}

/// A listing of entries (a kind, situation, skill, channel, tag, owner or folder): `list` in `list.html`.
#[derive(Clone, Debug, Serialize)]
pub struct ListView {
    /// The heading.
    pub title: String,
    /// What it is a listing of, in the reader's words: *Situation*, *Tag*, *Folder* …; empty for a kind.
    pub facet_title: String,
    /// For a folder: links to its own folders. Empty without any.
    pub folders_html: String,
    /// Under a heading a kind (or a letter), in order.
    pub groups: Vec<ListGroup>,
    /// All entries, also those on other parts.
    pub total: usize,
    /// Other parts of the same listing, this one included; empty if there is one.
    pub parts: Vec<PartLink>,
}

/// Entries of one kind or letter.
#[derive(Clone, Debug, Serialize)]
pub struct ListGroup {
    /// An anchor.
    pub id: String,
    /// The kind or letter; empty if there is only one group.
    pub title: String,
    /// The entries as cards, in order of title.
    pub cards_html: String,
}

/// A link to a part of a long listing.
#[derive(Clone, Debug, Serialize)]
pub struct PartLink {
    /// A letter, or letters and a number.
    pub title: String,
    /// The page.
    pub href: String,
    /// Whether it is this page.
    pub current: bool,
}

/// All values of one facet, or all indexes: `index` in `index.html`.
#[derive(Clone, Debug, Serialize)]
pub struct IndexView {
    /// The heading.
    pub title: String,
    /// Under a heading a letter, or one without a title.
    pub groups: Vec<IndexGroup>,
    /// Other parts, this one included; empty if there is one.
    pub parts: Vec<PartLink>,
}

/// Values under one letter.
#[derive(Clone, Debug, Serialize)]
pub struct IndexGroup {
    /// An anchor.
    pub id: String,
    /// The letter or group; may be empty.
    pub title: String,
    /// Links to them, in order.
    pub doors_html: String,
}

/// The A–Z index: `a_z` in `a-z.html` and `search.html`.
#[derive(Clone, Debug, Serialize)]
pub struct AzView {
    /// Under a heading a letter.
    pub letters: Vec<AzLetter>,
    /// Other parts, this one included; empty if there is one.
    pub parts: Vec<PartLink>,
}

/// A letter of the A–Z index.
#[derive(Clone, Debug, Serialize)]
pub struct AzLetter {
    /// An anchor.
    pub id: String,
    /// The letter.
    pub title: String,
    /// Titles, aliases and glossary words, each with where it leads.
    pub rows_html: String,
}

/// A page that looks at the whole book: `report` in `report.html`.
#[derive(Clone, Debug, Serialize)]
pub struct ReportView {
    /// `phrase_bank`, `coverage`, `reviews` (also an owner's page) or `what_changed`.
    pub name: &'static str,
    /// The heading.
    pub title: String,
    /// *Owner* on an owner's page, else empty.
    pub facet_title: String,
    /// What the page is for, in a sentence.
    pub about: String,
    /// The channels of the phrases on it, to narrow by; script shows them.
    pub channels: Vec<String>,
    /// In order.
    pub groups: Vec<ReportGroup>,
    /// Other parts, this one included; empty if there is one.
    pub parts: Vec<PartLink>,
}

/// Rows under one heading.
#[derive(Clone, Debug, Serialize)]
pub struct ReportGroup {
    /// An anchor.
    pub id: String,
    /// The heading; may be empty.
    pub title: String,
    /// Finished markup.
    pub html: String,
}

/// A page made for printing: `print` in `print.html`.
#[derive(Clone, Debug, Serialize)]
pub struct PrintView {
    /// What it is, in a sentence. Often empty.
    pub about: String,
    /// In order.
    pub chapters: Vec<PrintChapter>,
}

/// Entries that are printed under one title.
#[derive(Clone, Debug, Serialize)]
pub struct PrintChapter {
    /// The title of a folder; may be empty.
    pub title: String,
    /// In order.
    pub items: Vec<PrintItem>,
}

/// An entry that is printed.
#[derive(Clone, Debug, Serialize)]
pub struct PrintItem {
    /// Its anchor.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: String,
    /// What its page holds in its middle, finished.
    pub html: String,
}

/// No page at this address: `missing` in `404.html` and `404-plain.html`.
#[derive(Clone, Debug, Serialize)]
pub struct MissingView {
    /// What that means. The same whether there is none anywhere or none for these readers.
    pub about: String,
}

/// A page that only leads on: `redirect` in `redirect.html`.
#[derive(Clone, Debug, Serialize)]
pub struct RedirectView {
    /// The entry's title.
    pub title: String,
    /// Where it is now.
    pub href: String,
}
