//! Which file of the site each page is.
//!
//! Entries keep their address: their path with `.html`. A page that we make ourselves moves under `index/` where its
//! own address is taken. Two addresses are one if they differ only in case or in Unicode's ways of writing a letter:
//! they would be one file on many machines.

use std::collections::{HashMap, HashSet};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

use crate::filter::Visible;
use crate::persistent::PersistentVec;
use crate::text::{fnv_1a, lower};

/// Hands out addresses once each.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// As a file system that takes two paths for one may see them.
    taken: HashMap<String, usize>,
    /// The folders in which they lie, so that no file gets the name of one.
    folders: HashSet<String>,
    /// How far the numbers of a path have been tried.
    tried: HashMap<String, usize>,
}

/// Two entries that want one address.
#[derive(Debug, PartialEq, Eq)]
pub struct Collision {
    /// The entry that got another address.
    pub entry: usize,
    /// The entry that has it.
    pub first: usize,
}

/// Names that Windows keeps for devices, whatever their extension.
const RESERVED: [&str; 30] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "com¹", "com²", "com³", "lpt¹", "lpt²", "lpt³", "conin$",
    "conout$",
];

impl Addresses {
    /// `path`, or the first of `path-1`, `path-2` … that is free. The second value is the owner of the taken one.
    fn claim(&mut self, stem: &str, extension: &str, owner: usize) -> (String, Option<usize>) {
        let stem = self.below_folders(stem);
        let mut path = format!("{stem}{extension}");
        let wanted = lower(&path);
        let first = self.taken.get(&wanted).copied();
        while !self.is_free(&path) {
            let tried = self.tried.entry(wanted.clone()).or_default();
            *tried += 1;
            path = format!("{stem}-{tried}{extension}");
        }
        self.take(&path, owner);
        (path, first)
    }

    fn take(&mut self, path: &str, owner: usize) {
        let path = lower(path);
        let ends = path.match_indices('/').map(|(at, _)| at).rev();
        for end in ends {
            if !self.folders.insert(path[..end].to_owned()) {
                break;
            }
        }
        self.taken.insert(path, owner);
    }

    /// A path whose folders are no files: `-` behind each that would be one.
    fn below_folders(&self, stem: &str) -> String {
        let mut path = String::with_capacity(stem.len());
        let mut parts = stem.split('/').peekable();
        while let Some(part) = parts.next() {
            path.push_str(part);
            if parts.peek().is_some() {
                while self.taken.contains_key(&lower(&path)) {
                    path.push('-');
                }
                path.push('/');
            }
        }
        path
    }

    /// The address of a page of our own: as given, else under `index/`.
    pub fn own(&mut self, path: &str) -> String {
        if self.is_free(path) {
            self.take(path, usize::MAX);
            return path.to_owned();
        }
        let (stem, extension) = path.rsplit_once('.').unwrap_or((path, ""));
        self.claim(&format!("index/{stem}"), &format!(".{extension}"), usize::MAX).0
    }

    /// Whether nothing has that address yet, no folder has it, and no file has that of a folder in it.
    pub fn is_free(&self, path: &str) -> bool {
        let path = lower(path);
        let mut folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        !self.taken.contains_key(&path)
            && !self.folders.contains(&path)
            && !folders.any(|folder| self.taken.contains_key(folder))
    }

    /// `path` if it is free.
    pub fn exactly(&mut self, path: &str) -> Option<String> {
        self.is_free(path).then(|| self.own(path))
    }
}

/// The address of the front page, which no other page can have.
pub const FRONT: &str = "index.html";

/// The addresses of all entries, in their order. The page of a folder is the folder's `index.html`, any other has the
/// address that it asks for, else its path; where two entries want one address, the first by path has it.
pub fn of_entries(
    entries: &PersistentVec<Visible>,
    folder_pages: &[Option<usize>],
    addresses: &mut Addresses,
) -> (Vec<String>, Vec<Collision>) {
    let mut found = vec![String::new(); entries.len()];
    let mut collisions = Vec::new();
    let pages: HashSet<usize> = folder_pages.iter().flatten().copied().collect();
    // Of `page.md` and `page.markdown` the usual one keeps its address.
    let is_usual = |entry: &Visible| entry.source.path.extension().eq_ignore_ascii_case("md");
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|index| (!pages.contains(index), !is_usual(&entries[*index])));
    for index in order {
        let entry = &entries[index];
        let path = &entry.source.path;
        let stem = match pages.contains(&index) {
            true if path.folder().is_empty() => "index".to_owned(),
            true => format!("{}/index", path.folder()),
            false => match entry.wanted_address() {
                Some(wanted) if lower(&wanted) != FRONT && wanted != format!("{}/index.html", path.id()) => {
                    wanted.trim_end_matches(".html").to_owned()
                }
                _ => path.id().to_owned(),
            },
        };
        let (address, first) = addresses.claim(&portable(&stem), ".html", index);
        if let Some(first) = first.filter(|first| *first != usize::MAX) {
            collisions.push(Collision { entry: index, first });
        }
        found[index] = address;
    }
    (found, collisions)
}

