//! Finds what only some may see, and everything that might be meant to be.
//!
//! This module only reads: it gives the passages with their audiences, and says where it is in doubt. `filter` cuts
//! them out. In doubt the whole entry is withheld from every restricted copy, and an error says so: text that is shown
//! by mistake cannot be called back, text that is missing is asked for.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::callout::{first_words, mark};
use super::dialect::Standard;
use super::nodes::{Block, Node, blocks, plain_text};
use crate::config::{Audiences, Config};
use crate::diagnostic::Diagnostic;
use crate::entry::{Passage, PassageReaders, Secrecy};
use crate::facts::{Facts, KindName};
use crate::kind::vocabulary::{Role, Vocabulary};
use crate::rules;
use crate::source::Source;
use crate::text::{Span, fold, nearest, singular};

/// Reads who may see `source` and which of its passages are not for everyone.
pub(crate) fn read(
    source: &Source,
    facts: &Facts,
    read: Read<'_, '_>,
    (config, vocabulary): (&Config, &Vocabulary),
    out: &mut Vec<Diagnostic>,
) -> Secrecy {
    let Read { nodes, body_start, standard } = read;
    let mut reader = Reader { source, config, vocabulary, out, standard, secrecy: Secrecy::default() };
    reader.comments(nodes);
    if config.audiences.is_some() {
        reader.whole_entry(facts);
        reader.headings(nodes);
        for (index, node) in nodes.iter().enumerate() {
            if matches!(node.event, Event::Start(Tag::BlockQuote(None))) {
                let (quote, behind) = nodes[index..].split_at(node.length.min(nodes.len() - index));
                reader.quote(Block { nodes: quote }, blocks(behind).next());
            }
        }
        reader.lines(nodes, body_start);
        reader.foreign();
    }
    let mut secrecy = reader.secrecy;
    secrecy.passages.sort_by_key(|passage| (passage.span.start, passage.span.end));
    secrecy
}

/// The text of an entry as it was read.
#[derive(Clone, Copy)]
pub(crate) struct Read<'n, 'a> {
    pub(crate) nodes: &'n [Node<'a>],
    /// Where the text begins behind the front matter.
    pub(crate) body_start: usize,
    /// What of it was rewritten.
    pub(crate) standard: Option<&'n Standard>,
}

struct Reader<'r> {
    source: &'r Source,
    config: &'r Config,
    vocabulary: &'r Vocabulary,
    out: &'r mut Vec<Diagnostic>,
    standard: Option<&'r Standard>,
    secrecy: Secrecy,
}

/// What a heading, label or callout says about who may read on.
enum Meaning {
    /// Nothing.
    Open,
    /// These audiences, as typed.
    Only(String),
    /// It may have been meant to say something.
    Doubt,
}

/// "Only" in languages that a team may write in without having mapped the word.
const ONLY: &[&str] = &[
    "only",
    "nur",
    "seulement",
    "uniquement",
    "solo",
    "sólo",
    "solamente",
    "alleen",
    "endast",
    "bara",
    "kun",
    "vain",
    "tylko",
    "pouze",
    "jen",
    "apenas",
    "somente",
    "doar",
    "numai",
    "csak",
    "samo",
    "sadece",
    "только",
    "лише",
    "μόνο",
    "仅",
    "只",
    "のみ",
];

/// Words that say that something is not for everyone, and not for whom it is.
const RESERVED: [&str; 11] = [
    "confidential",
    "internal",
    "restricted",
    "secret",
    "private",
    "vertraulich",
    "intern",
    "geheim",
    "confidentiel",
    "interne",
    "confidencial",
];

