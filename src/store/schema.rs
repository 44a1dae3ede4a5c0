//! The tables of the study file, and how an older file becomes a newer one.

/// Marks an SQLite file as a study of ours: `pbk1` in ASCII.
pub(super) const APPLICATION_ID: i32 = 0x7062_6B31;

/// The migrations, oldest first; the version of a file is how many of them it has been through. Never change
/// one that has shipped, only add.
pub(super) const MIGRATIONS: &[&str] = &[FIRST, COPIES];

/// The newest version that this program knows: how many migrations there are.
pub(super) const VERSION: i64 = 2;

const FIRST: &str = "
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE codebook (
    hash    TEXT PRIMARY KEY,
    id      TEXT NOT NULL,
    name    TEXT NOT NULL,
    version TEXT NOT NULL,
    text    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE field (
    codebook TEXT NOT NULL REFERENCES codebook(hash),
    id       TEXT NOT NULL,
    axis     TEXT NOT NULL,
    name     TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (codebook, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE code (
    codebook TEXT NOT NULL,
    field    TEXT NOT NULL,
    id       TEXT NOT NULL,
    name     TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (codebook, field, id),
    FOREIGN KEY (codebook, field) REFERENCES field(codebook, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE attribute_value (
    codebook TEXT NOT NULL,
    field    TEXT NOT NULL,
    id       TEXT NOT NULL,
    name     TEXT NOT NULL,
    PRIMARY KEY (codebook, field, id),
    FOREIGN KEY (codebook, field) REFERENCES field(codebook, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE extra_field (
    codebook TEXT NOT NULL REFERENCES codebook(hash),
    id       TEXT NOT NULL,
    name     TEXT NOT NULL,
    PRIMARY KEY (codebook, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reason (
    codebook TEXT NOT NULL REFERENCES codebook(hash),
    id       TEXT NOT NULL,
    name     TEXT NOT NULL,
    grouping TEXT,
    PRIMARY KEY (codebook, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    id              INTEGER PRIMARY KEY,
    key             TEXT NOT NULL UNIQUE,
    position        INTEGER NOT NULL,
    format          TEXT NOT NULL,
    path            TEXT NOT NULL,
    agent           TEXT NOT NULL,
    agent_version   TEXT,
    models          TEXT NOT NULL CHECK (json_valid(models)),
    surface         TEXT CHECK (surface IN ('ide', 'cli', 'app', 'sdk')),
    repository      TEXT,
    folder          TEXT,
    branch          TEXT,
    started         INTEGER,
    ended           INTEGER,
    title           TEXT,
    parent          TEXT,
    developer_turns INTEGER NOT NULL CHECK (developer_turns >= 0),
    pushback_turns  INTEGER NOT NULL CHECK (pushback_turns >= 0)
) STRICT;
CREATE INDEX session_position ON session(position);

CREATE TABLE turn (
    id        INTEGER PRIMARY KEY,
    session   INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
    position  INTEGER NOT NULL CHECK (position >= 0),
    role      TEXT NOT NULL CHECK (role IN ('developer', 'agent')),
    ordinal   INTEGER NOT NULL CHECK (ordinal >= 0),
    kind      TEXT NOT NULL CHECK (kind IN ('prompt', 'command', 'steering', 'refusal', 'answer')),
    hash      TEXT NOT NULL,
    native_id TEXT,
    place     INTEGER,
    time      INTEGER,
    bytes     INTEGER NOT NULL,
    words     TEXT,
    body      BLOB,
    UNIQUE (session, position),
    UNIQUE (session, role, ordinal)
) STRICT;

CREATE TABLE mark (
    turn     INTEGER PRIMARY KEY REFERENCES turn(id) ON DELETE CASCADE,
    score    REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
    pushback INTEGER NOT NULL CHECK (pushback IN (0, 1)),
    cues     TEXT NOT NULL CHECK (json_valid(cues)),
    detector TEXT NOT NULL
) STRICT;

CREATE TABLE coder (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('human', 'model', 'gold'))
) STRICT, WITHOUT ROWID;

CREATE TABLE history (
    id        TEXT PRIMARY KEY,
    act       TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('do', 'undo', 'redo')),
    reverts   TEXT,
    coder     TEXT NOT NULL REFERENCES coder(id),
    time      INTEGER NOT NULL,
    session   TEXT NOT NULL,
    turn      INTEGER NOT NULL CHECK (turn >= 1),
    turn_hash TEXT NOT NULL,
    slot      TEXT NOT NULL CHECK (slot IN ('marked', 'verdict', 'deferred', 'memo', 'certainty',
                                            'episode', 'field', 'extra', 'evidence', 'settled')),
    episode   TEXT,
    name      TEXT,
    value     TEXT NOT NULL CHECK (json_valid(value)),
    codebook  TEXT NOT NULL REFERENCES codebook(hash),
    CHECK ((kind = 'do') = (reverts IS NULL)),
    CHECK (slot = 'settled' OR (slot IN ('episode', 'field', 'extra', 'evidence')) = (episode IS NOT NULL)),
    CHECK ((slot IN ('field', 'extra', 'evidence', 'settled')) = (name IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX history_unit ON history(coder, session, turn);
CREATE INDEX history_time ON history(coder, time, id);

CREATE TRIGGER history_is_never_changed BEFORE UPDATE ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_is_never_deleted BEFORE DELETE ON history
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_is_never_replaced BEFORE INSERT ON history
WHEN EXISTS (SELECT 1 FROM history WHERE id = NEW.id)
BEGIN SELECT RAISE(IGNORE); END;

CREATE TABLE decision (
    coder       TEXT NOT NULL REFERENCES coder(id),
    session     TEXT NOT NULL,
    turn        INTEGER NOT NULL,
    turn_hash   TEXT NOT NULL,
    codebook    TEXT NOT NULL REFERENCES codebook(hash),
    marked      INTEGER CHECK (marked IN (0, 1)),
    verdict     TEXT CHECK (verdict IN ('episodes', 'not an episode')),
    reason      TEXT,
    reason_text TEXT,
    deferred    INTEGER NOT NULL CHECK (deferred IN (0, 1)),
    memo        TEXT NOT NULL,
    certainty   TEXT CHECK (certainty IN ('low', 'medium', 'high')),
    changed     INTEGER NOT NULL,
    PRIMARY KEY (coder, session, turn),
    CHECK ((verdict IS 'not an episode') = (reason IS NOT NULL)),
    FOREIGN KEY (codebook, reason) REFERENCES reason(codebook, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE episode (
    id       TEXT PRIMARY KEY,
    coder    TEXT NOT NULL,
    session  TEXT NOT NULL,
    turn     INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 1),
    FOREIGN KEY (coder, session, turn) REFERENCES decision(coder, session, turn) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX episode_unit ON episode(coder, session, turn);

CREATE TABLE label (
    episode   TEXT NOT NULL REFERENCES episode(id) ON DELETE CASCADE,
    codebook  TEXT NOT NULL,
    field     TEXT NOT NULL,
    code      TEXT NOT NULL,
    position  INTEGER NOT NULL CHECK (position >= 1),
    attribute TEXT,
    text      TEXT,
    PRIMARY KEY (episode, field, code),
    FOREIGN KEY (codebook, field, code) REFERENCES code(codebook, field, id),
    FOREIGN KEY (codebook, field, attribute) REFERENCES attribute_value(codebook, field, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE extra (
    episode  TEXT NOT NULL REFERENCES episode(id) ON DELETE CASCADE,
    codebook TEXT NOT NULL,
    field    TEXT NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (episode, field),
    FOREIGN KEY (codebook, field) REFERENCES extra_field(codebook, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    id         TEXT PRIMARY KEY,
    episode    TEXT NOT NULL REFERENCES episode(id) ON DELETE CASCADE,
    turn       TEXT NOT NULL,
    start_char INTEGER NOT NULL CHECK (start_char >= 0),
    end_char   INTEGER NOT NULL CHECK (end_char > start_char),
    text       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_episode ON evidence(episode);

CREATE TABLE settlement (
    coder   TEXT NOT NULL,
    session TEXT NOT NULL,
    turn    INTEGER NOT NULL,
    episode TEXT NOT NULL,
    field   TEXT NOT NULL,
    how     TEXT NOT NULL CHECK (how IN ('agreed', 'took', 'union', 'edited')),
    took    TEXT REFERENCES coder(id),
    reason  TEXT CHECK (reason IN ('slip', 'codebook unclear', 'judgement', 'missing evidence')),
    by      TEXT NOT NULL REFERENCES coder(id),
    PRIMARY KEY (coder, session, turn, episode, field),
    CHECK ((how = 'took') = (took IS NOT NULL)),
    FOREIGN KEY (coder, session, turn) REFERENCES decision(coder, session, turn) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE place (
    coder   TEXT PRIMARY KEY REFERENCES coder(id),
    session TEXT NOT NULL,
    turn    INTEGER NOT NULL,
    episode TEXT,
    step    TEXT NOT NULL CHECK (json_valid(step))
) STRICT, WITHOUT ROWID;
";

/// What tells a session that repeats the turns of another one: the turns that were left out of it, whether its
/// transcript names the one that it was copied from, when its developer first spoke, and the hashes of the first
/// three turns, one behind the other. Found by index, since an import asks for each turn.
const COPIES: &str = "
CREATE TABLE copied (
    session   INTEGER NOT NULL REFERENCES session(id) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL CHECK (ordinal >= 1),
    hash      TEXT NOT NULL,
    bytes     INTEGER NOT NULL,
    native_id TEXT,
    time      INTEGER,
    PRIMARY KEY (session, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX copied_native_id ON copied(native_id) WHERE native_id IS NOT NULL;

ALTER TABLE session ADD COLUMN forked INTEGER NOT NULL DEFAULT 0 CHECK (forked IN (0, 1));
ALTER TABLE session ADD COLUMN opened INTEGER;
ALTER TABLE session ADD COLUMN opening TEXT NOT NULL DEFAULT '';
UPDATE session SET
    forked = parent IS NOT NULL,
    opened = (SELECT time FROM turn WHERE turn.session = session.id AND role = 'developer' AND ordinal = 1),
    opening = coalesce((SELECT hash FROM turn WHERE turn.session = session.id AND role = 'developer' AND ordinal = 1), '')
           || coalesce((SELECT hash FROM turn WHERE turn.session = session.id AND role = 'developer' AND ordinal = 2), '')
           || coalesce((SELECT hash FROM turn WHERE turn.session = session.id AND role = 'developer' AND ordinal = 3), '');
CREATE INDEX session_opening ON session(opening, opened);
CREATE INDEX turn_native_id ON turn(native_id) WHERE native_id IS NOT NULL AND role = 'developer';
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_counts_the_migrations() {
        assert_eq!(usize::try_from(VERSION).unwrap(), MIGRATIONS.len());
    }
}
