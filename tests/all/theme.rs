//! Themes by part: a theme of three files changes what they name and inherits the rest; what templates see is written down.

use std::fs;
use std::path::{Path, PathBuf};

use cuebook::filter::Readers;
use cuebook::project::Project;
use cuebook::render::{VIEW, default_files};

use crate::book::{Folder, TODAY, make, pages};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The shipped playbook with these files as its theme.
fn shipped(theme: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    let settings = fs::read_to_string(root().join("book.toml")).unwrap();
    folder.put("book.toml", format!("{settings}\n[theme]\nname = \"ours\"\n"));
    for item in walkdir::WalkDir::new(root().join("content")).into_iter().map(Result::unwrap) {
        if item.file_type().is_file() {
            let path = item.path().strip_prefix(root()).unwrap();
            folder.put(path.to_str().unwrap(), fs::read(item.path()).unwrap());
        }
    }
    for (path, text) in theme {
        folder.put(&format!("themes/ours/{path}"), text);
    }
    folder
}

const COLOUR: (&str, &str) =
    ("theme.toml", "view = 1\n\n[tokens]\nlink = { light = \"#0b6b2f\", dark = \"#9be7b1\" }\n");
const PART: (&str, &str) = ("templates/parts/trail.html", "<p class=\"ours-trail\">{{ page.title }}</p>\n");
const LAYER: (&str, &str) = ("css/20-ours.css", "@layer kinds {\n  .ours-trail { letter-spacing: 0.02em; }\n}\n");

#[test]
fn a_theme_of_three_files_restyles_the_shipped_playbook_and_inherits_the_rest() {
    let (_, plain) = make(root(), Readers::Everyone, TODAY);
    let project = Project::open(root()).unwrap();
    let before = pages(&project, &plain, &Readers::Everyone);
    let folder = shipped(&[COLOUR, PART, LAYER]);
    let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
    let after = pages(&project, &made, &Readers::Everyone);
    let hashed = |path: &String| path.ends_with(".css") || path.ends_with(".js");
    let addresses = |pages: &std::collections::BTreeMap<String, Vec<u8>>| -> Vec<String> {
        pages.keys().filter(|path| !hashed(path)).cloned().collect()
    };
    assert_eq!(addresses(&before), addresses(&after));
    let entry = |pages: &std::collections::BTreeMap<String, Vec<u8>>| {
        String::from_utf8(pages["scripts/quiet-offer.html"].clone()).unwrap()
    };
    let (old, new) = (entry(&before), entry(&after));
    assert!(new.contains("<p class=\"ours-trail\">") && !old.contains("ours-trail"));
    let body = |page: &str| page[page.find("<div class=\"entry-body\">").unwrap()..].to_owned();
    assert_eq!(body(&old), body(&new), "what the theme does not name is as it was");
    let styles: Vec<&Vec<u8>> = after
        .iter()
        .filter(|(path, _)| path.ends_with(".css") && !["search", "reader"].iter().any(|apart| path.contains(apart)))
        .map(|(_, text)| text)
        .collect();
    assert!(!styles.is_empty());
    for style in styles {
        let style = String::from_utf8_lossy(style);
        let (own, default) =
            (style.rfind("--link:light-dark(#0b6b2f").unwrap(), style.find("--link:light-dark(#1f4fb2").unwrap());
        assert!(own > default, "the token stands behind the default theme's");
        assert!(style.contains(".ours-trail"));
    }
}

