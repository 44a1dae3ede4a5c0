//! How an older study becomes a newer one, and what is refused on the way.

use std::path::{Path, PathBuf};

use rusqlite::backup::Progress;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tempfile::NamedTempFile;

use super::error::Error;
use super::filesystem::beside;
use super::private::PrivateFolder;

/// Gives the version of a study that this program can read as it is or migrate.
pub(super) fn version(connection: &Connection, path: &Path, known: i64) -> Result<i64, Error> {
    let found: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(Error::database("read the version", path))?;
    known_version(found, path, known).map(|()| found)
}

/// Refuses a version that this program does not know.
pub(super) fn known_version(found: i64, path: &Path, known: i64) -> Result<(), Error> {
    match found {
        _ if found > known => Err(Error::Newer {
            path: path.to_owned(),
            found,
            known,
        }),
        _ if found < 1 => Err(Error::damaged(path, "it has no version")),
        _ => Ok(()),
    }
}

/// Brings an older study up to date, after a copy of it was put beside it.
pub(super) fn bring_up(
    connection: &mut Connection,
    path: &Path,
    migrations: &[&str],
) -> Result<(), Error> {
    let newest = version_of(migrations);
    let found = version(connection, path, newest)?;
    if found == newest {
        return Ok(());
    }
    back_up(connection, path, found)?;
    let failed = |source| Error::database("bring the study up to date", path)(source);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    run(&transaction, migrations, found).map_err(failed)?;
    transaction.commit().map_err(failed)
}

/// Runs the migrations after the first `done`, and counts them in the file.
pub(super) fn run(
    transaction: &Transaction,
    migrations: &[&str],
    done: i64,
) -> rusqlite::Result<()> {
    for migration in migrations
        .iter()
        .skip(usize::try_from(done).unwrap_or(usize::MAX))
    {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", version_of(migrations))
}

fn version_of(migrations: &[&str]) -> i64 {
    i64::try_from(migrations.len()).unwrap_or(i64::MAX)
}

/// Puts a copy of a study beside it, readable by its owner only; it appears whole or not at all.
fn back_up(connection: &Connection, path: &Path, version: i64) -> Result<PathBuf, Error> {
    let failed = || Error::file("write a backup of", path);
    let backup = beside(path, &format!(".v{version}.backup"));
    let backup = std::path::absolute(backup).map_err(failed())?;
    let folder = backup.parent().unwrap_or(Path::new("/"));
    let private = PrivateFolder::new_in(folder).map_err(failed())?;
    let draft = NamedTempFile::new_in(private.path()).map_err(failed())?;
    connection
        .backup("main", draft.path(), None::<fn(Progress)>)
        .map_err(Error::database("write a backup", path))?;
    draft.as_file().sync_all().map_err(failed())?;
    draft
        .persist(&backup)
        .map_err(|error| failed()(error.error))?;
    Ok(backup)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const FIRST: &str =
        "CREATE TABLE cue (id INTEGER PRIMARY KEY) STRICT; INSERT INTO cue VALUES (7);";
    const SECOND: &str = "ALTER TABLE cue ADD COLUMN why TEXT NOT NULL DEFAULT 'typed';";
    const BROKEN: &str = "ALTER TABLE cue ADD COLUMN why TEXT; DROP TABLE nothing;";

    fn first(path: &Path) -> Connection {
        let mut connection = Connection::open(path).unwrap();
        let transaction = connection.transaction().unwrap();
        run(&transaction, &[FIRST], 0).unwrap();
        transaction.commit().unwrap();
        connection
    }

    fn found(path: &Path) -> (i64, i64) {
        let connection = Connection::open(path).unwrap();
        let one = |sql: &str| connection.query_row(sql, [], |row| row.get(0)).unwrap();
        (one("PRAGMA user_version"), one("SELECT id FROM cue"))
    }

    #[test]
    fn an_older_study_is_brought_up_after_a_private_backup() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.db");
        let mut connection = first(&path);
        bring_up(&mut connection, &path, &[FIRST, SECOND]).unwrap();
        assert_eq!(found(&path), (2, 7));
        let backup = folder.path().join("study.db.v1.backup");
        assert_eq!(found(&backup), (1, 7));
        assert_eq!(
            backup.metadata().unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_migration_that_fails_leaves_the_study_as_it_was_and_can_be_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.db");
        let mut connection = first(&path);
        assert!(bring_up(&mut connection, &path, &[FIRST, BROKEN]).is_err());
        assert_eq!(found(&path), (1, 7));
        bring_up(&mut connection, &path, &[FIRST, SECOND]).unwrap();
        assert_eq!(found(&path), (2, 7));
    }

    #[test]
    fn an_unknown_version_is_refused() {
        let check = |found: i64, expected: &str| {
            let error = known_version(found, Path::new("a.db"), 2).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        };
        check(3, "newer pushback (study version 3, this program knows 2)");
        check(0, "no version");
        check(-1, "no version");
        assert!(known_version(1, Path::new("a.db"), 2).is_ok());
    }
}