impl Reader<'_> {
    fn audiences(&self) -> &Audiences {
        self.config.audiences.as_ref().expect("only called where the book has audiences")
    }

    fn doubt(&mut self, span: Span, message: String, help: String) {
        self.secrecy.in_doubt = true;
        self.out.push(
            self.source
                .diagnose(&rules::AUDIENCE_IN_DOUBT, span, message)
                .note("until this is mended, the entry stays out of every copy that is not for everyone in the team")
                .help(help),
        );
    }

    /// The audience of the entry as a whole.
    fn whole_entry(&mut self, facts: &Facts) {
        if let Some(span) = facts.audience_in_doubt {
            self.doubt(span, "who may see this entry cannot be told".to_owned(), self.audience_help());
        } else if facts.recovered {
            let top = Span::new(0, self.source.lines.span_of(&self.source.text, 1).end as usize);
            self.doubt(
                top,
                "the facts block cannot be read as it is typed, so an audience in it may be lost".to_owned(),
                "mend the facts block as the other messages say".to_owned(),
            );
        }
        let typed: Vec<(String, Span)> = facts.audience.iter().map(|field| (field.value.clone(), field.span)).collect();
        if typed.is_empty() {
            let path = self.source.path.as_str();
            let folders = &self.audiences().folders;
            let inherited = folders
                .iter()
                .filter(|(folder, _)| path.to_lowercase().starts_with(&folder.to_lowercase()))
                .max_by_key(|(folder, _)| folder.len());
            self.secrecy.audience.extend(inherited.map(|(_, audience)| audience.clone()));
            if self.secrecy.audience.is_empty() {
                self.named_for_some(facts);
            }
            return;
        }
        for (names, span) in typed {
            if ["everyone", "everybody", "all", "public"].contains(&fold(&names).as_str()) {
                continue;
            }
            let audience = self.names(&names, span);
            self.secrecy.audience.extend(audience);
        }
    }

    /// A title, tag or file name that says for whom an entry is, which keeps it from nobody.
    fn named_for_some(&mut self, facts: &Facts) {
        let title = facts.title.iter().filter_map(|title| {
            let open = title.value.rfind(['(', '['])?;
            Some((title.value[open..].trim_matches(['(', ')', '[', ']', ' ']).to_owned(), title.span))
        });
        let tags = facts.tags.iter().map(|tag| (tag.value.clone(), tag.span));
        let name = self.source.path.name();
        let top = self.source.lines.span_of(&self.source.text, 1);
        let file = name.rfind('(').map(|open| (name[open..].trim_matches(['(', ')', ' ']).to_owned(), top));
        let found =
            title.chain(tags).chain(file).find(|(words, _)| words.contains([' ', '-', '_']) && self.keeps_back(words));
        if let Some((words, span)) = found {
            let whom = self.meant(&words);
            self.doubt(
                span,
                format!("`{words}` may mean that this entry is not for everyone, and has no effect as it is typed"),
                format!("write `audience: [{whom}]` among the facts; if it is for everyone, `audience: everyone`"),
            );
        }
    }

    fn audience_help(&self) -> String {
        let names: Vec<&str> = self.audiences().includes.keys().map(String::as_str).collect();
        format!(
            "write `audience: [{}]` with those who may see it; this book has {}",
            names.last().unwrap_or(&"manager"),
            listed(&names)
        )
    }

    /// The audiences that a list of names means. A name that the book lacks puts the entry in doubt.
    fn names(&mut self, typed: &str, span: Span) -> Vec<String> {
        let mut found = Vec::new();
        for name in split_names(typed, self.audiences()) {
            match self.audiences().find(name) {
                Some(audience) => found.push(audience.to_owned()),
                None => {
                    let known: Vec<&str> = self.audiences().includes.keys().map(String::as_str).collect();
                    let help = match nearest(name, known.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!(
                            "write one of the book's audiences ({}); if it is for everyone, choose other words",
                            listed(&known)
                        ),
                    };
                    self.secrecy.in_doubt = true;
                    self.out.push(
                        self.source
                            .diagnose(&rules::UNKNOWN_AUDIENCE, span, format!("`{name}` is not an audience of this book"))
                            .note("until this is mended, the entry stays out of every copy that is not for everyone in the team")
                            .help(help),
                    );
                }
            }
        }
        if found.is_empty() && !self.secrecy.in_doubt {
            self.doubt(
                span,
                "this names nobody who may see it".to_owned(),
                "name the readers in the same line: `## Only for …`, `> [!ONLY] …` or `audience: …`".to_owned(),
            );
        }
        found
    }

    /// Sections under a heading that is not for everyone.
    fn headings(&mut self, nodes: &[Node<'_>]) {
        let top: Vec<(u8, String, Span)> = blocks(nodes)
            .filter_map(|block| match block.tag() {
                Some(Tag::Heading { level, .. }) => Some((*level as u8, plain_text(block.inner()), block.span())),
                _ => None,
            })
            .collect();
        let end_of_text = self.source.text.len() as u32;
        for (index, (level, text, span)) in top.iter().enumerate() {
            let meaning = match self.meaning(text) {
                Meaning::Open if is_reserved(text) => Meaning::Doubt,
                meaning => meaning,
            };
            match meaning {
                Meaning::Open => {}
                Meaning::Only(names) => {
                    let end = top[index + 1..]
                        .iter()
                        .find(|(next, ..)| next <= level)
                        .map_or(end_of_text, |(.., span)| span.start);
                    let audience = self.names(&names, *span);
                    self.secrecy.passages.push(Passage {
                        span: Span { start: span.start, end },
                        readers: PassageReaders::Only(audience),
                    });
                }
                Meaning::Doubt => {
                    let whom = self.meant(text);
                    self.doubt(
                        *span,
                        format!("the heading `{text}` may mean that what follows is not for everyone"),
                        format!("if it is only for some, write `## Only for {whom}`; if it is for everyone, choose other words for the heading"),
                    );
                }
            }
        }
    }

    /// Quotes that are passages.
    fn quote(&mut self, quote: Block<'_, '_>, next: Option<Block<'_, '_>>) {
        let Some((text, span)) = first_words(quote) else { return };
        let line = text.lines().next().unwrap_or_default();
        let Some(mark) = mark(text) else { return };
        let word = self.vocabulary.find(Role::Callout, KindName::Guide, mark.word);
        if word.is_some_and(|word| word.class == "only") {
            let audience = self.names(line[mark.length..].trim(), span);
            // The line that ends a container of another program is part of it.
            let container = self.standard.and_then(|standard| standard.container_at(quote.span().start));
            let span = container.unwrap_or(quote.span());
            self.secrecy.passages.push(Passage { span, readers: PassageReaders::Only(audience) });
            self.broken_box(quote, next);
        } else if word.is_none() && RESERVED.contains(&fold(mark.word).as_str()) {
            let whom = self.meant(line);
            self.doubt(
                span,
                format!(
                    "`[!{}]` may mean that this box is not for everyone, and has no effect as it is typed",
                    mark.word
                ),
                format!("write `> [!ONLY] {whom}` with those who may see it; if it is for everyone, write `> [!NOTE]`"),
            );
        }
    }

    /// A box that ends before it should: the empty line in it has no `>`, or nothing at all is in it. `next` is what
    /// stands behind it.
    fn broken_box(&mut self, quote: Block<'_, '_>, next: Option<Block<'_, '_>>) {
        let text = &self.source.text;
        let notes = self.secrecy.passages.iter().filter(|passage| passage.readers == PassageReaders::Nobody);
        let notes: Vec<Range<usize>> = notes.map(|passage| passage.span.range()).collect();
        let is_shown =
            |at: usize, c: char| !(c.is_whitespace() || c == '>' || notes.iter().any(|note| note.contains(&at)));
        let start = quote.span().start as usize;
        let typed = &text[quote.span().range()];
        let first = typed.find('\n').unwrap_or(typed.len());
        if !typed[first..].char_indices().any(|(at, c)| is_shown(start + first + at, c)) {
            self.doubt(
                quote.span(),
                "this box has nothing in it, so that what it should keep back is shown to everyone".to_owned(),
                "begin each line of the box with `>`, also the empty ones".to_owned(),
            );
            return;
        }
        let Some(next) = next.filter(|next| matches!(next.tag(), Some(Tag::BlockQuote(None)))) else { return };
        if first_words(next).is_none_or(|(words, _)| !words.starts_with("[!")) {
            let start = next.span().start as usize;
            let line = text[start..].lines().next().unwrap_or_default();
            self.doubt(
                Span::new(start, start + line.trim_end().len()),
                "an empty line ends the box above, so that this quote is shown to everyone".to_owned(),
                "if it belongs to the box, put `>` on the empty line; if not, put some words between the two"
                    .to_owned(),
            );
        }
    }

    /// Every line that was understood neither as a passage nor as a heading, and may be meant to keep something from
    /// someone, however it is typed: bold, in a list, a cell, a quote, HTML, with brackets that make something else.
    fn lines(&mut self, nodes: &[Node<'_>], body_start: usize) {
        let passages =
            self.secrecy.passages.iter().filter(|passage| matches!(passage.readers, PassageReaders::Only(_)));
        let mut judged: Vec<Span> = passages.map(|passage| passage.span).collect();
        judged.extend(blocks(nodes).filter(|block| matches!(block.tag(), Some(Tag::Heading { .. }))).map(Block::span));
        judged.extend(nodes.iter().enumerate().filter_map(|(index, node)| {
            let block = Block { nodes: &nodes[index..index + node.length.min(nodes.len() - index)] };
            let fenced = matches!(block.tag(), Some(Tag::CodeBlock(CodeBlockKind::Fenced(_))));
            (fenced && !unclosed(self.source, block)).then_some(node.span)
        }));
        judged.sort();
        let source = self.source;
        let mut next = 0;
        let mut start = body_start;
        for line in source.text[body_start..].split_inclusive('\n') {
            let span = Span::new(start, start + line.trim_end().len());
            start += line.len();
            while judged.get(next).is_some_and(|judged| judged.end <= span.start) {
                next += 1;
            }
            if line.trim().is_empty() || judged.get(next).is_some_and(|judged| judged.start < span.end) {
                continue;
            }
            if let Some(words) = self.suspicious(line) {
                let whom = self.meant(&words);
                self.doubt(
                    span,
                    format!("`{words}` may mean that something here is not for everyone, and has no effect as it is typed"),
                    format!("write a heading `## Only for {whom}`, or a quote that begins with `> [!ONLY] {whom}`; if it is for everyone, choose other words"),
                );
            }
        }
    }

    /// What was rewritten: tags and marks that may say who should not see what is between them, the lines as they were
    /// understood, and whatever was included from another file, of which no part can be cut out here.
    fn foreign(&mut self) {
        let Some(standard) = self.standard else { return };
        let passages = self.secrecy.passages.iter();
        let only: Vec<Span> = passages
            .filter(|passage| matches!(passage.readers, PassageReaders::Only(_)))
            .map(|passage| passage.span)
            .collect();
        // A passage that begins in an included file cannot be cut out of this one; nor can one that goes on in it.
        let holds = |at: u32| {
            let next = standard.included.partition_point(|included| included.end < at);
            standard.included.get(next).is_some_and(|included| included.start <= at)
        };
        let is_included = |span: Span| holds(span.start) || holds(span.end);
        if let Some(span) = only.iter().find(|span| is_included(**span)) {
            self.doubt(
                *span,
                "an included file says that something in it is not for everyone".to_owned(),
                "write the passage here, where it can be kept back".to_owned(),
            );
        }
        let is_judged = |span: Span| only.iter().any(|only| only.start <= span.start && span.end <= only.end);
        let marks = standard.marks.iter().filter(|(_, typed)| self.may_restrict(typed));
        let mut doubts: Vec<(Span, String)> =
            marks.map(|(span, typed)| (*span, typed.lines().next().unwrap_or_default().to_owned())).collect();
        let mut at = 0;
        for line in standard.body.text.split_inclusive('\n') {
            let span = standard.body.in_file(Span::new(at, at + line.trim_end().len()));
            at += line.len();
            let is_rewritten = self.source.text.get(span.range()) != Some(line.trim());
            if is_rewritten && let Some(words) = self.suspicious(line) {
                doubts.push((span, words));
            }
        }
        for (span, words) in doubts {
            if is_judged(span) || self.secrecy.in_doubt {
                continue;
            }
            let whom = self.meant(&words);
            self.doubt(
                span,
                format!("`{words}` may mean that something here is not for everyone, and has no effect as it is typed"),
                format!("write a heading `## Only for {whom}`, or a quote that begins with `> [!ONLY] {whom}`; if it is for everyone, choose other words"),
            );
        }
    }

    /// Whether a tag or a mark of another program may be meant to withhold.
    fn may_restrict(&self, typed: &str) -> bool {
        let folded = singular(typed);
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let says = |word: &&str| {
            matches!(*word, "audience" | "role" | "permission" | "restricted")
                || is_like_only(word)
                || RESERVED.contains(word)
        };
        let is_label = typed.trim_start().starts_with('=');
        let names = || {
            self.audiences().includes.keys().any(|audience| {
                let audience = singular(audience);
                let length = audience.split(' ').count();
                words.windows(length).any(|window| window.join(" ") == audience)
            })
        };
        words.iter().any(says) || (!is_label && names())
    }

    /// The words of a line that may be meant to withhold.
    fn suspicious(&self, line: &str) -> Option<String> {
        if let Some(tag) = hidden_tag(line) {
            return Some(tag.to_owned());
        }
        let without_tags = without_tags(line);
        let bare = without_tags.trim_start_matches(|c: char| c.is_whitespace() || ">-*+#_`\\|–—•‹<".contains(c));
        let bare =
            bare.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['.', ')', ' ', '*', '_', '`']);
        let bare = bare.trim_end();
        let folded = fold(bare);
        if ["audience:", "audience :", "audience=", "audience ="].iter().any(|field| folded.starts_with(field))
            || folded == "audience"
        {
            return Some(bare.chars().take(60).collect());
        }
        if bare.starts_with(['[', '!', '(', '{']) && bare.contains(['!', ']']) {
            let word = bare.trim_start_matches(['[', '!', '(', '{', ' ', '\\']);
            let word = word.split([']', ')', '}', ' ', ':']).next().unwrap_or_default();
            let marked =
                bare.trim_start_matches(['[', '(', '{', ' ', '\\']).starts_with('!') || is_like_only(&fold(word));
            let audience = !word.is_empty() && (self.audiences().find(word).is_some() || self.is_near_audience(word));
            if marked && (is_like_only(&fold(word)) || audience) {
                return Some(bare.chars().take(60).collect());
            }
        }
        let after_mark = bare.split_once(']').filter(|_| bare.starts_with('[')).map(|(_, after)| after);
        let cells = bare.split('|').filter(|_| bare.contains('|')).filter(|cell| fold(cell).contains("for "));
        let in_brackets = bare.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(inside, _)| inside);
        let parts = cells.chain(in_brackets).chain(bare.split([':', '：']).take(1)).chain(after_mark).chain([bare]);
        let found = parts
            .map(|part| part.trim_matches(|c: char| c.is_whitespace() || "*_`#|:[]()!+-".contains(c)))
            .find(|part| self.keeps_back(part));
        found.map(str::to_owned)
    }

    /// The audience that the writer most likely meant. Never a guess: an example that is typed as it stands must not
    /// show to more readers what was meant for few.
    fn meant(&self, words: &str) -> String {
        let folded = singular(words);
        let found = self.audiences().includes.keys().filter(|audience| folded.contains(&singular(audience)));
        let found: Vec<&str> = found.map(String::as_str).collect();
        if found.is_empty() { "…".to_owned() } else { found.join(", ") }
    }

    /// Whether words that stand in a line of text, not in a heading, are those of one that withholds, and nothing else:
    /// "Only agents answer calls" is a sentence.
    fn keeps_back(&self, words: &str) -> bool {
        let folded = singular(words);
        let typed: Vec<&str> =
            folded.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
        // `Nur intern`, `Internal only`: not for everyone, without saying for whom.
        if typed.len() <= 4 && typed.iter().any(|word| is_like_only(word)) && is_reserved_for_some(&typed) {
            return true;
        }
        if typed.is_empty() || typed.len() > 8 || matches!(self.meaning(words), Meaning::Open) {
            return false;
        }
        let of_audience = |word: &str| {
            let known = self
                .audiences()
                .includes
                .keys()
                .flat_map(|name| name.split_whitespace().map(singular).collect::<Vec<_>>());
            known.into_iter().any(|known| known == word || nearest(word, [known.as_str()]).is_some())
        };
        const SMALL: [&str; 18] = [
            "for",
            "the",
            "to",
            "and",
            "or",
            "just",
            "exclusively",
            "solely",
            "not",
            "please",
            "note",
            "internal",
            "confidential",
            "restricted",
            "private",
            "secret",
            "trainer",
            "für",
        ];
        let restricts = |word: &&str| SMALL.contains(word) || is_like_only(word) || of_audience(word);
        typed.iter().all(restricts)
    }

    fn is_near_audience(&self, name: &str) -> bool {
        nearest(name, self.audiences().includes.keys().map(String::as_str)).is_some()
    }

    /// What a heading, or something that stands like one, says.
    fn meaning(&self, text: &str) -> Meaning {
        let word = self.vocabulary.heading(KindName::Guide, text);
        match word.map(|word| word.class) {
            Some("only-for") => {
                let names = self.vocabulary.after_start("only-for", text).unwrap_or_default();
                return Meaning::Only(names.to_owned());
            }
            Some("trainer-notes") => return Meaning::Only("trainer".to_owned()),
            Some(_) => return Meaning::Open,
            None => {}
        }
        let folded = singular(text);
        let words: Vec<&str> =
            folded.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
        let names_audience = || {
            self.audiences().includes.keys().any(|audience| {
                let audience = singular(audience);
                let length = audience.split(' ').count();
                words.windows(length).any(|window| {
                    let window = window.join(" ");
                    window == audience || nearest(&window, [audience.as_str()]).is_some()
                })
            })
        };
        let only = words.iter().any(|word| is_like_only(word) || matches!(*word, "just" | "exclusively" | "solely"))
            || words.windows(2).any(|pair| matches!(pair, ["not", "for" | "to" | "show"] | ["don't", "show"]));
        let begins_like_only = words.len() >= 2 && strsim::osa_distance(&words[..2].join(" "), "only for") <= 1;
        let alone = words.len() == 1 && is_like_only(words[0]);
        let for_whom = words.len() <= 4 && words.first() == Some(&"for");
        let notes = words.len() <= 3
            && words.iter().any(|word| matches!(*word, "note" | "hint" | "info" | "comment" | "remark"));
        let trainer_notes = nearest(&folded, ["trainer note", "note for trainer", "trainer only"]).is_some()
            || (words.len() <= 4
                && words.iter().any(|word| word.starts_with("trainer"))
                && words.iter().any(|word| nearest(word, ["note"]).is_some()));
        let marked_secret = words.len() <= 5 && words.iter().any(|word| RESERVED.contains(word));
        let restricts = (only && words.len() <= 12) || for_whom || notes || marked_secret;
        if begins_like_only || alone || trainer_notes || (restricts && names_audience()) {
            return Meaning::Doubt;
        }
        Meaning::Open
    }

    /// Comments are for nobody. One that does not close may have been meant to hide everything behind it.
    fn comments(&mut self, nodes: &[Node<'_>]) {
        let text = &self.source.text;
        if !text.contains("<!") && !text.contains("%%") && !text.contains("‹!") {
            return;
        }
        let mut in_code = false;
        let mut percent: Option<u32> = None;
        for node in nodes {
            match &node.event {
                Event::Start(Tag::CodeBlock(_)) => in_code = true,
                Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
                Event::Start(Tag::HtmlBlock) => self.comments_in_html(node.span),
                Event::InlineHtml(_) => self.comments_in_html(node.span),
                Event::Text(_) if !in_code => {
                    let words = &text[node.span.range()];
                    let slip = ["<!--", "<!–", "<!—", "<! -", "<!-", "‹!"].iter().find_map(|slip| words.find(slip));
                    // A whole comment is no text, unless a file was included in its place.
                    let is_include = words.starts_with("<!--") && words.ends_with("-->");
                    if let Some(at) = slip.filter(|_| !is_include) {
                        self.unclosed(Span::new(node.span.start as usize + at, node.span.end as usize));
                    }
                    // Obsidian's notes stand at the edges of words; `50%%` is a figure.
                    for (at, _) in words.match_indices("%%") {
                        let at = node.span.start + at as u32;
                        let before = text[..at as usize].chars().next_back().is_none_or(char::is_whitespace);
                        let after = text[at as usize + 2..].chars().next().is_none_or(char::is_whitespace);
                        match percent.take() {
                            None if before => percent = Some(at),
                            Some(start) if after => {
                                let span = Span { start, end: at + 2 };
                                self.secrecy.passages.push(Passage { span, readers: PassageReaders::Nobody });
                            }
                            open => percent = open,
                        }
                    }
                }
                _ => {}
            }
        }
        if let Some(start) = percent {
            // A single `%%` is ordinary text far more often than a note, unless it begins a line.
            let before = &text[..start as usize];
            if before.is_empty() || before.ends_with('\n') {
                self.unclosed(Span::new(start as usize, start as usize + 2));
            }
        }
    }

    fn comments_in_html(&mut self, span: Span) {
        let html = &self.source.text[span.range()];
        let mut from = 0;
        while let Some(start) = html[from..].find("<!--").map(|at| from + at) {
            let at = span.start as usize + start;
            match html[start + 4..].find("-->") {
                Some(length) => {
                    let end = start + 4 + length + 3;
                    self.secrecy.passages.push(Passage {
                        span: Span::new(at, span.start as usize + end),
                        readers: PassageReaders::Nobody,
                    });
                    from = end;
                }
                None => return self.unclosed(Span::new(at, span.end as usize)),
            }
        }
    }

    fn unclosed(&mut self, span: Span) {
        let line = self.source.line(span);
        self.out.push(
            self.source
                .diagnose(&rules::UNCLOSED_COMMENT, span, "a hidden note begins here and is never closed")
                .help("write it as `<!-- note -->`, with two hyphens at either end"),
        );
        if self.config.audiences.is_some() {
            self.doubt(
                span,
                format!("what the note that begins in line {line} should hide cannot be told"),
                "close the note with `-->`".to_owned(),
            );
        }
    }
}

