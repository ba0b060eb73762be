//! What strangers write: entries that cost too much, run script, or reach for what is not theirs.

use std::collections::BTreeMap;
use std::fs;

use cuebook::filter::Readers;
use cuebook::project::{Placed, Publishing};
use cuebook::write::Swap;

use crate::book::{Folder, QUIET, TODAY, lines, make, pages};

/// Builds the book, and gives its pages as text and its diagnostics as lines.
fn built(folder: &Folder) -> (BTreeMap<String, String>, Vec<String>) {
    let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
    let pages = pages(&project, &made, &Readers::Everyone);
    let as_text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (pages.into_iter().map(|(address, bytes)| (address, as_text(bytes))).collect(), lines(&made.diagnostics))
}

fn one_entry(text: &str) -> Folder {
    Folder::with([("book.toml", QUIET), ("content/a.md", text)])
}

/// The page of an entry is not much longer than its text allows, and one message has this in it.
fn check_limited(text: &str, message: &str) {
    let (pages, found) = built(&one_entry(text));
    let named = found.iter().filter(|line| line.contains(" limit ") && line.contains(message)).count();
    let shown: Vec<&String> = found.iter().take(5).collect();
    assert_eq!(named, 1, "`{message}` is said once: {shown:?}");
    let page = &pages["a.html"];
    let most = 20 * text.len() + (128 << 10);
    assert!(page.len() < most, "the page has {} bytes, and its entry {}", page.len(), text.len());
}

#[test]
fn every_limit_is_named_and_keeps_the_page_small() {
    let pairs = format!("| Instead of | Try |\n|-|-|\n{}", "| a | b |\n".repeat(2_000));
    check_limited(&pairs, "more than 20 times as long");
    check_limited(&"#\n".repeat(5_000), "more than 20 times as long");
    let wide = format!("|{}\n|{}\n{}", "a|".repeat(600), "-|".repeat(600), "|x\n".repeat(200));
    check_limited(&wide, "more than 50000 cells");
    check_limited(&"<div>".repeat(200), "nested more than 100 deep");
    check_limited(&format!("---\ntitle: {}\n---\nx\n", "T".repeat(5_000)), "longer than 300 letters");
    let tags: Vec<String> = (0..300).map(|n| format!("t{n}")).collect();
    check_limited(&format!("---\ntags: [{}]\n---\nx\n", tags.join(", ")), "`tags` has more than 200 values");
}

#[test]
fn rows_of_tables_end_where_the_book_says() {
    let folder = Folder::with([
        ("book.toml", format!("{QUIET}\n[limits]\ncells = 6\n").as_str()),
        ("content/a.md", "| a | b |\n|-|-|\n| 1 | 2 |\n| 3 | 4 |\n| 5 | 6 |\n| 7 | 8 |\n\nBehind it.\n"),
    ]);
    let (pages, found) = built(&folder);
    assert_eq!(found, ["content/a.md:5:1 limit error: the tables of this entry have more than 6 cells"]);
    let page = &pages["a.html"];
    assert!(page.contains("<td>4</td>") && !page.contains("<td>5</td>") && page.contains("Behind it."), "{page}");
}

#[test]
fn a_contents_list_ends_where_the_book_says() {
    let folder = Folder::with([
        ("book.toml", format!("{QUIET}\n[limits]\nheadings = 3\n").as_str()),
        ("content/a.md", "# A\n\n## One\n\n## Two\n\n## Three\n\n## Four\n"),
    ]);
    let (pages, _) = built(&folder);
    let links = |heading: &str| pages["a.html"].contains(&format!("href=\"#{heading}\""));
    assert!(links("three") && !links("four"), "{}", pages["a.html"]);
}

