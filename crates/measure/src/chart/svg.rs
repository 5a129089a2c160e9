//! A drawing as SVG. No style sheet, no style attribute and no script is in it, so it stands in a page
//! under a strict policy; on a page its inks are the page's tokens, in a file of its own plain colours.

use crate::chart::scene::{Anchor, Dash, Ink, Place, Scene, Shape};
use crate::markup::escaped;

/// Where a drawing will be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dress {
    /// In a page, whose tokens it takes for light and dark.
    Page,
    /// In a file of its own, black and blue on white.
    File,
}

impl Dress {
    fn colour(self, ink: Ink) -> &'static str {
        match (self, ink) {
            (Self::Page, Ink::Word) => "var(--ink, #15181d)",
            (Self::Page, Ink::Quiet) => "var(--quiet, #434b57)",
            (Self::Page, Ink::Line) => "var(--line, #d9dde3)",
            (Self::Page, Ink::Accent) => "var(--accent, #17539a)",
            (Self::Page, Ink::Tint) => "var(--accent-tint, #e6effa)",
            (Self::Page, Ink::Surface) => "var(--surface, #ffffff)",
            (Self::File, Ink::Word) => "#15181d",
            (Self::File, Ink::Quiet) => "#434b57",
            (Self::File, Ink::Line) => "#d9dde3",
            (Self::File, Ink::Accent) => "#17539a",
            (Self::File, Ink::Tint) => "#e6effa",
            (Self::File, Ink::Surface) => "#ffffff",
        }
    }

    fn family(self) -> &'static str {
        match self {
            Self::Page => "var(--sans, system-ui, sans-serif)",
            Self::File => "Helvetica, Arial, sans-serif",
        }
    }
}

/// The drawing with its title and description, which a screen reader says in its place.
pub(crate) fn written(scene: &Scene, title: &str, description: &str, id: &str, dress: Dress) -> String {
    let id: String = id.chars().filter(|one| one.is_ascii_alphanumeric() || *one == '-').collect();
    let (width, height) = (scene.width, scene.height);
    let mut out = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {width} {height}" aria-labelledby="{id}-title {id}-description" font-family="{}"><title id="{id}-title">{}</title><desc id="{id}-description">{}</desc>"#,
        dress.family(),
        escaped(title),
        escaped(description),
    );
    if dress == Dress::File {
        out.push_str(&format!(
            r#"<rect width="{width}" height="{height}" fill="{}"/>"#,
            dress.colour(Ink::Surface)
        ));
    }
    for shape in &scene.shapes {
        out.push_str(&drawn(shape, dress));
    }
    out.push_str("</svg>");
    out
}

fn drawn(shape: &Shape, dress: Dress) -> String {
    match shape {
        Shape::Line { places, ink, width, dash } => {
            let dashes = match dash {
                Dash::Solid => String::new(),
                other => format!(r#" stroke-dasharray="{}""#, other.pattern()),
            };
            format!(
                r#"<polyline points="{}" fill="none" stroke="{}" stroke-width="{width}" stroke-linejoin="round"{dashes}/>"#,
                points(places),
                dress.colour(*ink),
            )
        }
        Shape::Area { places, ink, edge } => {
            let edge = edge.map_or_else(String::new, |edge| format!(r#" stroke="{}""#, dress.colour(edge)));
            format!(r#"<polygon points="{}" fill="{}"{edge}/>"#, points(places), dress.colour(*ink))
        }
        Shape::Words { place: (x, y), anchor, size, bold, ink, text } => {
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::Middle => r#" text-anchor="middle""#,
                Anchor::End => r#" text-anchor="end""#,
            };
            let weight = if *bold { r#" font-weight="650""# } else { "" };
            format!(
                r#"<text x="{}" y="{}" font-size="{size}"{anchor}{weight} fill="{}">{}</text>"#,
                short(*x),
                short(*y),
                dress.colour(*ink),
                escaped(text),
            )
        }
    }
}

fn points(places: &[Place]) -> String {
    places.iter().map(|(x, y)| format!("{},{}", short(*x), short(*y))).collect::<Vec<_>>().join(" ")
}

/// A coordinate to a tenth; a place that is nowhere is the corner.
fn short(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_runs_nothing_and_says_what_it_is() {
        let mut scene = Scene { width: 100.0, height: 50.0, shapes: Vec::new() };
        scene.words((1.0, 2.25), Anchor::End, Ink::Quiet, "a < b & \"c\"");
        scene.line(vec![(0.0, f64::NAN), (5.0, 6.0)], Ink::Accent, 2.0, Dash::Short);
        let page = written(&scene, "<script>alert(1)</script>", "one\u{7}two", "x\" onload=\"y", Dress::Page);
        assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("onload=\"y"));
        assert!(
            page.contains("role=\"img\"") && page.contains("<title id=\"xonloady-title\">&lt;script&gt;")
        );
        assert!(page.contains("var(--accent, #17539a)") && page.contains("a &lt; b &amp; &quot;c&quot;"));
        assert!(page.contains("points=\"0,0 5,6\"") && page.contains("stroke-dasharray=\"3 3\""));
        let file = written(&scene, "t", "d", "x", Dress::File);
        assert!(!file.contains("var(") && file.contains("<rect width=\"100\""));
        assert_eq!(crate::chart::tests::texts(&file)[0], "t");
    }
}
