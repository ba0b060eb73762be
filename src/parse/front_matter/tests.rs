//! What authors type, and what is made of it.

use proptest::prelude::*;

use super::*;
use crate::config::Audiences;
use crate::diagnostic::Severity;
use crate::facts::{KindName, Status};
use crate::text::SourcePath;

/// What came out of one text.
struct Seen {
    front: FrontMatter,
    diagnostics: Vec<Diagnostic>,
    text: String,
}

impl Seen {
    /// Rule and line of every message, in the order of the lines.
    fn rules(&self) -> Vec<(&'static str, u32)> {
        let mut rules: Vec<_> =
            self.diagnostics.iter().map(|d| (d.rule.name, d.place.as_ref().map_or(0, |place| place.line))).collect();
        rules.sort_by_key(|(_, line)| *line);
        rules
    }

    /// The text after all fixes were applied, the last ones first.
    fn mended(&self) -> String {
        let mut fixes: Vec<_> = self.diagnostics.iter().filter_map(|d| d.fix.clone()).collect();
        fixes.sort_by_key(|fix| std::cmp::Reverse((fix.span.start, fix.span.end)));
        let mut text = self.text.clone();
        for fix in fixes {
            text.replace_range(fix.span.range(), &fix.replacement);
        }
        text
    }

    fn help(&self) -> String {
        self.diagnostics.iter().filter_map(|d| d.help.clone()).collect::<Vec<_>>().join("\n")
    }

    fn message(&self) -> String {
        self.diagnostics.iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("\n")
    }

    fn title(&self) -> &str {
        self.front.facts.title.as_ref().map_or("", |title| &title.value)
    }

    fn owner(&self) -> &str {
        self.front.facts.owner.as_ref().map_or("", |owner| &owner.value)
    }

    fn tags(&self) -> Vec<&str> {
        values(&self.front.facts.tags)
    }

    fn body(&self) -> &str {
        &self.text[self.front.body_start..]
    }

    fn shown(&self, span: Span) -> &str {
        &self.text[span.range()]
    }
}

fn values(fields: &[crate::facts::Field<String>]) -> Vec<&str> {
    fields.iter().map(|field| field.value.as_str()).collect()
}

fn a_book() -> Config {
    Config { is_book: true, ..Config::default() }
}

fn a_book_with_audiences() -> Config {
    Config { audiences: Some(Audiences::default()), ..a_book() }
}

fn see_in(config: &Config, text: &str) -> Seen {
    let path = SourcePath::new("scripts/late.md").expect("a sound path");
    let source = Source::new(path, "content/", text.to_owned());
    let mut diagnostics = Vec::new();
    let front = read(&source, config, &mut diagnostics);
    Seen { front, diagnostics, text: text.to_owned() }
}

fn see(text: &str) -> Seen {
    see_in(&a_book(), text)
}

/// The facts and messages of a block with these lines; the first of them is line 2.
fn block(lines: &str) -> Seen {
    see(&format!("---\n{lines}\n---\nBody\n"))
}

/// What YAML would refuse is understood, reported once at its line, and mended by the fix.
#[track_caller]
fn check_slip(lines: &str, rule: &str, line: u32) -> Seen {
    let seen = block(lines);
    assert_eq!(seen.rules(), [(rule, line)], "messages for:\n{lines}\n{}", seen.message());
    assert_eq!(seen.body(), "Body\n", "the body behind:\n{lines}");
    seen
}

#[track_caller]
fn check_mended(seen: &Seen) {
    let again = see(&seen.mended());
    let left: Vec<_> = again.rules();
    assert!(left.is_empty(), "after its fixes this still has {left:?}:\n{}", seen.mended());
    assert!(!again.front.facts.recovered, "after its fixes this is still recovered:\n{}", seen.mended());
}

// A sound block.

#[test]
fn every_field_is_read() {
    let seen = block(
        "title: Checking in           # default: first heading\nkind: script\nsummary: What to say: never mind\nowner: training-lead\n\
         reviewed: 2026-11-02\nreview-every: 6 months\nstatus: review\naudience: [agent, team lead]\nchannel: [phone, chat]\n\
         situations:\n  - return refused\n  - caller is angry\nvalid-from: 2026-11-20\nvalid-until: 2026-12-31\n\
         changed: 2026-11-02 Open boxes are accepted now\nmust-read: yes\nurgent: TRUE\nskills: [active listening]\n\
         related: [should-i-step-in]\naliases: [old name, other name]\ntags: [returns]\nreplaces: [old-file-name]\nlang: en\n\
         translation-of: other-file\nsource: Where this came from\ndifficulty: medium\nminutes: 15\npeople: 3\n\
         phone: +49 30 1234\nemail: a@example.com\nchat: \"#shift-leads\"\nhours: Mon-Fri 08:00-20:00\nbackup: duty-manager\n\
         knows: [returns, refunds]\nrefresh-every: 1 year"
            .replace("What to say: never mind", "What to say")
            .as_str(),
    );
    assert_eq!(seen.rules(), []);
    let facts = &seen.front.facts;
    assert_eq!(seen.title(), "Checking in");
    assert_eq!(facts.kind.as_ref().map(|kind| kind.value), Some(KindName::Script));
    assert_eq!(facts.reviewed.as_ref().map(|field| field.value.to_string()).as_deref(), Some("2026-11-02"));
    assert_eq!(facts.review_every.as_ref().map(|every| every.value.months), Some(6));
    assert_eq!(facts.status, Status::Review);
    assert_eq!(values(&facts.audience), ["agent", "team lead"]);
    assert_eq!(values(&facts.situations), ["return refused", "caller is angry"]);
    assert_eq!(facts.changed.as_ref().map(|field| field.value.1.as_str()), Some("Open boxes are accepted now"));
    assert!(facts.must_read && facts.urgent && !facts.recovered && seen.front.present);
    assert_eq!(facts.phone.as_ref().map(|phone| phone.value.as_str()), Some("+49 30 1234"));
    assert_eq!(facts.minutes.as_ref().map(|minutes| minutes.value), Some(15));
    assert_eq!(facts.people.as_ref().map(|people| people.value), Some(3));
    assert_eq!(facts.chat.as_ref().map(|chat| seen.shown(chat.span)), Some("#shift-leads"));
    assert_eq!(facts.refresh_every.as_ref().map(|every| every.value.months), Some(12));
    assert_eq!(seen.body(), "Body\n");
}

