use store::alerts::{Alert, DeskPoint};

use crate::{another, assert_same, later, stores};

#[tokio::test]
async fn an_alert_is_found_as_it_was_put_and_as_it_was_changed() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let alert = Alert { party: Some(rows.id()), report: Some(rows.id()), ..rows.alert(1) };
        assert!(store::alerts::insert(&mut tx, &alert).await.unwrap());
        let twin = Alert { dedup: alert.dedup, ..rows.alert(2) };
        assert!(!store::alerts::insert(&mut tx, &twin).await.unwrap(), "{:?}: it is the same", store.engine);
        let (organisation, stranger) = (rows.organisation, another(2).organisation);
        assert_same(&store::alerts::find(&mut tx, alert.id).await.unwrap(), &Some(alert.clone()));
        assert!(store::alerts::find(&mut tx, twin.id).await.unwrap().is_none());
        let found = store::alerts::by_dedup(&mut tx, organisation, alert.dedup).await.unwrap();
        assert_same(&found, &Some(alert.clone()));
        assert!(store::alerts::by_dedup(&mut tx, stranger, alert.dedup).await.unwrap().is_none());
        let found = store::alerts::by_number(&mut tx, organisation, 2026, 1).await.unwrap();
        assert_same(&found, &Some(alert.clone()));
        assert!(store::alerts::by_number(&mut tx, organisation, 2025, 1).await.unwrap().is_none());

        let reviewed = Alert {
            state: "escalated".to_owned(),
            score: 99,
            first_at: later(rows, -9),
            last_at: later(rows, 9),
            sealed: vec![0, 255],
            reviewed_by: Some(rows.id()),
            reviewed_at: Some(later(rows, 10)),
            outcome: Some(vec![1]),
            escalated_to: Some(rows.id()),
            ..alert.clone()
        };
        store::alerts::update(&mut tx, &reviewed).await.unwrap();
        assert_same(&store::alerts::find(&mut tx, alert.id).await.unwrap(), &Some(reviewed.clone()));

        // What screening finds anew leaves alone what a person made of it.
        let extended = Alert {
            version: "2".to_owned(),
            score: 120,
            last_at: later(rows, 20),
            sealed: vec![9],
            ..alert.clone()
        };
        store::alerts::extend(&mut tx, &extended).await.unwrap();
        let wanted = Alert {
            version: "2".to_owned(),
            score: 120,
            first_at: alert.first_at,
            last_at: later(rows, 20),
            sealed: vec![9],
            ..reviewed
        };
        assert_same(&store::alerts::find(&mut tx, alert.id).await.unwrap(), &Some(wanted));
    }
}

#[tokio::test]
async fn a_review_counts_only_in_the_state_it_was_read_in() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let alert = rows.alert(1);
        store::alerts::insert(&mut tx, &alert).await.unwrap();
        let reviewed = Alert {
            state: "dismissed".to_owned(),
            reviewed_by: Some(rows.id()),
            reviewed_at: Some(later(rows, 1)),
            outcome: Some(vec![3]),
            escalated_to: Some(rows.id()),
            ..alert.clone()
        };
        assert!(!store::alerts::review(&mut tx, &reviewed, "reviewed").await.unwrap());
        assert_same(&store::alerts::find(&mut tx, alert.id).await.unwrap(), &Some(alert));
        assert!(store::alerts::review(&mut tx, &reviewed, "new").await.unwrap(), "{:?}", store.engine);
        assert_same(&store::alerts::find(&mut tx, reviewed.id).await.unwrap(), &Some(reviewed.clone()));
        assert!(!store::alerts::review(&mut tx, &reviewed, "new").await.unwrap(), "another was quicker");
    }
}

#[tokio::test]
async fn the_desk_has_the_higher_score_first_and_only_what_is_asked_for() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let (organisation, stranger) = (rows.organisation, another(2).organisation);
        let (party, report) = (rows.id(), rows.id());
        // Number, score, seconds, state, typology: in the order of the desk.
        let wanted = [
            (3, 90, 5, "new", "synthetic-a"),
            (1, 50, 1, "new", "synthetic-b"),
            (2, 50, 2, "dismissed", "synthetic-a"),
            (4, 0, 0, "new", "synthetic-b"),
        ];
        let mut alerts = Vec::new();
        for (number, score, seconds, state, typology) in wanted {
            let alert = Alert {
                score,
                created_at: later(rows, seconds),
                first_at: later(rows, -seconds),
                state: state.to_owned(),
                typology: typology.to_owned(),
                party: (number < 4).then_some(party),
                report: (number == 3).then_some(report),
                escalated_to: (number == 1).then_some(report),
                ..rows.alert(number)
            };
            store::alerts::insert(&mut tx, &alert).await.unwrap();
            alerts.push(alert);
        }
        let numbers = |found: Vec<Alert>| found.iter().map(|alert| alert.number).collect::<Vec<_>>();
        let after = |alert: &Alert| {
            Some(DeskPoint { score: alert.score, created_at: alert.created_at, id: alert.id })
        };
        for (state, after, limit, wanted) in [
            (None, None, 9, vec![3, 1, 2, 4]),
            (None, None, 2, vec![3, 1]),
            (None, after(&alerts[1]), 9, vec![2, 4]),
            (Some("new"), None, 9, vec![3, 1, 4]),
            (Some("new"), after(&alerts[0]), 1, vec![1]),
            (Some("escalated"), None, 9, vec![]),
        ] {
            let found = store::alerts::desk(&mut tx, organisation, state, after, limit).await.unwrap();
            assert_eq!(numbers(found), wanted, "{:?} {state:?} {after:?}", store.engine);
        }
        for (organisation, state, wanted) in
            [(organisation, None, 4), (organisation, Some("new"), 3), (stranger, None, 0)]
        {
            assert_eq!(store::alerts::count(&mut tx, organisation, state).await.unwrap(), wanted);
        }
        assert_eq!(numbers(store::alerts::of_report(&mut tx, report).await.unwrap()), [1, 3]);
        let mut of_party =
            async |typology| numbers(store::alerts::of_party(&mut tx, party, typology).await.unwrap());
        assert_eq!(of_party(None).await, [3, 2, 1], "{:?}", store.engine);
        assert_eq!(of_party(Some("synthetic-a")).await, [3, 2]);
        assert_eq!(of_party(Some("synthetic-c")).await, Vec::<i64>::new());
    }
}
