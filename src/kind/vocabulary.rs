//! The words that mean something: known headings, labels, columns, speakers, callouts, with a team's own words for them.

use std::collections::HashMap;

use crate::config::Config;
use crate::facts::KindName::{self, *};
use crate::text::{fold, nearest_folded, singular};

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
    fn applies_to(&self, kind: KindName) -> bool {
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
    word(Role::HeadingEnd, "card", "card", &[Roleplay]),
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

/// Obsidian's and others' callouts, each shown as one of the five.
static CALLOUT_ALIASES: &[(&str, &str)] = &[
    ("info", "note"),
    ("abstract", "note"),
    ("summary", "note"),
    ("quote", "note"),
    ("cite", "note"),
    ("example", "note"),
    ("question", "note"),
    ("faq", "note"),
    ("help", "note"),
    ("todo", "note"),
    ("hint", "tip"),
    ("success", "tip"),
    ("check", "tip"),
    ("done", "tip"),
    ("attention", "warning"),
    ("danger", "caution"),
    ("error", "caution"),
    ("bug", "caution"),
    ("failure", "caution"),
    ("fail", "caution"),
    ("missing", "caution"),
];

/// What people write over the columns of a table of phrase pairs instead of the built-in words, folded by [`singular`].
static COLUMN_HABITS: &[(&str, &[&str])] = &[
    (
        "instead",
        &[
            "don't say",
            "dont say",
            "do not say",
            "don't",
            "do not",
            "never say",
            "never",
            "avoid",
            "not like thi",
            "not thi",
            "not",
            "rather than",
            "instead of saying",
            "bad",
            "wrong",
            "poor",
            "weak",
            "nicht",
            "nicht so",
            "so nicht",
            "statt",
            "anstatt",
            "statt zu sagen",
            "vermeiden",
            "falsch",
            "nie",
            "niemal",
            "❌",
            "✗",
            "✘",
            "⛔",
            "🚫",
            "👎",
        ],
    ),
    (
        "try",
        &[
            "say",
            "say instead",
            "say thi",
            "say it like thi",
            "do say",
            "use",
            "use instead",
            "use thi",
            "try instead",
            "try thi",
            "try saying",
            "better",
            "instead",
            "rather",
            "like thi",
            "do",
            "good",
            "right",
            "strong",
            "sondern",
            "besser",
            "lieber",
            "stattdessen",
            "so",
            "richtig",
            "✅",
            "✔",
            "✓",
            "👍",
        ],
    ),
    ("why", &["reason", "because", "warum", "grund", "weil"]),
];

/// The column of a table of phrase pairs that people most likely mean by `text`.
pub fn column_habit(text: &str) -> Option<&'static str> {
    let folded = singular(text);
    // A cross or a tick may stand before the words, or alone.
    let words = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let signs = folded.trim_matches(|c: char| c.is_whitespace() || c == '\u{fe0f}');
    let wanted = if words.is_empty() { signs } else { words };
    COLUMN_HABITS.iter().find(|(_, habits)| habits.contains(&wanted)).map(|(class, _)| *class)
}

/// A word as a book spells it.
#[derive(Debug)]
struct Spelling {
    text: String,
    folded: String,
    word: &'static Word,
}

/// The built-in words and a team's words for them, ready to look up.
#[derive(Debug)]
pub struct Vocabulary {
    /// Folded word and role → the built-in words; several where kinds differ.
    found: HashMap<(Role, String), Vec<&'static Word>>,
    /// The folded words of [`Role::HeadingStart`] and [`Role::HeadingEnd`].
    starts: Vec<(String, &'static Word)>,
    ends: Vec<(String, &'static Word)>,
    /// What a role's words are called in this book, to suggest them: every built-in and every team word.
    spellings: Vec<Spelling>,
}

impl Vocabulary {
    /// The built-in words, and those of `[words]`.
    pub fn new(config: &Config) -> Vocabulary {
        let mut vocabulary =
            Vocabulary { found: HashMap::new(), starts: Vec::new(), ends: Vec::new(), spellings: Vec::new() };
        for word in WORDS {
            vocabulary.add(word.text, word);
        }
        for (team, built_in) in &config.words {
            let meant = singular(built_in);
            for word in WORDS.iter().filter(|word| singular(word.text) == meant) {
                vocabulary.add(team, word);
            }
        }
        vocabulary
    }

    fn add(&mut self, spelling: &str, word: &'static Word) {
        let folded = singular(spelling);
        match word.role {
            Role::HeadingStart => self.starts.push((folded, word)),
            Role::HeadingEnd => self.ends.push((folded, word)),
            role => self.found.entry((role, folded)).or_default().push(word),
        }
        self.spellings.push(Spelling { text: spelling.to_owned(), folded: fold(spelling), word });
    }

    /// The word that `text` is, in that role, for that kind.
    pub fn find(&self, role: Role, kind: KindName, text: &str) -> Option<&'static Word> {
        let words = self.found.get(&(role, singular(text)))?;
        words.iter().copied().find(|word| word.applies_to(kind))
    }

    /// The known heading that `text` is, whole or by its first or last words.
    pub fn heading(&self, kind: KindName, text: &str) -> Option<&'static Word> {
        // `2. Say` and a picture before the word mean the same as the word.
        let bare = text.trim_start_matches(|c: char| !c.is_alphabetic());
        // `The twist` is the twist.
        let article = bare.get(..4).filter(|article| article.eq_ignore_ascii_case("the "));
        self.plain_heading(kind, text)
            .or_else(|| self.plain_heading(kind, bare).filter(|_| bare.len() < text.len()))
            .or_else(|| article.and_then(|article| self.find(Role::Heading, kind, &bare[article.len()..])))
    }

