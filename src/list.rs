//! The entries of a book as its keepers see them: whose they are, and when they are to be read again.

use std::fmt::Write;

use jiff::civil::Date;
use serde_json::json;

use crate::facts::{KindName, Status};
use crate::filter::Visible;
use crate::playbook::Playbook;
use crate::text::fold;

/// Which entries are asked for. Without any of them: all.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Whose: the file name or the title of a contact.
    pub owner: Option<String>,
    /// Of which kind.
    pub kind: Option<KindName>,
    /// Only those whose review is overdue.
    pub overdue: bool,
}

/// One entry in a list.
#[derive(Debug)]
pub struct Row<'p> {
    /// The entry.
    pub entry: &'p Visible,
    /// When it is to be reviewed again.
    pub due: Option<Date>,
    /// Whether that day has passed.
    pub overdue: bool,
}

/// The entries that are wanted: those that are overdue first, the oldest before all; then in order of path.
pub fn rows<'p>(playbook: &'p Playbook, wanted: &Wanted, today: Date) -> Vec<Row<'p>> {
    let owners = wanted.owner.as_deref().map(|asked| names_of(playbook, asked));
    let owned = |entry: &Visible| match (&owners, &entry.facts.owner) {
        (Some(owners), Some(owner)) => owners.contains(&fold(&owner.value)),
        (owners, _) => owners.is_none(),
    };
    let mut rows: Vec<Row<'p>> = playbook
        .entries
        .iter()
        .filter(|entry| owned(entry) && wanted.kind.is_none_or(|kind| entry.kind_name == kind))
        .map(|entry| {
            let due = entry.review_due(playbook.config.review.every);
            Row { entry, due, overdue: due.is_some_and(|due| due < today) }
        })
        .filter(|row| row.overdue || !wanted.overdue)
        .collect();
    rows.sort_by_key(|row| (!row.overdue, row.due.filter(|_| row.overdue)));
    rows
}

/// What an entry may call the owner that is asked for, folded: the file name and the title of the contact.
fn names_of(playbook: &Playbook, asked: &str) -> Vec<String> {
    let asked = fold(asked);
    let mut names = vec![asked.clone()];
    for entry in playbook.entries.iter().filter(|entry| entry.kind_name == KindName::Contact) {
        let own = [fold(entry.source.path.name()), fold(&entry.title)];
        if own.contains(&asked) {
            names.extend(own);
        }
    }
    names
}

/// The names under which entries have an owner, for one that nobody has.
pub fn owners(playbook: &Playbook) -> Vec<&str> {
    let owners = playbook.entries.iter().filter_map(|entry| entry.facts.owner.as_ref());
    let mut owners: Vec<&str> = owners.map(|owner| owner.value.as_str()).collect();
    owners.sort_unstable();
    owners.dedup();
    owners
}

/// A table for a person: when it is due, what it is, its title, its owner, its file.
pub fn text(rows: &[Row<'_>]) -> String {
    let cells: Vec<[String; 5]> = rows
        .iter()
        .map(|row| {
            let due = match row.due {
                Some(due) if row.overdue => format!("overdue since {due}"),
                Some(due) => format!("due {due}"),
                None => "never reviewed".to_owned(),
            };
            let kind = match row.entry.facts.status {
                Status::Ready => row.entry.kind_name.word().to_owned(),
                other => format!("{}, {}", row.entry.kind_name.word(), other.word()),
            };
            let owner = row.entry.facts.owner.as_ref().map_or("no owner", |owner| &owner.value);
            [due, kind, row.entry.title.to_string(), owner.to_owned(), row.entry.source.file.to_string()]
        })
        .collect();
    let widths: Vec<usize> =
        (0..4).map(|at| cells.iter().map(|row| row[at].chars().count()).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for row in &cells {
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(out, "{cell:width$}  ");
        }
        let _ = writeln!(out, "{}", row[4]);
    }
    out
}

/// A list of objects for a program.
pub fn json(rows: &[Row<'_>]) -> String {
    let rows = rows.iter().map(|row| {
        let facts = &row.entry.facts;
        json!({
            "entry": row.entry.id(),
            "file": &*row.entry.source.file,
            "title": &*row.entry.title,
            "kind": row.entry.kind_name.word(),
            "status": facts.status.word(),
            "owner": facts.owner.as_ref().map(|owner| &owner.value),
            "reviewed": facts.reviewed.as_ref().map(|reviewed| reviewed.value.to_string()),
            "due": row.due.map(|due| due.to_string()),
            "overdue": row.overdue,
        })
    });
    format!("{:#}\n", serde_json::Value::from_iter(rows))
}
