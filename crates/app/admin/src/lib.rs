//! Use cases of keeping house: who may come in, and what the house knows of itself.
//!
//! - [`setup`] founds an installation and adds organisations.
//! - [`sign_in`], [`session`], [`password`], [`second_step`]: how a person comes in, stays in, and
//!   confirms that it is them. These take the house rather than a transaction: a try that fails is
//!   journalled and counted, and so has to be committed although it failed.
//! - [`tokens`] for programs, [`users`] and [`guests`] for accounts.
//! - [`keys`], [`journal`], [`jobs`], [`housekeeping`] for what keeps the house in order.

mod account;
mod lockout;
mod text;

pub mod guests;
pub mod housekeeping;
pub mod jobs;
pub mod journal;
pub mod keys;
pub mod password;
pub mod second_step;
pub mod session;
pub mod setup;
pub mod show;
pub mod sign_in;
pub mod tokens;
pub mod users;

pub use account::{GuestOf, UserView};
