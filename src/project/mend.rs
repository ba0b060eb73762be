//! What the program changes in a book's files when it is asked to: safe fixes, and new entries.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::sync::Arc;

use jiff::civil::Date;

use super::{Loaded, Made, Project, Request};
use crate::diagnostic::Diagnostic;
use crate::filter::{Copy, Readers};
use crate::fix;
use crate::new::NewEntry;
use crate::platform;
use crate::rules;
use crate::source::{self, Source};
use crate::text::SourcePath;

/// An entry that safe fixes change.
#[derive(Clone, Debug)]
pub struct Mended {
    /// Where it lies in the content folder.
    pub path: SourcePath,
    /// How messages name it.
    pub file: Arc<str>,
    /// What it is called.
    pub title: Arc<str>,
    /// Its text as it was read.
    pub before: String,
    /// Its text with the fixes.
    pub after: String,
    /// What they changed, in the order in which they were applied.
    pub changes: Vec<fix::Change>,
}

impl Project {
    /// What the safe fixes make of the book's entries, in order of path; nothing is written. With them, what is wrong
    /// with the book then.
    pub fn mend(&self, mut loaded: Loaded, today: Date) -> (Vec<Mended>, Made) {
        /// A fix may bring out another fault. Each round mends one more, and no file has so many upon one another.
        const MOST_ROUNDS: usize = 8;
        let request = Request { copy: Copy { readers: Readers::Everyone, drafts: false }, today };
        let mut mended: BTreeMap<usize, Mended> = BTreeMap::new();
        for _ in 0..MOST_ROUNDS {
            let found = self.make(loaded.clone(), &request).diagnostics;
            let mut by_file: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
            for found in &found {
                by_file.entry(&found.file).or_default().push(found);
            }
            let mut changed = false;
            for at in 0..loaded.entries.len() {
                let entry = loaded.entries[at].clone();
                let Some(found) = by_file.get(&*entry.source.file) else { continue };
                // The text of such a file is not what its bytes are.
                if found.iter().any(|found| found.rule == &rules::NOT_UTF8) {
                    continue;
                }
                let Some(fixed) = fix::safe(&entry.source.text, found.iter().copied()) else { continue };
                let source = Source::new(entry.source.path.clone(), &self.content.shown, fixed.text.clone());
                let (Some(read), diagnostics) = self.read_source(Arc::new(source), today) else { continue };
                let others = loaded.diagnostics.iter().flat_map(|found| &**found);
                let others = others.filter(|found| found.file != read.source.file).cloned();
                let found: Arc<[Diagnostic]> = others.chain(diagnostics).collect();
                loaded.diagnostics = std::iter::once(found).collect();
                let file = mended.entry(at).or_insert_with(|| Mended {
                    path: entry.source.path.clone(),
                    file: read.source.file.clone(),
                    title: read.title.clone(),
                    before: entry.source.text.clone(),
                    after: String::new(),
                    changes: Vec::new(),
                });
                file.after = fixed.text;
                file.changes.extend(fixed.changes);
                loaded.entries.set(at, read);
                changed = true;
            }
            if !changed {
                break;
            }
        }
        (mended.into_values().collect(), self.make(loaded, &request))
    }

    /// Puts a mended file in the place of the old one.
    ///
    /// # Errors
    /// If the file cannot be written, or holds no longer what was mended.
    pub fn write(&self, mended: &Mended) -> io::Result<()> {
        let path = fs::canonicalize(self.content.folder.join(mended.path.as_str()))?;
        let changed = || io::Error::other("it was changed in the meantime");
        let file = String::from_utf8(fs::read(&path)?).map_err(|_| changed())?;
        let text = source::with_own_line_ends(&file, &mended.before, &mended.after).ok_or_else(changed)?;
        platform::replace(&path, text.as_bytes())
    }

    /// Writes a new entry, with the folder that it goes into.
    ///
    /// # Errors
    /// `AlreadyExists` if any file lies there; it is left as it is. Else those of the system.
    pub fn add(&self, new: &NewEntry) -> io::Result<()> {
        let path = self.content.folder.join(new.path.as_str());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        file.write_all(new.text.as_bytes())
    }
}
