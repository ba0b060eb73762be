//! Places in text, and the few ways in which words are compared.
//!
//! A [`SourcePath`] says which file, a [`Span`] which bytes of it, and [`Lines`] turns a byte offset into the line
//! and column that a person counts. [`fold`] is the one definition of "the same word, however it is typed", and
//! [`nearest`] the one definition of "did you mean".

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use ahash::RandomState;
use unicode_normalization::UnicodeNormalization;

/// Where a source lies: relative to the content folder, with forward slashes, without `.`, `..` or an empty part.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(Arc<str>);

impl Borrow<str> for SourcePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl SourcePath {
    /// `None` if `path` is empty, starts or ends with a slash, or has an empty, `.` or `..` part.
    pub fn new(path: &str) -> Option<SourcePath> {
        let sound = !path.is_empty() && path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        sound.then(|| SourcePath(path.into()))
    }

    /// The whole path: `scripts/quiet-offer.md`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder, without a slash at its end: `scripts`. Empty for a file directly under the content folder.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The last part: `quiet-offer.md`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// Whether the file is written in Markdown, by its name.
    pub fn is_markdown(&self) -> bool {
        without_markdown(self.file_name()).is_some()
    }

    /// The last part without its extension, which is the name that `[[…]]` finds: `quiet-offer`.
    pub fn name(&self) -> &str {
        let file_name = self.file_name();
        if let Some(name) = without_markdown(file_name) {
            return name;
        }
        match file_name.rsplit_once('.') {
            Some((name, _)) if !name.is_empty() => name,
            _ => file_name,
        }
    }

    /// The path without its extension, which is the id of an entry: `scripts/quiet-offer`.
    pub fn id(&self) -> &str {
        let extension = self.file_name().len() - self.name().len();
        &self.0[..self.0.len() - extension]
    }

    /// Whether it is the page of its folder, in any case, and which of several such pages is: the least. `None` for any
    /// other file.
    pub fn folder_page(&self) -> Option<usize> {
        ["index", "readme", "_index"].iter().position(|known| self.name().eq_ignore_ascii_case(known))
    }

    /// What follows the last dot of the file name, as typed. Empty without one.
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(name, extension)| if name.is_empty() { "" } else { extension })
    }
}

/// A path without the extensions of Markdown, as editors and generators know them: `page` for `page.md`, `page.markdown`,
/// `page.mdx`, `page.html.md` and `page.html.md.erb`. `None` for any other file.
pub fn without_markdown(path: &str) -> Option<&str> {
    let is_one = |extension: &str| {
        ["md", "markdown", "mdown", "mkd", "mkdn", "mdx"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    };
    let (mut stem, mut extension) = path.rsplit_once('.')?;
    if extension.eq_ignore_ascii_case("erb") {
        (stem, extension) = stem.rsplit_once('.')?;
    }
    let stem = is_one(extension).then_some(stem)?;
    let inner = stem.strip_suffix(".html").unwrap_or(stem);
    let stem = if inner.is_empty() || inner.ends_with('/') { stem } else { inner };
    (!stem.is_empty() && !stem.ends_with('/')).then_some(stem)
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &self.0)
    }
}

/// Some bytes of one source, counted from the start of the file (a byte order mark counts).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last one.
    pub end: u32,
}

impl Span {
    /// Sources are at most 2 MiB long unless a limit is raised, and never over 4 GiB, so offsets fit.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end.max(start) as u32 }
    }

    /// The bytes as a range, to index the text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same length, moved by `offset` bytes: from a part of a file to the whole.
    pub fn shifted(self, offset: usize) -> Span {
        Span::new(self.start as usize + offset, self.end as usize + offset)
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Span {
        Span::new(range.start, range.end)
    }
}

/// Where each line of a text starts.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<u32>,
    /// In lines longer than [`Lines::STRIDE`]: a byte, and how many characters of its line stand before it. Without these,
    /// many places in one long line would each count it from its start.
    marks: Vec<(u32, u32)>,
}

