//! Whether the files are those that their maker listed, byte for byte: the manifest beside a folder of ours, and a list
//! `SHA256SUMS` in a copy, as `sha256sum` reads it.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_128;

use super::Finding;
use super::artefact::Artefact;
use crate::rules;

/// The list of a copy.
pub(super) const SUMS: &str = "SHA256SUMS";

/// Compares all files with the lists that there are. With the number of files that were compared.
pub(super) fn check(artefact: &Artefact, target: &Path) -> (Vec<Finding>, usize) {
    let mut found = Vec::new();
    let mut compared = 0;
    for (list, files) in lists(artefact, target) {
        let Some(files) = files else {
            found.push(Finding::whole(&list, &rules::CHANGED_FILE, "this list of files cannot be read".to_owned()));
            continue;
        };
        for file in files {
            compared += 1;
            let wrong = match artefact.read(&file.name) {
                Ok(bytes) if file.sum.is_of(&bytes) => continue,
                Ok(_) => format!("this file has not the bytes that `{list}` lists"),
                Err(_) => format!("`{list}` lists this file, and it cannot be read"),
            };
            let help = "make the site again, and copy it whole; somebody or something has changed it";
            found.push(Finding::whole(&file.name, &rules::CHANGED_FILE, wrong).help(help));
        }
    }
    (found, compared)
}

struct Listed {
    name: String,
    sum: Sum,
}

enum Sum {
    Xxh3(u128, usize),
    Sha256(String),
}

impl Sum {
    fn is_of(&self, bytes: &[u8]) -> bool {
        match self {
            Sum::Xxh3(hash, length) => *length == bytes.len() && xxh3_128(bytes) == *hash,
            Sum::Sha256(hash) => {
                let mut own = String::with_capacity(64);
                for byte in Sha256::digest(bytes) {
                    own.push_str(&format!("{byte:02x}"));
                }
                own == hash.to_ascii_lowercase()
            }
        }
    }
}

/// Every list with its files; `None` for one that cannot be understood.
fn lists(artefact: &Artefact, target: &Path) -> Vec<(String, Option<Vec<Listed>>)> {
    let mut lists = Vec::new();
    let whole = std::path::absolute(target).unwrap_or_else(|_| target.to_owned());
    if let Some(name) = whole.file_name().filter(|_| whole.is_dir()) {
        let mut beside = std::ffi::OsString::from(".cuebook-");
        beside.push(name);
        let places = [whole.with_file_name(beside).join("manifest"), whole.join(".cuebook").join("manifest")];
        if let Some(text) = places.iter().find_map(|place| fs::read(place).ok()) {
            lists.push(("manifest".to_owned(), manifest(&String::from_utf8_lossy(&text))));
        }
    }
    for name in artefact.names().filter(|name| name.rsplit('/').next() == Some(SUMS)) {
        let text = artefact.read(name).unwrap_or_default();
        let folder = &name[..name.len() - SUMS.len()];
        lists.push((name.to_owned(), sums(&String::from_utf8_lossy(&text), folder)));
    }
    lists
}

/// Our manifest: fingerprint, hash, length and name a line.
fn manifest(text: &str) -> Option<Vec<Listed>> {
    let mut lines = text.lines();
    lines.next()?.strip_prefix("cuebook manifest 1 ")?;
    let listed = lines.map(|line| {
        let mut parts = line.splitn(4, ' ').skip(1);
        let hash = u128::from_str_radix(parts.next()?, 16).ok()?;
        let length = parts.next()?.parse().ok()?;
        Some(Listed { name: parts.next()?.to_owned(), sum: Sum::Xxh3(hash, length) })
    });
    listed.collect()
}

/// Two spaces, or one and a star, stand between hash and name (GNU coreutils, sha2 utilities).
fn sums(text: &str, folder: &str) -> Option<Vec<Listed>> {
    let listed = text.lines().filter(|line| !line.trim().is_empty()).map(|line| {
        let (hash, name) = line.split_once(' ')?;
        let name = name.strip_prefix([' ', '*'])?.trim_start_matches("./");
        let sound = hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
        sound.then(|| Listed { name: format!("{folder}{name}"), sum: Sum::Sha256(hash.to_owned()) })
    });
    listed.collect()
}
