//! Codes of the lexer, the layout pass and the parser.

use super::Code;

codes! { SYNTAX:
    UNEXPECTED_TOKEN = "E0101", "something that cannot stand here", "\
The parser met a word or a sign that cannot stand where it stands. The help line says what could.

Wrong:
```lyra
var x = * 2
```
Right:
```lyra
var x = 3 * 2
```
";
    BAD_CHARACTER = "E0102", "a character that cannot stand in a program", "\
Outside texts and comments a program consists of names, numbers, the signs of Lyra and white space. NUL characters
cannot stand anywhere; characters that change the direction of a line can stand in texts and comments only, because
a program must be what it looks like.

Wrong:
```lyra
var price = §5   # five
```
Right:
```lyra
var price = 5    // five
```
";
    UNCLOSED_TEXT = "E0103", "a text without its closing quote", "\
A text between `\"` and a character between `'` end on the line where they begin. A text of several lines stands
between three quotes; the newline after the opening ones and the common indentation do not belong to it.

Wrong:
```lyra
print(\"hello)
```
Right:
```lyra
print(\"hello\")
print(\"\"\"
    hello,
      world
    \"\"\")
```
";
    UNCLOSED_COMMENT = "E0104", "a comment without its end", "\
A comment that begins with `/*` ends with `*/`. Such comments nest: each `/*` inside needs a `*/` of its own.

Wrong:
```lyra
print(1) /* one /* and */
```
Right:
```lyra
print(1) /* one /* and */ */
```
";
    BAD_NUMBER = "E0105", "a number that is none", "\
Integers are written `10`, `1_000`, `0xFF`, `0b1010`, `0o17`, floats `1.5`, `1e9`, `2.5e-3`. No type stands behind a
number: it takes the one that its place expects. No integer type holds more than 18_446_744_073_709_551_615.

Wrong:
```lyra
var mask = 0b102
```
Right:
```lyra
var mask = 0b101
```
";
    BAD_CHARACTER_LITERAL = "E0106", "not one character between single quotes", "\
Single quotes hold one character or one escape. A text stands between double quotes.

Wrong:
```lyra
var name = 'ada'
```
Right:
```lyra
var name = \"ada\"
var first = 'a'
```
";
    BAD_ESCAPE = "E0107", "an escape that is none", "\
The escapes in texts and characters are `\\n \\t \\r \\0 \\\\ \\\" \\'` and `\\u{…}` with the number of a character in 1 to 6
hexadecimal digits. A raw text `r\"…\"` has none.

Wrong:
```lyra
var path = \"C:\\work\"
```
Right:
```lyra
var path = r\"C:\\work\"
var same = \"C:\\\\work\"
```
";
    BAD_FSTRING = "E0108", "an f-string that is not well formed", "\
In `f\"…\"` a hole `{value}` holds any expression and ends on its line; `{{` and `}}` stand for the braces themselves.

Wrong:
```lyra
print(f\"sum} = {1 + 2}\")
```
Right:
```lyra
print(f\"{{sum}} = {1 + 2}\")
```
";
    BAD_FORMAT = "E0109", "a format that is none", "\
What follows the `:` in a hole is `[[fill]<^>][+][#][0][width][.precision][x X b o e]`: how the value is placed in
its width, a sign also for positive numbers, `0x` and the like in front, zeros in front, how wide it is at least, how
many digits follow the point, and the base of an integer.

Wrong:
```lyra
print(f\"{2.5:8.2d}\")
```
Right:
```lyra
let name = \"ada\"
print(f\"{2.5:8.2} {5:#010b} {name:*^20}\")
```
";
    UNBALANCED = "E0110", "brackets that do not match", "\
Each `(`, `[` and `{` needs its `)`, `]` or `}`, in the right order. A missing one is reported at the bracket that
was opened; a line that begins with a word such as `var`, or an item at the left margin, shows where it was missed.

Wrong:
```lyra
print((1 + 2) * 3
var x = 1
```
Right:
```lyra
print((1 + 2) * 3)
var x = 1
```
";
    TOO_DEEP = "E0111", "nested too deep", "\
Brackets, blocks, holes of f-strings, types, prefix operators, jumps and closures may stand at most 256 deep inside
each other. Chains do not count: a sum of a thousand terms, calls behind calls, `else if` behind `else if`. Give an
inner part a name of its own: a `var`, or a `proc`.
";
    MISPLACED_ITEM = "E0112", "an item inside a block", "\
Procs, constants, types, imports and tests stand at the top level of a file, and `private` stands before them only.
A proc for one place can also be a closure: `let inner = |x: i32| x + 1`.

Wrong:
```lyra
proc outer() {
    proc inner(x: i32) -> i32 { return x + 1 }
    print(inner(1))
}
```
Right:
```lyra
proc inner(x: i32) -> i32 { return x + 1 }
proc outer() { print(inner(1)) }
```
";
    BAD_PARAMETER = "E0113", "a parameter that is not well formed", "\
Every parameter of a `proc` has a type. `self` stands alone, first, and in the methods of an `impl` or an interface
only. The parameters of a short closure `|x| …` may leave their types out.

Wrong:
```lyra
proc double(x) -> i32 { return x * 2 }
```
Right:
```lyra
proc double(x: i32) -> i32 { return x * 2 }
```
";
    MISSING_BODY = "E0114", "a proc without a body", "\
A `proc` has a block; only in an interface it may be a signature alone. `...` leaves a body open for now.

Wrong:
```lyra
proc area(w: f64, h: f64) -> f64
```
Right:
```lyra
proc area(w: f64, h: f64) -> f64 { return w * h }
proc later() { ... }
```
";
    BAD_PATTERN = "E0115", "a pattern that is none", "\
Patterns are `_`, literals, ranges such as `1..=9`, `none`, `p | q`, `(p, q)`, `Variant(p, …)` and names that bind.

Wrong:
```lyra
match 1 { () => 1 }
```
Right:
```lyra
match 1 { _ => 1 }
```
";
    BAD_SPAWN = "E0116", "`spawn` without the call of a named proc", "\
`spawn` starts a named proc as a task and binds like a prefix operator: what is done with the task stands behind
parentheses.

Wrong:
```lyra
let result = spawn work(1).join()
```
Right:
```lyra
let result = (spawn work(1)).join()
```
";
    SOURCE_TOO_LARGE = "E0117", "a source that is too large", "\
One source file has at most 64 MiB. Split it into several files, or read its data when the program runs.
";
    INVALID_UTF8 = "E0118", "a source that is no UTF-8", "\
A source file is UTF-8 text. Save it in that encoding; bytes that are no text belong into a data file.
";
    TWO_ON_A_LINE = "E0119", "two statements on one line", "\
A statement ends at a newline or at a `;`. Two of them on one line have a `;` between them, also after a `}`.

Wrong:
```lyra
var a = 1 var b = 2
```
Right:
```lyra
var a = 1; var b = 2
var c = 3
```
";
    FOREIGN_FORM = "E0120", "a form of another language", "\
The line is written as in another language. The help line gives Lyra's form: `&&` and not `and`, `else if` and not
`elif`, `x += 1` and not `x++`, `if c { a } else { b }` and not `c ? a : b`, `proc` and not `fn` or `def`.

Wrong:
```lyra
var count = 0
if count == 0 and not false { count++ }
print(count)
```
Right:
```lyra
var count = 0
if count == 0 && !false { count += 1 }
print(count)
```
";
    CHAINED_COMPARISON = "E0121", "comparisons in a chain", "\
`a < b < c` would compare a `bool` with `c`. Write two comparisons.

Wrong:
```lyra
let x = 5
if 0 < x < 10 { print(x) }
```
Right:
```lyra
let x = 5
if 0 < x && x < 10 { print(x) }
```
";
    ASSIGNMENT_AS_VALUE = "E0122", "an assignment as a value", "\
`=` assigns and is a statement of its own; `==` compares. (The body of a short closure or of an arm may be an
assignment.)

