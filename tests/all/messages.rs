//! What a writer is told, and what the process ends with.
//!
//! The rows of [`TYPED`] are those of the manual's tables: what people type, and what they must be told instead of what
//! a parser would say.

use std::process::{Command, Output};

use crate::book::{Folder, QUIET, TODAY, lines, make};
use cuebook::filter::Readers;

/// What is typed, and what is said of it: the line, the rule, a part of the message, a part of the help.
struct Typed {
    text: &'static str,
    line: u32,
    rule: &'static str,
    message: &'static str,
    help: &'static str,
}

const fn typed(text: &'static str, line: u32, rule: &'static str, message: &'static str, help: &'static str) -> Typed {
    Typed { text, line, rule, message, help }
}

const TYPED: &[Typed] = &[
    // The facts block.
    typed(
        "---\ntitle: Refund: what to say\n---\n",
        2,
        "front-matter-colon",
        "second colon",
        "title: \"Refund: what to say\"",
    ),
    typed("---\ntitle: Refund #2\n---\n", 2, "front-matter-hash", "is dropped", "title: \"Refund #2\""),
    typed(
        "---\nkind: contact\nphone: \"1\"\nchat: #shift-leads\n---\n",
        4,
        "empty-field",
        "nothing is left",
        "chat: \"#shift-leads\"",
    ),
    typed("---\ntitel: Refund\n---\n", 2, "unknown-field", "unknown field `titel`", "did you mean `title`?"),
    typed("---\ntitle:x\n---\n", 2, "front-matter-space", "no space after the colon", "title: x"),
    typed("---\ntitle: !important\n---\n", 2, "front-matter-sign", "begins with `!`", "title: \"!important\""),
    typed("---\ntitle: *bold*\n---\n", 2, "front-matter-sign", "begins with `*`", "title: \"*bold*\""),
    typed("---\ntitle: @home\n---\n", 2, "front-matter-sign", "begins with `@`", "title: \"@home\""),
    typed("---\ntitle: % off\n---\n", 2, "front-matter-sign", "begins with `%`", "title: \"% off\""),
    typed("---\ntitle: `x`\n---\n", 2, "front-matter-sign", "begins with a backtick", "title: \"`x`\""),
    typed("---\ntitle: {name}\n---\n", 2, "front-matter-sign", "begins with `{`", "title: \"{name}\""),
    typed("---\nowner: [[a]], [[b]]\n---\n", 2, "front-matter-list", "`owner` takes one name", "owner: a"),
    typed(
        "---\ntitle: A\n\tsummary: B\n---\n",
        3,
        "front-matter-tab",
        "line 3 starts with a tab",
        "remove the tab before `summary`",
    ),
    typed("---\ntags: [a, b\n---\n", 2, "front-matter-list-open", "not closed", "tags: [a, b]"),
    typed("---\ntitle: \"Refund\n---\n", 2, "front-matter-quote-open", "never closed", "title: \"Refund\""),
    typed(
        "---\ntags: [a]\n  title: A\nsummary: B\n---\n",
        3,
        "front-matter-indent",
        "`title` is indented",
        "remove the spaces before `title`",
    ),
    typed(
        "---\ntitle: A\nsummary: B\nkind: guide\ntitle: C\n---\n",
        5,
        "duplicate-field",
        "lines 2 and 5 both set `title`",
        "",
    ),
    typed("---\nreviewed: 2/11/26\n---\n", 2, "bad-date", "is it 2 November or 11 February?", "2026-11-02"),
    typed(
        "---\ntitle: A\n\nText.\n",
        1,
        "front-matter-unclosed",
        "line 1 opens the facts block and it is never closed",
        "`---`",
    ),
    // Lines are the file's own: its fence and its mark count.
    typed(
        "\u{feff}---\r\ntitle: A\r\ntitel: B\r\n---\r\n",
        3,
        "unknown-field",
        "unknown field `titel`",
        "did you mean `title`?",
    ),
    // The text.
    typed("##Level 1\n", 1, "heading-space", "no heading", "## Level 1"),
    typed("• item\n", 1, "bullet-sign", "makes no list", "`- `"),
    typed("a\tb\nc\td\n", 1, "no-table", "spreadsheet", "| --- | --- |"),
    typed("**You:** Come in, and tell me all about it.\n---\n", 1, "underlined-text", "a heading", "empty line"),
    typed("Say <customer name> here.\n", 1, "placeholder", "vanish", "{customer name}"),
    typed("[x](a b.md)\n", 1, "link-spaces", "spaces", "<a b.md>"),
    typed("| a | b |\n| --- | --- |\n| [[x|y]] | c |\n", 3, "link-in-table", "splits the cell", "\\|"),
    typed("See [[late-parcl]].\n", 1, "broken-link", "no entry is called `late-parcl`", "did you mean `late-parcel`?"),
    typed(
        "# A\n\nSee [[late-parcel#Refundz]].\n",
        3,
        "broken-heading-link",
        "no heading `Refundz`",
        "did you mean `Refunds`?",
    ),
    typed(
        "---\nkind: escalation\n---\n\n## Level 1\n\n- **When:** late\n- **Out of hours:** [[desk]]\n",
        5,
        "missing-who",
        "level 1 does not say who to go to",
        "- **Who:** [[contact]]",
    ),
    typed(
        "---\nkind: decision\n---\n\n## Q\n\n- Yes → [[#A]]\n- No\n\n## A\n",
        8,
        "choice-without-link",
        "does not say where it leads",
        "→ [[#",
    ),
    typed(
        "---\nkind: decision\n---\n\n## Q\n\n- Yes → [[#A]]\n\n## A\n\n## B\n",
        11,
        "unreachable-step",
        "no choice leads to the step `B`",
        "→ [[#B]]",
    ),
    typed(
        "---\nkind: decision\n---\n\n## Q\n\n- Yes → [[#R]]\n\n## R\n\n- No → [[#Q]]\n",
        5,
        "endless-conversation",
        "no way leads to an end",
        "",
    ),
    typed(
        "| Instead of | Try |\n| --- | --- |\n| \"No.\" | |\n",
        3,
        "pair-without-try",
        "no phrase to use instead",
        "Try",
    ),
    typed(
        "---\ntitle: A\nreviewed: 2026-01-01\nreview-every: 1 month\n---\n",
        3,
        "overdue-review",
        "was due on 2026-02-01",
        "reviewed: 2026-12-01",
    ),
    typed(
        "---\nkind: script\n---\n\n## Conversation\n\nCustomer: Where is it?\n\n**You:** I will look.\n",
        7,
        "speaker",
        "not bold",
        "**Customer:**",
    ),
    typed(
        "---\nkind: roleplay\n---\n\n## Customer card\n\nWait.\n\n## Conversation\n\n### Opening\n\n- \"A\" → [[#End]]\n\n## End\n\n- \"B\" → [[#Opening]]\n",
        15,
        "misplaced-choice",
        "outside the conversation",
        "### End",
    ),
];