#[test]
fn what_others_say_is_not_brought_in_without_end() {
    let long = "Words of the long entry. ".repeat(400);
    let folder = Folder::with([
        ("book.toml", QUIET),
        ("content/long.md", format!("---\ntitle: {}\n---\n{long}", "T".repeat(250)).as_str()),
        ("content/includes.md", "![[long]]\n\n".repeat(300).as_str()),
        ("content/links.md", "[[long]]\n".repeat(3_000).as_str()),
        ("content/few.md", "![[long]]\n\n![[long]]\n\n[[long]]\n"),
    ]);
    let (pages, found) = built(&folder);
    for name in ["includes", "links"] {
        assert!(found.iter().any(|line| line.contains(&format!("{name}.md")) && line.contains(" limit ")), "{name}");
        assert!(pages[&format!("{name}.html")].len() < 1 << 20, "{name}: {}", pages[&format!("{name}.html")].len());
    }
    assert_eq!(pages["few.html"].matches("Words of the long entry. Words").count(), 400, "a few includes are whole");
}

#[test]
fn a_place_in_a_long_line_is_told_without_the_line() {
    let text = format!("{}[[nowhere]] {}", "ä ".repeat(100_000), "b ".repeat(100_000));
    let (_, made) = make(one_entry(&text).path(), Readers::Everyone, TODAY);
    let place = made.diagnostics.iter().find_map(|found| found.place.as_ref()).unwrap();
    assert_eq!((place.line, place.column, place.width), (1, 200_001, 11));
    assert!(place.excerpt.len() < 1_000 && place.excerpt.contains("[[nowhere]]"), "{}", place.excerpt.len());
    let before = place.excerpt.split("[[nowhere]]").next().unwrap().chars().count() as u32;
    assert_eq!(place.before + before + 1, place.column);
}

#[test]
fn a_picture_in_an_address_becomes_a_file() {
    const PNG: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let text = format!("![One]({PNG})\n\n<img src=\"{PNG}\" alt=\"Two\">\n\n![Bad](data:text/html,x)\n");
    let (pages, found) = built(&one_entry(&text));
    let files: Vec<&String> = pages.keys().filter(|address| address.starts_with("picture-")).collect();
    assert_eq!(files.len(), 1, "one picture is one file: {files:?}");
    assert_eq!(pages["a.html"].matches(files[0].as_str()).count(), 2);
    assert!(!pages["a.html"].contains("data:"), "no address holds what it leads to");
    assert!(found.len() == 1 && found[0].contains("unsafe-link"), "{found:?}");
}

#[test]
fn a_file_that_is_too_large_is_left_out_and_named() {
    let folder = Folder::with([
        ("book.toml", format!("{QUIET}\n[limits]\nasset = \"1 KiB\"\n").as_str()),
        ("content/a.md", "[Sheet](sheet.pdf) and ![Photo](photo.png)\n"),
        ("content/photo.png", "x"),
    ]);
    folder.put("content/sheet.pdf", vec![b'x'; 1_025]);
    let (pages, found) = built(&folder);
    assert_eq!(found, ["content/a.md:1:1 limit error: `sheet.pdf` is larger than 1 KiB, so it is left out"]);
    assert!(pages.contains_key("photo.png") && !pages.contains_key("sheet.pdf"));
}

#[test]
fn folders_and_files_that_are_called_like_pages_stop_nothing() {
    let folder = Folder::with([
        ("book.toml", QUIET),
        ("content/index.html/p.md", "![x](pic.png)\n"),
        ("content/index.html/pic.png", "x"),
        ("content/con/p.md", "x\n"),
        ("content/a.md", "---\ntags: [t]\n---\n[t](tags) [k](kinds) [i](index)\n"),
        ("content/tags", "x"),
        ("content/kinds", "x"),
        ("content/index", "x"),
        ("content/search.js/p.md", "x\n"),
    ]);
    folder.put(&format!("content/{}.md", "a".repeat(251)), "x\n");
    let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
    let theme = project.theme().unwrap();
    let out = folder.path().join("site");
    let site = project.site(&made, &theme, &Readers::Everyone, None);
    let how = Publishing { swap: Swap::Never, precompress: false };
    project.publish(&[Placed { folder: String::new(), site }], &out, how).unwrap();
    assert!(out.join("index.html").is_file() && out.join("index.html_/p.html").is_file());
}

