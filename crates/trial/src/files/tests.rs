//! What is written is read again; what cannot be read is refused with its line.

use std::collections::BTreeMap;

use super::*;
use crate::{Law, Ledger, Part, Size, account, simulate};

fn written(write: impl Fn(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_made_up_ledger_and_its_labels_are_read_as_they_were_written() {
    let world = simulate(&Law::shipped("development").unwrap(), Size { senders: 400, offenders: 12 }, 5);
    let bytes = written(|out| write_ledger(&world.ledger, out));
    let ledger = read_ledger(&bytes[..]).unwrap();
    assert!(ledger.synthetic);
    assert_eq!(ledger.events.len(), world.ledger.events.len());
    let place: BTreeMap<&str, u32> = (0..).zip(&ledger.accounts).map(|(n, a)| (a.as_str(), n)).collect();
    for (read, made) in ledger.events.iter().zip(&world.ledger.events) {
        let expected = screening::engine::Activity {
            sender: place[account(made.sender).as_str()],
            receiver: place[account(made.receiver).as_str()],
            ..*made
        };
        assert_eq!(*read, expected);
    }
    let bytes = written(|out| write_labels(&world.ledger, &world.labels, out));
    let (labels, elsewhere) = read_labels(&bytes[..], &ledger).unwrap();
    // Parties that nobody paid in the year are no part of the ledger.
    assert_eq!(labels.parties.len() + elsewhere as usize, world.labels.parties.len());
    for (number, made) in (0..).zip(&world.labels.parties) {
        let Some(read) = place.get(account(number).as_str()) else { continue };
        let label = labels.of(*read);
        assert_eq!((label.part, label.weight, label.sex), (made.part, made.weight, made.sex));
        assert_eq!((label.age, label.nationality), (made.age, made.nationality));
        assert_eq!(labels.population(*read), world.labels.population(number));
    }
    assert!(labels.parties.iter().any(|label| label.part == Part::Facilitator));
    let again = Ledger { accounts: Vec::new(), ..world.ledger.clone() };
    assert_eq!(written(|out| write_ledger(&again, out)), written(|out| write_ledger(&world.ledger, out)));
}

const HEAD: &str = "at,amount,currency,sender_account,receiver_account,receiver_kind,purpose\n";

fn one(rest: &str) -> Result<Ledger, BadFile> {
    read_ledger(format!("{HEAD}{rest}\n").as_bytes())
}

#[test]
fn a_ledger_from_elsewhere_needs_five_columns_and_says_what_it_can() {
    let ledger = one(
        "2026-01-02T03:04:05Z,12.50,PHP,A,B,business,School fees!\n2026-01-01T00:00:00Z,1,PHP,B,A,,ungifted",
    )
    .unwrap();
    let names = |place: usize| {
        let all = screening::engine::Marks::names().iter().enumerate();
        all.filter(|(bit, _)| ledger.events[place].marks.0 >> bit & 1 == 1)
            .map(|(_, name)| *name)
            .collect::<Vec<_>>()
    };
    assert_eq!(ledger.events[0].amount, 100, "events are put in order");
    assert_eq!(names(0), ["receiver_kind_unknown"], "a word within a word is none");
    assert_eq!(names(1), ["receiver_business", "cover_term"]);
    assert!(!ledger.synthetic);
}

#[test]
fn what_cannot_be_read_is_refused_with_its_line_and_the_reason() {
    let refused = |rest: &str| one(rest).unwrap_err().to_string();
    assert_eq!(
        refused("yesterday,1.00,PHP,A,B,,"),
        "line 2: `at` is “yesterday”; it has to be a time such as 2026-01-31T09:30:00Z"
    );
    assert!(refused("2026-01-02T03:04:05Z,1.00,PHP,,B,,").starts_with("line 2: `sender_account`"));
    let error = read_ledger("at,amount\n".as_bytes()).unwrap_err().to_string();
    assert!(error.starts_with("there is no column `currency`"), "{error}");
    let ledger = one("2026-01-02T03:04:05Z,1.00,PHP,A,B,,").unwrap();
    let error = read_labels("account,part\nA,culprit\n".as_bytes(), &ledger).unwrap_err().to_string();
    assert!(error.starts_with("line 2: `part` is “culprit”"), "{error}");
    let (labels, elsewhere) =
        read_labels("account,part\nA,victim\nC,offender\n".as_bytes(), &ledger).unwrap();
    assert_eq!((labels.of(0).part, labels.of(1).part, elsewhere), (Part::Victim, Part::Ordinary, 1));
}
