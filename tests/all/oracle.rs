//! After any edit, what is published is what a first build of the same files gives, byte for byte.
//!
//! Edits are drawn at random: by a fixed seed, and by a fresh one that is printed when it finds something.
//! `CUEBOOK_SEED=… cargo test oracle` runs that one again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use cuebook::project::{Change, Placed, Publishing};
use cuebook::publish::{Asked, Audience, Edition, Publisher, Refused};
use cuebook::site::{Content, Site};
use cuebook::text::SourcePath;
use cuebook::watch::{Places, Watcher};
use cuebook::write::Swap;

use crate::book::{Folder, TODAY, lines};

/// A linear congruential generator (Knuth, MMIX).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn of<'s>(&mut self, all: &[&'s str]) -> &'s str {
        all[self.below(all.len())]
    }
}

const CONFIG: &str = "\
[book]
title = \"A book that changes\"

[check]
missing-owner = \"off\"

[audiences]
agent = {}
trainer = { includes = [\"agent\"] }
";

const NAMES: &[&str] = &["late", "early", "kettle", "refund", "angry", "index", "handover"];
const FOLDERS: &[&str] = &["", "scripts/", "guides/", "escalations/", "scripts/deep/"];
const TITLES: &[&str] =
    &["Late parcels", "An early call", "The kettle", "Refunds", "Late parcels, again", "Ünder \"quotes\""];
/// What an entry may come to be called: as another one, as a broken link or a heading asks for, as an alias or a word of a
/// glossary, and under other letters.
const NEW_TITLES: &[&str] = &[
    "Late parcels",
    "Refunds",
    "late",
    "Kettle",
    "nowhere",
    "boiler",
    "Conversation",
    "Zebra crossings",
    "A quiet call",
    "9 lives",
    "ßpecial",
    "Älter",
    "an early call",
    "'!?'",
];
const KINDS: &[&str] =
    &["script", "guide", "decision", "escalation", "checklist", "contact", "glossary", "path", "nothing"];
const PARTS: &[&str] = &[
    "Say hello first.\n",
    "## Conversation\n\n**You:** Good morning.\n\n**Customer:** It is late.\n",
    "See [[late]] and [[kettle|the kettle]], then [[nowhere]].\n",
    "![[refund]]\n",
    "![[late#Conversation]]\n",
    "See [[late#Late parcels]] and [[Refunds]], [[#Zebra crossings]] or [[Älter]].\n",
    "![A kettle](pictures/kettle.svg)\n",
    "## Customers say\n\n- \"Where is my parcel?\"\n",
    "## Only for trainers\n\nThey ask [[angry]].\n",
    "<!-- nobody sees this -->\n",
    "| Instead of | Try | Why |\n| --- | --- | --- |\n| No. | Not yet. | It is kinder. |\n",
    "- \"It is late\" → [[#Late]]\n- \"It is not\" → [[early]]\n\n## Late\n\nGo on.\n",
    "## Kettle\n\nA thing that boils.\n\n- **Also called:** boiler\n",
    "##Late\n\n• a slip\n",
    "[a definition][late]\n\n[late]: late.md\n",
    "- [ ] Asked\n- [ ] Answered\n",
];

fn entry(random: &mut Random) -> String {
    let mut text = String::from("---\n");
    if random.below(5) > 0 {
        text += &format!("title: {}\n", random.of(TITLES).replace('"', ""));
    }
    if random.below(3) > 0 {
        text += &format!("kind: {}\n", random.of(KINDS));
    }
    for line in [
        "tags: [parcels, kettle]\n",
        "situations: [parcel is late]\n",
        "audience: trainer\n",
        "status: draft\n",
        "reviewed: 2026-11-02\n",
        "related: [kettle, late]\n",
        "aliases: [boiler]\n",
        "urgent: yes\n",
        "replaces: [old-name]\n",
        "owner: [[refund]]\n",
        "lang: de\n",
        "translation-of: kettle\n",
        "order: 2\n",
        "title: twice: and broken\n",
    ] {
        if random.below(6) == 0 {
            text += line;
        }
    }
    if random.below(12) > 0 {
        text += "---\n\n";
    }
    for _ in 0..random.below(4) {
        text += random.of(PARTS);
        text.push('\n');
    }
    text
}

fn files(root: &Path) -> Vec<String> {
    let content = root.join("content");
    let walk = walkdir::WalkDir::new(&content).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = walk.filter(|item| item.file_type().is_file());
    files.map(|item| item.path().strip_prefix(&content).unwrap().to_str().unwrap().to_owned()).collect()
}

/// Does something to the book, and says what.
fn edit(book: &Folder, random: &mut Random) -> String {
    let all = files(book.path());
    let any = |random: &mut Random| format!("content/{}", all[random.below(all.len())]);
    let at = |path: &str| book.path().join(path);
    match random.below(40) {
        0..=4 => {
            let path = format!("content/{}{}.md", random.of(FOLDERS), random.of(NAMES));
            book.put(&path, entry(random));
            format!("write {path}")
        }
        5..=11 if !all.is_empty() => {
            let path = any(random);
            let mut text = fs::read(at(&path)).unwrap();
            text.extend(random.of(PARTS).bytes());
            book.put(&path, text);
            format!("add to {path}")
        }
        12 | 13 if !all.is_empty() => {
            let path = any(random);
            let text = String::from_utf8_lossy(&fs::read(at(&path)).unwrap()).replacen('e', "a", 3);
            book.put(&path, text);
            format!("letters in {path}")
        }
        24..=31 if !all.is_empty() => {
            let path = any(random);
            let mut text = fs::read(at(&path)).unwrap();
            let letters: Vec<usize> = (0..text.len()).filter(|at| text[*at].is_ascii_lowercase()).collect();
            if letters.is_empty() {
                return "nothing".to_owned();
            }
            // Most of the letters of a text are prose; some are a link, a heading, an audience.
            text[letters[random.below(letters.len())]] = b'x';
            book.put(&path, text);
            format!("a letter in {path}")
        }
        32..=39 if !all.is_empty() => {
            let path = any(random);
            let text = String::from_utf8_lossy(&fs::read(at(&path)).unwrap()).into_owned();
            let title = random.of(NEW_TITLES);
            let line = format!("\ntitle: {title}\n");
            let said =
                text.find("\ntitle: ").map(|start| (start, start + 1 + text[start + 1..].find('\n').unwrap() + 1));
            let text = match said {
                Some((start, end)) => format!("{}{line}{}", &text[..start], &text[end..]),
                None => text.replacen("---\n", &format!("---{line}"), 1),
            };
            book.put(&path, text);
            format!("call {path} {title}")
        }
        14 | 15 if all.len() > 3 => {
            let path = any(random);
            fs::remove_file(at(&path)).unwrap();
            format!("delete {path}")
        }
        16 | 17 if !all.is_empty() => {
            let (from, to) = (any(random), format!("content/{}{}.md", random.of(FOLDERS), random.of(NAMES)));
            fs::create_dir_all(at(&to).parent().unwrap()).unwrap();
            fs::rename(at(&from), at(&to)).unwrap();
            format!("rename {from} to {to}")
        }
        18 => {
            let (from, to) = (at("content/scripts"), at("content/moved"));
            let (from, to) = if from.exists() { (from, to) } else { (to, from) };
            if from.exists() && !to.exists() {
                fs::rename(&from, &to).unwrap();
            }
            "rename a folder".to_owned()
        }
        19 => {
            let rule = format!(".entry {{ margin: {}px }}\n", random.below(9));
            book.put("themes/default/css/90-own.css", rule);
            "style".to_owned()
        }
        20 => {
            let part = random.of(&[
                "{{ entry.title }}",
                "{{ entry.title",
                "{{ entry.body_html | safe }}",
                "{{ entry.title | replace(from=1) }}",
            ]);
            let template = format!("{{% extends \"entry.html\" %}}\n{{% block body %}}{part}{{% endblock body %}}\n");
            book.put("themes/default/templates/guide.html", template);
            format!("template {part}")
        }
        21 => {
            let _ = fs::remove_dir_all(at("themes"));
            "no theme".to_owned()
        }
        22 => {
            let more = random.of(&[
                "",
                "[words]\n\"Sag\" = \"Say\"\n",
                "[book\n",
                "[front]\nurgent = \"late\"\n",
                "[limits]\nentry = 1024\n",
                "[review]\nevery = \"6 months\"\n",
                "[style]\njudgement-words = [\"late\"]\n",
                "[audiences.folders]\n\"guides/\" = \"trainer\"\n",
            ]);
            book.put("book.toml", format!("{CONFIG}\n{more}"));
            format!("book.toml: {more:?}")
        }
        _ => {
            let colour = random.of(&["red", "blue"]);
            book.put(
                "content/pictures/kettle.svg",
                format!("<svg xmlns=\"http://www.w3.org/2000/svg\" fill=\"{colour}\"/>"),
            );
            format!("picture {colour}")
        }
    }
}

type Pages = BTreeMap<String, Vec<u8>>;

/// Every file of an edition and what is wrong with the book, or why there is none.
fn outcome(published: &Result<Edition, Refused>, site: Option<&Site>) -> Result<(Pages, Vec<String>), String> {
    let edition = published.as_ref().map_err(|refused| format!("{refused:?}"))?;
    let site = site.expect("an edition has a site");
    let mut pages = Pages::new();
    for page in site.all_pages() {
        let bytes = match site.bytes(page) {
            Ok(Content::Bytes(bytes)) => bytes,
            Ok(Content::File(path)) => fs::read(edition.project.content.folder.join(path.as_str())).unwrap(),
            Err(error) => return Err(format!("{:?}", error.diagnostic.message)),
        };
        pages.insert(page.address.clone(), bytes);
    }
    Ok((pages, lines(&edition.made.diagnostics)))
}

fn on_disk(folder: &Path) -> Pages {
    let walk =
        walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok).filter(|item| item.file_type().is_file());
    let address = |path: &Path| path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
    walk.map(|item| (address(item.path()), fs::read(item.path()).unwrap())).collect()
}

/// Of the books after each edit, how many …
#[derive(Debug, Default)]
struct Counted {
    /// … could be published,
    published: usize,
    /// … differed from the one before in wording alone,
    reworded: usize,
    /// … differed from it in what entries are called as well, and led where it did.
    retitled: usize,
}

fn after_each_of(steps: usize, seed: u64, audience: Option<Audience>) -> Counted {
    let mut random = Random(seed);
    let book = Folder::with([("book.toml", CONFIG), ("content/late.md", "# Late parcels\n\nThey come.\n")]);
    for name in NAMES {
        book.put(&format!("content/{}{name}.md", random.of(FOLDERS)), entry(&mut random));
    }
    let any = [Audience::Everyone, Audience::Public, Audience::Named("agent".to_owned())][random.below(3)].clone();
    let audience = audience.unwrap_or(any);
    let root = book.path().to_owned();
    let asked = Asked { root: root.clone(), out: None, audience, drafts: random.below(2) == 0 };
    let places =
        |publisher: &Publisher| publisher.project().map_or_else(|| Places::of_folder(&root), |it| Places::of(it, None));
    let mut publisher = Publisher::new(asked.clone(), TODAY);
    let mut watcher = Watcher::new(places(&publisher), true);
    let mut change = Change::everything();
    let mut story = Vec::new();
    let mut last: Option<(Edition, Site)> = None;
    let mut counted = Counted::default();
    for step in 0..steps {
        let published = publisher.publish(change, |_| {});
        if watcher.aim(places(&publisher)) {
            let _ = publisher.publish(Change::everything(), |_| {});
        }
        let clean = Publisher::new(asked.clone(), TODAY).publish(Change::everything(), |_| {});
        // As the preview does, the pages are made of those of the edition before as far as they can be.
        let earlier = last.as_ref().map(|(edition, site): &(Edition, Site)| (edition, site));
        let site = published.as_ref().ok().map(|edition| edition.site_after(earlier));
        let clean_site = clean.as_ref().ok().map(Edition::site);
        let (got, wanted) = (outcome(&published, site.as_ref()), outcome(&clean, clean_site.as_ref()));
        let same = got == wanted;
        counted.published += usize::from(wanted.is_ok());
        if !same {
            let differs = match (&got, &wanted) {
                (Ok((got, found)), Ok((wanted, expected))) => {
                    let pages = got.keys().chain(wanted.keys()).filter(|page| got.get(*page) != wanted.get(*page));
                    format!("{:?}\n{found:#?}\n{expected:#?}", pages.collect::<Vec<_>>())
                }
                (got, wanted) => format!("{:?}\n{:?}", got.as_ref().err(), wanted.as_ref().err()),
            };
            let last = &story[story.len().saturating_sub(6)..];
            panic!("CUEBOOK_SEED={seed}, step {step}: after {last:#?} these differ: {differs}");
        }
        // Into a folder, now and then: it holds what a clean build does, whatever was in it.
        if let (Ok(edition), Ok((pages, _)), 0) = (&published, &wanted, step % 10) {
            let placed = Placed { folder: String::new(), site: edition.site() };
            edition
                .project
                .publish(&[placed], &root.join("site"), Publishing { swap: Swap::Never, precompress: false })
                .unwrap();
            assert!(on_disk(&root.join("site")) == *pages, "CUEBOOK_SEED={seed}, step {step}: the folder differs");
        }
        if let (Ok(edition), Some(site)) = (published, site) {
            let playbook = &edition.made.playbook;
            if let Some(before) = last.as_ref().map(|(last, _)| &last.made.playbook) {
                let is_rewording = playbook.is_rewording_of(before);
                counted.reworded += usize::from(is_rewording);
                counted.retitled += usize::from(!is_rewording && playbook.leads_as(before));
            }
            last = Some((edition, site));
        }
        change = Change::default();
        // Of several edits one is likely to be more than another wording.
        for _ in 0..=[0, 0, 1, 2][random.below(4)] {
            story.push(edit(&book, &mut random));
        }
        change.add(watcher.look());
    }
    counted
}

#[test]
fn what_is_published_after_any_edit_is_a_clean_build() {
    after_each_of(40, 20_261_201, None);
    let counted = after_each_of(60, 20_261_202, Some(Audience::Everyone));
    // Of some seeds most books cannot be published.
    assert!(counted.published > 20 && counted.reworded > 5 && counted.retitled > 1, "only {counted:?}");
}

#[test]
fn what_is_published_after_edits_of_a_fresh_seed_is_a_clean_build() {
    #[expect(clippy::disallowed_methods, reason = "the seed is to be another one each time; it is printed")]
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let seed = std::env::var("CUEBOOK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(now);
    println!("CUEBOOK_SEED={seed}");
    after_each_of(40, seed, None);
}

#[test]
fn settings_by_which_no_entry_is_read_read_none_again() {
    let book = Folder::with([("book.toml", CONFIG), ("content/late.md", "# Late parcels\n\nThey come.\n")]);
    let root = book.path().to_owned();
    let asked = Asked { root, out: None, audience: Audience::Everyone, drafts: false };
    let mut publisher = Publisher::new(asked, TODAY);
    let first = publisher.publish(Change::everything(), |_| {}).ok().unwrap();
    let mut with = |more: &str| {
        book.put("book.toml", format!("{CONFIG}\n{more}"));
        publisher.publish(Change { config: true, ..Change::default() }, |_| {}).ok().unwrap()
    };
    let other_front = with("[front]\nurgent = \"late\"\n");
    assert_eq!(other_front.made.playbook.index.front.urgent, Some(0));
    assert!(Arc::ptr_eq(&first.read[0], &other_front.read[0]), "the entry was read again");
    for more in ["[words]\n\"Sag\" = \"Say\"\n", "[review]\nevery = \"6 months\"\n", "[limits]\nheadings = 5\n"] {
        let other = with(more);
        assert!(!Arc::ptr_eq(&other_front.read[0], &other.read[0]), "the entry was not read again after {more}");
    }
}

#[test]
fn another_title_makes_only_the_lists_anew_in_which_its_entry_stands() {
    let book = Folder::with([
        ("book.toml", CONFIG),
        ("content/scripts/late.md", ""),
        ("content/guides/kettle.md", "---\ntitle: The kettle\n---\n\nSee [[late]].\n"),
        ("content/guides/asking.md", "---\ntitle: Asking\n---\n\nSee [[nowhere]] and [[late#Opening]].\n"),
    ]);
    let call = |title: &str| {
        book.put("content/scripts/late.md", format!("---\ntitle: {title}\nkind: script\n---\n\nThey come.\n"));
        let path = SourcePath::new("scripts/late.md").unwrap();
        Change { files: [path].into(), ..Change::default() }
    };
    call("Late parcels");
    let root = book.path().to_owned();
    let asked = Asked { root, out: None, audience: Audience::Everyone, drafts: false };
    let mut publisher = Publisher::new(asked, TODAY);
    let mut last = publisher.publish(Change::everything(), |_| {}).ok().unwrap();
    for (title, leads_as_before) in [
        ("Later parcels", true),
        ("Zebra crossings", true),
        // A broken link asks for it, and then leads there.
        ("nowhere", false),
        ("A kettle", false),
        // A link asks for it as a heading.
        ("Opening", false),
    ] {
        let next = publisher.publish(call(title), |_| {}).ok().unwrap();
        let (now, before) = (&next.made.playbook, &last.made.playbook);
        assert_eq!(now.leads_as(before), leads_as_before, "{title}");
        let changed = now.index.folders.iter().zip(&before.index.folders).filter(|(now, was)| !Arc::ptr_eq(now, was));
        let changed: Vec<&str> = changed.map(|(folder, _)| folder.path.as_str()).collect();
        assert_eq!(changed, if leads_as_before { vec!["scripts"] } else { vec!["", "guides", "scripts"] }, "{title}");
        last = next;
    }
}

#[test]
fn a_page_is_too_long_as_soon_as_what_it_includes_is() {
    let book = Folder::with([
        ("book.toml", "[limits]\noutput = 1\n"),
        ("content/late.md", "# Late parcels\n\n![[early]]\n\n![[early]]\n\n![[early]]\n"),
        ("content/early.md", "# Early\n\nThey come.\n"),
    ]);
    let root = book.path().to_owned();
    let asked = Asked { root, out: None, audience: Audience::Everyone, drafts: false };
    let mut publisher = Publisher::new(asked.clone(), TODAY);
    let mut last = publisher.publish(Change::everything(), |_| {}).ok().unwrap();
    for (length, is_rewording) in [(9, true), (60 << 10, false), (61 << 10, true), (9, false)] {
        book.put("content/early.md", format!("# Early\n\n{}\n", "They come. ".repeat(length / 11 + 1)));
        let path = SourcePath::new("early.md").unwrap();
        let change = Change { files: [path].into(), ..Change::default() };
        let next = publisher.publish(change, |_| {}).ok().unwrap();
        let clean = Publisher::new(asked.clone(), TODAY).publish(Change::everything(), |_| {}).ok().unwrap();
        assert_eq!(lines(&next.made.diagnostics), lines(&clean.made.diagnostics), "{length}");
        assert_eq!(next.made.playbook.is_rewording_of(&last.made.playbook), is_rewording, "{length}");
        last = next;
    }
}
