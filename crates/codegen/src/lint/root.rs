//! Rules about the document as a whole: address, authentication, logical failure.

use serde_json::Value;

use super::Linter;
use crate::document::{escape, texts};

impl Linter<'_> {
    pub(super) fn root(&mut self) {
        let server = self
            .document
            .root
            .pointer("/servers/0/url")
            .and_then(Value::as_str);
        if !server.is_some_and(|url| url.starts_with("https://") && !url.ends_with('/')) {
            self.report(
                "/servers",
                "the first server is the default address, and there is none over https",
                "write servers: [{url: https://…}], without a slash at the end",
            );
        }
        self.schemes();
        self.security("", self.document.root.get("security"));
        self.logical_failure();
        self.rate_limit();
    }

    fn rate_limit(&mut self) {
        let Some(limit) = self.document.root.get("x-rate-limit") else {
            return;
        };
        let is_positive = |name: &str| {
            let number = limit[name].as_u64();
            number.is_some_and(|number| (1..=u64::from(u32::MAX)).contains(&number))
        };
        let known = limit.as_object().map_or(0, serde_json::Map::len);
        if known != 2 || !is_positive("requests") || !is_positive("seconds") {
            self.report(
                "/x-rate-limit",
                "it does not say how many requests are taken in how many seconds",
                "write x-rate-limit: {requests: 10, seconds: 1}",
            );
        }
    }

    fn schemes(&mut self) {
        let document = self.document;
        for (name, scheme) in document.section("/components/securitySchemes") {
            let is_header = scheme["type"] == "apiKey" && scheme["in"] == "header";
            let is_bearer = scheme["type"] == "http" && scheme["scheme"] == "bearer";
            if !is_header && !is_bearer {
                self.report(
                    &format!("/components/securitySchemes/{}", escape(name)),
                    "only headers authenticate: an address would show the secret in logs",
                    "write type: apiKey with in: header, or type: http with scheme: bearer",
                );
            }
            if document.root["x-credentials"][name].as_str().is_none() {
                self.report(
                    "/x-credentials",
                    format!("the scheme {name} has no keyword"),
                    format!("write x-credentials: {{{name}: api_key}}"),
                );
            }
        }
        for (name, _) in document.section("/x-credentials") {
            if !self.is_scheme(name) {
                self.report(
                    &format!("/x-credentials/{}", escape(name)),
                    format!("{name} is no security scheme"),
                    "name one of components/securitySchemes",
                );
            }
        }
    }

    /// A scheme that is misspelt would send a request without its credentials.
    pub(super) fn security(&mut self, pointer: &str, security: Option<&Value>) {
        let alternatives = security.and_then(Value::as_array).into_iter().flatten();
        for (index, alternative) in alternatives.enumerate() {
            for (name, _) in alternative.as_object().into_iter().flatten() {
                if !self.is_scheme(name) {
                    self.report(
                        &format!("{pointer}/security/{index}"),
                        format!("{name} is no security scheme"),
                        "name one of components/securitySchemes",
                    );
                }
            }
        }
    }

    fn is_scheme(&self, name: &str) -> bool {
        self.document.root["components"]["securitySchemes"]
            .get(name)
            .is_some()
    }

    fn logical_failure(&mut self) {
        let Some(failure) = self.document.root.get("x-logical-failure") else {
            return;
        };
        let is_known = failure.as_object().is_some_and(|failure| {
            failure.keys().all(|key| {
                matches!(
                    key.as_str(),
                    "field" | "success" | "failure" | "required" | "code" | "message"
                )
            })
        });
        if !is_known
            || failure["field"].as_str().is_none()
            || texts(failure.get("success")).is_empty()
            || texts(failure.get("failure")).is_empty()
        {
            self.report(
                "/x-logical-failure",
                "it does not say which values of which field are a success and which a failure",
                "write x-logical-failure: {field: status, success: [OK], failure: [FAIL], code: reason}",
            );
        }
    }
}
