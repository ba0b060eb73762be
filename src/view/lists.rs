//! The views of the frame, the front page, listings and indexes.

use memchr::memmem;

use super::page::*;
use super::parts::{AzParts, Card, FrameParts, FrontParts, IndexParts, ListParts, MenuParts, Named, PartOf};
use super::{Style, direction, entry, markup};
use crate::facts::KindName;
use crate::index::address::{encoded, relative, to_root};
use crate::text::escape_html;

/// Entries that a door of the front page shows.
pub const DOOR_CARDS: usize = 6;

/// The frame around a page.
pub fn frame(
    parts: &FrameParts<'_>,
    title: &str,
    description: &str,
    class: &str,
    language: &str,
    menu_html: String,
) -> Frame {
    let from = parts.address;
    let link = |named: &Named<'_>| Link { title: named.title.to_owned(), href: relative(from, named.address, "") };
    Frame {
        root: to_root(from),
        path: encoded(from),
        title: title.to_owned(),
        description: description.to_owned(),
        language: language.to_owned(),
        dir: direction(language),
        class: class.to_owned(),
        ancestors: parts.ancestors.iter().map(link).collect(),
        menu_html,
        escalate: parts.escalate.as_ref().map(link),
    }
}

/// The menu of the pages that lie in `folder`, the path of a folder of the site.
pub fn menu(parts: &MenuParts<'_>) -> Menu {
    let from = format!("{}{}", parts.folder, if parts.folder.is_empty() { "" } else { "/" });
    let sibling = |(named, kind): &(Named<'_>, KindName)| Sibling {
        title: named.title.to_owned(),
        href: relative(&from, named.address, ""),
        kind: kind.word(),
    };
    Menu {
        root: to_root(&from),
        folder: parts.title.to_owned(),
        siblings: parts.siblings.iter().map(sibling).collect(),
        more: parts.more.map(|address| Link { title: parts.title.to_owned(), href: relative(&from, address, "") }),
    }
}

/// A menu with what leads to the page at `address` marked, for a page of the same folder.
pub fn with_current(menu: &str, address: &str) -> String {
    let folder = address.rsplit_once('/').map_or(0, |(folder, _)| folder.len() + 1);
    let mut link = " href=\"".to_owned();
    escape_html(&relative(&address[..folder], address, ""), &mut link);
    link.push('"');
    let mut marked = String::with_capacity(menu.len() + 32);
    let mut done = 0;
    for at in memmem::find_iter(menu.as_bytes(), &link) {
        marked.push_str(&menu[done..at + link.len()]);
        marked.push_str(" aria-current=\"page\"");
        done = at + link.len();
    }
    marked + &menu[done..]
}

/// A link to an entry from the page at `from`.
fn entry_link(card: &Card<'_>, from: &str, style: &Style) -> EntryLink {
    EntryLink {
        title: card.title.to_owned(),
        href: relative(from, card.address, ""),
        kind: card.kind.word(),
        kind_title: style.kind_title(card.kind).to_owned(),
    }
}

pub(super) fn part_links(parts: &[PartOf<'_>], from: &str) -> Vec<PartLink> {
    let link = |part: &PartOf<'_>| PartLink {
        title: part.title.to_owned(),
        href: relative(from, part.address, ""),
        current: part.current,
    };
    parts.iter().map(link).collect()
}

/// An anchor for the nth group of a page.
pub(super) fn group_id(prefix: &str, at: usize) -> String {
    format!("{prefix}-{}", at + 1)
}

/// The front page.
pub fn front(parts: &FrontParts<'_>, style: &Style) -> FrontView {
    let from = parts.frame.address;
    let text = parts.page.as_ref().map(|page| entry::text(page, style));
    let (intro_html, body_html, footnotes_html) = text.unwrap_or_default();
    FrontView {
        intro_html,
        body_html,
        footnotes_html,
        situations: parts
            .situations
            .iter()
            .map(|named| Link { title: named.title.to_owned(), href: relative(from, named.address, "") })
            .collect(),
        must_read: parts
            .must_read
            .iter()
            .map(|(parts, day, note)| MustRead {
                entry: entry_link(parts, from, style),
                day: day.map(|day| style.day(day)),
                note: (*note).to_owned(),
            })
            .collect(),
        doors: parts
            .doors
            .iter()
            .map(|(name, address, cards, total)| Door {
                name,
                title: style.word(&format!("door_{name}")).to_owned(),
                href: relative(from, address, ""),
                entries: cards.iter().map(|parts| entry_link(parts, from, style)).collect(),
                total: *total,
            })
            .collect(),
        indexes_html: markup::doors(&parts.indexes, from),
    }
}

/// A listing of entries.
pub fn list(parts: &ListParts<'_>, style: &Style) -> ListView {
    let from = parts.frame.address;
    let groups = parts.groups.iter().enumerate().map(|(at, (title, cards))| ListGroup {
        id: group_id("group", at),
        title: title.clone(),
        cards_html: if cards.is_empty() {
            String::new()
        } else {
            markup::cards(cards, if title.is_empty() { 2 } else { 3 }, from, style)
        },
    });
    ListView {
        title: parts.title.to_owned(),
        facet_title: if parts.facet.is_empty() { String::new() } else { style.word(parts.facet).to_owned() },
        folders_html: markup::doors(&parts.folders, from),
        groups: groups.collect(),
        total: parts.total,
        parts: part_links(&parts.parts, from),
    }
}

/// The values of a facet, or all indexes.
pub fn index(parts: &IndexParts<'_>) -> IndexView {
    let from = parts.frame.address;
    let groups = parts.groups.iter().enumerate().map(|(at, (title, doors))| IndexGroup {
        id: group_id("group", at),
        title: title.clone(),
        doors_html: markup::doors(doors, from),
    });
    IndexView { title: parts.title.to_owned(), groups: groups.collect(), parts: part_links(&parts.parts, from) }
}

/// A part of the A–Z index.
pub fn a_z(parts: &AzParts<'_>, style: &Style) -> AzView {
    let from = parts.frame.address;
    let letters = parts.letters.iter().enumerate().map(|(at, (title, rows))| AzLetter {
        id: group_id("letter", at),
        title: (*title).to_owned(),
        rows_html: markup::rows(rows, from, style),
    });
    AzView { letters: letters.collect(), parts: part_links(&parts.parts, from) }
}
