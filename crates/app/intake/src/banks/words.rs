//! The words banks are spoken of with.

use std::str::FromStr;

use app_kernel::Error;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal, $field:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every one, in the order a page offers them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// As a page says it.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(word: &str) -> Result<Self, Error> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word).ok_or_else(|| {
                    Error::invalid(
                        $field,
                        concat!($field, "_unknown"),
                        format!("“{word}” is no {}.", $what),
                        format!("Give one of: {}.", [$($word),+].join(", ")),
                    )
                })
            }
        }
    };
}

words! {
    /// What a match with a bank means.
    BankKind, "kind of bank", "kind" {
        /// What is in it is known.
        Known = "known", "Known material of child abuse";
        /// What is in it is an intimate picture of an adult who asks that it be kept down: known, but
        /// no evidence of a crime against a child.
        Intimate = "intimate", "Intimate images of adults";
        /// What is in it is not what it is taken for: a match of another bank no nearer than this is
        /// held back.
        Negative = "negative", "Must not match";
    }
}

words! {
    /// Where a content stands.
    ContentState, "state of a content", "state" {
        /// It matches.
        Live = "live", "Matching";
        /// Put aside because it matched far more than one file does; a person decides.
        Quarantined = "quarantined", "Put aside";
        /// Its source took it back.
        Withdrawn = "withdrawn", "Withdrawn by its source";
    }
}

words! {
    /// What a person here made of a content.
    Verdict, "verdict", "verdict" {
        /// It is what its bank says.
        Confirmed = "confirmed", "Confirmed here";
        /// It is not, and matches nothing here.
        Deconfirmed = "deconfirmed", "Not what its source says";
    }
}

words! {
    /// What an exchange is.
    ExchangeKind, "kind of exchange", "kind" {
        /// NCMEC's hash sharing.
        Ncmec = "ncmec", "NCMEC hash sharing";
        /// StopNCII.org.
        StopNcii = "stopncii", "StopNCII.org";
        /// A folder or file of hash lists and media sets.
        Files = "files", "Files of hashes";
    }
}
