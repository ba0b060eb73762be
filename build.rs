//! Names the sources of this program by a hash, `CUEBOOK_SOURCES`. A site and a receipt remember it, so that a program that
//! was built from other sources makes its pages anew, also where the version is the same.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

fn main() -> io::Result<()> {
    let mut files = BTreeMap::new();
    for source in ["src", "themes/default", "Cargo.lock"] {
        read(Path::new(source), &mut files)?;
        println!("cargo::rerun-if-changed={source}");
    }
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    println!("cargo::rustc-env=CUEBOOK_SOURCES={:016x}", hasher.finish());
    Ok(())
}

fn read(path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> io::Result<()> {
    if path.is_dir() {
        for item in fs::read_dir(path)? {
            read(&item?.path(), files)?;
        }
    } else {
        files.insert(path.to_owned(), fs::read(path)?);
    }
    Ok(())
}
