//! Holding a document against a schema.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Violation,
    schema::{Complex, Declaration, Field, Particle, Schema, Term, Unique},
    simple::Simple,
};
use crate::xml::{Element, cut};

/// The namespace of hints in a document, such as where its schema lies.
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// So many departures are told; a file that is wrong throughout is read by its first ones.
const MOST: usize = 100;

/// Where a document departs from the schema.
pub(super) fn check(schema: &Schema, root: &Element) -> Vec<Violation> {
    let mut checker = Checker { schema, path: Vec::new(), found: Vec::new() };
    match schema.elements.get(&root.name).filter(|_| root.namespace == schema.namespace) {
        Some(declaration) => checker.element(root, declaration),
        None => {
            let expected: Vec<&str> = schema.elements.keys().map(String::as_str).collect();
            let expected = expected.join(", ");
            checker.say(root, format!("a document begins with <{expected}> of “{}”", schema.namespace));
        }
    }
    checker.found
}

struct Checker<'a> {
    schema: &'a Schema,
    path: Vec<&'a str>,
    found: Vec<Violation>,
}

impl<'a> Checker<'a> {
    fn say(&mut self, at: &Element, reason: String) {
        if self.found.len() < MOST {
            let mut place = self.path.join("/");
            if place.is_empty() {
                place.clone_from(&at.name);
            }
            self.found.push(Violation { line: at.line, place, reason });
        }
    }

    fn element(&mut self, element: &'a Element, declaration: &'a Declaration) {
        self.path.push(&element.name);
        match self.schema.resolve(&declaration.kind) {
            Some(Ok(complex)) => self.complex(element, complex),
            Some(Err(simple)) => self.simple(element, declaration, simple),
            None => self.say(element, "its type is not declared".to_owned()),
        }
        for unique in &declaration.unique {
            self.unique(element, unique);
        }
        self.path.pop();
    }

    fn simple(&mut self, element: &'a Element, declaration: &Declaration, simple: &Simple) {
        self.attributes(element, &mut std::iter::empty());
        if let Some(child) = element.children.first() {
            self.say(child, format!("<{}> holds a text and no <{}>", element.name, child.name));
        }
        match &declaration.fixed {
            // An empty element stands for its fixed value. Readers differ on whether `true` is the fixed `1`: only the same
            // letters pass everywhere.
            Some(_) if element.text.is_empty() => {}
            Some(fixed) if *fixed != element.text => {
                self.say(element, format!("“{}” is not the one value allowed, {fixed}", cut(&element.text)));
            }
            _ => {
                if let Err(reason) = simple.check(&element.text) {
                    self.say(element, reason);
                }
            }
        }
    }

    fn complex(&mut self, element: &'a Element, complex: &'a Complex) {
        let schema = self.schema;
        self.attributes(
            element,
            &mut schema.attributes(complex).map(|a| (a.name.as_str(), a.required, &a.kind)),
        );
        if !element.text.trim_matches([' ', '\t', '\n', '\r']).is_empty() {
            self.say(element, format!("the text “{}” stands between elements", cut(element.text.trim())));
        }
        let mut model = Model { schema, children: &element.children, furthest: 0, expected: BTreeSet::new() };
        let mut places = BTreeSet::from([0]);
        for particle in schema.content(complex) {
            places = model.ends(particle, &places);
        }
        if !places.contains(&element.children.len()) {
            let at = if places.is_empty() { model.furthest } else { model.furthest.max(last(&places)) };
            let expected =
                model.expected.iter().map(|name| format!("<{name}>")).collect::<Vec<_>>().join(", ");
            let expected = if expected.is_empty() { "nothing more".to_owned() } else { expected };
            match element.children.get(at) {
                Some(child) => {
                    self.say(child, format!("<{}> does not belong here; expected {expected}", child.name));
                }
                None => self.say(element, format!("it ends too early; expected {expected}")),
            }
        }
        // What an element may hold depends on its name alone, so children are checked even where their order is wrong.
        let mut declared = BTreeMap::new();
        for particle in schema.content(complex) {
            declarations(schema, particle, &mut declared);
        }
        for child in &element.children {
            if let Some(declaration) = declared.get(child.name.as_str()) {
                self.element(child, declaration);
            }
        }
    }