#[test]
fn every_slip_gets_its_message_at_its_line() {
    let mut faults = Vec::new();
    for row in TYPED {
        let folder = Folder::with([
            ("book.toml", QUIET),
            ("content/typed.md", row.text),
            ("content/late-parcel.md", "## Refunds\n"),
            ("content/a.md", "---\nkind: contact\nphone: \"1\"\n---\n"),
            ("content/b.md", "---\nkind: contact\nphone: \"1\"\n---\n"),
            ("content/desk.md", "---\nkind: contact\nphone: \"1\"\n---\n"),
        ]);
        let (_, made) = make(folder.path(), Readers::Everyone, TODAY);
        let found = made.diagnostics.iter().find(|found| {
            let line = found.place.as_ref().map(|place| place.line);
            found.rule.name == row.rule && line == Some(row.line) && &*found.file == "content/typed.md"
        });
        let Some(found) = found else {
            faults.push(format!(
                "{:?}\n  has no {} in line {}, but\n  {}",
                row.text,
                row.rule,
                row.line,
                lines(&made.diagnostics).join("\n  ")
            ));
            continue;
        };
        let help = found.help.as_deref().unwrap_or_default();
        if !found.message.contains(row.message) || !help.contains(row.help) {
            faults.push(format!("{:?}\n  says `{}`\n  with `{help}`", row.text, found.message));
        }
    }
    assert!(faults.is_empty(), "{} slips are not told as they should be:\n{}", faults.len(), faults.join("\n"));
}

