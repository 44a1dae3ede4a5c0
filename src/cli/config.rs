//! The configuration file: what somebody wants the same every time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::failure::Failure;
use crate::tui::KeyMap;

/// What the configuration file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Name of the coder.
    pub(super) coder: Option<String>,
    /// Name of the theme.
    pub(super) theme: Option<String>,
    /// Whether only ASCII signs are drawn.
    #[serde(default)]
    pub(super) ascii: bool,
    /// Other keys: name of the action to one key or several.
    #[serde(default)]
    keys: BTreeMap<String, OneOrMore>,
}

#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a key is a text like \"n\", several are a list like [\"n\", \"Ctrl-N\"]"
)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Config {
    /// Reads the configuration file: the one that `PUSHBACK_CONFIG` names, else the one in its usual place.
    pub(super) fn read() -> Result<Config, Failure> {
        let named = std::env::var_os("PUSHBACK_CONFIG")
            .filter(|name| !name.is_empty())
            .map(PathBuf::from);
        let usual = || {
            directories::ProjectDirs::from("", "", "pushback")
                .map(|dirs| dirs.config_dir().join("config.toml"))
        };
        match named.clone().or_else(usual) {
            Some(path) if named.is_some() || path.exists() => Config::read_from(&path),
            _ => Ok(Config::default()),
        }
    }

    fn read_from(path: &Path) -> Result<Config, Failure> {
        let failed = |place: &str, what: &str| {
            let path = path.display();
            Failure::failed(
                format!("the configuration {path}{place} cannot be used: {what}"),
                "mend the file, or point PUSHBACK_CONFIG at another one",
            )
        };
        let text = fs::read_to_string(path).map_err(|error| failed("", &error.to_string()))?;
        toml::from_str(&text).map_err(|error| {
            let line = error.span().and_then(|span| text.get(..span.start));
            let line = line.map(|before| format!(":{}", before.matches('\n').count() + 1));
            failed(&line.unwrap_or_default(), error.message())
        })
    }

    /// Gives the keys in force.
    pub(super) fn key_map(&self) -> Result<KeyMap, Failure> {
        let changes = self.keys.iter().map(|(action, keys)| {
            let keys = match keys {
                OneOrMore::One(key) => vec![key.clone()],
                OneOrMore::More(keys) => keys.clone(),
            };
            (action.clone(), keys)
        });
        KeyMap::changed(&changes.collect()).map_err(|error| {
            Failure::failed(
                format!("the keys in the configuration cannot be used: {error}"),
                "`pushback keys` lists actions and keys",
            )
        })
    }
}
