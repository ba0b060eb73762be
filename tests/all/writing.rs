//! The tools of those who write: a new entry, lists, reports for machines, schemas.

use cuebook::facts::KindName;
use cuebook::filter::{Copy, Readers};
use cuebook::list::{self, Wanted};
use cuebook::new::{self, Asked, NewEntry, NewError};
use cuebook::project::{Made, Project, Request};
use cuebook::report::{Format, report};
use cuebook::words::meaning::{Role, WORDS};
use serde_json::Value;

use crate::book::{Folder, QUIET, TODAY, lines, make};

const TEAM_LEAD: (&str, &str) =
    ("content/people/team-lead.md", "---\ntitle: Team lead\nkind: contact\nphone: \"01632 960101\"\n---\n");

/// The whole book, drafts too, as the commands for writers see it.
fn whole(folder: &Folder) -> (Project, Made) {
    let project = Project::open(folder.path()).unwrap();
    let loaded = project.load(TODAY, &[]).unwrap();
    let made = project.make(loaded, &Request { copy: Copy { readers: Readers::Everyone, drafts: true }, today: TODAY });
    (project, made)
}

fn begun(folder: &Folder, kind: KindName, title: &str, owner: Option<&str>) -> Result<NewEntry, NewError> {
    let (project, made) = whole(folder);
    new::entry(&made.playbook, &project.words, Asked { kind, title, owner, today: TODAY })
}

#[test]
fn a_new_entry_of_any_kind_is_a_sound_draft_in_its_folder() {
    let german = "[words]\n\"Sag es so\" = \"Say\"\n\"Stufe\" = \"Level\"\n\"Wer\" = \"Who\"\n\"Gespräch\" = \"Conversation\"\n\
                  \"Kundenkarte\" = \"Customer card\"\n\"Ende\" = \"Ending\"\n\"Statt\" = \"Instead of\"\n";
    let in_german = QUIET.replace("[check]", "language = \"de\"\n[check]");
    for settings in [QUIET.to_owned(), format!("{QUIET}{german}"), in_german] {
        let folder = Folder::with([("book.toml", &*settings), TEAM_LEAD]);
        for kind in KindName::ALL {
            let entry = begun(&folder, kind, "Parcels: what's next?", None).unwrap();
            assert_eq!(entry.path.as_str(), format!("{}/parcels-whats-next.md", kind.folder()));
            folder.put(&format!("content/{}", entry.path), &entry.text);
            let (_, made) = whole(&folder);
            let found = made.playbook.entries.iter().find(|other| other.source.path == entry.path).unwrap();
            assert_eq!((&*found.title, found.kind_name), ("Parcels: what's next?", kind));
            assert_eq!(found.facts.status, cuebook::facts::Status::Draft);
            let of_it = made.diagnostics.iter().filter(|wrong| wrong.file == found.source.file);
            let rules: Vec<&str> = of_it.map(|wrong| wrong.rule.name).collect();
            // How a contact is reached is for its writer to say. Two entries of one title are this test's doing.
            let allowed = ["contact-without-way", "similar-title", "ambiguous-link"];
            assert!(rules.iter().all(|rule| allowed.contains(rule)), "{kind:?}: {rules:?}\n{}", entry.text);
            if kind != KindName::Contact {
                assert!(!rules.contains(&"contact-without-way"));
            }
        }
        let shown = make(folder.path(), Readers::Everyone, TODAY).1;
        assert_eq!(shown.playbook.entries.len(), 1, "readers meet no draft");
    }
}

#[test]
fn a_new_entry_speaks_the_team_s_words() {
    let words = format!("{QUIET}[words]\n\"Sag es so\" = \"Say\"\n\"Statt\" = \"Instead of\"\n");
    let folder = Folder::with([("book.toml", &*words), TEAM_LEAD]);
    let text = begun(&folder, KindName::Script, "Pakete", None).unwrap().text;
    assert!(text.contains("\n## Sag es so\n") && text.contains("| Statt | Try | Why |"), "{text}");
}

