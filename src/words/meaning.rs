//! The one table of the words that mean something in an entry: headings, labels, columns, speakers, callouts and the
//! answers that some labels take.
//!
//! A word that means something in two places has two rows. `[words]` in `book.toml` says which of a team's words stand
//! for one of these, and `src/kind/vocabulary.rs` looks them up, book by book.

use crate::facts::KindName::{self, *};

/// Where a word means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A whole heading.
    Heading,
    /// The first word or words of a heading.
    HeadingStart,
    /// The last word of a heading.
    HeadingEnd,
    /// A bold label before a colon.
    Label,
    /// The head of a column.
    Column,
    /// Who speaks.
    Speaker,
    /// The word of a callout.
    Callout,
    /// What a label *Ending* takes.
    Ending,
    /// What *If resolved* and *If not resolved* take.
    Outcome,
    /// A unit of time, or a time that needs no number.
    Time,
    /// Whom a card of a role-play is for: what stands before *card*, or the whole heading.
    Player,
}

/// One built-in word.
#[derive(Debug)]
pub struct Word {
    /// As the manual spells it.
    pub text: &'static str,
    /// Its name in views, style sheets and code.
    pub class: &'static str,
    /// Where it means something.
    pub role: Role,
    /// The kinds in which it does; empty for all.
    pub kinds: &'static [KindName],
}

