//! What the last build of a book said, for the next one that is asked for the same.
//!
//! A build whose inputs and whose output are as the last one left them has nothing to do but to say again what that one
//! said. Receipts lie in the user's own cache and not beside the output, where others may read them: messages name what
//! is not for every reader.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use crate::platform;

/// What a build read, what it left, and what it said.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// A hash of all that was read, without the files in `assets`, as it was before it was read.
    pub inputs: String,
    /// Files of the content folder that were copied.
    pub assets: Vec<String>,
    /// A hash of their bytes.
    pub of_assets: String,
    /// A hash of the output.
    pub output: String,
    /// What was said about the content.
    pub report: String,
    /// What was said about the site.
    pub summary: String,
    /// Whether nothing was to be mended.
    pub is_clean: bool,
}

/// Where the receipt for a book and an output lies. `None` where the user has no cache.
pub fn place(root: &Path, out: &Path) -> Option<PathBuf> {
    let mut hasher = Xxh3::new();
    for path in [root, out] {
        hasher.update(std::path::absolute(path).ok()?.as_os_str().as_encoded_bytes());
        hasher.update(&[0]);
    }
    Some(platform::cache_folder()?.join("cuebook").join(format!("{:032x}.json", hasher.digest128())))
}

/// A hash of several things in order.
pub fn hash_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Xxh3::new();
    for part in parts {
        hasher.update(&xxh3_128(part).to_le_bytes());
    }
    format!("{:032x}", hasher.digest128())
}

impl Receipt {
    /// The receipt at `place`. One that cannot be read is none.
    pub fn read(place: &Path) -> Option<Receipt> {
        serde_json::from_slice(&fs::read(place).ok()?).ok()
    }

    /// Keeps it for the next build. Where it cannot be kept, the next build is done in full.
    pub fn keep(&self, place: &Path) {
        let Some(folder) = place.parent() else { return };
        let _ = fs::create_dir_all(folder).and_then(|()| {
            let text = serde_json::to_vec(self)?;
            let next = place.with_extension(format!("{}.next", std::process::id()));
            platform::write_for_user(&next, &text)?;
            fs::rename(&next, place)
        });
    }
}
