//! `pushback formats`: which transcripts are read, and what is taken from each.

use clap::builder::PossibleValuesParser;

use super::console::Console;
use super::failure::Failure;
use crate::import::{self, FORMATS, Format};

/// List the transcript formats that are read; with a name, say what is taken from one and what is left out.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback formats
  pushback formats claude-code")]
pub(super) struct Args {
    /// Tell all about this format.
    #[arg(value_name = "NAME", value_parser = names())]
    name: Option<String>,
    /// Print a Markdown table.
    #[arg(long, conflicts_with = "name")]
    markdown: bool,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(FORMATS.iter().map(|format| format.id))
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let named = |format: &&Format| args.name.as_deref() == Some(format.id);
    if let Some(format) = import::FORMATS.iter().find(named) {
        return console.text(&format!(
            "{} ({})\n\n{}",
            format.name, format.id, format.page
        ));
    }
    if args.markdown {
        console.text("| format | of | files |\n|---|---|---|")?;
    }
    for format in FORMATS {
        let Format {
            id, name, files, ..
        } = format;
        if args.markdown {
            console.line(&format!("| `{id}` | {name} | {files} |"))?;
        } else {
            console.line(&format!("{id:<15} {name}: {files}"))?;
        }
    }
    Ok(())
}
