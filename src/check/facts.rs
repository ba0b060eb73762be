//! Owners, reviews, summaries, validity.

use jiff::civil::Date;

use super::Findings;
use crate::config::Config;
use crate::facts::KindName;
use crate::rules;

pub(super) fn check(out: &mut Findings<'_>, config: &Config, today: Date) {
    let entry = out.entry;
    let facts = &entry.facts;
    let top = out.top();
    if let (Some(from), Some(until)) = (&facts.valid_from, &facts.valid_until)
        && from.value > until.value
    {
        out.report(
            &rules::VALIDITY_ORDER,
            until.span,
            format!("this entry stops being valid on {}, before it starts on {}", until.value, from.value),
            "swap the two dates, or mend the one that is wrong",
        );
    }
    // The content folder's own page is the front page's prose, and belongs to the book.
    if entry.is_folder_page() && entry.source.path.folder().is_empty() {
        return;
    }
    // A field that is there and empty is where the writer goes on.
    let place = |name: &str| facts.left_empty.iter().find(|field| field.value == name).map_or(top, |field| field.span);
    // A field under nearly its name, or a day that cannot be read, has been reported, and is not missing.
    let is_told = |name: &str| {
        entry.diagnostics.iter().any(|found| {
            let renamed = found.rule.name == rules::UNKNOWN_FIELD.name;
            let unread = found.rule.name == rules::BAD_DATE.name;
            let line = |at| entry.source.text[entry.source.lines.span_of(&entry.source.text, at).range()].trim_start();
            renamed && found.fix.as_ref().is_some_and(|fix| fix.replacement == name)
                || unread && found.place.as_ref().is_some_and(|place| line(place.line).starts_with(name))
        })
    };
    if facts.owner.is_none() && !is_told("owner") {
        out.report(
            &rules::MISSING_OWNER,
            place("owner"),
            "nobody looks after this entry",
            "add a line `owner:` with the name of a contact, for example `owner: training-lead`",
        );
    }
    if entry.summary.is_empty() && entry.kind_name != KindName::Contact && !is_told("summary") {
        out.report(
            &rules::MISSING_SUMMARY,
            place("summary"),
            "this entry has no summary",
            "add a line `summary:` with one sentence; lists and search show it",
        );
    }
    match (&facts.reviewed, entry.review_due(config.review.every)) {
        (None, _) if is_told("reviewed") => {}
        (None, _) => {
            out.report(
                &rules::MISSING_REVIEW,
                place("reviewed"),
                "this entry does not say when it was last reviewed",
                format!("add a line `reviewed: {today}` once somebody has read it"),
            );
        }
        (Some(reviewed), _) if reviewed.value > today => {
            out.report(
                &rules::FUTURE_REVIEW,
                reviewed.span,
                format!("this entry was reviewed on {}, which is still to come", reviewed.value),
                format!("write the day on which somebody read it; today is {today}"),
            );
        }
        (Some(reviewed), Some(due)) if due < today => {
            out.report(
                &rules::OVERDUE_REVIEW,
                reviewed.span,
                format!("the review of this entry was due on {due}"),
                format!("read it, mend what is no longer right, then write `reviewed: {today}`"),
            );
        }
        _ => {}
    }
}
