//! The command `cuebook`.

use std::process::ExitCode;

/// A quarter of a build is taking and giving back memory, most of it small pieces on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A panic is our fault, never the writer's: no stack is printed, and the exit code is one of the documented four.
    std::panic::set_hook(Box::new(|_| {}));
    match std::panic::catch_unwind(|| cuebook::cli::run(std::env::args_os())) {
        Ok(exit) => ExitCode::from(exit as u8),
        // Whoever read what is printed has read enough: `cuebook list | head`.
        Err(panic) if is_closed_pipe(&*panic) => ExitCode::SUCCESS,
        Err(_) => {
            #[allow(clippy::print_stderr, reason = "there is nothing left that could")]
            {
                eprintln!("error: {}", cuebook::cli::FAULT);
            }
            ExitCode::from(3)
        }
    }
}

/// Whether a panic is that of `print!` into a pipe that nobody reads any more.
fn is_closed_pipe(panic: &(dyn std::any::Any + Send)) -> bool {
    let message = panic.downcast_ref::<String>().map_or("", String::as_str);
    message.starts_with("failed printing to std") && message.contains("Broken pipe")
}
