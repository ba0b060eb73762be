//! Every word that readers see and no writer typed, and every word that means something in an entry.
//!
//! [`WORDS`] is what templates and scripts print: `{{ words.backlinks }}`. [`meaning::WORDS`] is what a heading, label,
//! column or callout can be. Both are English until `[words]` in `book.toml` gives the team's own word for one. The
//! English word is the name: a word that stands in both lists means the same in both, so that one line of `[words]`
//! changes what is understood and what is shown.
//!
//! Nothing here knows the configuration file; `config` asks whether a word is known.

mod german;
pub mod meaning;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::text::{fold, nearest, singular};

/// The words of a book: key → what is shown.
pub type Words = BTreeMap<&'static str, String>;

/// A key of `words` in a template, and its English. What stands in braces is filled in by the page.
///
/// No two have the same English as [`fold`] compares it. Singular and plural may each have a key.
pub static WORDS: &[(&str, &str)] = &[
    // The frame of every page.
    ("skip_to_content", "Skip to content"),
    ("menu", "Menu"),
    ("close_menu", "Close menu"),
    ("navigation", "Navigation"),
    ("home", "Home"),
    ("you_are_here", "You are here"),
    ("on_this_page", "On this page"),
    ("contents", "Contents"),
    ("back_to_top", "Back to top"),
    ("more", "More"),
    ("fewer", "Fewer"),
    ("close", "Close"),
    ("back", "Back"),
    ("open_in_new_tab", "Opens in a new tab"),
    ("external_link", "Leads to another site"),
    ("external_picture", "A picture on another site"),
    ("missing_picture", "This picture is missing"),
    ("missing_link", "There is no page for this yet"),
    ("link_to_heading", "Link to this heading"),
    ("previous_page", "Previous page"),
    ("next_page", "Next page"),
    ("page_of", "Page {page} of {pages}"),
    ("generated_by", "Made with {program}"),
    ("feedback_link", "Something wrong on this page?"),
    ("edit_page", "Edit this page"),
    ("keyboard_shortcuts", "Keyboard shortcuts"),
    ("shortcuts_off", "Turn shortcuts off"),
    ("shortcuts_on", "Turn shortcuts on"),
    // The colours of the page.
    ("theme", "Colours of the page"),
    ("theme_auto", "Auto"),
    ("theme_light", "Light"),
    ("theme_dark", "Dark"),
    ("large_type", "Large type"),
    // The front page and its three doors.
    ("what_is_going_on", "What is going on?"),
    ("situations_front", "Right now"),
    ("door_words", "Words now"),
    ("door_words_about", "What to say while somebody waits"),
    ("door_decide", "Decide"),
    ("door_decide_about", "One question at a time"),
    ("door_practise", "Practise"),
    ("door_practise_about", "Role-plays, checklists and paths"),
    ("urgent", "Urgent"),
    ("urgent_link", "Danger or distress"),
    ("must_read", "Must read"),
    ("changed", "Changed"),
    ("what_changed", "What changed"),
    ("nothing_changed", "Nothing has changed lately"),
    ("new", "New"),
    // Search.
    ("search", "Search"),
    ("search_placeholder", "What does the customer say?"),
    ("search_book", "Search this playbook"),
    ("search_hint", "Press / to search"),
    ("search_results", "Search results"),
    ("searching", "Loading …"),
    ("result_one", "1 result"),
    ("result_many", "{n} results"),
    ("no_results", "Nothing found for “{query}”"),
    ("results_in_other_kinds", "{n} in other kinds"),
    ("did_you_mean", "Did you mean {word}?"),
    ("not_word_for_word", "Nothing has exactly these words. The nearest:"),
    ("more_on_this_page", "{n} more on this page"),
    ("all_results", "All results"),
    ("filters", "Filters"),
    ("filter_list", "Filter this list"),
    ("all_kinds", "All kinds"),
    ("clear_filters", "Clear filters"),
    ("recent", "Recently opened"),
    ("clear_recent", "Forget these"),
    ("pinned", "Good to know"),
    ("search_no_script", "Press Ctrl+F to find a word on this page"),
    ("search_failed", "Search could not be loaded"),
    ("tell_owner", "Tell us what you looked for"),
    ("matches_on_page", "{n} matches on this page"),
    ("match_one_on_page", "1 match on this page"),
    ("next_match", "Next match"),
    ("previous_match", "Previous match"),
    ("clear_matches", "Clear marks"),
    ("key_move", "Move"),
    ("key_open", "Open"),
    ("key_copy", "Copy the words"),
    ("key_close", "Close search"),
    // Copying, printing.
    ("copy", "Copy"),
    ("copied", "Copied"),
    ("copy_failed", "Could not copy; the words are selected"),
    ("copy_summary", "Copy as text"),
    ("copy_link", "Copy link"),
    ("print", "Print"),
    ("print_four", "Print four copies"),
    ("print_four_roleplays", "Print four role-plays"),
    ("print_sheet", "Print sheet"),
    ("card_continued", "Card {part} of {parts}"),
    ("printed_from", "Printed from {title}"),
    ("read_aloud", "Read aloud"),
    ("stop_reading", "Stop reading"),
    // What a copy that left its place says of itself.
    (
        "unpack_first",
        "Unpack the folder first. Inside the zip this page comes without its styles, and its links lead nowhere.",
    ),
    (
        "single_how",
        "The pages of this playbook are in this file, but JavaScript, which shows them, is off here, or this browser is too \
         old. Save the file, and open it in a current browser. No network is needed.",
    ),
    ("start_reading", "Open the playbook"),
    ("copy_made", "Copy of {date}"),
    ("copy_for", "for {readers}"),
    ("copy_for_public", "for everybody"),
    ("copy_for_everyone", "for those who may see everything"),
    ("copy_kept_by", "kept by {name}"),
    ("copy_age_none", "This copy was made today."),
    ("copy_age_one", "This copy is 1 day old."),
    ("copy_age_many", "This copy is {n} days old."),
    ("copy_current", "The current one"),
    ("copy_refresh", "There may be a newer copy of this playbook."),
    ("copy_stop", "This copy is too old to be relied on."),
    ("copy_stop_why", "What it says may have changed. Take a new copy before you use it with a customer."),
    ("copy_go_on", "Read the old copy all the same"),
    // What the preview shows over a page.
    ("live_bar", "What is wrong with this playbook"),
    ("live_error", "1 error"),
    ("live_errors", "{n} errors"),
    ("live_warning", "1 warning"),
    ("live_warnings", "{n} warnings"),
    ("live_hint", "1 hint"),
    ("live_hints", "{n} hints"),
    ("live_error_word", "Error"),
    ("live_hint_word", "Hint"),
    ("live_stale", "The pages are older than the files"),
    ("live_stops", "To be mended first"),
    ("live_here", "In this entry"),
    ("live_others", "In other files"),
    ("live_more", "… and {n} more, which the terminal shows"),
    ("live_go_there", "go there"),
    ("live_tools", "Writing help"),
    ("live_edit", "Edit"),
    ("live_still_right", "Still right"),
    ("live_reviewed", "Reviewed today"),
    ("live_facts", "Facts"),
    ("live_go_to", "Go to"),
    ("live_save", "Save"),
    ("live_new", "New entry"),
    ("live_kind", "Kind"),
    ("live_make", "Make it"),
    ("live_made", "Made: {file}"),
    ("live_fix", "Fix it"),
    ("live_fix_all", "Fix all that is safe ({n})"),
    ("live_before", "Before"),
    ("live_after", "After"),
    ("live_apply", "Apply"),
    ("live_leave", "Leave it"),
    ("live_mended", "Mended: {file}"),
    ("live_fact_title", "Title"),
    ("live_fact_audience", "Who may see it"),
    ("live_fact_every", "Review every"),
    ("live_unborn", "This playbook cannot be shown yet"),
    ("live_unborn_about", "What is to be mended stands below. The page comes by itself when that is done."),
    ("live_nowhere", "There is no page at this address"),
    ("live_nowhere_about", "It may have been renamed, or not be written yet. If it comes to be, it is shown here."),
    ("live_unmade", "This page cannot be shown yet"),
    ("live_unmade_about", "Its template has a mistake. The page comes by itself when that is mended."),
    ("live_nothing_left", "There is nothing left to mend here."),
    ("live_meanwhile", "The files were changed in the meantime, so nothing was mended. Look at it again."),
    ("live_unmended", "`{file}` is left as it is: {error}."),
    ("live_taken", "There is a file `{file}` already. Give the entry another title."),
    ("live_unwritten", "`{file}` cannot be written: {error}."),
    ("live_no_editor", "The editor cannot be started ({error}). Set `editor` under `[serve]` in book.toml."),
    // The nine kinds, one and many.
    ("kind_script", "Script"),
    ("kinds_script", "Scripts"),
    ("kind_escalation", "Escalation"),
    ("kinds_escalation", "Escalations"),
    ("kind_roleplay", "Role-play"),
    ("kinds_roleplay", "Role-plays"),
    ("kind_decision", "Decision"),
    ("kinds_decision", "Decisions"),
    ("kind_checklist", "Checklist"),
    ("kinds_checklist", "Checklists"),
    ("kind_contact", "Contact"),
    ("kinds_contact", "Contacts"),
    ("kind_glossary", "Glossary"),
    ("kinds_glossary", "Glossaries"),
    ("kind_path", "Path"),
    ("kinds_path", "Paths"),
    ("kind_guide", "Guide"),
    ("kinds_guide", "Guides"),
    // Facts of an entry.
    ("owner", "Owner"),
    ("no_owner", "No owner"),
    ("reviewed", "Reviewed"),
    ("never_reviewed", "Never reviewed"),
    ("review_due", "Review due"),
    ("review_overdue", "Review overdue since {date}"),
    ("valid_from", "Valid from"),
    ("valid_until", "Valid until"),
    ("not_yet_valid", "Not valid until {date}"),
    ("expired", "This stopped being valid on {date}"),
    ("draft", "Draft"),
    ("in_review", "Waits for a second reader"),
    ("retired", "Retired"),
    ("audience", "Audience"),
    ("only_for", "Only for"),
    ("everyone", "Everyone"),
    ("channel", "Channel"),
    ("channels", "Channels"),
    ("situation", "Situation"),
    ("situations", "Situations"),
    ("skill", "Skill"),
    ("skills", "Skills"),
    ("tag", "Tag"),
    ("tags", "Tags"),
    ("source", "Source"),
    ("translation", "Translation"),
    ("translations", "Translations"),
    ("translation_of", "Translation of"),
    ("other_languages", "Other languages"),
    ("about_this_page", "About this page"),
    ("related", "Related"),
    ("backlinks", "Linked from"),
    ("no_backlinks", "No page links here"),
    ("other_names", "Other names"),
    ("map_of_page", "Map of this page"),
    // What every kind knows.
    ("customers_say", "Customers say"),
    ("talk_about_it", "Talk about it"),
    ("word_for_word", "Word for word"),
    ("word_for_word_about", "Say this exactly as it stands"),
    ("trainer_notes", "Trainer notes"),
    ("if_you_are", "If you are"),
    ("escalate", "Escalate"),
    ("fill_in", "Fill in"),
    ("fill_in_about", "Kept on this page only, and gone when you leave it"),
    ("callout_note", "Note"),
    ("callout_tip", "Tip"),
    ("callout_important", "Important"),
    ("callout_warning", "Warning"),
    ("callout_caution", "Caution"),
    ("example", "Example"),
    ("quotation", "Quotation"),
    ("footnotes", "Footnotes"),
    ("back_to_text", "Back to the text"),
    ("included_from", "From {title}"),
    // Script.
    ("use_when", "Use when"),
    ("say_first", "Say first"),
    ("say", "Say"),
    ("on_the_phone", "On the phone"),
    ("in_chat", "In chat"),
    ("at_the_counter", "At the counter"),
    ("opening_lines", "Opening lines"),
    ("step_in_lines", "Step-in lines"),
    ("closing", "Closing"),
    ("say_it_like_this", "Say it like this"),
    ("instead_of", "Instead of"),
    ("try", "Try"),
    ("why", "Why"),
    ("conversation", "Conversation"),
    ("ask", "Ask"),
    ("offer", "Offer"),
    ("do", "Do"),
    ("if_it_goes_otherwise", "If it goes otherwise"),
    ("never_say", "Never say"),
    ("not_like_this", "Not like this"),
    ("ask_yourself", "Ask yourself"),
    ("it_depends", "It depends"),
    ("if", "If"),
    ("you", "You"),
    ("customer", "Customer"),
    ("agent", "Agent"),
    ("next_line", "Next line"),
    // Escalation.
    ("before_you_escalate", "Before you escalate"),
    ("level", "Level"),
    ("levels", "Levels"),
    ("who", "Who"),
    ("when", "When"),
    ("only_when", "Only when"),
    ("answer_within", "Answer within"),
    ("how", "How"),
    ("hand_over", "Hand over"),
    ("if_resolved", "If resolved"),
    ("if_not_resolved", "If not resolved"),
    ("out_of_hours", "Out of hours"),
    ("next_level", "Next level"),
    ("stop_here", "Stop here"),
    ("worst_case_time", "Longest time to an answer"),
    ("worst_case_unknown", "Some levels give no time"),
    ("diagram", "Diagram of the levels"),
    ("diagram_questions", "Diagram of the questions"),
    // Role-play and decision.
    ("card", "Card"),
    ("cards", "Cards"),
    ("customer_card", "Customer card"),
    ("agent_card", "Agent card"),
    ("observer_card", "Observer card"),
    ("observer", "Observer"),
    ("open_your_card", "Open your own card only"),
    ("draw_card", "Draw a card"),
    ("you_want", "You want"),
    ("you_do_not_say", "You do not say unless asked"),
    ("your_goal", "Your goal"),
    ("brief", "Brief"),
    ("for_the_one_who_leads", "For the one who leads"),
    ("difficulty", "Difficulty"),
    ("people_one", "1 person"),
    ("people_many", "{n} people"),
    ("twist", "Twist"),
    ("draw_twist", "Show the twist"),
    ("debrief", "Debrief"),
    ("choices", "Choices"),
    ("points", "Points"),
    ("points_total", "{points} of {most} points"),
    ("feedback", "Feedback"),
    ("ending", "Ending"),
    ("ending_good", "Good ending"),
    ("ending_mixed", "Mixed ending"),
    ("ending_poor", "Poor ending"),
    ("result", "Result"),
    ("start", "Start"),
    ("start_again", "Start again"),
    ("step_back", "Step back"),
    ("your_way", "Your way so far"),
    ("show_all_steps", "Show all steps"),
    ("show_one_step", "Show one step at a time"),
    ("leads_to", "Leads to"),
    // Checklist.
    ("progress", "{done} of {total}"),
    ("all_done", "All done"),
    ("reset", "Reset"),
    ("saved_here", "Saved on this device"),
    ("pass_mark", "Pass mark"),
    ("score", "Score"),
    ("score_of", "Score: {points} of {most}"),
    // Contact.
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("chat", "Chat"),
    ("opening_hours", "Opening hours"),
    ("available_now", "On now"),
    ("not_available_now", "Not on now"),
    ("backup", "Backup"),
    ("knows", "Knows"),
    ("named_in", "Named in"),
    // Glossary.
    ("also_called", "Also called"),
    ("do_not_confuse", "Do not confuse with"),
    ("see", "See"),
    // Path.
    ("signed_off_by", "Signed off by"),
    ("with_a_partner", "With a partner"),
    ("refresh_every", "Walk it again every {interval}"),
    ("time_needed", "Time needed"),
    ("station", "Station"),
    ("stations", "Stations"),
    ("section", "Section"),
    // Times and dates.
    ("minutes_one", "1 minute"),
    ("minutes_many", "{n} minutes"),
    ("hours_one", "1 hour"),
    ("hours_many", "{n} hours"),
    ("days_one", "1 day"),
    ("days_many", "{n} days"),
    ("working_days_one", "1 working day"),
    ("working_days_many", "{n} working days"),
    ("weeks_one", "1 week"),
    ("weeks_many", "{n} weeks"),
    ("months_one", "1 month"),
    ("months_many", "{n} months"),
    ("years_one", "1 year"),
    ("years_many", "{n} years"),
    ("same_day", "Same day"),
    ("end_of_shift", "End of shift"),
    ("at_most", "At most {time}"),
    ("timer", "Timer"),
    ("timer_target", "Target: {time}"),
    ("timer_start", "Start the timer"),
    ("timer_pause", "Pause"),
    ("timer_half", "Half the time is over"),
    ("timer_over", "Time is up"),
    ("timer_sound", "Sound"),
    ("date", "{day} {month} {year}"),
    ("january", "January"),
    ("february", "February"),
    ("march", "March"),
    ("april", "April"),
    ("may", "May"),
    ("june", "June"),
    ("july", "July"),
    ("august", "August"),
    ("september", "September"),
    ("october", "October"),
    ("november", "November"),
    ("december", "December"),
    // Indexes.
    ("index", "Index"),
    ("all_entries", "All entries A–Z"),
    ("all_indexes", "All indexes"),
    ("by_kind", "By kind"),
    ("by_situation", "By situation"),
    ("by_skill", "By skill"),
    ("by_channel", "By channel"),
    ("by_tag", "By tag"),
    ("by_owner", "By owner"),
    ("owners", "Owners"),
    ("phrases", "Phrases"),
    // The pages that look at the whole book.
    ("phrase_bank", "Phrase bank"),
    ("phrase_bank_about", "What to say instead, from every page, by situation."),
    ("any_situation", "Any situation"),
    ("see_also", "See also"),
    ("coverage", "Coverage"),
    ("coverage_about", "What there is for each situation. Each needs words to say, and a decision or an escalation."),
    ("gap", "Missing"),
    ("write_next", "What to write next"),
    ("needs_words", "words to say are missing. Begin a script with these lines."),
    ("needs_way", "a way on is missing. Begin a decision or an escalation with these lines."),
    ("enough", "Not needed"),
    ("enough_why", "Not needed, and why"),
    ("reviews", "Reviews"),
    ("reviews_about", "What is to be read again, the nearest date first."),
    ("no_review_date", "No date of a review"),
    ("overdue", "Overdue"),
    ("due_soon", "Due soon"),
    ("what_changed_about", "The newest changes first."),
    ("translations_about", "What has no translation yet, and what changed since it was translated."),
    ("changed_since", "Changed since it was translated"),
    ("all_words", "All words"),
    ("other_letters", "Other signs"),
    ("entry_one", "1 entry"),
    ("entry_many", "{n} entries"),
    ("folder", "Folder"),
    ("folders", "Folders"),
    ("to_print", "To print"),
    ("whole_book", "The whole playbook"),
    ("in_this_folder", "In this folder"),
    ("empty_list", "Nothing here yet"),
    ("empty_book", "This playbook has no entries yet"),
    ("empty_entry", "This page is empty"),
    // A page that is not there, or has moved.
    ("not_found", "Page not found"),
    ("not_found_about", "There is no page at this address. It may have moved, or been retired."),
    ("not_in_copy", "There is no page at this address in this copy of the playbook."),
    ("not_found_search", "Search for it, or look in the index"),
    ("moved", "This page has moved"),
    ("moved_to", "It is now at {title}"),
    // The preview.
    ("preview", "Preview"),
    ("preview_problems", "Problems on this page"),
    ("last_good_page", "This is the last version that could be read"),
];

