//! Reading a schema: what its elements and types are.

use std::collections::BTreeMap;

use super::{
    pattern::Pattern,
    simple::{Bound, BuiltIn, Facets, Simple},
};
use crate::xml::{Document, Element};

const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";

/// A schema.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) namespace: String,
    /// The namespace of elements declared inside a type.
    pub(crate) local: String,
    pub(crate) elements: BTreeMap<String, Declaration>,
    complex: BTreeMap<String, Complex>,
    simple: BTreeMap<String, Simple>,
}

/// An element as it is declared.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    pub(crate) name: String,
    pub(crate) global: bool,
    pub(crate) kind: Type,
    pub(crate) fixed: Option<String>,
    pub(crate) unique: Vec<Unique>,
}

/// What an element holds.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    /// A type with a name of its own.
    Named(String),
    Simple(Simple),
    Complex(Box<Complex>),
}

/// A type with elements in it.
#[derive(Clone, Debug)]
pub(crate) struct Complex {
    /// The type it extends: that one's elements come first.
    base: Option<String>,
    content: Option<Particle>,
    attributes: Vec<AttributeUse>,
}

/// An attribute as it is declared.
#[derive(Clone, Debug)]
pub(crate) struct AttributeUse {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) kind: Simple,
}

/// A part of a content model with how often it comes.
#[derive(Clone, Debug)]
pub(crate) struct Particle {
    pub(crate) least: u32,
    pub(crate) most: Option<u32>,
    pub(crate) term: Term,
}

/// A part of a content model.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    Element(Box<Declaration>),
    /// An element declared at the top of the schema.
    Reference(String),
    Sequence(Vec<Particle>),
    Choice(Vec<Particle>),
}

/// A rule that a value comes only once.
#[derive(Clone, Debug)]
pub(crate) struct Unique {
    /// The child elements it is about; `None` for every element below.
    pub(crate) children: Option<String>,
    /// The attribute or child element whose value is unique.
    pub(crate) field: Field,
}

/// Where a unique value stands.
#[derive(Clone, Debug)]
pub(crate) enum Field {
    Attribute(String),
    Child(String),
}

