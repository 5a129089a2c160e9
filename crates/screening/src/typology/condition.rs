//! Conditions of indicators: a subset of CEL (the Common Expression Language), checked against the
//! types of the features they name and lowered to closures.
//!
//! Whole and real numbers, `true` and `false`, names, `+ - * /`, comparisons, `&& || !` and brackets;
//! everything in it means what CEL says it means. Like CEL it never mixes whole and real numbers in
//! one operation: `median_90d < 55.0`, `count_30d >= 5`. There is no division of whole numbers; sums
//! and products that do not fit into 64 bits are an error, and a condition in error does not hold.

use std::fmt;

use crate::engine::Cell;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Whole,
    Real,
    Truth,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Whole => "a whole number",
            Self::Real => "a real number",
            Self::Truth => "a truth value",
        })
    }
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Name {
    /// A cell of the row, divided by `scale` where it is a real number.
    Cell { at: usize, of: Type, whole_in_row: bool, scale: f64 },
    /// A number that is always the same.
    Whole(i64),
    /// A number that is always the same.
    Real(f64),
    /// A bit of the truths.
    Bit(u32),
}

/// What a condition is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Values<'a> {
    pub(crate) cells: &'a [Cell],
    /// Where among the cells each feature of the typology is.
    pub(crate) columns: &'a [usize],
    pub(crate) truths: u32,
}

impl Values<'_> {
    #[inline]
    fn cell(self, at: usize) -> Option<Cell> {
        self.columns.get(at).and_then(|column| self.cells.get(*column)).copied()
    }
}

type Lowered<T> = Box<dyn Fn(Values<'_>) -> Option<T> + Send + Sync>;

/// A condition made ready.
pub(crate) struct Condition {
    test: Lowered<bool>,
    cells: Vec<usize>,
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Condition(of {:?})", self.cells)
    }
}

impl Condition {
    /// Reads a condition; `name` says what names stand for.
    pub(crate) fn parse(text: &str, name: &dyn Fn(&str) -> Option<Name>) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!(
                "the condition is longer than {LONGEST} bytes; make several indicators of it"
            ));
        }
        let mut parser = Parser { rest: text, name, cells: Vec::new(), depth: 0 };
        let node = parser.either()?;
        parser.space();
        if !parser.rest.is_empty() {
            return Err(format!("“{}” was not expected in the condition", excerpt(parser.rest)));
        }
        match node {
            Node::Truth(test) => Ok(Self { test, cells: parser.cells }),
            other => Err(format!("a condition is true or false, and this one is {}", other.of())),
        }
    }

    /// Whether it holds. Where a figure it names is not known it does not.
    pub(crate) fn holds(&self, values: Values<'_>) -> bool {
        self.cells.iter().all(|at| values.cell(*at).is_some_and(Cell::known))
            && (self.test)(values).unwrap_or(false)
    }

    /// The features it names.
    pub(crate) fn cells(&self) -> &[usize] {
        &self.cells
    }
}

/// A value in the making.
enum Node {
    Whole(Lowered<i64>),
    Real(Lowered<f64>),
    Truth(Lowered<bool>),
}

impl Node {
    const fn of(&self) -> Type {
        match self {
            Self::Whole(_) => Type::Whole,
            Self::Real(_) => Type::Real,
            Self::Truth(_) => Type::Truth,
        }
    }
}

struct Parser<'t, 'n> {
    rest: &'t str,
    name: &'n dyn Fn(&str) -> Option<Name>,
    cells: Vec<usize>,
    depth: u32,
}

/// Bytes of a condition, at most.
const LONGEST: usize = 2_000;
/// Brackets and signs within one another, at most.
const DEEPEST: u32 = 64;

