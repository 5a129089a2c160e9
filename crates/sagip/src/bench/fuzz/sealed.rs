//! Targets: what this house seals, signs and packs, when it comes back changed.

use model::{Country, Entropy, Instant, Money};
use screening::{Event, PartyRef, decode_segment, encode_segment};
use vault::{
    Key, Place, PublicKey, RootKey, Token,
    chain::{Head, SignedHead, leaf},
    open, open_chunk, read_receipt_code, seal, seal_chunk, unwrap, wrap,
};

use super::{LITTLE, Target, laws::same};
use crate::{cli::PRESENT, runtime::Seeded};

pub(super) const SEGMENT: Target = Target {
    name: "segment",
    seeds: || {
        let plan = screening::sample::Plan { rows: 200, start: PRESENT, days: 30 };
        let ledger = screening::sample::Ledger::generate(&plan, &Seeded::new(1));
        let events: Vec<Event> = ledger.events().collect();
        let odd = Event {
            sequence: u64::MAX,
            at: Instant::from_micros(i64::MIN),
            amount: Money { minor: i64::MIN, currency: model::Currency::PHP },
            sender: PartyRef([0xff; 16]),
            receiver: PartyRef([0; 16]),
            receiver_is_individual: None,
            sender_country: None,
            receiver_country: Some(Country::PH),
        };
        Ok(vec![encode_segment(&events), encode_segment(&[odd]), encode_segment(&[])])
    },
    words: &["SGPE\u{1}", "\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{1}", "PHP", "USDPH"],
    mend: None,
    most_bytes: LITTLE,
    taking: |_| {
        Ok(Box::new(|bytes| {
            let Ok(events) = decode_segment(bytes) else { return Ok(false) };
            if events.len() > bytes.len() {
                return Err(format!("{} bytes gave {} events", bytes.len(), events.len()));
            }
            same(&decode_segment(&encode_segment(&events)), &Ok(events))
        }))
    },
};

const PLACE: Place<'static> = Place { kind: "report", record: [7; 16], field: "narrative" };
const ORIGINAL: [u8; 16] = [5; 16];

fn key() -> Key {
    Key::from_bytes([3; 32])
}

/// What is sealed: a field, a wrapped key, a chunk in the middle and the last.
fn sealed() -> [Vec<u8>; 4] {
    let entropy = Seeded::new(1);
    [
        seal(&key(), PLACE, b"Synthetic narrative", &entropy),
        wrap(&key(), PLACE, &Key::from_bytes([9; 32]), &entropy),
        seal_chunk(&key(), ORIGINAL, 0, false, &[1; 3000], &entropy),
        seal_chunk(&key(), ORIGINAL, 1, true, b"", &entropy),
    ]
}

pub(super) const SEALED: Target = Target {
    name: "sealed",
    seeds: || Ok(sealed().to_vec()),
    words: &["\u{1}", "\u{2}", "\u{10}", "\u{11}"],
    mend: None,
    most_bytes: LITTLE,
    taking: |_| {
        let whole = sealed();
        Ok(Box::new(move |bytes| {
            let [field, wrapped, middle, last] = &whole;
            let opens = [
                (open(&key(), PLACE, bytes).is_ok(), field),
                (unwrap(&key(), PLACE, bytes).is_ok(), wrapped),
                (open_chunk(&key(), ORIGINAL, 0, bytes).is_ok(), middle),
                (open_chunk(&key(), ORIGINAL, 1, bytes).is_ok(), last),
            ];
            for (opened, only) in opens {
                if opened != (bytes == only.as_slice()) {
                    return Err(if opened {
                        "what was changed opens"
                    } else {
                        "what was sealed does not open"
                    }
                    .to_owned());
                }
            }
            Ok(opens.iter().any(|(opened, _)| *opened))
        }))
    },
};

pub(super) const KEY_TEXT: Target = Target {
    name: "key-text",
    seeds: || {
        let root = RootKey::generate(&Seeded::new(1));
        let head =
            Head::after(None, &[leaf(b"synthetic")], PRESENT).ok_or_else(|| anyhow::anyhow!("no head"))?;
        let mut random = [0; 16];
        Seeded::new(2).fill(&mut random);
        Ok(vec![
            format!("# synthetic\n{}\n", *root.to_text()).into_bytes(),
            root.signing().public().to_text().into_bytes(),
            SignedHead::new(head, &root.signing()).to_line().into_bytes(),
            Token::generate(&Seeded::new(3)).to_text().into_bytes(),
            vault::receipt_code(&Seeded::new(4)).into_bytes(),
            Digest::text(random),
        ])
    },
    words: &[
        "sagip-root-key-1:",
        "sagip-head-1 ",
        "#",
        "\n",
        "18446744073709551615",
        "9999-12-31T23:59:59.999999Z",
        "=",
        "0O1I",
    ],
    mend: None,
    most_bytes: LITTLE,
    taking: |_| {
        Ok(Box::new(|bytes| {
            let text = &*String::from_utf8_lossy(bytes);
            let mut any = text.parse::<model::Digest>().is_ok();
            if let Ok(root) = RootKey::parse(text) {
                any |= same(&RootKey::parse(&root.to_text()).map_err(|e| e.to_string()), &Ok(root))?;
            }
            if let Ok(public) = PublicKey::parse(text) {
                any |= same(
                    &PublicKey::parse(&public.to_text()).map(|key| key.to_text()),
                    &Ok(public.to_text()),
                )?;
                if public.verify(b"synthetic", &[0; 64]) {
                    return Err("a signature of noughts is taken for one".to_owned());
                }
            }
            if let Ok(head) = SignedHead::parse_line(text) {
                any |= same(&SignedHead::parse_line(&head.to_line()), &Ok(head))?;
            }
            any |= Token::hash_of(text).is_some();
            if let Some(code) = read_receipt_code(text) {
                any |= same(&read_receipt_code(&code), &Some(code))?;
            }
            Ok(any)
        }))
    },
};

/// A digest as text, to begin with.
struct Digest;

impl Digest {
    fn text(half: [u8; 16]) -> Vec<u8> {
        let [mut one, mut other] = [half; 2];
        one.reverse();
        other.rotate_left(3);
        let whole: Vec<u8> = one.into_iter().chain(other).collect();
        data_encoding::HEXLOWER.encode(&whole).into_bytes()
    }
}
