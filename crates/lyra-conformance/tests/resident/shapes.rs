//! The table: shapes that programs fill memory with, each made for ever.

/// One shape.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
}

macro_rules! shapes {
    ($($name:literal $source:expr;)*) => {
        pub(crate) const SHAPES: &[Shape] = &[$(Shape { name: $name, source: $source }),*];
    };
}

shapes! {
    "records of one field" "struct N { next: N? = none }\nvar v: N?\nwhile true { v = N(v) }";
    "records of two" "struct N { n: i32, next: N? = none }\nvar v: N?\nwhile true { v = N(1, v) }";
    "records of nine" "struct N { a: i64, b: i64, c: i64, d: i64, e: i64, f: f64, g: f64, h: f64, next: N? = none }\nvar v: N?\nwhile true { v = N(1, 2, 3, 4, 5, 6.0, 7.0, 8.0, v) }";
    "variants" "enum L { More(n: i32, rest: L), End }\nvar v = L.End\nwhile true { v = L.More(1, v) }";
    "tuples" "var v: [(i32, str)]\nwhile true { v.push((1, \"x\")) }";
    "one array of words" "var v: [i64]\nwhile true { v.push(i64(1)) }";
    "one array of bytes" "var v: [u8]\nwhile true { v.push(u8(1)) }";
    "empty arrays" "var v: [[i32]]\nwhile true { v.push([]) }";
    "arrays of three" "var v: [[i32]]\nwhile true { v.push([1, 2, 3]) }";
    "arrays that grow side by side" "var v: [[i32]]\nfor i in 0..100 { v.push([]) }\nvar i = 0\nwhile true { v[i % 100].push(i); i += 1 }";
    "arrays of a thousand" "var v: [[i64]]\nwhile true { v.push([i64(1); 1000]) }";
    "arrays of a hundred thousand" "var v: [[i64]]\nwhile true { v.push([i64(1); 100000]) }";
    "short texts" "var v: [str]\nvar i = 0\nwhile true { v.push(str(i)); i += 1 }";
    "texts of a hundred" "var v: [str]\nvar i = 0\nwhile true { v.push(pad_start(str(i), 100, ' ')); i += 1 }";
    "texts of ten thousand" "var v: [str]\nwhile true { v.push(repeat(\"x\", 10000)) }";
    "texts of wide characters" "var v: [str]\nwhile true { let s = repeat(\"é\", 1000); if s[500] == 'é' { v.push(s) } }";
    "one text doubled" "var s = \"x\"\nwhile true { s = s + s }";
    "one text appended to" "var s = \"\"\nwhile true { s += \"0123456789\" }";
    "slices of a text" "var v: [str]\nlet s = repeat(\"x\", 1000)\nwhile true { v.push(s[1..]) }";
    "slices, each of a text" "var v: [str]\nvar i = 0\nwhile true { v.push(repeat(\"x\", 1024)[768..]); i += 1 }";
    "parts of a text" "var v: [[str]]\nlet s = repeat(\"a b \", 100)\nwhile true { v.push(split(s, \" \")) }";
    "one map of words" "var m: {i32: i32}\nvar i = 0\nwhile true { m[i] = i; i += 1 }";
    "one map of texts" "var m: {str: str}\nvar i = 0\nwhile true { m[str(i)] = str(-i); i += 1 }";
    "a map of keys that come and go" "var m: {i32: i32}\nvar i = 0\nwhile true {\nm[i] = i\nif i % 2 == 0 && i > 10000 { m.remove(i / 2) }\ni += 1\n}";
    "empty maps" "var v: [{str: i32}]\nwhile true { v.push({}) }";
    "maps of two" "var v: [{str: i32}]\nwhile true { v.push({\"a\": 1, \"b\": 2}) }";
    "maps of a hundred" "var v: [{i32: i32}]\nwhile true {\nvar m: {i32: i32}\nfor i in 0..100 { m[i] = i }\nv.push(m)\n}";
    "closures" "var v: [proc() -> i32]\nvar i = 0\nwhile true { let n = i; v.push(|| n); i += 1 }";
    "closures over cells" "var v: [proc() -> i32]\nproc counter() -> proc() -> i32 { var n = 0; return proc() -> i32 { n += 1; return n } }\nwhile true { v.push(counter()) }";
    "boxed integers" "var v: [any]\nvar i: i64 = 4611686018427387904\nwhile true { v.push(i); i += 1 }";
    "errors" "var v: [error]\nwhile true { v.push(error(\"kind\", \"message\")) }";
    "errors with traces" "var v: [error]\nproc deep(n: i32) { if n == 0 throw \"e\"\ndeep(n - 1) }\nwhile true { try { deep(20) } catch e { v.push(e) } }";
    "all sizes, replaced" "struct N { data: [i64], text: str }\nvar v: [N]\nvar r: i64 = 1\nvar i = 0\nwhile true {\nr = (r * 1103515245 + 12345) & 0x7fffffff\nlet size = i32((r >> 8) % 400)\nlet n = N([r; size], repeat(\"x\", size))\nif length(v) > 2000 && i % 3 != 0 { v[i32((r >> 4) % i64(length(v)))] = n } else { v.push(n) }\ni += 1\n}";
}
