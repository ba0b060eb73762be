//! Files beside the entries: which of them a site may hold.
//!
//! Whoever writes entries is not trusted, and a file that a browser opens by itself, such as a drawing or a page, can run
//! script with the rights of the whole site. [`Unfit::drawing`] reads an SVG file as XML 1.0 tokenises it and refuses
//! what it cannot be sure of; it never needs to understand one.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::text::SourcePath;

/// The files beside the entries of a content folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// All of them.
    pub files: BTreeSet<SourcePath>,
    /// Those that no site may hold, and why.
    pub unfit: BTreeMap<SourcePath, Unfit>,
}

/// Why a site may not hold a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unfit {
    /// It is larger than the book allows.
    TooLarge,
    /// A browser opens it as a page, which may run script.
    Page,
    /// A web server runs it as a program, or does as it says.
    Server,
    /// A drawing that runs script, loads something, or cannot be looked into: what it has.
    Active(&'static str),
}

/// Endings of files that a browser opens as a page, or as something that can hold one.
const PAGES: [&str; 13] =
    ["html", "htm", "xhtml", "xht", "shtml", "shtm", "mhtml", "mht", "hta", "xml", "xsl", "xslt", "svgz"];

/// Endings of programs that web servers run where they lie.
const PROGRAMS: [&str; 22] = [
    "php", "php3", "php4", "php5", "php7", "php8", "phtml", "phar", "phps", "pht", "cgi", "fcgi", "asp", "aspx",
    "ashx", "asmx", "jsp", "jspx", "jspf", "jhtml", "cfm", "swf",
];

/// Files from which servers, and hosts of plain files, take orders for a whole folder or site.
const ORDERS: [&str; 10] = [
    ".htaccess",
    ".htpasswd",
    ".user.ini",
    "web.config",
    "_headers",
    "_redirects",
    "_routes.json",
    "_worker.js",
    "staticwebapp.config.json",
    "cname",
];

/// Elements of a drawing that run, load or hold what is no drawing.
const ACTIVE: [&str; 21] = [
    "script",
    "foreignobject",
    "iframe",
    "frame",
    "frameset",
    "embed",
    "object",
    "applet",
    "audio",
    "video",
    "source",
    "track",
    "handler",
    "listener",
    "base",
    "link",
    "meta",
    "form",
    "input",
    "html",
    "body",
];

impl Unfit {
    /// Whether a file of that ending is opened as a page.
    pub fn is_page(extension: &str) -> bool {
        PAGES.iter().any(|page| extension.eq_ignore_ascii_case(page))
    }

    /// Whether a web server runs a file of that name, or obeys it.
    pub fn is_for_servers(name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        // Some run `page.php.txt`, too: any of the endings counts.
        let is_program = |ending: &str| PROGRAMS.contains(&ending) || ending == "htaccess";
        ORDERS.contains(&&*name) || name.split('.').skip(1).any(is_program)
    }

    /// What makes a drawing more than one. `None` for a drawing that only draws.
    pub fn drawing(bytes: &[u8]) -> Option<Unfit> {
        active_part(bytes).map(Unfit::Active)
    }
}

fn active_part(bytes: &[u8]) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Some("another encoding than UTF-8") };
    // Browsers know several ways to write a letter, and a file is not what it looks like in another encoding.
    let text = text.trim_start_matches('\u{feff}').to_ascii_lowercase();
    let declared = text.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next()).unwrap_or_default();
    let known = ["utf-8", "us-ascii"].iter().any(|known| declared.contains(known));
    if text.contains('\0') || (declared.contains("encoding") && !known) {
        return Some("another encoding than UTF-8");
    }
    if text.contains("<!entity") || text.contains("<!attlist") {
        return Some("entities of its own");
    }
    if text.contains("<?xml-stylesheet") {
        return Some("a style sheet from elsewhere");
    }
    let mut rest = text.as_str();
    let mut in_style = false;
    while let Some(at) = rest.find('<') {
        if in_style && let Some(fault) = style_fault(&rest[..at]) {
            return Some(fault);
        }
        rest = &rest[at..];
        let skipped =
            [("<!--", "-->"), ("<![cdata[", "]]>"), ("<?", "?>")].iter().find(|(open, _)| rest.starts_with(open));
        if let Some((open, close)) = skipped {
            let end = rest.find(close).unwrap_or(rest.len());
            if in_style && let Some(fault) = style_fault(&rest[open.len().min(end)..end]) {
                return Some(fault);
            }
            rest = &rest[(end + close.len()).min(rest.len())..];
            continue;
        }
        let (tag, behind) = tag_of(rest);
        rest = behind;
        let name = tag.trim_start_matches(['<', '/']);
        let length = name.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(name.len());
        let (name, attributes) = name.split_at(length);
        let name = local(name);
        if ACTIVE.contains(&name) {
            return Some(if name == "script" { "a script" } else { "an element that is no part of a drawing" });
        }
        if let Some(fault) = attribute_fault(attributes) {
            return Some(fault);
        }
        in_style = name == "style" && !tag.starts_with("</") && !tag.ends_with("/>");
    }
    None
}

