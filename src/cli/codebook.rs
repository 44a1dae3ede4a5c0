//! `pushback codebook`: codebooks, printed and checked.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::console::{Console, count};
use super::failure::Failure;
use crate::model::{Code, Codebook, ExtraKind, Field, Select};
use crate::store::Study;

/// The built-in codebooks: name and text.
const BUILT_IN: &[(&str, &str)] = &[
    (STANDARD, include_str!("../../codebook/misalignment.toml")),
    ("mast", include_str!("../../codebook/mast.toml")),
];
/// The codebook of a study that names no other.
pub(super) const STANDARD: &str = "misalignment";

/// Show a codebook, or check one that you write.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  pushback codebook show                       the codebook that a study has by default
  pushback codebook show --toml > own.toml     begin a codebook of your own
  pushback codebook check own.toml             list its mistakes by line
  pushback import study.db DIR --codebook own.toml")]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Print a codebook for people: a built-in one by name, a file, or that of a study.
    Show {
        /// `misalignment`, `mast`, a TOML file, or a study.
        #[arg(value_name = "NAME|FILE|STUDY", default_value = STANDARD)]
        codebook: String,
        /// Print its text as TOML, to begin a codebook of your own.
        #[arg(long)]
        toml: bool,
    },
    /// Check a codebook file and list every mistake with its line.
    Check {
        /// The TOML file.
        file: PathBuf,
    },
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    match &args.verb {
        Verb::Show { codebook, toml } => {
            let codebook = load(codebook)?;
            if *toml {
                console.raw(&codebook.text)
            } else {
                show(&codebook, console)
            }
        }
        Verb::Check { file } => check(file, console),
    }
}

/// Gives a codebook: a built-in one by its name, else a file, else that of a study.
pub(super) fn load(name: &str) -> Result<Codebook, Failure> {
    if let Some((name, text)) = BUILT_IN.iter().find(|(own, _)| *own == name) {
        return Codebook::parse(text, name).map_err(|errors| mistakes(&errors));
    }
    let path = Path::new(name);
    match read(path) {
        Ok(text) => Codebook::parse(&text, name).map_err(|errors| mistakes(&errors)),
        Err(failure) => match Study::open_to_read(path) {
            Ok(study) => Ok(study.codebook().clone()),
            Err(_) => Err(failure),
        },
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let known: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    let hint = format!(
        "name a TOML file, or a built-in codebook: {}",
        known.join(", ")
    );
    let failed = |what: String| {
        Failure::failed(
            format!("cannot read the codebook {}: {what}", path.display()),
            hint.clone(),
        )
    };
    let bytes = fs::read(path).map_err(|error| failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8 text".to_owned()))
}

fn mistakes(errors: &[crate::model::CodebookError]) -> Failure {
    let first = errors.first().map(ToString::to_string).unwrap_or_default();
    let hint = match errors.len() {
        0 | 1 => "`pushback codebook check` looks it over".to_owned(),
        count => format!("{count} mistakes in all; `pushback codebook check` lists them"),
    };
    Failure::failed(first, hint)
}

fn check(file: &Path, console: &mut Console) -> Result<(), Failure> {
    let text = read(file)?;
    match Codebook::parse(&text, &file.display().to_string()) {
        Ok(codebook) => {
            let codes: usize = codebook.fields().map(|field| field.codes.len()).sum();
            let fields = codebook.fields().count();
            let (name, version) = (&codebook.name, &codebook.version);
            let axes = codebook.axes.len();
            console.line(&format!(
                "{name} {version}: {}, {}, {}; no mistakes",
                count(axes, "axis"),
                count(fields, "field"),
                count(codes, "code")
            ))
        }
        Err(errors) => {
            for error in &errors {
                console.line(&error.to_string())?;
            }
            console.flush()?;
            Err(Failure::found())
        }
    }
}

fn show(codebook: &Codebook, console: &mut Console) -> Result<(), Failure> {
    console.text(&format!("{} {}", codebook.name, codebook.version))?;
    console.text(&format!("hash {}", codebook.hash))?;
    if !codebook.source.is_empty() {
        console.text(&format!("source: {}", codebook.source))?;
    }
    console.text(&format!("\n{}", codebook.unit.trim()))?;
    for axis in &codebook.axes {
        console.text(&format!("\n== {}: {}", axis.name, axis.question))?;
        for field in &axis.fields {
            show_field(field, console)?;
        }
    }
    if !codebook.extras.is_empty() {
        console.text("\n== Optional fields")?;
    }
    for extra in &codebook.extras {
        let values = match &extra.kind {
            ExtraKind::Text => "free text".to_owned(),
            ExtraKind::One(values) => values
                .iter()
                .map(|(_, name)| name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        };
        console.text(&format!("{} ({}): {values}", extra.name, extra.id))?;
    }
    console.text("\n== Not an episode")?;
    for reason in &codebook.reasons {
        let group = codebook
            .reason_groups
            .iter()
            .find(|group| Some(&group.id) == reason.group.as_ref());
        let group = group
            .map(|group| format!(" [{}]", group.name))
            .unwrap_or_default();
        console.text(&format!(
            "{} {}{group}: {}",
            reason.key, reason.name, reason.definition
        ))?;
    }
    Ok(())
}

fn show_field(field: &Field, console: &mut Console) -> Result<(), Failure> {
    let mut rules = vec![match field.select {
        Select::One => "one code".to_owned(),
        Select::Many => "one or more codes".to_owned(),
        Select::AtMost(most) => format!("one to {most} codes"),
    }];
    rules.extend(
        field
            .applies
            .as_ref()
            .map(|own| format!("only with {}", own.codes.join(" or "))),
    );
    if field.optional {
        rules.push("may stay empty".to_owned());
    }
    if !field.scale.is_empty() {
        rules.push(format!("ordered {}", field.scale.join(" < ")));
    }
    console.text(&format!(
        "\n-- {} ({}): {}",
        field.name,
        field.id,
        rules.join("; ")
    ))?;
    if let Some(attribute) = &field.attribute {
        console.text(&format!(
            "   each code with its {}:",
            attribute.name.to_lowercase()
        ))?;
        for value in &attribute.values {
            console.text(&format!("     {}: {}", value.name, value.definition))?;
        }
    }
    field
        .codes
        .iter()
        .try_for_each(|code| show_code(code, console))
}

fn show_code(code: &Code, console: &mut Console) -> Result<(), Failure> {
    console.text(&format!("\n{} {} {}", code.key, code.id, code.name))?;
    console.text(&format!("   {}", code.definition))?;
    if code.exclusive {
        console.text("   Stands alone.")?;
    }
    if let Some(text) = &code.needs_text {
        console.text(&format!(
            "   Needs {} to {} words: {}",
            text.min_words, text.max_words, text.prompt
        ))?;
    }
    let confusions: Vec<String> = code
        .confused_with
        .iter()
        .map(|own| format!("{}: {}", own.code, own.tell))
        .collect();
    let lists: [(&str, &[String]); 5] = [
        ("use when", &code.use_when),
        ("avoid when", &code.avoid_when),
        ("confused with", &confusions),
        ("example", &code.examples),
        ("near miss", &code.near_misses),
    ];
    for (name, items) in lists {
        for item in items {
            console.text(&format!("   {name}: {item}"))?;
        }
    }
    Ok(())
}