/// Each key with the team's word for it, or the word of the book's language, or the English. Of several team words for
/// one, the first in the file.
pub fn words(config: &Config) -> Words {
    spoken(&team_words(config))
}

/// Each key in another language than the book's: of `words/LANGUAGE.toml`, of those that we ship, or English. `None` if
/// nobody says anything in that language.
pub fn words_in(config: &Config, language: &str) -> Option<Words> {
    let translated = folded(translations(config, language));
    (!translated.is_empty()).then(|| spoken(&translated))
}

fn spoken(team: &BTreeMap<String, &str>) -> Words {
    WORDS
        .iter()
        .map(|(key, english)| (*key, translated(english, team).unwrap_or_else(|| (*english).to_owned())))
        .collect()
}

/// What is said in a language for the built-in words: in the book's own file first, then in ours. The word, and the
/// built-in one. Empty for a language of which nothing is known.
pub fn translations<'c>(config: &'c Config, language: &str) -> impl Iterator<Item = (&'c str, &'c str)> + use<'c> {
    let primary = primary(language);
    let own = config.translations.iter().filter(|(tag, _)| self::primary(tag) == primary);
    let own: Vec<(&str, &str)> =
        own.flat_map(|(_, words)| words.iter().map(|(word, built_in)| (word.as_str(), built_in.as_str()))).collect();
    let shipped = if primary == "de" { german::WORDS } else { &[] };
    own.into_iter().chain(shipped.iter().map(|(built_in, word)| (*word, *built_in)))
}

