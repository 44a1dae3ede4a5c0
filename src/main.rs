//! Runs the command line, and prints one error with its causes and a hint.

use std::process::ExitCode;

fn main() -> ExitCode {
    pushback::cli::main()
}
