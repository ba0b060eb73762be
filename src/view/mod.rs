//! Makes what a template sees from what a page is made of, and from nothing else.
//!
//! [`parts`] says what a page is made of; [`entry`], [`lists`] and [`reports`] turn that into the structs of [`page`]. Nothing here can
//! reach the playbook, so a page's bytes depend on its parts alone, and the hash of the parts is enough to know whether
//! they would change.

pub mod diagram;
pub mod entry;
pub mod lists;
pub(crate) mod markup;
pub mod page;
pub mod parts;
mod pieces;
pub mod reports;
pub mod sheet;

use jiff::civil::Date;

use crate::entry::{Fill, Fragment};
use crate::facts::{Interval, KindName};
use crate::index::address::relative;
use crate::kind::time::Total;
use crate::text::{escape_html, lower_first};
use crate::words::Words;
use page::Day;
use parts::Destination;

/// What every view of a copy needs beside its parts. It is a part of every page's fingerprint.
#[derive(Clone, Debug, Hash)]
pub struct Style {
    /// The words of the theme.
    pub words: Words,
    /// Whether links to nothing are marked. In a copy for some readers they are not: a link to what is hidden and a
    /// link to nothing look alike.
    pub mark_missing: bool,
    /// Whether pictures on other hosts are shown.
    pub external_images: bool,
    /// Where readers send remarks.
    pub feedback: Option<String>,
    /// Where sources are edited.
    pub edit: Option<String>,
    /// How often entries are reviewed that do not say so.
    pub review_every: Option<Interval>,
    /// Headings that the contents list of a page has at most.
    pub headings: usize,
}

impl Style {
    /// A word of the theme.
    pub fn word(&self, key: &str) -> &str {
        self.words.get(key).map_or("", String::as_str)
    }

    /// A kind in the reader's words.
    pub fn kind_title(&self, kind: KindName) -> &str {
        self.word(match kind {
            KindName::Script => "kind_script",
            KindName::Escalation => "kind_escalation",
            KindName::Roleplay => "kind_roleplay",
            KindName::Decision => "kind_decision",
            KindName::Checklist => "kind_checklist",
            KindName::Contact => "kind_contact",
            KindName::Glossary => "kind_glossary",
            KindName::Path => "kind_path",
            KindName::Guide => "kind_guide",
        })
    }

    /// `1 minute`, `5 minutes`.
    pub fn counted(&self, key: &str, n: u32) -> String {
        match n {
            1 => self.word(&format!("{key}_one")).to_owned(),
            n => self.word(&format!("{key}_many")).replace("{n}", &n.to_string()),
        }
    }

    /// `3 hours, 5 minutes`. Empty for none.
    pub fn minutes(&self, minutes: u32) -> String {
        let hours = (minutes >= 60).then(|| self.counted("hours", minutes / 60));
        let rest = (!minutes.is_multiple_of(60)).then(|| self.counted("minutes", minutes % 60));
        hours.into_iter().chain(rest).collect::<Vec<_>>().join(", ")
    }

    /// `2 working days + 3 hours, 5 minutes`. Empty for none.
    pub fn total(&self, total: Total) -> String {
        let counted = |key: &str, n: u32| (n > 0).then(|| self.counted(key, n));
        let words = [
            counted("months", total.months),
            counted("working_days", total.working_days),
            counted("days", total.days),
            (total.minutes > 0).then(|| self.minutes(total.minutes)),
        ];
        let mut words: Vec<String> = words.into_iter().flatten().collect();
        if total.same_day {
            let same_day = self.word("same_day");
            words.push(if words.is_empty() { same_day.to_owned() } else { lower_first(same_day) });
        }
        words.join(" + ")
    }

    /// The name of a date's month.
    fn month_name(&self, date: Date) -> &str {
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        self.word(MONTHS[date.month() as usize - 1])
    }

    /// A date for `<time>`.
    pub fn day(&self, date: Date) -> Day {
        let text = self
            .word("date")
            .replace("{day}", &date.day().to_string())
            .replace("{month}", self.month_name(date))
            .replace("{year}", &date.year().to_string());
        Day { iso: date.to_string(), text }
    }

    /// `November 2026`.
    pub fn month(&self, date: Date) -> String {
        format!("{} {}", self.month_name(date), date.year())
    }

