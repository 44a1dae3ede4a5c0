//! The values of agreement as a page for people.

use std::fmt::Write as _;

use super::values::{
    Agreement, Category, CodeRow, Convention, Figure, FindingPair, Group, Matrix, Scheme, Topic,
    Unit,
};
use super::{scales, words};
use crate::report::page::{Cell, Page, Section, Table, percent};

/// What a person wants to see beside the figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Names of levels from the scales of interpretation.
    pub benchmark: bool,
}

/// The sign before the figure that was named in advance.
const NAMED: &str = "* ";

/// The longest id that heads a column of who chose what.
const LONGEST_HEAD: usize = 10;

/// Makes the page.
pub fn page(agreement: &Agreement, style: Style) -> Page {
    let mut sections = Vec::new();
    if let Some(people) = &agreement.people {
        sections.extend(group_sections(people, style));
    }
    for model in &agreement.models {
        sections.extend(super::models::sections(model));
    }
    sections.push(Section {
        title: "Methods".to_owned(),
        notes: vec![agreement.methods.clone()],
        tables: Vec::new(),
        flags: Vec::new(),
    });
    Page {
        title: title(agreement),
        notes: head(agreement, style),
        sections,
    }
}

fn title(agreement: &Agreement) -> String {
    let models: Vec<String> = agreement
        .models
        .iter()
        .map(|model| model.coder.clone())
        .collect();
    match &agreement.people {
        Some(people) => format!("Agreement of {}", names(people)),
        None => format!("Agreement of {}", models.join(" and ")),
    }
}

