//! The syntax tree: what was written, nothing looked up and nothing checked.
//!
//! Nodes live in a bump arena and are plain shared data (`&'a T`, `&'a [T]`): a tree of any shape is dropped
//! at once, without recursion. Chains of left operands (`1 + 1 + …`, `a.b.c`, `f()()`) lean left as deep as
//! the program is long, so a walker goes down `left` / `base` / `callee` in a loop. Every *other* way down passes
//! at most [`crate::MAX_NESTING`] brackets, blocks, types, prefix operators, jumps and closures, which the parser
//! has checked, with at most one right operand for each level of precedence between two of them.

use lyra_base::{Span, Symbol};

/// One name where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// The spelling (after NFC).
    pub symbol: Symbol,
    /// Where it was written.
    pub span: Span,
}

/// One source file: its items and statements in the order they were written.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Items (as [`StmtKind::Item`]) and top-level statements.
    pub stmts: &'a [Stmt<'a>],
}

// ---- statements ----------------------------------------------------------------------------------------

/// One statement.
#[derive(Clone, Copy, Debug)]
pub struct Stmt<'a> {
    /// What it is.
    pub kind: StmtKind<'a>,
    /// All of it.
    pub span: Span,
}

/// The kinds of statement.
#[derive(Clone, Copy, Debug)]
pub enum StmtKind<'a> {
    /// `proc`, `struct` … ; only at the top level, elsewhere the parser has reported it.
    Item(&'a Item<'a>),
    /// `var x: T = e`, `let (a, b) = e`. At the top level: module state, with its privacy and doc comment.
    Var(&'a VarDecl<'a>),
    /// An expression for its effect or, last in a block, for its value. `if` and `match` statements are these.
    Expr(&'a Expr<'a>),
    /// `place = e`, `place += e`. The place is parsed as an expression; the checker decides whether it is one.
    Assign(&'a Assign<'a>),
    /// `while cond { }`.
    While(&'a While<'a>),
    /// `for x in xs { }`.
    For(&'a For<'a>),
    /// `try { } catch e { }`.
    Try(&'a Try<'a>),
    /// `defer statement`.
    Defer(&'a Stmt<'a>),
    /// `...`: a place left open.
    Hole,
    /// Text that could not be read; already reported.
    Error,
}

/// `var`/`let` declaration.
#[derive(Clone, Copy, Debug)]
pub struct VarDecl<'a> {
    /// `///` lines above it (top level only), joined by newlines, without the slashes.
    pub doc: Option<&'a str>,
    /// The word `private` before it (top level only).
    pub private: Option<Span>,
    /// `var`, as opposed to `let`.
    pub mutable: bool,
    /// A name, `_`, or a tuple of these.
    pub pattern: Pattern<'a>,
    /// The type after `:`.
    pub ty: Option<Type<'a>>,
    /// The value after `=`.
    pub value: Option<&'a Expr<'a>>,
}

/// `place op= value`.
#[derive(Clone, Copy, Debug)]
pub struct Assign<'a> {
    /// The left side, an expression.
    pub place: &'a Expr<'a>,
    /// `None` for `=`; the operator of a compound assignment otherwise.
    pub op: Option<BinaryOp>,
    /// Where the operator stands.
    pub op_span: Span,
    /// The right side.
    pub value: &'a Expr<'a>,
}

/// `label: while cond body`.
#[derive(Clone, Copy, Debug)]
pub struct While<'a> {
    /// The label before it.
    pub label: Option<Name>,
    /// The condition.
    pub cond: Cond<'a>,
    /// The body.
    pub body: Block<'a>,
}

/// A condition of `if` or `while`.
#[derive(Clone, Copy, Debug)]
pub enum Cond<'a> {
    /// A `bool`.
    Expr(&'a Expr<'a>),
    /// `var y = x`, `let (a, b) = f()`: holds when the value is not `none`.
    Bind {
        /// `var`, as opposed to `let`.
        mutable: bool,
        /// What it binds.
        pattern: Pattern<'a>,
        /// The optional.
        value: &'a Expr<'a>,
        /// From `var` to the end of the value.
        span: Span,
    },
}

