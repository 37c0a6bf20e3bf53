//! `cargo xtask seeded`: tests of the tests. Each file of `crates/lyra-conformance/seeded` is a bug: a piece of a source
//! file and what stands there instead. In a copy of the workspace each is put in, alone, and generated programs must
//! show a difference.
//!
//! ```text
//! What is wrong with it, in a line.
//! --- crates/…/file.rs
//! the piece, which stands once in the file
//! +++
//! what stands there instead
//! ```
//!
//! A bug that does not fit the code any more is a failure, and so is a copy that does not build: neither may look like
//! a bug that was found.

use crate::ci::cargo;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// A bug that can be put in.
struct Seed {
    name: String,
    what: String,
    file: PathBuf,
    before: String,
    after: String,
}

/// Puts in each bug whose name contains `only`, and looks for it with so many programs; with `check` only sees whether
/// each fits.
///
/// # Errors
/// When one was not found, does not fit, or does not build.
pub(crate) fn run(root: &Path, only: &str, programs: u64, check: bool) -> Result<(), String> {
    let seeds = seeds(root, only)?;
    for seed in &seeds {
        seed.planted(root)?;
    }
    println!("{} bugs fit the code", seeds.len());
    if check {
        return Ok(());
    }
    let copy = root.join("target/seeded/copy");
    let target = root.join("target/seeded/target");
    copy_tracked(root, &copy)?;
    // Without a bug nothing may be found, or finding one would mean nothing.
    build(&copy, &target)?;
    let sound = fuzz(&copy, &target, 200)?;
    if !sound.status.success() {
        return Err(format!("programs differ without any bug:\n{}", String::from_utf8_lossy(&sound.stdout)));
    }
    let mut missed = Vec::new();
    let mut times = Vec::new();
    for seed in &seeds {
        let file = copy.join(&seed.file);
        let original = read(&file)?;
        write(&file, &seed.planted(&copy)?)?;
        let built = build(&copy, &target);
        let start = Instant::now();
        let outcome = built.and_then(|()| fuzz(&copy, &target, programs));
        write(&file, &original)?;
        let time = start.elapsed();
        match outcome.and_then(|outcome| found(&outcome)) {
            Ok(difference) => {
                times.push(time);
                println!("found  {} in {:.1} s: {difference}", seed.name, time.as_secs_f64());
            }
            Err(why) => {
                println!("MISSED {}: {}: {why}", seed.name, seed.what);
                missed.push(seed.name.as_str());
            }
        }
    }
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or(Duration::ZERO);
    println!("{} of {} found, median {:.1} s", times.len(), seeds.len(), median.as_secs_f64());
    if missed.is_empty() { Ok(()) } else { Err(format!("not found: {}", missed.join(", "))) }
}

/// How the bug shows, in a line; or why it does not.
fn found(outcome: &Output) -> Result<String, String> {
    if outcome.status.success() {
        return Err("all programs agree".to_owned());
    }
    let said = || String::from_utf8_lossy(&outcome.stderr).into_owned();
    first_difference(outcome).ok_or_else(|| format!("the campaign failed without a difference:\n{}", said()))
}

/// How the bug shows, in a line: by a difference, or by the end of the process.
fn first_difference(outcome: &Output) -> Option<String> {
    let text = String::from_utf8_lossy(&outcome.stdout);
    let line = text.lines().find(|line| line.starts_with("seed ") && line.ends_with("differs:"));
    let line = line.map(|line| line.trim_end_matches(':').to_owned());
    let died = outcome.status.code().is_none().then(|| format!("the process ended with {}", outcome.status));
    line.or(died)
}

fn seeds(root: &Path, only: &str) -> Result<Vec<Seed>, String> {
    let folder = root.join("crates/lyra-conformance/seeded");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "seed"));
    files.sort();
    let mut seeds = Vec::new();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name.contains(only) {
            let text = read(&file)?;
            seeds.push(
                parse(&name, &text)
                    .ok_or_else(|| format!("{}: not in the form of a seed", file.display()))?,
            );
        }
    }
    if seeds.is_empty() { Err(format!("no bug is named like {only:?}")) } else { Ok(seeds) }
}

fn parse(name: &str, text: &str) -> Option<Seed> {
    let (what, rest) = text.split_once("\n--- ")?;
    let (file, rest) = rest.split_once('\n')?;
    let (before, after) = rest.split_once("\n+++\n")?;
    Some(Seed {
        name: name.to_owned(),
        what: what.to_owned(),
        file: PathBuf::from(file),
        before: before.to_owned(),
        after: after.strip_suffix('\n')?.to_owned(),
    })
}

impl Seed {
    /// The file with the bug in it.
    fn planted(&self, root: &Path) -> Result<String, String> {
        let text = read(&root.join(&self.file))?;
        match text.matches(&self.before).count() {
            1 => Ok(text.replace(&self.before, &self.after)),
            count => Err(format!("{}: its piece stands {count} times in {}", self.name, self.file.display())),
        }
    }
}

/// Copies what git knows of, as it stands; files that are the same are not touched, so that little is built again.
fn copy_tracked(root: &Path, copy: &Path) -> Result<(), String> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root).output();
    let listed = listed.map_err(|error| format!("cannot start git: {error}"))?;
    for name in String::from_utf8_lossy(&listed.stdout).split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (root.join(name), copy.join(name));
        let Ok(bytes) = std::fs::read(&from) else { continue };
        if std::fs::read(&to).is_ok_and(|old| old == bytes) {
            continue;
        }
        let folder = to.parent().unwrap_or(copy);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&to, bytes))
            .map_err(|error| format!("{}: {error}", to.display()))?;
    }
    Ok(())
}

fn build(copy: &Path, target: &Path) -> Result<(), String> {
    let arguments = ["build", "--quiet", "-p", "lyra-conformance", "--bin", "lyra-fuzz"];
    let mut command = Command::new(cargo());
    command.args(arguments).current_dir(copy).env("CARGO_TARGET_DIR", target);
    let built = command.output().map_err(|error| format!("cannot start cargo: {error}"))?;
    if built.status.success() {
        return Ok(());
    }
    Err(format!("the copy does not build:\n{}", String::from_utf8_lossy(&built.stderr)))
}

fn fuzz(copy: &Path, target: &Path, programs: u64) -> Result<Output, String> {
    let program = target.join("debug").join(format!("lyra-fuzz{}", std::env::consts::EXE_SUFFIX));
    let mut command = Command::new(&program);
    command.args(["--programs", &programs.to_string(), "--failures", "1", "--as-found", "--no-keep"]);
    command.current_dir(copy).output().map_err(|error| format!("cannot start {}: {error}", program.display()))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
