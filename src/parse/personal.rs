//! Personal data in prose: mail addresses, phone numbers and numbers of payment cards.
//!
//! A number that is typed into a text is copied from page to page, and nobody mends it everywhere when it changes; one of
//! a customer has no place in a playbook at all. Contacts keep theirs in the facts at the top.

use super::Draft;
use crate::facts::{KindName, is_mailbox};
use crate::rules;
use crate::text::Span;

/// Mailboxes of a role and not of a person.
const ROLES: &[&str] = &[
    "abuse",
    "accounts",
    "admin",
    "billing",
    "careers",
    "contact",
    "feedback",
    "hello",
    "help",
    "helpdesk",
    "hr",
    "info",
    "jobs",
    "kontakt",
    "legal",
    "mail",
    "marketing",
    "news",
    "no-reply",
    "noreply",
    "office",
    "orders",
    "postmaster",
    "press",
    "privacy",
    "sales",
    "security",
    "service",
    "support",
    "team",
    "training",
    "webmaster",
];

/// Words before a number that is too short to be told from others without them.
const CALLING: &[&str] =
    &["phone", "call", "ring", "dial", "mobile", "tel", "telephone", "telefon", "handy", "ruf", "rufe"];

/// Bytes before a number in which one of these words may stand: a list of numbers is not read again for each of them.
const NEAR: usize = 200;

/// Reports what stands in `span`, the bytes of some plain text.
pub(super) fn find(draft: &mut Draft<'_>, span: Span) {
    let Some(text) = draft.source.text.get(span.range()) else { return };
    let is_contact = draft.kind == KindName::Contact;
    let addresses = text.contains('@').then(|| addresses(text)).into_iter().flatten();
    let numbers = text.bytes().any(|byte| byte.is_ascii_digit()).then(|| numbers(text)).into_iter().flatten();
    let found: Vec<(std::ops::Range<usize>, Kind)> = addresses.chain(numbers).collect();
    for (range, kind) in found {
        let (what, help) = match kind {
            Kind::Card => ("the number of a payment card", "take it out; of a customer nothing is written down here"),
            _ if is_contact => continue,
            Kind::Mail => (
                "a person's mail address",
                "write the role's address as `email:` of a contact, and link to that: `[[team-lead]]`; take out a customer's",
            ),
            Kind::Phone => (
                "a phone number",
                "write it as `phone:` of a contact, and link to that: `[[team-lead]]`; take out a customer's",
            ),
        };
        let place = Span::from(range.clone()).shifted(span.start as usize);
        let message = format!("`{}` is {what}, in the middle of a text", &text[range]);
        draft.report(draft.source.diagnose(&rules::PERSONAL_DATA, place, message).help(help));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Mail,
    Phone,
    Card,
}

type Found = (std::ops::Range<usize>, Kind);

fn addresses(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let is_part = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
        let start =
            text[..at].char_indices().rev().take_while(|(_, c)| is_part(*c)).last().map_or(at, |(start, _)| start);
        let behind = &text[at + 1..];
        let end = at + 1 + behind.find(|c| !(is_part(c))).unwrap_or(behind.len());
        let end = start + text[start..end].trim_end_matches(['.', '-', '_']).len();
        let address = text[start..end].trim_start_matches('.');
        let name = address.split(['@', '+']).next().unwrap_or_default().to_lowercase();
        if is_mailbox(address) && !ROLES.contains(&name.as_str()) {
            found.push((end - address.len()..end, Kind::Mail));
        }
    }
    found
}

/// Runs of digits with the signs that people put between them.
fn numbers(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit() || c == '+').map(|start| at + start) {
        let rest = &text[start..];
        let is_part = |c: char| c.is_ascii_digit() || " -–/().\u{a0}".contains(c);
        let length = 1 + rest[1..].find(|c| !is_part(c)).unwrap_or(rest.len() - 1);
        let end = start + rest[..length].trim_end_matches(|c: char| !c.is_ascii_digit()).len().max(1);
        at = end.max(start + 1);
        let before = &text[..start];
        let after = text[end..].chars().next();
        // A part of a word, of an address or of a sum of money is no number of its own.
        let stuck = before.ends_with(|c: char| c.is_alphanumeric() || "-_/.#€$£=&?:".contains(c))
            || after.is_some_and(|c| c.is_alphanumeric() || "%€$£_:".contains(c));
        if stuck {
            continue;
        }
        let opened = if before.ends_with('(') && text[start..end].contains(')') { 1 } else { 0 };
        if let Some(kind) = kind_of(&text[start - opened..end], before) {
            found.push((start - opened..end, kind));
        }
    }
    found
}

