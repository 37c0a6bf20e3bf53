//! What Lyra has for names, methods and types of other languages: the help lines of names that nothing stands for.
//!
//! These are plain tables: a row for what people write who come from Rust, Lua, Python, TypeScript, C or Go.

use super::checker::Checker;
use lyra_syntax::ast;

/// What Lyra has for a name of another language.
pub(super) fn word(name: &str) -> Option<&'static str> {
    Some(match name {
        "println" | "echo" | "puts" | "printf" | "console" | "fmt" | "eprintln" | "cout" => {
            "Lyra prints with `print(x, …)`"
        }
        "len" | "size" | "count" | "strlen" | "len_utf8" | "sizeof" => {
            "Lyra asks for a length with `length(x)` or `x.length()`"
        }
        "null" | "nil" | "None" | "undefined" | "NULL" | "nullptr" => "Lyra's word for it is `none`",
        "True" => "Lyra writes `true`",
        "False" => "Lyra writes `false`",
        "not" => "Lyra writes `!`: `!(a == b)`",
        "append" | "push_back" | "add" => "Lyra appends with `push(xs, v)` or `xs.push(v)`",
        "int" | "Integer" => "`i32(x)` converts a number, `toint(text)` and `parse_int(text)` read one",
        "float" | "double" | "Number" | "tonumber" | "parseFloat" | "number" => {
            "`f64(x)` converts a number, `parse_float(text)` reads one"
        }
        "string" | "String" | "to_string" | "toString" => "Lyra makes text with `tostring(x)` or `f\"{x}\"`",
        "format" | "sprintf" => "Lyra formats with f-strings: `f\"{x}\"`",
        "ord" => "the code of a character is `i32(c)`",
        "chr" => "the character of a code is `char(n)`",
        "type" | "isinstance" => "`typeof(x)` names the type of a value, `x is T` asks an `any` for it",
        "range" => "a range is written `0..n`, or `0..=n` with its end: `for i in 0..n step 2 { }`",
        "enumerate" | "ipairs" => "a loop has indices by itself: `for i, x in xs { }`",
        "pairs" => "a loop takes the map itself: `for k, v in m { }`",
        "zip" => "walk over the indices of one: `for i, x in xs { }`",
        "Some" | "Just" => "a value is an optional as it is: write it alone",
        "Ok" => "return the value alone; a mistake is thrown: `throw error(\"kind\", \"text\")`",
        "Err" | "Error" | "Exception" | "ValueError" => {
            "a mistake is thrown: `throw \"text\"`, or `throw error(\"kind\", \"text\")`"
        }
        "pcall" | "xpcall" | "catch" => "write `try { … } catch e { … }`",
        "pass" => "an empty block is `{ }`; `...` marks a place left open",
        "do" | "begin" => "a block is `{ … }`",
        "end" => "a block ends with `}`",
        "this" | "Self" => "a method's own value is `self`, its first parameter",
        "super" => "there are no parents: what types have in common is an `interface`",
        "require" | "include" | "use" | "using" => {
            "a module is imported with `import name`, a file with `import \"file.lyra\"`"
        }
        "make" | "malloc" | "alloc" | "calloc" => "an array of a length is `[0; n]`, an empty map `{}`",
        "free" | "drop" | "close" => {
            "memory is freed by itself; `defer` runs a statement when its block ends"
        }
        "exit" | "abort" | "quit" => "a program ends with its last line; `panic(text)` ends it with an error",
        "unreachable" | "todo" | "unimplemented" => "`panic(text)` stops; `...` marks a place left open",
        "assert_eq" | "assertEqual" => "write `assert(a == b)`: its error shows both sides",
        "input" | "readline" | "gets" | "scanf" => {
            "a program reads no terminal; its host gives it what it needs"
        }
        "strcmp" => "texts are compared with `==` and `<`",
        "map" | "filter" | "reduce" => "write it behind the array: `xs.map(|x| …)`",
        "dict" | "HashMap" | "Map" | "Object" => {
            "a map is written `{\"a\": 1}`, an empty one `{}` with its type"
        }
        "list" | "Vec" | "Array" | "List" | "vec" | "array" => {
            "an array is written `[1, 2]`, an empty one `[]` with its type"
        }
        "set" | "Set" | "HashSet" => "a set is a map to `bool`: `{str: bool}`",
        "Math" => "write `import math`, and `math.floor(x)`",
        "JSON" => "write `import json`, and `json.parse(text)`",
        "parseInt" | "atoi" => "`toint(text)` reads a number and throws, `parse_int(text)` may give `none`",
        "table" => "arrays and maps have methods: `xs.push(v)`, `xs.sort()`, `m.remove(k)`",
        "setTimeout" | "sleep" => {
            "a program cannot wait; the module `time` tells the time where the host grants it"
        }
        _ => return None,
    })
}

