//! Sessions, programs' tokens and idempotency keys.

use model::{Id, Span, kinds};
use store::users::{Answered, ApiToken, Session};

use crate::{Store, another, assert_same, later, stores};

fn session(store: &Store, user: Id<kinds::User>, byte: u8) -> Session {
    Session {
        id: store.rows.id(),
        token: [byte; 32],
        user,
        csrf: format!("synthetic-{byte}"),
        awaits_totp: byte.is_multiple_of(2),
        created_at: store.rows.at(),
        seen_at: store.rows.at(),
        strong_until: None,
        ends_at: store.rows.at() + Span::hours(12),
        ended_at: None,
    }
}

#[tokio::test]
async fn a_session_is_found_by_its_token_until_it_is_forgotten() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let user = rows.user("synthetic.a");
        store::users::insert(&mut tx, &user).await.unwrap();
        let sessions = [1, 2, 3].map(|byte| session(&store, user.id, byte));
        for row in &sessions {
            store::users::insert_session(&mut tx, row).await.unwrap();
        }
        let mut first = sessions[0].clone();
        let found = store::users::session_by_token(&mut tx, first.token).await.unwrap();
        assert_same(&found, &Some(first.clone()));
        assert!(store::users::session_by_token(&mut tx, [9; 32]).await.unwrap().is_none());

        // Used, later; never earlier.
        assert!(store::users::touch_session(&mut tx, first.id, later(rows, 9)).await.unwrap());
        assert!(!store::users::touch_session(&mut tx, first.id, later(rows, 4)).await.unwrap());
        assert!(store::users::strengthen_session(&mut tx, first.id, later(rows, 600)).await.unwrap());
        (first.seen_at, first.strong_until) = (later(rows, 9), Some(later(rows, 600)));
        let found = store::users::session_by_token(&mut tx, first.token).await.unwrap();
        assert_same(&found, &Some(first.clone()));
        let seen = store::users::last_seen(&mut tx, rows.organisation).await.unwrap();
        assert_eq!(seen, [(user.id, later(rows, 9))], "{:?}", store.engine);
        assert_eq!(store::users::last_seen(&mut tx, another(2).organisation).await.unwrap(), []);

        // Ended, once.
        assert!(store::users::end_session(&mut tx, sessions[1].id, later(rows, 10)).await.unwrap());
        assert!(!store::users::end_session(&mut tx, sessions[1].id, later(rows, 11)).await.unwrap());
        assert!(!store::users::touch_session(&mut tx, sessions[1].id, later(rows, 12)).await.unwrap());
        assert!(!store::users::strengthen_session(&mut tx, sessions[1].id, later(rows, 12)).await.unwrap());
        let ended = store::users::session_by_token(&mut tx, sessions[1].token).await.unwrap().unwrap();
        assert_eq!(ended.ended_at, Some(later(rows, 10)));
        let others =
            store::users::end_other_sessions(&mut tx, user.id, first.id, later(rows, 13)).await.unwrap();
        assert_eq!(others, 1, "one was ended already, one is kept");
        assert_eq!(store::users::end_sessions(&mut tx, rows.id(), later(rows, 14)).await.unwrap(), 0);
        assert_eq!(store::users::end_sessions(&mut tx, user.id, later(rows, 14)).await.unwrap(), 1);

        assert_eq!(store::users::forget_sessions(&mut tx, later(rows, 10)).await.unwrap(), 0);
        assert_eq!(store::users::forget_sessions(&mut tx, later(rows, 14)).await.unwrap(), 2);
        assert!(store::users::session_by_token(&mut tx, first.token).await.unwrap().is_some());
        // One that nobody ended goes once its time is over.
        let open = session(&store, user.id, 4);
        store::users::insert_session(&mut tx, &open).await.unwrap();
        let over = open.ends_at + Span(1);
        assert_eq!(store::users::forget_sessions(&mut tx, over).await.unwrap(), 2, "{:?}", store.engine);
    }
}