#[test]
fn values_stay_text() {
    let seen = block(
        "title: 1.10\nsummary: yes\nphone: +4930123\nsource: 2026-11-02\nowner: null\nlang: no\ndifficulty: 0x10",
    );
    let facts = &seen.front.facts;
    assert_eq!(seen.title(), "1.10");
    assert_eq!(facts.summary.as_ref().map(|field| field.value.as_str()), Some("yes"));
    assert_eq!(facts.phone.as_ref().map(|field| field.value.as_str()), Some("+4930123"));
    assert_eq!(facts.source.as_ref().map(|field| field.value.as_str()), Some("2026-11-02"));
    assert_eq!(facts.lang.as_ref().map(|field| field.value.as_str()), Some("no"));
    assert_eq!(facts.difficulty.as_ref().map(|field| field.value.as_str()), Some("0x10"));
    assert!(facts.owner.is_none());
}

#[test]
fn spans_are_places_in_the_file() {
    let seen = see(
        "\u{feff}---\r\ntitle: \"Réfund\"\r\ntags: [ä b, c]\r\nrelated:\r\n- \"[[x|y]]\"\r\n- z\r\n---\r\nBody\r\n",
    );
    assert_eq!(seen.rules(), []);
    let facts = &seen.front.facts;
    let spans: Vec<&str> = facts.tags.iter().chain(&facts.related).map(|field| seen.shown(field.span)).collect();
    assert_eq!(spans, ["ä b", "c", "x", "z"]);
    assert_eq!(facts.title.as_ref().map(|title| seen.shown(title.span)), Some("Réfund"));
    assert_eq!(seen.body(), "Body\r\n");
}

#[test]
fn quoted_folded_and_literal_texts_are_yaml_s() {
    let seen = block(
        "title: \"a \\\"b\\\" \\u00e9\"\nsummary: >-\n  one\n  two: three # four\nsource: |\n  x\n\n  y\nowner: 'it''s'",
    );
    assert_eq!(seen.rules(), []);
    assert_eq!(seen.title(), "a \"b\" é");
    assert_eq!(seen.front.facts.summary.as_ref().map(|field| field.value.as_str()), Some("one two: three # four"));
    assert_eq!(seen.owner(), "it's");
    let folded = block("summary: one\n  two\n\n  three\ntitle:\n  Below");
    assert_eq!(folded.front.facts.summary.as_ref().map(|field| field.value.as_str()), Some("one two three"));
    assert_eq!((folded.title(), folded.rules()), ("Below", vec![]));
}

#[test]
fn an_apostrophe_in_plain_text_is_fine() {
    let seen = block("summary: it's fine, isn't it?\nsituations: [where's my order?, it's late, don't]");
    assert_eq!(values(&seen.front.facts.situations), ["where's my order?", "it's late", "don't"]);
    assert_eq!(seen.rules(), [], "{}", seen.message());
}

#[test]
fn lists_over_several_lines_and_without_indentation_are_fine() {
    let seen = block("tags:\n- a\n- b\nskills: [\n  one, # first\n  two,\n]\nknows:\n    - x\n    - \"y: z\"");
    assert_eq!(seen.rules(), []);
    assert_eq!(seen.tags(), ["a", "b"]);
    assert_eq!(values(&seen.front.facts.skills), ["one", "two"]);
    assert_eq!(values(&seen.front.facts.knows), ["x", "y: z"]);
}

#[test]
fn a_list_may_be_one_word_or_nothing() {
    let seen = block("tags: refund\naliases: null\nskills: []\nknows:\nrelated: ~\nchannel: [phone, ]");
    assert_eq!(seen.rules(), []);
    assert_eq!(seen.tags(), ["refund"]);
    let facts = &seen.front.facts;
    assert!(facts.aliases.is_empty() && facts.skills.is_empty() && facts.knows.is_empty() && facts.related.is_empty());
    assert_eq!(values(&facts.channel), ["phone"]);
}

#[test]
fn a_block_that_is_indented_as_a_whole_is_fine() {
    let seen = block("  title: x\n  tags:\n    - a\n  owner: y");
    assert_eq!((seen.rules(), seen.title(), seen.owner(), seen.tags()), (vec![], "x", "y", vec!["a"]));
    assert!(!seen.front.facts.recovered);
}

// Where the block is.

#[test]
fn a_page_without_a_block_has_none() {
    for text in [
        "",
        "\n\n",
        "# Heading\n",
        "---\n",
        "---\n\n---\nHello there",
        "---\nFoo\n---\nBar",
        "text",
        "...\n",
        "{\n",
        "{x}\n",
        "+++\nno\n+++\n",
    ] {
        let seen = see(text);
        let empty_block = text == "---\n\n---\nHello there";
        assert_eq!((seen.front.present, seen.rules()), (empty_block, vec![]), "{text:?}");
    }
    assert_eq!(see("\u{feff}text").body(), "text");
    assert_eq!(see("***\n\ntext\n\n---\n").rules(), []);
    assert_eq!(see("---\n\nSome text here.\n\n---\n\nMore.\n").front.body_start, 0);
}

#[test]
fn fences_may_have_spaces_behind_them_and_end_with_dots() {
    let seen = see("---  \ntitle: x\n...\nBody");
    assert_eq!((seen.title(), seen.body(), seen.rules()), ("x", "Body", vec![]));
    assert_eq!(see("---\ntitle: x\n---").body(), "");
}

