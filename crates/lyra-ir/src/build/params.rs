//! Taking out parameters that are the same value on every way.

use crate::func::{Func, Value};
use lyra_base::id::Id;

/// Rounds over the function: each finds what the one before made equal; code as compilers make it takes two or three.
/// Parameters that remain do no harm.
const ROUNDS: usize = 8;

/// What the edges looked at so far give a parameter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Nothing,
    One(Value),
    Several,
}

/// Which value stands for which: a value that stands for itself, or the way to one that does.
struct Same(Vec<Value>);

impl Same {
    fn find(&mut self, value: Value) -> Value {
        let mut root = value;
        while self.0[root.index()] != root {
            root = self.0[root.index()];
        }
        let mut next = value;
        while next != root {
            next = std::mem::replace(&mut self.0[next.index()], root);
        }
        root
    }
}

/// Removes the parameters that every edge gives one value, or the parameter itself.
pub(crate) fn remove_needless(func: &mut Func) {
    let mut same = Same((0..func.values.len()).map(Value::from_index).collect());
    let mut given = vec![Given::Nothing; func.values.len()];
    for _ in 0..ROUNDS {
        given.fill(Given::Nothing);
        if !round(func, &mut same, &mut given) {
            break;
        }
    }
    drop_params(func, &mut same);
    func.replace_uses(|value| same.find(value));
}

/// Finds parameters that are given one value; whether there were any.
fn round(func: &Func, same: &mut Same, given: &mut [Given]) -> bool {
    let params = |block| &func.blocks[block].params;
    for &block in &func.layout {
        for edge in func.blocks[block].end.edges() {
            for (&param, &arg) in params(edge.to).iter().zip(&edge.args) {
                let (arg, place) = (same.find(arg), &mut given[param.index()]);
                if same.find(param) != arg {
                    *place = match *place {
                        Given::Nothing => Given::One(arg),
                        Given::One(other) if other == arg => Given::One(arg),
                        Given::One(_) | Given::Several => Given::Several,
                    };
                }
            }
        }
    }
    let mut found = false;
    for &param in func.layout.iter().flat_map(|&block| params(block)) {
        if let Given::One(value) = given[param.index()] {
            let root = same.find(value);
            if same.find(param) == param && root != param {
                same.0[param.index()] = root;
                found = true;
            }
        }
    }
    found
}

/// Takes parameters that another value stands for out of their blocks and of the edges.
fn drop_params(func: &mut Func, same: &mut Same) {
    let mut kept: Vec<Option<Vec<bool>>> = vec![None; func.blocks.len()];
    for &block in &func.layout {
        let params = &func.blocks[block].params;
        let keeps: Vec<bool> = params.iter().map(|&param| same.find(param) == param).collect();
        if keeps.contains(&false) {
            kept[block.index()] = Some(keeps);
        }
    }
    for &block in &func.layout {
        for edge in func.blocks[block].end.edges_mut() {
            if let Some(keeps) = &kept[edge.to.index()] {
                let mut keep = keeps.iter();
                edge.args.retain(|_| keep.next().copied().unwrap_or(true));
            }
        }
    }
    for &block in &func.layout.clone() {
        if let Some(keeps) = &kept[block.index()] {
            let mut keep = keeps.iter();
            func.blocks[block].params.retain(|_| keep.next().copied().unwrap_or(true));
            func.number_params(block);
        }
    }
}
