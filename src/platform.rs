//! What differs between operating systems, behind functions that do not.
//!
//! The only file of the program with code for one system. Each function says what it does where the system cannot do
//! it; [`io::ErrorKind::Unsupported`] means that the caller should take its other way.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Two files, or two folders, change places in one step that no reader can see the middle of.
///
/// # Errors
/// `Unsupported` on systems other than Linux, and on file systems that cannot do it (NFS, some FUSE ones).
pub fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(|cause| match cause {
            Errno::INVAL | Errno::NOSYS | Errno::NOTSUP => io::ErrorKind::Unsupported.into(),
            cause => cause.into(),
        })
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (one, other);
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Whether another file system, or another part of the same one, is mounted at this folder. A mount point can neither
/// be renamed nor take files that are renamed into it from beside it. `false` for what does not exist, and on Windows.
pub fn is_mount_point(folder: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
        // Only this attribute tells a bind mount of the same device; kernels before 5.8 do not fill it in.
        if let Ok(found) = statx(CWD, folder, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::TYPE)
            && found.stx_attributes_mask.contains(StatxAttributes::MOUNT_ROOT)
        {
            return found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT);
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |path: &Path| fs::symlink_metadata(path).map(|metadata| metadata.dev()).ok();
        let (Some(here), Some(above)) = (device(folder), folder.parent().and_then(device)) else { return false };
        here != above
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        false
    }
}

/// Whether both paths lead to one file or folder, however they are typed. `false` if either does not exist.
///
/// Unix compares device and inode, which also holds for folders that ignore case; elsewhere resolved paths are
/// compared without regard to case.
pub fn is_same(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let identity = |path: &Path| fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino())).ok();
        identity(one).is_some_and(|identity_of_one| Some(identity_of_one) == identity(other))
    }
    #[cfg(not(unix))]
    {
        let resolved = |path: &Path| fs::canonicalize(path).map(|path| path.to_string_lossy().to_lowercase()).ok();
        resolved(one).is_some_and(|resolved_one| Some(resolved_one) == resolved(other))
    }
}

/// What tells one file or folder from another under the same name: device and number. Always the same where the system does
/// not say.
pub fn identity(found: &fs::Metadata) -> (u64, u64) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (found.dev(), found.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = found;
        (0, 0)
    }
}

/// Whether a folder lies on another machine or in a virtual one's host, whose changes this system does not hear of. `false`
/// for what does not exist, and on systems other than Linux.
pub fn is_remote(folder: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        // linux/magic.h, and those of CIFS, SMB 2, VirtualBox and FUSE in their own sources.
        const REMOTE: [u32; 9] =
            [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x0102_1997, 0x6573_5546, 0x786f_4256, 0x00c3_6400, 0x5346_414f];
        rustix::fs::statfs(folder).is_ok_and(|found| REMOTE.contains(&(found.f_type as u32)))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        false
    }
}

/// Waits until somebody wants the program to end: Ctrl+C, or the system's own way to ask for it.
///
/// # Errors
/// If the system does not let us listen for it.
pub async fn interrupted() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut pressed, mut asked) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        std::future::poll_fn(|context| {
            let is_over = pressed.poll_recv(context).is_ready() || asked.poll_recv(context).is_ready();
            if is_over { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        Ok(())
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Shows an address in the browser that is set up for the one who sits here.
///
/// # Errors
/// If there is no such program.
pub fn open_in_browser(address: &str) -> io::Result<()> {
    open_as_set_up(address.as_ref())
}

/// Opens a file in an editor: `obsidian`, `vscode`, a command with `{file}` and `{line}` in it, or the one that is set up
/// for such files.
///
/// # Errors
/// If there is no such program.
pub fn open_in_editor(editor: Option<&str>, file: &Path, line: Option<u64>) -> io::Result<()> {
    let shown = file.to_string_lossy();
    let line = line.unwrap_or(1).to_string();
    match editor.map(str::trim) {
        None | Some("") => open_as_set_up(file.as_os_str()),
        Some("obsidian") => {
            let path = percent_encoding::utf8_percent_encode(&shown, percent_encoding::NON_ALPHANUMERIC);
            open_as_set_up(format!("obsidian://open?path={path}").as_ref())
        }
        Some("vscode") => start("code", &["--goto".as_ref(), format!("{shown}:{line}").as_ref()]),
        Some(command) => {
            let words: Vec<String> = command
                .split_whitespace()
                .map(|word| word.replace("{file}", &shown).replace("{line}", &line))
                .collect();
            let mut arguments: Vec<&OsStr> = words.iter().skip(1).map(AsRef::as_ref).collect();
            if !command.contains("{file}") {
                arguments.push(file.as_os_str());
            }
            start(words.first().map_or("", String::as_str), &arguments)
        }
    }
}

fn open_as_set_up(what: &OsStr) -> io::Result<()> {
    match std::env::consts::OS {
        "macos" => start("open", &[what]),
        // It is given as one argument to a program that opens what it is given; no shell reads it.
        "windows" => start("explorer", &[what]),
        _ => start("xdg-open", &[what]),
    }
}

/// Starts a program that goes on by itself.
fn start(program: &str, arguments: &[&OsStr]) -> io::Result<()> {
    let mut command = std::process::Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    // Whoever starts a program has to hear when it ends, or its remains stay in the system's list.
    std::thread::spawn(move || child.wait());
    Ok(())
}

/// Opens a regular file to read it. A link in the last part of the path is not followed, and a FIFO does not block.
///
/// # Errors
/// `InvalidInput` for anything that is not a regular file, also if it was one when the folder was listed.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32);
    }
    #[cfg(not(unix))]
    if fs::symlink_metadata(path)?.is_symlink() {
        return Err(not_regular());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_regular()) }
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
}

