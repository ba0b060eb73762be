//! What servers of files are told of a site: types, how long a file is good, what may not be seen, old addresses.
//!
//! A site needs none of it: old addresses are pages that lead on, and every page brings its own policy. A server does the
//! same a little better, and alone can say what only a header can. Nothing here names a file that an edit renames, save for
//! IIS, which reads its rules anew when they differ.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::Site;
use crate::config::Server;
use crate::index::address::encoded;
use crate::text::escape_html;

/// Types of files by the ends of their names.
const TYPES: &[(&str, &[&str])] = &[
    ("text/html; charset=utf-8", &["html"]),
    ("text/css; charset=utf-8", &["css"]),
    ("text/javascript; charset=utf-8", &["js"]),
    ("application/json", &["json"]),
    ("text/plain; charset=utf-8", &["txt", "md", "csv"]),
    ("application/atom+xml", &["atom"]),
    ("application/xml", &["xml"]),
    ("image/svg+xml", &["svg"]),
    ("image/png", &["png"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/gif", &["gif"]),
    ("image/webp", &["webp"]),
    ("image/avif", &["avif"]),
    ("image/x-icon", &["ico"]),
    ("application/pdf", &["pdf"]),
    ("audio/mpeg", &["mp3"]),
    ("audio/ogg", &["ogg"]),
    ("audio/wav", &["wav"]),
    ("video/mp4", &["mp4"]),
    ("video/webm", &["webm"]),
    ("font/woff2", &["woff2"]),
];

/// The type of the file at an address, by the end of its name.
pub fn media_type(address: &str) -> &'static str {
    let extension = address.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    let found = TYPES.iter().find(|(_, ends)| ends.contains(&extension.as_str()));
    found.map_or("application/octet-stream", |(media_type, _)| media_type)
}

/// Whether what lies at an address is text, which is smaller when it is packed.
pub fn is_text(address: &str) -> bool {
    let media_type = media_type(address);
    media_type.starts_with("text/") || ["json", "xml"].iter().any(|end| media_type.ends_with(end))
}

/// The beginnings of names that end in a hash of what is in the file.
const HASHED: &str = "cuebook|copy|engine|front|icon|lists|print|reader|search|theme";

/// A year, in seconds: as long as a browser may keep what never changes under its name.
const YEAR: u32 = 31_536_000;

impl Server {
    /// Where its rules lie in a site.
    pub(super) fn file(self) -> &'static str {
        match self {
            Server::Nginx => "nginx.conf",
            Server::Apache => ".htaccess",
            Server::Iis => "web.config",
        }
    }
}

