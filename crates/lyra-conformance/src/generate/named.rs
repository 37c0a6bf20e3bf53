//! Values of the program's own types.

use super::items::{Enum, Struct};
use super::tree::{Expr, parts};
use super::{Generator, Ty};

impl Generator {
    /// A value made by calling something, or made anew.
    pub(super) fn own_value(&mut self, ty: &Ty, next: u32) -> Expr {
        self.made(ty, next)
    }

    /// A new value of a structure, enumeration or interface.
    pub(super) fn made(&mut self, ty: &Ty, next: u32) -> Expr {
        if let Some(known) = self.types.find_struct(ty).cloned() {
            return self.new_struct(&known, next);
        }
        if let Some(known) = self.types.find_enum(ty).cloned() {
            return self.new_variant(&known, next);
        }
        if let Some(known) = self.types.find_interface(ty).cloned() {
            // Converts where the interface is expected.
            let by = self.pick(&known.by);
            return match by {
                Ty::I32 | Ty::Str | Ty::F64 | Ty::Bool => self.expr(&by, next),
                _ => self.typed(&by, next),
            };
        }
        Expr::text(ty, ty.to_string())
    }

    fn new_struct(&mut self, known: &Struct, next: u32) -> Expr {
        let mut parts = parts![format!("{}(", known.ty)];
        let named = self.chance(30);
        for (at, field) in known.fields.iter().enumerate() {
            // Behind one that is left out, names are needed; nothing follows here.
            if field.has_default && self.chance(50) {
                break;
            }
            parts.push(if at > 0 { ", ".into() } else { "".into() });
            if named {
                parts.push(format!("{}: ", field.name).into());
            }
            parts.push(self.expr(&field.ty, next.min(2)).into());
        }
        parts.push(")".into());
        Expr::new(&known.ty, parts)
    }

    fn new_variant(&mut self, known: &Enum, next: u32) -> Expr {
        let (name, held) = self.pick(&known.variants);
        let mut parts = parts![format!("{}.{name}", known.ty)];
        if !held.is_empty() {
            parts.extend(self.list("(", &held, ")", next.min(2)));
        }
        Expr::new(&known.ty, parts)
    }
}
