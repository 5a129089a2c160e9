//! The columns of a ledger. `docs/LEDGER.md` explains each.

use std::fmt;

macro_rules! columns {
    ($($column:ident = $name:literal),+ $(,)?) => {
        /// A column of a ledger.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Column {
            $(#[doc = concat!("The column `", $name, "`.")] $column),+
        }

        impl Column {
            /// Every column, in the order of the documentation.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$column),+];

            /// The name in the first line of a ledger.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$column => $name),+
                }
            }

            /// The column of that name.
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$column),)+
                    _ => None,
                }
            }
        }
    };
}

columns! {
    Reference = "reference",
    At = "at",
    Amount = "amount",
    Currency = "currency",
    PayoutAmount = "payout_amount",
    PayoutCurrency = "payout_currency",
    SenderAccount = "sender_account",
    SenderInstitution = "sender_institution",
    SenderName = "sender_name",
    SenderKind = "sender_kind",
    SenderCountry = "sender_country",
    SenderPhone = "sender_phone",
    SenderEmail = "sender_email",
    SenderBirthDate = "sender_birth_date",
    SenderAddress = "sender_address",
    SenderCity = "sender_city",
    ReceiverAccount = "receiver_account",
    ReceiverInstitution = "receiver_institution",
    ReceiverName = "receiver_name",
    ReceiverKind = "receiver_kind",
    ReceiverCountry = "receiver_country",
    ReceiverPhone = "receiver_phone",
    ReceiverEmail = "receiver_email",
    ReceiverBirthDate = "receiver_birth_date",
    ReceiverAddress = "receiver_address",
    ReceiverCity = "receiver_city",
    Purpose = "purpose",
    Channel = "channel",
}

impl Column {
    /// Whether the same value may hold for every row of a file.
    pub(crate) const fn may_be_constant(self) -> bool {
        !matches!(self, Self::Reference | Self::At | Self::Amount | Self::PayoutAmount)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The columns a ledger cannot be without: one of each group.
const REQUIRED: [&[Column]; 5] = [
    &[Column::At],
    &[Column::Amount],
    &[Column::Currency],
    &[Column::SenderAccount, Column::SenderName],
    &[Column::ReceiverAccount, Column::ReceiverName],
];

/// What is missing when only the columns that `has` are there, in words; empty when nothing is.
pub(crate) fn missing(has: impl Fn(Column) -> bool) -> Vec<String> {
    REQUIRED
        .iter()
        .filter(|group| !group.iter().any(|&column| has(column)))
        .map(|group| group.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(" or "))
        .collect()
}

/// The columns of one party.
pub(crate) struct PartyColumns {
    pub(crate) account: Column,
    pub(crate) institution: Column,
    pub(crate) name: Column,
    pub(crate) kind: Column,
    pub(crate) country: Column,
    pub(crate) phone: Column,
    pub(crate) email: Column,
    pub(crate) birth_date: Column,
    pub(crate) address: Column,
    pub(crate) city: Column,
}

pub(crate) const SENDER: PartyColumns = PartyColumns {
    account: Column::SenderAccount,
    institution: Column::SenderInstitution,
    name: Column::SenderName,
    kind: Column::SenderKind,
    country: Column::SenderCountry,
    phone: Column::SenderPhone,
    email: Column::SenderEmail,
    birth_date: Column::SenderBirthDate,
    address: Column::SenderAddress,
    city: Column::SenderCity,
};

pub(crate) const RECEIVER: PartyColumns = PartyColumns {
    account: Column::ReceiverAccount,
    institution: Column::ReceiverInstitution,
    name: Column::ReceiverName,
    kind: Column::ReceiverKind,
    country: Column::ReceiverCountry,
    phone: Column::ReceiverPhone,
    email: Column::ReceiverEmail,
    birth_date: Column::ReceiverBirthDate,
    address: Column::ReceiverAddress,
    city: Column::ReceiverCity,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_found_by_its_name_and_by_no_other() {
        for column in Column::ALL {
            assert_eq!(Column::named(column.as_str()), Some(column));
        }
        assert_eq!(Column::named("sender"), None);
    }

    #[test]
    fn what_is_missing_is_said_in_words() {
        assert_eq!(missing(|_| true), Vec::<String>::new());
        assert_eq!(
            missing(|column| !matches!(column, Column::Amount | Column::SenderAccount | Column::SenderName)),
            ["amount", "sender_account or sender_name"]
        );
        assert!(missing(|column| column != Column::ReceiverAccount).is_empty(), "the name will do");
    }
}
