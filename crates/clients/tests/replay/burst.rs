//! Much at once.

use clients::{Ended, Standing};

use crate::{
    keeper::Keeper,
    ncmec::Script,
    world::{START, World},
};

/// facebook/ThreatExchange #1679 and #1731: a second with tens of thousands of entries.
#[test]
fn a_second_with_tens_of_thousands_of_entries_is_read_to_its_end() {
    let world = World::at(START + 3600);
    let mut script = Script::new(1000);
    for number in 0..24_000_u32 {
        script.add(&format!("synthetic-{number}"), START + 60, Some(number));
    }
    for number in 0..500 {
        script.add(&format!("synthetic-later-{number}"), START + 61 + i64::from(number), Some(number));
    }
    let truth = script.truth();
    let service = script.serve(&world);
    let mut keeper = Keeper::default();
    // Killed in the middle of the burst, and gone on by another process with another client.
    let killed = keeper.run_until_killed(&mut service.client(&world), &world.surroundings(), 30, true);
    assert!(killed.is_err());
    let asked = service.asked().len();
    let run = keeper.run(&mut service.client(&world), &world.surroundings()).unwrap();
    assert_eq!(run.ended, Ended::CaughtUp);
    assert_eq!(keeper.hashes(), truth);
    // What was read before was not read again: its second has twenty-five pages.
    assert!(service.asked().len() < asked + 45, "{} and {asked}", service.asked().len());
}

#[test]
fn one_step_is_one_request() {
    let world = World::at(START + 3600);
    let mut script = Script::new(2);
    for number in 0..9 {
        script.add(&format!("synthetic-{number}"), START, Some(number));
    }
    let service = script.serve(&world);
    let mut client: Box<dyn clients::Exchange> = Box::new(service.client(&world));
    let mut checkpoint: Option<Vec<u8>> = None;
    for steps in 1.. {
        let step = client.step(checkpoint.as_deref()).unwrap().expect("there is more to ask for");
        assert_eq!(service.asked().len(), steps);
        assert!(step.updates.len() <= 2);
        checkpoint = Some(step.checkpoint);
        if step.standing == Standing::CaughtUp {
            break;
        }
    }
    assert!(client.step(checkpoint.as_deref()).unwrap().is_none(), "there is nothing new within this second");
}
