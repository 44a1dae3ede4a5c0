//! What keys do.

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Action {
    /// Commits, takes, opens: what the screen offers next.
    Enter,
    /// Leaves the mode.
    Leave,
    /// Ends the program.
    Quit,
    /// Steps back to add another code.
    AddCode,
    /// Says that this is no episode.
    NotEpisode,
    /// Begins a new episode on the turn under the cursor.
    NewEpisode,
    /// Removes the episode in the form.
    RemoveEpisode,
    /// The episode of this turn after the one in the form.
    NextEpisode,
    /// The next question of the form.
    NextStep,
    /// The question before.
    PreviousStep,
    /// The next code in the form, for the codebook pane.
    NextCode,
    /// The code before.
    PreviousCode,
    /// Further down in the codebook pane.
    PaneDown,
    /// Further up there.
    PaneUp,
    /// The next pushback turn.
    NextPushback,
    /// The pushback turn before.
    PreviousPushback,
    /// The next undecided pushback turn.
    NextUndecided,
    /// Steps by score, or in the order of the sessions.
    ByScore,
    /// Steps through unmarked developer turns too, or only through marked ones.
    AllTurns,
    /// The next developer turn.
    NextTurn,
    /// The developer turn before.
    PreviousTurn,
    /// The next session.
    NextSession,
    /// The session before.
    PreviousSession,
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// One page down.
    PageDown,
    /// One page up.
    PageUp,
    /// The beginning.
    Top,
    /// The end.
    Bottom,
    /// Back to the turn in the form.
    Here,
    /// Opens or folds what is under the cursor.
    Fold,
    /// Opens or folds everything in the turn under the cursor.
    FoldAll,
    /// Shows the whole pinned instruction.
    Pinned,
    /// Selects a quotation.
    Quote,
    /// Takes the turn under the cursor as evidence.
    Evidence,
    /// Removes the last quotation of the episode.
    DropEvidence,
    /// Marks the turn as pushback, or unmarks it.
    Mark,
    /// Writes the memo.
    Memo,
    /// Puts the turn off.
    Defer,
    /// Says how sure one is.
    Certainty,
    /// Fills in an optional field.
    Extra,
    /// Opens the codebook.
    Codebook,
    /// Searches in this session.
    Search,
    /// The next place found.
    NextFound,
    /// The place found before.
    PreviousFound,
    /// Searches all developer turns.
    SearchAll,
    /// Lists the sessions.
    Sessions,
    /// Lists one's own decisions.
    Review,
    /// Takes the last act back.
    Undo,
    /// Does it again.
    Redo,
    /// Shows the keys.
    Help,
    /// Draws the screen anew.
    Redraw,
    /// Puts the program into the background.
    Suspend,
    /// One character to the left.
    Left,
    /// One character to the right.
    Right,
    /// One word to the left.
    WordLeft,
    /// One word to the right.
    WordRight,
    /// The beginning of the line.
    LineStart,
    /// The end of the line.
    LineEnd,
    /// Begins the selection here, or ends it.
    Anchor,
    /// Removes the character before.
    Backspace,
    /// Removes the character after.
    Delete,
    /// Removes the word before.
    DeleteWord,
    /// Removes everything before.
    DeleteLine,
    /// Begins a new line.
    NewLine,
    /// Takes the answer of the first side.
    TakeA,
    /// Takes the answer of the second side.
    TakeB,
    /// Takes the answer of the third side.
    TakeC,
    /// Takes the answer of the fourth side.
    TakeD,
    /// Takes the answer of the fifth side.
    TakeE,
    /// Takes the codes of all sides.
    TakeAll,
    /// Takes back all answers on a turn.
    Reopen,
    /// Shows who the sides are, or hides it.
    Names,
}
