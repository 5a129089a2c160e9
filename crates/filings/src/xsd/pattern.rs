//! Patterns of XML Schema (part 2, appendix F): matched against the whole value, without anchors.
//!
//! Schemas of this field are written for .NET, where `^` at the beginning and `$` at the end are anchors and not characters;
//! so they are read here, or a unit's own schema would refuse every name. Matching keeps the set of places reached, so its cost is bounded by pattern × text whatever the text is. Character
//! classes by Unicode block or category and class subtraction are not read: a schema that has them is refused.

use std::collections::BTreeSet;

/// A pattern.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Node);

#[derive(Clone, Debug)]
enum Node {
    Set(Set),
    All(Vec<Self>),
    Any(Vec<Self>),
    Repeat(Box<Self>, u32, Option<u32>),
}

/// Characters, or all but these.
#[derive(Clone, Debug, Default)]
struct Set {
    not: bool,
    ranges: Vec<(char, char)>,
    /// Classes such as `\S`: the letter.
    classes: Vec<char>,
}

impl Set {
    fn has(&self, c: char) -> bool {
        let inside = self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&c))
            || self.classes.iter().any(|class| in_class(*class, c));
        inside != self.not
    }
}

fn in_class(class: char, c: char) -> bool {
    match class {
        's' => matches!(c, ' ' | '\t' | '\n' | '\r'),
        'S' => !in_class('s', c),
        'd' => c.is_ascii_digit(),
        'D' => !in_class('d', c),
        'w' => c.is_alphanumeric(),
        _ => !in_class('w', c),
    }
}

impl Pattern {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let characters: Vec<char> = text.chars().collect();
        let mut reader = Reader { rest: &characters, depth: 0 };
        let node = reader.any()?;
        match reader.rest {
            [] => Ok(Self(node)),
            [c, ..] => Err(format!("“{c}” was not expected in the pattern {text}")),
        }
    }

    /// Whether the whole text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        self.0.ends(&text, &BTreeSet::from([0])).contains(&text.len())
    }
}

impl Node {
    /// The places at which a match can end that begins at one of `starts`.
    fn ends(&self, text: &[char], starts: &BTreeSet<usize>) -> BTreeSet<usize> {
        match self {
            Self::Set(set) => starts
                .iter()
                .filter(|at| text.get(**at).is_some_and(|c| set.has(*c)))
                .map(|at| at + 1)
                .collect(),
            Self::All(nodes) => nodes.iter().fold(starts.clone(), |places, node| node.ends(text, &places)),
            Self::Any(nodes) => nodes.iter().flat_map(|node| node.ends(text, starts)).collect(),
            Self::Repeat(node, least, most) => {
                let mut places = starts.clone();
                for _ in 0..*least {
                    places = node.ends(text, &places);
                }
                let mut reached = places.clone();
                let mut round = *least;
                while !places.is_empty() && most.is_none_or(|most| round < most) {
                    let next = node.ends(text, &places);
                    places = next.difference(&reached).copied().collect();
                    reached.extend(&places);
                    round += 1;
                }
                reached
            }
        }
    }
}