/// A tag up to its end, brackets in quotes passed over, and what follows.
fn tag_of(text: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return text.split_at(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    (text, "")
}

/// A name without the prefix of its namespace.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn attribute_fault(mut attributes: &str) -> Option<&'static str> {
    while let Some((name, behind)) = attributes.split_once('=') {
        let behind = behind.trim_start();
        let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, rest) = behind[1..].split_once(quote).unwrap_or((&behind[1..], ""));
        attributes = rest;
        let name = name.trim().trim_start_matches('/').trim_start();
        if let Some(fault) = value_fault(local(name), name, &plain(value)) {
            return Some(fault);
        }
    }
    None
}

/// `name` without its prefix, `whole` with it; `value` without entities and gaps.
fn value_fault(name: &str, whole: &str, value: &str) -> Option<&'static str> {
    if name.starts_with("on") {
        return Some("a script handler");
    }
    if value.contains("javascript:") || value.contains("vbscript:") {
        return Some("a script address");
    }
    match name {
        _ if whole.starts_with("xmlns") => None,
        "base" => Some("an address from elsewhere"),
        "href" | "src" if !stays_inside(value) => Some("an address from elsewhere"),
        "attributename" if local(value) == "href" || value.starts_with("on") => Some("an address that changes"),
        _ => style_fault(value),
    }
}

/// Whether an address leads to a part of the drawing itself, or is a picture in it.
fn stays_inside(value: &str) -> bool {
    const PICTURES: [&str; 5] = ["png", "jpeg", "jpg", "gif", "webp"];
    let picture = value.strip_prefix("data:image/").and_then(|rest| rest.split([';', ',']).next());
    value.is_empty() || value.starts_with('#') || picture.is_some_and(|kind| PICTURES.contains(&kind))
}

fn style_fault(style: &str) -> Option<&'static str> {
    let style = plain(style);
    // `\75rl(` is `url(` to a browser.
    if style.contains('\\') {
        return Some("an escape in a style");
    }
    if style.contains("@import") {
        return Some("a style sheet from elsewhere");
    }
    let outside = |rest: &str| !stays_inside(rest.trim_start_matches(['"', '\'']));
    let loads = style.split("url(").skip(1).any(outside) || style.contains("image-set(") || style.contains("src(");
    loads.then_some("an address from elsewhere")
}

/// A value with its entities read and without gaps, which browsers pass over in an address.
fn plain(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').filter(|end| *end < 12).map(|end| (&rest[1..end], end + 1));
        let read = entity.and_then(|(name, length)| {
            let code = name.strip_prefix('#').and_then(|code| match code.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => code.parse().ok(),
            });
            let letter = match name {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                _ => code.and_then(char::from_u32),
            };
            letter.map(|letter| (letter, length))
        });
        let (letter, length) = read.unwrap_or(('&', 1));
        out.push(letter.to_ascii_lowercase());
        rest = &rest[length..];
    }
    out.push_str(rest);
    out.retain(|c| !c.is_whitespace() && !c.is_control());
    out
}