#[test]
fn a_block_that_is_never_closed_is_named_at_its_first_line() {
    let seen = see("---\ntitle: Refund\nkind: script\n\n# Heading\n\nText: more.\n");
    assert_eq!(seen.rules(), [("front-matter-unclosed", 1)]);
    assert_eq!((seen.title(), seen.body()), ("Refund", "\n# Heading\n\nText: more.\n"));
    assert!(seen.front.facts.recovered);
    check_mended(&seen);
    let with_rule = see("---\ntitle: Refund\n\nSome text.\n\n---\n\nMore text.\n");
    assert_eq!(
        (with_rule.rules(), with_rule.body()),
        (vec![("front-matter-unclosed", 1)], "\nSome text.\n\n---\n\nMore text.\n")
    );
    let at_once = see("---\ntitle: Refund\n# Heading\ntext\n");
    assert_eq!((at_once.rules(), at_once.body()), (vec![("front-matter-unclosed", 1)], "# Heading\ntext\n"));
    check_mended(&see("---\ntitle: Refund"));
}

#[test]
fn blank_lines_before_the_block_are_named() {
    let seen = see("\n\n---\ntitle: Refund\n---\nBody");
    assert_eq!((seen.rules(), seen.title()), (vec![("front-matter-late", 3)], "Refund"));
    check_mended(&seen);
}

#[test]
fn a_block_behind_a_heading_is_named_and_not_read() {
    let seen = see("# Refund\n\n---\ntitle: Refund\naudience: manager\n---\nBody");
    assert_eq!((seen.rules(), seen.front.present), (vec![("front-matter-late", 3)], false));
    assert!(seen.front.facts.audience_in_doubt.is_some());
    let mended = see(&seen.mended());
    assert_eq!((mended.rules(), mended.title()), (vec![], "Refund"));
    assert_eq!(see("# A\n\n---\n\nFoo: bar baz\n\n---\n").rules(), []);
}

#[test]
fn fences_that_word_made_are_named() {
    for fence in ["--", "----", "—", "–-", "- - -", "***", " ---", "−−−"] {
        let closing = see(&format!("---\ntitle: Refund\ntags: [a]\n{fence}\nBody text.\n"));
        assert_eq!(closing.rules(), [("front-matter-unclosed", 4)], "closing {fence}");
        assert_eq!((closing.title(), closing.body()), ("Refund", "Body text.\n"), "closing {fence}");
        check_mended(&closing);
        let opening = see(&format!("{fence}\ntitle: Refund\ntags: [a]\n---\nBody text.\n"));
        assert_eq!(opening.rules(), [("front-matter-syntax", 1)], "opening {fence}");
        assert_eq!((opening.title(), opening.body()), ("Refund", "Body text.\n"), "opening {fence}");
        check_mended(&opening);
    }
    let both = see("—\ntitle: Refund\nkind: script\n—\nBody");
    assert_eq!(both.rules(), [("front-matter-syntax", 1), ("front-matter-unclosed", 4)]);
    check_mended(&both);
}

#[test]
fn a_block_without_its_first_fence_is_named() {
    let seen = see("title: Refund\nkind: script\n---\nBody");
    assert_eq!((seen.rules(), seen.title(), seen.body()), (vec![("front-matter-unclosed", 1)], "Refund", "Body"));
    check_mended(&seen);
    assert!(!see("Summary: a heading\n---\nBody").front.present);
}

// The table of slips.

#[test]
fn a_second_colon_needs_quotes() {
    let seen = check_slip("title: Refund: what to say\nowner: x", "front-matter-colon", 2);
    assert_eq!((seen.title(), seen.owner()), ("Refund: what to say", "x"));
    assert!(seen.help().contains("`title: \"Refund: what to say\"`"));
    assert!(seen.front.facts.recovered);
    check_mended(&seen);
    let ending = check_slip("title: Refund:", "front-matter-colon", 2);
    assert_eq!(ending.title(), "Refund:");
    check_mended(&ending);
    let item = check_slip("situations:\n  - caller says: no\n  - other", "front-matter-colon", 3);
    assert_eq!(values(&item.front.facts.situations), ["caller says: no", "other"]);
    check_mended(&item);
    check_mended(&check_slip("situations: [caller says: no, other]", "front-matter-colon", 2));
    check_mended(&check_slip("title: He said \"no: never\"", "front-matter-colon", 2));
}

#[test]
fn what_follows_a_hash_is_dropped() {
    let seen = check_slip("title: Refund #2", "front-matter-hash", 2);
    assert_eq!(seen.title(), "Refund");
    assert!(!seen.front.facts.recovered);
    check_mended(&seen);
    assert_eq!(see(&seen.mended()).title(), "Refund #2");
    let comment = block("title: Refund   # the default\nkind: script # one of nine\nowner: # nobody");
    assert_eq!((comment.rules(), comment.title()), (vec![], "Refund"));
    let nothing = check_slip("chat: #shift-leads", "empty-field", 2);
    assert!(nothing.front.facts.chat.is_none() && !nothing.front.facts.recovered);
    assert_eq!(nothing.diagnostics[0].severity, Severity::Error);
    check_mended(&nothing);
}

#[test]
fn a_misspelt_field_gets_did_you_mean() {
    let seen = check_slip("titel: Refund", "unknown-field", 2);
    assert_eq!((seen.title(), seen.help().as_str()), ("", "did you mean `title`?"));
    check_mended(&seen);
    let plural = check_slip("channels: [phone]", "unknown-field", 2);
    assert_eq!(values(&plural.front.facts.channel), ["phone"]);
    for typed in ["date: x", "layout: x", "Favourite Colour: blue", "cssclasses: [a]", "id: 4", "type: note"] {
        assert_eq!(block(typed).rules(), [], "{typed}");
    }
}

#[test]
fn a_colon_wants_a_space() {
    let seen = check_slip("title:Refund\nowner: x", "front-matter-space", 2);
    assert_eq!((seen.title(), seen.owner()), ("Refund", "x"));
    check_mended(&seen);
    check_mended(&check_slip("kind: script\ntitle :x", "front-matter-space", 3));
    let odd = check_slip("title:\u{a0}Refund", "front-matter-space", 2);
    assert_eq!(odd.title(), "Refund");
    check_mended(&odd);
    assert_eq!(block("title : Refund\nsource: https://x.org\nsummary:\tx").rules(), []);
}