/// Words of a parser, of Rust or of a machine, which tell a writer nothing.
const JARGON: &[&str] = &[
    "panic",
    "unwrap",
    "None",
    "Some(",
    "Err(",
    "mapping",
    "scalar",
    "token",
    "YAML",
    "serde",
    "stream",
    "utf-8 sequence",
    "byte index",
    "0x",
    "\\u{",
];

#[test]
fn messages_are_in_a_writers_words() {
    for row in TYPED {
        let folder = Folder::with([("book.toml", QUIET), ("content/typed.md", row.text)]);
        let (_, made) = make(folder.path(), Readers::Everyone, TODAY);
        for found in &made.diagnostics {
            let words = [&found.message, found.help.as_ref().unwrap_or(&found.message)];
            for words in words {
                let jargon: Vec<&&str> = JARGON.iter().filter(|jargon| words.contains(**jargon)).collect();
                assert!(jargon.is_empty(), "{jargon:?} in `{words}`");
                assert!(!words.ends_with('.'), "a headline has no full stop: `{words}`");
                assert!(!words.starts_with(char::is_uppercase), "a headline begins small: `{words}`");
            }
        }
    }
}

#[test]
fn slips_that_mean_something_plain_are_understood() {
    use cuebook::entry::Piece;
    let folder = Folder::with([
        ("book.toml", QUIET),
        (
            "content/r.md",
            "---\nkind: roleplay\n---\n\n## Customer card\n\nWait.\n\n## Conversation\n\n### Opening\n\n- \"One\" --> [[#End]]\n- **Points:** 2\n- **Feedback:** Good.\n- \"Two\" –> [[#End]]\n- \"Three\" => [[#End]]\n- \"Four\" -> [[#End]]\n\n### End\n\n**Ending:** good\n",
        ),
        (
            "content/e.md",
            "---\nkind: escalation\n---\n\n## Level 1\n\n- **Who**: [[desk]]\n- **Hand over:**\n- What was asked\n- When it was\n- **Out of hours:** [[desk]]\n",
        ),
        ("content/desk.md", "---\nkind: contact\nphone: \"1\"\n---\n"),
    ]);
    let (_, made) = make(folder.path(), Readers::Everyone, TODAY);
    assert_eq!(lines(&made.diagnostics), [""; 0]);
    let entry = |name: &str| made.playbook.entries.iter().find(|entry| entry.source.path.name() == name).unwrap();
    let choices: Vec<_> = entry("r").body.sections.iter().flat_map(|section| section.choices()).collect();
    assert_eq!(choices.len(), 4, "four arrows, four choices");
    assert!(choices.iter().all(|choice| choice.reference.is_some()));
    assert_eq!(choices[0].points, Some(2));
    assert!(choices[0].feedback.html.contains("Good."), "{}", choices[0].feedback.html);
    let labels: Vec<_> = entry("e").body.sections.iter().flat_map(|section| section.labels()).collect();
    let hand_over = labels.iter().find(|label| label.known == "hand-over").unwrap();
    assert!(
        hand_over.html.html.contains("What was asked") && hand_over.html.html.contains("When it was"),
        "{}",
        hand_over.html.html
    );
    assert!(
        labels.iter().any(|label| label.known == "who" && !label.references.is_empty()),
        "the colon may stand outside the bold"
    );
    assert!(
        !entry("e")
            .body
            .sections
            .iter()
            .flat_map(|section| &section.pieces)
            .any(|piece| matches!(piece, Piece::Prose(_)))
    );
}

#[test]
fn ten_faults_in_ten_files_come_in_one_run() {
    let folder = Folder::with([("book.toml", QUIET)]);
    let faults = [
        ("---\ntitel: A\n---\n", "unknown-field"),
        ("---\ntags: [a\n---\n", "front-matter-list-open"),
        ("---\ntitle: \"A\n---\n", "front-matter-quote-open"),
        ("---\nreviewed: yesterday\n---\n", "bad-date"),
        ("---\nkind: zebra\n---\n", "unknown-kind"),
        ("##One\n", "heading-space"),
        ("[[nowhere]]\n", "broken-link"),
        ("<!-- note\n", "unclosed-comment"),
        ("```\ncode\n", "unclosed-fence"),
        ("---\nkind: script\n---\n", "script-without-words"),
    ];
    for (number, (text, _)) in faults.iter().enumerate() {
        folder.put(&format!("content/f{number}.md"), text);
    }
    let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
    let got: Vec<&str> = made.diagnostics.iter().map(|found| found.rule.name).collect();
    assert_eq!(got, faults.map(|(_, rule)| rule), "one message a file, in the order of the files");
    let pages = crate::book::pages(&project, &made, &Readers::Everyone);
    let built = pages
        .keys()
        .filter(|address| address.starts_with('f') && address.ends_with(".html") && address.len() == 7)
        .count();
    assert_eq!(built, 10, "every page is built all the same: {:?}", pages.keys());
}

