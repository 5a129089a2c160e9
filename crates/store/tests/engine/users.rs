use model::Span;
use store::users::User;

use crate::{another, assert_same, later, stores};

#[tokio::test]
async fn an_account_is_found_as_it_was_put_and_as_it_was_changed() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let other = another(2);
        store::organisations::insert(&mut tx, &other.organisation("Synthetic Two")).await.unwrap();
        let user = rows.user("synthetic.b");
        let colleague = User { roles: Vec::new(), ..rows.user("synthetic.a") };
        let stranger = other.user("synthetic.c");
        for row in [&user, &colleague, &stranger] {
            store::users::insert(&mut tx, row).await.unwrap();
        }
        assert_same(&store::users::find(&mut tx, user.id).await.unwrap(), &Some(user.clone()));
        assert_same(&store::users::lock(&mut tx, user.id).await.unwrap(), &Some(user.clone()));
        assert_same(&store::users::by_name(&mut tx, "synthetic.b").await.unwrap(), &Some(user.clone()));
        assert!(store::users::find(&mut tx, rows.id()).await.unwrap().is_none());
        assert!(store::users::lock(&mut tx, rows.id()).await.unwrap().is_none());
        assert!(store::users::by_name(&mut tx, "synthetic.").await.unwrap().is_none());

        let changed = User {
            label: "Synthetic Changed".to_owned(),
            roles: vec!["auditor".to_owned()],
            password: "$argon2id$synthetic".to_owned(),
            must_change: true,
            totp: Some(vec![0, 1, 255]),
            totp_step: Some(58_000_000),
            failures: 3,
            locked_until: Some(later(rows, 60)),
            disabled_at: Some(later(rows, 61)),
            guest_case: Some(rows.id()),
            guest_until: Some(rows.at() + Span::days(30)),
            ..user.clone()
        };
        store::users::update(&mut tx, &changed).await.unwrap();
        assert_same(&store::users::find(&mut tx, user.id).await.unwrap(), &Some(changed.clone()));
        // Name, organisation and when it was made never change.
        let renamed =
            User { name: "synthetic.other".to_owned(), created_at: later(rows, 5), ..changed.clone() };
        store::users::update(&mut tx, &renamed).await.unwrap();
        assert_same(&store::users::find(&mut tx, user.id).await.unwrap(), &Some(changed.clone()));
        store::users::update(&mut tx, &user).await.unwrap();
        assert_same(&store::users::find(&mut tx, user.id).await.unwrap(), &Some(user.clone()));

        let ours = store::users::list(&mut tx, Some(rows.organisation)).await.unwrap();
        assert_same(&ours, &vec![colleague.clone(), user.clone()]);
        let all = store::users::list(&mut tx, None).await.unwrap();
        assert_same(&all, &vec![colleague, user, stranger]);
    }
}

#[tokio::test]
async fn two_tries_at_one_account_are_counted_one_after_the_other() {
    for store in stores().await {
        let user = store.rows.user("synthetic.a");
        let mut tx = store.write().await;
        store::users::insert(&mut tx, &user).await.unwrap();
        tx.commit().await.unwrap();
        let tries: Vec<_> = (0..8)
            .map(|_| {
                let (db, id) = (store.db.clone(), user.id);
                tokio::spawn(async move {
                    let mut tx = db.write().await.unwrap();
                    let mut user = store::users::lock(&mut tx, id).await.unwrap().unwrap();
                    user.failures += 1;
                    tokio::task::yield_now().await;
                    store::users::update(&mut tx, &user).await.unwrap();
                    tx.commit().await.unwrap();
                })
            })
            .collect();
        for one in tries {
            one.await.unwrap();
        }
        let found = store::users::find(&mut store.read().await, user.id).await.unwrap().unwrap();
        assert_eq!(found.failures, 8, "{:?}", store.engine);
    }
}
