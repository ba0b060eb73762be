//! `cuebook serve` and `cuebook build --watch` as programs: what is answered and what is not, and that whatever an editor
//! or a system does to the files is seen.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use cuebook::diagnostic::Diagnostic;
use cuebook::publish::{Asked, Audience, Edition};
use cuebook::serve::{self, Address, Listener, Preview};
use serde_json::{Value, json};

use crate::book::{Folder, QUIET, TODAY};

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
    command.env("XDG_CACHE_HOME", root.join(".cache"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Running {
    fn serve(root: &Path, more: &[&str]) -> Running {
        let mut command = program(&["serve", "--port", "0"], root);
        command.args(more);
        Running::start(command)
    }

    fn start(mut command: Command) -> Running {
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
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

    /// What a page of ours gets that asks for something to be changed.
    fn post(&self, what: &str, body: &Value) -> String {
        let page = self.get("/late.html");
        let token = page.split("data-token=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let (host, body) = (format!("localhost:{}", self.port), body.to_string());
        let length = body.len();
        self.asked(&format!(
            "POST /.cuebook/{what} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nOrigin: http://{host}\r\nX-Cuebook-Token: {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    }

    /// What is wrong with the book, as the bar of a page has it.
    fn problems(&self, page: &str) -> Value {
        json_of(&self.get(&format!("/.cuebook/problems?page={page}")))
    }

    /// What an open page is told from now on, line by line.
    fn events(&self, page: &str) -> impl Iterator<Item = String> + use<> {
        let shown = self.get(&format!("/{page}"));
        let mark = shown.split("data-mark=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let host = format!("localhost:{}", self.port);
        let ask = format!("GET /.cuebook/events?page={page}&mark={mark} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.write_all(ask.as_bytes()).unwrap();
        let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
        lines.by_ref().find(|line| line.starts_with("retry")).unwrap();
        lines
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
    let (mut late, mut other) = (running.events("late.html"), running.events("other.html"));
    book.put("content/late.md", "# Late parcels\n\nThey come on Monday.\n");
    assert_eq!(late.find(|line| line.starts_with("event")).unwrap(), "event: page");
    let told = other.find(|line| line.starts_with("event")).unwrap();
    assert_eq!(told, "event: changed", "the page of an entry that only links there stays as it is");
    assert_eq!(other.find(|line| line.starts_with("data")).unwrap(), "data: [[\"Late parcels\",\"late.html\"]]");
}

#[test]
fn an_open_page_is_told_of_a_picture_that_changed_alone() {
    let book = book();
    let running = Running::serve(book.path(), &[]);
    let mut late = running.events("late.html");
    book.put("content/kettle.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>New</title></svg>");
    assert_eq!(late.find(|line| line.starts_with("event")).unwrap(), "event: pictures");
    assert!(late.find(|line| line.starts_with("data")).unwrap().starts_with("data: [[\"kettle.svg\","));
    assert!(running.get("/kettle.svg?2").contains("<title>New</title>"));
}

/// Saves an entry and asks for its page while it is told what is wrong with the book, and is not done before it has it.
struct Impatient {
    port: u16,
    entry: PathBuf,
    /// `None` once it has been told.
    got: Option<Sender<String>>,
}

impl Impatient {
    fn ask(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        // Long enough for any machine; if nobody answers before this returns, it would wait for ever.
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let ask = format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", self.port);
        stream.write_all(ask.as_bytes()).unwrap();
        stream
    }

    fn page(&self) -> String {
        let mut answer = String::new();
        let _ = self.ask("/late.html").read_to_string(&mut answer);
        answer
    }
}

impl Listener for Impatient {
    fn published(&mut self, _: &Edition, _: &[Diagnostic], _: Duration) {
        let Some(got) = self.got.take() else { return };
        let events = BufReader::new(self.ask("/.cuebook/events?page=late.html&mark="));
        let mut events = events.lines().map_while(Result::ok).filter(|line| line == "event: page");
        // The first is about the page as it is.
        let _ = events.next();
        let _ = got.send(self.page());
        fs::write(&self.entry, "# Late parcels\n\nSaved meanwhile.\n").unwrap();
        let _ = events.next();
        let _ = got.send(self.page());
    }

    fn refused(&mut self, _: &[Diagnostic]) {}

    fn notice(&mut self, _: &str) {}
}

#[test]
fn neither_the_first_page_nor_the_next_save_waits_for_what_is_found_wrong_with_the_book() {
    let book = book();
    let (got, answers) = channel();
    let start = || {
        // Another program may take the port before we do.
        let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let asked = Asked { root: book.path().to_owned(), out: None, audience: Audience::Everyone, drafts: true };
        let address = Address { host: None, port: Some(port), allowed: Vec::new() };
        let preview = Preview { asked, address, polling: true, today: Arc::new(|| TODAY) };
        let entry = book.path().join("content/late.md");
        serve::start(preview, Impatient { port, entry, got: Some(got.clone()) })
    };
    let _server = std::iter::repeat_with(start).take(9).find_map(Result::ok).expect("a port stays free once");
    let answer = answers.recv().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Late parcels"), "{answer:?}");
    let answer = answers.recv().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Saved meanwhile"), "{answer:?}");
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
    for what in ["fix", "new"] {
        assert!(post(what, &origin, "0123", kind, "{\"kind\":\"guide\",\"title\":\"X\"}").starts_with("HTTP/1.1 403"));
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

/// What stands in an answer.
fn json_of(answer: &str) -> Value {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {head} {body}"))
}

/// The name of the first problem of a page that has a safe fix, by which it is asked for.
fn fix_of(problems: &Value, line: u64) -> Value {
    let here = problems["here"].as_array().unwrap();
    let found = here.iter().find(|found| found["line"] == line && !found["fix"].is_null());
    found.unwrap_or_else(|| panic!("nothing in line {line} can be mended: {problems:#}"))["fix"].clone()
}

const FAULTY: &str = "\u{feff}---\r\ntitle: Late parcels\r\n---\r\n\r\n<!-- ours -->\r\n##Level 1\r\n\r\n\
                      • one  \r\n\r\n\tand a tab";

#[test]
fn a_safe_fix_is_shown_first_and_changes_those_bytes_alone() {
    let book = book();
    book.put("content/late.md", FAULTY);
    let running = Running::serve(book.path(), &[]);
    let file = || fs::read_to_string(book.path().join("content/late.md")).unwrap();
    let problems = running.problems("late.html");
    assert_eq!(problems["fixes"], 2, "{problems:#}");
    let heading = fix_of(&problems, 6);
    let shown = json_of(&running.post("fix", &json!({ "problem": heading })));
    let change = &shown["files"][0]["changes"][0];
    assert_eq!(
        (&change["line"], &change["before"], &change["after"]),
        (&json!(6), &json!("##Level 1"), &json!("## Level 1"))
    );
    assert_eq!(file(), FAULTY, "it was only looked at");
    let refused = running.post("fix", &json!({ "problem": heading, "mark": "another" }));
    assert!(refused.starts_with("HTTP/1.1 409") && refused.contains("nothing was mended"), "{refused}");
    assert_eq!(file(), FAULTY);
    let done = running.post("fix", &json!({ "problem": heading, "mark": shown["mark"] }));
    assert!(done.starts_with("HTTP/1.1 200"), "{done}");
    let mended = FAULTY.replace("##Level 1", "## Level 1");
    assert_eq!(file(), mended);
    running.shows("/.cuebook/problems?page=late.html", "\"fixes\":1,");
    assert!(running.post("fix", &json!({ "problem": heading })).starts_with("HTTP/1.1 409"), "it is mended");

    // The line says something else by now: whether the preview has heard of it or not, it stays.
    let bullet = fix_of(&running.problems("late.html"), 8);
    let shown = json_of(&running.post("fix", &json!({ "problem": bullet })));
    let edited = mended.replace("• one", "• two");
    book.put("content/late.md", &edited);
    let refused = running.post("fix", &json!({ "problem": bullet, "mark": shown["mark"] }));
    assert!(refused.starts_with("HTTP/1.1 409"), "{refused}");
    assert_eq!(file(), edited);
}

#[test]
fn all_that_is_safe_is_mended_at_once() {
    let book = book();
    book.put("content/late.md", FAULTY);
    book.put("content/other.md", "# Another\n\nSee [[late]].\n\n##Level 2\n");
    let running = Running::serve(book.path(), &[]);
    let shown = json_of(&running.post("fix", &json!({})));
    let files: Vec<&Value> = shown["files"].as_array().unwrap().iter().map(|file| &file["file"]).collect();
    assert_eq!(files, ["content/late.md", "content/other.md"]);
    assert!(running.post("fix", &json!({ "mark": shown["mark"] })).starts_with("HTTP/1.1 200"));
    let file = |path: &str| fs::read_to_string(book.path().join(path)).unwrap();
    assert_eq!(file("content/late.md"), FAULTY.replace("##Level", "## Level").replace("• one", "- one"));
    assert_eq!(file("content/other.md"), "# Another\n\nSee [[late]].\n\n## Level 2\n");
    running.shows("/.cuebook/problems?page=late.html", "\"fixes\":0,");
}

#[test]
fn a_new_entry_is_begun_from_a_page_and_nothing_is_overwritten() {
    let book = book();
    book.put("content/people/ann.md", "---\ntitle: The trainer\nkind: contact\nphone: \"1\"\n---\n");
    let running = Running::serve(book.path(), &[]);
    let kinds = json_of(&running.get("/.cuebook/form?page=late.html"))["kinds"].clone();
    assert_eq!((&kinds[0], kinds.as_array().unwrap().len()), (&json!(["script", "Script"]), 9));
    let asked = json!({ "kind": "script", "title": "Bad news: a date", "owner": "the trainer" });
    let made = json_of(&running.post("new", &asked));
    assert_eq!(
        made,
        json!({ "file": "content/scripts/bad-news-a-date.md", "address": "scripts/bad-news-a-date.html" })
    );
    assert!(running.get("/scripts/bad-news-a-date.html").contains("<h1>Bad news: a date</h1>"));
    let text = fs::read_to_string(book.path().join("content/scripts/bad-news-a-date.md")).unwrap();
    assert!(text.contains("\nowner: ann\nreviewed: 2026-12-01\n") && text.contains("\n## Say\n"), "{text}");

    book.put("content/scripts/taken.md", "mine");
    book.put("content/guides/taken.md/file", "a folder of that name");
    let refused = |asked: Value, why: &str| {
        let answer = running.post("new", &asked);
        assert!(answer.starts_with("HTTP/1.1 409") && answer.contains(why), "{asked}: {answer}");
    };
    refused(asked, "already");
    refused(json!({ "kind": "script", "title": "Taken" }), "already");
    refused(json!({ "kind": "guide", "title": "Taken" }), "already");
    refused(json!({ "kind": "script", "title": "?!" }), "no letter");
    refused(json!({ "kind": "poem", "title": "X" }), "no such kind");
    refused(json!({ "kind": "guide", "title": "X", "owner": "nobody" }), "no contact");
    assert_eq!(fs::read_to_string(book.path().join("content/scripts/taken.md")).unwrap(), "mine");
    let above = json_of(&running.post("new", &json!({ "kind": "guide", "title": "../../above" })));
    assert_eq!(above["file"], "content/guides/above.md");
}

/// A folder of programs that write what they are called with into files of their own names, in `notes`.
#[cfg(unix)]
fn notepads(folder: &Folder, programs: &[&str]) {
    use std::os::unix::fs::PermissionsExt;
    let notes = folder.path().join("notes");
    fs::create_dir_all(&notes).unwrap();
    for name in programs {
        let path = format!("bin/{name}");
        let done = notes.join(name).display().to_string();
        folder.put(&path, format!("#!/bin/sh\necho \"$@\" > '{done}.part'\n/bin/mv '{done}.part' '{done}'\n"));
        fs::set_permissions(folder.path().join(path), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// What a program wrote down, when it has.
#[cfg(unix)]
fn noted(folder: &Folder, program: &str) -> String {
    let note = folder.path().join("notes").join(program);
    for _ in 0..2_000 {
        if let Ok(text) = fs::read_to_string(&note) {
            fs::remove_file(note).unwrap();
            return text.trim_end().to_owned();
        }
        pause();
    }
    panic!("`{program}` was never started");
}

#[cfg(unix)]
#[test]
fn a_browser_and_an_editor_are_started_with_what_they_are_to_show() {
    let (book, desk) = (book(), Folder::new());
    notepads(&desk, &["xdg-open", "open", "code", "own"]);
    let mut command = program(&["serve", "--port", "0", "--open"], book.path());
    command.env("PATH", desk.path().join("bin"));
    let running = Running::start(command);
    let as_set_up = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    assert_eq!(noted(&desk, as_set_up), format!("http://localhost:{}/", running.port));
    let late = book.path().join("content/late.md").display().to_string();
    let edit = |asked: Value| {
        let answer = running.post("edit", &asked);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    };
    edit(json!({ "page": "late.html" }));
    assert_eq!(noted(&desk, as_set_up), late);
    let editors = [
        ("vscode", "code", Some(3), format!("--goto {late}:3")),
        ("own --at {line} {file} --new", "own", None, format!("--at 1 {late} --new")),
        ("own", "own", Some(3), late.clone()),
        ("obsidian", as_set_up, None, "obsidian://open?path=".to_owned()),
    ];
    for (nth, (editor, program, line, called)) in editors.into_iter().enumerate() {
        let links = format!("[links]\nedit = \"https://e.example/{nth}/{{path}}\"\n");
        book.put("book.toml", format!("{QUIET}[serve]\neditor = \"{editor}\"\n{links}"));
        running.shows("/late.html", &format!("https://e.example/{nth}/"));
        edit(json!({ "page": "late.html", "line": line }));
        let noted = noted(&desk, program);
        assert!(noted == called || editor == "obsidian" && noted.starts_with(&called), "{editor}: {noted}");
    }
    book.put("book.toml", format!("{QUIET}[serve]\neditor = \"no-such-program\"\n"));
    running.comes("/late.html", "a book without that link", |page| !page.contains("e.example"));
    let refused = running.post("edit", &json!({ "page": "late.html" }));
    assert!(refused.starts_with("HTTP/1.1 409") && refused.contains("Set `editor` under `[serve]`"), "{refused}");
}

/// A program whose system gives it this little of something, if the system lets a test do that.
#[cfg(target_os = "linux")]
fn with_limit(limit: &str, most: u32, root: &Path) -> Option<Command> {
    let give = format!("echo {most} > /proc/sys/user/{limit}");
    let can = Command::new("unshare").args(["-Ur", "sh", "-c", &give]).stderr(Stdio::null()).status();
    if !can.is_ok_and(|status| status.success()) {
        return None;
    }
    let mut command = Command::new("unshare");
    command.args(["-Ur", "sh", "-c", &format!("{give}; exec \"$0\" \"$@\"")]);
    command.arg(env!("CARGO_BIN_EXE_cuebook")).args(["serve", "--port", "0", "--today", "2026-12-01", "--root"]);
    command.arg(root).stdin(Stdio::null()).stdout(Stdio::piped());
    Some(command)
}

#[cfg(target_os = "linux")]
#[test]
fn when_watches_are_used_up_the_limit_is_named_and_changes_are_seen_all_the_same() {
    for (limit, most, named) in [
        ("max_inotify_watches", 3, "fs.inotify.max_user_watches"),
        ("max_inotify_instances", 0, "fs.inotify.max_user_instances"),
    ] {
        let book = book();
        for n in 0..10 {
            book.put(&format!("content/f{n}/e{n}.md"), format!("# Entry {n}\n"));
        }
        // Not every system lets one who is not its administrator make limits.
        let Some(mut command) = with_limit(limit, most, book.path()) else { return };
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut running = Running { child, said, port: 0 };
        let notice = running.hear("The system's limit");
        assert!(notice.contains(named) && notice.contains("looked at in turns"), "{notice}");
        let address = running.hear("open:");
        running.port = address.trim_end().trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
        book.put("content/f9/e9.md", "# Entry 9\n\nEdited all the same.\n");
        running.shows("/f9/e9.html", "Edited all the same");
        book.put("content/g/new.md", "# New\n\nIn a folder that came later.\n");
        running.shows("/g/new.html", "that came later");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn more_events_than_the_system_keeps_lose_nothing() {
    let book = book();
    let running = Running::serve(book.path(), &[]);
    let signal = |name: &str| {
        let sent = Command::new("kill").args([name, &running.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    };
    let kept: usize = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap().trim().parse().unwrap();
    // While the program stands still nobody takes events from the queue. Those of one file in turn with another's are never
    // taken together.
    signal("-STOP");
    for n in 0..kept / 2 + 1 {
        book.put("content/late.md", format!("# Late parcels\n\nSave number {n}.\n"));
        book.put("content/other.md", format!("# Another\n\nSave number {n}.\n"));
    }
    book.put("content/new/deep/er.md", "# Deeper\n\nMade when the queue was full.\n");
    fs::remove_file(book.path().join("content/other.md")).unwrap();
    signal("-CONT");
    running.shows("/new/deep/er.html", "Made when the queue was full");
    running.shows("/late.html", &format!("Save number {}.", kept / 2));
    running.is_gone("/other.html");
    book.put("content/new/deep/er.md", "# Deeper\n\nEdited afterwards.\n");
    running.shows("/new/deep/er.html", "Edited afterwards");
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
