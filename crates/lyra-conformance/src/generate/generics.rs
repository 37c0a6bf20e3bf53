//! Generic types and procedures: their texts are fixed, what they are instantiated with is not.

use super::items::{Enum, Field, Struct};
use super::scope::{Proc, Turns};
use super::tree::{Expr, Stmt, parts};
use super::{Generator, Ty};

/// Gives back what it gets; `same<T>(e)` says the type that `e` is expected to have.
pub(super) const SAME: &str = "proc same<T>(x: T) -> T { return x }";
/// Hides a type.
pub(super) const HIDDEN: &str = "proc hidden(x: any) -> any { return x }";
const LARGEST: &str = "proc largest<T: Ordered>(xs: [T], start: T) -> T {
    var best = start
    for x in xs { if x > best { best = x } }
    return best
}";
const TWICE: &str = "proc twice<T: Number>(x: T) -> T { return x + x }";
const COUNTED: &str = "proc counted<T: Hashable>(xs: [T]) -> {T: i32} {
    var seen: {T: i32}
    for x in xs { seen[x] = (seen[x] ?? 0) + 1 }
    return seen
}";
const FOLDED: &str = "proc folded<T, A>(xs: [T], start: A, f: proc(A, T) -> A) -> A {
    var acc = start
    for x in xs { acc = f(acc, x) }
    return acc
}";
const KEEPER: &str = "proc keeper<T>(x: T) -> (proc() -> T, proc(T)) {
    var kept = x
    return (|| kept, |v| kept = v)
}";

const CELL: &str = "struct Cell<T> { item: T, more: [T] }";
const CELL_METHODS: &str = "impl<T> Cell<T> {
    proc put(self, x: T) -> i32 {
        self.more.push(self.item)
        self.item = x
        return self.more.length()
    }
    proc back(self) -> T? {
        let last = self.more.pop() ?? return none
        self.item = last
        return last
    }
}";
const EITHER: &str = "enum Either<A, B> { First(a: A), Second(b: B), Neither }";
const EITHER_METHODS: &str = "impl<A, B> Either<A, B> {
    proc first(self, other: A) -> A { return match self { First(a) => a, _ => other } }
    proc turned(self) -> Either<B, A> {
        return match self {
            First(a) => Either<B, A>.Second(a)
            Second(b) => Either<B, A>.First(b)
            Neither => Either<B, A>.Neither
        }
    }
}";

impl Generator {
    /// Declares the generic types and some instances of theirs.
    pub(super) fn generic_instances(&mut self, stmts: &mut Vec<Stmt>) {
        stmts.extend([CELL, CELL_METHODS, EITHER, EITHER_METHODS].map(|text| Stmt::new(parts![text])));
        for _ in 0..self.rng.usize(1..3) {
            let item = self.ty(1);
            if !matches!(item, Ty::Opt(_) | Ty::Any) {
                self.cell_of(&item);
            }
        }
        let (a, b) = (self.ty(1), self.ty(1));
        self.either_of(&a, &b);
        self.either_of(&b, &a);
    }

    fn cell_of(&mut self, item: &Ty) {
        let ty = Ty::named(&format!("Cell<{item}>"));
        if self.types.find_struct(&ty).is_some() {
            return;
        }
        let field = |name: &str, ty: Ty| Field { name: name.to_owned(), ty, has_default: false };
        let fields = vec![field("item", item.clone()), field("more", Ty::array(item))];
        self.types.structs.push(Struct { ty: ty.clone(), fields });
        self.method_of(&ty, "put", vec![item.clone()], Ty::I32);
        self.method_of(&ty, "back", Vec::new(), Ty::opt(item));
    }

    fn either_of(&mut self, a: &Ty, b: &Ty) {
        let name = |a: &Ty, b: &Ty| Ty::named(&format!("Either<{a}, {b}>"));
        let ty = name(a, b);
        if self.types.find_enum(&ty).is_some() {
            return;
        }
        let variant = |name: &str, held: Vec<Ty>| (name.to_owned(), held);
        let variants = vec![
            variant("First", vec![a.clone()]),
            variant("Second", vec![b.clone()]),
            variant("Neither", Vec::new()),
        ];
        self.types.enums.push(Enum { ty: ty.clone(), variants });
        self.method_of(&ty, "first", vec![a.clone()], a.clone());
        self.method_of(&ty, "turned", Vec::new(), name(b, a));
    }

    fn method_of(&mut self, owner: &Ty, name: &str, params: Vec<Ty>, result: Ty) {
        let owner = Some(owner.clone());
        self.procs.push(Proc {
            name: name.to_owned(),
            owner,
            params,
            result: Some(result),
            turns: Turns::One,
        });
    }

    /// `same<T>(e)`
    pub(super) fn said(&mut self, ty: &Ty, value: Expr) -> Expr {
        self.helpers.insert(SAME);
        Expr::new(ty, parts![format!("same<{ty}>("), value, ")"])
    }

    /// `hidden(e)`, an `any` that nobody sees through.
    pub(super) fn hidden(&mut self, value: Expr) -> Expr {
        self.helpers.insert(HIDDEN);
        Expr::new(&Ty::Any, parts!["hidden(", value, ")"])
    }

    /// A call of a generic procedure that gives `ty`, if there is one.
    pub(super) fn generic_call(&mut self, ty: &Ty, next: u32) -> Option<Expr> {
        let expr = match self.rng.u8(..5) {
            0 if ty.is_ordered() => {
                self.helpers.insert(LARGEST);
                parts!["largest(", self.typed(&Ty::array(ty), next), ", ", self.expr(ty, next), ")"]
            }
            1 if Ty::NUMBERS.contains(ty) => {
                self.helpers.insert(TWICE);
                parts!["twice(", self.typed(ty, next), ")"]
            }
            2 => {
                let Ty::Map(key, count) = ty else { return None };
                if **count != Ty::I32 {
                    return None;
                }
                self.helpers.insert(COUNTED);
                parts!["counted(", self.typed(&Ty::array(key), next), ")"]
            }
            3 => {
                self.helpers.insert(FOLDED);
                let element = self.ty(0);
                let list = self.typed(&Ty::array(&element), next);
                let start = self.typed(ty, next);
                let step = self.closure(&[ty.clone(), element], Some(ty), next.min(1));
                parts!["folded(", list, ", ", start, ", ", step, ")"]
            }
            4 => {
                self.helpers.insert(KEEPER);
                parts![format!("(keeper<{ty}>("), self.expr(ty, next), ").0)()"]
            }
            _ => return None,
        };
        Some(Expr::new(ty, expr))
    }
}
