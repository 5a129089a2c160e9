//! CyberTipline documents: what is read is what was written, what is refused is named, and the
//! service's own schema agrees.

#[cfg(test)]
mod identity;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod support;