/// `label: for a, b in iter step k body`.
#[derive(Clone, Copy, Debug)]
pub struct For<'a> {
    /// The label before it.
    pub label: Option<Name>,
    /// The first pattern: the only one, or the index / key of two.
    pub first: Pattern<'a>,
    /// The second of two.
    pub second: Option<Pattern<'a>>,
    /// What is walked; an [`ExprKind::Range`] for `a..b`.
    pub iter: &'a Expr<'a>,
    /// After `step`.
    pub step: Option<&'a Expr<'a>>,
    /// The body.
    pub body: Block<'a>,
}

/// `try body catch name handler`.
#[derive(Clone, Copy, Debug)]
pub struct Try<'a> {
    /// What is tried.
    pub body: Block<'a>,
    /// The name the error gets.
    pub name: Option<Name>,
    /// What runs then.
    pub handler: Block<'a>,
}

/// `{ statements }`, or a single jump in its place.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// The statements in order.
    pub stmts: &'a [Stmt<'a>],
    /// With braces; false for the one `return`, `break`, `continue` or `throw` that may stand without.
    pub braced: bool,
    /// All of it, braces included.
    pub span: Span,
}

// ---- expressions ---------------------------------------------------------------------------------------

/// One expression.
#[derive(Clone, Copy, Debug)]
pub struct Expr<'a> {
    /// What it is.
    pub kind: ExprKind<'a>,
    /// All of it.
    pub span: Span,
}

/// The kinds of expression.
#[derive(Clone, Copy, Debug)]
pub enum ExprKind<'a> {
    /// An integer literal's magnitude, without its `-`.
    Int(u64),
    /// A float literal.
    Float(f64),
    /// `true`, `false`.
    Bool(bool),
    /// `'a'`.
    Char(char),
    /// A string literal, escapes replaced.
    Str(&'a str),
    /// `f"…"`.
    FString(&'a [FPart<'a>]),
    /// `none`.
    None,
    /// A name; `self` too.
    Name(Symbol),
    /// `[a, b]`.
    Array(&'a [Expr<'a>]),
    /// `[v; n]`.
    Repeat {
        /// Evaluated once per element.
        value: &'a Expr<'a>,
        /// How many.
        count: &'a Expr<'a>,
    },
    /// `{k: v}`.
    Map(&'a [(Expr<'a>, Expr<'a>)]),
    /// `(a, b)`: two or more.
    Tuple(&'a [Expr<'a>]),
    /// `(e)`.
    Paren(&'a Expr<'a>),
    /// `-e`, `!e`, `~e`.
    Unary {
        /// Which.
        op: UnaryOp,
        /// The operand.
        operand: &'a Expr<'a>,
    },
    /// `a + b`, `a ?? b`, `a && b` …
    Binary {
        /// Which.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// The left operand: the spine of a chain.
        left: &'a Expr<'a>,
        /// The right operand.
        right: &'a Expr<'a>,
    },
    /// `e!`.
    Unwrap(&'a Expr<'a>),
    /// `base.name`.
    Field {
        /// Left of the dot.
        base: &'a Expr<'a>,
        /// Right of it.
        name: Name,
    },
    /// `base?.name`.
    OptionalField {
        /// Left of the `?.`.
        base: &'a Expr<'a>,
        /// Right of it.
        name: Name,
    },
    /// `base.0`, `base?.0`.
    TupleField {
        /// Left of the dot.
        base: &'a Expr<'a>,
        /// Whether it is `?.`, which goes on only with a value.
        optional: bool,
        /// The number.
        index: u32,
        /// Where the number stands.
        index_span: Span,
    },
    /// `base[index]`; the index is an [`ExprKind::Range`] for a slice.
    Index {
        /// Before the bracket.
        base: &'a Expr<'a>,
        /// Inside it.
        index: &'a Expr<'a>,
    },
    /// `a..b`, `a..=b`, `a..`, `..b`, `..`: only in `for` and in an index.
    Range {
        /// Left end.
        start: Option<&'a Expr<'a>>,
        /// Right end.
        end: Option<&'a Expr<'a>>,
        /// `..=`.
        inclusive: bool,
        /// Where the `..` stands.
        op_span: Span,
    },
    /// `base<T, U>`: what is called, `f<i32>(x)`, or a type, `Stack<i32>.new()`.
    TypeArgs {
        /// What is generic.
        base: &'a Expr<'a>,
        /// The types.
        args: &'a [Type<'a>],
    },
    /// `callee(args)`. A method call has an [`ExprKind::Field`] as its callee, a call with type arguments an
    /// [`ExprKind::TypeArgs`].
    Call {
        /// What is called.
        callee: &'a Expr<'a>,
        /// The arguments.
        args: &'a [Arg<'a>],
        /// The parentheses.
        args_span: Span,
    },
    /// `e is T`.
    Is {
        /// The value.
        value: &'a Expr<'a>,
        /// The type.
        ty: Type<'a>,
    },
    /// `e as T`.
    As {
        /// The value.
        value: &'a Expr<'a>,
        /// The type.
        ty: Type<'a>,
    },
    /// `if` with its whole `else if` chain.
    If(&'a If<'a>),
    /// `match`.
    Match(&'a Match<'a>),
    /// A block as a body: of an arm or a closure. (A block is not an operand.)
    Block(&'a Block<'a>),
    /// An assignment as the body of an arm or a short closure.
    Assign(&'a Assign<'a>),
    /// `proc(x: T) -> R { }`, `|x| e`.
    Closure(&'a Closure<'a>),
    /// `spawn f(args)`: the call.
    Spawn(&'a Expr<'a>),
    /// `return`, `return e`.
    Return(Option<&'a Expr<'a>>),
    /// `break`, `break label`.
    Break(Option<Name>),
    /// `continue`, `continue label`.
    Continue(Option<Name>),
    /// `throw e`.
    Throw(&'a Expr<'a>),
    /// Text that could not be read; already reported.
    Error,
}