impl Lines {
    /// Bytes between two places of a long line whose column is known.
    const STRIDE: usize = 4 << 10;

    /// Lines end with `\n`; a `\r` before it belongs to the line end.
    pub fn new(text: &str) -> Lines {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1);
        let mut lines = Lines { starts: std::iter::once(0).chain(breaks).collect(), marks: Vec::new() };
        let ends = lines.starts.iter().skip(1).map(|start| *start as usize).chain([text.len()]);
        for (start, end) in lines.starts.iter().map(|start| *start as usize).zip(ends) {
            let (mut at, mut column) = (start, 0);
            while end - at > Lines::STRIDE {
                let next = text.floor_char_boundary(at + Lines::STRIDE);
                column += letters_of_line(&text[at..next]);
                at = next;
                lines.marks.push((at as u32, column));
            }
        }
        lines
    }

    /// The line of a byte, counted from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// Line and column of a byte, both counted from 1, the column in characters.
    pub fn line_and_column(&self, text: &str, offset: u32) -> (u32, u32) {
        let line = self.line(offset);
        let start = self.starts[line as usize - 1];
        let mark = self.marks.partition_point(|(at, _)| *at <= offset).checked_sub(1).map(|mark| self.marks[mark]);
        let (start, column) = mark.filter(|(at, _)| *at > start).unwrap_or((start, 0));
        let before = &text[start as usize..(offset as usize).clamp(start as usize, text.len())];
        (line, column + letters_of_line(before) + 1)
    }

    /// The bytes of a line (counted from 1), without its line end. Empty behind the last line.
    pub fn span_of(&self, text: &str, line: u32) -> Span {
        let Some(start) = self.starts.get(line as usize - 1).map(|start| *start as usize) else {
            return Span::new(text.len(), text.len());
        };
        let end = self.starts.get(line as usize).map_or(text.len(), |next| *next as usize);
        Span::new(start, start + text[start..end].trim_end_matches(['\n', '\r']).len())
    }

    /// How many lines there are; a text that ends with a line break has an empty last one.
    pub fn count(&self) -> u32 {
        self.starts.len() as u32
    }
}

/// Characters of a line or of a part of it; a byte order mark is none.
fn letters_of_line(text: &str) -> u32 {
    text.trim_start_matches('\u{feff}').chars().count() as u32
}

/// A folder and those around it, the content folder last.
pub fn with_outer(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| {
        let outer = folder.rsplit_once('/').map_or("", |(outer, _)| outer);
        (!folder.is_empty()).then_some(outer)
    })
}

/// `path` from `folder`, both from the content folder, without `.` and `..`. `None` if it leads out of it; empty for the
/// content folder itself.
pub fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The language in which a text is most likely written, by its script, where that is not the Latin one. `None` if most of
/// its letters are others. Only its beginning is looked at.
pub fn language_by_script(text: &str) -> Option<&'static str> {
    const LETTERS: usize = 2000;
    if text.as_bytes()[..text.len().min(LETTERS)].is_ascii() {
        return None;
    }
    let mut counts = [0usize; 7];
    let [arabic, persian, urdu, hebrew, kana, hangul, han] = [0, 1, 2, 3, 4, 5, 6];
    let mut all = 0;
    for letter in text.chars().filter(|c| c.is_alphabetic()).take(LETTERS) {
        all += 1;
        let script = match letter {
            'پ' | 'چ' | 'ژ' | 'گ' => persian,
            'ٹ' | 'ڈ' | 'ڑ' | 'ے' => urdu,
            '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' => arabic,
            '\u{590}'..='\u{5ff}' => hebrew,
            '\u{3040}'..='\u{30ff}' => kana,
            '\u{ac00}'..='\u{d7a3}' => hangul,
            '\u{3400}'..='\u{9fff}' => han,
            _ => continue,
        };
        counts[script] += 1;
    }
    let of_arabic = counts[arabic] + counts[persian] + counts[urdu];
    // Addresses, code and names are Latin everywhere.
    let is_most = |count: usize| 2 * count > all;
    if is_most(of_arabic) {
        Some(match (counts[urdu] > 0, counts[persian] > 0) {
            (true, _) => "ur",
            (false, true) => "fa",
            (false, false) => "ar",
        })
    } else if is_most(counts[hebrew]) {
        Some("he")
    } else if is_most(counts[hangul]) {
        Some("ko")
    } else if is_most(counts[kana] + counts[han]) {
        Some(if counts[kana] > 0 { "ja" } else { "zh" })
    } else {
        None
    }
}

