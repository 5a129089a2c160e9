//! The same typologies without what speaks of who somebody is, to see what rests on it.

use screening::{
    Typology,
    engine::{Filter, Marks, What},
};

use crate::Detector;

/// The marks that speak of who a party is rather than of what it does.
pub const WHO_SOMEBODY_IS: [&str; 4] =
    ["same_surname", "sender_minor", "receiver_minor", "guardian_of_minor"];

/// A detector blind to surnames, ages and countries: no filter asks for them, and an indicator whose
/// figure would be of nothing without them is off. Payments that cross a border stay those looked at.
pub fn without(detector: &Detector) -> Detector {
    Detector {
        name: format!("{} without surname, age and corridor", detector.name),
        typologies: detector.typologies.iter().map(blind).collect(),
        ..detector.clone()
    }
}

fn blind(typology: &Typology) -> Typology {
    let mut typology = typology.clone();
    let mut gone: Vec<String> = Vec::new();
    for feature in &mut typology.features {
        let mut nothing = strip(&mut feature.filter);
        if let What::Share(part) = &mut feature.what {
            nothing |= strip(part);
        }
        if nothing {
            gone.push(feature.name.clone());
        }
    }
    strip(&mut typology.evidence.filter);
    for indicator in &mut typology.indicators {
        let mut words = indicator.condition.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        if words.any(|word| gone.iter().any(|name| name == word)) {
            indicator.verified = false;
        }
    }
    typology
}

/// Takes out of a filter what speaks of who somebody is; says whether it was about nothing else.
fn strip(filter: &mut Filter) -> bool {
    let who = WHO_SOMEBODY_IS.iter().filter_map(|name| Marks::named(name)).fold(0, |all, mark| all | mark.0);
    // A figure of payments from some countries only is a figure of countries.
    let only_countries = !filter.from.is_empty();
    if !filter.to.is_empty() || !filter.from_not.is_empty() || only_countries {
        filter.crossing = true;
    }
    filter.from.clear();
    filter.from_not.clear();
    filter.to.clear();
    filter.to_not.clear();
    let asked = filter.any.0 != 0 || filter.with.0 != 0;
    // What only leaves somebody out protects: a child who pays is never looked at as an offender.
    let surname = Marks::named("same_surname").unwrap_or_default();
    filter.without.0 &= !surname.0;
    filter.any.0 &= !who;
    filter.with.0 &= !who;
    only_countries || asked && filter.any.0 == 0 && filter.with.0 == 0
}