/// Gives the names of a group's coders as they are listed in a sentence.
pub(super) fn names(group: &Group) -> String {
    let names: Vec<&str> = group.coders.iter().map(|own| own.coder.as_str()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

fn head(agreement: &Agreement, style: Style) -> Vec<String> {
    let book = &agreement.codebook;
    let how = &agreement.resampling;
    let mut notes = vec![
        format!("Codebook: {} {} ({}).", book.name, book.version, book.id),
        format!(
            "* is the figure that the codebook's shape names in advance. Intervals: {} %; {} resamples, generator {}, seed {}.",
            percent(how.level).trim_end_matches(".0"),
            how.resamples,
            how.generator,
            how.seed
        ),
    ];
    if style.benchmark {
        notes.push(scales::CAVEAT.to_owned());
    }
    notes
}

fn group_sections(group: &Group, style: Style) -> Vec<Section> {
    let mut sections = vec![coverage(group)];
    let topics = |id: &'static str| group.questions.iter().filter(move |topic| topic.id == id);
    sections.extend(topics("verdict").map(|topic| topic_section(group, &[topic], style)));
    sections.push(finding(group, style));
    sections.extend(topics("reason").map(|topic| topic_section(group, &[topic], style)));
    let mut fields: Vec<&str> = Vec::new();
    for topic in &group.questions {
        let Some(field) = topic
            .field
            .as_deref()
            .filter(|field| !fields.contains(field))
        else {
            continue;
        };
        fields.push(field);
        let own = group.questions.iter();
        let own: Vec<&Topic> = own
            .filter(|other| other.field.as_deref() == Some(field))
            .collect();
        sections.push(topic_section(group, &own, style));
    }
    sections
}

fn coverage(group: &Group) -> Section {
    let mut coders = Table::new(
        "coverage_coders",
        "What each coder decided",
        &["coder", "sessions", "turns", "another too", "episodes"],
    );
    for own in &group.coders {
        let cells = vec![
            Cell::Text(own.coder.clone()),
            Cell::Count(own.sessions),
            Cell::Count(own.decided),
            Cell::Count(own.double_coded),
            Cell::Count(own.episodes),
        ];
        let explanation = format!(
            "{} decided {} turns in {} sessions; {} of these turns were decided by somebody else too.",
            own.coder, own.decided, own.sessions, own.double_coded
        );
        coders.row(cells, explanation);
    }
    let mut pairs = Table::new(
        "coverage_pairs",
        "What each two coders share",
        &[
            "coders",
            "turns",
            "sessions",
            "first only",
            "second only",
            "passed over",
        ],
    );
    for own in &group.pairs {
        let cells = vec![
            Cell::Text(format!("{} / {}", own.first, own.second)),
            Cell::Count(own.both),
            Cell::Count(own.sessions_both),
            Cell::Count(own.sessions_first_only),
            Cell::Count(own.sessions_second_only),
            Cell::Count(own.passed_over),
        ];
        let explanation = format!(
            "Both decided {} turns; {} sessions were opened by both. {} turns were marked by hand by one and passed over by the other.",
            own.both, own.sessions_both, own.passed_over
        );
        pairs.row(cells, explanation);
    }
    Section {
        title: "Coverage".to_owned(),
        notes: vec![format!(
            "{} turns decided by anybody, {} by two or more. The {} that one coder decided are left out of everything below.",
            group.units, group.double_coded, group.single_coded
        )],
        tables: vec![coders, pairs],
        flags: Vec::new(),
    }
}

fn finding(group: &Group, style: Style) -> Section {
    let own = &group.finding;
    let caption = if group.coders.len() > 2 {
        "Do they find the same episodes? Means over each two coders"
    } else {
        "Do they find the same episodes?"
    };
    let mut tables = vec![figures_table("finding", caption, &own.figures, style)];
    tables.push(finding_pairs(&own.pairs));
    let mut flags = Vec::new();
    if own.sessions_without_length > 0 {
        flags.push(format!(
            "alpha of turns leaves out {} sessions whose length is not known",
            own.sessions_without_length
        ));
    }
    Section {
        title: "Finding: which turns are episodes".to_owned(),
        notes: vec![match_rate(group)],
        tables,
        flags,
    }
}

fn finding_pairs(pairs: &[FindingPair]) -> Table {
    let mut table = Table::new(
        "finding_pairs",
        "Episodes of each two coders",
        &[
            "coders",
            "first's",
            "second's",
            "no episode by both",
            "F1 half",
            "interval",
        ],
    );
    for own in pairs {
        let f1 = own.figures.first();
        let cells = vec![
            Cell::Text(format!("{} / {}", own.first, own.second)),
            Cell::Count(own.first_episodes),
            Cell::Count(own.second_episodes),
            Cell::Count(own.both_silent),
            f1.map_or(Cell::Blank, value),
            f1.map_or(Cell::Blank, interval),
        ];
        let explanation = format!(
            "{} marked {} episodes, {} marked {}; in {} sessions neither marked any.",
            own.first, own.first_episodes, own.second, own.second_episodes, own.both_silent
        );
        table.row(cells, explanation);
    }
    table
}

/// Says how many episodes have labels that can be compared.
fn match_rate(group: &Group) -> String {
    let own = group.matching;
    let share = if own.all() == 0 {
        String::new()
    } else {
        format!(" ({} %)", percent(own.matched as f64 / own.all() as f64))
    };
    format!(
        "Labels below are compared on the {} of {} episodes{share} that two coders or more have; {} are no episode to the others, {} found no counterpart on their turn.",
        own.matched,
        own.all(),
        own.verdict_differs,
        own.unmatched
    )
}

fn topic_section(group: &Group, topics: &[&Topic], style: Style) -> Section {
    let mut section = Section {
        title: topics
            .first()
            .map(|topic| heading(topic))
            .unwrap_or_default(),
        notes: Vec::new(),
        tables: Vec::new(),
        flags: Vec::new(),
    };
    if topics.iter().any(|topic| topic.unit != Unit::Turn) {
        let own = group.matching;
        section.notes.push(format!(
            "Episodes matched: {} of {}.",
            own.matched,
            own.all()
        ));
    }
    let is_reading = |topic: &&&Topic| {
        matches!(
            topic.convention,
            Some(Convention::Gate | Convention::Either | Convention::All)
        )
    };
    for topic in topics.iter().filter(|topic| !is_reading(topic)) {
        section.tables.push(figures_table(
            &topic.id,
            &caption(topic),
            &topic.figures,
            style,
        ));
        section.tables.extend(details(topic));
        section
            .flags
            .extend(topic.flags.iter().map(|note| note.text.clone()));
    }
    if topics.iter().any(|topic| is_reading(&topic)) {
        section.tables.push(readings(topics));
        section.notes.push(lost_to_gate(topics));
    }
    section
}

fn heading(topic: &Topic) -> String {
    match &topic.field {
        None => topic.name.clone(),
        Some(field) => {
            let name = topic.name.split(", ").next().unwrap_or(&topic.name);
            if name.eq_ignore_ascii_case(field) {
                name.to_owned()
            } else {
                format!("{name} ({field})")
            }
        }
    }
}

fn caption(topic: &Topic) -> String {
    let unit = match topic.unit {
        Unit::Turn => "turns",
        Unit::Episode => "episodes",
        Unit::Code => "codes",
    };
    let colon = if topic.name.ends_with(['?', ')']) {
        ""
    } else {
        ":"
    };
    let mut caption = format!(
        "{}{colon} n = {} {unit} in {} sessions",
        topic.name, topic.n, topic.sessions
    );
    if topic.convention == Some(Convention::Both) {
        caption.push_str(", where it applies for both");
    }
    if topic.outside_scale > 0 {
        let left_out = topic.outside_scale;
        let _ = write!(
            caption,
            "; {left_out} left out, with a code outside the scale"
        );
    }
    if topic.one_only > 0 {
        let _ = write!(caption, "; {} by one coder only left out", topic.one_only);
    }
    let yes = topic.categories.first();
    if let Some(yes) = yes.filter(|_| topic.scheme == Scheme::Binary) {
        let _ = write!(caption, "; yes is: {}", yes.name);
    }
    caption
}

/// Gives the tables that stand below a question's figures.
fn details(topic: &Topic) -> Vec<Table> {
    let mut tables = Vec::new();
    if topic.codes.iter().any(|row| row.units > 0) {
        tables.push(code_counts(topic));
        tables.push(code_figures(topic));
    }
    for matrix in topic.confusion.iter().filter(|_| topic.n > 0) {
        tables.push(confusion(&topic.id, &topic.name, &topic.categories, matrix));
    }
    if !topic.pairs.is_empty() {
        tables.push(pairs(topic));
    }
    tables
}

/// Makes the table of some figures.
pub(super) fn figures_table(id: &str, caption: &str, figures: &[Figure], style: Style) -> Table {
    let columns: &[&str] = if style.benchmark {
        &["figure", "value", "interval", "on a scale"]
    } else {
        &["figure", "value", "interval"]
    };
    let mut table = Table::new(id, caption, columns);
    for figure in figures {
        let named = if figure.primary { NAMED } else { "" };
        let name = Cell::Text(format!("{named}{}", figure.name));
        let mut cells = vec![name, value(figure), interval(figure)];
        if style.benchmark {
            cells.push(scales::level(figure).map_or(Cell::Blank, Cell::Text));
        }
        table.row(cells, words::explanation(figure));
    }
    table
}

/// Tells whether a figure is read in per cent.
fn is_share(figure: &Figure) -> bool {
    matches!(
        figure.figure,
        "percent" | "exact_match" | "any_overlap" | "within_one_step" | "accuracy"
    )
}

pub(super) fn value(figure: &Figure) -> Cell {
    match (figure.value, figure.undefined) {
        (Some(value), _) if is_share(figure) => Cell::Share(value),
        (Some(value), _) => Cell::Number(value),
        (None, reason) => Cell::Undefined(reason.unwrap_or("it has no value").to_owned()),
    }
}

pub(super) fn interval(figure: &Figure) -> Cell {
    match (figure.low, figure.high, figure.no_interval) {
        (Some(low), Some(high), _) if is_share(figure) => Cell::ShareInterval(low, high),
        (Some(low), Some(high), _) => Cell::Interval(low, high),
        (_, _, Some(reason)) => Cell::Undefined(reason.to_owned()),
        _ => Cell::Blank,
    }
}

fn code_counts(topic: &Topic) -> Table {
    let columns = [
        "code",
        "any",
        "both",
        "first only",
        "second only",
        "neither",
        "yes",
        "no",
    ];
    let mut table = Table::new(
        &format!("{}.codes", topic.id),
        &code_caption(topic),
        &columns,
    );
    for row in topic.codes.iter().filter(|row| row.units > 0) {
        let of = |count: fn(&super::values::TwoByTwo) -> u64| {
            row.table
                .as_ref()
                .map_or(Cell::Blank, |own| Cell::Count(count(own)))
        };
        let cells = vec![
            Cell::Text(row.code.id.clone()),
            Cell::Count(row.units),
            of(|own| own.both),
            of(|own| own.first_only),
            of(|own| own.second_only),
            of(|own| own.neither),
            figure_of(row, "positive_agreement").map_or(Cell::Blank, value),
            figure_of(row, "negative_agreement").map_or(Cell::Blank, value),
        ];
        let name = format!("{} {}", row.code.id, row.code.name);
        let explanation = match row.table {
            Some(own) => format!(
                "{name}: both gave it to {} of the {} that have it from anybody.",
                own.both, row.units
            ),
            None => format!("{name}: {} have it from anybody.", row.units),
        };
        table.row(cells, explanation);
    }
    table
}

/// Names the codes that have no row, since nobody gave them.
fn code_caption(topic: &Topic) -> String {
    let unused = topic.codes.iter().filter(|row| row.units == 0);
    let unused: Vec<&str> = unused.map(|row| row.code.id.as_str()).collect();
    if unused.is_empty() {
        "Each code: who gave it".to_owned()
    } else {
        format!("Each code: who gave it. Never given: {}", unused.join(", "))
    }
}

fn code_figures(topic: &Topic) -> Table {
    let columns = [
        "code",
        "kappa",
        "kappa interval",
        "AC1",
        "AC1 interval",
        "prevalence",
        "bias",
    ];
    let id = format!("{}.code_figures", topic.id);
    let mut table = Table::new(
        &id,
        "Each code, given or not: agreement beyond chance",
        &columns,
    );
    for row in topic.codes.iter().filter(|row| row.units > 0) {
        let of = |id: &str, cell: fn(&Figure) -> Cell| figure_of(row, id).map_or(Cell::Blank, cell);
        let mark = if row.rare { " (rare)" } else { "" };
        let cells = vec![
            Cell::Text(format!("{}{mark}", row.code.id)),
            of("kappa", value),
            of("kappa", interval),
            of("ac1", value),
            of("ac1", interval),
            of("prevalence_index", value),
            of("bias_index", value),
        ];
        table.row(cells, "");
    }
    table
}

fn figure_of<'a>(row: &'a CodeRow, id: &str) -> Option<&'a Figure> {
    row.figures.iter().find(|figure| figure.figure == id)
}