/// HTML of the families by which script gets past sanitisers.
const ATTACKS: &str = include_str!("attacks.txt");

/// Tags of the middle of a page with their attributes, roughly as a browser reads our regular markup.
fn tags(page: &str) -> impl Iterator<Item = &str> {
    let main = page.find("<main").map_or(page, |at| &page[at..]);
    let main = main.find("</main>").map_or(main, |at| &main[..at]);
    main.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or(tag))
}

pub(crate) fn check_inactive(name: &str, page: &str) {
    for tag in tags(page) {
        let element = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
        let forbidden =
            ["script", "iframe", "object", "embed", "base", "meta", "link", "style", "math", "frame", "video"];
        assert!(!forbidden.contains(&element.to_ascii_lowercase().as_str()), "{name}: <{tag}>");
        let mut quoted = tag.split('"');
        while let Some(before) = quoted.next() {
            let attribute = before.trim_end_matches('=').rsplit([' ', '\n']).next().unwrap_or_default();
            let value = quoted.next().unwrap_or_default().to_ascii_lowercase();
            let never =
                ["style", "srcdoc", "srcset", "formaction", "action", "background", "ping", "poster", "xlink:href"];
            assert!(!attribute.starts_with("on") && !never.contains(&attribute), "{name}: <{tag}>");
            if matches!(attribute, "href" | "src" | "cite") {
                let scheme = value.split([':', '/', '#', '?']).next().unwrap_or_default();
                let is_scheme = value[scheme.len()..].starts_with(':');
                let known = ["http", "https", "mailto", "tel"].contains(&scheme);
                assert!(!is_scheme || known, "{name}: <{tag}>");
                assert!(attribute != "src" || !is_scheme && !value.starts_with("//"), "{name}: <{tag}>");
            }
        }
    }
}

#[test]
fn no_attack_gets_through() {
    let folder = Folder::with([("book.toml", QUIET)]);
    let attacks: Vec<&str> = ATTACKS.lines().filter(|line| !line.is_empty()).collect();
    assert!(attacks.len() > 80, "{}", attacks.len());
    for (n, attack) in attacks.iter().enumerate() {
        let cell = attack.replace('|', "\\|");
        folder.put(&format!("content/block-{n}.md"), format!("{attack}\n\nafter\n"));
        folder.put(&format!("content/line-{n}.md"), format!("# {attack}\n\nWords {attack} more.\n\n- {attack}\n"));
        folder.put(
            &format!("content/said-{n}.md"),
            format!("---\nkind: script\n---\n## Say\n\n- \"Hello {attack}\"\n\n| Instead of | Try |\n|-|-|\n| {cell} | {cell} |\n"),
        );
    }
    folder.put("content/all.md", attacks.join("\n\n"));
    let (pages, _) = built(&folder);
    assert!(pages.len() > 3 * attacks.len());
    pages.iter().filter(|(name, _)| name.ends_with(".html")).for_each(|(name, page)| check_inactive(name, page));
}

#[test]
fn html_shown_as_it_is_typed_is_text() {
    let folder = Folder::with([
        ("book.toml", format!("{QUIET}\n[build]\nraw-html = \"escape\"\n").as_str()),
        ("content/a.md", "<b>bold</b>\n\n<div onclick=\"x\">\n[link](javascript:x)\n</div>\n"),
    ]);
    let (pages, found) = built(&folder);
    assert!(pages["a.html"].contains("<p>&lt;b&gt;bold&lt;/b&gt;</p>"), "{}", pages["a.html"]);
    assert!(pages["a.html"].contains("&lt;div onclick="), "{}", pages["a.html"]);
    assert!(!found.iter().any(|line| line.contains("taken out")), "nothing is taken out: {found:?}");
}

