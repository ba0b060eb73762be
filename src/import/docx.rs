//! Word documents (ECMA-376, part 1, § 17): headings, lists, tables, emphasis, links, pictures and footnotes.
//!
//! A document with several headings of the first level becomes a folder with an entry for each, in their order; any other
//! becomes one entry. Comments, headers and drawings stay behind, and are named.

use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::markdown::{escaped, file_name, line, quoted, table};
use super::xml::Node;
use super::{Import, ImportError, LARGEST, Lost, bytes_of, stem};
use crate::text::{UniqueNames, fold, slug};

/// Bytes that all parts of a document may unpack to.
const MOST: u64 = 512 << 20;

/// Pictures that browsers show.
const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "gif", "svg", "webp"];

/// The documents in a folder, without those that an open Word leaves beside them.
pub(super) fn documents(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files =
        files.filter(|item| item.file_type().is_file() && !item.file_name().to_string_lossy().starts_with("~$"));
    let is_document = |path: &PathBuf| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("docx"));
    files.map(walkdir::DirEntry::into_path).filter(is_document).collect()
}

/// Reads a document, or all that lie in a folder.
pub(super) fn read(source: &Path) -> Result<Import, ImportError> {
    let all = if source.is_dir() { documents(source) } else { vec![source.to_owned()] };
    let mut import = Import { title: stem(source), ..Import::default() };
    let mut names = UniqueNames::default();
    for path in &all {
        match (document(path, &mut names, &mut import), all.len()) {
            (Err(error), 1) => return Err(error),
            (Err(error), _) => {
                let file = path.display().to_string();
                import.lost.push(Lost { file, line: None, what: error.to_string() });
            }
            (Ok(title), 1) => import.title = title,
            (Ok(_), _) => {}
        }
    }
    if all.is_empty() {
        return Err(ImportError::Damaged(source.to_owned(), "there is no document in it".to_owned()));
    }
    Ok(import)
}

/// The parts of a document, unpacked one by one.
struct Parts {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    left: u64,
}

impl Parts {
    fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let Ok(file) = self.zip.by_name(name) else { return Ok(None) };
        let most = LARGEST.min(self.left);
        let mut bytes = Vec::new();
        file.take(most + 1).read_to_end(&mut bytes).map_err(|cause| format!("`{name}` in it is damaged: {cause}"))?;
        if bytes.len() as u64 > most {
            return Err(format!("`{name}` in it unpacks to more than a document can be"));
        }
        self.left -= bytes.len() as u64;
        Ok(Some(bytes))
    }

    fn xml(&mut self, name: &str) -> Result<Option<Node>, String> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        let text = String::from_utf8(bytes).map_err(|_| format!("`{name}` in it is not UTF-8"))?;
        Node::read(&text).map(Some)
    }
}

/// A block of the text, as Markdown.
enum Block {
    /// Its level, its words as Markdown and bare, and the names of places in it.
    Heading(usize, String, String),
    Paragraph(String),
    Item {
        depth: usize,
        ordered: bool,
        text: String,
    },
    Table(Vec<Vec<String>>),
    Quote(String),
    /// A place that links lead to.
    Mark(String),
}

/// How a run of letters is set.
#[derive(Clone, Default, PartialEq, Eq)]
struct Look {
    bold: bool,
    italic: bool,
    struck: bool,
    link: Option<String>,
}

/// Letters with their look; `raw` are Markdown already.
struct Run {
    look: Look,
    text: String,
    raw: bool,
}

#[derive(Default)]
struct Style {
    name: String,
    level: Option<usize>,
    parent: Option<String>,
}

struct Reading<'p> {
    parts: &'p mut Parts,
    styles: HashMap<String, Style>,
    /// Of a list and a depth: whether it is numbered.
    ordered: HashMap<(String, String), bool>,
    /// What the names of relations lead to, and whether that lies outside.
    relations: HashMap<String, (String, bool)>,
    notes: BTreeMap<String, Node>,
    /// Pictures by their part: the name of the file.
    pictures: BTreeMap<String, String>,
    prefix: String,
    lost: Vec<String>,
    /// Boxes of text that stand beside the paragraph that is read.
    boxes: Vec<Block>,
    /// The link of a field that is open, and whether its text has begun.
    field: Option<(String, bool)>,
}

