//! A generated program as a tree: text in which expressions and blocks can still be told apart.
//!
//! Nobody reads a program back from its text, neither to print it nor to make it smaller. Every piece that could be
//! left out or replaced is a node: [`Stmt`]s of a block, [`Expr`]s with their type. What stands between them is text.
//! So a new kind of statement is one line of the generator, and the minimiser knows it already.

use super::ty::Ty;
use std::borrow::Cow;
use std::fmt;

/// A piece of a statement or an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words and signs as they are.
    Text(Cow<'static, str>),
    /// An expression.
    Expr(Expr),
    /// Statements in braces.
    Block(Vec<Stmt>),
}

/// An expression: what it is made of, and the type that its place expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    /// Its type.
    pub ty: Ty,
    /// Its pieces.
    pub parts: Vec<Part>,
}

/// A statement or an item, on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stmt {
    /// Its pieces.
    pub parts: Vec<Part>,
}

/// A generated program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Its items and top-level statements.
    pub stmts: Vec<Stmt>,
    /// Whether integers that do not fit end it (`overflow=trap`).
    pub trap_overflow: bool,
}

/// `parts!["a", expr, block]`: pieces of all kinds in a row.
macro_rules! parts {
    ($($part:expr),* $(,)?) => { vec![$($crate::generate::tree::Part::from($part)),*] };
}
pub(super) use parts;

impl Expr {
    /// An expression of these pieces.
    #[must_use]
    pub fn new(ty: &Ty, parts: Vec<Part>) -> Self {
        Self { ty: ty.clone(), parts }
    }

    /// An expression without inner ones.
    #[must_use]
    pub fn text(ty: &Ty, text: impl Into<Cow<'static, str>>) -> Self {
        Self { ty: ty.clone(), parts: vec![Part::Text(text.into())] }
    }
}

impl Stmt {
    /// A statement of these pieces.
    #[must_use]
    pub fn new(parts: Vec<Part>) -> Self {
        Self { parts }
    }
}

impl From<&'static str> for Part {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Expr> for Part {
    fn from(expr: Expr) -> Self {
        Self::Expr(expr)
    }
}

impl From<Vec<Stmt>> for Part {
    fn from(block: Vec<Stmt>) -> Self {
        Self::Block(block)
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for stmt in &self.stmts {
            line(&mut text, stmt, 0);
        }
        f.write_str(&text)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        pieces(&mut text, &self.parts, 0);
        f.write_str(&text)
    }
}

fn line(text: &mut String, stmt: &Stmt, depth: usize) {
    text.extend(std::iter::repeat_n("    ", depth));
    pieces(text, &stmt.parts, depth);
    text.push('\n');
}

fn pieces(text: &mut String, parts: &[Part], depth: usize) {
    for part in parts {
        match part {
            Part::Text(words) => text.push_str(words),
            Part::Expr(expr) => pieces(text, &expr.parts, depth),
            Part::Block(stmts) if stmts.is_empty() => text.push_str("{ }"),
            Part::Block(stmts) => {
                text.push_str("{\n");
                for stmt in stmts {
                    line(text, stmt, depth + 1);
                }
                text.extend(std::iter::repeat_n("    ", depth));
                text.push('}');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_indented_on_lines_of_their_own() {
        let inner = Stmt::new(parts!["print(", Expr::text(&Ty::I32, "1"), ")"]);
        let outer =
            Stmt::new(parts!["if ", Expr::text(&Ty::Bool, "true"), " ", vec![inner], " else ", vec![]]);
        let tree = Tree { stmts: vec![outer], trap_overflow: false };
        assert_eq!(tree.to_string(), "if true {\n    print(1)\n} else { }\n");
    }
}