/// The language of a tag without its region: `pt` of `pt-BR`.
pub fn primary(tag: &str) -> String {
    tag.split('-').next().unwrap_or_default().to_ascii_lowercase()
}

/// What a language calls itself; the tag for one that we do not know.
pub fn autonym(tag: &str) -> &str {
    const NAMES: &[(&str, &str)] = &[
        ("ar", "العربية"),
        ("cs", "Čeština"),
        ("da", "Dansk"),
        ("de", "Deutsch"),
        ("el", "Ελληνικά"),
        ("en", "English"),
        ("es", "Español"),
        ("fa", "فارسی"),
        ("fi", "Suomi"),
        ("fr", "Français"),
        ("he", "עברית"),
        ("hu", "Magyar"),
        ("it", "Italiano"),
        ("ja", "日本語"),
        ("ko", "한국어"),
        ("nb", "Norsk"),
        ("nl", "Nederlands"),
        ("pl", "Polski"),
        ("pt", "Português"),
        ("ro", "Română"),
        ("ru", "Русский"),
        ("sv", "Svenska"),
        ("tr", "Türkçe"),
        ("uk", "Українська"),
        ("vi", "Tiếng Việt"),
        ("zh", "中文"),
    ];
    let primary = primary(tag);
    NAMES.iter().find(|(known, _)| *known == primary).map_or(tag, |(_, name)| *name)
}

