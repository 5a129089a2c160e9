//! What is said to the services beside fetching.

use std::collections::BTreeSet;

use clients::{Exchange, Problem, Subject, stopncii as client};
use formats::{
    ncmec_hashes::{EntryKey, FingerprintType, Member},
    stopncii::{FeedbackValue, Submission},
};

use crate::{
    keeper::Keeper,
    ncmec::{Fault, Script},
    stopncii,
    world::{START, World},
};

#[test]
fn ncmec_says_who_one_is_who_the_members_are_and_what_reasons_there_are() {
    let world = World::at(START);
    let service = Script::new(1).serve(&world);
    let client = service.client(&world);
    let member = |id: u64| Member { id, name: format!("Synthetic Member {id}") };
    assert_eq!(client.status().unwrap().member, member(1));
    assert_eq!(client.members().unwrap(), [member(1), member(2)]);
    let reasons = client.reasons(FingerprintType::Md5).unwrap();
    assert_eq!(reasons.iter().map(|reason| reason.name.as_str()).collect::<Vec<_>>(), ["Synthetic Reason"]);
    let entry = EntryKey { member: 2, id: "synthetic-1".to_owned() };
    client.give_feedback(&entry, FingerprintType::Md5, Some(&reasons[0].guid)).unwrap();
    let given = service.script.lock().unwrap().given.clone();
    assert!(
        given[0].contains(&format!("<negative><reasonIds><guid>{}</guid>", reasons[0].guid)),
        "{given:?}"
    );
    assert_eq!(client.subject(), Subject::ChildAbuse);
}

#[test]
fn an_answer_that_is_not_the_services_is_said_to_be_unreadable() {
    let world = World::at(START);
    let mut script = Script::new(1);
    script.faults = [Fault::Html].into();
    let error = script.serve(&world).client(&world).status().unwrap_err();
    assert!(matches!(error.problem, Problem::Unreadable(_)) && !error.passes(), "{error}");
}

fn submission() -> Submission {
    let key = client::hash_of(&format!("VideoMD5:{}", "0".repeat(32))).unwrap();
    Submission { key, feedback: FeedbackValue::Blocked, tags: BTreeSet::new() }
}

#[test]
fn stopncii_takes_feedback_and_what_adds_is_not_sent_twice() {
    let world = World::at(START);
    let mut script = stopncii::Script::new(1);
    script.faults = [Fault::Status(503), Fault::None, Fault::HungUp].into();
    let service = script.serve(&world);
    let client = service.client(&world);
    // It said that it took nothing, so that it is sent again.
    client.submit_feedback(&[submission()]).unwrap();
    assert_eq!(service.script.lock().unwrap().given.len(), 1);
    // Here it may have: a person looks first.
    let error = client.submit_feedback(&[submission()]).unwrap_err();
    assert!(error.perhaps_taken() && error.tries == 1, "{error:?}");
    assert!(error.to_string().contains("look before it is sent again"), "{error}");
    assert_eq!(client.subject(), Subject::IntimateImages);
}

#[test]
fn a_key_that_is_not_configured_is_said_before_anything_is_sent() {
    let world = World::at(START);
    let service = stopncii::Script::new(1).serve(&world);
    let error = service.client(&world).submit_hashes(&[submission()]).unwrap_err();
    assert!(error.to_string().contains("there is no key for the function SubmitHashes"), "{error}");
    assert!(service.script.lock().unwrap().asked.is_empty());
}

#[test]
fn what_stopncii_withdraws_is_no_longer_shared_nor_what_it_no_longer_tells_of() {
    use crate::ncmec::Version;
    let world = World::at(START + 3600);
    let version = |at: i64, md5| Version { at: START + at, shows_at: START + at, md5 };
    let mut script = stopncii::Script::new(2);
    for number in 0..5 {
        script.records.insert(number, vec![version(0, Some(1))]);
    }
    script.records.insert(9, vec![version(0, Some(1)), version(9000, None)]);
    script.purged.insert(3, START + 90_000);
    let truth = script.truth();
    let service = script.serve(&world);
    let mut keeper = Keeper::default();
    let run = |keeper: &mut Keeper| {
        keeper.run(&mut service.client(&world), &world.surroundings()).unwrap();
        keeper.hashes().len()
    };
    assert_eq!(run(&mut keeper), 6);
    world.until(START + 10_000);
    assert_eq!(run(&mut keeper), 5, "one was withdrawn");
    world.until(START + 100_000);
    assert_eq!(run(&mut keeper), 5, "one is no longer told of, which only a reading of everything shows");
    world.until(START + 40 * 86_400);
    let killed = keeper.run_until_killed(&mut service.client(&world), &world.surroundings(), 0, true);
    assert!(killed.is_err());
    assert_eq!(keeper.hashes().len(), 5, "nothing goes before everything is read");
    assert_eq!(run(&mut keeper), 4, "after a month without, everything is read");
    assert_eq!(keeper.hashes(), truth);
}
