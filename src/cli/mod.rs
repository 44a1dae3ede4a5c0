//! The command line: arguments to calls to output. One file for each verb; the verbs introduce the rooms to each
//! other.

mod check;
mod codebook;
mod completions;
mod config;
mod console;
mod demo;
mod detect;
mod failure;
mod files;
mod import;
mod keys;
mod label;
mod owner;
mod status;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use console::Console;
use failure::Failure;

/// Label how coding agents fail their users.
///
/// Import transcripts into a study (one SQLite file), step through the turns in which the developer pushes back,
/// and label every misalignment episode, with the codebook beside the text. Nothing leaves this machine.
#[derive(Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    arg_required_else_help = true
)]
struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    label: Option<label::Args>,
}

#[derive(Subcommand)]
enum Verb {
    Demo(demo::Args),
    Import(import::Args),
    Label(label::Args),
    Status(status::Args),
    Detect(detect::Args),
    Codebook(codebook::Args),
    Check(check::Args),
    Keys(keys::Args),
    Completions(completions::Args),
    Man(completions::ManArgs),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Clap prints help to standard output and mistakes to standard error, and knows the code.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let mut console = Console::new();
    match run(args, &mut console).and_then(|()| console.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(args: Args, console: &mut Console) -> Result<(), Failure> {
    match (args.verb, args.label) {
        (Some(Verb::Demo(args)), _) => demo::run(&args, console),
        (Some(Verb::Import(args)), _) => import::run(&args, console),
        (Some(Verb::Label(args)), _) | (None, Some(args)) => label::run(&args),
        (Some(Verb::Status(args)), _) => status::run(&args, console),
        (Some(Verb::Detect(args)), _) => detect::run(&args, console),
        (Some(Verb::Codebook(args)), _) => codebook::run(&args, console),
        (Some(Verb::Check(args)), _) => check::run(&args, console),
        (Some(Verb::Keys(args)), _) => keys::run(&args, console),
        (Some(Verb::Completions(args)), _) => completions::run(&args, console),
        (Some(Verb::Man(_)), _) => completions::man(console),
        (None, None) => Err(Failure::usage(
            "name a study, or a verb",
            "`pushback --help` lists them",
        )),
    }
}
