//! Words in XML and hypertext.

/// A text in XML, without the characters that XML cannot say (XML 1.0, section 2.2).
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(one),
            '\u{fffe}' | '\u{ffff}' => {}
            one if u32::from(one) < 0x20 => {}
            one => out.push(one),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_opens_a_tag_or_leaves_an_attribute() {
        assert_eq!(escaped("<a b=\"c\">&\u{0}\u{ffff}ñ"), "&lt;a b=&quot;c&quot;&gt;&amp;ñ");
    }
}