struct Reader<'a> {
    rest: &'a [char],
    /// How many brackets are open.
    depth: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.rest.first() == Some(&wanted);
        if found {
            self.next();
        }
        found
    }

    fn any(&mut self) -> Result<Node, String> {
        let mut choices = vec![self.all()?];
        while self.eat('|') {
            choices.push(self.all()?);
        }
        Ok(Node::Any(choices))
    }

    fn all(&mut self) -> Result<Node, String> {
        let mut nodes = Vec::new();
        if self.depth == 0 {
            self.eat('^');
        }
        while let Some(c) = self.rest.first() {
            if self.depth == 0 && matches!(self.rest, ['$'] | ['$', '|', ..]) {
                self.next();
                break;
            }
            if matches!(c, '|' | ')') {
                break;
            }
            let atom = self.atom()?;
            nodes.push(self.repeated(atom)?);
        }
        Ok(Node::All(nodes))
    }

    fn atom(&mut self) -> Result<Node, String> {
        match self.next() {
            Some('(') => {
                self.depth += 1;
                let inside = self.any()?;
                self.depth -= 1;
                if self.eat(')') {
                    Ok(inside)
                } else {
                    Err("a bracket is not closed in a pattern".to_owned())
                }
            }
            Some('[') => self.set().map(Node::Set),
            Some('.') => Ok(Node::Set(Set {
                not: true,
                ranges: vec![('\n', '\n'), ('\r', '\r')],
                classes: Vec::new(),
            })),
            Some('\\') => {
                let mut set = Set::default();
                self.escape(&mut set)?;
                Ok(Node::Set(set))
            }
            Some(c) if !matches!(c, '?' | '*' | '+' | '{' | '}' | ']') => {
                Ok(Node::Set(Set { ranges: vec![(c, c)], ..Set::default() }))
            }
            other => {
                Err(format!("“{}” was not expected in a pattern", other.map_or(String::new(), String::from)))
            }
        }
    }

    /// What follows a backslash, put into `set`; the character if it was one.
    fn escape(&mut self, set: &mut Set) -> Result<Option<char>, String> {
        let c = match self.next() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some(class @ ('s' | 'S' | 'd' | 'D' | 'w' | 'W')) => {
                set.classes.push(class);
                return Ok(None);
            }
            Some(
                c
                @ ('\\' | '|' | '.' | '-' | '^' | '?' | '*' | '+' | '{' | '}' | '(' | ')' | '[' | ']' | '$'),
            ) => c,
            other => {
                return Err(format!(
                    "“\\{}” is not read in a pattern",
                    other.map_or(String::new(), String::from)
                ));
            }
        };
        set.ranges.push((c, c));
        Ok(Some(c))
    }

    fn set(&mut self) -> Result<Set, String> {
        let mut set = Set { not: self.eat('^'), ..Set::default() };
        loop {
            let from = match self.next() {
                None => return Err("a character class is not closed in a pattern".to_owned()),
                Some(']') => return Ok(set),
                Some('[') => return Err("“[” inside a character class is not read".to_owned()),
                Some('\\') => self.escape(&mut set)?,
                Some(c) => {
                    set.ranges.push((c, c));
                    Some(c)
                }
            };
            let (Some(from), ['-', to, ..]) = (from, self.rest) else { continue };
            let to = *to;
            if to == ']' {
                continue;
            }
            self.next();
            self.next();
            let to = match to {
                '[' => return Err("class subtraction is not read in a pattern".to_owned()),
                '\\' => self.escape(&mut set)?.ok_or("a range ends with a class in a pattern")?,
                c => c,
            };
            if to < from {
                return Err(format!("the range {from}-{to} runs backwards in a pattern"));
            }
            set.ranges.push((from, to));
        }
    }

    fn repeated(&mut self, node: Node) -> Result<Node, String> {
        let (least, most) = match self.rest.first() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => return self.counted(node),
            _ => return Ok(node),
        };
        self.next();
        Ok(Node::Repeat(Box::new(node), least, most))
    }

    fn counted(&mut self, node: Node) -> Result<Node, String> {
        self.next();
        let least = self.number().ok_or("a count begins with no number in a pattern")?;
        let most = if self.eat(',') { self.number() } else { Some(least) };
        if !self.eat('}') || most.is_some_and(|most| most < least) {
            return Err("a count is not right in a pattern; expected {2}, {2,} or {2,5}".to_owned());
        }
        Ok(Node::Repeat(Box::new(node), least, most))
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = None;
        while let Some(digit) = self.rest.first().and_then(|c| c.to_digit(10)) {
            self.next();
            number = Some((number.unwrap_or(0) * 10 + digit).min(10_000));
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_values_match() {
        for (pattern, good, bad) in [
            (r"\S+( +\S+)*|", &["", "a", "a b  c"][..], &[" a", "a ", "a\tb", "a\nb"][..]),
            ("[a-zA-Z0-9 .'-]*", &["", "O'Neil-Smith 3."], &["ñ", "a_b"]),
            (r"(19|20)[0-9][0-9](0[1-9]|1[0-2])", &["202611"], &["202613", "2026110"]),
            (r"([A-F]{1,4}:){2}[^A-F]", &["AA:B:1"], &["AAAAA:B:1", "A:B:C"]),
            (r"a{2,}b{3}", &["aabbb", "aaabbb"], &["abbb", "aabb"]),
            ("^a$|^[b]*$", &["a", "", "bb"], &["^a$", "ab"]),
            ("[_a-zA-Z0-9-+]+", &["a-+_9"], &["a b"]),
            (r"(^a)b\$", &["^ab$"], &["ab"]),
            (r"\d\.\-", &["5.-"], &["x.-"]),
        ] {
            let compiled = Pattern::read(pattern).unwrap();
            assert!(good.iter().all(|text| compiled.matches(text)), "{pattern}");
            assert!(!bad.iter().any(|text| compiled.matches(text)), "{pattern}");
        }
    }

    #[test]
    fn what_is_not_read_is_refused() {
        for pattern in ["(a", "[a", r"\p{L}", "[a-z-[aeiou]]", "*", "a{2,1}", "[z-a]", ")"] {
            assert!(Pattern::read(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn a_hostile_text_costs_no_more_than_its_length() {
        let pattern = Pattern::read("((a+)+)+b").unwrap();
        assert!(!pattern.matches(&"a".repeat(300)));
    }
}
