//! Instructions: the table, what is derived from it, and the kinds of operand.

mod derive;
mod operand;
mod operator;
pub mod rows;
mod table;

pub use derive::{OPS, Op, OpInfo};
pub use operand::{Label, Local, Operand, OperandKind, OperandValue};
pub use operator::AnyOperator;
