//! How wide words are in Helvetica, one of the fonts every PDF reader has (Adobe's font metrics; other
//! sans-serif faces of a page are near enough for a chart's labels).

/// Widths of the characters from space to tilde, in thousandths of the size.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// How wide a text is at a size; bold is taken for a tenth wider.
pub(crate) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let thousandths: f64 = text.chars().map(|one| f64::from(of(one))).sum();
    thousandths / 1000.0 * size * if bold { 1.1 } else { 1.0 }
}

/// A text in lines no wider than `most`; a word that is wider alone is broken.
pub(crate) fn wrapped(text: &str, size: f64, bold: bool, most: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&joined, size, bold) <= most {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for one in word.chars() {
            if !line.is_empty() && width(&line, size, bold) + width(&one.to_string(), size, bold) > most {
                lines.push(std::mem::take(&mut line));
            }
            line.push(one);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn of(one: char) -> u16 {
    let place = (one as usize).checked_sub(0x20);
    place.and_then(|place| WIDTHS.get(place)).copied().unwrap_or(556)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn lines_fit_and_lose_no_sign(text in "[a-zA-Z ,.]{0,120}") {
            let lines = wrapped(&text, 10.0, false, 60.0);
            prop_assert!(lines.iter().all(|line| width(line, 10.0, false) <= 60.0));
            let signs = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(signs(&lines.join(" ")), signs(&text));
        }
    }
}
