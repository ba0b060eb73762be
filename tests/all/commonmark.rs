//! A page that uses no extension says what the Markdown parser alone would say; one that is made of pieces of other
//! dialects, in whatever order, loses no line of text.

use std::sync::Arc;

use cuebook::config::Config;
use cuebook::entry::{Body, Fill, Fragment, Piece, Reference};
use cuebook::parse::{Context, parse};
use cuebook::source::Source;
use cuebook::text::SourcePath;
use proptest::prelude::*;
use pulldown_cmark::{Options, Parser};

/// Words, emphasis, code, links and line breaks.
fn inline() -> impl Strategy<Value = String> {
    let word = "[a-zA-Zäß0-9]{1,8}";
    let part = prop_oneof![
        6 => word.prop_map(|word| word),
        1 => word.prop_map(|word| format!("*{word}*")),
        1 => (word, word).prop_map(|(a, b)| format!("**{a} _{b}_**")),
        1 => word.prop_map(|word| format!("`{word} < 1 {{{{`")),
        1 => word.prop_map(|word| format!("~~{word}~~")),
        1 => (word, "[a-z]{1,5}").prop_map(|(word, path)| format!("[{word}](https://example.org/{path})")),
        1 => word.prop_map(|word| format!("\\*{word} &amp; <https://example.org/{}>", word.len())),
        1 => Just("line\nbreak".to_owned()),
        1 => Just("hard  \nbreak".to_owned()),
        1 => Just("2 < 3 > 1; a_b_c, “so” [brackets] 1* 2*".to_owned()),
    ];
    prop::collection::vec(part, 1..8).prop_map(|parts| parts.join(" "))
}

/// A text without line breaks, which begins with a letter.
fn line() -> impl Strategy<Value = String> {
    ("[a-zA-Z]{2,8}", inline())
        .prop_map(|(first, rest)| format!("{first} {}", rest.replace("  \n", " ").replace('\n', " ")))
}

fn paragraph() -> impl Strategy<Value = String> {
    ("[a-zA-Z]{2,8}", inline()).prop_map(|(first, rest)| format!("{first} {rest}\n"))
}

fn block() -> impl Strategy<Value = String> {
    let code = "[a-z<&*_#{}! ]{0,20}";
    let leaf = prop_oneof![
        4 => paragraph(),
        1 => (2usize..6, line()).prop_map(|(level, line)| format!("{} {line}\n", "#".repeat(level))),
        1 => line().prop_map(|line| format!("{line}\n---\n")),
        1 => ("(rust|text|zebra|)", code).prop_map(|(language, code)| format!("```{language}\n{code}\n```\n")),
        1 => code.prop_map(|code| format!("    x {code}\n")),
        1 => Just("***\n".to_owned()),
        1 => (line(), line()).prop_map(|(a, b)| {
            let (a, b) = (a.replace('|', ""), b.replace('|', ""));
            format!("| one | two |\n| :-- | --: |\n| {a} | {b} |\n")
        }),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let blocks = prop::collection::vec(inner, 1..3).prop_map(|blocks| blocks.join("\n"));
        let indented = |text: &str, indent: &str| text.replace('\n', &format!("\n{indent}")).trim_end().to_owned();
        prop_oneof![
            blocks.clone().prop_map(|text| format!("> {}\n", text.trim_end().replace('\n', "\n> "))),
            prop::collection::vec(blocks.clone(), 1..4).prop_map(move |items| {
                items.iter().map(|item| format!("- {}\n", indented(item, "  "))).collect::<String>()
            }),
            (1usize..20, prop::collection::vec(blocks, 1..4)).prop_map(move |(first, items)| {
                let item = |(at, item): (usize, &String)| format!("{}. {}\n", first + at, indented(item, "    "));
                items.iter().enumerate().map(item).collect::<String>()
            }),
        ]
    })
}

fn page() -> impl Strategy<Value = String> {
    prop::collection::vec(block(), 1..8).prop_map(|blocks| blocks.join("\n"))
}

/// The body of a page as one piece of markup, its links leading where they were typed to lead.
fn shown(body: &Body, references: &[Reference]) -> String {
    let mut out = String::new();
    let fill = |fragment: &Fragment, out: &mut String| {
        fragment.fill(out, |hole, out| match hole.fill {
            Fill::Open => out.push_str(&format!("<a href=\"{}\">", references[hole.reference as usize].target)),
            Fill::Close => out.push_str("</a>"),
            Fill::Title | Fill::Picture => {}
        });
    };
    for section in &body.sections {
        if let Some(heading) = &section.heading {
            out.push_str(&format!("<h{}>", heading.level));
            fill(&heading.html, &mut out);
            out.push_str(&format!("</h{}>", heading.level));
        }
        for piece in &section.pieces {
            match piece {
                Piece::Prose(html) => fill(html, &mut out),
                other => out.push_str(&format!("{other:?}")),
            }
        }
    }
    out
}