/// Keys for which neither the team nor the book's language has a word, in the order of [`WORDS`]. A book in English may
/// leave all of them.
pub fn untranslated(config: &Config) -> Vec<&'static str> {
    let team = team_words(config);
    WORDS.iter().filter(|(_, english)| translated(english, &team).is_none()).map(|(key, _)| *key).collect()
}

/// The team's word for an English one. A team that says only what it calls minutes has said how `{n} minutes` is written.
fn translated(english: &str, team: &BTreeMap<String, &str>) -> Option<String> {
    let unit = without_number(english);
    let of_unit = || Some(english.replace(unit, team.get(&fold(unit)).filter(|_| unit != english)?));
    team.get(&fold(english)).map(|word| (*word).to_owned()).or_else(of_unit)
}

/// What is counted in `{n} minutes` or `1 minute`; the whole of a text that does not begin or end with a number.
pub fn without_number(text: &str) -> &str {
    let text = text.trim();
    let bare = text.strip_prefix("{n}").or_else(|| text.strip_suffix("{n}")).or_else(|| text.strip_prefix("1 "));
    bare.unwrap_or(text).trim()
}

/// The built-in word, folded → the first team word for it, else that of the book's language.
fn team_words(config: &Config) -> BTreeMap<String, &str> {
    let team = config.words.iter().map(|(word, built_in)| (word.as_str(), built_in.as_str()));
    folded(team.chain(translations(config, &config.book.language)))
}

