//! Targets: pictures as files, and frames of videos as text.

use std::{io::Cursor, path::Path};

use anyhow::Context;
use image::{ColorType, ImageFormat};
use perceptual::{Hasher, Layout, Pixels, Profile, decode, vpdq};

use super::{Taking, Target, laws::same, pieces};

/// What a picture may be here: small, so that many are decoded and what asks for more is refused.
const LIMITS: decode::Limits =
    decode::Limits { most_pixels: 400_000, most_bytes: 32 * 1024 * 1024, longest_side: 20_000 };

pub(super) const PICTURE: Target = Target {
    name: "picture",
    seeds: picture_seeds,
    words: &[
        "IHDR",
        "IDAT",
        "PLTE",
        "tRNS",
        "IEND",
        "acTL",
        "fcTL",
        "GIF89a",
        "NETSCAPE2.0",
        "RIFF",
        "WEBPVP8 ",
        "VP8L",
        "VP8X",
        "ALPH",
        "ANIM",
        "ANMF",
        "Exif\0\0",
        "Adobe",
        "JFIF",
        "\u{1}\u{2}\u{4}\u{8}",
        "BM",
        "II*\0",
        "MM\0*",
    ],
    mend: Some(mend_png),
    most_bytes: 320 * 1024 * 1024,
    taking: |_| {
        let mut hasher = Hasher::new();
        Ok(Box::new(move |bytes| {
            let picture = match decode::decode(bytes, LIMITS) {
                Ok(picture) => picture,
                Err(reason) if reason.to_string().len() > 2000 => {
                    return Err(format!("the reason has {} bytes", reason.to_string().len()));
                }
                Err(_) => return Ok(false),
            };
            let pixels = picture.pixels();
            let area = u64::from(pixels.width() as u32) * u64::from(pixels.height() as u32);
            if area == 0 || area > LIMITS.most_pixels {
                return Err(format!("{area} pixels came through"));
            }
            let hashed = hasher.hash(pixels, Profile::FullResolution);
            // A hasher that has seen other pictures gives what a new one gives.
            if pieces::of(bytes).is_multiple_of(16) {
                same(&perceptual::hash(pixels, Profile::FullResolution), &hashed)?;
                same(&decode::decode(bytes, LIMITS), &Ok(picture.clone()))?;
            }
            Ok(hashed.quality <= 100)
        }))
    },
};

/// A synthetic gradient of 20 × 16 as libwebp writes it with loss, which nothing here can write.
const WEBP: &str = "UklGRqQAAABXRUJQVlA4IJgAAABQBACdASoUABAAP5m20F25LymksAgDIDMJbACdH8EwAby+A6xkE3/tqL3AAP6/jx1HL+1sRE01pd7D5GOiObmXZxil8v8KnmFLYGfj5Bk4ht2wAw/Wk0EN7yY91Q8hqnU/OreOANZkjnf7IZz2f9PdjrVtM7PbI/tBXt+yWR34Eqa/nDXmD5z09z+Lx3rb9+dBl3mfwAAAAA==";
/// The same as a progressive JPEG, of libjpeg-turbo.
const PROGRESSIVE: &str = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6/+b9//j/2wBDASstLTw1PHZBQXb4pYyl+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj/wgARCAAQABQDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAwAE/8QAFgEBAQEAAAAAAAAAAAAAAAAAAQID/9oADAMBAAIQAxAAAAHMiJANpnb/xAAVEAEBAAAAAAAAAAAAAAAAAAAAEf/aAAgBAQABBQKIiIj/xAAWEQEBAQAAAAAAAAAAAAAAAAAAAhL/2gAIAQMBAT8Bm23/xAAWEQEBAQAAAAAAAAAAAAAAAAAAITH/2gAIAQIBAT8B1H//xAAUEAEAAAAAAAAAAAAAAAAAAAAg/9oACAEBAAY/Al//xAAWEAEBAQAAAAAAAAAAAAAAAAABABD/2gAIAQEAAT8hKZlMv//aAAwDAQACAAMAAAAQjy//xAAVEQEBAAAAAAAAAAAAAAAAAAAAAf/aAAgBAwEBPxAQ/8QAFxEBAQEBAAAAAAAAAAAAAAAAAQAhMf/aAAgBAgEBPxAZjrf/xAAYEAADAQEAAAAAAAAAAAAAAAAAAWExIf/aAAgBAQABPxCRIXOEiQlWn//Z";
/// 8 × 8 as a JPEG in CMYK, of libjpeg-turbo.
const CMYK: &str = "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwBQNzxGPDJQRkFGWlVQX3jIgnhubnj1r7mRyP///////////////////////////////////////////////////8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABcAAAMBAAAAAAAAAAAAAAAAAAECAwT/xAAaEAEAAQUAAAAAAAAAAAAAAAAAAwQSFEFh/9oADgRDAE0AWQBLAAA/ABS6LjcRhivbX//Z";
/// 8 × 8 as a TIFF with LZW, of Pillow.
const TIFF_LZW: &str = "SUkqAOQAAACAAoEAETAgBEUEAMxggCIEEAZPggDr4EAltAgFAoSgITCUEEUSg4xiUKoEShpPiUQr4SidtCUWgoiAMTEQHkUiBoxkQSoEiDBPkQeL4iEdtEQpAoxAUTGIKkUxCUxmIbIExEZPmIrL4xGdtGI7ApAAcTIANkVADExoAjIFAFtPoA4r5AIZtIBNgpPAkTJ4QkVPDwxp4roFPHFPp5Fr5PKZtJ5gApeAoTLwUEVeEgxrwzoFeIdPrxTL5eMdtLxwgpsgsTNkXEVslMxtk8IFsptPtlgL5suhtNlBQEAACgAAAQMAAQAAAAgAAAABAQMAAQAAAAgAAAACAQMAAwAAAGIBAAADAQMAAQAAAAUAAAAGAQMAAQAAAAIAAAARAQQAAQAAAAgAAAAVAQMAAQAAAAMAAAAWAQMAAQAAAAgAAAAXAQQAAQAAANsAAAAcAQMAAQAAAAEAAAAAAAAACAAIAAgA";
/// 20 × 16 as a PNG with a palette of four bits, of Pillow.
const PALETTE: &str = "iVBORw0KGgoAAAANSUhEUgAAABQAAAAQBAMAAADkNkIoAAAAGFBMVEWow6gwwzSogHcwgCKoRD+oDw4wRBIwDwSAE7UkAAAAT0lEQVR4nHXOwQmAMBQE0fclBcQO7MHi7DakAtNB9CAaFNzTsAzLxgYFJugevJIaaE/bPm66zV5jReRyC8fYPd5ukfQqcq/EjNh/P0wDlxO2vxLr6aNQhQAAAABJRU5ErkJggg==";

