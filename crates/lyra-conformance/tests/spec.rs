//! Every program of `spec/` does what its comments promise: under every profile, on every way from text to result.
//!
//! `LYRA_SPEC=text cargo test -p lyra-conformance --test spec` runs the programs whose name contains the text.
//!
//! A program may be there before the part of the language that it is about: as long as the compiler says
//! "this version has no …" (E0901) to it, it is *pending*, counted on standard error. Any other outcome is
//! compared with its promises as usual, so there is no list to keep and none that can go stale.
//! `LYRA_PENDING=list` names the pending programs, `LYRA_PENDING=0` makes them failures.

use lyra::Tier;
use lyra_conformance::program::comparable;
use lyra_conformance::run::{Way, run_program};
use lyra_conformance::{Outcome, Program, corpus, diff};
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Programs that use more fuel than this take the direct and the sealed way only, those of `programs/` the unfolded
/// one, too: they are the ones with much to fold.
const HEAVY: u64 = 300_000;
/// Programs that use more than this take the direct way only.
const HUGE: u64 = 2_000_000;
/// Those of `programs/` that use more than this are not collected at every allocation: they keep much alive.
const LIVELY: u64 = 50_000;
/// Native stack of a run: no program may need more, from its text to its result.
const STACK: usize = 512 << 10;

#[test]
fn every_program_does_what_it_promises() {
    let mut programs = corpus::programs();
    if !cfg!(feature = "std-modules") {
        programs.retain(|program| !needs_modules(program));
    }
    let complaints = Mutex::new(Vec::new());
    let pending = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    let worker = || {
        while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
            match check(program) {
                Verdict::Pending => pending.lock().unwrap().push(program.name.as_str()),
                Verdict::Checked(found) if found.is_empty() => {}
                Verdict::Checked(found) => complaints.lock().unwrap().push((program.name.clone(), found)),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            let small = std::thread::Builder::new().stack_size(STACK);
            small.spawn_scoped(scope, worker).expect("a thread");
        }
    });
    let mut pending = pending.into_inner().unwrap();
    pending.sort_unstable();
    corpus::report_pending("spec", &pending, programs.len());
    let mut complaints = complaints.into_inner().unwrap();
    complaints.sort();
    let text: String = complaints.iter().map(|(_, found)| found.as_str()).collect();
    assert!(complaints.is_empty(), "{} of {} programs fail\n\n{text}", complaints.len(), programs.len());
}

/// Whether a program imports a standard module.
fn needs_modules(program: &Program) -> bool {
    let texts = std::iter::once(&program.source).chain(program.files.iter().map(|(_, text)| text));
    let imports = texts.flat_map(|text| text.lines()).filter_map(|line| line.trim().strip_prefix("import "));
    let mut names = imports.filter_map(|rest| rest.split_whitespace().next());
    names.any(|name| lyra_std::MODULES.iter().any(|module| module.name == name))
}

/// What a test of a program comes to.
enum Verdict {
    /// The part of the language that it is about is not there yet.
    Pending,
    /// It was run: what is wrong with it, nothing if nothing is.
    Checked(String),
}

/// What is wrong with a program, under all profiles.
fn check(program: &Program) -> Verdict {
    let mut text = String::new();
    let mut reference: Option<Outcome> = None;
    for &tier in Tier::ALL {
        let take = |way| run_program(tier, way, program);
        let direct = take(Way::Direct);
        if direct.error.as_ref().is_some_and(|error| error.is_pending) {
            return Verdict::Pending;
        }
        if let Some(complaint) = diff::complaint(program, &direct) {
            text.push_str(&complaint);
            continue;
        }
        let reference = reference.get_or_insert_with(|| direct.clone());
        if *reference != direct {
            let _ = writeln!(text, "{} ({tier}) differs from the reference:", program.name);
            text.push_str(&diff::of_lines(&comparable(&reference.output), &comparable(&direct.output)));
            let _ = writeln!(text, "    - {:?}, {} fuel", reference.error, reference.fuel);
            let _ = writeln!(text, "    + {:?}, {} fuel", direct.error, direct.fuel);
        }
        let is_whole = program.name.starts_with("programs/");
        for way in Way::ALL.into_iter().skip(1) {
            // How a program gets to the machine is the same for every tier; what moves references about is not.
            let is_meant = match way {
                Way::Collecting => true,
                // The heap that collects in steps is the same in every tier that has it.
                Way::Stepping => Tier::ALL.last() == Some(&tier),
                _ => tier == Tier::Reference,
            };
            if !is_meant {
                continue;
            }
            let most = match way {
                Way::Sealed => HUGE,
                Way::Unfolded if is_whole => HUGE,
                Way::Collecting | Way::Stepping if is_whole => LIVELY,
                _ => HEAVY,
            };
            if direct.fuel > most {
                continue;
            }
            let other = take(way);
            if !same(way, &direct, &other) {
                let _ = writeln!(text, "{} ({tier}):\n  {way:?} differs", program.name);
                if direct.output != other.output {
                    text.push_str(&diff::of_lines(&comparable(&direct.output), &comparable(&other.output)));
                }
                let _ = writeln!(text, "    - {:?}, {} fuel", direct.error, direct.fuel);
                let _ = writeln!(text, "    + {:?}, {} fuel", other.error, other.fuel);
            }
        }
    }
    Verdict::Checked(text)
}

/// Whether a way agrees with the direct one, in everything that it can know.
fn same(way: Way, direct: &Outcome, other: &Outcome) -> bool {
    let mut direct = direct.clone();
    if way == Way::Stripped
        && let Some(error) = &mut direct.error
    {
        error.place = None;
    }
    direct == *other
}

#[test]
fn the_corpus_is_there() {
    let chapters = [
        "01-",
        "02-",
        "03-",
        "04-",
        "05-",
        "06-",
        "07-",
        "08-",
        "09-",
        "10-",
        "11-",
        "12-",
        "13-",
        "14-",
        "15-",
        "16-",
        "17-",
        "18-",
        "19-",
        "20-",
        "21-",
        "22-",
        "23-",
        "24-",
        "25-",
        "26-",
        "27-",
        "28-",
        "themes/",
        "programs/",
    ];
    let dir = corpus::spec_dir();
    let names: Vec<String> = corpus::files(&dir).iter().map(|file| corpus::name_of(&dir, file)).collect();
    for chapter in chapters {
        assert!(names.iter().any(|name| name.starts_with(chapter)), "no program in {chapter}");
    }
    assert!(names.len() >= 220, "{} programs", names.len());
}
