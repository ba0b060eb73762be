//! What one entry gives to the index: its words, each run of them with the place in which it stands.

use super::tokens;

/// Where words of an entry stand, which decides what they weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The title of the entry.
    Title,
    /// Another name of the entry.
    Alias,
    /// A heading in it.
    Heading,
    /// A tag, or another value by which it is listed.
    Tag,
    /// What is going on, in the words of callers and colleagues.
    Situation,
    /// What customers say.
    Said,
    /// A phrase to avoid, which leads to the better one.
    Instead,
    /// Its summary.
    Summary,
    /// Any other text.
    Text,
}

impl Field {
    /// All, in the order of their numbers.
    pub const ALL: [Field; 9] = [
        Field::Title,
        Field::Alias,
        Field::Heading,
        Field::Tag,
        Field::Situation,
        Field::Said,
        Field::Instead,
        Field::Summary,
        Field::Text,
    ];

    /// Whether it is a phrase by itself, so that words that stand together in it belong together.
    pub fn is_short(self) -> bool {
        !matches!(self, Field::Tag | Field::Summary | Field::Text)
    }
}

/// The words of one entry, in the order in which they stand in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Every run of words: where it stands, and its end in `words`.
    runs: Vec<(Field, u32)>,
    /// The words of all runs, a space behind each.
    words: String,
}

impl Terms {
    /// Adds a run of words. One without any is left out.
    pub fn add(&mut self, field: Field, text: &str) {
        let start = self.words.len();
        tokens::words(text, |word| {
            self.words.push_str(word);
            self.words.push(' ');
        });
        if self.words.len() > start {
            self.runs.push((field, self.words.len() as u32));
        }
    }

    /// Gives back the memory that more words would have had.
    pub fn shrink_to_fit(&mut self) {
        self.runs.shrink_to_fit();
        self.words.shrink_to_fit();
    }

    /// How many words there are.
    pub fn count(&self) -> usize {
        self.words.bytes().filter(|byte| *byte == b' ').count()
    }

    /// Every run with its words.
    pub fn runs(&self) -> impl Iterator<Item = (Field, impl Iterator<Item = &str> + Clone)> {
        let mut start = 0;
        self.runs.iter().map(move |(field, end)| {
            let run = &self.words[start..*end as usize];
            start = *end as usize;
            (*field, run.split_terminator(' '))
        })
    }
}