    fn attributes(&mut self, element: &Element, declared: &mut dyn Iterator<Item = (&str, bool, &Simple)>) {
        let mut left: Vec<_> = element
            .attributes
            .iter()
            .filter(|attribute| {
                !(attribute.namespace == INSTANCE
                    && matches!(attribute.name.as_str(), "schemaLocation" | "noNamespaceSchemaLocation"))
            })
            .collect();
        for (name, required, kind) in declared {
            let place = left.iter().position(|given| given.namespace.is_empty() && given.name == name);
            match place.map(|place| left.swap_remove(place)) {
                Some(given) => {
                    if let Err(reason) = kind.check(&given.value) {
                        self.say(element, format!("attribute {name}: {reason}"));
                    }
                }
                None if required => self.say(element, format!("the attribute {name} is missing")),
                None => {}
            }
        }
        for given in left {
            self.say(element, format!("the attribute {} is not allowed", given.name));
        }
    }

    fn unique(&mut self, element: &'a Element, unique: &Unique) {
        let mut selected: Vec<&Element> = Vec::new();
        match &unique.children {
            Some(name) => selected.extend(element.children.iter().filter(|child| child.name == *name)),
            None => element.children.iter().for_each(|child| child.visit(&mut |below| selected.push(below))),
        }
        let mut seen = BTreeSet::new();
        for one in selected {
            let value = match &unique.field {
                Field::Attribute(name) => one.attribute(name),
                Field::Child(name) => one.children.iter().find(|c| c.name == *name).map(|c| c.text.as_str()),
            };
            // Whole numbers are the same with or without leading zeros and blanks.
            let value = value
                .map(|text| text.trim().parse::<i64>().map_or_else(|_| text.to_owned(), |n| n.to_string()));
            if let Some(value) = value.filter(|value| !seen.insert(value.clone())) {
                self.say(one, format!("the value “{}” is there twice and must be unique", cut(&value)));
            }
        }
    }
}

fn last(places: &BTreeSet<usize>) -> usize {
    places.last().copied().unwrap_or_default()
}

fn declarations<'a>(
    schema: &'a Schema,
    particle: &'a Particle,
    found: &mut BTreeMap<&'a str, &'a Declaration>,
) {
    match &particle.term {
        Term::Element(declaration) => {
            found.insert(&declaration.name, declaration);
        }
        Term::Reference(name) => {
            if let Some(declaration) = schema.elements.get(name) {
                found.insert(name, declaration);
            }
        }
        Term::Sequence(inner) | Term::Choice(inner) => {
            for particle in inner {
                declarations(schema, particle, found);
            }
        }
    }
}

/// The children of an element against its content model: the set of places a match can reach, so that every reading is
/// followed at once and the cost stays bounded.
struct Model<'a> {
    schema: &'a Schema,
    children: &'a [Element],
    furthest: usize,
    expected: BTreeSet<&'a str>,
}

impl<'a> Model<'a> {
    fn ends(&mut self, particle: &'a Particle, starts: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut places = starts.clone();
        let mut reached = if particle.least == 0 { places.clone() } else { BTreeSet::new() };
        let mut round = 0;
        while !places.is_empty() && particle.most.is_none_or(|most| round < most) {
            let next = self.once(&particle.term, &places);
            round += 1;
            if round >= particle.least {
                places = next.difference(&reached).copied().collect();
                reached.extend(&places);
            } else if next == places {
                // It matches nothing, as often as one likes.
                reached.extend(&next);
                break;
            } else {
                places = next;
            }
        }
        reached
    }

    fn once(&mut self, term: &'a Term, starts: &BTreeSet<usize>) -> BTreeSet<usize> {
        match term {
            Term::Element(declaration) => {
                let namespace = if declaration.global { &self.schema.namespace } else { &self.schema.local };
                self.step(&declaration.name, namespace, starts)
            }
            Term::Reference(name) => self.step(name, &self.schema.namespace, starts),
            Term::Sequence(inner) => {
                let mut places = starts.clone();
                for particle in inner {
                    places = self.ends(particle, &places);
                }
                places
            }
            Term::Choice(inner) => inner.iter().flat_map(|particle| self.ends(particle, starts)).collect(),
        }
    }

    fn step(&mut self, name: &'a str, namespace: &str, starts: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut ends = BTreeSet::new();
        for at in starts {
            let child = self.children.get(*at);
            if child.is_some_and(|child| child.name == name && child.namespace == namespace) {
                ends.insert(at + 1);
                continue;
            }
            if *at > self.furthest {
                self.furthest = *at;
                self.expected.clear();
            }
            if *at == self.furthest {
                self.expected.insert(name);
            }
        }
        ends
    }
}
