//! Files to pixels: JPEG, PNG, WebP, GIF, BMP and TIFF, known by their content and never by a name.
//!
//! What a file holds becomes eight bits of grey or of red, green and blue, as the reference's users
//! get it from Pillow's `convert("RGB")`:
//!
//! | in the file | becomes |
//! |---|---|
//! | 16 bits a channel | the upper eight, as libpng strips them (of 16-bit grey, Pillow keeps what is under 256 and makes the rest white) |
//! | a palette | its colours; fewer than eight bits are spread over the whole range |
//! | alpha, or a transparent colour | dropped: the colours below it stand, on no background |
//! | grey with alpha | grey |
//! | CMYK or YCCK in a JPEG | RGB, each channel times black over 255 with Adobe's inversion undone |
//! | several pictures (GIF, APNG, WebP, TIFF) | the first; in a GIF, what it leaves free is black |
//! | an orientation in EXIF | ignored, and the samples stand as they are stored |
//! | a colour profile | ignored |
//! | floating-point samples, a palette in a TIFF | refused: the range of the one is not said, the decoder does not know the other |
//! | a JPEG without the mark of its end | refused as cut off: the decoder would fill the rest with grey |
//!
//! The orientation is ignored because the reference ignores it: hash lists hold the hashes of the
//! samples as stored. Who looks for turned pictures asks [`crate::dihedral`] for all eight.
//!
//! A file is hostile until it has been read. Its sides are read first and held against [`Limits`];
//! a decoder that fails or panics is an error like another (in a build that unwinds; the panic's own
//! message still goes where the program's panic hook sends it).

use std::{
    fmt,
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use thiserror::Error;

use crate::pixels::{Layout, Pixels};

/// The kinds of files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// JPEG, baseline and progressive.
    Jpeg,
    /// PNG.
    Png,
    /// WebP, lossy and lossless.
    Webp,
    /// GIF.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// TIFF.
    Tiff,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Jpeg, Self::Png, Self::Webp, Self::Gif, Self::Bmp, Self::Tiff];

    /// The format of which these bytes are the beginning.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let found = image::guess_format(bytes).ok()?;
        Self::ALL.into_iter().find(|format| format.as_image() == found)
    }

    /// What the format is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
        }
    }

    const fn as_image(self) -> ImageFormat {
        match self {
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::Webp => ImageFormat::WebP,
            Self::Gif => ImageFormat::Gif,
            Self::Bmp => ImageFormat::Bmp,
            Self::Tiff => ImageFormat::Tiff,
        }
    }

    /// Bytes a pixel that the decoder holds beside what it gives back, at most: a progressive JPEG's
    /// coefficients, a WebP's planes, the frame of a GIF apart from its screen.
    const fn working_bytes(self, given_back: u64) -> u64 {
        match self {
            Self::Jpeg => 2 * given_back,
            Self::Webp | Self::Gif => 4,
            Self::Png | Self::Bmp | Self::Tiff => 0,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How large a picture may be, so that no file can ask for all there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most pixels. Unless said otherwise 100 million.
    pub most_pixels: u64,
    /// The most memory decoding may take, in bytes. Unless said otherwise 1 GiB, in which every
    /// picture of 100 million pixels and eight bits has room.
    pub most_bytes: u64,
    /// The longest side: hashing keeps some hundred bytes for each column and row. Unless said otherwise
    /// 65535, which is JPEG's own.
    pub longest_side: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { most_pixels: 100_000_000, most_bytes: 1 << 30, longest_side: 65_535 }
    }
}

/// A decoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What kind of file it was.
    pub format: Format,
    width: usize,
    height: usize,
    layout: Layout,
    bytes: Vec<u8>,
}

impl Picture {
    /// Its pixels.
    pub fn pixels(&self) -> Pixels<'_> {
        Pixels::of_parts(self.width, self.height, self.layout, &self.bytes)
    }
}

/// A file that gives no picture.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Undecodable {
    /// None of the formats begins so.
    #[error("this is no JPEG, PNG, WebP, GIF, BMP or TIFF file, going by how it begins")]
    Unknown,
    /// A side is too long.
    #[error("the {format} picture has {width}x{height} pixels, and no side may have more than {longest}")]
    Side {
        /// The format.
        format: Format,
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// The limit.
        longest: u32,
    },
    /// Too many pixels.
    #[error("the {format} picture has {width}x{height} pixels, and at most {most} are read")]
    Pixels {
        /// The format.
        format: Format,
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// The limit.
        most: u64,
    },
    /// Too much memory.
    #[error("the {format} picture needs {needed} bytes of memory, and at most {most} are given")]
    Memory {
        /// The format.
        format: Format,
        /// What it takes.
        needed: u64,
        /// The limit.
        most: u64,
    },
    /// The file stops before its end.
    #[error("the {0} file ends before its picture does: ask for the whole file")]
    Truncated(Format),
    /// Samples that are no whole numbers.
    #[error("the {0} picture has floating-point samples: expected whole numbers of up to 16 bits")]
    Samples(Format),
    /// The decoder says what is wrong.
    #[error("the {format} file is broken or of a kind that is not read: {reason}")]
    Broken {
        /// The format.
        format: Format,
        /// In the decoder's words.
        reason: String,
    },
    /// The decoder gave up without saying why.
    #[error("the {0} file is broken in a way its decoder does not know")]
    Panicked(Format),
}

/// Characters of a decoder's words that are kept: some quote the file at length.
const LONGEST_REASON: usize = 300;