#[test]
fn signs_need_quotes() {
    for value in [
        "!important",
        "*bold*",
        "**Bold** text",
        "&x",
        "@home",
        "% off",
        "`x`",
        "{name}",
        "{{name}} calls",
        "| a | b",
        "> quoted",
        "? x",
        "- x",
        "[Draft] Refund",
        ", x",
        "]",
        "%",
        "{customer name}: hello",
        "!",
        "*",
    ] {
        let seen = check_slip(&format!("title: {value}\nowner: x"), "front-matter-sign", 2);
        assert_eq!((seen.title(), seen.owner()), (value, "x"), "{value}");
        assert!(seen.front.facts.recovered, "{value}");
        check_mended(&seen);
        assert_eq!(see(&seen.mended()).title(), value, "{value}");
    }
    check_slip("<<: *base\ntitle: x", "front-matter-sign", 2);
    let items = block("tags: [a, @b, c {d}]\ntitle: x");
    assert_eq!(items.rules(), [("front-matter-sign", 2), ("front-matter-sign", 2)]);
    assert_eq!((items.tags(), items.title()), (vec!["a", "@b", "c {d}"], "x"));
    check_mended(&items);
}

#[test]
fn a_block_text_without_text_is_empty() {
    check_slip("title: >\nowner: x", "empty-field", 2);
    check_slip("title: |-\nowner: x", "empty-field", 2);
}

#[test]
fn wikilinks_are_names() {
    for owner in [
        "\"[[training-lead]]\"",
        "[[training-lead]]",
        "[training-lead]",
        "[[training-lead|The lead]]",
        "\n  - training-lead",
        "\n  - \"[[training-lead]]\"",
        "\n  - [[training-lead]]",
        "\"[Lead](../people/training-lead.md)\"",
        "training-lead.md",
    ] {
        let seen = block(&format!("owner: {owner}\nbackup: {owner}\nrelated: {owner}\ntranslation-of: {owner}"));
        let facts = &seen.front.facts;
        assert_eq!((seen.rules(), seen.owner()), (vec![], "training-lead"), "{owner}");
        assert_eq!(values(&facts.related), ["training-lead"], "{owner}");
        assert_eq!(facts.backup.as_ref().map(|field| field.value.as_str()), Some("training-lead"), "{owner}");
        assert!(!facts.recovered, "{owner}");
        assert_eq!(facts.owner.as_ref().map(|field| seen.shown(field.span)), Some("training-lead"), "{owner}");
    }
}

#[test]
fn several_wikilinks_are_a_list() {
    let seen = check_slip("owner: [[a]], [[b]]\ntitle: x", "front-matter-list", 2);
    assert_eq!((seen.owner(), seen.title()), ("a", "x"));
    assert!(seen.help().contains("`owner: a`"));
    check_mended(&seen);
    let related = check_slip("related: [[a]] [[b]]", "front-matter-list", 2);
    assert_eq!(values(&related.front.facts.related), ["a", "b"]);
    assert_eq!(values(&block("related: [[[a]], [[b]]]").front.facts.related), ["a", "b"]);
}

#[test]
fn tabs_before_fields_are_understood() {
    let seen = check_slip("kind: script\n\ttitle: Refund", "front-matter-tab", 3);
    assert_eq!((seen.title(), seen.message().as_str()), ("Refund", "line 3 starts with a tab"));
    check_mended(&seen);
    let item = check_slip("tags:\n  - a\n\t- b", "front-matter-tab", 4);
    assert_eq!(item.tags(), ["a", "b"]);
    check_mended(&item);
}

#[test]
fn open_lists_end_with_their_line() {
    let seen = check_slip("tags: [a, b\nowner: x", "front-matter-list-open", 2);
    assert_eq!((seen.tags(), seen.owner()), (vec!["a", "b"], "x"));
    check_mended(&seen);
    let last = check_slip("owner: x\ntags: [a,\n  b", "front-matter-list-open", 3);
    assert_eq!(last.tags(), ["a", "b"]);
}

#[test]
fn open_quotes_end_with_their_line() {
    let seen = check_slip("title: \"Refund\nowner: x", "front-matter-quote-open", 2);
    assert_eq!((seen.title(), seen.owner()), ("Refund", "x"));
    check_mended(&seen);
    assert_eq!(check_slip("owner: x\ntitle: 'Refund", "front-matter-quote-open", 3).title(), "Refund");
    assert_eq!(check_slip("title: 'Refund\"\nowner: x", "front-matter-quote-open", 2).title(), "Refund");
    assert_eq!(check_slip("title: \"Refund”\nowner: x", "front-matter-quote-open", 2).title(), "Refund");
}

#[test]
fn quotes_inside_quotes_are_understood() {
    let seen = check_slip("title: \"Say \"sorry\" first\"", "front-matter-syntax", 2);
    assert_eq!(seen.title(), "Say \"sorry\" first");
    check_mended(&seen);
    let single = check_slip("title: 'it's fine'", "front-matter-syntax", 2);
    assert_eq!(single.title(), "it's fine");
    check_mended(&single);
    check_mended(&check_slip("title: \"Refund\" and more", "front-matter-syntax", 2));
    let comma = check_slip("title: \"Refund\",", "front-matter-syntax", 2);
    assert_eq!(comma.title(), "Refund");
    check_mended(&comma);
    let path = check_slip("source: \"C:\\desk\\file\"", "front-matter-syntax", 2);
    assert_eq!(path.front.facts.source.as_ref().map(|field| field.value.as_str()), Some("C:\\desk\\file"));
    check_mended(&path);
}

#[test]
fn uneven_indentation_is_understood() {
    let seen = check_slip("  title: Refund\nkind: script\nowner: x", "front-matter-indent", 2);
    assert_eq!((seen.title(), seen.owner()), ("Refund", "x"));
    assert_eq!(seen.help(), "remove the spaces before `title`");
    check_mended(&seen);
    let later = check_slip("kind: script\n  title: Refund\nowner: x", "front-matter-indent", 3);
    assert_eq!(later.title(), "Refund");
    check_mended(&later);
    let items = check_slip("tags:\n - a\n   - b\n - c", "front-matter-indent", 4);
    assert_eq!(items.tags(), ["a", "b", "c"]);
}

