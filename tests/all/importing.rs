//! `cuebook import`: what is written of each source, what is named as lost, and that it builds.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use cuebook::diagnostic::Severity;
use cuebook::filter::Readers;
use cuebook::import::{Dialect, Import, ImportError, detect, read, write};

use crate::book::{Folder, TODAY, everything_in, lines, make, pages};

/// Reads a source as what it is found to be, writes it to `to`, and lets nothing be wrong but what is not said.
fn imported(folder: &Folder, source: &str, dialect: Dialect) -> Import {
    let path = folder.path().join(source);
    assert_eq!(detect(&path).unwrap_or_else(|error| panic!("{error}")), dialect);
    let import = read(&path, dialect).unwrap_or_else(|error| panic!("{error}"));
    let written = write(&import, &path, &folder.path().join("to"), false).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((written.made.len(), written.kept.len()), (import.files.len(), 0));
    let (project, made) = make(&folder.path().join("to"), Readers::Everyone, TODAY);
    let unsaid = ["missing-owner", "missing-review", "missing-summary", "orphan"];
    let wrong: Vec<_> = made.diagnostics.iter().filter(|found| !unsaid.contains(&found.rule.name)).cloned().collect();
    assert!(wrong.iter().all(|found| found.severity < Severity::Warning), "{:#?}", lines(&wrong));
    assert!(pages(&project, &made, &Readers::Everyone).len() > 10);
    import
}

#[track_caller]
fn check_file(import: &Import, name: &str, wanted: &str) {
    let file = import.files.get(name).unwrap_or_else(|| panic!("there is no {name}: {:?}", import.files.keys()));
    assert_eq!(String::from_utf8_lossy(file), wanted, "{name}");
}

fn lost(import: &Import) -> Vec<String> {
    let line = |line: Option<usize>| line.map_or_else(String::new, |line| format!(":{line}"));
    let name = |file: &str| file.rsplit('/').next().unwrap().to_owned();
    import.lost.iter().map(|lost| format!("{}{}: {}", name(&lost.file), line(lost.line), lost.what)).collect()
}

#[test]
fn a_table_of_phrases_becomes_a_script_for_each_situation() {
    let folder = Folder::new();
    // Windows-1252, semicolons, columns in another order and case, a line break in a cell, merged cells.
    folder.put(
        "phrases.csv",
        b"WHY;try;Instead Of;situation;Who\r\n\
          Plain;\"I hear you,\r\n<customer name>\";\"Calm down\";Caller is angry;Ann\r\n\
          ;\"That is 5 * 3 \x80\";No idea|none;;\r\n;;;;\r\n\
          Kind;Let me look;;Return refused;\r\n;;;Nothing said;\r\n",
    );
    let import = imported(&folder, "phrases.csv", Dialect::Csv);
    check_file(
        &import,
        "content/scripts/caller-is-angry.md",
        "---\ntitle: \"Caller is angry\"\nkind: script\nsituations: [\"Caller is angry\"]\nsource: \"phrases.csv\"\n---\n\n\
         ## Say it like this\n\n| Instead of | Try | Why |\n| --- | --- | --- |\n\
         | Calm down | I hear you, {customer name} | Plain |\n| No idea\\|none | That is 5 \\* 3 € |  |\n",
    );
    check_file(
        &import,
        "content/scripts/return-refused.md",
        "---\ntitle: \"Return refused\"\nkind: script\nsituations: [\"Return refused\"]\nsource: \"phrases.csv\"\n---\n\n\
         ## Say it like this\n\n| Instead of | Try | Why |\n| --- | --- | --- |\n|  | Let me look | Kind |\n",
    );
    assert_eq!(
        lost(&import),
        [
            "phrases.csv:1: the column `Who` (number 5) is none of Situation, Instead of, Try and Why",
            "phrases.csv:7: `Nothing said` has no phrase",
        ]
    );
}

