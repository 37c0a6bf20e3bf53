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
    TWO_ON_A_LINE = "E0119", "two statements on one line", "";
    FOREIGN_FORM = "E0120", "a form of another language", "";
    CHAINED_COMPARISON = "E0121", "comparisons in a chain", "";
    ASSIGNMENT_AS_VALUE = "E0122", "an assignment as a value", "";
    IF_WITHOUT_ELSE = "E0123", "an `if` without `else` as a value", "";
    MISSING_VALUE = "E0124", "a value is missing", "";
    RESERVED_WORD = "E0125", "a reserved word as a name", "";
    BRACE_ON_NEW_LINE = "E0127", "a `{` on a line of its own", "";
    NEEDS_PARENTHESES = "E0126", "a jump or a short closure without parentheses", "";
    INVALID_UTF8 = "E0118", "a source that is no UTF-8", "";
}
