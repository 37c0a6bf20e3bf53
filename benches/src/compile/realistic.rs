//! A program of any length, as people write them, from a seed: records with methods, enums and `match`, interfaces,
//! generics, closures, maps, text, loops, errors, and comments between.
//!
//! A program is a row of *units* of about two hundred lines. Each is made of the same kinds of parts in an order and with
//! numbers, operators and words of its own, and now and then calls something of the unit before it, so that no two
//! lines need be alike and names reach across the whole text.

use fastrand::Rng;
use std::fmt::Write;

/// Words that names and texts are made of.
const WORDS: [&str; 16] = [
    "order", "user", "price", "node", "track", "cell", "frame", "ticket", "graph", "token", "route", "batch",
    "panel", "widget", "parser", "shard",
];

/// A program of at least `lines` lines, and fewer than a unit more.
///
/// ```
/// let program = lyra_benches::compile::realistic(500, 7);
/// assert!((500..750).contains(&program.lines().count()));
/// assert_eq!(program, lyra_benches::compile::realistic(500, 7));
/// assert_ne!(program, lyra_benches::compile::realistic(500, 8));
/// ```
#[must_use]
pub fn realistic(lines: usize, seed: u64) -> String {
    let mut writer = Writer { rng: Rng::with_seed(seed), text: String::new(), lines: 0, unit: 0 };
    writer.shared();
    while writer.lines < lines {
        writer.unit();
    }
    writer.text
}

struct Writer {
    rng: Rng,
    text: String,
    lines: usize,
    /// The number of the unit that is written.
    unit: usize,
}

impl Writer {
    /// Writes lines, with `$` where the unit's number stands.
    fn lines(&mut self, text: &str) {
        let number = self.unit.to_string();
        for line in text.lines() {
            let mut rest = line;
            while let Some((before, after)) = rest.split_once('$') {
                self.text.push_str(before);
                self.text.push_str(&number);
                rest = after;
            }
            self.text.push_str(rest);
            self.text.push('\n');
            self.lines += 1;
        }
    }

    fn number(&mut self) -> i32 {
        self.rng.i32(2..100)
    }

