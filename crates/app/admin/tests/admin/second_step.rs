use app_admin::{
    password::change_password,
    second_step::{begin_totp, finish_totp, remove_totp, totp_required},
    session::{authenticate, confirm_strong},
    setup::set_second_step_optional,
    sign_in::confirm_totp,
    users::reset_second_step,
};
use app_kernel::{Denied, Op, ProblemKind};
use model::Span;
use test_support::{PASSWORD, TestHouse, engines};
use vault::TotpSecret;

use crate::support::{account, denied, did, enter, enter_as, name_of, problem, run};

const CODE_WRONG: (ProblemKind, &str) = (ProblemKind::Unknown, "code_not_right");

/// The app of someone: it reads what the page shows to be typed.
fn app(secret: &str) -> TotpSecret {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in secret.bytes().filter(|b| *b != b' ') {
        let value = LETTERS.iter().position(|l| *l == letter).expect("a letter of base32");
        bits = (bits << 5) | u32::try_from(value).expect("five bits");
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).expect("eight bits"));
        }
    }
    TotpSecret::from_bytes(bytes.try_into().expect("twenty bytes"))
}

/// Enrols a second step and waits until its first code is old.
async fn enrol(house: &TestHouse, op: &Op) -> TotpSecret {
    let offer = run!(house, op, |tx| begin_totp(op, &mut tx)).unwrap_or_else(|e| panic!("{e}"));
    let app = app(&offer.secret);
    let code = app.code(house.now());
    run!(house, op, |tx| finish_totp(op, &mut tx, &code)).unwrap();
    house.clock.advance(Span::minutes(1));
    app
}

#[tokio::test]
async fn a_second_step_counts_once_a_code_has_proved_it() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let first = run!(house, &op, |tx| begin_totp(&op, &mut tx)).unwrap_or_else(|e| panic!("{e}"));
        let signed = enter_as(&house, &op).await;
        assert!(!signed.needs_totp, "an offer alone asks for no code");
        let offer = run!(house, &op, |tx| begin_totp(&op, &mut tx)).unwrap_or_else(|e| panic!("{e}"));
        assert!(first.secret != offer.secret);
        assert!(offer.address.starts_with("otpauth://totp/Sagip:"));
        let of_the_first = app(&first.secret).code(house.now());
        let wrong = run!(house, &op, |tx| finish_totp(&op, &mut tx, &of_the_first));
        assert_eq!(problem(wrong), (ProblemKind::Invalid, "code_not_right"));
        let code = app(&offer.secret).code(house.now());
        run!(house, &op, |tx| finish_totp(&op, &mut tx, &code)).unwrap();
        assert!(account(&house, op.actor.user).await.second_step);
        let again = run!(house, &op, |tx| begin_totp(&op, &mut tx));
        assert_eq!(problem(again), (ProblemKind::Conflict, "second_step_on"));
        let again = run!(house, &op, |tx| finish_totp(&op, &mut tx, &code));
        assert_eq!(problem(again), (ProblemKind::Conflict, "no_second_step_offered"));
        assert_eq!(did(&house, "second_step_enrolled").await.len(), 1);

        // On the disk it is sealed: neither its text nor its bytes are there, though a digest is.
        let plain = app(&offer.secret);
        assert!(!house.holds(plain.as_bytes()).await, "{engine:?}");
        assert!(!house.holds(offer.secret.replace(' ', "")).await, "{engine:?}");
        let digest = vault::Token::hash_of(&signed.token).unwrap();
        assert!(house.holds(digest).await, "{engine:?}: what is there is found");
    }
}