/// Whether a fenced block reaches the end of its text without a closing fence.
pub(crate) fn unclosed(source: &Source, block: Block<'_, '_>) -> bool {
    let text = &source.text[block.span().range()];
    if !source.text[block.span().end as usize..].trim().is_empty() {
        return false;
    }
    let fence: String = text.trim_start().chars().take_while(|c| matches!(c, '`' | '~')).collect();
    // A block that was made of something else is closed by us.
    if fence.is_empty() {
        return false;
    }
    let last = text.trim_end().rsplit('\n').next().unwrap_or_default().trim_start_matches(['>', ' ']);
    let closed = text.trim_end().contains('\n')
        && last.trim_end().chars().all(|c| fence.starts_with(c))
        && last.trim_end().len() >= fence.len();
    !closed
}

/// Whether a heading says that what follows is not for everyone, and nothing else: `Internal`, `For internal use only`.
fn is_reserved(heading: &str) -> bool {
    let folded = singular(heading);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    is_reserved_for_some(&words)
}

/// Whether all of some words say that something is not for everyone.
fn is_reserved_for_some(words: &[&str]) -> bool {
    const SMALL: [&str; 13] = [
        "for",
        "use",
        "only",
        "nur",
        "strictly",
        "staff",
        "team",
        "note",
        "info",
        "information",
        "please",
        "not",
        "public",
    ];
    words.iter().any(|word| RESERVED.contains(word))
        && words.iter().all(|word| RESERVED.contains(word) || SMALL.contains(word))
}

