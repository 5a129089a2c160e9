//! Every estimator in one call, with the spread between them, and a headline only where they agree.
//!
//! Each estimator says which dependencies between lists it took, whether its estimate exists and by
//! which proof, how its interval was made, and what a reader must know of it.

use serde::{Deserialize, Serialize};

use crate::mse::existence::Existence;
use crate::mse::fit::{Counts, Fit, Status, existence};
use crate::mse::graphs::{self, Averaging};
use crate::mse::headline::{Headline, agree};
use crate::mse::profile::profile;
use crate::mse::resample::{Correction, Interval, Resampled, resample, resample_among};
use crate::mse::select::{Chosen, Ranked, Selection, catalogue, choose, rank};
use crate::mse::table::CaptureTable;
use crate::mse::terms::{Model, term_name};
use crate::numeric::normal_quantile;

/// An estimator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// No list depends on another; shown as a line to compare with, never a contender.
    Independence,
    /// Pairs added by the size of their surprise.
    Stepwise,
    /// Pairs added by Akaike's criterion.
    AicStepwise,
    /// The least Schwarz criterion among models of pairs.
    BicPairs,
    /// The least Schwarz criterion among every hierarchical model to the order asked for.
    Bic,
    /// The average over decomposable graphs.
    GraphAveraging,
}

impl Method {
    /// Every method, in the order in which results are given.
    pub const ALL: [Self; 6] = [
        Self::Independence,
        Self::Stepwise,
        Self::AicStepwise,
        Self::BicPairs,
        Self::Bic,
        Self::GraphAveraging,
    ];

    /// The name as it is written in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Independence => "independence",
            Self::Stepwise => "stepwise",
            Self::AicStepwise => "aic-stepwise",
            Self::BicPairs => "bic-pairs",
            Self::Bic => "bic",
            Self::GraphAveraging => "graph-averaging",
        }
    }
}

/// What the estimators are told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// The p-value of both stepwise methods.
    pub threshold: f64,
    /// The most lists in a term for [`Method::Bic`]; six lists are held to two.
    pub order: u32,
    /// The share an interval covers.
    pub coverage: f64,
    /// Bootstrap tables; with none the intervals do not count the choice of model.
    pub replicates: u32,
    /// The seed of the bootstrap.
    pub seed: u64,
    /// How many of the best models a bootstrap table chooses among for the Schwarz methods.
    pub contenders: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { threshold: 0.02, order: 3, coverage: 0.95, replicates: 0, seed: 1, contenders: 20 }
    }
}

/// How an interval was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IntervalKind {
    /// From the curvature of the likelihood, the model taken as given.
    Wald,
    /// From the profile likelihood, the model taken as given.
    Profile,
    /// From the bootstrap, the model chosen anew on each table.
    Bca,
    /// From the posterior.
    Posterior,
}

/// What the bootstrap showed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bootstrap {
    /// How many tables were drawn.
    pub replicates: usize,
    /// How many of them have no estimate and count as infinite.
    pub without_estimate: usize,
    /// The corrections.
    pub correction: Correction,
    /// The corrected interval with its levels.
    pub corrected: Interval,
    /// The plain interval between quantiles.
    pub percentile: Interval,
    /// The medians of two heaps into which the tables' estimates fall, if they do.
    pub two_heaps: Option<(f64, f64)>,
}

/// A model's existence proof with the cells and terms it speaks of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proof {
    /// The capture histories, as bit sets, in the order of the numerators.
    pub cells: Vec<usize>,
    /// The terms, as bit sets, in the order of the direction.
    pub terms: Vec<usize>,
    /// What is proved.
    #[serde(flatten)]
    pub existence: Existence,
}

/// One estimator's answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// The estimator's name.
    pub method: &'static str,
    /// The population; none where there is no estimate.
    pub point: Option<f64>,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit; none where it is without bound.
    pub upper: Option<f64>,
    /// The dependencies between lists, in the order in which they were added.
    pub terms: Vec<String>,
    /// Those of them whose overlap is empty: their parameter is minus infinity.
    pub empty_overlaps: Vec<String>,
    /// Whether the estimate can be used.
    pub status: Status,
    /// The model by its generators.
    pub model: Option<String>,
    /// Schwarz's criterion.
    pub bic: Option<f64>,
    /// Akaike's criterion.
    pub aic: Option<f64>,
    /// How the interval was made.
    pub interval: Option<IntervalKind>,
    /// What the bootstrap showed, if there was one.
    pub bootstrap: Option<Bootstrap>,
    /// The proof that the chosen model's estimate exists, or that it does not.
    pub proof: Option<Proof>,
    /// What a reader must know.
    pub warnings: Vec<String>,
}

