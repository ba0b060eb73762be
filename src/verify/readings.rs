//! Every way in which the bytes of a file can be read as text.
//!
//! What is hidden may stand in a file packed, in base64, behind entities, escapes or percent signs, with tags in the
//! middle of a word, or all of that at once. Each reading is handed on as text with a way back to the bytes of the file.
//! Readings are made of readings until nothing changes, so no order of wrappings is a hiding place. What comes out the same
//! by another order is read once; a budget ends what grows without end.

use std::io::{Cursor, Read};

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};
use percent_encoding::percent_decode_str;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;
use zip::ZipArchive;

use super::artefact::capped;

/// A file as it lies there, or one that was packed in it.
pub(super) struct File {
    /// Its name; of a packed one, with that of the file that holds it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether it was unpacked, so that its name no longer says how it is packed.
    is_unpacked: bool,
}

/// Takes readings in.
pub(super) trait Reader {
    /// Words that can be read, with the way back: from a byte of `text` to the byte of the file.
    fn text(&mut self, text: &str, at: &dyn Fn(usize) -> usize, how: How);
    /// Bytes that are a file, or would be one once they are unpacked: a picture in base64.
    fn whole(&mut self, hash: u128, at: usize);
}

/// What a reading is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct How {
    /// Chance makes words in it, as in pictures.
    pub noisy: bool,
    /// How it was unwrapped. Empty for the bytes as they are.
    pub unwrapped: &'static str,
}

/// Wrappings in one another that are undone.
const DEEPEST: usize = 6;

/// Bytes that the readings of a file may have, for each of its own.
const GROWTH: usize = 40;

/// Letters of base64 from which a run is unwrapped: fewer are no eight words, and no picture.
const SHORTEST_BASE64: usize = 20;

/// A file and all that is packed in it. With those that could not be unpacked, and why.
pub(super) fn unpacked(name: &str, bytes: Vec<u8>, faults: &mut Vec<(String, String)>) -> Vec<File> {
    let mut files = Vec::new();
    unpack(File { name: name.to_owned(), bytes, is_unpacked: false }, 0, &mut files, faults);
    files
}

fn unpack(file: File, depth: usize, files: &mut Vec<File>, faults: &mut Vec<(String, String)>) {
    let inner = if depth < DEEPEST { packed(&file) } else { Vec::new() };
    for read in inner {
        match read {
            Ok(inner) => unpack(inner, depth + 1, files, faults),
            Err(cause) => faults.push((file.name.clone(), cause.to_string())),
        }
    }
    files.push(file);
}

fn packed(file: &File) -> Vec<std::io::Result<File>> {
    let File { name, bytes, is_unpacked } = file;
    let inner = |name: String, is_unpacked, bytes| File { name, bytes, is_unpacked };
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = flate2::read::MultiGzDecoder::new(bytes.as_slice());
        let noted = unpacked.header().map(|header| {
            let notes = [header.filename(), header.comment()].into_iter().flatten();
            inner(format!("{name} (its header)"), true, notes.collect::<Vec<_>>().join(b"\n".as_slice()))
        });
        let inside = capped(&mut unpacked).map(|bytes| inner(name.clone(), true, bytes));
        return noted.map(Ok).into_iter().chain([inside]).collect();
    }
    if !is_unpacked && name.to_ascii_lowercase().ends_with(".br") {
        let unpacked = brotli::Decompressor::new(bytes.as_slice(), 64 << 10);
        return vec![capped(unpacked).map(|bytes| inner(name.clone(), true, bytes))];
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let Ok(mut zip) = ZipArchive::new(Cursor::new(bytes.as_slice())) else { return Vec::new() };
        let comment = inner(format!("{name} (its comment)"), true, zip.comment().to_vec());
        let files = (0..zip.len()).map(|at| {
            let file = zip.by_index(at)?;
            let inside = format!("{name}/{}", file.name()?);
            Ok(inner(inside, false, capped(file)?))
        });
        return std::iter::once(Ok(comment)).chain(files.collect::<Vec<_>>()).collect();
    }
    Vec::new()
}

/// Reads a file in every way. `false` if the budget ended it.
pub(super) fn read(bytes: &[u8], reader: &mut impl Reader) -> bool {
    let budget = bytes.len().saturating_mul(GROWTH) + (1 << 20);
    let mut readings = Readings { reader, budget, texts: FxHashMap::default(), blobs: FxHashMap::default() };
    readings.bytes(bytes, &|at| at, 0, "");
    readings.budget > 0
}

