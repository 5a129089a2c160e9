//! Wallets: `bitcoin:…`, `ethereum:…`, or `issuer:id` for e-money and everything else.

use model::{Identifier, IdentifierKind};
use sha2::{Digest, Sha256};

use crate::{NotNormal, account::issuer, fold};

/// A wallet. A Bitcoin address is checked (base58check, or bech32 of BIP 173 and BIP 350) and keeps the
/// case its form gives it; an Ethereum address is folded to lower case (its owner is the same on every
/// chain of that family). Anything else is `issuer:id`, or an id alone when `default_issuer` is given.
pub fn wallet(raw: &str, default_issuer: Option<&str>) -> Result<Identifier, NotNormal> {
    let wrong = |reason| NotNormal::new(IdentifierKind::Wallet, raw, reason);
    if raw.len() > 400 {
        return Err(wrong("it is longer than a wallet's address can be"));
    }
    let named = |value: String| Ok(Identifier { kind: IdentifierKind::Wallet, value });
    let text = raw.trim();
    let (scheme, rest) = text.split_once(':').map_or((None, text), |(scheme, rest)| (issuer(scheme), rest));
    // A payment link has an amount after the address: bitcoin:…?amount=1
    let address = rest.split('?').next().unwrap_or(rest).trim();
    let known = [("bitcoin", bitcoin(address)), ("ethereum", ethereum(address))];
    if scheme.is_none()
        && let Some((chain, address)) = known.iter().find_map(|(chain, found)| Some((chain, found.as_ref()?)))
    {
        return named(format!("{chain}:{address}"));
    }
    let issuer = scheme.or_else(|| default_issuer.and_then(issuer));
    let issuer = issuer.ok_or_else(|| wrong("expected a Bitcoin or Ethereum address, or issuer:id"))?;
    let chain = match issuer.as_str() {
        "bitcoin" | "btc" => Some("bitcoin"),
        "ethereum" | "eth" => Some("ethereum"),
        _ => None,
    };
    if let Some(chain) = chain {
        let address = known.into_iter().find_map(|(name, address)| address.filter(|_| name == chain));
        let address = address.ok_or_else(|| wrong("the address fails its check; a character is wrong"))?;
        return named(format!("{chain}:{address}"));
    }
    let id = fold::compact(rest);
    if !(3..=120).contains(&id.chars().count()) || id.chars().any(char::is_control) || id.contains('*') {
        return Err(wrong("a wallet's id has 3 to 120 characters and none masked"));
    }
    named(format!("{issuer}:{id}"))
}

fn ethereum(address: &str) -> Option<String> {
    let lower = address.to_ascii_lowercase();
    let digits = lower.strip_prefix("0x")?;
    (digits.len() == 40 && digits.bytes().all(|b| b.is_ascii_hexdigit())).then_some(lower)
}

fn bitcoin(address: &str) -> Option<String> {
    bech32(address).or_else(|| base58check(address))
}

/// A segwit address: all in one case, `bc` or `tb`, checked by its polynomial.
fn bech32(address: &str) -> Option<String> {
    const LETTERS: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATORS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let lower = address.to_ascii_lowercase();
    if address != lower && address != address.to_ascii_uppercase() {
        return None;
    }
    let (prefix, data) = lower.rsplit_once('1')?;
    if !matches!(prefix, "bc" | "tb") || !(14..=84).contains(&data.len()) {
        return None;
    }
    let values: Vec<u32> =
        data.chars().map(|c| LETTERS.find(c).map(|place| place as u32)).collect::<Option<_>>()?;
    let expanded =
        prefix.bytes().map(|b| u32::from(b >> 5)).chain([0]).chain(prefix.bytes().map(|b| u32::from(b & 31)));
    let check = expanded.chain(values.iter().copied()).fold(1_u32, |check, value| {
        let top = check >> 25;
        let mixed = ((check & 0x01ff_ffff) << 5) ^ value;
        GENERATORS
            .iter()
            .enumerate()
            .filter(|(bit, _)| (top >> bit) & 1 == 1)
            .fold(mixed, |sum, (_, term)| sum ^ term)
    });
    // Version 0 uses BIP 173's constant, later versions BIP 350's.
    let expected = if values.first() == Some(&0) { 1 } else { 0x2bc8_30a3 };
    (check == expected).then_some(lower)
}

/// An address of the first kind: base 58, twenty-five bytes, the last four the check.
fn base58check(address: &str) -> Option<String> {
    const LETTERS: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    if !(25..=36).contains(&address.len()) {
        return None;
    }
    let mut bytes = [0_u8; 25];
    for letter in address.chars() {
        let mut carry = LETTERS.find(letter)?;
        for byte in bytes.iter_mut().rev() {
            carry += 58 * usize::from(*byte);
            *byte = carry as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return None;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let ones = address.bytes().take_while(|byte| *byte == b'1').count();
    let (payload, check) = bytes.split_at_checked(21)?;
    let digest = Sha256::digest(Sha256::digest(payload));
    // Pay to key hash and to script hash, on the main and the test network.
    let version = payload.first().is_some_and(|version| matches!(version, 0x00 | 0x05 | 0x6f | 0xc4));
    (version && zeros == ones && digest.get(..4) == Some(check)).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(raw: &str) -> Option<String> {
        wallet(raw, None).map(|wallet| wallet.value).ok()
    }

    // The examples of BIP 173, BIP 350, BIP 13's time and EIP 55.
    #[test]
    fn addresses_are_recognised_and_checked() {
        for (raw, expected) in [
            (
                "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                "bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
            ),
            (
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                "bitcoin:bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            ),
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
            (
                "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=0.1",
                "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            ),
            (
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "ethereum:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            ),
            (
                "ETH:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "ethereum:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            ),
            ("Synthetic Wallet: 0900-555-0123", "synthetic wallet:09005550123"),
        ] {
            assert_eq!(value(raw).as_deref(), Some(expected), "{raw}");
        }
        assert_eq!(wallet("SYN-77", Some("Synthetic Wallet, Inc.")).unwrap().value, "synthetic wallet:syn77");
    }

    #[test]
    fn a_mistyped_address_is_refused_rather_than_kept() {
        for wrong in [
            "",
            "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
            "bc1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
            "ethereum:5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "synthetic:***12",
        ] {
            assert_eq!(value(wrong), None, "{wrong}");
        }
    }
}