#[tokio::test]
async fn a_code_is_asked_for_and_opens_once() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let app = enrol(&house, &op).await;
        let half = enter_as(&house, &op).await;
        assert!(half.needs_totp);
        let who = authenticate(&house, &half.token).await.unwrap_or_else(|e| panic!("{e}"));
        assert!(who.awaits_totp && who.actor.roles.is_empty(), "the password alone opens nothing");
        let strong = confirm_strong(&house, house.id(), &half.token, PASSWORD, None).await;
        assert_eq!(problem(strong), (ProblemKind::Unknown, "code_awaited"));
        let other = "synthetic lantern meadow cedar";
        let changed = change_password(&house, house.id(), &half.token, PASSWORD, other).await;
        assert_eq!(problem(changed), (ProblemKind::Unknown, "code_awaited"));

        let code = app.code(house.now());
        let whole =
            confirm_totp(&house, house.id(), &half.token, &code).await.unwrap_or_else(|e| panic!("{e}"));
        assert_ne!(whole.token, half.token, "the token changes with what it is worth");
        assert_ne!(whole.csrf, half.csrf);
        let stale = authenticate(&house, &half.token).await;
        assert_eq!(problem(stale), (ProblemKind::Unknown, "not_signed_in"));
        let who = authenticate(&house, &whole.token).await.unwrap_or_else(|e| panic!("{e}"));
        assert!(!who.awaits_totp && who.actor.roles == ["investigator"]);
        let again = confirm_totp(&house, house.id(), &whole.token, &code).await;
        assert_eq!(problem(again), (ProblemKind::Conflict, "code_not_awaited"));

        // The same code, seen over a shoulder, and the one before it.
        let half = enter_as(&house, &op).await;
        let replayed = confirm_totp(&house, house.id(), &half.token, &code).await;
        assert_eq!(problem(replayed), CODE_WRONG, "{engine:?}");
        let before = app.code(house.now() - Span::seconds(30));
        assert_eq!(problem(confirm_totp(&house, house.id(), &half.token, &before).await), CODE_WRONG);
        house.clock.advance(Span::seconds(30));
        let next = app.code(house.now());
        assert!(confirm_totp(&house, house.id(), &half.token, &next).await.is_ok());
        assert_eq!(did(&house, "password_right").await.len(), 2);
        assert_eq!(did(&house, "code_failed").await.len(), 2);
        assert_eq!(did(&house, "signed_in").await.len(), 2);
    }
}

#[tokio::test]
async fn guessing_codes_makes_the_account_rest_and_the_right_password_does_not_help() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let app = enrol(&house, &op).await;
        let wrong = if app.code(house.now()) == "000000" { "111111" } else { "000000" };
        let mut half = enter_as(&house, &op).await;
        for _ in 0..4 {
            assert_eq!(problem(confirm_totp(&house, house.id(), &half.token, wrong).await), CODE_WRONG);
            half = enter_as(&house, &op).await;
        }
        assert_eq!(problem(confirm_totp(&house, house.id(), &half.token, wrong).await), CODE_WRONG);
        let after = confirm_totp(&house, house.id(), &half.token, &app.code(house.now())).await;
        assert_eq!(problem(after), (ProblemKind::Unknown, "not_signed_in"), "it ends the half session");
        let after = enter(&house, &name_of(&op), PASSWORD).await;
        assert_eq!(problem(after), (ProblemKind::TooMany, "resting"), "{engine:?}");
    }
}

#[tokio::test]
async fn a_code_is_waited_for_only_so_long() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let app = enrol(&house, &op).await;
        let half = enter_as(&house, &op).await;
        house.clock.advance(Span::minutes(10));
        let late = confirm_totp(&house, house.id(), &half.token, &app.code(house.now())).await;
        assert_eq!(problem(late), (ProblemKind::Unknown, "not_signed_in"));
    }
}

#[tokio::test]
async fn confirming_takes_the_code_too_where_there_is_one() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let op = house.op(&["investigator"]).await;
        let app = enrol(&house, &op).await;
        let half = enter_as(&house, &op).await;
        let code = app.code(house.now());
        let whole =
            confirm_totp(&house, house.id(), &half.token, &code).await.unwrap_or_else(|e| panic!("{e}"));
        let confirm =
            async |code: Option<&str>| confirm_strong(&house, house.id(), &whole.token, PASSWORD, code).await;
        assert_eq!(problem(confirm(None).await), (ProblemKind::Invalid, "code_missing"));
        assert_eq!(problem(confirm(Some(&code)).await), (ProblemKind::Unknown, "not_right"), "it was used");
        house.clock.advance(Span::seconds(30));
        let next = app.code(house.now());
        assert!(confirm(Some(&next)).await.is_ok());
        assert_eq!(problem(confirm(Some(&next)).await), (ProblemKind::Unknown, "not_right"));
    }
}

