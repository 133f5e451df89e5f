//! Chaos: a random mix of faults that is the same for the same seed.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;

use super::Fault;

/// A random mix of faults, the same for the same seed and the same requests.
///
/// ```
/// use palabre_sandbox::Chaos;
///
/// let chaos: Chaos = serde_json::from_value(serde_json::json!({
///     "seed": 7, "rate": 0.3, "faults": [{"status": 503}, {"close": "after", "end": "reset"}],
/// }))?;
/// assert_eq!(chaos.faults.len(), 2);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chaos {
    /// What the choice follows from.
    pub seed: u64,
    /// To which part of the requests something happens: 0 to none, 1 to all.
    #[serde(deserialize_with = "rate")]
    pub rate: f64,
    /// What happens to them: one of those that match the request, each as likely as the others.
    /// How often one happens is not limited: `times` and `after` do not count here.
    pub faults: Vec<Fault>,
}

fn rate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let rate = f64::deserialize(deserializer)?;
    if (0.0..=1.0).contains(&rate) {
        return Ok(rate);
    }
    Err(serde::de::Error::custom("rate must be from 0 to 1"))
}

impl Default for Chaos {
    /// Something goes wrong with every third request; what, is a bit of everything.
    fn default() -> Self {
        Self {
            seed: 7,
            rate: 0.3,
            faults: mix(),
        }
    }
}

/// A bit of everything: refusals, breakdowns with and without effect, nonsense.
fn mix() -> Vec<Fault> {
    let page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
    let all = json!([
        {"delay_ms": 20},
        {"status": 429, "headers": {"retry-after": "0"}},
        {"status": 429},
        {"status": 500, "body": {"error": "internal"}},
        {"status": 500, "perform": true},
        {"status": 502, "body": page},
        {"status": 502, "body": page, "perform": true},
        {"status": 503, "headers": {"retry-after": "0"}},
        {"status": 504, "perform": true, "delay_ms": 20},
        {"status": 200, "body": page},
        {"status": 302, "headers": {"location": "https://login.example/"}},
        {"close": "before"},
        {"close": "before", "end": "reset"},
        {"close": "after"},
        {"close": "after", "end": "reset"},
        {"cut": 9},
        {"cut": 60, "end": "reset"},
        {"truncate": 1},
        {"truncate": 20, "end": "reset"},
        {"length_off_by": 10},
        {"length_off_by": -1},
        {"end": "reset"},
        {"again": true},
        {"replace": {"pointer": "/**", "value": null}},
        {"replace": {"pointer": "/**", "value": {"odd": []}}},
    ]);
    // The list is written above: the tests read it.
    serde_json::from_value(all).unwrap_or_default()
}

/// Chaos at work.
#[derive(Debug)]
pub(crate) struct Dice {
    chaos: Chaos,
    random: fastrand::Rng,
}

impl Dice {
    pub(crate) fn new(chaos: Chaos) -> Self {
        let random = fastrand::Rng::with_seed(chaos.seed);
        Self { chaos, random }
    }

    pub(crate) fn chaos(&self) -> &Chaos {
        &self.chaos
    }

    /// What happens to the next request: one of the faults that match it, or none.
    ///
    /// The dice are thrown the same number of times for every request.
    pub(crate) fn throw(&mut self, matches: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let (is_hit, which) = (
            self.random.f64() < self.chaos.rate,
            self.random.usize(..usize::MAX),
        );
        let fitting: Vec<_> = self
            .chaos
            .faults
            .iter()
            .filter(|fault| matches(fault))
            .collect();
        let thrown = fitting.get(which.checked_rem(fitting.len())?)?;
        is_hit.then(|| (*thrown).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thrown(seed: u64, rate: f64) -> Vec<Option<String>> {
        let mut dice = Dice::new(Chaos {
            seed,
            rate,
            ..Chaos::default()
        });
        (0..1000)
            .map(|_| dice.throw(|_| true).map(|fault| fault.name()))
            .collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_faults_and_another_seed_gives_others() {
        assert_eq!(thrown(1, 0.3), thrown(1, 0.3));
        assert_ne!(thrown(1, 0.3), thrown(2, 0.3));
    }

    #[test]
    fn as_many_requests_are_hit_as_the_rate_says_and_by_everything() {
        assert_eq!(thrown(1, 0.0).iter().flatten().count(), 0);
        assert_eq!(thrown(1, 1.0).iter().flatten().count(), 1000);
        assert!((230..370).contains(&thrown(1, 0.3).iter().flatten().count()));
        let kinds: std::collections::BTreeSet<_> = thrown(1, 1.0).into_iter().flatten().collect();
        let known: std::collections::BTreeSet<_> = mix().iter().map(Fault::name).collect();
        assert!(!known.is_empty());
        assert_eq!(kinds, known);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for wrong in [
            r#"{"rate": 1.5}"#,
            r#"{"rate": -0.1}"#,
            r#"{"faults": [{}]}"#,
            r#"{"sede": 1}"#,
        ] {
            assert!(serde_json::from_str::<Chaos>(wrong).is_err(), "{wrong}");
        }
        let default: Chaos = serde_json::from_str("{}").unwrap();
        assert_eq!(default, Chaos::default());
    }
}
