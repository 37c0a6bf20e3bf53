//! Codes of the checker: names, types, flow, limits, and what this version does not do.

use super::Code;

codes! { CHECK:
    NOT_YET = "E0901", "not in this version", "\
The program uses a part of the language that this version reads but does not compile. The message names it.

Wrong:
```lyra
struct Point { x: f64, y: f64 }
```
Right:
```lyra
var point = (1.0, 2.0)
```
";
}
