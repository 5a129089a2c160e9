use proptest::{collection::vec, prelude::*};

use super::*;

/// Buckets of every length and beginning, over numbers with padding behind them.
fn probes(length: u32) -> impl Strategy<Value = Vec<Probe>> {
    let probe = (0..=length, 0..=length, any::<u32>(), 0_u8..=17, 0_u32..9).prop_map(
        |(one, other, wanted, most, query)| Probe {
            start: one.min(other),
            end: one.max(other),
            wanted,
            query,
            most,
        },
    );
    vec(probe, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_kind_sifts_one_band_alike(sketches in vec(any::<u16>(), 264), probes in probes(200)) {
        let probes: Vec<Probe> =
            probes.into_iter().map(|probe| Probe { wanted: probe.wanted & 0xffff, ..probe }).collect();
        let mut expected = Vec::new();
        Lanes::PORTABLE.sift(Sketches::One(&sketches), &probes, &mut expected);
        for lanes in Lanes::available() {
            let mut kept = Vec::new();
            lanes.sift(Sketches::One(&sketches), &probes, &mut kept);
            prop_assert_eq!(&kept, &expected, "{:?}", lanes);
        }
    }

    #[test]
    fn every_kind_sifts_two_bands_alike(sketches in vec(any::<u32>(), 264), probes in probes(200)) {
        let mut expected = Vec::new();
        Lanes::PORTABLE.sift(Sketches::Two(&sketches), &probes, &mut expected);
        for lanes in Lanes::available() {
            let mut kept = Vec::new();
            lanes.sift(Sketches::Two(&sketches), &probes, &mut kept);
            prop_assert_eq!(&kept, &expected, "{:?}", lanes);
        }
    }

    #[test]
    fn every_kind_sifts_lines_alike(
        sketches in vec(any::<u16>(), 40 * LINE),
        counts in vec(0_u16..40, 40),
        probes in probes(39),
    ) {
        let mut lines = sketches.as_chunks::<LINE>().0.to_vec();
        for (line, count) in lines.iter_mut().zip(counts) {
            line[0] = count;
        }
        let probes: Vec<Probe> = probes
            .into_iter()
            .map(|probe| Probe { wanted: probe.wanted & 0xffff, start: probe.start * LINE as u32, ..probe })
            .collect();
        let mut expected = Vec::new();
        for probe in &probes {
            let line = lines[probe.start as usize / LINE];
            let over = (usize::from(line[0]) >= LINE).then_some(0);
            let near = (1..LINE as u32).filter(|place| {
                let bits = (u32::from(line[*place as usize]) ^ probe.wanted).count_ones();
                *place <= u32::from(line[0]) && bits <= u32::from(probe.most)
            });
            let places = over.into_iter().chain(near);
            expected.extend(places.map(|place| Survivor { query: probe.query, place: probe.start + place }));
        }
        for lanes in Lanes::available() {
            let mut kept = Vec::new();
            lanes.sift(Sketches::Line(&lines), &probes, &mut kept);
            prop_assert_eq!(&kept, &expected, "{:?}", lanes);
        }
    }

    #[test]
    fn every_kind_scans_alike(
        rows in vec(any::<[u8; 32]>(), 0..1100),
        queries in vec((any::<[u8; 32]>(), 100_u32..=140), 1..4),
    ) {
        let rows: Vec<Hash256> = rows.into_iter().map(Hash256::from).collect();
        let queries: Vec<_> = queries.into_iter().map(|(hash, radius)| (Hash256::from(hash), radius)).collect();
        let which: Vec<u32> = (0..queries.len() as u32).collect();
        let mut expected = Vec::new();
        for (query, (hash, radius)) in (0..).zip(&queries) {
            expected.extend((0..).zip(&rows).filter_map(|(row, other)| {
                let distance = other.distance(*hash);
                (distance <= *radius).then_some(Near { query, row, distance })
            }));
        }
        for lanes in Lanes::available() {
            let mut found = Vec::new();
            lanes.scan(&rows, &queries, &which, &mut found);
            found.sort_unstable();
            prop_assert_eq!(&found, &expected, "{:?}", lanes);
        }
    }
}

#[test]
fn the_kinds_of_this_machine_end_with_the_portable_one() {
    let kinds: Vec<&str> = Lanes::available().map(Lanes::as_str).collect();
    assert_eq!(kinds.last(), Some(&"portable"));
    assert_eq!(kinds.first(), Some(&Lanes::best().as_str()));
    let all = ["avx512", "avx2", "neon"];
    for kind in all.iter().filter(|kind| !kinds.contains(kind)) {
        println!("SKIPPED (this processor has no {kind})");
    }
}
