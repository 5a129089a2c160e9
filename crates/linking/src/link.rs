//! Links between two reports, with their reasons.
//!
//! Identifiers arrive here as tokens: equal tokens are equal identifiers, and nothing else can be read
//! from them. A link is a proposal with a strength; joining reports stays a person's decision.

use std::{collections::BTreeMap, fmt};

use model::{Id, IdentifierKind, Instant, Span, kinds};

/// A blinded identifier: equal for equal identifiers of one kind under one key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(pub [u8; 16]);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// In what role a report names an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Of the person reported.
    Reported,
    /// Of the child.
    Victim,
    /// Of somebody files or messages were sent to.
    Recipient,
    /// Of whoever reported. Never links.
    Reporter,
    /// Of the incident: a page, an address it was seen from.
    Incident,
    /// Of a party to payments.
    Party,
}

impl Role {
    const fn words(self) -> &'static str {
        match self {
            Self::Reported => "the person reported",
            Self::Victim => "the victim",
            Self::Recipient => "a recipient",
            Self::Reporter => "the reporter",
            Self::Incident => "part of the incident",
            Self::Party => "a party to payments",
        }
    }
}

/// A report names an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The report.
    pub report: Id<kinds::Report>,
    /// The identifier.
    pub token: Token,
    /// Its kind.
    pub kind: IdentifierKind,
    /// In what role.
    pub role: Role,
    /// When the identifier was seen in use, which is not when it was reported.
    pub at: Option<Instant>,
}

/// How much a link or a reason carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// Worth knowing beside other reasons.
    Weak,
    /// Worth a look.
    Moderate,
    /// The reports very likely belong together.
    Strong,
}

impl Strength {
    /// The word used in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Moderate => "moderate",
            Self::Strong => "strong",
        }
    }
}

/// Where links end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// A token that more reports than this name is common: a shop's number, a shared line.
    pub common_above: u32,
    /// An Internet address links two sightings no further apart than this, for addresses are given to
    /// one subscriber after another.
    pub address_window: Span,
}

impl Default for Rules {
    /// Twenty reports; 24 hours.
    fn default() -> Self {
        Self { common_above: 20, address_window: Span::hours(24) }
    }
}

/// Two reports share something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// How much it carries.
    pub strength: Strength,
    /// Why, the strongest first.
    pub reasons: Vec<Reason>,
}

/// One thing two reports share. Shown without its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// How much it carries.
    pub strength: Strength,
    /// What kind of identifier it is.
    pub kind: IdentifierKind,
    /// Its roles in the two reports, in the order of [`Role`]; not in the order of the reports.
    pub roles: [Role; 2],
    /// How far apart an Internet address was seen.
    pub apart: Option<Span>,
    /// In how many reports it is named, if that makes it common.
    pub common: Option<u32>,
    /// The token.
    pub token: Token,
}

/// What links two reports, given all that each names. `None` when nothing does.
///
/// `frequency` says how many reports name a token. The answer does not depend on the order of the two
/// sides or of what they name. Two reasons of moderate strength and different kinds make a strong link;
/// weak ones stay weak, however many.
pub fn link(a: &[Seen], b: &[Seen], rules: &Rules, frequency: impl Fn(Token) -> u32) -> Option<Link> {
    let mut by_token: BTreeMap<(IdentifierKind, Token), Vec<&Seen>> = BTreeMap::new();
    for seen in b {
        by_token.entry((seen.kind, seen.token)).or_default().push(seen);
    }
    let mut best: BTreeMap<(IdentifierKind, Token), Reason> = BTreeMap::new();
    for one in a {
        let key = (one.kind, one.token);
        for two in by_token.get(&key).into_iter().flatten() {
            if let Some(found) = reason(one, two, rules, &frequency) {
                let kept = best.entry(key).or_insert(found);
                *kept = (*kept).min_by_preference(found);
            }
        }
    }
    let mut reasons: Vec<Reason> = best.into_values().collect();
    reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.strength), reason.kind, reason.token));
    let strongest = reasons.first()?.strength;
    let moderate = |reason: &&Reason| reason.strength == Strength::Moderate;
    let first = reasons.iter().find(moderate);
    let another =
        first.and_then(|first| reasons.iter().filter(moderate).find(|reason| reason.kind != first.kind));
    Some(Link { strength: if another.is_some() { Strength::Strong } else { strongest }, reasons })
}

