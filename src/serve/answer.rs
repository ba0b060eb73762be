//! Answers one request: a page of the edition, or what the preview itself needs under `/.cuebook/`.
//!
//! An address is looked up whole among the pages of the edition. No path is ever put together from what a browser asks.

use std::convert::Infallible;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::{Desk, Live, Shown, State, desk, events, problems};
use crate::config::Config;
use crate::platform;
use crate::render;
use crate::site::{Content, media_type};
use crate::text::{SourcePath, escape_html};
use crate::words::words;

/// What the preview itself needs lies here. No entry can: its folder would begin with a dot.
const OWN: &str = "/.cuebook/";

/// Browsers that are served at once. More wait until one is gone, so that the program does not run out of files.
const CONNECTIONS: usize = 256;

/// Time for which a browser may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) type Body = BoxBody<Bytes, Infallible>;

/// Takes connections until the runtime is dropped. Browsers that come before there is anything to show wait for that, and
/// not for what is found wrong with it.
pub(super) async fn serve(socket: TcpListener, desk: Arc<Desk>) {
    let mut state = desk.state.clone();
    if state.wait_for(|state| state.number > 0).await.is_err() {
        return;
    }
    drop(state);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let Ok((stream, _)) = socket.accept().await else {
            // Out of files, most likely: those that are served give theirs back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let desk = desk.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let desk = desk.clone();
                async move { Ok::<_, Infallible>(answer(request, desk).await) }
            });
            let mut protocol = http1::Builder::new();
            protocol.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
            // A browser that goes away in the middle is no fault of anybody's.
            let _ = protocol.serve_connection(TokioIo::new(stream), service).await;
            drop(place);
        });
    }
}

async fn answer(request: Request<Incoming>, desk: Arc<Desk>) -> Response<Body> {
    let state = desk.state.borrow().clone();
    let is_head = request.method() == Method::HEAD;
    let mut response = if !is_host_ours(request.headers(), &desk) {
        text(
            StatusCode::MISDIRECTED_REQUEST,
            "This address is not served here. If it is yours, start with `cuebook serve --allow-host NAME`.",
        )
    } else if request.method() == Method::POST && request.uri().path().starts_with(OWN) {
        post(request, &desk, &state).await
    } else if request.method() != Method::GET && !is_head {
        let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are answered here.");
        refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        refused
    } else {
        get(request.uri(), &desk, &state).await
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy(&state)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if is_head { response.map(|_| Full::default().boxed()) } else { response }
}

/// What the pages say of themselves, and what only a header can. The reload makes markup of pages, which only its own policy
/// of trusted types may.
fn policy(state: &State) -> String {
    let of_pages = state
        .live
        .as_ref()
        .map_or("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'", |live| {
            live.now.site.policy()
        });
    format!(
        "{of_pages}; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types cuebook cuebook-live"
    )
}

fn is_host_ours(headers: &HeaderMap, desk: &Desk) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) {
        (Some(host), None) => desk.hosts.admit(host),
        _ => false,
    }
}

/// Does what a page of ours asks for.
async fn post(request: Request<Incoming>, desk: &Arc<Desk>, state: &Arc<State>) -> Response<Body> {
    if !desk::is_ours(desk, request.headers()) {
        return text(StatusCode::FORBIDDEN, "Only a page of this preview, on this machine, may ask for that.");
    }
    let what = request.uri().path()[OWN.len()..].to_owned();
    let Ok(body) = Limited::new(request.into_body(), desk::LARGEST).collect().await else {
        return text(StatusCode::PAYLOAD_TOO_LARGE, "That is too much to be a request of this preview.");
    };
    let Ok(asked) = serde_json::from_slice(&body.to_bytes()) else {
        return text(StatusCode::BAD_REQUEST, "That is no JSON.");
    };
    let (desk, state) = (desk.clone(), state.clone());
    match tokio::task::spawn_blocking(move || desk::act(&desk, &state, &what, &asked)).await {
        Ok(Some(Ok(done))) => json(&done),
        Ok(Some(Err(why))) => text(StatusCode::CONFLICT, &why),
        Ok(None) => text(StatusCode::NOT_FOUND, "There is nothing at this address."),
        Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "The program has a mistake."),
    }
}

async fn get(uri: &Uri, desk: &Arc<Desk>, state: &Arc<State>) -> Response<Body> {
    let path = uri.path();
    let query = uri.query().unwrap_or_default();
    match path.strip_prefix(OWN) {
        Some("events") => return events::stream(desk.state.clone(), &asked(query, "page"), asked(query, "mark")),
        Some("problems") => {
            let (state, page) = (state.clone(), asked(query, "page"));
            let found = tokio::task::spawn_blocking(move || problems::of(&state, &page)).await;
            return json(&found.unwrap_or_default());
        }
        Some("form") => {
            let (state, page) = (state.clone(), asked(query, "page"));
            let form = tokio::task::spawn_blocking(move || desk::form(&state, &page)).await;
            return json(&form.unwrap_or_default());
        }
        Some("live.js") => return of_type("text/javascript; charset=utf-8", live_files(state).script.into_bytes()),
        Some("live.css") => return of_type("text/css; charset=utf-8", live_files(state).stylesheet.into_bytes()),
        Some(_) => return text(StatusCode::NOT_FOUND, "There is nothing at this address."),
        None => {}
    }
    let (state, desk) = (state.clone(), desk.clone());
    let path = path.to_owned();
    // Rendering takes a processor for itself, and reading a picture waits for a disk.
    let shown = tokio::task::spawn_blocking(move || page(&path, &state, desk.token.as_deref())).await;
    shown.unwrap_or_else(|_| {
        text(StatusCode::INTERNAL_SERVER_ERROR, "This page cannot be shown: the program has a mistake.")
    })
}

