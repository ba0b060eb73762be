//! What a site has beside its pages, on request.

use crate::config::{Config, Server};

/// What a site has beside its pages. Nothing by default: what is carried about needs none of it.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// A page for addresses that do not exist.
    pub not_found: bool,
    /// The whole address at which readers find it, with a slash at its end: then it has canonical links, a sitemap and a
    /// feed.
    pub base_url: Option<String>,
    /// Rules for these servers.
    pub server_rules: Vec<Server>,
    /// Its entries for programs.
    pub playbook_json: bool,
    /// Pages to be printed.
    pub print: bool,
}

impl Extras {
    /// What the book asks for.
    pub fn of(config: &Config) -> Extras {
        let build = &config.build;
        Extras {
            not_found: build.base_url.is_some(),
            base_url: build.base_url.clone().filter(|url| !url.starts_with('/')),
            server_rules: build.server_rules.clone(),
            playbook_json: build.playbook_json,
            print: build.print,
        }
    }
}
