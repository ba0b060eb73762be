//! Markup that only one program understands, as ours: boxes, tabs, includes, shortcodes.
//!
//! A line scanner: a container takes its lines in, and what is left in a line is looked at sign by sign. Code is left as
//! it is. Whatever has no like here is taken out and named.

use super::Dialect;

/// A text in our own Markdown, and what was lost: the line, and what it is.
pub(super) fn converted(text: &str, dialect: Dialect, first_line: usize) -> (String, Vec<(usize, String)>) {
    let lines: Vec<&str> = text.lines().collect();
    let mut converter = Converter { dialect, out: String::with_capacity(text.len()), lost: Vec::new() };
    converter.lines(&lines, first_line, "");
    (converter.out, converter.lost)
}

struct Converter {
    dialect: Dialect,
    out: String,
    lost: Vec<(usize, String)>,
}

/// A box that ends with a line of its own.
struct Opened {
    word: String,
    title: String,
    closing: Vec<String>,
}

impl Converter {
    /// `prefix` begins every line that is written: the `> ` of the boxes around.
    fn lines(&mut self, lines: &[&str], first: usize, prefix: &str) {
        let mut fence: Option<String> = None;
        let mut at = 0;
        while at < lines.len() {
            let (line, number) = (lines[at], first + at);
            let bare = line.trim_start();
            if let Some(open) = &fence {
                if bare.starts_with(open.as_str()) && bare.trim_end().chars().all(|c| open.starts_with(c)) {
                    fence = None;
                }
                self.put(prefix, line);
                at += 1;
                continue;
            }
            let sign = bare.chars().next().unwrap_or(' ');
            let run = bare.chars().take_while(|c| *c == sign).count();
            if matches!(sign, '`' | '~') && run >= 3 {
                if bare[run..].trim_start().starts_with("dataview") {
                    self.lost.push((number, "a query of Dataview, which is left as code".to_owned()));
                }
                fence = Some(sign.to_string().repeat(run));
                self.put(prefix, line);
                at += 1;
                continue;
            }
            let indent = line.len() - bare.len();
            if let Some((word, title, folds)) = admonition(bare).filter(|_| self.dialect == Dialect::MkDocs) {
                let inner = indented(&lines[at + 1..], indent + 4);
                self.boxed(&word, &title, folds, &inner, number + 1, prefix);
                at += 1 + inner.len();
                continue;
            }
            if let Some(title) = bare.strip_prefix("=== ").filter(|_| self.dialect == Dialect::MkDocs) {
                let inner = indented(&lines[at + 1..], indent + 4);
                self.put(prefix, &format!("**{}**", title.trim().trim_matches(['"', '\'', '+', '!'])));
                self.put(prefix, "");
                self.lines(&inner.iter().map(|line| line.as_str()).collect::<Vec<_>>(), number + 1, prefix);
                at += 1 + inner.len();
                continue;
            }
            if let Some(opened) = self.opened(bare.trim_end()) {
                let is_end = |line: &&str| {
                    let bare = line.split_whitespace().collect::<String>();
                    opened.closing.contains(&bare)
                };
                if let Some(length) = lines[at + 1..].iter().position(is_end) {
                    let inner: Vec<String> =
                        lines[at + 1..at + 1 + length].iter().map(|line| (*line).to_owned()).collect();
                    self.boxed(&opened.word, &opened.title, "", &inner, number + 1, prefix);
                    at += length + 2;
                    continue;
                }
            }
            if let Some(line) = self.inline(line, number) {
                self.put(prefix, &line);
            }
            at += 1;
        }
    }

    fn put(&mut self, prefix: &str, line: &str) {
        let whole = format!("{prefix}{line}");
        self.out.push_str(whole.trim_end());
        self.out.push('\n');
    }

    fn boxed(&mut self, word: &str, title: &str, folds: &str, inner: &[String], first: usize, prefix: &str) {
        let title = title.trim().trim_matches(['"', '\'']);
        self.put(prefix, &format!("> [!{}]{folds} {title}", callout(word)));
        let inner: Vec<&str> = inner.iter().map(String::as_str).collect();
        let inner = match inner.iter().rposition(|line| !line.trim().is_empty()) {
            Some(last) => &inner[..=last],
            None => &[],
        };
        let start = inner.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
        self.lines(&inner[start..], first + start, &format!("{prefix}> "));
        self.put(prefix, "");
    }

