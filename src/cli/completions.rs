//! `pushback completions` and `pushback man`.

use std::fmt::Write as _;

use clap::CommandFactory;
use clap_complete::Shell;

use super::console::Console;
use super::failure::Failure;

/// Print completions for a shell, for the place where your shell looks for them.
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
        &mut super::Call::command(),
        "pushback",
        &mut out,
    );
    console.raw(&String::from_utf8_lossy(&out))
}

/// Prints one page: the program, and every verb with its options after it.
pub(super) fn man(console: &mut Console) -> Result<(), Failure> {
    let mut program = super::Call::command();
    program.build();
    let own = clap_mangen::Man::new(program.clone());
    let mut title = Vec::new();
    own.render_title(&mut title)?;
    own.render_name_section(&mut title)?;
    let mut page = PREAMBLE.to_owned() + &body(&title) + &sections(&program)?;
    let mut verbs = own_verbs(&program);
    while let Some(verb) = verbs.pop() {
        let name = verb.get_bin_name().unwrap_or_else(|| verb.get_name());
        let parts = sections(verb)?.replace(".SH ", ".SS ");
        let _ = write!(page, ".SH \"{}\"\n{parts}", name.to_uppercase());
        verbs.extend(own_verbs(verb));
    }
    console.raw(&page)
}

/// What every part begins with when it is rendered by itself; a page needs it once.
const PREAMBLE: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// Gives a rendered part without its preamble.
fn body(rendered: &[u8]) -> String {
    String::from_utf8_lossy(rendered).replace(PREAMBLE, "")
}

/// Gives the verbs of a command, the last one first. `help` explains itself.
fn own_verbs(command: &clap::Command) -> Vec<&clap::Command> {
    let verbs = command.get_subcommands();
    let mut verbs: Vec<&clap::Command> = verbs.filter(|verb| verb.get_name() != "help").collect();
    verbs.reverse();
    verbs
}

/// Gives the parts of a command's description.
fn sections(command: &clap::Command) -> Result<String, Failure> {
    let own = clap_mangen::Man::new(command.clone());
    let (mut out, mut last) = (Vec::new(), Vec::new());
    own.render_synopsis_section(&mut out)?;
    own.render_description_section(&mut out)?;
    own.render_options_section(&mut out)?;
    if command.get_after_help().is_some() {
        own.render_extra_section(&mut last)?;
    }
    // Lines of examples stay lines.
    let last = match body(&last).strip_prefix(".SH EXTRA\nExamples:\n") {
        Some(examples) => format!(".SH EXAMPLES\n.nf\n{}\n.fi\n", examples.trim_end()),
        None => body(&last),
    };
    Ok(body(&out) + &last)
}
