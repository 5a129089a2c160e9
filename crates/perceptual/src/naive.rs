//! The recipe word by word, slow and obvious: what the fast way is held against.

use crate::{
    hash::{Hash, Hashed},
    pixels::{Layout, Pixels},
    profile::Profile,
    transform::Orientation,
};

type Plane = Vec<Vec<f32>>;

pub(crate) fn hash(pixels: Pixels<'_>, profile: Profile) -> Hashed {
    let Some(plane) = luma(pixels, profile) else { return Hashed::default() };
    let small = if plane.len() == 64 && plane[0].len() == 64 { plane } else { decimated(&smoothed(plane)) };
    Hashed { hash: bits(&frequencies(&small)), quality: quality(&small) }
}

pub(crate) fn dihedral(pixels: Pixels<'_>, profile: Profile) -> [Hashed; 8] {
    let Some(plane) = luma(pixels, profile) else { return [Hashed::default(); 8] };
    let small = decimated(&smoothed(plane));
    let (frequencies, quality) = (frequencies(&small), quality(&small));
    Orientation::ALL.map(|orientation| Hashed { hash: bits(&laid(&frequencies, orientation)), quality })
}

fn luma(pixels: Pixels<'_>, profile: Profile) -> Option<Plane> {
    let (mut width, mut height) = (pixels.width(), pixels.height());
    if width < 5 || height < 5 {
        return None;
    }
    let (from_width, from_height) = (width, height);
    if profile == Profile::Reference512 && (width > 512 || height > 512) {
        (width, height) = (512, 512);
    }
    let value = |row: usize, column: usize| {
        let pixel = (row * from_height / height) * from_width + column * from_width / width;
        match (pixels.layout(), profile) {
            (Layout::Grey8, _) => f32::from(pixels.bytes()[pixel]),
            (Layout::Rgb8, Profile::Reference512) => {
                let channel = |at: usize| f32::from(pixels.bytes()[pixel * 3 + at]);
                (0.299_f32 * channel(0) + 0.587_f32 * channel(1)) + 0.114_f32 * channel(2)
            }
            (Layout::Rgb8, Profile::FullResolution) => {
                let channel = |at: usize| f64::from(pixels.bytes()[pixel * 3 + at]);
                ((channel(0) * 0.299 + channel(1) * 0.587) + channel(2) * 0.114) as f32
            }
        }
    };
    Some((0..height).map(|row| (0..width).map(|column| value(row, column)).collect()).collect())
}

fn transposed(plane: &Plane) -> Plane {
    (0..plane[0].len()).map(|column| plane.iter().map(|row| row[column]).collect()).collect()
}

fn smoothed(mut plane: Plane) -> Plane {
    let along = plane[0].len().div_ceil(128);
    let down = plane.len().div_ceil(128);
    for _ in 0..2 {
        plane = plane.iter().map(|line| box_mean(line, along)).collect();
        plane = transposed(&transposed(&plane).iter().map(|line| box_mean(line, down)).collect());
    }
    plane
}

fn box_mean(line: &[f32], window: usize) -> Vec<f32> {
    let half = usize::midpoint(window, 2);
    let (mut entering, mut leaving) = (0, 0);
    let (mut sum, mut count) = (0.0_f32, 0.0_f32);
    let mut out = Vec::new();
    for _ in 0..half - 1 {
        sum += line[entering];
        entering += 1;
        count += 1.0;
    }
    for _ in 0..=window - half {
        sum += line[entering];
        entering += 1;
        count += 1.0;
        out.push(sum / count);
    }
    for _ in 0..line.len() - window {
        sum += line[entering];
        entering += 1;
        sum -= line[leaving];
        leaving += 1;
        out.push(sum / count);
    }
    for _ in 0..half - 1 {
        sum -= line[leaving];
        leaving += 1;
        count -= 1.0;
        out.push(sum / count);
    }
    out
}