#[test]
fn a_new_entry_of_a_german_book_is_begun_in_german() {
    let book = QUIET.replace("[check]", "language = \"de-AT\"\n[check]");
    let folder = Folder::with([("book.toml", &*book), TEAM_LEAD]);
    let text = begun(&folder, KindName::Escalation, "Pakete", None).unwrap().text;
    for line in
        ["# summary: Ein Satz für", "\n## Stufe 1, {wer zuerst", "- **Wer:** [[team-lead]]", ":** 1 Arbeitstag\n"]
    {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn a_new_entry_goes_where_its_like_is_and_to_whom_it_belongs() {
    let folder = Folder::with([
        ("book.toml", QUIET),
        TEAM_LEAD,
        ("content/people/trainer.md", "---\ntitle: The trainer\nkind: contact\nphone: \"1\"\n---\n"),
        ("content/desk/a.md", "---\ntitle: A\nkind: script\nowner: trainer\n---\n"),
        ("content/desk/b.md", "---\ntitle: B\nkind: script\nowner: trainer\n---\n"),
        ("content/scripts/c.md", "---\ntitle: C\nkind: script\nowner: team-lead\nstatus: draft\n---\n"),
    ]);
    let entry = begun(&folder, KindName::Script, "  Über   uns ", None).unwrap();
    assert_eq!((entry.path.as_str(), entry.namesake), ("desk/über-uns.md", None));
    assert!(entry.text.contains("\ntitle: Über uns\n") && entry.text.contains("\nowner: trainer\n"), "{}", entry.text);
    assert!(entry.text.contains("\nreviewed: 2026-12-01\n"), "{}", entry.text);
    let asked = begun(&folder, KindName::Guide, "C", Some("team lead")).unwrap();
    assert!(asked.text.contains("\nowner: team-lead\n"));
    assert_eq!(asked.namesake.map(|path| path.to_string()).as_deref(), Some("scripts/c.md"));
    assert_eq!(
        begun(&folder, KindName::Guide, "D", Some("teem-lead")),
        Err(NewError::NoContact("teem-lead".to_owned(), Some("team-lead".to_owned())))
    );
    assert!(
        matches!(begun(&folder, KindName::Script, "a", None), Err(NewError::Taken(path)) if path.as_str() == "desk/a.md")
    );
    assert!(matches!(begun(&folder, KindName::Script, "?!", None), Err(NewError::NoName(_))));
}

#[test]
fn a_list_is_of_whom_and_what_is_asked_for_the_most_overdue_first() {
    let entry = |title: &str, more: &str| format!("---\ntitle: {title}\n{more}\n---\n");
    let folder = Folder::with([
        ("book.toml", &*format!("{QUIET}[review]\nevery = \"1 month\"\n")),
        TEAM_LEAD,
        ("content/a.md", &*entry("A", "kind: guide\nowner: team-lead\nreviewed: 2026-11-20")),
        ("content/b.md", &*entry("B", "kind: guide\nowner: Team lead\nreviewed: 2026-10-20")),
        ("content/c.md", &*entry("C", "kind: checklist\nreviewed: 2026-02-01\nstatus: draft")),
    ]);
    let (_, made) = whole(&folder);
    let titles = |wanted: Wanted| -> Vec<String> {
        list::rows(&made.playbook, &wanted, TODAY).iter().map(|row| row.entry.title.to_string()).collect()
    };
    assert_eq!(titles(Wanted::default()), ["C", "B", "A", "Team lead"]);
    assert_eq!(titles(Wanted { overdue: true, ..Wanted::default() }), ["C", "B"]);
    assert_eq!(titles(Wanted { owner: Some("TEAM LEAD".to_owned()), ..Wanted::default() }), ["B", "A"]);
    assert_eq!(titles(Wanted { kind: Some(KindName::Checklist), ..Wanted::default() }), ["C"]);
    let rows = list::rows(&made.playbook, &Wanted::default(), TODAY);
    let json: Value = serde_json::from_str(&list::json(&rows)).unwrap();
    assert_eq!(json[1]["due"], "2026-11-20");
    assert_eq!(
        (&json[0]["overdue"], &json[0]["status"], &json[3]["due"]),
        (&true.into(), &"draft".into(), &Value::Null)
    );
    let text = list::text(&rows);
    assert!(text.starts_with("overdue since 2026-03-01  checklist, draft  C "), "{text}");
    assert!(text.contains("content/b.md\n") && text.contains("never reviewed"), "{text}");
}

/// A book with a finding of each severity, a fix, and signs that formats must escape.
fn faulty() -> Folder {
    let a = "---\ntitle: Late, later: 100 %\nstatus: reday\n---\n\n##Level 1\n\nSee [[nowhere]].\n";
    Folder::with([("book.toml", QUIET), ("content/a grün.md", a), ("content/b.md", "---\na:\n  b: 1\n---\n")])
}

#[test]
fn sarif_names_each_rule_once_and_each_place_exactly() {
    let folder = faulty();
    let (_, made) = make(folder.path(), Readers::Everyone, TODAY);
    let log: Value = serde_json::from_str(&report(&made.diagnostics, Format::Sarif)).unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!((results.len(), &log["version"]), (made.diagnostics.len(), &"2.1.0".into()));
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for (result, found) in results.iter().zip(&made.diagnostics) {
        let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!((&rule["id"], &result["ruleId"]), (&found.rule.name.into(), &found.rule.name.into()));
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("## How to mend it"));
        let location = &result["locations"][0]["physicalLocation"];
        let place = found.place.as_ref().unwrap();
        assert_eq!(location["region"]["startLine"], place.line);
        assert_eq!(location["region"]["endColumn"], place.column + place.width);
    }
    let heading = results.iter().find(|result| result["ruleId"] == "heading-space").unwrap();
    let change = &heading["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "content/a%20gr%C3%BCn.md");
    let deleted = &change["replacements"][0]["deletedRegion"];
    let text = std::fs::read_to_string(folder.path().join("content/a grün.md")).unwrap();
    let at = deleted["byteOffset"].as_u64().unwrap() as usize;
    assert!(text[..at].ends_with("##") && text[at..].starts_with("Level"), "{deleted}");
    let mut ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    ids.dedup();
    assert_eq!(ids.len(), rules.len());
    let levels: std::collections::BTreeSet<&str> =
        results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels.into_iter().collect::<Vec<_>>(), ["error", "note", "warning"]);
}

#[test]
fn github_s_commands_are_one_line_each_and_escaped() {
    let folder = faulty();
    let (_, made) = make(folder.path(), Readers::Everyone, TODAY);
    let commands = report(&made.diagnostics, Format::Github);
    assert_eq!(commands.lines().count(), made.diagnostics.len());
    assert!(
        commands.contains(
            "::warning file=content/a grün.md,line=6,col=1,endColumn=10,title=Late%2C later%3A 100 %25 (heading-space)::"
        ),
        "{commands}"
    );
    assert!(commands.contains("::error file=") && commands.contains("::notice file="), "{commands}");
}

#[test]
fn the_schemas_know_every_field_and_setting_of_the_shipped_book() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let book = cuebook::config::schema();
    for file in ["book.toml", "starter/book.toml"] {
        let settings: toml::Table = std::fs::read_to_string(root.join(file)).unwrap().parse().unwrap();
        for (table, keys) in &settings {
            let known = &book["properties"][table];
            assert!(known.is_object(), "{file}: [{table}]");
            let keys = keys.as_table().unwrap().keys();
            let names: Vec<&String> = keys.filter(|key| known["properties"].get(key.as_str()).is_none()).collect();
            assert!(names.is_empty() || known["additionalProperties"].is_object(), "{file}: [{table}] {names:?}");
        }
    }
    let fields = cuebook::parse::front_matter::schema();
    let (_, made) = make(root, Readers::Everyone, TODAY);
    for entry in &made.playbook.entries {
        let block = entry.source.text.split("---\n").nth(1).unwrap_or_default();
        for line in block.lines().filter(|line| line.starts_with(char::is_alphabetic)) {
            let name = line.split(':').next().unwrap();
            assert!(fields["properties"][name]["description"].is_string(), "{}: {name}", entry.source.file);
        }
    }
    assert_eq!(book["properties"]["check"]["properties"]["broken-link"]["enum"][3], "off");
}