/// Every estimator asked for, and what they say together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimates {
    /// How many people were seen.
    pub observed: u64,
    /// The names of the lists.
    pub lists: Vec<String>,
    /// What the estimators were told.
    pub options: Options,
    /// One for each method.
    pub estimates: Vec<Estimate>,
    /// The number to print; none when the contenders disagree.
    pub headline: Option<Headline>,
    /// Why there is, or is not, a headline.
    pub why: String,
}

/// Every estimator on one table.
pub fn estimate_all(table: &CaptureTable, options: &Options) -> Estimates {
    estimate(table, &Method::ALL, options)
}

/// The given estimators on one table.
pub fn estimate(table: &CaptureTable, methods: &[Method], options: &Options) -> Estimates {
    let context = Context { table, counts: Counts::of(table), options };
    let mut ranked: Option<Vec<Ranked>> = None;
    let estimates: Vec<Estimate> = methods
        .iter()
        .map(|&method| match method {
            Method::Independence => context.selected(method, &Selection::Independence),
            Method::Stepwise => {
                context.selected(method, &Selection::Stepwise { threshold: options.threshold })
            }
            Method::AicStepwise => {
                context.selected(method, &Selection::AkaikeStepwise { threshold: options.threshold })
            }
            Method::BicPairs | Method::Bic => {
                let ranked = ranked.get_or_insert_with(|| context.rank(methods.contains(&Method::Bic)));
                context.schwarz(method, ranked)
            }
            Method::GraphAveraging => context.graphs(),
        })
        .collect();
    let (headline, why) = agree(&estimates);
    Estimates {
        observed: table.observed(),
        lists: table.lists().to_vec(),
        options: options.clone(),
        estimates,
        headline,
        why,
    }
}

struct Context<'a> {
    table: &'a CaptureTable,
    counts: Counts,
    options: &'a Options,
}

