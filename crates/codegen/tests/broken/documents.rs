//! What is said of a document as a whole.

broken! {
    a_bracket_that_is_not_closed: [
        { at ""
          is "not YAML: did not find expected ',' or ']' at line 4 column 1, while parsing a flow sequence at line 3 column 10"
          so "mend the line; a key stands once, and a text with a colon has quotes" }
    ];
    a_name_given_twice: [
        { at ""
          is "not YAML: components.schemas: duplicate entry with key \"Contact\" at line 7 column 5"
          so "mend the line; a key stands once, and a text with a colon has quotes" }
    ];
    openapi_3_1: [
        { at "/openapi"
          is "OpenAPI \"3.1.0\" is not read"
          so "write openapi: 3.0.3" }
    ];
    a_document_without_a_title: [
        { at ""
          is "not an OpenAPI 3.0 document: missing field `info`"
          so "compare with the OpenAPI 3.0.3 specification" }
    ];
    a_reference_that_leads_nowhere: [
        { at "/paths/~1contacts/get/responses/200/content/application~1json/schema"
          is "#/components/schemas/Contact leads nowhere"
          so "name a component of this file" }
    ];
    an_address_without_tls: [
        { at "/servers"
          is "the first server is the default address, and there is none over https"
          so "write servers: [{url: https://…}], without a slash at the end" }
    ];
    a_secret_in_the_address: [
        { at "/components/securitySchemes/ApiKey"
          is "only headers authenticate: an address would show the secret in logs"
          so "write type: apiKey with in: header, or type: http with scheme: bearer" }
    ];
    a_scheme_without_a_keyword: [
        { at "/x-credentials"
          is "the scheme ApiKey has no keyword"
          so "write x-credentials: {ApiKey: api_key}" }
        { at "/x-credentials/ApiKye"
          is "ApiKye is no security scheme"
          so "name one of components/securitySchemes" }
    ];
    a_scheme_that_does_not_exist: [
        { at "/security/0"
          is "ApiKye is no security scheme"
          so "name one of components/securitySchemes" }
        { at "/paths/~1contacts/get/security/0"
          is "Token is no security scheme"
          so "name one of components/securitySchemes" }
    ];
    a_logical_failure_without_a_success: [
        { at "/x-logical-failure"
          is "it does not say which values of which field are a success and which a failure"
          so "write x-logical-failure: {field: status, success: [OK], failure: [FAIL], code: reason}" }
    ];
    a_rate_limit_without_a_time: [
        { at "/x-rate-limit"
          is "it does not say how many requests are taken in how many seconds"
          so "write x-rate-limit: {requests: 10, seconds: 1}" }
    ];
    an_extension_that_is_not_read: [
        { at "/components/schemas/Contact/x-requires-oneof"
          is "x-requires-oneof is not read"
          so "write one of x-source, x-effect, x-repeat, x-proof, x-rate-limit, x-page, x-logical-failure, x-failure-schema, x-failure-examples, x-secret, x-max-bytes, x-file-types, x-requires-one-of, x-requires-together, x-credentials, x-relative, x-body-credentials" }
    ];
    a_source_that_is_not_whole: [
        { at "/components/schemas/Contact/x-source"
          is "x-source is not whole"
          so "write x-source: {document: …, section: …, date: …, mark: …} with a mark of seed, docs, sibling, impl, client, guess" }
    ];
    a_secret_that_hides_nothing: [
        { at "/components/schemas/Token/x-secret"
          is "secrets are known by the name of their property, and a component has none"
          so "write x-secret: true beside the $ref of each property" }
        { at "/components/schemas/Session/properties/token/x-secret"
          is "x-secret is \"yes\", which hides nothing"
          so "write x-secret: true, or remove it" }
    ];
    file_rules_that_bind_no_file: [
        { at "/components/schemas/NewMessage/properties/caption/x-max-bytes"
          is "x-max-bytes is about files, and this is none"
          so "write type: string with format: binary, or remove it" }
        { at "/components/schemas/NewMessage/properties/image/x-file-types"
          is "the file types are no list of lower-case endings"
          so "write x-file-types: [jpg, png]" }
    ];
}
