//! Values as people write them: colours, sizes, paths, addresses. Functions of the text alone.

/// `#1f4fb2` or `#14b`, in small letters. Names of colours and other notations are left out, so that a theme can
/// compare contrast.
pub(super) fn colour(text: &str) -> Option<String> {
    let digits = text.trim().strip_prefix('#')?;
    let sound = matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    sound.then(|| format!("#{}", digits.to_ascii_lowercase()))
}

/// Whether a text has the shape of a language tag (BCP 47, RFC 5646 §2.1) whose language is an ISO 639 code. The
/// longer first parts that the grammar allows have never been given out, and a name such as `English` would pass.
pub(crate) fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    matches!(language.len(), 2 | 3)
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Bytes of `2 MiB`, `500 kB` or `4096`. The binary units of IEC 80000-13 count in 1,024, the others in 1,000.
pub(super) fn size(text: &str) -> Option<u64> {
    let (number, unit) = number_and_unit(text)?;
    let factor: u64 = match unit.as_str() {
        "" | "b" | "byte" | "bytes" => 1,
        "kb" => 1_000,
        "kib" => 1 << 10,
        "mb" => 1_000_000,
        "mib" => 1 << 20,
        "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// `6 months` → 6 and `months`, in small letters.
fn number_and_unit(text: &str) -> Option<(u64, String)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text[..end].parse().ok()?;
    Some((number, text[end..].trim().to_lowercase()))
}

/// A path below the folder of `book.toml`, without `./` before it or a slash behind it; else what is wrong with it.
pub(super) fn relative_path(text: &str) -> Result<String, &'static str> {
    let path = text.trim();
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if path.contains('\\') || path.chars().any(char::is_control) {
        return Err("has a backslash; paths are written with `/`");
    }
    if path.starts_with(['/', '~']) || drive {
        return Err("begins at the root of a disk; paths begin at the folder of `book.toml`");
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") {
        return Err("leads out of its folder; `..` is not allowed");
    }
    if parts.is_empty() {
        return Err("names no folder or file");
    }
    Ok(parts.join("/"))
}

/// Whether a text can be the name of one folder on every system that people use.
pub(super) fn is_folder_name(text: &str) -> bool {
    let forbidden = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    !text.is_empty() && !text.starts_with('.') && !text.ends_with(['.', ' ']) && !text.contains(forbidden)
}

/// Whether a text is the address of a page on the web.
pub(super) fn is_web_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let spaced = text.contains(|c: char| c.is_whitespace() || c.is_control());
    host.is_some_and(|host| !host.is_empty() && !host.starts_with('/')) && !spaced
}

/// Whether a text is an address to write to: `mailto:training@example.org?subject={title}`.
pub(super) fn is_mail_address(text: &str) -> bool {
    let spaced = text.contains(|c: char| c.is_whitespace() || c.is_control());
    text.strip_prefix("mailto:").is_some_and(|address| address.contains('@')) && !spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_three_or_six_digits() {
        assert_eq!(colour("#1F4FB2").as_deref(), Some("#1f4fb2"));
        assert_eq!(colour("#fff").as_deref(), Some("#fff"));
        for wrong in ["fff", "#ffff", "#12345g", "blue", "#", "rgb(1,2,3)", "#ééé"] {
            assert_eq!(colour(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_language_tag_has_short_parts() {
        assert!(["en", "de-CH", "zh-Hant-TW", "gsw", "de-1996"].iter().all(|tag| is_language_tag(tag)));
        assert!(["", "English", "en_GB", "en-", "e", "de-Deutschland", "日本"].iter().all(|tag| !is_language_tag(tag)));
    }

    #[test]
    fn a_size_has_a_binary_or_a_decimal_unit() {
        let sizes = ["2 MiB", "64KiB", "500 kB", "4096", "1 GB", "7 bytes"].map(size);
        assert_eq!(sizes, [2 << 20, 64 << 10, 500_000, 4096, 1_000_000_000, 7].map(Some));
        assert!(["", "MiB", "2 apples", "-1", "99999999999 GiB"].iter().all(|text| size(text).is_none()));
    }

    #[test]
    fn a_path_stays_below_its_folder() {
        assert_eq!(relative_path("./docs//de/"), Ok("docs/de".to_owned()));
        for wrong in ["", ".", "..", "a/../b", "/etc", "~/x", "C:/x", "a\\b", "C:\new"] {
            assert!(relative_path(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_has_a_host_and_no_space() {
        assert!(is_web_address("https://example.org/{path}") && is_mail_address("mailto:a@example.org"));
        assert!(!is_web_address("https://") && !is_web_address("example.org") && !is_web_address("https://a b"));
        assert!(!is_web_address("javascript:alert(1)") && !is_mail_address("mailto:nobody"));
    }
}
