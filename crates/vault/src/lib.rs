//! Sealing, keys, blind tokens, passwords, signatures, receipts and the journal's chain.
//!
//! Pure cryptography: bytes in, bytes out. Nothing here reads a file, a clock or the operating
//! system's generator; whoever calls brings the time and the [`Entropy`](model::Entropy).
//!
//! The hierarchy of keys, from the top:
//!
//! ```text
//! root key (a file, never in the database)
//!   ├─ journal            ed25519, signs the heads of the journal   RootKey::signing
//!   ├─ child root, epoch  wraps the keys of children's identities    RootKey::child_root
//!   └─ organisation       derived by name                            Key::derive
//!        ├─ record, case  random, kept wrapped                        wrap, unwrap
//!        └─ blind index   derived by name                             Blinder
//! ```
//!
//! What is sealed is bound to its place (kind, record, field), so a sealed value moved to another
//! row does not open. What is random and wrapped can be erased; what is derived comes back for as
//! long as its parent exists. A child's key is therefore random.

mod blind;
pub mod chain;
mod chunks;
mod cipher;
mod hash;
mod key;
mod key_text;
mod merkle;
mod password;
mod seal;
mod sign;
mod token;
mod totp;

pub use blind::Blinder;
pub use chunks::{open_chunk, seal_chunk};
pub use cipher::OpenError;
pub use hash::{Sha256Stream, sha256};
pub use key::{Key, RootKey};
pub use key_text::KeyFileError;
pub use password::{
    PasswordCost, PasswordError, WeakPassword, check_password, hash_password, needs_rehash, verify_password,
};
pub use seal::{Place, open, seal, unwrap, wrap};
pub use sign::{PublicKey, Signer};
pub use token::{Token, read_receipt_code, receipt_code};
pub use totp::TotpSecret;

#[cfg(test)]
mod testing;
