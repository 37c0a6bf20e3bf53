//! What words do, apart from the rows of the instruction table.
//!
//! Each form stands with its operands, in the order `a`, `b`, `c`: so the listing, the check of finished code and
//! whoever looks for the slots of a word know a new form at once.
//!
//! In the descriptions `w` names word slots and `r` reference slots; distances count words from this one.

/// What one of the three operands of a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Nothing; zero.
    Nothing,
    /// A word slot that is written.
    ToWord,
    /// A word slot that is read.
    Word,
    /// A word slot that is read and written.
    InOutWord,
    /// A reference slot that is written.
    ToRef,
    /// A reference slot that is read.
    Ref,
    /// The first slot of the window of words that a call gives away.
    WordWindow,
    /// The first slot of the window of references that a call gives away.
    RefWindow,
    /// A signed number.
    Signed,
    /// A number without a sign.
    Unsigned,
    /// A signed distance in words.
    Near,
    /// This and the next operand are the low and the high half of a number of 32 bits.
    Wide,
    /// This and the next operand are the low and the high half of a signed distance in words.
    Far,
}

macro_rules! forms {
    ($($(#[doc = $doc:literal])+ $name:ident [$a:ident, $b:ident, $c:ident] $($second:ident)?;)*) => {
        /// What a word does, besides the row of the instruction table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Form {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Form {
            /// All of them, by number.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// What its three operands are.
            #[must_use]
            pub const fn fields(self) -> [Field; 3] {
                match self {
                    $(Self::$name => [Field::$a, Field::$b, Field::$c],)*
                }
            }

            /// Whether the second word is the number of an entry of the table of slow instructions, which does what the
            /// instruction is for.
            #[must_use]
            pub const fn has_entry(self) -> bool {
                match self {
                    $(Self::$name => forms!(?$($second)?),)*
                }
            }

            /// How many words the instruction takes. Words behind the first are numbers; nothing jumps to them.
            #[must_use]
            pub const fn length(self) -> usize {
                match self {
                    $(Self::$name => 1 $(+ forms!(@$second))?,)*
                }
            }
        }
    };
    (?entry) => { true };
    (?$($second:ident)?) => { false };
    (@and) => { 1 };
    (@and_two) => { 2 };
    (@entry) => { 1 };
}

forms! {
    // ---- forms of the rows that compute ----
    /// `w[a] = row(w[b])` or `row(w[b], w[c])`.
    Slots [ToWord, Word, Word];
    /// `w[a] = row(w[b], c)`.
    Right [ToWord, Word, Signed];
    /// Go on `c` words further if `row(w[a], w[b])`.
    If [Word, Word, Near];
    /// Go on `c` words further unless `row(w[a], w[b])`.
    Unless [Word, Word, Near];
    /// Go on `c` words further if `row(w[a], b)`.
    IfRight [Word, Signed, Near];
    /// Go on `c` words further unless `row(w[a], b)`.
    UnlessRight [Word, Signed, Near];
    /// As `If`, going back: pays a unit of fuel when it is taken.
    BackIf [Word, Word, Near];
    /// As `Unless`, going back.
    BackUnless [Word, Word, Near];
    /// As `IfRight`, going back.
    BackIfRight [Word, Signed, Near];
    /// As `UnlessRight`, going back.
    BackUnlessRight [Word, Signed, Near];

    // ---- constants and moves ----
    /// `w[a] =` the number in `b` and `c`: bits 0 to 31 of the slot; the rest is zero.
    Small [ToWord, Wide, Nothing];
    /// `w[a] =` the next word.
    Large [ToWord, Nothing, Nothing] and;
    /// `w[a] = w[b]`.
    MoveWord [ToWord, Word, Nothing];
    /// `r[a] = r[b]`.
    MoveRef [ToRef, Ref, Nothing];
    /// `w[a] = w[b]` and `w[a + 1] = w[c]`; both are read first.
    MovePair [ToWord, Word, Word];
    /// The `c` slots from `r[a]` on `=` those from `r[b]` on, all of them read first.
    MoveRefs [ToRef, Ref, Unsigned];
    /// `r[a] = none`.
    Null [ToRef, Nothing, Nothing];
    /// `r[a] =` the next word, a value that knows its type and needs no object, where one of type `b` is wanted.
    Value [ToRef, Unsigned, Nothing] and;
    /// `r[a] =` the text that is this constant of the module.
    Text [ToRef, Wide, Nothing];

    // ---- flow ----
    /// Go on by the distance.
    Jump [Nothing, Far, Nothing];
    /// As `Jump`, going back: pays a unit of fuel.
    BackJump [Nothing, Far, Nothing];
    /// Go on `c` words further if `w[a]` is true.
    IfTrue [Word, Nothing, Near];
    /// Go on `c` words further unless `w[a]` is true.
    IfFalse [Word, Nothing, Near];
    /// As `IfTrue`, going back.
    BackIfTrue [Word, Nothing, Near];
    /// As `IfFalse`, going back.
    BackIfFalse [Word, Nothing, Near];
    /// Go on `c` words further if `r[a]` is `none`.
    IfNone [Ref, Nothing, Near];
    /// Go on `c` words further unless `r[a]` is `none`.
    IfSome [Ref, Nothing, Near];
    /// Go on `c` words further if `r[a]` is of type `b`.
    IfType [Ref, Unsigned, Near];
    /// Go on `c` words further unless `r[a]` is of type `b`.
    UnlessType [Ref, Unsigned, Near];
    /// `w[a] += 1`, an `i32`; then go back by `c` words and pay a unit of fuel if it is less than `w[b]`.
    CountBack [InOutWord, Word, Near];
    /// `w[a] += 1`, an `i32`; then go back by `c` words and pay a unit of fuel if it is less than the number `b`.
    CountBackRight [InOutWord, Signed, Near];
    /// Unless `w[a]` and `w[b]` are equal, as `i32`: `w[a] += 1`, go back by `c` words, and pay a unit of fuel.
    StepBack [InOutWord, Word, Near];
    /// As `StepBack`, unless `w[a]` is the number `b`.
    StepBackRight [InOutWord, Signed, Near];
    /// If `w[b] - w[a]`, the nearest `i32`, is at least `w[d]`: `w[a] += w[d]`, go back by `c` words, and pay a unit of
    /// fuel. The next word is `d`.
    StepUp [InOutWord, Word, Near] and;
    /// As `StepUp`, where the next word is the number itself.
    StepUpRight [InOutWord, Word, Near] and;
    /// As `StepUp`, if it is at most `w[d]`.
    StepDown [InOutWord, Word, Near] and;
    /// As `StepDown`, where the next word is the number itself.
    StepDownRight [InOutWord, Word, Near] and;
    /// As `StepUp`, if `w[a] < w[b]`.
    StepBelow [InOutWord, Word, Near] and;
    /// As `StepBelow`, where the next word is the number itself.
    StepBelowRight [InOutWord, Word, Near] and;
    /// As `StepUp`, if `w[a] > w[b]`.
    StepAbove [InOutWord, Word, Near] and;
    /// As `StepAbove`, where the next word is the number itself.
    StepAboveRight [InOutWord, Word, Near] and;
    /// Go on `c` words further if `r[a][w[b]]` is true, an element of an array of `bool`; or `index_out_of_bounds`.
    IfElement [Ref, Word, Near];
    /// Go on `c` words further unless `r[a][w[b]]` is true, an element of an array of `bool`; or
    /// `index_out_of_bounds`.
    UnlessElement [Ref, Word, Near];
    /// Pay as many units as `b` and `c` say, and look at what hangs on fuel.
    Pay [Nothing, Wide, Nothing];
    /// Pay `a` units, look at what hangs on fuel, and make sure that as many entries more than the frame's own as `b`
    /// and `c` say fit, or `stack_overflow`: what an inlined call does before it goes on.
    Enter [Unsigned, Wide, Nothing];

    // ---- procedures ----
    /// Pay a unit of fuel, look at what hangs on it, and call the procedure that the low half of the next word names.
    /// `c` operands of this one wait below the arguments, as the stack is counted. The arguments are in `w[a]` and
    /// the slots behind it and in `r[b]` and the slots behind it, in the order of the parameters of each kind; nothing
    /// else at or behind these is needed any more. The result is in `w[a]` or `r[b]` then.
    Call [WordWindow, RefWindow, Unsigned] and;
    /// As `Call`, where the high half of the next word says how many operands wait.
    CallFar [WordWindow, RefWindow, Nothing] and;
    /// As `Call`, where the procedure is that of the closure in the slot behind the arguments that are references, the one
    /// that the lowest 16 bits of the next word name; what it captured becomes further arguments. The next 16 bits say
    /// how many arguments are words, the high half what type the closure has. `none_value` where there is none.
    CallClosure [WordWindow, RefWindow, Unsigned] and;
    /// As `Call`, where the procedure is that of a method for the type of `r[b]`, which implements the interface that
    /// the low half of the next word names; the high half is the number of the method. `none_value` where `r[b]` is
    /// `none`.
    CallMethod [WordWindow, RefWindow, Unsigned] and;
    /// Return nothing.
    Return [Nothing, Nothing, Nothing];
    /// Return `w[a]`.
    ReturnWord [Word, Nothing, Nothing];
    /// Return the word that is the number in `b` and `c`.
    ReturnSmall [Nothing, Wide, Nothing];
    /// Return `r[a]`.
    ReturnRef [Ref, Nothing, Nothing];
    /// Carry out an entry of the table of slow instructions.
    Slow [Nothing, Wide, Nothing];

    // ---- several rows at once ----
    /// `w[a] = w[b] * w[c] + w[d]`, `f64`, rounded twice; the next word is `d`.
    MulAddF64 [ToWord, Word, Word] and;
    /// `w[a] = w[b] * w[c] - w[d]`, `f64`, rounded twice; the next word is `d`.
    MulSubF64 [ToWord, Word, Word] and;
    /// `w[a] = w[d] - w[b] * w[c]`, `f64`, rounded twice; the next word is `d`.
    SubMulF64 [ToWord, Word, Word] and;
    /// Part `b` of the record `r[a]`, an `i32`, `+= c`.
    AddPart [Ref, Unsigned, Signed];

    // ---- arrays, by the width of their elements; `index_out_of_bounds` where there is no such element ----
    /// `w[a] = r[b][w[c]]`, an element of one byte.
    GetByte [ToWord, Ref, Word];
    /// `w[a] = r[b][w[c]]`, an element of four bytes.
    GetHalf [ToWord, Ref, Word];
    /// `w[a] = r[b][w[c]]`, an element of eight bytes.
    GetWord [ToWord, Ref, Word];
    /// `r[a] = r[b][w[c]]`.
    GetRef [ToRef, Ref, Word];
    /// `w[a] = r[b][c]`, an element of one byte.
    GetByteAt [ToWord, Ref, Unsigned];
    /// `w[a] = r[b][c]`, an element of four bytes.
    GetHalfAt [ToWord, Ref, Unsigned];
    /// `w[a] = r[b][c]`, an element of eight bytes.
    GetWordAt [ToWord, Ref, Unsigned];
    /// `r[a] = r[b][c]`.
    GetRefAt [ToRef, Ref, Unsigned];
    /// `r[a][w[b]] = w[c]`, an element of one byte.
    SetByte [Ref, Word, Word];
    /// `r[a][w[b]] = w[c]`, an element of four bytes.
    SetHalf [Ref, Word, Word];
    /// `r[a][w[b]] = w[c]`, an element of eight bytes.
    SetWord [Ref, Word, Word];
    /// `r[a][w[b]] = r[c]`.
    SetRef [Ref, Word, Ref];
    /// `r[a][b] = w[c]`, an element of one byte.
    SetByteAt [Ref, Unsigned, Word];
    /// `r[a][b] = w[c]`, an element of four bytes.
    SetHalfAt [Ref, Unsigned, Word];
    /// `r[a][b] = w[c]`, an element of eight bytes.
    SetWordAt [Ref, Unsigned, Word];
    /// `r[a][b] = r[c]`.
    SetRefAt [Ref, Unsigned, Ref];
    /// `w[a] =` the length of the array `r[b]`.
    Length [ToWord, Ref, Nothing];
    /// Append `w[b]` to `r[a]`, an array of bytes.
    AppendByte [Ref, Word, Nothing];
    /// Append `w[b]` to `r[a]`, an array of elements of four bytes.
    AppendHalf [Ref, Word, Nothing];
    /// Append `w[b]` to `r[a]`, an array of elements of eight bytes.
    AppendWord [Ref, Word, Nothing];
    /// Append `r[b]` to `r[a]`.
    AppendRef [Ref, Ref, Nothing];

    // ---- new objects; `out_of_memory` where there is no room ----
    /// `r[a] =` a record of type `b`, or a value of that enumeration which is variant `c`, with one part. Which slots
    /// hold the parts, the words behind say ([`RegCode::parts`](crate::RegCode::parts)).
    Record1 [ToRef, Unsigned, Unsigned] and;
    /// As `Record1`, with two parts.
    Record2 [ToRef, Unsigned, Unsigned] and;
    /// As `Record1`, with three parts.
    Record3 [ToRef, Unsigned, Unsigned] and;
    /// As `Record1`, with four parts.
    Record4 [ToRef, Unsigned, Unsigned] and;
    /// As `Record1`, with five parts.
    Record5 [ToRef, Unsigned, Unsigned] and_two;
    /// As `Record1`, with six parts.
    Record6 [ToRef, Unsigned, Unsigned] and_two;
    /// As `Record1`, with seven parts.
    Record7 [ToRef, Unsigned, Unsigned] and_two;
    /// As `Record1`, with eight parts.
    Record8 [ToRef, Unsigned, Unsigned] and_two;
    /// `r[a] =` an array of type `b` without elements, which are of one byte. The next word as below.
    ArrayByte [ToRef, Unsigned, Nothing] entry;
    /// As `ArrayByte`, of elements of four bytes.
    ArrayHalf [ToRef, Unsigned, Nothing] entry;
    /// As `ArrayByte`, of elements of eight bytes.
    ArrayWord [ToRef, Unsigned, Nothing] entry;
    /// As `ArrayByte`, of references.
    ArrayRef [ToRef, Unsigned, Nothing] entry;
    /// `r[a] =` variant `c`, which has no parts, of the enumeration that is type `b`.
    Unit [ToRef, Unsigned, Unsigned];

    // ---- values that know their type: `any`, optionals, interfaces. The next word names the entry of the table of slow
    // instructions that this is the quick form of. ----
    /// `r[a] =` the `bool` in `w[b]`.
    UpcastBool [ToRef, Word, Nothing] entry;
    /// `r[a] =` the `u8` in `w[b]`.
    UpcastU8 [ToRef, Word, Nothing] entry;
    /// `r[a] =` the `i32` in `w[b]`.
    UpcastI32 [ToRef, Word, Nothing] entry;
    /// `r[a] =` the `i64` in `w[b]`.
    UpcastI64 [ToRef, Word, Nothing] entry;
    /// `r[a] =` the `f64` in `w[b]`.
    UpcastF64 [ToRef, Word, Nothing] entry;
    /// `r[a] =` the `char` in `w[b]`.
    UpcastChar [ToRef, Word, Nothing] entry;
    /// `w[a] =` whether `r[b]` is of type `c`.
    IsType [ToWord, Ref, Unsigned] entry;
    /// `w[a] =` the word that `r[b]` is, of type `c`; or `type_mismatch`.
    DowncastWord [ToWord, Ref, Unsigned] entry;
    /// `r[a] = r[b]`, which is of type `c`; or `type_mismatch`.
    DowncastRef [ToRef, Ref, Unsigned] entry;
    /// `r[a] = r[b] + r[c]`, as the types of the two have it.
    AnyAdd [ToRef, Ref, Ref] entry;
    /// `r[a] = r[b] - r[c]`, as the types of the two have it.
    AnySub [ToRef, Ref, Ref] entry;
    /// `r[a] = r[b] * r[c]`, as the types of the two have it.
    AnyMul [ToRef, Ref, Ref] entry;
    /// `r[a] = r[b] / r[c]`, as the types of the two have it.
    AnyDiv [ToRef, Ref, Ref] entry;
    /// `r[a] = r[b] % r[c]`, as the types of the two have it.
    AnyRem [ToRef, Ref, Ref] entry;
    /// As `AnyAdd`, or `overflow`.
    AnyAddChecked [ToRef, Ref, Ref] entry;
    /// As `AnySub`, or `overflow`.
    AnySubChecked [ToRef, Ref, Ref] entry;
    /// As `AnyMul`, or `overflow`.
    AnyMulChecked [ToRef, Ref, Ref] entry;
    /// `w[a] =` whether `r[b] < r[c]`, as the types of the two have it.
    AnyLt [ToWord, Ref, Ref] entry;
    /// `w[a] =` whether `r[b] <= r[c]`, as the types of the two have it.
    AnyLe [ToWord, Ref, Ref] entry;
    /// `w[a] =` whether `r[b] > r[c]`, as the types of the two have it.
    AnyGt [ToWord, Ref, Ref] entry;
    /// `w[a] =` whether `r[b] >= r[c]`, as the types of the two have it.
    AnyGe [ToWord, Ref, Ref] entry;
    /// `w[a] =` whether `r[b] == r[c]`.
    AnyEq [ToWord, Ref, Ref] entry;
    /// `w[a] =` whether `r[b] != r[c]`.
    AnyNe [ToWord, Ref, Ref] entry;
    /// `r[a] = r[b][r[c]]`, as the types of the two have it.
    AnyIndex [ToRef, Ref, Ref] entry;

    // ---- records, variants, optionals, globals ----
    /// `w[a] =` part `c` of the record `r[b]`.
    PartWord [ToWord, Ref, Unsigned];
    /// `r[a] =` part `c` of the record `r[b]`.
    PartRef [ToRef, Ref, Unsigned];
    /// Part `b` of the record `r[a] = w[c]`.
    SetPartWord [Ref, Unsigned, Word];
    /// Part `b` of the record `r[a] = r[c]`.
    SetPartRef [Ref, Unsigned, Ref];
    /// `w[a] =` part `c` of the payload of `r[b]`, which must be the variant that the next word names, or
    /// `type_mismatch`.
    PayloadWord [ToWord, Ref, Unsigned] and;
    /// `r[a] =` part `c` of the payload of `r[b]`, which must be the variant that the next word names, or
    /// `type_mismatch`.
    PayloadRef [ToRef, Ref, Unsigned] and;
    /// `w[a] =` the number of the variant that `r[b]` is.
    Variant [ToWord, Ref, Nothing];
    /// `w[a] =` whether `r[b]` and `r[c]` are the same object.
    SameRef [ToWord, Ref, Ref];
    /// `w[a] =` whether `r[b]` is `none`.
    IsNone [ToWord, Ref, Nothing];
    /// `w[a] =` what the optional `r[b]` holds, or `none_value`.
    UnwrapWord [ToWord, Ref, Nothing];
    /// `r[a] =` what the optional `r[b]` holds, or `none_value`.
    UnwrapRef [ToRef, Ref, Nothing];
    /// `w[a] =` a global, or `none_value` where it was never set and its type has no default.
    GlobalWord [ToWord, Wide, Nothing];
    /// `r[a] =` a global, or `none_value` where it was never set and its type has no default.
    GlobalRef [ToRef, Wide, Nothing];
    /// A global `= w[a]`.
    SetGlobalWord [Word, Wide, Nothing];
    /// A global `= r[a]`.
    SetGlobalRef [Ref, Wide, Nothing];
}

/// How many forms have a number for each row of the instruction table: the first of them.
pub(crate) const COMPUTING: usize = Form::BackUnlessRight as usize + 1;

impl Form {
    /// Whether a row of the instruction table belongs to it.
    #[must_use]
    pub const fn computes(self) -> bool {
        (self as usize) < COMPUTING
    }

    /// The form that goes back where this one goes forward, for those that have one.
    #[must_use]
    pub const fn back(self) -> Self {
        match self {
            Self::If => Self::BackIf,
            Self::Unless => Self::BackUnless,
            Self::IfRight => Self::BackIfRight,
            Self::UnlessRight => Self::BackUnlessRight,
            Self::IfTrue => Self::BackIfTrue,
            Self::IfFalse => Self::BackIfFalse,
            Self::Jump => Self::BackJump,
            other => other,
        }
    }

    /// The forward branch that is taken where this one is not.
    #[must_use]
    pub(crate) const fn opposite(self) -> Self {
        match self {
            Self::If => Self::Unless,
            Self::Unless => Self::If,
            Self::IfRight => Self::UnlessRight,
            Self::UnlessRight => Self::IfRight,
            Self::IfTrue => Self::IfFalse,
            Self::IfFalse => Self::IfTrue,
            Self::IfNone => Self::IfSome,
            Self::IfSome => Self::IfNone,
            Self::IfType => Self::UnlessType,
            Self::UnlessType => Self::IfType,
            Self::IfElement => Self::UnlessElement,
            Self::UnlessElement => Self::IfElement,
            other => other,
        }
    }

    /// Whether it adds a product of `f64` to something, or subtracts.
    #[must_use]
    pub(crate) const fn is_product(self) -> bool {
        matches!(self, Self::MulAddF64 | Self::MulSubF64 | Self::SubMulF64)
    }

    /// The form of a step by the number in the second word, where this one is by a slot.
    #[must_use]
    pub(crate) const fn right(self) -> Option<Self> {
        match self {
            Self::StepUp => Some(Self::StepUpRight),
            Self::StepDown => Some(Self::StepDownRight),
            Self::StepBelow => Some(Self::StepBelowRight),
            Self::StepAbove => Some(Self::StepAboveRight),
            _ => None,
        }
    }

    /// Whether control never goes on to the next instruction.
    #[must_use]
    pub const fn ends(self) -> bool {
        matches!(
            self,
            Self::Jump
                | Self::BackJump
                | Self::Return
                | Self::ReturnWord
                | Self::ReturnSmall
                | Self::ReturnRef
        )
    }
}