/// What Lyra has for a method of another language.
pub(super) fn method(name: &str) -> Option<&'static str> {
    Some(match name {
        "unwrap" | "expect" | "get_unchecked" => "`x!` takes the value, and fails on `none`",
        "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" | "getOrElse" | "or_else" => {
            "write `x ?? fallback`"
        }
        "is_some" | "isPresent" | "has_value" => "write `x != none`, or `if var y = x { }`",
        "is_none" | "is_null" => "write `x == none`",
        "append" | "add" | "push_back" | "emplace_back" => {
            "an element is added with `xs.push(v)`, many with `xs.extend(ys)`"
        }
        "len" | "size" | "count" | "len_utf8" => "write `x.length()`",
        "is_empty" | "isEmpty" | "empty" => "write `x.length() == 0`",
        "clone" | "copied" | "cloned" | "to_owned" | "to_vec" => {
            "numbers and texts need none; `copy(x)` copies an array or a map, `deep_copy(x)` all that is in it"
        }
        "iter" | "into_iter" | "iter_mut" | "collect" | "drain" => {
            "remove it: `for x in xs`, `xs.map(|x| …)` and `xs.filter(|x| …)` take the array itself"
        }
        "enumerate" | "entries" | "items" => {
            "a loop has both by itself: `for i, x in xs { }`, `for k, v in m { }`"
        }
        "step_by" => "a step stands behind the range: `for i in 0..10 step 2 { }`",
        "rev" => "count downward with `for i in 9..=0 step -1 { }`; `reverse(xs)` turns an array around",
        "forEach" | "for_each" | "each" => "write `for x in xs { }`",
        "strip" | "trimmed" => "write `text.trim()`",
        "lstrip" | "trimStart" | "trim_left" => "write `text.trim_start()`",
        "rstrip" | "trimEnd" | "trim_right" => "write `text.trim_end()`",
        "toUpperCase" | "to_uppercase" | "to_upper" | "ToUpper" | "toupper" => "write `text.upper()`",
        "toLowerCase" | "to_lowercase" | "to_lower" | "ToLower" | "tolower" => "write `text.lower()`",
        "indexOf" | "index" | "findIndex" | "position" | "IndexOf" => {
            "`xs.find(v)` gives the index of a value or `none`"
        }
        "includes" | "has" | "contains_key" | "containsKey" | "has_key" | "hasOwnProperty" => {
            "write `x.contains(v)`, of a map with the key"
        }
        "slice" | "substring" | "substr" | "sub" | "subarray" => "write `x[a..b]`",
        "charAt" | "char_at" | "nth" | "at" => "write `text[i]`",
        "charCodeAt" | "codePointAt" => "write `i32(text[i])`",
        "shift" => "write `xs.remove(0)`",
        "unshift" | "push_front" => "write `xs.insert(0, v)`",
        "splice" => "elements come and go with `xs.insert(i, v)` and `xs.remove(i)`",
        "concat" => "arrays are joined with `xs.extend(ys)`, texts with `+`",
        "join" => "an array of texts is joined: `parts.join(\", \")`",
        "format" => "write an f-string: `f\"{x}\"`",
        "every" | "all" => "write `xs.all_of(|x| …)`",
        "some" | "any" => "write `xs.any_of(|x| …)`",
        "fold" | "inject" | "foldl" => "write `xs.reduce(start, |sum, x| …)`",
        "sort_unstable" | "sorted_by" | "sort_by_key" => "write `xs.sort_by(|a, b| …)`, which gives a number",
        "delete" | "del" | "discard" | "erase" => "write `x.remove(key)`",
        "match" | "test" | "search" => "write `import regex`, and `regex.match(pattern, text)`",
        "to_string" | "toString" | "ToString" | "String" => "write `tostring(x)`, or `f\"{x}\"`",
        "pow" | "powi" | "powf" => "write `import math`, and `math.pow(x, y)`",
        "sqrt" | "floor" | "ceil" | "round" | "sin" | "cos" => "write `import math`, and `math.floor(x)`",
        "parse" | "to_i" | "toInt" => "`toint(text)` and `parse_int(text)` read a number",
        "as_str" | "as_ref" | "borrow" | "into" | "to_f64" => "remove it",
        "wait" | "await" => "a task is waited for with `task.join()`",
        "get_or_insert" | "entry" | "setdefault" => "write `m[k] = (m[k] ?? start) + 1`",
        _ => return None,
    })
}

