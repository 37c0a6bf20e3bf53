//! JSON text to a value: `json-event-parser` reads tokens from a window on the text, the machine makes what they say at
//! once.
//!
//! ```text
//! text     …consumed…|"window on the te|xt"…        16 KiB at a time, more only where a token is longer
//! events   StartObject  ObjectKey("a")  Number("1")  EndObject
//! machine  {str: any}   key "a"         boxed i64    done
//! ```
//!
//! The text stays where it is and no tree is built beside the result, so what a parse takes is what its result takes,
//! paid for piece by piece.

use super::{DEEPEST, Outcome, Services, invalid};
use json_event_parser::{JsonEvent, JsonSyntaxError, LowLevelJsonParser, LowLevelJsonParserResult};
use lyra_runtime::{Builder, HostCall, HostError};

/// Bytes of the text that are looked at together, at first.
const WINDOW: usize = 16 << 10;

/// A copy of some bytes of the text, paid for.
struct Window {
    bytes: Vec<u8>,
    /// How many of them the parser has taken.
    taken: usize,
    /// Where in the text the byte after the last one is.
    next: usize,
    /// How many bytes it has at most.
    room: usize,
}

impl Window {
    /// Lets go of what was taken and reads on; with nothing taken it gets larger.
    fn read_on(&mut self, call: &mut HostCall<'_>) -> Result<(), HostError> {
        if self.taken == 0 && self.bytes.len() == self.room {
            // The parser unescapes a text beside the window, so a longer token takes twice its length.
            call.reserve(self.room.saturating_mul(2))?;
            self.room = self.room.saturating_mul(2);
        }
        self.bytes.drain(..self.taken);
        self.taken = 0;
        let rest = call.str(0)?.as_bytes().get(self.next..).unwrap_or(&[]);
        let more = rest.len().min(self.room - self.bytes.len());
        self.bytes.reserve_exact(self.room - self.bytes.len());
        self.bytes.extend_from_slice(rest.get(..more).unwrap_or(rest));
        self.next += more;
        call.work(more)
    }
}

/// `parse(str, [any]?, {str: any}?) -> any`
pub(in crate::natives) fn parse(_: &Services, call: &mut HostCall<'_>) -> Outcome {
    let length = call.str(0)?.len();
    let room = WINDOW.min(length.max(1));
    call.reserve(room.saturating_mul(2))?;
    let mut window = Window { bytes: Vec::new(), taken: 0, next: 0, room };
    // Depth is counted here, where the message is ours.
    let mut parser = LowLevelJsonParser::new().with_max_stack_size(DEEPEST + 8);
    let mut build = call.build();
    loop {
        let is_last = window.next >= length;
        let unread = window.bytes.get(window.taken..).unwrap_or(&[]);
        let LowLevelJsonParserResult { event, consumed_bytes } = parser.parse_next(unread, is_last);
        let event = match event {
            None => {
                window.taken += consumed_bytes;
                window.read_on(build.call())?;
                continue;
            }
            Some(Ok(JsonEvent::Eof)) => return Ok(None),
            Some(Ok(event)) => event,
            Some(Err(error)) => return Err(no_json(build.call(), &error)),
        };
        if build.depth() == DEEPEST && matches!(event, JsonEvent::StartArray | JsonEvent::StartObject) {
            return Err(invalid(format!("the JSON text is nested deeper than {DEEPEST} levels")));
        }
        make(&mut build, event)?;
        window.taken += consumed_bytes;
    }
}

/// Makes what an event says.
fn make(build: &mut Builder<'_, '_>, event: JsonEvent<'_>) -> Result<(), HostError> {
    match event {
        JsonEvent::Null => build.none(),
        JsonEvent::Boolean(value) => build.bool(value),
        JsonEvent::Number(digits) => match digits.parse::<i64>() {
            Ok(value) => build.i64(value),
            // A fraction, an exponent, or too large; one that is too large for a float is infinite.
            Err(_) => match digits.parse::<f64>() {
                Ok(value) => build.f64(value),
                Err(_) => Err(invalid("the JSON text has a number that is none")),
            },
        },
        JsonEvent::String(text) => build.text(&text),
        JsonEvent::StartArray => build.array(),
        JsonEvent::StartObject => build.map(),
        JsonEvent::ObjectKey(key) => build.key(&key),
        JsonEvent::EndArray | JsonEvent::EndObject => build.end(),
        JsonEvent::Eof => Ok(()),
    }
}

/// What is wrong, with line and column.
fn no_json(call: &HostCall<'_>, error: &JsonSyntaxError) -> HostError {
    let text = call.str(0).unwrap_or("");
    let is_end = error.message().starts_with("Unexpected end of file");
    // There the parser gives the place of what is not ended.
    let offset = if is_end {
        text.len()
    } else {
        usize::try_from(error.location().start.offset).unwrap_or(usize::MAX)
    };
    let before = text.char_indices().take_while(|&(at, _)| at < offset);
    let (line, column) =
        before.fold(
            (1u64, 1u64),
            |(line, column), (_, c)| {
                if c == '\n' { (line + 1, 1) } else { (line, column + 1) }
            },
        );
    let what = error.message();
    let mut letters = what.chars();
    let what = letters.next().map(|first| first.to_lowercase().chain(letters).collect::<String>());
    let what = what.unwrap_or_default();
    invalid(format!("the text is no JSON: line {line}, column {column}: {}", what.escape_debug()))
}
