//! What a build writes for the places where a site is read: copies side by side, and what servers and programs ask for.

use std::fs;
use std::io::Read;
use std::process::Command;

use crate::book::{Folder, everything_in};

const BOOK: &str = "\
[book]
title = \"Stepping in & out\"

[audiences]
agent = {}
\"Team lead\" = { includes = [\"agent\"] }
";

fn book() -> Folder {
    Folder::with([
        ("book.toml", BOOK),
        (
            "content/late.md",
            "# Late parcels\n\n![A kettle](kettle.svg)\n\n> [!ONLY] Team lead\n> The marmalade sentence.\n",
        ),
        ("content/new.md", "---\nreplaces: old\n---\n# New name\n\nSee [[late]].\n"),
        ("content/hidden.md", "---\naudience: Team lead\n---\n# The marmalade entry\n"),
        ("content/agents.md", "---\naudience: agent\n---\n# What agents know of jam\n"),
        ("content/kettle.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    ])
}

/// Runs the program in a folder: what it says, and how it ends.
fn cuebook(folder: &Folder, arguments: &[&str]) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cuebook"));
    command.args(arguments).current_dir(folder.path()).stdin(std::process::Stdio::null());
    command.env("NO_COLOR", "1").env("XDG_CACHE_HOME", folder.path().join(".cache"));
    let output = command.output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    (said, output.status.code())
}

fn build(folder: &Folder, arguments: &[&str]) -> String {
    let arguments = [&["build", "--today", "2026-12-01"], arguments].concat();
    let (said, ended) = cuebook(folder, &arguments);
    assert!(matches!(ended, Some(0 | 1)), "{arguments:?} ended with {ended:?}:\n{said}");
    said
}

/// The files of the site that hold a text, also where it is packed.
fn holding(folder: &Folder, text: &str) -> Vec<String> {
    let site = folder.path().join("site");
    let holds = |file: &String| String::from_utf8_lossy(&fs::read(site.join(file)).unwrap()).contains(text);
    everything_in(&site).into_iter().filter(holds).collect()
}

// ---- a copy for each audience

#[test]
fn each_audience_gets_its_copy_at_the_same_addresses() {
    let folder = book();
    let said = build(&folder, &["--each-audience"]);
    for line in ["copy:    public (2 entries) for everybody", "copy:    team-lead (4 entries) for Team lead, agent"] {
        assert!(said.contains(line), "{said}");
    }
    let copies: Vec<String> = fs::read_dir(folder.path().join("site"))
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(copies.len(), 3, "{copies:?}");
    for (copy, arguments) in
        [("public", &[][..]), ("agent", &["--audience", "agent"]), ("team-lead", &["--audience", "team lead"])]
    {
        build(&folder, &[&["--out", "alone"], arguments].concat());
        let (together, alone) = (folder.path().join("site").join(copy), folder.path().join("alone"));
        let mut expected = everything_in(&alone);
        expected.push("404.html".to_owned());
        expected.sort();
        let mut got = everything_in(&together);
        got.sort();
        assert_eq!(got, expected, "{copy}");
        for file in everything_in(&alone) {
            assert!(fs::read(together.join(&file)).unwrap() == fs::read(alone.join(&file)).unwrap(), "{copy}/{file}");
        }
        let missing = fs::read_to_string(together.join("404.html")).unwrap();
        assert!(missing.contains("in this copy"), "{missing}");
    }
    for (text, copies) in [("armalade", &["team-lead/"][..]), ("of jam", &["team-lead/", "agent/"])] {
        let holding = holding(&folder, text);
        assert!(!holding.is_empty(), "{text}");
        let others: Vec<_> = holding.iter().filter(|file| !copies.iter().any(|copy| file.starts_with(copy))).collect();
        assert!(others.is_empty(), "{text} is in {others:?}");
    }
}

#[test]
fn copies_side_by_side_are_one_output() {
    let folder = book();
    build(&folder, &["--each-audience"]);
    let said = build(&folder, &["--each-audience"]);
    assert!(said.contains("nothing has changed"), "{said}");
    // Without the receipt, which knows that there is nothing to do.
    fs::remove_dir_all(folder.path().join(".cache")).unwrap();
    let said = build(&folder, &["--each-audience"]);
    assert!(said.contains("nothing has changed"), "{said}");
    // The folder of an audience that is gone goes, but for what somebody else put there.
    folder.put("site/agent/notes.txt", "mine");
    folder.put("book.toml", BOOK.replace("agent = {}\n", "").replace("\"agent\"", ""));
    folder.put("content/agents.md", "# For all\n");
    build(&folder, &["--each-audience"]);
    let left: Vec<String> =
        everything_in(&folder.path().join("site")).into_iter().filter(|file| file.starts_with("agent/")).collect();
    assert_eq!(left, ["agent/notes.txt"]);
    fs::remove_file(folder.path().join("site/agent/notes.txt")).unwrap();
    // One copy takes the place of all: nothing of the others is left.
    build(&folder, &[]);
    assert!(!folder.path().join("site/team-lead").exists() && holding(&folder, "armalade").is_empty());
}

#[test]
fn copies_that_cannot_lie_side_by_side_are_refused() {
    for (audiences, said) in [
        ("", "this book has no audiences"),
        ("[audiences]\n\"R&D\" = {}\nRD = {}\n", "would lie in one folder, `rd`"),
        ("[audiences]\nPublic = {}\n", "the copy that nobody is kept from would lie in one folder, `public`"),
    ] {
        let folder = Folder::with([("content/a.md", "# A\n")]);
        folder.put("book.toml", format!("[book]\ntitle = \"B\"\n{audiences}"));
        let (output, ended) = cuebook(&folder, &["build", "--each-audience"]);
        assert_eq!(ended, Some(2), "{audiences}: {output}");
        assert!(output.contains(said), "{audiences}: {output}");
        assert!(!folder.path().join("site").exists());
    }
}

// ---- packed files

/// What a packed file holds.
fn unpacked(folder: &Folder, file: &str) -> Vec<u8> {
    let packed = fs::read(folder.path().join("site").join(file)).unwrap();
    let mut bytes = Vec::new();
    match file.rsplit_once('.').unwrap().1 {
        "gz" => flate2::read::GzDecoder::new(&*packed).read_to_end(&mut bytes).unwrap(),
        _ => brotli::Decompressor::new(&*packed, 4096).read_to_end(&mut bytes).unwrap(),
    };
    bytes
}

#[test]
fn each_text_file_lies_packed_beside_itself_as_long_as_that_is_asked_for() {
    let folder = book();
    folder.put(
        "content/late.md",
        "# Late\n\n![A kettle](kettle.svg) ![A cup](cup.svg) ![A photo](p.png) [Notes](n.txt) [Theirs](n.txt.gz)\n",
    );
    folder.put("content/cup.svg", format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{}</svg>", "<g/>".repeat(400)));
    folder.put("content/p.png", vec![7; 9000]);
    folder.put("content/n.txt", "a note ".repeat(400));
    folder.put("content/n.txt.gz", "somebody else's");
    build(&folder, &["--precompress"]);
    let site = folder.path().join("site");
    let files = everything_in(&site);
    let packed: Vec<&String> = files.iter().filter(|file| file.ends_with(".gz") || file.ends_with(".br")).collect();
    for file in &packed {
        let plain = &file[..file.len() - 3];
        if *file != "n.txt.gz" {
            assert!(unpacked(&folder, file) == fs::read(site.join(plain)).unwrap(), "{file}");
        }
    }
    let has = |file: &str| files.iter().any(|known| known == file);
    for file in files.iter().filter(|file| [".html", ".css", ".js"].iter().any(|end| file.ends_with(end))) {
        assert!(has(&format!("{file}.gz")) && has(&format!("{file}.br")), "{file}");
    }
    assert!(has("cup.svg.br") && has("n.txt.br"));
    // Too small to pay; packed already; a file of the book's own.
    assert!(!has("kettle.svg.gz") && !has("p.png.gz") && !has("p.png.br"));
    assert_eq!(fs::read_to_string(site.join("n.txt.gz")).unwrap(), "somebody else's");

    let before: Vec<Vec<u8>> = packed.iter().map(|file| fs::read(site.join(file)).unwrap()).collect();
    fs::remove_dir_all(folder.path().join(".cache")).unwrap();
    assert!(build(&folder, &["--precompress"]).contains("nothing has changed"));
    // An edit packs what it changes: the two pages of the entry and what lists it, not the styles.
    folder.put("content/new.md", "---\nreplaces: old\n---\n# New name\n\nSee [[late]], which is late.\n");
    let style = files.iter().find(|file| file.starts_with("theme-") && file.ends_with(".css.br")).unwrap();
    let time = |file: &str| fs::metadata(site.join(file)).unwrap().modified().unwrap();
    let then = time(style);
    build(&folder, &["--precompress"]);
    assert_eq!(then, time(style));
    assert!(String::from_utf8_lossy(&unpacked(&folder, "new.html.br")).contains("which is late"));
    // The same book elsewhere is the same bytes.
    fs::remove_dir_all(&site).unwrap();
    fs::remove_dir_all(folder.path().join(".cuebook-site")).unwrap();
    folder.put("content/new.md", "---\nreplaces: old\n---\n# New name\n\nSee [[late]].\n");
    build(&folder, &["--precompress"]);
    let again: Vec<Vec<u8>> = packed.iter().map(|file| fs::read(site.join(file)).unwrap()).collect();
    assert!(before == again);
    // A page that goes takes its packed files with it, and all go with the option.
    fs::remove_file(folder.path().join("content/new.md")).unwrap();
    build(&folder, &["--precompress"]);
    assert!(!site.join("new.html.gz").exists() && !site.join("new.html.br").exists());
    build(&folder, &[]);
    let left: Vec<String> =
        everything_in(&site).into_iter().filter(|file| file.ends_with(".gz") || file.ends_with(".br")).collect();
    assert_eq!(left, ["n.txt.gz"]);
}

// ---- rules for servers, feeds, programs

fn with_settings(settings: &str) -> Folder {
    let folder = book();
    folder.put(
        "book.toml",
        BOOK.replace("[audiences]", &format!("authors = [\"Desk <1>\"]\n\n[build]\n{settings}\n[audiences]")),
    );
    folder
}

#[test]
fn nothing_is_there_that_nobody_asked_for() {
    let folder = book();
    build(&folder, &["--all"]);
    let files = everything_in(&folder.path().join("site"));
    let asked = [
        "nginx.conf",
        ".htaccess",
        "web.config",
        "feed.atom",
        "sitemap.xml",
        "playbook.json",
        "print.html",
        "404.html",
    ];
    assert!(!files.iter().any(|file| asked.contains(&file.as_str())), "{files:?}");
    assert!(holding(&folder, "canonical").is_empty());
}

#[test]
fn servers_are_told_what_moved_and_what_pages_may_do() {
    let folder = with_settings(
        "server-rules = [\"iis\", \"nginx\", \"apache\"]\nbase-url = \"https://example.org/kb/team-a/\"\n",
    );
    build(&folder, &[]);
    let read = |file: &str| fs::read_to_string(folder.path().join("site").join(file)).unwrap();
    let policy =
        "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types cuebook";
    for (file, moved, policy) in [
        (
            "nginx.conf",
            "if ($uri = \"/kb/team-a/old.html\") { return 301 \"/kb/team-a/new.html\"; }",
            policy.to_owned(),
        ),
        (".htaccess", "RewriteRule \"^old\\.html$\" \"new.html\" [R=301,L]", policy.to_owned()),
        ("web.config", "destination=\"/kb/team-a/new.html\"", policy.replace('\'', "&#39;")),
    ] {
        let rules = read(file);
        assert!(rules.contains(moved) && rules.contains(&policy), "{file}: {rules}");
        assert!(!rules.contains("hidden") || file == "web.config", "{file} names what is hidden: {rules}");
    }
    // Rules name no file that a theme renames, save for IIS, which reads them anew.
    let theme = everything_in(&folder.path().join("site")).into_iter().find(|file| file.starts_with("theme-")).unwrap();
    assert!(!read("nginx.conf").contains(&theme) && read("web.config").contains(&theme));
    let (said, ended) = cuebook(&with_settings("server-rules = \"lighttpd\""), &["build"]);
    assert!(ended == Some(2) && said.contains("`nginx`, `apache`, `iis`"), "{said}");
}

#[test]
fn a_site_with_an_address_has_a_feed_a_sitemap_and_canonical_links() {
    let folder = with_settings("base-url = \"https://example.org/kb/\"\n");
    folder.put("content/new.md", "---\nreplaces: old\nchanged: 2026-11-02 Open <boxes> & such\n---\n# New name\n");
    folder.put("content/older.md", "---\nchanged: 2026-10-01\nsummary: It is older.\n---\n# Older\n");
    folder.put(
        "content/hidden.md",
        "---\naudience: Team lead\nchanged: 2026-11-09 Marmalade\n---\n# The marmalade entry\n",
    );
    build(&folder, &[]);
    let read = |file: &str| fs::read_to_string(folder.path().join("site").join(file)).unwrap();
    let feed = read("feed.atom");
    for part in [
        "<updated>2026-11-02T00:00:00Z</updated>\n<author><name>Desk &lt;1&gt;</name></author>",
        "<id>https://example.org/kb/new.html#changed-2026-11-02</id>",
        "<summary>Open &lt;boxes&gt; &amp; such</summary>",
        "<summary>It is older.</summary>",
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"https://example.org/kb/feed.atom\"/>",
    ] {
        assert!(feed.contains(part), "{part}: {feed}");
    }
    let newest = feed.find("New name").unwrap();
    assert!(newest < feed.find("Older").unwrap() && !feed.contains("armalade"));
    let map = read("sitemap.xml");
    assert!(map.contains("<url><loc>https://example.org/kb/</loc></url>"), "{map}");
    assert!(map.contains("<loc>https://example.org/kb/new.html</loc><lastmod>2026-11-02</lastmod>"), "{map}");
    assert!(!map.contains("hidden") && !map.contains("old.html") && !map.contains("a-z"), "{map}");
    assert!(read("index.html").contains("<link rel=\"canonical\" href=\"https://example.org/kb/\">"));
    assert!(read("index.html").contains("href=\"feed.atom\""));
    assert!(read("new.html").contains("<link rel=\"canonical\" href=\"https://example.org/kb/new.html\">"));
    assert!(!read("404.html").contains("canonical"));
    // A path is no address that others could use.
    let folder = with_settings("base-url = \"/kb/\"\n");
    build(&folder, &[]);
    let files = everything_in(&folder.path().join("site"));
    assert!(files.contains(&"404.html".to_owned()) && !files.contains(&"feed.atom".to_owned()), "{files:?}");
    assert!(holding(&folder, "canonical").is_empty());
}

#[test]
fn programs_get_the_entries_that_the_readers_of_the_copy_may_see() {
    let folder = with_settings("playbook-json = true\n");
    folder.put("content/new.md", "---\nreviewed: 2026-11-02\nreview-every: 1 month\ntags: [b, a]\n---\n# New name\n\nSee [[late]] and [[hidden]].\n\n## More {#m}\n\nWords below.\n");
    build(&folder, &[]);
    let json = fs::read_to_string(folder.path().join("site/playbook.json")).unwrap();
    let (printed, ended) = cuebook(&folder, &["export", "json"]);
    assert_eq!((ended, printed.as_str()), (Some(0), json.as_str()));
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((read["version"].as_u64(), read["entries"].as_array().unwrap().len()), (Some(1), 2));
    let new = &read["entries"][1];
    assert_eq!((new["id"].as_str(), new["review_due"].as_str()), (Some("new"), Some("2026-12-02")));
    assert_eq!((&new["links"], &new["tags"]), (&serde_json::json!(["late"]), &serde_json::json!(["b", "a"])));
    assert_eq!(read["entries"][0]["linked_from"], serde_json::json!(["new"]));
    assert_eq!(json.lines().count(), 4, "an entry a line: {json}");

    let (printed, ended) = cuebook(&folder, &["export", "ndjson"]);
    assert_eq!(ended, Some(0), "{printed}");
    let lines: Vec<serde_json::Value> = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let more = lines.iter().find(|line| line["heading"] == "More").unwrap();
    assert_eq!((more["address"].as_str(), more["text"].as_str()), (Some("new.html#m"), Some("Words below.")));
    assert!(lines.iter().all(|line| line["id"].as_str().is_some_and(|id| id.len() == 32)));
    assert!(!printed.contains("armalade") && !printed.contains("jam"));
    let (said, ended) = cuebook(&folder, &["export", "ndjson", "--audience", "team lead", "--out", "out/leads.ndjson"]);
    assert_eq!(ended, Some(3), "there is no such folder: {said}");
    let (said, ended) = cuebook(&folder, &["export", "ndjson", "--audience", "team lead", "--out", "leads.ndjson"]);
    assert_eq!(ended, Some(0), "{said}");
    assert!(fs::read_to_string(folder.path().join("leads.ndjson")).unwrap().contains("armalade"));
    let (said, ended) = cuebook(&folder, &["export", "json", "--out", "content/a.json"]);
    assert!(ended == Some(2) && said.contains("content folder"), "{said}");
    assert_eq!(cuebook(&folder, &["export", "json", "--audience", "nobody"]).1, Some(2));
}

#[test]
fn what_is_for_one_player_is_in_no_line_for_search_engines() {
    let folder = book();
    folder.put(
        "content/roleplays/play.md",
        "---\nkind: roleplay\n---\n# A play\n\n## Customer card\n\nThe quince secret.\n\n## Twist\n\nThe quince twist.\n\n## Conversation\n\n### Opening\n\n**Customer:** Quince first.\n\n- \"Yes\" → [[#End]]\n  - **Points:** 2\n\n### End\n\n**Ending:** good\n\n## Debrief\n\n1. What worked?\n",
    );
    let (printed, ended) = cuebook(&folder, &["export", "ndjson", "--all"]);
    assert_eq!(ended, Some(0), "{printed}");
    assert!(printed.contains("What worked?") && !printed.to_lowercase().contains("quince"), "{printed}");
}

// ---- pages to be printed

#[test]
fn the_whole_book_and_each_path_are_pages_to_be_printed() {
    let folder = with_settings("print = true\n");
    folder.put("content/paths/week.md", "---\nkind: path\n---\n# First week\n\n## Monday\n\n1. [[new]] (15 minutes)\n2. [[late#Say]] (5 minutes)\n3. [[hidden]]\n");
    folder.put("content/new.md", "---\nreplaces: old\n---\n# New name\n\nSee [[late]], [[late#Say]] and [[agents]].\n\n## Say\n\nHere: [[#Say]].\n");
    folder.put("content/late.md", "# Late parcels\n\n![A kettle](kettle.svg)\n\n## Say\n\n- \"It is late.\"\n\n> [!ONLY] Team lead\n> The marmalade sentence.\n");
    build(&folder, &[]);
    let read = |file: &str| fs::read_to_string(folder.path().join("site").join(file)).unwrap();
    let (book, path) = (read("print.html"), read("paths/week-print.html"));
    for (page, kettle) in [(&book, "src=\"kettle.svg\""), (&path, "src=\"../kettle.svg\"")] {
        assert!(page.contains(kettle), "{page}");
        let ids: Vec<&str> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "an anchor is there twice: {ids:?}");
        for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(ids.contains(&link), "#{link} leads to nothing: {ids:?}");
        }
        assert!(page.matches("class=\"print-entry\"").count() == 3, "late, new, week: {page}");
        assert!(!page.contains("href=\"late.html") && !page.contains("href=\"../late.html"), "{page}");
        assert!(!page.contains("<script") && !page.contains("armalade") && !page.contains("jam"));
    }
    assert!(
        read("indexes.html").contains("href=\"print.html\"") && read("indexes.html").contains("paths/week-print.html")
    );
}

#[test]
fn without_a_browser_the_pdf_is_refused_in_plain_words() {
    let folder = book();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cuebook"));
    command.args(["pdf"]).current_dir(folder.path()).env("CHROMIUM", "no-such-browser");
    let output = command.stdin(std::process::Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("there is no Chromium") && said.contains("CHROMIUM"), "{said}");
    assert!(!folder.path().join("playbook.pdf").exists());
    assert_eq!(cuebook(&folder, &["pdf", "--out", "content/a.pdf"]).1, Some(2));
}
