//! What a compilation can be asked for, and what the host tells the checker of its own functions.

use lyra_bytecode::{HostSignature, HostType};

/// Choices for [`compile`](crate::compile). The default is what `lyra run` uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileOptions {
    /// What an integer result that does not fit does. Default: wraps.
    pub overflow: Overflow,
    /// Whether constants are folded and dead code is dropped. Off only to test that it changes nothing.
    /// Default: on.
    pub fold: bool,
    /// How much is kept for messages. Default: positions, names and the source.
    pub debug: DebugLevel,
    /// Whether the last top-level expression is the program's result. Default: no.
    pub evaluate: Evaluate,
    /// Whether `test` and `bench` blocks are compiled. They are checked in any case. Default: no.
    pub tests: bool,
    /// The host's functions that the program may call. Default: none.
    pub host: Vec<HostFunction>,
    /// The modules that every program may import by name, unless the host has one of that name. Default: none.
    pub standard: &'static [StandardModule],
    /// Bytes that all files together may have, when there are several. Default: [`lyra_syntax::MAX_SOURCE_BYTES`].
    pub source_bytes: usize,
}

impl Default for CompileOptions {
    fn default() -> Self {
        Self {
            overflow: Overflow::Wrap,
            fold: true,
            debug: DebugLevel::Full,
            evaluate: Evaluate::No,
            tests: false,
            host: Vec::new(),
            standard: &[],
            source_bytes: lyra_syntax::MAX_SOURCE_BYTES,
        }
    }
}

/// What `+`, `-`, `*`, `/` and unary `-` of integers do when the result does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Overflow {
    /// Wrap around.
    Wrap,
    /// Fail with `overflow`.
    Trap,
}

/// How much a module keeps for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DebugLevel {
    /// Nothing.
    None,
    /// Positions and names.
    Positions,
    /// These and the source text.
    Full,
}

/// Whether a program has a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evaluate {
    /// It has none.
    No,
    /// The last top-level expression, of whatever type it is; none when the program ends otherwise.
    Last,
    /// The last top-level expression, which must be of this type; literals take it.
    Typed(HostType),
}

/// A host function as the checker sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostFunction {
    /// The module it is reached by after `import module`; empty: it is in scope everywhere.
    pub module: String,
    /// Its name.
    pub name: String,
    /// What it takes and gives.
    pub signature: HostSignature,
}

/// A module of the language's own: a file like any other, which comes with the compiler's caller.
///
/// Inside it `import native` names the host's functions of the module `std:NAME`, a name that no program can write,
/// and `import other` another standard module. What it does has no place in the program's text: traces name its
/// procedures, and go on with the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandardModule {
    /// The name that programs import.
    pub name: &'static str,
    /// Its text.
    pub source: &'static str,
}