fn reason(one: &Seen, two: &Seen, rules: &Rules, frequency: impl Fn(Token) -> u32) -> Option<Reason> {
    if one.report == two.report || [one.role, two.role].contains(&Role::Reporter) {
        return None;
    }
    let mut roles = [one.role, two.role];
    roles.sort_unstable();
    let count = frequency(one.token);
    let common = (count > rules.common_above).then_some(count);
    let mut apart = None;
    let mut strength = match one.kind {
        IdentifierKind::Ip => {
            let between = Span(one.at?.since(two.at?).0.saturating_abs());
            if between > rules.address_window {
                return None;
            }
            apart = Some(between);
            Strength::Moderate
        }
        // Two people can share a name and a birthday, and many can look at one page.
        IdentifierKind::Person | IdentifierKind::Url => Strength::Moderate,
        IdentifierKind::Email
        | IdentifierKind::Phone
        | IdentifierKind::Handle
        | IdentifierKind::Account
        | IdentifierKind::Wallet
        | IdentifierKind::Device => Strength::Strong,
    };
    if common.is_some() {
        strength = Strength::Weak;
    }
    Some(Reason { strength, kind: one.kind, roles, apart, common, token: one.token })
}

impl Reason {
    /// Of two readings of one token the stronger, then the one seen closer together, then the one whose
    /// roles come first.
    fn min_by_preference(self, other: Self) -> Self {
        let order = |reason: &Self| (std::cmp::Reverse(reason.strength), reason.apart, reason.roles);
        if order(&other) < order(&self) { other } else { self }
    }
}

impl fmt::Display for Reason {
    /// `the same phone number is named in both reports, as the person reported in one and as the victim
    /// in the other`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the same {} is named in both reports, ", self.kind.label())?;
        match self.roles {
            [one, two] if one == two => write!(f, "in both as {}", one.words())?,
            [one, two] => write!(f, "as {} in one and as {} in the other", one.words(), two.words())?,
        }
        if let Some(apart) = self.apart {
            let minutes = apart.0 / Span::minutes(1).0;
            match (minutes / 60, minutes % 60) {
                (0, minutes) => write!(f, "; seen {minutes} min apart")?,
                (hours, minutes) => write!(f, "; seen {hours} h {minutes} min apart")?,
            }
        }
        if let Some(count) = self.common {
            write!(f, "; but {count} reports name it, so it says little")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, option, prelude::*, sample::select};

    use super::*;

    const ROLES: [Role; 6] =
        [Role::Reported, Role::Victim, Role::Recipient, Role::Reporter, Role::Incident, Role::Party];

    fn report(n: u8) -> Id<kinds::Report> {
        format!("00000000-0000-7000-8000-0000000000{n:02x}").parse().unwrap()
    }

    fn seen(n: u8, kind: IdentifierKind, token: u8, role: Role) -> Seen {
        Seen { report: report(n), token: Token([token; 16]), kind, role, at: None }
    }

    fn at(seen: Seen, hours: i64) -> Seen {
        Seen { at: Some(Instant::from_micros(0) + Span::hours(hours)), ..seen }
    }

    fn between(a: &[Seen], b: &[Seen]) -> Option<Link> {
        link(a, b, &Rules::default(), |_| 2)
    }

    #[test]
    fn a_shared_number_is_a_strong_link_said_without_the_number() {
        let found = between(
            &[seen(1, IdentifierKind::Phone, 7, Role::Victim)],
            &[seen(2, IdentifierKind::Phone, 7, Role::Reported)],
        )
        .unwrap();
        assert_eq!(found.strength, Strength::Strong);
        assert_eq!(
            found.reasons[0].to_string(),
            "the same phone number is named in both reports, as the person reported in one and as the victim in the other"
        );
        let other_kind = [seen(2, IdentifierKind::Email, 7, Role::Reported)];
        assert_eq!(between(&[seen(1, IdentifierKind::Phone, 7, Role::Victim)], &other_kind), None);
    }