/// A header and its value.
type Header = (&'static str, String);

impl Site {
    /// The rules for a server, as it reads them.
    pub(super) fn server_rules(&self, server: Server) -> String {
        match server {
            Server::Nginx => self.nginx(),
            Server::Apache => self.apache(),
            Server::Iis => self.iis(),
        }
    }

    /// What every answer says. The policy is that of the pages, with what only a header can say.
    fn headers(&self) -> [Header; 4] {
        let policy = format!(
            "{}; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types cuebook",
            self.policy()
        );
        [
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff".to_owned()),
            ("Referrer-Policy", "no-referrer".to_owned()),
            ("Cross-Origin-Resource-Policy", "same-origin".to_owned()),
        ]
    }

    /// The path under which readers find the site, with slashes at both ends.
    fn base_path(&self) -> &str {
        let url = self.base_url.as_deref().unwrap_or("/");
        let host_ends =
            url.find("://").map_or(0, |at| url[at + 3..].find('/').map_or(url.len(), |slash| at + 3 + slash));
        &url[host_ends..]
    }

    /// Old addresses with the new ones.
    fn moved(&self) -> impl Iterator<Item = (&str, &str)> {
        self.playbook.redirects.iter().map(|(old, entry)| (old.as_str(), self.playbook.addresses[*entry].as_str()))
    }

    fn has_own_404(&self) -> bool {
        self.extras.not_found && self.base_url.is_some()
    }

    fn nginx(&self) -> String {
        let base = self.base_path();
        let mut rules = format!(
            "# Rules of this site for nginx, made by Cuebook; a build writes them anew. Include them where the site is served:\n\
             #   location {base} {{ alias /srv/site/; include /srv/site/nginx.conf; }}\n\
             index index.html;\nabsolute_redirect off;\ngzip_static on;\ngzip_vary on;\n# With the module ngx_brotli: brotli_static on;\n\
             default_type application/octet-stream;\ntypes {{\n"
        );
        for (media_type, ends) in TYPES {
            let _ = writeln!(rules, "    {} {};", media_type.split(';').next().unwrap_or_default(), ends.join(" "));
        }
        rules.push_str("}\ncharset utf-8;\ncharset_types text/css text/javascript text/plain;\n");
        let _ = write!(
            rules,
            "set $cuebook_cache \"no-cache\";\n\
             if ($uri ~ \"^{0}((?:{HASHED})-[0-9a-f]{{8}}[.](?:css|js|svg)|search/[0-9a-v]{{8}}[.]js)$\") {{ set $cuebook_cache \"public, max-age={YEAR}, immutable\"; }}\n\
             add_header Cache-Control $cuebook_cache always;\n",
            escaped_for_regex(base)
        );
        for (name, value) in self.headers() {
            let _ = writeln!(rules, "add_header {name} \"{value}\" always;");
        }
        if self.has_own_404() {
            let _ = writeln!(rules, "error_page 404 {base}404.html;");
        }
        rules.push_str("if ($uri ~ \"/([.]htaccess|web[.]config|nginx[.]conf|[.]cuebook/.*)$\") { return 404; }\n");
        // In nginx a `$` cannot be written in a text: such an old address stays the page that leads on.
        for (old, new) in self.moved().filter(|(old, new)| !old.contains('$') && !new.contains('$')) {
            let old = old.replace('\\', "\\\\").replace('"', "\\\"");
            let _ = writeln!(rules, "if ($uri = \"{base}{old}\") {{ return 301 \"{base}{}\"; }}", encoded(new));
        }
        rules
    }

    fn apache(&self) -> String {
        let mut rules = "# Rules of this site for Apache, made by Cuebook; a build writes them anew.\n# They need `AllowOverride FileInfo Indexes` (or All) for this folder.\nDirectoryIndex index.html\n".to_owned();
        for (media_type, ends) in TYPES {
            let _ = writeln!(rules, "AddType \"{media_type}\" {}", ends.join(" "));
        }
        if self.has_own_404() {
            let _ = writeln!(rules, "ErrorDocument 404 {}404.html", self.base_path());
        }
        let _ = write!(
            rules,
            "<IfModule mod_setenvif.c>\n\
             SetEnvIf Request_URI \"/((?:{HASHED})-[0-9a-f]{{8}}\\.(?:css|js|svg)|search/[0-9a-v]{{8}}\\.js)(\\.gz|\\.br)?$\" cuebook_for_good\n\
             </IfModule>\n<IfModule mod_headers.c>\n\
             Header always set Cache-Control \"no-cache\"\n\
             Header always set Cache-Control \"public, max-age={YEAR}, immutable\" env=cuebook_for_good\n"
        );
        for (name, value) in self.headers() {
            let _ = writeln!(rules, "Header always set {name} \"{value}\"");
        }
        rules.push_str(
            "</IfModule>\n<IfModule mod_rewrite.c>\nRewriteEngine on\n\
             RewriteRule \"(^|/)(web\\.config|nginx\\.conf|\\.cuebook/.*)$\" - [R=404,L]\n",
        );
        // Apache makes a path on its disk of a relative one below an alias. Without the book's own path, an old address
        // stays the page that leads on.
        let base = self.base_path();
        for (old, new) in self.moved().filter(|_| self.base_url.is_some()) {
            let new = new.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$").replace('%', "\\%");
            let old = escaped_for_regex(old).replace('"', "\\\"");
            let _ = writeln!(rules, "RewriteRule \"^{old}$\" \"{base}{new}\" [R=301,L]");
        }
        let text: Vec<&str> = text_ends().collect();
        let text = text.join("|");
        for (encoding, end) in [("br", "br"), ("gzip", "gz")] {
            let _ = write!(
                rules,
                "RewriteCond %{{HTTP:Accept-Encoding}} \"(^|[, ]){encoding}($|[,; ])\"\nRewriteCond %{{REQUEST_FILENAME}}.{end} -f\n\
                 RewriteRule \"^(.+\\.(?:{text}))$\" \"$1.{end}\" [L,E=no-gzip:1,E=no-brotli:1]\n"
            );
        }
        rules.push_str("</IfModule>\n");
        for (encoding, end) in [("br", "br"), ("gzip", "gz")] {
            for (media_type, ends) in TYPES.iter().filter(|(_, ends)| is_text(&format!("a.{}", ends[0]))) {
                let _ = writeln!(
                    rules,
                    "<FilesMatch \"\\.({})\\.{end}$\">\nForceType \"{media_type}\"\nAddEncoding {encoding} .{end}\n\
                     <IfModule mod_headers.c>\nHeader append Vary Accept-Encoding\n</IfModule>\n</FilesMatch>",
                    ends.join("|")
                );
            }
        }
        rules
    }

    fn iis(&self) -> String {
        let base = self.base_path();
        let mut rules = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- Rules of this site for IIS, made by Cuebook; a build writes them anew. -->\n<configuration>\n  <system.webServer>\n    <defaultDocument enabled=\"true\">\n      <files>\n        <clear />\n        <add value=\"index.html\" />\n      </files>\n    </defaultDocument>\n    <urlCompression doStaticCompression=\"true\" />\n    <httpProtocol>\n      <customHeaders>\n".to_owned();
        for (name, value) in self.headers() {
            let _ = writeln!(
                rules,
                "        <remove name=\"{name}\" />\n        <add name=\"{name}\" value=\"{}\" />",
                xml(&value)
            );
        }
        rules.push_str("      </customHeaders>\n    </httpProtocol>\n    <staticContent>\n      <clientCache cacheControlMode=\"DisableCache\" />\n");
        for (media_type, ends) in TYPES {
            for end in *ends {
                let _ = writeln!(
                    rules,
                    "      <remove fileExtension=\".{end}\" />\n      <mimeMap fileExtension=\".{end}\" mimeType=\"{media_type}\" />"
                );
            }
        }
        rules.push_str("    </staticContent>\n    <security>\n      <requestFiltering>\n        <hiddenSegments>\n");
        // IIS keeps some folders of programs from everybody; one of these names is a folder of the book.
        for segment in self.segments_that_iis_hides() {
            let _ = writeln!(rules, "          <remove segment=\"{}\" />", xml(&segment));
        }
        for segment in [".htaccess", "nginx.conf", ".cuebook"] {
            let _ =
                writeln!(rules, "          <remove segment=\"{segment}\" />\n          <add segment=\"{segment}\" />");
        }
        rules.push_str("        </hiddenSegments>\n      </requestFiltering>\n    </security>\n");
        if self.extras.not_found {
            rules.push_str("    <httpErrors errorMode=\"Custom\" existingResponse=\"Auto\">\n      <remove statusCode=\"404\" />\n      <error statusCode=\"404\" path=\"404.html\" responseMode=\"File\" />\n    </httpErrors>\n");
        }
        rules.push_str("  </system.webServer>\n");
        for (old, new) in self.moved() {
            let _ = writeln!(
                rules,
                "  <location path=\"{}\">\n    <system.webServer>\n      <httpRedirect enabled=\"true\" destination=\"{}\" exactDestination=\"true\" httpResponseStatus=\"Permanent\" />\n    </system.webServer>\n  </location>",
                xml(old),
                xml(&format!("{base}{}", encoded(new)))
            );
        }
        for place in self.for_good() {
            let _ = writeln!(
                rules,
                "  <location path=\"{}\">\n    <system.webServer>\n      <staticContent>\n        <clientCache cacheControlMode=\"UseMaxAge\" cacheControlMaxAge=\"365.00:00:00\" cacheControlCustom=\"public, immutable\" />\n      </staticContent>\n    </system.webServer>\n  </location>",
                xml(place)
            );
        }
        rules.push_str("</configuration>\n");
        rules
    }

    /// Files whose name changes with what is in them.
    fn for_good(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().filter(|page| page.id.is_named_by_content()).map(|page| page.address.as_str())
    }

    fn segments_that_iis_hides(&self) -> BTreeSet<String> {
        const HIDDEN: [&str; 7] = [
            "bin",
            "app_code",
            "app_globalresources",
            "app_localresources",
            "app_webreferences",
            "app_data",
            "app_browsers",
        ];
        let segments = self.pages.iter().flat_map(|page| page.address.split('/'));
        segments.filter(|segment| HIDDEN.contains(&segment.to_ascii_lowercase().as_str())).map(str::to_owned).collect()
    }
}

/// The ends of the names of text files.
fn text_ends() -> impl Iterator<Item = &'static str> {
    TYPES.iter().flat_map(|(_, ends)| ends.iter().copied()).filter(|end| is_text(&format!("a.{end}")))
}

/// A pattern that fits this text alone, in the expressions of nginx and Apache.
fn escaped_for_regex(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A text for an element or an attribute of XML, without the signs that XML does not have.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    escape_html(&clean, &mut escaped);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_of_the_end_of_a_name() {
        assert_eq!(media_type("a/b.HTML"), "text/html; charset=utf-8");
        assert_eq!(media_type("a.tar.gz"), "application/octet-stream");
        assert_eq!(media_type("LICENCE"), "application/octet-stream");
        let text = ["a.html", "a.css", "a.js", "a.svg", "a.json", "feed.atom", "a.csv", "sitemap.xml"];
        assert!(text.iter().all(|name| is_text(name)));
        assert!(["a.png", "a.woff2", "a.zip", "a.pdf"].iter().all(|name| !is_text(name)));
    }

    #[test]
    fn a_pattern_fits_its_text_alone() {
        assert_eq!(escaped_for_regex("a (1)+.html"), r"a \(1\)\+\.html");
    }
}