#[test]
fn a_table_with_a_mark_and_commas_is_read_and_one_without_try_is_refused() {
    let folder = Folder::new();
    folder.put("a.csv", "\u{feff}Situation,Try\nLate parcel,\"Sorry, it is late\"\n");
    let import = read(&folder.path().join("a.csv"), Dialect::Csv).unwrap();
    assert!(import.files.contains_key("content/scripts/late-parcel.md"), "{:?}", import.files.keys());
    folder.put("b.csv", "Name,Number\na,1\n");
    let error = read(&folder.path().join("b.csv"), Dialect::Csv).unwrap_err();
    assert!(matches!(&error, ImportError::Damaged(..)) && error.to_string().contains("no column `Try`"), "{error}");
}

/// A document of Word with these parts.
fn docx(path: &Path, parts: &[(&str, &str)]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

fn body(inner: &str) -> String {
    format!(
        "<w:document xmlns:w=\"w\" xmlns:r=\"r\" xmlns:a=\"a\" xmlns:wp=\"wp\"><w:body>{inner}</w:body></w:document>"
    )
}

fn heading(level: usize, words: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"Heading{level}\"/></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>")
}

const STYLES: &str = "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"Heading1\"><w:name w:val=\"heading 1\"/></w:style>\
    <w:style w:styleId=\"Heading2\"><w:name w:val=\"heading 2\"/></w:style></w:styles>";

const RELATIONS: &str = "<Relationships><Relationship Id=\"r1\" Target=\"https://example.org/a b\" TargetMode=\"External\"/>\
    <Relationship Id=\"r2\" Target=\"media/image1.png\"/></Relationships>";

const NUMBERS: &str = "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"7\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"bullet\"/></w:lvl>\
    <w:lvl w:ilvl=\"1\"><w:numFmt w:val=\"decimal\"/></w:lvl></w:abstractNum><w:num w:numId=\"3\"><w:abstractNumId w:val=\"7\"/></w:num></w:numbering>";

#[test]
fn a_word_document_becomes_an_entry_with_all_that_markdown_has() {
    let folder = Folder::new();
    let item = |depth: usize, words: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{depth}\"/><w:numId w:val=\"3\"/></w:numPr></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"
        )
    };
    let cell = |words: &str| format!("<w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>");
    let text = [
        heading(1, "Late parcels"),
        "<w:p><w:r><w:t xml:space=\"preserve\">Say </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">sorry </w:t></w:r>\
         <w:r><w:rPr><w:b/></w:rPr><w:t>first</w:t></w:r><w:r><w:rPr><w:i/><w:b w:val=\"0\"/></w:rPr><w:t>!</w:t></w:r>\
         <w:r><w:footnoteReference w:id=\"2\"/></w:r><w:ins><w:r><w:t xml:space=\"preserve\"> Added.</w:t></w:r></w:ins>\
         <w:del><w:r><w:delText>Gone.</w:delText></w:r></w:del></w:p>"
            .to_owned(),
        "<w:p><w:hyperlink r:id=\"r1\"><w:r><w:t>Rules</w:t></w:r></w:hyperlink>\
         <w:hyperlink w:anchor=\"there\"><w:r><w:t>below</w:t></w:r></w:hyperlink></w:p>"
            .to_owned(),
        item(0, "one"),
        item(1, "two"),
        "<w:p><w:bookmarkStart w:name=\"there\"/></w:p>".to_owned(),
        format!(
            "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
            cell("Instead of"),
            cell("Try"),
            cell("Calm | down"),
            cell("I hear you")
        ),
        "<w:p><w:r><w:drawing><wp:docPr descr=\"A kettle\"/><a:blip r:embed=\"r2\"/></w:drawing></w:r></w:p>".to_owned(),
    ];
    let text = text.concat().replace("<w:bookmarkStart w:name=\"there\"/></w:p>", "</w:p>")
        + &heading(2, "What helps").replace("<w:r>", "<w:bookmarkStart w:name=\"there\"/><w:r>");
    docx(
        &folder.path().join("late.docx"),
        &[
            ("word/document.xml", &body(&text)),
            ("word/styles.xml", STYLES),
            ("word/numbering.xml", NUMBERS),
            ("word/_rels/document.xml.rels", RELATIONS),
            ("word/media/image1.png", "a picture"),
            (
                "word/footnotes.xml",
                "<w:footnotes xmlns:w=\"w\"><w:footnote w:id=\"2\"><w:p><w:r><w:t>Always.</w:t></w:r></w:p></w:footnote></w:footnotes>",
            ),
            (
                "word/comments.xml",
                "<w:comments xmlns:w=\"w\"><w:comment w:author=\"Ann\"><w:p><w:r><w:t>Is that so?</w:t></w:r></w:p></w:comment></w:comments>",
            ),
        ],
    );
    let import = imported(&folder, "late.docx", Dialect::Docx);
    check_file(
        &import,
        "content/scripts/late.md",
        "---\ntitle: \"Late parcels\"\nkind: script\nsource: \"late.docx\"\n---\n\n\
         Say **sorry first***!*[^2] Added.\n\n[Rules](https://example.org/a%20b)[below](#what-helps)\n\n- one\n   1. two\n\n\
         | Instead of | Try |\n| --- | --- |\n| Calm \\| down | I hear you |\n\n![A kettle](../pictures/late-1.png)\n\n\
         ## What helps\n\n[^2]: Always.\n",
    );
    check_file(&import, "content/pictures/late-1.png", "a picture");
    assert_eq!(import.title, "Late parcels");
    assert_eq!(
        lost(&import),
        ["late.docx: a comment by Ann: `Is that so?`", "late.docx: text that a tracked change takes out"]
    );
}