    #[test]
    fn a_reporter_is_never_a_link() {
        for role in ROLES {
            let one = [seen(1, IdentifierKind::Email, 7, Role::Reporter)];
            assert_eq!(between(&one, &[seen(2, IdentifierKind::Email, 7, role)]), None);
        }
    }

    #[test]
    fn an_internet_address_links_only_near_in_time_and_never_strongly_alone() {
        let address = |n, hours| at(seen(n, IdentifierKind::Ip, 7, Role::Incident), hours);
        let near = between(&[address(1, 0)], &[address(2, 24)]).unwrap();
        assert_eq!(near.strength, Strength::Moderate);
        assert!(
            near.reasons[0].to_string().ends_with("in both as part of the incident; seen 24 h 0 min apart"),
            "{}",
            near.reasons[0]
        );
        assert_eq!(between(&[address(1, 0)], &[address(2, 25)]), None);
        assert_eq!(between(&[address(1, 0)], &[seen(2, IdentifierKind::Ip, 7, Role::Incident)]), None);
        // Of several sightings the nearest counts.
        let several = between(&[address(1, 0), address(1, 30)], &[address(2, 31)]).unwrap();
        assert_eq!(several.reasons[0].apart, Some(Span::hours(1)));
        // With a person of the same name it is more.
        let person = |n| seen(n, IdentifierKind::Person, 8, Role::Reported);
        assert_eq!(between(&[person(1)], &[person(2)]).unwrap().strength, Strength::Moderate);
        let both = between(&[address(1, 0), person(1)], &[address(2, 1), person(2)]).unwrap();
        assert_eq!(both.strength, Strength::Strong);
    }

    #[test]
    fn what_many_reports_name_says_little() {
        let one = [seen(1, IdentifierKind::Phone, 7, Role::Reported)];
        let two = [seen(2, IdentifierKind::Phone, 7, Role::Reported)];
        let count = |n| link(&one, &two, &Rules::default(), |_| n).unwrap();
        assert_eq!(count(20).strength, Strength::Strong);
        assert_eq!(count(21).strength, Strength::Weak);
        assert!(count(21).reasons[0].to_string().contains("21 reports name it"));
    }

    fn side(n: u8) -> impl Strategy<Value = Vec<Seen>> {
        let kinds =
            vec![IdentifierKind::Phone, IdentifierKind::Ip, IdentifierKind::Person, IdentifierKind::Url];
        vec((select(kinds), 0_u8..4, select(ROLES.to_vec()), option::of(0_i64..60)), 0..10).prop_map(
            move |rows| {
                rows.into_iter()
                    .map(|(kind, token, role, hours)| {
                        let plain = seen(n, kind, token, role);
                        hours.map_or(plain, |hours| at(plain, hours))
                    })
                    .collect()
            },
        )
    }

    proptest! {
        #[test]
        fn neither_side_nor_order_matters(a in side(1), b in side(2), turn: prop::sample::Index) {
            let frequency = |token: Token| if token.0[0] == 3 { 50 } else { 2 };
            let straight = link(&a, &b, &Rules::default(), frequency);
            prop_assert_eq!(&straight, &link(&b, &a, &Rules::default(), frequency));
            let mut turned = a.clone();
            turned.rotate_left(turn.index(a.len() + 1).min(a.len()));
            turned.reverse();
            prop_assert_eq!(&straight, &link(&turned, &b, &Rules::default(), frequency));
            if let Some(link) = straight {
                prop_assert!(!link.reasons.is_empty());
                prop_assert!(link.reasons.iter().all(|reason| reason.strength <= link.strength));
            }
        }

        #[test]
        fn a_report_has_no_link_to_itself(a in side(1)) {
            prop_assert_eq!(between(&a, &a), None);
        }
    }
}
