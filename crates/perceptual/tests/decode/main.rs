//! Files to pixels: what each kind of file becomes, and that no file does harm.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod hostile;
mod samples;

use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, Rgba};
use perceptual::{
    Layout,
    decode::{Format, Limits, Picture, Undecodable, decode},
};
use samples::{colour, every_format, written};

fn read(bytes: &[u8]) -> Picture {
    decode(bytes, Limits::default()).unwrap()
}

/// The first pixel of what a file becomes.
fn first(bytes: &[u8]) -> (Layout, Vec<u8>) {
    let picture = read(bytes);
    let layout = picture.pixels().layout();
    (layout, picture.pixels().bytes()[..layout.bytes_per_pixel()].to_vec())
}

#[test]
fn every_format_is_known_by_its_content() {
    let colour = colour(24, 17);
    for (format, bytes) in every_format(24, 17) {
        assert_eq!(Format::of(&bytes), Some(format));
        let picture = read(&bytes);
        assert_eq!(picture.format, format);
        let pixels = picture.pixels();
        assert_eq!((pixels.width(), pixels.height(), pixels.layout()), (24, 17, Layout::Rgb8));
        let expected = colour.as_rgb8().unwrap().as_raw();
        let differences =
            pixels.bytes().iter().zip(expected).map(|(found, expected)| found.abs_diff(*expected));
        let mean = differences.map(f64::from).sum::<f64>() / expected.len() as f64;
        // JPEG rounds; GIF has 256 colours for 408 pixels.
        let most = if matches!(format, Format::Jpeg | Format::Gif) { 12.0 } else { 0.0 };
        assert!(mean <= most, "{format}: {mean}");
    }
}

#[test]
fn what_is_no_picture_is_said_to_be_none() {
    for bytes in
        [&b""[..], b"no picture", b"\xFF\xD8", b"%PDF-1.7\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
    {
        assert_eq!(decode(bytes, Limits::default()), Err(Undecodable::Unknown), "{bytes:?}");
    }
}

#[test]
fn alpha_is_dropped_and_the_colours_below_it_stand() {
    let rgba = DynamicImage::ImageRgba8(ImageBuffer::from_pixel(6, 6, Rgba([10, 200, 30, 0])));
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Tiff] {
        assert_eq!(first(&written(&rgba, format)), (Layout::Rgb8, vec![10, 200, 30]), "{format:?}");
    }
    let grey = DynamicImage::ImageLumaA8(ImageBuffer::from_pixel(6, 6, LumaA([77, 5])));
    assert_eq!(first(&written(&grey, ImageFormat::Png)), (Layout::Grey8, vec![77]));
}

#[test]
fn of_sixteen_bits_the_upper_eight_stand() {
    let images: [(DynamicImage, Layout, &[u8]); 4] = [
        (ImageBuffer::from_pixel(6, 6, Luma([0x12FF_u16])).into(), Layout::Grey8, &[0x12]),
        (ImageBuffer::from_pixel(6, 6, LumaA([0x12FF_u16, 9])).into(), Layout::Grey8, &[0x12]),
        (
            ImageBuffer::from_pixel(6, 6, Rgb([0x12FF_u16, 0x3480, 0xFFFF])).into(),
            Layout::Rgb8,
            &[0x12, 0x34, 0xFF],
        ),
        (
            ImageBuffer::from_pixel(6, 6, Rgba([0x12FF_u16, 0x3480, 0xFFFF, 0])).into(),
            Layout::Rgb8,
            &[0x12, 0x34, 0xFF],
        ),
    ];
    for (image, layout, expected) in images {
        assert_eq!(first(&written(&image, ImageFormat::Png)), (layout, expected.to_vec()));
    }
}

#[test]
fn grey_stays_grey() {
    let grey = DynamicImage::ImageLuma8(ImageBuffer::from_pixel(16, 16, Luma([130])));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Tiff] {
        assert_eq!(first(&written(&grey, format)), (Layout::Grey8, vec![130]), "{format:?}");
    }
}

#[test]
fn a_palette_becomes_its_colours_transparent_or_not() {
    let picture = read(&samples::palette_png());
    assert_eq!(picture.pixels().bytes()[..6], [10, 20, 30, 200, 100, 50]);
}

/// Cyan, magenta, yellow and black of (0, 128, 255, 64) and (200, 30, 10, 0), as Adobe writes them:
/// inverted. Pillow's `convert("RGB")` gives (191, 95, 0) and (55, 225, 245).
#[test]
fn cmyk_becomes_the_colours_pillow_gives() {
    let picture = read(include_bytes!("cmyk.jpg"));
    let pixel = |row: usize, column: usize| &picture.pixels().bytes()[(row * 16 + column) * 3..][..3];
    for (found, expected) in [(pixel(2, 2), [191, 95, 0]), (pixel(13, 13), [55, 225, 245])] {
        assert!(
            found.iter().zip(expected).all(|(found, expected)| found.abs_diff(expected) <= 2),
            "{found:?}"
        );
    }
}

#[test]
fn floating_point_samples_are_refused() {
    let float = DynamicImage::ImageRgb32F(ImageBuffer::from_pixel(6, 6, Rgb([0.5, 0.25, 1.0])));
    assert_eq!(
        decode(&written(&float, ImageFormat::Tiff), Limits::default()),
        Err(Undecodable::Samples(Format::Tiff))
    );
}

#[test]
fn an_orientation_in_exif_turns_nothing() {
    let plain = written(&colour(24, 17), ImageFormat::Jpeg);
    // Little-endian TIFF header, one entry: tag 0x0112 (orientation), SHORT, 6 (turned by 90 degrees).
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let mut turned = plain[..2].to_vec();
    turned.extend([0xFF, 0xE1, 0, exif.len() as u8 + 2]);
    turned.extend(exif);
    turned.extend(&plain[2..]);
    assert_eq!(read(&turned), read(&plain));
}

#[test]
fn of_several_pictures_the_first_stands() {
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for red in [250, 10] {
            let frame = ImageBuffer::from_pixel(8, 8, Rgba([red, 0, 0, 255]));
            encoder.encode_frame(image::Frame::new(frame)).unwrap();
        }
    }
    assert_eq!(first(&bytes), (Layout::Rgb8, vec![250, 0, 0]));
}