/// Prefix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `!`
    Not,
    /// `~`
    BitNot,
}

/// Operators between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is named by `as_str`")]
pub enum BinaryOp {
    Mul,
    Div,
    Rem,
    Add,
    Sub,
    Shl,
    Shr,
    UShr,
    BitAnd,
    BitXor,
    BitOr,
    Coalesce,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    And,
    Or,
}

impl UnaryOp {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Neg => "-",
            Self::Not => "!",
            Self::BitNot => "~",
        }
    }
}

impl BinaryOp {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Shl => "<<",
            Self::Shr => ">>",
            Self::UShr => ">>>",
            Self::BitAnd => "&",
            Self::BitXor => "^",
            Self::BitOr => "|",
            Self::Coalesce => "??",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::And => "&&",
            Self::Or => "||",
        }
    }
}

/// One piece of an f-string.
#[derive(Clone, Copy, Debug)]
pub enum FPart<'a> {
    /// Text between holes, escapes replaced.
    Text(&'a str),
    /// `{expr:format}`.
    Hole {
        /// The expression.
        value: Expr<'a>,
        /// What follows the `:`.
        format: Option<Format>,
        /// The braces and all between.
        span: Span,
    },
}

/// `[[fill]<^>][+][#][0][width][.precision][x X b o e]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Fills up to the width; a space unless given.
    pub fill: char,
    /// Where the text stands in its width; by its type when not given.
    pub align: Option<Align>,
    /// `+`: a sign on positive numbers too.
    pub plus: bool,
    /// `#`: `0x`, `0b`, `0o`.
    pub alternate: bool,
    /// `0`: zeros between sign and digits.
    pub zero: bool,
    /// Least width in characters.
    pub width: Option<u32>,
    /// Digits after the point, or most characters of a text.
    pub precision: Option<u32>,
    /// `x X b o e`.
    pub radix: Option<FormatRadix>,
    /// What follows the `:`.
    pub span: Span,
}

/// `<`, `^`, `>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Align {
    /// `<`
    Left,
    /// `^`
    Center,
    /// `>`
    Right,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormatRadix {
    /// `x`
    LowerHex,
    /// `X`
    UpperHex,
    /// `b`
    Binary,
    /// `o`
    Octal,
    /// `e`
    Exponent,
}

/// One argument.
#[derive(Clone, Copy, Debug)]
pub struct Arg<'a> {
    /// `name:` before it.
    pub name: Option<Name>,
    /// The value.
    pub value: Expr<'a>,
}

/// `if` and its `else if`s, in order; the flat list keeps 50,000 of them from nesting.
#[derive(Clone, Copy, Debug)]
pub struct If<'a> {
    /// Conditions with their bodies; at least one.
    pub branches: &'a [(Cond<'a>, Block<'a>)],
    /// The last `else`.
    pub otherwise: Option<Block<'a>>,
}

