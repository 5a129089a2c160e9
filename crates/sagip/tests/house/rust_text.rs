//! Rust source without its comments and without what its string literals say, so that a rule about
//! code does not trip over a sentence.

/// The source with comments blanked and the insides of string and character literals turned into
/// underscores. Lines and columns stay where they were.
pub(crate) fn code(source: &str) -> String {
    let text: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = match rest {
            ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => block_comment(rest),
            ['"', ..] => literal(rest).unwrap_or(0),
            ['r' | 'b' | 'c', ..] if !continues_a_word(&text, at) => literal(rest).unwrap_or(0),
            ['\'', ..] => character(rest).unwrap_or(0),
            _ => 0,
        };
        if length == 0 {
            out.push(text[at]);
            at += 1;
            continue;
        }
        let comment = rest.starts_with(&['/']);
        for (place, c) in rest[..length].iter().enumerate() {
            let edge = !comment && (place == 0 || place + 1 == length);
            out.push(match c {
                c if edge || c.is_whitespace() => *c,
                _ if comment => ' ',
                _ => '_',
            });
        }
        at += length;
    }
    out
}

fn continues_a_word(text: &[char], at: usize) -> bool {
    at > 0 && (text[at - 1].is_alphanumeric() || text[at - 1] == '_')
}

/// Block comments nest.
fn block_comment(text: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        match &text[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] if depth == 1 => return at + 2,
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    text.len()
}

/// The length of the string literal that begins here, whichever of its forms it has.
fn literal(text: &[char]) -> Option<usize> {
    let prefix = text.iter().take_while(|c| matches!(c, 'r' | 'b' | 'c')).count();
    let hashes = text[prefix..].iter().take_while(|c| **c == '#').count();
    let raw = text[..prefix].contains(&'r');
    if text.get(prefix + hashes) != Some(&'"') || prefix > 2 || (hashes > 0 && !raw) {
        return None;
    }
    let mut at = prefix + hashes + 1;
    while at < text.len() {
        match text[at] {
            '\\' if !raw => at += 2,
            '"' if text[at + 1..].iter().take_while(|c| **c == '#').count() >= hashes => {
                return Some(at + 1 + hashes);
            }
            _ => at += 1,
        }
    }
    Some(text.len())
}

/// The length of the character literal that begins here; none for a lifetime.
fn character(text: &[char]) -> Option<usize> {
    match text {
        ['\'', '\\', _, rest @ ..] => Some(3 + rest.iter().position(|c| *c == '\'')? + 1),
        ['\'', _, '\'', ..] => Some(3),
        _ => None,
    }
}

/// The lines before the test module: what the file is about.
pub(crate) fn before_tests(code: &str) -> impl Iterator<Item = &str> {
    let lines: Vec<&str> = code.lines().collect();
    let end = (0..lines.len())
        .find(|at| {
            lines[*at].trim() == "#[cfg(test)]"
                && lines[at + 1..]
                    .iter()
                    .find(|line| !line.trim().is_empty() && !line.trim().starts_with("#["))
                    .is_some_and(|line| line.trim().starts_with("mod ") && line.trim().ends_with('{'))
        })
        .unwrap_or(lines.len());
    lines.into_iter().take(end)
}

#[test]
fn comments_and_literals_say_nothing_about_code() {
    let cases = [
        ("a // todo!()\nb", "a           \nb"),
        ("a /* x /* y */ z */ b", "a                   b"),
        (r#"f("x() \" // x") // y"#, r#"f("___ __ __ _")     "#),
        ("r#\"a\"b\"# + c", "r______# + c"),
        (r#"b"x" + br"\" + y"#, r#"b__" + b___" + y"#),
        ("'\"' + '\\'' + '\\u{1f}'", "'_' + '__' + '______'"),
        ("fn f<'a>(x: &'a str) -> &'static str", "fn f<'a>(x: &'a str) -> &'static str"),
        ("radius / b", "radius / b"),
    ];
    for (source, expected) in cases {
        assert_eq!(code(source), expected, "{source}");
    }
}

#[test]
fn a_test_module_ends_what_is_counted_and_a_test_item_does_not() {
    let source = "use a;\n#[cfg(test)]\nuse b;\nfn c() {}\n\n#[cfg(test)]\n#[path = \"x\"]\nmod tests {\n}\n";
    assert_eq!(before_tests(source).count(), 5);
    assert_eq!(before_tests("a\nb\n").count(), 2);
}