/// Makes the table of who chose what.
pub(super) fn confusion(id: &str, name: &str, categories: &[Category], matrix: &Matrix) -> Table {
    let of_two = format!("{id}.confusion.{}.{}", matrix.first, matrix.second);
    let caption = format!("{name}: rows {}, columns {}", matrix.first, matrix.second);
    // Long ids would make the table wider than any page: their places stand for them.
    let is_long = categories
        .iter()
        .any(|own| own.id.chars().count() > LONGEST_HEAD);
    let heads = categories.iter().zip(1..).map(|(own, place)| {
        if is_long {
            place.to_string()
        } else {
            own.id.clone()
        }
    });
    let heads: Vec<String> = heads.collect();
    let columns: Vec<&str> = ["code"]
        .into_iter()
        .chain(heads.iter().map(String::as_str))
        .collect();
    let mut table = Table::new(&of_two, &caption, &columns);
    for ((category, head), counts) in categories.iter().zip(&heads).zip(&matrix.counts) {
        let first = if is_long {
            format!("{head} {}", category.id)
        } else {
            head.clone()
        };
        let cells = counts.iter().map(|count| Cell::Count(*count));
        let cells = [Cell::Text(first)].into_iter().chain(cells);
        table.row(cells.collect(), "");
    }
    table
}