/// `match value { arms }`.
#[derive(Clone, Copy, Debug)]
pub struct Match<'a> {
    /// What is looked at.
    pub value: &'a Expr<'a>,
    /// The arms in order.
    pub arms: &'a [Arm<'a>],
}

/// `pattern if guard => body`.
#[derive(Clone, Copy, Debug)]
pub struct Arm<'a> {
    /// What it fits.
    pub pattern: Pattern<'a>,
    /// After `if`.
    pub guard: Option<&'a Expr<'a>>,
    /// An expression, an [`ExprKind::Block`], an [`ExprKind::Assign`], a jump, or an `if` without `else`.
    pub body: &'a Expr<'a>,
    /// All of it.
    pub span: Span,
}

/// `proc(x: T) -> R { }` or `|x| e`.
#[derive(Clone, Copy, Debug)]
pub struct Closure<'a> {
    /// The parameters; their types may be missing in a short one.
    pub params: &'a [Param<'a>],
    /// After `->`.
    pub result: Option<Type<'a>>,
    /// An [`ExprKind::Block`] for a `proc`; any body for a short one.
    pub body: &'a Expr<'a>,
    /// `|x|`, as opposed to `proc(x: T)`.
    pub short: bool,
}

// ---- patterns ------------------------------------------------------------------------------------------

/// One pattern.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a> {
    /// What it is.
    pub kind: PatternKind<'a>,
    /// All of it.
    pub span: Span,
}

/// The kinds of pattern.
#[derive(Clone, Copy, Debug)]
pub enum PatternKind<'a> {
    /// `_`
    Wild,
    /// A name without a dot: a binding, or a variant without payload; the checker tells which.
    Name(Symbol),
    /// A literal, also with `-` before it.
    Literal(&'a Expr<'a>),
    /// `1..=9`, `'a'..'z'`.
    Range {
        /// Left end: a literal.
        start: Option<&'a Expr<'a>>,
        /// Right end: a literal.
        end: Option<&'a Expr<'a>>,
        /// `..=`.
        inclusive: bool,
    },
    /// `none`
    None,
    /// `p | q`
    Or(&'a [Pattern<'a>]),
    /// `(p, q)`
    Tuple(&'a [Pattern<'a>]),
    /// `Variant(p, q)`, `Shape.Variant`, `geo.Shape.Variant(p)`.
    Variant {
        /// The names, dots between.
        path: &'a [Name],
        /// The payload's patterns; `None` without parentheses.
        fields: Option<&'a [Pattern<'a>]>,
    },
    /// Text that could not be read; already reported.
    Error,
}

// ---- types ---------------------------------------------------------------------------------------------

/// One type as written.
#[derive(Clone, Copy, Debug)]
pub struct Type<'a> {
    /// What it is.
    pub kind: TypeKind<'a>,
    /// All of it.
    pub span: Span,
}

/// The kinds of type.
#[derive(Clone, Copy, Debug)]
pub enum TypeKind<'a> {
    /// `i32`, `Point`, `geo.Point`, `Stack<i32>`, `Self`.
    Name {
        /// The names, dots between.
        path: &'a [Name],
        /// `<T, U>`.
        args: &'a [Type<'a>],
    },
    /// `[T]`
    Array(&'a Type<'a>),
    /// `{K: V}`
    Map(&'a Type<'a>, &'a Type<'a>),
    /// `(A, B)`: two or more.
    Tuple(&'a [Type<'a>]),
    /// `T?`
    Optional(&'a Type<'a>),
    /// `proc(A, B) -> R`
    Proc {
        /// The parameters' types.
        params: &'a [Type<'a>],
        /// After `->`.
        result: Option<&'a Type<'a>>,
    },
    /// Text that could not be read; already reported.
    Error,
}

// ---- items ---------------------------------------------------------------------------------------------

/// One item with what stands before it.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// `///` lines above it, joined by newlines, without the slashes.
    pub doc: Option<&'a str>,
    /// The word `private`.
    pub private: Option<Span>,
    /// What it is.
    pub kind: ItemKind<'a>,
    /// All of it, from its first word.
    pub span: Span,
}

