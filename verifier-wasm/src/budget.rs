//! The bound on work. WebAssembly in V8 has no fuel and cannot be interrupted from its own thread,
//! so every loop whose length the input decides spends steps from here first and stops when none
//! are left. One step is about one operation on a 32-bit limb: a nanosecond or two.

/// Why a text could be read but not decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GaveUp(pub &'static str);

/// Steps that are left.
pub struct Budget {
    left: u64,
}

impl Budget {
    pub fn new(steps: u64) -> Self {
        Budget { left: steps }
    }

    /// A budget of its own for a part that may fail without the whole, taken from this one.
    pub fn part(&mut self, steps: u64) -> Budget {
        let steps = steps.min(self.left);
        self.left -= steps;
        Budget { left: steps }
    }

    pub fn spend(&mut self, steps: u64) -> Result<(), GaveUp> {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(GaveUp("the step budget is spent"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spent_budget_stays_spent() {
        let mut budget = Budget::new(10);
        assert!(budget.spend(10).is_ok());
        assert!(budget.spend(1).is_err());
        let mut budget = Budget::new(10);
        assert!(budget.spend(11).is_err());
        assert!(budget.spend(1).is_err());
    }
}
