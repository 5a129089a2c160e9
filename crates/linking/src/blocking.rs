//! Keys under which two records of one person are likely to meet.
//!
//! Comparing every record with every other is out of reach and means opening every name. Records
//! that share a key are compared, others never. The values are personal data: they are blinded before
//! they are kept, apart by kind.

use model::PartialDate;

use crate::{
    Name,
    person::{family, given},
};

/// A value to be blinded under its kind.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockingKey {
    /// Which key it is; tokens of different kinds must not be comparable.
    pub kind: &'static str,
    /// The value. Blind it; do not store it.
    pub value: String,
}

impl std::fmt::Debug for BlockingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BlockingKey({}, …)", self.kind)
    }
}

/// The keys of a person: how the surname sounds with the year of birth, and the initial with the day
/// of birth (for a surname that changed or was misheard). None without a year.
pub fn blocking_keys(name: &Name<'_>, birth: Option<PartialDate>) -> Vec<BlockingKey> {
    let (year, day) = match birth {
        Some(PartialDate::Year(year) | PartialDate::Month(year, _)) => (Some(year), None),
        Some(PartialDate::Day(day)) => (Some(day.year()), Some(day)),
        None => (None, None),
    };
    let sound = phonetic(name.family);
    let (given, _) = given(name.given);
    let initial = given.first().and_then(|first| first.chars().next());
    let by_surname = year
        .filter(|_| !sound.is_empty())
        .map(|year| BlockingKey { kind: "surname_year", value: format!("{sound}:{year:04}") });
    let by_day = day
        .zip(initial)
        .map(|(day, initial)| BlockingKey { kind: "birth_initial", value: format!("{day}:{initial}") });
    by_surname.into_iter().chain(by_day).collect()
}

/// How a surname sounds, for Filipino, Spanish and English spelling: up to six letters.
///
/// Particles (de, dela, del, van …) are left out. A vowel counts only at the beginning, as a, i (e, i,
/// y) or u (o, u, w). One letter stands for: b v; p f ph; s z sh, c before e i y; k q ck, c elsewhere;
/// c for ch ts; g also for gu before e i. h, j, and g before e i y are silent, as is x at the
/// beginning and between vowels (Roxas, Rojas; Jimenez, Gimenez, Ximenez; Hernandez, Ernandez), and is s
/// elsewhere. Doubled letters count once.
pub fn phonetic(surname: &str) -> String {
    let (words, _) = family(surname);
    let particles =
        words.iter().take_while(|word| is_particle(word)).count().min(words.len().saturating_sub(1));
    let letters: Vec<char> = words.iter().skip(particles).flat_map(|word| word.chars()).collect();
    let at = |place: usize| letters.get(place).copied().unwrap_or(' ');
    let mut sound = String::new();
    let (mut place, mut last) = (0, None);
    while place < letters.len() && sound.chars().count() < 6 {
        let soft = matches!(at(place + 1), 'e' | 'i' | 'y');
        let soft_after_u = at(place + 1) == 'u' && matches!(at(place + 2), 'e' | 'i');
        let (code, length) = match (at(place), at(place + 1)) {
            ('p', 'h') => (Some('p'), 2),
            ('c', 'h') | ('t', 's') => (Some('c'), 2),
            ('s', 'h') => (Some('s'), 2),
            ('t', 'h') => (Some('t'), 2),
            ('c', 'k') | ('q', 'u') => (Some('k'), 2),
            ('g', 'u') if soft_after_u => (Some('g'), 2),
            ('c', _) if soft => (Some('s'), 1),
            ('c' | 'q', _) => (Some('k'), 1),
            ('g', _) if soft => (None, 1),
            ('j' | 'h', _) => (None, 1),
            ('x', _) if (place == 0 || is_vowel(at(place - 1))) && is_vowel(at(place + 1)) => (None, 1),
            ('x' | 'z', _) => (Some('s'), 1),
            ('v', _) => (Some('b'), 1),
            ('f', _) => (Some('p'), 1),
            (vowel, _) if is_vowel(vowel) => {
                last = None;
                if sound.is_empty() {
                    sound.push(match vowel {
                        'a' => 'a',
                        'e' | 'i' | 'y' => 'i',
                        _ => 'u',
                    });
                }
                place += 1;
                continue;
            }
            (other, _) => (Some(other), 1),
        };
        if code.is_some() && code != last {
            sound.extend(code);
        }
        last = code;
        place += length;
    }
    sound
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'w' | 'y')
}

fn is_particle(word: &str) -> bool {
    matches!(
        word,
        "de" | "dela"
            | "del"
            | "delos"
            | "delas"
            | "la"
            | "las"
            | "los"
            | "da"
            | "das"
            | "do"
            | "dos"
            | "van"
            | "von"
            | "der"
            | "den"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_sound_share_it() {
        for same in [
            vec!["Jimenez", "Gimenez", "Himenez", "Ximenez", "jimenes"],
            vec!["Dela Cruz", "De la Cruz", "Cruz", "Kruz", "dela Crus"],
            vec!["Villanueva", "Bilyanueva", "VILLANUEVA"],
            vec!["Roxas", "Rojas"],
            vec!["Peña", "Pena", "Penya"],
            vec!["Guevarra", "Guebara", "Guevara"],
            vec!["Quinto", "Kinto"],
            vec!["Phillips", "Filips", "Philips"],
            vec!["Enriquez", "Enrikes", "Henriquez"],
            vec!["Smith", "Smyth"],
        ] {
            let sounds: Vec<String> = same.iter().map(|name| phonetic(name)).collect();
            assert!(sounds.windows(2).all(|pair| pair[0] == pair[1]), "{same:?}: {sounds:?}");
        }
    }

    #[test]
    fn different_names_sound_different() {
        let names = [
            "Cruz", "Santos", "Reyes", "Garcia", "Bautista", "Ocampo", "Aquino", "Mendoza", "Mamaril", "Marl",
        ];
        let mut sounds: Vec<String> = names.iter().map(|name| phonetic(name)).collect();
        sounds.sort();
        sounds.dedup();
        assert_eq!(sounds.len(), names.len(), "{sounds:?}");
    }

    #[test]
    fn keys_need_the_year_and_the_second_the_day() {
        let name = Name { family: "Dela Cruz", given: "Ma. Synthetica" };
        let keys = |birth: Option<&str>| blocking_keys(&name, birth.map(|birth| birth.parse().unwrap()));
        assert!(keys(None).is_empty());
        assert_eq!(keys(Some("1990-05")), keys(Some("1990")));
        let values: Vec<String> =
            keys(Some("1990-05-31")).into_iter().map(|key| format!("{}={}", key.kind, key.value)).collect();
        assert_eq!(values, ["surname_year=krs:1990", "birth_initial=1990-05-31:m"]);
        assert!(!format!("{:?}", keys(Some("1990"))).contains("krs"));
    }
}
