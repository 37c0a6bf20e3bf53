//! The programs give one result in every language and on every tier, at a size that a debug build runs at once.

use lyra::Tier;
use lyra_benches::candidate::Candidate;
use lyra_benches::catalogue::{self, PROGRAMS, Support, WEBASSEMBLY};
use lyra_benches::context::Context;
use lyra_benches::failure::{Failure, Result};
use lyra_benches::measure::Job;
use lyra_benches::options::Options;
use lyra_benches::parts::{Machine, Part};
use lyra_benches::worker::{self, Instance};
use lyra_benches::{candidate, pin::Pin};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("programs")
}

/// Says something even when the test passes: a check that did not happen must not look like one that passed.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[test]
fn the_catalogue_lists_what_is_in_the_directory() {
    let listed: BTreeSet<String> = PROGRAMS
        .iter()
        .flat_map(|program| ["lyra", "rs", "lua", "js"].map(|ending| format!("{}.{ending}", program.name)))
        .chain(WEBASSEMBLY.iter().map(|program| format!("{program}.wat")))
        .chain(["worker.lua".to_owned(), "worker.js".to_owned()])
        .collect();
    let there: BTreeSet<String> = std::fs::read_dir(directory())
        .expect("the directory is there")
        .map(|entry| entry.expect("the directory can be read").file_name().to_string_lossy().into_owned())
        .collect();
    let missing: Vec<_> = listed.difference(&there).collect();
    let unlisted: Vec<_> = there.difference(&listed).collect();
    assert!(missing.is_empty() && unlisted.is_empty(), "missing: {missing:?}, not listed: {unlisted:?}");
    assert_eq!(PROGRAMS.len(), 16);
}

#[test]
fn sizes_grow() {
    for program in PROGRAMS {
        assert!(
            0 < program.check && program.check < program.quick && program.quick < program.full,
            "{program:?}"
        );
    }
}

#[test]
fn native_twins_give_the_checksums() {
    let mut faults = Vec::new();
    for program in PROGRAMS {
        let found = (program.native)(program.check);
        if found != program.checksum {
            faults.push(format!("{}: {found}, and the catalogue says {}", program.name, program.checksum));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn lyra_gives_the_checksums_on_every_tier_or_waits_for_the_language() {
    let mut faults = Vec::new();
    let mut running = 0;
    for program in PROGRAMS {
        let text = catalogue::source(&directory(), program.name).expect("the file is there");
        match catalogue::support(program.name, &text) {
            Support::Wrong(report) => faults.push(format!("{} does not compile:\n{report}", program.name)),
            Support::Pending(missing) => {
                say(&format!("pending: {} needs {}", program.name, missing.join(", ")))
            }
            Support::Runs => {
                running += 1;
                for &tier in Tier::ALL {
                    let found = Instance::new(tier, program.name, &text)
                        .and_then(|mut instance| instance.call(program.check))
                        .unwrap_or_else(|failure| failure.to_string());
                    if found != program.checksum {
                        faults.push(format!("{} on {tier}: {found}, not {}", program.name, program.checksum));
                    }
                }
                // What other translations do is compared with generated programs.
                let found = by_part(&Part::Preallocated, program.name, &text, program.check);
                let found = found.unwrap_or_else(|failure| failure.to_string());
                if found != program.checksum {
                    let name = Part::Preallocated.name();
                    faults.push(format!("{} by {name}: {found}, not {}", program.name, program.checksum));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(running >= 10, "Lyra runs only {running} of the programs");
}

fn by_part(part: &Part, name: &str, text: &str, size: i32) -> Result<String, Failure> {
    Machine::new(part, worker::limits(), name, text)?.call(size)
}

#[test]
fn peers_give_the_checksums() {
    let options = Options { smoke: true, ..Options::default() };
    let mut context = Context::new(options, "test".to_owned()).expect("the machine can be described");
    let all = candidate::all(&mut context).expect("this program is found");
    for note in context.results.notes.iter().filter(|note| note.contains("was not measured")) {
        say(&format!("NOT TESTED: {note}"));
    }
    // The worker for native Rust and Lyra is another program than this one; they are tested above.
    let own: Vec<String> = [candidate::NATIVE.to_owned()]
        .into_iter()
        .chain(Tier::ALL.iter().map(|tier| format!("{}{tier}", candidate::LYRA)))
        .collect();
    let peers: Vec<Candidate> = all.into_iter().filter(|candidate| !own.contains(&candidate.name)).collect();
    let mut faults = Vec::new();
    let pin = Pin::default();
    for program in PROGRAMS {
        let directory = directory();
        let job = Job {
            directory: &directory,
            program: program.name,
            size: program.check,
            candidates: &peers,
            pin: &pin,
        };
        for peer in peers.iter().filter(|peer| peer.has(program.name)) {
            match job.run(peer, 2) {
                Ok(reply) if reply.checksum == program.checksum => {}
                Ok(reply) => {
                    let (found, checksum) = (reply.checksum, program.checksum);
                    faults.push(format!("{} by {}: {found}, not {checksum}", program.name, peer.name));
                }
                Err(failure) => faults.push(failure.to_string()),
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
