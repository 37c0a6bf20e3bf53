//! Makes a failing program small: what can go, goes, as long as it still fails.
//!
//! By structure, the largest pieces first: statements in ever shorter runs, then blocks for the statements around them,
//! then expressions for what stands inside them or for the plainest value of their type, then single words of text. Each
//! step is tried on a copy; what does not compile does not fail in the way that is looked for, so nothing here has to
//! know the language's rules.

use crate::generate::{Expr, Part, Stmt, Tree, Ty};

/// How often a smaller program is tried at most.
const TRIES: u32 = 4_000;

/// The smallest program found for which `fails` holds, as it does for `tree`.
#[must_use]
pub fn minimize(tree: &Tree, fails: &mut dyn FnMut(&Tree) -> bool) -> Tree {
    let mut search = Search { best: tree.clone(), tries: TRIES, fails };
    loop {
        let before = search.best.to_string().len();
        search.statements();
        search.blocks();
        search.expressions();
        search.pieces();
        if search.best.trap_overflow {
            search.attempt(Tree { trap_overflow: false, ..search.best.clone() });
        }
        if search.best.to_string().len() >= before || search.tries == 0 {
            return search.best;
        }
    }
}

struct Search<'f> {
    best: Tree,
    tries: u32,
    fails: &'f mut dyn FnMut(&Tree) -> bool,
}

impl Search<'_> {
    /// Takes `tree` when it still fails.
    fn attempt(&mut self, tree: Tree) -> bool {
        if self.tries == 0 || tree == self.best {
            return false;
        }
        self.tries -= 1;
        let fails = (self.fails)(&tree);
        if fails {
            self.best = tree;
        }
        fails
    }

    /// Drops statements of each block: all, then halves, down to single ones.
    fn statements(&mut self) {
        let mut block = 0;
        while let Some(length) = block_at(&mut self.best.clone(), block, |stmts| stmts.len()) {
            let mut run = length;
            while run > 0 {
                let mut from = 0;
                while block_at(&mut self.best.clone(), block, |stmts| stmts.len())
                    .is_some_and(|now| from < now)
                {
                    let mut tree = self.best.clone();
                    block_at(&mut tree, block, |stmts| {
                        stmts.drain(from..(from + run).min(stmts.len()));
                    });
                    if !self.attempt(tree) {
                        from += run;
                    }
                }
                run /= 2;
            }
            block += 1;
        }
    }

    /// Puts the statements of a block in the place of the statement that holds it.
    fn blocks(&mut self) {
        let mut block = 0;
        while let Some(length) = block_at(&mut self.best.clone(), block, |stmts| stmts.len()) {
            for at in 0..length {
                let inner = block_at(&mut self.best.clone(), block, |stmts| {
                    stmts.get(at).map(|stmt| {
                        stmt.parts
                            .iter()
                            .filter_map(|part| match part {
                                Part::Block(inner) => Some(inner.clone()),
                                _ => None,
                            })
                            .collect::<Vec<_>>()
                    })
                });
                for stmts in inner.flatten().unwrap_or_default() {
                    let mut tree = self.best.clone();
                    block_at(&mut tree, block, |outer| {
                        outer.splice(at..(at + 1).min(outer.len()), stmts);
                    });
                    if self.attempt(tree) {
                        break;
                    }
                }
            }
            block += 1;
        }
    }

    /// Puts something smaller in the place of each expression.
    fn expressions(&mut self) {
        let mut at = 0;
        while let Some(expr) = expr_at(&mut self.best.clone(), at, |expr| expr.clone()) {
            let length = expr.to_string().len();
            let mut candidates: Vec<Expr> = plainest(&expr.ty).into_iter().collect();
            inner_of(&expr, &mut candidates);
            candidates.retain(|inner| inner.to_string().len() < length);
            candidates.sort_by_key(|inner| inner.to_string().len());
            for candidate in candidates {
                let mut tree = self.best.clone();
                expr_at(&mut tree, at, |place| *place = candidate);
                if self.attempt(tree) {
                    break;
                }
            }
            at += 1;
        }
    }

    /// Drops single pieces of statements and expressions: an `else`, an argument, a default.
    fn pieces(&mut self) {
        for run in [2, 1] {
            let mut at = 0;
            while let Some(length) = parts_at(&mut self.best.clone(), at, |parts| parts.len()) {
                for from in 0..length {
                    let mut tree = self.best.clone();
                    parts_at(&mut tree, at, |parts| {
                        parts.drain(from.min(parts.len())..(from + run).min(parts.len()));
                    });
                    self.attempt(tree);
                }
                at += 1;
            }
        }
    }
}

