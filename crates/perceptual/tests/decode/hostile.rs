//! Files made to do harm, and files broken by chance.

use perceptual::decode::{Format, Limits, Undecodable, decode};

use crate::samples::{claiming, every_format, palette_png};

#[test]
fn a_picture_that_claims_to_be_huge_is_refused_before_it_is_read() {
    assert_eq!(
        decode(&claiming(60_000, 60_000), Limits::default()).unwrap_err().to_string(),
        "the PNG picture has 60000x60000 pixels, and at most 100000000 are read"
    );
    assert_eq!(
        decode(&claiming(100_000, 5), Limits::default()).unwrap_err().to_string(),
        "the PNG picture has 100000x5 pixels, and no side may have more than 65535"
    );
    let little = Limits { most_bytes: 1000, ..Limits::default() };
    for (format, bytes) in every_format(40, 40) {
        let error = decode(&bytes, little).unwrap_err();
        let refused = matches!(error, Undecodable::Memory { most: 1000, .. } | Undecodable::Broken { .. });
        assert!(refused, "{format}: {error}");
    }
}

#[test]
fn the_limits_are_the_most_that_is_read() {
    for (format, bytes) in every_format(20, 10) {
        let exactly = Limits { most_pixels: 200, longest_side: 20, ..Limits::default() };
        assert!(decode(&bytes, exactly).is_ok(), "{format}");
        let fewer = Limits { most_pixels: 199, ..Limits::default() };
        assert_eq!(
            decode(&bytes, fewer),
            Err(Undecodable::Pixels { format, width: 20, height: 10, most: 199 })
        );
        let shorter = Limits { longest_side: 19, ..Limits::default() };
        assert_eq!(
            decode(&bytes, shorter),
            Err(Undecodable::Side { format, width: 20, height: 10, longest: 19 })
        );
    }
}

/// A file that stops within its picture gives none: half a picture has another hash.
#[test]
fn a_file_that_stops_gives_no_picture() {
    for (format, bytes) in every_format(64, 48) {
        for length in (0..bytes.len() * 9 / 10).step_by(bytes.len() / 60) {
            let error = decode(&bytes[..length], Limits::default()).expect_err(format.name());
            assert!(!matches!(error, Undecodable::Panicked(_)), "{format} cut at {length}: {error}");
        }
    }
}

#[test]
fn a_jpeg_whose_end_is_missing_is_truncated_whatever_its_thumbnail_has() {
    let (_, whole) = every_format(32, 32).into_iter().find(|(format, _)| *format == Format::Jpeg).unwrap();
    // An application segment with a whole JPEG in it, as cameras write their thumbnails.
    let segment = [&[0xFF, 0xE1][..], &(whole.len() as u16 + 2).to_be_bytes(), &whole].concat();
    let with_thumbnail = [&whole[..2], &segment, &whole[2..]].concat();
    assert!(decode(&with_thumbnail, Limits::default()).is_ok());
    let cut = &with_thumbnail[..with_thumbnail.len() - 2];
    assert_eq!(decode(cut, Limits::default()), Err(Undecodable::Truncated(Format::Jpeg)));
}

/// `SplitMix64`: the same mutations every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((value ^ (value >> 31)) % limit as u64) as usize
    }
}

/// One file broken in one to four places: bytes changed, doubled, cut out, or made extreme.
fn mutated(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.below(4) {
        // Headers say more than samples: half of all changes fall on the beginning.
        let reach = if chance.below(2) == 0 { bytes.len().min(64) } else { bytes.len() };
        let at = chance.below(reach);
        match chance.below(6) {
            0 => bytes[at] = chance.below(256) as u8,
            1 => bytes[at] ^= 1 << chance.below(8),
            2 => bytes[at..].iter_mut().take(4).for_each(|byte| *byte = 0xFF),
            3 => bytes[at..].iter_mut().take(2).for_each(|byte| *byte = 0),
            4 => {
                let end = (at + 1 + chance.below(16)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let end = (at + 1 + chance.below(16)).min(bytes.len());
                let doubled = bytes[at..end].to_vec();
                bytes.splice(at..at, doubled);
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

/// Whatever it is given, `decode` comes back with a picture or an error, within the limits. Whether
/// a decoder panicked on the way is told apart from an error, and printed.
#[test]
fn a_broken_file_is_an_error_or_a_picture() {
    let limits = Limits { most_pixels: 1_000_000, most_bytes: 32 << 20, ..Limits::default() };
    let mut chance = Chance(2026);
    let mut files = every_format(20, 14);
    files.push((Format::Png, palette_png()));
    for (format, file) in files {
        let (mut pictures, mut errors, mut panics) = (0, 0, 0);
        for _ in 0..3000 {
            match decode(&mutated(&file, &mut chance), limits) {
                Ok(picture) => {
                    let pixels = picture.pixels();
                    assert!(pixels.width() as u64 * pixels.height() as u64 <= limits.most_pixels);
                    perceptual::hash(pixels, perceptual::Profile::Reference512);
                    pictures += 1;
                }
                Err(Undecodable::Panicked(_)) => panics += 1,
                Err(_) => errors += 1,
            }
        }
        println!("{format}: {pictures} pictures, {errors} errors, {panics} panics caught");
        assert!(errors > 300, "{format}: the mutations broke hardly anything");
    }
}
