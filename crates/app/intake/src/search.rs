//! Looking something up: a number of this house, a number of the CyberTipline, a hash, an
//! identifier. Only what is exactly equal is found, by blind token, so nothing is opened (a
//! perceptual hash also finds what is near it in a bank); the
//! journal is told what kinds were looked up and how much was found, never the text.

use access::Action;
use app_kernel::{Error, Op, Permit, Tx};
use cases::{Number, Prefix};
use linking::Defaults;
use model::{Id, IdentifierKind, Instant, kinds};
use reports::words;
use store::{alerts::Alert, filings::Filing, reports::Report};
use uuid::Uuid;
use vault::Blinder;

use crate::{
    Rules,
    banks::{self, Question},
    report,
    shared::{alert_number, case_number, may, number, report_number},
};

/// Letters a text that is looked up may have.
const LETTERS: usize = 2000;
/// Records followed from one token.
const RECORDS: i64 = 200;

words! {
    /// What was found.
    pub enum HitKind: "a kind of hit" {
        /// A report.
        Report = "report", "report";
        /// An alert.
        Alert = "alert", "alert";
        /// A case.
        Case = "case", "case";
        /// A report on its way out.
        Filing = "filing", "filing";
        /// A bank of known hashes.
        Bank = "bank", "bank";
        /// A party to payments, which has no page of its own.
        Party = "party", "party to payments";
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// Its id.
    pub id: Uuid,
    /// Its number, such as `R-2026-00042`, or a bank's name.
    pub number: String,
    /// Its state's word; empty for what has none.
    pub state: String,
    /// When it came to be.
    pub at: Instant,
    /// Why it was found, in sentences without the text that was looked up.
    pub why: Vec<String>,
}

/// Everything in the organisation that a text names exactly, as far as the actor may list it.
pub async fn search(op: &Op, tx: &mut Tx<'_>, rules: &Rules, text: &str) -> Result<Vec<Hit>, Error> {
    let permit = tx.allow(op, Action::Search)?;
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LETTERS {
        return Err(Error::invalid(
            "text",
            "nothing_to_look_up",
            if text.is_empty() { "There is nothing to look up." } else { "The text is too long to look up." },
            "Write a number such as R-2026-00042, a hash, or an identifier such as an e-mail address.",
        ));
    }
    let has = |room: &str| tx.house().profile.has(room);
    let may_list = |action| tx.allow(op, action).is_ok();
    let mut found = Found {
        reports: has("reports") && may_list(Action::ListReports),
        alerts: has("alerts") && may_list(Action::ListAlerts),
        cases: has("cases") && may_list(Action::ListCases),
        filings: has("filings"),
        parties: has("payments") && may_list(Action::ListAlerts),
        banks: has("hashes") && may_list(Action::ManageBanks),
        kinds: Vec::new(),
        hits: Vec::new(),
    };
    if let Ok(number) = text.parse::<Number>() {
        found.by_number(op, tx, &permit, number).await?;
    }
    let blinder = tx.secrets(&permit).await?.blinder().clone();
    found.by_outside_number(tx, &permit, &blinder, text).await?;
    found.by_hash(tx, &permit, rules, text).await?;
    found.by_identifier(tx, &permit, &blinder, text).await?;
    let Found { mut hits, kinds, .. } = found;
    hits.sort_by_key(|hit| (hit.kind, hit.at, hit.id));
    tx.journal(op, &permit, serde_json::json!({ "looked_up": kinds, "hits": hits.len() })).await?;
    Ok(hits)
}

/// What is looked for, and what is found so far.
#[expect(clippy::struct_excessive_bools, reason = "one for each kind of record, and they are independent")]
struct Found {
    reports: bool,
    alerts: bool,
    cases: bool,
    filings: bool,
    parties: bool,
    banks: bool,
    kinds: Vec<&'static str>,
    hits: Vec<Hit>,
}

impl Found {
    /// Adds a hit, or a reason to one that is there.
    fn add(&mut self, hit: Hit) {
        match self.hits.iter_mut().find(|known| known.kind == hit.kind && known.id == hit.id) {
            Some(known) => {
                for why in hit.why {
                    if !known.why.contains(&why) {
                        known.why.push(why);
                    }
                }
            }
            None => self.hits.push(hit),
        }
    }

    fn add_report(&mut self, row: &Report, why: String) {
        self.add(Hit {
            kind: HitKind::Report,
            id: row.id.uuid(),
            number: report_number(row),
            state: row.state.clone(),
            at: row.received_at,
            why: vec![why],
        });
    }

    fn add_alert(&mut self, row: &Alert, why: String) {
        self.add(Hit {
            kind: HitKind::Alert,
            id: row.id.uuid(),
            number: alert_number(row),
            state: row.state.clone(),
            at: row.created_at,
            why: vec![why],
        });
    }

    async fn by_number(
        &mut self,
        op: &Op,
        tx: &mut Tx<'_>,
        permit: &Permit,
        wanted: Number,
    ) -> Result<(), Error> {
        self.kinds.push("number");
        let (owner, year, n) = (permit.owner(), i64::from(wanted.year), i64::from(wanted.n));
        let why = "It has this number.".to_owned();
        match wanted.prefix {
            Prefix::Report if self.reports => {
                if let Some(row) = store::reports::by_number(tx.store(permit), owner, year, n).await? {
                    self.add_report(&row, why);
                }
            }
            Prefix::Alert if self.alerts => {
                if let Some(row) = store::alerts::by_number(tx.store(permit), owner, year, n).await? {
                    self.add_alert(&row, why);
                }
            }
            Prefix::Case if self.cases => {
                if let Some(row) = store::cases::by_number(tx.store(permit), owner, year, n).await? {
                    let state = if row.withdrawn_at.is_some() { "withdrawn" } else { &row.investigation };
                    self.add(Hit {
                        kind: HitKind::Case,
                        id: row.id.uuid(),
                        number: case_number(&row),
                        state: state.to_owned(),
                        at: row.opened_at,
                        why: vec![why],
                    });
                }
            }
            Prefix::Filing if self.filings => {
                let row = store::filings::by_number(tx.store(permit), owner, year, n).await?;
                if let Some(row) = row
                    && may::<Filing>(tx, op, Action::ReadFiling, &row).await?
                {
                    self.add(Hit {
                        kind: HitKind::Filing,
                        id: row.id.uuid(),
                        number: number(Prefix::Filing, row.year, row.number),
                        state: row.state,
                        at: row.changed_at,
                        why: vec![why],
                    });
                }
            }
            Prefix::Report | Prefix::Alert | Prefix::Case | Prefix::Filing => {}
        }
        Ok(())
    }

    /// The number NCMEC knows a report by.
    async fn by_outside_number(
        &mut self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        blinder: &Blinder,
        text: &str,
    ) -> Result<(), Error> {
        let Ok(number) = text.parse::<i64>() else { return Ok(()) };
        if !self.reports {
            return Ok(());
        }
        self.kinds.push("cybertip_number");
        let token = blinder.token("cybertip_number", number.to_string().as_bytes());
        let row = store::reports::by_external(tx.store(permit), permit.owner(), token).await?;
        if let Some(row) = row {
            self.add_report(&row, "The CyberTipline knows it by this number.".to_owned());
        }
        Ok(())
    }

    async fn by_hash(
        &mut self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        rules: &Rules,
        text: &str,
    ) -> Result<(), Error> {
        if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(());
        }
        for algorithm in matching::Algorithm::ALL {
            if text.len() != 2 * algorithm.width() {
                continue;
            }
            let Ok(hash) = matching::FileHash::parse(algorithm, text) else { continue };
            let (word, bytes, owner) = (algorithm.as_str(), hash.bytes(), permit.owner());
            self.kinds.push(word);
            if self.reports {
                let rows = store::reports::with_hash(tx.store(permit), owner, word, bytes, RECORDS).await?;
                for row in rows {
                    self.add_report(&row, format!("It names a file of this {} hash.", algorithm.label()));
                }
            }
            if self.banks {
                let question = Question { algorithm: word.to_owned(), digest: bytes.to_vec() };
                self.by_likeness(tx, permit, rules, algorithm, question).await?;
            }
        }
        Ok(())
    }

    /// The banks that know a hash, or one near it.
    async fn by_likeness(
        &mut self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        rules: &Rules,
        algorithm: matching::Algorithm,
        question: Question,
    ) -> Result<(), Error> {
        let index = rules.banks.current(tx, permit).await?;
        let known = store::banks::list(tx.store(permit), permit.owner()).await?;
        for hit in banks::find(tx, permit, &index, &[question], None).await?.into_iter().flatten() {
            let Some(bank) = known.iter().find(|bank| bank.id == hit.bank) else { continue };
            let class = match (&hit.classification, &hit.taxonomy) {
                (Some(code), Some(taxonomy)) => format!(", as {code} of {taxonomy}"),
                _ => String::new(),
            };
            let held = hit.held_back.as_ref().map_or_else(String::new, |held| {
                format!(" It does not count: “{}” says it must not match.", held.bank_name)
            });
            let near = if hit.distance == 0 { "this" } else { "one near this" };
            self.add(Hit {
                kind: HitKind::Bank,
                id: hit.bank.uuid(),
                number: hit.bank_name.clone(),
                state: String::new(),
                at: bank.created_at,
                why: vec![format!("It knows {near} {} hash{class}.{held}", algorithm.label())],
            });
        }
        Ok(())
    }

    async fn by_identifier(
        &mut self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        blinder: &Blinder,
        text: &str,
    ) -> Result<(), Error> {
        for kind in IdentifierKind::ALL {
            let Ok(identifier) = linking::normalise(kind, text, &Defaults::default()) else { continue };
            // A kind can turn out to be another one, as a wallet's page does.
            let kind = identifier.kind;
            let token = blinder.token(kind.as_str(), identifier.value.as_bytes());
            self.kinds.push(kind.as_str());
            if self.reports {
                self.naming(tx, permit, kind, token).await?;
            }
            if kind == IdentifierKind::Account && self.parties {
                self.party(tx, permit, token).await?;
            }
        }
        Ok(())
    }

    async fn naming(
        &mut self,
        tx: &mut Tx<'_>,
        permit: &Permit,
        kind: IdentifierKind,
        token: [u8; 16],
    ) -> Result<(), Error> {
        let named = store::identifiers::naming(tx.store(permit), permit.owner(), token, RECORDS).await?;
        for named in named.into_iter().filter(|named| named.record_kind == "report") {
            let id: Id<kinds::Report> = Id::from_uuid(named.record);
            let Some(row) = store::reports::find(tx.store(permit), id).await? else { continue };
            let role = report::role(&named.role);
            self.add_report(&row, format!("It names this {} for {role}.", kind.label()));
        }
        Ok(())
    }

    async fn party(&mut self, tx: &mut Tx<'_>, permit: &Permit, token: [u8; 16]) -> Result<(), Error> {
        let party = store::ledger::party_by_token(tx.store(permit), permit.owner(), token).await?;
        let Some(party) = party else { return Ok(()) };
        let alerts = if self.alerts {
            store::alerts::of_party(tx.store(permit), party.id, None).await?
        } else {
            Vec::new()
        };
        for alert in &alerts {
            self.add_alert(alert, "It is about the party with this account.".to_owned());
        }
        let why = match alerts.len() {
            0 => "The ledger has a party with this account, and no alert about it.".to_owned(),
            n => format!("The ledger has a party with this account; alerts about it: {n}."),
        };
        self.add(Hit {
            kind: HitKind::Party,
            id: party.id.uuid(),
            number: String::new(),
            state: String::new(),
            at: party.created_at,
            why: vec![why],
        });
        Ok(())
    }
}