#[test]
fn a_document_of_several_chapters_becomes_a_folder_in_their_order() {
    let folder = Folder::new();
    let words = |words: &str| format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>");
    let text = [
        words("Welcome."),
        heading(1, "Zebra calls"),
        heading(2, "At first"),
        words("1. a"),
        heading(1, "Angry calls"),
        words("b"),
    ];
    docx(
        &folder.path().join("docs/Our handbook.docx"),
        &[("word/document.xml", &body(&text.concat())), ("word/styles.xml", STYLES)],
    );
    fs::write(folder.path().join("docs/~$r handbook.docx"), "open in Word").unwrap();
    let import = imported(&folder, "docs", Dialect::Docx);
    check_file(
        &import,
        "content/our-handbook/index.md",
        "---\ntitle: \"Our handbook\"\nkind: guide\nsource: \"Our handbook.docx\"\n---\n\nWelcome.\n\n\
         - [Zebra calls](zebra-calls.md)\n- [Angry calls](angry-calls.md)\n",
    );
    check_file(
        &import,
        "content/our-handbook/zebra-calls.md",
        "---\ntitle: \"Zebra calls\"\nkind: guide\nsource: \"Our handbook.docx\"\norder: 1\n---\n\n## At first\n\n1\\. a\n",
    );
}

#[test]
fn documents_that_are_traps_are_refused() {
    let folder = Folder::new();
    let path = folder.path().join("trap.docx");
    let refused = |parts: &[(&str, &str)], why: &str| {
        docx(&path, parts);
        let error = read(&path, Dialect::Docx).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    };
    refused(
        &[(
            "word/document.xml",
            "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;\">]><w:document><w:body>&c;</w:body></w:document>",
        )],
        "document type",
    );
    refused(&[("word/document.xml", &" ".repeat(70 << 20))], "unpacks to more");
    refused(&[("notes.txt", "a")], "no Word document");
    fs::write(&path, "plain").unwrap();
    assert!(read(&path, Dialect::Docx).unwrap_err().to_string().contains("no Word document"));
}

