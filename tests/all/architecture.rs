//! Stages point forwards, only the outermost modules touch the world, and ARCHITECTURE.md names files that exist.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order in which data passes them. A module uses those of its own line and of the lines above.
const ORDER: &[&[&str]] = &[
    // What every stage shares.
    &["text", "persistent"],
    &["rules", "diagnostic"],
    &["fix"],
    &["facts", "source", "asset"],
    &["config", "words"],
    &["entry", "kind", "search"],
    &["platform"],
    &["receipt"],
    // The stages.
    &["discover"],
    &["parse"],
    &["filter"],
    &["link"],
    &["index"],
    &["playbook"],
    &["check", "list", "new"],
    &["view"],
    &["render"],
    &["site"],
    &["write"],
    // What joins them, and what people type.
    &["project"],
    &["bundle", "pdf"],
    &["publish", "import"],
    &["verify"],
    &["watch", "revise"],
    &["serve"],
    &["report", "init"],
    &["cli"],
    &["lib", "main"],
];

/// Modules that may read files, the environment and the clock.
const OUTERMOST: &[&str] = &[
    "bundle", "pdf", "discover", "receipt", "project", "init", "cli", "write", "platform", "watch", "revise", "serve",
    "verify", "import", "main",
];

/// What only they may name.
const WORLD: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "SystemTime",
    "Instant::",
    "Zoned::now",
    "rand::",
    "thread::sleep",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file with the module that it belongs to.
fn sources() -> Vec<(String, PathBuf)> {
    let src = root().join("src");
    let files = walkdir::WalkDir::new(&src).into_iter().map(|item| item.unwrap().into_path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let module = |path: &PathBuf| {
        let first = path.strip_prefix(&src).unwrap().components().next().unwrap();
        first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
    };
    files.map(|path| (module(&path), path)).collect()
}

/// The lines of a file with their numbers, without comments and without the tests at its end.
fn lines(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).unwrap();
    let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = own.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap().to_owned()));
    if path.ends_with("tests.rs") { Vec::new() } else { lines.collect() }
}

fn rank(module: &str) -> usize {
    let rank = ORDER.iter().position(|line| line.contains(&module));
    rank.unwrap_or_else(|| panic!("`{module}` has no place in the order: give it one in tests/all/architecture.rs"))
}

#[test]
fn stages_use_only_earlier_stages() {
    let mut backwards = Vec::new();
    for (module, path) in sources() {
        for (number, line) in lines(&path) {
            for used in line.split("crate::").skip(1) {
                let used: String = used.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if used.is_empty() || used == module {
                    continue;
                }
                if rank(&used) > rank(&module) {
                    backwards
                        .push(format!("{}:{number}: `{module}` uses `{used}`, which comes after it", path.display()));
                }
            }
        }
    }
    assert!(backwards.is_empty(), "{backwards:#?}");
}

#[test]
fn views_cannot_reach_the_playbook() {
    // A page's fingerprint is the hash of its parts: what a view could see beside them would change a page unnoticed.
    let beside = ["crate::playbook", "crate::link", "crate::site"];
    let mut found = Vec::new();
    for (module, path) in sources().iter().filter(|(module, _)| matches!(module.as_str(), "view" | "render")) {
        for (number, line) in lines(path) {
            if let Some(used) = beside.iter().find(|used| line.contains(**used)) {
                found.push(format!("{}:{number}: `{module}` uses `{used}`", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn only_the_outermost_modules_touch_the_world() {
    let mut found = Vec::new();
    for (module, path) in sources().iter().filter(|(module, _)| !OUTERMOST.contains(&module.as_str())) {
        for (number, line) in lines(path) {
            if let Some(word) = WORLD.iter().find(|word| line.contains(**word)) {
                found.push(format!("{}:{number}: `{module}` names `{word}`", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn serde_yaml_is_named_in_one_file() {
    let naming: Vec<PathBuf> = sources()
        .into_iter()
        .map(|(_, path)| path)
        .filter(|path| lines(path).iter().any(|(_, line)| line.contains("serde_yaml")))
        .collect();
    assert!(naming.len() <= 1, "the crate is frozen, so that one file must be enough to replace it: {naming:?}");
}

#[test]
fn architecture_md_names_files_that_exist() {
    let Ok(text) = fs::read_to_string(root().join("ARCHITECTURE.md")) else { return };
    let mut missing = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for quoted in line.split('`').skip(1).step_by(2) {
            if is_path(quoted) && !root().join(quoted).exists() {
                missing.push(format!("ARCHITECTURE.md:{}: there is no `{quoted}`", number + 1));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Whether something in backticks looks like a file or folder of this repository: `src/link.rs`, `themes/default/css`.
fn is_path(quoted: &str) -> bool {
    let plain = quoted.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.".contains(c));
    let first = quoted.split('/').next().unwrap_or_default();
    let ours =
        ["src", "tests", "themes", "content", "starter", "scripts", "benches", "manual", "fuzz", ".ci", ".github"];
    // `themes/NAME/` stands for any name.
    let placeholder = quoted.split('/').any(|part| part.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase()));
    let root_file =
        !quoted.contains('/') && [".md", ".toml"].iter().any(|end| quoted.ends_with(end)) && quoted != "theme.toml";
    let in_folder = quoted.contains('/') && ours.contains(&first);
    plain && !placeholder && (in_folder || (root_file && quoted.starts_with(|c: char| c.is_ascii_uppercase())))
}
