//! What a trainer asks for with a button: the only requests that change anything.
//!
//! They come from our own page on this machine, or are not heard: the token is another one each run and stands only in pages
//! that are sent to this machine, the origin is ours, and the body is JSON, which no form elsewhere can send.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hyper::HeaderMap;
use hyper::header;
use serde_json::{Value as Json, json};
use tokio::runtime::Handle;

use super::{Desk, Live, State, fixes};
use crate::entry::Entry;
use crate::facts::KindName;
use crate::index::address::encoded;
use crate::index::facet::FacetName;
use crate::kind::Kind;
use crate::new;
use crate::platform;
use crate::revise::{self, Value};

/// Bytes of a request at most.
pub(super) const LARGEST: usize = 64 << 10;

/// Whether a request is from our own page.
pub(super) fn is_ours(desk: &Desk, headers: &HeaderMap) -> bool {
    let one = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let token = headers.get("x-cuebook-token").and_then(|token| token.to_str().ok());
    let Some(own) = &desk.token else { return false };
    let origin = one(header::ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
    token == Some(own.as_str())
        && origin.is_some()
        && origin == one(header::HOST)
        && one(header::CONTENT_TYPE).is_some_and(|kind| kind.split(';').next() == Some("application/json"))
}

/// Does what is asked for under `/.cuebook/`. `None` for what is not known; `Err` is a sentence for the trainer.
pub(super) fn act(desk: &Desk, state: &Arc<State>, what: &str, asked: &Json) -> Option<Result<Json, String>> {
    let live = || state.live.as_ref().ok_or_else(|| state.word("live_unborn"));
    let entry = || {
        let live = live()?;
        let page = asked["page"].as_str().unwrap_or_default();
        Ok::<_, String>((live, super::problems::entry_of(live, page).ok_or_else(|| state.word("live_nowhere"))?))
    };
    Some(match what {
        "edit" => entry().and_then(|(live, entry)| edit(state, live, entry, asked["line"].as_u64())),
        "reviewed" => entry().and_then(|(live, entry)| {
            let today = (desk.today)().to_string();
            revised(live, entry, &[("reviewed", Value::One(today))])
        }),
        "facts" => entry().and_then(|(live, entry)| revised(live, entry, &facts(asked)?)),
        "fix" => live().and_then(|live| fixes::act(state, live, asked)),
        "new" => live().and_then(|live| add(desk, state, live, asked)),
        _ => return None,
    })
}

fn file_of(live: &Live, entry: &Entry) -> PathBuf {
    live.now.edition.project.content.folder.join(entry.source.path.as_str())
}

fn revised(live: &Live, entry: &Entry, facts: &[(&str, Value)]) -> Result<Json, String> {
    revise::file(&file_of(live, entry), facts).map_err(|error| error.to_string())?;
    Ok(json!({}))
}

/// The facts that the form can set.
const FACTS: &[(&str, bool)] =
    &[("title", false), ("owner", false), ("review-every", false), ("audience", true), ("situations", true)];

fn facts(asked: &Json) -> Result<Vec<(&'static str, Value)>, String> {
    let Some(given) = asked["facts"].as_object() else { return Err("no facts were sent".to_owned()) };
    let known = |name: &String| FACTS.iter().find(|(known, _)| known == name);
    let fact = |(name, value): (&String, &Json)| {
        let (name, is_list) = known(name).ok_or_else(|| format!("`{name}` is not set here"))?;
        let typed = value.as_str().ok_or_else(|| format!("`{name}` is no text"))?;
        let many = || Value::Many(typed.split(',').map(str::to_owned).collect());
        Ok((*name, if *is_list { many() } else { Value::One(typed.to_owned()) }))
    };
    given.iter().map(fact).collect()
}

/// Time for which whoever asked for a new entry waits for its page.
const UNTIL_SHOWN: Duration = Duration::from_secs(10);

/// Makes a new entry and waits for its page. No address if it does not come: the newest edition may be refused, or be for
/// readers who may not see it.
fn add(desk: &Desk, state: &State, live: &Live, asked: &Json) -> Result<Json, String> {
    let said = |name: &str| asked[name].as_str().unwrap_or_default().trim();
    let kind = KindName::ALL.into_iter().find(|kind| kind.word() == said("kind")).ok_or("there is no such kind")?;
    let owner = Some(said("owner")).filter(|owner| !owner.is_empty());
    let project = &live.now.edition.project;
    let wanted = new::Asked { kind, title: said("title"), owner, today: (desk.today)() };
    let entry =
        new::entry(&live.now.edition.made.playbook, &project.words, wanted).map_err(|error| error.to_string())?;
    let file = format!("{}{}", project.content.shown, entry.path);
    project.add(&entry).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => state.word("live_taken").replace("{file}", &file),
        _ => state.word("live_unwritten").replace("{file}", &file).replace("{error}", &error.to_string()),
    })?;
    let address = |state: &Arc<State>| {
        let playbook = &state.live.as_ref()?.now.edition.made.playbook;
        let at = playbook.entries.iter().position(|own| own.source.path == entry.path)?;
        Some(encoded(&playbook.addresses[at]))
    };
    let mut states = desk.state.clone();
    let shown =
        async { states.wait_for(|state| address(state).is_some()).await.ok().and_then(|state| address(&state)) };
    let shown = Handle::current().block_on(async { tokio::time::timeout(UNTIL_SHOWN, shown).await });
    Ok(json!({ "file": file, "address": shown.ok().flatten() }))
}

