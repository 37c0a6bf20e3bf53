//! Dynamic values: expression trees of nested lists over integers, floats and text, evaluated with operators
//! that find out at run time what they work on; the results are kept, changed and weighed as mixed lists.
//! n is the number of rounds; the checksum is a hash of all weights and the weight of what is kept, in quarters.

use std::rc::Rc;

const DEPTH: i32 = 6;
const KEPT: i32 = 16;
const LIMIT: Value = Int(8191);
const MODULUS: Value = Int(16777213);

#[derive(Clone)]
enum Value {
    Int(i32),
    Float(f64),
    Text(Rc<str>),
    List(Rc<[Value]>),
}

use Value::{Float, Int, List, Text};

impl Value {
    /// The value as a float, where it is a number.
    fn number(&self) -> f64 {
        match self {
            Int(x) => f64::from(*x),
            Float(x) => *x,
            Text(_) | List(_) => panic!("type_mismatch: expected a number"),
        }
    }

    fn text(&self) -> &str {
        match self {
            Text(text) => text,
            _ => panic!("type_mismatch: expected a text"),
        }
    }

    fn index(&self) -> usize {
        match self {
            Int(x) => *x as usize,
            _ => panic!("type_mismatch: expected an integer"),
        }
    }
}

fn add(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Int(a), Int(b)) => Int(a.wrapping_add(*b)),
        (Text(a), Text(b)) => Text([&**a, &**b].concat().into()),
        _ => Float(a.number() + b.number()),
    }
}

fn multiply(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Int(a), Int(b)) => Int(a.wrapping_mul(*b)),
        _ => Float(a.number() * b.number()),
    }
}

fn remainder(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Int(a), Int(b)) => Int(a.wrapping_rem(*b)),
        _ => Float(a.number() % b.number()),
    }
}

fn less(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Int(a), Int(b)) => a < b,
        (Text(a), Text(b)) => a < b,
        _ => a.number() < b.number(),
    }
}

fn text(text: &str) -> Value {
    Text(text.into())
}

fn list<const N: usize>(parts: [Value; N]) -> Value {
    List(Rc::new(parts))
}

fn draw(state: &mut i32, below: i32) -> i32 {
    *state = (*state * 3877 + 29573) % 139968;
    *state * below / 139968
}

/// An expression whose value is a number.
fn number(state: &mut i32, depth: i32) -> Value {
    if depth == 0 {
        return match draw(state, 3) {
            0 => Int(draw(state, 1000)),
            1 => Float(f64::from(draw(state, 1000)) / 4.0),
            _ => list([text("name"), Int(draw(state, 2))]),
        };
    }
    match draw(state, 4) {
        0 => list([text("add"), number(state, depth - 1), number(state, depth - 1)]),
        1 => list([text("scale"), number(state, depth - 1), Int(draw(state, 9) + 1)]),
        2 => list([text("max"), number(state, depth - 1), number(state, depth - 1)]),
        _ => list([text("size"), phrase(state, depth - 1)]),
    }
}

/// An expression whose value is text.
fn phrase(state: &mut i32, depth: i32) -> Value {
    if depth == 0 {
        if draw(state, 3) > 0 {
            return text(&format!("t{}", draw(state, 100)));
        }
        return list([text("name"), Int(2)]);
    }
    if draw(state, 3) > 0 {
        return list([text("join"), phrase(state, depth - 1), phrase(state, depth - 1)]);
    }
    list([text("pick"), number(state, depth - 1), phrase(state, depth - 1), phrase(state, depth - 1)])
}

fn evaluate(node: &Value, names: &[Value]) -> Value {
    let List(node) = node else {
        return node.clone();
    };
    match node[0].text() {
        "add" => remainder(&add(&evaluate(&node[1], names), &evaluate(&node[2], names)), &LIMIT),
        "scale" => remainder(&multiply(&evaluate(&node[1], names), &evaluate(&node[2], names)), &LIMIT),
        "max" => {
            let a = evaluate(&node[1], names);
            let b = evaluate(&node[2], names);
            if less(&a, &b) { b } else { a }
        }
        "join" => add(&evaluate(&node[1], names), &evaluate(&node[2], names)),
        "pick" => {
            let chosen = if less(&evaluate(&node[1], names), &Int(500)) { 2 } else { 3 };
            evaluate(&node[chosen], names)
        }
        "size" => weigh(&evaluate(&node[1], names)),
        _ => names[node[1].index()].clone(),
    }
}

/// A number weighs itself, text its length and its middle character, a list what its parts weigh together.
fn weigh(value: &Value) -> Value {
    match value {
        Text(text) => Int(text.len() as i32 + i32::from(text.as_bytes()[text.len() / 2])),
        List(parts) => {
            let mut sum = Int(0);
            for part in parts.iter() {
                sum = add(&sum, &weigh(part));
            }
            sum
        }
        Int(_) | Float(_) => value.clone(),
    }
}

/// Numbers double, text gets a mark, lists are made anew of what their parts become.
fn changed(value: &Value) -> Value {
    match value {
        Text(_) => add(value, &text("!")),
        List(parts) => List(parts.iter().map(changed).collect()),
        Int(_) | Float(_) => add(&multiply(value, &Int(2)), &Int(1)),
    }
}

/// The checksum of the program at size `n`.
pub fn run(n: i32) -> String {
    let mut state = 42;
    let tree = number(&mut state, DEPTH);
    let text_tree = phrase(&mut state, DEPTH);
    let mut names = vec![Int(0), Int(0), text("")];
    let mut kept: Vec<Value> = (0..KEPT).map(Int).collect();

    let mut total = Float(0.0);
    for round in 0..n {
        names[0] = Int(round % 1000);
        names[2] = text(&format!("r{}", round % 100));
        names[1] = evaluate(&tree, &names);
        let pair = list([Int(round % 7), Float(0.25)]);
        let item = list([names[1].clone(), evaluate(&text_tree, &names), pair]);
        let slot = (round % KEPT) as usize;
        kept[slot] = changed(&item);
        total = remainder(&add(&multiply(&total, &Int(31)), &weigh(&kept[slot])), &MODULUS);
    }

    let rest = add(&weigh(&List(kept.into())), &Float(0.0));
    format!("{}:{}", (total.number() * 4.0) as i32, (rest.number() * 4.0) as i32)
}
