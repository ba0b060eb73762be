//! What the bytes of one page say: its ids, its titles, and every address in it.
//!
//! A page is read as a browser reads it, by the tokeniser of the HTML standard; SVG files go the same way. Styles are read
//! by the CSS tokeniser of Servo. Nothing here knows how a page was made.

use cssparser::{Parser as Css, Token as CssToken};
use html5gum::emitters::default::{DefaultEmitter, StartTag};
use html5gum::{Token, Tokenizer};

use crate::text::Span;

/// One page, read.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Every id, and every name of an anchor, where it stands.
    pub ids: Vec<(String, Span)>,
    /// Every address, in order.
    pub addresses: Vec<Address>,
    /// What its title and its main headings say.
    pub titles: Vec<String>,
    /// Where its addresses are counted from, if it says so.
    pub base: Option<String>,
}

/// An address that something names.
#[derive(Debug)]
pub(super) struct Address {
    /// As a browser would have it: entities are letters.
    pub value: String,
    /// The bytes of the attribute or of the rule.
    pub span: Span,
    /// What becomes of it.
    pub role: Role,
}

/// What becomes of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A reader may follow it.
    Followed,
    /// The page asks for it without anybody's doing.
    Loaded,
}

/// Kinds of `<link>` for which a browser asks, or opens a line.
const ASKED_FOR: [&str; 10] = [
    "stylesheet",
    "icon",
    "apple-touch-icon",
    "mask-icon",
    "preload",
    "modulepreload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "manifest",
];

/// Calls of script that ask for the address behind them.
const ASKING: [&str; 9] =
    ["import", "import(", "from", "fetch(", "importScripts(", "Worker(", "EventSource(", "WebSocket(", "sendBeacon("];

/// Reads a page or an SVG file.
pub(super) fn read(html: &str) -> Page {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut page = Page::default();
    let mut inside = String::new();
    // The content of a template is no part of the page until script puts it there.
    let mut templates = 0_usize;
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = text(&tag.name);
                templates += usize::from(name == "template");
                page.tag(&name, &tag, templates > 0);
                if matches!(&*name, "style" | "script" | "title" | "h1") && !tag.self_closing {
                    page.titles.extend(matches!(&*name, "title" | "h1").then(String::new));
                    inside = name;
                }
            }
            Token::EndTag(tag) => {
                let name = text(&tag.name);
                templates -= usize::from(name == "template" && templates > 0);
                if name == inside {
                    inside.clear();
                }
            }
            Token::String(words) => match &*inside {
                "style" => page.style(&text(&words.value), words.span.start, None),
                "script" => page.script(&text(&words.value), words.span.start),
                "title" | "h1" => {
                    page.titles.last_mut().map(|title| title.push_str(&text(&words.value))).unwrap_or_default();
                }
                _ => {}
            },
            _ => {}
        }
    }
    page
}

/// Reads a style sheet of its own.
pub(super) fn read_style(css: &str) -> Page {
    let mut page = Page::default();
    page.style(css, 0, None);
    page
}

