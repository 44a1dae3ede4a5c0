//! The command line: arguments to calls to output. One file for each verb; the verbs introduce the rooms to each
//! other.

mod adjudicate;
mod agreement;
mod assign;
mod check;
mod codebook;
mod completions;
mod config;
mod console;
mod demo;
mod detect;
mod export;
mod failure;
mod files;
mod findings;
mod formats;
mod import;
mod import_labels;
mod keys;
mod label;
mod label_outcome;
mod label_plan;
mod merge;
mod outcome;
mod owner;
mod quotations;
mod spelling;
mod status;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use console::Console;
use failure::Failure;

/// Label how coding agents fail their users.
///
/// Import transcripts into a study (one SQLite file), step through the turns in which the developer pushes back,
/// and label every misalignment episode, with the codebook beside the text. Nothing leaves this machine.
///
/// `pushback STUDY` alone is `pushback label STUDY`.
#[derive(Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    arg_required_else_help = true,
    after_help = EXAMPLES
)]
struct Call {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    label: Option<label::Args>,
}

const EXAMPLES: &str = "\
Examples:
  pushback demo                            try it on sessions that were written for that
  pushback import study.db transcripts/    make a study from a folder of transcripts
  pushback study.db --coder anna           label it
  pushback detect session.jsonl --json     only mark the turns; no study needed

Exit codes: 0 done, 1 failed, 2 wrong call.";

#[derive(Subcommand)]
enum Verb {
    Demo(demo::Args),
    Import(import::Args),
    Formats(formats::Args),
    Label(label::Args),
    Status(status::Args),
    Merge(merge::Args),
    Detect(detect::Args),
    Assign(assign::Args),
    ImportLabels(import_labels::Args),
    Export(export::Args),
    Codebook(codebook::Args),
    Check(check::Args),
    Agreement(agreement::Args),
    Adjudicate(adjudicate::Args),
    Keys(keys::Args),
    Completions(completions::Args),
    Man(completions::ManArgs),
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let call = match Call::try_parse() {
        Ok(call) => call,
        Err(error) => return refuse(&error),
    };
    let mut console = Console::new();
    match run(call, &mut console).and_then(|()| console.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Prints the help that was asked for, or says what is wrong with the arguments.
fn refuse(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Whoever closes the pipe has read enough.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let first = std::env::args_os().nth(1);
    match first.and_then(|first| spelling::misspelt(&first, &Call::command())) {
        Some(failure) => failure.report(),
        None => console::refuse(&error.render().to_string()),
    }
}

fn run(call: Call, console: &mut Console) -> Result<(), Failure> {
    match (call.verb, call.label) {
        (Some(Verb::Demo(args)), _) => demo::run(&args, console),
        (Some(Verb::Import(args)), _) => import::run(&args, console),
        (Some(Verb::Formats(args)), _) => formats::run(&args, console),
        (Some(Verb::Label(args)), _) => label::run(&args),
        (None, Some(args)) => {
            // A lone word that is no file is more likely a verb than a study.
            let misspelt = spelling::misspelt(args.study.as_os_str(), &Call::command());
            misspelt.map_or_else(|| label::run(&args), Err)
        }
        (Some(Verb::Agreement(args)), _) => agreement::run(&args, console),
        (Some(Verb::Adjudicate(args)), _) => adjudicate::run(&args, console),
        (Some(Verb::Status(args)), _) => status::run(&args, console),
        (Some(Verb::Merge(args)), _) => merge::run(&args, console),
        (Some(Verb::Detect(args)), _) => detect::run(&args, console),
        (Some(Verb::Assign(args)), _) => assign::run(&args, console),
        (Some(Verb::ImportLabels(args)), _) => import_labels::run(&args, console),
        (Some(Verb::Export(args)), _) => export::run(&args, console),
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
