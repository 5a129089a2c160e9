//! Identifiers read out of what came in, normalised, and the links they make.
//!
//! Two reports belong together when they name the same phone, the same account, the same device.
//! That needs each identifier in one form ([`normalise`] and the functions by kind), found also where
//! it stands in running text ([`extract`]); then tokens of them, blinded by the keeper, are compared
//! ([`link`]) and reports that hang together become [`networks`]. Every link says its reasons in
//! words, without the value, because a reason is read by people who may not see it.
//!
//! Normalising is total and idempotent: any text gives an identifier or says why not, and an
//! identifier's value gives itself.

mod account;
mod blocking;
mod calling_codes;
#[cfg(test)]
mod conformance;
mod device;
mod domain;
mod email;
mod extract;
mod fold;
mod handle;
mod iban;
mod internet_address;
mod link;
mod network;
mod normalise;
mod person;
mod phone;
mod wallet;
mod web_address;

pub use account::account;
pub use blocking::{BlockingKey, blocking_keys, phonetic};
pub use device::device;
pub use email::{email, email_key};
pub use extract::{Found, extract};
pub use handle::{handle, service};
pub use iban::iban;
pub use internet_address::{Scope, ip, scope};
pub use link::{Link, Reason, Role, Rules, Seen, Strength, Token, link};
pub use network::{Edge, Network, networks};
pub use normalise::{Defaults, NotNormal, links_alone, normalise};
pub use person::{Name, Person, person};
pub use phone::phone;
pub use wallet::wallet;
pub use web_address::url;
