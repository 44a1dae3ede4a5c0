//! `pushback label`: the program on the screen.

use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::config::Config;
use super::failure::Failure;
use super::owner;
use crate::model::{Coder, CoderKind};
use crate::store::{NoDraw, Opened, Study};
use crate::tui::{self, Looks, RunError, THEMES, TerminalError};

/// Step through the pushback turns of a study and label them.
///
/// It begins where you stopped. Every key is stored when the screen answers it; there is nothing to save.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback label study.db --coder anna
  pushback study.db --theme light --ascii
  pushback label study.db --coder anna --audit 100    count what the detector misses

`pushback keys` lists the keys; in the program it is `?`.")]
pub(super) struct Args {
    /// The study file.
    pub(super) study: PathBuf,
    /// Who you are: labels are stored under this name. Needed once, or where a study has several coders.
    #[arg(long, value_name = "NAME", env = "PUSHBACK_CODER")]
    coder: Option<String>,
    /// Colours for a dark or a light terminal, or none.
    #[arg(long, value_name = "NAME", value_parser = THEMES)]
    theme: Option<String>,
    /// Draw only ASCII signs beside the text.
    #[arg(long)]
    ascii: bool,
    /// Mix N random turns that the detector did not mark into your queue, blind; `pushback status` then says how much
    /// it misses. Drawn once for each study: asking again changes nothing, a larger N adds.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    audit: Option<u64>,
    /// The seed of the audit sample.
    #[arg(long, requires = "audit")]
    seed: Option<u64>,
}

/// An audit sample that is asked for: how many turns, and with which seed.
type Sample = (u64, Option<u64>);

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let config = Config::read()?;
    let looks = looks(args.theme.as_deref(), args.ascii, &config)?;
    let opened = Study::open(&args.study, &owner::owner())?;
    open(
        opened,
        args.coder.as_deref().or(config.coder.as_deref()),
        args.audit.map(|turns| (turns, args.seed)),
        &looks,
    )
}

/// Opens a study for the coder of this name, or the only one that it has.
pub(super) fn open(
    opened: Opened,
    name: Option<&str>,
    audit: Option<Sample>,
    looks: &Looks,
) -> Result<(), Failure> {
    let Opened { mut study, blocked } = opened;
    let coder = coder(&study, name)?;
    let path = study.path().to_owned();
    // Before anything is written: a call without a terminal must not leave a coder behind.
    tui::check_terminal().map_err(|error| no_terminal(error, &path))?;
    if let Some((turns, seed)) = audit {
        let drawn = study.draw_audit(turns, seed);
        drawn.map_err(|error| no_draw(error, &path))?;
    }
    let coder = if study.is_writable() {
        study.coder(&coder.name, coder.kind, coder.id)?
    } else {
        // Somebody who only looks needs no row in the file.
        coder
    };
    let read_only = blocked.map(|why| why.to_string());
    let outcome = tui::with_terminal(is_plain(), |terminal, next| {
        tui::run(&mut study, &coder, read_only, looks, terminal, next)
    });
    ended(outcome, &path)
}

/// Says how the program on the screen ended.
pub(super) fn ended(
    outcome: Result<Result<(), RunError>, TerminalError>,
    study: &Path,
) -> Result<(), Failure> {
    outcome
        .map_err(|error| no_terminal(error, study))?
        .map_err(|error| match error {
            RunError::Store(error) => Failure::from(error),
            RunError::Empty => Failure::failed(
                format!("{} holds no sessions yet", study.display()),
                "`pushback import STUDY PATH...` brings some in",
            ),
            other => Failure::from(anyhow::Error::from(other)),
        })
}

/// Gives the coder of this name, or the only one. A name that the study does not know is a new coder.
fn coder(study: &Study, name: Option<&str>) -> Result<Coder, Failure> {
    let known = study.coders()?;
    let name = match (name.map(str::trim), known.as_slice()) {
        (Some(""), _) => {
            return Err(Failure::usage(
                "the coder's name is empty",
                "add --coder NAME",
            ));
        }
        (Some(name), _) => name.to_owned(),
        (None, [only]) => only.name.clone(),
        (None, []) => {
            return Err(Failure::usage(
                "who labels? Labels are stored under a name",
                "add --coder NAME; once is enough where nobody else codes in the study",
            ));
        }
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|coder| coder.name.as_str()).collect();
            return Err(Failure::usage(
                format!("who labels? The study has the coders {}", names.join(", ")),
                "add --coder NAME",
            ));
        }
    };
    named(&known, &name, CoderKind::Human)
}

/// Gives the coder of this name among those that are known, else a new one of this kind. A name that differs from a
/// known one only in capitals is taken for a slip.
pub(super) fn named(known: &[Coder], name: &str, kind: CoderKind) -> Result<Coder, Failure> {
    if let Some(found) = known.iter().find(|coder| coder.name == name) {
        return Ok(found.clone());
    }
    let capitals = |own: &&Coder| own.name.to_lowercase() == name.to_lowercase();
    if let Some(other) = known.iter().find(capitals) {
        let other = &other.name;
        return Err(Failure::usage(
            format!("the study has a coder {other}, and {name} would be another one"),
            format!("add --coder {other:?}"),
        ));
    }
    Ok(Coder {
        id: Uuid::now_v7(),
        name: name.to_owned(),
        kind,
    })
}

fn no_draw(error: NoDraw, study: &Path) -> Failure {
    let study = study.display();
    let what = error.to_string();
    let hint = match error {
        NoDraw::Store(error) => return Failure::from(error),
        NoDraw::Nothing => format!("`pushback status {study}` says what the study holds"),
        NoDraw::OtherSeed { present, .. } => format!("leave --seed out, or say --seed {present}"),
        NoDraw::Grown { needed } => format!("add --audit {needed}"),
        NoDraw::Remarked => {
            "leave --audit out: the sample stays as it is, for the detector that it was drawn for"
                .to_owned()
        }
    };
    Failure::failed(what, hint)
}

pub(super) fn no_terminal(error: TerminalError, study: &Path) -> Failure {
    let hint = match error {
        TerminalError::Dumb(_) => {
            "set TERM to what the terminal is, for example TERM=xterm-256color".to_owned()
        }
        _ => format!("run `pushback label {}` in a terminal", study.display()),
    };
    Failure::from(anyhow::Error::from(error)).with_hint(hint)
}

/// Gives how the program is to look: what the call says, else the configuration, else what the terminal can.
pub(super) fn looks(theme: Option<&str>, ascii: bool, config: &Config) -> Result<Looks, Failure> {
    let plain = is_plain().then_some("mono");
    let theme = theme
        .or(plain)
        .or(config.theme.as_deref())
        .unwrap_or("dark")
        .to_owned();
    if !THEMES.contains(&theme.as_str()) {
        let error = anyhow::Error::from(RunError::NoTheme(theme));
        return Err(Failure::from(error).with_hint("mend `theme` in the configuration file"));
    }
    Ok(Looks {
        theme,
        ascii: ascii || config.ascii || !shows_unicode(),
        keys: config.key_map()?,
    })
}

pub(super) fn is_plain() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Tells whether the terminal shows Unicode, as far as locale and terminal say.
fn shows_unicode() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if set("TERM").is_some_and(|term| term == "linux" || term.starts_with("vt1")) {
        return false;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| set(name));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
