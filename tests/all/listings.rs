//! Lists that are too long for one page are cut, and nothing falls between the parts.

use std::collections::BTreeMap;

use cuebook::filter::Readers;
use cuebook::site::{Content, PageId};

use crate::book::{Folder, QUIET, TODAY, make, pages};

/// Rows that a page lists at most, as the design has it.
const ROWS: usize = 300;

/// The pages of the book in a folder.
fn html(folder: &Folder) -> BTreeMap<String, String> {
    let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
    let pages = pages(&project, &made, &Readers::Everyone);
    let text = pages.into_iter().filter(|(address, _)| address.ends_with(".html"));
    text.map(|(address, bytes)| (address, String::from_utf8(bytes).unwrap())).collect()
}

/// The pages of a book with `n` guides, whose titles begin with each of `letters` in turn.
fn book(n: usize, letters: &str) -> BTreeMap<String, String> {
    let folder = Folder::with([("book.toml", QUIET)]);
    let letters: Vec<char> = letters.chars().collect();
    for number in 0..n {
        let letter = letters[number % letters.len()];
        let text =
            format!("---\ntitle: {letter} guide {number:04}\ntags: [all]\nsituations: [case {number:04}]\n---\n");
        folder.put(&format!("content/all/g{number:04}.md"), text);
    }
    html(&folder)
}

/// How often the entries stand in the parts of a listing, each with its own number of rows.
fn rows(pages: &BTreeMap<String, String>, stem: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for part in 1.. {
        let address = if part == 1 { format!("{stem}.html") } else { format!("{stem}-{part}.html") };
        let Some(page) = pages.get(&address) else { break };
        let main = &page[page.find("<main").unwrap()..page.find("</main>").unwrap()];
        found.push(main.matches("all/g0").count().max(main.matches("href=\"g0").count()));
    }
    found
}

#[test]
fn a_list_of_300_rows_is_one_page() {
    let pages = book(ROWS, "AB");
    for stem in ["a-z", "kinds/guide", "tags/all", "all/index"] {
        assert_eq!(rows(&pages, stem), [ROWS], "{stem}");
    }
}

#[test]
fn a_longer_list_is_cut_by_letter() {
    let pages = book(2 * ROWS, "ABC");
    for stem in ["a-z", "kinds/guide", "tags/all", "all/index"] {
        let rows = rows(&pages, stem);
        assert_eq!(rows.iter().sum::<usize>(), 2 * ROWS, "{stem}: every entry stands in one part: {rows:?}");
        assert!(rows.len() > 1 && rows.iter().all(|rows| *rows <= ROWS), "{stem}: {rows:?}");
    }
}

#[test]
fn a_letter_that_is_too_long_is_cut_by_number() {
    let pages = book(2 * ROWS + 1, "A");
    for stem in ["a-z", "kinds/guide", "tags/all", "all/index"] {
        assert_eq!(rows(&pages, stem), [ROWS, ROWS, 1], "{stem}");
    }
}

#[test]
fn parts_lead_to_each_other() {
    let pages = book(2 * ROWS + 1, "A");
    for address in ["a-z.html", "a-z-2.html", "a-z-3.html"] {
        let page = &pages[address];
        let main = &page[page.find("<main").unwrap()..page.find("</main>").unwrap()];
        let others =
            ["a-z.html", "a-z-2.html", "a-z-3.html"].iter().filter(|other| main.contains(&format!("href=\"{other}")));
        assert!(others.count() >= 2, "{address} leads to the other parts");
    }
}

/// The menu of a page.
fn menu(page: &str) -> &str {
    &page[page.find("<nav class=\"menu\"").unwrap()..page.find("<main").unwrap()]
}

#[test]
fn a_menu_lists_part_of_a_long_folder_and_marks_its_page() {
    let pages = book(65, "A");
    for number in 0..65 {
        let name = format!("g{number:04}.html");
        let menu = menu(&pages[&format!("all/{name}")]);
        assert_eq!(menu.matches("aria-current").count(), 1, "{name}");
        assert!(menu.contains(&format!("href=\"{name}\" aria-current=\"page\"")), "{name}");
        assert_eq!(menu.matches("href=\"g0").count(), if number < 60 { 30 } else { 5 }, "{name}");
    }
}

#[test]
fn the_menu_of_a_card_marks_its_roleplay() {
    let roleplay = "---\nkind: roleplay\n---\n\n# The queue\n\n## Customer card\n\nWait.\n";
    let pages = html(&Folder::with([("book.toml", QUIET), ("content/plays/r.md", roleplay)]));
    assert!(menu(&pages["plays/r.customer-card.html"]).contains("href=\"r.html\" aria-current=\"page\""));
}

