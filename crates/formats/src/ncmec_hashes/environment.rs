//! The databases there are.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! environments {
    ($($Name:ident = $word:literal, $base:literal, $words:literal;)*) => {
        /// A database of hashes: who may read it and what it holds differ. Source: `NCMECEnvironment`
        /// of `threatexchange` 1.2.17, `exchanges/clients/ncmec/hash_api.py`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Environment {
            $(#[doc = $words] #[serde(rename = $word)] $Name,)*
        }

        impl Environment {
            /// Every environment.
            pub const ALL: &'static [Self] = &[$(Self::$Name),*];

            /// The word for it in a configuration.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$Name => $word,)* }
            }

            /// What every address begins with; a [`Request`](crate::Request)'s path follows.
            pub const fn base_url(self) -> &'static str {
                match self { $(Self::$Name => $base,)* }
            }

            /// What it holds, in words.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$Name => $words,)* }
            }
        }
    };
}

environments! {
    Industry = "industry", "https://report.cybertip.org/hashsharing", "Industry.";
    IndustryExploitative = "industry-exploitative", "https://report.cybertip.org/exploitative-hashsharing", "Industry: exploitative.";
    LawEnforcement = "law-enforcement", "https://lesp.ncmec.org/csam-hashsharing", "Law enforcement.";
    Ngo = "ngo", "https://hashsharing.ncmec.org/npo", "Organisations that are not for profit.";
    Exploitative = "exploitative", "https://hashsharing.ncmec.org/exploitative", "Exploitative.";
    GenerativeAi = "generative-ai", "https://hashsharing.ncmec.org/generative-ai-csam", "Made by generative AI.";
    GenerativeAiExploitative = "generative-ai-exploitative", "https://hashsharing.ncmec.org/generative-ai-exploitative", "Made by generative AI: exploitative.";
    TestIndustry = "test-industry", "https://exttest.cybertip.org/hashsharing", "For tests: industry.";
    TestIndustryExploitative = "test-industry-exploitative", "https://exttest.cybertip.org/exploitative-hashsharing", "For tests: industry, exploitative.";
    TestLawEnforcement = "test-law-enforcement", "https://betalesp.ncmec.org/csam-hashsharing", "For tests: law enforcement.";
    TestNgo = "test-ngo", "https://hashsharing-test.ncmec.org/npo", "For tests: organisations that are not for profit.";
    TestExploitative = "test-exploitative", "https://hashsharing-test.ncmec.org/exploitative", "For tests: exploitative.";
    TestGenerativeAi = "test-generative-ai", "https://hashsharing-test.ncmec.org/generative-ai-csam", "For tests: made by generative AI.";
    TestGenerativeAiExploitative = "test-generative-ai-exploitative", "https://hashsharing-test.ncmec.org/generative-ai-exploitative", "For tests: made by generative AI, exploitative.";
}

impl Environment {
    /// Whether it is for tests only.
    pub fn is_for_tests(self) -> bool {
        self.as_str().starts_with("test-")
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_environment_has_an_address_of_its_own_and_a_word() {
        let addresses: BTreeSet<_> =
            Environment::ALL.iter().map(|environment| environment.base_url()).collect();
        assert_eq!((addresses.len(), Environment::ALL.len()), (14, 14));
        for environment in Environment::ALL {
            let word = serde_json::to_string(environment).unwrap();
            assert_eq!(word, format!("\"{environment}\""));
            assert_eq!(serde_json::from_str::<Environment>(&word).unwrap(), *environment);
            let host = environment.base_url().strip_prefix("https://").unwrap();
            let for_tests =
                host.starts_with("exttest") || host.starts_with("beta") || host.contains("-test.");
            assert_eq!(environment.is_for_tests(), for_tests, "{environment}");
        }
    }
}
