//! What a team types in `book.toml`, and what comes of it.

use proptest::prelude::*;

use super::*;
use crate::rules::{self, CONFIG_KEY, CONFIG_SYNTAX, CONFIG_VALUE};

/// What is read from a file in which nothing is wrong.
#[track_caller]
fn sound(text: &str) -> Config {
    let (config, found) = Config::parse(text);
    assert!(found.is_empty(), "nothing is wrong with this, and yet:\n{}", shown(&found));
    assert!(!config.audiences_in_doubt, "nothing puts the audiences in doubt here");
    config
}

/// Each diagnostic as `rule line:column message; help`.
fn shown(found: &[Diagnostic]) -> String {
    let line = |found: &Diagnostic| {
        let place = found.place.as_ref().expect("every mistake here has a place");
        let help = found.help.as_deref().expect("every mistake can be mended");
        format!("{} {}:{} {}; {help}\n", found.rule.name, place.line, place.column, found.message)
    };
    found.iter().map(line).collect()
}

/// `expected` is one line a mistake, as [`shown`] has it.
#[track_caller]
fn check_mistakes(text: &str, expected: &[&str]) -> Config {
    let (config, found) = Config::parse(text);
    let expected: String = expected.iter().map(|line| format!("{line}\n")).collect();
    assert_eq!(shown(&found), expected, "for\n{text}");
    config
}

/// The only mistake holds these words.
#[track_caller]
fn check_says(rule: &rules::Rule, text: &str, words: &[&str]) -> Config {
    let (config, found) = Config::parse(text);
    let said = shown(&found);
    assert!(found.len() == 1 && found[0].rule == rule, "one `{}` for\n{text}\nand not\n{said}", rule.name);
    for word in words {
        assert!(said.contains(word), "`{word}` is missing in: {said}");
    }
    config
}

#[test]
fn an_empty_file_makes_a_book_of_defaults() {
    let config = sound("");
    assert!(config.is_book && config.audiences.is_none() && config.check.is_empty());
    assert_eq!((&*config.book.title, &*config.book.src, &*config.book.language), ("Playbook", "content", "en"));
    assert_eq!((&*config.theme.name, config.limits.entry), ("default", 2 << 20));
}

#[test]
fn every_setting_is_read() {
    let config = sound(
        r##"
        [book]
        title = "Returns desk"
        authors = ["Training team", "Floor team"]
        description = "What to say"
        language = "de-CH"
        src = "./pages/"

        [build]
        out = "public"
        base-url = "https://example.org/playbook"
        raw-html = "escape"
        follow-symlinks = true
        html-assets = true

        [theme]
        name = "ours"
        logo = "pictures/logo.svg"
        colours = { link = "#1F4FB2", mark = { light = "#ffe58a", dark = "#5c4a00" } }

        [front]
        situations = ["return refused"]
        urgent = "[[wellbeing-and-safety]]"
        pinned = ["quiet-offer"]

        [words]
        "Statt" = "instead of:"

        [audiences]
        agent = {}
        "team lead" = { includes = ["agent"] }
        [audiences.folders]
        "./managers" = "Team leads"

        [check]
        broken-link = "error"
        missing-summary = "off"

        [links]
        feedback = "mailto:training@example.org?subject={title}"
        edit = "https://example.org/edit/{path}"
        external-images = true

        [review]
        every = "6 months"

        [limits]
        entry = "1 MiB"
        front-matter = 8_192
        headings = 10
        nesting = 20
        cells = 30
        asset = "5 MB"
        output = 40
        "##,
    );
    assert_eq!((&*config.book.title, &*config.book.language, &*config.book.src), ("Returns desk", "de-CH", "pages"));
    assert_eq!(config.book.authors, ["Training team", "Floor team"]);
    assert_eq!(config.build.base_url.as_deref(), Some("https://example.org/playbook/"));
    assert_eq!((config.build.raw_html, config.build.html_assets), (RawHtml::Escape, true));
    assert_eq!(config.theme.colours["link"], ("#1f4fb2".to_owned(), "#1f4fb2".to_owned()));
    assert_eq!(config.theme.colours["mark"], ("#ffe58a".to_owned(), "#5c4a00".to_owned()));
    assert_eq!(config.front.urgent.as_deref(), Some("wellbeing-and-safety"));
    assert_eq!(config.words, [("Statt".to_owned(), "Instead of".to_owned())]);
    let audiences = config.audiences.expect("named");
    assert_eq!(audiences.closure("team lead"), ["team lead", "agent"]);
    assert_eq!(audiences.folders["managers/"], "team lead");
    assert_eq!((config.check["broken-link"], config.check["missing-summary"]), (Some(Severity::Error), None));
    assert_eq!(config.review.every, Some(Interval { months: 6, days: 0 }));
    let limits = config.limits;
    assert_eq!((limits.entry, limits.front_matter, limits.asset), (1 << 20, 8192, 5_000_000));
    assert_eq!((limits.headings, limits.nesting, limits.cells, limits.output), (10, 20, 30, 40));
}

