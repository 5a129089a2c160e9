//! Which addresses are of the public internet: by the IANA registries of special-purpose addresses
//! (RFC 6890 and its updates).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is one of the public internet, which is one machine's and not a network's own.
pub fn is_outward(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_outward_v4(address),
        IpAddr::V6(address) => is_outward_v6(address),
    }
}

/// Every range of the IANA registry that is not one machine of the public internet.
const INWARD_V4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::UNSPECIFIED, 8),           // this network (RFC 791)
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private (RFC 1918)
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // carriers' shared (RFC 6598)
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // this machine (RFC 1122)
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local (RFC 3927), clouds' metadata
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private (RFC 1918)
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocol assignments (RFC 6890)
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation (RFC 5737)
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // 6to4 relays (RFC 7526)
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private (RFC 1918)
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarking (RFC 2544)
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation (RFC 5737)
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation (RFC 5737)
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast (RFC 5771)
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, broadcast (RFC 1112, RFC 919)
];

fn is_outward_v4(address: Ipv4Addr) -> bool {
    let within =
        |(from, bits): &(Ipv4Addr, u32)| (address.to_bits() ^ from.to_bits()).leading_zeros() >= *bits;
    !INWARD_V4.iter().any(within)
}

/// Ranges within 2000::/3, the only global unicast there is, that are not one machine of the internet.
const INWARD_V6: [(Ipv6Addr, u32); 3] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments, Teredo (RFC 2928)
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation (RFC 3849)
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation (RFC 9637)
];

fn is_outward_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    let within = |from: Ipv6Addr, width: u32| (bits ^ from.to_bits()).leading_zeros() >= width;
    let embedded = |shift: u32| {
        is_outward_v4(Ipv4Addr::from_bits(u32::try_from((bits >> shift) & 0xffff_ffff).unwrap_or(0)))
    };
    // An IPv4 address in the dress of IPv6 is what it is underneath: mapped (RFC 4291), translated by
    // NAT64 (RFC 6052), tunnelled by 6to4 (RFC 3056).
    if within(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96)
        || within(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96)
    {
        return embedded(0);
    }
    if within(Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16) {
        return embedded(80);
    }
    within(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)
        && !INWARD_V6.iter().any(|(from, width)| within(*from, *width))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_of_the_public_internet_is_not_outward() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::1",
            "2002:c0a8:101::1",
            "3fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "ffff::1",
        ] {
            assert!(!is_outward(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn machines_of_the_public_internet_are_outward() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::1",
            "2001:db7::1",
            "2001:db9::1",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2002:101:101::1",
            "3ffe::1",
        ] {
            assert!(is_outward(text.parse().unwrap()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn ipv4_is_no_more_outward_in_the_dress_of_ipv6(bits in any::<u32>()) {
            let plain = Ipv4Addr::from_bits(bits);
            let nat64 = u128::from(bits) | (0x0064_ff9b_u128 << 96);
            let six_to_four = (0x2002_u128 << 112) | (u128::from(bits) << 80);
            for dressed in [plain.to_ipv6_mapped(), Ipv6Addr::from_bits(nat64), Ipv6Addr::from_bits(six_to_four)] {
                prop_assert_eq!(is_outward(dressed.into()), is_outward(plain.into()), "{}", dressed);
            }
        }
    }
}