#[test]
fn the_manual_for_writers_names_every_field_heading_and_label() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let manual = std::fs::read_to_string(root.join("manual/writing.md")).unwrap();
    let fields = cuebook::parse::front_matter::schema();
    let fields = fields["properties"].as_object().unwrap().keys();
    let unnamed: Vec<&String> = fields.filter(|field| !manual.contains(&format!("`{field}`"))).collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
    let roles = [Role::Heading, Role::HeadingStart, Role::HeadingEnd, Role::Label, Role::Column, Role::Outcome];
    let words = WORDS.iter().filter(|word| roles.contains(&word.role)).map(|word| word.text);
    let unnamed: Vec<&str> = words.filter(|word| !names(&manual, word)).collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}

/// Whether a text has a word set off from its sentence: in italics, bold or code, or as a heading.
fn names(text: &str, word: &str) -> bool {
    let text = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let word = word.to_lowercase();
    ["*", "## ", "`"].iter().any(|sign| text.contains(&format!("{sign}{word}")))
}

#[test]
fn nothing_is_wrong_with_the_shipped_playbook_but_one_review() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let (_, made) = make(root, Readers::Everyone, jiff::civil::date(2026, 11, 22));
    let found = lines(&made.diagnostics);
    assert!(found.iter().all(|line| line.contains(" overdue-review ")) && found.len() <= 1, "{found:#?}");
}
