//! The kinds of token, shared by all three stages: what logos finds, what the layout pass
//! refines, and what the grammar reads.
//!
//! A [`Lexeme`] is a kind and a place, twelve bytes; what it *means* (a symbol, a number, a text without its
//! escapes) is worked out once, when the grammar asks for it (`feed.rs`).

use crate::ast::Format;
use logos::Logos;
use lyra_base::{Span, Symbol};

/// One token: what it is and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: u32,
    /// One past the last byte. A closing bracket that was missing in the text has no bytes.
    pub end: u32,
}

impl Lexeme {
    /// Its bytes.
    #[must_use]
    pub const fn span(self) -> Span {
        Span::new(self.start, self.end)
    }

    /// The bytes of `text` it stands for; empty when `text` is not the one it came from.
    #[must_use]
    pub fn text(self, text: &str) -> &str {
        text.get(self.span().range()).unwrap_or("")
    }
}

/// What a token is. Those with a pattern come from logos as they are; the others are told apart by hand
/// (keywords, parts of f-strings) or by the layout pass (the second half of the list).
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[logos(skip r"[ \t\r\x0C\x00]+")]
#[expect(missing_docs, reason = "the names say what they are; `Kind::text` gives the spelling")]
pub enum Kind {
    #[regex(r"\r?\n")]
    Newline,
    #[token("//")]
    LineComment,
    #[token("/*")]
    BlockComment,

    // Names and literals. Numbers are taken broadly, so that `0b102` and `1abc` are one bad token, not two good ones.
    #[regex(r"[A-Za-z_][A-Za-z0-9_]*")]
    Name,
    #[regex(r"[0-9][0-9A-Za-z_]*")]
    Int,
    #[regex(r"[0-9][0-9_]*\.[0-9][0-9A-Za-z_]*")]
    #[regex(r"[0-9][0-9_]*(\.[0-9][0-9_]*)?[eE][+-][0-9][0-9A-Za-z_]*", priority = 50)]
    Float,
    #[token("\"")]
    Str,
    #[token("r\"")]
    RawStr,
    #[token("\"\"\"")]
    MultiStr,
    #[token("r\"\"\"")]
    RawMultiStr,
    #[token("'")]
    Char,
    #[token("f\"")]
    FStart,
    #[token("f\"\"\"")]
    FMultiStart,
    FText,
    HoleOpen,
    HoleFormat,
    HoleClose,
    FEnd,
    /// A piece of text that is wrong and already reported; the grammar takes it for anything.
    Bad,

    // Reserved words.
    Proc,
    Var,
    Let,
    Const,
    If,
    Else,
    While,
    For,
    In,
    Match,
    Return,
    Break,
    Continue,
    Throw,
    Try,
    Catch,
    Defer,
    Struct,
    Enum,
    Interface,
    Import,
    Spawn,
    True,
    False,
    None,
    As,
    Is,
    SelfWord,

