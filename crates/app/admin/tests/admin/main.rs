//! The use cases of keeping house, on both engines.

#[cfg(test)]
mod founding;
#[cfg(test)]
mod guests;
#[cfg(test)]
mod house;
#[cfg(test)]
mod second_step;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod signing_in;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod users;