    /// A box that this line opens.
    fn opened(&self, line: &str) -> Option<Opened> {
        if let Some(rest) = line.strip_prefix(":::") {
            let rest = rest.trim_start_matches(':').trim();
            let (word, title) = rest.split_once([' ', '[', '{']).unwrap_or((rest, ""));
            let closing = vec![":".repeat(line.bytes().take_while(|byte| *byte == b':').count())];
            let title = title.trim_end_matches([']', '}']).to_owned();
            return (!word.is_empty()).then(|| Opened { word: word.to_owned(), title, closing });
        }
        let tag = tag(line)?;
        let first = tag.words.first()?.as_str();
        let closing = |name: &str| {
            let (open, close) = (&line[..2 + usize::from(line.starts_with("{{"))], &tag.close);
            ["/", "end", "end "]
                .iter()
                .map(|end| format!("{open}{end}{name}{close}").replace(' ', ""))
                .collect::<Vec<_>>()
        };
        let boxes =
            ["hint", "notice", "callout", "alert", "admonition", "note", "tip", "warning", "info", "danger", "details"];
        if !boxes.contains(&first) {
            return None;
        }
        let kinds = ["style", "type", "kind", "context", "color"];
        let kind = kinds.iter().find_map(|name| tag.value(name)).or_else(|| tag.words.get(1).cloned());
        let word = match first {
            "hint" | "notice" | "callout" | "alert" | "admonition" => kind.unwrap_or_else(|| "note".to_owned()),
            other => other.to_owned(),
        };
        let title = tag.value("title").or_else(|| tag.words.get(2).cloned()).unwrap_or_default();
        Some(Opened { word, title, closing: closing(first) })
    }

    /// A line without markup of the other program. `None` if nothing but that stood in it.
    fn inline(&mut self, line: &str, number: usize) -> Option<String> {
        let mut out = String::with_capacity(line.len());
        let mut rest = line;
        let mut changed = false;
        loop {
            let marks: &[&str] = match self.dialect {
                Dialect::Hugo => &["{{<", "{{%", "`"],
                Dialect::GitBook => &["{%", "`"],
                Dialect::MdBook => &["{{#", "`"],
                Dialect::MkDocs => &["{:", "--8<--", "`"],
                Dialect::Obsidian => &["#^", "`"],
                Dialect::Csv | Dialect::Docx => &[],
            };
            let Some((at, mark)) = marks.iter().filter_map(|mark| rest.find(mark).map(|at| (at, *mark))).min() else {
                break;
            };
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let end = match mark {
                "`" => {
                    let ticks = rest.bytes().take_while(|byte| *byte == b'`').count();
                    let close = rest[ticks..].find(&rest[..ticks]).map_or(ticks, |close| ticks + close + ticks);
                    out.push_str(&rest[..close]);
                    rest = &rest[close..];
                    continue;
                }
                "{{<" => rest.find(">}}").map(|end| end + 3),
                "{{%" => rest.find("%}}").map(|end| end + 3),
                "{%" => rest.find("%}").map(|end| end + 2),
                "{{#" => rest.find("}}").map(|end| end + 2),
                "{:" => rest.find('}').map(|end| end + 1),
                "#^" => Some(rest.find(['|', ']']).unwrap_or(rest.len())),
                _ => Some(rest.len()),
            };
            let Some(end) = end else { break };
            let whole = &rest[..end];
            rest = &rest[end..];
            changed = true;
            match self.tag_as_ours(whole, mark) {
                Some(ours) => out.push_str(&ours),
                None => self.lost.push((number, format!("`{whole}`"))),
            }
        }
        out.push_str(rest);
        (!changed || !out.trim().is_empty()).then_some(out)
    }