#[test]
fn nothing_outside_the_content_folder_is_reached() {
    const SECRET: &str = "not for this site";
    let ways = [
        "../outside.md",
        "../outside.txt",
        "/../outside.txt",
        "%2e%2e/outside.txt",
        "..%2foutside.txt",
        "..\\outside.txt",
        "a/../../outside.txt",
        "../../../../../../../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "\\\\server\\x",
        "..%5coutside.txt",
        "%252e%252e/outside.txt",
        "link.md",
        "link.txt",
        "linked/outside.txt",
    ];
    let every = ways.map(|way| format!("[l](<{way}>) ![p](<{way}>) [[{way}]] <a href=\"{way}\">h</a>\n\n![[{way}]]\n"));
    let folder = Folder::with([
        ("book.toml", QUIET),
        ("outside.md", SECRET),
        ("outside.txt", SECRET),
        ("content/a.md", every.join("\n").as_str()),
        ("content/deep/b.md", every.join("\n").as_str()),
    ]);
    #[cfg(unix)]
    for (name, target) in [("link.md", "../outside.md"), ("link.txt", "../outside.txt"), ("linked", "..")] {
        std::os::unix::fs::symlink(target, folder.path().join("content").join(name)).unwrap();
    }
    for follow in [false, true] {
        folder.put("book.toml", format!("{QUIET}\n[build]\nfollow-symlinks = {follow}\n"));
        let (pages, _) = built(&folder);
        for (address, page) in &pages {
            assert!(!page.contains(SECRET) && !page.contains("root:x:0"), "{address}");
            assert!(!page.contains("file:///") || address.ends_with(".js"), "{address}");
        }
    }
}

/// Entries that once cost time which grows with their square. A child process that takes too much processor time is
/// ended by the system.
#[test]
#[cfg(unix)]
fn pathological_entries_are_built_within_their_processor_time() {
    use std::process::{Command, Stdio};
    let n = 20_000;
    let numbered = |each: fn(usize) -> String| (0..n).map(each).collect::<String>();
    let families: Vec<(&str, String)> = vec![
        ("headings", "# Same\n\n".repeat(n)),
        ("links", "[[a]] ".repeat(n)),
        ("links-to-nothing", numbered(|at| format!("[[no-such-{at}]] "))),
        ("pictures", numbered(|at| format!("![x](no-{at}.png)\n"))),
        ("pictures-elsewhere", "![x](https://e.org/x.png)\n".repeat(n)),
        ("addresses", "https://example.org/x ".repeat(n)),
        ("brackets-behind-an-address", format!("https://e.org/{}", ")".repeat(5 * n))),
        ("elements", "<div>".repeat(n)),
        ("elements-in-lines", "<div>\n\n".repeat(n)),
        ("attributes", format!("<p {}>", numbered(|at| format!("a{at} ")))),
        ("placeholders", "<name here> ".repeat(n)),
        ("mail-addresses", "a@b.org ".repeat(n)),
        ("numbers", (0..5 * n).map(|at| format!("[{}] ", 10_000 + at)).collect()),
        ("blanks-never-closed", "{a ".repeat(5 * n)),
        ("emphasis", "*a _b ".repeat(n)),
        ("brackets", "[".repeat(5 * n)),
        ("quotes", ">".repeat(n)),
        ("glossary", format!("---\nkind: glossary\n---\n{}", numbered(|at| format!("## word{at}\n\nmeans x\n\n")))),
    ];
    for (name, text) in families {
        let folder = one_entry(&text);
        // Ten times what a debug build takes for the worst of them.
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -t 60; exec \"$0\" build --root . --today 2026-12-01"]);
        command.arg(env!("CARGO_BIN_EXE_cuebook")).current_dir(folder.path()).stdin(Stdio::null());
        command.env("XDG_CACHE_HOME", folder.path().join(".cache"));
        let output = command.output().unwrap();
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 1)), "{name}: {code:?} {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.len() < 100_000, "{name}: {} bytes are said", output.stderr.len());
        let page = fs::metadata(folder.path().join("site/a.html")).unwrap().len() as usize;
        assert!(page < 20 * text.len() + (128 << 10), "{name}: a page of {page} bytes from {}", text.len());
    }
}
