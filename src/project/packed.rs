//! Files beside the text files of a site that hold the same, packed: for servers that send them as they lie.
//!
//! The same text is the same bytes, on any machine: gzip carries neither a name nor a time.

use std::io::{self, Read, Write};
use std::path::Path;

use flate2::{Compression, GzBuilder};

use crate::platform;

/// A file of the book that is shorter fits into one packet of the network anyway.
const SHORTEST: u64 = 1_024;

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Packing {
    /// RFC 1952.
    Gzip,
    /// RFC 7932.
    Brotli,
}

impl Packing {
    /// Both, in the order in which they are planned.
    pub(super) const ALL: [Packing; 2] = [Packing::Gzip, Packing::Brotli];

    /// The end that is added to the name of a packed file.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Packing::Gzip => ".gz",
            Packing::Brotli => ".br",
        }
    }

    /// The packed bytes.
    pub(super) fn pack(self, bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::with_capacity(bytes.len() / 3);
        let done = self.pack_into(bytes, &mut packed);
        done.expect("memory takes all that is written to it");
        packed
    }

    fn pack_into(self, bytes: &[u8], packed: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Packing::Gzip => {
                // 255: no system in particular.
                let mut writer = GzBuilder::new().operating_system(255).write(packed, Compression::best());
                writer.write_all(bytes)?;
                writer.finish().map(|_| ())
            }
            Packing::Brotli => {
                let mut writer = brotli::CompressorWriter::new(packed, 64 << 10, QUALITY, WINDOW);
                writer.write_all(bytes)?;
                // What is left is written when the writer goes.
                writer.flush()
            }
        }
    }
}

/// Of 11. The last two steps take ten times as long for a twentieth of the bytes.
const QUALITY: u32 = 9;

/// The logarithm of the bytes that are looked back at: 4 MiB, more than any page.
const WINDOW: u32 = 22;

/// Whether a file of the book is worth packing.
pub(super) fn pays(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|found| found.len() >= SHORTEST)
}

/// The bytes of a file of the book.
///
/// # Errors
/// If it is no regular file, or cannot be read.
pub(super) fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    platform::open_regular(file)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_smaller_and_the_same_again() {
        let text = "The parcel is late. ".repeat(200);
        let mut unpacked = String::new();
        let gzip = Packing::Gzip.pack(text.as_bytes());
        flate2::read::GzDecoder::new(&*gzip).read_to_string(&mut unpacked).expect("gzip");
        assert_eq!(unpacked, text);
        assert_eq!(gzip[4..8], [0; 4], "no time");
        let brotli = Packing::Brotli.pack(text.as_bytes());
        unpacked.clear();
        brotli::Decompressor::new(&*brotli, 4096).read_to_string(&mut unpacked).expect("brotli");
        assert_eq!(unpacked, text);
        assert!(gzip.len() < 200 && brotli.len() < 200);
    }
}