/// A picture that stands in an address, by RFC 2397: the ending of its kind and its bytes. `None` for anything else, also
/// for a drawing that is more than one.
pub fn picture_in(address: &str) -> Option<(&'static str, Vec<u8>)> {
    const KINDS: [(&str, &str); 8] = [
        ("image/png", "png"),
        ("image/jpeg", "jpg"),
        ("image/jpg", "jpg"),
        ("image/gif", "gif"),
        ("image/webp", "webp"),
        ("image/avif", "avif"),
        ("image/bmp", "bmp"),
        ("image/svg+xml", "svg"),
    ];
    let (scheme, rest) = address.trim().split_once(':')?;
    let (about, data) = rest.split_once(',').filter(|_| scheme.eq_ignore_ascii_case("data"))?;
    let mut about = about.split(';').map(|part| part.trim().to_ascii_lowercase());
    let kind = about.next()?;
    let (_, extension) = KINDS.iter().find(|(known, _)| *known == kind)?;
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(data).collect();
    let bytes = if about.any(|part| part == "base64") { from_base64(&bytes)? } else { bytes };
    let is_fit = !bytes.is_empty() && (*extension != "svg" || Unfit::drawing(&bytes).is_none());
    is_fit.then_some((extension, bytes))
}

/// RFC 4648 §4 and §5, gaps and padding passed over. `None` for any other sign.
fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::RequireNone),
    );
    let letters = text.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=');
    let letters: Vec<u8> = letters
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    LENIENT.decode(letters).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_drawing(inside: &str, active: bool) {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">{inside}</svg>"
        );
        assert_eq!(Unfit::drawing(svg.as_bytes()).is_some(), active, "{inside}");
    }

    #[test]
    fn a_drawing_that_only_draws_is_fit() {
        for inside in [
            "<rect width='9' height=\"9\" fill='url(#g)' style='stroke: red'/><use href='#g'/>",
            "<style>.a { fill: url( \"#g\" ) } /* on = x */</style>",
            "<style><![CDATA[ .a { fill: red } ]]></style>",
            "<metadata xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>once=twice on=off <rdf:RDF rdf:about=''/></metadata>",
            "<image xlink:href='data:image/png;base64,iVBORw0KGgo='/><!-- <script> -->",
            "<text x='1' y='2'>a &lt;script&gt; &amp; more</text><animate attributeName='x' to='5'/>",
        ] {
            check_drawing(inside, false);
        }
    }

    #[test]
    fn a_drawing_that_runs_or_loads_is_not() {
        for inside in [
            "<script>alert(1)</script>",
            "<x:SCRIPT xmlns:x='http://www.w3.org/1999/xhtml'/>",
            "<rect onclick = 'x'/>",
            "<rect title='>' onload='x'/>",
            "<foreignObject/>",
            "<image href='https://e.org/x.png'/>",
            "<image href='x.png'/>",
            "<use xlink:href='//e.org/x.svg#a'/>",
            "<a href='java&#115;cript:alert(1)'/>",
            "<a href='java\nscript:alert(1)'/>",
            "<set attributeName='xlink:href' to='x'/>",
            "<style>@import 'x'</style>",
            "<style><![CDATA[ a { fill: url(https://e.org) } ]]></style>",
            "<rect style='fill:\\75rl(https://e.org)'/>",
            "<rect fill=\"url('https://e.org/#a')\"/>",
            "<image href='data:image/svg+xml,x'/>",
        ] {
            check_drawing(inside, true);
        }
        for whole in
            ["<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg/>", "<?xml-stylesheet href='x'?><svg/>"]
        {
            assert!(Unfit::drawing(whole.as_bytes()).is_some(), "{whole}");
        }
        assert!(Unfit::drawing(b"\xff\xfe<\0s\0").is_some());
        assert!(Unfit::drawing(b"<?xml version='1.0' encoding='utf-7'?><svg/>").is_some());
    }

    #[test]
    fn a_picture_in_an_address_is_read() {
        assert_eq!(picture_in("data:image/png;base64,iVBO Rw0K"), Some(("png", vec![0x89, b'P', b'N', b'G', 13, 10])));
        assert_eq!(picture_in("DATA:image/gif,GIF%38"), Some(("gif", b"GIF8".to_vec())));
        for none in [
            "data:text/html,x",
            "data:image/png;base64,",
            "data:image/png;base64,!",
            "data:image/svg+xml,<svg onload='x'/>",
            "x",
        ] {
            assert_eq!(picture_in(none), None, "{none}");
        }
    }
}