    /// The known heading with a remark behind it: `Say (on the phone)`. Who may see a passage is not asked this way: the
    /// remark may be what withholds.
    pub fn heading_with_remark(&self, kind: KindName, text: &str) -> Option<&'static Word> {
        let (before, _) = text.split_once('(').filter(|_| text.trim_end().ends_with(')'))?;
        self.find(Role::Heading, kind, before).filter(|word| word.class != "trainer-notes")
    }

    fn plain_heading(&self, kind: KindName, text: &str) -> Option<&'static Word> {
        self.find(Role::Heading, kind, text).or_else(|| {
            let folded = singular(text);
            let start = self.starts.iter().find(|(start, word)| {
                word.applies_to(kind)
                    && folded.strip_prefix(start.as_str()).is_some_and(|rest| {
                        rest.starts_with([' ', ',', '.', ':']) || (rest.is_empty() && word.class == "level")
                    })
            });
            let end = self.ends.iter().find(|(end, word)| {
                word.applies_to(kind) && folded.strip_suffix(end.as_str()).is_some_and(|rest| rest.ends_with(' '))
            });
            start.or(end).map(|(_, word)| *word)
        })
    }

    /// What follows a known start of a heading: `team leads` in `Only for team leads`.
    pub fn after_start<'t>(&self, class: &str, text: &'t str) -> Option<&'t str> {
        // As in `heading`, a number or a picture may stand before the words.
        let text = text.trim_start_matches(|c: char| !c.is_alphabetic());
        let words: Vec<&str> = text.split_whitespace().collect();
        self.starts.iter().filter(|(_, word)| word.class == class).find_map(|(start, _)| {
            let length = start.split(' ').count();
            if words.len() <= length || singular(&words[..length].join(" ")) != *start {
                return None;
            }
            let offset = words[length].as_ptr() as usize - text.as_ptr() as usize;
            Some(text[offset..].trim().trim_end_matches(':'))
        })
    }

    /// The word of that role that a writer most likely meant by `text`, as this book spells it.
    pub fn near(&self, role: Role, kind: KindName, text: &str) -> Option<&str> {
        let folded = fold(text);
        // A short word is near to too many others: "Why" is no slip for "Who".
        if folded.chars().count() < 4 {
            return None;
        }
        let candidates = self.spellings.iter().filter(|it| it.word.role == role && it.word.applies_to(kind));
        nearest_folded(&folded, candidates.map(|it| (&it.folded, it.text.as_str())))
    }

    /// How this book spells a built-in word: the first of its team words, else the built-in one.
    pub fn shown<'v>(&'v self, role: Role, class: &str) -> &'v str {
        let mut spellings = self.spellings.iter().filter(|it| it.word.role == role && it.word.class == class);
        let built_in = spellings.next().map_or("", |it| it.text.as_str());
        spellings.find(|it| it.text != it.word.text).map_or(built_in, |it| it.text.as_str())
    }

    /// The class of a callout's word, in any of the spellings that others use; `None` for a word nobody knows.
    pub fn callout(&self, text: &str) -> Option<&'static str> {
        let found = self.find(Role::Callout, KindName::Guide, text).map(|word| word.class);
        let folded = fold(text);
        let alias = || CALLOUT_ALIASES.iter().find(|(alias, _)| *alias == folded).map(|(_, class)| *class);
        found.or_else(alias)
    }
}

/// Whether `text` is a built-in word in any role.
pub fn is_built_in(text: &str) -> bool {
    let folded = singular(text);
    WORDS.iter().any(|word| singular(word.text) == folded)
}