#[test]
fn every_example_in_a_message_is_sound() {
    for (table, key, example) in super::read::EXAMPLES {
        let config = sound(&format!("[{table}]\n{example}\n"));
        let remembered = config.place(&format!("{table}.{key}"), 0);
        assert!(remembered.is_none_or(|place| place.line == 2), "{key}");
    }
}

#[test]
fn what_only_mdbook_knows_is_accepted_in_silence() {
    let config = sound(
        "[book]\nmultilingual = false\ntext-direction = \"ltr\"\n[build]\nbuild-dir = \"book\"\ncreate-missing = false\n\
         [output.html]\nmathjax-support = true\n[preprocessor.links]\n[rust]\nedition = \"2024\"\n",
    );
    assert_eq!(config.build.out.as_deref(), Some("book"));
    assert_eq!(sound("[build]\nout = \"a\"\nbuild-dir = \"b\"\n").build.out.as_deref(), Some("a"));
}

#[test]
fn unknown_keys_of_every_level_are_reported_at_once() {
    check_mistakes(
        "titel = 1\n[bok]\n[book]\ntitel = \"x\"\nevery = \"1 year\"\n[theme.colours]\nlinc = \"#fff\"\n\
         text = { light = \"#000\", drak = \"#fff\", dark = \"#fff\" }\n[check]\nbroken-lnik = \"off\"\n[kettle]\n",
        &[
            "config-key 1:1 `titel` is not a setting; the tables are `book`, `build`, `theme`, `front`, `words`, \
             `audiences`, `check`, `style`, `links`, `review`, `serve`, `search`, `bundle`, `limits`",
            "config-key 2:2 there is no table `[bok]`; did you mean `book`?",
            "config-key 4:1 `[book]` has no key `titel`; did you mean `title`?",
            "config-key 5:1 `[book]` has no key `every`; write it under `[review]`",
            "config-key 7:1 `[theme.colours]` has no key `linc`; did you mean `link`?",
            "config-key 8:26 `[theme.colours]` has no key `drak`; did you mean `dark`?",
            "config-key 10:1 there is no rule `broken-lnik`; did you mean `broken-link`?",
            "config-key 11:2 there is no table `[kettle]`; the tables are `book`, `build`, `theme`, `front`, `words`, \
             `audiences`, `check`, `style`, `links`, `review`, `serve`, `search`, `bundle`, `limits`",
        ],
    );
    check_says(&CONFIG_KEY, "title = \"x\"\n", &["1:1", "write it under `[book]`"]);
    check_says(&CONFIG_KEY, "[build.limits]\nentry = 1\n", &["write it as a table of its own: `[limits]`"]);
}

#[test]
fn a_wrong_type_is_answered_with_an_example() {
    let config = check_mistakes(
        "[book]\ntitle = 7\nauthors = [\"a\", true]\n[build]\nfollow-symlinks = \"yes\"\n[limits]\ncells = \"many\"\nentry = 1.5\n",
        &[
            "config-value 2:9 `title` wants text in quotes, and not a number; write `title = \"Playbook of the returns desk\"`",
            "config-value 3:17 `authors` wants text in quotes, and not `true` or `false`; write `authors = [\"Training team\"]`",
            "config-value 5:19 `follow-symlinks` wants `true` or `false` without quotes, and not text; write `follow-symlinks = true`",
            "config-value 7:9 `cells` wants a whole number without quotes, and not text; write `cells = 50000`",
            "config-value 8:9 `entry` wants a size, and not a number; write `entry = \"2 MiB\"`",
        ],
    );
    assert_eq!((&*config.book.title, &config.book.authors[..]), ("Playbook", &["a".to_owned()][..]));
    check_says(&CONFIG_VALUE, "book = \"x\"\n", &["`book` is a table, and not text"]);
    check_says(&CONFIG_VALUE, "[[book]]\ntitle = \"x\"\n", &["`book` is a table, and not a list", "write `[book]`"]);
}

