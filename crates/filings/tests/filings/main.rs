//! Reports in every form, against the units' own schemas and against the rules that protect children.

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod fincen;
#[cfg(test)]
mod goaml;
#[cfg(test)]
mod random;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod support;
#[cfg(test)]
mod table;