/// Whether a terminal obeys a letter, or it turns the direction of what follows.
pub fn is_obeyed(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text as it may be shown in a terminal: `\u{fffd}` for each letter that it would obey.
pub fn printable(text: String) -> String {
    if text.contains(is_obeyed) { text.replace(is_obeyed, "\u{fffd}") } else { text }
}

/// NFC, in lower case: the same for texts that differ only in case or in Unicode's ways of writing a letter.
pub fn lower(text: &str) -> String {
    // Nearly all text is ASCII, for which the tables of Unicode are asked in vain.
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.nfc().flat_map(char::to_lowercase).collect() }
}

/// A word or label as it is compared: NFC, lower case, quotation marks and apostrophes straightened, every run of
/// white space, `-` and `_` one space, no colon at the end. The plural is folded by [`singular`].
pub fn fold(text: &str) -> String {
    // Nearly all text is ASCII, for which the tables of Unicode are asked in vain.
    let mut folded = if text.is_ascii() { fold_ascii(text) } else { fold_letters(lower(text).chars()) };
    let end = folded.trim_end_matches([':', ' ', '\u{ff1a}']).len();
    folded.truncate(end);
    folded
}

/// The same as [`fold_letters`], a run of letters at a time.
fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let is_gap = |c: char| matches!(c, '-' | '_') || c.is_whitespace();
    for word in text.split(is_gap).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded.make_ascii_lowercase();
    folded
}

fn fold_letters(letters: impl Iterator<Item = char>) -> String {
    let mut folded = String::new();
    let mut gap = false;
    for c in letters {
        match c {
            '-' | '_' | '\u{2010}' | '\u{2011}' | '\u{ad}' => gap = true,
            '\u{200b}' | '\u{feff}' | '\u{200e}' | '\u{200f}' => {}
            c if c.is_whitespace() => gap = true,
            c => {
                if gap && !folded.is_empty() {
                    folded.push(' ');
                }
                gap = false;
                folded.push(match c {
                    '\u{2018}' | '\u{2019}' => '\'',
                    '\u{201c}' | '\u{201d}' => '"',
                    c => c,
                });
            }
        }
    }
    folded
}

/// [`fold`], and each word of four or more letters without its final `s` or `'s`, so that singular and plural are one.
pub fn singular(text: &str) -> String {
    let folded = fold(text);
    let mut singular = String::with_capacity(folded.len());
    for word in folded.split(' ') {
        let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix("s'")).unwrap_or(word);
        if !singular.is_empty() {
            singular.push(' ');
        }
        singular.push_str(match stem.strip_suffix('s') {
            Some(shorter) if stem.chars().count() > 3 && !shorter.ends_with('s') => shorter,
            _ => stem,
        });
    }
    singular
}

/// A whole number in figures, or in words as far as ninety-nine: `15`, `fifteen`, `forty-five`. `None` for anything else.
pub fn whole_number(text: &str) -> Option<u32> {
    const UNITS: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let unit = |word: &str| UNITS.iter().position(|name| *name == word).map(|at| at as u32);
    let ten = |word: &str| TENS.iter().position(|name| *name == word).map(|at| at as u32 * 10 + 20);
    let folded = fold(text);
    match folded.split_once(' ') {
        Some((tens, units)) => Some(ten(tens)? + unit(units).filter(|units| (1..10).contains(units))?),
        None => unit(&folded).or_else(|| ten(&folded)),
    }
}

