//! What programs are run by: native Rust, every tier of Lyra, and what a user would pick instead.
//!
//! Each is a command that follows the worker protocol: given a file, a size and a number of repeats it prints the
//! checksum once and the CPU time of each repeat ([`crate::worker`] reads that).

use crate::catalogue::{PROGRAMS, Program, WEBASSEMBLY};
use crate::child;
use crate::context::Context;
use crate::failure::Result;
use crate::machine;
use crate::parts::PART;
use crate::worker::Reply;
use lyra::Tier;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Native Rust's name in tables and results.
pub const NATIVE: &str = "rust";

/// What the name of a tier of Lyra begins with.
pub const LYRA: &str = "lyra:";

/// A way of running the programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its name in tables and results: `rust`, `lyra:reference`, `luajit -joff`.
    pub name: String,
    /// Whether it compiles while it runs, so that the first calls of a program are slower than later ones.
    pub warms_up: bool,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// A `lyra-bench` program runs it, as the candidate of this name.
    Own { binary: PathBuf, candidate: String },
    /// An interpreter runs the twin in its language, through the shim of that language.
    Peer { command: &'static str, arguments: &'static [&'static str], extension: &'static str },
    /// wasmi runs the WebAssembly twins: only some programs have one. Its program is the worker itself.
    Wasmi { binary: PathBuf },
}

/// wasmi's name in tables and results.
pub const WASMI: &str = "wasmi";

/// The program of `benches/wasmi`, and how it is built where `cargo xtask bench` does not do it.
const WASMI_BINARY: &str = "lyra-bench-wasmi";
const WASMI_BUILD: &str =
    "cargo build --release --manifest-path benches/wasmi/Cargo.toml --target-dir target";

/// A peer: its name, whether it compiles while it runs, how it is started, how it is asked for its version, the
/// ending of its programs.
struct Peer {
    name: &'static str,
    warms_up: bool,
    command: &'static str,
    arguments: &'static [&'static str],
    version: &'static str,
    extension: &'static str,
}

/// The peers, in the order of the tables.
const PEERS: &[Peer] = &[
    Peer {
        name: "luajit",
        warms_up: true,
        command: "luajit",
        arguments: &[],
        version: "-v",
        extension: "lua",
    },
    Peer {
        name: "luajit -joff",
        warms_up: false,
        command: "luajit",
        arguments: &["-joff"],
        version: "-v",
        extension: "lua",
    },
    Peer {
        name: "lua5.4",
        warms_up: false,
        command: "lua5.4",
        arguments: &[],
        version: "-v",
        extension: "lua",
    },
    Peer {
        name: "node",
        warms_up: true,
        command: "node",
        arguments: &[],
        version: "--version",
        extension: "js",
    },
];

impl Candidate {
    /// Native Rust: the twin that is compiled into `binary`, a `lyra-bench`.
    #[must_use]
    pub fn native(binary: &Path) -> Self {
        let kind = Kind::Own { binary: binary.to_owned(), candidate: NATIVE.to_owned() };
        Self { name: NATIVE.to_owned(), warms_up: false, kind }
    }

    /// A tier of the Lyra in `binary`, a `lyra-bench`, perhaps an older one: so the tier is named, not typed.
    #[must_use]
    pub fn lyra(binary: &Path, tier: &str) -> Self {
        let name = format!("{LYRA}{tier}");
        let kind = Kind::Own { binary: binary.to_owned(), candidate: name.clone() };
        // Which tiers compile is the tier's matter; running some more harms no other.
        Self { name, warms_up: true, kind }
    }

    /// A tier with a part of it switched, by the part's name.
    #[must_use]
    pub fn part(binary: &Path, part: &str) -> Self {
        let name = format!("{PART}{part}");
        let kind = Kind::Own { binary: binary.to_owned(), candidate: name.clone() };
        Self { name, warms_up: true, kind }
    }

    /// Under another name, where two of the same would meet.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.to_owned();
        self
    }

    /// Whether it is a tier of Lyra, and so runs only what Lyra can.
    #[must_use]
    pub fn is_lyra(&self) -> bool {
        matches!(&self.kind, Kind::Own { candidate, .. } if candidate.starts_with(LYRA))
    }

    /// Whether there is a twin of `program` for it: everybody but wasmi has one of each.
    #[must_use]
    pub fn has(&self, program: &str) -> bool {
        !matches!(self.kind, Kind::Wasmi { .. }) || WEBASSEMBLY.contains(&program)
    }

    /// The file of `program` that it runs, in the directory of programs.
    #[must_use]
    pub fn file(&self, directory: &Path, program: &str) -> PathBuf {
        let extension = match &self.kind {
            Kind::Own { candidate, .. } if candidate == NATIVE => "rs",
            Kind::Own { .. } => "lyra",
            Kind::Peer { extension, .. } => extension,
            Kind::Wasmi { .. } => "wat",
        };
        directory.join(format!("{program}.{extension}"))
    }

    /// The command that runs `program` of `directory` at `size`, `repeats` times.
    #[must_use]
    pub fn command(&self, directory: &Path, program: &str, size: i32, repeats: u32) -> Command {
        let file = self.file(directory, program);
        let mut command = match &self.kind {
            Kind::Own { binary, candidate } => {
                let mut command = Command::new(binary);
                command.args(["worker", "--candidate", candidate]);
                command
            }
            Kind::Peer { command, arguments, extension } => {
                let mut started = Command::new(command);
                started.args(*arguments).arg(directory.join(format!("worker.{extension}")));
                started
            }
            Kind::Wasmi { binary } => Command::new(binary),
        };
        command.arg(file).arg(size.to_string()).arg(repeats.to_string());
        command
    }
}

