//! PDQ and vPDQ: hashes by which pictures and videos that look alike are found.
//!
//! PDQ (Facebook 2019; the `pdq` folder of ThreatExchange) makes 256 bits of a picture, of which few
//! change when the picture is scaled, compressed or slightly changed. Lists of known child sexual
//! abuse material are exchanged as such hashes, so a hash made here has to be the one everybody else
//! makes, bit for bit. Everything is single precision in the reference's order of operations, whose
//! rounding is part of the hash.
//!
//! - [`hash`] and [`dihedral`] take decoded [`Pixels`]; a [`Hasher`] does the same again and again
//!   without asking for memory. A [`Profile`] names which of the recipe's outputs is wanted.
//! - [`decode`](mod@decode) brings files to pixels, within limits and without harm.
//! - [`vpdq`] writes, reads and compares videos as lists of frames.
//!
//! Two pictures count as alike at a [distance](Hash::distance) of 31 or less where both have a quality of
//! 50 or more.
//!
//! # How exact
//!
//! Of equal pixels the hash, its quality and its eight orientations equal those of `pdqhash` 0.2.8 for
//! Python, which compiles the C++ reference: on 236 of 236 pictures, 200 of them synthetic with sides from
//! 5 to 4000, 36 the reference's 18 test pictures as libjpeg-turbo and as the decoder here give them. The
//! tests hold the fast way against the recipe written down word by word.
//!
//! Decoders differ. Against libjpeg-turbo, which the reference uses, the JPEG decoder here (`zune-jpeg`
//! 0.5 through `image` 0.25) gives of those 18 pictures 15 the identical hash, two of quality 100
//! hashes 2 bits away, and the one of quality 3 a hash 6 bits away with quality 2. The reference
//! allows 10 bits at quality 80 and more. `cargo test -p perceptual --test conformance -- --nocapture`
//! prints the distances.

pub mod decode;
mod hash;
mod hasher;
mod pixels;
mod profile;
mod shrink;
mod transform;
mod vector;
pub mod vpdq;

#[cfg(test)]
mod naive;
#[cfg(test)]
mod sample;

pub use hash::{Hash, Hashed, NotAHash};
pub use hasher::{Hasher, dihedral, hash};
pub use pixels::{BadPixels, Layout, Pixels};
pub use profile::{Profile, UnknownProfile};
pub use transform::Orientation;
