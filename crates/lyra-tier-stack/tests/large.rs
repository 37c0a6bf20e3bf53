//! Functions of a size that only generated programs have.

use lyra_bytecode::{Op, ProcId, TypeId, Types};
use lyra_ir::{Args, Block, Edge, End, Func, InstKind, Place, Value};
use lyra_tier_stack::translate;

const HERE: Place = Place::own(0);

fn op(func: &mut Func, block: Block, op: Op, args: &[Value], ty: TypeId) -> Value {
    func.append(block, InstKind::Op(op), Args::from_slice(args), Some(ty), HERE).expect("it gives a value")
}

fn edge(to: Block, args: &[Value]) -> Edge {
    Edge { to, args: Args::from_slice(args) }
}

/// A chain of `count` blocks of ten values each; every tenth goes back over the five before it, and all use values
/// from far before.
fn chain(count: usize) -> Func {
    let mut func = Func::new("large".to_owned(), ProcId(0), Some(TypeId::I32));
    let entry = func.add_block(None);
    let first = func.add_param(entry, TypeId::I32);
    let blocks: Vec<(Block, Value)> = (0..count)
        .map(|_| {
            let block = func.add_block(None);
            (block, func.add_param(block, TypeId::I32))
        })
        .collect();
    let last = func.add_block(None);
    let result = func.add_param(last, TypeId::I32);
    func.blocks[entry].end = End::Jump(edge(blocks[0].0, &[first]));
    func.blocks[last].end = End::Return(Some(result), HERE);
    let mut made = vec![first];
    let mut layout = vec![entry];
    for (index, &(block, param)) in blocks.iter().enumerate() {
        layout.push(block);
        let far = made[made.len().saturating_sub(1 + index * 7 % 900)];
        let mut value = op(&mut func, block, Op::AddI32, &[param, far], TypeId::I32);
        for _ in 0..7 {
            value = op(&mut func, block, Op::XorI32, &[value, param], TypeId::I32);
        }
        made.push(value);
        let cond = op(&mut func, block, Op::LtI32, &[value, first], TypeId::BOOL);
        let next = blocks.get(index + 1).map_or(last, |next| next.0);
        let then = match index.checked_sub(5).filter(|_| index % 10 == 9) {
            Some(back) => {
                let pays = func.add_block(None);
                layout.push(pays);
                func.append(pays, InstKind::Charge(1), Args::new(), None, HERE);
                func.append(pays, InstKind::Poll, Args::new(), None, HERE);
                func.blocks[pays].end = End::Jump(edge(blocks[back].0, &[value]));
                edge(pays, &[])
            }
            None => edge(next, &[value]),
        };
        func.blocks[block].end = End::Branch { cond, then, otherwise: edge(next, &[param]), place: HERE };
    }
    layout.push(last);
    func.layout = layout;
    func
}

#[test]
fn large_functions_are_translated_like_small_ones() {
    let types = Types::new();
    let small = chain(50);
    lyra_ir::check(&small, &types).expect("it is sound");
    let count = translate(&small, &types).expect("it is small").words.len();
    // Distances are too large for 16 bits then, so branches step over jumps.
    let large = translate(&chain(20_000), &types).expect("few values are live at once");
    large.check().expect("it is sound");
    assert!(large.words.len() < 400 * count * 2, "{} {count}", large.words.len());
    assert!(large.word_slots < 2_000, "{}", large.word_slots);
}

#[test]
fn more_values_at_once_than_slots_are_refused() {
    let mut func = Func::new("wide".to_owned(), ProcId(0), Some(TypeId::I32));
    let entry = func.add_block(None);
    let param = func.add_param(entry, TypeId::I32);
    let made: Vec<Value> =
        (0..70_000).map(|_| op(&mut func, entry, Op::NegI32, &[param], TypeId::I32)).collect();
    let sum = made
        .into_iter()
        .fold(param, |sum, value| op(&mut func, entry, Op::AddI32, &[value, sum], TypeId::I32));
    func.blocks[entry].end = End::Return(Some(sum), HERE);
    assert!(translate(&func, &Types::new()).is_none());
}