    /// What a tag means here. Empty if nothing is needed, `None` if it is lost.
    fn tag_as_ours(&self, whole: &str, mark: &str) -> Option<String> {
        if mark == "--8<--" {
            let file = whole.trim_start_matches("--8<--").trim().trim_matches(['"', '\'']);
            return file.ends_with(".md").then(|| format!("![[{}]]", entry_name(file)));
        }
        let tag = tag(whole)?;
        let first = tag.words.first()?.clone();
        let value = |name: &str| tag.value(name).or_else(|| tag.words.get(1).cloned());
        match first.trim_start_matches('#') {
            // These stand around what is shown anyway.
            "endtabs" | "tabs" | "endtab" | "content-ref" | "endcontent-ref" | "code" | "endcode" | "columns"
            | "column" | "endcolumn" | "endcolumns" | "stepper" | "endstepper" | "step" | "endstep" | "/tabs"
            | "/tab" => Some(String::new()),
            "tab" => value("title").or_else(|| value("name")).map(|title| format!("**{title}**")),
            "include" if self.dialect == Dialect::GitBook || self.dialect == Dialect::MdBook => {
                let file = tag.words.get(1)?;
                let (path, part) = file.split_once(".md").unwrap_or((file, "-"));
                (part.is_empty()).then(|| format!("![[{}]]", entry_name(path)))
            }
            "embed" => value("url").map(|url| format!("<{url}>")),
            "file" => value("src").map(|file| format!("[{0}]({0})", file)),
            "ref" | "relref" => tag.words.get(1).cloned(),
            "figure" => {
                let (file, words) =
                    (value("src")?, tag.value("alt").or_else(|| tag.value("caption")).unwrap_or_default());
                Some(format!("![{words}]({file})"))
            }
            "youtube" => tag.words.get(1).map(|id| format!("<https://www.youtube.com/watch?v={id}>")),
            "title" => Some(String::new()),
            _ => None,
        }
    }
}

/// The name that `![[…]]` finds.
fn entry_name(file: &str) -> String {
    file.trim_end_matches(".md").rsplit('/').next().unwrap_or_default().to_owned()
}

/// A tag of a template: its words, and those that have a name.
struct Tag {
    words: Vec<String>,
    named: Vec<(String, String)>,
    close: &'static str,
}

impl Tag {
    fn value(&self, name: &str) -> Option<String> {
        self.named.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }
}

fn tag(text: &str) -> Option<Tag> {
    let text = text.trim();
    let pairs = [("{{<", ">}}"), ("{{%", "%}}"), ("{{", "}}"), ("{%", "%}")];
    let (open, close) = pairs.into_iter().find(|(open, close)| text.starts_with(open) && text.ends_with(close))?;
    let inner = text.get(open.len()..text.len() - close.len())?;
    let (mut words, mut named) = (Vec::new(), Vec::new());
    let mut rest = inner.trim();
    while !rest.is_empty() {
        let name_end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '"')).unwrap_or(rest.len());
        let name = &rest[..name_end];
        let behind = &rest[name_end..];
        let (value, end) = match behind.strip_prefix('=').unwrap_or(behind) {
            quoted if quoted.starts_with('"') && (name.is_empty() || behind.starts_with('=')) => {
                let close = quoted[1..].find('"')?;
                (&quoted[1..=close], rest.len() - quoted.len() + close + 2)
            }
            bare if behind.starts_with('=') => {
                let close = bare.find(char::is_whitespace).unwrap_or(bare.len());
                (&bare[..close], rest.len() - bare.len() + close)
            }
            _ => ("", name_end),
        };
        match (name, behind.starts_with('=')) {
            ("", false) => words.push(value.to_owned()),
            (name, true) => named.push((name.to_owned(), value.to_owned())),
            (name, false) => words.push(name.to_owned()),
        }
        rest = rest[end.max(1).min(rest.len())..].trim_start();
    }
    Some(Tag { words, named, close })
}

/// `!!! note "Title"`, and whether it folds: the word, the title, the sign.
fn admonition(line: &str) -> Option<(String, String, &'static str)> {
    let (rest, folds) = match line {
        _ if line.starts_with("!!! ") => (&line[4..], ""),
        _ if line.starts_with("???+ ") => (&line[5..], "+"),
        _ if line.starts_with("??? ") => (&line[4..], "-"),
        _ => return None,
    };
    let (words, title) =
        rest.split_once('"').map_or((rest, ""), |(words, title)| (words, title.trim_end().trim_end_matches('"')));
    Some((words.split_whitespace().next()?.to_owned(), title.to_owned(), folds))
}