/// Files that are made durable one by one. With more, one call for the whole file system is cheaper, although it also
/// waits for what other programs have written; with few, that wait would be felt.
const FEW_FILES: usize = 8;

/// Returns when `files`, all on the file system of `folder`, would survive a power cut.
///
/// Systems other than Linux make each file durable by itself.
///
/// # Errors
/// Those of the system; a disk that is found full only now says so here.
pub fn make_durable(folder: &Path, files: &[PathBuf]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if files.len() > FEW_FILES {
        return Ok(rustix::fs::syncfs(File::open(folder)?)?);
    }
    let _ = (folder, FEW_FILES);
    // Windows flushes only what is open for writing.
    files.iter().try_for_each(|file| OpenOptions::new().write(true).open(file)?.sync_all())
}

/// Puts bytes in the place of a file's, at once: whoever reads it meets the old ones or the new ones. Its permissions
/// stay. A file that is not there is made.
///
/// # Errors
/// Those of the system; the file is as it was then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.cuebook-{}.tmp", std::process::id()));
    let written = fs::write(&beside, bytes)
        .and_then(|()| match fs::metadata(path) {
            Ok(found) => fs::set_permissions(&beside, found.permissions()),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(cause) => Err(cause),
        })
        .and_then(|()| make_durable(&beside, std::slice::from_ref(&beside)))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_mount_point_is_told_from_a_folder() {
        let folder = fs::canonicalize(std::env::temp_dir()).expect("a temp folder");
        assert!(is_mount_point(Path::new("/proc")));
        assert!(!is_mount_point(Path::new("/proc/self")) && !is_mount_point(&folder.join("does not exist")));
    }

    #[test]
    fn opening_what_is_not_a_regular_file_neither_blocks_nor_succeeds() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let fifo = std::env::temp_dir().join(format!("cuebook-fifo-{}", std::process::id()));
        mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a FIFO");
        let opened = open_regular(&fifo).map_err(|cause| cause.kind());
        fs::remove_file(&fifo).expect("ours");
        assert!(matches!(opened, Err(io::ErrorKind::InvalidInput)));
        assert!(open_regular(Path::new("/dev/null")).is_err() && open_regular(Path::new("/")).is_err());
    }

    #[test]
    fn few_files_and_many_can_be_made_durable() {
        let folder = std::env::temp_dir();
        let file = folder.join(format!("cuebook-durable-{}", std::process::id()));
        fs::write(&file, "text").expect("room in the temp folder");
        let made = [1, FEW_FILES + 1].map(|n| make_durable(&folder, &vec![file.clone(); n]).is_ok());
        fs::remove_file(&file).expect("ours");
        assert_eq!(made, [true, true]);
        assert!(make_durable(&folder, &[file]).is_err(), "a file that is gone");
    }

    #[test]
    fn one_folder_is_the_same_by_every_name() {
        assert!(is_same(Path::new("/proc/self/root"), Path::new("/")));
        assert!(!is_same(Path::new("/proc"), Path::new("/")) && !is_same(Path::new("/none"), Path::new("/none")));
    }
}

/// Where programs keep what they can make again, for this user. `None` if the system does not say.
pub fn cache_folder() -> Option<PathBuf> {
    let named = |variable: &str| std::env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = |inside: &str| std::env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(inside));
    if cfg!(windows) {
        named("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home("Library/Caches")
    } else {
        named("XDG_CACHE_HOME").or_else(|| home(".cache"))
    }
}

/// Writes a file that only this user can read, where the system knows such files.
///
/// # Errors
/// Those of the system.
pub fn write_for_user(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    io::Write::write_all(&mut options.open(path)?, bytes)
}
