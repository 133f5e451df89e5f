//! Replacing values of an answer.

use serde_json::Value;

use super::Replace;
use crate::call::{Answer, AnswerBody};

/// Replaces values of a JSON answer.
pub(crate) fn replace(answer: &mut Answer, Replace { pointer, value }: &Replace) {
    let AnswerBody::Json(body) = &mut answer.body else {
        return;
    };
    let segments: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
        .collect();
    set(body, &segments, value);
}

fn set(place: &mut Value, segments: &[String], value: &Value) {
    let Some((first, rest)) = segments.split_first() else {
        *place = value.clone();
        return;
    };
    match first.as_str() {
        "**" => {
            // What is below first: what is put there is not looked into.
            for child in children(place) {
                set(child, segments, value);
            }
            let is_leaf = !matches!(place, Value::Array(_) | Value::Object(_));
            if !rest.is_empty() || is_leaf {
                set_there(place, rest, value);
            }
        }
        "*" => {
            for child in children(place) {
                set(child, rest, value);
            }
        }
        name => match place {
            Value::Object(fields) if rest.is_empty() => {
                fields.insert(name.to_owned(), value.clone());
            }
            _ => {
                if let Some(child) = child(place, name) {
                    set(child, rest, value);
                }
            }
        },
    }
}

/// As [`set`], but adds nothing: of "anywhere" only the places count that are there.
fn set_there(place: &mut Value, segments: &[String], value: &Value) {
    let is_there = match (segments, &*place) {
        ([name], Value::Object(fields)) => name == "*" || fields.contains_key(name),
        _ => true,
    };
    if is_there {
        set(place, segments, value);
    }
}

fn children(place: &mut Value) -> Vec<&mut Value> {
    match place {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(fields) => fields.values_mut().collect(),
        _ => Vec::new(),
    }
}

fn child<'a>(place: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    match place {
        Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?),
        Value::Object(fields) => fields.get_mut(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn replaced(pointer: &str, value: Value) -> String {
        let mut answer = Answer::json(
            200,
            json!({"data": {"a": [{"id": 1, "x": "y"}, {"id": 2}]}, "ok": true}),
        );
        let pointer = pointer.to_owned();
        replace(&mut answer, &Replace { pointer, value });
        answer.body_text()
    }

    #[test]
    fn one_value_is_replaced_or_added() {
        for (pointer, value, body) in [
            ("", json!(null), "null"),
            (
                "/ok",
                json!({}),
                r#"{"data":{"a":[{"id":1,"x":"y"},{"id":2}]},"ok":{}}"#,
            ),
            (
                "/data/a/1",
                json!(7),
                r#"{"data":{"a":[{"id":1,"x":"y"},7]},"ok":true}"#,
            ),
            (
                "/data/new~1er",
                json!(7),
                r#"{"data":{"a":[{"id":1,"x":"y"},{"id":2}],"new/er":7},"ok":true}"#,
            ),
            (
                "/nowhere/at/all",
                json!(7),
                r#"{"data":{"a":[{"id":1,"x":"y"},{"id":2}]},"ok":true}"#,
            ),
        ] {
            assert_eq!(replaced(pointer, value), body, "{pointer}");
        }
    }

    #[test]
    fn a_star_stands_for_every_child_and_two_for_everything_below() {
        for (pointer, value, body) in [
            ("/data/a/*", json!(7), r#"{"data":{"a":[7,7]},"ok":true}"#),
            (
                "/data/a/*/x",
                json!(null),
                r#"{"data":{"a":[{"id":1,"x":null},{"id":2,"x":null}]},"ok":true}"#,
            ),
            (
                "/**/x",
                json!(null),
                r#"{"data":{"a":[{"id":1,"x":null},{"id":2}]},"ok":true}"#,
            ),
            (
                "/**/id",
                json!({"id": 0}),
                r#"{"data":{"a":[{"id":{"id":0},"x":"y"},{"id":{"id":0}}]},"ok":true}"#,
            ),
            (
                "/**",
                json!(null),
                r#"{"data":{"a":[{"id":null,"x":null},{"id":null}]},"ok":null}"#,
            ),
            ("/*", json!(0), r#"{"data":0,"ok":0}"#),
        ] {
            assert_eq!(replaced(pointer, value), body, "{pointer}");
        }
    }
}
