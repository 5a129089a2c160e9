//! The tables: each type of the schema lists its fields once, in the schema's order, with how
//! often each may stand. The type, its reader, its writer and its checks all come from the list.

/// A type of element with attributes and a sequence of children, or with attributes and a text.
///
/// A row is `kind field: Type = "nameInXml", "documentation" [rule];` where the rule, a function
/// that checks one value, may be left out. The kinds: `one`, `opt`, `many`, `some` (one or more)
/// are children; `choice` is at most one of several children; `attr` and `must` are attributes,
/// optional and required; `text` is what stands between the tags. A function after the table
/// checks the whole.
macro_rules! element {
    (
        $(#[$meta:meta])*
        $Name:ident {
            $(
                $(must $must:ident: $must_ty:ty = $must_xml:literal, $must_doc:literal $([$must_rule:expr])?)?
                $(attr $attr:ident: $attr_ty:ty = $attr_xml:literal, $attr_doc:literal $([$attr_rule:expr])?)?
                $(one $one:ident: $one_ty:ty = $one_xml:literal, $one_doc:literal $([$one_rule:expr])?)?
                $(opt $opt:ident: $opt_ty:ty = $opt_xml:literal, $opt_doc:literal $([$opt_rule:expr])?)?
                $(many $many:ident: $many_ty:ty = $many_xml:literal, $many_doc:literal $([$many_rule:expr])?)?
                $(some $some:ident: $some_ty:ty = $some_xml:literal, $some_doc:literal $([$some_rule:expr])?)?
                $(choice $choice:ident: $choice_ty:ty, $choice_doc:literal)?
                $(text $text:ident: $text_ty:ty, $text_doc:literal)?
            ;)*
        } $($whole:expr)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $Name {
            $(
                $(#[doc = $must_doc] pub $must: $must_ty,)?
                $(
                    #[doc = $attr_doc]
                    #[serde(default, skip_serializing_if = "Option::is_none")]
                    pub $attr: Option<$attr_ty>,
                )?
                $(#[doc = $one_doc] pub $one: $one_ty,)?
                $(
                    #[doc = $opt_doc]
                    #[serde(default, skip_serializing_if = "Option::is_none")]
                    pub $opt: Option<$opt_ty>,
                )?
                $(
                    #[doc = $many_doc]
                    #[serde(default, skip_serializing_if = "Vec::is_empty")]
                    pub $many: Vec<$many_ty>,
                )?
                $(#[doc = $some_doc] pub $some: Vec<$some_ty>,)?
                $(
                    #[doc = $choice_doc]
                    #[serde(default, skip_serializing_if = "Option::is_none")]
                    pub $choice: Option<$choice_ty>,
                )?
                $(#[doc = $text_doc] pub $text: $text_ty,)?
            )*
        }

        $crate::cybertip::table::constructor! {
            $Name
            [$( $($must: $must_ty;)? $($one: $one_ty;)? $($some: Vec<$some_ty>;)? $($text: $text_ty;)? )*]
            [$( $($attr;)? $($opt;)? $($choice;)? )*]
            [$( $($many;)? )*]
        }

        impl $crate::cybertip::wire::Element for $Name {
            fn read(
                node: &$crate::cybertip::xml::Node,
                findings: &mut $crate::cybertip::problem::Findings,
            ) -> Option<Self> {
                use $crate::cybertip::{shape, wire};
                const SHAPE: shape::Shape = shape::Shape {
                    attributes: &[$( $(($must_xml, true),)? $(($attr_xml, false),)? )*],
                    content: shape::content(&[$( $(stringify!($text))? )*]),
                    places: &[$(
                        $(shape::Place { names: &[$one_xml], count: shape::Count::One },)?
                        $(shape::Place { names: &[$opt_xml], count: shape::Count::Optional },)?
                        $(shape::Place { names: &[$many_xml], count: shape::Count::Many },)?
                        $(shape::Place { names: &[$some_xml], count: shape::Count::AtLeastOne },)?
                        $(shape::Place {
                            names: <$choice_ty as wire::Choice>::NAMES,
                            count: shape::Count::Optional,
                        },)?
                    )*],
                };
                SHAPE.check(node, findings);
                $(
                    $(let $must = wire::read_attribute(node, $must_xml, findings);)?
                    $(let $attr = wire::read_attribute(node, $attr_xml, findings);)?
                    $(let $one = wire::read_child(node, $one_xml, findings);)?
                    $(let $opt = wire::read_child(node, $opt_xml, findings);)?
                    $(let $many = wire::read_children(node, $many_xml, findings);)?
                    $(let $some = wire::read_children(node, $some_xml, findings);)?
                    $(let $choice = wire::read_choice(node, findings);)?
                    $(let $text = wire::read_text(&node.text, node.line, findings);)?
                )*
                Some(Self {
                    $(
                        $($must: $must?,)?
                        $($attr,)?
                        $($one: $one?,)?
                        $($opt,)?
                        $($many,)?
                        $($some,)?
                        $($choice,)?
                        $($text: $text?,)?
                    )*
                })
            }

            fn write(&self, name: &str, out: &mut $crate::cybertip::wire::Writing) {
                out.start(name);
                $(
                    $(out.attribute($must_xml, &$crate::cybertip::wire::Simple::to_text(&self.$must));)?
                    $(if let Some(value) = &self.$attr {
                        out.attribute($attr_xml, &$crate::cybertip::wire::Simple::to_text(value));
                    })?
                )*
                $(
                    $($crate::cybertip::wire::Element::write(&self.$one, $one_xml, out);)?
                    $(if let Some(value) = &self.$opt {
                        $crate::cybertip::wire::Element::write(value, $opt_xml, out);
                    })?
                    $(for value in &self.$many {
                        $crate::cybertip::wire::Element::write(value, $many_xml, out);
                    })?
                    $(for value in &self.$some {
                        $crate::cybertip::wire::Element::write(value, $some_xml, out);
                    })?
                    $(if let Some(value) = &self.$choice {
                        $crate::cybertip::wire::Choice::write(value, out);
                    })?
                    $(out.text(&$crate::cybertip::wire::Simple::to_text(&self.$text));)?
                )*
                out.end(name);
            }

            fn check(&self, checks: &mut $crate::cybertip::wire::Checks) {
                $(
                    $(checks.at(concat!("@", $must_xml), None, |checks| {
                        $crate::cybertip::wire::Simple::check_value(&self.$must, checks);
                        $(($must_rule)(&self.$must, checks);)?
                    });)?
                    $(if let Some(value) = &self.$attr {
                        checks.at(concat!("@", $attr_xml), None, |checks| {
                            $crate::cybertip::wire::Simple::check_value(value, checks);
                            $(($attr_rule)(value, checks);)?
                        });
                    })?
                    $(checks.at($one_xml, None, |checks| {
                        $crate::cybertip::wire::Element::check(&self.$one, checks);
                        $(($one_rule)(&self.$one, checks);)?
                    });)?
                    $(if let Some(value) = &self.$opt {
                        checks.at($opt_xml, None, |checks| {
                            $crate::cybertip::wire::Element::check(value, checks);
                            $(($opt_rule)(value, checks);)?
                        });
                    })?
                    $(for (index, value) in self.$many.iter().enumerate() {
                        checks.at($many_xml, Some(index), |checks| {
                            $crate::cybertip::wire::Element::check(value, checks);
                            $(($many_rule)(value, checks);)?
                        });
                    })?
                    $(
                        if self.$some.is_empty() {
                            checks.note(concat!("expected ", $some_xml, ", found none"));
                        }
                        for (index, value) in self.$some.iter().enumerate() {
                            checks.at($some_xml, Some(index), |checks| {
                                $crate::cybertip::wire::Element::check(value, checks);
                                $(($some_rule)(value, checks);)?
                            });
                        }
                    )?
                    $(if let Some(value) = &self.$choice {
                        $crate::cybertip::wire::Choice::check(value, checks);
                    })?
                    $($crate::cybertip::wire::Simple::check_value(&self.$text, checks);)?
                )*
                $(($whole)(self, checks);)?
            }
        }
    };
}

/// `new` with what the schema requires, or `Default` where it requires nothing.
macro_rules! constructor {
    ($Name:ident [] [$($opt:ident;)*] [$($many:ident;)*]) => {
        impl Default for $Name {
            fn default() -> Self {
                Self { $($opt: None,)* $($many: Vec::new(),)* }
            }
        }
    };
    ($Name:ident [$($required:ident: $ty:ty;)+] [$($opt:ident;)*] [$($many:ident;)*]) => {
        impl $Name {
            /// With what the schema requires, and nothing else.
            pub const fn new($($required: $ty,)+) -> Self {
                Self { $($required,)+ $($opt: None,)* $($many: Vec::new(),)* }
            }
        }
    };
}

/// An element whose children are marks: each present or not, in any order, each `true` by the
/// schema's `fixed`.
macro_rules! marks {
    ($(#[$meta:meta])* $Name:ident { $($mark:ident = $xml:literal, $doc:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $Name {
            $(
                #[doc = $doc]
                #[serde(skip_serializing_if = "std::ops::Not::not")]
                pub $mark: bool,
            )*
        }

        impl $crate::cybertip::wire::Element for $Name {
            fn read(
                node: &$crate::cybertip::xml::Node,
                findings: &mut $crate::cybertip::problem::Findings,
            ) -> Option<Self> {
                use $crate::cybertip::{shape, wire};
                const SHAPE: shape::Shape = shape::Shape {
                    attributes: &[],
                    content: shape::Content::All,
                    places: &[$(shape::Place { names: &[$xml], count: shape::Count::Optional },)*],
                };
                SHAPE.check(node, findings);
                Some(Self {
                    $($mark: wire::read_child::<$crate::cybertip::values::Mark>(node, $xml, findings).is_some(),)*
                })
            }

            fn write(&self, name: &str, out: &mut $crate::cybertip::wire::Writing) {
                out.start(name);
                $(if self.$mark {
                    $crate::cybertip::wire::Element::write(&true, $xml, out);
                })*
                out.end(name);
            }

            fn check(&self, _checks: &mut $crate::cybertip::wire::Checks) {}
        }
    };
}

/// One of several elements, told apart by their names.
macro_rules! choice {
    (
        $(#[$meta:meta])*
        $Name:ident { $($Branch:ident($ty:ty) = $xml:literal, $doc:literal;)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $Name {
            $(#[doc = $doc] $Branch($ty),)*
        }

        impl $crate::cybertip::wire::Choice for $Name {
            const NAMES: &'static [&'static str] = &[$($xml),*];

            fn read(
                node: &$crate::cybertip::xml::Node,
                findings: &mut $crate::cybertip::problem::Findings,
            ) -> Option<Self> {
                match node.name.as_str() {
                    $($xml => $crate::cybertip::wire::Element::read(node, findings).map(Self::$Branch),)*
                    _ => None,
                }
            }

            fn write(&self, out: &mut $crate::cybertip::wire::Writing) {
                match self {
                    $(Self::$Branch(value) => $crate::cybertip::wire::Element::write(value, $xml, out),)*
                }
            }

            fn check(&self, checks: &mut $crate::cybertip::wire::Checks) {
                match self {
                    $(Self::$Branch(value) => checks.at($xml, None, |checks| {
                        $crate::cybertip::wire::Element::check(value, checks);
                    }),)*
                }
            }
        }
    };
}

/// A type of text with few values, each with its exact spelling.
macro_rules! words {
    ($(#[$meta:meta])* $Name:ident { $($Word:ident = $text:literal, $doc:literal;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $Name {
            $(#[doc = $doc] #[serde(rename = $text)] $Word,)*
        }

        impl $Name {
            /// Every value, in the schema's order.
            pub const ALL: &'static [Self] = &[$(Self::$Word),*];

            /// The exact text in a document.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Word => $text,)*
                }
            }
        }

        impl $crate::cybertip::wire::Simple for $Name {
            fn expected() -> String {
                let texts = Self::ALL.iter().map(|word| format!("“{}”", word.as_str()));
                texts.collect::<Vec<_>>().join(" or ")
            }

            fn from_text(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
            }

            fn to_text(&self) -> std::borrow::Cow<'_, str> {
                self.as_str().into()
            }
        }
    };
}

pub(super) use {choice, constructor, element, marks, words};