#[test]
fn a_field_set_twice_is_named_with_both_lines() {
    let seen = check_slip("title: one\nkind: script\nTITLE: two", "duplicate-field", 4);
    assert_eq!((seen.title(), seen.message().as_str()), ("two", "lines 2 and 4 both set `title`"));
    assert!(!seen.front.facts.recovered);
    assert!(block("audience: a\naudience: b").front.facts.audience_in_doubt.is_some());
}

#[test]
fn dates_are_year_month_day() {
    let ambiguous = check_slip("reviewed: 2/11/26", "bad-date", 2);
    assert!(ambiguous.message().contains("is it 2 November or 11 February?"), "{}", ambiguous.message());
    assert!(ambiguous.help().contains("`2026-11-02`"));
    assert_eq!(ambiguous.diagnostics[0].severity, Severity::Error);
    assert!(ambiguous.front.facts.reviewed.is_none());
    for typed in ["2026/11/02", "2 November 2026", "02.11.2026"] {
        let seen = check_slip(&format!("reviewed: {typed}"), "bad-date", 2);
        assert_eq!(
            seen.front.facts.reviewed.as_ref().map(|field| field.value.to_string()).as_deref(),
            Some("2026-11-02")
        );
        assert_eq!(seen.diagnostics[0].severity, Severity::Warning);
        check_mended(&seen);
    }
    check_slip("reviewed: soon", "bad-date", 2);
    check_slip("reviewed: 2026-02-30", "bad-date", 2);
    let change = check_slip("changed: 2 November 2026 Open boxes", "bad-date", 2);
    assert_eq!(change.front.facts.changed.as_ref().map(|field| field.value.1.as_str()), Some("Open boxes"));
    check_mended(&change);
    check_slip("changed: Open boxes", "bad-date", 2);
}

#[test]
fn other_values_that_cannot_be_read_are_named() {
    check_slip("review-every: now and then", "bad-interval", 2);
    check_slip("review-every: -3 months", "bad-interval", 2);
    check_slip("slug: \"a\\0b\"", "front-matter-syntax", 2);
    check_slip("minutes: a while", "bad-number", 2);
    check_slip("urgent: perhaps", "bad-yes-no", 2);
    check_slip("hours: ask the desk", "bad-hours", 2);
    check_slip("kind: zebra", "unknown-kind", 2);
    check_slip("status: purple", "unknown-status", 2);
    assert_eq!(block("minutes: 15 minutes\npeople: three\nurgent: No\nmust-read: On").rules(), []);
}

#[test]
fn kinds_and_states_are_understood_where_they_are_plain() {
    let plural = check_slip("kind: Scripts", "unknown-kind", 2);
    assert_eq!(plural.front.facts.kind.as_ref().map(|kind| kind.value), Some(KindName::Script));
    assert_eq!(plural.diagnostics[0].severity, Severity::Warning);
    let near = check_slip("kind: scirpt", "unknown-kind", 2);
    assert!(near.front.facts.kind.is_none() && near.help().contains("did you mean `kind: script`"));
    check_mended(&near);
    assert_eq!(block("kind: Role-Play").rules(), []);
    assert_eq!(check_slip("status: drafft", "unknown-status", 2).front.facts.status, Status::Draft);
    let folder = see_in(&Config::default(), "---\nkind: zebra\nstatus: purple\n---\n");
    assert_eq!(folder.rules(), [], "a folder that is no book has its own words");
}

// What Word, Notepad and phones do.

#[test]
fn curly_quotes_are_quotes() {
    let seen = block("title: “Refund”\ntags: [“a b”, c]\nsummary: “Yes” or “no”");
    assert_eq!((seen.title(), seen.tags()), ("Refund", vec!["a b", "c"]));
    assert_eq!(seen.front.facts.summary.as_ref().map(|field| field.value.as_str()), Some("“Yes” or “no”"));
    assert!(seen.diagnostics.iter().all(|d| d.severity == Severity::Hint && d.rule.name == "front-matter-syntax"));
    assert_eq!(seen.front.facts.title.as_ref().map(|title| seen.shown(title.span)), Some("Refund"));
    assert!(!seen.front.facts.recovered);
    check_mended(&seen);
}

#[test]
fn names_in_any_dress_are_names() {
    for (typed, rule) in [
        ("“title”: Refund", Some("front-matter-syntax")),
        ("\"title\": Refund", None),
        ("**title:** Refund", Some("front-matter-syntax")),
        ("**title**: Refund", Some("front-matter-syntax")),
        ("`title`: Refund", Some("front-matter-syntax")),
        ("title：Refund", Some("front-matter-syntax")),
        ("title = Refund", Some("front-matter-syntax")),
        ("title - Refund", Some("front-matter-syntax")),
        ("title – Refund", Some("front-matter-syntax")),
        ("title\tRefund", Some("front-matter-syntax")),
        ("title Refund", Some("front-matter-syntax")),
        ("Title: Refund", None),
        ("\u{200b}title: Refund\u{200b}", None),
        ("title: Refund\u{a0}", None),
        ("TITLE : Refund", None),
    ] {
        let seen = block(&format!("owner: x\n{typed}"));
        let expected: Vec<_> = rule.map(|rule| (rule, 3)).into_iter().collect();
        assert_eq!((seen.rules(), seen.title(), seen.owner()), (expected, "Refund", "x"), "{typed}");
        check_mended(&seen);
    }
}

#[test]
fn underscores_and_spaces_are_hyphens() {
    let seen = block("Review_Every: 6 months\nvalid from: 2026-11-20\nMUST READ: yes");
    assert_eq!(seen.rules(), []);
    let facts = &seen.front.facts;
    assert!(facts.review_every.is_some() && facts.valid_from.is_some() && facts.must_read);
}

#[test]
fn fields_written_as_a_list_are_understood() {
    let seen = check_slip("- title: Refund\n- kind: script\n- tags:\n  - a\n- owner: x", "front-matter-syntax", 2);
    assert_eq!((seen.title(), seen.tags(), seen.owner()), ("Refund", vec!["a"], "x"));
}