fn kind_of(typed: &str, before: &str) -> Option<Kind> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let groups: Vec<&str> = typed.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let n_digits = digits.len();
    if (13..=19).contains(&n_digits) && !typed.contains(['/', '(', '.', '+']) && sums_up(&digits) {
        return Some(Kind::Card);
    }
    let bare = typed.trim_start_matches('(');
    let abroad = bare.starts_with('+') && (8..=15).contains(&n_digits);
    let at_home = bare.starts_with('0') && (7..=15).contains(&n_digits) && groups[0].len() > 1;
    let grouped = |sizes: &[usize]| groups.iter().map(|group| group.len()).eq(sizes.iter().copied());
    let american = grouped(&[3, 3, 4]) || grouped(&[1, 3, 3, 4]);
    let is_called = || {
        let near = &before[before.floor_char_boundary(before.len().saturating_sub(NEAR))..];
        let line = near.rsplit(['.', ';', '\n']).next().unwrap_or_default().to_lowercase();
        line.split(|c: char| !c.is_alphabetic()).any(|word| CALLING.contains(&word))
    };
    let short = (5..=15).contains(&n_digits) && !typed.contains("..") && is_called();
    let is_phone = !is_date(&groups) && !is_freephone(&digits) && (abroad || at_home || american || short);
    is_phone.then_some(Kind::Phone)
}

/// `2026-11-02`, `02.11.2026`, `2/11/26`, and two of them with a dash between.
fn is_date(groups: &[&str]) -> bool {
    let day_or_month = |group: &str| group.len() <= 2 && group.parse::<u8>().is_ok_and(|n| (1..=31).contains(&n));
    let year =
        |group: &str| (group.len() == 4 && (group.starts_with("19") || group.starts_with("20"))) || group.len() == 2;
    let one = |group: &[&str]| {
        (year(group[0]) && day_or_month(group[1]) && day_or_month(group[2]))
            || (day_or_month(group[0]) && day_or_month(group[1]) && year(group[2]))
    };
    let (dates, rest) = groups.as_chunks::<3>();
    !dates.is_empty() && rest.is_empty() && dates.iter().all(|group| one(group))
}

/// Numbers that cost nothing belong to an organisation.
fn is_freephone(digits: &str) -> bool {
    ["0800", "0808", "00800", "1800", "1888", "1877"].iter().any(|start| digits.starts_with(start))
}

/// The check digit of payment cards (Luhn, ISO/IEC 7812-1 annex B).
fn sums_up(digits: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let digits = digits.bytes().rev().map(|byte| u32::from(byte - b'0')).enumerate();
    let sum: u32 = digits.map(|(at, digit)| if at % 2 == 1 { doubled(digit) } else { digit }).sum();
    sum > 0 && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, Kind)> {
        let all = addresses(text).into_iter().chain(numbers(text));
        all.map(|(range, kind)| (&text[range], kind)).collect()
    }

    #[test]
    fn numbers_and_addresses_of_people_are_found() {
        for (text, what, kind) in [
            ("Ring Anna, +49 30 555 01 05, or wait.", "+49 30 555 01 05", Kind::Phone),
            ("Ring (030) 555-0105.", "(030) 555-0105", Kind::Phone),
            ("at 01632 960110", "01632 960110", Kind::Phone),
            ("at 0171/2345678", "0171/2345678", Kind::Phone),
            ("at 212-555-0142, always", "212-555-0142", Kind::Phone),
            ("please call 555-0142", "555-0142", Kind::Phone),
            ("Mail anna.schmidt@example.org.", "anna.schmidt@example.org", Kind::Mail),
            ("(a.b+c@mail.example.co)", "a.b+c@mail.example.co", Kind::Mail),
            ("card 4111 1111 1111 1111", "4111 1111 1111 1111", Kind::Card),
            ("5500-0000-0000-0004!", "5500-0000-0000-0004", Kind::Card),
        ] {
            assert_eq!(found(text), [(what, kind)], "{text}");
        }
    }

    #[test]
    fn dates_sums_times_and_numbers_of_orders_are_not() {
        for text in [
            "on 2026-11-02",
            "from 02.11.2026 to 05.11.2026",
            "2026-11-02 - 2026-12-31",
            "02/11/26",
            "open 08:00-20:00",
            "at 08.00",
            "$20-$30",
            "costs 1 200 000 or 0.123456789",
            "order 1234567890",
            "RFC 2119, page 12-14",
            "call 112 or 911",
            "#0123456789",
            "v0.12.345.6789",
            "0800 111 0 111",
            "10 000 000 calls",
            "support@example.org",
            "@team-lead",
            "a@b",
            "3 to 5 (or 7) days",
            "write to orders+de@example.org",
            "the 4111 1111 1111 1112",
            "https://example.org/0123456789",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
