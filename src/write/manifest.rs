//! Which files in an output are ours, and what is in them.
//!
//! The manifest lists every file with the fingerprint that it was made for, the hash of its bytes and its length. The
//! journal lists, while files are put in place, those of which the manifest may be wrong; whoever finds one knows that
//! a build was killed, and trusts the manifest for all other files only. Both are text, a file a line, in the order
//! of their paths, and hold nothing that depends on the time or the machine.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

use super::error::WriteError;
use super::files::failed;
use super::path_fault;

const MANIFEST_HEAD: &str = "cuebook manifest 1";
const JOURNAL_HEAD: &str = "cuebook journal 1";

/// What bytes are in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content {
    /// XXH3, 128 bits.
    pub hash: u128,
    /// In bytes.
    pub length: u64,
}

/// What the manifest says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// What it was made for.
    pub fingerprint: u128,
    /// What is in it.
    pub content: Content,
}

/// The files that are ours. `None` for a file of which nothing is known but that it is ours, if it is there at all:
/// a build was killed while it was put in place.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub files: HashMap<String, Option<Claim>>,
}

impl Manifest {
    /// What manifest and journal say together. `None` if there is neither.
    ///
    /// # Errors
    /// `Damaged` if either is not what we write, or names a path that leaves `out`.
    pub(super) fn read(manifest: &Path, journal: &Path, out: &Path) -> Result<Option<Manifest>, WriteError> {
        let (listed, doubtful) = (read_list(manifest)?, read_list(journal)?);
        if listed.is_none() && doubtful.is_none() {
            return Ok(None);
        }
        let damaged = |list: &Path, line| WriteError::Damaged { list: list.to_owned(), out: out.to_owned(), line };
        let mut files = match &listed {
            Some(text) => parse(text, MANIFEST_HEAD, claim).map_err(|line| damaged(manifest, line))?,
            None => HashMap::new(),
        };
        if let Some(text) = &doubtful {
            let doubts = parse(text, JOURNAL_HEAD, |line| Some((line, None)));
            files.extend(doubts.map_err(|line| damaged(journal, line))?);
        }
        Ok(Some(Manifest { files }))
    }

    /// Whether a killed build left files that nothing is known of.
    pub(super) fn has_doubts(&self) -> bool {
        self.files.values().any(Option::is_none)
    }
}

/// The text of a manifest.
pub(super) fn manifest_text<'a>(claims: impl Iterator<Item = (&'a str, Claim)>) -> String {
    let mut claims: Vec<(&str, Claim)> = claims.collect();
    claims.sort_unstable_by_key(|(path, _)| *path);
    let mut text = String::with_capacity(120 * claims.len() + 40);
    let _ = writeln!(text, "{MANIFEST_HEAD} {}", claims.len());
    for (path, Claim { fingerprint, content: Content { hash, length } }) in claims {
        let _ = writeln!(text, "{fingerprint:032x} {hash:032x} {length} {path}");
    }
    text
}

/// The text of a journal.
pub(super) fn journal_text(paths: &[&str]) -> String {
    let mut paths = paths.to_vec();
    paths.sort_unstable();
    let mut text = format!("{JOURNAL_HEAD} {}\n", paths.len());
    for path in paths {
        text.push_str(path);
        text.push('\n');
    }
    text
}

fn read_list(path: &Path) -> Result<Option<String>, WriteError> {
    match fs::read(path) {
        // Bytes that are not text make a line that cannot be understood, which is reported like any other.
        Ok(bytes) => Ok(Some(String::from_utf8(bytes).unwrap_or_default())),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(failed("read", path, cause)),
    }
}

/// The head ends with the number of lines that follow. `Err` is the number of the line that makes no sense.
fn parse<'a>(
    text: &'a str,
    head: &str,
    understand: impl Fn(&'a str) -> Option<(&'a str, Option<Claim>)>,
) -> Result<HashMap<String, Option<Claim>>, usize> {
    let mut lines = text.split_terminator('\n');
    let n_files = lines.next().and_then(|first| first.strip_prefix(head)).and_then(|count| count.trim().parse().ok());
    let n_files: usize = n_files.ok_or(1_usize)?;
    let mut files = HashMap::with_capacity(n_files.min(text.len()));
    for (at, line) in lines.enumerate() {
        let (path, claim) = understand(line).filter(|(path, _)| path_fault(path).is_none()).ok_or(at + 2)?;
        files.insert(path.to_owned(), claim);
    }
    if files.len() == n_files && text.ends_with('\n') { Ok(files) } else { Err(files.len() + 2) }
}

fn claim(line: &str) -> Option<(&str, Option<Claim>)> {
    let mut parts = line.splitn(4, ' ');
    let fingerprint = u128::from_str_radix(parts.next()?, 16).ok()?;
    let hash = u128::from_str_radix(parts.next()?, 16).ok()?;
    let length = parts.next()?.parse().ok()?;
    Some((parts.next()?, Some(Claim { fingerprint, content: Content { hash, length } })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<HashMap<String, Option<Claim>>, usize> {
        parse(text, MANIFEST_HEAD, claim)
    }

    #[test]
    fn a_manifest_reads_as_it_was_written() {
        let claim_of = |n: u128| Claim { fingerprint: n, content: Content { hash: u128::MAX - n, length: n as u64 } };
        let paths = ["b c.html", "a/ü.html", "index.html"];
        let text = manifest_text(paths.iter().zip(1..).map(|(path, n)| (*path, claim_of(n))));
        let files = parsed(&text).expect("our own manifest");
        assert_eq!(files.len(), 3);
        assert!(paths.iter().zip(1..).all(|(path, n)| files[*path] == Some(claim_of(n))));
    }

    #[test]
    fn a_manifest_that_is_not_ours_is_told_by_its_line() {
        let text = manifest_text(
            [("a", Claim { fingerprint: 1, content: Content { hash: 1, length: 1 } })].iter().map(|(p, c)| (*p, *c)),
        );
        assert_eq!(parsed(""), Err(1));
        assert_eq!(parsed("cuebook manifest 2 0\n"), Err(1));
        assert_eq!(parsed(&text.replace(" 1\n", " 2\n")), Err(3), "a line is missing");
        assert_eq!(parsed(text.trim_end()), Err(3), "cut off");
        assert_eq!(parsed(&text.replace(" a\n", " ../a\n")), Err(2), "a path that leaves the output");
    }
}
