//! Codes of the lexer, the layout pass and the parser.

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
    BAD_CHARACTER = "E0102", "a character that cannot stand in a program", "";
    UNCLOSED_TEXT = "E0103", "a text without its closing quote", "";
    UNCLOSED_COMMENT = "E0104", "a comment without its end", "";
    BAD_NUMBER = "E0105", "a number that is none", "";
    BAD_CHARACTER_LITERAL = "E0106", "not one character between single quotes", "";
    BAD_ESCAPE = "E0107", "an escape that is none", "";
    BAD_FSTRING = "E0108", "an f-string that is not well formed", "";
    BAD_FORMAT = "E0109", "a format that is none", "";
    UNBALANCED = "E0110", "brackets that do not match", "";
    TOO_DEEP = "E0111", "nested too deep", "";
    MISPLACED_ITEM = "E0112", "an item inside a block", "";
    BAD_PARAMETER = "E0113", "a parameter that is not well formed", "";
    MISSING_BODY = "E0114", "a proc without a body", "";
    BAD_PATTERN = "E0115", "a pattern that is none", "";
    BAD_SPAWN = "E0116", "`spawn` without the call of a named proc", "";
    SOURCE_TOO_LARGE = "E0117", "a source that is too large", "";
    INVALID_UTF8 = "E0118", "a source that is no UTF-8", "";
}