#[test]
fn a_value_that_cannot_be_used_leaves_the_default() {
    for (text, words) in [
        ("[book]\ntitle = \" \"\n", "`title` is empty"),
        ("[book]\nlanguage = \"English\"\n", "not the short name"),
        ("[book]\nlanguage = \"en_GB\"\n", "write `language = \"en-GB\"`"),
        ("[book]\nsrc = \"../content\"\n", "leads out of its folder"),
        ("[build]\nout = \"C:\\new\"\n", "`C:\\new` has a backslash"),
        ("[build]\nout = \"/var/www\"\n", "begins at the root"),
        ("[build]\nout = \"content/site\"\n", "must not lie in each other"),
        ("[build]\nbase-url = \"example.org\"\n", "https://"),
        ("[build]\nraw-html = \"sanitize\"\n", "did you mean `raw-html = \"sanitise\"`?"),
        ("[theme]\nname = \"themes/ours\"\n", "name of one folder"),
        ("[theme]\ncolours.link = \"blue\"\n", "three or six digits"),
        ("[theme]\ncolours.link = { light = \"#fff\" }\n", "light and dark need one each"),
        ("[check]\nbroken-link = \"eror\"\n", "did you mean `broken-link = \"error\"`?"),
        ("[check]\nbroken-link = false\n", "write `broken-link = \"warning\"`"),
        ("[links]\nedit = \"https://example.org/{file}\"\n", "`{file}` is not filled in here"),
        ("[links]\nfeedback = \"javascript:alert(1)\"\n", "`https://` or `mailto:`"),
        ("[review]\nevery = \"often\"\n", "write `every = \"6 months\"`"),
        ("[limits]\nnesting = 100000\n", "goes from 1 to 1000"),
        ("[limits]\nasset = \"2 apples\"\n", "KiB"),
        ("[limits]\ncells = -1\n", "goes from 1"),
    ] {
        let config = check_says(&CONFIG_VALUE, text, &[words]);
        assert_eq!((&*config.book.src, &*config.theme.name, config.build.out), ("content", "default", None));
    }
    let many = format!("[front]\nsituations = [{}]\n", "\"x\", ".repeat(13));
    assert_eq!(check_says(&CONFIG_VALUE, &many, &["room for 12"]).front.situations.len(), 12);
}

#[test]
fn a_team_word_stands_for_a_built_in_word() {
    let german = sound("[words]\n\"Zurück\" = \"step BACK\"\n");
    assert_eq!(german.words, [("Zurück".to_owned(), "Step back".to_owned())]);
    let config = sound("[words]\nStatt = \"Instead of\"\nAnstatt = \"Instead of\"\nAber = \"Why\"\n");
    let team: Vec<&str> = config.words.iter().map(|(team, _)| &**team).collect();
    assert_eq!(team, ["Statt", "Anstatt", "Aber"], "in the order of the file");
    check_says(
        &CONFIG_VALUE,
        "[words]\nStatt = \"Insted of\"\n",
        &["2:9", "did you mean `\"Statt\" = \"Instead of\"`?"],
    );
    check_says(&CONFIG_VALUE, "[words]\n\"Instead of\" = \"Statt\"\n", &["write the team's word first"]);
    check_says(&CONFIG_VALUE, "[words]\nX = \"Kettle\"\n", &["the English word comes behind the `=`"]);
    check_says(&CONFIG_VALUE, "[words]\nStatt = \"Try\"\n\"statt:\" = \"Why\"\n", &["stands for `Try` already"]);
    check_says(&CONFIG_VALUE, "[words]\n\"{n} von\" = \"{done} of {total}\"\n", &["leave out `{done}`"]);
}