fn document(path: &Path, names: &mut UniqueNames, import: &mut Import) -> Result<String, ImportError> {
    let damaged = |why: String| ImportError::Damaged(path.to_owned(), why);
    let zip = ZipArchive::new(Cursor::new(bytes_of(path)?))
        .map_err(|_| damaged("it is no Word document; one of Word 97 is to be saved as .docx first".to_owned()))?;
    let mut parts = Parts { zip, left: MOST };
    let (title, entries, pictures, lost) = read_document(&mut parts, path, names).map_err(damaged)?;
    let shown = path.display().to_string();
    import.files.extend(entries.into_iter().map(|(name, text)| (format!("content/{name}"), text.into_bytes())));
    import.files.extend(pictures.into_iter().map(|(name, bytes)| (format!("content/pictures/{name}"), bytes)));
    import.lost.extend(lost.into_iter().map(|what| Lost { file: shown.clone(), line: None, what }));
    Ok(title)
}

type Document = (String, Vec<(String, String)>, Vec<(String, Vec<u8>)>, Vec<String>);

fn read_document(parts: &mut Parts, path: &Path, names: &mut UniqueNames) -> Result<Document, String> {
    let document = parts.xml("word/document.xml")?.ok_or("it is no Word document")?;
    let name = names.claim(&file_name(&stem(path), "document"));
    let styles = parts.xml("word/styles.xml")?.map(|node| styles(&node)).unwrap_or_default();
    let ordered = parts.xml("word/numbering.xml")?.map(|node| ordered(&node)).unwrap_or_default();
    let relations = parts.xml("word/_rels/document.xml.rels")?.map(|node| relations(&node)).unwrap_or_default();
    let mut notes = BTreeMap::new();
    for (part, kind, prefix) in [("word/footnotes.xml", "footnote", ""), ("word/endnotes.xml", "endnote", "e")] {
        if let Some(root) = parts.xml(part)? {
            let mut found = Vec::new();
            root.all(kind, &mut found);
            let typed = found.into_iter().filter(|note| note.attribute("type").is_none());
            for note in typed {
                let id = format!("{prefix}{}", note.attribute("id").unwrap_or_default());
                notes.insert(id, note.clone());
            }
        }
    }
    let mut lost = left_behind(parts)?;
    let core = parts.xml("docProps/core.xml")?;
    let mut reading = Reading {
        parts,
        styles,
        ordered,
        relations,
        notes,
        pictures: BTreeMap::new(),
        prefix: name.clone(),
        lost: Vec::new(),
        boxes: Vec::new(),
        field: None,
    };
    let mut blocks = Vec::new();
    let body = document.find("body").ok_or("it has no text")?;
    reading.blocks(body, &mut blocks);
    lost.append(&mut reading.lost);
    let own_title = core.and_then(|core| core.find("title").map(Node::words)).unwrap_or_default();
    let (title, entries, mut broken) = entries(&mut reading, blocks, &name, own_title.trim(), path);
    lost.append(&mut broken);
    lost.append(&mut reading.lost);
    let mut pictures = Vec::new();
    for (part, name) in std::mem::take(&mut reading.pictures) {
        match reading.parts.bytes(&part)? {
            Some(bytes) => pictures.push((name, bytes)),
            None => lost.push(format!("the picture `{part}` is not in the document")),
        }
    }
    Ok((title, entries, pictures, lost))
}

