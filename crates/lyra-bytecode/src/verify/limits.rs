//! How large a module may be, so that checking one is bounded before it begins.

/// The most of everything that [`verify`](super::verify) accepts. The defaults are far above what programs need and
/// keep the work for the worst module to about a second.
///
/// ```
/// use lyra_bytecode::{Module, VerifyLimits, verify};
/// let limits = VerifyLimits { procs: 0, ..VerifyLimits::default() };
/// assert!(verify(Module::default(), &limits).is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyLimits {
    /// Procedures: 65,536.
    pub procs: usize,
    /// Instructions of one procedure: 1,000,000.
    pub proc_code: usize,
    /// Instructions of all procedures together: 4,000,000.
    pub code: usize,
    /// Locals of one procedure: 1,000 (language reference, section 8). More than 65,536 cannot be numbered.
    pub locals: usize,
    /// Parameters of a procedure or import: 255.
    pub params: usize,
    /// Operands waiting on both stacks of one procedure together: 10,000 (language reference, section 8).
    pub operands: u32,
    /// Handlers of one procedure: 65,536.
    pub handlers: usize,
    /// Constants: 1,000,000.
    pub constants: usize,
    /// Bytes of all text constants together: 64 MiB.
    pub constant_bytes: usize,
    /// Types: 65,535. More cannot be numbered, and the last number stands for objects of the host.
    pub types: usize,
    /// Definitions: 65,536.
    pub definitions: usize,
    /// Fields, variants, methods and parameters of all definitions together: 1,000,000.
    pub members: usize,
    /// Impls: 65,536.
    pub impls: usize,
    /// Methods of all impls together: 1,000,000.
    pub impl_methods: usize,
    /// Methods that are looked up by name: 65,536.
    pub methods: usize,
    /// How deep types stand inside each other: 256. `i32` is 1, `[i32]` is 2.
    pub type_depth: u32,
    /// How many types a type names when it is written out in full: 10,000. `i32` is 1, `(i32, i32)` is 3.
    pub type_parts: u32,
    /// Globals: 65,536.
    pub globals: usize,
    /// Imports: 4,096.
    pub imports: usize,
    /// Bytes of one name: 1,000.
    pub name_bytes: usize,
    /// Files that debug information names: 10,000.
    pub files: usize,
    /// Bytes of all sources kept in debug information together: 16 MiB.
    pub source_bytes: usize,
}

impl Default for VerifyLimits {
    fn default() -> Self {
        Self {
            procs: 65_536,
            proc_code: 1_000_000,
            code: 4_000_000,
            locals: 1_000,
            params: 255,
            operands: 10_000,
            handlers: 65_536,
            constants: 1_000_000,
            constant_bytes: 64 << 20,
            types: 65_535,
            definitions: 65_536,
            members: 1_000_000,
            impls: 65_536,
            impl_methods: 1_000_000,
            methods: 65_536,
            type_depth: 256,
            type_parts: 10_000,
            globals: 65_536,
            imports: 4_096,
            name_bytes: 1_000,
            files: 10_000,
            source_bytes: 16 << 20,
        }
    }
}