/// A number of bytes in the largest unit that holds it as a whole number.
pub fn size(bytes: u64) -> String {
    match bytes {
        _ if bytes >= 1 << 20 && bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ if bytes >= 1 << 10 && bytes.is_multiple_of(1 << 10) => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}

/// The candidate that a writer most likely meant by `typed`: the closest by Damerau–Levenshtein distance (optimal
/// string alignment), at most a third of the longer word's letters away and never more than three. The first of
/// equals wins, so candidates come in a fixed order. Both sides are compared as [`fold`] gives them.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_folded(&fold(typed), candidates.into_iter().map(|candidate| (fold(candidate), candidate)))
}

/// [`nearest`] for words that are folded already: each candidate with what it stands for.
pub fn nearest_folded<T>(typed: &str, candidates: impl IntoIterator<Item = (impl AsRef<str>, T)>) -> Option<T> {
    let length = typed.chars().count();
    let letters = letters(typed);
    let mut best: Option<(usize, T)> = None;
    for (candidate, meant) in candidates {
        let candidate = candidate.as_ref();
        let candidate_length = candidate.chars().count();
        let limit = (length.max(candidate_length) / 3).min(3);
        // A slip changes the length by one and the set of letters by two: most candidates need no closer look.
        let differ = (letters ^ self::letters(candidate)).count_ones() as usize;
        if length.abs_diff(candidate_length) > limit || differ > 2 * limit {
            continue;
        }
        let distance = strsim::osa_distance(typed, candidate);
        if distance <= limit && best.as_ref().is_none_or(|(shortest, _)| distance < *shortest) {
            best = Some((distance, meant));
        }
    }
    best.map(|(_, meant)| meant)
}

/// What may still be spent on [`NearNames`] in one run, in steps. A step is a name looked at, and comparing one closely
/// costs 64 of them.
///
/// An ordinary book needs a small part of it. In one where thousands of links are broken among tens of thousands of
/// names, the links behind are reported without a suggestion, and the run ends.
#[derive(Debug)]
pub struct Effort(usize);

impl Effort {
    /// What a book of so many entries may cost: twice the book, twice the effort, up to some seconds.
    pub fn for_entries(count: usize) -> Effort {
        Effort(count.saturating_mul(20_000).saturating_add(4_000_000).min(200_000_000))
    }
}

/// Names among which many lookups ask for the nearest: folded once, by their length.
#[derive(Debug)]
pub struct NearNames<T> {
    by_length: BTreeMap<usize, Vec<NearName<T>>>,
}

#[derive(Debug)]
struct NearName<T> {
    folded: String,
    letters: u32,
    place: usize,
    meant: T,
}

impl<T: Copy> NearNames<T> {
    /// `names` in the order in which the first of equals wins, each with what it stands for.
    pub fn new<'n>(names: impl IntoIterator<Item = (&'n str, T)>) -> NearNames<T> {
        let mut by_length: BTreeMap<usize, Vec<NearName<T>>> = BTreeMap::new();
        for (place, (name, meant)) in names.into_iter().enumerate() {
            let folded = fold(name);
            let name = NearName { letters: letters(&folded), place, meant, folded };
            by_length.entry(name.folded.chars().count()).or_default().push(name);
        }
        NearNames { by_length }
    }

    /// What [`nearest`] finds. `None` also where `effort` is spent.
    pub fn nearest(&self, typed: &str, effort: &mut Effort) -> Option<T> {
        const CLOSE_LOOK: usize = 64;
        let folded = fold(typed);
        let (length, letters) = (folded.chars().count(), letters(&folded));
        let mut best: Option<(usize, usize, T)> = None;
        for (candidate_length, names) in self.by_length.range(length.saturating_sub(3)..=length + 3) {
            let limit = (length.max(*candidate_length) / 3).min(3);
            if length.abs_diff(*candidate_length) > limit {
                continue;
            }
            for name in names {
                let differs = (letters ^ name.letters).count_ones() as usize > 2 * limit;
                effort.0 = effort.0.checked_sub(if differs { 1 } else { CLOSE_LOOK })?;
                if differs {
                    continue;
                }
                let distance = strsim::osa_distance(&folded, &name.folded);
                let is_better = |(least, place, _): &(usize, usize, T)| (distance, name.place) < (*least, *place);
                if distance <= limit && best.as_ref().is_none_or(is_better) {
                    best = Some((distance, name.place, name.meant));
                }
            }
        }
        best.map(|(_, _, meant)| meant)
    }
}

