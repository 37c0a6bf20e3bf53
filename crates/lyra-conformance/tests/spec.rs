//! Every program of `spec/` does what its comments promise: under every profile, on every way from text to result.
//!
//! `LYRA_SPEC=text cargo test -p lyra-conformance --test spec` runs the programs whose name contains the text.

use lyra_conformance::program::comparable;
use lyra_conformance::run::{PROFILES, Way, run};
use lyra_conformance::{Outcome, Program, corpus, diff};
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Programs that use more fuel than this take the direct and the sealed way only.
const HEAVY: u64 = 300_000;
/// Programs that use more than this take the direct way only.
const HUGE: u64 = 2_000_000;
/// Native stack of a run: no program may need more, from its text to its result.
const STACK: usize = 512 << 10;

#[test]
fn every_program_does_what_it_promises() {
    let programs = corpus::programs();
    let complaints = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    let worker = || {
        while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let found = check(program);
            if !found.is_empty() {
                complaints.lock().unwrap().push((program.name.clone(), found));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            let small = std::thread::Builder::new().stack_size(STACK);
            small.spawn_scoped(scope, worker).expect("a thread");
        }
    });
    let mut complaints = complaints.into_inner().unwrap();
    complaints.sort();
    let text: String = complaints.iter().map(|(_, found)| found.as_str()).collect();
    assert!(complaints.is_empty(), "{} of {} programs fail\n\n{text}", complaints.len(), programs.len());
}

/// What is wrong with a program, under all profiles.
fn check(program: &Program) -> String {
    let mut text = String::new();
    for &profile in PROFILES {
        let take = |way| run(profile, way, &program.name, &program.source, &program.expected.options);
        let direct = take(Way::Direct);
        if let Some(complaint) = diff::complaint(program, &direct) {
            text.push_str(&complaint);
            continue;
        }
        for way in Way::ALL.into_iter().skip(1) {
            if direct.fuel > HUGE || direct.fuel > HEAVY && way != Way::Sealed {
                continue;
            }
            let other = take(way);
            if !same(way, &direct, &other) {
                let _ = writeln!(text, "{} ({profile:?}):\n  {way:?} differs", program.name);
                if direct.output != other.output {
                    text.push_str(&diff::of_lines(&comparable(&direct.output), &comparable(&other.output)));
                }
                let _ = writeln!(text, "    - {:?}, {} fuel", direct.error, direct.fuel);
                let _ = writeln!(text, "    + {:?}, {} fuel", other.error, other.fuel);
            }
        }
    }
    text
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