fn picture_seeds() -> anyhow::Result<Vec<Vec<u8>>> {
    let (width, height) = (24_u32, 17_u32);
    let samples = |each: u32| -> Vec<u8> {
        (0..width * height * each).map(|at| (at.wrapping_mul(at) / 37 + at * 5) as u8).collect()
    };
    let mut seeds = Vec::new();
    let formats = [
        (ImageFormat::Jpeg, [ColorType::Rgb8, ColorType::L8].as_slice()),
        (ImageFormat::Png, &[ColorType::Rgb8, ColorType::La8, ColorType::Rgba16, ColorType::L16]),
        (ImageFormat::Gif, &[ColorType::Rgba8]),
        (ImageFormat::WebP, &[ColorType::Rgb8, ColorType::Rgba8]),
        (ImageFormat::Bmp, &[ColorType::Rgb8, ColorType::Rgba8, ColorType::L8]),
        (ImageFormat::Tiff, &[ColorType::Rgb8, ColorType::L16, ColorType::Rgba8]),
    ];
    for (format, colours) in formats {
        for colour in colours {
            let mut file = Cursor::new(Vec::new());
            let samples = samples(u32::from(colour.bytes_per_pixel()));
            image::write_buffer_with_format(&mut file, &samples, width, height, *colour, format)
                .with_context(|| format!("{format:?} {colour:?}"))?;
            seeds.push(file.into_inner());
        }
    }
    for file in [WEBP, PROGRESSIVE, CMYK, TIFF_LZW, PALETTE] {
        seeds.push(data_encoding::BASE64.decode(file.as_bytes())?);
    }
    Ok(seeds)
}

/// Makes the checksums of a PNG's chunks right.
fn mend_png(bytes: &mut Vec<u8>) {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return;
    }
    let mut at = 8;
    while let Some(length) =
        bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map(u32::from_be_bytes)
    {
        let end = at.saturating_add(8).saturating_add(length as usize);
        let Some(chunk) = bytes.get(at + 4..end) else { return };
        let sum = crc32fast::hash(chunk).to_be_bytes();
        if bytes.get(end..end + 4).is_none() {
            return;
        }
        bytes.splice(end..end + 4, sum);
        at = end + 4;
    }
}

pub(super) const VPDQ: Target = Target {
    name: "vpdq",
    seeds: || {
        let mut hasher = Hasher::new();
        let frames: Vec<_> = (0..12_u32)
            .map(|number| {
                let bytes: Vec<u8> = (0..64 * 64_u32)
                    .map(|at| (at.wrapping_mul(number + 3) / 11 + at / 64 * 7) as u8)
                    .collect();
                let pixels = Pixels::new(64, 64, Layout::Grey8, &bytes)?;
                let hashed = hasher.hash(pixels, Profile::FullResolution);
                Ok(vpdq::Frame { number, hashed, milliseconds: u64::from(number) * 40 })
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(vec![
            vpdq::write(&frames).into_bytes(),
            b"0,0,".iter().chain(&[b'f'; 64]).chain(b",0.000\n").copied().collect(),
        ])
    },
    words: &["4294967295", "100", "101", "1e15", "1e-9", "inf", "0.0005", "0.0015", "4e12", ",,,", "0x1p3"],
    mend: None,
    most_bytes: super::LITTLE,
    taking: |_: &Path| -> anyhow::Result<Taking> {
        Ok(Box::new(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            let Ok(frames) = vpdq::read(&text) else { return Ok(false) };
            same(&vpdq::read(&vpdq::write(&frames)), &Ok(frames.clone()))?;
            let tolerances = vpdq::Tolerances::default();
            // What compares every frame with every other is for videos, not for a thousand repeated lines.
            let some = frames.get(..frames.len().min(300)).unwrap_or_default();
            if let Some(likeness) = vpdq::compare(some, some, &tolerances)
                && (likeness.query_percent, likeness.compared_percent) != (100.0, 100.0)
            {
                return Err(format!("a video is not wholly in itself: {likeness:?}"));
            }
            Ok(!frames.is_empty())
        }))
    },
};
