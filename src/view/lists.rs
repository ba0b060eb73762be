//! The views of the frame, the front page, listings and indexes.

use super::page::*;
use super::parts::{AzParts, Card, DoorParts, FrameParts, FrontParts, IndexParts, ListParts, Named, PartOf};
use super::{Style, direction, entry};
use crate::index::address::{encoded, relative};

/// Entries that a door of the front page shows.
pub const DOOR_CARDS: usize = 6;

/// The frame around a page.
pub fn frame(
    parts: &FrameParts<'_>,
    title: &str,
    description: &str,
    class: &str,
    language: &str,
    root: String,
) -> Frame {
    let from = parts.address;
    let link = |named: &Named<'_>| Link { title: named.title.to_owned(), href: relative(from, named.address, "") };
    Frame {
        root,
        path: encoded(from),
        title: title.to_owned(),
        description: description.to_owned(),
        language: language.to_owned(),
        dir: direction(language),
        class: class.to_owned(),
        ancestors: parts.ancestors.iter().map(link).collect(),
        siblings: parts
            .siblings
            .iter()
            .map(|(named, kind, current)| Sibling {
                title: named.title.to_owned(),
                href: relative(from, named.address, ""),
                kind: kind.word(),
                current: *current,
            })
            .collect(),
        more_siblings: parts.more_siblings.as_ref().map(link),
        escalate: parts.escalate.as_ref().map(link),
    }
}

/// An entry as the page at `from` shows it.
pub fn card(card: &Card<'_>, from: &str, style: &Style) -> CardView {
    CardView {
        title: card.title.to_owned(),
        href: relative(from, card.address, ""),
        kind: card.kind.word(),
        kind_title: style.word(&format!("kind_{}", card.kind.word())).to_owned(),
        summary: card.summary.to_owned(),
        folder: card.folder.map(str::to_owned),
        tags: card.tags.iter().map(|tag| (*tag).to_owned()).collect(),
        first_words: card.first_words.map(str::to_owned),
        valid_until: card.valid_until.map(|day| style.day(day)),
    }
}

fn door(door: &DoorParts<'_>, from: &str) -> IndexDoor {
    IndexDoor {
        title: door.title.to_owned(),
        href: relative(from, door.address, ""),
        count: door.count,
        class: door.class.to_owned(),
    }
}

fn part_links(parts: &[PartOf<'_>], from: &str) -> Vec<PartLink> {
    let link = |part: &PartOf<'_>| PartLink {
        title: part.title.to_owned(),
        href: relative(from, part.address, ""),
        current: part.current,
    };
    parts.iter().map(link).collect()
}

/// An anchor for the nth group of a page.
fn group_id(prefix: &str, at: usize) -> String {
    format!("{prefix}-{}", at + 1)
}

/// The front page.
pub fn front(parts: &FrontParts<'_>, style: &Style) -> FrontView {
    let from = parts.frame.address;
    let text = parts.page.as_ref().map(|page| entry::text(page, style));
    let (intro, groups, footnotes_html) = text.unwrap_or_default();
    FrontView {
        intro,
        groups,
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
                card: card(parts, from, style),
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
                cards: cards.iter().map(|parts| card(parts, from, style)).collect(),
                total: *total,
            })
            .collect(),
        indexes: parts.indexes.iter().map(|parts| door(parts, from)).collect(),
    }
}

/// A listing of entries.
pub fn list(parts: &ListParts<'_>, style: &Style) -> ListView {
    let from = parts.frame.address;
    let groups = parts.groups.iter().enumerate().map(|(at, (title, cards))| ListGroup {
        id: group_id("group", at),
        title: title.clone(),
        cards: cards.iter().map(|parts| card(parts, from, style)).collect(),
    });
    ListView {
        title: parts.title.to_owned(),
        facet_title: if parts.facet.is_empty() { String::new() } else { style.word(parts.facet).to_owned() },
        folders: parts.folders.iter().map(|parts| door(parts, from)).collect(),
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
        doors: doors.iter().map(|parts| door(parts, from)).collect(),
    });
    IndexView { title: parts.title.to_owned(), groups: groups.collect(), parts: part_links(&parts.parts, from) }
}

/// A part of the A–Z index.
pub fn a_z(parts: &AzParts<'_>, style: &Style) -> AzView {
    let from = parts.frame.address;
    let letters = parts.letters.iter().enumerate().map(|(at, (title, rows))| AzLetter {
        id: group_id("letter", at),
        title: (*title).to_owned(),
        rows: rows
            .iter()
            .map(|row| AzRow {
                title: row.title.to_owned(),
                href: relative(from, row.address, row.anchor),
                kind: row.kind.word(),
                kind_title: style.word(&format!("kind_{}", row.kind.word())).to_owned(),
                see: row.see.map(str::to_owned),
                folder: row.folder.map(str::to_owned),
            })
            .collect(),
    });
    AzView { letters: letters.collect(), parts: part_links(&parts.parts, from) }
}
