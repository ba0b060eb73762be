//! One page: what it is made of, the hash of that, and its bytes.

use std::borrow::Cow;

use super::print::Sheets;
use super::{Content, Page, PageId, Site, language};
use crate::index::address::relative;
use crate::render::RenderError;
use crate::text::SourcePath;
use crate::view::page::{self, Frame};
use crate::view::parts::{AzParts, EntryParts, FrameParts, FrontParts, IndexParts, ListParts, fingerprint};
use crate::view::reports::{self, ReportParts};
use crate::view::{entry, lists};

/// A page with what it is made of, which is picked once for its fingerprint and for its bytes.
pub struct Picked<'p> {
    site: &'p Site,
    page: &'p Page,
    parts: Parts<'p>,
}

/// What a page is made of.
enum Parts<'p> {
    /// An entry.
    Entry(usize, Box<EntryParts<'p>>),
    /// An entry, and which of its cards.
    Card(usize, usize, Box<EntryParts<'p>>),
    Front(Box<FrontParts<'p>>),
    Report(ReportParts<'p>),
    List(ListParts<'p>),
    Index(IndexParts<'p>),
    AZ(AzParts<'p>),
    /// The title and the address of an entry.
    Redirect(&'p str, &'p str),
    NotFound,
    Sheets(Sheets),
    /// A part of the search index, which is named by what it holds.
    Shard(usize),
    /// What is no template's: it is not known to be made of less than its own text.
    Text(Cow<'p, str>),
    Picture(&'p str),
    Asset(&'p SourcePath),
}

impl<'p> Picked<'p> {
    pub(super) fn new(site: &'p Site, page: &'p Page) -> Picked<'p> {
        let address = page.address.as_str();
        let entry = |at: usize| Box::new(site.entry_parts(at, address));
        let parts = match &page.id {
            PageId::Entry(at) => Parts::Entry(*at, entry(*at)),
            PageId::Card(at, card) => Parts::Card(*at, *card, entry(*at)),
            PageId::Front => Parts::Front(Box::new(site.front_parts(address))),
            PageId::Report(report, part) => Parts::Report(site.report_parts(*report, *part, address)),
            PageId::Value(facet, value, part) if site.is_owner(*facet) => {
                Parts::Report(site.owner_parts(*facet, *value, *part, address))
            }
            PageId::Kind(..) | PageId::Value(..) | PageId::Folder(..) => {
                Parts::List(site.list_parts(&page.id, address))
            }
            PageId::Facet(..) | PageId::Indexes => Parts::Index(site.index_parts(&page.id, address)),
            PageId::AZ(part) => Parts::AZ(site.az_parts(*part, address)),
            PageId::Search => Parts::AZ(site.az_parts(0, address)),
            PageId::Redirect(at) => {
                let (title, to) = site.redirect_parts(*at);
                Parts::Redirect(title, to)
            }
            PageId::NotFound => Parts::NotFound,
            PageId::PathPrint(path) => Parts::Sheets(site.path_with_all(*path)),
            PageId::Print => Parts::Sheets(site.whole_book()),
            PageId::SearchPart(at) => Parts::Shard(*at),
            PageId::SearchMap => Parts::Text((&*site.search().shards.map).into()),
            PageId::SearchFacts => Parts::Text(site.search_facts().into()),
            PageId::Previews(shard) => Parts::Text(site.preview_shard(*shard).into()),
            PageId::Nav => Parts::Text(site.nav().into()),
            PageId::Feed => Parts::Text(site.feed(site.base(), address).into()),
            PageId::Sitemap => Parts::Text(site.sitemap(site.base()).into()),
            PageId::PlaybookJson => Parts::Text(site.playbook_json().into()),
            PageId::ServerRules(server) => Parts::Text(site.server_rules(*server).into()),
            PageId::Theme(file) => Parts::Text(site.theme_file(file).into()),
            PageId::Picture(address) => Parts::Picture(address),
            PageId::Asset(path) => Parts::Asset(path),
        };
        Picked { site, page, parts }
    }

    /// The file that it is, if it is one: what that holds is its fingerprint, which the output knows.
    pub fn asset(&self) -> Option<&'p SourcePath> {
        match self.parts {
            Parts::Asset(path) => Some(path),
            _ => None,
        }
    }

    /// The hash of everything that the page is made of: the same hash, the same bytes.
    pub fn fingerprint(&self) -> u128 {
        let site = self.site;
        match &self.parts {
            Parts::Entry(at, parts) => fingerprint(parts, site.speaker(*at).shared),
            Parts::Card(at, card, parts) => fingerprint(&(parts, card), site.speaker(*at).shared),
            Parts::Front(parts) => fingerprint(parts, site.shared),
            Parts::Report(parts) => fingerprint(parts, site.shared),
            Parts::List(parts) => fingerprint(parts, site.shared),
            Parts::Index(parts) => fingerprint(parts, site.shared),
            Parts::AZ(parts) => fingerprint(parts, site.shared),
            Parts::Redirect(title, to) => fingerprint(&(title, to), site.shared),
            Parts::NotFound => fingerprint(&(&site.base_url, site.has_audiences()), site.shared),
            Parts::Sheets(sheets) => site.sheets_fingerprint(sheets, &self.page.address),
            Parts::Shard(at) => fingerprint(&site.search().shards.files[*at].name, 0),
            Parts::Text(text) => fingerprint(text, 0),
            Parts::Picture(address) => fingerprint(address, 0),
            Parts::Asset(path) => fingerprint(&path.as_str(), 0),
        }
    }

    /// Renders the page.
    ///
    /// # Errors
    /// A mistake in a template, with its place.
    pub fn bytes(self) -> Result<Content, RenderError> {
        let site = self.site;
        let html = match self.parts {
            Parts::Entry(at, parts) => site.entry_html(at, &parts)?,
            Parts::Card(at, card, parts) => site.card_html(at, card, &parts)?,
            Parts::Front(parts) => {
                let view = lists::front(&parts, &site.style);
                let frame = site.frame_view(&parts.frame, &site.frame.title, &site.frame.description, "front")?;
                site.theme.render("front.html", &site.site_view, &frame, &[("front", &view)])?
            }
            Parts::Report(parts) => {
                let view = reports::report(&parts, &site.style);
                let frame = site.frame_view(&parts.frame, &view.title, &view.about, "report")?;
                site.theme.render("report.html", &site.site_view, &frame, &[("report", &view)])?
            }
            Parts::List(parts) => {
                let view = lists::list(&parts, &site.style);
                let frame = site.frame_view(&parts.frame, &view.title, "", "index")?;
                site.theme.render("list.html", &site.site_view, &frame, &[("list", &view)])?
            }
            Parts::Index(parts) => {
                let view = lists::index(&parts);
                let frame = site.frame_view(&parts.frame, &view.title, "", "index")?;
                site.theme.render("index.html", &site.site_view, &frame, &[("index", &view)])?
            }
            Parts::AZ(parts) => {
                let (title, class, template) = match self.page.id {
                    PageId::Search => ("search", "search", "search.html"),
                    _ => ("all_entries", "index", "a-z.html"),
                };
                let view = lists::a_z(&parts, &site.style);
                let frame = site.frame_view(&parts.frame, site.style.word(title), "", class)?;
                site.theme.render(template, &site.site_view, &frame, &[("a_z", &view)])?
            }
            Parts::Redirect(title, to) => {
                let address = &self.page.address;
                let view = page::RedirectView { title: title.to_owned(), href: relative(address, to, "") };
                let frame = site.frame_view(&site.bare_frame(address), title, "", "redirect")?;
                site.theme.render("redirect.html", &site.site_view, &frame, &[("redirect", &view)])?
            }
            Parts::NotFound => site.not_found_html(&self.page.address)?,
            Parts::Sheets(sheets) => site.print_html(&sheets, &self.page.address)?,
            Parts::Shard(at) => site.search().shards.files[at].script(site),
            Parts::Text(text) => text.into_owned(),
            Parts::Picture(address) => return Ok(Content::Bytes(site.playbook.links.pictures[address].to_vec())),
            Parts::Asset(path) => return Ok(Content::File(path.clone())),
        };
        Ok(Content::Bytes(html.into_bytes()))
    }
}

impl Site {
    fn entry_html(&self, at: usize, parts: &EntryParts<'_>) -> Result<String, RenderError> {
        let speaker = self.speaker(at);
        let view = entry::view(parts, speaker.style);
        let language = language(parts.entry, &self.playbook.config);
        let frame = self.frame_in(&speaker, &parts.frame, (&view.title, &view.summary), view.kind, language)?;
        speaker.theme.render(template_of(view.kind), speaker.site_view, &frame, &[("entry", &view)])
    }

    fn card_html(&self, at: usize, card: usize, parts: &EntryParts<'_>) -> Result<String, RenderError> {
        let speaker = self.speaker(at);
        let view = entry::card(parts, card, &self.playbook.addresses[at], speaker.style);
        let title = format!("{}: {}", view.title, parts.entry.title);
        let language = language(parts.entry, &self.playbook.config);
        let frame = self.frame_in(&speaker, &parts.frame, (&title, ""), "card", language)?;
        speaker.theme.render("card.html", speaker.site_view, &frame, &[("card", &view)])
    }

    fn not_found_html(&self, address: &str) -> Result<String, RenderError> {
        let title = self.style.word("not_found").to_owned();
        let language = &self.playbook.config.book.language;
        let mut frame = lists::frame(&self.bare_frame(address), &title, "", "missing", language, String::new());
        frame.root = self.base_url.clone().unwrap_or_default();
        frame.escalate = None;
        let menu = page::Menu { root: frame.root.clone(), ..page::Menu::default() };
        frame.menu_html = self.theme.render_menu(&self.site_view, &menu)?;
        let about = self.style.word(if self.has_audiences() { "not_in_copy" } else { "not_found_about" });
        let missing = page::MissingView { about: about.to_owned() };
        // Without an address to begin with nothing else can be named: the page is shown at any depth.
        let template = if self.base_url.is_some() { "404.html" } else { "404-plain.html" };
        self.theme.render(template, &self.site_view, &frame, &[("missing", &missing)])
    }

    /// The frame of a page in the book's own language.
    fn frame_view(
        &self,
        parts: &FrameParts<'_>,
        title: &str,
        description: &str,
        class: &str,
    ) -> Result<Frame, RenderError> {
        let language = &self.playbook.config.book.language;
        self.frame_in(&self.own_speaker(), parts, (title, description), class, language)
    }

    /// The address at which readers find the site; nothing if the book does not say.
    fn base(&self) -> &str {
        self.extras.base_url.as_deref().unwrap_or_default()
    }
}

/// The template of a kind's pages.
pub(super) fn template_of(kind: &str) -> &'static str {
    match kind {
        "script" => "script.html",
        "escalation" => "escalation.html",
        "roleplay" => "roleplay.html",
        "decision" => "decision.html",
        "checklist" => "checklist.html",
        "contact" => "contact.html",
        "glossary" => "glossary.html",
        "path" => "path.html",
        _ => "guide.html",
    }
}
