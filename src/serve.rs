//! The preview: a playbook as its readers will see it, in a browser beside the editor.
//!
//! One thread watches and publishes; it hands each [`Live`] edition to the server, which asks it for a page when a browser
//! does. Two others make the search index of the newest edition and say what is wrong with it. Nothing is written but what a
//! trainer asks for with a button, and nothing is looked up on the disk: an address is that of a page of the edition, or there
//! is nothing. What cannot be published stays as it was, under a message.

mod answer;
mod desk;
mod events;
mod fixes;
mod problems;

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::entry::Entry;
use crate::filter::Visible;
use crate::persistent::PersistentVec;
use crate::project::{Change, Project};
use crate::publish::{Asked, Edition, Publisher, Refused};
use crate::render::RenderError;
use crate::rules;
use crate::site::{Content, Page, Site};
use crate::text::SourcePath;
use crate::watch::{Places, Stopper, Watcher};
use crate::words::words;

/// The port if nothing else is asked for.
pub const PORT: u16 = 3000;

/// Ports after the default one that are tried.
const TRIED: u16 = 20;

/// Where the server listens, and whom it answers.
#[derive(Clone, Debug)]
pub struct Address {
    /// `None` for this machine alone.
    pub host: Option<IpAddr>,
    /// `None` for the default one, or a free one behind it; 0 for any that is free.
    pub port: Option<u16>,
    /// Names beside those of this machine by which a browser may ask.
    pub allowed: Vec<String>,
}

/// The server cannot listen.
#[derive(Debug)]
pub enum ServeError {
    /// Another program has the port.
    Taken {
        /// The port.
        port: u16,
        /// One behind it that is free.
        free: Option<u16>,
    },
    /// The system refuses.
    Listen(SocketAddr, std::io::Error),
    /// The system gives no threads.
    Threads(std::io::Error),
}

impl std::fmt::Display for ServeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ServeError::Taken { port, free: Some(free) } => {
                write!(
                    f,
                    "port {port} is in use by another program. Port {free} is free: `cuebook serve --port {free}`."
                )
            }
            ServeError::Taken { port, free: None } => {
                write!(f, "port {port} is in use by another program. `--port 0` takes any that is free.")
            }
            ServeError::Listen(address, cause) => write!(f, "cannot listen at {address}: {cause}."),
            ServeError::Threads(cause) => write!(f, "the system gives no threads for the server: {cause}."),
        }
    }
}

impl std::error::Error for ServeError {}

/// An edition that is shown.
struct Live {
    now: Arc<Paged>,
    /// The last one whose templates had no mistake, if those of this one do.
    good: Option<Arc<Paged>>,
}

/// An edition and its pages.
struct Paged {
    edition: Edition,
    site: Site,
}

/// A page as it is sent.
struct Shown {
    content: Content,
    /// Changes when the page does.
    mark: String,
    /// What is wrong with its template; then it is the last good one.
    fault: Option<RenderError>,
}

impl Paged {
    fn page(&self, address: &str) -> Option<&Page> {
        fn found<'p>(pages: &'p [Page], address: &str) -> Option<&'p Page> {
            pages.binary_search_by(|page| page.address.as_str().cmp(address)).ok().map(|at| &pages[at])
        }
        let is_part = address.contains("search/") && address.ends_with(".js");
        found(&self.site.pages, address).or_else(|| found(is_part.then(|| self.site.search_pages())?, address))
    }

    /// Whether the templates have no mistake.
    fn is_sound(&self) -> bool {
        self.edition.project.theme_folder().is_none() || self.site.mistakes().next().is_none()
    }
}

impl Live {
    /// `None` if there is no such page.
    fn mark(&self, address: &str) -> Option<String> {
        self.now.page(address).map(|page| mark(&self.now, page))
    }

    /// The bytes of a page; with a template that has a mistake, those of the last edition whose templates had none.
    ///
    /// # Errors
    /// The mistake, if there never was a good one.
    fn show(&self, page: &Page) -> Result<Shown, RenderError> {
        let mark = mark(&self.now, page);
        let fault = match self.now.site.bytes(page) {
            Ok(content) => return Ok(Shown { content, mark, fault: None }),
            Err(fault) => fault,
        };
        let good = self.good.as_ref().and_then(|good| good.site.bytes(good.page(&page.address)?).ok());
        let content = good.ok_or_else(|| fault.clone())?;
        Ok(Shown { content, mark, fault: Some(fault) })
    }
}