/// Whether a folded word is "only" in some language, glued to the next word, or nearly so.
fn is_like_only(word: &str) -> bool {
    ONLY.contains(&word) || word.starts_with("only") || nearest(word, ["only"]).is_some()
}

/// The tag of HTML in a line that would hide what is in it, were it not taken out: `<div hidden>`.
fn hidden_tag(line: &str) -> Option<&str> {
    line.match_indices('<').find_map(|(open, _)| {
        let tag = line[open..].split_inclusive('>').next()?;
        let folded = tag.to_ascii_lowercase();
        let hides = folded.contains(" hidden>")
            || folded.contains(" hidden ")
            || folded.contains(" hidden=")
            || folded.replace(' ', "").contains("display:none");
        (tag.ends_with('>') && tag[1..].starts_with(|c: char| c.is_ascii_alphabetic()) && hides).then_some(tag)
    })
}

/// A line of HTML without its tags.
fn without_tags(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = rest.find('<') {
        let is_tag = rest[open + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        match rest[open..].find('>').filter(|_| is_tag) {
            Some(close) => {
                text.push_str(&rest[..open]);
                text.push(' ');
                rest = &rest[open + close + 1..];
            }
            None => break,
        }
    }
    text.push_str(rest);
    text
}

/// The names in `team leads, trainers and managers`. A name of the book that holds such a word stays whole.
fn split_names<'t>(typed: &'t str, audiences: &Audiences) -> Vec<&'t str> {
    let typed = typed.trim().trim_matches(['(', ')', '[', ']', ':', '.']);
    if audiences.find(typed).is_some() {
        return vec![typed];
    }
    let mut names = vec![typed];
    for separator in [",", ";", "/", "&", "+", "|", " and ", " or ", " und ", " oder ", " et ", " ou ", " y ", " e "] {
        names = names
            .into_iter()
            .flat_map(|name| if audiences.find(name).is_some() { vec![name] } else { name.split(separator).collect() })
            .collect();
    }
    names
        .into_iter()
        .map(|name| name.trim().trim_start_matches("the ").trim_matches(['*', '_', ':', '.', ' ']))
        .filter(|name| !name.is_empty())
        .collect()
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The text without the given bytes. Where whole lines go, their line ends go too; an empty line stays behind only if
/// the lines around would otherwise become one paragraph.
///
/// With it, where each run of what is left began: in what is left, and in `text`. `between_lists` stands where a comment at
/// the left edge parted two lists.
pub(crate) fn cut(text: &str, hidden: &[Range<usize>], between_lists: &str) -> (String, Vec<(u32, u32)>) {
    let mut kept = String::with_capacity(text.len());
    let mut runs = vec![(0, 0)];
    let mut done = 0;
    for range in hidden {
        if range.end <= done {
            continue;
        }
        let start = range.start.max(done);
        // A line may hold thousands of them, so only the blanks beside one are looked at.
        let line_start = done + text[done..start].trim_end_matches(is_blank).len();
        let alone_before = line_start == 0 || text[..line_start].ends_with('\n');
        let mut end = range.end;
        let ends_line = text[start..end].ends_with('\n');
        let behind = text[end..].trim_start_matches(is_blank);
        let alone_after = ends_line || behind.is_empty() || behind.starts_with('\n');
        let line_end = (text.len() - behind.len() + 1).min(text.len());
        if alone_before && alone_after {
            kept.push_str(&text[done..line_start]);
            if !ends_line {
                end = line_end;
            }
            let joins = !blank_end(&kept) && begins_paragraph(&text[end..]);
            if joins {
                kept.push('\n');
            }
            let parts = !between_lists.is_empty() && start == line_start && text[start..].starts_with("<!--");
            if parts && goes_on_list(text[end..].trim_start_matches('\n')) {
                kept.push_str(if blank_end(&kept) { "" } else { "\n" });
                kept.push_str(between_lists);
            }
        } else {
            kept.push_str(&text[done..start]);
            // The line break belongs to the line that goes on before the passage.
            while text[start..end].ends_with(['\n', '\r']) {
                end -= 1;
            }
        }
        done = end;
        runs.push((kept.len() as u32, done as u32));
    }
    kept.push_str(&text[done..]);
    (kept, runs)
}

/// Whether `c` is white and ends no line.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && c != '\n'
}

/// Whether the last whole line of `text` is empty, or there is none.
fn blank_end(text: &str) -> bool {
    let before = text.strip_suffix('\n').unwrap_or(text).trim_end_matches(is_blank);
    before.is_empty() || before.ends_with('\n')
}

/// Whether a text would go on a list that stands before it: with an item at the left edge, or indented.
fn goes_on_list(text: &str) -> bool {
    if text.starts_with("    ") || text.starts_with('\t') {
        return true;
    }
    let figures = text.bytes().take_while(u8::is_ascii_digit).count();
    let behind = match figures {
        0 => text.strip_prefix(['-', '*', '+']),
        _ => text[figures..].strip_prefix(['.', ')']),
    };
    behind.is_some_and(|behind| behind.starts_with([' ', '\t']))
}

fn begins_paragraph(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default().trim();
    !line.is_empty()
        && !line.starts_with(['#', '-', '*', '+', '>', '|', '`', '~'])
        && !line.starts_with(|c: char| c.is_ascii_digit())
}