struct Readings<'r, R> {
    reader: &'r mut R,
    budget: usize,
    /// Texts that were read, by their hash, with the depth at which they were: what is met again, by another way to undo
    /// the same wrappings, says nothing new.
    texts: FxHashMap<u128, usize>,
    /// The same of what came out of base64.
    blobs: FxHashMap<u128, usize>,
}

/// Whether something was read with at least as many wrappings left to undo; it is from now on.
fn is_known(known: &mut FxHashMap<u128, usize>, bytes: &[u8], depth: usize) -> bool {
    let before = known.entry(xxh3_128(bytes)).or_insert(usize::MAX);
    let is_known = *before <= depth;
    *before = depth.min(*before);
    is_known
}

type Back<'b> = &'b dyn Fn(usize) -> usize;

impl<R: Reader> Readings<'_, R> {
    fn bytes(&mut self, bytes: &[u8], at: Back<'_>, depth: usize, unwrapped: &'static str) {
        if bytes.len() > self.budget {
            self.budget = 0;
            return;
        }
        self.budget -= bytes.len();
        self.reader.whole(xxh3_128(bytes), at(0));
        let noisy = How { noisy: true, unwrapped };
        if let Some(text) = sixteen_bits(bytes) {
            return self.text(&text, &|_| at(0), depth, How { noisy: false, unwrapped });
        }
        let text = String::from_utf8_lossy(bytes);
        let n_odd = bytes.iter().filter(|byte| **byte < 9 || (14..32).contains(*byte)).count();
        if n_odd * 50 > bytes.len() || text.matches('\u{fffd}').count() * 20 > bytes.len() {
            self.reader.text(&text, at, noisy);
            // Pictures note words with two bytes a letter.
            if bytes.iter().filter(|byte| **byte == 0).count() * 20 > bytes.len() {
                let wide: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
                self.reader.text(&String::from_utf8_lossy(&wide), &|_| at(0), noisy);
            }
            return;
        }
        self.text(&text, at, depth, How { noisy: false, unwrapped });
    }

    fn text(&mut self, text: &str, at: Back<'_>, depth: usize, how: How) {
        if is_known(&mut self.texts, text.as_bytes(), depth) {
            return;
        }
        if text.len() > self.budget {
            self.budget = 0;
            return;
        }
        self.budget -= text.len();
        match index_words(text) {
            Some(words) => {
                self.reader.text(text, at, How { noisy: true, ..how });
                self.reader.text(
                    &words,
                    &|_| at(0),
                    How { noisy: false, unwrapped: "in the words of the search index" },
                );
            }
            None => self.reader.text(text, at, how),
        }
        if depth >= DEEPEST {
            return;
        }
        // What is packed comes first: then it is met with as many wrappings left to undo as it can be.
        self.base64(text, at, depth);
        if has_markup(text) {
            let Parts { words, attributes, scripts } = parts_of(text);
            self.derived(words, at, depth, "without its tags", how);
            self.derived(attributes, at, depth, "in an attribute", how);
            self.derived(scripts, at, depth, "in a script or style", how);
        }
        if text.contains('\\') {
            self.derived(unescaped(text, false), at, depth, "behind escapes", how);
            self.derived(unescaped(text, true), at, depth, "behind escapes of a style sheet", how);
        }
        if text.contains('+') {
            self.derived(joined(text), at, depth, "in words that a script joins", how);
        }
        if has_percent_signs(text.as_bytes()) {
            self.derived(percent_decoded(text), at, depth, "behind percent signs", how);
        }
    }

    fn derived(&mut self, found: Mapped, at: Back<'_>, depth: usize, unwrapped: &'static str, how: How) {
        if !found.text.is_empty() {
            let back = |byte: usize| at(found.back(byte));
            self.text(&found.text, &back, depth + 1, How { unwrapped, ..how });
        }
    }

    fn base64(&mut self, text: &str, at: Back<'_>, depth: usize) {
        let bytes = text.as_bytes();
        let mut start = 0;
        while start < bytes.len() {
            if sextet(bytes[start]).is_none() {
                start += 1;
                continue;
            }
            let mut sextets = 0;
            let mut end = start;
            // Lines of base64 may be broken, also by an escape.
            while end < bytes.len()
                && (sextet(bytes[end]).is_some() || (sextets >= 60 && bytes[end].is_ascii_whitespace()))
            {
                sextets += usize::from(sextet(bytes[end]).is_some());
                end += 1;
            }
            if sextets >= SHORTEST_BASE64 && self.budget > 0 {
                self.blob(&from_base64(&bytes[start..end]), at(start), depth);
            }
            start = end;
        }
    }

    /// Bytes out of base64: a file, text, or something packed. Words that only look like it give noise, which ends here.
    fn blob(&mut self, bytes: &[u8], at: usize, depth: usize) {
        if is_known(&mut self.blobs, bytes, depth) {
            return;
        }
        let is_text =
            std::str::from_utf8(bytes).is_ok_and(|text| !text.contains(|c: char| c.is_control() && !c.is_whitespace()));
        let mut faults = Vec::new();
        let known = bytes.starts_with(&[0x1f, 0x8b]) || bytes.starts_with(b"PK\x03\x04");
        if is_text || (bytes.len() >= 64 && sixteen_bits(bytes).is_some()) {
            self.bytes(bytes, &|_| at, depth + 1, "in base64");
        } else if known {
            for file in unpacked("", bytes.to_vec(), &mut faults) {
                self.bytes(&file.bytes, &|_| at, depth + 1, "packed in base64");
            }
        } else {
            self.bytes(bytes, &|_| at, DEEPEST, "in base64");
            for unpacked in unmarked(bytes, self.budget) {
                self.bytes(&unpacked, &|_| at, depth + 1, "packed in base64");
            }
        }
    }
}