/// Markup without classes, ids and the boxes around tables, and without the white space that means nothing.
fn normal(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    let mut in_pre = false;
    while let Some(open) = rest.find('<') {
        push_text(&rest[..open], in_pre, &mut out);
        let close = rest[open..].find('>').expect("a tag ends") + open;
        let tag = rest[open + 1..close].trim_end_matches(['/', ' ']);
        let name = tag.split(' ').next().unwrap_or_default();
        in_pre = match name {
            "pre" => true,
            "/pre" => false,
            _ => in_pre,
        };
        let value = |attribute: &str| {
            let start = tag.find(&format!(" {attribute}=\""))?;
            let value = &tag[start + attribute.len() + 3..];
            Some(format!(" {attribute}={}", &value[..value.find('"')?]))
        };
        match name {
            "div" | "/div" | "section" | "/section" => {}
            "span" | "/span" => {}
            // A line break before or behind a block is none.
            _ if !is_inline(name) => {
                out.truncate(out.trim_end().len());
                out.push_str(&format!("<{name}{}>", value("start").unwrap_or_default()));
            }
            "code" => out.push_str(&format!("<code{}>", value("class").unwrap_or_default())),
            _ => out.push_str(&format!("<{name}{}>", value("href").unwrap_or_default())),
        }
        rest = &rest[close + 1..];
    }
    push_text(rest, in_pre, &mut out);
    out
}

fn push_text(text: &str, in_pre: bool, out: &mut String) {
    let text = text.replace("&quot;", "\"").replace("&#39;", "'").replace("&#x27;", "'");
    let after_block =
        out.ends_with('>') && out.rfind('<').is_some_and(|at| !is_inline(out[at + 1..out.len() - 1].trim()));
    out.push_str(if after_block && !in_pre { text.trim_start() } else { &text });
}

fn is_inline(tag: &str) -> bool {
    let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
    matches!(name, "em" | "strong" | "code" | "del" | "a" | "br" | "span")
}

/// Part of a page of another program, or a line of text.
fn piece() -> impl Strategy<Value = String> {
    let marks = [
        "!!! note\n",
        "!!! warning \"Größe\"\n",
        "???+ tip\n",
        "=== \"Tab\"\n",
        ":::note\n",
        "::::tip[T]\n",
        ":::\n",
        "::::\n",
        "{% hint style=\"info\" %}\n",
        "{% endhint %}\n",
        "{% if a %}",
        "{% endif %}\n",
        "{% raw %}",
        "{% endraw %}\n",
        "{% highlight ruby %}\n",
        "{% endhighlight %}\n",
        "{{< alert >}}\n",
        "{{< /alert >}}\n",
        "{{% tab \"T\" %}}\n",
        "{{% /tab %}}\n",
        "{{ x }}",
        "<Tabs>\n",
        "</Tabs>\n",
        "<Tab label=\"é\">\n",
        "</Tab>\n",
        "<Foo a={[1]} />\n",
        "<div markdown>\n",
        "</div>\n",
        "import x from 'y'\n",
        "--8<-- \"a.md\"\n",
        "{{#include a.md:1}}\n",
        "```\n",
        "> ",
        "- ",
        "1. ",
        "    ",
        "  ",
        "\t",
        "\n",
        "\n\n",
        "**",
        "「",
        "」",
        "は",
        "{: .x}",
        "{.x}",
        "[a](b.md)",
        "`",
        "é ",
        "| a | b |\n|---|---|\n",
        "<br>",
    ];
    prop_oneof![
        3 => prop::sample::select(marks.to_vec()).prop_map(str::to_owned),
        1 => (0usize..1000).prop_map(|number| format!("word{number}\n")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_page_without_extensions_says_what_the_parser_alone_says(text in page()) {
        let source = Source::new(SourcePath::new("a.md").unwrap(), "", format!("---\ntitle: A title\n---\n\n{text}"));
        let entry = parse(Arc::new(source), &Context::new(Arc::new(Config::default())));
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let mut alone = String::new();
        pulldown_cmark::html::push_html(&mut alone, Parser::new_ext(&text, options));
        prop_assert_eq!(normal(&shown(&entry.body, &entry.references)), normal(&alone), "of:\n{}", text);
    }

    #[test]
    fn no_line_is_lost_between_the_marks_of_other_dialects(pieces in prop::collection::vec(piece(), 1..40)) {
        let text: String = pieces.concat();
        let source = Source::new(SourcePath::new("a.md").unwrap(), "", text.clone());
        let entry = parse(Arc::new(source), &Context::new(Arc::new(Config::default())));
        let shown = format!("{:?} {}", entry.body, entry.title);
        for word in text.split_whitespace().filter(|word| word.starts_with("word")) {
            prop_assert!(shown.contains(word), "{} is lost of:\n{}", word, text);
        }
        for diagnostic in &entry.diagnostics {
            let place = diagnostic.place.as_ref().expect("it is about a line");
            prop_assert!(text.get(place.span.range()).is_some(), "{:?} is no part of:\n{}", place.span, text);
        }
    }
}
