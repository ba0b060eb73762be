//! Practise it: cards for the players, a conversation for the one who leads, a debrief.

use std::ops::Range;

use super::decision::Step;
use super::vocabulary::{Role, Vocabulary};
use super::with_subsections;
use crate::entry::{Body, Section};
use crate::facts::KindName;
use crate::text::slug;

/// Cards that have a page of their own: each such page is made of the whole role-play.
pub const MOST_CARDS: usize = 50;

/// A role-play's parts.
#[derive(Clone, Debug, Default, Hash)]
pub struct Roleplay {
    /// One a player, each on a page of its own.
    pub cards: Vec<Card>,
    /// Drawn half way.
    pub twist: Option<usize>,
    /// The section *Conversation*.
    pub conversation: Option<usize>,
    /// The steps under it, the start first.
    pub steps: Vec<Step>,
    /// The section *Debrief*.
    pub debrief: Option<usize>,
}

/// What one player knows.
#[derive(Clone, Debug, Hash)]
pub struct Card {
    /// Its section and the deeper ones under it.
    pub sections: Range<usize>,
    /// `customer`, `agent`, `observer`; empty for any other player.
    pub player: &'static str,
    /// The end of its page's address, unique in the role-play.
    pub slug: String,
}

/// Reads the sections of a role-play.
pub fn read(body: &Body, vocabulary: &Vocabulary) -> Roleplay {
    let sections = &body.sections;
    let of = |known: &str| sections.iter().position(|section| section.known() == known && section.level() == 2);
    let conversation = of("conversation");
    let steps = conversation.map_or_else(Vec::new, |first| {
        let inside = with_subsections(sections, first);
        let steps = inside.filter(|index| sections[*index].level() == 3);
        steps.map(|index| Step { sections: with_subsections(sections, index) }).collect()
    });
    let cards = sections.iter().enumerate().filter(|(_, section)| is_card(section)).take(MOST_CARDS);
    let cards = cards.map(|(index, section)| card(sections, index, section, vocabulary)).collect();
    Roleplay { cards, twist: of("twist"), conversation, steps, debrief: of("debrief") }
}

/// Whether the heading of a section is that of a card.
pub fn is_card(section: &Section) -> bool {
    section.known() == "card" && section.level() == 2
}

fn card(sections: &[Section], index: usize, section: &Section, vocabulary: &Vocabulary) -> Card {
    let title = section.title();
    let name = title.rsplit_once([' ', '-']).map_or(title, |(name, _)| name);
    let player = |text: &str| vocabulary.find(Role::Player, KindName::Roleplay, text).map(|word| word.class);
    let player = player(title).or_else(|| player(name)).unwrap_or_default();
    let id = section.heading.as_ref().map_or_else(|| slug(title), |heading| heading.id.clone());
    Card { sections: with_subsections(sections, index), player, slug: id }
}