fn cuebook(arguments: &[&str], folder: &Folder) -> Output {
    let command = &mut Command::new(env!("CARGO_BIN_EXE_cuebook"));
    command.args(arguments).current_dir(folder.path()).env("NO_COLOR", "1").env_remove("SOURCE_DATE_EPOCH");
    command.env("XDG_CACHE_HOME", folder.path().join(".cache")).stdin(std::process::Stdio::null());
    command.output().unwrap()
}

#[track_caller]
fn ends_with(code: i32, arguments: &[&str], folder: &Folder) -> String {
    let output = cuebook(arguments, folder);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "cuebook {}\n{said}", arguments.join(" "));
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[test]
fn the_exit_code_says_who_has_to_do_something() {
    let book = |text: &str| Folder::with([("book.toml", QUIET), ("content/a.md", text)]);
    let clean = book("# A\n");
    ends_with(0, &["check"], &clean);
    ends_with(0, &["check", "--strict"], &clean);
    ends_with(0, &["build"], &clean);
    let warned = book("[[nowhere]]\n");
    ends_with(0, &["check"], &warned);
    ends_with(1, &["check", "--strict"], &warned);
    ends_with(1, &["build", "--strict"], &warned);
    assert!(warned.path().join("site/a.html").is_file(), "the site is written all the same");
    let wrong = book("---\nreviewed: yesterday\n---\n");
    ends_with(1, &["check"], &wrong);
    ends_with(1, &["build"], &wrong);
    assert!(wrong.path().join("site/a.html").is_file(), "the site is written all the same");
}

#[test]
fn a_wrong_command_or_configuration_ends_with_2_and_writes_nothing() {
    let clean = Folder::with([("book.toml", QUIET), ("content/a.md", "# A\n")]);
    ends_with(2, &["bild"], &clean);
    // Without a command a book is shown until somebody ends it; elsewhere there is nobody here to be asked.
    ends_with(2, &[], &Folder::with([("a.md", "# A\n")]));
    ends_with(2, &["build", "--today", "tomorrow"], &clean);
    ends_with(2, &["build", "--root", "nowhere"], &clean);
    ends_with(2, &["build", "--audience", "agent"], &clean);
    ends_with(2, &["build", "--out", "content"], &clean);
    ends_with(2, &["build", "--out", "."], &clean);
    ends_with(0, &["--help"], &clean);
    for broken in [
        "[book\n",
        "[book]\ntitel = \"A\"\n",
        "[theme]\nname = \"ours\"\n",
        "[audiences]\nagent = { includes = [\"nobody\"] }\n",
    ] {
        let folder = Folder::with([("book.toml", broken), ("content/a.md", "# A\n")]);
        ends_with(2, &["check"], &folder);
        ends_with(2, &["build"], &folder);
        assert!(!folder.path().join("site").exists(), "nothing is written with\n{broken}");
    }
    let empty = Folder::with([("book.toml", QUIET)]);
    ends_with(2, &["build"], &empty);
    let foreign = Folder::with([("book.toml", QUIET), ("content/a.md", "# A\n"), ("out/keep.txt", "mine")]);
    ends_with(2, &["build", "--out", "out"], &foreign);
    assert_eq!(std::fs::read_to_string(foreign.path().join("out/keep.txt")).unwrap(), "mine");
}

#[test]
fn a_failing_machine_ends_with_3() {
    let folder = Folder::with([("book.toml", QUIET), ("content/a.md", "# A\n"), ("file", "not a folder")]);
    let said = ends_with(3, &["build", "--out", "file/site"], &folder);
    assert!(said.contains("file"), "the path is named: {said}");
    ends_with(3, &["init", "file/book"], &folder);
}