    // Brackets and signs.
    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token("[")]
    LBracket,
    #[token("]")]
    RBracket,
    #[token("{")]
    LBrace,
    #[token("}")]
    RBrace,
    #[token(",")]
    Comma,
    #[token(";")]
    Semi,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token("?.")]
    QuestionDot,
    #[token("..")]
    DotDot,
    #[token("..=")]
    DotDotEq,
    #[token("...")]
    Ellipsis,
    #[token("->")]
    Arrow,
    #[token("=>")]
    FatArrow,
    #[token("?")]
    Question,
    #[token("??")]
    Coalesce,
    #[token("!")]
    Bang,
    #[token("~")]
    Tilde,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("&")]
    And,
    #[token("^")]
    Caret,
    #[token("|")]
    Or,
    #[token("&&")]
    AndAnd,
    #[token("||")]
    OrOr,
    #[token("<<")]
    Shl,
    #[token(">>")]
    Shr,
    #[token(">>>")]
    UShr,
    #[token("==")]
    EqEq,
    #[token("!=")]
    NotEq,
    #[token("<")]
    Lt,
    #[token("<=")]
    LtEq,
    #[token(">")]
    Gt,
    #[token(">=")]
    GtEq,
    #[token("=")]
    Eq,
    #[token("+=")]
    PlusEq,
    #[token("-=")]
    MinusEq,
    #[token("*=")]
    StarEq,
    #[token("/=")]
    SlashEq,
    #[token("%=")]
    PercentEq,
    #[token("&=")]
    AndEq,
    #[token("^=")]
    CaretEq,
    #[token("|=")]
    OrEq,
    #[token("<<=")]
    ShlEq,
    #[token(">>=")]
    ShrEq,
    #[token(">>>=")]
    UShrEq,

    // Told apart by the layout pass.
    /// `impl private test bench type` at the start of a statement.
    Impl,
    Private,
    Test,
    Bench,
    TypeWord,
    /// `step` after the range of a `for`.
    Step,
    /// The `{` of a struct, an enum or a `match`: parts separated by `,` or newlines.
    LBraceParts,
    /// The `{` of an interface or an `impl`.
    LBraceMembers,
    /// The `{` of a map or a map type.
    LBraceMap,
    /// `<` and `>` around type arguments.
    TypeOpen,
    TypeClose,
    /// The bars around a short closure's parameters, and `||` when there are none.
    ClosureOpen,
    ClosureClose,
    ClosureEmpty,
    /// `!` after its operand.
    Unwrap,
}

impl Kind {
    /// The reserved word spelled `word`.
    pub(crate) fn keyword(word: &str) -> Option<Self> {
        // By length first: most names are told from all words by one comparison.
        Some(match word.len() {
            2 => match word {
                "if" => Self::If,
                "in" => Self::In,
                "is" => Self::Is,
                "as" => Self::As,
                _ => return None,
            },
            3 => match word {
                "var" => Self::Var,
                "let" => Self::Let,
                "for" => Self::For,
                "try" => Self::Try,
                _ => return None,
            },
            4 => match word {
                "proc" => Self::Proc,
                "else" => Self::Else,
                "enum" => Self::Enum,
                "true" => Self::True,
                "none" => Self::None,
                "self" => Self::SelfWord,
                _ => return None,
            },
            5 => match word {
                "while" => Self::While,
                "const" => Self::Const,
                "match" => Self::Match,
                "break" => Self::Break,
                "throw" => Self::Throw,
                "catch" => Self::Catch,
                "defer" => Self::Defer,
                "spawn" => Self::Spawn,
                "false" => Self::False,
                _ => return None,
            },
            6 => match word {
                "return" => Self::Return,
                "struct" => Self::Struct,
                "import" => Self::Import,
                _ => return None,
            },
            8 if word == "continue" => Self::Continue,
            9 if word == "interface" => Self::Interface,
            _ => return None,
        })
    }

    /// Whether it is a reserved word.
    #[must_use]
    pub fn is_keyword(self) -> bool {
        (Self::Proc as u8..=Self::SelfWord as u8).contains(&(self as u8))
    }

    /// Whether an operand may end with it: then `{` opens a block, `!` is postfix and `|` is an operator.
    pub(crate) fn ends_operand(self) -> bool {
        use Kind::*;
        matches!(
            self,
            Name | Int
                | Float
                | Str
                | RawStr
                | MultiStr
                | RawMultiStr
                | Char
                | FEnd
                | Bad
                | None
                | True
                | False
                | SelfWord
                | RParen
                | RBracket
                | RBrace
                | Question
                | Unwrap
                | TypeClose
        )
    }

    /// Whether a newline after it may end the statement.
    pub(crate) fn ends_statement(self) -> bool {
        self.ends_operand() || matches!(self, Self::Return | Self::Break | Self::Continue | Self::Ellipsis)
    }

