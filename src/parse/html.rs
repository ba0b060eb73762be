//! HTML that a writer typed: what is harmless stays, the rest goes.
//!
//! Only a passage that holds HTML is sanitised, as a whole and by `ammonia`. Our own links and pictures go through it
//! as elements with an address that no writer can guess, and become holes again; the writer's own become references
//! like any other.

use std::collections::HashSet;

use pulldown_cmark::Event;

use super::Draft;
use super::nodes::Node;
use crate::entry::{Anchor, Fill, Form, Fragment, Hole};
use crate::rules;
use crate::text::{Span, escape_html, slug, text_of_html};

/// Elements of HTML, so that `<customer name>` is known to be none of them.
static ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "math",
    "menu",
    "meta",
    "meter",
    "nav",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "picture",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "search",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Elements of our own markup that `ammonia` does not allow by itself.
const OURS: [&str; 5] = ["input", "label", "section", "details", "summary"];

/// The names, in small letters, of the tags that are closed somewhere on a page: `</name>`.
pub(crate) fn closed_names(nodes: &[Node<'_>]) -> HashSet<String> {
    let tags = nodes.iter().filter_map(|node| match &node.event {
        Event::Html(html) | Event::InlineHtml(html) => Some(&**html),
        _ => None,
    });
    let closing = tags.flat_map(|html| html.match_indices("</").map(|(at, _)| &html[at + 2..]));
    closing.map(|tag| tag.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase()).collect()
}

/// The words of something that looks like a tag and is a blank: `<customer name>`. `closed` are the names of tags that are
/// closed on the page, which are somebody's elements.
pub(crate) fn placeholder<'t>(tag: &'t str, closed: &HashSet<String>) -> Option<&'t str> {
    let words = tag.strip_prefix('<')?.strip_suffix('>')?;
    let name = words.split_whitespace().next()?;
    let sound = words.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '\''))
        && name.starts_with(|c: char| c.is_alphabetic())
        && !is_element(name)
        && !closed.contains(&name.to_lowercase());
    sound.then_some(words.trim())
}

/// Elements without an end tag: <https://html.spec.whatwg.org/#void-elements>.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements that the next one of their name ends, and the end of what they lie in.
const LEFT_OPEN: [&str; 14] =
    ["a", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup"];

/// Elements whose start tag makes text of all that follows, up to their end tag: HTML §13.2.6.2 and §13.2.6.4.7.
const SWALLOW: [&str; 10] =
    ["iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp"];

/// Attributes that a tag can have before nobody typed it for a reader.
const MOST_ATTRIBUTES: usize = 200;

/// Reports HTML that nests deeper than the book allows, or would cost a browser and the sanitiser time or room that grows
/// with its square: far too many attributes in one tag, or tags that cross and are opened again and again. It is shown as
/// it is typed.
pub(crate) fn is_excessive<'h>(draft: &mut Draft<'_>, typed: impl Iterator<Item = &'h str>, span: Span) -> bool {
    let deepest = draft.context.config.limits.nesting;
    let message = match excess(typed, deepest) {
        None => return false,
        Some(Excess::Nesting) => format!("elements of HTML are nested more than {deepest} deep"),
        Some(Excess::Attributes) => format!("a tag has more than {MOST_ATTRIBUTES} attributes"),
        Some(Excess::Crossing) => "the tags of HTML cross each other too often".to_owned(),
    };
    let help = "close each element where it ends, or write the passage in Markdown; it is shown as it is typed";
    draft.report(draft.source.diagnose(&rules::LIMIT, span, message).help(help));
    true
}

/// Why HTML is not sanitised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Excess {
    Nesting,
    Attributes,
    Crossing,
}

