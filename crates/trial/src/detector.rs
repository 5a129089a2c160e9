//! What is tried: typologies, and a way to rank what they find.

use model::Country;
use screening::{BadTypology, Status, Typology, shipped};

/// Typologies at work together, under a name.
#[derive(Clone, Debug)]
pub struct Detector {
    /// Its name in results.
    pub name: String,
    /// What it watches for; those that are off stay silent.
    pub typologies: Vec<Typology>,
    /// What it puts first.
    pub ranking: Ranking,
    /// Whether it is a yardstick.
    pub baseline: bool,
}

/// How findings are ranked. A rank is no probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ranking {
    /// By how many payments of the evidence are within the window: all that a rule of one threshold has.
    Count,
    /// By the weight of what was found, with what the party's counterparts add.
    Weight(Combination),
}

/// How the weights of several typologies and of counterparts come together in a rank.
///
/// The heaviest typology counts whole and others in part. A receiver whom flagged senders pay is the
/// heavier the more they are and the larger their share of all its senders is; a sender is the heavier
/// for the heaviest receiver it pays. Each is said in words beside an alert: who, how many, of how many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Combination {
    /// Of the weight of each further typology the same party shows.
    pub further: f64,
    /// Of the weights of a receiver's flagged senders together, times the share they are of all its senders.
    pub shared: f64,
    /// Of the weight of the heaviest receiver a sender pays.
    pub through: f64,
    /// What counterparts add at most.
    pub at_most: f64,
    /// A receiver with more senders than this is a charity, a shop or a neighbour who picks up for many: nothing is
    /// made of who they are.
    pub hub: f64,
    /// By how much findings about receivers are heavier: each leads to several who pay.
    pub receivers: f64,
    /// From which share of the weight that opens a finding a party is ranked at all. A budget decides
    /// who is listed, and what counterparts add can lift somebody whose own weight would not do.
    pub floor: f64,
}

impl Combination {
    /// What was chosen on the development law, seeds 1 to 3.
    pub const CHOSEN: Self =
        Self { further: 0.5, shared: 0.7, through: 0.5, at_most: 4.0, hub: 12.0, receivers: 0.0, floor: 0.5 };
}

/// The typologies of one's own that are tried together.
const OURS: [&str; 3] = ["osec-sender.toml", "osec-receiver.toml", "osec-pair.toml"];
/// The named baselines.
const BASELINES: [&str; 2] = ["baseline-inward-20.toml", "baseline-acams-p95.toml"];

impl Detector {
    /// The typologies on paying for abuse that come with the program, together.
    pub fn shipped(place: Option<Country>) -> Result<Self, BadTypology> {
        Ok(Self {
            name: "sagip".to_owned(),
            typologies: OURS.iter().map(|file| read(file, place)).collect::<Result<_, _>>()?,
            ranking: Ranking::Weight(Combination::CHOSEN),
            baseline: false,
        })
    }

    /// The two named baselines, each alone.
    pub fn baselines(place: Option<Country>) -> Result<Vec<Self>, BadTypology> {
        let one = |file: &&str| {
            let typology = read(file, place)?;
            Ok(Self {
                name: typology.id.clone(),
                typologies: vec![typology],
                ranking: Ranking::Count,
                baseline: true,
            })
        };
        BASELINES.iter().map(one).collect()
    }

    /// The typologies as they are watched for: with the floor of the ranking.
    pub(crate) fn watched(&self) -> Vec<Typology> {
        let floor = if let Ranking::Weight(combination) = self.ranking { combination.floor } else { 1.0 };
        let mut typologies = self.typologies.clone();
        for typology in &mut typologies {
            typology.alert_at *= floor;
        }
        typologies
    }

    /// Typologies of one's own: by weight where there are indicators, by count where there are none.
    pub fn of(name: &str, typologies: Vec<Typology>) -> Self {
        let counts = typologies.iter().all(|typology| typology.indicators.is_empty());
        let baseline = typologies.iter().all(|typology| typology.status == Status::Baseline);
        let ranking = if counts || baseline { Ranking::Count } else { Ranking::Weight(Combination::CHOSEN) };
        Self { name: name.to_owned(), typologies, ranking, baseline }
    }
}

fn read(file: &str, place: Option<Country>) -> Result<Typology, BadTypology> {
    let text = shipped().into_iter().find(|(name, _)| *name == file).map_or("", |(_, text)| text);
    Typology::parse_for(file, text, place)
}
