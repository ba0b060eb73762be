//! Where every address of a site leads: whether it can be followed from a server under any path and from a folder, and
//! whether a page asks another host for anything.

use std::collections::{HashMap, HashSet};

use percent_encoding::percent_decode_str;

use super::Finding;
use super::artefact::Artefact;
use super::page::{Page, Role, scheme};
use crate::rules;

/// Where an address leads.
#[derive(Debug, PartialEq, Eq)]
enum Where {
    /// To a file of the site, and a place in it. A folder ends with `/`, or is empty.
    Inside { path: String, fragment: String, from_root: bool },
    /// Out of the site's folder.
    Above,
    /// To another host, or nowhere that a file could be.
    Host,
    /// To a file of one machine.
    Disk,
    /// To nothing that could be checked: mail, a phone, data.
    Else,
}

/// Everything that is wrong with the ids and addresses of some pages.
pub(super) fn check(artefact: &Artefact, pages: &HashMap<String, Page>) -> Vec<Finding> {
    let ids: HashMap<&str, HashSet<&str>> = pages
        .iter()
        .map(|(name, page)| (name.as_str(), page.ids.iter().map(|(id, _)| id.as_str()).collect()))
        .collect();
    let mut found = Vec::new();
    for (name, page) in pages {
        twice(name, page, &mut found);
        for address in &page.addresses {
            let place = |rule, message: String| Finding::at(name, address.span, rule, message);
            let (value, loaded) = (&address.value, address.role == Role::Loaded);
            match resolve(name, page.base.as_deref(), value) {
                Where::Host if loaded => {
                    let message = format!("this page asks another host for `{}`", short(value));
                    let help = "let the site bring it along, or make it a link that a reader follows";
                    found.push(place(&rules::FOREIGN_HOST, message).help(help));
                }
                Where::Host if value.starts_with(['/', '\\']) => {
                    let message = format!("`{}` leads nowhere from a folder: it does not say how", short(value));
                    found.push(place(&rules::ROOT_ADDRESS, message).help("write the whole address, with `https:`"));
                }
                Where::Disk => {
                    let message = format!("`{}` names a file of one machine", short(value));
                    found.push(place(&rules::ROOT_ADDRESS, message).help("take the file into the site"));
                }
                Where::Above => {
                    let message = format!("`{}` leads out of the site", short(value));
                    found.push(place(&rules::DEAD_LINK, message));
                }
                Where::Inside { path, fragment, from_root } => {
                    if from_root {
                        let message = format!(
                            "`{}` starts at the root of the server, so it leads elsewhere under any other path",
                            short(value)
                        );
                        let help = "write it from the page that names it: `../name.html`";
                        found.push(place(&rules::ROOT_ADDRESS, message).help(help));
                    }
                    let Some(file) = file(artefact, &path) else {
                        let what = if loaded { "asks for" } else { "leads to" };
                        let message = format!("`{}` {what} a file that is not in the site", short(value));
                        let near = artefact.spelt_otherwise(&path);
                        let near = near.map(|near| format!("there is `{near}`, which differs in upper and lower case"));
                        found.push(place(&rules::DEAD_LINK, message).help_if(near));
                        continue;
                    };
                    if let Some(ids) = ids.get(file.as_str()).filter(|_| is_dead(&fragment, &ids[file.as_str()])) {
                        let near = crate::text::nearest(
                            &fragment,
                            ids.iter().copied().collect::<std::collections::BTreeSet<_>>(),
                        );
                        let near = near.map(|near| format!("did you mean `#{near}`?"));
                        let message = format!("`{}` leads to an anchor that is not in `{file}`", short(value));
                        found.push(place(&rules::DEAD_ANCHOR, message).help_if(near));
                    }
                }
                Where::Host | Where::Else => {}
            }
        }
    }
    found
}

fn twice(name: &str, page: &Page, found: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    for (id, span) in &page.ids {
        if !seen.insert(id.as_str()) {
            let message = format!("two elements of this page have the id `{id}`");
            let help = "give each its own: a link to it leads to the first";
            found.push(Finding::at(name, *span, &rules::DUPLICATE_ID, message).help(help));
        }
    }
}

