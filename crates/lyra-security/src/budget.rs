//! The one counter that runs down while a program runs.
//!
//! Fuel, deadline, interruption, integrity checks and collection steps all hang on it: an engine keeps the
//! *slice* (at most [`SLICE`] units) where it is cheap, and only when the slice falls below zero does it take
//! its slow path, which looks at everything and refills.
//!
//! Invariant: at every point where a program can be observed,
//! `used = handed out in slices − slice left`, and `used + left = given` as long as the program is not out of fuel.

/// Units in one slice. At 1–50 ns a unit on the engines measured, a deadline or an interruption is seen within
/// a millisecond at most.
pub const SLICE: u64 = 16_384;

/// Fuel given, handed out in slices, and used.
///
/// A charge of `n` takes the slice from `f` to `f − n`. Below 0 the charge *has been made* and the slow path
/// runs: [`refill`](Self::refill) either finds fuel for it or reports that there is none. So with `k` units
/// exactly `k` charges of 1 succeed, in every engine.
///
/// ```
/// use lyra_security::Budget;
/// let mut budget = Budget::new(Some(3));
/// for _ in 0..3 {
///     assert!(!budget.charge(1) || budget.refill().is_ok());
/// }
/// assert!(budget.charge(1) && budget.refill().is_err());
/// assert_eq!(budget.left(), Some(0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// What is left of the slice; negative means that the last charge has not been paid.
    slice: i64,
    /// Units put into slices since the start.
    handed: u64,
    /// Units not yet in a slice; stays at `u64::MAX` when unlimited.
    rest: u64,
    limited: bool,
}

/// There is no fuel for the last charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfFuel;

impl std::fmt::Display for OutOfFuel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("out of fuel")
    }
}

impl std::error::Error for OutOfFuel {}

impl Budget {
    /// A budget of `fuel` units, `None` for no bound. The first slice is empty: the first charge takes the slow
    /// path, so that a deadline of zero and an interruption before the start are seen.
    #[must_use]
    pub const fn new(fuel: Option<u64>) -> Self {
        match fuel {
            Some(units) => Self { slice: 0, handed: 0, rest: units, limited: true },
            None => Self { slice: 0, handed: 0, rest: u64::MAX, limited: false },
        }
    }

    /// Charges `n` units. `true` means that the slice ran out and the slow path must run before anything else.
    #[inline]
    #[must_use = "a slice that ran out must be refilled"]
    pub const fn charge(&mut self, n: u64) -> bool {
        self.slice = self.slice.saturating_sub_unsigned(n);
        self.slice < 0
    }

    /// Pays for the last charge and hands out the next slice.
    ///
    /// # Errors
    /// [`OutOfFuel`] when there is too little; what was there counts as used. After [`add`](Self::add) the
    /// unpaid part of the charge is paid first.
    pub const fn refill(&mut self) -> Result<(), OutOfFuel> {
        // A native operation may charge more than a slice at once: the debt comes on top.
        let debt = if self.slice < 0 { self.slice.unsigned_abs() } else { 0 };
        let wanted = debt.saturating_add(SLICE);
        let given = if self.rest < wanted { self.rest } else { wanted };
        if self.limited {
            self.rest -= given;
        }
        self.handed = self.handed.saturating_add(given);
        // `debt` is at most 2^63, so the sum of the two is in range.
        self.slice = self.slice.saturating_add_unsigned(given);
        if self.slice < 0 { Err(OutOfFuel) } else { Ok(()) }
    }

    /// What is left of the slice, for an engine that keeps it in a register.
    #[inline]
    #[must_use]
    pub const fn slice(&self) -> i64 {
        self.slice
    }

    /// Puts back the slice that an engine kept; it never grows there.
    #[inline]
    pub const fn set_slice(&mut self, slice: i64) {
        self.slice = slice;
    }

    /// Ends the slice: the next charge takes the slow path. Nothing is lost or used by it.
    pub const fn end_slice(&mut self) {
        if self.slice > 0 {
            let unused = self.slice.unsigned_abs();
            self.handed = self.handed.saturating_sub(unused);
            if self.limited {
                self.rest = self.rest.saturating_add(unused);
            }
            self.slice = 0;
        }
    }

