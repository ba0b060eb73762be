//! `cuebook serve` and `cuebook build --watch` as programs: what is answered and what is not, and that whatever an editor
//! or a system does to the files is seen.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::book::{Folder, QUIET};

fn book() -> Folder {
    Folder::with([
        ("book.toml", QUIET),
        ("content/late.md", "# Late parcels\n\nThey come.\n\n![A kettle](kettle.svg)\n"),
        ("content/other.md", "# Another\n\nSee [[late]].\n"),
        ("content/kettle.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("content/unused.txt", "not shown anywhere"),
        ("content/.secret.md", "# Secret\n"),
    ])
}

/// The program, until the test is over.
struct Running {
    child: Child,
    said: BufReader<ChildStdout>,
    port: u16,
}

fn program(arguments: &[&str], root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cuebook"));
    command.args(arguments).arg("--root").arg(root).args(["--today", "2026-12-01"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Running {
    fn serve(root: &Path, more: &[&str]) -> Running {
        let mut command = program(&["serve", "--port", "0"], root);
        let mut child = command.args(more).stderr(Stdio::null()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut running = Running { child, said, port: 0 };
        let address = running.hear("open:");
        running.port = address.trim_end().trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
        running
    }

    /// The next line that begins so.
    fn hear(&mut self, start: &str) -> String {
        let mut line = String::new();
        while self.said.read_line(&mut line).unwrap() > 0 {
            if line.starts_with(start) {
                return line;
            }
            line.clear();
        }
        panic!("it ended and never said `{start}`");
    }

    fn asked(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The whole answer to a GET.
    fn get(&self, path: &str) -> String {
        self.asked(&format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", self.port))
    }

    /// Asks until the answer is as it must be; what it was at last, if that never comes.
    #[track_caller]
    fn comes(&self, path: &str, what: &str, is_so: impl Fn(&str) -> bool) {
        let mut answer = String::new();
        for _ in 0..2_000 {
            answer = self.get(path);
            if is_so(&answer) {
                return;
            }
            pause();
        }
        panic!("{what} never came to {path}: {}", &answer[..answer.len().min(2_000)]);
    }

    #[track_caller]
    fn shows(&self, path: &str, words: &str) {
        self.comes(path, words, |answer| answer.contains(words));
    }

    #[track_caller]
    fn is_gone(&self, path: &str) {
        self.comes(path, "404", |answer| answer.starts_with("HTTP/1.1 404"));
    }

    /// Ctrl+C.
    #[cfg(unix)]
    fn interrupt(mut self) -> Option<i32> {
        let asked = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "another program is at work, and says nothing when it is done")]
fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(10));
}

#[test]
fn a_page_has_the_bytes_of_a_build_and_headers_that_keep_it_apart() {
    let book = book();
    let running = Running::serve(book.path(), &[]);
    let page = running.get("/late.html");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("Late parcels"), "{page}");
    for header in [
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
        "cross-origin-resource-policy: same-origin",
        "frame-ancestors 'none'",
        "content-type: text/html; charset=utf-8",
    ] {
        assert!(page.contains(header), "{header} is missing: {page}");
    }
    assert!(!page.to_lowercase().contains("access-control"));
    assert!(!book.path().join("site").exists(), "a preview writes nothing");
    let build = program(&["build", "--all", "--drafts"], book.path()).output().unwrap();
    assert!(build.status.success(), "{build:?}");
    let body = page.split_once("\r\n\r\n").unwrap().1;
    let built = fs::read_to_string(book.path().join("site/late.html")).unwrap();
    let own: Vec<&str> = body.lines().filter(|line| !line.contains("/.cuebook/live.")).collect();
    assert_eq!(own, built.lines().collect::<Vec<_>>());
    assert!(running.get("/kettle.svg").contains("image/svg+xml"));
    assert!(running.get("/").contains("Small book"));
}

#[test]
fn nothing_but_pages_can_be_reached() {
    let book = book();
    let running = Running::serve(book.path(), &[]);
    for path in [
        "/book.toml",
        "/../book.toml",
        "/%2e%2e/book.toml",
        "/..%2fbook.toml",
        "/content/late.md",
        "/late.md",
        "/unused.txt",
        "/.secret.md",
        "/.secret.html",
        "//etc/passwd",
        "/etc/passwd",
        "/late.html/",
        "/late.html%00",
        "/./late.html",
        "/LATE.html",
        "/.cuebook/",
        "/.cuebook/../late.html",
        "/themes/default/theme.toml",
    ] {
        let answer = running.get(path);
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {}", answer.lines().next().unwrap_or_default());
    }
    assert!(running.get("/%ff").starts_with("HTTP/1.1 400"));
}

#[test]
fn only_names_of_this_machine_are_answered_and_only_readers() {
    let book = book();
    let running = Running::serve(book.path(), &["--allow-host", "desk.example"]);
    let port = running.port;
    let with_host = |host: &str| running.asked(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
    for host in [
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        format!("desk.example:{port}"),
    ] {
        assert!(with_host(&host).starts_with("HTTP/1.1 200"), "{host}");
    }
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        "localhost:1".to_owned(),
        format!("localhost.evil.example:{port}"),
        String::new(),
    ] {
        assert!(with_host(&host).starts_with("HTTP/1.1 421"), "{host}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let answer = running.asked(&format!(
            "{method} / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        ));
        assert!(answer.starts_with("HTTP/1.1 405"), "{method}: {answer}");
    }
    let head =
        running.asked(&format!("HEAD /late.html HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"));
    assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
}

#[test]
fn slow_and_many_browsers_do_not_stop_it() {
    let book = book();
    let running = Running::serve(book.path(), &[]);
    let slow: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", running.port)).unwrap();
            stream.write_all(b"GET /late.html HTT").unwrap();
            stream
        })
        .collect();
    running.shows("/late.html", "Late parcels");
    drop(slow);
}

#[test]
fn an_open_page_is_told_that_it_changed_and_others_what_did() {
    let book = book();
    let running = Running::serve(book.path(), &[]);
    let mark = |page: &str| page.split("data-mark=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let events = |page: &str| {
        let mark = mark(&running.get(&format!("/{page}")));
        let mut stream = TcpStream::connect(("127.0.0.1", running.port)).unwrap();
        let ask = format!(
            "GET /.cuebook/events?page={page}&mark={mark} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n",
            running.port
        );
        stream.write_all(ask.as_bytes()).unwrap();
        let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
        lines.by_ref().find(|line| line.starts_with("retry")).unwrap();
        lines
    };
    let (mut late, mut other) = (events("late.html"), events("other.html"));
    book.put("content/late.md", "# Late parcels\n\nThey come on Monday.\n");
    assert_eq!(late.find(|line| line.starts_with("event")).unwrap(), "event: page");
    let told = other.find(|line| line.starts_with("event")).unwrap();
    assert_eq!(told, "event: changed", "the page of an entry that only links there stays as it is");
    assert_eq!(other.find(|line| line.starts_with("data")).unwrap(), "data: [[\"Late parcels\",\"late.html\"]]");
}

#[test]
fn a_port_that_is_in_use_is_named_with_one_that_is_free() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let book = book();
    let ended = program(&["serve", "--port", &port.to_string()], book.path()).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains(&format!("port {port} is in use")) && said.contains("--port"), "{said}");
}

#[cfg(unix)]
#[test]
fn an_end_that_is_asked_for_is_no_failure_and_leaves_nothing() {
    let book = book();
    let before = crate::book::everything_in(book.path());
    let running = Running::serve(book.path(), &[]);
    let port = running.port;
    running.shows("/late.html", "Late parcels");
    assert_eq!(running.interrupt(), Some(0));
    assert!(std::net::TcpListener::bind(("127.0.0.1", port)).is_ok(), "the port is free again");
    assert_eq!(crate::book::everything_in(book.path()), before);
}

#[cfg(unix)]
#[test]
fn a_watched_folder_follows_until_it_is_ended() {
    let book = book();
    let mut child = program(&["build", "--watch"], book.path()).stderr(Stdio::null()).spawn().unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    let mut running = Running { child, said, port: 0 };
    running.hear("open:");
    book.put("content/late.md", "# Late parcels\n\nThey come on Tuesday.\n");
    running.hear("open:");
    assert!(fs::read_to_string(book.path().join("site/late.html")).unwrap().contains("on Tuesday"));
    fs::remove_file(book.path().join("content/other.md")).unwrap();
    running.hear("open:");
    assert!(!book.path().join("site/other.html").exists());
    assert_eq!(running.interrupt(), Some(0));
    let beside: Vec<String> =
        crate::book::everything_in(book.path()).into_iter().filter(|path| path.starts_with(".cuebook")).collect();
    assert_eq!(beside, [".cuebook-site/lock", ".cuebook-site/manifest"]);
}

/// Whatever an editor or a system does to files, in one preview.
fn follows(more: &[&str]) {
    let book = book();
    let at = |path: &str| book.path().join(path);
    let running = Running::serve(book.path(), more);

    // An atomic save: another file is written and renamed over the old one.
    book.put("content/.late.md.part", "# Late parcels\n\nSaved atomically.\n");
    fs::rename(at("content/.late.md.part"), at("content/late.md")).unwrap();
    running.shows("/late.html", "Saved atomically");

    // A backup is kept: the old file is renamed, a new one is written.
    fs::rename(at("content/late.md"), at("content/late.md~")).unwrap();
    book.put("content/late.md", "# Late parcels\n\nSaved with a backup.\n");
    running.shows("/late.html", "Saved with a backup");

    // Deleted and made anew.
    fs::remove_file(at("content/late.md")).unwrap();
    running.is_gone("/late.html");
    book.put("content/late.md", "# Late parcels\n\nMade anew.\n");
    running.shows("/late.html", "Made anew");

    // Truncated and written.
    let mut file = fs::File::create(at("content/late.md")).unwrap();
    file.write_all(b"# Late parcels\n\nWritten ").unwrap();
    file.write_all(b"in pieces.\n").unwrap();
    drop(file);
    running.shows("/late.html", "Written in pieces");

    // Folders in folders, made and filled at once.
    book.put("content/a/b/c/deep.md", "# Deep\n\nFar below.\n");
    running.shows("/a/b/c/deep.html", "Far below");
    book.put("content/a/b/c/deep.md", "# Deep\n\nFarther below.\n");
    running.shows("/a/b/c/deep.html", "Farther below");

    // A folder gets another name, and what is in it is still watched.
    fs::rename(at("content/a"), at("content/z")).unwrap();
    running.shows("/z/b/c/deep.html", "Farther below");
    running.is_gone("/a/b/c/deep.html");
    book.put("content/z/b/c/deep.md", "# Deep\n\nMoved and edited.\n");
    running.shows("/z/b/c/deep.html", "Moved and edited");

    // The words of another language, in a folder that was not there.
    book.put("content/tard.md", "---\nlang: fr\n---\n# En retard\n");
    running.shows("/tard.html", "En retard");
    book.put("words/fr.toml", "[words]\nAccueil = \"Home\"\n");
    running.shows("/tard.html", "Accueil");
    fs::remove_file(at("words/fr.toml")).unwrap();
    running.shows("/tard.html", ">Home<");

    // A checkout.
    for n in 0..300 {
        book.put(&format!("content/many/e{n}.md"), format!("# Entry {n}\n\nOf the checkout.\n"));
    }
    running.shows("/many/e299.html", "Of the checkout");
    for n in 0..300 {
        book.put(&format!("content/many/e{n}.md"), format!("# Entry {n}\n\nOf another one.\n"));
    }
    for n in [0, 150, 299] {
        running.shows(&format!("/many/e{n}.html"), "Of another one");
    }
    fs::remove_dir_all(at("content/many")).unwrap();
    running.is_gone("/many/e0.html");

    // A burst: the last one counts.
    for n in 0..200 {
        book.put("content/late.md", format!("# Late parcels\n\nSave number {n}.\n"));
    }
    running.shows("/late.html", "Save number 199");

    // Settings, style and a picture.
    book.put("book.toml", QUIET.replace("Small book", "Another title"));
    running.shows("/late.html", "Another title");
    book.put("themes/default/css/90-own.css", ".own-rule { margin: 7px }\n");
    let stylesheet = || {
        let page = running.get("/late.html");
        let name = page.split("href=\"theme-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        running.get(&format!("/theme-{name}"))
    };
    running.comes("/late.html", "a style", |_| stylesheet().contains("own-rule"));
    book.put("content/kettle.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>New</title></svg>");
    running.is_gone("/kettle.svg");
    book.put("content/late.md", "# Late parcels\n\n![A kettle](kettle.svg)\n");
    running.shows("/kettle.svg", "<title>New</title>");

    // The content folder vanishes, and comes back: the last good page stays.
    fs::rename(at("content"), at("elsewhere")).unwrap();
    running.shows("/.cuebook/problems?page=late.html", "\"stale\":true");
    running.shows("/late.html", "Late parcels");
    fs::rename(at("elsewhere"), at("content")).unwrap();
    running.shows("/.cuebook/problems?page=late.html", "\"stale\":false");
    book.put("content/late.md", "# Late parcels\n\nBack again.\n");
    running.shows("/late.html", "Back again");
}

#[test]
fn whatever_an_editor_does_is_seen() {
    follows(&[]);
}

#[test]
fn whatever_an_editor_does_is_seen_without_events() {
    follows(&["--poll"]);
}

#[test]
fn what_is_being_saved_while_a_book_is_published_is_not_lost() {
    let book = book();
    for n in 0..200 {
        book.put(&format!("content/many/e{n}.md"), format!("# Entry {n}\n\nSee [[late]].\n"));
    }
    let running = Running::serve(book.path(), &[]);
    for round in 0..20 {
        // Two entries, one right after the other: the second while the first is published.
        book.put("content/many/e0.md", format!("# Entry 0\n\nRound {round} of the first.\n"));
        running.shows("/many/e0.html", &format!("Round {round} of the first"));
        book.put("content/many/e1.md", format!("# Entry 1\n\nRound {round} of the second.\n"));
        book.put("content/many/e2.md", format!("# Entry 2\n\nRound {round} of the third.\n"));
    }
    running.shows("/many/e1.html", "Round 19 of the second");
    running.shows("/many/e2.html", "Round 19 of the third");
}

const FACTS: &str = "---\r\ntitle: Late parcels # ours\r\nreviewed: 2026-01-01\r\naudience:\r\n  - everyone\r\n---\r\n\r\n<!-- for us -->\r\nThey come.\r\n";

#[test]
fn only_a_page_of_ours_changes_a_file_and_only_the_lines_that_are_meant() {
    let book = book();
    book.put("content/late.md", FACTS);
    let running = Running::serve(book.path(), &[]);
    let page = running.get("/late.html");
    let token = page.split("data-token=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let host = format!("localhost:{}", running.port);
    let post = |what: &str, origin: &str, token: &str, kind: &str, body: &str| {
        let length = body.len();
        running.asked(&format!(
            "POST /.cuebook/{what} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nOrigin: {origin}\r\nX-Cuebook-Token: {token}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    };
    let (origin, kind, late) = (format!("http://{host}"), "application/json", "{\"page\":\"late.html\"}");
    for (what, origin, token, kind) in [
        ("reviewed", origin.as_str(), "", kind),
        ("reviewed", origin.as_str(), "0123", kind),
        ("reviewed", "http://evil.example", token.as_str(), kind),
        ("reviewed", "null", token.as_str(), kind),
        ("reviewed", origin.as_str(), token.as_str(), "text/plain"),
    ] {
        let refused = post(what, origin, token, kind, late);
        assert!(refused.starts_with("HTTP/1.1 403"), "{origin} {token} {kind}: {refused}");
    }
    let own = |what: &str, body: &str| post(what, &origin, &token, kind, body);
    assert!(own("reviewed", "not json").starts_with("HTTP/1.1 400"));
    assert!(own("reviewed", "{\"page\":\"../book.toml\"}").starts_with("HTTP/1.1 409"));
    assert!(own("format-the-disk", late).starts_with("HTTP/1.1 404"));
    assert!(own("facts", "{\"page\":\"late.html\",\"facts\":{\"status\":\"retired\"}}").starts_with("HTTP/1.1 409"));
    assert!(own("reviewed", &format!("{{\"page\":\"{}\"}}", "x".repeat(100_000))).starts_with("HTTP/1.1 413"));
    let file = || fs::read_to_string(book.path().join("content/late.md")).unwrap();
    assert_eq!(file(), FACTS);

    assert!(own("reviewed", late).starts_with("HTTP/1.1 200"));
    let reviewed = FACTS.replace("2026-01-01", "2026-12-01");
    assert_eq!(file(), reviewed);
    let facts = "{\"page\":\"late.html\",\"facts\":{\"title\":\"Late: parcels\",\"situations\":\"caller waits, parcel is late\",\"audience\":\"\"}}";
    assert!(own("facts", facts).starts_with("HTTP/1.1 200"));
    let expected = reviewed
        .replace("title: Late parcels # ours", "title: \"Late: parcels\" # ours")
        .replace("audience:\r\n  - everyone\r\n", "")
        .replace("2026-12-01\r\n", "2026-12-01\r\nsituations: [caller waits, parcel is late]\r\n");
    assert_eq!(file(), expected);
    running.shows("/late.html", "Late: parcels");
}

#[test]
fn a_preview_for_other_machines_changes_nothing() {
    let book = book();
    let running = Running::serve(book.path(), &["--host", "0.0.0.0"]);
    assert!(!running.get("/late.html").contains("data-token"));
    let asked = "POST /.cuebook/reviewed HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\nOrigin: http://localhost:PORT\r\nX-Cuebook-Token: \r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"page\":\"late.html\"}";
    assert!(running.asked(&asked.replace("PORT", &running.port.to_string())).starts_with("HTTP/1.1 403"));
}

#[test]
fn a_review_in_the_terminal_changes_one_line() {
    let book = book();
    book.put("content/late.md", FACTS.replace("reviewed:", "review-every: 6 months\r\nreviewed:"));
    let review = |more: &[&str]| {
        let ended = program(&["review"], book.path()).args(more).output().unwrap();
        (ended.status.code(), String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned())
    };
    let (code, said) = review(&[]);
    assert!(code == Some(0) && said.contains("due 2026-07-01") && said.contains("late.md"), "{said}");
    let (code, said) = review(&["laet"]);
    assert!(code == Some(2) && said.contains("Did you mean `late`?"), "{said}");
    assert_eq!(review(&["late"]).0, Some(0));
    let file = fs::read_to_string(book.path().join("content/late.md")).unwrap();
    assert!(file.contains("\r\nreviewed: 2026-12-01\r\n") && file.contains("# ours\r\n"), "{file}");
    let (_, said) = review(&[]);
    assert!(!said.contains("content/late.md"), "{said}");
}
