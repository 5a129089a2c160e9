//! The whole matrix of role × action × whose record, compared with a golden file.
//! `UPDATE_GOLDEN=1` writes it anew; read the difference before committing it.

use std::fmt::Write as _;

use access::{Action, Actor, ActorKind, Decision, Mask, Policy, RecordFacts, Scope, Share, decide};
use model::{Id, Instant};

const NOW: Instant = Instant::from_micros(1_000_000);
const LATER: Instant = Instant::from_micros(2_000_000);

fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(n))
}

fn cell(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed(Mask::Whole) => "yes",
        Decision::Allowed(Mask::Outline) => "outline",
        Decision::NeedsStrong => "confirm",
        Decision::Forbidden => "no",
        Decision::Hidden => "404",
    }
}

#[test]
fn the_matrix_is_the_golden_one() {
    let policy = Policy::shipped().unwrap();
    let mut table = String::from("role | action | own | partner's, shared | foreign\n");
    for role in policy.roles() {
        for &action in Action::ALL {
            let actor = Actor {
                user: id(1),
                organisation: id(10),
                roles: vec![role.name.clone()],
                kind: ActorKind::Person("synthetic".to_owned()),
                strong_until: None,
            };
            let cells: Vec<_> = match action.scope() {
                Scope::Record(compartment) => {
                    let share = Share { to: id(10), compartment, mask: Mask::Outline, until: LATER };
                    [(10, vec![]), (20, vec![share]), (20, vec![])]
                        .into_iter()
                        .map(|(owner, shares)| {
                            let facts = RecordFacts { owner: id(owner), compartment, case: None, shares };
                            cell(decide(&policy, &actor, action, Some(&facts), NOW))
                        })
                        .collect()
                }
                _ => vec![cell(decide(&policy, &actor, action, None, NOW)), "-", "-"],
            };
            writeln!(table, "{} | {} | {}", role.name, action.as_str(), cells.join(" | ")).unwrap();
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/matrix.golden.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    assert!(golden == table, "the matrix changed; run with UPDATE_GOLDEN=1 and read the difference");
}