impl Word {
    /// Whether it means something in an entry of that kind.
    pub fn applies_to(&self, kind: KindName) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

const fn word(role: Role, text: &'static str, class: &'static str, kinds: &'static [KindName]) -> Word {
    Word { text, class, role, kinds }
}

/// Classes of the headings that are taken out of every kind first.
pub const UNIVERSAL: &[&str] =
    &["customers-say", "talk-about-it", "word-for-word", "only-for", "trainer-notes", "if-you-are", "not-like-this"];

/// The built-in words.
pub static WORDS: &[Word] = &[
    // Every kind.
    word(Role::Heading, "Customers say", "customers-say", &[]),
    word(Role::Heading, "Talk about it", "talk-about-it", &[]),
    word(Role::Heading, "Word for word", "word-for-word", &[]),
    word(Role::Heading, "Trainer notes", "trainer-notes", &[]),
    word(Role::Heading, "Not like this", "not-like-this", &[]),
    word(Role::Heading, "Never say", "not-like-this", &[]),
    word(Role::Heading, "Do not say", "not-like-this", &[]),
    word(Role::Heading, "Don't say", "not-like-this", &[]),
    word(Role::HeadingStart, "Only for", "only-for", &[]),
    word(Role::HeadingStart, "If you are", "if-you-are", &[]),
    // A script.
    word(Role::Heading, "Use when", "use-when", &[Script, Escalation, Decision, Checklist, Roleplay]),
    word(Role::Heading, "Say", "say", &[Script]),
    word(Role::Heading, "What to say", "say", &[Script]),
    word(Role::Heading, "Say this", "say", &[Script]),
    word(Role::Heading, "Say first", "say", &[Script]),
    word(Role::Heading, "What not to say", "not-like-this", &[Script]),
    word(Role::Heading, "Avoid", "not-like-this", &[Script]),
    word(Role::Heading, "Don'ts", "not-like-this", &[Script]),
    word(Role::Heading, "Do not", "not-like-this", &[Script]),
    word(Role::Heading, "Opening lines", "opening", &[Script]),
    word(Role::Heading, "Step-in lines", "step-in", &[Script]),
    word(Role::Heading, "Closing", "closing", &[Script]),
    word(Role::Heading, "Say it like this", "pairs", &[Script]),
    word(Role::Heading, "Instead of", "pairs", &[Script]),
    word(Role::Heading, "Conversation", "conversation", &[Script, Roleplay]),
    word(Role::Heading, "Conversation tree", "conversation", &[Roleplay]),
    word(Role::Heading, "Ask", "ask", &[Script]),
    word(Role::Heading, "Offer", "offer", &[Script]),
    word(Role::Heading, "Do", "do", &[Script]),
    word(Role::Heading, "If it goes otherwise", "otherwise", &[Script]),
    word(Role::Heading, "Ask yourself", "ask-yourself", &[Script]),
    word(Role::Heading, "It depends", "it-depends", &[Script]),
    word(Role::Heading, "On the phone", "phone", &[Script]),
    word(Role::Heading, "In chat", "chat", &[Script]),
    word(Role::Heading, "At the counter", "counter", &[Script]),
    // An escalation.
    word(Role::Heading, "Before you escalate", "before", &[Escalation]),
    word(Role::Heading, "Before escalating", "before", &[Escalation]),
    word(Role::HeadingStart, "Level", "level", &[Escalation]),
    word(Role::HeadingStart, "Step", "level", &[Escalation]),
    word(Role::Label, "Who", "who", &[Escalation]),
    word(Role::Label, "When", "when", &[Escalation]),
    word(Role::Label, "Only when", "only-when", &[Escalation]),
    word(Role::Label, "Answer within", "answer-within", &[Escalation]),
    word(Role::Label, "How", "how", &[Escalation]),
    word(Role::Label, "Say", "say", &[Escalation, Decision, Roleplay, Guide, Script]),
    word(Role::Label, "Hand over", "hand-over", &[Escalation]),
    word(Role::Label, "If resolved", "if-resolved", &[Escalation]),
    word(Role::Label, "If not resolved", "if-not-resolved", &[Escalation]),
    word(Role::Label, "If unresolved", "if-not-resolved", &[Escalation]),
    word(Role::Label, "Out of hours", "out-of-hours", &[Escalation]),
    word(Role::Outcome, "Next level", "next", &[Escalation]),
    word(Role::Outcome, "Stop here", "stop", &[Escalation]),
    // A role-play.
    word(Role::HeadingEnd, "Card", "card", &[Roleplay]),
    word(Role::Heading, "Customer card", "card", &[Roleplay]),
    word(Role::Heading, "Agent card", "card", &[Roleplay]),
    word(Role::Heading, "Observer card", "card", &[Roleplay]),
    word(Role::Player, "Customer", "customer", &[Roleplay]),
    word(Role::Player, "Caller", "customer", &[Roleplay]),
    word(Role::Player, "Customer card", "customer", &[Roleplay]),
    word(Role::Player, "You", "agent", &[Roleplay]),
    word(Role::Player, "Agent", "agent", &[Roleplay]),
    word(Role::Player, "Agent card", "agent", &[Roleplay]),
    word(Role::Player, "Observer", "observer", &[Roleplay]),
    word(Role::Player, "Observer card", "observer", &[Roleplay]),
    word(Role::Heading, "Twist", "twist", &[Roleplay]),
    word(Role::Heading, "Debrief", "debrief", &[Roleplay]),
    word(Role::Label, "Your goal", "goal", &[Roleplay]),
    word(Role::Label, "You want", "want", &[Roleplay]),
    word(Role::Label, "You do not say unless asked", "secret", &[Roleplay]),
    word(Role::Label, "Secret", "secret", &[Roleplay]),
    word(Role::Label, "Points", "points", &[Roleplay, Decision]),
    word(Role::Label, "Feedback", "feedback", &[Roleplay, Decision]),
    word(Role::Label, "Ending", "ending", &[Roleplay]),
    word(Role::Label, "End", "ending", &[Roleplay]),
    word(Role::Ending, "good", "good", &[Roleplay]),
    word(Role::Ending, "mixed", "mixed", &[Roleplay]),
    word(Role::Ending, "poor", "poor", &[Roleplay]),
    // A checklist.
    word(Role::Heading, "Pass mark", "pass-mark", &[Checklist]),
    // A glossary.
    word(Role::Label, "Also called", "also-called", &[Glossary]),
    word(Role::Label, "Also known as", "also-called", &[Glossary]),
    word(Role::Label, "Do not confuse with", "do-not-confuse", &[Glossary]),
    word(Role::Label, "Not to be confused with", "do-not-confuse", &[Glossary]),
    // A path.
    word(Role::Label, "Signed off by", "signed-off", &[Path]),
    word(Role::Label, "Sign off by", "signed-off", &[Path]),
    // Pairs.
    word(Role::Label, "Instead of", "instead", &[]),
    word(Role::Label, "Try", "try", &[]),
    word(Role::Label, "Why", "why", &[]),
    word(Role::Column, "Instead of", "instead", &[]),
    word(Role::Column, "Try", "try", &[]),
    word(Role::Column, "Why", "why", &[]),
    word(Role::Column, "Next", "next", &[Guide]),
    // Times: of each unit the one and the many, so that both can be written as a team says them.
    word(Role::Time, "Minute", "minute", &[]),
    word(Role::Time, "Minutes", "minute", &[]),
    word(Role::Time, "Hour", "hour", &[]),
    word(Role::Time, "Hours", "hour", &[]),
    word(Role::Time, "Day", "day", &[]),
    word(Role::Time, "Days", "day", &[]),
    word(Role::Time, "Working day", "working-day", &[]),
    word(Role::Time, "Working days", "working-day", &[]),
    word(Role::Time, "Week", "week", &[]),
    word(Role::Time, "Weeks", "week", &[]),
    word(Role::Time, "Month", "month", &[]),
    word(Role::Time, "Months", "month", &[]),
    word(Role::Time, "Year", "year", &[]),
    word(Role::Time, "Years", "year", &[]),
    word(Role::Time, "Same day", "same-day", &[]),
    word(Role::Time, "End of shift", "same-day", &[]),
    word(Role::Time, "At once", "at-once", &[]),
    // Who speaks.
    word(Role::Speaker, "You", "you", &[]),
    word(Role::Speaker, "Agent", "you", &[]),
    word(Role::Speaker, "Me", "you", &[Script, Roleplay]),
    word(Role::Speaker, "I", "you", &[Script, Roleplay]),
    word(Role::Speaker, "Advisor", "you", &[Script, Roleplay]),
    word(Role::Speaker, "Adviser", "you", &[Script, Roleplay]),
    word(Role::Speaker, "Representative", "you", &[Script, Roleplay]),
    word(Role::Speaker, "Rep", "you", &[Script, Roleplay]),
    word(Role::Speaker, "CSR", "you", &[Script, Roleplay]),
    word(Role::Speaker, "Customer", "other", &[]),
    word(Role::Speaker, "Caller", "other", &[]),
    word(Role::Speaker, "Colleague", "other", &[]),
    // Callouts.
    word(Role::Callout, "Note", "note", &[]),
    word(Role::Callout, "Tip", "tip", &[]),
    word(Role::Callout, "Important", "important", &[]),
    word(Role::Callout, "Warning", "warning", &[]),
    word(Role::Callout, "Caution", "caution", &[]),
    word(Role::Callout, "Only", "only", &[]),
];
