//! The made-up ledger as CSV, with the columns the import documents.

use std::io::{self, Write};

use super::{Ledger, Party, PartyKind};

/// The columns, in order.
pub const COLUMNS: [&str; 16] = [
    "reference",
    "at",
    "amount",
    "currency",
    "sender_account",
    "sender_institution",
    "sender_name",
    "sender_kind",
    "sender_country",
    "receiver_account",
    "receiver_institution",
    "receiver_name",
    "receiver_kind",
    "receiver_country",
    "purpose",
    "channel",
];

/// Writes the ledger as CSV (RFC 4180 with line feeds), times in whole seconds UTC. Give a buffered
/// writer.
///
/// No value of a made-up ledger holds a comma, a quote or a line break, so none is quoted.
pub fn write_csv(ledger: &Ledger, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", COLUMNS.join(","))?;
    // A party's five columns are written many times; they are made once. Rows are ordered by time,
    // so a day is put into words once too.
    let parties: Vec<String> = ledger.parties.iter().map(columns).collect();
    let party = |place: u32| parties.get(place as usize).map_or(",,,,", String::as_str);
    let (mut day, mut words) = (None, String::new());
    let mut line = String::new();
    for (place, row) in ledger.rows.iter().enumerate() {
        let seconds = row.at.micros().div_euclid(1_000_000);
        if day != Some(seconds.div_euclid(86_400)) {
            day = Some(seconds.div_euclid(86_400));
            words = row.at.day_in("UTC").map(|day| day.to_string()).unwrap_or_default();
        }
        let second = seconds.rem_euclid(86_400);
        let scale = 10_i64.pow(row.amount.currency.decimals());
        line.clear();
        line.push_str("SYN-T");
        digits(&mut line, place as i64 + 1, 9);
        line.push(',');
        line.push_str(&words);
        for (before, number, width) in [
            ("T", second / 3_600, 2),
            (":", second % 3_600 / 60, 2),
            (":", second % 60, 2),
            ("Z,", row.amount.minor / scale, 1),
            (".", row.amount.minor % scale, 2),
        ] {
            line.push_str(before);
            digits(&mut line, number, width);
        }
        for cell in
            [row.amount.currency.as_str(), party(row.sender), party(row.receiver), row.purpose, row.channel]
        {
            line.push(',');
            line.push_str(cell);
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
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

fn columns(party: &Party) -> String {
    let kind = match party.kind {
        PartyKind::Individual => "individual",
        PartyKind::Business => "business",
        PartyKind::Unknown => "",
    };
    format!("{},{},{},{kind},{}", party.account, party.institution, party.name, party.country)
}
