//! Which ways of running a program are built in: the list that a host chooses from and the benchmarks measure.

use lyra_vm_core::{AnyVm, Program, RunError, Settings};
use std::fmt;
use std::str::FromStr;

/// A way of running programs. Every tier gives the same result, the same errors, the same fuel and the same stack
/// depth; they differ in speed.
///
/// ```
/// use lyra::{Config, Engine, Tier};
/// for &tier in Tier::ALL {
///     let engine = Engine::new(Config::new().tier(tier));
///     assert_eq!(engine.eval::<i64>("6 * 7").unwrap(), 42, "{tier}");
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tier {
    /// The reference machine: runs the stack bytecode itself, with the plain policies. Always there.
    Reference,
    /// Register code, made of each procedure when it is called first. Feature `tier-stack`.
    #[cfg(feature = "tier-stack")]
    Stack,
    /// A heap whose references are addresses, under register code where that is built in. Feature `tier-memory`.
    #[cfg(feature = "tier-memory")]
    Memory,
    /// Register code of functions that the optimizing passes went over. Feature `tier-codegen`.
    #[cfg(all(feature = "tier-stack", feature = "tier-codegen"))]
    Codegen,
    /// As the one before it, with samples of running code compared with what was loaded, in place of all of it at each
    /// call from the host. Feature `tier-security`.
    #[cfg(feature = "tier-security")]
    Security,
}

/// The fastest of those built in.
impl Default for Tier {
    fn default() -> Self {
        Self::ALL.last().copied().unwrap_or(Self::Reference)
    }
}

impl Tier {
    /// Those built in, each with what those before it have.
    pub const ALL: &'static [Self] = &[
        Self::Reference,
        #[cfg(feature = "tier-stack")]
        Self::Stack,
        #[cfg(feature = "tier-memory")]
        Self::Memory,
        #[cfg(all(feature = "tier-stack", feature = "tier-codegen"))]
        Self::Codegen,
        #[cfg(feature = "tier-security")]
        Self::Security,
    ];

    /// Its name on a command line and in results.
    ///
    /// ```
    /// assert_eq!(lyra::Tier::Reference.name(), "reference");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            #[cfg(feature = "tier-stack")]
            Self::Stack => "stack",
            #[cfg(feature = "tier-memory")]
            Self::Memory => "memory",
            #[cfg(all(feature = "tier-stack", feature = "tier-codegen"))]
            Self::Codegen => "codegen",
            #[cfg(feature = "tier-security")]
            Self::Security => "security",
        }
    }

    /// A machine of this tier, for those who work below [`Store`](crate::Store).
    ///
    /// # Errors
    /// As [`lyra_vm_core::Vm::new`].
    pub fn machine(self, program: &Program, settings: Settings) -> Result<Box<dyn AnyVm>, RunError> {
        crate::profile::machine(self, program, settings)
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Tier {
    type Err = UnknownTier;

    fn from_str(name: &str) -> Result<Self, UnknownTier> {
        Self::ALL.iter().copied().find(|tier| tier.name() == name).ok_or_else(|| UnknownTier(name.to_owned()))
    }
}

#[cfg(any(feature = "tier-codegen", feature = "tier-stack"))]
impl crate::Module {
    /// The program's procedures as typed SSA, for people who look at what is made of their code: after the passes of
    /// the feature `tier-codegen`, if that is on, and with a line for each pass on what it did.
    ///
    /// ```
    /// let module = lyra::Engine::default().compile("a.lyra", "proc twice(x: i32) -> i32 { return x * 2 }")?;
    /// assert!(module.ir().contains("mul_i32"));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn ir(&self) -> String {
        let types = &self.bytecode().types;
        self.each_function(|func, report| format!("{report}{}\n", func.shown(types)))
    }

    fn each_function(&self, mut show: impl FnMut(&lyra_ir::Func, &str) -> String) -> String {
        let mut builder = lyra_ir::FuncBuilder::new(self.verified());
        let mut text = String::new();
        for (id, proc) in self.bytecode().procs.enumerate() {
            match builder.build(id, lyra_ir::Start::Call) {
                Some(mut built) => {
                    let report = self.optimize(&mut built.func);
                    text.push_str(&show(&built.func, &report));
                }
                None => text.push_str(&format!("; `{}` is of a shape that cannot be shown\n", proc.name)),
            }
        }
        text
    }

    /// Runs the passes; a line for each that did something.
    #[cfg(feature = "tier-codegen")]
    fn optimize(&self, func: &mut lyra_ir::Func) -> String {
        let report = lyra_tier_codegen::optimize(func, self.verified());
        let steps = report.steps.iter().filter(|step| step.changes > 0);
        let lines = steps.map(|step| {
            let lyra_ir::Step { name, changes, before, after, .. } = step;
            format!("; {name}: {changes} changes, {before} -> {after} instructions\n")
        });
        lines.collect()
    }

    #[cfg(not(feature = "tier-codegen"))]
    fn optimize(&self, _: &mut lyra_ir::Func) -> String {
        String::new()
    }
}

#[cfg(feature = "tier-stack")]
impl crate::Module {
    /// The program's procedures as register code, one word a line, for people who look at what is made of their code.
    ///
    ///
    /// ```
    /// let module = lyra::Engine::default().compile("a.lyra", "proc twice(x: i32) -> i32 { return x * 2 }")?;
    /// assert!(module.regcode().contains("mul_i32 w0, w0, 2"));
    /// # Ok::<(), lyra::Error>(())
    /// ```
    #[must_use]
    pub fn regcode(&self) -> String {
        let types = &self.bytecode().types;
        self.each_function(|func, _| match lyra_tier_stack::translate(func, types) {
            Some(code) => format!("{}:\n{code}\n", func.name),
            None => format!("{}: more values at once than slots have numbers\n\n", func.name),
        })
    }
}

/// No tier of this name is built in.
///
/// ```
/// let error = "warp".parse::<lyra::Tier>().unwrap_err();
/// assert_eq!(error.to_string(), "there is no tier `warp`; built in: reference, stack, memory, codegen, security");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTier(pub String);

impl fmt::Display for UnknownTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Tier::ALL.iter().map(|tier| tier.name()).collect();
        write!(f, "there is no tier `{}`; built in: {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownTier {}