/// What is in a packed stream that has no mark of its kind, if the bytes are one to their end: zlib, deflate, brotli. Of one
/// that is larger than `most`, as much as tells that.
fn unmarked(bytes: &[u8], most: usize) -> Vec<Vec<u8>> {
    let whole = |stream: &mut dyn Read| {
        let mut unpacked = Vec::new();
        let read = stream.take(most as u64 + 1).read_to_end(&mut unpacked);
        // Chance makes short streams.
        read.ok().map(|_| unpacked).filter(|unpacked| unpacked.len() >= 32)
    };
    if bytes.len() < 32 {
        return Vec::new();
    }
    let streams: [&mut dyn Read; 3] = [
        &mut flate2::read::ZlibDecoder::new(bytes),
        &mut flate2::read::DeflateDecoder::new(bytes),
        &mut brotli::Decompressor::new(bytes, 4096),
    ];
    streams.into_iter().filter_map(whole).collect()
}

/// Text with two bytes a letter, which begins with the mark that says so.
fn sixteen_bits(bytes: &[u8]) -> Option<String> {
    let read: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
    Some(String::from_utf16_lossy(&units))
}

fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

/// RFC 4648, § 4 and § 5, without padding; what is no letter of it is skipped.
fn from_base64(letters: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(letters.len() * 3 / 4);
    let (mut bits, mut n_bits) = (0_u32, 0);
    for sextet in letters.iter().filter_map(|letter| sextet(*letter)) {
        bits = bits << 6 | sextet;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((bits >> n_bits & 0xff) as u8);
        }
    }
    bytes
}

/// Text that was made of another one.
#[derive(Default)]
struct Mapped {
    text: String,
    /// Where each run began: here, there.
    runs: Vec<(usize, usize)>,
}

impl Mapped {
    fn run(&mut self, from: usize) {
        self.runs.push((self.text.len(), from));
    }

    fn push(&mut self, text: &str, from: usize) {
        self.run(from);
        self.text.push_str(text);
    }

    fn back(&self, byte: usize) -> usize {
        let run = self.runs.partition_point(|(here, _)| *here <= byte);
        match run.checked_sub(1).map(|run| self.runs[run]) {
            Some((here, there)) => {
                let next = self.runs.get(run).map_or(usize::MAX, |(_, there)| *there);
                (there + byte - here).min(next.max(there))
            }
            None => 0,
        }
    }
}

fn has_markup(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'<', bytes)
        .any(|at| bytes.get(at + 1).is_some_and(|next| next.is_ascii_alphabetic() || b"/!?".contains(next)))
        || memchr::memchr_iter(b'&', bytes)
            .any(|at| bytes.get(at + 1).is_some_and(|next| next.is_ascii_alphabetic() || *next == b'#'))
}

