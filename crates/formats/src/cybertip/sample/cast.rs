//! The people of the synthetic reports. Each is known by a number, and the same number is always
//! the same person with the same identifiers, so that reports on one network share them.
//!
//! Every name says that it is synthetic. Addresses of the Internet are from the ranges set aside
//! for documentation (RFC 5737, RFC 3849), phone numbers from those set aside for fiction (North
//! American 555-01xx, Ofcom 07700 900xxx), mail and pages from example.com and .test (RFC 2606).

use model::CivilDate;

use super::dice::Dice;
use crate::cybertip::{
    Address, AddressType, CaptureEvent, CountryCode, Date, DeviceId, Email, EmailType, EstimatedLocation,
    IpCaptureEvent, Person, Phone, PhoneType, StateCode,
};

/// Places a report may come from.
const PHILIPPINES: [(&str, &str); 6] = [
    ("Cebu City", "Cebu"),
    ("Angeles City", "Pampanga"),
    ("Iligan City", "Lanao del Norte"),
    ("Taguig", "Metro Manila"),
    ("Davao City", "Davao del Sur"),
    ("Lapu-Lapu City", "Cebu"),
];
const ABROAD: [(&str, &str, &str); 8] = [
    ("Springfield", "IL", "US"),
    ("Exampleton", "", "GB"),
    ("Testville", "", "AU"),
    ("Musterstadt", "", "DE"),
    ("Exempelby", "", "SE"),
    ("Voorbeeldstad", "", "NL"),
    ("Sampleburgh", "", "CA"),
    ("Villexemple", "", "FR"),
];
const GIVEN: [&str; 10] = ["Ana", "Ben", "Carla", "Dan", "Ella", "Fe", "Gio", "Hana", "Ian", "Joy"];

/// What part a person has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Facilitator,
    Buyer,
    Child,
    Reporter,
}

/// One person.
#[derive(Clone, Copy)]
pub(super) struct Character {
    pub(super) part: Part,
    pub(super) number: usize,
}