fn pairs(topic: &Topic) -> Table {
    let id = format!("{}.pairs", topic.id);
    let name = topic.figures.first().map_or("value", |figure| figure.name);
    let mut table = Table::new(
        &id,
        &format!("Each two coders, and all but one: {name}"),
        &["who", "n", "value"],
    );
    let number = |value: Option<f64>, reason: Option<&str>| match value {
        Some(value) => Cell::Number(value),
        None => Cell::Undefined(reason.unwrap_or("it has no value").to_owned()),
    };
    for pair in &topic.pairs {
        let who = format!("{} / {}", pair.first, pair.second);
        table.row(
            vec![
                Cell::Text(who),
                Cell::Count(pair.n),
                number(pair.value, pair.undefined),
            ],
            "",
        );
    }
    if let Some(spread) = &topic.spread {
        for (what, value) in [
            ("lowest", spread.min),
            ("median", spread.median),
            ("highest", spread.max),
        ] {
            table.row(
                vec![
                    Cell::Text(what.to_owned()),
                    Cell::Blank,
                    Cell::Number(value),
                ],
                "",
            );
        }
        if let Some(light) = spread.light {
            let what = Cell::Text("mean kappa of pairs (Light)".to_owned());
            table.row(vec![what, Cell::Blank, Cell::Number(light)], "");
        }
    }
    for own in &topic.without {
        let cells = vec![
            Cell::Text(format!("without {}", own.coder)),
            Cell::Blank,
            number(own.value, own.undefined),
        ];
        table.row(
            cells,
            format!(
                "The figure of the others; where it is higher, {} differs from them.",
                own.coder
            ),
        );
    }
    table
}

