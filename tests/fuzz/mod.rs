//! Changed files for whatever reads files: the frame, shared by the hunt (`tests/bench/fuzz.rs`) and by the tests that
//! keep what it found.
//!
//! A [`Target`] is a row: its name, its seeds, and what reads them. No compiler on the stable channel tells which code an
//! input reaches, so the changes know the structure instead: lines, JSON values, the pages and cells of a database.

mod changes;
mod importers;
mod lines;
pub(crate) mod sound;
mod study;
mod tables;
mod values;

use std::fs;
use std::path::{Path, PathBuf};

use pushback::random::Pcg64;

pub(crate) use changes::changed;

use crate::given::files;

/// All targets.
pub(crate) const TARGETS: &[Target] = &[importers::TARGET, study::TARGET];

/// Something that reads files which anybody may have written.
pub(crate) struct Target {
    /// Its name on the command line, and that of its folder below `tests/fixtures/found`.
    pub(crate) name: &'static str,
    /// Gives sound files, to be changed.
    pub(crate) seeds: fn() -> Vec<Seed>,
    /// Reads the file of this name in a folder where all seeds lie; panics where something is wrong.
    pub(crate) run: fn(&Path, &str),
}

/// A sound file.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    /// Its path, with `/` between folders.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// A folder in which all seeds of a target lie, one of them changed at a time.
pub(crate) struct Ground {
    folder: PathBuf,
    pub(crate) seeds: Vec<Seed>,
}

impl Ground {
    /// Lays all seeds of a target into a folder.
    pub(crate) fn new(folder: &Path, target: &Target) -> Ground {
        let ground = Ground {
            folder: folder.to_owned(),
            seeds: (target.seeds)(),
        };
        for seed in &ground.seeds {
            ground.put(&seed.name, &seed.bytes);
        }
        ground
    }

    /// Writes a file of the folder.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Gives an input: the same seed and number give the same one.
    pub(crate) fn input(&self, target: &Target, seed: u64, number: u64) -> Seed {
        let mut random = Pcg64::stream(seed, target.name, number);
        let at = pick(&mut random, self.seeds.len());
        Seed {
            name: self.seeds[at].name.clone(),
            bytes: changed(&self.seeds, at, &mut random),
        }
    }

    /// Reads an input in its place, and puts back what stood there.
    pub(crate) fn run(&self, target: &Target, input: &Seed) {
        self.put(&input.name, &input.bytes);
        (target.run)(&self.folder, &input.name);
        let own = self.seeds.iter().find(|seed| seed.name == input.name);
        match own {
            Some(seed) => self.put(&seed.name, &seed.bytes),
            None => fs::remove_file(self.folder.join(&input.name)).unwrap(),
        }
    }
}

/// Gives the folder of all fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Gives every file below a folder by its path from there, sorted.
pub(crate) fn below(folder: &Path) -> Vec<String> {
    let files = files(folder).into_iter();
    let names = files.map(|path| {
        let name = path.strip_prefix(folder).unwrap();
        name.to_str().unwrap().replace('\\', "/")
    });
    names.collect()
}

/// Draws a number below a bound, which is not 0.
fn pick(random: &mut Pcg64, bound: usize) -> usize {
    usize::try_from(random.below(bound as u64)).unwrap()
}

/// Draws an item.
fn one<'a, T>(random: &mut Pcg64, items: &'a [T]) -> &'a T {
    &items[pick(random, items.len())]
}

/// Draws a part of so many items, perhaps an empty one.
fn part(random: &mut Pcg64, of: usize) -> std::ops::Range<usize> {
    let start = pick(random, of + 1);
    // Short parts are more telling than long ones.
    let most = if random.below(4) == 0 {
        of - start
    } else {
        (of - start).min(40)
    };
    start..start + pick(random, most + 1)
}
