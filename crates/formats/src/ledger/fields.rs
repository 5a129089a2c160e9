//! From the texts of a row to a payment, whatever the row is written in.

use model::Money;

use super::{
    amount::AmountFormat,
    columns::{Column, PartyColumns, RECEIVER, SENDER},
    time::TimeFormat,
};
use crate::{
    payment::{BrokenRule, Notes, PartyRef, PaymentRef},
    time_text,
};

/// The texts of a row by column.
pub(super) trait Fields<'r> {
    /// The text of a column, trimmed; `None` when it is empty or not there.
    fn text(&self, column: Column) -> Option<&'r str>;
}

/// What is wrong with a row.
pub(super) struct Problem {
    pub(super) column: Column,
    pub(super) reason: String,
}

impl Problem {
    fn new(column: Column, error: &impl std::fmt::Display) -> Self {
        Self { column, reason: error.to_string() }
    }
}

/// How times and amounts are written.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) time: TimeFormat,
    pub(super) amount: AmountFormat,
}

impl Values {
    /// Reads the payment of a row.
    pub(super) fn payment<'r>(&self, row: &impl Fields<'r>) -> Result<PaymentRef<'r>, Problem> {
        let mut notes = Notes::default();
        let at = (self.time)
            .read(required(row, Column::At)?, &mut notes)
            .map_err(|error| Problem::new(Column::At, &error))?;
        let payment = PaymentRef {
            reference: row.text(Column::Reference),
            at,
            amount: {
                let text = required(row, Column::Amount)?;
                self.money(row, text, (Column::Amount, Column::Currency), &mut notes)?
            },
            payout: match row.text(Column::PayoutAmount) {
                Some(text) => {
                    Some(self.money(row, text, (Column::PayoutAmount, Column::PayoutCurrency), &mut notes)?)
                }
                None => None,
            },
            sender: party(row, &SENDER)?,
            receiver: party(row, &RECEIVER)?,
            purpose: row.text(Column::Purpose),
            channel: row.text(Column::Channel),
            notes,
        };
        match payment.broken_rule() {
            None => Ok(payment),
            Some(rule) => {
                let column = match rule {
                    BrokenRule::Amount => Column::Amount,
                    BrokenRule::Payout => Column::PayoutAmount,
                    BrokenRule::Sender => Column::SenderAccount,
                    BrokenRule::Receiver => Column::ReceiverAccount,
                };
                Err(Problem { column, reason: rule.reason().to_owned() })
            }
        }
    }

    fn money<'r>(
        &self,
        row: &impl Fields<'r>,
        text: &str,
        (amount, currency): (Column, Column),
        notes: &mut Notes,
    ) -> Result<Money, Problem> {
        let code = required(row, currency)?;
        let code = code.parse().map_err(|error| Problem::new(currency, &error))?;
        let read = self.amount.read(text, code).map_err(|error| Problem::new(amount, &error))?;
        notes.amount_rounded |= read.rounded;
        Ok(read.money)
    }
}

fn required<'r>(row: &impl Fields<'r>, column: Column) -> Result<&'r str, Problem> {
    row.text(column)
        .ok_or_else(|| Problem { column, reason: format!("{column} is empty; every payment needs it") })
}

/// Reads a column that may be empty.
fn optional<'r, T, E: std::fmt::Display>(
    row: &impl Fields<'r>,
    column: Column,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Problem> {
    row.text(column).map(read).transpose().map_err(|error| Problem::new(column, &error))
}

fn party<'r>(row: &impl Fields<'r>, columns: &PartyColumns) -> Result<PartyRef<'r>, Problem> {
    Ok(PartyRef {
        account: row.text(columns.account),
        institution: row.text(columns.institution),
        name: row.text(columns.name),
        kind: optional(row, columns.kind, str::parse)?,
        country: optional(row, columns.country, str::parse)?,
        phone: row.text(columns.phone),
        email: row.text(columns.email),
        birth_date: optional(row, columns.birth_date, time_text::read_date)?,
        address: row.text(columns.address),
        city: row.text(columns.city),
    })
}
