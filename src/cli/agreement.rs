//! `pushback agreement`: how far coders agree.

mod compare;
mod gather;
mod labels;

use std::fs;
use std::path::{Path, PathBuf};

use super::codebook;
use super::console::Console;
use super::failure::Failure;
use crate::agreement::Resampling;
use crate::model::CoderKind;
use crate::report::agreement::{Agreement, Options, Style, counts, figures, measure, page};
use crate::report::{csv_files, latex, markdown, text};

/// Say how far coders agree, and how sure that is.
///
/// Coverage first, then the verdicts, then which turns are episodes, then each field of the codebook. People are
/// compared with each other; a model stands beside them, and against gold where there is gold.
#[derive(clap::Args)]
#[group(id = "agreement")]
#[command(after_help = "\
Examples:
  pushback agreement merged.db
  pushback agreement anna.db ben.db --explain
  pushback agreement merged.db --format csv --into tables
  pushback agreement labels.jsonl --codebook mast")]
pub(super) struct Args {
    /// A merged study, the study of each coder, or one file of labels (JSON) of several coders. There a coder is a
    /// person, unless the records say with `coder_kind` that it is a model or gold.
    #[arg(required = true, value_name = "STUDY")]
    studies: Vec<PathBuf>,
    /// The codebook of a file of labels: a file, or the name of a built-in one [default: misalignment].
    #[arg(long, value_name = "NAME")]
    codebook: Option<String>,
    /// Only these coders, in this order.
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    coders: Vec<String>,
    /// How to print it.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    format: Format,
    /// With --format csv, the folder for one file a table, and `figures` and `counts` for programs; it is made.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Where the random numbers of the intervals start.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// How many resamples the intervals rest on.
    #[arg(long, default_value_t = 2000, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    resamples: u32,
    /// Say below each line in a plain sentence what it means.
    #[arg(long)]
    explain: bool,
    /// Add levels of the usual scales, with what speaks against them.
    #[arg(long)]
    benchmark: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
    Csv,
    Md,
    Latex,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    refuse_idle_options(args)?;
    let gathered = gathered(args, console)?;
    let resampling = Resampling {
        seed: args.seed,
        replicates: args.resamples,
        ..Resampling::default()
    };
    let agreement = measured(&gathered, resampling)?;
    print(&agreement, args, console)
}

/// Refuses what would be passed over in silence.
fn refuse_idle_options(args: &Args) -> Result<(), Failure> {
    if args.explain && !matches!(args.format, Format::Text | Format::Md) {
        return Err(Failure::usage(
            "--explain is for people who read text",
            "leave it out, or print with --format text or md",
        ));
    }
    if args.into.is_some() && args.format != Format::Csv {
        return Err(Failure::usage(
            "--into is for tables as CSV",
            "add --format csv, or leave --into out",
        ));
    }
    // With --into the tables are written, and the words stand in them.
    let is_tidy = args.format == Format::Csv && args.into.is_none();
    if args.benchmark && (is_tidy || args.format == Format::Json) {
        return Err(Failure::usage(
            "--benchmark is for tables that people read",
            "leave it out, or print with --format text, md or latex",
        ));
    }
    Ok(())
}

fn print(agreement: &Agreement, args: &Args, console: &mut Console) -> Result<(), Failure> {
    if args.format == Format::Json {
        return console.json(agreement);
    }
    let style = Style {
        benchmark: args.benchmark,
    };
    let page = page(agreement, style);
    match (args.format, &args.into) {
        (Format::Csv, Some(folder)) => {
            let mut files = csv_files(&page);
            files.push(("figures".to_owned(), figures(agreement)));
            files.push(("counts".to_owned(), counts(agreement)));
            let written = write(folder, &files)?;
            console.line(&format!("wrote {written} tables into {}", folder.display()))
        }
        (Format::Csv, None) => console.raw(&figures(agreement)),
        (Format::Md, _) => console.text(&markdown(&page, args.explain)),
        (Format::Latex, _) => console.text(&latex(&page)),
        _ => console.text(&text(&page, args.explain)),
    }
}

/// Measures a study as a call without options does; `None` where fewer than two people have decided anything.
pub(super) fn of_study(path: &Path) -> Result<Option<Agreement>, Failure> {
    let gathered = gather::gather(&[path.to_owned()], &[])?;
    let people = gathered.coders.iter();
    if people.filter(|own| own.kind == CoderKind::Human).count() < 2 {
        return Ok(None);
    }
    measured(&gathered, Resampling::default()).map(Some)
}

fn measured(source: &gather::Source, resampling: Resampling) -> Result<Agreement, Failure> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let compared = compare::compare(source, threads)?;
    let options = Options {
        resampling,
        threads,
    };
    Ok(measure(&source.codebook, &compared, &options))
}

/// Gathers the labels that are compared, of studies or of a file of labels.
fn gathered(args: &Args, console: &mut Console) -> Result<gather::Source, Failure> {
    let Some(path) = args.studies.iter().find(|path| labels::is_label_file(path)) else {
        if args.codebook.is_some() {
            return Err(Failure::usage(
                "--codebook is for a file of labels: a study has its codebook in it",
                "leave it out",
            ));
        }
        return gather::gather(&args.studies, &args.coders);
    };
    if args.studies.len() > 1 {
        let what = format!(
            "{} is no study, and a file of labels stands alone",
            path.display()
        );
        return Err(Failure::usage(
            what,
            "put the labels of all coders into one file, or name studies only",
        ));
    }
    let book = codebook::load(args.codebook.as_deref().unwrap_or(codebook::STANDARD))?;
    gather::in_order(labels::of_labels(path, &book, console)?, &args.coders)
}

/// Writes each table into a file of its own; a file that is there is not replaced.
fn write(folder: &Path, tables: &[(String, String)]) -> Result<usize, Failure> {
    let cannot = |what: &str, path: &Path, error: &std::io::Error| {
        Failure::failed(
            format!("cannot {what} {}: {error}", path.display()),
            "name a new folder with --into",
        )
    };
    fs::create_dir_all(folder).map_err(|error| cannot("make", folder, &error))?;
    let mut names = std::collections::BTreeSet::new();
    for (id, table) in tables {
        let name = file_name(id, &mut names);
        let path = folder.join(name);
        let made = fs::File::create_new(&path);
        let written =
            made.and_then(|mut file| std::io::Write::write_all(&mut file, table.as_bytes()));
        written.map_err(|error| cannot("write", &path, &error))?;
    }
    Ok(tables.len())
}

/// Gives a name of plain letters that no other table has: coders' names may hold anything.
fn file_name(id: &str, taken: &mut std::collections::BTreeSet<String>) -> String {
    let plain = |sign: char| match sign {
        'a'..='z' | '0'..='9' | '-' | '_' => sign,
        'A'..='Z' => sign.to_ascii_lowercase(),
        _ => '_',
    };
    let stem: String = id.chars().take(80).map(plain).collect();
    let mut name = format!("{stem}.csv");
    let mut next = 2;
    while !taken.insert(name.clone()) {
        name = format!("{stem}_{next}.csv");
        next += 1;
    }
    name
}
