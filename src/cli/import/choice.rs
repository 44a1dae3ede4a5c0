//! Which of the sessions that were read are taken.

use jiff::civil::Date;
use serde::Serialize;

use crate::import::{Aside, Reading};
use crate::model::{Session, Surface};

/// What a call asks for, and fills in.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Choice {
    /// Say where the developers typed, for files that do not.
    #[arg(long, value_parser = ["ide", "cli", "app", "sdk"])]
    surface: Option<String>,
    /// Take the sessions of these agents only.
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    agent: Vec<String>,
    /// Take the sessions of this repository only; one whose file names none is taken to be of it.
    #[arg(long, value_name = "NAME")]
    repo: Option<String>,
    /// Take sessions that went on at this date or later; those without a time are taken.
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Take sessions with as many developer turns at least.
    #[arg(long, value_name = "N", default_value_t = 1)]
    min_turns: usize,
    /// Take the sessions of sub-agents too, whose prompts another agent gave.
    #[arg(long)]
    sub_agents: bool,
    /// Take the sessions too whose prompts a program gave.
    #[arg(long)]
    machine_driven: bool,
}

/// Sessions that were left out, by why.
#[derive(Debug, Default, Clone, Serialize)]
pub(in crate::cli) struct LeftOut {
    sub_agents: usize,
    machine_driven: usize,
    without_developer: usize,
    other_agents: usize,
    other_repositories: usize,
    too_old: usize,
    too_short: usize,
}

impl LeftOut {
    /// Adds those of another file.
    pub(super) fn add(&mut self, other: &LeftOut) {
        self.sub_agents += other.sub_agents;
        self.machine_driven += other.machine_driven;
        self.without_developer += other.without_developer;
        self.other_agents += other.other_agents;
        self.other_repositories += other.other_repositories;
        self.too_old += other.too_old;
        self.too_short += other.too_short;
    }

    /// Says how many were left out and why, most particular first.
    pub(in crate::cli) fn told(&self) -> Vec<String> {
        let all = [
            (self.sub_agents, "of sub-agents (--sub-agents takes them)"),
            (
                self.machine_driven,
                "driven by a program (--machine-driven takes them)",
            ),
            (self.without_developer, "without a developer turn"),
            (self.other_agents, "of other agents"),
            (self.other_repositories, "of other repositories"),
            (self.too_old, "older than --since"),
            (
                self.too_short,
                "with fewer developer turns than --min-turns",
            ),
        ];
        let some = all.iter().filter(|(count, _)| *count > 0);
        some.map(|(count, why)| format!("{count} {why}")).collect()
    }
}

/// Gives the sessions of a file that the call asks for, with what the file does not say filled in.
pub(super) fn chosen(reading: Reading, args: &Choice, left_out: &mut LeftOut) -> Vec<Session> {
    let mut sessions = reading.sessions;
    for (why, session) in reading.aside {
        match why {
            Aside::SubAgent if args.sub_agents => sessions.push(session),
            Aside::Machine if args.machine_driven => sessions.push(session),
            Aside::SubAgent => left_out.sub_agents += 1,
            Aside::Machine => left_out.machine_driven += 1,
        }
    }
    sessions.retain_mut(|session| {
        let surface = args.surface.as_deref().and_then(Surface::from_name);
        session.surface = session.surface.or(surface);
        let why = reason(session, args, left_out);
        if let Some(why) = why {
            *why += 1;
            return false;
        }
        if session.repository.is_none() {
            session.repository.clone_from(&args.repo);
        }
        true
    });
    sessions
}

/// Gives the count that a session belongs to that is left out.
fn reason<'a>(
    session: &Session,
    args: &Choice,
    left_out: &'a mut LeftOut,
) -> Option<&'a mut usize> {
    let turns = session.developer_turns().count();
    if turns == 0 {
        Some(&mut left_out.without_developer)
    } else if !is_of_agent(session, &args.agent) {
        Some(&mut left_out.other_agents)
    } else if !is_of_repository(session, args.repo.as_deref()) {
        Some(&mut left_out.other_repositories)
    } else if is_older(session, args.since) {
        Some(&mut left_out.too_old)
    } else if turns < args.min_turns {
        Some(&mut left_out.too_short)
    } else {
        None
    }
}

/// An agent goes by its name, in any case and with or without blanks, or by the id of its format.
fn is_of_agent(session: &Session, agents: &[String]) -> bool {
    let plain = |name: &str| {
        let letters = name.chars().filter(|sign| sign.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let (agent, format) = (plain(&session.agent), plain(&session.source.format));
    let is_named = |name: &String| {
        let name = plain(name);
        !name.is_empty() && (agent.contains(&name) || format == name)
    };
    agents.is_empty() || agents.iter().any(is_named)
}

/// A session belongs to a repository if the name, in any case, ends what the file says of it; one whose file says
/// nothing is taken to belong to it.
fn is_of_repository(session: &Session, wanted: Option<&str>) -> bool {
    let (Some(wanted), Some(own)) = (wanted, &session.repository) else {
        return true;
    };
    let plain = |name: &str| {
        let name = name.trim_end_matches('/').to_lowercase();
        name.strip_suffix(".git").unwrap_or(&name).replace(':', "/")
    };
    let (wanted, own) = (plain(wanted), plain(own));
    own == wanted || own.ends_with(&format!("/{wanted}"))
}

/// A session without a time is not known to be older.
fn is_older(session: &Session, since: Option<Date>) -> bool {
    let (Some(since), Some(last)) = (since, session.ended.or(session.started)) else {
        return false;
    };
    let start = since.to_zoned(jiff::tz::TimeZone::UTC);
    start.is_ok_and(|start| last.0 < start.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(agent: &str, repository: Option<&str>) -> Session {
        Session {
            key: String::new(),
            source: crate::model::Source {
                path: String::new(),
                format: "claude-code".to_owned(),
            },
            agent: agent.to_owned(),
            agent_version: None,
            models: Vec::new(),
            surface: None,
            repository: repository.map(str::to_owned),
            folder: None,
            branch: None,
            started: None,
            ended: None,
            title: None,
            parent: None,
            turns: Vec::new(),
        }
    }

    #[test]
    fn an_agent_goes_by_its_name_or_its_format() {
        let check = |name: &str, expected: bool| {
            let session = session("Claude Code", None);
            assert_eq!(
                is_of_agent(&session, &[name.to_owned()]),
                expected,
                "{name}"
            );
        };
        check("claude", true);
        check("Claude Code", true);
        check("claude-code", true);
        check("codex", false);
        check("-", false);
    }

    #[test]
    fn a_repository_goes_by_the_end_of_its_name() {
        let check = |own: &str, wanted: &str, expected: bool| {
            let session = session("x", Some(own));
            assert_eq!(
                is_of_repository(&session, Some(wanted)),
                expected,
                "{own} {wanted}"
            );
        };
        check("https://example.org/harbour/Boats.git", "boats", true);
        check("git@example.org:harbour/boats", "harbour/boats", true);
        check("harbour/boats", "oats", false);
        assert!(is_of_repository(&session("x", None), Some("boats")));
    }
}
