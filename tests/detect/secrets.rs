//! Secrets are found and masked, and every place in a session stays right.

use std::sync::LazyLock;

use proptest::prelude::*;
use pushback::detect::{SecretCounts, SecretKind, Secrets};
use pushback::model::{Event, EventKind, Part, PartKind, Role, Session, Tool, Turn, text_hash};

use super::small_session;
use crate::given::turn;

static SECRETS: LazyLock<Secrets> = LazyLock::new(Secrets::standard);

/// Gives the names of what is found, and the words.
fn found(text: &str) -> Vec<(&str, &str)> {
    let found = SECRETS.find(text).into_iter();
    found
        .map(|own| (SECRETS.kinds()[own.kind].name.as_str(), &text[own.range]))
        .collect()
}

fn masked(text: &str) -> String {
    let masked = SECRETS.mask(text, &mut SecretCounts::new());
    masked.unwrap_or_else(|| text.to_owned())
}

/// A token that nobody ever had.
fn token() -> String {
    ["ghp", "_Invented0123456789abcdefGHIJKLmnopqr"].concat()
}

#[test]
fn every_kind_finds_its_example_and_leaves_its_near_miss() {
    let mut wrong = Vec::new();
    for (at, kind) in SECRETS.kinds().iter().enumerate() {
        let holds = |text: &str| SECRETS.find(text).iter().any(|own| own.kind == at);
        if !holds(&kind.example) {
            wrong.push(format!("{}: not found in {:?}", kind.id, kind.example));
        }
        if holds(&kind.near_miss) {
            wrong.push(format!("{}: found in {:?}", kind.id, kind.near_miss));
        }
        let rest = masked(&kind.example);
        if !SECRETS.find(&rest).is_empty() || !rest.contains(&kind.mask()) {
            wrong.push(format!("{}: {rest:?} is left", kind.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn values_beside_names_are_found_as_people_write_them() {
    let check = |text: &str, expected: &str| assert_eq!(masked(text), expected, "{text}");
    check("password=hunter2", "password=[password]");
    check(
        "DB_PASSWORD='in7ented!' make",
        "DB_PASSWORD='[password]' make",
    );
    check(
        r#"{"password": "in7ented", "a": 1}"#,
        r#"{"password": "[password]", "a": 1}"#,
    );
    check(
        r#"{\"apiKey\": \"in7ented\"}"#,
        r#"{\"apiKey\": \"[api key]\"}"#,
    );
    check("my Password is: in7ented.", "my Password is: in7ented.");
    check("Password: in7ented.", "Password: [password].");
    check("**Password:** in7ented", "**Password:** [password]");
    check("`api_key`: `in7ented`", "`api_key`: `[api key]`");
    check(
        "config[\"token\"] = \"in7ented\"",
        "config[\"token\"] = \"[token]\"",
    );
    check(
        "token: string = \"in7ented\"",
        "token: string = \"[token]\"",
    );
    check(
        "login --password in7ented -v",
        "login --password [password] -v",
    );
    check(
        "<password>in7ented</password>",
        "<password>[password]</password>",
    );
    check("?token=in7ented&page=2", "?token=[token]&page=2");
    check(
        "pässwort Passwort: größe7x",
        "pässwort Passwort: [password]",
    );
    check(
        "A=1\\nAPI_KEY=in7ented\\nB=2",
        "A=1\\nAPI_KEY=[api key]\\nB=2",
    );
    check(
        "curl -H \"Authorization: Bearer in7ented\"",
        "curl -H \"Authorization: Bearer [authorization]\"",
    );
    check(
        "redis://:in7ented@cache.invalid:6379/0",
        "redis://:[password]@cache.invalid:6379/0",
    );
    check(
        &format!("git clone https://{}@github.com/a/b", token()),
        "git clone https://[github token]@github.com/a/b",
    );
    check(&format!("\\n{0}\\n", token()), "\\n[github token]\\n");
}

#[test]
fn placeholders_and_code_are_no_secrets() {
    for text in [
        "password=xxxxxxxx",
        "password: <your password>",
        "password=${DB_PASSWORD}",
        "PASSWORD=$PASSWORD1",
        "password = \"{{ password1 }}\"",
        "password=********",
        "password=changeme123",
        "token: YOUR_TOKEN_1",
        "api_key = os.environ['KEY_1']",
        "const token = await get_token1(user)",
        "password: args.password2",
        "if password == stored2 {",
        "token: u32, tokens: 128000, max_tokens=4096",
        "secret: /run/secrets/db1",
        "token::Kind1",
        "\"password\": \"Please enter 8 signs\"",
        "password_hash: abc123def",
        "sk-learn and risk-free-things-0123456789-more",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "git@github.com:mill/loom.git",
        "import b\\n@cli.command\\n",
        "token=mill.weave.Loom@1f2e3d, token: !form.token2",
        "https://<USERNAME>:<TOKEN>@git.invalid/a1",
        "npm i @types/node@18.0.1 lodash@4.17.21",
        "http://localhost:8080/a?b=c@d",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_key_block_goes_as_a_whole_and_also_where_it_was_cut() {
    let begin = ["-----BEGIN PRIV", "ATE KEY-----"].concat();
    let end = ["-----END PRIV", "ATE KEY-----"].concat();
    let body = "MIIEvInventedInventedInvented012\nkqhkiInventedInventedInvented012";
    let check = |text: String, expected: &str| assert_eq!(masked(&text), expected, "{text}");
    check(
        format!("a\n{begin}\n{body}\n{end}\nb"),
        "a\n[private key]\nb",
    );
    check(
        format!("a\n{begin}\n{body}\nand then b"),
        "a\n[private key]\nand then b",
    );
    let escaped = body.replace('\n', "\\n");
    check(
        format!("\"{begin}\\n{escaped}\\n{end}\\n\""),
        "\"[private key]\\n\"",
    );
    let numbered = body.replace('\n', "\n  3→");
    check(
        format!("  1→{begin}\n  2→{numbered}\n  4→{end}\n  5→b"),
        "  1→[private key]\n  5→b",
    );
    check(
        format!("  1→{begin}\n  2→{numbered}\n  4→b"),
        "  1→[private key]\n  4→b",
    );
}

#[test]
fn secrets_that_touch_leave_no_end_over() {
    let token = token();
    assert_eq!(masked(&format!("token={token}")), "token=[github token]");
    assert_eq!(masked(&format!("token={token}!x9")), "token=[token]");
    let two = format!("{token} {token}");
    let mut counts = SecretCounts::new();
    let masked = SECRETS.mask(&two, &mut counts).unwrap();
    assert_eq!(masked, "[github token] [github token]");
    assert_eq!(counts["github token"], 2);
}

/// A session in which every text holds a secret.
fn session() -> Session {
    let mut session = small_session("Use this.", "", "No, password=in7ented is wrong.");
    let (input, output) = (format!("export T={}", token()), format!("{} ok", token()));
    let prose = "I call it.";
    let text = format!("{prose}\n{input}\n{output}");
    let begin = prose.len() + 1;
    session.turns[1] = Turn {
        parts: vec![
            Part {
                kind: PartKind::Prose,
                start: 0,
                end: prose.len(),
            },
            Part {
                kind: PartKind::Tool(Tool {
                    name: "Bash".to_owned(),
                    target: input.clone(),
                    status: None,
                    output: begin + input.len() + 1,
                }),
                start: begin,
                end: text.len(),
            },
        ],
        events: vec![Event {
            kind: EventKind::Shell,
            detail: "login --password in7ented".to_owned(),
            at: text.len() - 2,
        }],
        ..turn(Role::Agent, &text)
    };
    session.title = Some(format!("use {}", token()));
    session.repository = Some("https://ann:in7ented@git.invalid/loom".to_owned());
    session
}

#[test]
fn a_session_is_masked_in_all_its_texts_and_its_places_stay_right() {
    let mut session = session();
    let mut counts = SecretCounts::new();
    SECRETS.redact(&mut session, &mut counts);
    let turn = &session.turns[1];
    assert_eq!(
        turn.text,
        "I call it.\nexport T=[github token]\n[github token] ok"
    );
    let PartKind::Tool(tool) = &turn.parts[1].kind else {
        panic!("a tool");
    };
    assert_eq!(
        &turn.text[turn.parts[0].start..turn.parts[0].end],
        "I call it."
    );
    assert_eq!(
        &turn.text[turn.parts[1].start..tool.output],
        "export T=[github token]\n"
    );
    assert_eq!(
        &turn.text[tool.output..turn.parts[1].end],
        "[github token] ok"
    );
    assert_eq!(&turn.text[turn.events[0].at..], "ok");
    assert_eq!(tool.target, "export T=[github token]");
    assert_eq!(turn.events[0].detail, "login --password [password]");
    assert_eq!(session.turns[2].text, "No, password=[password] is wrong.");
    assert_eq!(session.title.as_deref(), Some("use [github token]"));
    assert_eq!(
        session.repository.as_deref(),
        Some("https://ann:[password]@git.invalid/loom")
    );
    assert_eq!(counts["github token"], 4);
    assert_eq!(counts["password"], 3);
}

#[test]
fn a_key_that_is_a_hash_of_words_becomes_that_of_the_words_that_are_left() {
    let words = |session: &Session| {
        let turns = session.developer_turns();
        let words: Vec<&str> = turns.map(|(_, turn)| turn.text.as_str()).collect();
        format!("text:{}", text_hash(&words.join("\n")))
    };
    let mut own = session();
    own.key = words(&own);
    let before = own.key.clone();
    SECRETS.redact(&mut own, &mut SecretCounts::new());
    assert_eq!(own.key, words(&own));
    assert_ne!(own.key, before);
    let mut own = session();
    own.key = "kiln-4711".to_owned();
    SECRETS.redact(&mut own, &mut SecretCounts::new());
    assert_eq!(own.key, "kiln-4711");
}

#[test]
fn a_key_that_holds_a_hash_of_the_first_prompt_holds_that_of_the_words_that_are_left() {
    let mut own = session();
    let first = |session: &Session| {
        let (_, turn) = session.developer_turns().next().expect("a developer turn");
        format!("aider:1756:{}", text_hash(&turn.text))
    };
    own.turns[0].text = format!("log in with {}", token());
    own.key = first(&own);
    let before = own.key.clone();
    SECRETS.redact(&mut own, &mut SecretCounts::new());
    assert_eq!(own.key, first(&own));
    assert_ne!(own.key, before);
}

#[test]
fn a_token_is_found_behind_what_stands_for_a_sign_that_cannot_be_seen() {
    for before in [
        "\x1b[32m",
        "\x1b[1;32m",
        "\\u001b[32m",
        "\\x1b[0m",
        "\\033[0m",
        "\\e[m",
        "?token%3D",
        "\\n",
    ] {
        let text = format!("{before}{}", token());
        let expected = format!("{before}[github token]");
        assert_eq!(masked(&text), expected);
    }
    let word = format!("item{}", token());
    assert_eq!(masked(&word), word, "the middle of a word");
}

#[test]
fn addresses_are_found_in_any_script() {
    let check = |text: &str, left: &str| {
        assert_eq!(masked(text), left, "{text}");
    };
    check("an müller@firma.de, bitte", "an [e-mail], bitte");
    check("an anna@müller.de.", "an [e-mail].");
    check("写给 anna@kiln.de谢谢", "写给 [e-mail]谢谢");
    check("ASCII art: ö@ö", "ASCII art: ö@ö");
}

/// Gives texts of pieces that mean something to the search, and of anything.
fn texts() -> impl Strategy<Value = String> {
    let examples: Vec<String> = SECRETS
        .kinds()
        .iter()
        .map(|own| own.example.clone())
        .collect();
    let names: Vec<String> = SECRETS.kinds().iter().map(SecretKind::mask).collect();
    let signs = [
        "=",
        ":",
        "\"",
        "'",
        "`",
        "\\",
        " ",
        "\n",
        "@",
        "://",
        "[",
        "]",
        ".",
        "-",
        "_",
        "é",
        "🍮",
        "password",
        "Token",
        "SECRET",
        "api_key",
        "Bearer ",
        "eyJ",
        "sk-",
        "-----",
        "BEGIN ",
        "END ",
        "host.invalid",
        "a1b2c3d4",
        "=>",
        "--",
        "**",
    ];
    let signs: Vec<String> = signs.iter().map(|own| (*own).to_owned()).collect();
    let piece = prop_oneof![
        4 => prop::sample::select(signs),
        2 => prop::sample::select(examples),
        1 => prop::sample::select(names),
        1 => "[a-zA-Z0-9_]{1,40}",
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn secrets_lie_in_order_and_apart(text in texts()) {
        let mut end = 0;
        for own in SECRETS.find(&text) {
            prop_assert!(end <= own.range.start && own.range.start < own.range.end);
            prop_assert!(text.get(own.range.clone()).is_some());
            end = own.range.end;
        }
    }

    #[test]
    fn masking_twice_is_masking_once(text in texts()) {
        let once = masked(&text);
        prop_assert_eq!(masked(&once), once.clone());
        prop_assert!(SECRETS.find(&once).is_empty());
    }

    #[test]
    fn places_in_a_turn_stay_places(pieces in prop::collection::vec(texts(), 1..5), event in any::<prop::sample::Index>()) {
        let mut own = turn(Role::Agent, "");
        own.parts.clear();
        for (at, piece) in pieces.iter().enumerate() {
            let start = own.text.len();
            own.text.push_str(piece);
            let output = start + piece.char_indices().map(|(at, _)| at).nth(piece.chars().count() / 2).unwrap_or(0);
            let tool = Tool { name: String::new(), target: String::new(), status: None, output };
            let kind = if at % 2 == 0 { PartKind::Tool(tool) } else { PartKind::Prose };
            own.parts.push(Part { kind, start, end: own.text.len() });
            own.text.push('\n');
        }
        let places: Vec<usize> = own.text.char_indices().map(|(at, _)| at).collect();
        own.events = vec![Event { kind: EventKind::Error, detail: String::new(), at: places[event.index(places.len())] }];
        let mut session = small_session("a", "b", "c");
        let old = own.clone();
        session.turns[1] = own;
        SECRETS.redact(&mut session, &mut SecretCounts::new());
        let new = &session.turns[1];
        let mut end = 0;
        for (old_part, part) in old.parts.iter().zip(&new.parts) {
            prop_assert!(end <= part.start && part.start <= part.end);
            let slice = new.text.get(part.start..part.end);
            prop_assert!(slice.is_some());
            if let (PartKind::Tool(was), PartKind::Tool(is)) = (&old_part.kind, &part.kind) {
                prop_assert!((part.start..=part.end).contains(&is.output));
                prop_assert_eq!(&new.text[part.start..is.output], masked(&old.text[old_part.start..was.output]));
                prop_assert_eq!(&new.text[is.output..part.end], masked(&old.text[was.output..old_part.end]));
            } else {
                prop_assert_eq!(slice.unwrap(), masked(&old.text[old_part.start..old_part.end]));
            }
            end = part.end;
        }
        prop_assert!(new.text.is_char_boundary(new.events[0].at));
    }
}

/// Run by hand: prints how fast ordinary text is searched. Needs a build with optimisation to mean anything.
#[test]
#[ignore = "a measurement, not a check"]
fn speed_is_measured() {
    let piece = include_str!("../../README.md");
    let text = piece.repeat((64 << 20) / piece.len());
    let begun = std::time::Instant::now();
    let found = SECRETS.find(&text).len();
    let rate = text.len() as f64 / 1e6 / begun.elapsed().as_secs_f64();
    println!("{found} found, {rate:.0} MB/s");
}