#[test]
fn a_vault_keeps_its_links_and_boxes() {
    let folder = Folder::with([
        ("vault/.obsidian/app.json", "{}"),
        (
            "vault/Late parcels.md",
            "---\ntags: [returns]\n---\nSee [[Angry calls|that]] and ![[kettle.png]].\n\n> [!tip]- Mind\n> Words.\n\n[[Angry calls#^a1]]\n",
        ),
        ("vault/Angry calls.md", "Words. ^a1\n"),
        ("vault/kettle.png", "a picture"),
        ("vault/board.canvas", "{}"),
    ]);
    let import = imported(&folder, "vault", Dialect::Obsidian);
    check_file(
        &import,
        "content/Late parcels.md",
        "---\ntags: [returns]\n---\nSee [[Angry calls|that]] and ![[kettle.png]].\n\n> [!tip]- Mind\n> Words.\n\n[[Angry calls]]\n",
    );
    assert!(import.files.contains_key("content/kettle.png"));
    assert_eq!(
        lost(&import),
        ["Late parcels.md:9: `#^a1`", "board.canvas: this file is no page and nothing that a page shows"]
    );
}

#[test]
fn the_menus_titles_and_redirects_of_mkdocs_and_mdbook_are_carried() {
    let folder = Folder::with([
        (
            "site/mkdocs.yml",
            "site_name: Our desk\nextra: x\nnav:\n  - Home: index.md\n  - Parcels:\n    - 'Late ones': parcels/late.md\nplugins:\n  - redirects:\n      redirect_maps:\n        'old/late.md': 'parcels/late.md'\n",
        ),
        ("site/docs/index.md", "# Home\n\nSee [late](parcels/late/).\n"),
        ("site/docs/parcels/late.md", "Say sorry.\n\n!!! warning\n    Mind.\n"),
    ]);
    let import = imported(&folder, "site", Dialect::MkDocs);
    check_file(
        &import,
        "content/index.md",
        "---\ntitle: \"Home\"\norder: 1\n---\n\n# Home\n\nSee [late](parcels/late.md).\n",
    );
    check_file(
        &import,
        "content/parcels/late.md",
        "---\ntitle: \"Late ones\"\norder: 2\nreplaces: [\"old/late\"]\n---\n\nSay sorry.\n\n> [!WARNING]\n> Mind.\n\n",
    );
    assert_eq!(
        (import.title.as_str(), lost(&import)),
        ("Our desk", vec!["mkdocs.yml:2: the setting `extra`".to_owned()])
    );

    let folder = Folder::with([
        (
            "book/book.toml",
            "[book]\ntitle = \"The desk\"\n[output.html.redirect]\n\"/old.html\" = \"late.html\"\n[preprocessor.x]\n",
        ),
        ("book/src/SUMMARY.md", "# Summary\n\n- [Late parcels](./late.md)\n  - [Parts](parts.md)\n"),
        ("book/src/late.md", "# Late parcels\n\n{{#include parts.md}}\n"),
        ("book/src/parts.md", "Words.\n"),
    ]);
    let import = imported(&folder, "book", Dialect::MdBook);
    check_file(&import, "content/late.md", "---\norder: 1\nreplaces: [\"old\"]\n---\n\n# Late parcels\n\n![[parts]]\n");
    check_file(&import, "content/parts.md", "---\ntitle: \"Parts\"\norder: 2\n---\n\nWords.\n");
    assert_eq!(lost(&import), ["book.toml: the settings under `[preprocessor]`"]);
}

#[test]
fn facts_in_toml_old_addresses_and_shortcodes_of_hugo_are_carried() {
    let folder = Folder::with([
        ("site/hugo.toml", "title = 'Our desk'\n"),
        ("site/content/_index.md", "+++\ntitle = 'Welcome'\n+++\nSee [late](/parcels/late/).\n"),
        (
            "site/content/parcels/late.md",
            "+++\ntitle = 'Late parcels'\nweight = 3\ndraft = false\naliases = ['/old/late/']\ntags = ['returns']\nmood = 'x'\n+++\n\n{{% notice tip %}}\nSay sorry.\n{{% /notice %}}\n\n[home]({{< relref \"/_index.md\" >}}) {{< magic >}}\n",
        ),
        ("site/layouts/x.html", "x"),
    ]);
    let import = imported(&folder, "site", Dialect::Hugo);
    check_file(&import, "content/index.md", "---\ntitle: \"Welcome\"\n---\n\nSee [late](parcels/late.md).\n");
    check_file(
        &import,
        "content/parcels/late.md",
        "---\ntitle: \"Late parcels\"\ntags: [\"returns\"]\nreplaces: [\"/old/late/\"]\norder: 3\n---\n\n> [!TIP]\n> Say sorry.\n\n\n[home](../index.md)\n",
    );
    assert_eq!(
        lost(&import),
        [
            "late.md:7: the fact `mood`, which means nothing here",
            "late.md:14: `{{< magic >}}`",
            "layouts: templates and data, which only Hugo reads",
        ]
    );
}

