//! Session to pushback turns with their cues.