/// What the form shows: what the entry says, and what can be said.
pub(super) fn form(state: &State, page: &str) -> Json {
    let Some(live) = &state.live else { return json!({}) };
    let playbook = &live.now.edition.made.playbook;
    let go_to: Vec<Json> = playbook
        .entries
        .iter()
        .zip(&playbook.addresses)
        .map(|(entry, address)| json!([&*entry.title, encoded(address)]))
        .collect();
    let owners: Vec<&str> = playbook
        .entries
        .iter()
        .filter(|entry| matches!(entry.kind, Kind::Contact))
        .map(|entry| entry.source.path.name())
        .collect();
    let words = &live.now.edition.project.words;
    let kinds: Vec<Json> =
        KindName::ALL.iter().map(|kind| json!([kind.word(), words.get(&*format!("kind_{}", kind.word()))])).collect();
    let Some(entry) = super::problems::entry_of(live, page) else {
        return json!({ "goTo": go_to, "owners": owners, "kinds": kinds });
    };
    let facts = &entry.facts;
    let audiences = playbook.config.audiences.as_ref();
    let audiences: Vec<&String> = audiences.map_or_else(Vec::new, |all| all.includes.keys().collect());
    let situations = playbook.index.facets.iter().find(|facet| facet.name == FacetName::Situations);
    let situations: Vec<&str> =
        situations.map_or_else(Vec::new, |facet| facet.values.iter().map(|value| value.title.as_str()).collect());
    let joined = |values: Vec<&str>| values.join(", ");
    json!({
        "goTo": go_to,
        "said": {
            "title": &*entry.title,
            "owner": facts.owner.as_ref().map_or("", |owner| owner.value.as_str()),
            "review-every": facts.review_every.as_ref().map_or("", |field| &entry.source.text[field.span.range()]),
            "audience": joined(entry.secrecy.audience.iter().map(String::as_str).collect()),
            "situations": joined(facts.situations.iter().map(|one| one.value.as_str()).collect()),
        },
        "owners": owners,
        "kinds": kinds,
        "audiences": audiences,
        "situations": situations,
        "intervals": ["1 month", "3 months", "6 months", "1 year"],
    })
}

/// Opens a file in the trainer's editor.
fn edit(state: &State, live: &Live, entry: &Entry, line: Option<u64>) -> Result<Json, String> {
    let file = std::path::absolute(file_of(live, entry)).map_err(|error| error.to_string())?;
    let project = &live.now.edition.project;
    platform::open_in_editor(project.config().serve.editor.as_deref(), &file, line)
        .map_err(|error| state.word("live_no_editor").replace("{error}", &error.to_string()))?;
    Ok(json!({ "opened": entry.source.file.as_ref() }))
}