fn folded<'w>(words: impl Iterator<Item = (&'w str, &'w str)>) -> BTreeMap<String, &'w str> {
    let mut found = BTreeMap::new();
    for (word, built_in) in words {
        found.entry(fold(built_in)).or_insert(word);
    }
    found
}

/// Whether the theme has that word; case, spaces, a final colon and plural do not matter.
pub fn is_theme_word(text: &str) -> bool {
    let wanted = singular(text);
    WORDS.iter().any(|(_, english)| singular(english) == wanted)
}

/// The built-in word that `text` means, as we spell it. Singular and plural are one where only one of them is a word
/// of ours; where both are, each is itself.
pub fn known(text: &str) -> Option<&'static str> {
    let (folded, wanted) = (fold(text), singular(text));
    all().find(|word| fold(word) == folded).or_else(|| all().find(|word| singular(word) == wanted))
}

/// Whether [`known`] finds a word.
pub fn known_word(text: &str) -> bool {
    known(text).is_some()
}

/// The built-in word that somebody most likely meant by a word that is not [`known`].
pub fn nearest_word(text: &str) -> Option<&'static str> {
    nearest(text, all())
}

/// What a word leaves to be filled in: `page` and `pages` of `Page {page} of {pages}`.
pub fn blanks(text: &str) -> BTreeSet<&str> {
    let pieces = text.split('{').skip(1);
    pieces.filter_map(|piece| piece.split_once('}')).map(|(blank, _)| blank).collect()
}

