//! Codes of the checker: names, types, flow, limits, and what this version does not do.

use super::Code;

codes! { CHECK:
    UNKNOWN_NAME = "E0201", "unknown name", r#"No variable, procedure or built-in of this name is in scope.

Wrong:
```lyra
var total = 1
print(totl)
```
Right:
```lyra
var total = 1
print(total)
```
"#;
    DEFINED_TWICE = "E0202", "name defined twice", r#"One name stands for one thing in a block, and for one thing in a module.

Wrong:
```lyra
let x = 1
let x = 2
```
Right:
```lyra
let x = 1
let y = 2
```
"#;
    UNKNOWN_TYPE = "E0203", "unknown type", r#"The types are `bool u8 i32 i64 f64 char str`, `[T]`, `(A, B)`, `T?`, and those declared with `struct`, `enum` and `type`.

Wrong:
```lyra
var x: int = 1
```
Right:
```lyra
var x: i32 = 1
```
"#;
    UNKNOWN_METHOD = "E0204", "unknown method", r#"`x.f()` calls a procedure or built-in `f` that takes such an `x` first.

Wrong:
```lyra
let n = 5
print(n.trim())
```
Right:
```lyra
let s = " 5 "
print(s.trim())
```
"#;
    UNKNOWN_FIELD = "E0205", "unknown field", r#"The value has no field of this name.

Wrong:
```lyra
let s = "text"
print(s.size)
```
Right:
```lyra
let s = "text"
print(s.length())
```
"#;
    UNKNOWN_MODULE = "E0206", "unknown module", r#"Neither the language nor the host has a module of this name.

Wrong:
```lyra
import maths
```
Right:
```lyra
// nothing to import
```
"#;
    NOT_A_VALUE = "E0207", "not a value", r#"A type, a module or an assignment stands where a value is needed.

Wrong:
```lyra
let x = i32
```
Right:
```lyra
let x = i32(2.5)
```
"#;
    SELF_OUTSIDE = "E0208", "`self` outside `impl`", r#"Only methods have `self`; a free procedure names its first parameter.

Wrong:
```lyra
proc double() -> i32 { return 2 * self }
```
Right:
```lyra
proc double(n: i32) -> i32 { return 2 * n }
print(21.double())
```
"#;
    UNKNOWN_VARIANT = "E0209", "unknown variant", r#"The enum has no variant of this name.

Wrong:
```lyra
enum Color { Red, Green }
let c = Color.Gren
```
Right:
```lyra
enum Color { Red, Green }
let c = Color.Green
```
"#;
    TYPE_CYCLE = "E0210", "type name depends on itself", r#"A `type` names another type; it does not make one. What contains itself is a `struct` or an `enum`.

Wrong:
```lyra
type Tree = [Tree]
```
Right:
```lyra
struct Tree { children: [Tree] }
```
"#;
    IMPL_TARGET = "E0211", "type takes no methods", r#"`impl` gives methods to a `struct` or an `enum`, `impl Interface for T` to every type that values have when the program runs. A free procedure is called like a method on any type.

Wrong:
```lyra
impl i32 { proc twice(self) -> i32 { return 2 * self } }
```
Right:
```lyra
proc twice(n: i32) -> i32 { return 2 * n }
print(21.twice())
```
"#;
    UNKNOWN_FILE = "E0212", "file cannot be imported", r#"There is no such file, or it cannot be read. A path is relative to the file that the import stands in.

Wrong:
```lyra
import "geometri.lyra"
// file: geometry.lyra
const SIDE = 2.0
```
Right:
```lyra
import "geometry.lyra"
print(SIDE)
// file: geometry.lyra
const SIDE = 2.0
```
"#;
    OUTSIDE = "E0213", "file outside the program", r#"A program imports files beside its main file and in folders below it, so that it can be copied and trusted as a whole.
`..` may go up within that folder. A host may allow more.

Wrong:
```lyra
import "../secrets.lyra"
```
Right:
```lyra
import "lib/text.lyra"
print(shout("hello"))
// file: lib/text.lyra
import "../marks.lyra"
proc shout(s: str) -> str { return upper(s) + MARK }
// file: marks.lyra
const MARK = "!"
```
"#;
    IMPORT_CYCLE = "E0214", "imports in a circle", r#"Each file is set up once, after the files that it imports. Files that import each other in a circle have no such order.

Wrong:
```lyra
import "egg.lyra"
// file: egg.lyra
import "hen.lyra"
// file: hen.lyra
import "egg.lyra"
```
Right:
```lyra
import "egg.lyra"
import "hen.lyra"
// file: egg.lyra
import "bird.lyra"
// file: hen.lyra
import "bird.lyra"
// file: bird.lyra
struct Bird { name: str }
```
"#;
    PRIVATE = "E0215", "private in another file", r#"What is `private` is seen in its own file only. A file says by it what others should not rely on.

Wrong:
```lyra
import "counter.lyra" as counter
counter.count = 5
// file: counter.lyra
private var count = 0
proc next() -> i32 {
    count += 1
    return count
}
```
Right:
```lyra
import "counter.lyra" as counter
print(counter.next())
// file: counter.lyra
private var count = 0
proc next() -> i32 {
    count += 1
    return count
}
```
"#;
    AMBIGUOUS = "E0216", "name from two files", r#"Two files that are imported without a name both have the name that is used. With `as`, each name says where it is from.

Wrong:
```lyra
import "cat.lyra"
import "dog.lyra"
print(sound())
// file: cat.lyra
proc sound() -> str { return "meow" }
// file: dog.lyra
proc sound() -> str { return "woof" }
```
Right:
```lyra
import "cat.lyra" as cat
import "dog.lyra" as dog
print(cat.sound(), dog.sound())
// file: cat.lyra
proc sound() -> str { return "meow" }
// file: dog.lyra
proc sound() -> str { return "woof" }
```
"#;
    FOREIGN_IMPL = "E0217", "`impl` in a third file", r#"Methods stand in the file of their type, and an interface is implemented in its own file or in the type's: there is
one place to look for them, and two files never give one type the same method.

Wrong:
```lyra
import "shape.lyra" as shape
impl shape.Square { proc area(self) -> f64 { return self.side * self.side } }
// file: shape.lyra
struct Square { side: f64 }
```
Right:
```lyra
import "shape.lyra" as shape
proc area(square: shape.Square) -> f64 { return square.side * square.side }
print(shape.Square(2.0).area())
// file: shape.lyra
struct Square { side: f64 }
```
"#;
    INTERFACE = "E0230", "not what an interface asks for", r#"An interface lists methods with `self` and without bodies; an `impl` of it has exactly these, with these types.

Wrong:
```lyra
interface Area { proc area(self) -> f64 }
struct Square { side: f64 }
impl Area for Square { proc area(self) -> i32 { return 1 } }
```
Right:
```lyra
interface Area { proc area(self) -> f64 }
struct Square { side: f64 }
impl Area for Square { proc area(self) -> f64 { return self.side * self.side } }
```
"#;
    AMBIGUOUS_METHOD = "E0231", "method of two interfaces", r#"The type has methods of this name from several interfaces; `as` says which one is meant.

Wrong:
```lyra
interface A { proc go(self) -> i32 }
interface B { proc go(self) -> i32 }
struct P { n: i32 }
impl A for P { proc go(self) -> i32 { return 1 } }
impl B for P { proc go(self) -> i32 { return 2 } }
print(P(1).go())
```
Right:
```lyra
interface A { proc go(self) -> i32 }
interface B { proc go(self) -> i32 }
struct P { n: i32 }
impl A for P { proc go(self) -> i32 { return 1 } }
impl B for P { proc go(self) -> i32 { return 2 } }
print((P(1) as A).go())
```
"#;
    MISMATCH = "E0301", "mismatched types", r#"A value of one type stands where another is needed. Nothing converts silently but literals.

Wrong:
```lyra
let x: i32 = "1"
```
Right:
```lyra
let x: i32 = toint("1")
```
"#;
    ARGUMENT_COUNT = "E0302", "wrong arguments", r#"A call gives too many or too few arguments, or a built-in does not work on such a value.

Wrong:
```lyra
proc twice(n: i32) -> i32 { return 2 * n }
print(twice())
```
Right:
```lyra
proc twice(n: i32) -> i32 { return 2 * n }
print(twice(1))
```
"#;
    OPERATOR = "E0303", "operator does not work on these types", r#"Both sides of an operator have one type, and the operator works on it.

Wrong:
```lyra
print(1.5 + length("abc"))
```
Right:
```lyra
print(1.5 + f64(length("abc")))
```
"#;
    LITERAL_RANGE = "E0304", "literal does not fit", r#"An integer literal takes the type that its place expects and must fit it.

Wrong:
```lyra
let b: u8 = 300
```
Right:
```lyra
let b: u8 = 200
```
"#;
    EMPTY_ARRAY = "E0305", "type of an empty array or map", r#"What an empty array or map holds must be known from its place.

Wrong:
```lyra
let xs = []
```
Right:
```lyra
let xs: [i32] = []
```
"#;
    TYPE_NOT_KNOWN = "E0306", "type not known", r#"A variable needs a type or a value, before it is used.

Wrong:
```lyra
var x
```
Right:
```lyra
var x: i32
```
"#;
    NOT_CALLABLE = "E0307", "not callable", r#"Only procedures are called.

Wrong:
```lyra
let n = 1
print(n(2))
```
Right:
```lyra
proc n(k: i32) -> i32 { return k }
print(n(2))
```
"#;
    CONVERSION = "E0308", "no such conversion", r#"Not every type converts to every other.

Wrong:
```lyra
let b = bool(1)
```
Right:
```lyra
let b = 1 != 0
```
"#;
    NOT_INDEXABLE = "E0309", "cannot be indexed", r#"Arrays, text and maps are indexed; arrays and text are sliced.

Wrong:
```lyra
let n = 5
print(n[0])
```
Right:
```lyra
let s = "5"
print(s[0])
```
"#;
    NOT_ITERABLE = "E0310", "cannot be walked", r#"`for` walks ranges of integers, arrays, text, maps, and what has a `next(self) -> T?`.

Wrong:
```lyra
for i in 10 { print(i) }
```
Right:
```lyra
for i in 0..10 { print(i) }
```
"#;
    NO_SUCH_PART = "E0311", "no such part", r#"A tuple has as many parts as it was made of, counted from 0.

Wrong:
```lyra
let p = (1, 2)
print(p.2)
```
Right:
```lyra
let p = (1, 2)
print(p.1)
```
"#;
    NO_VALUE = "E0312", "value needed", r#"Something that gives nothing stands where a value is needed.

Wrong:
```lyra
let x = print(1)
```
Right:
```lyra
print(1)
```
"#;
    FORMAT_TYPE = "E0313", "format does not fit the type", r#"The format of a hole must mean something for its value.

Wrong:
```lyra
print(f"{"text":x}")
```
Right:
```lyra
print(f"{255:x}")
```
"#;
    PATTERN = "E0314", "cannot be taken apart so", r#"The names on the left must match the parts on the right.

Wrong:
```lyra
let (a, b) = (1, 2, 3)
```
Right:
```lyra
let (a, b, c) = (1, 2, 3)
```
"#;
    BOUND = "E0315", "type cannot do this", r#"Some built-ins need an order, or numbers.

Wrong:
```lyra
var xs = [[2], [1]]
sort(xs)
```
Right:
```lyra
var xs = [2, 1]
sort(xs)
```
"#;
    NAMED_ARGUMENT = "E0316", "named argument", r#"Arguments of procedures go by their place.

Wrong:
```lyra
proc f(x: i32) { print(x) }
f(x: 1)
```
Right:
```lyra
proc f(x: i32) { print(x) }
f(1)
```
"#;
    NEEDS_VALUE = "E0317", "must be given", r#"A type without a default needs a value.

Wrong:
```lyra
var e: error
```
Right:
```lyra
var e: error = error("kind", "text")
```
"#;
    MISSING_FIELD = "E0318", "field not given", r#"Every field without a default is given when a value is made, by place or by name.

Wrong:
```lyra
struct Point { x: f64, y: f64 }
let p = Point(x: 1.0)
```
Right:
```lyra
struct Point { x: f64, y: f64 = 0.0 }
let p = Point(x: 1.0)
```
"#;
    FIELD_TWICE = "E0319", "field given twice", r#"A field is given once: by its place or by its name.

Wrong:
```lyra
struct Point { x: f64, y: f64 = 0.0 }
let p = Point(1.0, x: 2.0)
```
Right:
```lyra
struct Point { x: f64, y: f64 = 0.0 }
let p = Point(1.0, y: 2.0)
```
"#;
    MAY_BE_NONE = "E0320", "value may be `none`", r#"A `T?` is a `T` or `none`, so it does not stand where a `T` is needed. `x ?? y` gives a fallback, `if var v = x { }`
asks, `x?.f` goes on only with a value, and `x!` takes the value and fails with `none_value` when there is none.

Wrong:
```lyra
var age: i32?
print(1 + age)
let next: i32 = age
```
Right:
```lyra
var age: i32?
print(1 + (age ?? 0))
if var known = age { print(known) }
```
"#;
    NEVER_NONE = "E0321", "value is never `none`", r#"`!`, `?.`, `??`, `== none` and `if var` are for values that may be `none`.

Wrong:
```lyra
let x = 5
print(x ?? 0)
```
Right:
```lyra
let x: i32? = 5
print(x ?? 0)
```
"#;
    NEVER_BUILT = "E0322", "no value can be made", r#"Making a value of the type would need another value of it first, or it has no variant.

Wrong:
```lyra
struct Node { value: i32, next: Node }
```
Right:
```lyra
struct Node { value: i32, next: Node? }
```
"#;
    RECEIVER = "E0323", "called on a value or on a type", r#"A procedure of an `impl` with `self` is called on a value, `x.f()`; one without on the type, `T.f()`.

Wrong:
```lyra
struct Point { x: f64 }
impl Point { proc new() -> Self { return Point(0.0) } }
print(Point(1.0).new())
```
Right:
```lyra
struct Point { x: f64 }
impl Point { proc new() -> Self { return Point(0.0) } }
print(Point.new())
```
"#;
    TEST_NAME = "E0324", "name of a test", r#"`lyra test` and `lyra bench` say by its name which block they speak of: each has one, and no two of a file the same.
A `test` and a `bench` may share theirs.

Wrong:
```lyra
test "sums" { assert(sum([1, 2]) == 3) }
test "sums" { assert(sum([-1, 1]) == 0) }
```
Right:
```lyra
test "sums" { assert(sum([1, 2]) == 3) }
test "sums of negative numbers" { assert(sum([-1, 1]) == 0) }
```
"#;
    KEY_TYPE = "E0330", "type cannot be a key", r#"A map finds a key by its value: keys are integers, bool, char, str, enums without payloads, and tuples of these.

Wrong:
```lyra
var seen: {f64: bool}
```
Right:
```lyra
var seen: {i64: bool}
```
"#;
    NO_BOUND = "E0350", "no bound", r#"What a type parameter can do is said with `Ordered`, `Hashable`, `Number` or an interface.

Wrong:
```lyra
proc largest<T: Comparable>(a: T, b: T) -> T { return if a < b { b } else { a } }
```
Right:
```lyra
proc largest<T: Ordered>(a: T, b: T) -> T { return if a < b { b } else { a } }
```
"#;
    TYPE_ARGUMENTS = "E0351", "type arguments", r#"A generic item takes one type for each of its parameters.

Wrong:
```lyra
struct Pair<A, B> { a: A, b: B }
var p: Pair<i32>? = none
```
Right:
```lyra
struct Pair<A, B> { a: A, b: B }
var p: Pair<i32, str>? = none
```
"#;
    ENDLESS_TYPES = "E0352", "types grow without end", r#"A generic item is compiled for each type that it is used with. One that uses itself with an ever larger type would never be done.

Wrong:
```lyra
proc grow<T>(x: T, n: i32) -> i32 { return if n == 0 { 0 } else { grow([x], n - 1) } }
print(grow(1, 3))
```
Right:
```lyra
proc grow<T>(x: T, n: i32) -> i32 { return if n == 0 { 0 } else { grow(x, n - 1) } }
print(grow(1, 3))
```
"#;
    NOT_EXHAUSTIVE = "E0340", "match misses a case", r#"Some arm of a `match` must fit, whatever the value. An arm with a guard covers nothing, because the guard may be
false. `_` fits what is left.

Wrong:
```lyra
let answer: bool? = none
print(match answer { true => "yes", false => "no" })
```
Right:
```lyra
let answer: bool? = none
print(match answer { true => "yes", false => "no", none => "nobody asked" })
```
"#;
    OR_NAMES = "E0341", "sides of a pattern bind differently", r#"Whichever side of `p | q` fits, the arm goes on with the same names, each of one type.

Wrong:
```lyra
enum Event { Key(code: i32), Click(x: i32, y: i32) }
let event = Event.Key(1)
match event { Key(n) | Click(n, y) => print(n) }
```
Right:
```lyra
enum Event { Key(code: i32), Click(x: i32, y: i32) }
let event = Event.Key(1)
match event { Key(n) | Click(n, _) => print(n) }
```
"#;
    DEFERRED = "E0342", "cannot be deferred", r#"A deferred statement runs when its block ends: it declares nothing, and it jumps nowhere but inside itself.

Wrong:
```lyra
proc f() { defer return }
```
Right:
```lyra
proc f() { defer print("done") }
```
"#;
    TYPE_KNOWN = "E0360", "type is known already", r#"`as` and `is` are for values whose type is known only when the program runs: of an interface or `any`.

Wrong:
```lyra
let n = 5
print(n as i64)
```
Right:
```lyra
let n = 5
print(i64(n))
let x: any = 5
print(x as i32)
```
"#;
    NOT_A_PLACE = "E0401", "not a place", r#"Only variables, elements and parts can be assigned.

Wrong:
```lyra
length("a") = 2
```
Right:
```lyra
var n = 2
```
"#;
    NOT_ASSIGNABLE = "E0402", "cannot be assigned", r#"`let` names, consts and the names of loops are not assigned.

Wrong:
```lyra
let x = 1
x = 2
```
Right:
```lyra
var x = 1
x = 2
```
"#;
    MISSING_RETURN = "E0403", "missing return", r#"A procedure with a result must return one on every way.

Wrong:
```lyra
proc sign(x: i32) -> i32 {
    if x < 0 { return -1 }
}
```
Right:
```lyra
proc sign(x: i32) -> i32 {
    if x < 0 { return -1 }
    return 1
}
```
"#;
    OUTSIDE_LOOP = "E0404", "jump outside a loop", r#"`break` and `continue` belong in a loop.

Wrong:
```lyra
break
```
Right:
```lyra
while true { break }
```
"#;
    UNKNOWN_LABEL = "E0405", "unknown label", r#"No loop around the jump has this label.

Wrong:
```lyra
while true { break outer }
```
Right:
```lyra
outer: while true { break outer }
```
"#;
    NOT_CONSTANT = "E0406", "not constant", r#"The value of a const is known before the program runs.

Wrong:
```lyra
proc f() -> i32 { return 1 }
const X = f()
```
Right:
```lyra
const X = 1
```
"#;
    CONST_CYCLE = "E0407", "const depends on itself", r#"Consts need each other in a circle.

Wrong:
```lyra
const A: i32 = B
const B: i32 = A
```
Right:
```lyra
const A: i32 = 1
const B: i32 = A
```
"#;
    STRAY_RANGE = "E0408", "range out of place", r#"Ranges stand in `for` and in an index. One that is walked has two ends; `step` goes with it and is not 0.

Wrong:
```lyra
for x in [1, 2, 3] step 2 { print(x) }
```
Right:
```lyra
for i in 0..10 step 2 { print(i) }
```
"#;
    NOT_YET = "E0901", "not in this version", r#"The program uses a part of the language that this version reads but does not compile. The message names it.

Wrong:
```lyra
proc work() { print(1) }
spawn work()
```
Right:
```lyra
proc work() { print(1) }
work()
```
"#;
    TOO_MANY_LOCALS = "E0902", "too many locals", r#"A procedure has at most 1,000 variables, its temporaries included.
"#;
    TOO_MANY = "E0903", "too large", r#"The program has more of something than a module can hold. The message names the limit.
"#;
    UNUSED_VARIABLE = "W0001", "unused variable", r#"The variable's value is never read.

Wrong:
```lyra
proc f() { let x = 1 }
```
Right:
```lyra
proc f() { let x = 1; print(x) }
```
"#;
    NEVER_ASSIGNED = "W0002", "variable never assigned", r#"The variable is read, but never given a value: it always has the default of its type.

Wrong:
```lyra
proc f() -> i32 { var x: i32; return x }
```
Right:
```lyra
proc f() -> i32 { var x = 5; return x }
```
"#;
    UNREACHABLE = "W0003", "unreachable code", r#"What stands before it always leaves.

Wrong:
```lyra
proc f() { return; print(1) }
```
Right:
```lyra
proc f() { print(1) }
```
"#;
    HOLE = "W0004", "place left open", r#"`...` compiles and does nothing.

Wrong:
```lyra
proc f() { ... }
```
Right:
```lyra
proc f() { print(1) }
```
"#;
    UNUSED_VALUE = "W0005", "value not used", r#"The statement computes a value and does nothing with it.

Wrong:
```lyra
var x = 1
x == 2
```
Right:
```lyra
var x = 1
x = 2
```
"#;
    ALWAYS_FAILS = "W0006", "always fails", r#"The operands are constants, and the operation fails on them.

Wrong:
```lyra
print(1 / 0)
```
Right:
```lyra
print(1 / 2)
```
"#;
}
