//! Whether the agent is at work, which tells steering from a prompt.

use crate::model::TurnKind;

/// What is known of the turn that runs.
#[derive(Debug, Default)]
pub(super) struct Pace {
    running: bool,
    asked: bool,
    displaced: bool,
}

impl Pace {
    /// The agent sets to work. Its prompt stands after this mark, in some versions before it.
    pub(super) fn start(&mut self) {
        self.asked = !self.running && self.asked;
        self.running = true;
    }

    /// The agent has ended, or was stopped.
    pub(super) fn end(&mut self) {
        *self = Pace::default();
    }

    /// A new prompt has ended the agent's work.
    pub(super) fn displace(&mut self) {
        self.end();
        self.displaced = true;
    }

    /// The developer speaks: gives how the turn came about.
    pub(super) fn message(&mut self) -> TurnKind {
        let steers = self.displaced || self.running && self.asked;
        self.asked = true;
        self.displaced = false;
        if steers {
            TurnKind::Steering
        } else {
            TurnKind::Prompt
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays marks: `s`tart, `e`nd, `d`isplace; gives the kinds of the messages `m`.
    fn kinds(marks: &str) -> String {
        let mut pace = Pace::default();
        let mut kinds = String::new();
        for mark in marks.chars() {
            match mark {
                's' => pace.start(),
                'e' => pace.end(),
                'd' => pace.displace(),
                _ => kinds.push(if pace.message() == TurnKind::Steering {
                    'S'
                } else {
                    'P'
                }),
            }
        }
        kinds
    }

    #[test]
    fn a_second_message_in_a_running_turn_steers() {
        let check = |marks: &str, expected: &str| assert_eq!(kinds(marks), expected, "{marks}");
        check("smmesm", "PSP");
        check("smsm", "PP");
        check("msmem", "PSP");
        check("mm", "PP");
        check("smdsmm", "PSS");
        check("smdsem", "PP");
    }
}