/// The parts of some markup.
#[derive(Default)]
struct Parts {
    /// As they are shown.
    words: Mapped,
    attributes: Mapped,
    /// What stands in comments, scripts and styles.
    scripts: Mapped,
}

/// Elements that part words; all others may stand in the middle of one.
const BLOCKS: [&str; 46] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "td",
    "th",
    "title",
    "tr",
    "ul",
];

fn parts_of(markup: &str) -> Parts {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut parts = Parts::default();
    let mut raw = false;
    for token in Tokenizer::new_with_emitter(markup, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name);
                raw = matches!(&*name, "script" | "style") && !tag.self_closing;
                if BLOCKS.contains(&&*name) {
                    parts.words.push("\n", tag.span.start);
                }
                for attribute in tag.attributes.values() {
                    parts.attributes.push(&String::from_utf8_lossy(&attribute.value), attribute.span.start);
                    parts.attributes.text.push('\n');
                }
            }
            Token::EndTag(tag) => {
                raw = false;
                if BLOCKS.contains(&&*String::from_utf8_lossy(&tag.name)) {
                    parts.words.push("\n", tag.span.start);
                }
            }
            Token::String(words) => {
                let part = if raw { &mut parts.scripts } else { &mut parts.words };
                part.push(&String::from_utf8_lossy(&words.value), words.span.start);
            }
            Token::Comment(words) => {
                parts.scripts.push(&String::from_utf8_lossy(&words.value), words.span.start);
                parts.scripts.text.push('\n');
            }
            _ => {}
        }
    }
    parts
}

/// The byte that a percent sign and two digits stand for (RFC 3986, § 2.1).
fn percent_decoded_byte(bytes: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    match bytes {
        [b'%', high, low, ..] => Some((digit(*high)? << 4 | digit(*low)?) as u8),
        _ => None,
    }
}

fn has_percent_signs(text: &[u8]) -> bool {
    memchr::memchr_iter(b'%', text).any(|at| percent_decoded_byte(&text[at..]).is_some())
}

/// The runs without white space that hold percent signs, a line each, with those undone: no other can be behind them.
fn percent_decoded(text: &str) -> Mapped {
    let mut found = Mapped::default();
    let mut start = 0;
    for run in text.split_inclusive(char::is_whitespace) {
        if has_percent_signs(run.as_bytes()) {
            let decoded = percent_decode_str(run).decode_utf8_lossy();
            // What is decoded is shorter, so a place in it is near its own.
            found.push(&decoded, start);
            found.text.push('\n');
        }
        start += run.len();
    }
    found
}

/// A text with its escapes undone: those of JavaScript and JSON (ECMA-262, § 12.9.4), or of CSS (Syntax 3, § 4.3.7).
fn unescaped(text: &str, css: bool) -> Mapped {
    let mut found = Mapped::default();
    let mut pair: Option<u32> = None;
    let mut rest = text;
    while let Some(slash) = rest.find('\\') {
        let from = text.len() - rest.len();
        if slash > 0 {
            pair = None;
            found.push(&rest[..slash], from);
        }
        let escape = &rest[slash + 1..];
        let (letter, length) = match css {
            true => css_escape(escape),
            false => script_escape(escape),
        };
        found.run(from + slash);
        match (pair.take(), letter) {
            (Some(high), Some(low @ 0xdc00..=0xdfff)) => {
                found.text.extend(char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)));
            }
            (_, Some(high @ 0xd800..=0xdbff)) => pair = Some(high),
            (_, Some(letter)) => found.text.push(char::from_u32(letter).unwrap_or('\u{fffd}')),
            (_, None) => {}
        }
        rest = &escape[length..];
    }
    found.push(rest, text.len() - rest.len());
    found
}