/// What has no place in an entry, by its name.
fn left_behind(parts: &mut Parts) -> Result<Vec<String>, String> {
    let mut lost = Vec::new();
    if let Some(comments) = parts.xml("word/comments.xml")? {
        let mut found = Vec::new();
        comments.all("comment", &mut found);
        for comment in found {
            let words: Vec<String> = comment.words().split_whitespace().take(12).map(str::to_owned).collect();
            lost.push(format!(
                "a comment by {}: `{}`",
                comment.attribute("author").unwrap_or("nobody"),
                words.join(" ")
            ));
        }
    }
    let names: Vec<String> = parts.zip.file_names().filter_map(Result::ok).map(|name| name.to_string()).collect();
    for name in names {
        let of = |start: &str| {
            name.strip_prefix("word/").is_some_and(|rest| rest.starts_with(start) && rest.ends_with(".xml"))
        };
        if of("header") || of("footer") {
            let words = parts.xml(&name)?.map(|node| node.words()).unwrap_or_default();
            if !words.trim().is_empty() {
                let kind = if of("header") { "header" } else { "footer" };
                lost.push(format!("the {kind} `{}`", words.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
        } else if of("charts/chart") {
            lost.push(format!("a chart (`{name}`): put a picture of it in its place"));
        } else if name.ends_with("vbaProject.bin") {
            lost.push("its macros".to_owned());
        }
    }
    Ok(lost)
}

fn styles(root: &Node) -> HashMap<String, Style> {
    let mut found = Vec::new();
    root.all("style", &mut found);
    let style = |node: &&Node| {
        let name = node.value("name").unwrap_or_default().to_lowercase();
        let outline =
            node.find("outlineLvl").and_then(|level| level.attribute("val")).and_then(|level| level.parse().ok());
        let named = name.strip_prefix("heading ").and_then(|level| level.parse().ok());
        let level = if name == "title" { Some(0) } else { named.or(outline.map(|level: usize| level + 1)) };
        let parent = node.value("basedOn").map(str::to_owned);
        (
            node.attribute("styleId").unwrap_or_default().to_owned(),
            Style { name, level: level.filter(|level| *level < 10), parent },
        )
    };
    found.iter().map(style).collect()
}

fn ordered(root: &Node) -> HashMap<(String, String), bool> {
    let mut formats: HashMap<(&str, &str), bool> = HashMap::new();
    let (mut abstracts, mut lists) = (Vec::new(), Vec::new());
    root.all("abstractNum", &mut abstracts);
    root.all("num", &mut lists);
    for list in abstracts {
        for level in list.children.iter().filter(|node| node.name == "lvl") {
            let is_ordered = !matches!(level.value("numFmt"), Some("bullet" | "none") | None);
            let key =
                (list.attribute("abstractNumId").unwrap_or_default(), level.attribute("ilvl").unwrap_or_default());
            formats.insert(key, is_ordered);
        }
    }
    let mut found = HashMap::new();
    for list in lists {
        let (id, of) = (list.attribute("numId").unwrap_or_default(), list.value("abstractNumId").unwrap_or_default());
        for ((_, level), is_ordered) in formats.iter().filter(|((list, _), _)| *list == of) {
            found.insert((id.to_owned(), (*level).to_owned()), *is_ordered);
        }
    }
    found
}

fn relations(root: &Node) -> HashMap<String, (String, bool)> {
    let mut found = Vec::new();
    root.all("Relationship", &mut found);
    let relation = |node: &&Node| {
        let outside = node.attribute("TargetMode") == Some("External");
        let target = node.attribute("Target").unwrap_or_default().to_owned();
        (node.attribute("Id").unwrap_or_default().to_owned(), (target, outside))
    };
    found.iter().map(relation).collect()
}

/// Whether a property is there and not switched off.
fn is_on(properties: Option<&Node>, name: &str) -> bool {
    let property = properties.and_then(|properties| properties.child(name));
    property.is_some_and(|property| !matches!(property.attribute("val"), Some("0" | "false" | "none")))
}

impl Reading<'_> {
    fn lose(&mut self, what: &str) {
        if !self.lost.iter().any(|known| known == what) {
            self.lost.push(what.to_owned());
        }
    }

    fn blocks(&mut self, node: &Node, out: &mut Vec<Block>) {
        for child in &node.children {
            match child.name.as_str() {
                "p" => self.paragraph(child, out),
                "tbl" => self.table(child, out),
                "sdt" | "sdtContent" | "customXml" | "ins" | "moveTo" | "smartTag" | "Choice" => {
                    self.blocks(child, out)
                }
                "AlternateContent" => self.blocks(child, out),
                "del" | "moveFrom" => self.lose("text that a tracked change takes out"),
                "bookmarkStart" => out.extend(child.attribute("name").map(|name| Block::Mark(name.to_owned()))),
                "oMathPara" => self.formula(child, &mut Vec::new()),
                _ => {}
            }
        }
    }

    fn paragraph(&mut self, node: &Node, out: &mut Vec<Block>) {
        let properties = node.child("pPr");
        let id = properties.and_then(|properties| properties.value("pStyle")).unwrap_or_default().to_owned();
        let style = self.styles.get(&id).map_or_else(String::new, |style| style.name.clone());
        if style.starts_with("toc ") || style == "toc heading" {
            return;
        }
        let mut marks = Vec::new();
        node.all("bookmarkStart", &mut marks);
        let marks =
            marks.into_iter().filter_map(|mark| mark.attribute("name")).map(|name| Block::Mark(name.to_owned()));
        let marks: Vec<Block> = marks.collect();
        let mut runs = Vec::new();
        self.runs(node, &Look::default(), &mut runs);
        let bare: String = runs.iter().filter(|run| !run.raw).map(|run| run.text.as_str()).collect();
        let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut text = rendered(&runs);
        while let Some(shorter) = text.trim_end_matches(' ').strip_suffix("\\\n") {
            text = shorter.to_owned();
        }
        let level = properties
            .and_then(|properties| properties.value("outlineLvl"))
            .and_then(|level| level.parse::<usize>().ok())
            .map(|level| level + 1)
            .filter(|level| *level < 10)
            .or_else(|| self.level(&id));
        let list = properties.and_then(|properties| properties.child("numPr"));
        let list = list.map(|list| (list.value("numId").unwrap_or("0"), list.value("ilvl").unwrap_or("0")));
        if text.trim().is_empty() {
            out.extend(marks);
        } else if let Some(level) = level.filter(|_| !bare.is_empty()) {
            out.push(Block::Heading(level, text.trim().replace("\\\n", " "), bare));
            out.extend(marks);
        } else {
            out.extend(marks);
            out.push(match list {
                Some((id, depth)) if id != "0" => {
                    let ordered = self.ordered.get(&(id.to_owned(), depth.to_owned())).copied().unwrap_or(false);
                    Block::Item { depth: depth.parse().unwrap_or(0), ordered, text: text.trim().to_owned() }
                }
                _ if style.starts_with("list bullet") || style.starts_with("list number") => {
                    let depth =
                        style.chars().next_back().and_then(|c| c.to_digit(10)).map_or(0, |n| n.saturating_sub(1));
                    let ordered = style.starts_with("list number");
                    Block::Item { depth: depth as usize, ordered, text: text.trim().to_owned() }
                }
                _ if text.trim_start().starts_with(['☐', '☒', '☑']) => {
                    Block::Item { depth: 0, ordered: false, text: text.trim().to_owned() }
                }
                _ if style.contains("quote") => Block::Quote(text.trim().to_owned()),
                _ => Block::Paragraph(text.trim().to_owned()),
            });
        }
        out.append(&mut self.boxes);
    }

    /// The level of a style: its own, or that of the one it is based on.
    fn level(&self, id: &str) -> Option<usize> {
        let mut id = id.to_owned();
        for _ in 0..16 {
            let style = self.styles.get(&id)?;
            if style.level.is_some() {
                return style.level;
            }
            id = style.parent.clone()?;
        }
        None
    }

    fn runs(&mut self, node: &Node, look: &Look, out: &mut Vec<Run>) {
        for child in &node.children {
            match child.name.as_str() {
                "r" => self.run(child, look, out),
                "hyperlink" => {
                    let to = match (child.attribute("id"), child.attribute("anchor")) {
                        (Some(id), _) => self.relations.get(id).map(|(target, _)| target.clone()),
                        (None, Some(anchor)) => Some(format!("#bm:{anchor}")),
                        (None, None) => None,
                    };
                    self.runs(child, &Look { link: to.or_else(|| look.link.clone()), ..look.clone() }, out);
                }
                "fldSimple" => {
                    let to = hyperlink(child.attribute("instr").unwrap_or_default());
                    self.runs(child, &Look { link: to.or_else(|| look.link.clone()), ..look.clone() }, out);
                }
                "del" | "moveFrom" => self.lose("text that a tracked change takes out"),
                "oMath" | "oMathPara" => self.formula(child, out),
                "pPr" | "Fallback" => {}
                _ => self.runs(child, look, out),
            }
        }
    }

    fn run(&mut self, node: &Node, look: &Look, out: &mut Vec<Run>) {
        let properties = node.child("rPr");
        if is_on(properties, "vanish") {
            self.lose("hidden text");
            return;
        }
        let mut look = Look {
            bold: look.bold || is_on(properties, "b"),
            italic: look.italic || is_on(properties, "i"),
            struck: look.struck || is_on(properties, "strike"),
            link: look.link.clone(),
        };
        if let Some((to, true)) = &self.field {
            look.link = Some(to.clone());
        }
        let mut put = |text: &str, raw| out.push(Run { look: look.clone(), text: text.to_owned(), raw });
        for child in &node.children {
            match child.name.as_str() {
                "t" => put(&child.words(), false),
                "tab" => put(" ", false),
                "br" | "cr" if child.attribute("type").is_none() => put("\\\n", true),
                "noBreakHyphen" => put("-", false),
                "footnoteReference" => put(&format!("[^{}]", child.attribute("id").unwrap_or_default()), true),
                "endnoteReference" => put(&format!("[^e{}]", child.attribute("id").unwrap_or_default()), true),
                "instrText" => {
                    if let Some(to) = hyperlink(&child.words()) {
                        self.field = Some((to, false));
                    }
                }
                "fldChar" => match (child.attribute("fldCharType"), self.field.take()) {
                    (Some("separate"), Some((to, _))) => self.field = Some((to, true)),
                    (Some("end"), _) => {}
                    (_, field) => self.field = field,
                },
                "sym" => {
                    let letter = child.attribute("char").and_then(|code| u32::from_str_radix(code, 16).ok());
                    match letter.and_then(char::from_u32).filter(|c| !('\u{e000}'..='\u{f8ff}').contains(c)) {
                        Some(letter) => put(&letter.to_string(), false),
                        None => self.lose("signs of a font of signs"),
                    }
                }
                "drawing" | "pict" | "object" | "AlternateContent" => {
                    let child = child.find("Choice").unwrap_or(child);
                    if let Some(picture) = self.picture(child) {
                        put(&picture, true);
                    }
                }
                _ => {}
            }
        }
    }

    /// A picture as Markdown. What is drawn otherwise is lost, but for its words.
    fn picture(&mut self, node: &Node) -> Option<String> {
        let mut boxes = Vec::new();
        node.all("txbxContent", &mut boxes);
        for inner in &boxes {
            let words = inner.words().split_whitespace().collect::<Vec<_>>().join(" ");
            if !words.is_empty() {
                self.lose("the frames of boxes of text; their words stand behind the paragraph as quotes");
                self.boxes.push(Block::Quote(escaped(&words)));
            }
        }
        let id = node.find("blip").and_then(|blip| blip.attribute("embed"));
        let id = id.or_else(|| node.find("imagedata").and_then(|data| data.attribute("id")));
        let Some(id) = id else {
            if boxes.is_empty() {
                self.lose("drawings that are no pictures");
            }
            return None;
        };
        let (target, outside) = self.relations.get(id)?.clone();
        let ending = target.rsplit('.').next().unwrap_or_default().to_lowercase();
        if outside || !PICTURES.contains(&ending.as_str()) {
            self.lose(&format!("the picture `{target}`, which browsers do not show: save it as PNG"));
            return None;
        }
        let part = format!("word/{}", target.trim_start_matches("/word/"));
        let number = self.pictures.len() + 1;
        let name = format!("{}-{number}.{ending}", self.prefix);
        let name = self.pictures.entry(part).or_insert(name).clone();
        let described = node.find("docPr").and_then(|described| described.attribute("descr")).unwrap_or_default();
        let described = escaped(&described.split_whitespace().collect::<Vec<_>>().join(" "));
        Some(format!("![{described}](#picture:{name})"))
    }

    fn formula(&mut self, node: &Node, out: &mut Vec<Run>) {
        self.lose("the form of formulas; their letters are kept");
        out.push(Run { look: Look::default(), text: node.words(), raw: false });
    }

    fn table(&mut self, node: &Node, out: &mut Vec<Block>) {
        let mut rows = Vec::new();
        for row in node.children.iter().filter(|child| child.name == "tr") {
            let mut cells = Vec::new();
            for cell in row.children.iter().filter(|child| child.name == "tc") {
                let properties = cell.child("tcPr");
                let wide = properties
                    .and_then(|properties| properties.value("gridSpan"))
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(1);
                let goes_on = properties
                    .and_then(|properties| properties.child("vMerge"))
                    .is_some_and(|merge| merge.attribute("val") != Some("restart"));
                let mut inner = Vec::new();
                self.blocks(cell, &mut inner);
                cells.push(if goes_on { String::new() } else { self.cell(inner) });
                if wide > 1 || goes_on {
                    self.lose("merged cells; the first of them holds the words");
                }
                cells.extend((1..wide.min(64)).map(|_| String::new()));
            }
            rows.push(cells);
        }
        // A frame around a text.
        if let [row] = rows.as_slice()
            && let [cell] = row.as_slice()
        {
            out.push(Block::Quote(cell.clone()));
        } else if !rows.is_empty() {
            out.push(Block::Table(rows));
        }
    }

    fn cell(&mut self, blocks: Vec<Block>) -> String {
        let mut parts = Vec::new();
        for block in blocks {
            match block {
                Block::Heading(_, text, _) | Block::Paragraph(text) | Block::Quote(text) => parts.push(text),
                Block::Item { text, .. } => parts.push(format!("• {text}")),
                Block::Table(rows) => {
                    self.lose("tables in cells of tables; their words are kept");
                    parts.push(rows.concat().join(" "));
                }
                Block::Mark(_) => {}
            }
        }
        parts.join(" ").replace("\\\n", " ")
    }
}

/// The address of a field that is a link.
fn hyperlink(instruction: &str) -> Option<String> {
    let rest = instruction.trim().strip_prefix("HYPERLINK")?.trim();
    let quoted = rest.split('"').nth(1)?;
    Some(if rest.starts_with("\\l") { format!("#bm:{quoted}") } else { quoted.to_owned() })
}

/// Runs as Markdown: those of one look together, and no sign beside white space, where it would be none.
fn rendered(runs: &[Run]) -> String {
    let mut out = String::new();
    let mut at = 0;
    while at < runs.len() {
        let look = &runs[at].look;
        let end = at + runs[at..].iter().take_while(|run| run.look == *look).count();
        let text: String =
            runs[at..end].iter().map(|run| if run.raw { run.text.clone() } else { escaped(&run.text) }).collect();
        at = end;
        let bare = text.trim();
        if bare.is_empty() || bare == "\\" {
            out.push_str(&text);
            continue;
        }
        let start = text.len() - text.trim_start().len();
        let signs: String = [(look.struck, "~~"), (look.bold, "**"), (look.italic, "*")]
            .iter()
            .filter_map(|(on, sign)| on.then_some(*sign))
            .collect();
        let mut marked = format!("{signs}{bare}{}", signs.chars().rev().collect::<String>());
        if let Some(to) = &look.link {
            let to = to.replace(' ', "%20").replace('(', "%28").replace(')', "%29");
            marked = format!("[{marked}]({to})");
        }
        out.push_str(&text[..start]);
        out.push_str(&marked);
        out.push_str(&text[start + bare.len()..]);
    }
    out
}

/// The entries of a document, by their path in the content.
fn entries(
    reading: &mut Reading<'_>,
    mut blocks: Vec<Block>,
    name: &str,
    own_title: &str,
    path: &Path,
) -> (String, Vec<(String, String)>, Vec<String>) {
    let at_level = |blocks: &[Block], wanted| {
        blocks.iter().filter(|block| matches!(block, Block::Heading(level, ..) if *level == wanted)).count()
    };
    let mut title = None;
    if let Some(at) = blocks.iter().position(|block| matches!(block, Block::Heading(0, ..)))
        && let Block::Heading(_, _, bare) = blocks.remove(at)
    {
        title = Some(bare);
    }
    let n_first = at_level(&blocks, 1);
    if title.is_none()
        && n_first == 1
        && let Some(Block::Heading(1, ..)) = blocks.iter().find(|block| !matches!(block, Block::Mark(_)))
        && let Some(at) = blocks.iter().position(|block| matches!(block, Block::Heading(1, ..)))
        && let Block::Heading(_, _, bare) = blocks.remove(at)
    {
        title = Some(bare);
    }
    let title = title.unwrap_or_else(|| if own_title.is_empty() { stem(path) } else { own_title.to_owned() });
    let is_split = n_first > 1;
    let mut pages: Vec<(String, String, Vec<Block>)> = Vec::new();
    let mut names = UniqueNames::default();
    let first = if is_split { format!("{name}/index.md") } else { String::new() };
    pages.push((first, title.clone(), Vec::new()));
    for block in blocks {
        match block {
            Block::Heading(1, _, bare) if is_split => {
                let file = names.claim(&file_name(&bare, "section"));
                pages.push((format!("{name}/{file}.md"), bare, Vec::new()));
            }
            block => pages.last_mut().expect("there is a first").2.push(block),
        }
    }
    if !is_split {
        let (file, _, blocks) = &mut pages[0];
        let folder = if has_pairs(blocks) { "scripts" } else { "guides" };
        *file = format!("{folder}/{name}.md");
    }
    // Where the places are that links lead to.
    let mut places: HashMap<String, (String, String)> = HashMap::new();
    for (file, _, blocks) in &pages {
        let mut heading = String::new();
        for block in blocks {
            match block {
                Block::Heading(_, _, bare) => heading = slug(bare),
                Block::Mark(mark) => drop(places.insert(mark.clone(), (file.clone(), heading.clone()))),
                _ => {}
            }
        }
    }
    let mut lost = Vec::new();
    let source = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let listed: Vec<(String, String)> =
        pages.iter().skip(1).map(|(file, title, _)| (file.clone(), title.clone())).collect();
    let mut out = Vec::new();
    for (number, (file, title, blocks)) in pages.into_iter().enumerate() {
        let kind = if has_pairs(&blocks) { "script" } else { "guide" };
        let mut text = format!("---\ntitle: {}\nkind: {kind}\nsource: {}\n", quoted(&title), quoted(&source));
        if number > 0 {
            text.push_str(&format!("order: {number}\n"));
        }
        text.push_str("---\n\n");
        let top = blocks
            .iter()
            .filter_map(|block| if let Block::Heading(level, ..) = block { Some(*level) } else { None })
            .min();
        body(&blocks, top.unwrap_or(1), &mut text);
        if number == 0 && is_split {
            text.push('\n');
            for (file, title) in &listed {
                let own = file.rsplit('/').next().unwrap_or_default();
                text.push_str(&format!("- [{}]({own})\n", escaped(title)));
            }
        }
        footnotes(reading, &mut text);
        let text = resolved(&text, &file, &places, &mut lost);
        out.push((file, text));
    }
    (title, out, lost)
}

fn has_pairs(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| match block {
        Block::Table(rows) => {
            let head: Vec<String> =
                rows.first().into_iter().flatten().map(|cell| fold(&cell.replace('*', ""))).collect();
            head.iter().any(|cell| cell == "try") && head.iter().any(|cell| cell == "instead of")
        }
        _ => false,
    })
}

/// Blocks as Markdown. The highest heading, of level `top`, is one of level 2.
fn body(blocks: &[Block], top: usize, out: &mut String) {
    let mut in_list = false;
    for block in blocks {
        let is_item = matches!(block, Block::Item { .. });
        if matches!(block, Block::Mark(_)) {
            continue;
        }
        if !(out.ends_with("\n\n") || is_item && in_list) {
            out.push('\n');
        }
        in_list = is_item;
        match block {
            Block::Heading(level, text, _) => {
                let level = (level + 2).saturating_sub(top).clamp(2, 6);
                out.push_str(&format!("{} {text}\n", "#".repeat(level)));
            }
            Block::Paragraph(text) => out.push_str(&format!("{}\n", line(text))),
            Block::Item { depth, ordered, text } => {
                let sign = if *ordered { "1." } else { "-" };
                let text = text.replace("\\\n", " ");
                let text = match text.chars().next() {
                    Some('☐') => format!("[ ] {}", text.trim_start_matches('☐').trim()),
                    Some('☒' | '☑') => format!("[x] {}", text.trim_start_matches(['☒', '☑']).trim()),
                    _ => line(&text),
                };
                out.push_str(&format!("{}{sign} {text}\n", "   ".repeat((*depth).min(9))));
            }
            Block::Table(rows) => {
                let rows: Vec<Vec<String>> = match rows.split_first() {
                    // Column heads are bold by themselves.
                    Some((head, rest)) => {
                        let head = head.iter().map(|cell| cell.trim_matches('*').to_owned()).collect();
                        std::iter::once(head).chain(rest.iter().cloned()).collect()
                    }
                    None => Vec::new(),
                };
                out.push_str(&table(&rows));
            }
            Block::Quote(text) => out.push_str(&format!("> {}\n", text.replace('\n', "\n> "))),
            Block::Mark(_) => {}
        }
    }
}

/// The notes that a text refers to, below it.
fn footnotes(reading: &mut Reading<'_>, text: &mut String) {
    let ids: Vec<String> = reading.notes.keys().filter(|id| text.contains(&format!("[^{id}]"))).cloned().collect();
    for id in ids {
        let Some(note) = reading.notes.remove(&id) else { continue };
        let mut blocks = Vec::new();
        reading.blocks(&note, &mut blocks);
        let words = reading.cell(blocks);
        text.push_str(&format!("\n[^{id}]: {}\n", words.trim()));
    }
}

/// Links to places of the document as links to entries and headings, and pictures where they lie.
fn resolved(text: &str, file: &str, places: &HashMap<String, (String, String)>, lost: &mut Vec<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let up = "../".repeat(file.matches('/').count());
    loop {
        let next = ["](#bm:", "](#picture:"].iter().filter_map(|mark| rest.find(mark).map(|at| (at, *mark))).min();
        let Some((at, mark)) = next else { break };
        let behind = &rest[at + mark.len()..];
        let end = behind.find(')').unwrap_or(behind.len());
        let name = &behind[..end];
        out.push_str(&rest[..at]);
        rest = behind.get(end + 1..).unwrap_or_default();
        if mark == "](#picture:" {
            out.push_str(&format!("]({up}pictures/{name})"));
            continue;
        }
        match places.get(name) {
            Some((other, heading)) => {
                let anchor = if heading.is_empty() { String::new() } else { format!("#{heading}") };
                // All pages of a document lie in one folder.
                let page =
                    if other == file && !anchor.is_empty() { "" } else { other.rsplit('/').next().unwrap_or_default() };
                out.push_str(&format!("]({page}{anchor})"));
            }
            None => {
                lost.push(format!("a link to the place `{name}`, which is not in the document"));
                match out.rfind('[') {
                    Some(open) => drop(out.remove(open)),
                    None => out.push(']'),
                }
            }
        }
    }
    out.push_str(rest);
    out
}