/// The kinds of item.
#[derive(Clone, Copy, Debug)]
pub enum ItemKind<'a> {
    /// `proc`.
    Proc(&'a Proc<'a>),
    /// `const NAME: T = e`.
    Const {
        /// Its name.
        name: Name,
        /// After `:`.
        ty: Option<Type<'a>>,
        /// After `=`.
        value: &'a Expr<'a>,
    },
    /// `struct`.
    Struct {
        /// Its name.
        name: Name,
        /// `<T: Bound>`.
        generics: &'a [Generic<'a>],
        /// The fields.
        fields: &'a [Field<'a>],
    },
    /// `enum`.
    Enum {
        /// Its name.
        name: Name,
        /// `<T: Bound>`.
        generics: &'a [Generic<'a>],
        /// The variants.
        variants: &'a [Variant<'a>],
    },
    /// `interface`.
    Interface {
        /// Its name.
        name: Name,
        /// `<T: Bound>`.
        generics: &'a [Generic<'a>],
        /// Signatures; a body is a default.
        methods: &'a [Method<'a>],
    },
    /// `impl T { }`, `impl Interface for T { }`.
    Impl {
        /// `impl<T: Bound>`.
        generics: &'a [Generic<'a>],
        /// Before `for`.
        interface: Option<Type<'a>>,
        /// The type.
        target: Type<'a>,
        /// Its methods.
        methods: &'a [Method<'a>],
    },
    /// `type Name = T`.
    TypeAlias {
        /// Its name.
        name: Name,
        /// `<T>`.
        generics: &'a [Generic<'a>],
        /// The type.
        ty: Type<'a>,
    },
    /// `import math`, `import "file.lyra" as geo`.
    Import {
        /// A module's name or a file's path.
        source: ImportSource<'a>,
        /// After `as`.
        alias: Option<Name>,
    },
    /// `test "name" { }`.
    Test {
        /// The text.
        name: &'a str,
        /// Where the text stands.
        name_span: Span,
        /// The block.
        body: Block<'a>,
    },
    /// `bench "name" { }`.
    Bench {
        /// The text.
        name: &'a str,
        /// Where the text stands.
        name_span: Span,
        /// The block.
        body: Block<'a>,
    },
}

/// `proc name<T>(params) -> R body`.
#[derive(Clone, Copy, Debug)]
pub struct Proc<'a> {
    /// Its name.
    pub name: Name,
    /// `<T: Bound>`.
    pub generics: &'a [Generic<'a>],
    /// `self` alone as the first parameter.
    pub self_param: Option<Span>,
    /// The other parameters.
    pub params: &'a [Param<'a>],
    /// After `->`.
    pub result: Option<Type<'a>>,
    /// The body; `None` for a signature in an interface.
    pub body: Option<Block<'a>>,
    /// `proc name(…) -> R`, without the body.
    pub head_span: Span,
}

/// A `proc` inside `impl` or `interface`.
#[derive(Clone, Copy, Debug)]
pub struct Method<'a> {
    /// `///` lines above it.
    pub doc: Option<&'a str>,
    /// The word `private`.
    pub private: Option<Span>,
    /// The procedure.
    pub proc: Proc<'a>,
}

/// One parameter. `_` is a name here too.
#[derive(Clone, Copy, Debug)]
pub struct Param<'a> {
    /// Its name.
    pub name: Name,
    /// After `:`; only a short closure may leave it out.
    pub ty: Option<Type<'a>>,
}

/// `T: Bound + Bound`.
#[derive(Clone, Copy, Debug)]
pub struct Generic<'a> {
    /// The parameter's name.
    pub name: Name,
    /// Its bounds.
    pub bounds: &'a [Type<'a>],
}

/// A field of a struct or of a variant's payload.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// `///` lines above it.
    pub doc: Option<&'a str>,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type<'a>,
    /// After `=` (structs only).
    pub default: Option<&'a Expr<'a>>,
}

/// A variant of an enum.
#[derive(Clone, Copy, Debug)]
pub struct Variant<'a> {
    /// `///` lines above it.
    pub doc: Option<&'a str>,
    /// Its name.
    pub name: Name,
    /// The payload; empty without parentheses.
    pub fields: &'a [Field<'a>],
}

/// What an import names.
#[derive(Clone, Copy, Debug)]
pub enum ImportSource<'a> {
    /// `import math`
    Module(Name),
    /// `import "geometry.lyra"`
    File {
        /// The text.
        path: &'a str,
        /// Where it stands.
        span: Span,
    },
}