fn all() -> impl Iterator<Item = &'static str> {
    meaning::WORDS.iter().map(|word| word.text).chain(WORDS.iter().map(|(_, english)| *english))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::KindName;

    fn config(words: &[(&str, &str)]) -> Config {
        let words = words.iter().map(|(team, built_in)| ((*team).to_owned(), (*built_in).to_owned())).collect();
        Config { words, ..Config::default() }
    }

    #[test]
    fn every_key_is_snake_case_and_stands_once() {
        let mut seen = BTreeSet::new();
        for (key, english) in WORDS {
            assert!(key.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "`{key}` is not snake case");
            assert!(seen.insert(key), "`{key}` stands twice");
            assert!(!english.trim().is_empty(), "`{key}` has no English");
        }
    }

    #[test]
    fn every_english_word_names_one_key() {
        let mut seen = BTreeMap::new();
        for (key, english) in WORDS {
            if let Some(other) = seen.insert(fold(english), key) {
                panic!("`{english}` is the English of `{other}` and of `{key}`: a team could not tell them apart");
            }
        }
    }

    #[test]
    fn singular_and_plural_meet_only_where_they_are_one_and_many_of_the_same_thing() {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (_, english) in WORDS {
            if let Some(other) = seen.insert(singular(english), english) {
                assert_ne!(fold(other), fold(english), "{english}");
                assert_eq!(format!("{}s", fold(other)), fold(english), "the many stands right after the one");
            }
        }
    }

    #[test]
    fn a_word_means_one_thing_in_one_place_and_is_spelt_the_same_in_all() {
        let mut seen: BTreeMap<String, Vec<&meaning::Word>> = BTreeMap::new();
        for word in meaning::WORDS {
            let others = seen.entry(fold(word.text)).or_default();
            let same_kind = |other: &&meaning::Word| {
                other.role == word.role
                    && KindName::ALL.iter().any(|kind| other.applies_to(*kind) && word.applies_to(*kind))
            };
            assert!(!others.iter().any(same_kind), "`{}` stands twice for one role", word.text);
            others.push(word);
            assert_eq!(known(word.text), Some(word.text));
        }
    }

    #[test]
    fn whatever_means_something_is_a_word_that_a_team_may_have_its_own_for() {
        for word in meaning::WORDS {
            assert!(known_word(word.text), "`{}`", word.text);
        }
        assert_eq!(known("callers"), Some("Caller"));
    }

    #[test]
    fn a_word_of_both_lists_is_spelt_the_same() {
        for (_, english) in WORDS {
            let meaning = meaning::WORDS.iter().find(|word| fold(word.text) == fold(english));
            assert!(meaning.is_none_or(|word| word.text == *english), "{english}");
        }
    }

    #[test]
    fn every_kind_has_a_word_for_one_and_for_many() {
        let words = words(&Config::default());
        for kind in KindName::ALL {
            for key in [format!("kind_{}", kind.word()), format!("kinds_{}", kind.word())] {
                assert!(words.contains_key(&*key), "there is no word `{key}`");
            }
        }
    }

    #[test]
    fn a_team_word_takes_the_place_of_the_english_one() {
        let german = config(&[("Verlinkt von", "Linked from"), ("Skript", "Script"), ("Vorlage", "Script")]);
        let words = words(&german);
        assert_eq!((&*words["backlinks"], &*words["kind_script"], &*words["say"]), ("Verlinkt von", "Skript", "Say"));
        assert_eq!(words["kinds_script"], "Scripts", "the many is a word of its own");
    }

    #[test]
    fn a_german_book_speaks_german_and_a_team_word_comes_first() {
        let mut german = config(&[("Merksatz", "Say first")]);
        german.book.language = "de-AT".to_owned();
        let words = words(&german);
        assert_eq!((&*words["backlinks"], &*words["say_first"]), ("Verlinkt von", "Merksatz"));
    }

    #[test]
    fn german_lacks_no_word_and_knows_none_that_is_not_ours() {
        let german = words_in(&Config::default(), "de").expect("German is shipped");
        let said: BTreeSet<String> = german::WORDS.iter().map(|(english, _)| fold(english)).collect();
        let missing: Vec<&str> =
            WORDS.iter().map(|(_, english)| *english).filter(|english| !said.contains(&fold(english))).collect();
        assert!(missing.is_empty(), "{missing:?}");
        for (english, word) in german::WORDS {
            assert!(all().any(|known| fold(known) == fold(english)), "`{english}` is no word of ours");
            assert_eq!(blanks(english), blanks(word), "`{word}`");
        }
        assert_eq!(german["entry_many"], "{n} Einträge");
    }

    #[test]
    fn a_file_of_words_comes_before_what_is_shipped_and_makes_a_language_of_its_own() {
        let mut book = Config::default();
        book.translations.insert("de".to_owned(), vec![("Kopie".to_owned(), "Copy".to_owned())]);
        book.translations.insert("fr".to_owned(), vec![("Copier".to_owned(), "Copy".to_owned())]);
        let copy = |language: &str| words_in(&book, language).map(|words| words["copy"].clone());
        assert_eq!((copy("de").as_deref(), copy("fr-CA").as_deref()), (Some("Kopie"), Some("Copier")));
        assert_eq!(words_in(&book, "de").map(|words| words["print"].clone()).as_deref(), Some("Drucken"));
        assert!(copy("it").is_none());
    }

    #[test]
    fn words_without_a_translation_are_listed() {
        assert_eq!(untranslated(&config(&[])).len(), WORDS.len());
        let whole: Vec<_> = WORDS.iter().map(|(_, english)| (*english, *english)).collect();
        assert!(untranslated(&config(&whole)).is_empty());
    }

    #[test]
    fn words_are_known_in_any_case_and_number() {
        assert_eq!(known("instead  OF:"), Some("Instead of"));
        assert_eq!(known("Customer says"), Some("Customers say"));
        assert_eq!((known("scripts"), known("script")), (Some("Scripts"), Some("Script")));
        assert!(is_theme_word("linked from") && known_word("Pass marks") && !known_word("Kettle"));
        assert_eq!(nearest_word("Insted of"), Some("Instead of"));
    }

    #[test]
    fn blanks_are_what_stands_in_braces() {
        assert_eq!(blanks("Page {page} of {pages}").into_iter().collect::<Vec<_>>(), ["page", "pages"]);
        assert!(blanks("Menu").is_empty() && blanks("{open").is_empty());
    }
}
