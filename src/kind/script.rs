//! What to say. A script's parts are its headings; which line comes first is `Entry::first_words`.

use crate::entry::Body;

/// The parts of a script that its page shows in a place of their own.
#[derive(Clone, Debug, Default, Hash)]
pub struct Script {
    /// The section *Use when*.
    pub use_when: Option<usize>,
}

/// Reads the sections of a script.
pub fn read(body: &Body) -> Script {
    Script { use_when: body.sections.iter().position(|section| section.known() == "use-when") }
}