#[test]
fn audiences_are_found_however_they_are_typed() {
    let config = sound(
        "[audiences]\na = { includes = [\"b\"] }\nb = { includes = \"A\" }\n\"team lead\" = { includes = [\"Team-Leads\"] }\n",
    );
    let audiences = config.audiences.expect("named");
    assert_eq!(audiences.closure("B"), ["b", "a"]);
    assert_eq!(audiences.closure("team leads"), ["team lead"]);
}

#[test]
fn whatever_is_wrong_with_audiences_puts_them_in_doubt() {
    for (text, words) in [
        ("[audience]\nagent = {}\n", "did you mean `audiences`?"),
        ("[Audiences]\nagent = {}\n", "did you mean `audiences`?"),
        ("[audeinces]\nagent = {}\n", "did you mean `audiences`?"),
        ("[book.audiences]\nagent = {}\n", "write it as a table of its own: `[audiences]`"),
        ("[zielgruppen]\nagent = {}\nlead = { includes = [\"agent\"] }\n", "there is no table `[zielgruppen]`"),
        ("[zielgruppen.folders]\nx = \"agent\"\n", "there is no table `[zielgruppen]`"),
        ("audiences = [\"agent\"]\n", "`audiences` is a table, and not a list"),
        ("[audiences]\nagent = true\n", "write `agent = {}` or `agent = { includes"),
        ("[audiences]\nlead = { includes = [\"agnet\"] }\nagent = {}\n", "did you mean `agent`?"),
        ("[audiences]\nagent = { include = [] }\n", "did you mean `includes`?"),
        ("[audiences]\nlead = {}\nLeads = {}\n", "`Leads` and `lead` are one audience"),
        ("[audiences]\n\"a, b\" = {}\n", "without commas"),
        ("[audiences]\nagent = {}\nfolders = \"x\"\n", "[audiences.folders]"),
        ("[audiences]\nagent = {}\n[audiences.folder]\n\"x/\" = \"agent\"\n", "did you mean `folders`?"),
        ("[audiences]\nagent = {}\n[audiences.foldres]\n\"x/\" = \"agent\"\n", "did you mean `folders`?"),
        ("[audiences]\nagent = {}\n[audiences.folders]\n\"x/\" = \"agents only\"\n", "the audiences are `agent`"),
        ("[audiences]\nagent = {}\n[audiences.folders]\n\"../x\" = \"agent\"\n", "leads out of its folder"),
        ("[audiences]\nagent = {}\n[audiences.folders]\n\"x/\" = [\"agent\"]\n", "wants text"),
        ("[audiences]\na = {}\nb = {}\n[audiences.folders]\nx = \"a\"\n\"x/\" = \"b\"\n", "is for `a` already"),
        (
            "[audiences]\nagent = {}\n[words]\n\"Nur für\" = \"Onli for\"\n",
            "did you mean `\"Nur für\" = \"Only for\"`?",
        ),
    ] {
        let (config, found) = Config::parse(text);
        assert!(config.audiences_in_doubt, "in doubt after\n{text}");
        assert!(config.audiences.is_some(), "and then never as if nobody was named");
        assert!(shown(&found).contains(words), "`{words}` is missing in: {}", shown(&found));
        assert_eq!(found.len(), 1, "{}", shown(&found));
    }
}

#[test]
fn other_mistakes_leave_the_audiences_alone() {
    for text in ["[audiences]\nagent = {}\n[book]\ntitel = 1\n", "[words]\nX = \"Kettle\"\n", "[kettle]\na = {}\n"] {
        assert!(!Config::parse(text).0.audiences_in_doubt, "{text}");
    }
}

