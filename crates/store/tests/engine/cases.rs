use store::cases::{Case, Note, Person, Task};

use crate::{another, assert_same, later, stores};

#[tokio::test]
async fn a_case_is_found_as_it_was_put_and_as_it_was_changed() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let case = rows.case(1);
        store::cases::insert(&mut tx, &case).await.unwrap();
        assert_same(&store::cases::find(&mut tx, case.id).await.unwrap(), &Some(case.clone()));
        assert!(store::cases::find(&mut tx, rows.id()).await.unwrap().is_none());
        let (organisation, stranger) = (rows.organisation, another(2).organisation);
        let found = store::cases::by_number(&mut tx, organisation, 2026, 1).await.unwrap();
        assert_same(&found, &Some(case.clone()));
        assert!(store::cases::by_number(&mut tx, stranger, 2026, 1).await.unwrap().is_none());

        let changed = Case {
            investigation: "closed".to_owned(),
            prosecution: "filed".to_owned(),
            aftercare: "open".to_owned(),
            lead: Some(rows.id()),
            level: 1,
            sealed: vec![0, 255],
            changed_at: later(rows, 5),
            ..case.clone()
        };
        store::cases::update(&mut tx, &changed).await.unwrap();
        assert_same(&store::cases::find(&mut tx, case.id).await.unwrap(), &Some(changed.clone()));
        assert!(store::cases::hold(&mut tx, case.id, changed.changed_at).await.unwrap());
        assert!(!store::cases::hold(&mut tx, case.id, case.changed_at).await.unwrap(), "{:?}", store.engine);
        store::cases::touch(&mut tx, case.id, later(rows, 6)).await.unwrap();
        assert!(store::cases::hold(&mut tx, case.id, later(rows, 6)).await.unwrap());

        // What was withdrawn is found by whoever has its id, and listed no more.
        assert_eq!(store::cases::count(&mut tx, organisation).await.unwrap(), 1);
        let withdrawn = Case { withdrawn_at: Some(later(rows, 7)), ..changed };
        store::cases::update(&mut tx, &withdrawn).await.unwrap();
        assert_same(&store::cases::find(&mut tx, case.id).await.unwrap(), &Some(withdrawn));
        assert_eq!(store::cases::count(&mut tx, organisation).await.unwrap(), 0, "{:?}", store.engine);
        assert!(store::cases::list(&mut tx, organisation, None, 9).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn cases_are_listed_by_what_changed_last() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let mut cases = Vec::new();
        for (number, seconds) in [(1, 30), (2, 10), (3, 20)] {
            let case = Case { changed_at: later(rows, seconds), ..rows.case(number) };
            store::cases::insert(&mut tx, &case).await.unwrap();
            cases.push(case);
        }
        let numbers = |found: Vec<Case>| found.iter().map(|case| case.number).collect::<Vec<_>>();
        let organisation = rows.organisation;
        assert_eq!(numbers(store::cases::list(&mut tx, organisation, None, 9).await.unwrap()), [1, 3, 2]);
        let before = Some((cases[0].changed_at, cases[0].id));
        assert_eq!(numbers(store::cases::list(&mut tx, organisation, before, 1).await.unwrap()), [3]);
        assert!(store::cases::list(&mut tx, another(2).organisation, None, 9).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_people_of_a_case_come_in_order_and_go() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let (case, other) = (rows.case(1), rows.case(2));
        for row in [&case, &other] {
            store::cases::insert(&mut tx, row).await.unwrap();
        }
        let child = Person {
            role: "child_victim".to_owned(),
            child: true,
            since: later(rows, 5),
            ..rows.person(case.id)
        };
        let adult = Person { until: Some(later(rows, 9)), ..rows.person(case.id) };
        let stranger = rows.person(other.id);
        for person in [&child, &adult, &stranger] {
            store::cases::insert_person(&mut tx, person).await.unwrap();
        }
        assert_same(
            &store::cases::people(&mut tx, case.id).await.unwrap(),
            &vec![adult.clone(), child.clone()],
        );
        assert_same(&store::cases::find_person(&mut tx, child.id).await.unwrap(), &Some(child.clone()));
        assert!(store::cases::find_person(&mut tx, rows.id()).await.unwrap().is_none());
        let changed = Person {
            role: "at_risk_child".to_owned(),
            pseudonym: "Synthetic child 1".to_owned(),
            child: false,
            sealed: vec![0, 255],
            since: later(rows, -5),
            until: Some(later(rows, 6)),
            ..child.clone()
        };
        store::cases::update_person(&mut tx, &changed).await.unwrap();
        assert_same(&store::cases::people(&mut tx, case.id).await.unwrap(), &vec![changed, adult.clone()]);
        let gone = [child.id, rows.id()];
        assert_eq!(store::cases::remove_people(&mut tx, &gone).await.unwrap(), 1, "{:?}", store.engine);
        assert_same(&store::cases::people(&mut tx, case.id).await.unwrap(), &vec![adult]);
        assert_same(&store::cases::people(&mut tx, other.id).await.unwrap(), &vec![stranger]);
    }
}

#[tokio::test]
async fn notes_and_tasks_are_kept_in_the_order_they_came() {
    for store in stores().await {
        let (rows, mut tx) = (&store.rows, store.write().await);
        let case = rows.case(1);
        store::cases::insert(&mut tx, &case).await.unwrap();
        let notes: Vec<Note> = (1..=3)
            .map(|n| Note {
                id: rows.id(),
                case: case.id,
                sealed: vec![n, 0],
                created_by: rows.id(),
                created_at: later(rows, n.into()),
            })
            .collect();
        let tasks: Vec<Task> = (1..=2)
            .map(|n| Task {
                id: rows.id(),
                case: case.id,
                sealed: vec![n, 0],
                due_at: (n == 1).then(|| later(rows, 99)),
                assignee: (n == 2).then(|| rows.id()),
                created_by: rows.id(),
                created_at: later(rows, n.into()),
                done_by: None,
                done_at: None,
            })
            .collect();
        for note in notes.iter().rev() {
            store::cases::insert_note(&mut tx, note).await.unwrap();
        }
        for task in tasks.iter().rev() {
            store::cases::insert_task(&mut tx, task).await.unwrap();
        }
        assert_same(&store::cases::notes(&mut tx, case.id).await.unwrap(), &notes);
        assert_same(&store::cases::tasks(&mut tx, case.id).await.unwrap(), &tasks);
        assert!(store::cases::notes(&mut tx, rows.id()).await.unwrap().is_empty());
        assert!(store::cases::tasks(&mut tx, rows.id()).await.unwrap().is_empty());

        let by = rows.id();
        let done = Task { done_by: Some(by), done_at: Some(later(rows, 7)), ..tasks[0].clone() };
        let id = done.id;
        assert_eq!(store::cases::mark_task(&mut tx, id, Some((by, later(rows, 7)))).await.unwrap(), 1);
        assert_same(&store::cases::find_task(&mut tx, id).await.unwrap(), &Some(done));
        assert_eq!(store::cases::mark_task(&mut tx, id, None).await.unwrap(), 1);
        assert_same(&store::cases::find_task(&mut tx, id).await.unwrap(), &Some(tasks[0].clone()));
        assert_eq!(store::cases::mark_task(&mut tx, rows.id(), None).await.unwrap(), 0);
        assert!(store::cases::find_task(&mut tx, rows.id()).await.unwrap().is_none(), "{:?}", store.engine);
    }
}
