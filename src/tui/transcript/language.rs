//! Which language a piece of code is in, as far as its colours need to know.

/// What decides how a line of code is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Language {
    /// Nothing is known: no colours.
    Plain,
    /// Comments begin with `//`, single quotes hold one character.
    Slash,
    /// Comments begin with `//`, single quotes hold strings.
    Script,
    /// Comments begin with `#`.
    Hash,
    /// Comments begin with `--`, keywords come in capitals too.
    Dash,
    /// Lines that are added and removed.
    Diff,
}

impl Language {
    /// Recognises the word after the fence of a code block.
    pub(super) fn of_fence(info: &str) -> Language {
        let word = info
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '+' | '#' | '-' | '_' | '.')))
            .map(|word| word.trim_start_matches('.'))
            .find(|word| !word.is_empty())
            .unwrap_or_default();
        // Some agents write the place instead of the language: 12:20:src/lib.rs.
        match Language::of_name(word) {
            Language::Plain => Language::of_path(info),
            known => known,
        }
    }

    /// Recognises the ending of a path; a text with blanks is none.
    pub(super) fn of_path(path: &str) -> Language {
        let path = path.trim();
        if path.contains(char::is_whitespace) {
            return Language::Plain;
        }
        let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
        match file.rsplit_once('.') {
            Some((_, ending)) => Language::of_name(ending),
            None => Language::of_name(file),
        }
    }

    fn of_name(name: &str) -> Language {
        match name.to_ascii_lowercase().as_str() {
            "rust" | "rs" | "c" | "h" | "cpp" | "cc" | "hpp" | "c++" | "cxx" | "java"
            | "kotlin" | "kt" | "kts" | "swift" | "scala" | "go" | "golang" | "cs" | "csharp"
            | "c#" | "zig" | "proto" | "objc" | "m" | "mm" | "metal" | "glsl" | "sol"
            | "solidity" => Language::Slash,
            "js" | "javascript" | "jsx" | "mjs" | "cjs" | "ts" | "typescript" | "tsx" | "json"
            | "jsonc" | "json5" | "jsonl" | "php" | "css" | "scss" | "less" | "dart" | "vue"
            | "svelte" | "groovy" | "gradle" => Language::Script,
            "python" | "py" | "pyi" | "python3" | "ruby" | "rb" | "sh" | "bash" | "zsh"
            | "fish" | "shell" | "console" | "powershell" | "ps1" | "yaml" | "yml" | "toml"
            | "ini" | "conf" | "env" | "make" | "makefile" | "dockerfile" | "docker" | "r"
            | "perl" | "pl" | "elixir" | "ex" | "exs" | "nix" | "cmake" | "hcl" | "tf"
            | "terraform" | "julia" | "jl" | "graphql" | "gitignore" => Language::Hash,
            "sql" | "lua" | "haskell" | "hs" | "elm" | "ada" | "plsql" | "psql" => Language::Dash,
            "diff" | "patch" | "udiff" => Language::Diff,
            _ => Language::Plain,
        }
    }

    /// Recognises a diff by its hunks, or by added beside removed lines; looks at the first lines only.
    pub(super) fn of_body(text: &str) -> Language {
        let (mut added, mut removed, mut other) = (0, 0, 0);
        for line in text.lines().take(200) {
            match line.as_bytes() {
                [b'@', b'@', b' ', ..] => return Language::Diff,
                _ if line.starts_with("diff --git ") || line.starts_with("*** Begin Patch") => {
                    return Language::Diff;
                }
                [b'+', ..] => added += 1,
                [b'-', ..] => removed += 1,
                [] | [b' ' | b'\\', ..] => (),
                _ => other += 1,
            }
        }
        if added > 0 && removed > 0 && other == 0 {
            Language::Diff
        } else {
            Language::Plain
        }
    }

    pub(super) fn comment(self) -> Option<&'static str> {
        match self {
            Language::Slash | Language::Script => Some("//"),
            Language::Hash => Some("#"),
            Language::Dash => Some("--"),
            Language::Plain | Language::Diff => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_recognised() {
        let fence = |info: &str, expected| assert_eq!(Language::of_fence(info), expected, "{info}");
        fence("rust", Language::Slash);
        fence("{.python}", Language::Hash);
        fence("ts title=\"a.ts\"", Language::Script);
        fence("12:20:src/lib.rs", Language::Slash);
        fence("C++", Language::Slash);
        fence("diff", Language::Diff);
        fence("", Language::Plain);
        fence("text", Language::Plain);
        let path = |path: &str, expected| assert_eq!(Language::of_path(path), expected, "{path}");
        path("/srv/app/query.SQL", Language::Dash);
        path("Makefile", Language::Hash);
        path("cat src/lib.rs", Language::Plain);
        path("notes", Language::Plain);
    }

    #[test]
    fn a_diff_is_recognised_by_its_lines() {
        let check = |text: &str, expected| assert_eq!(Language::of_body(text), expected, "{text}");
        check("--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y", Language::Diff);
        check("-old\n+new\n same", Language::Diff);
        check("*** Begin Patch\n*** Update File: a.rs", Language::Diff);
        check("- one\n- two", Language::Plain);
        check("total 4\n-rw-r--r-- a\n+ x", Language::Plain);
    }
}
