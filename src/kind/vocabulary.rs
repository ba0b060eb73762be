//! Looks up the words that mean something in one book: the built-in ones, and a team's own words for them.

use std::collections::HashMap;

use crate::config::Config;
use crate::facts::KindName;
use crate::text::{fold, nearest_folded, singular};
use crate::words::meaning::WORDS;
pub use crate::words::meaning::{Role, UNIVERSAL, Word};
use crate::words::{primary, translations, without_number};

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
    /// The language without its region: `en` for a built-in word, the book's for a team's.
    language: String,
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
    /// In bytes; a longer text is none of the words, however it is spelled.
    longest: usize,
}

impl Vocabulary {
    /// The built-in words, those of `[words]`, and those of the languages of the book.
    pub fn new(config: &Config) -> Vocabulary {
        let mut vocabulary = Vocabulary {
            found: HashMap::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            spellings: Vec::new(),
            longest: 0,
        };
        for word in WORDS {
            vocabulary.add(word.text, "en", word);
        }
        let own = &config.book.language;
        let team = config.words.iter().map(|(team, built_in)| (own, (team.as_str(), built_in.as_str())));
        let languages = std::iter::once(own).chain(&config.book.languages);
        let translated = languages.flat_map(|tag| translations(config, tag).map(move |words| (tag, words)));
        for (language, (team, built_in)) in team.chain(translated) {
            let meant = singular(built_in);
            for word in WORDS.iter().filter(|word| singular(word.text) == meant) {
                vocabulary.add(team, language, word);
            }
            // Who says how minutes are written says what a minute is called.
            let unit = singular(without_number(built_in));
            for word in
                WORDS.iter().filter(|word| word.role == Role::Time && unit != meant && singular(word.text) == unit)
            {
                vocabulary.add(without_number(team), language, word);
            }
        }
        vocabulary
    }

    fn add(&mut self, spelling: &str, language: &str, word: &'static Word) {
        let folded = singular(spelling);
        // Spaces, marks and a plural may come on top, and a letter may be written in two.
        self.longest = self.longest.max(3 * folded.len() + 24);
        match word.role {
            Role::HeadingStart => self.starts.push((folded, word)),
            Role::HeadingEnd => self.ends.push((folded, word)),
            role => self.found.entry((role, folded)).or_default().push(word),
        }
        let (text, folded, language) = (spelling.to_owned(), fold(spelling), primary(language));
        self.spellings.push(Spelling { text, folded, language, word });
    }

    /// The word that `text` is, in that role, for that kind.
    pub fn find(&self, role: Role, kind: KindName, text: &str) -> Option<&'static Word> {
        if text.len() > self.longest {
            return None;
        }
        self.find_singular(role, kind, singular(text)).0
    }

    /// [`Vocabulary::find`] for a text that is [`singular`] already, which it gives back.
    fn find_singular(&self, role: Role, kind: KindName, text: String) -> (Option<&'static Word>, String) {
        let key = (role, text);
        let words = self.found.get(&key);
        let found = words.and_then(|words| words.iter().copied().find(|word| word.applies_to(kind)));
        (found, key.1)
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
        let (found, folded) = self.find_singular(Role::Heading, kind, singular(text));
        found.or_else(|| {
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

    /// How this book spells a built-in word in a language: the first of its team's words, else what the language says,
    /// else the built-in one.
    pub fn shown<'v>(&'v self, role: Role, class: &str, language: &str) -> &'v str {
        let language = primary(language);
        let spellings = || self.spellings.iter().filter(|it| it.word.role == role && it.word.class == class);
        let own = spellings().find(|it| it.language == language && it.text != it.word.text);
        own.or_else(|| spellings().next()).map_or("", |it| it.text.as_str())
    }

    /// The class of a callout's word, in any of the spellings that others use; `None` for a word nobody knows.
    pub fn callout(&self, text: &str) -> Option<&'static str> {
        let found = self.find(Role::Callout, KindName::Guide, text).map(|word| word.class);
        let folded = fold(text);
        let alias = || CALLOUT_ALIASES.iter().find(|(alias, _)| *alias == folded).map(|(_, class)| *class);
        found.or_else(alias)
    }
}