/// The plainest value of a type, where one can be written without its place.
fn plainest(ty: &Ty) -> Option<Expr> {
    let text = match ty {
        Ty::Bool => "true",
        Ty::I32 => "1",
        Ty::U8 => "u8(1)",
        Ty::I64 => "i64(1)",
        Ty::F64 => "1.5",
        Ty::Char => "'a'",
        Ty::Str => "\"a\"",
        Ty::Any | Ty::Opt(_) => "none",
        Ty::Array(_) => "[]",
        Ty::Map(..) => "({})",
        Ty::Error => "error(\"k\", \"m\")",
        Ty::Tuple(_) | Ty::Proc(..) | Ty::Named(_) | Ty::Plain(_) => return None,
    };
    Some(Expr::text(ty, text))
}

/// The expressions of the same type inside of one.
fn inner_of(expr: &Expr, found: &mut Vec<Expr>) {
    fn walk(parts: &[Part], ty: &Ty, found: &mut Vec<Expr>) {
        for part in parts {
            match part {
                Part::Text(_) => {}
                Part::Expr(inner) => {
                    if inner.ty == *ty {
                        found.push(inner.clone());
                    }
                    walk(&inner.parts, ty, found);
                }
                Part::Block(stmts) => stmts.iter().for_each(|stmt| walk(&stmt.parts, ty, found)),
            }
        }
    }
    walk(&expr.parts, &expr.ty, found);
}

/// A visitor of lists of pieces, in the order of the text; true ends the walk.
type Visit<'v> = dyn FnMut(&mut Vec<Part>) -> bool + 'v;

fn walk_parts(parts: &mut Vec<Part>, visit: &mut Visit<'_>) -> bool {
    visit(parts)
        || parts.iter_mut().any(|part| match part {
            Part::Text(_) => false,
            Part::Expr(expr) => walk_parts(&mut expr.parts, visit),
            Part::Block(stmts) => walk_stmts(stmts, visit),
        })
}

fn walk_stmts(stmts: &mut [Stmt], visit: &mut Visit<'_>) -> bool {
    stmts.iter_mut().any(|stmt| walk_parts(&mut stmt.parts, visit))
}

/// Does `work` with list of pieces number `at`; `None` when there are fewer.
fn parts_at<R>(tree: &mut Tree, at: usize, work: impl FnOnce(&mut Vec<Part>) -> R) -> Option<R> {
    let (mut number, mut work, mut done) = (0, Some(work), None);
    walk_stmts(&mut tree.stmts, &mut |parts| {
        let is_it = number == at;
        if is_it && let Some(work) = work.take() {
            done = Some(work(parts));
        }
        number += 1;
        is_it
    });
    done
}

/// Does `work` with block number `at`, the program itself first.
fn block_at<R>(tree: &mut Tree, at: usize, work: impl FnOnce(&mut Vec<Stmt>) -> R) -> Option<R> {
    if at == 0 {
        return Some(work(&mut tree.stmts));
    }
    let (mut number, mut work, mut done) = (1, Some(work), None);
    walk_stmts(&mut tree.stmts, &mut |parts| {
        for part in parts {
            if let Part::Block(stmts) = part {
                if number == at
                    && let Some(work) = work.take()
                {
                    done = Some(work(stmts));
                }
                number += 1;
            }
        }
        done.is_some()
    });
    done
}

/// Does `work` with expression number `at`.
fn expr_at<R>(tree: &mut Tree, at: usize, work: impl FnOnce(&mut Expr) -> R) -> Option<R> {
    let (mut number, mut work, mut done) = (0, Some(work), None);
    walk_stmts(&mut tree.stmts, &mut |parts| {
        for part in parts {
            if let Part::Expr(expr) = part {
                if number == at
                    && let Some(work) = work.take()
                {
                    done = Some(work(expr));
                }
                number += 1;
            }
        }
        done.is_some()
    });
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differ::machine::compile;
    use crate::generate::program;

    /// Of a program that fails because of one thing, that thing is left.
    #[test]
    fn what_is_left_is_what_fails() {
        let mut found = 0;
        for seed in 0..40 {
            let tree = program(seed);
            let mut fails = |tree: &Tree| {
                let text = tree.to_string();
                text.contains("saturating_") && compile(&text, tree.trap_overflow, true).is_ok()
            };
            if !fails(&tree) {
                continue;
            }
            let small = minimize(&tree, &mut fails);
            assert!(fails(&small), "{small}");
            assert!(small.to_string().lines().count() <= 12, "seed {seed}:\n{small}");
            found += 1;
            if found == 3 {
                return;
            }
        }
        panic!("hardly any program saturates");
    }
}
