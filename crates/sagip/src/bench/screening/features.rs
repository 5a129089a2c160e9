//! The figures that peers are asked for too, each with the name its column has there.

use model::Span;
use screening::engine::{Feature, Filter, Of, What};

/// Fourteen: count, sum and different receivers of a sender over 7, 30 and 90 days, different senders
/// and countries of a receiver over 30 and 90, the count of a pair over 90.
pub(super) fn fourteen() -> Vec<Feature> {
    let mut features = Vec::new();
    for days in [7, 30, 90] {
        features.push(feature("sender_count", Of::Sender, days, What::Count));
        features.push(feature("sender_sum", Of::Sender, days, What::Sum));
        features.push(feature("sender_parties", Of::Sender, days, What::DistinctParties));
    }
    for days in [30, 90] {
        features.push(feature("receiver_parties", Of::Receiver, days, What::DistinctParties));
        features.push(feature("receiver_countries", Of::Receiver, days, What::DistinctCountries));
    }
    features.push(feature("pair_count", Of::Pair, 90, What::Count));
    features
}

/// Twenty-seven: count and sum of sender, receiver and pair over 1, 7, 30 and 90 days, different
/// receivers and senders over 30, the sender's median amount over 90.
pub(super) fn twenty_seven() -> Vec<Feature> {
    let mut features = Vec::new();
    for (name, of) in [("sender", Of::Sender), ("receiver", Of::Receiver), ("pair", Of::Pair)] {
        for days in [1, 7, 30, 90] {
            features.push(feature(&format!("{name}_count"), of, days, What::Count));
            features.push(feature(&format!("{name}_sum"), of, days, What::Sum));
        }
    }
    features.push(feature("sender_parties", Of::Sender, 30, What::DistinctParties));
    features.push(feature("receiver_parties", Of::Receiver, 30, What::DistinctParties));
    features.push(feature("sender_median", Of::Sender, 90, What::Median));
    features
}

fn feature(name: &str, of: Of, days: i64, what: What) -> Feature {
    Feature { name: format!("{name}_{days}"), of, window: Span::days(days), what, filter: Filter::default() }
}
