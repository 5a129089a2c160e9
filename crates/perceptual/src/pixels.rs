//! A view of a decoded picture.

use thiserror::Error;

/// How the bytes of a picture are laid out. Rows follow each other without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// One byte a pixel.
    Grey8,
    /// Three bytes a pixel: red, green, blue.
    Rgb8,
}

impl Layout {
    /// Bytes of one pixel.
    pub const fn bytes_per_pixel(self) -> usize {
        match self {
            Self::Grey8 => 1,
            Self::Rgb8 => 3,
        }
    }
}

/// A decoded picture, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pixels<'a> {
    width: usize,
    height: usize,
    layout: Layout,
    bytes: &'a [u8],
}

/// Bytes that are not the picture they were said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadPixels {
    /// A side is zero.
    #[error("a picture of {width}x{height} pixels has no pixel: both sides must be at least 1")]
    Empty {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The bytes are too few or too many.
    #[error(
        "{width}x{height} pixels of {each} bytes are {expected} bytes, but {found} were given: rows follow each other without padding"
    )]
    Length {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes of a pixel.
        each: usize,
        /// Bytes such a picture has.
        expected: u128,
        /// Bytes there were.
        found: usize,
    },
}

impl<'a> Pixels<'a> {
    /// The picture that `bytes` are.
    pub fn new(width: u32, height: u32, layout: Layout, bytes: &'a [u8]) -> Result<Self, BadPixels> {
        if width == 0 || height == 0 {
            return Err(BadPixels::Empty { width, height });
        }
        let each = layout.bytes_per_pixel();
        let expected = u128::from(width) * u128::from(height) * each as u128;
        if expected != bytes.len() as u128 {
            return Err(BadPixels::Length { width, height, each, expected, found: bytes.len() });
        }
        Ok(Self { width: width as usize, height: height as usize, layout, bytes })
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// How the bytes are laid out.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The bytes, row by row.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The bytes of each row.
    pub(crate) fn rows(&self) -> std::slice::ChunksExact<'a, u8> {
        self.bytes.chunks_exact(self.width * self.layout.bytes_per_pixel())
    }

    /// A view made from parts that fit by construction.
    pub(crate) fn of_parts(width: usize, height: usize, layout: Layout, bytes: &'a [u8]) -> Self {
        debug_assert_eq!(bytes.len(), width * height * layout.bytes_per_pixel());
        Self { width, height, layout, bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_another_picture_are_refused_with_both_counts() {
        let error = Pixels::new(3, 2, Layout::Rgb8, &[0; 17]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "3x2 pixels of 3 bytes are 18 bytes, but 17 were given: rows follow each other without padding"
        );
        assert!(matches!(
            Pixels::new(u32::MAX, u32::MAX, Layout::Rgb8, &[]),
            Err(BadPixels::Length { found: 0, .. })
        ));
        assert_eq!(
            Pixels::new(0, 2, Layout::Grey8, &[]).unwrap_err().to_string(),
            "a picture of 0x2 pixels has no pixel: both sides must be at least 1"
        );
    }

    #[test]
    fn rows_are_the_bytes_in_order() {
        let pixels = Pixels::new(2, 2, Layout::Grey8, &[1, 2, 3, 4]).unwrap();
        assert_eq!(pixels.rows().collect::<Vec<_>>(), [[1, 2], [3, 4]]);
    }
}
