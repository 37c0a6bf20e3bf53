//! A compiled module: plain owned data, made by the compiler, the assembler or the decoder.
//!
//! Nothing here is trusted: only [`crate::Verified`] is.

use crate::op::Op;
use crate::types::{DefId, Kind, TypeId, Types};
use lyra_base::IdVec;

lyra_base::define_id! {
    /// A constant of a module.
    pub struct ConstId, "const"
}
lyra_base::define_id! {
    /// A global of a module.
    pub struct GlobalId, "global"
}
lyra_base::define_id! {
    /// A procedure of a module.
    pub struct ProcId, "proc"
}
lyra_base::define_id! {
    /// A host function that a module imports.
    pub struct ImportId, "import"
}

/// Everything that one program is.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Module {
    /// Its name: the source file's, without directories.
    pub name: String,
    /// The types it speaks of.
    pub types: Types,
    /// Constants too large to stand in an instruction.
    pub constants: IdVec<ConstId, Constant>,
    /// Host functions it needs.
    pub imports: IdVec<ImportId, Import>,
    /// Module state.
    pub globals: IdVec<GlobalId, Global>,
    /// The procedures.
    pub procs: IdVec<ProcId, Proc>,
    /// Which types implement which interfaces, ascending by interface, then type.
    pub impls: Vec<Impl>,
    /// The methods that `any_call_method` finds, ascending by type, then name.
    pub methods: Vec<Method>,
    /// The procedure that runs the top-level statements: no parameters; in a module compiled for evaluation
    /// it returns the last expression's value.
    pub entry: Option<ProcId>,
    /// Its `test` and `bench` blocks, in the order of the source; none in a module that was not compiled to be tested.
    pub tests: Vec<Test>,
    /// What is needed to show errors well; a stripped module has none.
    pub debug: Option<Debug>,
}

/// A constant. Floats are kept as bits, so that every NaN survives and equality is exact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Constant {
    /// An `i64`.
    I64(i64),
    /// The bits of an `f64`.
    F64(u64),
    /// A `str`.
    Str(Box<str>),
}

/// A host function that a module needs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Import {
    /// The module of the host that has it; empty for a function without one.
    pub module: String,
    /// Its name.
    pub name: String,
    /// What it takes and gives.
    pub signature: Signature,
}

/// What a procedure takes and gives.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Signature {
    /// Types of the parameters.
    pub params: Vec<TypeId>,
    /// Type of the result.
    pub result: Option<TypeId>,
}

/// A variable of the module. It begins with its type's default; one whose type has none (see
/// [`Types::has_default`]) begins unset, and reading it is the error `none_value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Global {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// Whether the host may see it.
    pub public: bool,
}

/// How a type implements an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impl {
    /// The interface.
    pub interface: DefId,
    /// The type: one that values have at run time, so no `any`, optional or interface.
    pub ty: TypeId,
    /// A procedure for each method of the interface, in order. Its first parameter is of the type, where that is a
    /// reference; where it is a word, of the interface's type, and the procedure begins with `downcast_word`.
    pub methods: Vec<ProcId>,
}

/// A method that is looked up by its name at run time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// The type it is a method of: one that values have at run time.
    pub ty: TypeId,
    /// Its name.
    pub name: String,
    /// The procedure, with the type as its first parameter.
    pub proc: ProcId,
}

/// A `test` or `bench` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// The text after the word; no two of one kind have the same.
    pub name: String,
    /// Which of the two.
    pub kind: TestKind,
    /// A test: no parameters. A benchmark: an `i32`, how often the block is run. Neither gives anything.
    pub proc: ProcId,
    /// The line of the source it begins on, from 1; 0 when that is not known.
    pub line: u32,
}

/// What a block is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TestKind {
    /// It is right when it ends without an error.
    Test,
    /// It is timed.
    Bench,
}

impl TestKind {
    /// The word that begins the block.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Bench => "bench",
        }
    }
}

/// A procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proc {
    /// Its name, for traces and for the host.
    pub name: String,
    /// What it takes and gives.
    pub signature: Signature,
    /// The type of every local, references first, then words. Arguments become the first locals of their
    /// kind, in order: see [`Proc::param_locals`].
    pub locals: Vec<TypeId>,
    /// The instructions.
    pub code: Vec<Op>,
    /// Where errors are caught, in the order of their ends, inner ranges before the ranges around them: the
    /// first that holds an instruction is the innermost.
    pub handlers: Vec<Handler>,
    /// Whether the host may call it.
    pub public: bool,
}

/// A range of instructions whose catchable errors go to `target`.
///
/// On arrival the operand stacks are as they were at `start`, with the error pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// First instruction of the range.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Where control goes; at or after `end`.
    pub target: u32,
}

impl Proc {
    /// The local of each parameter, in order.
    pub fn param_locals<'p>(&'p self, types: &'p Types) -> impl Iterator<Item = usize> + 'p {
        let mut next_ref = 0;
        let mut next_word = self.locals.iter().filter(|&&ty| types.kind(ty) == Kind::Ref).count();
        self.signature.params.iter().map(move |&ty| {
            let next = match types.kind(ty) {
                Kind::Ref => &mut next_ref,
                Kind::Word => &mut next_word,
            };
            *next += 1;
            *next - 1
        })
    }
}

/// What a person needs to understand a failure.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Debug {
    /// The files that the procedures come from, the main file first.
    pub files: Vec<SourceFile>,
    /// One entry for each procedure, in order.
    pub procs: Vec<ProcDebug>,
}

/// A file that procedures come from.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SourceFile {
    /// Its name as it was given to the compiler.
    pub name: String,
    /// Its text, if that was kept.
    pub text: Option<String>,
}

impl Debug {
    /// The file that a procedure comes from.
    #[must_use]
    pub fn file_of(&self, proc: ProcId) -> Option<&SourceFile> {
        use lyra_base::id::Id as _;
        let proc = self.procs.get(proc.index())?;
        self.files.get(proc.file as usize)
    }
}

/// Places and names of one procedure.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ProcDebug {
    /// Which of [`Debug::files`] it comes from.
    pub file: u32,
    /// Where instructions come from: each entry holds from its instruction to the next entry's.
    /// Instructions ascend strictly.
    pub positions: Vec<Position>,
    /// Names of locals: local and name, ascending strictly.
    pub locals: Vec<(u16, String)>,
}

/// From instruction `op` on, code comes from this place of the procedure's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The instruction.
    pub op: u32,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// How many characters of the line it takes; at least 1.
    pub length: u32,
}

impl ProcDebug {
    /// Where instruction `op` comes from.
    #[must_use]
    pub fn position(&self, op: u32) -> Option<Position> {
        let after = self.positions.partition_point(|position| position.op <= op);
        after.checked_sub(1).and_then(|index| self.positions.get(index)).copied()
    }
}