/// Follows the open elements as HTML §13.2.6 does, and where that is involved counts rather too many than too few.
fn excess<'h>(typed: impl Iterator<Item = &'h str>, deepest: usize) -> Option<Excess> {
    let mut open: Vec<String> = Vec::new();
    // Elements that a browser may open again at each tag, since an end tag crossed them; and what that would cost.
    let (mut crossed, mut tags, mut cost) = (0, 0, 0);
    for html in typed {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            rest = &rest[at + 1..];
            let is_end = rest.starts_with('/');
            let name = &rest[usize::from(is_end)..];
            let length = name.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>' | '<')).unwrap_or(name.len());
            let (name, behind) = name.split_at(length);
            if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                continue;
            }
            let name = name.to_ascii_lowercase();
            if is_end {
                while open.last().is_some_and(|last| *last != name && LEFT_OPEN.contains(&last.as_str())) {
                    open.pop();
                }
                match open.iter().rposition(|other| *other == name) {
                    Some(at) if at + 1 == open.len() => {
                        open.pop();
                    }
                    // Whether this ends what lies in it depends on what that is; so it stays.
                    Some(at) => crossed += open.len() - 1 - at,
                    None => {}
                }
                rest = behind;
                continue;
            }
            let (attributes, length) = attributes(behind);
            rest = &behind[length..];
            tags += 1;
            cost += 1 + crossed;
            if attributes > MOST_ATTRIBUTES {
                return Some(Excess::Attributes);
            }
            if cost > 1_000 + 8 * tags {
                return Some(Excess::Crossing);
            }
            // A tag that HTML does not know is left out, but in a drawing, which is sanitised as a whole.
            let is_drawing = |name: &str| matches!(name, "svg" | "math");
            let is_left_out = !is_element(&name) && !is_drawing(&name) && !open.iter().any(|outer| is_drawing(outer));
            if is_left_out || VOID.contains(&name.as_str()) {
                continue;
            }
            let ends = |last: &str| match name.as_str() {
                "tr" => matches!(last, "td" | "th" | "tr"),
                "td" | "th" => matches!(last, "td" | "th"),
                "dt" | "dd" => matches!(last, "dt" | "dd"),
                _ => last == name && LEFT_OPEN.contains(&last),
            };
            while open.last().is_some_and(|last| ends(last)) {
                open.pop();
            }
            open.push(name);
            if open.len() > deepest {
                return Some(Excess::Nesting);
            }
        }
    }
    None
}

/// How many attributes a tag has, and how long it is from behind its name on: HTML §13.2.5.32 to §13.2.5.39.
fn attributes(tag: &str) -> (usize, usize) {
    let bytes = tag.as_bytes();
    let (mut at, mut n) = (0, 0);
    let is_gap = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'>' => return (n, at + 1),
            gap if is_gap(gap) => at += 1,
            _ => {
                n += 1;
                let name = bytes[at + 1..].iter().position(|byte| is_gap(byte) || matches!(byte, b'=' | b'>'));
                at = name.map_or(bytes.len(), |length| at + 1 + length);
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                if bytes.get(at) != Some(&b'=') {
                    continue;
                }
                at += 1;
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                let end = match bytes.get(at) {
                    Some(quote @ (b'"' | b'\'')) => {
                        at += 1;
                        bytes[at..].iter().position(|byte| byte == quote).map(|length| length + 1)
                    }
                    _ => bytes[at..].iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>'),
                };
                at = end.map_or(bytes.len(), |length| at + length);
            }
        }
    }
    (n, bytes.len())
}

/// `fragment` without anything that a page should not run, load or hide.
pub(crate) fn sanitised(draft: &mut Draft<'_>, fragment: Fragment, span: Span) -> Fragment {
    let active = active_content(&fragment.html);
    let message = match active.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is not allowed in an entry and was taken out")),
        [most @ .., last] => {
            Some(format!("{} and {last} are not allowed in an entry and were taken out", most.join(", ")))
        }
    };
    if let Some(message) = message {
        draft.report(
            draft
                .source
                .diagnose(&rules::RAW_HTML, span, message)
                .help("write the passage in Markdown, or put it in a block of code to show it as it is typed"),
        );
    }
    let own = own_mark(draft);
    let scheme = own.trim_end_matches(':').to_owned();
    let mut marked = String::new();
    fragment.fill(&mut marked, |hole, out| match hole.fill {
        Fill::Open => out.push_str(&format!("<a href=\"{scheme}:{}\">", hole.reference)),
        Fill::Title => out.push_str(&format!("{scheme}:{};", hole.reference)),
        Fill::Close => out.push_str("</a>"),
        Fill::Picture => out.push_str(&format!("<img src=\"{scheme}:{}\">", hole.reference)),
    });
    let clean = clean(&without_unknown(&marked), &scheme);
    let clean = with_ids(draft, &clean, &own);
    reopened(draft, &clean, &scheme, span)
}

