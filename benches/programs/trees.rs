//! Allocation: full binary trees, many short-lived ones beside one that stays, each counted node by node.
//! n is the depth of the largest short-lived trees; the checksum is the number of nodes found at every depth.

const SMALLEST: i32 = 4;

struct Node {
    left: Option<Box<Node>>,
    right: Option<Box<Node>>,
}

fn build(depth: i32) -> Box<Node> {
    if depth == 0 {
        return Box::new(Node { left: None, right: None });
    }
    Box::new(Node { left: Some(build(depth - 1)), right: Some(build(depth - 1)) })
}

fn nodes(tree: &Node) -> i32 {
    let mut total = 1;
    if let Some(left) = &tree.left {
        total += nodes(left);
    }
    if let Some(right) = &tree.right {
        total += nodes(right);
    }
    total
}

/// The checksum of the program at size `n`.
pub fn run(n: i32) -> String {
    let deepest = n.max(SMALLEST + 2);
    let mut out = nodes(&build(deepest + 1)).to_string();
    let lasting = build(deepest);

    for depth in (SMALLEST..=deepest).step_by(2) {
        let trees = 1 << (deepest - depth + SMALLEST);
        let mut total = 0;
        for _ in 0..trees {
            total += nodes(&build(depth));
        }
        out += &format!(":{total}");
    }
    format!("{out}:{}", nodes(&lasting))
}
