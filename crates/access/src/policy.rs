//! Roles, read from data and checked when they are read.

use std::collections::{BTreeMap, BTreeSet};

use model::Compartment;
use serde::Deserialize;

use crate::Action;

/// A role: what it may do and which desks it has.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its word.
    pub name: String,
    /// What a page calls it.
    pub label: String,
    /// What it is for, in a sentence.
    pub purpose: String,
    /// The compartments it works in.
    pub compartments: BTreeSet<Compartment>,
    /// What it may do.
    pub actions: BTreeSet<Action>,
    /// The desks in its rail.
    pub desks: Vec<Desk>,
}

/// A desk in the left rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Desk {
    /// Reports by urgency.
    Queue,
    /// Alerts.
    Alerts,
    /// What was taken in.
    Imports,
    /// Cases.
    Cases,
    /// Reports on their way out.
    Outbox,
    /// Lists of known hashes.
    Banks,
    /// Typologies.
    Typologies,
    /// Users, keys, journal, jobs.
    KeepingHouse,
}

/// All roles of an installation.
#[derive(Clone, Debug)]
pub struct Policy {
    roles: BTreeMap<String, Role>,
}

/// Why a role file was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct PolicyError {
    /// The file.
    pub file: String,
    /// What is wrong with it, with line and field where known.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    role: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    label: String,
    purpose: String,
    compartments: BTreeSet<Compartment>,
    actions: Vec<toml::Spanned<String>>,
    desks: Vec<Desk>,
    source: String,
    #[serde(rename = "verified")]
    _verified: bool,
}

/// The roles Sagip comes with.
const SHIPPED: &str = include_str!("../../../data/roles/roles.toml");

impl Policy {
    /// The roles Sagip comes with.
    pub fn shipped() -> Result<Self, PolicyError> {
        Self::parse("data/roles/roles.toml", SHIPPED)
    }

    /// Reads roles from a file's text; `file` is only for messages.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyError> {
        let wrong = |reason: String| PolicyError { file: file.to_owned(), reason };
        let parsed: File = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
        let mut roles = BTreeMap::new();
        for row in parsed.role {
            if row.source.trim().is_empty() {
                return Err(wrong(format!("role “{}” has no source", row.name)));
            }
            let mut actions = BTreeSet::new();
            for word in row.actions {
                let line = text.get(..word.span().start).map_or(0, |before| before.matches('\n').count() + 1);
                let action = word.get_ref().parse::<Action>().map_err(|()| {
                    wrong(format!(
                        "line {line}: “{}” is not an action of role “{}”",
                        word.get_ref(),
                        row.name
                    ))
                })?;
                if let crate::Scope::Record(compartment) = action.scope()
                    && !row.compartments.contains(&compartment)
                {
                    return Err(wrong(format!(
                        "line {line}: role “{}” has {} but not the compartment {compartment}",
                        row.name,
                        action.as_str()
                    )));
                }
                actions.insert(action);
            }
            let role = Role {
                name: row.name.clone(),
                label: row.label,
                purpose: row.purpose,
                compartments: row.compartments,
                actions,
                desks: row.desks,
            };
            if roles.insert(row.name.clone(), role).is_some() {
                return Err(wrong(format!("role “{}” stands there twice", row.name)));
            }
        }
        if roles.is_empty() {
            return Err(wrong("no roles; expected at least one [[role]]".to_owned()));
        }
        Ok(Self { roles })
    }

    /// The role of that name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(name)
    }

    /// All roles, by name.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }

    /// Whether any of the roles grants the action. A name that is no role grants nothing.
    pub fn grants(&self, roles: &[String], action: Action) -> bool {
        roles.iter().filter_map(|name| self.role(name)).any(|role| role.actions.contains(&action))
    }

    /// The desks of these roles together, in rail order.
    pub fn desks(&self, roles: &[String]) -> Vec<Desk> {
        let mut desks: Vec<Desk> =
            roles.iter().filter_map(|name| self.role(name)).flat_map(|role| role.desks.clone()).collect();
        desks.sort_unstable();
        desks.dedup();
        desks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_roles_are_the_nine_of_the_house() {
        let policy = Policy::shipped().unwrap();
        let names: Vec<_> = policy.roles().map(|r| r.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "administrator",
                "auditor",
                "hotline_analyst",
                "investigator",
                "matching_program",
                "payment_analyst",
                "prosecutor",
                "social_worker",
                "supervisor"
            ]
        );
    }

    #[test]
    fn a_wrong_file_is_refused_with_its_line() {
        let base = "[[role]]\nname = \"x\"\nlabel = \"X\"\npurpose = \"p\"\ncompartments = [\"intake\"]\n";
        let end = "desks = []\nsource = \"s\"\nverified = true\n";
        let unknown = format!("{base}actions = [\"fly\"]\n{end}");
        assert!(Policy::parse("f", &unknown).unwrap_err().reason.contains("line 6: “fly”"));
        let outside = format!("{base}actions = [\"read_case\"]\n{end}");
        assert!(
            Policy::parse("f", &outside).unwrap_err().reason.contains("not the compartment investigation")
        );
        let extra = format!("{base}actions = []\ncolour = 1\n{end}");
        assert!(Policy::parse("f", &extra).unwrap_err().reason.contains("colour"));
        assert!(Policy::parse("f", "").is_err());
    }
}
