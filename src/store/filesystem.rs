//! What there is to know about files without opening them: where they lie, and what lies beside them.

use std::path::{Path, PathBuf};

/// Gives the path of a file that belongs to another one: the same name with an ending.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Names the network filesystem that a path lies on; `None` for a local one, or where nobody can tell.
///
/// It matters because locks cost round trips there, and some of them lie.
pub(super) fn network(path: &Path) -> Option<&'static str> {
    // Numbers from linux/magic.h and from the coreutils' list.
    let kind = rustix::fs::statfs(path).ok()?.f_type;
    match u32::try_from(kind & 0xFFFF_FFFF).ok()? {
        0x6969 => Some("NFS"),
        0x517B | 0xFF53_4D42 | 0xFE53_4D42 => Some("SMB"),
        0x5346_414F | 0x6B41_4653 => Some("AFS"),
        0x00C3_6400 => Some("Ceph"),
        0x0102_1997 => Some("9P"),
        0x0BD0_0BD0 => Some("Lustre"),
        0x4750_4653 => Some("GPFS"),
        0x1983_0326 => Some("BeeGFS"),
        _ => None,
    }
}