fn mark(paged: &Paged, page: &Page) -> String {
    format!("{:032x}", paged.site.fingerprint(page))
}

/// An entry that was changed.
#[derive(Clone, Debug)]
struct Changed {
    number: u64,
    title: String,
    /// Of its page.
    address: String,
}

/// What browsers are shown now.
#[derive(Clone, Default)]
struct State {
    /// Counts the editions and refusals.
    number: u64,
    /// `None` until a first one could be made.
    live: Option<Arc<Live>>,
    /// What is wrong with the book, as far as it has been checked.
    problems: Arc<[Diagnostic]>,
    /// The entries that were checked, as their files say them, in order of path.
    read: PersistentVec<Arc<Entry>>,
    /// Why the edition is not the newest.
    refused: Arc<[Diagnostic]>,
    /// Entries that were changed lately, the newest last.
    changed: Vec<Changed>,
    /// Pictures and other files that were changed lately, the newest last: the edition, and the address.
    pictures: Vec<(u64, String)>,
}

/// Entries that are named when they change at once; more are a checkout, and nobody's edit.
const NAMED: usize = 5;

/// Pictures that changed lately of which browsers are told.
const PICTURES: usize = 100;

impl State {
    /// After a publish. What is wrong with a new edition is not known yet, and stays as it was. `files` are those that may
    /// have other bytes than in the last edition.
    fn next(&self, published: Result<Edition, Refused>, files: &BTreeSet<SourcePath>) -> State {
        let number = self.number + 1;
        let edition = match published {
            Ok(edition) => edition,
            Err(refused) => return State { number, refused: told(refused), ..self.clone() },
        };
        let earlier = self.live.as_ref().map(|last| (&last.now.edition, &last.now.site));
        let now = Arc::new(Paged { site: edition.site_after(earlier), edition });
        let good = match &self.live {
            None => None,
            Some(last) if last.now.edition.theme.hash == now.edition.theme.hash => last.good.clone(),
            Some(_) if now.is_sound() => None,
            Some(last) => last.good.clone().or_else(|| Some(last.now.clone())),
        };
        let mut changed = self.live.as_ref().map_or_else(Vec::new, |last| differing(&last.now, &now, number));
        if changed.len() > NAMED {
            changed.clear();
        }
        let changed = newest(&self.changed, NAMED).chain(changed).collect();
        let assets = &now.edition.made.playbook.assets;
        let pictures = files.iter().filter(|file| assets.contains(*file)).map(|file| (number, file.to_string()));
        let pictures = newest(&self.pictures, PICTURES).chain(pictures).collect();
        let live = Some(Arc::new(Live { now, good }));
        State { number, live, refused: Arc::new([]), changed, pictures, ..self.clone() }
    }

    /// A word in the language of the book; in English while no book could be read.
    fn word(&self, key: &str) -> String {
        let own = self.live.as_ref().and_then(|live| live.now.edition.project.words.get(key).cloned());
        own.or_else(|| words(&Config::default()).get(key).cloned()).unwrap_or_default()
    }

    /// Once the edition that it shows has been checked.
    fn checked(&self, problems: Arc<[Diagnostic]>) -> State {
        let read = self.live.as_ref().map_or_else(PersistentVec::default, |live| live.now.edition.read.clone());
        State { number: self.number + 1, problems, read, ..self.clone() }
    }
}

/// The last of some, as many as asked for.
fn newest<T: Clone>(all: &[T], most: usize) -> impl Iterator<Item = T> {
    all[all.len().saturating_sub(most)..].iter().cloned()
}

/// The entries of `now` that are new or say something else than in `last`.
fn differing(last: &Paged, now: &Paged, number: u64) -> Vec<Changed> {
    let (before, after) = (&last.edition.made.playbook, &now.edition.made.playbook);
    // One that has another place, because some came or went, is in both lists.
    let places = after.entries.differing(&before.entries, Visible::is_same);
    let earlier = places.iter().filter_map(|at| before.entries.get(*at));
    let earlier: HashMap<&SourcePath, u128> = earlier.map(|entry| (&entry.source.path, entry.hash)).collect();
    let later = places.iter().filter_map(|at| Some((after.entries.get(*at)?, &after.addresses[*at])));
    let changed = later.filter(|(entry, _)| earlier.get(&entry.source.path) != Some(&entry.hash));
    let changed =
        changed.map(|(entry, address)| Changed { number, title: entry.title.to_string(), address: address.clone() });
    changed.collect()
}

