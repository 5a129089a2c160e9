//! Laws that ship are whole; laws that are not are refused with the reason.

use super::*;

#[test]
fn every_figure_that_ships_names_its_source_or_its_assumption() {
    for (file, text) in laws() {
        let law = Law::parse(file, text).unwrap();
        assert_eq!(format!("{}.toml", law.id), file);
        assert!(!law.hard.is_empty());
        for figure in &law.figures {
            let (Grounds::Source(text) | Grounds::Assumption(text)) = &figure.grounds;
            assert!(text.len() > 10 || figure.name.starts_with("offending."), "{}: {text}", figure.name);
        }
        let cited = law.figures.iter().filter(|f| matches!(f.grounds, Grounds::Source(_))).count();
        assert!(cited >= 20, "{cited}");
    }
    assert_eq!(Law::shipped("development").unwrap().role, Role::Development);
}

#[test]
fn what_is_held_out_differs_in_amounts_or_cadence_and_keeps_the_rest() {
    let of = |id: &str| Law::shipped(id).unwrap();
    let (base, cadence, amounts) = (of("development"), of("held-out-cadence"), of("held-out-amounts"));
    for law in [&cadence, &amounts] {
        assert_eq!(law.role, Role::HeldOut);
        assert_eq!(law.figures.len(), base.figures.len());
        assert_eq!(law.offending.get("rate").to_bits(), base.offending.get("rate").to_bits());
    }
    assert!(cadence.offending.get("gap_wander") > base.offending.get("gap_wander"));
    assert!(amounts.offending.get("prolific_amount") > base.offending.get("prolific_amount") * 1.5);
}

fn refused(edit: impl Fn(&str) -> String) -> String {
    let (_, text) = laws()[0];
    let changed = edit(text);
    assert_ne!(changed, text, "the edit changed nothing");
    Law::parse("synthetic.toml", &changed).unwrap_err().to_string()
}

#[test]
fn a_law_that_does_not_hold_together_is_refused_with_the_reason() {
    let said =
        refused(|text| text.replace("single = { value = 0.47, source", "single = { value = 1.47, source"));
    assert!(said.contains("[offending] single is 1.47; it has to be between 0 and 1"), "{said}");
    let said = refused(|text| text.replacen("share = 0.06", "share = 0.07", 1));
    assert!(said.contains("add up to 1.01"), "{said}");
    let said = refused(|text| text.replacen("night = 0.15", "nigth = 0.15", 1));
    assert!(said.contains("has no `night`") || said.contains("nigth"), "{said}");
    let said = refused(|text| {
        text.replace("\nassumption = \"Long-distance couples", "\nnote = \"Long-distance couples")
    });
    assert!(said.contains("[population.couple]"), "{said}");
    let said = refused(|text| {
        text.replace(
            "age_spread = { value = 11, assumption = \"Half of them between 48 and 62.\" }",
            "age_spread = { value = 11 }",
        )
    });
    assert!(said.contains("needs a `source` or an `assumption`"), "{said}");
    let said = refused(|text| text.replacen("\nSA = 3\n", "\n", 1));
    assert!(said.contains("how far SA is ahead of UTC"), "{said}");
    assert!(Law::shipped("nowhere").unwrap_err().to_string().contains("there are development"));
}