/// The picture in a file.
pub fn decode(bytes: &[u8], limits: Limits) -> Result<Picture, Undecodable> {
    let format = Format::of(bytes).ok_or(Undecodable::Unknown)?;
    if format == Format::Jpeg && !jpeg_ends(bytes) {
        return Err(Undecodable::Truncated(format));
    }
    // Nothing of the decoder outlives a panic, so nothing can be seen half changed.
    catch_unwind(AssertUnwindSafe(|| decode_as(format, bytes, limits)))
        .unwrap_or(Err(Undecodable::Panicked(format)))
}

fn decode_as(format: Format, bytes: &[u8], limits: Limits) -> Result<Picture, Undecodable> {
    let broken = |error: image::ImageError| match error {
        image::ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Undecodable::Truncated(format)
        }
        error => {
            Undecodable::Broken { format, reason: error.to_string().chars().take(LONGEST_REASON).collect() }
        }
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.as_image());
    let mut decoders = image::Limits::no_limits();
    decoders.max_alloc = Some(limits.most_bytes);
    reader.limits(decoders);
    let decoder = reader.into_decoder().map_err(broken)?;

    let (width, height) = decoder.dimensions();
    if width.max(height) > limits.longest_side {
        return Err(Undecodable::Side { format, width, height, longest: limits.longest_side });
    }
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.most_pixels {
        return Err(Undecodable::Pixels { format, width, height, most: limits.most_pixels });
    }
    let needed = needed(format, decoder.color_type(), pixels);
    if needed > limits.most_bytes {
        return Err(Undecodable::Memory { format, needed, most: limits.most_bytes });
    }
    if pixels == 0 {
        return Err(Undecodable::Broken { format, reason: format!("it has {width}x{height} pixels") });
    }

    let decoded = DynamicImage::from_decoder(decoder).map_err(broken)?;
    let (layout, bytes) = eight_bits(decoded).ok_or(Undecodable::Samples(format))?;
    Ok(Picture { format, width: width as usize, height: height as usize, layout, bytes })
}

/// The memory decoding takes: what the decoder gives back, what it holds meanwhile, and what is made
/// of it.
fn needed(format: Format, color: ColorType, pixels: u64) -> u64 {
    let given_back = u64::from(color.bytes_per_pixel());
    let kept = match color {
        ColorType::L8 | ColorType::Rgb8 => 0,
        _ if color.has_color() => 3,
        _ => 1,
    };
    pixels * (given_back + format.working_bytes(given_back) + kept)
}

/// Eight bits of grey or colour, alpha dropped, of 16 bits the upper ones.
fn eight_bits(image: DynamicImage) -> Option<(Layout, Vec<u8>)> {
    fn high(value: u16) -> u8 {
        (value >> 8) as u8
    }
    Some(match image {
        DynamicImage::ImageLuma8(grey) => (Layout::Grey8, grey.into_raw()),
        DynamicImage::ImageRgb8(rgb) => (Layout::Rgb8, rgb.into_raw()),
        DynamicImage::ImageLumaA8(grey) => (Layout::Grey8, grey.pixels().map(|pixel| pixel.0[0]).collect()),
        DynamicImage::ImageRgba8(rgba) => {
            let mut bytes = Vec::with_capacity(rgba.as_raw().len() / 4 * 3);
            for [red, green, blue, _] in rgba.as_raw().as_chunks().0 {
                bytes.extend_from_slice(&[*red, *green, *blue]);
            }
            (Layout::Rgb8, bytes)
        }
        DynamicImage::ImageLuma16(grey) => (Layout::Grey8, grey.as_raw().iter().copied().map(high).collect()),
        DynamicImage::ImageLumaA16(grey) => {
            (Layout::Grey8, grey.pixels().map(|pixel| high(pixel.0[0])).collect())
        }
        DynamicImage::ImageRgb16(rgb) => (Layout::Rgb8, rgb.as_raw().iter().copied().map(high).collect()),
        DynamicImage::ImageRgba16(rgba) => {
            let mut bytes = Vec::with_capacity(rgba.as_raw().len() / 4 * 3);
            for [red, green, blue, _] in rgba.as_raw().as_chunks().0 {
                bytes.extend_from_slice(&[high(*red), high(*green), high(*blue)]);
            }
            (Layout::Rgb8, bytes)
        }
        _ => return None,
    })
}

/// Whether a JPEG's picture is followed by the mark of its end. The decoder would fill up what is
/// missing with grey, and grey would be hashed. A thumbnail's own end, inside a segment of the
/// header, does not count.
fn jpeg_ends(bytes: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xDA;
    const END_OF_IMAGE: [u8; 2] = [0xFF, 0xD9];
    let mut rest = bytes.get(2..).unwrap_or_default();
    loop {
        rest = match rest {
            [0xFF, START_OF_SCAN, data @ ..] => {
                return data.windows(2).any(|pair| pair == END_OF_IMAGE);
            }
            // Fill bytes, and marks that stand alone.
            [0xFF, 0xFF, ..] => rest.get(1..).unwrap_or_default(),
            [0xFF, 0x01 | 0xD0..=0xD8, after @ ..] => after,
            [0xFF, _, high, low, ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest.get(2 + length..).unwrap_or_default()
            }
            [] | [0xFF, ..] => return false,
            // Bytes that belong to nothing: the decoder passes over them too.
            [_, after @ ..] => after,
        };
    }
}
