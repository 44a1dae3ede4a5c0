//! The configuration file: where it lies, what it changes, and what is said about a bad one.

use super::{Desk, Said};

#[test]
fn keys_are_changed_by_the_file_in_the_usual_place() {
    let desk = Desk::new();
    desk.write(
        "home/config/pushback/config.toml",
        "[keys]\nundo = \"y\"\nnext-pushback = [\"n\", \"Ctrl-N\"]\n",
    );
    let keys = desk.run("keys").done();
    assert!(
        keys.lines()
            .any(|line| line.starts_with("y  ") && line.contains(" undo ")),
        "{keys}"
    );
    assert!(
        keys.lines().any(|line| line.starts_with("n Ctrl-N ")),
        "{keys}"
    );
}

#[test]
fn a_file_that_is_named_goes_before_the_usual_one() {
    let desk = Desk::new();
    desk.write("home/config/pushback/config.toml", "nonsense");
    desk.write("mine.toml", "[keys]\nundo = \"y\"\n");
    let said = Said::by(
        desk.command()
            .arg("keys")
            .env("PUSHBACK_CONFIG", "mine.toml"),
    );
    assert!(said.done().contains("y                 undo "));
}

#[test]
fn a_bad_file_is_named_with_its_line() {
    let desk = Desk::new();
    let mend = "mend the file, or point PUSHBACK_CONFIG at another one";
    let check = |text: &str, error: &str| {
        desk.write("c.toml", text);
        let said = Said::by(desk.command().arg("keys").env("PUSHBACK_CONFIG", "c.toml"));
        said.is_refusal(1, &format!("the configuration c.toml{error}"), mend);
    };
    check(
        "coder = \"anna\"\nthem = \"dark\"\n",
        ":2 cannot be used: unknown field `them`, expected one of `coder`, `theme`, `ascii`, `keys`",
    );
    check(
        "ascii = \"yes\"\n",
        ":1 cannot be used: invalid type: string \"yes\", expected a boolean",
    );
    check(
        "\n[keys]\nundo = 3\n",
        ":3 cannot be used: a key is a text like \"n\", several are a list like [\"n\", \"Ctrl-N\"]",
    );
    let gone = Said::by(
        desk.command()
            .arg("keys")
            .env("PUSHBACK_CONFIG", "gone.toml"),
    );
    let error =
        "the configuration gone.toml cannot be used: No such file or directory (os error 2)";
    gone.is_refusal(1, error, mend);
}

#[test]
fn a_bad_key_is_named() {
    let desk = Desk::new();
    let check = |text: &str, error: &str| {
        desk.write("c.toml", format!("[keys]\n{text}\n"));
        let said = Said::by(desk.command().arg("keys").env("PUSHBACK_CONFIG", "c.toml"));
        let error = format!("the keys in the configuration cannot be used: {error}");
        said.is_refusal(1, &error, "`pushback keys` lists actions and keys");
    };
    check(
        "undoo = \"y\"",
        "there is no action undoo; `pushback keys` lists them",
    );
    check(
        "undo = \"Shift-Foo\"",
        "Shift-Foo is no key: write a character, or a name like Enter, Tab, PageDown, Ctrl-L",
    );
    check("undo = \"5\"", "5 is a digit, and digits code");
    check(
        "undo = \"n\"",
        "n would do two things in one place: next-pushback and undo",
    );
}

#[test]
fn a_theme_that_does_not_exist_is_named() {
    let desk = Desk::new();
    desk.study("s.db");
    desk.write("home/config/pushback/config.toml", "theme = \"pink\"\n");
    let error = "there is no theme pink; there are dark, light and mono";
    desk.refuses(
        "s.db --coder a",
        1,
        error,
        "mend `theme` in the configuration file",
    );
}

#[test]
fn the_example_in_the_help_is_read() {
    let desk = Desk::new();
    let help = desk.run("keys --help").done();
    let (_, example) = help.split_once("A configuration file:\n").unwrap();
    desk.write("c.toml", example);
    let said = Said::by(desk.command().arg("keys").env("PUSHBACK_CONFIG", "c.toml"));
    assert!(said.done().contains("n Ctrl-N "));
}
