//! What one entry gives to the index: its text, each line with the place in which it stands.

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
    /// Its path: folders and file name say what it is about, also where its title does not.
    Path,
    /// What is going on, in the words of callers and colleagues.
    Situation,
    /// What customers say.
    Said,
    /// How people ask for it, in words that it need not have.
    Asked,
    /// A phrase to avoid, which leads to the better one.
    Instead,
    /// Its summary.
    Summary,
    /// Any other text.
    Text,
}

impl Field {
    /// All, in the order of their numbers.
    pub const ALL: [Field; 11] = [
        Field::Title,
        Field::Alias,
        Field::Heading,
        Field::Tag,
        Field::Path,
        Field::Situation,
        Field::Said,
        Field::Asked,
        Field::Instead,
        Field::Summary,
        Field::Text,
    ];

    /// Whether it is what those say who want the entry, in their own words.
    pub fn is_saying(self) -> bool {
        matches!(self, Field::Alias | Field::Said | Field::Asked)
    }

    /// Whether it is a phrase by itself, so that words that stand together in it belong together.
    pub fn is_short(self) -> bool {
        !matches!(self, Field::Tag | Field::Path | Field::Summary | Field::Text)
    }
}

/// The text of one entry without markup, line by line, each with the place in which it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    lines: Vec<Line>,
    /// All lines, one behind the other. Their words have one space between them.
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
    field: Field,
    /// The section that it is the text of; none for a heading and for what stands in no section.
    section: Option<u32>,
    /// Its end in `text`.
    end: u32,
}

impl Text {
    /// Adds a line that is no section's text. One without words is left out.
    pub fn add(&mut self, field: Field, line: &str) {
        self.push(field, None, line);
    }

    /// Adds a line of a section's text.
    pub fn add_to(&mut self, section: usize, field: Field, line: &str) {
        self.push(field, Some(section as u32), line);
    }

    fn push(&mut self, field: Field, section: Option<u32>, line: &str) {
        let start = self.text.len();
        if is_spaced(line) {
            self.text.push_str(line);
        } else {
            for word in line.split_whitespace() {
                if self.text.len() > start {
                    self.text.push(' ');
                }
                self.text.push_str(word);
            }
        }
        if self.text.len() > start {
            self.lines.push(Line { field, section, end: self.text.len() as u32 });
        }
    }

    /// Gives back the memory that more lines would have had. They are copied: asked to shrink a block, our allocator keeps
    /// it as it is while more than half of it is used.
    pub fn shrink_to_fit(&mut self) {
        self.lines = self.lines.as_slice().to_vec();
        self.text = self.text.as_str().to_owned();
    }

    fn all(&self) -> impl Iterator<Item = (Line, &str)> {
        let mut start = 0;
        self.lines.iter().map(move |line| {
            let text = &self.text[start..line.end as usize];
            start = line.end as usize;
            (*line, text)
        })
    }

    /// Every line with where it stands.
    pub fn lines(&self) -> impl Iterator<Item = (Field, &str)> {
        self.all().map(|(line, text)| (line.field, text))
    }

    /// The lines of the sections, as excerpts and phrases are taken from them, each with its section.
    pub fn passages(&self) -> impl Iterator<Item = (usize, &str)> {
        self.all().filter_map(|(line, text)| Some((line.section? as usize, text)))
    }

    /// Whether it has at most so many words.
    pub fn has_at_most(&self, words: usize) -> bool {
        // Nobody's words are so long, and most texts need no counting.
        const LETTERS: usize = 32;
        if self.text.len() > words * LETTERS {
            return false;
        }
        let mut n = 0;
        self.lines().all(|(_, line)| {
            tokens::words(line, |_| n += 1);
            n <= words
        })
    }
}

/// Whether words have one space between them, as far as that is seen at once.
fn is_spaced(line: &str) -> bool {
    let mut before = b' ';
    let is_spaced = line.bytes().all(|byte| {
        let fits = byte > b' ' && byte < 0x7f || byte == b' ' && before != b' ';
        before = byte;
        fits
    });
    is_spaced && before != b' '
}