/// What our own addresses and ids begin with on their way through the sanitiser. It depends on the whole text: a writer
/// cannot type it in advance.
pub(crate) fn own_mark(draft: &Draft<'_>) -> String {
    format!("hole{:x}:", draft.hash)
}

/// `clean` with the ids that the writer gave each once on the page, `name` of a link as its id, and ids for headings that
/// have none. `own` marks ids that are ours already.
fn with_ids(draft: &mut Draft<'_>, clean: &str, own: &str) -> String {
    let mut out = String::with_capacity(clean.len());
    let mut rest = clean;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        let end = end_of_tag(&rest[open..]);
        let (tag, behind) = rest[open..].split_at(end);
        rest = behind;
        let bytes = tag.as_bytes();
        let heading = bytes.len() > 3 && bytes[1] == b'h' && (b'1'..=b'6').contains(&bytes[2]);
        let id = attribute(tag, "id").filter(|id| !id.is_empty());
        let name = attribute(tag, "name").filter(|name| !name.is_empty());
        let tag = without_attribute(&without_attribute(tag, "id"), "name");
        if let Some(id) = id.as_deref().and_then(|id| id.strip_prefix(own)) {
            push_with_id(&tag, id, &mut out);
            continue;
        }
        let text = match heading {
            true => {
                let close = format!("</h{}", bytes[2] as char);
                text_of_html(&rest[..rest.find(&close).unwrap_or_default()])
            }
            false => String::new(),
        };
        let base = id.clone().or(name.clone()).or_else(|| heading.then(|| slug(&text)).filter(|slug| !slug.is_empty()));
        let Some(base) = base else {
            out.push_str(&tag);
            continue;
        };
        let unique = draft.ids.claim(&base);
        let typed = id.into_iter().chain(name);
        draft.anchors.extend(typed.map(|typed| Anchor { typed, text: String::new(), id: unique.clone() }));
        if heading {
            draft.anchors.push(Anchor { typed: String::new(), text, id: unique.clone() });
        }
        push_with_id(&tag, &unique, &mut out);
    }
    out.push_str(rest);
    out
}

/// Where a tag ends that `html` begins with; a `>` in quotes does not end it.
fn end_of_tag(html: &str) -> usize {
    let mut quoted = false;
    let end = html.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b'>' && !quoted
    });
    end.map_or(html.len(), |end| end + 1)
}

fn without_attribute(tag: &str, name: &str) -> String {
    let start = format!(" {name}=\"");
    match tag.split_once(&start).and_then(|(before, value)| Some((before, value.split_once('"')?.1))) {
        Some((before, behind)) => format!("{before}{behind}"),
        None => tag.to_owned(),
    }
}

fn push_with_id(tag: &str, id: &str, out: &mut String) {
    let name = tag.find([' ', '>', '/']).unwrap_or(tag.len());
    out.push_str(&tag[..name]);
    out.push_str(" id=\"");
    escape_html(id, out);
    out.push('"');
    out.push_str(&tag[name..]);
}

/// Whether HTML has an element of that name.
pub(crate) fn is_element(name: &str) -> bool {
    ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(name))
}

/// What ends the last tag of some HTML if it has no end itself. A browser would read what follows as its attributes.
pub(crate) fn end_of_open_tag(html: &str) -> Option<&'static str> {
    let tag = &html[html.rfind('<')?..];
    let is_open = !tag.contains('>') && tag[1..].trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic());
    let is_odd = |quote: &str| tag.matches(quote).count() % 2 == 1;
    is_open.then(|| {
        if is_odd("\"") {
            "\">"
        } else if is_odd("'") {
            "'>"
        } else {
            ">"
        }
    })
}

