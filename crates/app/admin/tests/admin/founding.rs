use app_admin::{
    session::authenticate,
    setup::{
        Contact, FirstAdministrator, Founding, NewOrganisation, add_organisation, change_contact, found,
        house_name, organisation, organisations, set_second_step_optional,
    },
    sign_in::{SignIn, sign_in},
};
use app_kernel::{Denied, ProblemKind};
use test_support::{EmptyHouse, PASSWORD, TestHouse, engines};

use crate::support::{denied, did, problem, run};

fn contact() -> Contact {
    Contact {
        email: "desk@example.org".to_owned(),
        name: "Synthetic Desk".to_owned(),
        phone: "+1 555 010 0100".to_owned(),
    }
}

fn founding(demo: bool) -> Founding {
    Founding {
        organisation: "Synthetic Regional Desk".to_owned(),
        contact: contact(),
        administrator: FirstAdministrator {
            name: "Keeper".to_owned(),
            label: "Synthetic Keeper".to_owned(),
            password: PASSWORD.to_owned(),
        },
        demo,
    }
}

#[tokio::test]
async fn an_empty_house_is_founded_once_and_its_administrator_signs_in() {
    for engine in engines() {
        let house = EmptyHouse::new(&engine, "national").await;
        assert_eq!(house_name(&house).await.unwrap(), None);
        let founded = found(&house, founding(false)).await.unwrap();
        assert_eq!(house_name(&house).await.unwrap().unwrap(), "Synthetic Regional Desk");
        assert_eq!(problem(found(&house, founding(false)).await), (ProblemKind::Conflict, "founded_already"));

        let with = SignIn { name: "KEEPER ".into(), password: PASSWORD.into(), request: house.id() };
        let signed = sign_in(&house, with).await.unwrap_or_else(|e| panic!("{e}"));
        assert!(signed.must_change && !signed.needs_totp && !signed.must_enrol);
        let who = authenticate(&house, &signed.token).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((who.user.id, who.actor.organisation), (founded.administrator, founded.organisation));
        assert_eq!(who.actor.roles, ["administrator"]);
        assert!(who.must_change, "a first password is to be changed, and that is reported");

        let entries = house.entries(founded.organisation).await;
        let words: Vec<_> = entries.iter().map(|e| (e.actor.as_str(), e.action.as_str())).collect();
        assert!(words.contains(&("system:setup", "manage_users")), "{words:?}");
        assert!(words.contains(&("user:keeper", "own_account")), "{words:?}");
        assert_eq!(words.len(), 2);
        assert!(!house.holds(PASSWORD).await, "{engine:?}: the password is nowhere in the clear");
    }
}

#[tokio::test]
async fn a_demo_asks_for_no_new_password_and_no_second_step() {
    for engine in engines() {
        let house = EmptyHouse::new(&engine, "national").await;
        let founded = found(&house, founding(true)).await.unwrap();
        let op = house.op_of(founded.organisation, &["investigator"]).await;
        let with = |name: &str| SignIn { name: name.into(), password: PASSWORD.into(), request: house.id() };
        let keeper = sign_in(&house, with("keeper")).await.unwrap_or_else(|e| panic!("{e}"));
        assert!(!keeper.must_change);
        let name = crate::support::name_of(&op);
        let investigator = sign_in(&house, with(&name)).await.unwrap_or_else(|e| panic!("{e}"));
        assert!(!investigator.must_enrol);
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_nothing_is_founded() {
    for engine in engines() {
        let house = EmptyHouse::new(&engine, "national").await;
        let refused = |founding| {
            let house = &house;
            async move { problem(found(house, founding).await).1 }
        };
        let base = || founding(false);
        let weak = Founding {
            administrator: FirstAdministrator { password: "password1234".into(), ..base().administrator },
            ..base()
        };
        assert_eq!(refused(weak).await, "password_weak");
        let nameless = Founding { organisation: "  ".into(), ..base() };
        assert_eq!(refused(nameless).await, "missing");
        let unreachable = Founding { contact: Contact { email: "nowhere".into(), ..contact() }, ..base() };
        assert_eq!(refused(unreachable).await, "not_an_email");
        assert_eq!(house_name(&house).await.unwrap(), None);
    }
}

#[tokio::test]
async fn organisations_are_added_by_the_one_that_founded_the_house() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["administrator"]).await;
        let new =
            NewOrganisation { name: "Synthetic Hotline".into(), links_across: true, contact: contact() };
        let id = run!(house, &op, |tx| add_organisation(&op, &mut tx, &new)).unwrap();
        let again = run!(house, &op, |tx| add_organisation(&op, &mut tx, &new));
        assert_eq!(problem(again), (ProblemKind::Conflict, "organisation_there"));

        // Its keys are there: a secret of one of its people can be sealed.
        let theirs = house.op_of(id, &["supervisor"]).await;
        run!(house, &theirs, |tx| app_admin::second_step::begin_totp(&theirs, &mut tx))
            .unwrap_or_else(|e| panic!("{e}"));
        let mut tx = house.look(&theirs).await.unwrap();
        let view = organisation(&theirs, &mut tx).await.unwrap();
        assert!(view.links_across && !view.main);
        assert!(view.contact == contact());
        assert!(
            organisations(&theirs, &mut tx).await.unwrap().contains(&(id, "Synthetic Hotline".to_owned()))
        );
        drop(tx);

        let partner = house.partner_op(&["administrator"]).await;
        let other = NewOrganisation { name: "Synthetic Other".into(), ..new };
        let refused = run!(house, &partner, |tx| add_organisation(&partner, &mut tx, &other));
        assert!(matches!(denied(refused), Denied::Forbidden(_)));
        let refused = run!(house, &partner, |tx| set_second_step_optional(&partner, &mut tx, true));
        assert!(matches!(denied(refused), Denied::Forbidden(_)));
        assert_eq!(did(&house, "organisation_added").await.len(), 1);
    }
}

#[tokio::test]
async fn an_organisation_says_how_it_is_reached() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["administrator"]).await;
        run!(house, &op, |tx| change_contact(&op, &mut tx, &contact())).unwrap();
        let analyst = house.op(&["hotline_analyst"]).await;
        let mut tx = house.look(&analyst).await.unwrap();
        let view = organisation(&analyst, &mut tx).await.unwrap();
        assert!(view.contact == contact() && view.main);
        drop(tx);
        let refused = run!(house, &analyst, |tx| change_contact(&analyst, &mut tx, &contact()));
        assert!(matches!(denied(refused), Denied::Forbidden(_)));
        let mut tired = op.clone();
        tired.actor.strong_until = None;
        let refused = run!(house, &tired, |tx| change_contact(&tired, &mut tx, &contact()));
        assert!(matches!(denied(refused), Denied::NeedsStrong(_)));
        let partner = house.partner_op(&["administrator"]).await;
        let mut tx = house.look(&partner).await.unwrap();
        assert_eq!(organisation(&partner, &mut tx).await.unwrap().contact.email, "");
    }
}