Wrong:
```lyra
let x = 5
if x = 1 { print(x) }
```
Right:
```lyra
let x = 5
if x == 1 { print(x) }
```
";
    IF_WITHOUT_ELSE = "E0123", "an `if` without `else` as a value", "\
An `if` that is used as a value needs an `else`: without it there would be no value when the condition is false.

Wrong:
```lyra
let c = true
let x = if c { 1 }
```
Right:
```lyra
let c = true
let x = if c { 1 } else { 0 }
```
";
    MISSING_VALUE = "E0124", "a value is missing", "\
An operator, a `=` or a bracket asks for a value that does not come.

Wrong:
```lyra
var z = (1 + )
```
Right:
```lyra
var z = (1 + 2)
```
";
    RESERVED_WORD = "E0125", "a reserved word as a name", "\
Reserved words cannot be names, except after `.` and `?.` as in `regex.match(…)`: `proc var let const if else while for in match return break
continue throw try catch defer struct enum interface import spawn true false none as is self`.

Wrong:
```lyra
var match = 1
```
Right:
```lyra
var match_ = 1
```
";
    NEEDS_PARENTHESES = "E0126", "a jump or a short closure without parentheses", "\
`return`, `break`, `continue`, `throw` and `|x| …` take everything to their right. They stand alone, or right of `??`,
`&&` and `||`; elsewhere they take parentheses, and so they do in the head of `if`, `while`, `for` and `match`.

Wrong:
```lyra
let f = 1 + |x: i32| x
```
Right:
```lyra
let f = |x: i32| 1 + x
```
";
    BRACE_ON_NEW_LINE = "E0127", "a `{` on a line of its own", "\
A newline after a complete head ends the statement, so the `{` of a block stands on the line of its `if`, `while`,
`proc` or `struct`.

Wrong:
```lyra
let ready = true
if ready
{
    print(1)
}
```
Right:
```lyra
let ready = true
if ready {
    print(1)
}
```
";
}
