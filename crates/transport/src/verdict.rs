//! What the body of an answer with a good status says.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::{Effect, LogicalFailure, Operation};

/// What an answer with a good status turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A success, as far as can be told without knowing the operation.
    Good,
    /// A failure, by the vendor's own word.
    Failure,
    /// A word of the vendor's that we do not know: no success, and yet something may have been done.
    Unclear,
    /// No word of the vendor's: nothing is known of what was asked.
    Silent(&'static str),
}

const SAYS_NOTHING: &str = "the answer does not say whether it worked";

/// Reads the body by the vendor's rule, if it has one, and else by what proves a write.
///
/// What was written is not done before the vendor says so; a list may speak for itself.
pub(crate) fn verdict(
    rule: Option<&LogicalFailure>,
    operation: &Operation,
    body: &[u8],
) -> Verdict {
    let effect = operation.effect;
    let must_tell = match rule {
        Some(rule) => rule.required || effect != Effect::Read,
        None => operation.proof.is_some(),
    };
    match body.trim_ascii_start() {
        // A page from something in between: a proxy, a maintenance page, a captive portal.
        [b'<', ..] => return Verdict::Silent("the answer is a web page, not JSON"),
        [] if must_tell => return Verdict::Silent("the answer is empty"),
        [] | [b'{', ..] => {}
        // Every send is answered by an object: what else comes is not the vendor's, or says nothing.
        _ if effect == Effect::Send => return Verdict::Silent(SAYS_NOTHING),
        [b'[', ..] => {}
        // Nor are these a vendor's words.
        _ if serde_json::from_slice::<IgnoredAny>(body).is_err() => {
            return Verdict::Silent("the answer is not JSON");
        }
        _ => {}
    }
    let Some(rule) = rule else {
        return match operation.proof {
            Some(proof) if holds(body, proof) == Some(false) => Verdict::Silent(SAYS_NOTHING),
            // The decoder says what is wrong with what is no JSON.
            _ => Verdict::Good,
        };
    };
    let mut json = serde_json::Deserializer::from_slice(body);
    match Member(rule.field).deserialize(&mut json).ok().flatten() {
        Some(Value::String(word)) => {
            let is_one_of = |known: &[&str]| {
                let word = word.trim();
                known.iter().any(|known| known.eq_ignore_ascii_case(word))
            };
            if is_one_of(rule.success) {
                Verdict::Good
            } else if is_one_of(rule.failure) {
                Verdict::Failure
            } else {
                Verdict::Unclear
            }
        }
        // The decoder says what is wrong with a body that is no object.
        Some(Value::Null) | None if !must_tell => Verdict::Good,
        _ => Verdict::Silent(SAYS_NOTHING),
    }
}

/// Whether the body of an answer says that the vendor took a write, whatever else is wrong with it: by
/// the word of the vendor's rule, or else by what nobody but the vendor can have given it.
pub(crate) fn is_proof(rule: Option<&LogicalFailure>, operation: &Operation, body: &[u8]) -> bool {
    if rule.is_some() {
        return verdict(rule, operation, body) == Verdict::Good;
    }
    let proof = operation.proof.and_then(|proof| holds(body, proof));
    proof.unwrap_or_default()
}

/// Whether an identifier stands at a place of the body; `None` if that is no JSON.
fn holds(body: &[u8], pointer: &str) -> Option<bool> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    Some(match answer.pointer(pointer) {
        Some(Value::String(id)) => !id.trim().is_empty(),
        Some(Value::Number(_)) => true,
        _ => false,
    })
}

