//! The clients against services that speak the documented protocols from a script, with everything
//! that goes wrong between them.

#[cfg(test)]
mod burst;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod http;
#[cfg(test)]
mod keeper;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod ncmec;
#[cfg(test)]
mod peers;
#[cfg(test)]
mod property;
#[cfg(test)]
mod stopncii;
#[cfg(test)]
mod talk;
#[cfg(test)]
mod world;
