//! The style sheet and the script, built into the binary and served from this origin only.
//!
//! Their paths carry a digest of their content, so that they can be cached for ever and a new
//! release is never mixed with an old sheet.

use std::sync::LazyLock;

/// A file served as it is.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its address, with the digest of its content.
    pub path: String,
    /// Its media type.
    pub content_type: &'static str,
    /// Its content.
    pub body: &'static str,
}

/// The `Cache-Control` every asset is sent with.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// The `Content-Security-Policy` of every page: this origin, no inline style, no inline script.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The style sheet, for screen and paper.
pub static STYLE: LazyLock<Asset> =
    LazyLock::new(|| asset("app", "css", "text/css; charset=utf-8", include_str!("../assets/app.css")));

/// The style sheet for paper.
pub static PRINT: LazyLock<Asset> =
    LazyLock::new(|| asset("print", "css", "text/css; charset=utf-8", include_str!("../assets/print.css")));

/// The script every page works without.
pub static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| asset("app", "js", "text/javascript; charset=utf-8", include_str!("../assets/app.js")));

/// The mark in the browser's tab.
pub static ICON: LazyLock<Asset> =
    LazyLock::new(|| asset("sagip", "svg", "image/svg+xml", include_str!("../assets/sagip.svg")));

/// All of them.
pub fn all() -> [&'static Asset; 4] {
    [&STYLE, &PRINT, &SCRIPT, &ICON]
}

/// The asset at an address; `None` where the address names none, or one of another release.
pub fn find(path: &str) -> Option<&'static Asset> {
    all().into_iter().find(|asset| asset.path == path)
}

fn asset(name: &str, extension: &str, content_type: &'static str, body: &'static str) -> Asset {
    Asset { path: format!("/assets/{name}.{:016x}.{extension}", digest(body)), content_type, body }
}

/// FNV-1a, 64 bits: tells one release's file from another's; nothing leans on it for safety.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_by_the_address_a_page_links_to() {
        assert_eq!(find(&STYLE.path).unwrap().body, STYLE.body);
        assert!(find("/assets/app.0000000000000000.css").is_none());
        assert_ne!(STYLE.path, PRINT.path);
    }

    #[test]
    fn the_digest_is_fnv_1a() {
        assert_eq!(digest(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(digest("a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn the_policy_allows_nothing_inline_and_no_other_origin() {
        for word in ["unsafe", "http", "data:", "*"] {
            assert!(!CONTENT_SECURITY_POLICY.contains(word), "{word}");
        }
    }

    #[test]
    fn the_script_keeps_nothing_and_interrupts_nobody() {
        for word in ["localStorage", "sessionStorage", "indexedDB", "alert(", "confirm(", "eval("] {
            assert!(!SCRIPT.body.contains(word), "{word}");
        }
        assert!(SCRIPT.body.lines().count() < 300);
    }

    /// Relative luminance and contrast as WCAG 2.2 defines them.
    fn contrast(a: &str, b: &str) -> f64 {
        let luminance = |hex: &str| {
            let channel = |at: usize| {
                let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
                if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The two values of `--name: light-dark(#rrggbb, #rrggbb);`, light first.
    fn token(name: &str) -> [String; 2] {
        let start = format!("--{name}: light-dark(");
        let line = STYLE.body.lines().find(|l| l.trim().starts_with(&start));
        let line = line.unwrap_or_else(|| panic!("no token --{name}"));
        let values = line.split(['(', ')']).nth(1).unwrap();
        let [light, dark] = values.split(", ").collect::<Vec<_>>().try_into().unwrap();
        [light.to_owned(), dark.to_owned()]
    }

    #[test]
    fn contrast_of_black_on_white_is_twenty_one() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
        assert!((contrast("#777777", "#ffffff") - 4.478).abs() < 1e-3);
    }

    #[test]
    fn tokens_have_the_contrast_their_use_asks_for() {
        // (foreground, background, least): 7 for what is read at length (AAA), 4.5 for other
        // words (AA), 3 for the edges of controls, shapes and the focus ring (WCAG 1.4.11).
        let mut pairs = Vec::new();
        for ground in ["ground", "surface", "sunken"] {
            pairs.extend([("ink", ground, 7.0), ("quiet", ground, 7.0), ("accent", ground, 4.5)]);
            pairs.extend([("edge", ground, 3.0), ("focus", ground, 3.0)]);
            pairs.extend(["red", "amber", "green", "violet"].map(|c| (c, ground, 4.5)));
        }
        for (colour, tint) in [
            ("red", "red-tint"),
            ("amber", "amber-tint"),
            ("green", "green-tint"),
            ("violet", "violet-tint"),
            ("accent", "accent-tint"),
        ] {
            pairs.extend([
                (colour, tint, 4.5),
                ("ink", tint, 7.0),
                ("quiet", tint, 4.5),
                ("focus", tint, 3.0),
            ]);
        }
        pairs.extend([("on-red", "red", 4.5), ("on-accent", "accent", 4.5)]);
        for (foreground, background, least) in pairs {
            for (theme, (f, b)) in
                ["light", "dark"].into_iter().zip(token(foreground).iter().zip(&token(background)))
            {
                let found = contrast(f, b);
                assert!(found >= least, "{foreground} on {background}, {theme}: {found:.2} < {least}");
            }
        }
    }

    #[test]
    fn sizes_and_spaces_are_those_of_the_house() {
        let sizes = ["var(--s12)", "var(--s14)", "var(--s16)", "var(--s20)", "var(--s28)"];
        let corners = ["var(--corner)", "0", "50%"];
        for declaration in STYLE.body.split(['{', '}', ';']).map(str::trim) {
            let Some((property, value)) = declaration.split_once(':') else { continue };
            match property {
                "font-size" => assert!(sizes.contains(&value.trim()), "{declaration}"),
                "border-radius" => assert!(corners.contains(&value.trim()), "{declaration}"),
                "color" | "background" | "border-color" => {
                    assert!(!value.contains('#'), "no token: {declaration}");
                }
                _ => {}
            }
        }
    }
}
