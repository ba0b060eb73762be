//! A copy of a playbook as one HTML file, which a colleague opens out of a mail: no server, no folder, no network.
//!
//! The file is the folder of the site in another form. Its head holds every file as a block that a browser does not look
//! into, and one script (`themes/default/copy/single.js`) that shows a page out of them, so that pages, search and theme
//! are those of the site, byte for byte. Styles, scripts and pictures have a block each; pages and the data of scripts
//! lie together in packs of a quarter of a megabyte, compressed, of which a page or a search opens a few.
//!
//! The policy of the file names each script and style by its hash; nothing else runs, and nothing is asked of anybody.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::Xxh3;

use super::{BundleError, Bundled, OURS, contents, replace};
use crate::index::address::encoded;
use crate::project::Project;
use crate::site::{Page, PageId, Site, ThemeFile, media_type};
use crate::text::escape_html;
use crate::view::page::SingleView;

/// Bytes of a pack before it is compressed: one is unpacked in a few milliseconds, and smaller ones compress less.
const PACK: usize = 256 << 10;

/// The attribute of elements that work by themselves: the address of the file of the site that they are. `verify` reads it.
const STANDS_FOR: &str = "data-stands-for";

/// What stands between the files of a pack: no text has it.
const BETWEEN: &str = "\0";

/// Where the template wants the files: they are too many to pass through it.
const HERE: &str = "<!-- the files of the playbook -->";

/// Writes a site, which says of itself that it is a copy, as one file.
///
/// # Errors
/// Those of [`BundleError`].
pub fn write(project: &Project, site: &Site, to: &Path) -> Result<Bundled, BundleError> {
    replace(project, to, "single file", is_ours, |next| {
        let (text, files) = document(project, site)?;
        let failed = |cause| BundleError::Disk(next.to_owned(), cause);
        let mut file = File::create(next).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        Ok(files)
    })
}

/// The last line of a file of ours.
fn signature() -> String {
    format!("<!-- {OURS} -->\n")
}

fn is_ours(mut file: &File) -> bool {
    let signature = signature();
    let mut end = String::new();
    file.seek(SeekFrom::End(-(signature.len() as i64))).is_ok()
        && file.read_to_string(&mut end).is_ok()
        && end == signature
}

/// The file, and how many files of the site are in it.
fn document(project: &Project, site: &Site) -> Result<(String, usize), BundleError> {
    let mut pages: Vec<&Page> = site.all_pages().filter(|page| page.id != PageId::NotFound).collect();
    pages.sort_by(|a, b| a.address.cmp(&b.address));
    let mut blocks = Blocks::default();
    contents(project, site, &pages, |page, bytes| {
        blocks.add(page, bytes);
        Ok(())
    })?;
    let (files_html, policy) = blocks.finished(site.single_script());
    let mut digest = Xxh3::new();
    digest.update(files_html.as_bytes());
    let view = SingleView {
        id: format!("{:016x}", digest.digest()),
        policy,
        files_html: HERE.to_owned(),
        titles: site.titles(),
    };
    let text = site.single(&view).map_err(|fault| BundleError::Theme(vec![fault]))?;
    Ok((text.replacen(HERE, &files_html, 1) + &signature(), pages.len()))
}

/// The files of a site as elements of a head.
#[derive(Default)]
struct Blocks {
    /// The address of the script that runs before the first paint, and the script.
    first: (String, String),
    /// Elements of one file each.
    html: String,
    scripts: Vec<String>,
    styles: Vec<String>,
    packs: Vec<Pack>,
}

/// Files that are compressed together: their addresses, and `address`, a line break and the text of each.
#[derive(Default)]
struct Pack {
    addresses: Vec<String>,
    text: String,
}