    /// Units used since the start, at most those given.
    #[inline]
    #[must_use]
    pub const fn used(&self) -> u64 {
        if self.slice < 0 { self.handed } else { self.handed.saturating_sub(self.slice.unsigned_abs()) }
    }

    /// Units left; `None` when there is no bound.
    #[inline]
    #[must_use]
    pub const fn left(&self) -> Option<u64> {
        if !self.limited {
            return None;
        }
        let in_slice = if self.slice < 0 { 0 } else { self.slice.unsigned_abs() };
        let debt = if self.slice < 0 { self.slice.unsigned_abs() } else { 0 };
        Some(self.rest.saturating_add(in_slice).saturating_sub(debt))
    }

    /// Gives `units` more. Without a bound it does nothing.
    pub const fn add(&mut self, units: u64) {
        if self.limited {
            self.rest = self.rest.saturating_add(units);
        }
    }

    /// Sets what is left, `None` for no bound; what was used stays counted. An unpaid charge is forgiven.
    pub const fn set_left(&mut self, fuel: Option<u64>) {
        self.handed = self.used();
        self.slice = 0;
        self.limited = fuel.is_some();
        self.rest = match fuel {
            Some(units) => units,
            None => u64::MAX,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an engine does: charge, and refill when told to.
    fn spend(budget: &mut Budget, n: u64) -> Result<(), OutOfFuel> {
        if budget.charge(n) { budget.refill() } else { Ok(()) }
    }

    #[test]
    fn exactly_the_given_units_can_be_spent() {
        for fuel in [0, 1, 2, SLICE - 1, SLICE, SLICE + 1, 3 * SLICE + 7] {
            let mut budget = Budget::new(Some(fuel));
            for spent in 0..fuel {
                assert_eq!((budget.used(), budget.left()), (spent, Some(fuel - spent)));
                assert_eq!(spend(&mut budget, 1), Ok(()), "unit {spent} of {fuel}");
            }
            assert_eq!(spend(&mut budget, 1), Err(OutOfFuel));
            assert_eq!((budget.used(), budget.left()), (fuel, Some(0)));
        }
    }

    #[test]
    fn mixed_charges_agree_with_plain_subtraction() {
        let mut random = fastrand::Rng::with_seed(0xB0D6E7);
        for _ in 0..300 {
            let fuel = random.u64(0..200_000);
            let mut budget = Budget::new(Some(fuel));
            let mut plain = fuel;
            loop {
                let n = if random.u8(0..20) == 0 { random.u64(0..60_000) } else { random.u64(0..4) };
                if random.u8(0..50) == 0 {
                    budget.end_slice();
                }
                let result = spend(&mut budget, n);
                if n > plain {
                    assert_eq!(result, Err(OutOfFuel));
                    assert_eq!((budget.used(), budget.left()), (fuel, Some(0)));
                    break;
                }
                plain -= n;
                assert_eq!(result, Ok(()));
                assert_eq!((budget.used(), budget.left()), (fuel - plain, Some(plain)));
                assert!(budget.slice() <= SLICE as i64);
            }
        }
    }

    #[test]
    fn a_charge_is_paid_after_fuel_was_added() {
        let mut budget = Budget::new(Some(10));
        assert_eq!(spend(&mut budget, 25), Err(OutOfFuel));
        budget.add(20);
        assert_eq!(budget.left(), Some(5));
        assert_eq!(budget.refill(), Ok(()));
        assert_eq!((budget.used(), budget.left()), (25, Some(5)));
    }

    #[test]
    fn the_largest_numbers_do_no_harm() {
        for fuel in [None, Some(u64::MAX), Some(0)] {
            let mut budget = Budget::new(fuel);
            for n in [u64::MAX, u64::MAX, i64::MAX as u64, 1] {
                let _ = spend(&mut budget, n);
                let _ = (budget.used(), budget.left());
            }
            budget.add(u64::MAX);
            budget.set_left(Some(u64::MAX));
            assert_eq!(budget.left(), Some(u64::MAX));
            assert_eq!(spend(&mut budget, 1), Ok(()));
            assert_eq!(budget.left(), Some(u64::MAX - 1));
        }
        let mut endless = Budget::new(None);
        for _ in 0..100_000 {
            assert_eq!(spend(&mut endless, 1), Ok(()));
        }
        assert_eq!((endless.used(), endless.left()), (100_000, None));
    }
}
