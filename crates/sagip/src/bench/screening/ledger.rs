//! A made-up year of payments with heavy tails: some parties have thousands, most a handful.

use model::{Country, Currency, Instant, Span};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use screening::engine::{Activity, Channel, Kind, Marks};

use crate::cli::PRESENT;

/// Milliseconds of the year.
const YEAR: u64 = 365 * 24 * 3_600_000;
/// The countries senders are in.
const FROM: [&str; 12] = ["US", "GB", "AU", "CA", "DE", "JP", "SG", "FR", "NL", "SA", "AE", "HK"];
/// What a source says of some of the payments, each with how many in a hundred.
const SAID: [(&str, u64); 6] = [
    ("same_surname", 35),
    ("cover_term", 12),
    ("declared_relative", 10),
    ("payday", 20),
    ("social_handle", 1),
    ("anonymiser", 2),
];

/// Payments in event order: parties by a power law, most payments to one of three favourites, one in a
/// hundred at the very instant of the one before it.
pub(super) fn payments(count: usize, seed: u64) -> Vec<Activity> {
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let (senders, receivers) = ((count / 10).max(3) as u64, (count / 25).max(3) as u64);
    let countries: Vec<Option<Country>> = FROM.iter().map(|code| code.parse().ok()).collect();
    let marks: Vec<(Marks, u64)> =
        SAID.iter().filter_map(|(name, share)| Some((Marks::named(name)?, *share))).collect();
    let mut times: Vec<u64> = (0..count).map(|_| below(&mut chance, YEAR)).collect();
    times.sort_unstable();
    for place in (0..count).step_by(100).skip(1) {
        if let Some([before, here]) = times.get_mut(place - 1..=place) {
            *here = *before;
        }
    }
    let mut events = Vec::with_capacity(count);
    for (sequence, time) in (1..).zip(times) {
        let sender = skewed(&mut chance, senders);
        let receiver = if below(&mut chance, 100) < 65 {
            let favourite = sender.wrapping_mul(3).wrapping_add(below(&mut chance, 3));
            skewed(&mut ChaCha8Rng::seed_from_u64(seed ^ favourite.wrapping_mul(0x9e37_79b9)), receivers)
        } else {
            skewed(&mut chance, receivers)
        };
        let spread = below(&mut chance, 100) * below(&mut chance, 100);
        let said = marks.iter().filter(|(_, share)| below(&mut chance, 100) < *share);
        events.push(Activity {
            sequence,
            at: PRESENT + Span(1000 * time as i64),
            amount: 10_000 + 100 * (spread as i64),
            marks: said.fold(Marks::default(), |all, (mark, _)| all.with(*mark)),
            sender: sender as u32,
            receiver: (senders + receiver) as u32,
            lasting: 0,
            currency: Currency::PHP,
            sender_country: countries.get(sender as usize % countries.len()).copied().flatten(),
            receiver_country: Some(Country::PH),
            kind: Kind::Payment,
            channel: Channel::Remitter,
        });
    }
    events
}

/// The instant all times are counted from.
pub(super) const fn beginning() -> Instant {
    PRESENT
}

fn below(chance: &mut ChaCha8Rng, end: u64) -> u64 {
    ((u128::from(chance.next_u64()) * u128::from(end)) >> 64) as u64
}

/// A number below `end`, small ones more often: the density falls with the square root.
fn skewed(chance: &mut ChaCha8Rng, end: u64) -> u64 {
    let unit = (chance.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    ((unit * unit * end as f64) as u64).min(end.saturating_sub(1))
}