    /// Whether a line that starts with it goes on with the statement before.
    pub(crate) fn continues_line(self) -> bool {
        use Kind::*;
        matches!(self, Dot | QuestionDot | Coalesce | AndAnd | OrOr | Arrow | Else | Catch)
    }

    /// Whether an operand of `>` may begin with it. A short closure and a jump may not: they take parentheses there.
    pub(crate) fn begins_operand(self) -> bool {
        use Kind::*;
        matches!(
            self,
            Name | Int
                | Float
                | Str
                | RawStr
                | MultiStr
                | RawMultiStr
                | Char
                | FStart
                | FMultiStart
                | Bad
                | LParen
                | LBracket
                | LBrace
                | Minus
                | Bang
                | Tilde
                | If
                | Match
                | Proc
                | Spawn
                | None
                | True
                | False
                | SelfWord
        )
    }

    /// How it is spelled, or, where there are many spellings, what it is called.
    #[must_use]
    pub fn text(self) -> &'static str {
        use Kind::*;
        match self {
            Newline => "end of line",
            LineComment | BlockComment => "comment",
            Name => "name",
            Int | Float => "number",
            Str | RawStr | MultiStr | RawMultiStr => "text",
            Char => "character",
            FStart | FMultiStart | FText | FEnd => "f-string",
            HoleFormat => "format",
            Bad => "unreadable text",
            Proc => "proc",
            Var => "var",
            Let => "let",
            Const => "const",
            If => "if",
            Else => "else",
            While => "while",
            For => "for",
            In => "in",
            Match => "match",
            Return => "return",
            Break => "break",
            Continue => "continue",
            Throw => "throw",
            Try => "try",
            Catch => "catch",
            Defer => "defer",
            Struct => "struct",
            Enum => "enum",
            Interface => "interface",
            Import => "import",
            Spawn => "spawn",
            True => "true",
            False => "false",
            None => "none",
            As => "as",
            Is => "is",
            SelfWord => "self",
            LParen => "(",
            RParen => ")",
            LBracket => "[",
            RBracket => "]",
            LBrace | LBraceParts | LBraceMembers | LBraceMap | HoleOpen => "{",
            RBrace | HoleClose => "}",
            Comma => ",",
            Semi => ";",
            Colon => ":",
            Dot => ".",
            QuestionDot => "?.",
            DotDot => "..",
            DotDotEq => "..=",
            Ellipsis => "...",
            Arrow => "->",
            FatArrow => "=>",
            Question => "?",
            Coalesce => "??",
            Bang | Unwrap => "!",
            Tilde => "~",
            Plus => "+",
            Minus => "-",
            Star => "*",
            Slash => "/",
            Percent => "%",
            And => "&",
            Caret => "^",
            Or | ClosureOpen | ClosureClose => "|",
            AndAnd => "&&",
            OrOr | ClosureEmpty => "||",
            Shl => "<<",
            Shr => ">>",
            UShr => ">>>",
            EqEq => "==",
            NotEq => "!=",
            Lt | TypeOpen => "<",
            LtEq => "<=",
            Gt | TypeClose => ">",
            GtEq => ">=",
            Eq => "=",
            PlusEq => "+=",
            MinusEq => "-=",
            StarEq => "*=",
            SlashEq => "/=",
            PercentEq => "%=",
            AndEq => "&=",
            CaretEq => "^=",
            OrEq => "|=",
            ShlEq => "<<=",
            ShrEq => ">>=",
            UShrEq => ">>>=",
            Impl => "impl",
            Private => "private",
            Test => "test",
            Bench => "bench",
            TypeWord => "type",
            Step => "step",
        }
    }
}

/// A token with its meaning, as the grammar takes it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Token<'a> {
    Plain(Kind),
    Name(Symbol),
    Int(u64),
    Float(f64),
    Char(char),
    Str(&'a str),
    FText(&'a str),
    Format(&'a Format),
}
