//! `pushback keys`: every key, and the name by which it is changed.

use super::config::Config;
use super::console::Console;
use super::failure::Failure;
use crate::tui;

/// List the keys, and the names under which the configuration file changes them.
///
/// The configuration file is config.toml in the configuration folder for pushback (on Linux ~/.config/pushback), or the
/// file that PUSHBACK_CONFIG names.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback keys --markdown

A configuration file:
  coder = \"anna\"
  theme = \"light\"      # dark, light, mono
  ascii = false
  [keys]
  undo = \"y\"
  next-pushback = [\"n\", \"Ctrl-N\"]")]
pub(super) struct Args {
    /// Print a Markdown table.
    #[arg(long)]
    markdown: bool,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let keys = Config::read()?.key_map()?;
    if args.markdown {
        console.text("| keys | action | what it does |\n|---|---|---|")?;
    }
    for (name, keys, help) in tui::actions(&keys) {
        if args.markdown {
            let keys: Vec<String> = keys
                .split(' ')
                .map(|key| format!("`{}`", key.replace('|', "\\|")))
                .collect();
            console.line(&format!("| {} | {name} | {help} |", keys.join(" ")))?;
        } else {
            console.line(&format!("{keys:<17} {name:<18} {help}"))?;
        }
    }
    Ok(())
}