#[test]
fn notes_of_other_languages_are_named() {
    for note in ["// a note", "<!-- a note -->", "%% a note %%"] {
        let seen = check_slip(&format!("title: x\n{note}\nowner: y"), "front-matter-syntax", 3);
        assert_eq!((seen.title(), seen.owner()), ("x", "y"));
        check_mended(&seen);
    }
    assert_eq!(block("# a note\ntitle: x\n  # more").rules(), []);
}

#[test]
fn two_fields_on_a_line_are_two_fields() {
    for line in ["kind: script owner: x", "kind: script, owner: x", "kind: script   owner: x"] {
        let seen = check_slip(line, "front-matter-syntax", 2);
        assert_eq!(seen.owner(), "x", "{line}");
        assert_eq!(seen.front.facts.kind.as_ref().map(|kind| kind.value), Some(KindName::Script), "{line}");
        check_mended(&seen);
    }
    let title = check_slip("title: Refund kind: script", "front-matter-syntax", 2);
    assert_eq!(title.title(), "Refund");
    assert_eq!(check_slip("title: Know the source: ask", "front-matter-colon", 2).title(), "Know the source: ask");
}

#[test]
fn a_line_that_goes_on_without_indentation_is_joined() {
    let seen = check_slip("summary: One sentence\nthat goes on\nowner: x", "front-matter-syntax", 3);
    assert_eq!(seen.front.facts.summary.as_ref().map(|field| field.value.as_str()), Some("One sentence that goes on"));
    assert_eq!(seen.owner(), "x");
    check_mended(&seen);
    let items = block("tags:\nrefund\nreturn");
    assert_eq!(items.rules(), [("front-matter-list", 3), ("front-matter-list", 4)]);
    check_mended(&items);
    assert_eq!(items.tags(), ["refund", "return"]);
}

#[test]
fn bullets_of_other_kinds_are_bullets() {
    for lines in ["-phone\n  -chat", "• phone\n  • chat", "* phone\n  * chat", "– phone\n  – chat"] {
        let seen = block(&format!("channel:\n  {lines}"));
        assert_eq!(values(&seen.front.facts.channel), ["phone", "chat"], "{lines}");
        assert!(seen.rules().iter().all(|(rule, _)| *rule == "front-matter-list"), "{lines}");
        check_mended(&seen);
    }
}

#[test]
fn lists_without_brackets_are_understood_with_a_hint() {
    for (typed, expected) in [
        ("tags: refund, returns", vec!["refund", "returns"]),
        ("tags: refund returns", vec!["refund", "returns"]),
        ("tags: #refund #returns", vec!["refund", "returns"]),
        ("tags: refund; returns", vec!["refund", "returns"]),
        ("tags: [refund; returns]", vec!["refund", "returns"]),
        ("tags: refund,returns,", vec!["refund", "returns"]),
    ] {
        let seen = check_slip(typed, "front-matter-list", 2);
        assert_eq!(seen.tags(), expected, "{typed}");
        assert_eq!(seen.diagnostics[0].severity, Severity::Hint, "{typed}");
        check_mended(&seen);
    }
    let hashes = block("tags: [#refund, #returns]\ntitle: x");
    assert_eq!((hashes.tags(), hashes.title()), (vec!["refund", "returns"], "x"));
    let items = block("tags:\n  - #refund\n  - returns");
    assert_eq!((items.tags(), items.front.facts.recovered), (vec!["refund", "returns"], false));
    let spoken =
        block("situations: a caller who wants money back, and who has been sent away by two shops already today");
    assert_eq!((spoken.front.facts.situations.len(), spoken.rules()), (1, vec![]));
    let spans = block("channel: phone, chat");
    assert_eq!(spans.shown(spans.front.facts.channel[1].span), "chat");
}

#[test]
fn values_behind_and_below_a_colon_are_one_list() {
    let seen = check_slip("tags: a\n  - b\n  - c", "front-matter-list", 2);
    assert_eq!(seen.tags(), ["a", "b", "c"]);
}

#[test]
fn invisible_characters_are_understood() {
    let seen = check_slip("title: Re\u{2028}fund", "front-matter-syntax", 2);
    assert_eq!(seen.title(), "Re fund");
    check_mended(&seen);
    assert_eq!(check_slip("title: Re\u{7}fund", "front-matter-syntax", 2).title(), "Re fund");
}

// Other tools' fields.

#[test]
fn fields_of_other_tools_fill_what_ours_leave_open() {
    let seen = block(
        "description: D\nkeywords: [a]\ncategories: b\nredirect_from:\n  - /old/\nlastmod: 2026-11-02T08:00:00Z\nreview_in: 3 months\nowner_slack: '#team'\nweight: 3\ndraft: true",
    );
    let facts = &seen.front.facts;
    assert_eq!(seen.rules(), []);
    assert_eq!(facts.summary.as_ref().map(|field| field.value.as_str()), Some("D"));
    assert_eq!((seen.tags(), values(&facts.replaces)), (vec!["a", "b"], vec!["/old/"]));
    assert_eq!(facts.reviewed.as_ref().map(|field| field.value.to_string()).as_deref(), Some("2026-11-02"));
    assert_eq!(facts.review_every.as_ref().map(|every| every.value.months), Some(3));
    assert_eq!((seen.owner(), facts.order, facts.status), ("#team", Some(3), Status::Draft));
    let ours = block(
        "description: theirs\nsummary: ours\nlastmod: never\nweight: heavy\nreview_in: a while\nstatus: ready\ndraft: true",
    );
    assert_eq!(ours.front.facts.summary.as_ref().map(|field| field.value.as_str()), Some("ours"));
    // What no program could read as a date or a number is named, and nothing else of theirs.
    assert_eq!((ours.rules(), ours.front.facts.status), (vec![("bad-date", 4), ("bad-number", 5)], Status::Ready));
    assert_eq!(block("publish: false").front.facts.status, Status::Draft);
    assert_eq!(block("publish: true").front.facts.status, Status::Ready);
}