/// Reads a script of its own: what it asks for by a whole address, as far as that stands in it.
pub(super) fn read_script(script: &str) -> Page {
    let mut page = Page::default();
    page.script(script, 0);
    page
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Page {
    fn tag(&mut self, name: &str, tag: &StartTag<usize>, in_template: bool) {
        let attribute = |wanted: &str| {
            tag.attributes.get(wanted.as_bytes()).map(|found| String::from_utf8_lossy(&found.value).to_lowercase())
        };
        for (key, found) in &tag.attributes {
            let (key, value) = (text(key), text(&found.value));
            let span = Span::new(found.span.start, found.span.end);
            let mut put = |value: &str, role| {
                self.addresses.push(Address { value: value.to_owned(), span, role });
            };
            match (name, key.as_str()) {
                (_, "id") if !in_template => self.ids.push((value, span)),
                ("a", "name") if !in_template && !tag.attributes.contains_key(b"id".as_slice()) => {
                    self.ids.push((value, span));
                }
                ("a" | "area", "href" | "xlink:href") => put(&value, Role::Followed),
                ("a" | "area", "ping") => value.split_whitespace().for_each(|one| put(one, Role::Loaded)),
                ("base", "href") => self.base = Some(value),
                ("link", "href") => {
                    let relations = attribute("rel").unwrap_or_default();
                    let mut relations = relations.split_whitespace();
                    match relations.any(|relation| ASKED_FOR.contains(&relation)) {
                        true => put(&value, Role::Loaded),
                        // A canonical address names a place elsewhere, and nobody goes there.
                        false if scheme(&value).is_none() => put(&value, Role::Followed),
                        false => {}
                    }
                }
                ("form", "action") | ("button" | "input", "formaction") => put(&value, Role::Loaded),
                ("object", "data") | ("video", "poster") | ("body" | "table" | "td" | "th", "background") => {
                    put(&value, Role::Loaded);
                }
                (_, "src") => put(&value, Role::Loaded),
                (_, "srcset" | "imagesrcset") => candidates(&value).for_each(|one| put(one, Role::Loaded)),
                (_, "style") => self.style(&value, 0, Some(span)),
                ("meta", "content") if attribute("http-equiv").as_deref() == Some("refresh") => {
                    let at = value.to_lowercase().find("url=").map(|at| at + 4);
                    if let Some(at) = at {
                        put(value[at..].trim().trim_matches(['"', '\'']), Role::Loaded);
                    }
                }
                // In SVG: `use`, `image`, gradients and all else that takes from elsewhere.
                (_, "href" | "xlink:href") => put(&value, Role::Loaded),
                _ => {}
            }
        }
    }

    /// `whole` is the place of all of it, where offsets inside mean nothing.
    fn style(&mut self, css: &str, start: usize, whole: Option<Span>) {
        let mut found = Vec::new();
        in_style(&mut Css::new(css), 0, &mut found);
        self.addresses.extend(found.into_iter().map(|(value, end)| {
            let length = value.len().min(end);
            let span = whole.unwrap_or_else(|| Span::new(start + end - length, start + end));
            Address { value, span, role: Role::Loaded }
        }));
    }

    fn script(&mut self, script: &str, start: usize) {
        // Whether the line up to a byte only hands data on, which is asked once a line.
        let (mut line_end, mut line_is_data) = (0, false);
        for (at, _) in script.match_indices("//") {
            let before = &script[..at];
            let before = ["https:", "http:", "wss:", "ws:"]
                .iter()
                .find_map(|scheme| before.strip_suffix(scheme))
                .unwrap_or(before);
            let Some(quote) = before.chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`')) else { continue };
            let call = before[..before.len() - 1].trim_end();
            if ASKING.iter().any(|asking| call.ends_with(asking)) {
                if at >= line_end {
                    let line_start = script[..at].rfind('\n').map_or(0, |end| end + 1);
                    line_end = script[at..].find('\n').map_or(script.len(), |length| at + length);
                    line_is_data = is_data(&script[line_start..line_end]);
                }
                if line_is_data {
                    continue;
                }
                let value = script[before.len()..].split([quote, '\n']).next().unwrap_or_default();
                let span = Span::new(start + before.len(), start + before.len() + value.len());
                self.addresses.push(Address { value: value.to_owned(), span, role: Role::Loaded });
            }
        }
    }
}

/// Whether a line of script only hands data on, as ours do, `cuebook.shelf("…",[…]);`: what looks like a call in it is a text
/// of the book.
fn is_data(line: &str) -> bool {
    let call = line.strip_prefix("cuebook.").and_then(|call| call.trim_end_matches(';').strip_suffix(')'));
    let data = call.and_then(|call| call.split_once('('));
    data.is_some_and(|(_, data)| serde_json::from_str::<serde::de::IgnoredAny>(&format!("[{data}]")).is_ok())
}

/// Blocks of a style sheet that are followed into one another. Deeper ones name no address that a browser would find.
const DEEPEST: usize = 64;

/// Every address of a style sheet, with the byte behind it.
fn in_style(css: &mut Css<'_>, depth: usize, found: &mut Vec<(String, usize)>) {
    let mut imports = false;
    loop {
        let Ok(token) = css.next_including_whitespace_and_comments() else { return };
        let token = token.clone();
        let end = css.position().byte_index();
        match &token {
            CssToken::UnquotedUrl(address) => found.push((address.to_string(), end)),
            CssToken::AtKeyword(word) => imports = word.eq_ignore_ascii_case("import"),
            CssToken::QuotedString(address) if imports => found.push((address.to_string(), end)),
            CssToken::Semicolon => imports = false,
            CssToken::Function(name)
                if ["url", "src", "image-set"].iter().any(|one| name.eq_ignore_ascii_case(one)) =>
            {
                let quoted = |inner: &mut Css<'_>| -> Result<(), cssparser::ParseError<()>> {
                    while let Ok(token) = inner.next() {
                        let token = token.clone();
                        let end = inner.position().byte_index();
                        match token {
                            CssToken::QuotedString(address) => found.push((address.to_string(), end)),
                            CssToken::UnquotedUrl(address) => found.push((address.to_string(), end)),
                            _ => {}
                        }
                    }
                    Ok(())
                };
                let _ = css.parse_nested_block(quoted);
            }
            CssToken::Function(_)
            | CssToken::ParenthesisBlock
            | CssToken::SquareBracketBlock
            | CssToken::CurlyBracketBlock
                if depth < DEEPEST =>
            {
                let _ = css.parse_nested_block(|inner| -> Result<(), cssparser::ParseError<()>> {
                    in_style(inner, depth + 1, found);
                    Ok(())
                });
            }
            _ => {}
        }
    }
}

/// The addresses of a `srcset` (HTML § 4.8.4.2.2): each ends with white space or a comma at its end.
fn candidates(srcset: &str) -> impl Iterator<Item = &str> {
    let mut rest = srcset;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let address = rest[..end].trim_end_matches(',');
        rest = match rest[..end].ends_with(',') {
            true => &rest[end..],
            false => rest[end..].split_once(',').map_or("", |(_, rest)| rest),
        };
        (!address.is_empty()).then_some(address)
    })
}

/// The scheme of an address that has one, in lower case.
pub(super) fn scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let sound = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    sound.then(|| scheme.to_ascii_lowercase())
}