/// The address of a page by the path that a browser asks for. `None` for what is no text.
fn address(path: &str) -> Option<String> {
    let path = percent_decode_str(path.strip_prefix('/')?).decode_utf8().ok()?;
    Some(if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.into_owned() })
}

fn page(path: &str, state: &State, token: Option<&str>) -> Response<Body> {
    let Some(address) = address(path) else {
        return text(StatusCode::BAD_REQUEST, "This address is not written in UTF-8.");
    };
    let Some(live) = &state.live else {
        return own_page(StatusCode::OK, state, "live_unborn", live_tags(&address, "", None));
    };
    let Some(page) = live.now.page(&address) else {
        return own_page(StatusCode::NOT_FOUND, state, "live_nowhere", live_tags(&address, "", token));
    };
    let kind = media_type(&address);
    match live.show(page) {
        Ok(Shown { content: Content::Bytes(bytes), mark, .. }) if kind.starts_with("text/html") => {
            of_type(kind, with_live(bytes, &address, &mark, token))
        }
        Ok(Shown { content: Content::Bytes(bytes), .. }) => of_type(kind, bytes),
        Ok(Shown { content: Content::File(path), .. }) => match asset(live, &path) {
            Ok(bytes) => of_type(kind, bytes),
            Err(error) => text(StatusCode::NOT_FOUND, &format!("This file cannot be read: {error}.")),
        },
        Err(_) => own_page(StatusCode::INTERNAL_SERVER_ERROR, state, "live_unmade", live_tags(&address, "", None)),
    }
}

fn asset(live: &Live, path: &SourcePath) -> std::io::Result<Vec<u8>> {
    let project = &live.now.edition.project;
    let file = platform::open_regular(&project.content.folder.join(path.as_str()))?;
    let mut bytes = Vec::new();
    file.take(project.config().limits.asset).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The page with what reloads it, before its own script, so that what that sets up can be set up anew.
fn with_live(html: Vec<u8>, address: &str, mark: &str, token: Option<&str>) -> Vec<u8> {
    let Ok(mut html) = String::from_utf8(html) else { return Vec::new() };
    let at = html.find("<script").or_else(|| html.find("</head>")).unwrap_or(0);
    html.insert_str(at, &live_tags(address, mark, token));
    html.into_bytes()
}

fn live_tags(address: &str, mark: &str, token: Option<&str>) -> String {
    let token = token.map_or_else(String::new, |token| format!(" data-token=\"{token}\""));
    let mut page = String::new();
    escape_html(address, &mut page);
    format!(
        "<link rel=\"stylesheet\" href=\"{OWN}live.css\">\n\
         <script defer id=\"cuebook-live\" src=\"{OWN}live.js\" data-page=\"{page}\" data-mark=\"{mark}\"{token}></script>\n"
    )
}

/// A page where the book has none, in the words of the book. `key` is that of its title.
fn own_page(status: StatusCode, state: &State, key: &str, live: String) -> Response<Body> {
    let config = state.live.as_ref().map(|live| live.now.edition.project.config().clone()).unwrap_or_default();
    let mut language = String::new();
    escape_html(&config.book.language, &mut language);
    let [title, says, front] = [key, &format!("{key}_about"), "home"].map(|key| {
        let mut shown = String::new();
        escape_html(&state.word(key), &mut shown);
        shown
    });
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n{live}</head>\n\
         <body class=\"live-page\">\n<main id=\"main\">\n<h1>{title}</h1>\n<p>{says}</p>\n<p><a href=\"/\">{front}</a></p>\n</main>\n</body>\n</html>\n"
    );
    let mut response = of_type("text/html; charset=utf-8", html.into_bytes());
    *response.status_mut() = status;
    response
}

fn live_files(state: &State) -> render::Live {
    let of_theme = state.live.as_ref().map(|live| live.now.edition.theme.live.clone());
    of_theme.unwrap_or_else(|| render::Live::new(&words(&Config::default())))
}

/// A value of a query, decoded. Empty if it is not there.
fn asked(query: &str, name: &str) -> String {
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    percent_decode_str(value.unwrap_or_default()).decode_utf8_lossy().into_owned()
}

pub(super) fn text(status: StatusCode, says: &str) -> Response<Body> {
    let mut response = of_type("text/plain; charset=utf-8", format!("{says}\n").into_bytes());
    *response.status_mut() = status;
    response
}

pub(super) fn json(value: &serde_json::Value) -> Response<Body> {
    of_type("application/json", value.to_string().into_bytes())
}

fn of_type(kind: &'static str, bytes: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Full::from(bytes).boxed());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
