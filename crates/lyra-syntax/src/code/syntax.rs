//! Codes of the lexer, the token pass and the parser.

use super::Code;

codes! { SYNTAX:
    UNEXPECTED_TOKEN = "E0101", "unexpected token", "\
The parser met something that cannot stand where it stands.

Wrong:
```lyra
var x = * 2
```
Right:
```lyra
var x = 3 * 2
```
";
}
