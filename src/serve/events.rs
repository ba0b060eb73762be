//! Tells an open page what changed: server-sent events (WHATWG HTML, 9.2).
//!
//! | event | what it says |
//! | --- | --- |
//! | `page` | the page itself is another; its data is the new mark |
//! | `changed` | entries on other pages that were changed: `[title, address]` of each |
//! | `pictures` | files that keep their name and have other bytes: `[address, number]` of each |
//! | `problems` | what is wrong with the book may be something else |

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use http_body_util::channel::{Channel, Sender};
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{self, HeaderValue};
use serde_json::json;
use tokio::sync::watch::Receiver;

use super::State;
use super::answer::Body;
use crate::index::address::encoded;

/// After so long without news a line without meaning is sent, which shows whether the browser is still there.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// Events that wait for a slow browser; then it is sent nothing until it has read some.
const WAITING: usize = 8;

/// The stream for one page. `mark` is that of the page as the browser has it.
pub(super) fn stream(state: Receiver<Arc<State>>, page: &str, mark: String) -> Response<Body> {
    let (sender, channel) = Channel::new(WAITING);
    let page = page.to_owned();
    tokio::spawn(async move {
        // It ends when the browser is gone.
        let _ = tell(state, page, mark, sender).await;
    });
    let mut response = Response::new(channel.boxed());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response
}

async fn tell(
    mut state: Receiver<Arc<State>>,
    page: String,
    mut mark: String,
    mut browser: Sender<Bytes>,
) -> Result<(), http_body_util::channel::SendError> {
    let mut told = state.borrow_and_update().number;
    // What was published while the page was on its way is told at once.
    let mut now = state.borrow().clone();
    browser.send_data(Bytes::from_static(b"retry: 500\n\n")).await?;
    loop {
        let (current, address) = (now.clone(), page.clone());
        let new_mark = tokio::task::spawn_blocking(move || {
            current.live.as_ref().and_then(|live| live.mark(&address)).unwrap_or_default()
        });
        let new_mark = new_mark.await.unwrap_or_default();
        let mut events = String::new();
        if new_mark != mark {
            mark = new_mark;
            events.push_str(&format!("event: page\ndata: {}\n\n", json!(mark)));
        }
        let elsewhere: Vec<_> = now
            .changed
            .iter()
            .filter(|changed| changed.number > told && changed.address != page)
            .map(|changed| json!([changed.title, encoded(&changed.address)]))
            .collect();
        if !elsewhere.is_empty() {
            events.push_str(&format!("event: changed\ndata: {}\n\n", json!(elsewhere)));
        }
        let pictures: Vec<_> = now
            .pictures
            .iter()
            .filter(|(number, _)| *number > told)
            .map(|(number, at)| json!([encoded(at), number]))
            .collect();
        if !pictures.is_empty() {
            events.push_str(&format!("event: pictures\ndata: {}\n\n", json!(pictures)));
        }
        if now.number != told {
            events.push_str("event: problems\ndata: \"\"\n\n");
        }
        told = now.number;
        if !events.is_empty() {
            browser.send_data(Bytes::from(events)).await?;
        }
        loop {
            match tokio::time::timeout(SIGN_OF_LIFE, state.changed()).await {
                Ok(Ok(())) => break,
                Ok(Err(_)) => return Ok(()),
                Err(_) => browser.send_data(Bytes::from_static(b":\n\n")).await?,
            }
        }
        now = state.borrow_and_update().clone();
    }
}