/// What an escape of a script means, and its length behind the backslash. `None` for one that means nothing.
fn script_escape(escape: &str) -> (Option<u32>, usize) {
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_number.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    };
    let Some(first) = escape.chars().next() else { return (None, 0) };
    let fixed = |from: usize, to: usize| escape.get(from..to).and_then(number).map(|letter| (Some(letter), to));
    match first {
        'u' if escape.starts_with("u{") => {
            let end = escape.find('}').unwrap_or(escape.len()).min(10);
            let letter = escape.get(2..end).and_then(number);
            letter.map(|letter| (Some(letter), (end + 1).min(escape.len()))).unwrap_or((Some(u32::from('u')), 1))
        }
        'u' => fixed(1, 5).unwrap_or((Some(u32::from('u')), 1)),
        'x' => fixed(1, 3).unwrap_or((Some(u32::from('x')), 1)),
        'n' | 'r' | 't' | 'b' | 'f' | 'v' => (Some(u32::from('\n')), 1),
        '\n' => (None, 1),
        '0'..='7' => {
            let digits: String = escape.chars().take(3).take_while(|c| ('0'..='7').contains(c)).collect();
            (u32::from_str_radix(&digits, 8).ok(), digits.len())
        }
        other => (Some(u32::from(other)), other.len_utf8()),
    }
}

fn css_escape(escape: &str) -> (Option<u32>, usize) {
    let digits: String = escape.chars().take(6).take_while(char::is_ascii_hexdigit).collect();
    match (u32::from_str_radix(&digits, 16), escape.chars().next()) {
        (Ok(letter), _) => {
            let space = escape[digits.len()..].starts_with([' ', '\n', '\t']);
            (Some(letter), digits.len() + usize::from(space))
        }
        (_, Some('\n')) => (None, 1),
        (_, Some(other)) => (Some(u32::from(other)), other.len_utf8()),
        (_, None) => (None, 0),
    }
}

