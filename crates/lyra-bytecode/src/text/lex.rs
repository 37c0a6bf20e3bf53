//! The words of one line of assembly.

/// A word of assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A name, keyword or mnemonic.
    Word(String),
    /// Something that begins like a number.
    Number(String),
    /// `"…"`
    Text(String),
    /// `'…'`
    Char(char),
    /// `->`
    Arrow,
    /// `..`
    Dots,
    /// Any other sign.
    Sign(char),
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Word(text) | Self::Number(text) => write!(f, "`{}`", super::escaped(text, '`')),
            Self::Text(_) => f.write_str("a text"),
            Self::Char(_) => f.write_str("a character"),
            Self::Arrow => f.write_str("`->`"),
            Self::Dots => f.write_str("`..`"),
            Self::Sign(sign) => write!(f, "`{}`", super::escaped(sign.encode_utf8(&mut [0; 4]), '`')),
        }
    }
}

/// The tokens of a line; `;` begins a comment.
pub(super) fn lex(line: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = Cursor { rest: line };
    while let Some(c) = rest.next() {
        let token = match c {
            ';' => break,
            _ if c.is_whitespace() => continue,
            '"' => Token::Text(rest.quoted('"')?),
            '\'' => {
                let text = rest.quoted('\'')?;
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) => Token::Char(c),
                    _ => return Err("expected one character between the single quotes".to_owned()),
                }
            }
            '-' if rest.take('>') => Token::Arrow,
            '.' if rest.take('.') => Token::Dots,
            '-' | '0'..='9' => Token::Number(rest.number(c)),
            _ if c.is_alphabetic() || c == '_' => Token::Word(rest.word(c)),
            _ => Token::Sign(c),
        };
        tokens.push(token);
    }
    Ok(tokens)
}

struct Cursor<'l> {
    rest: &'l str,
}

impl Cursor<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.next();
        }
        found
    }

    fn word(&mut self, first: char) -> String {
        let mut word = String::from(first);
        while let Some(c) = self.peek().filter(|&c| c.is_alphanumeric() || c == '_') {
            word.push(c);
            self.next();
        }
        word
    }

    /// Digits, letters and points; a sign only after an exponent's `e`.
    fn number(&mut self, first: char) -> String {
        let mut number = String::from(first);
        while let Some(c) = self.peek() {
            let continues = match c {
                '.' => !self.rest.starts_with(".."),
                '+' | '-' => number.ends_with('e') && !number.starts_with("0x"),
                _ => c.is_ascii_alphanumeric(),
            };
            if !continues {
                break;
            }
            number.push(c);
            self.next();
        }
        number
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut text = String::new();
        loop {
            match self.next() {
                Some(c) if c == quote => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(c) => text.push(c),
                None => return Err(format!("the text has no closing {quote}")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        match self.next() {
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('0') => Ok('\0'),
            Some(c @ ('\\' | '"' | '\'')) => Ok(c),
            Some('u') if self.take('{') => {
                let (code, rest) = self.rest.split_once('}').ok_or("`\\u{` has no closing `}`")?;
                self.rest = rest;
                let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
                c.ok_or_else(|| "`\\u{…}` holds no character's code".to_owned())
            }
            _ => Err("a text has only the escapes \\n \\r \\t \\0 \\\\ \\\" \\' \\u{…}".to_owned()),
        }
    }
}
