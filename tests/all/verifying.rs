//! `cuebook verify`: clean copies pass, and what is planted in one is found where it stands.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use cuebook::filter::Readers;
use cuebook::project::Project;
use cuebook::verify::{Book, Hidden, Verified, What, verify};

use crate::book::{Folder, TODAY, line, make, pages, readers};

const BOOK: &str = "\
[book]
title = \"Stepping in\"

[audiences]
agent = {}
lead = { includes = [\"agent\"] }

[audiences.folders]
\"leads/\" = \"lead\"
";

/// Eleven words that are for leads only.
const SENTENCE: &str = "We may quietly refund every seventh caller from the Zanzibar budget.";

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR a plan that is not for everybody \0\x01\x02\x03";

fn book() -> Folder {
    let late = format!(
        "# Late parcels\n\nSay that you are sorry. Ring 01632 960001 if it is urgent.\n\n\
         ![A kettle](kettle.svg)\n\n<!-- Ask Ottoline whether this holds. -->\n\n> [!ONLY] lead\n> {SENTENCE} Ring 01632 960987, or pay up to €1,735.\n> ![Plan](plan.png)\n"
    );
    let folder = Folder::with([
        ("book.toml", BOOK),
        ("content/late.md", late.as_str()),
        ("content/new.md", "---\nreplaces: old\n---\n# A new name\n\nSee [[late]].\n"),
        (
            "content/leads/goodwill-of-leads.md",
            "# Marmalade for breakfast\n\n## Twelve spare kettles\n\nOnly the duty desk knows of the marmalade.\n",
        ),
        ("content/kettle.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>A kettle</title></svg>"),
    ]);
    folder.put("content/plan.png", PICTURE);
    folder
}

/// What is hidden from `names`, and their copy in a folder `out`. `all` is nobody's.
fn copy_for(folder: &Folder, names: &[&str]) -> Hidden {
    let project = Project::open(folder.path()).unwrap();
    let readers = if names == ["all"] { Readers::Everyone } else { readers(&project, names) };
    let (project, made) = make(folder.path(), readers.clone(), TODAY);
    for (address, bytes) in pages(&project, &made, &readers) {
        folder.put(&format!("out/{address}"), bytes);
    }
    hidden(&project, readers)
}

fn hidden(project: &Project, readers: Readers) -> Hidden {
    let loaded = project.load(TODAY, &[]).unwrap();
    let theme = project.theme().unwrap();
    Hidden::new(Book { project, loaded, readers, theme, today: TODAY, carrier: None })
}

fn verified(target: &Path, hidden: &Hidden) -> Verified {
    verify(target, Some(hidden)).unwrap_or_else(|error| panic!("{error}"))
}

/// Everything wrong, a line each, without the folder before it.
fn wrong(folder: &Folder, target: &str, hidden: &Hidden) -> Vec<String> {
    let found = verified(&folder.path().join(target), hidden).diagnostics;
    let root = format!("{}/", folder.path().display());
    let lines = found.iter().map(|found| {
        let notes: String = found.notes.iter().map(|note| format!(" ({note})")).collect();
        format!("{}{notes}", line(found).replace(&root, ""))
    });
    lines.collect()
}

#[test]
fn clean_copies_pass_for_every_audience() {
    for names in [&[][..], &["agent"], &["lead"], &["all"]] {
        let folder = book();
        let hidden = copy_for(&folder, names);
        assert_eq!(wrong(&folder, "out", &hidden), [""; 0], "{names:?}");
        let proof = verified(&folder.path().join("out"), &hidden).proof.unwrap();
        let proved = |what| proof.proved.iter().find(|(proved, _)| *proved == what).map_or(0, |(_, n)| *n);
        if matches!(names, [] | ["agent"]) {
            for what in [What::Run, What::Line, What::Id, What::Number, What::Sum, What::File, What::Word] {
                assert!(proved(what) > 0, "{names:?}: {what:?} in {proof:?}");
            }
        } else {
            assert_eq!((proved(What::Run), proved(What::File)), (0, 0), "only a note is hidden: {proof:?}");
            assert!(proved(What::Word) > 0, "the note's words: {proof:?}");
        }
    }
}

#[test]
fn what_readers_also_see_is_listed_and_is_no_leak() {
    let folder = book();
    let shown = format!("# The budget\n\n{SENTENCE} Ring 01632 960987.\n");
    folder.put("content/budget.md", shown);
    let hidden = copy_for(&folder, &[]);
    assert_eq!(wrong(&folder, "out", &hidden), [""; 0]);
    let proof = verified(&folder.path().join("out"), &hidden).proof.unwrap();
    assert_eq!(proof.common_runs, 7, "{proof:?}");
    let is_number = |(what, words, place): &(What, String, String)| {
        *what == What::Number && words == "01632 960987" && place.starts_with("content/late.md:")
    };
    assert!(proof.common.iter().any(is_number), "{proof:?}");
}

#[test]
fn a_name_that_readers_also_see_is_listed_by_that_name() {
    let folder = book();
    // An empty first line: what stands there names nothing.
    folder.put("content/leads/hard-calls.md", "\n---\ntitle: Marmalade and honey\n---\n\nQuietly.\n");
    folder.put("content/budget.md", "# The budget\n\nAsk for hard-calls, or for Marmalade and honey.\n");
    let proof = verified(&folder.path().join("out"), &copy_for(&folder, &[])).proof.unwrap();
    let named: Vec<&str> = proof.common.iter().map(|(_, words, _)| words.as_str()).collect();
    for name in ["hard-calls", "Marmalade and honey"] {
        assert!(named.iter().any(|words| words.ends_with(name)), "{named:?}");
    }
    assert!(named.iter().all(|words| words.chars().any(char::is_alphanumeric)), "{named:?}");
}

/// Changes a file of the copy.
fn edit(folder: &Folder, name: &str, change: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    folder.put(&format!("out/{name}"), change(text));
}

fn into_page(folder: &Folder, markup: &str) {
    edit(folder, "late.html", |page| page.replacen("</main>", &format!("\n{markup}\n</main>"), 1));
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |bytes: &[u8]| {
        let bits = bytes.iter().chain([&0, &0]).take(3).fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        (0..=bytes.len()).map(|at| char::from(LETTERS[bits >> (18 - 6 * at) & 63])).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

type Plant = fn(&Folder);

#[test]
fn whatever_is_planted_is_found_at_its_place() {
    let plants: &[(&str, &str, Plant)] = &[
        ("text of a page", "out/late.html:", |folder| into_page(folder, &format!("<p>{SENTENCE}</p>"))),
        ("entities", "out/late.html:", |folder| {
            let hidden: String = SENTENCE.chars().map(|c| format!("&#x{:x};", u32::from(c))).collect();
            into_page(folder, &format!("<p>{hidden}</p>"));
        }),
        ("markup in the middle of words", "out/late.html:", |folder| {
            into_page(folder, "<p>Only mar<b>mal</b>&shy;ade.</p>");
        }),
        ("an attribute", "out/late.html:", |folder| into_page(folder, &format!("<p title=\"{SENTENCE}\">More</p>"))),
        ("a comment", "out/late.html:", |folder| into_page(folder, "<!-- Ottoline -->")),
        ("an id", "out/late.html:", |folder| into_page(folder, "<p id=\"twelve-spare-kettles\">More</p>")),
        ("a phone number", "out/late.html:", |folder| {
            into_page(folder, "<a href=\"tel:+441632960987\">Ring</a>");
        }),
        ("a sum", "out/late.html:", |folder| into_page(folder, "<p>EUR 1735</p>")),
        ("percent signs", "out/late.html:", |folder| into_page(folder, "<a href=\"?q=%4Darm%61lade\">More</a>")),
        ("a script with escapes", "out/search.js:", |folder| {
            edit(folder, "search.js", |script| format!("{script}x = \"Zan\" + '\\u007aib\\x61r';\n"));
        }),
        ("a term of the index", "out/search/zz.js", |folder| {
            folder.put("out/search/zz.js", "cuebook.shelf(\"zz\",\"kettl;1e,1es;12;AbC\\nmarmalad;0e;9;QQ\");\n");
        }),
        ("a style sheet", "out/more.css:", |folder| {
            folder.put("out/more.css", "p::before { content: \"\\4d armal\\61 de\" }")
        }),
        ("a gzip beside a page", "out/late.html.gz:", |folder| {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            packed.write_all(format!("<p>{SENTENCE}</p>").as_bytes()).unwrap();
            folder.put("out/late.html.gz", packed.finish().unwrap());
        }),
        ("a brotli beside a page", "out/late.html.br:", |folder| {
            let mut packed = Vec::new();
            let page = format!("<p>{SENTENCE}</p>");
            brotli::BrotliCompress(&mut page.as_bytes(), &mut packed, &brotli::enc::BrotliEncoderParams::default())
                .unwrap();
            folder.put("out/late.html.br", packed);
        }),
        ("a drawing", "out/kettle.svg:", |folder| {
            edit(folder, "kettle.svg", |svg| svg.replace("</svg>", &format!("<desc>{SENTENCE}</desc></svg>")));
        }),
        ("the name of a file", "out/goodwill-of-leads.html", |folder| {
            folder.put("out/goodwill-of-leads.html", "<title>Nothing</title>");
        }),
        ("a picture under another name", "out/pictures/a.png", |folder| folder.put("out/pictures/a.png", PICTURE)),
        ("a picture in a page", "out/late.html", |folder| {
            into_page(folder, &format!("<img alt=\"\" src=\"data:image/png;base64,{}\">", base64(PICTURE)));
        }),
        ("words noted in a picture", "out/pictures/b.png", |folder| {
            folder.put(
                "out/pictures/b.png",
                [b"\x89PNG\0\0\0\x01tEXt\0".as_slice(), SENTENCE.as_bytes(), &[0, 1, 2, 3]].concat(),
            );
        }),
        ("packed data in a script", "out/data.js:", |folder| {
            let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
            packed.write_all(format!("{{\"page\":\"<p>{SENTENCE}</p>\"}}").as_bytes()).unwrap();
            folder.put("out/data.js", format!("const data = '{}';\n", base64(&packed.finish().unwrap())));
        }),
        ("letters of two bytes", "out/notes.txt", |folder| {
            let wide: Vec<u8> = SENTENCE.encode_utf16().flat_map(u16::to_le_bytes).collect();
            folder.put("out/notes.txt", [b"\xff\xfe".as_slice(), &wide].concat());
        }),
    ];
    let folder = book();
    let hidden = copy_for(&folder, &[]);
    let clean = folder.path().join("out");
    for (what, place, plant) in plants {
        let planted = Folder::new();
        for name in ["late.html", "search.js", "kettle.svg"] {
            planted.put(&format!("out/{name}"), fs::read(clean.join(name)).unwrap());
        }
        plant(&planted);
        let leaks: Vec<String> =
            wrong(&planted, "out", &hidden).into_iter().filter(|line| line.contains(" leak error: ")).collect();
        assert!(!leaks.is_empty(), "{what} is not found");
        for leak in leaks {
            assert!(leak.starts_with(place), "{what}: {leak}");
            assert!(leak.contains("hidden in content/"), "{what}: {leak}");
        }
    }
}

#[test]
fn zips_and_single_files_are_read_through() {
    let folder = book();
    let hidden = copy_for(&folder, &[]);
    let mut zip = zip::ZipWriter::new(File::create(folder.path().join("a.zip")).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for name in crate::book::everything_in(&folder.path().join("out")) {
        zip.start_file(format!("stepping-in/{name}"), options).unwrap();
        zip.write_all(&fs::read(folder.path().join("out").join(&name)).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    assert_eq!(wrong(&folder, "a.zip", &hidden), [""; 0]);
    let mut zip =
        zip::ZipWriter::new_append(File::options().read(true).write(true).open(folder.path().join("a.zip")).unwrap())
            .unwrap();
    zip.start_file("stepping-in/notes.html", options).unwrap();
    zip.write_all(format!("<title>Notes</title>\n<p>{SENTENCE}</p>").as_bytes()).unwrap();
    zip.set_comment("Marmalade").unwrap();
    zip.finish().unwrap();
    let found = wrong(&folder, "a.zip", &hidden);
    assert!(found.iter().any(|line| line.starts_with("a.zip/stepping-in/notes.html:2:")), "{found:?}");
    assert!(found.iter().any(|line| line.starts_with("a.zip (its comment)")), "{found:?}");
    let data = base64(format!("{{\"late\":\"<p>{SENTENCE}</p>\"}}").as_bytes());
    folder.put(
        "all.html",
        format!("<title>All</title>\n<h1>Late parcels</h1>\n<script>\nconst book = \"{data}\";\n</script>"),
    );
    let found = wrong(&folder, "all.html", &hidden);
    let leak = found.iter().find(|line| line.contains(" leak ")).expect("it is found");
    let lost: Vec<&String> = found.iter().filter(|line| line.contains(" missing-page ")).collect();
    assert!(matches!(lost.as_slice(), [lost] if lost.contains("`A new name`")), "{found:?}");
    assert!(leak.starts_with("all.html:4:") && leak.contains("base64"), "{leak}");
}

/// A pack as a single file holds it.
fn pack(files: &[(&str, &str)], notes: &str) -> String {
    let text: Vec<String> = files.iter().map(|(address, text)| format!("{address}\n{text}")).collect();
    let builder = flate2::GzBuilder::new();
    let builder = if notes.is_empty() { builder } else { builder.comment(notes) };
    let mut packed = builder.write(Vec::new(), flate2::Compression::best());
    packed.write_all(text.join("\0").as_bytes()).unwrap();
    let text = base64(&packed.finish().unwrap());
    let padding = "=".repeat((4 - text.len() % 4) % 4);
    format!("<script type=\"text/plain\" data-pack>{text}{padding}</script>")
}

#[test]
fn what_is_planted_in_a_single_file_is_found_in_the_file_that_it_holds() {
    let folder = book();
    let (said, ended) = run(&folder, &["bundle", "--html", "all.html", "--today", "2026-12-01"]);
    assert_eq!(ended, Some(0), "{said}");
    let project = Project::open(folder.path()).unwrap();
    let hidden = hidden(&project, readers(&project, &[]));
    assert_eq!(wrong(&folder, "all.html", &hidden), [""; 0]);
    let found = verified(&folder.path().join("all.html"), &hidden);
    assert!(found.pages > 5 && found.addresses > 20, "the pages in it are read: {found:?}");
    let clean = fs::read_to_string(folder.path().join("all.html")).unwrap();
    let sentence = format!("\n<p>{SENTENCE}</p>");
    let index = "cuebook.shelf(\"zz\",\"kettl;1e,1es;12;AbC\\nmarmalad;0e;9;QQ\");\n";
    let padded = |bytes: &[u8]| format!("{:=<1$}", base64(bytes), bytes.len().div_ceil(3) * 4);
    let picture = padded(PICTURE);
    let icon = padded(format!("<svg><desc>{SENTENCE}</desc></svg>").as_bytes());
    let escaped: String = SENTENCE.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let broken = pack(&[("more.html", &sentence)], "").replace("</script>", "\n</script>");
    let plants = [
        ("a page", "all.html/more.html:2:", pack(&[("a.html", ""), ("more.html", &sentence)], "")),
        ("a term of the index", "all.html/search/zz.js", pack(&[("search/zz.js", index)], "")),
        ("the name of a page", "all.html/goodwill-of-leads.html", pack(&[("goodwill-of-leads.html", "")], "")),
        ("a note in a pack", "all.html", pack(&[("a.html", "")], SENTENCE)),
        ("behind another of its name", "all.html", pack(&[("a.html", ""), ("a.html", &sentence)], "")),
        ("behind the front page", "all.html", pack(&[("index.html", &sentence)], "")),
        ("a pack with a line break", "all.html", broken),
        (
            "behind a pack",
            "all.html",
            pack(&[("a.html", "")], "").replace("</script>", &format!("{sentence}</script>")),
        ),
        (
            "a script",
            "all.html/x.js:1:",
            format!("<script type=\"text/plain\" data-file=\"x.js\">x='{escaped}'</script>"),
        ),
        ("a style", "all.html/x.css:1:", format!("<style data-file=\"x.css\">/* {SENTENCE} */</style>")),
        ("a picture", "all.html/p.bin", format!("<script data-file=\"p.bin\" data-type=\"x/y\">{picture}</script>")),
        ("an icon", "all.html", format!("<link href=\"data:x/y;base64,{icon}\" data-stands-for=\"x.svg\">")),
        ("an attribute of a block", "all.html:", format!("<style data-file=\"x.css\" title=\"{SENTENCE}\"></style>")),
        ("the page without script", "all.html:", sentence.clone()),
    ];
    for (what, place, planted) in plants {
        folder.put("all.html", clean.replacen("</head>", &format!("{planted}\n</head>"), 1));
        let found = wrong(&folder, "all.html", &hidden);
        let leaks: Vec<&String> = found.iter().filter(|line| line.contains(" leak error: ")).collect();
        assert!(!leaks.is_empty(), "{what} is not found");
        assert!(leaks.iter().all(|leak| leak.starts_with(place)), "{what}: {leaks:?}");
    }
}

#[test]
fn single_files_of_the_shipped_playbook_pass_for_every_audience() {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = Folder::new();
    let audiences = ["agent", "team lead", "trainer", "manager"].map(|name| ["--audience", name]);
    for copy in audiences.iter().map(<[_; 2]>::as_slice).chain([&[][..], &["--all"]]) {
        let today = ["--today", "2026-12-01"];
        let (said, ended) = run(&folder, &[&["bundle", "--root", root, "--html", "all.html"], copy, &today].concat());
        assert!(matches!(ended, Some(0 | 1)), "{said}");
        let (said, ended) = run(&folder, &[&["verify", "all.html", "--root", root], copy, &today].concat());
        assert_eq!(ended, Some(0), "{copy:?}: {said}");
        assert!(said.contains("nothing is wrong"), "{copy:?}: {said}");
    }
}

fn run(folder: &Folder, arguments: &[&str]) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cuebook"));
    command.args(arguments).current_dir(folder.path()).env("NO_COLOR", "1").stdin(std::process::Stdio::null());
    let output = command.env("XDG_CACHE_HOME", folder.path().join(".cache")).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    (said, output.status.code())
}

#[test]
fn the_command_says_what_was_read_and_proved() {
    let folder = book();
    let today = ["--today", "2026-12-01"];
    let (said, ended) = run(&folder, &[&["build", "--out", "site"], &today[..]].concat());
    assert_eq!(ended, Some(0), "{said}");
    let (said, ended) = run(&folder, &["verify", "site"]);
    assert_eq!(ended, Some(0), "{said}");
    assert!(said.contains("nothing is wrong") && said.contains("files compared"), "{said}");
    let (said, ended) = run(&folder, &["verify", "site", "--root", "."]);
    assert_eq!(ended, Some(0), "{said}");
    assert!(said.contains("proved:") && said.contains("1 file"), "{said}");
    let (said, ended) = run(&folder, &[&["bundle", "--zip", "all.zip", "--all"], &today[..]].concat());
    assert_eq!(ended, Some(0), "{said}");
    let (said, ended) = run(&folder, &["verify", "all.zip", "--root", ".", "--all"]);
    assert_eq!(ended, Some(0), "{said}");
    let (said, ended) = run(&folder, &["verify", "all.zip", "--root", ".", "--format", "short"]);
    assert_eq!(ended, Some(1), "{said}");
    assert!(said.contains("all.zip/stepping-in/late.html:") && said.contains("error[leak]"), "{said}");
    fs::write(folder.path().join("site/late.html"), "<title>Late parcels</title>").unwrap();
    let (said, ended) = run(&folder, &["verify", "site", "--format", "short"]);
    assert_eq!(ended, Some(1), "{said}");
    assert!(said.contains("site/late.html: error[changed-file]"), "{said}");
    for (arguments, code, words) in [
        (&["verify", "nothing"][..], 3, "cannot read `nothing`"),
        (&["verify", "book.toml"], 2, "is no site"),
        (&["verify", "site", "--root", ".", "--audience", "led"], 2, "Did you mean `lead`?"),
    ] {
        let (said, ended) = run(&folder, arguments);
        assert_eq!(ended, Some(code), "{said}");
        assert!(said.contains(words), "{said}");
    }
}