#[tokio::test]
async fn a_programs_token_is_found_until_it_is_taken_back_and_after() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let user = rows.user("synthetic.a");
        store::users::insert(&mut tx, &user).await.unwrap();
        let tokens = [1_u8, 2].map(|byte| ApiToken {
            id: rows.id(),
            token: [byte; 32],
            user: user.id,
            label: format!("Synthetic {byte}"),
            created_at: later(rows, byte.into()),
            ends_at: rows.at() + Span::days(90),
            revoked_at: None,
        });
        for row in &tokens {
            store::users::insert_token(&mut tx, row).await.unwrap();
        }
        let found = store::users::token_by_hash(&mut tx, [1; 32]).await.unwrap();
        assert_same(&found, &Some(tokens[0].clone()));
        assert!(store::users::token_by_hash(&mut tx, [9; 32]).await.unwrap().is_none());
        let newest = store::users::tokens(&mut tx, rows.organisation).await.unwrap();
        assert_same(&newest, &vec![tokens[1].clone(), tokens[0].clone()]);
        assert!(store::users::tokens(&mut tx, another(2).organisation).await.unwrap().is_empty());
        assert_eq!(store::users::revoke_token(&mut tx, tokens[0].id, later(rows, 5)).await.unwrap(), 1);
        assert_eq!(store::users::revoke_token(&mut tx, tokens[0].id, later(rows, 6)).await.unwrap(), 0);
        let revoked = store::users::token_by_hash(&mut tx, [1; 32]).await.unwrap().unwrap();
        assert_eq!(revoked.revoked_at, Some(later(rows, 5)), "{:?}", store.engine);
    }
}

#[tokio::test]
async fn an_idempotency_key_is_claimed_once_and_then_answers() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let (user, other, at) = (rows.id(), rows.id(), rows.at());
        let claim = async |tx: &mut store::Tx, user, key, request: u8| {
            store::users::claim_key(tx, user, key, [request; 32], at).await.unwrap()
        };
        assert_eq!(claim(&mut tx, user, "synthetic", 1).await, None, "it was free");
        let running = Answered { request: [1; 32], answer: None };
        assert_eq!(claim(&mut tx, user, "synthetic", 1).await, Some(running.clone()));
        assert_eq!(claim(&mut tx, user, "synthetic", 2).await, Some(running), "and names the first request");
        assert_eq!(claim(&mut tx, other, "synthetic", 1).await, None, "another's keys are another's");
        assert_eq!(claim(&mut tx, user, "other", 1).await, None);

        store::users::answer_key(&mut tx, user, "synthetic", 201, vec![0, 255]).await.unwrap();
        let answered = Answered { request: [1; 32], answer: Some((201, vec![0, 255])) };
        assert_eq!(claim(&mut tx, user, "synthetic", 1).await, Some(answered.clone()), "{:?}", store.engine);
        // An answer is never freed; a claim without one is.
        store::users::free_key(&mut tx, user, "synthetic").await.unwrap();
        assert_eq!(claim(&mut tx, user, "synthetic", 1).await, Some(answered));
        store::users::free_key(&mut tx, user, "other").await.unwrap();
        assert_eq!(claim(&mut tx, user, "other", 2).await, None);

        assert_eq!(store::users::forget_keys(&mut tx, at).await.unwrap(), 0);
        assert_eq!(store::users::forget_keys(&mut tx, later(rows, 1)).await.unwrap(), 3);
        assert_eq!(claim(&mut tx, user, "synthetic", 1).await, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_requests_with_one_key_one_is_first() {
    for store in stores().await {
        let (user, at) = (store.rows.id(), store.rows.at());
        let requests: Vec<_> = (0..8)
            .map(|n| {
                let db = store.db.clone();
                tokio::spawn(async move {
                    let mut tx = db.write().await.unwrap();
                    let known =
                        store::users::claim_key(&mut tx, user, "synthetic", [n; 32], at).await.unwrap();
                    tx.commit().await.unwrap();
                    known.is_none()
                })
            })
            .collect();
        let mut first = 0;
        for request in requests {
            first += u32::from(request.await.unwrap());
        }
        assert_eq!(first, 1, "{:?}", store.engine);
    }
}
