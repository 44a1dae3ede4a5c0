//! Claude Code sessions.