/// Which of the letters a to z are in a folded word, a bit each.
fn letters(folded: &str) -> u32 {
    folded.bytes().filter(u8::is_ascii_lowercase).fold(0, |set, letter| set | 1 << (letter - b'a'))
}

/// A heading or name as part of an address: lower case, white space as `-`, letters, digits, marks, `-` and `_` of any
/// script kept, everything else dropped. This is GitHub's rule. Empty if nothing is left.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in lower(text.trim()).chars() {
        match c {
            ' ' | '\t' | '\n' | '\r' | '\u{a0}' => slug.push('-'),
            '-' | '_' => slug.push(c),
            c if c.is_alphanumeric() || is_mark(c) => slug.push(c),
            _ => {}
        }
    }
    slug
}

/// Combining marks carry vowels in many scripts; `char::is_alphanumeric` leaves some of them out.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// What markup that we made says, without its tags.
pub fn text_of_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        rest = rest[open..].find('>').map_or("", |close| &rest[open + close + 1..]);
    }
    text.push_str(rest);
    let signs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    let text = signs.iter().fold(text, |text, (sign, letter)| text.replace(sign, letter));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text that goes on a sentence, so that it begins with a small letter.
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Text for a place inside an element or a quoted attribute.
pub fn escape_html(text: &str, out: &mut String) {
    // Nearly every byte is none of the five, and one look tells.
    const PLAIN: [bool; 256] = {
        let mut plain = [true; 256];
        let mut at = 0;
        while at < 5 {
            plain[b"&<>\"'"[at] as usize] = false;
            at += 1;
        }
        plain
    };
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        if PLAIN[byte as usize] {
            continue;
        }
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.push_str(&text[written..at]);
        out.push_str(escaped);
        written = at + 1;
    }
    out.push_str(&text[written..]);
}

/// Gives each name once: the second `a` becomes `a-1`, as GitHub does, and skips what is taken already. Linear also
/// for very many equal names.
#[derive(Debug, Default)]
pub struct UniqueNames {
    taken: HashMap<String, u32, RandomState>,
}

impl UniqueNames {
    /// `name` itself if it is free, else `name-1`, `name-2` …
    pub fn claim(&mut self, name: &str) -> String {
        let Some(used) = self.taken.get(name).copied() else {
            self.taken.insert(name.to_owned(), 0);
            return name.to_owned();
        };
        let mut n = used + 1;
        let mut unique = format!("{name}-{n}");
        while self.taken.contains_key(&unique) {
            n += 1;
            unique = format!("{name}-{n}");
        }
        *self.taken.get_mut(name).expect("it is taken") = n;
        self.taken.insert(unique.clone(), 0);
        unique
    }
}

/// A short name for a text, the same in script, where it is two lines: FNV-1a with 32 bits over UTF-16 code units (Fowler,
/// Noll & Vo, draft-eastlake-fnv).
pub fn fnv_1a(text: &str) -> u32 {
    text.encode_utf16().fold(0x811c_9dc5, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193))
}