#[test]
fn each_usual_slip_is_explained_in_plain_words() {
    for (text, expected) in [
        ("title = Refund desk", "1:9 `Refund desk` needs quotes; write `title = \"Refund desk\"`"),
        ("title = Refund # desk", "1:9 `Refund` needs quotes; write `title = \"Refund\"`"),
        ("authors = Ann, Bob", "1:11 `Ann, Bob` needs quotes; write `authors = [\"Ann\", \"Bob\"]`"),
        ("authors = [Ann, \"Bob\"]", "1:12 `Ann` needs quotes; write `\"Ann\"`"),
        ("every = 6 months", "1:9 `6 months` needs quotes; write `every = \"6 months\"`"),
        ("raw = yes", "1:7 `yes` is neither `true` nor `false`; write `raw = true`"),
        ("raw = False", "1:7 `False` is neither `true` nor `false`; write `raw = false`"),
        ("title = “Refunds”", "1:9 curly quotes are not understood; write straight ones: `title = \"Refunds\"`"),
        ("title = „Refunds“", "1:9 curly quotes are not understood; write straight ones: `title = \"Refunds\"`"),
        ("a = [‘x’]", "1:6 curly quotes are not understood; write straight ones: `a = [\"x\"]`"),
        ("title: \"Refunds\"", "1:1 `title` is followed by a colon and not by `=`; write `title = \"Refunds\"`"),
        ("title \"Refunds\"", "1:1 there is no `=` behind `title`; write `title = \"Refunds\"`"),
        ("title", "1:1 there is no `=` behind `title`; write `title = \"…\"`"),
        ("title =", "1:1 `title` has no value; write `title = \"…\"`"),
        ("= \"x\"", "1:1 there is no name before the `=`; write `name = \"value\"`"),
        ("title = \"Refunds", "1:9 this `\"` is never closed; write `title = \"Refunds\"`"),
        ("title = 'Refunds", "1:9 this `'` is never closed; write `title = 'Refunds'`"),
        ("title = \"\"\"Refunds", "1:9 this `\"\"\"` is never closed; put `\"\"\"` at the end of the text as well"),
        (
            "title = \"Say \"hello\" now\"",
            "1:9 a quote inside the text ends it too early; write `title = 'Say \"hello\" now'`",
        ),
        ("title = \"a\"; x = 1", "1:12 something stands behind the value; begin a new line for each setting"),
        ("[book", "1:1 the bracket before `book` is never closed; write `[book]`"),
        ("book]", "1:1 the table name `book` has no opening bracket; write `[book]`"),
        ("[]", "1:1 these brackets hold no table name; write the name: `[book]`"),
        ("[team lead]", "1:1 the table name `team lead` needs quotes; write `[\"team lead\"]`"),
        ("authors = [\"a\", \"b\"", "1:11 this `[` is never closed; put `]` behind its last value"),
        ("agent = { includes = [\"x\"]", "1:9 this `{` is never closed; put `}` behind its last value"),
        (
            "authors = [\"a\" \"b\"]",
            "1:16 a comma is missing before this; put a comma between two values: `[\"a\", \"b\"]`",
        ),
        ("team lead = {}", "1:1 the name `team lead` needs quotes; write `\"team lead\" = {}`"),
        ("Über = \"On\"", "1:1 the name `Über` needs quotes; write `\"Über\" = \"On\"`"),
        (
            "out = \"C:\\Users\\team\"",
            "1:10 a backslash between double quotes does not stand for itself; write a path with `/`: `out = \"C:/Users/team\"`",
        ),
        (
            "link = #fff",
            "1:8 what follows `#` is dropped, so that the colour `#fff` is lost; put it in quotes: `\"#fff\"`",
        ),
        (
            "colours = { link = #1f4fb2 }",
            "1:20 what follows `#` is dropped, so that the colour `#1f4fb2` is lost; put it in quotes: `\"#1f4fb2\"`",
        ),
        ("a = 1\na = 2", "2:1 lines 1 and 2 both set `a`; keep one of them; line 1 holds until then"),
        ("[book]\n[check]\n[book]", "3:2 lines 1 and 3 both set `[book]`; keep one of them; line 1 holds until then"),
        (
            "<<<<<<< HEAD",
            "1:1 two versions of this file were merged and not tidied up; keep one of the versions and delete the lines with `<<<<<<<`",
        ),
    ] {
        let (config, found) = Config::parse(text);
        let said =
            shown(&found).lines().filter(|line| line.starts_with("config-syntax")).collect::<Vec<_>>().join("\n");
        assert_eq!(said, format!("config-syntax {expected}"), "for\n{text}");
        assert!(config.is_book && config.audiences_in_doubt && config.audiences.is_some());
    }
}

