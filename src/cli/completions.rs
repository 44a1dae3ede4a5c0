//! `pushback completions` and `pushback man`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::console::Console;
use super::failure::Failure;

/// Print completions for a shell.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The shell.
    shell: Shell,
}

/// Print the manual page.
#[derive(clap::Args)]
pub(super) struct ManArgs {}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let mut out = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut super::Args::command(),
        "pushback",
        &mut out,
    );
    console.raw(&out)
}

pub(super) fn man(console: &mut Console) -> Result<(), Failure> {
    let mut out = Vec::new();
    clap_mangen::Man::new(super::Args::command()).render(&mut out)?;
    console.raw(&out)
}