    fn word(&mut self) -> &'static str {
        self.rng.choice(WORDS).unwrap_or("thing")
    }

    fn operator(&mut self) -> char {
        self.rng.choice(['+', '-', '*']).unwrap_or('+')
    }

    /// What all units use.
    fn shared(&mut self) {
        self.lines(
            "// A program made to be compiled, not to be run.
interface Shown { proc shown(self) -> str }
interface Weighed { proc weight(self) -> f64 }

/// The last things that were put in, at most `room` of them.
struct Recent<T> { items: [T] = [], room: i32 = 8 }
impl<T> Recent<T> {
    proc add(self, item: T) {
        if length(self.items) >= self.room { self.items.remove(0) }
        self.items.push(item)
    }
    proc newest(self) -> T? { return self.items.last() }
}
enum Outcome<T> { Done(value: T), Failed(reason: str) }

proc largest<T: Ordered>(xs: [T]) -> T? {
    var best = xs.first() ?? return none
    for x in xs { if x > best { best = x } }
    return best
}
proc tally<K: Hashable>(keys: [K]) -> {K: i32} {
    var counts: {K: i32}
    for key in keys { counts[key] = (counts[key] ?? 0) + 1 }
    return counts
}
var trace: [str]
",
        );
    }

    fn unit(&mut self) {
        self.unit += 1;
        let topic = self.word();
        let number = self.unit;
        self.lines(&format!("\n// ---- {topic} {number}: what belongs to it ----\n"));
        self.record();
        let mut parts: [fn(&mut Self); 7] = [
            Self::choices,
            Self::walking,
            Self::text,
            Self::closures,
            Self::failing,
            Self::simulation,
            Self::report,
        ];
        self.rng.shuffle(&mut parts);
        for part in parts {
            part(self);
        }
        self.statements();
    }

    /// A struct with defaults, methods, and two interfaces.
    fn record(&mut self) {
        let (a, b, c) = (self.number(), self.number(), self.operator());
        let word = self.word();
        self.lines(&format!(
            "/// One {word}, with what it costs.
struct Item$ {{
    name: str
    count: i32 = {a}
    price: f64 = {b}.5
    tags: [str] = []
    parent: Item$? = none
}}
impl Item$ {{
    proc new(name: str) -> Self {{ return Item$(name: name, count: {b}) }}
    proc total(self) -> f64 {{
        var sum = f64(self.count) * self.price
        if var parent = self.parent {{ sum += parent.total() }}
        return sum
    }}
    proc grow(self, by: i32) -> i32 {{
        self.count = (self.count {c} by) % {a}_000
        return self.count
    }}
}}
impl Shown for Item$ {{
    proc shown(self) -> str {{ return f\"{{self.name}} x{{self.count:>4}} at {{self.price:.2}}\" }}
}}
impl Weighed for Item$ {{ proc weight(self) -> f64 {{ return self.total() / {b}.0 }} }}
"
        ));
    }

    /// An enum and two ways to look at it.
    fn choices(&mut self) {
        let (a, b, word) = (self.number(), self.number(), self.word());
        self.lines(&format!(
            "enum Event$ {{ Opened(at: i32), Moved(dx: f64, dy: f64), Named(text: str), Closed }}
proc handle_$(event: Event$, state: i32) -> i32 {{
    return match event {{
        Opened(0) => 0
        Opened(at) if at > {a} => state - at
        Opened(at) => state + at * {b}
        Moved(dx, dy) => {{
            let far = dx * dx + dy * dy
            if far > {a}.25 {{ {a} }} else {{ state / {b} }}
        }}
        Named(\"{word}\") => -1
        Named(text) => length(text)
        Closed => {b}
    }}
}}
proc grade_$(points: i32) -> str {{
    return match points {{
        0 => \"none\"
        1..={a} => \"{word}\"
        1000 | 2000 | 3000 => \"round\"
        _ => \"many\"
    }}
}}
"
        ));
    }

    /// Loops over numbers, arrays and a map.
    fn walking(&mut self) {
        let (a, b, c, d) = (self.number(), self.number(), self.operator(), self.operator());
        self.lines(&format!(
            "proc walk_$(rows: [[i32]], limit: i32) -> (i32, {{str: i32}}) {{
    var total = {a}
    var seen: {{str: i32}}
    outer: for y, row in rows {{
        for x in 0..length(row) {{
            let value = row[x]
            if value % {b} == 0 || value > limit && x != y {{ continue outer }}
            total += value {c} (x {d} {a}) - (total >> 2)
            if total < 0 {{ break outer }}
        }}
        let key = f\"row {{y}}\"
        seen[key] = (seen[key] ?? {b}) + total
    }}
    while total > limit {{ total = total / 2 - {a} }}
    return (total, seen)
}}
"
        ));
    }

    /// A scanner by hand.
    fn text(&mut self) {
        let (a, word, other) = (self.number(), self.word(), self.word());
        self.lines(&format!(
            "proc scan_$(line: str) -> [str] {{
    let parts: [str] = []
    var current = \"\"
    for i in 0..length(line) {{
        let c = line[i]
        if is_letter(c) || is_digit(c) {{
            current += c
        }} else if length(current) > 0 {{
            parts.push(if current == \"{word}\" {{ \"{other}\" }} else {{ upper(current) }})
            current = \"\"
        }}
    }}
    if current != \"\" && length(parts) < {a} {{ parts.push(trim(current)) }}
    return parts
}}
"
        ));
    }

    /// What is passed procedures.
    fn closures(&mut self) {
        let (a, b, c) = (self.number(), self.number(), self.operator());
        self.lines(&format!(
            "proc pipeline_$(xs: [i32], factor: i32) -> i32 {{
    let scaled = xs.map(|x| x {c} factor).filter(|x| x % {b} != 0)
    let names = scaled.map(|x| f\"n{{x}}\")
    var calls = 0
    let count = |n: i32| {{
        calls += 1
        n + calls
    }}
    let recent = Recent<str>(room: {a})
    for name in names {{ recent.add(name) }}
    let sum = scaled.reduce({a}, |all, x| all + count(x))
    return sum + length(recent.newest() ?? \"none\")
}}
"
        ));
    }

    /// What can go wrong.
    fn failing(&mut self) {
        let (a, word) = (self.number(), self.word());
        self.lines(&format!(
            "proc read_$(text: str) -> Outcome<i32> {{
    defer trace.push(\"{word} $ was read\")
    try {{
        let n = toint(text)
        if n > {a}_000 {{ throw error(\"{word}\", f\"{{n}} is too much\") }}
        assert(n != {a}, \"not this one\")
        return Outcome<i32>.Done(n)
    }} catch e {{
        if e.kind == \"{word}\" {{ throw e }}
        return Outcome<i32>.Failed(e.message)
    }}
}}
"
        ));
    }

    /// A longer computation with arrays and numbers of several types.
    fn simulation(&mut self) {
        let (a, b, c) = (self.number(), self.number(), self.operator());
        let word = self.word();
        self.lines(&format!(
            "// Moves every {word} for some steps and gives the energy that is left.
proc simulate_$(steps: i32, size: i32) -> f64 {{
    var xs = [0.0; size]
    var vs = [1.5; size]
    var seed = i64({a})
    for i in 0..size {{
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        xs[i] = f64(seed % 1_000) / 1_000.0
        vs[i] = xs[i] {c} 0.{b}
    }}
    var energy = 0.0
    for step in 0..steps {{
        for i in 0..size {{
            let left = if i == 0 {{ xs[size - 1] }} else {{ xs[i - 1] }}
            let right = xs[(i + 1) % size]
            let force = left + right - 2.0 * xs[i]
            vs[i] += force * 0.01
            if vs[i] > {a}.0 {{
                vs[i] = {a}.0
            }} else if vs[i] < -{a}.0 {{
                vs[i] = -{a}.0
            }}
        }}
        energy = 0.0
        for i in 0..size {{
            xs[i] += vs[i] * 0.01
            energy += vs[i] * vs[i] / 2.0
        }}
        if step % {b} == 0 && energy > 1e6 {{ return -1.0 }}
    }}
    return energy
}}
"
        ));
    }

    /// Lines of text from records, with bits and characters.
    fn report(&mut self) {
        let (a, b) = (self.number(), self.number());
        self.lines(&format!(
            "proc report_$(items: [Item$], width: i32) -> str {{
    var out = \"\"
    var line = 0
    var check: i32 = 0x{a}
    for item in items {{
        line += 1
        out += f\"{{line:>3}}. {{pad_end(item.name, width)}} {{item.count:>6}}\\n\"
        for c in item.name {{
            check = (check << 5) ^ (check >> 2) ^ (c - 'a')
            check = check & 0xFFFFFF
        }}
        if length(item.tags) > 0 {{
            out += \"     tags: \" + join(item.tags, \", \") + \"\\n\"
        }}
        if item.total() > {b}.0 && !starts_with(item.name, \"_\") {{
            out += \"     !\\n\"
        }}
    }}
    return out + f\"{{line}} lines, check {{check:x}}\"
}}
"
        ));
    }

    /// A procedure that uses it all, and its call.
    fn statements(&mut self) {
        let (a, b, word) = (self.number(), self.number(), self.word());
        let mut text = format!(
            "proc use_$() {{
    let item = Item$.new(\"{word}\")
    let shown: Shown = item
    print(shown.shown(), item.grow({a}), largest([{a}, {b}, 7]))
    for part, n in tally(scan_$(\"{word} and {word} {a}\")) {{
        trace.push(f\"{{part}}={{n}}\")
    }}
    print(handle_$(Event$.Moved(1.5, {a}.0), {b}), grade_$(pipeline_$([1, {a}, {b}], 3)))
    print(match read_$(\"{a}\") {{ Done(n) => n, Failed(why) => -length(why) }})
    print(walk_$([[{a}], [1, 2]], {b}).0, simulate_$({a}, 20))
    print(report_$([item, Item$(\"{word}\", tags: [\"x\"])], 12))
"
        );
        if self.unit > 1 {
            let before = self.unit - 1;
            let _ = writeln!(text, "    print(grade_{before}({a}), Item{before}.new(\"{word}\").weight())");
        }
        text.push_str("}\nuse_$()\n");
        self.lines(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_compiles_and_its_lines_are_of_usual_length() {
        let program = realistic(2_000, 1);
        let engine = lyra::Engine::default();
        if let Err(error) = engine.compile("realistic.lyra", &program) {
            panic!("{}", error.render(false));
        }
        let width = program.len() / program.lines().count();
        assert!((30..50).contains(&width), "{width} characters a line");
    }
}