impl Blocks {
    fn add(&mut self, page: &Page, bytes: Vec<u8>) {
        let address = encoded(&page.address);
        match &page.id {
            PageId::Theme(ThemeFile::ThemeScript) => self.first = (address, script_text(&text(bytes))),
            PageId::Theme(
                ThemeFile::Script
                | ThemeFile::ScriptIn(..)
                | ThemeFile::ReaderScript
                | ThemeFile::SearchScript
                | ThemeFile::EngineScript
                | ThemeFile::CopyScript,
            ) => {
                let script = script_text(&text(bytes));
                self.scripts.push(hash(&script));
                self.element("script type=\"text/plain\"", &address, "", &script);
            }
            PageId::Theme(
                file @ (ThemeFile::Style
                | ThemeFile::FrontStyle
                | ThemeFile::ListStyle
                | ThemeFile::ReaderStyle
                | ThemeFile::SearchStyle
                | ThemeFile::CopyStyle),
            ) => {
                // The page that is there before script needs two of them.
                let media = if matches!(file, ThemeFile::ListStyle | ThemeFile::CopyStyle) { "all" } else { "not all" };
                let style = text(bytes).replace("</style", "<\\/style");
                self.styles.push(hash(&style));
                self.element("style", &address, &format!(" media=\"{media}\""), &style);
            }
            PageId::Theme(ThemeFile::Icon) => {
                let icon = STANDARD.encode(bytes);
                let kind = media_type(&address);
                self.html +=
                    &format!("<link rel=\"icon\" href=\"data:{kind};base64,{icon}\" {STANDS_FOR}=\"{address}\">\n");
            }
            PageId::Picture(_) | PageId::Asset(_) => {
                let kind = format!(" data-type=\"{}\"", media_type(&address));
                self.element("script type=\"text/plain\"", &address, &kind, &STANDARD.encode(bytes));
            }
            _ => {
                if self.packs.last().is_none_or(|pack| pack.text.len() >= PACK) {
                    self.packs.push(Pack::default());
                }
                let pack = self.packs.last_mut().expect("one was pushed");
                if !pack.text.is_empty() {
                    pack.text.push_str(BETWEEN);
                }
                pack.text.push_str(&address);
                pack.text.push('\n');
                pack.text.push_str(&text(bytes));
                pack.addresses.push(address);
            }
        }
    }

    fn element(&mut self, element: &str, address: &str, attributes: &str, holds: &str) {
        let name = element.split(' ').next().unwrap_or(element);
        self.html += &format!("<{element} data-file=\"");
        escape_html(address, &mut self.html);
        self.html += &format!("\"{attributes}>{holds}</{name}>\n");
    }

    /// What stands in the head, and the policy of the file. `shows` is the script that shows a page.
    fn finished(mut self, shows: &str) -> (String, String) {
        let shows = script_text(shows);
        let (address, first) = &self.first;
        self.scripts.extend([hash(first), hash(&shows)]);
        let listed: Vec<&Vec<String>> = self.packs.iter().map(|pack| &pack.addresses).collect();
        let listed = serde_json::to_string(&listed).expect("names are always JSON").replace('<', "\\u003c");
        let packs: Vec<String> = self.packs.par_iter().map(|pack| packed(&pack.text)).collect();
        let mut html = format!("<script {STANDS_FOR}=\"{address}\">{first}</script>\n{}", self.html);
        html += &format!("<script type=\"application/json\" id=\"copy-files\">{listed}</script>\n");
        for pack in packs {
            html += &format!("<script type=\"text/plain\" data-pack>{pack}</script>\n");
        }
        html += &format!("<script>{shows}</script>");
        let policy = format!(
            "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'; \
             require-trusted-types-for 'script'; trusted-types cuebook cuebook-file 'allow-duplicates'",
            self.scripts.join(" "),
            self.styles.join(" ")
        );
        (html, policy)
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A script as it can stand in a page, where it means the same: what would end it, or hide its end, can only be part of a
/// string or a pattern. A browser reads every line break as `\n`, and its hash is of what is read.
fn script_text(script: &str) -> String {
    script.replace("\r\n", "\n").replace("</script", "<\\/script").replace("<!--", "<\\!--")
}

/// As a policy names a script or a style (Content Security Policy 3, §2.3.1).
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

fn packed(text: &str) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text.as_bytes()).expect("memory takes it");
    STANDARD.encode(encoder.finish().expect("memory takes it"))
}
