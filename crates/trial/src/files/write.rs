//! Writing, fast enough for tens of millions of rows.

use std::io::{self, Write};

use screening::{
    engine::{Channel, Marks},
    sample::COLUMNS,
};

use super::MARKS;
use crate::{Labels, Ledger, Part, Sex, account};

/// Writes a made-up ledger, times in whole seconds UTC. Give a buffered writer.
///
/// Accounts begin with `SYN-` and names with `Synthetic`; no value holds a comma, a quote or a line break, so
/// none is quoted.
pub fn write_ledger(ledger: &Ledger, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{},{MARKS}", COLUMNS.join(","))?;
    let named = |name| Marks::named(name).unwrap_or_default();
    let (business, unknown, cover) =
        (named("receiver_business"), named("receiver_kind_unknown"), named("cover_term"));
    let (mut day, mut words, mut line) = (None, String::new(), String::new());
    for event in &ledger.events {
        let seconds = event.at.micros().div_euclid(1_000_000);
        if day != Some(seconds.div_euclid(86_400)) {
            day = Some(seconds.div_euclid(86_400));
            words = event.at.day_in("UTC").map(|day| day.to_string()).unwrap_or_default();
        }
        let second = seconds.rem_euclid(86_400);
        let scale = 10_i64.pow(event.currency.decimals());
        line.clear();
        line.push_str("SYN-T");
        digits(&mut line, event.sequence.cast_signed(), 9);
        line.push(',');
        line.push_str(&words);
        for (before, number, width) in [
            ("T", second / 3_600, 2),
            (":", second % 3_600 / 60, 2),
            (":", second % 60, 2),
            ("Z,", event.amount / scale, 1),
        ] {
            line.push_str(before);
            digits(&mut line, number, width);
        }
        if event.currency.decimals() > 0 {
            line.push('.');
            digits(&mut line, event.amount % scale, event.currency.decimals());
        }
        line.push(',');
        line.push_str(event.currency.as_str());
        let kind = if event.marks.has(business) {
            "business"
        } else if event.marks.has(unknown) {
            ""
        } else {
            "individual"
        };
        let sides = [
            (event.sender, "Synthetic Sender ", "individual", event.sender_country),
            (event.receiver, "Synthetic Receiver ", kind, event.receiver_country),
        ];
        for (party, name, kind, country) in sides {
            line.push(',');
            line.push_str(&account(party));
            line.push_str(",Synthetic Remit,");
            line.push_str(name);
            digits(&mut line, i64::from(party) + 1, 1);
            line.push(',');
            line.push_str(kind);
            line.push(',');
            line.push_str(country.as_ref().map_or("", |country| country.as_str()));
        }
        line.push_str(if event.marks.has(cover) { ",school fees," } else { ",allowance," });
        line.push_str(match event.channel {
            Channel::Unknown => "",
            Channel::Remitter => "remittance",
            Channel::Bank => "bank",
            Channel::Wallet => "wallet",
            Channel::Card => "card",
            Channel::Crypto => "crypto",
            Channel::Gift => "gift",
        });
        line.push(',');
        let set = Marks::names().iter().enumerate().filter(|(bit, _)| event.marks.0 >> bit & 1 == 1);
        for (place, (_, name)) in set.enumerate() {
            line.push_str(if place > 0 { ";" } else { "" });
            line.push_str(name);
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

/// Writes the labels of every party. Give a buffered writer.
pub fn write_labels(ledger: &Ledger, labels: &Labels, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "account,part,weight,population,sex,age,nationality")?;
    for (party, label) in (0_u32..).zip(&labels.parties) {
        let own = ledger.accounts.get(party as usize).cloned();
        let part = match label.part {
            Part::Ordinary => "ordinary",
            Part::Offender => "offender",
            Part::Facilitator => "facilitator",
            Part::Victim => "victim",
        };
        let sex = match label.sex {
            Sex::Unknown => "",
            Sex::Female => "female",
            Sex::Male => "male",
        };
        let age = if label.age == 0 { String::new() } else { label.age.to_string() };
        writeln!(
            out,
            "{},{part},{},{},{sex},{age},{}",
            own.unwrap_or_else(|| account(party)),
            label.weight,
            labels.population(party).unwrap_or_default(),
            label.nationality.as_ref().map_or("", |country| country.as_str()),
        )?;
    }
    Ok(())
}

/// Writes a number that is not negative with at least `width` digits; many times faster than `write!`.
fn digits(line: &mut String, number: i64, width: u32) {
    let mut unit = 10_i64.pow(width.max(number.checked_ilog10().map_or(1, |log| log + 1)) - 1);
    while unit > 0 {
        line.push(char::from(b'0' + (number / unit % 10) as u8));
        unit /= 10;
    }
}