impl Parser<'_, '_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn takes(&mut self, sign: &str) -> bool {
        self.space();
        let Some(rest) = self.rest.strip_prefix(sign) else { return false };
        self.rest = rest;
        true
    }

    fn either(&mut self) -> Result<Node, String> {
        let mut left = self.both()?;
        while self.takes("||") {
            let (a, b) = (truth(left, "||")?, truth(self.both()?, "||")?);
            left = Node::Truth(Box::new(move |values| match a(values) {
                Some(true) => Some(true),
                left => match b(values) {
                    Some(true) => Some(true),
                    right => left.and(right),
                },
            }));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Node, String> {
        let mut left = self.compared()?;
        while self.takes("&&") {
            let (a, b) = (truth(left, "&&")?, truth(self.compared()?, "&&")?);
            left = Node::Truth(Box::new(move |values| match a(values) {
                Some(false) => Some(false),
                left => match b(values) {
                    Some(false) => Some(false),
                    right => left.and(right),
                },
            }));
        }
        Ok(left)
    }

    fn compared(&mut self) -> Result<Node, String> {
        let left = self.sum()?;
        let Some(sign) = ["<=", ">=", "==", "!=", "<", ">"].into_iter().find(|sign| self.takes(sign)) else {
            return Ok(left);
        };
        let right = self.sum()?;
        match (left, right) {
            (Node::Whole(a), Node::Whole(b)) => Ok(Node::Truth(compare(sign, a, b))),
            (Node::Real(a), Node::Real(b)) => Ok(Node::Truth(compare(sign, a, b))),
            (Node::Truth(a), Node::Truth(b)) if sign == "==" || sign == "!=" => {
                Ok(Node::Truth(compare(sign, a, b)))
            }
            (a, b) => Err(unfit(sign, &a, &b)),
        }
    }

    fn sum(&mut self) -> Result<Node, String> {
        let mut left = self.product()?;
        while let Some(sign) = ["+", "-"].into_iter().find(|sign| self.takes(sign)) {
            left = match (left, self.product()?) {
                (Node::Whole(a), Node::Whole(b)) if sign == "+" => {
                    Node::Whole(Box::new(move |v| a(v)?.checked_add(b(v)?)))
                }
                (Node::Whole(a), Node::Whole(b)) => Node::Whole(Box::new(move |v| a(v)?.checked_sub(b(v)?))),
                (Node::Real(a), Node::Real(b)) if sign == "+" => {
                    Node::Real(Box::new(move |v| Some(a(v)? + b(v)?)))
                }
                (Node::Real(a), Node::Real(b)) => Node::Real(Box::new(move |v| Some(a(v)? - b(v)?))),
                (a, b) => return Err(unfit(sign, &a, &b)),
            };
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Node, String> {
        let mut left = self.signed()?;
        while let Some(sign) = ["*", "/"].into_iter().find(|sign| self.takes(sign)) {
            left = match (left, self.signed()?) {
                (Node::Whole(a), Node::Whole(b)) if sign == "*" => {
                    Node::Whole(Box::new(move |v| a(v)?.checked_mul(b(v)?)))
                }
                (Node::Real(a), Node::Real(b)) if sign == "*" => {
                    Node::Real(Box::new(move |v| Some(a(v)? * b(v)?)))
                }
                (Node::Real(a), Node::Real(b)) => Node::Real(Box::new(move |v| Some(a(v)? / b(v)?))),
                (a, b) => return Err(unfit(sign, &a, &b)),
            };
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!(
                "the condition has more than {DEEPEST} brackets and signs within one another"
            ));
        }
        let node = if self.takes("!") {
            let inner = truth(self.signed()?, "!")?;
            Node::Truth(Box::new(move |values| inner(values).map(|truth| !truth)))
        } else if self.takes("-") {
            match self.signed()? {
                Node::Whole(inner) => Node::Whole(Box::new(move |v| inner(v)?.checked_neg())),
                Node::Real(inner) => Node::Real(Box::new(move |v| inner(v).map(|number| -number))),
                Node::Truth(_) => return Err("“-” needs a number".to_owned()),
            }
        } else if self.takes("(") {
            let inner = self.either()?;
            if !self.takes(")") {
                return Err("a “(” in the condition is never closed".to_owned());
            }
            inner
        } else {
            self.word()?
        };
        self.depth -= 1;
        Ok(node)
    }

    fn word(&mut self) -> Result<Node, String> {
        self.space();
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        if word.is_empty() {
            return Err(match self.rest {
                "" => "the condition ends where a value was expected".to_owned(),
                rest => format!("“{}” was not expected in the condition", excerpt(rest)),
            });
        }
        self.rest = rest;
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return number(word);
        }
        match word {
            "true" => return Ok(Node::Truth(Box::new(|_| Some(true)))),
            "false" => return Ok(Node::Truth(Box::new(|_| Some(false)))),
            _ => {}
        }
        let name = (self.name)(word).ok_or_else(|| format!("nothing is named “{word}” here"))?;
        if let Name::Cell { at, .. } = name
            && !self.cells.contains(&at)
        {
            self.cells.push(at);
        }
        Ok(match name {
            Name::Whole(number) => Node::Whole(Box::new(move |_| Some(number))),
            Name::Real(number) => Node::Real(Box::new(move |_| Some(number))),
            Name::Bit(bit) => Node::Truth(Box::new(move |values| Some(values.truths >> bit & 1 == 1))),
            Name::Cell { at, of: Type::Whole, .. } => {
                Node::Whole(Box::new(move |values| values.cell(at).map(Cell::as_whole)))
            }
            Name::Cell { at, whole_in_row: true, scale, .. } => {
                Node::Real(Box::new(move |values| values.cell(at).map(|cell| cell.as_whole() as f64 / scale)))
            }
            Name::Cell { at, scale, .. } => {
                Node::Real(Box::new(move |values| values.cell(at).map(|cell| cell.as_real() / scale)))
            }
        })
    }
}

fn number(word: &str) -> Result<Node, String> {
    let wrong = || format!("“{word}” is not a number; write 5 for a whole one and 5.0 for a real one");
    if word.contains('.') {
        let digits = word.split_once('.').is_some_and(|(whole, part)| {
            !part.is_empty() && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit())
        });
        let real: f64 = word.parse().ok().filter(|_| digits).ok_or_else(wrong)?;
        return Ok(Node::Real(Box::new(move |_| Some(real))));
    }
    let whole: i64 = word.parse().map_err(|_| wrong())?;
    Ok(Node::Whole(Box::new(move |_| Some(whole))))
}

