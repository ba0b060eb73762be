//! The files in a single file of ours, which is a folder in another form (`src/bundle/single.rs`).
//!
//! Its blocks are known by their shape, and each is taken apart once: what lies in it is then verified as the files of a
//! folder are, each by its name and line. Blanks stand for it in what is left. A block that has not quite this shape stays
//! where it is, and is read with the rest: nothing is in neither of them.

use std::collections::BTreeMap;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use html5gum::emitters::default::{DefaultEmitter, StartTag};
use html5gum::{Token, Tokenizer};
use percent_encoding::percent_decode;

use super::artefact::capped;

/// Takes an HTML file apart: the files in its blocks by their names, none for a file of any other maker.
pub(super) fn take_apart(html: &mut Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut files = BTreeMap::new();
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut block: Option<Block> = None;
    for token in Tokenizer::new_with_emitter(html.as_slice(), emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                block = Block::of(&tag);
                if let Some((name, bytes)) = linked(&tag) {
                    files.entry(name).or_insert(bytes);
                }
            }
            Token::String(text) => {
                let range = text.span.start..text.span.end;
                let held = block.take().zip(html.get(range.clone())).and_then(|(block, bytes)| block.files(bytes));
                if let Some(held) = held.filter(|held| held.iter().all(|(name, _)| !files.contains_key(name))) {
                    let n_files = files.len() + held.len();
                    files.extend(held);
                    // Of two files of one name in a pack one would be read, so that the pack is.
                    taken.extend((files.len() == n_files).then_some(range));
                }
            }
            _ => block = None,
        }
    }
    for range in taken {
        let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
        html[range].iter_mut().filter(|byte| !is_break(byte)).for_each(|byte| *byte = b' ');
    }
    files
}

/// An element that holds files as text.
enum Block {
    /// One, as it is.
    Text(String),
    /// One, in base64.
    Coded(String),
    /// Many, in gzip and base64: the name of each, a line break, and its text; a byte of zero between two.
    Pack,
}

fn attribute(tag: &StartTag<usize>, name: &str) -> Option<String> {
    tag.attributes.get(name.as_bytes()).map(|found| String::from_utf8_lossy(&found.value).into_owned())
}

/// The name that an address has as a file.
fn name(address: &[u8]) -> String {
    percent_decode(address).decode_utf8_lossy().into_owned()
}

/// A file that is the address of an element.
fn linked(tag: &StartTag<usize>) -> Option<(String, Vec<u8>)> {
    let file = attribute(tag, "data-stands-for")?;
    let address = attribute(tag, "href")?;
    let (_, code) = address.strip_prefix("data:")?.split_once(";base64,")?;
    Some((name(file.as_bytes()), STANDARD.decode(code).ok()?))
}

impl Block {
    fn of(tag: &StartTag<usize>) -> Option<Block> {
        if !matches!(tag.name.as_slice(), b"script" | b"style") {
            return None;
        }
        if attribute(tag, "data-pack").is_some() {
            return Some(Block::Pack);
        }
        let file = attribute(tag, "data-file").or_else(|| attribute(tag, "data-stands-for"))?;
        let file = name(file.as_bytes());
        Some(if attribute(tag, "data-type").is_some() { Block::Coded(file) } else { Block::Text(file) })
    }

    /// The files of a block. `None` if it is not what it looks like, to its last byte.
    fn files(self, held: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
        match self {
            Block::Text(file) => Some(vec![(file, held.to_vec())]),
            Block::Coded(file) => Some(vec![(file, STANDARD.decode(held).ok()?)]),
            Block::Pack => {
                let packed = STANDARD.decode(held).ok()?;
                let mut packed = flate2::bufread::GzDecoder::new(packed.as_slice());
                let text = capped(&mut packed).ok()?;
                let header = packed.header()?;
                let has_notes = header.filename().or(header.comment()).or(header.extra()).is_some();
                if has_notes || !packed.get_ref().is_empty() {
                    return None;
                }
                let file = |file: &[u8]| {
                    let end = memchr::memchr(b'\n', file)?;
                    Some((name(&file[..end]), file[end + 1..].to_vec()))
                };
                text.split(|byte| *byte == 0).map(file).collect()
            }
        }
    }
}