/// What keeps a book from being published, as a writer is told.
fn told(refused: Refused) -> Arc<[Diagnostic]> {
    let about_book = |message: String| {
        let (message, help) = message.split_once(". ").map_or((message.as_str(), None), |(m, h)| (m, Some(h)));
        let found = Diagnostic::about_file(&rules::UNREADABLE_FILE, "book.toml", message.trim_end_matches('.'));
        Diagnostic { help: help.map(str::to_owned), ..found }
    };
    match refused {
        Refused::Config(found) | Refused::Theme(found) | Refused::LostFolder(found) => found.into(),
        Refused::Open(error) => Arc::new([about_book(error.to_string())]),
        Refused::Read(error) => Arc::new([about_book(error.to_string())]),
        Refused::Audience(why) => Arc::new([about_book(why)]),
    }
}

/// A server that runs until it is dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    stopper: Stopper,
    screen: Arc<Screen>,
    /// Publishing first, then what ends when that does.
    working: Vec<JoinHandle<()>>,
    _runtime: Runtime,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopper.stop();
        // No answer is wanted any more.
        self.screen.coming.fetch_add(1, Relaxed);
        for thread in self.working.drain(..) {
            let _ = thread.join();
        }
    }
}

/// What whoever started the server is told.
pub trait Listener: Send {
    /// An edition, what is wrong with it, and how long it took until it was shown. One that the next save overtakes before
    /// it is checked is not told of.
    fn published(&mut self, edition: &Edition, problems: &[Diagnostic], took: Duration);
    /// What keeps the newest edition from being shown.
    fn refused(&mut self, found: &[Diagnostic]);
    /// How changes are found, if not as usual.
    fn notice(&mut self, notice: &str);
}

/// What is previewed, and how.
pub struct Preview {
    /// The book and the copy.
    pub asked: Asked,
    /// Where it listens.
    pub address: Address,
    /// Whether files are looked at in turns, whatever the system can do.
    pub polling: bool,
    /// The day by which reviews are judged.
    pub today: Day,
}

/// Says what day it is.
pub type Day = Arc<dyn Fn() -> Date + Send + Sync>;

/// Publishes once, listens, and goes on publishing whenever something changes.
///
/// # Errors
/// If it cannot listen. What is wrong with the book is shown in the browser.
pub fn start(preview: Preview, listener: impl Listener + 'static) -> Result<Server, ServeError> {
    let Preview { asked, address, polling, today } = preview;
    let token = address.host.is_none_or(|host| host.is_loopback()).then(token);
    let day = today.clone();
    let (socket, at) = listen(&address)?;
    let places = Project::open(&asked.root)
        .map_or_else(|_| Places::of_folder(&asked.root), |project| Places::of(&project, asked.out.as_deref()));
    let mut watcher = Watcher::new(places, polling);
    let stopper = watcher.stopper();
    let mut publisher = Publisher::new(asked.clone(), today());
    let (shown, state) = watch::channel(Arc::new(State::default()));
    let shown = Arc::new(Screen { shown, turn: Mutex::new(()), coming: AtomicU64::new(0) });
    let screen = shown.clone();
    let listener = Arc::new(Mutex::new(listener));
    let out = asked.out.clone();
    let (index, made) = Indexer::start();
    let (checks, first, checker) = start_checking(shown.clone(), listener.clone(), made);
    // What changed while nothing could be published counts as well.
    let mut touched = BTreeSet::new();
    let mut publish = move |watcher: &mut Watcher, change: Change| {
        let mut change = Some(change);
        while let Some(what) = change.take() {
            let began = started();
            publisher.set_today(today());
            touched.extend(what.files.iter().cloned());
            let number = shown.coming.fetch_add(1, Relaxed) + 1;
            let next = shown.replace(|state| state.next(publisher.publish_unchecked(what, |_| {}), &touched));
            let took = next.refused.is_empty().then(|| began.elapsed());
            // The page comes first, then what searches it and, beside that, what is wrong with it; the next save does not
            // wait for either.
            let live = next.live.as_ref().map(Arc::downgrade).unwrap_or_default();
            index.make(number, live.clone());
            let _ = checks.send(Unchecked { number, live, took });
            match took {
                Some(_) => touched.clear(),
                None => heard(&listener).refused(&next.refused),
            }
            let places = publisher.project().map(|project| Places::of(project, out.as_deref()));
            // What changed in other places between reading and watching them is read now.
            if places.is_some_and(|places| watcher.aim(places)) {
                change = Some(Change::everything());
            }
            if let Some(notice) = watcher.notice() {
                heard(&listener).notice(&notice);
            }
        }
    };
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(ServeError::Threads)?;
    let allowed = Hosts::new(&address, at);
    runtime.spawn(async move {
        match TcpListener::from_std(socket) {
            Ok(socket) => answer::serve(socket, Arc::new(Desk { state, hosts: allowed, token, today: day })).await,
            Err(_) => unreachable!("a socket that listens can be registered"),
        }
    });
    publish(&mut watcher, Change::everything());
    let publishing = std::thread::spawn(move || {
        while let Some(change) = watcher.wait() {
            publish(&mut watcher, change);
        }
    });
    // Who starts it is told of the first edition before anything else is said.
    let _ = first.recv();
    let working = vec![publishing, checker];
    Ok(Server { address: at, stopper, screen, working, _runtime: runtime })
}