#[test]
fn nested_foreign_fields_are_ignored_with_one_hint() {
    let text = "params:\n  title: no\n  deep:\n    deeper: &a [x, {y: z}]\nlinks:\n  - url: x\n    title: y\nhero:\n  a: *a\ntitle: yes it is";
    let seen = check_slip(text, "front-matter-nested", 2);
    assert_eq!((seen.title(), seen.front.facts.recovered), ("yes it is", false));
    assert_eq!(see_in(&Config::default(), &format!("---\n{text}\n---\n")).rules(), []);
    check_slip("owner:\n  name: x\n  mail: y\ntitle: x", "empty-field", 2);
    check_slip("owner: {name: x}", "empty-field", 2);
}

#[test]
fn foreign_values_of_any_shape_are_ignored() {
    let seen = block(
        "foo: {a: b, c: [d]}\nbar: !tag x\nbaz: |\n  title: no\nqux: [1, [2, [3]]]\ncreated: 2020-01-01\ntitle: x\ntemplate: {{date}}",
    );
    assert_eq!((seen.rules(), seen.title(), seen.front.facts.recovered), (vec![], "x", false));
    check_slip("mood: fine: really\ntitle: x", "front-matter-colon", 2);
}

#[test]
fn toml_and_json_are_read_through_the_same_names() {
    let toml = see(
        "+++\ntitle = \"Refund: now\"\nweight = 4\ndate = 2026-11-02\nlastmod = 2026-11-02\ntags = [\"a\", 'b']\n[taxonomies]\ncategories = [\"c\"]\n[extra]\ntitle = \"no\"\n+++\nBody",
    );
    assert_eq!((toml.rules(), toml.title(), toml.tags(), toml.body()), (vec![], "Refund: now", vec!["a", "b"], "Body"));
    assert_eq!(toml.front.facts.title.as_ref().map(|title| toml.shown(title.span)), Some("Refund: now"));
    assert_eq!(toml.front.facts.order, Some(4));
    assert_eq!(see("+++\n[taxonomies]\ntags = [\"a\"]\n+++\n").tags(), ["a"]);
    let broken = see("+++\ntitle = Refund\ntags = [\"a\"]\naudience = \"manager\"\n+++\nBody");
    assert_eq!(
        (broken.rules(), broken.title(), broken.tags()),
        (vec![("front-matter-syntax", 2)], "Refund", vec!["a"])
    );
    assert!(broken.front.facts.recovered);
    let json = see(
        "{\n  \"title\": \"Refund\",\n  \"tags\": [\"a\", \"b\"],\n  \"draft\": true, \"x\": {\"y\": [1]}\n}\n\nBody",
    );
    assert_eq!((json.rules(), json.title(), json.tags(), json.body()), (vec![], "Refund", vec!["a", "b"], "\nBody"));
    assert_eq!(json.front.facts.tags.iter().map(|tag| json.shown(tag.span)).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(json.front.facts.status, Status::Draft);
    assert!(!see("{ \"title\": \"x\" ").front.present);
}

// Who may see it.

#[test]
fn an_audience_that_cannot_be_told_is_in_doubt() {
    let config = a_book_with_audiences();
    for typed in [
        "audiance: x",
        "audiences: [x]",
        "audience(s): x",
        "for: x",
        "visible to: x",
        "only-for: x",
        "restricted-to: x",
        "audience:",
        "audience: []",
        "audience: null",
        "audience: #x",
        "audience:\n  who: x",
        "Audienc: x",
        "params:\n  audience: x",
    ] {
        let seen = see_in(&config, &format!("---\ntitle: x\n{typed}\n---\n"));
        assert!(seen.front.facts.audience_in_doubt.is_some(), "{typed}");
    }
    for typed in ["audience: x", "audience: [x, y]", "title: y", "author: x", "source: y"] {
        let seen = see_in(&config, &format!("---\n{typed}\n---\n"));
        assert!(seen.front.facts.audience_in_doubt.is_none(), "{typed}");
    }
    assert!(block("for: x").front.facts.audience_in_doubt.is_none());
    assert_eq!(block("audiance: x").rules(), [("unknown-field", 2)]);
    assert_eq!(see_in(&config, "---\naudiance: x\n---\n").rules(), [], "a later stage reports it");
}

// Guards.

#[test]
fn a_block_over_the_limit_is_named_and_its_first_lines_are_read() {
    let long = "filler: words and words\n".repeat(1_000);
    let seen = see(&format!("---\ntitle: Refund\n{long}owner: x\n---\nBody"));
    assert_eq!((seen.rules(), seen.title(), seen.body()), (vec![("limit", 2)], "Refund", "Body"));
    assert!(seen.front.facts.recovered);
}

#[test]
fn deep_brackets_are_refused() {
    let seen = check_slip(&format!("tags: {}a{}\ntitle: x", "[".repeat(3_000), "]".repeat(3_000)), "limit", 2);
    assert_eq!(seen.title(), "x");
}

#[test]
fn a_line_of_many_slips_has_few_messages() {
    let seen = block(&format!("tags: [{}]", "#a, b: c, ".repeat(1_000)));
    // The last message is that there are too many.
    assert_eq!((seen.tags().len(), seen.diagnostics.len()), (200, 21));
}

#[test]
fn twice_the_input_takes_about_twice_the_work() {
    // Counted in messages and facts rather than time: nothing here may give up or multiply.
    for line in ["a: \"x\n", "tags: [a\n", "- [[a]]\n", "title: 'x\n", "\tfoo: [\n", "x y z\n"] {
        let config =
            Config { limits: crate::config::Limits { front_matter: 1 << 20, ..Default::default() }, ..a_book() };
        let messages =
            |times: usize| see_in(&config, &format!("---\ntitle: x\n{}---\n", line.repeat(times))).diagnostics.len();
        assert!(messages(400) <= 2 * messages(200) + 2, "{line:?}");
    }
}

#[test]
fn all_causes_are_named_at_once() {
    let seen = block("title: Refund: now\n\tkind: script\ntags: [a, b\nowner: \"x\nsummary:y\nstatus: drafft");
    let expected = [
        ("front-matter-colon", 2),
        ("front-matter-tab", 3),
        ("front-matter-list-open", 4),
        ("front-matter-quote-open", 5),
        ("front-matter-space", 6),
        ("unknown-status", 7),
    ];
    assert_eq!(seen.rules(), expected);
    check_mended(&seen);
}

#[test]
fn customers_say_is_understood_with_a_hint() {
    let seen = check_slip("customers-say:\n  - I want my money back, now\n  - \"Where: here?\"", "field-in-text", 2);
    assert_eq!(values(&seen.front.facts.customers_say), ["I want my money back, now", "Where: here?"]);
}

#[test]
fn a_fix_leaves_the_comment_behind_a_value_alone() {
    for (typed, value, mended) in [
        ("title: Refund: what   # ask Ana", "Refund: what", "title: \"Refund: what\"   # ask Ana"),
        ("title: *now* # ask Ana", "*now*", "title: \"*now*\" # ask Ana"),
        ("title: \"C:\\Users\"   # ask Ana", "C:\\Users", "title: 'C:\\Users'   # ask Ana"),
        ("title: \"a\" and b # ask Ana", "\"a\" and b", "title: '\"a\" and b' # ask Ana"),
    ] {
        let seen = block(typed);
        assert_eq!(seen.title(), value, "{typed}");
        assert!(seen.mended().starts_with(&format!("---\n{mended}\n---\n")), "{typed}:\n{}", seen.mended());
        check_mended(&seen);
    }
    let brackets = block("title: [x] y   # ask Ana");
    assert!(brackets.mended().contains("title: \"[x] y\"   # ask Ana"), "{}", brackets.mended());
    let list = block("related: {one, two}   # ask Ana");
    assert!(list.mended().contains("related: [one, two]   # ask Ana"), "{}", list.mended());
    let items = block("tags:\n  - a: b   # ask Ana\n  - c");
    assert!(items.mended().contains("  - \"a: b\"   # ask Ana\n  - c"), "{}", items.mended());
}

#[test]
fn how_people_ask_is_sentences() {
    let seen = block(
        "asked-as:\n  - he's shouting, what now\n  - \"where: here?\"\n  - how do I start?\nowner: training-lead",
    );
    assert_eq!(values(&seen.front.facts.asked_as), ["he's shouting, what now", "where: here?", "how do I start?"]);
    assert_eq!(seen.rules(), []);
    let one = block("asked-as: how do I start, and when");
    assert_eq!(values(&one.front.facts.asked_as), ["how do I start, and when"]);
}

#[test]
fn messages_are_written_as_the_style_has_it() {
    let slips = [
        "title: a: b",
        "title: a #2",
        "chat: #a",
        "titel: x",
        "title:x",
        "title: !x",
        "owner: [[a]], [[b]]",
        "\ttitle: x",
        "tags: [a",
        "title: \"x",
        "kind: guide\n  title: x",
        "title: a\ntitle: b",
        "reviewed: 2/11/26",
        "title = x",
        "tags: a, b",
        "minutes: x",
        "hours: x y",
        "kind: x",
        "status: x",
        "- title: x",
        "owner:\n  a: b",
    ];
    for slip in slips {
        for d in block(slip).diagnostics {
            assert!(d.help.is_some(), "no help for {slip}");
            let first = d.message.chars().next().expect("a message");
            assert!(!first.is_uppercase() && !d.message.ends_with('.'), "{}", d.message);
            assert_eq!(d.message.matches('`').count() % 2, 0, "{}", d.message);
            assert!(!d.message.to_lowercase().contains("yaml"), "{}", d.message);
        }
    }
}

// Anything at all.

/// Lines that are likely to meet each other badly.
fn a_line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "title",
        "tags",
        "audience",
        "owner",
        "reviewed",
        "foo",
        ":",
        ": ",
        "：",
        " ",
        "\t",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "\"",
        "'",
        "“",
        "”",
        "#",
        " #",
        ",",
        ";",
        "-",
        "- ",
        "• ",
        "|",
        ">",
        "*",
        "**",
        "&",
        "!",
        "%",
        "@",
        "`",
        "?",
        "\\",
        "\\u",
        "=",
        "é",
        "2026-11-02",
        "2/11/26",
        "\u{a0}",
        "\u{200b}",
        "\u{2028}",
        "\u{feff}",
        "a",
        "b c",
        "---",
        "—",
        "...",
        "+++",
        "//",
        "<!--",
        "\r",
        "\u{0}",
        "~",
        "null",
        "1.10",
        "(",
        ")",
        "日本",
    ]);
    prop::collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat())
}

