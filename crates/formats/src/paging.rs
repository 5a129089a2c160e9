//! Noticing that an exchange leads in a circle.

use serde::{Deserialize, Serialize};

/// Remembers one page of those followed and notices when it comes again: Brent's way of finding a
/// cycle (BIT 20, 1980, 176–184), which needs no list of all pages.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trail {
    landmark: Option<String>,
    steps: u64,
    reach: u64,
}

impl Trail {
    /// Steps on to `page`; whether that page has been seen before. A circle of any length is
    /// noticed after at most three rounds or so, and a page that is new is never taken for an old.
    pub(crate) fn comes_again(&mut self, page: &str) -> bool {
        if self.landmark.as_deref() == Some(page) {
            return true;
        }
        if self.steps >= self.reach {
            self.landmark = Some(page.to_owned());
            self.reach = self.reach.saturating_mul(2).max(1);
            self.steps = 0;
        }
        self.steps += 1;
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_circle_is_noticed_and_a_new_page_is_not_taken_for_one(before in 0_usize..40, round in 1_usize..40) {
            let mut trail = Trail::default();
            let page = |step: usize| if step < before { step } else { before + (step - before) % round };
            let noticed = (0..1000).find(|&step| trail.comes_again(&page(step).to_string())).unwrap();
            prop_assert!(noticed >= before + round, "noticed at {noticed}");
            prop_assert!(noticed <= 3 * (before + round) + 2, "noticed at {noticed}");
        }
    }
}