#[test]
fn no_page_that_looks_at_the_whole_book_is_over_150_kb_and_every_row_is_on_one() {
    const ENTRIES: usize = 400;
    let folder = Folder::with([("book.toml", QUIET)]);
    for number in 0..ENTRIES {
        let text = format!(
            "---\ntitle: What to say when the parcel of order number {number:04} is later than promised\nkind: guide\n\
             situations: [the parcel of order {number:04} is later than promised]\nchannel: [phone, chat, counter]\n\
             owner: team-lead\nreviewed: 2026-11-02\nreview-every: 6 months\n\
             changed: 2026-11-02 The workshop answers within fifteen minutes while the customer waits at the counter\n\
             ---\n\n## Say it like this\n\n| Instead of | Try | Why |\n| --- | --- | --- |\n\
             | \"You will have to wait until somebody from the workshop rings you back, and I cannot say when.\" \
             | \"I ring the workshop now, and you hear from me by four, with a date or without one.\" \
             | A time to count on is worth more than a promise that nobody can keep. |\n"
        );
        folder.put(&format!("content/guides/g{number:04}.md"), text);
    }
    folder.put("content/people/team-lead.md", "---\ntitle: Team lead\nkind: contact\nphone: 030 123456\n---\n");
    let pages = html(&folder);
    let too_long: Vec<(&String, usize)> =
        pages.iter().map(|(address, page)| (address, page.len())).filter(|(_, length)| *length > 150_000).collect();
    assert!(too_long.is_empty(), "{too_long:?}");
    for (stem, row) in [
        ("phrase-bank", "<li class=\"phrase pair\""),
        ("coverage", "<th scope=\"row\">"),
        ("reviews", "<li class=\"row kind-guide\">"),
        ("owners/team-lead", "<li class=\"row kind-guide\">"),
        ("what-changed", "<li class=\"row kind-guide\">"),
    ] {
        let parts = pages.iter().filter(|(address, _)| {
            address.starts_with(&format!("{stem}.")) || address.starts_with(&format!("{stem}-"))
        });
        let rows: Vec<usize> = parts.map(|(_, page)| page.matches(row).count()).collect();
        assert!(rows.len() > 1 && rows.iter().sum::<usize>() == ENTRIES, "{stem}: {rows:?}");
    }
}

#[test]
fn no_index_of_a_book_of_2000_entries_is_over_150_kb() {
    const ENTRIES: usize = 2_000;
    let folder = Folder::with([("book.toml", QUIET)]);
    let kinds = ["guide", "script", "checklist", "decision"];
    for number in 0..ENTRIES {
        let letter = char::from(b'a' + (number % 26) as u8);
        let text = format!(
            "---\ntitle: {letter}n answer for whoever asks about the parcel of order number {number:04}\n\
             summary: What to say and what to look up before anybody promises a day, for order {number:04}, at the counter, in chat and on the phone.\n\
             situations: [the parcel is late {}, the parcel came back]\nskills: [asking before answering {}]\n\
             channel: [phone, chat]\ntags: [parcels, tag {}]\nowner: lead-{}\nreviewed: 2026-11-02\nreview-every: 6 months\n\
             changed: 2026-11-{:02} The workshop answers within fifteen minutes\n---\n\n## Look it up\n\n\
             | Instead of | Try |\n| --- | --- |\n\
             | \"You will have to wait, and I cannot say how long, order {number}.\" | \"I ring the workshop now, and you hear from me by four.\" |\n",
            number % 40,
            number % 30,
            number % 50,
            number % 5,
            number % 27 + 1,
        );
        let kind = kinds[number % kinds.len()];
        folder.put(
            &format!("content/{kind}s/e{number:04}.md"),
            text.replacen("---\n", &format!("---\nkind: {kind}\n"), 1),
        );
    }
    for lead in 0..5 {
        let text = format!("---\ntitle: Team lead {lead}\nkind: contact\nphone: 030 12345{lead}\n---\n");
        folder.put(&format!("content/people/lead-{lead}.md"), text);
    }
    let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
    let theme = project.theme().unwrap();
    let site = project.site(&made, &theme, &Readers::Everyone, None);
    let indexes = site.pages.iter().filter(|page| {
        page.address.ends_with(".html") && !matches!(page.id, PageId::Entry(_) | PageId::Card(..) | PageId::Redirect(_))
    });
    let sizes: Vec<(&str, usize)> = indexes
        .map(|page| match site.bytes(page) {
            Ok(Content::Bytes(bytes)) => (page.address.as_str(), bytes.len()),
            other => panic!("{}: {other:?}", page.address),
        })
        .collect();
    for stem in [
        "a-z.",
        "phrase-bank",
        "coverage",
        "reviews",
        "owners/lead-0",
        "what-changed",
        "situations/the-parcel-came-back",
    ] {
        assert!(sizes.iter().any(|(address, _)| address.contains(stem)), "no page `{stem}` among {sizes:?}");
    }
    let too_long: Vec<_> = sizes.iter().filter(|(_, size)| *size > 150_000).collect();
    assert!(too_long.is_empty(), "{too_long:?}");
}