#[test]
fn a_gitbook_keeps_its_order_hints_and_redirects() {
    let folder = Folder::with([
        ("git/.gitbook.yaml", "root: ./docs\nredirects:\n  old/late: late.md\n"),
        ("git/docs/SUMMARY.md", "# Table of contents\n\n* [Welcome](README.md)\n* [Late parcels](late.md)\n"),
        (
            "git/docs/README.md",
            "# Welcome\n\n{% content-ref url=\"late.md\" %}\n[late.md](late.md)\n{% endcontent-ref %}\n",
        ),
        (
            "git/docs/late.md",
            "# Late parcels\n\n{% hint style=\"info\" %}\nSay sorry.\n{% endhint %}\n\n{% openapi src=\"x\" %}\n",
        ),
    ]);
    let import = imported(&folder, "git", Dialect::GitBook);
    check_file(&import, "content/README.md", "---\norder: 1\n---\n\n# Welcome\n\n[late.md](late.md)\n");
    check_file(
        &import,
        "content/late.md",
        "---\norder: 2\nreplaces: [\"old/late\"]\n---\n\n# Late parcels\n\n> [!NOTE]\n> Say sorry.\n\n\n",
    );
    assert_eq!(lost(&import), ["late.md:7: `{% openapi src=\"x\" %}`"]);
}

fn run(folder: &Folder, arguments: &[&str]) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cuebook"));
    command.args(arguments).current_dir(folder.path()).env("NO_COLOR", "1").stdin(std::process::Stdio::null());
    let output = command.env("XDG_CACHE_HOME", folder.path().join(".cache")).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    (said, output.status.code())
}

#[test]
fn nothing_is_overwritten_and_a_dry_run_writes_nothing() {
    let folder = Folder::with([
        ("a.csv", "Situation;Who;Try\nLate parcel;x;I am sorry\n"),
        ("to/content/scripts/late-parcel.md", "# Mine\n"),
        ("notes/a.txt", "x"),
    ]);
    let (said, ended) = run(&folder, &["import", "a.csv", "--to", "to", "--dry-run"]);
    assert_eq!(ended, Some(0), "{said}");
    assert!(said.contains("would make 1 file in to") && said.contains("lost:    a.csv:1: the column `Who`"), "{said}");
    assert_eq!(everything_in(&folder.path().join("to")), ["content/scripts/late-parcel.md"]);
    let (said, ended) = run(&folder, &["import", "a.csv", "--to", "to"]);
    assert_eq!(ended, Some(0), "{said}");
    assert!(said.contains("kept:    to/content/scripts/late-parcel.md"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("to/content/scripts/late-parcel.md")).unwrap(), "# Mine\n");
    let (said, ended) = run(&folder, &["import", "notes", "--to", "to"]);
    assert!(ended == Some(2) && said.contains("Say it with `--from`"), "{said}");
    let (said, ended) = run(&folder, &["import", "notes", "--from", "obsidian", "--to", "notes/to"]);
    assert!(ended == Some(1) && said.contains("no page in it"), "{said}");
    folder.put("notes/a.md", "# A\n");
    let (said, ended) = run(&folder, &["import", "notes", "--from", "obsidian", "--to", "notes/to"]);
    assert!(ended == Some(2) && said.contains("another folder"), "{said}");
}