    /// `6 months`, `1 year`.
    pub fn interval(&self, interval: Interval) -> String {
        let (months, days) = (u32::from(interval.months), u32::from(interval.days));
        let mut parts = Vec::new();
        match months {
            0 => {}
            // People say 12 months, not 1 year, of what comes round.
            months if months % 12 == 0 && months > 12 => parts.push(self.counted("years", months / 12)),
            months => parts.push(self.counted("months", months)),
        }
        match days {
            0 => {}
            days if days % 7 == 0 => parts.push(self.counted("weeks", days / 7)),
            days => parts.push(self.counted("days", days)),
        }
        parts.join(", ")
    }

    /// Writes markup with its holes filled, for the page at `from`.
    pub fn fill(&self, fragment: &Fragment, destinations: &[Destination<'_>], from: &str, out: &mut String) {
        let mut in_link = false;
        fragment.fill(out, |hole, out| {
            let destination = &destinations[hole.reference as usize];
            match hole.fill {
                Fill::Open => in_link = destination.leads_somewhere(),
                Fill::Close => in_link = false,
                // A link cannot hold another one.
                Fill::Picture
                    if in_link && matches!(destination, Destination::External { .. }) && !self.external_images =>
                {
                    return escape_html(&destination.title(), out);
                }
                _ => {}
            }
            self.fill_hole(hole.fill, destination, from, out);
        });
    }

    /// Markup without its links, for words that are themselves part of a link.
    pub fn unlinked(&self, fragment: &Fragment, destinations: &[Destination<'_>]) -> String {
        let mut html = String::new();
        fragment.fill(&mut html, |hole, out| {
            if hole.fill == Fill::Title {
                escape_html(&destinations[hole.reference as usize].title(), out);
            }
        });
        html
    }

    fn fill_hole(&self, fill: Fill, destination: &Destination<'_>, from: &str, out: &mut String) {
        match (fill, destination) {
            (Fill::Open, destination) => match destination.href(from) {
                Some(href) => {
                    out.push_str("<a href=\"");
                    escape_html(&href, out);
                    out.push('"');
                    if matches!(destination, Destination::External { .. }) {
                        out.push_str(" class=\"external\" rel=\"noopener noreferrer\"");
                    }
                    out.push('>');
                }
                None if self.mark_missing => {
                    out.push_str("<span class=\"missing-link\" title=\"");
                    escape_html(self.word("missing_link"), out);
                    out.push_str("\">");
                }
                None => {}
            },
            (Fill::Title, destination) => escape_html(&destination.title(), out),
            (Fill::Close, destination) if destination.leads_somewhere() => out.push_str("</a>"),
            (Fill::Close, _) if self.mark_missing => out.push_str("</span>"),
            (Fill::Close, _) => {}
            (Fill::Picture, destination) => self.picture(destination, from, out),
        }
    }

    fn picture(&self, destination: &Destination<'_>, from: &str, out: &mut String) {
        let (address, text) = match destination {
            Destination::File { path, text } => (relative(from, path, ""), *text),
            Destination::External { address, text } if self.external_images => ((*address).to_owned(), *text),
            Destination::External { address, text } => {
                out.push_str("<a class=\"external picture-link\" rel=\"noopener noreferrer\" href=\"");
                escape_html(address, out);
                out.push_str("\">");
                escape_html(if text.is_empty() { self.word("external_picture") } else { text }, out);
                return out.push_str("</a>");
            }
            other => {
                let text = other.title();
                out.push_str("<span class=\"missing-picture\">");
                escape_html(if text.is_empty() { self.word("missing_picture") } else { &text }, out);
                return out.push_str("</span>");
            }
        };
        out.push_str("<img src=\"");
        escape_html(&address, out);
        out.push_str("\" alt=\"");
        escape_html(text, out);
        out.push_str("\" loading=\"lazy\">");
    }
}

/// `ltr` or `rtl`, by the script that a language is usually written in.
pub fn direction(language: &str) -> &'static str {
    let mut subtags = language.split('-');
    let primary = subtags.next().unwrap_or_default().to_ascii_lowercase();
    let script = subtags.find(|subtag| subtag.len() == 4).map(str::to_ascii_lowercase);
    let by_script = script.map(|script| matches!(script.as_str(), "arab" | "hebr" | "thaa" | "syrc" | "nkoo" | "adlm"));
    let by_language = matches!(
        primary.as_str(),
        "ar" | "he" | "iw" | "fa" | "ur" | "yi" | "ps" | "sd" | "ug" | "dv" | "ckb" | "arc" | "syr" | "nqo"
    );
    if by_script.unwrap_or(by_language) { "rtl" } else { "ltr" }
}
