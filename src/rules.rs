//! Every rule: its name, how grave it is, and whether it applies to a folder that is no book.
//!
//! The code that finds a fault names its rule as `rules::NAME`; `tests/specs/rules/` holds a book that shows it and
//! `manual/rules/` the page that explains it. A test insists on all three.

use crate::diagnostic::Severity::{self, Error, Hint, Warning};

/// One thing that Cuebook looks for.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Its name, as shown in brackets and as typed in `[check]`.
    pub name: &'static str,
    /// How grave it is in a book; `[check]` can change it.
    pub severity: Severity,
    /// Whether it applies only where there is a `book.toml`.
    pub book_only: bool,
    /// What it finds, in a line, for the table in the manual.
    pub about: &'static str,
    /// Its page of the manual, as Markdown with front matter.
    pub page: &'static str,
}

impl Rule {
    /// Its page without the front matter: what is seen, why it matters, how to mend it.
    pub fn explanation(&self) -> &'static str {
        self.page.splitn(3, "---\n").nth(2).unwrap_or(self.page).trim()
    }
}

macro_rules! rules {
    ($($(#[$only:ident])? $constant:ident = $name:literal, $severity:ident, $about:literal;)+) => {
        $(
            #[doc = $about]
            pub const $constant: Rule = Rule {
                name: $name,
                severity: $severity,
                book_only: rules!(@only $($only)?),
                about: $about,
                page: include_str!(concat!("../manual/rules/", $name, ".md")),
            };
        )+
        /// All of them, in the order of the manual's table.
        pub static ALL: &[&Rule] = &[$(&$constant),+];
    };
    (@only) => { false };
    (@only book) => { true };
}

rules! {
    // Front matter: how it is typed.
    FRONT_MATTER_UNCLOSED = "front-matter-unclosed", Warning, "the facts block at the top is never closed";
    FRONT_MATTER_LATE = "front-matter-late", Warning, "something stands before the facts block, so that it is read as text";
    FRONT_MATTER_COLON = "front-matter-colon", Warning, "a value holds a second colon and needs quotes";
    FRONT_MATTER_HASH = "front-matter-hash", Warning, "what follows a `#` is dropped";
    FRONT_MATTER_SPACE = "front-matter-space", Warning, "there is no space after the colon of a field";
    FRONT_MATTER_SIGN = "front-matter-sign", Warning, "a value begins with a sign that needs quotes";
    FRONT_MATTER_LIST = "front-matter-list", Warning, "a list is not written as a list";
    FRONT_MATTER_LIST_OPEN = "front-matter-list-open", Warning, "a list is opened with `[` and never closed";
    FRONT_MATTER_QUOTE_OPEN = "front-matter-quote-open", Warning, "a quote is opened and never closed";
    FRONT_MATTER_TAB = "front-matter-tab", Warning, "a line of the facts block begins with a tab";
    FRONT_MATTER_INDENT = "front-matter-indent", Warning, "a field is indented";
    FRONT_MATTER_NESTED = "front-matter-nested", Hint, "a field holds further fields, which are ignored";
    FRONT_MATTER_SYNTAX = "front-matter-syntax", Warning, "the facts block cannot be read as it is typed";
    DUPLICATE_FIELD = "duplicate-field", Warning, "two lines set the same field";
    UNKNOWN_FIELD = "unknown-field", Warning, "a field is almost one that Cuebook knows";
    EMPTY_FIELD = "empty-field", Error, "nothing is left of a field's value";
    FIELD_IN_TEXT = "field-in-text", Hint, "a field is better written as a heading";

    // Front matter: what it says.
    BAD_DATE = "bad-date", Error, "a date is not year-month-day";
    BAD_INTERVAL = "bad-interval", Error, "a length of time cannot be understood";
    BAD_NUMBER = "bad-number", Error, "a number cannot be understood";
    BAD_YES_NO = "bad-yes-no", Error, "a field wants yes or no";
    BAD_HOURS = "bad-hours", Warning, "opening hours cannot be understood";
    BAD_LANGUAGE = "bad-language", Warning, "a language is not written as its code";
    BAD_ADDRESS = "bad-address", Warning, "an address is not written as the path of a page";
    NEAR_CHANNEL = "near-channel", Warning, "a channel has another word than in other entries";
    NEAR_SITUATION = "near-situation", Warning, "a situation is nearly one of other entries";
    #[book] COVERAGE_GAP = "coverage-gap", Hint, "a situation has no words to say, or no way on";
    UNKNOWN_KIND = "unknown-kind", Error, "the kind is not one of the nine";
    UNKNOWN_STATUS = "unknown-status", Error, "the status is not draft, review, ready or retired";
    #[book] MISSING_OWNER = "missing-owner", Warning, "an entry has no owner";
    #[book] MISSING_REVIEW = "missing-review", Warning, "an entry does not say when it was reviewed";
    #[book] OVERDUE_REVIEW = "overdue-review", Warning, "the review date of an entry has passed";
    #[book] FUTURE_REVIEW = "future-review", Warning, "an entry says that it was reviewed on a day to come";
    #[book] MISSING_SUMMARY = "missing-summary", Warning, "an entry has no summary";
    VALIDITY_ORDER = "validity-order", Warning, "an entry stops being valid before it starts";

    // Files and addresses.
    UNREADABLE_FILE = "unreadable-file", Error, "a file cannot be read";
    NOT_UTF8 = "not-utf8", Warning, "a file is not written in UTF-8";
    ODD_FILE = "odd-file", Warning, "something in the content folder is neither a file nor a folder";
    OUTSIDE_CONTENT = "outside-content", Hint, "Markdown lies beside the folder of the pages, and is left out";
    SYMLINK = "symlink", Warning, "a symbolic link is not followed";
    UNSAFE_FILE = "unsafe-file", Warning, "a file could run script in a reader's browser";
    FILE_NAME = "file-name", Warning, "a file looks like an entry and its name does not end in `.md`";
    ADDRESS_TAKEN = "address-taken", Error, "two entries want one address";
    LIMIT = "limit", Error, "something is larger than its limit";
    PARSER_FAILED = "parser-failed", Error, "an entry made the parser fail";

    // Links and pictures.
    BROKEN_LINK = "broken-link", Warning, "a link leads to no entry or file";
    BROKEN_HEADING_LINK = "broken-heading-link", Warning, "a link leads to a heading that does not exist";
    AMBIGUOUS_LINK = "ambiguous-link", Warning, "several entries have the name that a link gives";
    LINK_CASE = "link-case", Warning, "a link differs from the file in upper and lower case";
    LINK_SPACES = "link-spaces", Warning, "a link with spaces is not a link";
    LINK_IN_TABLE = "link-in-table", Warning, "the bar of a link splits the cell of a table";
    #[book] ORPHAN = "orphan", Warning, "no other entry leads to an entry";
    SIMILAR_TITLE = "similar-title", Warning, "two entries are called nearly the same";
    UNSAFE_LINK = "unsafe-link", Warning, "a link uses an address that is not allowed";
    MISSING_PICTURE = "missing-picture", Warning, "a picture is not there";
    EXTERNAL_PICTURE = "external-picture", Warning, "a picture lies on another host";
    INCLUDE_LOOP = "include-loop", Warning, "entries include each other in a circle";
    MISSING_INCLUDE = "missing-include", Warning, "a file that is included is not there";
    UNSUITABLE_INCLUDE = "unsuitable-include", Warning, "a level, step or card cannot be included";

    // What is typed in the text.
    PLACEHOLDER = "placeholder", Warning, "words in angle brackets vanish from a page";
    RAW_HTML = "raw-html", Warning, "HTML that is not allowed was taken out";
    HEADING_SPACE = "heading-space", Warning, "there is no space after the `#` of a heading";
    BULLET_SIGN = "bullet-sign", Warning, "a bullet is typed with a sign that makes no list";
    NO_TABLE = "no-table", Warning, "rows are typed that make no table";
    INDENTED_TEXT = "indented-text", Warning, "text that is indented by four spaces is shown as code";
    TABLE_CELLS = "table-cells", Warning, "a row of a table has more cells than the table has columns";
    TASK_BOX = "task-box", Warning, "the box of a task is not typed as `[ ]`";
    LINK_BRACKETS = "link-brackets", Warning, "the brackets of a link do not match";
    MERGE_CONFLICT = "merge-conflict", Error, "the marks of a merge conflict are still in the file";
    TEMPLATE_TAG = "template-tag", Warning, "a tag of a template language is left out";
    SHORTCODE = "shortcode", Warning, "a shortcode of Hugo is left out";
    COMPONENT = "component", Warning, "a component of MDX is left out";
    UNDERLINED_TEXT = "underlined-text", Warning, "a rule directly under text makes that text a heading";
    SPEAKER = "speaker", Hint, "the speaker of a turn is not bold";
    NOT_SPOKEN = "not-spoken", Warning, "a note, or what not to say, stands among the words to say";
    NEAR_HEADING = "near-heading", Warning, "a heading is almost one that Cuebook knows";
    NEAR_LABEL = "near-label", Warning, "a label is almost one that Cuebook knows";
    NEAR_COLUMN = "near-column", Warning, "a column is almost one that Cuebook knows";
    NEAR_CALLOUT = "near-callout", Warning, "a callout's word is almost one that Cuebook knows";
    UNCLOSED_COMMENT = "unclosed-comment", Warning, "a hidden note is never closed";
    UNCLOSED_FENCE = "unclosed-fence", Warning, "a block of code is never closed";
    PAIR_WITHOUT_TRY = "pair-without-try", Warning, "a phrase to avoid has no phrase to use instead";

    // What is said.
    PHRASE_CLASH = "phrase-clash", Warning, "one entry says what another tells not to say";
    JUDGEMENT_WORD = "judgement-word", Warning, "a word judges a person where a fact belongs";
    PERSONAL_DATA = "personal-data", Warning, "a text holds a mail address, a phone number or the number of a card";

    // What a kind means.
    SCRIPT_WITHOUT_WORDS = "script-without-words", Warning, "a script has nothing to say";
    MISSING_LEVEL = "missing-level", Warning, "an escalation has no level, or leaves a number out";
    MISSING_WHO = "missing-who", Error, "a level does not say who to go to";
    #[book] MISSING_OUT_OF_HOURS = "missing-out-of-hours", Warning, "a level does not say who helps out of hours";
    UNKNOWN_ROLE = "unknown-role", Warning, "who to go to is not a contact of the book";
    UNKNOWN_OUTCOME = "unknown-outcome", Warning, "what happens after a level cannot be understood";
    UNREACHABLE_LEVEL = "unreachable-level", Warning, "no way leads to a level";
    ESCALATION_LOOP = "escalation-loop", Error, "levels lead in a circle without a way out";
    MISSING_STEP = "missing-step", Warning, "a conversation or decision has no step";
    CHOICE_WITHOUT_LINK = "choice-without-link", Error, "a choice does not say where it leads";
    CHOICE_WITHOUT_ARROW = "choice-without-arrow", Warning, "a choice has a link and no arrow";
    MISPLACED_CHOICE = "misplaced-choice", Warning, "a choice stands outside the conversation";
    UNREACHABLE_STEP = "unreachable-step", Warning, "no choice leads to a step";
    DUPLICATE_STEP = "duplicate-step", Error, "two steps have one name";
    DEAD_END = "dead-end", Warning, "a step has neither a choice nor an ending";
    UNKNOWN_ENDING = "unknown-ending", Error, "an ending is not good, mixed or poor";
    ENDLESS_CONVERSATION = "endless-conversation", Error, "no way leads from a step to an end";
    BAD_PHONE = "bad-phone", Warning, "a phone number cannot be called";
    BAD_EMAIL = "bad-email", Warning, "an e-mail address cannot be written to";
    OWN_BACKUP = "own-backup", Warning, "a contact stands in for itself";
    CONTACT_WITHOUT_WAY = "contact-without-way", Warning, "a contact cannot be reached";
    DUPLICATE_WORD = "duplicate-word", Warning, "two glossary headings are one word";
    STATION_WITHOUT_LINK = "station-without-link", Warning, "a station of a path leads nowhere";
    STOPS_APART = "stops-apart", Warning, "the stops of a station stand in two lists";

    // Who may see what.
    UNKNOWN_AUDIENCE = "unknown-audience", Error, "an audience is not one of the book's";
    OPEN_FOLDER = "open-folder", Warning, "a folder is called like an audience and everyone sees what is in it";
    AUDIENCE_IN_DOUBT = "audience-in-doubt", Error, "who may see something cannot be told, so it is withheld";
    DEPENDS_ON_HIDDEN = "depends-on-hidden", Warning, "an audience sees an entry, and not what it leads to";

    // The project's own files.
    CONFIG_SYNTAX = "config-syntax", Error, "`book.toml` cannot be read";
    CONFIG_KEY = "config-key", Error, "`book.toml` has a key that does not exist";
    CONFIG_VALUE = "config-value", Error, "`book.toml` has a value that cannot be used";
    CONFIG_TARGET = "config-target", Warning, "`book.toml` names an entry or situation that does not exist";
    SEARCH_TEST = "search-test", Warning, "a query does not find the entry that it must find";
    THEME = "theme", Error, "a file of the theme has a mistake";

    // A finished site: `cuebook verify`.
    DEAD_LINK = "dead-link", Error, "an address of a finished site leads to no file of it";
    DEAD_ANCHOR = "dead-anchor", Error, "an address of a finished site leads to an anchor that is not there";
    DUPLICATE_ID = "duplicate-id", Error, "two elements of a page have one id";
    ROOT_ADDRESS = "root-address", Error, "an address of a finished site leads elsewhere once the site is moved";
    FOREIGN_HOST = "foreign-host", Error, "a page asks another host for something";
    CHANGED_FILE = "changed-file", Error, "a file of a finished site is not as its maker listed it";
    MISSING_PAGE = "missing-page", Error, "an entry has no page in a finished site";
    LEAK = "leak", Error, "something is in a copy that is hidden from its readers";
}

/// The rule of that name.
pub fn by_name(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name == name)
}
