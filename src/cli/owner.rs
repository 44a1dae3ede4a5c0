//! Who runs the program, for those who find a study in use.

use std::time::{SystemTime, UNIX_EPOCH};

/// Says who runs this process: `anna on node7, process 1234, since 2026-11-20 14:02 UTC`.
pub(super) fn owner() -> String {
    let user = ["USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .unwrap_or_else(|| "someone".to_owned());
    let host = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let since = jiff::Timestamp::from_second(i64::try_from(since.as_secs()).unwrap_or(0))
        .unwrap_or_default();
    let since = since.strftime("%Y-%m-%d %H:%M UTC");
    format!(
        "{user} on {host}, process {}, since {since}",
        std::process::id()
    )
}