/// This program, as the worker of native Rust and of Lyra.
///
/// # Errors
/// When the system does not tell where it is.
pub fn own_binary() -> Result<PathBuf> {
    Ok(std::env::current_exe().map_err(|error| format!("cannot find this program itself: {error}"))?)
}

/// Every candidate that is there, in the order of the tables: native Rust, Lyra's tiers, the peers. Those that are
/// missing are told on standard error and noted in the results; versions of the others are noted too.
///
/// # Errors
/// When the system does not tell where this program is.
pub fn all(context: &mut Context) -> Result<Vec<Candidate>> {
    let binary = own_binary()?;
    let mut candidates = vec![Candidate::native(&binary)];
    candidates.extend(Tier::ALL.iter().map(|tier| Candidate::lyra(&binary, tier.name())));
    let mut found: Vec<_> = PEERS.iter().map(|peer| (peer.name, probe(peer, context))).collect();
    found.push((WASMI, wasmi(&binary, context)));
    for (name, found) in found {
        match found {
            Ok((candidate, version)) => {
                context.results.versions.insert(name.to_owned(), version);
                candidates.push(candidate);
            }
            Err(why) => context.note(format!("{name} was not measured: {why}")),
        }
    }
    Ok(candidates)
}

/// wasmi, where its program was built as released: in the directory `release` beside or above that of `own`, which
/// may be a build by another profile, a test, or a baseline.
fn wasmi(own: &Path, context: &mut Context) -> std::result::Result<(Candidate, String), String> {
    let file = format!("release/{WASMI_BINARY}{}", std::env::consts::EXE_SUFFIX);
    let binary = own.ancestors().map(|above| above.join(&file)).find(|path| path.is_file());
    let binary = binary.ok_or_else(|| format!("`{WASMI_BINARY}` is not built: {WASMI_BUILD}"))?;
    let version = machine::first_line(Command::new(&binary).arg("--version"))?;
    let candidate = Candidate { name: WASMI.to_owned(), warms_up: false, kind: Kind::Wasmi { binary } };
    try_once(&candidate, context)?;
    context.note(format!("{WASMI} runs only {}: its means are over these", WEBASSEMBLY.join(", ")));
    Ok((candidate, version))
}

/// The names of all peers, installed or not, in the order of the tables.
pub fn peer_names() -> impl Iterator<Item = &'static str> {
    PEERS.iter().map(|peer| peer.name).chain([WASMI])
}

/// A peer that is there and runs programs, with its version; why not, where it does not. One that is there may
/// still be too old for the programs, or another program of the same name.
fn probe(peer: &Peer, context: &Context) -> std::result::Result<(Candidate, String), String> {
    let mut version = Command::new(peer.command);
    let version = machine::first_line(version.args(peer.arguments).arg(peer.version))?;
    let kind = Kind::Peer { command: peer.command, arguments: peer.arguments, extension: peer.extension };
    let candidate = Candidate { name: peer.name.to_owned(), warms_up: peer.warms_up, kind };
    try_once(&candidate, context)?;
    Ok((candidate, version))
}

/// Runs the first program at its smallest size.
fn try_once(candidate: &Candidate, context: &Context) -> std::result::Result<(), String> {
    if let Some(first) = PROGRAMS.first() {
        let mut command = candidate.command(&context.directory, first.name, first.check, 1);
        let output = child::run(&mut command, machine::PROBE_LIMIT, None)?;
        Reply::parse(&output.stdout)?;
    }
    Ok(())
}

/// Checks that each program has a file for each candidate that has a twin of it.
///
/// # Errors
/// The first that is missing.
pub fn require_files(candidates: &[Candidate], programs: &[&Program], directory: &Path) -> Result<()> {
    for program in programs {
        for candidate in candidates.iter().filter(|candidate| candidate.has(program.name)) {
            let file = candidate.file(directory, program.name);
            if !file.is_file() {
                return Err(format!("the program {} has no {}", program.name, file.display()).into());
            }
        }
    }
    Ok(())
}
