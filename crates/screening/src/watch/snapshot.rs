//! What is watched, written down and read again.

use std::{
    io::{self, Read, Write},
    sync::Arc,
};

use model::Currency;

use super::Watch;
use crate::{
    Typology,
    engine::{BadFeature, BadSnapshot, Engine, Settings, Words, read_numbers, write_numbers},
};

/// Why what was watched cannot be taken up again.
#[derive(Debug, thiserror::Error)]
pub enum BadWatch {
    /// The typologies cannot be computed.
    #[error(transparent)]
    Feature(#[from] BadFeature),
    /// The bytes are not a state of these typologies.
    #[error(transparent)]
    Snapshot(#[from] BadSnapshot),
}

impl Watch {
    /// Writes the state of every engine and what typologies remember. Give a buffered writer.
    pub fn snapshot(&self, out: &mut dyn Write) -> io::Result<()> {
        for group in &self.groups {
            group.engine.snapshot(out)?;
            for member in &group.members {
                write_numbers(member.standing.iter().copied(), out)?;
            }
        }
        Ok(())
    }

    /// Takes up what [`snapshot`](Self::snapshot) wrote, for the same typologies and settings. Give a
    /// buffered reader.
    pub fn restore(
        typologies: &[Typology],
        settings: impl Fn(Currency) -> Settings,
        input: &mut dyn Read,
    ) -> Result<Self, BadWatch> {
        let mut watch = Self::new(typologies, settings)?;
        for group in &mut watch.groups {
            group.engine = Engine::restore(Arc::clone(group.engine.plan()), input)?;
            for member in &mut group.members {
                let mut standing = Words::new();
                read_numbers(input)?.into_iter().for_each(|word| standing.push(word));
                member.standing = standing;
            }
        }
        Ok(watch)
    }
}