/// Addresses of data are as long as what they hold.
fn short(address: &str) -> String {
    match address.char_indices().nth(100) {
        Some((at, _)) => format!("{}…", &address[..at]),
        None => address.to_owned(),
    }
}

/// Whether no element has that id. `#` and `#top` lead to the top (HTML § 7.4.6.4); `:~:` is for words, not for ids.
fn is_dead(fragment: &str, ids: &HashSet<&str>) -> bool {
    let fragment = fragment.split(":~:").next().unwrap_or_default();
    let decoded = percent_decode_str(fragment).decode_utf8_lossy();
    !(fragment.is_empty()
        || decoded.eq_ignore_ascii_case("top")
        || ids.contains(fragment)
        || ids.contains(decoded.as_ref())
        || decoded.starts_with("svgView("))
}

/// The file that a path means: itself, or the page of the folder.
fn file(artefact: &Artefact, path: &str) -> Option<String> {
    if artefact.has(path) {
        return Some(path.to_owned());
    }
    let folder = path.trim_end_matches('/');
    let page = if folder.is_empty() { "index.html".to_owned() } else { format!("{folder}/index.html") };
    artefact.has(&page).then_some(page)
}

/// RFC 3986, § 5.2, for what stands in a folder.
fn resolve(page: &str, base: Option<&str>, address: &str) -> Where {
    let address: String = address.trim().chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let mut page = page.to_owned();
    if let Some(base) = base {
        match resolve(&page, None, base) {
            Where::Inside { path, .. } => page = path,
            elsewhere if scheme(&address).is_none() => return elsewhere,
            _ => {}
        }
    }
    match scheme(&address).as_deref() {
        Some("http" | "https" | "ws" | "wss" | "ftp") => return Where::Host,
        Some("file") => return Where::Disk,
        Some(_) => return Where::Else,
        None => {}
    }
    let address = address.replace('\\', "/");
    if address.starts_with("//") {
        return Where::Host;
    }
    let (address, fragment) = address.split_once('#').unwrap_or((&address, ""));
    let path = address.split('?').next().unwrap_or_default();
    if path.is_empty() {
        return Where::Inside { path: page, fragment: fragment.to_owned(), from_root: false };
    }
    let from_root = path.starts_with('/');
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<String> = match from_root {
        true => Vec::new(),
        false => folder.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if from_root => {
                parts.pop();
            }
            ".." => {
                if parts.pop().is_none() {
                    return Where::Above;
                }
            }
            part => parts.push(percent_decode_str(part).decode_utf8_lossy().into_owned()),
        }
    }
    let mut inside = parts.join("/");
    let is_folder = path.ends_with('/') || matches!(path.rsplit('/').next(), Some("." | ".."));
    if is_folder && !inside.is_empty() {
        inside.push('/');
    }
    Where::Inside { path: inside, fragment: fragment.to_owned(), from_root }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_counted_from_their_page() {
        let inside = |path: &str, fragment: &str, from_root| Where::Inside {
            path: path.to_owned(),
            fragment: fragment.to_owned(),
            from_root,
        };
        for (address, wanted) in [
            ("b.html#c", inside("x/b.html", "c", false)),
            ("../b%20c.html?q=1#d", inside("b c.html", "d", false)),
            ("#d", inside("x/a.html", "d", false)),
            ("", inside("x/a.html", "", false)),
            ("./", inside("x/", "", false)),
            ("..", inside("", "", false)),
            ("/b/", inside("b/", "", true)),
            ("../../b.html", Where::Above),
            ("//host/b", Where::Host),
            ("HTTPS://host/b", Where::Host),
            ("file:///c:/b", Where::Disk),
            ("mailto:a@b", Where::Else),
            ("data:text/plain,a", Where::Else),
        ] {
            assert_eq!(resolve("x/a.html", None, address), wanted, "{address}");
        }
        assert_eq!(resolve("x/a.html", Some("../"), "b.html"), inside("b.html", "", false));
        assert_eq!(resolve("x/a.html", Some("https://host/"), "b.html"), Where::Host);
    }
}
