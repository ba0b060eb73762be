//! One build at a time for an output.
//!
//! The lock is the operating system's, on a file that stays where it is: the lock of a process that dies is free at
//! once, and a file that were removed could be locked by one build while another makes it anew.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::Path;

use super::error::WriteError;
use super::files::failed;

/// Held until it is dropped.
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of the output `out`, whose lock file is `path`.
    ///
    /// # Errors
    /// `Busy` if another build has it; `Disk` if there can be no lock file.
    pub(super) fn take(path: &Path, out: &Path) -> Result<Lock, WriteError> {
        let refused = |cause| failed("write", path, cause);
        let mut options = OpenOptions::new();
        let mut file = options.read(true).write(true).create(true).truncate(false).open(path).map_err(refused)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Windows lets nobody read a locked file; then the message does without the number.
                let owner = fs::read_to_string(path).ok().and_then(|owner| owner.trim().parse().ok());
                return Err(WriteError::Busy { out: out.to_owned(), owner });
            }
            // Some network folders know no locks. A site that cannot be built there at all would be worse.
            Err(TryLockError::Error(cause)) if cause.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(cause)) => return Err(refused(cause)),
        }
        // Only the message of another build needs the number, so a disk too full for it stops nothing.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Lock { file })
    }
}

impl Drop for Lock {
    /// Closing the file would do, were it not that a program that is just being started holds it open for a moment.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}
