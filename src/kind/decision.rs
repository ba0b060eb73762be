//! One question at a time.

use std::ops::Range;

use super::{is_universal, with_subsections};
use crate::entry::Body;

/// A decision's steps: questions, and results, which are steps without a choice.
#[derive(Clone, Debug, Default, Hash)]
pub struct Decision {
    /// The start first.
    pub steps: Vec<Step>,
}

/// A step of a decision or of a conversation.
#[derive(Clone, Debug, Hash)]
pub struct Step {
    /// Its section and the deeper ones under it.
    pub sections: Range<usize>,
}

/// Reads the sections of a decision: every heading of level 2 that is not one that all kinds know.
pub fn read(body: &Body) -> Decision {
    let sections = &body.sections;
    let is_step = |index: &usize| {
        let section = &sections[*index];
        section.level() == 2 && !is_universal(section) && section.known() != "use-when"
    };
    let steps = (0..sections.len()).filter(is_step).map(|index| Step { sections: with_subsections(sections, index) });
    Decision { steps: steps.collect() }
}