/// The name of the element whose tag goes on with `typed`, behind its sign and slash.
fn name_of_tag(typed: &str) -> &str {
    // No name goes on behind the next `<`, where it is read anew.
    typed.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<')).next().unwrap_or_default()
}

/// The bytes at which tags begin that would make text of the rest of the page, since they have no end tag or, as in MDX, end
/// in themselves.
fn swallowing(html: &str) -> HashSet<usize> {
    let mut found = HashSet::new();
    // Whether the next tag of that name ends an element, or of a script, which may write tags, any further one.
    let mut ends = [false; SWALLOW.len()];
    for (at, _) in html.rmatch_indices('<') {
        let is_end = html[at + 1..].starts_with('/');
        let name = name_of_tag(&html[at + 1 + usize::from(is_end)..]);
        let Some(nth) = SWALLOW.iter().position(|known| known.eq_ignore_ascii_case(name)) else { continue };
        let ends_itself = || length_of_tag(&html[at..]).is_some_and(|length| html[..at + length].ends_with("/>"));
        if !is_end && (!ends[nth] || ends_itself()) {
            found.insert(at);
        }
        ends[nth] = is_end || ends[nth] && matches!(SWALLOW[nth], "script" | "style");
    }
    found
}

/// Markup without tags that HTML does not know or that would swallow the rest of the page, and with links to films and
/// sounds. What stands in such tags stays: the sanitiser would take it out where a name, `<card>` or `<list>`, is one of
/// mathematics or of drawings.
fn without_unknown(html: &str) -> String {
    let swallowing = swallowing(html);
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    // A drawing goes as a whole; one that never ends is looked for once.
    let mut ends = true;
    while let Some(open) = rest.find('<') {
        kept.push_str(&rest[..open]);
        rest = &rest[open..];
        let typed = rest[1..].trim_start_matches('/');
        let name = name_of_tag(typed);
        let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic()) && typed.len() + 2 >= rest.len();
        let is_drawing = name.eq_ignore_ascii_case("svg") || name.eq_ignore_ascii_case("math");
        let length = if is_tag && is_drawing && ends {
            let end = rest.find(&format!("</{name}>")).map(|end| end + name.len() + 3);
            ends = end.is_some();
            kept.push_str(&rest[..end.unwrap_or(1)]);
            end.unwrap_or(1)
        } else if let Some((length, address)) = film(rest).filter(|_| is_tag) {
            kept.push_str("<a href=\"");
            escape_html(&address, &mut kept);
            kept.push_str("\">");
            escape_html(address.rsplit('/').next().unwrap_or_default(), &mut kept);
            kept.push_str("</a>");
            length
        } else if is_tag && (!is_element(name) || swallowing.contains(&(html.len() - rest.len()))) {
            match length_of_tag(rest) {
                Some(length) => length,
                None => {
                    kept.push_str("&lt;");
                    1
                }
            }
        } else {
            kept.push('<');
            1
        };
        rest = &rest[length..];
    }
    kept.push_str(rest);
    kept
}

/// The bytes of a tag that plays a film or a sound, and the address of that; it is shown as a link.
fn film(text: &str) -> Option<(usize, String)> {
    let name = text[1..].split(|c: char| !c.is_ascii_alphabetic()).next()?;
    let plays = ["video", "audio", "source", "embed"].iter().any(|known| known.eq_ignore_ascii_case(name));
    let length = if plays { length_of_tag(text)? } else { return None };
    Some((length, attribute(&text[..length], "src")?))
}

/// The bytes of the tag that a text begins with. `None` if it does not end soon.
fn length_of_tag(text: &str) -> Option<usize> {
    const LONGEST: usize = 4000;
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().take(LONGEST) {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at + 1),
            _ => {}
        }
    }
    // What looked like a quotation mark was an apostrophe.
    memchr::memchr(b'>', &text.as_bytes()[..text.len().min(LONGEST)]).map(|at| at + 1)
}

