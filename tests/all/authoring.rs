//! The examples of the authoring format, as whole files, mean what they are to mean, and nothing is wrong with them.

use std::fs;
use std::path::Path;

use cuebook::filter::Readers;
use cuebook::kind::Kind;
use cuebook::kind::time::Wait;
use cuebook::project::Made;

use crate::book::{Folder, QUIET, TODAY, lines, make, pages};

/// All examples as one book, so that what they link to is there.
fn examples() -> Folder {
    let folder = Folder::with([("book.toml", QUIET)]);
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs/examples");
    for item in fs::read_dir(examples).unwrap() {
        let path = item.unwrap().path();
        folder.put(&format!("content/{}", path.file_name().unwrap().to_str().unwrap()), fs::read(&path).unwrap());
    }
    folder
}

fn kind<'m>(made: &'m Made, name: &str) -> &'m Kind {
    let entry = made.playbook.entries.iter().find(|entry| entry.source.path.name() == name);
    &entry.unwrap_or_else(|| panic!("there is no example `{name}`")).kind
}

#[test]
fn nothing_is_wrong_with_the_examples() {
    let folder = examples();
    let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
    assert_eq!(lines(&made.diagnostics), [""; 0]);
    assert!(pages(&project, &made, &Readers::Everyone).len() > 20);
}

#[test]
fn nothing_is_wrong_with_them_in_a_folder_without_a_book_either() {
    let folder = examples();
    fs::remove_file(folder.path().join("book.toml")).unwrap();
    let (_, made) = make(&folder.path().join("content"), Readers::Everyone, TODAY);
    assert_eq!(lines(&made.diagnostics), [""; 0]);
}

#[test]
fn each_kind_is_understood() {
    let folder = examples();
    let (_, made) = make(folder.path(), Readers::Everyone, TODAY);
    let Kind::Escalation(escalation) = kind(&made, "a-colleague-needs-more-help") else { panic!("no escalation") };
    assert_eq!(escalation.levels.len(), 2);
    assert!(
        escalation.before.is_some()
            && escalation.levels.iter().all(|level| !level.who.is_empty() && level.answer_within.is_some())
    );
    let Kind::Roleplay(roleplay) = kind(&made, "return-refused-twice") else { panic!("no role-play") };
    let players: Vec<&str> = roleplay.cards.iter().map(|card| card.player).collect();
    assert_eq!(
        (players, roleplay.steps.len(), roleplay.debrief.is_some()),
        (vec!["customer", "agent", "observer"], 4, true)
    );
    let Kind::Decision(decision) = kind(&made, "should-i-step-in") else { panic!("no decision") };
    assert_eq!(decision.steps.len(), 4);
    let Kind::Glossary(glossary) = kind(&made, "words-we-use") else { panic!("no glossary") };
    assert_eq!(glossary.words[0].also_called, ["opened goods", "B-ware"]);
    let Kind::Path(path) = kind(&made, "first-week") else { panic!("no path") };
    assert_eq!(path.stations[0].takes, [Some(Wait::Minutes(15)); 2]);
    let script =
        made.playbook.entries.iter().find(|entry| entry.source.path.name() == "checking-in-after-a-hard-call").unwrap();
    assert_eq!(script.first_words.as_ref().unwrap().text, "That one sounded rough. How are you doing?");
}

#[test]
fn every_field_is_read_as_it_is_shown() {
    let folder = examples();
    let (_, made) = make(folder.path(), Readers::Everyone, TODAY);
    let entry = made.playbook.entries.iter().find(|entry| entry.source.path.name() == "what-readers-see").unwrap();
    let facts = &entry.facts;
    let texts =
        |fields: &[cuebook::facts::Field<String>]| fields.iter().map(|field| field.value.clone()).collect::<Vec<_>>();
    assert_eq!(&*entry.title, "What readers see");
    assert_eq!(&*entry.summary, "One sentence for search results and cards.");
    assert_eq!(facts.owner.as_ref().unwrap().value, "training-lead");
    assert_eq!(facts.reviewed.as_ref().unwrap().value.to_string(), "2026-11-02");
    assert_eq!(facts.review_every.as_ref().unwrap().value.months, 6);
    assert_eq!(texts(&facts.audience), ["agent", "team lead"]);
    assert_eq!(texts(&facts.channel), ["phone", "chat"]);
    assert_eq!(texts(&facts.situations), ["return refused", "caller is angry"]);
    assert_eq!(facts.valid_from.as_ref().unwrap().value.to_string(), "2026-11-20");
    assert_eq!(facts.valid_until.as_ref().unwrap().value.to_string(), "2026-12-31");
    assert_eq!(facts.changed.as_ref().unwrap().value.1, "Open boxes are accepted now");
    assert!(facts.must_read && facts.urgent);
    assert_eq!(texts(&facts.skills), ["active listening"]);
    assert_eq!(texts(&facts.related), ["should-i-step-in"]);
    assert_eq!(texts(&facts.aliases), ["old name", "other name"]);
    assert_eq!(texts(&facts.tags), ["returns"]);
    assert_eq!(texts(&facts.replaces), ["old-file-name"]);
    assert_eq!(facts.lang.as_ref().unwrap().value, "en");
    assert_eq!(facts.translation_of.as_ref().unwrap().value, "other-file");
    assert_eq!(facts.source.as_ref().unwrap().value, "Where this came from");
}