impl Schema {
    pub(crate) fn read(document: &Document) -> Result<Self, String> {
        let root = &document.root;
        if !is(root, "schema") {
            return Err(format!("its document element is <{}>, not the <schema> of XML Schema", root.name));
        }
        let namespace = root.attribute("targetNamespace").unwrap_or_default().to_owned();
        let qualified = root.attribute("elementFormDefault") == Some("qualified");
        let mut reader = Reader { document, namespace: &namespace, simple: BTreeMap::new() };
        // A simple type may build on one that stands further down: read as long as more become readable.
        let mut waiting: Vec<&Element> =
            root.children.iter().filter(|child| is(child, "simpleType")).collect();
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut later = Vec::new();
            let mut reason = String::new();
            for element in waiting {
                match reader.simple(element) {
                    Ok(simple) => {
                        reader.simple.insert(name(element)?, simple);
                    }
                    Err(why) => {
                        reason = why;
                        later.push(element);
                    }
                }
            }
            if later.len() == before {
                return Err(reason);
            }
            waiting = later;
        }
        let (mut elements, mut complex) = (BTreeMap::new(), BTreeMap::new());
        for child in parts(root) {
            match child.name.as_str() {
                "simpleType" => {}
                "complexType" => {
                    complex.insert(name(child)?, reader.complex(child)?);
                }
                "element" => {
                    elements.insert(name(child)?, reader.declaration(child, true)?);
                }
                _ => return Err(unread(child)),
            }
        }
        let simple = reader.simple;
        let local = if qualified { namespace.clone() } else { String::new() };
        let schema = Self { namespace, local, elements, complex, simple };
        schema.resolved()?;
        Ok(schema)
    }

    /// The complex type an element has, or the simple one.
    pub(crate) fn resolve<'a>(&'a self, kind: &'a Type) -> Option<Result<&'a Complex, &'a Simple>> {
        match kind {
            Type::Simple(simple) => Some(Err(simple)),
            Type::Complex(complex) => Some(Ok(complex)),
            Type::Named(name) => self.complex.get(name).map(Ok).or_else(|| self.simple.get(name).map(Err)),
        }
    }

    /// The content of a complex type: what it inherits, then its own.
    pub(crate) fn content<'a>(&'a self, complex: &'a Complex) -> Vec<&'a Particle> {
        let mut content: Vec<&Particle> =
            self.lineage(complex).filter_map(|kind| kind.content.as_ref()).collect();
        content.reverse();
        content
    }

    /// The attributes of a complex type, with those it inherits.
    pub(crate) fn attributes<'a>(&'a self, complex: &'a Complex) -> impl Iterator<Item = &'a AttributeUse> {
        self.lineage(complex).flat_map(|kind| &kind.attributes)
    }

    /// A type, the type it extends, and so on; bounded, should a schema extend in a circle.
    fn lineage<'a>(&'a self, complex: &'a Complex) -> impl Iterator<Item = &'a Complex> {
        std::iter::successors(Some(complex), |kind| self.complex.get(kind.base.as_ref()?)).take(16)
    }

    /// Checks that every name used is declared.
    fn resolved(&self) -> Result<(), String> {
        self.elements.values().try_for_each(|declaration| self.declared(declaration))?;
        self.complex.values().try_for_each(|complex| self.parts_declared(complex))
    }

    fn declared(&self, declaration: &Declaration) -> Result<(), String> {
        match &declaration.kind {
            Type::Named(name) if self.resolve(&declaration.kind).is_none() => Err(undeclared(name)),
            Type::Complex(complex) => self.parts_declared(complex),
            Type::Named(_) | Type::Simple(_) => Ok(()),
        }
    }

    fn parts_declared(&self, complex: &Complex) -> Result<(), String> {
        match &complex.base {
            Some(base) if !self.complex.contains_key(base) => Err(undeclared(base)),
            _ => complex.content.iter().try_for_each(|particle| self.particle_declared(particle)),
        }
    }

    fn particle_declared(&self, particle: &Particle) -> Result<(), String> {
        match &particle.term {
            Term::Element(declaration) => self.declared(declaration),
            Term::Reference(name) if self.elements.contains_key(name) => Ok(()),
            Term::Reference(name) => Err(undeclared(name)),
            Term::Sequence(inner) | Term::Choice(inner) => {
                inner.iter().try_for_each(|particle| self.particle_declared(particle))
            }
        }
    }
}

fn undeclared(name: &str) -> String {
    format!("“{name}” is used and not declared")
}

struct Reader<'a> {
    document: &'a Document,
    namespace: &'a str,
    simple: BTreeMap<String, Simple>,
}