fn clean(marked: &str, scheme: &str) -> String {
    let schemes: HashSet<&str> = ["http", "https", "mailto", "tel", "data", scheme].into();
    ammonia::Builder::default()
        .add_tags(OURS)
        .url_schemes(schemes)
        .link_rel(None)
        .add_generic_attributes(["id", "class", "dir"])
        .add_tag_attributes("a", ["name"])
        .add_tag_attributes("input", ["type", "checked"])
        .add_tag_attributes("div", ["tabindex"])
        .add_tag_attributes("pre", ["tabindex"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("th", ["scope"])
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            ("input", "type") => Some("checkbox".into()),
            ("div" | "pre", "tabindex") => Some("0".into()),
            // A picture may stand in its address; whether it is one is found out where it is resolved.
            ("img", "src") => Some(value.into()),
            // An address that no reader sees and no rule of links is asked about.
            (_, "cite") => None,
            _ if is_data(value) => None,
            _ => Some(value.into()),
        })
        .clean(marked)
        .to_string()
}

/// Whether an address holds what it leads to. Browsers pass over gaps and controls in a scheme.
fn is_data(value: &str) -> bool {
    let letters = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).flat_map(char::to_lowercase);
    letters.take(5).eq("data:".chars())
}

/// What the reader of the diagnostic should look for: everything that is taken out.
fn active_content(html: &str) -> Vec<&'static str> {
    let lower = html.to_ascii_lowercase();
    let tag = |name: &str| {
        lower
            .match_indices(name)
            .any(|(at, _)| lower[at + name.len()..].starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/')))
    };
    let any = |names: &[&str]| names.iter().any(|name| tag(name));
    let found = [
        (tag("<script"), "a script"),
        (tag("<iframe"), "a frame"),
        (tag("<style") || lower.contains(" style="), "a style"),
        (any(&["<object", "<embed"]), "an embedded object"),
        (any(&["<form", "<button", "<select", "<textarea"]), "a form"),
        (any(&["<svg", "<math"]), "a drawing"),
        (lower.contains("javascript:"), "a script address"),
        (has_handler(&lower), "a script handler"),
    ];
    found.into_iter().filter(|(is_there, _)| *is_there).map(|(_, what)| what).collect()
}

/// Whether a tag has an attribute such as `onclick=`.
fn has_handler(lower: &str) -> bool {
    lower.match_indices(" on").any(|(at, _)| {
        let name = &lower[at + 3..];
        let length = name.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(name.len());
        length > 2 && name[length..].trim_start().starts_with('=') && lower[..at].rfind('<') > lower[..at].rfind('>')
    })
}

/// `clean` with its links and pictures as holes. The sanitiser's output is regular: attributes are in double quotes.
fn reopened(draft: &mut Draft<'_>, clean: &str, scheme: &str, span: Span) -> Fragment {
    let mut out = Fragment::default();
    let mut open_link: Option<u32> = None;
    let mut rest = clean;
    let title_mark = format!("{scheme}:");
    while let Some(at) = next_mark(rest, &title_mark) {
        out.html.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix(title_mark.as_str()) {
            let (number, after) = after.split_once(';').unwrap_or((after, ""));
            if let Ok(reference) = number.parse() {
                push_hole(&mut out, Fill::Title, reference);
            }
            rest = after;
        } else if let Some(after) = rest.strip_prefix("</a>") {
            match open_link.take() {
                Some(reference) => push_hole(&mut out, Fill::Close, reference),
                None => out.html.push_str("</a>"),
            }
            rest = after;
        } else {
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            let tag = &rest[..end];
            let address = attribute(tag, if tag.starts_with("<img") { "src" } else { "href" });
            let ours =
                address.as_deref().and_then(|address| address.strip_prefix(&title_mark)).and_then(|n| n.parse().ok());
            if tag.starts_with("<img") {
                let reference = ours.or_else(|| {
                    let alt = attribute(tag, "alt").unwrap_or_default();
                    Some(draft.refer(Form::Picture, &address?, alt, span) as u32)
                });
                if let Some(reference) = reference {
                    push_hole(&mut out, Fill::Picture, reference);
                }
            } else if let Some(address) = address.filter(|address| !address.starts_with("#fn")) {
                if let Some(id) = attribute(tag, "id") {
                    out.html.push_str("<a id=\"");
                    escape_html(&id, &mut out.html);
                    out.html.push_str("\"></a>");
                }
                let reference =
                    ours.unwrap_or_else(|| draft.refer(Form::Link, &address, "link".to_owned(), span) as u32);
                push_hole(&mut out, Fill::Open, reference);
                open_link = Some(reference);
            } else {
                out.html.push_str(tag);
            }
            rest = &rest[end..];
        }
    }
    out.html.push_str(rest);
    out
}