/// Whether an address is a path on one computer: `C:\x`, `\\server\x`, `file:///x`.
pub fn on_one_computer(address: &str) -> bool {
    let bytes = address.as_bytes();
    let drive =
        bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/');
    drive || address.starts_with("\\\\") || address.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("file:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_not_shown() {
        let shown = printable("a\u{1b}[31mb\u{202e}c\r\u{9b}d\n\te".to_owned());
        assert_eq!(shown, "a\u{fffd}[31mb\u{fffd}c\u{fffd}\u{fffd}d\n\te");
    }

    #[test]
    fn a_path_knows_its_parts() {
        let path = SourcePath::new("guides/roles/helper.md").expect("sound");
        assert_eq!(
            (path.folder(), path.name(), path.id(), path.extension()),
            ("guides/roles", "helper", "guides/roles/helper", "md")
        );
        assert!(
            SourcePath::new("../x.md").is_none() && SourcePath::new("/x").is_none() && SourcePath::new("").is_none()
        );
    }

    #[test]
    fn markdown_has_many_extensions() {
        for name in ["a.md", "a.MD", "a.markdown", "a.mdx", "a.html.md", "a.html.md.erb", "a.md.erb"] {
            assert_eq!(without_markdown(name), Some("a"), "{name}");
        }
        assert!(
            ["a.txt", "a.html", "a.erb", ".md", "b/.md", "md", "v1.md/x"].iter().all(|n| without_markdown(n).is_none())
        );
        assert_eq!(SourcePath::new("x/v1.2.html.md").map(|path| path.id().to_owned()).as_deref(), Some("x/v1.2"));
    }

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let text = "\u{feff}ab\r\nçd\n";
        let lines = Lines::new(text);
        assert_eq!(lines.line_and_column(text, 3), (1, 1));
        assert_eq!(lines.line_and_column(text, 9), (2, 2));
        assert_eq!(&text[lines.span_of(text, 2).range()], "çd");
    }

    #[test]
    fn words_fold() {
        assert_eq!(fold("  Instead\u{a0}of: "), "instead of");
        assert_eq!(singular("Customers say"), singular("customer says"));
        assert_eq!(nearest("titel", ["title", "tags"]), Some("title"));
        assert_eq!(nearest("xyz", ["title", "tags"]), None);
    }

    #[test]
    fn near_names_find_what_nearest_finds() {
        let names = ["late-parcel", "Late parcels", "parcel", "the-signal", "a quiet offer", "tags", "title"];
        let index = NearNames::new(names.map(|name| (name, name)));
        for typed in ["late parcell", "titel", "Parcels", "a-quite-offer", "xyz", "", "te signal", "later parcel"] {
            assert_eq!(index.nearest(typed, &mut Effort::for_entries(1)), nearest(typed, names), "{typed}");
        }
    }

    #[test]
    fn names_of_another_length_cost_nothing_and_effort_ends() {
        let names: Vec<String> = (0..1_000).map(|n| format!("a long name with the number {n}")).collect();
        let index = NearNames::new(names.iter().map(|name| (name.as_str(), ())));
        let mut effort = Effort(10_000);
        assert_eq!(index.nearest("short", &mut effort), None);
        assert_eq!(effort.0, 10_000);
        assert_eq!(
            index.nearest("a long name with the numbr 7", &mut effort),
            None,
            "a thousand close looks are too many"
        );
        assert_eq!(index.nearest("a long name with the numbr 7", &mut Effort::for_entries(1)), Some(()));
    }

    #[test]
    fn numbers_are_read_in_figures_and_in_words() {
        let read = ["15", "fifteen", "Forty-five", "ninety nine", "0"].map(whole_number);
        assert_eq!(read, [15, 15, 45, 99, 0].map(Some));
        assert!(["", "-1", "1.5", "five forty", "twenty zero", "many"].iter().all(|text| whole_number(text).is_none()));
    }

    #[test]
    fn names_are_claimed_once() {
        let mut names = UniqueNames::default();
        assert_eq!(["a", "a", "a-1", "a"].map(|name| names.claim(name)), ["a", "a-1", "a-1-1", "a-2"]);
    }

    #[test]
    fn short_names_are_those_of_their_authors() {
        assert_eq!((fnv_1a(""), fnv_1a("a"), fnv_1a("foobar")), (0x811c9dc5, 0xe40c292c, 0xbf9cf968));
    }
}