/// Compares the readings of a field that does not always apply.
fn readings(topics: &[&Topic]) -> Table {
    let id = topics
        .first()
        .map(|topic| format!("{}.readings", topic.field.as_deref().unwrap_or_default()));
    let mut table = Table::new(
        &id.unwrap_or_default(),
        "The same labels, counted in different ways; the first is the one to report",
        &["which episodes", "n", "agree", "AC1", "kappa", "alpha"],
    );
    let order = [
        Convention::Both,
        Convention::Either,
        Convention::All,
        Convention::Gate,
    ];
    let of = |convention| {
        topics
            .iter()
            .find(move |topic| topic.convention == Some(convention))
    };
    for topic in order.into_iter().filter_map(of) {
        let (name, explanation) = match topic.convention {
            Some(Convention::Gate) => (
                "does it apply at all?",
                "Before the codes: do the coders agree that the question arises?",
            ),
            Some(Convention::Either) => (
                "it applies for one at least",
                "Where one coder says that the question does not arise, that counts as another answer.",
            ),
            Some(Convention::All) => (
                "all",
                "Agreement that the question does not arise counts too, which lifts the figures.",
            ),
            _ => (
                "it applies for both",
                "Only the clear cases: those in which both say that the question arises.",
            ),
        };
        let figure = |ids: &[&str]| {
            let found = topic
                .figures
                .iter()
                .find(|figure| ids.contains(&figure.figure));
            found.map_or(Cell::Blank, value)
        };
        let cells = vec![
            Cell::Text(name.to_owned()),
            Cell::Count(topic.n),
            figure(&["percent", "exact_match"]),
            figure(&["ac1"]),
            figure(&["kappa"]),
            figure(&["alpha", "alpha_masi"]),
        ];
        table.row(cells, explanation);
    }
    table
}

fn lost_to_gate(topics: &[&Topic]) -> String {
    let n = |convention| {
        let topic = topics
            .iter()
            .find(|topic| topic.convention == Some(convention));
        topic.map_or(0, |topic| topic.n)
    };
    let (both, either) = (n(Convention::Both), n(Convention::Either));
    let share = if either == 0 {
        String::new()
    } else {
        format!(
            " ({} %)",
            percent(either.saturating_sub(both) as f64 / either as f64)
        )
    };
    format!(
        "Of {either} episodes to which it applies for one coder at least, {}{share} are lost because it does not apply for the other.",
        either.saturating_sub(both)
    )
}