/// The lines that belong to a container: empty ones, and those that are indented so far; without their indent.
fn indented(lines: &[&str], indent: usize) -> Vec<String> {
    let is_inner = |line: &&&str| {
        line.trim().is_empty()
            || line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count() >= indent
            || line.starts_with('\t')
    };
    let inner: Vec<&&str> = lines.iter().take_while(is_inner).collect();
    let last = inner.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
    let without = |line: &&&str| line.strip_prefix('\t').or_else(|| line.get(indent..)).unwrap_or_default().to_owned();
    inner[..last].iter().map(without).collect()
}

/// The one of GitHub's five alerts that says what a word of another program says.
fn callout(word: &str) -> &'static str {
    match word.to_lowercase().trim_matches(['"', '\'']) {
        "tip" | "hint" | "success" | "check" | "done" => "TIP",
        "important" | "question" | "help" | "faq" => "IMPORTANT",
        "warning" | "attention" | "warn" => "WARNING",
        "danger" | "error" | "bug" | "failure" | "caution" | "missing" => "CAUTION",
        _ => "NOTE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(dialect: Dialect, text: &str, wanted: &str, lost: &[(usize, &str)]) {
        let (ours, found) = converted(text, dialect, 1);
        assert_eq!(ours.trim_end(), wanted);
        let found: Vec<(usize, &str)> = found.iter().map(|(line, what)| (*line, what.as_str())).collect();
        assert_eq!(found, lost);
    }

    #[test]
    fn boxes_of_every_program_are_ours() {
        let inner = "> [!WARNING] Mind\n> One\n>\n> Two";
        check(Dialect::MkDocs, "!!! warning \"Mind\"\n\n    One\n\n    Two\n", inner, &[]);
        check(Dialect::Hugo, "{{< hint type=\"warning\" title=\"Mind\" >}}\nOne\n\nTwo\n{{< /hint >}}\n", inner, &[]);
        check(Dialect::GitBook, "{% hint style=\"danger\" %}\nOne\n{% endhint %}\n", "> [!CAUTION]\n> One", &[]);
        check(
            Dialect::MkDocs,
            "??? tip\n    One\n    !!! note\n        Two\nBehind",
            "> [!TIP]-\n> One\n> > [!NOTE]\n> > Two\n>\n\nBehind",
            &[],
        );
        check(Dialect::MkDocs, "=== \"Phone\"\n\n    Hello\n", "**Phone**\n\n\nHello", &[]);
    }

    #[test]
    fn tags_become_links_pictures_and_includes_or_are_named() {
        check(
            Dialect::Hugo,
            "[a]({{< ref \"b.md\" >}}) {{< figure src=\"c.png\" alt=\"d\" >}}",
            "[a](b.md) ![d](c.png)",
            &[],
        );
        check(Dialect::Hugo, "x\n{{< magic >}}\n`{{< code >}}`", "x\n`{{< code >}}`", &[(2, "`{{< magic >}}`")]);
        check(
            Dialect::MdBook,
            "{{#include ../a/b.md}}\n{{#include c.rs:2:3}}",
            "![[b]]",
            &[(2, "`{{#include c.rs:2:3}}`")],
        );
        check(
            Dialect::GitBook,
            "{% tabs %}\n{% tab title=\"One\" %}\nText\n{% endtab %}\n{% endtabs %}",
            "**One**\nText",
            &[],
        );
        check(
            Dialect::MkDocs,
            "--8<-- \"snippets/a.md\"\n[x](y.md){: .button }",
            "![[a]]\n[x](y.md)",
            &[(2, "`{: .button }`")],
        );
        check(Dialect::Obsidian, "[[a#^b1|c]]", "[[a|c]]", &[(1, "`#^b1`")]);
    }

    #[test]
    fn code_stays_as_it_is() {
        let code = "```\n!!! note\n{{< x >}}\n```";
        check(Dialect::MkDocs, code, code, &[]);
        check(Dialect::Hugo, code, code, &[]);
    }
}
