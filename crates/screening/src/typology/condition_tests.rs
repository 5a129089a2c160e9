//! Conditions, held against the interpreter of CEL.

use cel::{Context, Program, Value};
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

const NAMES: [(&str, Type); 4] =
    [("a", Type::Whole), ("b", Type::Whole), ("x", Type::Real), ("y", Type::Real)];

fn name(word: &str) -> Option<Name> {
    let at = NAMES.iter().position(|(name, _)| *name == word)?;
    Some(Name::Cell { at, of: NAMES[at].1, whole_in_row: false, scale: 1.0 })
}

fn numbers(of: Type) -> BoxedStrategy<String> {
    let leaf = match of {
        Type::Whole => prop_oneof![
            select(vec!["a", "b"]).prop_map(str::to_owned),
            (0_i64..9).prop_map(|n| n.to_string())
        ]
        .boxed(),
        _ => prop_oneof![
            select(vec!["x", "y"]).prop_map(str::to_owned),
            (0_u32..90).prop_map(|n| format!("{:.1}", f64::from(n) / 10.0))
        ]
        .boxed(),
    };
    let signs = if of == Type::Whole { vec!["+", "-", "*"] } else { vec!["+", "-", "*", "/"] };
    leaf.prop_recursive(3, 12, 2, move |inner| {
        prop_oneof![
            (inner.clone(), select(signs.clone()), inner.clone())
                .prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.prop_map(|a| format!("-({a})")),
        ]
    })
    .boxed()
}

fn conditions() -> impl Strategy<Value = String> {
    let signs = || select(vec!["<", "<=", ">", ">=", "==", "!="]);
    let compared = prop_oneof![
        (numbers(Type::Whole), signs(), numbers(Type::Whole)).prop_map(|(a, s, b)| format!("{a} {s} {b}")),
        (numbers(Type::Real), signs(), numbers(Type::Real)).prop_map(|(a, s, b)| format!("{a}{s}{b}")),
    ];
    compared.prop_recursive(4, 20, 2, |inner| {
        prop_oneof![
            (inner.clone(), select(vec!["&&", "||"]), inner.clone())
                .prop_map(|(a, s, b)| format!("{a} {s} {b}")),
            inner.clone().prop_map(|a| format!("!({a})")),
            inner.prop_map(|a| format!("({a})")),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_lowered_means_what_the_interpreter_says(
        text in conditions(), whole in vec(select(vec![-3_i64, 0, 1, 4, i64::MAX]), 2), real in vec(-5.0_f64..50.0, 2),
    ) {
        let condition = Condition::parse(&text, &name).unwrap();
        let cells =
            [Cell::whole(whole[0]), Cell::whole(whole[1]), Cell::real(real[0]), Cell::real(real[1])];
        let mut context = Context::default();
        context.add_variable("a", whole[0]).unwrap();
        context.add_variable("b", whole[1]).unwrap();
        context.add_variable("x", cells[2].as_real()).unwrap();
        context.add_variable("y", cells[3].as_real()).unwrap();
        let said = Program::compile(&text).unwrap().execute(&context);
        let expected = matches!(said, Ok(Value::Bool(true)));
        prop_assert_eq!(condition.holds(Values { cells: &cells, columns: &[0, 1, 2, 3], truths: 0 }), expected, "{}: {:?}", text, said);
    }
}

#[test]
fn what_does_not_fit_is_refused_with_the_reason() {
    for (text, reason) in [
        ("a > 1.0", "mixes a whole and a real number"),
        ("z > 1", "nothing is named “z” here"),
        ("a", "a condition is true or false, and this one is a whole number"),
        ("a > 1 && b", "“&&” needs what is true or false, not a whole number"),
        ("a / 2 > 1", "“/” does not fit a whole number and a whole number"),
        ("(a > 1", "never closed"),
        ("a > ", "ends where a value was expected"),
        ("a > 1 b", "“b” was not expected"),
        ("a > 1x", "is not a number"),
        ("a > 1.", "is not a number"),
        ("!a", "“!” needs"),
        ("a > $small", "“$small” was not expected"),
    ] {
        let refused = Condition::parse(text, &name).unwrap_err();
        assert!(refused.contains(reason), "{text}: {refused}");
    }
    assert!(Condition::parse(&"(".repeat(100_000), &name).is_err());
}

#[test]
fn a_figure_that_is_not_known_supports_nothing() {
    let condition = Condition::parse("a > 0 || x < 1.0", &name).unwrap();
    let mut cells = [Cell::whole(5), Cell::whole(0), Cell::real(3.0), Cell::real(0.0)];
    assert!(condition.holds(Values { cells: &cells, columns: &[0, 1, 2, 3], truths: 0 }));
    assert_eq!(condition.cells(), [0, 2]);
    cells[2] = Cell::NONE;
    assert!(!condition.holds(Values { cells: &cells, columns: &[0, 1, 2, 3], truths: 0 }));
}