#[test]
fn the_three_files_still_do_their_work_over_a_default_theme_that_was_upgraded() {
    // The default theme of a later program, as far as the view allows: more markup, other values, a part and a token that
    // were not there.
    let default: Vec<(&str, String)> = default_files()
        .map(|(path, text)| {
            let text = match path {
                "templates/entry.html" => text.replacen("<h1>", "{% include \"parts/later.html\" %}<h1>", 1),
                "css/01-tokens.css" => {
                    text.replace("--link: light-dark(#1f4fb2", "--later: 1px;\n    --link: light-dark(#222222")
                }
                _ => text.to_owned(),
            };
            (path, text)
        })
        .collect();
    assert!(default.iter().filter(|(_, text)| text.contains("later.html") || text.contains("--later")).count() == 2);
    let mut files: Vec<(&str, &str)> = default.iter().map(|(path, text)| (*path, text.as_str())).collect();
    files.push(("templates/parts/later.html", "<p class=\"later\">{{ entry.kind }}</p>\n"));
    files.retain(|(path, _)| *path != PART.0);
    files.extend([COLOUR, PART, LAYER]);
    let folder = shipped(&files);
    let (project, made) = make(folder.path(), Readers::Everyone, TODAY);
    let site = pages(&project, &made, &Readers::Everyone);
    let page = String::from_utf8_lossy(&site["scripts/quiet-offer.html"]);
    assert!(page.contains("<p class=\"ours-trail\">") && page.contains("<p class=\"later\">"), "{page}");
    let style = site
        .iter()
        .find(|(path, text)| path.starts_with("theme-") && text.windows(18).any(|at| at == b"--link:light-dark("));
    let style = String::from_utf8_lossy(style.unwrap().1);
    assert!(style.rfind("light-dark(#0b6b2f").unwrap() > style.find("light-dark(#222222").unwrap());
    assert!(style.contains("--later:1px") && style.contains(".ours-trail"));
}

#[test]
fn a_theme_for_another_version_of_the_view_is_refused_with_that_alone_and_one_that_says_none_is_used() {
    let later = format!("# Ours.\nview = {}\n", VIEW + 1);
    let folder = shipped(&[("theme.toml", &later), PART, LAYER]);
    let faults = Project::open(folder.path()).unwrap().theme().err().expect("it is for another program");
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert_eq!((&*fault.file, fault.place.as_ref().unwrap().line), ("themes/ours/theme.toml", 2));
    assert!(fault.message.contains("another version of the view") && fault.help.is_some(), "{fault:?}");
    let folder = shipped(&[PART, LAYER]);
    assert!(Project::open(folder.path()).unwrap().theme().is_ok());
}

#[test]
fn a_mistake_in_any_of_them_is_reported_at_its_line() {
    let folder = shipped(&[
        ("theme.toml", "view = 1\n[tokens]\nlink = 7\n"),
        ("templates/parts/trail.html", "<p>\n{{ page.title }\n</p>\n"),
        ("css/20-ours.css", ".entry {\n  color: red;\n"),
    ]);
    let faults = Project::open(folder.path()).unwrap().theme().err().expect("it has mistakes");
    let places: Vec<String> =
        faults.iter().map(|found| format!("{}:{}", found.file, found.place.as_ref().unwrap().line)).collect();
    let wanted =
        ["themes/ours/css/20-ours.css:1", "themes/ours/templates/parts/trail.html:2", "themes/ours/theme.toml:3"];
    assert_eq!(places, wanted);
    assert!(faults.iter().all(|found| found.help.is_some()));
}

#[test]
fn a_name_that_is_not_there_is_reported_at_its_place() {
    for (typed, column) in
        [("{{ page.title | shout }}", 17), ("ü {{ shout() }}", 6), ("{% if page is shouted %}x{% endif %}", 15)]
    {
        let folder = shipped(&[("templates/parts/trail.html", &format!("<p>\n{typed}\n</p>\n"))]);
        let faults = Project::open(folder.path()).unwrap().theme().err().expect("it has a mistake");
        let [fault] = faults.as_slice() else { panic!("{faults:?}") };
        let place = fault.place.as_ref().unwrap();
        let found = (&*fault.file, place.line, place.column);
        assert_eq!(found, ("themes/ours/templates/parts/trail.html", 2, column), "{typed}: {fault:?}");
        assert!(!fault.message.contains('\n') && fault.message.contains("shout"), "{fault:?}");
    }
}