/// Where editions are shown.
struct Screen {
    shown: watch::Sender<Arc<State>>,
    /// Who has it decides what comes next.
    turn: Mutex<()>,
    /// The number of the newest publish, also of one that is under way.
    coming: AtomicU64,
}

impl Screen {
    /// Shows what follows on what is shown.
    fn replace(&self, next: impl FnOnce(&State) -> State) -> Arc<State> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = self.shown.borrow().clone();
        let next = Arc::new(next(&shown));
        self.shown.send_replace(next.clone());
        next
    }

    /// Whether something else than this is to be shown.
    fn is_behind(&self, number: u64) -> bool {
        self.coming.load(Relaxed) != number
    }
}

fn heard<L>(listener: &Mutex<L>) -> MutexGuard<'_, L> {
    listener.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An edition that is shown, and of which nobody knows yet what is wrong with it.
struct Unchecked {
    number: u64,
    live: Weak<Live>,
    /// How long it took until it was shown. `None` if it was shown before, and what came next was refused.
    took: Option<Duration>,
}

/// A thread that says what is wrong with the newest edition, unless there is a newer one by then. The receiver is left alone
/// when the first one is done with.
fn start_checking(
    screen: Arc<Screen>,
    listener: Arc<Mutex<impl Listener + 'static>>,
    indexed: Receiver<u64>,
) -> (Sender<Unchecked>, Receiver<()>, JoinHandle<()>) {
    let (sender, editions) = channel::<Unchecked>();
    let (undone, first) = channel::<()>();
    let check = move |Unchecked { number, live, took }: Unchecked| {
        let live = live.upgrade()?;
        // It leaves the processor to the search index, and then to who reads the new page and searches it.
        while indexed.recv_timeout(INDEX_FIRST).is_ok_and(|made| made < number) {}
        leave_to_readers();
        let problems = live.now.edition.problems_unless(&|| screen.is_behind(number))?;
        screen.replace(|state| match &state.live {
            Some(shown) if Arc::ptr_eq(shown, &live) => state.checked(problems.clone()),
            _ => state.clone(),
        });
        heard(&listener).published(&live.now.edition, &problems, took?);
        Some(())
    };
    let thread = std::thread::spawn(move || {
        let mut undone = Some(undone);
        while let Ok(edition) = editions.recv() {
            check(editions.try_iter().last().unwrap_or(edition));
            undone.take();
        }
    });
    (sender, first, thread)
}

/// Time for which the checks of the book leave the processor to the search index. After most edits it is made long before;
/// one that is made from nothing goes on beside them.
const INDEX_FIRST: Duration = Duration::from_millis(50);

/// Time for which they leave it to browsers after that: a check of a large book takes all cores for tenths of a second, an answer
/// takes a thousandth, and nobody misses a message this much longer.
const READERS_FIRST: Duration = Duration::from_millis(20);

