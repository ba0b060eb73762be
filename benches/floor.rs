//! The least that any generator does: read each entry, turn its Markdown into HTML, write it. One thread.
//!
//! `floor CONTENT OUT`; `benches/run` measures the process.

use std::path::Path;
use std::{env, fs, io};

use pulldown_cmark::{Options, Parser, html};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // `cargo bench` and `cargo test --benches` pass options of their own, and there is nothing to do for them.
    match arguments.as_slice() {
        [content, out] if !content.starts_with('-') => convert(Path::new(content), Path::new(out)),
        _ => Ok(()),
    }
}

fn convert(content: &Path, out: &Path) -> io::Result<()> {
    fs::create_dir_all(out)?;
    for item in fs::read_dir(content)? {
        let item = item?;
        let (from, to) = (item.path(), out.join(item.file_name()));
        if item.file_type()?.is_dir() {
            convert(&from, &to)?;
            continue;
        }
        let text = fs::read_to_string(&from)?;
        let body = text
            .strip_prefix("---\n")
            .and_then(|rest| rest.split_once("\n---\n"))
            .map_or(text.as_str(), |(_, body)| body);
        let mut page = String::with_capacity(text.len() * 2);
        html::push_html(&mut page, Parser::new_ext(body, Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS));
        fs::write(to.with_extension("html"), page)?;
    }
    Ok(())
}