fn compare<T: PartialOrd + 'static>(sign: &str, a: Lowered<T>, b: Lowered<T>) -> Lowered<bool> {
    match sign {
        "<=" => Box::new(move |v| Some(a(v)? <= b(v)?)),
        ">=" => Box::new(move |v| Some(a(v)? >= b(v)?)),
        "<" => Box::new(move |v| Some(a(v)? < b(v)?)),
        ">" => Box::new(move |v| Some(a(v)? > b(v)?)),
        "==" => Box::new(move |v| Some(a(v)? == b(v)?)),
        _ => Box::new(move |v| Some(a(v)? != b(v)?)),
    }
}

fn truth(node: Node, sign: &str) -> Result<Lowered<bool>, String> {
    match node {
        Node::Truth(truth) => Ok(truth),
        other => Err(format!("“{sign}” needs what is true or false, not {}", other.of())),
    }
}

fn unfit(sign: &str, a: &Node, b: &Node) -> String {
    match (a.of(), b.of()) {
        (Type::Whole, Type::Real) | (Type::Real, Type::Whole) => {
            format!("“{sign}” mixes a whole and a real number; write 5.0 where a real number is meant")
        }
        (a, b) => format!("“{sign}” does not fit {a} and {b}"),
    }
}

fn excerpt(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
#[path = "condition_tests.rs"]
mod tests;