/// Bytes of a part of a path: file systems take 255, and numbers and endings come behind it.
const LONGEST: usize = 200;

/// A path whose every part can be a file on any machine. A folder is not called like a page: `index.html` is one already.
pub fn portable(path: &str) -> String {
    let last = path.matches('/').count();
    let parts = path.split('/').enumerate().map(|(at, part)| {
        let allowed = |c: char| {
            if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\') || c.is_control() { '-' } else { c }
        };
        let part: String =
            if part.is_ascii() { part.chars().map(allowed).collect() } else { part.nfc().map(allowed).collect() };
        let mut part = part.trim_end_matches(['.', ' ']).to_owned();
        if part.len() > LONGEST {
            let whole = fnv_1a(&part);
            part.truncate(part.floor_char_boundary(LONGEST));
            part.push_str(&format!("-{whole:08x}"));
        }
        if part.is_empty() {
            return "_".to_owned();
        }
        let name = part.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
        let is_page = at < last && part.to_ascii_lowercase().ends_with(".html");
        if is_page || RESERVED.contains(&name.as_str()) { part + "_" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'\\')
    .add(b'^')
    .add(b'|')
    .add(b'[')
    .add(b']')
    .add(b'&')
    .add(b'\'');

/// A path as it stands in an address: each segment percent-encoded. Letters of any script are encoded too, as the URL
/// standard has it.
pub fn encoded(path: &str) -> String {
    utf8_percent_encode(path, SEGMENT).to_string()
}

/// The way from the page at `from` to the file at `to`, both from the root of the site, with `#anchor` behind it.
/// Empty only for the top of the page itself, which is `#`. It needs no escaping in an attribute.
pub fn relative(from: &str, to: &str, anchor: &str) -> String {
    let mut href = String::with_capacity(to.len() + 16);
    push_relative(from, to, anchor, &mut href);
    href
}

/// Writes what [`relative`] gives.
pub fn push_relative(from: &str, to: &str, anchor: &str, out: &mut String) {
    if from == to && anchor.is_empty() {
        return out.push('#');
    }
    if from != to {
        let start = out.len();
        let mut up = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_below = |up: &str| to.len() > up.len() && to.as_bytes()[up.len()] == b'/' && to.starts_with(up);
        while !up.is_empty() && !is_below(up) {
            out.push_str("../");
            up = up.rsplit_once('/').map_or("", |(outer, _)| outer);
        }
        let below = if up.is_empty() { to } else { &to[up.len() + 1..] };
        // A first segment with a colon would read as a scheme.
        if out.len() == start && below.split('/').next().is_some_and(|first| first.contains(':')) {
            out.push_str("./");
        }
        push_encoded(below, out);
    }
    if !anchor.is_empty() {
        out.push('#');
        push_encoded(anchor, out);
    }
}

fn push_encoded(path: &str, out: &mut String) {
    // Most addresses have nothing to encode, and are copied as they are. All bytes are looked at, many at once.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() | matches!(byte, b'-' | b'.' | b'/');
    if path.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        return out.push_str(path);
    }
    out.extend(utf8_percent_encode(path, SEGMENT));
}

/// The way from a page to the root of the site.
pub fn to_root(from: &str) -> String {
    "../".repeat(from.matches('/').count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_lead_up_and_down() {
        assert_eq!(relative("scripts/a.html", "scripts/b.html", ""), "b.html");
        assert_eq!(relative("scripts/a.html", "index.html", "top"), "../index.html#top");
        assert_eq!(relative("a.html", "x y/b.html", ""), "x%20y/b.html");
        assert_eq!(relative("a/b/c.html", "a/d/e.html", ""), "../d/e.html");
        assert_eq!(relative("a.html", "a.html", ""), "#");
    }

    #[test]
    fn no_file_has_the_name_of_a_folder() {
        let mut addresses = Addresses::default();
        assert_eq!(portable("index.html/con .x"), "index.html_/con .x_");
        let (one, other) = (portable(&format!("{}1", "é".repeat(125))), portable(&format!("{}2", "é".repeat(125))));
        assert!(one.len() < 220 && one != other, "{one} {other}");
        assert_eq!(addresses.exactly("kinds").as_deref(), Some("kinds"));
        assert_eq!(addresses.own("kinds/script.html"), "index/kinds/script.html");
        assert_eq!(addresses.exactly("index"), None);
        assert_eq!(addresses.claim("kinds/mine", ".html", 0).0, "kinds-/mine.html");
        assert_eq!(addresses.claim("index/kinds", "", 0), ("index/kinds-1".to_owned(), None));
    }

    #[test]
    fn our_own_pages_make_way_for_entries() {
        let mut addresses = Addresses::default();
        assert_eq!(addresses.claim("a-z", ".html", 0).0, "a-z.html");
        assert_eq!(addresses.own("A-Z.html"), "index/A-Z.html");
    }
}