#[test]
fn what_stands_around_a_mistake_still_holds() {
    let config = check_mistakes(
        "\u{feff}[book]\r\ntitle = Returns\r\nlanguage = \"de\"\r\nauthors = [\"a\",\r\n  \"b\"\r\nsrc = \"pages\"\r\n\
         [theme\r\nname = \"lost\"\r\n[check]\r\nbroken-link = \"off\"\r\n",
        &[
            "config-syntax 2:9 `Returns` needs quotes; write `title = \"Returns\"`",
            "config-syntax 4:11 this `[` is never closed; put `]` behind its last value",
            "config-syntax 7:1 the bracket before `theme` is never closed; write `[theme]`",
        ],
    );
    assert_eq!((&*config.book.title, &*config.book.language, &*config.book.src), ("Playbook", "de", "pages"));
    assert_eq!((&*config.theme.name, config.check["broken-link"]), ("default", None));
}

#[test]
fn a_fix_is_the_change_that_the_message_names() {
    for (text, mended) in [
        ("[book]\ntitle = Refunds\n", "[book]\ntitle = \"Refunds\"\n"),
        ("[book]\ntitle = “Refunds”\n", "[book]\ntitle = \"Refunds\"\n"),
        ("[book]\ntitel = \"x\"\n", "[book]\ntitle = \"x\"\n"),
        ("[audiences]\nteam lead = {}\n", "[audiences]\n\"team lead\" = {}\n"),
        ("[build]\nhtml-assets = yes\n", "[build]\nhtml-assets = true\n"),
    ] {
        let (_, found) = Config::parse(text);
        let fix = found[0].fix.clone().expect("this can be mended by a program");
        let mut result = text.to_owned();
        result.replace_range(fix.span.range(), &fix.replacement);
        assert_eq!(result, mended);
        sound(mended);
    }
}

#[test]
fn lists_and_tables_over_several_lines_are_sound_beside_a_mistake() {
    let (config, found) = Config::parse(
        "[front]\npinned = [\n  \"a\", # first\n  \"b\",\n]\n[theme]\ncolours = {\n  link = \"#fff\",\n}\n[book]\ntitle = x\n",
    );
    assert_eq!(found.len(), 1, "{}", shown(&found));
    assert_eq!((config.front.pinned.len(), config.theme.colours.len()), (2, 1));
}

#[test]
fn a_later_stage_can_point_at_a_value() {
    let config = sound("[front]\npinned = [\"a\", \"b\"]\n[audiences]\nx = {}\n[audiences.folders]\nm = \"x\"\n");
    let second = config.place("front.pinned", 1).expect("typed");
    assert_eq!((second.line, second.column, second.width), (2, 16, 3));
    assert_eq!(config.place("audiences.folders.m/", 0).map(|place| place.line), Some(6));
    let about_file = config.diagnose(&rules::CONFIG_TARGET, "theme.logo", 0, "the logo is missing");
    assert!(about_file.place.is_none());
}

#[test]
fn very_many_mistakes_end_in_some_messages() {
    let (_, found) = Config::parse(&"a = [\n".repeat(20_000));
    assert!((1..=60).contains(&found.len()), "{}", found.len());
    assert!(!Config::parse(&format!("a = {}", "[".repeat(100_000))).1.is_empty());
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        Config::parse(&text);
    }

    #[test]
    fn pieces_of_toml_in_any_order_are_read_without_a_panic(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "[", "]", "{", "}", "=", "\"", "'", "\"\"\"", "'''", "#", "#fff", ",", ".", ":", "\n", "\r\n", "\r", "\\", "\\U",
            " ", "“", "”", "ü", "\u{feff}", "\0", "book", "title", "audiences", "folders", "includes", "words", "check",
            "theme", "colours", "link", "[book]\n", "[[book]]\n", "a = 1\n", "title = ", "agent = {}\n", "1", "-1", "2026-01-01", "true", "yes",
        ]), 0..40)
    ) {
        let (config, found) = Config::parse(&pieces.concat());
        let broken = found.iter().any(|found| *found.rule == CONFIG_SYNTAX);
        prop_assert!(config.is_book && (!broken || config.audiences_in_doubt));
        prop_assert!(found.iter().all(|found| found.place.is_some() && found.help.is_some()));
    }

    #[test]
    fn a_text_that_is_no_toml_is_always_reported(text in "[a-z\\[\\]={}\"'\n ,#]{0,60}") {
        let sound = toml::de::DeTable::parse(&text).is_ok();
        let (_, found) = Config::parse(&text);
        prop_assert_eq!(sound, !found.iter().any(|found| *found.rule == CONFIG_SYNTAX));
    }
}