#[expect(clippy::disallowed_methods, reason = "what is found does not depend on when it is looked for")]
fn leave_to_readers() {
    std::thread::sleep(READERS_FIRST);
}

/// A thread that makes the search index of the newest edition that it is given, and says so by its number. It leaves one
/// core to the next save.
struct Indexer {
    editions: Sender<(u64, Weak<Live>)>,
}

impl Indexer {
    fn start() -> (Indexer, Receiver<u64>) {
        let (sender, editions) = channel::<(u64, Weak<Live>)>();
        let (done, made) = channel();
        std::thread::spawn(move || {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            let Ok(threads) = rayon::ThreadPoolBuilder::new().num_threads(cores.saturating_sub(1).max(1)).build()
            else {
                // Then it is made when a browser asks for it.
                return;
            };
            threads.install(move || {
                while let Ok(edition) = editions.recv() {
                    let (number, newest) = editions.try_iter().last().unwrap_or(edition);
                    if let Some(live) = newest.upgrade() {
                        live.now.site.search_pages();
                    }
                    let _ = done.send(number);
                }
            });
        });
        (Indexer { editions: sender }, made)
    }

    /// Has the index of an edition made.
    fn make(&self, number: u64, edition: Weak<Live>) {
        // Without the thread it is made when a browser asks for it.
        let _ = self.editions.send((number, edition));
    }
}

#[expect(clippy::disallowed_methods, reason = "it is told how long publishing took; nothing depends on it")]
fn started() -> Instant {
    Instant::now()
}

/// What answers know.
struct Desk {
    state: watch::Receiver<Arc<State>>,
    hosts: Hosts,
    /// What our own pages know and no other page does. `None` if other machines can ask: then nothing can be changed.
    token: Option<String>,
    today: Day,
}

/// A number that nobody can guess. It is no part of anything that is published.
#[expect(
    clippy::disallowed_types,
    reason = "it has the one source of chance in the standard library, and is kept to ourselves"
)]
fn token() -> String {
    use std::hash::{BuildHasher, Hasher};
    let chance = || std::collections::hash_map::RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", chance(), chance())
}

/// The hosts that a browser may name: others are a page elsewhere that has had its name lead here (DNS rebinding).
struct Hosts {
    port: u16,
    allowed: Vec<String>,
}

impl Hosts {
    fn new(address: &Address, at: SocketAddr) -> Hosts {
        let mut allowed: Vec<String> = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).to_vec();
        match address.host {
            Some(IpAddr::V6(host)) if !host.is_unspecified() => allowed.push(format!("[{host}]")),
            Some(IpAddr::V4(host)) if !host.is_unspecified() => allowed.push(host.to_string()),
            _ => {}
        }
        allowed.extend(address.allowed.iter().map(|name| name.to_ascii_lowercase()));
        Hosts { port: at.port(), allowed }
    }

    fn admit(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let named = host.strip_suffix(&format!(":{}", self.port));
        // Browsers leave out the port that is the protocol's own.
        let named = named.or_else(|| (self.port == 80).then_some(host.as_str()));
        named.is_some_and(|name| self.allowed.iter().any(|allowed| allowed == name))
    }
}

fn listen(address: &Address) -> Result<(std::net::TcpListener, SocketAddr), ServeError> {
    let host = address.host.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let bind = |port: u16| std::net::TcpListener::bind((host, port));
    let first = address.port.unwrap_or(PORT);
    let behind = || (first.saturating_add(1)..first.saturating_add(TRIED)).find_map(|port| bind(port).ok());
    let socket = match (bind(first), address.port) {
        (Ok(socket), _) => socket,
        (Err(cause), asked) if cause.kind() == std::io::ErrorKind::AddrInUse => match (asked, behind()) {
            (None, Some(socket)) => socket,
            (_, free) => {
                let free = free.and_then(|socket| Some(socket.local_addr().ok()?.port()));
                return Err(ServeError::Taken { port: first, free });
            }
        },
        (Err(cause), _) => return Err(ServeError::Listen(SocketAddr::new(host, first), cause)),
    };
    let refused = |cause| ServeError::Listen(SocketAddr::new(host, first), cause);
    socket.set_nonblocking(true).map_err(refused)?;
    let at = socket.local_addr().map_err(refused)?;
    Ok((socket, at))
}
