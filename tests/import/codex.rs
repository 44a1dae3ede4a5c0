//! Codex rollouts.
