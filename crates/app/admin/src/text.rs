//! What people type into the fields of keeping house.

use app_kernel::Error;

/// A line of text that must be there.
pub(crate) fn line(field: &'static str, text: &str, most: usize) -> Result<String, Error> {
    let line = optional_line(field, text, most)?;
    if line.is_empty() {
        return Err(Error::invalid(field, "missing", "This field is empty.", "Fill it in."));
    }
    Ok(line)
}

/// A line of text that may be empty.
pub(crate) fn optional_line(field: &'static str, text: &str, most: usize) -> Result<String, Error> {
    let text = text.trim();
    if text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(Error::invalid(
            field,
            "not_a_line",
            format!("This is more than one line of {most} characters."),
            "Shorten it.",
        ));
    }
    Ok(text.to_owned())
}

/// The name someone signs in with, as it is kept: lower case.
pub(crate) fn sign_in_name(text: &str) -> Result<String, Error> {
    let name = as_typed(text);
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-@".contains(c);
    if !(3..=64).contains(&name.len()) || !name.chars().all(fits) {
        return Err(Error::invalid(
            "name",
            "not_a_name",
            "A name to sign in with has 3 to 64 characters: letters a to z, digits, and . _ - @",
            "Choose another, such as the part of the e-mail address before the @.",
        ));
    }
    Ok(name)
}

/// A name as someone typed it who wants in.
pub(crate) fn as_typed(text: &str) -> String {
    text.trim().to_lowercase()
}

/// An e-mail address, as far as it can be told without writing to it.
pub(crate) fn email(field: &'static str, text: &str) -> Result<String, Error> {
    let email = line(field, text, 254)?;
    let parts: Vec<&str> = email.split('@').collect();
    match parts.as_slice() {
        [local, domain]
            if !local.is_empty() && domain.contains('.') && !email.contains(char::is_whitespace) =>
        {
            Ok(email)
        }
        _ => Err(Error::invalid(
            field,
            "not_an_email",
            "This is not an e-mail address.",
            "Write it in full, such as desk@example.org.",
        )),
    }
}

/// A telephone number, or nothing.
pub(crate) fn phone(field: &'static str, text: &str) -> Result<String, Error> {
    let phone = optional_line(field, text, 32)?;
    let fits = |c: char| c.is_ascii_digit() || "+-() ".contains(c);
    if !phone.chars().all(fits)
        || (!phone.is_empty() && phone.chars().filter(char::is_ascii_digit).count() < 5)
    {
        return Err(Error::invalid(
            field,
            "not_a_phone",
            "This is not a telephone number.",
            "Write it with its country, such as +63 2 8000 0000.",
        ));
    }
    Ok(phone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_in_lower_case_and_without_surprises() {
        assert_eq!(sign_in_name(" Synthetic.One ").unwrap(), "synthetic.one");
        for wrong in ["", "ab", "two words", "синтетик", "a\u{202e}bc", &"x".repeat(65)] {
            assert!(sign_in_name(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn addresses_and_numbers_are_looked_at() {
        assert!(email("email", "desk@example.org").is_ok());
        for wrong in ["", "desk", "desk@", "@example.org", "a@b@example.org", "desk @example.org"] {
            assert!(email("email", wrong).is_err(), "{wrong}");
        }
        assert_eq!(phone("phone", "").unwrap(), "");
        assert!(phone("phone", "+1 (555) 010-0100").is_ok());
        for wrong in ["call us", "12", "+1 555 0100 x9"] {
            assert!(phone("phone", wrong).is_err(), "{wrong}");
        }
        assert!(line("name", "two\nlines", 200).is_err());
    }
}
