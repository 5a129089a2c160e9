//! Small made-up files.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};
use perceptual::decode::Format;

/// A picture of colour gradients.
pub(crate) fn colour(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, ((x * y) % 200) as u8])
    })
    .into()
}

/// The picture as a file.
pub(crate) fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A picture in every format.
pub(crate) fn every_format(width: u32, height: u32) -> Vec<(Format, Vec<u8>)> {
    [
        (Format::Jpeg, ImageFormat::Jpeg),
        (Format::Png, ImageFormat::Png),
        (Format::Webp, ImageFormat::WebP),
        (Format::Gif, ImageFormat::Gif),
        (Format::Bmp, ImageFormat::Bmp),
        (Format::Tiff, ImageFormat::Tiff),
    ]
    .map(|(format, as_image)| (format, written(&colour(width, height), as_image)))
    .to_vec()
}

/// A chunk of a PNG.
fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&kind[..], data].concat();
    let mut crc = u32::MAX;
    for byte in &named {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    [&(data.len() as u32).to_be_bytes()[..], &named, &(!crc).to_be_bytes()].concat()
}

/// A zlib stream that keeps `data` as it is.
fn stored(data: &[u8]) -> Vec<u8> {
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in data {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    let length = data.len() as u16;
    let mut out = vec![0x78, 0x01, 0x01];
    out.extend(length.to_le_bytes());
    out.extend((!length).to_le_bytes());
    out.extend(data);
    out.extend((high << 16 | low).to_be_bytes());
    out
}

/// A PNG with the given header and rows, filter bytes included.
pub(crate) fn png(
    width: u32,
    height: u32,
    depth: u8,
    colour: u8,
    between: &[Vec<u8>],
    rows: &[u8],
) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colour, 0, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1A\n".to_vec(),
        chunk(*b"IHDR", &header),
        between.concat(),
        chunk(*b"IDAT", &stored(rows)),
        chunk(*b"IEND", b""),
    ]
    .concat()
}

/// A PNG of 8x6 pixels with a palette of two colours, of which the second is transparent: 0 1 0 1 ….
pub(crate) fn palette_png() -> Vec<u8> {
    let palette = [chunk(*b"PLTE", &[10, 20, 30, 200, 100, 50]), chunk(*b"tRNS", &[255, 0])];
    png(8, 6, 1, 3, &palette, &[0, 0b0101_0101].repeat(6))
}

/// The start of a PNG that claims these sides and has hardly any data.
pub(crate) fn claiming(width: u32, height: u32) -> Vec<u8> {
    png(width, height, 8, 2, &[], &[0; 64])
}