impl Reader<'_> {
    fn declaration(&self, element: &Element, global: bool) -> Result<Declaration, String> {
        known(element, &["name", "type", "minOccurs", "maxOccurs", "fixed"])?;
        let (mut inline, mut unique) = (None, Vec::new());
        for child in parts(element) {
            match child.name.as_str() {
                "complexType" => inline = Some(Type::Complex(Box::new(self.complex(child)?))),
                "simpleType" => inline = Some(Type::Simple(self.simple(child)?)),
                "unique" => unique.push(self.unique(child)?),
                _ => return Err(unread(child)),
            }
        }
        let kind = match (element.attribute("type"), inline) {
            (Some(name), None) => self.named(name, element)?,
            (None, Some(kind)) => kind,
            _ => return Err(format!("line {}: an element has no type, or two", element.line)),
        };
        let fixed = element.attribute("fixed").map(str::to_owned);
        Ok(Declaration { name: name(element)?, global, kind, fixed, unique })
    }

    /// The type a name stands for.
    fn named(&self, qualified: &str, at: &Element) -> Result<Type, String> {
        let (built_in, local) = self.split(qualified, at)?;
        if !built_in {
            return Ok(self
                .simple
                .get(local)
                .map_or_else(|| Type::Named(local.to_owned()), |s| Type::Simple(s.clone())));
        }
        let known = BuiltIn::named(local).map(|base| Type::Simple(Simple::of(base)));
        known.ok_or_else(|| format!("line {}: the type {qualified} is not read", at.line))
    }

    /// Whether a name is one of XML Schema's own, and the name without prefix.
    fn split<'n>(&self, qualified: &'n str, at: &Element) -> Result<(bool, &'n str), String> {
        let (prefix, local) = qualified.split_once(':').unwrap_or(("", qualified));
        let declared = self.document.prefixes.iter().find(|(known, _)| known == prefix);
        match declared.map(|(_, namespace)| namespace.as_str()) {
            Some(SCHEMA) => Ok((true, local)),
            Some(namespace) if namespace == self.namespace => Ok((false, local)),
            None if prefix.is_empty() && self.namespace.is_empty() => Ok((false, local)),
            _ => Err(format!("line {}: “{qualified}” lies in another schema, which is not read", at.line)),
        }
    }

    fn complex(&self, element: &Element) -> Result<Complex, String> {
        known(element, &["name"])?;
        let mut complex = Complex { base: None, content: None, attributes: Vec::new() };
        self.contents(element, &mut complex)?;
        Ok(complex)
    }

    fn contents(&self, element: &Element, complex: &mut Complex) -> Result<(), String> {
        for child in parts(element) {
            match child.name.as_str() {
                "sequence" | "choice" => complex.content = Some(self.particle(child)?),
                "attribute" => complex.attributes.push(self.attribute(child)?),
                "complexContent" => {
                    known(child, &[])?;
                    for extension in parts(child) {
                        if extension.name != "extension" {
                            return Err(unread(extension));
                        }
                        known(extension, &["base"])?;
                        let base = extension.attribute("base").unwrap_or_default();
                        complex.base = Some(self.split(base, extension)?.1.to_owned());
                        self.contents(extension, complex)?;
                    }
                }
                _ => return Err(unread(child)),
            }
        }
        Ok(())
    }

    fn attribute(&self, element: &Element) -> Result<AttributeUse, String> {
        known(element, &["name", "type", "use"])?;
        let kind = element.attribute("type").unwrap_or_default();
        match self.named(kind, element)? {
            Type::Simple(kind) => Ok(AttributeUse {
                name: name(element)?,
                required: element.attribute("use") == Some("required"),
                kind,
            }),
            _ => Err(format!("line {}: the attribute’s type {kind} is not read", element.line)),
        }
    }

    fn particle(&self, element: &Element) -> Result<Particle, String> {
        let term = match element.name.as_str() {
            "element" => match element.attribute("ref") {
                Some(reference) => {
                    known(element, &["ref", "minOccurs", "maxOccurs"])?;
                    Term::Reference(self.split(reference, element)?.1.to_owned())
                }
                None => Term::Element(Box::new(self.declaration(element, false)?)),
            },
            "sequence" | "choice" => {
                known(element, &["minOccurs", "maxOccurs"])?;
                let inner =
                    parts(element).map(|child| self.particle(child)).collect::<Result<Vec<_>, _>>()?;
                if element.name == "choice" { Term::Choice(inner) } else { Term::Sequence(inner) }
            }
            _ => return Err(unread(element)),
        };
        let count = |name: &str| match element.attribute(name) {
            None => Ok(Some(1)),
            Some("unbounded") => Ok(None),
            Some(text) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(format!("line {}: {name} is “{text}”", element.line)),
            },
        };
        Ok(Particle { least: count("minOccurs")?.unwrap_or(1), most: count("maxOccurs")?, term })
    }

    fn unique(&self, element: &Element) -> Result<Unique, String> {
        let path = |wanted: &str| {
            let mut found = parts(element).filter(|child| child.name == wanted);
            found.next().and_then(|child| child.attribute("xpath")).unwrap_or_default()
        };
        let step = |path: &str| {
            let (_, local) = self.split(path, element).ok()?;
            let plain = !local.is_empty() && local.chars().all(|c| c.is_alphanumeric() || c == '_');
            plain.then(|| local.to_owned())
        };
        let unread =
            |path: &str| format!("line {}: the path “{path}” of a unique value is not read", element.line);
        let (selector, field) = (path("selector"), path("field"));
        let children = match selector {
            ".//*" => None,
            _ => Some(step(selector).ok_or_else(|| unread(selector))?),
        };
        let field = match field.strip_prefix('@') {
            Some(attribute) => Field::Attribute(attribute.to_owned()),
            None => Field::Child(step(field).ok_or_else(|| unread(field))?),
        };
        Ok(Unique { children, field })
    }

    fn simple(&self, element: &Element) -> Result<Simple, String> {
        known(element, &["name"])?;
        let mut inner = parts(element);
        let (Some(restriction), None) = (inner.next(), inner.next()) else {
            return Err(format!("line {}: a simple type is not one restriction", element.line));
        };
        if restriction.name != "restriction" {
            return Err(unread(restriction));
        }
        known(restriction, &["base"])?;
        let base = restriction.attribute("base").unwrap_or_default();
        let Type::Simple(mut simple) = self.named(base, restriction)? else {
            return Err(format!("line {}: the type {base} is not known", restriction.line));
        };
        let mut facets = Facets::default();
        for facet in parts(restriction) {
            known(facet, &["value"])?;
            let value = facet.attribute("value").unwrap_or_default();
            let number =
                || value.parse::<usize>().map_err(|_| format!("line {}: “{value}” is no count", facet.line));
            match facet.name.as_str() {
                "enumeration" => facets.enumeration.push(value.to_owned()),
                "pattern" => facets
                    .patterns
                    .push(Pattern::read(value).map_err(|reason| format!("line {}: {reason}", facet.line))?),
                "minLength" => facets.least_length = Some(number()?),
                "maxLength" => facets.most_length = Some(number()?),
                "length" => {
                    (facets.least_length, facets.most_length) = (Some(number()?), Some(number()?));
                }
                "minInclusive" => facets.bounds.push((Bound::AtLeast, value.to_owned())),
                "minExclusive" => facets.bounds.push((Bound::MoreThan, value.to_owned())),
                "maxInclusive" => facets.bounds.push((Bound::AtMost, value.to_owned())),
                "maxExclusive" => facets.bounds.push((Bound::LessThan, value.to_owned())),
                "fractionDigits" => facets.fraction_digits = Some(number()?),
                "totalDigits" => facets.total_digits = Some(number()?),
                _ => return Err(unread(facet)),
            }
        }
        facets.fit(simple.base).map_err(|reason| format!("line {}: {reason}", restriction.line))?;
        simple.steps.push(facets);
        Ok(simple)
    }
}

fn is(element: &Element, name: &str) -> bool {
    element.namespace == SCHEMA && element.name == name
}

/// The children that say something; remarks do not.
fn parts(element: &Element) -> impl Iterator<Item = &Element> {
    element.children.iter().filter(|child| !is(child, "annotation"))
}

fn name(element: &Element) -> Result<String, String> {
    let name = element.attribute("name").map(str::to_owned);
    name.ok_or_else(|| format!("line {}: <{}> has no name", element.line, element.name))
}

/// Refuses attributes that would change the meaning and are not read.
fn known(element: &Element, names: &[&str]) -> Result<(), String> {
    let own = element.attributes.iter().filter(|attribute| attribute.namespace.is_empty());
    match own.map(|attribute| attribute.name.as_str()).find(|name| *name != "id" && !names.contains(name)) {
        Some(name) => Err(format!("line {}: {name} on <{}> is not read", element.line, element.name)),
        None => Ok(()),
    }
}

fn unread(element: &Element) -> String {
    format!("line {}: <{}> is not read here", element.line, element.name)
}