fn push_hole(out: &mut Fragment, fill: Fill, reference: u32) {
    out.holes.push(Hole { at: out.html.len() as u32, fill, reference });
}

fn next_mark(html: &str, title_mark: &str) -> Option<usize> {
    let tag = html.match_indices('<').map(|(at, _)| at).find(|at| {
        let rest = &html[*at..];
        rest.starts_with("<a ") || rest.starts_with("</a>") || rest.starts_with("<img ")
    });
    let title = html[..tag.unwrap_or(html.len())].find(title_mark);
    title.or(tag)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = &tag[start..start + tag[start..].find('"')?];
    Some(
        value
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&nbsp;", "\u{a0}")
            .replace("&amp;", "&"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_excess(html: &str, found: Option<Excess>) {
        let shown: String = html.chars().take(60).collect();
        assert_eq!(excess(std::iter::once(html), 100), found, "{shown}");
    }

    #[test]
    fn html_as_people_type_it_is_not_excessive() {
        let row = "<tr><td>a<td>b</tr>";
        check_excess(&format!("<table>{}</table>", row.repeat(500)), None);
        check_excess(&"<p>a<p>b<br><img src=x alt='<p><p>'>".repeat(500), None);
        check_excess(&"<ul><li>a<li>b<ul><li>c</ul></ul>".repeat(500), None);
        check_excess(&"<a name=x><b>bold</b> <i>both</i>".repeat(500), None);
        check_excess(&"<dl><dt>a<dd>b<dt>c<dd>d</dl>".repeat(500), None);
        check_excess(&"<b><i>crossed</b></i> ".repeat(3), None);
    }

    #[test]
    fn nesting_is_counted_also_where_end_tags_end_nothing() {
        check_excess(&"<div>".repeat(101), Some(Excess::Nesting));
        check_excess(&"<div></b>".repeat(101), Some(Excess::Nesting));
        check_excess(&"<div><table><tr><td></div>".repeat(101), Some(Excess::Crossing));
        check_excess(&format!("{}x{}", "<div>".repeat(100), "</div>".repeat(100)), None);
    }

    #[test]
    fn tags_that_html_does_not_know_nest_only_in_drawings() {
        check_excess(&"<Check size={18} />".repeat(300), None);
        check_excess(&format!("<svg>{}</svg>", "<g>".repeat(101)), Some(Excess::Nesting));
        check_excess(&format!("<math>{}</math>", "<mrow>".repeat(101)), Some(Excess::Nesting));
    }

    #[test]
    fn elements_that_would_be_opened_again_for_each_tag_are_excessive() {
        let crossed: String = (0..90).map(|n| format!("<b id={n}>")).collect();
        check_excess(&format!("<p>{crossed}</p>{}", "<p>x</p>".repeat(500)), Some(Excess::Crossing));
    }

    #[test]
    fn attributes_are_counted_as_a_browser_does() {
        let many: String = (0..=MOST_ATTRIBUTES).map(|n| format!(" a{n}")).collect();
        check_excess(&format!("<p{many}>"), Some(Excess::Attributes));
        check_excess(&format!("<p x\"y{many}>"), Some(Excess::Attributes));
        check_excess(&format!("<p title='{many}' {many}"), Some(Excess::Attributes));
        check_excess(&format!("<p title='{many}'>"), None);
        assert_eq!(attributes(" a = \"b > c\" d='e'f/g>rest"), (4, 22));
    }
}