impl Context<'_> {
    fn rank(&self, beyond_pairs: bool) -> Vec<Ranked> {
        let lists = self.table.lists().len();
        let order = if beyond_pairs && lists <= 5 { self.options.order } else { 2 };
        catalogue(lists, order).map_or_else(Vec::new, |models| rank(&self.counts, &models))
    }

    fn selected(&self, method: Method, selection: &Selection) -> Estimate {
        let Some(chosen) = choose(&self.counts, self.table.lists().len(), selection) else {
            return unavailable(method, Status::TooManyLists);
        };
        let resampled = (self.options.replicates > 0)
            .then(|| resample(self.table, selection, self.options.replicates, self.options.seed))
            .flatten();
        let kind = if method == Method::AicStepwise { IntervalKind::Profile } else { IntervalKind::Wald };
        self.describe(method, chosen, resampled, kind)
    }

    fn schwarz(&self, method: Method, ranked: &[Ranked]) -> Estimate {
        let limit = if method == Method::BicPairs { 2 } else { u32::MAX };
        let mut usable = ranked.iter().filter(|model| model.model.order() <= limit);
        let Some(first) = ranked.first() else { return unavailable(method, Status::TooManyLists) };
        let Some(best) = usable.clone().find(|model| model.status == Status::Ok) else {
            return unavailable(method, first.status);
        };
        let fit = crate::mse::fit::fit(&self.counts, &best.model);
        let chosen = Chosen { added: best.model.interactions(), model: best.model.clone(), fit };
        let resampled = (self.options.replicates > 0).then(|| {
            let contenders: Vec<Model> = usable
                .by_ref()
                .filter(|model| model.status == Status::Ok)
                .take(self.options.contenders.max(1))
                .map(|model| model.model.clone())
                .collect();
            resample_among(self.table, &contenders, self.options.replicates, self.options.seed)
        });
        self.describe(method, chosen, resampled, IntervalKind::Profile)
    }

    fn graphs(&self) -> Estimate {
        let Some(averaged) = graphs::average(self.table, self.options.coverage, Averaging::default()) else {
            return unavailable(Method::GraphAveraging, Status::TooManyLists);
        };
        Estimate {
            point: Some(averaged.mean),
            lower: Some(averaged.lower),
            upper: Some(averaged.upper),
            terms: averaged.joined,
            interval: Some(IntervalKind::Posterior),
            warnings: Vec::new(),
            ..unavailable(Method::GraphAveraging, Status::Ok)
        }
    }

    fn describe(
        &self,
        method: Method,
        chosen: Chosen,
        resampled: Option<Resampled>,
        kind: IntervalKind,
    ) -> Estimate {
        let lists = self.table.lists();
        let fit = &chosen.fit;
        let name = |term: &usize| term_name(*term, lists);
        let proof = existence(&self.counts, &chosen.model).map(|(cells, terms, existence)| Proof {
            cells,
            terms,
            existence,
        });
        let described = Estimate {
            terms: chosen.added.iter().map(name).collect(),
            empty_overlaps: fit.minus_infinite.iter().map(name).collect(),
            model: Some(chosen.model.to_string()),
            proof,
            ..unavailable(method, fit.status)
        };
        if fit.status != Status::Ok {
            return described;
        }
        let mut warnings = Vec::new();
        let bootstrap =
            resampled.map(|resampled| summarise(&resampled, fit.population, self.options.coverage));
        let (lower, upper, kind) = match &bootstrap {
            Some(bootstrap) => {
                warn(bootstrap, &mut warnings);
                (bootstrap.corrected.lower, bootstrap.corrected.upper, IntervalKind::Bca)
            }
            None => {
                warnings.push(
                    "the interval takes the chosen model as given; ask for bootstrap replicates to count the choice"
                        .to_owned(),
                );
                self.given_model(&chosen.model, fit, kind)
            }
        };
        Estimate {
            point: Some(fit.population),
            lower: finite(lower),
            upper: finite(upper),
            bic: Some(fit.bic),
            aic: Some(fit.aic),
            interval: Some(kind),
            bootstrap,
            warnings,
            ..described
        }
    }

    fn given_model(&self, model: &Model, fit: &Fit, kind: IntervalKind) -> (f64, f64, IntervalKind) {
        let profiled = (kind == IntervalKind::Profile)
            .then(|| profile(&self.counts, model, self.options.coverage))
            .flatten();
        if let Some(profiled) = profiled {
            return (profiled.lower, profiled.upper, IntervalKind::Profile);
        }
        let deviate = normal_quantile(f64::midpoint(1.0, self.options.coverage));
        (fit.wald(-deviate), fit.wald(deviate), IntervalKind::Wald)
    }
}

fn unavailable(method: Method, status: Status) -> Estimate {
    Estimate {
        method: method.name(),
        point: None,
        lower: None,
        upper: None,
        terms: Vec::new(),
        empty_overlaps: Vec::new(),
        status,
        model: None,
        bic: None,
        aic: None,
        interval: None,
        bootstrap: None,
        proof: None,
        warnings: Vec::new(),
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn summarise(resampled: &Resampled, estimate: f64, coverage: f64) -> Bootstrap {
    Bootstrap {
        replicates: resampled.replicates.len(),
        without_estimate: resampled.without_estimate,
        correction: resampled.correction(estimate),
        corrected: resampled.interval(estimate, coverage),
        percentile: resampled.percentile_interval(coverage),
        two_heaps: resampled.two_heaps(),
    }
}

fn warn(bootstrap: &Bootstrap, warnings: &mut Vec<String>) {
    if bootstrap.without_estimate > 0 {
        warnings.push(format!(
            "{} of {} bootstrap tables have no estimate; they count as without bound",
            bootstrap.without_estimate, bootstrap.replicates
        ));
    }
    if let Some((low, high)) = bootstrap.two_heaps {
        warnings.push(format!(
            "the bootstrap tables fall into two heaps, around {low:.0} and around {high:.0}: the rule chooses now \
             one model, now another"
        ));
    }
    if !bootstrap.corrected.within_reach {
        warnings.push(format!(
            "the corrected levels {:.5} and {:.5} lie beyond what {} bootstrap tables reach: a limit is only the \
             smallest or largest of them; ask for more replicates",
            bootstrap.corrected.lower_level, bootstrap.corrected.upper_level, bootstrap.replicates
        ));
    }
}