#[test]
fn odd_bytes_never_end_the_run() {
    let folder = Folder::with([("book.toml", QUIET), ("content/a.md", "# A\n")]);
    let odd: &[&[u8]] = &[
        b"",
        b"\x00",
        b"\xff\xfe",
        b"\xfe\xff\x00",
        b"\xef\xbb\xbf",
        b"---",
        b"---\n",
        b"---\n---",
        b"---\r\n\r\n---\r\n",
        b"+++\ntitle = \"A\"\n+++\n",
        b"{\"title\": \"A\"}\n",
        b"---\ntitle: [[[[[[[[[[[[[[[[[[\n---\n",
        b"---\n\xf0\x9f\x98\x80: \xf0\x9f\x98\x80\n---\n",
        b"[[",
        b"![[",
        b"![[]]",
        b"[[|]]",
        b"[[#]]",
        b"[](",
        b"<!--",
        b"> [!",
        b"> [!]",
        b"|\n|-",
        b"| a |\n|---|\n|",
        b"- [ ]",
        b"- **",
        b"**:**",
        b"# {#}",
        b"# {#a}\n# {#a}\n",
        b"[^a]: [^a]\n\n[^a]",
        b"\t\t\t- a\n\t\t\t\t- b",
        b"&#0;&#xD800;&#x110000;",
        b"- *-->https://e.org/- [",
        b"- **a** &amp;&amp;: [b] ->[",
        b"> **A:** &amp;&amp; -> b: [c]\n> *B* &gt;- [c]",
    ];
    for (number, bytes) in odd.iter().enumerate() {
        for kind in ["", "script", "escalation", "roleplay", "decision", "checklist", "contact", "glossary", "path"] {
            let head = if kind.is_empty() { Vec::new() } else { format!("---\nkind: {kind}\n---\n\n").into_bytes() };
            folder.put(&format!("content/odd-{kind}-{number}.md"), [head.as_slice(), bytes].concat());
        }
    }
    let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
    let failed: Vec<String> =
        lines(&made.diagnostics).into_iter().filter(|line| line.contains(" parser-failed ")).collect();
    assert_eq!(failed, [""; 0]);
    assert_eq!(made.entries, 1 + odd.len() * 9);
    assert!(crate::book::pages(&project, &made, &Readers::Everyone).contains_key("a.html"));
}

/// Lines of all specs and examples, as the stuff that entries are made of.
pub(crate) fn corpus() -> Vec<String> {
    let specs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs");
    let files = walkdir::WalkDir::new(specs).sort_by_file_name().into_iter().map(|item| item.unwrap().into_path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let lines: std::collections::BTreeSet<String> = files
        .flat_map(|path| std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    lines.into_iter().collect()
}

#[test]
fn lines_in_any_order_never_end_the_run() {
    use proptest::prelude::*;
    let lines = corpus();
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64);
    let config = proptest::test_runner::Config { cases, failure_persistence: None, ..Default::default() };
    let entry = (0..10usize, prop::collection::vec((0..lines.len(), 0..4usize, 0..4usize), 0..25));
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let ran = runner.run(&prop::collection::vec(entry, 1..6), |entries| {
        let folder =
            Folder::with([("book.toml", QUIET), ("content/lead.md", "---\nkind: contact\nphone: \"1\"\n---\n")]);
        for (number, (kind, picked)) in entries.iter().enumerate() {
            let kinds =
                ["script", "escalation", "roleplay", "decision", "checklist", "contact", "glossary", "path", "guide"];
            let mut text = kinds.get(*kind).map_or_else(String::new, |kind| format!("---\nkind: {kind}\n---\n\n"));
            for (line, indent, gap) in picked {
                text.push_str(&" ".repeat(indent * 2 * usize::from(*gap == 3)));
                text.push_str(&lines[*line]);
                text.push_str(if *gap == 0 { "\n\n" } else { "\n" });
            }
            folder.put(&format!("content/{}.md", ["a", "b", "late", "shop/late", "d"][number]), text);
        }
        let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
        let failed = made.diagnostics.iter().any(|found| found.rule.name == "parser-failed");
        prop_assert!(!failed, "an entry makes the parser fail");
        crate::book::pages(&project, &made, &Readers::Everyone);
        Ok(())
    });
    if let Err(proptest::test_runner::TestError::Fail(reason, entries)) = ran {
        let shown: Vec<Vec<&String>> =
            entries.iter().map(|(_, picked)| picked.iter().map(|(line, ..)| &lines[*line]).collect()).collect();
        panic!("{reason}: {shown:#?}");
    }
}