fn check_sound(text: &str) {
    for config in [Config::default(), a_book_with_audiences()] {
        let seen = see_in(&config, text);
        assert!(text.is_char_boundary(seen.front.body_start), "the body begins within a character of {text:?}");
        let facts = &seen.front.facts;
        let lists = [&facts.tags, &facts.audience, &facts.aliases, &facts.related, &facts.situations];
        let texts = [&facts.title, &facts.owner, &facts.summary, &facts.source];
        let mut spans: Vec<Span> =
            lists.into_iter().flatten().chain(texts.into_iter().flatten()).map(|f| f.span).collect();
        spans.extend(facts.reviewed.as_ref().map(|field| field.span));
        spans.extend(facts.audience_in_doubt);
        spans.extend(seen.diagnostics.iter().filter_map(|d| d.place.as_ref()).map(|place| place.span));
        spans.extend(seen.diagnostics.iter().filter_map(|d| d.fix.as_ref()).map(|fix| fix.span));
        for span in spans {
            assert!(text.get(span.range()).is_some(), "{span:?} is no place in {text:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        check_sound(&text);
        check_sound(&format!("---\n{text}\n---\n"));
    }

    #[test]
    fn any_lines_are_read_without_a_panic(lines in prop::collection::vec(a_line(), 0..8), closed in any::<bool>(), top in prop::sample::select(vec!["---\n", "\n---\n", "", "+++\n", "{", "\u{feff}---\r\n", "—\n"])) {
        let end = if closed { "\n---\nBody" } else { "" };
        check_sound(&format!("{top}{}{end}", lines.join("\n")));
    }
}
