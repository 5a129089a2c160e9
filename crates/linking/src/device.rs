//! Devices: `imei:…`, `mac:…`, or `type:value` for what else a platform knows one by.

use model::{Identifier, IdentifierKind};

use crate::{NotNormal, fold};

/// A device. An IMEI has fifteen digits, the last of them its check (a missing check digit is added, a
/// software version left out); a MAC address is written in pairs. Both are recognised without
/// their type.
pub fn device(raw: &str) -> Result<Identifier, NotNormal> {
    let wrong = |reason| NotNormal::new(IdentifierKind::Device, raw, reason);
    if raw.len() > 400 {
        return Err(wrong("it is longer than the name of a device can be"));
    }
    let named = |value: String| Ok(Identifier { kind: IdentifierKind::Device, value });
    let folded = fold::lower(raw);
    let text = folded.trim();
    if let Some(mac) = mac(text) {
        return named(mac);
    }
    if let Some(imei) = imei(text) {
        return named(imei);
    }
    let (kind, value) =
        text.split_once(':').ok_or_else(|| wrong("expected type:value, such as imei:490154203237518"))?;
    let kind = fold::plain(kind);
    match kind.as_str() {
        // Shorter ones are pieces of addresses.
        short if short.len() < 3 => Err(wrong("expected type:value, such as imei:490154203237518")),
        "mac" => mac(value.trim())
            .map_or_else(|| Err(wrong("a MAC address has six pairs of hexadecimal digits")), named),
        "imei" | "imeisv" => imei(value.trim())
            .map_or_else(|| Err(wrong("an IMEI has 15 digits, the last of which checks the others")), named),
        _ => {
            let value = fold::compact(value);
            if !(4..=120).contains(&value.chars().count()) || value.chars().any(char::is_control) {
                return Err(wrong("the value of a device has 4 to 120 characters"));
            }
            if value.chars().all(|c| c == '0') {
                return Err(wrong("a value of zeros stands for no device"));
            }
            named(format!("{kind}:{value}"))
        }
    }
}

/// Whether a device address says of itself that it was made up (the locally administered bit of a MAC
/// address, IEEE 802): phones change such addresses from network to network.
pub(crate) fn is_made_up(value: &str) -> bool {
    value
        .strip_prefix("mac:")
        .and_then(|mac| mac.chars().nth(1)?.to_digit(16))
        .is_some_and(|digit| digit & 0b0010 != 0)
}

fn mac(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split([':', '-', '.']).collect();
    let regular = match groups.as_slice() {
        [_, _, _, _, _, _] => groups.iter().all(|group| group.len() == 2),
        [_, _, _] => groups.iter().all(|group| group.len() == 4),
        _ => false,
    };
    let digits = groups.concat();
    let hexadecimal = digits.bytes().all(|b| b.is_ascii_hexdigit());
    if !regular || !hexadecimal || digits.bytes().all(|b| b == b'0') || digits.bytes().all(|b| b == b'f') {
        return None;
    }
    let pairs: Vec<&str> = (0..6).filter_map(|pair| digits.get(2 * pair..2 * pair + 2)).collect();
    Some(format!("mac:{}", pairs.join(":")))
}

fn imei(text: &str) -> Option<String> {
    if !text.chars().all(|c| fold::digit(c).is_some() || c.is_whitespace() || fold::is_dash(c) || c == '/') {
        return None;
    }
    let digits: String = text.chars().filter_map(fold::digit).collect();
    let body = digits.get(..14)?;
    let check = luhn(body);
    let right = match digits.len() {
        14 | 16 => true,
        15 => digits.ends_with(check),
        _ => false,
    };
    (right && body.bytes().any(|b| b != b'0')).then(|| format!("imei:{body}{check}"))
}

/// The digit that makes the sum of Luhn's formula a multiple of ten (3GPP TS 23.003, annex B).
fn luhn(body: &str) -> char {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(raw: &str) -> Option<String> {
        device(raw).map(|device| device.value).ok()
    }

    // 490154203237518 is the example of the IMEI's own specification; 00-00-5E-00-53 is set aside for
    // documentation (RFC 7042).
    #[test]
    fn writings_of_one_device_are_one() {
        for same in [
            "imei:490154203237518",
            "49-015420-323751-8",
            "IMEI: 490154203237518",
            "imeisv:4901542032375101",
            "49015420323751",
        ] {
            assert_eq!(value(same).as_deref(), Some("imei:490154203237518"), "{same}");
        }
        for same in ["00:00:5E:00:53:01", "mac:00-00-5e-00-53-01", "0000.5e00.5301"] {
            assert_eq!(value(same).as_deref(), Some("mac:00:00:5e:00:53:01"), "{same}");
        }
        assert_eq!(value("Android-ID: 9774D56D682E549C").as_deref(), Some("android id:9774d56d682e549c"));
    }

    #[test]
    fn what_is_no_device_is_refused() {
        for wrong in [
            "",
            "imei:490154203237519",
            "imei:000000000000000",
            "mac:00:00:00:00:00:00",
            "ff:ff:ff:ff:ff:ff",
            "mac:00:00:5e",
            "serial:",
            "idfa:00000000-0000-0000-0000-000000000000",
        ] {
            assert_eq!(value(wrong), None, "{wrong}");
        }
    }
}