fn decimated(plane: &Plane) -> Plane {
    let place = |at: usize, length: usize| ((at as f64 + 0.5) * length as f64 / 64.0) as usize;
    let columns = plane[0].len();
    (0..64).map(|i| (0..64).map(|j| plane[place(i, plane.len())][place(j, columns)]).collect()).collect()
}

fn quality(small: &Plane) -> u8 {
    let mut sum = 0;
    for i in 0..64 {
        for j in 0..64 {
            if i < 63 {
                sum += ((((small[i][j] - small[i + 1][j]) * 100.0) / 255.0) as i32).abs();
            }
            if j < 63 {
                sum += ((((small[i][j] - small[i][j + 1]) * 100.0) / 255.0) as i32).abs();
            }
        }
    }
    (sum / 90).min(100) as u8
}

fn frequencies(small: &Plane) -> Plane {
    let cosine = |i: usize, j: usize| {
        let scale = (2.0_f64 / 64.0).sqrt() as f32;
        let angle = (std::f64::consts::PI / 2.0 / 64.0) * (i as f64 + 1.0) * (2.0 * j as f64 + 1.0);
        (f64::from(scale) * angle.cos()) as f32
    };
    let cosines: Plane = (0..16).map(|i| (0..64).map(|j| cosine(i, j)).collect()).collect();
    let product = |one: &dyn Fn(usize) -> f32, two: &dyn Fn(usize) -> f32| {
        let mut sum = 0.0_f32;
        for k in 0..64 {
            sum += one(k) * two(k);
        }
        sum
    };
    let half: Plane =
        (0..16).map(|i| (0..64).map(|j| product(&|k| cosines[i][k], &|k| small[k][j])).collect()).collect();
    (0..16).map(|i| (0..16).map(|j| product(&|k| half[i][k], &|k| cosines[j][k])).collect()).collect()
}

fn laid(from: &Plane, orientation: Orientation) -> Plane {
    let mut out = vec![vec![0.0; 16]; 16];
    for i in 0..16 {
        for j in 0..16 {
            let (odd_i, odd_j, odd_sum) = (i % 2 == 1, j % 2 == 1, (i + j) % 2 == 1);
            let signed = |plus: bool| if plus { from[i][j] } else { -from[i][j] };
            match orientation {
                Orientation::Original => out[i][j] = from[i][j],
                Orientation::Rotate90 => out[j][i] = signed(odd_j),
                Orientation::Rotate180 => out[i][j] = signed(!odd_sum),
                Orientation::Rotate270 => out[j][i] = signed(odd_i),
                Orientation::FlipX => out[i][j] = signed(odd_i),
                Orientation::FlipY => out[i][j] = signed(odd_j),
                Orientation::FlipPlus1 => out[j][i] = from[i][j],
                Orientation::FlipMinus1 => out[j][i] = signed(!odd_sum),
            }
        }
    }
    out
}

/// Torben's algorithm as the reference has it.
fn median(values: &[f32]) -> f32 {
    let mut least = values.iter().copied().fold(f32::INFINITY, f32::min);
    let mut most = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    loop {
        let guess = f32::midpoint(least, most);
        let (mut less, mut greater, mut equal) = (0, 0, 0);
        let (mut most_less, mut least_greater) = (least, most);
        for value in values {
            if *value < guess {
                less += 1;
                most_less = most_less.max(*value);
            } else if *value > guess {
                greater += 1;
                least_greater = least_greater.min(*value);
            } else {
                equal += 1;
            }
        }
        if less <= 128 && greater <= 128 {
            return if less >= 128 {
                most_less
            } else if less + equal >= 128 {
                guess
            } else {
                least_greater
            };
        }
        if less > greater {
            most = most_less;
        } else {
            least = least_greater;
        }
    }
}

fn bits(frequencies: &Plane) -> Hash {
    let values = frequencies.concat();
    let median = median(&values);
    let mut words = [0_u16; 16];
    for (k, value) in values.iter().enumerate() {
        if *value > median {
            words[k >> 4] |= 1 << (k & 15);
        }
    }
    let words: Vec<String> = words.iter().rev().map(|word| format!("{word:04x}")).collect();
    words.concat().parse().unwrap()
}