#[test]
fn what_the_view_lacks_is_reported_by_check_as_by_build() {
    let folder = shipped(&[("templates/parts/trail.html", "<p>\n{{ page.ancesters }}\n</p>\n")]);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cuebook"))
        .args(["check", "--format", "short", "--today", "2026-12-01", "--root"])
        .arg(folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let about: Vec<&str> = told.lines().filter(|line| line.contains("trail.html")).collect();
    let [one] = about.as_slice() else { panic!("{told}") };
    assert!(one.starts_with("themes/ours/templates/parts/trail.html:2:") && one.contains("ancesters"), "{one}");
    assert!(!output.status.success());
}

#[test]
fn the_default_theme_obeys_the_rules_that_it_sets() {
    let project = Project::open(root()).unwrap();
    project.theme().unwrap_or_else(|faults| panic!("{faults:?}"));
    let named: Vec<&str> = default_files().map(|(path, _)| path).collect();
    let folder = root().join("themes/default");
    let there =
        walkdir::WalkDir::new(&folder).into_iter().map(Result::unwrap).filter(|item| item.file_type().is_file());
    for item in there {
        let path = item.path().strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
        assert!(path == "theme.toml" || named.contains(&path.as_str()), "`{path}` is not embedded in the program");
    }
}

#[test]
fn the_manual_names_the_template_of_every_page() {
    let manual = fs::read_to_string(root().join("manual/themes.md")).unwrap();
    let pages = default_files().filter_map(|(path, _)| path.strip_prefix("templates/"));
    for name in pages.filter(|name| !name.contains('/')) {
        assert!(manual.contains(&format!("`{name}`")), "manual/themes.md does not name `{name}`");
    }
    let names: Vec<String> = shapes().iter().map(|shape| shape.name.to_lowercase()).collect();
    for link in manual.split("theme-view.md#").skip(1) {
        let anchor = link.split(')').next().unwrap();
        assert!(names.iter().any(|name| name == anchor), "there is no view `{anchor}`");
    }
}

/// A struct of the view: its name, what it is, and its fields with type and meaning.
struct Shape {
    name: String,
    about: String,
    fields: Vec<(String, String, String)>,
}

/// The structs of `src/view/page.rs`, from its text: their comments are what the manual says.
fn shapes() -> Vec<Shape> {
    let text = fs::read_to_string(root().join("src/view/page.rs")).unwrap();
    let mut shapes: Vec<Shape> = Vec::new();
    let mut comment = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(words) = line.strip_prefix("/// ") {
            comment.push_str(if comment.is_empty() { "" } else { " " });
            comment.push_str(words);
        } else if let Some(name) = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {")) {
            shapes.push(Shape { name: name.to_owned(), about: std::mem::take(&mut comment), fields: Vec::new() });
        } else if let Some((name, kind)) = line.strip_prefix("pub ").and_then(|rest| rest.split_once(": ")) {
            let field = (name.to_owned(), plain_type(kind.trim_end_matches(',')), std::mem::take(&mut comment));
            shapes.last_mut().unwrap().fields.push(field);
        } else if !line.starts_with("#[") {
            comment.clear();
        }
    }
    shapes
}

fn plain_type(kind: &str) -> String {
    let inside = |outer: &str| kind.strip_prefix(outer).and_then(|rest| rest.strip_suffix('>'));
    match kind {
        "String" | "&'static str" => "text".to_owned(),
        "bool" => "yes or no".to_owned(),
        "usize" | "u32" | "u64" => "number".to_owned(),
        _ => match (inside("Option<"), inside("Vec<")) {
            (Some(inner), _) => format!("{} or nothing", plain_type(inner)),
            (_, Some(inner)) => format!("list of {}", plain_type(inner)),
            _ => format!("[{kind}](#{})", kind.to_lowercase()),
        },
    }
}

/// `manual/theme-view.md`, from the comments of the view.
fn view_page() -> String {
    let mut page = format!(
        "---\ntitle: What templates see\nsummary: Every name that a template of a theme can use, for each kind of page.\n\
         kind: guide\n---\n\nThis is version {VIEW} of the view. It is made from the comments in the program's source; a test holds \
         both equal. Names that\nend in `html` are finished markup: print them with `| safe`. A name that may be missing is \
         nothing, never absent.\n\nEvery template sees `site`, `page` and `words`; a page's own view has the name that stands in \
         its line below.\n"
    );
    for shape in shapes() {
        page.push_str(&format!(
            "\n## {}\n\n{}\n\n| Name | Type | What it is |\n| --- | --- | --- |\n",
            shape.name, shape.about
        ));
        for (name, kind, about) in shape.fields {
            page.push_str(&format!("| `{name}` | {kind} | {} |\n", about.replace('|', "\\|")));
        }
    }
    page
}

#[test]
fn the_manual_lists_what_templates_see() {
    let path: PathBuf = root().join("manual/theme-view.md");
    let wanted = view_page();
    assert!(wanted.matches("\n## ").count() > 30 && wanted.contains("| `first_words_html` | text |"));
    if std::env::var_os("CUEBOOK_BLESS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == wanted,
        "manual/theme-view.md is not what the view says: CUEBOOK_BLESS=1 cargo test rewrites it"
    );
}