/// A script whose strings are joined where it joins them: `"mar" + "malade"`.
fn joined(text: &str) -> Mapped {
    let mut found = Mapped::default();
    let (mut done, mut next) = (0, 0);
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`');
    while let Some(plus) = memchr::memchr(b'+', &text.as_bytes()[next..]).map(|at| next + at) {
        next = plus + 1;
        let (before, behind) = (text[done..plus].trim_end(), text[plus + 1..].trim_start());
        if before.ends_with(is_quote) && behind.starts_with(is_quote) {
            found.push(&before[..before.len() - 1], done);
            done = text.len() - behind.len() + 1;
            next = done;
        }
    }
    found.push(&text[done..], done);
    found
}

/// The words that a file of our search index knows, without the postings between them, which are noise. `None` for any
/// other file, and for one that holds anything besides.
///
/// A record is `stem;forms;…`, each form as what it lacks of the stem and what it adds; a vocabulary is a list of forms,
/// each as what it shares with the one before and what it adds; all else is text (see `src/search/shards.rs`).
fn index_words(script: &str) -> Option<String> {
    let mut words = String::new();
    let mut rest = script.trim_end();
    if !rest.starts_with("cuebook.shelf(") {
        return None;
    }
    while !rest.is_empty() {
        rest = rest.strip_prefix("cuebook.shelf(")?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
        values.next()?.ok()?;
        rest = rest[values.byte_offset()..].strip_prefix(',')?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>();
        in_strings(&values.next()?.ok()?, &mut words);
        rest = rest[values.byte_offset()..].strip_prefix(");")?.trim_start();
    }
    Some(words)
}

fn in_strings(value: &serde_json::Value, words: &mut String) {
    match value {
        serde_json::Value::Array(values) => values.iter().for_each(|value| in_strings(value, words)),
        serde_json::Value::Object(values) => values.iter().for_each(|(key, value)| {
            words.push_str(key);
            words.push('\n');
            in_strings(value, words);
        }),
        serde_json::Value::String(text) => {
            if !(records(text, words) || vocabulary(text, words)) {
                words.push_str(text);
            }
            words.push('\n');
        }
        _ => {}
    }
}

fn records(text: &str, words: &mut String) -> bool {
    let is_record = |line: &str| {
        let n_fields = line.split(';').count();
        let postings = line.rsplit(';').next().unwrap_or_default();
        (n_fields == 2 && line.starts_with('=') || n_fields == 3 && line.starts_with([' ', '<']) || n_fields == 4)
            && postings.bytes().all(|byte| sextet(byte).is_some())
    };
    if !text.split('\n').all(is_record) {
        return false;
    }
    for line in text.split('\n').filter(|line| !line.starts_with('=')) {
        let mut fields = line.trim_start_matches([' ', '<']).split(';');
        let (stem, forms) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        words.push_str(stem);
        words.push('\n');
        for form in forms.split(',').filter(|_| line.split(';').count() == 4) {
            let lacks = form.chars().next().and_then(|digit| digit.to_digit(36)).unwrap_or(36) as usize;
            let kept = stem.chars().count().saturating_sub(lacks);
            words.extend(stem.chars().take(kept));
            words.push_str(form.get(1..).unwrap_or_default());
            words.push('\n');
        }
    }
    true
}

fn vocabulary(text: &str, words: &mut String) -> bool {
    let is_form =
        |form: &str| form.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_lowercase()) && !form.contains(' ');
    if !text.starts_with('0') || !text.contains(',') || !text.split(',').all(is_form) {
        return false;
    }
    let mut before = String::new();
    for form in text.split(',') {
        let shared = form.chars().next().and_then(|digit| digit.to_digit(36)).unwrap_or_default() as usize;
        before = before.chars().take(shared).chain(form.chars().skip(1)).collect();
        words.push_str(&before);
        words.push('\n');
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct All(Vec<String>);

    impl Reader for All {
        fn text(&mut self, text: &str, at: &dyn Fn(usize) -> usize, _: How) {
            (0..=text.len()).for_each(|byte| {
                at(byte);
            });
            self.0.push(text.to_owned());
        }

        fn whole(&mut self, _: u128, _: usize) {}
    }

    #[track_caller]
    fn check_reads(bytes: &[u8], wanted: &str) {
        let mut all = All::default();
        assert!(read(bytes, &mut all), "the budget holds");
        assert!(all.0.iter().any(|text| text.contains(wanted)), "{wanted}: {:#?}", all.0);
    }

    #[test]
    fn every_wrapping_is_undone() {
        check_reads(b"<p>mar<b>mal</b>ade</p>", "marmalade");
        check_reads(b"<p>&#109;&#x61;rmalade &amp; toast</p>", "marmalade & toast");
        check_reads(b"<a title='marm&#97;lade'>", "marmalade");
        check_reads(br#"x("\u006darm\x61l\141de \ud83d\ude00")"#, "marmalade \u{1f600}");
        check_reads(br#"x("\u{6d}arma" + 'lade')"#, "marmalade");
        check_reads(br#"a{content:"\6d arm\61lade"}"#, "marmalade");
        check_reads(b"a.html?q=%6Darmal%61de", "marmalade");
        check_reads(b"\xff\xfem\0a\0r\0m\0a\0l\0a\0d\0e\0", "marmalade");
        check_reads(b"x='bWFybWFsYWRlIG9uIHRvYXN0IGF0IHNpeA=='", "marmalade on toast");
        // {"t":"<i>m&#97;r</i>malade"} in base64
        check_reads(b"<script>x('eyJ0IjoiPGk+bSYjOTc7cjwvaT5tYWxhZGUifQ==')</script>", "marmalade");
    }

    #[test]
    fn what_grows_without_end_is_ended() {
        struct Nothing;
        impl Reader for Nothing {
            fn text(&mut self, _: &str, _: &dyn Fn(usize) -> usize, _: How) {}
            fn whole(&mut self, _: u128, _: usize) {}
        }
        let zeros = vec![b' '; 20 << 20];
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut packed, &zeros).expect("memory takes it");
        let packed = packed.finish().expect("memory takes it");
        let text: String = packed.chunks(3).map(to_base64).collect();
        assert!(!read(text.as_bytes(), &mut Nothing));
    }

    fn to_base64(bytes: &[u8]) -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let bits = bytes.iter().chain([&0, &0]).take(3).fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        (0..=bytes.len()).map(|at| char::from(LETTERS[bits >> (18 - 6 * at) & 63])).collect()
    }

    #[test]
    fn the_words_of_an_index_are_read_without_its_postings() {
        let script = "cuebook.shelf(\"ab\",[\"0\",\"refund;0,0s,2x;!12;AbC\\n late;3;QQ\\n=ff;Ab\"]);\ncuebook.shelf(\"cd\",\"0cat,3s,0dog\");\n";
        let words = index_words(script).expect("it is an index");
        assert_eq!(
            words.split_whitespace().collect::<Vec<_>>(),
            ["0", "refund", "refund", "refunds", "refux", "late", "cat", "cats", "dog"]
        );
        assert_eq!(index_words(&format!("{script}// more")), None);
    }
}