impl Character {
    const fn word(self) -> &'static str {
        match self.part {
            Part::Facilitator => "facilitator",
            Part::Buyer => "buyer",
            Part::Child => "child",
            Part::Reporter => "analyst",
        }
    }

    fn given(self) -> String {
        let name = GIVEN.get(self.number % GIVEN.len()).copied().unwrap_or("Ana");
        format!("Synthetic {name}")
    }

    fn family(self) -> String {
        format!("Test{} {:03}", self.word(), self.number)
    }

    pub(super) fn screen_name(self) -> String {
        format!("synthetic_{}_{:03}", self.word(), self.number)
    }

    pub(super) fn display_name(self) -> String {
        format!("{} ({:03})", self.given(), self.number)
    }

    pub(super) fn profile_url(self) -> String {
        format!("https://live.example.com/u/{}", self.screen_name())
    }

    /// The person's id at one service.
    pub(super) fn account_id(self) -> String {
        format!("SYN-{}-{:06}", self.word().to_uppercase(), self.number)
    }

    /// The wallet the person pays or is paid by.
    pub(super) fn wallet_id(self) -> String {
        format!("SYN-WALLET-{}-{:06}", self.word().to_uppercase(), self.number)
    }

    pub(super) fn mail(self) -> String {
        let domain = if self.number.is_multiple_of(3) { "mail.test" } else { "example.com" };
        format!("synthetic.{}.{:03}@{domain}", self.word(), self.number)
    }

    pub(super) fn email(self, dice: &mut Dice<'_>) -> Email {
        let mail = self.mail();
        // People write one address in several ways.
        let value = if dice.percent(20) { mail.to_uppercase() } else { mail };
        let verified = dice.maybe(|dice| dice.percent(80));
        let verification_date = verified.and_then(|_| dice.maybe(|dice| dice.past(900)));
        Email { kind: dice.next_or_none(EmailType::ALL), verified, verification_date, ..Email::new(value) }
    }

    pub(super) fn phone(self, dice: &mut Dice<'_>) -> Phone {
        let number = self.number * 4 + self.part as usize;
        let (code, value) = if number < 1000 {
            let spelled = [
                format!("07700 900{number:03}"),
                format!("07700900{number:03}"),
                format!("+44 7700 900{number:03}"),
                format!("+447700900{number:03}"),
            ];
            ("+44", spelled.get(dice.below(4)).cloned().unwrap_or_default())
        } else {
            let (area, line) = (201 + number / 100 % 700, number % 100);
            let spelled = [
                format!("({area}) 555-01{line:02}"),
                format!("{area}55501{line:02}"),
                format!("+1 {area} 555 01{line:02}"),
            ];
            ("+1", spelled.get(dice.below(3)).cloned().unwrap_or_default())
        };
        let verified = dice.maybe(|dice| dice.percent(80));
        Phone {
            kind: dice.next_or_none(PhoneType::ALL),
            verified,
            verification_date: verified.and_then(|_| dice.maybe(|dice| dice.past(900))),
            country_calling_code: Some(code.to_owned()),
            extension: dice.maybe(|dice| dice.below(9000).to_string()),
            ..Phone::new(value)
        }
    }

    /// The Internet address the person uses, at some time in the last months.
    pub(super) fn ip(self, dice: &mut Dice<'_>) -> IpCaptureEvent {
        let range = match self.part {
            Part::Facilitator | Part::Child => "203.0.113",
            Part::Buyer => "198.51.100",
            Part::Reporter => "192.0.2",
        };
        let address = match self.number {
            number @ 0..250 if !dice.percent(20) => format!("{range}.{}", number + 1),
            number => format!("2001:db8:{:x}:{number:x}::1", self.part as usize + 1),
        };
        IpCaptureEvent {
            event_name: dice.next_or_none(CaptureEvent::ALL),
            date_time: Some(dice.past(120)),
            possible_proxy: dice.maybe(|dice| dice.percent(20)),
            port: dice.maybe(|dice| i32::try_from(1024 + dice.below(60_000)).unwrap_or(443)),
            ..IpCaptureEvent::new(address)
        }
    }

    pub(super) fn device(self, dice: &mut Dice<'_>) -> DeviceId {
        DeviceId {
            event_name: dice.next_or_none(CaptureEvent::ALL),
            date_time: dice.maybe(|dice| dice.past(120)),
            ..DeviceId::new("Synthetic device id".to_owned(), format!("SYN-DEVICE-{}", self.screen_name()))
        }
    }

    fn place(self) -> (&'static str, &'static str, &'static str) {
        if self.part == Part::Buyer {
            ABROAD.get(self.number % ABROAD.len()).copied().unwrap_or(("", "", ""))
        } else {
            let place = PHILIPPINES.get(self.number % PHILIPPINES.len());
            place.map_or(("", "", "PH"), |(city, province)| (*city, *province, "PH"))
        }
    }

    pub(super) fn address(self, dice: &mut Dice<'_>) -> Address {
        let (city, region, country) = self.place();
        let state = StateCode::new(region).filter(|_| country == "US");
        Address {
            kind: dice.next_or_none(AddressType::ALL),
            address: Some(format!("{} Synthetic Street", self.number + 1)),
            city: Some(city.to_owned()),
            zip_code: Some(format!("{:04}", 9000 + self.number % 1000)),
            state,
            non_usa_state: (state.is_none() && !region.is_empty()).then(|| region.to_owned()),
            country: CountryCode::new(country),
        }
    }

    pub(super) fn location(self, dice: &mut Dice<'_>) -> EstimatedLocation {
        let (city, region, country) = self.place();
        EstimatedLocation {
            verified: dice.maybe(|dice| dice.percent(30)),
            timestamp: dice.maybe(|dice| dice.past(60)),
            city: Some(city.to_owned()),
            region: Some(region.to_owned()).filter(|region| !region.is_empty()),
            country_code: CountryCode::new(country),
        }
    }

    /// The day of birth: children are four to seventeen, adults twenty-five to sixty-nine.
    fn born(self, dice: &Dice<'_>) -> Option<CivilDate> {
        let age = match self.part {
            Part::Child => 4 + self.number * 5 % 14,
            _ => 25 + self.number * 7 % 45,
        };
        let year = dice.now.day_in("UTC")?.year() - i16::try_from(age).ok()?;
        CivilDate::new(year, 1 + i8::try_from(self.number % 12).ok()?, 15)
    }

    pub(super) fn birth(self, dice: &Dice<'_>) -> Option<Date> {
        self.born(dice).map(Date::from)
    }

    pub(super) fn age(self, dice: &Dice<'_>) -> Option<i32> {
        self.born(dice)?.years_until(dice.now.day_in("UTC")?).map(i32::from)
    }

    pub(super) fn names(self) -> (String, String) {
        (self.given(), self.family())
    }

    /// The person as far as a platform knows them. Of a child a platform seldom knows more than
    /// the age.
    pub(super) fn person(self, dice: &mut Dice<'_>) -> Person {
        let known = self.part != Part::Child;
        let (first, last) = self.names();
        Person {
            first_name: Some(first),
            last_name: (known || dice.complete).then_some(last),
            phone: if known || dice.complete { vec![self.phone(dice)] } else { Vec::new() },
            email: if known || dice.complete { vec![self.email(dice)] } else { Vec::new() },
            address: if dice.complete || (known && dice.percent(40)) {
                vec![self.address(dice)]
            } else {
                Vec::new()
            },
            age: self.age(dice),
            date_of_birth: dice.maybe(|dice| self.birth(dice)).flatten(),
        }
    }
}
