//! Pages as PDF 1.7 (ISO 32000-1), with the two faces of Helvetica that every reader has. Words are in
//! the Windows Latin encoding; a sign it lacks becomes a question mark. The same pages give the same bytes.

use std::fmt::Write as _;

use crate::chart::scene::{Anchor, Dash, Ink, Place, Scene, Shape};
use crate::sheet::type_face::width;

/// The width of an A4 page in points.
pub(crate) const WIDTH: f64 = 595.28;
/// Its height.
pub(crate) const HEIGHT: f64 = 841.89;

/// What is drawn on a page. Places are to the right and down from the upper left.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page(String);

impl Page {
    /// Words that begin, have their middle, or end at a place on their base line.
    pub(crate) fn words(
        &mut self,
        (x, y): Place,
        anchor: Anchor,
        size: f64,
        bold: bool,
        ink: Ink,
        text: &str,
    ) {
        let before = match anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width(text, size, bold) / 2.0,
            Anchor::End => width(text, size, bold),
        };
        let font = if bold { "F2" } else { "F1" };
        let place = point((x - before, y));
        let string = literal(text);
        self.push(format_args!(
            "BT {} rg /{font} {} Tf {place} Td {string} Tj ET\n",
            colour(ink),
            short(size)
        ));
    }

    /// A line through places.
    pub(crate) fn line(&mut self, places: &[Place], ink: Ink, width: f64, dash: Dash) {
        let dashes = dash.pattern();
        self.push(format_args!("{} RG {} w [{dashes}] 0 d {}S\n", colour(ink), short(width), path(places)));
    }

    /// An area with its edge.
    pub(crate) fn area(&mut self, places: &[Place], ink: Ink, edge: Option<Ink>) {
        let path = path(places);
        match edge {
            None => self.push(format_args!("{} rg {path}f\n", colour(ink))),
            Some(edge) => {
                self.push(format_args!("{} rg {} RG 0.7 w [] 0 d {path}b\n", colour(ink), colour(edge)));
            }
        }
    }

    /// A drawing, its upper left corner at a place, made as wide as `wide`.
    pub(crate) fn scene(&mut self, scene: &Scene, (left, top): Place, wide: f64) {
        let scale = wide / scene.width;
        let moved = |(x, y): &Place| (left + x * scale, top + y * scale);
        for shape in &scene.shapes {
            match shape {
                Shape::Line { places, ink, width, dash } => {
                    let places: Vec<Place> = places.iter().map(moved).collect();
                    self.line(&places, *ink, width * scale, *dash);
                }
                Shape::Area { places, ink, edge } => {
                    let places: Vec<Place> = places.iter().map(moved).collect();
                    self.area(&places, *ink, *edge);
                }
                Shape::Words { place, anchor, size, bold, ink, text } => {
                    self.words(moved(place), *anchor, size * scale, *bold, *ink, text);
                }
            }
        }
    }

    fn push(&mut self, what: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.0.write_fmt(what);
    }
}

/// The document.
pub(crate) fn written(title: &str, pages: &[Page]) -> Vec<u8> {
    let kids: Vec<String> =
        (0..pages.len()).map(|number| format!("{} 0 R", FIRST_PAGE + 2 * number)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>"
            .to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()),
        font("Helvetica"),
        font("Helvetica-Bold"),
        format!("<< /Title {} /Producer (Sagip) >>", literal(title)),
    ];
    for (number, Page(content)) in pages.iter().enumerate() {
        let content_number = FIRST_PAGE + 2 * number + 1;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {content_number} 0 R >>"
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}endstream", content.len()));
    }
    // The sign after the version says that bytes above 127 may follow.
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).into_bytes());
    }
    let start = out.len();
    let count = objects.len() + 1;
    out.extend(format!("xref\n0 {count}\n0000000000 65535 f \n").into_bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").into_bytes());
    }
    let trailer =
        format!("trailer\n<< /Size {count} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{start}\n%%EOF\n");
    out.extend(trailer.into_bytes());
    out
}

/// The object number of the first page.
const FIRST_PAGE: usize = 6;

fn font(name: &str) -> String {
    format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>")
}

fn colour(ink: Ink) -> &'static str {
    match ink {
        Ink::Word => "0.08 0.09 0.11",
        Ink::Quiet => "0.26 0.29 0.34",
        Ink::Line => "0.8 0.82 0.85",
        Ink::Accent => "0.09 0.33 0.6",
        Ink::Tint => "0.9 0.94 0.98",
        Ink::Surface => "1 1 1",
    }
}

fn path(places: &[Place]) -> String {
    let mut out = String::new();
    for (number, place) in places.iter().enumerate() {
        let sign = if number == 0 { "m" } else { "l" };
        out.push_str(&format!("{} {sign} ", point(*place)));
    }
    out
}

/// A place as PDF counts it: up from the lower left.
fn point((x, y): Place) -> String {
    format!("{} {}", short(x), short(HEIGHT - y))
}

fn short(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    format!("{value:.2}")
}

/// A string of ASCII: signs beyond it by their octal number in the encoding.
fn literal(text: &str) -> String {
    let mut out = String::from("(");
    for one in text.chars() {
        match encoded(one) {
            sign @ (b'(' | b')' | b'\\') => out.extend(['\\', char::from(sign)]),
            sign @ 0x20..=0x7e => out.push(char::from(sign)),
            other => out.push_str(&format!("\\{other:03o}")),
        }
    }
    out.push(')');
    out
}

/// The sign in the Windows Latin encoding (code page 1252).
fn encoded(one: char) -> u8 {
    const SPECIAL: [(char, u8); 21] = [
        ('€', 0x80),
        ('‚', 0x82),
        ('„', 0x84),
        ('…', 0x85),
        ('†', 0x86),
        ('‡', 0x87),
        ('‰', 0x89),
        ('Š', 0x8a),
        ('Œ', 0x8c),
        ('Ž', 0x8e),
        ('‘', 0x91),
        ('’', 0x92),
        ('“', 0x93),
        ('”', 0x94),
        ('•', 0x95),
        ('–', 0x96),
        ('—', 0x97),
        ('™', 0x99),
        ('š', 0x9a),
        ('œ', 0x9c),
        ('ž', 0x9e),
    ];
    match one {
        '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{ff}' => one as u8,
        _ if one.is_whitespace() => b' ',
        _ => SPECIAL.iter().find(|(sign, _)| *sign == one).map_or(b'?', |(_, byte)| *byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_lies_where_the_table_says_and_text_cannot_leave_its_string() {
        let mut page = Page::default();
        page.words((10.0, 20.0), Anchor::Start, 10.0, false, Ink::Word, "Dasmariñas (a) \\ “b” 中");
        let out = written("Synthetic) report", &[page.clone(), page]);
        let text = String::from_utf8_lossy(&out);
        assert!(text.contains(r"(Dasmari\361as \(a\) \\ \223b\224 ?) Tj"));
        assert!(text.contains(r"/Title (Synthetic\) report)") && text.contains("/Count 2"));
        let start: usize =
            text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
        assert!(out[start..].starts_with(b"xref\n0 10\n"));
        let table = String::from_utf8(out[start..].to_vec()).unwrap();
        let entries: Vec<usize> = table
            .lines()
            .filter_map(|line| line.strip_suffix(" 00000 n "))
            .map(|offset| offset.parse().unwrap())
            .collect();
        assert_eq!(entries.len(), 9);
        for (number, offset) in entries.into_iter().enumerate() {
            assert!(out[offset..].starts_with(format!("{} 0 obj", number + 1).as_bytes()));
        }
    }
}
