//! What looks like a key is marked in the transcript and never hidden.

use ratatui::style::Modifier;

use super::{Desk, transcript};

/// A session with a token in the developer's words, one in the agent's, and a password in code.
fn desk() -> Desk {
    let token = ["ghp", "_Invented0123456789abcdefGHIJKLmnopqr"].concat();
    let asked = format!("Push with {token}\nand tell ann@mill.invalid.");
    let answer = format!("Pushed with `{token}`.\n\n```sh\nexport DB_PASSWORD=in7ented\n```");
    let turns = [asked.as_str(), &answer, "No, that's wrong. Pull first."];
    Desk::of_bytes([transcript(1, &turns).into_bytes()], "misalignment").sized(80, 24)
}

#[test]
fn what_looks_like_a_key_has_a_sign_and_stays_readable() {
    let shown = desk().press("");
    insta::assert_snapshot!(shown.crop(3..12, 0..72), @r"
      A1 agent  09:01 ──────────────────────────────────────────────────────
     ‡Pushed with `ghp_Invented0123456789abcdefGHIJKLmnopqr`.

      ╭ ```sh
     ‡│ export DB_PASSWORD=in7ented
      ╰ ```

    ❯ D2 developer  09:02  pushback  undecided ─────────────────────────────
    ▌ No, that's wrong. Pull first.
    ");
    let shown = desk().ascii().press("");
    insta::assert_snapshot!(shown.crop(3..12, 0..72), @r"
      A1 agent  09:01 ------------------------------------------------------
     $Pushed with `ghp_Invented0123456789abcdefGHIJKLmnopqr`.

      + ```sh
     $| export DB_PASSWORD=in7ented
      + ```

    > D2 developer  09:02  pushback  undecided -----------------------------
    | No, that's wrong. Pull first.
    ");
}

#[test]
fn its_words_have_a_style_of_their_own_in_every_theme() {
    for theme in pushback::tui::THEMES {
        let shown = desk().themed(theme).press("");
        let place = shown.place("in7ented");
        let style = shown.cells[(place.x, place.y)].style();
        let own = Modifier::ITALIC | Modifier::UNDERLINED;
        assert!(style.add_modifier.contains(own), "{theme}");
        let name = shown.place("DB_PASSWORD");
        let style = shown.cells[(name.x, name.y)].style();
        assert!(!style.add_modifier.contains(own), "{theme}");
    }
}

#[test]
fn the_row_under_the_cursor_says_what_it_looks_like() {
    let shown = desk().press("gj");
    assert_eq!(shown.status(), "‡ looks like: github token");
}
