//! GitHub Copilot: the chat of VS Code, and the terminal program.

mod chat;
mod cli;
mod replay;
mod response;

pub(super) use chat::FORMAT as CHAT;
pub(super) use cli::FORMAT as CLI;