/// What Lyra has for a pattern of another language.
pub(super) fn pattern(name: &str) -> Option<&'static str> {
    Some(match name {
        "Some" => "an optional is matched by `none` and by a name: `none => …` first, then `n => …`",
        "None" | "Nothing" => "Lyra's word for it is `none`",
        "Ok" | "Err" => "a mistake is no value: it is thrown, and caught with `try { … } catch e { … }`",
        _ => return None,
    })
}

impl<'a> Checker<'a> {
    /// What Lyra writes for a type of another language.
    pub(super) fn foreign_type(&self, name: &str, args: &[ast::Type<'a>]) -> Option<String> {
        let arg = |index: usize, other: &'static str| match args.get(index).map(|arg| arg.kind) {
            Some(ast::TypeKind::Name { path: [name], args: [] }) => {
                let text = self.text(name.symbol);
                super::types::meant(text).unwrap_or(text).to_owned()
            }
            _ => other.to_owned(),
        };
        Some(match name {
            "Vec" | "Array" | "List" | "list" | "ArrayList" | "Slice" | "VecDeque" | "Sequence"
            | "vector" => {
                format!("an array is `[{}]`", arg(0, "T"))
            }
            "Option" | "Optional" | "Maybe" => format!("an optional is `{}?`", arg(0, "T")),
            "HashMap" | "Map" | "dict" | "Dict" | "BTreeMap" | "Record" | "map" | "table" => {
                format!("a map is `{{{}: {}}}`", arg(0, "K"), arg(1, "V"))
            }
            "HashSet" | "Set" | "set" | "BTreeSet" => {
                format!("a set is a map to `bool`: `{{{}: bool}}`", arg(0, "K"))
            }
            "Result" => format!("write `{}`: what goes wrong is thrown and caught", arg(0, "T")),
            "Box" | "Rc" | "Arc" | "RefCell" | "Cell" | "Ref" => {
                format!("write `{}`: structs, arrays and maps are shared already", arg(0, "T"))
            }
            "Promise" | "Future" => "a task is `task<T>`".to_owned(),
            "tuple" | "Tuple" => format!("a tuple is `({}, {})`", arg(0, "A"), arg(1, "B")),
            "None" | "nil" | "null" | "undefined" => {
                "compare with `==`: `x == none`; a type that may be absent is `T?`".to_owned()
            }
            "void" | "Unit" | "never" => "a procedure without a result has no `->`".to_owned(),
            "function" | "Function" | "Fn" | "FnMut" | "Callable" | "func" => {
                "a procedure's type is `proc(A) -> R`".to_owned()
            }
            "object" | "Object" | "unknown" | "dynamic" | "interface" | "auto" => {
                "a value of any type is `any`".to_owned()
            }
            "Exception" | "Error" => "what is thrown is an `error`".to_owned(),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::builtins;

    #[test]
    fn no_row_is_about_a_name_that_lyra_has() {
        for name in builtins::names() {
            // `join` of a text, `map(…)` in front, and the like are about the wrong receiver.
            if matches!(name, "join" | "map" | "filter" | "reduce") {
                continue;
            }
            assert!(super::word(name).is_none(), "{name}");
            assert!(super::method(name).is_none(), "{name}");
        }
    }
}
