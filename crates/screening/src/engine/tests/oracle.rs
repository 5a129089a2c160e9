//! Every figure computed anew from the whole ledger, as plainly as can be.

use std::collections::BTreeSet;

use model::Instant;

use crate::engine::{
    Activity, Burst, Cell, Clock, Feature, Filter, Hours, Kind, LATEST, Near, Of, Settings, Side, What,
};

const DAY: f64 = 86_400_000_000.0;

/// The figures of the event at `place`; `events` are in event order.
pub(super) fn row(features: &[Feature], settings: &Settings, events: &[Activity], place: usize) -> Vec<Cell> {
    features.iter().map(|feature| figure(feature, settings, &events[..=place])).collect()
}

fn same_key(of: Of, a: &Activity, b: &Activity) -> bool {
    match of {
        Of::Sender => a.sender == b.sender,
        Of::Receiver => a.receiver == b.receiver,
        Of::Pair => (a.sender, a.receiver) == (b.sender, b.receiver),
    }
}

fn figure(feature: &Feature, settings: &Settings, seen: &[Activity]) -> Cell {
    let this = seen.last().unwrap();
    let pays = |event: &Activity| event.kind == Kind::Payment && event.amount > 0;
    let own: Vec<usize> = (0..seen.len()).filter(|at| same_key(feature.of, &seen[*at], this)).collect();
    let paid: Vec<&Activity> = own.iter().map(|at| &seen[*at]).filter(|event| pays(event)).collect();
    let since = |at: Instant| Cell::real(this.at.since(at).0 as f64 / DAY);
    match feature.what {
        What::Age => return paid.first().map_or(Cell::NONE, |first| since(first.at)),
        What::GapLast => {
            let before = paid.iter().rev().find(|event| event.sequence != this.sequence);
            return before.map_or(Cell::NONE, |last| since(last.at));
        }
        _ => {}
    }
    let within: Vec<usize> = own
        .into_iter()
        .filter(|at| this.at.since(seen[*at].at) < feature.window)
        .filter(|at| passes(&feature.filter, feature.of, settings, &seen[..=*at]))
        .collect();
    let events: Vec<&Activity> = within.iter().map(|at| &seen[*at]).collect();
    let worth = |event: &&Activity| settings.rates.worth(event.money(), event.at);
    let other = |event: &Activity| if feature.of == Of::Sender { event.receiver } else { event.sender };
    let land = |event: &Activity| {
        if feature.of == Of::Sender { event.receiver_country } else { event.sender_country }
    };
    let pauses = |of: &[&Activity]| -> Vec<f64> {
        of.windows(2).map(|two| two[1].at.since(two[0].at).0 as f64).collect()
    };
    let latest = |values: Vec<f64>| values[values.len().saturating_sub(LATEST)..].to_vec();
    let real = |value: Option<f64>| value.map_or(Cell::NONE, Cell::real);
    match &feature.what {
        What::Count => Cell::whole(events.len() as i64),
        What::Sum => Cell::whole(events.iter().filter_map(worth).sum()),
        What::DistinctParties => {
            Cell::whole(events.iter().map(|e| other(e)).collect::<BTreeSet<_>>().len() as i64)
        }
        What::DistinctCountries => {
            Cell::whole(events.iter().filter_map(|e| land(e)).collect::<BTreeSet<_>>().len() as i64)
        }
        What::Median => real(median(events.iter().filter_map(worth).map(|minor| minor as f64).collect())),
        What::GapMean => {
            let pauses = pauses(&events);
            let all = pauses.iter().sum::<f64>();
            real((!pauses.is_empty()).then(|| all / pauses.len() as f64 / DAY))
        }
        What::GapMedian => real(median(latest(pauses(&events))).map(|micros| micros / DAY)),
        What::AmountSlope => {
            real(slope(&latest(events.iter().filter_map(worth).map(|minor| minor as f64).collect())))
        }
        What::GapSlope => real(slope(&latest(pauses(&events))).map(|micros| micros / DAY)),
        What::Share(part) => {
            let both = within.iter().filter(|at| passes(part, feature.of, settings, &seen[..=**at])).count();
            real((!within.is_empty()).then(|| both as f64 / within.len() as f64))
        }
        What::Age | What::GapLast => unreachable!("answered above"),
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    (n > 0).then(|| f64::midpoint(values[(n - 1) / 2], values[n / 2]))
}

/// Least squares in whole numbers, for values that are whole.
fn slope(values: &[f64]) -> Option<f64> {
    let n = values.len() as i128;
    let places: i128 = (0..n).sum();
    let squares: i128 = (0..n).map(|x| x * x).sum();
    let sum: i128 = values.iter().map(|y| *y as i128).sum();
    let cross: i128 = (0..n).zip(values).map(|(x, y)| x * *y as i128).sum();
    (n > 2).then(|| (n * cross - places * sum) as f64 / (n * squares - places * places) as f64)
}

/// Whether the last of the events passes.
fn passes(filter: &Filter, of: Of, settings: &Settings, seen: &[Activity]) -> bool {
    let this = seen.last().unwrap();
    let kinds: &[Kind] = if filter.kinds.is_empty() { &[Kind::Payment] } else { &filter.kinds };
    let money = matches!(this.kind, Kind::Payment | Kind::Purchase | Kind::Withdrawal);
    let convert = |to| settings.rates.convert(this.money(), to, this.at);
    let (from, to) = (this.sender_country, this.receiver_country);
    let unit = settings.rounds.iter().find(|(currency, _)| *currency == this.currency).map_or(1_000, |r| r.1);
    kinds.contains(&this.kind)
        && (this.amount > 0 || !money)
        && filter.most.is_none_or(|most| convert(most.currency).is_some_and(|minor| minor <= most.minor))
        && filter.least.is_none_or(|least| convert(least.currency).is_some_and(|minor| minor >= least.minor))
        && filter.currency.is_none_or(|currency| currency == this.currency)
        && (filter.from.is_empty() || from.is_some_and(|from| filter.from.contains(&from)))
        && (filter.to.is_empty() || to.is_some_and(|to| filter.to.contains(&to)))
        && !from.is_some_and(|from| filter.from_not.contains(&from))
        && !to.is_some_and(|to| filter.to_not.contains(&to))
        && (!filter.crossing || (from.is_some() && to.is_some() && from != to))
        && this.marks.has(filter.with)
        && this.marks.0 & filter.without.0 == 0
        && (filter.any.0 == 0 || this.marks.0 & filter.any.0 != 0)
        && (filter.channels.is_empty() || filter.channels.contains(&this.channel))
        && (!filter.round || this.amount % unit == 0)
        && filter.hours.as_ref().is_none_or(|hours| at_hours(hours, this, settings))
        && filter.burst.is_none_or(|burst| run(burst, of, seen) == burst.payments)
        && filter.near.is_none_or(|near| is_near(near, seen))
}

/// The length of the run of payments the last event is in.
fn run(burst: Burst, of: Of, seen: &[Activity]) -> u32 {
    let this = seen.last().unwrap();
    let paid: Vec<Instant> = seen
        .iter()
        .filter(|event| same_key(of, event, this) && event.kind == Kind::Payment && event.amount > 0)
        .map(|event| event.at)
        .collect();
    let breaks = paid.windows(2).rposition(|two| two[1].since(two[0]) > burst.within);
    (paid.len() - breaks.map_or(0, |at| at + 1)) as u32
}

fn is_near(near: Near, seen: &[Activity]) -> bool {
    let (this, before) = seen.split_last().unwrap();
    before.iter().any(|event| {
        let same = (event.sender, event.receiver) == (this.sender, this.receiver);
        let back = (event.sender, event.receiver) == (this.receiver, this.sender);
        let end = event.at + model::Span::seconds(i64::from(event.lasting));
        event.kind == near.kind && (same || back) && this.at.since(end) <= near.within
    })
}

fn at_hours(hours: &Hours, event: &Activity, settings: &Settings) -> bool {
    let zone = match (&hours.clock, event.sender_country, event.receiver_country) {
        (Clock::Zone(zone), ..) => zone.clone(),
        (Clock::Of(Side::Sender), Some(country), _) | (Clock::Of(Side::Receiver), _, Some(country)) => {
            match country.as_str() {
                "PH" => "Asia/Manila".to_owned(),
                "GB" => "Europe/London".to_owned(),
                _ => return false,
            }
        }
        _ => return false,
    };
    assert!(
        settings.zones.of(event.sender_country).is_some()
            || event.sender_country.is_none_or(|c| c.as_str() != "GB")
    );
    let local = event.at.in_zone(&zone);
    let hour: u8 = local[11..13].parse().unwrap();
    if hours.from < hours.to {
        hours.from <= hour && hour < hours.to
    } else {
        hour >= hours.from || hour < hours.to
    }
}