#[tokio::test]
async fn removing_ones_own_takes_a_confirmation_and_another_only_whoever_keeps_house() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        let op = house.op(&["investigator"]).await;
        enrol(&house, &op).await;
        let mut tired = op.clone();
        tired.actor.strong_until = None;
        let refused = run!(house, &tired, |tx| remove_totp(&tired, &mut tx));
        assert!(matches!(denied(refused), Denied::NeedsStrong(_)));
        let program = Op {
            actor: access::Actor { kind: access::ActorKind::Program("synthetic".into()), ..op.actor.clone() },
            ..op.clone()
        };
        let refused = run!(house, &program, |tx| remove_totp(&program, &mut tx));
        assert!(matches!(denied(refused), Denied::Forbidden(_)), "a program has no account of its own");
        run!(house, &op, |tx| remove_totp(&op, &mut tx)).unwrap();
        assert!(!enter_as(&house, &op).await.needs_totp);
        let nothing = run!(house, &op, |tx| remove_totp(&op, &mut tx));
        assert_eq!(problem(nothing), (ProblemKind::Conflict, "no_second_step"));

        enrol(&house, &op).await;
        let refused = run!(house, &op, |tx| reset_second_step(&op, &mut tx, admin.actor.user));
        assert!(matches!(denied(refused), Denied::Forbidden(_)));
        run!(house, &admin, |tx| reset_second_step(&admin, &mut tx, op.actor.user)).unwrap();
        assert!(!account(&house, op.actor.user).await.second_step);
    }
}

#[tokio::test]
async fn who_opens_identities_or_lets_reports_leave_must_have_one_unless_the_house_says_otherwise() {
    for engine in engines() {
        let house = TestHouse::new(&engine).await;
        let required = |role: &str| totp_required(&house.policy, &[role.to_owned()]);
        for role in [
            "investigator",
            "hotline_analyst",
            "payment_analyst",
            "supervisor",
            "social_worker",
            "prosecutor",
        ] {
            assert!(required(role), "{role}");
        }
        assert!(!required("auditor") && !required("nobody"));

        let op = house.op(&["investigator"]).await;
        let admin = house.op(&["administrator"]).await;
        let signed = enter_as(&house, &op).await;
        let must =
            async || authenticate(&house, &signed.token).await.unwrap_or_else(|e| panic!("{e}")).must_enrol;
        assert!(signed.must_enrol && must().await);
        assert!(!enter_as(&house, &admin).await.must_enrol);
        run!(house, &admin, |tx| set_second_step_optional(&admin, &mut tx, true)).unwrap();
        assert!(!must().await);
        run!(house, &admin, |tx| set_second_step_optional(&admin, &mut tx, false)).unwrap();
        assert!(must().await);
        enrol(&house, &op).await;
        assert!(!must().await);
    }
}

#[tokio::test]
async fn a_second_step_outlives_the_turning_of_the_keys() {
    for engine in engines() {
        let mut house = TestHouse::new(&engine).await;
        let admin = house.op(&["administrator"]).await;
        let op = house.op(&["investigator"]).await;
        let app = enrol(&house, &op).await;
        let before = house.root_fingerprint();
        app_admin::keys::rotate(&house, &admin, &house.key_file).await.unwrap();
        house.reopen().await;
        assert_ne!(house.root_fingerprint(), before);
        let half = enter_as(&house, &op).await;
        let code = app.code(house.now());
        assert!(confirm_totp(&house, house.id(), &half.token, &code).await.is_ok(), "{engine:?}");
    }
}