/// One member of an object; the others are passed over, since a page may be large.
struct Member(&'static str);

impl<'de> DeserializeSeed<'de> for Member {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Member {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            if name == self.0 {
                let word = members.next_value()?;
                // Said twice and not alike, it says nothing.
                let is_said = found.as_ref().is_none_or(|found| *found == word);
                found = Some(if is_said { word } else { Value::Null });
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Repeat;

    const RULE: LogicalFailure = LogicalFailure {
        field: "status",
        success: &["success"],
        failure: &["error"],
        required: false,
    };
    const STRICT: LogicalFailure = LogicalFailure {
        required: true,
        ..RULE
    };

    const READ: Operation = operation(Effect::Read, None);

    const fn operation(effect: Effect, proof: Option<&'static str>) -> Operation {
        Operation {
            id: "",
            method: "POST",
            path: "/",
            tag: "",
            summary: "",
            effect,
            repeat: Repeat::Never,
            schemes: &[],
            server: None,
            body_credentials: &[],
            parameters: &[],
            body: None,
            proof,
        }
    }

    #[test]
    fn the_vendor_s_word_is_compared_without_case() {
        for rule in [&RULE, &STRICT] {
            let read = |body: &str| verdict(Some(rule), &READ, body.as_bytes());
            assert_eq!(read(r#"{"data": {}, "status": "SUCCESS"}"#), Verdict::Good);
            assert_eq!(read(r#"{"status": "Error"}"#), Verdict::Failure);
            assert_eq!(read(r#"{"st\u0061tus": "error"}"#), Verdict::Failure);
            assert_eq!(read(r#"{"status": "success "}"#), Verdict::Good);
        }
    }

    #[test]
    fn a_word_that_nobody_knows_is_neither_success_nor_failure() {
        for word in ["ok", "queued", "warning", "", "successful"] {
            let body = serde_json::json!({"status": word}).to_string();
            assert_eq!(
                verdict(Some(&RULE), &READ, body.as_bytes()),
                Verdict::Unclear,
                "{word}"
            );
        }
    }

    #[test]
    fn a_word_that_must_be_there_and_is_not_leaves_everything_open() {
        for body in ["", "{}", "[]", r#"{"status": null}"#, r#"{"sta"#] {
            for (rule, effect) in [
                (STRICT, Effect::Read),
                (RULE, Effect::Write),
                (RULE, Effect::Send),
            ] {
                let verdict = verdict(Some(&rule), &operation(effect, None), body.as_bytes());
                assert!(matches!(verdict, Verdict::Silent(_)), "{effect:?} {body}");
            }
            let verdict = verdict(Some(&RULE), &READ, body.as_bytes());
            assert_eq!(verdict, Verdict::Good, "{body}");
        }
        let no_word = br#"{"status": 0}"#;
        assert!(matches!(
            verdict(Some(&RULE), &READ, no_word),
            Verdict::Silent(_)
        ));
    }

    #[test]
    fn a_web_page_or_a_bare_word_is_no_vendor_s_word() {
        for rule in [None, Some(&RULE), Some(&STRICT)] {
            for foreign in [" <html>", "OK", "no such host", "\u{1f}\u{fffd}"] {
                let foreign = verdict(rule, &READ, foreign.as_bytes());
                assert!(matches!(foreign, Verdict::Silent(_)));
            }
        }
        for body in ["", "{"] {
            let verdict = verdict(None, &operation(Effect::Send, None), body.as_bytes());
            assert_eq!(verdict, Verdict::Good, "{body}");
        }
    }

    #[test]
    fn a_write_that_is_proved_by_an_identifier_is_not_done_without_it() {
        for effect in [Effect::Write, Effect::Send] {
            let read = |body: &str| {
                let operation = operation(effect, Some("/data/id"));
                verdict(None, &operation, body.as_bytes())
            };
            for proved in [r#"{"data": {"id": "m-1"}}"#, r#"{"data": {"id": 7}}"#] {
                assert_eq!(read(proved), Verdict::Good, "{proved}");
            }
            for foreign in [
                "",
                "{}",
                r#"{"data": null}"#,
                r#"{"data": {"id": " ", "status": "queued"}}"#,
                r#"{"id": "m-1"}"#,
                r#"{"status": "error"}"#,
            ] {
                let verdict = read(foreign);
                assert!(matches!(verdict, Verdict::Silent(_)), "{foreign}");
            }
        }
    }

    #[test]
    fn two_words_that_are_not_the_same_say_nothing() {
        let read = |body: &str| {
            let operation = operation(Effect::Send, None);
            verdict(Some(&RULE), &operation, body.as_bytes())
        };
        for body in [
            r#"{"status": "error", "status": "success"}"#,
            r#"{"status": "success", "status": "error", "status": "success"}"#,
        ] {
            assert_eq!(read(body), Verdict::Silent(SAYS_NOTHING), "{body}");
        }
        let twice = r#"{"status": "success", "status": "success"}"#;
        assert_eq!(read(twice), Verdict::Good);
    }

    #[test]
    fn what_is_no_object_says_nothing_of_a_send() {
        for body in ["null", "7", "[]", "[{}]", "\"OK\"", "true"] {
            let read = |effect| verdict(None, &operation(effect, None), body.as_bytes());
            assert_eq!(read(Effect::Send), Verdict::Silent(SAYS_NOTHING), "{body}");
            assert_eq!(read(Effect::Read), Verdict::Good, "{body}");
        }
    }
}
