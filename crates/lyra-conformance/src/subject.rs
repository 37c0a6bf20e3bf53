//! Programs of both kinds, those of `spec/` and generated ones, linked: what the same machine is to run many times.

use crate::corpus;
use crate::differ::machine::{Under, compile, linked};
use crate::generate;
use crate::program::Program as Source;
use crate::run::{engine, is_pending, limits};
use lyra::Tier;
use lyra_bytecode::{VerifyLimits, verify};
use lyra_vm_core::Program;

/// Where a program comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// From `spec/`.
    Spec(Box<Source>),
    /// From the generator, with this seed.
    Generated(u64),
}

/// A linked program, and what it is run under.
pub struct Subject {
    /// The program of `spec/`, or the seed.
    pub name: String,
    /// Itself.
    pub program: Program,
    /// Its limits.
    pub under: Under,
}

/// The programs of `spec/` that the filter lets through, then so many generated ones.
#[must_use]
pub fn origins(seed: u64, generated: u64) -> Vec<Origin> {
    let spec = corpus::programs().into_iter().map(|program| Origin::Spec(Box::new(program)));
    spec.chain((0..generated).map(|number| Origin::Generated(seed.wrapping_add(number)))).collect()
}

impl Origin {
    /// Compiles and links it; `None` when it is one that does not compile, as some of `spec/` should not.
    ///
    /// # Panics
    /// When what compiles does not link.
    #[must_use]
    pub fn subject(&self) -> Option<Subject> {
        let (name, verified, under) = match self {
            Self::Spec(source) => {
                let options = &source.expected.options;
                let module = match source.compile(&engine(Tier::Reference, options, true)) {
                    Ok(module) => module,
                    Err(error) => {
                        let meant = source.expected.error.as_ref().is_some_and(|e| e.kind == error.code());
                        assert!(meant || is_pending(&error), "{}: {error}", source.name);
                        return None;
                    }
                };
                let verified = verify(module.bytecode().clone(), &VerifyLimits::default());
                let limits = limits(options);
                let under = Under {
                    fuel: limits.fuel.unwrap_or(u64::MAX),
                    stack: limits.stack,
                    memory: limits.memory,
                    output: limits.output.unwrap_or(u64::MAX),
                    ..Under::AMPLE
                };
                (source.name.clone(), verified.expect("the facade has verified it"), under)
            }
            Self::Generated(seed) => {
                let tree = generate::program(*seed);
                let verified = compile(&tree.to_string(), tree.trap_overflow, true).ok()?;
                (format!("seed {seed}"), verified, Under::AMPLE)
            }
        };
        let program = linked(verified).unwrap_or_else(|message| panic!("{name}: {message}"));
        Some(Subject { name, program, under })
    }
}
