//! Guesses the language of a developer's words, for tables that tell how well each is served.

use super::prose::Prose;

/// Small words by which the languages of the Latin script are told apart.
const SMALL: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "the", "is", "it", "to", "and", "of", "in", "that", "for", "this", "not", "are", "you",
            "we", "i", "can", "with", "be", "have", "do", "on", "please", "add", "fix", "yes",
            "what", "why", "still",
        ],
    ),
    (
        "fr",
        &[
            "le", "la", "les", "des", "une", "est", "et", "pas", "dans", "pour", "sur", "je", "tu",
            "il", "ce", "qui", "que", "du", "ca", "avec", "mais", "oui", "cest", "fais",
        ],
    ),
    (
        "de",
        &[
            "der", "die", "das", "und", "ist", "nicht", "ein", "eine", "zu", "auf", "mit", "ich",
            "du", "es", "wie", "aber", "noch", "den", "bitte", "ja", "nein", "kein",
        ],
    ),
    (
        "es",
        &[
            "el", "los", "las", "una", "que", "es", "y", "en", "por", "para", "con", "lo", "del",
            "al", "pero", "como", "esta", "mas", "si", "sigue",
        ],
    ),
    (
        "pt",
        &[
            "o", "os", "as", "uma", "que", "e", "em", "por", "para", "com", "do", "da", "nao",
            "mas", "como", "isso", "esta", "sim", "ainda", "voce",
        ],
    ),
    (
        "it",
        &[
            "il", "lo", "gli", "una", "che", "e", "per", "con", "del", "della", "non", "ma",
            "come", "questo", "sono", "di", "ancora",
        ],
    ),
    (
        "pl",
        &[
            "w", "na", "i", "z", "ze", "sie", "nie", "jest", "to", "jak", "ale", "po", "tak",
            "prosze", "dalej",
        ],
    ),
    (
        "tr",
        &[
            "bir", "ve", "bu", "da", "de", "icin", "ile", "ne", "var", "mi", "cok", "ama", "hala",
            "degil",
        ],
    ),
    (
        "nl",
        &[
            "de", "het", "een", "en", "is", "niet", "van", "ik", "je", "dat", "maar", "nog",
            "geen", "met",
        ],
    ),
];

/// Gives the two-letter code of the language in which a developer's own words are most likely written. `None` where
/// there are too few to tell, as in a name, a number or a pasted log.
pub fn language(text: &str) -> Option<&'static str> {
    let prose = Prose::of(text).folded.text;
    by_script(&prose).or_else(|| by_words(&prose))
}

fn by_script(prose: &str) -> Option<&'static str> {
    let count = |own: fn(char) -> bool| prose.chars().filter(|c| own(*c)).count();
    let latin = count(|c| c.is_ascii_alphabetic());
    let kana = count(|c| matches!(c, '\u{3040}'..='\u{30ff}'));
    let han = count(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    let hangul = count(|c| matches!(c, '\u{ac00}'..='\u{d7a3}'));
    let cyrillic = count(|c| matches!(c, '\u{400}'..='\u{4ff}'));
    let ukrainian = count(|c| matches!(c, 'і' | 'ї' | 'є' | 'ґ'));
    // A character of these scripts says as much as several Latin letters.
    let leads = |own: usize| own > 0 && own * 4 > latin;
    match () {
        () if leads(kana) => Some("ja"),
        () if leads(hangul) => Some("ko"),
        () if leads(han) => Some("zh"),
        () if leads(cyrillic) && ukrainian > 0 => Some("uk"),
        () if leads(cyrillic) => Some("ru"),
        () => None,
    }
}

fn by_words(prose: &str) -> Option<&'static str> {
    let words: Vec<&str> = prose
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let known = |small: &[&str]| words.iter().filter(|word| small.contains(word)).count();
    let counted = SMALL.iter().map(|(code, small)| (*code, known(small)));
    let best = counted.rev().max_by_key(|(_, count)| *count)?;
    (best.1 > 0).then_some(best.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(language(text), expected, "{text}");
        check("it is still not sorted", Some("en"));
        check("ça ne marche pas dans le menu", Some("fr"));
        check("das geht immer noch nicht", Some("de"));
        check("el total no es correcto, pero el menú sí", Some("es"));
        check("isso não é o que eu pedi", Some("pt"));
        check("to nadal nie jest dobrze", Some("pl"));
        check("это не то", Some("ru"));
        check("це не те, що я просив, і не так", Some("uk"));
        check("不对，还是报错", Some("zh"));
        check("違います、元に戻して", Some("ja"));
        check("아직도 안 돼요", Some("ko"));
        check("4711", None);
        check("```\nthe is it\n```", None);
    }
}
